"""Many readers at once, and what they cost in memory. The same readers, pages and pauses at every run; only the machine differs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import sessions
from bench.figures import Figure
from bench.server import Server, serve
from bench.sessions import Address, Heard

PAGES = (
    Address("scorecard"),
    Address("outcome", {"outcome": "safer-streets"}),
    Address("indicator", {"indicator": "violent-crime"}),
    Address("map", {"measure": "vacant_buildings"}),
    Address("equity", {"measure": "vacant_buildings"}),
    Address("neighborhood", {"area": "canton"}),
    Address("about"),
)
READERS = (1, 5, 20, 50, 200)
ARRIVE_A_SECOND = 10  # readers
THOUGHT = 3.0  # seconds
SECONDS = 30.0  # that a trial goes on after the last has arrived
IDLE = 40  # open pages by which the memory of one is measured
VIEWS = 1_000
AIMS_AGAIN = {50: 3.0}  # slowest twentieth of the further pages, against the middle one of a single reader
AIMS_FIRST = {200: 10.0}  # of the first pages, likewise
MEMORY_A_SESSION_MB, GROWTH = 0.3, 1.05


def load(folder: Path, *, seconds: float = SECONDS, readers: tuple[int, ...] = READERS, views: int = VIEWS) -> Iterator[Figure]:
    """Trials with ever more readers, then the memory of a session and after many views. A server of its own, warmed by every page."""
    with serve("app", folder) as server:
        sessions.view(server.url, PAGES, 2 * len(PAGES), sessions=1)
        alone: Heard | None = None
        for number in readers:
            heard = sessions.read(server.url, number, PAGES, arrive=number / ARRIVE_A_SECOND, seconds=seconds, thought=THOUGHT)
            alone = alone or heard
            yield from _figures(number, heard, alone)
        yield _per_session(server)
        yield _after_views(server, views)


def _figures(readers: int, heard: Heard, alone: Heard) -> Iterator[Figure]:
    name = f"{readers} reader{'' if readers == 1 else 's'}"
    if heard.first:
        yield Figure(f"{name}, first page: the slowest twentieth", "s", [slowest_twentieth(heard.first)], [median(alone.first)], AIMS_FIRST.get(readers))
    if heard.again:
        yield Figure(f"{name}, next page: the middle one", "s", [median(heard.again)], [median(alone.again)])
        yield Figure(f"{name}, next page: the slowest twentieth", "s", [slowest_twentieth(heard.again)], [median(alone.again)], AIMS_AGAIN.get(readers))
    yield Figure(f"{name}, pages a second", "", [heard.runs / heard.seconds])
    yield Figure(f"{name}, errors", "", [len(heard.errors)], (), 0, "value")


def slowest_twentieth(samples: list[float]) -> float:
    """The 95th percentile: the smallest sample that at least 95 % do not exceed."""
    ordered = sorted(samples)
    return ordered[-(-len(ordered) * 95 // 100) - 1]


def _per_session(server: Server) -> Figure:
    before = server.memory()
    grown = sessions.while_open(server.url, PAGES[0], IDLE, lambda: server.memory() - before)
    return Figure("Memory of one more open page", "MB", [max(grown, 0.0) / IDLE], (), MEMORY_A_SESSION_MB, "value")


def _after_views(server: Server, views: int) -> Figure:
    """Against the memory after as many views before: the first ones fill what is kept for all."""
    sessions.view(server.url, PAGES, views)
    before = server.memory()
    sessions.view(server.url, PAGES, views)
    return Figure(f"Memory, after {views:,} views more", "MB", [server.memory()], [before], GROWTH)

