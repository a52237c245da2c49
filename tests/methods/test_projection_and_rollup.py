import math
from datetime import date

import pytest

from lib.methods.projection import Outlook, prediction_interval, project
from lib.methods.rollup import WORST_FIRST, roll_up
from lib.model import Direction, Status


def test_the_prediction_interval_by_hand():
    # y = 2.2 + 0.6 x; s² = 2.4 / 3; at 6: 5.8 -/+ 1.6377 · 0.8944 · sqrt(1 + 1/5 + 9/10)
    low, middle, high = prediction_interval([1, 2, 3, 4, 5], [2, 4, 5, 4, 5], at=6, confidence=0.80)
    assert (low, middle, high) == (pytest.approx(3.677, abs=2e-3), pytest.approx(5.8), pytest.approx(7.923, abs=2e-3))


def test_figures_on_a_line_leave_no_uncertainty():
    assert prediction_interval([0, 1, 2], [1, 2, 3], at=5) == (pytest.approx(6), pytest.approx(6), pytest.approx(6))


def test_two_figures_or_one_time_make_no_line():
    for times in ([0, 1], [3, 3, 3]):
        with pytest.raises(ValueError, match="at least three"):
            prediction_interval(times, [1.0] * len(times), at=5)


def ends(count: int, first: int = 2016) -> list[date]:
    return [date(first + number, 12, 31) for number in range(count)]


def outlook(values, target, direction=Direction.FALLS, *, by=2024, **named):
    return project(ends(len(values)), values, improves_when=direction, target_end=date(by, 12, 31), target_value=target, **named)


FALLING = [10.0, 9.1, 8.0, 6.9, 6.0]  # 2016 to 2020, about one a year


def test_a_target_that_the_whole_interval_meets_is_likely_and_the_reverse():
    assert outlook(FALLING, 5.0).outlook is Outlook.LIKELY
    assert outlook(FALLING, 0.1).outlook is Outlook.UNLIKELY
    assert outlook(FALLING, 2.0).outlook is Outlook.UNCERTAIN
    assert outlook([20 - v for v in FALLING], 15.0, Direction.RISES).outlook is Outlook.LIKELY


def test_no_further_ahead_than_the_figures_reach_back():
    assert outlook(FALLING, 2.0, by=2024).outlook is not Outlook.CANNOT_TELL
    assert outlook(FALLING, 2.0, by=2025).outlook is Outlook.CANNOT_TELL


def test_four_figures_or_figures_that_share_data_are_not_projected():
    for answer in (outlook(FALLING[:4], 5.0), outlook(FALLING, 5.0, independent=False)):
        assert answer.outlook is Outlook.CANNOT_TELL and answer.band == ()


def test_missing_figures_are_left_out_not_filled():
    assert outlook([10.0, math.nan, 8.0, 6.9, 6.0], 5.0).band == ()


def test_counts_stay_above_zero_and_percentages_within_a_hundred():
    assert min(row[1] for row in outlook([4.0, 3.0, 2.0, 1.0, 0.5], 0.0).band) >= 0
    band = outlook([60.0, 70.0, 80.0, 90.0, 99.0], 100.0, Direction.RISES, percent=True).band
    assert max(row[3] for row in band) <= 100


def test_a_series_that_knows_figures_below_zero_or_above_a_hundred_is_not_cut_there():
    losses = [-10.0, -9.1, -8.0, -6.9, -6.0]
    assert outlook(losses, -4.0, Direction.RISES).band[-1][2] == pytest.approx(-1.88)  # mean -8 and 1.02 a year, six years on
    assert outlook(losses, -4.0, Direction.RISES).band[0][1] < 0
    growth = [60.0, 75.0, 90.0, 105.0, 119.0]
    assert outlook(growth, 150.0, Direction.RISES, percent=True).band[-1][2] > 150
    shrinking = [4.0, 2.0, 0.0, -2.0, -4.0]
    assert outlook(shrinking, 0.0, percent=True).band[-1][2] < -4


def test_the_projection_is_said_as_the_figures_are():
    dollars = outlook([1000.0, 1100.0, 1200.0, 1300.0, 1400.0], 1500.0, Direction.RISES, decimals=0, unit="dollars")
    assert [step.value for step in dollars.steps] == ["$1,800", "$1,800 and $1,800"]
    percent = outlook([1.00, 1.25, 1.50, 1.75, 2.00], 2.5, Direction.RISES, decimals=2, unit="percent of homes", percent=True)
    assert percent.steps[0].value == "3.00%"


def test_only_the_latest_ten_figures_are_used():
    long = [100.0] * 5 + [10.0 - number for number in range(10)]
    short = long[5:]
    assert project(ends(15), long, improves_when=Direction.FALLS).band == project(
        ends(15)[5:], short, improves_when=Direction.FALLS).band  # fmt: skip


def test_a_range_is_likely_when_the_interval_lies_inside():
    found = project(ends(5), [50.0, 50.5, 50.0, 49.5, 50.0], improves_when=Direction.WITHIN, target_end=date(2022, 12, 31),
                    target_range=(40.0, 60.0))  # fmt: skip
    assert found.outlook is Outlook.LIKELY


# Roll-up


def test_every_indicator_stays_in_the_denominator():
    found = roll_up([("A", Status.MET), ("B", Status.NOT_ENOUGH_DATA), ("C", Status.NO_TARGET)])
    assert found.total == 3 and found.share_text(Status.MET) == "1 of 3"


def test_a_percentage_is_given_from_five_indicators_on():
    assert roll_up([("A", Status.MET)] * 4).share_text(Status.MET) == "4 of 4"
    assert roll_up([("A", Status.MET)] * 4 + [("B", Status.MISSED)]).share_text(Status.MET, Status.ON_TRACK) == "4 of 5 (80%)"


def test_the_worst_status_is_named_with_its_indicators():
    found = roll_up([("A", Status.BEHIND), ("B", Status.GETTING_WORSE), ("C", Status.GETTING_WORSE)])
    assert found.worst == "2 getting worse: B, C"
    assert roll_up([("A", Status.MET)]).worst == ""


def test_nothing_rolls_up_to_nothing():
    assert roll_up([]).total == 0 and roll_up([]).share_text(Status.MET) == "0 of 0"


def test_the_order_from_worst_to_best_holds_every_status_once():
    assert sorted(WORST_FIRST) == sorted(Status)
