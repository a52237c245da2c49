"""Which area a source's row is about. By its names only, never by likeness: a near miss may have other boundaries."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from lib.model import Area
from lib.store.sources.answer import shown
from lib.store.sources.errors import SourceError

MOST_NAMED = 12  # unknown names in one message


@dataclass(frozen=True)
class Places:
    """All names of the areas, and of the city itself. `plain` is how names are compared: lib.neighborhoods.plain."""

    by_name: Mapping[str, str]  # id, by plain name
    spelt: Mapping[str, str]  # as it is written, by plain name
    areas: Mapping[str, str]  # name, by id
    parts: Mapping[str, str]  # the area's name, by the plain name of a neighborhood in it
    plain: Callable[[str], str]

    def find(self, name: str) -> str | None:
        return self.by_name.get(self.plain(name))

    def hint(self, name: str) -> str:
        """What may have been meant; "" where nothing is near."""
        key = self.plain(name)[:100]
        if key in self.parts:
            return f"a part of {self.parts[key]}"
        near = difflib.get_close_matches(key, list(self.by_name), n=1, cutoff=0.75)
        return f"did you mean {self.spelt[near[0]]!r}?" if near else ""


def places_of(areas: Sequence[Area], *, plain: Callable[[str], str], others: Mapping[str, str] | None = None) -> Places:
    """From the areas' ids, names and other names; `others` are further places by name, such as the city.

    Raises SourceError where one name stands for two places.
    """
    by_name: dict[str, str] = {}
    spelt: dict[str, str] = {}
    pairs = [(name, area.id) for area in areas for name in (area.name, area.id, *area.other_names)]
    for name, place in [*pairs, *(others or {}).items()]:
        if by_name.setdefault(plain(name), place) != place:
            raise SourceError(f"{name!r} is a name of two areas; data/areas/names.csv has to give it to one of them.")
        spelt.setdefault(plain(name), name)
    parts = {plain(part): area.name for area in areas for part in area.neighborhoods}
    return Places(by_name, spelt, {area.id: area.name for area in areas}, parts, plain)


def check_matched(found: Iterable[str], unknown: Sequence[str], places: Places, *, share: float, source: str) -> None:
    """Raises SourceError that names the unknown names where fewer than `share` of the areas were found."""
    matched = set(found) & set(places.areas)
    if len(matched) >= share * len(places.areas):
        return
    if unknown:
        names = "; ".join(named(name, places) for name in list(unknown)[:MOST_NAMED])
        further = f"; and {len(unknown) - MOST_NAMED} more" if len(unknown) > MOST_NAMED else ""
        why = f"Not known as areas: {names}{further}. Add a spelling of the same area to data/areas/names.csv."
    else:
        why = f"Absent: {'; '.join(sorted(name for key, name in places.areas.items() if key not in matched)[:MOST_NAMED])}."
    raise SourceError(f"{source} names only {len(matched)} of {len(places.areas)} areas; {share:.0%} are needed. {why}")


def named(name: str, places: Places) -> str:
    hint = places.hint(name)
    return f"{shown(name)!r}" + (f" ({hint})" if hint else "")
