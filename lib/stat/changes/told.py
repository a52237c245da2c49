"""A change as it is told, and what all kinds of changes share: names, days, values."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from lib import words
from lib.feed import Entry
from lib.language import _, later, n_
from lib.model import Framework, Indicator, NeighborhoodMeasure, Series
from lib.store.changes import AREA, FigureChange


class Kind(StrEnum):
    """What a change is about. The value is the heading that the reader sees."""

    FIGURE = later("Figures")
    TARGET = later("Targets")
    DEFINITION = later("Definitions")
    PUBLISHED = later("Published")
    MEETING = later("Meetings and their papers")
    PROMISE = later("Promises")
    ANSWER = later("Letters answered")


@dataclass(frozen=True)
class Change:
    """One thing that changed. `key` names it for good; `page` and `id` are where it is shown."""

    key: str
    kind: Kind
    on: str  # the day, or as much of one as is known: "2026", "2026-11", "2026-11-03"
    title: str
    detail: str
    page: str = ""
    id: str = ""


@dataclass(frozen=True)
class Places:
    """What ids are called."""

    framework: Framework
    measures: Mapping[str, NeighborhoodMeasure]
    areas: Mapping[str, str]
    geographies: Mapping[str, str]

    def subject(self, one: FigureChange) -> Indicator | NeighborhoodMeasure | None:
        if one.of == AREA:
            return self.measures.get(one.subject)
        return next((found for found in self.framework.indicators if found.id == one.subject), None)


def day_in(moment: str, timezone: str) -> date:
    """The day on the city's clock of a time of the store."""
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(timezone)).date()


def moment_of(day: date, timezone: str) -> str:
    """The first moment of a day on the city's clock, as the store writes times."""
    return (
        datetime.combine(day, time(), ZoneInfo(timezone))
        .astimezone(ZoneInfo("UTC"))
        .strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        + "Z"
    )


def digest(said: object) -> str:
    """A short name of something longer, the same for the same: what a feed's entry is known by."""
    return hashlib.sha256(repr(said).encode()).hexdigest()[:12]


def newest_first(several: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(several, key=lambda one: (one.on, one.key), reverse=True))


def in_short(several: Sequence[Change], since: date) -> str:
    """Since Aug 27, 2026: 3 changes in figures, 1 in meetings."""
    if not several:
        return _("Nothing that this site keeps a date of has changed since {day}.").format(day=words.day(since))
    told = [n_("{n} change", "{n} changes", len(several)).format(n=words.figure(len(several), 0))]
    counts = [
        f"{_(str(kind))} {sum(one.kind is kind for one in several)}"
        for kind in Kind
        if any(one.kind is kind for one in several)
    ]
    return _("Since {day}: {n}. {counts}.").format(day=words.day(since), n=told[0], counts=", ".join(counts))


def series_of(subject: Indicator | NeighborhoodMeasure, key: str) -> Series | None:
    return next((one for one in subject.series if one.id == key), None)


def value_of(value: float, missing: str, series: Series | None) -> str:
    decimals, unit = (series.decimals, series.unit) if series else (1, "")
    said = words.figure(value, decimals, unit, missing=_(missing) or _("not reported"))
    return said if math.isnan(value) else f"{said} {words.unit_beside(unit)}".strip()


# As a feed


def entries(several: Iterable[Change], *, timezone: str, address: str = "") -> list[Entry]:
    """The changes for `lib.feed.atom`. `address` is where the site is, with its slash; "" = entries without links.

    A change of which only the month or the year is known stands at its first day.
    """
    zone = ZoneInfo(timezone)
    return [
        Entry(
            one.key,
            f"{_(str(one.kind))}: {one.title}",
            datetime.combine(_first_day(one.on), time(12), zone),
            one.detail,
            f"{address}{one.page}" if address and one.page else "",
        )
        for one in several
    ]


def _first_day(partial: str) -> date:
    return date.fromisoformat(f"{partial}-01-01"[:10] if len(partial) == 4 else f"{partial}-01"[:10])
