"""The figures of one performance measure: each year's and quarter's actual and target, in one scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from lib.language import _
from lib.methods.periods import parse_period
from lib.model import MissingReason, Period, PeriodKind
from lib.store.sources.answer import SourceFigure, shown
from lib.store.sources.errors import SourceError
from lib.store.sources.findings import Findings
from lib.store.sources.numbers import NumberRead, is_range, missing_in, number_in, times
from lib.store.sources.periods import quarter_of_fiscal_year
from lib.store.sources.plan_measures import PlanMeasure
from lib.store.sources.plan_scale import SURE_ABOVE, Scale, decided
from lib.store.sources.plan_table import NAME, Part, PlanRow
from lib.store.sources.plan_words import Format
from lib.store.sources.settings import PerformancePlan
from lib.store.sources.workbook import FAULT, NUMBER, Cell

KIND = "performance_measure"
ACTUAL, TARGET = "actual", "target"


@dataclass
class Draft:
    """A figure before its scale is decided."""

    figure: SourceFigure
    value: float | None
    is_marked: bool  # a percent sign stands with it, and it is in percent
    found: str


def figures_of(
    measure: PlanMeasure, rows: Mapping[int, PlanRow], source: PerformancePlan, findings: Findings, *, start_month: int
) -> list[SourceFigure]:
    """Of all copies of the list: `rows` by the copy's fiscal year. A blank cell makes no figure."""
    drafts = {
        year: [_draft(measure, row, year, key, cell, source, findings, start_month) for key, cell in row.figures.items()]
        for year, row in sorted(rows.items())
    }
    everything = [one for own in drafts.values() for one in own]
    is_percent = measure.format is Format.PERCENT or (measure.format is Format.UNKNOWN and any(one.is_marked for one in everything))
    figures = []
    for edition, own in drafts.items():
        others = [one for year, more in drafts.items() if year != edition for one in more]
        kept = _in_percent(measure, own, others, source, findings) if is_percent else _without_signs(measure, own, findings)
        figures += [replace(one.figure, value=one.value) for one in kept]
    return figures


def _draft(
    measure: PlanMeasure, row: PlanRow, edition: int, key: tuple[int, Part], cell: Cell, source: PerformancePlan, findings: Findings,
    start_month: int,
) -> Draft:  # fmt: skip
    year, part = key
    number, reason, note = _read(cell, measure, row, row.at[key], source, findings)
    period = _period(year, part, start_month)
    notes = [note, row.notes.get(key, ""), row.notes.get((year, Part.QUARTERLY), "") if part.quarter else ""]
    figure = SourceFigure(
        KIND, measure.key, TARGET if part is Part.TARGET else ACTUAL, source.geography, "", "", period.label, str(period.kind), period.start,
        period.end, None, None, None, reason, False, " ".join(filter(None, notes)), row.sheet, row.number, row.at[key],
        reference=source.reference, edition=f"FY{edition}", printed=cell.text,
    )  # fmt: skip
    return Draft(figure, number.value if number else None, bool(number and number.is_marked), cell.text)


def _read(
    cell: Cell, measure: PlanMeasure, row: PlanRow, at: str, source: PerformancePlan, findings: Findings
) -> tuple[NumberRead | None, str, str]:
    """The number, or the reason why it is missing with a note."""
    further = {" ".join(word.casefold().split()): MissingReason(reason) for word, reason in source.words_for_missing.items()}
    reason = None if cell.kind == NUMBER else missing_in(cell.text, further)
    if reason is not None:
        findings.change(row.sheet, at, cell.text, f"missing: {reason}", "a word stands in place of a number")
        return None, str(reason), ""
    number = None if cell.kind == FAULT else number_in(cell.text, allow_dollars=measure.format is Format.CURRENCY)
    if number is None:
        what = "is a range, not one number" if is_range(cell.text) else "is no number, and no word that is known for a missing one"
        findings.warn(row.sheet, at, "range" if is_range(cell.text) else "not_a_number", cell.text,
                      f"{shown(cell.text)!r} {what}; it was read as missing", "write one number, or N/A")  # fmt: skip
        return None, str(MissingReason.NOT_REPORTED), f"{shown(cell.text)!r} stands in place of a number."
    if cell.is_percent:
        number = NumberRead(times(number.value, 100), True, "the cell is formatted as a percentage")
    if number.change:
        findings.change(row.sheet, at, cell.text, f"{number.value:.15g}", number.change)
    return number, "", ""


def _period(year: int, part: Part, start_month: int) -> Period:
    if not part.quarter:
        return parse_period(f"FY{year}", PeriodKind.FISCAL, fiscal_year_start_month=start_month)
    try:
        return quarter_of_fiscal_year(year, part.quarter, start_month=start_month)
    except ValueError as problem:
        raise SourceError(_("{source} has quarters, and {problem}; see fiscal_year.start_month.").format(source=_(NAME), problem=problem)) from None


def _in_percent(measure: PlanMeasure, own: list[Draft], others: list[Draft], source: PerformancePlan, findings: Findings) -> list[Draft]:
    """Those whose scale is decided. `others` are of the other copies of the list."""
    bare = [one for one in own if one.value and not one.is_marked]
    if not bare:
        return own
    sure = [one.value for one in own if one.value and one.is_marked]
    sure += [one.value for one in others if one.value and (one.is_marked or one.value > SURE_ABOVE)]
    named = source.percent_as.get(measure.id)
    scale, is_likely = (Scale(named), False) if named else decided([one.value or 0 for one in bare], sure)
    at, all_found = bare[0].figure, "; ".join(one.found for one in bare)
    if scale is Scale.UNDECIDED:
        findings.error(at.sheet, at.cell, "scale_undecided", all_found,
                       f"it cannot be told whether the percentages of {shown(measure.key)} in {at.edition} are written as 45 or as 0.45; those "
                       "without a percent sign were left out",
                       f'write percent signs, or name the scale under percent_as in config.toml: "{measure.id}" = "share"')  # fmt: skip
        return [one for one in own if one not in bare]
    for one in bare:
        if scale is Scale.SHARE or (scale is Scale.MIXED and abs(one.value or 0) <= 1):
            one.value = times(one.value or 0, 100)
            findings.change(one.figure.sheet, one.figure.cell, one.found, f"{one.value:.12g}",
                            "a share of 1 was read as a percentage, as all of this measure" if scale is Scale.SHARE
                            else "a share of 1 was read as a percentage, as config.toml says")  # fmt: skip
    if is_likely:
        findings.warn(at.sheet, at.cell, "scale_likely", all_found,
                      f"none of the percentages of {shown(measure.key)} in {at.edition} is above 1, so they were taken for shares: 0.45 for 45 %",
                      f'write percent signs, or name the scale under percent_as in config.toml: "{measure.id}" = "percent"')  # fmt: skip
    return own


def _without_signs(measure: PlanMeasure, own: list[Draft], findings: Findings) -> list[Draft]:
    """A percentage in a measure that is none is left out."""
    for one in own:
        if one.is_marked:
            findings.error(one.figure.sheet, one.figure.cell, "percent_sign", one.found,
                           f"a percentage stands here, and the format of {shown(measure.key)} is {measure.format}; it was left out",
                           "mend the figure, or Percent or Count")  # fmt: skip
    return [one for one in own if not one.is_marked]
