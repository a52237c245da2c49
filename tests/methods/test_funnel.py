import math

import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import optimize, special, stats

from lib.methods.equity import AreaValue
from lib.methods.funnel import Band, Comparison, area_limits, comparison_with_city, funnel, funnel_limits, side_word
from lib.methods.intervals import poisson_limits, proportion_limits
from lib.model import Direction


def area(name, events, people, *, multiplier=100, **more):
    value = multiplier * events / people if people else math.nan
    return AreaValue(name, value, people or 1, numerator=events, denominator=people, **more)


# PHEindicatormethods, tests/testthat/testdata_funnel_prop_outputs.csv: around 80.642448 percent
@pytest.mark.parametrize(("people", "low95", "high95", "low998", "high998"), [
    (1, 3.204264, 100, 0, 100),
    (45, 69.098645, 92.186251, 62.441586, 98.843309),
    (1242, 78.445123, 82.839773, 77.177973, 84.106923),
    (99108, 80.396467, 80.888428, 80.254616, 81.03028),
])  # fmt: skip
def test_limits_of_a_proportion_agree_with_those_that_phe_prints(people, low95, high95, low998, high998):
    for confidence, expected in ((0.95, (low95, high95)), (0.998, (low998, high998))):
        found = funnel_limits(80.642448, people, value_kind="proportion", multiplier=100, confidence=confidence)
        assert found == pytest.approx(expected, abs=2e-6)


# PHEindicatormethods, tests/testthat/testdata_funnel_rate_outputs.csv: around 116.1720835; events and the limit they lie on
@pytest.mark.parametrize(("events", "low95", "high95", "low998", "high998"), [
    (5, 49.78092521, 357.7858395, 35.30048174, 785.6132963),
    (20, 75.22057153, 190.1885237, 61.07587907, 259.3644657),
    (104, 95.87787415, 142.1808715, 86.58805154, 160.4288333),
])  # fmt: skip
def test_limits_of_a_rate_agree_with_those_that_phe_prints(events, low95, high95, low998, high998):
    for side, confidence, limit in ((0, 0.95, low95), (1, 0.95, high95), (0, 0.998, low998), (1, 0.998, high998)):
        found = funnel_limits(116.1720835, events / limit, value_kind="rate", multiplier=1, confidence=confidence)
        assert found[side] == pytest.approx(limit, rel=1e-5)


@given(events=some.integers(0, 300), people=some.integers(1, 300), city=some.floats(0.02, 0.98))
def test_a_share_is_outside_exactly_when_wilsons_limits_leave_out_the_city(events, people, city):
    events = min(events, people)
    low, high = funnel_limits(100 * city, people, value_kind="proportion", multiplier=100, confidence=0.95)
    own_low, own_high = proportion_limits(events, people)
    if min(abs(own_low - city), abs(own_high - city)) > 1e-9:
        assert (low <= 100 * events / people <= high) is (own_low <= city <= own_high)


@given(events=some.integers(0, 80), expected=some.floats(0.05, 80))
def test_a_rate_is_outside_exactly_when_its_exact_limits_leave_out_the_city(events, expected):
    low, high = funnel_limits(expected, 1, value_kind="rate", multiplier=1, confidence=0.95)
    own_low, own_high = poisson_limits(events)
    if min(abs(own_low - expected), abs(own_high - expected)) > 1e-6:
        assert (low <= events <= high) is (own_low <= expected <= own_high)


@given(some.floats(0.2, 200))
def test_chance_alone_puts_no_more_than_one_in_forty_beyond_either_limit_of_a_rate(expected):
    low, high = funnel_limits(expected, 1, value_kind="rate", multiplier=1, confidence=0.95)
    assert stats.poisson.sf(math.floor(high), expected) <= 0.0251
    assert stats.poisson.cdf(math.ceil(low) - 1, expected) <= 0.0251


def test_a_city_without_events_has_a_funnel_without_width():
    assert funnel_limits(0, 1000, value_kind="rate", multiplier=1000, confidence=0.95) == (0, 0)


def test_what_no_funnel_can_be_drawn_for_is_refused():
    with pytest.raises(ValueError, match="denominators must be greater than zero"):
        funnel_limits(5, 0, value_kind="rate", multiplier=1, confidence=0.95)
    with pytest.raises(ValueError, match="not for a mean"):
        funnel_limits(5, 10, value_kind="mean", multiplier=1, confidence=0.95)
    with pytest.raises(ValueError, match="between 0 and 100"):
        funnel_limits(101, 10, value_kind="proportion", multiplier=100, confidence=0.95)


def bands(city, *areas, improves_when=Direction.FALLS, value_kind="proportion", multiplier=100):
    found = funnel(areas, improves_when=improves_when, value_kind=value_kind, multiplier=multiplier, city=city)
    return [(point.band, point.side, point.comparison) for point in found.points]


def test_areas_are_inside_outside_95_or_outside_998_and_judged_by_direction():
    """Half of 100: limits at 40.2 and 59.8, and at 34.5 and 65.5."""
    areas = [area("a", 59, 100), area("b", 60, 100), area("c", 66, 100), area("d", 40, 100), area("e", 34, 100)]
    assert bands(50, *areas) == [
        (Band.INSIDE, 0, Comparison.SIMILAR),
        (Band.OUTSIDE_95, 1, Comparison.WORSE),
        (Band.OUTSIDE_998, 1, Comparison.WORSE),
        (Band.OUTSIDE_95, -1, Comparison.BETTER),
        (Band.OUTSIDE_998, -1, Comparison.BETTER),
    ]
    assert [one[2] for one in bands(50, *areas, improves_when=Direction.RISES)][1::2] == [Comparison.BETTER, Comparison.WORSE]
    for neither in (Direction.WITHIN, Direction.NEITHER):
        assert [one[2] for one in bands(50, *areas, improves_when=neither)][1::2] == [Comparison.HIGHER, Comparison.LOWER]


