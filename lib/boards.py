"""What a topic board shows: each of its items with its figures in order, and, where it is an indicator in the city, with its assessment.

Pure: the catalogue and its figures in, panels out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from lib.assessment import Assessment, Figure, figures_of, with_gaps
from lib.model import BoardItem, Series, TopicBoard
from lib.neighborhoods import Layer, Residents, city_of


@dataclass(frozen=True)
class Panel:
    """One item of a board. Without a series it is not in the framework, or not in the figures, that are shown today."""

    item: BoardItem
    name: str
    place: str  # where, or of whom
    series: Series | None = None
    figures: tuple[Figure, ...] = ()  # oldest first; a gap in time stands as a missing figure
    source: str = ""
    assessment: Assessment | None = None  # of an indicator's headline in the whole city
    worked_out: bool = False  # the city's figures are the average of its areas; nobody published them

    @property
    def known(self) -> tuple[Figure, ...]:
        return tuple(one for one in self.figures if not math.isnan(one.value))

    @property
    def latest(self) -> Figure | None:
        return self.known[-1] if self.known else None


def of_indicator(item: BoardItem, one: Assessment | None, observations: pd.DataFrame, *, places: Mapping[str, str]) -> Panel:
    """An indicator's series in a place or of a group. `observations` are that indicator's; `one` is None where the framework that is shown
    does not have it."""
    if one is None:
        return Panel(item, item.indicator, "")
    series = one.indicator.series_by_id(item.series or one.indicator.headline)
    place = item.geography or one.city
    where = ", ".join(part for part in (places.get(place, place), item.group) if part)
    if series is one.series and place == one.city and not item.group:
        return Panel(item, one.indicator.name, where, series, one.figures, one.indicator.source, one)
    own = observations[(observations["dimension"] == item.dimension) & (observations["group"] == item.group)].assign(group="")
    return Panel(item, series.name, where, series, with_gaps(figures_of(own, series, place)), one.indicator.source)


def of_measure(item: BoardItem, layers: Sequence[Layer], *, residents: Residents, city: str, places: Mapping[str, str]) -> Panel:
    """A neighborhood measure in one area, or in the whole city: as published, else as the average of its areas."""
    layer = next((one for one in layers if item.series in ("", one.series.id)), None)
    place = item.geography if item.geography != city else ""
    if layer is None:
        return Panel(item, item.measure, places.get(place or city, place))
    figures = _in_area(layer, place) if place else _in_the_city(layer, residents)
    worked_out = not place and any(period.label not in layer.city for period in layer.periods) and any(not math.isnan(one.value) for one in figures)
    return Panel(item, layer.measure.name, places.get(place or city, place), layer.series, with_gaps(figures), layer.measure.source, worked_out=worked_out)


def _in_area(layer: Layer, area: str) -> list[Figure]:
    own = [(period, next((one for one in layer.figures[period.label] if one.area == area), None)) for period in layer.periods]
    return [Figure(period, one.usable, one.numerator, one.denominator, one.reason, False, one.vintage, one.note, one.reference, 0) for period, one in own if one]


def _in_the_city(layer: Layer, residents: Residents) -> list[Figure]:
    found = []
    for period in layer.periods:
        value, pooled = city_of(layer, period, residents=residents)
        reason = "not reported" if math.isnan(value) else ""
        found.append(Figure(period, value, math.nan, math.nan, reason, False, "", "average of the areas" if pooled and not reason else "", layer.measure.reference, 0))
    return found


def of_own(item: BoardItem, board: TopicBoard, observations: pd.DataFrame, *, city: str, places: Mapping[str, str]) -> Panel:
    """A series of the board's own figures."""
    series = next(one for one in board.series if one.id == item.series)
    place = item.geography or city
    figures = figures_of(observations, series, place)
    return Panel(item, series.name, places.get(place, place), series, with_gaps(figures), "")
