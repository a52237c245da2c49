import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from lib.methods.equity import (
    AreaValue,
    LevelAndGap,
    Narrowing,
    RatioForm,
    fifths,
    gap,
    level_and_gap,
    narrowing,
    pooled,
    ridits,
    slope_index,
)
from lib.model import Direction

RISES, FALLS, WITHIN, NEITHER = Direction.RISES, Direction.FALLS, Direction.WITHIN, Direction.NEITHER
NAN = math.nan


def counted(name, events, people, disadvantage=NAN, multiplier=100, **more):
    return AreaValue(name, multiplier * events / people, people, disadvantage, events, people, **more)


def plain(*values, se=NAN):
    """One area for each value, alike in size, from the most disadvantaged to the least."""
    return [AreaValue(f"a{i}", value, 1000, disadvantage=-i, se=se) for i, value in enumerate(values)]


def ten(worst, best, *, people=1000, multiplier=100):
    """Ten areas, two to a fifth; the events of the two most and the two least disadvantaged given."""
    events = [*worst, *[100] * 6, *best]
    return [counted(f"a{i}", n, people, disadvantage=-i, multiplier=multiplier) for i, n in enumerate(events)]


# Fifths


def test_55_areas_make_fifths_of_eleven_the_most_disadvantaged_first():
    found = fifths(list(range(55)))
    assert [found.count(group) for group in range(1, 6)] == [11] * 5
    assert found[54] == found[44] == 1 and found[43] == 2 and found[0] == 5


def test_areas_that_tie_go_together_to_the_more_disadvantaged_group_as_in_phes_rule():
    # scores 9 8 7 7 5 4 3 2 1 0 rank 1 2 3 3 5 6 7 8 9 10: floor(6 - ceil((11 - rank) / 2))
    assert fifths([9, 8, 7, 7, 5, 4, 3, 2, 1, 0]) == (1, 1, 2, 2, 3, 3, 4, 4, 5, 5)
    # 9 8 8 8 rank 1 2 2 2: all of them in group 1, and group 2 is empty
    assert fifths([9, 8, 8, 8, 5, 4, 3, 2, 1, 0]) == (1, 1, 1, 1, 3, 3, 4, 4, 5, 5)


def test_seven_areas_make_uneven_fifths_as_in_phes_rule():
    # 6 - ceil((8 - rank) x 5 / 7) for ranks 1 to 7: 5, 30/7, 25/7, 20/7, 15/7, 10/7, 5/7
    assert fifths([7, 6, 5, 4, 3, 2, 1]) == (1, 1, 2, 3, 3, 4, 5)


def test_fewer_areas_than_groups_have_no_group_and_as_many_have_one_each():
    assert fifths([3, 2, 1, 0]) == (None,) * 4
    assert fifths([4, 3, 2, 1, 0]) == (1, 2, 3, 4, 5)
    assert fifths([4, 3, NAN, 1, 0]) == (None,) * 5
    assert fifths([4, 3, NAN, 2, 1, 0]) == (1, 2, None, 3, 4, 5)
    assert fifths([]) == ()


@given(some.lists(some.integers(0, 20), min_size=5, max_size=60))
def test_a_more_disadvantaged_area_is_never_in_a_less_disadvantaged_group(scores):
    found = fifths(scores)
    assert all(one in range(1, 6) for one in found)
    assert all(found[i] <= found[j] for i in range(len(scores)) for j in range(len(scores)) if scores[i] >= scores[j])


# Pooled


def test_a_pooled_rate_is_the_sum_of_events_by_the_sum_of_people():
    found = pooled([counted("a", 10, 1000, multiplier=1000), counted("b", 90, 3000, multiplier=1000)], multiplier=1000)
    assert found.value == 25 and found.se == pytest.approx(1000 * math.sqrt(100) / 4000)
    assert (found.n, found.of, found.numerator, found.denominator) == (2, 2, 100, 4000)


