"""Which period a series is expected to report next."""

from __future__ import annotations

from lib.intake.known import Known, SeriesKey
from lib.methods.periods import MONTHS_OF, parse_period, period_after
from lib.model import Period, Series


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
    return period_after(period, months=12 * years if MONTHS_OF[period.kind] == 12 else MONTHS_OF[period.kind]).label
