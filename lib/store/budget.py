"""Reads the money of `data/`: amounts by service, what they cover, the services' measures and the price index."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from lib.methods.periods import parse_period
from lib.model import (
    TIES,
    Basis,
    Budget,
    BudgetLine,
    Coverage,
    Framework,
    MeasureTarget,
    OutcomeLink,
    PeriodKind,
    PriceIndex,
)
from lib.store.reader import Reader

LINE_COLUMNS = ("service", "activity", "name", "agency", "fund", "fiscal_year", "basis", "amount", "reference")
COVERAGE_COLUMNS = ("fiscal_year", "basis", "covers", "absent", "reference")
MEASURE_COLUMNS = ("measure", "service", "name", "fiscal_year", "target", "indicator", "tie", "reference")
DEFLATOR_COLUMNS = ("series", "year", "index", "reference")
OUTCOME_COLUMNS = ("framework", "outcome", "name", "reference")

Row = tuple[int, dict[str, str]]  # line number and cells


def read_budget(reader: Reader, services: Sequence[Row], frameworks: Sequence[Framework]) -> Budget:
    """The money as the files have it, each in its own order; an empty one where the city has none of the files.

    `services` are the lines of services.csv. A fault is reported with file, line and remedy, and its line left out.
    """
    lines = tuple(_lines(reader))
    coverage = tuple(_coverage(reader))
    _check_covered(reader, lines, coverage)
    indicators = {one.id for framework in frameworks for one in framework.indicators}
    return Budget(lines, tuple(_links(reader, services, frameworks)), tuple(_measures(reader, indicators)), tuple(_deflator(reader)), coverage)


def _lines(reader: Reader) -> Iterator[BudgetLine]:
    path = reader.folder / "budget.csv"
    seen: dict[tuple[str, ...], int] = {}
    for line, row in reader.rows(path, LINE_COLUMNS):
        before = len(reader.problems)
        _filled(reader, path, line, row, ("service", "name", "agency", "fund", "reference"))
        _fiscal_year(reader, path, line, row["fiscal_year"])
        _basis(reader, path, line, row["basis"])
        amount = _dollars(reader, path, line, row["amount"])
        _once(reader, path, line, tuple(row[key] for key in ("service", "activity", "fund", "fiscal_year", "basis")), seen)
        if len(reader.problems) == before:
            yield BudgetLine(**row | {"basis": Basis(row["basis"]), "amount": amount})


def _coverage(reader: Reader) -> Iterator[Coverage]:
    path = reader.folder / "budget_coverage.csv"
    seen: dict[tuple[str, ...], int] = {}
    for line, row in reader.rows(path, COVERAGE_COLUMNS):
        before = len(reader.problems)
        _filled(reader, path, line, row, ("covers", "absent", "reference"))
        _fiscal_year(reader, path, line, row["fiscal_year"])
        _basis(reader, path, line, row["basis"])
        _once(reader, path, line, (row["fiscal_year"], row["basis"]), seen)
        if len(reader.problems) == before:
            yield Coverage(**row | {"basis": Basis(row["basis"])})


def _check_covered(reader: Reader, lines: Sequence[BudgetLine], coverage: Sequence[Coverage]) -> None:
    """A sum is shown only with a sentence on what it is a sum of, so each year and basis needs one."""
    said = {(one.fiscal_year, one.basis) for one in coverage}
    for year, basis in sorted({(one.fiscal_year, one.basis) for one in lines} - said):
        reader.report(reader.folder / "budget_coverage.csv", f"{year}, {basis}", "budget.csv has amounts of it, and nothing says what they cover",
                      "write a line that says which agencies they are of, and what is absent")  # fmt: skip


def _links(reader: Reader, services: Sequence[Row], frameworks: Sequence[Framework]) -> Iterator[OutcomeLink]:
    """The outcomes of the services by year, with their names: those of a framework that is kept here, and those of others."""
    names = {(framework.id, one.id): one.name for framework in frameworks for one in framework.outcomes}
    own = {framework.id for framework in frameworks}
    path = reader.folder / "other_outcomes.csv"
    for line, row in reader.rows(path, OUTCOME_COLUMNS):
        _filled(reader, path, line, row, OUTCOME_COLUMNS)
        if row["framework"] in own:
            reader.report(path, f"line {line}, framework", f"{row['framework']!r} has a folder of its own", "remove the line: its outcomes stand there")
        names.setdefault((row["framework"], row["outcome"]), row["name"])
    for line, row in services:
        if not row["outcome"]:
            continue
        _fiscal_year(reader, reader.folder / "services.csv", line, row["fiscal_year"])
        name = names.get((row["framework"], row["outcome"]), row["outcome"])
        yield OutcomeLink(row["service"], row["framework"], row["fiscal_year"], row["outcome"], name, row["basis"], row["reference"])


def _measures(reader: Reader, indicators: set[str]) -> Iterator[MeasureTarget]:
    path = reader.folder / "service_measures.csv"
    seen: dict[tuple[str, ...], int] = {}
    for line, row in reader.rows(path, MEASURE_COLUMNS):
        before = len(reader.problems)
        _filled(reader, path, line, row, ("measure", "service", "target", "reference"))
        _fiscal_year(reader, path, line, row["fiscal_year"])
        target = reader.number(path, line, "target", row["target"])
        if row["indicator"] and row["indicator"] not in indicators:
            reader.report(path, f"line {line}, indicator", f"{row['indicator']!r} is not in any framework", "write the id of one, or leave it empty")
        if row["tie"] not in (TIES if row["indicator"] else ("",)):
            reader.report(path, f"line {line}, tie", f"{row['tie']!r} is none", f"write one of: {', '.join(TIES)}; nothing where there is no indicator")
        _once(reader, path, line, tuple(row[key] for key in ("measure", "service", "fiscal_year")), seen)
        if len(reader.problems) == before:
            yield MeasureTarget(**row | {"target": target})


def _deflator(reader: Reader) -> Iterator[PriceIndex]:
    path = reader.folder / "deflator.csv"
    seen: dict[tuple[str, ...], int] = {}
    first = ""
    for line, row in reader.rows(path, DEFLATOR_COLUMNS):
        before = len(reader.problems)
        _filled(reader, path, line, row, ("series", "index", "reference"))
        first = first or row["series"]
        if row["series"] != first:
            reader.report(path, f"line {line}, series", "is another series than that of the lines before it", "keep one series in this file")
        if not (len(row["year"]) == 4 and row["year"].isdecimal() and row["year"].isascii()):
            reader.report(path, f"line {line}, year", f"{row['year']!r} is no calendar year", "write four digits, such as 2014")
        index = reader.number(path, line, "index", row["index"])
        if not math.isnan(index) and index <= 0:
            reader.report(path, f"line {line}, index", f"{row['index']} is not above zero", "write the index as it was published")
        _once(reader, path, line, (row["year"],), seen)
        if len(reader.problems) == before:
            yield PriceIndex(row["series"], int(row["year"]), index, row["reference"])


def _filled(reader: Reader, path: Path, line: int, row: dict[str, str], keys: Sequence[str]) -> None:
    for key in keys:
        if not row[key]:
            remedy = "write where the figure was read" if key == "reference" else f"write its {key.replace('_', ' ')}"
            reader.report(path, f"line {line}, {key}", "is empty", remedy)


def _fiscal_year(reader: Reader, path: Path, line: int, label: str) -> None:
    try:
        parse_period(label, PeriodKind.FISCAL, fiscal_year_start_month=reader.start_month)
    except ValueError:
        reader.report(path, f"line {line}, fiscal_year", f"{label!r} is no fiscal year", "write it as FY2014")


def _basis(reader: Reader, path: Path, line: int, word: str) -> None:
    if word not in list(Basis):
        reader.report(path, f"line {line}, basis", f"{word!r} is no basis", f"write one of: {', '.join(Basis)}")


def _dollars(reader: Reader, path: Path, line: int, text: str) -> int:
    """Whole dollars. An amount that is not known has no line, so that a missing one is never zero."""
    if not text:
        reader.report(path, f"line {line}, amount", "is empty", "write the amount in dollars; where none is printed, remove the line")
    elif text.startswith("-"):
        reader.report(path, f"line {line}, amount", f"{text} is below zero", "write the amount as it is printed, without a sign")
    elif not (text.isascii() and text.isdecimal()):
        reader.report(path, f"line {line}, amount", f"{text!r} is not whole dollars", "write digits only, such as 1131360")
    else:
        return int(text)
    return 0


def _once(reader: Reader, path: Path, line: int, said: tuple[str, ...], seen: dict[tuple[str, ...], int]) -> None:
    if said in seen:
        reader.report(path, f"line {line}", f"says again what line {seen[said]} says", "remove one of the two")
    seen.setdefault(said, line)
