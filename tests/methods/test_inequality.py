import math
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.methods import inequality
from lib.methods.equity import AreaValue, ridits, slope_index
from lib.methods.inequality import analyst_measures, concentration
from lib.model import Direction

VALUES, WEIGHTS = [10.0, 20.0, 40.0], [1.0, 1.0, 2.0]  # shares 1/4, 1/4, 1/2; mean 27.5


def area(name, value, weight=1.0, **more):
    return AreaValue(name, value, weight, **more)


def test_the_concentration_index_agrees_with_whos_test():
    """healthequal, tests/testthat/test-aci.R."""
    people = [78, 91, 162, 103, 105]
    places = ridits([5, 4, 3, 2, 1], people)
    assert inequality.absolute_concentration([20, 30, 40, 50, 60], weights=people, places=places) == pytest.approx(7.3284202, abs=1e-6)


def test_the_attributable_risk_agrees_with_whos_test():
    """healthequal, tests/testthat/test-parisk.R: 60 against a mean of 22220/539."""
    mean = inequality.mean_of([20, 30, 40, 50, 60], [78, 91, 162, 103, 105])
    assert inequality.attributable_risk(mean, reference=60, improves_when=Direction.RISES) == pytest.approx(18.775509, abs=2e-6)


def test_spreads_by_hand():
    mean, (a, b, c) = F(55, 2), (F(1, 4), F(1, 4), F(1, 2))
    variance = a * (10 - mean) ** 2 + b * (20 - mean) ** 2 + c * (40 - mean) ** 2
    assert variance == F(675, 4)
    assert inequality.between_group_variance(VALUES, weights=WEIGHTS) == pytest.approx(float(variance))
    distance = a * F(35, 2) + b * F(15, 2) + c * F(25, 2)
    assert distance == F(25, 2)
    assert inequality.disparity(VALUES, weights=WEIGHTS, by=WEIGHTS) == pytest.approx(float(100 * distance / mean))
    plain = F(1, 3) * (F(35, 2) + F(15, 2) + F(25, 2))  # the mean stays the weighted one
    assert inequality.disparity(VALUES, weights=WEIGHTS, by=[1, 1, 1]) == pytest.approx(float(100 * plain / mean))
    assert inequality.mean_distance(VALUES, 10, by=WEIGHTS) == pytest.approx(17.5)
    assert inequality.mean_distance(VALUES, 10, by=[1, 1, 1]) == pytest.approx(40 / 3)


def test_the_noise_that_chance_adds_is_taken_off_and_never_more_than_there_is():
    # 675/4 less (1/4 x 3/4 + 1/4 x 3/4 + 1/2 x 1/2) x 16
    assert inequality.corrected_variance(VALUES, weights=WEIGHTS, errors=[4, 4, 4]) == pytest.approx(168.75 - 0.625 * 16)
    assert inequality.corrected_variance(VALUES, weights=WEIGHTS, errors=[40, 40, 40]) == 0


def test_the_variances_own_error_is_that_of_chi_square_where_all_is_noise():
    """Two equal areas of the same true value: (x1 - x2)^2 / 4 is se^2 / 2 times chi-square with one degree of freedom."""
    assert inequality.between_group_variance_se([5, 5], weights=[1, 1], errors=[2, 2]) == pytest.approx(4 / 2 * math.sqrt(2))


def test_theil_and_mean_log_deviation_of_one_who_has_it_all():
    """One of n has everything: Theil's index is ln n; the mean log deviation is not defined."""
    assert inequality.theil([0, 0, 0, 8], weights=[1, 1, 1, 1]) == pytest.approx(math.log(4))
    assert inequality.mean_log_deviation([0, 0, 0, 8], weights=[1, 1, 1, 1]) is None
    assert inequality.mean_log_deviation([1, 3], weights=[1, 1]) == pytest.approx(math.log(2) - math.log(3) / 2)
    assert inequality.theil([0, 0], weights=[1, 1]) is None
    assert inequality.theil([-1, 3], weights=[1, 1]) is None


@pytest.mark.parametrize(("reference", "direction", "risk"), [(8, "falls", -2), (10, "falls", 0), (12, "falls", 0), (12, "rises", 2), (8, "rises", 0)])
def test_the_attributable_risk_is_zero_where_the_reference_is_no_better(reference, direction, risk):
    assert inequality.attributable_risk(10, reference=reference, improves_when=Direction(direction)) == risk


