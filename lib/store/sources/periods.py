"""The period that a year of a source stands for, as the series counts."""

from __future__ import annotations

from lib.methods.periods import parse_period
from lib.model import Period, PeriodKind


def period_of_year(year: int, kind: PeriodKind, *, window_years: int, start_month: int) -> Period:
    """A school or fiscal year and a window are named for the year in which they end. Raises ValueError for other kinds.

    Example: 2017 is 2013-2017 as a window of five years, 2016-17 as a school year.
    """
    labels = {
        PeriodKind.CALENDAR: f"{year}",
        PeriodKind.FISCAL: f"FY{year}",
        PeriodKind.SCHOOL: f"{year - 1}-{year % 100:02d}",
        PeriodKind.WINDOW: f"{year - window_years + 1}-{year}",
    }
    if kind not in labels:
        raise ValueError(f"a year cannot be a {kind}")
    return parse_period(labels[kind], kind, fiscal_year_start_month=start_month)


def quarter_of_fiscal_year(year: int, quarter: int, *, start_month: int) -> Period:
    """The calendar's quarter that a fiscal year's is: the first of FY2025 is 2024-Q3 where the year starts in July.

    Raises ValueError where fiscal quarters are no quarters of the calendar.
    """
    if start_month not in (1, 4, 7, 10):
        raise ValueError("the fiscal year does not start with a quarter of the calendar")
    months = (year if start_month == 1 else year - 1) * 12 + start_month - 1 + 3 * (quarter - 1)
    return parse_period(f"{months // 12}-Q{months % 12 // 3 + 1}", PeriodKind.QUARTER)
