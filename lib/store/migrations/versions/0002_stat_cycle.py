"""The Stat cycle, schema 4: meetings, follow-ups, strategies; and three tables that the database itself lets only grow.

Nobody changes a line of the audit, of a follow-up's history or of a meeting's steps, and nobody removes one, except the
lines of an example, which is removed as a whole. So that this is no way around, what is real is not turned into an example.

The tables are made where they are absent: a database of between the two releases has them already.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

LOST = (
    "Every Stat meeting is lost, with its topics, scores and snapshot; every follow-up, with its history and its evidence; "
    "and every strategy, evaluation and decision. Loads, releases and the audit stay, but the database no longer keeps the audit from being changed."
)

SQLITE_TRIGGERS = (
    """CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'The audit is only added to: no line of it is changed or removed.'); END""",
    """CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'The audit is only added to: no line of it is changed or removed.'); END""",
    # INSERT OR REPLACE removes a row without a word to the trigger above; the same below
    """CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'The audit is only added to: no line of it is changed or removed.'); END""",
    """CREATE TRIGGER follow_up_change_is_not_changed BEFORE UPDATE ON follow_up_change
    BEGIN SELECT RAISE(ABORT, 'The history of a follow-up is only added to: no line of it is changed or removed.'); END""",
    """CREATE TRIGGER follow_up_change_is_not_removed BEFORE DELETE ON follow_up_change
    WHEN NOT EXISTS (SELECT 1 FROM follow_up WHERE id = OLD.follow_up AND example)
    BEGIN SELECT RAISE(ABORT, 'The history of a follow-up is only added to: no line of it is changed or removed.'); END""",
    """CREATE TRIGGER follow_up_change_is_not_replaced BEFORE INSERT ON follow_up_change
    WHEN EXISTS (SELECT 1 FROM follow_up_change WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'The history of a follow-up is only added to: no line of it is changed or removed.'); END""",
    """CREATE TRIGGER meeting_step_is_not_changed BEFORE UPDATE ON meeting_step
    BEGIN SELECT RAISE(ABORT, 'The steps of a meeting are only added to: none is changed or removed.'); END""",
    """CREATE TRIGGER meeting_step_is_not_removed BEFORE DELETE ON meeting_step
    WHEN NOT EXISTS (SELECT 1 FROM meeting WHERE id = OLD.meeting AND example)
    BEGIN SELECT RAISE(ABORT, 'The steps of a meeting are only added to: none is changed or removed.'); END""",
    """CREATE TRIGGER meeting_step_is_not_replaced BEFORE INSERT ON meeting_step
    WHEN EXISTS (SELECT 1 FROM meeting_step WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'The steps of a meeting are only added to: none is changed or removed.'); END""",
    """CREATE TRIGGER follow_up_stays_real BEFORE UPDATE OF example ON follow_up WHEN NEW.example AND NOT OLD.example
    BEGIN SELECT RAISE(ABORT, 'A real follow-up is not turned into an example.'); END""",
    """CREATE TRIGGER meeting_stays_real BEFORE UPDATE OF example ON meeting WHEN NEW.example AND NOT OLD.example
    BEGIN SELECT RAISE(ABORT, 'A real meeting is not turned into an example.'); END""",
)
SQLITE_AUDIT_UNGUARDED = ("DROP TRIGGER audit_is_not_replaced", "DROP TRIGGER audit_is_not_removed", "DROP TRIGGER audit_is_not_changed")

POSTGRESQL_FUNCTIONS = (
    """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation';
    END $$""",
    """CREATE FUNCTION refuse_unless_of_example_follow_up() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM follow_up WHERE id = OLD.follow_up AND example) THEN RETURN OLD; END IF;
        RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation';
    END $$""",
    """CREATE FUNCTION refuse_unless_of_example_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM meeting WHERE id = OLD.meeting AND example) THEN RETURN OLD; END IF;
        RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation';
    END $$""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW
    EXECUTE FUNCTION refuse_change('The audit is only added to: no line of it is changed or removed.')""",
    """CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT
    EXECUTE FUNCTION refuse_change('The audit is only added to: no line of it is changed or removed.')""",
    """CREATE TRIGGER follow_up_change_is_not_changed BEFORE UPDATE ON follow_up_change FOR EACH ROW
    EXECUTE FUNCTION refuse_change('The history of a follow-up is only added to: no line of it is changed or removed.')""",
    """CREATE TRIGGER follow_up_change_is_not_removed BEFORE DELETE ON follow_up_change FOR EACH ROW
    EXECUTE FUNCTION refuse_unless_of_example_follow_up('The history of a follow-up is only added to: no line of it is changed or removed.')""",
    """CREATE TRIGGER follow_up_change_is_not_emptied BEFORE TRUNCATE ON follow_up_change FOR EACH STATEMENT
    EXECUTE FUNCTION refuse_change('The history of a follow-up is only added to: no line of it is changed or removed.')""",
    """CREATE TRIGGER meeting_step_is_not_changed BEFORE UPDATE ON meeting_step FOR EACH ROW
    EXECUTE FUNCTION refuse_change('The steps of a meeting are only added to: none is changed or removed.')""",
    """CREATE TRIGGER meeting_step_is_not_removed BEFORE DELETE ON meeting_step FOR EACH ROW
    EXECUTE FUNCTION refuse_unless_of_example_meeting('The steps of a meeting are only added to: none is changed or removed.')""",
    """CREATE TRIGGER meeting_step_is_not_emptied BEFORE TRUNCATE ON meeting_step FOR EACH STATEMENT
    EXECUTE FUNCTION refuse_change('The steps of a meeting are only added to: none is changed or removed.')""",
    """CREATE TRIGGER follow_up_stays_real BEFORE UPDATE OF example ON follow_up FOR EACH ROW WHEN (NEW.example AND NOT OLD.example)
    EXECUTE FUNCTION refuse_change('A real follow-up is not turned into an example.')""",
    """CREATE TRIGGER meeting_stays_real BEFORE UPDATE OF example ON meeting FOR EACH ROW WHEN (NEW.example AND NOT OLD.example)
    EXECUTE FUNCTION refuse_change('A real meeting is not turned into an example.')""",
)
POSTGRESQL_AUDIT_UNGUARDED = ("DROP TRIGGER audit_is_not_emptied ON audit", "DROP TRIGGER audit_is_kept ON audit")
POSTGRESQL_FUNCTIONS_GONE = (
    "DROP FUNCTION refuse_unless_of_example_meeting()",
    "DROP FUNCTION refuse_unless_of_example_follow_up()",
    "DROP FUNCTION refuse_change()",
)


def upgrade() -> None:
    _meetings()
    _follow_ups()
    _beside_an_indicator()
    on_server = op.get_bind().dialect.name == "postgresql"
    for statement in (*POSTGRESQL_FUNCTIONS, *POSTGRESQL_TRIGGERS) if on_server else SQLITE_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    """Meetings, follow-ups, strategies, evaluations and decisions are lost with all that belongs to them. Releases, loads and
    the audit stay; the audit is guarded no more."""
    on_server = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_AUDIT_UNGUARDED if on_server else SQLITE_AUDIT_UNGUARDED:
        op.execute(statement)
    op.drop_table("decision")  # the other triggers go with their tables
    op.drop_table("evaluation")
    op.drop_table("strategy")
    op.drop_index("change_of_follow_up", "follow_up_change")
    op.drop_table("follow_up_change")
    op.drop_index("follow_up_of_meeting", "follow_up")
    op.drop_index("follow_up_of_stat", "follow_up")
    op.drop_table("follow_up")
    op.drop_table("snapshot")
    op.drop_table("place_score")
    op.drop_index("topic_of_meeting", "topic")
    op.drop_table("topic")
    op.drop_table("meeting_step")
    op.drop_index("meeting_of_stat", "meeting")
    op.drop_table("meeting")
    for statement in POSTGRESQL_FUNCTIONS_GONE if on_server else ():
        op.execute(statement)


def _who_and_when() -> tuple[sa.Column, ...]:
    return (
        sa.Column("example", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.String(30), nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
    )


def _meetings() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("stat", sa.String(80), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("at", sa.String(5), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("areas", sa.JSON, nullable=False),
        sa.Column("cancelled_because", sa.Text, nullable=False),
        *_who_and_when(),
        sa.CheckConstraint("(state = 'cancelled') = (cancelled_because <> '')", name="cancelled_with_a_reason"),
        if_not_exists=True,
    )
    op.create_index("meeting_of_stat", "meeting", ["stat", "day"], if_not_exists=True)
    op.create_table(
        "meeting_step",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("meeting", sa.String(36), sa.ForeignKey("meeting.id"), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("at", sa.String(30), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("meeting", sa.String(36), sa.ForeignKey("meeting.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("decided", sa.String(20), nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.CheckConstraint("decided <> 'set aside' OR because <> ''", name="set_aside_with_a_reason"),
        if_not_exists=True,
    )
    op.create_index("topic_of_meeting", "topic", ["meeting"], if_not_exists=True)
    op.create_table(
        "place_score",
        sa.Column("meeting", sa.String(36), sa.ForeignKey("meeting.id"), primary_key=True),
        sa.Column("area", sa.String(80), primary_key=True),
        sa.Column("criterion", sa.String(40), primary_key=True),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name="score_from_1_to_5"),
        if_not_exists=True,
    )
    op.create_table(
        "snapshot",
        sa.Column("meeting", sa.String(36), sa.ForeignKey("meeting.id"), primary_key=True),
        sa.Column("taken_at", sa.String(30), nullable=False),
        sa.Column("taken_by", sa.Text, nullable=False),
        sa.Column("release", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )


def _follow_ups() -> None:
    op.create_table(
        "follow_up",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("stat", sa.String(80), nullable=False),
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("issue", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("due", sa.Date, nullable=False),
        sa.Column("deliverable", sa.String(40), nullable=False),
        sa.Column("indicator", sa.String(80), nullable=False),
        sa.Column("measure", sa.String(80), nullable=False),
        sa.Column("area", sa.String(80), nullable=False),
        sa.Column("begun_on", sa.Date),
        sa.Column("done_on", sa.Date),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("evidence_link", sa.Text, nullable=False),
        sa.Column("evidence_file", sa.Text, nullable=False),
        sa.Column("evidence_content", sa.LargeBinary),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("escalation", sa.Text, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        *_who_and_when(),
        sa.CheckConstraint("trim(owner) <> ''", name="one_owner"),
        sa.CheckConstraint("trim(action) <> ''", name="something_to_do"),
        sa.CheckConstraint("done_on IS NULL OR trim(evidence) <> '' OR evidence_link <> '' OR evidence_file <> ''", name="no_green_without_evidence"),
        sa.CheckConstraint("(evidence_file <> '') = (evidence_content IS NOT NULL)", name="a_file_has_its_content"),
        if_not_exists=True,
    )
    op.create_index("follow_up_of_stat", "follow_up", ["stat", "due"], if_not_exists=True)
    op.create_index("follow_up_of_meeting", "follow_up", ["meeting"], if_not_exists=True)
    op.create_table(
        "follow_up_change",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("follow_up", sa.String(36), sa.ForeignKey("follow_up.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", sa.String(30), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        if_not_exists=True,
    )
    op.create_index("change_of_follow_up", "follow_up_change", ["follow_up"], if_not_exists=True)


def _beside_an_indicator() -> None:
    op.create_table(
        "strategy",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("indicator", sa.String(80), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("partners", sa.JSON, nullable=False),
        sa.Column("started", sa.Date),
        sa.Column("ended", sa.Date),
        sa.Column("cost", sa.Text, nullable=False),
        sa.Column("evidence", sa.String(40), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        *_who_and_when(),
        if_not_exists=True,
    )
    op.create_table(
        "evaluation",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("indicator", sa.String(80), nullable=False),
        sa.Column("strategy", sa.String(36), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("design", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("finding", sa.String(40), nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        *_who_and_when(),
        if_not_exists=True,
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("indicator", sa.String(80), nullable=False),
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("amount", sa.Float(53)),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        *_who_and_when(),
        if_not_exists=True,
    )
