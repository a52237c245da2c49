"""Tables as the store gives them, small enough to read."""

from __future__ import annotations

import math

import pandas as pd

from lib.methods.periods import parse_period
from lib.model import Series


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
