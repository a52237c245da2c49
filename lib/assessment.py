"""Puts the methods to work on one framework's figures: for each indicator its latest value, status and movement.

Pure: figures in, answers out. Pages show what stands here and compute nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import pandas as pd

from lib import words
from lib.language import _
from lib.methods.intervals import standard_error_of_proportion, standard_error_of_rate
from lib.methods.periods import is_next, latest_complete_within, target_period_for
from lib.methods.projection import Projection, project
from lib.methods.rollup import WORST_FIRST
from lib.methods.status import Bands, Point, StatusAnswer, is_old, target_status
from lib.methods.trend import MovementAnswer, Observation, movement
from lib.methods.xmr import Assurance, Limits, Variation, assurance, control_limits, may_have_limits, recent, variation
from lib.model import Framework, Indicator, Movement, Outcome, Period, PeriodKind, Series, Status, Target

LIMITS_IN_ERRORS = 3.92  # from the lower to the upper 95 % limit


@dataclass(frozen=True)
class Figure:
    """One figure of the city. `value` is NaN where it was not published; `reason` says why, if anybody said."""

    period: Period
    value: float
    numerator: float
    denominator: float
    reason: str
    provisional: bool
    vintage: str
    note: str
    reference: str
    revisions: int
    lower: float = math.nan  # 95 % limits, where the source publishes them
    upper: float = math.nan


@dataclass(frozen=True)
class Process:
    """Limits of usual variation, where the series allows them, and what they say. Trial limits say nothing yet."""

    limits: Limits
    n: int  # figures that they were taken from
    variation: Variation | None
    assurance: Assurance | None  # None also without a target value


@dataclass(frozen=True)
class Assessment:
    """What can be said of one indicator on one day."""

    indicator: Indicator
    outcome: Outcome
    city: str  # geography id
    series: Series | None  # the headline series; None where none measures the indicator
    figures: tuple[Figure, ...]  # the city's, headline series, oldest first; a gap in time stands as a missing figure
    latest: Figure | None  # the newest with a value
    target: Target | None  # the one in force
    asked: Period | None  # the period of the series that this target is about
    baseline: Figure | None
    status: StatusAnswer
    movement: MovementAnswer
    projection: Projection | None
    process: Process | None

    @property
    def decimals(self) -> int:
        return self.series.decimals if self.series else self.indicator.decimals

    @property
    def unit(self) -> str:
        return self.series.unit if self.series else self.indicator.unit

    @property
    def has_neighborhoods(self) -> bool:
        return bool(self.indicator.neighborhood_measure)


GOOD = (Status.MET, Status.ON_TRACK)
OFF_TARGET = (Status.BEHIND, Status.FAR_BEHIND, Status.GETTING_WORSE, Status.SLIPPED, Status.MISSED)


def is_good(one: Assessment) -> bool:
    return one.status.status in GOOD or (one.status.status is Status.MAINTAIN and one.status.held is True)


def is_off_target(one: Assessment) -> bool:
    return one.status.status in OFF_TARGET or (one.status.status is Status.MAINTAIN and one.status.held is False)


def is_worse(one: Assessment) -> bool:
    return one.status.status is Status.GETTING_WORSE or one.movement.movement is Movement.WORSE


def by_worst(assessments: Sequence[Assessment]) -> list[Assessment]:
    """Worse and off target first, then off target, then worse, then by status from worst to best."""
    return sorted(
        assessments,
        key=lambda one: (
            not (is_worse(one) and is_off_target(one)),
            not is_off_target(one),
            not is_worse(one),
            WORST_FIRST.index(one.status.status),
        ),
    )


def status_word(one: Assessment) -> str:
    """The status as the reader sees it: a value to be maintained was, or was not."""
    if one.status.status is Status.MAINTAIN:
        return _("maintained") if one.status.held else _("not maintained")
    return _(str(one.status.status))


def target_text(one: Assessment) -> str:
    """The value or range of the target in force; "" when there is none."""
    return value_or_range(one.target, one.series) if one.target and one.series else ""


def value_or_range(target: Target, series: Series) -> str:
    if target.value is None:
        low = words.figure(target.low, series.decimals)
        return f"{low}\N{EN DASH}{words.figure(target.high, series.decimals, series.unit)}"
    return words.figure(target.value, series.decimals, series.unit)


def spoken_trend(one: Assessment) -> str:
    """What a trend chart shows, in words: from which figure to which, and against which target."""
    known = [figure for figure in one.figures if figure.value == figure.value]
    if not known:
        return _("{name}: no figures.").format(name=one.indicator.name)
    first, last = known[0], known[-1]

    def said(figure) -> str:
        return f"{words.figure(figure.value, one.decimals, one.unit)} ({words.period_of(figure.period)})"

    if last is not first and one.target:
        text = _("{name}: {first} to {last}; target {target} by {when}; {status}.")
    elif last is not first:
        text = _("{name}: {first} to {last}; {status}.")
    elif one.target:
        text = _("{name}: {first}; target {target} by {when}; {status}.")
    else:
        text = _("{name}: {first}; {status}.")
    return text.format(
        name=one.indicator.name,
        first=said(first),
        last=said(last),
        target=target_text(one),
        when=words.period_of(one.target.period) if one.target else "",
        status=status_word(one),
    )


def assess_all(
    framework: Framework,
    observations: pd.DataFrame,
    *,
    as_of: date,
    fiscal_year_start_month: int,
    bands: Mapping[str, float],
    confidence: float,
) -> tuple[Assessment, ...]:
    """Every indicator of the framework, in its order. `observations` as lib.store.queries.observations gives them."""
    outcomes = {outcome.id: outcome for outcome in framework.outcomes}
    by_indicator = dict(tuple(observations.groupby("indicator", sort=False)))
    return tuple(
        assess(
            indicator,
            outcomes[indicator.outcome],
            by_indicator.get(indicator.id, observations.iloc[:0]),
            city=framework.geography,
            as_of=as_of,
            fiscal_year_start_month=fiscal_year_start_month,
            bands=Bands(**bands),
            confidence=confidence,
        )
        for indicator in framework.indicators
    )


def assess(
    indicator: Indicator,
    outcome: Outcome,
    observations: pd.DataFrame,
    *,
    city: str,
    as_of: date,
    fiscal_year_start_month: int,
    bands: Bands,
    confidence: float,
) -> Assessment:
    """What can be said of one indicator of `city` on the day `as_of`."""
    series = indicator.series_by_id(indicator.headline) if indicator.headline else None
    figures = figures_of(observations, series, city) if series else ()
    known = [figure for figure in figures if not math.isnan(figure.value)]
    latest = known[-1] if known else None
    target = target_in_force(indicator.targets, series, as_of)
    baseline = next((one for one in known if target and one.period.label == target.baseline), None)
    asked = asked_period(target, series, fiscal_year_start_month=fiscal_year_start_month) if target else None
    status = _status(indicator, series, baseline, known, target, asked, as_of, bands)
    goes_on = indicator.collected and latest is not None and not is_old(latest.period, series.interval_years, as_of, bands)
    return Assessment(
        indicator=indicator,
        outcome=outcome,
        city=city,
        series=series,
        figures=with_gaps(figures),
        latest=latest,
        target=target,
        asked=asked,
        baseline=baseline,
        status=status,
        movement=_movement(indicator, series, figures),
        projection=_projection(indicator, series, known, target, asked, confidence) if goes_on else None,
        process=_process(indicator, series, figures, target),
    )


def figures_of(observations: pd.DataFrame, series: Series, place: str) -> tuple[Figure, ...]:
    """The figures of one series and place as a whole, oldest first."""
    own = observations[
        (observations["series"] == series.id) & (observations["geography"] == place) & (observations["group"] == "")
    ]
    figures = [
        Figure(
            period=Period(row.end, row.start, row.period, series.kind),
            value=row.value,
            numerator=row.numerator,
            denominator=row.denominator,
            reason=row.missing_reason,
            provisional=bool(row.provisional),
            vintage=row.vintage,
            note=row.note,
            reference=row.reference,
            revisions=int(row.revisions),
            lower=row.lower,
            upper=row.upper,
        )
        for row in own.itertuples()
    ]
    return tuple(sorted(figures, key=lambda figure: figure.period))


def with_gaps(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """The figures with a missing one wherever time passed without any, so that no line is drawn across."""
    if not figures:
        return ()
    filled: list[Figure] = [figures[0]]
    for earlier, later in pairwise(figures):
        if not is_next(earlier.period, later.period):
            middle = earlier.period.end + (later.period.end - earlier.period.end) / 2
            gap = Period(middle, middle, "", later.period.kind)
            filled.append(Figure(gap, math.nan, math.nan, math.nan, "", False, "", "", "", 0))
        filled.append(later)
    return tuple(filled)


def asked_period(target: Target, series: Series, *, fiscal_year_start_month: int) -> Period:
    """The period of the series that a target is about: 2013 for FY2014 in a series of calendar years. Where the series does not
    count by years, or no year of its kind ends within the target's period, that period itself."""
    try:
        return target_period_for(target.period, series.kind, fiscal_year_start_month=fiscal_year_start_month)
    except ValueError:
        return target.period


