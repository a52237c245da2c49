"""On the trend and Turn the curve, as a resident, a member of staff and an editor find them."""

import json
from datetime import date, timedelta

import pytest

from lib.cycle import Agency, Decision, Deliverable, Evaluation, Strategy
from lib.errors import NotAllowed
from lib.roles import READER, Person, Role
from lib.store import curve, follow_ups
from lib.store.export import as_csv, as_xlsx
from lib.ui import cache, people, tables
from lib.ui.claims import SignIn
from tests.cities import tiny
from tests.pages.conftest import TODAY, open_page, said

ED = Person("Ed", frozenset({Role.EDITOR}))
SAM = Person("Sam", frozenset({Role.STAFF}))
DAY = timedelta(days=1)
HOSTILE = "<script>alert(1)</script> $x$ [x](http://evil) <b>b</b>"
TURN = "Turn the curve"


@pytest.fixture
def looking(monkeypatch):
    def look(person: Person) -> None:
        monkeypatch.setattr(people, "sign_in", lambda: SignIn(person, ""))
        monkeypatch.setattr(people, "is_signed_in", lambda: person is not READER)

    look(READER)
    return look


def promise(action="Send the list of alarms", **more):
    plain = dict(stat="safety", owner="Anna Lee", due=TODAY + 9 * DAY, deliverable=Deliverable.MEMO, agency="Fire", indicator="fires")
    plain |= dict(begun_on=TODAY - 9 * DAY, public=True)
    return follow_ups.write_down(cache.engine(), action=action, person=ED, **plain | more)


def strategy(name="Smoke alarms", **more):
    plain = dict(kind="program", agency="Fire", partners=("Housing",), started=date(2024, 1, 10), ended=None, cost="", about="", reference="")
    plain |= dict(evidence="none stated")
    return curve.add(cache.engine(), Strategy, indicator="fires", person=ED, name=name, **plain | more)


def evaluation(name="A look at ten blocks", **more):
    plain = dict(design="Before and after.", result="Fewer fires.", finding="mixed", on=date(2025, 3, 1), by="A university", strategy="", reference="")
    return curve.add(cache.engine(), Evaluation, indicator="fires", person=ED, name=name, **plain | more)


def decision(what="Buy alarms", **more):
    plain = dict(kind="budget", amount=1_200_000.0, on=date(2025, 5, 1), by="The council", meeting="", reference="")
    return curve.add(cache.engine(), Decision, indicator="fires", person=ED, what=what, **plain | more)


def spec(app) -> str:
    """What the browser is given to draw, with the words for those who do not see it."""
    return "".join(str(one.proto) for one in app.get("plotly_chart"))


def texts(app) -> list[str]:
    """Words in the chart."""
    drawn = json.loads(app.get("plotly_chart")[0].proto.spec)
    return [note["text"] for note in drawn["layout"].get("annotations", ())]


def everything(app) -> str:
    """All that reaches the browser, as one."""
    widgets = [str(one.proto) for kind in ("selectbox", "multiselect", "button", "text_input", "expander") for one in app.get(kind)]
    return said(app) + spec(app) + "".join(widgets)


def labels(app) -> list[str]:
    return [one.label for one in app.selectbox]


# Who sees what


@pytest.mark.slow
def test_a_resident_sees_no_example_no_owner_and_nothing_that_is_not_public(city, looking):
    city(tiny())
    open_page("scorecard")
    promise("Hand out alarms to homes")
    promise("Talk to the union quietly", public=False)
    promise("Made up promise of alarms", example=True)
    strategy("Made up strategy", example=True)
    evaluation("Made up study", example=True)
    decision("Made up decision", example=True)
    for tab in ("Why this status", TURN, "Figures and references"):
        text = everything(open_page("indicator", indicator="fires", tab=tab))
        assert "Hand out alarms" in text
        assert not [word for word in ("quietly", "Made up promise", "Made up strategy", "Made up study", "Made up decision", "Anna", "xample") if word in text]
    text = everything(open_page("indicator", indicator="fires", present="true"))
    assert "Hand out alarms" in text and "Anna" not in text and "Made up promise" not in text and "quietly" not in text
    text = everything(open_page("outcome", outcome="safe"))
    assert "Hand out alarms" in text and "Anna" not in text and "Made up promise" not in text and "quietly" not in text
    one = next(found for found in cache.assessments() if found.indicator.id == "fires")
    given = tables.indicator_tables(one, cache.observations(), {"tinyville": "Tinyville"})
    written = as_csv(given["Figures"]) + as_xlsx(given, about=[])
    assert b"alarms" not in written and b"Anna" not in written


