"""Reminders to the owners of follow-ups, and the tracker as a workbook: out, and many changes at once back in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from lib import words
from lib.cycle import LABELS, ChangedMeanwhile, FollowUp
from lib.errors import OutcomeStatError, SettingsError
from lib.language import _, later, n_
from lib.roles import Person, Role, holds
from lib.stat import reminders, sheets
from lib.store import follow_ups as store
from lib.ui import cache, downloads, follow_ups, frame, people
from lib.ui.detail import table
from lib.ui.text import escape, md_escape

SENT = "_reminders_sent"  # what became of the last letters, and of which day
READ = "_follow_ups_read"  # of the workbook that is looked at
TRACKER = later("The tracker of follow-ups")
SHOWN = 200  # rows of a list on the page
ICS = "text/calendar"


# Reminders


def show(kept: Sequence[FollowUp], person: Person) -> None:
    """The calendar, each owner's letter, and who gets one by e-mail."""
    today = cache.today()
    still = reminders.still_open(kept, today)
    if not still:
        frame.nothing_to_show(_("Nothing is open among these follow-ups, so nobody needs to be reminded."))
        return
    count = words.figure(len(still), 0)
    lead = n_("{n} follow-up is open. Take them into a calendar, or send each owner what is theirs.",
              "{n} follow-ups are open. Take them into a calendar, or send each owner what is theirs.", len(still))  # fmt: skip
    st.html(f"<p class='lead'>{escape(lead.format(n=count))}</p>")
    _calendar_button(_("All {n} as a calendar (.ics)").format(n=count) if len(still) > 1 else _("It as a calendar (.ics)"), still, "follow-ups", key="calendar-all")
    _letter_of_one(still)
    _by_mail(kept, person)


def _calendar_button(label: str, several: Sequence[FollowUp], name: str, *, key: str) -> None:
    city, day = cache.settings().city, cache.today()
    stats = cache.every_stat()

    def made() -> bytes:
        return reminders.calendar(several, stats=stats, name=f"{city.name}: {name}", today=day, now=datetime.now(UTC), timezone=city.timezone)

    st.download_button(label, data=people.guarded(Role.STAFF, _(TRACKER), made), file_name=f"{_file_name(name)}.ics", mime=ICS, on_click="ignore",
                       icon=":material/event:", key=key, help=_("Each due day as an event with an alarm on the morning before."))  # fmt: skip


def _file_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "follow-ups"


def _letter_of_one(still: Sequence[FollowUp]) -> None:
    by_owner = reminders.owners(still)
    st.html(f"<h2 class='section'>{_('What is open of one owner')}</h2>")
    owner = st.selectbox(_("Owner"), list(by_owner), format_func=lambda name: f"{name} ({len(by_owner[name])})", key="letter-owner")
    if owner is None:
        return
    text = _letter(owner, by_owner[owner])
    st.code(text, language=None, wrap_lines=True)
    with st.container(horizontal=True, key="letter-files"):
        st.download_button(_("As a text"), data=text.encode(), file_name=f"{_file_name(owner)}.txt", mime="text/plain", on_click="ignore", icon=":material/description:", key="letter-text")
        _calendar_button(_("As a calendar (.ics)"), by_owner[owner], f"follow-ups of {owner}", key="calendar-owner")


def _letter(owner: str, own: Sequence[FollowUp]) -> str:
    return reminders.digest(owner, own, cache.today(), stats=cache.every_stat(), meetings=cache.meetings_of_all(), city=cache.settings().city.title, address=_here())


def _here() -> str:
    """Where the tracker stands, as the reader's own browser says it; "" where it does not."""
    return (st.context.url or "").partition("?")[0]


def _letters(kept: Sequence[FollowUp]) -> tuple[list[reminders.Letter], list[str]]:
    return reminders.letters(kept, _addresses(), cache.today(), stats=cache.every_stat(), meetings=cache.meetings_of_all(), city=cache.settings().city.title,
                             address=_here())  # fmt: skip


def _secret(name: str) -> Any:
    try:
        return st.secrets.get(name)
    except StreamlitSecretNotFoundError:
        return None


def _addresses() -> dict[str, str]:
    """Of the secrets: [people], a name and its address a line."""
    found = _secret("people")
    return {str(name): str(address) for name, address in found.items()} if isinstance(found, Mapping) else {}


