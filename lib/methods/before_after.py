"""Whether an indicator changed after something was done: a follow-up, a strategy.

The figures before that day say what is usual; those since are held against it. A change is never the proof of a cause, and
no sentence here says so: other things happened on the same days.

By month or quarter, the limits are those of lib.methods.xmr from the figures before alone, and what counts is what the latest
figure since says by its rules, counted among the figures since. Marks of any figure would not do: with nothing changed, one
of 24 figures is marked in a third to a half of all series, the latest one in 2 to 7 of 100 (simulated: independent normal
figures, 12 to 36 of them before). Seasons, or figures that follow the one before, can raise that to 20 of 100: not allowed for.

By year, the line through the figures before is drawn on, and each figure since is held against its prediction interval. The
5 % of false alarms are shared out among the figures since (Bonferroni), so that more of them do not raise it at one look.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from lib import words
from lib.methods import projection, xmr
from lib.methods.periods import is_next, months_later, years_between
from lib.methods.trend import ANNUAL, SIGNIFICANT_P, WITHIN_A_YEAR, mann_kendall
from lib.model import Direction, Period, Step

CONFIDENCE = 0.95
# Of neighboring figures before: limits from three moving ranges raise up to twice the false alarms, from one three times.
LEAST_RANGES = xmr.JUDGED_FROM // 2
# Before "no detectable change" is said. A lasting shift of two standard deviations is seen in 4 of 10 series at the sixth
# figure, and in nearly 9 of 10 from the seventh on, when the rule of seven on one side can speak (simulated).
LEAST_AFTER_WITHIN_A_YEAR = xmr.RUN
LEAST_AFTER_BY_YEAR = 2  # one figure within a wide interval says next to nothing; more widen it
ROUNDING = 1e-9
NO_CAUSE = "this does not show why"


class Verdict(StrEnum):
    """What can be said of the figures since. The value is the word that the reader sees."""

    TOO_EARLY = "too early to tell"
    NO_CHANGE = "no detectable change since"
    IMPROVED = "improved beyond its usual variation"
    WORSENED = "worsened beyond its usual variation"
    CHANGED = "changed beyond its usual variation"  # no judgement, or figures since stand out on both sides
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Expected:
    """Where figures since would lie if nothing had changed, in the indicator's unit, to be drawn from `start` to `end`.

    Figures are drawn at the last day of their period. Limits that are the same for all reach from the day itself to the last
    figure; those of one annual figure from half a year before its last day to half a year after.
    """

    start: date
    end: date
    lower: float
    middle: float
    upper: float


@dataclass(frozen=True)
class BeforeAfter:
    """The verdict, in a sentence, and its arithmetic. `n_before` and `n_after` are the known figures of either side, also
    where fewer are used. `limits` is () when there are none, or no figure since to hold against them."""

    verdict: Verdict
    sentence: str
    limits: tuple[Expected, ...]
    n_before: int
    n_after: int
    steps: tuple[Step, ...]


Point = tuple[Period, float]


@dataclass(frozen=True)
class _Case:
    """The known figures on either side of the day, and how they are said."""

    on: date
    before: list[Point]
    after: list[Point]
    improves_when: Direction
    decimals: int
    unit: str
    steps: tuple[Step, ...]

    def figure(self, value: float) -> str:
        return words.figure(value, self.decimals, self.unit)

    def limit(self, value: float) -> str:
        """With one decimal more than figures have, unless it is large: a figure just outside is not printed as its limit."""
        return words.figure(value, self.decimals + (abs(value) < 100), self.unit)

    def between(self, low: float, high: float) -> str:
        return f"{self.limit(low)} to {self.limit(high)}"

    def since(self, count: int) -> str:
        return f"{words.count_of(count, 'figure')} since {words.day(self.on)}"

    def too_few(self, needed: int) -> BeforeAfter:
        count = words.count_of(len(self.before), "figure")
        return self.answer(Verdict.CANNOT_TELL, f"{count} before {words.day(self.on)}; what is usual needs {needed}")

    def too_alike(self) -> BeforeAfter:
        what = f"the figures before {words.day(self.on)} vary too little to tell what is usual"
        return self.answer(Verdict.CANNOT_TELL, what)

    def none_since(self, *steps: Step) -> BeforeAfter:
        what = f"no figure yet of a period that began on {words.day(self.on)} or later"
        return self.answer(Verdict.TOO_EARLY, what, steps=steps)

    def answer(
        self, verdict: Verdict, what: str, *, steps: Sequence[Step] = (), limits: tuple[Expected, ...] = ()
    ) -> BeforeAfter:
        since = f" {words.day(self.on)}" if verdict is Verdict.NO_CHANGE else ""
        return BeforeAfter(verdict, f"{words.capital(verdict)}{since}: {what}.", limits, len(self.before), len(self.after),
                           (*self.steps, *steps))  # fmt: skip

    def claim(self, signs: set[int], what: str, *, steps: Sequence[Step], limits: tuple[Expected, ...]) -> BeforeAfter:
        """That it changed. `signs` holds the sides on which figures since stand out: +1 above, -1 below, or both."""
        verdict = _judge(signs, self.improves_when)
        both = ", in both directions" if len(signs) > 1 else ""
        sentence = f"{words.capital(verdict)} since {words.day(self.on)}{both}: {what}; {NO_CAUSE}."
        return BeforeAfter(verdict, sentence, limits, len(self.before), len(self.after), (*self.steps, *steps))


def before_and_after(
    periods: Sequence[Period],
    values: Sequence[float],
    *,
    on: date,
    improves_when: Direction,
    independent: bool,
    overdispersed: bool = False,
    decimals: int,
    unit: str,
) -> BeforeAfter:
    """Whether a series changed after the day `on`, judged by what was usual before.

    `periods` in the order of time, all of one kind, each with its value in the indicator's unit. A period is before when it
    ends before the day and since when it starts on the day or later; one that spans the day is neither. Missing values (NaN)
    are left out; a period without a figure breaks a run, whether it is listed with NaN or not at all.

    By month or quarter: limits from the latest 36 known figures before, at least 12, of which enough stand side by side to
    measure the variation by. When the latest figure since is marked, it changed; but not where the figures before already
    moved that way (Mann and Kendall's test, p < .05), since flat limits then prove nothing. Too early before seven figures.
    By year: the 95 % prediction interval from the latest five to ten figures before, no further on than they reach back.
    When any figure since lies outside, it changed. Too early before two figures.
    Cannot tell: neighboring figures share data, windows of several years, too few figures before, or figures before that do
    not vary. This goes before "too early", as waiting would not help.
    Marks on both sides, and directions without a judgement, give "changed". `overdispersed` counts need nothing more: both
    rules measure the figures' own variation and never assume that of chance.
    Raises ValueError for periods and values of different lengths, for periods of several kinds or out of order.
    Source: Making Data Count for the rules; lib.methods.projection for the interval.
    Example: months of 10, 12, 10, 12 ... have limits of 11 -/+ 5.32; the first figure since, 17, stands out above.
    """
    _check(periods)
    known = [(period, value) for period, value in zip(periods, values, strict=True) if not math.isnan(value)]
    before = [(period, value) for period, value in known if period.end < on]
    after = [(period, value) for period, value in known if period.start >= on]
    spanning = [period for period, _ in known if period.start < on <= period.end]
    steps = _counted(on, before, after, spanning, overdispersed=overdispersed)
    case = _Case(on, before, after, improves_when, decimals, unit, steps)
    if not independent:
        return case.answer(Verdict.CANNOT_TELL, "neighboring figures share part of their data")
    if not known:
        return case.answer(Verdict.CANNOT_TELL, "there are no figures")
    if periods[0].kind in WITHIN_A_YEAR:
        return _by_limits(case)
    if periods[0].kind in ANNUAL:
        return _by_line(case)
    return case.answer(Verdict.CANNOT_TELL, "each figure covers several years")


def _check(periods: Sequence[Period]) -> None:
    if len({period.kind for period in periods}) > 1:
        raise ValueError(f"periods of several kinds: {words.listed(sorted({period.kind for period in periods}))}")
    for earlier, later in pairwise(periods):
        if later <= earlier:
            raise ValueError(f"periods must be in the order of time, each once: {later.label} after {earlier.label}")


def _judge(signs: set[int], improves_when: Direction) -> Verdict:
    if len(signs) > 1 or improves_when in (Direction.WITHIN, Direction.NEITHER):
        return Verdict.CHANGED
    return Verdict.IMPROVED if (1 in signs) == (improves_when is Direction.RISES) else Verdict.WORSENED


def _span(points: Sequence[Point]) -> str:
    first, last = (words.period_of(points[place][0]) for place in (0, -1))
    return first if first == last else f"{first} to {last}"


def _counted(
    on: date, before: Sequence[Point], after: Sequence[Point], spanning: Sequence[Period], *, overdispersed: bool
) -> tuple[Step, ...]:
    """Which figures count as before and which as since."""
    day = words.day(on)
    steps = [
        Step("Figures before", str(len(before)), f"of periods that ended before {day}" + (f": {_span(before)}" if before else "")),
        Step("Figures since", str(len(after)), f"of periods that began on {day} or later" + (f": {_span(after)}" if after else "")),
    ]  # fmt: skip
    steps += [
        Step("Neither before nor since", words.period_of(period), f"the period spans {day}") for period in spanning
    ]
    if overdispersed:
        steps.append(Step("Counts that vary more than chance", "allowed for", "what is usual is measured on the figures themselves"))  # fmt: skip
    return tuple(steps)


def _by_limits(case: _Case) -> BeforeAfter:
    """Months and quarters: process limits from the figures before, and what the latest figure since says by them."""
    if len(case.before) < xmr.JUDGED_FROM:
        return case.too_few(xmr.JUDGED_FROM)
    values = xmr.recent(_with_gaps(case.before))
    ranges = sum(not math.isnan(later - earlier) for earlier, later in pairwise(values))
    if ranges < LEAST_RANGES:
        what = f"too many figures before {words.day(case.on)} are missing to tell what is usual"
        return case.answer(Verdict.CANNOT_TELL, what)
    limits = xmr.control_limits(values)
    if limits is None or limits.upper - limits.mean <= ROUNDING * _largest(values):
        return case.too_alike()
    n = sum(not math.isnan(value) for value in values)
    step = Step("Usual variation", case.between(limits.lower, limits.upper),
                f"around the mean, {case.limit(limits.mean)}, of the latest {n} figures before; {xmr.LIMIT_FACTOR} mean moving ranges "
                "to either side")  # fmt: skip
    if not case.after:
        return case.none_since(step)
    return _held_against_limits(case, limits, trend=_trend_before(values), step=step)


def _held_against_limits(case: _Case, limits: xmr.Limits, *, trend: int, step: Step) -> BeforeAfter:
    rules = _marked(case, limits)
    # For each side, what the first rule that marks the latest figure says.
    latest = {marks[-1]: said for marks, said in reversed(rules) if marks[-1]}
    period, value = case.after[-1]
    marked = words.listed(list(latest.values())) if latest else "no rule marks it"
    steps = [step, Step("Latest figure since", case.figure(value), f"{words.period_of(period)}: {marked}")]
    drawn = (Expected(case.on, period.end, limits.lower, limits.mean, limits.upper),)
    if latest and trend in latest:
        way = "rising" if trend > 0 else "falling"
        steps.append(Step("Trend before", way, f"Mann and Kendall's test, p < {SIGNIFICANT_P:g}"))
        what = f"it was already {way} before {words.day(case.on)}, and may only have gone on as it was"
        return case.answer(Verdict.CANNOT_TELL, what, steps=steps)
    if latest:
        signs = {mark for marks, _ in rules for mark in marks} - {0}
        more = ", but earlier figures since stood out on the other side" if len(signs) > len(latest) else ""
        return case.claim(signs, ", but ".join(latest.values()) + more, steps=steps, limits=drawn)
    usual = f"its usual variation of {case.between(limits.lower, limits.upper)}"
    if len(case.after) < LEAST_AFTER_WITHIN_A_YEAR:
        since = case.since(len(case.after)) + (", the latest" if len(case.after) > 1 else ",")
        what = f"{since} within {usual}; a lasting change shows from {LEAST_AFTER_WITHIN_A_YEAR} on"
        return case.answer(Verdict.TOO_EARLY, what, steps=steps, limits=drawn)
    stood_out = sum(any(marks) for marks in zip(*(marks for marks, _ in rules), strict=True))
    earlier = (
        f"; {words.count_of(stood_out, 'earlier figure')} since stood out, but it did not last" if stood_out else ""
    )
    what = f"the latest figure, {case.figure(value)} ({words.period_of(period)}), is within {usual}{earlier}"
    return case.answer(Verdict.NO_CHANGE, what, steps=steps, limits=drawn)


def _with_gaps(points: Sequence[Point]) -> list[float]:
    """The values with one NaN for each gap in time."""
    values: list[float] = []
    for place, (period, value) in enumerate(points):
        if place and not is_next(points[place - 1][0], period):
            values.append(math.nan)
        values.append(value)
    return values


def _largest(values: Sequence[float]) -> float:
    return max(abs(value) for value in values if not math.isnan(value))


def _trend_before(values: Sequence[float]) -> int:
    """+1 or -1 where the figures before already rose or fell by more than chance, else 0."""
    s, p = mann_kendall(values)
    return ((s > 0) - (s < 0)) if p < SIGNIFICANT_P else 0


def _marked(case: _Case, limits: xmr.Limits) -> list[tuple[list[int], str]]:
    """What each rule marks among the figures since, and what it says of the latest; in the order of lib.methods.xmr.flags."""
    values = _with_gaps(case.after)
    period, latest = case.after[-1]
    rules = (
        (
            xmr.outside_the_limits(values, limits),
            "the latest figure, {figure} ({period}), lies {side} its usual {between}",
        ),
        (xmr.seven_point_trend(values), "each of the latest seven figures lies {side} the one before"),
        (
            xmr.two_of_three_near_a_limit(values, limits),
            "two of the latest three figures lie close to its {bound} limit, {limit}",
        ),
        (xmr.seven_on_one_side(values, limits), "the latest seven figures all lie {side} its mean before, {mean}"),
    )
    return [
        (marks, said.format(
            figure=case.figure(latest), period=words.period_of(period), between=case.between(limits.lower, limits.upper),
            side="above" if marks[-1] > 0 else "below", bound="upper" if marks[-1] > 0 else "lower",
            limit=case.limit(limits.upper if marks[-1] > 0 else limits.lower), mean=case.limit(limits.mean),
        ))
        for marks, said in rules
    ]  # fmt: skip


def _by_line(case: _Case) -> BeforeAfter:
    """Years: the line through the figures before is drawn on, and each figure since held against its prediction interval."""
    used = case.before[-projection.MOST_POINTS :]
    if len(used) < projection.LEAST_POINTS:
        return case.too_few(projection.LEAST_POINTS)
    if _lie_on_a_line(used):
        return case.too_alike()
    if not case.after:
        return case.none_since()
    first, last = used[0][0].end, used[-1][0].end
    reach = years_between(first, last)
    judged = [(period, value) for period, value in case.after if years_between(last, period.end) <= reach]
    beyond = [period for period, _ in case.after[len(judged) :]]
    if not judged:
        return case.answer(Verdict.CANNOT_TELL, _too_far(beyond))
    return _held_against_line(case, used, judged, beyond)


def _too_far(beyond: Sequence[Period]) -> str:
    verb = "lies" if len(beyond) == 1 else "lie"
    return f"{words.listed([words.period_of(one) for one in beyond])} {verb} further ahead than the figures before reach back"


def _held_against_line(
    case: _Case, used: Sequence[Point], judged: Sequence[Point], beyond: Sequence[Period]
) -> BeforeAfter:
    confidence = 1 - (1 - CONFIDENCE) / len(judged)
    limits = tuple(_interval(used, period, confidence) for period, _ in judged)
    held = list(zip(judged, limits, strict=True))
    steps = [_interval_step(case, used, point, one, confidence, len(judged)) for point, one in held]
    steps += [Step("Not judged", str(len(beyond)), _too_far(beyond))] if beyond else []
    outside = [(point, one) for point, one in held if _side(point[1], one)]
    if outside:
        signs = {_side(value, one) for (_, value), one in outside}
        return case.claim(signs, _outside_said(case, used, outside, len(judged)), steps=steps, limits=limits)
    usual = f"no further from the line through {_span(used)} than is usual"
    if len(judged) >= LEAST_AFTER_BY_YEAR:
        what = f"the {len(judged)} figures since lie {usual}; a smaller change would not show"
        return case.answer(Verdict.NO_CHANGE, what, steps=steps, limits=limits)
    if beyond:
        return case.answer(Verdict.CANNOT_TELL, _too_far(beyond), steps=steps, limits=limits)
    what = f"{case.since(1)}, {usual}; a second one is needed"
    return case.answer(Verdict.TOO_EARLY, what, steps=steps, limits=limits)


def _years(used: Sequence[Point]) -> list[float]:
    return [years_between(used[0][0].end, period.end) for period, _ in used]


def _lie_on_a_line(used: Sequence[Point]) -> bool:
    """Also when all are alike: nothing is left that could be called usual variation."""
    values = [value for _, value in used]
    lower, middle, _ = projection.prediction_interval(_years(used), values, at=0.0)
    return middle - lower <= ROUNDING * _largest(values)


def _interval(used: Sequence[Point], period: Period, confidence: float) -> Expected:
    at = years_between(used[0][0].end, period.end)
    interval = projection.prediction_interval(_years(used), [value for _, value in used], at=at, confidence=confidence)
    return Expected(months_later(period.end, -6), months_later(period.end, 6), *interval)


def _interval_step(
    case: _Case, used: Sequence[Point], point: Point, one: Expected, confidence: float, judged: int
) -> Step:
    where = {0: "within", 1: "above", -1: "below"}[_side(point[1], one)]
    shared = f", so that {CONFIDENCE:.0%} hold for all {judged} together" if judged > 1 else ""
    return Step(f"Expected for {words.period_of(point[0])}", case.between(one.lower, one.upper),
                f"{100 * confidence:.3g}% prediction interval by a straight line through the latest {len(used)} figures before{shared}; "
                f"{case.figure(point[1])} lies {where}")  # fmt: skip


def _side(value: float, expected: Expected) -> int:
    """+1 strictly above, -1 strictly below, 0 within."""
    return (value > expected.upper) - (value < expected.lower)


def _outside_said(case: _Case, used: Sequence[Point], outside: Sequence[tuple[Point, Expected]], judged: int) -> str:
    """FY2019 (45.2%) lies below the 46.1% to 52.0% that FY2010 to FY2018 lead to expect."""
    if len(outside) == 1:
        (period, value), one = outside[0]
        of = f", alone of {judged} figures since," if judged > 1 else ""
        side = "above" if _side(value, one) > 0 else "below"
        return (f"{words.period_of(period)} ({case.figure(value)}){of} lies {side} the {case.between(one.lower, one.upper)} that "
                f"{_span(used)} lead to expect")  # fmt: skip
    parts = []
    for sign, side in ((1, "above"), (-1, "below")):
        named = [words.period_of(period) for (period, value), one in outside if _side(value, one) == sign]
        if named:
            parts.append(f"{words.listed(named)} {'lies' if len(named) == 1 else 'lie'} {side}")
    return f"{words.listed(parts)} what {_span(used)} lead to expect"
