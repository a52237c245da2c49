"""What a period label means, and how far apart periods are: calendar, fiscal and school years, windows, quarters, months."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from lib.language import _
from lib.model import Period, PeriodKind

PIVOT = 70  # FY70 to FY99 are of the last century, FY00 to FY69 of this one
YEARS = range(1900, 2201)  # far beyond what a city counts; a year outside is a slip of the pen
EXAMPLES = {
    PeriodKind.CALENDAR: "2016",
    PeriodKind.FISCAL: "FY2017",
    PeriodKind.SCHOOL: "2015-16",
    PeriodKind.WINDOW: "2013-2017",
    PeriodKind.QUARTER: "2019-Q4",
    PeriodKind.MONTH: "2019-02",
}
MONTHS_OF = {kind: 3 if kind is PeriodKind.QUARTER else 1 if kind is PeriodKind.MONTH else 12 for kind in PeriodKind}  # from one to the next
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
    A fiscal year may have two digits: FY70 to FY99 are 1970 to 1999. Raises ValueError that names the label, the kind and an
    example of what to write.
    """
    found = re.fullmatch(_PATTERNS[kind], label.strip(), flags=re.ASCII)
    first = _year(found[1]) if found else 0
    if found is None:
        raise ValueError(_refusal(label, kind))
    _check_year(first, label)
    match kind:
        case PeriodKind.CALENDAR:
            return Period(date(first, 12, 31), date(first, 1, 1), f"{first}", kind)
        case PeriodKind.FISCAL:
            start = _fiscal_start(first, fiscal_year_start_month)
            end = _fiscal_start(first + 1, fiscal_year_start_month) - timedelta(days=1)
            return Period(end, start, f"FY{first}", kind)
        case PeriodKind.SCHOOL:
            if int(found[2]) != (first + 1) % 100:
                after = _("after {year} comes {next:02d}").format(year=first, next=(first + 1) % 100)
                raise ValueError(f"{_refusal(label, kind)}: {after}")
            return Period(date(first + 1, 6, 30), date(first, 7, 1), f"{first}-{found[2]}", kind)
        case PeriodKind.WINDOW:
            last = int(found[2])
            _check_year(last, label)
            if last <= first:
                raise ValueError(f"{_refusal(label, kind)}: {_('it has to end in a later year than it begins')}")
            return Period(date(last, 12, 31), date(first, 1, 1), f"{first}-{last}", kind)
        case PeriodKind.QUARTER:
            quarter = int(found[2])
            return Period(_month_end(first, 3 * quarter), date(first, 3 * quarter - 2, 1), f"{first}-Q{quarter}", kind)
        case PeriodKind.MONTH:
            month = int(found[2])
            return Period(_month_end(first, month), date(first, month, 1), f"{first}-{month:02d}", kind)


def _refusal(label: str, kind: PeriodKind) -> str:
    said = _("{label!r} is not a {kind} period; write one such as {example!r}")
    return said.format(label=label, kind=_(str(kind)), example=EXAMPLES[kind])


def _year(digits: str) -> int:
    """The year that two or four digits name."""
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (1900 if int(digits) >= PIVOT else 2000)


def _check_year(year: int, label: str) -> None:
    if year not in YEARS:
        said = _("{label!r} names the year {year:04d}; years go from {first} to {last}")
        raise ValueError(said.format(label=label, year=year, first=YEARS[0], last=YEARS[-1]))


def _fiscal_start(year: int, start_month: int) -> date:
    return date(year if start_month == 1 else year - 1, start_month, 1)


def _month_end(year: int, month: int) -> date:
    return (date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)) - timedelta(days=1)


def years_between(earlier: date, later: date) -> float:
    """Years from one day to another; negative when the second is earlier.

    Counted in calendar months and, for the rest, days of the month then running: from one year's end to the next is exactly
    1 with or without a February 29, so that one year of five is exactly a fifth of the time.
    """
    if later < earlier:
        return -years_between(later, earlier)
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    if months_later(earlier, months) > later:
        months -= 1
    from_day, to_day = months_later(earlier, months), months_later(earlier, months + 1)
    return (months + (later - from_day).days / (to_day - from_day).days) / 12


