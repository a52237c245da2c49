"""What changed in the figures and in the files since a day: two releases held against each other, or one release's own vintages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Subquery, Table, func, select

from lib.store.database import plain_failures, sound_documents
from lib.store.queries import KEY, documents
from lib.store.schema import area_observation, framework, observation, release

SAID = ("kind", "end", "value", "missing_reason", "provisional", "vintage", "reference")
CITY, AREA = "indicator", "area"


@dataclass(frozen=True)
class FigureChange:
    """A figure that is new, revised or taken back. NaN and a reason where a value is missing; `was_there` is False for a new one."""

    of: str  # CITY or AREA: whose figures they are
    subject: str  # id of the indicator or the neighborhood measure
    series: str
    geography: str
    group: str
    period: str
    kind: str
    before: float
    before_missing: str
    after: float
    after_missing: str
    vintage: str  # of the newest value: when its source published it, as much as is known; "" = not known
    reference: str
    was_there: bool
    is_there: bool


def release_before(engine: Engine, moment: str) -> tuple[str, str] | None:
    """The release that was built last before that moment (UTC, ISO), with when; None where none of then is kept."""
    query = select(release.c.id, release.c.built_at).order_by(release.c.built_at.desc())
    with plain_failures(), engine.connect() as connection:
        built = [(row.id, _utc(row.built_at)) for row in connection.execute(query)]
    return next((pair for pair in built if pair[1] < moment), None)


def releases_since(engine: Engine, moment: str) -> tuple[tuple[str, str], ...]:
    """The releases that were built at that moment or later, with when; the newest first."""
    query = select(release.c.id, release.c.built_at).order_by(release.c.built_at.desc())
    with plain_failures(), engine.connect() as connection:
        built = [(row.id, _utc(row.built_at)) for row in connection.execute(query)]
    return tuple(one for one in built if one[1] >= moment)


def figures_between(engine: Engine, before: str, after: str, framework_id: str) -> tuple[FigureChange, ...]:
    """The figures that readers see in one release and not, or otherwise, in the other. The database does the comparing."""
    found: list[FigureChange] = []
    if before == after:
        return ()
    for of, table in ((CITY, observation), (AREA, area_observation)):
        own = {name: _newest(table, name, framework_id) for name in (before, after)}
        shown = [[side.c[name] for name in (*_key(table), "value", "missing_reason")] for side in own.values()]
        with sound_documents(), engine.connect() as connection:
            new = _by_key(connection.execute(select(*shown[1]).except_(select(*shown[0]))).all(), table)
            gone = _by_key(connection.execute(select(*shown[0]).except_(select(*shown[1]))).all(), table)
            if not new and not gone:
                continue
            now = _by_key(connection.execute(select(own[after])).all(), table)
            found += [_change(of, table, now[key], before=gone.get(key)) for key in new]
            found += [
                _change(of, table, row, before=row, is_there=False)
                for key, row in _whole(connection, own[before], table, gone, now)
            ]
    return tuple(found)


def figures_published_since(engine: Engine, shown: str, day: date, framework_id: str) -> tuple[FigureChange, ...]:
    """The figures of one release that their source published on that day or later, each with what was known of it before.

    A vintage of which only the year or the month is known counts where that year or month reaches the day.
    """
    found: list[FigureChange] = []
    said = day.isoformat()
    for of, table in ((CITY, observation), (AREA, area_observation)):
        keys = [table.c[name] for name in _key(table)]
        of_key = {"partition_by": keys, "order_by": table.c.vintage}
        earlier = [
            func.lag(table.c[name]).over(**of_key).label(f"before_{name}") for name in ("value", "missing_reason")
        ]
        every = (
            select(*keys, *(table.c[name] for name in SAID), *earlier)
            .where(*_of(table, shown, framework_id))
            .subquery()
        )
        with sound_documents(), engine.connect() as connection:
            rows = connection.execute(select(every).where(every.c.vintage >= said[:4]).order_by(every.c.vintage)).all()
        several: dict[tuple, list[Row]] = {}
        for row in rows:
            if row.vintage >= said[: len(row.vintage)]:
                several.setdefault(_key_of(row, table), []).append(row)
        for own in several.values():
            first, last = own[0], own[-1]
            there = first.before_missing_reason is not None
            before = {"value": first.before_value, "missing_reason": first.before_missing_reason} if there else None
            if before is None or (before["value"], before["missing_reason"]) != (last.value, last.missing_reason):
                found.append(_change(of, table, last, before=before))
    return tuple(found)


def files_of(engine: Engine, of: str, framework_id: str) -> dict[str, dict[str, Any]]:
    """What a release says of each indicator and neighborhood measure, by "indicator/id" and "area/id"; as the store keeps it."""
    query = select(framework.c.document).where(framework.c.release == of, framework.c.id == framework_id)
    with sound_documents(), engine.connect() as connection:
        whole = connection.execute(query).scalar_one_or_none() or {"indicators": []}
        found = {f"{CITY}/{one['id']}": one for one in whole["indicators"]}
    return found | {f"{AREA}/{key}": one for key, one in documents(engine, of, "measure").items()}


def count_of_figures(engine: Engine, of: str) -> tuple[int, str]:
    """How many figures a release holds, those that are missing left out, and when it was built; 0 and "" where it is not kept."""
    with plain_failures(), engine.connect() as connection:
        built = connection.execute(select(release.c.built_at).where(release.c.id == of)).scalar_one_or_none()
        counts = [
            connection.execute(
                select(func.count()).where(table.c.release == of, table.c.value.is_not(None))
            ).scalar_one()
            for table in (observation, area_observation)
        ]
    return sum(counts), _utc(built) if built else ""


def _subject(table: Table) -> str:
    return "indicator" if table is observation else "measure"


def _key(table: Table) -> tuple[str, ...]:
    return (_subject(table), *KEY)


def _whole(
    connection: Connection, side: Subquery, table: Table, gone: Mapping[tuple, Row], now: Mapping[tuple, Row]
) -> list[tuple[tuple, Row]]:
    """The rows, with all that is said of them, of figures that were there and are not any more."""
    lost = gone.keys() - now.keys()
    rows = _by_key(connection.execute(select(side)).all(), table) if lost else {}
    return [(key, rows[key]) for key in sorted(lost)]


def _of(table: Table, shown: str, framework_id: str) -> list[ColumnElement[bool]]:
    return [table.c.release == shown, *([table.c.framework == framework_id] if table is observation else [])]


def _newest(table: Table, shown: str, framework_id: str) -> Subquery:
    """Of each figure the newest vintage, as readers see it."""
    keys = [table.c[name] for name in _key(table)]
    rank = func.row_number().over(partition_by=keys, order_by=table.c.vintage.desc()).label("rank")
    every = select(*keys, *(table.c[name] for name in SAID), rank).where(*_of(table, shown, framework_id)).subquery()
    return (
        select(*(every.c[column.name] for column in keys), *(every.c[name] for name in SAID))
        .where(every.c.rank == 1)
        .subquery()
    )


def _key_of(row: Row, table: Table) -> tuple:
    return tuple(getattr(row, name) for name in _key(table))


def _by_key(rows: list[Row], table: Table) -> dict[tuple, Row]:
    return {_key_of(row, table): row for row in rows}


def _change(
    of: str, table: Table, row: Row, *, before: Row | Mapping[str, Any] | None, is_there: bool = True
) -> FigureChange:
    earlier = None if before is None else before if isinstance(before, Mapping) else before._mapping
    return FigureChange(
        of=of, subject=getattr(row, _subject(table)), series=row.series, geography=row.geography, group=row.group, period=row.period, kind=row.kind,
        before=_number(earlier["value"]) if earlier is not None else math.nan, before_missing=earlier["missing_reason"] if earlier is not None else "",
        after=_number(row.value) if is_there else math.nan, after_missing=row.missing_reason if is_there else "",
        vintage=row.vintage, reference=row.reference, was_there=earlier is not None, is_there=is_there,
    )  # fmt: skip


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _utc(when: datetime) -> str:
    """A time of the database, which SQLite gives without its zone, as the store writes times."""
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
