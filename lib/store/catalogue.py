"""Reads `data/`: frameworks, indicators, figures, places and services; checks them, and reports all problems at once."""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ValidationError

from lib.errors import CatalogueError, Problem
from lib.methods.periods import parse_period
from lib.model import (
    Confirmation,
    Framework,
    Geography,
    Indicator,
    MissingReason,
    Outcome,
    Period,
    PeriodKind,
    Series,
    ServiceLink,
    Target,
)
from lib.store.files import FrameworkFile, IndicatorFile, TargetEntry, problems_of

OBSERVATION_COLUMNS = (
    "series", "geography", "dimension", "group", "period", "value", "numerator", "denominator", "lower", "upper",
    "missing_reason", "provisional", "vintage", "note", "reference",
)  # fmt: skip
GEOGRAPHY_COLUMNS = ("id", "name", "type", "reference")
SERVICE_COLUMNS = ("service", "name", "agency", "framework", "fiscal_year", "outcome", "basis", "reference")
NUMBERS = ("value", "numerator", "denominator", "lower", "upper")
# A value that its own numerator and denominator do not give, beyond rounding, is a slip of the pen.
ROUNDING_TOLERANCE = 0.006


@dataclass(frozen=True)
class Catalogue:
    """All that `data/` says. `observations` has one row per framework, indicator, series, geography, group, period and
    vintage; columns as in the files, plus framework, indicator, start, end (dates) and kind."""

    frameworks: tuple[Framework, ...]
    geographies: tuple[Geography, ...]
    observations: pd.DataFrame


def read_catalogue(folder: Path, *, fiscal_year_start_month: int = 7) -> Catalogue:
    """Everything in `folder`, checked. Raises CatalogueError with every problem found."""
    reader = _Reader(folder, fiscal_year_start_month)
    catalogue = reader.read()
    if reader.problems:
        raise CatalogueError(reader.problems)
    return catalogue


