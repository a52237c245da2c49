"""A corpus of messy and hostile files, each with what is to come of it. `python -m tests.intake.corpus FOLDER` writes them.

The files are about the city of tests/intake/town.py. A cell of a problem is exact; other problems than those named fail.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
import struct
import sys
import warnings
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

ACCEPT, WARN, REJECT = "accept", "accept_with_warnings", "reject"
HEADER = ("indicator_id", "period", "geography", "group", "value", "numerator", "denominator", "note", "missing_reason", "provisional")
WIDE = {name: number for number, name in enumerate(HEADER)}
MAIN = "xl/worksheets/sheet1.xml"


@dataclass(frozen=True)
class Case:
    """`problems` are (code, sheet and cell as "Values!E2", level by the outcome unless it ends in "?": a warning)."""

    name: str
    file: str
    content: bytes
    outcome: str
    problems: tuple[tuple[str, str], ...] = ()
    values: tuple[Any, ...] | None = None  # of the rows in the order of the file; a text is a reason for a missing value
    changes: int | None = None  # how many lines of changes there are at least
    only: bool = True  # no other problems than those named


CASES: list[Case] = []


def case(name: str, content: bytes, outcome: str, *problems: tuple[str, str], file: str = "figures.xlsx", values: Sequence | None = None,
         changes: int | None = None, only: bool = True) -> None:  # fmt: skip
    CASES.append(Case(name, file, content, outcome, problems, None if values is None else tuple(values), changes, only))


def row(indicator: Any = "fires", period: Any = "2026", value: Any = 7.0, **others: Any) -> list[Any]:
    return [{"indicator_id": indicator, "period": period, "value": value, **others}.get(name) for name in HEADER]


def book(*rows: Sequence, header: Sequence = HEADER, above: Iterable[Sequence] = (), edit: Callable[[Worksheet], None] | None = None,
         more: dict[str, Sequence[Sequence]] | None = None, title: str = "Values") -> bytes:  # fmt: skip
    """A workbook with one sheet of values, and `more` sheets."""
    found = Workbook()
    sheet = found.active
    sheet.title = title
    for line in (*above, *([header] if header else []), *rows):
        sheet.append(list(line))
    for name, lines in (more or {}).items():
        other = found.create_sheet(name)
        for line in lines:
            other.append(list(line))
    if edit:
        edit(sheet)
    return saved(found)


def saved(found: Workbook) -> bytes:
    buffer = io.BytesIO()
    found.save(buffer)
    return buffer.getvalue()


def csv_text(*rows: Sequence, header: Sequence = HEADER, separator: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator).writerows([header, *rows])
    return buffer.getvalue()


def with_parts(content: bytes, change: Callable[[str, bytes], bytes | None] = lambda name, part: part, more: dict[str, bytes] | None = None) -> bytes:
    """The archive with its parts changed; None leaves one out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return buffer.getvalue()


def in_sheet(content: bytes, *exchanges: tuple[str, str], part: str = MAIN) -> bytes:
    """The workbook with texts in its sheet's XML exchanged; each has to be there."""

    def change(name: str, found: bytes) -> bytes:
        if name == part:
            for before, after in exchanges:
                assert before.encode() in found, (before, found)
                found = found.replace(before.encode(), after.encode())
        return found

    return with_parts(content, change)


def as_excel_writes(content: bytes) -> bytes:
    """The workbook with its texts in a part of their own, each in two pieces of rich text and with a spoken form."""
    texts: list[str] = []

    def shared(found: re.Match[str]) -> str:
        texts.append(found[1])
        return f't="s"><v>{len(texts) - 1}</v>'

    sheet = re.sub(r't="inlineStr"><is><t[^>]*>([^<]*)</t></is>', shared, zipfile.ZipFile(io.BytesIO(content)).read(MAIN).decode())
    items = "".join(f"<si><r><t>{text[:2]}</t></r><r><t>{text[2:]}</t></r><rPh sb='0' eb='1'><t>spoken</t></rPh></si>" for text in texts)
    part = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    listed = f'<Relationship Id="rIdTexts" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'

    kept = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kept}"/></Types>'

    def change(name: str, old: bytes) -> bytes | None:
        if name.endswith("workbook.xml.rels"):
            return old.replace(b"</Relationships>", listed.encode())
        if name == "[Content_Types].xml":
            return old.replace(b"</Types>", override.encode())
        return sheet.encode() if name == MAIN else None if name.endswith("sharedStrings.xml") else old

    return with_parts(content, change, {"xl/sharedStrings.xml": part.encode()})


