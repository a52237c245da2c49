"""Figures by area, put in order: one series of one measure over its periods, and the class of each area on the map.

Pure: figures in, answers out, as in assessment.py. A figure with a caution is kept and shown but takes part in nothing.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from lib.language import later
from lib.methods.equity import AreaValue
from lib.methods.funnel import ComparisonAnswer, area_limits, comparison_with_city
from lib.methods.intervals import standard_error_of_proportion, standard_error_of_rate
from lib.methods.periods import parse_period
from lib.model import Area, Direction, MissingReason, NeighborhoodMeasure, Period, Series

NOT_USED = later("not used")  # the reason on the map of a figure with a caution
FEW_EVENTS = 20  # below, a rate says little: CDC WISQARS


@dataclass(frozen=True)
class AreaFigure:
    """One area's figure of one period. `reason` is "" where the value may be used; else why it may not."""

    area: str
    value: float  # as published, also where it is not used; NaN = missing
    reason: str
    note: str
    reference: str
    vintage: str
    numerator: float  # events; worked out from rate and residents where `approximate`
    denominator: float
    approximate: bool
    se: float  # NaN = not known

    @property
    def usable(self) -> float:
        """The value where it may be used in maps, gaps and trends, else NaN."""
        return math.nan if self.reason else self.value

    @property
    def is_unstable(self) -> bool:
        """Whether so few events stand behind it that it says little. False where the events are not known."""
        return self.numerator < FEW_EVENTS


@dataclass(frozen=True)
class Residents:
    """How many people live in each area, at the times of the counts there are."""

    counts: tuple[tuple[date, Mapping[str, float]], ...]

    def near(self, day: date) -> Mapping[str, float]:
        """By area, from the count nearest in time; {} where there is none."""
        if not self.counts:
            return {}
        return min(self.counts, key=lambda one: abs((one[0] - day).days))[1]


@dataclass(frozen=True)
class Layer:
    """One series of a measure: for each period, oldest first, the figures of all areas in their order."""

    measure: NeighborhoodMeasure
    series: Series
    periods: tuple[Period, ...]
    figures: Mapping[str, tuple[AreaFigure, ...]]  # by period label
    city: Mapping[str, float]  # by period label; a period that is absent is not published for the whole city
    breaks: tuple[float, ...]  # upper limits of the classes, pooled over the periods
    change_breaks: tuple[float, ...]
    association: Mapping[str, Mapping[str, Any]]  # by period label: moran, p, clusters, n

    @property
    def latest(self) -> Period:
        return self.periods[-1]

    def values(self, period: str) -> dict[str, float]:
        """The usable values of that period, by area."""
        return {one.area: one.value for one in self.figures[period] if not math.isnan(one.usable)}


def layers_of(
    measure: NeighborhoodMeasure,
    table: pd.DataFrame,
    areas: Sequence[Area],
    *,
    city: str,
    residents: Residents,
    spatial: Mapping[str, Mapping[str, Any]],
    fiscal_year_start_month: int,
) -> tuple[Layer, ...]:
    """Every series of a measure that has figures, the one with the newest figure first.

    `table` as lib.store.queries.area_observations gives it; `spatial` as it is stored, by "measure/series".
    """
    found = []
    for series in measure.series:
        own = table[(table["series"] == series.id) & (table["group"] == "")]
        by_area = own[own["geography"].isin([area.id for area in areas])]
        if by_area.empty:
            continue
        periods = sorted({parse_period(label, series.kind, fiscal_year_start_month=fiscal_year_start_month) for label in by_area["period"]})
        known = spatial.get(f"{measure.id}/{series.id}", {})
        found.append(
            Layer(
                measure=measure,
                series=series,
                periods=tuple(periods),
                figures=_figures(measure, series, by_area, areas, periods, residents),
                city=_city(own, city),
                breaks=tuple(known.get("breaks", ())),
                change_breaks=tuple(known.get("change_breaks", ())),
                association=known.get("periods", {}),
            )
        )
    return tuple(sorted(found, key=lambda layer: layer.latest, reverse=True))


