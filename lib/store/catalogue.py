"""Reads `data/`: frameworks, indicators, figures, places and services; checks them, and reports all problems at once.

Areas and what is published by area are read in neighborhoods.py, with the same reader.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from lib.cycle import Agency, Stat
from lib.errors import CatalogueError
from lib.model import (
    Area,
    Budget,
    Confirmation,
    Framework,
    GapTarget,
    Geography,
    Goal,
    Indicator,
    NeighborhoodMeasure,
    Outcome,
    PeriodKind,
    ServiceLink,
    Source,
    Target,
    TopicBoard,
    Translations,
)
from lib.store import boards, budget, neighborhoods, stats, stewards
from lib.store.files import FrameworkFile, GapTargetEntry, IndicatorFile, OutcomeEntry, TargetEntry
from lib.store.reader import DATA_SUFFIXES, OBSERVATION_COLUMNS, Reader, Subject, joined, readable_ones
from lib.store.standard import read_standard

GEOGRAPHY_COLUMNS = ("id", "name", "type", "reference")
SERVICE_COLUMNS = ("service", "name", "agency", "framework", "fiscal_year", "outcome", "basis", "reference")

DIRECTIONS = ("rises", "falls", "within")
ALIKE = 0.75  # how much a name may look like another before it is taken for a slip of the pen

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
    agencies: tuple[Agency, ...] = ()
    stats: tuple[Stat, ...] = ()
    example: dict[str, Any] = field(default_factory=dict)  # a made-up Stat, as its file has it
    budget: Budget = field(default_factory=Budget)
    standard: dict[str, Any] = field(default_factory=dict, kw_only=True)  # an outside standard, as its file has it
    sources: tuple[Source, ...] = ()
    boards: tuple[TopicBoard, ...] = ()  # their own figures are in `observations`, under boards.OWN_FIGURES


def read_catalogue(folder: Path, *, fiscal_year_start_month: int = 7) -> Catalogue:
    """Everything in `folder`, checked. Raises CatalogueError with every problem found."""
    reader = FrameworkReader(folder, fiscal_year_start_month)
    catalogue = _read(reader)
    reader.not_taken()
    if reader.problems:
        raise CatalogueError(reader.problems)
    return catalogue


def framework_ids(folder: Path) -> tuple[str, ...]:
    """The ids of the frameworks in `folder`: each is its folder's name."""
    return tuple(sorted(path.parent.name for path in folder.glob("frameworks/*/framework.toml")))


def _read(reader: FrameworkReader) -> Catalogue:
    _ = reader.references  # read also where no figure needs them
    areas = neighborhoods.read_areas(reader)
    boundaries = neighborhoods.read_boundaries(reader, areas)
    geographies = (*reader.geographies(), *(Geography(one.id, one.name, one.type) for one in areas))
    places = {place.id for place in geographies}
    measures, figures = neighborhoods.read_measures(reader, places)
    by_id = {measure.id: measure for measure in measures}
    services = reader.services()
    frameworks, observations = reader.frameworks(places, by_id, services)
    agencies = stats.read_agencies(reader)
    meetings = stats.read_stats(reader, agencies, frameworks, by_id)
    example = stats.read_example(reader, meetings)
    money = budget.read_budget(reader, services, frameworks)
    stewards.check_stewards(reader, agencies, frameworks, measures)
    sources = stewards.read_sources(reader, agencies, frameworks, measures)
    shown, own = boards.BoardReader(reader, frameworks=frameworks, observations=observations, measures=by_id, area_observations=figures,
                                    places=places, stats=meetings).read()  # fmt: skip
    observations = joined([observations, *own])
    return Catalogue(frameworks, geographies, observations, areas, boundaries, measures, figures, agencies, meetings, example, money, sources, shown, standard=read_standard(reader))


def outcome_of(entry: OutcomeEntry, translations: Translations) -> Outcome:
    plain = entry.model_dump(exclude={"goal", "initiatives", "translations"})
    goals = tuple(Goal(one.id, one.name, one.lead, tuple(one.initiatives)) for one in entry.goal)
    return Outcome(**plain, initiatives=tuple(entry.initiatives), goals=goals, translations=translations)


