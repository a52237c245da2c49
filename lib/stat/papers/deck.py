"""What stands on the slides of a meeting, as plain values, in the City's order. One question a slide; few words."""

from __future__ import annotations

from collections.abc import Sequence

from lib import words
from lib.assessment import Assessment
from lib.cycle import Colour, Decided, FollowUp, Topic
from lib.language import _, n_
from lib.neighborhoods import Layer
from lib.stat import signal
from lib.stat.papers.content import (
    Occasion,
    aim_text,
    figures_behind,
    indicator_movement,
    indicator_status,
    latest_text,
    measure_of,
    missing,
    stamp,
    status_cell,
)
from lib.stat.papers.parts import Cell, Deck, Items, Part, Slide, Text, brief, few_words, table
from lib.stat.papers.pictures import about_areas, bars_of, finding, lines_of, where
from lib.stat.record import HELD
from lib.stat.snapshot import Frozen

LETTERS = 130  # of a follow-up: what does not fit stands whole in the pre-memo
ROWS = 6  # that can be read from six metres
ROOM = 11  # lines of a table; of the first column a line has so many letters:
LINE = 44
NOTE = 180  # letters of what stands below a picture
MOST_PAGES = 3  # of follow-ups: the rest stands in the pre-memo
LINES = 5  # of a list


def deck(occasion: Occasion) -> Deck:
    """The slides, from the purpose to the next steps."""
    frozen = occasion.frozen
    topics = occasion.topics(Decided.CHOSEN)
    deep = {one.subject for one in topics if one.kind == "indicator"}
    slides = [_purpose(occasion), *_follow_ups(occasion), _overview(occasion)]
    slides += [_trend(occasion, one) for one in occasion.key_indicators if one.indicator.id not in deep]
    slides.append(_signal(occasion, {measure_of(frozen, one) for one in topics}))
    slides += _requests(frozen)
    for number, one in enumerate(topics, start=1):
        slides += _deep_dive(occasion, number, one)
    slides += _next_steps(occasion)
    return Deck("Deck", frozen.stat.name, occasion.about, occasion.city, stamp(occasion), occasion.marks, tuple(slides))


def _purpose(occasion: Occasion) -> Slide:
    frozen = occasion.frozen
    parts: list[Part] = [Text(brief(frozen.stat.question, 200))] if frozen.stat.question else []
    parts.append(Text(_("Decision asked: {decision}").format(decision=brief(occasion.meeting.decision, 240)) if occasion.meeting.decision else _("No decision is asked of the room."), "lead"))
    if frozen.since:
        more = len(frozen.since) - 3
        parts += [Text(_("Since the last meeting:")), Items((*(brief(one, 120) for one in frozen.since[:3]), *((_("and {n} more, in the pre-memo").format(n=more),) if more > 0 else ())))]
    return Slide(few_words(_("{name}: purpose and decisions").format(name=frozen.stat.name)), tuple(parts))


def _follow_ups(occasion: Occasion) -> list[Slide]:
    several = occasion.to_follow()
    if not several:
        return [Slide(_("Follow-ups: none is open"), (Text(_("No follow-up of an earlier meeting is open, and none was finished of late.")),))]
    counts = {colour: sum(one.colour(occasion.on) is colour for one in several) for colour in Colour}
    said = {
        Colour.RED: n_("{n} overdue", "{n} overdue", counts[Colour.RED]),
        Colour.YELLOW: n_("{n} in progress", "{n} in progress", counts[Colour.YELLOW]),
        Colour.WHITE: n_("{n} not due", "{n} not due", counts[Colour.WHITE]),
        Colour.GREEN: n_("{n} complete", "{n} complete", counts[Colour.GREEN]),
    }
    states = ", ".join(text.format(n=counts[colour]) for colour, text in said.items() if counts[colour])
    left = _("{n:,} more stand in the pre-memo.")
    return _paged(occasion, several, _("Follow-ups: {states}").format(states=states), left_out=left)


