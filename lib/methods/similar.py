"""Which areas are most alike, by several variables at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np


def most_similar(
    target: str, variables: Sequence[Mapping[str, float]], *, number: int = 3
) -> tuple[tuple[str, float], ...]:
    """The areas nearest to `target` with their distances, nearest first: Euclidean over standardised variables, divided by
    the square root of their number, so that 1 is one standard deviation on each.

    Areas that lack one of the variables are left out; () where the target lacks one. A variable that is the same everywhere
    counts nothing. Names break ties. Example: incomes of 10, 20 and 30 (standard deviation 8.16) put the first two 1.22 apart.
    """
    if not variables or any(target not in one for one in variables):
        return ()
    known = sorted(set.intersection(*(set(one) for one in variables)))
    table = np.array([[one[area] for one in variables] for area in known], dtype=float)
    spread = table.std(axis=0)
    scaled = np.divide(table - table.mean(axis=0), spread, out=np.zeros_like(table), where=spread > 0)
    distances = np.sqrt(((scaled - scaled[known.index(target)]) ** 2).sum(axis=1)) / math.sqrt(len(variables))
    ranked = sorted((float(distance), area) for distance, area in zip(distances, known, strict=True) if area != target)
    return tuple((area, distance) for distance, area in ranked[:number])