def _city(own: pd.DataFrame, city: str) -> dict[str, float]:
    whole = own[(own["geography"] == city) & own["value"].notna()]
    return dict(zip(whole["period"], whole["value"], strict=True))


def _figures(
    measure: NeighborhoodMeasure, series: Series, table: pd.DataFrame, areas: Sequence[Area], periods: Sequence[Period], residents: Residents
) -> dict[str, tuple[AreaFigure, ...]]:
    """By period label, the figures of all areas in their order."""
    rows: dict[str, dict[str, Any]] = {period.label: {} for period in periods}
    for row in table.itertuples():
        rows[row.period][row.geography] = row
    found = {}
    for period in periods:
        own, people = rows[period.label], residents.near(period.end) if measure.counted_per == "residents" else {}
        found[period.label] = tuple(
            _figure(area.id, own[area.id], series, people.get(area.id, math.nan)) if area.id in own
            else AreaFigure(area.id, math.nan, str(MissingReason.NOT_REPORTED), "", "", "", math.nan, math.nan, False, math.nan)
            for area in areas
        )  # fmt: skip
    return found


def _figure(area: str, row: Any, series: Series, people: float) -> AreaFigure:
    numerator, denominator = row.numerator, row.denominator
    approximate = math.isnan(numerator) and not math.isnan(people) and series.value_kind == "rate" and not math.isnan(row.value)
    if approximate:
        numerator, denominator = row.value * people / series.multiplier, people
    return AreaFigure(
        area=area,
        value=row.value,
        reason=row.missing_reason or (NOT_USED if row.caution else ""),
        note=" ".join(one for one in (row.caution and f"{row.caution}:", row.note) if one),
        reference=row.reference,
        vintage=row.vintage,
        numerator=numerator,
        denominator=denominator,
        approximate=approximate,
        se=_standard_error(row, series, numerator, denominator),
    )


def _standard_error(row: Any, series: Series, numerator: float, denominator: float) -> float:
    """From the published limits (95 %), else from the counts, else not known."""
    if not math.isnan(row.lower) and not math.isnan(row.upper):
        return (row.upper - row.lower) / 3.92
    if math.isnan(numerator) or math.isnan(denominator) or denominator <= 0 or series.multiplier is None:
        return math.nan
    if series.value_kind == "rate":
        return standard_error_of_rate(numerator, denominator, multiplier=series.multiplier)
    if series.value_kind == "proportion" and numerator <= denominator:
        return series.multiplier * standard_error_of_proportion(numerator, denominator)
    return math.nan


def class_of(value: float, breaks: Sequence[float]) -> int | None:
    """Which class a value is in: the first whose upper limit it does not pass. None for a missing value or no breaks.

    Example: with breaks 0.7, 1.6, 4.6 the value 0.7 is in class 0 and 0.8 in class 1.
    """
    if math.isnan(value) or not breaks:
        return None
    return min(bisect_left(breaks, value), len(breaks) - 1)


def change_class(change: float, breaks: Sequence[float], improves_when: Direction) -> int | None:
    """From 0, much better, through 2, little change, to 4, much worse. Without a judgement: from much lower to much higher."""
    if math.isnan(change) or len(breaks) < 2:
        return None
    size = bisect_left(breaks, abs(change))  # 0 little, 1 some, 2 much
    worse = (change > 0) != (improves_when is Direction.RISES)
    return 2 + size if worse else 2 - size


def changes(layer: Layer, earlier: str, later: str) -> dict[str, float]:
    """Later less earlier by area, where both may be used."""
    before, after = layer.values(earlier), layer.values(later)
    return {area: after[area] - before[area] for area in before if area in after}


def worst_first(layer: Layer, period: str) -> list[AreaFigure]:
    """The usable figures of a period, those that stand worst first; highest first where there is no judgement."""
    known = [one for one in layer.figures[period] if not math.isnan(one.usable)]
    return sorted(known, key=lambda one: one.value, reverse=layer.measure.improves_when is not Direction.RISES)


