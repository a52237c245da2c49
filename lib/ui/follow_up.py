"""One follow-up: what was promised and what shows that it was kept, its history, and the form to write or change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import streamlit as st

from lib import words
from lib.cycle import LABELS, ChangedMeanwhile, CycleError, Deliverable, FollowUp, said
from lib.errors import OutcomeStatError
from lib.intake.opening import plain_name
from lib.roles import Person, Role, holds
from lib.store import follow_ups as store
from lib.ui import cache, follow_ups, frame, people, stat
from lib.ui.detail import table
from lib.ui.follow_ups import ALL, SUBJECT, TOLD, Names
from lib.ui.links import link
from lib.ui.text import escape, md_escape

FORM = "_follow_up_form"
KEY = "promise-"  # before the name of a field: its widget
TEXTS = ("action", "owner", "issue", "evidence", "evidence_link", "notes", "escalation")
FIELDS = (*TEXTS, "due", "begun_on", "done_on", "deliverable", "agency", "indicator", "measure", "area", "public")
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
DAYS_TO_DO_IT = 14  # proposed for a new one
READING = "Reading a file of evidence"


@dataclass
class Form:
    """What the form was filled with, and what came of the last attempt to save it."""

    of: str  # the follow-up's id; "" of a new one
    seen: FollowUp | None
    uploads: int = 0  # how often the field for a file was emptied
    problem: str = ""
    notes: tuple[str, ...] = ()

    @property
    def file_key(self) -> str:
        return f"{KEY}file-{self.of}-{self.uploads}"


def show(one: FollowUp, person: Person, named: Names) -> None:
    """The follow-up with its history; for who runs meetings the form beside it."""
    today = cache.today()
    st.html(_heading(one, named, today))
    may = holds(person, Role.PRESENTER) and not frame.presenting()
    left, right = st.columns([5, 4], gap="large") if may else (st.container(), None)
    with left:
        st.html(_card(one, named))
        _file(one)
        st.html(_history(store.history(cache.engine(), one.id)))
    if right:
        with right:
            _form(one, named)


def _heading(one: FollowUp, named: Names, today: date) -> str:
    late = " late" if one.colour(today).value == "Red" else ""
    return (f"{stat.example_mark(one)}<p class='small muted' style='margin: 0'>{link('followups', 'All follow-ups', id=ALL, key=SUBJECT)}</p>"
            f"<h1 class='page'>{escape(words.capital(one.action))}</h1><p class='lead promised-by'>{stat.follow_up_chip(one.colour(today))} "
            f"<span><strong>{escape(follow_ups.owner_of(one))}</strong>, {escape(named.agency(one))}</span> "
            f"<span>due {escape(words.day(one.due))}, <span class='{late.strip() or 'when'}'>{escape(follow_ups.due_text(one, today))}</span></span></p>")  # fmt: skip


def _card(one: FollowUp, named: Names) -> str:
    meeting = next((found for found in cache.meetings_of_all() if found.id == one.meeting), None)
    about = [link(page, escape(several.get(key, key)), id=key, key=subject)
             for page, subject, key, several in (("indicator", "indicator", one.indicator, named.indicators), ("map", "measure", one.measure, named.measures))
             if key]  # fmt: skip
    facts = {
        "Evidence": follow_ups.evidence(one, most=4_000, is_open=True),
        "Stat": escape(named.stats.get(one.stat, one.stat)) + (f", {stat.meeting_link(meeting, f'meeting of {words.day(meeting.day)}')}" if meeting else ""),
        "Issue": escape(one.issue),
        "What comes of it": escape(words.capital(str(one.deliverable))),
        "About": " and ".join(about),
        "Place": link("neighborhood", escape(named.areas.get(one.area, one.area)), id=one.area, key="area") if one.area else "",
        "Begun on": words.day(one.begun_on) if one.begun_on else "not yet",
        "Done on": words.day(one.done_on) if one.done_on else "not yet",
        "Notes and blockers": f"<span class='typed'>{escape(one.notes)}</span>" if one.notes else "",
        "If it is not done": escape(one.escalation),
        "For residents": f"shown, {'with' if cache.settings().stat.public_names else 'without'} the owner's name" if one.public else "not shown",
        "Written down": f"{escape(cache.local_time(one.created_at))} by {escape(one.created_by)}",
    }  # fmt: skip
    return "<dl class='card'>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts.items() if value) + "</dl>"


def _file(one: FollowUp) -> None:
    """The file of evidence, for staff: as a download, so that nothing in it runs here."""
    if one.evidence_file:
        st.download_button(f"Evidence: {md_escape(one.evidence_file)}", data=people.guarded(Role.STAFF, READING, lambda: store.evidence_file(cache.engine(), one.id)),
                           file_name=one.evidence_file, mime="application/octet-stream", on_click="ignore", icon=":material/attach_file:", key=f"evidence-{one.id}")  # fmt: skip


def _history(changes: Sequence) -> str:
    rows = [(cache.local_time(change.at), str(change)) for change in reversed(changes)]
    return "<h2 class='section'>History</h2>" + table(("When", "What"), rows, caption="Every change, newest first")


# The form


def write_form(person: Person, named: Names) -> None:
    """For a new follow-up."""
    st.html(f"<p class='small muted' style='margin: 0'>{link('followups', 'All follow-ups', id=ALL, key=SUBJECT)}</p><h1 class='page'>New follow-up</h1>"
            "<p class='lead'>One thing, one owner, one day.</p>")  # fmt: skip
    if not holds(person, Role.PRESENTER):
        st.info(md_escape(f"Writing down a follow-up needs the role {Role.PRESENTER}."), icon=":material/lock:")
        return
    _form(None, named)


def _form(one: FollowUp | None, named: Names) -> None:
    key = one.id if one else ""
    form: Form | None = st.session_state.get(FORM)
    if form is None or form.of != key or f"{KEY}owner" not in st.session_state:
        form = st.session_state[FORM] = _filled(one)
    with st.form("follow-up-form"):
        if one:
            st.html("<h2 class='section' style='margin-top: 0'>Change it</h2>")
            _progress(form)
            _promise(one, named)
            with st.expander("What it is about"):
                _about(one, named)
        else:
            _of_which_stat(named)
            _promise(one, named)
            with st.expander("What it is about"):
                _about(one, named)
            with st.expander("It is begun or done already"):
                _progress(form)
        if form.problem:
            st.error(md_escape(form.problem) + "".join(f"\n- {md_escape(note)}" for note in form.notes), icon=":material/error:")
        st.form_submit_button("Save" if one else "Write it down", type="primary", key=f"{KEY}save", on_click=_save)


def _filled(one: FollowUp | None) -> Form:
    """Puts what is there into the fields."""
    empty = {"due": cache.today() + timedelta(days=DAYS_TO_DO_IT), "begun_on": None, "done_on": None, "deliverable": str(Deliverable.TO_DO), "public": False}
    for name in FIELDS:
        st.session_state[KEY + name] = _shown(getattr(one, name)) if one else empty.get(name, "")
    st.session_state[f"{KEY}no-file"] = False
    before = st.session_state.get(FORM)
    return Form(one.id if one else "", one, uploads=before.uploads + 1 if before else 0)


def _shown(value: Any) -> Any:
    return str(value) if isinstance(value, Deliverable) else value


def _day(label: str, name: str, *, help: str = "", may_be_empty: bool = False) -> None:
    kept = st.session_state.get(KEY + name)
    given = {"value": None} if may_be_empty else {}
    st.date_input(label, key=KEY + name, min_value=min(kept or FIRST, FIRST), max_value=max(kept or LAST, LAST), format="MM/DD/YYYY", help=help or None, **given)


def _progress(form: Form) -> None:
    left, right = st.columns(2)
    with left:
        _day("Begun on", "begun_on", may_be_empty=True)
    with right:
        _day("Done on", "done_on", may_be_empty=True, help="Nothing is done without evidence.")
    st.text_area("Evidence: what shows that it is done", key=f"{KEY}evidence", height=80)
    st.text_input("Evidence as a link", key=f"{KEY}evidence_link", placeholder="https://")
    most = store.MOST_BYTES // 1_000_000
    st.file_uploader(f"Evidence as a file, {most} MB at most", key=form.file_key, max_upload_size=most)
    if form.seen and form.seen.evidence_file:
        st.checkbox(f"Take out the file {md_escape(form.seen.evidence_file)}", key=f"{KEY}no-file")


def _promise(one: FollowUp | None, named: Names) -> None:
    if one is None:
        st.text_input("What is to be done", key=f"{KEY}action", placeholder="A verb and a thing: send the list of empty lots")
    left, right = st.columns(2)
    with left:
        st.text_input("Owner", key=f"{KEY}owner", help="One person, by name; not a team.", placeholder="One person")
    with right:
        _day("Due", "due")
    if one is None:
        left, right = st.columns(2)
        with left:
            _agency(named)
        with right:
            _deliverable()
    st.text_area("Notes and blockers", key=f"{KEY}notes", height=80)
    st.text_input("If it is not done: who is told, and when", key=f"{KEY}escalation")
    st.checkbox("Residents may see it", key=f"{KEY}public", help="Without the owner's name." if not cache.settings().stat.public_names else "With the owner's name.")


def _about(one: FollowUp | None, named: Names) -> None:
    if one:
        st.text_input("What is to be done", key=f"{KEY}action")
        _agency(named)
        _deliverable()
    st.text_input("Issue", key=f"{KEY}issue")
    for label, name, several in (("Indicator", "indicator", named.indicators), (f"Measure by {cache.settings().areas.one}", "measure", named.measures),
                                 (words.capital(cache.settings().areas.one), "area", named.areas)):  # fmt: skip
        _one_of(label, name, several)


def _agency(named: Names) -> None:
    _one_of("Agency", "agency", {name: name for name in named.agencies.values()})


def _deliverable() -> None:
    st.selectbox("What comes of it", [str(one) for one in Deliverable], format_func=words.capital, key=f"{KEY}deliverable")


def _one_of(label: str, name: str, several: Mapping[str, str]) -> None:
    """A list to choose one from, or none; what stands there now is among it, whatever it is."""
    kept = st.session_state.get(KEY + name, "")
    options = ["", *several] if kept in several or not kept else ["", kept, *several]
    st.selectbox(label, options, format_func=lambda key: several.get(key, key) or "none", key=KEY + name)


def _of_which_stat(named: Names) -> None:
    stats = cache.stats()
    left, right = st.columns(2)
    left.selectbox("Stat", ["", *stats], format_func=lambda key: stats[key].name if key else "Choose one", key=f"{KEY}stat")
    meetings = {one.id: f"{named.stats.get(one.stat, one.stat)}, {words.day(one.day)}" for one in reversed(cache.meetings_of_all()) if one.stat in stats}
    right.selectbox("Promised at", ["", *meetings], format_func=lambda key: meetings.get(key, "no meeting"), key=f"{KEY}meeting")


# What a press of the button does


def _save() -> None:
    """Writes what was typed, or says beside the form why not; nothing that was typed is lost. By whoever presses the button, with
    the roles that they hold then."""
    form: Form = st.session_state[FORM]
    form.problem, form.notes = "", ()
    values = {name: st.session_state.get(KEY + name) for name in FIELDS if KEY + name in st.session_state}
    upload = st.session_state.get(form.file_key)
    content = upload.getvalue() if upload else None
    if upload:
        values["evidence_file"] = plain_name(upload.name)
    elif st.session_state.get(f"{KEY}no-file"):
        values["evidence_file"] = ""
    try:
        _check(values)
        person, not_people = people.current_person(), cache.names_of_agencies()
        if form.seen is None:
            made = _write(values, content, person, not_people)
            st.query_params[SUBJECT] = made.id
            st.session_state[TOLD] = f"Written down: {made.action}."
        else:
            done = store.change(cache.engine(), form.seen, person=person, agencies=not_people, file=content, **values)
            st.session_state[TOLD] = "Saved." if done.version > form.seen.version else "Nothing was changed."
    except ChangedMeanwhile as problem:
        form.problem, form.notes = problem.sentence, _on_top_of_theirs(form, problem.changes)
        return
    except OutcomeStatError as problem:
        form.problem = problem.sentence
        return
    kept = Form("", None, uploads=form.uploads)
    st.session_state[FORM] = kept  # of no follow-up: the next run fills the fields anew
    st.session_state.pop(f"{KEY}owner", None)


def _check(values: Mapping[str, Any]) -> None:
    """What the store cannot know: the day of today."""
    if not values.get("due"):
        raise CycleError("A follow-up has a due date. Write the day by which it is to be done.")
    for name in ("begun_on", "done_on"):
        if values.get(name) and values[name] > cache.today():
            raise CycleError(f"{words.capital(LABELS[name])}: {words.day(values[name])} is still to come. Write the day on which it happened, or leave it empty.")


def _write(values: dict[str, Any], content: bytes | None, person: Person, not_people: frozenset[str]) -> FollowUp:
    about, meeting = st.session_state.get(f"{KEY}stat", ""), st.session_state.get(f"{KEY}meeting", "")
    if not about:
        raise CycleError("A follow-up belongs to a Stat. Choose one.")
    found = next((one for one in cache.meetings_of_all() if one.id == meeting), None)
    if found and found.stat != about:
        raise CycleError("That meeting is of another Stat. Choose a meeting of this one, or none.")
    return store.write_down(cache.engine(), stat=about, meeting=meeting, person=person, agencies=not_people, file=content, example=bool(found and found.example), **values)


def _on_top_of_theirs(form: Form, changes: tuple[str, ...]) -> tuple[str, ...]:
    """After somebody else wrote first: takes over what they changed where nothing was typed, keeps what was typed, and gives what
    they changed as sentences, with what both changed."""
    before, now = form.seen, store.follow_up_by_id(cache.engine(), form.of)
    both = []
    for name in FIELDS:
        typed, old, new = st.session_state.get(KEY + name), _shown(getattr(before, name)), _shown(getattr(now, name))
        if new == old:
            continue
        if typed == old:
            st.session_state[KEY + name] = new
        elif typed != new:
            both.append(f"You both changed {LABELS[name]}: theirs is “{said(new) or 'nothing'}”, yours stands in the form.")
    form.seen = now
    return (*changes, *both)
