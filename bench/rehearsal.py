"""The rehearsal of a bad day: three servers behind nginx on one PostgreSQL, 200 readers, three people of the staff who write, and meanwhile
one server is killed and then PostgreSQL is restarted. `make rehearsal`.

Prints what readers saw and what became of what was written. Fails (exit 1) where a follow-up that was acknowledged as saved is lost, where
one stands twice, or where readers have no page at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bench import replicas, returning
from bench.desk import Balance, Desk, balance
from bench.load import PAGES
from bench.replicas import Site
from bench.returning import Told
from lib.store.database import open_engine

READERS = 200
THOUGHT = 8.0  # seconds between two pages of a reader; half to one and a half times that
ARRIVE = 40.0  # seconds within which they come
CALM = 15.0  # seconds before, between and after the two blows: more than anybody thinks
AT_MOST = 60.0  # seconds until everybody has a page again; later is written down as it is
KILLED = "b"


@dataclass
class Blow:
    """Something that befalls the site, and what followed. Seconds."""

    name: str
    lost: int = 0  # readers whose connection broke
    until_all_served: float | None = None  # None: not within AT_MOST
    failed: int = 0  # pages that said that something went wrong, and
    failed_again: int = 0  # those that did when they were asked for once more


async def suffer(blow: Blow, told: Told, do: Callable[[], Awaitable[None]]) -> None:
    """Does it, and waits until everybody has asked for a page since, and has one."""
    failed, again, start = len(told.failed), len(told.failed_again), time.monotonic()
    await do()
    await asyncio.sleep(CALM)
    while (told.away or told.without) and time.monotonic() - start < AT_MOST:
        await asyncio.sleep(0.05)
    lost = [again for since, again in told.broken if since >= start]
    if not (told.away or told.without):
        blow.until_all_served = max([0.0, *(moment - start for moment in lost), *(again - start for since, again in told.mended if since >= start)])
    blow.lost = len(lost) + len(told.away)
    blow.failed, blow.failed_again = len(told.failed) - failed, len(told.failed_again) - again


async def day(site: Site, desks: list[Desk], told: Told) -> list[Blow]:
    end = time.monotonic() + 3600
    reading = asyncio.create_task(returning.read(site.url, site.trust, READERS, PAGES, told, arrive=ARRIVE, until=end, thought=THOUGHT))
    await asyncio.sleep(ARRIVE)
    while len(told.held_by) < READERS or told.away:
        await asyncio.sleep(0.05)
    await asyncio.sleep(CALM)
    blows = [Blow("one server of three is killed"), Blow("PostgreSQL is restarted")]

    async def kill() -> None:
        site.replica_of(KILLED).kill()
        desks["abc".index(KILLED)].kill()
        desks["abc".index(KILLED)].sit_down()

    async def restart() -> None:
        await asyncio.to_thread(site.database.stop)
        await asyncio.to_thread(site.database.start)

    for blow, do in zip(blows, (kill, restart), strict=True):
        await suffer(blow, told, do)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    return blows


def rehearse(city: Path | None = None) -> bool:
    """Whether nothing was lost."""
    started, told = time.monotonic(), Told()
    with tempfile.TemporaryDirectory(prefix="outcomestat-desks-") as folder, replicas.site(city=city) as site:
        print(f"three servers, nginx and PostgreSQL are up after {time.monotonic() - started:.0f} s", flush=True)
        desks = [Desk(f"desk {letter}", site.database.url, Path(folder)) for letter in "abc"]
        try:
            for desk in desks:
                desk.sit_down()
            blows = asyncio.run(day(site, desks, told))
        finally:
            for desk in desks:
                desk.kill()
        engine = open_engine(site.database.url)
        found = balance(engine, desks)
        engine.dispose()
        errors = sum(line.startswith(f"{desk.name}, ") for desk in desks for line in desk.errors())
    report(told, blows, found, errors, time.monotonic() - started)
    return not (found.lost or found.doubled or any(blow.until_all_served is None for blow in blows))


def report(told: Told, blows: list[Blow], found: Balance, errors: int, seconds: float) -> None:
    lines: list[tuple[str, object]] = [("readers", READERS), ("pages read", told.pages), ("connections lost and taken up again", len(told.broken)),
                                       ("attempts to connect that failed", told.refused)]  # fmt: skip
    for blow in blows:
        served = f"{blow.until_all_served:.1f} s" if blow.until_all_served is not None else f"not within {AT_MOST:.0f} s"
        lines += [(f"{blow.name}: readers who lost their connection", blow.lost), ("  until every reader had a page again", served),
                  ("  pages that said something went wrong", blow.failed), ("  and did so when asked for once more", blow.failed_again)]  # fmt: skip
    lines += [("readers without a page at the end", len(told.away)), ("follow-ups acknowledged as saved", found.acknowledged), ("follow-ups found", found.found),
              ("saves that were answered with an error", errors), ("lost", len(found.lost)), ("doubled", len(found.doubled)), ("seconds in all", f"{seconds:.0f}")]  # fmt: skip
    width = max(len(name) for name, _ in lines)
    print("\n".join(f"{name:{width}}  {value:>14}" for name, value in lines), flush=True)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="python -m bench.rehearsal", description=__doc__.splitlines()[0])
    arguments.add_argument("--city", type=Path, help="a folder with config.toml and data/ other than this one")
    sys.exit(0 if rehearse(arguments.parse_args().city) else 1)
