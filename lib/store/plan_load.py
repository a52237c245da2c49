"""Loads the City's export of agencies' performance plans: whole or not at all. Earlier loads stay as they are; the newest is shown."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from lib.errors import LoadRefused
from lib.language import _
from lib.plans.words import ACTUAL, TARGET, YEAR
from lib.roles import Person, Role, require
from lib.store.batches import utc_now
from lib.store.build import writing
from lib.store.database import plain_failures
from lib.store.load import note, plain_text
from lib.store.schema import plan_load, plan_measure, plan_problem, plan_value
from lib.store.sources.answer import SourceFigure
from lib.store.sources.context import sources_from
from lib.store.sources.errors import SourceError
from lib.store.sources.plan import PlanAnswer, plan_in
from lib.store.sources.plan_table import Part
from lib.store.sources.settings import Limits, PerformancePlan
from lib.store.sources.workbook import MEGABYTE

CHANGE = "change"  # the level of what was read otherwise than it stands
COUNTED = ("rows", "repeated", "set_aside", "measures", "figures", "disagreements")


@dataclass(frozen=True)
class PlanLoaded:
    """rows = those that a measure is made of + repeated + set_aside."""

    load: str
    rows: int
    repeated: int
    set_aside: int
    measures: int
    figures: int
    disagreements: int
    is_new: bool  # False where the newest load is of the same file: nothing was changed


@dataclass(frozen=True)
class Reading:
    """How a list is to be read: what a person decided of its words and scales, how large it may be, when the fiscal year begins."""

    source: PerformancePlan
    limits: Limits
    start_month: int


def reading(sources: Mapping[str, Any], *, start_month: int) -> Reading:
    """From the table [sources] of config.toml; the table [sources.performance_plan] may be absent. Raises SettingsError."""
    read = sources_from(sources)
    return Reading(read.performance_plan or PerformancePlan(file="sent", geography="city"), read.limits, start_month)


def load_plan_file(engine: Engine, path: Path, how: Reading, *, person: Person, exported: date) -> PlanLoaded:
    """As `load_plan`, of a file of this machine."""
    require(person, Role.EDITOR, _("Loading performance plans"))
    try:
        if path.stat().st_size > how.limits.max_megabytes * MEGABYTE:
            raise LoadRefused(
                _("The file has more than the {most:g} MB that are taken. Nothing was changed.").format(
                    most=how.limits.max_megabytes
                )
            )
        content = path.read_bytes()
    except OSError as problem:
        raise LoadRefused(
            _("The file cannot be read: {problem}. Nothing was changed.").format(problem=problem.strerror)
        ) from problem
    return load_plan(engine, content, path.name, how, person=person, exported=exported)


def load_plan(engine: Engine, content: bytes, name: str, how: Reading, *, person: Person, exported: date) -> PlanLoaded:
    """Loads a workbook or CSV file with the columns of the City's export. `exported`: the day that it shows.

    Raises NotAllowed, LoadRefused where it is not that list, and a store error: nothing is kept then. Who is named as a contact never
    leaves the reading (lib.store.sources.plan_table).
    """
    require(person, Role.EDITOR, _("Loading performance plans"))
    try:
        answer = plan_in(content, how.source, how.limits, name=name, start_month=how.start_month)
    except SourceError as problem:
        raise LoadRefused(_("{problem} Nothing was changed.").format(problem=problem.sentence)) from problem
    sha256 = hashlib.sha256(content).hexdigest()
    with plain_failures(), writing(engine) as connection:
        known = connection.execute(select(plan_load).order_by(plan_load.c.loaded_at.desc()).limit(1)).one_or_none()
        if known is not None and (known.sha256, known.exported) == (sha256, exported):
            return PlanLoaded(known.id, *(getattr(known, count) for count in COUNTED), is_new=False)
        return _write(connection, answer, name, sha256, how, person=person, exported=exported)


def _write(
    connection: Connection, answer: PlanAnswer, name: str, sha256: str, how: Reading, *, person: Person, exported: date
) -> PlanLoaded:
    load = str(uuid.uuid4())
    counted = {
        "rows": answer.rows,
        "repeated": answer.repeated,
        "set_aside": answer.set_aside,
        "measures": len(answer.measures),
        "figures": len(answer.figures),
        "disagreements": len(answer.contradictions),
    }
    about = {
        "id": load,
        "loaded_at": utc_now(),
        "loaded_by": plain_text(person.name)[:200],
        "file_name": plain_text(name)[-200:],
        "sha256": sha256,
        "exported": exported,
        "removed": answer.removed,
        "dropped": list(answer.dropped),
        "unread": list(answer.unread),
        "asks": sorted([*_key_of_column(year, part)] for year, part in answer.asks),
    }
    connection.execute(insert(plan_load), about | counted)
    for table, rows in (
        (plan_problem, _problems(answer)),
        (plan_measure, _measures(answer)),
        (plan_value, _values(answer, how)),
    ):
        if rows:
            connection.execute(insert(table), [{"load": load, **row} for row in rows])
    said = ", ".join(f"{value} {key}" for key, value in counted.items())
    note(connection, person, "load performance plans", load, f"{said} from {about['file_name']}, sha256 {sha256}")
    return PlanLoaded(load, **counted, is_new=True)


def _key_of_column(year: int, part: Part) -> tuple[str, int, int]:
    return (TARGET if part is Part.TARGET else ACTUAL, year, part.quarter)


def _problems(answer: PlanAnswer) -> list[dict[str, Any]]:
    """Every fault, and everything that was read otherwise than it stands; each with its cell."""
    rows = [
        (str(one.level), one.code, one.sheet, one.cell, one.found, one.why, one.remedy) for one in answer.problems
    ] + [(CHANGE, CHANGE, one.sheet, one.cell, one.before, f"{one.why}: {one.after}", "") for one in answer.changes]
    names = ("level", "code", "sheet", "cell", "found", "why", "remedy")
    return [{"number": number} | dict(zip(names, map(plain_text, row), strict=True)) for number, row in enumerate(rows)]


SAME = ("key", "id", "name", "agency", "agency_code", "service", "service_code", "service_description", "status", "formula", "data_source",
        "additions", "request", "type", "desired", "aggregation", "cadence", "format", "change")  # fmt: skip
AS_THEY_ARE = ("equity", "deprecated", "owned", "change_said", "modified", "line")


def _measures(answer: PlanAnswer) -> list[dict[str, Any]]:
    return [
        {"number": number, "editions": list(one.editions)}
        | {field: plain_text(str(getattr(one, field))) for field in SAME}
        | {field: getattr(one, field) for field in AS_THEY_ARE}
        for number, one in enumerate(answer.measures)
    ]


def _values(answer: PlanAnswer, how: Reading) -> list[dict[str, Any]]:
    numbers = {one.key: number for number, one in enumerate(answer.measures)}
    return [_value(one, numbers, shown=True, start_month=how.start_month) for one in answer.figures] + [
        _value(one, numbers, shown=False, start_month=how.start_month) for one in answer.superseded
    ]


def _value(one: SourceFigure, numbers: Mapping[str, int], *, shown: bool, start_month: int) -> dict[str, Any]:
    is_year = one.period.startswith("FY")
    months = (one.start.month - start_month) % 12
    year = (
        int(one.period[2:])
        if is_year
        else one.start.year + (1 if start_month > 1 and one.start.month >= start_month else 0)
    )
    return {
        "measure": numbers[one.subject],
        "series": one.series,
        "fiscal_year": year,
        "quarter": YEAR if is_year else months // 3 + 1,
        "edition": one.edition,
        "shown": shown,
        "value": one.value,
        "missing_reason": one.missing_reason,
        "printed": plain_text(one.printed)[:200],
        "note": plain_text(one.note),
        "cell": f"{one.sheet} {one.cell}".strip(),
    }
