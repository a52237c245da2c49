"""A new city and a framework that ended, in a real browser: the colours, and links that stay where they are."""

import shutil

import pytest
from playwright.sync_api import expect

from lib.newcity.__main__ import write_city
from lib.settings import read_settings


@pytest.fixture(scope="module")
def lakeside(tmp_path_factory, start_server):
    """The example of a new city, with a framework that ended beside its own; served with its colours."""
    folder = tmp_path_factory.mktemp("lakeside") / "city"
    write_city(folder, "Lakeside")
    frameworks = folder / "data" / "frameworks"
    shutil.copytree(frameworks / "first-outcomes", frameworks / "before")
    file = frameworks / "before" / "framework.toml"
    text = (
        file.read_text(encoding="utf-8")
        .replace('id = "first-outcomes"', 'id = "before"')
        .replace("Lakeside's first outcomes", "What came first")
    )
    file.write_text(
        text.replace("\n[[outcome]]", '\nended = 2023-12-31\nfollowed_by = "first-outcomes"\n\n[[outcome]]', 1),
        encoding="utf-8",
    )
    frame = read_settings(folder / "config.toml").look.frame
    return start_server(
        OUTCOMESTAT_CITY=str(folder),
        DATABASE_URL=f"sqlite:///{folder / 'store.db'}",
        STREAMLIT_THEME_LIGHT_SIDEBAR_BACKGROUND_COLOR=frame,
    ), frame


def test_the_pages_have_the_citys_name_and_colours(visit, lakeside):
    server, frame = lakeside
    page = visit(at=server).go("/")
    expect(page.locator("h1.page")).to_have_text("Lakeside: 2 outcomes")
    red, green, blue = (int(frame[place : place + 2], 16) for place in (1, 3, 5))
    expect(page.locator("[data-testid=stSidebar]")).to_have_css("background-color", f"rgb({red}, {green}, {blue})")


def test_a_click_in_a_framework_that_ended_stays_in_it_and_one_link_leads_out(visit, lakeside):
    server, _ = lakeside
    page = visit(at=server).go("/?framework=before")
    expect(page.locator("p.example")).to_contain_text("What came first ended on Dec 31, 2023")
    page.locator("table.board a", has_text="House fires").first.click()
    expect(page.locator("h1.page")).to_have_text("House fires")
    expect(page.locator("p.example")).to_contain_text("ended on Dec 31, 2023")
    assert "framework=before" in page.evaluate("location.search") and "indicator=house-fires" in page.evaluate(
        "location.search"
    )
    page.locator("p.example a").click()
    expect(page.locator("h1.page")).to_have_text("Lakeside: 2 outcomes")
    expect(page.locator("p.example")).to_have_count(0)
    assert "framework" not in page.evaluate("location.search")
    page.locator("p.note a", has_text="What came first").click()
    expect(page.locator("p.example")).to_contain_text("ended on")
