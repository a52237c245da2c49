"""Loads a batch of figures on top of `data/`, or takes one back: one transaction each, all or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, insert, update

from lib.errors import LoadRefused, StoreBusy
from lib.roles import Person, Role, require
from lib.store.batches import Batch, batch_figures, batches, published_batches, utc_now, with_figures
from lib.store.build import build, release_of, write_release, writing
from lib.store.catalogue import read_catalogue
from lib.store.database import BUSY, plain_failures
from lib.store.protect import protect
from lib.store.schema import audit, batch, batch_figure

TRIES = 5  # to build a release while others load
FIGURE = [column.name for column in batch_figure.c if column.name not in ("batch", "row")]


@dataclass(frozen=True)
class Upload:
    """What is to be loaded: the figures as rows of batch_figure without batch, vintage and reference, and the file they came in."""

    figures: Sequence[Mapping[str, Any]]
    content: bytes
    file_name: str
    sha256: str


@dataclass(frozen=True)
class Loaded:
    batch: str
    release: str
    is_new: bool  # False where the same file stands already: nothing was changed


def load(
    engine: Engine, folder: Path, upload: Upload, *, person: Person, note: str = "", publish_at: str = "", fiscal_year_start_month: int = 7
) -> Loaded:
    """Loads a file's figures, which readers see at once, or from `publish_at` (UTC, ISO) on.

    The same file a second time changes nothing while the first stands. Raises NotAllowed, LoadRefused when there is nothing
    to load, CatalogueError when `data/` is faulty, and a store error when the database cannot take it: nothing is kept then.
    """
    require(person, Role.EDITOR, "Loading figures")
    if not upload.figures:
        raise LoadRefused("The file holds no figure to load. Nothing was changed.")
    now = utc_now()
    one = Batch(str(uuid.uuid4()), now, person.name, Path(upload.file_name).name, upload.sha256, len(upload.figures), note,
                max(publish_at, now), "", "")  # fmt: skip

    def write(connection: Connection) -> None:
        connection.execute(insert(batch), {**one.__dict__, "content": upload.content})
        connection.execute(insert(batch_figure), _rows(one, upload.figures))
        _note(connection, person, "load", one.id, f"{one.rows} figures from {one.file_name}, sha256 {one.sha256}; {note}".rstrip("; "))

    with plain_failures():
        build(engine, folder, fiscal_year_start_month=fiscal_year_start_month)  # the tables are there, and what was due is seen
        again = next((known for known in batches(engine) if known.sha256 == one.sha256 and not known.is_undone), None)
        if again:
            return Loaded(again.id, build(engine, folder, fiscal_year_start_month=fiscal_year_start_month), is_new=False)
        if one.publish_at > now:
            with writing(engine) as connection:
                write(connection)
            return Loaded(one.id, build(engine, folder, fiscal_year_start_month=fiscal_year_start_month), is_new=True)
        new = _as_table(_rows(one, upload.figures))
        release = _publish(engine, folder, lambda ids: (*ids, one.id), new, write, fiscal_year_start_month)
    return Loaded(one.id, release, is_new=True)


def undo(engine: Engine, folder: Path, batch_id: str, *, person: Person, fiscal_year_start_month: int = 7) -> str:
    """Takes a batch back and gives the release that readers see now: what was shown without it. The batch stays on record."""
    require(person, Role.EDITOR, "Taking figures back")
    with plain_failures():
        found = next((one for one in batches(engine) if one.id == batch_id), None)
        if found is None:
            raise LoadRefused(f"There is no load {batch_id}. Nothing was changed.")
        if found.is_undone:
            raise LoadRefused(f"The load {batch_id[:8]} was taken back before, by {found.undone_by}. Nothing was changed.")

        def write(connection: Connection) -> None:
            marked = connection.execute(
                update(batch).where(batch.c.id == batch_id, batch.c.undone_at == "").values(undone_at=utc_now(), undone_by=person.name)
            )
            if marked.rowcount != 1:
                raise LoadRefused(f"The load {batch_id[:8]} was taken back by somebody else just now. Nothing was changed.")
            _note(connection, person, "undo", batch_id, f"{found.rows} figures from {found.file_name}")

        return _publish(engine, folder, lambda ids: tuple(one for one in ids if one != batch_id), _as_table([]), write, fiscal_year_start_month)


def _publish(
    engine: Engine, folder: Path, after: Callable[[tuple[str, ...]], tuple[str, ...]], new: pd.DataFrame, write: Callable[[Connection], None], month: int
) -> str:
    """Writes, and lets readers see what follows; anew from the start where somebody else was quicker."""
    for _ in range(TRIES):
        before = published_batches(engine)
        ids = after(before)
        loaded = batch_figures(engine, [one for one in ids if one in before])
        catalogue = with_figures(read_catalogue(folder, fiscal_year_start_month=month), _joined(loaded, new))
        release = release_of(folder, ids, fiscal_year_start_month=month)
        if write_release(engine, release, protect(catalogue), folder, also=write,
                         still=lambda connection, seen=before: published_batches(connection) == seen):  # fmt: skip
            return release
    raise StoreBusy(BUSY, detail=f"other loads were quicker {TRIES} times")


def _rows(one: Batch, figures: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    reference = f"{one.file_name}, loaded {one.loaded_at[:10]} (load {one.id[:8]})"
    return [{"batch": one.id, "row": number, **figure, "vintage": one.loaded_at, "reference": reference} for number, figure in enumerate(figures)]


def _as_table(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=FIGURE)
    for name in ("value", "numerator", "denominator", "lower", "upper"):
        table[name] = table[name].astype(float)
    return table


def _joined(loaded: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    filled = [table for table in (loaded, new) if len(table)]
    return pd.concat(filled, ignore_index=True)[FIGURE] if filled else loaded


def _note(connection: Connection, person: Person, action: str, subject: str, detail: str) -> None:
    connection.execute(insert(audit), {"at": utc_now(), "who": person.name, "action": action, "subject": subject, "detail": detail})
