"""What can be asked about service requests. The database counts and groups, in one SQL for SQLite and PostgreSQL; the
formulas are in lib.methods.requests. No question brings rows of requests into the program.

`day` is the day that is asked about, at its end, and `since` the first day of the time before it; both as date.toordinal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, case, func, or_, select

from lib.methods.duplicates import Sensitivity
from lib.methods.requests import (
    WARM_UP,
    YEAR,
    Ages,
    KeyFigures,
    OnTime,
    TimeToClose,
    WithoutDuplicates,
    ages_of,
    by_month,
    flows,
    time_to_close,
    without_duplicates,
)
from lib.store.database import plain_failures
from lib.store.schema import request_duplicate, request_load, request_problem, service_request

one = service_request.c
DIMENSIONS = {"type": one.type, "agency": one.agency, "area": one.area}


@dataclass(frozen=True)
class Asked:
    """Which requests: of one type, agency or area, "" = of all; and of those only what is of one of `types` or `agencies`, () = all.

    "SW-*" among the types is every type that begins with "SW-".
    """

    type: str = ""
    agency: str = ""
    area: str = ""
    types: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()

    def where(self) -> list[ColumnElement[bool]]:
        found = [column == wanted for name, column in DIMENSIONS.items() if (wanted := getattr(self, name))]
        begins = [kind.removesuffix("*") for kind in self.types if kind.endswith("*")]
        exact = [kind for kind in self.types if not kind.endswith("*")]
        # not LIKE: SQLite's takes capitals and small letters for the same, PostgreSQL's does not
        among = [func.substr(one.type, 1, len(start)) == start for start in begins]
        among += [one.type.in_(exact)] * bool(exact) + [one.agency.in_(self.agencies)] * bool(self.agencies)
        return [*found, or_(*among)] if among else found


@dataclass(frozen=True)
class RequestLoad:
    """A load as it is kept. rows = new + updated + repeated + set_aside."""

    id: str
    loaded_at: str
    loaded_by: str
    file_name: str
    sha256: str
    rows: int
    new: int
    updated: int
    repeated: int
    set_aside: int
    last_day: int


@dataclass(frozen=True)
class RequestProblem:
    problem: str
    rows: int
    set_aside: bool
    examples: Sequence[str]


def loads(engine: Engine) -> tuple[RequestLoad, ...]:
    """All loads, the newest first; none where nothing was loaded."""
    rows = _rows(engine, select(request_load).order_by(request_load.c.loaded_at.desc(), request_load.c.id))
    return tuple(RequestLoad(**row._mapping) for row in rows)


def problems(engine: Engine, load: str) -> tuple[RequestProblem, ...]:
    """What was wrong in a load, the most frequent first."""
    columns = (request_problem.c[name] for name in ("problem", "rows", "set_aside", "examples"))
    query = select(*columns).where(request_problem.c.load == load).order_by(request_problem.c.rows.desc(), request_problem.c.problem)
    return tuple(RequestProblem(*row) for row in _rows(engine, query))


def choices(engine: Engine) -> dict[str, dict[str, int]]:
    """The types, agencies and areas that there are, each with its number of requests, the most frequent first."""
    rows = _rows(engine, select(one.type, one.agency, one.area, func.count()).group_by(one.type, one.agency, one.area))
    found: dict[str, dict[str, int]] = {name: {} for name in DIMENSIONS}
    for *names, count in rows:
        for dimension, name in zip(DIMENSIONS, names, strict=True):
            found[dimension][name] = found[dimension].get(name, 0) + count
    return {dimension: dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))) for dimension, counts in found.items()}


def first_day(engine: Engine) -> int | None:
    """The day on which the first request came in; None where there is none."""
    return _rows(engine, select(func.min(one.created_day)))[0][0]


def daily(engine: Engine, asked: Asked) -> tuple[dict[int, int], dict[int, int]]:
    """How many came in, and how many were closed, on each day on which any did."""
    opened, closed = (
        {row[0]: row[1] for row in _rows(engine, select(column, func.count()).where(*asked.where(), column.is_not(None)).group_by(column))}
        for column in (one.created_day, one.closed_day)
    )
    return opened, closed


def backlog(engine: Engine, asked: Asked, day: int) -> tuple[int, int]:
    """How many were open at the end of the day, and how many of them overdue."""
    (row,) = _rows(engine, select(_count(_open(day)), _count(_overdue(day))).where(*asked.where()))
    return row[0] or 0, row[1] or 0


def ages(engine: Engine, asked: Asked, day: int) -> Ages:
    """The backlog of the day by age."""
    rows = _rows(engine, select(one.created_day, func.count()).where(*asked.where(), _open(day)).group_by(one.created_day))
    return ages_of({day - created: count for created, count in rows})


def due_by_day(engine: Engine, asked: Asked, since: int, day: int) -> dict[int, OnTime]:
    """By the day on which requests fell due: how many did, and how many of these were closed in time."""
    query = select(one.due_day, func.count(), func.sum(one.in_time)).where(*asked.where(), one.due_day >= since, one.due_day <= day)
    return {row[0]: OnTime(row[1], row[2]) for row in _rows(engine, query.group_by(one.due_day))}


def time_until_closed(engine: Engine, asked: Asked, since: int, day: int) -> TimeToClose:
    """Of the requests that came in from `since` to the day, as it was known at its end."""
    is_closed = case((one.closed_day <= day, 1), else_=0)
    took = case((one.closed_day <= day, one.closed_day - one.created_day), else_=day - one.created_day)
    work = (one.duplicate_marked.is_(False), one.transferred.is_(False), one.at_once.is_(False))
    query = select(is_closed, took, func.count()).where(*asked.where(), _came_in(since, day), *work).group_by(is_closed, took)
    rows = _rows(engine, query)
    return time_to_close({row[1]: row[2] for row in rows if row[0]}, {row[1]: row[2] for row in rows if not row[0]})


def key_figures(engine: Engine, asked: Asked, day: int) -> KeyFigures:
    """What is said first of these requests at the end of the day."""
    opened, closed = daily(engine, asked)
    first = min(opened, default=None)
    since = day - YEAR + 1
    known_before = first is not None and first <= day - YEAR - WARM_UP
    return KeyFigures(
        day, first, tuple(flows(opened, closed, last=day, count=YEAR // 7)), *backlog(engine, asked, day), backlog(engine, asked, day - YEAR) if known_before else None,
        by_month(due_by_day(engine, asked, since, day)), time_until_closed(engine, asked, since, day),
    )  # fmt: skip


@dataclass(frozen=True)
class Apart:
    """Of the requests that came in from `since` to the day, those that a time to close would misread. One may be of several."""

    opened: int
    at_once: int
    marked: int
    transferred: int
    reopened: int


def apart(engine: Engine, asked: Asked, since: int, day: int) -> Apart:
    flags = (one.at_once, one.duplicate_marked, one.transferred, one.reopened)
    (row,) = _rows(engine, select(func.count(), *(_count(flag.is_(True)) for flag in flags)).where(*asked.where(), _came_in(since, day)))
    return Apart(*(count or 0 for count in row))


@dataclass(frozen=True)
class Part:
    """What one type, agency or area has: came in and fell due from `since` to the day; open and overdue at its end."""

    name: str
    opened: int
    closed: int
    open: int
    overdue: int
    on_time: OnTime


def by(engine: Engine, asked: Asked, dimension: str, since: int, day: int) -> list[Part]:
    """The parts of a dimension, the largest backlog first. Raises KeyError for one that is not in DIMENSIONS."""
    column = DIMENSIONS[dimension]
    fell_due = and_(one.due_day >= since, one.due_day <= day)
    counts = (_count(_came_in(since, day)), _count(and_(one.closed_day >= since, one.closed_day <= day)), _count(_open(day)), _count(_overdue(day)),
              _count(fell_due), _count(and_(fell_due, one.in_time == 1)))  # fmt: skip
    rows = _rows(engine, select(column, *counts).where(*asked.where()).group_by(column))
    parts = [Part(row[0], *row[1:5], OnTime(row[5], row[6])) for row in rows]
    return sorted((part for part in parts if part.opened or part.closed or part.open or part.on_time.due), key=lambda part: (-part.open, -part.opened, part.name))


@dataclass(frozen=True)
class Duplicates:
    """Likely duplicates of the default rule, and those that the agency marked; came in from `since` to the day."""

    opened: WithoutDuplicates
    backlog: WithoutDuplicates
    marked: int
    marked_and_likely: int  # those that the agency marked and the rule finds too


def duplicates(engine: Engine, asked: Asked, since: int, day: int) -> Duplicates:
    marked = and_(one.duplicate_marked.is_(True), _came_in(since, day))
    query = select(_count(marked), _count(and_(marked, one.cluster != "", one.cluster != one.id))).where(*asked.where())
    (row,) = _rows(engine, query)
    return Duplicates(_as_one(engine, asked, _came_in(since, day)), _as_one(engine, asked, _open(day)), row[0] or 0, row[1] or 0)


def _as_one(engine: Engine, asked: Asked, which: ColumnElement[bool]) -> WithoutDuplicates:
    """A distinct cluster is counted by grouping first: both databases do that faster than count(DISTINCT …)."""
    clusters = select(one.cluster, func.count().label("requests")).where(*asked.where(), which).group_by(one.cluster).subquery()
    alone = _count_of(clusters.c.requests, clusters.c.cluster == "")
    (row,) = _rows(engine, select(alone, _count_of(clusters.c.requests, clusters.c.cluster != ""), _count(clusters.c.cluster != "")))
    return without_duplicates(*(count or 0 for count in row))


def sensitivity(engine: Engine, asked: Asked) -> list[Sensitivity]:
    """What each rule would find among all requests of the type, or of all types; of all agencies, areas and days."""
    counts = (func.sum(request_duplicate.c.in_clusters), func.sum(request_duplicate.c.clusters))
    query = select(request_duplicate.c.metres, request_duplicate.c.days, *counts).group_by(request_duplicate.c.metres, request_duplicate.c.days)
    if asked.type:
        query = query.where(request_duplicate.c.type == asked.type)
    return [Sensitivity(*row) for row in _rows(engine, query.order_by(request_duplicate.c.metres, request_duplicate.c.days))]


def _open(day: int) -> ColumnElement[bool]:
    return and_(one.created_day <= day, or_(one.closed_day.is_(None), one.closed_day > day))


def _overdue(day: int) -> ColumnElement[bool]:
    return and_(_open(day), one.due_day <= day)


def _came_in(since: int, day: int) -> ColumnElement[bool]:
    return and_(one.created_day >= since, one.created_day <= day)


def _count(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((which, 1), else_=0))


def _count_of(column: ColumnElement[int], which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((which, column), else_=0))


def _rows(engine: Engine, query: Select) -> Sequence[Row]:
    with plain_failures(), engine.connect() as connection:
        return connection.execute(query).all()
