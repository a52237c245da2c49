"""What people loaded on top of `data/`: batches of figures, each with its author, its file and its time.

A batch is never changed and never removed; taking it back marks it. Which batches readers see is decided by their times.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pandas as pd
from sqlalchemy import Connection, Engine, func, inspect, select

from lib.store.catalogue import Catalogue
from lib.store.database import sound_documents
from lib.store.schema import audit, batch, batch_figure, current_release, release

log = logging.getLogger("outcomestat")
ABOUT = [column for column in batch.c if column.name != "content"]


@dataclass(frozen=True)
class Batch:
    """One load. Times are UTC in ISO form, so that they sort as text."""

    id: str
    loaded_at: str
    author: str
    file_name: str
    sha256: str
    rows: int
    note: str
    publish_at: str
    undone_at: str
    undone_by: str

    @property
    def is_undone(self) -> bool:
        return self.undone_at != ""

    def state(self, now: str) -> str:
        """ "published", "waiting" for its time, or "taken back"."""
        return "taken back" if self.is_undone else "published" if self.publish_at <= now else "waiting"


@dataclass(frozen=True)
class AuditEntry:
    at: str
    who: str
    action: str
    subject: str
    detail: str
    role: str = ""  # that somebody held then; "" of what was written before that was kept


def utc_now() -> str:
    """Now, as text that sorts and that serves as a vintage: 2026-11-25T17:35:02.123Z."""
    return as_text(datetime.now(UTC))


def as_text(when: datetime) -> str:
    """A time of the database, which SQLite gives without its zone, as the store writes it."""
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def batches(source: Engine | Connection) -> tuple[Batch, ...]:
    """All batches, also those taken back, in the order in which they were loaded; none in a store without the table."""
    with _connected(source) as connection:
        if not inspect(connection).has_table("batch"):
            return ()
        rows = connection.execute(select(*ABOUT).order_by(batch.c.loaded_at, batch.c.id)).all()
    return tuple(Batch(**row._mapping) for row in rows)


def published_batches(source: Engine | Connection, *, at: str | None = None) -> tuple[str, ...]:
    """The ids of the batches that readers see at that time (now), in the order in which they were loaded."""
    when = at or utc_now()
    return tuple(one.id for one in batches(source) if one.state(when) == "published")


def is_due(source: Engine | Connection, *, at: str | None = None) -> bool:
    """Whether a batch's time has come since the shown release was built: readers do not see it yet."""
    when = at or utc_now()
    with _connected(source) as connection:
        built = connection.execute(
            select(release.c.built_at).join(current_release, current_release.c.release == release.c.id)
        ).scalar_one_or_none()
        waited = [one.publish_at for one in batches(connection) if one.state(when) == "published" and one.publish_at > one.loaded_at]
    return built is not None and any(time > as_text(built) for time in waited)


def next_publication(source: Engine | Connection, *, at: str | None = None) -> str | None:
    """When the next batch that waits is to be seen; None where none waits."""
    when = at or utc_now()
    return min((one.publish_at for one in batches(source) if one.state(when) == "waiting"), default=None)


def batch_figures(source: Engine | Connection, ids: Sequence[str]) -> pd.DataFrame:
    """The figures of these batches: framework, subject and the columns of an observation."""
    columns = [column for column in batch_figure.c if column.name not in ("batch", "row")]
    query = select(*columns).where(batch_figure.c.batch.in_(list(ids))).order_by(batch_figure.c.batch, batch_figure.c.row)
    with sound_documents(), _connected(source) as connection:
        rows = connection.execute(query).all() if ids else []
    table = pd.DataFrame(rows, columns=[column.name for column in columns])
    for name in ("value", "numerator", "denominator", "lower", "upper"):
        table[name] = table[name].astype(float)
    return table


def with_figures(catalogue: Catalogue, figures: pd.DataFrame) -> Catalogue:
    """The catalogue with loaded figures beside its own. A figure whose indicator, series or place is not in `data/` any
    more is left out, with a word in the log; it comes back when its subject does."""
    if figures.empty:
        return catalogue
    series = {(framework.id, one.id, item.id, str(item.kind)) for framework in catalogue.frameworks for one in framework.indicators for item in one.series}
    series |= {("", measure.id, item.id, str(item.kind)) for measure in catalogue.measures for item in measure.series}
    places = {place.id for place in catalogue.geographies}
    known = [key in series and place in places for key, place in zip(
        zip(figures["framework"], figures["subject"], figures["series"], figures["kind"], strict=True), figures["geography"], strict=True)]  # fmt: skip
    if not all(known):
        log.warning("%d loaded figures are of subjects, series or places that data/ does not have; they are not shown", known.count(False))
    figures = figures[known]
    of_measure = figures["framework"] == ""
    own = figures[~of_measure].rename(columns={"subject": "indicator"})
    by_area = figures[of_measure].rename(columns={"subject": "measure"}).drop(columns="framework").assign(caution="")
    return replace(
        catalogue,
        observations=_under(catalogue.observations, own),
        area_observations=_under(catalogue.area_observations, by_area),
    )


def _under(table: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    return table if more.empty else pd.concat([table, more[table.columns]], ignore_index=True) if len(table) else more[table.columns]


def file_of(engine: Engine, batch_id: str) -> bytes:
    """The file of a batch as it came. Raises KeyError where there is no such batch."""
    with engine.connect() as connection:
        found = connection.execute(select(batch.c.content).where(batch.c.id == batch_id)).scalar_one_or_none()
    if found is None:
        raise KeyError(batch_id)
    return bytes(found)


def audit_trail(engine: Engine) -> tuple[AuditEntry, ...]:
    """Everything that was written by people, newest first."""
    columns = (audit.c.at, audit.c.who, audit.c.action, audit.c.subject, audit.c.detail, func.coalesce(audit.c.role, ""))
    with engine.connect() as connection:
        return tuple(AuditEntry(*row) for row in connection.execute(select(*columns).order_by(audit.c.id.desc())))


class _connected:
    """A connection of an engine, closed at the end; or the connection that was given, left open."""

    def __init__(self, source: Engine | Connection) -> None:
        self.source = source

    def __enter__(self) -> Connection:
        self.opened = self.source.connect() if isinstance(self.source, Engine) else None
        return self.opened or self.source

    def __exit__(self, *_: object) -> None:
        if self.opened is not None:
            self.opened.close()
