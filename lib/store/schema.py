"""The tables. What is published belongs to a release and is never changed; a pointer says which release is shown.

What people write lives in tables of its own that no build touches. The catalogue of a framework is a small tree that
is always read whole, so it is one document; figures are rows.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 3
APPLICATION_ID = 0x4F757453  # "OutS": marks a SQLite file as ours

VINTAGE_LENGTH = 30

metadata = MetaData()

release = Table(
    "release",
    metadata,
    Column("id", String(64), primary_key=True),  # hash of what it was built from
    Column("built_at", DateTime(timezone=True), nullable=False),
    Column("observations", Integer, nullable=False),
    Column("checksum", String(64), nullable=False),  # over figures, places and documents as stored
)

current_release = Table(
    "current_release",
    metadata,
    Column("slot", Integer, CheckConstraint("slot = 1"), primary_key=True, autoincrement=False),
    Column("release", String(64), ForeignKey("release.id"), nullable=False),
    Column("schema_version", Integer, nullable=False),
)

framework = Table(
    "framework",
    metadata,
    Column("release", String(64), ForeignKey("release.id"), primary_key=True),
    Column("id", String(80), primary_key=True),
    Column("document", JSON, nullable=False),
)

geography = Table(
    "geography",
    metadata,
    Column("release", String(64), ForeignKey("release.id"), primary_key=True),
    Column("id", String(80), primary_key=True),
    Column("name", Text, nullable=False),
    Column("type", String(40), nullable=False),
)

document = Table(
    "document",
    metadata,
    Column("release", String(64), ForeignKey("release.id"), primary_key=True),
    Column("kind", String(20), primary_key=True),  # "area", "boundaries", "measure", "neighbors", "spatial"
    Column("id", String(160), primary_key=True),
    Column("document", JSON, nullable=False),
)


def _figure_columns() -> tuple[Column, ...]:
    """What every figure has, whatever it is about."""
    return (
        Column("series", String(80), nullable=False),
        Column("geography", String(80), nullable=False),
        Column("dimension", String(80), nullable=False),
        Column("group", String(80), nullable=False),
        Column("period", String(20), nullable=False),
        Column("kind", String(20), nullable=False),
        Column("start", Date, nullable=False),
        Column("end", Date, nullable=False),
        Column("value", Float(53)),
        Column("numerator", Float(53)),
        Column("denominator", Float(53)),
        Column("lower", Float(53)),
        Column("upper", Float(53)),
        Column("missing_reason", String(40), nullable=False),
        Column("provisional", Boolean, nullable=False),
        Column("vintage", String(VINTAGE_LENGTH), nullable=False),  # ISO date or time, or as much as is known; "" = not known
        Column("note", Text, nullable=False),
        Column("reference", Text, nullable=False),
        CheckConstraint("(value IS NULL) = (missing_reason <> '')", name="missing_has_a_reason"),
        CheckConstraint("reference <> ''", name="no_figure_without_reference"),
    )


observation = Table(
    "observation",
    metadata,
    Column("release", String(64), ForeignKey("release.id"), primary_key=True),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("framework", String(80), nullable=False),
    Column("indicator", String(80), nullable=False),
    *_figure_columns(),
    UniqueConstraint("release", "framework", "indicator", "series", "geography", "dimension", "group", "period",
                     "vintage", name="one_figure_per_vintage"),
    Index("observation_of_indicator", "release", "framework", "indicator"),
)  # fmt: skip

area_observation = Table(
    "area_observation",
    metadata,
    Column("release", String(64), ForeignKey("release.id"), primary_key=True),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("measure", String(80), nullable=False),
    Column("caution", Text, nullable=False),  # why a figure is left out of maps, gaps and trends; "" = it is not
    *_figure_columns(),
    UniqueConstraint("release", "measure", "series", "geography", "dimension", "group", "period", "vintage",
                     name="one_area_figure_per_vintage"),
    Index("observation_of_measure", "release", "measure"),
)  # fmt: skip

# What people write. No build touches these tables.

batch = Table(
    "batch",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("loaded_at", String(VINTAGE_LENGTH), nullable=False),  # UTC, ISO: the vintage of its figures
    Column("author", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("publish_at", String(VINTAGE_LENGTH), nullable=False),  # from when on readers see it; = loaded_at where at once
    Column("undone_at", String(VINTAGE_LENGTH), nullable=False),  # "" = it stands
    Column("undone_by", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),  # the file as it came
)

batch_figure = Table(
    "batch_figure",
    metadata,
    Column("batch", String(36), ForeignKey("batch.id"), primary_key=True),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("framework", String(80), nullable=False),  # "" for a figure of a neighborhood measure
    Column("subject", String(80), nullable=False),  # id of the indicator or the measure
    *_figure_columns(),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),  # only ever added to
    Column("at", String(VINTAGE_LENGTH), nullable=False),
    Column("who", Text, nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("detail", Text, nullable=False),
)
