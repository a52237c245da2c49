"""The words of an agency's performance plan as plain values. A figure that is not there is None with its reason, never zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lib.cycle import Agency

ACTUAL, TARGET = "actual", "target"
YEAR = 0  # in place of a quarter: what is about the whole year
NOWHERE = "unknown"  # the key of an agency that nothing names


class MeasureType(StrEnum):
    INPUT = "input"
    OUTPUT = "output"
    EFFICIENCY = "efficiency"
    EFFECTIVENESS = "effectiveness"
    OUTCOME = "outcome"
    UNKNOWN = "unknown"


class Desired(StrEnum):
    INCREASE = "increase"
    DECREASE = "decrease"
    MAINTAIN = "maintain"
    NOT_APPLICABLE = "not applicable"
    UNKNOWN = "unknown"  # blank, or a word that is not known


class Aggregation(StrEnum):
    """How quarters make a year."""

    CUMULATIVE = "cumulative"
    SNAPSHOT = "snapshot"
    PERIOD = "period"
    UNKNOWN = "unknown"


class Cadence(StrEnum):
    LIVE = "live"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    TWICE_A_YEAR = "twice a year"
    YEARLY = "yearly"
    UNKNOWN = "unknown"


EVERY_QUARTER = (Cadence.LIVE, Cadence.DAILY, Cadence.WEEKLY, Cadence.MONTHLY, Cadence.QUARTERLY)  # at least


class Format(StrEnum):
    PERCENT = "percent"
    COUNT = "count"
    CURRENCY = "currency"
    RATE = "rate"
    DECIMAL = "decimal"
    DAYS = "days"
    SCORE = "score"
    UNKNOWN = "unknown"


class Change(StrEnum):
    """What became of a measure since the plan before."""

    NEW = "new"
    UNCHANGED = "unchanged"
    MODIFIED = "modified"
    REPLACED = "replaced"
    REMOVED = "removed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Value:
    """What a plan says of one year or quarter. `printed` is how it stood there; `edition` the copy of the list that says so."""

    series: str  # ACTUAL or TARGET
    fiscal_year: int
    quarter: int  # 1 to 4; YEAR
    value: float | None
    missing_reason: str
    printed: str
    note: str
    edition: str
    reference: str


@dataclass(frozen=True)
class Measure:
    """A performance measure with all that is said of it. No person is named: `owned` is whether somebody is (None = not known).

    `others` are what older copies of the list say otherwise of the same figures.
    """

    key: str
    id: str  # as printed; "" where there is none
    name: str
    agency: str  # as printed; "" = not known
    agency_code: str
    service: str  # the number as the budget writes it: "185"
    service_name: str
    type: MeasureType
    desired: Desired
    desired_from: str  # id of the indicator that the direction is taken from; "" where the plan itself says it
    aggregation: Aggregation
    cadence: Cadence
    format: Format
    equity: bool | None
    deprecated: bool | None
    change: Change
    change_said: bool  # the plan says so; else it was seen by holding its copies against each other
    status: str
    formula: str
    data_source: str
    modified: date | None
    owned: bool | None
    values: tuple[Value, ...]
    others: tuple[Value, ...] = ()
    line: int = 0
    indicator: str = ""  # id of the indicator that this very measure is tied to
    _by_key: dict[tuple[str, int, int], Value] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._by_key.update({(one.series, one.fiscal_year, one.quarter): one for one in self.values})

    @property
    def in_force(self) -> bool:
        """Not marked as deprecated or removed."""
        return self.deprecated is not True and self.change is not Change.REMOVED

    def said(self, series: str, fiscal_year: int, quarter: int = YEAR) -> Value | None:
        """What the plan says there, a missing reason included; None for an empty cell."""
        return self._by_key.get((series, fiscal_year, quarter))

    def value(self, series: str, fiscal_year: int, quarter: int = YEAR) -> float | None:
        found = self.said(series, fiscal_year, quarter)
        return found.value if found else None


@dataclass(frozen=True)
class Seen:
    """What an earlier look at the list found as a target, and on which day. None: there was none."""

    on: date
    value: float | None


@dataclass(frozen=True)
class Plan:
    """Measures as they stand on a day. `asks` are the figures that the list has a column for: (series, fiscal year, quarter).

    `seen` are the targets that earlier loads had, by measure and fiscal year, the earliest first. `is_loaded`: from an export of
    the City; else from what its budget books print, which say nothing of directions, owners or actuals.
    """

    as_of: date
    measures: tuple[Measure, ...]
    asks: frozenset[tuple[str, int, int]]
    is_loaded: bool
    seen: dict[tuple[str, int], tuple[Seen, ...]] = field(default_factory=dict)


def years_of(plan: Plan) -> tuple[int, ...]:
    """The fiscal years that the plan has a value for, the newest first."""
    return tuple(
        sorted(
            {one.fiscal_year for measure in plan.measures for one in measure.values if one.value is not None},
            reverse=True,
        )
    )


def year_to_begin_with(plan: Plan, current: int) -> int:
    """The current fiscal year where there are targets for it, else the newest that has some; the current one without any."""
    with_targets = {
        one.fiscal_year
        for measure in plan.measures
        for one in measure.values
        if one.series == TARGET and one.value is not None
    }
    return current if current in with_targets else max(with_targets, default=current)


def plain_agency(name: str) -> str:
    """A name as agencies are compared: small letters, "and" for "&", without "Department of", "the", "City" and "Baltimore"."""
    text = (
        name.casefold()
        .replace("&", " and ")
        .replace(".", "")
        .replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        .replace(",", " ")
    )
    return " ".join(
        word for word in text.split() if word not in ("department", "dept", "of", "the", "city", "baltimore")
    )


def agency_key(measure: Measure, agencies: Sequence[Agency]) -> str:
    """The id in data/agencies.csv where the names are the same; else the plan's own code or name. Nothing is guessed from likeness."""
    plain = plain_agency(measure.agency)
    for one in agencies:
        if plain and plain in (plain_agency(one.name), plain_agency(one.short)):
            return one.id
    return measure.agency_code or measure.agency or NOWHERE


def service_number(code: str) -> str:
    """SRV0185 and 0185 are 185, as the budget's data writes it; 385a stays."""
    return code.strip().upper().removeprefix("SRV").lstrip("0").lower()
