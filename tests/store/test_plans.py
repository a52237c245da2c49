"""Performance plans in the store: whole or absent, every fault counted with its cell, no person anywhere, and both databases say the same."""

from datetime import date

import pytest
from sqlalchemy import func, inspect, select

from lib.cycle import CycleError
from lib.errors import LoadRefused, NotAllowed, StoreRefused
from lib.model import Budget, MeasureTarget
from lib.plans.findings import judge_all, tally
from lib.plans.integrity import Rule, Verdict, Why
from lib.plans.words import ACTUAL, TARGET, YEAR, Change, Desired, Seen
from lib.roles import READER, Person, Role
from lib.store import build, plan_load, plans
from lib.store.batches import audit_trail
from lib.store.database import open_engine
from lib.store.plan_load import load_plan, load_plan_file, reading
from lib.store.schema import PLAN_TABLES, metadata, plan_value
from tests.store.sources.plan_export import ADDRESS, COLUMNS, PERSON, as_csv, as_xlsx, row, whole_export

ED = Person("Ed", frozenset({Role.EDITOR}))
HOW = reading({}, start_month=7)
DAY = date(2026, 11, 1)
NO_BUDGET = Budget((), (), (), (), ())


@pytest.fixture
def store(engine):
    build.migrate(engine)
    return engine


def load(engine, *rows, content: bytes = b"", exported: date = DAY, person: Person = ED):
    return load_plan(engine, content or as_csv(*rows), "export.csv", HOW, person=person, exported=exported)


def newest(engine):
    return plans.plan(engine, plans.loads(engine)[0], NO_BUDGET)


