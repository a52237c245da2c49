"""The map in a real browser with WebGL: all areas drawn, a click chooses the right one, what is missing is a pattern."""

import re
from base64 import b64encode
from urllib.parse import quote

import pytest

from tests.browser.conftest import Visit

SIZES = {"projector": (1920, 1080), "laptop": (1366, 768), "phone": (390, 844)}


def ready(one: Visit, path: str) -> None:
    one.go(path)
    one.page.locator("[data-testid=stDeckGlJsonChart] canvas").first.wait_for()
    one.page.wait_for_load_state("networkidle")
    at_rest(one)


def at_rest(one: Visit) -> bytes:
    """Waits until the map looks the same twice and is not empty: WebGL says nowhere when it has drawn."""
    chart, before = one.page.locator("[data-testid=stDeckGlJsonChart]"), b""
    for _ in range(60):
        now = chart.screenshot()
        if now == before and len(now) > 8_000:
            return now
        before = now
    raise TimeoutError("the map never came to rest")


def pixels(one: Visit) -> list[tuple[int, int, int]]:
    """The colours of the map as drawn, in steps of a few pixels."""
    return one.page.evaluate(
        """async address => {
            const image = new Image(); image.src = address; await image.decode();
            const canvas = document.createElement('canvas'); canvas.width = image.width; canvas.height = image.height;
            const context = canvas.getContext('2d'); context.drawImage(image, 0, 0);
            const data = context.getImageData(0, 0, image.width, image.height).data, found = [];
            for (let y = 0; y < image.height; y += 2) for (let x = 0; x < image.width; x += 2) {
                const at = 4 * (y * image.width + x); found.push([data[at], data[at + 1], data[at + 2]]);
            }
            return found;
        }""",
        "data:image/png;base64," + b64encode(at_rest(one)).decode(),
    )


def share(found, colour: tuple[int, int, int], tolerance: int = 6) -> float:
    return sum(all(abs(a - b) <= tolerance for a, b in zip(one, colour, strict=True)) for one in found) / len(found)


def test_the_five_classes_are_drawn_and_a_choice_fades_none_of_them(visit):
    one = visit(width=1366, height=900)
    ready(one, "/map?measure=vacant_buildings")
    before = pixels(one)
    colours = [(255, 255, 212), (254, 217, 142), (254, 153, 41), (217, 95, 14), (127, 47, 4)]
    assert all(share(before, colour) > 0.005 for colour in colours)
    click(one, 0.5, 0.45)
    after = pixels(one)
    for colour in colours:
        assert share(after, colour) > 0.5 * share(before, colour)


def click(one: Visit, across: float, down: float) -> None:
    """Picking needs the pointer to rest on an area first."""
    box = one.page.locator("[data-testid=stDeckGlJsonChart]").bounding_box()
    x, y = box["x"] + box["width"] * across, box["y"] + box["height"] * down
    one.page.mouse.move(x, y)
    one.page.locator(".deck-tooltip").filter(visible=True).wait_for()
    one.page.mouse.click(x, y)


def test_a_click_chooses_the_area_under_the_pointer_and_all_follows(visit):
    one = visit(width=1366, height=900)
    ready(one, "/map?measure=vacant_buildings")
    click(one, 0.5, 0.45)
    name = one.page.locator(".deck-tooltip").inner_text().strip()
    one.page.wait_for_function("location.search.includes('areas=')")
    assert "areas=" + quote(name, safe="").replace("%20", "+") in one.address()
    one.page.locator("tr.chosen").filter(has_text=name).first.wait_for()
    other = visit(width=1366, height=900)
    ready(other, one.address())
    assert name in other.page.locator("tr.chosen").first.inner_text()


def test_zoom_is_kept_when_the_period_changes_and_the_wheel_scrolls_the_page(visit):
    one = visit(width=1366, height=900)
    ready(one, "/map?measure=vacant_buildings")
    whole = share(pixels(one), (255, 255, 255))
    box = one.page.locator("[data-testid=stDeckGlJsonChart]").bounding_box()
    one.page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    near = share(pixels(one), (255, 255, 255))
    assert near < whole
    slider = one.page.locator(".st-key-period input[type=range]")
    slider.focus()
    slider.press("ArrowLeft")
    one.page.locator(".map-title").filter(has_text="2019").wait_for()
    assert share(pixels(one), (255, 255, 255)) < (whole + near) / 2
    one.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    one.page.mouse.wheel(0, 400)
    one.page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 100")


