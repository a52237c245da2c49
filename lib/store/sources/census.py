"""The American Community Survey: tracts put together to areas, with margins of error; five years read as one period.

A code such as -666666666 is a reason and never a number. An area of which one tract is missing has no figure: a sum over the
others would be too low and look like any other.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lib.methods.intervals import margin_of_proportion, margin_of_sum, standard_error_of_margin, z_of
from lib.model import MissingReason, Period, PeriodKind, Series
from lib.store.sources import json_reply
from lib.store.sources.answer import Level, Problem, SourceAnswer, SourceFigure, shown
from lib.store.sources.context import Context, switched_off
from lib.store.sources.errors import SourceError, SourceUnavailable
from lib.store.sources.fetch import JSON, Fetcher
from lib.store.sources.kept import Fetched, fresh_or_kept
from lib.store.sources.periods import period_of_year
from lib.store.sources.settings import Census, CensusFigure

# What the Census Bureau writes in place of an estimate or a margin: "Notes on ACS Estimate and Annotation Values".
CODES = {
    -999999999: (MissingReason.SUPPRESSED, "too few sample cases in the area for it to be shown"),
    -888888888: (MissingReason.NOT_APPLICABLE, "not applicable or not available"),
    -666666666: (MissingReason.NOT_REPORTED, "too few sample observations to compute it"),
    -555555555: (MissingReason.NOT_APPLICABLE, "the estimate is controlled, so it has no sampling error of its own"),
    -333333333: (MissingReason.NOT_REPORTED, "the median lies in an open-ended interval"),
    -222222222: (MissingReason.NOT_REPORTED, "too few sample observations to compute a margin of error"),
}
VARIABLES_IN_ONE = 24  # each with its margin; the service takes 50 names at once
WINDOW = 5
FIRST_OF_2020 = 2020  # the release 2016-2020 is the first by the tracts of 2020


@dataclass(frozen=True)
class Cell:
    """What a reply says of one variable and place: an estimate and a margin at 90 %, each with why it is not there."""

    estimate: float | None
    margin: float | None
    reason: MissingReason | None
    why: str
    why_no_margin: str


@dataclass(frozen=True)
class Estimate:
    """A figure put together: NaN margin = not known."""

    value: float | None
    margin: float
    numerator: float | None = None
    denominator: float | None = None
    reason: MissingReason | None = None
    note: str = ""


def read_census(context: Context) -> SourceAnswer:
    """All years and figures of the settings. Raises SourceError where a year cannot be had, or fits other tracts than are known."""
    source = context.settings.census
    if source is None:
        raise switched_off("census")
    _check_settings(source, context)
    fetcher, now = context.fetcher(), context.now()
    figures, problems, origins = [], [], []
    for year in sorted(set(source.years)):
        (own, found), origin = fresh_or_kept(
            f"census {source.dataset} {source.state} {source.county} {year}", keeper=context.keeper, now=now,
            fetch=lambda year=year: _fetch(fetcher, year, source),
            read=lambda content, year=year: _figures(json_reply.parsed(content, source="The kept copy"), year, source, context),
        )  # fmt: skip
        figures += own
        problems += found
        origins.append(origin)
    return SourceAnswer("census", tuple(figures), tuple(problems), (), tuple(origins))


def _check_settings(source: Census, context: Context) -> None:
    wrong = [year for year in source.years if (year >= FIRST_OF_2020) is not (source.tracts_of == 2020)]
    if wrong:
        raise SourceError(f"The surveys to {', '.join(map(str, wrong))} are by other census tracts than those of {source.tracts_of} in "
                          "data/areas/tracts.csv; put in the tracts they are by, and set tracts_of.")  # fmt: skip
    for one in source.figure:
        _, series = context.series(one.measure, one.series)
        if series.kind is not PeriodKind.WINDOW:
            raise SourceError(f"The series {one.series} of {one.measure} counts by {series.kind}; figures of the survey are of five years read as one (window).")
        if one.kind == "share" and series.multiplier is None:
            raise SourceError(f"The series {one.series} of {one.measure} has no multiplier, and its figure in config.toml is a share.")


# The requests


def _fetch(fetcher: Fetcher, year: int, source: Census) -> Fetched:
    """Tracts and county as one document: {"tracts": {geoid: {variable: [estimate, margin]}}, "county": {...}}."""
    variables = list(dict.fromkeys(name for one in source.figure for name in (*one.numerator, *one.denominator)))
    address = f"{source.base}/{year}/{source.dataset}"
    document: dict[str, Any] = {"tracts": {}, "county": {}}
    within = {"in": f"state:{source.state} county:{source.county}"}
    wanted = [("tracts", {"for": "tract:*", **within}, ("state", "county", "tract"))]
    if source.city:
        wanted.append(("county", {"for": f"county:{source.county}", "in": f"state:{source.state}"}, ("state", "county")))
    for start in range(0, len(variables), VARIABLES_IN_ONE):
        some = variables[start : start + VARIABLES_IN_ONE]
        for part, places, columns in wanted:
            query = {"get": ",".join(f"{name}{letter}" for name in some for letter in "EM"), **places}
            for place, cells in _table(fetcher, address, query, some, columns, source).items():
                document[part].setdefault(place, {}).update(cells)
    content = json_reply.as_bytes(document)
    return Fetched(content, address, datetime.now(UTC), hashlib.sha256(content).hexdigest())


def _table(
    fetcher: Fetcher, address: str, query: Mapping[str, str], variables: Sequence[str], columns: Sequence[str], source: Census
) -> dict[str, dict[str, list[Any]]]:
    key = os.environ.get(source.key_variable, "").strip() if source.key_variable else ""
    reply = fetcher.get(address, query, kind=JSON, secret={"key": key} if key else None)
    lines = json_reply.parsed(reply.content, source="The Census Bureau's server")
    if not isinstance(lines, list) or not lines or not all(isinstance(line, list) and len(line) == len(lines[0]) for line in lines):
        raise SourceUnavailable("The Census Bureau's server sent something that is no table.", detail=address)
    header = [str(name) for name in lines[0]]
    absent = [name for name in (*(f"{one}{letter}" for one in variables for letter in "EM"), *columns) if header.count(name) != 1]
    if absent:
        raise SourceError(f"The Census Bureau's reply has no column {', '.join(absent)}.", detail=address)
    at = {name: position for position, name in enumerate(header)}
    found: dict[str, dict[str, list[Any]]] = {}
    for line in lines[1:]:
        place = "".join(str(line[at[name]]) for name in columns)
        if place in found:
            raise SourceError(f"The Census Bureau's reply names {shown(place)} twice.", detail=address)
        found[place] = {one: [line[at[f"{one}E"]], line[at[f"{one}M"]]] for one in variables}
    return found


# The figures


def _figures(document: Mapping[str, Any], year: int, source: Census, context: Context) -> tuple[list[SourceFigure], list[Problem]]:
    period = period_of_year(year, PeriodKind.WINDOW, window_years=WINDOW, start_month=context.fiscal_year_start_month)
    tracts: Mapping[str, Any] = document["tracts"]
    problems = _check_tracts(tracts, source, context, period)
    figures = []
    for one in source.figure:
        _, series = context.series(one.measure, one.series)
        if one.kind != "published":
            for area in context.areas:
                estimate = _of_area(one, series, [(tract, tracts.get(tract)) for tract in area.tracts])
                figures.append(_row(one, series, area.id, period, estimate, source))
        if source.city:
            county = document["county"].get(f"{source.state}{source.county}")
            estimate = _of_county(one, series, county)
            figures.append(_row(one, series, source.city, period, estimate, source))
    return figures, problems


def _check_tracts(tracts: Mapping[str, Any], source: Census, context: Context, period: Period) -> list[Problem]:
    """Raises SourceError where too few areas have all their tracts."""
    known = {tract for area in context.areas for tract in area.tracts}
    whole = [area for area in context.areas if area.tracts and all(tract in tracts for tract in area.tracts)]
    foreign = sorted(set(tracts) - known - set(source.not_in_areas))
    if len(whole) < context.settings.matched_share * len(context.areas):
        broken = [area.name for area in context.areas if area not in whole]
        named = f" Tracts that no area has: {', '.join(foreign[:12])}." if foreign else ""
        raise SourceError(f"The survey {period.label} has all tracts of only {len(whole)} of {len(context.areas)} areas; "
                          f"{context.settings.matched_share:.0%} are needed. Without all tracts: {'; '.join(broken[:12])}.{named}")  # fmt: skip
    return [Problem(period.label, "", Level.ERROR, "tract_unknown", shown(tract), f"the tract {shown(tract)} belongs to no area; it was left out",
                    "give it an area in data/areas/tracts.csv, or list it under not_in_areas") for tract in foreign]  # fmt: skip


def _of_area(one: CensusFigure, series: Series, tracts: Sequence[tuple[str, Mapping[str, list[Any]] | None]]) -> Estimate:
    absent = [tract for tract, cells in tracts if cells is None]
    if absent or not tracts:
        return Estimate(None, math.nan, reason=MissingReason.NOT_REPORTED, note=f"not in the reply: tract {', '.join(absent)}" if absent else "the area has no tracts")
    numerator = _sum(one.numerator, tracts)
    if one.kind == "count" or numerator.reason:
        return numerator
    return _share(numerator, _sum(one.denominator, tracts), series)


def _of_county(one: CensusFigure, series: Series, cells: Mapping[str, list[Any]] | None) -> Estimate:
    if cells is None:
        return Estimate(None, math.nan, reason=MissingReason.NOT_REPORTED, note="the county is not in the reply")
    return _of_area(one, series, [("the county", cells)]) if one.kind != "published" else _sum(one.numerator, [("the county", cells)])


def _sum(variables: Sequence[str], places: Sequence[tuple[str, Mapping[str, list[Any]] | None]]) -> Estimate:
    """All variables over all places. One that is missing makes the sum missing; a margin that is missing makes the sum's unknown."""
    cells = [(place, name, cell_of(*(own or {})[name])) for place, own in places for name in variables]
    missing = [(place, name, cell) for place, name, cell in cells if cell.estimate is None]
    if missing:
        place, name, cell = missing[0]
        further = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
        return Estimate(None, math.nan, reason=cell.reason, note=f"{name} of {place}{further}: {cell.why}")
    value = math.fsum(cell.estimate for _, _, cell in cells)
    unsure = next(((place, name, cell) for place, name, cell in cells if cell.margin is None), None)
    if unsure:
        return Estimate(value, math.nan, note=f"margin of error not known; {unsure[1]} of {unsure[0]}: {unsure[2].why_no_margin}")
    return Estimate(value, margin_of_sum([cell.margin for _, _, cell in cells], [cell.estimate for _, _, cell in cells]))


