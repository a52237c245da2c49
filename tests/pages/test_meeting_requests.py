"""A Stat's service requests on the meeting's page and in the room: those of the newest load until the release, then those that were frozen."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from lib.cycle import State
from lib.roles import Person, Role
from lib.stat import signal
from lib.stat.snapshot import from_bytes
from lib.store import meetings
from lib.store import requests as store
from lib.store.request_load import load_requests
from lib.store.requests import Asked
from lib.ui import cache, people
from tests.cities import STATS, with_stats
from tests.pages.conftest import TODAY, open_page, said
from tests.store.test_requests import HEADER, line

EDITOR = Person("Somebody", frozenset({Role.EDITOR}))
WITH_REQUESTS = STATS.replace('reference = "tests"\n', 'reference = "tests"\nrequest_types = ["Alley*"]\nrequest_agencies = ["Fire"]\n', 1)
FIRST = (line("a", kind="Alley dirty", created="2026-06-01T12:00:00Z", due="2026-06-05T12:00:00Z", agency="DPW")
         + line("b", kind="Hydrant", created="2026-06-03T12:00:00Z", due="2026-07-05T12:00:00Z", agency="Fire")
         + line("c", kind="Pothole", created="2026-06-29T12:00:00Z", due="2026-07-29T12:00:00Z", agency="DOT"))  # fmt: skip


@pytest.fixture
def planned(city, monkeypatch):
    """A meeting of the Fire Stat, which is about alleys and what Fire is asked for."""
    city(with_stats(**{"stats.toml": WITH_REQUESTS}))
    monkeypatch.setattr(people, "current_person", lambda: EDITOR)
    return meetings.plan(cache.engine(), stat="fire", day=date(2026, 12, 3), at="14:00", place="Hall", decision="", person=EDITOR)


def load(tmp_path, content: str, name: str) -> str:
    path = tmp_path / name
    path.write_text(HEADER + content, encoding="utf-8")
    return load_requests(cache.engine(), path, person=EDITOR, zone=ZoneInfo("America/New_York"), now=datetime(2026, 11, 24, tzinfo=UTC)).load


def room(one) -> str:
    """All that the room's slides say."""
    app = open_page("meeting", meeting=one.id, present="true")
    seen = [said(app)]
    while not (following := next(button for button in app.button if button.key == "room-next")).disabled:
        following.click().run()
        assert not app.exception
        seen.append(said(app))
    return "\n".join(seen)


def test_without_requests_the_page_says_so_in_a_line_and_the_room_stays_as_it_is(planned):
    assert said(open_page("meeting", meeting=planned.id)).count(signal.NOT_LOADED) == 1
    assert signal.QUESTION not in room(planned)


def test_the_figures_are_those_of_the_newest_load_until_the_release_and_then_stay(planned, tmp_path):
    first = load(tmp_path, FIRST, "first.csv")
    text = said(open_page("meeting", meeting=planned.id))
    assert "2 requests are open, 1 of them overdue." in text and "Asking is not need" in text and f"first.csv, load {first[:8]}" in text
    meetings.bring(cache.engine(), planned, title="Alleys", question="Who cleans them?", person=EDITOR)
    one = planned
    for to in (State.DRAFTED, State.CHECKED):
        one = meetings.step(cache.engine(), one, to, person=EDITOR, today=TODAY)
    app = open_page("meeting", meeting=one.id)
    app.button(key="next-step").click().run()
    frozen = from_bytes(meetings.snapshot_of(cache.engine(), one.id).content)
    assert frozen.requests.load == first and frozen.requests.figures.day == date(2026, 6, 29).toordinal()
    assert frozen.requests.figures == store.key_figures(cache.engine(), Asked(types=("Alley*",), agencies=("Fire",)), frozen.requests.figures.day)

    load(tmp_path, line("d", kind="Alley dark", created="2026-08-01T12:00:00Z"), "second.csv")
    assert "2 requests are open" in said(open_page("meeting", meeting=one.id)) and "3 requests" not in said(open_page("meeting", meeting=one.id))
    text = room(one)
    assert signal.QUESTION in text and "2 requests are open, 1 of them overdue." in text and "first.csv" in text and "second.csv" not in text
    later = meetings.plan(cache.engine(), stat="fire", day=date(2026, 12, 10), at="14:00", place="", person=EDITOR)
    assert "3 requests are open" in said(open_page("meeting", meeting=later.id))


def test_a_stat_that_is_about_no_requests_says_nothing_of_them(planned, tmp_path):
    load(tmp_path, FIRST, "first.csv")
    other = meetings.plan(cache.engine(), stat="blocks", day=date(2026, 12, 3), at="14:00", place="", person=EDITOR)
    assert "Resident and field signal" not in said(open_page("meeting", meeting=other.id))
