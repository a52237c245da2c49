"""The numbers of a row, and the words in place of them."""

from __future__ import annotations

from lib.intake import missing
from lib.intake.cells import TEXT
from lib.intake.findings import Fault
from lib.intake.numbers import DIGITS_ONLY, NumberRead, read_number
from lib.intake.report import shown
from lib.intake.row_cells import RowCells
from lib.intake.subjects import Subject
from lib.language import _
from lib.model import MissingReason
from lib.words import is_dollars


def read_reason(cells: RowCells) -> MissingReason | None:
    """What the column missing_reason says; None where it is empty or cannot be read."""
    text = cells.text("missing_reason")
    if not text:
        return None
    found = missing.reason_in(text)
    if isinstance(found, Fault):
        cells.fault("missing_reason", found)
        return None
    return found


def read_value(cells: RowCells, subject: Subject | None, reason: MissingReason | None) -> tuple[NumberRead | None, MissingReason | None]:
    """The value, or the reason why it is missing; neither where the cell is at fault. `reason` as its own column gives it."""
    cell = cells.get("value")
    if cell is None:
        if reason is None and not cells.is_faulty:
            cells.error("value", "value_absent", _("the value is empty, and no missing_reason says why"),
                        _("write the value, or the missing_reason ({reasons}), or delete the row").format(reasons=missing.all_reasons()))  # fmt: skip
        return None, reason
    word = missing.missing_in(cell.text) if cell.kind == TEXT else None
    if word is not None:
        return None, _missing(cells, word, reason)
    number = read_number(cell, decimal_comma=cells.sheet.decimal_comma, allow_dollars=subject is None or is_dollars(subject.series.unit))
    if isinstance(number, Fault):
        cells.fault("value", number)
        return None, None
    if reason is not None:
        cells.error("missing_reason", "reason_beside_value", _("a reason for a missing value stands beside a value"), _("remove the one or the other"))
    if number.is_marked and subject and not subject.is_percent:
        cells.error("value", "percent_not_expected", _("a percentage stands here, and {subject} is in {unit!r}").format(subject=subject.id, unit=subject.series.unit),
                    _("write the figure in {unit}").format(unit=subject.series.unit))  # fmt: skip
    elif number.change:
        cells.change("value", f"{number.value:.12g}", number.change, once=False)
    return number, None


def _missing(cells: RowCells, word: missing.MissingRead | Fault, reason: MissingReason | None) -> MissingReason | None:
    if isinstance(word, Fault):
        if reason is None:
            cells.fault("value", word)
            return None
        found = reason
    else:
        found = reason or word.reason
        if reason is None and word.doubt:
            cells.warn("value", "missing_word", _("{text!r} was read as missing, {reason}; {doubt}").format(text=cells.shown("value"), reason=found, doubt=word.doubt),
                       _("confirm it, or write the missing_reason"))  # fmt: skip
    cells.change("value", _("missing: {reason}").format(reason=found), _("a word in place of a value"), once=False)
    return found


def read_count(cells: RowCells, name: str) -> float | None:
    """A numerator or denominator; None where there is none, or a word says so."""
    cell = cells.get(name)
    if cell is None:
        return None
    word = missing.missing_in(cell.text) if cell.kind == TEXT else None
    if isinstance(word, missing.MissingRead):
        cells.change(name, "", _("a word in place of a number"), once=False)
        return None
    number = word or read_number(cell, decimal_comma=cells.sheet.decimal_comma, allow_dollars=False)
    if isinstance(number, Fault):
        cells.fault(name, number)
        return None
    if number.is_marked:
        cells.error(name, "percent_not_expected", _("a percentage stands where a count is expected"), _(DIGITS_ONLY))
    elif number.value < 0 or (name == "denominator" and number.value == 0):
        why = _("the denominator is zero or below zero") if name == "denominator" else _("the numerator is below zero")
        cells.error(name, f"{name}_not_above_zero", why, _("write the count, or leave it empty"))
    elif number.change:
        cells.change(name, f"{number.value:.12g}", number.change, once=False)
    return number.value


def check_unit(cells: RowCells, subject: Subject) -> None:
    """The column unit is not needed; where it is filled, it has to say what the series is kept in."""
    text = cells.text("unit")
    if text and not _same_unit(text, subject.series.unit):
        cells.error("unit", "unit_differs", _("the unit is {text!r}, and {subject} is kept in {unit!r}").format(text=shown(text), subject=subject.id, unit=subject.series.unit),
                    _("convert the figures to {unit}").format(unit=subject.series.unit))  # fmt: skip


def _same_unit(text: str, unit: str) -> bool:
    plain, wanted = " ".join(text.split()).casefold(), unit.casefold()
    return plain == wanted or (plain in ("%", "percent") and wanted.split(" ")[0] == "percent") or (plain == "$" and is_dollars(unit))
