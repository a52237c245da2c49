"""The page of service requests: the backlog first, each figure with its formula, nothing compared across types, and an empty state that says what to do."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from lib.methods.requests import FORMULAS
from lib.roles import Person, Role
from lib.store.request_load import load_requests
from lib.store.requests import Asked
from lib.ui import mapping, request_view
from lib.ui import requests as page
from tests.cities import ten_areas, tiny
from tests.pages.conftest import open_page, said
from tests.store.test_requests import HEADER, line

ED = Person("Ed Editor", frozenset({Role.EDITOR}))
SPOT = {"y": 39.26, "x": -76.69}


def load(tmp_path, content: str) -> None:
    from lib.ui import cache

    path = tmp_path / "requests.csv"
    path.write_text(HEADER + content, encoding="utf-8")
    load_requests(cache.engine(), path, person=ED, zone=ZoneInfo("America/New_York"), now=datetime(2026, 6, 30, tzinfo=UTC))


def at(day: str) -> str:
    return f"{day}T15:00:00Z"


OLD = line("old", created=at("2025-02-01"), due=at("2025-02-08"))  # open for long, so that a year before is known
YEAR_AGO = "".join(line(f"y{number}", created=at("2025-05-20"), status="Closed", closed=at("2025-07-01")) for number in range(3))
NOW = (line("a", created=at("2026-05-01"), due=at("2026-05-08"), **SPOT) + line("b", created=at("2026-05-03"), due=at("2026-05-10"), **SPOT)
       + line("c", created=at("2026-05-20"), due=at("2026-06-20"), kind="Pot <hole>", agency="DOT", place="Remington")
       + line("d", created=at("2026-05-21"), due=at("2026-05-25"), status="Closed", closed=at("2026-05-24"), kind="Pot <hole>", agency="DOT")
       + line("e", created=at("2026-05-22"), status="Closed (Duplicate)", closed=at("2026-06-01")))  # fmt: skip


@pytest.fixture
def requests(city, tmp_path):
    city(ten_areas())
    load(tmp_path, OLD + YEAR_AGO + NOW)


def test_without_requests_the_page_says_how_to_load_them_and_shows_no_figure(city):
    city(tiny())
    app = open_page("requests")
    text = said(app)
    assert "No service requests are loaded" in text and "requests load FILE" in text and not app.exception
    assert "open at the end" not in text and not app.get("download_button")


def test_the_backlog_comes_first_with_what_is_overdue_and_a_year_before(requests):
    text = said(open_page("requests"))
    first = text.split("<p class=first>")[1].split("</p>")[0]
    assert "<strong>4 requests are open</strong> at the end of Jun 1, 2026, the newest day in the data; <strong>3 of them are overdue</strong>" in first
    assert "A year before, on Jun 2, 2025, 4 were open and 1 overdue: now as many." in first


def test_a_year_before_is_not_known_where_the_data_begin_later_and_is_no_zero(city, tmp_path):
    city(ten_areas())
    load(tmp_path, NOW)
    text = said(open_page("requests"))
    assert "What was open a year before is not known, because the data begin on May 1, 2026." in text
    assert "0 were open" not in text


def test_figures_formulas_problems_and_the_source_stand_on_the_page(requests):
    text = said(open_page("requests"))
    assert "Of 3 requests that fell due in the year, 33.3% were closed in time" in text
    assert "The agencies themselves closed 1 as duplicates" in text and "1 (20.0%) are likely duplicates" in text
    assert "3 would be open instead of 4" in text and "50 meters, 7 days (ours)" in text
    assert all(name in text for name in FORMULAS)
    assert "requests.csv. 9 lines were read" in text and "Ed Editor" not in text, "who loaded it is told to administrators"
    assert "Unknown area" not in text


@pytest.mark.slow
def test_neighborhoods_are_compared_within_one_type_only_and_asking_is_not_need(requests):
    assert "Choose a type of request" in said(open_page("requests")) and "Asking is not need" not in said(open_page("requests"))
    text = said(open_page("requests", **{"request-type": "Alley"}))
    assert "Asking is not need" in text and "On time: Alley" in text and "Only Alley" in text
    assert "not used (1)" in text and "not applicable (9)" in text, "too few fell due to colour an area"


def test_names_from_the_file_are_text(requests):
    text = said(open_page("requests"))
    assert "Pot &lt;hole&gt;" in text and "Pot <hole>" not in text


def test_the_filters_stand_in_the_address(requests):
    text = said(open_page("requests", **{"request-agency": "DOT"}))
    assert "<strong>1 request is open</strong>" in text and "Only DOT" in text
    text = said(open_page("requests", **{"request-day": "2026-05-02"}))
    assert "<strong>2 requests are open</strong> at the end of May 2, 2026;" in text


def test_an_unknown_filter_shows_all(requests):
    app = open_page("requests", **{"request-type": "Nothing of the kind"})
    assert not app.exception and not app.error and "4 requests are open" in said(app)


def test_the_files_hold_the_pages_figures(requests):
    load = request_view.newest()
    view = request_view.View(load, Asked(), load.last_day)
    tables = page.tables(view, request_view._count(view))
    figures = tables["Figures"].set_index("figure")["value"]
    assert (figures["open"], figures["overdue"], figures["open, each cluster as one"]) == (4, 3, 3)
    assert figures.isna()["P90 days to close"], "not reached is empty, and no number"
    assert set(tables["Formulas"]["figure"]) == set(FORMULAS)
    assert {*tables["Figures"]["formula"]} <= set(FORMULAS), "one formula for each figure"


def test_the_presentation_shows_the_answer_and_the_flow(requests):
    text = said(open_page("requests", present="true"))
    assert "4 requests are open" in text and "Came in against closed" in text and "How each figure is counted" not in text


# From the map and the table to one neighborhood, and back

SEVERAL = "".join(line(f"s{number}", created=at("2026-05-01"), due=at("2026-05-20"), y=39.26 if number < 3 else 39.28, x=-76.69) for number in range(5))


@pytest.fixture
def alleys(city, tmp_path):
    city(ten_areas())
    load(tmp_path, SEVERAL)
    return {part.name: part.open for part in _parts()}


def _parts():
    load = request_view.newest()
    return request_view._count(request_view.View(load, Asked(type="Alley"), load.last_day)).parts["area"]


@pytest.mark.slow
def test_each_name_in_the_table_opens_its_area_and_keeps_the_filters(alleys):
    assert alleys == {"area-1": 3, "area-6": 2}
    text = said(open_page("requests", **{"request-type": "Alley"}))
    assert '<a href="./requests?request-area=North%2FSouth&amp;request-type=Alley">North/South</a>' in text, "the newest day needs no place in the address"
    text = said(open_page("requests", **{"request-type": "Alley", "request-area": "Area 6"}))
    assert "<strong>2 requests are open</strong>" in text and '<tr class=chosen><td><a href="./requests?request-area=Area+6&amp;request-type=Alley">' in text
    assert "request-area=North%2FSouth&amp;" in text, "the way leads to the other areas, too"


@pytest.mark.slow
def test_the_way_back_from_an_area_is_a_button(alleys):
    app = open_page("requests", **{"request-type": "Alley", "request-area": "North/South"})
    assert "<strong>3 requests are open</strong>" in said(app)
    app.button(key="request-back").click().run()
    assert "<strong>5 requests are open</strong>" in said(app) and not [one for one in app.button if one.key == "request-back"]


def test_a_click_opens_an_area_another_click_another_one_and_a_click_on_it_closes_it(monkeypatch):
    state: dict = {}
    monkeypatch.setattr(mapping.st, "session_state", state)
    monkeypatch.setattr(mapping, "clicked", lambda event: event)

    def click(*now: str) -> str | None:
        state["request-map"] = list(now)
        mapping._open("request-map", "request-area", {"area-1": "North/South", "area-6": "Area 6"})
        return state.get("request-area")

    assert click("area-1") == "North/South" and click("area-6") == "Area 6" and click() is None
    assert click("area-3") is None, "nobody asked there"
    assert click() is None
    assert click("area-1") == "North/South"
    state["request-area"] = "Area 6"  # chosen in the sidebar meanwhile
    assert click() == "North/South", "a click opens what it was on"
