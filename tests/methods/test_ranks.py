import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.methods.intervals import standard_error_of_margin
from lib.methods.ranks import RankRange, rank_ranges

NAN = math.nan

# Mean minutes of travel to work with 90 % margins, American Community Survey 2011, one decimal: the data that Klein, Wright and
# Wieczorek 2020 rank. Their z for 51 areas at 90 % by Bonferroni is printed as about 3.096.
TRAVEL = {
    "SD": (16.9, 0.5), "ND": (16.9, 0.6), "WY": (18.1, 0.8), "NE": (18.1, 0.3), "MT": (18.2, 0.5), "AK": (18.4, 0.5), "IA": (18.8, 0.2),
    "KS": (18.9, 0.3), "ID": (19.7, 0.4), "OK": (21.1, 0.2), "AR": (21.3, 0.4), "NM": (21.4, 0.4), "UT": (21.6, 0.3), "WI": (21.9, 0.2),
    "VT": (21.9, 0.5), "OR": (22.5, 0.3), "KY": (22.9, 0.2), "MN": (23.0, 0.2), "OH": (23.1, 0.1), "MO": (23.1, 0.2), "RI": (23.4, 0.5),
    "NC": (23.4, 0.2), "ME": (23.4, 0.4), "IN": (23.5, 0.2), "SC": (23.6, 0.3), "MS": (23.9, 0.4), "AL": (23.9, 0.2), "NV": (24.1, 0.4),
    "MI": (24.1, 0.2), "TN": (24.2, 0.2), "LA": (24.5, 0.2), "CO": (24.5, 0.3), "TX": (24.8, 0.1), "AZ": (24.8, 0.2), "CT": (25.0, 0.3),
    "DE": (25.3, 0.6), "WA": (25.5, 0.2), "WV": (25.6, 0.5), "HI": (25.7, 0.4), "FL": (25.8, 0.2), "PA": (25.9, 0.1), "NH": (26.9, 0.5),
    "GA": (27.1, 0.3), "CA": (27.1, 0.1), "VA": (27.7, 0.2), "MA": (28.0, 0.2), "IL": (28.2, 0.2), "DC": (30.1, 0.5), "NJ": (30.5, 0.2),
    "NY": (31.5, 0.2), "MD": (32.2, 0.2),
}  # fmt: skip


def test_the_ranks_of_travel_times_by_hand():
    # each interval is the margin times 3.096 / 1.645 = 1.882: 0.1 -> 0.19, 0.2 -> 0.38, 0.3 -> 0.56, 0.5 -> 0.94, 0.6 -> 1.13
    found = rank_ranges(
        {state: (value, standard_error_of_margin(margin)) for state, (value, margin) in TRAVEL.items()},
        worst_is_high=True,
    )
    assert found["MD"] == RankRange(1, 2, 1) and found["NY"] == RankRange(1, 2, 2)  # 31.82 to 32.58, and 31.12 to 31.88
    assert found["NJ"] == RankRange(3, 4, 3) and found["DC"] == RankRange(
        3, 4, 4
    )  # 30.12 to 30.88, and 29.16 to 31.04, below 31.12
    assert found["IL"] == RankRange(
        5, 8, 5
    )  # 27.82 to 28.58: from Massachusetts to New Hampshire, whose upper limit is 27.84
    assert found["CA"].point == found["GA"].point == 8
    assert found["SD"] == RankRange(46, 51, 50)  # 15.96 to 17.84: with ND, WY, NE, MT and AK, not with IA from 18.42 on


def test_three_areas_by_hand():
    # a third of 10 % each: z = 2.128, so 27.87 to 32.13, 17.87 to 22.13 and 16.87 to 21.13
    estimates = {"a": (30.0, 1.0), "b": (20.0, 1.0), "c": (19.0, 1.0)}
    assert rank_ranges(estimates, worst_is_high=True) == {
        "a": RankRange(1, 1, 1),
        "b": RankRange(2, 3, 2),
        "c": RankRange(2, 3, 3),
    }
    assert rank_ranges(estimates, worst_is_high=False) == {
        "a": RankRange(3, 3, 3),
        "b": RankRange(1, 2, 2),
        "c": RankRange(1, 2, 1),
    }


def test_z_is_shared_out_among_the_areas():
    two = {"a": (10.0, 1.0), "b": (10.0 + 2 * 1.959, 1.0)}  # z of 95 % is 1.960
    assert rank_ranges(two, worst_is_high=True)["a"] == RankRange(1, 2, 2)
    assert rank_ranges({**two, "b": (10.0 + 2 * 1.961, 1.0)}, worst_is_high=True)["a"] == RankRange(2, 2, 2)


def test_one_area_is_first_and_none_is_nothing():
    assert rank_ranges({"a": (5.0, 3.0)}, worst_is_high=True) == {"a": RankRange(1, 1, 1)}
    assert rank_ranges({}, worst_is_high=True) == {}
    assert rank_ranges({"a": (NAN, 3.0)}, worst_is_high=True) == {}