def test_an_address_that_names_what_is_not_public_shows_nothing_of_it(city, looking):
    city(tiny())
    open_page("scorecard")
    promise("Hand out alarms to homes")
    promise("Talk to the union quietly", public=False)
    app = open_page("indicator", indicator="fires", mark=f"Talk to the union quietly, Nov {(TODAY - 9 * DAY).day}, 2026")
    assert not app.exception and not app.error
    assert app.selectbox(key="mark").value == "all" and "quietly" not in everything(app)


def test_staff_see_all_with_the_owner_and_what_is_made_up_marked(city, looking):
    city(tiny())
    open_page("scorecard")
    promise("Talk to the union quietly", public=False)
    strategy("Made up strategy", example=True)
    evaluation("Made up study", example=True)
    looking(SAM)
    app = open_page("indicator", indicator="fires", tab=TURN)
    text = said(app)
    assert "quietly" in text and "Anna Lee" in text
    assert "Made up strategy</strong> <span class='grade'>Example</span>" in text and "Made up study <span class='grade'>Example</span>" in text
    assert "Example, made up." in text and "Example: Made up strategy" in texts(app)
    assert "Add a strategy" not in everything(app) and not [one for one in app.button if "remove" in one.label.lower()]


@pytest.mark.slow
def test_owners_are_named_to_residents_where_the_city_wants_it(city, looking, monkeypatch):
    city(tiny())
    open_page("scorecard")
    promise()
    chosen = cache.settings()
    monkeypatch.setattr(cache, "settings", lambda: chosen.model_copy(update={"stat": chosen.stat.model_copy(update={"public_names": True})}))
    for page in (open_page("indicator", indicator="fires"), open_page("outcome", outcome="safe")):
        assert "Anna Lee" in said(page)


def test_an_indicator_without_anything_done_asks_and_says_nothing(city, looking):
    city(tiny())
    app = open_page("indicator", indicator="fires")
    assert "Mark on the trend" not in labels(app) and "What was done" not in said(app)
    assert json.loads(app.get("plotly_chart")[0].proto.spec)["layout"].get("shapes") is None


# On the trend


def test_what_is_written_down_is_marked_at_once_and_so_is_its_change(city, looking):
    city(tiny())
    app = open_page("indicator", indicator="fires")
    before = spec(app)
    made = promise()
    app.run()
    assert "Send the list of…" in texts(app) and spec(app) != before
    assert "Marked: Send the list of… (Nov 15, 2026)." in app.get("plotly_chart")[0].proto.alt
    follow_ups.change(cache.engine(), made, person=ED, begun_on=TODAY - 400 * DAY, action="Call each landlord")
    app.run()
    assert "Call each landlord" in texts(app) and "Send the list of…" not in texts(app)
    assert "Oct 20, 2025" in said(app)
    other = open_page("indicator", indicator="fires")
    assert spec(other) == spec(app), "another reader sees the same"


def test_a_reader_picks_one_or_none_and_the_address_keeps_it(city, looking):
    city(tiny())
    open_page("scorecard")
    promise("Hand out alarms to homes")
    key = strategy("Smoke alarms")
    app = open_page("indicator", indicator="fires")
    assert {"Hand out alarms to…", "Smoke alarms"} <= set(texts(app))
    pick = app.selectbox(key="mark")
    assert pick.options == ["All", "Hand out alarms to homes, Nov 15, 2026", "Smoke alarms, Jan 10, 2024", "None"]
    pick.set_value(key).run()
    assert "Smoke alarms" in texts(app) and "Hand out alarms to…" not in texts(app)
    assert "Hand out alarms to homes" in said(app), "the table has all"
    app.selectbox(key="mark").set_value("none").run()
    assert not {"Hand out alarms to…", "Smoke alarms"} & set(texts(app)) and "Upright dotted lines" not in said(app)
    again = open_page("indicator", indicator="fires", mark="Smoke alarms, Jan 10, 2024")
    assert again.selectbox(key="mark").value == key and "Hand out alarms to…" not in texts(again)


def test_a_mark_that_is_gone_is_picked_no_more(city, looking):
    city(tiny())
    open_page("scorecard")
    key = strategy("Smoke alarms")
    strategy("Sprinklers")
    app = open_page("indicator", indicator="fires")
    app.selectbox(key="mark").set_value(key).run()
    curve.remove(cache.engine(), Strategy, key, person=ED)
    app.run()
    assert not app.exception and not app.error and app.selectbox(key="mark").value == "all" and "Sprinklers" in texts(app)


