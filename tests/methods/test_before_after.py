import math
from datetime import date
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lib.methods import before_after as method
from lib.methods.before_after import Verdict, before_and_after
from lib.methods.periods import parse_period
from lib.model import Direction, Period, PeriodKind

NAN = math.nan
MIRRORED = {Direction.RISES: Direction.FALLS, Direction.FALLS: Direction.RISES, Direction.NEITHER: Direction.NEITHER}
CLAIMS = (Verdict.IMPROVED, Verdict.WORSENED, Verdict.CHANGED)
USUAL = [10.0, 12.0] * 6  # mean 11, moving ranges of 2: limits 5.68 and 16.32, near them below 7.45 and above 14.55


@cache
def month(number: int) -> Period:
    return parse_period(f"{2018 + number // 12}-{number % 12 + 1:02d}", PeriodKind.MONTH)


@cache
def year(number: int, kind: PeriodKind) -> Period:
    label = {PeriodKind.CALENDAR: "{0}", PeriodKind.FISCAL: "FY{0}", PeriodKind.SCHOOL: "{0}-{1:02d}"}[kind]
    return parse_period(label.format(number, (number + 1) % 100), kind)


def months(count: int) -> list[Period]:
    return [month(number) for number in range(count)]


def years(count: int, first: int = 2010, kind: PeriodKind = PeriodKind.CALENDAR) -> list[Period]:
    return [year(number, kind) for number in range(first, first + count)]


def judged(periods, values, on, direction=Direction.RISES, *, independent=True, decimals=0, unit="fires", **named):
    return before_and_after(periods, values, on=on, improves_when=direction, independent=independent, decimals=decimals,
                            unit=unit, **named)  # fmt: skip


def by_month(after, direction=Direction.RISES, *, before=USUAL, **named):
    """`before` ends with the month before the day, and `after` begins with its month."""
    on = months(len(before) + 1)[-1].start
    return judged(months(len(before) + len(after)), [*before, *after], on, direction, **named)


def by_year(after, direction=Direction.RISES, *, before=(2.0, 4.0, 5.0, 4.0, 5.0), kind=PeriodKind.CALENDAR, **named):
    on = years(len(before) + 1, kind=kind)[-1].start
    return judged(years(len(before) + len(after), kind=kind), [*before, *after], on, direction, **named)


# --- which figures count -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "counts"),
    [(date(2019, 1, 1), (12, 3)), (date(2019, 1, 2), (12, 2)), (date(2018, 12, 31), (11, 3)), (date(2019, 1, 31), (12, 2)),
     (date(2019, 2, 1), (13, 2))],
)  # fmt: skip
def test_a_period_is_before_when_it_ended_and_since_when_it_began_on_the_day_or_later(on, counts):
    answer = judged(months(15), [*USUAL, 11, 11, 11], on)
    assert (answer.n_before, answer.n_after) == counts
    neither = [step for step in answer.steps if step.name == "Neither before nor since"]
    assert len(neither) == 15 - sum(counts)


def test_the_period_that_spans_the_day_is_named():
    answer = judged(months(15), [*USUAL, 99, 11, 11], date(2019, 1, 15))
    (step,) = [step for step in answer.steps if step.name == "Neither before nor since"]
    assert step.value == "Jan 2019" and "Jan 15, 2019" in step.how
    assert answer.verdict is Verdict.TOO_EARLY, "its 99 says nothing"


def test_missing_figures_are_counted_on_no_side():
    answer = judged(months(18), [NAN, *USUAL, NAN, 11, NAN, 12, NAN], date(2019, 4, 1))
    assert (answer.n_before, answer.n_after) == (13, 1)


@pytest.mark.parametrize("wrong", [[*months(2), *years(1, 2030)], months(3)[::-1], [*months(2), *months(2)]])
def test_periods_of_several_kinds_or_out_of_order_are_refused(wrong):
    with pytest.raises(ValueError, match="periods"):
        judged(wrong, [1.0] * len(wrong), date(2020, 1, 1))


def test_as_many_values_as_periods():
    with pytest.raises(ValueError, match="zip"):
        judged(months(3), [1.0], date(2020, 1, 1))