def with_prefix(content: bytes) -> bytes:
    def change(name: str, part: bytes) -> bytes:
        if name != MAIN:
            return part
        return re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", part).replace(b"xmlns=", b"xmlns:x=")

    return with_parts(content, change)


def cell_at(column: str, value: Any, **style: Any) -> Callable[[Worksheet], None]:
    def edit(sheet: Worksheet) -> None:
        sheet[column] = value
        for key, setting in style.items():
            setattr(sheet[column], key, setting)

    return edit


# --- Right as it is, or messy and right ------------------------------------------------------------------------------------

case("plain", book(row()), ACCEPT, values=[7.0])
case("with counts", book(row(numerator=700, denominator=100000)), ACCEPT, values=[7.0])
case("titles and merged cells above the header", book(row(), row("wages", "2016", 34000), above=[["Fire Department"], ["Figures for the Stat"], []],
     edit=lambda sheet: sheet.merge_cells("A1:E2")), ACCEPT, values=[7.0, 34000.0])  # fmt: skip
case("header merged over two rows", book([None] * 10, row(), edit=lambda sheet: [sheet.merge_cells(f"{letter}1:{letter}2") for letter in "ABCDE"]),
     ACCEPT, values=[7.0])  # fmt: skip
case("columns in another order, case and blanks", book(["", "7.0", " ", "FIRES", 2026], header=["Group ", "VALUE", "Geography", "Indicator ID", " period"]),
     ACCEPT, values=[7.0], changes=3)  # fmt: skip
case("rows after a gap", book(row(), [], [], [], [], row("wages", "2016", 34000)), ACCEPT, values=[7.0, 34000.0])
case("header stands again", book(row(), HEADER, row("wages", "2016", 34000)), ACCEPT, values=[7.0, 34000.0], changes=1)
case("a false size of the sheet", in_sheet(book(row()), ('<dimension ref="A1:J2" />', '<dimension ref="A1:A1" />')), ACCEPT, values=[7.0])
case("a formatted cell at the end of the sheet", book(row(), edit=lambda sheet: setattr(sheet["XFD1048576"], "number_format", "0.00")), ACCEPT, values=[7.0])
case("two sheets with figures", book(row(), more={"Other agency": [HEADER, row("wages", "2016", 34000)]}), ACCEPT, values=[7.0, 34000.0])
case("a visible sheet without a header", book(row(), more={"Scratch": [["do not forget"], [1, 2, 3]]}), WARN, ("sheet_not_read", "Scratch!"), values=[7.0])
case("a hidden sheet without figures", book(row(), more={"Lists": [["a"], ["b"]]}, edit=lambda sheet: setattr(sheet.parent["Lists"], "sheet_state", "hidden")),
     ACCEPT, values=[7.0], changes=1)  # fmt: skip
case("hidden rows and columns that are empty", book(row(), edit=lambda sheet: (setattr(sheet.row_dimensions[9], "hidden", True),
     setattr(sheet.column_dimensions["M"], "hidden", True))), ACCEPT, values=[7.0])  # fmt: skip
case("an unknown column", book([*row(), "Jo"], header=[*HEADER, "Contact person"]), WARN, ("column_unknown", "Values!K1"), values=[7.0])
case("a column without a name", book([*row(), "Jo"]), WARN, ("column_without_name", "Values!K1"), values=[7.0])
case("formulas with results", in_sheet(book(row(value="=3+4")), ("<v />", "<v>7</v>")), ACCEPT, values=[7.0], changes=1)  # fmt: skip
case("numbers as text", book(row(value=" 7.0 "), row("wages", "2016", "34,000"), row("jobs", "2016-Q2", "1.01E+03"), row("calls", "2016-03", "+540")),
     ACCEPT, values=[7.0, 34000.0, 1010.0, 540.0], changes=3)  # fmt: skip
case("dollars", book(row("wages", "2016", "$33,504 ")), ACCEPT, values=[33504.0], changes=1)
case("a date in 1900 days", book(row("calls", datetime.date(2016, 3, 1), 540)), ACCEPT, values=[540.0], changes=1)
case("a day's number as a period", book(row("calls", 42430, 540)), ACCEPT, values=[540.0], changes=1)
case("a date as text", book(row("calls", "2016-03-01", 540), row("calls", "4/1/2016", 541), row("calls", "May 1, 2016", 542)), ACCEPT, values=[540.0, 541.0, 542.0])


