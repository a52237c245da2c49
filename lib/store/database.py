"""Opens the store: SQLite by default, PostgreSQL by its address; and says in plain words when it cannot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy import exc as sa_exc
from sqlalchemy.pool import ConnectionPoolEntry

from lib.errors import (
    OutcomeStatError,
    StoreBusy,
    StoreDamaged,
    StoreForeign,
    StoreFull,
    StoreReadOnly,
    StoreRefused,
    StoreSlow,
    StoreTooNew,
    StoreUnavailable,
)
from lib.language import _, later
from lib.store.schema import APPLICATION_ID, SCHEMA_VERSION

BUSY = later("The database is in use by another program. Please try again in a minute.")
UNAVAILABLE = later("The database cannot be reached right now, so no figures can be shown. Nothing is lost; please try again in a few minutes.")
SLOW = later("The database took too long to answer. Nothing is lost; please try again in a minute.")
NOT_BUILT = later("The figures are being prepared and are not there yet. Please try again in a few minutes.")
FULL = later("The disk of the database is full, so nothing was written. What was there before is whole. Please tell the people who run this site: they need to make room.")
READ_ONLY = later("The database can only be read right now, so nothing was written. What was there before is whole. Please tell the people who run this site.")
RENEWED = later("The figures were renewed while you were reading. Please load the page again.")
DAMAGED = later("The database is damaged, so no figures are shown: they could be wrong. Please tell the people who run this site.")
FOREIGN = later("The database belongs to another program. Please tell the people who run this site.")
TOO_NEW = later("The database was written by a later version of this program. Please tell the people who run this site to update it.")
REFUSED = later("This cannot be kept: it breaks a rule of the database. Nothing was changed.")
MAIN = "main"  # an option of an engine that only reads (lib/store/replica.py): the engine through which is written
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
            hide_parameters=True,  # what people write stands in no message
            connect_args={"connect_timeout": connect_seconds, "options": limits, "tcp_user_timeout": query_seconds * 1000},
        )
    except (sa_exc.ArgumentError, sa_exc.NoSuchModuleError, ModuleNotFoundError, ValueError) as problem:  # ValueError: a port that is no number
        raise StoreUnavailable(_(UNAVAILABLE), detail=f"DATABASE_URL: {type(problem).__name__}") from None


def _sqlite_engine(database: str, busy_seconds: int) -> Engine:
    if database in ("", ":memory:"):
        raise StoreUnavailable(_(UNAVAILABLE), detail="the store needs a file: sqlite:////path/to/outcomestat.db")
    path = Path(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise StoreUnavailable(_(UNAVAILABLE), detail=str(problem)) from None
    check_sqlite_file(path)
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": busy_seconds}, hide_parameters=True)
    leave_a_replaced_file(engine, path)

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


def leave_a_replaced_file(engine: Engine, path: Path) -> None:
    """Opens the file anew where another stands in its place: a connection that stays open goes on reading the one that is gone."""

    @event.listens_for(engine, "do_connect")
    def remember(_dialect: object, record: ConnectionPoolEntry, _arguments: object, _named: object) -> None:
        record.info["new"] = True
        record.info["file"] = _identity(path)  # before it is opened: a file that comes meanwhile is then opened once too often, never too seldom

    @event.listens_for(engine, "checkout")
    def look(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        if record.info.pop("new", False):
            return
        there = _identity(path)
        if record.info["file"] is None:  # the connection itself made it
            record.info["file"] = there
        if there != record.info["file"]:
            raise sa_exc.DisconnectionError(f"{path} was replaced")


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another of the same name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


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
        raise StoreUnavailable(_(UNAVAILABLE), detail=str(problem)) from None
    if size == 0:
        return
    if not header.startswith(SQLITE_HEADER[: len(header)]):
        raise StoreForeign(_(FOREIGN), detail=f"{path} is not a SQLite file; move it away and start again")
    if len(header) < 100:
        raise StoreDamaged(_(DAMAGED), detail=f"{path} ends after {size} bytes; restore a backup or move it away")
    if path.with_name(path.name + "-wal").exists():
        _check_numbers(path, *_numbers_by_sqlite(path))
        return
    page_size = int.from_bytes(header[16:18]) or 1
    page_size = 65536 if page_size == 1 else page_size
    if size < page_size * int.from_bytes(header[28:32]):
        raise StoreDamaged(_(DAMAGED), detail=f"{path} is cut off at {size} bytes; restore a backup or move it away")
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
        raise StoreDamaged(_(DAMAGED), detail=f"{path}: {problem}") from problem
    return application, version, tables > 0


def _check_numbers(path: Path, application: int, version: int, has_tables: bool) -> None:
    if application not in (0, APPLICATION_ID) or (application == 0 and has_tables):
        raise StoreForeign(_(FOREIGN), detail=f"{path} has application id {application:#x}; name another file")
    if application == APPLICATION_ID and version > SCHEMA_VERSION:
        raise StoreTooNew(_(TOO_NEW), detail=f"{path} has schema {version}, this program knows {SCHEMA_VERSION}")


def main_of(engine: Engine) -> Engine:
    """The engine through which is written: itself, unless it reads from a replica."""
    return engine.get_execution_options().get(MAIN, engine)


@contextmanager
def plain_failures() -> Iterator[None]:
    """Turns what a database driver raises into the sentence that the reader sees; the driver's words go to the log."""
    try:
        yield
    except OutcomeStatError:
        raise
    except sa_exc.TimeoutError as problem:
        raise StoreUnavailable(_(UNAVAILABLE), detail=str(problem)) from problem
    except sa_exc.DBAPIError as problem:
        raise _failure(problem.orig, breaks_a_rule=isinstance(problem, sa_exc.IntegrityError)) from problem
    except sqlite3.Error as problem:
        raise _failure(problem, breaks_a_rule=False) from problem


