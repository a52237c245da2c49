"""What the database, its disk, its file and the clock can do to the store, on both databases where both can: the old release is still
shown, nothing is written by halves, who writes is told, and it goes on by itself when the fault is gone."""

from __future__ import annotations

import os
import resource
import sqlite3
import tempfile
import threading
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from lib.cycle import Deliverable
from lib.errors import ReleaseGone, StoreBusy, StoreFull, StoreReadOnly
from lib.roles import Person, Role
from lib.store import batches, build, feedback, follow_ups, queries, residents
from lib.store.database import BUSY, FULL, READ_ONLY, RENEWED, open_engine
from lib.store.load import load
from lib.store.published import open_reader
from tests.cities import FIGURES, tiny, write
from tests.store.conftest import engine, postgres_server, postgres_url, sqlite_url, url  # noqa: F401  fixtures
from tests.store.test_load import ANNE, figure, upload

ED = Person("Ed", frozenset({Role.EDITOR}))
BIG = FIGURES.replace("2025,7.5,750,", "2025,7.4,740,").replace(",,tests/cities.py", f",{'n' * 1900},tests/cities.py")
FILE = {"evidence_file": "plan.pdf", "file": bytes(20_000)}  # more than a page of the database


def write_down(store, **more):
    return follow_ups.write_down(store, stat="s", action="send the list", owner="Ann Lee", due=date(2030, 1, 4), deliverable=Deliverable.MEMO, person=ED, **more)


def values(store) -> list[float]:
    return queries.observations(store, queries.shown_release(store), "tiny")["value"].tolist()


def counted(store) -> int:
    with store.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM release")).scalar_one()


@pytest.fixture
def built(url, tmp_path):  # noqa: F811
    """An engine on a built store whose waits are short, and the folder of its city."""
    store = open_engine(url, connect_seconds=1, query_seconds=2)
    folder = write(tmp_path, tiny())
    build.build(store, folder)
    yield store, folder
    store.dispose()


# The disk