def test_a_pooled_proportion_has_a_binomial_error():
    found = pooled([counted("a", 20, 50), counted("b", 30, 50)], multiplier=100, value_kind="proportion")
    assert found.value == 50 and found.se == pytest.approx(5)


def test_without_counts_it_is_the_weighted_mean_and_has_an_error_only_if_all_areas_have_one():
    areas = [AreaValue("a", 10, 300, se=1), AreaValue("b", 20, 100, se=2)]
    found = pooled(areas, multiplier=100)
    assert found.value == 12.5 and found.se == pytest.approx(math.hypot(0.75, 0.5))
    assert math.isnan(pooled([areas[0], replace(areas[1], se=NAN)], multiplier=100).se)


def test_missing_areas_are_left_out_and_counted():
    found = pooled([counted("a", 10, 100), AreaValue("b", NAN, 0)], multiplier=100)
    assert found.value == 10 and (found.n, found.of) == (1, 2)
    assert found.steps[0].how == "10 of 100; 1 of 2 areas"
    for nothing in ([], [AreaValue("b", NAN, 1)]):
        assert math.isnan(pooled(nothing, multiplier=100).value) and pooled(nothing, multiplier=100).n == 0


def test_no_event_at_all_is_not_taken_for_certainty():
    """The exact limits of no event are 0 and 3.689; of 0 in 100 Wilson's are 0 and 3.70 percent."""
    assert pooled([counted("a", 0, 1000)], multiplier=1000).se == pytest.approx(3.689 / 3.92, abs=1e-3)
    none, all_ = (pooled([counted("a", n, 100)], multiplier=100, value_kind="proportion").se for n in (0, 100))
    assert none == pytest.approx(3.70 / 3.92, abs=1e-3) and all_ == pytest.approx(none)


def test_a_surveys_own_error_goes_before_that_of_its_estimated_counts():
    assert pooled([counted("a", 20, 50, se=9.0)], multiplier=100, value_kind="proportion").se == 9


def test_counts_that_were_estimated_are_said_to_be():
    assert pooled([counted("a", 20, 50, approximate=True)], multiplier=100).approximate
    assert "estimated" in pooled([counted("a", 20, 50, approximate=True)], multiplier=100).how


def test_a_weight_or_a_denominator_of_zero_is_refused_by_name():
    with pytest.raises(ValueError, match="Canton: weights must be greater than zero: 0"):
        AreaValue("Canton", 5.0, 0)
    with pytest.raises(ValueError, match="Canton: denominators must be greater than zero"):
        pooled([AreaValue("Canton", 5.0, 10, numerator=1, denominator=0)], multiplier=100)


counts = some.lists(some.tuples(some.integers(0, 50), some.integers(50, 500)), min_size=1, max_size=10)


@given(counts)
def test_the_pooled_figure_is_the_mean_weighted_by_denominators(rows):
    areas = [counted(f"a{i}", n, people) for i, (n, people) in enumerate(rows)]
    without_counts = [replace(area, numerator=NAN) for area in areas]
    assert pooled(areas, multiplier=100).value == pytest.approx(pooled(without_counts, multiplier=100).value)


# Gap


def test_the_gap_by_hand():
    """300 of 2,000 against 100 of 2,000: 15 less 5 percent."""
    found = gap(ten((140, 160), (60, 40)), improves_when=FALLS, value_kind="proportion", multiplier=100)
    assert found.difference == pytest.approx(10) and found.ratio == pytest.approx(3)
    se1, se2 = (100 * math.sqrt(p * (1 - p) / 2000) for p in (0.15, 0.05))
    assert found.difference_limits == pytest.approx((10 - 1.959964 * math.hypot(se1, se2), 10 + 1.959964 * math.hypot(se1, se2)))
    log_se = math.hypot(se1 / 15, se2 / 5)
    assert found.ratio_limits == pytest.approx((3 * math.exp(-1.959964 * log_se), 3 * math.exp(1.959964 * log_se)))
    assert (found.disadvantaged.n, found.advantaged.n, found.ratio_form) == (2, 2, RatioForm.VALUE)


