"""The real city's assessments and layers, and made-up indicators with figures that can be checked by eye."""

from __future__ import annotations

import math
from datetime import date

import pandas as pd

from lib.assessment import Assessment, assess
from lib.cycle import Lead, Stat, StatKind
from lib.methods.periods import parse_period
from lib.methods.status import Bands
from lib.model import Direction, Grade, Indicator, Outcome, PeriodKind, Series, Target
from lib.settings import read_settings

BANDS = Bands(**read_settings().status.model_dump())
COLUMNS = ["indicator", "series", "geography", "dimension", "group", "period", "kind", "start", "end", "value", "numerator", "denominator", "lower", "upper",
           "missing_reason", "provisional", "vintage", "note", "reference", "revisions"]  # fmt: skip
OUTCOME = Outcome("safe", "Safe", 1, "People are safe.", "shield", "outcome-1")


def stat(**more) -> Stat:
    values = dict(id="s", name="Fire", short="Fire Stat", kind=StatKind.AGENCY, led_by=Lead.CENTRE, agencies=("fire",), outcome="safe", indicators=("fires",), measures=(),
                  safety=(), cadence="monthly", question="Why?", example=False, runs="now", reference="tests")  # fmt: skip
    return Stat(**values | more)


def indicator(values: dict[str, float], *, target: float | None = 5.0, by: str = "2030", baseline: str = "2020", improves_when: Direction = Direction.FALLS,
              key: str = "fires", partners: tuple[str, ...] = (), kind: PeriodKind = PeriodKind.CALENDAR, today: date = date(2026, 11, 25),
              measure: str = "", name: str = "Fires", baseline_value: float | None = None) -> Assessment:  # fmt: skip
    """An assessment of a made-up indicator with these values by period label."""
    series = Series("one", name, "fires", 1, kind, "count", interval_years={PeriodKind.MONTH: 1 / 12, PeriodKind.QUARTER: 0.25}.get(kind, 1.0))
    targets = ()
    if target is not None:
        targets = (Target("one", parse_period(by, kind), target, None, None, "2020", "made up", "tests", baseline, "made up"),)
    one = Indicator(
        id=key, name=name, outcome="safe", order=1, definition="d", formula="f", unit="fires", decimals=1, improves_when=improves_when, frequency="annual", source="s",
        owner="Fire", partners=partners, why_it_matters="w", caveats=(), evidence=Grade.A, evidence_note="n", reference="r", collected=True, collected_note="",
        sensitive=False, next_review=date(2030, 1, 1), expected_disaggregations=(), neighborhood_measure=measure, neighborhood_note="n", headline="one", benchmarks=(),
        series=(series,), targets=targets,
    )  # fmt: skip
    rows = []
    for label, value in values.items():
        period = parse_period(label, kind)
        rows.append(dict(indicator=key, series="one", geography="tinyville", dimension="", group="", period=label, kind=str(kind), start=period.start, end=period.end,
                         value=value, numerator=math.nan, denominator=math.nan, lower=math.nan, upper=math.nan, missing_reason="not reported" if math.isnan(value) else "",
                         provisional=False, vintage="", note="", reference="tests", revisions=0))  # fmt: skip
    return assess(one, OUTCOME, pd.DataFrame(rows, columns=COLUMNS), city="tinyville", as_of=today, fiscal_year_start_month=7, bands=BANDS, confidence=0.8)
