"""Whether an indicator really moves: tests that tell a trend from chance, for the short annual series that cities have.

Where the counts behind the figures are known, the recent trend over the latest five figures is tested as the UK's public
health profiles do. Else the whole series is tested by Mann and Kendall's rank test, with Sen's slope. Under five figures,
or where neighboring figures share data, nothing is claimed; nor of figures by month or quarter, which have seasons and have
limits of usual variation instead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

import numpy as np
from scipy import special

from lib import words
from lib.language import _
from lib.methods.intervals import rate_limits
from lib.methods.periods import is_next, years_between
from lib.model import Direction, Movement, Period, PeriodKind, Step

LEAST_POINTS = 5  # with four, the smallest possible two-sided p is .083
EXACT_UP_TO = 10
SIGNIFICANT_P = 0.05
RECENT = 5
RECENT_CHI_SQUARE = 9.5495  # chi-square with one degree of freedom at p = .002: Fingertips
WITHIN_A_YEAR = (PeriodKind.QUARTER, PeriodKind.MONTH)
ANNUAL = (PeriodKind.CALENDAR, PeriodKind.FISCAL, PeriodKind.SCHOOL)


@dataclass(frozen=True)
class Observation:
    """A figure with its period and, where known, the counts behind it (NaN = not known)."""

    period: Period
    value: float
    numerator: float = math.nan
    denominator: float = math.nan


@dataclass(frozen=True)
class Slope:
    """Sen's line: `per_year` in the indicator's unit, through `level` at the first figure."""

    per_year: float
    level: float


@dataclass(frozen=True)
class Recent:
    """The recent-trend test: its statistic, whether it is significant, and the sign of the slope."""

    chi_square: float
    significant: bool
    sign: int


@dataclass(frozen=True)
class MovementAnswer:
    """What can be said of the movement, by which test, and its arithmetic."""

    movement: Movement
    sentence: str
    test: str = ""
    p: float | None = None
    chi_square: float | None = None
    per_year: float | None = None
    n: int = 0
    span: str = ""  # the periods that the test looked at
    steps: tuple[Step, ...] = ()


def judge(sign: int, improves_when: Direction) -> Movement:
    """The one place where a rise or a fall becomes better or worse. 0 is no detectable trend."""
    if sign == 0:
        return Movement.NONE_DETECTED
    match improves_when:
        case Direction.WITHIN | Direction.NEITHER:
            return Movement.RISING if sign > 0 else Movement.FALLING
        case Direction.RISES:
            return Movement.BETTER if sign > 0 else Movement.WORSE
        case Direction.FALLS:
            return Movement.BETTER if sign < 0 else Movement.WORSE


def mann_kendall(values: Sequence[float]) -> tuple[int, float]:
    """Mann and Kendall's S and its two-sided p. Missing values are left out; the order is the order in time.

    Exact for up to ten values without ties, else the normal approximation with correction for ties and continuity.
    Fewer than two values, or all alike, give (0, 1.0). Source: Mann 1945, Kendall 1975, Gilbert 1987.
    Example: five values that only rise give S = 10, p = 0.017.
    """
    known = [value for value in values if not math.isnan(value)]
    n = len(known)
    s = sum(int(np.sign(later - earlier)) for earlier, later in combinations(known, 2))
    ties = [count for count in np.unique(known, return_counts=True)[1].tolist() if count > 1]
    if n < 2 or n in ties:
        return s, 1.0
    if n <= EXACT_UP_TO and not ties:
        return s, _exact_p(n, abs(s))
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    z = (s - math.copysign(1, s)) / math.sqrt(variance) if s else 0.0
    return s, float(2 * special.ndtr(-abs(z)))


@lru_cache(maxsize=256)
def _exact_p(n: int, size: int) -> float:
    """The share of the orders of n different values whose S is at least that far from 0.

    An order with k pairs the wrong way round has S = n(n-1)/2 - 2k; their numbers build up value by value (Mahonian numbers).
    """
    orders = np.ones(1)
    for placed in range(2, n + 1):
        orders = np.convolve(orders, np.ones(placed))
    pairs = n * (n - 1) // 2
    far = np.abs(pairs - 2 * np.arange(pairs + 1)) >= size
    return float(orders[far].sum() / orders.sum())


def sen_slope(times: Sequence[float], values: Sequence[float]) -> Slope:
    """The median of the slopes between all pairs (Sen 1968), and the level at the first time. `times` are years, so gaps
    do no harm. Missing values are left out. Raises ValueError for fewer than two values."""
    known = [(time, value) for time, value in zip(times, values, strict=True) if not math.isnan(value)]
    if len(known) < 2:
        raise ValueError("a slope needs at least two figures")
    slopes = [(v2 - v1) / (t2 - t1) for (t1, v1), (t2, v2) in combinations(known, 2) if t2 != t1]
    per_year = float(np.median(slopes))
    intercept = float(np.median([v for _, v in known])) - per_year * float(np.median([t for t, _ in known]))
    return Slope(per_year, intercept + per_year * known[0][0])


def recent_trend_of_rates(values: Sequence[float], *, limits: Sequence[tuple[float, float]]) -> Recent:
    """The trend of five rates, weighted by their 95 % limits: a weighted slope, its chi-square, and the condition that the
    slope keeps its sign whichever of the five is left out.

    Raises ValueError when a limit is missing or has no width. Source: Fingertips, TrendMarkerCalculator.
    """
    widths = [high - low for low, high in limits]
    if any(math.isnan(width) or width <= 0 for width in widths):
        raise ValueError("confidence limits must be known and have a width")
    weights = np.array([(3.92 / width) ** 2 for width in widths])
    times, figures = np.arange(1.0, len(values) + 1), np.asarray(values, dtype=float)
    slope, variance = _weighted_slope(times, figures, weights)
    keeps = _keeps_its_sign(slope, times, figures, weights)
    chi_square = slope**2 / variance
    return Recent(chi_square, chi_square > RECENT_CHI_SQUARE and keeps, int(np.sign(slope)))


def recent_trend_of_proportions(numerators: Sequence[float], *, denominators: Sequence[float]) -> Recent:
    """The trend of five proportions: Cochran and Armitage's chi-square, and the condition that the slope of the logits
    keeps its sign whichever of the five is left out.

    Raises ValueError when a count is zero or equals its denominator: the logit is not defined there.
    Source: Fingertips, TrendMarkerCalculator; PHEindicatormethods assign_trend_markers.
    """
    x, n = np.asarray(numerators, dtype=float), np.asarray(denominators, dtype=float)
    if (n <= 0).any():
        raise ValueError("denominators must be greater than zero")
    if (x <= 0).any() or (x >= n).any():
        raise ValueError("numerators must lie between zero and their denominators")
    t = np.arange(1.0, len(x) + 1)
    total, events = n.sum(), x.sum()
    below = events * (total - events) * (total * (n * t**2).sum() - (n * t).sum() ** 2)
    chi_square = float(total * (total * (x * t).sum() - events * (n * t).sum()) ** 2 / below)
    logits = np.log(x / (n - x))
    slope, _ = _weighted_slope(t, logits, np.ones_like(t))
    keeps = _keeps_its_sign(slope, t, logits, np.ones_like(t))
    return Recent(chi_square, chi_square > RECENT_CHI_SQUARE and keeps, int(np.sign(slope)))


def _weighted_slope(times: np.ndarray, values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Slope and its variance, the weights being 1 / variance of each value."""
    total = weights.sum()
    spread = total * (weights * times**2).sum() - (weights * times).sum() ** 2
    slope = (total * (weights * times * values).sum() - (weights * times).sum() * (weights * values).sum()) / spread
    return float(slope), float(total / spread)


