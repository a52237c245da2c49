"""The rules on targets, each by cases worked out by hand: just inside, just outside, equal, zero, missing, and every direction."""

from datetime import date

import pytest

from lib.plans.integrity import (
    GRACE_DAYS,
    QUIET_DAYS,
    Expected,
    Finding,
    Verdict,
    Why,
    already_met,
    easier,
    no_baseline,
    no_direction,
    no_owner,
    not_updated,
    set_late,
)
from lib.plans.reconcile import half_step, not_reconciled
from lib.plans.words import Aggregation, Desired, Seen

UP, DOWN, KEEP, NONE, BLANK = (
    Desired.INCREASE,
    Desired.DECREASE,
    Desired.MAINTAIN,
    Desired.NOT_APPLICABLE,
    Desired.UNKNOWN,
)
FLAGGED, CLEAR, UNKNOWN = Verdict.FLAGGED, Verdict.CLEAR, Verdict.UNKNOWN


def answer(found: Finding) -> tuple[Verdict, Why]:
    return found.verdict, found.why


# Already met when it was set


@pytest.mark.parametrize(
    ("desired", "target", "before", "verdict", "why"),
    [
        (UP, 90, 91, FLAGGED, Why.MET_BEFORE),
        (UP, 90, 90, FLAGGED, Why.MET_BEFORE),
        (UP, 90, 89.9, CLEAR, Why.NOT_MET_BEFORE),
        (DOWN, 10, 9, FLAGGED, Why.MET_BEFORE),
        (DOWN, 10, 10, FLAGGED, Why.MET_BEFORE),
        (DOWN, 10, 10.1, CLEAR, Why.NOT_MET_BEFORE),
        (DOWN, 0, 0, FLAGGED, Why.MET_BEFORE),  # a true zero counts
        (UP, 5, 0, CLEAR, Why.NOT_MET_BEFORE),
        (UP, 0.3, 0.1 + 0.2, FLAGGED, Why.MET_BEFORE),  # as floats add, still the same
        (KEEP, 90, 95, UNKNOWN, Why.DIRECTION_MAINTAIN),
        (NONE, 90, 95, UNKNOWN, Why.DIRECTION_NOT_APPLICABLE),
        (BLANK, 90, 95, UNKNOWN, Why.DIRECTION_UNKNOWN),
        (UP, 90, None, UNKNOWN, Why.NO_ACTUAL_BEFORE),
        (UP, None, 95, UNKNOWN, Why.NO_TARGET),
    ],
)
def test_a_target_that_the_year_before_reached_was_already_met(desired, target, before, verdict, why):
    assert answer(already_met(desired, target=target, before=before)) == (verdict, why)


def test_the_numbers_that_were_used_are_told():
    assert already_met(UP, target=90, before=91).used == {"target": 90, "before": 91}


# Easier than last year's


@pytest.mark.parametrize(
    ("desired", "target", "before", "verdict", "why"),
    [
        (UP, 89, 90, FLAGGED, Why.EASIER_THAN),
        (UP, 91, 90, CLEAR, Why.HARDER_THAN),
        (UP, 90, 90, CLEAR, Why.AS_BEFORE),
        (DOWN, 11, 10, FLAGGED, Why.EASIER_THAN),
        (DOWN, 9, 10, CLEAR, Why.HARDER_THAN),
        (DOWN, 0, 0, CLEAR, Why.AS_BEFORE),
        (DOWN, 1, 0, FLAGGED, Why.EASIER_THAN),
        (KEEP, 80, 90, UNKNOWN, Why.DIRECTION_MAINTAIN),
        (BLANK, 80, 90, UNKNOWN, Why.DIRECTION_UNKNOWN),
        (BLANK, 90, 90, CLEAR, Why.AS_BEFORE),  # the same target is not easier, whatever the direction
        (UP, 90, None, UNKNOWN, Why.NO_TARGET_BEFORE),
        (UP, None, 90, UNKNOWN, Why.NO_TARGET),
    ],
)
def test_a_target_that_asks_for_less_is_easier(desired, target, before, verdict, why):
    assert answer(easier(desired, target=target, before=before)) == (verdict, why)


# No baseline


@pytest.mark.parametrize(
    ("target", "earlier", "verdict", "why"),
    [
        (10, {2023: None, 2024: None}, FLAGGED, Why.WITHOUT_BASELINE),
        (10, {2023: 7.0, 2024: None}, CLEAR, Why.BASELINE),
        (10, {2024: 0.0}, CLEAR, Why.BASELINE),  # zero was counted
        (10, {}, UNKNOWN, Why.NOT_ASKED),
        (None, {2024: None}, UNKNOWN, Why.NO_TARGET),
    ],
)
def test_a_target_without_any_earlier_result_has_no_baseline(target, earlier, verdict, why):
    assert answer(no_baseline(target=target, earlier=earlier)) == (verdict, why)


def test_the_newest_earlier_result_is_the_baseline():
    assert no_baseline(target=10, earlier={2022: 5.0, 2024: 0.0, 2025: None}).used == {"year": 2024, "value": 0.0}


# Set after the year began

