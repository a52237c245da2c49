"""How the catalogue's TOML files are laid out. An unknown or an absent key is a problem with a remedy."""

from __future__ import annotations

import difflib
import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from lib.cycle import DECISIONS, EVIDENCE_KINDS, FINDINGS, STRATEGY_KINDS, Deliverable, Lead, State, StatKind
from lib.errors import Problem
from lib.language import is_language
from lib.methods.periods import parse_partial_date
from lib.model import OUTCOME_COLOURS, Direction, Grade, PeriodKind


def _without_control_characters(text: str) -> str:
    found = control_character(text)
    if found:
        raise ValueError(f"holds the control character {found!r}; remove it")
    return text


def _a_partial_date(text: str) -> str:
    parse_partial_date(text)
    return text


Free = Annotated[str, AfterValidator(_without_control_characters)]  # may be empty
Text = Annotated[Free, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]  # as long as the store takes
PartialDate = Annotated[str, AfterValidator(_a_partial_date)]
Kind = Annotated[PeriodKind, Field(strict=False)]  # TOML has words, not members
Days = Annotated[int, Field(ge=0, le=3660)]
Years = Annotated[float, Field(gt=0, le=50)]  # times the most stale intervals, the calendar still holds it


class _File(BaseModel):
    """TOML says what is a number, a date, true or false: nothing is converted, but whole numbers do for others."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def _a_language(code: str) -> str:
    if not is_language(code):
        raise ValueError(f"{code!r} is not the code of a language; write it as in [translations.es]")
    return code


Language = Annotated[str, AfterValidator(_a_language)]


class OutcomeTranslation(_File):
    """What a table [outcome.translations.es] may say; what it leaves out is shown as it was written."""

    name: Text = ""
    statement: Text = ""


class FrameworkTranslation(_File):
    statement: Text = ""
    outcome_word: Text = ""
    outcomes_word: Text = ""


class IndicatorTranslation(_File):
    name: Text = ""
    definition: Text = ""
    formula: Text = ""
    unit: Text = ""
    frequency: Text = ""
    why_it_matters: Text = ""
    caveats: list[Text] = []
    evidence_note: Text = ""
    collected_note: Text = ""
    neighborhood_note: Text = ""
    story: Text = ""


class MeasureTranslation(_File):
    name: Text = ""
    topic: Text = ""
    definition: Text = ""
    unit: Text = ""
    caveats: list[Text] = []
    flags: list[Text] = []
    collected_note: Text = ""


class GoalEntry(_File):
    id: Slug
    name: Text
    lead: Free = ""
    initiatives: list[Text] = []


class OutcomeEntry(_File):
    id: Slug
    name: Text
    order: int
    statement: Text
    icon: Text
    colour: Literal[OUTCOME_COLOURS]
    lead: Free = ""
    initiatives: list[Text] = []
    goal: list[GoalEntry] = []
    translations: dict[Language, OutcomeTranslation] = {}


class FrameworkFile(_File):
    id: Slug
    name: Text
    city: Text
    geography: Slug
    period: Text
    statement: Text
    reconstruction: Free
    reference: Text
    outcome_word: Text = "outcome"
    outcomes_word: Text = "outcomes"
    ended: date | None = None
    followed_by: Free = ""
    outcome: list[OutcomeEntry] = []
    translations: dict[Language, FrameworkTranslation] = {}

    @model_validator(mode="after")
    def is_followed_when_it_ended(self) -> FrameworkFile:
        if self.followed_by and self.ended is None:
            raise ValueError("is followed by another, and does not say when it ended; write ended = 2027-06-30, its last day")
        if self.followed_by == self.id:
            raise ValueError("is followed by itself; write the id of the framework that came after it")
        return self


class SeriesEntry(_File):
    id: Slug
    name: Text
    unit: Text
    decimals: int = Field(ge=0, le=6)
    kind: Kind
    value_kind: Literal["rate", "proportion", "count", "mean"]
    multiplier: float | None = Field(default=None, gt=0)
    independent: bool
    overdispersed: bool = False
    interval_years: Years
    note: Free


class TargetEntry(_File):
    series: Slug
    period: Text
    kind: Kind | None = None  # where the target's period is of another kind than the series'
    value: float | None = None
    low: float | None = None
    high: float | None = None
    set_on: PartialDate
    set_note: Text
    reference: Text
    baseline: Text
    baseline_note: Text

    @model_validator(mode="after")
    def holds_a_value_or_a_range(self) -> TargetEntry:
        is_range = self.low is not None and self.high is not None
        if (self.value is None) != is_range:
            raise ValueError("a target is either a value or a range; write value = 200, or low = 2 and high = 4")
        if is_range and self.low >= self.high:
            raise ValueError("the range is empty; low must be smaller than high")
        return self


class GapTargetEntry(_File):
    series: Slug
    ranked_by: Text
    period: Text
    value: float
    set_on: PartialDate
    set_note: Text
    reference: Text
    baseline: Text


class ConfirmationEntry(_File):
    by: Text
    on: date
    reference: Text


class IndicatorFile(_File):
    id: Slug
    name: Text
    outcome: Slug
    order: int
    definition: Text
    formula: Text
    unit: Text
    decimals: int = Field(ge=0, le=6)
    improves_when: Annotated[Literal["rises", "falls", "within"], AfterValidator(Direction)]
    frequency: Text
    source: Text
    owner: Text
    partners: list[Text]
    why_it_matters: Text
    caveats: list[Text]
    evidence: Annotated[Grade, Field(strict=False)]
    evidence_note: Text
    reference: Text
    collected: bool
    collected_note: Free
    sensitive: bool
    next_review: date
    expected_disaggregations: list[Text]
    neighborhood_measure: Free
    neighborhood_note: Text
    headline: Free
    benchmarks: list[Slug]
    series: list[SeriesEntry] = []
    target: list[TargetEntry] = []
    gap_target: list[GapTargetEntry] = []
    confirmed: ConfirmationEntry | None = None
    steward: Free = ""
    days_to_publish: Days | None = None
    translations: dict[Language, IndicatorTranslation] = {}


class MeasureFile(_File):
    """What is published by area."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", max_length=79)]
    name: Text
    topic: Text
    order: int
    definition: Text
    unit: Text
    decimals: int = Field(ge=0, le=6)
    improves_when: Annotated[Literal["rises", "falls", "neither"], AfterValidator(Direction)]
    source: Text
    caveats: list[Text]
    flags: list[Text]
    sensitive: bool
    counted_per: Literal["residents", ""]
    reference: Text
    series: list[SeriesEntry] = Field(min_length=1)
    frequency: Free = ""
    owner: Free = ""
    steward: Free = ""
    days_to_publish: Days | None = None
    collected: bool = True
    collected_note: Free = ""
    translations: dict[Language, MeasureTranslation] = {}

    @model_validator(mode="after")
    def says_why_it_ended(self) -> MeasureFile:
        if not self.collected and not self.collected_note:
            raise ValueError('is not collected any more and does not say why; write collected_note = "…"')
        return self


