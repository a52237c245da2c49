"""The Atom feed: RFC 4287's must-haves, ids that stay, and text that stays text."""

from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.feed import ATOM, Entry, atom

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
GIVEN = dict(title="Tinyville", name="Tinyville changes", self_link="https://tiny.gov/changes.atom", updated=NOW)


def parsed(entries=(), **more):
    return ElementTree.fromstring(atom(entries, **GIVEN | more))


def texts(root, path):
    return [one.text for one in root.findall(path.replace("a:", f"{{{ATOM}}}"))]


def entry(key="one", **more):
    return Entry(**dict(key=key, title="A figure", updated=NOW, summary="9 before, 8 now") | more)


def test_a_feed_has_all_that_the_standard_asks_for():
    root = parsed([entry()], site_link="https://tiny.gov/changes")
    assert root.tag == f"{{{ATOM}}}feed"
    assert (
        texts(root, "a:title") == ["Tinyville"]
        and texts(root, "a:updated") == ["2026-11-25T12:00:00Z"]
        and texts(root, "a:author/a:name") == ["Tinyville"]
    )
    assert len(texts(root, "a:id")) == 1 and texts(root, "a:id")[0].startswith("urn:uuid:")
    links = {one.get("rel"): one.get("href") for one in root.findall(f"{{{ATOM}}}link")}
    assert links == {"self": "https://tiny.gov/changes.atom", "alternate": "https://tiny.gov/changes"}
    for name in ("title", "id", "updated", "content"):
        assert len(texts(root, f"a:entry/a:{name}")) == 1, name


def test_a_feed_without_entries_is_still_whole():
    root = parsed()
    assert texts(root, "a:updated") == ["2026-11-25T12:00:00Z"] and not root.findall(f"{{{ATOM}}}entry")


def test_ids_stay_when_the_site_moves_and_differ_by_key_and_feed():
    one = texts(parsed([entry()]), "a:entry/a:id")
    assert one == texts(
        parsed([entry(title="Other words", updated=NOW + timedelta(days=1))], self_link="https://other.gov/x"),
        "a:entry/a:id",
    )
    assert one != texts(parsed([entry("two")]), "a:entry/a:id") and one != texts(
        parsed([entry()], name="Othertown"), "a:entry/a:id"
    )


def test_the_newest_entry_stands_first_and_dates_the_feed_whatever_its_zone():
    ahead = timezone(timedelta(hours=5))
    root = parsed([entry("old", updated=datetime(2026, 11, 25, 14, tzinfo=ahead)), entry("new", updated=NOW)])
    assert texts(root, "a:entry/a:updated") == ["2026-11-25T12:00:00Z", "2026-11-25T09:00:00Z"]
    assert texts(root, "a:updated") == ["2026-11-25T12:00:00Z"]


def test_a_key_that_stands_twice_and_a_time_without_a_zone_are_refused():
    with pytest.raises(ValueError, match="same key"):
        atom([entry(), entry()], **GIVEN)
    with pytest.raises(ValueError, match="no zone"):
        atom([entry(updated=datetime(2026, 1, 1))], **GIVEN)


@given(st.text(min_size=1), st.text())
def test_whatever_is_said_stays_text_and_the_feed_well_formed(title, summary):
    root = parsed([entry(title=title, summary=summary)])
    assert len(root.findall(f"{{{ATOM}}}entry")) == 1 and not root.findall(".//script")


def test_markup_stays_text():
    root = parsed([entry(title="<script>x</script> & ]]>", summary="=1+1\x00\ud800")])
    assert texts(root, "a:entry/a:title") == ["<script>x</script> & ]]>"] and texts(root, "a:entry/a:content") == [
        "=1+1"
    ]