JULY = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("target", "seen", "modified", "verdict", "why"),
    [
        (10, [Seen(date(2026, 7, 1), None), Seen(date(2026, 9, 1), 10.0)], None, FLAGGED, Why.NOT_THERE_YET),
        (
            10,
            [Seen(date(2026, 6, 30), None), Seen(date(2026, 9, 1), 10.0)],
            None,
            UNKNOWN,
            Why.DAY_UNKNOWN,
        ),  # between the two looks
        (10, [Seen(date(2026, 6, 30), 10.0), Seen(date(2026, 9, 1), 10.0)], None, CLEAR, Why.THERE_BEFORE),
        (
            10,
            [Seen(date(2026, 7, 1), 10.0)],
            None,
            UNKNOWN,
            Why.DAY_UNKNOWN,
        ),  # seen on the first day: nobody looked before
        (10, [Seen(date(2026, 8, 1), 12.0), Seen(date(2026, 9, 1), 10.0)], None, FLAGGED, Why.NOT_THERE_YET),  # changed
        (
            10,
            [Seen(date(2026, 5, 1), 10.0), Seen(date(2026, 8, 1), 12.0), Seen(date(2026, 9, 1), 10.0)],
            None,
            FLAGGED,
            Why.NOT_THERE_YET,
        ),
        (10, [Seen(date(2026, 9, 1), 10.0)], date(2026, 6, 30), CLEAR, Why.UNTOUCHED_SINCE),
        (10, [Seen(date(2026, 9, 1), 10.0)], date(2026, 7, 1), UNKNOWN, Why.DAY_UNKNOWN),
        (0, [Seen(date(2026, 6, 1), 0.0), Seen(date(2026, 9, 1), 0.0)], None, CLEAR, Why.THERE_BEFORE),
        (10, [], None, UNKNOWN, Why.DAY_UNKNOWN),
        (None, [Seen(date(2026, 8, 1), None)], None, UNKNOWN, Why.NO_TARGET),
    ],
)
def test_a_target_that_an_earlier_look_did_not_have_yet_was_set_late(target, seen, modified, verdict, why):
    assert answer(set_late(target=target, began=JULY, seen=seen, modified=modified)) == (verdict, why)


# No direction


@pytest.mark.parametrize(
    ("desired", "asked", "verdict"),
    [
        (BLANK, True, FLAGGED),
        (UP, True, CLEAR),
        (KEEP, True, CLEAR),
        (NONE, True, CLEAR),
        (BLANK, False, UNKNOWN),
        (UP, False, UNKNOWN),
    ],
)
def test_a_blank_direction_is_flagged_only_where_the_list_asks_for_one(desired, asked, verdict):
    assert no_direction(desired, is_asked=asked).verdict is verdict


# Quarters and year

CUMULATIVE, SNAPSHOT, PERIOD, ANYHOW = (
    Aggregation.CUMULATIVE,
    Aggregation.SNAPSHOT,
    Aggregation.PERIOD,
    Aggregation.UNKNOWN,
)


@pytest.mark.parametrize(
    ("aggregation", "quarters", "year", "verdict", "why", "fits"),
    [
        (CUMULATIVE, [10, 20, 30, 40], 100, CLEAR, Why.FITS, ("sum",)),
        (CUMULATIVE, [10, 20, 30, 40], 40, CLEAR, Why.FITS, ("last",)),  # running totals
        (CUMULATIVE, [40, 10, 20, 30], 30, FLAGGED, Why.FITS_OTHERWISE, ("last",)),  # totals that fall are none
        (CUMULATIVE, [10, 20, 30, 40], 25, FLAGGED, Why.FITS_OTHERWISE, ("mean",)),
        (CUMULATIVE, [10, 20, 30, 40], 77, FLAGGED, Why.FITS_NOTHING, ()),
        (CUMULATIVE, [0, 0, 0, 0], 0, CLEAR, Why.FITS, ("sum", "mean", "last")),
        (CUMULATIVE, [0, 0, 0, 0], 1, FLAGGED, Why.FITS_NOTHING, ()),
        (SNAPSHOT, [10, 20, 30, 40], 40, CLEAR, Why.FITS, ("last",)),
        (SNAPSHOT, [10, 20, 30, 40], 100, FLAGGED, Why.FITS_OTHERWISE, ("sum",)),
        (SNAPSHOT, [10, 20, 30, 40], 39, FLAGGED, Why.FITS_NOTHING, ()),
        (PERIOD, [10, 20, 30, 40], 25, CLEAR, Why.FITS, ("mean",)),
        (PERIOD, [10, 20, 30, 40], 31, UNKNOWN, Why.MAY_BE_WEIGHTED, ()),
        (PERIOD, [10, 20, 30, 40], 41, FLAGGED, Why.FITS_NOTHING, ()),
        (PERIOD, [10, 20, 30, 40], 100, FLAGGED, Why.FITS_OTHERWISE, ("sum",)),
        (ANYHOW, [10, 20, 30, 40], 100, UNKNOWN, Why.WAY_UNKNOWN, ("sum",)),
        (ANYHOW, [10, 20, 30, 40], 31, UNKNOWN, Why.MAY_BE_WEIGHTED, ()),
        (ANYHOW, [10, 20, 30, 40], 300, FLAGGED, Why.FITS_NOTHING, ()),
    ],
)
def test_a_year_is_held_against_its_quarters_in_the_way_that_the_list_names(
    aggregation, quarters, year, verdict, why, fits
):
    found = not_reconciled(aggregation, year=year, quarters=quarters)
    assert answer(found) == (verdict, why) and found.used["fits"] == fits


