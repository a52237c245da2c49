"""Puts the methods to work on one framework's figures: for each indicator its latest value, status and movement.

Pure: figures in, answers out. Pages show what stands here and compute nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import pandas as pd

from lib.methods.intervals import standard_error_of_proportion, standard_error_of_rate
from lib.methods.periods import is_next, parse_period
from lib.methods.projection import Projection, project
from lib.methods.status import Bands, Point, StatusAnswer, target_status
from lib.methods.trend import MovementAnswer, movement
from lib.methods.xmr import Limits, control_limits, may_have_limits
from lib.model import Framework, Indicator, Outcome, Period, PeriodKind, Series, Status, Target


@dataclass(frozen=True)
class Figure:
    """One published figure. `value` is NaN where it was not published; `reason` says why."""

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


@dataclass(frozen=True)
class Assessment:
    """What can be said of one indicator on one day."""

    indicator: Indicator
    outcome: Outcome
    series: Series | None  # the headline series; None where none measures the indicator
    figures: tuple[Figure, ...]  # the city's own, headline series, oldest first
    latest: Figure | None  # the newest with a value
    target: Target | None  # the one in force
    baseline: Figure | None
    status: StatusAnswer
    movement: MovementAnswer
    projection: Projection | None
    limits: Limits | None
    others: tuple[Figure, ...] = ()

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
    return one.status.status in GOOD or one.status.held is True and one.status.status is Status.MAINTAIN


def is_off_target(one: Assessment) -> bool:
    return one.status.status in OFF_TARGET or one.status.held is False and one.status.status is Status.MAINTAIN


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
    figures = figures_of(observations, series, city, fiscal_year_start_month) if series else ()
    known = [figure for figure in figures if not math.isnan(figure.value)]
    latest = known[-1] if known else None
    target = target_in_force(indicator.targets, series, as_of)
    baseline = next((one for one in known if target and one.period.label == target.baseline), None)
    limits_of = series.limits if series else Limits()
    return Assessment(
        indicator=indicator,
        outcome=outcome,
        series=series,
        figures=with_gaps(figures),
        latest=latest,
        target=target,
        baseline=baseline,
        status=target_status(
            improves_when=indicator.improves_when,
            baseline=_point(baseline, series),
            latest=_point(latest, series),
            number_of_points=len(known),
            target_value=target.value if target else None,
            target_range=(target.low, target.high) if target and target.value is None else None,
            target_period=target.period if target else None,
            collected=indicator.collected,
            as_of=as_of,
            interval_years=series.interval_years if series else 1.0,
            decimals=series.decimals if series else indicator.decimals,
            unit=series.unit if series else indicator.unit,
            bands=bands,
        ),
    )
