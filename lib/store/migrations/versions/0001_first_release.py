"""The tables of the first release, schema 3: what is published, what people load on top of it, and the audit.

Databases of before there were migrations are taken in: a table that is there stays as it is, with its rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

LOST = "Everything is lost: what was loaded, with its files, and the audit. The figures of data/ are built again at the next start."


def upgrade() -> None:
    _published()
    _figures()
    _written_by_people()
    _longer_vintages()


def downgrade() -> None:
    """Everything is lost: releases, which are built again from data/, and loads and the audit, which nothing brings back."""
    op.drop_table("audit")
    op.drop_table("batch_figure")
    op.drop_table("batch")
    op.drop_index("observation_of_measure", "area_observation")
    op.drop_table("area_observation")
    op.drop_index("observation_of_indicator", "observation")
    op.drop_table("observation")
    op.drop_table("document")
    op.drop_table("geography")
    op.drop_table("framework")
    op.drop_table("current_release")
    op.drop_table("release")


def _published() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("observations", sa.Integer, nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "current_release",
        sa.Column("slot", sa.Integer, sa.CheckConstraint("slot = 1"), primary_key=True, autoincrement=False),
        sa.Column("release", sa.String(64), sa.ForeignKey("release.id"), nullable=False),
        sa.Column("schema_version", sa.Integer, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "framework",
        sa.Column("release", sa.String(64), sa.ForeignKey("release.id"), primary_key=True),
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("document", sa.JSON, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "geography",
        sa.Column("release", sa.String(64), sa.ForeignKey("release.id"), primary_key=True),
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "document",
        sa.Column("release", sa.String(64), sa.ForeignKey("release.id"), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("id", sa.String(160), primary_key=True),
        sa.Column("document", sa.JSON, nullable=False),
        if_not_exists=True,
    )


def _figure() -> tuple[sa.Column | sa.CheckConstraint, ...]:
    return (
        sa.Column("series", sa.String(80), nullable=False),
        sa.Column("geography", sa.String(80), nullable=False),
        sa.Column("dimension", sa.String(80), nullable=False),
        sa.Column("group", sa.String(80), nullable=False),
        sa.Column("period", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("start", sa.Date, nullable=False),
        sa.Column("end", sa.Date, nullable=False),
        sa.Column("value", sa.Float(53)),
        sa.Column("numerator", sa.Float(53)),
        sa.Column("denominator", sa.Float(53)),
        sa.Column("lower", sa.Float(53)),
        sa.Column("upper", sa.Float(53)),
        sa.Column("missing_reason", sa.String(40), nullable=False),
        sa.Column("provisional", sa.Boolean, nullable=False),
        sa.Column("vintage", sa.String(30), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.CheckConstraint("(value IS NULL) = (missing_reason <> '')", name="missing_has_a_reason"),
        sa.CheckConstraint("reference <> ''", name="no_figure_without_reference"),
    )


def _figures() -> None:
    op.create_table(
        "observation",
        sa.Column("release", sa.String(64), sa.ForeignKey("release.id"), primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("framework", sa.String(80), nullable=False),
        sa.Column("indicator", sa.String(80), nullable=False),
        *_figure(),
        sa.UniqueConstraint("release", "framework", "indicator", "series", "geography", "dimension", "group", "period",
                            "vintage", name="one_figure_per_vintage"),
        if_not_exists=True,
    )  # fmt: skip
    op.create_index("observation_of_indicator", "observation", ["release", "framework", "indicator"], if_not_exists=True)
    op.create_table(
        "area_observation",
        sa.Column("release", sa.String(64), sa.ForeignKey("release.id"), primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("measure", sa.String(80), nullable=False),
        sa.Column("caution", sa.Text, nullable=False),
        *_figure(),
        sa.UniqueConstraint("release", "measure", "series", "geography", "dimension", "group", "period", "vintage",
                            name="one_area_figure_per_vintage"),
        if_not_exists=True,
    )  # fmt: skip
    op.create_index("observation_of_measure", "area_observation", ["release", "measure"], if_not_exists=True)


def _written_by_people() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("loaded_at", sa.String(30), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("publish_at", sa.String(30), nullable=False),
        sa.Column("undone_at", sa.String(30), nullable=False),
        sa.Column("undone_by", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "batch_figure",
        sa.Column("batch", sa.String(36), sa.ForeignKey("batch.id"), primary_key=True),
        sa.Column("row", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("framework", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        *_figure(),
        if_not_exists=True,
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.String(30), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        if_not_exists=True,
    )


def _longer_vintages() -> None:
    """Before schema 3 a vintage had ten letters. SQLite does not count them; where it is long enough no lock is taken."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for name in ("observation", "area_observation"):
        (vintage,) = (column for column in sa.inspect(connection).get_columns(name) if column["name"] == "vintage")
        if vintage["type"].length < 30:
            op.alter_column(name, "vintage", type_=sa.String(30), existing_nullable=False)
