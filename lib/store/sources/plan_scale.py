"""Whether the percentages of a performance measure were written as 45 or as 0.45: decided for a measure within one copy of the list,
never for one cell. Where that leaves a doubt, none of them is taken until a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

NEAR = 3.0  # within a third and three times of those that are sure; the scales are 100 apart
SURE_ABOVE = 10.0  # a share of 1 is not as large as that
LARGEST_SHARE = 2.0  # 200 % of something is met; more is a percentage unless the others show otherwise
LEAST_LEVEL = 0.1  # shares all below a tenth may as well be percentages below a tenth


class Scale(StrEnum):
    PERCENT = "percent"
    SHARE = "share"
    MIXED = "mixed"  # a person's word only: what is 1 or less is a share
    UNDECIDED = "undecided"


def decided(bare: Sequence[float], sure: Sequence[float]) -> tuple[Scale, bool]:
    """The scale of numbers without a percent sign, and whether it was only taken for likely.

    `sure` are percentages of the same measure: with a sign, or from the other copy of the list. Zeros say nothing.
    """
    values = [abs(value) for value in bare if value]
    known = [abs(value) for value in sure if value] + [value for value in values if value > SURE_ABOVE]
    if not values:
        return Scale.PERCENT, False
    if known:
        votes = {_vote(value, min(known), max(known)) for value in values}
        return (votes.pop(), False) if len(votes) == 1 else (Scale.UNDECIDED, False)
    if min(values) > LARGEST_SHARE:
        return Scale.PERCENT, False
    if max(values) <= 1 and max(values) >= LEAST_LEVEL and any(value < 1 for value in values):
        return Scale.SHARE, True
    return Scale.UNDECIDED, False


def _vote(value: float, least: float, most: float) -> Scale:
    low, high = least / NEAR, most * NEAR
    as_percent, as_share = low <= value <= high, low <= 100 * value <= high
    if as_percent is as_share:
        return Scale.PERCENT if value > LARGEST_SHARE else Scale.UNDECIDED
    return Scale.PERCENT if as_percent else Scale.SHARE
