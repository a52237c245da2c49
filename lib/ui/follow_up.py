"""One follow-up: what was promised and what shows that it was kept, its history, and the form to write or change it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import streamlit as st

from lib import words
from lib.cycle import LABELS, ChangedMeanwhile, CycleError, Deliverable, FollowUp, said
from lib.errors import OutcomeStatError
from lib.intake.opening import plain_name
from lib.language import _, later
from lib.roles import Person, Role, holds
from lib.store import follow_ups as store
from lib.ui import cache, follow_ups, frame, mapping, people, stat
from lib.ui.detail import table
from lib.ui.follow_ups import ALL, SUBJECT, TOLD, Names
from lib.ui.held import held_by_the_browser
from lib.ui.links import link
from lib.ui.text import escape, md_escape

FORM = "_follow_up_form"
KEY = "promise-"  # before the name of a field: its widget
TEXTS = ("action", "owner", "issue", "evidence", "evidence_link", "notes", "escalation")
FIELDS = (*TEXTS, "due", "begun_on", "done_on", "deliverable", "agency", "indicator", "measure", "area", "public")
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
DAYS_TO_DO_IT = 14  # proposed for a new one
READING = later("Reading a file of evidence")
LOST = later("The connection was cut, so this was not saved. What you typed stands in the form: look at it, choose your file again if there was one, and save.")


@dataclass
class Form:
    """What the form was filled with, and what came of the last attempt to save it."""

    of: str  # the follow-up's id; "" of a new one
    seen: FollowUp | None
    uploads: int = 0  # how often the field for a file was emptied
    problem: str = ""
    notes: tuple[str, ...] = ()
    is_pressed: bool = False  # the button, and what came of it is not said yet: where the connection is cut, Streamlit ends that run anywhere
    done: str = ""  # the sentence on what was written

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
    late = "late" if one.colour(today).value == "Red" else "when"
    due = _("due {day}, {when}").format(day=escape(words.day(one.due)), when=f"<span class='{late}'>{escape(follow_ups.due_text(one, today))}</span>")
    return (f"{stat.example_mark(one)}<p class='small muted' style='margin: 0'>{link('followups', _('All follow-ups'), id=ALL, key=SUBJECT)}</p>"
            f"<h1 class='page'>{escape(words.capital(one.action))}</h1><p class='lead promised-by'>{stat.follow_up_chip(one.colour(today))} "
            f"<span><strong>{escape(follow_ups.owner_of(one))}</strong>, {escape(named.agency_shown(one))}</span> "
            f"<span>{due}</span></p>")  # fmt: skip


def _card(one: FollowUp, named: Names) -> str:
    meeting = next((found for found in cache.meetings_of_all() if found.id == one.meeting), None)
    about = [link(page, escape(several.get(key, key)), id=key, key=subject)
             for page, subject, key, several in (("indicator", "indicator", one.indicator, named.indicators), ("map", "measure", one.measure, named.measures))
             if key]  # fmt: skip
    facts = {
        _("Evidence"): follow_ups.evidence(one, most=4_000, is_open=True),
        _("Stat"): escape(named.stats.get(one.stat, one.stat)) + (f", {stat.meeting_link(meeting, follow_ups.meeting_of(meeting.day))}" if meeting else ""),
        _("Issue"): escape(one.issue),
        _("What comes of it"): escape(words.capital(_(str(one.deliverable)))),
        _("About"): words.listed(about),
        _("Place"): link("neighborhood", escape(named.areas.get(one.area, one.area)), id=one.area, key="area") if one.area else "",
        _("Begun on"): words.day(one.begun_on) if one.begun_on else _("not yet"),
        _("Done on"): words.day(one.done_on) if one.done_on else _("not yet"),
        _("Notes and blockers"): f"<span class='typed'>{escape(one.notes)}</span>" if one.notes else "",
        _("If it is not done"): escape(one.escalation),
        _("For residents"): _for_residents(one),
        _("Written down"): escape(_("{when} by {who}").format(when=cache.local_time(one.created_at), who=one.created_by)),
    }  # fmt: skip
    return "<dl class='card'>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts.items() if value) + "</dl>"


def _for_residents(one: FollowUp) -> str:
    if not one.public:
        return _("not shown")
    return _("shown, with the owner's name") if cache.settings().stat.public_names else _("shown, without the owner's name")


def _file(one: FollowUp) -> None:
    """The file of evidence, for staff: as a download, so that nothing in it runs here."""
    if one.evidence_file:
        st.download_button(_("Evidence: {file}").format(file=md_escape(one.evidence_file)), data=people.guarded(Role.STAFF, _(READING), lambda: store.evidence_file(cache.engine(), one.id)),
                           file_name=one.evidence_file, mime="application/octet-stream", on_click="ignore", icon=":material/attach_file:", key=f"evidence-{one.id}")  # fmt: skip


def _history(changes: Sequence) -> str:
    rows = [(cache.local_time(change.at), str(change)) for change in reversed(changes)]
    return f"<h2 class='section'>{_('History')}</h2>" + table((_("When"), _("What")), rows, caption=_("Every change, newest first"))


# The form


def write_form(person: Person, named: Names) -> None:
    """For a new follow-up."""
    st.html(f"<p class='small muted' style='margin: 0'>{link('followups', _('All follow-ups'), id=ALL, key=SUBJECT)}</p>"
            f"<h1 class='page'>{_('New follow-up')}</h1><p class='lead'>{_('One thing, one owner, one day.')}</p>")  # fmt: skip
    if not holds(person, Role.PRESENTER):
        st.info(md_escape(_("Writing down a follow-up needs the role {role}.").format(role=_(str(Role.PRESENTER)))), icon=":material/lock:")
        return
    _form(None, named)


def _form(one: FollowUp | None, named: Names) -> None:
    key = one.id if one else ""
    form: Form | None = st.session_state.get(FORM)
    if form and form.is_pressed and form.of == key:
        form = st.session_state[FORM] = _after_a_cut(form, one)
    elif form is None or form.of != key or f"{KEY}owner" not in st.session_state:
        held = held_by_the_browser() if form is None else frozenset()
        was_lost = f"{KEY}save" in held  # a press of the button in a session that is gone: nobody was there to save
        form = st.session_state[FORM] = _filled(one, keep=held if was_lost else frozenset())
        form.problem = _(LOST) if was_lost else ""
    with st.form("follow-up-form"):
        if one:
            st.html(f"<h2 class='section' style='margin-top: 0'>{_('Change it')}</h2>")
            _progress(form)
            _promise(one, named)
            with st.expander(_("What it is about")):
                _about(one, named)
        else:
            _of_which_stat(named)
            _promise(one, named)
            with st.expander(_("What it is about")):
                _about(one, named)
            with st.expander(_("It is begun or done already")):
                _progress(form)
        if form.problem:
            st.error(md_escape(form.problem) + "".join(f"\n- {md_escape(note)}" for note in form.notes), icon=":material/error:")
        st.form_submit_button(_("Save") if one else _("Write it down"), type="primary", key=f"{KEY}save", on_click=_save)
    st.session_state.pop(TOLD, None)  # what came of the last press is seen now


def _after_a_cut(form: Form, one: FollowUp | None) -> Form:
    """Where the run that was to say what came of a press ended before it could: what was written is said, else what was typed is put
    into the fields again, which the browser empties."""
    if form.done:
        st.success(md_escape(form.done))
        return _filled(one)
    for name in FIELDS:
        if KEY + name in st.session_state:
            st.session_state[KEY + name] = st.session_state[KEY + name]
    form.is_pressed, form.problem = False, _(LOST)
    return form


def _filled(one: FollowUp | None, keep: Collection[str] = ()) -> Form:
    """Puts what is there into the fields, but for those that the browser holds what was typed of."""
    empty = {"due": cache.today() + timedelta(days=DAYS_TO_DO_IT), "begun_on": None, "done_on": None, "deliverable": str(Deliverable.TO_DO), "public": False}
    for name in FIELDS:
        if KEY + name not in keep:
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
        _day(_("Begun on"), "begun_on", may_be_empty=True)
    with right:
        _day(_("Done on"), "done_on", may_be_empty=True, help=_("Nothing is done without evidence."))
    st.text_area(_("Evidence: what shows that it is done"), key=f"{KEY}evidence", height=80)
    st.text_input(_("Evidence as a link"), key=f"{KEY}evidence_link", placeholder="https://")
    most = store.MOST_BYTES // 1_000_000
    st.file_uploader(_("Evidence as a file, {n} MB at most").format(n=most), key=form.file_key, max_upload_size=most)
    if form.seen and form.seen.evidence_file:
        st.checkbox(_("Take out the file {file}").format(file=md_escape(form.seen.evidence_file)), key=f"{KEY}no-file")


def _promise(one: FollowUp | None, named: Names) -> None:
    if one is None:
        st.text_input(_("What is to be done"), key=f"{KEY}action", placeholder=_("A verb and a thing: send the list of empty lots"))
    left, right = st.columns(2)
    with left:
        st.text_input(_("Owner"), key=f"{KEY}owner", help=_("One person, by name; not a team."), placeholder=_("One person"))
    with right:
        _day(_("Due"), "due")
    if one is None:
        left, right = st.columns(2)
        with left:
            _agency(named)
        with right:
            _deliverable()
    st.text_area(_("Notes and blockers"), key=f"{KEY}notes", height=80)
    st.text_input(_("If it is not done: who is told, and when"), key=f"{KEY}escalation")
    st.checkbox(_("Residents may see it"), key=f"{KEY}public", help=_("With the owner's name.") if cache.settings().stat.public_names else _("Without the owner's name."))


def _about(one: FollowUp | None, named: Names) -> None:
    if one:
        st.text_input(_("What is to be done"), key=f"{KEY}action")
        _agency(named)
        _deliverable()
    st.text_input(_("Issue"), key=f"{KEY}issue")
    area = mapping.area_word()
    for label, name, several in ((_("Indicator"), "indicator", named.indicators), (_("Measure by {area}").format(area=area), "measure", named.measures),
                                 (words.capital(area), "area", named.areas)):  # fmt: skip
        _one_of(label, name, several)


def _agency(named: Names) -> None:
    _one_of(_("Agency"), "agency", {name: name for name in named.agencies.values()})


def _deliverable() -> None:
    st.selectbox(_("What comes of it"), [str(one) for one in Deliverable], format_func=lambda one: words.capital(_(one)), key=f"{KEY}deliverable")


def _one_of(label: str, name: str, several: Mapping[str, str]) -> None:
    """A list to choose one from, or none; what stands there now is among it, whatever it is."""
    kept = st.session_state.get(KEY + name, "")
    options = ["", *several] if kept in several or not kept else ["", kept, *several]
    st.selectbox(label, options, format_func=lambda key: several.get(key, key) or _("none"), key=KEY + name)


def _of_which_stat(named: Names) -> None:
    stats = cache.stats()
    left, right = st.columns(2)
    left.selectbox(_("Stat"), ["", *stats], format_func=lambda key: stats[key].name if key else _("Choose one"), key=f"{KEY}stat")
    meetings = {one.id: f"{named.stats.get(one.stat, one.stat)}, {words.day(one.day)}" for one in reversed(cache.meetings_of_all()) if one.stat in stats}
    right.selectbox(_("Promised at"), ["", *meetings], format_func=lambda key: meetings.get(key, _("no meeting")), key=f"{KEY}meeting")


# What a press of the button does


def _save() -> None:
    """Writes what was typed, or says beside the form why not; nothing that was typed is lost. By whoever presses the button, with
    the roles that they hold then."""
    form: Form = st.session_state[FORM]
    form.problem, form.notes, form.is_pressed = "", (), True
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
            form.done = _("Written down: {name}.").format(name=made.action)
            st.query_params[SUBJECT] = made.id
        else:
            done = store.change(cache.engine(), form.seen, person=person, agencies=not_people, file=content, **values)
            form.done = _("Saved.") if done.version > form.seen.version else _("Nothing was changed.")
    except ChangedMeanwhile as problem:
        form.problem, form.notes, form.is_pressed = problem.sentence, _on_top_of_theirs(form, problem.changes), False
        return
    except OutcomeStatError as problem:
        form.problem, form.is_pressed = problem.sentence, False
        return
    except Exception:
        form.is_pressed = False
        raise
    st.session_state[TOLD] = form.done
    kept = Form("", None, uploads=form.uploads)
    st.session_state[FORM] = kept  # of no follow-up: the next run fills the fields anew
    st.session_state.pop(f"{KEY}owner", None)


def _check(values: Mapping[str, Any]) -> None:
    """What the store cannot know: the day of today."""
    if not values.get("due"):
        raise CycleError(_("A follow-up has a due date. Write the day by which it is to be done."))
    for name in ("begun_on", "done_on"):
        if values.get(name) and values[name] > cache.today():
            said = _("{field}: {day} is still to come. Write the day on which it happened, or leave it empty.")
            raise CycleError(said.format(field=words.capital(_(LABELS[name])), day=words.day(values[name])))


def _write(values: dict[str, Any], content: bytes | None, person: Person, not_people: frozenset[str]) -> FollowUp:
    about, meeting = st.session_state.get(f"{KEY}stat", ""), st.session_state.get(f"{KEY}meeting", "")
    if not about:
        raise CycleError(_("A follow-up belongs to a Stat. Choose one."))
    found = next((one for one in cache.meetings_of_all() if one.id == meeting), None)
    if found and found.stat != about:
        raise CycleError(_("That meeting is of another Stat. Choose a meeting of this one, or none."))
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
            both.append(_("You both changed {field}: theirs is “{theirs}”, yours stands in the form.").format(field=_(LABELS[name]), theirs=said(new) or _("nothing")))
    form.seen = now
    return (*changes, *both)
