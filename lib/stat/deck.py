"""The order of a meeting: its slides with the part of the clock that each belongs to. One question a slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lib import words
from lib.cycle import Colour, Decided, FollowUp, Meeting, StatKind
from lib.language import _, later
from lib.stat import signal
from lib.stat.snapshot import Frozen

PARTS = (later("Opening and decisions"), later("Follow-ups"), later("Key indicators"), later("Topics"), later("Repeat back"))
PER_SLIDE = 5  # follow-ups that can be read from six metres


@dataclass(frozen=True)
class Slide:
    """`kind`: purpose, since, follow-ups, indicator, signal, requests, places, topic or repeat; `subject` is what it is about."""

    kind: str
    part: int  # in PARTS
    question: str
    subject: str = ""
    number: int = 0  # of several of a kind
    of: int = 1

    @property
    def name(self) -> str:
        if self.of == 1:
            return self.question
        return _("{question} ({number} of {total})").format(question=self.question, number=self.number + 1, total=self.of)


def slides(frozen: Frozen, to_follow: Sequence[FollowUp]) -> list[Slide]:
    """The slides of a meeting in the City's order. `to_follow`: the follow-ups of before, which the meeting goes through."""
    found = [Slide("purpose", 0, _("What is this meeting for, and what must be decided?"))]
    if frozen.since:
        found.append(Slide("since", 0, _("What was revised or came late since we last met?")))
    pages = max(1, -(-len(to_follow) // PER_SLIDE))
    found += [Slide("follow-ups", 1, _("Was what we promised done?"), number=number, of=pages) for number in range(pages)]
    found += [Slide("indicator", 2, _("Is {name} moving, and will it be there in time?").format(name=one.indicator.name.lower()), one.indicator.id)
              for one in frozen.assessments if one.indicator.id in frozen.stat.indicators and one.latest]  # fmt: skip
    found += [Slide("signal", 2, _("Where is it worst: {name}?").format(name=layer.measure.name.lower()), layer.measure.id)
              for layer in frozen.layers if layer.measure.id in frozen.stat.measures]  # fmt: skip
    if frozen.requests:
        found.append(Slide("requests", 2, _(signal.QUESTION)))
    if frozen.stat.kind is StatKind.PLACE:
        found.append(Slide("places", 2, _("Why these places?")))
    found += [Slide("topic", 3, topic.question or topic.title, str(topic.id)) for topic in frozen.topics if topic.decided is Decided.CHOSEN]
    found.append(Slide("repeat", 4, _("Who does what by when?")))
    return found


def to_go_through(several: Sequence[FollowUp], meeting: Meeting, today: date) -> list[FollowUp]:
    """What a meeting goes through of what was promised to its Stat before: what is open, overdue first, then what was done since
    the promise was last looked at, newest first. What is written down in the meeting itself is not among it."""
    own = [one for one in several if one.stat == meeting.stat and one.meeting != meeting.id]
    still_open = sorted((one for one in own if one.colour(today) is not Colour.GREEN), key=lambda one: (one.due, one.id))
    done = sorted((one for one in own if one.colour(today) is Colour.GREEN and (today - one.done_on).days <= 60), key=lambda one: one.done_on, reverse=True)
    return [*still_open, *done]


def clock(part: int, minutes: Sequence[int]) -> str:
    """When a part is on the clock: "15 to 25 minutes"."""
    start = sum(minutes[:part])
    return _("{start} to {minutes}").format(start=start, minutes=words.count_of(start + minutes[part], "minute", "minutes"))
