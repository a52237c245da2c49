"""Where an annual series goes if nothing changes: a straight line through the latest figures, with its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from scipy import special

from lib import words
from lib.language import _, later
from lib.methods.periods import months_later, years_between
from lib.model import Direction, Step

LEAST_POINTS, MOST_POINTS = 5, 10


class Outlook(StrEnum):
    """Whether a target will be met if nothing changes."""

    LIKELY = later("likely to meet")
    UNLIKELY = later("unlikely to meet")
    UNCERTAIN = later("uncertain")
    CANNOT_TELL = later("cannot tell")


@dataclass(frozen=True)
class Projection:
    """`band` has one row a year from the latest figure on: day, lower limit, middle, upper limit."""

    outlook: Outlook
    sentence: str
    band: tuple[tuple[date, float, float, float], ...] = ()
    steps: tuple[Step, ...] = ()
    reason: str = ""  # why there is no band


def prediction_interval(
    times: Sequence[float], values: Sequence[float], *, at: float, confidence: float = 0.80
) -> tuple[float, float, float]:
    """Lower limit, middle and upper limit of the next single figure at the time `at`, by least squares on the figures.

    f -/+ t s sqrt(1 + 1/n + (at - mean)^2 / Sxx), t with n - 2 degrees of freedom. Raises ValueError for fewer than three
    figures or when all are of one time.
    """
    t, y = np.asarray(times, dtype=float), np.asarray(values, dtype=float)
    n = len(t)
    spread = float(((t - t.mean()) ** 2).sum())
    if n < 3 or spread == 0:
        raise ValueError("a projection needs at least three figures at different times")
    slope = float(((t - t.mean()) * (y - y.mean())).sum()) / spread
    middle = float(y.mean()) + slope * (at - float(t.mean()))
    residuals = y - (y.mean() + slope * (t - t.mean()))
    s = math.sqrt(float((residuals**2).sum()) / (n - 2))
    reach = float(special.stdtrit(n - 2, 0.5 + confidence / 2)) * s * math.sqrt(1 + 1 / n + (at - float(t.mean())) ** 2 / spread)
    return middle - reach, middle, middle + reach


def project(
    ends: Sequence[date],
    values: Sequence[float],
    *,
    improves_when: Direction,
    target_end: date | None = None,
    target_value: float | None = None,
    target_range: tuple[float, float] | None = None,
    percent: bool = False,
    independent: bool = True,
    confidence: float = 0.80,
    decimals: int = 1,
    unit: str = "",
) -> Projection:
    """The projection from the latest five to ten annual figures, and what it says of the target.

    `ends` are the last days of the periods, in order; missing values are left out. No further ahead than the figures reach
    back. Where no figure has ever been below zero the projection is not either; with `percent`, where all have been within 0
    to 100 it stays there. Fewer than five figures, or figures that share data, give "cannot tell" and no band.
    """
    least, most = _bounds(values, percent=percent)
    known = [(end, value) for end, value in zip(ends, values, strict=True) if not math.isnan(value)][-MOST_POINTS:]
    if len(known) < LEAST_POINTS or not independent:
        few = _("fewer than {least} figures under one definition").format(least=LEAST_POINTS)
        reason = few if independent else _("figures share data")
        return Projection(Outlook.CANNOT_TELL, _("No projection: {reason}.").format(reason=reason), reason=reason)
    first, last = known[0][0], known[-1][0]
    times = [years_between(first, end) for end, _ in known]
    figures = [value for _, value in known]

    def at(day: date) -> tuple[float, float, float]:
        limits = prediction_interval(times, figures, at=years_between(first, day), confidence=confidence)
        return tuple(min(max(limit, least), most) for limit in limits)

    horizon = years_between(first, last)
    reach = min(horizon, max(years_between(last, target_end), 1.0) if target_end else 3.0)
    days = [months_later(last, 12 * year) for year in range(1, int(reach) + 1)]
    band = tuple((day, *at(day)) for day in (last, *days))
    if target_end is None or (target_value is None and target_range is None) or target_end <= last:
        return Projection(Outlook.CANNOT_TELL, _("There is no target ahead to hold the projection against."), band)
    if years_between(last, target_end) > horizon:
        return Projection(Outlook.CANNOT_TELL, _("The target lies further ahead than the figures reach back."), band)
    low, middle, high = at(target_end)
    outlook = _outlook(low, high, improves_when, target_value, target_range)
    steps = (
        Step(_("Projected"), words.figure(middle, decimals, unit), _("by a straight line through the latest {n} figures").format(n=len(known))),
        Step(_("{confidence:.0%} of outcomes between").format(confidence=confidence), _("{low} and {high}").format(low=words.figure(low, decimals, unit), high=words.figure(high, decimals, unit)),
             _("prediction interval of the figure for the target's period")),
    )  # fmt: skip
    said = {
        Outlook.LIKELY: _("If nothing changes, the line through the latest {figures} makes the target likely to be met."),
        Outlook.UNLIKELY: _("If nothing changes, the line through the latest {figures} makes the target unlikely to be met."),
        Outlook.UNCERTAIN: _("If nothing changes, the line through the latest {figures} makes the target uncertain."),
    }[outlook]
    return Projection(outlook, said.format(figures=words.count_of(len(known), "figure", "figures")), band, steps)


def _bounds(values: Sequence[float], *, percent: bool) -> tuple[float, float]:
    """What a projection is kept within: limits that the known figures themselves have never crossed."""
    known = [value for value in values if not math.isnan(value)]
    if any(value < 0 for value in known):
        return -math.inf, math.inf
    return 0.0, 100.0 if percent and all(value <= 100 for value in known) else math.inf


def _outlook(
    low: float, high: float, improves_when: Direction, value: float | None, range_: tuple[float, float] | None
) -> Outlook:
    """Likely when the whole interval is on the good side, unlikely when on the bad side."""
    if range_ is not None:
        inside, outside = low >= range_[0] and high <= range_[1], high < range_[0] or low > range_[1]
    elif improves_when is Direction.FALLS:
        inside, outside = high <= value, low > value
    else:
        inside, outside = low >= value, high < value
    return Outlook.LIKELY if inside else Outlook.UNLIKELY if outside else Outlook.UNCERTAIN
