"""The City's performance-plan export: measures, and a figure for each year and quarter, actual and target.

The list is stacked twice, once for each fiscal year in which it was kept, and the copies contradict each other. Both are kept;
the newest is shown; each contradiction is listed. A cell without content makes no figure: it says neither a value nor a reason.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from lib.language import _
from lib.store.sources.answer import Change, Problem, SourceFigure
from lib.store.sources.context import Context, switched_off
from lib.store.sources.errors import SourceError
from lib.store.sources.findings import Findings
from lib.store.sources.kept import Fetched, Origin, fresh_or_kept
from lib.store.sources.plan_figures import figures_of
from lib.store.sources.plan_measures import REPEATED, PlanMeasure, measure_of, rows_by_measure
from lib.store.sources.plan_table import NAME, Part, PlanTable, clean, read_clean
from lib.store.sources.settings import Limits, PerformancePlan


@dataclass(frozen=True)
class Contradiction:
    """Copies of the list say different things of one figure. `shown` is what the newest says."""

    shown: SourceFigure
    others: tuple[SourceFigure, ...]


@dataclass(frozen=True)
class PlanAnswer:
    """`figures` are shown; `superseded` are what older copies say of the same, where that differs."""

    measures: tuple[PlanMeasure, ...]
    figures: tuple[SourceFigure, ...]
    superseded: tuple[SourceFigure, ...]
    contradictions: tuple[Contradiction, ...]
    problems: tuple[Problem, ...]
    changes: tuple[Change, ...]
    origin: Origin
    dropped: tuple[str, ...]  # the names of the columns with persons in them
    unread: tuple[str, ...]
    removed: int  # addresses and names of persons in other cells
    rows: int = 0  # lines under the header
    repeated: int = 0  # of these, those that say word for word what another in the same copy says
    set_aside: int = 0  # of these, those that belong to no measure; the problems say why
    asks: frozenset[tuple[int, Part]] = frozenset()  # figures that there is a column for


def read_performance_plan(context: Context) -> PlanAnswer:
    """Raises SourceError where the export cannot be had, or is not the list that is expected."""
    source = context.settings.performance_plan
    if source is None:
        raise switched_off("performance_plan")
    (table, measures, figures, findings), origin = fresh_or_kept(
        "performance plan", keeper=context.keeper, now=context.now(),
        fetch=lambda: _fetch(source, context),
        read=lambda content: _read(read_clean(content), source, context.fiscal_year_start_month),
    )  # fmt: skip
    return _answer(table, measures, figures, findings, origin)


def plan_in(content: bytes, source: PerformancePlan, limits: Limits, *, name: str, start_month: int) -> PlanAnswer:
    """What a file holds that a person sends. Raises SourceError where it is not the list that is expected."""
    read = _read(read_clean(clean(content, limits)), source, start_month)
    return _answer(*read, Origin("performance plan", name, datetime.now(UTC), hashlib.sha256(content).hexdigest()))


def _answer(table: PlanTable, measures: list[PlanMeasure], figures: list[SourceFigure], findings: Findings, origin: Origin) -> PlanAnswer:
    newest, superseded, contradictions = _told_apart(figures)
    kept = sum(len(one.editions) for one in measures)
    repeated = sum(one.why.startswith(REPEATED) for one in findings.changes)
    return PlanAnswer(
        tuple(measures), newest, superseded, contradictions, tuple(findings.problems), tuple(findings.changes), origin,
        table.dropped, table.unread, table.removed, len(table.rows), repeated, len(table.rows) - kept - repeated, table.figures,
    )  # fmt: skip


def _fetch(source: PerformancePlan, context: Context) -> Fetched:
    """What is kept is without persons from the start."""
    reply = context.file(source.address, source.file, source=NAME)
    return Fetched(clean(reply.content, context.settings.limits), reply.address, reply.fetched_at, reply.sha256)


def _read(
    table: PlanTable, source: PerformancePlan, start_month: int
) -> tuple[PlanTable, list[PlanMeasure], list[SourceFigure], Findings]:
    findings = Findings()
    measures, figures = [], []
    by_measure = rows_by_measure(table.rows, findings)
    every_year = sorted({year for rows in by_measure.values() for year in rows})
    for key, rows in by_measure.items():
        measure = measure_of(key, rows, every_year, source.type_spellings, findings)
        measures.append(measure)
        figures += figures_of(measure, rows, source, findings, start_month=start_month)
    if not measures:
        raise SourceError(_("{source} holds no measure that can be read.").format(source=_(NAME)))
    return table, measures, figures, findings


def _told_apart(figures: Iterable[SourceFigure]) -> tuple[tuple[SourceFigure, ...], tuple[SourceFigure, ...], tuple[Contradiction, ...]]:
    """Of each figure what the newest copy says; what older ones say otherwise; and both side by side."""
    by_key: dict[tuple[str, str, str], list[SourceFigure]] = defaultdict(list)
    for one in figures:
        by_key[one.subject, one.series, one.period].append(one)
    newest, superseded, contradictions = [], [], []
    for own in by_key.values():
        *before, last = sorted(own, key=lambda one: one.edition)
        differing = tuple(one for one in before if not _agree(one, last))
        newest.append(last)
        superseded += differing
        if differing:
            contradictions.append(Contradiction(last, differing))
    return tuple(newest), tuple(superseded), tuple(contradictions)


def _agree(one: SourceFigure, other: SourceFigure) -> bool:
    if one.value is None or other.value is None:
        return one.value is other.value and one.missing_reason == other.missing_reason
    return math.isclose(one.value, other.value, rel_tol=1e-9, abs_tol=1e-12)
