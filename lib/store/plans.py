"""What the store holds of performance plans: loads with their faults, the newest as a plan, and the discussions that staff write down."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Engine, Row, Select, delete, func, insert, select

from lib.cycle import CycleError
from lib.language import _
from lib.model import Budget
from lib.plans.discussions import HALVES, Discussion
from lib.plans.words import (
    TARGET,
    YEAR,
    Aggregation,
    Cadence,
    Change,
    Desired,
    Format,
    Measure,
    MeasureType,
    Plan,
    Seen,
    Value,
    service_number,
)
from lib.roles import Person, Role, require
from lib.store.batches import utc_now
from lib.store.build import writing
from lib.store.database import plain_failures, sound_documents
from lib.store.load import note as audited
from lib.store.load import plain_text
from lib.store.schema import plan_discussion, plan_load, plan_measure, plan_problem, plan_value

REFERENCE = "Performance plans of the agencies"
MOST_NOTE = 4_000  # letters


@dataclass(frozen=True)
class PlanLoad:
    """A load as it is kept. rows = those that a measure is made of + repeated + set_aside."""

    id: str
    loaded_at: str
    loaded_by: str
    file_name: str
    sha256: str
    exported: date
    rows: int
    repeated: int
    set_aside: int
    measures: int
    figures: int
    disagreements: int
    removed: int
    dropped: Sequence[str]
    unread: Sequence[str]
    asks: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Fault:
    """What is wrong in a cell, or was read otherwise than it stands. `level`: "error" (left out), "warning" or "change"."""

    level: str
    code: str
    sheet: str
    cell: str
    found: str
    why: str
    remedy: str


def loads(engine: Engine) -> tuple[PlanLoad, ...]:
    """All loads, the newest first; none where nothing was loaded."""
    columns = (plan_load.c[field.name] for field in fields(PlanLoad))
    rows = _rows(engine, select(*columns).order_by(plan_load.c.loaded_at.desc(), plan_load.c.id))
    return tuple(PlanLoad(*row) for row in rows)


def faults_counted(engine: Engine, load: str) -> tuple[tuple[str, str, int], ...]:
    """Level, code and number of a load's faults: what was left out first, then the most frequent."""
    number = func.count().label("times")
    query = (
        select(plan_problem.c.level, plan_problem.c.code, number)
        .where(plan_problem.c.load == load)
        .group_by(plan_problem.c.level, plan_problem.c.code)
    )
    rank = {"error": 0, "warning": 1}
    return tuple(sorted(((row.level, row.code, row.times) for row in _rows(engine, query)), key=lambda one: (rank.get(one[0], 2), -one[2], one[1])))  # fmt: skip


def faults(engine: Engine, load: str, *, level: str = "", code: str = "", most: int | None = None) -> tuple[Fault, ...]:
    """A load's faults in the order in which they were found, of one level or code where that is named."""
    wanted = [plan_problem.c.load == load]
    wanted += [plan_problem.c.level == level] if level else []
    wanted += [plan_problem.c.code == code] if code else []
    query = (
        select(*(plan_problem.c[field.name] for field in fields(Fault))).where(*wanted).order_by(plan_problem.c.number)
    )
    return tuple(Fault(*row) for row in _rows(engine, query.limit(most) if most else query))


def plan(engine: Engine, load: PlanLoad, budget: Budget) -> Plan:
    """The measures of a load. A measure with the very words and service of one in the budget's data is tied to that one's indicator."""
    tied = {
        (one.service, " ".join(one.measure.casefold().split())): one.indicator
        for one in budget.measures
        if one.indicator
    }
    values: dict[int, list[Row]] = {}
    with sound_documents():
        for row in _rows(
            engine,
            select(plan_value)
            .where(plan_value.c.load == load.id)
            .order_by(plan_value.c.measure, plan_value.c.fiscal_year, plan_value.c.quarter),
        ):
            values.setdefault(row.measure, []).append(row)
        rows = _rows(engine, select(plan_measure).where(plan_measure.c.load == load.id).order_by(plan_measure.c.number))
        measures = tuple(_measure(row, values.get(row.number, ()), load, tied) for row in rows)
    asks = frozenset((str(series), int(year), int(quarter)) for series, year, quarter in load.asks)
    return Plan(load.exported, measures, asks, is_loaded=True, seen=_targets_seen(engine, load))


def _measure(row: Row, values: Iterable[Row], load: PlanLoad, tied: Mapping[tuple[str, str], str]) -> Measure:
    service = service_number(row.service_code)
    said = [(one.shown, _value(one, load)) for one in values]
    return Measure(
        key=row.key, id=row.id, name=row.name, agency=row.agency, agency_code=row.agency_code, service=service, service_name=row.service,
        type=MeasureType(row.type), desired=Desired(row.desired), desired_from="", aggregation=Aggregation(row.aggregation), cadence=Cadence(row.cadence),
        format=Format(row.format), equity=row.equity, deprecated=row.deprecated, change=Change(row.change), change_said=row.change_said, status=row.status,
        formula=row.formula, data_source=row.data_source, modified=row.modified, owned=row.owned, values=tuple(one for shown, one in said if shown),
        others=tuple(one for shown, one in said if not shown), line=row.line,
        indicator=tied.get((service, " ".join(row.name.casefold().split())), ""),
    )  # fmt: skip


