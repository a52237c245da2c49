"""The framework's words as plain values. Every other layer speaks in these; this one imports nothing of ours but the mark of a word
that readers see, `later`: such a word is kept in English and translated where it is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lib.language import later

Translations = dict[str, dict[str, str | tuple[str, ...]]]  # language code -> field -> its text in that language

# The names of the colours that an outcome may have; what they look like is the chart theme's.
OUTCOME_COLOURS = tuple(f"outcome-{number}" for number in range(1, 8))


class Direction(StrEnum):
    """When an indicator gets better."""

    RISES = later("rises")
    FALLS = later("falls")
    WITHIN = later("within")  # better inside a range, worse on either side
    NEITHER = later("neither")  # no judgement: a neighborhood's population, say; never an indicator's


class PeriodKind(StrEnum):
    """What a period label means; "2010-11" is a school year or a month, so the series says which."""

    CALENDAR = later("calendar")  # "2016"
    FISCAL = later("fiscal")  # "FY2017"
    SCHOOL = later("school")  # "2015-16"
    WINDOW = later("window")  # "2013-2017": several years read as one
    QUARTER = later("quarter")  # "2019-Q4"
    MONTH = later("month")  # "2019-02"


class Status(StrEnum):
    """How an indicator stands against its target. The value is the word that the reader sees."""

    MET = later("met")
    ON_TRACK = later("on track")
    BEHIND = later("behind")
    FAR_BEHIND = later("far behind")
    GETTING_WORSE = later("getting worse")
    SLIPPED = later("slipped below target")
    NO_DETECTABLE_CHANGE = later("no detectable change")
    TOO_EARLY = later("too early")
    MISSED = later("missed")
    MAINTAIN = later("maintain")
    NO_TARGET = later("no target")
    NOT_ENOUGH_DATA = later("not enough data")
    STALE = later("stale")
    NOT_COLLECTED = later("not collected any more")


class Movement(StrEnum):
    """Whether an indicator really moves, judged against chance."""

    BETTER = later("getting better")
    WORSE = later("getting worse")
    RISING = later("rising")  # no judgement: better neither way
    FALLING = later("falling")
    NONE_DETECTED = later("no detectable trend")
    CANNOT_TELL = later("cannot tell")


class MissingReason(StrEnum):
    """Why a value is not there. A missing value always has one of these; it is never zero."""

    NOT_REPORTED = later("not reported")
    SUPPRESSED = later("suppressed")
    NOT_APPLICABLE = later("not applicable")
    NOT_COLLECTED = later("not collected any more")


class Grade(StrEnum):
    """How well the indicator's own identity is evidenced."""

    A = "A"  # measured by the City itself, with values or targets
    B = "B"  # a public series, not shown to be the City's headline
    C = "C"  # name recalled, or definition fitted to the data there is


@dataclass(frozen=True, order=True)
class Period:
    """What a value is about. Ordered by `end`, then `start`."""

    end: date
    start: date
    label: str
    kind: PeriodKind


@dataclass(frozen=True)
class Step:
    """One line of an answer's arithmetic: what it is called, what came out, and how."""

    name: str
    value: str
    how: str


@dataclass(frozen=True)
class Series:
    """A run of values under one definition. A change of definition starts another one."""

    id: str
    name: str
    unit: str
    decimals: int
    kind: PeriodKind
    value_kind: str  # "rate", "proportion", "count", "mean": decides which trend test may be used
    multiplier: float | None = None  # value = multiplier * numerator / denominator
    independent: bool = True  # False where neighbouring periods share data (overlapping windows, running totals)
    overdispersed: bool = False  # True where counts vary more than chance alone would (crime, overdose, calls)
    interval_years: float = 1.0  # time between two figures when all goes well
    note: str = ""


def _series_by_id(owner: Indicator | NeighborhoodMeasure, series_id: str) -> Series:
    for series in owner.series:
        if series.id == series_id:
            return series
    raise KeyError(f"{owner.id} has no series {series_id!r}")


@dataclass(frozen=True)
class Target:
    """A value to be reached by the end of a period. A range (`low`, `high`) where the indicator improves within."""

    series: str
    period: Period
    value: float | None
    low: float | None
    high: float | None
    set_on: str  # ISO date, or as much of one as is known: "2016", "2016-03"
    set_note: str
    reference: str
    baseline: str  # period label in the same series
    baseline_note: str