@pytest.mark.parametrize(
    ("quarters", "year", "why"),
    [
        ([10, None, 30, 40], 80, Why.NOT_ALL_QUARTERS),
        ([None] * 4, 80, Why.NOT_ALL_QUARTERS),
        ([10, 20, 30, 40], None, Why.NO_YEAR),
    ],
)
def test_without_all_four_quarters_and_the_year_nothing_can_be_told(quarters, year, why):
    assert answer(not_reconciled(CUMULATIVE, year=year, quarters=quarters)) == (UNKNOWN, why)


def test_what_was_rounded_in_print_is_allowed_for_and_no_more():
    tenths = (0.05, 0.05, 0.05, 0.05, 0.5)
    assert (
        not_reconciled(PERIOD, year=45, quarters=[44.9, 45.2, 45.9, 45.6], steps=tenths).verdict is CLEAR
    )  # mean 45.4
    assert not_reconciled(SNAPSHOT, year=45, quarters=[1, 2, 3, 45.5], steps=tenths).verdict is CLEAR
    assert not_reconciled(SNAPSHOT, year=45, quarters=[1, 2, 3, 45.7], steps=tenths).verdict is FLAGGED
    assert not_reconciled(CUMULATIVE, year=101, quarters=[10, 20, 30, 40], steps=(0, 0, 0, 0, 0.5)).verdict is FLAGGED


@pytest.mark.parametrize(
    ("printed", "value", "exact", "step"),
    [
        ("45.2%", 45.2, True, 0.05),
        ("0.452", 45.2, True, 0.05),  # a share read as a percentage
        ("0.45", 45.0, True, 0.0),
        ("0.45", 45.0, False, 0.5),
        ("45", 45.0, True, 0.0),
        ("45", 45.0, False, 0.5),
        ("1,234.50", 1234.5, True, 0.005),
        ("1.15977e+007", 11_597_700.0, True, 50.0),
        ("$2.5", 2.5, True, 0.05),
        ("0", 0.0, True, 0.0),
        ("no number", 3.0, True, 0.0),
        ("NaN", 3.0, True, 0.0),
    ],
)
def test_half_of_the_last_printed_digit(printed, value, exact, step):
    assert half_step(printed, value, whole_is_exact=exact) == pytest.approx(step)


# No active owner, not updated on time

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("owned", "days", "verdict", "why"),
    [
        (False, 1, FLAGGED, Why.NOBODY),
        (True, QUIET_DAYS, CLEAR, Why.ACTIVE),
        (True, QUIET_DAYS + 1, FLAGGED, Why.QUIET),
        (True, None, UNKNOWN, Why.LAST_CHANGE_UNKNOWN),
        (None, 1, UNKNOWN, Why.NOT_ASKED),
    ],
)
def test_an_owner_who_changed_nothing_for_a_year_is_not_active(owned, days, verdict, why):
    modified = None if days is None else date.fromordinal(TODAY.toordinal() - days)
    assert answer(no_owner(owned=owned, modified=modified, as_of=TODAY)) == (verdict, why)


def ended(days_ago: int, value: float | None, reason: str = "", label: str = "FY2026 Q4") -> Expected:
    return Expected(label, date.fromordinal(TODAY.toordinal() - days_ago), value, reason)


@pytest.mark.parametrize(
    ("expected", "verdict", "why"),
    [
        ([ended(GRACE_DAYS + 1, None)], FLAGGED, Why.LATE),
        ([ended(GRACE_DAYS, None)], UNKNOWN, Why.NOTHING_DUE),
        ([ended(100, 0.0)], CLEAR, Why.THERE),
        ([ended(100, None, "not reported")], FLAGGED, Why.LATE),
        ([ended(100, None, "suppressed")], UNKNOWN, Why.NONE_TO_COME),
        (
            [ended(100, 3.0, label="Q4"), ended(200, None, label="Q3")],
            CLEAR,
            Why.THERE,
        ),  # the newest that is due counts
        ([ended(100, None, label="Q4"), ended(200, 3.0, label="Q3"), ended(5, 3.0, label="Q1")], FLAGGED, Why.LATE),
        ([], UNKNOWN, Why.NOTHING_DUE),
    ],
)
def test_a_figure_is_late_when_its_time_has_passed_and_it_is_not_there(expected, verdict, why):
    assert answer(not_updated(expected, as_of=TODAY)) == (verdict, why)


def test_days_late_are_counted_from_the_end_of_the_grace():
    assert not_updated([ended(GRACE_DAYS + 3, None)], as_of=TODAY).used["days"] == 3
