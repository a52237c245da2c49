"""Loads a batch of figures on top of `data/`, or takes one back: one transaction each, all or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, insert, update

from lib.errors import LoadRefused, StoreBusy
from lib.language import _
from lib.roles import Person, Role, highest, require
from lib.store.batches import Batch, batch_figures, batches, published_batches, utc_now, with_figures
from lib.store.build import build, release_of, write_release, writing
from lib.store.catalogue import read_catalogue
from lib.store.database import BUSY, plain_failures
from lib.store.protect import Protected, protect
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
    require(person, Role.EDITOR, _("Loading figures"))
    if not upload.figures:
        raise LoadRefused(_("The file holds no figure to load. Nothing was changed."))
    _check(upload.figures)
    when = _time(publish_at)
    month = fiscal_year_start_month
    with plain_failures():
        build(engine, folder, fiscal_year_start_month=month)  # the tables are there, and what was due is seen
        again = next((known for known in batches(engine) if known.sha256 == upload.sha256 and not known.is_undone), None)
        if again:
            return Loaded(again.id, build(engine, folder, fiscal_year_start_month=month), is_new=False)
        for _try in range(TRIES):
            one = _batch(engine, upload, person, note, when)
            release = _load_once(engine, folder, one, upload, person, month)
            if release:
                return Loaded(one.id, release, is_new=True)
    raise StoreBusy(_(BUSY), detail=f"other loads were quicker {TRIES} times")


def _batch(engine: Engine, upload: Upload, person: Person, note: str, publish_at: str) -> Batch:
    """The batch with its time: later than any other's, also where the clock stands or goes back, since it is the vintage."""
    now = max([utc_now(), *(_a_moment_after(one.loaded_at) for one in batches(engine))])
    name = plain_text(Path(upload.file_name).name)[-200:]
    return Batch(str(uuid.uuid4()), now, plain_text(person.name)[:200], name, upload.sha256, len(upload.figures), plain_text(note)[:2000],
                 max(publish_at, now), "", "")  # fmt: skip


def _load_once(engine: Engine, folder: Path, one: Batch, upload: Upload, person: Person, month: int) -> str:
    """The release that shows the batch, or that goes on being shown while it waits; "" where somebody else was quicker."""
    every = tuple(known.id for known in batches(engine))
    before = published_batches(engine)
    new = _as_table(_rows(one, upload.figures))
    waits = one.publish_at > one.loaded_at
    protected = _tried(engine, folder, before, new, month)  # also for one that waits: it must not fail on the day

    def write(connection: Connection) -> None:
        connection.execute(insert(batch), {**one.__dict__, "content": upload.content})
        connection.execute(insert(batch_figure), _rows(one, upload.figures))
        note(connection, person, "load", one.id, f"{one.rows} figures from {one.file_name}, sha256 {one.sha256}; {one.note}".rstrip("; "))

    def still(connection: Connection) -> bool:
        return tuple(known.id for known in batches(connection)) == every and published_batches(connection) == before

    if waits:
        with writing(engine) as connection:
            if not still(connection):
                return ""
            write(connection)
        return build(engine, folder, fiscal_year_start_month=month)
    release = release_of(folder, (*before, one.id), fiscal_year_start_month=month)
    return release if write_release(engine, release, protected, folder, still=still, also=write) else ""


def _tried(engine: Engine, folder: Path, ids: Sequence[str], new: pd.DataFrame, month: int) -> Protected:
    """What readers would see. Raises LoadRefused where the figures contradict themselves or cannot be protected."""
    twice = new[new.duplicated(["framework", "subject", "series", "geography", "dimension", "group", "period"], keep=False)]
    if len(twice):
        row = twice.iloc[0]
        raise LoadRefused(_("The file says twice what {subject} is for {period} in {geography}. Nothing was changed.").format(subject=row["subject"], period=row["period"], geography=row["geography"]))
    catalogue = with_figures(read_catalogue(folder, fiscal_year_start_month=month), _joined(batch_figures(engine, ids), new))
    try:
        return protect(catalogue)
    except ValueError as problem:
        raise LoadRefused(_("The figures cannot be loaded: {problem}. Nothing was changed.").format(problem=problem)) from problem


