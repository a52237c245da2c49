"""How the map's period change grows with the number of areas and periods: made-up squares, our own functions, no browser."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from statistics import median

import pandas as pd

from bench.figures import Figure
from lib.charts import map as drawn
from lib.charts.theme import WORSE_DARKER
from lib.model import Area, Direction, NeighborhoodMeasure, PeriodKind, Series
from lib.neighborhoods import Layer, Residents, class_of, layers_of

SIZES = ((55, 10), (55, 40), (278, 10), (278, 40), (2_000, 10), (2_000, 40))
REPEATS = 5
SERIES = Series("one", "Made up", "per 1,000 residents", 1, PeriodKind.CALENDAR, "rate", 1000.0)
MEASURE = NeighborhoodMeasure("one", "Made up", "Tests", 1, "Made up.", SERIES.unit, 1, Direction.FALLS, "Made up", (), (), False, "", "made up", (SERIES,))
BREAKS = (20.0, 40.0, 60.0, 80.0, 100.0)


def growth() -> Iterator[Figure]:
    """For each size what a change of period sends (the map alone) and what it costs a server; the smallest stands beside it."""
    first: tuple[list[float], list[float], list[float]] | None = None
    for areas, periods in SIZES:
        sent, change, first_use = _measured(areas, periods)
        first = first or (sent, change, first_use)
        name = f"Map of {areas:,} areas, {periods} periods"
        yield Figure(f"{name}: a change sends", "KB", sent, first[0])
        yield Figure(f"{name}: a change costs", "ms", change, first[1])
        yield Figure(f"{name}: first use costs", "ms", first_use, first[2])


def _measured(areas: int, periods: int) -> tuple[list[float], list[float], list[float]]:
    places = [Area(f"area-{number}", f"Area {number}", "made up", 1.0, (), ()) for number in range(areas)]
    table = _table(areas, periods)
    sent, change, first_use = [], [], []
    for _ in range(REPEATS):
        started = time.process_time()
        (layer,) = layers_of(MEASURE, table, places, city="", residents=Residents(()), spatial={}, fiscal_year_start_month=7)
        layer = replace(layer, breaks=BREAKS)
        first_use.append((time.process_time() - started) * 1000)
        started = time.process_time()
        described = _described(layer, layer.latest.label)
        change.append((time.process_time() - started) * 1000)
        sent.append(len(described) / 1000)
    return [median(sent)], change, first_use


def _described(layer: Layer, period: str) -> str:
    figures = layer.figures[period]
    shown = drawn.AreaMap(names=[one.area for one in figures], classes=[class_of(one.usable, layer.breaks) for one in figures],
                          reasons=[one.reason for one in figures], palette=WORSE_DARKER, labels=[""] * 5, title="", subtitle="", source="")  # fmt: skip
    return drawn.deck(shown, shapes="app/static/areas.geojson", patterns="app/static/patterns.png",
                      view={"longitude": -76.6, "latitude": 39.3, "zoom": 10.0}).to_json()  # fmt: skip


def _table(areas: int, periods: int) -> pd.DataFrame:
    rows = [
        ("one", f"area-{area}", "", str(1980 + period), float((area * 7 + period) % 100), date(1980 + period, 12, 31))
        for period in range(periods)
        for area in range(areas)
    ]
    table = pd.DataFrame(rows, columns=["series", "geography", "group", "period", "value", "end"])
    return table.assign(numerator=float("nan"), denominator=float("nan"), lower=float("nan"), upper=float("nan"), missing_reason="",
                        caution="", note="", reference="made up", vintage="")  # fmt: skip
