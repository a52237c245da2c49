"""The list of sign-ins that were ended, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lib.errors import StoreDamaged
from lib.store import build, kept, sign_ins
from lib.store.database import open_engine
from lib.store.schema import ended_sign_in
from lib.store.sign_ins import LONGEST, end, is_ended

MARK, OTHER = "a" * 64, "b" * 64
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def listed(engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(ended_sign_in).order_by(ended_sign_in.c.mark))]


def test_what_was_ended_is_ended_for_every_process_and_is_written_once(engine, url):
    build.migrate(engine)
    elsewhere = open_engine(url)
    assert not is_ended(elsewhere, MARK)
    kept.mark(engine, keeps=False)  # also where people's words would be lost at the next restart
    end(engine, MARK, now=NOW)
    end(engine, MARK, now=NOW)
    assert is_ended(elsewhere, MARK) and not is_ended(elsewhere, OTHER)
    assert listed(engine) == [(MARK, "2026-12-01T12:00:00.000Z")]
    elsewhere.dispose()


def test_what_is_older_than_any_sign_in_goes_when_another_is_added(engine):
    build.migrate(engine)
    end(engine, MARK, now=NOW)
    end(engine, OTHER, now=NOW + LONGEST)
    assert [mark for mark, _ in listed(engine)] == [MARK, OTHER]
    end(engine, OTHER, now=NOW + LONGEST * 1.01)
    assert [mark for mark, _ in listed(engine)] == [OTHER]


def test_no_cookie_lives_longer_than_the_list_remembers_it():
    from streamlit.web.server.starlette import starlette_app_utils as streamlits

    assert LONGEST.days > streamlits._DEFAULT_SIGNED_VALUE_MAX_AGE_DAYS


def test_a_store_without_the_list_says_so(engine):
    with pytest.raises(StoreDamaged):
        sign_ins.is_ended(engine, MARK)