@dataclass(frozen=True)
class GapTarget:
    """A gap between the most and the least disadvantaged fifth of the areas to be reached by the end of a period."""

    series: str  # of the indicator's neighborhood measure
    ranked_by: str  # measure id of the ranking variable
    period: Period
    value: float  # difference in the measure's unit; above zero the disadvantaged are worse off
    set_on: str
    set_note: str
    reference: str
    baseline: str  # period label in the same series


@dataclass(frozen=True)
class Confirmation:
    """A person's word that the indicator's name and definition are the City's own."""

    by: str
    on: date
    reference: str


@dataclass(frozen=True)
class Indicator:
    id: str
    name: str
    outcome: str
    order: int
    definition: str
    formula: str
    unit: str
    decimals: int
    improves_when: Direction
    frequency: str
    source: str
    owner: str
    partners: tuple[str, ...]
    why_it_matters: str
    caveats: tuple[str, ...]
    evidence: Grade
    evidence_note: str
    reference: str
    collected: bool
    collected_note: str
    sensitive: bool  # counts of people; by area or group, those from 1 to 9 are not shown
    next_review: date
    expected_disaggregations: tuple[str, ...]
    neighborhood_measure: str  # id of a NeighborhoodMeasure; "" where it is not published by neighborhood
    neighborhood_note: str
    headline: str  # series id; "" where no series measures the indicator itself
    benchmarks: tuple[str, ...]  # geography ids that may stand beside the city
    series: tuple[Series, ...]
    targets: tuple[Target, ...] = ()
    gap_targets: tuple[GapTarget, ...] = ()
    confirmed: Confirmation | None = None
    story: str = ""  # Markdown; "" = not written yet
    steward: str = ""  # who answers for its figures: an agency, or a role and its agency; never a person's name. "" = nobody named
    days_to_publish: int | None = None  # from a period's last day until its figure is out; None = nobody wrote it
    translations: Translations = field(default_factory=dict, hash=False)

    def series_by_id(self, series_id: str) -> Series:
        return _series_by_id(self, series_id)


@dataclass(frozen=True)
class Goal:
    """What is to be done for an outcome, where a plan names it: who leads it, and what is undertaken."""

    id: str
    name: str
    lead: str  # "" = nobody is named
    initiatives: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    id: str
    name: str
    order: int
    statement: str
    icon: str  # a Material Symbols name
    colour: str  # a name in the chart theme, never a hex value
    lead: str = ""  # "" = nobody is named
    initiatives: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = ()
    translations: Translations = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Geography:
    id: str
    name: str
    type: str  # "city", "state", "peer city", "CSA"


@dataclass(frozen=True)
class AreaName:
    """Another name under which an area, or a part of it, is known."""

    name: str
    kind: str  # "neighborhood" (a part of it), "name since 2020", "also written"


@dataclass(frozen=True)
class Area:
    """One of the areas that the city is divided into on its maps, such as a Community Statistical Area."""

    id: str
    name: str
    type: str
    land_sq_mi: float  # from the source, never from the drawn shape
    names: tuple[AreaName, ...]
    tracts: tuple[str, ...]

    @property
    def neighborhoods(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.names if one.kind == "neighborhood")

    @property
    def other_names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.names if one.kind != "neighborhood")


@dataclass(frozen=True)
class NeighborhoodMeasure:
    """What is published by area. It stands for an indicator where the indicator says so, else it supports."""

    id: str
    name: str
    topic: str
    order: int
    definition: str
    unit: str
    decimals: int
    improves_when: Direction
    source: str
    caveats: tuple[str, ...]
    flags: tuple[str, ...]  # what a reader must know at once: "five-year rate", "unit inferred"
    sensitive: bool  # counts of people; from 1 to 9 they are not shown
    counted_per: str  # "residents" where the rate's denominator is everybody who lives there, else ""
    reference: str
    series: tuple[Series, ...]
    frequency: str = ""  # as an indicator's; "" = nobody wrote how often it is published
    owner: str = ""  # an agency's name; "" = nobody named
    steward: str = ""
    days_to_publish: int | None = None
    collected: bool = True
    collected_note: str = ""
    translations: Translations = field(default_factory=dict, hash=False)

    def series_by_id(self, series_id: str) -> Series:
        return _series_by_id(self, series_id)


