"""Builds a release from `data/`: whole or not at all, once, also when two processes start together."""

from __future__ import annotations

import hashlib
import json
import logging
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, delete, func, insert, inspect, select, text, update

from lib.errors import (
    StoreBusy,
    StoreDamaged,
    StoreFull,
    StoreReadOnly,
    StoreTooNew,
    StoreUnavailable,
)
from lib.language import _
from lib.log import told
from lib.store.batches import batch_figures, published_batches, with_figures
from lib.store.catalogue import Catalogue, read_catalogue
from lib.store.database import DAMAGED, TOO_NEW, main_of, plain_failures, sound_documents
from lib.store.derived import Spatial, spatial
from lib.store.kept import check_that_it_keeps
from lib.store.migrations import HEAD, move, step_of
from lib.store.protect import Protected, protect
from lib.store.schema import (
    APPLICATION_ID,
    SCHEMA_VERSION,
    area_observation,
    current_release,
    document,
    framework,
    geography,
    observation,
    release,
)

log = logging.getLogger("outcomestat")
BEHIND = "behind"  # an option of the engine
CANNOT_WRITE = (StoreBusy, StoreFull, StoreReadOnly, StoreUnavailable)
BUILD_LOCK = 7_023_001  # any number, the same in every process: PostgreSQL's advisory lock while one builds
READ_AT_START = 200_000  # figures of a release: more take a process longer to read than all else that it does at its start
ROWS_AT_ONCE = 10_000  # figures written: as dictionaries they take several KB each
CHECKSUM = 2  # how a release is summed up: 1 over its figures, 2 also over its documents and places
PUBLISHED_SUFFIXES = {".toml", ".csv", ".md", ".geojson", ".json"}