def test_the_sentence_reads_well_and_names_the_groups_and_the_limits():
    found = gap(ten((140, 160), (60, 40)), improves_when=FALLS, value_kind="proportion", multiplier=100, unit="percent of homes",
                disadvantaged_phrase="the lowest household income", advantaged_phrase="the highest")  # fmt: skip
    assert found.sentence == (
        "In the 2 neighborhoods with the lowest household income it is 15.0% of homes; in the 2 with the highest, 5.0%: "
        "10.0 points worse (8.2 to 11.8), 3.0 times as much."
    )


@pytest.mark.parametrize(("improves_when", "word"), [(RISES, "better"), (FALLS, "worse"), (NEITHER, "higher"), (WITHIN, "higher")])
def test_the_same_figures_are_worse_better_or_only_higher_by_direction(improves_when, word):
    found = gap(ten((140, 160), (60, 40)), improves_when=improves_when, value_kind="rate", multiplier=100)
    assert f"10.0 {word}" in found.sentence and found.is_judged is (word in ("better", "worse"))
    assert found.difference == pytest.approx(-10 if improves_when is RISES else 10)


def test_a_percentage_that_should_rise_has_the_ratio_of_those_without_it():
    """70 against 90 percent: 30 without it for every 10, not 1.29."""
    found = gap(ten((700, 700), (900, 900)), improves_when=RISES, value_kind="proportion", multiplier=100, unit="percent of births")
    assert found.difference == pytest.approx(20) and found.ratio == pytest.approx(3) and found.ratio_form is RatioForm.COMPLEMENT
    assert "and the share without it is 3.0 times as large." in found.sentence
    assert "the share without it" in next(step.how for step in found.steps if step.name == "Ratio")


def test_any_other_figure_that_should_rise_has_the_advantaged_on_top():
    found = gap(plain(68, 72, 74, 76, 81.6, se=0.5), improves_when=RISES, value_kind="mean", multiplier=None, unit="years")
    assert found.ratio == pytest.approx(1.2) and found.ratio_form is RatioForm.INVERSE
    assert found.ratio_limits == pytest.approx(tuple(1.2 * math.exp(s * 1.959964 * math.hypot(0.5 / 68, 0.5 / 81.6)) for s in (-1, 1)))
    assert "13.6 worse" in found.sentence and "1.20 times as much in the latter" in found.sentence


def test_only_a_percentage_has_a_gap_in_points():
    named = {"improves_when": FALLS, "value_kind": "mean", "multiplier": None}
    assert "13.6 points better" in gap(plain(68, 72, 74, 76, 81.6, se=0.5), unit="percent of homes", **named).sentence
    assert "13.6 better" in gap(plain(68, 72, 74, 76, 81.6, se=0.5), unit="percentile of homes", **named).sentence


def test_without_standard_errors_there_are_no_limits_and_the_steps_say_so():
    found = gap(plain(20, 15, 12, 11, 10), improves_when=FALLS, value_kind="proportion", multiplier=100)
    assert found.difference == 10 and found.ratio == 2
    assert found.difference_limits is None and found.ratio_limits is None
    assert [step.how for step in found.steps if "limits" in step.name] == ["no standard error is known, so no limits"] * 2


def test_a_gap_within_chance_is_said_to_be_one_and_no_gap_is_no_difference():
    assert gap(ten((100, 105), (100, 100)), improves_when=FALLS, value_kind="proportion", multiplier=100).sentence.endswith("That can be chance.")
    assert "no difference to speak of." in gap(ten((100, 100), (100, 100)), improves_when=FALLS, value_kind="rate", multiplier=100).sentence


def test_a_ratio_is_not_defined_over_zero_and_has_no_limits_at_zero():
    over = gap(ten((10, 10), (0, 0)), improves_when=FALLS, value_kind="rate", multiplier=100)
    assert over.ratio is None and over.ratio_reason == "the ratio would divide by zero" and over.difference_limits is not None
    at = gap(ten((0, 0), (10, 10)), improves_when=FALLS, value_kind="rate", multiplier=100)
    assert at.ratio == 0 and at.ratio_limits is None
    below = gap(plain(-5, 0, 0, 0, 5), improves_when=FALLS, value_kind="mean", multiplier=None)
    assert below.ratio is None and below.difference == -10


