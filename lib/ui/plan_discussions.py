"""The discussions of the plans, twice a year: which were held, what is due, and the form to write one down."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from lib import words
from lib.charts.theme import Look
from lib.errors import OutcomeStatError
from lib.language import _, later, n_
from lib.plans.discussions import Discussion, Slot, Standing, count, recorded_since, slots
from lib.roles import Role, holds
from lib.store import plans as store
from lib.ui import cache, people
from lib.ui.acts import doing
from lib.ui.board import chip
from lib.ui.plans import ROWS, View, current_year
from lib.ui.text import escape, md_escape

LOOKS = {
    Standing.HELD: (Look("task_alt", "good"), later("Held")),
    Standing.OVERDUE: (Look("event_busy", "serious"), later("Overdue")),
    Standing.NOT_RECORDED: (Look("question_mark", "neutral"), later("Not recorded")),
    Standing.DUE: (Look("schedule", "concern"), later("Due")),
    Standing.LATER: (Look("hourglass_top", "neutral"), later("Later")),
}
WRITTEN = "_discussions_written"  # how many this session wrote: the form begins anew


def agencies_of(view: View, recorded: tuple[Discussion, ...]) -> dict[str, str]:
    """Those that have a loaded plan; without one, the principal agencies; and any that a discussion is recorded of."""
    known = {one.id: one.name for one in cache.agencies()}
    names = view.agencies if view.plan.is_loaded else {one.id: one.name for one in cache.agencies() if one.principal} or known
    names = dict(names) | {one.agency: known.get(one.agency, one.agency) for one in recorded if one.agency not in names}
    return {key: name for key, name in names.items() if not view.agency or key == view.agency}


def show(view: View) -> None:
    recorded = store.discussions(cache.engine())
    names = agencies_of(view, recorded)
    if not names:
        st.html(f"<p>{escape(_('No agency is known yet whose plan could be discussed.'))}</p>")
        return
    month, today = cache.settings().fiscal_year.start_month, cache.today()
    pairs = {key: slots(key, view.year, recorded, start_month=month) for key in names}
    since = recorded_since(recorded)
    counted = count(list(pairs.values()), today, since=since)
    st.html(_in_short(view, counted, len(names)) + _table(view, names, pairs, since) + _rule())
    person = people.current_person()
    if holds(person, Role.STAFF):
        _notes([one for one in recorded if one.agency in names and one.fiscal_year == view.year], names, can_remove=holds(person, Role.EDITOR))
    if holds(person, Role.EDITOR):
        with st.expander(_("Write down a discussion"), icon=":material/add:"):
            _form(view, agencies_of(view, recorded))


def _in_short(view: View, counted: dict[Standing, int], number: int) -> str:
    total = 2 * number
    said = _("{held} of {total} discussions in {year} are recorded as held.").format(
        total=words.figure(total, 0), year=view.label, held=words.figure(counted[Standing.HELD], 0))  # fmt: skip
    overdue, due = counted[Standing.OVERDUE], counted[Standing.DUE]
    said += " " + n_("{n} is overdue.", "{n} are overdue.", overdue).format(n=words.figure(overdue, 0)) if overdue else ""
    said += " " + n_("{n} is due now.", "{n} are due now.", due).format(n=words.figure(due, 0)) if due else ""
    return f"<h2 class='section'>{escape(_('Discussions of the plans'))}</h2><p class='lead'>{escape(said)}</p>"


def _table(view: View, names: dict[str, str], pairs: dict[str, tuple[Slot, Slot]], since: date | None) -> str:
    first = next(iter(pairs.values()))
    heads = [_("Agency")] + [_("{half}: {first} to {last}").format(half=half, first=words.day(slot.first), last=words.day(slot.last))
                             for half, slot in zip((_("First"), _("Second")), first, strict=True)]  # fmt: skip
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in heads)
    rows = "".join(f"<tr><th scope='row'>{escape(names[key])}</th>{''.join(f'<td>{_cell(slot, since)}</td>' for slot in pair)}</tr>" for key, pair in pairs.items())
    caption = _("By agency, {year}").format(year=view.label)
    return (f"<div class='scroll{' tall' if len(names) > ROWS else ''}' tabindex='0' role='region' aria-label='{escape(caption)}'><table class='plain findings'><caption>{escape(caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")  # fmt: skip


def _cell(slot: Slot, since: date | None) -> str:
    standing = slot.standing(cache.today(), since=since)
    look, word = LOOKS[standing]
    when = {
        Standing.HELD: words.day(slot.held.day) if slot.held else "",
        Standing.DUE: _("by {day}").format(day=words.day(slot.last)),
        Standing.OVERDUE: _("since {day}").format(day=words.day(slot.last + timedelta(days=1))),
    }.get(standing, "")
    return f"<span class='standing'>{chip(look, _(word))} <span>{escape(when)}</span></span>"


def _rule() -> str:
    said = _("The plans are public and are discussed twice a year. On which days is not in what could be read, so here one belongs to each half of the fiscal "
             "year and is overdue when that half has ended; this is our choice. A half that ended before anything was written down here is “not recorded”.")  # fmt: skip
    return f"<p class='note'>{escape(said)}</p>"


def _notes(several: list[Discussion], names: dict[str, str], *, can_remove: bool) -> None:
    """For staff: what was noted, and by whom."""
    for one in several:
        with st.container(horizontal=True, vertical_alignment="center"):
            about = _("{agency}, {day}, written down by {who}").format(agency=names[one.agency], day=words.day(one.day), who=one.created_by)
            st.html(f"<p class='small'><strong>{escape(about)}</strong><br><span class='typed'>{escape(one.note or _('No note.'))}</span></p>")
            if can_remove:
                with st.popover(_("Remove"), type="tertiary", icon=":material/delete:", key=f"remove-{one.id}"):
                    st.button(_("Yes, remove it"), key=f"yes-remove-{one.id}", on_click=_remove, args=(one.id,))


def _remove(key: str) -> None:
    doing(_("Removed."), lambda: store.remove_discussion(cache.engine(), key, person=people.current_person()))


def _key(name: str) -> str:
    return f"discussion-{name}-{st.session_state.get(WRITTEN, 0)}"


def _form(view: View, names: dict[str, str]) -> None:
    with st.form("add-discussion", border=False):
        agency = st.selectbox(_("Agency"), list(names), format_func=names.get, index=0 if view.agency else None, key=_key("agency"), placeholder=_("Choose one"))
        left, middle, right = st.columns(3)
        years = sorted({view.year, current_year(), current_year() - 1, current_year() + 1}, reverse=True)
        year = left.selectbox(_("Fiscal year of the plan"), years, index=years.index(view.year), key=_key("year"))
        half = middle.selectbox(_("Which of the two"), [1, 2], format_func=lambda one: _("First") if one == 1 else _("Second"), key=_key("half"))
        day = right.date_input(_("Day on which it was held"), value=cache.today(), max_value=cache.today(), key=_key("day"))
        note = st.text_area(_("Note, for staff"), key=_key("note"), max_chars=store.MOST_NOTE)
        if st.form_submit_button(_("Write it down"), key="write-discussion"):
            _write(agency=agency or "", fiscal_year=year, half=half, day=day, note=note)


def _write(**values: object) -> None:
    """Keeps what was typed where it cannot be written, with what is wrong beside it."""
    try:
        store.write_discussion(cache.engine(), person=people.current_person(), today=cache.today(), **values)  # type: ignore[arg-type]
    except OutcomeStatError as problem:
        st.error(md_escape(problem.sentence))
        return
    st.session_state[WRITTEN] = st.session_state.get(WRITTEN, 0) + 1
    doing(_("Written down."), lambda: None)
    st.rerun()
