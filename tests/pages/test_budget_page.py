"""The budget page: a part that says so, sums that reconcile on the page, the line of sight, and a trial that keeps the total."""

import re

import pytest

from lib import words
from lib.roles import READER, Person, Role
from lib.store import residents as store
from lib.ui import cache, people
from lib.ui.budget import VIEWS, amounts_table, choose, coverage_table, sums_table
from lib.ui.ideas import every_idea
from lib.ui.nav import PAGES
from tests.cities import DEFLATOR, tiny, with_money
from tests.pages.conftest import open_page, said

STAFF = Person("Ann", frozenset({Role.STAFF}))


def test_residents_find_the_page():
    entry = next(one for one in PAGES if one.address == "budget")
    assert entry.is_listed_for(READER) and entry.section == "Government"


def test_the_first_sentence_says_how_much_of_what_and_that_it_is_not_the_whole(city):
    city(with_money())
    text = said(open_page("budget"))
    assert "<strong>$100</strong> actual for Fiscal 2020, of 2 agencies. <strong>This is not the whole city budget.</strong>" in text
    assert "Here: two agencies. Not here: the schools. So no sum on this page is the City’s total." in text
    assert "Safe / sound" in text and "$70" in text and "Under no outcome that we know: $30, of Front desk (Works) and Street cleaning (Works)." in text


def test_every_table_of_sums_ends_with_the_sum_of_its_rows(city):
    city()
    text = said(open_page("budget"))
    checked = 0
    for body in re.findall(r"<tbody>(.*?)</tbody>", text, re.DOTALL):
        rows = [re.sub(r"<[^>]+>", "|", row) for row in re.findall(r"<tr>(.*?)</tr>", body)]
        if not rows or not rows[-1].replace("|", "").startswith("All that is here"):
            continue
        found = [int(re.search(r"\$([\d,]+)", row)[1].replace(",", "")) for row in rows]
        assert sum(found[:-1]) == found[-1] == 1_162_661_406
        checked += 1
    assert checked == 5  # by outcome, agency, fund, agency and fund, and every amount


def test_the_real_city_says_what_is_missing_and_names_the_index(city):
    city()
    app = open_page("budget")
    text = said(app)
    assert "$1,162,661,406" in text and "agencies from M to Z" in text and "Fire, Health" in text and "$4,353,532" in text
    assert "Totals as the City printed them could not be read" in text
    app.selectbox(key="dollars").set_value("Constant, of 2024").run()
    text = said(app)
    assert "In dollars of 2024." in text and "CPI-U, US city average" in text and "$1,162,661,406" not in text.split("How to read")[0]


def test_year_fund_and_outcomes_choose_the_amounts(city):
    city(with_money())
    app = open_page("budget")
    app.selectbox(key="fund").set_value("Federal").run()
    assert "<strong>$10</strong> actual for Fiscal 2020, of 1 agency, from the fund “Federal”." in said(app)
    app.selectbox(key="fund").set_value("All funds that are here").run()
    app.selectbox(key="outcomes-of").set_value("The 2 of 2020").run()
    assert "Under no outcome that we know: $10, of Front desk (Works)." in said(app)
    app = open_page("budget", year="FY2021-budgeted")
    assert "<strong>$66</strong> budgeted for Fiscal 2021" in said(app)


def test_without_a_price_index_there_are_no_constant_dollars_and_the_page_says_so(city):
    city(with_money(**{"deflator.csv": DEFLATOR.splitlines()[0] + "\n"}))
    app = open_page("budget")
    assert app.selectbox(key="dollars").options == ["The year's own"] and "no price index is in the data" in said(app)


@pytest.mark.parametrize("files", [None, with_money()])
@pytest.mark.parametrize("name", VIEWS)
def test_every_view_stands(city, files, name):
    city(files)
    app = open_page("budget", view=name)
    assert not app.exception and not app.error


def test_a_city_without_money_is_told_what_to_write(city):
    city(tiny())
    app = open_page("budget")
    assert not app.exception and "Write data/budget.csv" in said(app).replace("\\", "")


def test_a_link_opens_the_line_of_sight_of_an_outcome_and_of_a_service(city):
    city(with_money())
    text = said(open_page("budget", line="outcome:safe"))
    assert "Safe / sound: from the outcome to its measures" in text and "its measure counts it" in text
    assert "$66 (Fiscal 2021, budgeted)" in text and "Fires per 1000 homes: target 4 for Fiscal 2021" in text
    text = said(open_page("budget", line="service:1"))
    assert "Service 1: Fire suppression" in text and 'href="./budget?line=outcome%3Asafe"' in text and 'href="./indicator?indicator=fires"' in text


def test_what_hangs_loose_is_listed_with_its_kind_of_tie(city):
    city()
    text = said(open_page("budget", line="outcome:better-schools"))
    assert "No service is put under this outcome" in text
    assert "Measures without an indicator: 11" in text and "urban tree canopy" in text
    assert "only through the outcome, to" in text and "no tie is known" in text


