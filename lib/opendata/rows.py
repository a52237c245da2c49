"""The rows of each public table, from an edition."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from lib.assessment import Assessment, status_word
from lib.model import Geography
from lib.opendata import dictionary
from lib.opendata.dictionary import Table, dictionary_rows
from lib.opendata.edition import Edition
from lib.stat import record
from lib.stat.changes import since
from lib.store import meetings, published, queries
from lib.store.published import Wanted

Row = dict[str, Any]


def rows_of(edition: Edition, table: Table) -> Iterable[Row]:
    """The rows of a table in a fixed order, each with all its columns in their order; missing is None. Figures are read as they are taken."""
    return _ROWS[table.name](edition)


def count_of(edition: Edition, table: Table) -> int:
    """How many rows a table has; figures are counted by the database."""
    if table.name in FIGURES:
        return figure_count(edition, table)
    return sum(1 for _ in rows_of(edition, table))


def newest_vintage(edition: Edition, table: Table) -> str:
    """The newest vintage among a table's figures; "" where none is named or it has no figures."""
    if table.name not in FIGURES:
        return ""
    about = FIGURES[table.name]
    return max(
        published.newest_vintages(edition.engine, edition.release, about, framework=edition.framework.id).values(),
        default="",
    )


# Figures

FIGURES: Mapping[str, str] = {
    dictionary.OBSERVATIONS.name: "indicator",
    dictionary.NEIGHBORHOOD_OBSERVATIONS.name: "measure",
}


def figure_rows(
    edition: Edition, table: Table, *, wanted: Wanted = Wanted(), after: int = -1, most: int | None = None
) -> Iterator[tuple[int, Row]]:
    """Figures with their place in the store, from the one after `after` on."""
    about = FIGURES[table.name]
    units = {(one.id, series.id): series.unit for one in _subjects(edition, about) for series in one.series}
    names = {place.id: place.name for place in edition.places.values()} | {area.id: area.name for area in edition.areas}
    columns = [column.name for column in table.columns]
    for found in published.figures(
        edition.engine, edition.release, about, framework=edition.framework.id, wanted=wanted, after=after, most=most
    ):
        more = {
            "unit": units.get((found[about], found["series"]), ""),
            "place": names.get(found["geography"], found["geography"]),
            "period_kind": found["kind"],
        }
        known = found | more
        yield found["row"], {name: _plain(known[name]) for name in columns}


def figure_count(edition: Edition, table: Table, *, wanted: Wanted = Wanted()) -> int:
    return published.count(
        edition.engine, edition.release, FIGURES[table.name], framework=edition.framework.id, wanted=wanted
    )


def _subjects(edition: Edition, about: str) -> Iterable[Any]:
    return edition.framework.indicators if about == "indicator" else edition.measures


def _plain(value: Any) -> Any:
    """Empty text is missing; so is a number that is none."""
    if value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    return value


# All else


def _row(table: Table, one: Any, **more: Any) -> Row:
    """A row with the table's columns: those of `more`, else the attributes of the same name."""
    return {
        column.name: _cell(more[column.name] if column.name in more else getattr(one, column.name))
        for column in table.columns
    }


