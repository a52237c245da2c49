"""How the benchmark reckons and prints; nothing is measured here."""

from bench.figures import Figure, spread
from bench.pairs import seen
from bench.report import table


def test_the_ratio_compares_neighbours_so_that_a_slow_minute_falls_out():
    assert Figure("View", "s", ours=[3, 30, 6], bare=[2, 20, 5]).ratio == 1.5


def test_an_aim_is_kept_at_exactly_its_limit_and_missed_just_above():
    assert Figure("View", "s", ours=[1, 3, 100], bare=[2, 2, 2], aim=1.5).kept is True
    assert Figure("View", "s", ours=[1, 3.1, 100], bare=[2, 2, 2], aim=1.5).kept is False


def test_without_an_aim_or_a_bare_page_nothing_is_judged():
    assert Figure("View", "s", ours=[1], bare=[1]).kept is None
    assert Figure("View", "s", ours=[1], aim=1.5).kept is None


def test_an_aim_on_the_value_needs_no_bare_page():
    assert Figure("Memory", "MB", [230], aim=230, aim_on="value").kept is True
    assert Figure("Memory", "MB", [231], aim=230, aim_on="value").kept is False


def test_a_bare_page_that_measures_zero_gives_no_ratio():
    assert Figure("CPU", "ms", [5], [0]).ratio is None


def test_the_middle_half_lies_between_the_quartiles():
    assert spread([1, 2, 3, 4, 5]) == (2, 4)
    assert spread([7]) == (7, 7)


def test_the_table_says_what_is_missed():
    figures = [Figure("View", "s", [3], [2], 1.4), Figure("Plotly", "files", [0], aim=0, aim_on="value")]
    _, _, view, plotly = table(figures).splitlines()
    assert view.split() == ["View", "3.00", "s", "2.00", "s", "1.50", "≤", "1.4", "×", "NO"]
    assert plotly.split() == ["Plotly", "0", "files", "≤", "0", "files", "yes"]


def test_a_condition_quotes_what_it_looks_for():
    assert '"it\'s \\"here\\""' in seen("p", 'it\'s "here"')
