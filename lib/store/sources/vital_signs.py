"""BNIA's Vital Signs: one layer for each indicator, a row for each area, a column for each year: viol17, mort1_17."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lib.model import Period, PeriodKind
from lib.store.sources.answer import SourceAnswer
from lib.store.sources.arcgis import LayerRows, fetch_layer, read_layer
from lib.store.sources.area_figures import AreaFigures, AreaRow, Use, figures_by_area
from lib.store.sources.context import Context, switched_off
from lib.store.sources.errors import SourceError
from lib.store.sources.kept import fresh_or_kept
from lib.store.sources.periods import period_of_year
from lib.store.sources.settings import Figure, VitalSigns, VitalSignsColumn

COLUMN = re.compile(r"([a-z0-9_]+?)_?(\d{2})", re.ASCII)
NO_FIGURES = {"objectid", "fid", "id", "csa2010", "csa2020", "csa", "community", "neigh", "tracts", "link", "shape__area", "shape__length",
              "globalid"}  # fmt: skip
PIVOT = 70  # 70 to 99 are of the last century


def read_vital_signs(context: Context) -> SourceAnswer:
    """All layers that the settings name. Raises SourceError where one cannot be had, or names too few areas."""
    source = context.settings.vital_signs
    if source is None:
        raise switched_off("vital_signs")
    fetcher, keeper, now = context.fetcher(), context.keeper, context.now()
    read, origins, unread = [], [], []
    for layer in dict.fromkeys(one.layer for one in source.column):
        address = f"{source.base}/{layer}/FeatureServer/{source.layer_number}"
        columns = [one for one in source.column if one.layer == layer]
        (figures, left), origin = fresh_or_kept(
            f"vital-signs {layer}", keeper=keeper, now=now,
            fetch=lambda address=address: fetch_layer(fetcher, address),
            read=lambda content, layer=layer, columns=columns: _figures(read_layer(content), layer, columns, source, context),
        )  # fmt: skip
        read.append(figures)
        origins.append(origin)
        unread += [f"{layer}: {name}" for name in left]
    return SourceAnswer(
        "vital_signs",
        tuple(figure for one in read for figure in one.figures),
        tuple(problem for one in read for problem in one.problems),
        tuple(change for one in read for change in one.changes),
        tuple(origins),
        tuple(unread),
    )


def _figures(
    rows: LayerRows, layer: str, columns: Sequence[VitalSignsColumn], source: VitalSigns, context: Context
) -> tuple[AreaFigures, list[str]]:
    """The figures, and the columns that no setting names."""
    name_field = next((name for wanted in source.name_fields for name in rows.fields if name.casefold() == wanted.casefold()), None)
    if name_field is None:
        raise SourceError(f"The layer {layer} has none of the fields {', '.join(source.name_fields)} that name its areas; set name_fields.",
                          detail=", ".join(rows.fields)[:500])  # fmt: skip
    uses, unread = uses_of(list(rows.fields), columns, layer, context)
    area_rows = [AreaRow(number, str(row.get(name_field) or ""), row) for number, row in enumerate(rows.rows, start=1)]
    figures = figures_by_area(
        area_rows, uses, context.places, sheet=layer, not_areas=source.not_areas,
        share=context.settings.matched_share, reference=source.reference,
    )  # fmt: skip
    return figures, unread


def uses_of(fields: Sequence[str], columns: Sequence[VitalSignsColumn], layer: str, context: Context) -> tuple[list[Use], list[str]]:
    """Which field is of which measure and year. Raises SourceError where a setting finds no field at all, or two claim one."""
    uses: list[Use] = []
    claimed: dict[str, str] = {}
    found: set[int] = set()
    unread = []
    for name in fields:
        code, year = code_and_year(name)
        is_read = False
        for position, one in enumerate(columns):
            if year is None or code not in {_bare(text) for text in (one.code, *one.also)}:
                continue
            found.add(position)
            if not one.first_year <= year <= one.last_year:
                continue
            _, series = context.series(one.measure, one.series)
            use = Use(name, one.measure, series, period_for(year, one, series.kind, context), one.factor)
            key = f"{one.measure}/{series.id}/{use.period.label}"
            if key in claimed:
                raise SourceError(f"The columns {claimed[key]} and {name} of the layer {layer} are both of {one.measure} {use.period.label}; narrow the settings.")
            claimed[key] = name
            uses.append(use)
            is_read = True
        if not is_read and name.casefold() not in NO_FIGURES:
            unread.append(name)
    absent = [one.code for position, one in enumerate(columns) if position not in found]
    if absent:
        raise SourceError(f"The layer {layer} has no columns {', '.join(f'{code}<year>' for code in absent)}.", detail=", ".join(fields)[:500])
    return uses, unread


def code_and_year(field: str) -> tuple[str, int | None]:
    """viol17 is viol, 2017; mort1_17 is mort1, 2017; a field without two digits at its end has no year."""
    match = COLUMN.fullmatch(field.casefold())
    if match is None:
        return field.casefold(), None
    year = int(match[2])
    return _bare(match[1]), year + (1900 if year >= PIVOT else 2000)


def _bare(code: str) -> str:
    return code.casefold().rstrip("_")


def period_for(year: int, one: Figure, kind: PeriodKind, context: Context) -> Period:
    """The period that a column of that year is of. Raises SourceError where the series does not count by years."""
    try:
        return period_of_year(year, kind, window_years=one.window_years, start_month=context.fiscal_year_start_month)
    except ValueError as problem:
        raise SourceError(f"config.toml: {one.measure}/{one.series} cannot take the figures of a source by year: {problem}.") from None
