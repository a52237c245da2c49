"""Reads the tables, texts and TOML files of `data/`, and collects every problem with its file, place and remedy.

What is read is remembered, so that a file that nothing reads is a problem too and not passed over in silence.
"""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ValidationError
from sqlalchemy import String

from lib.errors import Problem
from lib.methods.periods import parse_partial_date, parse_period
from lib.model import MissingReason, Period, PeriodKind, Series, Translations
from lib.store.files import (
    FrameworkFile,
    IndicatorFile,
    MeasureFile,
    OutcomeEntry,
    SeriesEntry,
    control_character,
    problems_of,
)
from lib.store.schema import area_observation, geography, observation

OBSERVATION_COLUMNS = (
    "series", "geography", "dimension", "group", "period", "value", "numerator", "denominator", "lower", "upper",
    "missing_reason", "provisional", "vintage", "note", "reference",
)  # fmt: skip
REFERENCE_COLUMNS = ("id", "reference", "origin")
NUMBERS = ("value", "numerator", "denominator", "lower", "upper")
# A value that its own numerator and denominator do not give, beyond rounding, is a slip of the pen.
ROUNDING_TOLERANCE = 0.006
DATA_SUFFIXES = (".toml", ".csv", ".md", ".geojson")
BY_THEIR_OWN_RULE = ("period", "kind", "vintage", "missing_reason")
# How long a cell may be: PostgreSQL refuses what is longer, SQLite would take it.
LONGEST = {column.name: column.type.length for table in (observation, area_observation, geography) for column in table.c
           if isinstance(column.type, String) and column.type.length and column.name not in BY_THEIR_OWN_RULE}  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """What a table of figures is about: an indicator or a measure. `unreadable` are series whose entry holds a problem of its
    own; their rows cannot be checked until it is mended."""

    id: str
    series: tuple[Series, ...]
    unreadable: frozenset[str] = frozenset()


