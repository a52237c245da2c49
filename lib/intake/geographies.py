"""Which place a cell names: the city, another place of the catalogue, or one of the city's areas."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from lib.intake.findings import Fault
from lib.intake.known import Known
from lib.intake.report import shown
from lib.language import _, later
from lib.model import Area
from lib.neighborhoods import plain
from lib.words import listed

REMEDY = later("write an id or a name from the sheet Neighborhoods of the template")


@dataclass(frozen=True, eq=False)
class Location:
    """A place as it was found. `change` says what was made of the text where it is not the place's own id or name."""

    id: str
    name: str
    is_area: bool
    is_elsewhere: bool
    change: str = ""


def name_key(text: str) -> str:
    """A name as it is compared: case, blanks (also around / and -), "&", dots and apostrophes make no difference."""
    return re.sub(r"\s*([/-])\s*", r"\1", plain(text.replace("\N{EN DASH}", "-").replace("\N{EM DASH}", "-")))


class Locations:
    """Finds a place by its id or by one of its names. Never by likeness: a near miss may have other boundaries."""

    def __init__(self, known: Known, *, suggestions: int = 200) -> None:
        self._suggestions = suggestions  # how many more names are compared with all that are known
        self._city = next(one for one in known.geographies if one.id == known.framework.geography)
        self._found: dict[str, Location | Fault] = {}
        self._parts: dict[str, list[Area]] = {}
        areas = {area.id: area for area in known.areas}
        for place in known.geographies:
            if place.id not in areas:
                self._add(Location(place.id, place.name, False, place.id != self._city.id), place.id, place.name)
        for area in known.areas:
            self._add(Location(area.id, area.name, True, False), area.id, area.name)
            for part in area.neighborhoods:
                self._parts.setdefault(name_key(part), []).append(area)
        for area in known.areas:
            self._add(Location(area.id, area.name, True, False, _("another name of this area")), *area.other_names)
        if name_key(known.framework.city) not in self._found:
            self._add(Location(self._city.id, self._city.name, False, False, _("the city")), known.framework.city)
        self._known_names = {key: place for key, place in self._found.items() if isinstance(place, Location)}

    def _add(self, place: Location, *names: str) -> None:
        for name in names:
            other = self._found.setdefault(name_key(name), place)
            if isinstance(other, Location) and other.id != place.id:
                self._found[name_key(name)] = Fault(
                    "geography_ambiguous", _("{name!r} is a name of {one} and of {other}").format(name=name, one=other.id, other=place.id), _("write the id of the one that is meant")
                )

    def find(self, text: str) -> Location | Fault:
        """An empty text is the city."""
        if not text.strip():
            return Location(self._city.id, self._city.name, False, False)
        found = self._found.get(name_key(text))
        if isinstance(found, Location) and not found.change and text not in (found.id, found.name):
            return Location(found.id, found.name, found.is_area, found.is_elsewhere, _("read without regard to case, blanks and signs"))
        return found or self._unknown(text)

    def _unknown(self, text: str) -> Fault:
        short = text.strip()[:100]
        parts = self._parts.get(name_key(short))
        if parts:
            whole = listed([area.name for area in parts], last="and")
            return Fault("geography_is_a_part", _("{text!r} is only a part of {whole}").format(text=shown(short), whole=whole),
                         _("write that name if the figure is for all of it; figures for a part are not kept"))  # fmt: skip
        self._suggestions -= 1
        near = [] if self._suggestions < 0 else difflib.get_close_matches(name_key(short), list(self._known_names), n=4, cutoff=0.75)
        nearest = {self._known_names[key].id: self._known_names[key].name for key in reversed(near)}  # one name of each place
        names = [repr(name) for name in reversed(nearest.values())][:2]
        if names:
            return Fault("geography_unknown", _("{text!r} is not a place that is known").format(text=shown(short)),
                         _("did you mean {names}? Write it so if its boundaries are the same").format(names=listed(names, last="or")))  # fmt: skip
        return Fault("geography_unknown", _("{text!r} is not a place that is known").format(text=shown(short)), _(REMEDY))
