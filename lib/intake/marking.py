"""The file as it came, as a workbook with the faulty cells coloured and a comment in each, and the report as its last sheet.

Nothing in it acts: a formula is replaced by its result, a text that looks like one is led by an apostrophe, links are taken out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell as Written
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from lib import words
from lib.intake import delimited, workbook
from lib.intake.archive import BROKEN, Archive
from lib.intake.cells import BOOLEAN, NUMBER, Cell, Row, Sheet, Tally, address, corners, sheet_of
from lib.intake.findings import Findings, Refused
from lib.intake.limits import Limits
from lib.intake.numbers import PLAIN, SCIENTIFIC
from lib.intake.opening import FileKind, recognise
from lib.intake.report import Level, Problem, Report
from lib.intake.row_cells import INVISIBLE
from lib.intake.workbook import Format
from lib.language import _, later, n_
from lib.store.export import neutral

AUTHOR = "OutcomeStat check"
FILLS = {Level.ERROR: PatternFill("solid", fgColor="FFC7CE"), Level.WARNING: PatternFill("solid", fgColor="FFEB9C")}
WORDS = {Level.ERROR: later("To mend"), Level.WARNING: later("To confirm")}  # a colour never speaks alone
FORMATS = {Format.PERCENT: "0.0%", Format.PERCENT_SIGN: '0.0"%"', Format.DATE: "yyyy-mm-dd", Format.PLAIN: "General"}
REPORT_SHEET = "Report"
REPORT_HEADER = (later("what to do"), later("sheet"), later("cell"), later("what stands there"), later("why"), later("what to write instead"))
LONGEST = 32_000  # letters in a cell of a workbook
UNKNOWN = (*BROKEN, TypeError, AttributeError)  # what openpyxl raises where a workbook is not as it expects

Marks = dict[tuple[str, str], list[Problem]]  # by sheet and cell


def marked(content: bytes, report: Report, *, limits: Limits = Limits()) -> bytes:
    """An .xlsx with the report in it. Where the file cannot be opened at all, the sheet Report alone."""
    marks: Marks = {}
    for problem in report.problems:
        marks.setdefault((problem.sheet, problem.cell), []).append(problem)
    try:
        book = _book(content, report, marks, limits)
    except (*UNKNOWN, Refused):
        book = Workbook(write_only=True)
    _report_sheet(book, report)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _book(content: bytes, report: Report, marks: Marks, limits: Limits) -> Workbook:
    if recognise(content, report.file, limits) is FileKind.DELIMITED:
        return _copied([delimited.sheet_of(content, limits, Findings(limits))], marks, from_1904=False)
    source = workbook.open_workbook(Archive(content, limits))
    tally, sheets = Tally(), []
    formulas: dict[tuple[str, str], Cell] = {}
    for entry in source.sheets:
        sheet = sheet_of(source, entry, tally)
        formulas |= {(sheet.name, address(column, row.number)): cell for row in sheet.rows for column, cell in row.cells.items() if cell.formula}
        sheets.append(sheet)
    spread = sum((one[2] - one[0] + 1) * (one[3] - one[1] + 1) for sheet in sheets for one in (*sheet.merged, *sheet.linked))
    if tally.cells + spread <= limits.max_cells_kept_as_they_look:
        try:
            return _kept(content, formulas, marks)
        except UNKNOWN:
            pass
    tally = Tally()
    return _copied([sheet_of(source, entry, tally) for entry in source.sheets], marks, from_1904=source.from_1904)


def _kept(content: bytes, formulas: dict[tuple[str, str], Cell], marks: Marks) -> Workbook:
    """The workbook itself, with widths, formats and lists to choose from."""
    book = load_workbook(io.BytesIO(content), keep_links=False)
    for name in list(book.defined_names):
        del book.defined_names[name]
    if REPORT_SHEET in book.sheetnames and book[REPORT_SHEET]["A1"].value == REPORT_HEADER[0]:
        del book[REPORT_SHEET]
    for sheet in book.worksheets:
        for cell in list(sheet._cells.values()):  # those that there are; iter_rows() makes all up to the last
            _disarm(cell, formulas.get((sheet.title, cell.coordinate)))
        for (name, place), problems in marks.items():
            if name == sheet.title and place:
                _mark(_top_left(sheet, place), problems)
    return book


def _disarm(cell: Written | MergedCell, formula: Cell | None) -> None:
    """Takes out what acts, and the marks of an earlier check."""
    if isinstance(cell, MergedCell):
        return
    if cell.comment is not None and cell.comment.author == AUTHOR:
        cell.comment, cell.fill = None, PatternFill()
    cell.hyperlink = None
    if cell.data_type == "f" or formula is not None:
        cell.value = _value(formula) if formula is not None else None
    elif isinstance(cell.value, str):
        cell.value = _text(cell.value)
    if isinstance(cell.value, str):
        cell.data_type = "s"


def _top_left(sheet: Worksheet, place: str) -> Written:
    cell = sheet[place]
    if not isinstance(cell, MergedCell):
        return cell
    return next(sheet.cell(area.min_row, area.min_col) for area in sheet.merged_cells.ranges if place in area)


def _mark(cell: Written | WriteOnlyCell, problems: list[Problem]) -> None:
    lines = [f"{WORDS[one.level]}: {one.message}" for one in problems]
    if cell.comment is not None:
        lines.append(cell.comment.text)
    cell.comment = Comment("\n\n".join(lines)[:LONGEST], AUTHOR, width=360, height=120)
    worst = Level.ERROR if any(one.level is Level.ERROR for one in problems) else Level.WARNING
    cell.fill = FILLS[worst]


def _copied(sheets: list[Sheet], marks: Marks, *, from_1904: bool) -> Workbook:
    """The cells at their places, without their looks: bounded in memory, whatever the file."""
    book = Workbook(write_only=True)
    if from_1904:
        book.epoch = CALENDAR_MAC_1904
    for sheet in sheets:
        target = book.create_sheet(sheet.name)
        target.sheet_state = "hidden" if sheet.is_hidden else "visible"
        marked_rows = _by_row(sheet.name, marks)
        last = 0
        for row in _with_marked(sheet.rows, marked_rows):
            for _empty in range(last + 1, row.number):
                target.append([])
            last = row.number
            target.append(list(_cells(target, row, marked_rows.get(row.number, {}))))
    return book


def _by_row(sheet: str, marks: Marks) -> dict[int, dict[int, list[Problem]]]:
    found: dict[int, dict[int, list[Problem]]] = {}
    for (name, place), problems in marks.items():
        if name == sheet and place:
            row, column, _, _ = corners(place)
            found.setdefault(row, {})[column] = problems
    return found


def _with_marked(rows: Iterator[Row], marked_rows: dict[int, Any]) -> Iterator[Row]:
    """The rows, up to where the file can be read; a problem may stand in a row that is empty or not read any more."""
    waiting = sorted(marked_rows)
    try:
        for row in rows:
            while waiting and waiting[0] < row.number:
                yield Row(waiting.pop(0), {})
            if waiting and waiting[0] == row.number:
                waiting.pop(0)
            yield row
    except Refused:
        pass
    for number in waiting:
        yield Row(number, {})


def _cells(target: Worksheet, row: Row, problems: dict[int, list[Problem]]) -> Iterator[WriteOnlyCell | None]:
    for column in range(1, max([*row.cells, *problems], default=0) + 1):
        cell, wrong = row.cells.get(column), problems.get(column)
        if cell is None and wrong is None:
            yield None
            continue
        written = WriteOnlyCell(target, _value(cell) if cell is not None else None)
        if isinstance(written.value, str):
            written.data_type = "s"
        elif cell is not None and cell.kind == NUMBER:
            written.number_format = FORMATS[cell.format]
        if wrong:
            _mark(written, wrong)
        yield written


def _value(cell: Cell) -> float | bool | str:
    """A cell's own value or a formula's result; a formula without one as a text."""
    if cell.is_pending:
        return _text("=" + cell.formula)
    if cell.kind == NUMBER and (PLAIN.fullmatch(cell.text) or SCIENTIFIC.fullmatch(cell.text)) and abs(float(cell.text)) < 1e300:
        return float(cell.text)
    if cell.kind == BOOLEAN:
        return cell.text == "1"
    return _text(cell.text)


def _text(text: str) -> str | float:
    """A text that does nothing. A number with a sign in front becomes that number, so that it can be read again."""
    clean = INVISIBLE.sub("", text)[:LONGEST]
    if clean.startswith(("+", "-")) and len(clean) < 20 and PLAIN.fullmatch(clean):
        return float(clean)
    return neutral(clean)


def _report_sheet(book: Workbook, report: Report) -> None:
    sheet = book.create_sheet(REPORT_SHEET)
    lines: list[tuple[str, ...]] = [tuple(_(name) for name in REPORT_HEADER)]
    lines += [(_(WORDS[one.level]), one.sheet, one.cell, one.found, one.why, one.remedy) for one in report.problems]
    lines += [(), (report.sentence,), (), (_("changed in reading"), _("sheet"), _("cell"), _("before"), _("after"), _("why"))]
    lines += [(n_("changed", "changed {n} times", one.times).format(n=words.figure(one.times, 0)), one.sheet, one.cell, one.before, one.after, one.why)
              for one in report.changes]  # fmt: skip
    lines += [(), (_("rules"),), *((_(rule),) for rule in report.rules)]
    for line in lines:
        sheet.append([_text(part) for part in line])

