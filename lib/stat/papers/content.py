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
from lib.language import _, later, n_
from lib.settings import Settings
from lib.stat import deck as order
from lib.stat import signal
from lib.stat.calendar import release_deadline, starts_at, working_days_from
from lib.stat.papers.parts import Cell, Heading, Items, Paper, Part, Text, table
from lib.stat.record import HELD
from lib.stat.snapshot import Frozen
from lib.store.meetings import Snapshot

EXAMPLE = later("EXAMPLE: made up")
DRAFT = later("DRAFT: not released")
CANCELLED = later("CANCELLED: the meeting is not held")
DECK_ORDER = (later("Purpose and decisions"), later("Follow-ups"), later("Key indicators"), later("Resident and field signal"))
FOLLOW_UP_HEAD = (later("No. and id"), later("What"), later("Owner"), later("Agency"), later("Due"), later("Status"))


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
            return (_(EXAMPLE),) * self.is_example + (_(CANCELLED),)
        return (_(EXAMPLE),) * self.is_example + (_(DRAFT),) * (self.stamp is None)

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
    return _paper(occasion, "Pre-Memo", _("Pre-memo: {name}").format(name=frozen.stat.name), [
        Text(_when_and_where(occasion)),
        Heading(_("Purpose and decision")), *_purpose(occasion),
        Heading(_("Revised or late since the last meeting")), *_since(occasion),
        Heading(_("Follow-ups")), *_follow_ups(occasion),
        Heading(_("Key indicators")), *_key_indicators(occasion),
        *_places(frozen), *_requests(frozen),
        Heading(_("Topics")), *_topics(occasion),
        *_undecided(occasion), *_set_aside(occasion), *_passed_over(frozen),
        Heading(_("Where the numbers come from")), Text(stamp_in_full(occasion)),
    ])  # fmt: skip


def agenda(occasion: Occasion) -> Paper:
    """The clock of the meeting, and the order of its papers."""
    frozen, minutes = occasion.frozen, clock(occasion)
    start = starts_at(occasion.meeting, occasion.settings.city.timezone).replace(tzinfo=None)
    topics = [one.title for one in occasion.topics(Decided.CHOSEN)]
    said = (_decision(occasion), words.count_of(len(occasion.to_follow()), "follow-up", "follow-ups"),
            words.listed([one.indicator.name for one in occasion.key_indicators]) or _("none"),
            words.listed(topics) or _("No topic has been chosen."), _("Who does what by when, said aloud."))  # fmt: skip
    rows, passed = [], 0
    for part, (name, length, what) in enumerate(zip(order.PARTS, minutes, said, strict=True)):
        rows.append((f"{start + timedelta(minutes=passed):%H:%M}", f"{length}", _(name), what))
        if part == order.PARTS.index("Topics") and len(topics) > 1:
            shares = shared(length, len(topics))
            rows += [(f"{start + timedelta(minutes=passed + sum(shares[:number])):%H:%M}", _("of which {minutes}").format(minutes=shares[number]), _("Topic {number}").format(number=number + 1), one.question or one.title)
                     for number, one in enumerate(occasion.topics(Decided.CHOSEN))]  # fmt: skip
        passed += length
    rows.append((f"{start + timedelta(minutes=passed):%H:%M}", "", _("End"), ""))
    return _paper(occasion, "Agenda", _("Agenda: {name}").format(name=frozen.stat.name), [
        Text(_when_and_where(occasion)),
        Heading(_("The clock")), table(_("The meeting's clock"), (_("Time"), _("Minutes"), _("Part"), _("What it is about")), rows, (1, 1.4, 2.4, 6), numbers=(1,)),
        Heading(_("Order of the slides")), Items(tuple(deck_order(occasion)), numbered=True),
        Heading(_("Order of the papers")), Items((_("Follow-up memo of the last meeting"), _("Pre-memo"), _("Slides")), numbered=True),
    ])  # fmt: skip


def follow_up_memo(occasion: Occasion) -> Paper | None:
    """Every request and commitment of the meeting, and the data that the next one needs. None before the meeting was held."""
    if occasion.meeting.state not in HELD:
        return None
    promised, cycle = occasion.promised(), occasion.settings.stat
    last = working_days_from(occasion.meeting.day, cycle.memo, cycle.holidays)
    return _paper(occasion, "Follow-Up Memo", _("Follow-up memo: {name}").format(name=occasion.frozen.stat.name), [
        Text(_when_and_where(occasion)),
        Heading(_("Requests and commitments")), *_promised(occasion, promised),
        Heading(_("Data needed next time")), *_needed(occasion),
        Heading(_("When this memo is due")),
        Text(_("By {day}, {days} after the meeting.").format(day=words.day(last), days=words.count_of(cycle.memo, "working day", "working days"))),
    ])  # fmt: skip


