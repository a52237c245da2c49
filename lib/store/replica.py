"""A second PostgreSQL database that follows the main one, for those who only read.

It may be behind. But a release is written in one transaction and never changed, its pointer moves in that same transaction, and a follower
takes over whole transactions in their order: so it shows the earlier release or the new one, each whole. Who asks one engine from the
beginning of a page to its end sees one of the two.
"""

from __future__ import annotations

import logging
import time

from sqlalchemy import Engine

from lib.errors import OutcomeStatError, StoreUnavailable
from lib.log import told
from lib.store.database import MAIN, main_of
from lib.store.published import open_reader
from lib.store.queries import ready_release

SECONDS_LEFT_ALONE = 30  # after it did not answer: who comes meanwhile does not wait for it

log = logging.getLogger("outcomestat")


class Replica:
    """Where readers read. Several threads may ask at once."""

    def __init__(self, engine: Engine, main: Engine) -> None:
        self.engine, self._again = engine, 0.0
        engine.update_execution_options(**{MAIN: main})

    @property
    def is_left_alone(self) -> bool:
        """Whether it did not answer just now."""
        return time.monotonic() < self._again

    def or_main(self) -> Engine:
        """The replica; the main database while the replica does not answer, is empty, or has tables of another version. The log says so."""
        if self.is_left_alone:
            return main_of(self.engine)
        try:
            ready_release(self.engine)
        except OutcomeStatError as problem:
            self._again = time.monotonic() + SECONDS_LEFT_ALONE
            log.warning("the database that DATABASE_READ_URL names cannot be read (%s); for %d seconds readers read from the main one", told(problem), SECONDS_LEFT_ALONE)
            return main_of(self.engine)
        if self._again:
            self._again = 0.0
            log.warning("the database that DATABASE_READ_URL names can be read again; readers read from it")
        return self.engine


def open_replica(url: str, main: Engine, *, connect_seconds: int = 5, query_seconds: int = 10) -> Replica | None:
    """None where no address is given, and where the main database is a SQLite file, which nothing follows. An address that cannot be
    understood is told in the log, and readers read from the main database."""
    if not url or main.dialect.name == "sqlite":
        return None
    try:
        if url.startswith("postgresql"):
            return Replica(open_reader(url, connect_seconds=connect_seconds, query_seconds=query_seconds), main)
    except StoreUnavailable:
        pass
    log.error("DATABASE_READ_URL is no address of a PostgreSQL database; write postgresql://user:password@host/database, or nothing. Readers read from the main one")
    return None
