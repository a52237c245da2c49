"""A real PostgreSQL server for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench.postgres import postgres


@contextmanager
def server_url() -> Iterator[str]:
    """The address of a fresh server on loopback, stopped and removed at the end."""
    with postgres() as server:
        yield server.url
