"""Hides small counts of people before anything is stored, so that no page, download or release holds them."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from lib.methods.suppression import Cell, Place, Whole, suppress
from lib.model import Indicator, MissingReason, NeighborhoodMeasure, Series
from lib.store.catalogue import Catalogue

log = logging.getLogger("outcomestat")
RESIDENTS = "residents"  # the unit of a measure that counts them
HIDDEN = ("value", "numerator", "lower", "upper")


@dataclass(frozen=True)
class Protected:
    """The catalogue as it may be published. `hides` is whether anything had to be hidden."""

    catalogue: Catalogue
    hides: bool


def protect(catalogue: Catalogue) -> Protected:
    """The catalogue with every small count of a sensitive indicator or measure, and what would give it away, suppressed.

    What is hidden in one series or vintage of a subject is hidden in all. Figures whose denominator is nowhere are left as
    their source published them; a measure that is counted per resident has the published number of residents for one. An
    indicator's figure for the city counts as known beside its neighborhood measure. Which counts were the small ones is told
    to nobody.
    """
    cities = sorted({framework.geography for framework in catalogue.frameworks})
    wholes = [Whole(city, tuple(area.id for area in catalogue.areas)) for city in cities] if catalogue.areas else []
    by_area, observations, hides = catalogue.area_observations, catalogue.observations, False
    people = _residents(by_area, [measure.id for measure in catalogue.measures if measure.unit == RESIDENTS])
    for measure in catalogue.measures:
        if measure.sensitive:
            own = by_area[by_area["measure"] == measure.id]
            beside = [observations[(observations["framework"] == framework.id) & (observations["indicator"] == one.id)]
                      for framework in catalogue.frameworks for one in framework.indicators if one.neighborhood_measure == measure.id]  # fmt: skip
            hidden = _hidden_places(own, measure, wholes, people if measure.counted_per == RESIDENTS else {}, beside, cities)
            by_area, hides = _without(by_area, own, hidden), hides or bool(hidden)
    for framework in catalogue.frameworks:
        for indicator in framework.indicators:
            if indicator.sensitive:
                own = observations[(observations["framework"] == framework.id) & (observations["indicator"] == indicator.id)]
                hidden = _hidden_places(own, indicator, wholes, {}, (), cities)
                observations, hides = _without(observations, own, hidden), hides or bool(hidden)
    return Protected(replace(catalogue, observations=observations, area_observations=by_area), hides)


def _residents(table: pd.DataFrame, population: Sequence[str]) -> dict[str, float]:
    """The newest count of residents by place: everybody can look it up."""
    own = table[table["measure"].isin(list(population)) & table["value"].notna()].sort_values("end", kind="stable")
    return dict(zip(own["geography"], own["value"], strict=True))


def _hidden_places(
    own: pd.DataFrame, subject: Indicator | NeighborhoodMeasure, wholes: Sequence[Whole], people: Mapping[str, float],
    beside: Iterable[pd.DataFrame], cities: Sequence[str],
) -> set[Place]:  # fmt: skip
    """What must be hidden of a subject, whatever the series: every series is asked, and none may give another's away."""
    hidden: set[Place] = set()
    known_city = [rows[rows["geography"].isin(list(cities)) & (rows["group"] == "")] for rows in beside]
    for series in subject.series:
        rows = own[own["series"] == series.id]
        cells = _cells(rows, series, people)
        there = {cell.place for cell in cells}
        for city in known_city:
            counted = [cell for cell in _cells(city, series, {}) if cell.place not in there and not math.isnan(cell.numerator)]
            cells += list({cell.place: replace(cell, vintage="") for cell in counted}.values()) if cells else []
        if cells:
            found = suppress(cells, wholes=wholes, multiplier=series.multiplier, value_kind=series.value_kind)
            log.info("%s %s: %s", subject.id, series.id, found.sentence)
            hidden |= set(found.hidden) & {_place(row) for row in own.itertuples()}
    return hidden


def _cells(rows: pd.DataFrame, series: Series, people: Mapping[str, float]) -> list[Cell]:
    """The figures whose count is known or can be worked out: from another vintage's denominator, or from the residents."""
    denominators: dict[Place, float] = {}
    for row in rows.itertuples():
        if not math.isnan(row.denominator):
            denominators.setdefault(_place(row), row.denominator)
    cells = []
    for row in rows.itertuples():
        numerator, denominator = row.numerator, row.denominator
        if math.isnan(denominator):
            denominator = denominators.get(_place(row), people.get(row.geography, math.nan))
        if series.value_kind == "count" and math.isnan(numerator):
            numerator = row.value
        if math.isnan(row.value):
            numerator = math.nan if row.missing_reason else numerator
        if not (math.isnan(numerator) and math.isnan(denominator)):
            cells.append(Cell(row.period, row.geography, row.dimension, row.group, row.vintage, numerator, denominator, row.value))
    return cells


def _place(row) -> Place:
    return Place(row.period, row.geography, row.dimension, row.group)


def _without(table: pd.DataFrame, own: pd.DataFrame, hidden: set[Place]) -> pd.DataFrame:
    """The table with these places empty in every series and vintage; and no count beside any value that is missing."""
    hide = [row.Index for row in own.itertuples() if _place(row) in hidden]
    bare = [row.Index for row in own.itertuples() if math.isnan(row.value) and not (math.isnan(row.numerator) and math.isnan(row.lower))]
    if not hide and not bare:
        return table
    table = table.copy()
    table.loc[hide + bare, list(HIDDEN)] = math.nan
    table.loc[hide, "missing_reason"] = str(MissingReason.SUPPRESSED)
    table.loc[hide, "note"] = ""
    return table
