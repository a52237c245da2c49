import math

import pytest

from lib.methods.similar import most_similar


def test_the_nearest_comes_first_with_its_distance_in_standard_deviations():
    income = {"a": 10.0, "b": 20.0, "c": 30.0}  # standard deviation 8.165
    found = most_similar("a", [income])
    assert [area for area, _ in found] == ["b", "c"]
    assert found[0][1] == pytest.approx(10 / math.sqrt(200 / 3))


def test_several_variables_count_alike_whatever_their_unit():
    dollars, percent = {"a": 10_000.0, "b": 20_000.0, "c": 10_000.0}, {"a": 1.0, "b": 1.0, "c": 2.0}
    (first, near), (second, far) = most_similar("a", [dollars, percent])
    assert {first, second} == {"b", "c"} and near == pytest.approx(far)


def test_an_area_without_one_of_the_figures_is_left_out_and_gets_no_answer_itself():
    assert [area for area, _ in most_similar("a", [{"a": 1.0, "b": 2.0, "c": 3.0}, {"a": 1.0, "c": 1.0}])] == ["c"]
    assert most_similar("b", [{"a": 1.0, "b": 2.0}, {"a": 1.0}]) == ()


def test_no_variable_one_area_or_all_alike_make_no_trouble():
    assert most_similar("a", []) == () and most_similar("a", [{"a": 1.0}]) == ()
    assert most_similar("a", [{"a": 5.0, "c": 5.0, "b": 5.0}]) == (("b", 0.0), ("c", 0.0))