# --- months and quarters -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "above", "because"),
    [([17.0], True, "the latest figure, 17 (Jan 2019), lies above its usual 5.7 to 16.3"),
     ([5.0], False, "the latest figure, 5 (Jan 2019), lies below its usual 5.7 to 16.3"),
     ([15.0, 12.0, 15.0], True, "two of the latest three figures lie close to its upper limit, 16.3"),
     ([7.0, 10.0, 7.0], False, "two of the latest three figures lie close to its lower limit, 5.7"),
     ([12.0] * 7, True, "the latest seven figures all lie above its mean before, 11.0"),
     ([10.0] * 7, False, "the latest seven figures all lie below its mean before, 11.0"),
     ([8.0, 9.0, 10.0, 11.5, 12.0, 13.0, 14.0], True, "each of the latest seven figures lies above the one before")],
)  # fmt: skip
def test_the_rules_hold_the_latest_figure_against_limits_of_the_figures_before(after, above, because):
    answer = by_month(after)
    assert answer.verdict is (Verdict.IMPROVED if above else Verdict.WORSENED)
    assert by_month(after, Direction.FALLS).verdict is (Verdict.WORSENED if above else Verdict.IMPROVED)
    assert by_month(after, Direction.NEITHER).verdict is by_month(after, Direction.WITHIN).verdict is Verdict.CHANGED
    assert answer.sentence == f"{answer.verdict.capitalize()} since Jan 1, 2019: {because}; this does not show why."
    (limits,) = answer.limits
    assert (limits.lower, limits.middle, limits.upper) == (pytest.approx(5.68), 11, pytest.approx(16.32))
    assert (limits.start, limits.end) == (date(2019, 1, 1), months(12 + len(after))[-1].end)


def test_a_run_counts_figures_since_only():
    before = [*[10.0, 12.0] * 6, *[12.0] * 6]
    assert by_month([12.0], before=before).verdict is Verdict.TOO_EARLY, "the seventh in a row, but the first since"
    near = [*USUAL, 15.0]
    assert by_month([15.0, 15.0], before=[*USUAL, 10.0]).verdict is Verdict.TOO_EARLY
    assert by_month([14.9, 12.0], before=near).verdict is Verdict.TOO_EARLY


def test_the_figures_since_do_not_move_the_limits():
    assert by_month([11.0]).limits[0].upper == by_month([11.0, 40.0, 2.0]).limits[0].upper


def test_limits_come_from_the_latest_36_known_figures_before():
    answer = by_month([11.0], before=[99.0] * 5 + [10.0, 12.0] * 18)
    assert answer.n_before == 41 and answer.limits[0].middle == 11
    assert "latest 36 figures" in " ".join(step.how for step in answer.steps)


@pytest.mark.parametrize("after", [[], [11.0], [17.0] * 9])
def test_eleven_figures_before_are_too_few(after):
    answer = by_month(after, before=USUAL[:11])
    assert answer.verdict is Verdict.CANNOT_TELL and answer.limits == ()
    assert answer.sentence == "Cannot tell: 11 figures before Dec 1, 2018; what is usual needs 12."


def test_without_a_figure_since_it_is_too_early():
    answer = by_month([])
    assert answer.verdict is Verdict.TOO_EARLY and answer.limits == ()
    assert answer.sentence == "Too early to tell: no figure yet of a period that began on Jan 1, 2019 or later."


def test_six_figures_within_are_too_early_and_seven_are_no_detectable_change():
    few, enough = by_month([11.0, 12.0] * 3), by_month([11.0, 12.0] * 3 + [11.0])
    assert few.verdict is Verdict.TOO_EARLY
    assert few.sentence == ("Too early to tell: 6 figures since Jan 1, 2019, the latest within its usual variation of 5.7 to 16.3; "
                            "a lasting change shows from 7 on.")  # fmt: skip
    assert enough.verdict is Verdict.NO_CHANGE
    assert (
        enough.sentence
        == "No detectable change since Jan 1, 2019: the latest figure, 11 (Jul 2019), is within its usual variation of 5.7 to 16.3."
    )


def test_what_did_not_last_is_said_and_not_claimed():
    answer = by_month([17.0, 18.0, 11.0, 10.0, 12.0, 11.0, 10.0])
    assert answer.verdict is Verdict.NO_CHANGE
    assert answer.sentence.endswith("; 2 earlier figures since stood out, but it did not last.")


