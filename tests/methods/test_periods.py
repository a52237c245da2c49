from datetime import date

import pytest

from lib.methods.periods import (
    is_next,
    latest_complete_within,
    months_later,
    parse_partial_date,
    parse_period,
    target_period_for,
    years_between,
)
from lib.model import PeriodKind as Kind


@pytest.mark.parametrize(
    ("label", "kind", "start", "end", "printed"),
    [
        ("2016", Kind.CALENDAR, "2016-01-01", "2016-12-31", "2016"),
        ("FY2017", Kind.FISCAL, "2016-07-01", "2017-06-30", "FY2017"),
        ("FY17", Kind.FISCAL, "2016-07-01", "2017-06-30", "FY2017"),
        ("FY00", Kind.FISCAL, "1999-07-01", "2000-06-30", "FY2000"),
        ("FY69", Kind.FISCAL, "2068-07-01", "2069-06-30", "FY2069"),
        ("FY70", Kind.FISCAL, "1969-07-01", "1970-06-30", "FY1970"),
        ("FY99", Kind.FISCAL, "1998-07-01", "1999-06-30", "FY1999"),
        ("2015-16", Kind.SCHOOL, "2015-07-01", "2016-06-30", "2015-16"),
        ("2015–16", Kind.SCHOOL, "2015-07-01", "2016-06-30", "2015-16"),
        ("1999-00", Kind.SCHOOL, "1999-07-01", "2000-06-30", "1999-00"),
        ("2010-11", Kind.MONTH, "2010-11-01", "2010-11-30", "2010-11"),
        ("2010-11", Kind.SCHOOL, "2010-07-01", "2011-06-30", "2010-11"),
        ("2013-2017", Kind.WINDOW, "2013-01-01", "2017-12-31", "2013-2017"),
        ("2019-Q4", Kind.QUARTER, "2019-10-01", "2019-12-31", "2019-Q4"),
        ("2020-02", Kind.MONTH, "2020-02-01", "2020-02-29", "2020-02"),
    ],
)
def test_a_label_is_read_as_its_kind(label, kind, start, end, printed):
    period = parse_period(label, kind)
    assert (period.start.isoformat(), period.end.isoformat(), period.label) == (start, end, printed)


def test_a_fiscal_year_that_starts_in_january_is_the_calendar_year():
    period = parse_period("FY2017", Kind.FISCAL, fiscal_year_start_month=1)
    assert (period.start, period.end) == (date(2017, 1, 1), date(2017, 12, 31))


@pytest.mark.parametrize(
    ("label", "kind"),
    [("2016", Kind.FISCAL), ("FY2017", Kind.CALENDAR), ("2015-17", Kind.SCHOOL), ("2017-2013", Kind.WINDOW),
     ("2013-2013", Kind.WINDOW), ("2019-Q5", Kind.QUARTER), ("2019-13", Kind.MONTH), ("٢٠١٦", Kind.CALENDAR),
     ("", Kind.CALENDAR), ("2015-15", Kind.SCHOOL)],
)  # fmt: skip
def test_a_label_of_another_kind_is_refused_with_label_kind_and_an_example(label, kind):
    example = {Kind.CALENDAR: "2016", Kind.FISCAL: "FY2017", Kind.SCHOOL: "2015-16", Kind.WINDOW: "2013-2017",
               Kind.QUARTER: "2019-Q4", Kind.MONTH: "2019-02"}[kind]  # fmt: skip
    with pytest.raises(ValueError, match=f"is not a {kind} period; write one such as '{example}'") as refused:
        parse_period(label, kind)
    assert repr(label) in str(refused.value)


@pytest.mark.parametrize(
    ("label", "kind", "inside"),
    [("1899", Kind.CALENDAR, "1900"), ("2201", Kind.CALENDAR, "2200"), ("9998", Kind.CALENDAR, "2200"), ("0000", Kind.CALENDAR, "1900"),
     ("FY9999", Kind.FISCAL, "FY2200"), ("2196-2201", Kind.WINDOW, "2196-2200"), ("9998-12", Kind.MONTH, "2200-12")],
)  # fmt: skip
def test_a_year_that_no_city_counts_is_refused_with_the_bounds(label, kind, inside):
    with pytest.raises(ValueError, match="years go from 1900 to 2200"):
        parse_period(label, kind)
    assert months_later(parse_period(inside, kind).end, 12 * 200)


