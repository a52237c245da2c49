"""Public tables as files: CSV, XLSX, JSON and, for areas, GeoJSON. Rows are written as they are read, however many there are."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from lib.opendata.dictionary import DICTIONARY, SEPARATOR, Table, dictionary_rows
from lib.opendata.edition import Edition
from lib.opendata.rows import Row, rows_of
from lib.store.export import clean, write_xlsx

MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NAMES: Mapping[str, str] = {"csv": "CSV", "xlsx": "XLSX", "json": "JSON", "geojson": "GeoJSON"}


def write(edition: Edition, table: Table, form: str, path: Path, *, rows: Iterable[Row] | None = None) -> None:
    """The table as a file. `form` is one of its formats; `rows` stand for all of its rows. Raises TooManyRows for XLSX."""
    found = rows_of(edition, table) if rows is None else rows
    if form == "xlsx":
        return _write_xlsx(edition, table, found, path)
    with path.open("w", encoding="utf-8", newline="") as file:
        for piece in _TEXT[form](edition, table, found):
            file.write(piece)


def content(edition: Edition, table: Table, form: str, folder: Path) -> bytes:
    """The same as bytes, by way of a file in `folder`."""
    path = folder / f"{table.name}.{form}"
    write(edition, table, form, path)
    return path.read_bytes()


def as_csv(edition: Edition, table: Table, rows: Iterable[Row]) -> Iterator[str]:
    """UTF-8 without a byte-order mark, lines ended by CR LF (RFC 4180). Missing is an empty cell; text that a spreadsheet would run
    is led by an apostrophe."""
    names = [column.name for column in table.columns]
    yield _line(names)
    for row in rows:
        yield _line([_csv_cell(row[name]) for name in names])


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _csv_cell(value: Any) -> str:
    flat = flattened(value)
    if flat is None:
        return ""
    return str(flat).lower() if isinstance(flat, bool) else clean(flat) if isinstance(flat, str) else str(flat)


def flattened(value: Any) -> Any:
    """A cell where a cell holds one thing: a list as text."""
    return SEPARATOR.join(value) if isinstance(value, list) else value


def dumped(value: Any) -> str:
    """As compact JSON; days in ISO form. NaN would be no JSON, so it raises."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_day)


def _day(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is none of the types of a table")


def head(edition: Edition, table: Table) -> dict[str, Any]:
    """What goes before the rows of a table: what it is, of when, and how to cite it."""
    return {
        "table": table.name,
        "title": table.title,
        "about": table.about,
        "release": edition.release,
        "as_of": edition.as_of,
        "licence": edition.settings.city.licence,
        "citation": edition.citation,
    }


def as_json(edition: Edition, table: Table, rows: Iterable[Row]) -> Iterator[str]:
    """One object: what the table is, its columns, and `rows`, each an object. Missing is null; a list is a list."""
    about = head(edition, table) | {"columns": [vars(column) for column in table.columns]}
    yield dumped(about)[:-1] + ',"rows":[\n'
    yield from _parted(dumped(row) for row in rows)
    yield "\n]}\n"


def as_geojson(edition: Edition, table: Table, rows: Iterable[Row]) -> Iterator[str]:
    """A feature collection (RFC 7946): each row's columns are the properties of its shape. A row without a shape has geometry null."""
    shapes = {one.get("id"): one.get("geometry") for one in edition.boundaries.get("features", ())}
    yield dumped({"type": "FeatureCollection"} | head(edition, table))[:-1] + ',"features":[\n'
    yield from _parted(
        dumped({"type": "Feature", "id": row["id"], "properties": row, "geometry": shapes.get(row["id"])})
        for row in rows
    )
    yield "\n]}\n"


def _parted(pieces: Iterable[str]) -> Iterator[str]:
    for number, piece in enumerate(pieces):
        yield (",\n" if number else "") + piece


def _write_xlsx(edition: Edition, table: Table, rows: Iterable[Row], path: Path) -> None:
    """The table, its dictionary, and what it is."""
    names = [column.name for column in table.columns]
    words = [column.name for column in DICTIONARY.columns]
    own = [row for row in dictionary_rows() if row["table"] == table.name]
    sheets = [
        (table.title, names, ([flattened(row[name]) for name in names] for row in rows)),
        ("Columns", words, ([row[name] for name in words] for row in own)),
    ]
    write_xlsx(path, sheets, about=about_lines(edition, table), on=edition.built_on)


def about_lines(edition: Edition, table: Table) -> list[str]:
    return [f"{edition.settings.city.title}: {table.title}", table.about, f"As of {edition.as_of.isoformat()}, release {edition.release[:12]}.",
            "A missing figure is an empty cell, never zero; missing_reason says why.", f"Licence: {edition.settings.city.licence}.",
            f"Cite as: {edition.citation}"]  # fmt: skip


_TEXT: Mapping[str, Callable[[Edition, Table, Iterable[Row]], Iterator[str]]] = {
    "csv": as_csv,
    "json": as_json,
    "geojson": as_geojson,
}
