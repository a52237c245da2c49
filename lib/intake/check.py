"""A file in, a report out. Nothing is stored, and nothing in a file makes it fail."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from datetime import date

from lib.intake import delimited, workbook
from lib.intake.archive import BROKEN, Archive, damaged
from lib.intake.cells import Sheet, Tally, address, column_number, sheet_of
from lib.intake.checks import check_against_stored, check_arithmetic, without_twins
from lib.intake.compare import compare
from lib.intake.draft import Draft
from lib.intake.findings import At, Findings, Refused
from lib.intake.geographies import Locations
from lib.intake.header import Header, is_header, read_header
from lib.intake.known import Known
from lib.intake.limits import Limits
from lib.intake.opening import FileKind, plain_name, recognise
from lib.intake.report import Level, Outcome, Problem, Report, shown
from lib.intake.rows import Context, read_row
from lib.intake.scale import decide_scales
from lib.intake.subjects import Subjects
from lib.language import _

REFERENCE_SHEETS = {"instructions", "indicators", "neighborhoods", "periods", "missing reasons", "report"}  # of the template
EVERY = 500  # rows between two calls of `progress`
Progress = Callable[[int], None]


def check(content: bytes, name: str, known: Known, *, limits: Limits = Limits(), today: date | None = None,
          progress: Progress | None = None) -> Report:  # fmt: skip
    """The report on a file that arrives under that name.

    `today`: periods that have not begun are refused; None leaves it out. `progress` is called with the number of rows read.
    """
    findings = Findings(limits)
    read: list[str] = []
    counts = revisions = rows = ()
    try:
        drafts = _drafts(content, name, known, findings, read, today=today, progress=progress)
        drafts = decide_scales(drafts, known, findings)
        check_arithmetic(drafts, findings)
        drafts = without_twins(drafts, findings)
        check_against_stored(drafts, known, findings)
        rows = tuple(one.figure for one in drafts)
        counts, revisions = compare(rows, known, findings)
        if not rows and not findings.has_error:
            findings.error(At(read[0] if read else ""), "no_figures", _("the file holds no figures"), _("write one row for each figure below the header"))
    except Refused as refused:
        findings.add(refused.problem)
    except BROKEN:  # a kind of damage that is not foreseen where it is read: refused too, and written to the log
        logging.getLogger(__name__).exception("a file could not be read")
        findings.add(damaged(_("the file is damaged, and cannot be read")).problem)
    problems = in_order(findings.problems, read)
    return Report(_outcome(problems), rows, problems, findings.changes, counts, revisions, plain_name(name),
                  hashlib.sha256(content).hexdigest(), tuple(read), findings.totals[Level.ERROR], findings.totals[Level.WARNING])  # fmt: skip


def _outcome(problems: tuple[Problem, ...]) -> Outcome:
    if any(one.level is Level.ERROR for one in problems):
        return Outcome.REJECT
    return Outcome.ACCEPT_WITH_WARNINGS if problems else Outcome.ACCEPT


def _drafts(content: bytes, name: str, known: Known, findings: Findings, read: list[str], *, today: date | None,
            progress: Progress | None) -> list[Draft]:  # fmt: skip
    from_1904 = False
    if recognise(content, name, findings.limits) is FileKind.DELIMITED:
        sheets: Iterator[Sheet] = iter([delimited.sheet_of(content, findings.limits, findings)])
    else:
        book = workbook.open_workbook(Archive(content, findings.limits))
        tally, from_1904 = Tally(), book.from_1904
        sheets = (sheet_of(book, entry, tally) for entry in book.sheets)
    most = findings.limits.max_suggestions
    context = Context(known, findings, Subjects(known, suggestions=most), Locations(known, suggestions=most), from_1904, today)
    if from_1904:
        findings.change(At(), "", "", _("the workbook counts its dates from 1904; they were read so"))
    drafts: list[Draft] = []
    for sheet in sheets:
        drafts += _read_sheet(sheet, context, read, progress)
    if not read and not findings.has_error:
        findings.error(At(), "no_header", _("no sheet has a header row in its first {rows} rows").format(rows=findings.limits.header_within_rows),
                       _("write the names of the columns above the figures: indicator_id, period, geography, group, value"))  # fmt: skip
    return drafts


def _read_sheet(sheet: Sheet, context: Context, read: list[str], progress: Progress | None) -> list[Draft]:
    """The sheet's drafts. A sheet without a header is passed over and named, a hidden one with figures refused."""
    findings = context.findings
    header: Header | None = None
    drafts: list[Draft] = []
    before_header = 0
    used: set[int] = set()
    for number, row in enumerate(sheet.rows, start=1):
        if progress and number % EVERY == 0:
            progress(number)
        if header is not None:
            used.update(row.cells)
            draft = read_row(row, sheet, header, context)
            if draft is not None:
                drafts.append(draft)
        elif before_header < findings.limits.header_within_rows:
            before_header += 1
            if is_header(row):
                if sheet.is_hidden:
                    findings.error(At(sheet.name, address(min(row.cells), row.number)), "hidden_sheet", _("the sheet is hidden and holds figures"),
                                   _("show it (right-click a sheet's name, Unhide), or delete it"))  # fmt: skip
                    return []
                header = read_header(row, sheet, findings)
                read.append(sheet.name)
    if header is None:
        _pass_over(sheet, before_header, findings)
    else:
        _check_layout(sheet, header, used, findings)
    return drafts


def _pass_over(sheet: Sheet, rows: int, findings: Findings) -> None:
    if rows == 0 or sheet.name.casefold() in REFERENCE_SHEETS:
        return
    if sheet.is_hidden:
        findings.change(At(sheet.name), "", "", _("the hidden sheet has no header row and was not read"))
    elif not sheet.is_delimited:
        findings.warn(At(sheet.name), "sheet_not_read", _("the sheet {sheet!r} has no header row and was not read").format(sheet=shown(sheet.name)),
                      _("delete it, or write the names of the columns above its figures"))  # fmt: skip


def _check_layout(sheet: Sheet, header: Header, used: set[int], findings: Findings) -> None:
    """What is known only when the whole sheet is read: hidden columns, merged cells, and columns without a name."""
    for name, column in header.columns.items():
        if column in used and sheet.is_hidden_column(column):
            findings.error(At(sheet.name, address(column, header.row)), "hidden_column", _("the column {column} is hidden and holds figures").format(column=name),
                           _("show it (Home, Format, Unhide Columns), or delete it"))  # fmt: skip
    for first_row, first_column, last_row, _last_column in sheet.merged:
        if last_row > header.row and first_row != header.row:
            findings.error(At(sheet.name, address(first_column, first_row)), "merged_cells", _("cells are merged among the figures"),
                           _("unmerge them, and fill every cell"))  # fmt: skip
    named = set(header.columns.values()) | header.passed_over
    for column in sorted(used - named):
        findings.warn(At(sheet.name, address(column, header.row)), "column_without_name", _("the column has no name and was not read"),
                      _("write its name in the header, or empty it"))  # fmt: skip


def in_order(problems: tuple[Problem, ...], sheets: list[str]) -> tuple[Problem, ...]:
    """First what is about the file, then sheet by sheet, row by row, column by column."""
    position = {name: number for number, name in enumerate(sheets)}

    def place(problem: Problem) -> tuple[int, int, int]:
        found = re.fullmatch(r"([A-Z]+)(\d+)", problem.cell)
        if not problem.sheet:
            return (-1, 0, 0)
        return (position.get(problem.sheet, len(sheets)), int(found[2]) if found else 0, column_number(found[1]) if found else 0)

    return tuple(sorted(problems, key=place))
