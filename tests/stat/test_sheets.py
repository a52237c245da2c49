"""The tracker as a workbook: out, changed as people change workbooks, and back; every fault by its cell, and nothing loaded then."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.cycle import Agency, Deliverable, FollowUp, Lead, Meeting, Stat, State, StatKind
from lib.intake.limits import Limits
from lib.stat import sheets
from lib.stat.sheets import COLUMNS, FOLLOW_UPS, Known, Sheet, as_workbook, read_follow_ups
from lib.store.follow_ups import Entry

TODAY = date(2026, 11, 24)


def stat_of(id: str, name: str, short: str) -> Stat:
    return Stat(id, name, short, StatKind.AGENCY, Lead.CENTRE, ("police",), "", (), (), (), "monthly", "Why?", False, "", "tests")


def promise(**changes) -> FollowUp:
    plain = FollowUp("f-1", "public-safety", "", "Police", "", "send the list of lots", "Anna Lee", date(2026, 12, 4), Deliverable.MEMO, "", "", "", None, None,
                     "", "", "", "", "", False, False, 3, "2026-11-01T12:00:00.000Z", "Ed")  # fmt: skip
    return replace(plain, **changes)


def known(*several: FollowUp) -> Known:
    return Known(
        stats=(stat_of("public-safety", "Public safety", "Public Safety Stat"), stat_of("cleanliness", "City cleanliness", "Cleanliness Stat")),
        agencies=(Agency("police", "Police", "BPD", True, "tests"), Agency("public-works", "Public Works", "DPW", True, "tests")),
        indicators={"violent-crime": "Violent crime", "fires": "Fires"},
        measures={"shootings": "Shootings"},
        areas={"canton": "Canton", "mt-old": "Mt. Old & New"},
        meetings=(Meeting("m-1", "public-safety", date(2026, 10, 29), "14:00", "", State.HELD, "", (), "", False, 1, "", ""),),
        follow_ups={one.id: one for one in several},
    )


FULL = promise(
    id="f-2", version=7, meeting="m-1", issue="Lots", owner="José Ñandú", begun_on=date(2026, 11, 1), done_on=date(2026, 11, 20), evidence="=SUM(1) was sent\nto all",
    evidence_link="https://x.org/a?b=1&c=2", evidence_file="list.pdf", notes="- waits for “x”", escalation="@mayor", indicator="violent-crime", measure="shootings", area="mt-old", public=True,
    deliverable=Deliverable.REPORT_OUT,
)  # fmt: skip


def workbook(*several: FollowUp) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(as_workbook(several, known(*several), today=TODAY, about=["Tinyville"])))


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cell(book: openpyxl.Workbook, field: str, row: int = 2):
    return book[FOLLOW_UPS].cell(row, list(COLUMNS).index(field) + 1)


def changed(several=(), row: int = 2, **cells) -> Sheet:
    """Reads the workbook of these follow-ups after somebody wrote in cells of a row; "_" in a name stands for a blank."""
    book = workbook(*several)
    for field, value in cells.items():
        cell(book, {"follow_up": "follow-up", "stat": "Stat"}.get(field, field.replace("_", " ")), row).value = value
    return read(saved(book), *several)


def read(content: bytes, *several: FollowUp, **named) -> Sheet:
    return read_follow_ups(content, known(*several), today=TODAY, **named)


NEW = dict(stat="Public safety", agency="DPW", follow_up="count the lamps", owner="Ben Ames", due_date="2027-01-15", deliverable="to-do")


def new(**cells) -> Sheet:
    return changed((), **NEW | cells)


def only(sheet: Sheet):
    """The one problem; nothing may be loaded then."""
    assert sheet.rows == () and len(sheet.problems) == 1, sheet.problems
    (problem,) = sheet.problems
    assert problem.why and problem.remedy, "it says why, and what to write instead"
    return problem


def at(field: str, row: int = 2) -> str:
    return openpyxl.utils.get_column_letter(list(COLUMNS).index(field) + 1) + str(row)


# Out


def test_the_workbook_has_the_citys_fields_dates_as_dates_and_no_cell_that_acts():
    book = workbook(promise(), FULL, promise(id="f-3", example=True, due=date(2026, 10, 10)))
    sheet = book[FOLLOW_UPS]
    assert [one.value for one in sheet[1]] == list(COLUMNS) and book.sheetnames == [FOLLOW_UPS, "Names", "About"]
    row = {name: sheet.cell(3, number).value for number, name in enumerate(COLUMNS, start=1)}
    assert row["Stat"] == "Public safety" and row["meeting"] == "2026-10-29" and row["indicator"] == "Violent crime" and row["neighborhood"] == "Mt. Old & New"
    assert row["due date"] == datetime(2026, 12, 4) and sheet.cell(3, list(COLUMNS).index("due date") + 1).is_date
    assert row["status"] == "Green: complete, with evidence" and row["evidence"].startswith("'=SUM") and row["escalation path"] == "'@mayor"
    assert cell(book, "issue").value is None and cell(book, "begun on").value is None, "what is not known is an empty cell"
    assert (cell(book, "status", 4).value, cell(book, "days late", 4).value, cell(book, "example", 4).value) == ("Red: overdue", 45, "Example, made up")
    assert not any(one.data_type == "f" for line in sheet for one in line)
    about = "\n".join(str(line[0].value) for line in book["About"])
    assert "Tinyville" in about and "Leave id and version as they are" in about
    assert ("Stat", "public-safety", "Public safety") in [tuple(one.value for one in line) for line in book["Names"]]


def test_a_tracker_without_follow_ups_is_the_form_to_fill():
    assert [one.value for one in workbook()[FOLLOW_UPS][1]] == list(COLUMNS)
    assert read(saved(workbook())).problems[0].code == "no_rows"


# Back


def test_what_was_taken_out_comes_back_as_it_was():
    several = (promise(), FULL, promise(id="f-3", example=True, agency="police"))
    sheet = read(saved(workbook(*several)), *several)
    assert sheet.problems == () and [(one.id, one.version, one.place) for one in sheet.rows] == [("f-1", 3, "Follow-ups, row 2"), ("f-2", 7, "Follow-ups, row 3"), ("f-3", 3, "Follow-ups, row 4")]
    for entry, one in zip(sheet.rows, several, strict=True):
        assert replace(one, **{name: Deliverable(value) if name == "deliverable" else value for name, value in entry.values.items()}) == one


TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Co", "Cn"]), max_size=60).map(lambda said: " ".join(said.split())).filter(lambda said: not said.startswith("'"))


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(issue=TEXT, notes=TEXT, escalation=TEXT, due=st.dates(date(2000, 1, 1), date(2099, 12, 31)), public=st.booleans(), kind=st.sampled_from(Deliverable))
def test_any_text_comes_back_as_it_was(issue, notes, escalation, due, public, kind):
    one = promise(issue=issue, notes=notes, escalation=escalation, due=due, public=public, deliverable=kind)
    sheet = read(saved(workbook(one)), one)
    assert sheet.problems == () and [sheet.rows[0].values[name] for name in ("issue", "notes", "escalation", "due", "public", "deliverable")] == [
        issue, notes, escalation, due, public, str(kind)]  # fmt: skip


def test_a_row_without_an_id_is_new():
    assert new().rows == (Entry("Follow-ups, row 2", {
        "issue": "", "action": "count the lamps", "owner": "Ben Ames", "evidence": "", "evidence_link": "", "notes": "", "escalation": "", "due": date(2027, 1, 15), "begun_on": None,
        "done_on": None, "stat": "public-safety", "agency": "Public Works", "deliverable": "to-do", "indicator": "", "measure": "", "area": "", "public": False, "meeting": ""}),)  # fmt: skip


@pytest.mark.parametrize("said", ["public-safety", "PUBLIC  SAFETY", "Public Safety Stat"])
def test_a_name_is_known_by_its_id_and_its_short_name_whatever_the_case(said):
    assert new(stat=said).rows[0].values["stat"] == "public-safety"


@pytest.mark.parametrize("said", [date(2027, 1, 31), datetime(2027, 1, 31), "2027-01-31", "1/31/2027", "01/31/2027", "Jan 31, 2027", "31 January 2027"])
def test_a_date_is_a_date_iso_or_month_first(said):
    assert new(due_date=said).rows[0].values["due"] == date(2027, 1, 31)


def test_dates_of_a_workbook_that_counts_from_1904_are_read_so():
    book = workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for field, value in (NEW | {"due_date": date(2027, 1, 31)}).items():
        cell(book, {"follow_up": "follow-up", "stat": "Stat"}.get(field, field.replace("_", " "))).value = value
    assert read(saved(book)).rows[0].values["due"] == date(2027, 1, 31)


def test_the_meeting_is_found_by_its_day():
    assert new(meeting="2026-10-29").rows[0].values["meeting"] == "m-1"
    assert "no meeting on Oct 30, 2026" in only(new(meeting="2026-10-30")).why
    assert only(new(meeting="last one")).cell == at("meeting")


def test_columns_that_were_taken_out_leave_a_change_as_it_is_and_rows_that_were_taken_out_too():
    book = workbook(promise(), FULL)
    sheet = book[FOLLOW_UPS]
    for name in ("notes and blockers", "example", "status", "agency"):
        sheet.delete_cols(next(one.column for one in sheet[1] if one.value == name))
    sheet.delete_rows(2)
    (entry,) = read(saved(book), promise(), FULL).rows
    assert entry.id == "f-2" and "notes" not in entry.values and "agency" not in entry.values and entry.values["owner"] == "José Ñandú"


def test_a_formula_counts_as_its_result_and_without_one_it_is_refused():
    problem = only(new(notes_and_blockers="=A1&B1"))
    assert problem.code == "formula_without_result" and problem.cell == at("notes and blockers")


# Every fault by its cell


@pytest.mark.parametrize(("cells", "field", "why", "remedy"), [
    ({"stat": "Publik safety"}, "Stat", "“Publik safety” is not known", "did you mean “Public safety”? Write it so"),
    ({"stat": "Zzz"}, "Stat", "“Zzz” is not known", "write a name from the sheet Names, column Stat"),
    ({"stat": None}, "Stat", "no Stat stands here", "write a name"),
    ({"agency": "Pollice"}, "agency", "is not known", "did you mean “Police”"),
    ({"indicator": "Violet crime"}, "indicator", "is not known", "did you mean “Violent crime”"),
    ({"neighborhood measure": "Shooting"}, "neighborhood measure", "is not known", "“Shootings”"),
    ({"neighborhood": "Cantn"}, "neighborhood", "is not known", "“Canton”"),
    ({"deliverable": "memos"}, "deliverable", "is not known", "“memo”"),
    ({"deliverable": None}, "deliverable", "no deliverable stands here", "e-mail update, memo, meeting"),
    ({"owner": None}, "owner", "A follow-up has one owner", "write the name of one person"),
    ({"owner": "DPW team"}, "owner", "“DPW team” is no person", "one person"),
    ({"owner": "Police"}, "owner", "“Police” is no person", "one person"),
    ({"owner": "Anna and Ben"}, "owner", "looks like more than one", "one person"),
    ({"follow_up": "lamps"}, "follow-up", "it does not say what is to be done", "a verb and a thing"),
    ({"follow_up": None}, "follow-up", "it does not say", "a verb and a thing"),
    ({"due_date": None}, "due date", "no due date stands here", "write the day"),
    ({"due_date": "soon"}, "due date", "no day", "2027-01-31"),
    ({"due_date": "31/1/2027"}, "due date", "no day that can be read without doubt", "the month first"),
    ({"due_date": "1/31/27"}, "due date", "no day", "2027-01-31"),
    ({"due_date": 46_053}, "due date", "this is a number", "write a date"),
    ({"due_date": True}, "due date", "no day", "write a date"),
    ({"due_date": date(1927, 1, 31)}, "due date", "far from today", "four digits"),
    ({"begun on": "2026-11-25"}, "begun on", "Nov 25, 2026 is still to come", "on which it happened"),
    ({"done on": date(2027, 1, 1), "evidence": "sent"}, "done on", "is still to come", "on which it happened"),
    ({"done on": "2026-11-20"}, "evidence", "it is not done without evidence", "write what shows it"),
    ({"done on": "2026-11-20", "begun on": "2026-11-21", "evidence": "sent"}, "done on", "cannot be done before it was begun", "mend one of the two dates"),
    ({"evidence link": "list.pdf"}, "evidence link", "this is no link", "https://"),
    ({"evidence file": "list.pdf"}, "evidence file", "a file cannot be sent in a sheet", "add the file on the page"),
    ({"status": "Green"}, "status", "never typed", "done on"),
    ({"example": "yes"}, "example", "is not told by a sheet", "empty the cell"),
    ({"shown to residents": "maybe"}, "shown to residents", "neither yes nor no", "write yes"),
    ({"notes and blockers": "x" * 4001}, "notes and blockers", "4,001 letters", "shorten"),
    ({"issue": "x" * 301}, "issue", "301 letters", "shorten"),
    ({"version": 3}, "version", "no id", "put the id back"),
    ({"id": "f-9", "version": 1}, "id", "there is no follow-up with this id", "take the workbook anew"),
])  # fmt: skip
def test_a_fault_of_a_new_row_names_its_cell_why_and_what_to_write(cells, field, why, remedy):
    problem = only(new(**cells))
    assert (problem.sheet, problem.cell) == (FOLLOW_UPS, at(field))
    assert why in problem.why and remedy in problem.remedy


def test_what_stands_in_the_cell_is_shown():
    assert only(new(owner="DPW team")).found == "DPW team" and only(new(due_date=46_053)).found == "46053"


@pytest.mark.parametrize(("cells", "field", "why"), [
    ({"version": 2}, "version", "the workbook has version 2 of this follow-up, and it is at version 3 now: somebody changed it meanwhile"),
    ({"version": None}, "version", "no version stands here"),
    ({"version": "three"}, "version", "no version stands here"),
    ({"version": "9" * 5000}, "version", "letters"),
    ({"id": "f-9"}, "id", "there is no follow-up with this id"),
    ({"stat": "City cleanliness"}, "Stat", "cannot be changed"),
    ({"meeting": "2026-10-29"}, "meeting", "cannot be changed"),
    ({"evidence file": "other.pdf"}, "evidence file", "a file cannot be sent"),
    ({"due_date": None}, "due date", "no due date"),
    ({"owner": None}, "owner", "one owner"),
    ({"status": "Green: complete, with evidence"}, "status", "nothing shows that this is done"),
])  # fmt: skip
def test_a_fault_of_a_change_names_its_cell(cells, field, why):
    problem = only(changed((promise(),), **cells))
    assert problem.cell == at(field) and why in problem.why


def test_a_status_of_another_day_is_passed_over():
    assert changed((promise(),), status="Red: overdue").problems == ()
    assert changed((promise(),), status="Green", done_on="2026-11-20", evidence="sent").problems == ()


def test_the_same_follow_up_twice_is_refused():
    sheet = changed((promise(), FULL), row=3, id="f-1", version=3)
    assert "the same follow-up stands in row 2 of Follow-ups too" in only(sheet).why


def test_all_faults_are_listed_in_order_and_one_right_row_does_not_help():
    book = workbook(promise(), FULL)
    cell(book, "owner").value = "DPW team"
    cell(book, "due date", 3).value = "soon"
    sheet = read(saved(book), promise(), FULL)
    assert sheet.rows == () and [one.cell for one in sheet.problems] == [at("owner", 2), at("due date", 3)]


def test_what_was_named_before_and_is_known_no_longer_may_stay():
    one = promise(indicator="gone-since", agency="Old Agency", area="old-area")
    sheet = read(saved(workbook(one)), one)
    assert sheet.problems == () and sheet.rows[0].values["indicator"] == "gone-since" and sheet.rows[0].values["agency"] == "Old Agency"


# The layout


def test_a_misspelt_column_is_suggested_an_unknown_one_refused_and_an_absent_one_named():
    book = workbook(promise())
    cell(book, "due date", 1).value = "due dat"
    cell(book, "issue", 1).value = "colour of the day"
    problems = read(saved(book), promise()).problems
    assert any("did you mean due date?" in one.remedy for one in problems) and any("the column due date is absent" in one.why for one in problems)
    assert any(one.found == "colour of the day" for one in problems)
    book = workbook(promise())
    cell(book, "issue", 1).value = "owner"
    assert "stands twice" in only(read(saved(book), promise())).why


def test_the_header_may_stand_further_down_and_in_other_case():
    book = workbook(promise())
    sheet = book[FOLLOW_UPS]
    sheet.insert_rows(1, 3)
    sheet["A1"] = "Our follow-ups"
    for one in sheet[4]:
        one.value = one.value.upper()
    assert read(saved(book), promise()).rows[0].place == "Follow-ups, row 5"


def test_what_cannot_be_seen_is_not_loaded():
    book = workbook(promise())
    book[FOLLOW_UPS].row_dimensions[2].hidden = True
    assert only(read(saved(book), promise())).code == "hidden_row"
    book = workbook(promise())
    book[FOLLOW_UPS].column_dimensions[at("owner").rstrip("2")].hidden = True
    assert only(read(saved(book), promise())).code == "hidden_column"
    book = workbook(promise())
    book[FOLLOW_UPS].sheet_state = "hidden"
    book.active = 1
    assert only(read(saved(book), promise())).code == "hidden_sheet"
    book = workbook(promise())
    book[FOLLOW_UPS].merge_cells("C2:D2")
    assert "merged" in only(read(saved(book), promise())).why


def test_id_and_version_may_be_hidden():
    book = workbook(promise())
    for name in ("id", "version"):
        book[FOLLOW_UPS].column_dimensions[at(name).rstrip("2")].hidden = True
    assert read(saved(book), promise()).problems == ()


# What is no workbook of ours


def archive(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(("content", "name", "code"), [
    (b"", "x.xlsx", "empty_file"), (b"id,version,owner\n", "x.csv", "wrong_type"), (b"%PDF-1.7", "x.xlsx", "wrong_type"), (b"PK\x03\x04 nothing", "x.xlsx", "damaged"),
    (archive(a="b"), "x.xlsx", "wrong_type"), (b"<html>", "x.xlsx", "wrong_type"), (b"x" * 11_000_000, "x.xlsx", "too_large"), (saved(openpyxl.Workbook()), "x.xlsx", "no_header"),
    (saved(openpyxl.Workbook()), "x.xlsm", "macros"),
])  # fmt: skip
def test_what_is_no_workbook_of_follow_ups_is_refused_in_a_sentence(content, name, code):
    sheet = read(content, name=name)
    assert sheet.rows == () and sheet.problems[0].code == code and sheet.problems[0].remedy


def test_a_bomb_is_not_unpacked_and_too_many_rows_are_not_read():
    assert read(archive(**{"[Content_Types].xml": "<a/>", "xl/big.xml": "0" * 70_000_000})).problems[0].code == "zip_bomb"
    book = workbook(*[promise(id=str(number)) for number in range(30)])
    assert read(saved(book), limits=Limits(max_rows=20)).problems[0].code == "too_many_rows"


def test_a_damaged_sheet_is_refused_and_never_fails():
    content = saved(workbook(promise()))
    for place in range(0, len(content), max(len(content) // 60, 1)):
        for broken in (content[:place], content[:place] + b"\0\xff" + content[place + 2 :]):
            sheet = read(broken, promise())
            assert sheet.problems == () or sheet.rows == ()


def test_hostile_names_stay_text():
    problem = only(new(stat="<img src=x onerror=alert(1)>"))
    assert problem.found == "<img src=x onerror=alert(1)>" and problem.cell == at("Stat")
    assert new(notes_and_blockers="javascript:alert(1) <script>").problems == ()


@pytest.mark.slow
def test_five_thousand_rows_are_read():
    several = [promise(id=f"f-{number}") for number in range(4_900)]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(FOLLOW_UPS)
    sheet.append(list(COLUMNS))
    for line in sheets.tracker(several, known(), today=TODAY).itertuples(index=False):
        sheet.append(list(line))
    found = read(saved(book), *several)
    assert len(found.rows) == 4_900