def test_figures_on_both_sides_are_a_change_in_both_directions():
    answer = by_month([17.0, 11.0, 5.0])
    assert answer.verdict is Verdict.CHANGED
    assert answer.sentence == ("Changed beyond its usual variation since Jan 1, 2019, in both directions: the latest figure, 5 (Mar 2019), lies "
                               "below its usual 5.7 to 16.3, but earlier figures since stood out on the other side; this does not show "
                               "why.")  # fmt: skip
    recovering = by_month([7.5, 8.0, 8.5, 9.0, 9.5, 10.0, 10.5])
    assert recovering.verdict is Verdict.CHANGED
    both = "the latest seven figures all lie below its mean before, 11.0, but each of the latest seven figures lies above the one before"
    assert both in recovering.sentence


def test_a_missing_month_breaks_a_run_whether_it_is_listed_or_not():
    listed = by_month([12.0] * 4 + [NAN] + [12.0] * 3)
    assert listed.verdict is Verdict.NO_CHANGE
    periods = months(20)
    del periods[16]
    assert judged(periods, [*USUAL, *[12.0] * 7], date(2019, 1, 1)) == listed


@pytest.mark.parametrize(
    "before",
    [[7.0] * 12, [0.0] * 11 + [1.0], [0.0, 0.0, 0.0, 1.0] + [0.0] * 8, [0.1 + 0.2, 0.3] * 6],
    ids=["constant", "one event", "one event between", "alike but for rounding"],
)
def test_figures_that_hardly_vary_have_no_usual_variation(before):
    answer = by_month([50.0] * 8, before=before)
    assert answer.verdict is Verdict.CANNOT_TELL and "vary too little" in answer.sentence


def test_twelve_figures_of_which_few_stand_side_by_side_measure_no_variation():
    apart = [value for pair in zip(USUAL, [NAN] * 12, strict=True) for value in pair]
    assert by_month([99.0], before=apart).verdict is Verdict.CANNOT_TELL
    pairs = [value for n in range(0, 12, 2) for value in (*USUAL[n : n + 2], NAN)]  # six pairs
    five = by_month([99.0], before=[*pairs[:-2], NAN, 12.0])
    assert five.n_before == 12 and five.verdict is Verdict.CANNOT_TELL and "are missing to tell" in five.sentence
    assert by_month([99.0], before=pairs).verdict is Verdict.IMPROVED


def test_what_already_moved_that_way_before_is_not_called_a_change():
    falling = [30.0 - n + n % 2 for n in range(24)]
    on = by_month([0.0], Direction.FALLS, before=falling)
    assert on.verdict is Verdict.CANNOT_TELL and on.limits == ()
    assert on.sentence == "Cannot tell: it was already falling before Jan 1, 2020, and may only have gone on as it was."
    assert by_month([60.0], Direction.FALLS, before=falling).verdict is Verdict.WORSENED, "the other way it is a change"


def test_figures_that_share_data_cannot_be_told():
    for answer in (by_month([99.0], independent=False), by_year([99.0], independent=False)):
        assert answer.verdict is Verdict.CANNOT_TELL
        assert answer.sentence == "Cannot tell: neighboring figures share part of their data."
    windows = [parse_period(f"{first}-{first + 4}", PeriodKind.WINDOW) for first in range(1900, 1960, 5)]
    assert judged(windows, [1.0, 2.0] * 6, date(1940, 1, 1)).verdict is Verdict.CANNOT_TELL


def test_without_any_figure_nothing_can_be_told():
    assert judged([], [], date(2020, 1, 1)).verdict is Verdict.CANNOT_TELL
    assert judged(months(3), [NAN] * 3, date(2020, 1, 1)).sentence == "Cannot tell: there are no figures."


def test_quarters_are_judged_as_months_are():
    quarters = [parse_period(f"{2016 + n // 4}-Q{n % 4 + 1}", PeriodKind.QUARTER) for n in range(13)]
    answer = judged(quarters, [*USUAL, 17.0], date(2019, 1, 1), decimals=1, unit="percent of homes")
    assert (
        answer.verdict is Verdict.IMPROVED
        and "17.0% (Q1 2019), lies above its usual 5.68% to 16.32%" in answer.sentence
    )


