"""Which column holds what: the header row is found by the names in it, wherever it stands."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from lib.intake.cells import Cell, Row, Sheet, address
from lib.intake.findings import At, Findings
from lib.intake.report import shown
from lib.language import _

REQUIRED = ("indicator_id", "period", "geography", "group", "value")  # the column is there; a cell of it may be empty
OPTIONAL = ("numerator", "denominator", "note", "missing_reason", "provisional", "unit")
COLUMNS = (*REQUIRED, *OPTIONAL)
ENOUGH = 3  # names of columns in one row make it the header


@dataclass(frozen=True)
class Header:
    """A sheet's header row, and the columns by what they hold."""

    row: int
    columns: dict[str, int]
    length: int  # of a CSV file: how many cells its line has
    passed_over: frozenset[int]  # columns with another name


def column_name(text: str) -> str:
    """A header as it is compared: "Indicator ID " and "indicator-id" are indicator_id."""
    return "_".join(text.casefold().replace("_", " ").replace("-", " ").split())


def columns_in(cells: Mapping[int, str]) -> dict[str, int]:
    """The known columns that a row names, each with its first place."""
    found: dict[str, int] = {}
    for column, text in cells.items():
        name = column_name(text)
        if name in COLUMNS:
            found.setdefault(name, column)
    return found


def is_header(row: Row) -> bool:
    return len(columns_in(_texts(row))) >= ENOUGH


def read_header(row: Row, sheet: Sheet, findings: Findings) -> Header:
    """The row's columns. What is absent, unknown or named twice is reported."""
    texts = _texts(row)
    columns = columns_in(texts)
    absent = [name for name in REQUIRED if name not in columns]
    passed_over: set[int] = set()
    for column, text in sorted(texts.items()):
        at, name = At(sheet.name, address(column, row.number)), column_name(text)
        if name in columns and columns[name] != column:
            passed_over.add(column)
            findings.error(at, "column_twice", _("the column {column} stands twice (also in {place})").format(column=name, place=address(columns[name], row.number)),
                           _("keep one of the two"), found=text)  # fmt: skip
        elif name not in columns:
            passed_over.add(column)
            _unknown(at, text, columns, findings)
        elif text != name:
            findings.change(at, text, name, _("the header was read as this column"))
    for name in absent:
        findings.error(At(sheet.name, address(1, row.number)), "column_absent", _("the column {column} is absent").format(column=name),
                       _("write {column} in the header; its cells may be empty where the template says so").format(column=name))  # fmt: skip
    return Header(row.number, columns, row.length, frozenset(passed_over))


def _unknown(at: At, text: str, columns: Mapping[str, int], findings: Findings) -> None:
    free = [name for name in COLUMNS if name not in columns]
    near = difflib.get_close_matches(column_name(text)[:100], free, n=1, cutoff=0.75)
    if near:
        findings.error(at, "column_misspelt", _("there is no column {text!r}").format(text=shown(text)), _("did you mean {names}? Write it so").format(names=near[0]), found=text)
    else:
        findings.warn(at, "column_unknown", _("the column {text!r} is not known and was not read").format(text=shown(text)),
                      _("remove it, or give it one of these names: {names}").format(names=", ".join(free) or _("all are taken")), found=text)  # fmt: skip


def _texts(row: Row) -> dict[int, str]:
    return {column: _text(cell) for column, cell in row.cells.items() if _text(cell).strip()}


def _text(cell: Cell) -> str:
    return cell.text if cell.kind == "text" else ""
