import math

import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

from lib.methods import intervals


@pytest.mark.parametrize(("events", "trials", "low", "high"), [(10, 100, 0.0552, 0.1744), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)])
def test_wilsons_limits_agree_with_the_published_ones(events, trials, low, high):
    assert intervals.proportion_limits(events, trials) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(trials=some.integers(1, 10_000), share=some.floats(0, 1))
def test_wilsons_limits_agree_with_scipy(trials, share):
    events = round(share * trials)
    expected = stats.binomtest(events, trials).proportion_ci(0.95, method="wilson")
    assert intervals.proportion_limits(events, trials) == (pytest.approx(expected.low, abs=1e-9), pytest.approx(expected.high, abs=1e-9))


@pytest.mark.parametrize(("events", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (9, 4.115, 17.085)])
def test_exact_limits_of_a_count_agree_with_the_tables(events, low, high):
    assert intervals.poisson_limits(events) == (pytest.approx(low, abs=6e-4), pytest.approx(high, abs=6e-4))


def test_byars_limits_agree_with_the_tables():
    low, high = intervals.byar_limits(100)
    assert (low, high) == (pytest.approx(81.36, abs=0.01), pytest.approx(121.63, abs=0.01))


def test_rates_use_exact_limits_below_ten_events_and_byars_from_ten():
    assert intervals.rate_limits(9, 1000, multiplier=1000) == pytest.approx(intervals.poisson_limits(9))
    assert intervals.rate_limits(10, 1000, multiplier=1000) == pytest.approx(intervals.byar_limits(10))


def test_missing_counts_give_missing_limits():
    assert all(map(math.isnan, intervals.proportion_limits(math.nan, 10)))
    assert all(map(math.isnan, intervals.rate_limits(5, math.nan, multiplier=1000)))
    assert math.isnan(intervals.standard_error_of_rate(math.nan, 10, multiplier=1000))


@pytest.mark.parametrize("denominator", [0, -1])
def test_a_denominator_of_zero_or_below_is_refused_in_the_fields_words(denominator):
    for call in (
        lambda: intervals.proportion_limits(1, denominator),
        lambda: intervals.rate_limits(1, denominator, multiplier=1000),
        lambda: intervals.standard_error_of_proportion(0, denominator),
        lambda: intervals.margin_of_proportion(1, denominator, numerator_margin=1, denominator_margin=1),
    ):
        with pytest.raises(ValueError, match="denominators must be greater than zero"):
            call()


def test_more_events_than_trials_are_refused():
    with pytest.raises(ValueError, match="numerators cannot be greater than denominators"):
        intervals.proportion_limits(11, 10)


def test_standard_errors_by_hand():
    assert intervals.standard_error_of_proportion(50, 100) == pytest.approx(0.05)
    assert intervals.standard_error_of_rate(400, 100_000, multiplier=1000) == pytest.approx(0.2)
    assert intervals.relative_standard_error(16) == 0.25
    assert intervals.relative_standard_error(0) == math.inf


def test_twenty_events_are_unstable_and_21_are_not():
    assert intervals.is_unstable(20) and not intervals.is_unstable(21)


def test_margins_of_error_by_the_census_rules():
    assert intervals.margin_of_sum([3, 4], [10, 20]) == 5
    assert intervals.margin_of_sum([3, 4, 12], [10, 0, 0]) == pytest.approx(math.sqrt(9 + 144))  # the largest zero, once
    usual = intervals.margin_of_proportion(50, 100, numerator_margin=10, denominator_margin=10)
    assert usual == pytest.approx(math.sqrt(100 - 0.25 * 100) / 100)
    ratio_form = intervals.margin_of_proportion(90, 100, numerator_margin=1, denominator_margin=10)
    assert ratio_form == pytest.approx(math.sqrt(1 + 0.81 * 100) / 100)
    assert intervals.margin_of_product(3, 4, one_margin=1, other_margin=2) == pytest.approx(math.hypot(6, 4))
    assert intervals.standard_error_of_margin(1.645) == pytest.approx(1)