def test_counts_that_vary_more_than_chance_are_judged_alike_and_it_is_said():
    plain, over = by_month([17.0]), by_month([17.0], overdispersed=True)
    assert (plain.verdict, plain.limits) == (over.verdict, over.limits)
    assert [step.name for step in over.steps if step not in plain.steps] == ["Counts that vary more than chance"]


# --- years -------------------------------------------------------------------------------------------------------------

# Before: 2, 4, 5, 4, 5, on the line 2.2 + 0.6 x; s² = 0.8. A year on, 5.8 -/+ t · 0.8944 · sqrt(1 + 1/5 + 9/10) with t of three
# degrees of freedom: 3.182 at 95 %, so 1.675 to 9.925; 4.177 at 97.5 %, so 0.386 to 11.214; two years on 6.4 -/+ 4.177 · 0.8944 ·
# sqrt(1 + 1/5 + 16/10), so 0.149 to 12.651.


@pytest.mark.parametrize("kind", [PeriodKind.CALENDAR, PeriodKind.FISCAL, PeriodKind.SCHOOL])
def test_one_figure_by_year_is_held_against_the_interval_of_the_line(kind):
    outside, within = by_year([10.0], kind=kind), by_year([9.9], kind=kind)
    (limits,) = outside.limits
    assert (limits.lower, limits.middle, limits.upper) == pytest.approx((1.675, 5.8, 9.925), abs=2e-3)
    assert (outside.verdict, within.verdict) == (Verdict.IMPROVED, Verdict.TOO_EARLY)
    assert by_year([10.0], Direction.FALLS, kind=kind).verdict is by_year([1.6], kind=kind).verdict is Verdict.WORSENED
    assert by_year([10.0], Direction.WITHIN, kind=kind).verdict is Verdict.CHANGED


def test_the_sentences_of_years():
    assert by_year([10.0], kind=PeriodKind.FISCAL).sentence == (
        "Improved beyond its usual variation since Jul 1, 2014: FY2015 (10) lies above the 1.7 to 9.9 that FY2010 to FY2014 lead to "
        "expect; this does not show why."
    )
    assert by_year([9.0]).sentence == (
        "Too early to tell: 1 figure since Jan 1, 2015, no further from the line through 2010 to 2014 than is usual; a second one is needed."
    )
    assert by_year([9.0, 9.0]).sentence == (
        "No detectable change since Jan 1, 2015: the 2 figures since lie no further from the line through 2010 to 2014 than is usual; a "
        "smaller change would not show."
    )
    assert "2015 (12), alone of 2 figures since, lies above the 0.4 to 11.2" in by_year([12.0, 6.0]).sentence
    assert (
        "2015 and 2016 lie above what 2010 to 2014 lead to expect; this does not show why."
        in by_year([12.0, 14.0]).sentence
    )


def test_more_figures_since_share_the_false_alarms():
    answer = by_year([10.0, 6.0])
    assert answer.verdict is Verdict.NO_CHANGE, (
        "10 is outside the 95 % of one figure, and inside the 97.5 % of each of two"
    )
    assert [(one.lower, one.upper) for one in answer.limits] == [
        pytest.approx((0.386, 11.214), abs=2e-3), pytest.approx((0.149, 12.651), abs=2e-3),
    ]  # fmt: skip
    assert sum("97.5% prediction interval" in step.how for step in answer.steps) == 2


def test_each_year_is_drawn_half_a_year_around_the_day_where_it_stands():
    first, second = by_year([6.0, 6.0]).limits
    assert (first.start, first.end, second.start, second.end) == (
        date(2015, 6, 30), date(2016, 6, 30), date(2016, 6, 30), date(2017, 6, 30),
    )  # fmt: skip


def test_years_on_both_sides_are_a_change_in_both_directions():
    answer = by_year([12.0, 0.1])
    assert answer.verdict is Verdict.CHANGED
    assert answer.sentence == ("Changed beyond its usual variation since Jan 1, 2015, in both directions: 2015 lies above and 2016 lies below "
                               "what 2010 to 2014 lead to expect; this does not show why.")  # fmt: skip


def test_the_line_carries_on_a_trend_that_was_there_before():
    before = [30.0, 29.5, 28.1, 27.2, 25.8, 25.1, 24.0]
    assert by_year([23.0, 22.1], Direction.FALLS, before=before).verdict is Verdict.NO_CHANGE
    assert by_year([23.9, 24.1], Direction.FALLS, before=before).verdict is Verdict.WORSENED, "it stopped falling"


