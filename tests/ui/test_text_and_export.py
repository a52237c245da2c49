import io
import math

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib import words
from lib.store.export import as_csv, as_xlsx
from lib.ui.text import escape, md_escape, sanitised


@pytest.mark.parametrize(
    ("value", "decimals", "unit", "expected"),
    [(12599.0, 0, "buildings", "12,599"), (45.25, 1, "percent of homes", "45.2%"), (0.0, 1, "", "0.0"), (-3.456, 2, "", "−3.46"),
     (-0.001, 1, "", "0.0"), (None, 1, "", "not reported"), (math.nan, 1, "", "not reported")],
)  # fmt: skip
def test_figures_are_said_as_people_say_them(value, decimals, unit, expected):
    assert words.figure(value, decimals, unit) == expected


def test_units_periods_counts_and_lists():
    assert words.unit_beside("percent of homes") == "of homes" and words.unit_beside("buildings") == "buildings"
    assert [words.period(label) for label in ("2016", "FY2017", "2015-16", "2019-Q4")] == ["2016", "FY2017", "2015–16", "Q4 2019"]
    assert words.count_of(1, "indicator") == "1 indicator" and words.count_of(0, "indicator") == "0 indicators"
    assert words.listed(["a", "b", "c"]) == "a, b and c" and words.listed([]) == ""
    assert words.change(-0.26, 1) == "0.26" and words.change(696.5, 0) == "696" and words.change(1.59, 1, "percent of x") == "1.59 points"


def test_a_unit_is_a_percentage_or_dollars_only_by_its_first_word():
    assert words.figure(7.5, 1, "percentage of homes") == "7.5" and words.unit_beside("percentage of homes") == "percentage of homes"
    assert words.change(1.5, 1, "percentages") == "1.50" and words.figure(5, 0, "dollarsign") == "5"
    assert words.figure(7.5, 1, "percent") == "7.5%" and words.unit_beside("percent") == ""
    assert words.figure(5, 0, "dollars a year") == "$5" and words.unit_beside("dollars a year") == "a year"


@pytest.mark.parametrize(
    ("label", "kind", "expected"),
    [("2026-10", "month", "Oct 2026"), ("2026-10", "", "Oct 2026"), ("2010-11", "month", "Nov 2010"), ("2010-11", "school", "2010–11"),
     ("2010-11", "", "2010–11"), ("2015-16", "", "2015–16"), ("1999-00", "school", "1999–00"), ("2013-2017", "window", "2013–2017"),
     ("2019-Q4", "quarter", "Q4 2019"), ("FY2017", "fiscal", "FY2017")],
)  # fmt: skip
def test_a_month_is_named_and_never_reads_as_a_span_of_years(label, kind, expected):
    assert words.period(label, kind) == expected


HOSTILE = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "' onmouseover='x", '" autofocus onfocus="x', "&lt;"]


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_exactly_the_text(text):
    assert not set("<>\"'") & set(escape(text))


@pytest.mark.parametrize("text", ["[a](javascript:x)", "![i](http://e/x.png)", "$x$", ":material/home:", "# h", "<b>", "a\nb"])
def test_markdown_shows_exactly_the_text(text):
    escaped = md_escape(text)
    assert "\n" not in escaped
    assert escaped.replace("\\", "") == " ".join(text.split())
    for sign in "[]()!$:<>#":
        assert f"\\{sign}" in escaped or sign not in text


def test_a_story_keeps_its_paragraphs_and_loses_what_could_load_or_run():
    story = "One **bold** word.\n\n<script>x</script> ![a](http://e/i.png) [b](javascript:x) [c](https://x.org) $5 :red[x]"
    made = sanitised(story)
    assert "**bold**" in made and "\n\n" in made and "](https://x.org)" in made
    assert "<script>" not in made and "![" not in made and "javascript" not in made
    assert r"\$5" in made and r"\:red" in made


@pytest.mark.parametrize(("story", "live"), [(r"\$x\$", "$x$"), (r"\:red[t]", ":red"), (r"\\:red[t]", ":red"), (r"\\\$x$", "$x$")])
def test_a_backslash_in_a_story_undoes_no_escape(story, live):
    shown, sign = sanitised(story), live[0]
    for place in [place for place, letter in enumerate(shown) if letter == sign]:
        before = shown[:place]
        assert (len(before) - len(before.rstrip("\\"))) % 2 == 1, "an odd number of backslashes keeps the sign from being read"


FORMULAS = ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_an_export_is_live(formula):
    table = pd.DataFrame({"name": [formula], formula: ["x"], "value": [-1.5]})
    text = as_csv(table).decode("utf-8-sig")
    assert f"'{formula[0]}" in text and "-1.5" in text.splitlines()[-1]
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx({"S": table}, about=[formula])))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert all(cell.data_type != "f" and not cell.value.startswith(("=", "+", "-", "@")) for cell in cells)
    assert book["S"]["C2"].value == -1.5


def test_control_characters_break_no_workbook_and_hide_no_formula():
    table = pd.DataFrame({"na\x07me": ["a\x00b", "\x0b=1+1"], "value": [1.0, 2.0]})
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx({"S\x01": table}, about=["\x1f=x"])))
    assert [cell.value for cell in book["S"]["A"]] == ["name", "ab", "'=1+1"]
    assert book["About"]["A1"].value == "'=x"
    assert as_csv(table).decode("utf-8-sig").splitlines()[1:] == ["ab,1.0", "'=1+1,2.0"]


def test_a_missing_figure_is_an_empty_cell():
    table = pd.DataFrame({"place": ["x", "y"], "value": [1.0, math.nan]})
    assert as_csv(table).decode("utf-8-sig").splitlines() == ["place,value", "x,1.0", "y,"]
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx({"S": table}, about=[])))
    assert [[cell.value for cell in row] for row in book["S"].iter_rows()] == [["place", "value"], ["x", 1], ["y", None]]


@given(some.text(max_size=40))
def test_escaping_loses_nothing(text):
    import html

    assert html.unescape(escape(text)) == text
