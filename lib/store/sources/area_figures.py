"""Rows named after areas, and columns that a setting gives a measure: the figures in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lib.model import MissingReason, Period, Series
from lib.store.sources.answer import Change, Problem, SourceFigure, shown
from lib.store.sources.findings import Findings
from lib.store.sources.numbers import is_range, missing_in, number_in, times
from lib.store.sources.places import Places, check_matched, named
from lib.store.sources.workbook import FAULT, NUMBER, Cell


@dataclass(frozen=True)
class Use:
    """A column of one measure and period. `rows`: the numbers of the rows that are of that period; None = all."""

    column: str
    measure: str
    series: Series
    period: Period
    factor: float
    rows: frozenset[int] | None = None


@dataclass(frozen=True)
class AreaRow:
    number: int
    name: str
    cells: Mapping[str, Any]  # by column: None, text, a number, or a workbook's Cell
    addresses: Mapping[str, str] = field(default_factory=dict)  # of the cells, where they have any


@dataclass(frozen=True)
class AreaFigures:
    figures: tuple[SourceFigure, ...]
    problems: tuple[Problem, ...]
    changes: tuple[Change, ...]


def figures_by_area(
    rows: Sequence[AreaRow], uses: Sequence[Use], places: Places, *, sheet: str, not_areas: Sequence[str], share: float, reference: str
) -> AreaFigures:
    """Raises SourceError where fewer than `share` of the areas are named. An empty cell is not reported; an unclear one is left out."""
    findings = Findings()
    passed_over = {places.plain(name) for name in not_areas}
    named_rows = [row for row in rows if places.plain(row.name) not in passed_over]
    unknown = list(dict.fromkeys(row.name for row in named_rows if places.find(row.name) is None))
    check_matched([place for row in named_rows if (place := places.find(row.name))], unknown, places, share=share, source=sheet)
    for name in unknown:
        findings.error(sheet, "", "area_unknown", name, f"{named(name, places)} is not known as an area; its row was left out",
                        "add the spelling to data/areas/names.csv if it is the same area")  # fmt: skip
    figures: list[SourceFigure] = []
    for use in uses:
        own = [row for row in named_rows if use.rows is None or row.number in use.rows]
        figures += _of_use(own, use, places, _At(sheet, reference, findings))
    return AreaFigures(tuple(figures), tuple(findings.problems), tuple(findings.changes))


@dataclass(frozen=True)
class _At:
    sheet: str
    reference: str
    findings: Findings


def _of_use(rows: Sequence[AreaRow], use: Use, places: Places, at: _At) -> list[SourceFigure]:
    found: dict[str, tuple[SourceFigure, AreaRow]] = {}
    twice: set[str] = set()
    for row in rows:
        place = places.find(row.name)
        figure = _figure(row, use, place, at) if place else None
        if figure is None:
            continue
        if place not in found:
            found[place] = (figure, row)
        elif found[place][0].value != figure.value:
            twice.add(place)
            at.findings.error(at.sheet, figure.cell, "area_twice", row.name,
                            f"rows {found[place][1].number} and {row.number} give {place} two values in {use.column}; neither was taken",
                            "ask the source which one holds")  # fmt: skip
    absent = [name for key, name in places.areas.items() if key not in found]
    if absent:
        at.findings.warn(at.sheet, "", "area_absent", use.column, f"no figure of {use.column} for {', '.join(absent)}",
                         "ask the source, or leave it")  # fmt: skip
    return [figure for place, (figure, _) in found.items() if place not in twice]


def _figure(row: AreaRow, use: Use, place: str, at: _At) -> SourceFigure | None:
    """None for a cell that cannot be read; the problem is reported."""
    cell = row.addresses.get(use.column, use.column)
    value, reason = _value(row.cells.get(use.column), use, cell, at)
    if value is None and reason is None:
        return None
    series, period = use.series, use.period
    return SourceFigure(
        "measure", use.measure, series.id, place, "", "", period.label, str(period.kind), period.start, period.end, value, None, None,
        str(reason or ""), False, "", at.sheet, row.number, cell, reference=at.reference,
    )  # fmt: skip


def _value(content: Any, use: Use, where: str, at: _At) -> tuple[float | None, MissingReason | None]:
    cell = content if isinstance(content, Cell) else _as_cell(content)
    if cell is None:
        return None, MissingReason.NOT_REPORTED
    is_percent = use.series.unit.startswith("percent")
    reason = None if cell.kind == NUMBER else missing_in(cell.text)
    if reason is not None:
        at.findings.change(at.sheet, where, cell.text, f"missing: {reason}", "a word stands where a number is expected")
        return None, reason
    read = number_in(cell.text, allow_dollars=use.series.unit.startswith("dollar")) if cell.kind != FAULT else None
    if read is None or ((read.is_marked or cell.is_percent) and not is_percent):
        what = "a range" if is_range(cell.text) else "not a number of this measure"
        at.findings.error(at.sheet, where, "not_a_number", cell.text, f"{shown(cell.text)!r} is {what}", "ask the source what is meant")
        return None, None
    value = times(read.value, 100) if cell.is_percent else read.value if read.is_marked else times(read.value, use.factor)
    if cell.is_percent or read.is_marked or use.factor != 1 or read.change:
        why = "the cell is formatted as a percentage" if cell.is_percent else read.change or ("the percent sign was read" if read.is_marked
               else f"multiplied by {use.factor:g}, as config.toml says")  # fmt: skip
        at.findings.change(at.sheet, where, cell.text, f"{value:.12g}", why)
    if not _is_possible(value, use.series):
        at.findings.error(at.sheet, where, "impossible", cell.text, f"{value:.12g} cannot be {use.series.unit}", "ask the source; set factor if its unit differs")
        return None, None
    return value, None


def _is_possible(value: float, series: Series) -> bool:
    """Rates, shares and counts are not below zero, and no share is above the whole."""
    if series.value_kind == "mean":
        return True
    return value >= 0 and not (series.value_kind == "proportion" and series.multiplier is not None and value > series.multiplier)


def _as_cell(content: Any) -> Cell | None:
    if content is None or (isinstance(content, str) and not content.strip()):
        return None
    if isinstance(content, (int, float)) and not isinstance(content, bool):
        return Cell(NUMBER, repr(content))
    return Cell("text", str(content))
