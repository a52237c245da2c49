"""Tables as files that a spreadsheet opens safely: text that looks like a formula stays text."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd

from lib.errors import TooManyRows
from lib.language import _

# openpyxl is loaded where a workbook is written: a server's memory is dear, and most readers take none.
if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # characters that a workbook cannot hold
NOT_IN_TITLES = re.compile(r"[\\/*?:\[\]]")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def neutral(cell: Any) -> Any:
    """Text that a spreadsheet would run is led by an apostrophe; numbers, dates and all else stay as they are."""
    if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS):
        return "'" + cell
    return cell


def clean(cell: Any) -> Any:
    """Text without the control characters that a workbook cannot hold and that would hide a sign before it; neutral; all else as it is."""
    return neutral(CONTROL.sub("", cell)) if isinstance(cell, str) else cell


def as_csv(table: pd.DataFrame) -> bytes:
    """UTF-8 with a byte-order mark, so that Excel reads names right. Missing is an empty cell."""
    return table.map(clean).rename(columns=clean).to_csv(index=False).encode("utf-8-sig")


def as_xlsx(sheets: dict[str, pd.DataFrame], *, about: Sequence[str]) -> bytes:
    """One sheet a table, and a last one that says what this is and where it comes from."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=False)
    book.remove(book.active)
    for title, table in sheets.items():
        sheet = book.create_sheet(NOT_IN_TITLES.sub(" ", clean(title))[:31])  # openpyxl numbers a second of the same name
        sheet.append([clean(name) for name in table.columns])
        for row in table.itertuples(index=False):
            sheet.append([_cell(cell) for cell in row])
        for number, name in enumerate(table.columns, start=1):
            sheet.cell(1, number).font = Font(bold=True)
            longest = max([len(str(name)), *(len(str(cell)) for cell in table[name].head(200))])
            sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, 8), 60)
        sheet.freeze_panes = "A2"
    notes = book.create_sheet("About")
    for line in about:
        notes.append([clean(line)])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(cell: Any) -> Any:
    if isinstance(cell, float) and pd.isna(cell):
        return None
    if isinstance(cell, date | int | float | bool) or cell is None:
        return cell
    return clean(str(cell))


MOST_ROWS = 1_048_575  # of a sheet, under its heading
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP archive can name
MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


def write_xlsx(path: Path, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]], *, about: Sequence[str], on: date) -> None:
    """Sheets of any length, row by row: each a title, the names of its columns, and its rows. The same content gives the same bytes.

    `on` stands as the day on which the file was made. Raises TooManyRows where a sheet would be longer than a workbook can hold.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    for title, columns, rows in sheets:
        sheet = book.create_sheet(NOT_IN_TITLES.sub(" ", clean(title))[:31])
        sheet.freeze_panes = "A2"
        for number, name in enumerate(columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = min(max(len(name) + 4, 12), 60)
        sheet.append([_bold(sheet, name) for name in columns])
        for number, row in enumerate(rows, start=1):
            if number > MOST_ROWS:
                sheet.close()
                raise TooManyRows(_("A workbook holds at most {most:,} rows on a sheet, and this table has more. Take it as CSV or JSON.").format(most=MOST_ROWS))
            sheet.append([_cell(cell) for cell in row])
    notes = book.create_sheet("About")
    for line in about:
        notes.append([clean(line)])
    made = path.with_name(f"{path.name}.made")
    try:
        book.save(made)
        _without_the_time(made, path, on)
    finally:
        made.unlink(missing_ok=True)


def _bold(sheet: Any, name: str) -> WriteOnlyCell:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, clean(name))
    cell.font = Font(bold=True)
    return cell


def _without_the_time(made: Path, path: Path, on: date) -> None:
    """The archive again, with `on` in place of every time at which it was written."""
    stamp = rb"\g<1>" + f"{on.isoformat()}T00:00:00Z".encode() + rb"\g<2>"
    with ZipFile(made) as source, ZipFile(path, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = ZipInfo(name, EPOCH)
            entry.compress_type = ZIP_DEFLATED
            with source.open(name) as content, target.open(entry, "w", force_zip64=True) as copy:
                if name == "docProps/core.xml":
                    copy.write(MODIFIED.sub(stamp, content.read()))
                else:
                    shutil.copyfileobj(content, copy)
