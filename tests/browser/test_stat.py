"""A Stat from its draft to the memo in a real browser, with two people at once, and the room by keys alone."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import docx
import pytest

from lib.roles import Person, Role
from lib.settings import ROOT, read_settings
from lib.store import build, follow_ups, meetings
from lib.store.database import open_engine
from tests.browser.conftest import Visit, press

SETTINGS = read_settings()
TODAY = datetime.now(ZoneInfo(SETTINGS.city.timezone)).date()
ANNE = Person("Anne", frozenset({Role.EDITOR}))


@pytest.fixture
def stat(start_server, tmp_path):
    """A server for the staff of its machine, and a meeting of today that is only framed."""
    return prepared(start_server, tmp_path)


@pytest.fixture(scope="module")
def standing(start_server, tmp_path_factory):
    """The same for tests that only look."""
    return prepared(start_server, tmp_path_factory.mktemp("standing"))


def prepared(start_server, folder):
    address = f"sqlite:///{folder / 'stat.db'}"
    store = open_engine(address)
    build.build(store, ROOT / "data", fiscal_year_start_month=SETTINGS.fiscal_year.start_month)
    one = meetings.plan(store, stat="agency-housing", day=TODAY, at="14:00", place="City Hall", decision="Which blocks get crews", person=ANNE)
    return start_server(OUTCOMESTAT_LOCAL_STAFF="1", DATABASE_URL=address), store, one


def in_the_room(one: Visit, meeting: str, slide: int) -> None:
    one.go(f"/meeting?meeting={meeting}&present=true&slide={slide}")
    one.page.locator(".st-key-turn").get_by_text(f"{slide} of ").wait_for()


def open_the_drawer(one: Visit) -> None:
    """It is open when the first thing typed is what was promised."""
    press(one, "n", one.page.get_by_role("dialog"))
    one.page.wait_for_function("document.activeElement.getAttribute('aria-label') === 'What: a verb and a thing'")


def slides(one: Visit) -> tuple[int, int]:
    here, _, of = one.page.locator(".st-key-turn [data-testid=stCaptionContainer]").inner_text().partition(" of ")
    return int(here), int(of)


def write_down(one: Visit, what: str, who: str) -> None:
    """By keys alone: N, the words, Tab, the name, Enter."""
    open_the_drawer(one)
    one.page.keyboard.type(what)
    one.page.keyboard.press("Tab")
    one.page.keyboard.type(who)
    one.page.keyboard.press("Enter")
    one.page.get_by_role("dialog").wait_for(state="hidden")


def test_a_stat_runs_from_the_draft_to_the_memo(visit, stat):
    server, _store, meeting = stat
    director = visit(width=1366, height=900, at=server)
    director.go("/meeting")
    director.page.get_by_role("link", name="Housing and Community Development Stat").first.click()
    director.page.get_by_role("button", name="Propose topics by the rule").click()
    director.page.get_by_text("off its path to the target").first.wait_for()
    director.page.get_by_role("button", name="Choose").first.click()
    director.page.get_by_text("On the agenda (1)").wait_for()
    for button, state in (("The pre-memo is drafted", "drafted"), ("The figures are checked", "checked"), ("Freeze the numbers and release", "released")):
        director.page.get_by_role("button", name=button).click()
        director.page.get_by_text(f"The meeting is {state}.").first.wait_for()
    director.page.get_by_text("Figures frozen").first.wait_for()

    room = visit(width=1920, height=1080, at=server)
    in_the_room(room, meeting.id, 1)
    assert "Which blocks get crews" in room.page.locator("[data-testid=stMain]").inner_text()
    smallest = room.page.evaluate("""() => Math.min(...[...document.querySelectorAll('[data-testid=stMain] .stHtml *')]
        .filter(e => e.childNodes.length && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
                     && e.getBoundingClientRect().height > 1)
        .map(e => parseFloat(getComputedStyle(e).fontSize)))""")
    assert smallest >= 28
    _, last = slides(room)
    for number in range(2, last + 1):
        press(room, "ArrowRight", room.page.locator(".st-key-turn").get_by_text(f"{number} of {last}"))
        assert room.page.evaluate("document.documentElement.scrollWidth") <= 1920
        assert room.page.locator("h1.page").count() == 1, "one question a screen"
    in_the_room(room, meeting.id, 3)
    write_down(room, "map the blocks by number", "Nina Bell")
    assert "slide=3" in room.address() and "present=true" in room.address(), "the screen stays where it is"

    other = visit(width=1366, height=768, at=server)
    in_the_room(other, meeting.id, last)
    other.page.get_by_text("map the blocks by number").wait_for()

    director.page.get_by_role("button", name="The meeting was held").click()
    director.page.get_by_text("The meeting is held.").first.wait_for()
    with director.page.expect_download() as waiting:
        director.page.get_by_role("button", name="Follow-Up Memo", exact=True).click()
    memo = docx.Document(io.BytesIO(waiting.value.path().read_bytes()))
    assert any("map the blocks by number" in cell.text for table in memo.tables for row in table.rows for cell in row.cells)
    assert waiting.value.suggested_filename == f"DHCD Stat - Follow-Up Memo - {TODAY.isoformat()}.docx"
    director.page.get_by_role("button", name="The follow-up memo is sent").click()
    director.page.get_by_text("The meeting is memo sent.").first.wait_for()
    assert "Traceback" not in server.log.read_text()


def correct(one: Visit, what: str) -> None:
    """Opens the drawer on a promise that was written down before."""
    open_the_drawer(one)
    one.page.get_by_role("dialog").get_by_label("Which").click()
    one.page.get_by_role("option", name=f"Correct: {what}").click()
    one.page.get_by_role("dialog").get_by_role("button", name="Save").wait_for()


def test_two_correct_the_same_promise_and_the_second_is_told(visit, stat):
    server, store, meeting = stat
    known = follow_ups.write_down(store, stat=meeting.stat, meeting=meeting.id, action="send the list", owner="Nina Bell", due=TODAY, deliverable="memo", person=ANNE,
                                  agency="Housing and Community Development")  # fmt: skip
    first, second = (visit(width=1366, height=900, at=server) for _ in range(2))
    for one in (first, second):
        in_the_room(one, meeting.id, 1)
        correct(one, "send the list")
    first.page.get_by_label("Who: one person").fill("Omar Diaz")
    first.page.keyboard.press("Enter")
    first.page.get_by_role("dialog").wait_for(state="hidden")
    second.page.get_by_label("What: a verb and a thing").fill("send the whole list")
    second.page.keyboard.press("Enter")
    second.page.get_by_text("changed the owner from “Nina Bell” to “Omar Diaz”").wait_for()
    assert second.page.get_by_label("What: a verb and a thing").input_value() == "send the whole list", "nothing that was typed is lost"
    now = follow_ups.follow_up_by_id(store, known.id)
    assert (now.action, now.owner) == ("send the list", "Omar Diaz")


def test_a_new_server_shows_what_was_written_on_the_slide_where_one_was(visit, stat, start_server):
    server, store, meeting = stat
    one = visit(width=1366, height=900, at=server)
    in_the_room(one, meeting.id, 3)
    write_down(one, "count the open permits", "Nina Bell")
    address = one.address()
    server.process.kill()
    server.process.wait()
    one.page.close()
    one.complaints.clear()  # the browser said that the connection was lost; so it was
    again = start_server(OUTCOMESTAT_LOCAL_STAFF="1", DATABASE_URL=str(store.url))
    other = visit(width=1366, height=900, at=again)
    other.go(address)
    assert slides(other)[0] == 3
    in_the_room(other, meeting.id, slides(other)[1])
    other.page.get_by_text("count the open permits").wait_for()


def test_keys_blank_the_screen_jump_and_go_to_the_map_and_back(visit, stat):
    server, _, meeting = stat
    one = visit(width=1920, height=1080, at=server)
    in_the_room(one, meeting.id, 3)
    chart, drawer = one.page.locator(".js-plotly-plot"), one.page.get_by_role("dialog")
    press(one, "m", one.page.locator("img.slide-map"))
    press(one, "m", chart)
    press(one, "b", one.page.locator(".blank"))
    press(one, "b", chart)
    press(one, "j", one.page.get_by_text("Where to?"))
    press(one, "2", one.page.locator("h1.page").filter(has_text="Was what we promised done?"))
    press(one, "n", drawer)
    press(one, "Escape", drawer, hidden=True)
    assert "present=true" in one.address(), "Escape leaves the drawer, not the room"
    clock = one.page.locator(".clock")
    assert clock.inner_text().startswith("Follow-ups ")
    before = clock.inner_text()
    clock.filter(has_not_text=before).wait_for()
    press(one, "Escape", one.page.get_by_role("button", name="Open the room"))
    assert "present" not in one.address()


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (390, 844)])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_of_a_meeting_is_not_wider_than_its_screen(visit, standing, size, dark):
    server, _, meeting = standing
    one = visit(width=size[0], height=size[1], dark=dark, at=server)
    for path in ("/meeting?meeting=all", f"/meeting?meeting={meeting.id}"):
        one.go(path)
        assert one.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        cut = one.page.evaluate("""() => [...document.querySelectorAll('[data-testid=stMain] .stHtml *')]
            .filter(e => !e.closest('.scroll') && !e.closest('.announce') && e.getBoundingClientRect().width > 1
                         && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))""")
        assert cut == []
