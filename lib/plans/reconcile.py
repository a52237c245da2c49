"""Whether a year's figure is what its four quarters give, in the way that the plan names, within what was rounded when it was printed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from lib.plans.integrity import Finding, Rule, Verdict, Why
from lib.plans.words import Aggregation

SUM, MEAN, LAST = "sum", "mean", "last"
NAMED: Mapping[Aggregation, tuple[str, ...]] = {
    Aggregation.CUMULATIVE: (SUM, LAST),
    Aggregation.PERIOD: (MEAN,),
    Aggregation.SNAPSHOT: (LAST,),
}


def not_reconciled(
    aggregation: Aggregation,
    *,
    year: float | None,
    quarters: Sequence[float | None],
    steps: Sequence[float] = (0, 0, 0, 0, 0),
) -> Finding:
    """Whether the year's figure is not what its four quarters give in the way that the plan names.

    Cumulative is their sum, or the last of them where they are running totals (none is below the one before); a snapshot is the last; a
    period is the mean. Which of the three fit is told as well. A year between the lowest and the highest quarter may be a mean
    weighted by something that the list does not have, so a period is then not flagged. `steps`: half of the last printed digit of the
    four quarters and the year, within which figures count as equal.
    """
    if year is None:
        return Finding(Rule.NOT_RECONCILED, Verdict.UNKNOWN, Why.NO_YEAR)
    known = [one for one in quarters if one is not None]
    if len(known) < 4:
        return Finding(Rule.NOT_RECONCILED, Verdict.UNKNOWN, Why.NOT_ALL_QUARTERS, {"quarters": len(known)})
    each = steps[:4]
    ways = {SUM: (math.fsum(known), sum(each)), MEAN: (math.fsum(known) / 4, sum(each) / 4), LAST: (known[3], each[3])}
    fits = tuple(
        way
        for way, (value, slack) in ways.items()
        if abs(value - year) <= slack + steps[4] + 1e-9 * max(abs(value), abs(year), 1)
    )
    used = {
        "year": year,
        **{way: value for way, (value, _) in ways.items()},
        "fits": fits,
        "aggregation": str(aggregation),
    }
    accepted = [
        way
        for way in NAMED.get(aggregation, ())
        if way is not LAST or aggregation is Aggregation.SNAPSHOT or _never_falls(known)
    ]
    if any(way in accepted for way in fits):
        return Finding(Rule.NOT_RECONCILED, Verdict.CLEAR, Why.FITS, used)
    if aggregation is Aggregation.UNKNOWN and fits:
        return Finding(Rule.NOT_RECONCILED, Verdict.UNKNOWN, Why.WAY_UNKNOWN, used)
    if aggregation in (Aggregation.PERIOD, Aggregation.UNKNOWN) and min(known) <= year <= max(known):
        return Finding(
            Rule.NOT_RECONCILED, Verdict.UNKNOWN, Why.MAY_BE_WEIGHTED, used | {"low": min(known), "high": max(known)}
        )
    return Finding(Rule.NOT_RECONCILED, Verdict.FLAGGED, Why.FITS_OTHERWISE if fits else Why.FITS_NOTHING, used)


def _never_falls(values: Sequence[float]) -> bool:
    return all(later >= earlier for earlier, later in pairwise(values))


def half_step(printed: str, value: float, *, whole_is_exact: bool) -> float:
    """Half of the last digit that was printed, in the value's own scale. A whole number is exact where it is a count of a quarter; a
    year's may be a rounded mean, so half of 1.

    Example: "45.2%" is 0.05; "0.452" read as 45.2 percent is 0.05; "1.15977e+007" is 50; "45" is 0 or 0.5.
    """
    text = re.sub(r"[,$%\s]", "", printed.replace("\N{MINUS SIGN}", "-"))
    try:
        number = Decimal(text)
    except InvalidOperation:
        return 0.0
    if not number.is_finite():
        return 0.0
    was_share = bool(number) and math.isclose(value, float(number) * 100)
    exponent = int(number.as_tuple().exponent) + (2 if was_share else 0)
    if exponent >= 0 and "E" not in text.upper():
        return 0.0 if whole_is_exact else 0.5
    return 0.5 * 10.0**exponent