def test_a_missing_area_is_left_out_and_counted():
    areas = ten((140, 160), (60, 40))
    areas[0] = AreaValue("a0", NAN, 1000, disadvantage=0)
    found = gap(areas, improves_when=FALLS, value_kind="proportion", multiplier=100)
    assert found.disadvantaged.value == 16 and found.sentence.startswith("In 1 of the 2 neighborhoods with")


@pytest.mark.parametrize(("areas", "kind", "reason"), [
    ([], "rate", "0 neighborhoods can be ranked, and at least 5 are needed"),
    (plain(1), "rate", "1 neighborhood can be ranked, and at least 5 are needed"),
    (plain(NAN, 1, 1, 1, 1), "rate", "no figure is known in the most disadvantaged group"),
    (plain(1, 1, 1, 1, NAN), "rate", "no figure is known in the least disadvantaged group"),
    (plain(*[NAN] * 5), "rate", "no figure is known in the most disadvantaged group"),
    ([replace(one, disadvantage=1) for one in plain(1, 2, 3, 4, 5)], "rate", "so many neighborhoods tie that one of the two groups is empty"),
    (plain(1, 2, 3, 4, 5), "count", "a count depends on how many people live there, so it needs a rate"),
])  # fmt: skip
def test_a_gap_that_cannot_be_computed_says_why(areas, kind, reason):
    found = gap(areas, improves_when=FALLS, value_kind=kind, multiplier=100)
    assert found.reason == reason and found.difference is None and found.ratio is None
    assert found.sentence == f"The gap cannot be computed: {reason}."


populated = some.lists(some.tuples(some.integers(1, 49), some.integers(50, 500), some.integers(0, 9)), min_size=5, max_size=20)


@given(populated)
def test_the_difference_is_the_same_for_the_complement(rows):
    """Those with it, which should fall, and those without it, which should rise: same gap, same limits, same ratio."""
    one = [counted(f"a{i}", n, people, score) for i, (n, people, score) in enumerate(rows)]
    other = [counted(f"a{i}", people - n, people, score) for i, (n, people, score) in enumerate(rows)]
    falls = gap(one, improves_when=FALLS, value_kind="proportion", multiplier=100)
    rises = gap(other, improves_when=RISES, value_kind="proportion", multiplier=100)
    assume(not falls.reason)
    assert rises.difference == pytest.approx(falls.difference, abs=1e-9) and rises.difference_limits == pytest.approx(falls.difference_limits, abs=1e-9)
    assert rises.ratio == pytest.approx(falls.ratio) and rises.ratio_limits == pytest.approx(falls.ratio_limits)


@given(populated)
def test_the_sign_turns_with_the_direction_and_the_order_of_areas_changes_nothing(rows):
    areas = [counted(f"a{i}", n, people, score) for i, (n, people, score) in enumerate(rows)]
    falls, rises, neither = (gap(areas, improves_when=d, value_kind="rate", multiplier=100) for d in (FALLS, RISES, NEITHER))
    assume(not falls.reason)
    assert rises.difference == pytest.approx(-falls.difference, abs=1e-12) and neither.difference == falls.difference
    assert rises.ratio == pytest.approx(1 / falls.ratio)
    again = gap(areas[::-1], improves_when=FALLS, value_kind="rate", multiplier=100)
    assert again.difference == pytest.approx(falls.difference, abs=1e-9) and again.ratio == pytest.approx(falls.ratio)
    slopes = [slope_index(a, improves_when=d).gap for a, d in ((areas, FALLS), (areas, RISES), (areas[::-1], FALLS))]
    assert slopes[0] is None or (slopes[1] == pytest.approx(-slopes[0], abs=1e-6) and slopes[2] == pytest.approx(slopes[0], abs=1e-6))