def test_healthy_peoples_ratios_read_at_least_one_in_both_directions():
    values = [10, 20, 40]
    assert inequality.summary_rate_ratio(values, improves_when=Direction.FALLS) == 3  # 30 against 10
    assert inequality.summary_rate_ratio(values, improves_when=Direction.RISES) == pytest.approx(40 / 15)
    assert inequality.largest_rate_ratio(values, improves_when=Direction.FALLS) == 4
    assert inequality.largest_rate_ratio(values, improves_when=Direction.RISES) == 4
    assert inequality.summary_rate_ratio([0, 5], improves_when=Direction.FALLS) is None
    with pytest.raises(ValueError, match="needs a direction"):
        inequality.summary_rate_ratio(values, improves_when=Direction.NEITHER)


def test_a_weight_of_zero_is_refused():
    with pytest.raises(ValueError, match="weights must be greater than zero"):
        inequality.mean_of([1, 2], [0, 1])


figures = some.floats(0.5, 100)
many = some.lists(some.tuples(figures, some.floats(0.5, 50), some.integers(0, 6)), min_size=2, max_size=12)


@given(many)
def test_the_concentration_index_is_twice_the_variance_of_the_ridits_times_the_slope_index(rows):
    areas = [area(f"a{i}", value, weight, disadvantage=score) for i, (value, weight, score) in enumerate(rows)]
    found = slope_index(areas, improves_when=Direction.RISES)
    if found.gap is None:
        return
    weights = [one.weight for one in areas]
    places, total = ridits([one.disadvantage for one in areas], weights), sum(weights)
    spread = sum(w / total * (r - 0.5) ** 2 for w, r in zip(weights, places, strict=True))
    index = inequality.absolute_concentration([one.value for one in areas], weights=weights, places=places)
    assert index == pytest.approx(2 * spread * found.gap, abs=1e-6)


@given(some.lists(figures, min_size=2, max_size=12, unique=True))
def test_ranked_by_itself_the_relative_index_is_gini(values):
    areas = [area(f"a{i}", value, disadvantage=-value) for i, value in enumerate(values)]
    found = analyst_measures(areas, improves_when=Direction.FALLS, value_kind="rate", multiplier=None)
    n = len(values)
    gini = sum(abs(x - y) for x in values for y in values) / (2 * n * n * (sum(values) / n))
    assert found.named("Relative concentration index").value == pytest.approx(gini)


@given(many, some.randoms())
def test_the_order_of_the_areas_changes_no_measure(rows, chance):
    areas = [area(f"a{i}", value, weight, disadvantage=score) for i, (value, weight, score) in enumerate(rows)]
    mixed = chance.sample(areas, len(areas))
    one, other = (analyst_measures(some_areas, improves_when=Direction.FALLS, value_kind="rate", multiplier=None) for some_areas in (areas, mixed))
    for a, b in zip(one.measures, other.measures, strict=True):
        assert (a.value is None) is (b.value is None) and (a.value is None or a.value == pytest.approx(b.value, abs=1e-6))


@given(some.lists(some.floats(1, 50), min_size=2, max_size=12), figures)
def test_where_all_are_alike_every_measure_says_so(weights, value):
    areas = [area(f"a{i}", value, weight, disadvantage=i) for i, weight in enumerate(weights)]
    found = analyst_measures(areas, improves_when=Direction.FALLS, value_kind="rate", multiplier=None)
    for one in found.measures:
        nothing = 1 if one.unit == "times" else 0
        assert one.value is None or one.value == pytest.approx(nothing, abs=1e-4), one.name


def test_with_a_zero_among_the_figures_ratios_and_the_log_are_not_defined_and_say_why():
    areas = [area(f"a{i}", value, disadvantage=i) for i, value in enumerate([0.0, 2.0, 4.0, 6.0, 8.0])]
    found = analyst_measures(areas, improves_when=Direction.FALLS, value_kind="rate", multiplier=None)
    for name in ("Mean log deviation", "Largest ratio", "Summary rate ratio"):
        assert found.named(name).value is None and found.named(name).reason
    assert found.named("Theil index").value is not None


def test_every_measure_without_a_value_has_a_reason_and_every_other_none():
    nan = math.nan
    cases = [[], [area("a", 5)], [area("a", nan)], [area("a", 0.0, disadvantage=1), area("b", 0.0, disadvantage=2)],
             [area(f"a{i}", i, disadvantage=i) for i in range(9)], [area("a", 100.0, disadvantage=1), area("b", 100.0, disadvantage=2)]]  # fmt: skip
    for areas in cases:
        for direction in Direction:
            for kind in ("rate", "proportion", "mean"):
                found = analyst_measures(areas, improves_when=direction, value_kind=kind, multiplier=100)
                assert all((one.value is None) is bool(one.reason) for one in found.measures), (areas, direction, kind)


