"""Servers to measure, each a process of its own, and what the kernel says of them."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.pairs import APP, BARE
from lib.settings import CITY_FOLDER, ROOT

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
ANSWERS_WITHIN = 90  # seconds
AFTERMATH = 0.5  # seconds that a server may still be busy after the last message of a run


@dataclass(frozen=True)
class Server:
    url: str
    process: subprocess.Popen
    started: float  # seconds since 1970

    def memory(self) -> float:
        """Resident memory in MB (10^6 bytes)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024 / 1e6

    def cpu(self) -> float:
        """CPU time since the start in seconds, in steps of a tick (mostly 10 ms)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        utime, stime = fields[11:13]  # the 14th and 15th field of proc_pid_stat(5); two stand before the bracket
        return (int(utime) + int(stime)) / TICKS_A_SECOND


@contextmanager
def serve(script: str, folder: Path, city: Path | None = None, database: str = "") -> Iterator[Server]:
    """A server of "app" or of a bare page; it has answered once, but has run no page. `folder` has the store, and is
    where a bare page runs, so that it takes no settings from ours. `city`: another folder with config.toml and data/ than ours.
    `database`: the address of another store."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = script == "app"
    command = [sys.executable, "-m", "streamlit", "run", str(APP if ours else BARE / f"{script}.py"),
               "--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true",
               "--browser.gatherUsageStats", "false", "--server.enableStaticServing", "true",
               "--server.fileWatcherType", "none"]  # a file saved meanwhile must not let a page run again  # fmt: skip
    with tempfile.TemporaryFile("w+") as log:
        started = time.time()
        process = subprocess.Popen(command, cwd=ROOT if ours else folder, env=surroundings(folder / "store.db", city, database),
                                   stdout=log, stderr=subprocess.STDOUT)  # fmt: skip
        server = Server(f"http://127.0.0.1:{port}", process, started)
        try:
            if not _answers(server):
                log.seek(0)
                raise RuntimeError(f"The server of {script} does not answer:\n{log.read()}")
            yield server
        finally:
            process.terminate()
            process.wait(timeout=30)


def surroundings(store: Path, city: Path | None = None, database: str = "") -> dict[str, str]:
    return os.environ | {"DATABASE_URL": database or f"sqlite:///{store}"} | ({CITY_FOLDER: str(city)} if city else {})


@dataclass(frozen=True)
class Built:
    """What a fresh process took to build a store, Python's own start included: wall time and CPU time in seconds, and resident memory
    at its peak in MB."""

    seconds: float
    cpu: float
    megabytes: float


def build_store(store: Path, city: Path | None = None) -> Built:
    """Builds the store from data/ in a fresh process."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "lib.store", "build"], cwd=ROOT, env=surroundings(store, city), stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)  # fmt: skip
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"The store cannot be built:\n{said}")
    return Built(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6)


def _answers(server: Server) -> bool:
    deadline = time.monotonic() + ANSWERS_WITHIN
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return True
        except OSError:
            time.sleep(0.02)
    return False
