"""A sheet's cells as they stand in its XML: raw numbers, formulas with and without a result, hidden rows and columns,
merged cells. One pass, a row at a time.

openpyxl's read-only mode hides the last four, and takes a cell's number by int(), for which 1_000 is a number.
"""

from __future__ import annotations

import re
import xml.sax
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from lib.intake.archive import UNPACK_REMEDY, Archive, damaged
from lib.intake.findings import At, Refused
from lib.intake.limits import MEGABYTE
from lib.intake.workbook import Format, SheetEntry, Workbook, unescaped
from lib.language import _

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
NUMBER, TEXT, BOOLEAN, ERROR, DATE = "number", "text", "boolean", "error", "date"
KINDS = {"n": NUMBER, "s": TEXT, "str": TEXT, "inlineStr": TEXT, "b": BOOLEAN, "e": ERROR, "d": DATE}


class Cell(NamedTuple):
    """A cell that holds something. `text` as it stands in the file: of a number its digits, of a boolean 1 or 0."""

    kind: str
    text: str
    format: Format = Format.PLAIN
    formula: str = ""  # "" = none
    is_pending: bool = False  # a formula whose result was never saved


class Row(NamedTuple):
    number: int
    cells: dict[int, Cell]  # by column, the first is 1
    is_hidden: bool = False
    length: int = 0  # of a CSV file: how many cells its line has


@dataclass
class Sheet:
    """A sheet while it is read. What stands after the rows is known only when all of them are read."""

    name: str
    rows: Iterator[Row]
    is_hidden: bool = False
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)  # first and last
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # first row and column, last row and column
    linked: list[tuple[int, int, int, int]] = field(default_factory=list)  # cells under one link, likewise
    is_delimited: bool = False
    decimal_comma: bool = False  # its cells are set apart by semicolons, as where the comma is the decimal sign

    def is_hidden_column(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self.hidden_columns)


@dataclass
class Tally:
    """What has been read of all sheets together."""

    cells: int = 0
    rows: int = 0
    text: int = 0  # letters and digits


def sheet_of(workbook: Workbook, entry: SheetEntry, tally: Tally) -> Sheet:
    """The sheet, to be read once from first to last. Its rows raise Refused where it is damaged or too large."""
    sheet = Sheet(entry.name, iter(()), entry.is_hidden)
    handler = _SheetHandler(workbook, sheet, tally)
    sheet.rows = _rows(workbook.archive, entry, handler)
    return sheet


def _rows(archive: Archive, entry: SheetEntry, handler: _SheetHandler) -> Iterator[Row]:
    for _piece in archive.feed(entry.part, handler):
        ready, handler.ready = handler.ready, []
        yield from ready
    yield from handler.ready