def _from_1904() -> bytes:
    found = Workbook()
    found.epoch = CALENDAR_MAC_1904
    found.active.append(list(HEADER))
    found.active.append(row("calls", datetime.date(2016, 3, 1), 540))
    return saved(found)


case("dates from 1904", _from_1904(), ACCEPT, values=[540.0], changes=2)
case("periods as people write them", book(
    row("fires", "CY2026"), row("on-time", "FY16", 82), row("on-time", "fiscal year 2017", 82), row("graduation", "2015\N{EN DASH}16", 67),
    row("graduation", "2016/17", 67), row("graduation", "SY 2017-2018", 67), row("commute", "2011 to 2015", 22), row("jobs", "2016 Q2", 1006),
    row("jobs", "Q3 2016", 1007), row("calls", "Mar 2016", 540), row("calls", "03/2017", 540), row("calls", "2018-3", 540)),
    ACCEPT, values=[7, 82, 82, 67, 67, 67, 22, 1006, 1007, 540, 540, 540], changes=11)  # fmt: skip
case("percentages as whole numbers", book(row("graduation", "2015-16", 67.5), row("graduation", "2016-17", 68)), ACCEPT, values=[67.5, 68.0])
case("percentages as shares of one", book(row("graduation", "2015-16", 0.67), row("graduation", "2016-17", 0.68)), ACCEPT, values=[67.0, 68.0], changes=2)
case("percentages with signs", book(row("graduation", "2015-16", "67%"), row("graduation", "2016-17", "68 %")), ACCEPT, values=[67.0, 68.0], changes=2)
case("percentages by number format", book(row("graduation", "2015-16", 0.67), edit=lambda sheet: setattr(sheet["E2"], "number_format", "0.0%")),
     ACCEPT, values=[67.0], changes=1)  # fmt: skip
case("a percent sign that is only shown", book(row("graduation", "2015-16", 67), edit=lambda sheet: setattr(sheet["E2"], "number_format", '0"%"')),
     ACCEPT, values=[67.0])  # fmt: skip
case("signs and whole numbers together", book(row("graduation", "2015-16", "67%"), row("graduation", "2016-17", 68)), ACCEPT, values=[67.0, 68.0])
case("small percentages are not shares", book(row("defects", "2016", 0.8), row("defects", "2017", 0.6)), ACCEPT, values=[0.8, 0.6])
case("small percentages beside larger", book(row("defects", "2016", 1.1), row("defects", "2017", 0.9)), WARN, ("large_change", "Values!E2"), values=[1.1, 0.9])
case("shares told by their counts", book(row("new-idea", "2016", 0.5, numerator=20, denominator=40)), ACCEPT, values=[50.0], changes=1)
case("percentages told by their counts", book(row("new-idea", "2016", 0.5, numerator=1, denominator=200)), ACCEPT, values=[0.5])
case("zero has no scale and stays zero", book(row("graduation", "2015-16", 0.67), row("graduation", "2016-17", 0, group="sex: Other")), ACCEPT, values=[67.0, 0.0])
case("words for a missing value", book(
    row(value="No data"), row("wages", "2016", "not collected any more"), row("jobs", "2016-Q2", "<10"), row("calls", "2016-03", "[c]"),
    row("graduation", "2015-16", "not applicable"), row("on-time", "FY2016", None, missing_reason="Not_Reported")), ACCEPT,
    values=["not reported", "not collected any more", "suppressed", "suppressed", "not applicable", "not reported"], changes=5)  # fmt: skip
case("words that a person has to confirm", book(row(value="N/A"), row("wages", "2016", "N\\A"), row("jobs", "2016-Q2", "New")), WARN,
     ("missing_word", "Values!E2"), ("missing_word", "Values!E3"), ("missing_word", "Values!E4"), values=["not reported"] * 3)  # fmt: skip
case("signs with a reason", book(row(value="-", missing_reason="not reported"), row("wages", "2016", "*", missing_reason="suppressed")), ACCEPT,
     values=["not reported", "suppressed"], changes=2)  # fmt: skip
case("places as people write them", book(
    row("fires", 2026, 18, geography=" NORTH / SOUTH"), row("fires", 2026, 16, geography="mt old and new"), row("fires", 2027, 14, geography="New Name"),
    row("fires", 2026, 9.0, geography="area-3"), row("fires", 2026, 7, geography="Tinyville"), row("fires", 2027, 7, geography="TINYVILLE"),
    row("wages", 2016, 33000, geography="The State")), ACCEPT, values=[18, 16, 14, 9, 7, 7, 33000], changes=4)  # fmt: skip
