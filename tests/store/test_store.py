import shutil
import socket
import sqlite3
import struct
import subprocess
import sys
import time

import pytest
from sqlalchemy import text

from lib.errors import (
    CatalogueError,
    NotKept,
    ReleaseGone,
    StoreBusy,
    StoreDamaged,
    StoreForeign,
    StoreSlow,
    StoreTooNew,
    StoreUnavailable,
)
from lib.settings import ROOT
from lib.store import queries
from lib.store.build import build, check, stamp, writing
from lib.store.database import open_engine
from lib.store.kept import mark
from lib.store.schema import observation
from tests.cities import FIGURES, ten_areas, tiny, write


def test_a_release_is_built_and_read_back_the_same(engine, tmp_path):
    folder = write(tmp_path, tiny())
    release = build(engine, folder)
    assert queries.shown_release(engine) == release
    framework = queries.frameworks(engine, release)["tiny"]
    assert framework.indicators[0].targets[0].period.end.isoformat() == "2030-12-31"
    table = queries.observations(engine, release, "tiny")
    assert table["value"].tolist() == [10.0, 9.5, 9.0, 8.5, 8.0, 7.5]
    assert table["numerator"].tolist() == [1000, 950, 900, 850, 800, 750]


@pytest.mark.slow
def test_the_real_city_is_the_same_on_both_databases(sqlite_url, postgres_url):
    tables = []
    for url in (sqlite_url, postgres_url):
        engine = open_engine(url)
        release = build(engine, ROOT / "data")
        tables.append(queries.observations(engine, release, "outcomestat-2017"))
        engine.dispose()
    order = ["indicator", "series", "geography", "period", "vintage"]
    one, other = (table.sort_values(order).reset_index(drop=True) for table in tables)
    assert len(one) > 500
    assert one.equals(other)


def test_building_twice_changes_nothing(engine, tmp_path):
    folder = write(tmp_path, tiny())
    assert build(engine, folder) == build(engine, folder)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM observation")).scalar_one() == 6


def test_a_changed_number_gives_a_new_release_and_keeps_the_old_one(engine, tmp_path):
    old = build(engine, write(tmp_path, tiny()))
    new = build(engine, write(tmp_path, tiny(figures=FIGURES.replace("2025,7.5,750,", "2025,7.4,740,"))))
    assert old != new and queries.shown_release(engine) == new
    assert queries.observations(engine, new, "tiny")["value"].iloc[-1] == 7.4
    assert queries.observations(engine, old, "tiny")["value"].iloc[-1] == 7.5


def test_bad_files_leave_what_was_shown(engine, tmp_path):
    good = build(engine, write(tmp_path, tiny()))
    with pytest.raises(CatalogueError):
        build(engine, write(tmp_path, tiny(figures=FIGURES.replace("2025,7.5,", "2025,abc,"))))
    assert queries.shown_release(engine) == good


def test_of_two_vintages_the_newest_is_shown_and_the_older_is_kept(engine, tmp_path):
    revised = FIGURES + "fires,tinyville,,,2025,7.4,740,100000,,,,false,2027-02,,tests/cities.py\n"
    release = build(engine, write(tmp_path, tiny(figures=revised)))
    table = queries.observations(engine, release, "tiny")
    assert table["value"].tolist()[-1] == 7.4 and len(table) == 6
    assert table["revisions"].tolist() == [0, 0, 0, 0, 0, 1]
    assert queries.vintages(engine, release, "tiny", indicator="fires")["value"].tolist()[-2:] == [7.4, 7.5]


def test_a_missing_value_stays_missing(engine, tmp_path):
    gap = FIGURES.replace("2024,8.0,800,100000,,,,", "2024,,,,,,suppressed,")
    table = queries.observations(engine, build(engine, write(tmp_path, tiny(figures=gap))), "tiny")
    assert table["value"].isna().tolist() == [False] * 4 + [True, False]
    assert table["missing_reason"].tolist()[4] == "suppressed"


def test_the_database_itself_refuses_a_figure_without_reference_or_a_missing_one_without_reason(engine, tmp_path):
    release = build(engine, write(tmp_path, tiny()))
    row = {"release": release, "row": 99, "framework": "tiny", "indicator": "fires", "series": "fires",
           "geography": "tinyville", "dimension": "", "group": "", "period": "2019", "kind": "calendar",
           "start": __import__("datetime").date(2019, 1, 1), "end": __import__("datetime").date(2019, 12, 31),
           "value": 1.0, "missing_reason": "", "provisional": False, "vintage": "", "note": "", "reference": "x"}  # fmt: skip
    for change in ({"reference": ""}, {"value": None}, {"missing_reason": "suppressed"}):
        with pytest.raises(Exception, match=r"(?i)constraint"), engine.begin() as connection:
            connection.execute(observation.insert(), row | change)


