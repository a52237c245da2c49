"""A page that waits for the database holds the others up no longer than `turns.WAIT`, however many wait with it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import create_engine, text
from websockets.asyncio.client import connect

from bench.server import serve, surroundings
from bench.sessions import ANSWER_WITHIN, Address, Reader
from lib.settings import ROOT
from lib.ui import turns
from tests.store.conftest import postgres_server, postgres_url  # noqa: F401  fixtures

QUICK = Address("scorecard")
SLOW = [Address("map", {"measure": "house_fires"}), Address("equity", {"measure": "house_fires"}), Address("neighborhood", {"area": "eastgate"}),
        Address("map", {"measure": "median_household_income"})]  # fmt: skip
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'area_observation'::regclass")


@asynccontextmanager
async def reader(url: str):
    async with connect(f"{url.replace('http', 'ws')}/_stcore/stream", subprotocols=["streamlit"], max_size=None, open_timeout=ANSWER_WITHIN) as socket:
        yield Reader(socket)


async def _run(one, address: Address) -> None:
    async with one as opened:
        await opened.run(address)


@pytest.fixture
def city(tmp_path, postgres_url):  # noqa: F811
    """A small city on PostgreSQL whose pages may wait for a minute."""
    folder = tmp_path / "city"
    subprocess.run([sys.executable, "-m", "lib.newcity", str(folder)], cwd=ROOT, check=True, capture_output=True)
    config = folder / "config.toml"
    config.write_text(config.read_text().replace("query_seconds = 10", "query_seconds = 60"))
    subprocess.run([sys.executable, "-m", "lib.store", "build"], cwd=ROOT, check=True, capture_output=True,
                   env=surroundings(tmp_path, folder, postgres_url))  # fmt: skip
    return folder


def test_pages_that_wait_for_the_database_leave_the_others_their_turn(tmp_path, city, postgres_url):  # noqa: F811
    assert len(SLOW) > turns.AT_ONCE
    database = create_engine(postgres_url)

    async def waiting(number: int) -> None:
        with database.connect() as asking:
            while asking.execute(WAITING).scalar_one() < number:
                asking.rollback()
                await asyncio.sleep(0.1)

    async def tried(url: str) -> None:
        async with reader(url) as quick:
            await quick.run(QUICK)  # what the process makes once is made
            with database.connect() as holding:
                holding.execute(text("LOCK TABLE area_observation IN ACCESS EXCLUSIVE MODE"))
                readers = [reader(url) for _ in SLOW]
                slow = [asyncio.create_task(_run(one, address)) for one, address in zip(readers, SLOW, strict=True)]
                async with asyncio.timeout(ANSWER_WITHIN):
                    await waiting(turns.AT_ONCE)  # every turn is taken
                await quick.run(QUICK)
                assert not any(one.done() for one in slow)
            await asyncio.gather(*slow)  # raises where one of them failed: they only waited

    with serve("app", tmp_path, city, postgres_url) as server:
        asyncio.run(tried(server.url))
    database.dispose()
