"""The template comes back filled and is taken; a file with faults comes back marked, mended, and is taken."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from lib.intake.check import check
from lib.intake.expected import following, next_label
from lib.intake.limits import Limits
from lib.intake.marking import AUTHOR, marked
from lib.intake.report import Outcome
from lib.intake.template import LAST_LISTED_ROW, agencies, template
from lib.methods.periods import EXAMPLES, is_next, parse_period
from lib.model import PeriodKind, Series
from tests.intake import town
from tests.intake.corpus import CASES, HEADER, book, csv_text, row, saved

NEXT = {"graduation": 67, "defects": 0.8, "on-time": 82, "wages": 34000, "jobs": 1006, "calls": 540, "commute": 21, "fires": 7}


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def test_the_template_has_a_sheet_for_values_and_one_for_each_list():
    found = opened(template(town.known()))
    assert found.sheetnames == ["Instructions", "Values", "Indicators", "Neighborhoods", "Periods", "Missing reasons"]
    assert [cell.value for cell in found["Values"][1]] == list(HEADER)
    assert found["Values"].freeze_panes == "A2"
    assert [one.value for one in found["Missing reasons"]["A"][1:]] == ["not reported", "suppressed", "not applicable", "not collected any more"]
    assert {one.value for one in found["Periods"]["B"][1:]} == set(EXAMPLES.values())
    assert found["Neighborhoods"]["A2"].value == "tinyville", "the city leads"
    assert "Mt. Old & New; New Name" in [one.value for one in found["Neighborhoods"]["D"]]


def test_each_column_of_the_template_says_what_to_write_with_an_example():
    for cell in opened(template(town.known()))["Values"][1]:
        assert "Example: " in cell.comment.text


def test_the_lists_of_the_template_cover_what_they_refer_to():
    found = opened(template(town.known()))
    rules = {str(one.sqref): one.formula1 for one in found["Values"].data_validations.dataValidation}
    indicators = found["Indicators"]
    assert rules[f"A2:A{LAST_LISTED_ROW}"] == f"'Indicators'!$A$2:$A${indicators.max_row}"
    assert len(rules) == 4
    ids = [one.value for one in indicators["A"][1:]]
    assert "fires" in ids and "population" in ids and "unmeasured" not in ids


def test_the_rows_of_an_agency_stand_in_the_template_with_the_next_period():
    rows = list(opened(template(town.known(), agency="Fire"))["Values"].iter_rows(min_row=2, max_col=3, values_only=True))
    assert ("on-time", "FY2016", "Tinyville") in rows and ("calls", "2016-03", "Tinyville") in rows and ("commute", "2011-2015", "Tinyville") in rows
    assert agencies(town.known()) == ("Fire",)
    with pytest.raises(ValueError, match="owns no indicator"):
        template(town.known(), agency="Police")


def test_a_filled_template_is_accepted_and_an_empty_one_says_what_is_missing():
    content = template(town.known())
    assert {one.code for one in check(content, "t.xlsx", town.known()).problems} == {"value_absent", "period_absent"}  # a series without figures has no next period
    filled = opened(content)
    for cells in list(filled["Values"].iter_rows(min_row=2)):
        if cells[0].value in NEXT:
            cells[4].value = NEXT[cells[0].value]
        else:
            cells[1].value, cells[8].value = "2016", "not reported"
    report = check(saved(filled), "t.xlsx", town.known())
    assert report.outcome is Outcome.ACCEPT
    assert len(report.rows) == 9
    assert report.sheets == ("Values",)


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_the_period_after_an_example_is_the_next_one(kind):
    earlier = parse_period(EXAMPLES[kind], kind)
    later = parse_period(following(earlier), kind)
    assert is_next(earlier, later) or (kind is PeriodKind.WINDOW and later.start.year == earlier.start.year + 1)


@pytest.mark.parametrize(("label", "kind", "years", "after"), [("2016-Q4", "quarter", 1, "2017-Q1"), ("2016-12", "month", 1, "2017-01"), ("FY2016", "fiscal", 2, "FY2018"),
                                                             ("2009-10", "school", 1, "2010-11"), ("1998-99", "school", 1, "1999-00")])  # fmt: skip
def test_the_next_period_at_the_turn_of_a_year(label, kind, years, after):
    assert following(parse_period(label, PeriodKind(kind)), years=years) == after


def test_a_series_without_figures_has_no_next_period():
    series = Series("one", "x", "percent", 1, PeriodKind.CALENDAR, "proportion")
    assert next_label(("indicator", "new-idea", "one"), series, town.known()) == ""


# --- Marking ----------------------------------------------------------------------------------------------------------------

FAULTY = book(row(value="-"), row("wages", "2016", 39000), row("fire", "2026", 1), row("calls", "2016-03", 540), row("jobs", "2016-Q2", "=1000+6", note="=HYPERLINK(\"http://x\")"),
              above=[["Fire Department"], []])  # fmt: skip


def marked_book(content: bytes = FAULTY, name: str = "figures.xlsx", **limits) -> Workbook:
    return opened(marked(content, check(content, name, town.known()), limits=Limits(**limits)))


@pytest.mark.parametrize("limits", [{}, {"max_cells_kept_as_they_look": 0}], ids=["as it looks", "its cells only"])
def test_faulty_cells_are_coloured_and_say_why(limits):
    sheet = marked_book(**limits)["Values"]
    assert sheet["E4"].fill.fgColor.rgb.endswith("FFC7CE")
    assert sheet["E5"].fill.fgColor.rgb.endswith("FFEB9C")
    assert sheet["E4"].comment.text.startswith("To mend: ") and "missing_reason" in sheet["E4"].comment.text
    assert sheet["E5"].comment.text.startswith("To confirm: ")
    assert "did you mean fires" in sheet["A6"].comment.text
    assert sheet["E7"].comment is None and sheet["E7"].value == 540
    assert sheet["A1"].value == "Fire Department"


@pytest.mark.parametrize("limits", [{}, {"max_cells_kept_as_they_look": 0}], ids=["as it looks", "its cells only"])
def test_nothing_in_a_marked_workbook_acts(limits):
    found = marked_book(**limits)
    assert found["Values"]["E8"].value == "'=1000+6"
    assert found["Values"]["H8"].value == "'=HYPERLINK(\"http://x\")"
    assert all(cell.data_type != "f" and cell.hyperlink is None for sheet in found for cells in sheet.iter_rows() for cell in cells)


def test_what_was_made_harmless_is_read_back_as_it_was():
    report = check(book(row(note="'=1+1"), row("wages", "2016", 34000, note="'@home")), "f.xlsx", town.known())
    assert [one.note for one in report.rows] == ["=1+1", "@home"]


def test_the_report_is_the_last_sheet_with_all_problems_changes_and_rules():
    sheet = marked_book()["Report"]
    text = "\n".join(str(cell) for cells in sheet.iter_rows(values_only=True) for cell in cells if cell)
    assert "To mend" in text and "To confirm" in text and "Refused: " in text and "hidden row" in text


def test_a_marked_workbook_mended_is_accepted_and_loses_its_marks():
    found = marked_book()
    sheet = found["Values"]
    sheet["E4"], sheet["A6"], sheet["B6"], sheet["E6"], sheet["E8"] = 7, "on-time", "FY2016", 82, 1006
    report = check(saved(found), "figures.xlsx", town.known())
    assert [one.code for one in report.problems] == ["large_change"]
    again = opened(marked(saved(found), report))
    assert again.sheetnames == ["Values", "Report"]
    assert again["Values"]["E4"].comment is None
    assert again["Values"]["E4"].fill.fill_type is None
    assert again["Values"]["E5"].comment.author == AUTHOR


def test_the_notes_of_the_template_stay_under_the_marks():
    content = template(town.known())
    filled = opened(content)
    filled["Values"]["H1"].value = "nota"
    report = check(saved(filled), "t.xlsx", town.known())
    assert any(one.cell == "H1" for one in report.problems)
    comment = opened(marked(saved(filled), report))["Values"]["H1"].comment.text
    assert comment.startswith("To ") and "Example: " in comment


def test_a_csv_file_comes_back_as_a_workbook():
    found = marked_book(csv_text(row(value="-"), row("wages", "2016", "+34000", note="=1+1")).encode(), "figures.csv")
    assert found.sheetnames == ["CSV", "Report"]
    assert found["CSV"]["E2"].comment.text.startswith("To mend")
    assert found["CSV"]["E3"].value == 34000
    assert found["CSV"]["H3"].value == "'=1+1"


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_every_file_of_the_corpus_gives_a_marked_workbook_without_anything_that_acts(one):
    report = check(one.content, one.file, town.known(), today=date(2030, 1, 1))
    found = opened(marked(one.content, report))
    for sheet in found:
        for cell in list(sheet._cells.values()):
            assert cell.data_type != "f"
            assert not (isinstance(cell.value, str) and cell.value.startswith(("=", "+", "@")))
    for problem in report.problems:
        if problem.cell and problem.sheet in found.sheetnames and problem.code != "value_absent":
            assert found[problem.sheet][problem.cell].comment is not None
