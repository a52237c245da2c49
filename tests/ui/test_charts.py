import json
import math
from dataclasses import replace
from datetime import date

import pandas as pd

from lib.charts.trend import draw
from lib.model import PeriodKind
from lib.stat.curve import Mark
from lib.ui.charts import drawing_of
from tests.tables import FALLS, MONTHLY, assessed, months, rows_of, target

YEARS = {"2018": 4.0, "2019": 3.0, "2022": 2.0}  # nothing from 2020 and 2021
OTHER = replace(FALLS, id="other", name="Another count")


def test_no_line_is_drawn_across_missing_years_whatever_it_shows():
    one = assessed(FALLS, YEARS)
    one = replace(one, indicator=replace(one.indicator, series=(FALLS, OTHER)))
    table = pd.concat([rows_of(FALLS, YEARS), rows_of(FALLS, YEARS, geography="state"), rows_of(OTHER, YEARS)])
    drawing = drawing_of(one, table, {"state": "The State"}, benchmarks=["state"], others=["other"])
    for line in (drawing.main, *drawing.benchmarks, *drawing.earlier):
        assert [math.isnan(value) for value in line.values] == [False, False, True, False], line.name
    without = drawing_of(replace(one, series=None), table, {}, others=["other"])
    assert [math.isnan(value) for value in without.main.values] == [False, False, True, False]
    assert [len(trace.y) for trace in draw(drawing).data] == [2, 1] * 3


def test_a_gap_in_time_has_no_label_on_the_axis():
    one = assessed(FALLS, {str(year): 1.0 for year in (2010, 2012, 2014)})
    assert list(draw(drawing_of(one, rows_of(FALLS, {}), {})).layout.xaxis.ticktext) == ["2010", "2012", "2014"]


def test_a_hostile_name_is_text_wherever_plotly_writes_it():
    hostile = '<a href="https://evil.example">x</a>'
    series = replace(FALLS, name=hostile)
    one = assessed(series, YEARS, target("2030", PeriodKind.CALENDAR, 1.0))
    other = replace(OTHER, name=hostile)
    one = replace(one, indicator=replace(one.indicator, series=(series, other)))
    table = pd.concat([rows_of(series, YEARS, geography="state"), rows_of(other, YEARS)])
    drawing = drawing_of(one, table, {"state": hostile}, benchmarks=["state"], others=["other"])
    figure = draw(drawing)
    written = json.dumps(json.loads(figure.to_json()), ensure_ascii=False)
    assert "<a href" not in written and written.count("&lt;a href") >= 3
    assert all("&lt;a" in line.name for line in (drawing.main, *drawing.benchmarks, *drawing.earlier))


def test_a_target_stands_in_the_chart_where_its_figure_does():
    one = assessed(FALLS, {"2018": 10.0, "2022": 9.0}, target("FY2023", PeriodKind.FISCAL, 9.2), as_of=date(2023, 6, 1))
    drawing = drawing_of(one, rows_of(FALLS, {}), {})
    assert (drawing.aim.end, drawing.aim.label) == (date(2022, 12, 31), "FY2023")


def test_trial_limits_are_named_so():
    for count, named in ((11, True), (12, False)):
        figure = draw(drawing_of(assessed(MONTHLY, months(count)), rows_of(MONTHLY, {}), {}))
        texts = [note.text for note in figure.layout.annotations if "limit" in note.text]
        assert len(texts) == 2 and all(("on trial" in text) is named for text in texts)


def test_the_words_of_a_mark_are_escaped_once_and_the_box_is_drawn():
    one = assessed(FALLS, YEARS)
    usual = ((date(2020, 1, 1), date(2022, 12, 31), 1.0, 3.0),)
    drawing = drawing_of(one, rows_of(FALLS, YEARS), {}, marks=[Mark(date(2020, 1, 1), "<b>a</b> & $x$ [x](http://evil)", ())], usual=usual)
    assert drawing.marks == [(date(2020, 1, 1), "&lt;b&gt;a&lt;/b&gt; &amp; $x$ [x](http://evil)")] and drawing.before_limits == usual
    assert "<b>a" not in draw(drawing).to_json()