def test_a_trial_keeps_the_total_and_reset_brings_all_back(city):
    city(with_money())
    app = open_page("budget", view="Try it")
    app.selectbox(key="outcomes-of").set_value("The 2 of 2020").run()
    assert [one.value for one in app.number_input] == [70, 20]
    app.number_input(key="simulation-0").set_value(60).run()
    assert [one.value for one in app.number_input] == [60, 30]
    text = said(app)
    assert "$60: $10 less than $70, 14.3% less" in text and "$30: $10 more than $20, 50.0% more" in text and "not stored, unless you send it" in text
    app.button(key="simulation-reset").click().run()
    assert [one.value for one in app.number_input] == [70, 20]


def test_with_one_outcome_nothing_can_be_moved_and_the_page_says_so(city):
    city(with_money())
    app = open_page("budget", view="Try it")
    assert not app.number_input and "nothing can be moved" in said(app)


def test_what_is_taken_along_has_every_amount_its_reference_and_what_is_not_here(city):
    city()
    open_page("scorecard")
    budget, framework = cache.budget(), cache.current_framework()
    choice = choose(budget, framework)
    rows, sums, here = amounts_table(choice), sums_table(choice), coverage_table(budget)
    assert rows["dollars"].sum() == 1_162_661_406 == sums["dollars_shown"].iloc[-1] == sums["dollars_shown"].iloc[:-1].sum()
    assert rows["reference"].ne("").all() and "not the City's total" in sums["outcome"].iloc[-1] and here["not_here"].ne("").all()


def test_an_outcomes_page_says_what_its_services_have_and_leads_to_the_line_of_sight(city):
    city(with_money())
    text = said(open_page("outcome", outcome="safe"))
    assert "$70 actual in Fiscal 2020 for 1 service of it. A part of the budget only" in text
    assert 'href="./budget?line=outcome%3Asafe"' in text


def test_an_outcome_without_money_says_nothing_of_it(city):
    city(tiny())
    assert "A part of the budget" not in said(open_page("outcome", outcome="safe"))


# Sending an idea


@pytest.fixture
def trial(city):
    """The trial of the small city, with ten dollars moved."""
    city(with_money())
    app = open_page("budget", view="Try it")
    app.selectbox(key="outcomes-of").set_value("The 2 of 2020").run()
    app.number_input(key="simulation-0").set_value(60).run()
    return app


def test_an_idea_is_sent_with_consent_only_and_thanked_for(trial):
    assert "Not kept: your name" in said(trial)
    trial.button(key="idea-send").click().run()
    assert "Tick that the idea may be kept" in said(trial) and ideas() == ()
    trial.text_area(key="idea-reason").set_value("More brooms")
    trial.checkbox(key="idea-consent").check()
    trial.button(key="idea-send").click().run()
    assert (
        "Your idea was kept" in said(trial)
        and trial.text_area(key="idea-reason").value == ""
        and not trial.checkbox(key="idea-consent").value
    )
    (one,) = ideas()
    assert (one.fiscal_year, one.basis, one.fund, one.reason, list(one.after.values())) == (
        "FY2020",
        "actual",
        "",
        "More brooms",
        [60, 30],
    )


def test_a_second_press_by_mistake_counts_for_nothing(trial):
    for _ in range(2):
        trial.checkbox(key="idea-consent").check()
        trial.button(key="idea-send").click().run()
    assert "sent already" in said(trial) and len(ideas()) == 1
    trial.number_input(key="simulation-0").set_value(50).run()
    trial.checkbox(key="idea-consent").check()
    trial.button(key="idea-send").click().run()
    assert len(ideas()) == 2


def test_what_others_would_change_is_shown_of_ten_and_not_of_nine(trial):
    names = [one.label.removesuffix(", dollars") for one in trial.number_input]
    before = dict(zip(names, (70, 20), strict=True))
    for number in range(9):
        store.send_idea(
            cache.engine(),
            fiscal_year="FY2020",
            basis="actual",
            fund="",
            before=before,
            after=dict(zip(names, (60 - number, 30 + number), strict=True)),
            reason="",
            consent=True,
        )
    trial.run()
    assert "shown once 10 ideas came in" in said(trial) and "What residents would change</h2>" not in said(trial)
    store.send_idea(
        cache.engine(),
        fiscal_year="FY2020",
        basis="actual",
        fund="",
        before=before,
        after=dict(zip(names, (51, 39), strict=True)),
        reason="",
        consent=True,
    )
    trial.run()
    text = said(trial)
    assert "10 residents sent an idea for Fiscal 2020." in text and "+$14" in text and f"{words.MINUS}$14" in text


def test_constant_dollars_are_not_sent(trial):
    trial.selectbox(key="dollars").set_value("Constant, of 2021").run()
    assert "year’s own dollars" in said(trial) and not [one for one in trial.button if one.key == "idea-send"]


def test_the_file_of_all_ideas_is_for_staff(trial, monkeypatch):
    assert not [one for one in trial.get("download_button") if "All ideas" in one.proto.label]
    monkeypatch.setattr(people, "current_person", lambda: STAFF)
    trial.run()
    assert [one for one in trial.get("download_button") if "All ideas" in one.proto.label]
    trial.checkbox(key="idea-consent").check()
    trial.button(key="idea-send").click().run()
    assert every_idea(ideas())["difference"].tolist() == [-10, 10]


def ideas():
    return store.ideas(cache.engine(), person=STAFF)
