"""However broken or large a file is: one sentence, in bounded time, and never an exception."""

from __future__ import annotations

import io
import random
import time
import tracemalloc
import zipfile

import pytest

from lib.intake.check import check
from lib.intake.limits import Limits
from lib.intake.marking import marked
from lib.intake.report import Outcome
from tests.intake import town
from tests.intake.corpus import MAIN, as_excel_writes, book, csv_text, in_sheet, row, with_parts

RIGHT = book(row(), row("wages", "2016", 34000), row("graduation", "2015-16", "67%"))


def codes(content: bytes, name: str = "figures.xlsx", **limits) -> list[str]:
    return [one.code for one in check(content, name, town.known(), limits=Limits(**limits)).problems]


@pytest.mark.parametrize(("limits", "code"), [
    ({"max_rows": 4}, None), ({"max_rows": 3}, "too_many_rows"), ({"max_columns": 10}, None), ({"max_columns": 9}, "too_many_columns"),
    ({"max_cells": 19}, None), ({"max_cells": 18}, "too_large"), ({"max_megabytes": len(RIGHT) / 1e6}, None), ({"max_megabytes": 0.001}, "too_large"),
    ({"max_unpacked_megabytes": 0.001}, "zip_bomb"), ({"max_entries": 3}, "zip_bomb"), ({"max_ratio": 1, "ratio_from_megabytes": 0.001}, "zip_bomb"),
    ({"max_sheets": 0}, "too_large"), ({"max_text_megabytes": 0.00001}, "too_large"), ({"max_part_megabytes": 0.0001}, "too_large"),
])  # fmt: skip
def test_each_limit_of_a_workbook_lets_through_what_is_just_inside(limits, code):
    assert codes(RIGHT, **limits) == ([] if code is None else [code])


@pytest.mark.parametrize(("limits", "code"), [({"max_rows": 2}, None), ({"max_rows": 1}, "too_many_rows"), ({"max_columns": 10}, None), ({"max_columns": 9}, "too_many_columns")])
def test_each_limit_of_a_csv_file_lets_through_what_is_just_inside(limits, code):
    assert codes(csv_text(row()).encode(), "figures.csv", **limits) == ([] if code is None else [code])


def test_problems_beyond_the_limit_are_counted():
    report = check(book(*(row("no-such") for _ in range(8))), "figures.xlsx", town.known(), limits=Limits(max_problems=3))
    assert [one.code for one in report.problems] == ["more_problems", *["indicator_unknown"] * 3]
    assert "5 more errors" in report.problems[0].message
    assert report.sentence.startswith("Refused: 8 problems")


def test_changes_beyond_the_limit_are_counted():
    rows = [row("calls", f"2015-{month:02d}", f"1,{month:03d}", group=f"race: {month}") for month in range(1, 9)]
    report = check(book(*rows), "figures.xlsx", town.known(), limits=Limits(max_changes=3))
    assert len(report.changes) == 4
    assert report.changes[-1].times == 5


def test_names_that_are_not_known_do_not_slow_it_down():
    rows = [row(f"no such thing {number:06d}", geography=f"Nort/South {number:06d}") for number in range(5000)]
    start = time.process_time()
    report = check(csv_text(*rows).encode(), "figures.csv", town.known())
    assert report.error_count == 10_000
    assert time.process_time() - start < 20  # one by one against all names it takes minutes


@pytest.mark.slow
def test_random_damage_of_the_file_is_refused_or_harmless(caplog):
    chance = random.Random(4)
    for _ in range(150):
        content = bytearray(RIGHT)
        for _ in range(chance.randint(1, 12)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        report = check(bytes(content), "figures.xlsx", town.known())
        assert report.outcome is Outcome.ACCEPT or report.problems
        marked(bytes(content), report)


@pytest.mark.slow
@pytest.mark.parametrize("part", [MAIN, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"])
def test_random_damage_of_the_xml_is_refused_or_harmless(part, caplog):
    chance = random.Random(part)
    source = as_excel_writes(RIGHT)
    for _ in range(60):
        def change(name: str, found: bytes) -> bytes:
            if name != part:
                return found
            text = bytearray(found)
            for _ in range(chance.randint(1, 3)):
                place = chance.randrange(len(text))
                text[place : place + chance.randint(0, 3)] = chance.choice((b"", b"9", b"-1", b"x", b'"', b"<", b"\xff", b"1e999", b"A1"))
            return bytes(text)

        content = with_parts(source, change)
        report = check(content, "figures.xlsx", town.known())
        assert all(one.value is None or abs(one.value) <= 1e15 for one in report.rows)
        marked(content, report)


def test_the_memory_that_a_far_or_false_size_takes_is_small():
    far = in_sheet(book(row()), ('<dimension ref="A1:J2" />', '<dimension ref="A1:XFD1048576" />'))
    tracemalloc.start()
    assert codes(far) == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize("element", ['<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>', '<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'])
def test_a_range_over_the_whole_sheet_does_not_stop_the_marking(element):
    """openpyxl would make a cell for each of its 17 billion."""
    content = in_sheet(book(row(), row(value="-")), ("</sheetData>", f"</sheetData>{element}"))
    report = check(content, "figures.xlsx", town.known())
    start = time.process_time()
    assert zipfile.is_zipfile(io.BytesIO(marked(content, report)))
    assert time.process_time() - start < 5


def test_a_name_of_a_file_is_no_path():
    report = check(RIGHT, "../../etc/figures.xlsx", town.known())
    assert report.file == "figures.xlsx"
    assert check(RIGHT, "C:\\Users\\me\\figures.xlsx", town.known()).file == "figures.xlsx"


def test_lines_without_end_are_not_read_to_the_end():
    assert codes(csv_text(row()).encode() + b"\n" * 1_050_000, "figures.csv") == ["too_many_rows"]
    assert codes(b"a," * 2_000_000, "figures.csv") == ["too_many_columns"]


def test_letters_that_cannot_be_stored_are_left_out_of_a_note():
    content = in_sheet(book(row(note="text")), ("<t>text</t>", "<t>te_x0000_xt_xD800_ _x0041__x200B_</t>"))
    report = check(content, "figures.xlsx", town.known())
    assert report.rows[0].note == "text_xD800_ A"
    assert report.changes[0].cell == "H2"
    report.as_json().encode("utf-8")
