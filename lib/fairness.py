"""Puts the methods of equity to work on figures by area: who is worse off, by how much, and whether that is changing.

Pure, as assessment.py. Areas are ranked once, by one named variable, and the ranking stays for every period compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lib.language import _
from lib.methods.equity import (
    AreaValue,
    Gap,
    LevelAndGap,
    Narrowing,
    NarrowingAnswer,
    Pooled,
    SlopeIndex,
    fifths,
    gap,
    level_and_gap,
    narrowing,
    pooled,
    slope_index,
)
from lib.methods.funnel import Funnel, funnel
from lib.methods.inequality import Concentration, Measures, analyst_measures, concentration
from lib.methods.periods import years_between
from lib.methods.status import Bands, Point, StatusAnswer, target_status
from lib.methods.trend import MovementAnswer, Observation, movement
from lib.model import Direction, GapTarget, Movement, Period
from lib.neighborhoods import Layer, Residents


@dataclass(frozen=True)
class Ranking:
    """The areas from most to least disadvantaged, by one variable in one period."""

    name: str
    most: str  # "with the lowest household income"
    least: str
    period: str  # of the variable
    scores: Mapping[str, float]  # by area; higher is more disadvantaged


@dataclass(frozen=True)
class Fairness:
    """What can be said of one series by one ranking."""

    layer: Layer
    ranking: Ranking
    gaps: Mapping[str, Gap]  # by period label
    levels: Mapping[str, Pooled]  # all areas together, by period label
    worst_fifth: tuple[str, ...]  # areas, most disadvantaged first
    slope: SlopeIndex  # of the latest period
    compared: tuple[Period, Period] | None  # the periods of the verdict
    narrowing: NarrowingAnswer
    gap_movement: MovementAnswer  # of the gap itself, over all periods
    level_movement: MovementAnswer
    state: LevelAndGap

    @property
    def latest(self) -> Gap:
        return self.gaps[self.layer.latest.label]


def ranking_of(layers: Sequence[Layer], *, disadvantaged: str, name: str, most: str, least: str, near: date) -> Ranking | None:
    """The ranking by the figures nearest in time to `near`; None where the variable has none. `disadvantaged`: the end,
    "low" or "high", at which an area is worse off."""
    at = [(abs((period.end - near).days), layer, period) for layer in layers for period in layer.periods if layer.values(period.label)]
    if not at:
        return None
    _, layer, period = min(at, key=lambda one: one[0])
    sign = -1 if disadvantaged == "low" else 1
    scores = {area: sign * value for area, value in layer.values(period.label).items()}
    return Ranking(name, most, least, period.label, scores)


def area_values(layer: Layer, period: Period, ranking: Ranking | None, residents: Residents) -> tuple[AreaValue, ...]:
    """The figures of a period as the methods take them. Weights are residents, or 1 for all where nobody counted them; an
    area without a count beside others that have one is left out."""
    people = residents.near(period.end)
    scores = ranking.scores if ranking else {}
    found = []
    for one in layer.figures[period.label]:
        weight = people.get(one.area, math.nan) if people else 1.0
        known = not math.isnan(one.usable) and weight > 0
        found.append(
            AreaValue(
                area=one.area,
                value=one.value if known else math.nan,
                weight=weight if weight > 0 else 1.0,
                disadvantage=scores.get(one.area, math.nan),
                numerator=one.numerator if known else math.nan,
                denominator=one.denominator if known else math.nan,
                se=one.se if known and math.isnan(one.numerator) else math.nan,
                approximate=one.approximate,
            )
        )
    return tuple(found)


def fairness(layer: Layer, ranking: Ranking, residents: Residents, *, confidence: float = 0.95) -> Fairness:
    """The gap of every period, the slope, and what became of the gap between the first and the last period."""
    by_period = {period.label: area_values(layer, period, ranking, residents) for period in layer.periods}
    gaps = {label: _gap(layer, ranking, values, confidence) for label, values in by_period.items()}
    levels = {label: _pooled(layer, values) for label, values in by_period.items()}
    compared = (layer.periods[0], layer.periods[-1]) if len(layer.periods) > 1 else None
    verdict = _narrowing(layer, ranking, by_period, compared, confidence)
    level_moves = _movement(layer, {label: level.value for label, level in levels.items()}, layer.measure.improves_when)
    latest = by_period[layer.latest.label]
    return Fairness(
        layer=layer,
        ranking=ranking,
        gaps=gaps,
        levels=levels,
        worst_fifth=_worst_fifth(ranking),
        slope=slope_index(latest, improves_when=layer.measure.improves_when, confidence=confidence, **_kind(layer)),
        compared=compared,
        narrowing=verdict,
        gap_movement=_movement(layer, {label: _size(one) for label, one in gaps.items()}, Direction.FALLS),
        level_movement=level_moves,
        state=level_and_gap(_better(level_moves), _narrower(verdict)),
    )


def _worst_fifth(ranking: Ranking) -> tuple[str, ...]:
    names = list(ranking.scores)
    groups = fifths([ranking.scores[name] for name in names])
    worst = [name for name, group in zip(names, groups, strict=True) if group == 1]
    return tuple(sorted(worst, key=lambda name: -ranking.scores[name]))


def _kind(layer: Layer) -> dict[str, str | float | None]:
    return {"value_kind": layer.series.value_kind, "multiplier": layer.series.multiplier}


def _pooled(layer: Layer, values: Sequence[AreaValue]) -> Pooled:
    return pooled(values, multiplier=layer.series.multiplier, value_kind=layer.series.value_kind)


def _gap(layer: Layer, ranking: Ranking, values: Sequence[AreaValue], confidence: float) -> Gap:
    return gap(
        values,
        improves_when=layer.measure.improves_when,
        confidence=confidence,
        disadvantaged_phrase=ranking.most.removeprefix("with "),
        advantaged_phrase=ranking.least.removeprefix("with "),
        decimals=layer.series.decimals,
        unit=layer.series.unit,
        **_kind(layer),
    )


def _narrowing(
    layer: Layer, ranking: Ranking, by_period: Mapping[str, Sequence[AreaValue]], compared: tuple[Period, Period] | None, confidence: float
) -> NarrowingAnswer:
    """Of the same areas at both times: one whose figure may not be used at one of them is left out at both."""
    if compared is None:
        return NarrowingAnswer(Narrowing.CANNOT_TELL, _("Whether the gap narrowed cannot be told: there is one period only."))
    first, last = (by_period[period.label] for period in compared)
    both = {one.area for one in first if one.is_known} & {one.area for one in last if one.is_known}
    earlier, later = (_gap(layer, ranking, [one for one in values if one.area in both], confidence) for values in (first, last))
    return narrowing(earlier, later, overlap=overlap(*compared))


def overlap(earlier: Period, later: Period) -> float:
    """The share of a window's time that it has in common with an earlier one; 0 where they do not meet."""
    shared = years_between(later.start, earlier.end)
    length = years_between(later.start, later.end)
    return min(max(shared / length, 0.0), 0.99) if length > 0 else 0.0


