"""What a period label means, and how far apart periods are: calendar, fiscal and school years, windows, quarters, months."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from lib.model import Period, PeriodKind

DAYS_A_YEAR = 365.2425
EXAMPLES = {
    PeriodKind.CALENDAR: "2016",
    PeriodKind.FISCAL: "FY2017",
    PeriodKind.SCHOOL: "2015-16",
    PeriodKind.WINDOW: "2013-2017",
    PeriodKind.QUARTER: "2019-Q4",
    PeriodKind.MONTH: "2019-02",
}
_PATTERNS = {
    PeriodKind.CALENDAR: r"(\d{4})",
    PeriodKind.FISCAL: r"FY ?(\d{4}|\d{2})",
    PeriodKind.SCHOOL: r"(\d{4})[-\u2013](\d{2})",
    PeriodKind.WINDOW: r"(\d{4})[-\u2013](\d{4})",
    PeriodKind.QUARTER: r"(\d{4})[- ]Q([1-4])",
    PeriodKind.MONTH: r"(\d{4})-(0[1-9]|1[0-2])",
}


def parse_period(label: str, kind: PeriodKind, *, fiscal_year_start_month: int = 7) -> Period:
    """The period that a label of that kind names.

    A fiscal year is named for the year in which it ends: FY2017 runs from July 1, 2016 to June 30, 2017 where the start
    month is 7. A school year runs from July to June. Labels come out in one form: FY17 as FY2017.
    Raises ValueError that names the label, the kind and an example.
    """
    found = re.fullmatch(_PATTERNS[kind], label.strip(), flags=re.ASCII)
    if found is None:
        raise ValueError(f"{label!r} is not a {kind} period such as {EXAMPLES[kind]!r}")
    first = int(found[1])
    if first < 1 or (kind is not PeriodKind.FISCAL and first < 1000):
        raise ValueError(f"{label!r} is not a {kind} period such as {EXAMPLES[kind]!r}")
    match kind:
        case PeriodKind.CALENDAR:
            return Period(date(first, 12, 31), date(first, 1, 1), f"{first}", kind)
        case PeriodKind.FISCAL:
            year = first + 2000 if len(found[1]) == 2 else first
            start = _fiscal_start(year, fiscal_year_start_month)
            end = _fiscal_start(year + 1, fiscal_year_start_month) - timedelta(days=1)
            return Period(end, start, f"FY{year}", kind)
        case PeriodKind.SCHOOL:
            if int(found[2]) != (first + 1) % 100:
                raise ValueError(f"{label!r} is not a school year: after {first} comes {(first + 1) % 100:02d}")
            return Period(date(first + 1, 6, 30), date(first, 7, 1), f"{first}-{found[2]}", kind)
        case PeriodKind.WINDOW:
            last = int(found[2])
            if last <= first:
                raise ValueError(f"{label!r} is not a window of years: it ends before it begins")
            return Period(date(last, 12, 31), date(first, 1, 1), f"{first}-{last}", kind)
        case PeriodKind.QUARTER:
            quarter = int(found[2])
            return Period(_month_end(first, 3 * quarter), date(first, 3 * quarter - 2, 1), f"{first}-Q{quarter}", kind)
        case PeriodKind.MONTH:
            month = int(found[2])
            return Period(_month_end(first, month), date(first, month, 1), f"{first}-{month:02d}", kind)


def _fiscal_start(year: int, start_month: int) -> date:
    return date(year if start_month == 1 else year - 1, start_month, 1)


def _month_end(year: int, month: int) -> date:
    return (date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)) - timedelta(days=1)


def years_between(earlier: date, later: date) -> float:
    """Years from one day to another; negative when the second is earlier."""
    return (later - earlier).days / DAYS_A_YEAR


def months_later(day: date, months: int) -> date:
    """The same day that many months later, or the month's last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = _month_end(year, month + 1)
    was_last = (day + timedelta(days=1)).day == 1
    return last if was_last else date(year, month + 1, min(day.day, last.day))


def is_next(earlier: Period, later: Period) -> bool:
    """Whether `later` follows `earlier` without a gap. For windows, that the last year is the next one."""
    if earlier.kind is not later.kind:
        return False
    if earlier.kind is PeriodKind.WINDOW:
        same_length = later.start.year - earlier.start.year == 1
        return same_length and later.end.year - earlier.end.year == 1
    return earlier.end + timedelta(days=1) == later.start


def latest_complete_in_fiscal_year(periods: Sequence[Period], fiscal: Period) -> Period | None:
    """The latest of `periods` that ended within that fiscal year: what a fiscal-year target is compared with where the
    indicator counts calendar years. None when none did."""
    ended = [period for period in periods if fiscal.start <= period.end <= fiscal.end]
    return max(ended, default=None)


def parse_partial_date(text: str) -> tuple[date, date]:
    """The first and last day of what is known of a date: "2016", "2016-03" or "2016-03-01". Raises ValueError else."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text, flags=re.ASCII)
    if found is None:
        raise ValueError(f"{text!r} is not a date such as '2016-06-24', '2016-06' or '2016'")
    year = int(found[1])
    if found[3]:
        return (day := date(year, int(found[2]), int(found[3]))), day
    if found[2]:
        return date(year, int(found[2]), 1), _month_end(year, int(found[2]))
    return date(year, 1, 1), date(year, 12, 31)