def address(column: int, row: int) -> str:
    return f"{get_column_letter(column)}{row}"


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class _SheetHandler(xml.sax.ContentHandler):
    def __init__(self, workbook: Workbook, sheet: Sheet, tally: Tally) -> None:
        super().__init__()
        self.ready: list[Row] = []
        self._workbook, self._sheet, self._tally, self._limits = workbook, sheet, tally, workbook.archive.limits
        self._columns: dict[str, int] = {}  # by letters, so that each is worked out once
        self._row = self._column = 0
        self._cells: dict[int, Cell] = {}
        self._hidden = False
        self._pieces: list[str] | None = None  # None: what is between the tags does not count
        self._start_cell({})

    def _start_cell(self, attrs: xml.sax.xmlreader.AttributesImpl | dict) -> None:
        self._type = attrs.get("t", "n")
        self._style = attrs.get("s", "")
        self._text: str | None = None  # None: no <v> at all
        self._inline: list[str] = []
        self._formula: str | None = None
        self._spoken = False

    def startElement(self, name: str, attrs: xml.sax.xmlreader.AttributesImpl) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._move_to(attrs.get("r"))
            self._start_cell(attrs)
        elif name == "v" or (name == "t" and not self._spoken) or name == "f":
            self._pieces = []
        elif name == "row":
            self._start_row(attrs)
        elif name == "rPh":
            self._spoken = True
        elif name == "col":
            self._column_settings(attrs)
        elif name == "mergeCell":
            self._keep_range(self._sheet.merged, attrs.get("ref", ""))
        elif name == "hyperlink":
            self._keep_range(self._sheet.linked, attrs.get("ref", ""))

    def characters(self, content: str) -> None:
        if self._pieces is not None:
            self._pieces.append(content)
            self._tally.text += len(content)
            if self._tally.text > self._limits.max_text_megabytes * MEGABYTE:
                raise Refused("too_large", _("the workbook holds more text than is read"), _(UNPACK_REMEDY))

    def endElement(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            self._end_cell()
        elif name == "v":
            self._text, self._pieces = "".join(self._pieces or ()), None
        elif name == "t" and self._pieces is not None:
            self._inline += self._pieces
            self._pieces = None
        elif name == "f":
            self._formula, self._pieces = "".join(self._pieces or ()), None
        elif name == "rPh":
            self._spoken = False
        elif name == "row" and self._cells:
            self._end_row()

    def _start_row(self, attrs: xml.sax.xmlreader.AttributesImpl) -> None:
        stated = attrs.get("r")
        number = int(stated) if stated else self._row + 1
        if not self._row < number <= LAST_ROW:
            raise damaged(_("the rows of the sheet {sheet!r} are not in their order").format(sheet=self._sheet.name))
        self._row, self._column, self._cells = number, 0, {}
        self._hidden = attrs.get("hidden", "0") in ("1", "true") or attrs.get("ht") == "0"

    def _move_to(self, stated: str | None) -> None:
        self._tally.cells += 1
        if self._tally.cells > self._limits.max_cells:
            raise Refused("too_large", _("the workbook has more than {most:,} cells").format(most=self._limits.max_cells), _(UNPACK_REMEDY))
        if stated is None:
            self._column += 1
            return
        letters = stated.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            found = ADDRESS.fullmatch(stated)
            column = self._columns[letters] = column_number(found[1]) if found else 0
        if stated[len(letters) :] != str(self._row) or not self._column < column <= LAST_COLUMN:
            raise damaged(_("the cells of the sheet {sheet!r} are not in their order (at {cell})").format(sheet=self._sheet.name, cell=stated[:12]))
        self._column = column

    def _end_cell(self) -> None:
        cell = self._cell()
        if cell is None:
            return
        if self._column > self._limits.max_columns:
            raise Refused("too_many_columns", _("a cell stands far to the right, and {most} columns are read").format(most=self._limits.max_columns),
                          _("delete it, or move it to the others"), at=At(self._sheet.name, address(self._column, self._row)))  # fmt: skip
        self._cells[self._column] = cell

    def _cell(self) -> Cell | None:
        """None for a cell that holds nothing but a format."""
        kind, text = KINDS.get(self._type), self._text
        if kind is None:
            raise damaged(_("the sheet {sheet!r} holds a cell of an unknown type ({type!r})").format(sheet=self._sheet.name, type=self._type[:20]))
        if self._type == "s" and text:
            text = self._shared(text)
        elif self._type == "inlineStr":
            text = unescaped("".join(self._inline))
        elif self._type == "str" and text:
            text = unescaped(text)
        if self._formula is not None and (text is None or (text == "" and kind is not TEXT)):
            return Cell(kind, "", Format.PLAIN, self._formula or "shared", is_pending=True)
        if not text:
            return None
        formula = "" if self._formula is None else self._formula or "shared"
        return Cell(kind, text, self._format() if kind is NUMBER else Format.PLAIN, formula)

    def _shared(self, number: str) -> str:
        if not number.isdigit() or int(number) >= len(self._workbook.texts):
            raise damaged(_("the sheet {sheet!r} names a text that the workbook does not hold").format(sheet=self._sheet.name))
        return self._workbook.texts[int(number)]

    def _format(self) -> Format:
        number = int(self._style) if self._style else 0
        formats = self._workbook.formats
        return formats[number] if number < len(formats) else Format.PLAIN

    def _end_row(self) -> None:
        self._tally.rows += 1
        if self._tally.rows > self._limits.max_rows:
            raise Refused("too_many_rows", _("the file has more than {most:,} rows").format(most=self._limits.max_rows), _("send it in parts"),
                          at=At(self._sheet.name))  # fmt: skip
        self.ready.append(Row(self._row, self._cells, self._hidden))
        self._cells = {}

    def _keep_range(self, ranges: list[tuple[int, int, int, int]], reference: str) -> None:
        ranges.append(corners(reference))
        if len(ranges) > self._limits.max_merged:
            raise Refused("too_large", _("the sheet {sheet!r} has more than {most:,} merged cells or links").format(sheet=self._sheet.name, most=self._limits.max_merged), _(UNPACK_REMEDY))

    def _column_settings(self, attrs: xml.sax.xmlreader.AttributesImpl) -> None:
        if attrs.get("hidden", "0") in ("1", "true") or attrs.get("width") == "0":
            self._sheet.hidden_columns.append((int(attrs.get("min", "1")), int(attrs.get("max", "1"))))


def corners(reference: str) -> tuple[int, int, int, int]:
    """First row and column, last row and column of a reference such as A1:C2. Raises ValueError for another text."""
    first, _, last = reference.replace("$", "").partition(":")
    one, other = ADDRESS.fullmatch(first), ADDRESS.fullmatch(last or first)
    if one is None or other is None:
        raise ValueError(f"{reference!r} is not a reference to cells")
    return int(one[2]), column_number(one[1]), int(other[2]), column_number(other[1])
