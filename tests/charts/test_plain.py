"""The drawing for pages without scripts: where its points are, where it breaks, what it says."""

import math
import re
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.charts.plain import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, scale, trend_svg
from lib.charts.trend import Aim, Line

SVG = "{http://www.w3.org/2000/svg}"
GOAL = Aim(date(2020, 12, 31), 10.0, date(2030, 12, 31), "Target 5", 5.0, None, None, "Target 5")


def line(*values: float) -> Line:
    years = range(2020, 2020 + len(values))
    return Line("Fires", [date(year, 12, 31) for year in years], [str(year) for year in years], values, [f"{value:g}" for value in values])


def drawn(*values: float, aim: Aim | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(trend_svg(line(*values), aim, said="Fires & more"))


def test_the_scale_begins_at_zero_and_the_points_stand_on_it():
    found = drawn(0.0, 30.0, 60.0)
    dots = [float(one.get("cy")) for one in found.iter(f"{SVG}circle")]
    assert dots[0] == HEIGHT - BOTTOM and dots[2] == TOP and math.isclose(dots[1], (dots[0] + dots[2]) / 2, abs_tol=0.1)
    assert [one.text for one in found.iter(f"{SVG}text") if one.get("class") == "tick"][:4] == ["0", "20", "40", "60"]


def test_no_line_crosses_a_missing_value():
    lines = [one.get("points").split() for one in drawn(1.0, 2.0, math.nan, 4.0, 5.0).iter(f"{SVG}polyline")]
    assert [len(points) for points in lines] == [2, 2]


def test_the_target_is_the_end_of_a_straight_line_from_the_baseline():
    found = drawn(10.0, 9.0, aim=GOAL)
    (aim,) = [one.get("d") for one in found.iter(f"{SVG}path") if one.get("class") == "aim"]
    x1, y1, x2, y2 = map(float, re.findall(r"[\d.]+", aim))
    goal, first, second = found.iter(f"{SVG}circle")  # the target lies under the line
    assert (x1, y1) == (float(first.get("cx")), float(first.get("cy"))) and (x2, y2) == (float(goal.get("cx")), float(goal.get("cy")))
    assert x2 == WIDTH - RIGHT and y2 > float(second.get("cy")), "the target is later, and lower on the scale"


def test_a_range_to_stay_in_is_a_band():
    wide = Aim(date(2020, 12, 31), 10.0, date(2030, 12, 31), "Target 4–6", None, 4.0, 6.0, "Target 4–6")
    (band,) = drawn(10.0, 9.0, aim=wide).iter(f"{SVG}rect")
    assert float(band.get("height")) > 0


def test_it_says_what_it_shows_and_no_figures_give_no_drawing():
    assert drawn(1.0).get("aria-label") == "Fires & more" and drawn(1.0).get("role") == "img"
    assert trend_svg(line(math.nan, math.nan), None, said="") == ""


@given(st.lists(st.floats(-1e7, 1e7) | st.just(math.nan), min_size=1, max_size=30))
def test_every_point_lies_inside(values):
    text = trend_svg(line(*values), None, said="x")
    assert (text == "") == all(map(math.isnan, values))
    for one in ElementTree.fromstring(text).iter(f"{SVG}circle") if text else ():
        assert LEFT <= float(one.get("cx")) <= WIDTH - RIGHT and TOP - 0.1 <= float(one.get("cy")) <= HEIGHT - BOTTOM + 0.1


@given(st.floats(-1e9, 0), st.floats(0, 1e9))
def test_the_scale_holds_both_ends_in_few_round_steps(low, high):
    """Zero is always among what a drawing shows."""
    ticks = scale(low, high)
    apart = 1e-6 * max(1.0, high - low)
    assert ticks[0] <= low + apart and ticks[-1] >= high - apart and 2 <= len(ticks) <= 7


@pytest.mark.parametrize(("low", "high", "ticks"), [(0, 47, [0, 20, 40, 60]), (0, 1, [0, 0.25, 0.5, 0.75, 1]), (0, 0, [0, 0.25, 0.5, 0.75, 1]), (-5, 5, [-5, -2.5, 0, 2.5, 5])])
def test_steps_are_round(low, high, ticks):
    assert scale(low, high) == ticks