def _cell(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [str(one) for one in value] or None
    if isinstance(value, bool | int | float | date) or value is None:
        return _plain(value)
    return _plain(str(value))


def _outcomes(edition: Edition) -> Iterator[Row]:
    for one in edition.framework.outcomes:
        own = sum(indicator.outcome == one.id for indicator in edition.framework.indicators)
        yield _row(dictionary.OUTCOMES, one, position=one.order, indicators=own)


def _indicators(edition: Edition) -> Iterator[Row]:
    for one in edition.framework.indicators:
        yield _row(
            dictionary.INDICATORS,
            one,
            position=one.order,
            headline_series=one.headline,
            confirmed=one.confirmed is not None,
        )


def _series(edition: Edition) -> Iterator[Row]:
    for of, several in (("indicator", edition.framework.indicators), ("measure", edition.measures)):
        for subject in several:
            for one in subject.series:
                yield _row(dictionary.SERIES, one, of=of, subject=subject.id, period_kind=one.kind)


def _targets(edition: Edition) -> Iterator[Row]:
    for indicator in edition.framework.indicators:
        for one in indicator.targets:
            yield _row(
                dictionary.TARGETS,
                one,
                indicator=indicator.id,
                about="level",
                period=one.period.label,
                period_end=one.period.end,
                ranked_by="",
            )
        for gap in indicator.gap_targets:
            yield _row(dictionary.TARGETS, gap, indicator=indicator.id, about="gap", period=gap.period.label, period_end=gap.period.end, low=None,
                       high=None, baseline_note="")  # fmt: skip


def status_row(edition: Edition, one: Assessment) -> Row:
    latest, target, baseline = one.latest, one.target, one.baseline
    return _row(
        dictionary.STATUSES, one,
        indicator=one.indicator.id, name=one.indicator.name, outcome=one.outcome.id, as_of=edition.as_of, status=status_word(one),
        status_sentence=one.status.sentence, movement=one.movement.movement, movement_sentence=one.movement.sentence,
        series=one.series.id if one.series else "", period=latest.period.label if latest else "", value=latest.value if latest else None,
        provisional=latest.provisional if latest else None, vintage=latest.vintage if latest else "",
        baseline_period=baseline.period.label if baseline else "", baseline=baseline.value if baseline else None,
        target_period=target.period.label if target else "", target=target.value if target else None,
        target_low=target.low if target else None, target_high=target.high if target else None,
        reference=latest.reference if latest else one.indicator.reference,
    )  # fmt: skip


def _statuses(edition: Edition) -> Iterator[Row]:
    return (status_row(edition, one) for one in edition.assessments)


def _places(edition: Edition) -> Iterator[Row]:
    known = {place.id: place for place in edition.places.values()}
    known |= {area.id: Geography(area.id, area.name, area.type) for area in edition.areas if area.id not in known}
    return (_row(dictionary.PLACES, known[key]) for key in sorted(known))


def _neighborhoods(edition: Edition) -> Iterator[Row]:
    return (_row(dictionary.NEIGHBORHOODS, one) for one in edition.areas)


def _measures(edition: Edition) -> Iterator[Row]:
    return (_row(dictionary.MEASURES, one, position=one.order) for one in edition.measures)


def _figures(table: Table) -> Callable[[Edition], Iterator[Row]]:
    return lambda edition: (row for _, row in figure_rows(edition, table))


def _of_the_budget(table: Table, part: str) -> Callable[[Edition], Iterator[Row]]:
    return lambda edition: (_row(table, one) for one in getattr(edition.budget, part))


def _record(edition: Edition) -> Iterator[Row]:
    """Month by month, from the year in which the first meeting was recorded on; nothing where none was."""
    stats = queries.stats(edition.engine, edition.release)
    agencies = queries.agencies(edition.engine, edition.release)
    real = {one.id for one in stats if not one.example}
    own = [one for one in meetings.meetings(edition.engine) if not one.example and one.stat in real]
    first = record.began(own)
    if first is None:
        return
    for year in range(first.year, max([edition.as_of.year, *(one.day.year for one in own)]) + 1):
        held = record.held_against_required(
            agencies, stats, own, year=year, today=edition.as_of, required_since=edition.settings.stat.required_since
        )
        for one in record.as_recorded(held, first):
            for month in one.months:
                yield _row(
                    dictionary.RECORD, month, agency=one.agency.id, agency_name=one.agency.name, missed=month.is_missed
                )


def _promises(edition: Edition) -> Iterator[Row]:
    """Those that residents may see, in the words in which they see them."""
    places = since.places_of(edition.engine, edition.release, edition.framework.id)
    found = since.public_promises(edition.engine, release=edition.release, places=places, settings=edition.settings, today=edition.as_of)
    return (_row(dictionary.PROMISES, one) for one in found)


_ROWS: Mapping[str, Callable[[Edition], Iterable[Row]]] = {
    dictionary.OUTCOMES.name: _outcomes,
    dictionary.INDICATORS.name: _indicators,
    dictionary.SERIES.name: _series,
    dictionary.TARGETS.name: _targets,
    dictionary.STATUSES.name: _statuses,
    dictionary.OBSERVATIONS.name: _figures(dictionary.OBSERVATIONS),
    dictionary.PLACES.name: _places,
    dictionary.NEIGHBORHOODS.name: _neighborhoods,
    dictionary.MEASURES.name: _measures,
    dictionary.NEIGHBORHOOD_OBSERVATIONS.name: _figures(dictionary.NEIGHBORHOOD_OBSERVATIONS),
    dictionary.BUDGET_LINES.name: _of_the_budget(dictionary.BUDGET_LINES, "lines"),
    dictionary.BUDGET_COVERAGE.name: _of_the_budget(dictionary.BUDGET_COVERAGE, "coverage"),
    dictionary.BUDGET_LINKS.name: _of_the_budget(dictionary.BUDGET_LINKS, "links"),
    dictionary.SERVICE_MEASURES.name: _of_the_budget(dictionary.SERVICE_MEASURES, "measures"),
    dictionary.RECORD.name: _record,
    dictionary.PROMISES.name: _promises,
    dictionary.DICTIONARY.name: lambda edition: (
        {name: _plain(cell) for name, cell in row.items()} for row in dictionary_rows()
    ),
}
