"""Reading what is published, on both databases: in order, by page, by filter, and never writing."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lib.errors import StoreDamaged, StoreForeign, StoreUnavailable
from lib.store import queries
from lib.store.published import Wanted, count, figures, newest_vintages, open_reader
from tests.cities import FIGURES, ten_areas
from tests.opendata.town import REVISED, built
from tests.store.conftest import postgres_server, postgres_url, sqlite_url, url  # noqa: F401  fixtures

FILES = ten_areas(**{"frameworks/tiny/observations/fires.csv": FIGURES + REVISED})


@pytest.fixture
def reader(url, tmp_path):  # noqa: F811
    opened = open_reader(built(tmp_path, FILES, url))
    yield opened, queries.shown_release(opened)
    opened.dispose()


def test_nothing_can_be_written(reader):
    engine, _ = reader
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text("DELETE FROM observation"))


def test_figures_are_the_same_as_the_pages_show(reader):
    engine, release = reader
    shown = queries.observations(engine, release, "tiny")
    newest = list(figures(engine, release, "indicator", framework="tiny", wanted=Wanted(newest=True)))
    assert sorted(row["value"] for row in newest) == sorted(shown["value"])
    assert count(engine, release, "indicator", framework="tiny", wanted=Wanted(newest=True)) == len(newest)
    every = list(figures(engine, release, "indicator", framework="tiny"))
    assert len(every) == len(newest) + 1 and sum(row["newest"] for row in every) == len(newest)


def test_page_after_page_gives_every_row_once(reader):
    engine, release = reader
    found, after = [], -1
    while page := list(figures(engine, release, "measure", after=after, most=7)):
        found += [row["row"] for row in page]
        after = page[-1]["row"]
    assert found == [row["row"] for row in figures(engine, release, "measure")] and len(set(found)) == len(found) > 20


def test_filters_keep_what_they_name(reader):
    engine, release = reader
    wanted = Wanted({"measure": "fires", "geography": "area-1"}, since=date(2021, 1, 1), until=date(2025, 1, 1))
    assert [(row["period"], row["value"]) for row in figures(engine, release, "measure", wanted=wanted)] == [("2025", 10.0)]
    assert list(figures(engine, release, "indicator", framework="another")) == []
    assert newest_vintages(engine, release, "indicator", framework="tiny") == {"fires": "2026-03"}


def test_where_there_is_no_store_none_is_made(tmp_path):
    opened = open_reader(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(StoreUnavailable):
        queries.shown_release(opened)
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_store_is_told(tmp_path):
    (tmp_path / "x.db").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreForeign):
        open_reader(f"sqlite:///{tmp_path / 'x.db'}")
    (tmp_path / "y.db").write_bytes(b"SQLite format 3\x00")
    with pytest.raises(StoreDamaged):
        open_reader(f"sqlite:///{tmp_path / 'y.db'}")


def test_an_address_that_is_none_is_told():
    with pytest.raises(StoreUnavailable):
        open_reader("no address")
    assert not Path("no address").exists()
