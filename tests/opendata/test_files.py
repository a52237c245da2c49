"""The files: the same rows in every format, opened by other programs; nothing a spreadsheet would run; nothing hidden."""

import csv
import io
import json
import zipfile
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from lib.errors import TooManyRows
from lib.opendata.dictionary import FILES, INDICATORS, NEIGHBORHOODS, OBSERVATIONS, SEPARATOR
from lib.opendata.files import as_csv, content, flattened, write
from lib.opendata.rows import rows_of
from lib.store import export
from tests.opendata.town import SECRET

EVERY = [(table, form) for table in FILES.values() for form in table.formats]


def said(cell) -> str:
    """A cell as CSV has it."""
    flat = flattened(cell)
    return "" if flat is None else str(flat).lower() if isinstance(flat, bool) else str(flat)


@pytest.mark.parametrize("table", FILES.values(), ids=lambda one: one.name)
def test_csv_holds_the_rows(town, table, tmp_path):
    read = list(csv.reader(io.StringIO(content(town, table, "csv", tmp_path).decode("utf-8"), newline="")))
    assert read[0] == [column.name for column in table.columns]
    assert [[cell.removeprefix("'") for cell in row] for row in read[1:]] == [[said(cell) for cell in row.values()] for row in rows_of(town, table)]


@pytest.mark.parametrize("table", FILES.values(), ids=lambda one: one.name)
def test_json_holds_the_rows(town, table, tmp_path):
    read = json.loads(content(town, table, "json", tmp_path))
    assert read["rows"] == json.loads(json.dumps(list(rows_of(town, table)), default=str))
    assert (read["release"], read["citation"], [one["name"] for one in read["columns"]]) == (town.release, town.citation, [one.name for one in table.columns])


@pytest.mark.parametrize("table", FILES.values(), ids=lambda one: one.name)
def test_a_workbook_holds_the_rows(town, table, tmp_path):
    book = load_workbook(io.BytesIO(content(town, table, "xlsx", tmp_path)))
    first, *rest = book.worksheets[0].iter_rows(values_only=True)
    assert list(first) == [column.name for column in table.columns]
    shown = [[said(cell.date() if hasattr(cell, "date") else cell).removeprefix("'") for cell in row] for row in rest]
    wanted = [[said(cell) for cell in row.values()] for row in rows_of(town, table)]
    assert [[one.removesuffix(".0") for one in row] for row in shown] == [[one.removesuffix(".0") for one in row] for row in wanted]
    assert book.sheetnames[-2:] == ["Columns", "About"]


def test_shapes_carry_their_areas(town, tmp_path):
    read = json.loads(content(town, NEIGHBORHOODS, "geojson", tmp_path))
    assert [one["properties"] for one in read["features"]] == json.loads(json.dumps(list(rows_of(town, NEIGHBORHOODS))))
    assert {one["id"]: one["geometry"] for one in read["features"]} == {one["id"]: one["geometry"] for one in town.boundaries["features"]}


@pytest.mark.parametrize(("table", "form"), EVERY, ids=lambda one: getattr(one, "name", one))
def test_the_same_content_gives_the_same_bytes(town, table, form, tmp_path):
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    first, second = (content(town, table, form, folder) for folder in folders)
    assert first == second


@pytest.mark.parametrize(("table", "form"), EVERY, ids=lambda one: getattr(one, "name", one))
def test_a_hidden_figure_is_in_no_file(town, table, form, tmp_path):
    data = content(town, table, form, tmp_path)
    parts = [data]
    if form == "xlsx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
    assert not any(secret.encode() in part for secret, part in product(SECRET, parts))


def test_text_that_a_spreadsheet_would_run_is_led_by_an_apostrophe(town, tmp_path):
    assert b",'=SUM(A1)," in content(town, OBSERVATIONS, "csv", tmp_path)
    cells = [cell for row in load_workbook(io.BytesIO(content(town, OBSERVATIONS, "xlsx", tmp_path))).worksheets[0] for cell in row]
    assert "'=SUM(A1)" in [cell.value for cell in cells] and not any(cell.data_type == "f" for cell in cells)


@given(text=st.text(max_size=30))
def test_no_text_begins_with_a_sign_that_is_run(town, text):
    row = dict.fromkeys((column.name for column in INDICATORS.columns), None) | {"name": text, "partners": [text] if text else None}
    (_, line) = as_csv(town, INDICATORS, [row])
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in next(csv.reader(io.StringIO(line, newline=""))))


def test_a_list_is_one_cell_in_csv_and_a_list_in_json(town, tmp_path):
    (csv_row,) = csv.DictReader(io.StringIO(content(town, INDICATORS, "csv", tmp_path).decode()))
    assert csv_row["partners"] == "Housing" and flattened(["a", "b"]) == f"a{SEPARATOR}b"
    assert json.loads(content(town, INDICATORS, "json", tmp_path))["rows"][0]["partners"] == ["Housing"]


def test_a_table_that_no_workbook_can_hold_is_told(town, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "MOST_ROWS", 7)
    with pytest.raises(TooManyRows, match="CSV"):
        write(town, OBSERVATIONS, "xlsx", tmp_path / "x.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_rows_are_written_as_they_are_read(town, tmp_path):
    """Not all of them are held at once: the first is in the file's text before the second is asked for."""
    order = []

    def rows():
        for number in range(3):
            order.append(f"read {number}")
            yield dict.fromkeys((column.name for column in INDICATORS.columns), None) | {"id": str(number)}

    for piece in as_csv(town, INDICATORS, rows()):
        order.append(f"wrote {piece[0]}")
    assert order == ["wrote i", "read 0", "wrote 0", "read 1", "wrote 1", "read 2", "wrote 2"]