def test_the_band_is_that_after_the_mark_that_has_figures_since(city, looking):
    rising = "".join(f"fires,tinyville,,,{year},{value},{value * 100:.0f},100000,,,,false,{year + 1},,tests/cities.py\n"
                     for year, value in zip(range(2010, 2026), [5.0, 5.2, 4.9, 5.1] * 3 + [5.0, 9.0, 9.1, 9.2], strict=True))  # fmt: skip
    from tests.cities import HEADER

    city(tiny(figures=HEADER + rising, indicator=tiny()["frameworks/tiny/indicators/fires.toml"].replace('baseline = "2020"', 'baseline = "2010"')))
    open_page("scorecard")
    strategy("Fewer inspections", started=date(2022, 12, 31))
    made = promise()
    app = open_page("indicator", indicator="fires")
    text = said(app)
    assert "Usual variation before" in texts(app) and "Box: the usual variation before Dec 31, 2022, “Fewer inspections”." in text
    assert "<strong>Worsened beyond its usual variation</strong> since Dec 31, 2022" in text and "this does not show why" in text
    assert "<strong>Too early to tell</strong>" in text and "<summary>How this is judged</summary>" in text
    app.selectbox(key="mark").set_value(made.id).run()
    assert "Usual variation before" not in texts(app)


def test_hostile_words_stay_text_in_the_page_the_chart_and_the_forms(city, looking):
    city(tiny())
    open_page("scorecard")
    promise(HOSTILE, agency=HOSTILE, evidence=HOSTILE)
    key = strategy(HOSTILE, agency=HOSTILE, partners=(HOSTILE,), cost=HOSTILE, about=HOSTILE, reference=HOSTILE)
    evaluation(HOSTILE, design=HOSTILE, result=HOSTILE, by=HOSTILE, strategy=key, reference="javascript:alert(1)")
    decision(HOSTILE, by=HOSTILE, reference='https://x.org/"><script>alert(1)</script>')
    looking(ED)
    for page in (open_page("indicator", indicator="fires", tab=TURN), open_page("outcome", outcome="safe")):
        assert not page.exception and not page.error
        text = said(page)
        assert "<script>" not in text and "<b>b</b>" not in text and "[x](http://evil)" in text
        assert 'href="javascript' not in text and "href='javascript" not in text
    app = open_page("indicator", indicator="fires", tab=TURN)
    assert "&lt;script&gt;alert(1)&lt;/scr…" in texts(app) and "<script>" not in app.get("plotly_chart")[0].proto.spec
    remove = next(one for one in app.button if "remove" in one.label.lower())
    assert "[x](" not in remove.label and r"\<script\>" in remove.label


# Turn the curve


def test_where_nothing_is_recorded_each_part_says_so(city, looking):
    city(tiny())
    text = said(open_page("indicator", indicator="fires", tab=TURN))
    for sentence in ("Forecast if nothing changes", "Story behind the curve", "Not written yet", "Owner: Fire. Partners: Housing.", "No strategy is recorded.",
                     "No evaluation is recorded.", "No decision is recorded."):  # fmt: skip
        assert sentence in text, sentence


def test_each_part_says_what_is_known_and_what_is_not(city, looking):
    city(tiny())
    open_page("scorecard")
    key = strategy("Smoke alarms", cost="", reference="https://fire.city.gov/alarms")
    strategy("Old promise", started=None, cost="$5,000", agency="Police")
    evaluation(strategy=key)
    decision()
    decision("Think again", amount=None, kind="policy", on=date(2026, 1, 2))
    text = said(open_page("indicator", indicator="fires", tab=TURN))
    assert "Program of Fire with Housing, since Jan 10, 2024." in text and "Cost not known." in text and "Cost: $5,000." in text
    assert "since when is not known" in text and "nobody wrote down when it began" in text and text.index("Smoke alarms</h4>") < text.index("Old promise</h4>")
    assert "href='https://fire.city.gov/alarms'" in text and "In its strategies also: Police." in text
    assert "Mixed. By A university, Mar 1, 2025." in text and "Of: Smoke alarms." in text
    assert "Budget, May 1, 2025, by The council. $1,200,000." in text and "Policy, Jan 2, 2026, by The council." in text
    assert text.index("Think again") < text.index("Buy alarms"), "the newest first"
    assert "No strategy" not in text and "Add a" not in text