def _paged(occasion: Occasion, several: Sequence[FollowUp], title: str, *, left_out: str) -> list[Slide]:
    """The follow-ups in tables that can be read from the back of the room, the rest counted: `left_out`, a sentence with {n}, says where they are."""
    pages = _pages(several)
    shown = pages[:MOST_PAGES]
    left = len(several) - sum(len(page) for page in shown)
    slides = []
    for number, page in enumerate(shown, start=1):
        rows = [(brief(one.action, LETTERS), brief(one.owner or _("nobody named"), 40), words.day(one.due), _short_status(occasion, one)) for one in page]
        note = _("Status on {day}.").format(day=words.day(occasion.on))
        if left and number == len(shown):
            note = f"{note} {left_out.format(n=left)}"
        mark = f" ({number}/{len(shown)})" if len(shown) > 1 else ""
        slides.append(Slide(title + mark, (table(title, (_("What"), _("Owner"), _("Due"), _("Status")), rows, (5.5, 2.4, 1.7, 2.5)),), note))
    return slides


def _pages(several: Sequence[FollowUp]) -> list[list[FollowUp]]:
    """So many on each slide as it has lines for."""
    pages: list[list[FollowUp]] = [[]]
    left = ROOM
    for one in several:
        lines = max(-(-len(brief(one.action, LETTERS)) // LINE), -(-len(brief(one.owner, 40)) // 17), 1)
        if lines > left or len(pages[-1]) == ROWS:
            pages.append([])
            left = ROOM
        pages[-1].append(one)
        left -= lines
    return pages


def _short_status(occasion: Occasion, one: FollowUp) -> Cell:
    full = status_cell(one, occasion.on)
    late = words.count_of(one.days_late(occasion.on), "day", "days")
    short = {Colour.GREEN: _("with evidence"), Colour.YELLOW: _("in progress"), Colour.RED: _("{days} late").format(days=late)}.get(one.colour(occasion.on), full.text)
    return Cell(short, full.word, full.tone)


def _overview(occasion: Occasion) -> Slide:
    """All key indicators in words; those of the deep dives have their picture there."""
    own = occasion.key_indicators
    if not own:
        return Slide(_("Key indicators: none yet"), (Text(_("This Stat has no indicator yet.")),))
    rows = [(Cell(word=brief(one.indicator.name, 40)), brief(latest_text(one).split("\n")[0], 60), aim_text(one), Cell(word=indicator_status(one).word, tone=indicator_status(one).tone),
             Cell(word=indicator_movement(one).word, tone=indicator_movement(one).tone)) for one in own]  # fmt: skip
    pages = rows[: ROWS + 1]
    note = _("{n} more stand in the pre-memo.").format(n=len(rows) - len(pages)) if len(rows) > len(pages) else ""
    return Slide(_("Key indicators"), (table(_("Key indicators"), (_("Indicator"), _("Latest"), _("Target"), _("Status"), _("Movement")), pages, (3, 3, 2.2, 2, 2)),), note)


def _trend(occasion: Occasion, one: Assessment) -> Slide:
    lines = lines_of(one)
    if lines is None:
        return Slide(finding(one), (Text(_("There is no figure of {name}: {reason}.").format(name=one.indicator.name, reason=missing(one))),), _source(occasion, one))
    return Slide(finding(one), (lines,), _source(occasion, one))


def _source(occasion: Occasion, one: Assessment) -> str:
    """What stands below a line: unit, source, and the day that the figures are of."""
    said = [words.capital(one.unit)] if one.unit else []
    if one.target and one.baseline and one.target.value is not None:
        said.append(_("dashed: the straight line from {period} to the target").format(period=words.period_of(one.baseline.period)))
    if one.latest and one.latest.provisional:
        said.append(_("open mark: provisional"))
    values = [figure.value for figure in one.figures]
    if any(value < 0 for value in values):
        said.append(_("the scale goes below zero"))
    return _note(f"{'; '.join(said)}." if said else "", one.indicator.source, one.latest.vintage if one.latest else "", occasion)


def _note(about: str, source: str, vintage: str, occasion: Occasion) -> str:
    """What a picture is about, its source, shortened where it must be, and the day of its figures."""
    published = ", " + _("published {vintage}").format(vintage=vintage) if vintage else ""
    day = _("Figures of {day}.").format(day=words.day(occasion.frozen.on))
    source = brief(source.rstrip("."), max(NOTE - len(about) - len(published) - len(day), 30)) + published
    said = _("Source: {source}").format(source=f"{source}{'' if source.endswith('…') else '.'}")
    return f"{about} {said} {day}".strip()


def _signal(occasion: Occasion, deep: set[str]) -> Slide:
    """What is seen on the ground beside the indicators: where each measure of the Stat stands worst."""
    found = [one for one in occasion.frozen.layers if one.measure.id not in deep]
    entries = [_in_short(occasion, one) for one in found[:LINES]]
    if not entries:
        return Slide(_("Resident and field signal"), (Text(_("No other figure by neighborhood stands beside this Stat. Say here what residents "
                                                          "and crews report.")),))
    return Slide(_("Resident and field signal"), (Items(tuple(entries)), Text(_("What do residents and crews report?"), "lead")), _("Figures of {day}.").format(day=words.day(occasion.frozen.on)))


def _requests(frozen: Frozen) -> list[Slide]:
    """What residents ask for, in figures; no slide where nothing was counted."""
    found = frozen.requests
    if found is None:
        return []
    rows = [*((Cell(word=name), said) for name, said in signal.rows(found)), (Cell(word=_("Counted")), brief(signal.source(found), NOTE))]
    return [Slide(_(signal.QUESTION), (table(_("Service requests of this Stat"), (_("What"), _("Figure")), rows, (3, 9)),), signal.caveat())]


def _in_short(occasion: Occasion, layer: Layer) -> str:
    spread = occasion.frozen.concentrations.get(layer.measure.id)
    more = f" {spread.sentence}" if spread and spread.sentence else ""
    return brief(f"{where(occasion.frozen, layer)} ({words.period_of(layer.latest)}).{more}", 170)


def _deep_dive(occasion: Occasion, number: int, topic: Topic) -> list[Slide]:
    frozen = occasion.frozen
    one = frozen.assessment(topic.subject) if topic.kind == "indicator" else None
    layer = frozen.layer(measure_of(frozen, topic))
    parts: list[Part] = [Text(brief(topic.question, 160), "lead")] if topic.question else []
    why = [*topic.reasons] or [_("Brought by {name}.").format(name=topic.by)]
    behind = figures_behind(occasion, topic)
    numbers, sentences = [one for one in behind if not one.endswith(".")], [one for one in behind if one.endswith(".")]
    parts.append(Items(tuple(brief(line, 150) for line in [*why[:3], *(["; ".join(numbers)] if numbers else []), *sentences][:LINES])))
    slides = [Slide(few_words(_("Deep dive {number}: {title}").format(number=number, title=topic.title)), tuple(parts))]
    bars = bars_of(frozen, layer) if layer else None
    if bars:
        slides.append(Slide(where(frozen, layer), (bars,), _note(about_areas(layer), layer.measure.source, "", occasion)))
    if one:
        slides.append(_trend(occasion, one))
    return slides


def _next_steps(occasion: Occasion) -> list[Slide]:
    """Before the meeting an empty list to be filled in; after it what was promised."""
    later = occasion.following
    ends = _("Next meeting: {day}, {time}.").format(day=words.day(later.day), time=later.at) if later else _("No next meeting is on the calendar yet.")
    if occasion.meeting.state in HELD and occasion.promised():
        slides = _paged(occasion, occasion.promised(), _("Next steps: who does what by when"), left_out=_("{n:,} more stand in the follow-up memo."))
        last = slides[-1]
        return [*slides[:-1], Slide(last.title, last.parts, f"{last.note} {ends}")]
    return [Slide(_("Next steps: who does what by when?"), (
        Items((_("Repeat each commitment: what, one owner, by when."), _("Say what will show that it is done."), ends)),
    ))]  # fmt: skip
