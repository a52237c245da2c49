"""What can be asked of the store. Every value goes in as a bound parameter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pandas as pd
from pydantic import TypeAdapter
from sqlalchemy import Column, Connection, Engine, Select, and_, func, inspect, select

from lib.cycle import Agency, Stat
from lib.errors import ReleaseGone, StoreDamaged, StoreNotBuilt, StoreTooNew
from lib.language import _
from lib.model import Area, Budget, Framework, Geography, NeighborhoodMeasure, Source, TopicBoard
from lib.store.boards import OWN_FIGURES
from lib.store.database import NOT_BUILT, RENEWED, TOO_NEW, plain_failures, sound_documents
from lib.store.schema import (
    SCHEMA_VERSION,
    area_observation,
    current_release,
    document,
    framework,
    geography,
    observation,
)
from lib.store.schema import release as releases

FIGURE_COLUMNS = [column for column in observation.c if column.name not in ("release", "row", "framework")]
AREA_FIGURE_COLUMNS = [column for column in area_observation.c if column.name not in ("release", "row")]
KEY = ("series", "geography", "dimension", "group", "period")


def shown_release(engine: Engine) -> str:
    """The id of the release that readers see. Raises StoreNotBuilt where there is none yet, or another store error."""
    return _pointer(engine)[0]


def ready_release(engine: Engine) -> str:
    """The same, and a store error too where the tables are of another version of this program than this one."""
    found, schema = _pointer(engine)
    if schema > SCHEMA_VERSION:
        raise StoreTooNew(_(TOO_NEW), detail=f"schema {schema}, this program knows {SCHEMA_VERSION}")
    if schema < SCHEMA_VERSION:
        raise StoreNotBuilt(_(NOT_BUILT), detail=f"the tables are still of schema {schema}, this program needs {SCHEMA_VERSION}")
    return found


def _pointer(engine: Engine) -> tuple[str, int]:
    try:
        with plain_failures(), engine.connect() as connection:
            found = connection.execute(select(current_release.c.release, current_release.c.schema_version)).one_or_none()
    except StoreDamaged:
        if _is_empty(engine):
            raise StoreNotBuilt(_(NOT_BUILT), detail="the store holds no table") from None
        raise
    if found is None:
        raise StoreNotBuilt(_(NOT_BUILT), detail="the store holds no release")
    return found.release, found.schema_version


def _is_empty(engine: Engine) -> bool:
    """Whether there is no table at all: nobody has built it yet, or somebody is about to."""
    with plain_failures(), engine.connect() as connection:
        return not inspect(connection).get_table_names()


def must_stand(connection: Connection, release: str) -> None:
    """Asked where a release says nothing. Raises ReleaseGone where that is because it is not there any more: nothing and no release are not the same."""
    if connection.execute(select(releases.c.id).where(releases.c.id == release)).first() is None:
        raise ReleaseGone(_(RENEWED), detail=f"release {release[:12]}")


def frameworks(engine: Engine, release: str) -> dict[str, Framework]:
    """All frameworks of a release, by id."""
    query = select(framework.c.id, framework.c.document).where(framework.c.release == release).order_by(framework.c.id)
    with sound_documents(), engine.connect() as connection:
        rows = connection.execute(query).all()
        if not rows:
            must_stand(connection, release)
        return {row.id: _framework_type().validate_python(row.document, strict=False) for row in rows}


def geographies(engine: Engine, release: str) -> dict[str, Geography]:
    """All places of a release, by id."""
    query = select(geography.c.id, geography.c.name, geography.c.type).where(geography.c.release == release)
    with plain_failures(), engine.connect() as connection:
        rows = connection.execute(query.order_by(geography.c.name)).all()
        if not rows:
            must_stand(connection, release)
    return {row.id: Geography(row.id, row.name, row.type) for row in rows}


def observations(engine: Engine, release: str, framework_id: str, *, indicator: str | None = None) -> pd.DataFrame:
    """The figures as they are known today: of several vintages the newest.

    Columns: indicator, series, geography, dimension, group, period, kind, start, end (dates), value, numerator,
    denominator, lower, upper (floats, NaN = missing), missing_reason, provisional, vintage, note, reference, and
    revisions (how many older vintages there are). Ordered by indicator, series, geography, group and period.
    """
    return _newest(engine, release, _of(release, framework_id, indicator), [observation.c.indicator, *(observation.c[name] for name in KEY)])


def area_observations(engine: Engine, release: str, measure: str, *, groups: bool = True) -> pd.DataFrame:
    """The figures of one measure by area, and the whole city's where it is published, as they are known today; without those of
    groups of people where these are not wanted.

    Columns: as `observations`, with measure instead of indicator, and caution ("" = fit for maps, gaps and trends).
    """
    query = select(*AREA_FIGURE_COLUMNS).where(area_observation.c.release == release, area_observation.c.measure == measure)
    if not groups:
        query = query.where(area_observation.c.group == "")
    return _newest(engine, release, query, [area_observation.c.measure, *(area_observation.c[name] for name in KEY)])


def _newest(engine: Engine, release: str, query: Select, key: Sequence[Column]) -> pd.DataFrame:
    """Of several vintages of a figure the newest, and how many older ones there are."""
    vintage = key[0].table.c.vintage
    newest = func.row_number().over(partition_by=key, order_by=vintage.desc()).label("newest")
    vintages = func.count().over(partition_by=key).label("vintages")
    every = query.add_columns(newest, vintages).subquery()
    order = [every.c[column.name] for column in key[:-1]] + [every.c.end, every.c.start]
    table = _table(engine, release, select(every).where(every.c.newest == 1).order_by(*order))
    table["revisions"] = table["vintages"] - 1
    return table.drop(columns=["newest", "vintages"])


def areas(engine: Engine, release: str) -> tuple[Area, ...]:
    """The areas of a release in the order of its file; none where the city has none."""
    return _in_order(engine, release, "area", TypeAdapter(Area))


def measures(engine: Engine, release: str) -> tuple[NeighborhoodMeasure, ...]:
    """What is published by area, in its order."""
    return _in_order(engine, release, "measure", TypeAdapter(NeighborhoodMeasure))


def agencies(engine: Engine, release: str) -> tuple[Agency, ...]:
    """The agencies in the file's order."""
    return _in_order(engine, release, "agency", TypeAdapter(Agency))


