"""The meetings of the Stats: planned, prepared, frozen, held; each change by somebody, checked, and never over another's."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from lib.cycle import BEFORE_RELEASE, ChangedMeanwhile, CycleError, Decided, Meeting, State, Topic, check_step
from lib.errors import StoreDamaged
from lib.language import _, later
from lib.roles import Person, Role, require
from lib.store.batches import utc_now
from lib.store.build import writing
from lib.store.database import DAMAGED, plain_failures, sound_documents
from lib.store.load import note, plain_text
from lib.store.schema import meeting, meeting_step, place_score, snapshot, topic

MOST_AREAS = 2
CRITERIA = (later("severity"), later("concentration"), later("ability to act"), later("value of coordination"), later("equity and resident impact"),
            later("readiness"))  # fmt: skip
CHANGEABLE = (later("day"), later("at"), later("place"), later("decision"), later("areas"))


@dataclass(frozen=True)
class Step:
    """When a meeting came to a state, by whom."""

    state: State
    at: str
    who: str
    note: str


@dataclass(frozen=True)
class Snapshot:
    """What a meeting saw, as it was on its release: bytes of JSON and their sum."""

    meeting: str
    taken_at: str
    taken_by: str
    release: str
    sha256: str
    content: bytes


@dataclass(frozen=True)
class Score:
    """How a place does on a criterion, from 1 to 5, by a person's judgement."""

    area: str
    criterion: str
    score: int
    why: str
    who: str


def plan(
    engine: Engine, *, stat: str, day: date, at: str, place: str, decision: str = "", areas: Sequence[str] = (), person: Person, example: bool = False
) -> Meeting:
    """Puts a meeting on the calendar, framed. Raises NotAllowed, CycleError, or a store error."""
    require(person, Role.EDITOR, _("Planning a meeting"))
    one = Meeting(str(uuid.uuid4()), stat, day, _time(at), _said(place), State.FRAMED, _said(decision), _areas(areas), "", example, 1, utc_now(), person.name)
    with plain_failures(), writing(engine) as connection:
        if connection.execute(select(meeting.c.id).where(meeting.c.stat == stat, meeting.c.day == day, meeting.c.state != State.CANCELLED)).first():
            raise CycleError(_("This Stat has a meeting on that day already. Choose another day, or change the one that is there."))
        connection.execute(insert(meeting), _row(one))
        _step(connection, one.id, State.FRAMED, person, "")
        note(connection, person, "plan a meeting", one.id, f"{stat}, {day.isoformat()} {one.at}")
    return one


def change(engine: Engine, seen: Meeting, *, person: Person, **changes: Any) -> Meeting:
    """Another day, time, place, decision or areas, while nothing is released. `seen` is the meeting as the person saw it."""
    require(person, Role.EDITOR, _("Changing a meeting"))
    if unknown := set(changes) - set(CHANGEABLE):
        raise TypeError(f"{sorted(unknown)} of a meeting cannot be changed so")
    values = {name: {"at": _time, "place": _said, "decision": _said, "areas": _areas}.get(name, lambda value: value)(value) for name, value in changes.items()}
    with plain_failures(), writing(engine) as connection:
        now = _unchanged(connection, seen)
        if now.state not in BEFORE_RELEASE:
            raise CycleError(_("The meeting is {state}: its papers are out. Cancel it with a reason and plan another.").format(state=_(str(now.state))))
        _write(connection, seen, values)
        note(connection, person, "change a meeting", seen.id, ", ".join(f"{name}: {value}" for name, value in values.items()))
        return _one(connection, seen.id)


