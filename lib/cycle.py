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
from lib.language import _, later


class CycleError(OutcomeStatError):
    """Something that the cycle of a Stat does not allow, said with what to do instead."""


class ChangedMeanwhile(OutcomeStatError):
    """Somebody else wrote first. `changes` says what they changed, as sentences."""

    def __init__(self, sentence: str, changes: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.changes = changes


class StatKind(StrEnum):
    AGENCY = later("agency")  # one agency, or one subject, every month
    PLACE = later("place-based")  # one outcome, at most two places


class Lead(StrEnum):
    CENTRE = later("central office")
    AGENCY = later("agency")
    INTERNAL = later("internal")  # an agency for itself
    UNKNOWN = later("not known")  # what could be read names the Stat, and not who leads it


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
    request_types: tuple[str, ...] = ()  # of the service requests that it is about; "SW-*" is every type that begins so
    request_agencies: tuple[str, ...] = ()  # as the requests name them
    led_by_note: str = ""  # how it is known who leads it; "" = not noted


class State(StrEnum):
    """Where a meeting stands. The value is the word that the reader sees."""

    FRAMED = later("framed")
    DRAFTED = later("drafted")
    CHECKED = later("checked")
    RELEASED = later("released")
    HELD = later("held")
    MEMO_SENT = later("memo sent")
    CANCELLED = later("cancelled")


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
        refusal = _("A meeting that is {state} cannot be set to {to}.").format(state=_(str(meeting.state)), to=_(str(to)))
        states = words.listed([_(str(one)) for one in allowed], last="or")
        remedy = _("From here it can be: {states}.").format(states=states) if allowed else _("It stays as it is.")
        raise CycleError(f"{refusal} {remedy}")
    if to is State.CANCELLED and not reason.strip():
        raise CycleError(_("A meeting is cancelled with a reason. Write why."))
    if to is State.RELEASED and not topics:
        raise CycleError(_("Nothing is on the agenda yet. Choose at least one topic, then release."))
    if to is State.HELD and meeting.day > today:
        raise CycleError(_("The meeting is on {day}. It can be marked as held from that day on.").format(day=words.day(meeting.day)))


class Decided(StrEnum):
    """What a person said to a topic."""

    OPEN = later("not decided")
    CHOSEN = later("on the agenda")
    SET_ASIDE = later("set aside")


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

    EMAIL = later("e-mail update")
    MEMO = later("memo")
    MEETING = later("meeting")
    PROJECT = later("new workgroup or project")
    AGENDA_ITEM = later("Stat agenda item")
    REPORT_OUT = later("Stat report-out")
    TO_DO = later("to-do")
    WRITTEN_UPDATE = later("formal written update")


class Colour(StrEnum):
    """A follow-up's status, worked out from its dates and its evidence."""

    WHITE = later("White")  # not due, not begun
    YELLOW = later("Yellow")  # in progress
    GREEN = later("Green")  # complete, with evidence
    RED = later("Red")  # overdue


MEANING = {
    Colour.WHITE: later("not due yet"),
    Colour.YELLOW: later("in progress"),
    Colour.GREEN: later("complete, with evidence"),
    Colour.RED: later("overdue"),
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
TOO_LONG = {
    "action": later("The action has {letters:,} letters; {most:,} are the most."),
    "owner": later("The owner has {letters:,} letters; {most:,} are the most."),
    "issue": later("The issue has {letters:,} letters; {most:,} are the most."),
    "notes": later("The notes has {letters:,} letters; {most:,} are the most."),
    "escalation": later("The escalation has {letters:,} letters; {most:,} are the most."),
    "evidence": later("The evidence has {letters:,} letters; {most:,} are the most."),
    "evidence_link": later("The evidence link has {letters:,} letters; {most:,} are the most."),
    "evidence_file": later("The evidence file has {letters:,} letters; {most:,} are the most."),
}


def faults_of(one: FollowUp, *, agencies: Collection[str] = ()) -> list[tuple[str, str]]:
    """All that is wrong with a follow-up: each time the field and a sentence with what to do. `agencies` are names that are no person."""
    wrong = []
    if len(one.action.split()) < 2:
        wrong.append(("action", _("Write what is to be done as a verb and a thing, such as “send the list of empty lots”.")))
    wrong += [("owner", sentence) for sentence in _not_one_person(one.owner, agencies)]
    if one.done_on and not one.has_evidence:
        wrong.append(("evidence", _("It is not done without evidence: write what shows it, give a link or add a file.")))
    if one.done_on and one.begun_on and one.done_on < one.begun_on:
        wrong.append(("done_on", _("It cannot be done before it was begun. Mend one of the two dates.")))
    if one.evidence_link and not LINK.fullmatch(one.evidence_link):
        wrong.append(("evidence_link", _("The link to the evidence must begin with https:// or http://.")))
    wrong += [(name, _(TOO_LONG[name]).format(letters=len(getattr(one, name)), most=most)) for name, most in LIMITS.items()
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
        return [_("A follow-up has one owner. Write the name of a person.")]
    if SEVERAL.search(owner.strip()):  # a line break tells two names apart, too
        return [_("“{name}” looks like more than one. A follow-up has one owner: write one person's name.").format(name=name)]
    if GROUPS.search(name) or name.casefold() in {one.casefold() for one in agencies} or not re.search(r"[^\W\d_]", name):
        return [_("“{name}” is no person. A follow-up has one owner: write one person's name.").format(name=name)]
    return []


# What of a follow-up a person may change, with the words of the page.
LABELS = {
    "action": later("what is to be done"), "owner": later("the owner"), "due": later("the due date"), "deliverable": later("the kind of deliverable"), "agency": later("the agency"),
    "issue": later("the issue"), "indicator": later("the indicator"), "measure": later("the measure"), "area": later("the place"), "begun_on": later("begun on"), "done_on": later("done on"),
    "evidence": later("the evidence"), "evidence_link": later("the link to the evidence"), "evidence_file": later("the file of evidence"), "notes": later("notes and blockers"),
    "escalation": later("the escalation path"), "public": later("shown to residents"),
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
            return _("{who} wrote it down.").format(who=self.who)
        nothing, said = _("nothing"), _("{who} changed {field} from “{before}” to “{after}”.")
        return said.format(who=self.who, field=_(LABELS.get(self.field, self.field)), before=self.before or nothing, after=self.after or nothing)


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


STRATEGY_KINDS = (later("strategy"), later("project"), later("program"), later("pilot"))
EVIDENCE_KINDS = (later("none stated"), later("practice of others"), later("descriptive data"), later("before and after"), later("comparison group"),
                  later("randomized trial"))  # fmt: skip
FINDINGS = (later("works"), later("does not work"), later("mixed"), later("not known yet"))
DECISIONS = (later("budget"), later("policy"), later("money moved"), later("other"))
