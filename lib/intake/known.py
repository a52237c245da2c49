"""What is known before a file is read: the catalogue, the places, and the figures that are stored."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from lib.errors import SettingsError
from lib.language import _
from lib.model import Area, Framework, Geography, NeighborhoodMeasure
from lib.store.catalogue import Catalogue

SeriesKey = tuple[str, str, str]  # "indicator" or "measure", its id, its series
LineKey = tuple[str, str, str]  # geography, dimension, group
INDICATOR, MEASURE = "indicator", "measure"


class StoredFigure(NamedTuple):
    end: date
    period: str
    value: float  # NaN = missing
    numerator: float
    denominator: float
    missing_reason: str
    provisional: bool


@dataclass(frozen=True)
class Known:
    """`observations` as lib.store.queries.observations gives them, all indicators of the framework; `area_observations` as
    queries.area_observations gives them, all measures under each other. Of several vintages the newest counts."""

    framework: Framework
    measures: Sequence[NeighborhoodMeasure]
    areas: Sequence[Area]
    geographies: Sequence[Geography]
    observations: pd.DataFrame
    area_observations: pd.DataFrame
    fiscal_year_start_month: int = 7
    _none: dict = field(default_factory=dict, repr=False)

    @cached_property
    def stored(self) -> dict[SeriesKey, dict[LineKey, dict[str, StoredFigure]]]:
        """The stored figures: by series, then by place and group, then by period."""
        found: dict[SeriesKey, dict[LineKey, dict[str, StoredFigure]]] = {}
        for kind, name, table in ((INDICATOR, "indicator", self.observations), (MEASURE, "measure", self.area_observations)):
            if table.empty:
                continue
            columns = [name, "series", "geography", "dimension", "group", *StoredFigure._fields, "vintage"]
            rows = table[columns].sort_values("vintage", kind="stable").itertuples(index=False, name=None)
            for subject, series, geography, dimension, group, *figure, _vintage in rows:
                line = found.setdefault((kind, subject, series), {}).setdefault((geography, dimension, group), {})
                line[figure[1]] = StoredFigure(*figure)
        return found

    def lines(self, series: SeriesKey) -> dict[LineKey, dict[str, StoredFigure]]:
        return self.stored.get(series, self._none)

    def values(self, series: SeriesKey) -> list[float]:
        """Every stored value of a series, whatever its place and period."""
        return [one.value for line in self.lines(series).values() for one in line.values() if not math.isnan(one.value)]

    def newest_end(self, series: SeriesKey) -> date:
        """When the newest stored figure's period ends; the first of all days where there is none."""
        return max((one.end for line in self.lines(series).values() for one in line.values()), default=date.min)


def known_from(catalogue: Catalogue, *, framework: str, fiscal_year_start_month: int) -> Known:
    """What `data/` says, without any database."""
    found = next((one for one in catalogue.frameworks if one.id == framework), None)
    if found is None:
        raise SettingsError(_("config.toml names the framework {framework!r}, and data/frameworks/ does not hold it.").format(framework=framework))
    table = catalogue.observations
    return Known(
        framework=found,
        measures=catalogue.measures,
        areas=catalogue.areas,
        geographies=catalogue.geographies,
        observations=table[table["framework"] == framework],
        area_observations=catalogue.area_observations,
        fiscal_year_start_month=fiscal_year_start_month,
    )
