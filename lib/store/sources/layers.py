"""Any ArcGIS layer with one row for each area, or for each area and year, as [[sources.layer]] describes it."""

from __future__ import annotations

from lib.store.sources.answer import Level, Problem, SourceAnswer
from lib.store.sources.arcgis import LayerRows, fetch_layer, read_layer
from lib.store.sources.area_figures import AreaFigures, AreaRow, Use, figures_by_area
from lib.store.sources.context import Context, switched_off
from lib.store.sources.errors import SourceError
from lib.store.sources.kept import fresh_or_kept
from lib.store.sources.settings import Layer
from lib.store.sources.vital_signs import period_for


def read_area_layer(context: Context, layer_id: str) -> SourceAnswer:
    """Raises SourceError where the layer is not set up, cannot be had, or names too few areas."""
    source = next((one for one in context.settings.layer if one.id == layer_id), None)
    if source is None:
        raise switched_off(f"layer {layer_id}")
    fetcher = context.fetcher()
    read, origin = fresh_or_kept(
        f"layer {source.id}", keeper=context.keeper, now=context.now(),
        fetch=lambda: fetch_layer(fetcher, source.address, where=source.where, fields=source.fields, order_by=source.order_by,
                                  page_size=source.page_size),
        read=lambda content: _figures(read_layer(content), source, context),
    )  # fmt: skip
    return SourceAnswer(f"layer.{source.id}", read.figures, read.problems, read.changes, (origin,))


def _figures(rows: LayerRows, source: Layer, context: Context) -> AreaFigures:
    absent = [name for name in (source.name_field, source.year_field, *(one.field for one in source.column)) if name and name not in rows.fields]
    if absent:
        raise SourceError(f"The layer {source.id} has no field {', '.join(absent)}.", detail=", ".join(rows.fields)[:500])
    area_rows = [AreaRow(number, str(row.get(source.name_field) or ""), row) for number, row in enumerate(rows.rows, start=1)]
    years, problems = _years(rows, source)
    uses = []
    for one in source.column:
        _, series = context.series(one.measure, one.series)
        for year in [one.year] if one.year else sorted(set(years.values())):
            if one.first_year <= year <= one.last_year:
                own = None if one.year else frozenset(number for number, found in years.items() if found == year)
                uses.append(Use(one.field, one.measure, series, period_for(year, one, series.kind, context), one.factor, own))
    figures = figures_by_area(area_rows, uses, context.places, sheet=source.id, not_areas=source.not_areas,
                              share=context.settings.matched_share, reference=source.reference)  # fmt: skip
    return AreaFigures(figures.figures, (*problems, *figures.problems), figures.changes)


def _years(rows: LayerRows, source: Layer) -> tuple[dict[int, int], list[Problem]]:
    """The year of each row, by its number; a row without one is reported."""
    if not source.year_field:
        return {}, []
    years, problems = {}, []
    for number, row in enumerate(rows.rows, start=1):
        found = row.get(source.year_field)
        year = getattr(found, "year", None) or (int(found) if isinstance(found, (int, float)) or str(found).strip().isdecimal() else None)
        if year is None or not 1990 <= year <= 2100:
            problems.append(Problem(source.id, source.year_field, Level.ERROR, "year_unreadable", str(found)[:40],
                                    f"row {number} names no year; it was left out", "ask the source"))  # fmt: skip
        else:
            years[number] = year
    return years, problems
