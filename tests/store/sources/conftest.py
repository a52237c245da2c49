"""A made-up city of 55 areas with two tracts each, and a server for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from lib.model import Area, AreaName, Direction, NeighborhoodMeasure, PeriodKind, Series
from lib.neighborhoods import plain
from lib.store.sources.context import Context
from lib.store.sources.places import places_of
from lib.store.sources.settings import Sources
from tests.store.sources.server import Server

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FAST = {"connect_seconds": 2.0, "read_seconds": 2.0, "reply_seconds": 10.0, "retries": 0, "retry_wait_seconds": 0.01}


def area(number: int) -> Area:
    names = {
        1: ("Oldtown/Middle East", (AreaName("Jonestown", "neighborhood"),)),
        2: ("Mount Washington & Coldspring", (AreaName("Mt. Washington/Coldspring", "also written"),)),
    }
    name, more = names.get(number, (f"Ward {number:02d}", ()))
    tracts = (f"2451{number:03d}0100", f"2451{number:03d}0200")
    return Area(f"area-{number:02d}", name, "CSA", 1.0, more, tracts)


AREAS = tuple(area(number) for number in range(1, 56))


def series(id: str, kind: PeriodKind, unit: str, value_kind: str, multiplier: float | None) -> Series:
    return Series(id, id, unit, 1, kind, value_kind, multiplier)


def measure(id: str, *own: Series) -> NeighborhoodMeasure:
    return NeighborhoodMeasure(id, id, "Safety", 1, "made up", own[0].unit, 1, Direction.FALLS, "", (), (), False, "", "made up", own)


PERCENT, PER_1000 = "percent of households", "per 1,000 residents"
MEASURES = (
    measure("violent_crime", series("residents-2020", PeriodKind.CALENDAR, PER_1000, "rate", 1000.0),
            series("residents-2010", PeriodKind.CALENDAR, PER_1000, "rate", 1000.0)),
    measure("vacancy", series("published", PeriodKind.CALENDAR, PERCENT, "proportion", 100.0)),
    measure("income", series("published", PeriodKind.WINDOW, "dollars", "mean", None)),
    measure("completion", series("published", PeriodKind.SCHOOL, "percent of 12th graders", "proportion", 100.0)),
    measure("owners", series("survey", PeriodKind.WINDOW, PERCENT, "proportion", 100.0)),
    measure("residents", series("survey", PeriodKind.WINDOW, "residents", "count", None)),
)  # fmt: skip


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def other_server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def context(server, tmp_path) -> Callable[..., Context]:
    """The context for settings as config.toml would hold them; the server's host is named."""

    def made(*, now: datetime = NOW, limits: dict[str, Any] | None = None, **tables: Any) -> Context:
        settings = Sources.model_validate({"folder": "copies", "hosts": [server.origin], "limits": {**FAST, **(limits or {})}, **tables})
        places = places_of(AREAS, plain=plain, others={"Baltimore City": "baltimore-city"})
        return Context(settings, tmp_path, places, AREAS, MEASURES, now=lambda: now)

    return made


def vital_rows(columns: dict[str, Callable[[int], Any]], *, name_field: str = "CSA2010") -> list[dict[str, Any]]:
    """Rows of all 55 areas and the one that is no area, as BNIA's layers hold them."""
    rows = [
        {"OBJECTID": number, name_field: one.name, **{name: make(number) for name, make in columns.items()}, "Shape__Area": 1e7, "Shape__Length": 1e4}
        for number, one in enumerate(AREAS, start=1)
    ]
    return [*rows, {**rows[0], "OBJECTID": 56, name_field: "Unassigned -- Jail", **dict.fromkeys(columns)}]
