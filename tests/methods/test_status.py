from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.methods.periods import parse_period
from lib.methods.status import Bands, Point, status_rules, target_status
from lib.model import Direction, PeriodKind, Status

RISES, FALLS, WITHIN = Direction.RISES, Direction.FALLS, Direction.WITHIN


def year(label: int):
    return parse_period(str(label), PeriodKind.CALENDAR)


def point(label: int, value: float, se: float | None = None) -> Point:
    return Point(year(label), value, se)


def asked(baseline, latest, target, *, by=2030, improves_when=RISES, as_of=date(2025, 6, 1), points=6, collected=True,
          target_range=None, interval=1.0, bands=Bands(), then=None, asked_about=None):  # fmt: skip
    return target_status(
        then=then, asked=asked_about,
        improves_when=improves_when, baseline=baseline, latest=latest, number_of_points=points, target_value=target,
        target_range=target_range, target_period=year(by) if by else None, collected=collected, as_of=as_of,
        interval_years=interval, decimals=1, unit="percent", bands=bands,
    )  # fmt: skip


# The pace: published comparisons, exactly half way in time (2020 to 2030, latest 2025)

LATER = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("baseline", "latest", "target", "improves_when", "pace"),
    [(84, 88.5, 93, RISES, 1.00), (10, 7.5, 5, FALLS, 1.00), (6, 3.9, 0, FALLS, 0.70), (300, 150, 0, FALLS, 1.00),
     (-10, -5, 0, RISES, 1.00)],
)  # fmt: skip
def test_pace_is_linear_and_knows_a_target_of_zero(baseline, latest, target, improves_when, pace):
    answer = asked(point(2020, baseline), point(2025, latest), target, improves_when=improves_when, as_of=LATER)
    assert answer.pace == pytest.approx(pace, abs=0.002)


def half_way(share: float, **named):
    """From 0 to 100 over ten years, at half time, having covered `share` of the pace."""
    return asked(point(2020, 0.0), point(2025, 50 * share), 100.0, as_of=LATER, **named).status


def exactly_half(share: float):
    """Ten years of which exactly half has passed to the day would need a calendar of our own: take the pace itself."""
    answer = asked(point(2020, 0.0), point(2025, 50.0), 100.0, as_of=LATER)
    return asked(point(2020, 0.0), point(2025, share * 100 * answer.elapsed), 100.0, as_of=LATER).status


def test_the_bounds_of_the_pace_belong_to_the_better_side():
    assert exactly_half(0.95) is Status.ON_TRACK
    assert exactly_half(0.9499) is Status.BEHIND
    assert exactly_half(0.60) is Status.BEHIND
    assert exactly_half(0.5999) is Status.FAR_BEHIND


def test_no_target_is_said_before_anything_else():
    assert asked(point(2020, 1), point(2024, 2), None).status is Status.NO_TARGET
    assert asked(None, None, None, by=None).status is Status.NO_TARGET
    assert asked(point(2020, 1), point(2024, 2), float("nan")).status is Status.NO_TARGET


@pytest.mark.parametrize(
    ("baseline", "latest", "points"),
    [(None, None, 0), (point(2020, 1), None, 1), (None, point(2024, 2), 2), (point(2024, 1), point(2024, 1), 2),
     (point(2020, 1), point(2024, 2), 1), (point(2020, float("nan")), point(2024, 2), 2)],
)  # fmt: skip
def test_too_few_figures_are_not_enough_data(baseline, latest, points):
    assert asked(baseline, latest, 10.0, points=points).status is Status.NOT_ENOUGH_DATA


def test_met_in_both_directions_and_at_the_target_itself():
    assert asked(point(2020, 5), point(2024, 10), 10.0).status is Status.MET
    assert asked(point(2020, 15), point(2024, 10), 10.0, improves_when=FALLS).status is Status.MET
    assert asked(point(2020, 5), point(2024, 9.99), 10.0).status is not Status.MET


def test_missed_once_the_time_is_over():
    assert asked(point(2018, 5), point(2024, 9), 10.0, by=2024).status is Status.MISSED
    assert asked(point(2018, 5), point(2023, 9), 10.0, by=2024).status is not Status.MISSED


