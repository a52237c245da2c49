"""The agencies' page: with the printed targets, with a loaded list, for one agency, for one measure, and what staff write down."""

from datetime import date
from html import unescape

import pytest

from lib.roles import Person, Role
from lib.store import plans as store
from lib.store.plan_load import load_plan, reading
from lib.ui import cache, people
from tests.cities import with_money, with_stats
from tests.pages.conftest import TODAY, open_page, said
from tests.store.sources.plan_export import ADDRESS, PERSON, as_csv, row

EDITOR = Person("Ed", frozenset({Role.EDITOR}))
MADE_UP = (
    row(Performance_Measure="Fires put out <b>fast</b>", Agency="AGC1000 Fire", Service="SRV0001 Fire suppression", Measure_ID="F1", Desired_Outcome="Increase", Interval="Cumulative",
        FY_25_Actual="95", FY_26_Target="90", FY_25_Target="92", FY_25_Q1="10", FY_25_Q2="20", FY_25_Q3="30", FY_25_Q4="40", FY_27_Target="91"),
    row(Performance_Measure="Fires put out <b>fast</b>", Agency="AGC1000 Fire", Service="SRV0001 Fire suppression", Measure_ID="F1", Desired_Outcome="Increase", Interval="Cumulative",
        FY_25_Actual="99", Fiscal_Year="FY25"),
    row(Performance_Measure="Days to repair a light", Agency="AGC2000 Lights", Measure_ID="L1", Desired_Outcome="", FY_25_Actual="No Data", FY_26_Target="4", Contact=""),
)  # fmt: skip


@pytest.fixture
def loaded(city):
    """The city with two agencies and their made-up list."""
    city(with_stats() | with_money())
    how = reading({}, start_month=7)
    load_plan(cache.engine(), as_csv(*MADE_UP), "made-up.csv", how, person=EDITOR, exported=date(2026, 11, 1))


@pytest.fixture
def editor(monkeypatch):
    monkeypatch.setattr(people, "current_person", lambda: EDITOR)


def text(app) -> str:
    return unescape(said(app))


@pytest.mark.slow
def test_the_real_city_shows_the_printed_targets_and_says_what_is_not_there(city):
    city()
    app = open_page("agencies")
    page = text(app)
    assert not app.exception and "measures have a target for Fiscal 2027" in page
    assert "The agencies’ plans themselves are not loaded here" in page and "not published here" in page
    assert "Property crime rate per 1,000" in page and "rules cannot be told for any measure here" in page


def test_a_direction_comes_only_from_an_indicator_that_counts_the_measure(city):
    city()
    page = text(open_page("agencies", plan="measure:702: % of Invoices Paid in 30 days", year="2020"))
    assert "more is better, as of the indicator that it counts" in page and "The target is 70; the year before it was 100." in page
    assert "indicator?indicator=prompt-vendor-payment" in page and "budget?line=service%3A702" in page and "baltimorebudget" in page


def test_the_answer_stands_first_with_its_denominators(loaded):
    page = text(open_page("agencies", year="2026"))
    assert "2 of 2</strong> measures have a target for Fiscal 2026. Of 1 that can be compared, 1 ask for less than the year before." in page
    assert "Of 1 that can be held against a result, 1 were met already when they were set." in page
    assert "made-up.csv" in page and "1 figures stand otherwise in an older copy" in page


def test_no_person_is_on_the_page_or_in_what_is_taken_along(loaded):
    from lib.ui import plan_tables, plans

    app = open_page("agencies")
    assert "Ada" not in text(app) and ADDRESS not in text(app)
    view = plans.View(plans.newest(), plans.plan(plans.newest()), 2026, plans.judged(plans.newest(), 2026), {}, "", None, None)
    for table in plan_tables.tables(view).values():
        assert PERSON not in table.to_csv() and "@" not in table.to_csv()


@pytest.mark.slow
def test_names_of_measures_stay_text(loaded):
    for query in ({}, {"plan": "measure:F1"}):
        app = open_page("agencies", **query)
        assert "<b>fast" not in said(app) and "Fires put out <b>fast</b>" in text(app)


def test_one_agency_has_only_its_measures(loaded):
    page = text(open_page("agencies", plan="agency:fire", year="2026"))
    assert "<h1 class='page'>Fire</h1>" in page and "Fires put out" in page and "Days to repair" not in page


