"""What the rules say of a plan: of a measure for one fiscal year, and counted over many. Counts only; never a score."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lib.methods.periods import months_later, parse_period
from lib.model import PeriodKind
from lib.plans.integrity import (
    Expected,
    Finding,
    Rule,
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
from lib.plans.words import ACTUAL, EVERY_QUARTER, TARGET, YEAR, Measure, Plan

QUARTERS = (1, 2, 3, 4)
OF_A_LIST = (Rule.NO_BASELINE, Rule.SET_LATE, Rule.NO_DIRECTION, Rule.NOT_RECONCILED, Rule.NO_OWNER, Rule.NOT_UPDATED)


@dataclass(frozen=True)
class Judged:
    """A measure with the answers of the rules for one fiscal year."""

    measure: Measure
    findings: Mapping[Rule, Finding]

    def is_flagged(self, rule: Rule) -> bool:
        return self.findings[rule].verdict is Verdict.FLAGGED

    @property
    def flags(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings.values() if one.verdict is Verdict.FLAGGED)


@dataclass(frozen=True)
class Tally:
    """Of so many measures, of how many a rule could be told, and how many of these it flags."""

    flagged: int
    told: int
    measures: int

    @property
    def clear(self) -> int:
        return self.told - self.flagged

    @property
    def unknown(self) -> int:
        return self.measures - self.told


def began(fiscal_year: int, *, start_month: int) -> date:
    return _year(fiscal_year, start_month)[0]


def ended(fiscal_year: int, quarter: int, *, start_month: int) -> date:
    """The last day of a quarter, or of the year."""
    first, last = _year(fiscal_year, start_month)
    return last if quarter == YEAR else months_later(first, 3 * quarter) - timedelta(days=1)


def _year(fiscal_year: int, start_month: int) -> tuple[date, date]:
    period = parse_period(f"FY{fiscal_year}", PeriodKind.FISCAL, fiscal_year_start_month=start_month)
    return period.start, period.end


def fiscal_year_of(day: date, *, start_month: int) -> int:
    """The fiscal year that a day lies in: the one in which it ends."""
    return day.year + (1 if start_month > 1 and day.month >= start_month else 0)


def judge(measure: Measure, plan: Plan, fiscal_year: int, *, start_month: int) -> Judged:
    """The answers of all rules, in their order."""
    target, before = measure.value(TARGET, fiscal_year), fiscal_year - 1
    earlier = {
        year: measure.value(ACTUAL, year)
        for series, year, quarter in plan.asks
        if series == ACTUAL and quarter == YEAR and year < fiscal_year
    }
    found = (
        already_met(measure.desired, target=target, before=measure.value(ACTUAL, before)),
        easier(measure.desired, target=target, before=measure.value(TARGET, before)),
        no_baseline(target=target, earlier=earlier),
        set_late(target=target, began=began(fiscal_year, start_month=start_month), seen=plan.seen.get((measure.key, fiscal_year), ()),
                 modified=measure.modified),
        no_direction(measure.desired, is_asked=plan.is_loaded),
        not_reconciled(measure.aggregation, year=measure.value(ACTUAL, fiscal_year), quarters=[measure.value(ACTUAL, fiscal_year, one) for one in QUARTERS],
                       steps=_steps(measure, fiscal_year)),
        no_owner(owned=measure.owned, modified=measure.modified, as_of=plan.as_of),
        not_updated(_expected(measure, plan, fiscal_year, start_month), as_of=plan.as_of),
    )  # fmt: skip
    if not plan.is_loaded:  # the books print targets only: what is asked of a list cannot be asked of them
        found = tuple(
            Finding(one.rule, Verdict.UNKNOWN, Why.NOT_ASKED) if one.rule in OF_A_LIST else one for one in found
        )
    return Judged(measure, {one.rule: one for one in found})


def _steps(measure: Measure, fiscal_year: int) -> tuple[float, ...]:
    def step(quarter: int) -> float:
        said = measure.said(ACTUAL, fiscal_year, quarter)
        return (
            half_step(said.printed, said.value, whole_is_exact=quarter != YEAR)
            if said and said.value is not None
            else 0.0
        )

    return tuple(step(quarter) for quarter in (*QUARTERS, YEAR))


def _expected(measure: Measure, plan: Plan, fiscal_year: int, start_month: int) -> list[Expected]:
    """The actuals of that year that the list has a column for; quarters only of a measure that is counted at least every quarter."""
    wanted = (*QUARTERS, YEAR) if measure.cadence in EVERY_QUARTER else (YEAR,)
    found = []
    for quarter in wanted:
        if (ACTUAL, fiscal_year, quarter) in plan.asks:
            said = measure.said(ACTUAL, fiscal_year, quarter)
            label = f"FY{fiscal_year}" + (f" Q{quarter}" if quarter else "")
            found.append(
                Expected(
                    label,
                    ended(fiscal_year, quarter, start_month=start_month),
                    said.value if said else None,
                    said.missing_reason if said else "",
                )
            )
    return found


def judge_all(plan: Plan, fiscal_year: int, *, start_month: int) -> tuple[Judged, ...]:
    """Every measure, in the plan's order."""
    return tuple(judge(one, plan, fiscal_year, start_month=start_month) for one in plan.measures)


def tally(judged: Iterable[Judged]) -> dict[Rule, Tally]:
    """By rule, over the measures in force: what is deprecated or removed is not counted."""
    own = [one for one in judged if one.measure.in_force]
    return {rule: _tally([one.findings[rule].verdict for one in own]) for rule in Rule}


def _tally(verdicts: Sequence[Verdict]) -> Tally:
    return Tally(verdicts.count(Verdict.FLAGGED), len(verdicts) - verdicts.count(Verdict.UNKNOWN), len(verdicts))


def by_agency(judged: Iterable[Judged], key: Callable[[Measure], str]) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = {}
    for one in judged:
        found.setdefault(key(one.measure), []).append(one)
    return found
