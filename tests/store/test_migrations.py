"""From every earlier schema to this one and back, on both databases: nothing lost that is not said to be, nothing half."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import alembic.command
import alembic.op
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import delete, insert, inspect, select, text, update

from lib.errors import StoreDamaged, StoreRefused, StoreTooNew
from lib.settings import ROOT
from lib.store import build, migrations, queries
from lib.store.batches import audit_trail, batches, file_of, utc_now
from lib.store.database import REFUSED, check_sqlite_file, open_engine, plain_failures
from lib.store.load import load, undo
from lib.store.migrations import HEAD, SCHEMA_AFTER, lost, step_of
from lib.store.schema import (
    PLAN_TABLES,
    REQUEST_TABLES,
    RESIDENT_TABLES,
    SCHEMA_VERSION,
    SIGN_IN_TABLES,
    STAT_TABLES,
    audit,
    current_release,
    follow_up,
    follow_up_change,
    meeting,
    meeting_step,
    metadata,
)
from tests.cities import tiny, write
from tests.store.test_load import ANNE, figure, shown, upload

RELEASED_FIRST = [name for name in metadata.tables if name not in {one.name for one in (*STAT_TABLES, *REQUEST_TABLES, *RESIDENT_TABLES, *PLAN_TABLES, *SIGN_IN_TABLES)}]
AUDIT_FIRST = [column for column in audit.c if column.name != "role"]
STAT = [one.name for one in STAT_TABLES]


def names(engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def content(engine) -> dict[str, list]:
    """Every row of the first release's tables as the database holds it, without the number of the schema and what later steps add."""
    found = {}
    with engine.connect() as connection:
        for name in RELEASED_FIRST:
            if name == "current_release":
                found[name] = connection.execute(select(current_release.c.release)).all()
            elif name == "audit":
                found[name] = sorted(repr(tuple(row)) for row in connection.execute(select(*AUDIT_FIRST)))
            elif engine.dialect.name == "postgresql":
                found[name] = sorted(connection.execute(text(f'SELECT "{name}"::text FROM "{name}"')).scalars())
            else:
                found[name] = sorted(repr(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{name}"')))
    return found


def schema_said(engine) -> set[int]:
    """The number of the schema, wherever it is kept."""
    with engine.connect() as connection:
        said = set(connection.execute(select(current_release.c.schema_version)).scalars())
        return said | ({connection.exec_driver_sql("PRAGMA user_version").scalar()} if engine.dialect.name == "sqlite" else set())


def at(engine) -> str:
    with engine.connect() as connection:
        return step_of(connection)


@contextmanager
def program_of_schema_3():
    """Makes this program write as the one of schema 3 did: its number, and nothing of migrations."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(build, "SCHEMA_VERSION", 3)
        patched.setattr(build, "_prepare", lambda engine: None)
        patched.setattr("lib.store.load.note", note_of_schema_3)
        yield


def note_of_schema_3(connection, person, action, subject, detail) -> None:
    connection.execute(text("INSERT INTO audit (at, who, action, subject, detail) VALUES (:at, :who, :action, :subject, :detail)"),
                       {"at": utc_now(), "who": person.name, "action": action, "subject": subject, "detail": detail})  # fmt: skip


@pytest.fixture
def city(tmp_path):
    return write(tmp_path, tiny())


@pytest.fixture
def schema_3(engine, city):
    """A database as the first release left it: built, two files loaded, one of them taken back, and no word of Alembic."""
    build.migrate(engine, "0001")
    with build.writing(engine) as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with program_of_schema_3():
        build.build(engine, city)
        load(engine, city, upload(figure("2026", 7.0)), person=ANNE, note="Second quarter – ✓")
        second = load(engine, city, upload(figure("2027", 6.0), sha256="b" * 64), person=ANNE)
        undo(engine, city, second.batch, person=ANNE)
    assert names(engine) == set(RELEASED_FIRST) and schema_said(engine) == {3}
    return engine


# Steps and tables are the same thing


def described(engine) -> dict:
    """All that the database knows of our tables."""
    there = inspect(engine)
    said = {}
    for name in metadata.tables:
        columns = [(one["name"], str(one["type"]), one["nullable"], one["default"], one.get("autoincrement")) for one in there.get_columns(name)]
        keys = sorted((tuple(one["constrained_columns"]), one["referred_table"], tuple(one["referred_columns"])) for one in there.get_foreign_keys(name))
        unique = sorted((one["name"], tuple(one["column_names"])) for one in there.get_unique_constraints(name))
        indexes = sorted((one["name"], tuple(one["column_names"]), bool(one["unique"])) for one in there.get_indexes(name))
        checks = sorted((one["name"] or "", one["sqltext"]) for one in there.get_check_constraints(name))
        said[name] = {"columns": columns, "key": there.get_pk_constraint(name)["constrained_columns"], "keys": keys, "unique": unique,
                      "indexes": indexes, "checks": checks}  # fmt: skip
    return said


def test_the_steps_lead_to_the_tables_that_schema_py_describes(engine):
    build.migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    by_steps = described(engine)
    with build.writing(engine) as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
    assert by_steps == described(engine)
    assert sum(len(one["checks"]) for one in by_steps.values()) >= 14, "checks are compared, not passed over"


def test_the_steps_that_are_there_are_those_that_are_known():
    scripts = ScriptDirectory.from_config(migrations._config())
    found = list(reversed(list(scripts.walk_revisions())))
    assert [one.revision for one in found] == list(SCHEMA_AFTER) == sorted(SCHEMA_AFTER)
    assert scripts.get_heads() == [HEAD] and SCHEMA_AFTER[HEAD] == SCHEMA_VERSION
    for one in found:
        assert "lost" in one.module.LOST and "lost" in one.module.downgrade.__doc__, one.path


def test_what_is_lost_is_said_for_each_step_down():
    assert lost("0001", "0002") == lost("0002", "0002") == ()
    (said,) = lost("0002", "0001")
    assert "meeting" in said and "follow-up" in said and "audit" in said
    assert len(lost("0002", "")) == 2


# Up


def test_an_empty_database_comes_to_the_last_step(engine):
    assert at(engine) == ""
    build.migrate(engine)
    assert names(engine) == {*metadata.tables, "alembic_version"} and at(engine) == HEAD
    build.migrate(engine)
    assert at(engine) == HEAD


def test_the_first_release_with_its_data_comes_to_the_last_step_and_nothing_is_changed(schema_3):
    before = content(schema_3)
    assert len(before["batch"]) == 2 and len(before["audit"]) == 3 and before["observation"]
    build.migrate(schema_3)
    assert content(schema_3) == before
    assert at(schema_3) == HEAD and schema_said(schema_3) == {SCHEMA_VERSION}
    with schema_3.connect() as connection:
        assert all(connection.execute(select(one)).all() == [] for one in STAT_TABLES)
        build.check(schema_3, queries.shown_release(schema_3))


@pytest.mark.fault("store of an earlier version", shows="the figures, with all that people loaded: the tables are changed at the start")
def test_a_start_on_the_first_release_goes_on_serving_what_was_loaded(schema_3, city):
    old, loads, trail = queries.shown_release(schema_3), batches(schema_3), content(schema_3)["audit"]
    release = build.build(schema_3, city)
    assert release != old and queries.shown_release(schema_3) == release and schema_said(schema_3) == {SCHEMA_VERSION}
    assert shown(schema_3)["2026"] == 7.0 and "2027" not in shown(schema_3)
    assert batches(schema_3) == loads and content(schema_3)["audit"] == trail
    assert {one.role for one in audit_trail(schema_3)} == {""}
    assert file_of(schema_3, loads[0].id) == b"the file"
    assert build.build(schema_3, city) == release
    undo(schema_3, city, loads[0].id, person=ANNE)
    assert "2026" not in shown(schema_3) and [one.role for one in audit_trail(schema_3)] == ["editor", "", "", ""]


@pytest.mark.parametrize("schema", [1, 2])
def test_schemas_from_before_the_first_release_are_taken_in(engine, city, schema):
    build.migrate(engine, "0001")
    with program_of_schema_3():
        build.build(engine, city)
    gone = ["alembic_version", "batch_figure", "batch", "audit", *(["area_observation", "document"] if schema == 1 else [])]
    with build.writing(engine) as connection:
        for name in gone:
            connection.execute(text(f"DROP TABLE {name}"))
        if engine.dialect.name == "postgresql":
            for name in {"observation", "area_observation"} - set(gone):
                connection.execute(text(f"ALTER TABLE {name} ALTER COLUMN vintage TYPE VARCHAR(10)"))
        connection.execute(update(current_release).values(schema_version=schema))
    build.build(engine, city)
    assert names(engine) == {*metadata.tables, "alembic_version"} and shown(engine)["2025"] == 7.5
    load(engine, city, upload(), person=ANNE)
    assert shown(engine)["2026"] == 7.0
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_of_between_the_releases_has_its_tables_already(schema_3):
    with build.writing(schema_3) as connection:
        metadata.create_all(connection)
        connection.execute(insert(meeting), MEETING)
    build.migrate(schema_3)
    with schema_3.connect() as connection:
        assert connection.execute(select(meeting.c.id)).scalars().all() == ["m"]
    refused(schema_3, delete(audit), "The audit is only added to")


PROCESS = """
import sys
from pathlib import Path
from lib.store.build import build
from lib.store.database import open_engine
print(build(open_engine(sys.argv[1], connect_seconds=30), Path(sys.argv[2])), "alembic" in sys.modules)
"""


def start(url, city, *, several: int) -> list[str]:
    processes = [subprocess.Popen([sys.executable, "-c", PROCESS, url, str(city)], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(several)]
    return [process.communicate(timeout=120)[0].strip() for process in processes]


@pytest.mark.slow
def test_processes_that_start_together_on_the_first_release_migrate_it_once(schema_3, url, city):
    before = content(schema_3)["batch"]
    found = {line.split()[0] for line in start(url, city, several=2)}
    assert found == {queries.shown_release(schema_3)}
    assert at(schema_3) == HEAD and content(schema_3)["batch"] == before


def test_while_one_migrates_the_other_waits_and_finds_it_done(schema_3, url, monkeypatch):
    real, taken, begun, goes_on = alembic.command.upgrade, [], threading.Event(), threading.Event()

    def slowly(config, to) -> None:
        taken.append(to)
        begun.set()
        assert goes_on.wait(30)
        real(config, to)

    monkeypatch.setattr(alembic.command, "upgrade", slowly)
    first, second = (threading.Thread(target=build.migrate, args=(one,)) for one in (schema_3, open_engine(url, connect_seconds=30, query_seconds=30)))
    first.start()
    assert begun.wait(30)
    second.start()
    second.join(0.5)
    assert second.is_alive() and taken == [HEAD]
    with open_engine(url).connect() as reader:  # who only reads is not kept waiting
        assert len(reader.execute(text("SELECT period FROM observation")).all()) >= 6
    goes_on.set()
    first.join(30)
    second.join(30)
    assert not second.is_alive() and taken == [HEAD] and at(schema_3) == HEAD


@pytest.mark.slow
def test_a_start_that_finds_the_tables_as_they_should_be_does_not_load_alembic(engine, url, city):
    release = build.build(engine, city)
    assert start(url, city, several=1) == [f"{release} False"]


# Down


def test_down_to_the_first_release_and_up_again_keeps_all_but_the_stat_cycle(schema_3):
    before = content(schema_3)
    build.migrate(schema_3)
    with build.writing(schema_3) as connection:
        connection.execute(insert(meeting), MEETING)
        connection.execute(insert(meeting_step), STEP)
        connection.execute(insert(follow_up), FOLLOW_UP)
        connection.execute(insert(follow_up_change), CHANGE)
    build.migrate(schema_3, "0001")
    assert names(schema_3) == {*RELEASED_FIRST, "alembic_version"} and content(schema_3) == before and schema_said(schema_3) == {3}
    with schema_3.connect() as connection, connection.begin() as tried:  # what the first release could do, it can again
        connection.execute(delete(audit))
        tried.rollback()
    build.migrate(schema_3, "0001")
    assert schema_said(schema_3) == {3}, "to go where it is already changes nothing"
    build.migrate(schema_3)
    assert names(schema_3) == {*metadata.tables, "alembic_version"} and content(schema_3) == before
    with schema_3.connect() as connection:
        assert all(connection.execute(select(one)).all() == [] for one in STAT_TABLES)
    refused(schema_3, delete(audit), "The audit is only added to")


def test_the_program_of_schema_3_works_with_a_database_that_came_down(schema_3, city):
    build.migrate(schema_3)
    build.migrate(schema_3, "0001")
    if schema_3.dialect.name == "sqlite":
        check_sqlite_file(Path(schema_3.url.database))
    with program_of_schema_3():
        load(schema_3, city, upload(figure("2028", 5.0), sha256="c" * 64), person=ANNE)
    assert shown(schema_3)["2028"] == 5.0 and schema_said(schema_3) == {3}


def test_all_the_way_down_leaves_no_table_and_no_function(engine):
    build.migrate(engine)
    config = migrations._config()
    with build.writing(engine) as connection:
        config.attributes["connection"] = connection
        alembic.command.downgrade(config, "base")
    assert names(engine) == {"alembic_version"}
    with engine.connect() as connection:
        left = ("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace" if engine.dialect.name == "postgresql"
                else "SELECT name FROM sqlite_master WHERE type = 'trigger'")  # fmt: skip
        assert connection.execute(text(left)).all() == []
    build.migrate(engine)
    assert at(engine) == HEAD


# What goes wrong on the way


def fails_at(monkeypatch, operation: str, number: int, do) -> None:
    """Lets Alembic's operation do its work that many times, and `do` instead of the next."""
    real, count = getattr(alembic.op, operation), iter(range(1000))
    monkeypatch.setattr(alembic.op, operation, lambda *given, **named: real(*given, **named) if next(count) < number else do())


def full() -> None:
    raise OSError("disk full")


MIDDLES = [("create_table", 6), ("create_index", 3), ("execute", 0), ("execute", 9)]


@pytest.mark.parametrize(("operation", "number"), MIDDLES)
def test_a_failure_in_the_middle_leaves_the_first_release_untouched_and_usable(schema_3, city, monkeypatch, operation, number):
    build.migrate(schema_3, "0001")  # so that the second step alone counts
    before, tables = content(schema_3), described_tables(schema_3)
    with monkeypatch.context() as patched:
        fails_at(patched, operation, number, full)
        with pytest.raises(OSError, match="disk full"):
            build.migrate(schema_3)
        with pytest.raises(OSError, match="disk full"):
            build.build(schema_3, city)
    assert described_tables(schema_3) == tables and content(schema_3) == before and schema_said(schema_3) == {3} and at(schema_3) == "0001"
    with program_of_schema_3():
        load(schema_3, city, upload(figure("2028", 5.0), sha256="c" * 64), person=ANNE)
    assert shown(schema_3)["2028"] == 5.0
    build.build(schema_3, city)
    assert at(schema_3) == HEAD and shown(schema_3)["2028"] == 5.0


def described_tables(engine) -> list:
    """Tables, indexes, triggers and functions."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            return sorted(connection.execute(text("SELECT type, name, sql FROM sqlite_master")).all(), key=repr)
        return sorted([*connection.execute(text("SELECT relkind::text, relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace")).all(),
                       *connection.execute(text("SELECT tgname::text, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")).all(),
                       *connection.execute(text("SELECT 'f', proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace")).all()],
                      key=repr)  # fmt: skip


@pytest.mark.parametrize("last", [False, True])
def test_a_failure_on_the_way_in_leaves_a_database_without_a_word_of_alembic(schema_3, monkeypatch, last):
    before, tables = content(schema_3), described_tables(schema_3)
    if last:
        monkeypatch.setattr(migrations, "_write_down", lambda *_: full())  # when all steps are taken
    else:
        fails_at(monkeypatch, "execute", 5, full)
    with pytest.raises(OSError, match="disk full"):
        build.migrate(schema_3)
    assert described_tables(schema_3) == tables and content(schema_3) == before and schema_said(schema_3) == {3}


@pytest.mark.parametrize(("operation", "number"), [("execute", 1), ("drop_table", 4), ("drop_table", 9)])
def test_a_failure_on_the_way_down_leaves_all_as_it_was(schema_3, monkeypatch, operation, number):
    build.migrate(schema_3)
    with build.writing(schema_3) as connection:
        connection.execute(insert(meeting), MEETING)
    before, tables = content(schema_3), described_tables(schema_3)
    fails_at(monkeypatch, operation, number, full)
    with pytest.raises(OSError, match="disk full"):
        build.migrate(schema_3, "0001")
    assert described_tables(schema_3) == tables and content(schema_3) == before and schema_said(schema_3) == {SCHEMA_VERSION}
    with schema_3.connect() as connection:
        assert connection.execute(select(meeting.c.id)).scalars().all() == ["m"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")
@pytest.mark.parametrize(("operation", "number"), MIDDLES)
def test_a_process_killed_in_the_middle_leaves_the_first_release(schema_3, url, city, operation, number):
    build.migrate(schema_3, "0001")
    before, tables = content(schema_3), described_tables(schema_3)
    schema_3.dispose()
    child = os.fork()
    if child == 0:
        try:
            fails_at(pytest.MonkeyPatch(), operation, number, lambda: os.kill(os.getpid(), signal.SIGKILL))
            build.migrate(open_engine(url))
        finally:
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert described_tables(schema_3) == tables and content(schema_3) == before and schema_said(schema_3) == {3}
    build.build(schema_3, city)
    assert at(schema_3) == HEAD


def test_a_step_of_a_later_version_is_refused(engine, city):
    build.build(engine, city)
    with build.writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    for tried in (lambda: build.build(engine, city), lambda: build.migrate(engine), lambda: build.migrate(engine, "0001")):
        with pytest.raises(StoreTooNew, match="0099"):
            tried()
    assert names(engine) == {*metadata.tables, "alembic_version"}


def test_a_schema_of_a_later_version_is_refused_by_the_migration_too(engine, city):
    build.build(engine, city)
    with build.writing(engine) as connection:
        connection.execute(update(current_release).values(schema_version=99))
    with pytest.raises(StoreTooNew):
        build.migrate(engine, "0001")


def test_a_table_that_is_gone_is_damage_and_not_made_again_empty(engine, city):
    build.build(engine, city)
    with build.writing(engine) as connection:
        connection.execute(text("DROP TABLE batch_figure"))
    with pytest.raises(StoreDamaged, match="batch_figure") as caught:
        build.build(engine, city)
    assert "batch_figure" not in caught.value.sentence


# Tables that only grow

WHO = {"example": False, "version": 1, "created_at": "2026-11-25T12:00:00.000Z", "created_by": "Anne"}
MEETING = {"id": "m", "stat": "fire", "day": date(2026, 12, 1), "at": "09:00", "place": "", "state": "framed", "decision": "", "areas": [],
           "cancelled_because": "", **WHO}  # fmt: skip
STEP = {"meeting": "m", "state": "framed", "at": "2026-11-25T12:00:00.000Z", "who": "Anne", "note": ""}
FOLLOW_UP = {"id": "f", "stat": "fire", "meeting": "m", "agency": "Fire", "issue": "", "action": "Count hydrants", "owner": "Bo", "due": date(2026, 12, 9),
             "deliverable": "report", "indicator": "", "measure": "", "area": "", "evidence": "", "evidence_link": "", "evidence_file": "", "notes": "",
             "escalation": "", "public": False, **WHO}  # fmt: skip
CHANGE = {"follow_up": "f", "version": 1, "at": "2026-11-25T12:00:00.000Z", "who": "Anne", "field": "created", "before": "", "after": "x"}
ENTRY = {"at": "2026-11-25T12:00:00.000Z", "who": "Anne", "action": "load", "subject": "x", "detail": "y"}
GROWING = {"audit": (audit, "The audit is only added to: no line of it is changed or removed."),
           "follow_up_change": (follow_up_change, "The history of a follow-up is only added to: no line of it is changed or removed."),
           "meeting_step": (meeting_step, "The steps of a meeting are only added to: none is changed or removed.")}  # fmt: skip


def refused(engine, statement, sentence: str) -> None:
    with pytest.raises(StoreRefused) as caught, plain_failures(), build.writing(engine) as connection:
        connection.execute(statement)
    assert caught.value.sentence.startswith(sentence) and caught.value.sentence.endswith(". Nothing was changed.")
    assert not {"trigger", "constraint", "PL/pgSQL", "\n"} & set(caught.value.sentence.split(" ")) and "CONTEXT" not in caught.value.sentence


@pytest.fixture
def recorded(engine):
    """One real meeting and follow-up, and one of each that are examples, with a line in each table that only grows."""
    build.migrate(engine)
    with build.writing(engine) as connection:
        connection.execute(insert(audit), ENTRY)
        for mark, example in (("", False), ("e", True)):
            connection.execute(insert(meeting), MEETING | {"id": f"{mark}m", "example": example})
            connection.execute(insert(meeting_step), STEP | {"meeting": f"{mark}m"})
            connection.execute(insert(follow_up), FOLLOW_UP | {"id": f"{mark}f", "meeting": f"{mark}m", "example": example})
            connection.execute(insert(follow_up_change), CHANGE | {"follow_up": f"{mark}f"})
    return engine


@pytest.mark.parametrize("name", GROWING)
def test_what_is_recorded_is_neither_changed_nor_removed(recorded, name):
    table, sentence = GROWING[name]
    with recorded.connect() as connection:
        before = connection.execute(select(table).order_by(table.c.id)).all()
    refused(recorded, update(table).values(who="Nobody"), sentence)
    refused(recorded, update(table).where(table.c.id == before[-1].id).values(id=99), sentence)
    refused(recorded, delete(table), sentence)
    refused(recorded, delete(table).where(table.c.id == before[0].id), sentence)
    with recorded.connect() as connection:
        assert connection.execute(select(table).order_by(table.c.id)).all() == before
    with build.writing(recorded) as connection:
        connection.execute(insert(table), {column.name: getattr(before[0], column.name) for column in table.c if column.name != "id"})
        assert len(connection.execute(select(table)).all()) == len(before) + 1


@pytest.mark.parametrize("name", GROWING)
def test_nor_is_it_replaced_or_emptied_in_a_way_around(recorded, name):
    table, sentence = GROWING[name]
    with recorded.connect() as connection:
        row = dict(connection.execute(select(table).order_by(table.c.id)).first()._mapping)
    if recorded.dialect.name == "sqlite":
        refused(recorded, insert(table).prefix_with("OR REPLACE").values(row | {"who": "Nobody"}), sentence)
        refused(recorded, update(table).prefix_with("OR REPLACE").values(id=row["id"]), sentence)
    else:
        refused(recorded, text(f"TRUNCATE {name}"), sentence)
        refused(recorded, text("TRUNCATE audit, follow_up, meeting CASCADE"), "The ")


def test_the_audit_is_guarded_before_and_after_it_has_roles(recorded):
    with build.writing(recorded) as connection:
        connection.execute(insert(audit), ENTRY | {"role": "editor"})
    build.migrate(recorded, "0005")
    refused(recorded, text("UPDATE audit SET who = 'Nobody'"), "The audit is only added to")
    refused(recorded, text("DELETE FROM audit"), "The audit is only added to")
    build.migrate(recorded)
    refused(recorded, update(audit).values(role="administrator"), "The audit is only added to")
    assert [(one.who, one.role) for one in audit_trail(recorded)] == [("Anne", "")] * 2


@pytest.mark.parametrize("table", [follow_up, meeting], ids=lambda table: table.name)
def test_what_is_real_is_not_turned_into_an_example_to_be_removed(recorded, table):
    refused(recorded, update(table).values(example=True), f"A real {table.name.replace('_', '-')} is not turned into an example.")
    with build.writing(recorded) as connection:
        connection.execute(update(table).where(table.c.example).values(example=True, version=2))
        connection.execute(update(table).values(created_by="Bo"))
        connection.execute(update(table).values(example=False))


def test_an_example_is_removed_with_all_its_lines_and_nothing_else_is(recorded):
    examples = select(follow_up.c.id).where(follow_up.c.example)
    meetings = select(meeting.c.id).where(meeting.c.example)
    with build.writing(recorded) as connection:
        connection.execute(delete(follow_up_change).where(follow_up_change.c.follow_up.in_(examples)))
        connection.execute(delete(meeting_step).where(meeting_step.c.meeting.in_(meetings)))
        connection.execute(delete(follow_up).where(follow_up.c.example))
        connection.execute(delete(meeting).where(meeting.c.example))
    with recorded.connect() as connection:
        assert connection.execute(select(follow_up.c.id)).scalars().all() == ["f"]
        assert connection.execute(select(follow_up_change.c.follow_up)).scalars().all() == ["f"]
        assert connection.execute(select(meeting.c.id)).scalars().all() == ["m"]
        assert connection.execute(select(meeting_step.c.meeting)).scalars().all() == ["m"]
        assert len(connection.execute(select(audit)).all()) == 1


def test_a_row_that_breaks_another_rule_is_refused_in_plain_words_whatever_it_says(recorded):
    with pytest.raises(StoreRefused) as caught, plain_failures(), build.writing(recorded) as connection:
        connection.execute(insert(follow_up), FOLLOW_UP | {"id": "g", "owner": " ", "action": "The database is locked and busy"})
    assert caught.value.sentence == REFUSED and "owner" in caught.value.detail