class StatEntry(_File):
    """A series of meetings about one subject."""

    id: Slug
    name: Text
    short: Text
    kind: Annotated[Literal["agency", "place-based"], AfterValidator(StatKind)]
    led_by: Annotated[Literal["central office", "agency", "internal", "not known"], AfterValidator(Lead)]
    agencies: list[Slug] = Field(min_length=1)
    outcome: Free
    indicators: list[Slug]
    measures: list[Text]
    safety: list[Text]
    cadence: Text
    question: Text
    example: bool
    runs: Text
    reference: Text
    led_by_note: Free = ""
    request_types: list[Annotated[Text, StringConstraints(max_length=100)]] = []
    request_agencies: list[Annotated[Text, StringConstraints(max_length=100)]] = []


class StatsFile(_File):
    stat: list[StatEntry] = []


WorkingDays = Annotated[int, Field(ge=-2000, le=2000)]  # from the day on which the example is loaded


class BoardItemEntry(_File):
    """What one line of a topic board is of. Without an indicator and a measure it is a series of the board's own."""

    indicator: Free = ""
    measure: Free = ""
    series: Free = ""
    geography: Free = ""
    dimension: Free = ""
    group: Free = ""
    note: Free = ""

    @model_validator(mode="after")
    def says_of_what(self) -> BoardItemEntry:
        if self.indicator and self.measure:
            raise ValueError("names an indicator and a measure; write one of the two, and the other as an [[item]] of its own")
        if not (self.indicator or self.measure or self.series):
            raise ValueError('says not of what it is; write indicator = "…", measure = "…", or series = "…" of the board\'s own figures')
        if bool(self.dimension) != bool(self.group):
            raise ValueError("a dimension and a group go together; write both (race, Black) or neither")
        return self


