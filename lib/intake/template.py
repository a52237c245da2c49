"""The workbook that a city's staff fill: one sheet for values, one for each list that it refers to, instructions first."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from lib.intake.expected import next_label
from lib.intake.known import INDICATOR, Known
from lib.intake.report import RULES
from lib.intake.subjects import Subject, Subjects
from lib.language import _, later
from lib.methods.periods import EXAMPLES
from lib.model import MissingReason, PeriodKind
from lib.store.export import neutral

ORDER = ("indicator_id", "period", "geography", "group", "value", "numerator", "denominator", "note", "missing_reason", "provisional")
NOTES = {
    "indicator_id": later("What the figure is about: an id from the sheet Indicators. It says the unit too.\nExample: {id}, in {unit}"),
    "period": later("What time the figure is about, written the way the indicator counts: see the sheet Periods.\nExample: {period}"),
    "geography": later("The place: a name or an id from the sheet Neighborhoods. Empty is the whole city.\nExample: {place}"),
    "group": later("Empty for everybody; else the dimension and the group with a colon.\nExample: race: Black"),
    "value": later("The figure in the indicator's unit (sheet Indicators). Percentages as 45 or 45%, all in one way. Where there is "
                   "no value leave it empty and give the missing_reason.\nExample: 45.2, in {unit}"),
    "numerator": later("What was counted, where it is known (unit: events or people).\nExample: 452"),
    "denominator": later("Out of how many, where it is known (unit: people, homes, cases).\nExample: 1000"),
    "note": later("Anything a reader should know, in words. It may be published.\nExample: new survey firm since July"),
    "missing_reason": later("Only where the value is empty: why (sheet Missing reasons).\nExample: not reported"),
    "provisional": later("true where the figure may still change, else false or empty.\nExample: true"),
}  # fmt: skip
OTHERWISE = {
    PeriodKind.CALENDAR: "CY2016",
    PeriodKind.FISCAL: later("FY17, FY 2017, Fiscal 2017; named for the year in which it ends"),
    PeriodKind.SCHOOL: "2015/16, 2015-2016, SY 2015-16",
    PeriodKind.WINDOW: "2013 to 2017",
    PeriodKind.QUARTER: later("2019 Q4, Q4 2019; quarters of the calendar year"),
    PeriodKind.MONTH: "Feb 2019, 02/2019, 2019-2",
}
REASONS = {
    MissingReason.NOT_REPORTED: later("The figure exists or should, and was not sent."),
    MissingReason.SUPPRESSED: later("The figure is so small that it would point at persons."),
    MissingReason.NOT_APPLICABLE: later("There can be no figure here."),
    MissingReason.NOT_COLLECTED: later("It was counted once, and is no longer."),
}
LAST_LISTED_ROW = 10_000  # down to here the lists open in the sheet of values


def agencies(known: Known) -> tuple[str, ...]:
    """Who owns an indicator that can be reported, by name."""
    return tuple(sorted({one.owner for one in Subjects(known).all if one.owner}))


def template(known: Known, *, agency: str | None = None) -> bytes:
    """The workbook, with a row for each indicator of the agency and its next period; of all agencies where none is named.

    Raises ValueError for an agency that owns no indicator.
    """
    if agency is not None and agency not in agencies(known):
        raise ValueError(_("{agency!r} owns no indicator; name one of: {agencies}").format(agency=agency, agencies=", ".join(agencies(known))))
    subjects = Subjects(known).all
    book = Workbook()
    _instructions(book.active, known, agency)
    values = book.create_sheet("Values")
    lists = [
        _list(book, "Indicators", ("id", "name", "unit", "direction", "period kind", "owner", "figures for"), _indicators(subjects)),
        _list(book, "Neighborhoods", ("id", "name", "type", "other names"), _places(known)),
        _list(book, "Periods", ("period kind", "write", "read as well"), [(str(kind), EXAMPLES[kind], _(OTHERWISE[kind])) for kind in PeriodKind]),
        _list(book, "Missing reasons", ("reason", "when"), [(str(reason), _(when)) for reason, when in REASONS.items()]),
    ]
    _values(values, known, [one for one in subjects if one.kind == INDICATOR and agency in (None, one.owner)])
    for column, sheet, source, stops in (("A", lists[0], "A", True), ("C", lists[1], "B", False), ("I", lists[3], "A", True)):
        _offer(values, column, f"'{sheet.title}'!${source}$2:${source}${sheet.max_row}", stops=stops)
    _offer(values, "J", '"true,false"', stops=False)
    book.active = 1
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _instructions(sheet: Worksheet, known: Known, agency: str | None) -> None:
    sheet.title = "Instructions"
    lines = [
        _("Figures for {name}").format(name=known.framework.name) + (f": {agency}" if agency else ""),
        _("1. Write one row for each figure on the sheet Values. The note on each column's name says what to write, with an example."),
        _("2. Rows that stand there already name the indicators and the next period that is expected. Fill them, or delete those "
          "for which there is nothing to report."),
        _("3. Where there is no value, leave it empty and choose a missing_reason. Never write 0 for a figure that is missing."),
        _("4. A figure that revises an older one is written like any other; the older one is kept beside it."),
        _("5. Save the workbook as .xlsx and send it. Within seconds you learn what was understood and what is to be mended, cell by cell."),
        _("What the check does:"),
        *(_(rule) for rule in RULES),
    ]
    for line in lines:
        sheet.append([neutral(line)])
    sheet.column_dimensions["A"].width = 110
    for row in sheet["A1:A" + str(len(lines))]:
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
    for number in (1, len(lines) - len(RULES)):
        sheet.cell(number, 1).font = Font(bold=True)


def _values(sheet: Worksheet, known: Known, subjects: Sequence[Subject]) -> None:
    city = next(one.name for one in known.geographies if one.id == known.framework.geography)
    sheet.append(list(ORDER))
    sheet.freeze_panes = "A2"
    first = subjects[0] if subjects else None
    example = {
        "id": first.id if first else "an-indicator", "unit": first.series.unit if first else "percent",
        "period": EXAMPLES[first.series.kind if first else PeriodKind.FISCAL], "place": known.areas[0].name if known.areas else city,
    }  # fmt: skip
    for number, name in enumerate(ORDER, start=1):
        cell = sheet.cell(1, number)
        cell.font = Font(bold=True)
        cell.comment = Comment(_(NOTES[name]).format(**example), "OutcomeStat", width=320, height=140)
        sheet.column_dimensions[get_column_letter(number)].width = 34 if name in ("indicator_id", "geography", "note") else 16
    sheet.column_dimensions["B"].number_format = "@"  # text: else Excel makes a date of 2010-11
    for one in subjects:
        sheet.append([neutral(one.id), next_label(one.key, one.series, known), neutral(city)])
        sheet.cell(sheet.max_row, 2).number_format = "@"


def _indicators(subjects: Sequence[Subject]) -> Iterable[Sequence[Any]]:
    for one in subjects:
        place = _("the city") if one.kind == INDICATOR else _("the city and its areas")
        yield one.id, one.name, one.series.unit, str(one.improves_when), str(one.series.kind), one.owner, place


def _places(known: Known) -> Iterable[Sequence[Any]]:
    areas = {area.id: area for area in known.areas}
    city = known.framework.geography
    others = [one for one in known.geographies if one.id not in areas]
    for place in sorted(others, key=lambda one: one.id != city):
        yield place.id, place.name, place.type, ""
    for area in known.areas:
        yield area.id, area.name, area.type, "; ".join(area.other_names)


def _list(book: Workbook, title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Worksheet:
    sheet = book.create_sheet(title)
    sheet.append(list(header))
    for row in rows:
        sheet.append([neutral(cell) for cell in row])
    sheet.freeze_panes = "A2"
    for number in range(1, len(header) + 1):
        sheet.cell(1, number).font = Font(bold=True)
        longest = max(len(str(sheet.cell(row, number).value or "")) for row in range(1, sheet.max_row + 1))
        sheet.column_dimensions[get_column_letter(number)].width = min(longest + 2, 70)
    return sheet


def _offer(sheet: Worksheet, column: str, source: str, *, stops: bool) -> None:
    """A list to choose from. Where it does not stop, another text is taken after a question: other names of a place, say."""
    rule = DataValidation(type="list", formula1=source, allow_blank=True, errorStyle="stop" if stops else "warning", showErrorMessage=True)
    rule.errorTitle, rule.error = _("Not in the list"), _("Choose one of the list, or see the note on the column's name.")
    sheet.add_data_validation(rule)
    rule.add(f"{column}2:{column}{LAST_LISTED_ROW}")
