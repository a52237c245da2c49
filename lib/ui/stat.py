"""What the pages of the Stat cycle share: names, marks, and the numbers that a meeting sees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from lib import language, words
from lib.charts.theme import FOLLOW_UP_LOOKS, FOLLOW_UP_SWATCHES, Look
from lib.cycle import BEFORE_RELEASE, MEANING, Colour, FollowUp, Meeting, Stat, State, StatKind, newest_first_overdue
from lib.language import _
from lib.methods.inequality import Concentration
from lib.neighborhoods import Layer
from lib.roles import Person, Role, holds
from lib.stat import agenda, deck, places, signal, snapshot
from lib.stat.calendar import dates_of, is_working_day, working_days_from
from lib.store import example
from lib.store import requests as request_store
from lib.store.requests import Asked
from lib.ui import board, cache, people
from lib.ui.links import link
from lib.ui.text import escape


def example_note() -> str:
    """What stands on every page that shows something made up."""
    said = _("It shows how a Stat runs. Nobody promised any of this; the figures of the city are real.")
    return f"<p class='example'><strong>{_('Example, made up.')}</strong> {said}</p>"


def example_mark(one: Meeting | FollowUp | Stat) -> str:
    return example_note() if one.example else ""


def when(meeting: Meeting) -> str:
    """Tuesday, Dec 1, 2026, 14:00."""
    return _("{weekday}, {day}, {time}").format(weekday=words.weekday(meeting.day), day=words.day(meeting.day), time=meeting.at)


def title(meeting: Meeting) -> str:
    stat = cache.every_stat().get(meeting.stat)
    return stat.name if stat else meeting.stat


def meeting_link(meeting: Meeting, label: str = "") -> str:
    return link("meeting", escape(label or title(meeting)), id=meeting.id, key="meeting")


def agency_names(stat: Stat) -> list[str]:
    named = {one.id: one.name for one in cache.agencies()}
    return [named.get(one, one) for one in stat.agencies]


def layers_of(stat: Stat) -> list[Layer]:
    """The newest series of each measure that the Stat looks at: its own and those of its indicators."""
    own = [one.neighborhood_measure for one in cache.current_framework().indicators if one.id in stat.indicators and one.neighborhood_measure]
    known = cache.measures()
    return [several[0] for measure in dict.fromkeys([*stat.measures, *own]) if measure in known and (several := cache.layers(measure))]


def concentrations(layers: Sequence[Layer]) -> dict[str, Concentration]:
    """How few areas hold half of the cases, of each measure that the areas can be ranked for."""
    ranked_by = next((one.measure for one in cache.settings().equity.ranking), "")
    found = {}
    for layer in layers:
        judged = cache.fairness(layer.measure.id, layer.series.id, ranked_by) if ranked_by else None
        if judged:
            found[layer.measure.id] = cache.concentration(judged)
    return found


def proposals(stat: Stat) -> tuple[list[agenda.Proposal], list[agenda.Proposal]]:
    """What the rule proposes today, and what it passes over."""
    layers, chosen = layers_of(stat), cache.settings()
    signals = agenda.Signals(concentrations(layers), cache.evaluations(), {layer.measure.id: layer for layer in layers})
    return agenda.agenda(stat, cache.assessments(), signals, most=chosen.stat.topics, few=chosen.stat.concentrated, on_track=chosen.status.on_track)


def proposed_topics(stat: Stat) -> list[dict[str, object]]:
    """What the rule proposes today as it is written down: it stays as it is for everybody, so it is said in the city's first language."""
    with language.speaking(cache.first_language()):
        return [one.as_topic() for one in proposals(stat)[0]]


def place_table(stat: Stat, meeting: Meeting, measure: str) -> list[places.Place]:
    """The place finder of a place-based Stat."""
    layer = cache.layers(measure)[0]
    ranked_by = next((one.measure for one in cache.settings().equity.ranking), "")
    judged = cache.fairness(measure, layer.series.id, ranked_by) if ranked_by else None
    return places.find(layer, cache.areas(), residents=cache.residents(), ranking=judged.ranking if judged else None, scores=cache.scores(meeting.id))


def place_head() -> tuple[str, ...]:
    """The columns of the place finder."""
    return (_("Place"), _("Figure"), _("Rank, worst first"), _("Share of cases"), *(words.capital(_(one)) for one in places.CRITERIA), _("Points"))


