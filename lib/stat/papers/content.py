"""What stands in the papers of one meeting, as plain values. Figures come from the frozen numbers only, never from the store."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lib import words
from lib.assessment import Assessment, status_word, target_text
from lib.charts.theme import FOLLOW_UP_LOOKS, MOVEMENT_LOOKS, look_of
from lib.cycle import MEANING, Agency, Colour, Decided, FollowUp, Meeting, State, StatKind, Topic
from lib.settings import Settings
from lib.stat import deck as order
from lib.stat.calendar import release_deadline, starts_at, working_days_from
from lib.stat.papers.parts import Cell, Heading, Items, Paper, Part, Text, table
from lib.stat.record import HELD
from lib.stat.snapshot import Frozen
from lib.store.meetings import Snapshot

EXAMPLE = "EXAMPLE: made up"
DRAFT = "DRAFT: not released"
CANCELLED = "CANCELLED: the meeting is not held"
DECK_ORDER = ("Purpose and decisions", "Follow-ups", "Key indicators", "Resident and field signal")
FOLLOW_UP_HEAD = ("No. and id", "What", "Owner", "Agency", "Due", "Status")


@dataclass(frozen=True)
class Occasion:
    """All that the papers of one meeting are made from."""

    settings: Settings
    frozen: Frozen
    meeting: Meeting  # as it is now: it may have gone on since the release
    follow_ups: tuple[FollowUp, ...]  # of the Stat, as they are to be shown; those of other Stats are passed by
    on: date  # the day for which each status is worked out
    agencies: tuple[Agency, ...]
    stamp: Snapshot | None  # None before the release: the papers are marked as drafts
    previous: Meeting | None = None  # the Stat's meeting before this one
    following: Meeting | None = None  # the next on the calendar
    needed: tuple[str, ...] = ()  # data that the room asked for besides

    @property
    def city(self) -> str:
        return self.settings.city.name

    @property
    def about(self) -> str:
        return f"{self.city} · {self.frozen.stat.short} · {words.day(self.meeting.day)}"

    @property
    def is_example(self) -> bool:
        return self.meeting.example or self.frozen.stat.example

    @property
    def marks(self) -> tuple[str, ...]:
        if self.meeting.state is State.CANCELLED:
            return (EXAMPLE,) * self.is_example + (CANCELLED,)
        return (EXAMPLE,) * self.is_example + (DRAFT,) * (self.stamp is None)

    @property
    def key_indicators(self) -> list[Assessment]:
        return [one for one in self.frozen.assessments if one.indicator.id in self.frozen.stat.indicators]

    def agency(self, key: str, *, short: bool = False) -> str:
        """The agency's name; what was written where it is none of ours."""
        return next((one.short if short else one.name for one in self.agencies if one.id == key), key)

    def topics(self, decided: Decided) -> list[Topic]:
        return [one for one in self.frozen.topics if one.decided is decided]

    def to_follow(self) -> list[FollowUp]:
        """What the meeting goes through of what was promised before."""
        return order.to_go_through(self.follow_ups, self.meeting, self.on)

    def promised(self) -> list[FollowUp]:
        """What was asked and promised in the meeting itself, in the order in which it was written down."""
        own = [one for one in self.follow_ups if one.meeting == self.meeting.id]
        return sorted(own, key=lambda one: (one.created_at, one.due, one.id))


# The papers


def pre_memo(occasion: Occasion) -> Paper:
    """What the room reads before it meets."""
    frozen = occasion.frozen
    return _paper(occasion, "Pre-Memo", f"Pre-memo: {frozen.stat.name}", [
        Text(_when_and_where(occasion)),
        Heading("Purpose and decision"), *_purpose(occasion),
        Heading("Revised or late since the last meeting"), *_since(occasion),
        Heading("Follow-ups"), *_follow_ups(occasion),
        Heading("Key indicators"), *_key_indicators(occasion),
        *_places(frozen),
        Heading("Topics"), *_topics(occasion),
        *_undecided(occasion), *_set_aside(occasion), *_passed_over(frozen),
        Heading("Where the numbers come from"), Text(stamp_in_full(occasion)),
    ])  # fmt: skip