def test_once_the_time_is_over_the_figure_of_that_time_decides_and_no_later_one():
    met = asked(point(2018, 10.0), point(2025, 9.8), 9.2, by=2022, improves_when=FALLS, then=point(2022, 9.0))
    assert met.status is Status.MET
    assert met.sentence == ("The target of 9.2% for 2022 was met: 9.0% (2022). The newest figure does not reach it any more: "
                            "9.8% (2025).")  # fmt: skip
    missed = asked(point(2018, 10.0), point(2025, 9.0), 9.2, by=2022, improves_when=FALLS, then=point(2022, 9.8))
    assert missed.status is Status.MISSED
    assert missed.sentence == "9.8% (2022) missed the target of 9.2% for 2022. The newest figure reaches it: 9.0% (2025)."
    same = asked(point(2018, 10.0), point(2025, 8.8), 9.2, by=2022, improves_when=FALLS, then=point(2022, 9.0))
    assert same.sentence == "The target of 9.2% for 2022 was met: 9.0% (2022)."
    rising = asked(point(2018, 1.0), point(2025, 4.0), 5.0, by=2022, then=point(2022, 5.0))
    assert rising.status is Status.MET


def test_a_value_to_be_maintained_is_judged_by_the_figure_of_the_targets_time_too():
    held = asked(point(2018, 10.0), point(2025, 8.0), 10.0, by=2022, then=point(2022, 10.0))
    assert (held.status, held.held) == (Status.MAINTAIN, True)
    assert "The newest figure does not reach it any more: 8.0% (2025)." in held.sentence


def test_a_fiscal_year_target_is_over_with_the_calendar_year_that_ended_in_it():
    fiscal = parse_period("FY2014", PeriodKind.FISCAL)
    named = {"improves_when": FALLS, "target_range": None, "collected": True, "as_of": date(2014, 9, 1), "interval_years": 1.0, "decimals": 1,
             "unit": "", "number_of_points": 3, "target_value": 44.0, "target_period": fiscal, "asked": year(2013)}  # fmt: skip
    met = target_status(baseline=point(2010, 50.0), latest=point(2013, 43.6), then=point(2013, 43.6), **named)
    assert (met.status, met.sentence) == (Status.MET, "The target of 44.0 for FY2014 was met: 43.6 (2013).")
    missed = target_status(baseline=point(2010, 50.0), latest=point(2013, 45.0), then=point(2013, 45.0), **named)
    assert missed.status is Status.MISSED
    half = target_status(baseline=point(2009, 50.0), latest=point(2011, 47.0), **named)
    assert half.elapsed == pytest.approx(0.5)  # of 2009 to 2013, not to the end of FY2014


def test_a_figure_that_is_awaited_leaves_the_verdict_to_the_latest_and_says_so():
    awaited = asked(point(2018, 10.0), point(2023, 9.0), 8.0, by=2024, improves_when=FALLS)
    assert awaited.status is Status.BEHIND  # half of the way in five sixths of the time: a pace of 0.6
    assert awaited.sentence.endswith("The figure for 2024 is awaited.")
    reached = asked(point(2018, 10.0), point(2023, 7.9), 8.0, by=2024, improves_when=FALLS)
    assert reached.sentence == "The target of 8.0% for 2024 is met: 7.9% (2023). The figure for 2024 is awaited."
    on_the_last_day = asked(point(2018, 10.0), point(2023, 9.0), 8.0, by=2024, improves_when=FALLS, as_of=date(2024, 12, 31))
    assert "awaited" not in on_the_last_day.sentence


def test_a_targets_time_that_went_by_without_a_figure_gives_no_verdict():
    gone = asked(point(2018, 10.0), point(2025, 7.0), 8.0, by=2022, improves_when=FALLS)
    assert gone.status is Status.NOT_ENOUGH_DATA
    assert "no figure for 2022" in gone.sentence and "7.0% (2025)" in gone.sentence


def test_the_age_is_that_of_the_latest_figure():
    named = {"by": 2015, "then": point(2015, 12.0), "as_of": date(2026, 6, 1)}
    assert asked(point(2010, 5), point(2025, 12), 10.0, **named).status is Status.MET
    stale = asked(point(2010, 5), point(2016, 12), 10.0, **named)
    assert (stale.status, stale.under_stale) == (Status.STALE, Status.MET)


def test_two_numbers_that_differ_do_not_read_the_same():
    missed = asked(point(2018, 18.0), point(2024, 14.04), 14.0, by=2024, improves_when=FALLS)
    assert missed.sentence == "14.04% (2024) missed the target of 14.00% for 2024."
    met = asked(point(2018, 18.0), point(2024, 14.0), 14.0, by=2024, improves_when=FALLS)
    assert met.sentence == "The target of 14.0% for 2024 was met: 14.0% (2024)."


