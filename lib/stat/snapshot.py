"""Frozen numbers: what a meeting sees, as it was on the day of its release; and what was revised or came late since.

The snapshot keeps the answers whole, so that the pages and papers that draw them from the store draw them from it too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from pydantic import ConfigDict, TypeAdapter, ValidationError

from lib import words
from lib.assessment import Assessment, Figure
from lib.cycle import FollowUp, Meeting, Stat, Topic
from lib.errors import StoreDamaged
from lib.language import _
from lib.methods.inequality import Concentration
from lib.neighborhoods import Layer
from lib.stat.signal import RequestSignal

PERIODS = 2  # of what is published by area: the newest and the one before it


@dataclass(frozen=True)
class Frozen:
    """Everything that one meeting sees. NaN stays NaN."""

    __pydantic_config__ = ConfigDict(ser_json_inf_nan="strings")

    format: int
    on: date  # the day of the release
    release: str  # of the store
    stat: Stat
    meeting: Meeting
    topics: tuple[Topic, ...]  # those on the agenda, and those set aside with their reasons
    passed_over: tuple[tuple[str, str], ...]  # name of a stable subject, why
    assessments: tuple[Assessment, ...]
    layers: tuple[Layer, ...]
    concentrations: Mapping[str, Concentration]  # by measure
    areas: tuple[tuple[str, str], ...]  # id and name, in the order of the shapes
    follow_ups: tuple[FollowUp, ...]  # as they stood
    since: tuple[str, ...]  # what was revised or came late since the meeting before
    places: tuple[tuple[str, ...], ...] = ()  # of a place-based Stat: the table of the place finder, the head first
    requests: RequestSignal | None = None  # what residents ask its agencies for; None in older snapshots, and where there was nothing to count

    def assessment(self, indicator: str) -> Assessment | None:
        return next((one for one in self.assessments if one.indicator.id == indicator), None)

    def layer(self, measure: str) -> Layer | None:
        return next((one for one in self.layers if one.measure.id == measure), None)


@lru_cache(maxsize=1)
def _type() -> TypeAdapter[Frozen]:
    return TypeAdapter(Frozen)


def as_bytes(frozen: Frozen) -> bytes:
    """The snapshot as JSON, the same bytes for the same content."""
    return _type().dump_json(frozen)


def from_bytes(content: bytes) -> Frozen:
    """What was frozen. Raises StoreDamaged where it cannot be read."""
    try:
        return _type().validate_json(content, strict=False)
    except ValidationError as problem:
        raise StoreDamaged(_("The frozen numbers of this meeting cannot be read. Please tell the people who run this site."), detail=str(problem)) from problem


def short(layer: Layer) -> Layer:
    """A layer with its newest periods only."""
    kept = layer.periods[-PERIODS:]
    labels = {period.label for period in kept}
    return replace(layer, periods=kept, **{
        name: {label: value for label, value in getattr(layer, name).items() if label in labels} for name in ("figures", "city", "association")
    })  # fmt: skip


@dataclass(frozen=True)
class Since:
    """One thing that is different now from what a meeting saw."""

    indicator: str  # id of the indicator or measure
    kind: str  # "revised", "came late", "new", "taken back", "status"
    sentence: str


def since(frozen: Frozen, now: Sequence[Assessment], layers: Sequence[Layer] = ()) -> list[Since]:
    """What was revised, came late, is new or was taken back since the snapshot, for each subject that it holds."""
    current = {one.indicator.id: one for one in now}
    found: list[Since] = []
    for then in frozen.assessments:
        one = current.get(then.indicator.id)
        if one is None:
            found.append(Since(then.indicator.id, "taken back", _("{name} is not among the indicators any more.").format(name=then.indicator.name)))
        else:
            found += _of_indicator(then, one, frozen.on)
    by_measure = {layer.measure.id: layer for layer in layers}
    for layer in frozen.layers:
        if layer.measure.id in by_measure:
            found += _of_layer(layer, by_measure[layer.measure.id])
    order = ("revised", "taken back", "came late", "new", "status")
    return sorted(found, key=lambda one: order.index(one.kind))


def _of_indicator(then: Assessment, now: Assessment, day: date) -> list[Since]:
    key, name, found = then.indicator.id, then.indicator.name, []

    def say(value: float) -> str:
        return words.figure(value, now.decimals, now.unit)

    if then.series and (now.series is None or now.series.id != then.series.id):
        series = now.series.name if now.series else _("none")
        return [Since(key, "revised", _("{name} is measured by another series now: {series}.").format(name=name, series=series))]
    before, after = _known(then.figures), _known(now.figures)
    for label, figure in before.items():
        if label not in after:
            gone = _("{name}: the figure for {period}, {figure}, is not there any more.")
            found.append(Since(key, "taken back", gone.format(name=name, period=words.period_of(figure.period), figure=say(figure.value))))
        elif not math.isclose(after[label].value, figure.value, rel_tol=1e-12, abs_tol=1e-12):
            revised = _("{name}: {period} was {before} and is {after} now.")
            revised = revised.format(name=name, period=words.period_of(figure.period), before=say(figure.value), after=say(after[label].value))
            found.append(Since(key, "revised", revised))
    latest = max((figure.period for figure in before.values()), default=None)
    for label, figure in after.items():
        if label not in before:
            late = figure.period.end <= day and latest is not None and figure.period <= latest
            came = _("{name}: {period} came in, {figure}.").format(name=name, period=words.period_of(figure.period), figure=say(figure.value))
            found.append(Since(key, "came late" if late else "new", came))
    if then.status.status != now.status.status:
        other = _("{name} was “{before}” and is “{after}” now.")
        found.append(Since(key, "status", other.format(name=name, before=_(str(then.status.status)), after=_(str(now.status.status)))))
    return found


def _known(figures: Sequence[Figure]) -> dict[str, Figure]:
    return {one.period.label: one for one in figures if one.period.label and not math.isnan(one.value)}


def _of_layer(then: Layer, now: Layer) -> list[Since]:
    name, found = _("{name} by neighborhood").format(name=then.measure.name), []
    if then.series.id != now.series.id:
        return [Since(then.measure.id, "revised", _("{name} is measured by another series now: {series}.").format(name=name, series=now.series.name))]
    for period in then.periods:
        before = then.values(period.label)
        after = now.values(period.label) if period.label in now.figures else {}
        differ = sum(1 for area in before if area not in after or not math.isclose(after[area], before[area], rel_tol=1e-12, abs_tol=1e-12))
        if differ:
            changed = _("{name}: {figures} for {period} changed.")
            changed = changed.format(name=name, figures=words.count_of(differ, "figure", "figures"), period=words.period_of(period))
            found.append(Since(then.measure.id, "revised", changed))
    for period in now.periods:
        if then.periods and period > then.latest:
            found.append(Since(then.measure.id, "new", _("{name}: {period} came in.").format(name=name, period=words.period_of(period))))
    return found