def _by_mail(kept: Sequence[FollowUp], person: Person) -> None:
    """Who would get what, and for editors the button. Nothing is offered where no server is named."""
    st.html(f"<h2 class='section'>{_('By e-mail')}</h2>")
    try:
        reminders.check(cache.settings().stat.mail)
    except SettingsError as problem:
        st.html(f"<p class='note'>{escape(problem.sentence)} {_('The letters above can be copied into any e-mail.')}</p>")
        return
    found, without = _letters(kept)
    last = store.last_reminders(cache.engine())
    rows = [(one.owner, one.address, one.subject, _last(last, one.owner)) for one in found] + [(owner, _("no address"), _("gets none"), _last(last, owner)) for owner in without]
    if not rows:
        st.html(f"<p class='note'>{_('What is open here is made up, and reminds nobody.')}</p>")
        return
    head = (_("Owner"), _("Address"), _("Letter"), _("Last reminded"))
    st.html(table(head, rows, caption=_("Who gets what, of the follow-ups that the filters keep")))
    if without:
        said = _("An address is added in the secrets, under [people], as a line such as {line}.").format(line='"Anna Lee" = "anna.lee@city.gov"')
        st.html(f"<p class='note'>{said}</p>")
    for one in found[:SHOWN]:
        with st.expander(_("The letter to {owner}").format(owner=md_escape(one.owner))):
            st.code(one.text, language=None, wrap_lines=True)
    if found and holds(person, Role.EDITOR):
        again = st.session_state.get(SENT, (None, ()))[0] == cache.today()
        sure = st.checkbox(_("Send them again: letters went out from here today"), key="send-again") if again else True
        st.button(n_("Send {n} reminder", "Send {n} reminders", len(found)).format(n=words.figure(len(found), 0)), type="primary" if sure else "secondary", icon=":material/send:", key="send-reminders", disabled=not sure,
                  on_click=_send, args=(tuple(found), again))  # fmt: skip
    elif found:
        st.html(f"<p class='note'>{_('Sending needs the role {role}.').format(role=_(str(Role.EDITOR)))}</p>")
    _outcome()


def _last(last: Mapping[str, tuple[str, str]], owner: str) -> str:
    at, who = last.get(owner[: store.MOST_OF_A_SUBJECT], ("", ""))
    return _("{when}, by {who}").format(when=cache.local_time(at), who=who) if at else _("never")


def _send(found: Sequence[reminders.Letter], again: bool) -> None:
    """Sends what the page showed, once: a second press while the first is at work sends nothing."""
    if st.session_state.get(SENT, (None, ()))[0] == cache.today() and not again:
        return
    person = people.current_person()
    st.session_state[SENT] = (cache.today(), ())
    st.session_state.pop("send-again", None)
    try:
        results = reminders.send(found, cache.settings().stat.mail, str(_secret("mail_password") or ""), person=person)
        st.session_state[SENT] = (cache.today(), tuple(results))
        store.note_reminders(cache.engine(), [(one.owner, f"{one.address}: {one.problem or letter.subject}", one.went_out) for one, letter in _with(results, found)], person=person)
    except OutcomeStatError as problem:
        if not st.session_state[SENT][1]:
            st.session_state.pop(SENT)
        st.session_state["_reminders_problem"] = problem.sentence


def _with(results: Sequence[reminders.Sent], found: Sequence[reminders.Letter]) -> list[tuple[reminders.Sent, reminders.Letter]]:
    by_owner = {letter.owner: letter for letter in found}
    return [(one, by_owner[one.owner]) for one in results]


def _outcome() -> None:
    """What became of each letter."""
    if problem := st.session_state.pop("_reminders_problem", ""):
        st.error(md_escape(problem))
    day, results = st.session_state.get(SENT, (None, ()))
    if day != cache.today() or not results:
        return
    out = sum(one.went_out for one in results)
    sentence = n_("{k} of {n} reminder went out.", "{k} of {n} reminders went out.", len(results)).format(k=words.figure(out, 0), n=words.figure(len(results), 0))
    (st.success if out == len(results) else st.warning)(md_escape(sentence))
    frame.announce(sentence)
    rows = [(one.owner, one.address, one.problem or _("taken by the mail server")) for one in results]
    st.html(table((_("Owner"), _("Address"), _("What became of it")), rows, caption=_("The last letters")))


# The workbook


def _known(every: Sequence[FollowUp]) -> sheets.Known:
    named = follow_ups.names()
    return sheets.Known(
        stats=tuple(cache.stats().values()), agencies=cache.agencies(), indicators=named.indicators, measures=named.measures, areas=named.areas,
        meetings=cache.meetings_of_all(), follow_ups={one.id: one for one in every},
    )  # fmt: skip


