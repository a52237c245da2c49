"""The tables. What is published belongs to a release and is never changed; a pointer says which release is shown.

What people write lives in tables of its own that no build touches. The catalogue of a framework is a small tree that
is always read whole, so it is one document; figures are rows.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 8
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
    Column("role", String(20)),  # that `who` held then; NULL in lines from before schema 8
)


# The Stat cycle. Days are the city's own; times are UTC in ISO form.


def _who_and_when() -> tuple[Column, ...]:
    return (
        Column("example", Boolean, nullable=False),  # made up, to be shown as such, and removed with one button
        Column("version", Integer, nullable=False),  # of the row: who writes says which one they saw
        Column("created_at", String(VINTAGE_LENGTH), nullable=False),
        Column("created_by", Text, nullable=False),
    )


meeting = Table(
    "meeting",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("stat", String(80), nullable=False),  # id in `data/`
    Column("day", Date, nullable=False),
    Column("at", String(5), nullable=False),
    Column("place", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("decision", Text, nullable=False),
    Column("areas", JSON, nullable=False),
    Column("cancelled_because", Text, nullable=False),
    *_who_and_when(),
    CheckConstraint("(state = 'cancelled') = (cancelled_because <> '')", name="cancelled_with_a_reason"),
    Index("meeting_of_stat", "stat", "day"),
)

meeting_step = Table(
    "meeting_step",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("meeting", String(36), ForeignKey("meeting.id"), nullable=False),
    Column("state", String(20), nullable=False),
    Column("at", String(VINTAGE_LENGTH), nullable=False),
    Column("who", Text, nullable=False),
    Column("note", Text, nullable=False),
)

topic = Table(
    "topic",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("meeting", String(36), ForeignKey("meeting.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("title", Text, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("figures", JSON, nullable=False),
    Column("question", Text, nullable=False),
    Column("decided", String(20), nullable=False),
    Column("because", Text, nullable=False),
    Column("by", Text, nullable=False),
    CheckConstraint("decided <> 'set aside' OR because <> ''", name="set_aside_with_a_reason"),
    Index("topic_of_meeting", "meeting"),
)

place_score = Table(
    "place_score",
    metadata,
    Column("meeting", String(36), ForeignKey("meeting.id"), primary_key=True),
    Column("area", String(80), primary_key=True),
    Column("criterion", String(40), primary_key=True),
    Column("score", Integer, nullable=False),
    Column("why", Text, nullable=False),
    Column("who", Text, nullable=False),
    CheckConstraint("score BETWEEN 1 AND 5", name="score_from_1_to_5"),
)

snapshot = Table(
    "snapshot",
    metadata,
    Column("meeting", String(36), ForeignKey("meeting.id"), primary_key=True),
    Column("taken_at", String(VINTAGE_LENGTH), nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("release", String(64), nullable=False),  # not a foreign key: the release may go, the snapshot stays
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),  # JSON, as it was summed up
)

follow_up = Table(
    "follow_up",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("stat", String(80), nullable=False),
    Column("meeting", String(36), nullable=False),  # "" where it came otherwise, so no foreign key
    Column("agency", Text, nullable=False),
    Column("issue", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("due", Date, nullable=False),
    Column("deliverable", String(40), nullable=False),
    Column("indicator", String(80), nullable=False),
    Column("measure", String(80), nullable=False),
    Column("area", String(80), nullable=False),
    Column("begun_on", Date),
    Column("done_on", Date),
    Column("evidence", Text, nullable=False),
    Column("evidence_link", Text, nullable=False),
    Column("evidence_file", Text, nullable=False),
    Column("evidence_content", LargeBinary),
    Column("notes", Text, nullable=False),
    Column("escalation", Text, nullable=False),
    Column("public", Boolean, nullable=False),
    *_who_and_when(),
    CheckConstraint("trim(owner) <> ''", name="one_owner"),
    CheckConstraint("trim(action) <> ''", name="something_to_do"),
    CheckConstraint("done_on IS NULL OR trim(evidence) <> '' OR evidence_link <> '' OR evidence_file <> ''", name="no_green_without_evidence"),
    CheckConstraint("(evidence_file <> '') = (evidence_content IS NOT NULL)", name="a_file_has_its_content"),
    Index("follow_up_of_stat", "stat", "due"),
    Index("follow_up_of_meeting", "meeting"),
)

follow_up_change = Table(
    "follow_up_change",
    metadata,
    Column("id", Integer, primary_key=True),  # only ever added to
    Column("follow_up", String(36), ForeignKey("follow_up.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", String(VINTAGE_LENGTH), nullable=False),
    Column("who", Text, nullable=False),
    Column("field", String(40), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Index("change_of_follow_up", "follow_up"),
)

# Turn the curve: what is done about an indicator, what is known of its working, what was decided.


def _of_an_indicator(*columns: Column) -> tuple[Column, ...]:
    return (Column("id", String(36), primary_key=True), Column("indicator", String(80), nullable=False), *columns, *_who_and_when())


strategy = Table(
    "strategy",
    metadata,
    *_of_an_indicator(
        Column("name", Text, nullable=False),
        Column("kind", String(40), nullable=False),
        Column("agency", Text, nullable=False),
        Column("partners", JSON, nullable=False),
        Column("started", Date),
        Column("ended", Date),
        Column("cost", Text, nullable=False),
        Column("evidence", String(40), nullable=False),
        Column("about", Text, nullable=False),
        Column("reference", Text, nullable=False),
    ),
)

evaluation = Table(
    "evaluation",
    metadata,
    *_of_an_indicator(
        Column("strategy", String(36), nullable=False),
        Column("name", Text, nullable=False),
        Column("design", Text, nullable=False),
        Column("result", Text, nullable=False),
        Column("finding", String(40), nullable=False),
        Column("on", Date, nullable=False),
        Column("by", Text, nullable=False),
        Column("reference", Text, nullable=False),
    ),
)

decision = Table(
    "decision",
    metadata,
    *_of_an_indicator(
        Column("meeting", String(36), nullable=False),
        Column("kind", String(40), nullable=False),
        Column("what", Text, nullable=False),
        Column("amount", Float(53)),
        Column("on", Date, nullable=False),
        Column("by", Text, nullable=False),
        Column("reference", Text, nullable=False),
    ),
)

STAT_TABLES = (meeting, meeting_step, topic, place_score, snapshot, follow_up, follow_up_change, strategy, evaluation, decision)

# Service requests: rows as an agency's system gives them, loaded and updated from files; no release has them. Days are numbers that count
# up by one a day (date.toordinal, on the city's clock), so that both databases subtract them alike; moments are seconds since 1970 in UTC.

request_load = Table(
    "request_load",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("loaded_at", String(VINTAGE_LENGTH), nullable=False),
    Column("loaded_by", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("rows", Integer, nullable=False),  # read = new + updated + repeated + set aside
    Column("new", Integer, nullable=False),
    Column("updated", Integer, nullable=False),  # the number was there from an earlier load
    Column("repeated", Integer, nullable=False),  # the number stands later in the same file, and that row counts
    Column("set_aside", Integer, nullable=False),
    Column("last_day", Integer),  # the newest day on which one came in or was closed: up to then the file tells
)

request_problem = Table(
    "request_problem",
    metadata,
    Column("load", String(36), ForeignKey("request_load.id"), primary_key=True),
    Column("problem", String(40), primary_key=True),
    Column("rows", Integer, nullable=False),
    Column("set_aside", Boolean, nullable=False),  # the row is not counted anywhere; else it is, without what is wrong in it
    Column("examples", JSON, nullable=False),  # lines of the file with what stands there
)

service_request = Table(
    "service_request",
    metadata,
    Column("id", String(40), primary_key=True),  # the number that the source gave it
    Column("type", String(100), nullable=False),
    Column("agency", String(100), nullable=False),  # "" = not named; so below
    Column("method", String(60), nullable=False),
    Column("status", String(60), nullable=False),
    Column("place", String(100), nullable=False),  # neighborhood, as the source writes it
    Column("area", String(80), nullable=False),  # id in `data/`, by the point, else by the name
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("created_day", Integer, nullable=False),
    Column("due_day", Integer),
    Column("closed_day", Integer),
    Column("in_time", Integer),  # 1 or 0; not known without a due date
    Column("x", Float(53)),  # longitude and latitude
    Column("y", Float(53)),
    Column("address", String(16), nullable=False),  # a digest to compare addresses by; the address itself is not kept
    Column("duplicate_marked", Boolean, nullable=False),
    Column("transferred", Boolean, nullable=False),
    Column("reopened", Boolean, nullable=False),
    Column("at_once", Boolean, nullable=False),  # closed within a minute
    Column("cluster", String(40), nullable=False),  # number of the first of its likely duplicates; "" = it has none
    Column("load", String(36), ForeignKey("request_load.id"), nullable=False),
    CheckConstraint("closed_at IS NULL OR closed_at >= created_at", name="closed_after_it_came_in"),
    CheckConstraint("(closed_at IS NULL) = (closed_day IS NULL)", name="closed_moment_has_its_day"),
    # Holds all that the page asks, so that a question reads the index and not the table.
    Index("request_asked_for", "type", "agency", "area", "created_day", "closed_day", "due_day", "in_time", "duplicate_marked", "transferred",
          "reopened", "at_once", "cluster"),
)  # fmt: skip

request_duplicate = Table(
    "request_duplicate",
    metadata,
    Column("type", String(100), primary_key=True),
    Column("metres", Integer, primary_key=True, autoincrement=False),
    Column("days", Integer, primary_key=True, autoincrement=False),
    Column("in_clusters", Integer, nullable=False),
    Column("clusters", Integer, nullable=False),
)

REQUEST_TABLES = (request_load, request_problem, service_request, request_duplicate)

# What residents send. No name, address or other trace of who wrote is kept.

budget_idea = Table(
    "budget_idea",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("sent_at", String(VINTAGE_LENGTH), nullable=False),
    Column("fiscal_year", String(20), nullable=False),
    Column("basis", String(20), nullable=False),
    Column("fund", Text, nullable=False),  # "" = every fund
    Column("amounts", JSON, nullable=False),  # outcome: [dollars before, dollars as the sender shared them out]
    Column("reason", Text, nullable=False),
    CheckConstraint("trim(fiscal_year) <> ''", name="idea_of_a_year"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("sent_at", String(VINTAGE_LENGTH), nullable=False),
    Column("about", String(20), nullable=False),  # "indicator" or "area"
    Column("subject", String(80), nullable=False),  # its id in `data/`
    Column("language", String(20), nullable=False),  # of the page that it was written on
    Column("text", Text, nullable=False),
    Column("state", String(20), nullable=False),  # "waiting", "shown" or "set aside"
    Column("because", Text, nullable=False),
    Column("decided_at", String(VINTAGE_LENGTH), nullable=False),  # "" = not yet; so below
    Column("decided_by", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_at", String(VINTAGE_LENGTH), nullable=False),
    Column("answered_by", Text, nullable=False),  # the agency or role that readers see
    Column("version", Integer, nullable=False),
    CheckConstraint("trim(text) <> ''", name="feedback_says_something"),
    CheckConstraint("state IN ('waiting', 'shown', 'set aside')", name="feedback_state"),
    CheckConstraint("state <> 'set aside' OR because <> ''", name="feedback_set_aside_with_a_reason"),
    CheckConstraint("(answer <> '') = (answered_at <> '')", name="an_answer_has_its_time"),
    Index("feedback_to_read", "state", "sent_at"),
    Index("feedback_of_subject", "about", "subject"),
)

RESIDENT_TABLES = (budget_idea, feedback)

# Agencies' performance plans: the City's export as it was loaded, each load whole and never changed; and the discussions of the plans.
# Who is named as a measure's contact is in no table.

plan_load = Table(
    "plan_load",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("loaded_at", String(VINTAGE_LENGTH), nullable=False),
    Column("loaded_by", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("exported", Date, nullable=False),  # the day that the list shows
    Column("rows", Integer, nullable=False),  # read = kept in a measure + repeated word for word + set aside
    Column("repeated", Integer, nullable=False),
    Column("set_aside", Integer, nullable=False),
    Column("measures", Integer, nullable=False),
    Column("figures", Integer, nullable=False),
    Column("disagreements", Integer, nullable=False),  # figures of which copies of the list say different things
    Column("removed", Integer, nullable=False),  # names and addresses of persons taken out of cells
    Column("dropped", JSON, nullable=False),  # columns with persons in them, by name
    Column("unread", JSON, nullable=False),  # columns that nothing reads
    Column("asks", JSON, nullable=False),  # figures that there is a column for: [series, fiscal year, quarter]
)

plan_problem = Table(
    "plan_problem",
    metadata,
    Column("load", String(36), ForeignKey("plan_load.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("level", String(20), nullable=False),  # "error": left out; "warning": to be looked at; "change": read otherwise than it stands
    Column("code", String(40), nullable=False),
    Column("sheet", Text, nullable=False),
    Column("cell", Text, nullable=False),  # its address, which holds the line
    Column("found", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Index("plan_problem_by_code", "load", "level", "code"),
)

plan_measure = Table(
    "plan_measure",
    metadata,
    Column("load", String(36), ForeignKey("plan_load.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("id", Text, nullable=False),  # as printed; "" = blank
    Column("name", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("agency_code", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("service_code", Text, nullable=False),
    Column("service_description", Text, nullable=False),
    Column("type", String(20), nullable=False),
    Column("desired", String(20), nullable=False),
    Column("aggregation", String(20), nullable=False),
    Column("cadence", String(20), nullable=False),
    Column("format", String(20), nullable=False),
    Column("equity", Boolean),  # NULL = not said; so below
    Column("deprecated", Boolean),
    Column("owned", Boolean),  # whether somebody is named; who is not kept
    Column("change", String(20), nullable=False),
    Column("change_said", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("formula", Text, nullable=False),
    Column("data_source", Text, nullable=False),
    Column("additions", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("modified", Date),
    Column("editions", JSON, nullable=False),
    Column("line", Integer, nullable=False),
    UniqueConstraint("load", "key", name="a_measure_once_a_load"),
)

plan_value = Table(
    "plan_value",
    metadata,
    Column("load", String(36), primary_key=True),
    Column("measure", Integer, primary_key=True, autoincrement=False),  # its number
    Column("series", String(10), primary_key=True),  # "actual" or "target"
    Column("fiscal_year", Integer, primary_key=True, autoincrement=False),
    Column("quarter", Integer, primary_key=True, autoincrement=False),  # 0 = the year
    Column("edition", String(10), primary_key=True),  # the copy of the list that says so
    Column("shown", Boolean, nullable=False),  # else an older copy that says otherwise than the one that is shown
    Column("value", Float(53)),
    Column("missing_reason", String(40), nullable=False),
    Column("printed", Text, nullable=False),  # what stands in the cell
    Column("note", Text, nullable=False),
    Column("cell", Text, nullable=False),
    ForeignKeyConstraint(["load", "measure"], ["plan_measure.load", "plan_measure.number"]),
    CheckConstraint("(value IS NULL) = (missing_reason <> '')", name="missing_in_a_plan_has_a_reason"),
    CheckConstraint("quarter BETWEEN 0 AND 4", name="a_quarter_or_the_year"),
)

plan_discussion = Table(
    "plan_discussion",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("agency", String(200), nullable=False),  # id in `data/`, else as the plan names it
    Column("fiscal_year", Integer, nullable=False),
    Column("half", Integer, nullable=False),  # which of the two a year
    Column("day", Date, nullable=False),
    Column("note", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", String(VINTAGE_LENGTH), nullable=False),
    Column("created_by", Text, nullable=False),
    UniqueConstraint("agency", "fiscal_year", "half", name="one_discussion_a_half"),
    CheckConstraint("half IN (1, 2)", name="twice_a_year"),
)

PLAN_TABLES = (plan_load, plan_problem, plan_measure, plan_value, plan_discussion)


# Sign-ins that were ended before their time.

ended_sign_in = Table(
    "ended_sign_in",
    metadata,
    Column("mark", String(64), primary_key=True),  # a hash: lib/ui/claims.py
    Column("ended_at", String(VINTAGE_LENGTH), nullable=False),
)

SIGN_IN_TABLES = (ended_sign_in,)