class _Reader:
    """Collects problems while it reads, so that the person who mends the files sees them all."""

    def __init__(self, folder: Path, fiscal_year_start_month: int) -> None:
        self.folder = folder
        self.start_month = fiscal_year_start_month
        self.problems: list[Problem] = []

    def report(self, file: Path, key: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(file.relative_to(self.folder.parent).as_posix(), key, message, remedy))

    def read(self) -> Catalogue:
        geographies = self.geographies()
        places = {place.id for place in geographies}
        services = self.services()
        folders = sorted(path.parent for path in self.folder.glob("frameworks/*/framework.toml"))
        frameworks, tables = [], [_no_observations()]
        if not folders:
            self.report(self.folder / "frameworks", "framework.toml", "no framework was found",
                        "write frameworks/<name>/framework.toml")  # fmt: skip
        for folder in folders:
            framework, table = self.framework(folder, places, services)
            if framework is not None:
                frameworks.append(framework)
                tables.append(table)
        known = {(framework.id, outcome.id) for framework in frameworks for outcome in framework.outcomes}
        for line, row in services:
            own = {framework.id for framework in frameworks}
            if row["framework"] in own and row["outcome"] and (row["framework"], row["outcome"]) not in known:
                self.report(self.folder / "services.csv", f"line {line}, outcome",
                            f"{row['outcome']!r} is no outcome of {row['framework']}",
                            "write the id of one, or leave it empty")  # fmt: skip
        filled = [table for table in tables if len(table)] or tables[:1]
        return Catalogue(tuple(frameworks), geographies, pd.concat(filled, ignore_index=True))

    # Tables

    def rows(self, path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
        """Line number and cells of each row, trimmed."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as handle:
                reader = csv.DictReader(handle, strict=True)
                header = tuple(name.strip() for name in reader.fieldnames or ())
                if header != columns:
                    absent = [name for name in columns if name not in header]
                    unknown = [name for name in header if name not in columns]
                    self.report(path, "header", f"absent columns: {absent}; unknown: {unknown}",
                                f"write the first line as {','.join(columns)}")  # fmt: skip
                    return
                for row in reader:
                    if None in row or None in row.values():
                        self.report(path, f"line {reader.line_num}", "has another number of cells than the header",
                                    'put cells that hold a comma between "quotes"')  # fmt: skip
                        continue
                    yield reader.line_num, {name: cell.strip() for name, cell in row.items()}
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError, csv.Error) as problem:
            self.report(path, "whole file", f"cannot be read ({problem})", "save it as CSV in UTF-8")

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

    # Frameworks

    def toml(self, path: Path, layout: type[BaseModel]) -> Any:
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
            self.report(path, "whole file", f"cannot be read as TOML ({problem})", "mend the line that it names")
            return None
        try:
            return layout.model_validate(content)
        except ValidationError as error:
            name = path.relative_to(self.folder.parent).as_posix()
            self.problems.extend(problems_of(error, file=name, layout=layout))
            return None

    def framework(
        self, folder: Path, places: set[str], services: list[tuple[int, dict[str, str]]]
    ) -> tuple[Framework | None, pd.DataFrame]:
        path = folder / "framework.toml"
        entry: FrameworkFile | None = self.toml(path, FrameworkFile)
        outcomes = self.outcomes(path, entry) if entry else ()
        if entry and entry.geography not in places:
            self.report(path, "geography", f"{entry.geography!r} is not in geographies.csv", "add it there")
        indicators: list[Indicator] = []
        tables = [_no_observations()]
        for file in sorted((folder / "indicators").glob("*.toml")):
            indicator = self.indicator(file, folder, {outcome.id for outcome in outcomes} if entry else None)
            if indicator is None:
                continue
            indicators.append(indicator)
            observed = folder / "observations" / f"{file.stem}.csv"
            before = len(self.problems)
            table = self.observations(observed, indicator, entry.id if entry else "", places)
            if entry and len(self.problems) == before:  # else a baseline may be absent only because its line is faulty
                self.check_targets(file, indicator, table, entry.geography)
            self.check_benchmarks(file, indicator, places)
            tables.append(table)
        self.orphans(folder)
        if entry is None:
            return None, _no_observations()
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
        filled = [table for table in tables if len(table)] or tables[:1]
        return framework, pd.concat(filled, ignore_index=True)

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

    def indicator(self, file: Path, folder: Path, outcomes: set[str] | None) -> Indicator | None:
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
        if len(self.problems) > before:
            return None
        story = folder / "stories" / f"{file.stem}.md"
        plain = entry.model_dump(exclude={"series", "target", "confirmed"})
        plain |= {key: tuple(value) for key, value in plain.items() if isinstance(value, list)}
        return Indicator(
            **plain,
            series=tuple(Series(**one.model_dump()) for one in entry.series),
            targets=tuple(sorted(targets, key=lambda target: target.period)),
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

    def period(self, file: Path, key: str, label: str, kind: PeriodKind) -> Period | None:
        try:
            return parse_period(label, kind, fiscal_year_start_month=self.start_month)
        except ValueError as problem:
            self.report(file, key, str(problem), f"the series counts by {kind}: write its label so")
            return None

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

    # Figures

    def observations(self, path: Path, indicator: Indicator, framework: str, places: set[str]) -> pd.DataFrame:
        rows: list[dict[str, Any]] = []
        seen: dict[tuple[str, ...], int] = {}
        for line, row in self.rows(path, OBSERVATION_COLUMNS):
            figure = self.observation(path, line, row, indicator, places)
            if figure is None:
                continue
            key = tuple(row[name] for name in ("series", "geography", "dimension", "group", "vintage"))
            key += (figure["period"],)
            if key in seen:
                self.report(path, f"line {line}", f"says again what line {seen[key]} says",
                            "remove one, or give the revision its own vintage")  # fmt: skip
            seen[key] = line
            rows.append(figure | {"framework": framework, "indicator": indicator.id})
        return pd.DataFrame(rows, columns=_no_observations().columns)

    def observation(
        self, path: Path, line: int, row: dict[str, str], indicator: Indicator, places: set[str]
    ) -> dict[str, Any] | None:
        before = len(self.problems)
        series = next((one for one in indicator.series if one.id == row["series"]), None)
        if series is None:
            self.report(path, f"line {line}, series", f"{row['series']!r} is not in the indicator's file",
                        "add it there as [[series]], or mend it here")  # fmt: skip
            return None
        if row["geography"] not in places:
            self.report(path, f"line {line}, geography", f"{row['geography']!r} is not in geographies.csv",
                        "write an id that is, or add it there")  # fmt: skip
        if bool(row["dimension"]) != bool(row["group"]):
            self.report(path, f"line {line}, group", "a dimension and a group go together",
                        "write both (race, Black) or neither")  # fmt: skip
        if not row["reference"]:
            self.report(path, f"line {line}, reference", "is empty: no figure without one",
                        "write where the figure was read")  # fmt: skip
        if row["provisional"] not in ("true", "false"):
            self.report(path, f"line {line}, provisional", f"{row['provisional']!r} is neither", "write true or false")
        period = self.period(path, f"line {line}, period", row["period"], series.kind)
        numbers = {name: self.number(path, line, name, row[name]) for name in NUMBERS}
        self.check_missing(path, line, row, numbers["value"])
        self.check_arithmetic(path, line, numbers, series)
        if period is None or len(self.problems) > before:
            return None
        return {
            **row, **numbers, "provisional": row["provisional"] == "true", "period": period.label,
            "kind": str(period.kind), "start": period.start, "end": period.end,
        }  # fmt: skip

    def number(self, path: Path, line: int, name: str, text: str) -> float:
        """NaN for an empty cell. Only plain decimal numbers: float() would also take nan, inf, 1_000 and other digits."""
        if not text:
            return math.nan
        plain = text.isascii() and not any(letter.isalpha() or letter == "_" for letter in text)
        try:
            if plain:
                return float(text)
        except ValueError:
            pass
        self.report(path, f"line {line}, {name}", f"{text!r} is not a number",
                    "write digits with a point, such as 1234.5; leave it empty when there is none")  # fmt: skip
        return math.nan

    def check_missing(self, path: Path, line: int, row: dict[str, str], value: float) -> None:
        reasons = [str(reason) for reason in MissingReason]
        if not row["value"] and row["missing_reason"] not in reasons:
            self.report(path, f"line {line}, missing_reason", "a missing value has no reason",
                        f"write one of: {', '.join(reasons)}")  # fmt: skip
        if not math.isnan(value) and row["missing_reason"]:
            self.report(path, f"line {line}, missing_reason", "stands beside a value", "remove the one or the other")

    def check_arithmetic(self, path: Path, line: int, numbers: dict[str, float], series: Series) -> None:
        value, numerator, denominator = (numbers[name] for name in ("value", "numerator", "denominator"))
        if denominator <= 0:
            self.report(path, f"line {line}, denominator", "is zero or below", "write the count, or leave it empty")
        elif series.value_kind == "proportion" and numerator > denominator:
            self.report(path, f"line {line}, numerator", "is larger than the denominator", "mend the one or the other")
        elif series.multiplier and not any(map(math.isnan, (value, numerator, denominator))):
            expected = series.multiplier * numerator / denominator
            if abs(expected - value) > max(0.6 * 10**-series.decimals, ROUNDING_TOLERANCE * abs(expected)):
                self.report(path, f"line {line}, value",
                            f"{value:g} is not {series.multiplier:g} × {numerator:g} / {denominator:g} = {expected:.4g}",
                            "mend the value, the counts or the series' multiplier")  # fmt: skip
        if numbers["lower"] > numbers["upper"]:
            self.report(path, f"line {line}, lower", "is above the upper limit", "exchange them")


def _no_observations() -> pd.DataFrame:
    return pd.DataFrame(columns=["framework", "indicator", *OBSERVATION_COLUMNS, "kind", "start", "end"])