def _share(numerator: Estimate, denominator: Estimate, series: Series) -> Estimate:
    if denominator.reason:
        return denominator
    if not denominator.value:
        return Estimate(None, math.nan, reason=MissingReason.NOT_APPLICABLE, note="the denominator is zero")
    if numerator.value > denominator.value:
        return Estimate(None, math.nan, reason=MissingReason.NOT_REPORTED, note="the numerator is larger than the denominator; mend the variables")
    multiplier = series.multiplier or 1.0
    margin = math.nan
    if not math.isnan(numerator.margin) and not math.isnan(denominator.margin):
        margin = multiplier * margin_of_proportion(
            numerator.value, denominator.value, numerator_margin=numerator.margin, denominator_margin=denominator.margin
        )
    value = multiplier * numerator.value / denominator.value
    return Estimate(value, margin, numerator.value, denominator.value, note="; ".join(one.note for one in (numerator, denominator) if one.note))


def cell_of(estimate: Any, margin: Any) -> Cell:
    """An estimate and its margin as the reply has them: texts, numbers or null.

    A negative number that is no known code is no number either: nothing that is counted here can be negative.
    """
    value, reason, why = _number(estimate)
    spread, _, why_no_margin = _number(margin)
    return Cell(value, spread, reason, why, why_no_margin)