def test_four_years_before_are_too_few_and_more_than_ten_are_not_used():
    assert (
        by_year([9.0], before=[1.0, 2.0, 1.0, 2.0]).sentence
        == "Cannot tell: 4 figures before Jan 1, 2014; what is usual needs 5."
    )
    ten = [2.0, 4.0, 5.0, 4.0, 5.0, 3.0, 4.0, 6.0, 4.0, 5.0]
    longer = by_year([5.0], before=[90.0, 10.0, *ten])
    assert [step.how for step in longer.steps if "latest 10 figures before" in step.how]
    assert longer.limits[0].middle == pytest.approx(by_year([5.0], before=ten).limits[0].middle)


def test_no_further_ahead_than_the_figures_before_reach_back():
    answer = by_year([5.0, 6.0, 6.0, 6.0, 99.0])  # four years back, so four years ahead
    assert answer.verdict is Verdict.NO_CHANGE and len(answer.limits) == 4 and answer.n_after == 5
    assert [step.how for step in answer.steps if step.name == "Not judged"] == [
        "2019 lies further ahead than the figures before reach back"
    ]
    periods = years(20)
    late = judged([*periods[:5], *periods[9:11]], [2.0, 4.0, 5.0, 4.0, 5.0, 99.0, 99.0], date(2015, 1, 1))
    assert late.verdict is Verdict.CANNOT_TELL
    assert late.sentence == "Cannot tell: 2019 and 2020 lie further ahead than the figures before reach back."
    last_within = judged(
        [*periods[:5], periods[8], periods[10]], [2.0, 4.0, 5.0, 4.0, 5.0, 6.0, 99.0], date(2015, 1, 1)
    )
    assert last_within.verdict is Verdict.CANNOT_TELL and len(last_within.limits) == 1


@pytest.mark.parametrize("before", [[3.0] * 6, [0.0] * 5, [0.1, 0.2, 0.3, 0.4, 0.5]])
def test_years_without_variation_cannot_be_told(before):
    answer = by_year([9.0], before=before)
    assert answer.verdict is Verdict.CANNOT_TELL and "vary too little" in answer.sentence


def test_without_a_year_since_it_is_too_early():
    assert by_year([]).verdict is Verdict.TOO_EARLY
    spanning = judged(years(6), [2.0, 4.0, 5.0, 4.0, 5.0, 99.0], date(2015, 3, 1))
    assert spanning.verdict is Verdict.TOO_EARLY and spanning.n_after == 0


# --- what holds for all series -----------------------------------------------------------------------------------------

whole = some.integers(-50, 50).map(float)
maybe = some.one_of(whole, whole, whole, some.just(NAN))
by = some.sampled_from([by_month, by_year])
directions = some.sampled_from(list(MIRRORED))


@given(by, some.lists(maybe, min_size=5, max_size=40), some.lists(maybe, max_size=12), directions)
@settings(max_examples=150)
def test_a_mirrored_series_has_the_same_verdict(judge, before, after, direction):
    answer = judge(after, direction, before=before)
    mirrored = judge([-value for value in after], MIRRORED[direction], before=[-value for value in before])
    assert mirrored.verdict is answer.verdict
    if direction is not Direction.NEITHER:
        swapped = {Verdict.IMPROVED: Verdict.WORSENED, Verdict.WORSENED: Verdict.IMPROVED}
        assert judge(after, MIRRORED[direction], before=before).verdict is swapped.get(answer.verdict, answer.verdict)


@given(by, some.lists(maybe, min_size=5, max_size=40), some.lists(maybe, max_size=12), some.integers(-500, 500))
@settings(max_examples=150)
def test_a_series_moved_up_or_down_has_the_same_verdict(judge, before, after, amount):
    moved = judge([value + amount for value in after], before=[value + amount for value in before])
    assert moved.verdict is judge(after, before=before).verdict