def step(
    engine: Engine,
    seen: Meeting,
    to: State,
    *,
    person: Person,
    today: date,
    reason: str = "",
    content: bytes | None = None,
    release: str = "",
) -> Meeting:
    """The meeting goes on to `to`. To be released it takes the snapshot of what it will see, which then stays as it is.

    Raises NotAllowed, CycleError where the cycle does not allow it, ChangedMeanwhile where somebody was quicker.
    """
    require(person, Role.PRESENTER if to in (State.HELD, State.MEMO_SENT) else Role.EDITOR, _("Setting a meeting to {state}").format(state=_(str(to))))
    with plain_failures(), writing(engine) as connection:
        _unchanged(connection, seen)
        chosen = connection.execute(select(topic.c.id).where(topic.c.meeting == seen.id, topic.c.decided == Decided.CHOSEN)).all()
        check_step(seen, to, today=today, topics=len(chosen), reason=reason)
        if to is State.RELEASED:
            if not content:
                raise CycleError(_("A meeting is released with a snapshot of what it will see. Nothing was changed."))
            connection.execute(insert(snapshot), {
                "meeting": seen.id, "taken_at": utc_now(), "taken_by": person.name, "release": release,
                "sha256": hashlib.sha256(content).hexdigest(), "content": content,
            })  # fmt: skip
        _write(connection, seen, {"state": str(to), **({"cancelled_because": _said(reason)} if to is State.CANCELLED else {})})
        _step(connection, seen.id, to, person, _said(reason))
        note(connection, person, f"meeting {to}", seen.id, _said(reason))
        return _one(connection, seen.id)


def meetings(engine: Engine) -> tuple[Meeting, ...]:
    """All meetings, the earliest first."""
    with sound_documents(), engine.connect() as connection:
        rows = connection.execute(select(meeting).order_by(meeting.c.day, meeting.c.at, meeting.c.id)).all()
        return tuple(_meeting(row) for row in rows)


def steps(engine: Engine, meeting_id: str) -> tuple[Step, ...]:
    """The meeting's way so far, in order."""
    query = select(meeting_step).where(meeting_step.c.meeting == meeting_id).order_by(meeting_step.c.id)
    with sound_documents(), engine.connect() as connection:
        return tuple(Step(State(row.state), row.at, row.who, row.note) for row in connection.execute(query))


def every_step(engine: Engine) -> dict[str, tuple[Step, ...]]:
    """The way of every meeting, by its id."""
    found: dict[str, list[Step]] = {}
    with sound_documents(), engine.connect() as connection:
        for row in connection.execute(select(meeting_step).order_by(meeting_step.c.id)):
            found.setdefault(row.meeting, []).append(Step(State(row.state), row.at, row.who, row.note))
    return {key: tuple(several) for key, several in found.items()}


def snapshot_of(engine: Engine, meeting_id: str) -> Snapshot | None:
    """What the meeting saw; None before its release. Raises StoreDamaged where it is not what was frozen."""
    with plain_failures(), engine.connect() as connection:
        row = connection.execute(select(snapshot).where(snapshot.c.meeting == meeting_id)).one_or_none()
    if row is None:
        return None
    if hashlib.sha256(row.content).hexdigest() != row.sha256:
        raise StoreDamaged(_(DAMAGED), detail=f"the snapshot of meeting {meeting_id} is not what was frozen")
    return Snapshot(**row._mapping)


def with_snapshot(engine: Engine) -> frozenset[str]:
    """The ids of the meetings of which the numbers that they saw are kept."""
    with plain_failures(), engine.connect() as connection:
        return frozenset(connection.execute(select(snapshot.c.meeting)).scalars())


# Topics


def topics(engine: Engine, meeting_id: str) -> tuple[Topic, ...]:
    """The topics in their order: chosen, not decided, set aside."""
    with sound_documents(), engine.connect() as connection:
        rows = connection.execute(select(topic).where(topic.c.meeting == meeting_id).order_by(topic.c.position, topic.c.id)).all()
        return tuple(_topic(row) for row in rows)


