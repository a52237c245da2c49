"""Reads one row of a sheet into a draft of a figure, or says of each of its cells why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lib.intake.cells import Row, Sheet
from lib.intake.draft import Draft
from lib.intake.findings import Fault, Findings
from lib.intake.geographies import Location, Locations
from lib.intake.header import Header, column_name
from lib.intake.known import Known
from lib.intake.periods import read_period
from lib.intake.report import shown
from lib.intake.row_cells import RowCells
from lib.intake.subjects import Subject, Subjects
from lib.intake.values import check_unit, read_count, read_reason, read_value
from lib.language import _
from lib.model import MissingReason, Period

TRUE = {"true", "yes", "y", "1", "x", "provisional", "preliminary"}
FALSE = {"", "false", "no", "n", "0", "final", "revised"}
WHOLE = {"all", "total", "overall", "everyone", "whole"}


@dataclass(frozen=True)
class Context:
    """What reading a row needs to know beside the row. The cache holds one answer for each text that stands in the file."""

    known: Known
    findings: Findings
    subjects: Subjects
    locations: Locations
    from_1904: bool
    today: date | None
    cache: dict[tuple, Any] = field(default_factory=dict)
    groups: dict[tuple, tuple[str, str]] = field(default_factory=dict)  # how a group is spelt, by how it is compared

    def once(self, key: tuple, find: Callable[[], Any]) -> Any:
        if key not in self.cache:
            self.cache[key] = find()
        return self.cache[key]

    def is_first(self, key: tuple) -> bool:
        """True once for each key: what is said of many rows is said at the first of them."""
        if key in self.cache:
            return False
        self.cache[key] = True
        return True


def read_row(row: Row, sheet: Sheet, header: Header, context: Context) -> Draft | None:
    """None for a row that holds nothing in the columns that are read, and for one with an error."""
    cells = RowCells(row, sheet, header, context.findings, from_1904=context.from_1904)
    if not cells or not _is_read(cells):
        return None
    cells.set_formulas_aside()
    place, subject = _place_and_subject(cells, context)
    period, dimension, group = None, "", ""
    if subject:
        period = _period(cells, subject, context)
        dimension, group = _group(cells, subject, context)
        check_unit(cells, subject)
    value, missing_reason = read_value(cells, subject, read_reason(cells))
    numerator, denominator = read_count(cells, "numerator"), read_count(cells, "denominator")
    if missing_reason and numerator is not None:
        code = "count_beside_suppressed" if missing_reason is MissingReason.SUPPRESSED else "count_beside_missing"
        cells.error("numerator", code, _("the value is missing ({reason}), and its numerator would show it").format(reason=missing_reason), _("leave the numerator empty"))
    provisional = _provisional(cells)
    note = cells.text("note")
    if period and context.today:
        _check_time(cells, period, provisional, context.today)
    if cells.is_faulty or not (place and subject and period):
        return None
    return Draft(
        sheet.name, row.number, header, subject, place.id, dimension, group, period, value.value if value else None,
        bool(value and value.is_marked), numerator, denominator, str(missing_reason or ""), provisional, note,
    )  # fmt: skip


def _is_read(cells: RowCells) -> bool:
    """Whether the row is a row of figures that may be read. A repeated header is passed over, a hidden row refused."""
    if all(column_name(cell.text) == name for name, cell in cells.items()):
        cells.findings.change(cells.at("indicator_id"), "", "", _("the header stands again here; the row was passed over"))
        return False
    if cells.row.is_hidden:
        cells.error("indicator_id", "hidden_row", _("the row is hidden and holds figures"),
                    _("show it (Home, Format, Unhide Rows, or clear the filter), or delete it"))  # fmt: skip
    elif cells.sheet.is_delimited and cells.row.length > cells.header.length:
        cells.error("indicator_id", "too_many_cells", _("the line has {cells} cells, the header {header}").format(cells=cells.row.length, header=cells.header.length),
                    _("put a cell that holds a comma between \"quotes\""))  # fmt: skip
    return not cells.is_faulty


def _place_and_subject(cells: RowCells, context: Context) -> tuple[Location | None, Subject | None]:
    place = _place(cells, context)
    written = cells.text("indicator_id")
    if not written:
        if not cells.is_faulty:
            cells.error("indicator_id", "indicator_absent", _("the row names no indicator"), _("write its indicator_id, or delete the row"))
        return place, None
    is_area, is_elsewhere = bool(place and place.is_area), bool(place and place.is_elsewhere)
    subject = context.once(
        ("subject", written, is_area, is_elsewhere), lambda: context.subjects.find(written, is_area=is_area, is_elsewhere=is_elsewhere)
    )
    if isinstance(subject, Fault):
        cells.fault("geography" if subject.code.startswith("geography") else "indicator_id", subject)
        return place, None
    if subject.id != written:
        cells.change("indicator_id", subject.id, _("read without regard to case"))
    return place, subject


def _place(cells: RowCells, context: Context) -> Location | None:
    written = cells.text("geography")
    place = context.once(("geography", written), lambda: context.locations.find(written))
    if isinstance(place, Fault):
        cells.fault("geography", place)
        return None
    if place.change:
        cells.change("geography", place.name, place.change)
    return place


def _period(cells: RowCells, subject: Subject, context: Context) -> Period | None:
    cell = cells.get("period")
    if cell is None:
        if not cells.is_faulty:
            cells.error("period", "period_absent", _("the row names no period"), _("write what the figure is about, such as 2016 or FY2017"))
        return None
    kind = subject.series.kind
    found = context.once(
        ("period", cell.kind, cell.text, cell.format, kind),
        lambda: read_period(cell, kind, start_month=context.known.fiscal_year_start_month, from_1904=context.from_1904),
    )
    if isinstance(found, Fault):
        cells.fault("period", found)
        return None
    if found.change:
        cells.change("period", found.period.label, found.change)
    return found.period


def _check_time(cells: RowCells, period: Period, provisional: bool, today: date) -> None:
    if period.start > today:
        cells.error("period", "period_to_come", _("{period} has not begun").format(period=period.label), _("write a period that has; targets are not loaded here"))
    elif period.end > today and not provisional:
        cells.warn("period", "period_not_over", _("{period} is not over yet").format(period=period.label), _("confirm it, or write true under provisional"))


def _group(cells: RowCells, subject: Subject, context: Context) -> tuple[str, str]:
    """Dimension and group: "race: Black". Spelt as in the catalogue and the store, else as it stands first in the file."""
    text = cells.text("group")
    if not text:
        return "", ""
    dimension, colon, group = (" ".join(part.split()) for part in text.partition(":"))
    if not (colon and dimension and group):
        cells.error("group", "group_unreadable", _("{text!r} does not name a dimension and a group").format(text=shown(text)),
                    _("leave it empty for the whole") if text.casefold() in WHOLE else _("write both with a colon between them, such as race: Black"))  # fmt: skip
        return "", ""
    spelt = _spelling(subject, dimension, group, context)
    if spelt != (dimension, group):
        cells.change("group", ": ".join(spelt), _("spelt as elsewhere"))
    expected = [one.casefold() for one in subject.dimensions]
    if dimension.casefold() not in expected and context.is_first(("dimension", subject.key, dimension.casefold())):
        cells.warn("group", "dimension_unexpected", _("{subject} is not expected by {dimension!r}").format(subject=subject.id, dimension=shown(dimension)),
                   _("confirm it, or write one of these: {names}").format(names=", ".join(subject.dimensions)) if subject.dimensions
                   else _("confirm it, or write one of these: none; leave the group empty"))  # fmt: skip
    return spelt


def _spelling(subject: Subject, dimension: str, group: str, context: Context) -> tuple[str, str]:
    key = (subject.key, dimension.casefold(), group.casefold())
    if key not in context.groups:
        for _, stored_dimension, stored_group in context.known.lines(subject.key):
            context.groups.setdefault((subject.key, stored_dimension.casefold(), stored_group.casefold()), (stored_dimension, stored_group))
        named = next((one for one in subject.dimensions if one.casefold() == dimension.casefold()), dimension)
        context.groups.setdefault(key, (named, group))
    return context.groups[key]


def _provisional(cells: RowCells) -> bool:
    text = cells.text("provisional").casefold()
    if text not in TRUE | FALSE:
        cells.error("provisional", "provisional_unreadable", _("{text!r} is neither true nor false").format(text=shown(text)), _("write true or false"))
    return text in TRUE
