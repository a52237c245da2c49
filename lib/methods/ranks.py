"""Where an area stands among others, and how sure that is: from which place to which its true rank may lie."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lib.methods.intervals import z_of


@dataclass(frozen=True)
class RankRange:
    """Places counted from the worst, which is 1. The true one lies from `low` to `high`; `point` is the estimates' own, where
    equal estimates share the first of their places."""

    low: int
    high: int
    point: int


def rank_ranges(
    estimates: Mapping[str, tuple[float, float]], *, worst_is_high: bool, confidence: float = 0.90
) -> dict[str, RankRange]:
    """The range of ranks of each area, such that all true ranks lie in theirs at once with at least that confidence.

    `estimates`: area to value and standard error, both in the indicator's unit; a standard error of 0 is a figure known
    exactly. Each area gets an interval of its value -/+ z standard errors, z from the normal distribution with the rest of
    the confidence shared out among all n areas (Bonferroni). Its range goes from 1 + the number of areas whose interval lies
    wholly on the worse side to n - the number wholly on the better side. Intervals that touch are not apart, so that equal
    figures without error share their places. Where true values are equal, each of their places is a true rank.
    Areas whose value or standard error is missing (NaN) are left out: not in the answer, nor counted in n.
    Raises ValueError for a confidence not between 0 and 1 and for a standard error below zero.
    Source: Klein, Wright and Wieczorek 2020, A joint confidence region for an overall ranking of populations, with their
    Bonferroni intervals. Example: (30, 1), (20, 1), (19, 1) with high as worst: z = 2.13, so 1, 2 to 3 and 2 to 3.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"the confidence must lie between 0 and 1: {confidence:g}")
    known = {area: both for area, both in estimates.items() if not any(math.isnan(number) for number in both)}
    for area, (_, se) in known.items():
        if se < 0:
            raise ValueError(f"{area}: a standard error must not be negative: {se:g}")
    if not known:
        return {}
    z = z_of(1 - (1 - confidence) / len(known))
    sign = 1 if worst_is_high else -1
    values = {area: sign * value for area, (value, _) in known.items()}  # from here on, higher is worse
    reach = {area: z * se for area, (_, se) in known.items()}
    return {
        area: RankRange(
            low=1 + sum(values[other] - reach[other] > value + reach[area] for other in known),
            high=len(known) - sum(values[other] + reach[other] < value - reach[area] for other in known),
            point=1 + sum(values[other] > value for other in known),
        )
        for area, value in values.items()
    }
