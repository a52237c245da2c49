"""A made-up city that is published: ten areas, money, Stats, two vintages of a figure, small counts, and text that a spreadsheet would run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from lib.opendata.edition import Edition, read_edition
from lib.settings import FrameworkChoice, Settings, Site, read_settings
from lib.store import build
from lib.store.database import open_engine
from lib.store.published import open_reader
from tests.cities import (
    BUDGET,
    COVERAGE,
    FIGURES,
    SERVICE_LINKS,
    SERVICE_MEASURES,
    area_rows,
    measure,
    with_stats,
    write,
)

TODAY = date(2026, 11, 25)
SECRET = ("0.7345", "0.8123")  # rates per 1,000 of 7 and 8 events: small counts of people
REVISED = "fires,tinyville,,,2024,8.25,825,100000,7.9,8.6,,true,2026-03,=SUM(A1),tests/cities.py\n"
MISSING = "fires,tinyville,,,2019,,,,,,not reported,false,,,tests/cities.py\n"


def files(**more: str) -> dict[str, str]:
    deaths = {"2020": [*(float(one) for one in SECRET), *([20.0] * 8)], "2025": [20.0] * 9 + ["not reported"]}
    return with_stats() | {
        "services.csv": SERVICE_LINKS, "budget.csv": BUDGET, "budget_coverage.csv": COVERAGE, "service_measures.csv": SERVICE_MEASURES,
        "frameworks/tiny/observations/fires.csv": FIGURES + REVISED + MISSING,
        "measures/deaths.toml": measure("deaths", "Deaths", sensitive="true"),
        "measures/deaths.csv": area_rows(deaths),
    } | more  # fmt: skip


def settings(**site: str) -> Settings:
    changes = {"framework": FrameworkChoice(current="tiny"), "site": Site(**{"address": "", "email": ""} | site)}
    return read_settings().model_copy(update=changes)


def built(folder: Path, content: dict[str, str] | None = None, url: str = "") -> str:
    """Builds the store of a city in that folder and gives its address."""
    url = url or f"sqlite:///{folder / 'store.db'}"
    engine = open_engine(url)
    build.build(engine, write(folder, files() if content is None else content))
    engine.dispose()
    return url


def edition_of(url: str, **site: str) -> Edition:
    return read_edition(open_reader(url), settings(**site), as_of=TODAY)