def test_the_city_is_the_pooled_figure_when_none_is_given():
    found = funnel([area("a", 10, 100), area("b", 50, 300)], improves_when=Direction.FALLS, value_kind="proportion", multiplier=100)
    assert found.city == pytest.approx(15)
    # (10 - 15)^2 / (100 x .15 x .85) + (50 - 45)^2 / (300 x .15 x .85), one degree of freedom
    assert found.dispersion == pytest.approx(25 / 12.75 + 25 / 38.25)


def test_areas_that_vary_more_than_chance_are_said_to():
    areas = [area(f"a{i}", events, 1000) for i, events in enumerate([100, 300, 120, 280])]
    found = funnel(areas, improves_when=Direction.FALLS, value_kind="proportion", multiplier=100, unit="percent of homes")
    assert "too narrow to single out an area" in found.sentence and found.outside_998 == 4 and found.outside_95 == 4
    assert found.sentence.startswith("4 of 4 neighborhoods lie outside the 99.8% limits around the city's 20.0%; chance alone would put 0.0 there.")


def test_an_area_without_counts_or_without_a_figure_is_not_judged():
    areas = [area("a", 10, 100), AreaValue("b", 12, 100), AreaValue("c", math.nan, 100, numerator=1, denominator=10)]
    found = funnel(areas, improves_when=Direction.FALLS, value_kind="proportion", multiplier=100)
    assert [point.band for point in found.points] == [Band.INSIDE, Band.NOT_JUDGED, Band.NOT_JUDGED]
    assert (found.n, found.of) == (1, 3) and found.dispersion is None


@pytest.mark.parametrize(("areas", "value_kind"), [([], "rate"), ([AreaValue("a", 5, 10)], "rate"), ([area("a", 5, 10)], "mean")])
def test_nothing_to_draw_limits_from_gives_a_reason(areas, value_kind):
    found = funnel(areas, improves_when=Direction.FALLS, value_kind=value_kind, multiplier=100)
    assert found.reason == "no area has the counts that limits are drawn from"
    assert all(point.band is Band.NOT_JUDGED for point in found.points)


def test_limits_of_an_area_come_from_its_survey_else_from_its_counts():
    assert area_limits(area("a", 10, 100, se=2.0), value_kind="proportion", multiplier=100) == pytest.approx((6.08, 13.92), abs=1e-3)
    assert area_limits(area("a", 10, 100), value_kind="proportion", multiplier=100) == pytest.approx((5.52, 17.44), abs=5e-3)
    assert area_limits(area("a", 5, 1000, multiplier=1000), value_kind="rate", multiplier=1000) == pytest.approx((1.623, 11.668), abs=1e-3)
    assert area_limits(AreaValue("a", 5, 10), value_kind="rate", multiplier=1000) is None
    assert area_limits(AreaValue("a", math.nan, 10, se=1), value_kind="mean", multiplier=None) is None


@pytest.mark.parametrize(("limits", "rises", "falls", "neither"), [
    ((10.0, 12.0), "similar", "similar", "similar"),  # a limit that equals the city is still similar
    ((10.1, 12.0), "better", "worse", "higher"),
    ((8.0, 10.0), "similar", "similar", "similar"),
    ((8.0, 9.9), "worse", "better", "lower"),
    (None, "not judged", "not judged", "not judged"),
    ((math.nan, math.nan), "not judged", "not judged", "not judged"),
])  # fmt: skip
def test_an_area_is_compared_with_the_city_as_fingertips_does(limits, rises, falls, neither):
    answers = {d: comparison_with_city(limits, city=10.0, improves_when=d).comparison for d in Direction}
    assert [answers[d] for d in (Direction.RISES, Direction.FALLS, Direction.NEITHER, Direction.WITHIN)] == [rises, falls, neither, neither]


def test_similar_has_no_direction():
    assert {side_word(0, direction) for direction in Direction} == {Comparison.SIMILAR}


@pytest.mark.parametrize("expected", [0.02, 0.7, 3.0, 12.5, 250.0, 40_000.0])
@pytest.mark.parametrize("confidence", [0.95, 0.998])
def test_the_funnel_of_a_rate_is_garwoods_limits_turned_around(expected, confidence):
    """At the limit the exact limits of the count just reach the expected one: solved here by bisection."""
    tail, size = (1 - confidence) / 2, 100_000.0
    low, high = funnel_limits(expected, size, multiplier=size, value_kind="rate", confidence=confidence)
    assert high == pytest.approx(optimize.brentq(lambda count: special.gammainc(count, expected) - tail, 1e-9, 10 * expected + 100), rel=1e-6)
    if special.gammaincc(1, expected) >= tail:
        assert low == 0
    else:
        assert low == pytest.approx(optimize.brentq(lambda count: special.gammaincc(count + 1, expected) - tail, 0.0, expected), rel=1e-6, abs=1e-9)