# Slope


def test_ridits_by_hand_with_and_without_ties():
    assert ridits([3, 2, 1], [1, 1, 2]) == (1 / 8, 3 / 8, 3 / 4)
    assert ridits([1, 3, 1], [2, 1, 1]) == (5 / 8, 1 / 8, 5 / 8)
    assert ridits([], []) == ()


@given(some.lists(some.tuples(some.integers(0, 9), some.floats(0.1, 1000)), min_size=1, max_size=30))
def test_ridits_lie_between_0_and_1_and_have_a_weighted_mean_of_a_half(rows):
    scores, weights = zip(*rows, strict=True)
    found = ridits(scores, weights)
    assert all(0 < place < 1 for place in found)
    assert sum(w * r for w, r in zip(weights, found, strict=True)) / sum(weights) == pytest.approx(0.5)


@given(some.lists(some.tuples(some.floats(0, 100), some.floats(1, 50), some.integers(0, 9)), min_size=3, max_size=20))
def test_the_slope_index_is_that_of_weighted_least_squares(rows):
    values, weights, scores = zip(*rows, strict=True)
    assume(len(set(scores)) > 1)
    areas = [AreaValue(f"a{i}", v, w, s) for i, (v, w, s) in enumerate(rows)]
    slope, start = np.polyfit(ridits(scores, weights), values, 1, w=np.sqrt(weights))
    found = slope_index(areas, improves_when=RISES)
    assert found.gap == pytest.approx(slope, abs=1e-6) and found.ends == pytest.approx((start, start + slope), abs=1e-6)


def test_the_slope_index_by_hand_with_its_limits():
    """Five alike at ridits .1 .3 .5 .7 .9: weights of the slope (-1, -.5, 0, .5, 1); values 50 40 30 20 10 give -50."""
    found = slope_index(plain(50, 40, 30, 20, 10, se=2), improves_when=FALLS)
    assert found.gap == pytest.approx(50) and found.ends == pytest.approx((55, 5)) and found.ratio == pytest.approx(11)
    assert found.se == pytest.approx(2 * math.sqrt(2.5))
    assert found.limits == pytest.approx((50 - 1.959964 * found.se, 50 + 1.959964 * found.se))
    assert slope_index(plain(50, 40, 30, 20, 10), improves_when=RISES).gap == pytest.approx(-50)
    assert slope_index(plain(50, 40, 30, 20, 10), improves_when=NEITHER).gap == pytest.approx(50)


def test_the_limits_of_the_relative_index_agree_with_a_simulation():
    areas = plain(50, 40, 30, 25, 20, se=0.5)
    found = slope_index(areas, improves_when=FALLS)
    draws = np.random.default_rng(1).normal([a.value for a in areas], 0.5, size=(20_000, 5))
    slopes = draws @ np.array([-1, -0.5, 0, 0.5, 1])
    ratios = (draws.mean(axis=1) - slopes / 2) / (draws.mean(axis=1) + slopes / 2)
    assert found.ratio_limits == pytest.approx(tuple(np.percentile(ratios, [2.5, 97.5])), rel=0.01)


def test_all_figures_alike_have_no_slope_and_still_have_limits():
    found = slope_index(plain(5, 5, 5, se=1), improves_when=RISES)
    assert found.gap == 0 and found.ratio == pytest.approx(1) and found.limits[0] < 0 < found.limits[1]


def test_a_fitted_end_at_or_below_zero_has_no_ratio():
    found = slope_index(plain(20, 0, 0, 0, 0), improves_when=FALLS)
    assert found.ratio is None and found.ratio_reason == "a fitted end is zero or below" and found.gap > 0


def test_a_percentage_that_should_rise_has_the_slopes_ratio_of_those_without_it():
    found = slope_index(plain(70, 75, 80, 85, 90), improves_when=RISES, value_kind="proportion", multiplier=100)
    assert found.ratio_form is RatioForm.COMPLEMENT and found.ratio == pytest.approx(32.5 / 7.5)