def test_slipped_when_the_baseline_had_already_reached_it():
    assert asked(point(2020, 12), point(2024, 9), 10.0).status is Status.SLIPPED
    assert asked(point(2020, 8), point(2024, 12), 10.0, improves_when=FALLS).status is Status.SLIPPED


def test_a_target_that_equals_its_baseline_is_to_be_maintained():
    held = asked(point(2020, 10), point(2024, 10), 10.0)
    lost = asked(point(2020, 10), point(2024, 9), 10.0)
    assert (held.status, held.held) == (Status.MAINTAIN, True)
    assert (lost.status, lost.held) == (Status.MAINTAIN, False)


def test_too_early_before_a_fifth_of_the_time():
    assert asked(point(2023, 0), point(2024, 9), 10.0, by=2030).status is Status.TOO_EARLY  # 1 of 7
    assert asked(point(2022, 0), point(2024, 9), 10.0, by=2030).status is not Status.TOO_EARLY  # 2 of 8


def test_one_year_of_five_is_a_fifth_of_the_time_in_spite_of_a_leap_day():
    assert asked(point(2020, 0), point(2021, 2), 10.0, by=2025, as_of=date(2022, 1, 1)).status is Status.ON_TRACK
    assert asked(point(2020, 0), point(2021, 2), 10.0, by=2026, as_of=date(2022, 1, 1)).status is Status.TOO_EARLY


def test_the_straight_line_is_read_in_whole_years():
    fiscal = {label: parse_period(label, PeriodKind.FISCAL) for label in ("FY2021", "FY2025", "FY2027")}
    answer = target_status(
        improves_when=FALLS, baseline=Point(fiscal["FY2021"], 15_375), latest=Point(fiscal["FY2025"], 12_599), number_of_points=5,
        target_value=10_800, target_range=None, target_period=fiscal["FY2027"], collected=True, as_of=date(2025, 11, 1),
        interval_years=1.0, decimals=0, unit="buildings",
    )  # fmt: skip
    assert answer.expected_now == pytest.approx(12_325)  # 15,375 less four sixths of 4,575
    assert answer.pace == pytest.approx(2776 / 3050)
    assert answer.sentence == ("From 15,375 (FY2021) to 12,599 (FY2025). The straight line to 10,800 by FY2027 asks for 12,325 "
                               "by now.")  # fmt: skip


def test_without_a_standard_error_a_tenth_of_the_targeted_change_counts():
    assert asked(point(2020, 0), point(2025, 10), 100.0, as_of=LATER).status is Status.FAR_BEHIND
    assert asked(point(2020, 0), point(2025, 9.9), 100.0, as_of=LATER).status is Status.NO_DETECTABLE_CHANGE


def test_a_worsening_counts_from_a_tenth_of_the_baseline():
    assert asked(point(2020, 50), point(2025, 45), 100.0, as_of=LATER).status is Status.GETTING_WORSE
    assert asked(point(2020, 50), point(2025, 45.1), 100.0, as_of=LATER).status is Status.NO_DETECTABLE_CHANGE


def test_with_standard_errors_the_difference_must_exceed_1_96_of_them():
    # standard error of the difference: sqrt(3² + 4²) = 5, so more than 9.8
    just_over = asked(point(2020, 50, 3), point(2025, 59.81, 4), 100.0, as_of=LATER)
    exactly = asked(point(2020, 50, 3), point(2025, 59.8, 4), 100.0, as_of=LATER)
    assert just_over.status is Status.FAR_BEHIND
    assert exactly.status is Status.NO_DETECTABLE_CHANGE


def test_a_baseline_of_zero_still_has_a_smallest_change_that_counts():
    assert asked(point(2020, 0), point(2025, -9), 100.0, as_of=LATER).status is Status.NO_DETECTABLE_CHANGE
    assert asked(point(2020, 0), point(2025, -10), 100.0, as_of=LATER).status is Status.GETTING_WORSE


def test_a_verdict_is_stale_a_day_after_two_intervals_and_remembers_what_it_was():
    fresh = asked(point(2018, 5), point(2023, 10), 10.0, as_of=date(2025, 12, 31))
    stale = asked(point(2018, 5), point(2023, 10), 10.0, as_of=date(2026, 1, 1))
    assert fresh.status is Status.MET
    assert (stale.status, stale.under_stale) == (Status.STALE, Status.MET)


def test_the_interval_of_the_series_decides_what_is_stale():
    assert asked(point(2014, 5), point(2020, 10), 10.0, interval=5.0).status is Status.MET