def test_suppressed_areas_are_hatched_and_not_shaded(visit):
    one = visit(width=1366, height=900)
    ready(one, "/map?measure=lead_elevated")
    found = pixels(one)
    dark, white = share(found, (90, 85, 96), 20), share(found, (255, 255, 255))
    assert dark > 0.03, "lines over the suppressed areas"
    assert white > 0.3
    assert "suppressed (47)" in one.page.locator("ul.legend").inner_text()


def test_playing_shows_one_period_after_the_other(visit):
    one = visit(width=1366, height=900)
    ready(one, "/map?measure=vacant_buildings")
    one.page.locator(".st-key-period-play label").click()
    one.page.locator(".map-title").filter(has_text="2010").wait_for(timeout=20_000)
    one.page.locator(".map-title").filter(has_text="2011").wait_for(timeout=20_000)
    one.page.locator(".st-key-period-play label").click()


def test_the_map_page_asks_for_the_shapes_once_and_loads_no_plotly(visit):
    one = visit(width=1366, height=900)
    asked: list[str] = []
    one.page.on("request", lambda request: asked.append(request.url))
    ready(one, "/map?measure=vacant_buildings")
    slider = one.page.locator(".st-key-period input[type=range]")
    slider.focus()
    slider.press("ArrowLeft")
    one.page.locator(".map-title").filter(has_text="2019").wait_for()
    shapes = [url for url in asked if "areas-" in url]
    assert len(set(shapes)) == 1 and not [url for url in asked if "plotly" in url.lower()]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/map?measure=violent_crime", "/equity?measure=violent_crime", "/neighborhood?area=Medfield/Hampden/Woodberry/Remington",
                                  "/compare?with=canton,cherry-hill,midtown,medfield-hampden-woodberry-remington"])  # fmt: skip
def test_no_page_of_neighborhoods_is_wider_than_its_screen(visit, path, size):
    width, height = SIZES[size]
    one = visit(width=width, height=height)
    one.go(path)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    cut = one.page.evaluate("""() => [...document.querySelectorAll('[data-testid=stMain] .stHtml *')]
        .filter(e => !e.closest('.scroll') && !e.closest('.announce') && e.getBoundingClientRect().width > 1
                     && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))""")
    assert cut == []


def test_a_resident_types_a_part_of_a_name_and_reaches_the_page(visit):
    one = visit(width=390, height=844)
    one.go("/neighborhood")
    one.page.get_by_label("Find your neighborhood").click()
    one.page.keyboard.type("remin")
    one.page.get_by_role("option", name=re.compile("^Remington, in")).click()
    one.page.locator("h1.page").filter(has_text="Remington").wait_for()
    assert "area=medfield-hampden-woodberry-remington" in one.address()


def test_a_printed_neighborhood_has_its_name_and_date_and_nothing_is_cut(visit):
    one = visit(width=1366, height=768)
    one.go("/neighborhood?area=canton")
    for paper in ("A4", "Letter"):
        assert len(one.page.pdf(format=paper, prefer_css_page_size=False)) > 10_000
    style = one.page.evaluate("[...document.querySelectorAll('style')].map(e => e.textContent).find(t => t.includes('@top-left'))")
    assert "Canton" in style and "printed" in style
    one.page.emulate_media(media="print")
    one.page.set_viewport_size({"width": 700, "height": 1000})  # what A4 leaves at 96 dpi
    assert one.page.evaluate("Math.max(...[...document.querySelectorAll('.stHtml table, .stHtml img')].map(e => e.getBoundingClientRect().right))") <= 702


def test_a_link_to_another_neighborhood_leads_there_and_back_leads_back(visit):
    one = visit(width=1366, height=768)
    one.go("/neighborhood?area=canton")
    one.page.get_by_role("link", name="Fells Point").first.click()
    one.page.locator("h1.page").filter(has_text="Fells Point").wait_for()
    assert "area=fells-point" in one.address()
    one.page.get_by_role("link", name="Compare them").click()
    one.page.wait_for_function("location.pathname.endsWith('/compare')")
    one.page.locator("h1.page").filter(has_text="Fells Point").wait_for()
    one.page.go_back()
    one.page.wait_for_function("location.pathname.endsWith('/neighborhood')")
    one.page.locator("h1.page").filter(has_text="Fells Point").wait_for()
