"""A backup brings back what people wrote, on both databases; what is no backup changes nothing."""

import os
import sqlite3

import pytest
from sqlalchemy import select

from bench.postgres import binaries
from lib.store import __main__ as command
from lib.store.backup import BackupRefused, backup, restore
from lib.store.build import build
from lib.store.database import open_engine
from lib.store.queries import shown_release
from lib.store.schema import audit
from lib.store.schema import feedback as letter
from tests.cities import tiny, write


def letters(engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(select(letter.c.text).order_by(letter.c.text)).scalars())


@pytest.fixture(autouse=True)
def programs_of_the_server(monkeypatch):
    monkeypatch.setenv("PATH", f"{binaries()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def written(engine, tmp_path):
    """A store with a release and something that a person wrote."""
    release = build(engine, write(tmp_path, tiny()), fiscal_year_start_month=7)
    add_letter(engine, "The first letter of a resident.")
    return release


def add_letter(engine, text: str) -> None:
    from lib.store.batches import utc_now

    row = {"id": text[:36], "sent_at": utc_now(), "about": "indicator", "subject": "one", "language": "en", "text": text, "state": "waiting", "because": "",
           "decided_at": "", "decided_by": "", "answer": "", "answered_at": "", "answered_by": "", "version": 1}  # fmt: skip
    with engine.begin() as connection:
        connection.execute(letter.insert(), row)


def test_what_was_written_since_is_gone_and_all_else_is_back(engine, written, tmp_path):
    file = tmp_path / "kept.backup"
    assert backup(engine, file) == file.stat().st_size > 0
    add_letter(engine, "A second letter, sent after the backup.")
    with engine.begin() as connection:
        connection.execute(audit.insert(), {"at": "2026-11-25", "who": "Anne", "action": "test", "subject": "", "detail": ""})
    url = engine.url
    engine.dispose()
    restore(engine, file)
    again = open_engine(url.render_as_string(hide_password=False))
    assert letters(again) == ["The first letter of a resident."] and shown_release(again) == written
    with again.connect() as connection:
        assert connection.execute(select(audit)).all() == []
    again.dispose()


def test_a_file_that_is_there_is_not_written_over(engine, written, tmp_path):
    file = tmp_path / "kept.backup"
    file.write_text("of another day")
    with pytest.raises(BackupRefused, match="is there already"):
        backup(engine, file)
    assert file.read_text() == "of another day" and [one.name for one in tmp_path.iterdir() if "kept" in one.name or "backup" in one.name] == ["kept.backup"]


def test_a_folder_that_is_not_there_is_named(engine, written, tmp_path):
    with pytest.raises(BackupRefused, match="nowhere"):
        backup(engine, tmp_path / "nowhere" / "kept.backup")


@pytest.mark.parametrize("content", [b"", b"not a backup at all", b"SQLite format 3\x00 and then nothing", b"PGDMP and then nothing"])
def test_what_is_no_backup_changes_nothing(engine, written, tmp_path, content):
    file = tmp_path / "bad.backup"
    file.write_bytes(content)
    with pytest.raises(Exception, match=r"backup|damaged|pg_restore"):
        restore(engine, file)
    assert letters(engine) == ["The first letter of a resident."] and shown_release(engine) == written


def test_the_file_that_stood_there_is_kept_aside(sqlite_url, tmp_path):
    engine = open_engine(sqlite_url)
    build(engine, write(tmp_path, tiny()), fiscal_year_start_month=7)
    backup(engine, tmp_path / "kept.backup")
    add_letter(engine, "Written after the backup.")
    engine.dispose()
    aside = [restore(engine, tmp_path / "kept.backup") for _ in range(2)]
    assert len(set(aside)) == 2
    with sqlite3.connect(aside[0]) as connection:
        assert connection.execute("SELECT text FROM feedback").fetchall() == [("Written after the backup.",)]


def test_a_backup_of_a_database_that_is_damaged_is_not_kept(sqlite_url, tmp_path):
    engine = open_engine(sqlite_url)
    build(engine, write(tmp_path, tiny()), fiscal_year_start_month=7)
    engine.dispose()
    path = tmp_path / "store.db"
    content = bytearray(path.read_bytes())
    content[4096:12288] = b"\xff" * 8192
    path.write_bytes(content)
    with pytest.raises(Exception, match="damaged"):
        backup(engine, tmp_path / "kept.backup")
    assert [one.name for one in tmp_path.iterdir() if "kept" in one.name or "backup" in one.name] == []


def test_by_command_and_only_for_who_is_sure(sqlite_url, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    engine = open_engine(sqlite_url)
    build(engine, write(tmp_path, tiny()), fiscal_year_start_month=7)
    file = tmp_path / "kept.backup"
    assert command.main(["backup", str(file)]) == 0 and "holds the store" in capsys.readouterr().out
    add_letter(engine, "Written after the backup.")
    engine.dispose()
    assert command.main(["restore", str(file)]) == 1 and "add --yes" in capsys.readouterr().err
    assert letters(engine) == ["Written after the backup."]
    engine.dispose()
    assert command.main(["restore", str(file), "--yes"]) == 0 and "before-restore" in capsys.readouterr().out
    assert letters(open_engine(sqlite_url)) == []
    assert command.main(["restore", str(tmp_path / "none"), "--yes"]) == 1 and "cannot be read" in capsys.readouterr().err