def agenda(occasion: Occasion) -> Paper:
    """The clock of the meeting, and the order of its papers."""
    frozen, minutes = occasion.frozen, clock(occasion)
    start = starts_at(occasion.meeting, occasion.settings.city.timezone).replace(tzinfo=None)
    topics = [one.title for one in occasion.topics(Decided.CHOSEN)]
    said = (_decision(occasion), words.count_of(len(occasion.to_follow()), "follow-up"), words.listed([one.indicator.name for one in occasion.key_indicators]) or "none",
            words.listed(topics) or "No topic has been chosen.", "Who does what by when, said aloud.")  # fmt: skip
    rows, passed = [], 0
    for part, (name, length, what) in enumerate(zip(order.PARTS, minutes, said, strict=True)):
        rows.append((f"{start + timedelta(minutes=passed):%H:%M}", f"{length}", name, what))
        if part == order.PARTS.index("Topics") and len(topics) > 1:
            shares = shared(length, len(topics))
            rows += [(f"{start + timedelta(minutes=passed + sum(shares[:number])):%H:%M}", f"of which {shares[number]}", f"Topic {number + 1}", one.question or one.title)
                     for number, one in enumerate(occasion.topics(Decided.CHOSEN))]  # fmt: skip
        passed += length
    rows.append((f"{start + timedelta(minutes=passed):%H:%M}", "", "End", ""))
    return _paper(occasion, "Agenda", f"Agenda: {frozen.stat.name}", [
        Text(_when_and_where(occasion)),
        Heading("The clock"), table("The meeting's clock", ("Time", "Minutes", "Part", "What it is about"), rows, (1, 1.4, 2.4, 6), numbers=(1,)),
        Heading("Order of the slides"), Items(tuple(deck_order(occasion)), numbered=True),
        Heading("Order of the papers"), Items(("Follow-up memo of the last meeting", "Pre-memo", "Slides"), numbered=True),
    ])  # fmt: skip


def follow_up_memo(occasion: Occasion) -> Paper | None:
    """Every request and commitment of the meeting, and the data that the next one needs. None before the meeting was held."""
    if occasion.meeting.state not in HELD:
        return None
    promised, cycle = occasion.promised(), occasion.settings.stat
    last = working_days_from(occasion.meeting.day, cycle.memo, cycle.holidays)
    return _paper(occasion, "Follow-Up Memo", f"Follow-up memo: {occasion.frozen.stat.name}", [
        Text(_when_and_where(occasion)),
        Heading("Requests and commitments"), *_promised(occasion, promised),
        Heading("Data needed next time"), *_needed(occasion),
        Heading("When this memo is due"),
        Text(f"By {words.day(last)}, {words.count_of(cycle.memo, 'working day')} after the meeting."),
    ])  # fmt: skip


def _paper(occasion: Occasion, kind: str, title: str, parts: Sequence[Part]) -> Paper:
    first: list[Part] = [Text("It shows how a Stat runs. Nobody promised any of this; the figures of the city are real.", "mark")] * occasion.is_example
    return Paper(kind, title, occasion.about, occasion.city, stamp(occasion), occasion.marks, (*first, *parts))


# What they share


def stamp(occasion: Occasion) -> str:
    """Which numbers these are, in a line."""
    found = occasion.stamp
    if found is None:
        return f"Figures of {words.day(occasion.frozen.on)}, not frozen yet"
    return f"Figures frozen {words.day(local(found.taken_at, occasion).date())}, release {found.release[:8]}, snapshot {found.sha256[:8]}"


