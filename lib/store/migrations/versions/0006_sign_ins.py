"""Sign-ins that were ended, and the role of who wrote in the audit, schema 8."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

LOST = (
    "Which sign-ins were ended is lost, so a copy of one counts again until its hours are over; and the role that each writer held, in the audit. "
    "All else stays."
)


def upgrade() -> None:
    op.create_table(
        "ended_sign_in",
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("ended_at", sa.String(30), nullable=False),
        if_not_exists=True,
    )
    op.add_column("audit", sa.Column("role", sa.String(20)))


def downgrade() -> None:
    """Which sign-ins were ended is lost, and the roles in the audit."""
    op.drop_column("audit", "role")
    op.drop_table("ended_sign_in")
