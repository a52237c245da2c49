"""The targets that the City's budget books print, as a plan: what there is while no export of the plans is loaded.

The books give measures with a service and a target for a year. Actuals, directions, owners and quarters are not in what was read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lib.budget import services_in_sight
from lib.model import Budget, Direction, Indicator, MeasureTarget
from lib.plans.words import (
    TARGET,
    YEAR,
    Aggregation,
    Cadence,
    Change,
    Desired,
    Format,
    Measure,
    MeasureType,
    Plan,
    Value,
)

COUNTS_IT = "counts it"
DIRECTIONS = {Direction.RISES: Desired.INCREASE, Direction.FALLS: Desired.DECREASE, Direction.WITHIN: Desired.MAINTAIN}


def plan_of(budget: Budget, indicators: Iterable[Indicator], *, as_of: date) -> Plan:
    """A measure that an indicator counts gets its better direction from that indicator, and says so; for others it is unknown."""
    known = {one.id: one for one in indicators}
    services = services_in_sight(budget)
    by_words: dict[tuple[str, str], list[MeasureTarget]] = {}
    for one in budget.measures:
        by_words.setdefault((one.service, one.measure), []).append(one)
    measures = []
    for (service, words), several in by_words.items():
        last = several[-1]
        counted = known.get(last.indicator) if last.tie == COUNTS_IT else None
        seen = services[service]
        measures.append(Measure(
            key=f"{service}: {words}", id="", name=words, agency=seen.agency, agency_code="", service=service, service_name=seen.name,
            type=MeasureType.UNKNOWN, desired=DIRECTIONS.get(counted.improves_when, Desired.UNKNOWN) if counted else Desired.UNKNOWN,
            desired_from=counted.id if counted else "", aggregation=Aggregation.UNKNOWN, cadence=Cadence.UNKNOWN, format=Format.UNKNOWN, equity=None,
            deprecated=None, change=Change.UNKNOWN, change_said=False, status="", formula="", data_source="", modified=None, owned=None,
            values=tuple(_value(one) for one in sorted(several, key=lambda one: one.fiscal_year)), indicator=last.indicator,
        ))  # fmt: skip
    return Plan(as_of, tuple(measures), frozenset(), is_loaded=False)


def _value(one: MeasureTarget) -> Value:
    return Value(
        TARGET,
        int(one.fiscal_year.removeprefix("FY")),
        YEAR,
        one.target,
        "",
        f"{one.target:.15g}",
        "",
        "",
        one.reference,
    )