@pytest.mark.slow
@given(some.lists(maybe, min_size=12, max_size=40), some.integers(0, 40), some.booleans())
@settings(max_examples=150)
def test_periods_without_a_figure_change_nothing(values, split, yearly):
    all_periods = years(len(values) + 6) if yearly else months(len(values) + 6)
    padded = [NAN, NAN, NAN, *values, NAN, NAN, NAN]
    on = all_periods[min(split, len(padded) - 1)].start
    known = [(period, value) for period, value in zip(all_periods, padded, strict=True) if not math.isnan(value)]
    assert judged([period for period, _ in known], [value for _, value in known], on) == judged(all_periods, padded, on)


@given(by, some.lists(maybe, min_size=5, max_size=40), some.lists(maybe, max_size=12), directions)
@settings(max_examples=150)
def test_every_claim_says_that_it_does_not_show_why(judge, before, after, direction):
    answer = judge(after, direction, before=before)
    assert answer.sentence.endswith("this does not show why.") == (answer.verdict in CLAIMS)
    assert answer.sentence.lower().startswith(answer.verdict)
    assert all(one.lower < one.middle < one.upper and one.start < one.end for one in answer.limits)
    assert (answer.limits == ()) <= (answer.verdict in (Verdict.CANNOT_TELL, Verdict.TOO_EARLY))


# --- how often it is wrong ---------------------------------------------------------------------------------------------


def claimed(
    judge, before: int, after: int, *, shift: float = 0.0, slope: float = 0.0, tries: int = 600, seed: int = 7
) -> dict[Verdict, float]:
    """Shares of verdicts on normal figures of standard deviation 1, with a lasting `shift` from the day on."""
    chance = np.random.default_rng(seed)
    found = dict.fromkeys(Verdict, 0)
    for _ in range(tries):
        values = (chance.standard_normal(before + after) + slope * np.arange(before + after)).tolist()
        found[judge([value + shift for value in values[before:]], before=values[:before]).verdict] += 1
    return {verdict: count / tries for verdict, count in found.items()}


@pytest.mark.parametrize(
    ("before", "after", "most"),
    [(12, 2, 0.05), (12, 7, 0.09), (12, 24, 0.09), (24, 24, 0.07), (36, 12, 0.06), (36, 36, 0.06)],
)
def test_months_without_a_change_are_seldom_called_changed(before, after, most):
    """The true shares are 0.020 to 0.060 (20,000 series each); the bounds lie three standard errors of 600 series above."""
    found = claimed(by_month, before, after)
    assert sum(found[one] for one in CLAIMS) <= most


@pytest.mark.parametrize(
    ("before", "after", "slope"), [(5, 1, 0.0), (5, 4, 1.0), (7, 3, 0.0), (10, 1, 1.0), (10, 5, 0.0)]
)
def test_years_without_a_change_are_called_changed_in_at_most_one_of_twenty(before, after, slope):
    found = claimed(by_year, before, after, slope=slope)
    assert sum(found[one] for one in CLAIMS) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 600)


@pytest.mark.parametrize(("judge", "before", "after", "shift", "least"), [
    (by_month, 12, 7, 3.0, 0.9), (by_month, 24, 12, 2.0, 0.8), (by_month, 36, 2, 5.0, 0.9), (by_year, 10, 1, 6.0, 0.9), (by_year, 10, 3, 8.0, 0.9),
])  # fmt: skip
@pytest.mark.parametrize("sign", [1, -1])
def test_a_large_change_is_found_and_on_its_own_side(judge, before, after, shift, least, sign):
    found = claimed(judge, before, after, shift=sign * shift)
    assert found[Verdict.IMPROVED if sign > 0 else Verdict.WORSENED] >= least
    assert found[Verdict.WORSENED if sign > 0 else Verdict.IMPROVED] <= 0.01


def test_months_that_only_go_on_falling_are_seldom_called_changed():
    found = claimed(by_month, 36, 12, slope=-0.1)
    assert sum(found[one] for one in CLAIMS) <= 0.02 and found[Verdict.CANNOT_TELL] >= 0.9


def test_the_first_figures_that_say_no_change_could_have_shown_one():
    """Why seven: at the sixth month most lasting shifts of two standard deviations stay hidden, at the seventh few do."""
    assert method.LEAST_AFTER_WITHIN_A_YEAR == 7
    at_six, at_seven = (claimed(by_month, 24, after, shift=2.0)[Verdict.IMPROVED] for after in (6, 7))
    assert at_six < 0.5 and at_seven > 0.8
