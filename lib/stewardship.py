"""Who answers for which figures, what of them is late, what their definitions lack, and what is to be done next.

Pure: the catalogue and the answers about its figures in, a list to work through out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median

from lib.assessment import Assessment
from lib.methods.due import DueAnswer, Standing, Unknown, months_between, months_borne_out, next_due
from lib.model import Indicator, MissingReason, NeighborhoodMeasure, Period, Source
from lib.neighborhoods import Layer


class Kind(StrEnum):
    INDICATOR = "indicator"
    MEASURE = "neighborhood measure"


class Do(StrEnum):
    """What a steward does next."""

    LOAD = "load"  # the figure that is late
    FIRST = "first"  # there is none yet
    SERIES = "series"  # none measures it
    FREQUENCY = "frequency"  # write how often it is published
    ASK = "ask"  # when the next one comes, for it has no rhythm that is known here
    FINAL = "final"  # the newest figure is provisional
    STEWARD = "steward"
    COMPLETE = "complete"  # write what else the definition lacks


def is_written(key: str) -> Callable[[object], bool]:
    """Whether that key of a definition says anything."""
    return lambda one: bool(getattr(one, key)) if key != "days_to_publish" else one.days_to_publish is not None


def _fields(*keys: str) -> dict[str, Callable[[object], bool]]:
    return {key: is_written(key) for key in keys}


# What a complete definition has, each with when it is there. The keys are those of the files in data/.
OF_AN_INDICATOR: Mapping[str, Callable[[Indicator], bool]] = _fields(
    "name", "definition", "formula", "unit", "improves_when", "why_it_matters", "frequency", "days_to_publish", "source", "reference", "owner", "steward",
    "headline", "expected_disaggregations", "neighborhood_note", "story", "confirmed",
) | {"target": lambda one: bool(one.targets)}  # fmt: skip
OF_A_MEASURE: Mapping[str, Callable[[NeighborhoodMeasure], bool]] = _fields(
    "name", "definition", "unit", "improves_when", "frequency", "days_to_publish", "source", "reference", "owner", "steward",
)  # fmt: skip
REVIEWED = "next_review"  # of an indicator: there while its day has not passed


@dataclass(frozen=True)
class Charge:
    """One indicator or measure as its steward sees it."""

    kind: Kind
    id: str
    name: str
    agency: str  # name; "" = nobody named
    steward: str  # "" = nobody named
    source: str
    last: Period | None  # the newest with a figure, or with a reason for which there will be none
    due: DueAnswer
    missing: tuple[str, ...]  # keys of its file that say nothing, or are out of date
    fields: int  # how many a complete definition has
    provisional: bool  # the newest figure is
    do: tuple[Do, ...]  # the most pressing first
    ended_because: str  # where it is not collected any more, as far as the catalogue says why

    @property
    def is_late(self) -> bool:
        return self.due.standing is Standing.LATE

    @property
    def is_complete(self) -> bool:
        return not self.missing


def of_indicator(one: Assessment, *, as_of: date, stale_intervals: float) -> Charge:
    """An indicator by its headline series in the city."""
    indicator = one.indicator
    reported = [figure for figure in one.figures if figure.period.label and not (math.isnan(figure.value) and figure.reason == MissingReason.NOT_REPORTED)]
    last = reported[-1] if reported else None
    months, unknown = months_between(indicator.frequency) if one.series else (None, Unknown.NO_SERIES)
    ended = last is not None and last.reason == MissingReason.NOT_COLLECTED
    missing = tuple(key for key, is_there in OF_AN_INDICATOR.items() if not is_there(indicator))
    if indicator.next_review < as_of:
        missing += (REVIEWED,)
    return _charge(
        Kind.INDICATOR, indicator, agency=indicator.owner, last=last.period if last else None, provisional=bool(last and last.provisional), missing=missing,
        fields=len(OF_AN_INDICATOR) + 1,
        due=next_due(last.period if last else None, months=months, unknown=unknown, days_to_publish=indicator.days_to_publish,
                     collected=indicator.collected and not ended, as_of=as_of, stale_intervals=stale_intervals),
    )  # fmt: skip


def of_measure(measure: NeighborhoodMeasure, layers: Sequence[Layer], *, agency: str = "", as_of: date, stale_intervals: float) -> Charge:
    """A measure by the newest of its series, the first of `layers`. `agency` is the owner of the indicator that it stands for, if any."""
    layer = layers[0] if layers else None
    reported = [period for period in layer.periods if _is_reported(layer, period)] if layer else []
    last = reported[-1] if reported else None
    ended = last is not None and all(one.reason == MissingReason.NOT_COLLECTED for one in layer.figures[last.label])
    months, unknown = months_between(measure.frequency)
    if not measure.frequency and layer:
        months, unknown = months_borne_out(reported, interval_years=layer.series.interval_years)
    return _charge(
        Kind.MEASURE, measure, agency=measure.owner or agency, last=last, provisional=False,
        missing=tuple(key for key, is_there in OF_A_MEASURE.items() if not is_there(measure)), fields=len(OF_A_MEASURE),
        due=next_due(last, months=months, unknown=unknown, days_to_publish=measure.days_to_publish, collected=measure.collected and not ended, as_of=as_of,
                     stale_intervals=stale_intervals),
    )  # fmt: skip


def _is_reported(layer: Layer, period: Period) -> bool:
    """Whether any area has a figure, or a reason for which there will be none."""
    return any(not math.isnan(one.value) or one.reason != MissingReason.NOT_REPORTED for one in layer.figures[period.label])


def _charge(
    kind: Kind, about: Indicator | NeighborhoodMeasure, *, agency: str, last: Period | None, due: DueAnswer, missing: tuple[str, ...], fields: int, provisional: bool
) -> Charge:
    to_do, ended_because = _to_do(due, missing, provisional), about.collected_note if due.standing is Standing.ENDED else ""
    return Charge(kind, about.id, about.name, agency, about.steward, about.source, last, due, missing, fields, provisional, to_do, ended_because)


def _to_do(due: DueAnswer, missing: Sequence[str], provisional: bool) -> tuple[Do, ...]:
    by_reason = {Unknown.NO_SERIES: Do.SERIES, Unknown.NO_FIGURE: Do.FIRST, Unknown.NO_FREQUENCY: Do.FREQUENCY, Unknown.IRREGULAR: Do.ASK}
    found = [Do.LOAD] if due.standing is Standing.LATE else [by_reason[due.unknown]] if due.unknown else []
    found += [Do.FINAL] if provisional else []
    found += [Do.STEWARD] if "steward" in missing else []
    said = {"steward"} | ({"frequency"} if Do.FREQUENCY in found else set()) | ({"headline"} if Do.SERIES in found else set())
    return (*found, Do.COMPLETE) if set(missing) - said else tuple(found)


def to_work_through(charges: Iterable[Charge]) -> list[Charge]:
    """The longest late first, then those whose definition lacks most, then by name."""
    return sorted(charges, key=lambda one: (-one.due.days_late, -len(one.missing), one.name.casefold(), one.kind))


@dataclass(frozen=True)
class Tally:
    """What one agency, or one source, answers for. `median` and `longest` are days late, of those that are late; 0 where none is."""

    name: str
    charges: tuple[Charge, ...]  # the longest late first

    def count(self, standing: Standing) -> int:
        return sum(one.due.standing is standing for one in self.charges)

    @property
    def late(self) -> int:
        return self.count(Standing.LATE)

    @property
    def median(self) -> float:
        return median(self._days) if self._days else 0.0

    @property
    def longest(self) -> int:
        return max(self._days, default=0)

    @property
    def without_steward(self) -> int:
        return sum(not one.steward for one in self.charges)

    @property
    def _days(self) -> list[int]:
        return [one.due.days_late for one in self.charges if one.is_late]


def by_agency(charges: Iterable[Charge]) -> list[Tally]:
    """One for each agency, the one that is longest late first; those for which no agency is named as ""."""
    return _tallies(charges, lambda one: one.agency)


def by_source(charges: Iterable[Charge]) -> list[Tally]:
    """One for each source, likewise: whoever asks there once gets all of these."""
    return _tallies(charges, lambda one: one.source)


def _tallies(charges: Iterable[Charge], of: Callable[[Charge], str]) -> list[Tally]:
    found: dict[str, list[Charge]] = {}
    for one in to_work_through(charges):
        found.setdefault(of(one), []).append(one)
    tallies = [Tally(name, tuple(own)) for name, own in found.items()]
    return sorted(tallies, key=lambda one: (not one.late, -one.longest, one.name.casefold()))


def keeper_of(source: str, sources: Sequence[Source]) -> Source:
    """Who answers for a source; nobody where the catalogue does not say."""
    return next((one for one in sources if one.name == source), Source(source, "", "", ""))
