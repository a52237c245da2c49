"""The cells of one row by their columns, and a voice to say what is wrong with each."""

from __future__ import annotations

import re

from lib.intake.cells import ERROR, TEXT, Cell, Row, Sheet, address
from lib.intake.findings import At, Fault, Findings
from lib.intake.header import Header
from lib.intake.periods import content
from lib.intake.report import shown
from lib.language import _, later
from lib.store.export import FORMULA_SIGNS

INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
NUMERIC = ("value", "numerator", "denominator", "period")  # these say themselves what is wrong with a failed formula
FORMULA_RESULTS = later("the results saved with the formulas were read")


class RowCells:
    """Only cells that hold something. `is_faulty` once an error was found in the row."""

    def __init__(self, row: Row, sheet: Sheet, header: Header, findings: Findings, *, from_1904: bool) -> None:
        self.row, self.sheet, self.header, self.findings, self.from_1904 = row, sheet, header, findings, from_1904
        self.is_faulty = False
        self._cells: dict[str, Cell] = {}
        for name, column in header.columns.items():
            cell = row.cells.get(column)
            if cell is not None and (cell.is_pending or cell.text.strip()):
                self._cells[name] = cell._replace(text=cell.text[1:]) if _is_neutralised(cell) else cell

    def __contains__(self, name: str) -> bool:
        return name in self._cells

    def __len__(self) -> int:
        return len(self._cells)

    def get(self, name: str) -> Cell | None:
        return self._cells.get(name)

    def items(self) -> list[tuple[str, Cell]]:
        return list(self._cells.items())

    def at(self, name: str) -> At:
        columns = self.header.columns
        return At(self.sheet.name, address(columns.get(name) or columns.get("indicator_id", 1), self.row.number))

    def error(self, name: str, code: str, why: str, remedy: str, found: object = None) -> None:
        self.is_faulty = True
        self.findings.error(self.at(name), code, why, remedy, found=self.shown(name) if found is None else found)

    def fault(self, name: str, fault: Fault) -> None:
        self.error(name, fault.code, fault.why, fault.remedy)

    def change(self, name: str, after: object, why: str, *, once: bool = True) -> None:
        self.findings.change(self.at(name), self.shown(name), after, why, once=name if once else "")

    def shown(self, name: str) -> str:
        cell = self._cells.get(name)
        if cell is None:
            return ""
        return f"={cell.formula}" if cell.is_pending else content(cell, from_1904=self.from_1904)

    def warn(self, name: str, code: str, why: str, remedy: str) -> None:
        self.findings.warn(self.at(name), code, why, remedy, found=self.shown(name))

    def set_formulas_aside(self) -> None:
        """Reports formulas without a result and results that are errors; their cells then count as absent."""
        for name, cell in self.items():
            if cell.is_pending:
                self.error(name, "formula_without_result", _("the formula was never calculated, so it has no result"),
                           _("open the file in Excel, let it calculate, save it; or write the number itself"))  # fmt: skip
                del self._cells[name]
            elif cell.formula:
                self.findings.change(self.at(name), "formulas", _("their results"), _(FORMULA_RESULTS), once=name)
            elif cell.kind == ERROR and name not in NUMERIC:
                self.error(name, "error_value", _("{text} is what a formula gives that failed").format(text=shown(cell.text)), _("mend the formula, or write the text"))
                del self._cells[name]

    def text(self, name: str) -> str:
        """The cell's text without what cannot be seen; blanks at its ends are left out."""
        cell = self._cells.get(name)
        if cell is None:
            return ""
        found = content(cell, from_1904=self.from_1904)
        most = self.findings.limits.max_cell_characters
        if len(found) > most:
            self.error(name, "text_too_long", _("the text has {letters:,} letters, and {most:,} are kept").format(letters=len(found), most=most), _("shorten it"))
            return ""
        clean = INVISIBLE.sub("", found) if not found.isprintable() else found
        if clean != found:
            self.change(name, clean.strip(), _("letters that cannot be seen were left out"))
        return clean.strip()


def _is_neutralised(cell: Cell) -> bool:
    """Whether our own exports set an apostrophe before the text so that no spreadsheet runs it: read as it was."""
    return cell.kind == TEXT and cell.text.startswith("'") and cell.text[1:].startswith(FORMULA_SIGNS)
