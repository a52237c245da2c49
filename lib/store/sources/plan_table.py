"""The City's performance-plan export as a table without persons: what is read, what is dropped, and how it is kept.

Only columns that are known are taken, so a new one with names in it stays out too. Contact and Modified By are dropped; of Contact
only whether it holds anything is kept. In the other cells e-mail addresses are taken out, and the names that stand in those two columns. A name that stands only in a note cannot
be told from other words and stays. The export itself is never kept; this table is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from lib.language import _, later
from lib.store.sources import json_reply
from lib.store.sources.errors import SourceError
from lib.store.sources.settings import Limits
from lib.store.sources.workbook import TEXT, Cell, Row, Table, address, read_tables

NAME = later("The performance-plan export")
OWNER = "contact"
PERSONAL = (OWNER, "modified by", "created by", "author", "editor")
COLUMNS = {
    "performance measure": "name", "agency": "agency", "service": "service", "service description": "service_description",
    "measure id": "id", "performance measure type": "type", "desired outcome": "direction", "interval": "interval",
    "equity measure": "equity", "percent or count": "format", "deprecated": "deprecated", "status": "status",
    "fiscal year": "fiscal_year", "agency id": "agency_id", "service id": "service_id", "measure formula": "formula",
    "data source": "data_source", "metric additions": "additions", "measure request": "request",
    "measure request notes": "request_notes", "modified": "modified",
}  # fmt: skip
REQUIRED = ("name", "id", "fiscal_year")
FIGURE = re.compile(r"fy ?(\d{4}|\d{2}) (actual|target|q[1-4])", re.ASCII)
NOTE = re.compile(r"(?:notes: ?)?fy ?(\d{4}|\d{2}) (?:(actual|target|q[1-4]|quarterly) )?(?:explanation|context|notes?)s?", re.ASCII)
PASSED_OVER = ("item type", "path")
ENOUGH = 8  # known names in one row make it the header
HEADER_WITHIN = 50
ADDRESS_REMOVED, NAME_REMOVED = "[address removed]", "[name removed]"
NAMES_OF_THINGS = ("performance measure", "agency", "service", "measure id", "agency id", "service id", "fiscal year")  # a team may be a contact
MOST_NAMES = 5_000


class Part(StrEnum):
    """What a figure's column is about."""

    ACTUAL = "actual"
    TARGET = "target"
    Q1 = "q1"
    Q2 = "q2"
    Q3 = "q3"
    Q4 = "q4"
    QUARTERLY = "quarterly"  # a note on all four quarters

    @property
    def quarter(self) -> int:
        """1 to 4; 0 for what is about the year."""
        return int(self[1]) if self in (Part.Q1, Part.Q2, Part.Q3, Part.Q4) else 0


@dataclass(frozen=True)
class PlanRow:
    """`texts` by field, `figures` and `notes` by fiscal year and part. The addresses of the figures are in `at`."""

    sheet: str
    number: int
    texts: dict[str, Cell]
    figures: dict[tuple[int, Part], Cell]
    notes: dict[tuple[int, Part], str]
    at: dict[tuple[int, Part] | str, str]
    owned: bool | None = None  # whether somebody is named as its contact; None where no column asks

    def text(self, field: str) -> str:
        cell = self.texts.get(field)
        return " ".join(cell.text.split()) if cell else ""


@dataclass(frozen=True)
class PlanTable:
    rows: tuple[PlanRow, ...]
    dropped: tuple[str, ...]  # columns with persons in them
    unread: tuple[str, ...]  # columns that are not known, or of no use
    removed: int  # addresses and names in other cells
    figures: frozenset[tuple[int, Part]] = frozenset()  # that there is a column for


def clean(content: bytes, limits: Limits) -> bytes:
    """The export without persons, as it is kept. Raises SourceError where it has no header row, or lacks a column."""
    tables = read_tables(content, limits, source=NAME)
    headed = [(table, header) for table in tables if (header := _header(table)) is not None]
    if not headed:
        raise SourceError(_("{source} has no row that names its columns, such as Performance Measure, Measure ID and Fiscal Year.").format(source=_(NAME)))
    dropped: list[str] = []
    unread: list[str] = []
    sheets = []
    removed = 0
    names = _names(headed)
    for table, header in headed:
        taken, personal, others = _columns(table, header)
        owner = next((column for column, cell in header.cells.items() if key_of(cell.text) == OWNER), None)
        dropped += personal
        unread += others
        rows = []
        for row in table.rows:
            if row.number <= header.number or _is_header(row):  # the list is stacked, and its header may be, too
                continue
            cells = {}
            for column in taken:
                if column in row.cells:
                    cells[column], count = _without_persons(row.cells[column], names if taken[column] not in NAMES_OF_THINGS else None)
                    removed += count
            if cells:
                owned = None if owner is None else owner in row.cells and bool(row.cells[owner].text.strip(" -"))
                rows.append([row.number, [[column, *cell] for column, cell in cells.items()], owned])
        sheets.append({"name": table.name, "columns": [[column, name] for column, name in taken.items()], "rows": rows})
    return json_reply.as_bytes({"sheets": sheets, "dropped": sorted(set(dropped)), "unread": sorted(set(unread)), "removed": removed})


