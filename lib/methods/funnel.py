"""An area beside the city: by its own confidence limits, and all areas together by a funnel around the city's figure.

With 55 areas, limits at 95 % call three of them unusual by chance alone, limits at 99.8 % one in ten times. A funnel's
limits depend on how many people stand behind a figure, so that a small area is not called unusual for being small.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from scipy import special

from lib import words
from lib.language import _, later, n_
from lib.methods import intervals
from lib.methods.equity import COUNTED, AreaValue, is_judged, pooled, worse_sign
from lib.model import Direction, Step

WARNING, ALARM = 0.95, 0.998  # PHE Funnels.R: 0.025 and 0.001 in each tail
OVERDISPERSED_FROM = 2.0  # our choice: chi-square per area from which the limits are said to be too narrow


class Comparison(StrEnum):
    """How an area's figure stands beside the city's."""

    BETTER = later("better")
    WORSE = later("worse")
    HIGHER = later("higher")  # where neither way is better
    LOWER = later("lower")
    SIMILAR = later("similar")
    NOT_JUDGED = later("not judged")


@dataclass(frozen=True)
class ComparisonAnswer:
    comparison: Comparison
    limits: tuple[float, float] | None
    sentence: str
    steps: tuple[Step, ...] = ()


class Band(StrEnum):
    """Where a figure lies in the funnel."""

    INSIDE = later("within the 95% limits")
    OUTSIDE_95 = later("outside the 95% limits")
    OUTSIDE_998 = later("outside the 99.8% limits")
    NOT_JUDGED = later("not judged")


@dataclass(frozen=True)
class FunnelPoint:
    """One area in the funnel. `side` is +1 above the limits, -1 below, 0 inside. Without counts nothing is judged."""

    area: str
    value: float
    denominator: float
    band: Band
    side: int
    comparison: Comparison
    limits_95: tuple[float, float] | None = None
    limits_998: tuple[float, float] | None = None


@dataclass(frozen=True)
class Funnel:
    """All areas around the city. `dispersion` is chi-square per degree of freedom: about 1 where only chance is at work."""

    points: tuple[FunnelPoint, ...]
    city: float
    n: int
    of: int
    outside_95: int = 0  # also counts those outside 99.8 %
    outside_998: int = 0
    dispersion: float | None = None
    reason: str = ""
    sentence: str = ""
    steps: tuple[Step, ...] = ()


def area_limits(area: AreaValue, *, value_kind: str, multiplier: float | None, confidence: float = 0.95) -> tuple[float, float] | None:
    """Confidence limits of an area's figure: from its published standard error, else Wilson's or Poisson's from its counts."""
    if not area.is_known:
        return None
    if not math.isnan(area.se):
        reach = intervals.z_of(confidence) * area.se
        return area.value - reach, area.value + reach
    if not _is_counted(area, value_kind, multiplier):
        return None
    if value_kind == "rate":
        return intervals.rate_limits(area.numerator, area.denominator, multiplier=multiplier, confidence=confidence)
    low, high = intervals.proportion_limits(area.numerator, area.denominator, confidence=confidence)
    return multiplier * low, multiplier * high


def comparison_with_city(limits: tuple[float, float] | None, *, city: float, improves_when: Direction) -> ComparisonAnswer:
    """An area's limits against the city's figure taken as a point; a limit that equals it is still similar.

    `limits` come from `area_limits`; without them nothing is judged. Polarity is applied last. Source: Fingertips.
    """
    if limits is None or any(math.isnan(number) for number in (*limits, city)):
        return ComparisonAnswer(Comparison.NOT_JUDGED, limits, _("Not compared with the city: how sure the figure is, or the city's own, is not "
                                                                 "known."))
    side = (limits[0] > city) - (limits[1] < city)
    found = side_word(side, improves_when)
    sentence = {
        Comparison.SIMILAR: _("Not told apart from the city."),
        Comparison.BETTER: _("Better than the city, by more than chance."),
        Comparison.WORSE: _("Worse than the city, by more than chance."),
        Comparison.HIGHER: _("Higher than the city, by more than chance."),
        Comparison.LOWER: _("Lower than the city, by more than chance."),
    }[found]
    between = _("{low} to {high}").format(low=words.figure(limits[0], 2), high=words.figure(limits[1], 2))
    steps = (Step(_("Limits"), between, _("of the area's figure")), Step(_("City"), words.figure(city, 2), _("taken as a point")))
    return ComparisonAnswer(found, limits, sentence, steps)


def side_word(side: int, improves_when: Direction) -> Comparison:
    """What above (+1) or below (-1) the city means; 0 is similar."""
    if side == 0:
        return Comparison.SIMILAR
    if not is_judged(improves_when):
        return Comparison.HIGHER if side > 0 else Comparison.LOWER
    return Comparison.WORSE if side == worse_sign(improves_when) else Comparison.BETTER


def funnel_limits(city: float, denominator: float, *, value_kind: str, multiplier: float, confidence: float) -> tuple[float, float]:
    """The funnel's limits at one denominator: a figure beyond them has confidence limits that leave out the city's figure.

    Wilson's limits for a proportion, Poisson's exact ones for a rate. `city` in the figure's unit. Raises ValueError for a
    denominator of zero or below, another kind of value, or a proportion outside 0 to 1. Source: PHEindicatormethods Funnels.R.
    """
    if not denominator > 0:
        raise ValueError(f"denominators must be greater than zero: {denominator:g}")
    if value_kind not in COUNTED:
        raise ValueError(f"a funnel is drawn for a rate or a proportion, not for a {value_kind}")
    if value_kind == "rate":
        low, high = _poisson_funnel(city * denominator / multiplier, confidence)
        return multiplier * low / denominator, multiplier * high / denominator
    share = city / multiplier
    if not 0 <= share <= 1:
        raise ValueError(f"a proportion lies between 0 and {multiplier:g}: {city:g}")
    reach = intervals.z_of(confidence) * math.sqrt(share * (1 - share) / denominator)
    return multiplier * max(share - reach, 0.0), multiplier * min(share + reach, 1.0)