def figure_for(target: Target, figures: Sequence[Figure]) -> Figure | None:
    """The figure that a target is held against when its time is over: of the same period or, where the target's period is of
    another kind than the series', of the latest period that ended within it. None where there is none."""
    by_period = {figure.period: figure for figure in figures if not math.isnan(figure.value)}
    same = [period for period in by_period if (period.start, period.end) == (target.period.start, target.period.end)]
    if same:
        return by_period[same[0]]
    latest = latest_complete_within([period for period in by_period if period.kind is not target.period.kind], target.period)
    return by_period[latest] if latest else None


def target_in_force(targets: Sequence[Target], series: Series | None, as_of: date) -> Target | None:
    """Of the headline series' targets the next one that is not over yet; when all are over, the last."""
    own = [target for target in targets if series is not None and target.series == series.id]
    ahead = [target for target in own if target.period.end >= as_of]
    return ahead[0] if ahead else own[-1] if own else None


def _status(
    indicator: Indicator, series: Series | None, baseline: Figure | None, known: Sequence[Figure], target: Target | None,
    asked: Period | None, as_of: date, bands: Bands,
) -> StatusAnswer:  # fmt: skip
    return target_status(
        improves_when=indicator.improves_when,
        baseline=_point(baseline, series),
        latest=_point(known[-1] if known else None, series),
        number_of_points=len(known),
        target_value=target.value if target else None,
        target_range=(target.low, target.high) if target and target.value is None else None,
        target_period=target.period if target else None,
        asked=asked,
        then=_point(figure_for(target, known), series) if target else None,
        collected=indicator.collected,
        as_of=as_of,
        interval_years=series.interval_years if series else 1.0,
        decimals=series.decimals if series else indicator.decimals,
        unit=series.unit if series else indicator.unit,
        bands=bands,
    )


