"""How the store and each page grow with the size of the city: made-up cities of `bench.scaled`, each figure beside that of the smallest.

A page is asked for over a raw websocket, so that only the server's own work counts. The aims follow from what a page shows: a list of
all indicators may cost in proportion to them, one indicator's page may not.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import sessions
from bench.figures import Figure
from bench.scaled import areas_at, figures_at, write_city
from bench.server import AFTERMATH, Built, Server, build_store, serve, surroundings
from bench.sessions import Address
from lib.settings import ROOT

FACTORS = (1, 3)
RUNS = 20  # CPU time comes in ticks of 10 ms
A_FIGURE = 1.2  # times what a figure takes to be stored in the smallest city

# What each page shows more of in a larger city: "" is nothing.
PAGES = (
    (Address("scorecard"), "indicators"),
    (Address("outcome", {"outcome": "outcome-1"}), "indicators"),
    (Address("indicator", {"indicator": "indicator-1"}), ""),
    (Address("map", {"measure": "measure_1"}), "areas"),
    (Address("equity", {"measure": "measure_1"}), "figures"),  # its last chart has every indicator, each from all areas
    (Address("neighborhood", {"area": "area-1"}), "indicators"),
    (Address("about"), ""),
)


@dataclass(frozen=True)
class Page:
    first: float  # seconds of the server's CPU, the first time that anybody asks
    again: float  # milliseconds, each further time
    sent: float  # KB


def sizes(folder: Path, factors: tuple[int, ...] = FACTORS) -> Iterator[Figure]:
    """For each factor a city is written, stored and read. The smallest has to come first."""
    least = factors[0]
    first_built: Built | None = None
    first_pages: dict[str, Page] = {}
    for factor in factors:
        name, more = f"Size {factor}", figures_at(factor) / figures_at(least)
        city = folder / f"city-{factor}"
        write_city(city, factor)
        subprocess.run([sys.executable, "-m", "lib.store", "derive"], cwd=ROOT, env=surroundings(folder / "none.db", city), check=True,
                       capture_output=True, text=True)  # fmt: skip
        built = build_store(city / "store.db", city)
        first_built = first_built or built
        yield Figure(f"{name}, {figures_at(factor):,} figures: store build, CPU", "s", [built.cpu], [first_built.cpu], A_FIGURE * more if factor > least else None)
        yield Figure(f"{name}: store build, memory", "MB", [built.megabytes], [first_built.megabytes])
        with serve("app", city, city) as server:
            times_more = {"indicators": factor / least, "areas": areas_at(factor) / areas_at(least), "figures": more, "": 1.0}
            for address, grows_with in PAGES:
                page = _page(server, address)
                beside, aim = first_pages.setdefault(address.page, page), A_FIGURE * times_more[grows_with] if factor > least else None
                yield Figure(f"{name}: {address.page}, first use of it", "s", [page.first], [beside.first], aim)
                yield Figure(f"{name}: {address.page}, once more", "ms", [page.again], [beside.again], aim)
                yield Figure(f"{name}: {address.page}, sent", "KB", [page.sent], [beside.sent], aim)
            yield Figure(f"{name}: memory after all pages", "MB", [server.memory()])


def _page(server: Server, address: Address) -> Page:
    first, _ = _cpu_and_bytes(server, address, 1)
    again, received = _cpu_and_bytes(server, address, RUNS)
    return Page(first, again * 1000 / RUNS, received / 1000)


def _cpu_and_bytes(server: Server, address: Address, runs: int) -> tuple[float, int]:
    """Seconds of the server's CPU for so many runs of one open page, and the bytes of the last."""
    before = server.cpu()
    received = sessions.again(server.url, address, runs)
    time.sleep(AFTERMATH)
    return server.cpu() - before, received