def _poisson_funnel(expected: float, confidence: float) -> tuple[float, float]:
    """The counts whose exact limits just reach the expected one (Garwood's limits turned around); 0 where none is so low."""
    tail = (1 - confidence) / 2
    if expected <= 0:
        return 0.0, 0.0
    high = float(special.gdtrib(1, tail, expected))
    if special.pdtr(0, expected) >= tail:  # even no event at all would not be unusual
        return 0.0, high
    return float(special.gdtrib(1, 1 - tail, expected)) - 1, high


def funnel(
    areas: Sequence[AreaValue],
    *,
    improves_when: Direction,
    value_kind: str,
    multiplier: float | None,
    city: float | None = None,
    decimals: int = 1,
    unit: str = "",
) -> Funnel:
    """Every area against the city: inside, outside 95 % or outside 99.8 %, and whether that is better or worse.

    `city` is the pooled figure of the areas when not given. Areas without a figure or without counts are not judged.
    """
    used = [area for area in areas if _is_counted(area, value_kind, multiplier)]
    middle = city if city is not None else pooled(used, multiplier=multiplier, value_kind=value_kind).value
    if not used or math.isnan(middle):
        reason = _("the city's figure is not known") if used else _("no area has the counts that limits are drawn from")
        return Funnel(tuple(_not_judged(area) for area in areas), middle, len(used), len(areas), reason=reason, sentence=_("No area is judged: {reason}.").format(reason=reason))
    counted = {area.area for area in used}
    points = tuple(_point(area, middle, improves_when, value_kind, multiplier) if area.area in counted else _not_judged(area) for area in areas)
    outside_998 = sum(point.band is Band.OUTSIDE_998 for point in points)
    outside_95 = outside_998 + sum(point.band is Band.OUTSIDE_95 for point in points)
    dispersion = _dispersion(used, middle, value_kind, multiplier)
    wide = dispersion is not None and dispersion >= OVERDISPERSED_FROM
    sentence = n_(
        "{n} of {neighborhoods} lies outside the 99.8% limits around the city's {city}; chance alone would put {expected:.1f} there.",
        "{n} of {neighborhoods} lie outside the 99.8% limits around the city's {city}; chance alone would put {expected:.1f} there.",
        outside_998,
    ).format(n=outside_998, neighborhoods=words.count_of(len(used), "neighborhood", "neighborhoods"),
             city=words.figure(middle, decimals, unit), expected=len(used) * (1 - ALARM))  # fmt: skip
    if wide:
        caution = _("The figures vary more than chance of counting would make them, so the limits are too narrow to single out an area.")
        sentence = f"{sentence} {caution}"
    steps = (
        Step(_("City"), words.figure(middle, decimals, unit), _("all areas together") if city is None else _("as published")),
        Step(_("Areas judged"), _("{n} of {total}").format(n=len(used), total=len(areas)), _("with a figure and its counts")),
        Step(_("Outside 95%"), str(outside_95), _("chance alone: {expected:.1f}").format(expected=len(used) * (1 - WARNING))),
        Step(_("Outside 99.8%"), str(outside_998), _("chance alone: {expected:.1f}").format(expected=len(used) * (1 - ALARM))),
        Step(_("Dispersion"), words.figure(dispersion, 1, missing=_("not known")), _("chi-square per area; about 1 where only chance is at work")),
    )
    return Funnel(points, middle, len(used), len(areas), outside_95, outside_998, dispersion, "", sentence, steps)


def _point(area: AreaValue, city: float, improves_when: Direction, value_kind: str, multiplier: float) -> FunnelPoint:
    limits = [funnel_limits(city, area.denominator, value_kind=value_kind, multiplier=multiplier, confidence=level) for level in (WARNING, ALARM)]
    value = multiplier * area.numerator / area.denominator
    sides = [(value > high) - (value < low) for low, high in limits]
    band = Band.OUTSIDE_998 if sides[1] else Band.OUTSIDE_95 if sides[0] else Band.INSIDE
    return FunnelPoint(area.area, value, area.denominator, band, sides[0], side_word(sides[0], improves_when), *limits)


def _not_judged(area: AreaValue) -> FunnelPoint:
    return FunnelPoint(area.area, area.value, area.denominator, Band.NOT_JUDGED, 0, Comparison.NOT_JUDGED)


def _is_counted(area: AreaValue, value_kind: str, multiplier: float | None) -> bool:
    return multiplier is not None and value_kind in COUNTED and area.is_known and area.has_counts


def _dispersion(used: Sequence[AreaValue], city: float, value_kind: str, multiplier: float) -> float | None:
    """Pearson's chi-square of the areas around the city, per degree of freedom."""
    share = city / multiplier
    spread = share * (1 - share) if value_kind == "proportion" else share
    if spread <= 0 or len(used) < 2:
        return None
    return math.fsum((a.numerator - share * a.denominator) ** 2 / (a.denominator * spread) for a in used) / (len(used) - 1)
