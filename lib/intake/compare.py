"""What a file would do to the stored figures: which are new, which revise another, which are stored already."""

from __future__ import annotations

import math
from collections.abc import Iterable

from lib.intake.findings import At, Findings
from lib.intake.known import Known, StoredFigure
from lib.intake.report import Count, Figure, Revision
from lib.language import _


def compare(rows: Iterable[Figure], known: Known, findings: Findings) -> tuple[tuple[Count, ...], tuple[Revision, ...]]:
    """Counts by subject and period in the order of the file, and the revisions; each revision is a warning to confirm."""
    tallies: dict[tuple[str, str, str], list[int]] = {}
    revisions = []
    for row in rows:
        tally = tallies.setdefault((row.kind_of_subject, row.subject, row.period), [0, 0, 0, 0, 0])
        line = known.lines((row.kind_of_subject, row.subject, row.series)).get((row.geography, row.dimension, row.group), {})
        before = line.get(row.period)
        tally[0] += 1
        tally[4] += row.value is None
        if before is None:
            tally[1] += 1
        elif is_same(row, before):
            tally[3] += 1
        else:
            tally[2] += 1
            revisions.append(Revision(row, None if math.isnan(before.value) else before.value, before.missing_reason, bool(before.provisional)))
            _warn(row, before, findings)
    counts = tuple(Count(*key, *tally) for key, tally in tallies.items())
    return counts, tuple(revisions)


def is_same(row: Figure, before: StoredFigure) -> bool:
    """Whether a row says what is stored. Counts that the row leaves out are not taken back."""
    return (
        _equal(row.value, before.value)
        and row.missing_reason == before.missing_reason
        and row.provisional == bool(before.provisional)
        and (row.numerator is None or _equal(row.numerator, before.numerator))
        and (row.denominator is None or _equal(row.denominator, before.denominator))
    )


def _equal(new: float | None, stored: float) -> bool:
    return math.isnan(stored) if new is None else math.isclose(new, stored, rel_tol=1e-12)


def _warn(row: Figure, before: StoredFigure, findings: Findings) -> None:
    old = before.missing_reason if math.isnan(before.value) else f"{before.value:.12g}"
    new = row.missing_reason if row.value is None else f"{row.value:.12g}"
    if old != new:
        why = _("this revises {subject} for {period}: {before} is stored, {after} comes").format(subject=row.subject, period=row.period, before=old, after=new)
    elif row.provisional != bool(before.provisional):
        if before.provisional:
            why = _("{subject} for {period} is stored as provisional, and comes as final")
        else:
            why = _("{subject} for {period} is stored as final, and comes as provisional")
        why = why.format(subject=row.subject, period=row.period)
    else:
        why = _("{subject} for {period} keeps its value, {value}, but its counts differ from those stored").format(subject=row.subject, period=row.period, value=new)
    findings.warn(At(row.sheet, row.cell), "revision", why, _("confirm it; the older figure is kept beside it"), found=new)
