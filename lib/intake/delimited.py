"""CSV files as people's programs write them: four encodings, three separators."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from lib.intake.cells import LAST_ROW, TEXT, Cell, Row, Sheet, Tally
from lib.intake.findings import At, Findings, Refused
from lib.intake.header import columns_in
from lib.intake.limits import Limits
from lib.language import _, later

SHEET = "CSV"  # what the one sheet is called in the report
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SEPARATORS = (",", ";", "\t")
SAVE_AS = later("save it as CSV UTF-8 and send that")


def sheet_of(content: bytes, limits: Limits, findings: Findings) -> Sheet:
    """The file as a sheet of texts. Raises Refused where it is no text, or not one that can be told apart."""
    text = decoded(content, findings)
    first, _newline, rest = text.partition("\n")
    named = first.strip().lower().removeprefix("sep=") if first.lower().startswith("sep=") else ""
    if named in SEPARATORS or first.rstrip("\r\n").lower() == "sep=\t":
        separator = named or "\t"  # Excel's own way of naming it; it does not show this line, nor count it
        return _sheet(rest, separator, limits)
    return _sheet(text, _separator(text, limits), limits)


def _sheet(text: str, separator: str, limits: Limits) -> Sheet:
    return Sheet(SHEET, _rows(text, separator, limits, Tally()), is_delimited=True, decimal_comma=separator == ";")


def decoded(content: bytes, findings: Findings) -> str:
    """The file's text: UTF-8 with or without a mark, UTF-16, else Windows-1252."""
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "")
    if not encoding and b"\0" in content[:1000]:
        sample = content[:1000]
        odd, even = sample[1::2].count(0), sample[0::2].count(0)
        encoding = "utf-16-le" if odd > 0.3 * len(sample) / 2 and not even else "utf-16-be" if even > 0.3 * len(sample) / 2 and not odd else ""
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding:
            raise Refused("damaged", _("the file is damaged: it is not the text that its first bytes promise"), _(SAVE_AS)) from None
        text = _windows(content)
        findings.change(At(SHEET), "", "", _("the file was read as Windows-1252: it is not UTF-8"))
    if "\0" in text:
        raise Refused("wrong_type", _("its name says CSV, but it is not a text file"), _("send an .xlsx workbook or a CSV file"))
    if encoding.startswith("utf-16"):
        findings.change(At(SHEET), "", "", _("the file was read as UTF-16"))
    return text


def _windows(content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise Refused("damaged", _("the file is neither UTF-8 nor Windows-1252 nor UTF-16"), _(SAVE_AS)) from None


def _separator(text: str, limits: Limits) -> str:
    """The one that splits a line near the top into the most names of columns; the comma where none does."""
    start = "\n".join(text[:100_000].splitlines()[: limits.header_within_rows])
    most: dict[str, int] = {}
    for separator in SEPARATORS:
        try:
            lines = [dict(enumerate(line, start=1)) for line in csv.reader(io.StringIO(start, newline=""), delimiter=separator)]
        except csv.Error:
            lines = []
        most[separator] = max((len(columns_in(line)) for line in lines), default=0)
    return max(SEPARATORS, key=lambda one: most[one])


def _rows(text: str, separator: str, limits: Limits, tally: Tally) -> Iterator[Row]:
    """Rows are counted as a spreadsheet counts them, so a line break inside quotes makes no new one."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, line in enumerate(lines, start=1):
            if number > LAST_ROW:
                raise Refused("too_many_rows", _("the file has more lines than a sheet has rows, {most:,}").format(most=LAST_ROW), _("remove the empty ones"), at=At(SHEET))
            if any(line[limits.max_columns :]):
                raise Refused("too_many_columns", _("a line has {n:,} cells, and {most} columns are read").format(n=len(line), most=limits.max_columns),
                              _("remove those that do not belong to the figures"), at=At(SHEET, f"A{number}"))  # fmt: skip
            cells = {column: Cell(TEXT, cell) for column, cell in enumerate(line[: limits.max_columns], start=1) if cell}
            if not cells:
                continue
            tally.rows += 1
            if tally.rows > limits.max_rows:
                raise Refused("too_many_rows", _("the file has more than {most:,} rows").format(most=limits.max_rows), _("send it in parts"), at=At(SHEET))
            yield Row(number, cells, length=len(line))
    except csv.Error:
        raise Refused("damaged", _("the file cannot be told apart into cells: a quotation mark is not closed, or stands in the middle of a cell"),
                      _("write a quotation mark inside a text twice, and close each one"), at=At(SHEET, f"A{number + 1}")) from None  # fmt: skip
