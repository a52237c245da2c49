"""The words of the Stat cycle as plain values, and its rules: which step may follow which, and what a follow-up's colour is.

The words are the City's own. A follow-up's status is worked out and never typed; no Green without evidence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from lib import words
from lib.errors import OutcomeStatError


class CycleError(OutcomeStatError):
    """Something that the cycle of a Stat does not allow, said with what to do instead."""


class ChangedMeanwhile(OutcomeStatError):
    """Somebody else wrote first. `changes` says what they changed, as sentences."""

    def __init__(self, sentence: str, changes: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.changes = changes


class StatKind(StrEnum):
    AGENCY = "agency"  # one agency, or one subject, every month
    PLACE = "place-based"  # one outcome, at most two places


class Lead(StrEnum):
    CENTRE = "central office"
    AGENCY = "agency"
    INTERNAL = "internal"  # an agency for itself


@dataclass(frozen=True)
class Agency:
    id: str
    name: str
    short: str
    principal: bool  # one of those that the law asks a meeting a month of
    reference: str


@dataclass(frozen=True)
class Stat:
    """A series of meetings about one subject."""

    id: str
    name: str
    short: str  # as in the names of its papers: "DGS Stat"
    kind: StatKind
    led_by: Lead
    agencies: tuple[str, ...]  # agency ids
    outcome: str  # outcome id of the framework; "" where it is about none of them
    indicators: tuple[str, ...]
    measures: tuple[str, ...]  # neighborhood measures
    safety: tuple[str, ...]  # of its indicators and measures, those of which any worsening is a risk to people
    cadence: str
    question: str  # what it is for, in a sentence
    example: bool  # made up: shown only while the example is loaded, and marked wherever it is
    runs: str  # since when, or until when; as far as is known
    reference: str


class State(StrEnum):
    """Where a meeting stands. The value is the word that the reader sees."""

    FRAMED = "framed"
    DRAFTED = "drafted"
    CHECKED = "checked"
    RELEASED = "released"
    HELD = "held"
    MEMO_SENT = "memo sent"
    CANCELLED = "cancelled"


# What may follow. A quality check that fails sends the draft back; what is released is frozen and goes only forward.
NEXT: Mapping[State, tuple[State, ...]] = {
    State.FRAMED: (State.DRAFTED, State.CANCELLED),
    State.DRAFTED: (State.CHECKED, State.CANCELLED),
    State.CHECKED: (State.RELEASED, State.DRAFTED, State.CANCELLED),
    State.RELEASED: (State.HELD, State.CANCELLED),
    State.HELD: (State.MEMO_SENT,),
    State.MEMO_SENT: (),
    State.CANCELLED: (),
}
IN_ORDER = (State.FRAMED, State.DRAFTED, State.CHECKED, State.RELEASED, State.HELD, State.MEMO_SENT)
BEFORE_RELEASE = (State.FRAMED, State.DRAFTED, State.CHECKED)


@dataclass(frozen=True)
class Meeting:
    """One meeting of a Stat. Day and time are the city's own clock; `at` is "HH:MM"."""

    id: str
    stat: str
    day: date
    at: str
    place: str
    state: State
    decision: str  # what is asked of the room
    areas: tuple[str, ...]  # of a place-based Stat: at most two
    cancelled_because: str
    example: bool
    version: int
    created_at: str
    created_by: str

    @property
    def is_open(self) -> bool:
        return self.state not in (State.MEMO_SENT, State.CANCELLED)


def check_step(meeting: Meeting, to: State, *, today: date, topics: int, reason: str = "") -> None:
    """Raises CycleError unless the meeting may go to that state now. `topics` are those that a person has chosen."""
    if to not in NEXT[meeting.state]:
        allowed = NEXT[meeting.state]
        remedy = f"From here it can be: {words.listed([str(one) for one in allowed], last='or')}." if allowed else "It stays as it is."
        raise CycleError(f"A meeting that is {meeting.state} cannot be set to {to}. {remedy}")
    if to is State.CANCELLED and not reason.strip():
        raise CycleError("A meeting is cancelled with a reason. Write why.")
    if to is State.RELEASED and not topics:
        raise CycleError("Nothing is on the agenda yet. Choose at least one topic, then release.")
    if to is State.HELD and meeting.day > today:
        raise CycleError(f"The meeting is on {words.day(meeting.day)}. It can be marked as held from that day on.")


class Decided(StrEnum):
    """What a person said to a topic."""

    OPEN = "not decided"
    CHOSEN = "on the agenda"
    SET_ASIDE = "set aside"


