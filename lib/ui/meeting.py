"""The parts of the page of one meeting: what is to be done next, the agenda, the frozen numbers, the way to the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta

import streamlit as st

from lib import words
from lib.charts.theme import Look
from lib.cycle import BEFORE_RELEASE, IN_ORDER, Decided, Lead, Meeting, Stat, State, StatKind, Topic
from lib.errors import OutcomeStatError
from lib.language import _, later, n_
from lib.roles import Person, Role, holds
from lib.stat import calendar, places
from lib.stat.agenda import Proposal
from lib.store import meetings as store
from lib.ui import acts, board, cache, frame, people, request_signal, stat
from lib.ui.detail import table
from lib.ui.intake import place_name, subject_name
from lib.ui.links import link
from lib.ui.text import escape, md_escape

DO = {
    State.DRAFTED: later("The pre-memo is drafted"),
    State.CHECKED: later("The figures are checked"),
    State.RELEASED: later("Freeze the numbers and release"),
    State.HELD: later("The meeting was held"),
    State.MEMO_SENT: later("The follow-up memo is sent"),
}


# All meetings


def overview(several: Sequence[Meeting]) -> str:
    """What is late first, then what is to be done, then the calendar."""
    chosen, today = cache.settings().stat, cache.today()
    urgent = calendar.by_urgency(several, chosen, today)
    late = [(one, due) for one, due in urgent if due.is_late]
    if late:
        one, due = late[0]
        lead = n_("{n} thing late.", "{n} things late.", len(late)).format(n=words.figure(len(late), 0))
        what = _("{meeting}, {day}: {due}.").format(meeting=stat.meeting_link(one), day=escape(words.day(one.day)), due=escape(calendar.said_due(due, today)))
        first = f"<p class='first'><strong>{lead}</strong> {what}</p>"
    elif urgent:
        one, due = urgent[0]
        what = _("Next: {meeting}, {due}.").format(meeting=stat.meeting_link(one), due=escape(calendar.said_due(due, today)))
        first = f"<p class='first'><strong>{_('Nothing is late.')}</strong> {what}</p>"
    else:
        first = f"<p class='first'>{_('Nothing is waiting to be done.')}</p>" if several else ""
    made_up = stat.example_note() if any(one.example for one in several) else ""
    return made_up + first + "".join(_listed(name, rows) for name, rows in (
        (_("To be done"), [(one, due) for one, due in urgent]),
        (_("Finished or cancelled"), [(one, None) for one in reversed(several) if not one.is_open]),
    ) if rows)  # fmt: skip


def _listed(name: str, rows: Sequence[tuple[Meeting, calendar.Due | None]]) -> str:
    today = cache.today()

    def row(one: Meeting, due: calendar.Due | None) -> str:
        mark = f" <span class='grade'>{_('example')}</span>" if one.example else ""
        said = ""
        if due:
            tone = "serious" if due.is_late else "neutral"
            said = board.chip(Look("warning" if due.is_late else "event", tone), calendar.said_due(due, today))
        elif one.cancelled_because:
            said = escape(_("Cancelled: {reason}").format(reason=one.cancelled_because))
        return f"<tr><td>{stat.meeting_link(one)}{mark}</td><td>{escape(stat.when(one))}</td><td>{stat.chip_of(one.state)}</td><td>{said}</td></tr>"

    body = "".join(row(one, due) for one, due in rows)
    head = "".join(f"<th scope='col'>{column}</th>" for column in (_("Stat"), _("When"), _("State"), _("Next")))
    return (f"<h2 class='section'>{name}</h2><div class='scroll' tabindex='0' role='region' aria-label='{escape(name)}'><table class='plain'>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>")  # fmt: skip


def plan_form(person: Person) -> None:
    """Puts a meeting on the calendar. Nothing that was typed is lost when it cannot be planned."""
    if not holds(person, Role.EDITOR):
        return
    names = {key: one.name for key, one in cache.every_stat().items() if not one.example}
    if not names:
        frame.nothing_to_show(_("There are no Stats yet. Write data/stats.toml, then start again."))
        return
    with st.expander(_("Plan a meeting"), icon=":material/event:"), st.form("plan", border=False):
        left, middle, right = st.columns([3, 1, 1])
        chosen = left.selectbox(_("Stat"), list(names), format_func=names.get, key="plan-stat")
        day = middle.date_input(_("Day"), value=cache.today() + timedelta(days=14), min_value=cache.today(), key="plan-day")
        at = right.time_input(_("Time"), value=time(14), step=900, key="plan-time")
        place = st.text_input(_("Place"), key="plan-place", placeholder=_("City Hall, room 250"), max_chars=200)
        decision = st.text_input(_("What is to be decided"), key="plan-decision", max_chars=300)
        if st.form_submit_button(_("Plan it"), type="primary"):
            holiday = calendar.holiday_name(day, cache.settings().stat.holidays)
            if not calendar.is_working_day(day, cache.settings().stat.holidays):
                said = _("{day} is {holiday}. Choose a working day.") if holiday else _("{day} is on a weekend. Choose a working day.")
                st.error(said.format(day=words.day(day), holiday=md_escape(holiday)))
                return
            try:
                made = store.plan(cache.engine(), stat=chosen, day=day, at=f"{at:%H:%M}", place=place, decision=decision, person=person)
            except OutcomeStatError as problem:
                st.error(md_escape(problem.sentence))
                return
            st.query_params["meeting"] = made.id
            acts.tell(_("Planned for {day}.").format(day=words.day(day)))
            st.rerun()


# One meeting


def heading(one: Meeting, about: Stat) -> str:
    areas = {area.id: area.name for area in cache.areas()}
    where = ""
    if one.areas:
        where = f"<br>{escape(_('Places: {places}').format(places=words.listed([areas.get(area, area) for area in one.areas])))}"
    decision = f"<p class='first'><strong>{_('To be decided:')}</strong> {escape(one.decision)}</p>" if one.decision else ""
    cancelled = f"<p class='first'><strong>{_('Cancelled.')}</strong> {escape(one.cancelled_because)}</p>" if one.cancelled_because else ""
    every = link("meeting", _("All meetings"), id="all", key="meeting")
    when = f"{stat.when(one)}, {one.place}." if one.place else f"{stat.when(one)}."
    is_known = about.led_by is not Lead.UNKNOWN
    who = (_("{kind} Stat, {cadence}, led by the {lead}; with {agencies}.") if is_known else _("{kind} Stat, {cadence}; with {agencies}.")).format(
        kind=words.capital(_(str(about.kind))), cadence=about.cadence, lead=_(str(about.led_by)), agencies=words.listed(stat.agency_names(about)))  # fmt: skip
    return (f"{stat.example_mark(one)}<p class='small muted' style='margin: 0'>{every}</p><h1 class='page'>{escape(about.name)}</h1><p class='lead'>{escape(about.question)}</p>"
            f"<p class='note'>{escape(when)} {escape(who)}{where}</p>{cancelled}{decision}")  # fmt: skip


def way(one: Meeting) -> str:
    """The steps of the cycle with their days: done, due and late."""
    today = cache.today()
    stamped = {step.state: step for step in store.steps(cache.engine(), one.id)}
    items = []
    for due in calendar.dates_of(one, cache.settings().stat, today):
        look = Look("check_circle", "good") if due.done else Look("warning", "serious") if due.is_late else Look("radio_button_unchecked", "neutral")
        step = stamped.get(due.state)
        if due.done and step:
            said = f"{cache.local_time(step.at)}, {step.who}"
        elif due.is_late:
            said = n_("{n} day late: {what}", "{n} days late: {what}", due.days_late).format(n=words.figure(due.days_late, 0), what=_(due.what))
        else:
            said = _("today: {what}").format(what=_(due.what)) if due.on == today and not due.done else _(due.what)
        items.append(f"<li class='{'done' if due.done else 'late' if due.is_late else 'open'}'>{board.chip(look, _(str(due.state)))}"
                     f"<span class='when'>{escape(words.day(due.on))}</span><span class='why'>{escape(words.capital(said))}</span></li>")  # fmt: skip
    return f"<ol class='way' aria-label='{escape(_('The steps of this meeting'))}'>{''.join(items)}</ol>" if items else ""


def actions(one: Meeting, person: Person) -> None:
    """The next step as one button; what else may be done stands beside it, quieter."""
    role = Role.PRESENTER if one.state in (State.RELEASED, State.HELD) else Role.EDITOR
    with st.container(horizontal=True, key="meeting-actions"):
        if one.state is not State.CANCELLED:
            st.button(_("Open the room"), icon=":material/slideshow:", key="open-room", on_click=frame.present, args=(True,),
                      type="primary" if one.state in (State.RELEASED, State.HELD) else "secondary",
                      help=_("Large type, one question a screen, keys only. F opens it, Escape leaves."))  # fmt: skip
        if one.is_open and holds(person, role):
            to = IN_ORDER[IN_ORDER.index(one.state) + 1]
            ready = one.state in BEFORE_RELEASE and bool(cache.topics(one.id))
            st.button(_(DO[to]), key="next-step", type="primary" if ready else "secondary", on_click=_step, args=(one, to))
        if one.state is State.CHECKED and holds(person, Role.EDITOR):
            st.button(_("Back to the draft"), key="back-to-draft", on_click=_step, args=(one, State.DRAFTED))
        if one.state in BEFORE_RELEASE and holds(person, Role.EDITOR):
            with st.popover(_("Change day, time, place")):
                _change_form(one, person)
        if one.state in (*BEFORE_RELEASE, State.RELEASED) and holds(person, Role.EDITOR):
            with st.popover(_("Cancel the meeting")), st.form("cancel", border=False):
                reason = st.text_input(_("Why"), key="cancel-why", max_chars=300)
                if st.form_submit_button(_("Cancel it")):
                    _step(one, State.CANCELLED, reason)
                    st.rerun()


def _step(one: Meeting, to: State, reason: str = "") -> None:
    """A callback runs before the page does: who presses is asked anew, in case their role was taken away."""
    def act() -> None:
        content, release = (stat.as_released(one), cache.release()) if to is State.RELEASED else (None, "")
        store.step(cache.engine(), one, to, person=people.current_person(), today=cache.today(), reason=reason, content=content, release=release)

    acts.doing(_("The meeting is {state}.").format(state=_(str(to))), act)


def _change_form(one: Meeting, person: Person) -> None:
    with st.form("change-meeting", border=False):
        day = st.date_input(_("Day"), value=one.day, key="change-day")
        at = st.text_input(_("Time"), value=one.at, key="change-time", max_chars=5)
        place = st.text_input(_("Place"), value=one.place, key="change-place", max_chars=200)
        decision = st.text_input(_("What is to be decided"), value=one.decision, key="change-decision", max_chars=300)
        if st.form_submit_button(_("Save")):
            acts.doing(_("Saved."), lambda: store.change(cache.engine(), one, person=person, day=day, at=at, place=place, decision=decision))
            st.rerun()


def since(one: Meeting) -> str:
    """What was revised or came late since the Stat last met. Frozen with the rest; before that, as of now."""
    sentences = stat.numbers(one)[0].since
    before = stat.previous(one)
    if not sentences:
        said = _("Since the frozen numbers of {day} nothing was revised, and nothing came in.")
        return f"<p class='note'>{said.format(day=escape(words.day(before.day)))}</p>" if before else ""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<h2 class='section'>{_('Revised or come in since we last met')}</h2><ul>{items}</ul>"


def agenda(one: Meeting, about: Stat, person: Person) -> None:
    """The topics: what the rule proposes with the reasons, what a person decided, and what was passed over."""
    topics = cache.topics(one.id)
    may = one.state in BEFORE_RELEASE and holds(person, Role.EDITOR)
    st.html(f"<h2 class='section'>{_('Agenda')}</h2>" + ("" if topics else f"<p>{_('No topic yet.')}</p>"))
    proposed, passed_over = stat.proposals(about) if one.state in BEFORE_RELEASE else ([], [])
    if may:
        st.button(_("Propose topics by the rule") if not topics else _("Apply the rule again"), key="propose", icon=":material/rule:", on_click=_propose, args=(one, proposed),
                  type="primary" if not topics else "secondary")  # fmt: skip
        if not proposed and not topics:
            st.html(f"<p class='note'>{_('Today the rule proposes nothing: no test holds for any subject of this Stat. You can bring a topic.')}</p>")
    for state in (Decided.CHOSEN, Decided.OPEN, Decided.SET_ASIDE):
        own = [topic for topic in topics if topic.decided is state]
        if own:
            st.html(f"<h3 class='section'>{words.capital(_(str(state)))} ({len(own)})</h3>")
        for topic in own:
            _topic(topic, may, person)
    if may:
        with st.expander(_("Bring a topic"), icon=":material/add:"), st.form("bring", border=False, clear_on_submit=True):
            name = st.text_input(_("Topic"), key="bring-title", max_chars=200)
            question = st.text_input(_("The question to the room"), key="bring-question", max_chars=300)
            if st.form_submit_button(_("Put it on the agenda")):
                acts.doing(_("On the agenda."), lambda: store.bring(cache.engine(), one, title=name, question=question, person=person))
                st.rerun()
    if listed := passed_over_list(one, topics, passed_over):
        st.html(listed)


def passed_over_list(one: Meeting, topics: Sequence[Topic], passed_over: Sequence[Proposal]) -> str:
    if one.state in BEFORE_RELEASE:
        there = {(topic.kind, topic.subject) for topic in topics}
        rows = [(proposal.title, proposal.passed_over) for proposal in passed_over if (proposal.kind, proposal.subject) not in there]
    else:
        rows = list(stat.numbers(one)[0].passed_over)
    return table((_("Passed over"), _("Why")), rows, caption=_("Looked at by the rule and passed over")) if rows else ""


def _propose(one: Meeting, proposed: Sequence[Proposal]) -> None:
    acts.doing(n_("{n} topic proposed. Decide on each.", "{n} topics proposed. Decide on each.", len(proposed)).format(n=words.figure(len(proposed), 0)),
          lambda: store.propose(cache.engine(), one, stat.proposed_topics(cache.every_stat()[one.stat]), person=people.current_person()))  # fmt: skip


def _topic(one: Topic, may: bool, person: Person) -> None:
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in one.reasons) or f"<li>{_('Brought by {who}.').format(who=escape(one.by))}</li>"
    figures = f"<p class='note'>{escape('; '.join(one.figures))}</p>" if one.figures else ""
    aside = f"<p><strong>{_('Set aside:')}</strong> {escape(one.because)} ({escape(one.by)})</p>" if one.because else ""
    asked = f"<p class='asked'>{escape(one.question)}</p>" if one.question else ""
    st.html(f"<div class='topic'><h4>{escape(one.title)}</h4>{asked}<ul>{reasons}</ul>{figures}{aside}</div>")
    if not may:
        return
    with st.form(f"topic-{one.id}", border=False):
        question, because, buttons = st.columns([5, 4, 3], vertical_alignment="bottom")
        asked = question.text_input(_("The question to the room"), value=one.question, key=f"question-{one.id}", max_chars=300)
        why = because.text_input(_("Why it is set aside"), value=one.because, key=f"because-{one.id}", max_chars=300)
        with buttons.container(horizontal=True):
            choose = st.form_submit_button(_("Choose") if one.decided is not Decided.CHOSEN else _("Save"), key=f"choose-{one.id}", type="primary" if one.decided is Decided.OPEN else "secondary")
            aside = st.form_submit_button(_("Set aside"), key=f"aside-{one.id}")
    if choose or aside:
        to = Decided.CHOSEN if choose else Decided.SET_ASIDE
        acts.doing(f"{one.title}: {_(str(to))}.", lambda: store.decide(cache.engine(), one, to, person=person, because=why, question=asked))
        st.rerun()


def place_finder(one: Meeting, about: Stat, person: Person) -> None:
    """Of a place-based Stat: where to go, by the six criteria, and the choice of at most two places."""
    if about.kind is not StatKind.PLACE:
        return
    st.html(f"<h2 class='section'>{_('Where to go')}</h2>")
    if one.state not in BEFORE_RELEASE:
        kept = stat.numbers(one)[0].places
        st.html(table(kept[0], kept[1:], caption=_("The chosen places, as frozen")) if kept else f"<p>{_('No place was chosen.')}</p>")
        return
    names = {key: cache.measures()[key].name for key in about.measures if key in cache.measures() and cache.layers(key)}
    if not names:
        st.html(f"<p>{_('This Stat has no measure by neighborhood to find a place by.')}</p>")
        return
    measure = st.selectbox(_("By"), list(names), format_func=names.get, key="place-measure")
    found = stat.place_table(about, one, measure)
    areas = {place.area: place.name for place in found}
    st.html(table(stat.place_head(), stat.place_rows([*[place for place in found if place.area in one.areas], *[place for place in found if place.area not in one.areas]][:12]),
                  caption=_("Points from 1 to 5: severity, concentration and equity from the figures, the rest by people’s judgement; ? where nobody judged yet. A rank has its range: "
                            "neighbors in the list may change places by chance alone.")))  # fmt: skip
    if not holds(person, Role.EDITOR):
        return
    chosen = st.multiselect(_("Places of this meeting, two at most"), list(areas), default=[area for area in one.areas if area in areas], format_func=areas.get, max_selections=store.MOST_AREAS,
                            key=f"places-{one.version}")  # fmt: skip
    if tuple(chosen) != one.areas:
        st.button(_("Save the places"), key="save-places", type="primary", on_click=lambda: acts.doing(_("Places saved."), lambda: store.change(cache.engine(), one, person=people.current_person(), areas=chosen)))
    with st.expander(_("Judge a place"), icon=":material/balance:"), st.form("judge", border=False, clear_on_submit=True):
        left, middle, right = st.columns([3, 3, 1])
        area = left.selectbox(_("Place"), list(areas), format_func=areas.get, key="judge-area")
        criterion = middle.selectbox(_("Criterion"), list(places.BY_PEOPLE), format_func=lambda one: words.capital(_(one)), key="judge-criterion")
        points = right.number_input(_("Points"), 1, 5, 3, key="judge-points")
        why = st.text_input(_("Why"), key="judge-why", max_chars=300)
        if st.form_submit_button(_("Save")):
            acts.doing(_("Saved."), lambda: store.score(cache.engine(), one, area=area, criterion=criterion, points=int(points), why=why, person=person))
            st.rerun()


def embargoed(about: Stat) -> str:
    """Figures that are loaded and that readers do not see yet: for staff, before the meeting."""
    rows = stat.waiting(about)
    if rows.empty:
        return ""
    said = [(subject_name(row.subject), place_name(row.geography), words.period(row.period), _(row.missing_reason) or f"{row.value:,g}", cache.local_time(row.publish_at))
            for row in rows.head(200).itertuples()]  # fmt: skip
    note = _("Seen by staff only until their time. They are not among this meeting’s figures before it.")
    head = (_("Indicator"), _("Place"), _("Period"), _("Value"), _("Readers see it from"))
    return (f"<h2 class='section'>{_('Under embargo')}</h2><p class='note'>{note}</p>"
            + table(head, said, caption=_("Loaded and waiting"), numbers=(3,)))  # fmt: skip


def key_figures(one: Meeting) -> str:
    """The Stat's indicators as the meeting sees them, in a table."""
    frozen, _sum = stat.numbers(one)
    own = [found for found in frozen.assessments if found.indicator.id in frozen.stat.indicators]
    return f"<h2 class='section'>{_('Key indicators')}</h2><p class='note'>{escape(stat.stamp(one))}</p>" + (
        board.table(own, caption=_("Key indicators of this meeting")) if own else f"<p>{_('This Stat has no indicator yet.')}</p>") + request_signal.part(frozen)  # fmt: skip
