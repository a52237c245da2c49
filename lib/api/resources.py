"""What can be asked under /api/v1: each a collection of rows, and one row by its id. Addresses, parameters and answers stand here once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lib.api.parameters import LIMIT, PAGE, Cursor, Parameter, choice, day, text
from lib.api.problems import Problem
from lib.opendata import dictionary
from lib.opendata.dictionary import Table
from lib.opendata.edition import Edition
from lib.opendata.rows import FIGURES, Row, figure_count, figure_rows, rows_of
from lib.store.published import Wanted

BASE = "/api/v1"
SHORT = 12  # letters of a release's id that a cursor holds


@dataclass(frozen=True)
class Filter:
    """A parameter that keeps the rows with that value in `column`. Where `names` is a table, a value that is no id there is told."""

    parameter: Parameter
    column: str
    names: Table | None = None


@dataclass(frozen=True)
class Part:
    """What belongs to a single row: the rows of another table whose `column` holds its id, and whose other columns are as in `also`."""

    table: Table
    column: str
    also: Mapping[str, str] = field(default_factory=dict)
    is_one: bool = False  # a row, or null, in place of a list


@dataclass(frozen=True)
class Resource:
    """A collection at /api/v1/<name>, one row at /api/v1/<name>/<id> where `single` is said."""

    table: Table
    filters: tuple[Filter, ...] = ()
    parameters: tuple[Parameter, ...] = ()  # others
    single: bool = True
    parts: Mapping[str, Part] = field(default_factory=dict)  # of a single row, by the key under which they stand

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def every_parameter(self) -> tuple[Parameter, ...]:
        return (*(one.parameter for one in self.filters), *self.parameters, LIMIT, PAGE)


def _by(name: str, about: str, *, column: str = "", names: Table | None = None) -> Filter:
    return Filter(text(name, about), column or name, names)


VINTAGES = choice(
    "vintages", "newest: what is known today. all: also what was published before.", ("newest", "all"), "newest"
)
SINCE = day("since", "Only periods that end on this day or later.")
UNTIL = day("until", "Only periods that begin on this day or earlier.")
_FIGURE_FILTERS = (
    _by("series", "Only this series."),
    _by("geography", "Only this place, by its id.", names=dictionary.PLACES),
    _by("dimension", "Only what is broken down by this, such as race."),
    _by("group", "Only this group within its dimension."),
    _by("period", "Only this period, such as 2016 or FY2017."),
)

RESOURCES: Mapping[str, Resource] = {
    one.name: one
    for one in (
        Resource(dictionary.OUTCOMES, parts={"own_indicators": Part(dictionary.INDICATORS, "outcome")}),
        Resource(
            dictionary.INDICATORS,
            filters=(_by("outcome", "Only indicators of this outcome.", names=dictionary.OUTCOMES), _by("owner", "Only those that this agency answers for.")),
            parts={"standing": Part(dictionary.STATUSES, "indicator", is_one=True), "series": Part(dictionary.SERIES, "subject", {"of": "indicator"}),
                   "targets": Part(dictionary.TARGETS, "indicator")},
        ),
        Resource(
            dictionary.STATUSES,
            filters=(_by("outcome", "Only indicators of this outcome.", names=dictionary.OUTCOMES), _by("status", "Only this status, such as on track."),
                     _by("movement", "Only this movement, such as getting worse.")),
            single=False,
        ),
        Resource(
            dictionary.OBSERVATIONS,
            filters=(_by("indicator", "Only this indicator.", names=dictionary.INDICATORS), *_FIGURE_FILTERS),
            parameters=(SINCE, UNTIL, VINTAGES),
            single=False,
        ),
        Resource(dictionary.NEIGHBORHOODS),
        Resource(dictionary.MEASURES, filters=(_by("topic", "Only this topic."),), parts={"series": Part(dictionary.SERIES, "subject", {"of": "measure"})}),
        Resource(
            dictionary.NEIGHBORHOOD_OBSERVATIONS,
            filters=(_by("measure", "Only this measure.", names=dictionary.MEASURES), *_FIGURE_FILTERS),
            parameters=(SINCE, UNTIL, VINTAGES),
            single=False,
        ),
        Resource(dictionary.PLACES),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    total: int
    next: Cursor | None  # None on the last page


def page_of(edition: Edition, resource: Resource, asked: Mapping[str, Any]) -> Page:
    """One page of a collection. Raises Problem: 404 for a filter's id that is not there, 409 where the release is another than the cursor's."""
    cursor = _cursor(edition, asked)
    equal = {one.column: asked[one.parameter.name] for one in resource.filters if asked[one.parameter.name] is not None}
    for one in resource.filters:
        if one.names and one.column in equal:
            _find(edition, one.names, equal[one.column], parameter=one.parameter.name)
    turn = _figures if resource.name in FIGURES else _small
    found, total = turn(edition, resource.table, equal, asked, cursor.after)
    more = len(found) > asked["limit"]
    rows = found[: asked["limit"]]
    return Page([row for _, row in rows], total, Cursor(edition.release[:SHORT], rows[-1][0]) if more else None)


def _cursor(edition: Edition, asked: Mapping[str, Any]) -> Cursor:
    start = Cursor(edition.release[:SHORT], -1)
    cursor = asked["cursor"] or start
    if cursor.release != start.release:
        raise Problem(
            409,
            "A later release is shown than the one in which this reading began.",
            remedy="Begin again without cursor.",
            parameter="cursor",
        )
    return cursor


def _figures(
    edition: Edition, table: Table, equal: Mapping[str, str], asked: Mapping[str, Any], after: int
) -> tuple[list[tuple[int, Row]], int]:
    wanted = Wanted(equal, asked["since"], asked["until"], newest=asked["vintages"] == "newest")
    return list(figure_rows(edition, table, wanted=wanted, after=after, most=asked["limit"] + 1)), figure_count(
        edition, table, wanted=wanted
    )


def _small(
    edition: Edition, table: Table, equal: Mapping[str, str], asked: Mapping[str, Any], after: int
) -> tuple[list[tuple[int, Row]], int]:
    kept = [
        (number, row)
        for number, row in enumerate(rows_of(edition, table))
        if all(row[name] == value for name, value in equal.items())
    ]
    return [one for one in kept if one[0] > after][: asked["limit"] + 1], len(kept)


def single(edition: Edition, resource: Resource, key: str) -> Row:
    """One row with what belongs to it. Raises Problem (404)."""
    row = dict(_find(edition, resource.table, key))
    for name, part in resource.parts.items():
        wanted = {part.column: key, **part.also}
        own = [
            one for one in rows_of(edition, part.table) if all(one[column] == value for column, value in wanted.items())
        ]
        row[name] = (own[0] if own else None) if part.is_one else own
    if resource.table.shapes:
        row["geometry"] = next(
            (one["geometry"] for one in edition.boundaries.get("features", ()) if one.get("id") == key), None
        )
    return row


def _find(edition: Edition, table: Table, key: str, *, parameter: str = "") -> Row:
    for row in rows_of(edition, table):
        if row["id"] == key:
            return row
    raise Problem(
        404,
        f"There is no {key!r} among the {table.title.lower()}.",
        remedy=f"All of them are at {BASE}/{table.name}.",
        parameter=parameter,
    )