@dataclass(frozen=True)
class Source:
    """Who answers for a source of figures, and how the next ones are got. Its name is as indicators and measures write it."""

    name: str
    steward: str
    obtained: str
    reference: str


@dataclass(frozen=True)
class BoardItem:
    """One line of figures on a topic board: of an indicator, of a neighborhood measure, or, where it names neither, the board's own."""

    indicator: str
    measure: str
    series: str  # "" = an indicator's headline, a measure's newest
    geography: str  # "" = the city
    dimension: str
    group: str  # "" = everybody
    note: str


@dataclass(frozen=True)
class TopicBoard:
    """A special topic for as long as it lasts: a question, and the figures that answer it."""

    id: str
    title: str
    question: str
    stat: str  # id of the Stat that it belongs to; "" = none
    readers: str  # "everybody" or "staff"
    made_up: bool
    started: date
    ended: date | None
    notes: str  # Markdown
    references: tuple[str, ...]
    items: tuple[BoardItem, ...]
    series: tuple[Series, ...]  # of the board's own figures, which are kept beside those of the frameworks


@dataclass(frozen=True)
class ServiceLink:
    """A service and the outcome that a budget put it under. Dated, because it changes from year to year."""

    service: str
    name: str
    agency: str
    outcome: str  # outcome id in this framework; "" when it belongs to none of them
    fiscal_year: str
    basis: str


@dataclass(frozen=True)
class Framework:
    id: str
    name: str
    city: str
    geography: str  # the geography that the outcomes are about
    period: str
    statement: str
    reconstruction: str  # what is not confirmed; "" when all is
    reference: str
    outcomes: tuple[Outcome, ...]
    indicators: tuple[Indicator, ...]
    services: tuple[ServiceLink, ...] = field(default=())
    outcome_word: str = "outcome"  # what the city calls one of its outcomes, such as "Priority Outcome" or "pillar"
    outcomes_word: str = "outcomes"  # and several
    ended: date | None = None  # the last day on which it held; None while it does
    followed_by: str = ""  # id of the framework that came after it
    translations: Translations = field(default_factory=dict, hash=False)


class Basis(StrEnum):
    """What an amount of a budget is: three different things, never added up."""

    ACTUAL = later("actual")  # spent
    BUDGETED = later("budgeted")  # adopted
    RECOMMENDED = later("recommended")  # proposed, before it was adopted


@dataclass(frozen=True)
class BudgetLine:
    """One amount that a budget book prints: of a service, or of one of its activities, out of one fund."""

    service: str  # the City's number of the service
    activity: str  # its number; "" where the line is of the whole service
    name: str
    agency: str
    fund: str
    fiscal_year: str
    basis: Basis
    amount: int  # whole dollars of that year; 0 is a printed zero
    reference: str


@dataclass(frozen=True)
class OutcomeLink:
    """The outcome that a budget put a service under in one fiscal year, or that is proposed for it."""

    service: str
    framework: str
    fiscal_year: str
    outcome: str  # outcome id within that framework
    name: str  # as that framework words it
    basis: str  # "printed", or "proposed: …"
    reference: str

    @property
    def printed(self) -> bool:
        return self.basis == "printed"


@dataclass(frozen=True)
class MeasureTarget:
    """A service's own measure and what it was to reach in one fiscal year."""

    measure: str
    service: str
    name: str  # the service's; "" where none was printed beside it
    fiscal_year: str
    target: float
    indicator: str  # indicator id, where the indicator's own file names this measure; else ""
    tie: str  # one of TIES; "" without an indicator
    reference: str


TIES = (later("counts it"), later("stands beside it"))  # the measure is what the indicator counts; or its file keeps it as something related


@dataclass(frozen=True)
class PriceIndex:
    """A price index's average of one calendar year."""

    series: str
    year: int
    index: float
    reference: str


@dataclass(frozen=True)
class Coverage:
    """What the amounts of one fiscal year and basis are of, and what is absent, so that no sum is taken for the whole."""

    fiscal_year: str
    basis: Basis
    covers: str
    absent: str
    reference: str


@dataclass(frozen=True)
class Budget:
    """All that is known of money and of the services' own measures. Empty where a city has no such files."""

    lines: tuple[BudgetLine, ...] = ()
    links: tuple[OutcomeLink, ...] = ()
    measures: tuple[MeasureTarget, ...] = ()
    deflator: tuple[PriceIndex, ...] = ()
    coverage: tuple[Coverage, ...] = ()
