"""What was done about an indicator: on which day it stands, who sees it, what marks come of it, and what the number did since."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lib.cycle import Strategy
from lib.methods.before_after import Verdict
from lib.model import PeriodKind
from lib.stat import curve
from lib.stat.curve import (
    Deed,
    day_of,
    deeds_of,
    drawable,
    effect,
    forecast,
    marks,
    options,
    shortened,
    still_open,
    stretches,
)
from tests.stat.test_cycle import DAY, TODAY, promise
from tests.tables import FALLS, MONTHLY, assessed, months, target

ZONE = "America/New_York"
YEARS = {str(year): value for year, value in zip(range(2010, 2018), (5.0, 5.2, 4.9, 5.1, 5.0, 5.2, 5.1, 5.0), strict=True)}
NO_FIGURE = replace(assessed(FALLS, YEARS), figures=(), latest=None, projection=None)
STRATEGY = Strategy("s", "falls", "Handrails", "strategy", "Health", (), date(2018, 1, 1), None, "", "none stated", "", "")


def deed(on: date, id: str = "", **changes) -> Deed:
    return replace(Deed(id or on.isoformat(), "follow-up", "Send the list", "Health", "", on, "", False), **changes)


# The day


def test_a_follow_up_stands_at_the_day_on_which_it_was_done_begun_or_made_and_says_which():
    made = promise(created_at="2026-11-01T12:00:00.000Z")
    assert day_of(made, today=TODAY, timezone=ZONE) == (date(2026, 11, 1), "promised that day, not begun yet")
    begun = replace(made, begun_on=date(2026, 11, 5))
    assert day_of(begun, today=TODAY, timezone=ZONE) == (date(2026, 11, 5), "begun that day, not done yet")
    done = replace(begun, done_on=date(2026, 11, 20), evidence="Sent.")
    assert day_of(done, today=TODAY, timezone=ZONE) == (date(2026, 11, 20), "done that day, with evidence")


def test_a_day_that_is_still_to_come_and_an_end_without_evidence_show_nothing():
    begun = promise(begun_on=TODAY - DAY, done_on=TODAY + DAY, evidence="Sent.")
    assert day_of(begun, today=TODAY, timezone=ZONE)[0] == TODAY - DAY
    assert day_of(replace(begun, done_on=TODAY, evidence=""), today=TODAY, timezone=ZONE)[0] == TODAY - DAY
    assert day_of(promise(begun_on=TODAY + DAY), today=TODAY, timezone=ZONE)[0] == date(2026, 11, 1)


def test_the_day_on_which_it_was_made_is_the_citys():
    late = promise(created_at="2026-11-02T03:30:00.000Z")  # still the evening of the first
    assert day_of(late, today=TODAY, timezone=ZONE)[0] == date(2026, 11, 1)
    assert day_of(late, today=TODAY, timezone="UTC")[0] == date(2026, 11, 2)


def test_a_strategy_stands_at_its_beginning_and_nowhere_where_nobody_knows_it():
    def found(**changes):
        return deeds_of("falls", (), [replace(STRATEGY, **changes)], today=TODAY, timezone=ZONE, staff=True, owners=False)

    assert [(one.on, one.which) for one in found()] == [(date(2018, 1, 1), "began that day")]
    assert [one.which for one in found(started=TODAY + DAY)] == ["is to begin that day"]
    assert found(started=None) == () == found(indicator="fires")


# Who sees what


def seen(*, staff: bool, owners: bool = False) -> set[tuple[str, str]]:
    several = [promise(id=name, indicator="falls", public=public, example=example) for name, public, example in (
        ("public", True, False), ("own", False, False), ("public example", True, True), ("example", False, True))]  # fmt: skip
    found = deeds_of("falls", several, [STRATEGY, replace(STRATEGY, id="made up", example=True)], today=TODAY, timezone=ZONE, staff=staff, owners=owners)
    return {(one.id, one.owner) for one in found}


def test_residents_see_what_is_public_without_the_owner_and_nothing_that_is_made_up():
    assert seen(staff=False) == {("public", ""), ("s", "")}
    assert seen(staff=False, owners=True) == {("public", "Anna Lee"), ("s", "")}


def test_staff_see_all_with_its_owner():
    assert seen(staff=True) == {(name, "Anna Lee") for name in ("public", "own", "public example", "example")} | {("s", ""), ("made up", "")}


def test_what_is_open_is_about_the_indicators_or_what_stands_for_them_by_neighborhood():
    several = [
        promise(id="late", indicator="falls", due=TODAY - DAY), promise(id="soon", measure="falls_by_area"),
        promise(id="done", indicator="falls", done_on=TODAY, evidence="x"),
        promise(id="other", indicator="fires", measure="falls_by_area"), promise(id="shown", indicator="falls", public=True, due=TODAY + 90 * DAY),
    ]  # fmt: skip
    about = dict(indicators={"falls"}, measures={"falls_by_area"}, today=TODAY)
    assert [one.id for one in still_open(several, staff=True, **about)] == ["late", "soon", "shown"]
    assert [one.id for one in still_open(several, staff=False, **about)] == ["shown"]


# Marks


@pytest.mark.parametrize(("name", "short"), [
    ("Send the list", "Send the list"), ("Send the list of vacant homes with permits", "Send the list of…"), ("x" * 40, "x" * 21 + "…"),
    ("a  b\nc", "a b c"),
    ("Send the list, and the map of it", "Send the list, and…"),
])  # fmt: skip
def test_a_name_is_shortened_at_a_word(name, short):
    assert shortened(name) == short and len(short) <= curve.LETTERS


def test_deeds_of_nearly_the_same_day_are_one_mark_at_the_latest():
    one = assessed(FALLS, YEARS)  # seven years from the first figure to the last, so 2018's are within 0.03 of eight
    days = [date(2018, 1, 1), date(2018, 2, 1), date(2018, 3, 1), date(2018, 12, 1)]
    found = marks(one, [deed(day) for day in days])
    assert [(mark.on, mark.words) for mark in found] == [(date(2018, 3, 1), "3 follow-ups"), (date(2018, 12, 1), "Send the list")]
    mixed = marks(one, [deed(days[0]), deed(days[1], kind="strategy"), deed(days[2], kind="strategy")])
    assert [mark.words for mark in mixed] == ["1 follow-up and 2 strategies"]


def test_a_chain_of_days_is_no_one_mark():
    one = assessed(FALLS, YEARS)
    found = marks(one, [deed(date(2018, 1, 1) + timedelta(days=60 * number)) for number in range(6)])
    assert len(found) > 1
    assert all((mark.deeds[-1].on - mark.deeds[0].on).days <= curve.NEAR * 365.25 * 9 for mark in found)


def test_what_is_made_up_is_marked_in_the_chart():
    one = assessed(FALLS, YEARS)
    assert [mark.words for mark in marks(one, [deed(TODAY, example=True)])] == ["Example: Send the list"]
    pair = [deed(TODAY, "1", example=True), deed(TODAY, "2", example=True)]
    assert [mark.words for mark in marks(one, pair)] == ["2 follow-ups (examples)"]
    assert [mark.words for mark in marks(one, [*pair[:1], deed(TODAY, "3")])] == ["2 follow-ups (1 is an example)"]


def test_what_was_done_long_before_the_first_figure_is_not_drawn_and_what_comes_after_the_last_is():
    one = assessed(FALLS, YEARS)
    days = [date(1995, 1, 1), date(2009, 6, 1), date(2026, 11, 24)]
    assert [found.on for found in drawable(one, [deed(day) for day in days])] == days[1:]
    without = NO_FIGURE
    assert [found.on for found in drawable(without, [deed(day) for day in days])] == days
    assert [mark.on for mark in marks(without, [deed(day) for day in days])] == days


def test_what_a_reader_may_pick_is_told_apart():
    told = options([deed(TODAY, "1"), deed(TODAY, "2"), deed(TODAY, "3", example=True)])
    assert list(told.values()) == ["Send the list, Nov 24, 2026", "Send the list, Nov 24, 2026 (2)", "Example: Send the list, Nov 24, 2026"]


# What the number did


def test_the_effect_is_that_of_the_indicators_own_figures():
    one = assessed(FALLS, YEARS | {"2018": 9.0, "2019": 9.1})
    found = effect(one, date(2018, 1, 1))
    assert (found.verdict, found.n_before, found.n_after) == (Verdict.WORSENED, 8, 2)
    assert "this does not show why" in found.sentence and any(step.name == "Counts that vary more than chance" for step in found.steps)
    assert curve.figures_beside(one, date(2018, 1, 1)) == "Before: 5.0 (2017). Since: 9.1 (2019)."
    assert [round(row[2], 2) for row in stretches(one, found)] == [round(part.lower, 2) for part in found.limits]


def test_a_gap_in_time_is_no_figure():
    one = assessed(FALLS, {key: value for key, value in YEARS.items() if key != "2013"})
    assert any(not figure.period.label for figure in one.figures)
    assert effect(one, date(2018, 1, 1)).n_before == 7


def test_without_figures_since_it_is_too_early_and_without_a_series_it_cannot_be_told():
    one = assessed(FALLS, YEARS)
    assert effect(one, TODAY).verdict is Verdict.TOO_EARLY
    assert curve.figures_beside(one, TODAY) == "Before: 5.0 (2017). Since: no figure yet."
    nothing = effect(replace(one, series=None, figures=()), TODAY)
    assert (nothing.verdict, nothing.sentence) == (Verdict.CANNOT_TELL, "Cannot tell: no figure measures this indicator itself.")


def test_figures_that_share_data_are_not_judged():
    assert effect(assessed(replace(FALLS, independent=False), YEARS | {"2018": 9.0}), date(2018, 1, 1)).verdict is Verdict.CANNOT_TELL


def test_months_are_judged_by_their_limits():
    one = assessed(MONTHLY, months(20) | {"2023-09": 30.0})
    found = effect(one, date(2023, 9, 1))
    assert found.verdict is Verdict.WORSENED
    ((start, end, lower, upper),) = stretches(one, found)
    assert (start, end) == (date(2023, 9, 1), date(2023, 9, 30)) and lower < 10.5 < upper


def test_what_is_drawn_does_not_reach_below_zero_where_no_figure_ever_did():
    small = {key: value - 4.8 for key, value in YEARS.items()} | {"2018": 0.2, "2019": 0.3}
    one = assessed(FALLS, small)
    found = effect(one, date(2018, 1, 1))
    assert min(part.lower for part in found.limits) < 0 == min(row[2] for row in stretches(one, found))
    below = assessed(FALLS, small | {"2010": -0.1})
    assert min(row[2] for row in stretches(below, effect(below, date(2018, 1, 1)))) < 0


# If nothing changes


def test_the_forecast_has_its_sentence_its_years_and_its_arithmetic():
    years = {str(year): 12.0 - 0.5 * (year - 2016) + 0.1 * (year % 2) for year in range(2016, 2026)}
    one = assessed(FALLS, years, target("2028", PeriodKind.CALENDAR, 6.0))
    found = forecast(one)
    assert found.sentence == one.projection.sentence and [row[0] for row in found.rows] == ["Dec 31, 2026", "Dec 31, 2027", "Dec 31, 2028"]
    assert found.steps == one.projection.steps and found.rows[0][1] == "7.1"  # 7 on the line that falls by 0.5, half of 0.1, and 5.5 times 0.25 / 82.5
    without = forecast(assessed(FALLS, years))
    assert without.sentence == "There is no target ahead to hold the projection against." and len(without.rows) == 3


@pytest.mark.parametrize(("one", "reason"), [
    (assessed(FALLS, {"2024": 1.0, "2025": 2.0}), "fewer than 5 figures under one definition"),
    (NO_FIGURE, "there is no figure yet"),
    (assessed(FALLS, YEARS), "its latest figure, of 2017, is too old to go on from"),
    (assessed(MONTHLY, months(40)), "these figures come by month or quarter"),
    (replace(NO_FIGURE, series=None), "no figure measures this indicator itself"),
    (replace(ended := assessed(FALLS, YEARS), indicator=replace(ended.indicator, collected=False)), "it is not collected any more; its last figure is of 2017"),
], ids=["few", "none", "old", "months", "no series", "not collected"])  # fmt: skip
def test_where_no_forecast_can_be_made_it_is_said_plainly(one, reason):
    found = forecast(one)
    assert found.sentence.startswith("No forecast can be made: ") and reason in found.sentence and found.sentence.endswith(".") and found.rows == ()
