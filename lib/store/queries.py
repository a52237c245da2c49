"""What can be asked of the store. Every value goes in as a bound parameter."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
from pydantic import TypeAdapter
from sqlalchemy import Engine, Select, and_, func, select

from lib.errors import StoreUnavailable
from lib.model import Framework, Geography
from lib.store.database import UNAVAILABLE, plain_failures
from lib.store.schema import current_release, framework, geography, observation

FIGURE_COLUMNS = [column for column in observation.c if column.name not in ("release", "row", "framework")]


def shown_release(engine: Engine) -> str:
    """The id of the release that readers see."""
    with plain_failures(), engine.connect() as connection:
        found = connection.execute(select(current_release.c.release)).scalar_one_or_none()
    if found is None:
        raise StoreUnavailable(UNAVAILABLE, detail="the store holds no release")
    return found


def frameworks(engine: Engine, release: str) -> dict[str, Framework]:
    """All frameworks of a release, by id."""
    query = select(framework.c.id, framework.c.document).where(framework.c.release == release).order_by(framework.c.id)
    with plain_failures(), engine.connect() as connection:
        rows = connection.execute(query).all()
    return {row.id: _framework_type().validate_python(row.document, strict=False) for row in rows}


def geographies(engine: Engine, release: str) -> dict[str, Geography]:
    """All places of a release, by id."""
    query = select(geography.c.id, geography.c.name, geography.c.type).where(geography.c.release == release)
    with plain_failures(), engine.connect() as connection:
        rows = connection.execute(query.order_by(geography.c.name)).all()
    return {row.id: Geography(row.id, row.name, row.type) for row in rows}


def observations(engine: Engine, release: str, framework_id: str, *, indicator: str | None = None) -> pd.DataFrame:
    """The figures as they are known today: of several vintages the newest.

    Columns: indicator, series, geography, dimension, group, period, kind, start, end (dates), value, numerator,
    denominator, lower, upper (floats, NaN = missing), missing_reason, provisional, vintage, note, reference, and
    revisions (how many older vintages there are). Ordered by indicator, series, geography, group and period.
    """
    key = [observation.c[name] for name in ("indicator", "series", "geography", "dimension", "group", "period")]
    newest = func.row_number().over(partition_by=key, order_by=observation.c.vintage.desc()).label("newest")
    vintages = func.count().over(partition_by=key).label("vintages")
    every = _of(release, framework_id, indicator).add_columns(newest, vintages).subquery()
    query = select(every).where(every.c.newest == 1)
    query = query.order_by(every.c.indicator, every.c.series, every.c.geography, every.c.dimension, every.c.group,
                           every.c.end, every.c.start)  # fmt: skip
    table = _table(engine, query)
    table["revisions"] = table["vintages"] - 1
    return table.drop(columns=["newest", "vintages"])


def vintages(engine: Engine, release: str, framework_id: str, *, indicator: str) -> pd.DataFrame:
    """Every figure of one indicator in every vintage, newest first within a period. Columns as `observations`, without
    revisions."""
    query = _of(release, framework_id, indicator).order_by(
        observation.c.series, observation.c.geography, observation.c.dimension, observation.c.group,
        observation.c.end, observation.c.vintage.desc(),
    )  # fmt: skip
    return _table(engine, query)


def _of(release: str, framework_id: str, indicator: str | None) -> Select:
    wanted = [observation.c.release == release, observation.c.framework == framework_id]
    if indicator is not None:
        wanted.append(observation.c.indicator == indicator)
    return select(*FIGURE_COLUMNS).where(and_(*wanted))


def _table(engine: Engine, query: Select) -> pd.DataFrame:
    with plain_failures(), engine.connect() as connection:
        result = connection.execute(query)
        table = pd.DataFrame(result.all(), columns=list(result.keys()))
    for name in ("value", "numerator", "denominator", "lower", "upper"):
        table[name] = table[name].astype(float)  # None becomes NaN; an all-missing column stays a number
    return table


@lru_cache(maxsize=1)
def _framework_type() -> TypeAdapter[Framework]:
    return TypeAdapter(Framework)