def place_rows(found: Sequence[places.Place]) -> list[tuple[str, ...]]:
    return [(one.name, one.value, one.rank, one.share or _("not known"), *(str(one.points.get(criterion, "?")) for criterion in places.CRITERIA), str(one.total))
            for one in found]  # fmt: skip


def previous(meeting: Meeting) -> Meeting | None:
    """The Stat's last meeting before this one that has frozen numbers."""
    earlier = [one for one in cache.meetings_of_all() if one.stat == meeting.stat and one.id != meeting.id and (one.day, one.at) < (meeting.day, meeting.at)
               and one.state in (State.RELEASED, State.HELD, State.MEMO_SENT)]  # fmt: skip
    return earlier[-1] if earlier else None


def following(meeting: Meeting) -> Meeting | None:
    """The Stat's next meeting on the calendar."""
    ahead = [one for one in cache.meetings_of_all() if one.stat == meeting.stat and one.day > meeting.day and one.state is not State.CANCELLED]
    return ahead[0] if ahead else None


def changed_since(meeting: Meeting) -> list[snapshot.Since]:
    """What was revised or came late since the Stat's last frozen numbers; nothing where it has none."""
    before = previous(meeting)
    kept = cache.frozen(before.id) if before else None
    if kept is None:
        return []
    frozen, _stamp = kept
    return snapshot.since(frozen, cache.assessments(), layers_of(frozen.stat))


def freeze(meeting: Meeting) -> snapshot.Frozen:
    """What the meeting would see if it were released now."""
    stat = cache.every_stat()[meeting.stat]
    topics = cache.topics(meeting.id)
    layers = layers_of(stat)
    wanted = {*stat.indicators, *(one.subject for one in topics if one.kind == "indicator")}
    _proposed, passed_over = proposals(stat)
    decided = {(one.kind, one.subject) for one in topics}
    measure = stat.measures[0] if stat.kind is StatKind.PLACE and stat.measures else ""
    table = [one for one in place_table(stat, meeting, measure) if one.area in meeting.areas] if measure else []
    return snapshot.Frozen(
        format=1,
        on=cache.today(),
        release=cache.release(),
        stat=stat,
        meeting=meeting,
        topics=topics,
        passed_over=tuple((one.title, one.passed_over) for one in passed_over if (one.kind, one.subject) not in decided),
        assessments=tuple(one for one in cache.assessments() if one.indicator.id in wanted),
        layers=tuple(snapshot.short(layer) for layer in layers),
        concentrations=concentrations(layers),
        areas=tuple((one.id, one.name) for one in cache.areas()),
        follow_ups=tuple(deck.to_go_through(cache.follow_ups(), meeting, cache.today())),
        since=tuple(one.sentence for one in changed_since(meeting)),
        places=(place_head(), *place_rows(table)) if table else (),
        requests=requests_of(stat),
    )


def requests_of(stat: Stat) -> signal.RequestSignal | None:
    """The service requests that the Stat is about, of the newest load; counted once for each load."""
    several = request_store.loads(cache.engine()) if signal.is_asked_for(stat) else ()
    if not several:
        return None
    load, asked = several[0], Asked(types=stat.request_types, agencies=stat.request_agencies)
    figures = cache.kept("stat requests", load.id, stat.id, make=lambda: request_store.key_figures(cache.engine(), asked, load.last_day))
    return signal.signal(stat, load, figures)


def as_released(meeting: Meeting) -> bytes:
    """The snapshot of a release. It is one record for everybody, so it is said in the city's first language, whatever its releaser speaks."""
    with language.speaking(cache.first_language()):
        return snapshot.as_bytes(freeze(meeting))


def numbers(meeting: Meeting) -> tuple[snapshot.Frozen, str]:
    """What the meeting sees, with the sum of the snapshot; "" where nothing is frozen yet, and the numbers are those of now."""
    if meeting.state in BEFORE_RELEASE or (kept := cache.frozen(meeting.id)) is None:
        return freeze(meeting), ""
    return kept[0], kept[1].sha256


def stamp(meeting: Meeting) -> str:
    """When and by whom the numbers were frozen, and how that can be checked."""
    kept = cache.frozen(meeting.id) if meeting.state not in BEFORE_RELEASE else None
    if kept is None:
        return _("These numbers are not frozen yet: they are those of now.")
    found = kept[1]
    return _("Figures frozen {when} by {who}, release {release}, snapshot {snapshot}.").format(
        when=cache.local_time(found.taken_at), who=found.taken_by, release=found.release[:8], snapshot=found.sha256[:8])  # fmt: skip