def test_a_flag_leaves_those_that_have_it(loaded):
    app = open_page("agencies", year="2026")
    app.selectbox(key="flag").set_value("no active owner").run()
    page = text(app)
    assert "Days to repair a light" in page and "measure:F1" not in page.split("<h2 class='section'>No active owner")[1]


def test_the_card_of_a_measure_has_figures_flags_reasons_and_where_copies_disagree(loaded):
    page = text(open_page("agencies", plan="measure:F1", year="2026"))
    assert "Target for Fiscal 2026: 90. Newest result: 95, Fiscal 2025. Flagged: already met when it was set; easier than last year’s; not updated on time." in page
    assert "The year before had 95, which is as good as the target of 90." in page and "Fires put out <b>fast</b>. FY24" not in page
    assert "FY25: result 95, target 92" in page, "the picture is said in words"
    assert "<td class=n>95</td><td class=n>99</td><td>FY2026</td><td>FY2025</td>" in page
    missing = text(open_page("agencies", plan="measure:L1", year="2026"))
    assert "not reported (printed: No Data)" in missing and "Nobody is named for it." in missing and ">0<" not in missing.split("Targets and results")[1].split("</table>")[0]


def test_the_quarters_are_held_against_the_year(loaded):
    page = text(open_page("agencies", plan="measure:F1", year="2025"))
    assert "The year has 95, and no way gives this: sum 100, mean 25, last 40. The list says cumulative." in page


def test_an_unknown_measure_gets_a_sentence_and_the_page(loaded):
    app = open_page("agencies", plan="measure:none")
    assert not app.exception and "There is no agency or measure at this address" in text(app)


@pytest.mark.parametrize("query", [{}, {"plan": "measure:F1"}, {"plan": "agency:fire", "year": "2026"}])
def test_in_the_room_one_thing_is_shown(loaded, query):
    app = open_page("agencies", present="true", **query)
    assert not app.exception and [button.label for button in app.button] == ["Leave presentation"]


def test_the_stats_by_who_leads_them(city):
    city()
    app = open_page("agencies", view="Stats")
    page = text(app)
    assert "17 Stats are known: 9 led by the central office, 0 led by an agency, 0 internal to an agency and of 8 it is not known who leads them." in page
    assert "the budget page names the Stat, and not who leads it" in page and "Example" not in page


def test_a_reader_sees_what_was_held_and_neither_note_nor_name_nor_form(loaded):
    key = store.write_discussion(cache.engine(), agency="fire", fiscal_year=2027, half=1, day=date(2026, 10, 3), note="Short of staff", person=EDITOR, today=TODAY)
    app = open_page("agencies", view="Discussions", year="2027")
    page = text(app)
    assert "1 of 4 discussions in Fiscal 2027 are recorded as held. 1 is due now." in page and "Oct 3, 2026" in page and "by Dec 31, 2026" in page
    assert "Short of staff" not in page and "Ed" not in page.split() and not app.button(key="start-presentation").disabled
    assert not [button for button in app.button if button.key == "write-discussion"] and key


def test_an_editor_writes_a_discussion_down_and_takes_it_back(loaded, editor):
    app = open_page("agencies", view="Discussions", year="2027", plan="agency:fire")
    app.text_area(key="discussion-note-0").set_value("Two measures to be mended")
    app.date_input(key="discussion-day-0").set_value(date(2026, 11, 3))
    next(button for button in app.button if button.key == "FormSubmitter:add-discussion-Write it down" or button.label == "Write it down").click().run()
    (found,) = store.discussions(cache.engine())
    assert (found.agency, found.fiscal_year, found.half, found.day, found.note, found.created_by) == ("fire", 2027, 1, date(2026, 11, 3), "Two measures to be mended", "Ed")
    assert "Two measures to be mended" in text(app) and "written down by Ed" in text(app)
    app.button(key=f"yes-remove-{found.id}").click().run()
    assert store.discussions(cache.engine()) == ()


def test_the_list_tells_what_was_wrong_and_staff_see_the_cells(loaded, editor):
    page = text(open_page("agencies", view="The list"))
    assert "3 lines were read: 3 of 2 measures, 0 repeated word for word, 0 set aside." in page and "Contact and Modified By" in page
    assert "Counted, never dropped without a word" in page and "made-up.csv" in page and "Ed" in page.split("Loads, the newest first")[1]


def test_without_a_list_the_page_says_so(city):
    city(with_stats())
    assert "is not loaded" in text(open_page("agencies", view="The list"))