def stamp_in_full(occasion: Occasion) -> str:
    """When the numbers were frozen, by whom, and how that can be checked."""
    found = occasion.stamp
    if found is None:
        return f"This is a draft. Its figures are those of {words.day(occasion.frozen.on)} and may still change until they are frozen."
    when = local(found.taken_at, occasion)
    return (f"The figures were frozen on {words.day(when.date())} at {when:%H:%M} by {found.taken_by} and have not changed here since. "
            f"Release of the figures: {found.release[:12]}. Sum of the snapshot: {found.sha256[:12]}.")  # fmt: skip


def local(utc: str, occasion: Occasion) -> datetime:
    """A time of the store by the city's clock."""
    return datetime.fromisoformat(utc).astimezone(ZoneInfo(occasion.settings.city.timezone))


def clock(occasion: Occasion) -> list[int]:
    """The minutes of each part of the meeting."""
    minutes = occasion.settings.stat.minutes
    return minutes.place_based if occasion.frozen.stat.kind is StatKind.PLACE else minutes.agency


def shared(minutes: int, among: int) -> list[int]:
    """Whole minutes for each, the first ones longer where it does not come out even: 50 among 3 gives 17, 17, 16."""
    each, rest = divmod(minutes, among)
    return [each + (number < rest) for number in range(among)]


def deck_order(occasion: Occasion) -> list[str]:
    dives = [f"Deep dive {number}: {one.title}" for number, one in enumerate(occasion.topics(Decided.CHOSEN), start=1)]
    return [*DECK_ORDER, *dives, "Next steps"]


def _when_and_where(occasion: Occasion) -> str:
    meeting, stat = occasion.meeting, occasion.frozen.stat
    agencies = words.listed([occasion.agency(one) for one in stat.agencies])
    return ". ".join(part for part in (
        f"{meeting.day:%A}, {words.day(meeting.day)}, {meeting.at}" + (f", {meeting.place}" if meeting.place else ""),
        f"Agencies: {agencies}" if agencies else "No agency is named for this Stat",
        *((f"Places: {words.listed([_area(occasion.frozen, area) for area in meeting.areas])}",) if meeting.areas else ()),
    )) + "."  # fmt: skip


def _area(frozen: Frozen, key: str) -> str:
    return next((name for area, name in frozen.areas if area == key), key)


def _decision(occasion: Occasion) -> str:
    return occasion.meeting.decision or "No decision is asked of the room."


def _purpose(occasion: Occasion) -> list[Part]:
    return [Text(occasion.frozen.stat.question or "No question is written down for this Stat."), Text(f"Decision asked: {_decision(occasion)}", "lead")]


def _since(occasion: Occasion) -> list[Part]:
    if occasion.frozen.since:
        return [Items(occasion.frozen.since)]
    if occasion.previous is None:
        return [Text("No earlier meeting of this Stat has frozen figures here, so there is nothing to compare with.")]
    return [Text(f"Nothing was revised and nothing came late since {words.day(occasion.previous.day)}.")]


# Follow-ups


def status_cell(one: FollowUp, today: date) -> Cell:
    """The status, worked out: the City's colour as a word, and what it means."""
    colour = one.colour(today)
    late = words.count_of(one.days_late(today), "day")
    more = {
        Colour.RED: f"overdue by {late}",
        Colour.GREEN: MEANING[Colour.GREEN] + (f", {words.day(one.done_on)}" if one.done_on else "") + (f", {late} late" if one.days_late(today) else ""),
        Colour.YELLOW: MEANING[Colour.YELLOW] + (f" since {words.day(one.begun_on)}" if one.begun_on else ""),
    }.get(colour, MEANING[colour])
    return Cell(more, str(colour), FOLLOW_UP_LOOKS[colour].tone)


