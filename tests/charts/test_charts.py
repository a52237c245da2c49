import base64
import math
import re
from datetime import date

import pytest

from lib.charts import theme
from lib.charts.sparkline import sparkline, unbroken_runs
from lib.charts.trend import Aim, Line, Trend, draw
from lib.model import OUTCOME_COLOURS, Movement, Status

NAN = math.nan


def picture(*arguments, **named) -> str:
    return base64.b64decode(sparkline(*arguments, **named).removeprefix("data:image/svg+xml;base64,")).decode()


def line(values, name="Fires") -> Line:
    times = [date(2015 + number, 12, 31) for number in range(len(values))]
    return Line(name, times, [str(t.year) for t in times], values, [f"{v:.1f}" for v in values])


def lines_of(figure, name):
    return [trace for trace in figure.data if trace.name == name]


def test_a_line_never_crosses_a_missing_figure():
    assert unbroken_runs([(1, 1.0), (2, NAN), (3, 3.0), (4, 4.0)]) == [[(1, 1.0)], [(3, 3.0), (4, 4.0)]]
    traces = lines_of(draw(Trend("per 1,000", line([1.0, NAN, 3.0, 4.0]))), "Fires")
    assert [list(trace.y) for trace in traces] == [[1.0], [3.0, 4.0]]
    assert picture([1.0, 2.0, NAN, 3.0, 4.0], times=[1, 2, 3, 4, 5]).count("<polyline") == 2


def test_two_series_are_two_lines():
    figure = draw(Trend("per 1,000", line([1.0, 2.0]), earlier=[line([5.0, 6.0], "Old count")]))
    assert len(lines_of(figure, "Fires")) == len(lines_of(figure, "Old count")) == 1
    assert any(note.text == "Old count" for note in figure.layout.annotations), "the name stands on the line"
    assert figure.layout.showlegend is None and not figure.layout.template.layout.showlegend


def test_nothing_to_draw_is_no_picture_and_one_value_is_a_dot():
    assert sparkline([], times=[]) == "" == sparkline([NAN, NAN], times=[1, 2])
    one = picture([5.0], times=[1])
    assert "<polyline" not in one and "<circle" in one


def test_the_target_stands_inside_the_sparkline():
    levels = [float(y) for y in re.findall(r"M4 ([\d.]+)H", picture([1.0, 2.0], times=[1, 2], target=10.0))]
    assert len(levels) == 1 and 0 <= levels[0] <= 36


def test_the_straight_line_to_the_target_and_the_target_itself_are_drawn():
    aim = Aim(date(2015, 12, 31), 4.0, date(2020, 12, 31), "2020", 1.0, None, None, "Target 1.0 by 2020")
    figure = draw(Trend("per 1,000", line([4.0, 3.0]), aim=aim))
    (straight,) = lines_of(figure, "Straight line to the target")
    assert list(straight.y) == [4.0, 1.0]
    assert list(figure.layout.xaxis.ticktext)[-1] == "2020"


def test_a_range_is_a_band():
    aim = Aim(date(2015, 12, 31), 4.0, date(2020, 12, 31), "2020", None, 2.0, 3.0, "Target 2.0–3.0 by 2020")
    assert [shape.y0 for shape in draw(Trend("per 1,000", line([4.0, 3.0]), aim=aim)).layout.shapes] == [2.0]


def test_the_scale_begins_at_zero():
    assert draw(Trend("per 1,000", line([400.0, 390.0]))).layout.yaxis.rangemode == "tozero"


def test_provisional_figures_are_hollow():
    run = line([1.0, 2.0])
    hollow = Line(run.name, run.times, run.labels, run.values, run.texts, provisional=[False, True])
    assert list(lines_of(draw(Trend("per 1,000", hollow)), "Fires")[0].marker.symbol) == ["circle", "circle-open"]


def test_an_exported_figure_keeps_its_colours_whatever_the_default_template():
    import streamlit  # noqa: F401  sets placeholder colours as plotly's default template

    exported = draw(Trend("per 1,000", line([1.0, 2.0]))).to_json()
    assert theme.MID_LINE in exported and "#000001" not in exported


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


LIGHT, DARK, SOFT_LIGHT, SOFT_DARK = "#ffffff", "#14101a", "#f5f3f7", "#221b2b"


@pytest.mark.parametrize("tone", theme.TONES)
def test_status_colours_may_carry_text_in_both_themes(tone):
    on_light, on_dark = theme.TONES[tone]
    assert min(contrast(on_light, LIGHT), contrast(on_light, SOFT_LIGHT)) >= 4.5
    assert min(contrast(on_dark, DARK), contrast(on_dark, SOFT_DARK)) >= 4.5


@pytest.mark.parametrize(
    "colour", [theme.MID_LINE, theme.MID_MUTED, theme.MID_TARGET, *theme.OUTCOME_COLOURS.values(), *theme.BENCHMARK_LINES]
)
def test_lines_and_marks_stand_out_on_both_grounds(colour):
    assert contrast(colour, LIGHT) >= 3 and contrast(colour, DARK) >= 3


def test_text_in_charts_is_readable_on_both_grounds():
    assert contrast(theme.MID_TEXT, LIGHT) >= 4.5 and contrast(theme.MID_TEXT, DARK) >= 3.9


def test_the_colours_that_an_outcome_may_name_are_the_themes():
    assert tuple(theme.OUTCOME_COLOURS) == OUTCOME_COLOURS


def test_every_status_and_movement_has_its_look_and_tells_more_than_a_colour():
    assert set(theme.STATUS_LOOKS) == set(Status) and set(theme.MOVEMENT_LOOKS) == set(Movement)
    icons = [look.icon for look in theme.STATUS_LOOKS.values()]
    assert len(set(icons)) == len(icons), "each status has an icon of its own"


def test_the_style_sheet_has_the_themes_colours():
    from lib.settings import ROOT

    sheet = (ROOT / "lib/ui/style.css").read_text(encoding="utf-8")
    for tone, (on_light, on_dark) in theme.TONES.items():
        assert f"--{tone}: light-dark({on_light}, {on_dark})" in sheet
