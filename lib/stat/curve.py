"""On the trend, and Turn the curve: what was done about an indicator, on which day, and what the number did since.

Pure: follow-ups, strategies and an assessment in, marks and sentences out. Nothing here says that something caused a change.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from lib import words
from lib.assessment import Assessment, Figure
from lib.cycle import Colour, FollowUp, Strategy, newest_first_overdue
from lib.language import _, later, n_
from lib.methods.before_after import BeforeAfter, Verdict, before_and_after
from lib.model import PeriodKind, Step

FOLLOW_UP = later("follow-up")
LETTERS = 22  # of a name in the chart: on a phone, a longer one would not fit beside its line
NEAR = 0.03  # of the drawn time: marks closer than this are one, since their lines could not be told apart
LONG_BEFORE = 1 / 3  # of the figures' time: what was done longer before the first figure would squeeze them to the right

Stretch = tuple[date, date, float, float]  # start, end, lower, upper


@dataclass(frozen=True)
class Deed:
    """Something that was done about an indicator, with the day that it stands at on the trend."""

    id: str
    kind: str  # "follow-up", or the kind of a strategy
    name: str
    agency: str
    owner: str  # "" where it is not to be told, or there is none
    on: date
    which: str  # which day this is, and why not another
    example: bool


@dataclass(frozen=True)
class Mark:
    """A line on the chart: one deed, or several of nearly the same day, at the latest of their days."""

    on: date
    words: str
    deeds: tuple[Deed, ...]


@dataclass(frozen=True)
class Forecast:
    """What comes if nothing changes. `rows`: by which day, most likely, and from where to where; () where none can be made."""

    sentence: str
    rows: tuple[tuple[str, str, str], ...]
    steps: tuple[Step, ...]


# Who sees what, and on which day it was done


def seen_by(several: Iterable[FollowUp], *, staff: bool) -> list[FollowUp]:
    """All for staff; for residents those marked as public, without what is made up."""
    return [one for one in several if staff or (one.public and not one.example)]


def day_of(one: FollowUp, *, today: date, timezone: str) -> tuple[date, str]:
    """The day that a follow-up stands at, and why this one. A day that is still to come shows nothing, as in its status."""
    if one.colour(today) is Colour.GREEN:
        return one.done_on, _("done that day, with evidence")
    if one.begun_on and one.begun_on <= today:
        return one.begun_on, _("begun that day, not done yet")
    made = datetime.fromisoformat(one.created_at).astimezone(ZoneInfo(timezone)).date()
    return made, _("promised that day, not begun yet")


def deeds_of(
    indicator: str, follow_ups: Iterable[FollowUp], strategies: Iterable[Strategy], *, today: date, timezone: str, staff: bool, owners: bool
) -> tuple[Deed, ...]:
    """What was done about an indicator, the latest first. A strategy of which nobody knows since when is not among it.

    For residents (`staff` is False) without what is not public and what is made up, and with owners only where `owners` allows it.
    """
    found = []
    for one in seen_by((one for one in follow_ups if one.indicator == indicator), staff=staff):
        on, which = day_of(one, today=today, timezone=timezone)
        found.append(Deed(one.id, FOLLOW_UP, one.action, one.agency, one.owner if staff or owners else "", on, which, one.example))
    for one in strategies:
        if one.indicator == indicator and one.started and (staff or not one.example):
            which = _("began that day") if one.started <= today else _("is to begin that day")
            found.append(Deed(one.id, one.kind, one.name, one.agency, "", one.started, which, one.example))
    return tuple(sorted(found, key=lambda one: (one.on, one.id), reverse=True))


def still_open(several: Iterable[FollowUp], *, indicators: Collection[str], measures: Collection[str], today: date, staff: bool) -> list[FollowUp]:
    """Follow-ups of these indicators, or of what stands for them by neighborhood, that are not done: overdue first."""
    about = [one for one in seen_by(several, staff=staff) if one.indicator in indicators or (not one.indicator and one.measure in measures)]
    return newest_first_overdue([one for one in about if one.colour(today) is not Colour.GREEN], today)


# Marks


def shortened(name: str, most: int = LETTERS) -> str:
    """The name's first words, at most so many letters: Send the list of…"""
    plain = " ".join(name.split())
    if len(plain) <= most:
        return plain
    head = plain[:most]
    return (head.rpartition(" ")[0] or head[:-1]).rstrip(" ,;:.") + "…"


def label(one: Deed) -> str:
    """What stands beside its line."""
    return _("Example: {name}").format(name=shortened(one.name)) if one.example else shortened(one.name)


def options(deeds: Sequence[Deed]) -> dict[str, str]:
    """By id what a reader may pick, each told apart from the others: the address has these words."""
    example = _("Example: {name}")
    told = {
        one.id: f"{example.format(name=shortened(one.name, 48)) if one.example else shortened(one.name, 48)}, {words.day(one.on)}" for one in deeds
    }
    seen: Counter[str] = Counter()
    for key, said in told.items():
        seen[said] += 1
        if seen[said] > 1:
            told[key] = f"{said} ({seen[said]})"
    return told


def span(one: Assessment, deeds: Sequence[Deed]) -> tuple[date, date] | None:
    """The time that the chart draws: from the first figure to the latest figure, target or deed. None without any figure."""
    times = [figure.period.end for figure in one.figures]
    if not times:
        return None
    ahead = [one.asked.end] if one.asked else []
    return times[0], max([*times, *ahead, *(deed.on for deed in deeds)])


