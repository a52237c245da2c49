"""Working days over holidays, weekends and the year's end; the dates that follow from a meeting's day; time zones."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.cycle import CycleError, Meeting, State, check_step
from lib.settings import read_settings
from lib.stat.calendar import (
    by_urgency,
    dates_of,
    holiday_name,
    is_working_day,
    next_step,
    release_deadline,
    said_due,
    starts_at,
    working_days_from,
)

SETTINGS = read_settings()
DAYS = SETTINGS.stat.holidays
NOBODY_WORKS = DAYS.model_copy(update={"added": ["2026-11-03"], "worked": ["2026-10-12"]})


def meeting(day: date, state: State = State.FRAMED, at: str = "14:00", key: str = "m", **more) -> Meeting:
    values = dict(id=key, stat="s", day=day, at=at, place="", state=state, decision="", areas=(), cancelled_because="", example=False, version=1, created_at="",
                  created_by="")  # fmt: skip
    return Meeting(**values | more)


@pytest.mark.parametrize(
    ("day", "number", "expected"),
    [
        (date(2026, 11, 25), 1, date(2026, 11, 30)),  # Thanksgiving, and the day after it in Maryland
        (date(2026, 11, 30), -1, date(2026, 11, 25)),
        (date(2026, 12, 24), 1, date(2026, 12, 28)),  # Christmas on a Friday
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # over the year's end
        (date(2027, 1, 4), -2, date(2026, 12, 30)),
        (date(2027, 12, 23), 1, date(2027, 12, 27)),  # Christmas on a Saturday is kept on the Friday
        (date(2026, 7, 2), 1, date(2026, 7, 6)),  # the Fourth on a Saturday is kept on the Friday
        (date(2026, 11, 27), 0, date(2026, 11, 30)),  # no working day: the next one
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # from a Saturday
        (date(2026, 11, 28), -1, date(2026, 11, 25)),
        (date(2026, 11, 25), 0, date(2026, 11, 25)),
    ],
)
def test_working_days_skip_weekends_and_holidays(day, number, expected):
    assert working_days_from(day, number, DAYS) == expected


def test_a_city_adds_days_and_works_on_others():
    assert is_working_day(date(2026, 11, 3), DAYS) and not is_working_day(date(2026, 11, 3), NOBODY_WORKS)
    assert not is_working_day(date(2026, 10, 12), DAYS) and is_working_day(date(2026, 10, 12), NOBODY_WORKS)
    assert holiday_name(date(2026, 11, 26), DAYS) == "Thanksgiving Day"


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 30))
def test_there_and_back_is_the_same_working_day(day, number):
    start = working_days_from(day, 0, DAYS)
    there = working_days_from(start, number, DAYS)
    assert is_working_day(there, DAYS) and there > start
    assert working_days_from(there, -number, DAYS) == start


def test_the_dates_of_a_meeting_are_those_of_the_citys_cycle():
    found = {one.state: one.on for one in dates_of(meeting(date(2026, 12, 3)), SETTINGS.stat, date(2026, 11, 1))}
    assert found == {
        State.FRAMED: date(2026, 11, 18), State.DRAFTED: date(2026, 11, 24), State.CHECKED: date(2026, 11, 25), State.RELEASED: date(2026, 12, 1),
        State.HELD: date(2026, 12, 3), State.MEMO_SENT: date(2026, 12, 7),
    }  # fmt: skip


def test_what_is_late_stands_first_and_is_counted_in_days():
    today = date(2026, 11, 30)
    late, later, fine = meeting(date(2026, 12, 1), key="a"), meeting(date(2026, 12, 3), key="b"), meeting(date(2027, 2, 3), key="c")
    held = meeting(date(2026, 11, 20), State.HELD, key="d")
    ordered = by_urgency([fine, later, late, held, meeting(date(2026, 10, 1), State.CANCELLED, key="e", cancelled_because="snow")], SETTINGS.stat, today)
    assert [one.id for one, _ in ordered] == ["a", "d", "b", "c"]  # as late as each other: the earlier meeting first
    assert [due.days_late for _, due in ordered] == [10, 6, 6, 0]
    assert said_due(ordered[0][1], today) == "10 days late: draft the pre-memo"
    assert next_step(meeting(date(2026, 11, 1), State.MEMO_SENT), SETTINGS.stat, today) is None


def test_the_48_hours_of_the_law_are_hours_and_not_days_of_the_clock():
    one = meeting(date(2026, 11, 2), at="14:00")  # the clocks go back on Nov 1
    start, deadline = starts_at(one, "America/New_York"), release_deadline(one, "America/New_York")
    utc = ZoneInfo("UTC")
    assert start.astimezone(utc) - deadline.astimezone(utc) == timedelta(hours=48)
    assert deadline.strftime("%H:%M") == "15:00"
    assert starts_at(meeting(date(2026, 1, 5)), "Europe/Berlin") == datetime(2026, 1, 5, 13, tzinfo=utc)


EVERY_STEP = [(a, b) for a in State for b in State]
ALLOWED = {
    (State.FRAMED, State.DRAFTED), (State.DRAFTED, State.CHECKED), (State.CHECKED, State.DRAFTED), (State.CHECKED, State.RELEASED),
    (State.RELEASED, State.HELD), (State.HELD, State.MEMO_SENT),
    *((one, State.CANCELLED) for one in (State.FRAMED, State.DRAFTED, State.CHECKED, State.RELEASED)),
}  # fmt: skip


@pytest.mark.parametrize(("from_", "to"), EVERY_STEP)
def test_every_step_that_the_cycle_does_not_know_is_refused(from_, to):
    one = meeting(date(2026, 11, 2), from_)
    if (from_, to) in ALLOWED:
        check_step(one, to, today=date(2026, 11, 2), topics=1, reason="snow")
    else:
        with pytest.raises(CycleError, match=f"A meeting that is {from_} cannot be set to {to}"):
            check_step(one, to, today=date(2026, 11, 2), topics=1, reason="snow")


@pytest.mark.parametrize(
    ("from_", "to", "more", "said"),
    [
        (State.FRAMED, State.CANCELLED, dict(reason="  "), "with a reason"),
        (State.CHECKED, State.RELEASED, dict(topics=0), "Choose at least one topic"),
        (State.RELEASED, State.HELD, dict(today=date(2026, 11, 1)), "from that day on"),
    ],
)
def test_a_step_that_lacks_something_says_what(from_, to, more, said):
    with pytest.raises(CycleError, match=said):
        check_step(meeting(date(2026, 11, 2), from_), to, **dict(today=date(2026, 11, 2), topics=1, reason="snow") | more)