def stats(engine: Engine, release: str) -> tuple[Stat, ...]:
    """The Stats in the file's order, the examples among them."""
    return _in_order(engine, release, "stat", TypeAdapter(Stat))


def sources(engine: Engine, release: str) -> tuple[Source, ...]:
    """Who answers for each source, in the file's order; none where nobody wrote it."""
    return _in_order(engine, release, "source", TypeAdapter(Source))


def boards(engine: Engine, release: str) -> tuple[TopicBoard, ...]:
    """The topic boards, those that run first."""
    return _in_order(engine, release, "board", TypeAdapter(TopicBoard))


def board_observations(engine: Engine, release: str, board: str) -> pd.DataFrame:
    """The figures of a board's own, as they are known today. Columns as `observations`, with the board's id as the indicator."""
    return observations(engine, release, OWN_FIGURES, indicator=board)


def budget(engine: Engine, release: str) -> Budget:
    """The money, the services' measures, the price index and what they cover; each in its file's order, empty where there is none."""
    stored = documents(engine, release, "budget")
    with sound_documents():
        return TypeAdapter(Budget).validate_python(stored)


def _in_order(engine: Engine, release: str, kind: str, adapter: TypeAdapter) -> tuple:
    stored = documents(engine, release, kind)
    with sound_documents():
        found = sorted(stored.values(), key=lambda one: one["position"])
        return tuple(adapter.validate_python({key: value for key, value in one.items() if key != "position"}) for one in found)


def documents(engine: Engine, release: str, kind: str) -> dict[str, Any]:
    """What is stored whole under that kind, by id: "boundaries" and "neighbors" under "", "spatial" by "measure/series"."""
    query = select(document.c.id, document.c.document).where(document.c.release == release, document.c.kind == kind)
    with sound_documents(), engine.connect() as connection:
        found = {row.id: row.document for row in connection.execute(query)}
        if not found:
            must_stand(connection, release)
    return found


def vintages(engine: Engine, release: str, framework_id: str, *, indicator: str) -> pd.DataFrame:
    """Every figure of one indicator in every vintage, newest first within a period. Columns as `observations`, without
    revisions."""
    query = _of(release, framework_id, indicator).order_by(
        observation.c.series, observation.c.geography, observation.c.dimension, observation.c.group,
        observation.c.end, observation.c.vintage.desc(),
    )  # fmt: skip
    return _table(engine, release, query)


def _of(release: str, framework_id: str, indicator: str | None) -> Select:
    wanted = [observation.c.release == release, observation.c.framework == framework_id]
    if indicator is not None:
        wanted.append(observation.c.indicator == indicator)
    return select(*FIGURE_COLUMNS).where(and_(*wanted))


def _table(engine: Engine, release: str, query: Select) -> pd.DataFrame:
    with sound_documents(), engine.connect() as connection:
        result = connection.execute(query)
        table = pd.DataFrame(result.all(), columns=list(result.keys()))
        if table.empty:
            must_stand(connection, release)
    for name in ("value", "numerator", "denominator", "lower", "upper"):
        table[name] = table[name].astype(float)  # None becomes NaN; an all-missing column stays a number
    return table


@lru_cache(maxsize=1)
def _framework_type() -> TypeAdapter[Framework]:
    return TypeAdapter(Framework)
