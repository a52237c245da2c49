import base64
import math
import re
from datetime import date
from itertools import permutations

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


STRATEGY = date(2018, 1, 1)


def words_above(figure, marks) -> list[tuple[float, float, float, float]]:
    """Of each mark, on a plot of 300 pixels: the row of its words, where its line stands, and from where to where they reach."""
    times = sorted({time for trace in figure.data for time in trace.x} | {when for when, _ in marks})
    found = []
    for when, text in marks:
        (note,) = [note for note in figure.layout.annotations if note.text == text]
        at, width = 300 * (when - times[0]).days / (times[-1] - times[0]).days, 0.55 * 14 * len(text)
        begin = at + note.xshift - (width if note.xanchor == "right" else 0)
        found.append((note.yshift, at, begin, begin + width))
    return found


def test_without_marks_nothing_is_added():
    plain = draw(Trend("per 1,000", line([3.0, 2.0, 1.0])))
    assert (plain.layout.height, plain.layout.margin.t, plain.layout.shapes) == (420, 28, ())
    assert [trace.name for trace in plain.data] == ["Fires"]
    assert [note.text for note in plain.layout.annotations] == ["<b>3.0</b>", "<b>1.0</b>"]


def test_a_mark_is_a_line_with_its_words_above_the_plot():
    figure = draw(Trend("per 1,000", line([4.0, 3.0, 2.0, 1.0]), marks=[(STRATEGY, "Smoke alarms &amp; visits")]))
    (shape,) = figure.layout.shapes
    assert (shape.x0, shape.x1, shape.line.color) == ("2018-01-01", "2018-01-01", theme.MID_MUTED)
    (note,) = [note for note in figure.layout.annotations if "alarms" in note.text]
    assert note.text == "Smoke alarms &amp; visits", "the caller has escaped it, and it is escaped once"
    assert (note.y, note.yref, note.yanchor, note.yshift, note.xanchor) == (1, "paper", "bottom", 0, "right")
    assert figure.layout.height == 420, "there is room for one row"


@pytest.mark.parametrize(
    "days",
    [
        [(2018, 1, 1), (2018, 1, 1)],
        [(2016, 1, 1), (2016, 3, 1), (2016, 5, 1)],
        [(2018, 6, 1), (2018, 4, 1), (2018, 1, 1), (2018, 2, 1)],
        [(2016, 2, 1), (2017, 6, 1), (2017, 7, 1), (2018, 11, 1), (2018, 12, 1)],
    ],
)
def test_words_of_marks_close_together_never_overlap_nor_does_a_line_cross_them(days):
    marks = [(date(*day), f"Follow-up {number}") for number, day in enumerate(days)]
    figure = draw(Trend("per 1,000", line([4.0, 3.0, 2.0, 1.0]), marks=marks))
    places = words_above(figure, marks)
    for (row, _, begin, end), (other_row, line_up, other_begin, other_end) in permutations(places, 2):
        assert row != other_row or end <= other_begin or other_end <= begin
        assert row >= other_row or not begin < line_up < end
    rows = {row for row, *_ in places}
    assert figure.layout.height == 420 + max(rows) and figure.layout.margin.t == 28 + max(rows)
    assert len(figure.layout.shapes) == len(marks) + sum(row > 0 for row, *_ in places), "a line leads up to words"


def test_marks_far_apart_stand_in_one_row():
    marks = [(date(2016, 1, 1), "Budget"), (date(2018, 11, 1), "Strategy")]
    assert {row for row, *_ in words_above(draw(Trend("", line([4.0, 3.0, 2.0, 1.0]), marks=marks)), marks)} == {0}


def test_what_was_usual_before_is_a_box_for_each_stretch_of_time_and_says_so():
    usual = [(STRATEGY, date(2018, 7, 1), 2.0, 5.0), (date(2018, 7, 1), date(2018, 12, 31), 1.5, 4.5)]
    figure = draw(Trend("per 1,000", line([4.0, 3.0, 2.0, 1.0]), marks=[(STRATEGY, "Strategy")], before_limits=usual))
    (band,) = lines_of(figure, "Usual variation before")
    assert list(band.y) == [2.0, 2.0, 5.0, 5.0, 2.0, None, 1.5, 1.5, 4.5, 4.5, 1.5]
    assert [band.x[place] for place in (0, 1, 6, 7)] == [
        STRATEGY,
        date(2018, 7, 1),
        date(2018, 7, 1),
        date(2018, 12, 31),
    ]
    assert (band.fillcolor, band.line.color, band.fill) == (theme.MID_BAND, theme.MID_MUTED, "toself")
    assert figure.data[0] is band, "it lies under the figures"
    (note,) = [note for note in figure.layout.annotations if note.text == "Usual variation before"]
    assert (note.x, note.xanchor, note.y) == (date(2018, 12, 31), "right", 5.0)
    early = draw(
        Trend("", line([4.0, 3.0, 2.0, 1.0]), before_limits=[(date(2016, 1, 1), date(2018, 12, 31), 2.0, 5.0)])
    )
    (note,) = [note for note in early.layout.annotations if note.text == "Usual variation before"]
    assert (note.x, note.xanchor) == (date(2016, 1, 1), "left")


def test_a_mark_stands_also_where_there_is_no_figure_yet():
    unknown = Line("Fires", [], [], [], [])
    assert draw(Trend("", unknown, marks=[(STRATEGY, "Strategy")])).layout.shapes[0].x0 == "2018-01-01"
    later = draw(Trend("", line([1.0]), marks=[(date(2030, 1, 1), "To come")]))
    assert [note.xanchor for note in later.layout.annotations if note.text == "To come"] == ["right"]


