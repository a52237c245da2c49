"""A second PostgreSQL server that follows the first by streaming replication: readers read from it, nobody writes to it, and it may be away."""

from __future__ import annotations

import logging
import time
from datetime import date

import pytest
import streamlit as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from streamlit.testing.v1 import AppTest

from bench.postgres import Postgres, follower_of, postgres
from lib.api.source import Source
from lib.cycle import Deliverable
from lib.roles import Person, Role
from lib.settings import ROOT
from lib.store import build, follow_ups, queries, replica
from lib.store.database import open_engine
from lib.store.replica import Replica, open_replica
from lib.ui import cache, people
from tests.cities import FIGURES, tiny, write
from tests.opendata.town import REVISED
from tests.replicas.conftest import TOWN

pytestmark = pytest.mark.slow
ANNE = Person("Anne", frozenset({Role.PRESENTER}))


@pytest.fixture(scope="module")
def servers():
    with postgres() as main, follower_of(main) as standby:
        yield main, standby


@pytest.fixture
def main(servers) -> Engine:
    opened = open_engine(servers[0].url)
    yield opened
    opened.dispose()


@pytest.fixture
def follower(servers, main) -> Replica:
    found = open_replica(servers[1].url, main, connect_seconds=2)
    yield found
    found.engine.dispose()


def caught_up(main: Engine, standby: Postgres) -> None:
    """Waits until the follower has all that was written so far."""
    with main.connect() as connection:
        end = connection.execute(text("SELECT pg_current_wal_lsn()")).scalar()
    watching = open_engine(standby.url)
    deadline = time.monotonic() + 30
    with watching.connect() as connection:
        while not connection.execute(text("SELECT pg_last_wal_replay_lsn() >= CAST(:end AS pg_lsn)"), {"end": end}).scalar():
            assert time.monotonic() < deadline, "the follower does not catch up"
            connection.rollback()
            time.sleep(0.02)
    watching.dispose()


def write_one(engine: Engine, action: str) -> None:
    follow_ups.write_down(engine, stat="s", action=action, owner="Ann Lee", due=date(2027, 1, 4), deliverable=Deliverable.MEMO, person=ANNE)


def test_what_is_written_goes_to_the_main_database_and_is_read_from_the_follower(servers, main, follower, tmp_path):
    build.build(main, write(tmp_path, tiny()))
    caught_up(main, servers[1])
    assert follower.or_main() is follower.engine
    write_one(follower.engine, "written by who reads from the follower")
    assert [one.action for one in follow_ups.follow_ups(main)] == ["written by who reads from the follower"]
    caught_up(main, servers[1])
    assert follow_ups.follow_ups(follower.engine) == follow_ups.follow_ups(main)
    with pytest.raises(DBAPIError, match="read-only"), open_engine(servers[1].url).begin() as connection:
        connection.execute(text("DELETE FROM follow_up"))


def test_a_follower_that_is_behind_shows_the_earlier_release_whole_and_then_the_new_one(servers, main, follower, tmp_path):
    earlier = build.build(main, write(tmp_path / "before", tiny()))
    caught_up(main, servers[1])
    holding = open_engine(servers[1].url)
    with holding.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_wal_replay_pause()"))
        try:
            newer = build.build(main, write(tmp_path / "after", tiny() | {"frameworks/tiny/observations/fires.csv": FIGURES + REVISED}))
            assert newer != earlier and queries.shown_release(main) == newer
            build.check(follower.engine, earlier)
            assert queries.shown_release(follower.or_main()) == earlier
        finally:
            connection.execute(text("SELECT pg_wal_replay_resume()"))
    holding.dispose()
    seen, deadline = earlier, time.monotonic() + 30
    while seen != newer and time.monotonic() < deadline:
        seen = queries.shown_release(follower.engine)
        build.check(follower.engine, seen)  # raises where any figure, place or document of it is not there
    assert seen == newer


def test_while_the_follower_is_away_readers_are_served_from_the_main_database(servers, main, follower, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("DATABASE_URL", servers[0].url)
    monkeypatch.setenv("DATABASE_READ_URL", servers[1].url)
    monkeypatch.setenv("OUTCOMESTAT_CITY", str(TOWN))
    shown = build.build(main, TOWN / "data", fiscal_year_start_month=7)
    caught_up(main, servers[1])
    source = Source()
    assert source.edition().release == shown and source.edition().engine is not main
    servers[1].stop("immediate")
    try:
        with caplog.at_level(logging.WARNING, "outcomestat"):
            assert source.edition().release == shown and source.ready() == shown
            assert follower.or_main() is main and follower.is_left_alone
        assert any("DATABASE_READ_URL" in line for line in caplog.messages)
    finally:
        servers[1].start()
    monkeypatch.setattr(time, "monotonic", lambda now=time.monotonic() + replica.SECONDS_LEFT_ALONE: now)
    assert follower.or_main() is follower.engine and not follower.is_left_alone


def test_a_page_reads_from_the_follower_and_the_staffs_from_the_main_database(servers, main, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", servers[0].url)
    monkeypatch.setenv("DATABASE_READ_URL", servers[1].url)
    build.build(main, cache.DATA, fiscal_year_start_month=7)
    caught_up(main, servers[1])
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception and app.session_state[cache.READS].url.port == servers[1].port
    servers[1].stop("immediate")
    try:
        assert app.run().session_state[cache.READS].url.port == servers[0].port and not app.error
    finally:
        servers[1].start()
        st.cache_resource.clear()
    monkeypatch.setattr(people, "current_person", lambda: ANNE)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert app.session_state[cache.READS].url.port == servers[0].port
    st.cache_resource.clear()


def test_an_address_that_is_none_is_told_and_nobody_goes_without_figures(main, caplog):
    assert open_replica("", main) is None
    with caplog.at_level(logging.ERROR, "outcomestat"):
        assert open_replica("mysql://somewhere/else", main) is None
    assert "write postgresql://" in caplog.text


def test_sqlite_has_no_follower(tmp_path):
    assert open_replica("postgresql+psycopg://nobody@127.0.0.1/none", open_engine(f"sqlite:///{tmp_path / 'store.db'}")) is None