def test_an_editor_writes_each_kind_down_and_takes_it_back(city, looking, monkeypatch):
    city(tiny())
    monkeypatch.setattr(cache, "agencies", lambda: (Agency("fire", "Fire", "BCFD", True, "tests"),))
    looking(ED)
    app = open_page("indicator", indicator="fires", tab=TURN)
    app.text_input(key="curve-strategy-name-0").input("Smoke alarms for all")
    app.selectbox(key="curve-strategy-agency-0").set_value("Fire")
    app.date_input(key="curve-strategy-started-0").set_value(date(2025, 2, 3))
    app.button(key="write-strategy").click().run()
    assert not app.exception and "Smoke alarms for all</h4>" in said(app) and "Written down: Smoke alarms for all" in said(app)
    assert "Smoke alarms for all" in texts(app), "and it is on the trend at once"
    app.text_input(key="curve-evaluation-name-1").input("A study")
    app.text_area(key="curve-evaluation-design-1").input("A trial")
    app.text_area(key="curve-evaluation-result-1").input("Fewer fires")
    app.text_input(key="curve-evaluation-by-1").input("A university")
    app.date_input(key="curve-evaluation-on-1").set_value(date(2026, 2, 3))
    app.button(key="write-evaluation").click().run()
    app.text_input(key="curve-decision-what-2").input("Buy more alarms")
    app.number_input(key="curve-decision-amount-2").set_value(25_000)
    app.text_input(key="curve-decision-by-2").input("The council")
    app.date_input(key="curve-decision-on-2").set_value(date(2026, 3, 3))
    app.button(key="write-decision").click().run()
    text = said(app)
    assert "A study</h4>" in text and "Budget, Mar 3, 2026, by The council. $25,000." in text
    assert app.text_input(key="curve-decision-what-3").value == "", "the next form is empty"
    (one,) = cache.decisions()
    app.button(key=f"yes-remove-{one.id}").click().run()
    assert cache.decisions() == () and "No decision is recorded." in said(app) and "Removed: Buy more alarms" in said(app)
    assert [type(found[0]) for found in (cache.strategies(), cache.evaluations())] == [Strategy, Evaluation]


@pytest.mark.parametrize(("button", "field", "typed", "sentence"), [
    ("strategy", "strategy-about", "Hand them out", "Write the name. Write the agency."),
    ("evaluation", "evaluation-design", "A trial", "Write the name. Write the result. Write the person or body that it is by. Write the day."),
    ("decision", "decision-what", "Buy alarms", "Write the person or body that it is by. Write the day."),
])  # fmt: skip
def test_a_form_says_what_is_missing_and_loses_nothing(city, looking, button, field, typed, sentence):
    city(tiny())
    looking(ED)
    app = open_page("indicator", indicator="fires", tab=TURN)
    find = app.text_input if field == "decision-what" else app.text_area
    find(key=f"curve-{field}-0").input(typed)
    app.button(key=f"write-{button}").click().run()
    assert [one.value.replace("\\", "") for one in app.error] == [sentence]
    find = app.text_input if field == "decision-what" else app.text_area
    assert find(key=f"curve-{field}-0").value == typed
    assert cache.strategies() == cache.evaluations() == cache.decisions() == ()


def test_who_lost_the_role_meanwhile_writes_and_removes_nothing(city, looking):
    city(tiny())
    looking(ED)
    open_page("scorecard")
    strategy()
    app = open_page("indicator", indicator="fires", tab=TURN)
    app.text_input(key="curve-decision-what-0").input("Buy alarms")
    remove = next(one for one in app.button if one.key.startswith("yes-remove"))
    looking(SAM)
    remove.click().run()
    assert len(cache.strategies()) == 1 and not app.exception
    for kind in (Strategy, Evaluation, Decision):
        with pytest.raises(NotAllowed):
            curve.add(cache.engine(), kind, indicator="fires", person=SAM)
        with pytest.raises(NotAllowed):
            curve.remove(cache.engine(), kind, cache.strategies()[0].id, person=SAM)


def test_what_is_made_up_has_no_button_of_its_own(city, looking):
    city(tiny())
    looking(ED)
    open_page("scorecard")
    strategy("Made up strategy", example=True)
    app = open_page("indicator", indicator="fires", tab=TURN)
    assert "Made up strategy" in said(app) and not [one for one in app.button if "remove" in one.label.lower()]


# The outcome's page


def test_what_is_open_stands_at_the_end_of_the_outcomes_page(city, looking):
    city(tiny())
    assert "No follow-up on these indicators is open and shown to residents." in said(open_page("outcome", outcome="safe"))
    promise("Hand out alarms to homes", due=TODAY - DAY, evidence="214 homes so far")
    promise("Send the last list", done_on=TODAY - DAY, evidence="Sent.")
    promise("Share the map", evidence_link="https://inside.city.gov/map")
    text = said(open_page("outcome", outcome="safe"))
    assert "Hand out alarms" in text and "Overdue <span class='city-word'>Red" in text and "214 homes so far" in text and "Nov 23, 2026" in text
    assert "Send the last list" not in text and "kept by the City" in text and "inside.city.gov" not in text and "followup=" not in text
    looking(SAM)
    text = said(open_page("outcome", outcome="safe"))
    assert "Anna Lee" in text and "https://inside.city.gov/map" in text and "./followups?followup=" in text
