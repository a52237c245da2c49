"""`python -m bench` measures the application beside bare Streamlit pages, in turns, and prints a table.

It is a report: whether aims are kept does not change how it ends. It ends with 1 only when it could not measure.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from playwright.sync_api import Error as BrowserError

from bench import browser as chromium
from bench import measure, pairs, report
from bench.figures import Figure
from bench.growth import growth
from bench.intake import intake
from bench.load import load
from bench.requests import figures as requests
from bench.requests import in_a_browser as requests_in_a_browser
from bench.sizes import FACTORS, sizes
from lib.settings import ROOT

RESULTS = ROOT / "bench" / "results"
QUICK = {"views": 3, "changes": 5, "batches": 1, "starts": 1}
FULL = {"views": 7, "changes": 15, "batches": 3, "starts": 3}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: for a first look, not to compare")
    parser.add_argument("--only", default="", help="only pages whose name contains this, e.g. scorecard")
    parser.add_argument("--factors", type=_factors, default=FACTORS, help="sizes of the made-up cities, the smallest first: 1,3,10 "
                        "(10 takes half an hour and 5 GB of disk)")  # fmt: skip
    parser.add_argument("--keep", action="store_true", help="write the figures also into bench/results, by day, to be compared later")
    chosen = parser.parse_args(arguments)
    times = QUICK if chosen.quick else FULL
    try:
        with chromium.launched() as browser, tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            about = _about(browser.version, times)
            figures = []
            for figure in _figures(browser, Path(folder), stack, times, chosen.only.lower(), chosen.factors):
                figures.append(figure)
                sys.stderr.write(f"  {figure.name}\n")
    except (BrowserError, OSError, RuntimeError) as problem:
        sys.stderr.write(f"Could not measure: {problem}\n")
        return 1
    except subprocess.CalledProcessError as problem:
        sys.stderr.write(f"A program that was measured failed: {problem.stderr}\n")
        return 1
    report.write_json(RESULTS / "latest.json", figures, about)
    if chosen.keep:
        report.write_json(RESULTS / f"{date.today():%Y-%m-%d}.json", figures, about)
    sys.stdout.write("\n".join(f"{name}: {text}" for name, text in about.items()) + f"\n\n{report.table(figures)}\n")
    return 0


def _factors(text: str) -> tuple[int, ...]:
    """Sizes of cities, the smallest first. Raises argparse's own error for anything but numbers from 1 on."""
    parts = [one.strip() for one in text.split(",")]
    if not all(one.isdecimal() and int(one) for one in parts):
        raise argparse.ArgumentTypeError(f"{text!r} are no sizes; write numbers from 1 on, such as 1,3")
    return tuple(sorted(int(one) for one in parts))


def _figures(browser, folder: Path, stack: ExitStack, times: dict[str, int], only: str, factors: tuple[int, ...]) -> Iterator[Figure]:
    yield measure.store(folder, times["starts"])
    (apart := folder / "requests").mkdir()
    parts: dict[str, Callable[[], Iterable[Figure]]] = {
        "growth": growth,
        "sizes": lambda: sizes(folder, factors),
        "intake": intake,
        "requests": lambda: chain(requests(apart), requests_in_a_browser(browser, apart)),
        "load": lambda: load(folder, seconds=10 if times is QUICK else 30),
    }
    if url := os.environ.get("BENCH_POSTGRESQL"):  # an empty database on loopback
        parts["requests on PostgreSQL"] = lambda: requests(apart, url=url)
    for name, part in parts.items():
        if only in name.lower():
            yield from part()
    if only in pairs.COLD.name.lower():
        yield from measure.cold_start(browser, pairs.COLD, folder, times["starts"])
    servers = measure.keep_running(stack, folder)
    for pair in pairs.VIEWS:
        if only in pair.name.lower():
            yield from measure.views(browser, pair, servers, times["views"])
            yield from measure.transferred(browser, pair, servers)
    for pair in pairs.CHANGES:
        if only in pair.name.lower():
            yield from measure.changes(browser, pair, servers, times["changes"])
    for name, view in pairs.RERUNS.items():
        if only in name:
            yield measure.cpu(browser, name, view, servers, times["batches"])
    if not only:
        yield measure.memory(servers, pairs.BARE_TABLE.script)


def _about(chromium_version: str, times: dict[str, int]) -> dict[str, str]:
    return {
        "Measured on": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start; Python {platform.python_version()}, "
        f"Streamlit {version('streamlit')}, Chromium {chromium_version}",
        "Medians of": f"{times['views']} views, {times['changes']} changes, {times['batches']} x {measure.RERUNS_A_BATCH} "
        f"reruns, {times['starts']} starts; ours and bare in turns, the ratio is the median of those of neighbours",
    }


if __name__ == "__main__":
    sys.exit(main())