def test_neighbours_follow_without_a_gap():
    years = [parse_period(label, Kind.FISCAL) for label in ("FY2020", "FY2021", "FY2023")]
    assert is_next(years[0], years[1]) and not is_next(years[1], years[2]) and not is_next(years[1], years[0])
    windows = [parse_period(label, Kind.WINDOW) for label in ("2010-2014", "2011-2015", "2013-2017")]
    assert is_next(windows[0], windows[1]) and not is_next(windows[1], windows[2])
    assert not is_next(parse_period("2020", Kind.CALENDAR), parse_period("FY2022", Kind.FISCAL))


def test_a_fiscal_target_is_held_against_the_latest_year_that_ended_in_it():
    calendar = [parse_period(str(year), Kind.CALENDAR) for year in (2012, 2013, 2014)]
    found = latest_complete_within(calendar, parse_period("FY2014", Kind.FISCAL))
    assert found.label == "2013"
    assert latest_complete_within(calendar, parse_period("FY2020", Kind.FISCAL)) is None


def test_months_later_keeps_the_end_of_a_month():
    assert months_later(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_later(date(2023, 2, 28), 12) == date(2024, 2, 29)
    assert months_later(date(2025, 6, 30), 24) == date(2027, 6, 30)
    assert months_later(date(2025, 12, 15), 1) == date(2026, 1, 15)


@pytest.mark.parametrize(("calendar", "expected"), [(2019, "2018"), (2020, "2019")])
def test_a_fiscal_target_asks_a_calendar_series_about_the_year_that_ended_in_it(calendar, expected):
    assert target_period_for(parse_period(f"FY{calendar}", Kind.FISCAL), Kind.CALENDAR).label == expected


def test_a_target_of_the_series_own_kind_stays_and_a_fiscal_year_is_also_a_school_year():
    fiscal = parse_period("FY2017", Kind.FISCAL)
    assert target_period_for(fiscal, Kind.FISCAL) == fiscal
    assert target_period_for(fiscal, Kind.SCHOOL) == parse_period("2016-17", Kind.SCHOOL)
    from_january = parse_period("FY2017", Kind.FISCAL, fiscal_year_start_month=1)
    assert target_period_for(from_january, Kind.CALENDAR).label == "2017"


def test_a_calendar_target_asks_a_fiscal_series_about_the_year_that_ended_in_it():
    calendar = parse_period("2022", Kind.CALENDAR)
    assert target_period_for(calendar, Kind.FISCAL).end == date(2022, 6, 30)
    assert target_period_for(calendar, Kind.FISCAL, fiscal_year_start_month=10).end == date(2022, 9, 30)
    assert target_period_for(calendar, Kind.SCHOOL).label == "2021-22"


def test_a_target_for_a_quarter_without_a_year_end_is_refused():
    with pytest.raises(ValueError, match="no calendar year ends within 2019-Q2"):
        target_period_for(parse_period("2019-Q2", Kind.QUARTER), Kind.CALENDAR)
    with pytest.raises(ValueError, match="cannot be read as a month period"):
        target_period_for(parse_period("FY2019", Kind.FISCAL), Kind.MONTH)


@pytest.mark.parametrize(
    ("earlier", "later", "years"),
    [("2019-12-31", "2020-12-31", 1), ("2020-12-31", "2021-12-31", 1), ("2020-12-31", "2025-12-31", 5),
     ("2021-06-30", "2025-06-30", 4), ("2016-06-30", "2016-12-31", 0.5), ("2019-03-31", "2019-06-30", 0.25),
     ("2019-01-31", "2019-02-28", 1 / 12), ("2020-01-01", "2020-01-01", 0), ("2019-01-31", "2019-02-14", 0.5 / 12)],
)  # fmt: skip
def test_whole_years_quarters_and_months_are_whole_with_or_without_a_leap_day(earlier, later, years):
    assert years_between(date.fromisoformat(earlier), date.fromisoformat(later)) == years
    assert years_between(date.fromisoformat(later), date.fromisoformat(earlier)) == -years


def test_a_partial_date_spans_what_is_known():
    assert parse_partial_date("2016") == (date(2016, 1, 1), date(2016, 12, 31))
    assert parse_partial_date("2016-02") == (date(2016, 2, 1), date(2016, 2, 29))
    assert parse_partial_date("2016-06-24") == (date(2016, 6, 24), date(2016, 6, 24))
    for wrong in ("16", "2016-13", "2016-00", "June 2016", "2016-02-30", "2020-02-31", ""):
        with pytest.raises(ValueError, match=f"'{wrong}' is not a date such as"):
            parse_partial_date(wrong)
    with pytest.raises(ValueError, match="years go from 1900 to 2200"):
        parse_partial_date("9999-12")
