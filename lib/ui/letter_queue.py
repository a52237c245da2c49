"""The letters of residents as staff see them: which wait, deciding on several at once, and answering in an agency's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from lib import words
from lib.errors import OutcomeStatError
from lib.language import _, later, n_
from lib.roles import Person, Role, holds
from lib.store import feedback as store
from lib.store.export import as_csv
from lib.store.feedback import Letter, State, Tally
from lib.ui import cache, frame, letters, people
from lib.ui.letters import frame_of, pager, split
from lib.ui.text import escape, md_escape

WAITING, OPEN, ANSWERED, ASIDE = later("Waiting"), later("Shown, no answer"), later("Answered"), later("Set aside")
VIEWS: dict[str, tuple[State, bool | None]] = {
    WAITING: (State.WAITING, None),
    OPEN: (State.SHOWN, False),
    ANSWERED: (State.SHOWN, True),
    ASIDE: (State.SET_ASIDE, None),
}
REASONS = (
    later("It names a person or says where somebody lives."),
    later("It insults or threatens somebody."),
    later("It is advertising."),
    later("It says the same as another letter."),
    later("It is about something else."),
)
PROBLEM, TOLD, BECAUSE = "_queue_problem", "_queue_told", "queue-because"
READING = later("Reading what residents sent")


@dataclass(frozen=True)
class Asked:
    """What the filters ask for."""

    view: str
    about: str  # key of a subject; "" = all

    @property
    def query(self) -> dict[str, object]:
        state, answered = VIEWS[self.view]
        about, subject = split(self.about)
        return {"state": state, "answered": answered, "about": about, "subject": subject}


def heading(counts: Tally) -> str:
    """How many letters wait, and since when."""
    if counts.waiting:
        first = n_("{n} letter waits to be read", "{n} letters wait to be read", counts.waiting)
        said = _("{waiting}, the oldest since {day}.").format(
            waiting=first.format(n=words.figure(counts.waiting, 0)), day=letters.day_of(counts.oldest)
        )
    else:
        said = _("No letter waits to be read.")
    unanswered = counts.shown - counts.answered
    rest = _("{shown} are shown, {unanswered} of them without an answer; {aside} are set aside.").format(
        shown=words.figure(counts.shown, 0),
        unanswered=words.figure(unanswered, 0),
        aside=words.figure(counts.set_aside, 0),
    )
    return (
        f"<h1 class='page'>{escape(_('Residents’ letters'))}</h1><p class='first'><strong>{escape(said)}</strong></p>"
        f"<p class='note'>{escape(rest)}</p>"
    )


def asked(names: Mapping[str, str]) -> Asked:
    with st.sidebar:
        view = st.selectbox(
            _("Which"), list(VIEWS), format_func=_, key="letters", bind="query-params", on_change=letters.first_page
        )
        about = st.selectbox(
            _("About"),
            list(names),
            index=None,
            format_func=lambda key: names[key],
            key="letters-about",
            placeholder=_("Everything"),
            on_change=letters.first_page,
        )
    return Asked(view, about or "")


def total(wanted: Asked) -> int:
    counts = letters.tally(wanted.about)
    return {
        WAITING: counts.waiting,
        OPEN: counts.shown - counts.answered,
        ANSWERED: counts.answered,
        ASIDE: counts.set_aside,
    }[wanted.view]


def told() -> None:
    """What the last press of a button did."""
    if said := st.session_state.pop(TOLD, ""):
        st.success(md_escape(said))
        frame.announce(said)
    if problem := st.session_state.pop(PROBLEM, ""):
        st.error(md_escape(problem), icon=":material/error:")


def show(wanted: Asked, names: Mapping[str, str], person: Person) -> None:
    """A page of the letters, with what may be done to them."""
    number = total(wanted)
    if not number:
        frame.nothing_to_show(_("There is no letter here."))
        return
    page = pager(number)
    several = store.queue(cache.engine(), person=person, page=page, size=letters.SIZE, **wanted.query)
    may_decide = holds(person, Role.EDITOR)
    if may_decide:
        _buttons(several, VIEWS[wanted.view][0])
    else:
        st.caption(_("Showing a letter and setting it aside need the role editor; answering needs the role staff."))
    for one in several:
        _letter(one, names, may_decide)
    st.download_button(
        _("These letters as CSV"),
        data=people.guarded(Role.STAFF, _(READING), lambda: _csv(wanted, names, person)),
        file_name="letters.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="queue-csv",
    )


def _csv(wanted: Asked, names: Mapping[str, str], person: Person) -> bytes:
    several = store.queue(cache.engine(), person=person, size=letters.MOST_TO_TAKE, **wanted.query)
    return as_csv(
        frame_of(several, names).assign(
            state=[str(one.state) for one in several], because=[one.because for one in several]
        )
    )


def _letter(one: Letter, names: Mapping[str, str], may_decide: bool) -> None:
    about = names.get(f"{one.about}:{one.subject}", one.subject)
    aside = _(" Set aside: {why}").format(why=one.because) if one.because else ""
    box, text = st.columns([1, 24]) if may_decide else (None, st.container())
    if box:
        box.checkbox(
            _("Choose the letter about {what}").format(what=md_escape(about)),
            key=_key(one),
            label_visibility="collapsed",
        )
    with text:
        st.html(letters.article(one, about, escape(aside)))
        if one.state is State.SHOWN:
            with st.expander(_("Change the answer") if one.answer else _("Answer"), icon=":material/reply:"):
                _answer_form(one)


def _key(one: Letter) -> str:
    """Of a letter as it was seen: another one once somebody changed it."""
    return f"letter-{one.id}-{one.version}"


# Deciding


def _buttons(several: Sequence[Letter], state: State) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="queue-buttons"):
        st.button(_("Choose all on this page"), key="queue-all", on_click=_choose_all, args=(several,))
        if state is not State.SHOWN:
            st.button(
                _("Show the chosen"),
                key="queue-show",
                type="primary",
                icon=":material/visibility:",
                on_click=_decide,
                args=(several, State.SHOWN),
            )
        if state is not State.SET_ASIDE:
            st.selectbox(
                _("Why set aside"),
                [_(reason) for reason in REASONS],
                index=None,
                key=BECAUSE,
                accept_new_options=True,
                placeholder=_("Choose or type a reason"),
            )
            st.button(
                _("Set the chosen aside"),
                key="queue-aside",
                icon=":material/visibility_off:",
                on_click=_decide,
                args=(several, State.SET_ASIDE),
            )


def _choose_all(several: Sequence[Letter]) -> None:
    for one in several:
        st.session_state[_key(one)] = True


def _decide(several: Sequence[Letter], to: State) -> None:
    picked = [one for one in several if st.session_state.get(_key(one))]
    if not picked:
        st.session_state[PROBLEM] = _("Choose a letter first.")
        return
    because = st.session_state.get(BECAUSE) or ""
    try:
        store.decide_all(cache.engine(), picked, to, because=because, person=people.current_person())
    except OutcomeStatError as problem:
        st.session_state[PROBLEM] = problem.sentence
        return
    n = len(picked)
    done = (
        n_("{n} letter is shown now.", "{n} letters are shown now.", n)
        if to is State.SHOWN
        else n_("{n} letter is set aside.", "{n} letters are set aside.", n)
    )
    st.session_state[TOLD] = done.format(n=n)
    st.session_state.pop(BECAUSE, None)


# Answering


def _answer_form(one: Letter) -> None:
    agencies = [agency.name for agency in cache.agencies()]
    with st.form(f"answer-{_key(one)}", border=False):
        st.text_area(
            _("The answer, as everybody reads it"),
            one.answer,
            key=f"answer-text-{_key(one)}",
            max_chars=store.MOST_OF_AN_ANSWER,
        )
        by = agencies.index(one.answered_by) if one.answered_by in agencies else None
        st.selectbox(
            _("Agency that answers"),
            agencies,
            index=by,
            key=f"answer-by-{_key(one)}",
            placeholder=_("Choose an agency"),
        )
        st.form_submit_button(_("Answer publicly"), key=f"answer-send-{_key(one)}", on_click=_answer, args=(one,))


def _answer(one: Letter) -> None:
    try:
        store.answer(
            cache.engine(),
            one,
            text=st.session_state.get(f"answer-text-{_key(one)}") or "",
            by=st.session_state.get(f"answer-by-{_key(one)}") or "",
            agencies={agency.name for agency in cache.agencies()},
            person=people.current_person(),
        )
    except OutcomeStatError as problem:
        st.session_state[PROBLEM] = problem.sentence
        return
    st.session_state[TOLD] = _("The answer is shown now.")