def propose(engine: Engine, seen: Meeting, proposals: Sequence[Mapping[str, Any]], *, person: Person) -> tuple[Topic, ...]:
    """Adds what the rule proposes; a subject that is there already keeps what a person decided, and takes the new reasons.

    Each proposal has kind, subject, title, reasons, figures and question.
    """
    require(person, Role.EDITOR, _("Drafting an agenda"))
    with plain_failures(), writing(engine) as connection:
        _still_in_preparation(connection, seen.id)
        there = {(one.kind, one.subject): one for one in connection.execute(select(topic).where(topic.c.meeting == seen.id)) if one.subject}
        new = {(one["kind"], one["subject"]) for one in proposals}
        for key, one in there.items():  # an earlier proposal that nobody decided and the rule no longer makes
            if key not in new and one.decided == Decided.OPEN and one.reasons:
                connection.execute(delete(topic).where(topic.c.id == one.id))
        for number, one in enumerate(proposals, start=1):
            known = there.get((one["kind"], one["subject"]))
            said = {"title": one["title"], "reasons": list(one["reasons"]), "figures": list(one["figures"])}
            if known:
                connection.execute(update(topic).where(topic.c.id == known.id).values(**said))
            else:
                connection.execute(insert(topic), said | {
                    "meeting": seen.id, "position": number, "kind": one["kind"], "subject": one["subject"], "question": one["question"],
                    "decided": str(Decided.OPEN), "because": "", "by": "the rule",
                })  # fmt: skip
        note(connection, person, "draft an agenda", seen.id, f"{len(proposals)} proposed")
    return topics(engine, seen.id)


def bring(
    engine: Engine, seen: Meeting, *, title: str, question: str, person: Person, kind: str = "other", subject: str = "", figures: Sequence[str] = ()
) -> None:
    """A topic that a person brings stands on the agenda at once."""
    require(person, Role.EDITOR, _("Changing an agenda"))
    if not title.strip():
        raise CycleError(_("A topic has a title. Write one."))
    with plain_failures(), writing(engine) as connection:
        _still_in_preparation(connection, seen.id)
        same = connection.execute(select(topic.c.id).where(topic.c.meeting == seen.id, topic.c.kind == kind, topic.c.subject == subject)).first()
        if subject and same:
            raise CycleError(_("{title} is among the topics already. Choose it there.").format(title=title))
        number = len(connection.execute(select(topic.c.id).where(topic.c.meeting == seen.id)).all()) + 1
        connection.execute(insert(topic), {
            "meeting": seen.id, "position": number, "kind": kind, "subject": subject, "title": _said(title), "reasons": [], "figures": list(figures),
            "question": _said(question), "decided": str(Decided.CHOSEN), "because": "", "by": person.name,
        })  # fmt: skip
        note(connection, person, "bring a topic", seen.id, title)


def decide(engine: Engine, seen: Topic, to: Decided, *, person: Person, because: str = "", question: str | None = None) -> None:
    """A person chooses a topic, or sets it aside with a reason, which is kept."""
    require(person, Role.EDITOR, _("Deciding on a topic"))
    if to is Decided.SET_ASIDE and not because.strip():
        raise CycleError(_("A topic is set aside with a reason. Write why."))
    with plain_failures(), writing(engine) as connection:
        _still_in_preparation(connection, seen.meeting)
        values = {"decided": str(to), "because": _said(because) if to is Decided.SET_ASIDE else "", "by": person.name}
        if question is not None:
            values["question"] = _said(question)
        done = connection.execute(update(topic).where(topic.c.id == seen.id, topic.c.decided == seen.decided, topic.c.because == seen.because).values(**values))
        if done.rowcount != 1:
            raise ChangedMeanwhile(_("Somebody else decided on this topic just now. Look again before you decide."))
        note(connection, person, f"topic {to}", seen.meeting, f"{seen.title}: {because}".rstrip(": "))


# Places


