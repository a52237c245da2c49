"""What every source's reading needs to know of the city, and the measures that its settings name."""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lib.errors import SettingsError
from lib.model import Area, NeighborhoodMeasure, Series
from lib.store.sources.errors import SourceError, SourceUnavailable
from lib.store.sources.fetch import CSV, MEGABYTE, WORKBOOK, Fetcher, Kind, Reply
from lib.store.sources.kept import Keeper
from lib.store.sources.places import Places
from lib.store.sources.settings import Sources


def _now() -> datetime:
    return datetime.now(UTC)


def sources_from(table: Mapping[str, Any]) -> Sources:
    """The table [sources] of config.toml. Raises SettingsError that names key and fault."""
    try:
        return Sources.model_validate(table)
    except ValidationError as problem:
        lines = "; ".join(f"sources.{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in problem.errors())
        raise SettingsError(f"config.toml: {lines}.") from None


def fetcher_for(settings: Sources, root: Path) -> Fetcher:
    """For one source: its limits count from here. `root` is where the paths in config.toml start."""
    ca_file = str(root / settings.ca_file) if settings.ca_file else ""
    return Fetcher(hosts=settings.hosts, limits=settings.limits, ca_file=ca_file, user_agent=settings.user_agent)


@dataclass(frozen=True)
class Context:
    """`root` is where the paths in config.toml start."""

    settings: Sources
    root: Path
    places: Places
    areas: Sequence[Area]
    measures: Sequence[NeighborhoodMeasure]
    fiscal_year_start_month: int = 7
    now: Callable[[], datetime] = field(default=_now)

    @property
    def keeper(self) -> Keeper:
        return Keeper(self.root / self.settings.folder)

    def fetcher(self) -> Fetcher:
        """For one source: its limits count from here."""
        return fetcher_for(self.settings, self.root)

    def series(self, measure: str, series: str) -> tuple[NeighborhoodMeasure, Series]:
        """Raises SourceError that names the nearest where data/measures/ has no such series."""
        found = {one.id: one for one in self.measures}
        if measure not in found:
            raise SourceError(f"config.toml names the measure {measure!r} under sources, and data/measures/ has no such file{_near(measure, found)}.")
        own = {one.id: one for one in found[measure].series}
        if series not in own:
            raise SourceError(f"config.toml names the series {series!r} of {measure} under sources, and there is none{_near(series, own)}.")
        return found[measure], own[series]

    def file(self, address: str, path: str, *, source: str) -> Reply:
        """A workbook or CSV file from the web or from this machine, whichever is set."""
        if address:
            is_csv = address.lower().endswith(".csv")
            return self.fetcher().get(address, kind=CSV if is_csv else _either())
        return _local(self.root / path, self.settings.limits.max_megabytes, self.now(), source)


def switched_off(name: str) -> SourceError:
    return SourceError(f"The source {name} is switched off: config.toml has no table [sources.{name}].")


def _either() -> Kind:
    return Kind(WORKBOOK.name, (*WORKBOOK.types, *CSV.types), shows_its_end=False)


def _local(path: Path, most: float, now: datetime, source: str) -> Reply:
    try:
        if path.stat().st_size > most * MEGABYTE:
            raise SourceError(f"{source}: the file {path.name} has more than the {most:g} MB that are taken.")
        content = path.read_bytes()
    except OSError as problem:
        raise SourceUnavailable(f"{source}: the file {path.name} cannot be read.", detail=os.strerror(problem.errno or 0)) from None
    return Reply(content, path.name, now, hashlib.sha256(content).hexdigest())


def _near(name: str, known: dict) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
