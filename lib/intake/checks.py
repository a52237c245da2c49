"""What only more than one cell can tell: arithmetic, rows that say the same or contradict each other, and figures that do not
go with those that are stored."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from itertools import pairwise

from lib.intake.draft import Draft, by_subject
from lib.intake.findings import Findings
from lib.intake.known import Known, LineKey, StoredFigure
from lib.language import _
from lib.store.reader import ROUNDING_TOLERANCE
from lib.words import figure

ENOUGH_STORED = 3  # figures of a line before a change is called larger than any before
OTHER_UNIT = 50.0  # times: no line of figures moves so far from one period to the next; a unit does
TIGHT = 20.0  # the largest of a line over its smallest, up to which it says what is usual
SMALL_COUNT = 10  # counts below swing by any factor


def check_arithmetic(drafts: Iterable[Draft], findings: Findings) -> None:
    """A value within what its kind allows, and following from its counts."""
    for one in drafts:
        _check_bounds(one, findings)
        _check_counts(one, findings)


def _check_bounds(one: Draft, findings: Findings) -> None:
    value, series = one.value, one.subject.series
    if value is None:
        return
    at, found = one.at("value"), f"{value:.12g}"
    if value < 0 and series.value_kind != "mean":
        why = {
            "rate": _("a rate is never below zero"), "proportion": _("a proportion is never below zero"), "count": _("a count is never below zero"),
        }[series.value_kind]  # fmt: skip
        findings.error(at, "below_zero", why, _("write the figure as it was counted"), found=found)
    elif series.value_kind == "proportion" and value > (series.multiplier or 1):
        why = _("{figure} is more than the whole, {whole:g}").format(figure=found, whole=series.multiplier or 1)
        findings.error(at, "above_the_whole", why, _("mend it; 45 % is written 45, 0.45 or 45%"), found=found)
    elif series.value_kind == "count" and value != int(value):
        findings.warn(at, "count_not_whole", _("{figure} is not a whole number, and the series counts {unit}").format(figure=found, unit=series.unit), _("confirm it"), found=found)


def _check_counts(one: Draft, findings: Findings) -> None:
    value, numerator, denominator, series = one.value, one.numerator, one.denominator, one.subject.series
    if numerator is None or denominator is None:
        return
    if series.value_kind == "proportion" and numerator > denominator:
        findings.error(one.at("numerator"), "numerator_above_denominator", _("the numerator {numerator:.12g} is larger than the denominator {denominator:.12g}").format(numerator=numerator, denominator=denominator),
                       _("mend the one or the other"), found=f"{numerator:.12g}")  # fmt: skip
        return
    if value is None or not series.multiplier:
        return
    expected = series.multiplier * numerator / denominator
    if abs(expected - value) > max(0.6 * 10**-series.decimals, ROUNDING_TOLERANCE * abs(expected)):
        findings.error(one.at("value"), "value_not_from_counts",
                       _("{value:.12g} is not {multiplier:g} × {numerator:.12g} / {denominator:.12g} = {expected}").format(value=value, multiplier=series.multiplier, numerator=numerator, denominator=denominator, expected=figure(expected, series.decimals + 1)),
                       _("mend the value or the counts"), found=f"{value:.12g}")  # fmt: skip


def without_twins(drafts: Iterable[Draft], findings: Findings) -> list[Draft]:
    """The drafts, each figure once. The same twice is reported; two that contradict each other are an error at both."""
    first: dict[tuple, Draft] = {}
    contradicted: set[tuple] = set()
    for one in drafts:
        key = (one.subject, one.line, one.period)
        other = first.setdefault(key, one)
        if other is one:
            continue
        if _says(one) == _says(other):
            findings.warn(one.at("indicator_id"), "row_twice", _("the row says again what {row} says; it was read once").format(row=_where(other, one)), _("delete one of the two"))
            continue
        for this, that in ((other, one), (one, other)) if key not in contradicted else ((one, other),):
            findings.error(this.at("value"), "contradiction", _("{row} says otherwise of the same figure: {value}").format(row=_where(that, this), value=_value(that)),
                           _("keep the one that is right"), found=_value(this))  # fmt: skip
        contradicted.add(key)
    return list(first.values())


def _says(one: Draft) -> tuple:
    return (one.value, one.numerator, one.denominator, one.missing_reason, one.provisional)


def _where(other: Draft, one: Draft) -> str:
    if other.sheet != one.sheet:
        return _("row {row} of the sheet {sheet}").format(row=other.row, sheet=other.sheet)
    return _("row {row}").format(row=other.row)


def _value(one: Draft) -> str:
    return one.missing_reason if one.value is None else f"{one.value:.12g}"


def check_against_stored(drafts: Sequence[Draft], known: Known, findings: Findings) -> None:
    """Another unit, or a change larger than the line has ever made."""
    for subject, own in by_subject(drafts).items():
        stored = known.lines(subject.key)
        by_line: dict[LineKey, list[Draft]] = {}
        for one in own:
            if one.value is not None:
                by_line.setdefault(one.line, []).append(one)
        for line, new in by_line.items():
            _check_line(new, list(stored.get(line, {}).values()), findings)


def _check_line(new: Sequence[Draft], stored: Sequence[StoredFigure], findings: Findings) -> None:
    values = [one.value for one in sorted(stored, key=lambda one: one.end) if not math.isnan(one.value)]
    if len(values) < ENOUGH_STORED:
        return
    if all(_is_another_unit(one, values) for one in new):
        usual = statistics.median(values)
        for one in new:
            findings.error(one.at("value"), "unit_changed",
                           _("{value:.12g} looks like another unit: the figures so far are about {usual:.6g} {unit}").format(value=one.value, usual=usual, unit=one.subject.series.unit),
                           _("write it in {unit}").format(unit=one.subject.series.unit), found=_value(one))  # fmt: skip
        return
    largest = max(abs(later - earlier) for earlier, later in pairwise(values))
    _warn_of_large_changes(new, stored, largest, findings)


def _is_another_unit(one: Draft, values: Sequence[float]) -> bool:
    sizes = [abs(value) for value in values]
    low, high, size = min(sizes), max(sizes), abs(one.value or 0)
    if low == 0 or size == 0 or high / low > TIGHT or (one.subject.series.value_kind == "count" and min(high, size) < SMALL_COUNT):
        return False
    return size > high * OTHER_UNIT or size < low / OTHER_UNIT


def _warn_of_large_changes(new: Sequence[Draft], stored: Sequence[StoredFigure], largest: float, findings: Findings) -> None:
    by_end: dict = {one.end: (one.value, one.period, None) for one in stored if not math.isnan(one.value)}
    by_end |= {one.period.end: (one.value, one.period.label, one) for one in new}
    warned: set[Draft] = set()
    for (_end, (before, period_before, first)), (_later_end, (after, period_after, second)) in pairwise(sorted(by_end.items())):
        one = second or first
        if one is None or one in warned or abs(after - before) <= largest * (1 + 1e-9):
            continue
        warned.add(one)
        why = _("from {first} to {last} it goes from {before:.6g} to {after:.6g} {unit}; it has never changed by more than {largest:.6g}").format(
            first=period_before, last=period_after, before=before, after=after, unit=one.subject.series.unit, largest=largest
        )
        findings.warn(one.at("value"), "large_change", why, _("confirm it, or mend the figure"), found=_value(one))