def _check(figures: Sequence[Mapping[str, Any]]) -> None:
    """Raises LoadRefused for texts that not every database takes."""
    for figure in figures:
        for name in ("subject", "series", "geography", "dimension", "group", "period", "note"):
            said, most = str(figure[name]), 20 if name == "period" else 2000 if name == "note" else 80
            if len(said) > most or plain_text(said) != said:
                refusal = _("The {field} {said!r} is longer than {most} letters or holds signs that cannot be stored. Nothing was changed.")
                raise LoadRefused(refusal.format(field=name, said=said[:40], most=most))


def plain_text(said: str) -> str:
    """Text that every database takes: without control characters and halves of signs."""
    return "".join(letter for letter in said.encode("utf-8", "ignore").decode() if letter.isprintable() or letter in "\n\t")


def _time(said: str) -> str:
    """A time in the store's form, "" for none. Raises LoadRefused for another text."""
    if not said:
        return ""
    try:
        return datetime.fromisoformat(said).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    except ValueError:
        raise LoadRefused(_("{text!r} is not a time; write one such as 2027-01-31T09:00:00Z. Nothing was changed.").format(text=said)) from None


def _a_moment_after(time: str) -> str:
    return (datetime.fromisoformat(time) + timedelta(milliseconds=1)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def undo(engine: Engine, folder: Path, batch_id: str, *, person: Person, fiscal_year_start_month: int = 7) -> str:
    """Takes a batch back and gives the release that readers see now: what was shown without it. The batch stays on record."""
    require(person, Role.EDITOR, _("Taking figures back"))
    with plain_failures():
        found = next((one for one in batches(engine) if one.id == batch_id), None)
        if found is None:
            raise LoadRefused(_("There is no load {load}. Nothing was changed.").format(load=batch_id))
        if found.is_undone:
            raise LoadRefused(_("The load {load} was taken back before, by {who}. Nothing was changed.").format(load=batch_id[:8], who=found.undone_by))

        def write(connection: Connection) -> None:
            marked = connection.execute(
                update(batch).where(batch.c.id == batch_id, batch.c.undone_at == "").values(undone_at=utc_now(), undone_by=person.name)
            )
            if marked.rowcount != 1:
                raise LoadRefused(_("The load {load} was taken back by somebody else just now. Nothing was changed.").format(load=batch_id[:8]))
            note(connection, person, "undo", batch_id, f"{found.rows} figures from {found.file_name}")

        return _without(engine, folder, batch_id, write, fiscal_year_start_month)


def _without(engine: Engine, folder: Path, batch_id: str, write: Callable[[Connection], None], month: int) -> str:
    """Writes, and lets readers see what is left; anew from the start where somebody else was quicker."""
    for _try in range(TRIES):
        before = published_batches(engine)
        ids = tuple(one for one in before if one != batch_id)
        catalogue = with_figures(read_catalogue(folder, fiscal_year_start_month=month), batch_figures(engine, ids))
        release = release_of(folder, ids, fiscal_year_start_month=month)
        if write_release(engine, release, protect(catalogue), folder, also=write,
                         still=lambda connection, seen=before: published_batches(connection) == seen):  # fmt: skip
            return release
    raise StoreBusy(_(BUSY), detail=f"other loads were quicker {TRIES} times")


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


def note(connection: Connection, person: Person, action: str, subject: str, detail: str) -> None:
    """A line of the audit, which is only ever added to: who acts, with the greatest role that they hold now. All lines are made here."""
    connection.execute(insert(audit), {"at": utc_now(), "who": person.name, "role": str(highest(person)), "action": action, "subject": subject, "detail": detail})