def months_later(day: date, months: int) -> date:
    """The same day that many months later, or the month's last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = _month_end(year, month + 1)
    was_last = (day + timedelta(days=1)).day == 1
    return last if was_last else date(year, month + 1, min(day.day, last.day))


def period_after(period: Period, *, months: int) -> Period:
    """The period of the same kind that comes so many months later, and at least the next one. A window moves as a whole.

    Example: twelve months after FY2025 comes FY2026; twelve after the month 2026-03 comes 2027-03.
    """
    step = MONTHS_OF[period.kind]
    ahead = step * max(1, round(months / step))
    start, end = months_later(period.start, ahead), months_later(period.end, ahead)
    return Period(end, start, _label(start, end, period.kind), period.kind)


def _label(start: date, end: date, kind: PeriodKind) -> str:
    match kind:
        case PeriodKind.CALENDAR:
            return f"{end.year}"
        case PeriodKind.FISCAL:
            return f"FY{end.year}"
        case PeriodKind.SCHOOL:
            return f"{start.year}-{end.year % 100:02d}"
        case PeriodKind.WINDOW:
            return f"{start.year}-{end.year}"
        case PeriodKind.QUARTER:
            return f"{end.year}-Q{end.month // 3}"
        case PeriodKind.MONTH:
            return f"{end.year}-{end.month:02d}"


def is_next(earlier: Period, later: Period) -> bool:
    """Whether `later` follows `earlier` without a gap. For windows, that the last year is the next one."""
    if earlier.kind is not later.kind:
        return False
    if earlier.kind is PeriodKind.WINDOW:
        same_length = later.start.year - earlier.start.year == 1
        return same_length and later.end.year - earlier.end.year == 1
    return earlier.end + timedelta(days=1) == later.start


def target_period_for(target: Period, kind: PeriodKind, *, fiscal_year_start_month: int = 7) -> Period:
    """The year of `kind` that a target's period asks about: the one that ended last within it.

    A target for FY2017 in a series of calendar years is about 2016, since 2016 ended within FY2017. Of the same kind it is
    the period itself. Raises ValueError for a kind that is not a year, or when no year of that kind ends within the target's.
    """
    if target.kind is kind:
        return target
    labels = {PeriodKind.CALENDAR: "{0}", PeriodKind.FISCAL: "FY{0}", PeriodKind.SCHOOL: "{1}-{2:02d}"}
    if kind not in labels:
        raise ValueError(f"{target.label} cannot be read as a {kind} period; only as a calendar, a fiscal or a school year")
    for year in (target.end.year, target.end.year - 1):
        label = labels[kind].format(year, year - 1, year % 100)
        found = parse_period(label, kind, fiscal_year_start_month=fiscal_year_start_month)
        if target.start <= found.end <= target.end:
            return found
    raise ValueError(f"no {kind} year ends within {target.label}")


def latest_complete_within(periods: Sequence[Period], target: Period) -> Period | None:
    """The latest of `periods` that ended within a target's: what a fiscal-year target is compared with where the indicator
    counts calendar years. None when none did."""
    ended = [period for period in periods if target.start <= period.end <= target.end]
    return max(ended, default=None)


def parse_partial_date(text: str) -> tuple[date, date]:
    """The first and last day of what is known of a date: "2016", "2016-03" or "2016-03-01". Raises ValueError else."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text, flags=re.ASCII)
    refusal = _("{text!r} is not a date such as '2016-06-24', '2016-06' or '2016'")
    if found is None:
        raise ValueError(refusal.format(text=text))
    year = int(found[1])
    _check_year(year, text)
    try:
        first = date(year, int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        raise ValueError(f"{refusal.format(text=text)}: {_('the calendar has no such day')}") from None
    if found[3]:
        return first, first
    return first, _month_end(year, int(found[2] or 12))