def test_tables_that_people_write_to_are_not_touched_by_a_rebuild(engine, tmp_path):
    build(engine, write(tmp_path, tiny()))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE promise (id INTEGER PRIMARY KEY, words TEXT)"))
        connection.execute(text("INSERT INTO promise VALUES (1, 'kept')"))
    build(engine, write(tmp_path, tiny(figures=FIGURES.replace("2025,7.5,750,", "2025,7.4,740,"))))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT words FROM promise")).scalar_one() == "kept"


def test_hostile_names_are_values_and_never_sql(engine, tmp_path):
    release = build(engine, write(tmp_path, tiny()))
    hostile = "fires'; DROP TABLE observation; --"
    assert queries.observations(engine, release, "tiny", indicator=hostile).empty
    with pytest.raises(ReleaseGone):
        queries.observations(engine, hostile, hostile)
    assert len(queries.observations(engine, release, "tiny")) == 6


BUILD_IN_A_PROCESS = """
import sys
from pathlib import Path
from lib.store.build import build
from lib.store.database import open_engine
print(build(open_engine(sys.argv[1], connect_seconds=30), Path(sys.argv[2])))
"""


@pytest.mark.slow
@pytest.mark.fault("several starts at once", shows="the figures of one release, from each of them; it is written once")
def test_four_processes_that_start_together_build_once(url, tmp_path):
    folder = write(tmp_path, tiny())
    command = [sys.executable, "-c", BUILD_IN_A_PROCESS, url, str(folder)]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    found = [process.communicate(timeout=120)[0].strip() for process in processes]
    assert found == [stamp(folder, fiscal_year_start_month=7)] * 4
    with open_engine(url).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM release")).scalar_one() == 1


def test_a_figure_changed_behind_our_back_is_damage_not_a_figure(engine, tmp_path):
    release = build(engine, write(tmp_path, tiny()))
    with engine.begin() as connection:
        connection.execute(text("UPDATE observation SET value = 99 WHERE period = '2025'"))
    with pytest.raises(StoreDamaged):
        check(engine, release)


def test_a_release_too_large_to_be_read_at_each_start_is_counted(engine, tmp_path):
    release = build(engine, write(tmp_path, ten_areas()))
    check(engine, release, most=1)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM area_observation WHERE geography = 'area-1'"))
    with pytest.raises(StoreDamaged):
        check(engine, release, most=1)


@pytest.mark.parametrize(
    "change",
    ["UPDATE framework SET document = replace(CAST(document AS TEXT), '5.0', '9.0'){cast}",
     "UPDATE document SET document = replace(CAST(document AS TEXT), 'Fires', 'Floods'){cast} WHERE kind = 'measure'",
     "UPDATE geography SET name = 'Elsewhere' WHERE id = 'tinyville'",
     "DELETE FROM document WHERE kind = 'neighbors'"],
)  # fmt: skip
def test_a_target_a_definition_or_a_place_changed_behind_our_back_is_damage(engine, tmp_path, change):
    release = build(engine, write(tmp_path, ten_areas()))
    check(engine, release)
    cast = "::json" if engine.dialect.name == "postgresql" else ""
    if cast:
        change = change.replace("= replace(", "= (replace(").replace("){cast}", "))::json")
    with engine.begin() as connection:
        assert connection.execute(text(change.replace("{cast}", ""))).rowcount
    with pytest.raises(StoreDamaged):
        check(engine, release)
    with pytest.raises(StoreDamaged):
        build(engine, tmp_path / "data")


@pytest.mark.parametrize("content", ["'{\"id\": '", "'{}'", "'[]'", "'7'", "CAST(x'ff7b7d' AS TEXT)"])
def test_a_document_that_cannot_be_read_is_damage_whoever_asks(sqlite_url, tmp_path, content):
    engine = open_engine(sqlite_url)
    release = build(engine, write(tmp_path, ten_areas()))
    with engine.begin() as connection:
        for table in ("framework", "document"):
            connection.execute(text("UPDATE {} SET document = {}".replace("{}", table, 1).replace("{}", content)))
    for ask in (check, queries.frameworks, queries.measures, queries.areas):
        with pytest.raises(StoreDamaged) as caught:
            ask(engine, release)
        assert "damaged" in caught.value.sentence