def _point(figure: Figure | None, series: Series | None) -> Point | None:
    """The figure with its standard error: from its published limits or, where counts are known and vary no more than chance,
    from the counts."""
    if figure is None or series is None:
        return None
    se = (figure.upper - figure.lower) / LIMITS_IN_ERRORS
    if math.isnan(se) and series.multiplier and not series.overdispersed:
        if series.value_kind == "rate":
            se = standard_error_of_rate(figure.numerator, figure.denominator, multiplier=series.multiplier)
        elif series.value_kind == "proportion":
            se = series.multiplier * standard_error_of_proportion(figure.numerator, figure.denominator)
    return Point(figure.period, figure.value, None if math.isnan(se) else se)


def _movement(indicator: Indicator, series: Series | None, figures: Sequence[Figure]) -> MovementAnswer:
    if series is None:
        return MovementAnswer(Movement.CANNOT_TELL, _("There is no figure that measures it."))
    return movement(
        [Observation(one.period, one.value, one.numerator, one.denominator) for one in figures],
        improves_when=indicator.improves_when,
        value_kind=series.value_kind,
        multiplier=series.multiplier,
        independent=series.independent,
        overdispersed=series.overdispersed,
        decimals=series.decimals,
        unit=series.unit,
    )


def _projection(
    indicator: Indicator, series: Series | None, known: Sequence[Figure], target: Target | None, asked: Period | None,
    confidence: float,
) -> Projection | None:  # fmt: skip
    if series is None or series.kind in (PeriodKind.MONTH, PeriodKind.QUARTER):
        return None
    return project(
        [one.period.end for one in known],
        [one.value for one in known],
        improves_when=indicator.improves_when,
        target_end=asked.end if asked else None,
        target_value=target.value if target else None,
        target_range=(target.low, target.high) if target and target.value is None else None,
        percent=words.is_percent(series.unit),
        independent=series.independent,
        confidence=confidence,
        decimals=series.decimals,
        unit=series.unit,
    )


def _process(
    indicator: Indicator, series: Series | None, figures: Sequence[Figure], target: Target | None
) -> Process | None:
    if series is None or not may_have_limits(series.kind, independent=series.independent):
        return None
    values = recent([one.value for one in with_gaps(figures)])
    limits = control_limits(values)
    if limits is None:
        return None
    n = sum(not math.isnan(value) for value in values)
    if limits.trial:
        return Process(limits, n, None, None)
    said = None
    if target is not None and target.value is not None:
        said = assurance(limits, target=target.value, improves_when=indicator.improves_when)
    return Process(limits, n, variation(values, limits, improves_when=indicator.improves_when), said)
