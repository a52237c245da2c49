"""BNIA's yearly workbook: a sheet for each year, a header row somewhere near the top, a row for each area and one for the city.

Its headers are words and were seen in excerpts only, so which header is which measure is a setting.
"""

from __future__ import annotations

import re

from lib.store.sources.answer import Level, Problem, SourceAnswer, shown
from lib.store.sources.area_figures import AreaFigures, AreaRow, Use, figures_by_area
from lib.store.sources.context import Context, switched_off
from lib.store.sources.errors import SourceError
from lib.store.sources.kept import Fetched, fresh_or_kept
from lib.store.sources.settings import VitalSignsWorkbook
from lib.store.sources.vital_signs import period_for
from lib.store.sources.workbook import Row, Table, address, read_tables

NAME = "BNIA's workbook"
HEADER_WITHIN = 20  # rows with content


def read_vital_signs_workbook(context: Context) -> SourceAnswer:
    """All sheets of years. Raises SourceError where the workbook cannot be had or read, or a sheet names too few areas."""
    source = context.settings.vital_signs_workbook
    if source is None:
        raise switched_off("vital_signs_workbook")
    (read, unread), origin = fresh_or_kept(
        "vital-signs workbook", keeper=context.keeper, now=context.now(),
        fetch=lambda: _fetch(source, context), read=lambda content: _figures(content, source, context),
    )  # fmt: skip
    return SourceAnswer(
        "vital_signs_workbook",
        tuple(figure for one in read for figure in one.figures),
        tuple(problem for one in read for problem in one.problems),
        tuple(change for one in read for change in one.changes),
        (origin,),
        tuple(unread),
    )


def _fetch(source: VitalSignsWorkbook, context: Context) -> Fetched:
    reply = context.file(source.address, source.file, source=NAME)
    return Fetched(reply.content, reply.address, reply.fetched_at, reply.sha256)


def _figures(content: bytes, source: VitalSignsWorkbook, context: Context) -> tuple[list[AreaFigures], list[str]]:
    years = [(int(match[1]), table) for table in read_tables(content, context.settings.limits, source=NAME)
             if (match := re.search(source.sheet, table.name))]  # fmt: skip
    if not years:
        raise SourceError(f"{NAME} has no sheet that is named for a year; set sheet for it.")
    if len({year for year, _ in years}) < len(years):
        raise SourceError(f"{NAME} has two sheets of one year: {', '.join(table.name for _, table in years)}.")
    read, unread, met = [], [], set()
    for year, table in years:
        figures, left, found = _sheet(year, table, source, context)
        read.append(figures)
        unread += [f"{table.name}: {name}" for name in left]
        met |= found
    absent = [one.headers[0] for number, one in enumerate(source.column) if number not in met]
    if absent:
        raise SourceError(f"No sheet of {NAME} has the column {'; '.join(repr(name) for name in absent)}; set headers as they stand there.")
    return read, unread


def _sheet(year: int, table: Table, source: VitalSignsWorkbook, context: Context) -> tuple[AreaFigures, list[str], set[int]]:
    header, name_column = _header(table, source)
    columns: dict[str, list[int]] = {}
    for column, cell in header.cells.items():
        columns.setdefault(key_of(cell.text), []).append(column)
    uses, met, problems, used = [], set(), [], {name_column}
    for number, one in enumerate(source.column):
        own = [column for text in one.headers for column in columns.get(key_of(text), [])]
        if own:
            met.add(number)
        used.update(own)
        if not own or not one.first_year <= year <= one.last_year:
            continue
        if len(own) > 1:
            problems.append(Problem(table.name, address(own[1], header.number), Level.ERROR, "column_twice", shown(header.cells[own[1]].text),
                                    f"two columns are of {one.measure}; neither was read", "narrow headers in config.toml"))  # fmt: skip
            continue
        _, series = context.series(one.measure, one.series)
        uses.append(Use(str(own[0]), one.measure, series, period_for(year, one, series.kind, context), one.factor))
    rows = [_row(row, name_column, header) for row in table.rows if row.number > header.number and name_column in row.cells]
    figures = figures_by_area(rows, uses, context.places, sheet=table.name, not_areas=source.not_areas,
                              share=context.settings.matched_share, reference=source.reference)  # fmt: skip
    left = [cell.text for column, cell in header.cells.items() if column not in used and key_of(cell.text) != "id"]
    return AreaFigures(figures.figures, (*problems, *figures.problems), figures.changes), left, met


def _header(table: Table, source: VitalSignsWorkbook) -> tuple[Row, int]:
    """The row that holds a header for the areas' names, and its column."""
    for wanted in map(key_of, source.name_headers):
        for row in table.rows[:HEADER_WITHIN]:
            for column, cell in row.cells.items():
                if key_of(cell.text) == wanted:
                    return row, column
    raise SourceError(f"The sheet {table.name!r} of {NAME} has none of the headers {', '.join(source.name_headers)}; set name_headers.")


def _row(row: Row, name_column: int, header: Row) -> AreaRow:
    cells = {str(column): cell for column, cell in row.cells.items()}
    addresses = {str(column): address(column, row.number) for column in header.cells}
    return AreaRow(row.number, row.cells[name_column].text, cells, addresses)


def key_of(header: str) -> str:
    """A header as it is compared: case, blanks and line breaks make no difference."""
    return " ".join(header.casefold().split())