def test_the_longest_intervals_that_files_and_settings_allow_stay_within_the_calendar():
    bands = Bands(stale_intervals=20.0)
    assert asked(point(2190, 5), point(2200, 10), 10.0, by=2200, interval=50.0, bands=bands, as_of=date(2201, 1, 1)).status is Status.MET


def test_no_target_and_not_enough_data_do_not_become_stale():
    assert asked(point(2010, 1), point(2012, 2), None).status is Status.NO_TARGET
    assert asked(point(2012, 1), point(2012, 1), 5.0).status is Status.NOT_ENOUGH_DATA


def test_what_is_not_collected_any_more_says_so_before_all_else():
    answer = asked(point(2010, 5), point(2012, 10), 10.0, collected=False)
    assert (answer.status, answer.under_stale) == (Status.NOT_COLLECTED, Status.MET)
    assert asked(None, None, None, by=None, collected=False).status is Status.NOT_COLLECTED


def within(baseline: float, latest: float, **named):
    return asked(point(2020, baseline), point(2025, latest), None, improves_when=WITHIN, target_range=(40.0, 60.0), as_of=LATER, **named)


def test_a_range_is_judged_by_the_distance_outside_of_it():
    assert within(20, 50).status is Status.MET
    assert within(100, 60).status is Status.MET
    assert within(20, 30).status is Status.ON_TRACK  # half of the 20 outside, at half time
    assert within(100, 80).status is Status.ON_TRACK
    assert within(20, 10).status is Status.GETTING_WORSE
    assert within(20, 70).status is Status.ON_TRACK  # from 20 below to 10 above
    assert (within(50, 55).status, within(50, 55).held) == (Status.MAINTAIN, True)
    assert (within(50, 70).status, within(50, 70).held) == (Status.MAINTAIN, False)


def crossed(baseline: float, latest: float, by: int = 2030):
    return asked(point(2020, baseline), point(2025, latest), None, improves_when=WITHIN, target_range=(2.0, 4.0), by=by, as_of=LATER)


def test_a_range_crossed_from_one_side_to_the_other_is_said_so():
    alike = crossed(1.0, 5.0)
    assert alike.status is Status.NO_DETECTABLE_CHANGE
    assert alike.sentence == ("From 1.0% (2020) to 5.0% (2025), from below the range to above it: about as far outside as before. The target "
                              "is 2.0% to 4.0% by 2030.")  # fmt: skip
    assert "from above the range to below it: further outside than before" in crossed(5.0, 0.0).sentence
    assert crossed(0.0, 5.0).sentence.startswith("From 0.0% (2020) to 5.0% (2025), from below the range to above it. The target")
    assert "the range" not in crossed(0.0, 1.0).sentence and "the range" not in crossed(8.0, 5.0).sentence


def test_every_verdict_carries_its_arithmetic_and_a_sentence():
    answer = asked(point(2020, 0), point(2025, 20), 100.0, as_of=LATER)
    assert [step.name for step in answer.steps] == ["Baseline", "Latest", "Target", "Time used", "Way covered",
                                                    "Smallest change that counts", "Pace"]  # fmt: skip
    assert answer.sentence == "From 0.0% (2020) to 20.0% (2025). The straight line to 100.0% by 2030 asks for 50.0% by now."


def test_every_status_has_a_rule_that_names_this_citys_thresholds():
    rules = status_rules(Bands(on_track=0.9, stale_intervals=3.0))
    assert set(rules) == set(Status)
    assert "90%" in rules[Status.ON_TRACK] and "3 times" in rules[Status.STALE]


figures = some.floats(-1000, 1000).map(lambda number: round(number, 3))


@given(baseline=figures, latest=figures, target=figures)
def test_turning_every_sign_and_the_direction_changes_no_status(baseline, latest, target):
    one = asked(point(2020, baseline), point(2025, latest), target, as_of=LATER)
    mirrored = asked(point(2020, -baseline), point(2025, -latest), -target, improves_when=FALLS, as_of=LATER)
    assert (one.status, one.held) == (mirrored.status, mirrored.held)


@given(baseline=figures, latest=figures, target=figures, factor=some.sampled_from([0.5, 2.0, 64.0]))
def test_another_unit_changes_no_pace(baseline, latest, target, factor):
    one = asked(point(2020, baseline), point(2025, latest), target, as_of=LATER)
    other = asked(point(2020, baseline * factor), point(2025, latest * factor), target * factor, as_of=LATER)
    assert one.status is other.status
    assert one.pace == pytest.approx(other.pace) if one.pace is not None else other.pace is None