def counts(engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {table.name: connection.execute(select(func.count()).select_from(table)).scalar() for table in PLAN_TABLES}


def everything(engine) -> str:
    """All that the database holds, in every table."""
    with engine.connect() as connection:
        there = set(inspect(engine).get_table_names())
        return "\n".join(repr(tuple(line)) for table in metadata.sorted_tables if table.name in there for line in connection.execute(select(table)))


# No person


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_no_person_reaches_the_store_or_the_log(store, caplog, make):
    caplog.set_level(0)
    hidden = row(FY_25_Actual="4", Data_Source=f"Ask {PERSON} or {ADDRESS}", FY_25_Actual_Explanation=f"counted by ada  madeup, {ADDRESS}", Measure_Request_Notes=f"{PERSON} asked",
                 Desired_Outcome=PERSON, Interval=f"{PERSON} monthly")  # fmt: skip
    load(store, content=make(hidden, row(Measure_ID="2", FY_25_Actual=f"see {PERSON}"), *whole_export(20)))
    for text in (everything(store), caplog.text):
        assert "Ada" not in text and "Madeup" not in text and "madeup" not in text and ADDRESS not in text and "@" not in text
    if store.dialect.name == "sqlite":
        assert b"Madeup" not in b"".join(path.read_bytes() for path in _files(store))


def _files(engine):
    from pathlib import Path

    path = Path(engine.url.database)
    return list(path.parent.glob(f"{path.name}*"))


def test_whether_somebody_is_named_is_kept(store):
    load(store, row(Measure_ID="1", FY_25_Actual="1"), row(Measure_ID="2", Contact="", FY_25_Actual="1"), row(Measure_ID="3", Contact=" - ", FY_25_Actual="1"))
    assert {one.key: one.owned for one in newest(store).measures} == {"1": True, "2": False, "3": False}
    without = tuple(name for name in COLUMNS if name != "Contact")
    load(store, content=as_csv(row(FY_25_Actual="1"), columns=without))
    assert newest(store).measures[0].owned is None


# What is read


def test_percentages_words_ranges_and_powers_of_ten(store):
    load(store,
         row(Measure_ID="p", Percent_or_Count="Percent", FY_24_Actual="0.45", FY_25_Actual="45", FY_25_Target="45%", FY_26_Target="N/A"),
         row(Measure_ID="c", FY_23_Actual="No Data", FY_24_Actual="6500-7000", FY_25_Actual="1.15977e+007", FY_25_Target="", FY_26_Target="0"))  # fmt: skip
    by_key = {one.key: one for one in newest(store).measures}
    count, percent = by_key["c"], by_key["p"]
    assert count.value(ACTUAL, 2025) == 11_597_700 and count.said(ACTUAL, 2025).printed == "1.15977e+007"
    assert count.value(TARGET, 2026) == 0.0, "a zero is a value"
    assert count.said(TARGET, 2025) is None, "an empty cell is no figure"
    for year in (2023, 2024):
        assert (count.value(ACTUAL, year), count.said(ACTUAL, year).missing_reason) == (None, "not reported")
    assert count.said(ACTUAL, 2024).printed == "6500-7000" and "6500-7000" in count.said(ACTUAL, 2024).note
    assert percent.value(TARGET, 2025) == 45 and percent.said(TARGET, 2026).missing_reason == "not reported"
    assert percent.said(ACTUAL, 2025) is None, "45 and 0.45 beside each other are not decided by the program"
    codes = {code: times for _, code, times in plans.faults_counted(store, plans.loads(store)[0].id)}
    assert codes["scale_undecided"] == 1 and codes["range"] == 1


def test_quarters_have_their_fiscal_year(store):
    load(store, row(FY_25_Q1="1", FY_25_Q2="2", FY_25_Q3="3", FY_25_Q4="4", FY_26_Q1="5", FY_25_Actual="10"))
    (one,) = newest(store).measures
    assert [one.value(ACTUAL, 2025, quarter) for quarter in (1, 2, 3, 4, YEAR)] == [1, 2, 3, 4, 10] and one.value(ACTUAL, 2026, 1) == 5


@pytest.mark.parametrize("month", [1, 4, 7, 10])
def test_quarters_in_a_city_whose_year_begins_otherwise(store, month):
    how = reading({}, start_month=month)
    load_plan(store, as_csv(row(FY_25_Q1="1", FY_25_Q4="4")), "export.csv", how, person=ED, exported=DAY)
    (one,) = newest(store).measures
    assert (one.value(ACTUAL, 2025, 1), one.value(ACTUAL, 2025, 4)) == (1, 4)


def test_the_words_of_a_measure(store):
    load(store, row(Desired_Outcome="", Performance_Measure_Type="Ouptut", Interval="Cumalitve - Monthly", Measure_ID="", FY_25_Actual="1"))
    (one,) = newest(store).measures
    assert (one.desired, one.type, one.aggregation, one.cadence) == (Desired.UNKNOWN, "output", "cumulative", "monthly")
    assert one.key == "SRV0185: Days to repair a street light" and one.id == "" and (one.service, one.service_name, one.agency) == ("185", "Street Lighting", "Municipal Lights")
    assert one.modified == date(2026, 3, 14)


@pytest.mark.parametrize(
    ("older", "newer", "change", "is_said"),
    [
        ({}, {}, Change.UNCHANGED, False),
        ({"Measure_Formula": "another"}, {}, Change.MODIFIED, False),
        (None, {}, Change.NEW, False),
        ({}, None, Change.REMOVED, False),
        ({}, {"Measure_Request": "Replace"}, Change.REPLACED, True),
        ({}, {"Metric_Additions": "New Measure"}, Change.NEW, True),
    ],
)
def test_what_became_of_a_measure(store, older, newer, change, is_said):
    rows = [row(Measure_ID="other", Fiscal_Year=year, FY_25_Actual="1") for year in ("FY25", "FY26")]
    rows += [row(Fiscal_Year="FY25", FY_25_Actual="1", **older)] if older is not None else []
    rows += [row(Fiscal_Year="FY26", FY_25_Actual="1", **newer)] if newer is not None else []
    load(store, *rows)
    one = next(one for one in newest(store).measures if one.key == "1851")
    assert (one.change, one.change_said) == (change, is_said) and one.in_force is (change is not Change.REMOVED)


# Copies, rows, loads


def test_the_newest_copy_that_has_something_is_shown_and_what_others_say_stands_beside_it(store):
    found = load(store,
                 row(Fiscal_Year="FY25", FY_24_Actual="7", FY_25_Actual="4", FY_25_Target="9"),
                 row(Fiscal_Year="FY26", FY_24_Actual="", FY_25_Actual="5", FY_25_Target="9"))  # fmt: skip
    assert (found.measures, found.figures, found.disagreements) == (1, 3, 1)
    (one,) = newest(store).measures
    assert {(value.fiscal_year, value.series): (value.value, value.edition) for value in one.values} == {
        (2024, ACTUAL): (7.0, "FY2025"), (2025, ACTUAL): (5.0, "FY2026"), (2025, TARGET): (9.0, "FY2026")}  # fmt: skip
    assert [(value.value, value.edition) for value in one.others] == [(4.0, "FY2025")]


def test_every_row_is_accounted_for(store):
    found = load(store, row(FY_25_Actual="1"), row(FY_25_Actual="1"), row(Measure_ID="x", FY_25_Actual="1"), row(Measure_ID="x", FY_25_Actual="2"), row(Fiscal_Year="soon"),
                 row(Measure_ID="", Performance_Measure=""))  # fmt: skip
    assert (found.rows, found.repeated, found.set_aside, found.measures) == (6, 1, 4, 1)
    faults = plans.faults(store, found.load, level="error")
    assert {one.code for one in faults} == {"id_twice", "fiscal_year_unreadable", "measure_unnamed"}
    assert all(one.cell and one.cell.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").isdigit() for one in faults), "each names its cell, and so its line"
    assert next(one.why for one in faults if one.code == "id_twice") == "the rows 4, 5 of FY2026 have the Measure ID 'x' and differ; none of them was read"


def test_the_whole_made_up_export(store):
    found = load(store, content=as_xlsx(*whole_export()))
    assert (found.rows, found.repeated, found.set_aside, found.measures, found.disagreements) == (120, 0, 0, 60, 8)
    held = counts(store)
    assert (held["plan_measure"], held["plan_value"]) == (60, found.figures + 8)
    about = plans.loads(store)[0]
    assert about.dropped == ["Contact", "Modified By"] and about.unread == ["Item Type", "Path"] and about.removed == 240
    assert ["actual", 2026, 4] in about.asks and ["target", 2027, 0] in about.asks and len(about.asks) == 18
    assert sum(times for _, _, times in plans.faults_counted(store, found.load)) == held["plan_problem"]


@pytest.mark.slow
def test_both_databases_say_the_same(sqlite_url, postgres_url):
    answers = []
    for url in (sqlite_url, postgres_url):
        engine = open_engine(url)
        build.migrate(engine)
        load(engine, content=as_xlsx(*whole_export()))
        load(engine, content=as_xlsx(*whole_export(40)), exported=date(2026, 11, 20))
        found = newest(engine)
        judged = judge_all(found, 2026, start_month=7)
        first = plans.loads(engine)[1].id
        answers.append((found, tally(judged), [dict(one.findings) for one in judged], plans.faults_counted(engine, first), plans.faults(engine, first)))
        engine.dispose()
    assert answers[0] == answers[1] and answers[0][0].measures


def test_earlier_loads_stay_and_tell_when_a_target_came(store):
    load(store, row(FY_26_Target="", Modified="7/9/2026 9:05"), exported=date(2025, 8, 1))
    load(store, row(FY_26_Target="8", Modified="7/9/2026 9:05"), exported=date(2026, 9, 1))
    assert [one.exported for one in plans.loads(store)] == [date(2026, 9, 1), date(2025, 8, 1)] and counts(store)["plan_measure"] == 2
    found = newest(store)
    assert found.seen == {("1851", 2026): (Seen(date(2025, 8, 1), None), Seen(date(2026, 9, 1), 8.0))}
    (judged,) = judge_all(found, 2026, start_month=7)
    assert judged.findings[Rule.SET_LATE].verdict is Verdict.FLAGGED and judged.findings[Rule.SET_LATE].why is Why.NOT_THERE_YET
    first = plans.plan(store, plans.loads(store)[1], NO_BUDGET)
    assert first.seen == {} and first.as_of == date(2025, 8, 1)


def test_the_same_file_again_changes_nothing_but_another_day_is_another_look(store):
    first = load(store, row(FY_25_Actual="1"))
    again = load(store, row(FY_25_Actual="1"))
    assert first.is_new and not again.is_new and again.load == first.load and (again.rows, again.figures) == (first.rows, first.figures)
    assert load(store, row(FY_25_Actual="1"), exported=date(2026, 11, 2)).is_new


def test_what_is_refused_leaves_nothing(store, tmp_path):
    for content in (b"", b"a,b\n1,2\n", b"<html></html>", as_csv(), as_csv(row(), columns=COLUMNS[:7])):
        with pytest.raises(LoadRefused, match="Nothing was changed"):
            load(store, content=content or b"\n")
    with pytest.raises(NotAllowed):
        load(store, row(FY_25_Actual="1"), person=READER)
    with pytest.raises(LoadRefused, match="cannot be read"):
        load_plan_file(store, tmp_path / "none.csv", HOW, person=ED, exported=DAY)
    assert not any(counts(store).values())


def test_a_failure_in_the_middle_leaves_the_earlier_load(store, monkeypatch):
    load(store, row(FY_25_Actual="1"))
    before = counts(store)
    real = plan_load._values
    monkeypatch.setattr(plan_load, "_values", lambda *given: [one | {"measure": 99} for one in real(*given)])  # of a measure that is not there
    with pytest.raises(StoreRefused):
        load(store, row(FY_25_Actual="2"))
    assert counts(store) == before and newest(store).measures[0].value(ACTUAL, 2025) == 1


def test_a_value_without_a_number_has_a_reason_by_the_databases_own_rule(store):
    load(store, row(FY_25_Actual="No Data", FY_24_Actual="3"))
    with store.connect() as connection:
        assert all((one.value is None) == (one.missing_reason != "") for one in connection.execute(select(plan_value)))


def test_a_measure_with_the_words_of_the_budget_is_tied_to_its_indicator(store):
    load(store, row(Performance_Measure="Days  to repair a STREET light", FY_25_Actual="1"), row(Measure_ID="2", Performance_Measure="Days", FY_25_Actual="1"))
    budget = Budget((), (), (MeasureTarget("Days to repair a street light", "185", "", "FY2020", 3.0, "lights", "counts it", "tests"),), (), ())
    found = plans.plan(store, plans.loads(store)[0], budget)
    assert [one.indicator for one in found.measures] == ["lights", ""]
    assert found.measures[0].desired_from == "", "the list itself says its direction"


def test_the_audit_has_a_line_and_no_more(store):
    found = load(store, row(FY_25_Actual="1"))
    (line,) = audit_trail(store)
    assert (line.who, line.action, line.subject) == ("Ed", "load performance plans", found.load) and "1 measures" in line.detail and PERSON not in line.detail


# Discussions


def write(engine, **changed):
    told = {"agency": "fire", "fiscal_year": 2027, "half": 1, "day": DAY, "note": "Two targets to be mended", "person": ED, "today": date(2026, 11, 25)}
    return plans.write_discussion(engine, **told | changed)


def test_a_discussion_is_written_down_once_a_half_and_can_be_taken_back(store):
    key = write(store)
    (one,) = plans.discussions(store)
    assert (one.id, one.agency, one.fiscal_year, one.half, one.day, one.created_by) == (key, "fire", 2027, 1, DAY, "Ed")
    with pytest.raises(CycleError, match="already"):
        write(store)
    write(store, half=2)
    write(store, agency="police")
    plans.remove_discussion(store, key, person=ED)
    with pytest.raises(CycleError, match="not there any more"):
        plans.remove_discussion(store, key, person=ED)
    assert write(store) and len(plans.discussions(store)) == 3
    assert [one.action for one in audit_trail(store)].count("remove a plan discussion") == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"agency": " "}, "Choose an agency"), ({"half": 3}, "first or the second"), ({"day": date(2026, 11, 26)}, "still to come"), ({"note": "x" * 4001}, "4,000")],
)
def test_what_cannot_be_is_not_written(store, changed, said):
    with pytest.raises(CycleError, match=said):
        write(store, **changed)
    assert plans.discussions(store) == ()


@pytest.mark.parametrize("role", [None, Role.STAFF, Role.PRESENTER])
def test_discussions_are_written_and_removed_by_editors(store, role):
    key = write(store)
    person = Person("Somebody", frozenset({role} if role else ()))
    for tried in (lambda: write(store, half=2, person=person), lambda: plans.remove_discussion(store, key, person=person)):
        with pytest.raises(NotAllowed):
            tried()
    assert len(plans.discussions(store)) == 1