case("an id of an indicator and of a measure", book(row("jobs", "2016-Q2", 1006), row("jobs", 2015, 101, geography="Area 3")), ACCEPT, values=[1006.0, 101.0])
case("groups", book(row(group="race: Black"), row("fires", "2026", 8, group="race:White"), row("wages", "2016", 34000, group="Sex: Female")), WARN,
     ("dimension_unexpected", "Values!D2"), values=[7.0, 8.0, 34000.0])  # fmt: skip
case("provisional words", book(row(provisional="yes"), row("wages", "2016", 34000, provisional=True), row("calls", "2016-03", 540, provisional="FALSE")), ACCEPT,
     values=[7.0, 34000.0, 540.0])  # fmt: skip
case("the same row twice", book(row(), row(note="again")), WARN, ("row_twice", "Values!A3"), values=[7.0])
case("a revision", book(row("fires", "2025", 7.6)), WARN, ("revision", "Values!E2"), values=[7.6])
case("a change larger than any before", book(row("wages", "2016", 39000)), WARN, ("large_change", "Values!E2"), values=[39000.0])
case("a change as large as the largest before", book(row("wages", "2016", 35000)), ACCEPT, values=[35000.0])
case("what is stored already", book(row("fires", "2025", 7.5), row("wages", "2015", 33000)), ACCEPT, values=[7.5, 33000.0])
case("notes that look like formulas are text", book(row(note="'=1+1"), row("wages", "2016", 34000, note="<script>alert(1)</script>")), ACCEPT, values=[7.0, 34000.0])
case("cells without addresses", in_sheet(book(row(geography="Tinyville", group="race: Black")), (' r="A2"', ""), (' r="B2"', ""), (' r="C2"', ""), (' r="D2"', ""),
     (' r="E2"', "")), WARN, ("dimension_unexpected", "Values!D2"), values=[7.0])  # fmt: skip
case("texts kept apart from the cells, as Excel does", as_excel_writes(book(row(note="plain"), row("wages", "2016", "34,000"))), ACCEPT, values=[7.0, 34000.0])
case("names with a prefix in the XML", with_prefix(book(row(numerator=700, denominator=100000))), ACCEPT, values=[7.0])

# --- CSV --------------------------------------------------------------------------------------------------------------------

TEXT = csv_text(row(note="São Paulo – “pilot”"), row("wages", "2016", "34,000"))
case("csv in UTF-8", TEXT.encode(), ACCEPT, file="figures.csv", values=[7.0, 34000.0])
case("csv with a byte-order mark", TEXT.encode("utf-8-sig"), ACCEPT, file="figures.csv", values=[7.0, 34000.0])
case("csv in Windows-1252", TEXT.encode("cp1252"), ACCEPT, file="figures.csv", values=[7.0, 34000.0], changes=2)
case("csv in UTF-16", TEXT.encode("utf-16"), ACCEPT, file="figures.csv", values=[7.0, 34000.0], changes=2)
case("csv in UTF-16 without a mark", csv_text(row()).encode("utf-16-le"), ACCEPT, file="figures.csv", values=[7.0])
case("csv with semicolons", csv_text(row(), separator=";").encode(), ACCEPT, file="FIGURES.CSV", values=[7.0])
case("csv with tabs", csv_text(row(), separator="\t").encode(), ACCEPT, file="figures.csv", values=[7.0])
case("csv that names its separator", b"sep=;\r\n" + csv_text(row(), separator=";").encode(), ACCEPT, file="figures.csv", values=[7.0])
case("csv with titles and a line break in quotes", ('"Fire\nDepartment",,\n' + csv_text(row(value="x"))).encode(), REJECT, ("missing_sign", "CSV!E3"),
     file="figures.csv")  # fmt: skip
case("csv with old line ends", csv_text(row()).replace("\r\n", "\r").encode(), ACCEPT, file="figures.csv", values=[7.0])
case("csv where a comma is not quoted", b"indicator_id,period,geography,group,value,numerator,denominator,note\nwages,2016,,,34,000,,,\n", REJECT,
     ("too_many_cells", "CSV!A2"), file="figures.csv")  # fmt: skip
case("csv with semicolons and a comma", csv_text(row("wages", "2016", "34,000"), separator=";").encode(), REJECT, ("not_a_number", "CSV!E2"), file="figures.csv")
case("csv with a quotation mark that is not closed", (csv_text(row()) + '"fires,2027,,,7\n').encode(), REJECT, ("damaged", "CSV!A3"), file="figures.csv")
case("csv of other bytes", b"\x81\x8d\x8f\x90\x9d" * 20, REJECT, ("damaged", "!"), file="figures.csv")
case("csv with zero bytes", TEXT.encode() + b"\0\0", REJECT, ("wrong_type", "!"), file="figures.csv")
case("csv without a header", b"a,b,c\n1,2,3\n", REJECT, ("no_header", "!"), file="figures.csv")