def found_by(areas: Sequence[Area], text: str) -> list[tuple[Area, str]]:
    """The areas that a typed text finds, each with the name that it was found by: the start of a name before its middle.

    Case, blanks, "&" and "and", dots and apostrophes make no difference: "remin" finds Remington's area.
    """
    wanted = plain(text)
    if not wanted:
        return []
    hits = []
    for area in areas:
        names = [area.name, *area.other_names, *area.neighborhoods]
        ranked = sorted((_rank(plain(name), wanted), position, name) for position, name in enumerate(names) if wanted in plain(name))
        if ranked:
            hits.append((ranked[0][0], area.name, area, ranked[0][2]))
    return [(area, name) for _, _, area, name in sorted(hits, key=lambda hit: hit[:2])]


def _rank(name: str, wanted: str) -> int:
    """0 the whole name, 1 its start, 2 the start of a word, 3 elsewhere."""
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    return 2 if f" {wanted}" in f" {name.replace('/', ' ')}" else 3


def plain(text: str) -> str:
    """A name as it is compared: small letters, single blanks, "&" as "and", without dots and apostrophes."""
    text = text.casefold().replace("&", " and ").replace(".", "").replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    return " ".join(text.split())


def residents_of(tables: Sequence[pd.DataFrame]) -> Residents:
    """The counts of residents in the figures of the measures that hold them."""
    counts = []
    for table in tables:
        known = table[table["value"].notna() & (table["caution"] == "")]
        for end, rows in known.groupby("end"):
            counts.append((end, dict(zip(rows["geography"], rows["value"], strict=True))))
    return Residents(tuple(sorted(counts, key=lambda one: one[0])))


@dataclass(frozen=True)
class Standing:
    """One area's newest figure in a series beside the city's, and what it was at first."""

    layer: Layer
    figure: AreaFigure
    period: Period
    city: float  # as published, else of all areas together; NaN where neither is known
    city_is_pooled: bool
    comparison: ComparisonAnswer
    earlier: tuple[Period, float] | None  # the first period with a figure, where there is more than one


def standing(layer: Layer, area: str, *, residents: Residents) -> Standing | None:
    """How an area stands in the newest period for which it has a usable figure; None where it has none."""
    own = [(period, _figure_of(layer, period, area)) for period in layer.periods]
    known = [(period, one) for period, one in own if not math.isnan(one.usable)]
    if not known:
        return None
    period, figure = known[-1]
    city, pooled = city_of(layer, period, residents=residents)
    as_value = AreaValue(area, figure.value, 1.0, numerator=figure.numerator, denominator=figure.denominator,
                         se=figure.se if math.isnan(figure.numerator) else math.nan)  # fmt: skip
    limits = area_limits(as_value, value_kind=layer.series.value_kind, multiplier=layer.series.multiplier)
    return Standing(
        layer=layer,
        figure=figure,
        period=period,
        city=city,
        city_is_pooled=pooled,
        comparison=comparison_with_city(limits, city=city, improves_when=layer.measure.improves_when),
        earlier=(known[0][0], known[0][1].value) if len(known) > 1 else None,
    )


def why_missing(layer: Layer, area: str) -> str:
    """Why the newest period has no usable figure for an area; "" when it has one."""
    return _figure_of(layer, layer.latest, area).reason


def city_of(layer: Layer, period: Period, *, residents: Residents) -> tuple[float, bool]:
    """The whole city's figure: as published, else (True) the average of all areas. NaN where neither is known."""
    published = layer.city.get(period.label)
    return (_average(layer, period, residents), True) if published is None else (published, False)


def _figure_of(layer: Layer, period: Period, area: str) -> AreaFigure:
    return next(one for one in layer.figures[period.label] if one.area == area)


def _average(layer: Layer, period: Period, residents: Residents) -> float:
    """The mean of all areas, weighted by residents where they were counted. NaN for counts, which have no mean."""
    if layer.series.value_kind == "count":
        return math.nan
    people = residents.near(period.end)
    pairs = [(value, people.get(area, math.nan) if people else 1.0) for area, value in layer.values(period.label).items()]
    used = [(value, weight) for value, weight in pairs if weight > 0]
    return math.fsum(value * weight for value, weight in used) / math.fsum(weight for _, weight in used) if used else math.nan
