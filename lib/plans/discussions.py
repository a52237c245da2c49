"""The discussions of the plans, twice a year: which were held and what is due.

The City says that the plans are discussed twice a year. On which days could not be read; so here one belongs to each half of the fiscal
year, and is overdue when that half has ended without it. This is our choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lib.methods.periods import months_later
from lib.plans.findings import began

HALVES = (1, 2)


@dataclass(frozen=True)
class Discussion:
    """A discussion of an agency's plan, as a person wrote it down. `agency` is the key of `lib.plans.words.agency_key`."""

    id: str
    agency: str
    fiscal_year: int
    half: int
    day: date
    note: str
    version: int
    created_at: str
    created_by: str


class Standing(StrEnum):
    HELD = "held"
    OVERDUE = "overdue"
    NOT_RECORDED = "not recorded"  # it ended before anything was written down at all: nobody can say
    DUE = "due"
    LATER = "later"


@dataclass(frozen=True)
class Slot:
    """One of the two a year: when its half begins and ends, and the discussion that is recorded."""

    half: int
    first: date
    last: date
    held: Discussion | None

    def standing(self, today: date, *, since: date | None) -> Standing:
        """`since`: the day of the earliest discussion that anybody wrote down; None where there is none."""
        if self.held:
            return Standing.HELD
        if today > self.last and (since is None or self.last < since):
            return Standing.NOT_RECORDED
        return Standing.OVERDUE if today > self.last else Standing.DUE if today >= self.first else Standing.LATER


def slots(agency: str, fiscal_year: int, recorded: Iterable[Discussion], *, start_month: int) -> tuple[Slot, Slot]:
    """The two of an agency and a year, the earlier first."""
    own = {one.half: one for one in recorded if one.agency == agency and one.fiscal_year == fiscal_year}
    start = began(fiscal_year, start_month=start_month)
    ends = [months_later(start, 6) - timedelta(days=1), months_later(start, 12) - timedelta(days=1)]
    return Slot(1, start, ends[0], own.get(1)), Slot(2, ends[0] + timedelta(days=1), ends[1], own.get(2))


def recorded_since(recorded: Iterable[Discussion]) -> date | None:
    return min((one.day for one in recorded), default=None)


def count(several: Sequence[tuple[Slot, Slot]], today: date, *, since: date | None) -> dict[Standing, int]:
    """How many stand how; every standing is there, those without any with 0."""
    found = [slot.standing(today, since=since) for pair in several for slot in pair]
    return {one: found.count(one) for one in Standing}
