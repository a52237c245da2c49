"""The pages of neighborhoods: with Baltimore, with ten made-up areas, with none."""

import json

import pytest

from lib.settings import Ranking, read_settings
from lib.ui import cache
from tests.cities import area_rows, measure, ten_areas
from tests.pages.conftest import open_page, said

PAGES = ("map", "equity", "neighborhood", "compare")


@pytest.mark.parametrize("address", PAGES)
def test_every_page_stands_with_ten_areas(city, address):
    city(ten_areas())
    app = open_page(address)
    assert not app.exception and not app.error


def deck_of(app) -> dict:
    return json.loads(app.get("deck_gl_json_chart")[0].proto.json)


def test_the_map_leads_with_who_is_worst_off_and_draws_every_area(city):
    city(ten_areas())
    app = open_page("map")
    text = said(app)
    assert "Worst in Area 3 16.0" in text and "Best: Area 10 2.0" in text and "2025" in text
    fill = next(layer for layer in deck_of(app)["layers"] if layer["id"] == "classes")["_subLayerProps"]["polygons-fill"]["getFillColor"]
    assert len(fill.split("('")[1].split("')")[0]) == 10
    assert "Stands for the indicator" in text and "Not published by neighborhood." in text  # the note of the made-up indicator


def test_the_slider_shows_another_period_with_the_same_classes(city):
    city(ten_areas())
    app = open_page("map")
    before = said(app)
    app.select_slider(key="period").set_value("2020").run()
    after = said(app)
    assert "Worst in North/South 20.0" in after
    labels = [text.split("(")[0] for text in before.split("<li>") if "</i>" in text]
    assert labels == [text.split("(")[0] for text in after.split("<li>") if "</i>" in text], "a colour means one value in every period"


@pytest.mark.slow
def test_what_is_missing_is_said_in_words_and_drawn_by_pattern(city):
    city(ten_areas(**{"measures/fires.csv": area_rows({"2025": ["suppressed", "not reported", "not applicable", 1.0, 2.0]})}))
    app = open_page("map")
    text = said(app)
    for reason, count in (("suppressed", 1), ("not reported", 6), ("not applicable", 1)):
        assert f"{reason} ({count})" in text
    assert {"lines", "dots", "dashes"} <= {layer["id"] for layer in deck_of(app)["layers"]}


def test_a_click_chooses_an_area_and_another_click_lets_it_go(city):
    city(ten_areas())
    app = open_page("map")
    app.multiselect(key="areas").set_value(["area-2"]).run()
    assert "<tr class=chosen><td><a href=\"./neighborhood?area=area-2\">" in said(app)
    assert "<strong>Chosen, 2025:</strong> Area 2 9.0." in said(app)
    outlined = [layer["id"] for layer in deck_of(app)["layers"] if layer["id"].startswith("selected")]
    assert len(outlined) == 1


@pytest.mark.slow
def test_no_suppressed_figure_is_in_any_page_map_or_download(city):
    counts = [0.4, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 0.0]  # area 1 counts 4 people
    files = ten_areas(**{"measures/fires.toml": measure("fires", "Fires", sensitive="true"), "measures/fires.csv": area_rows({"2025": counts})})
    city(files)
    for address, query in (("map", {}), ("equity", {}), ("neighborhood", {"area": "area-1"}), ("compare", {"with": "area-1,area-2"})):
        app = open_page(address, **query)
        assert not app.exception and not app.error
        text = said(app)
        assert "suppressed" in text or address == "equity"
        assert ">0.4<" not in text and " 0.4 " not in text, address
    from lib.ui.tables import area_table, layer_table

    (layer,) = cache.layers("fires")
    for table in (layer_table(layer, cache.areas()), area_table(cache.areas()[0], [layer], cache.areas())):
        own = table[table["area_id"] == "area-1"]
        assert own["value"].isna().all() and (own["reason"] == "suppressed").all()
    assert cache.shapes().startswith("app/static/") and "0.4" not in (cache.STATIC / cache.shapes().rpartition("/")[2]).read_text()


def test_the_equity_page_says_the_gap_with_its_number_and_who_that_is(city):
    city(ten_areas())
    text = said(open_page("equity"))
    assert "In the 2 neighborhoods with the lowest household income it is 9.5 per 1,000 residents; in the 2 with the highest, 3.0: 6.5 worse" in text
    assert "Narrowed" in text and "No target is set for this gap." in text
    assert "Worst off in 2025" in text and "North/South" in text
    assert "Expected and missing" in text or "Nothing that is expected is missing" in text