@dataclass(frozen=True)
class Topic:
    """A subject for the agenda: what the rule proposed or a person brought, and what a person decided."""

    id: int
    meeting: str
    position: int
    kind: str  # "indicator", "measure" or "other"
    subject: str  # the id of the indicator or measure; "" for another
    title: str
    reasons: tuple[str, ...]  # why the rule proposes it; () where a person brought it
    figures: tuple[str, ...]  # the figures behind the reasons
    question: str  # what the room is to answer
    decided: Decided
    because: str  # why it was set aside
    by: str


class Deliverable(StrEnum):
    """What comes of a follow-up: the City's eight."""

    EMAIL = "e-mail update"
    MEMO = "memo"
    MEETING = "meeting"
    PROJECT = "new workgroup or project"
    AGENDA_ITEM = "Stat agenda item"
    REPORT_OUT = "Stat report-out"
    TO_DO = "to-do"
    WRITTEN_UPDATE = "formal written update"


class Colour(StrEnum):
    """A follow-up's status, worked out from its dates and its evidence."""

    WHITE = "White"  # not due, not begun
    YELLOW = "Yellow"  # in progress
    GREEN = "Green"  # complete, with evidence
    RED = "Red"  # overdue


MEANING = {
    Colour.WHITE: "not due yet",
    Colour.YELLOW: "in progress",
    Colour.GREEN: "complete, with evidence",
    Colour.RED: "overdue",
}


@dataclass(frozen=True)
class FollowUp:
    """A promise: who does what by when, and the evidence that it was done. Texts may be "", dates None, where not known."""

    id: str
    stat: str
    meeting: str  # the meeting that it was made in; "" where it came otherwise
    agency: str
    issue: str
    action: str  # a verb and a thing
    owner: str  # one person
    due: date
    deliverable: Deliverable
    indicator: str
    measure: str
    area: str
    begun_on: date | None
    done_on: date | None
    evidence: str
    evidence_link: str
    evidence_file: str  # the file's name; its bytes are asked for apart
    notes: str
    escalation: str
    public: bool  # may be shown to residents, without the owner's name
    example: bool
    version: int
    created_at: str
    created_by: str

    @property
    def has_evidence(self) -> bool:
        return bool(self.evidence or self.evidence_link or self.evidence_file)

    def colour(self, today: date) -> Colour:
        if self.done_on and self.done_on <= today and self.has_evidence:  # a day that is still to come shows nothing
            return Colour.GREEN
        if self.due < today:
            return Colour.RED
        return Colour.YELLOW if self.begun_on else Colour.WHITE

    def days_late(self, today: date) -> int:
        """Days after the due date, up to the day on which it was done; 0 where it is not late."""
        return max((min(self.done_on or today, today) - self.due).days, 0)

    @property
    def kept_in_time(self) -> bool:
        return self.done_on is not None and self.has_evidence and self.done_on <= self.due


def newest_first_overdue(several: Collection[FollowUp], today: date) -> list[FollowUp]:
    """Overdue first, the longest overdue at the top; then by due date; what is done last, the newest first."""
    rank = {Colour.RED: 0, Colour.YELLOW: 1, Colour.WHITE: 1, Colour.GREEN: 2}

    def key(one: FollowUp) -> tuple:
        colour = one.colour(today)
        when = -(one.done_on or one.due).toordinal() if colour is Colour.GREEN else one.due.toordinal()
        return rank[colour], when, one.id

    return sorted(several, key=key)


GROUPS = re.compile(r"\b(team|teams|department|departments|office|bureau|division|agency|agencies|staff|committee|workgroup|everyone|tbd|tba|unknown)\b", re.I)  # fmt: skip
SEVERAL = re.compile(r"\s(?:and|or|with)\s|[&/;,+\n]|\s-\s", re.I)
LINK = re.compile(r"https?://[^\s/$.?#][^\s]*", re.I)
LIMITS = {"action": 300, "owner": 120, "issue": 300, "notes": 4000, "escalation": 500, "evidence": 4000, "evidence_link": 1000, "evidence_file": 200}


