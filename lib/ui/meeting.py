"""The parts of the page of one meeting: what is to be done next, the agenda, the frozen numbers, the way to the room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time, timedelta

import streamlit as st

from lib import words
from lib.charts.theme import Look
from lib.cycle import BEFORE_RELEASE, IN_ORDER, ChangedMeanwhile, Decided, Meeting, Stat, State, StatKind, Topic
from lib.errors import OutcomeStatError
from lib.roles import Person, Role, holds
from lib.stat import calendar, places, snapshot
from lib.stat.agenda import Proposal
from lib.store import meetings as store
from lib.ui import board, cache, frame, people, stat
from lib.ui.detail import table
from lib.ui.intake import place_name, subject_name
from lib.ui.links import link
from lib.ui.text import escape, md_escape

TOLD = "_meeting_told"
DO = {
    State.DRAFTED: "The pre-memo is drafted",
    State.CHECKED: "The figures are checked",
    State.RELEASED: "Freeze the numbers and release",
    State.HELD: "The meeting was held",
    State.MEMO_SENT: "The follow-up memo is sent",
}


def told() -> None:
    """What the last press of a button did, or why it did nothing."""
    kind, sentence, more = st.session_state.pop(TOLD, ("", "", ()))
    if sentence:
        (st.success if kind == "done" else st.error)(md_escape(" ".join([sentence, *more])))
        frame.announce(sentence)


def doing(done: str, act: Callable[[], object]) -> None:
    """Does something on a press of a button, and keeps what is to be said of it for the next run."""
    try:
        act()
        st.session_state[TOLD] = ("done", done, ())
    except OutcomeStatError as problem:
        st.session_state[TOLD] = ("failed", problem.sentence, problem.changes if isinstance(problem, ChangedMeanwhile) else ())


# All meetings


def overview(several: Sequence[Meeting]) -> str:
    """What is late first, then what is to be done, then the calendar."""
    chosen, today = cache.settings().stat, cache.today()
    urgent = calendar.by_urgency(several, chosen, today)
    late = [(one, due) for one, due in urgent if due.is_late]
    if late:
        one, due = late[0]
        first = (f"<p class='first'><strong>{words.count_of(len(late), 'thing')} late.</strong> {stat.meeting_link(one)}, {escape(words.day(one.day))}: "
                 f"{escape(calendar.said_due(due, today))}.</p>")  # fmt: skip
    elif urgent:
        one, due = urgent[0]
        first = f"<p class='first'><strong>Nothing is late.</strong> Next: {stat.meeting_link(one)}, {escape(calendar.said_due(due, today))}.</p>"
    else:
        first = "<p class='first'>Nothing is waiting to be done.</p>" if several else ""
    made_up = stat.EXAMPLE if any(one.example for one in several) else ""
    return made_up + first + "".join(_listed(name, rows) for name, rows in (
        ("To be done", [(one, due) for one, due in urgent]),
        ("Finished or cancelled", [(one, None) for one in reversed(several) if not one.is_open]),
    ) if rows)  # fmt: skip


def _listed(name: str, rows: Sequence[tuple[Meeting, calendar.Due | None]]) -> str:
    today = cache.today()

    def row(one: Meeting, due: calendar.Due | None) -> str:
        mark = " <span class='grade'>example</span>" if one.example else ""
        said = ""
        if due:
            tone = "serious" if due.is_late else "neutral"
            said = board.chip(Look("warning" if due.is_late else "event", tone), calendar.said_due(due, today))
        elif one.cancelled_because:
            said = escape(f"Cancelled: {one.cancelled_because}")
        return f"<tr><td>{stat.meeting_link(one)}{mark}</td><td>{escape(stat.when(one))}</td><td>{stat.chip_of(one.state)}</td><td>{said}</td></tr>"

    body = "".join(row(one, due) for one, due in rows)
    return (f"<h2 class='section'>{name}</h2><div class='scroll' tabindex='0' role='region' aria-label='{name}'><table class='plain'><thead><tr><th scope='col'>Stat"
            f"</th><th scope='col'>When</th><th scope='col'>State</th><th scope='col'>Next</th></tr></thead><tbody>{body}</tbody></table></div>")  # fmt: skip


def plan_form(person: Person) -> None:
    """Puts a meeting on the calendar. Nothing that was typed is lost when it cannot be planned."""
    if not holds(person, Role.EDITOR):
        return
    names = {key: one.name for key, one in cache.every_stat().items() if not one.example}
    if not names:
        frame.nothing_to_show("There are no Stats yet. Write data/stats.toml, then start again.")
        return
    with st.expander("Plan a meeting", icon=":material/event:"), st.form("plan", border=False):
        left, middle, right = st.columns([3, 1, 1])
        chosen = left.selectbox("Stat", list(names), format_func=names.get, key="plan-stat")
        day = middle.date_input("Day", value=cache.today() + timedelta(days=14), min_value=cache.today(), key="plan-day")
        at = right.time_input("Time", value=time(14), step=900, key="plan-time")
        place = st.text_input("Place", key="plan-place", placeholder="City Hall, room 250", max_chars=200)
        decision = st.text_input("What is to be decided", key="plan-decision", max_chars=300)
        if st.form_submit_button("Plan it", type="primary"):
            holiday = calendar.holiday_name(day, cache.settings().stat.holidays)
            if not calendar.is_working_day(day, cache.settings().stat.holidays):
                st.error(f"{words.day(day)} is {md_escape(holiday) if holiday else 'on a weekend'}. Choose a working day.")
                return
            try:
                made = store.plan(cache.engine(), stat=chosen, day=day, at=f"{at:%H:%M}", place=place, decision=decision, person=person)
            except OutcomeStatError as problem:
                st.error(md_escape(problem.sentence))
                return
            st.query_params["meeting"] = made.id
            st.session_state[TOLD] = ("done", f"Planned for {words.day(day)}.", ())
            st.rerun()


# One meeting


def heading(one: Meeting, about: Stat) -> str:
    areas = {area.id: area.name for area in cache.areas()}
    where = f"<br>Places: {escape(words.listed([areas.get(area, area) for area in one.areas]))}" if one.areas else ""
    decision = f"<p class='first'><strong>To be decided:</strong> {escape(one.decision)}</p>" if one.decision else ""
    cancelled = f"<p class='first'><strong>Cancelled.</strong> {escape(one.cancelled_because)}</p>" if one.cancelled_because else ""
    every = link("meeting", "All meetings", id="all", key="meeting")
    return (f"{stat.example_mark(one)}<p class='small muted' style='margin: 0'>{every}</p><h1 class='page'>{escape(about.name)}</h1><p class='lead'>{escape(about.question)}</p>"
            f"<p class='note'>{escape(stat.when(one))}{', ' + escape(one.place) if one.place else ''}. {escape(words.capital(str(about.kind)))} Stat, {escape(about.cadence)}, led by the "
            f"{escape(str(about.led_by))}; with {escape(words.listed(stat.agency_names(about)))}.{where}</p>{cancelled}{decision}")  # fmt: skip


def way(one: Meeting) -> str:
    """The steps of the cycle with their days: done, due and late."""
    today = cache.today()
    stamped = {step.state: step for step in store.steps(cache.engine(), one.id)}
    items = []
    for due in calendar.dates_of(one, cache.settings().stat, today):
        look = Look("check_circle", "good") if due.done else Look("warning", "serious") if due.is_late else Look("radio_button_unchecked", "neutral")
        step = stamped.get(due.state)
        late = f"{words.count_of(due.days_late, 'day')} late: " if due.is_late else "today: " if due.on == today and not due.done else ""
        said = f"{cache.local_time(step.at)}, {step.who}" if due.done and step else late + due.what
        items.append(f"<li class='{'done' if due.done else 'late' if due.is_late else 'open'}'>{board.chip(look, str(due.state))}"
                     f"<span class='when'>{escape(words.day(due.on))}</span><span class='why'>{escape(words.capital(said))}</span></li>")  # fmt: skip
    return f"<ol class='way' aria-label='The steps of this meeting'>{''.join(items)}</ol>" if items else ""


def actions(one: Meeting, person: Person) -> None:
    """The next step as one button; what else may be done stands beside it, quieter."""
    role = Role.PRESENTER if one.state in (State.RELEASED, State.HELD) else Role.EDITOR
    with st.container(horizontal=True, key="meeting-actions"):
        if one.state is not State.CANCELLED:
            st.button("Open the room", icon=":material/slideshow:", key="open-room", on_click=frame.present, args=(True,),
                      type="primary" if one.state in (State.RELEASED, State.HELD) else "secondary",
                      help="Large type, one question a screen, keys only. F opens it, Escape leaves.")  # fmt: skip
        if one.is_open and holds(person, role):
            to = IN_ORDER[IN_ORDER.index(one.state) + 1]
            ready = one.state in BEFORE_RELEASE and bool(cache.topics(one.id))
            st.button(DO[to], key="next-step", type="primary" if ready else "secondary", on_click=_step, args=(one, to))
        if one.state is State.CHECKED and holds(person, Role.EDITOR):
            st.button("Back to the draft", key="back-to-draft", on_click=_step, args=(one, State.DRAFTED))
        if one.state in BEFORE_RELEASE and holds(person, Role.EDITOR):
            with st.popover("Change day, time, place"):
                _change_form(one, person)
        if one.state in (*BEFORE_RELEASE, State.RELEASED) and holds(person, Role.EDITOR):
            with st.popover("Cancel the meeting"), st.form("cancel", border=False):
                reason = st.text_input("Why", key="cancel-why", max_chars=300)
                if st.form_submit_button("Cancel it"):
                    _step(one, State.CANCELLED, reason)
                    st.rerun()


def _step(one: Meeting, to: State, reason: str = "") -> None:
    """A callback runs before the page does: who presses is asked anew, in case their role was taken away."""
    def act() -> None:
        content, release = (snapshot.as_bytes(stat.freeze(one)), cache.release()) if to is State.RELEASED else (None, "")
        store.step(cache.engine(), one, to, person=people.current_person(), today=cache.today(), reason=reason, content=content, release=release)

    doing(f"The meeting is {to}.", act)


def _change_form(one: Meeting, person: Person) -> None:
    with st.form("change-meeting", border=False):
        day = st.date_input("Day", value=one.day, key="change-day")
        at = st.text_input("Time", value=one.at, key="change-time", max_chars=5)
        place = st.text_input("Place", value=one.place, key="change-place", max_chars=200)
        decision = st.text_input("What is to be decided", value=one.decision, key="change-decision", max_chars=300)
        if st.form_submit_button("Save"):
            doing("Saved.", lambda: store.change(cache.engine(), one, person=person, day=day, at=at, place=place, decision=decision))
            st.rerun()


def since(one: Meeting) -> str:
    """What was revised or came late since the Stat last met. Frozen with the rest; before that, as of now."""
    sentences = stat.numbers(one)[0].since
    before = stat.previous(one)
    if not sentences:
        return f"<p class='note'>Since the frozen numbers of {escape(words.day(before.day))} nothing was revised, and nothing came in.</p>" if before else ""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<h2 class='section'>Revised or come in since we last met</h2><ul>{items}</ul>"


def agenda(one: Meeting, about: Stat, person: Person) -> None:
    """The topics: what the rule proposes with the reasons, what a person decided, and what was passed over."""
    topics = cache.topics(one.id)
    may = one.state in BEFORE_RELEASE and holds(person, Role.EDITOR)
    st.html("<h2 class='section'>Agenda</h2>" + ("" if topics else "<p>No topic yet.</p>"))
    proposed, passed_over = stat.proposals(about) if one.state in BEFORE_RELEASE else ([], [])
    if may:
        st.button("Propose topics by the rule" if not topics else "Apply the rule again", key="propose", icon=":material/rule:", on_click=_propose, args=(one, proposed),
                  type="primary" if not topics else "secondary")  # fmt: skip
        if not proposed and not topics:
            st.html("<p class='note'>Today the rule proposes nothing: no test holds for any subject of this Stat. You can bring a topic.</p>")
    for state in (Decided.CHOSEN, Decided.OPEN, Decided.SET_ASIDE):
        own = [topic for topic in topics if topic.decided is state]
        if own:
            st.html(f"<h3 class='section'>{words.capital(str(state))} ({len(own)})</h3>")
        for topic in own:
            _topic(topic, may, person)
    if may:
        with st.expander("Bring a topic", icon=":material/add:"), st.form("bring", border=False, clear_on_submit=True):
            name = st.text_input("Topic", key="bring-title", max_chars=200)
            question = st.text_input("The question to the room", key="bring-question", max_chars=300)
            if st.form_submit_button("Put it on the agenda"):
                doing("On the agenda.", lambda: store.bring(cache.engine(), one, title=name, question=question, person=person))
                st.rerun()
    if listed := passed_over_list(one, topics, passed_over):
        st.html(listed)


def passed_over_list(one: Meeting, topics: Sequence[Topic], passed_over: Sequence[Proposal]) -> str:
    if one.state in BEFORE_RELEASE:
        there = {(topic.kind, topic.subject) for topic in topics}
        rows = [(proposal.title, proposal.passed_over) for proposal in passed_over if (proposal.kind, proposal.subject) not in there]
    else:
        rows = list(stat.numbers(one)[0].passed_over)
    return table(("Passed over", "Why"), rows, caption="Looked at by the rule and passed over") if rows else ""


def _propose(one: Meeting, proposed: Sequence[Proposal]) -> None:
    doing(f"{words.count_of(len(proposed), 'topic')} proposed. Decide on each.",
          lambda: store.propose(cache.engine(), one, [proposal.as_topic() for proposal in proposed], person=people.current_person()))  # fmt: skip


def _topic(one: Topic, may: bool, person: Person) -> None:
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in one.reasons) or f"<li>Brought by {escape(one.by)}.</li>"
    figures = f"<p class='note'>{escape('; '.join(one.figures))}</p>" if one.figures else ""
    aside = f"<p><strong>Set aside:</strong> {escape(one.because)} ({escape(one.by)})</p>" if one.because else ""
    asked = f"<p class='asked'>{escape(one.question)}</p>" if one.question else ""
    st.html(f"<div class='topic'><h4>{escape(one.title)}</h4>{asked}<ul>{reasons}</ul>{figures}{aside}</div>")
    if not may:
        return
    with st.form(f"topic-{one.id}", border=False):
        question, because, buttons = st.columns([5, 4, 3], vertical_alignment="bottom")
        asked = question.text_input("The question to the room", value=one.question, key=f"question-{one.id}", max_chars=300)
        why = because.text_input("Why it is set aside", value=one.because, key=f"because-{one.id}", max_chars=300)
        with buttons.container(horizontal=True):
            choose = st.form_submit_button("Choose" if one.decided is not Decided.CHOSEN else "Save", key=f"choose-{one.id}", type="primary" if one.decided is Decided.OPEN else "secondary")
            aside = st.form_submit_button("Set aside", key=f"aside-{one.id}")
    if choose or aside:
        to = Decided.CHOSEN if choose else Decided.SET_ASIDE
        doing(f"{one.title}: {to}.", lambda: store.decide(cache.engine(), one, to, person=person, because=why, question=asked))
        st.rerun()


def place_finder(one: Meeting, about: Stat, person: Person) -> None:
    """Of a place-based Stat: where to go, by the six criteria, and the choice of at most two places."""
    if about.kind is not StatKind.PLACE:
        return
    st.html("<h2 class='section'>Where to go</h2>")
    if one.state not in BEFORE_RELEASE:
        kept = stat.numbers(one)[0].places
        st.html(table(kept[0], kept[1:], caption="The chosen places, as frozen") if kept else "<p>No place was chosen.</p>")
        return
    names = {key: cache.measures()[key].name for key in about.measures if key in cache.measures() and cache.layers(key)}
    if not names:
        st.html("<p>This Stat has no measure by neighborhood to find a place by.</p>")
        return
    measure = st.selectbox("By", list(names), format_func=names.get, key="place-measure")
    found = stat.place_table(about, one, measure)
    areas = {place.area: place.name for place in found}
    st.html(table(stat.PLACE_HEAD, stat.place_rows([*[place for place in found if place.area in one.areas], *[place for place in found if place.area not in one.areas]][:12]),
                  caption="Points from 1 to 5: severity, concentration and equity from the figures, the rest by people’s judgement; ? where nobody judged yet. A rank has its range: "
                          "neighbors in the list may change places by chance alone."))  # fmt: skip
    if not holds(person, Role.EDITOR):
        return
    chosen = st.multiselect("Places of this meeting, two at most", list(areas), default=[area for area in one.areas if area in areas], format_func=areas.get, max_selections=store.MOST_AREAS,
                            key=f"places-{one.version}")  # fmt: skip
    if tuple(chosen) != one.areas:
        st.button("Save the places", key="save-places", type="primary", on_click=lambda: doing("Places saved.", lambda: store.change(cache.engine(), one, person=people.current_person(), areas=chosen)))
    with st.expander("Judge a place", icon=":material/balance:"), st.form("judge", border=False, clear_on_submit=True):
        left, middle, right = st.columns([3, 3, 1])
        area = left.selectbox("Place", list(areas), format_func=areas.get, key="judge-area")
        criterion = middle.selectbox("Criterion", list(places.BY_PEOPLE), format_func=words.capital, key="judge-criterion")
        points = right.number_input("Points", 1, 5, 3, key="judge-points")
        why = st.text_input("Why", key="judge-why", max_chars=300)
        if st.form_submit_button("Save"):
            doing("Saved.", lambda: store.score(cache.engine(), one, area=area, criterion=criterion, points=int(points), why=why, person=person))
            st.rerun()


def embargoed(about: Stat) -> str:
    """Figures that are loaded and that readers do not see yet: for staff, before the meeting."""
    rows = stat.waiting(about)
    if rows.empty:
        return ""
    said = [(subject_name(row.subject), place_name(row.geography), words.period(row.period), row.missing_reason or f"{row.value:,g}", cache.local_time(row.publish_at))
            for row in rows.head(200).itertuples()]  # fmt: skip
    return ("<h2 class='section'>Under embargo</h2><p class='note'>Seen by staff only until their time. They are not among this meeting’s figures before it.</p>"
            + table(("Indicator", "Place", "Period", "Value", "Readers see it from"), said, caption="Loaded and waiting", numbers=(3,)))  # fmt: skip


def key_figures(one: Meeting) -> str:
    """The Stat's indicators as the meeting sees them, in a table."""
    frozen, _ = stat.numbers(one)
    own = [found for found in frozen.assessments if found.indicator.id in frozen.stat.indicators]
    return f"<h2 class='section'>Key indicators</h2><p class='note'>{escape(stat.stamp(one))}</p>" + (
        board.table(own, caption="Key indicators of this meeting") if own else "<p>This Stat has no indicator yet.</p>")  # fmt: skip