def workbook(kept: Sequence[FollowUp], every: Sequence[FollowUp], person: Person) -> None:
    """The tracker out; for who runs meetings many changes at once back in."""
    today, city = cache.today(), cache.settings().city
    known = _known(every)
    count = words.count_of(len(kept), "follow-up", "follow-ups")
    about = [_("{title}: follow-ups").format(title=city.title), _("As of {day}: {follow_ups}.").format(day=today.isoformat(), follow_ups=count),
             _("Rows that say so in the column example are made up.")]  # fmt: skip

    def made() -> bytes:
        return sheets.as_workbook(kept, known, today=today, about=about)

    lead = n_("The {n} follow-up that the filters keep, with the City's fields.", "The {n} follow-ups that the filters keep, with the City's fields.", len(kept))
    st.html(f"<p class='lead'>{lead.format(n=words.figure(len(kept), 0))}</p>")
    st.download_button(_("The tracker as a workbook (XLSX)"), data=people.guarded(Role.STAFF, _(TRACKER), made), file_name="follow-ups.xlsx", mime=downloads.XLSX,
                       on_click="ignore", icon=":material/download:", key="tracker-xlsx")  # fmt: skip
    note = _("Change the workbook and send it back: a row with an id changes that follow-up, a row without one is new. You see what would change "
             "before anything is written; it is taken whole or not at all.")  # fmt: skip
    st.html(f"<h2 class='section'>{_('Many changes at once')}</h2><p class='note'>{note}</p>")
    if not holds(person, Role.PRESENTER):
        st.html(f"<p class='note'>{_('Sending it back needs the role {role}.').format(role=_(str(Role.PRESENTER)))}</p>")
        return
    number = st.session_state.get(f"{READ}-number", 0)
    sent = st.file_uploader(_("The workbook (.xlsx)"), key=f"tracker-upload-{number}", max_upload_size=int(sheets.LIMITS.max_megabytes))
    _refused()
    if sent is None:
        st.session_state.pop(READ, None)
        return
    sheet = _read(sent, known, every)
    if sheet.problems:
        said = n_("Refused: {n} problem to mend. Nothing is loaded.", "Refused: {n} problems to mend. Nothing is loaded.", len(sheet.problems))
        st.error(md_escape(said.format(n=words.figure(len(sheet.problems), 0))))
        rows = [(" ".join(part for part in (one.sheet, one.cell) if part) or _("the whole file"), one.found, words.capital(one.why), words.capital(one.remedy)) for one in sheet.problems[:SHOWN]]
        head = (_("Cell"), _("What stands there"), _("Why it is a problem"), _("Write instead"))
        st.html(table(head, rows, caption=_("What to mend")) + _more(len(sheet.problems) - SHOWN))
        return
    _preview(sheet, every)


def _more(number: int) -> str:
    """How many rows are not shown; "" where all are."""
    return f"<p class='note'>{_('And {n} more.').format(n=words.figure(number, 0))}</p>" if number > 0 else ""


def _read(sent: Any, known: sheets.Known, every: Sequence[FollowUp]) -> sheets.Sheet:
    """What the workbook says; read once, and anew where somebody wrote meanwhile."""
    state = (sent.file_id, cache.today(), tuple((one.id, one.version) for one in every))
    kept = st.session_state.get(READ)
    if kept is None or kept[0] != state:
        kept = st.session_state[READ] = (state, sheets.read_follow_ups(sent.getvalue(), known, today=cache.today(), name=sent.name))
    return kept[1]


def _preview(sheet: sheets.Sheet, every: Sequence[FollowUp]) -> None:
    before = {one.id: one for one in every}
    new = [one for one in sheet.rows if not one.id]
    changed = [(entry, found) for entry in sheet.rows if entry.id and (found := store.would_change(before[entry.id], entry))]
    is_new, differs = _("new: {owner}, due {day}"), _("{field}: from “{before}” to “{after}”")
    rows = [(entry.place, str(entry.values["action"]), is_new.format(owner=entry.values["owner"], day=words.day(entry.values["due"]))) for entry in new]
    rows += [(entry.place, before[entry.id].action,
              differs.format(field=words.capital(_(LABELS[field])), before=old or _("nothing"), after=now or _("nothing")))
             for entry, found in changed for field, (old, now) in found.items()]  # fmt: skip
    sentence = _("{new} new, {changed} changed, {same} as they are.").format(
        new=words.figure(len(new), 0), changed=words.figure(len(changed), 0), same=words.figure(len(sheet.rows) - len(new) - len(changed), 0))  # fmt: skip
    if not rows:
        st.info(md_escape(f"{sentence} {_('Nothing is to be written.')}"))
        return
    st.success(md_escape(sentence))
    frame.announce(sentence)
    head = (_("Row"), _("Follow-up"), _("What would be written"))
    st.html(table(head, rows[:SHOWN], caption=_("What the workbook would do")) + _more(len(rows) - SHOWN))
    st.button(_("Write all of this"), type="primary", key="write-sheet", on_click=_write, args=(sheet,))


def _write(sheet: sheets.Sheet) -> None:
    try:
        done = store.write_sheet(cache.engine(), sheet.rows, person=people.current_person(), agencies=cache.names_of_agencies())
    except OutcomeStatError as problem:
        st.session_state[f"{READ}-refused"] = (problem.sentence, problem.changes if isinstance(problem, ChangedMeanwhile) else ())
        return
    st.session_state[follow_ups.TOLD] = _("Written: {new} new, {changed} changed.").format(new=words.figure(len(done.new), 0), changed=words.figure(len(done.changed), 0))
    st.session_state[f"{READ}-number"] = st.session_state.get(f"{READ}-number", 0) + 1


def _refused() -> None:
    sentence, changes = st.session_state.pop(f"{READ}-refused", ("", ()))
    if sentence:
        st.error(md_escape(sentence) + "".join(f"\n- {md_escape(one)}" for one in changes), icon=":material/error:")
