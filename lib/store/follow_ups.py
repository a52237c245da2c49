"""The follow-ups, with the history of each: what is promised, by whom, until when, and what shows that it was kept."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from lib.cycle import (
    LABELS,
    Change,
    ChangedMeanwhile,
    CycleError,
    Deliverable,
    FollowUp,
    check_follow_up,
    differences,
    said,
)
from lib.roles import Person, Role, require
from lib.store.batches import utc_now
from lib.store.build import writing
from lib.store.database import plain_failures, sound_documents
from lib.store.load import note, plain_text
from lib.store.schema import follow_up, follow_up_change

COLUMNS = [column for column in follow_up.c if column.name != "evidence_content"]
MOST_BYTES = 10_000_000  # of a file of evidence


def write_down(
    engine: Engine,
    *,
    stat: str,
    action: str,
    owner: str,
    due: date,
    deliverable: Deliverable,
    person: Person,
    meeting: str = "",
    agencies: Collection[str] = (),
    file: bytes | None = None,
    example: bool = False,
    **more: Any,
) -> FollowUp:
    """A new follow-up. `more` are other fields of FollowUp; `agencies` are names that are no person.

    Raises NotAllowed, CycleError with all that is wrong, or a store error: nothing is kept then.
    """
    return write_down_all(engine, [dict(stat=stat, action=action, owner=owner, due=due, deliverable=deliverable, meeting=meeting, file=file, **more)],
                          person=person, agencies=agencies, example=example)[0]  # fmt: skip


def write_down_all(
    engine: Engine, several: Iterable[dict[str, Any]], *, person: Person, agencies: Collection[str] = (), example: bool = False
) -> tuple[FollowUp, ...]:
    """Several new follow-ups, all or none: each a dictionary of fields, with `file` for the bytes of its evidence."""
    require(person, Role.PRESENTER, "Writing down a follow-up")
    written = []
    for entry in several:
        content = entry.pop("file", None)
        one = _new(entry, person, example)
        check_follow_up(one, agencies=agencies)
        _check_file(one, content)
        written.append((one, content))
    with plain_failures(), writing(engine) as connection:
        for one, content in written:
            connection.execute(insert(follow_up), _row(one) | {"evidence_content": content})
            _remember(connection, one, person, {"created": ("", one.action)})
            note(connection, person, "write a follow-up", one.id, f"{one.owner}, due {one.due.isoformat()}: {one.action}")
    return tuple(one for one, _ in written)


def _new(entry: dict[str, Any], person: Person, example: bool) -> FollowUp:
    empty = {field.name: "" for field in fields(FollowUp)} | {"begun_on": None, "done_on": None, "public": False}
    values = empty | {name: _clean(value) for name, value in entry.items()}
    values |= {"id": str(uuid.uuid4()), "deliverable": Deliverable(values["deliverable"]), "example": example, "version": 1,
               "created_at": utc_now(), "created_by": person.name}  # fmt: skip
    return FollowUp(**values)


def change(
    engine: Engine, seen: FollowUp, *, person: Person, agencies: Collection[str] = (), file: bytes | None = None, **changes: Any
) -> FollowUp:
    """The follow-up with some fields changed. `seen` is the follow-up as the person saw it.

    Where somebody else changed it meanwhile nothing is written, and ChangedMeanwhile says what they changed. `file` are the bytes
    of `evidence_file`. Raises NotAllowed and CycleError too.
    """
    require(person, Role.PRESENTER, "Changing a follow-up")
    if unknown := set(changes) - set(LABELS):
        raise TypeError(f"{sorted(unknown)} of a follow-up cannot be changed")
    wanted = replace(seen, **{name: _clean(value) for name, value in changes.items()})
    wanted = replace(wanted, deliverable=Deliverable(wanted.deliverable))
    check_follow_up(wanted, agencies=agencies)
    if file is not None or wanted.evidence_file != seen.evidence_file:
        _check_file(wanted, file)
    found = differences(seen, wanted)
    if not found and file is None:
        return seen
    with plain_failures(), writing(engine) as connection:
        now = _one(connection, seen.id)
        if now.version != seen.version:
            raise ChangedMeanwhile("Somebody else changed this follow-up just now. Nothing of yours was written; look at theirs and save again.",
                                   tuple(str(one) for one in _changes(connection, seen.id) if one.version > seen.version))  # fmt: skip
        values = {name: getattr(wanted, name) for name in found} | {"version": seen.version + 1}
        values |= {"deliverable": str(wanted.deliverable)} if "deliverable" in values else {}
        if file is not None or "evidence_file" in found:
            values["evidence_content"] = file
        done = connection.execute(update(follow_up).where(follow_up.c.id == seen.id, follow_up.c.version == seen.version).values(**values))
        if done.rowcount != 1:
            raise ChangedMeanwhile("Somebody else changed this follow-up just now. Nothing of yours was written; look again.")
        wanted = replace(wanted, version=seen.version + 1)
        _remember(connection, wanted, person, found or {"evidence_file": (seen.evidence_file, wanted.evidence_file)})
        note(connection, person, "change a follow-up", seen.id, "; ".join(f"{name}: {before!r} to {after!r}" for name, (before, after) in found.items())[:4000])
    return wanted


def _check_file(one: FollowUp, content: bytes | None) -> None:
    if bool(one.evidence_file) != (content is not None):
        raise CycleError("A file of evidence has a name and a content. Choose the file again.")
    if content is not None and not 0 < len(content) <= MOST_BYTES:
        raise CycleError(f"The file of evidence is empty or larger than {MOST_BYTES // 1_000_000} MB. Give a link to it instead.")


def follow_ups(engine: Engine) -> tuple[FollowUp, ...]:
    """All follow-ups, by due date."""
    with sound_documents(), engine.connect() as connection:
        return tuple(_follow_up(row) for row in connection.execute(select(*COLUMNS).order_by(follow_up.c.due, follow_up.c.created_at, follow_up.c.id)))


def follow_up_by_id(engine: Engine, key: str) -> FollowUp:
    """The follow-up as it is now. Raises CycleError where it is not there any more."""
    with plain_failures(), engine.connect() as connection:
        return _one(connection, key)


def history(engine: Engine, key: str) -> tuple[Change, ...]:
    """Everything that was changed in a follow-up, oldest first."""
    with plain_failures(), engine.connect() as connection:
        return _changes(connection, key)


def evidence_file(engine: Engine, key: str) -> bytes:
    """The bytes of the file of evidence. Raises KeyError where there is none."""
    with plain_failures(), engine.connect() as connection:
        found = connection.execute(select(follow_up.c.evidence_content).where(follow_up.c.id == key)).scalar_one_or_none()
    if found is None:
        raise KeyError(key)
    return bytes(found)


def _changes(connection: Connection, key: str) -> tuple[Change, ...]:
    columns = [follow_up_change.c[field.name] for field in fields(Change)]
    rows = connection.execute(select(*columns).where(follow_up_change.c.follow_up == key).order_by(follow_up_change.c.id))
    return tuple(Change(*row) for row in rows)


def _remember(connection: Connection, one: FollowUp, person: Person, found: dict[str, tuple[str, str]]) -> None:
    at = utc_now()
    connection.execute(insert(follow_up_change), [
        {"follow_up": one.id, "version": one.version, "at": at, "who": person.name, "field": name, "before": said(before), "after": said(after)}
        for name, (before, after) in found.items()
    ])  # fmt: skip


def _one(connection: Connection, key: str) -> FollowUp:
    row = connection.execute(select(*COLUMNS).where(follow_up.c.id == key)).one_or_none()
    if row is None:
        raise CycleError("This follow-up is not there any more. Somebody removed it.")
    return _follow_up(row)


def _clean(value: Any) -> Any:
    return plain_text(value).strip() if type(value) is str else value


def _row(one: FollowUp) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one)} | {"deliverable": str(one.deliverable)}


def _follow_up(row: Row) -> FollowUp:
    return FollowUp(**dict(row._mapping) | {"deliverable": Deliverable(row.deliverable)})
