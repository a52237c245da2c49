"""The tables that readers take with them: the same figures as on the page, with their references. Columns, sheets and the words of a
status are English in every language, so that files from different readers fit together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from lib.assessment import Assessment
from lib.fairness import Fairness
from lib.language import SOURCE, _, speaking
from lib.model import Area
from lib.neighborhoods import Layer
from lib.ui.board import status_word


def scorecard_table(shown: Sequence[Assessment]) -> pd.DataFrame:
    """One row an indicator, as shown. Missing figures are empty."""
    return pd.DataFrame([_row(one) for one in shown], columns=list(_COLUMNS))


_COLUMNS = (
    "outcome", "indicator_id", "indicator", "value", "unit", "period", "provisional", "target", "target_low",
    "target_high", "target_period", "status", "why", "movement", "evidence_grade", "confirmed", "owner",
    "neighborhood_measure", "series", "vintage", "reference",
)  # fmt: skip


def _row(one: Assessment) -> dict[str, object]:
    latest, target = one.latest, one.target
    with speaking(SOURCE):
        status = status_word(one)
    return {
        "outcome": one.outcome.name,
        "indicator_id": one.indicator.id,
        "indicator": one.indicator.name,
        "value": latest.value if latest else None,
        "unit": one.unit,
        "period": latest.period.label if latest else "",
        "provisional": latest.provisional if latest else None,
        "target": target.value if target else None,
        "target_low": target.low if target else None,
        "target_high": target.high if target else None,
        "target_period": target.period.label if target else "",
        "status": status,
        "why": one.status.sentence,
        "movement": str(one.movement.movement),
        "evidence_grade": str(one.indicator.evidence),
        "confirmed": "yes" if one.indicator.confirmed else "no",
        "owner": one.indicator.owner,
        "neighborhood_measure": one.indicator.neighborhood_measure,
        "series": one.series.name if one.series else "",
        "vintage": latest.vintage if latest else "",
        "reference": latest.reference if latest else one.indicator.reference,
    }


def indicator_tables(one: Assessment, observations: pd.DataFrame, places: dict[str, str]) -> dict[str, pd.DataFrame]:
    """All figures of one indicator, and its targets."""
    names = {series.id: series.name for series in one.indicator.series}
    units = {series.id: series.unit for series in one.indicator.series}
    figures = observations.assign(
        series_name=observations["series"].map(names),
        unit=observations["series"].map(units),
        place=observations["geography"].map(places),
    )[["indicator", "series", "series_name", "unit", "geography", "place", "dimension", "group", "period", "start", "end",
       "value", "numerator", "denominator", "lower", "upper", "missing_reason", "provisional", "vintage", "note",
       "reference"]]  # fmt: skip
    targets = pd.DataFrame(
        [(one.indicator.id, t.series, t.period.label, t.value, t.low, t.high, t.set_on, t.set_note, t.baseline, t.baseline_note,
          t.reference) for t in one.indicator.targets],
        columns=["indicator", "series", "period", "value", "low", "high", "set_on", "set_note", "baseline", "baseline_note",
                 "reference"],
    )  # fmt: skip
    return {"Figures": figures, "Targets": targets}


def layer_table(layer: Layer, areas: Sequence[Area]) -> pd.DataFrame:
    """Every figure of a series by area and period, with the reason where one is missing or not used."""
    names = {area.id: area.name for area in areas}
    return pd.DataFrame(
        [
            (layer.measure.id, layer.series.id, layer.series.unit, one.area, names[one.area], period.label, period.start, period.end,
             one.value, one.reason, one.note, one.vintage, one.reference)
            for period in layer.periods
            for one in layer.figures[period.label]
        ],
        columns=["measure", "series", "unit", "area_id", "area", "period", "start", "end", "value", "reason", "note", "vintage", "reference"],
    )  # fmt: skip


def area_table(area: Area, layers: Sequence[Layer], areas: Sequence[Area]) -> pd.DataFrame:
    """Every figure of one area, of every measure and period."""
    tables = [layer_table(layer, areas) for layer in layers]
    own = [table[table["area_id"] == area.id] for table in tables]
    return pd.concat(own, ignore_index=True) if own else pd.DataFrame()


def areas_table(chosen: Sequence[Area], layers: Sequence[Layer], areas: Sequence[Area]) -> pd.DataFrame:
    """The same of several areas, one under the other."""
    return pd.concat([area_table(area, layers, areas) for area in chosen], ignore_index=True)


def gap_table(found: Fairness) -> pd.DataFrame:
    """The gap of every period, as on the page."""
    rows = []
    for period in found.layer.periods:
        one = found.gaps[period.label]
        low, high = one.difference_limits or (None, None)
        ratio_low, ratio_high = one.ratio_limits or (None, None)
        rows.append((found.layer.measure.id, found.layer.series.id, found.ranking.name, found.ranking.period, period.label,
                     one.disadvantaged.value, one.advantaged.value, one.difference, low, high, one.ratio, ratio_low, ratio_high,
                     str(one.ratio_form), one.disadvantaged.n, one.advantaged.n, one.reason))  # fmt: skip
    return pd.DataFrame(rows, columns=[
        "measure", "series", "ranked_by", "ranked_in", "period", "most_disadvantaged", "least_disadvantaged", "difference",
        "difference_low", "difference_high", "ratio", "ratio_low", "ratio_high", "ratio_of", "areas_most", "areas_least", "reason"])  # fmt: skip


def about_lines(*, title: str, framework: str, release: str, as_of: date, licence: str) -> list[str]:
    """What stands on the last sheet of a download."""
    return [
        f"{title}: {framework}",
        _("As of {day}, release {release}.").format(day=as_of.isoformat(), release=release[:12]),
        _("A missing figure is an empty cell, never zero. Each row names where its figure was read."),
        licence,
    ]