def score(engine: Engine, seen: Meeting, *, area: str, criterion: str, points: int, why: str, person: Person) -> None:
    """A person's judgement of a place; a later one replaces it."""
    require(person, Role.EDITOR, _("Judging a place"))
    if criterion not in CRITERIA:
        raise CycleError(_("There is no criterion {criterion!r}.").format(criterion=criterion))
    if not 1 <= points <= 5:
        raise CycleError(_("A score is a whole number from 1 to 5."))
    key = {"meeting": seen.id, "area": area, "criterion": criterion}
    with plain_failures(), writing(engine) as connection:
        _still_in_preparation(connection, seen.id)
        connection.execute(delete(place_score).where(*(place_score.c[name] == value for name, value in key.items())))
        connection.execute(insert(place_score), key | {"score": points, "why": _said(why), "who": person.name})
        note(connection, person, "judge a place", seen.id, f"{area}, {criterion}: {points}")


def scores(engine: Engine, meeting_id: str) -> tuple[Score, ...]:
    query = select(place_score).where(place_score.c.meeting == meeting_id).order_by(place_score.c.area, place_score.c.criterion)
    with sound_documents(), engine.connect() as connection:
        return tuple(Score(row.area, row.criterion, row.score, row.why, row.who) for row in connection.execute(query))


# Inside


def _said(text: str) -> str:
    return plain_text(text).strip()[:2000]


def _time(text: str) -> str:
    hours, _colon, minutes = text.strip().partition(":")
    if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60 and len(minutes) == 2):
        raise CycleError(_("{text!r} is not a time. Write hours and minutes, such as 14:30.").format(text=text))
    return f"{int(hours):02d}:{minutes}"


def _areas(areas: Sequence[str]) -> tuple[str, ...]:
    if len(set(areas)) > MOST_AREAS:
        raise CycleError(_("A place-based Stat looks at {most} places at most. Take some away.").format(most=MOST_AREAS))
    return tuple(dict.fromkeys(areas))


def _row(one: Meeting) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one)} | {"state": str(one.state), "areas": list(one.areas)}


def _meeting(row: Row) -> Meeting:
    return Meeting(**dict(row._mapping) | {"state": State(row.state), "areas": tuple(row.areas)})


def _topic(row: Row) -> Topic:
    return Topic(**dict(row._mapping) | {"decided": Decided(row.decided), "reasons": tuple(row.reasons), "figures": tuple(row.figures)})


def _one(connection: Connection, meeting_id: str) -> Meeting:
    row = connection.execute(select(meeting).where(meeting.c.id == meeting_id)).one_or_none()
    if row is None:
        raise CycleError(_("This meeting is not there any more. Somebody removed it."))
    return _meeting(row)


def _still_in_preparation(connection: Connection, meeting_id: str) -> None:
    now = _one(connection, meeting_id)
    if now.state not in BEFORE_RELEASE:
        raise CycleError(_("The meeting is {state}, so its agenda and its numbers stand.").format(state=_(str(now.state))))


def _unchanged(connection: Connection, seen: Meeting) -> Meeting:
    """The meeting as it is. Raises ChangedMeanwhile where it is not the one that was seen."""
    now = _one(connection, seen.id)
    if now.version != seen.version:
        differing = [name for name in (*CHANGEABLE, later("state")) if getattr(now, name) != getattr(seen, name)]
        said = tuple(_("{field}: now {value}.").format(field=_(name), value=_in_words(getattr(now, name))) for name in differing)
        raise ChangedMeanwhile(_("Somebody else changed this meeting just now. Nothing of yours was written; look again."), said)
    return now


def _in_words(value: object) -> str:
    if isinstance(value, State):
        return _(str(value))
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _write(connection: Connection, seen: Meeting, values: Mapping[str, Any]) -> None:
    stored = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    query = update(meeting).where(meeting.c.id == seen.id, meeting.c.version == seen.version).values(**stored, version=seen.version + 1)
    if connection.execute(query).rowcount != 1:
        raise ChangedMeanwhile(_("Somebody else changed this meeting just now. Nothing of yours was written; look again."))


def _step(connection: Connection, meeting_id: str, to: State, person: Person, said: str) -> None:
    connection.execute(insert(meeting_step), {"meeting": meeting_id, "state": str(to), "at": utc_now(), "who": person.name, "note": said})
