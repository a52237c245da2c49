import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import kendalltau

from lib.methods.periods import parse_period
from lib.methods.trend import (
    Observation,
    judge,
    mann_kendall,
    movement,
    movement_rules,
    recent_trend_of_proportions,
    recent_trend_of_rates,
    sen_slope,
)
from lib.model import Direction, Movement, PeriodKind


def with_s(n: int, s: int) -> list[int]:
    """n different values of which the pairs that rise less those that fall are s: bubble sort undone step by step."""
    values = list(range(n))
    swaps = (n * (n - 1) // 2 - s) // 2
    while swaps:
        for i in range(n - 1):
            if swaps and values[i] < values[i + 1]:
                values[i], values[i + 1] = values[i + 1], values[i]
                swaps -= 1
    return values


@pytest.mark.parametrize(("n", "critical"), [(5, 10), (6, 13), (7, 15), (8, 18), (9, 20), (10, 23)])
def test_mann_kendall_is_significant_from_the_published_critical_value_on(n, critical):
    assert mann_kendall(with_s(n, critical))[0] == critical
    assert mann_kendall(with_s(n, critical))[1] < 0.05
    s, p = mann_kendall(with_s(n, critical - 2))
    assert s == critical - 2 and p > 0.05


def test_with_four_points_nothing_can_be_significant():
    assert mann_kendall([1, 2, 3, 4])[1] == pytest.approx(1 / 12)


def test_ties_take_the_normal_approximation_with_its_corrections():
    # n = 5, one tie of two: S = 9, variance = (5·4·15 − 2·1·9) / 18 = 282/18, z = 8 / 3.958 = 2.021
    s, p = mann_kendall([1, 2, 2, 3, 4])
    assert s == 9 and p == pytest.approx(0.0433, abs=2e-4)


def test_a_constant_series_an_empty_one_and_a_single_value_have_no_trend():
    assert mann_kendall([5, 5, 5, 5, 5]) == (0, 1.0)
    assert mann_kendall([]) == (0, 1.0)
    assert mann_kendall([3.0]) == (0, 1.0)


def test_missing_values_are_left_out():
    assert mann_kendall([1, math.nan, 2, 3, 4, 5]) == mann_kendall([1, 2, 3, 4, 5])


def test_sens_slope_is_the_median_of_the_slopes_and_knows_gaps():
    assert sen_slope([0, 1, 2], [1.0, 2.0, 9.0]).per_year == 4.0  # slopes 1, 7, 4
    assert sen_slope([0, 1, 5], [0.0, 2.0, 10.0]).per_year == 2.0
    assert sen_slope([2010, 2011, 2012], [5.0, 7.0, 9.0]).level == 5.0
    with pytest.raises(ValueError, match="at least two"):
        sen_slope([0, 1], [1.0, math.nan])


@given(some.lists(some.integers(-50, 50), min_size=2, max_size=14))
def test_turned_upside_down_the_series_has_the_opposite_trend(values):
    s, p = mann_kendall(values)
    mirrored, same_p = mann_kendall([-value for value in values])
    assert mirrored == -s and same_p == pytest.approx(p)


def test_the_proportions_statistic_is_n_times_the_squared_correlation():
    """Cochran and Armitage's chi-square equals N r², r between each person's outcome and the time."""
    numerators, denominators = [12, 15, 19, 22, 31], [100, 110, 105, 98, 102]
    outcomes = np.concatenate([[1] * x + [0] * (n - x) for x, n in zip(numerators, denominators, strict=True)])
    times = np.repeat([1, 2, 3, 4, 5], denominators)
    expected = len(times) * np.corrcoef(outcomes, times)[0, 1] ** 2
    found = recent_trend_of_proportions(numerators, denominators=denominators)
    assert found.chi_square == pytest.approx(expected)
    assert found.significant and found.sign == 1


def test_a_large_statistic_that_rests_on_one_year_is_not_a_trend():
    found = recent_trend_of_proportions([100, 100, 100, 99, 190], denominators=[1000] * 5)
    assert found.chi_square > 9.5495 and not found.significant


def test_proportions_of_none_or_all_cannot_be_tested():
    for numerators in ([0, 1, 2, 3, 4], [1, 2, 3, 4, 10]):
        with pytest.raises(ValueError, match="between zero and their denominators"):
            recent_trend_of_proportions(numerators, denominators=[10] * 5)
    with pytest.raises(ValueError, match="denominators must be greater than zero"):
        recent_trend_of_proportions([1, 1, 1, 1, 1], denominators=[10, 10, 0, 10, 10])


def test_equal_weights_give_the_ordinary_slope_over_its_error():
    # width 3.92 makes every weight 1: slope 1, variance 5 / (5·55 − 15²) = 0.1, chi-square 10
    found = recent_trend_of_rates([1, 2, 3, 4, 5], limits=[(value - 1.96, value + 1.96) for value in (1, 2, 3, 4, 5)])
    assert found.chi_square == pytest.approx(10.0)
    assert found.significant and found.sign == 1


def test_rates_without_limits_cannot_be_tested():
    with pytest.raises(ValueError, match="confidence limits"):
        recent_trend_of_rates([1, 2, 3, 4, 5], limits=[(1, 1)] * 5)


@pytest.mark.parametrize(
    ("sign", "direction", "expected"),
    [(1, Direction.RISES, Movement.BETTER), (-1, Direction.RISES, Movement.WORSE), (1, Direction.FALLS, Movement.WORSE),
     (-1, Direction.FALLS, Movement.BETTER), (1, Direction.WITHIN, Movement.RISING), (-1, Direction.WITHIN, Movement.FALLING),
     (0, Direction.RISES, Movement.NONE_DETECTED)],
)  # fmt: skip
def test_polarity_is_applied_in_one_place(sign, direction, expected):
    assert judge(sign, direction) is expected


def series(values, *, first=2015, counts=None, population=10_000):
    counts = counts or [math.nan] * len(values)
    return [
        Observation(parse_period(str(first + number), PeriodKind.CALENDAR), value, count, math.nan if math.isnan(count) else population)
        for number, (value, count) in enumerate(zip(values, counts, strict=True))
    ]


def test_fewer_than_five_figures_cannot_tell():
    answer = movement(series([1, 2, 3, 4]), improves_when=Direction.RISES, value_kind="count")
    assert answer.movement is Movement.CANNOT_TELL and "at least 5" in answer.sentence


def test_no_figures_cannot_tell():
    assert movement([], improves_when=Direction.RISES, value_kind="count").movement is Movement.CANNOT_TELL
    assert movement(series([math.nan] * 6), improves_when=Direction.RISES, value_kind="count").movement is Movement.CANNOT_TELL


def test_overlapping_windows_cannot_tell():
    answer = movement(series([1, 2, 3, 4, 5, 6]), improves_when=Direction.RISES, value_kind="mean", independent=False)
    assert answer.movement is Movement.CANNOT_TELL


def test_without_counts_the_whole_series_is_tested_by_rank():
    answer = movement(series([9, 8, 7, 6, 5]), improves_when=Direction.FALLS, value_kind="rate")
    assert (answer.movement, answer.test) == (Movement.BETTER, "Mann-Kendall")
    assert answer.sentence == "Fell from 2015 to 2019, by about 1.00 a year: more than chance."


def test_no_detectable_trend_is_not_called_no_change():
    answer = movement(series([5, 6, 4, 6, 5]), improves_when=Direction.FALLS, value_kind="rate")
    assert answer.movement is Movement.NONE_DETECTED and "not the same as no change" in answer.sentence


def test_with_counts_the_latest_five_are_tested():
    counts = [400, 300, 250, 200, 150, 100]
    answer = movement(series([c / 10 for c in counts], counts=counts), improves_when=Direction.FALLS, value_kind="rate", multiplier=1000)
    assert (answer.movement, answer.test, answer.n) == (Movement.BETTER, "recent trend", 5)


def test_counts_that_vary_more_than_chance_are_tested_by_rank():
    counts = [400, 300, 250, 200, 150, 100]
    answer = movement(series([c / 10 for c in counts], counts=counts), improves_when=Direction.FALLS, value_kind="rate",
                      multiplier=1000, overdispersed=True)  # fmt: skip
    assert answer.test == "Mann-Kendall"


def test_a_gap_in_the_latest_five_leaves_the_rank_test():
    counts = [400, 300, 250, 200, 150]
    broken = [one for one in series([c / 10 for c in counts] + [9.0], counts=[*counts, 90]) if one.period.label != "2018"]
    assert movement(broken, improves_when=Direction.FALLS, value_kind="rate", multiplier=1000).test == "Mann-Kendall"


@pytest.mark.parametrize(("kind", "label"), [(PeriodKind.MONTH, "2020-{:02d}"), (PeriodKind.QUARTER, "202{}-Q4")])
def test_months_and_quarters_are_not_tested_as_if_they_were_years(kind, label):
    rising = [Observation(parse_period(label.format(number), kind), float(number)) for number in range(1, 9)]
    answer = movement(rising, improves_when=Direction.RISES, value_kind="count")
    assert (answer.movement, answer.test) == (Movement.CANNOT_TELL, "")
    assert "limits of usual variation" in answer.sentence


def test_every_movement_has_a_rule():
    assert set(movement_rules()) == set(Movement)


@given(some.lists(some.integers(-1000, 1000), min_size=2, max_size=10, unique=True))
def test_the_exact_p_is_that_of_another_implementation(values):
    s, p = mann_kendall(values)
    other = kendalltau(range(len(values)), values, method="exact")
    assert p == pytest.approx(other.pvalue, rel=1e-9)
    assert s == round(other.statistic * len(values) * (len(values) - 1) / 2)
