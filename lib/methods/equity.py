"""How unequal neighborhoods are: the gap between the most and the least disadvantaged, the slope over all, and its change.

Areas are ranked by one named disadvantage, never by the figure itself: the best and the worst of many small areas differ by
chance alone. A gap above zero means that the disadvantaged are worse off, whichever way the indicator improves. Where it
improves neither way, or within a range, nothing is better or worse: the gap is then simply disadvantaged less advantaged.
A gap with a target of its own is judged by lib.methods.status like any series that improves when it falls.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from lib import words
from lib.language import _, later
from lib.methods import intervals
from lib.model import Direction, Step

FIFTHS = 5
COUNTED = ("rate", "proportion")  # kinds of value that are counts over a denominator
ROUNDING = 1e-9


@dataclass(frozen=True)
class AreaValue:
    """One area's figure. NaN is not known. Raises ValueError for a known value whose weight is not above zero.

    `disadvantage`: higher is more disadvantaged; NaN leaves the area out of the ranking. `se` is the standard error published
    with a survey's figure; leave it NaN where the counts are complete. `approximate`: counts estimated from rate and residents.
    """

    area: str
    value: float
    weight: float  # people, or another denominator
    disadvantage: float = math.nan
    numerator: float = math.nan
    denominator: float = math.nan
    se: float = math.nan
    approximate: bool = False

    def __post_init__(self) -> None:
        if self.is_known and not self.weight > 0:
            raise ValueError(f"{self.area}: weights must be greater than zero: {self.weight:g}")

    @property
    def is_known(self) -> bool:
        return not math.isnan(self.value)

    @property
    def is_ranked(self) -> bool:
        return not math.isnan(self.disadvantage)

    @property
    def has_counts(self) -> bool:
        return not math.isnan(self.numerator) and not math.isnan(self.denominator)


@dataclass(frozen=True)
class Pooled:
    """The figure of several areas together. `value` is NaN when none is known, `se` when it cannot be told."""

    value: float
    se: float
    n: int  # areas used
    of: int  # areas given
    how: str
    numerator: float = math.nan
    denominator: float = math.nan
    approximate: bool = False
    steps: tuple[Step, ...] = ()


class RatioForm(StrEnum):
    """What a ratio is taken of. It reads above 1 when the disadvantaged are worse off."""

    VALUE = later("the figure itself, disadvantaged over advantaged")
    COMPLEMENT = later("the share without it, disadvantaged over advantaged")
    INVERSE = later("the figure itself, advantaged over disadvantaged")


@dataclass(frozen=True)
class Gap:
    """The gap between two groups of areas. `reason` is set, and the numbers are None, when it cannot be computed."""

    disadvantaged: Pooled
    advantaged: Pooled
    improves_when: Direction
    confidence: float
    ratio_form: RatioForm
    difference: float | None = None  # above zero: the disadvantaged are worse off
    difference_se: float | None = None
    difference_limits: tuple[float, float] | None = None
    ratio: float | None = None  # above 1: the disadvantaged are worse off
    log_ratio_se: float | None = None
    ratio_limits: tuple[float, float] | None = None
    ratio_reason: str = ""  # why there is no ratio
    reason: str = ""
    sentence: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def is_judged(self) -> bool:
        return is_judged(self.improves_when)

    @property
    def is_approximate(self) -> bool:
        return self.disadvantaged.approximate or self.advantaged.approximate


@dataclass(frozen=True)
class SlopeIndex:
    """The slope over all ranked areas. `gap` is the slope index with the sign of a gap; `ratio` the relative index."""

    n: int
    of: int
    gap: float | None = None
    se: float | None = None
    limits: tuple[float, float] | None = None
    ratio: float | None = None
    ratio_limits: tuple[float, float] | None = None
    ratio_form: RatioForm | None = None
    ends: tuple[float, float] | None = None  # fitted at the disadvantaged and at the advantaged end
    reason: str = ""
    ratio_reason: str = ""
    steps: tuple[Step, ...] = ()


def is_judged(improves_when: Direction) -> bool:
    """Whether a rise or a fall is better; for a range, or neither, nobody is called worse off."""
    return improves_when in (Direction.RISES, Direction.FALLS)


def worse_sign(improves_when: Direction) -> int:
    """The sign of (disadvantaged less advantaged) in a gap: -1 for what improves when it rises, else +1."""
    return -1 if improves_when is Direction.RISES else 1


def fifths(scores: Sequence[float], *, groups: int = FIFTHS) -> tuple[int | None, ...]:
    """The group of each area, from 1, the most disadvantaged (highest score), to `groups`. 55 areas give 11 in each.

    Areas that tie are all put in the more disadvantaged of their groups. A missing score has no group, and nobody has one
    when fewer areas than groups are ranked. Source: PHEindicatormethods phe_quantile, in whole numbers.
    """
    known = [score for score in scores if not math.isnan(score)]
    n = len(known)
    if n < groups:
        return (None,) * len(scores)
    rank = {score: 1 + sum(other > score for other in known) for score in set(known)}
    return tuple(None if math.isnan(score) else groups + 1 - -(-(n + 1 - rank[score]) * groups // n) for score in scores)


def pooled(areas: Sequence[AreaValue], *, multiplier: float | None, value_kind: str = "rate") -> Pooled:
    """The figure of the areas together: sum of numerators / sum of denominators, or the weighted mean of their values.

    The standard error is that of Poisson events for a rate, binomial for a proportion, where all counts are known; from the
    areas' own standard errors where all have one; else NaN. Without any event, or with nothing but events, the formula
    would give zero: half the width of the exact limits is used. Missing values are left out.
    """
    known = [area for area in areas if area.is_known]
    if not known:
        return Pooled(math.nan, math.nan, 0, len(areas), _("no figure is known"))
    counted = multiplier is not None and value_kind in COUNTED and all(area.has_counts for area in known)
    weights = [area.denominator if counted else area.weight for area in known]
    for area, weight in zip(known, weights, strict=True):
        if not weight > 0:
            raise ValueError(f"{area.area}: denominators must be greater than zero: {weight:g}")
    total = math.fsum(weights)
    surveyed = all(not math.isnan(area.se) for area in known)
    spread = math.sqrt(math.fsum((w / total * area.se) ** 2 for w, area in zip(weights, known, strict=True))) if surveyed else math.nan
    approximate = counted and any(area.approximate for area in known)
    if not counted:
        value = math.fsum(w * area.value for w, area in zip(weights, known, strict=True)) / total
        how = _("mean of the figures, weighted by their denominators")
        return Pooled(value, spread, len(known), len(areas), how, steps=_pooled_steps(value, spread, len(known), len(areas), how))
    events = math.fsum(area.numerator for area in known)
    value, se = multiplier * events / total, spread if surveyed else _se_of_counts(events, total, value_kind, multiplier)
    if approximate:
        how = _("{events:,.0f} of {total:,.0f}, counts estimated from rate and residents").format(events=events, total=total)
    else:
        how = _("{events:,.0f} of {total:,.0f}").format(events=events, total=total)
    return Pooled(value, se, len(known), len(areas), how, events, total, approximate, _pooled_steps(value, se, len(known), len(areas), how))


def _pooled_steps(value: float, se: float, n: int, of: int, how: str) -> tuple[Step, ...]:
    return (
        Step(_("Together"), f"{value:,.2f}", _("{how}; {n} of {areas}").format(how=how, n=n, areas=words.count_of(of, "area", "areas"))),
        Step(_("Standard error"), words.figure(se, 3, missing=_("not known")), _("how far chance alone moves it")),
    )


def _se_of_counts(events: float, total: float, value_kind: str, multiplier: float) -> float:
    if value_kind == "proportion":
        if 0 < events < total:
            return multiplier * intervals.standard_error_of_proportion(events, total)
        low, high = (multiplier * limit for limit in intervals.proportion_limits(events, total))
    elif events > 0:
        return intervals.standard_error_of_rate(events, total, multiplier=multiplier)
    else:
        low, high = intervals.rate_limits(events, total, multiplier=multiplier)
    return (high - low) / (2 * intervals.z_of(0.95))


def gap(
    areas: Sequence[AreaValue],
    *,
    improves_when: Direction,
    value_kind: str,
    multiplier: float | None,
    confidence: float = 0.95,
    groups: int = FIFTHS,
    disadvantaged_phrase: str = "",
    advantaged_phrase: str = "",
    decimals: int = 1,
    unit: str = "",
) -> Gap:
    """The gap between the most and the least disadvantaged fifth: difference and ratio of the pooled figures, with limits.

    Above zero, and above 1, the disadvantaged are worse off. The ratio is taken of the adverse form: of a percentage that
    should rise, of the share without it; `ratio_form` says which. Limits: difference -/+ z sqrt(se1^2 + se2^2); the ratio's
    on the logarithm. Source: WHO healthequal d() and r(). The two phrases end "the 11 neighborhoods with ..."; without
    them these are "the most disadvantage" and "the least".
    """
    ranked = fifths([area.disadvantage for area in areas], groups=groups)
    worst, best = ([a for a, group in zip(areas, ranked, strict=True) if group == wanted] for wanted in (1, groups))
    low, high = (pooled(group, multiplier=multiplier, value_kind=value_kind) for group in (worst, best))
    form = _ratio_form(improves_when, value_kind, multiplier)
    reason = _why_no_gap(low, high, value_kind, groups, sum(area.is_ranked for area in areas))
    if reason:
        return Gap(low, high, improves_when, confidence, form, reason=reason, ratio_reason=reason, sentence=_("The gap cannot be computed: {reason}.").format(reason=reason))
    z = intervals.z_of(confidence)
    difference = worse_sign(improves_when) * (low.value - high.value)
    se = None if math.isnan(low.se) or math.isnan(high.se) else math.hypot(low.se, high.se)
    top, bottom = _ratio_parts(low.value, high.value, form, multiplier)
    ratio, ratio_reason = _ratio(top, bottom)
    se_top, se_bottom = (high.se, low.se) if form is RatioForm.INVERSE else (low.se, high.se)
    log_se = math.hypot(se_top / top, se_bottom / bottom) if ratio and se is not None else None
    numbers = {
        "difference": difference,
        "difference_se": se,
        "difference_limits": None if se is None else (difference - z * se, difference + z * se),
        "ratio": ratio,
        "log_ratio_se": log_se,
        "ratio_limits": None if log_se is None else (ratio * math.exp(-z * log_se), ratio * math.exp(z * log_se)),
        "ratio_reason": ratio_reason,
    }
    say = _Wording(disadvantaged_phrase or _("the most disadvantage"), advantaged_phrase or _("the least"), decimals, unit)
    found = Gap(low, high, improves_when, confidence, form, **numbers)
    return replace(found, sentence=say.sentence(found), steps=say.steps(found))


def _why_no_gap(low: Pooled, high: Pooled, value_kind: str, groups: int, ranked: int) -> str:
    if value_kind == "count":
        return _("a count depends on how many people live there, so it needs a rate")
    if ranked < groups:
        known = words.count_of(ranked, "neighborhood", "neighborhoods")
        return _("{neighborhoods} can be ranked, and at least {least} are needed").format(neighborhoods=known, least=groups)
    if high.of == 0 or low.of == 0:
        return _("so many neighborhoods tie that one of the two groups is empty")
    if low.n == 0:
        return _("no figure is known in the most disadvantaged group")
    if high.n == 0:
        return _("no figure is known in the least disadvantaged group")
    return ""


def _ratio_form(improves_when: Direction, value_kind: str, multiplier: float | None) -> RatioForm:
    if improves_when is not Direction.RISES:
        return RatioForm.VALUE
    return RatioForm.COMPLEMENT if value_kind == "proportion" and multiplier is not None else RatioForm.INVERSE


def _ratio_parts(low: float, high: float, form: RatioForm, multiplier: float | None) -> tuple[float, float]:
    match form:
        case RatioForm.VALUE:
            return low, high
        case RatioForm.COMPLEMENT:
            return multiplier - low, multiplier - high
        case RatioForm.INVERSE:
            return high, low


def _ratio(top: float, bottom: float) -> tuple[float | None, str]:
    if bottom == 0:
        return None, _("the ratio would divide by zero")
    if top < 0 or bottom < 0:
        return None, _("a ratio of figures below zero says nothing")
    return top / bottom, ""


@dataclass(frozen=True)
class _Wording:
    disadvantaged: str
    advantaged: str
    decimals: int
    unit: str

    def value(self, value: float) -> str:
        return words.figure(value, self.decimals, self.unit)

    def amount(self, value: float, *, signed: bool = False) -> str:
        text = words.figure(value if signed else abs(value), self.decimals)
        return text if signed or not words.is_percent(self.unit) else _("{number} points").format(number=text)

    def sentence(self, found: Gap) -> str:
        unit = words.unit_beside(self.unit)
        said = _("In {some} neighborhoods with {disadvantaged} it is {value}; in {others} with {advantaged}, {other_value}: {difference}.").format(
            some=_some(found.disadvantaged),
            disadvantaged=self.disadvantaged,
            value=f"{self.value(found.disadvantaged.value)}{' ' + unit if unit else ''}",
            others=_some(found.advantaged),
            advantaged=self.advantaged,
            other_value=self.value(found.advantaged.value),
            difference=self._with_ratio(self._difference(found), found),
        )
        return f"{said} {_('That can be chance.')}" if self._may_be_chance(found) else said

    def _difference(self, found: Gap) -> str:
        if self._rounds_to_nothing(found):
            return _("no difference to speak of")
        up, down = (_("{amount} worse"), _("{amount} better")) if found.is_judged else (_("{amount} higher"), _("{amount} lower"))
        said = (up if found.difference > 0 else down).format(amount=self.amount(found.difference))
        if found.difference_limits is None:
            return said
        low, high = found.difference_limits if found.difference >= 0 else (-found.difference_limits[1], -found.difference_limits[0])
        between = _("{low} to {high}").format(low=self.amount(low, signed=True), high=self.amount(high, signed=True))
        return f"{said} ({between})"

    def _with_ratio(self, difference: str, found: Gap) -> str:
        if found.ratio is None or self._rounds_to_nothing(found):
            return difference
        said = {
            RatioForm.VALUE: _("{difference}, {times} times as much"),
            RatioForm.COMPLEMENT: _("{difference}, and the share without it is {times} times as large"),
            RatioForm.INVERSE: _("{difference}, {times} times as much in the latter"),
        }[found.ratio_form]
        return said.format(difference=difference, times=times_text(found.ratio))

    def _may_be_chance(self, found: Gap) -> bool:
        limits = found.difference_limits
        unsure = limits is not None and limits[0] <= 0 <= limits[1]
        return unsure and not self._rounds_to_nothing(found)

    def _rounds_to_nothing(self, found: Gap) -> bool:
        return float(f"{found.difference:.{self.decimals}f}") == 0

    def steps(self, found: Gap) -> tuple[Step, ...]:
        order = _("advantaged less disadvantaged") if found.improves_when is Direction.RISES else _("disadvantaged less advantaged")
        meaning = _("above zero the disadvantaged are worse off") if found.is_judged else _("neither way is better, so nobody is called worse off")
        z = f"{intervals.z_of(found.confidence):.2f}"
        no_se = _("no standard error is known, so no limits")
        groups = [
            (_("With {what}").format(what=what), one)
            for what, one in ((self.disadvantaged, found.disadvantaged), (self.advantaged, found.advantaged))
        ]
        return (
            *(Step(name, self.value(one.value), _("{n} of {neighborhoods}: {how}").format(
                   n=one.n, neighborhoods=words.count_of(one.of, "neighborhood", "neighborhoods"), how=one.how)) for name, one in groups),
            Step(_("Difference"), self.amount(found.difference, signed=True), f"{order}; {meaning}"),
            Step(_("{confidence:.0%} limits").format(confidence=found.confidence), _between(found.difference_limits, self.decimals),
                 _("difference -/+ {z} standard errors").format(z=z) if found.difference_limits else no_se),
            Step(_("Ratio"), words.figure(found.ratio, 2, missing=_("none")), found.ratio_reason or _("of {form}").format(form=_(str(found.ratio_form)))),
            Step(_("{confidence:.0%} limits of the ratio").format(confidence=found.confidence), _between(found.ratio_limits, 2),
                 _("on the logarithm") if found.ratio_limits else
                 found.ratio_reason or (no_se if found.difference_se is None else _("the ratio is zero, which has no logarithm"))),
        )  # fmt: skip


def _some(group: Pooled) -> str:
    return _("the {n}").format(n=group.n) if group.n == group.of else _("{n} of the {of}").format(n=group.n, of=group.of)


def _between(limits: tuple[float, float] | None, decimals: int) -> str:
    if limits is None:
        return _("not known")
    return _("{low} to {high}").format(low=words.figure(limits[0], decimals), high=words.figure(limits[1], decimals))


def times_text(ratio: float) -> str:
    """3.2 times, 1.18 times: two decimals below 2, where one would hide the difference."""
    return f"{ratio:,.{1 if ratio >= 2 else 2}f}"


def ridits(scores: Sequence[float], weights: Sequence[float]) -> tuple[float, ...]:
    """The middle of each area's place among all people, ordered from the most disadvantaged (near 0) to the least (near 1).

    Areas that tie share the middle of their common place. Source: Bross 1958; WHO healthequal aci().
    Example: scores 3, 2, 1 with weights 1, 1, 2 give 1/8, 3/8, 3/4.
    """
    total = math.fsum(weights)
    middle, passed = {}, 0.0
    for score, tied in groupby(sorted(zip(scores, weights, strict=True), reverse=True), key=lambda pair: pair[0]):
        here = math.fsum(weight for _score, weight in tied)
        middle[score], passed = (passed + here / 2) / total, passed + here
    return tuple(middle[score] for score in scores)


def standard_error(area: AreaValue, *, value_kind: str, multiplier: float | None) -> float:
    """An area's own: as published with a survey's figure, else from its counts; NaN when neither is known."""
    if not math.isnan(area.se) or multiplier is None or value_kind not in COUNTED:
        return area.se
    if value_kind == "proportion":
        return multiplier * intervals.standard_error_of_proportion(area.numerator, area.denominator)
    return intervals.standard_error_of_rate(area.numerator, area.denominator, multiplier=multiplier)


def slope_index(
    areas: Sequence[AreaValue],
    *,
    improves_when: Direction,
    confidence: float = 0.95,
    value_kind: str = "rate",
    multiplier: float | None = None,
) -> SlopeIndex:
    """The slope index of inequality: what a straight line through all areas says of the two ends of the ranking.

    Least squares on the ridits, weighted by people; Var = sum of c^2 se^2 with c the weight of each area in the slope. The
    relative index is the quotient of the fitted ends, above 1 when the disadvantaged are worse off, and not shown when an
    end is zero or below. Missing and unranked areas are left out. Source: Pamuk 1985; PHEindicatormethods phe_sii.
    """
    used = [area for area in areas if area.is_known and area.is_ranked]
    counts = {"n": len(used), "of": len(areas)}
    if value_kind == "count" or len({area.disadvantage for area in used}) < 2:
        reason = _("a count needs a rate") if value_kind == "count" else _("fewer than two ranks have a figure")
        return SlopeIndex(**counts, reason=reason, ratio_reason=reason)
    total = math.fsum(area.weight for area in used)
    shares = [area.weight / total for area in used]
    places = [place - 0.5 for place in ridits([area.disadvantage for area in used], [area.weight for area in used])]
    spread = math.fsum(s * r**2 for s, r in zip(shares, places, strict=True))
    slopes = [s * r / spread for s, r in zip(shares, places, strict=True)]
    mean = math.fsum(s * area.value for s, area in zip(shares, used, strict=True))
    slope = math.fsum(c * (area.value - mean) for c, area in zip(slopes, used, strict=True))
    errors = [standard_error(area, value_kind=value_kind, multiplier=multiplier) for area in used]
    se = math.sqrt(math.fsum((c * e) ** 2 for c, e in zip(slopes, errors, strict=True)))
    ends = (mean - slope / 2, mean + slope / 2)
    form = _ratio_form(improves_when, value_kind, multiplier)
    top, bottom = _ratio_parts(*ends, form, multiplier)
    ratio = top / bottom if top > 0 and bottom > 0 else None
    log_se = _log_ratio_se(shares, slopes, errors, top, bottom, form) if ratio else math.nan
    z, found = intervals.z_of(confidence), -worse_sign(improves_when) * slope + 0.0
    limits = None if math.isnan(se) else (found - z * se, found + z * se)
    ratio_limits = None if math.isnan(log_se) else (ratio * math.exp(-z * log_se), ratio * math.exp(z * log_se))
    steps = (
        Step(_("Areas"), _("{n} of {total}").format(n=len(used), total=len(areas)), _("with a figure and a rank")),
        Step(_("Fitted at the disadvantaged end"), f"{ends[0]:,.2f}", _("straight line on the share of people who live in more disadvantaged areas")),
        Step(_("Fitted at the advantaged end"), f"{ends[1]:,.2f}", _("the same line")),
        Step(_("Slope gap"), f"{found:,.2f}", _("difference of the ends; above zero the disadvantaged are worse off") if is_judged(improves_when)
             else _("disadvantaged less advantaged end; neither way is better")),
        Step(_("{confidence:.0%} limits").format(confidence=confidence), _between(limits, 2),
             _("from the areas' standard errors") if limits else _("no standard error is known")),
        Step(_("Ratio of the ends"), words.figure(ratio, 2, missing=_("none")),
             _("of {form}").format(form=_(str(form))) if ratio else _("an end is zero or below")),
    )  # fmt: skip
    return SlopeIndex(**counts, gap=found, se=None if math.isnan(se) else se, limits=limits, ratio=ratio, ratio_limits=ratio_limits,
                      ratio_form=form, ends=ends, ratio_reason="" if ratio else _("a fitted end is zero or below"), steps=steps)  # fmt: skip


def _log_ratio_se(
    shares: Sequence[float], slopes: Sequence[float], errors: Sequence[float], top: float, bottom: float, form: RatioForm
) -> float:
    """Both ends are sums over the same areas: s -/+ c / 2 of each. The delta method on their logarithms."""
    side = 1 if form is RatioForm.INVERSE else -1
    parts = [((s + side * c / 2) / top - (s - side * c / 2) / bottom) * e for s, c, e in zip(shares, slopes, errors, strict=True)]
    return math.sqrt(math.fsum(part**2 for part in parts))


class Narrowing(StrEnum):
    """What became of a gap: its size (distance from no gap) in the figure's unit, "in points", and as a ratio."""

    NARROWED = later("narrowed")
    NARROWED_IN_POINTS = later("narrowed in points, not in ratio")
    NARROWED_IN_RATIO = later("narrowed in ratio, not in points")
    WIDENED = later("widened")
    WIDENED_IN_POINTS = later("widened in points, not in ratio")
    WIDENED_IN_RATIO = later("widened in ratio, not in points")
    NARROWED_IN_POINTS_WIDENED_IN_RATIO = later("narrowed in points, widened in ratio")
    WIDENED_IN_POINTS_NARROWED_IN_RATIO = later("widened in points, narrowed in ratio")
    TURNED_AROUND = later("turned around")
    NO_DETECTABLE_CHANGE = later("no detectable change")
    CANNOT_TELL = later("cannot tell")


