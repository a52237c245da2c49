"""Agencies' performance plans, schema 7: loads of the City's export with their faults, its measures and figures, and the discussions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

LOST = "The agencies' performance plans that were loaded are lost, and what was written down of their discussions. All else stays."


def upgrade() -> None:
    op.create_table(
        "plan_load",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("loaded_at", sa.String(30), nullable=False),
        sa.Column("loaded_by", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("exported", sa.Date, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("repeated", sa.Integer, nullable=False),
        sa.Column("set_aside", sa.Integer, nullable=False),
        sa.Column("measures", sa.Integer, nullable=False),
        sa.Column("figures", sa.Integer, nullable=False),
        sa.Column("disagreements", sa.Integer, nullable=False),
        sa.Column("removed", sa.Integer, nullable=False),
        sa.Column("dropped", sa.JSON, nullable=False),
        sa.Column("unread", sa.JSON, nullable=False),
        sa.Column("asks", sa.JSON, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "plan_problem",
        sa.Column("load", sa.String(36), sa.ForeignKey("plan_load.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("sheet", sa.Text, nullable=False),
        sa.Column("cell", sa.Text, nullable=False),
        sa.Column("found", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("remedy", sa.Text, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "plan_measure",
        sa.Column("load", sa.String(36), sa.ForeignKey("plan_load.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("agency_code", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("service_code", sa.Text, nullable=False),
        sa.Column("service_description", sa.Text, nullable=False),
        sa.Column("type", sa.String(20), nullable=False),
        sa.Column("desired", sa.String(20), nullable=False),
        sa.Column("aggregation", sa.String(20), nullable=False),
        sa.Column("cadence", sa.String(20), nullable=False),
        sa.Column("format", sa.String(20), nullable=False),
        sa.Column("equity", sa.Boolean),
        sa.Column("deprecated", sa.Boolean),
        sa.Column("owned", sa.Boolean),
        sa.Column("change", sa.String(20), nullable=False),
        sa.Column("change_said", sa.Boolean, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("formula", sa.Text, nullable=False),
        sa.Column("data_source", sa.Text, nullable=False),
        sa.Column("additions", sa.Text, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("modified", sa.Date),
        sa.Column("editions", sa.JSON, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.UniqueConstraint("load", "key", name="a_measure_once_a_load"),
        if_not_exists=True,
    )
    op.create_table(
        "plan_value",
        sa.Column("load", sa.String(36), primary_key=True),
        sa.Column("measure", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("series", sa.String(10), primary_key=True),
        sa.Column("fiscal_year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("quarter", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("edition", sa.String(10), primary_key=True),
        sa.Column("shown", sa.Boolean, nullable=False),
        sa.Column("value", sa.Float(53)),
        sa.Column("missing_reason", sa.String(40), nullable=False),
        sa.Column("printed", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("cell", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["load", "measure"], ["plan_measure.load", "plan_measure.number"]),
        sa.CheckConstraint("(value IS NULL) = (missing_reason <> '')", name="missing_in_a_plan_has_a_reason"),
        sa.CheckConstraint("quarter BETWEEN 0 AND 4", name="a_quarter_or_the_year"),
        if_not_exists=True,
    )
    op.create_table(
        "plan_discussion",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("agency", sa.String(200), nullable=False),
        sa.Column("fiscal_year", sa.Integer, nullable=False),
        sa.Column("half", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.String(30), nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.UniqueConstraint("agency", "fiscal_year", "half", name="one_discussion_a_half"),
        sa.CheckConstraint("half IN (1, 2)", name="twice_a_year"),
        if_not_exists=True,
    )
    op.create_index("plan_problem_by_code", "plan_problem", ["load", "level", "code"], if_not_exists=True)


def downgrade() -> None:
    """What was loaded of plans, and their discussions, is lost."""
    op.drop_table("plan_discussion")
    op.drop_table("plan_value")
    op.drop_table("plan_measure")
    op.drop_index("plan_problem_by_code", "plan_problem")
    op.drop_table("plan_problem")
    op.drop_table("plan_load")