@contextmanager
def sound_documents() -> Iterator[None]:
    """As `plain_failures`, around the reading of what the store itself wrote: what cannot be read is damage, not a slip."""
    try:
        with plain_failures():
            yield
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise StoreDamaged(_(DAMAGED), detail=type(problem).__name__) from problem  # its words may be what somebody wrote


def _failure(problem: BaseException | None, *, breaks_a_rule: bool) -> OutcomeStatError:
    """Our error for a driver's."""
    said = _words_of(problem)
    words = said.lower()
    code = getattr(problem, "sqlstate", None) or getattr(problem, "sqlite_errorname", "")
    if breaks_a_rule:
        by_trigger = code in ("SQLITE_CONSTRAINT_TRIGGER", "23001")
        # A trigger's words are ours, as the database keeps them: in English.
        return StoreRefused(_("{rule} Nothing was changed.").format(rule=said.splitlines()[0]) if by_trigger else _(REFUSED), detail=said)
    if "locked" in words or "busy" in words or "lock timeout" in words:
        return StoreBusy(_(BUSY), detail=said)
    if code in ("SQLITE_FULL", "53100"):
        return StoreFull(_(FULL), detail=said)
    if code.startswith("SQLITE_READONLY") or code == "25006":
        return StoreReadOnly(_(READ_ONLY), detail=said)
    if code == "57014":
        return StoreSlow(_(SLOW), detail=said)
    if code in ("42P01", "42703") or any(sign in words for sign in ("malformed", "not a database", "disk image", "no such table", "no such column",
                                      "corrupt", "could not decode")):  # fmt: skip
        return StoreDamaged(_(DAMAGED), detail=said)
    return StoreUnavailable(_(UNAVAILABLE), detail=said)


def _words_of(problem: BaseException | None) -> str:
    """What the driver says, without what it repeats of the row: both databases put that behind these words."""
    primary = getattr(getattr(problem, "diag", None), "message_primary", None)
    return (primary or str(problem)).partition(" with text ")[0]
