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
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

from playwright.sync_api import Error as BrowserError

from bench import browser as chromium
from bench import measure, pairs, report
from bench.figures import Figure
from bench.growth import growth
from bench.intake import intake
from bench.requests import figures as requests
from lib.settings import ROOT

LATEST = ROOT / "bench" / "results" / "latest.json"
QUICK = {"views": 3, "changes": 5, "batches": 1, "starts": 1}
FULL = {"views": 7, "changes": 15, "batches": 3, "starts": 3}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions: for a first look, not to compare")
    parser.add_argument("--only", default="", help="only pages whose name contains this, e.g. scorecard")
    chosen = parser.parse_args(arguments)
    times = QUICK if chosen.quick else FULL
    try:
        with chromium.launched() as browser, tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            about = _about(browser.version, times)
            figures = []
            for figure in _figures(browser, Path(folder), stack, times, chosen.only.lower()):
                figures.append(figure)
                sys.stderr.write(f"  {figure.name}\n")
    except (BrowserError, OSError, RuntimeError) as problem:
        sys.stderr.write(f"Could not measure: {problem}\n")
        return 1
    except subprocess.CalledProcessError as problem:
        sys.stderr.write(f"Could not build the store: {problem.stderr}\n")
        return 1
    report.write_json(LATEST, figures, about)
    sys.stdout.write("\n".join(f"{name}: {text}" for name, text in about.items()) + f"\n\n{report.table(figures)}\n")
    return 0


def _figures(browser, folder: Path, stack: ExitStack, times: dict[str, int], only: str) -> Iterator[Figure]:
    yield measure.store(folder, times["starts"])
    if not only or only in "growth":
        yield from growth()
    if not only or only in "intake":
        yield from intake()
    if not only or only in "requests":
        yield from requests(folder)
        if url := os.environ.get("BENCH_POSTGRESQL"):  # an empty database on loopback
            yield from requests(folder, url=url)
    if not only:
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