def _paper(occasion: Occasion, kind: str, title: str, parts: Sequence[Part]) -> Paper:
    first: list[Part] = [Text(_("It shows how a Stat runs. Nobody promised any of this; the figures of the city are real."), "mark")] * occasion.is_example
    return Paper(kind, title, occasion.about, occasion.city, stamp(occasion), occasion.marks, (*first, *parts))


# What they share


def stamp(occasion: Occasion) -> str:
    """Which numbers these are, in a line."""
    found = occasion.stamp
    if found is None:
        return _("Figures of {day}, not frozen yet").format(day=words.day(occasion.frozen.on))
    return _("Figures frozen {day}, release {release}, snapshot {sum}").format(day=words.day(local(found.taken_at, occasion).date()), release=found.release[:8], sum=found.sha256[:8])


def stamp_in_full(occasion: Occasion) -> str:
    """When the numbers were frozen, by whom, and how that can be checked."""
    found = occasion.stamp
    if found is None:
        return _("This is a draft. Its figures are those of {day} and may still change until they are frozen.").format(day=words.day(occasion.frozen.on))
    when = local(found.taken_at, occasion)
    said = _("The figures were frozen on {day} at {time} by {who} and have not changed here since. "
             "Release of the figures: {release}. Sum of the snapshot: {sum}.")  # fmt: skip
    return said.format(day=words.day(when.date()), time=f"{when:%H:%M}", who=found.taken_by, release=found.release[:12], sum=found.sha256[:12])


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
    dives = [_("Deep dive {number}: {title}").format(number=number, title=one.title) for number, one in enumerate(occasion.topics(Decided.CHOSEN), start=1)]
    return [*(_(part) for part in DECK_ORDER), *dives, _("Next steps")]


def _when_and_where(occasion: Occasion) -> str:
    meeting, stat = occasion.meeting, occasion.frozen.stat
    agencies = words.listed([occasion.agency(one) for one in stat.agencies])
    return ". ".join(part for part in (
        f"{words.weekday(meeting.day)}, {words.day(meeting.day)}, {meeting.at}" + (f", {meeting.place}" if meeting.place else ""),
        _("Agencies: {agencies}").format(agencies=agencies) if agencies else _("No agency is named for this Stat"),
        *((_("Places: {places}").format(places=words.listed([_area(occasion.frozen, area) for area in meeting.areas])),) if meeting.areas else ()),
    )) + "."  # fmt: skip


def _area(frozen: Frozen, key: str) -> str:
    return next((name for area, name in frozen.areas if area == key), key)


def _decision(occasion: Occasion) -> str:
    return occasion.meeting.decision or _("No decision is asked of the room.")


def _purpose(occasion: Occasion) -> list[Part]:
    return [Text(occasion.frozen.stat.question or _("No question is written down for this Stat.")), Text(_("Decision asked: {decision}").format(decision=_decision(occasion)), "lead")]


def _since(occasion: Occasion) -> list[Part]:
    if occasion.frozen.since:
        return [Items(occasion.frozen.since)]
    if occasion.previous is None:
        return [Text(_("No earlier meeting of this Stat has frozen figures here, so there is nothing to compare with."))]
    return [Text(_("Nothing was revised and nothing came late since {day}.").format(day=words.day(occasion.previous.day)))]


# Follow-ups


def status_cell(one: FollowUp, today: date) -> Cell:
    """The status, worked out: the City's colour as a word, and what it means."""
    colour = one.colour(today)
    late = words.count_of(one.days_late(today), "day", "days")
    more = _(MEANING[colour])
    if colour is Colour.RED:
        more = _("overdue by {days}").format(days=late)
    elif colour is Colour.GREEN:
        if one.done_on:
            more += f", {words.day(one.done_on)}"
        if one.days_late(today):
            more += ", " + _("{days} late").format(days=late)
    elif colour is Colour.YELLOW and one.begun_on:
        more = _("in progress since {day}").format(day=words.day(one.begun_on))
    return Cell(more, _(str(colour)), FOLLOW_UP_LOOKS[colour].tone)