def test_a_day_that_cannot_be_read_is_damage(sqlite_url, tmp_path):
    engine = open_engine(sqlite_url)
    release = build(engine, write(tmp_path, tiny()))
    with engine.begin() as connection:
        connection.execute(text("UPDATE observation SET \"end\" = 'yesterday'"))
    with pytest.raises(StoreDamaged):
        queries.observations(engine, release, "tiny")


# Files that cannot be the store


@pytest.fixture
def built(tmp_path):
    """A built SQLite store, closed, as one file."""
    path = tmp_path / "store.db"
    engine = open_engine(f"sqlite:///{path}")
    build(engine, write(tmp_path, tiny()))
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


def opened_again(path, tmp_path):
    return build(open_engine(f"sqlite:///{path}", connect_seconds=1), tmp_path / "data")


@pytest.mark.parametrize("kept", [50, 99, 4096, 20_000])
def test_a_truncated_file_is_damaged(built, tmp_path, kept):
    built.write_bytes(built.read_bytes()[:kept])
    with pytest.raises(StoreDamaged) as caught:
        opened_again(built, tmp_path)
    assert "damaged" in caught.value.sentence and str(built) not in caught.value.sentence
    assert built.stat().st_size == kept, "the file is left for whoever repairs it"


def test_a_file_with_garbage_inside_is_damaged(built, tmp_path):
    content = bytearray(built.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    built.write_bytes(content)
    with pytest.raises(StoreDamaged):
        opened_again(built, tmp_path)


def test_an_empty_file_is_a_store_that_is_not_built_yet(tmp_path):
    (tmp_path / "store.db").touch()
    write(tmp_path, tiny())
    assert opened_again(tmp_path / "store.db", tmp_path)


def test_another_programs_file_is_foreign_and_left_alone(tmp_path):
    write(tmp_path, tiny())
    other = tmp_path / "store.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE theirs (x)")
    connection.commit()
    connection.close()
    before = other.read_bytes()
    with pytest.raises(StoreForeign):
        opened_again(other, tmp_path)
    text_file = tmp_path / "notes.txt"
    text_file.write_text("not a database at all, but longer than a header would be " * 4)
    with pytest.raises(StoreForeign):
        opened_again(text_file, tmp_path)
    assert other.read_bytes() == before


def test_a_file_of_a_later_version_is_refused(built, tmp_path):
    content = bytearray(built.read_bytes())
    content[60:64] = struct.pack(">I", 99)
    built.write_bytes(content)
    with pytest.raises(StoreTooNew):
        opened_again(built, tmp_path)


@pytest.mark.fault("store of a later version", says="The database was written by a later version of this program. Please tell the people who run this site to update it.")
def test_a_later_schema_on_either_database_is_refused(engine, tmp_path, told):
    folder = write(tmp_path, tiny())
    build(engine, folder)
    with engine.begin() as connection:
        connection.execute(text("UPDATE current_release SET schema_version = 99"))
    with pytest.raises(StoreTooNew) as caught:
        build(engine, folder)
    told(caught.value.sentence)


@pytest.mark.slow
def test_a_locked_file_is_busy_and_then_works(built, tmp_path):
    blocker = sqlite3.connect(built, isolation_level=None)
    blocker.execute("PRAGMA locking_mode = EXCLUSIVE")
    blocker.execute("BEGIN EXCLUSIVE")
    blocker.execute("CREATE TABLE blocks (x)")
    engine = open_engine(f"sqlite:///{built}", connect_seconds=1)
    write(tmp_path, tiny(figures=FIGURES.replace("2025,7.5,750,", "2025,7.4,740,")))
    with pytest.raises(StoreBusy) as caught:
        build(engine, tmp_path / "data")
    assert "try again" in caught.value.sentence
    blocker.execute("ROLLBACK")
    blocker.close()
    release = build(engine, tmp_path / "data")
    assert queries.shown_release(engine) == release


