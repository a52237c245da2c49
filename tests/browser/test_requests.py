"""Service requests in a real browser: with tens of thousands of made-up ones, and with none; on three screens.

OUTCOMESTAT_TEST_REQUESTS says how many are loaded. `make bench` takes its figures of the browser with a million.
"""

import os
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest

from bench.requests import TYPES, generate
from lib.roles import Person, Role
from lib.settings import ROOT, read_settings
from lib.store import build
from lib.store.database import open_engine
from lib.store.request_load import load_requests
from tests.browser.test_map import at_rest, click

KIND = TYPES[0][0]
COUNT = int(os.environ.get("OUTCOMESTAT_TEST_REQUESTS", "60000"))


@pytest.fixture(scope="module")
def desk(start_server, tmp_path_factory):
    """A server whose store holds made-up requests of two years."""
    folder = tmp_path_factory.mktemp("requests")
    address = f"sqlite:///{folder / 'store.db'}"
    engine = open_engine(address)
    build.build(engine, ROOT / "data", fiscal_year_start_month=read_settings().fiscal_year.start_month)
    file = generate(folder / "made-up.csv", COUNT, days=730)
    load_requests(engine, file, person=Person("Ed", frozenset({Role.EDITOR})), zone=ZoneInfo("America/New_York"), now=datetime(2026, 11, 25, tzinfo=UTC))
    engine.dispose()
    return start_server(DATABASE_URL=address)


def main(one) -> str:
    return one.page.locator("[data-testid=stMain]").inner_text()


@pytest.mark.parametrize("width", [390, 1366, 1920])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_fits_its_screen_and_the_backlog_is_seen_first(visit, desk, width, dark):
    one = visit(width=width, height=844 if width == 390 else 900, dark=dark, at=desk)
    for path in ("", f"?request-type={KIND.replace(' ', '+')}"):
        one.go("/requests" + path)
        one.page.get_by_role("heading", name="How each figure is counted").wait_for()
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width, path
        wide = one.page.evaluate("""() => [...document.querySelectorAll('[data-testid=stMain] .stHtml *')].filter(e => !e.closest('.scroll') && !e.closest('.announce')
            && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))""")
        assert wide == [], (path, wide)
        first = one.page.locator("p.first").bounding_box()
        assert first["y"] + first["height"] < 400 and "overdue" in one.page.locator("p.first strong").last.inner_text()
    texts = one.page.evaluate("""() => [...document.querySelectorAll('img.lines')].map(e => 14 * e.getBoundingClientRect().width / e.naturalWidth)""")
    assert texts and min(texts) >= 11, "words in the pictures can be read"


def test_a_type_is_chosen_the_address_says_so_and_neighborhoods_can_be_compared(visit, desk):
    one = visit(width=1366, height=900, at=desk)
    one.go("/requests")
    one.page.get_by_text("Choose a type of request on the left").wait_for()
    assert "Asking is not need" not in main(one)
    one.page.get_by_role("combobox", name="Type of request").click()
    one.page.get_by_role("option", name=KIND, exact=True).click()
    one.page.get_by_text("Asking is not need").wait_for()
    assert "request-type=" in one.address() and f"On time: {KIND}" in main(one)
    with one.page.expect_download() as waiting:
        one.page.get_by_role("button", name="These figures as CSV").click()
    assert waiting.value.suggested_filename == "service-requests-2026-11-24.csv"
    assert waiting.value.path().read_text(encoding="utf-8-sig").startswith("figure,value,formula\nopen,")
    assert "Traceback" not in desk.log.read_text()


def test_a_click_on_the_map_opens_a_neighborhood_and_so_does_the_keyboard_in_the_table(visit, desk):
    one = visit(width=1366, height=900, at=desk)
    one.go(f"/requests?request-type={KIND.replace(' ', '+')}")
    one.page.locator("[data-testid=stDeckGlJsonChart] canvas").first.wait_for()
    one.page.wait_for_load_state("networkidle")
    one.page.locator("[data-testid=stDeckGlJsonChart]").scroll_into_view_if_needed()
    at_rest(one)
    click(one, 0.5, 0.45)
    name = one.page.locator(".deck-tooltip").inner_text().strip()
    one.page.wait_for_function("location.search.includes('request-area=')")
    one.page.locator("p.lead", has_text=name).wait_for()
    assert f"request-area={quote(name, safe='').replace('%20', '+')}" in one.address() and "request-type=" in one.address()
    assert one.page.locator("tr.chosen").inner_text().startswith(name)
    other = one.page.locator("table.every a").filter(has_not_text=name).first
    its_name = other.inner_text()
    other.focus()
    one.page.keyboard.press("Enter")
    one.page.locator("p.lead", has_text=its_name).wait_for()
    assert "request-type=" in one.address()
    one.page.get_by_role("button", name="Back to the whole city").click()
    one.page.wait_for_function("!location.search.includes('request-area=')")


def test_a_past_day_stands_in_the_address(visit, desk):
    one = visit(width=1366, height=900, at=desk)
    one.go("/requests?request-day=2026-06-01")
    one.page.get_by_text("at the end of Jun 1, 2026").first.wait_for()
    assert "the newest day in the data" not in main(one)


def test_without_requests_it_says_how_to_load_them(visit):
    one = visit()
    one.go("/requests")
    assert "No service requests are loaded" in main(one) and one.page.locator("img.lines").count() == 0
