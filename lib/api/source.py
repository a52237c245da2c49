"""Where the answers come from: the store, opened so that nothing can be written; and what is made once for each edition."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lib.errors import StoreDamaged, StoreForeign, StoreUnavailable
from lib.opendata.dictionary import Table
from lib.opendata.edition import Edition, read_edition
from lib.opendata.files import dumped, write
from lib.opendata.rows import rows_of
from lib.settings import Settings, database_read_url, database_url, read_settings
from lib.store import queries
from lib.store.database import Engine
from lib.store.published import open_reader
from lib.store.replica import Replica, open_replica

KEPT = 2  # editions whose files stay: the shown one, and the one before for who is just taking a file of it


class Source:
    """One for each process. Several threads may ask at once."""

    def __init__(
        self, read: Callable[[], Settings] = read_settings, today: Callable[[Settings], date] | None = None
    ) -> None:
        self._read, self._today = read, today or _today
        self._settings: Settings | None = None
        self._engine: Engine | None = None
        self._replica: Replica | None = None
        self._edition: Edition | None = None
        self._turn = threading.RLock()
        self._making = tuple(threading.Lock() for _ in range(16))  # so that no file is made twice at once
        self._shelf = tempfile.TemporaryDirectory(prefix="outcomestat-", ignore_cleanup_errors=True)

    def settings(self) -> Settings:
        with self._turn:
            if self._settings is None:
                self._settings = self._read()
            return self._settings

    def edition(self) -> Edition:
        """What is published now. The store is asked for the shown release each time; the rest only when it is another, or another day.

        Raises a store error where the database does not answer or shows no release.
        """
        engine, release = self._of_the_store(queries.shown_release)
        as_of = self._today(self.settings())
        with self._turn:
            if self._edition is None or (self._edition.release, self._edition.as_of) != (release, as_of):
                self._edition = read_edition(engine, self.settings(), as_of=as_of)
            # What else it is asked for is read from where the release was, not from a replica that is gone since.
            return self._edition if self._edition.engine is engine else replace(self._edition, engine=engine)

    def ready(self) -> str:
        """The release that readers see. Raises a store error where its figures cannot be read, or the tables are of another version."""
        _, release = self._of_the_store(queries.ready_release)
        self.edition()
        return release

    def _of_the_store(self, asked: Callable[[Engine], str]) -> tuple[Engine, str]:
        """The store that answered, and its answer. Where the database was taken away or replaced since it was opened, it is opened anew."""
        try:
            engine = self._opened()
            return engine, asked(engine)
        except (StoreDamaged, StoreForeign, StoreUnavailable):
            with self._turn:
                if self._engine is not None:
                    self._engine.dispose()
                    self._engine = None
            engine = self._opened()
            return engine, asked(engine)

    def _opened(self) -> Engine:
        """The replica where there is one and it answers, else the main database."""
        with self._turn:
            if self._engine is None:
                chosen = self.settings()
                self._engine = open_reader(
                    database_url(chosen),
                    connect_seconds=chosen.store.connect_seconds,
                    query_seconds=chosen.store.query_seconds,
                )
                self._replica = open_replica(
                    database_read_url(),
                    self._engine,
                    connect_seconds=chosen.store.connect_seconds,
                    query_seconds=chosen.store.query_seconds,
                )
            engine, replica = self._engine, self._replica
        return replica.or_main() if replica else engine

    def file(self, edition: Edition, table: Table, form: str) -> Path:
        """The table as a file on this machine's disk, made when it is first asked for and kept as long as its edition is shown.

        Raises TooManyRows where the format cannot hold it.
        """
        folder = Path(self._shelf.name) / edition.key[:24] / self.version(edition, table)[:24]
        path = folder / f"{table.name}.{form}"
        with self._making[hash(path) % len(self._making)]:
            if not path.exists():
                folder.mkdir(parents=True, exist_ok=True)
                partial = folder / f"{path.name}.partial"
                write(edition, table, form, partial)
                partial.replace(path)
                self._clear_away()
        return path

    def version(self, edition: Edition, table: Table) -> str:
        """What changes when the table's content does: the edition's key, or the content's own digest where people write it."""
        if not table.written_by_people:
            return edition.key
        content = dumped(list(rows_of(edition, table)))
        return hashlib.sha256(f"{edition.key} {table.name} {content}".encode()).hexdigest()

    def _clear_away(self) -> None:
        """Files of editions that are long gone."""
        editions = sorted(Path(self._shelf.name).iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in editions[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)


def _today(settings: Settings) -> date:
    """The day in the city."""
    return datetime.now(ZoneInfo(settings.city.timezone)).date()