def test_the_first_and_the_last_value_stand_clear_of_the_line_at_any_size():
    for size in (14, 28):
        figure = draw(Trend("", line([3.0, 2.0, 1.0])), text_size=size)
        shifts = [note.yshift for note in figure.layout.annotations]
        thick = figure.data[-1].marker.size
        assert shifts == [round(1.15 * size)] * 2 and shifts[0] - 0.7 * size > thick / 2


def test_the_last_value_stands_under_a_box_that_it_lies_below():
    usual = [(STRATEGY, date(2018, 12, 31), 2.0, 5.0)]
    figure = draw(Trend("", line([4.0, 3.0, 2.0, 1.0]), before_limits=usual))
    assert {note.text: note.yshift > 0 for note in figure.layout.annotations if "<b>" in note.text} == {"<b>4.0</b>": True, "<b>1.0</b>": False}


def test_a_mark_after_the_last_figure_has_room_and_its_day_on_the_axis():
    late = date(2021, 3, 1)
    figure = draw(Trend("", line([4.0, 3.0, 2.0, 1.0]), marks=[(late, "Late")]))
    first, last = figure.layout.xaxis.range
    assert str(first) < "2015-12-31" and "2021-07-01" < str(last) < "2022-01-01"
    assert (figure.layout.xaxis.tickvals[-1], figure.layout.xaxis.ticktext[-1]) == (late, "Mar 2021")
    assert draw(Trend("", line([4.0, 3.0]))).layout.xaxis.range is None, "without marks nothing changes"


def test_labels_of_the_axis_do_not_touch_where_a_mark_stretches_it():
    figure = draw(Trend("", line([4.0, 3.0, 2.0, 1.0]), marks=[(date(2030, 6, 1), "Much later")]))
    assert list(figure.layout.xaxis.ticktext) == ["2016", "2018", "Jun 2030"], "the latest figure keeps its label"
    near = draw(Trend("", line([4.0, 3.0, 2.0, 1.0]), marks=[(date(2019, 2, 1), "Soon after")]))
    assert "Feb 2019" not in near.layout.xaxis.ticktext and "2018" in near.layout.xaxis.ticktext


def test_on_a_slide_marks_are_large_and_take_from_the_plot():
    marks = [(date(2016, 3, 1), "Follow-up 1"), (date(2016, 5, 1), "Follow-up 2")]
    usual = [(date(2016, 5, 1), date(2018, 12, 31), 2.0, 5.0)]
    figure = draw(Trend("", line([4.0, 3.0, 2.0, 1.0]), marks=marks, before_limits=usual), height=680, text_size=28)
    assert figure.layout.height == 680 and figure.layout.template.layout.font.size == 28
    words = [note for note in figure.layout.annotations if note.text in ("Follow-up 1", "Follow-up 2")]
    assert all(note.font.size is None for note in words) and len({note.yshift for note in words}) == 2
    (box,) = [note for note in figure.layout.annotations if note.text == "Usual variation before"]
    assert box.font.size >= 22 and min(note.yshift for note in words) >= 28, "its words stand between the plot and those of the marks"
    apart = [(date(2016, 3, 1), "Follow-up 1"), (date(2017, 3, 1), "Follow-up 2")]
    wide = draw(Trend("", line([4.0, 3.0, 2.0, 1.0]), marks=apart), height=680, text_size=28)
    assert {note.yshift for note in wide.layout.annotations if "Follow" in note.text} == {0}, "a slide is wide"


def test_words_that_would_run_into_each_other_take_the_other_side_where_there_is_room():
    marks = [(date(2017, 1, 1), "A strategy of years"), (date(2017, 9, 1), "Another one")]
    notes = draw(Trend("", line([4.0, 3.0, 2.0, 1.0]), marks=marks), height=680, text_size=28).layout.annotations
    found = {note.text: (note.yshift, note.xanchor) for note in notes if note.text in dict.fromkeys(words for _, words in marks)}
    assert found == {"A strategy of years": (0, "right"), "Another one": (0, "right")}


def test_the_targets_words_reach_into_the_plot():
    def anchor(end: date) -> str:
        aim = Aim(date(2015, 12, 31), 4.0, end, "t", 1.0, None, None, "Target")
        return next(note.xanchor for note in draw(Trend("", line([4.0, 3.0, 2.0, 1.0]), aim=aim)).layout.annotations if "Target" in note.text)

    assert (anchor(date(2016, 6, 30)), anchor(date(2020, 12, 31))) == ("left", "right")


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
    "colour",
    [theme.MID_LINE, theme.MID_MUTED, theme.MID_TARGET, *theme.OUTCOME_COLOURS.values(), *theme.BENCHMARK_LINES],
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


def test_the_style_sheet_takes_every_colour_from_the_theme():
    from lib.settings import ROOT

    sheet = (ROOT / "lib/ui/style.css").read_text(encoding="utf-8")
    given = {name.removeprefix("--") for name in re.findall(r"--[\w-]+(?=:)", theme.style_variables())}
    of_an_element = {"mark", "ground", "sign"}  # an outcome's colour and a swatch's, written beside it
    assert set(re.findall(r"var\(--([\w-]+)", sheet)) <= given | of_an_element
    assert not re.findall(r"#[0-9a-fA-F]{3,6}\b", sheet)
