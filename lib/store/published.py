"""What is published, for those who only read: every figure in every vintage, one after the other or a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import URL, ColumnElement, Engine, Select, Table, create_engine, exists, func, make_url, select
from sqlalchemy import exc as sa_exc

from lib.errors import StoreUnavailable
from lib.language import _
from lib.store.database import (
    UNAVAILABLE,
    check_sqlite_file,
    leave_a_replaced_file,
    open_engine,
    plain_failures,
    sound_documents,
)
from lib.store.queries import must_stand
from lib.store.schema import area_observation, observation, release

AT_ONCE = 1_000  # rows that a stream holds
TABLES: Mapping[str, Table] = {"indicator": observation, "measure": area_observation}  # by what their figures are about
FIGURE_KEY = ("series", "geography", "dimension", "group", "period")


def open_reader(url: str, *, connect_seconds: int = 5, query_seconds: int = 10) -> Engine:
    """An engine through which nothing can be written: the database itself refuses it. It makes no file where there is none.

    Raises StoreUnavailable when the address cannot be read, and the errors of a damaged or foreign file.
    """
    try:
        parsed = make_url(url)
    except sa_exc.ArgumentError as problem:
        raise StoreUnavailable(_(UNAVAILABLE), detail=f"DATABASE_URL: {type(problem).__name__}") from None
    if parsed.get_backend_name() != "sqlite":
        return open_engine(url, connect_seconds=connect_seconds, query_seconds=query_seconds).execution_options(
            postgresql_readonly=True
        )
    path = Path(parsed.database or "").absolute()
    check_sqlite_file(path)
    address = URL.create("sqlite", database=path.as_uri(), query={"mode": "ro", "uri": "true"})
    engine = create_engine(address, connect_args={"timeout": connect_seconds}, hide_parameters=True)
    leave_a_replaced_file(engine, path)
    return engine


def built_on(engine: Engine, release_id: str) -> date:
    """The day on which the release was built (UTC)."""
    with sound_documents(), engine.connect() as connection:
        return connection.execute(select(release.c.built_at).where(release.c.id == release_id)).scalar_one().date()


def about_the_data(folder: Path) -> str:
    """What the city wrote about its data, their sources and their licences, in `DATA.md` beside config.toml; "" where it did not."""
    try:
        return (folder / "DATA.md").read_text(encoding="utf-8")
    except OSError:
        return ""


@dataclass(frozen=True)
class Wanted:
    """Which figures: `equal` names columns with their values; a period counts from its end on and up to its start."""

    equal: Mapping[str, str] = field(default_factory=dict)
    since: date | None = None  # figures of periods that end on this day or later
    until: date | None = None  # figures of periods that begin on this day or earlier
    newest: bool = False  # of several vintages only the newest


def figures(
    engine: Engine,
    release_id: str,
    about: str,
    *,
    framework: str = "",
    wanted: Wanted = Wanted(),
    after: int = -1,
    most: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Figures in the order in which they are stored, as dictionaries; read a thousand at a time.

    `about` is "indicator" (then of one `framework`) or "measure". Keys: row (its place, for `after`), all columns of the table but
    release and framework, and newest (whether no later vintage of the figure is there). A missing value is None.
    """
    table = TABLES[about]
    columns = [column for column in table.c if column.name not in ("release", "framework")]
    query = select(*columns, _is_newest(table, about).label("newest")).where(
        *_conditions(table, about, release_id, framework, wanted), table.c.row > after
    )
    query = query.order_by(table.c.row)
    return _stream(engine, release_id, query if most is None else query.limit(most))


def count(engine: Engine, release_id: str, about: str, *, framework: str = "", wanted: Wanted = Wanted()) -> int:
    """How many figures `figures` gives without `after` and `most`."""
    table = TABLES[about]
    with plain_failures(), engine.connect() as connection:
        return connection.execute(
            select(func.count()).select_from(table).where(*_conditions(table, about, release_id, framework, wanted))
        ).scalar_one()


def newest_vintages(engine: Engine, release_id: str, about: str, *, framework: str = "") -> dict[str, str]:
    """By indicator or measure the newest vintage among its figures; "" where the sources name none."""
    table = TABLES[about]
    query = (
        select(table.c[about], func.max(table.c.vintage))
        .where(*_conditions(table, about, release_id, framework, Wanted()))
        .group_by(table.c[about])
    )
    with plain_failures(), engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def _conditions(table: Table, about: str, release_id: str, framework: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [table.c.release == release_id, *(table.c[name] == value for name, value in wanted.equal.items())]
    if about == "indicator":
        found.append(table.c.framework == framework)
    if wanted.since:
        found.append(table.c.end >= wanted.since)
    if wanted.until:
        found.append(table.c.start <= wanted.until)
    return [*found, _is_newest(table, about)] if wanted.newest else found


def _is_newest(table: Table, about: str) -> ColumnElement[bool]:
    """Whether no later vintage of the same figure is in the release: one look into an index a row."""
    later = table.alias("later")
    key = ("release", *(("framework",) if about == "indicator" else ()), about, *FIGURE_KEY)
    return ~exists().where(*(later.c[name] == table.c[name] for name in key), later.c.vintage > table.c.vintage)


def _stream(engine: Engine, release_id: str, query: Select) -> Iterator[dict[str, Any]]:
    with sound_documents(), engine.connect() as connection:
        row = None
        for row in connection.execution_options(yield_per=AT_ONCE).execute(query).mappings():
            yield dict(row)
        if row is None:
            must_stand(connection, release_id)