def _number(content: Any) -> tuple[float | None, MissingReason | None, str]:
    if content is None or content == "":
        return None, MissingReason.NOT_REPORTED, "empty"
    try:
        value = float(content) if not isinstance(content, bool) and str(content).isascii() and "_" not in str(content) else math.nan
    except (ValueError, TypeError):
        value = math.nan
    if not math.isfinite(value):
        return None, MissingReason.NOT_REPORTED, f"{shown(content)!r} is not a number"
    if value in CODES:
        reason, why = CODES[int(value)]
        return None, reason, why
    if value < 0:
        return None, MissingReason.NOT_REPORTED, f"{value:.12g} is below zero, and is no code that is known"
    return value, None, ""


def _row(one: CensusFigure, series: Series, place: str, period: Period, estimate: Estimate, source: Census) -> SourceFigure:
    """With limits at 95 %. They are not cut off at 0 or 100: readers of the store work the standard error out from their distance."""
    error = standard_error_of_margin(estimate.margin)
    is_known = estimate.value is not None and not math.isnan(error)
    spread = z_of(0.95) * error
    return SourceFigure(
        "measure", one.measure, series.id, place, "", "", period.label, str(period.kind), period.start, period.end, estimate.value,
        estimate.numerator, estimate.denominator, str(estimate.reason or ""), False, estimate.note, source.dataset, 0, "+".join(one.numerator),
        lower=estimate.value - spread if is_known else None, upper=estimate.value + spread if is_known else None,
        standard_error=error if is_known else None, reference=source.reference,
    )  # fmt: skip
