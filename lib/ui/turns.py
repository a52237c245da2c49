"""Readers take turns, so that many at once are each answered soon.

Runs of pages share one interpreter: two hundred at a time switch between each other more than they work. Few at a time, in turn, finish
sooner, the last of them too. A turn is a courtesy, not a lock: who has waited long enough goes ahead, so a slow page holds nobody up for
longer than that.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2  # with 200 readers on two cores the slowest twentieth waited 1.3 s, without a limit 3.5 s; 1, 2 and 4 were alike where garbage was still collected after each run
WAIT = 2.0  # seconds

_turns = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Begins when one of the turns is free, at the latest after `WAIT` seconds."""
    taken = _turns.acquire(timeout=WAIT)
    try:
        yield
    finally:
        if taken:
            _turns.release()
