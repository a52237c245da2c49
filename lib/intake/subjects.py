"""What a figure is about: an indicator, by its headline series, or a measure of neighborhoods, by its newest."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from lib.intake.findings import Fault
from lib.intake.known import INDICATOR, MEASURE, Known, SeriesKey
from lib.intake.report import shown
from lib.language import _
from lib.model import Direction, Series
from lib.words import is_percent, listed


@dataclass(frozen=True, eq=False)
class Subject:
    """One indicator or measure, and the series that its figures go to."""

    kind: str
    id: str
    name: str
    unit: str
    improves_when: Direction
    owner: str
    series: Series
    dimensions: tuple[str, ...]  # by which it is expected to be split

    @property
    def key(self) -> SeriesKey:
        return (self.kind, self.id, self.series.id)

    @property
    def is_percent(self) -> bool:
        return is_percent(self.series.unit)


class Subjects:
    """Finds a subject by its id. An id that is an indicator's and a measure's is the measure's for an area, else the
    indicator's."""

    def __init__(self, known: Known, *, suggestions: int = 200) -> None:
        self._suggestions = suggestions  # how many more names are compared with all that are known
        self._indicators: dict[str, Subject | Fault] = {}
        self._measures: dict[str, Subject] = {}
        self._by_name: dict[str, str] = {}
        for one in known.framework.indicators:
            self._by_name[one.name.casefold()] = one.id
            self._indicators[one.id.casefold()] = (
                Subject(INDICATOR, one.id, one.name, one.unit, one.improves_when, one.owner, one.series_by_id(one.headline),
                        one.expected_disaggregations)
                if one.headline
                else Fault("no_series", _("no series measures {id} itself yet, so there is nowhere to put its figures").format(id=one.id),
                           _("leave it out, or ask for a headline series in the catalogue"))
            )  # fmt: skip
        for measure in known.measures:
            self._by_name.setdefault(measure.name.casefold(), measure.id)
            newest = max(measure.series, key=lambda series: known.newest_end((MEASURE, measure.id, series.id)))
            self._measures[measure.id.casefold()] = Subject(
                MEASURE, measure.id, measure.name, measure.unit, measure.improves_when, "", newest, ()
            )
        self._by_area = {one.id: one.neighborhood_measure for one in known.framework.indicators}
        self._ids = sorted({one.id for one in known.framework.indicators} | {one.id for one in known.measures})

    @property
    def all(self) -> tuple[Subject, ...]:
        """The indicators that have a series, then the measures."""
        return tuple(one for one in self._indicators.values() if isinstance(one, Subject)) + tuple(self._measures.values())

    def find(self, text: str, *, is_area: bool, is_elsewhere: bool) -> Subject | Fault:
        """`is_area`: the figure is about an area of the city; `is_elsewhere`: about a place that is not the city."""
        wanted = text.strip().casefold()
        indicator, measure = self._indicators.get(wanted), self._measures.get(wanted)
        if measure and (is_area or indicator is None):
            if is_elsewhere:
                return Fault("geography_not_of_measure", _("{id} is published for the city and its areas only").format(id=measure.id),
                             _("name one of them, or use an indicator's id"))  # fmt: skip
            return measure
        if indicator and is_area:
            return self._not_by_area(wanted)
        return indicator or self._unknown(text)

    def _not_by_area(self, wanted: str) -> Fault:
        name = next(one for one in self._by_area if one.casefold() == wanted)
        measure = self._by_area[name]
        return Fault("geography_not_of_indicator", _("{id} has figures for the city, not for its areas").format(id=name),
                     _("its figures by area are those of {measure}: write that id").format(measure=measure) if measure else _("leave the geography empty for the city"))  # fmt: skip

    def _unknown(self, text: str) -> Fault:
        short = text.strip()[:100]
        by_name = self._by_name.get(short.casefold())
        self._suggestions -= 1
        near = [by_name] if by_name else [] if self._suggestions < 0 else difflib.get_close_matches(short.casefold(), self._ids, n=2, cutoff=0.7)
        return Fault("indicator_unknown", _("{text!r} is not the id of an indicator or a measure").format(text=shown(short)),
                     _("did you mean {names}? Write it so").format(names=listed(near, last="or")) if near else _("write an id from the sheet Indicators of the template"))  # fmt: skip
