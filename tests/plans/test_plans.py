"""A plan as a whole: which figures a rule asks for in which year, counts with their denominators, agencies by name, and the discussions."""

from datetime import date

import pytest

from lib.cycle import Agency
from lib.model import Budget, MeasureTarget
from lib.plans.discussions import Discussion, Standing, count, recorded_since, slots
from lib.plans.findings import Tally, ended, fiscal_year_of, judge, judge_all, tally
from lib.plans.integrity import Rule, Verdict, Why
from lib.plans.printed import plan_of
from lib.plans.words import (
    ACTUAL,
    TARGET,
    YEAR,
    Aggregation,
    Cadence,
    Change,
    Desired,
    Format,
    Measure,
    MeasureType,
    Plan,
    Seen,
    Value,
    agency_key,
    service_number,
    year_to_begin_with,
    years_of,
)

TODAY = date(2026, 11, 25)


def value(series: str, year: int, number: float | None, quarter: int = YEAR, reason: str = "not reported") -> Value:
    return Value(
        series,
        year,
        quarter,
        number,
        "" if number is not None else reason,
        "" if number is None else f"{number:g}",
        "",
        "FY2026",
        "tests",
    )


def measure(*values: Value, key: str = "1", **fields: object) -> Measure:
    known = {
        "id": key, "name": "Calls answered", "agency": "Fire", "agency_code": "AGC1", "service": "185", "service_name": "Calls", "type": MeasureType.OUTPUT,
        "desired": Desired.INCREASE, "desired_from": "", "aggregation": Aggregation.CUMULATIVE, "cadence": Cadence.MONTHLY, "format": Format.COUNT,
        "equity": None, "deprecated": False, "change": Change.UNCHANGED, "change_said": True, "status": "", "formula": "", "data_source": "",
        "modified": date(2026, 6, 1), "owned": True,
    }  # fmt: skip
    return Measure(key=key, values=values, **known | fields)


ASKS = frozenset(
    [(series, year, YEAR) for series in (ACTUAL, TARGET) for year in (2024, 2025, 2026)]
    + [(ACTUAL, 2026, quarter) for quarter in (1, 2, 3, 4)]
)


def plan(*measures: Measure, **fields: object) -> Plan:
    return Plan(TODAY, measures, **{"asks": ASKS, "is_loaded": True} | fields)


def test_each_rule_looks_at_the_year_and_at_the_one_before():
    one = measure(value(ACTUAL, 2025, 95), value(TARGET, 2025, 92), value(TARGET, 2026, 90),
                  *(value(ACTUAL, 2026, 10, quarter) for quarter in (1, 2, 3, 4)), value(ACTUAL, 2026, 40))  # fmt: skip
    found = judge(one, plan(one), 2026, start_month=7).findings
    assert {rule: answer.verdict for rule, answer in found.items()} == {
        Rule.ALREADY_MET: Verdict.FLAGGED, Rule.EASIER: Verdict.FLAGGED, Rule.NO_BASELINE: Verdict.CLEAR, Rule.SET_LATE: Verdict.UNKNOWN,
        Rule.NO_DIRECTION: Verdict.CLEAR, Rule.NOT_RECONCILED: Verdict.CLEAR, Rule.NO_OWNER: Verdict.CLEAR, Rule.NOT_UPDATED: Verdict.CLEAR,
    }  # fmt: skip
    assert list(found) == list(Rule)
    before = judge(one, plan(one), 2025, start_month=7).findings
    assert before[Rule.NO_BASELINE].why is Why.WITHOUT_BASELINE and before[Rule.EASIER].why is Why.NO_TARGET_BEFORE


def test_earlier_loads_tell_when_a_target_came():
    one = measure(value(TARGET, 2026, 90), modified=date(2026, 1, 1))
    looks = {("1", 2026): (Seen(date(2025, 8, 1), None), Seen(TODAY, 90.0))}
    assert judge(one, plan(one, seen=looks), 2026, start_month=7).is_flagged(Rule.SET_LATE)


def test_a_quarter_that_the_list_has_no_column_for_is_not_late():
    one = measure(value(TARGET, 2026, 90))
    assert judge(one, plan(one), 2026, start_month=7).is_flagged(Rule.NOT_UPDATED)
    assert judge(one, plan(one), 2027, start_month=7).findings[Rule.NOT_UPDATED].why is Why.NOTHING_DUE
    yearly = measure(value(ACTUAL, 2026, 5, 4), cadence=Cadence.YEARLY)
    assert judge(yearly, plan(yearly), 2026, start_month=7).is_flagged(Rule.NOT_UPDATED), (
        "a yearly measure is asked for the year"
    )


def test_what_is_counted_are_measures_in_force_with_how_many_could_be_told():
    met = measure(value(ACTUAL, 2025, 95), value(TARGET, 2026, 90), key="a")
    not_met = measure(value(ACTUAL, 2025, 85), value(TARGET, 2026, 90), key="b")
    unknown = measure(value(TARGET, 2026, 90), key="c")
    gone = measure(value(ACTUAL, 2025, 95), value(TARGET, 2026, 90), key="d", deprecated=True)
    removed = measure(value(ACTUAL, 2025, 95), value(TARGET, 2026, 90), key="e", change=Change.REMOVED)
    found = tally(judge_all(plan(met, not_met, unknown, gone, removed), 2026, start_month=7))
    assert found[Rule.ALREADY_MET] == Tally(1, 2, 3)
    assert (found[Rule.ALREADY_MET].clear, found[Rule.ALREADY_MET].unknown) == (1, 1)
    assert tally([])[Rule.EASIER] == Tally(0, 0, 0)


