import math
from itertools import pairwise

import pytest

from lib.methods import xmr
from lib.model import Direction, PeriodKind

NAN = math.nan
TEN = xmr.Limits(mean=10, lower=4, upper=16, trial=False)  # near a limit: below 6, above 14


def test_limits_by_hand():
    limits = xmr.control_limits([10, 12, 10, 12])
    assert (limits.mean, limits.lower, limits.upper) == (11, pytest.approx(5.68), pytest.approx(16.32))


def test_a_huge_range_is_left_out_once():
    # ranges 2 (18 times) and 100 twice: mean 11.8, screen 38.55, so only the twos stay
    values = [10, 12] * 5 + [112] + [12, 10] * 5
    ranges = [abs(b - a) for a, b in pairwise(values)]
    assert sorted(ranges)[-2:] == [100, 100]
    limits = xmr.control_limits(values)
    assert limits.upper - limits.mean == pytest.approx(2.66 * 2)


def test_a_missing_month_leaves_out_the_ranges_beside_it():
    limits = xmr.control_limits([10, 12, NAN, 100, 102])
    assert limits.upper - limits.mean == pytest.approx(2.66 * 2)


@pytest.mark.parametrize("values", [[], [5], [NAN, NAN], [5, NAN, 6], [7, 7, 7, 7]])
def test_without_a_change_to_measure_there_are_no_limits(values):
    assert xmr.control_limits(values) is None


def test_limits_are_taken_from_the_latest_36_points():
    assert list(xmr.recent([99] * 5 + [1, 2] * 18)) == [1, 2] * 18
    assert list(xmr.recent([1, 2] * 18)) == [1, 2] * 18
    with_a_gap = xmr.recent([99, 99, NAN, *[1, 2] * 17, NAN, 1, 2])
    assert len(with_a_gap) == 37 and 99 not in with_a_gap  # 36 known ones and the gap among them


def test_twelve_points_make_limits_that_may_be_judged_by():
    assert xmr.control_limits([1, 2] * 5 + [1]).trial and not xmr.control_limits([1, 2] * 6).trial


def test_only_points_strictly_outside_count_as_outside():
    assert xmr.outside_the_limits([16, 16.01, 4, 3.99, NAN], TEN) == [0, 1, 0, -1, 0]


def test_seven_points_that_rise_are_a_trend_and_six_are_not():
    assert xmr.seven_point_trend([1, 2, 3, 4, 5, 6, 7]) == [1] * 7
    assert xmr.seven_point_trend([1, 2, 3, 4, 5, 6]) == [0] * 6
    assert xmr.seven_point_trend([7, 6, 5, 4, 3, 2, 1]) == [-1] * 7


def test_a_tie_or_a_gap_breaks_a_trend():
    assert xmr.seven_point_trend([1, 2, 3, 3, 4, 5, 6]) == [0] * 7
    assert xmr.seven_point_trend([1, 2, 3, NAN, 5, 6, 7, 8]) == [0] * 8


def test_two_of_three_near_one_limit():
    assert xmr.two_of_three_near_a_limit([15, 11, 15], TEN) == [1, 0, 1]
    assert xmr.two_of_three_near_a_limit([15, 9, 15], TEN) == [0, 0, 0]  # one on the other side of the mean
    assert xmr.two_of_three_near_a_limit([15, 11, 17], TEN) == [0, 0, 0]  # a point outside is not near
    assert xmr.two_of_three_near_a_limit([14, 11, 15], TEN) == [0, 0, 0]  # exactly at two thirds is not beyond
    assert xmr.two_of_three_near_a_limit([5, 9, 5], TEN) == [-1, 0, -1]


def test_seven_on_one_side_and_a_point_on_the_mean_breaks_it():
    assert xmr.seven_on_one_side([11] * 7, TEN) == [1] * 7
    assert xmr.seven_on_one_side([11] * 6, TEN) == [0] * 6
    assert xmr.seven_on_one_side([11, 11, 11, 10, 11, 11, 11, 11], TEN) == [0] * 8


def test_the_first_rule_that_applies_marks_the_point():
    assert xmr.flags([20, 10, 10], TEN) == [1, 0, 0]


@pytest.mark.parametrize(
    ("last", "direction", "expected"),
    [(17, Direction.RISES, xmr.Variation.IMPROVEMENT), (17, Direction.FALLS, xmr.Variation.CONCERN),
     (3, Direction.FALLS, xmr.Variation.IMPROVEMENT), (17, Direction.WITHIN, xmr.Variation.HIGH),
     (3, Direction.WITHIN, xmr.Variation.LOW), (10, Direction.RISES, xmr.Variation.COMMON)],
)  # fmt: skip
def test_variation_speaks_of_the_latest_point(last, direction, expected):
    assert xmr.variation([10, 10, last, NAN], TEN, improves_when=direction) is expected


def test_without_limits_all_is_common_cause():
    assert xmr.variation([5, 5], None, improves_when=Direction.RISES) is xmr.Variation.COMMON


@pytest.mark.parametrize(
    ("target", "direction", "expected"),
    [(16.1, Direction.RISES, "consistently fails"), (3.9, Direction.RISES, "consistently passes"),
     (16.1, Direction.FALLS, "consistently passes"), (3.9, Direction.FALLS, "consistently fails"),
     (16, Direction.RISES, "hit or miss"), (10, Direction.FALLS, "hit or miss")],
)  # fmt: skip
def test_assurance_asks_where_the_target_lies(target, direction, expected):
    assert xmr.assurance(TEN, target=target, improves_when=direction) == expected


def test_only_independent_months_and_quarters_may_have_limits():
    assert xmr.may_have_limits(PeriodKind.MONTH, independent=True)
    assert not xmr.may_have_limits(PeriodKind.MONTH, independent=False)
    assert not xmr.may_have_limits(PeriodKind.CALENDAR, independent=True)
