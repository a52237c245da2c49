"""Tables as files that a spreadsheet opens safely: text that looks like a formula stays text."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

NOT_IN_TITLES = re.compile(r"[\\/*?:\[\]]")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def neutral(cell: Any) -> Any:
    """Text that a spreadsheet would run is led by an apostrophe; numbers, dates and all else stay as they are."""
    if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS):
        return "'" + cell
    return cell


def clean(cell: Any) -> Any:
    """Text without the control characters that a workbook cannot hold and that would hide a sign before it; neutral; all else as it is."""
    return neutral(ILLEGAL_CHARACTERS_RE.sub("", cell)) if isinstance(cell, str) else cell


def as_csv(table: pd.DataFrame) -> bytes:
    """UTF-8 with a byte-order mark, so that Excel reads names right. Missing is an empty cell."""
    return table.map(clean).rename(columns=clean).to_csv(index=False).encode("utf-8-sig")


def as_xlsx(sheets: dict[str, pd.DataFrame], *, about: Sequence[str]) -> bytes:
    """One sheet a table, and a last one that says what this is and where it comes from."""
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