def tally(several: Sequence[FollowUp], today: date) -> str:
    """ "12 follow-ups: 3 Red (overdue), 4 White (not due yet)"."""
    counts = Counter(one.colour(today) for one in several)
    said = [f"{counts[colour]} {_(str(colour))} ({_(MEANING[colour])})" for colour in (Colour.RED, Colour.YELLOW, Colour.WHITE, Colour.GREEN) if counts[colour]]
    return f"{words.count_of(len(several), 'follow-up', 'follow-ups')}: {words.listed(said)}"


def _tally_on(several: Sequence[FollowUp], today: date) -> str:
    return _("{follow_ups}, on {day}.").format(follow_ups=tally(several, today), day=words.day(today))


def _translated(head: Sequence[str]) -> tuple[str, ...]:
    return tuple(_(name) for name in head)


def what(one: FollowUp) -> str:
    return f"{one.action}\n{_('About: {issue}').format(issue=one.issue)}" if one.issue else one.action


def _row(occasion: Occasion, number: int, one: FollowUp) -> tuple[str, ...]:
    return f"{number}\n{one.id[:8]}", what(one), one.owner or _("nobody named"), occasion.agency(one.agency) or _("none named"), words.day(one.due)


def _follow_ups(occasion: Occasion) -> list[Part]:
    several = occasion.to_follow()
    if not several:
        return [Text(_("No follow-up of an earlier meeting is open, and none was finished of late."))]
    rows = [(*_row(occasion, number, one), status_cell(one, occasion.on)) for number, one in enumerate(several, start=1)]
    return [Text(_tally_on(several, occasion.on)), table(_("Follow-ups of earlier meetings"), _translated(FOLLOW_UP_HEAD), rows, (0.95, 2.85, 1.3, 1.3, 1.25, 1.7))]


def _promised(occasion: Occasion, promised: Sequence[FollowUp]) -> list[Part]:
    if not promised:
        return [Text(_("No request and no commitment was written down in this meeting."))]
    rows = [(*_row(occasion, number, one), _(str(one.deliverable)), status_cell(one, occasion.on)) for number, one in enumerate(promised, start=1)]
    head = (*_translated(FOLLOW_UP_HEAD[:-1]), _("Deliverable"), _("Status"))
    return [Text(_tally_on(promised, occasion.on)), table(_("Requests and commitments"), head, rows, (0.95, 2.3, 1.2, 1.25, 1.2, 1.1, 1.6))]


def _needed(occasion: Occasion) -> list[Part]:
    entries = [*occasion.needed, *(_next_figure(one) for one in occasion.key_indicators)]
    due_by_then = [f"{number}" for number, one in enumerate(occasion.promised(), start=1)
                   if one.colour(occasion.on) is not Colour.GREEN and (occasion.following is None or one.due <= occasion.following.day)]  # fmt: skip
    if due_by_then:
        asked = n_(
            "From each owner, what shows that it was done, where it falls due by then: number {numbers}.",
            "From each owner, what shows that it was done, where it falls due by then: numbers {numbers}.",
            len(due_by_then),
        )
        entries.append(asked.format(numbers=words.listed(due_by_then)))
    if occasion.following is None:
        due = _("No next meeting is on the calendar yet. The data are due 48 hours before it.")
    else:
        when = release_deadline(occasion.following, occasion.settings.city.timezone)
        due = _("Due {day} at {time}, 48 hours before the next meeting on {next}.")
        due = due.format(day=words.day(when.date()), time=f"{when:%H:%M}", next=words.day(occasion.following.day))
    return [Items(tuple(entries)) if entries else Text(_("Nothing was asked for.")), Text(due)]


def _next_figure(one: Assessment) -> str:
    agency, name = one.indicator.owner or _("No agency named"), one.indicator.name
    if one.latest is None:
        return _("{agency}: {name}, a first figure, and any revision.").format(agency=agency, name=name)
    after = _("{agency}: {name}, every figure after {period}, and any revision.")
    return after.format(agency=agency, name=name, period=words.period_of(one.latest.period))


# Indicators