def test_the_slope_leaves_out_what_is_missing_and_says_when_nothing_is_left():
    areas = [*plain(50, 40, 30), AreaValue("x", NAN, 1, 5), AreaValue("y", 9, 1)]
    assert (slope_index(areas, improves_when=FALLS).n, slope_index(areas, improves_when=FALLS).of) == (3, 5)
    for few in ([], plain(5), plain(NAN, NAN), [replace(one, disadvantage=1) for one in plain(1, 2, 3)]):
        assert slope_index(few, improves_when=FALLS).reason == "fewer than two ranks have a figure"
    assert slope_index(plain(1, 2), improves_when=FALLS, value_kind="count").reason == "a count needs a rate"


def test_the_fifths_gap_and_the_slope_show_no_inequality_where_there_is_none():
    """55 areas of 10,600 people and six events each on average, 100 draws: both read zero (methods, table of robustness)."""
    chance = np.random.default_rng(7)
    gaps, slopes = [], []
    for _ in range(100):
        areas = [counted(f"a{i}", n, 10_600, i, 1000) for i, n in enumerate(chance.poisson(6, 55).tolist())]
        gaps.append(gap(areas, improves_when=FALLS, value_kind="rate", multiplier=1000).difference)
        slopes.append(slope_index(areas, improves_when=FALLS, value_kind="rate", multiplier=1000).gap)
    assert abs(np.mean(gaps)) < 3 * np.std(gaps) / 10 and abs(np.mean(slopes)) < 3 * np.std(slopes) / 10


# Change of a gap


def between(worst, best, *, se=1.0, improves_when=FALLS, kind="mean"):
    """A gap of five areas alike, the figures of the outer two given."""
    middle = (worst + best) / 2
    return gap(plain(worst, middle, middle, middle, best, se=se), improves_when=improves_when, value_kind=kind, multiplier=100)


@pytest.mark.parametrize(("earlier", "later", "verdict"), [
    ((100, 40), (60, 40), Narrowing.NARROWED),
    ((60, 40), (100, 40), Narrowing.WIDENED),
    ((60, 40), (60.5, 40), Narrowing.NO_DETECTABLE_CHANGE),
    ((100, 50), (50, 25), Narrowing.NARROWED_IN_POINTS),  # twice as much before and after
    ((50, 25), (100, 50), Narrowing.WIDENED_IN_POINTS),
    ((40, 20), (120, 100), Narrowing.NARROWED_IN_RATIO),  # 20 points before and after
    ((120, 100), (40, 20), Narrowing.WIDENED_IN_RATIO),
    ((100, 50), (40, 10), Narrowing.NARROWED_IN_POINTS_WIDENED_IN_RATIO),  # 50 points, 2 times; 30 points, 4 times
    ((40, 10), (100, 50), Narrowing.WIDENED_IN_POINTS_NARROWED_IN_RATIO),
    ((60, 40), (40, 60), Narrowing.TURNED_AROUND),
    ((40, 60), (48, 52), Narrowing.NARROWED),  # the disadvantaged were ahead: less of a gap is less of a gap
])  # fmt: skip
def test_a_gap_is_judged_in_points_and_as_a_ratio(earlier, later, verdict):
    found = narrowing(between(*earlier), between(*later))
    assert found.verdict is verdict
    assert found.sentence.startswith("No change" if verdict is Narrowing.NO_DETECTABLE_CHANGE else "The gap ")


def test_a_change_just_beyond_the_limits_is_detectable_and_just_within_is_not():
    """Four errors of 1 make 2, so 3.92 points are needed."""
    assert narrowing(between(560, 500), between(556.0, 500)).verdict is Narrowing.NARROWED_IN_POINTS
    assert narrowing(between(560, 500), between(556.2, 500)).verdict is Narrowing.NO_DETECTABLE_CHANGE