class BoardFile(_File):
    """A special topic: what is asked, and the figures that answer it."""

    id: Slug
    title: Text
    question: Text
    stat: Free
    readers: Literal["everybody", "staff"]
    made_up: bool
    started: date
    ended: date | None = None
    notes: Text
    references: list[Text] = Field(min_length=1)
    item: list[BoardItemEntry] = Field(min_length=1)
    series: list[SeriesEntry] = []

    @model_validator(mode="after")
    def ends_after_it_began(self) -> BoardFile:
        if self.ended is not None and self.ended < self.started:
            raise ValueError("ended before it started; mend started or ended")
        return self


class ExampleTopic(_File):
    indicator: Free = ""
    title: Free = ""
    question: Text
    set_aside: Free = ""


class ExampleFollowUp(_File):
    action: Text
    owner: Text
    agency: Text
    due: WorkingDays
    deliverable: Annotated[Deliverable, Field(strict=False)]
    indicator: Free = ""
    measure: Free = ""
    begun: WorkingDays | None = None
    done: WorkingDays | None = None
    evidence: Free = ""
    notes: Free = ""
    escalation: Free = ""
    public: bool = False


class ExampleMeeting(_File):
    stat: Slug
    day: WorkingDays
    at: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    place: Text
    state: Annotated[State, Field(strict=False)]
    decision: Free
    topic: list[ExampleTopic] = []
    follow_up: list[ExampleFollowUp] = []


class ExampleStrategy(_File):
    indicator: Slug
    name: Text
    kind: Literal[STRATEGY_KINDS]
    agency: Text
    partners: list[Text] = []
    started: WorkingDays | None = None
    cost: Text
    evidence: Literal[EVIDENCE_KINDS]
    about: Text


class ExampleEvaluation(_File):
    indicator: Slug
    name: Text
    design: Text
    result: Text
    finding: Literal[FINDINGS]
    on: WorkingDays
    by: Text


class ExampleDecision(_File):
    indicator: Slug
    kind: Literal[DECISIONS]
    what: Text
    on: WorkingDays
    by: Text


class ExampleFile(_File):
    """A made-up Stat with its meetings and follow-ups, to show how one runs."""

    meeting: list[ExampleMeeting] = []
    strategy: list[ExampleStrategy] = []
    evaluation: list[ExampleEvaluation] = []
    decision: list[ExampleDecision] = []


