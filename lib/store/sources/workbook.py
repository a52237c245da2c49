"""A source's workbook or CSV file as tables of cells, within limits. Hidden rows, columns and sheets are read like all others:
nobody corrects a source by hiding."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from lib.store.sources.errors import SourceError, SourceUnavailable
from lib.store.sources.settings import Limits

MEGABYTE = 1_000_000
MOST_PARTS = 2_000
MOST_LETTERS = 32_767  # in one cell; Excel writes no more
FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
NUMBER, TEXT, DATE, FAULT = "number", "text", "date", "fault"
# What zipfile and openpyxl raise for a workbook that is not whole.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ParseError, ValueError, KeyError, IndexError,
          TypeError, AttributeError, OSError)  # fmt: skip


class Cell(NamedTuple):
    """A cell that holds something. A fault is a formula's error, or a formula whose result was never saved."""

    kind: str
    text: str
    is_percent: bool = False  # the number's format shows 0.45 as 45%


class Row(NamedTuple):
    number: int
    cells: dict[int, Cell]  # by column, the first is 1


class Table(NamedTuple):
    name: str
    rows: tuple[Row, ...]


def address(column: int, row: int) -> str:
    return f"{get_column_letter(column)}{row}"


def read_tables(content: bytes, limits: Limits, *, source: str) -> list[Table]:
    """The sheets of a workbook, or the one table of a CSV file. Raises SourceError where it cannot be read within the limits."""
    if content.startswith(b"PK"):
        return _workbook(content, limits, source)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise SourceError(f"{source} is an old .xls workbook, or locked with a password. Save it as .xlsx without one.")
    if content.lstrip()[:1] == b"<":
        raise SourceUnavailable(f"{source} is a web page and no workbook.")
    return [Table("CSV", tuple(_csv_rows(content, limits, source)))]


def _workbook(content: bytes, limits: Limits, source: str) -> list[Table]:
    try:
        has_formulas = _check_parts(content, limits, source)
        values = _sheets(content, limits, source, saved_results=True)
        if not has_formulas:
            return values
        formulas = _sheets(content, limits, source, saved_results=False)
    except DefusedXmlException:
        raise SourceError(f"{source} defines texts that unpack themselves, as Excel never does.") from None
    except BROKEN as problem:
        raise SourceUnavailable(f"{source} is not a whole workbook.", detail=f"{type(problem).__name__}") from None
    return [_with_faults(one, other) for one, other in zip(values, formulas, strict=True)]


def _check_parts(content: bytes, limits: Limits, source: str) -> bool:
    """Whether a sheet holds a formula. Sizes are checked before anything is unpacked; zipfile unpacks no more than is stated."""
    bomb = SourceError(f"{source} unpacks to far more than a workbook of figures holds.")
    has_formulas = False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        names = [entry.filename.lower() for entry in entries]
        if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > limits.max_unpacked_megabytes * MEGABYTE:
            raise bomb
        if sum(entry.compress_size for entry in entries) > len(content):
            raise bomb
        if len(set(names)) < len(names):
            raise SourceError(f"{source} holds two parts of one name.")
        for entry in entries:
            if entry.filename.lower().endswith((".xml", ".rels")):
                with archive.open(entry) as part:
                    next(iterparse(part, events=("start",), forbid_dtd=True), None)  # a DTD stands before the first element
            if "worksheets/" in entry.filename.lower() and not has_formulas:
                with archive.open(entry) as part:
                    has_formulas = _holds_formula(part)
    return has_formulas


def _holds_formula(part: Any) -> bool:
    before = b""
    while piece := part.read(MEGABYTE):
        if FORMULA.search(before + piece):
            return True
        before = piece[-20:]
    return False


def _sheets(content: bytes, limits: Limits, source: str, *, saved_results: bool) -> list[Table]:
    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=saved_results, keep_links=False)
    try:
        return [Table(sheet.title, tuple(_sheet_rows(sheet, limits, source))) for sheet in workbook.worksheets]
    finally:
        workbook.close()


def _sheet_rows(sheet: Any, limits: Limits, source: str) -> Iterator[Row]:
    sheet.reset_dimensions()  # the stated size may be false, and rows would be lost
    count = 0
    for number, line in enumerate(sheet.iter_rows(), start=1):
        if len(line) > limits.max_columns:
            raise SourceError(f"{source} has more than {limits.max_columns:,} columns in the sheet {sheet.title!r}.")
        cells = {column: cell for column, one in enumerate(line, start=1) if (cell := _cell(one)) is not None}
        if cells:
            count += 1
            _check_rows(count, limits, source)
            yield Row(number, cells)


def _cell(one: Any) -> Cell | None:
    value = one.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if one.data_type == "e" or isinstance(value, bool):
        return Cell(FAULT if one.data_type == "e" else TEXT, str(value))
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            return Cell(FAULT, str(value))
        whole = int(value) if float(value).is_integer() and abs(value) < 1e15 else value
        return Cell(NUMBER, repr(whole), "%" in re.sub(r'"[^"]*"|\\.', "", one.number_format or ""))
    if isinstance(value, (datetime, date, time)):
        return Cell(DATE, value.isoformat())
    return Cell(TEXT, str(value)[:MOST_LETTERS])


def _with_faults(values: Table, formulas: Table) -> Table:
    """The saved results, and a fault where a formula has none."""
    known = {row.number: row.cells for row in values.rows}
    rows = []
    for row in formulas.rows:
        cells = dict(known.get(row.number, {}))
        for column, cell in row.cells.items():
            if column not in cells and cell.text.startswith("="):
                cells[column] = Cell(FAULT, "a formula whose result was not saved")
        rows.append(Row(row.number, cells))
    return Table(values.name, tuple(row for row in rows if row.cells))


def _csv_rows(content: bytes, limits: Limits, source: str) -> Iterator[Row]:
    text = _decoded(content, source)
    count = 0
    try:
        for number, line in enumerate(csv.reader(io.StringIO(text, newline="")), start=1):
            if len(line) > limits.max_columns:
                raise SourceError(f"{source} has more than {limits.max_columns:,} columns in line {number}.")
            cells = {column: Cell(TEXT, cell) for column, cell in enumerate(line, start=1) if cell.strip()}
            if cells:
                count += 1
                _check_rows(count, limits, source)
                yield Row(number, cells)
    except csv.Error as problem:
        raise SourceError(f"{source} cannot be told apart into cells.", detail=str(problem)) from None


def _check_rows(count: int, limits: Limits, source: str) -> None:
    if count > limits.max_rows:
        raise SourceError(f"{source} has more than the {limits.max_rows:,} rows that are taken.")


def _decoded(content: bytes, source: str) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else Windows-1252."""
    for encoding in (["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252"]):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise SourceError(f"{source} is neither an .xlsx workbook nor a text file.")