@contextmanager
def full_disk(store):
    """No page more for SQLite; on PostgreSQL the server itself answers with its error of a full disk, whatever is written."""
    if store.dialect.name == "sqlite":

        def no_page_more(connection, _record) -> None:
            connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")

        store.dispose()
        event.listen(store, "connect", no_page_more)
        yield
        event.remove(store, "connect", no_page_more)
        store.dispose()
        return
    with store.begin() as connection:
        connection.execute(text("CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
                                "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"))  # fmt: skip
        for table in ("observation", "follow_up"):
            connection.execute(text(f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} EXECUTE FUNCTION full_disk()"))
    yield
    with store.begin() as connection:
        connection.execute(text("DROP FUNCTION full_disk() CASCADE"))


@pytest.mark.fault("disk full at a start", shows="the figures of the release before; the log says why, and the next look writes the new one")
def test_a_start_on_a_full_disk_shows_the_release_before_and_the_new_one_when_there_is_room(built, tmp_path, caplog):
    store, folder = built
    old = queries.shown_release(store)
    write(tmp_path, tiny(figures=BIG))
    with full_disk(store):
        assert build.build(store, folder) == old and build.is_behind(store)
        assert values(store)[-1] == 7.5 and counted(store) == 1
        assert "StoreFull" in caplog.text
    assert build.build(store, folder) != old and not build.is_behind(store)
    assert values(store)[-1] == 7.4


@pytest.mark.fault("disk full while somebody writes", says=FULL)
def test_a_write_on_a_full_disk_says_so_and_leaves_nothing_half(built, told):
    store, _folder = built
    with full_disk(store):
        with pytest.raises(StoreFull) as caught:
            write_down(store, **FILE)
        told(caught.value.sentence)
        assert values(store)[-1] == 7.5
        assert follow_ups.follow_ups(store) == () and batches.audit_trail(store) == ()
    assert write_down(store, **FILE).version == 1


# Read-only, locked


def in_a_child(do, *arguments, as_nobody: bool = False) -> str:
    """What a function says in a process of its own; "" where it came to no word. `as_nobody`: root may change every file, nobody may not."""
    from_, to = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if as_nobody and os.geteuid() == 0:
                os.setuid(65534)
            os.write(to, do(*arguments).encode())
        except Exception as problem:  # noqa: BLE001  told to the test
            os.write(to, f"failed: {problem!r}".encode())
        finally:
            os._exit(0)
    os.close(to)
    with os.fdopen(from_) as said:
        answer = said.read()
    os.waitpid(child, 0)
    return answer


def read_and_write(address: str, folder: Path) -> str:
    own = open_engine(address, connect_seconds=1)
    build.build(own, folder)
    try:
        write_down(own)
    except StoreReadOnly as problem:
        return f"{values(own)[-1]} {problem.sentence}"
    return "written"


@pytest.mark.fault("database read-only", says=READ_ONLY)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")
def test_a_file_that_cannot_be_written_is_read_and_a_write_says_so(told):
    with tempfile.TemporaryDirectory() as place:  # pytest's own folders are closed to others
        root = Path(place)
        folder = write(root, tiny())
        address = f"sqlite:///{root / 'store.db'}"
        store = open_engine(address)
        build.build(store, folder)  # and stays open, as where a disk is made read-only under a running site
        with store.connect():
            for path in [root, *root.rglob("*")]:
                path.chmod(0o555 if path.is_dir() else 0o444)
            said = in_a_child(read_and_write, address, folder, as_nobody=True)
        root.chmod(0o755)
        assert said.startswith("7.5 ")
        told(said)
        assert write_down(store).version == 1
        store.dispose()


@pytest.mark.fault("database read-only", says=READ_ONLY)
def test_a_server_that_takes_no_writes_is_read_and_a_write_says_so(postgres_url, tmp_path, told):  # noqa: F811
    store = open_engine(postgres_url)
    old = build.build(store, write(tmp_path, tiny()))
    name = store.url.database
    with store.begin() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    store.dispose()
    assert build.build(store, write(tmp_path, tiny(figures=BIG))) == old
    with pytest.raises(StoreReadOnly) as caught:
        write_down(store)
    told(caught.value.sentence)
    with store.connect().execution_options(postgresql_readonly=False) as connection, connection.begin():
        connection.execute(text(f'ALTER DATABASE "{name}" RESET default_transaction_read_only'))
    store.dispose()
    assert write_down(store).version == 1 and build.build(store, tmp_path / "data") != old
    store.dispose()


@contextmanager
def locked(store):
    """Another program writes and does not come to an end."""
    other = open_engine(str(store.url.render_as_string(hide_password=False)))
    with build.writing(other):
        yield
    other.dispose()


@pytest.mark.fault("database locked at a start", shows="the figures of the release before; the log says why, and the next look writes the new one")
def test_a_start_that_gets_no_lock_shows_the_release_before(built, tmp_path):
    store, folder = built
    old = queries.shown_release(store)
    write(tmp_path, tiny(figures=BIG))
    with locked(store):
        assert build.build(store, folder) == old and build.is_behind(store)
    assert build.build(store, folder) != old and not build.is_behind(store)


@pytest.mark.fault("database locked while somebody writes", says=BUSY)
def test_a_write_that_gets_no_lock_says_so_and_works_later(built, told):
    store, _folder = built
    with locked(store), pytest.raises(StoreBusy) as caught:
        write_down(store)
    told(caught.value.sentence)
    assert write_down(store).version == 1


@pytest.mark.fault("start during the first build", says=BUSY)
def test_a_start_while_another_builds_for_the_first_time_says_so_and_works_later(url, tmp_path, told):  # noqa: F811
    folder = write(tmp_path, tiny())
    store = open_engine(url, connect_seconds=1, query_seconds=2)
    with locked(store), pytest.raises(StoreBusy) as caught:
        build.build(store, folder)
    told(caught.value.sentence)
    assert build.build(store, folder) == queries.shown_release(store)
    store.dispose()


@pytest.mark.fault("start during a rebuild", shows="the figures of the release before, then those of the new one; it is written once")
def test_a_start_during_a_rebuild_shows_the_release_before_and_then_the_one_that_the_other_built(built, tmp_path, url, monkeypatch):  # noqa: F811
    store, folder = built
    old = queries.shown_release(store)
    write(tmp_path, tiny(figures=BIG))
    writes, may_end = threading.Event(), threading.Event()
    original = build._write

    def slowly(*arguments) -> None:
        original(*arguments)
        writes.set()
        assert may_end.wait(60)

    monkeypatch.setattr(build, "_write", slowly)
    first = threading.Thread(target=build.build, args=(open_engine(url, connect_seconds=30, query_seconds=60), folder))
    first.start()
    assert writes.wait(60)
    assert build.build(store, folder) == old and values(store)[-1] == 7.5
    may_end.set()
    first.join()
    monkeypatch.setattr(build, "_write", lambda *_: pytest.fail("it was built a second time"))
    assert build.build(store, folder) != old and values(store)[-1] == 7.4


# Another file, another release


@pytest.mark.fault("store file replaced while it is read", shows="whole releases only, and the newest as soon as the file is there")
def test_a_file_that_is_replaced_under_eight_readers_gives_whole_releases_only(tmp_path):
    copies, expected = [], {}
    for number, figures in enumerate((FIGURES, BIG)):
        address = f"sqlite:///{tmp_path / f'{number}.db'}"
        store = open_engine(address)
        release = build.build(store, write(tmp_path, tiny(figures=figures)))
        expected[release] = values(store)
        with store.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        store.dispose()
        copies.append((tmp_path / f"{number}.db").read_bytes())
    place, partial = tmp_path / "store.db", tmp_path / "partial"
    place.write_bytes(copies[0])
    wrong: list[object] = []
    seen: set[str] = set()
    over = threading.Event()

    def read(opened) -> None:
        try:
            while not over.is_set():
                release = queries.shown_release(opened)
                try:
                    if queries.observations(opened, release, "tiny")["value"].tolist() != expected[release]:
                        wrong.append(release)
                except ReleaseGone:  # told: it was replaced between the two questions
                    continue
                seen.add(release)
        except Exception as problem:  # noqa: BLE001  told to the test
            wrong.append(problem)

    readers = [open_engine(f"sqlite:///{place}") if number % 2 else open_reader(f"sqlite:///{place}") for number in range(8)]
    threads = [threading.Thread(target=read, args=(one,)) for one in readers]
    for one in threads:
        one.start()
    for number in range(1, 61):
        partial.write_bytes(copies[number % 2])
        os.replace(partial, place)
        over.wait(0.01)
    over.set()
    for one in threads:
        one.join()
    assert wrong == [] and seen == set(expected)
    assert [values(one) for one in readers] == [expected[queries.shown_release(readers[0])]] * 8
    for one in readers:
        one.dispose()


@pytest.mark.fault("release replaced while a page is made", says=RENEWED)
def test_a_release_that_is_gone_is_not_taken_for_one_without_figures(built, told):
    store, _folder = built
    for ask in (lambda: queries.observations(store, "gone", "tiny"), lambda: queries.frameworks(store, "gone"), lambda: queries.measures(store, "gone")):
        with pytest.raises(ReleaseGone) as caught:
            ask()
        told(caught.value.sentence)
    assert queries.measures(store, queries.shown_release(store)) == (), "a city without measures has none"


# The clock


class Clock:
    """`datetime` with a now of the test's choice."""

    def __init__(self, monkeypatch, *modules) -> None:
        self.now = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
        clock = self

        class Set(datetime):
            @classmethod
            def now(cls, tz=None):
                return clock.now.astimezone(tz)

        for module in modules:
            monkeypatch.setattr(module, "datetime", Set)


@pytest.mark.fault("clock set back: follow-ups and audit", shows="what was done, in the order in which it was done")
def test_what_is_written_after_the_clock_went_back_stands_in_the_order_of_writing(built, monkeypatch):
    store, folder = built
    clock = Clock(monkeypatch, batches, build)
    one = write_down(store)
    load(store, folder, upload(figure("2026", 7.0)), person=ANNE)
    clock.now -= timedelta(hours=1)
    follow_ups.change(store, one, person=ED, notes="after the clock went back")
    load(store, folder, upload(figure("2026", 6.0), sha256="b" * 64), person=ANNE)
    assert [change.field for change in follow_ups.history(store, one.id)] == ["created", "notes"]
    assert [entry.action for entry in batches.audit_trail(store)] == ["load", "change a follow-up", "load", "write a follow-up"]
    assert values(store)[-1] == 6.0, "the later load is the newer vintage, whatever the clock said"
    assert batches.is_due(store) is False and build.build(store, folder) == queries.shown_release(store)


@pytest.mark.fault("clock set back: limits for residents", shows="a letter is taken as ever; a flood is turned away as ever")
def test_residents_are_not_held_up_by_letters_of_a_time_that_is_still_to_come(built, monkeypatch):
    store, _folder = built
    clock = Clock(monkeypatch, batches, residents)
    limits = ((timedelta(minutes=1), 2),)

    def send() -> None:
        feedback.send(store, about="indicator", subject="fires", text="More lamps in our street, please.", language="en", limits=limits)

    for _ in range(2):
        send()
    with pytest.raises(feedback.NotTaken):
        send()
    clock.now -= timedelta(hours=1)
    for _ in range(2):
        send()
    with pytest.raises(feedback.NotTaken):
        send()


# Memory


def load_with_little_memory(address: str, folder: Path) -> str:
    own = open_engine(address)
    queries.shown_release(own)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 48_000_000, resource.RLIM_INFINITY))
    heavy = upload(figure("2026", 7.0))
    try:
        load(own, folder, type(heavy)(heavy.figures, bytes(40_000_000), heavy.file_name, heavy.sha256), person=ANNE)
    except MemoryError:
        return "out of memory"
    return "loaded"


@pytest.mark.fault("worker out of memory while it loads", shows="the figures of the release before; the next load is taken")
@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux")
def test_a_worker_without_memory_leaves_the_store_whole(sqlite_url, tmp_path):  # noqa: F811
    folder = write(tmp_path, tiny())
    store = open_engine(sqlite_url)
    build.build(store, folder)
    store.dispose()
    assert in_a_child(load_with_little_memory, sqlite_url, folder) in ("out of memory", "")  # "" where even that could not be said
    assert sqlite3.connect(sqlite_url.removeprefix("sqlite:///")).execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert values(store)[-1] == 7.5 and batches.batches(store) == () and batches.audit_trail(store) == ()
    assert load(store, folder, upload(figure("2026", 7.0)), person=ANNE).is_new and values(store)[-1] == 7.0
    store.dispose()
