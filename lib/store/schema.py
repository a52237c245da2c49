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
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 2
APPLICATION_ID = 0x4F757453  # "OutS": marks a SQLite file as ours

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
        Column("vintage", String(10), nullable=False),  # ISO date, or as much of one as is known; "" = not known
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
