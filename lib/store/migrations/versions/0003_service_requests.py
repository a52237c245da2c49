"""Service requests, schema 5: the requests, what was loaded and what was wrong in it, and the likely duplicates of each rule."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

LOST = "Every service request is lost, with what is known of its loads; the files that they came in bring them back. All else stays."


def upgrade() -> None:
    op.create_table(
        "request_load",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("loaded_at", sa.String(30), nullable=False),
        sa.Column("loaded_by", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("updated", sa.Integer, nullable=False),
        sa.Column("repeated", sa.Integer, nullable=False),
        sa.Column("set_aside", sa.Integer, nullable=False),
        sa.Column("last_day", sa.Integer),
        if_not_exists=True,
    )
    op.create_table(
        "request_problem",
        sa.Column("load", sa.String(36), sa.ForeignKey("request_load.id"), primary_key=True),
        sa.Column("problem", sa.String(40), primary_key=True),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("set_aside", sa.Boolean, nullable=False),
        sa.Column("examples", sa.JSON, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "service_request",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("agency", sa.String(100), nullable=False),
        sa.Column("method", sa.String(60), nullable=False),
        sa.Column("status", sa.String(60), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("area", sa.String(80), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("created_day", sa.Integer, nullable=False),
        sa.Column("due_day", sa.Integer),
        sa.Column("closed_day", sa.Integer),
        sa.Column("in_time", sa.Integer),
        sa.Column("x", sa.Float(53)),
        sa.Column("y", sa.Float(53)),
        sa.Column("address", sa.String(16), nullable=False),
        sa.Column("duplicate_marked", sa.Boolean, nullable=False),
        sa.Column("transferred", sa.Boolean, nullable=False),
        sa.Column("reopened", sa.Boolean, nullable=False),
        sa.Column("at_once", sa.Boolean, nullable=False),
        sa.Column("cluster", sa.String(40), nullable=False),
        sa.Column("load", sa.String(36), sa.ForeignKey("request_load.id"), nullable=False),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= created_at", name="closed_after_it_came_in"),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_day IS NULL)", name="closed_moment_has_its_day"),
        if_not_exists=True,
    )
    op.create_index(
        "request_asked_for",
        "service_request",
        ["type", "agency", "area", "created_day", "closed_day", "due_day", "in_time", "duplicate_marked", "transferred", "reopened", "at_once", "cluster"],
        if_not_exists=True,
    )
    op.create_table(
        "request_duplicate",
        sa.Column("type", sa.String(100), primary_key=True),
        sa.Column("metres", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("days", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("in_clusters", sa.Integer, nullable=False),
        sa.Column("clusters", sa.Integer, nullable=False),
        if_not_exists=True,
    )


def downgrade() -> None:
    """Service requests and what is known of their loads are lost; the files that they came in bring them back."""
    op.drop_table("request_duplicate")
    op.drop_index("request_asked_for", "service_request")
    op.drop_table("service_request")
    op.drop_table("request_problem")
    op.drop_table("request_load")
