"""The follow-ups, with the history of each: what is promised, by whom, until when, and what shows that it was kept."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
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
from lib.language import _
from lib.roles import Person, Role, require
from lib.store.batches import utc_now
from lib.store.build import writing
from lib.store.database import plain_failures, sound_documents
from lib.store.load import note, plain_text
from lib.store.schema import audit, follow_up, follow_up_change

COLUMNS = [column for column in follow_up.c if column.name != "evidence_content"]
MOST_BYTES = 10_000_000  # of a file of evidence
MOST_OF_A_SUBJECT = audit.c.subject.type.length  # letters of a name that the audit keeps
REMINDED, NOT_REMINDED = "send a reminder", "a reminder was not sent"  # in the audit


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
    require(person, Role.PRESENTER, _("Writing down a follow-up"))
    written = []
    for entry in several:
        content = entry.pop("file", None)
        one = _new(entry, person, example)
        check_follow_up(one, agencies=agencies)
        _check_file(one, content)
        written.append((one, content))
    with plain_failures(), writing(engine) as connection:
        for one, content in written:
            _insert(connection, one, person, content)
    return tuple(one for one, _ in written)


def _insert(connection: Connection, one: FollowUp, person: Person, content: bytes | None = None) -> None:
    connection.execute(insert(follow_up), _row(one) | {"evidence_content": content})
    _remember(connection, one, person, {"created": ("", one.action)})
    note(connection, person, "write a follow-up", one.id, f"{one.owner}, due {one.due.isoformat()}: {one.action}")


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
    require(person, Role.PRESENTER, _("Changing a follow-up"))
    wanted = _with(seen, changes)
    check_follow_up(wanted, agencies=agencies)
    if file is not None or wanted.evidence_file != seen.evidence_file:
        _check_file(wanted, file)
    found = differences(seen, wanted)
    if not found and file is None:
        return seen
    with plain_failures(), writing(engine) as connection:
        now = _one(connection, seen.id)
        if now.version != seen.version:
            raise ChangedMeanwhile(_("Somebody else changed this follow-up just now. Nothing of yours was written; look at theirs and save again."),
                                   tuple(str(one) for one in _changes(connection, seen.id) if one.version > seen.version))  # fmt: skip
        return _update(connection, seen, wanted, found, person, file)


def _update(
    connection: Connection, seen: FollowUp, wanted: FollowUp, found: Mapping[str, tuple[str, str]], person: Person, file: bytes | None = None
) -> FollowUp:
    values = {name: getattr(wanted, name) for name in found} | {"version": seen.version + 1}
    values |= {"deliverable": str(wanted.deliverable)} if "deliverable" in values else {}
    if file is not None or "evidence_file" in found:
        values["evidence_content"] = file
    done = connection.execute(update(follow_up).where(follow_up.c.id == seen.id, follow_up.c.version == seen.version).values(**values))
    if done.rowcount != 1:
        raise ChangedMeanwhile(_("Somebody else changed this follow-up just now. Nothing of yours was written; look again."))
    wanted = replace(wanted, version=seen.version + 1)
    _remember(connection, wanted, person, found or {"evidence_file": (seen.evidence_file, wanted.evidence_file)})
    note(connection, person, "change a follow-up", seen.id, "; ".join(f"{name}: {before!r} to {after!r}" for name, (before, after) in found.items())[:4000])
    return wanted


@dataclass(frozen=True)
class Entry:
    """A row of a sheet: a new follow-up, or, with an id, the change of one that is there. `version` is the one that the sheet was
    made from, `place` says where the row stands."""

    place: str
    values: Mapping[str, Any]
    id: str = ""
    version: int = 0


@dataclass(frozen=True)
class Written:
    new: tuple[FollowUp, ...]
    changed: tuple[FollowUp, ...]
    unchanged: int


def write_sheet(engine: Engine, entries: Sequence[Entry], *, person: Person, agencies: Collection[str] = ()) -> Written:
    """Writes down the new follow-ups of a sheet and changes the others, all or none.

    Where one of them was changed since the sheet was made, nothing is written, and ChangedMeanwhile names each with what was
    changed. Raises NotAllowed and CycleError too.
    """
    require(person, Role.PRESENTER, _("Loading follow-ups from a workbook"))
    new = [_new(dict(entry.values), person, example=False) for entry in entries if not entry.id]
    for entry, one in zip([entry for entry in entries if not entry.id], new, strict=True):
        _check_row(entry, one, agencies)
    with plain_failures(), writing(engine) as connection:
        pairs = [(entry, _one(connection, entry.id)) for entry in entries if entry.id]
        stale = [(entry, now) for entry, now in pairs if entry.version != now.version]
        if stale:
            raise ChangedMeanwhile(_("Somebody changed what stands in this workbook since it was made. Nothing of yours was written."),
                                   tuple(f"{entry.place}: {change}" for entry, now in stale for change in _since(connection, entry)))  # fmt: skip
        for one in new:
            _insert(connection, one, person)
        changed = []
        for entry, now in pairs:
            wanted = _with(now, entry.values)
            if found := differences(now, wanted):
                _check_row(entry, wanted, agencies)
                changed.append(_update(connection, now, wanted, found, person))
    return Written(tuple(new), tuple(changed), len(pairs) - len(changed))


def would_change(one: FollowUp, entry: Entry) -> dict[str, tuple[str, str]]:
    """What a row would change in the follow-up that it is about: by field the words before and after."""
    return differences(one, _with(one, entry.values))


def _since(connection: Connection, entry: Entry) -> list[str]:
    """What was changed since the version of a row; a sentence too where the row names a version that never was."""
    later = [str(one) for one in _changes(connection, entry.id) if one.version > entry.version]
    return later or [_("there is no version {version} of it").format(version=entry.version)]


def _check_row(entry: Entry, one: FollowUp, agencies: Collection[str]) -> None:
    try:
        check_follow_up(one, agencies=agencies)
    except CycleError as problem:
        raise CycleError(_("{place}: {problem} Nothing was written.").format(place=entry.place, problem=problem.sentence)) from None


def _with(one: FollowUp, changes: Mapping[str, Any]) -> FollowUp:
    """The follow-up with some fields changed. Raises TypeError for a field that nobody may change."""
    if unknown := set(changes) - set(LABELS):
        raise TypeError(f"{sorted(unknown)} of a follow-up cannot be changed")
    wanted = replace(one, **{name: _clean(value) for name, value in changes.items()})
    return replace(wanted, deliverable=Deliverable(wanted.deliverable))


def _check_file(one: FollowUp, content: bytes | None) -> None:
    if bool(one.evidence_file) != (content is not None):
        raise CycleError(_("A file of evidence has a name and a content. Choose the file again."))
    if content is not None and not 0 < len(content) <= MOST_BYTES:
        raise CycleError(_("The file of evidence is empty or larger than {megabytes} MB. Give a link to it instead.").format(megabytes=MOST_BYTES // 1000000))


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


def note_reminders(engine: Engine, reminded: Iterable[tuple[str, str, bool]], *, person: Person) -> None:
    """Keeps in the audit who was reminded: each time the owner, what is to be told of it, and whether it went out."""
    require(person, Role.EDITOR, _("Sending reminders"))
    with plain_failures(), writing(engine) as connection:
        for owner, detail, went_out in reminded:
            note(connection, person, REMINDED if went_out else NOT_REMINDED, owner[:MOST_OF_A_SUBJECT], detail)


def last_reminders(engine: Engine) -> dict[str, tuple[str, str]]:
    """By owner (the name's first letters, as the audit keeps them), when a reminder was last sent, and by whom."""
    query = select(audit.c.subject, audit.c.at, audit.c.who).where(audit.c.action == REMINDED).order_by(audit.c.id)
    with plain_failures(), engine.connect() as connection:
        return {owner: (at, who) for owner, at, who in connection.execute(query)}


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
        raise CycleError(_("This follow-up is not there any more. Somebody removed it."))
    return _follow_up(row)


def _clean(value: Any) -> Any:
    return plain_text(value).strip() if type(value) is str else value


def _row(one: FollowUp) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one)} | {"deliverable": str(one.deliverable)}


def _follow_up(row: Row) -> FollowUp:
    return FollowUp(**dict(row._mapping) | {"deliverable": Deliverable(row.deliverable)})