class FrameworkReader(Reader):
    """Reads what is not of an area: places, services, and the frameworks with their indicators."""

    def frameworks(
        self, places: set[str], measures: Measures, services: list[tuple[int, dict[str, str]]]
    ) -> tuple[tuple[Framework, ...], pd.DataFrame]:
        self.without_a_framework()
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
        own = {folder.name for folder in folders}
        for line, row in services:
            near = difflib.get_close_matches(row["framework"], own, n=1, cutoff=ALIKE)
            if row["framework"] not in own and near:  # of another framework, not kept here, services may stand here too
                self.report(self.folder / "services.csv", f"line {line}, framework", f"there is no framework {row['framework']!r}",
                            f"did you mean {near[0]!r}?")  # fmt: skip
            if row["framework"] in {one.id for one in frameworks} and row["outcome"] and (row["framework"], row["outcome"]) not in known:
                self.report(self.folder / "services.csv", f"line {line}, outcome",
                            f"{row['outcome']!r} is no outcome of {row['framework']}",
                            "write the id of one, or leave it empty")  # fmt: skip
        return tuple(frameworks), joined(tables)

    def without_a_framework(self) -> None:
        """A framework's folder without its first file would be passed over with all that is in it."""
        for folder in sorted(path for path in self.folder.glob("frameworks/*") if path.is_dir() and not path.name.startswith(".")):
            inside = [path for path in folder.rglob("*") if path.suffix.lower() in DATA_SUFFIXES]
            if inside and not (folder / "framework.toml").exists():
                self.report(folder, "framework.toml", "is absent, so nothing in this folder is read", "write it, or remove the folder")
                self.taken.update(inside)

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
        seen: dict[tuple[str, ...], int] = {}
        for line, row in self.rows(path, SERVICE_COLUMNS):
            for key in ("service", "name", "agency", "fiscal_year", "basis", "reference"):
                if not row[key]:
                    self.report(path, f"line {line}, {key}", "is empty", f"write its {key.replace('_', ' ')}")
            said = tuple(row[key] for key in ("service", "framework", "fiscal_year", "outcome"))
            if said in seen:
                self.report(path, f"line {line}", f"says again what line {seen[said]} says", "remove one of the two")
            seen.setdefault(said, line)
            found.append((line, row))
        return found

    def framework(
        self, folder: Path, places: set[str], measures: Measures, services: list[tuple[int, dict[str, str]]]
    ) -> tuple[Framework | None, pd.DataFrame]:
        path = folder / "framework.toml"
        entry: FrameworkFile | None = self.toml(path, FrameworkFile)
        outcomes = self.outcomes(path, entry) if entry else ()
        if entry and entry.id != folder.name:
            self.report(path, "id", f"{entry.id!r} is not the folder's name", f'write id = "{folder.name}", or rename the folder')
        if entry and entry.followed_by and not (folder.parent / entry.followed_by / "framework.toml").exists():
            self.report(path, "followed_by", f"there is no framework {entry.followed_by!r}", "write the name of its folder beside this one")
        if entry and entry.geography not in places:
            self.report(path, "geography", f"{entry.geography!r} is not in geographies.csv", "add it there")
        indicators: list[Indicator] = []
        tables = [no_observations()]
        for file in self.files(folder / "indicators", "*.toml"):
            found = self.indicator_with_figures(file, folder, entry, {outcome.id for outcome in outcomes}, places, measures)
            if found is not None:
                indicators.append(found[0])
                tables.append(found[1])
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
            outcome_word=entry.outcome_word, outcomes_word=entry.outcomes_word, ended=entry.ended, followed_by=entry.followed_by,
            translations=self.translations(path, "", entry),
        )  # fmt: skip
        return framework, joined(tables)

    def outcomes(self, path: Path, entry: FrameworkFile) -> tuple[Outcome, ...]:
        ids = [outcome.id for outcome in entry.outcome]
        for number, name in enumerate(ids, start=1):
            if ids.count(name) > 1:
                self.report(path, f"outcome {number}, id", f"{name!r} stands twice", "give each outcome its own id")
            goals = [goal.id for goal in entry.outcome[number - 1].goal]
            for goal in sorted({goal for goal in goals if goals.count(goal) > 1}):
                self.report(path, f"outcome {number}, goal", f"{goal!r} stands twice", "give each goal its own id")
        found = [outcome_of(one, self.translations(path, f"outcome {number}, ", one)) for number, one in enumerate(entry.outcome, start=1)]
        return tuple(sorted(found, key=lambda one: one.order))

    def orphans(self, folder: Path) -> None:
        """Figures and stories of an indicator that is not there would be passed over in silence."""
        known = {file.stem for file in self.files(folder / "indicators", "*.toml")}
        for pattern in ("observations/*.csv", "stories/*.md"):
            for file in self.files(folder, pattern):
                self.taken.add(file)
                if file.stem not in known:
                    self.report(file, "file name", f"there is no indicator {file.stem!r}",
                                "name the file as its indicator's, or remove it")  # fmt: skip

    def indicator_with_figures(
        self, file: Path, folder: Path, framework: FrameworkFile | None, outcomes: set[str], places: set[str], measures: Measures
    ) -> tuple[Indicator, pd.DataFrame] | None:
        """An indicator with its figures; None where its own file holds problems. What can be checked is checked all the same."""
        observed = folder / "observations" / f"{file.stem}.csv"
        self.taken.add(observed)
        story = self.plain_text(folder / "stories" / f"{file.stem}.md")
        content = self.toml_content(file)
        if content is None:
            return None
        before = len(self.problems)
        subject = self.subject(file, content)
        if subject is None:
            self.laid_out(file, content, IndicatorFile)
            return None
        self.check_names(file, content, outcomes=outcomes if framework else None, places=places, measures=measures)
        indicator = self.indicator(file, content, subject, measures, story)
        own_problems = len(self.problems) > before
        before = len(self.problems)
        table = self.observations(observed, subject, places, OBSERVATION_COLUMNS)
        if indicator is None or own_problems:
            return None
        if framework and len(self.problems) == before:  # else a baseline may be absent only because its line is faulty
            self.check_baselines(file, indicator, table, framework.geography)
        return indicator, table.assign(framework=framework.id if framework else "", indicator=indicator.id)

    def indicator(
        self, file: Path, content: dict[str, Any], subject: Subject, measures: Measures, story: str
    ) -> Indicator | None:
        """The indicator; None where its file is not laid out as it should be. Its targets are checked all the same."""
        entry: IndicatorFile | None = self.laid_out(file, content, IndicatorFile)
        kinds = {series.id: series.kind for series in subject.series}
        targets = tuple(
            target
            for number, one in readable_ones(content.get("target"), TargetEntry).items()
            if one.series not in subject.unreadable
            and (target := self.target(file, number + 1, one, kinds, content.get("improves_when"))) is not None
        )
        measure = measures.get(str(content.get("neighborhood_measure", "")))
        gap_targets = tuple(
            target
            for number, one in readable_ones(content.get("gap_target"), GapTargetEntry).items()
            if (target := self.gap_target(file, number + 1, one, measure, measures)) is not None
        )
        self.check_repeated(file, content, "target", TargetEntry)
        self.check_repeated(file, content, "gap_target", GapTargetEntry)
        if entry is None:
            return None
        plain = entry.model_dump(exclude={"series", "target", "gap_target", "confirmed", "translations"})
        plain |= {key: tuple(value) for key, value in plain.items() if isinstance(value, list)}
        return Indicator(
            **plain,
            series=subject.series,
            targets=tuple(sorted(targets, key=lambda target: target.period)),
            gap_targets=tuple(sorted(gap_targets, key=lambda target: target.period)),
            confirmed=Confirmation(**entry.confirmed.model_dump()) if entry.confirmed else None,
            story=story,
            translations=self.translations(file, "", entry),
        )

    def check_names(
        self, file: Path, content: dict[str, Any], *, outcomes: set[str] | None, places: set[str], measures: Measures
    ) -> None:
        """What the file names must be there. Asked of what it says, so that another problem in it hides none of these."""
        named = {key: content[key] for key in ("id", "outcome", "headline", "neighborhood_measure") if isinstance(content.get(key), str)}
        if named.get("id", file.stem) != file.stem:
            self.report(file, "id", f"{named['id']!r} is not the file's name", f'write id = "{file.stem}"')
        if outcomes is not None and "outcome" in named and named["outcome"] not in outcomes:
            self.report(file, "outcome", f"{named['outcome']!r} is not in framework.toml",
                        f"write one of {', '.join(sorted(outcomes)) or 'the outcomes (there are none yet)'}")  # fmt: skip
        names = [series["id"] for series in content.get("series", [])]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.report(file, "series, id", f"{name!r} stands twice", "give each series its own id")
        if named.get("headline") and named["headline"] not in names:
            self.report(file, "headline", f"there is no series {named['headline']!r}", f"write one of {', '.join(names)}")
        if named.get("neighborhood_measure") and named["neighborhood_measure"] not in measures:
            self.report(file, "neighborhood_measure", f"there is no measures/{named['neighborhood_measure']}.toml",
                        "write it, or name one that is there, or leave it empty")  # fmt: skip
        benchmarks = content.get("benchmarks")
        for place in benchmarks if isinstance(benchmarks, list) else ():
            if isinstance(place, str) and place not in places:
                self.report(file, "benchmarks", f"{place!r} is not in geographies.csv", "add it there")

    def check_repeated(self, file: Path, content: dict[str, Any], key: str, layout: type[TargetEntry | GapTargetEntry]) -> None:
        """The same target twice is a slip; another value set on another day for the same period is not."""
        seen: dict[Any, int] = {}
        for number, one in readable_ones(content.get(key), layout).items():
            said = tuple(getattr(one, name, None) for name in ("series", "ranked_by", "period", "value", "low", "high", "set_on"))
            if said in seen:
                self.report(file, f"{key} {number + 1}", f"says again what {key} {seen[said] + 1} says", "remove one of the two")
            seen.setdefault(said, number)

    def target(
        self, file: Path, number: int, entry: TargetEntry, kinds: dict[str, PeriodKind], improves_when: Any
    ) -> Target | None:
        if entry.series not in kinds:
            self.report(file, f"target {number}, series", f"there is no series {entry.series!r}",
                        f"write one of {', '.join(kinds)}")  # fmt: skip
            return None
        if improves_when in DIRECTIONS and (entry.value is None) != (improves_when == "within"):
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

    def check_baselines(self, file: Path, indicator: Indicator, table: pd.DataFrame, city: str) -> None:
        """A target's baseline is a figure of the city in the same series, and comes before the target's time. A target that is
        older than every figure has none before it; it stands as history."""
        whole = table[(table["geography"] == city) & (table["group"] == "") & table["value"].notna()]
        for number, target in enumerate(indicator.targets, start=1):
            ends = dict(sorted(zip(*(whole[whole["series"] == target.series][key] for key in ("period", "end")), strict=True)))
            if target.baseline not in ends:
                self.report(file, f"target {number}, baseline", f"{target.series} has no figure for {target.baseline!r}",
                            f"write one of {', '.join(ends) or '(the series has no figures)'}")  # fmt: skip
            elif ends[target.baseline] >= target.period.end and any(end < target.period.end for end in ends.values()):
                self.report(file, f"target {number}, baseline", f"{target.baseline} is not before the target's period, {target.period.label}",
                            "write an earlier period, or mend the target's")  # fmt: skip


def no_observations() -> pd.DataFrame:
    return pd.DataFrame(columns=[*OBSERVATION_COLUMNS, "kind", "start", "end", "framework", "indicator"])
