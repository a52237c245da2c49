"""The last good copy: when it stands in for the source, and when it must not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lib.store.sources.errors import SourceError, SourceUnavailable
from lib.store.sources.kept import Fetched, Keeper, fresh_or_kept

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def fetched(content: bytes = b"first", at: datetime = MONDAY) -> Fetched:
    return Fetched(content, "https://example.gov/a", at, "0" * 64)


def failing() -> Fetched:
    raise SourceUnavailable("The server does not answer.", detail="x")


def ask(keeper: Keeper, fetch, *, read=bytes.decode, now: datetime = MONDAY, name: str = "a"):
    return fresh_or_kept(name, keeper=keeper, now=now, fetch=fetch, read=read)


def test_a_good_answer_is_kept_and_stands_in_when_the_source_fails(tmp_path):
    keeper = Keeper(tmp_path)
    answer, origin = ask(keeper, fetched)
    assert (answer, origin.is_kept, origin.sentence) == ("first", False, "Read on March 2, 2026.")
    answer, origin = ask(keeper, failing, now=MONDAY + timedelta(days=9, hours=23))
    assert answer == "first"
    assert origin.is_kept
    assert origin.sentence == "The server does not answer. The copy of March 2, 2026 is used instead; it is 9 days old."


@pytest.mark.parametrize(("hours", "words"), [(5, "less than a day old"), (24, "1 day old"), (48, "2 days old")])
def test_the_age_of_a_copy_is_said_in_words(tmp_path, hours, words):
    ask(Keeper(tmp_path), fetched)
    assert words in ask(Keeper(tmp_path), failing, now=MONDAY + timedelta(hours=hours))[1].sentence


def test_without_a_copy_the_failure_is_said(tmp_path):
    with pytest.raises(SourceUnavailable, match="There is no earlier copy"):
        ask(Keeper(tmp_path / "absent"), failing)


def test_an_answer_that_is_not_as_expected_is_not_covered_up_and_does_not_replace_the_copy(tmp_path):
    keeper = Keeper(tmp_path)
    ask(keeper, fetched)

    def refuse(content: bytes) -> str:
        raise SourceError("Only 49 of 55 areas.")

    with pytest.raises(SourceError, match="49 of 55"):
        ask(keeper, lambda: fetched(b"second"), read=refuse)
    assert keeper.newest("a").content == b"first"


def test_a_newer_answer_replaces_the_copy_and_leaves_no_old_file(tmp_path):
    keeper = Keeper(tmp_path)
    ask(keeper, fetched)
    ask(keeper, lambda: fetched(b"second", MONDAY + timedelta(days=1)))
    assert keeper.newest("a") == fetched(b"second", MONDAY + timedelta(days=1))
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("damage", [b"firsX", b""])
def test_a_copy_that_is_not_what_was_kept_is_not_used(tmp_path, damage):
    keeper = Keeper(tmp_path)
    ask(keeper, fetched)
    next(tmp_path.glob("*.copy")).write_bytes(damage)
    with pytest.raises(SourceUnavailable, match="no earlier copy"):
        ask(keeper, failing)


@pytest.mark.parametrize("about", [b"", b"[]", b"{}", b'{"body": "../../etc/passwd"}'])
def test_a_damaged_note_on_a_copy_is_as_no_copy(tmp_path, about):
    keeper = Keeper(tmp_path)
    ask(keeper, fetched)
    next(tmp_path.glob("*.json")).write_bytes(about)
    assert keeper.newest("a") is None


def test_a_name_never_leads_out_of_the_folder_and_two_names_never_share_a_file(tmp_path):
    keeper = Keeper(tmp_path / "copies")
    for name in ("../../evil", "a b", "a-b", "x" * 300):
        ask(keeper, lambda name=name: fetched(name.encode()), name=name)
    assert [keeper.newest(name).content for name in ("../../evil", "a b", "a-b")] == [b"../../evil", b"a b", b"a-b"]
    assert [path.name for path in tmp_path.iterdir()] == ["copies"]


def test_a_folder_that_cannot_be_written_does_not_lose_the_answer(tmp_path):
    (tmp_path / "file").write_text("in the way")
    answer, origin = ask(Keeper(tmp_path / "file"), fetched)
    assert answer == "first"
    assert origin.not_kept.startswith("No copy could be kept:")