# --- Layout that is refused -------------------------------------------------------------------------------------------------


def _hide_row(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True


def _hide_column(sheet: Worksheet) -> None:
    sheet.column_dimensions["G"].hidden = True


case("a hidden row with figures", book(row(), row("wages", "2016", 34000), edit=_hide_row), REJECT, ("hidden_row", "Values!A3"), values=[7.0])
case("a hidden column with figures", book(row(numerator=700, denominator=100000), edit=_hide_column), REJECT, ("hidden_column", "Values!G1"))
case("a hidden sheet with figures", book(row(), more={"Old": [HEADER, row("wages", "2016", 34000)]},
     edit=lambda sheet: setattr(sheet.parent["Old"], "sheet_state", "veryHidden")), REJECT, ("hidden_sheet", "Old!A1"))  # fmt: skip
case("merged cells among the figures", book(row(), row("wages", "2016", None), edit=lambda sheet: sheet.merge_cells("E2:E3")), REJECT,
     ("merged_cells", "Values!E2"), ("value_absent", "Values!E3"))  # fmt: skip
case("a formula without a result", book(row(value="=3+4")), REJECT, ("formula_without_result", "Values!E2"))
case("a formula that failed", in_sheet(book(row(value="#DIV/0!")), ("<v>#DIV/0!</v>", "<v>#DIV/0!</v>")), REJECT, ("error_value", "Values!E2"))
case("no header at all", book(["fires", 2026, 7], header=()), REJECT, ("no_header", "!"), ("sheet_not_read?", "Values!"))
case("a column is absent", book(["fires", 2026, "", 7], header=["indicator_id", "period", "geography", "value"]), REJECT, ("column_absent", "Values!A1"))
case("a column is misspelt", book(row(), header=[name.replace("denominator", "denominater") for name in HEADER]), REJECT, ("column_misspelt", "Values!G1"))
case("a column twice", book([*row(), 8], header=[*HEADER, "Value"]), REJECT, ("column_twice", "Values!K1"))
case("a footer below the figures", book(row(), ["Source: Fire Department"]), REJECT, ("indicator_unknown", "Values!A3"))
case("an empty template", book(), REJECT, ("no_figures", "Values!"))
case("a far cell with content", book(row(), edit=cell_at("XFD1048576", "x")), REJECT, ("too_many_columns", "Values!XFD1048576"))

# --- Cells that are refused -------------------------------------------------------------------------------------------------

case("dangerous numbers", book(*(row("fires", str(2026), text, group=f"race: {number}") for number, text in enumerate(
    ("nan", "inf", "-Infinity", "1e999", "1e-400", "1_000", "\u0664\u0665", "\uff11", "0x10", "1e3e3", "7 000", "(7)", "7*", "~7", "7.")))), REJECT,
    ("dimension_unexpected?", "Values!D2"), *(("not_a_number", f"Values!E{number}") for number in range(2, 17)))  # fmt: skip
case("a boolean as a value", book(row(value=True)), REJECT, ("not_a_number", "Values!E2"))
case("a raw number that is none", in_sheet(book(row(value=7)), ("<v>7</v>", "<v>1_000</v>")), REJECT, ("not_a_number", "Values!E2"))
case("a raw number that is infinite", in_sheet(book(row(value=7)), ("<v>7</v>", "<v>1e999</v>")), REJECT, ("not_a_number", "Values!E2"))
case("a date as a value", book(row(value=datetime.date(2016, 3, 1))), REJECT, ("date_as_number", "Values!E2"))
case("European numbers", book(row("wages", "2016", "34.000,5"), row("wages", "2017", "34000,5"), row("wages", "2018", "3,40,000")), REJECT,
     ("not_a_number", "Values!E2"), ("not_a_number", "Values!E3"), ("not_a_number", "Values!E4"))  # fmt: skip
case("a range", book(row("wages", "2016", "6500-7000")), REJECT, ("range", "Values!E2"))
case("signs that mean several things", book(row(value="-"), row("wages", "2016", "*"), row("jobs", "2016-Q2", "\N{EN DASH}")), REJECT,
     ("missing_sign", "Values!E2"), ("missing_sign", "Values!E3"), ("missing_sign", "Values!E4"))  # fmt: skip
case("an empty value", book(row(value=None), row("wages", "2016", "  ")), REJECT, ("value_absent", "Values!E2"), ("value_absent", "Values!E3"))
case("dollars in a series of jobs", book(row("jobs", "2016-Q2", "$1,006")), REJECT, ("not_a_number", "Values!E2"))
case("a reason beside a value", book(row(missing_reason="suppressed")), REJECT, ("reason_beside_value", "Values!I2"))
case("a reason that is none", book(row(value=None, missing_reason="lost")), REJECT, ("reason_unknown", "Values!I2"))
case("a count beside a suppressed value", book(row(value="<10", numerator=4, denominator=1000)), REJECT, ("count_beside_suppressed", "Values!F2"))
case("periods of another kind", book(row("fires", "FY16"), row("on-time", "2016", 82), row("on-time", "2015-16", 82), row("graduation", "2016", 67),
     row("calls", "2016-13", 540), row("jobs", "FY24 Q3", 1006), row("commute", "2015-2011", 22), row("graduation", "2015-17", 67)), REJECT,
     *(("period_unreadable", f"Values!B{number}") for number in range(2, 10)))  # fmt: skip
case("years that nobody means", book(row("fires", "20116"), row("fires", "0216"), row("fires", 2016.5), row("fires", "\u0662\u0660\u0661\u0666")), REJECT,
     *(("period_unreadable", f"Values!B{number}") for number in range(2, 6)))  # fmt: skip
case("a school year that Excel made a date of", book(row("graduation", datetime.date(2010, 11, 1), 60)), REJECT, ("period_is_a_date", "Values!B2"))
case("a day in a series of months", book(row("calls", "2016-03-15", 540)), REJECT, ("period_is_a_date", "Values!B2"))
case("an empty period", book(row(period=None)), REJECT, ("period_absent", "Values!B2"))
case("a period to come", book(row(period="2031")), REJECT, ("period_to_come", "Values!B2"), file="later.xlsx")
case("an unknown indicator", book(row("fire"), row("Fires in homes"), row("graduation rate", "2015-16", 67)), REJECT,
     *(("indicator_unknown", f"Values!A{number}") for number in (2, 3, 4)))  # fmt: skip
case("an indicator without a series", book(row("unmeasured")), REJECT, ("no_series", "Values!A2"))
case("no indicator", book(row(None)), REJECT, ("indicator_absent", "Values!A2"))
case("places that are not known", book(row(geography="Nort/South"), row(geography="Jonestown/Oldtown"), row(geography="Remington")), REJECT,
     ("geography_unknown", "Values!C2"), ("geography_unknown", "Values!C3"), ("geography_is_a_part", "Values!C4"))  # fmt: skip
case("an indicator by area", book(row("wages", "2016", 34000, geography="Area 2")), REJECT, ("geography_not_of_indicator", "Values!C2"))
case("a measure elsewhere", book(row("population", "2016", 34000, geography="The State")), REJECT, ("geography_not_of_measure", "Values!C2"))
case("groups that cannot be read", book(row(group="Black"), row("wages", "2016", 34000, group="total"), row("calls", "2016-03", 540, group="race:")), REJECT,
     *(("group_unreadable", f"Values!D{number}") for number in (2, 3, 4)))  # fmt: skip
case("provisional words that are none", book(row(provisional="maybe")), REJECT, ("provisional_unreadable", "Values!J2"))
case("a text that is too long", book(row(note="x" * 2001)), REJECT, ("text_too_long", "Values!H2"))
case("a unit that differs", book([*row("wages", "2016", 34000), "thousand dollars"], header=[*HEADER, "Unit"]), REJECT, ("unit_differs", "Values!K2"))
case("a percentage in a rate", book(row(value="7%")), REJECT, ("percent_not_expected", "Values!E2"))

# --- What only several cells tell -------------------------------------------------------------------------------------------

case("percentages of both scales", book(row("graduation", "2015-16", 0.67), row("graduation", "2016-17", 68)), REJECT,
     ("scale_mixed", "Values!E2"), ("scale_mixed", "Values!E3"))  # fmt: skip
case("percentages that cannot be told", book(row("new-idea", "2016", 0.4), row("new-idea", "2017", 0.6)), REJECT,
     ("scale_undecidable", "Values!E2"), ("scale_undecidable", "Values!E3"))  # fmt: skip
case("one column, an indicator each way", book(row("graduation", "2015-16", 0.67), row("on-time", "FY2016", 82), row("defects", "2016", 0.8)), ACCEPT,
     values=[67.0, 82.0, 0.8])  # fmt: skip
case("more than the whole", book(row("graduation", "2015-16", 104)), REJECT, ("above_the_whole", "Values!E2"), only=False)
case("a percent format on a whole number", book(row("graduation", "2015-16", 67), edit=lambda sheet: setattr(sheet["E2"], "number_format", "0%")), REJECT,
     ("above_the_whole", "Values!E2"), only=False)  # fmt: skip
case("below zero", book(row("calls", "2016-03", -5)), REJECT, ("below_zero", "Values!E2"), only=False)
case("a numerator above its denominator", book(row("graduation", "2015-16", 67, numerator=300, denominator=200)), REJECT,
     ("numerator_above_denominator", "Values!F2"))  # fmt: skip
case("a denominator of zero", book(row(numerator=0, denominator=0)), REJECT, ("denominator_not_above_zero", "Values!G2"))
case("a numerator below zero", book(row(numerator=-7, denominator=1000)), REJECT, ("numerator_not_above_zero", "Values!F2"))
case("a value that its counts do not give", book(row(value=7.0, numerator=900, denominator=100000)), REJECT, ("value_not_from_counts", "Values!E2"))
case("a value within rounding", book(row(value=7.0, numerator=704, denominator=100000)), ACCEPT, values=[7.0])
case("rows that contradict each other", book(row(), row(value=7.1)), REJECT, ("contradiction", "Values!E2"), ("contradiction", "Values!E3"))
case("a contradiction in two spellings", book(row("on-time", "FY16", 82), row("on-time", "FY2016", 81, geography="Tinyville")), REJECT,
     ("contradiction", "Values!E2"), ("contradiction", "Values!E3"))  # fmt: skip
case("a contradiction over two sheets", book(row(), more={"Other": [HEADER, row(value=7.1)]}), REJECT, ("contradiction", "Values!E2"), ("contradiction", "Other!E2"))
case("another unit", book(row("wages", "2016", 34), row("wages", "2017", 35)), REJECT, ("unit_changed", "Values!E2"), ("unit_changed", "Values!E3"))
case("all problems at once", book(row("fire", "x", "y"), row(period="FY16", value="-"), row(value="-", provisional="maybe")), REJECT,
     ("indicator_unknown", "Values!A2"), ("not_a_number", "Values!E2"), ("period_unreadable", "Values!B3"), ("missing_sign", "Values!E3"),
     ("missing_sign", "Values!E4"), ("provisional_unreadable", "Values!J4"))  # fmt: skip

# --- Files that are refused as a whole --------------------------------------------------------------------------------------

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
RIGHT = book(row())


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        with zipfile.ZipFile(io.BytesIO(RIGHT)) as old:
            for name in old.namelist():
                archive.writestr(name, old.read(name))
        with archive.open("xl/media/image1.xml", "w") as part:
            for _ in range(30):
                part.write(b" " * 1_000_000)
    return buffer.getvalue()


def _false_size() -> bytes:
    """A bomb that states a small size: the directory says 100 bytes for the sheet."""
    content = bytearray(with_parts(RIGHT, lambda name, part: part + b" " * 5_000_000 if name == MAIN else part))
    place = content.rindex(MAIN.encode()) - 46
    assert content[place : place + 4] == b"PK\x01\x02"
    content[place + 24 : place + 28] = struct.pack("<I", 100)
    return bytes(content)


def _locked() -> bytes:
    content = bytearray(RIGHT)
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    return bytes(content)


def _wrong_bytes() -> bytes:
    content = bytearray(RIGHT)
    start = content.index(MAIN.encode()) + len(MAIN) + 20
    content[start : start + 40] = bytes(byte ^ 255 for byte in content[start : start + 40])
    return bytes(content)


def _entities(part: str) -> bytes:
    lines = '<!ENTITY a "ha">' + "".join(f'<!ENTITY {chr(98 + number)} "{f"&{chr(97 + number)};" * 10}">' for number in range(9))
    return with_parts(as_excel_writes(RIGHT), lambda name, found: b"<!DOCTYPE x [" + lines.encode() + b"]>" + found.split(b"?>", 1)[-1].lstrip() if name == part else found)


def _twice() -> bytes:
    buffer = io.BytesIO(RIGHT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr(MAIN, b"<worksheet/>")
    return buffer.getvalue()


case("an old workbook", OLD_OFFICE + "Workbook".encode("utf-16-le"), REJECT, ("old_excel", "!"), file="figures.xls")
case("an old workbook under a new name", OLD_OFFICE + "Workbook".encode("utf-16-le"), REJECT, ("old_excel", "!"))
case("a locked workbook", OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), REJECT, ("encrypted", "!"))
case("a locked archive", _locked(), REJECT, ("encrypted", "!"))
case("a workbook with macros by name", RIGHT, REJECT, ("macros", "!"), file="figures.xlsm")
case("a workbook with macros by content", with_parts(RIGHT, more={"xl/vbaProject.bin": b"x"}), REJECT, ("macros", "!"))
case("a binary workbook by name", RIGHT, REJECT, ("binary_excel", "!"), file="figures.xlsb")
case("a binary workbook by content", with_parts(RIGHT, lambda name, part: None if name.endswith("workbook.xml") else part, {"xl/workbook.bin": b"x"}), REJECT,
     ("binary_excel", "!"))  # fmt: skip
case("an OpenDocument workbook", RIGHT, REJECT, ("open_document", "!"), file="figures.ods")
case("an OpenDocument workbook under a new name", with_parts(RIGHT, more={"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), REJECT,
     ("open_document", "!"))  # fmt: skip
case("an empty file", b"", REJECT, ("empty_file", "!"))
case("a file of blanks", b" \n\n", REJECT, ("empty_file", "!"), file="figures.csv")
case("a CSV file named as a workbook", TEXT.encode(), REJECT, ("wrong_type", "!"))
case("a workbook named as CSV", RIGHT, REJECT, ("wrong_type", "!"), file="figures.csv")
case("a web page named as a workbook", b"<html><table><tr><td>1</td></tr></table></html>", REJECT, ("wrong_type", "!"))
case("a web page named as CSV", b"<!DOCTYPE html><html></html>", REJECT, ("wrong_type", "!"), file="figures.csv")
case("a PDF", b"%PDF-1.7\n", REJECT, ("wrong_type", "!"))
case("another packed file", with_parts(RIGHT, lambda name, part: None, {"a.txt": b"x"}), REJECT, ("wrong_type", "!"))
case("a file of another kind", b"x", REJECT, ("unknown_type", "!"), file="figures.docx")
case("half a workbook", RIGHT[: len(RIGHT) // 2], REJECT, ("damaged", "!"))
case("a workbook with wrong bytes", _wrong_bytes(), REJECT, ("damaged", "!"))
case("a sheet that breaks off", with_parts(RIGHT, lambda name, part: part[:-60] if name == MAIN else part), REJECT, ("damaged", "!"))
case("a sheet that is absent", with_parts(RIGHT, lambda name, part: None if name == MAIN else part), REJECT, ("damaged", "!"))
case("cells out of order", in_sheet(RIGHT, ('r="B2"', 'r="A2"')), REJECT, ("damaged", "!"))
case("a shared text that is absent", in_sheet(as_excel_writes(RIGHT), ('t="s"><v>10<', 't="s"><v>99<')), REJECT, ("damaged", "!"))
case("a zip bomb", _bomb(), REJECT, ("zip_bomb", "!"))
case("a zip bomb that lies", _false_size(), REJECT, ("damaged", "!"))
case("too many parts", with_parts(RIGHT, more={f"xl/x{number}.xml": b"" for number in range(2001)}), REJECT, ("zip_bomb", "!"))
case("two parts of one name", _twice(), REJECT, ("unsafe_archive", "!"))
case("a part whose name leads out", with_parts(RIGHT, more={"../../etc/passwd": b"x"}), REJECT, ("unsafe_archive", "!"))
case("an entity bomb in the sheet", _entities(MAIN), REJECT, ("xml_entities", "!"))
case("an entity bomb in the list of sheets", _entities("xl/workbook.xml"), REJECT, ("xml_entities", "!"))
case("an entity bomb in the texts", _entities("xl/sharedStrings.xml"), REJECT, ("xml_entities", "!"))
case("an external entity", with_parts(RIGHT, lambda name, part: part.replace(b"<worksheet", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet') if name == MAIN
     else part), REJECT, ("xml_entities", "!"))  # fmt: skip


def write(folder: Path) -> None:
    """All files in numbered folders of their own, so that each keeps its name, and expected.json beside them."""
    expected = []
    for number, one in enumerate(CASES, start=1):
        place = folder / f"{number:03d}" / one.file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(one.content)
        expected.append({"file": f"{number:03d}/{one.file}", "name": one.name, "outcome": one.outcome, "problems": one.problems})
    (folder / "expected.json").write_text(json.dumps(expected, indent=2, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "corpus"))
