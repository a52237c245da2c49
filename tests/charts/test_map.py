"""The map's colours can be told apart by everybody, and its description says what it is given and no more."""

import itertools
import json
import math

import numpy as np
import pytest

from lib.charts.map import PATTERNS, AreaMap, deck, picture, svg, view_of
from lib.charts.theme import BETTER_TO_WORSE, MORE_DARKER, WORSE_DARKER, rgb
from tests.cities import BOUNDARIES

DRAWING = json.loads(BOUNDARIES)
# Machado, Oliveira and Fernandes 2009, severity 1
SEEN_AS = {
    "all colours": np.eye(3),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, seen: np.ndarray = SEEN_AS["all colours"]) -> np.ndarray:
    """CIE L*a*b* of a colour as somebody with that vision sees it."""
    linear = np.array([part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in np.array(rgb(colour)) / 255])
    xyz = TO_XYZ @ np.clip(seen @ linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = [part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in xyz]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("palette", [WORSE_DARKER, MORE_DARKER, BETTER_TO_WORSE])
@pytest.mark.parametrize("vision", SEEN_AS)
def test_any_two_classes_can_be_told_apart_with_any_colour_vision(palette, vision):
    distances = [float(np.linalg.norm(lab(a, SEEN_AS[vision]) - lab(b, SEEN_AS[vision]))) for a, b in itertools.combinations(palette, 2)]
    assert min(distances) > 15


@pytest.mark.parametrize("palette", [WORSE_DARKER, MORE_DARKER, BETTER_TO_WORSE])
def test_any_two_classes_can_be_told_apart_in_grey(palette):
    lightness = sorted(lab(colour)[0] for colour in palette)
    assert min(b - a for a, b in itertools.pairwise(lightness)) > 8


def test_the_darker_of_a_sequence_is_always_the_later():
    for palette in (WORSE_DARKER, MORE_DARKER):
        lightness = [lab(colour)[0] for colour in palette]
        assert lightness == sorted(lightness, reverse=True)


def shown(**changes) -> AreaMap:
    given = dict(names=[f"Area {number}" for number in range(10)], classes=[0, 1, 2, 3, 4, None, None, None, 1, 0],
                 reasons=["", "", "", "", "", "suppressed", "not reported", "not used", "", ""], palette=WORSE_DARKER,
                 labels=["a", "b", "c", "d", "e"], title="Fires & <b>smoke</b>", subtitle="2020. Tinyville.", source="Made up")  # fmt: skip
    return AreaMap(**given | changes)


def layers(described) -> dict[str, dict]:
    return {layer["id"].split("-")[0]: layer for layer in json.loads(described.to_json())["layers"]}


def drawn(**changes):
    named = dict(shapes="app/static/areas.geojson", patterns="app/static/patterns.png", view=view_of(DRAWING, width=500, height=500))
    return deck(shown(**changes.pop("shown", {})), **named | changes)


def test_the_deck_names_the_class_of_each_area_and_carries_no_shape_and_no_figure():
    text = drawn().to_json()
    assert "coordinates" not in text and "Area 1" not in text and len(text) < 4_000
    fill = layers(drawn())["classes"]["_subLayerProps"]["polygons-fill"]["getFillColor"]
    assert "('0123455510')[properties.n]" in fill  # five classes, and 5 for the empty ground


def test_what_is_missing_is_told_apart_by_pattern():
    assert {"lines", "dots", "cross"} <= set(layers(drawn())) and "dashes" not in layers(drawn())
    assert len({PATTERNS[reason] for reason in ("suppressed", "not reported", "not applicable", "not used")}) == 4
    assert not {"lines", "dots", "cross"} & set(layers(drawn(shown=dict(reasons=[""] * 10))))


def test_chosen_areas_are_outlined_and_the_outline_follows_the_choice():
    plain, one, other = (json.loads(drawn(shown=dict(selected=frozenset(chosen))).to_json())["layers"] for chosen in ((), (1,), (2,)))
    assert len(one) == len(plain) + 2
    assert one[-1]["id"] != other[-1]["id"]  # a layer whose colours change must change its name


def test_no_request_for_a_base_map_unless_a_city_names_one():
    assert json.loads(drawn().to_json()).get("mapProvider") is None
    assert json.loads(drawn(style="app/static/style.json").to_json())["mapStyle"] == "app/static/style.json"


def test_the_wheel_scrolls_the_page_and_the_keyboard_moves_the_map():
    (view,) = json.loads(drawn().to_json())["views"]
    assert view["controller"] == {"scrollZoom": False, "keyboard": True}


def test_heights_are_an_option_and_a_missing_figure_lies_flat():
    tall = layers(drawn(heights=True, shown=dict(values=[1.0, 2.0, *[math.nan] * 8])))["classes"]
    assert tall["extruded"] and "[1500,3000,0,0" in tall["_subLayerProps"]["polygons-fill"]["getElevation"]
    assert "extruded" not in layers(drawn())["classes"]


def test_all_shapes_fit_into_the_view():
    view = view_of(DRAWING, width=500, height=500)
    assert view["longitude"] == pytest.approx(-76.65) and view["latitude"] == pytest.approx(39.27)
    assert 500 * 360 / (512 * 2 ** view["zoom"]) > 0.1 * 0.99  # degrees of longitude seen against the width of the city


def test_a_narrow_map_shows_all_of_it_from_further_away():
    narrow, wide = view_of(DRAWING, width=250, height=500), view_of(DRAWING, width=500, height=500)
    assert wide["zoom"] - narrow["zoom"] == pytest.approx(1.0, abs=0.02)


def test_the_picture_says_what_it_shows_when_where_and_from_which_source_and_escapes_it():
    document = svg(shown(), DRAWING)
    for text in ("Fires &amp; &lt;b&gt;smoke", "2020. Tinyville.", "Made up", "suppressed", "not reported", "not used"):
        assert text in document
    assert document.count("<path d=") >= 10 and "url(#lines)" in document
    assert picture(shown(), DRAWING).startswith("data:image/svg+xml;base64,")
