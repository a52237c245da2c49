"""When the next figure is due and how many days late it is: from how often it is published, the last period, and how long publication takes.

A figure is due so many days after its period's last day as the catalogue says. Where nobody wrote that, it is late once the series counts
as stale, so that the two never contradict each other. What has no regular rhythm, no figure yet, or no series is not called late: it cannot
be told, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from lib.language import later
from lib.methods.periods import months_later, period_after
from lib.model import Period

FREQUENCIES = {
    later("monthly"): 1,
    later("quarterly"): 3,
    later("twice a year"): 6,
    later("annual"): 12,
    later("yearly"): 12,
    later("every two years"): 24,
    later("every three years"): 36,
    later("every four years"): 48,
    later("every five years"): 60,
    later("every ten years"): 120,
}  # months from one figure to the next


class Standing(StrEnum):
    """How a series stands against the day on which its next figure is due."""

    LATE = later("late")
    IN_TIME = later("not due yet")
    ENDED = later("not collected any more")
    CANNOT_TELL = later("cannot be told")


class Unknown(StrEnum):
    """Why it cannot be told."""

    NO_SERIES = later("no series measures it")
    NO_FIGURE = later("there is no figure yet")
    NO_FREQUENCY = later("how often it is published is not written")
    IRREGULAR = later("it is not published regularly")


@dataclass(frozen=True)
class DueAnswer:
    """The answer with what it was worked out from. `expected`, `on` and `months` are None unless it is late or in time."""

    standing: Standing
    expected: Period | None = None  # the period whose figure is waited for
    on: date | None = None  # the last day on which it is in time
    days_late: int = 0
    unknown: Unknown | None = None
    months: int | None = None  # from one figure to the next
    days_to_publish: int | None = None  # None = not written: by the rule of what is stale


def next_due(
    last: Period | None, *, months: int | None, unknown: Unknown | None = None, days_to_publish: int | None, collected: bool, as_of: date,
    stale_intervals: float,
) -> DueAnswer:  # fmt: skip
    """When the figure after `last` is due. `months` from one figure to the next is None where it is not known, and `unknown` says why.

    Example: last FY2025, 12 months, 90 days to publish: FY2026 is due on September 28, 2026.
    """
    if not collected:
        return DueAnswer(Standing.ENDED)
    if last is None:
        return DueAnswer(Standing.CANNOT_TELL, unknown=unknown if unknown is Unknown.NO_SERIES else Unknown.NO_FIGURE)
    if months is None:
        return DueAnswer(Standing.CANNOT_TELL, unknown=unknown or Unknown.NO_FREQUENCY)
    expected = period_after(last, months=months)
    if days_to_publish is None:
        on = max(expected.end, months_later(last.end, round(stale_intervals * months)))
    else:
        on = expected.end + timedelta(days=days_to_publish)
    days_late = max(0, (as_of - on).days)
    return DueAnswer(Standing.LATE if days_late else Standing.IN_TIME, expected, on, days_late, None, months, days_to_publish)


def months_between(frequency: str) -> tuple[int | None, Unknown | None]:
    """Months from one figure to the next by the words of the catalogue; None, and why, where it names no regular rhythm."""
    words = " ".join(frequency.casefold().split())
    if not words:
        return None, Unknown.NO_FREQUENCY
    months = FREQUENCIES.get(words)
    return (months, None) if months else (None, Unknown.IRREGULAR)


def months_borne_out(periods: Sequence[Period], *, interval_years: float) -> tuple[int | None, Unknown | None]:
    """The interval that a series claims, in months, if two neighbouring figures of it stand that far apart; else None, and why.

    For what nobody wrote a frequency of: one figure alone, or figures with years between them, show no rhythm.
    """
    months = round(12 * interval_years)
    if any(period_after(earlier, months=months).end == later.end for earlier, later in pairwise(sorted(periods))):
        return months, None
    return None, Unknown.NO_FREQUENCY
