"""The pages with other cities and other frameworks: the example of a new city, a plan of pillars and goals, a city without
neighborhoods, and a framework that ended."""

from pathlib import Path

import pytest
import streamlit as st

from lib.newcity.__main__ import write_city
from lib.settings import read_settings
from lib.ui import cache
from lib.ui.nav import BY_AREA, PAGES
from tests.cities import action_plan, tiny, two_frameworks
from tests.pages.conftest import TODAY, open_page, said

PUBLIC = [entry.address for entry in PAGES if entry.role is None]
BY_AREAS = [entry.address for entry in PAGES if entry.section == BY_AREA]


@pytest.fixture(scope="module")
def new_city(tmp_path_factory) -> Path:
    """The example, and its store, made once."""
    folder = tmp_path_factory.mktemp("new") / "city"
    write_city(folder, "Lakeside")
    return folder


@pytest.fixture
def opened(new_city, monkeypatch):
    monkeypatch.setenv("OUTCOMESTAT_CITY", str(new_city))
    monkeypatch.setattr(cache, "today", lambda: TODAY)
    monkeypatch.setattr(cache, "DATA", new_city / "data")
    st.cache_resource.clear()
    yield read_settings()
    st.cache_resource.clear()


@pytest.mark.parametrize("address", PUBLIC)
def test_every_page_opens_with_the_example_of_a_new_city_and_knows_no_other(opened, address):
    app = open_page(address)
    text = said(app)
    assert not app.exception and not app.error, text
    assert "Lakeside" in text and "made-up" in text
    assert not any(word in text for word in ("Baltimore", "Community Statistical Area", "Vital Signs", "BNIA"))


def test_the_examples_pages_show_its_figures(opened):
    assert "Lakeside: 2 outcomes" in said(open_page("scorecard"))
    assert "A smoke alarm in every home" in said(open_page("outcome", outcome="safe-homes"))
    assert "Old Harbor" in said(open_page("equity", measure="house_fires"))
    assert "Shipyard Row" in said(open_page("neighborhood", area="old-harbor"))
    assert "Every figure of this example is made up" in said(open_page("about"))


@pytest.mark.parametrize("address", PUBLIC)
def test_every_page_stands_with_a_plan_of_pillars_and_goals_and_without_neighborhoods(city, address):
    city(action_plan(), "action-plan")
    app = open_page(address)
    assert not app.exception and not app.error, said(app)
    assert address not in BY_AREAS or "no neighborhoods" in said(app)


def test_a_plan_is_called_by_its_own_words_and_shows_all_its_goals_with_who_leads_them(city):
    city(action_plan(), "action-plan")
    assert "Tinyville: 6 pillars" in said(open_page("scorecard"))
    pages = [said(open_page("outcome", outcome=f"pillar-{number}")) for number in range(1, 7)]
    found = "".join(pages)
    assert sum(f"Placeholder goal {number}<" in found for number in range(1, 24)) == 23
    assert "Led by Placeholder lead of pillar 1." in pages[0] and "Placeholder lead of goal 1<" in pages[0]
    assert "Placeholder initiative 1a; Placeholder initiative 1b" in pages[0]
    assert "nobody named" in pages[5] and "none named" in pages[5]


@pytest.mark.parametrize(("files", "listed"), [(tiny(), False), (None, True)], ids=["none", "the real city"])
def test_a_city_without_neighborhoods_lists_no_page_about_them(city, files, listed):
    from lib.ui import frame

    city(files)
    shown = frame.has_neighborhoods()
    assert shown is listed
    by_area = [entry for entry in PAGES if entry.section == BY_AREA]
    assert len(by_area) == 4 and {entry.is_listed_for(None, neighborhoods=shown) for entry in by_area} == {listed}
    assert all(
        entry.is_listed_for(None, neighborhoods=False)
        for entry in PAGES
        if entry.section != BY_AREA and entry.role is None
    )


# A framework that ended


def test_what_ended_stays_readable_and_says_when_and_what_came_after(city):
    city(two_frameworks(), "tiny")
    text = said(open_page("scorecard", framework="before"))
    assert "Before" in text and "ended on Dec 31, 2023" in text and 'href="./scorecard">Tiny' in text
    assert "2 wishes" in text, "its own words"
    assert "Fires of before" in text and ">Fires<" not in text, "its own indicators, and none of the current one"


def test_it_is_judged_as_on_its_last_day(city):
    city(two_frameworks(), "tiny")
    text = said(open_page("indicator", framework="before", indicator="fires"))
    assert "Latest, 2022" in text and "stale" not in text.lower()


def test_every_link_in_it_stays_in_it_and_leads_out_where_it_says_so(city):
    city(two_frameworks(), "tiny")
    for address, query in (("scorecard", {}), ("outcome", {"outcome": "safe"}), ("indicator", {"indicator": "fires"})):
        text = said(open_page(address, framework="before", **query))
        inside = [link.split('"')[0] for link in text.split('href="./')[1:]]
        of_it = [link for link in inside if link.startswith(("outcome?", "indicator?"))]
        assert all("framework=before" in link for link in of_it), of_it
        assert address == "outcome" or of_it
        assert "scorecard" in inside, "the way to what came after"


def test_the_current_one_names_what_came_before_and_knows_nothing_of_it(city):
    city(two_frameworks(), "tiny")
    text = said(open_page("scorecard"))
    assert "What came before:" in text and "./scorecard?framework=before" in text
    assert "Fires of before" not in text and "ended on" not in text
    assert "ended on" not in said(open_page("scorecard", framework="tiny")), (
        "named at its address it is just the current one"
    )


def test_an_address_with_a_framework_that_is_not_there_says_so_and_shows_the_current_one(city):
    city(two_frameworks(), "tiny")
    text = said(open_page("scorecard", framework="<b>never"))
    assert "There is no framework at this address" in text and ">Fires<" in text and "<b>never" not in text


def test_other_pages_are_of_the_current_framework_whatever_the_address_says(city):
    city(two_frameworks(), "tiny")
    assert "ended on" not in said(open_page("about", framework="before"))
    app = open_page("scorecard", framework="before")
    app.switch_page("pages/about.py")
    app.query_params.clear()
    app.run()
    app.switch_page("pages/scorecard.py")
    assert "Fires of before" not in said(app.run())


# A host whose disk is lost


def test_where_nothing_would_be_kept_letters_are_refused_with_a_sentence_and_everything_can_be_read(city, monkeypatch):
    city(tiny())
    monkeypatch.setattr(cache, "keeps_what_is_written", lambda _settings: False)
    app = open_page("yourview")
    assert "would not be kept" in said(app) and not app.get("text_area") and not app.exception
    assert "Read only" not in said(app), "a reader has nothing to do with it"
    assert "Fires" in said(open_page("scorecard"))


def test_who_may_write_elsewhere_is_told_that_nothing_is_kept_here(city, monkeypatch):
    from lib.roles import Person, Role
    from lib.ui import people

    city(tiny())
    monkeypatch.setattr(cache, "keeps_what_is_written", lambda _settings: False)
    monkeypatch.setattr(people, "current_person", lambda: Person("Ann", frozenset({Role.EDITOR})))
    assert "Read only: nothing that is written here would be kept." in said(open_page("scorecard"))