@pytest.mark.parametrize("se", [0.0, 2.0])
def test_equal_areas_may_have_any_rank(se):
    found = rank_ranges(dict.fromkeys("abcd", (7.0, se)), worst_is_high=True)
    assert set(found.values()) == {RankRange(1, 4, 1)}


def test_figures_known_exactly_have_one_rank_and_ties_share_theirs():
    found = rank_ranges({"a": (1.0, 0.0), "b": (2.0, 0.0), "c": (2.0, 0.0), "d": (9.0, 0.0)}, worst_is_high=True)
    assert found == {"d": RankRange(1, 1, 1), "b": RankRange(2, 3, 2), "c": RankRange(2, 3, 2), "a": RankRange(4, 4, 4)}


@pytest.mark.parametrize("missing", [(NAN, 1.0), (5.0, NAN), (NAN, NAN)])
def test_a_missing_figure_is_left_out_and_not_counted(missing):
    known = {"a": (30.0, 1.0), "b": (26.0, 1.0)}  # apart at z = 1.96, not at 2.13
    found = rank_ranges({**known, "gone": missing}, worst_is_high=True)
    assert found == rank_ranges(known, worst_is_high=True) == {"a": RankRange(1, 1, 1), "b": RankRange(2, 2, 2)}


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.5, 90.0, NAN])
def test_a_confidence_is_between_nothing_and_certainty(confidence):
    with pytest.raises(ValueError, match="between 0 and 1"):
        rank_ranges({"a": (1.0, 1.0)}, worst_is_high=True, confidence=confidence)


def test_a_standard_error_is_not_negative():
    with pytest.raises(ValueError, match="north: a standard error must not be negative: -1"):
        rank_ranges({"north": (1.0, -1.0)}, worst_is_high=True)


def test_more_confidence_never_narrows_a_range():
    chance = np.random.default_rng(3)
    estimates = {str(n): (float(chance.normal(n, 2)), float(chance.uniform(0, 3))) for n in range(20)}
    sure, surer = (rank_ranges(estimates, worst_is_high=True, confidence=one) for one in (0.8, 0.99))
    assert all(surer[area].low <= sure[area].low and surer[area].high >= sure[area].high for area in estimates)


areas = some.dictionaries(
    some.text(max_size=2), some.tuples(some.integers(-30, 30).map(float), some.integers(0, 9).map(float)), max_size=9
)


@given(areas, some.booleans())
def test_the_worst_end_may_be_either(estimates, worst_is_high):
    found, n = rank_ranges(estimates, worst_is_high=worst_is_high), len(estimates)
    mirrored = rank_ranges(
        {area: (-value, se) for area, (value, se) in estimates.items()}, worst_is_high=not worst_is_high
    )
    assert mirrored == found
    turned = rank_ranges(estimates, worst_is_high=not worst_is_high)
    assert {area: (n + 1 - one.high, n + 1 - one.low) for area, one in turned.items()} == {
        area: (one.low, one.high) for area, one in found.items()
    }


@given(areas)
def test_an_areas_own_place_lies_within_its_range(estimates):
    found = rank_ranges(estimates, worst_is_high=True)
    assert found.keys() == estimates.keys()
    assert all(1 <= one.low <= one.point <= one.high <= len(estimates) for one in found.values())


@pytest.mark.parametrize(
    "true", [[5.0] * 8, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [1.0, 1.0, 1.0, 1.0, 9.0, 9.0, 30.0, 60.0]]
)
@pytest.mark.parametrize("confidence", [0.5, 0.9])
def test_all_true_ranks_lie_in_their_ranges_as_often_as_promised(true, confidence):
    chance, tries, held = np.random.default_rng(11), 800, 0
    errors = [0.5, 1.0, 2.0, 0.5, 1.0, 2.0, 3.0, 0.0]
    for _ in range(tries):
        estimates = {
            str(n): (float(chance.normal(value, se)), se)
            for n, (value, se) in enumerate(zip(true, errors, strict=True))
        }
        found = rank_ranges(estimates, worst_is_high=True, confidence=confidence)
        held += all(
            found[str(n)].low <= 1 + sum(other > value for other in true)
            and len(true) - sum(other < value for other in true) <= found[str(n)].high
            for n, value in enumerate(true)
        )
    at_least = confidence
    if len(set(true)) == 1:  # one is known exactly, so all hold when the other seven intervals cover the truth
        at_least = (1 - (1 - confidence) / 8) ** 7
        assert held / tries <= at_least + chance_of(at_least, tries)
    assert held / tries >= at_least - chance_of(at_least, tries)


def chance_of(share: float, tries: int) -> float:
    """Three standard errors of a simulated share."""
    return 3 * math.sqrt(share * (1 - share) / tries)