# What to write for a key that is absent, where an example says more than a type.
EXAMPLES = {
    "id": 'id = "violent-crime"',
    "improves_when": 'improves_when = "rises", "falls" or "within"',
    "period": 'period = "2020" (or "FY2020", "2019-20", "2016-2020", "2020-Q4", "2020-02": as the series counts)',
    "value": "value = 200",
    "reference": 'reference = "where the figure was read, with page or commit"',
    "set_on": 'set_on = "2016-06-24", or as much of the date as is known: "2016-06", "2016"',
    "baseline": 'baseline = "2015", a period with a figure in the same series',
    "next_review": "next_review = 2027-06-30",
    "evidence": 'evidence = "A", "B" or "C"',
    "sensitive": "sensitive = true where counts of people stand behind it that must not be shown when small, else false",
    "colour": f"colour = one of {', '.join(OUTCOME_COLOURS)}",
    "kind": 'kind = "calendar", "fiscal", "school", "window", "quarter" or "month"',
    "readers": 'readers = "everybody" or "staff"',
    "made_up": "made_up = true where no figure on it is real, else false",
    "stat": 'stat = "the id of a Stat in stats.toml"',
    "item": "an [[item]] with an indicator, a measure or a series of its own",
}


CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # the category Cc without tab and line break


def control_character(text: str) -> str:
    """The first control character in `text` other than tab and line break, which databases and spreadsheets refuse; "" when none."""
    found = CONTROL.search(text)
    return found.group() if found else ""


def problems_of(error: ValidationError, *, file: str, layout: type[BaseModel]) -> list[Problem]:
    """What pydantic found, in the catalogue's words: file, key, what is wrong, what to write."""
    return [
        Problem(file, _key(found["loc"]), *_message_and_remedy(found, _layout_at(found["loc"], layout)))
        for found in error.errors()
    ]


TRANSLATIONS: dict[type[BaseModel], type[BaseModel]] = {FrameworkFile: FrameworkTranslation, OutcomeEntry: OutcomeTranslation, IndicatorFile: IndicatorTranslation, MeasureFile: MeasureTranslation}


def _layout_at(location: tuple[int | str, ...], layout: type[BaseModel]) -> type[BaseModel]:
    """Of which table a key is: within a translation only what can be translated is a key."""
    if "translations" not in location[:-1]:
        return layout
    return TRANSLATIONS.get(OutcomeEntry if location[0] == "outcome" else layout, layout)


def _key(location: tuple[int | str, ...]) -> str:
    """("target", 0, "period") as "target 1, period"."""
    parts: list[str] = []
    for step in location:
        if step == "[key]":  # the name of a table itself
            continue
        if isinstance(step, int) and parts:
            parts[-1] += f" {step + 1}"
        else:
            parts.append(str(step))
    return ", ".join(parts) or "whole file"


def _message_and_remedy(found: dict, layout: type[BaseModel]) -> tuple[str, str]:
    key = str(found["loc"][-1]) if found["loc"] else ""
    match found["type"]:
        case "missing":
            return "is absent", f"write {EXAMPLES.get(key, f'{key} = …')}"
        case "extra_forbidden":
            near = difflib.get_close_matches(key, _all_keys(layout), n=1)
            return "is not a key that is known here", f"did you mean {near[0]!r}?" if near else "remove it"
        case "value_error":
            message, _, remedy = found["msg"].removeprefix("Value error, ").partition("; ")
            return message, remedy or f"write {EXAMPLES.get(key, f'{key} = …')}"
        case "string_too_short":
            return "is empty", f"write {EXAMPLES.get(key, f'{key} = …')}"
        case _:
            remedy = f"write {EXAMPLES[key]}" if key in EXAMPLES else f"it stands as {found['input']!r}: mend it"
            return found["msg"][0].lower() + found["msg"][1:], remedy


def _all_keys(layout: type[BaseModel]) -> list[str]:
    if layout in TRANSLATIONS.values():
        return sorted(layout.model_fields)
    keys = set(layout.model_fields)
    for entry in (OutcomeEntry, GoalEntry, SeriesEntry, TargetEntry, GapTargetEntry, ConfirmationEntry, MeasureFile, StatEntry, BoardItemEntry, ExampleMeeting,
                  ExampleTopic, ExampleFollowUp, ExampleStrategy, ExampleEvaluation, ExampleDecision):  # fmt: skip
        keys |= set(entry.model_fields)
    return sorted(keys)
