"""Hides small counts of people before anything is stored, so that no page, download or database file holds them."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from lib.methods.suppression import Cell, Suppression, Whole, suppress
from lib.model import Indicator, MissingReason, NeighborhoodMeasure, Series
from lib.store.catalogue import Catalogue

log = logging.getLogger("outcomestat")
HIDDEN = ("value", "numerator", "lower", "upper")


def protect(catalogue: Catalogue) -> Catalogue:
    """The catalogue with every small count of a sensitive indicator or measure, and what would give it away, suppressed.

    Figures without any count are left as their source published them: nothing can be worked out from a rate whose
    denominator is nowhere. Which counts were the small ones is told to nobody.
    """
    cities = sorted({framework.geography for framework in catalogue.frameworks})
    wholes = [Whole(city, tuple(area.id for area in catalogue.areas)) for city in cities] if catalogue.areas else []
    by_area = catalogue.area_observations
    for measure in catalogue.measures:
        if measure.sensitive:
            by_area = _protected(by_area, by_area["measure"] == measure.id, measure, wholes)
    observations = catalogue.observations
    for framework in catalogue.frameworks:
        for indicator in framework.indicators:
            if indicator.sensitive:
                own = (observations["framework"] == framework.id) & (observations["indicator"] == indicator.id)
                observations = _protected(observations, own, indicator, wholes)
    return replace(catalogue, observations=observations, area_observations=by_area)


def _protected(
    table: pd.DataFrame, own: pd.Series, subject: Indicator | NeighborhoodMeasure, wholes: Sequence[Whole]
) -> pd.DataFrame:
    for series in subject.series:
        rows = table[own & (table["series"] == series.id)]
        rows = rows[rows[["numerator", "denominator"]].notna().any(axis=1)]
        if len(rows):
            table = _hidden(table, rows, _suppression(rows, series, wholes), subject)
    return table


def _suppression(rows: pd.DataFrame, series: Series, wholes: Sequence[Whole]) -> Suppression:
    return suppress([_cell(row) for row in rows.itertuples()], wholes=wholes, multiplier=series.multiplier, value_kind=series.value_kind)


def _cell(row) -> Cell:
    return Cell(row.period, row.geography, row.dimension, row.group, row.vintage, row.numerator, row.denominator, row.value)


def _hidden(table: pd.DataFrame, rows: pd.DataFrame, found: Suppression, subject: Indicator | NeighborhoodMeasure) -> pd.DataFrame:
    hide = [row.Index for row in rows.itertuples() if found.hides(_cell(row)) and not math.isnan(row.value)]
    if not hide:
        return table
    log.info("%s: %s", subject.id, found.sentence)
    table = table.copy()
    table.loc[hide, list(HIDDEN)] = math.nan
    table.loc[hide, "missing_reason"] = str(MissingReason.SUPPRESSED)
    table.loc[hide, "note"] = ""
    return table