def _value(row: Row, load: PlanLoad) -> Value:
    reference = f"{REFERENCE}: {load.file_name}, {row.cell}"
    return Value(
        row.series,
        row.fiscal_year,
        row.quarter,
        row.value,
        row.missing_reason,
        row.printed,
        row.note,
        row.edition,
        reference,
    )


def _targets_seen(engine: Engine, load: PlanLoad) -> dict[tuple[str, int], tuple[Seen, ...]]:
    """The targets of years that each load had, by the day that it shows, up to this load; the earliest first."""
    several = sorted(
        (one for one in loads(engine) if (one.exported, one.loaded_at) <= (load.exported, load.loaded_at)),
        key=lambda one: (one.exported, one.loaded_at),
    )
    query = (
        select(plan_value.c.load, plan_measure.c.key, plan_value.c.fiscal_year, plan_value.c.value)
        .join(
            plan_measure, (plan_measure.c.load == plan_value.c.load) & (plan_measure.c.number == plan_value.c.measure)
        )
        .where(plan_value.c.series == TARGET, plan_value.c.quarter == YEAR, plan_value.c.shown)
    )
    found = {(row.load, row.key, row.fiscal_year): row.value for row in _rows(engine, query)}
    asked = {
        one.id: {int(year) for series, year, quarter in one.asks if series == TARGET and quarter == YEAR}
        for one in several
    }
    keys = {(key, year) for one, key, year in found if one == load.id}
    return {
        (key, year): tuple(
            Seen(one.exported, found.get((one.id, key, year))) for one in several if year in asked[one.id]
        )
        for key, year in keys
    }


# Discussions


def discussions(engine: Engine) -> tuple[Discussion, ...]:
    """All that were written down, the earliest first."""
    columns = (plan_discussion.c[field.name] for field in fields(Discussion))
    return tuple(
        Discussion(*row)
        for row in _rows(engine, select(*columns).order_by(plan_discussion.c.day, plan_discussion.c.id))
    )


def write_discussion(
    engine: Engine, *, agency: str, fiscal_year: int, half: int, day: date, note: str, person: Person, today: date
) -> str:
    """Writes down that an agency's plan was discussed. Raises NotAllowed, and CycleError for what contradicts itself."""
    require(person, Role.EDITOR, _("Writing down a discussion"))
    clean = plain_text(note).strip()
    wrong = [] if agency.strip() else [_("Choose an agency.")]
    wrong += [] if half in HALVES else [_("Choose the first or the second half of the year.")]
    wrong += [_("It is to be written down when it was held: that day is still to come.")] if day > today else []
    wrong += (
        [_("The note has {letters:,} letters; {most:,} are the most.").format(letters=len(clean), most=MOST_NOTE)]
        if len(clean) > MOST_NOTE
        else []
    )
    if wrong:
        raise CycleError(" ".join(wrong))
    row = {"id": str(uuid.uuid4()), "agency": plain_text(agency).strip()[:200], "fiscal_year": fiscal_year, "half": half, "day": day, "note": clean,
           "version": 1, "created_at": utc_now(), "created_by": plain_text(person.name)[:200]}  # fmt: skip
    with plain_failures(), writing(engine) as connection:
        there = select(plan_discussion.c.day).where(plan_discussion.c.agency == row["agency"], plan_discussion.c.fiscal_year == fiscal_year,
                                                    plan_discussion.c.half == half)  # fmt: skip
        if connection.execute(there).first():
            raise CycleError(_("That discussion is written down already. Remove it first, then write it anew."))
        connection.execute(insert(plan_discussion), row)
        audited(
            connection,
            person,
            "write a plan discussion",
            row["id"],
            f"{row['agency']}, FY{fiscal_year}, {half} of 2, {day.isoformat()}",
        )
    return row["id"]


def remove_discussion(engine: Engine, key: str, *, person: Person) -> None:
    """Takes back what was written by mistake; the audit keeps what it was."""
    require(person, Role.EDITOR, _("Removing a discussion"))
    with plain_failures(), writing(engine) as connection:
        row = connection.execute(select(plan_discussion).where(plan_discussion.c.id == key)).one_or_none()
        if row is None:
            raise CycleError(_("It is not there any more. Somebody removed it."))
        connection.execute(delete(plan_discussion).where(plan_discussion.c.id == key))
        audited(connection, person, "remove a plan discussion", key, repr(dict(row._mapping))[:4000])


def _rows(engine: Engine, query: Select) -> Sequence[Row]:
    with plain_failures(), engine.connect() as connection:
        return connection.execute(query).all()
