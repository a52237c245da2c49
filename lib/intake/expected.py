"""Which period a series is expected to report next."""

from __future__ import annotations

from lib.intake.known import Known, SeriesKey
from lib.methods.periods import parse_period
from lib.model import Period, PeriodKind, Series


def next_label(key: SeriesKey, series: Series, known: Known) -> str:
    """The period after the newest stored figure of the city; "" where there is none yet."""
    ends = [
        (one.end, one.period)
        for (geography, dimension, _), line in known.lines(key).items()
        if geography == known.framework.geography and not dimension
        for one in line.values()
    ]
    if not ends:
        return ""
    start_month = known.fiscal_year_start_month
    return following(parse_period(max(ends)[1], series.kind, fiscal_year_start_month=start_month), years=max(1, round(series.interval_years)))


def following(period: Period, *, years: int = 1) -> str:
    """The label of the next period of the same kind; of the year that is `years` later where it is a year."""
    end = period.end
    match period.kind:
        case PeriodKind.CALENDAR:
            return f"{end.year + years}"
        case PeriodKind.FISCAL:
            return f"FY{end.year + years}"
        case PeriodKind.SCHOOL:
            return f"{end.year + years - 1}-{(end.year + years) % 100:02d}"
        case PeriodKind.WINDOW:
            return f"{period.start.year + years}-{end.year + years}"
        case PeriodKind.QUARTER:
            quarter = end.month // 3
            return f"{end.year}-Q{quarter + 1}" if quarter < 4 else f"{end.year + 1}-Q1"
        case PeriodKind.MONTH:
            return f"{end.year}-{end.month + 1:02d}" if end.month < 12 else f"{end.year + 1}-01"
