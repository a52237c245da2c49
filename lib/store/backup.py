"""A backup of the whole store in one file, and back from it.

SQLite is copied by its own backup, PostgreSQL by pg_dump and pg_restore, so a site may go on while it is made. A backup goes back into a
database of the same kind; a release can always be built anew from data/, what people wrote cannot.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Engine

from lib.errors import OutcomeStatError, StoreDamaged, StoreForeign, StoreUnavailable
from lib.store.database import DAMAGED, FOREIGN, SQLITE_HEADER, check_sqlite_file
from lib.store.schema import APPLICATION_ID

POSTGRES_DUMP = b"PGDMP"


class BackupRefused(OutcomeStatError):
    """A backup that was not made, or that does not go back. Nothing was changed."""


def backup(engine: Engine, file: Path) -> int:
    """Writes the store to `file`, whole or not at all, and gives its size in bytes.

    Raises BackupRefused where the file is there already or cannot be written, or where PostgreSQL's own programs are not at hand; and what
    the store raises where it cannot be read.
    """
    if file.exists():
        raise BackupRefused(f"{file} is there already; name another file, or move it away.")
    if not file.parent.is_dir():
        raise BackupRefused(f"There is no folder {file.parent}; make it, or name another.")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as folder:  # SQLite leaves files of its own beside a damaged one
            partial = Path(folder) / file.name
            if engine.dialect.name == "sqlite":
                _copy_sqlite(Path(engine.url.database), partial)
            else:
                _run("pg_dump", engine.url, ["--format=custom", "--no-owner", f"--file={partial}"])
            with partial.open("rb+") as handle:
                os.fsync(handle.fileno())
            os.link(partial, file)  # refuses a file that came meanwhile
    except OSError as problem:
        raise BackupRefused(f"{file} cannot be written: {problem.strerror}. Nothing was kept there.") from None
    return file.stat().st_size


def restore(engine: Engine, file: Path) -> Path | None:
    """Puts a backup in the store's place. Stop the site first. Gives where the SQLite file that stood there was put; PostgreSQL replaces
    what it holds in one transaction.

    Raises BackupRefused for a file that is no backup of this kind of database, and StoreDamaged, StoreForeign or StoreTooNew for a SQLite
    backup that is damaged or not ours. Nothing is changed then.
    """
    try:
        with file.open("rb") as handle:
            begins = handle.read(len(SQLITE_HEADER))
    except OSError as problem:
        raise BackupRefused(f"{file} cannot be read: {problem.strerror}.") from None
    if engine.dialect.name == "sqlite":
        if begins != SQLITE_HEADER:
            raise BackupRefused(f"{file} is no SQLite backup; it goes back into the kind of database that it came from.")
        return _put_back_sqlite(file, Path(engine.url.database))
    if not begins.startswith(POSTGRES_DUMP):
        raise BackupRefused(f"{file} is no PostgreSQL backup; it goes back into the kind of database that it came from.")
    _run("pg_restore", engine.url, ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error", str(file)])
    return None


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise StoreUnavailable("There is no store yet, so there is nothing to back up.", detail=str(source))
    check_sqlite_file(source)
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as from_, closing(sqlite3.connect(target)) as to:
            from_.backup(to)
    except sqlite3.OperationalError as problem:  # a full disk, a lock
        raise BackupRefused(f"The store could not be copied: {problem}. Nothing was kept.") from None
    except sqlite3.DatabaseError as problem:
        raise StoreDamaged(DAMAGED, detail=f"{source}: {problem}") from problem
    _check_whole(target)


def _put_back_sqlite(file: Path, place: Path) -> Path | None:
    check_sqlite_file(file)
    _check_whole(file)
    partial = place.with_name(f".{place.name}.{os.getpid()}")
    aside = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, partial)
        with partial.open("rb+") as handle:
            os.fsync(handle.fileno())
        if place.exists():
            aside = _free_name(place)
            os.link(place, aside)
        partial.replace(place)
    except OSError as problem:
        raise BackupRefused(f"{place} cannot be replaced: {problem.strerror}. It stands as it was.") from None
    finally:
        partial.unlink(missing_ok=True)
    for ending in ("-wal", "-shm"):  # of the file that stood there
        place.with_name(place.name + ending).unlink(missing_ok=True)
    return aside


def _free_name(place: Path) -> Path:
    number = 1
    while (aside := place.with_name(f"{place.name}.before-restore-{number}")).exists():
        number += 1
    return aside


def _check_whole(file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            said = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as problem:
        raise StoreDamaged(DAMAGED, detail=f"{file}: {problem}") from problem
    if application != APPLICATION_ID:
        raise StoreForeign(FOREIGN, detail=f"{file} has application id {application:#x}")
    if said != "ok":
        raise StoreDamaged(DAMAGED, detail=f"{file}: {said}")


def _run(program: str, url: URL, options: list[str]) -> None:
    """Runs one of PostgreSQL's programs. The password goes by its environment, where no list of processes shows it."""
    path = shutil.which(program)
    if not path:
        raise BackupRefused(f"{program} is not installed here; it comes with PostgreSQL's client programs, of the server's version or newer.")
    where = {"PGHOST": url.host, "PGPORT": url.port and str(url.port), "PGUSER": url.username, "PGPASSWORD": url.password, "PGDATABASE": url.database}
    surroundings = os.environ | {name: value for name, value in where.items() if value}
    command = [path, *options] if program == "pg_dump" else [path, f"--dbname={url.database}", *options]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupRefused(f"{program} could not do it: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}")