def _keeps_its_sign(slope: float, times: np.ndarray, values: np.ndarray, weights: np.ndarray) -> bool:
    without = [_weighted_slope(*(np.delete(column, left_out) for column in (times, values, weights)))[0]
               for left_out in range(len(times))]  # fmt: skip
    return slope != 0 and all(np.sign(one) == np.sign(slope) for one in without)


def movement(
    observations: Sequence[Observation],
    *,
    improves_when: Direction,
    value_kind: str,
    multiplier: float | None = None,
    independent: bool = True,
    overdispersed: bool = False,
    decimals: int = 1,
    unit: str = "",
) -> MovementAnswer:
    """Whether a series really moves, by the test that its figures allow. `observations` in the order of time.

    Counts known and the latest five annual figures unbroken: the recent-trend test; not where counts are known to vary
    more than chance (`overdispersed`: crime, overdose, calls), where it would cry wolf. Else Mann and Kendall's test on
    the whole series, from five figures on. Figures by month or quarter are not tested: see lib.methods.xmr. Polarity is
    applied last.
    """
    known = [one for one in observations if not math.isnan(one.value)]
    if not independent:
        return MovementAnswer(Movement.CANNOT_TELL, _("Neighboring figures share part of their data, so a change from one to the next "
                                                      "cannot be tested."), n=len(known))  # fmt: skip
    if any(one.period.kind in WITHIN_A_YEAR for one in known):
        return MovementAnswer(Movement.CANNOT_TELL, _("Figures by month or quarter are not tested for a trend over years: see the "
                                                      "limits of usual variation."), n=len(known))  # fmt: skip
    if len(known) < LEAST_POINTS:
        few = _("{figures} under one definition: a trend needs at least {least}.")
        few = words.capital(few.format(figures=words.count_of(len(known), "figure", "figures"), least=LEAST_POINTS))
        return MovementAnswer(Movement.CANNOT_TELL, few, n=len(known))
    whole = _whole_series(known, improves_when, decimals, unit)
    if overdispersed or value_kind not in ("rate", "proportion"):
        return whole
    return _recent(known, whole, improves_when, value_kind, multiplier) or whole