class Reader:
    """Collects problems while it reads, so that the person who mends the files sees them all."""

    def __init__(self, folder: Path, fiscal_year_start_month: int) -> None:
        self.folder = folder
        self.start_month = fiscal_year_start_month
        self.problems: list[Problem] = []
        self.taken: set[Path] = set()

    def report(self, file: Path, key: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(file.relative_to(self.folder.parent).as_posix(), key, message, remedy))

    @cached_property
    def references(self) -> dict[str, str]:
        """What a short reference in a table stands for."""
        return {row["id"]: row["reference"] for _, row in self.rows(self.folder / "references.csv", REFERENCE_COLUMNS)}

    def rows(self, path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
        """Line number and cells of each row, trimmed. Control characters and cells longer than the store takes are reported."""
        self.taken.add(path)
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
                reader.fieldnames = header
                for row in reader:
                    if None in row or None in row.values():
                        self.report(path, f"line {reader.line_num}", "has another number of cells than the header",
                                    'put cells that hold a comma between "quotes"')  # fmt: skip
                        continue
                    self.check_cells(path, reader.line_num, row)
                    yield reader.line_num, {name: cell.strip() for name, cell in row.items()}
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError, csv.Error) as problem:
            self.report(path, "whole file", f"cannot be read ({problem})", "save it as CSV in UTF-8")

    def files(self, folder: Path, pattern: str) -> list[Path]:
        """The files of that pattern, in order; those that editors hide are not data."""
        return sorted(path for path in folder.glob(pattern) if not path.name.startswith("."))

    def check_cells(self, path: Path, line: int, row: dict[str, str]) -> None:
        if control_character("".join(row.values())):  # asked once a row, since there are many
            for name, cell in row.items():
                if found := control_character(cell):
                    self.report(path, f"line {line}, {name}", f"holds the control character {found!r}", "remove it")
        for name, longest in LONGEST.items():
            if name in row and len(row[name]) > longest and len(row[name].strip()) > longest:
                self.report(path, f"line {line}, {name}", f"has {len(row[name].strip())} letters; {longest} are the most",
                            "write something shorter")  # fmt: skip

    def plain_text(self, path: Path) -> str:
        """A text file's content; "" where there is none."""
        self.taken.add(path)
        try:
            content = path.read_text(encoding="utf-8-sig").strip()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as problem:
            self.report(path, "whole file", f"cannot be read ({problem})", "save it as text in UTF-8")
            return ""
        if found := control_character(content):
            self.report(path, "whole file", f"holds the control character {found!r}", "remove it")
        return content

    def toml(self, path: Path, layout: type[BaseModel]) -> Any:
        """The file as its layout has it; None where it holds problems."""
        content = self.toml_content(path)
        return None if content is None else self.laid_out(path, content, layout)

    def toml_content(self, path: Path) -> dict[str, Any] | None:
        """What stands in a TOML file, whatever that is; None where it is not TOML."""
        self.taken.add(path)
        try:
            return tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
            self.report(path, "whole file", f"cannot be read as TOML ({problem})", "mend the line that it names")
            return None

    def laid_out(self, path: Path, content: dict[str, Any], layout: type[BaseModel]) -> Any:
        try:
            return layout.model_validate(content)
        except ValidationError as error:
            name = path.relative_to(self.folder.parent).as_posix()
            self.problems.extend(problems_of(error, file=name, layout=layout))
            return None

    def translations(self, file: Path, place: str, entry: FrameworkFile | OutcomeEntry | IndicatorFile | MeasureFile) -> Translations:
        """What stands in an entry's tables of translations. A list is translated whole, since its sentences belong together."""
        found = {language: one.model_dump(exclude_unset=True) for language, one in entry.translations.items()}
        for language, texts in found.items():
            for name, text in texts.items():
                original = getattr(entry, name, "")
                if isinstance(text, list) and len(text) != len(original):
                    self.report(file, f"{place}translations, {language}, {name}", f"has {len(text)} texts, and {name} has {len(original)}",
                                "translate each of them")  # fmt: skip
                texts[name] = tuple(text) if isinstance(text, list) else text
        return found

    def subject(self, file: Path, content: dict[str, Any]) -> Subject | None:
        """What can be known of a file's series even where the file holds problems; None where they have no names."""
        entries = content.get("series", [])
        if not isinstance(entries, list) or not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in entries):
            return None
        readable = readable_ones(entries, SeriesEntry)
        known = tuple(Series(**one.model_dump()) for one in readable.values())
        return Subject(file.stem, known, frozenset(one["id"] for number, one in enumerate(entries) if number not in readable))

    def not_taken(self) -> None:
        """Reports each data file that nothing reads. Hidden files, README.md and `derived/` are not data."""
        for path in sorted(self.folder.rglob("*")):
            parts = path.relative_to(self.folder).parts
            if (path.suffix.lower() in DATA_SUFFIXES and path.is_file() and path not in self.taken and path.name != "README.md"
                    and parts[0] != "derived" and not any(part.startswith(".") for part in parts)):  # fmt: skip
                self.report(path, "file name", "is read by nothing, because of its place or its name",
                            "move or name it as README.md in data/ says, or remove it")  # fmt: skip

    def period(self, file: Path, key: str, label: str, kind: PeriodKind) -> Period | None:
        try:
            return parse_period(label, kind, fiscal_year_start_month=self.start_month)
        except ValueError as problem:
            self.report(file, key, str(problem), f"the series counts by {kind}: write its label so")
            return None

    def observations(
        self, path: Path, subject: Subject, places: set[str], columns: tuple[str, ...]
    ) -> pd.DataFrame:
        """The figures in `path` of an indicator or a measure: its columns, kind, start and end."""
        rows: list[dict[str, Any]] = []
        seen: dict[tuple[str, ...], int] = {}
        for line, row in self.rows(path, columns):
            figure = self.observation(path, line, row, subject, places)
            if figure is None:
                continue
            key = tuple(row[name] for name in ("series", "geography", "dimension", "group", "vintage"))
            key += (figure["period"],)
            if key in seen:
                self.report(path, f"line {line}", f"says again what line {seen[key]} says",
                            "remove one, or give the revision its own vintage")  # fmt: skip
            seen[key] = line
            rows.append(figure)
        return pd.DataFrame(rows, columns=[*columns, "kind", "start", "end"])

    def observation(
        self, path: Path, line: int, row: dict[str, str], subject: Subject, places: set[str]
    ) -> dict[str, Any] | None:
        before = len(self.problems)
        series = next((one for one in subject.series if one.id == row["series"]), None)
        if row["series"] in subject.unreadable:
            return None
        if series is None:
            self.report(path, f"line {line}, series", f"{row['series']!r} is not in {subject.id}.toml",
                        "add it there as [[series]], or mend it here")  # fmt: skip
            return None
        if row["geography"] not in places:
            self.report(path, f"line {line}, geography", f"{row['geography']!r} is not in geographies.csv or areas/areas.csv",
                        "write an id that is, or add it there")  # fmt: skip
        if bool(row["dimension"]) != bool(row["group"]):
            self.report(path, f"line {line}, group", "a dimension and a group go together",
                        "write both (race, Black) or neither")  # fmt: skip
        if not row["reference"]:
            self.report(path, f"line {line}, reference", "is empty: no figure without one",
                        "write where the figure was read")  # fmt: skip
        if row["provisional"].lower() not in ("true", "false"):  # spreadsheets write them large
            self.report(path, f"line {line}, provisional", f"{row['provisional']!r} is neither", "write true or false")
        self.check_vintage(path, line, row["vintage"])
        period = self.period(path, f"line {line}, period", row["period"], series.kind)
        numbers = {name: self.number(path, line, name, row[name]) for name in NUMBERS}
        self.check_missing(path, line, row, numbers["value"])
        self.check_arithmetic(path, line, numbers, series)
        if period is None or len(self.problems) > before:
            return None
        return {
            **row, **numbers, "provisional": row["provisional"].lower() == "true", "period": period.label,
            "reference": self.references.get(row["reference"], row["reference"]), "kind": str(period.kind), "start": period.start, "end": period.end,
        }  # fmt: skip

    def check_vintage(self, path: Path, line: int, vintage: str) -> None:
        """Of several vintages the newest is shown: only dates can be put in order."""
        if not vintage:
            return
        try:
            parse_partial_date(vintage)
        except ValueError as problem:
            self.report(path, f"line {line}, vintage", str(problem),
                        "write the day on which it was published, or as much of it as is known, or leave it empty")  # fmt: skip

    def number(self, path: Path, line: int, name: str, text: str) -> float:
        """NaN for an empty cell. Only plain decimal numbers: float() would also take nan, inf, 1_000 and other digits,
        and make infinity of very many digits."""
        if not text:
            return math.nan
        plain = text.isascii() and not any(letter.isalpha() or letter == "_" for letter in text)
        try:
            if plain and math.isfinite(found := float(text)):
                return found
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
        if numerator < 0:
            self.report(path, f"line {line}, numerator", "is below zero", "write the count, or leave it empty")
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


def readable_ones(entries: Any, layout: type[BaseModel]) -> dict[int, Any]:
    """Those of several entries that are laid out as they should be, by their place. What is wrong with the others is reported
    with their file."""
    found = {}
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        try:
            found[number] = layout.model_validate(entry)
        except ValidationError:
            continue
    return found


def joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The tables under each other; the first, empty one gives the columns where all are empty."""
    filled = [table for table in tables if len(table)] or list(tables[:1])
    return pd.concat(filled, ignore_index=True)