def test_an_overlap_takes_the_error_times_the_root_of_what_is_not_shared():
    without, with_ = (narrowing(between(100, 40), between(90, 40), overlap=share) for share in (0.0, 0.75))
    assert with_.points.z == pytest.approx(2 * without.points.z) and with_.ratio.z == pytest.approx(2 * without.ratio.z)
    assert without.points.z == pytest.approx(-10 / 2) and without.points.amount == pytest.approx(-10)
    assert without.ratio.amount == pytest.approx(2.25 / 2.5)
    assert narrowing(between(100, 40), between(90, 40), overlap=0.99).points
    for refused in (1.0, -0.01):
        with pytest.raises(ValueError, match="overlap"):
            narrowing(between(100, 40), between(90, 40), overlap=refused)


@pytest.mark.parametrize(("improves_when", "earlier", "later", "levelled"), [
    (FALLS, (100, 40), (90, 80), False),  # the disadvantaged improved
    (FALLS, (100, 40), (100, 80), True),
    (FALLS, (100, 40), (110, 100), True),
    (RISES, (40, 100), (39, 50), True),
    (RISES, (40, 100), (60, 100), False),
    (NEITHER, (100, 40), (110, 100), False),  # nobody is better or worse off
    (FALLS, (100, 40), (120, 40), False),  # it widened
])  # fmt: skip
def test_a_gap_that_fell_because_the_others_lost_ground_is_flagged(improves_when, earlier, later, levelled):
    found = narrowing(between(*earlier, improves_when=improves_when), between(*later, improves_when=improves_when))
    assert found.is_levelled_down is levelled
    assert ("But the disadvantaged did not improve." in found.sentence) is levelled


def test_without_standard_errors_or_without_a_gap_it_cannot_be_told():
    known = between(100, 40)
    assert narrowing(known, between(90, 40, se=NAN)).sentence == "Whether the gap narrowed cannot be told: no standard errors are known."
    nothing = gap([], improves_when=FALLS, value_kind="mean", multiplier=100)
    found = narrowing(known, nothing)
    assert found.verdict is Narrowing.CANNOT_TELL and "the later gap cannot be computed: 0 neighborhoods" in found.sentence


def test_where_there_is_no_ratio_only_points_are_compared_and_it_is_said():
    found = narrowing(between(100, 0), between(50, 0))
    assert found.verdict is Narrowing.NARROWED_IN_POINTS and found.ratio is None
    assert "The ratio was not compared: the ratio would divide by zero." in found.sentence


def test_gaps_without_any_error_change_by_any_amount():
    assert narrowing(between(100, 40, se=0), between(99, 40, se=0)).points.z == -math.inf
    assert narrowing(between(100, 40, se=0), between(100, 40, se=0)).verdict is Narrowing.NO_DETECTABLE_CHANGE


def test_gaps_of_different_directions_or_forms_are_not_compared():
    with pytest.raises(ValueError, match="same direction"):
        narrowing(between(100, 40), between(100, 40, improves_when=RISES))
    with pytest.raises(ValueError, match="form of ratio"):
        narrowing(between(60, 80, improves_when=RISES), between(60, 80, improves_when=RISES, kind="proportion"))


@given(some.floats(10, 90), some.floats(10, 90), some.floats(10, 90), some.floats(10, 90))
def test_turned_around_in_time_a_narrowing_is_a_widening(a, b, c, d):
    there, back = narrowing(between(a, b), between(c, d)), narrowing(between(c, d), between(a, b))
    swapped = str(there.verdict).replace("narrowed", "x").replace("widened", "narrowed").replace("x", "widened")
    assert str(back.verdict) == swapped


def test_level_and_gap_are_named_together_and_no_two_states_alike():
    states = {(level, narrower): level_and_gap(level, narrower) for level in (True, False, None) for narrower in (True, False, None)}
    assert len(set(states.values())) == 9
    assert states[True, True] == "better and fairer" and states[True, False] == "better, less fair"
    assert states[False, True] == "worse, but fairer" and states[False, False] == "worse and less fair"
    assert states[None, None] is LevelAndGap.CANNOT_TELL