def _whole_series(
    known: Sequence[Observation], improves_when: Direction, decimals: int, unit: str
) -> MovementAnswer:
    s, p = mann_kendall([one.value for one in known])
    times = [years_between(known[0].period.end, one.period.end) for one in known]
    slope = sen_slope(times, [one.value for one in known])
    significant = p < SIGNIFICANT_P
    found = judge(int(np.sign(s)) if significant else 0, improves_when)
    first, last = (words.period_of(one.period) for one in (known[0], known[-1]))
    if significant:
        amount = words.change(slope.per_year, decimals, unit)
        rose, fell = (
            _("Rose from {first} to {last}, by about {amount} a year: more than chance."),
            _("Fell from {first} to {last}, by about {amount} a year: more than chance."),
        )
        sentence = (rose if s > 0 else fell).format(first=first, last=last, amount=amount)
    else:
        sentence = _("From {first} to {last} no trend can be told from chance. That is not the same as no change.").format(first=first, last=last)
    steps = (
        Step(_("Figures"), str(len(known)), _("{first} to {last}, one definition").format(first=first, last=last)),
        Step(_("Mann-Kendall S"), f"{s:+d}", _("pairs of figures that rise, less pairs that fall")),
        Step(_("Chance"), f"p = {p:.3f}", _("of an S at least as far from zero if nothing moved; a trend is claimed below {level:g}").format(level=SIGNIFICANT_P)),
        Step(_("Sen's slope"), _("{change} a year").format(change=f"{'-' if slope.per_year < 0 else '+'}{words.change(slope.per_year, decimals, unit)}"), _("median of the slopes between all pairs")),
    )  # fmt: skip
    return MovementAnswer(found, sentence, "Mann-Kendall", p=p, per_year=slope.per_year, n=len(known), span=_("{first} to {last}").format(first=first, last=last), steps=steps)  # fmt: skip


def _recent(
    known: Sequence[Observation], whole: MovementAnswer, improves_when: Direction, value_kind: str, multiplier: float | None
) -> MovementAnswer | None:
    """The recent-trend test, or None where the latest five do not allow it."""
    five = known[-RECENT:]
    unbroken = all(one.period.kind in ANNUAL for one in five) and all(is_next(a.period, b.period) for a, b in pairwise(five))
    counted = not any(math.isnan(one.numerator) or math.isnan(one.denominator) for one in five)
    if not unbroken or not counted or (value_kind == "rate" and multiplier is None):
        return None
    try:
        if value_kind == "proportion":
            found = recent_trend_of_proportions([one.numerator for one in five], denominators=[one.denominator for one in five])
        else:
            limits = [rate_limits(one.numerator, one.denominator, multiplier=multiplier) for one in five]
            found = recent_trend_of_rates([one.value for one in five], limits=limits)
    except ValueError:
        return None
    first, last = (words.period_of(one.period) for one in (five[0], five[-1]))
    if found.significant:
        rose, fell = _("Rose from {first} to {last}, by more than chance."), _("Fell from {first} to {last}, by more than chance.")
        sentence = (rose if found.sign > 0 else fell).format(first=first, last=last)
    else:
        sentence = _("From {first} to {last} no trend can be told from chance. That is not the same as no change.").format(first=first, last=last)
    if whole.movement not in (Movement.NONE_DETECTED, Movement.CANNOT_TELL) and not found.significant:
        moved = _("Over the whole series it did move: {how}").format(how=f"{whole.sentence[:1].lower()}{whole.sentence[1:]}")
        sentence = f"{sentence} {moved}"
    steps = (
        Step(_("Figures"), str(RECENT), _("the latest five, {first} to {last}, with their counts").format(first=first, last=last)),
        Step(_("Chi-square"), f"{found.chi_square:.2f}", _("of the slope; a trend is claimed above {level:g} (p < .002) if the slope keeps "
                                                        "its sign whichever of the five is left out").format(level=RECENT_CHI_SQUARE)),
        *whole.steps,
    )  # fmt: skip
    return MovementAnswer(judge(found.sign if found.significant else 0, improves_when), sentence, "recent trend",
                          chi_square=found.chi_square, per_year=whole.per_year, n=RECENT, span=_("{first} to {last}").format(first=first, last=last), steps=steps)  # fmt: skip


def movement_rules() -> dict[Movement, str]:
    """When each answer is given, in a sentence."""
    return {
        Movement.BETTER: _("It moved in the good direction by more than chance."),
        Movement.WORSE: _("It moved in the bad direction by more than chance."),
        Movement.RISING: _("It rose by more than chance; for this indicator that is neither good nor bad by itself."),
        Movement.FALLING: _("It fell by more than chance; for this indicator that is neither good nor bad by itself."),
        Movement.NONE_DETECTED: _("No trend can be told from chance. With few figures even a real change stays hidden, "
                                  "so this is not the same as no change."),
        Movement.CANNOT_TELL: _("There are fewer than {least} figures under one definition, neighboring figures share "
                                "data, or they are by month or quarter, so no test can be made.").format(least=LEAST_POINTS),
    }
