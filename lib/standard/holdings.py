"""What the store holds that may show something of a standard, and how one kind of evidence is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from lib import words
from lib.cycle import Decision, Evaluation, FollowUp, Meeting, Strategy
from lib.language import n_
from lib.model import Budget, Indicator

NAMED = 6  # names in a sentence before the rest is counted


@dataclass(frozen=True)
class Holdings:
    """What the store holds today. Times are days of the city; "" and None = there is none."""

    today: date
    timezone: str = "UTC"  # of the city
    indicators: Sequence[Indicator] = ()
    latest: Mapping[str, str] = field(
        default_factory=dict
    )  # by indicator the period of its newest figure, as it is said
    by_area: frozenset[str] = frozenset()  # indicators that have figures by neighborhood
    figures: int = 0
    renewed: date | None = None  # when readers last got new figures
    budget: Budget = field(default_factory=Budget)
    meetings: Sequence[Meeting] = ()
    # Months of this year that are over and recorded, and that the law asks a meeting for, agency by agency; and those without one.
    required: int = 0
    missed: int = 0
    frozen: frozenset[str] = frozenset()  # ids of meetings with kept numbers
    follow_ups: Sequence[FollowUp] = ()
    strategies: Sequence[Strategy] = ()
    evaluations: Sequence[Evaluation] = ()
    decisions: Sequence[Decision] = ()
    letters: int = 0  # that residents sent, whatever became of them
    shown: int = 0
    answered: int = 0
    last_answer: date | None = None
    ideas: int = 0  # for the budget, that residents sent


@dataclass(frozen=True)
class Proof:
    """One kind of evidence: what there is, and what is lacking ("" = nothing). `page` is where it can be seen."""

    sentence: str
    gap: str
    page: str


def day_in(moment: str, timezone: str) -> date:
    """The day on the city's clock of a time of the store."""
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(timezone)).date()


def said(partial: str) -> str:
    """As much of a day as is known: "2016", "Jun 2016", "Jun 3, 2016"."""
    if len(partial) >= 10:
        return words.day(date.fromisoformat(partial[:10]))
    return words.period(partial, "month") if len(partial) == 7 else partial


def without(every: Sequence[Indicator], there: Sequence[Indicator], label: str) -> str:
    lacking = [one for one in every if one not in there]
    return f"{label} {names_of(lacking)}." if lacking else ""


def names_of(several: Sequence[Indicator]) -> str:
    return listed([one.name for one in several])


def listed(names: Sequence[str]) -> str:
    if len(names) <= NAMED:
        return words.listed(names)
    rest = len(names) - NAMED + 1
    return words.listed([*names[: NAMED - 1], n_("{n} more", "{n} more", rest).format(n=rest)])
