"""Held against scheduled against required, by hand; examples count nowhere."""

from dataclasses import replace
from datetime import date

from lib.cycle import Agency, Colour, Deliverable, FollowUp, State
from lib.settings import read_settings
from lib.stat.record import held_against_required, papers_in_time, promises, report_due
from lib.store.meetings import Step
from tests.stat.city import stat
from tests.stat.test_calendar import meeting

CHOSEN = read_settings().stat
FIRE, OTHER = Agency("fire", "Fire", "BCFD", True, "law"), Agency("zoo", "Zoo", "Zoo", False, "")
TODAY = date(2026, 4, 15)


def of(day, state=State.MEMO_SENT, **more):
    return replace(meeting(day, state, key=str(day)), stat="s", **more)


def months(meetings, **more):
    found = held_against_required([FIRE, OTHER], [stat(), stat(id="made-up", example=True)], meetings,
                                  **dict(year=2026, today=TODAY, required_since=date(2024, 1, 22)) | more)  # fmt: skip
    return {one.agency.id: {month.month: month for month in one.months} for one in found}


def test_a_month_without_a_meeting_is_missed_once_it_is_over():
    found = months([of(date(2026, 1, 10)), of(date(2026, 2, 10), State.CANCELLED, cancelled_because="snow"), of(date(2026, 4, 10), State.FRAMED)])["fire"]
    assert [found[1].held, found[2].held, found[3].held, found[4].held] == [1, 0, 0, 0]
    assert [found[number].is_missed for number in (1, 2, 3, 4)] == [False, True, True, False], "April is not over"
    assert found[2].scheduled == 1 and found[2].cancelled == 1 and 5 not in found


def test_before_the_law_nothing_is_required_and_what_is_no_principal_agency_shows_only_with_meetings():
    assert not any(month.required for month in months([], year=2023)["fire"].values())
    assert months([], year=2024)["fire"][1].required, "the law came on 22 January: that month counts"
    assert "zoo" not in months([])


def test_examples_count_nowhere():
    assert months([of(date(2026, 1, 10), example=True)])["fire"][1].scheduled == 0
    assert months([replace(of(date(2026, 1, 10)), stat="made-up")])["fire"][1].scheduled == 0


def step(state, at):
    return Step(state, at, "A", "")


def test_a_pre_memo_is_in_time_48_hours_before_to_the_second():
    one = of(date(2026, 3, 10))  # 14:00 in Baltimore, on summer time since the 8th: 18:00 UTC; so by 18:00 UTC on the 8th
    for at, in_time in (("2026-03-08T18:00:00.000Z", 1), ("2026-03-08T18:00:01.000Z", 0)):
        found = papers_in_time([one], {one.id: [step(State.RELEASED, at)]}, State.RELEASED, year=2026, today=TODAY, chosen=CHOSEN, timezone="America/New_York")
        assert (found.due, found.in_time, found.late, found.missing) == (1, in_time, 1 - in_time, 0)
    assert papers_in_time([one], {}, State.RELEASED, year=2026, today=TODAY, chosen=CHOSEN, timezone="America/New_York").missing == 1


def test_a_follow_up_memo_is_in_time_to_the_end_of_its_second_working_day():
    one = of(date(2026, 3, 13))  # a Friday: by the end of Tuesday the 17th in Baltimore
    for at, in_time in (("2026-03-18T03:59:00.000Z", 1), ("2026-03-18T04:00:01.000Z", 0)):
        found = papers_in_time([one], {one.id: [step(State.MEMO_SENT, at)]}, State.MEMO_SENT, year=2026, today=TODAY, chosen=CHOSEN, timezone="America/New_York")
        assert (found.in_time, found.late) == (in_time, 1 - in_time)
    not_due = papers_in_time([one], {}, State.MEMO_SENT, year=2026, today=date(2026, 3, 17), chosen=CHOSEN, timezone="America/New_York")
    assert not_due.due == 0


def follow_up(due, done=None, **more):
    values = dict(id=str(due), stat="s", meeting="", agency="Fire", issue="", action="send it", owner="Ann Lee", due=due, deliverable=Deliverable.MEMO, indicator="", measure="",
                  area="", begun_on=None, done_on=done, evidence="seen" if done else "", evidence_link="", evidence_file="", notes="", escalation="", public=False,
                  example=False, version=1, created_at="2026-01-01T00:00:00.000Z", created_by="")  # fmt: skip
    return FollowUp(**values | more)


def test_follow_ups_by_status_and_age():
    several = [follow_up(date(2026, 2, 1), date(2026, 1, 30)), follow_up(date(2026, 2, 2), date(2026, 3, 1)), follow_up(date(2026, 4, 1)), follow_up(date(2026, 1, 5)),
               follow_up(date(2026, 5, 1)), follow_up(date(2026, 5, 2), example=True)]  # fmt: skip
    found = promises(several, year=2026, today=TODAY)
    assert (found.made, found.kept_in_time, found.kept_late) == (5, 1, 1)
    assert found.colours == {Colour.GREEN: 2, Colour.RED: 2, Colour.WHITE: 1, Colour.YELLOW: 0}
    assert found.open_by_age == {"not late": 1, "1 to 30 days late": 1, "31 to 90 days late": 0, "more than 90 days late": 1}
    assert [one.due for one in found.overdue] == [date(2026, 1, 5), date(2026, 4, 1)]


def test_the_report_is_due_at_the_end_of_january():
    assert report_due(2025, CHOSEN) == date(2026, 1, 31)