def drawable(one: Assessment, deeds: Sequence[Deed]) -> list[Deed]:
    """Those that fit on the chart: all but those of long before the first figure."""
    drawn = span(one, ())
    if drawn is None:
        return list(deeds)
    first, last = drawn
    return [deed for deed in deeds if (first - deed.on).days <= LONG_BEFORE * (last - first).days]


def marks(one: Assessment, deeds: Sequence[Deed], *, near: float = NEAR) -> tuple[Mark, ...]:
    """One mark a deed, in the order of time; those nearer to the first of a few than `near` of the drawn time are one."""
    drawn = span(one, deeds)
    days = near * (drawn[1] - drawn[0]).days if drawn else 0
    groups: list[list[Deed]] = []
    for deed in sorted(deeds, key=lambda one: (one.on, one.id)):
        if groups and (deed.on - groups[-1][0].on).days <= days:
            groups[-1].append(deed)
        else:
            groups.append([deed])
    return tuple(Mark(several[-1].on, label(several[0]) if len(several) == 1 else _counted(several), tuple(several)) for several in groups)


def _counted(several: Sequence[Deed]) -> str:
    """3 follow-ups; 2 follow-ups and 1 strategy; 2 follow-ups (examples); 3 follow-ups (2 are examples)."""
    kinds = Counter(one.kind for one in several)
    said = words.listed([_count_of(kind, count) for kind, count in kinds.items()])
    made_up = sum(one.example for one in several)
    if not made_up:
        return said
    if made_up == len(several):
        return _("{deeds} (examples)").format(deeds=said)
    return n_("{deeds} ({n} is an example)", "{deeds} ({n} are examples)", made_up).format(deeds=said, n=made_up)


def _count_of(kind: str, count: int) -> str:
    """2 follow-ups, 1 strategy."""
    match kind:
        case "follow-up":
            return words.count_of(count, "follow-up", "follow-ups")
        case "strategy":
            return words.count_of(count, "strategy", "strategies")
        case "project":
            return words.count_of(count, "project", "projects")
        case "program":
            return words.count_of(count, "program", "programs")
        case "pilot":
            return words.count_of(count, "pilot", "pilots")
        case _:
            return words.count_of(count, kind)


# What the number did


def effect(one: Assessment, on: date) -> BeforeAfter:
    """Whether the indicator's own series changed after the day `on`, in a sentence, with its arithmetic."""
    if one.series is None:
        return BeforeAfter(Verdict.CANNOT_TELL, _("Cannot tell: no figure measures this indicator itself."), (), 0, 0, ())
    own = _figures(one)
    return before_and_after(
        [figure.period for figure in own],
        [figure.value for figure in own],
        on=on,
        improves_when=one.indicator.improves_when,
        independent=one.series.independent,
        overdispersed=one.series.overdispersed,
        decimals=one.decimals,
        unit=one.unit,
    )


def _figures(one: Assessment) -> list[Figure]:
    """Without the places where time passed without a figure: those have no label."""
    return [figure for figure in one.figures if figure.period.label]


def figures_beside(one: Assessment, on: date) -> str:
    """The last figure before the day and the latest since: Before: 13,998 (FY2023). Since: 12,599 (FY2025)."""
    known = [figure for figure in _figures(one) if not math.isnan(figure.value)]

    def said(several: Sequence[Figure]) -> str:
        if not several:
            return _("no figure")
        return f"{words.figure(several[-1].value, one.decimals, one.unit)} ({words.period_of(several[-1].period)})"

    before = said([figure for figure in known if figure.period.end < on])
    after = [figure for figure in known if figure.period.start >= on]
    if not after:
        return _("Before: {before}. Since: no figure yet.").format(before=before)
    return _("Before: {before}. Since: {since}.").format(before=before, since=said(after))


def stretches(one: Assessment, found: BeforeAfter) -> tuple[Stretch, ...]:
    """What was usual before, as it is drawn. Where no figure was ever below zero, neither is what is drawn."""
    least = 0.0 if all(not figure.value < 0 for figure in one.figures) else -math.inf
    return tuple((part.start, part.end, max(part.lower, least), max(part.upper, least)) for part in found.limits)


# If nothing changes


def forecast(one: Assessment) -> Forecast:
    """The projection's sentence and its years, or in plain words why there is none."""
    if one.projection is None:
        return Forecast(_("No forecast can be made: {reason}.").format(reason=_why_none(one)), (), ())
    if not one.projection.band:
        none = _("No forecast can be made: {reason}.").format(reason=one.projection.reason)
        return Forecast(none if one.projection.reason else one.projection.sentence, (), one.projection.steps)

    def said(value: float) -> str:
        return words.figure(value, one.decimals, one.unit)

    rows = tuple((words.day(day), said(middle), _("{low} to {high}").format(low=said(low), high=said(high))) for day, low, middle, high in one.projection.band[1:])
    return Forecast(one.projection.sentence, rows, one.projection.steps)


def _why_none(one: Assessment) -> str:
    if one.series is None:
        return _("no figure measures this indicator itself")
    if one.latest is None:
        return _("there is no figure yet")
    if one.series.kind in (PeriodKind.MONTH, PeriodKind.QUARTER):
        return _("a straight line is drawn on by year only, and these figures come by month or quarter, with their seasons")
    latest = words.period_of(one.latest.period)
    if not one.indicator.collected:
        return _("it is not collected any more; its last figure is of {period}").format(period=latest)
    return _("its latest figure, of {period}, is too old to go on from").format(period=latest)
