"""Statuses of several indicators together: counts out of all of them, never an average, and no score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lib.language import _
from lib.model import Status

WORST_FIRST = (
    Status.GETTING_WORSE,
    Status.MISSED,
    Status.SLIPPED,
    Status.FAR_BEHIND,
    Status.BEHIND,
    Status.NO_DETECTABLE_CHANGE,
    Status.TOO_EARLY,
    Status.STALE,
    Status.NOT_ENOUGH_DATA,
    Status.NOT_COLLECTED,
    Status.NO_TARGET,
    Status.MAINTAIN,
    Status.ON_TRACK,
    Status.MET,
)
LEAST_FOR_PERCENT = 5
WORRYING = WORST_FIRST[:5]


@dataclass(frozen=True)
class RollUp:
    """Counts by status; `total` is all indicators, also those without a figure."""

    counts: Mapping[Status, int]
    total: int
    worst: str  # "1 getting worse: Violent crime", "" when none is off its target

    def share_text(self, *statuses: Status) -> str:
        """ "2 of 4"; from five indicators on with the percentage: "3 of 6 (50%)"."""
        count = sum(self.counts.get(status, 0) for status in statuses)
        text = _("{n} of {total}").format(n=count, total=self.total)
        return f"{text} ({count / self.total:.0%})" if self.total >= LEAST_FOR_PERCENT else text


def roll_up(indicators: Iterable[tuple[str, Status]]) -> RollUp:
    """Counts the statuses of named indicators. Each one stays in the denominator, whatever is missing."""
    named = list(indicators)
    counts = Counter(status for _, status in named)
    worst = next((status for status in WORRYING if counts[status]), None)
    names = [name for name, status in named if status is worst]
    line = f"{len(names)} {_(str(worst))}: {', '.join(names)}" if worst else ""
    return RollUp({status: counts[status] for status in WORST_FIRST if counts[status]}, len(named), line)
