"""Measures of inequality for analysts. Most of them measure noise when areas are many and small; none is for a headline.

Unordered measures (all but the concentration indices and the two attributable ones) look only at how far figures lie apart,
so that chance alone raises them: with 55 areas and six events in each they read a third of the mean where there is no
inequality at all. Missing values are left out. Formulas after WHO healthequal; shares are of the areas used.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from lib import words
from lib.language import _, later, n_
from lib.methods import intervals
from lib.methods.equity import COUNTED, FIFTHS, AreaValue, fifths, is_judged, pooled, ridits, standard_error, worse_sign
from lib.model import Direction, Step

LEAST_SHARE = 0.85  # of the areas, for unordered measures: WHO healthequal
ROUNDING = 1e-9


@dataclass(frozen=True)
class Measure:
    """One measure: `value` is None, with a `reason`, where it is not defined. `unit` "" is the figure's own. `name` and `unit` are in
    English, to be translated where they are shown."""

    name: str
    value: float | None
    unit: str
    how: str
    limits: tuple[float, float] | None = None
    reason: str = ""


@dataclass(frozen=True)
class Measures:
    """All measures of one set of areas."""

    measures: tuple[Measure, ...]
    n: int
    of: int
    steps: tuple[Step, ...] = ()

    def named(self, name: str) -> Measure:
        return next(one for one in self.measures if one.name == name)


@dataclass(frozen=True)
class Concentration:
    """The fewest areas that hold half of all events, and the concentration curve from the most disadvantaged on.

    `curve` has points (share of weight, share of events), from (0, 0) to (1, 1), of the areas that are ranked. `even` is how
    many areas would hold half if the events followed the weights.
    """

    n: int
    of: int
    count: int | None = None
    areas: tuple[str, ...] = ()
    event_share: float | None = None
    weight_share: float | None = None
    even: int | None = None
    curve: tuple[tuple[float, float], ...] = ()
    reason: str = ""
    sentence: str = ""
    steps: tuple[Step, ...] = ()


def shares_of(weights: Sequence[float]) -> list[float]:
    """Each weight as a share of 1. Raises ValueError for one that is not above zero."""
    if not all(weight > 0 for weight in weights):
        raise ValueError("weights must be greater than zero")
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def mean_of(values: Sequence[float], weights: Sequence[float]) -> float:
    """The weighted mean."""
    return math.fsum(s * x for s, x in zip(shares_of(weights), values, strict=True))


def absolute_concentration(values: Sequence[float], *, weights: Sequence[float], places: Sequence[float]) -> float:
    """ACI = 2 sum of s (x - mean)(r - 1/2), r the ridits: below zero where there is more of it among the disadvantaged.

    In the figure's unit; twice the variance of the ridits times the slope index (of 55 areas of like size, a sixth of it).
    """
    mean = mean_of(values, weights)
    return 2 * math.fsum(s * (x - mean) * (r - 0.5) for s, x, r in zip(shares_of(weights), values, places, strict=True))


def absolute_concentration_se(errors: Sequence[float], *, weights: Sequence[float], places: Sequence[float]) -> float:
    return 2 * math.sqrt(math.fsum((s * (r - 0.5) * e) ** 2 for s, e, r in zip(shares_of(weights), errors, places, strict=True)))


def between_group_variance(values: Sequence[float], *, weights: Sequence[float]) -> float:
    """BGV = sum of s (x - mean)^2, in the unit squared."""
    mean = mean_of(values, weights)
    return math.fsum(s * (x - mean) ** 2 for s, x in zip(shares_of(weights), values, strict=True))


def between_group_variance_se(values: Sequence[float], *, weights: Sequence[float], errors: Sequence[float]) -> float:
    """Source: Ahn and others 2018, as in WHO healthequal bgv()."""
    mean, shares = mean_of(values, weights), shares_of(weights)
    terms = list(zip(shares, values, errors, strict=True))
    linear = 4 * math.fsum(s**2 * e**2 * (x - mean) ** 2 for s, x, e in terms)
    noise = math.fsum(s**2 * e**2 for s, _, e in terms) ** 2 - math.fsum((s * e) ** 4 for s, _, e in terms)
    return math.sqrt(max(linear + 2 * (noise + math.fsum(s**2 * (1 - s) ** 2 * e**4 for s, _, e in terms)), 0.0))  # rounding


def corrected_variance(values: Sequence[float], *, weights: Sequence[float], errors: Sequence[float]) -> float:
    """BGV less what chance alone adds, sum of s (1 - s) se^2; not below zero."""
    noise = math.fsum(s * (1 - s) * e**2 for s, e in zip(shares_of(weights), errors, strict=True))
    return max(between_group_variance(values, weights=weights) - noise, 0.0)


def disparity(values: Sequence[float], *, weights: Sequence[float], by: Sequence[float]) -> float | None:
    """IDIS, percent of the mean: 100 times the mean distance from the weighted mean, the distances weighted `by`. None for a
    mean of zero or below."""
    mean = mean_of(values, weights)
    return 100 * mean_distance(values, mean, by=by) / mean if mean > 0 else None


def mean_distance(values: Sequence[float], point: float, *, by: Sequence[float]) -> float:
    """The mean distance from a point: the mean, the best or a reference area; weighted `by`."""
    return mean_of([abs(value - point) for value in values], by)


def theil(values: Sequence[float], *, weights: Sequence[float]) -> float | None:
    """T = sum of s (x / mean) ln(x / mean), not times 1,000; a value of zero adds nothing. None for a mean of zero, or below."""
    mean = mean_of(values, weights)
    if mean <= 0 or min(values) < 0:
        return None
    return math.fsum(s * x / mean * math.log(x / mean) for s, x in zip(shares_of(weights), values, strict=True) if x > 0)


def mean_log_deviation(values: Sequence[float], *, weights: Sequence[float]) -> float | None:
    """L = -sum of s ln(x / mean), not times 1,000. None where a value is zero: no small number stands in for it."""
    if min(values) <= 0:
        return None
    mean = mean_of(values, weights)
    return -math.fsum(s * math.log(x / mean) for s, x in zip(shares_of(weights), values, strict=True))


def attributable_risk(mean: float, *, reference: float, improves_when: Direction) -> float:
    """PAR: how the city's figure would change if all had the reference's; 0 where the reference is no better. In the unit.

    Negative for what improves when it falls, as WHO prints it. PAF is 100 PAR / mean, percent.
    """
    change = reference - mean
    return change if change * worse_sign(improves_when) < 0 else 0.0


def summary_rate_ratio(values: Sequence[float], *, improves_when: Direction) -> float | None:
    """The mean of the other groups against the best, at least 1 (Healthy People 2030). None where it would divide by zero."""
    best, others = _best_and_others(values, improves_when)
    return _at_least_one(math.fsum(others) / len(others), best, improves_when)


def largest_rate_ratio(values: Sequence[float], *, improves_when: Direction) -> float | None:
    """The worst group against the best, at least 1 (Healthy People 2030)."""
    best, others = _best_and_others(values, improves_when)
    return _at_least_one(max(others) if improves_when is Direction.FALLS else min(others), best, improves_when)


def _best_and_others(values: Sequence[float], improves_when: Direction) -> tuple[float, list[float]]:
    if not is_judged(improves_when) or len(values) < 2:
        raise ValueError("a best group needs a direction, and another group to stand beside it")
    first, *others = sorted(values, reverse=improves_when is Direction.RISES)
    return first, others


def _at_least_one(other: float, best: float, improves_when: Direction) -> float | None:
    top, bottom = (other, best) if improves_when is Direction.FALLS else (best, other)
    return top / bottom if bottom > 0 and top >= 0 else None


def analyst_measures(
    areas: Sequence[AreaValue],
    *,
    improves_when: Direction,
    value_kind: str,
    multiplier: float | None,
    confidence: float = 0.95,
    least_share: float = LEAST_SHARE,
) -> Measures:
    """All measures, each with its formula, or with the reason why it is not defined.

    Unordered ones need figures for at least `least_share` of the areas; ordered ones leave out what is missing or unranked.
    """
    known = [area for area in areas if area.is_known]
    ordered = _ordered(known, value_kind, multiplier, intervals.z_of(confidence)) + _attributable(areas, improves_when, value_kind, multiplier)
    enough = bool(known) and len(known) >= least_share * len(areas) - ROUNDING
    unordered = _unordered(known, improves_when, value_kind, multiplier, intervals.z_of(confidence))
    if not enough:
        reason = _("{n} of {total} areas have a figure; at least {share:.0%} are needed").format(n=len(known), total=len(areas), share=least_share)
        unordered = [Measure(one.name, None, one.unit, one.how, reason=reason) for one in unordered]
    measures = (*ordered, *unordered)
    steps = (
        Step(_("Areas"), _("{n} of {total}").format(n=len(known), total=len(areas)), _("with a figure; unordered measures need {share:.0%}").format(share=least_share)),
        *(Step(_(one.name), words.figure(one.value, 3, missing=_("none")), one.reason or one.how) for one in measures),
    )
    return Measures(measures, len(known), len(areas), steps)


def _ordered(known: Sequence[AreaValue], value_kind: str, multiplier: float | None, z: float) -> list[Measure]:
    used = [area for area in known if area.is_ranked]
    values, weights = [area.value for area in used], [area.weight for area in used]
    places = ridits([area.disadvantage for area in used], weights)
    ranks = len(set(places))
    index = absolute_concentration(values, weights=weights, places=places) if ranks > 1 else None
    errors = [standard_error(area, value_kind=value_kind, multiplier=multiplier) for area in used]
    limits = _limits(index, absolute_concentration_se(errors, weights=weights, places=places) if ranks > 1 else math.nan, z)
    mean = mean_of(values, weights) if used else math.nan
    reason = "" if ranks > 1 else _("fewer than two ranks have a figure")
    relative = index / mean if index is not None and mean > 0 else None
    proportion = value_kind == "proportion" and multiplier is not None
    only = reason or ("" if proportion else _("for proportions only"))
    share = mean / multiplier if proportion else math.nan
    below = reason or ("" if mean > 0 else _("the mean is zero or below"))
    return [
        Measure(later("Absolute concentration index"), index, "", _("2 sum s (x - mean)(r - 1/2); below zero: more of it among the disadvantaged"), limits, reason),
        Measure(later("Relative concentration index"), relative, later("of 1"), _("absolute index / mean"), reason=below),
        Measure(later("Wagstaff's index"), relative / (1 - share) if proportion and relative is not None and share < 1 else None, later("of 1"),
                _("relative index / (1 - mean)"), reason=only or below or ("" if share < 1 else _("everybody has it"))),
        Measure(later("Erreygers' index"), 4 * index / multiplier if proportion and index is not None else None, later("of 1"), _("4 absolute indices, on a scale of 1"), reason=only),
    ]  # fmt: skip


def _attributable(areas: Sequence[AreaValue], improves_when: Direction, value_kind: str, multiplier: float | None) -> list[Measure]:
    """The reference is the least disadvantaged fifth, never the best area."""
    groups = fifths([area.disadvantage for area in areas])
    reference = pooled([area for area, group in zip(areas, groups, strict=True) if group == FIFTHS], multiplier=multiplier, value_kind=value_kind)
    city = pooled(areas, multiplier=multiplier, value_kind=value_kind)
    reason = _("neither way is better") if not is_judged(improves_when) else _("the least disadvantaged fifth has no figure") if math.isnan(reference.value) else ""
    risk = None if reason else attributable_risk(city.value, reference=reference.value, improves_when=improves_when)
    fraction = 100 * risk / city.value if risk is not None and city.value > 0 else None
    return [
        Measure(later("Population attributable risk"), risk, "", _("least disadvantaged fifth - mean; 0 where that is no improvement"), reason=reason),
        Measure(later("Population attributable fraction"), fraction, later("percent"), _("100 attributable risk / mean"),
                reason=reason or ("" if fraction is not None else _("the mean is zero or below"))),
    ]  # fmt: skip


def _unordered(known: Sequence[AreaValue], improves_when: Direction, value_kind: str, multiplier: float | None, z: float) -> list[Measure]:
    if not known:
        known = [AreaValue("", 0.0, 1.0)]  # only so that the measures can be named; the caller takes the values out
    values, weights = [area.value for area in known], [area.weight for area in known]
    alike = [1.0] * len(values)
    errors = [standard_error(area, value_kind=value_kind, multiplier=multiplier) for area in known]
    sure = not any(math.isnan(error) for error in errors)
    mean, variance = mean_of(values, weights), between_group_variance(values, weights=weights)
    corrected = corrected_variance(values, weights=weights, errors=errors) if sure else None
    limits = _limits(variance, between_group_variance_se(values, weights=weights, errors=errors), z) if sure else None
    unsure = "" if sure else _("no standard error is known")
    relative = "" if mean > 0 else _("the mean is zero or below")
    index = theil(values, weights=weights)
    deviation = mean_log_deviation(values, weights=weights)
    return [
        Measure(later("Between-group variance"), variance, later("unit squared"), _("sum s (x - mean)^2"), limits),
        Measure(later("Between-group variance without noise"), corrected, later("unit squared"), _("less sum s (1 - s) se^2, not below zero"), reason=unsure),
        Measure(later("Between-group standard deviation"), math.sqrt(variance), "", _("square root of the variance")),
        Measure(later("Coefficient of variation"), 100 * math.sqrt(variance) / mean if mean > 0 else None, later("percent"), _("100 standard deviations / mean"), reason=relative),
        Measure(later("Index of disparity, weighted"), disparity(values, weights=weights, by=weights), later("percent"), _("100 sum s |x - mean| / mean"), reason=relative),
        Measure(later("Index of disparity"), disparity(values, weights=weights, by=alike), later("percent"), _("the same, each area counting alike"), reason=relative),
        Measure(later("Theil index"), index, later("of 1"), _("sum s (x / mean) ln(x / mean)"), reason="" if index is not None else relative or _("a figure is below zero")),
        Measure(later("Mean log deviation"), deviation, later("of 1"), _("-sum s ln(x / mean)"), reason="" if deviation is not None else _("a figure is zero or below")),
        Measure(later("Mean difference from the mean, weighted"), mean_distance(values, mean, by=weights), "", _("sum s |x - mean|")),
        Measure(later("Mean difference from the mean"), mean_distance(values, mean, by=alike), "", _("the same, each area counting alike")),
        *_from_best(values, weights, improves_when),
    ]  # fmt: skip


def _from_best(values: Sequence[float], weights: Sequence[float], improves_when: Direction) -> list[Measure]:
    reason = _("neither way is better") if not is_judged(improves_when) else _("there is one area only") if len(values) < 2 else ""
    best, others = (math.nan, [math.nan]) if reason else _best_and_others(values, improves_when)
    largest = None if reason else largest_rate_ratio(values, improves_when=improves_when)
    summary = None if reason else summary_rate_ratio(values, improves_when=improves_when)
    zero = reason or _("it would divide by zero")
    return [
        Measure(later("Mean difference from the best, weighted"), None if reason else mean_distance(values, best, by=weights), "", _("sum s |x - best|"), reason=reason),
        Measure(later("Mean difference from the best"), None if reason else mean_distance(values, best, by=[1.0] * len(values)), "",
                _("the same, each area counting alike"), reason=reason),
        Measure(later("Largest difference"), None if reason else max(abs(other - best) for other in others), "", _("worst and best area"), reason=reason),
        Measure(later("Largest ratio"), largest, later("times"), _("worst against best area, at least 1"), reason="" if largest is not None else zero),
        Measure(later("Summary rate ratio"), summary, later("times"), _("mean of the others against the best area, at least 1"), reason="" if summary is not None else zero),
    ]  # fmt: skip


def _limits(value: float | None, se: float, z: float) -> tuple[float, float] | None:
    return None if value is None or math.isnan(se) else (value - z * se, value + z * se)


def concentration(areas: Sequence[AreaValue], *, value_kind: str = "rate", what: str = "", whom: str = "") -> Concentration:
    """How few areas hold half of all events: "9 of 55 neighborhoods hold half of all events".

    Events are the numerators where all are known; for a rate or a proportion else value x weight. The curve orders areas by
    disadvantage; areas that tie make one point.
    """
    used = [area for area in areas if area.is_known]
    if len({area.area for area in areas}) < len(areas):
        raise ValueError("an area appears twice")
    by_counts = bool(used) and all(area.has_counts for area in used)
    if not by_counts and value_kind not in (*COUNTED, "count"):
        return Concentration(len(used), len(areas), reason=_("the figure counts no events"))
    events = {a.area: a.numerator if by_counts else a.value if value_kind == "count" else a.value * a.weight for a in used}
    weights = {a.area: a.denominator if by_counts else a.weight for a in used}
    if any(count < 0 for count in events.values()):
        raise ValueError("numerators must not be negative")
    if not sum(events.values()) > 0:
        return Concentration(len(used), len(areas), reason=_("there is no event") if used else _("no figure is known"))
    holders, even = _fewest(events), _fewest(weights)
    event_share, weight_share = (sum(of[name] for name in holders) / sum(of.values()) for of in (events, weights))
    what, whom = what or _("events"), whom or _("residents")
    if len(used) == len(areas):
        sentence = n_(
            "{n} of {total} neighborhoods holds half of all {what}, with {share:.0%} of the {whom}.",
            "{n} of {total} neighborhoods hold half of all {what}, with {share:.0%} of the {whom}.",
            len(holders),
        )
    else:
        sentence = n_(
            "{n} of {total} neighborhoods with a figure holds half of all {what}, with {share:.0%} of the {whom}.",
            "{n} of {total} neighborhoods with a figure hold half of all {what}, with {share:.0%} of the {whom}.",
            len(holders),
        )
    sentence = sentence.format(n=len(holders), total=len(used), what=what, share=weight_share, whom=whom)
    steps = (
        Step(_("Areas"), _("{n} of {total}").format(n=len(used), total=len(areas)), _("with a figure")),
        Step(words.capital(what), f"{event_share:.0%}", _("in the {n} neighborhoods with the most; one fewer holds less than half").format(n=len(holders))),
        Step(words.capital(whom), f"{weight_share:.0%}", _("in the same neighborhoods")),
        Step(_("If evenly spread"), words.count_of(len(even), "neighborhood", "neighborhoods"), _("would hold half if {what} followed the {whom}").format(what=what, whom=whom)),
        Step(_("Counted from"), _("numerators") if by_counts else _("figures x weights"), _("the same for every area")),
    )
    return Concentration(len(used), len(areas), len(holders), holders, event_share, weight_share, len(even),
                         _curve([a for a in used if a.is_ranked], events, weights), "", sentence, steps)  # fmt: skip


def _fewest(amounts: Mapping[str, float]) -> tuple[str, ...]:
    """The fewest names that hold half, the largest first; names break a tie, so that the order given changes nothing."""
    half, held, names = math.fsum(amounts.values()) / 2, 0.0, []
    for name in sorted(amounts, key=lambda name: (-amounts[name], name)):
        if held >= half * (1 - ROUNDING):
            break
        held += amounts[name]
        names.append(name)
    return tuple(names)


def _curve(ranked: Sequence[AreaValue], events: Mapping[str, float], weights: Mapping[str, float]) -> tuple[tuple[float, float], ...]:
    all_weight, all_events = (math.fsum(of[area.area] for area in ranked) for of in (weights, events))
    if all_events <= 0:
        return ()
    points, people, counted = [(0.0, 0.0)], 0.0, 0.0
    for _score, tied in groupby(sorted(ranked, key=lambda area: -area.disadvantage), key=lambda area: area.disadvantage):
        for area in tied:
            people, counted = people + weights[area.area], counted + events[area.area]
        points.append((people / all_weight, counted / all_events))
    return tuple(points)
