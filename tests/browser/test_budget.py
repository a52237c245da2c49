"""The budget page in a real browser: readable at three widths, the trial keeps its total, a link leads along the line of sight."""

import re

import pytest

SIZES = {"phone": (390, 844), "laptop": (1366, 768), "projector": (1920, 1080)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/budget", "/budget?line=outcome:safer-streets", "/budget?view=Try+it"])
def test_the_page_fits_and_says_first_that_it_is_a_part(visit, size, path):
    width, height = SIZES[size]
    one = visit(width=width, height=height)
    page = one.go(path)
    first = page.locator("p.first")
    assert "This is not the whole city budget." in first.inner_text() and first.bounding_box()["y"] < height
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if path == "/budget":
        chart = page.locator("[data-testid=stPlotlyChart]")
        chart.locator(".treemaplayer").wait_for()
        box = chart.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width + 1
        assert "Safer Streets" in chart.inner_text()


def test_in_the_trial_the_total_stays_while_money_is_moved(visit):
    one = visit()
    page = one.go("/budget?view=Try+it")
    page.get_by_label("Safer Streets, dollars").fill("427691670")
    page.keyboard.press("Tab")
    page.get_by_text(re.compile(r"\$427,691,670: \$100,000,000 less")).wait_for()
    one.settled()
    last = page.locator("table.plain tbody tr").last.inner_text()
    assert last.count("$1,158,307,874") == 2 and last.rstrip().endswith("$0")


def test_a_service_in_a_list_opens_its_own_line_and_the_view_can_be_left_again(visit):
    one = visit()
    page = one.go("/budget?line=outcome:safer-streets")
    page.get_by_role("link", name="622 Police Patrol").first.click()
    page.get_by_role("heading", name="Service 622: Police Patrol").wait_for()
    one.settled()
    assert "line=service" in one.address()
    page.get_by_text("Money", exact=True).click()
    page.locator("[data-testid=stPlotlyChart]").wait_for()
    one.settled()
    assert "line=" not in one.address()
