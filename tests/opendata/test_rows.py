"""Every public table: its rows are what its columns promise, nothing is invented and nothing hidden comes out."""

from dataclasses import replace
from datetime import date

import pytest

from lib.cycle import Deliverable
from lib.language import current, use
from lib.opendata.dictionary import FILES, NEIGHBORHOOD_OBSERVATIONS, OBSERVATIONS, PROMISES, RECORD, TABLES
from lib.opendata.edition import in_source_language, read_edition
from lib.opendata.rows import count_of, newest_vintage, rows_of
from lib.roles import Person, Role
from lib.store import follow_ups, meetings
from lib.store.database import open_engine
from lib.store.published import open_reader
from tests.cities import empty
from tests.opendata.town import SECRET, TODAY, built, edition_of, settings

TYPES = {"string": str, "number": (int, float), "integer": int, "boolean": bool, "date": date, "list": list}
ANNA = Person("Anna", frozenset({Role.ADMINISTRATOR}))


@pytest.mark.parametrize("table", FILES.values(), ids=lambda one: one.name)
def test_rows_are_as_the_dictionary_says(town, table):
    for row in rows_of(town, table):
        assert list(row) == [column.name for column in table.columns]
        for column in table.columns:
            cell = row[column.name]
            assert cell is not None or column.missing, f"{column.name} is empty, and nothing says what that means"
            assert cell is None or isinstance(cell, TYPES[column.type]), (column.name, cell)
            assert cell not in ("", []), f"{column.name}: missing is None"


@pytest.mark.parametrize("table", FILES.values(), ids=lambda one: one.name)
def test_keys_tell_rows_apart_and_references_lead_somewhere(town, table):
    rows = list(rows_of(town, table))
    assert count_of(town, table) == len(rows)
    if table.key:
        assert len({tuple(row[name] for name in table.key) for row in rows}) == len(rows)
    for name, to in table.refers.items():
        assert {row[name] for row in rows} <= {row["id"] for row in rows_of(town, TABLES[to])}


@pytest.mark.parametrize("name", [name for name in TABLES if name not in ("meetings-record", "promises")])
def test_no_table_of_the_town_is_empty(town, name):
    assert count_of(town, TABLES[name]) > 0


def test_every_vintage_is_there_and_the_newest_is_marked(town):
    own = [row for row in rows_of(town, OBSERVATIONS) if row["period"] == "2024" and row["indicator"] == "fires"]
    assert [(row["vintage"], row["value"], row["newest"]) for row in own] == [("2025", 8.0, False), ("2026-03", 8.25, True)]
    assert (own[1]["lower"], own[1]["upper"], own[1]["unit"], own[1]["place"]) == (7.9, 8.6, "per 1,000 homes", "Tinyville")
    assert newest_vintage(town, OBSERVATIONS) == "2026-03"


def test_a_missing_figure_is_empty_and_says_why(town):
    (row,) = [row for row in rows_of(town, OBSERVATIONS) if row["period"] == "2019"]
    assert row["value"] is None and row["missing_reason"] == "not reported"


def test_a_small_count_and_what_would_give_it_away_are_in_no_row(town):
    own = [row for row in rows_of(town, NEIGHBORHOOD_OBSERVATIONS) if row["measure"] == "deaths" and row["period"] == "2020"]
    hidden = [row for row in own if row["missing_reason"] == "suppressed"]
    assert {"area-1", "area-2"} <= {row["geography"] for row in hidden}
    assert all(row[name] is None for row in hidden for name in ("value", "numerator", "lower", "upper"))
    assert not {float(one) for one in SECRET} & {row["value"] for row in own}


def test_a_status_stands_in_the_words_of_the_site(town):
    (row,) = rows_of(town, TABLES["statuses"])
    one = town.assessments[0]
    assert (row["status"], row["status_sentence"]) == (str(one.status.status), one.status.sentence)
    assert (row["value"], row["period"], row["target"], row["target_period"], row["as_of"]) == (7.5, "2025", 5.0, "2030", TODAY)


def test_an_empty_city_has_empty_tables(tmp_path):
    url = built(tmp_path, empty())
    edition = read_edition(open_reader(url), settings().model_copy(update={"framework": settings().framework.model_copy(update={"current": "empty"})}), as_of=TODAY)
    assert [row for table in TABLES.values() if table.name != "places" for row in rows_of(edition, table)] == []


def test_data_are_in_the_source_language_whatever_the_caller_speaks():
    before = current()
    try:
        use("es")
        assert in_source_language(current) == "en" and current() == "es"
    finally:
        use(before)


def test_the_edition_is_another_on_another_day_or_with_other_settings(town):
    others = [replace(town, as_of=date(2026, 11, 26)), replace(town, release="x"), replace(town, settings=settings(email="a@b.c"))]
    assert len({one.key for one in [town, *others]}) == 4


# What people write


@pytest.fixture
def people(tmp_path):
    """A store to which people write, and how it is published then."""
    url = built(tmp_path)
    engine = open_engine(url)
    yield engine, lambda **more: replace(edition_of(url), settings=more.get("settings", settings()))
    engine.dispose()


def promise(engine, **more):
    plain = dict(stat="fire", action="send the list of lots", owner="Zoe Quist", due=date(2026, 11, 1), deliverable=Deliverable.MEMO, indicator="fires", agency="fire")
    return follow_ups.write_down(engine, **plain | more, person=ANNA)


def test_only_public_promises_come_out_and_nobody_is_named(people):
    engine, published = people
    promise(engine, public=True, action="ask Zoe Quist for the list", issue="an issue", notes="a note", escalation="a path")
    promise(engine, action="a thing that is not public")
    promise(engine, public=True, action="a made-up thing", example=True)
    (row,) = rows_of(published(), PROMISES)
    assert (row["agency"], row["state"], row["owner"], row["days_late"]) == ("Fire", "late", None, 24)
    assert not any(word in str(row) for word in ("Zoe", "Quist", "an issue", "a note", "a path"))


def test_names_come_out_where_the_city_publishes_them(people):
    engine, published = people
    promise(engine, public=True)
    chosen = settings()
    open_names = chosen.model_copy(update={"stat": chosen.stat.model_copy(update={"public_names": True})})
    assert [row["owner"] for row in rows_of(published(settings=open_names), PROMISES)] == ["Zoe Quist"]


def test_the_record_counts_what_was_held_and_leaves_examples_out(people):
    engine, published = people
    assert list(rows_of(published(), RECORD)) == []
    meetings.plan(engine, stat="fire", day=date(2026, 11, 20), at="10:00", place="Hall", decision="", person=ANNA)
    meetings.plan(engine, stat="made-up", day=date(2026, 11, 21), at="10:00", place="Hall", decision="", person=ANNA, example=True)
    rows = [row for row in rows_of(published(), RECORD) if row["month"] == 11]
    assert {(row["agency"], row["scheduled"], row["held"]) for row in rows} == {("fire", 1, 0), ("housing", 1, 0)}
