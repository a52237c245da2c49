"""Opens the store: SQLite by default, PostgreSQL by its address; and says in plain words when it cannot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy import exc as sa_exc

from lib.errors import (
    OutcomeStatError,
    StoreBusy,
    StoreDamaged,
    StoreForeign,
    StoreRefused,
    StoreTooNew,
    StoreUnavailable,
)
from lib.store.schema import APPLICATION_ID, SCHEMA_VERSION

BUSY = "The database is in use by another program. Please try again in a minute."
UNAVAILABLE = "The database cannot be reached right now, so no figures can be shown. Nothing is lost; please try again in a few minutes."
DAMAGED = "The database is damaged, so no figures are shown: they could be wrong. Please tell the people who run this site."
FOREIGN = "The database belongs to another program. Please tell the people who run this site."
TOO_NEW = "The database was written by a later version of this program. Please tell the people who run this site to update it."
REFUSED = "This cannot be kept: it breaks a rule of the database. Nothing was changed."
SQLITE_HEADER = b"SQLite format 3\x00"


def open_engine(url: str, *, connect_seconds: int = 5, query_seconds: int = 10) -> Engine:
    """An engine with time limits. It connects when it is first used.

    Raises StoreUnavailable when the address cannot be read or no driver is there for it.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite_engine(parsed.database or "", connect_seconds)
        # A wait for a lock ends before the query's own time does, so that it is told as what it is.
        limits = f"-c statement_timeout={query_seconds * 1000} -c lock_timeout={query_seconds * 800}"
        return create_engine(
            parsed,
            pool_pre_ping=True,
            pool_timeout=connect_seconds,
            connect_args={"connect_timeout": connect_seconds, "options": limits},
        )
    except (sa_exc.ArgumentError, sa_exc.NoSuchModuleError, ModuleNotFoundError, ValueError) as problem:  # ValueError: a port that is no number
        raise StoreUnavailable(UNAVAILABLE, detail=f"DATABASE_URL: {type(problem).__name__}") from None


def _sqlite_engine(database: str, busy_seconds: int) -> Engine:
    if database in ("", ":memory:"):
        raise StoreUnavailable(UNAVAILABLE, detail="the store needs a file: sqlite:////path/to/outcomestat.db")
    path = Path(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise StoreUnavailable(UNAVAILABLE, detail=str(problem)) from None
    check_sqlite_file(path)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": busy_seconds})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy's own BEGIN, below, so that a build is one transaction
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def check_sqlite_file(path: Path) -> None:
    """Looks at the file itself before SQLite is asked, because SQLite takes an empty file for an empty database.

    Raises StoreForeign, StoreTooNew or StoreDamaged. An absent or an empty file is a store that is not built yet. Where a
    write-ahead log lies beside the file, its header may be behind: another process may be writing it back right now. Then
    SQLite itself is asked.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as handle:
            header = handle.read(100)
    except FileNotFoundError:
        return
    except OSError as problem:
        raise StoreUnavailable(UNAVAILABLE, detail=str(problem)) from None
    if size == 0:
        return
    if not header.startswith(SQLITE_HEADER[: len(header)]):
        raise StoreForeign(FOREIGN, detail=f"{path} is not a SQLite file; move it away and start again")
    if len(header) < 100:
        raise StoreDamaged(DAMAGED, detail=f"{path} ends after {size} bytes; restore a backup or move it away")
    if path.with_name(path.name + "-wal").exists():
        _check_numbers(path, *_numbers_by_sqlite(path))
        return
    page_size = int.from_bytes(header[16:18]) or 1
    page_size = 65536 if page_size == 1 else page_size
    if size < page_size * int.from_bytes(header[28:32]):
        raise StoreDamaged(DAMAGED, detail=f"{path} is cut off at {size} bytes; restore a backup or move it away")
    _check_numbers(path, int.from_bytes(header[68:72]), int.from_bytes(header[60:64]), size > page_size)


def _numbers_by_sqlite(path: Path) -> tuple[int, int, bool]:
    """Application id, schema version, and whether there are tables, as SQLite sees them with its log. While the file is
    locked they are taken for ours: who asks for figures next is told that it is busy."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            application, version, tables = (connection.execute(question).fetchone()[0] for question in (
                "PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master"))  # fmt: skip
    except sqlite3.OperationalError:
        return APPLICATION_ID, SCHEMA_VERSION, True
    except sqlite3.Error as problem:
        raise StoreDamaged(DAMAGED, detail=f"{path}: {problem}") from problem
    return application, version, tables > 0


def _check_numbers(path: Path, application: int, version: int, has_tables: bool) -> None:
    if application not in (0, APPLICATION_ID) or (application == 0 and has_tables):
        raise StoreForeign(FOREIGN, detail=f"{path} has application id {application:#x}; name another file")
    if application == APPLICATION_ID and version > SCHEMA_VERSION:
        raise StoreTooNew(TOO_NEW, detail=f"{path} has schema {version}, this program knows {SCHEMA_VERSION}")


@contextmanager
def plain_failures() -> Iterator[None]:
    """Turns what a database driver raises into the sentence that the reader sees; the driver's words go to the log."""
    try:
        yield
    except OutcomeStatError:
        raise
    except sa_exc.TimeoutError as problem:
        raise StoreUnavailable(UNAVAILABLE, detail=str(problem)) from problem
    except sa_exc.DBAPIError as problem:
        raise _failure(problem) from problem
    except sqlite3.Error as problem:
        raise StoreDamaged(DAMAGED, detail=str(problem)) from problem


@contextmanager
def sound_documents() -> Iterator[None]:
    """As `plain_failures`, around the reading of what the store itself wrote: what cannot be read is damage, not a slip."""
    try:
        with plain_failures():
            yield
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise StoreDamaged(DAMAGED, detail=f"{type(problem).__name__}: {problem}") from problem


def _failure(problem: sa_exc.DBAPIError) -> OutcomeStatError:
    said = str(problem.orig)
    words = said.lower()
    if isinstance(problem, sa_exc.IntegrityError):  # asked first: the driver may repeat what somebody wrote
        by_trigger = getattr(problem.orig, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_TRIGGER" or getattr(problem.orig, "sqlstate", "") == "23001"
        return StoreRefused(f"{said.splitlines()[0]} Nothing was changed." if by_trigger else REFUSED, detail=said)  # a trigger's words are ours
    if "locked" in words or "busy" in words or "lock timeout" in words:
        return StoreBusy(BUSY, detail=said)
    if any(sign in words for sign in ("malformed", "not a database", "disk image", "no such table", "no such column",
                                      "corrupt", "could not decode")):  # fmt: skip
        return StoreDamaged(DAMAGED, detail=said)
    return StoreUnavailable(UNAVAILABLE, detail=said)
