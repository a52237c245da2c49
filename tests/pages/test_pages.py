import pytest

from lib.ui.nav import PAGES
from tests.cities import FIGURES, INDICATOR, empty, tiny
from tests.pages.conftest import open_page, said

ADDRESSES = [entry.address for entry in PAGES]
STAFF = [entry.address for entry in PAGES if entry.role]  # here seen by a reader


@pytest.mark.slow
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_stands_with_the_real_city(city, address):
    city()
    app = open_page(address)
    assert not app.exception and not app.error
    assert "<h1 class='page'>" in said(app)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_stands_with_a_tiny_city(city, address):
    city(tiny())
    app = open_page(address)
    assert not app.exception and not app.error


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_stands_with_an_empty_city(city, address):
    city(empty(), "empty")
    app = open_page(address)
    assert not app.exception and not app.error
    assert address == "about" or address in STAFF or "Write" in said(app)


@pytest.mark.slow
def test_every_indicator_has_its_page(city):
    from lib.ui import cache

    city()
    open_page("scorecard")
    names = {one.indicator.id: one.indicator.name for one in cache.assessments()}
    assert len(names) == 23
    for key, name in names.items():
        app = open_page("indicator", indicator=key)
        assert not app.exception and not app.error, key
        assert f"<h1 class='page'>{name}" in said(app).replace("&#x27;", "'").replace("&amp;", "&"), key


def test_the_scorecard_counts_out_of_all_and_leads_to_the_reference(city):
    city(tiny())
    text = said(open_page("scorecard"))
    assert "Of 1 indicator, <strong>1 is met or on track</strong>" in text
    assert "1 on track; 1 in all" in text and "No indicators yet" in text  # the empty outcome says so
    assert 'href="./indicator?indicator=fires"' in text
    assert "7.5" in text and "per 1,000 homes" in text and "by 2030" in text
    assert "These names are made up." in text and "Evidence A, not confirmed yet" in text
    assert "tests/cities.py" in said(open_page("indicator", indicator="fires"))


def test_a_changed_number_changes_the_page(city):
    city(tiny(figures=FIGURES.replace("2025,7.5,750,", "2025,9.9,990,")))
    text = said(open_page("scorecard"))
    assert "9.9" in text
    assert "7.5" not in text


@pytest.mark.fault("source file damaged", says="The city's data files hold 1 problem. Nothing was loaded.")
def test_a_wrong_number_is_refused_with_a_sentence_that_says_what_to_do(city, told):
    city(tiny(figures=FIGURES.replace("2025,7.5,750,", "2025,about 7,750,")))
    app = open_page("scorecard")
    assert not app.exception
    text = said(app)
    assert "fires.csv" in text and "line 7, value" in text and "is not a number" in text
    told(text)


def test_filters_choose_and_say_how_many_are_left(city):
    city()
    app = open_page("scorecard")
    app.multiselect(key="outcomes").set_value(["better-schools"]).run()
    text = said(app)
    assert "3 indicators of 23 shown." in text
    assert "Kindergarten" in text and "Violent crime" not in text.split("</ul>")[1]
    app.multiselect(key="status").set_value(["on track"]).run()
    assert "No indicator fits these filters" in said(app)


def test_neighborhood_filter_and_worst_first(city):
    city()
    app = open_page("scorecard")
    app.toggle(key="neighborhood").set_value(True).run()
    assert "Visitors" not in said(app).split("</ul>")[1].split("class='note'")[0]
    app.toggle(key="neighborhood").set_value(False)
    app.toggle(key="worst").set_value(True).run()
    board = said(app).split('aria-label="Indicators, worse and off target first"')[1]
    assert board.index("Vacant buildings") < board.index("Recycling")


def test_an_unknown_indicator_gets_a_sentence_and_the_first_page(city):
    city()
    app = open_page("indicator", indicator="unicorns/and <b>rainbows</b>")
    assert not app.exception
    assert "There is no indicator at this address." in said(app)


def test_a_missing_figure_is_said_and_never_zero(city):
    last = "fires,tinyville,,,2025,7.5,750,100000,,,,false,2026,,tests/cities.py"
    city(tiny(figures=FIGURES.replace(last, "fires,tinyville,,,2025,,,,,,suppressed,false,2026,,tests/cities.py")))
    app = open_page("indicator", indicator="fires")
    app.session_state["tab"] = "Figures and references"
    text = said(app.run())
    assert "suppressed" in text and "8.0" in text
    assert "<td class=n>0.0" not in text


def test_hostile_names_stay_text(city):
    hostile = "<img src=x onerror=alert(1)> $x$ [a](javascript:alert(1)) /slash"
    city(tiny(indicator=INDICATOR.format(id="fires", name=hostile, outcome="safe")))
    for address in ("scorecard", "outcome", "indicator"):
        app = open_page(address)
        assert not app.exception
        assert "<img src=x" not in said(app)


def test_presentation_shows_one_thing_and_turns_its_pages(city):
    city(tiny())
    app = open_page("scorecard", present="true")
    assert not app.multiselect and [button.label for button in app.button] == ["Leave presentation", "Previous", "Next"]
    assert app.button(key="turn-previous").disabled
    app.button(key="turn-next").click().run()
    assert "Safe / sound" in said(app) and not app.exception
    app.button(key="turn-next").click().run()
    assert "<h1 class='page'>Fires</h1>" in said(app)
    app.button(key="leave-presentation").click().run()
    assert any(button.label == "Present" for button in app.button)


@pytest.mark.fault("database gone", says="The database cannot be reached right now, so no figures can be shown. Nothing is lost; please try again in a few minutes.")
def test_a_database_that_is_gone_gives_a_sentence_and_a_reference(city, monkeypatch, caplog, told):
    city()
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/none")
    app = open_page("scorecard")
    text = said(app)
    told(text)
    assert not app.exception and "Reference:" in text
    assert "secret" not in text and "127.0.0.1" not in text
    reference = text.split("Reference:")[1].split()[0]
    assert reference in caplog.text and "secret" not in caplog.text
    about = said(open_page("about"))
    assert "straight line from the baseline" in about


@pytest.mark.slow
@pytest.mark.fault("store file truncated", says="The database is damaged, so no figures are shown: they could be wrong. Please tell the people who run this site.")
def test_a_damaged_store_gives_a_sentence_and_recovers_without_a_restart(city, tmp_path, told):
    city()
    store = tmp_path / "store.db"
    store.write_bytes(b"SQLite format 3\x00" + b"\x00" * 40)
    told(said(open_page("scorecard")))
    store.unlink()
    app = open_page("scorecard")
    assert not app.error and "Priority Outcomes" in said(app)


def test_the_about_page_explains_every_status_and_names_what_is_reconstructed(city):
    from lib.model import Status

    city()
    text = said(open_page("about"))
    for status in Status:
        assert str(status).capitalize() in text
    assert "0 indicators of 23 confirmed" in text
    assert "Wilson" in text  # from the methods' own descriptions


@pytest.mark.fault("store file taken away", shows="the figures: the store is built again without a restart")
def test_a_database_that_is_taken_away_is_built_again_without_a_restart(city, tmp_path):
    city(tiny())
    assert "7.5" in said(open_page("scorecard"))
    for path in tmp_path.glob("store.db*"):
        path.unlink()
    app = open_page("scorecard")
    assert not app.error and "7.5" in said(app)


def test_a_framework_that_is_not_there_is_named_with_those_that_are(city):
    city(tiny(), "elsewhere")
    text = said(open_page("scorecard"))
    assert "there is no framework" in text and "tiny" in text