def tally(several: Sequence[FollowUp], today: date) -> str:
    """ "12 follow-ups: 3 Red (overdue), 4 White (not due yet)"."""
    counts = Counter(one.colour(today) for one in several)
    said = [f"{counts[colour]} {colour} ({MEANING[colour]})" for colour in (Colour.RED, Colour.YELLOW, Colour.WHITE, Colour.GREEN) if counts[colour]]
    return f"{words.count_of(len(several), 'follow-up')}: {words.listed(said)}"


def what(one: FollowUp) -> str:
    return f"{one.action}\nAbout: {one.issue}" if one.issue else one.action


def _row(occasion: Occasion, number: int, one: FollowUp) -> tuple[str, ...]:
    return f"{number}\n{one.id[:8]}", what(one), one.owner or "nobody named", occasion.agency(one.agency) or "none named", words.day(one.due)


def _follow_ups(occasion: Occasion) -> list[Part]:
    several = occasion.to_follow()
    if not several:
        return [Text("No follow-up of an earlier meeting is open, and none was finished of late.")]
    rows = [(*_row(occasion, number, one), status_cell(one, occasion.on)) for number, one in enumerate(several, start=1)]
    return [Text(f"{tally(several, occasion.on)}, on {words.day(occasion.on)}."), table("Follow-ups of earlier meetings", FOLLOW_UP_HEAD, rows, (0.95, 2.85, 1.3, 1.3, 1.25, 1.7))]


def _promised(occasion: Occasion, promised: Sequence[FollowUp]) -> list[Part]:
    if not promised:
        return [Text("No request and no commitment was written down in this meeting.")]
    rows = [(*_row(occasion, number, one), str(one.deliverable), status_cell(one, occasion.on)) for number, one in enumerate(promised, start=1)]
    head = (*FOLLOW_UP_HEAD[:-1], "Deliverable", "Status")
    return [Text(f"{tally(promised, occasion.on)}, on {words.day(occasion.on)}."), table("Requests and commitments", head, rows, (0.95, 2.3, 1.2, 1.25, 1.2, 1.1, 1.6))]


def _needed(occasion: Occasion) -> list[Part]:
    entries = [*occasion.needed, *(_next_figure(one) for one in occasion.key_indicators)]
    due_by_then = [f"{number}" for number, one in enumerate(occasion.promised(), start=1)
                   if one.colour(occasion.on) is not Colour.GREEN and (occasion.following is None or one.due <= occasion.following.day)]  # fmt: skip
    if due_by_then:
        entries.append(f"From each owner, what shows that it was done, where it falls due by then: {'number' if len(due_by_then) == 1 else 'numbers'} {words.listed(due_by_then)}.")
    if occasion.following is None:
        due = "No next meeting is on the calendar yet. The data are due 48 hours before it."
    else:
        when = release_deadline(occasion.following, occasion.settings.city.timezone)
        due = f"Due {words.day(when.date())} at {when:%H:%M}, 48 hours before the next meeting on {words.day(occasion.following.day)}."
    return [Items(tuple(entries)) if entries else Text("Nothing was asked for."), Text(due)]


def _next_figure(one: Assessment) -> str:
    after = f"every figure after {words.period_of(one.latest.period)}" if one.latest else "a first figure"
    return f"{one.indicator.owner or 'No agency named'}: {one.indicator.name}, {after}, and any revision."


# Indicators


def latest_text(one: Assessment) -> str:
    """The newest figure with its unit and period; why there is none; and where a newer period is missing, that it is."""
    if one.latest is None:
        return missing(one)
    figure, unit = one.latest, words.unit_beside(one.unit)
    said = f"{words.figure(figure.value, one.decimals, one.unit)}{f' {unit}' if unit else ''}, {words.period_of(figure.period)}"
    if words.is_percent(one.unit) and not math.isnan(figure.numerator) and not math.isnan(figure.denominator):
        said += f" ({figure.numerator:,.0f} of {figure.denominator:,.0f})"
    if figure.provisional:
        said += ", provisional"
    after = [found for found in one.figures if found.period.label and found.period > figure.period]
    return said + "".join(f"\n{words.period_of(found.period)}: {found.reason or 'not reported'}" for found in after[-1:])