def read_clean(content: bytes) -> PlanTable:
    """What `clean` kept."""
    document = json_reply.parsed(content, source="The kept copy of the performance-plan export")
    rows = []
    figures: set[tuple[int, Part]] = set()
    for sheet in document["sheets"]:
        columns = {column: name for column, name in sheet["columns"]}
        figures |= {_figure(match) for name in columns.values() if (match := FIGURE.fullmatch(name))}
        for number, cells, *owned in sheet["rows"]:  # a copy that was kept before owners were asked for does not say
            rows.append(_row(sheet["name"], Row(number, {column: Cell(*cell) for column, *cell in cells}), columns, owned[0] if owned else None))
    return PlanTable(tuple(rows), tuple(document["dropped"]), tuple(document["unread"]), document["removed"], frozenset(figures))


def _figure(match: re.Match[str]) -> tuple[int, Part]:
    return year_of(match[1]), Part(match[2])


def _row(sheet: str, row: Row, columns: dict[int, str], owned: bool | None) -> PlanRow:
    read = PlanRow(sheet, row.number, {}, {}, {}, {}, owned)
    for column, cell in row.cells.items():
        name = columns[column]
        where = address(column, row.number)
        if figure := FIGURE.fullmatch(name):
            key = _figure(figure)
            read.figures[key] = cell
            read.at[key] = where
        elif note := NOTE.fullmatch(name):
            key = (year_of(note[1]), Part(note[2] or "quarterly"))
            read.notes[key] = " ".join(filter(None, (read.notes.get(key, ""), " ".join(cell.text.split()))))
        else:
            read.texts[COLUMNS[name]] = cell
            read.at[COLUMNS[name]] = where
    return read


def _header(table: Table) -> Row | None:
    """The first row near the top that names enough columns."""
    return next((row for row in table.rows[:HEADER_WITHIN] if _is_header(row)), None)


def _is_header(row: Row) -> bool:
    return sum(is_known(key_of(cell.text)) for cell in row.cells.values() if cell.kind == TEXT) >= ENOUGH


def _columns(table: Table, header: Row) -> tuple[dict[int, str], list[str], list[str]]:
    """The columns that are taken, by number; those with persons; and the rest."""
    taken: dict[int, str] = {}
    personal, others = [], []
    for column, cell in header.cells.items():
        name = key_of(cell.text)
        if name in PERSONAL:
            personal.append(cell.text.strip())
        elif not is_known(name):
            others.append(cell.text.strip()[:80])
        elif name in taken.values() and not NOTE.fullmatch(name):
            raise SourceError(_("{source} has the column {column!r} twice in the sheet {sheet!r}.").format(source=_(NAME), column=cell.text.strip(), sheet=table.name))
        else:
            taken[column] = name
    fields = {COLUMNS.get(name) for name in taken.values()}
    absent = [name for name, field in COLUMNS.items() if field in REQUIRED and field not in fields]
    if absent:
        raise SourceError(_("{source} lacks the column {names}.").format(source=_(NAME), names=", ".join(repr(name.title()) for name in absent)))
    if not any(FIGURE.fullmatch(name) for name in taken.values()):
        raise SourceError(_("{source} has no column of figures, such as FY 25 Actual.").format(source=_(NAME)))
    return taken, personal, others


def is_known(name: str) -> bool:
    return name in COLUMNS or FIGURE.fullmatch(name) is not None or NOTE.fullmatch(name) is not None


def key_of(header: str) -> str:
    """A header as it is compared: case, blanks and underscores make no difference."""
    return " ".join(header[:200].replace("_", " ").replace("\N{NO-BREAK SPACE}", " ").casefold().split())


def _names(headed: list[tuple[Table, Row]]) -> re.Pattern[str] | None:
    """The names of persons in the columns that are dropped: of two words or more, since one may be any word."""
    found = set()
    for table, header in headed:
        personal = [column for column, cell in header.cells.items() if key_of(cell.text) in PERSONAL]
        for row in table.rows:
            for column in personal:
                if row.number > header.number and column in row.cells:
                    pieces = re.split(r"[;\n]|\s{2,}", row.cells[column].text)
                    found |= {" ".join(piece.split()) for piece in pieces if len(piece.split()) >= 2 and "@" not in piece}
    listed = sorted(found, key=len, reverse=True)[:MOST_NAMES]
    if not listed:
        return None
    return re.compile("|".join(r"\b" + r"\s+".join(map(re.escape, name.split())) + r"\b" for name in listed), re.IGNORECASE)


def _without_persons(cell: Cell, names: re.Pattern[str] | None) -> tuple[Cell, int]:
    """The cell without words that hold an @ between letters, which are addresses and names of accounts, and without `names`."""
    if cell.kind != TEXT:
        return cell, 0
    text, count = names.subn(NAME_REMOVED, cell.text) if names else (cell.text, 0)
    if "@" in text:
        words = re.split(r"([\s,;<>()\[\]]+)", text)
        is_address = [0 < word.find("@") < len(word) - 1 for word in words]
        text = "".join(ADDRESS_REMOVED if found else word for word, found in zip(words, is_address, strict=True))
        count += sum(is_address)
    return cell._replace(text=text), count


def year_of(digits: str) -> int:
    """25 and 2025 are 2025."""
    return int(digits) if len(digits) == 4 else 2000 + int(digits)