def _size(one: Gap) -> float:
    return math.nan if one.difference is None else abs(one.difference)


def _movement(layer: Layer, values: Mapping[str, float], improves_when: Direction) -> MovementAnswer:
    """By Mann and Kendall's test, since no counts stand behind a gap."""
    return movement(
        [Observation(period, values[period.label]) for period in layer.periods],
        improves_when=improves_when,
        value_kind="mean",
        independent=layer.series.independent,
        decimals=layer.series.decimals,
        unit=layer.series.unit,
    )


def _better(found: MovementAnswer) -> bool | None:
    return {Movement.BETTER: True, Movement.WORSE: False}.get(found.movement)


def _narrower(found: NarrowingAnswer) -> bool | None:
    """Fairer only when narrowed both ways, less fair only when widened both ways: rule 1.5 of the methods."""
    return {Narrowing.NARROWED: True, Narrowing.WIDENED: False}.get(found.verdict)


def gap_status(found: Fairness, target: GapTarget, *, as_of: date, bands: Bands) -> StatusAnswer:
    """How the gap stands against a target of its own: a gap improves when it falls."""
    known = {label: one for label, one in found.gaps.items() if one.difference is not None}
    periods = {period.label: period for period in found.layer.periods}
    newest = next((period for period in reversed(found.layer.periods) if period.label in known), None)
    return target_status(
        improves_when=Direction.FALLS,
        baseline=_point(periods.get(target.baseline), known.get(target.baseline)),
        latest=_point(newest, known.get(newest.label) if newest else None),
        number_of_points=len(known),
        target_value=target.value,
        target_range=None,
        target_period=target.period,
        then=_point(periods.get(target.period.label), known.get(target.period.label)),
        collected=True,
        as_of=as_of,
        interval_years=found.layer.series.interval_years,
        decimals=found.layer.series.decimals,
        unit="",
        bands=bands,
    )


def _point(period: Period | None, one: Gap | None) -> Point | None:
    return None if period is None or one is None else Point(period, one.difference, one.difference_se)


def concentration_of(layer: Layer, period: Period, ranking: Ranking, residents: Residents, *, what: str) -> Concentration:
    return concentration(area_values(layer, period, ranking, residents), value_kind=layer.series.value_kind, what=what)


def funnel_of(layer: Layer, period: Period, ranking: Ranking, residents: Residents) -> Funnel:
    return funnel(
        area_values(layer, period, ranking, residents),
        improves_when=layer.measure.improves_when,
        city=layer.city.get(period.label),
        decimals=layer.series.decimals,
        unit=layer.series.unit,
        **_kind(layer),
    )


def analyst_table(layer: Layer, period: Period, ranking: Ranking, residents: Residents) -> Measures:
    return analyst_measures(area_values(layer, period, ranking, residents), improves_when=layer.measure.improves_when, **_kind(layer))
