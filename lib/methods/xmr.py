"""Process limits (XmR charts): which points of a monthly or quarterly series are more than usual variation.

Rules and constants as the NHS programme Making Data Count uses them. Every rule takes the values in the order of time and
gives a mark for each: +1 high or rising, -1 low or falling, 0 nothing. A missing value (NaN) is never marked and breaks a run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from lib.language import later
from lib.model import Direction, PeriodKind

LIMIT_FACTOR = 2.66  # 3 / 1.128: three sigma from the mean moving range of two (Wheeler 1993)
SCREEN_FACTOR = 3.267  # moving ranges beyond this many averages are left out, once
NEAR_SHARE = 2 / 3
RUN = 7
JUDGED_FROM = 12
MOST_POINTS = 36  # false alarms grow with the number of points


class Variation(StrEnum):
    """What the latest point says."""

    IMPROVEMENT = later("special cause: improvement")
    CONCERN = later("special cause: concern")
    HIGH = later("special cause: high")
    LOW = later("special cause: low")
    COMMON = later("common cause")


class Assurance(StrEnum):
    """What the limits say of a target."""

    PASS = later("consistently passes")
    FAIL = later("consistently fails")
    HIT_OR_MISS = later("hit or miss")


@dataclass(frozen=True)
class Limits:
    """Mean and limits of a process. `trial` with fewer than 12 points: not to be judged by yet."""

    mean: float
    lower: float
    upper: float
    trial: bool

    @property
    def near(self) -> tuple[float, float]:
        return self.mean - NEAR_SHARE * (self.mean - self.lower), self.mean + NEAR_SHARE * (self.upper - self.mean)


def may_have_limits(kind: PeriodKind, *, independent: bool) -> bool:
    """Only monthly or quarterly figures that share no data: rolling averages and running totals raise false alarms."""
    return independent and kind in (PeriodKind.MONTH, PeriodKind.QUARTER)


def recent(values: Sequence[float]) -> Sequence[float]:
    """The values from the 36th last known one on: what limits are taken from, and judged on."""
    known = [place for place, value in enumerate(values) if not math.isnan(value)]
    return values[known[-MOST_POINTS] :] if len(known) > MOST_POINTS else values


def control_limits(values: Sequence[float]) -> Limits | None:
    """Mean -/+ 2.66 mean moving ranges; ranges beyond 3.267 times their mean are left out once and the mean taken again.

    A missing value leaves out both ranges beside it. None with fewer than two neighbouring values, and for a series that
    never changes. Example: 10, 12, 10, 12 has moving ranges of 2: 11 -/+ 5.32.
    """
    known = [value for value in values if not math.isnan(value)]
    ranges = [abs(later - earlier) for earlier, later in pairwise(values) if not math.isnan(later - earlier)]
    if not ranges:
        return None
    average = sum(ranges) / len(ranges)
    kept = [one for one in ranges if one < SCREEN_FACTOR * average]
    if not kept:
        return None
    reach = LIMIT_FACTOR * sum(kept) / len(kept)
    mean = sum(known) / len(known)
    return Limits(mean, mean - reach, mean + reach, trial=len(known) < JUDGED_FROM)


def outside_the_limits(values: Sequence[float], limits: Limits) -> list[int]:
    """Strictly beyond a limit."""
    return [1 if value > limits.upper else -1 if value < limits.lower else 0 for value in values]


def seven_point_trend(values: Sequence[float]) -> list[int]:
    """Seven points of which each is above (or each below) the one before; a tie breaks it."""
    marks = [0] * len(values)
    steps = [0] + [_sign(later - earlier) for earlier, later in pairwise(values)]
    for end in range(RUN - 1, len(values)):
        window = steps[end - RUN + 2 : end + 1]
        if window[0] and all(step == window[0] for step in window):
            marks[end - RUN + 1 : end + 1] = [window[0]] * RUN
    return marks


def two_of_three_near_a_limit(values: Sequence[float], limits: Limits) -> list[int]:
    """Two of three points in the outer third on one side, all three on that side; points outside the limits do not count
    as near."""
    low, high = limits.near
    marks = [0] * len(values)
    for start in range(len(values) - 2):
        three = values[start : start + 3]
        sides = [_sign(value - limits.mean) for value in three]
        for side in (1, -1):
            near = [high < v <= limits.upper if side > 0 else limits.lower <= v < low for v in three]
            if all(one == side for one in sides) and sum(near) >= 2:
                for offset, is_near in enumerate(near):
                    marks[start + offset] = side if is_near else marks[start + offset]
    return marks


def seven_on_one_side(values: Sequence[float], limits: Limits) -> list[int]:
    """Seven points in a row on one side of the mean; a point on the mean breaks it."""
    marks = [0] * len(values)
    sides = [_sign(value - limits.mean) for value in values]
    for end in range(RUN - 1, len(values)):
        window = sides[end - RUN + 1 : end + 1]
        if window[0] and all(side == window[0] for side in window):
            marks[end - RUN + 1 : end + 1] = window
    return marks


def flags(values: Sequence[float], limits: Limits) -> list[int]:
    """The first rule that marks each point, in the order: outside, trend, two of three, one side."""
    rules = (
        outside_the_limits(values, limits),
        seven_point_trend(values),
        two_of_three_near_a_limit(values, limits),
        seven_on_one_side(values, limits),
    )
    return [next((mark for mark in marks if mark), 0) for marks in zip(*rules, strict=True)]


def variation(values: Sequence[float], limits: Limits | None, *, improves_when: Direction) -> Variation:
    """What the latest known point says. Without limits it is common cause."""
    if limits is None:
        return Variation.COMMON
    marked = [mark for value, mark in zip(values, flags(values, limits), strict=True) if not math.isnan(value)]
    if not marked or marked[-1] == 0:
        return Variation.COMMON
    if improves_when in (Direction.WITHIN, Direction.NEITHER):
        return Variation.HIGH if marked[-1] > 0 else Variation.LOW
    better = (marked[-1] > 0) == (improves_when is Direction.RISES)
    return Variation.IMPROVEMENT if better else Variation.CONCERN


def assurance(limits: Limits, *, target: float, improves_when: Direction) -> Assurance:
    """Whether the process, left alone, passes or fails the target each time. Raises ValueError for a range."""
    match improves_when:
        case Direction.WITHIN | Direction.NEITHER:
            raise ValueError("assurance is defined for a target value, not for a range")
        case Direction.RISES:
            failing, passing = target > limits.upper, target < limits.lower
        case Direction.FALLS:
            failing, passing = target < limits.lower, target > limits.upper
    return Assurance.FAIL if failing else Assurance.PASS if passing else Assurance.HIT_OR_MISS


def _sign(difference: float) -> int:
    """0 also for a missing value."""
    return 0 if math.isnan(difference) else (difference > 0) - (difference < 0)