def stamp(folder: Path, *, fiscal_year_start_month: int) -> str:
    """The hash of everything that a release is built from: each published file's path and bytes, and the settings."""
    said = f"schema {SCHEMA_VERSION}, checksum {CHECKSUM}, fiscal year from {fiscal_year_start_month}"
    digest = hashlib.sha256(said.encode())
    for path in sorted(folder.rglob("*")):
        if path.suffix in PUBLISHED_SUFFIXES and path.is_file():
            content = path.read_bytes()
            digest.update(f"\n{path.relative_to(folder).as_posix()} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def build(engine: Engine, folder: Path, *, fiscal_year_start_month: int = 7) -> str:
    """Makes the store show what `folder` says and what was loaded on top of it, and gives the release's id.

    Where the release is there already, it is checked and only the pointer moves. Where the database cannot take a new one now,
    as with a full disk, readers go on with the one that it shows: the log says so, and `is_behind` until a later build succeeds.
    Raises CatalogueError when the files hold problems (what was shown before stays), and a store error when nothing can be shown.
    """
    with plain_failures():
        _prepare(engine)
        release_id, is_newest = _up_to_date(engine, folder, fiscal_year_start_month)
        check(engine, release_id, most=READ_AT_START)
    engine.update_execution_options(**{BEHIND: not is_newest})
    return release_id


def is_behind(engine: Engine) -> bool:
    """Whether the last build by this engine could not write its release, so that an earlier one is shown."""
    return engine.get_execution_options().get(BEHIND, False)


def _up_to_date(engine: Engine, folder: Path, month: int) -> tuple[str, bool]:
    """Writes the release of now where it is not shown yet; anew from the start where somebody loaded something meanwhile.
    Gives the id of what is shown then, and whether that is the release of now."""
    while True:
        loaded = published_batches(engine)
        release_id = release_of(folder, loaded, fiscal_year_start_month=month)
        if _is_ready(engine, release_id):
            return release_id, True
        files = read_catalogue(folder, fiscal_year_start_month=month)
        try:
            with plain_failures():
                if write_release(engine, release_id, protect(with_figures(files, batch_figures(engine, loaded))), folder,
                                 still=lambda connection, seen=loaded: published_batches(connection) == seen):  # fmt: skip
                    return release_id, True
        except Exception as problem:
            shown = _shown(engine)
            if shown is None or not (loaded or isinstance(problem, CANNOT_WRITE)):
                raise
            log.error("release %s cannot be built (%s); readers go on seeing %s", release_id[:12], told(problem), shown[:12], exc_info=problem)
            return shown, False


def _shown(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return connection.execute(select(current_release.c.release)).scalar_one_or_none()


def release_of(folder: Path, loaded: Sequence[str], *, fiscal_year_start_month: int) -> str:
    """The id of the release that `folder` and these batches make; the same files and batches make the same id."""
    of_files = stamp(folder, fiscal_year_start_month=fiscal_year_start_month)
    return hashlib.sha256("\n".join([of_files, *loaded]).encode()).hexdigest() if loaded else of_files


def check(engine: Engine, release_id: str, *, most: float = math.inf) -> None:
    """Raises StoreDamaged unless the release is what was written: figures, places and documents. One of more than `most` figures is
    counted, and not read."""
    with sound_documents(), engine.connect() as connection:
        promised = connection.execute(select(release).where(release.c.id == release_id)).one_or_none()
        if promised is not None and promised.observations > most:
            number, checksum = _count(connection, release_id), promised.checksum
        else:
            number, checksum = _tally(connection, release_id)
    if promised is None or (number, checksum) != (promised.observations, promised.checksum):
        raise StoreDamaged(_(DAMAGED), detail=f"release {release_id[:12]}: {number} figures; the release is not the one that was built")


def _is_ready(engine: Engine, release_id: str) -> bool:
    with engine.connect() as connection:
        if not inspect(connection).has_table("current_release"):
            return False
        pointer = connection.execute(select(current_release)).one_or_none()
    if pointer is not None and pointer.schema_version > SCHEMA_VERSION:
        raise StoreTooNew(_(TOO_NEW), detail=f"schema {pointer.schema_version}, this program knows {SCHEMA_VERSION}")
    return pointer is not None and pointer.release == release_id


def _prepare(engine: Engine) -> None:
    """Makes the tables that are not there yet, and changes what an earlier version of this program made otherwise."""
    with engine.connect() as connection:
        if step_of(connection) == HEAD:
            return
    migrate(engine)


def migrate(engine: Engine, to: str = HEAD) -> None:
    """Takes the database to a step of its migrations, up or down: whole or not at all, and once where several start together.

    Raises StoreTooNew where a later version of this program wrote it.
    """
    with plain_failures():
        if engine.dialect.name == "sqlite":
            with engine.connect() as connection:  # outside the transaction: SQLite takes the journal mode nowhere else
                connection.connection.driver_connection.execute("PRAGMA journal_mode = WAL")
        with writing(engine, people=False) as connection:
            move(connection, to)


@contextmanager
def writing(engine: Engine, *, people: bool = True) -> Iterator[Connection]:
    """A transaction that writes, in the main database: alone, whole or not at all. `people`: it is somebody's words, not what the program makes of `data/`.

    Raises NotKept where people would write into a database that is lost at the next restart.
    """
    engine = main_of(engine)
    if people:
        check_that_it_keeps(engine)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        _take_the_lock(connection)
        yield connection


def write_release(
    engine: Engine,
    release_id: str,
    protected: Protected,
    folder: Path,
    *,
    still: Callable[[Connection], bool],
    also: Callable[[Connection], None] | None = None,
) -> bool:
    """Writes the release, unless it is there, lets readers see it, and does `also`, which people asked for, all in one transaction.

    Nothing is written, and False comes back, where `still` says that what the release was made from has changed meanwhile.
    Where small counts are hidden no other release stays in the file: an older one might show what this one hides.
    """
    catalogue = protected.catalogue
    statistics = spatial(catalogue, folder)  # may take a while, so before the lock
    with writing(engine, people=also is not None) as connection:
        if not still(connection):
            return False
        if also:
            also(connection)
        if connection.execute(select(release.c.id).where(release.c.id == release_id)).first() is None:
            _write(connection, release_id, catalogue, statistics)
        _point_to(connection, release_id)
        if protected.hides:
            for table in (area_observation, observation, document, geography, framework):
                connection.execute(delete(table).where(table.c.release != release_id))
            connection.execute(delete(release).where(release.c.id != release_id))
    return True


def _take_the_lock(connection: Connection) -> None:
    """One process builds, the others wait and find the release there. SQLite's BEGIN IMMEDIATE does the same."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": BUILD_LOCK})
    elif connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID:d}")
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION:d}")


def _write(connection: Connection, release_id: str, catalogue: Catalogue, statistics: Spatial) -> None:
    connection.execute(insert(release), {"id": release_id, "built_at": datetime.now(UTC), "observations": 0, "checksum": ""})
    for table, rows in (
        (framework, [{"id": one.id, "document": _document(one)} for one in catalogue.frameworks]),
        (geography, [asdict(one) for one in catalogue.geographies]),
        (document, list(_documents(catalogue, statistics))),
    ):
        if rows:
            connection.execute(insert(table), [row | {"release": release_id} for row in rows])
    for table, figures in ((observation, catalogue.observations), (area_observation, catalogue.area_observations)):
        for first in range(0, len(figures), ROWS_AT_ONCE):
            connection.execute(insert(table), list(_rows(figures.iloc[first : first + ROWS_AT_ONCE], first, release_id)))
    number, checksum = _tally(connection, release_id)
    connection.execute(update(release).where(release.c.id == release_id).values(observations=number, checksum=checksum))


def _documents(catalogue: Catalogue, statistics: Spatial) -> Iterator[dict[str, Any]]:
    """What is read whole: areas, measures, shapes, neighbors and the statistics of each series."""
    for kind, several in (("area", catalogue.areas), ("measure", catalogue.measures), ("agency", catalogue.agencies), ("stat", catalogue.stats)):
        for number, one in enumerate(several):
            yield {"kind": kind, "id": one.id, "document": _document(one) | {"position": number}}
    for number, one in enumerate(catalogue.boards):
        yield {"kind": "board", "id": one.id, "document": _document(one) | {"position": number}}
    for number, one in enumerate(catalogue.sources):  # a source's name may be longer than an id
        yield {"kind": "source", "id": f"{number}", "document": _document(one) | {"position": number}}
    if catalogue.example:
        yield {"kind": "example", "id": "", "document": catalogue.example}
    if catalogue.standard:
        yield {"kind": "standard", "id": "", "document": catalogue.standard}
    for key, rows in _document(catalogue.budget).items():
        if rows:
            yield {"kind": "budget", "id": key, "document": rows}
    if catalogue.areas:
        yield {"kind": "boundaries", "id": "", "document": catalogue.boundaries}
        yield {"kind": "drawing", "id": "", "document": statistics.drawing}
        yield {"kind": "neighbors", "id": "", "document": statistics.neighbors}
    for key, found in statistics.series.items():
        yield {"kind": "spatial", "id": key, "document": found}


def _point_to(connection: Connection, release_id: str) -> None:
    where = {"release": release_id, "schema_version": SCHEMA_VERSION}
    if connection.execute(update(current_release).values(**where)).rowcount == 0:
        connection.execute(insert(current_release), {"slot": 1, **where})


def _tally(connection: Connection, release_id: str) -> tuple[int, str]:
    """How many figures the release has, and the hash of all that it holds, as stored."""
    digest, number = hashlib.sha256(), 0
    for table in (framework, geography, document):
        written = [_canonical(tuple(row)[1:]) for row in connection.execute(select(table).where(table.c.release == release_id))]
        digest.update("\n".join([table.name, *sorted(written)]).encode())  # sorted here: databases order text differently
    for table in (observation, area_observation):
        for row in connection.execute(select(table).where(table.c.release == release_id).order_by(table.c.row)):
            digest.update(repr(tuple(row)[1:]).encode())  # without the release's own id
            number += 1
    return number, digest.hexdigest()


def _count(connection: Connection, release_id: str) -> int:
    return sum(connection.execute(select(func.count()).select_from(table).where(table.c.release == release_id)).scalar_one()
               for table in (observation, area_observation))  # fmt: skip


def _canonical(cells: tuple[Any, ...]) -> str:
    return json.dumps(cells, sort_keys=True, separators=(",", ":"))


def _rows(figures: pd.DataFrame, first: int, release_id: str) -> Iterator[dict[str, Any]]:
    """The rows of a table, numbered from `first`. A missing number is None."""
    numbers = set(figures.select_dtypes("float").columns)
    cells = [[None if math.isnan(cell) else cell for cell in column.tolist()] if name in numbers else column.tolist()
             for name, column in figures.items()]  # fmt: skip
    for number, row in enumerate(zip(*cells, strict=True), start=first):
        yield dict(zip(figures.columns, row, strict=True), row=number, release=release_id)


def _document(one: Any) -> Any:
    return json.loads(json.dumps(asdict(one), default=lambda value: value.isoformat() if isinstance(value, date) else str(value)))
