"""Reads `data/`: frameworks, indicators, figures, places and services; checks them, and reports all problems at once.

Areas and what is published by area are read in neighborhoods.py, with the same reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lib.errors import CatalogueError
from lib.model import (
    Area,
    Confirmation,
    Framework,
    GapTarget,
    Geography,
    Indicator,
    NeighborhoodMeasure,
    Outcome,
    PeriodKind,
    Series,
    ServiceLink,
    Target,
)
from lib.store import neighborhoods
from lib.store.files import FrameworkFile, GapTargetEntry, IndicatorFile, TargetEntry
from lib.store.reader import OBSERVATION_COLUMNS, Reader, joined

GEOGRAPHY_COLUMNS = ("id", "name", "type", "reference")
SERVICE_COLUMNS = ("service", "name", "agency", "framework", "fiscal_year", "outcome", "basis", "reference")

Measures = dict[str, NeighborhoodMeasure]  # by id


@dataclass(frozen=True)
class Catalogue:
    """All that `data/` says. `observations` has one row per framework, indicator, series, geography, group, period and
    vintage; columns as in the files, plus framework, indicator, start, end (dates) and kind."""

    frameworks: tuple[Framework, ...]
    geographies: tuple[Geography, ...]
    observations: pd.DataFrame
    areas: tuple[Area, ...]
    boundaries: dict[str, Any]  # GeoJSON FeatureCollection; one feature an area, in the order of `areas`
    measures: tuple[NeighborhoodMeasure, ...]
    area_observations: pd.DataFrame  # the figures of the measures: columns as `observations`, with `measure` and `caution`


def read_catalogue(folder: Path, *, fiscal_year_start_month: int = 7) -> Catalogue:
    """Everything in `folder`, checked. Raises CatalogueError with every problem found."""
    reader = FrameworkReader(folder, fiscal_year_start_month)
    catalogue = _read(reader)
    if reader.problems:
        raise CatalogueError(reader.problems)
    return catalogue


def _read(reader: FrameworkReader) -> Catalogue:
    areas = neighborhoods.read_areas(reader)
    boundaries = neighborhoods.read_boundaries(reader, areas)
    geographies = (*reader.geographies(), *(Geography(one.id, one.name, one.type) for one in areas))
    places = {place.id for place in geographies}
    measures, figures = neighborhoods.read_measures(reader, places)
    frameworks, observations = reader.frameworks(places, {measure.id: measure for measure in measures})
    return Catalogue(frameworks, geographies, observations, areas, boundaries, measures, figures)


class FrameworkReader(Reader):
    """Reads what is not of an area: places, services, and the frameworks with their indicators."""

    def frameworks(self, places: set[str], measures: Measures) -> tuple[tuple[Framework, ...], pd.DataFrame]:
        services = self.services()
        folders = sorted(path.parent for path in self.folder.glob("frameworks/*/framework.toml"))
        frameworks, tables = [], [no_observations()]
        if not folders:
            self.report(self.folder / "frameworks", "framework.toml", "no framework was found",
                        "write frameworks/<name>/framework.toml")  # fmt: skip
        for folder in folders:
            framework, table = self.framework(folder, places, measures, services)
            if framework is not None:
                frameworks.append(framework)
                tables.append(table)
        known = {(framework.id, outcome.id) for framework in frameworks for outcome in framework.outcomes}
        own = {framework.id for framework in frameworks}
        for line, row in services:
            if row["framework"] in own and row["outcome"] and (row["framework"], row["outcome"]) not in known:
                self.report(self.folder / "services.csv", f"line {line}, outcome",
                            f"{row['outcome']!r} is no outcome of {row['framework']}",
                            "write the id of one, or leave it empty")  # fmt: skip
        return tuple(frameworks), joined(tables)

    def geographies(self) -> tuple[Geography, ...]:
        path = self.folder / "geographies.csv"
        places: dict[str, Geography] = {}
        for line, row in self.rows(path, GEOGRAPHY_COLUMNS):
            for key in ("id", "name", "type"):
                if not row[key]:
                    self.report(path, f"line {line}, {key}", "is empty", f"write its {key}")
            if row["id"] in places:
                self.report(path, f"line {line}, id", f"{row['id']!r} stands twice", "remove one of the two")
            places[row["id"]] = Geography(row["id"], row["name"], row["type"])
        return tuple(places.values())

    def services(self) -> list[tuple[int, dict[str, str]]]:
        path = self.folder / "services.csv"
        found = []
        for line, row in self.rows(path, SERVICE_COLUMNS):
            for key in ("service", "name", "agency", "fiscal_year", "basis", "reference"):
                if not row[key]:
                    self.report(path, f"line {line}, {key}", "is empty", f"write its {key.replace('_', ' ')}")
            found.append((line, row))
        return found

    def framework(
        self, folder: Path, places: set[str], measures: Measures, services: list[tuple[int, dict[str, str]]]
    ) -> tuple[Framework | None, pd.DataFrame]:
        path = folder / "framework.toml"
        entry: FrameworkFile | None = self.toml(path, FrameworkFile)
        outcomes = self.outcomes(path, entry) if entry else ()
        if entry and entry.geography not in places:
            self.report(path, "geography", f"{entry.geography!r} is not in geographies.csv", "add it there")
        indicators: list[Indicator] = []
        tables = [no_observations()]
        for file in sorted((folder / "indicators").glob("*.toml")):
            indicator = self.indicator(file, folder, {outcome.id for outcome in outcomes} if entry else None, measures)
            if indicator is None:
                continue
            indicators.append(indicator)
            observed = folder / "observations" / f"{file.stem}.csv"
            before = len(self.problems)
            table = self.observations(observed, indicator, places, OBSERVATION_COLUMNS)
            table = table.assign(framework=entry.id if entry else "", indicator=indicator.id)
            if entry and len(self.problems) == before:  # else a baseline may be absent only because its line is faulty
                self.check_targets(file, indicator, table, entry.geography)
            self.check_benchmarks(file, indicator, places)
            self.check_neighborhoods(file, indicator, measures)
            tables.append(table)
        self.orphans(folder)
        if entry is None:
            return None, no_observations()
        indicators.sort(key=lambda one: ([o.id for o in outcomes].index(one.outcome), one.order, one.id))
        links = tuple(
            ServiceLink(row["service"], row["name"], row["agency"], row["outcome"], row["fiscal_year"], row["basis"])
            for _, row in services
            if row["framework"] == entry.id
        )
        framework = Framework(
            id=entry.id, name=entry.name, city=entry.city, geography=entry.geography, period=entry.period,
            statement=entry.statement, reconstruction=entry.reconstruction, reference=entry.reference,
            outcomes=outcomes, indicators=tuple(indicators), services=links,
        )  # fmt: skip
        return framework, joined(tables)

    def outcomes(self, path: Path, entry: FrameworkFile) -> tuple[Outcome, ...]:
        ids = [outcome.id for outcome in entry.outcome]
        for number, name in enumerate(ids, start=1):
            if ids.count(name) > 1:
                self.report(path, f"outcome {number}, id", f"{name!r} stands twice", "give each outcome its own id")
        return tuple(sorted((Outcome(**one.model_dump()) for one in entry.outcome), key=lambda one: one.order))

    def orphans(self, folder: Path) -> None:
        """Figures and stories of an indicator that is not there would be passed over in silence."""
        known = {file.stem for file in (folder / "indicators").glob("*.toml")}
        for pattern in ("observations/*.csv", "stories/*.md"):
            for file in folder.glob(pattern):
                if file.stem not in known:
                    self.report(file, "file name", f"there is no indicator {file.stem!r}",
                                "name the file as its indicator's, or remove it")  # fmt: skip

    def indicator(self, file: Path, folder: Path, outcomes: set[str] | None, measures: Measures) -> Indicator | None:
        entry: IndicatorFile | None = self.toml(file, IndicatorFile)
        if entry is None:
            return None
        before = len(self.problems)
        if entry.id != file.stem:
            self.report(file, "id", f"{entry.id!r} is not the file's name", f'write id = "{file.stem}"')
        if outcomes is not None and entry.outcome not in outcomes:
            self.report(file, "outcome", f"{entry.outcome!r} is not in framework.toml",
                        f"write one of {', '.join(sorted(outcomes)) or 'the outcomes (there are none yet)'}")  # fmt: skip
        names = [series.id for series in entry.series]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.report(file, "series, id", f"{name!r} stands twice", "give each series its own id")
        if entry.headline and entry.headline not in names:
            self.report(file, "headline", f"there is no series {entry.headline!r}", f"write one of {', '.join(names)}")
        kinds = {series.id: series.kind for series in entry.series}
        targets = tuple(
            target
            for number, one in enumerate(entry.target, start=1)
            if (target := self.target(file, number, one, kinds, entry.improves_when)) is not None
        )
        gap_targets = tuple(
            target
            for number, one in enumerate(entry.gap_target, start=1)
            if (target := self.gap_target(file, number, one, measures.get(entry.neighborhood_measure), measures)) is not None
        )
        if len(self.problems) > before:
            return None
        story = folder / "stories" / f"{file.stem}.md"
        plain = entry.model_dump(exclude={"series", "target", "gap_target", "confirmed"})
        plain |= {key: tuple(value) for key, value in plain.items() if isinstance(value, list)}
        return Indicator(
            **plain,
            series=tuple(Series(**one.model_dump()) for one in entry.series),
            targets=tuple(sorted(targets, key=lambda target: target.period)),
            gap_targets=tuple(sorted(gap_targets, key=lambda target: target.period)),
            confirmed=Confirmation(**entry.confirmed.model_dump()) if entry.confirmed else None,
            story=story.read_text(encoding="utf-8").strip() if story.exists() else "",
        )

    def target(
        self, file: Path, number: int, entry: TargetEntry, kinds: dict[str, PeriodKind], improves_when: str
    ) -> Target | None:
        if entry.series not in kinds:
            self.report(file, f"target {number}, series", f"there is no series {entry.series!r}",
                        f"write one of {', '.join(kinds)}")  # fmt: skip
            return None
        if (entry.value is None) != (improves_when == "within"):
            self.report(file, f"target {number}, value", f"does not fit improves_when = {improves_when!r}",
                        "rises and falls take a value, within takes low and high")  # fmt: skip
            return None
        period = self.period(file, f"target {number}, period", entry.period, entry.kind or kinds[entry.series])
        if period is None:
            return None
        return Target(
            series=entry.series, period=period, value=entry.value, low=entry.low, high=entry.high,
            set_on=entry.set_on, set_note=entry.set_note, reference=entry.reference, baseline=entry.baseline,
            baseline_note=entry.baseline_note,
        )  # fmt: skip

    def gap_target(
        self, file: Path, number: int, entry: GapTargetEntry, measure: NeighborhoodMeasure | None, measures: Measures
    ) -> GapTarget | None:
        kinds = {series.id: series.kind for series in measure.series} if measure else {}
        if entry.series not in kinds:
            self.report(file, f"gap_target {number}, series", f"its neighborhood measure has no series {entry.series!r}",
                        f"write one of {', '.join(kinds) or '(name a neighborhood_measure first)'}")  # fmt: skip
            return None
        if entry.ranked_by not in measures:
            self.report(file, f"gap_target {number}, ranked_by", f"there is no measures/{entry.ranked_by}.toml", "write the id of a measure")
            return None
        period = self.period(file, f"gap_target {number}, period", entry.period, kinds[entry.series])
        baseline = self.period(file, f"gap_target {number}, baseline", entry.baseline, kinds[entry.series])
        if period is None or baseline is None:
            return None
        return GapTarget(**entry.model_dump() | {"period": period, "baseline": baseline.label})

    def check_targets(self, file: Path, indicator: Indicator, table: pd.DataFrame, city: str) -> None:
        """A target's baseline is a figure of the city in the same series."""
        whole = table[(table["geography"] == city) & (table["group"] == "") & table["value"].notna()]
        for number, target in enumerate(indicator.targets, start=1):
            of_series = whole[whole["series"] == target.series]["period"]
            if target.baseline not in set(of_series):
                self.report(file, f"target {number}, baseline", f"{target.series} has no figure for {target.baseline!r}",
                            f"write one of {', '.join(sorted(set(of_series))) or '(the series has no figures)'}")  # fmt: skip

    def check_benchmarks(self, file: Path, indicator: Indicator, places: set[str]) -> None:
        for place in indicator.benchmarks:
            if place not in places:
                self.report(file, "benchmarks", f"{place!r} is not in geographies.csv", "add it there")

    def check_neighborhoods(self, file: Path, indicator: Indicator, measures: Measures) -> None:
        if indicator.neighborhood_measure and indicator.neighborhood_measure not in measures:
            self.report(file, "neighborhood_measure", f"there is no measures/{indicator.neighborhood_measure}.toml",
                        "write it, or name one that is there, or leave it empty")  # fmt: skip


def no_observations() -> pd.DataFrame:
    return pd.DataFrame(columns=[*OBSERVATION_COLUMNS, "kind", "start", "end", "framework", "indicator"])
