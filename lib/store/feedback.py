"""What residents say of an indicator or a neighborhood: sent by anybody, read by staff before it is shown, answered by an agency.

Nothing is kept of who wrote. A letter is never removed; one that is set aside keeps its reason.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, case, func, insert, select, update

from lib.cycle import ChangedMeanwhile
from lib.errors import NotTaken
from lib.language import _
from lib.letters import calm, found_in
from lib.roles import READER, Person, Role, require
from lib.store.batches import utc_now
from lib.store.build import writing
from lib.store.database import plain_failures, sound_documents
from lib.store.load import note, plain_text
from lib.store.residents import hold_back
from lib.store.schema import feedback

ABOUT = ("indicator", "area")
ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
LEAST, MOST = 10, 2_000  # letters of what a resident writes
MOST_OF_AN_ANSWER = 4_000
LIMITS = (
    (timedelta(minutes=1), 30),
    (timedelta(hours=1), 300),
)  # most that are taken from all residents together; our choice
MOST_WAITING = 20_000  # that nobody has read: more would not be read either


class SeemsPrivate(NotTaken):
    """The text seems to hold an address or a number of a person."""


class State(StrEnum):
    WAITING = "waiting"
    SHOWN = "shown"
    SET_ASIDE = "set aside"


@dataclass(frozen=True)
class Letter:
    """What a resident wrote, and what became of it. Times are UTC in ISO form, "" = not yet."""

    id: str
    sent_at: str
    about: str  # one of ABOUT
    subject: str
    language: str
    text: str
    state: State
    because: str
    decided_at: str
    decided_by: str
    answer: str
    answered_at: str
    answered_by: str  # the agency that readers see
    version: int


@dataclass(frozen=True)
class Tally:
    """How many there are. `oldest` is when the one that waits longest was sent; "" where none waits."""

    waiting: int = 0
    shown: int = 0
    set_aside: int = 0
    answered: int = 0
    oldest: str = ""


COLUMNS = [feedback.c[field.name] for field in fields(Letter)]


# What anybody may do


def send(
    engine: Engine,
    *,
    about: str,
    subject: str,
    text: str,
    language: str,
    is_not_private: bool = False,
    limits: Sequence[tuple[timedelta, int]] = LIMITS,
    most_waiting: int = MOST_WAITING,
) -> str:
    """Keeps what a resident wrote until it is read, and gives its id. It is plain text and nothing else.

    Raises SeemsPrivate where it seems to hold a person's address or number, unless the writer says that it does not; NotTaken
    where it is too short, too long or about nothing, or where too many write or wait; or a store error. Nothing is kept then.
    """
    if about not in ABOUT or not ID.fullmatch(subject) or len(subject) > feedback.c.subject.type.length:
        raise NotTaken(_("Choose what your letter is about, an indicator or a neighborhood."))
    said = _said(text, most=MOST)
    if sum(not letter.isspace() for letter in said) < LEAST:
        raise NotTaken(_("Write a little more: at least {n} letters.").format(n=LEAST))
    private = () if is_not_private else found_in(said)
    if private:
        raise SeemsPrivate(
            _("Your letter seems to hold {what}. What you write is shown to everybody, so please take it out.").format(
                what=_(" and ").join(private)
            )
        )
    row = {field.name: "" for field in fields(Letter)}
    row |= {"id": str(uuid.uuid4()), "about": about, "subject": subject, "language": plain_text(language)[:20], "text": said,
            "state": str(State.WAITING), "version": 1}  # fmt: skip
    with plain_failures(), writing(engine) as connection:
        hold_back(connection, feedback, limits=limits)
        if _waiting(connection) >= most_waiting:
            raise NotTaken(
                _(
                    "{n} letters wait to be read, so no more are taken for now. Nothing is lost here: please send yours again in a few days."
                ).format(n=f"{most_waiting:,}")
            )
        connection.execute(insert(feedback), row | {"sent_at": utc_now()})
        note(connection, READER, "send feedback", row["id"], f"{about} {subject}, {len(said)} letters")
    return row["id"]


def _waiting(connection: Connection) -> int:
    return connection.execute(select(func.count()).where(feedback.c.state == State.WAITING)).scalar_one()


def shown(engine: Engine, about: str = "", subject: str = "", *, page: int = 1, size: int = 20) -> tuple[Letter, ...]:
    """What was said of an indicator or an area, of all where none is named: the newest first. Who decided is not in it."""
    several = _page(engine, [feedback.c.state == State.SHOWN, *_of(about, subject)], newest=True, page=page, size=size)
    return tuple(Letter(**{**one.__dict__, "decided_by": ""}) for one in several)


def answered_since(engine: Engine, since: str, *, most: int) -> tuple[Letter, ...]:
    """Letters that were answered at that time or later and are shown, the newest answer first."""
    query = select(*COLUMNS).where(
        feedback.c.state == State.SHOWN, feedback.c.answered_at >= since, feedback.c.answered_at != ""
    )
    return _read(engine, query.order_by(feedback.c.answered_at.desc(), feedback.c.id).limit(most))


def tally(engine: Engine, about: str = "", subject: str = "") -> Tally:
    """How many letters there are, by what became of them: of one subject, or of all. Counted by the database."""
    answered = func.sum(case(((feedback.c.state == State.SHOWN) & (feedback.c.answer != ""), 1), else_=0))
    query = (
        select(feedback.c.state, func.count(), answered, func.min(feedback.c.sent_at))
        .where(*_of(about, subject))
        .group_by(feedback.c.state)
    )
    with plain_failures(), engine.connect() as connection:
        found = {
            State(state): (count, int(with_answer or 0), oldest)
            for state, count, with_answer, oldest in connection.execute(query)
        }
    none = (0, 0, "")
    return Tally(found.get(State.WAITING, none)[0], found.get(State.SHOWN, none)[0], found.get(State.SET_ASIDE, none)[0],
                 found.get(State.SHOWN, none)[1], found.get(State.WAITING, none)[2])  # fmt: skip


# What staff do


def queue(
    engine: Engine,
    *,
    person: Person,
    state: State = State.WAITING,
    about: str = "",
    subject: str = "",
    answered: bool | None = None,
    page: int = 1,
    size: int = 20,
) -> tuple[Letter, ...]:
    """A page of the letters in that state: those that wait the oldest first, the others the newest first."""
    require(person, Role.STAFF, _("Reading what residents sent"))
    about_it = [] if answered is None else [feedback.c.answer != "" if answered else feedback.c.answer == ""]
    return _page(
        engine,
        [feedback.c.state == state, *about_it, *_of(about, subject)],
        newest=state is not State.WAITING,
        page=page,
        size=size,
    )


def waiting(engine: Engine, *, person: Person, page: int = 1, size: int = 20) -> tuple[Letter, ...]:
    """A page of those that nobody has decided on yet, the oldest first."""
    return queue(engine, person=person, page=page, size=size)


def decide(engine: Engine, seen: Letter, to: State, *, because: str = "", person: Person) -> Letter:
    """Shows a letter to everybody, or sets it aside with a reason. `seen` is the letter as the person saw it."""
    return decide_all(engine, [seen], to, because=because, person=person)[0]


def decide_all(
    engine: Engine, several: Sequence[Letter], to: State, *, because: str = "", person: Person
) -> tuple[Letter, ...]:
    """The same for several, all or none. Raises NotAllowed, NotTaken without a reason, ChangedMeanwhile where somebody was quicker."""
    require(person, Role.EDITOR, _("Deciding what residents sent"))
    if to is State.WAITING:
        raise NotTaken(_("A letter is shown or set aside."))
    reason = _said(because, most=300) if to is State.SET_ASIDE else ""
    if to is State.SET_ASIDE and not reason:
        raise NotTaken(_("A letter is set aside with a reason. Write why."))
    values = {"state": str(to), "because": reason, "decided_at": utc_now(), "decided_by": person.name}
    with plain_failures(), writing(engine) as connection:
        return tuple(
            _write(
                connection, seen, values, person, "show feedback" if to is State.SHOWN else "set feedback aside", reason
            )
            for seen in several
        )


def answer(engine: Engine, seen: Letter, *, text: str, by: str, agencies: Collection[str], person: Person) -> Letter:
    """Answers a letter that is shown, in the name of an agency; a second answer takes the place of the first, which the audit keeps.

    `agencies` are the names that may answer: readers see an agency and no person.
    """
    require(person, Role.STAFF, _("Answering what residents sent"))
    said = _said(text, most=MOST_OF_AN_ANSWER)
    if not said:
        raise NotTaken(_("Write the answer."))
    if by not in agencies:
        raise NotTaken(_("Choose the agency that answers. A person's name is not shown."))
    if seen.state is not State.SHOWN:
        raise NotTaken(_("Only a letter that is shown can be answered. Show it first."))
    with plain_failures(), writing(engine) as connection:
        return _write(
            connection,
            seen,
            {"answer": said, "answered_at": utc_now(), "answered_by": by},
            person,
            "answer feedback",
            f"{by}: {said}",
        )


def _write(
    connection: Connection, seen: Letter, values: Mapping[str, Any], person: Person, action: str, detail: str
) -> Letter:
    done = connection.execute(
        update(feedback)
        .where(feedback.c.id == seen.id, feedback.c.version == seen.version)
        .values(**values, version=seen.version + 1)
    )
    if done.rowcount != 1:
        raise ChangedMeanwhile(
            _("Somebody else decided on or answered this letter just now. Nothing of yours was written; look again."),
            (seen.id,),
        )
    note(connection, person, action, seen.id, detail)
    return _letter({**seen.__dict__, **values, "version": seen.version + 1})


# The words


def _said(text: str, *, most: int) -> str:
    """Text that every database takes, calmed. Raises NotTaken where it is too long; a text of a megabyte is not even looked through."""
    said = calm(plain_text(calm(text))) if len(text) <= 4 * most else text
    if len(said) > most:
        raise NotTaken(
            _("This has {n} letters; {most} are the most. Shorten it, or send it in parts.").format(
                n=f"{len(said):,}", most=f"{most:,}"
            )
        )
    return said


def _of(about: str, subject: str) -> list[ColumnElement[bool]]:
    return [*([feedback.c.about == about] if about else []), *([feedback.c.subject == subject] if subject else [])]


def _page(
    engine: Engine, conditions: Sequence[ColumnElement[bool]], *, newest: bool, page: int, size: int
) -> tuple[Letter, ...]:
    order = (feedback.c.sent_at.desc(), feedback.c.id) if newest else (feedback.c.sent_at, feedback.c.id)
    return _read(
        engine, select(*COLUMNS).where(*conditions).order_by(*order).limit(size).offset((max(page, 1) - 1) * size)
    )


def _read(engine: Engine, query: Select) -> tuple[Letter, ...]:
    with sound_documents(), engine.connect() as connection:
        return tuple(_letter(row._mapping) for row in connection.execute(query))


def _letter(row: Mapping[str, Any]) -> Letter:
    return Letter(**{**row, "state": State(row["state"])})