def waiting(stat: Stat) -> pd.DataFrame:
    """Figures under embargo that the Stat is about: loaded, and not seen by readers yet. Columns: subject, period, geography,
    value, publish_at."""
    table = cache.waiting_figures()
    layers = {layer.measure.id for layer in layers_of(stat)}
    return table[table["subject"].isin([*stat.indicators, *layers])]


def due_by_default(meeting: Meeting) -> date:
    """The day of the Stat's next meeting; without one, the first working day in two weeks."""
    ahead = following(meeting)
    day = ahead.day if ahead else max(meeting.day, cache.today()) + timedelta(days=14)
    while not is_working_day(day, cache.settings().stat.holidays):
        day += timedelta(days=1)
    return day


def chip_of(state: State) -> str:
    """A meeting's state as icon and word."""
    look = Look(*{
        State.FRAMED: ("crop_free", "neutral"), State.DRAFTED: ("edit_note", "neutral"), State.CHECKED: ("fact_check", "neutral"),
        State.RELEASED: ("ac_unit", "good"), State.HELD: ("groups", "good"), State.MEMO_SENT: ("mark_email_read", "good"),
        State.CANCELLED: ("cancel", "serious"),
    }[state])  # fmt: skip
    return board.chip(look, _(str(state)))


def promised(one: Meeting) -> str:
    """What was written down in the meeting, with how it stands today."""
    own = [found for found in cache.follow_ups() if found.meeting == one.id]
    if not own:
        return ""
    today = cache.today()
    rows = "".join(
        f"<tr><td>{link('followups', escape(found.action), id=found.id, key='followup')}</td><td>{escape(found.owner)}</td><td>{escape(found.agency)}</td>"
        f"<td>{escape(words.day(found.due))}</td><td>{follow_up_chip(found.colour(today))}</td></tr>"
        for found in newest_first_overdue(own, today)
    )
    head = "".join(f"<th scope='col'>{name}</th>" for name in (_("What"), _("Owner"), _("Agency"), _("Due"), _("Status")))
    title = _("Promised in this meeting")
    return (f"<h2 class='section'>{title} ({len(own)})</h2><div class='scroll' tabindex='0' role='region' aria-label='{escape(title)}'>"
            f"<table class='plain'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")  # fmt: skip


def swatch(colour: Colour) -> str:
    """The icon on the City's colour."""
    ground, sign = FOLLOW_UP_SWATCHES[colour]
    return f"<span class='swatch' style='--ground: {ground}; --sign: {sign}'>{board.icon(FOLLOW_UP_LOOKS[colour].icon)}</span>"


def follow_up_chip(colour: Colour) -> str:
    """A follow-up's status as icon, word and the City's colour, each of which says it alone."""
    return f"<span class='promise'>{swatch(colour)}<span>{escape(words.capital(_(MEANING[colour])))} <span class='city-word'>{_(str(colour))}</span></span></span>"


def with_example(person: Person) -> None:
    """Puts the made-up Stat in, where nothing is recorded yet: for whoever tries the program on their own machine."""
    today, chosen = cache.today(), cache.settings().stat

    def day(number: int) -> date:
        return working_days_from(today, number, chosen.holidays)

    def due(one: Meeting) -> dict[State, date]:
        return {step.state: step.on for step in dates_of(one, chosen, today)}

    cache.with_example(lambda content: example.load(
        cache.engine(), content, day=day, due=due, freeze=as_released, release=cache.release(), person=person,
        titles={one.id: one.name for one in cache.current_framework().indicators},
    ))  # fmt: skip


def remove_example(person: Person) -> None:
    """A button that takes the made-up Stat out; nothing where there is none, or for who may not."""
    there = any(one.example for one in cache.meetings_of_all()) or any(one.example for one in cache.follow_ups())
    if there and holds(person, Role.ADMINISTRATOR):
        st.button(_("Remove the example"), icon=":material/delete:", key="remove-example", on_click=lambda: example.remove(cache.engine(), person=people.current_person()),
                  help=_("Its meetings, follow-ups and papers go. They do not come back by themselves."))  # fmt: skip
