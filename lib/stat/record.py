"""What was promised and what was done: meetings held against scheduled against required, and the annual report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from lib.cycle import Agency, Colour, FollowUp, Meeting, Stat, State
from lib.language import later
from lib.settings import StatCycle
from lib.stat.calendar import release_deadline, working_days_from
from lib.store.meetings import Step

HELD = (State.HELD, State.MEMO_SENT)
AGES = ((0, later("not late")), (30, later("1 to 30 days late")), (90, later("31 to 90 days late")), (10_000, later("more than 90 days late")))


@dataclass(frozen=True)
class Month:
    """One agency's month. `required` is False before the law asked for it, and in a month that is not over."""

    year: int
    month: int
    required: bool
    scheduled: int
    held: int
    cancelled: int
    is_over: bool

    @property
    def is_missed(self) -> bool:
        return self.required and self.is_over and not self.held


@dataclass(frozen=True)
class Held:
    """An agency's year, month by month."""

    agency: Agency
    months: tuple[Month, ...]

    def total(self, what: str) -> int:
        return sum(int(getattr(month, what)) for month in self.months)


def held_against_required(
    agencies: Sequence[Agency], stats: Sequence[Stat], meetings: Sequence[Meeting], *, year: int, today: date, required_since: date
) -> list[Held]:
    """For each agency that the law asks a meeting a month of, or that a meeting was about: its months of a calendar year up to today.

    A meeting counts for each agency of its Stat. What is made up as an example counts nowhere.
    """
    about = {stat.id: stat.agencies for stat in stats if not stat.example}
    found = []
    for agency in agencies:
        own = [one for one in meetings if not one.example and one.day.year == year and agency.id in about.get(one.stat, ())]
        if not agency.principal and not own:
            continue
        months = []
        for number in range(1, 13):
            first = date(year, number, 1)
            last = (date(year + (number == 12), number % 12 + 1, 1)) - timedelta(days=1)
            here = [one for one in own if one.day.month == number]
            if first > today and not here:
                continue
            months.append(Month(
                year, number, agency.principal and last >= required_since and first <= today, len(here), sum(one.state in HELD for one in here),
                sum(one.state is State.CANCELLED for one in here), last < today,
            ))  # fmt: skip
        found.append(Held(agency, tuple(months)))
    return found


def began(meetings: Sequence[Meeting]) -> date | None:
    """Since when meetings are recorded here: the day on which the first was written down, or its own day if that is earlier."""
    return min((min(one.day, _day(one.created_at) or one.day) for one in meetings if not one.example), default=None)


def _day(at: str) -> date | None:
    return date.fromisoformat(at[:10]) if at else None


def as_recorded(held: Sequence[Held], since: date | None) -> list[Held]:
    """The same, but nothing is required in a month that was not recorded from its first day on: what is not known was not missed."""
    return [replace(one, months=tuple(
        month if since and date(month.year, month.month, 1) >= since else replace(month, required=False) for month in one.months)) for one in held]  # fmt: skip


@dataclass(frozen=True)
class DuePaper:
    """A paper of a meeting whose time has come. `came` is None where it has not come."""

    meeting: Meeting
    state: State  # RELEASED for the pre-memo, MEMO_SENT for the follow-up memo
    deadline: datetime
    came: datetime | None

    @property
    def in_time(self) -> bool:
        return self.came is not None and self.came.astimezone(UTC) <= self.deadline.astimezone(UTC)  # in one zone only the wall's clock is compared


def due_papers(meetings: Sequence[Meeting], steps: Mapping[str, Sequence[Step]], state: State, *, year: int, today: date, chosen: StatCycle, timezone: str) -> list[DuePaper]:
    """The pre-memos (released) or the follow-up memos (memo sent) of a year's meetings that were not cancelled and are over."""
    zone, found = ZoneInfo(timezone), []
    for one in meetings:
        if one.example or one.day.year != year or one.state is State.CANCELLED:
            continue
        if state is State.RELEASED:
            deadline, is_due = release_deadline(one, timezone), one.day <= today
        else:
            last = working_days_from(one.day, chosen.memo, chosen.holidays)
            deadline, is_due = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone), last < today
        if is_due:
            came = next((datetime.fromisoformat(step.at).astimezone(zone) for step in steps.get(one.id, ()) if step.state is state), None)
            found.append(DuePaper(one, state, deadline, came))
    return found


@dataclass(frozen=True)
class Papers:
    """How many papers were due in the year, and how many came in time."""

    due: int
    in_time: int
    late: int
    missing: int


def papers_in_time(meetings: Sequence[Meeting], steps: Mapping[str, Sequence[Step]], state: State, *, year: int, today: date, chosen: StatCycle, timezone: str) -> Papers:
    """How many of them came in time."""
    due = due_papers(meetings, steps, state, year=year, today=today, chosen=chosen, timezone=timezone)
    in_time, missing = sum(one.in_time for one in due), sum(one.came is None for one in due)
    return Papers(len(due), in_time, len(due) - in_time - missing, missing)


@dataclass(frozen=True)
class Kept:
    """The follow-ups of a year by status and age."""

    made: int
    colours: Mapping[Colour, int]
    kept_in_time: int
    kept_late: int
    open_by_age: Mapping[str, int]
    overdue: tuple[FollowUp, ...]


def promises(several: Sequence[FollowUp], *, year: int, today: date) -> Kept:
    """Of the follow-ups that fell due in the year, or were made in it and are open: what became of them. Examples count nowhere."""
    own = [one for one in several if not one.example and (one.due.year == year or (one.created_at[:4] == str(year) and not one.done_on))]
    colours = Counter(one.colour(today) for one in own)
    still_open = [one for one in own if one.colour(today) is not Colour.GREEN]
    ages = Counter(next(name for most, name in AGES if one.days_late(today) <= most) for one in still_open)
    return Kept(
        made=len(own),
        colours={colour: colours.get(colour, 0) for colour in Colour},
        kept_in_time=sum(one.kept_in_time for one in own),
        kept_late=sum(one.colour(today) is Colour.GREEN and not one.kept_in_time for one in own),
        open_by_age={name: ages.get(name, 0) for _, name in AGES},
        overdue=tuple(sorted((one for one in own if one.colour(today) is Colour.RED), key=lambda one: one.due)),
    )


def report_due(year: int, chosen: StatCycle) -> date:
    """The day on which the report about a year is due: in the next."""
    return date.fromisoformat(f"{year + 1}-{chosen.report_due}")