def test_a_gap_target_shows_its_status(city):
    from tests.store.test_neighborhoods import GAP_TARGET

    files = ten_areas()
    files["frameworks/tiny/indicators/fires.toml"] += GAP_TARGET
    city(files)
    text = said(open_page("equity"))
    assert "Target for the gap: 5.00 by 2030." in text and "On track" in text


def test_another_ranking_is_another_gap_and_one_without_figures_is_not_offered(city, monkeypatch):
    city(ten_areas())
    chosen = cache.settings()
    by_fires = Ranking(measure="fires", disadvantaged="high", name="fires", most="with most fires", least="with fewest")
    gone = Ranking(measure="gone", disadvantaged="high", name="gone", most="", least="")
    equity = chosen.equity.model_copy(update={"ranking": [*chosen.equity.ranking, by_fires, gone]})
    monkeypatch.setattr(cache, "settings", lambda: chosen.model_copy(update={"equity": equity}))
    app = open_page("equity")
    assert app.selectbox(key="rank").options == ["household income", "fires"]
    app.selectbox(key="rank").set_value("fires").run()
    assert "with most fires" in said(app)


@pytest.mark.parametrize("asked", ["area-1", "remin", "Remington", "north/south", "North/South"])
def test_any_name_of_a_neighborhood_leads_to_its_page(city, asked):
    city(ten_areas())
    assert "<h1 class='page'>North/South</h1>" in said(open_page("neighborhood", area=asked))


def test_an_unknown_neighborhood_gets_a_sentence_and_several_hits_a_list(city):
    city(ten_areas())
    text = said(open_page("neighborhood", area="<b>Atlantis</b>"))
    assert "There is no neighborhood called “&lt;b&gt;Atlantis&lt;/b&gt;”." in text
    text = said(open_page("neighborhood", area="area"))
    assert "may be one of these" in text and './neighborhood?area=area-2"' in text


def test_a_resident_of_remington_types_remin_and_finds_the_page(city):
    city()
    app = open_page("neighborhood")
    labels = app.selectbox(key="find").options
    hits = [label for label in labels if "remin" in label.lower()]
    assert hits and hits[0] == "Medfield/Hampden/Woodberry/Remington"
    assert "Remington, in Medfield/Hampden/Woodberry/Remington" in hits
    text = said(open_page("neighborhood", area="remin"))
    assert "Since 2020 it is called Hampden/Remington." in text
    assert "Vacant homes</a>: 0.7%" in text and "The whole city: 7.7%" in text


def test_two_to_four_neighborhoods_stand_side_by_side(city):
    city(ten_areas())
    text = said(open_page("compare", **{"with": "area-1,area-10,nowhere"}))
    assert "<h1 class='page'>North/South and Area 10</h1>" in text and "10.0" in text and "2.0" in text
    assert "Choose two to four" in said(open_page("compare"))


@pytest.mark.slow
def test_every_measure_of_baltimore_has_its_map_and_its_equity_page(city):
    city()
    for address in ("map", "equity"):
        app = open_page(address)
        for key in cache.measures():
            app.selectbox(key="measure").set_value(key).run()
            assert not app.exception and not app.error, (address, key)
    assert read_settings().equity.ranking[0].measure in cache.measures()


@pytest.mark.slow
def test_a_city_without_a_single_event_has_an_equity_page(city):
    city(ten_areas(**{"measures/fires.csv": area_rows({"2020": [0.0] * 10, "2025": [0.0] * 10})}))
    app = open_page("equity")
    assert not app.exception and not app.error


def test_a_hostile_name_stays_text_on_every_page(city):
    from tests.cities import AREA_FILE

    city(ten_areas(**{"areas/areas.csv": AREA_FILE.replace("Area 2", "A</style><b>2: $x$ [y]")}))
    for address, query in (("map", {}), ("equity", {}), ("neighborhood", {"area": "area-2"}), ("compare", {"with": "area-2,area-3"})):
        app = open_page(address, **query)
        assert not app.exception and not app.error and "</style><b>2" not in said(app), address


def test_the_same_neighborhood_twice_is_one(city):
    city(ten_areas())
    assert "<h1 class='page'>Area 2 and Area 3</h1>" in said(open_page("compare", **{"with": "area-2,area-2,area-3"}))


def test_the_figures_of_all_compared_neighborhoods_are_in_one_table(city):
    from lib.ui.tables import areas_table

    city(ten_areas())
    open_page("compare")
    chosen = cache.areas()[:2]
    assert set(areas_table(chosen, cache.every_layer(), cache.areas())["area_id"]) == {"area-1", "area-2"}