def faults_of(one: FollowUp, *, agencies: Collection[str] = ()) -> list[tuple[str, str]]:
    """All that is wrong with a follow-up: each time the field and a sentence with what to do. `agencies` are names that are no person."""
    wrong = []
    if len(one.action.split()) < 2:
        wrong.append(("action", "Write what is to be done as a verb and a thing, such as “send the list of empty lots”."))
    wrong += [("owner", sentence) for sentence in _not_one_person(one.owner, agencies)]
    if one.done_on and not one.has_evidence:
        wrong.append(("evidence", "It is not done without evidence: write what shows it, give a link or add a file."))
    if one.done_on and one.begun_on and one.done_on < one.begun_on:
        wrong.append(("done_on", "It cannot be done before it was begun. Mend one of the two dates."))
    if one.evidence_link and not LINK.fullmatch(one.evidence_link):
        wrong.append(("evidence_link", "The link to the evidence must begin with https:// or http://."))
    wrong += [(name, f"The {name.replace('_', ' ')} has {len(getattr(one, name)):,} letters; {most:,} are the most.") for name, most in LIMITS.items()
              if len(getattr(one, name)) > most]  # fmt: skip
    return wrong


def check_follow_up(one: FollowUp, *, agencies: Collection[str] = ()) -> None:
    """Raises CycleError with all that is wrong: nothing to do, not one person, evidence without an end or an end without
    evidence, dates that contradict. `agencies` are names that are no person."""
    if wrong := faults_of(one, agencies=agencies):
        raise CycleError(" ".join(sentence for _, sentence in wrong))


def _not_one_person(owner: str, agencies: Collection[str]) -> list[str]:
    name = " ".join(owner.split())
    if not name:
        return ["A follow-up has one owner. Write the name of a person."]
    if SEVERAL.search(owner.strip()):  # a line break tells two names apart, too
        return [f"“{name}” looks like more than one. A follow-up has one owner: write one person's name."]
    if GROUPS.search(name) or name.casefold() in {one.casefold() for one in agencies} or not re.search(r"[^\W\d_]", name):
        return [f"“{name}” is no person. A follow-up has one owner: write one person's name."]
    return []


# What of a follow-up a person may change, with the words of the page.
LABELS = {
    "action": "what is to be done", "owner": "the owner", "due": "the due date", "deliverable": "the kind of deliverable", "agency": "the agency",
    "issue": "the issue", "indicator": "the indicator", "measure": "the measure", "area": "the place", "begun_on": "begun on", "done_on": "done on",
    "evidence": "the evidence", "evidence_link": "the link to the evidence", "evidence_file": "the file of evidence", "notes": "notes and blockers",
    "escalation": "the escalation path", "public": "shown to residents",
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One thing that somebody changed in a follow-up. `version` is the one that came of it."""

    follow_up: str
    version: int
    at: str
    who: str
    field: str
    before: str
    after: str

    def __str__(self) -> str:
        if self.field == "created":
            return f"{self.who} wrote it down."
        return f"{self.who} changed {LABELS.get(self.field, self.field)} from “{self.before or 'nothing'}” to “{self.after or 'nothing'}”."


def differences(before: FollowUp, after: FollowUp) -> dict[str, tuple[str, str]]:
    """What differs of that which a person may change: by field the words before and after."""
    found = {}
    for field in fields(FollowUp):
        if field.name in LABELS and getattr(before, field.name) != getattr(after, field.name):
            found[field.name] = (said(getattr(before, field.name)), said(getattr(after, field.name)))
    return found


def said(value: object) -> str:
    """A value of a follow-up as the history keeps it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class Strategy:
    """What is done to turn a curve: a strategy, a project, a piece of work, with what it cost and what is known of its working."""

    id: str
    indicator: str
    name: str
    kind: str
    agency: str
    partners: tuple[str, ...]
    started: date | None
    ended: date | None
    cost: str  # as it is known, in words: "$1.2 million, FY2021 to FY2023"; "" = not known
    evidence: str  # the kind of evidence behind it
    about: str
    reference: str
    example: bool = False
    version: int = 1


@dataclass(frozen=True)
class Evaluation:
    """A study of whether something works: its design and what it found."""

    id: str
    indicator: str
    strategy: str  # id; "" where it is about the whole
    name: str
    design: str
    result: str
    finding: str  # one of FINDINGS
    on: date
    by: str
    reference: str
    example: bool = False


@dataclass(frozen=True)
class Decision:
    """A decision that cites an indicator: of budget or policy, or money moved."""

    id: str
    indicator: str
    meeting: str
    kind: str  # one of DECISIONS
    what: str
    amount: float | None  # dollars, where money moved
    on: date
    by: str  # a role or a body
    reference: str
    example: bool = False


STRATEGY_KINDS = ("strategy", "project", "program", "pilot")
EVIDENCE_KINDS = ("none stated", "practice of others", "descriptive data", "before and after", "comparison group", "randomized trial")
FINDINGS = ("works", "does not work", "mixed", "not known yet")
DECISIONS = ("budget", "policy", "money moved", "other")
