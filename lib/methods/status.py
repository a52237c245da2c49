"""How an indicator stands against its target: a straight line from baseline to target, and a guard against noise.

The change so far is held against the change that a straight line from the baseline to the target asks for by now. Growth
ratios are not used: they depend on whether a share or its complement is counted, and break at a target of zero. A verdict
about speed is given only where the change is larger than what could be chance. Once the time of a target is over, the figure
of its own period decides, and no later one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from lib import words
from lib.language import _
from lib.methods.periods import months_later, years_between
from lib.model import Direction, Period, Status, Step

MOST_DECIMALS = 6
ROUNDING = 1e-9  # so that exactly 95 % of the pace, computed in floating point, is still 95 %


@dataclass(frozen=True)
class Point:
    """A figure: its period, its value and, where the counts behind it are known, its standard error."""

    period: Period
    value: float
    se: float | None = None


@dataclass(frozen=True)
class Bands:
    """The thresholds; a city sets its own in config.toml."""

    on_track: float = 0.95  # share of the pace asked for: Eurostat, Statistics Canada
    far_behind: float = 0.60
    too_early: float = 0.20  # share of the time to the target: our choice
    significance_z: float = 1.96
    detectable_share: float = 0.10  # Healthy People 2020 and 2030, where no standard error is known
    stale_intervals: float = 2.0


@dataclass(frozen=True)
class StatusAnswer:
    """A status with its reason. `held` is set for `maintain` only; `under_stale` is the verdict that an old figure, or
    the end of collection, put aside. Shares (progress, elapsed, pace) are of 1, None where they were not needed."""

    status: Status
    sentence: str
    steps: tuple[Step, ...] = ()
    held: bool | None = None
    under_stale: Status | None = None
    progress: float | None = None
    elapsed: float | None = None
    pace: float | None = None
    expected_now: float | None = None


VERDICTS = frozenset({
    Status.MET, Status.MISSED, Status.ON_TRACK, Status.BEHIND, Status.FAR_BEHIND, Status.GETTING_WORSE, Status.SLIPPED,
    Status.NO_DETECTABLE_CHANGE, Status.TOO_EARLY, Status.MAINTAIN,
})  # fmt: skip


def target_status(
    *,
    improves_when: Direction,
    baseline: Point | None,
    latest: Point | None,
    number_of_points: int,
    target_value: float | None,
    target_range: tuple[float, float] | None,
    target_period: Period | None,
    collected: bool,
    as_of: date,
    interval_years: float,
    decimals: int,
    unit: str,
    asked: Period | None = None,
    then: Point | None = None,
    bands: Bands = Bands(),
) -> StatusAnswer:
    """The status of an indicator on the day `as_of`.

    `asked` is the period of the series that the target is about, where that is not `target_period` itself: 2013 for a
    fiscal-year target FY2014 in a series of calendar years. `then` is the figure of that period, `latest` the newest of all.

    The rules are asked in order: not collected any more; no target; not enough data (fewer than two points, or no figure
    later than the baseline, or the target's period went by without a figure); maintain (target equals baseline); met; missed
    (the target's time is over); slipped below target (the baseline had already reached it); too early; getting worse or no
    detectable change; then the pace. When the latest figure is of the target's period or later, `then` decides, else the
    latest. When only the calendar has passed the target's period, its figure is awaited and the latest still decides. A
    verdict on a figure that is older than `stale_intervals` reporting intervals becomes stale. A missing value (None or
    NaN) counts as no point. Methods: linear pace after Eurostat and Statistics Canada, detectability after Healthy People.

    Example: from 84 to a target of 93, exactly half way in time and at 88.5: a pace of 1.00, on track.
    """
    baseline, latest, then = _known(baseline), _known(latest), _known(then)
    if target_period is None or (_missing(target_value) and target_range is None):
        answer = _no_target(latest, _Wording(decimals, unit))
    else:
        aim = _Aim(improves_when, target_value, target_range, target_period, asked or target_period)
        say = _Wording(decimals, unit).telling_apart(aim, [one.value for one in (latest, then) if one is not None])
        answer = _verdict(aim, baseline, latest, then, number_of_points, as_of, bands, say)
    say = _Wording(decimals, unit)
    if not collected:
        known = [_("The last figure is {figure}.").format(figure=say(latest))] if latest else []
        return replace(answer, status=Status.NOT_COLLECTED, under_stale=answer.status, held=None,
                       sentence=" ".join([_("The City no longer collects this."), *known]))  # fmt: skip
    if answer.status in VERDICTS and latest is not None and is_old(latest.period, interval_years, as_of, bands):
        return _stale(answer, latest, bands, years_between(latest.period.end, as_of) / interval_years, say)
    return answer


def is_old(period: Period, interval_years: float, as_of: date, bands: Bands = Bands()) -> bool:
    """Whether more than `stale_intervals` reporting intervals have passed since the period's last day."""
    return as_of > months_later(period.end, round(12 * bands.stale_intervals * interval_years))


def _no_target(latest: Point | None, say: _Wording) -> StatusAnswer:
    known = _("The latest figure is {figure}.").format(figure=say(latest)) if latest else _("No figure measures it yet.")
    return StatusAnswer(Status.NO_TARGET, f"{_('No target is set.')} {known}")


def _verdict(
    aim: _Aim, baseline: Point | None, latest: Point | None, then: Point | None, number_of_points: int, as_of: date,
    bands: Bands, say: _Wording,
) -> StatusAnswer:  # fmt: skip
    if latest is None or baseline is None or number_of_points < 2 or latest.period.end <= baseline.period.end:
        return StatusAnswer(Status.NOT_ENOUGH_DATA, _too_little(baseline, latest, aim, say))
    steps = _first_steps(aim, baseline, latest, say)
    if latest.period.end >= aim.asked.end:
        then = latest if latest.period.end == aim.asked.end else then
        return _when_over(aim, baseline, latest, then, steps, say)
    b, v = aim.scaled(baseline.value), aim.scaled(latest.value)
    awaited = [_("The figure for {when} is awaited.").format(when=aim.when)] if as_of > aim.asked.end else []
    if aim.is_to_maintain(b):
        answer = _maintained(aim, latest, steps, say)
    elif aim.reached(v):
        said = _("The target of {target} for {when} is met: {figure}.").format(target=aim.words(say), when=aim.when, figure=say(latest))
        answer = StatusAnswer(Status.MET, said, steps)
    elif aim.reached(b):
        said = _("The target of {target} had been reached in {period} and is not any more: {figure}.")
        answer = StatusAnswer(
            Status.SLIPPED,
            said.format(target=aim.words(say), period=words.period_of(baseline.period), figure=say(latest)),
            steps,
        )
    else:
        answer = _on_the_way(aim, baseline, latest, b, v, bands, say, steps)
    return replace(answer, sentence=" ".join([answer.sentence, *awaited]))


def _when_over(
    aim: _Aim, baseline: Point, latest: Point, then: Point | None, steps: tuple[Step, ...], say: _Wording
) -> StatusAnswer:
    """The verdict once figures reach the target's period: by the figure of that period, with a word where the newest differs."""
    if then is None:
        said = _("There is no figure for {when}, the time of the target of {target}, so it cannot be told whether it was met. "
                 "The latest figure is {figure}.")  # fmt: skip
        return StatusAnswer(Status.NOT_ENOUGH_DATA, said.format(when=aim.when, target=aim.words(say), figure=say(latest)), steps)
    reached, reached_now = aim.reached(aim.scaled(then.value)), aim.reached(aim.scaled(latest.value))
    if then is not latest:
        about = _("{period}, the period that the target is about").format(period=words.period_of(then.period))
        steps += (Step(_("Then"), say.value(then.value), about),)
    if aim.is_to_maintain(aim.scaled(baseline.value)):
        answer = _maintained(aim, then, steps, say)
    elif reached:
        said = _("The target of {target} for {when} was met: {figure}.").format(target=aim.words(say), when=aim.when, figure=say(then))
        answer = StatusAnswer(Status.MET, said, steps)
    else:
        said = _("{figure} missed the target of {target} for {when}.").format(figure=say(then), target=aim.words(say), when=aim.when)
        answer = StatusAnswer(Status.MISSED, said, steps)
    if reached == reached_now:
        return answer
    since = _("The newest figure reaches it: {figure}.") if reached_now else _("The newest figure does not reach it any more: {figure}.")
    return replace(answer, sentence=f"{answer.sentence} {since.format(figure=say(latest))}")


def _maintained(aim: _Aim, figure: Point, steps: tuple[Step, ...], say: _Wording) -> StatusAnswer:
    held = aim.reached(aim.scaled(figure.value))
    if held:
        said = _("The value of {target} is to be maintained; it is held: {figure}.")
    else:
        said = _("The value of {target} is to be maintained; it is not held: {figure}.")
    return StatusAnswer(Status.MAINTAIN, said.format(target=aim.words(say), figure=say(figure)), steps, held=held)


def _on_the_way(
    aim: _Aim, baseline: Point, latest: Point, b: float, v: float, bands: Bands, say: _Wording, steps: tuple[Step, ...]
) -> StatusAnswer:
    elapsed = years_between(baseline.period.end, latest.period.end) / years_between(baseline.period.end, aim.asked.end)
    progress = (v - b) / (aim.goal - b)
    expected = None if aim.is_range else baseline.value + elapsed * (aim.goal - baseline.value)
    numbers = {"progress": progress, "elapsed": elapsed, "pace": progress / elapsed, "expected_now": expected}
    steps += (
        Step(_("Time used"), f"{elapsed:.0%}", _("from {first} to {last}, of the time to {when}").format(
             first=words.period_of(baseline.period), last=words.period_of(latest.period), when=aim.when)),
        Step(_("Way covered"), f"{progress:.0%}", _("change since the baseline, divided by the change that the target asks for")),
    )  # fmt: skip
    crossed = aim.crossing(baseline.value, latest.value)
    from_to = (crossed or _("From {first} to {last}")).format(first=say(baseline), last=say(latest))
    target = {"target": aim.words(say), "when": aim.when}
    if elapsed < bands.too_early - ROUNDING:
        said = _("{from_to}: only {elapsed:.0%} of the time to {when} has passed.")
        return StatusAnswer(Status.TOO_EARLY, said.format(from_to=from_to, elapsed=elapsed, when=aim.when), steps, **numbers)
    needed, how, more_than = _least_detectable(aim, baseline, latest, b, v, bands)
    steps += (Step(_("Smallest change that counts"), say.amount(needed), how),)
    detectable = abs(v - b) > needed if more_than else abs(v - b) >= needed - ROUNDING
    if not detectable:
        if crossed:
            said = _("{from_to}: about as far outside as before. The target is {target} by {when}.")
        else:
            said = _("{from_to}: too small a change to be told from chance. The target is {target} by {when}.")
        return StatusAnswer(Status.NO_DETECTABLE_CHANGE, said.format(from_to=from_to, **target), steps, **numbers)
    if progress < 0:
        if crossed:
            said = _("{from_to}: further outside than before. The target is {target} by {when}.")
        else:
            said = _("{from_to}: away from the target of {target}.")
        return StatusAnswer(Status.GETTING_WORSE, said.format(from_to=from_to, **target), steps, **numbers)
    pace = progress / elapsed
    how = _("way covered divided by time used; on track from {on_track:g}, far behind below {far_behind:g}")
    steps += (Step(_("Pace"), f"{pace:.2f}", how.format(on_track=bands.on_track, far_behind=bands.far_behind)),)
    if expected is None:
        said = _("{from_to}. The target is {target} by {when}.").format(from_to=from_to, **target)
    else:
        said = _("{from_to}. The straight line to {target} by {when} asks for {expected} by now.")
        said = said.format(from_to=from_to, expected=say.value(expected), **target)
    return StatusAnswer(_by_pace(pace, bands), said, steps, **numbers)


def _by_pace(pace: float, bands: Bands) -> Status:
    if pace >= bands.on_track - ROUNDING:
        return Status.ON_TRACK
    return Status.BEHIND if pace >= bands.far_behind - ROUNDING else Status.FAR_BEHIND


def _least_detectable(aim: _Aim, baseline: Point, latest: Point, b: float, v: float, bands: Bands) -> tuple[float, str, bool]:
    """The change below which it could be chance, how that was found, and whether a change has to be larger to count, or may be as large."""
    if not _missing(baseline.se) and not _missing(latest.se):
        both = math.hypot(baseline.se, latest.se)
        return bands.significance_z * both, _("{number:g} standard errors of the difference").format(number=bands.significance_z), True
    targeted = bands.detectable_share * abs(aim.goal - b)
    toward = (v - b) * (aim.goal - b) >= 0
    if toward or aim.is_range or baseline.value == 0:  # of a baseline of zero, ten percent would be nothing
        return targeted, _("{share:.0%} of the change that the target asks for").format(share=bands.detectable_share), False
    how = _("{share:.0%} of the baseline, for a change away from the target").format(share=bands.detectable_share)
    return bands.detectable_share * abs(baseline.value), how, False


def _stale(answer: StatusAnswer, latest: Point, bands: Bands, age: float, say: _Wording) -> StatusAnswer:
    limit = _("stale after {number:g} reporting intervals").format(number=bands.stale_intervals)
    step = Step(_("Age of the latest figure"), _("{age:.1f} intervals").format(age=age), limit)
    read = f"{answer.sentence[:1].lower() if not answer.sentence[:2].isupper() else answer.sentence[:1]}{answer.sentence[1:]}"
    said = _("The last figure is from {period}, too old for a verdict. It read: {verdict}")
    return replace(answer, status=Status.STALE, under_stale=answer.status, held=None, steps=(*answer.steps, step),
                   sentence=said.format(period=words.period_of(latest.period), verdict=read))  # fmt: skip


def _too_little(baseline: Point | None, latest: Point | None, aim: _Aim, say: _Wording) -> str:
    if latest is None:
        return _("There is no figure to hold against the target.")
    if baseline is None or latest.period.end <= baseline.period.end:
        return _("No figure is later than the baseline: {figure}. The target is for {when}.").format(figure=say(latest), when=aim.when)
    return _("One figure alone says nothing about a change: {figure}.").format(figure=say(latest))


def _first_steps(aim: _Aim, baseline: Point, latest: Point, say: _Wording) -> tuple[Step, ...]:
    by = _("by {when}") if aim.asked == aim.period else _("by {when}, which asks about {period}")
    return (
        Step(_("Baseline"), say.value(baseline.value), words.period_of(baseline.period)),
        Step(_("Latest"), say.value(latest.value), words.period_of(latest.period)),
        Step(_("Target"), aim.words(say), by.format(when=aim.when, period=words.period_of(aim.asked))),
    )


@dataclass(frozen=True)
class _Aim:
    """The target, on a scale on which lower or higher is better; a range becomes the distance outside of it."""

    improves_when: Direction
    value: float | None
    range: tuple[float, float] | None
    period: Period  # as it was set
    asked: Period  # of the series, that it is about

    @property
    def when(self) -> str:
        return words.period_of(self.period)

    @property
    def is_range(self) -> bool:
        return self.range is not None

    @property
    def goal(self) -> float:
        return 0.0 if self.is_range else self.value

    def scaled(self, value: float) -> float:
        if self.range is None:
            return value
        low, high = self.range
        return max(low - value, value - high, 0.0)

    def reached(self, scaled: float) -> bool:
        if self.is_range or self.improves_when is Direction.FALLS:
            return scaled <= self.goal + ROUNDING
        return scaled >= self.goal - ROUNDING

    def is_to_maintain(self, scaled_baseline: float) -> bool:
        return math.isclose(scaled_baseline, self.goal, rel_tol=0, abs_tol=ROUNDING)

    def crossing(self, before: float, now: float) -> str:
        """Where a figure went from one side of the range to the other, a sentence's beginning with {first} and {last}; "" else."""
        if self.range is None or (before < self.range[0]) == (now < self.range[0]) or (before > self.range[1]) == (now > self.range[1]):
            return ""
        if now > before:
            return _("From {first} to {last}, from below the range to above it")
        return _("From {first} to {last}, from above the range to below it")

    def words(self, say: _Wording) -> str:
        if self.range is not None:
            return _("{low} to {high}").format(low=say.value(self.range[0]), high=say.value(self.range[1]))
        return say.value(self.value)


@dataclass(frozen=True)
class _Wording:
    decimals: int
    unit: str

    def telling_apart(self, aim: _Aim, values: Sequence[float]) -> _Wording:
        """With as many more decimals as it takes that no figure short of the target, or past it, reads the same as the target."""
        edges = aim.range or (aim.value,)
        pairs = [(value, edge) for value in values for edge in edges if not math.isclose(value, edge, rel_tol=0, abs_tol=ROUNDING)]
        for decimals in range(self.decimals, MOST_DECIMALS):
            if all(words.figure(value, decimals) != words.figure(edge, decimals) for value, edge in pairs):
                return replace(self, decimals=decimals)
        return replace(self, decimals=max(self.decimals, MOST_DECIMALS))

    def value(self, value: float) -> str:
        return words.figure(value, self.decimals, self.unit)

    def amount(self, value: float) -> str:
        """A difference: one more decimal, so that a small one does not read as zero."""
        return words.figure(value, self.decimals + 1, "")

    def __call__(self, point: Point) -> str:
        return f"{self.value(point.value)} ({words.period_of(point.period)})"


def _known(point: Point | None) -> Point | None:
    return None if point is None or _missing(point.value) else point


def _missing(value: float | None) -> bool:
    return value is None or math.isnan(value)


def status_rules(bands: Bands) -> dict[Status, str]:
    """When each status is given, in a sentence, with the thresholds filled in."""
    return {
        Status.MET: _("The latest figure has reached the target or, where its time is over, the figure for that time had."),
        Status.ON_TRACK: _("It has covered at least {share:.0%} of the way that a straight line from the baseline to the target asks for by now.").format(share=bands.on_track),
        Status.BEHIND: _("It moves toward the target, but has covered only {least:.0%} to {most:.0%} of the way asked for by now.").format(least=bands.far_behind, most=bands.on_track),
        Status.FAR_BEHIND: _("It moves toward the target, but has covered less than {share:.0%} of the way asked for by now.").format(share=bands.far_behind),
        Status.GETTING_WORSE: _("It moves away from the target, by more than could be chance."),
        Status.SLIPPED: _("The target had been reached before and is not any more."),
        Status.MISSED: _("The time of the target is over and the figure for that time had not reached it."),
        Status.MAINTAIN: _("The target is to keep the value of the baseline; it says whether it is held."),
        Status.NO_DETECTABLE_CHANGE: _("The change since the baseline is too small to be told from chance. It is within "
                                       "{number:g} standard errors. Where those are not known, it is under {share:.0%} of"
                                       " the change asked for; if it got worse, of the baseline.").format(number=bands.significance_z, share=bands.detectable_share),
        Status.TOO_EARLY: _("Less than {share:.0%} of the time from the baseline to the target has passed.").format(share=bands.too_early),
        Status.NO_TARGET: _("Nobody has set a target that could be found."),
        Status.NOT_ENOUGH_DATA: _("There are fewer than two figures. Or none is later than the baseline. Or there is none for the time"
                                  " of the target, though it is over."),
        Status.STALE: _("The latest figure is older than {number:g} times the usual time between two figures, so no verdict is given.").format(number=bands.stale_intervals),
        Status.NOT_COLLECTED: _("The figure is not collected any more."),
    }  # fmt: skip
