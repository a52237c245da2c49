"""What residents send, schema 6: how they would share out the budget, and what they say of an indicator or a place."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

LOST = "What residents sent is lost: their ideas for the budget, their feedback and the answers to it. All else stays."


def upgrade() -> None:
    op.create_table(
        "budget_idea",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("sent_at", sa.String(30), nullable=False),
        sa.Column("fiscal_year", sa.String(20), nullable=False),
        sa.Column("basis", sa.String(20), nullable=False),
        sa.Column("fund", sa.Text, nullable=False),
        sa.Column("amounts", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint("trim(fiscal_year) <> ''", name="idea_of_a_year"),
        if_not_exists=True,
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("sent_at", sa.String(30), nullable=False),
        sa.Column("about", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("decided_at", sa.String(30), nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_at", sa.String(30), nullable=False),
        sa.Column("answered_by", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("trim(text) <> ''", name="feedback_says_something"),
        sa.CheckConstraint("state IN ('waiting', 'shown', 'set aside')", name="feedback_state"),
        sa.CheckConstraint("state <> 'set aside' OR because <> ''", name="feedback_set_aside_with_a_reason"),
        sa.CheckConstraint("(answer <> '') = (answered_at <> '')", name="an_answer_has_its_time"),
        if_not_exists=True,
    )
    op.create_index("feedback_to_read", "feedback", ["state", "sent_at"], if_not_exists=True)
    op.create_index("feedback_of_subject", "feedback", ["about", "subject"], if_not_exists=True)


def downgrade() -> None:
    """What residents sent, and what was answered, is lost."""
    op.drop_index("feedback_of_subject", "feedback")
    op.drop_index("feedback_to_read", "feedback")
    op.drop_table("feedback")
    op.drop_table("budget_idea")