_VERDICTS = {
    (-1, -1): Narrowing.NARROWED, (-1, 0): Narrowing.NARROWED_IN_POINTS, (0, -1): Narrowing.NARROWED_IN_RATIO,
    (1, 1): Narrowing.WIDENED, (1, 0): Narrowing.WIDENED_IN_POINTS, (0, 1): Narrowing.WIDENED_IN_RATIO,
    (-1, 1): Narrowing.NARROWED_IN_POINTS_WIDENED_IN_RATIO, (1, -1): Narrowing.WIDENED_IN_POINTS_NARROWED_IN_RATIO,
    (0, 0): Narrowing.NO_DETECTABLE_CHANGE,
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """The change in the size of a gap, with limits, and z. Below zero (for a ratio: below 1, a factor) it narrowed."""

    amount: float
    low: float
    high: float
    z: float


@dataclass(frozen=True)
class NarrowingAnswer:
    """`is_levelled_down`: the gap fell, though the disadvantaged group's own figure did not improve."""

    verdict: Narrowing
    sentence: str
    points: Change | None = None
    ratio: Change | None = None
    is_levelled_down: bool = False
    steps: tuple[Step, ...] = ()


def narrowing(earlier: Gap, later: Gap, *, overlap: float = 0.0) -> NarrowingAnswer:
    """Whether a gap narrowed, in points and as a ratio: each is claimed where the limits of its change leave out no change.

    That both gaps are of the same areas, ranked once and for both times alike, is for the caller to see to. The change is
    that of the gap's size, |later| - |earlier|; a gap that was detectable both times, on opposite sides, has turned around.
    `overlap` is the share of data that two windows have in common; it takes the standard error times sqrt(1 - overlap).
    Raises ValueError for another direction, form of ratio or confidence, and for an overlap outside 0 to 1 (1 excluded).
    """
    if not 0 <= overlap < 1:
        raise ValueError(f"the overlap is a share of at least 0 and below 1: {overlap:g}")
    if (earlier.improves_when, earlier.ratio_form, earlier.confidence) != (later.improves_when, later.ratio_form, later.confidence):
        raise ValueError("two gaps can be compared only in the same direction, form of ratio and confidence")
    if earlier.reason:
        missing = _("the earlier gap cannot be computed: {reason}").format(reason=earlier.reason)
    else:
        missing = _("the later gap cannot be computed: {reason}").format(reason=later.reason) if later.reason else ""
    if missing or earlier.difference_se is None or later.difference_se is None:
        said = _("Whether the gap narrowed cannot be told: {reason}.").format(reason=missing or _("no standard errors are known"))
        return NarrowingAnswer(Narrowing.CANNOT_TELL, said)
    z, share = intervals.z_of(earlier.confidence), math.sqrt(1 - overlap)
    points = _change(earlier.difference, later.difference, math.hypot(earlier.difference_se, later.difference_se) * share, z)
    ratio = _ratio_change(earlier, later, share, z)
    verdict = _VERDICTS[_direction(points, 0.0), _direction(ratio, 1.0)]
    if _turned(earlier, later):
        verdict = Narrowing.TURNED_AROUND
    levelled = _direction(points, 0.0) < 0 and is_judged(later.improves_when) and not _improved(earlier, later)
    return NarrowingAnswer(verdict, _narrowing_sentence(verdict, earlier, later, ratio, levelled), points, ratio, levelled,
                           _narrowing_steps(points, ratio, earlier.confidence, overlap, levelled))  # fmt: skip


def _change(before: float, after: float, se: float, z: float) -> Change:
    amount = abs(after) - abs(before)
    score = amount / se if se > 0 else math.copysign(math.inf, amount) if amount else 0.0
    return Change(amount, amount - z * se, amount + z * se, score)


def _ratio_change(earlier: Gap, later: Gap, share: float, z: float) -> Change | None:
    if earlier.log_ratio_se is None or later.log_ratio_se is None:
        return None
    found = _change(math.log(earlier.ratio), math.log(later.ratio), math.hypot(earlier.log_ratio_se, later.log_ratio_se) * share, z)
    return Change(math.exp(found.amount), math.exp(found.low), math.exp(found.high), found.z)


def _direction(change: Change | None, nothing: float) -> int:
    """-1 narrower, +1 wider, 0 not told apart."""
    return 0 if change is None else (change.low > nothing) - (change.high < nothing)


def _turned(earlier: Gap, later: Gap) -> bool:
    (low, high), (later_low, later_high) = earlier.difference_limits, later.difference_limits
    return (low > 0 and later_high < 0) or (high < 0 and later_low > 0)


def _improved(earlier: Gap, later: Gap) -> bool:
    change = later.disadvantaged.value - earlier.disadvantaged.value
    return worse_sign(later.improves_when) * change < 0


def _narrowing_sentence(verdict: Narrowing, earlier: Gap, later: Gap, ratio: Change | None, levelled: bool) -> str:
    if verdict is Narrowing.NO_DETECTABLE_CHANGE:
        said = _("No change of the gap can be told from chance. That is not the same as no change.")
    elif verdict is Narrowing.TURNED_AROUND:
        said = {
            (True, True): _("The gap turned around: the disadvantaged are now worse off."),
            (True, False): _("The gap turned around: the disadvantaged are now better off."),
            (False, True): _("The gap turned around: the disadvantaged now have the higher figure."),
            (False, False): _("The gap turned around: the disadvantaged now have the lower figure."),
        }[later.is_judged, later.difference > 0]
    else:
        said = _("The gap {verdict}.").format(verdict=_(str(verdict)))
    if ratio is None:
        reason = earlier.ratio_reason or later.ratio_reason or _("it has no limits")
        said = f"{said} {_('The ratio was not compared: {reason}.').format(reason=reason)}"
    return f"{said} {_('But the disadvantaged did not improve.')}" if levelled else said


def _narrowing_steps(points: Change, ratio: Change | None, confidence: float, overlap: float, levelled: bool) -> tuple[Step, ...]:
    shared = _("standard error times sqrt(1 - {overlap:g}) for the shared data").format(overlap=overlap)

    def how(between: str, z: float) -> str:
        said = _("{confidence:.0%} limits {between}, z = {z:.2f}").format(confidence=confidence, between=between, z=z)
        return f"{said}; {shared}" if overlap else said

    with_ratio = () if ratio is None else (
        Step(_("Change of the ratio"), _("times {ratio:.2f}").format(ratio=ratio.amount),
             how(_("{low} to {high}").format(low=f"{ratio.low:.2f}", high=f"{ratio.high:.2f}"), ratio.z)),
    )  # fmt: skip
    return (
        Step(_("Change of the gap's size"), words.figure(points.amount, 2), how(_between((points.low, points.high), 2), points.z)),
        *with_ratio,
        Step(_("Levelled down"), _("yes") if levelled else _("no"), _("the gap fell and the disadvantaged did not improve")),
    )


class LevelAndGap(StrEnum):
    """What happened to the level and to the gap together."""

    BETTER_AND_FAIRER = later("better and fairer")
    BETTER_LESS_FAIR = later("better, less fair")
    WORSE_BUT_FAIRER = later("worse, but fairer")
    WORSE_AND_LESS_FAIR = later("worse and less fair")
    BETTER_GAP_UNCLEAR = later("better, no clear change of the gap")
    WORSE_GAP_UNCLEAR = later("worse, no clear change of the gap")
    FAIRER_LEVEL_UNCLEAR = later("fairer, no clear change of the level")
    LESS_FAIR_LEVEL_UNCLEAR = later("less fair, no clear change of the level")
    CANNOT_TELL = later("cannot tell")


def level_and_gap(level_better: bool | None, gap_narrower: bool | None) -> LevelAndGap:
    """The two together, so that neither hides the other. None is no detectable change, or not known."""
    return {
        (True, True): LevelAndGap.BETTER_AND_FAIRER,
        (True, False): LevelAndGap.BETTER_LESS_FAIR,
        (False, True): LevelAndGap.WORSE_BUT_FAIRER,
        (False, False): LevelAndGap.WORSE_AND_LESS_FAIR,
        (True, None): LevelAndGap.BETTER_GAP_UNCLEAR,
        (False, None): LevelAndGap.WORSE_GAP_UNCLEAR,
        (None, True): LevelAndGap.FAIRER_LEVEL_UNCLEAR,
        (None, False): LevelAndGap.LESS_FAIR_LEVEL_UNCLEAR,
        (None, None): LevelAndGap.CANNOT_TELL,
    }[level_better, gap_narrower]
