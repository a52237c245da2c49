"""Where a place-based Stat goes: the six criteria side by side, three worked out from figures and three judged by people."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from lib import words
from lib.fairness import Ranking
from lib.language import _
from lib.methods.ranks import rank_ranges
from lib.model import Area, Direction
from lib.neighborhoods import Layer, Residents
from lib.store.meetings import CRITERIA, Score

FROM_FIGURES = ("severity", "concentration", "equity and resident impact")
BY_PEOPLE = tuple(one for one in CRITERIA if one not in FROM_FIGURES)


@dataclass(frozen=True)
class Place:
    """One area with what is known of it. `points` are from 1 to 5 by criterion; a criterion that nobody judged is absent."""

    area: str
    name: str
    value: str
    rank: str  # "1 to 7 of 55"
    best_rank: float  # NaN where it has no rank
    share: str  # of the city's cases
    residents: str
    points: Mapping[str, int]
    why: Mapping[str, str]

    @property
    def total(self) -> int:
        return sum(self.points.values())


def find(
    layer: Layer, areas: Sequence[Area], *, residents: Residents, ranking: Ranking | None, scores: Sequence[Score] = (), confidence: float = 0.90
) -> list[Place]:
    """Every area with a usable figure of the newest period, the most points first, then the worst rank.

    Severity: in which fifth of the areas its figure is, 5 the worst. Concentration: its share of the city's cases beside an even
    share: 1 below it, 2 from it on, 5 from two and a half times it. Equity and resident impact: the fifth by the ranking variable, 5 the most disadvantaged.
    Points of people are added where somebody gave them. A rank has its range: with uncertainty, no area is simply the first.
    """
    worse_high = layer.measure.improves_when is not Direction.RISES
    period = layer.latest
    figures = {one.area: one for one in layer.figures[period.label] if not math.isnan(one.usable)}
    ranges = rank_ranges({area: (one.value, one.se) for area, one in figures.items()}, worst_is_high=worse_high, confidence=confidence)
    people = residents.near(period.end)
    cases = _cases(layer, figures, people)
    whole = math.fsum(cases.values())
    severity = _fifths({area: one.value if worse_high else -one.value for area, one in figures.items()})
    unfair = _fifths({area: ranking.scores[area] for area in figures if area in ranking.scores}) if ranking else {}
    judged: dict[str, dict[str, Score]] = {}
    for one in scores:
        judged.setdefault(one.area, {})[one.criterion] = one
    found = []
    for area in areas:
        one = figures.get(area.id)
        if one is None:
            continue
        share = cases[area.id] / whole if area.id in cases and whole > 0 else math.nan
        points = {"severity": severity[area.id]}
        figure = words.figure(one.value, layer.series.decimals, layer.series.unit)
        why = {"severity": _("{figure} in {period}").format(figure=figure, period=words.period_of(period))}
        if not math.isnan(share):
            points["concentration"] = min(5, 1 + int(2 * share * len(figures) - 1)) if share * len(figures) >= 1 else 1
            why["concentration"] = _("{share:.1%} of the city's cases; an even share is {even:.1%}").format(share=share, even=1 / len(figures))
        if area.id in unfair:
            points["equity and resident impact"] = unfair[area.id]
            why["equity and resident impact"] = _("by {name}, 5 the most disadvantaged fifth").format(name=ranking.name)
        for criterion, score in judged.get(area.id, {}).items():
            points[criterion], why[criterion] = score.score, f"{score.why or _('no reason written')} ({score.who})"
        known = ranges.get(area.id)
        found.append(Place(
            area=area.id, name=area.name, value=words.figure(one.value, layer.series.decimals, layer.series.unit),
            rank=_rank(known, len(ranges)), best_rank=known.low if known else math.nan, share="" if math.isnan(share) else f"{share:.1%}",
            residents=f"{people[area.id]:,.0f}" if area.id in people else "", points=points, why=why,
        ))  # fmt: skip
    return sorted(found, key=lambda place: (-place.total, place.best_rank, place.name))


def _rank(known: object, of: int) -> str:
    if known is None:
        return _("not known")
    low, high = known.low, known.high
    if low == high:
        return _("{n} of {total}").format(n=low, total=of)
    return _("{low} to {high} of {total}").format(low=low, high=high, total=of)


def _cases(layer: Layer, figures: Mapping[str, object], people: Mapping[str, float]) -> dict[str, float]:
    """How many cases each area has: counted, or worked out from its rate. {} where the measure counts none."""
    if all(not math.isnan(one.numerator) for one in figures.values()):
        return {area: one.numerator for area, one in figures.items()}
    if layer.series.value_kind == "count":
        return {area: one.value for area, one in figures.items()}
    if layer.series.value_kind in ("rate", "proportion") and people:
        return {area: one.value * people[area] for area, one in figures.items() if area in people}
    return {}


def _fifths(scores: Mapping[str, float]) -> dict[str, int]:
    """From 1 to 5 by the place in the order, 5 the highest; equal values get the same."""
    ordered = sorted(scores.values())
    count = len(ordered)
    return {area: 1 + min(4, int(5 * mean(place for place, other in enumerate(ordered) if other == value) / count)) for area, value in scores.items()}