def test_85_percent_of_the_areas_are_needed_for_unordered_measures():
    def found(missing):
        areas = [area(f"a{i}", math.nan if i < missing else float(i + 1), disadvantage=i) for i in range(20)]
        return analyst_measures(areas, improves_when=Direction.FALLS, value_kind="rate", multiplier=None)

    assert found(3).named("Theil index").value is not None
    assert found(4).named("Theil index").reason == "16 of 20 areas have a figure; at least 85% are needed"
    assert found(4).named("Absolute concentration index").value is not None  # ordered: what is missing is left out
    assert (found(4).n, found(4).of) == (16, 20)


def test_wagstaff_and_erreygers_are_for_proportions():
    areas = [area(f"a{i}", value, disadvantage=-i) for i, value in enumerate([20.0, 30.0, 40.0, 50.0, 60.0])]
    found = analyst_measures(areas, improves_when=Direction.RISES, value_kind="proportion", multiplier=100)
    # five alike: 2/5 x (20 x .4 + 10 x .2 + 10 x .2 + 20 x .4) = 8
    assert found.named("Absolute concentration index").value == pytest.approx(8)
    assert found.named("Relative concentration index").value == pytest.approx(0.2)
    assert found.named("Wagstaff's index").value == pytest.approx(0.2 / 0.6)
    assert found.named("Erreygers' index").value == pytest.approx(0.32)
    other = analyst_measures(areas, improves_when=Direction.RISES, value_kind="rate", multiplier=100)
    assert other.named("Erreygers' index").reason == "for proportions only"


def test_the_attributable_risk_is_against_the_least_disadvantaged_fifth_not_the_best_area():
    areas = [area(f"a{i}", value, disadvantage=i) for i, value in enumerate([20.0, 5.0, 30.0, 40.0, 55.0])]
    found = analyst_measures(areas, improves_when=Direction.FALLS, value_kind="rate", multiplier=None)
    assert found.named("Population attributable risk").value == pytest.approx(-10)  # 20 against 30; the best has 5
    assert found.named("Population attributable fraction").value == pytest.approx(-100 / 3)


def test_few_areas_hold_half_of_all_events():
    counts = [50, 30, 10, 5, 5]
    areas = [area(f"a{i}", n / 10, 1000, numerator=n, denominator=1000, disadvantage=-i) for i, n in enumerate(counts)]
    found = concentration(areas)
    assert (found.count, found.areas, found.event_share, found.weight_share, found.even) == (1, ("a0",), 0.5, 0.2, 3)
    assert found.sentence == "1 of 5 neighborhoods holds half of all events, with 20% of the residents."
    expected = [(0, 0), (0.2, 0.5), (0.4, 0.8), (0.6, 0.9), (0.8, 0.95), (1, 1)]
    assert list(found.curve) == [pytest.approx(point) for point in expected]


def test_one_event_less_than_half_takes_one_area_more():
    areas = [area(f"a{i}", 1, 1000, numerator=n, denominator=1000) for i, n in enumerate([49, 31, 10, 5, 5])]
    assert concentration(areas).count == 2
    assert concentration(areas).curve == ()  # none is ranked


def test_without_counts_events_are_figure_times_weight_for_all_areas():
    areas = [area("a", 10, 100, numerator=9999, denominator=1), area("b", 30, 100), area("c", math.nan, 5000)]
    found = concentration(areas, what="cases")
    assert found.areas == ("b",) and found.event_share == pytest.approx(0.75)
    assert found.sentence.startswith("1 of 2 neighborhoods with a figure holds half of all cases")


def test_concentration_says_why_there_is_none():
    assert concentration([]).reason == concentration([area("a", math.nan)]).reason == "no figure is known"
    assert concentration([area("a", 0.0)]).reason == "there is no event"
    assert concentration([area("a", 5)], value_kind="mean").reason == "the figure counts no events"
    with pytest.raises(ValueError, match="must not be negative"):
        concentration([area("a", -1.0), area("b", 5)])
    with pytest.raises(ValueError, match="twice"):
        concentration([area("a", 1.0), area("a", 5)])


@given(many, some.randoms())
def test_the_order_of_the_areas_changes_no_concentration(rows, chance):
    areas = [area(f"a{i}", value, weight, disadvantage=score) for i, (value, weight, score) in enumerate(rows)]
    one, other = concentration(areas), concentration(chance.sample(areas, len(areas)))
    assert one.areas == other.areas and list(one.curve) == [pytest.approx(point) for point in other.curve]
    assert one.curve[0] == (0, 0) and one.curve[-1] == pytest.approx((1, 1)) and one.count <= len(areas)
