import re

import pytest
from playwright.sync_api import WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from lib.settings import ROOT
from lib.ui.nav import PAGES
from tests.browser.conftest import Visit, press

SIZES = {"projector": (1920, 1080), "laptop": (1366, 768), "phone": (390, 844)}
SHOTS = ROOT / ".state" / "screenshots"


def text(visit: Visit) -> str:
    return visit.page.locator("[data-testid=stMain]").inner_text()


@pytest.mark.parametrize("path", ["/scorecard", "/outcome?outcome=safer-streets", "/indicator?indicator=vacant-buildings", "/about"])
def test_a_cold_deep_link_keeps_the_frame_and_shows_no_page_not_found(start_server, visit, path):
    """The first visit that a fresh server gets goes straight to a page."""
    fresh = start_server()
    one = visit(at=fresh)
    one.go(path)
    one.page.wait_for_load_state("networkidle")
    one.page.wait_for_timeout(500)  # the greeting that must not come would come after the page
    assert one.page.get_by_text("Page not found").count() == 0
    assert one.listed_pages() == [entry.title for entry in PAGES if entry.role is None]
    if "safer" in path:
        assert "Safer Streets" in one.page.locator("h1.page").inner_text()
    if "vacant" in path:
        assert "Vacant buildings" in one.page.locator("h1.page").inner_text()
    assert one.page.title() == "OutcomeStat"
    assert "error" not in fresh.log.read_text().lower()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/outcome?outcome=stronger-neighborhoods", "/indicator?indicator=violent-crime", "/about"])
def test_no_page_is_wider_than_its_screen(visit, path, size, dark):
    width, height = SIZES[size]
    one = visit(width=width, height=height, dark=dark)
    one.go(path)
    SHOTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", path).strip("-") or "scorecard"
    one.page.screenshot(path=SHOTS / f"{name}-{size}-{'dark' if dark else 'light'}.png")
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    cut = one.page.evaluate("""() => [...document.querySelectorAll('[data-testid=stMain] .stHtml *')]
        .filter(e => !e.closest('.scroll') && !e.closest('.announce') && e.getBoundingClientRect().width > 1
                     && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))""")
    assert cut == []


def test_the_first_screen_of_a_laptop_shows_all_outcomes_and_what_to_look_at_first(visit):
    one = visit(width=1366, height=768)
    one.go("/")
    tiles = one.page.locator("ul.outcomes li")
    assert tiles.count() == 7
    for number in range(7):
        box = tiles.nth(number).bounding_box()
        assert box["y"] + box["height"] <= 768
    first = one.page.locator("p.first").bounding_box()
    assert first["y"] + first["height"] <= 768


def test_filters_go_into_the_address_and_come_back_from_it(visit):
    one = visit()
    one.go("/")
    one.page.get_by_text("Only with neighborhood data").click()
    one.page.wait_for_function("location.search.includes('neighborhood=true')")
    # The address changes in the browser at once; the rows come with the server's answer, before which no run is under way either.
    one.page.wait_for_function("document.querySelectorAll('table.board tbody tr').length < 23")
    one.settled()
    shown = one.page.locator("table.board tbody tr").count()
    assert 0 < shown < 23
    other = visit()
    other.go(one.address())
    assert other.page.locator("table.board tbody tr").count() == shown
    assert "neighborhood=true" in other.address()


def test_two_clicks_lead_from_a_figure_to_its_reference_and_back(visit):
    one = visit()
    one.go("/")
    one.page.get_by_role("link", name="Recycling rate").last.click()
    one.page.wait_for_function("location.pathname.endsWith('/indicator')")
    one.settled()
    one.page.get_by_role("tab", name="Figures and references").click()
    one.page.get_by_text("SRV0664").first.wait_for()
    assert "indicator=recycling-rate" in one.address()
    one.page.go_back()
    one.page.locator("table.board").first.wait_for()
    assert one.page.get_by_text("Page not found").count() == 0


