"""The made-up Stat: put in whole, marked in every row, and taken out whole."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select

from lib.cycle import IN_ORDER, Decided, Meeting, State
from lib.language import _
from lib.roles import Person, Role, require
from lib.store.batches import utc_now
from lib.store.build import writing
from lib.store.database import plain_failures
from lib.store.load import note
from lib.store.schema import (
    audit,
    decision,
    evaluation,
    follow_up,
    follow_up_change,
    meeting,
    meeting_step,
    place_score,
    snapshot,
    strategy,
    topic,
)

REMOVED = "remove the example"
BY = "the example"


def is_wanted(engine: Engine) -> bool:
    """Whether nothing was ever recorded, and nobody removed the example."""
    with plain_failures(), engine.connect() as connection:
        return _is_wanted(connection)


def _is_wanted(connection: Connection) -> bool:
    there = [connection.execute(select(func.count()).select_from(table)).scalar() for table in (meeting, follow_up, strategy, evaluation, decision)]
    removed = connection.execute(select(audit.c.id).where(audit.c.action == REMOVED)).first()
    return not any(there) and removed is None


def load(
    engine: Engine,
    content: Mapping[str, Any],
    *,
    day: Callable[[int], date],
    due: Callable[[Meeting], Mapping[State, date]],
    freeze: Callable[[Meeting], bytes],
    release: str,
    titles: Mapping[str, str],
    person: Person,
) -> bool:
    """Puts the example in, unless something is recorded already. `day` turns working days from now into days, `due` gives the days of a
    meeting's steps, `freeze` makes the snapshot of a meeting that is written already, `titles` are the indicators' names.

    Two processes that start together put it in once. Gives whether it was put in now.
    """
    require(person, Role.EDITOR, _("Loading the example"))
    with plain_failures():
        with writing(engine) as connection:
            if not _is_wanted(connection):
                return False
            written = [(_meeting(connection, one, day, due, titles), one) for one in content.get("meeting", [])]
            for table, name in ((strategy, "strategy"), (evaluation, "evaluation"), (decision, "decision")):
                for one in content.get(name, []):
                    connection.execute(insert(table), _beside(one, name, day))
            note(connection, person, "load the example", "example", f"{len(written)} meetings")
        for one, _entry in written:  # what is frozen holds what was written just now
            if one.state in (State.RELEASED, State.HELD, State.MEMO_SENT):
                frozen = freeze(one)
                with writing(engine) as connection:
                    connection.execute(insert(snapshot), {"meeting": one.id, "taken_at": _stamp(due(one)[State.RELEASED]), "taken_by": BY, "release": release,
                                                          "sha256": hashlib.sha256(frozen).hexdigest(), "content": frozen})  # fmt: skip
    return True


def _meeting(
    connection: Connection, entry: Mapping[str, Any], day: Callable[[int], date], due: Callable[[Meeting], Mapping[State, date]], titles: Mapping[str, str]
) -> Meeting:
    one = Meeting(str(uuid.uuid4()), entry["stat"], day(entry["day"]), entry["at"], entry["place"], State(entry["state"]), entry["decision"], (), "", True, 1,
                  utc_now(), BY)  # fmt: skip
    connection.execute(insert(meeting), {**one.__dict__, "state": str(one.state), "areas": []})
    days = due(one)
    for state in IN_ORDER[: IN_ORDER.index(one.state) + 1]:
        connection.execute(insert(meeting_step), {"meeting": one.id, "state": str(state), "at": _stamp(days[state]), "who": BY, "note": ""})
    for number, said in enumerate(entry["topic"], start=1):
        connection.execute(insert(topic), {
            "meeting": one.id, "position": number, "kind": "indicator" if said["indicator"] else "other", "subject": said["indicator"],
            "title": said["title"] or titles.get(said["indicator"], said["indicator"]), "reasons": [], "figures": [], "question": said["question"],
            "decided": str(Decided.SET_ASIDE if said["set_aside"] else Decided.CHOSEN), "because": said["set_aside"], "by": BY,
        })  # fmt: skip
    for said in entry["follow_up"]:
        _follow_up(connection, one, said, day)
    return one


def _follow_up(connection: Connection, one: Meeting, said: Mapping[str, Any], day: Callable[[int], date]) -> None:
    row = {
        "id": str(uuid.uuid4()), "stat": one.stat, "meeting": one.id, "issue": "", "area": "", "evidence_link": "", "evidence_file": "", "example": True, "version": 1,
        "created_at": _stamp(one.day), "created_by": BY, "due": day(said["due"]), "begun_on": _maybe(said["begun"], day), "done_on": _maybe(said["done"], day),
    } | {name: said[name] for name in ("action", "owner", "agency", "deliverable", "indicator", "measure", "evidence", "notes", "escalation", "public")}  # fmt: skip
    connection.execute(insert(follow_up), row)
    connection.execute(insert(follow_up_change), {"follow_up": row["id"], "version": 1, "at": row["created_at"], "who": BY, "field": "created", "before": "",
                                                  "after": row["action"]})  # fmt: skip


def _beside(entry: Mapping[str, Any], name: str, day: Callable[[int], date]) -> dict[str, Any]:
    """A strategy, an evaluation or a decision as its table has it."""
    days = {key: _maybe(entry.get(key), day) for key in ("started", "on") if key in entry}
    more = {"strategy": {"ended": None}, "evaluation": {"strategy": ""}, "decision": {"meeting": "", "amount": None}}[name]
    return {**entry, **days, **more, "id": str(uuid.uuid4()), "reference": "made up", "example": True, "version": 1, "created_at": utc_now(), "created_by": BY}


def _maybe(number: int | None, day: Callable[[int], date]) -> date | None:
    return None if number is None else day(number)


def _stamp(when: date) -> str:
    """Noon of that day, or now where that is earlier: nothing is done before its time."""
    return min(datetime.combine(when, time(12), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"), utc_now())


def remove(engine: Engine, *, person: Person) -> int:
    """Takes out all that is made up, and gives how many meetings and follow-ups that was. It does not come back by itself."""
    require(person, Role.ADMINISTRATOR, _("Removing the example"))
    with plain_failures(), writing(engine) as connection:
        meetings = [row.id for row in connection.execute(select(meeting.c.id).where(meeting.c.example))]
        promises = [row.id for row in connection.execute(select(follow_up.c.id).where(follow_up.c.example))]
        connection.execute(delete(follow_up_change).where(follow_up_change.c.follow_up.in_(promises)))
        connection.execute(delete(follow_up).where(follow_up.c.id.in_(promises)))
        for table in (snapshot, place_score, topic, meeting_step):
            connection.execute(delete(table).where(table.c.meeting.in_(meetings)))
        connection.execute(delete(meeting).where(meeting.c.id.in_(meetings)))
        for table in (strategy, evaluation, decision):
            connection.execute(delete(table).where(table.c.example))
        note(connection, person, REMOVED, "example", f"{len(meetings)} meetings, {len(promises)} follow-ups")
    return len(meetings) + len(promises)
