"""When a figure is due: by the words of the catalogue, by the rule of what is stale, or not to be told. Days counted on a calendar by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.methods.due import FREQUENCIES, Standing, Unknown, months_between, months_borne_out, next_due
from lib.methods.periods import MONTHS_OF, parse_period, period_after, years_between
from lib.methods.status import Bands, is_old
from lib.model import PeriodKind

FY2025 = parse_period("FY2025", PeriodKind.FISCAL)
TODAY = date(2026, 11, 25)


def due(last=FY2025, *, months=12, days=90, collected=True, on=TODAY, unknown=None, stale=2.0):
    return next_due(last, months=months, unknown=unknown, days_to_publish=days, collected=collected, as_of=on, stale_intervals=stale)


def test_a_figure_is_due_its_days_after_the_end_of_the_period_that_follows():
    found = due()
    assert (found.standing, found.expected.label, found.on) == (Standing.LATE, "FY2026", date(2026, 9, 28))  # June 30 and 90 days
    assert found.days_late == 58  # 2 of September, 31 of October, 25 of November


def test_the_day_itself_is_in_time_and_the_next_is_one_day_late():
    assert due(on=date(2026, 9, 28)).standing is Standing.IN_TIME and due(on=date(2026, 9, 28)).days_late == 0
    assert (due(on=date(2026, 9, 29)).standing, due(on=date(2026, 9, 29)).days_late) == (Standing.LATE, 1)


def test_a_figure_that_is_out_on_the_last_day_of_its_period_is_due_that_day():
    assert due(days=0).on == date(2026, 6, 30)


def test_where_nobody_wrote_how_long_it_takes_it_is_late_once_it_is_stale():
    found = due(days=None)
    assert (found.standing, found.on, found.days_to_publish) == (Standing.IN_TIME, date(2027, 6, 30), None)
    assert due(days=None, on=date(2027, 7, 1)).days_late == 1 and is_old(FY2025, 1.0, date(2027, 7, 1), Bands())
    assert not is_old(FY2025, 1.0, date(2027, 6, 30), Bands())
    assert due(days=None, stale=0.5).on == date(2026, 6, 30)  # never before the period is over


@given(kind=some.sampled_from([PeriodKind.CALENDAR, PeriodKind.FISCAL, PeriodKind.SCHOOL]), year=some.integers(1990, 2100), wait=some.integers(0, 2000))
def test_late_without_written_days_is_the_same_as_stale(kind, year, wait):
    label = {PeriodKind.CALENDAR: f"{year}", PeriodKind.FISCAL: f"FY{year}", PeriodKind.SCHOOL: f"{year}-{(year + 1) % 100:02d}"}[kind]
    last = parse_period(label, kind)
    on = last.end + timedelta(days=wait)
    assert (due(last, days=None, on=on).standing is Standing.LATE) == is_old(last, 1.0, on, Bands())


def test_what_is_not_collected_any_more_is_never_late():
    for last in (FY2025, parse_period("FY1999", PeriodKind.FISCAL), None):
        assert due(last, collected=False).standing is Standing.ENDED and due(last, collected=False).days_late == 0


@pytest.mark.parametrize(
    ("last", "months", "unknown", "why"),
    [
        (None, 12, None, Unknown.NO_FIGURE),  # for the first time
        (None, None, Unknown.NO_SERIES, Unknown.NO_SERIES),
        (None, None, Unknown.IRREGULAR, Unknown.NO_FIGURE),
        (FY2025, None, Unknown.IRREGULAR, Unknown.IRREGULAR),
        (FY2025, None, None, Unknown.NO_FREQUENCY),
    ],
)
def test_it_cannot_be_told_with_the_reason(last, months, unknown, why):
    found = due(last, months=months, unknown=unknown)
    assert (found.standing, found.unknown, found.on, found.expected) == (Standing.CANNOT_TELL, why, None, None)


def test_words_for_how_often():
    assert months_between("annual") == (12, None) and months_between(" Every  ten YEARS ") == (120, None)
    assert months_between("when there is money") == (None, Unknown.IRREGULAR)
    assert months_between("") == months_between(" ") == (None, Unknown.NO_FREQUENCY)


def years(*labels):
    return [parse_period(label, PeriodKind.CALENDAR) for label in labels]


def test_a_rhythm_is_taken_from_neighbours_only():
    assert months_borne_out(years("2010", "2011", "2017"), interval_years=1.0) == (12, None)
    assert months_borne_out(years("2017", "2011", "2010"), interval_years=1.0) == (12, None)  # in whatever order
    assert months_borne_out(years("2010", "2020"), interval_years=10.0) == (120, None)
    for several in ((), years("2017"), years("2007", "2015")):
        assert months_borne_out(several, interval_years=1.0) == (None, Unknown.NO_FREQUENCY)


@pytest.mark.parametrize(
    ("kind", "label", "months", "after"),
    [
        (PeriodKind.CALENDAR, "2019", 12, "2020"),
        (PeriodKind.CALENDAR, "2010", 120, "2020"),
        (PeriodKind.FISCAL, "FY2025", 12, "FY2026"),
        (PeriodKind.SCHOOL, "1998-99", 12, "1999-00"),
        (PeriodKind.WINDOW, "2013-2017", 12, "2014-2018"),
        (PeriodKind.QUARTER, "2019-Q4", 3, "2020-Q1"),
        (PeriodKind.QUARTER, "2019-Q4", 12, "2020-Q4"),
        (PeriodKind.MONTH, "2019-12", 1, "2020-01"),
        (PeriodKind.MONTH, "2020-02", 12, "2021-02"),
        (PeriodKind.CALENDAR, "2019", 3, "2020"),  # a year has no quarter: the next of its kind
    ],
)
def test_the_period_that_comes_after(kind, label, months, after):
    found = period_after(parse_period(label, kind), months=months)
    assert found == parse_period(after, kind)


@given(some.sampled_from(list(FREQUENCIES.values())), some.integers(1950, 2150), some.integers(1, 12))
def test_a_year_moves_by_as_many_months_whenever_the_fiscal_year_begins(months, year, start_month):
    last = parse_period(f"FY{year}", PeriodKind.FISCAL, fiscal_year_start_month=start_month)
    after = period_after(last, months=months)
    assert after == parse_period(after.label, PeriodKind.FISCAL, fiscal_year_start_month=start_month)
    assert years_between(last.end, after.end) == max(1, round(months / MONTHS_OF[PeriodKind.FISCAL]))