def missing(one: Assessment) -> str:
    """Why an indicator has no figure."""
    return next((found.reason for found in reversed(one.figures) if found.reason), "not reported")


def aim_text(one: Assessment) -> str:
    return f"{target_text(one)} by {words.period_of(one.target.period)}" if one.target and one.series else "none set"


def indicator_status(one: Assessment) -> Cell:
    return Cell(one.status.sentence, words.capital(status_word(one)), look_of(one.status.status, one.status.held).tone)


def indicator_movement(one: Assessment) -> Cell:
    return Cell(one.movement.sentence, words.capital(str(one.movement.movement)), MOVEMENT_LOOKS[one.movement.movement].tone)


def _key_indicators(occasion: Occasion) -> list[Part]:
    own = occasion.key_indicators
    if not own:
        return [Text("This Stat has no indicator yet.")]
    rows = [(Cell(word=one.indicator.name), latest_text(one), aim_text(one), indicator_status(one), indicator_movement(one)) for one in own]
    return [table("Key indicators", ("Indicator", "Latest", "Target", "Status", "Movement"), rows, (1.4, 1.5, 1.1, 2.5, 2.5))]


def _places(frozen: Frozen) -> list[Part]:
    if len(frozen.places) < 2:
        return []
    head, *rows = zip(*frozen.places, strict=True)  # the places side by side: there are two at most
    return [Heading("The places"), table("The places, by the six criteria", head, rows, [2.0] * len(head))]


# Topics


def _topics(occasion: Occasion) -> list[Part]:
    found: list[Part] = []
    for number, one in enumerate(occasion.topics(Decided.CHOSEN), start=1):
        found += [Heading(f"{number}. {one.title}", 2)]
        found += [Text("Why it is on the agenda:"), Items(one.reasons)] if one.reasons else [Text(f"Brought by {one.by}.")]
        behind = figures_behind(occasion, one)
        found += [Text("The figures behind it:"), Items(behind)] if behind else [Text("No figure stands behind it.")]
        found.append(Text(f"Question: {one.question}" if one.question else "No question is written down.", "lead"))
    return found or [Text("No topic has been chosen.")]


def figures_behind(occasion: Occasion, one: Topic) -> tuple[str, ...]:
    """The topic's figures, and in how few areas the cases are, where the reasons do not say so already."""
    spread = occasion.frozen.concentrations.get(measure_of(occasion.frozen, one))
    said = spread.sentence if spread else ""
    return (*one.figures, said) if said and not any(said in reason for reason in one.reasons) else one.figures


def measure_of(frozen: Frozen, one: Topic) -> str:
    """The neighborhood measure that a topic is about; "" where it is about none."""
    if one.kind == "measure":
        return one.subject
    found = frozen.assessment(one.subject) if one.kind == "indicator" else None
    return found.indicator.neighborhood_measure if found else ""


def _undecided(occasion: Occasion) -> list[Part]:
    left = occasion.topics(Decided.OPEN)
    if not left:
        return []
    return [Heading("Proposed, and not decided"), table("Topics that nobody decided on", ("Topic", "Why the rule proposes it"), [(one.title, " ".join(one.reasons)) for one in left], (2, 5))]


def _set_aside(occasion: Occasion) -> list[Part]:
    aside = occasion.topics(Decided.SET_ASIDE)
    if not aside:
        return []
    return [Heading("Set aside"), table("Topics set aside", ("Topic", "Why", "By"), [(one.title, one.because or "no reason written", one.by) for one in aside], (2, 5, 2))]


def _passed_over(frozen: Frozen) -> list[Part]:
    if not frozen.passed_over:
        return []
    return [Heading("Passed over"), table("Subjects that the rule passes over", ("Subject", "Why"), frozen.passed_over, (2, 5))]

