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
from lib.language import _, later, n_
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


class Verdict(StrEnum):
    """What can be said of the figures since. The value is the word that the reader sees."""

    TOO_EARLY = later("too early to tell")
    NO_CHANGE = later("no detectable change since")
    IMPROVED = later("improved beyond its usual variation")
    WORSENED = later("worsened beyond its usual variation")
    CHANGED = later("changed beyond its usual variation")  # no judgement, or figures since stand out on both sides
    CANNOT_TELL = later("cannot tell")


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
        return _("{low} to {high}").format(low=self.limit(low), high=self.limit(high))

    @property
    def day(self) -> str:
        return words.day(self.on)

    def too_few(self, needed: int) -> BeforeAfter:
        count = words.count_of(len(self.before), "figure", "figures")
        what = _("{figures} before {day}; what is usual needs {needed}").format(
            figures=count, day=self.day, needed=needed
        )
        return self.answer(Verdict.CANNOT_TELL, what)

    def too_alike(self) -> BeforeAfter:
        what = _("the figures before {day} vary too little to tell what is usual").format(day=self.day)
        return self.answer(Verdict.CANNOT_TELL, what)

    def none_since(self, *steps: Step) -> BeforeAfter:
        what = _("no figure yet of a period that began on {day} or later").format(day=self.day)
        return self.answer(Verdict.TOO_EARLY, what, steps=steps)

    def answer(
        self, verdict: Verdict, what: str, *, steps: Sequence[Step] = (), limits: tuple[Expected, ...] = ()
    ) -> BeforeAfter:
        said = _("{verdict} {day}: {what}.") if verdict is Verdict.NO_CHANGE else _("{verdict}: {what}.")
        said = said.format(verdict=words.capital(_(str(verdict))), day=self.day, what=what)
        return BeforeAfter(verdict, said, limits, len(self.before), len(self.after), (*self.steps, *steps))

    def claim(self, signs: set[int], what: str, *, steps: Sequence[Step], limits: tuple[Expected, ...]) -> BeforeAfter:
        """That it changed. `signs` holds the sides on which figures since stand out: +1 above, -1 below, or both."""
        verdict = _judge(signs, self.improves_when)
        if len(signs) > 1:
            said = _("{verdict} since {day}, in both directions: {what}; this does not show why.")
        else:
            said = _("{verdict} since {day}: {what}; this does not show why.")
        said = said.format(verdict=words.capital(_(str(verdict))), day=self.day, what=what)
        return BeforeAfter(verdict, said, limits, len(self.before), len(self.after), (*self.steps, *steps))


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
        return case.answer(Verdict.CANNOT_TELL, _("neighboring figures share part of their data"))
    if not known:
        return case.answer(Verdict.CANNOT_TELL, _("there are no figures"))
    if periods[0].kind in WITHIN_A_YEAR:
        return _by_limits(case)
    if periods[0].kind in ANNUAL:
        return _by_line(case)
    return case.answer(Verdict.CANNOT_TELL, _("each figure covers several years"))


def _check(periods: Sequence[Period]) -> None:
    if len({period.kind for period in periods}) > 1:
        raise ValueError(f"periods of several kinds: {words.listed(sorted({period.kind for period in periods}))}")
    for earlier, then in pairwise(periods):
        if then <= earlier:
            raise ValueError(f"periods must be in the order of time, each once: {then.label} after {earlier.label}")


def _judge(signs: set[int], improves_when: Direction) -> Verdict:
    if len(signs) > 1 or improves_when in (Direction.WITHIN, Direction.NEITHER):
        return Verdict.CHANGED
    return Verdict.IMPROVED if (1 in signs) == (improves_when is Direction.RISES) else Verdict.WORSENED


def _span(points: Sequence[Point]) -> str:
    first, last = (words.period_of(points[place][0]) for place in (0, -1))
    return first if first == last else _("{first} to {last}").format(first=first, last=last)


def _counted(
    on: date, before: Sequence[Point], after: Sequence[Point], spanning: Sequence[Period], *, overdispersed: bool
) -> tuple[Step, ...]:
    """Which figures count as before and which as since."""
    day = words.day(on)
    ended, began = (
        _("of periods that ended before {day}").format(day=day),
        _("of periods that began on {day} or later").format(day=day),
    )
    spans = _("the period spans {day}").format(day=day)
    steps = [
        Step(_("Figures before"), str(len(before)), ended + (f": {_span(before)}" if before else "")),
        Step(_("Figures since"), str(len(after)), began + (f": {_span(after)}" if after else "")),
    ]
    steps += [Step(_("Neither before nor since"), words.period_of(period), spans) for period in spanning]
    if overdispersed:
        how = _("what is usual is measured on the figures themselves")
        steps.append(Step(_("Counts that vary more than chance"), _("allowed for"), how))
    return tuple(steps)


