"""Reads the tables and TOML files of `data/`, and collects every problem with its file, place and remedy."""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import BaseModel, ValidationError

from lib.errors import Problem
from lib.methods.periods import parse_period
from lib.model import Indicator, MissingReason, NeighborhoodMeasure, Period, PeriodKind, Series
from lib.store.files import problems_of

OBSERVATION_COLUMNS = (
    "series", "geography", "dimension", "group", "period", "value", "numerator", "denominator", "lower", "upper",
    "missing_reason", "provisional", "vintage", "note", "reference",
)  # fmt: skip
REFERENCE_COLUMNS = ("id", "reference", "origin")
NUMBERS = ("value", "numerator", "denominator", "lower", "upper")
# A value that its own numerator and denominator do not give, beyond rounding, is a slip of the pen.
ROUNDING_TOLERANCE = 0.006


class Reader:
    """Collects problems while it reads, so that the person who mends the files sees them all."""

    def __init__(self, folder: Path, fiscal_year_start_month: int) -> None:
        self.folder = folder
        self.start_month = fiscal_year_start_month
        self.problems: list[Problem] = []

    def report(self, file: Path, key: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(file.relative_to(self.folder.parent).as_posix(), key, message, remedy))

    @cached_property
    def references(self) -> dict[str, str]:
        """What a short reference in a table stands for."""
        return {row["id"]: row["reference"] for _, row in self.rows(self.folder / "references.csv", REFERENCE_COLUMNS)}

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

    def period(self, file: Path, key: str, label: str, kind: PeriodKind) -> Period | None:
        try:
            return parse_period(label, kind, fiscal_year_start_month=self.start_month)
        except ValueError as problem:
            self.report(file, key, str(problem), f"the series counts by {kind}: write its label so")
            return None

    def observations(
        self, path: Path, subject: Indicator | NeighborhoodMeasure, places: set[str], columns: tuple[str, ...]
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
        self, path: Path, line: int, row: dict[str, str], subject: Indicator | NeighborhoodMeasure, places: set[str]
    ) -> dict[str, Any] | None:
        before = len(self.problems)
        series = next((one for one in subject.series if one.id == row["series"]), None)
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
            "reference": self.references.get(row["reference"], row["reference"]), "kind": str(period.kind), "start": period.start, "end": period.end,
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


def joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The tables under each other; the first, empty one gives the columns where all are empty."""
    filled = [table for table in tables if len(table)] or list(tables[:1])
    return pd.concat(filled, ignore_index=True)
