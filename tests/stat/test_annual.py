"""The record of a year and its report, by hand: what was missed, what is not known, what came late; examples count nowhere."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

from docx import Document

from lib.cycle import Agency, State
from lib.settings import read_settings
from lib.stat.papers import annual, names, word
from lib.stat.papers.annual import Year, annual_report, month_cell, months_table, year_of
from lib.stat.papers.parts import Table
from lib.store.meetings import Step
from tests.stat.city import indicator, stat
from tests.stat.occasions import follow_up, meeting

AGENCIES = (Agency("fire", "Fire Department", "BCFD", True, "law"), Agency("health", "Health", "BCHD", True, "law"), Agency("zoo", "Zoo", "Zoo", False, ""))
STATS = {one.id: one for one in (stat(), stat(id="made-up", example=True))}
ON = date(2026, 11, 24)
MEETINGS = (
    meeting(id="jan", day=date(2026, 1, 13), state=State.MEMO_SENT, created_at="2025-12-20T10:00:00.000Z"),
    meeting(id="feb", day=date(2026, 2, 10), state=State.CANCELLED, cancelled_because="snow", created_at="2026-01-20T10:00:00.000Z"),
    meeting(id="mar", day=date(2026, 3, 10), state=State.HELD, created_at="2026-02-20T10:00:00.000Z"),
    meeting(id="mar2", day=date(2026, 3, 24), state=State.RELEASED, created_at="2026-02-20T10:00:00.000Z"),
    meeting(id="dec", day=date(2026, 12, 8), state=State.FRAMED, created_at="2026-11-01T10:00:00.000Z"),
    meeting(id="example", stat="made-up", day=date(2026, 5, 5), state=State.MEMO_SENT, example=True, created_at="2020-01-01T10:00:00.000Z"),
)
STEPS = {
    "jan": (Step(State.RELEASED, "2026-01-09T15:00:00.000Z", "A", ""), Step(State.MEMO_SENT, "2026-01-20T15:00:00.000Z", "A", "")),
    "mar": (Step(State.RELEASED, "2026-03-09T15:00:00.000Z", "A", ""),),
}
WORSE = indicator({str(2016 + number): 10.0 + number for number in range(10)}, name="Fires")
BETTER = indicator({str(2016 + number): 30.0 - number for number in range(10)}, name="Calls", key="calls")
STILL = indicator({"2024": 5.0, "2025": 5.0}, name="Crews", key="crews")


def year(number: int = 2026, **more) -> Year:
    values = dict(settings=read_settings(), on=ON, agencies=AGENCIES, stats=STATS, meetings=MEETINGS, steps=STEPS, assessments=(BETTER, STILL, WORSE), release="0123456789ab",
                  follow_ups=(follow_up(1), follow_up(2, done_on=date(2026, 11, 10), evidence="list"), follow_up(3, due=date(2026, 5, 1)), follow_up(4, example=True)))  # fmt: skip
    return year_of(number, **values | more)


def text_of(one: Year) -> str:
    document = Document(io.BytesIO(word.annual_report(one)))
    return "\n".join([*(part.text for part in document.paragraphs), *(cell.text for table in document.tables for row in table.rows for cell in row.cells)])


def row_of(one: Year, name: str) -> list[str]:
    return next([cell.plain for cell in row] for row in months_table(one).rows if row[0].text == name)


def test_each_month_says_what_was_held_of_what_was_scheduled_and_what_was_missed():
    assert row_of(year(), "Fire Department") == ["Fire Department", "1", "missed: 1 cancelled", "1: of 2", "missed", "missed", "missed", "missed", "missed", "missed", "missed", "not over", "0 of 1"]
    assert row_of(year(), "Health")[1:] == ["missed"] * 10 + ["not over", ""]
    assert [row[0].text for row in months_table(year()).rows] == ["Fire Department", "Health"], "no meeting was about the zoo"


def test_a_missed_month_is_a_word_and_not_a_colour_alone():
    cell = month_cell(year().held[1].months[0], year(), 1)
    assert (cell.word, cell.tone) == ("missed", "serious")


def test_what_was_held_before_the_tool_was_used_is_not_called_missed():
    late = year(meetings=(meeting(id="oct", day=date(2026, 10, 13), state=State.HELD, created_at="2026-10-05T10:00:00.000Z"),), steps={})
    assert late.since == date(2026, 10, 5)
    assert row_of(late, "Health") == ["Health", *["not recorded"] * 10, "not over", ""]
    assert row_of(late, "Fire Department")[10] == "1"
    assert not any(month.is_missed for one in late.held for month in one.months)
    text = text_of(late)
    assert "The first that is recorded here is from Oct 5, 2026" in text and "only months that were recorded from their first day on" in text


def test_without_any_meeting_nothing_is_said_to_be_missed():
    none = year(meetings=(MEETINGS[-1],), steps={})
    assert none.since is None and "No meeting is recorded yet" in text_of(none) and "missed" not in text_of(none).replace("required or missed", "")
    assert "Meetings that were held before this tool was used are not in it." in text_of(none)


def test_the_sums_stand_by_agency_and_for_all():
    rows = [[cell.plain for cell in row] for row in annual.agencies_table(year()).rows]
    assert rows[0] == ["Fire Department", "11", "5", "2", "1", "8 missed: Feb, Apr, May, Jun, Jul, Aug, Sep and Oct"]
    assert rows[1][:5] == ["Health", "11", "0", "0", "0"] and rows[2][:5] == ["All", "22", "5", "2", "1"]
    assert "2 held, 5 scheduled, 22 required, counted for each agency; 18 required months without a meeting." in text_of(year())


def test_late_papers_stand_one_by_one():
    rows = [[cell.plain for cell in row] for row in annual.late_table(year())[0].rows]
    assert rows == [
        ["Fire", "Jan 13, 2026", "follow-up memo", "Jan 15, 2026", "late: Jan 20, 2026, 10:00"],
        ["Fire", "Mar 10, 2026", "pre-memo", "Mar 8, 2026, 14:00", "late: Mar 9, 2026, 11:00"],
        ["Fire", "Mar 10, 2026", "follow-up memo", "Mar 12, 2026", "not come"],
        ["Fire", "Mar 24, 2026", "pre-memo", "Mar 22, 2026, 14:00", "not come"],
        ["Fire", "Mar 24, 2026", "follow-up memo", "Mar 26, 2026", "not come"],
    ]
    table = next(part for part in annual_report(year()).parts if isinstance(part, Table) and part.caption == "Papers in time")
    assert [[cell.text for cell in row] for row in table.rows] == [["Pre-memo", "3", "1", "1", "1"], ["Follow-up memo", "3", "0", "1", "2"]]


def test_follow_ups_stand_by_status_and_age_and_indicators_that_moved_either_way():
    text = text_of(year())
    assert "3 follow-ups fell due in the year, or were made in it and are open: 1 kept in time with evidence, 0 kept late, 2 overdue." in text
    assert "Red\noverdue" in text and "More than 90 days late" in text
    moved = [[cell.plain for cell in row] for row in annual.moved_rows(year())]
    assert [row[0] for row in moved] == ["Fires", "Calls"], "the worse first; what did not move is not there"
    assert WORSE.movement.sentence in text and BETTER.movement.sentence in text


def test_the_report_says_when_it_is_due_and_that_a_year_is_not_over():
    assert "2026 is not over: this is the record up to Nov 24, 2026. The report about it is due by Jan 31, 2027." in text_of(year())
    assert annual_report(year()).marks == ("2026 is not over",)
    over = year(on=date(2027, 2, 2))
    assert "The report about 2026 is due by Jan 31, 2027. That was 2 days ago." in text_of(over) and annual_report(over).marks == ()
    assert "days ago" not in text_of(year(on=date(2027, 1, 31)))
    assert row_of(over, "Health")[11:] == ["missed", "missed"]


def test_an_example_counts_nowhere():
    real = [one for one in MEETINGS if not one.example]
    assert year(meetings=real).held == year().held and year(meetings=real).papers == year().papers and year().since == date(2025, 12, 20)


def test_a_city_without_agencies_and_meetings_has_its_report_too():
    bare = year(agencies=(), meetings=(), steps={}, stats={}, follow_ups=(), assessments=())
    text = text_of(bare)
    assert "No follow-up is recorded for this year." in text and "No indicator moved beyond chance." in text and "No paper of a recorded meeting was due." in text


def test_the_report_is_named_for_the_city_and_the_year():
    assert names.name_of_annual_report(year()) == "Baltimore - Annual Report - 2026.docx"
    assert names.name_of_annual_report(replace(year(), city="A/B")) == "A B - Annual Report - 2026.docx"
