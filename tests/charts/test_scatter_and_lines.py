import base64
import math
import re

from lib.charts.lines import SmallLine, lines
from lib.charts.scatter import Dot, funnel, quadrant


def document(address: str) -> str:
    return base64.b64decode(address.removeprefix("data:image/svg+xml;base64,")).decode()


def circles(text: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', text)]


def test_better_stands_right_and_fairer_stands_up():
    names = ("a", "b", "c", "d")
    (x, y), = circles(document(quadrant([Dot(0.5, 0.5, "one", "good")], names=names)))
    assert x > 430 and y < 230
    (x, y), = circles(document(quadrant([Dot(-0.5, -0.5, "one", "good")], names=names)))
    assert x < 430 and y > 230


def test_what_cannot_be_told_is_hollow_and_no_two_names_cover_each_other():
    text = document(quadrant([Dot(0.0, 0.0, "first <b>", "neutral", filled=False), Dot(0.0, 0.001, "second", "good")], names=("", "", "", "")))
    assert text.count('fill="none"') == 1 and "first &lt;b&gt;" in text
    ys = [float(y) for y in re.findall(r'<text x="[\d.]+" y="([\d.]+)">(?:first|second)', text)]
    assert abs(ys[0] - ys[1]) >= 12


def test_a_funnel_names_only_who_has_a_label_and_draws_both_limits():
    text = document(funnel([Dot(100, 5, "", "neutral"), Dot(200, 9, "Out", "concern")], city=5.0, limits=[(100, 1, 9), (200, 2, 8)]))
    assert text.count("<polyline") == 2 and ">Out<" in text and len(circles(text)) == 2


def test_a_line_breaks_where_a_figure_is_missing_and_starts_from_zero():
    text = document(lines([SmallLine("A", [1, 2, 3, 4], [5.0, math.nan, 5.0, 6.0], "6.0")], ticks=[(1, "2001"), (4, "2004")]))
    assert text.count("<polyline") == 2 and ">A: 6.0<" in text and ">2001<" in text
    baseline = float(re.search(r"M8 ([\d.]+)H", text)[1])
    assert all(y < baseline for _, y in circles(text))


def test_without_any_value_there_is_no_picture():
    assert lines([SmallLine("A", [1, 2], [math.nan, math.nan], "no figure")], ticks=[]) == "" and lines([], ticks=[]) == ""


def test_a_long_name_is_cut_and_its_value_is_not():
    text = document(lines([SmallLine("Medfield/Hampden/Woodberry/Remington", [1, 2], [1.0, 2.0], "2.0%")], ticks=[]))
    assert "\N{HORIZONTAL ELLIPSIS}: 2.0%<" in text