def test_a_file_whose_log_is_not_written_back_yet_is_left_to_sqlite(built, tmp_path):
    """What a second process sees while the first one writes its log back: the header is ahead of the file, or behind it."""
    other = sqlite3.connect(built, isolation_level=None)
    other.execute("PRAGMA wal_autocheckpoint = 0")
    other.execute("CREATE TABLE promise (words TEXT)")
    other.execute("INSERT INTO promise VALUES (?)", ("kept" * 20_000,))
    log = built.with_name(built.name + "-wal")
    assert log.stat().st_size > 0
    copy = tmp_path / "copy" / "store.db"
    copy.parent.mkdir()
    content = bytearray(built.read_bytes())
    content[28:32] = struct.pack(">I", len(content) // 4096 + 20)  # the first page is written back, the new ones not yet
    copy.write_bytes(content)
    shutil.copy(log, copy.with_name(copy.name + "-wal"))
    write(tmp_path, tiny())
    assert opened_again(copy, tmp_path)
    other.close()


def test_another_programs_file_with_a_log_is_foreign_too(tmp_path):
    connection = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE theirs (x)")
    assert (tmp_path / "store.db-wal").exists()
    with pytest.raises(StoreForeign):
        open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    connection.close()


def test_a_lock_that_is_not_given_in_time_is_busy_on_a_server_too(postgres_url, tmp_path):
    engine = open_engine(postgres_url, query_seconds=1)
    release = build(engine, write(tmp_path, tiny()))
    with open_engine(postgres_url).connect() as other:
        other.execute(text("LOCK TABLE observation IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(StoreBusy):
            queries.observations(engine, release, "tiny")


def test_a_folder_that_cannot_hold_the_store_is_unavailable(tmp_path):
    blocking_file = tmp_path / "file"
    blocking_file.write_text("x")
    with pytest.raises(StoreUnavailable):
        open_engine(f"sqlite:///{blocking_file}/store.db")


# Servers that do not answer


def test_an_unreachable_server_is_unavailable_within_its_time(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    engine = open_engine(f"postgresql+psycopg://nobody:secret@127.0.0.1:{port}/none", connect_seconds=2)
    with pytest.raises(StoreUnavailable) as caught:
        queries.shown_release(engine)
    assert "secret" not in str(caught.value) and "127.0.0.1" not in caught.value.sentence


def test_a_server_that_accepts_and_says_nothing_is_unavailable_within_its_time():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        engine = open_engine(f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/none", connect_seconds=2)
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            queries.shown_release(engine)
        assert time.monotonic() - began < 30


@pytest.mark.fault("database slow", says="The database took too long to answer. Nothing is lost; please try again in a minute.")
def test_a_query_that_takes_too_long_is_ended(postgres_url, told):
    from lib.store.database import plain_failures

    engine = open_engine(postgres_url, query_seconds=1)
    with pytest.raises(StoreSlow) as caught, plain_failures(), engine.connect() as connection:
        connection.execute(text("SELECT pg_sleep(20)"))
    told(caught.value.sentence)


@pytest.mark.slow
def test_a_server_that_comes_back_is_used_again_without_a_restart(tmp_path):
    from tests.postgres import server_url

    with server_url() as url:
        engine = open_engine(url)
        release = build(engine, write(tmp_path, tiny()))
        with open_engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as other:
            other.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                               "AND backend_type = 'client backend'"))  # fmt: skip
        assert queries.shown_release(engine) == release
    with pytest.raises(StoreUnavailable):
        queries.shown_release(engine)


@pytest.mark.parametrize("address", ["nonsense", "mysql+nodriver://x/y", "sqlite://", "sqlite:///:memory:",
                                     "postgresql+psycopg://u:secret@h:abc/db"])
def test_an_address_that_cannot_be_used_is_said_in_plain_words(address):
    with pytest.raises(StoreUnavailable) as caught:
        open_engine(address)
    assert "secret" not in str(caught.value)


def test_the_stamp_knows_content_names_and_settings(tmp_path):
    folder = write(tmp_path, tiny())
    first = stamp(folder, fiscal_year_start_month=7)
    assert first == stamp(folder, fiscal_year_start_month=7)
    assert first != stamp(folder, fiscal_year_start_month=1)
    shutil.move(folder / "services.csv", folder / "service.csv")
    assert first != stamp(folder, fiscal_year_start_month=7)


def test_a_store_that_is_lost_at_a_restart_is_built_and_read_and_takes_nothing_that_people_write(tmp_path):
    folder = write(tmp_path, tiny())
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    mark(engine, keeps=False)
    release = build(engine, folder)
    assert queries.frameworks(engine, release)
    with pytest.raises(NotKept, match="does not keep what is written"), writing(engine):
        pass
    with writing(engine, people=False) as connection:
        assert connection.in_transaction()
    engine.dispose()
