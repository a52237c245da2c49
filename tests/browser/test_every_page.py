"""Every page at the three sizes, in both languages, light and dark: it stands, fits, speaks the reader's language, and axe finds nothing."""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from lib.ui.nav import PAGES

SIZES = {"projector": (1920, 1080), "laptop": (1366, 768), "phone": (390, 844), "enlarged": (320, 640),  # a laptop of 1280 at 400 %
         "paper": (703, 994)}  # A4 within its margins; letter is wider
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What Streamlit's own elements bring along, whatever a page does: the element, and how many parts of it axe finds fault with on a bare page.
OF_STREAMLIT = {
    "target-size": 3,  # month, day and year in a date input (react-aria) are narrower than 24 pixels
}
WIDER = """() => [...document.querySelectorAll('[data-testid=stMain] .stHtml *')]
    .filter(e => !e.closest('.scroll') && !e.closest('.announce') && e.getBoundingClientRect().width > 1
                 && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"""
GO = """address => { const a = document.createElement('a'); a.href = './' + address; document.body.append(a); a.click(); a.remove(); }"""


@pytest.fixture(scope="module")
def site(start_server):
    """Started for its staff, so that their pages are there too; with the server's headers, so that each page is one that they let work."""
    return start_server("server.py", OUTCOMESTAT_LOCAL_STAFF="1")


def settled(page, address: str) -> None:
    page.wait_for_url(lambda url: urlsplit(url).path.endswith(f"/{address}"))  # and no function by its text, which the server's headers refuse
    page.wait_for_selector("h1.page", timeout=60_000)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=60_000)


def faults(page) -> dict[str, list[str]]:
    """What axe finds beyond what a bare Streamlit page has: the rule, and where."""
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return {one["id"]: [node["html"][:160] for node in one["nodes"]] for one in found if len(one["nodes"]) > OF_STREAMLIT.get(one["id"], 0)}


@pytest.mark.parametrize(("size", "language", "dark"), [
    ("phone", "en", False), ("phone", "es", True), ("laptop", "en", True), ("laptop", "es", False), ("projector", "en", False), ("projector", "es", True),
    ("enlarged", "es", False), ("paper", "en", False),
])  # fmt: skip
def test_every_page_stands_and_fits(visit, site, size, language, dark):
    width, height = SIZES[size]
    one = visit(width=width, height=height, dark=dark, at=site)
    one.go(f"/scorecard?lang={language}")
    if size == "paper":
        one.page.emulate_media(media="print")
    wrong = {}
    for entry in PAGES:
        if entry.address != "scorecard":
            one.page.evaluate(GO, entry.address)
        settled(one.page, entry.address)
        said = {
            "failed": one.page.get_by_text("Reference: ").count() + one.page.get_by_text("Referencia: ").count() if one.page.get_by_test_id("stAlert").count() else 0,
            "too wide": max(0, one.page.evaluate("document.documentElement.scrollWidth") - width),
            "cut": one.page.evaluate(WIDER),
            "language": "" if one.page.evaluate("document.documentElement.lang") == language else one.page.evaluate("document.documentElement.lang"),
            "axe": faults(one.page) if size == "laptop" else {},
        }
        wrong |= {f"{entry.address}: {name}": what for name, what in said.items() if what}
    assert wrong == {}


def test_the_other_language_keeps_what_was_chosen(visit, site):
    one = visit(at=site)
    one.go("/indicator?indicator=violent-crime")
    one.page.get_by_role("link", name="Español").click()
    one.page.get_by_role("heading", name="Delitos violentos").wait_for()
    assert one.address() in ("/indicator?indicator=violent-crime&lang=es", "/indicator?lang=es&indicator=violent-crime")
    one.page.get_by_role("link", name="English").click()
    one.page.get_by_role("heading", name="Violent crime").wait_for()
