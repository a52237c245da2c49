"""Turn the curve: the strategies, evaluations and decisions that stand beside an indicator."""

from __future__ import annotations

import uuid
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import Engine, Table, delete, insert, select

from lib.cycle import DECISIONS, EVIDENCE_KINDS, FINDINGS, STRATEGY_KINDS, CycleError, Decision, Evaluation, Strategy
from lib.language import _, later
from lib.roles import Person, Role, require
from lib.store.batches import utc_now
from lib.store.build import writing
from lib.store.database import plain_failures, sound_documents
from lib.store.load import note, plain_text
from lib.store.schema import decision, evaluation, follow_up, strategy

TABLES: dict[type, Table] = {Strategy: strategy, Evaluation: evaluation, Decision: decision}
NAMES = {Strategy: "strategy", Evaluation: "evaluation", Decision: "decision"}  # in the audit
WRITING = {Strategy: later("Writing down a strategy"), Evaluation: later("Writing down an evaluation"), Decision: later("Writing down a decision")}
REMOVING = {Strategy: later("Removing a strategy"), Evaluation: later("Removing a evaluation"), Decision: later("Removing a decision")}
NEEDED = {Strategy: ("name", "agency"), Evaluation: ("name", "design", "result", "by"), Decision: ("what", "by")}
ABSENT = {"name": later("Write the name."), "agency": later("Write the agency."), "design": later("Write the design."), "result": later("Write the result."),
          "by": later("Write the person or body that it is by."), "what": later("Write the decision.")}  # fmt: skip
NO_CHOICE = {
    "kind": later("{said!r} is no kind; choose one of: {names}."),
    "evidence": later("{said!r} is no kind of evidence; choose one of: {names}."),
    "finding": later("{said!r} is no finding; choose one of: {names}."),
}


def add(engine: Engine, kind: type, /, *, indicator: str, person: Person, example: bool = False, **values: Any) -> str:
    """Writes down a Strategy, an Evaluation or a Decision and gives its id. Raises NotAllowed and CycleError."""
    require(person, Role.EDITOR, _(WRITING[kind]))
    known = {field.name for field in fields(kind)}
    clean = {name: plain_text(value).strip()[:4000] if isinstance(value, str) else value for name, value in values.items()}
    clean |= {name: list(value) for name, value in clean.items() if isinstance(value, tuple)}
    if unknown := set(clean) - known:
        raise TypeError(f"{sorted(unknown)} are not of a {NAMES[kind]}")
    _check(kind, clean)
    empty = {field.name: None if "None" in str(field.type) else [] if "tuple" in str(field.type) else "" for field in fields(kind)}
    row = empty | clean | {"id": str(uuid.uuid4()), "indicator": indicator, "example": example, "version": 1, "created_at": utc_now(),
                           "created_by": person.name}  # fmt: skip
    with plain_failures(), writing(engine) as connection:
        connection.execute(insert(TABLES[kind]), row)
        note(connection, person, f"write {'an' if kind is Evaluation else 'a'} {NAMES[kind]}", row["id"], f"{indicator}: {clean.get('name') or clean.get('what')}")
    return row["id"]


def _check(kind: type, values: dict[str, Any]) -> None:
    wrong = [_(ABSENT[name]) for name in NEEDED[kind] if not values.get(name)]
    choices = {Strategy: {"kind": STRATEGY_KINDS, "evidence": EVIDENCE_KINDS}, Evaluation: {"finding": FINDINGS}, Decision: {"kind": DECISIONS}}[kind]
    wrong += [_(NO_CHOICE[name]).format(said=values.get(name), names=", ".join(_(one) for one in several)) for name, several in choices.items()
              if values.get(name) not in several]  # fmt: skip
    if kind is not Strategy and not isinstance(values.get("on"), date):
        wrong.append(_("Write the day."))
    if kind is Strategy and values.get("started") and values.get("ended") and values["ended"] < values["started"]:
        wrong.append(_("It cannot end before it began."))
    if wrong:
        raise CycleError(" ".join(wrong))


def remove(engine: Engine, kind: type, key: str, *, person: Person) -> None:
    """Takes back what was written by mistake; the audit keeps what it was."""
    require(person, Role.EDITOR, _(REMOVING[kind]))
    table = TABLES[kind]
    with plain_failures(), writing(engine) as connection:
        row = connection.execute(select(table).where(table.c.id == key)).one_or_none()
        if row is None:
            raise CycleError(_("It is not there any more. Somebody removed it."))
        connection.execute(delete(table).where(table.c.id == key))
        note(connection, person, f"remove {'an' if kind is Evaluation else 'a'} {NAMES[kind]}", key, repr(dict(row._mapping))[:4000])


def is_worked_on(engine: Engine, indicator: str) -> bool:
    """Whether there is a follow-up or a strategy of this indicator: one question, however many there are of others."""
    either = select(follow_up.c.id).where(follow_up.c.indicator == indicator).exists() | select(strategy.c.id).where(strategy.c.indicator == indicator).exists()
    with sound_documents(), engine.connect() as connection:
        return bool(connection.execute(select(either)).scalar())


def strategies(engine: Engine) -> tuple[Strategy, ...]:
    return _read(engine, Strategy, strategy.c.started)


def evaluations(engine: Engine) -> tuple[Evaluation, ...]:
    return _read(engine, Evaluation, evaluation.c.on)


def decisions(engine: Engine) -> tuple[Decision, ...]:
    return _read(engine, Decision, decision.c.on)


def _read(engine: Engine, kind: type, order: Any) -> tuple:
    table = TABLES[kind]
    columns = [table.c[field.name] for field in fields(kind)]
    with sound_documents(), engine.connect() as connection:
        rows = connection.execute(select(*columns).order_by(order, table.c.id)).all()
        return tuple(kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in row._mapping.items()}) for row in rows)