def test_a_step_back_while_a_run_is_under_way_finds_what_the_browser_still_holds(visit):
    """The server may answer a second question before the browser has read the answer to the first: it must not have forgotten by then."""
    one = visit()
    held: list[tuple[WebSocketRoute, bytes]] = []
    holding = False

    def pass_on(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(lambda message: held.append((socket, message)) if holding else socket.send(message))

    def wait_for_runs(number: int) -> None:
        for _again in range(3000):
            if sum(ForwardMsg.FromString(message).WhichOneof("type") == "script_finished" for _, message in held) >= number:
                return
            one.page.wait_for_timeout(20)
        raise AssertionError(f"{number} runs did not end")

    one.page.route_web_socket("**/_stcore/stream", pass_on)
    one.go("/")
    one.page.get_by_role("link", name="Recycling rate").last.click()
    expect(one.page.locator("h1.page")).to_contain_text("Recycling rate")
    one.settled()
    holding = True
    one.page.keyboard.press("r")
    wait_for_runs(1)
    one.page.go_back()
    wait_for_runs(2)
    holding = False
    for socket, message in held:
        socket.send(message)
    one.page.locator("table.board").first.wait_for()


def test_another_indicator_from_the_list_goes_into_the_address(visit):
    one = visit()
    one.go("/indicator?indicator=jobs")
    one.page.get_by_label("Indicator", exact=True).click()
    one.page.get_by_role("option", name="Visitors to Baltimore").click()
    one.page.wait_for_function("location.search.includes('indicator=visitors')")
    one.page.locator("h1.page").filter(has_text="Visitors").wait_for()


def test_an_unknown_indicator_gets_a_sentence(visit):
    one = visit()
    one.go("/indicator?indicator=no/such<b>thing")
    assert "There is no indicator at this address." in text(one)


def test_the_scorecard_loads_no_plotly_and_the_indicator_page_does(visit):
    one = visit()
    asked: list[str] = []
    one.page.on("request", lambda request: asked.append(request.url))
    one.go("/")
    one.page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "plotly" in url.lower()]
    one.page.goto(one.server.url + "/indicator?indicator=violent-crime")
    one.page.locator(".js-plotly-plot").first.wait_for()
    assert [url for url in asked if "plotly" in url.lower()]


def test_every_chart_says_in_words_what_it_shows(visit):
    one = visit()
    one.go("/indicator?indicator=vacant-buildings")
    one.page.locator(".js-plotly-plot").first.wait_for()
    assert one.page.get_by_role("figure", name=re.compile(r"Vacant buildings: .*15,375.*12,599.*target.*10,800")).count() == 1
    one.go("/")
    without = one.page.locator("table.board img:not([alt]), table.board img[alt='']").count()
    assert without == 0 and one.page.locator("table.board img").count() > 15


def test_presentation_is_turned_by_keys_and_left_by_escape(visit):
    one = visit(width=1920, height=1080)
    one.go("/")
    one.page.locator("h1.page").click()
    press(one, "f", one.page.get_by_text("1 of 31"))
    assert one.page.locator("[data-testid=stSidebar]").is_hidden() or one.page.locator("[data-testid=stSidebar]").count() == 0
    smallest = one.page.evaluate("""() => Math.min(...[...document.querySelectorAll('[data-testid=stMain] .stHtml *')]
        .filter(e => e.childNodes.length && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
                     && e.getBoundingClientRect().height > 1)
        .map(e => parseFloat(getComputedStyle(e).fontSize)))""")
    assert smallest >= 28
    press(one, "ArrowRight", one.page.get_by_text("2 of 31"))
    press(one, "ArrowRight", one.page.get_by_text("3 of 31"))
    assert "present=true" in one.address() and "indicator=" in one.address()
    press(one, "ArrowLeft", one.page.get_by_text("2 of 31"))
    press(one, "Escape", one.page.get_by_role("button", name=re.compile("Present")))
    assert "present" not in one.address()


def test_what_is_shown_can_be_taken_along(visit, tmp_path):
    import openpyxl

    one = visit()
    one.go("/")
    for ending in ("CSV", "XLSX"):
        with one.page.expect_download() as waiting:
            one.page.get_by_role("button", name=f"These indicators as {ending}").click()
        waiting.value.save_as(tmp_path / f"scorecard.{ending.lower()}")
    lines = (tmp_path / "scorecard.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("outcome,indicator_id,indicator,value") and len(lines) == 24
    assert openpyxl.load_workbook(tmp_path / "scorecard.xlsx")["Scorecard"].max_row == 24
