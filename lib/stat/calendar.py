"""Working days, the dates that follow from a meeting's day, and what is late.

The days on which the City does not work come from the library `holidays`, with those that config.toml adds or takes away.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from lib import words
from lib.cycle import IN_ORDER, Meeting, State
from lib.language import _, later
from lib.settings import Holidays, StatCycle

SATURDAY = 5
STEPS = {State.FRAMED: "frame", State.DRAFTED: "draft", State.CHECKED: "check", State.RELEASED: "release", State.MEMO_SENT: "memo"}
WHAT = {
    State.FRAMED: later("frame the meeting"),
    State.DRAFTED: later("draft the pre-memo"),
    State.CHECKED: later("check its figures"),
    State.RELEASED: later("freeze the numbers and send the pre-memo"),
    State.HELD: later("hold the meeting"),
    State.MEMO_SENT: later("send the follow-up memo"),
}


@lru_cache(maxsize=64)
def _library(country: str, subdivision: str, year: int) -> dict[date, str]:
    return dict(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


def holiday_name(day: date, chosen: Holidays) -> str:
    """The holiday's name; "" on a day that is none. Raises NotImplementedError for a country that the library does not know."""
    if day.isoformat() in chosen.worked:
        return ""
    if day.isoformat() in chosen.added:
        return _("a City holiday")
    return _library(chosen.country, chosen.subdivision, day.year).get(day, "")


def is_working_day(day: date, chosen: Holidays) -> bool:
    return day.weekday() < SATURDAY and not holiday_name(day, chosen)


def working_days_from(day: date, number: int, chosen: Holidays) -> date:
    """The working day that is so many working days after `day` (before it, where negative).

    Zero gives the day itself where it is a working day, else the next one. Example, with Thanksgiving on Thursday and the Friday
    off: 1 after Wednesday, 25 November 2026 is Monday, 30 November.
    """
    forward = 1 if number >= 0 else -1
    while number == 0 and not is_working_day(day, chosen):
        day += timedelta(days=1)
    while number:
        day += timedelta(days=forward)
        if is_working_day(day, chosen):
            number -= forward
    return day


@dataclass(frozen=True)
class Due:
    """A step of the cycle with the day that it is due on."""

    state: State
    what: str
    on: date
    done: bool
    days_late: int  # 0 where it is done or not due

    @property
    def is_late(self) -> bool:
        return self.days_late > 0


def dates_of(meeting: Meeting, chosen: StatCycle, today: date) -> tuple[Due, ...]:
    """Every step of a meeting with its day, in order; of a cancelled meeting none."""
    if meeting.state is State.CANCELLED:
        return ()
    reached = IN_ORDER.index(meeting.state)
    found = []
    for place, state in enumerate(IN_ORDER):
        on = meeting.day if state is State.HELD else working_days_from(meeting.day, getattr(chosen, STEPS[state]), chosen.holidays)
        done = place <= reached
        found.append(Due(state, _(WHAT[state]), on, done, 0 if done else max((today - on).days, 0)))
    return tuple(found)


def next_step(meeting: Meeting, chosen: StatCycle, today: date) -> Due | None:
    """What is to be done next; None where nothing is."""
    return next((one for one in dates_of(meeting, chosen, today) if not one.done), None)


def by_urgency(meetings: Sequence[Meeting], chosen: StatCycle, today: date) -> list[tuple[Meeting, Due]]:
    """The meetings that something is to be done for: the latest first, then by the day that it is due on."""
    waiting = [(one, due) for one in meetings if (due := next_step(one, chosen, today))]
    return sorted(waiting, key=lambda pair: (-pair[1].days_late, pair[1].on, pair[0].day, pair[0].id))


def said_due(due: Due, today: date) -> str:
    """ "3 days late: send the follow-up memo" or "by Nov 24: freeze the numbers"."""
    if due.is_late:
        return _("{days} late: {what}").format(days=words.count_of(due.days_late, "day", "days"), what=due.what)
    if due.on == today:
        return _("today: {what}").format(what=due.what)
    return _("by {day}: {what}").format(day=words.day(due.on), what=due.what)


def starts_at(meeting: Meeting, timezone: str) -> datetime:
    """The meeting's begin with its zone. A time that the change to summer time skips is read as the hour after."""
    hours, minutes = meeting.at.split(":")
    return datetime.combine(meeting.day, time(int(hours), int(minutes)), ZoneInfo(timezone))


def release_deadline(meeting: Meeting, timezone: str) -> datetime:
    """48 hours before the meeting, by the clock of time itself and not of the wall: what the law asks at the latest."""
    start = starts_at(meeting, timezone)
    return (start.astimezone(ZoneInfo("UTC")) - timedelta(hours=48)).astimezone(ZoneInfo(timezone))


def months_between(first: date, last: date) -> list[tuple[int, int]]:
    """(year, month) from the one to the other, both included."""
    found, year, month = [], first.year, first.month
    while (year, month) <= (last.year, last.month):
        found.append((year, month))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def holidays_between(first: date, last: date, chosen: Holidays) -> Collection[tuple[date, str]]:
    """The holidays on days of the week, in order."""
    days = ((first + timedelta(days=number)) for number in range((last - first).days + 1))
    return [(day, name) for day in days if day.weekday() < SATURDAY and (name := holiday_name(day, chosen))]
