"""An indicator, its rows as the store gives them, and its assessment: small enough to read."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pandas as pd

from lib.assessment import Assessment, assess
from lib.methods.periods import parse_period
from lib.methods.status import Bands
from lib.model import Direction, Grade, Indicator, Outcome, PeriodKind, Series, Target

FALLS = Series("falls", "Falls", "per 1,000 residents", 1, PeriodKind.CALENDAR, "rate", overdispersed=True)
MONTHLY = replace(FALLS, kind=PeriodKind.MONTH, interval_years=1 / 12)
OUTCOME = Outcome("healthy", "Healthy", 1, "People are well.", "eco", "outcome-1")


def rows_of(series: Series, values: dict[str, float], *, geography: str = "city", **cells) -> pd.DataFrame:
    """One row a period, columns as `lib.store.queries.observations` gives them. `cells` are the same in each row."""
    rows = []
    for label, value in values.items():
        period = parse_period(label, series.kind)
        row = {
            "indicator": "falls", "series": series.id, "geography": geography, "dimension": "", "group": "", "period": period.label,
            "kind": str(series.kind), "start": period.start, "end": period.end, "value": value, "numerator": math.nan,
            "denominator": math.nan, "lower": math.nan, "upper": math.nan, "missing_reason": "", "provisional": False,
            "vintage": "", "note": "", "reference": "tests", "revisions": 0,
        }  # fmt: skip
        rows.append(row | cells)
    return pd.DataFrame(rows)


def target(label: str, kind: PeriodKind, value: float, baseline: str = "2018", series: str = "falls") -> Target:
    return Target(series, parse_period(label, kind), value, None, None, "2018", "Made up.", "tests", baseline, "Made up.")


def indicator(series: Series, *targets: Target, improves_when: Direction = Direction.FALLS) -> Indicator:
    return Indicator(
        id="falls", name="Falls", outcome="healthy", order=1, definition="d", formula="f", unit=series.unit, decimals=1,
        improves_when=improves_when, frequency="annual", source="s", owner="o", partners=(), why_it_matters="w", caveats=(),
        evidence=Grade.A, evidence_note="n", reference="r", collected=True, collected_note="", sensitive=False,
        next_review=date(2030, 1, 1), expected_disaggregations=(), neighborhood_measure="", neighborhood_note="n",
        headline=series.id, benchmarks=(), series=(series,), targets=targets,
    )  # fmt: skip


def assessed(series: Series, values: dict[str, float], *targets: Target, as_of: date = date(2026, 3, 1), **cells) -> Assessment:
    return assess(
        indicator(series, *targets), OUTCOME, rows_of(series, values, **cells), city="city", as_of=as_of,
        fiscal_year_start_month=7, bands=Bands(), confidence=0.8,
    )  # fmt: skip


def months(count: int) -> dict[str, float]:
    return {f"{2022 + number // 12}-{number % 12 + 1:02d}": 10.0 + number % 2 for number in range(count)}