def _by_limits(case: _Case) -> BeforeAfter:
    """Months and quarters: process limits from the figures before, and what the latest figure since says by them."""
    if len(case.before) < xmr.JUDGED_FROM:
        return case.too_few(xmr.JUDGED_FROM)
    values = xmr.recent(_with_gaps(case.before))
    ranges = sum(not math.isnan(after - before) for before, after in pairwise(values))
    if ranges < LEAST_RANGES:
        what = _("too many figures before {day} are missing to tell what is usual").format(day=case.day)
        return case.answer(Verdict.CANNOT_TELL, what)
    limits = xmr.control_limits(values)
    if limits is None or limits.upper - limits.mean <= ROUNDING * _largest(values):
        return case.too_alike()
    n = sum(not math.isnan(value) for value in values)
    how = _("around the mean, {mean}, of the latest {n} figures before; {factor} mean moving ranges to either side")
    how = how.format(mean=case.limit(limits.mean), n=n, factor=xmr.LIMIT_FACTOR)
    step = Step(_("Usual variation"), case.between(limits.lower, limits.upper), how)
    if not case.after:
        return case.none_since(step)
    return _held_against_limits(case, limits, trend=_trend_before(values), step=step)


def _held_against_limits(case: _Case, limits: xmr.Limits, *, trend: int, step: Step) -> BeforeAfter:
    rules = _marked(case, limits)
    # For each side, what the first rule that marks the latest figure says.
    latest = {marks[-1]: said for marks, said in reversed(rules) if marks[-1]}
    period, value = case.after[-1]
    marked = words.listed(list(latest.values())) if latest else _("no rule marks it")
    steps = [step, Step(_("Latest figure since"), case.figure(value), f"{words.period_of(period)}: {marked}")]
    drawn = (Expected(case.on, period.end, limits.lower, limits.mean, limits.upper),)
    if latest and trend in latest:
        how = _("Mann and Kendall's test, p < {level:g}").format(level=SIGNIFICANT_P)
        steps.append(Step(_("Trend before"), _("rising") if trend > 0 else _("falling"), how))
        if trend > 0:
            what = _("it was already rising before {day}, and may only have gone on as it was").format(day=case.day)
        else:
            what = _("it was already falling before {day}, and may only have gone on as it was").format(day=case.day)
        return case.answer(Verdict.CANNOT_TELL, what, steps=steps)
    if latest:
        signs = {mark for marks, _said in rules for mark in marks} - {0}
        what, *other = latest.values()
        if other:
            what = _("{one}, but {other}").format(one=what, other=other[0])
        elif len(signs) > len(latest):
            what = _("{one}, but earlier figures since stood out on the other side").format(one=what)
        return case.claim(signs, what, steps=steps, limits=drawn)
    between = case.between(limits.lower, limits.upper)
    if (n := len(case.after)) < LEAST_AFTER_WITHIN_A_YEAR:
        what = n_(
            "{figures} since {day}, within its usual variation of {between}; a lasting change shows from {least} on",
            "{figures} since {day}, the latest within its usual variation of {between}; a lasting change shows from {least} on",
            n,
        ).format(
            figures=words.count_of(n, "figure", "figures"),
            day=case.day,
            between=between,
            least=LEAST_AFTER_WITHIN_A_YEAR,
        )
        return case.answer(Verdict.TOO_EARLY, what, steps=steps, limits=drawn)
    stood_out = sum(any(marks) for marks in zip(*(marks for marks, _said in rules), strict=True))
    if stood_out:
        what = _(
            "the latest figure, {figure} ({period}), is within its usual variation of {between}; {earlier} since stood out, but it did not last"
        )
    else:
        what = _("the latest figure, {figure} ({period}), is within its usual variation of {between}")
    earlier = words.count_of(stood_out, "earlier figure", "earlier figures")
    what = what.format(figure=case.figure(value), period=words.period_of(period), between=between, earlier=earlier)
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
            _("the latest figure, {figure} ({period}), lies above its usual {between}"),
            _("the latest figure, {figure} ({period}), lies below its usual {between}"),
        ),
        (
            xmr.seven_point_trend(values),
            _("each of the latest seven figures lies above the one before"),
            _("each of the latest seven figures lies below the one before"),
        ),
        (
            xmr.two_of_three_near_a_limit(values, limits),
            _("two of the latest three figures lie close to its upper limit, {limit}"),
            _("two of the latest three figures lie close to its lower limit, {limit}"),
        ),
        (
            xmr.seven_on_one_side(values, limits),
            _("the latest seven figures all lie above its mean before, {mean}"),
            _("the latest seven figures all lie below its mean before, {mean}"),
        ),
    )
    return [
        (marks, (above if marks[-1] > 0 else below).format(
            figure=case.figure(latest), period=words.period_of(period), between=case.between(limits.lower, limits.upper),
            limit=case.limit(limits.upper if marks[-1] > 0 else limits.lower), mean=case.limit(limits.mean),
        ))
        for marks, above, below in rules
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
    return n_(
        "{periods} lies further ahead than the figures before reach back",
        "{periods} lie further ahead than the figures before reach back",
        len(beyond),
    ).format(periods=words.listed([words.period_of(one) for one in beyond]))


def _held_against_line(
    case: _Case, used: Sequence[Point], judged: Sequence[Point], beyond: Sequence[Period]
) -> BeforeAfter:
    confidence = 1 - (1 - CONFIDENCE) / len(judged)
    limits = tuple(_interval(used, period, confidence) for period, _value in judged)
    held = list(zip(judged, limits, strict=True))
    steps = [_interval_step(case, used, point, one, confidence, len(judged)) for point, one in held]
    steps += [Step(_("Not judged"), str(len(beyond)), _too_far(beyond))] if beyond else []
    outside = [(point, one) for point, one in held if _side(point[1], one)]
    if outside:
        signs = {_side(value, one) for (_period, value), one in outside}
        return case.claim(signs, _outside_said(case, used, outside, len(judged)), steps=steps, limits=limits)
    if len(judged) >= LEAST_AFTER_BY_YEAR:
        what = _(
            "the {n} figures since lie no further from the line through {span} than is usual; a smaller change would not show"
        )
        return case.answer(Verdict.NO_CHANGE, what.format(n=len(judged), span=_span(used)), steps=steps, limits=limits)
    if beyond:
        return case.answer(Verdict.CANNOT_TELL, _too_far(beyond), steps=steps, limits=limits)
    what = _("1 figure since {day}, no further from the line through {span} than is usual; a second one is needed")
    return case.answer(Verdict.TOO_EARLY, what.format(day=case.day, span=_span(used)), steps=steps, limits=limits)


def _years(used: Sequence[Point]) -> list[float]:
    return [years_between(used[0][0].end, period.end) for period, _value in used]


def _lie_on_a_line(used: Sequence[Point]) -> bool:
    """Also when all are alike: nothing is left that could be called usual variation."""
    values = [value for _period, value in used]
    lower, middle, _upper = projection.prediction_interval(_years(used), values, at=0.0)
    return middle - lower <= ROUNDING * _largest(values)


def _interval(used: Sequence[Point], period: Period, confidence: float) -> Expected:
    at = years_between(used[0][0].end, period.end)
    interval = projection.prediction_interval(
        _years(used), [value for _period, value in used], at=at, confidence=confidence
    )
    return Expected(months_later(period.end, -6), months_later(period.end, 6), *interval)


def _interval_step(
    case: _Case, used: Sequence[Point], point: Point, one: Expected, confidence: float, judged: int
) -> Step:
    where = {0: _("{figure} lies within"), 1: _("{figure} lies above"), -1: _("{figure} lies below")}[
        _side(point[1], one)
    ]
    if judged > 1:
        how = _("{confidence}% prediction interval by a straight line through the latest {n} figures before, "
                "so that {shared:.0%} hold for all {judged} together")  # fmt: skip
    else:
        how = _("{confidence}% prediction interval by a straight line through the latest {n} figures before")
    how = how.format(confidence=f"{100 * confidence:.3g}", n=len(used), shared=CONFIDENCE, judged=judged)
    return Step(_("Expected for {period}").format(period=words.period_of(point[0])), case.between(one.lower, one.upper),
                f"{how}; {where.format(figure=case.figure(point[1]))}")  # fmt: skip


def _side(value: float, expected: Expected) -> int:
    """+1 strictly above, -1 strictly below, 0 within."""
    return (value > expected.upper) - (value < expected.lower)


def _outside_said(case: _Case, used: Sequence[Point], outside: Sequence[tuple[Point, Expected]], judged: int) -> str:
    """FY2019 (45.2%) lies below the 46.1% to 52.0% that FY2010 to FY2018 lead to expect."""
    if len(outside) == 1:
        (period, value), one = outside[0]
        said = {
            (True, False): _("{period} ({figure}) lies above the {between} that {span} lead to expect"),
            (False, False): _("{period} ({figure}) lies below the {between} that {span} lead to expect"),
            (True, True): _(
                "{period} ({figure}), alone of {n} figures since, lies above the {between} that {span} lead to expect"
            ),
            (False, True): _(
                "{period} ({figure}), alone of {n} figures since, lies below the {between} that {span} lead to expect"
            ),
        }[_side(value, one) > 0, judged > 1]
        return said.format(period=words.period_of(period), figure=case.figure(value), n=judged, span=_span(used),
                           between=case.between(one.lower, one.upper))  # fmt: skip
    above, below = (
        [words.period_of(period) for (period, value), one in outside if _side(value, one) == sign] for sign in (1, -1)
    )
    if not below:
        said = _("{above} lie above what {span} lead to expect")
    elif not above:
        said = _("{below} lie below what {span} lead to expect")
    else:
        said = {
            (False, False): _("{above} lies above and {below} lies below what {span} lead to expect"),
            (True, False): _("{above} lie above and {below} lies below what {span} lead to expect"),
            (False, True): _("{above} lies above and {below} lie below what {span} lead to expect"),
            (True, True): _("{above} lie above and {below} lie below what {span} lead to expect"),
        }[len(above) > 1, len(below) > 1]
    return said.format(above=words.listed(above), below=words.listed(below), span=_span(used))