def test_a_missing_value_with_a_reason_is_said_and_is_no_value():
    one = measure(value(ACTUAL, 2025, None, reason="suppressed"))
    assert (
        one.said(ACTUAL, 2025).missing_reason == "suppressed"
        and one.value(ACTUAL, 2025) is None
        and one.said(ACTUAL, 2024) is None
    )
    assert years_of(plan(one)) == ()


def test_the_page_begins_with_the_current_year_or_the_newest_that_has_targets():
    one = measure(value(TARGET, 2024, 1), value(TARGET, 2026, 1), value(ACTUAL, 2029, 1))
    assert (
        year_to_begin_with(plan(one), 2026) == 2026
        and year_to_begin_with(plan(one), 2027) == 2026
        and year_to_begin_with(plan(), 2027) == 2027
    )


@pytest.mark.parametrize(
    ("day", "month", "year"), [(date(2026, 6, 30), 7, 2026), (date(2026, 7, 1), 7, 2027), (date(2026, 7, 1), 1, 2026)]
)
def test_fiscal_years_are_named_for_the_year_in_which_they_end(day, month, year):
    assert fiscal_year_of(day, start_month=month) == year


def test_quarters_end_with_their_months():
    assert [ended(2026, quarter, start_month=7) for quarter in (1, 2, 3, 4, YEAR)] == [
        date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30), date(2026, 6, 30)]  # fmt: skip


AGENCIES = (
    Agency("recreation", "Recreation and Parks", "BCRP", True, "tests"),
    Agency("housing", "Housing and Community Development", "DHCD", True, "tests"),
)


@pytest.mark.parametrize(
    ("name", "code", "key"),
    [
        ("Recreation & Parks", "AGC7000", "recreation"),
        ("Department of Housing and Community Development", "", "housing"),
        ("DHCD", "", "housing"),
        ("Recreation", "AGC7000", "AGC7000"),  # alike is not the same
        ("Recreation", "", "Recreation"),
        ("", "", "unknown"),
    ],
)
def test_an_agency_is_known_by_the_same_name_and_never_by_likeness(name, code, key):
    assert agency_key(measure(agency=name, agency_code=code), AGENCIES) == key


@pytest.mark.parametrize(
    ("code", "number"), [("SRV0185", "185"), ("0185", "185"), ("385a", "385a"), ("SRV0385A", "385a"), ("", "")]
)
def test_a_service_has_the_number_that_the_budget_writes(code, number):
    assert service_number(code) == number


def test_the_printed_targets_say_only_what_the_books_print():
    several = tuple(
        MeasureTarget("Homes burnt", "1", "Fire", f"FY{year}", target, "", "", f"book {year}")
        for year, target in ((2021, 4.0), (2020, 5.0))
    )
    found = plan_of(Budget((), (), several, (), ()), (), as_of=TODAY)
    (one,) = found.measures
    assert [(value.fiscal_year, value.value, value.reference) for value in one.values] == [
        (2020, 5.0, "book 2020"),
        (2021, 4.0, "book 2021"),
    ]
    answers = judge(one, found, 2021, start_month=7).findings
    assert {answer.verdict for answer in answers.values()} == {Verdict.UNKNOWN}, "nothing is guessed"
    assert answers[Rule.EASIER].why is Why.DIRECTION_UNKNOWN and answers[Rule.NO_OWNER].why is Why.NOT_ASKED


# Discussions


def discussion(half: int, day: date, agency: str = "fire", year: int = 2027) -> Discussion:
    return Discussion(f"{agency}{half}", agency, year, half, day, "", 1, "", "Anne")


def test_two_halves_of_the_fiscal_year_and_what_is_due():
    recorded = [
        discussion(1, date(2026, 9, 3)),
        discussion(1, date(2026, 9, 3), agency="police"),
        discussion(1, date(2025, 9, 3), year=2026),
    ]
    first, second = slots("fire", 2027, recorded, start_month=7)
    assert (first.first, first.last, second.first, second.last) == (
        date(2026, 7, 1),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 6, 30),
    )
    assert first.held == recorded[0] and second.held is None
    since = recorded_since(recorded)
    assert since == date(2025, 9, 3)
    assert [slot.standing(TODAY, since=since) for slot in (first, second)] == [Standing.HELD, Standing.LATER]
    assert (
        second.standing(date(2027, 1, 1), since=since) is Standing.DUE
        and second.standing(date(2027, 6, 30), since=since) is Standing.DUE
    )
    assert second.standing(date(2027, 7, 1), since=since) is Standing.OVERDUE
    assert count([(first, second)], TODAY, since=since)[Standing.HELD] == 1


def test_a_half_that_ended_before_anything_was_written_down_is_not_called_overdue():
    first, second = slots("fire", 2025, [], start_month=7)
    assert (
        first.standing(TODAY, since=None) is Standing.NOT_RECORDED
        and second.standing(TODAY, since=date(2026, 9, 1)) is Standing.NOT_RECORDED
    )
    assert second.standing(TODAY, since=date(2025, 6, 30)) is Standing.OVERDUE
