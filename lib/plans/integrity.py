"""Eight rules that look at a plan's targets and figures. Each is a function of plain values and says one of three things.

Flagged, not flagged, or cannot be told: a rule never guesses what is missing, and no rule is added up with another into a score. The
thresholds are ours, and are shown with each answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lib.plans.words import Desired, Seen

GRACE_DAYS = 45  # after a quarter or a year has ended, until its figure is late; our choice
QUIET_DAYS = 365  # without any change to a measure, until its owner counts as not active; our choice
NOT_LATE = ("suppressed", "not applicable", "not collected any more")  # reasons that say that no figure is to come


class Rule(StrEnum):
    ALREADY_MET = "already met when it was set"
    EASIER = "easier than last year's"
    NO_BASELINE = "no baseline"
    SET_LATE = "set after the year began"
    NO_DIRECTION = "no direction"
    NOT_RECONCILED = "quarters and year do not fit"
    NO_OWNER = "no active owner"
    NOT_UPDATED = "not updated on time"


class Verdict(StrEnum):
    FLAGGED = "flagged"
    CLEAR = "not flagged"
    UNKNOWN = "cannot be told"


class Why(StrEnum):
    """The reason for a verdict. The page has a sentence for each, with the numbers of the finding put in."""

    MET_BEFORE = "met before"
    NOT_MET_BEFORE = "not met before"
    EASIER_THAN = "easier"
    HARDER_THAN = "harder"
    AS_BEFORE = "as before"
    NO_TARGET = "no target"
    NO_TARGET_BEFORE = "no target before"
    NO_ACTUAL_BEFORE = "no actual before"
    DIRECTION_UNKNOWN = "direction unknown"
    DIRECTION_NOT_APPLICABLE = "direction not applicable"
    DIRECTION_MAINTAIN = "to be kept"
    DIRECTION_GIVEN = "direction given"
    DIRECTION_BLANK = "direction blank"
    NOT_ASKED = "not asked"
    BASELINE = "baseline"
    WITHOUT_BASELINE = "without baseline"
    THERE_BEFORE = "there before"
    UNTOUCHED_SINCE = "untouched since"
    NOT_THERE_YET = "not there yet"
    DAY_UNKNOWN = "day unknown"
    FITS = "fits"
    FITS_OTHERWISE = "fits otherwise"
    FITS_NOTHING = "fits nothing"
    MAY_BE_WEIGHTED = "may be weighted"
    WAY_UNKNOWN = "way unknown"
    NO_YEAR = "no figure of the year"
    NOT_ALL_QUARTERS = "not all quarters"
    NOBODY = "nobody"
    QUIET = "quiet"
    ACTIVE = "active"
    LAST_CHANGE_UNKNOWN = "last change unknown"
    THERE = "there"
    LATE = "late"
    NOTHING_DUE = "nothing due"
    NONE_TO_COME = "none to come"


@dataclass(frozen=True)
class Finding:
    """What a rule says of a measure, and the numbers, days and words that it used."""

    rule: Rule
    verdict: Verdict
    why: Why
    used: Mapping[str, float | date | str | tuple[str, ...]] = field(default_factory=dict)


def already_met(desired: Desired, *, target: float | None, before: float | None) -> Finding:
    """Whether the result of the year before was as good as the target. A value to be kept is meant to be met, so it is not judged."""
    if target is None:
        return Finding(Rule.ALREADY_MET, Verdict.UNKNOWN, Why.NO_TARGET)
    if unknown := _without_direction(desired):
        return Finding(Rule.ALREADY_MET, Verdict.UNKNOWN, unknown, {"target": target})
    if before is None:
        return Finding(Rule.ALREADY_MET, Verdict.UNKNOWN, Why.NO_ACTUAL_BEFORE, {"target": target})
    is_met = _same(before, target) or (before > target) is (desired is Desired.INCREASE)
    used = {"target": target, "before": before}
    return Finding(
        Rule.ALREADY_MET,
        Verdict.FLAGGED if is_met else Verdict.CLEAR,
        Why.MET_BEFORE if is_met else Why.NOT_MET_BEFORE,
        used,
    )


def easier(desired: Desired, *, target: float | None, before: float | None) -> Finding:
    """Whether the target asks for less than that of the year before. The same target is not easier."""
    if target is None:
        return Finding(Rule.EASIER, Verdict.UNKNOWN, Why.NO_TARGET)
    if before is None:
        return Finding(Rule.EASIER, Verdict.UNKNOWN, Why.NO_TARGET_BEFORE, {"target": target})
    used = {"target": target, "before": before}
    if _same(before, target):
        return Finding(Rule.EASIER, Verdict.CLEAR, Why.AS_BEFORE, used)
    if unknown := _without_direction(desired):
        return Finding(Rule.EASIER, Verdict.UNKNOWN, unknown, used)
    is_easier = (target < before) is (desired is Desired.INCREASE)
    return Finding(
        Rule.EASIER,
        Verdict.FLAGGED if is_easier else Verdict.CLEAR,
        Why.EASIER_THAN if is_easier else Why.HARDER_THAN,
        used,
    )


def _without_direction(desired: Desired) -> Why | None:
    return {
        Desired.UNKNOWN: Why.DIRECTION_UNKNOWN,
        Desired.NOT_APPLICABLE: Why.DIRECTION_NOT_APPLICABLE,
        Desired.MAINTAIN: Why.DIRECTION_MAINTAIN,
    }.get(desired)


def no_baseline(*, target: float | None, earlier: Mapping[int, float | None]) -> Finding:
    """Whether there is no actual of any earlier year. `earlier`: actuals by fiscal year that the list has a column for; none: not asked."""
    if target is None:
        return Finding(Rule.NO_BASELINE, Verdict.UNKNOWN, Why.NO_TARGET)
    if not earlier:
        return Finding(Rule.NO_BASELINE, Verdict.UNKNOWN, Why.NOT_ASKED)
    known = [year for year, value in earlier.items() if value is not None]
    if not known:
        return Finding(
            Rule.NO_BASELINE, Verdict.FLAGGED, Why.WITHOUT_BASELINE, {"first": min(earlier), "last": max(earlier)}
        )
    return Finding(
        Rule.NO_BASELINE, Verdict.CLEAR, Why.BASELINE, {"year": max(known), "value": earlier[max(known)] or 0.0}
    )


def set_late(*, target: float | None, began: date, seen: Sequence[Seen], modified: date | None) -> Finding:
    """Whether the target was set, or changed to what it is, after the year had begun.

    A list does not say when a target was set. It can be told where the measure was not touched since before the year began, or where
    earlier looks at the list (`seen`, the earliest first, the last is now) show the target as it is, or not yet.
    """
    if target is None:
        return Finding(Rule.SET_LATE, Verdict.UNKNOWN, Why.NO_TARGET)
    if modified and modified < began:
        return Finding(Rule.SET_LATE, Verdict.CLEAR, Why.UNTOUCHED_SINCE, {"modified": modified, "began": began})
    first, before = None, None
    for one in reversed(seen):
        if one.value is None or not _same(one.value, target):
            before = one
            break
        first = one
    if first and first.on < began:
        return Finding(Rule.SET_LATE, Verdict.CLEAR, Why.THERE_BEFORE, {"seen": first.on, "began": began})
    if before and before.on >= began:
        was = {} if before.value is None else {"was": before.value}
        return Finding(Rule.SET_LATE, Verdict.FLAGGED, Why.NOT_THERE_YET, {"seen": before.on, "began": began, **was})
    return Finding(Rule.SET_LATE, Verdict.UNKNOWN, Why.DAY_UNKNOWN, {"began": began})


def no_direction(desired: Desired, *, is_asked: bool) -> Finding:
    """Whether the plan does not say which way is better. "Not applicable" says so much: there is no better way."""
    if not is_asked:
        return Finding(Rule.NO_DIRECTION, Verdict.UNKNOWN, Why.NOT_ASKED)
    if desired is Desired.UNKNOWN:
        return Finding(Rule.NO_DIRECTION, Verdict.FLAGGED, Why.DIRECTION_BLANK)
    return Finding(Rule.NO_DIRECTION, Verdict.CLEAR, Why.DIRECTION_GIVEN, {"direction": str(desired)})


def no_owner(*, owned: bool | None, modified: date | None, as_of: date) -> Finding:
    """Whether nobody is named for the measure, or nobody touched it for a year."""
    if owned is None:
        return Finding(Rule.NO_OWNER, Verdict.UNKNOWN, Why.NOT_ASKED)
    if not owned:
        return Finding(Rule.NO_OWNER, Verdict.FLAGGED, Why.NOBODY)
    if modified is None:
        return Finding(Rule.NO_OWNER, Verdict.UNKNOWN, Why.LAST_CHANGE_UNKNOWN)
    days = (as_of - modified).days
    return Finding(
        Rule.NO_OWNER,
        Verdict.FLAGGED if days > QUIET_DAYS else Verdict.CLEAR,
        Why.QUIET if days > QUIET_DAYS else Why.ACTIVE,
        {"modified": modified, "days": max(days, 0)},
    )


@dataclass(frozen=True)
class Expected:
    """A figure that the list has a column for: of which year or quarter, when that ended, and what stands there."""

    label: str
    ended: date
    value: float | None
    missing_reason: str = ""


def not_updated(expected: Sequence[Expected], *, as_of: date) -> Finding:
    """Whether the newest actual that was to be there is not. A figure is late 45 days after its quarter or year has ended."""
    due = [one for one in expected if (as_of - one.ended).days > GRACE_DAYS]
    if not due:
        return Finding(Rule.NOT_UPDATED, Verdict.UNKNOWN, Why.NOTHING_DUE, {"as_of": as_of})
    newest = max(due, key=lambda one: one.ended)
    used = {"label": newest.label, "ended": newest.ended, "as_of": as_of}
    if newest.value is not None:
        return Finding(Rule.NOT_UPDATED, Verdict.CLEAR, Why.THERE, used)
    if newest.missing_reason in NOT_LATE:
        return Finding(Rule.NOT_UPDATED, Verdict.UNKNOWN, Why.NONE_TO_COME, used | {"reason": newest.missing_reason})
    return Finding(
        Rule.NOT_UPDATED, Verdict.FLAGGED, Why.LATE, used | {"days": (as_of - newest.ended).days - GRACE_DAYS}
    )


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