def latest_text(one: Assessment) -> str:
    """The newest figure with its unit and period; why there is none; and where a newer period is missing, that it is."""
    if one.latest is None:
        return missing(one)
    figure, unit = one.latest, words.unit_beside(one.unit)
    said = f"{words.figure(figure.value, one.decimals, one.unit)}{f' {unit}' if unit else ''}, {words.period_of(figure.period)}"
    if words.is_percent(one.unit) and not math.isnan(figure.numerator) and not math.isnan(figure.denominator):
        said += f" ({_('{n:,.0f} of {total:,.0f}').format(n=figure.numerator, total=figure.denominator)})"
    if figure.provisional:
        said += ", " + _("provisional")
    after = [found for found in one.figures if found.period.label and found.period > figure.period]
    return said + "".join(f"\n{words.period_of(found.period)}: {_(found.reason or 'not reported')}" for found in after[-1:])


def missing(one: Assessment) -> str:
    """Why an indicator has no figure."""
    return _(next((found.reason for found in reversed(one.figures) if found.reason), "not reported"))


def aim_text(one: Assessment) -> str:
    if not one.target or not one.series:
        return _("none set")
    return _("{target} by {when}").format(target=target_text(one), when=words.period_of(one.target.period))


def indicator_status(one: Assessment) -> Cell:
    return Cell(one.status.sentence, words.capital(status_word(one)), look_of(one.status.status, one.status.held).tone)


def indicator_movement(one: Assessment) -> Cell:
    return Cell(one.movement.sentence, words.capital(_(str(one.movement.movement))), MOVEMENT_LOOKS[one.movement.movement].tone)


def _key_indicators(occasion: Occasion) -> list[Part]:
    own = occasion.key_indicators
    if not own:
        return [Text(_("This Stat has no indicator yet."))]
    rows = [(Cell(word=one.indicator.name), latest_text(one), aim_text(one), indicator_status(one), indicator_movement(one)) for one in own]
    return [table(_("Key indicators"), (_("Indicator"), _("Latest"), _("Target"), _("Status"), _("Movement")), rows, (1.4, 1.5, 1.1, 2.5, 2.5))]


def _places(frozen: Frozen) -> list[Part]:
    if len(frozen.places) < 2:
        return []
    head, *rows = zip(*frozen.places, strict=True)  # the places side by side: there are two at most
    return [Heading(_("The places")), table(_("The places, by the six criteria"), head, rows, [2.0] * len(head))]


def _requests(frozen: Frozen) -> list[Part]:
    """What residents ask for; nothing where the Stat is about no requests, as in older snapshots."""
    found = frozen.requests
    if found is None:
        return [Heading(_("Resident and field signal")), Text(_(signal.NOT_LOADED))] if signal.is_asked_for(frozen.stat) else []
    return [
        Heading(_("Resident and field signal")), Text(signal.headline(found), "lead"),
        table(_("Service requests of this Stat"), (_("What"), _("Figure")), [(Cell(word=name), said) for name, said in signal.rows(found)], (2, 7)),
        Text(signal.caveat(), "lead"), Text(signal.source(found), "note"),
    ]  # fmt: skip


# Topics


def _topics(occasion: Occasion) -> list[Part]:
    found: list[Part] = []
    for number, one in enumerate(occasion.topics(Decided.CHOSEN), start=1):
        found += [Heading(f"{number}. {one.title}", 2)]
        found += [Text(_("Why it is on the agenda:")), Items(one.reasons)] if one.reasons else [Text(_("Brought by {name}.").format(name=one.by))]
        behind = figures_behind(occasion, one)
        found += [Text(_("The figures behind it:")), Items(behind)] if behind else [Text(_("No figure stands behind it."))]
        found.append(Text(_("Question: {question}").format(question=one.question) if one.question else _("No question is written down."), "lead"))
    return found or [Text(_("No topic has been chosen."))]


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
    return [Heading(_("Proposed, and not decided")), table(_("Topics that nobody decided on"), (_("Topic"), _("Why the rule proposes it")), [(one.title, " ".join(one.reasons)) for one in left], (2, 5))]


def _set_aside(occasion: Occasion) -> list[Part]:
    aside = occasion.topics(Decided.SET_ASIDE)
    if not aside:
        return []
    return [Heading(_("Set aside")), table(_("Topics set aside"), (_("Topic"), _("Why"), _("By")), [(one.title, one.because or _("no reason written"), one.by) for one in aside], (2, 5, 2))]


def _passed_over(frozen: Frozen) -> list[Part]:
    if not frozen.passed_over:
        return []
    return [Heading(_("Passed over")), table(_("Subjects that the rule passes over"), (_("Subject"), _("Why")), frozen.passed_over, (2, 5))]

