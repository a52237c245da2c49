"""Three servers behind nginx on one PostgreSQL, as deploy/ has them, with the small made-up city; started once for all tests here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench import replicas
from bench.replicas import Site
from lib.settings import ROOT
from lib.store.database import Engine, open_engine

STANDS_IN = {"a": "b", "b": "c", "c": "a"}  # as deploy/nginx/servers-three.conf has it
TOWN = ROOT / "lib" / "newcity" / "template"


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with replicas.site(city=TOWN) as started:
        yield started


@pytest.fixture
def store(site) -> Iterator[Engine]:
    opened = open_engine(site.database.url)
    yield opened
    opened.dispose()


@pytest.fixture(autouse=True)
def every_server_runs(request) -> None:
    """Whatever the test before stopped is there again."""
    if "site" in request.fixturenames:
        stopped = [replica for replica in request.getfixturevalue("site").replicas if replica.process.poll() is not None]
        for replica in stopped:
            replica.start()
        for replica in stopped:
            replica.wait_until_ready()
