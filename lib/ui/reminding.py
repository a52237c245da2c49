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
from lib.roles import Person, Role, holds
from lib.stat import reminders, sheets
from lib.store import follow_ups as store
from lib.ui import cache, downloads, follow_ups, frame, people
from lib.ui.detail import table
from lib.ui.text import escape, md_escape

SENT = "_reminders_sent"  # what became of the last letters, and of which day
READ = "_follow_ups_read"  # of the workbook that is looked at
TRACKER = "The tracker of follow-ups"
SHOWN = 200  # rows of a list on the page
ICS = "text/calendar"


# Reminders


def show(kept: Sequence[FollowUp], person: Person) -> None:
    """The calendar, each owner's letter, and who gets one by e-mail."""
    today = cache.today()
    still = reminders.still_open(kept, today)
    if not still:
        frame.nothing_to_show("Nothing is open among these follow-ups, so nobody needs to be reminded.")
        return
    st.html(f"<p class='lead'>{escape(words.count_of(len(still), 'follow-up is', 'follow-ups are'))} open. Take them into a calendar, or send each owner what is theirs.</p>")
    _calendar_button(f"All {len(still):,} as a calendar (.ics)" if len(still) > 1 else "It as a calendar (.ics)", still, "follow-ups", key="calendar-all")
    _letter_of_one(still)
    _by_mail(kept, person)


def _calendar_button(label: str, several: Sequence[FollowUp], name: str, *, key: str) -> None:
    city, day = cache.settings().city, cache.today()
    stats = cache.every_stat()

    def made() -> bytes:
        return reminders.calendar(several, stats=stats, name=f"{city.name}: {name}", today=day, now=datetime.now(UTC), timezone=city.timezone)

    st.download_button(label, data=people.guarded(Role.STAFF, TRACKER, made), file_name=f"{_file_name(name)}.ics", mime=ICS, on_click="ignore",
                       icon=":material/event:", key=key, help="Each due day as an event with an alarm on the morning before.")  # fmt: skip


def _file_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "follow-ups"


def _letter_of_one(still: Sequence[FollowUp]) -> None:
    by_owner = reminders.owners(still)
    st.html("<h2 class='section'>What is open of one owner</h2>")
    owner = st.selectbox("Owner", list(by_owner), format_func=lambda name: f"{name} ({len(by_owner[name])})", key="letter-owner")
    if owner is None:
        return
    text = _letter(owner, by_owner[owner])
    st.code(text, language=None, wrap_lines=True)
    with st.container(horizontal=True, key="letter-files"):
        st.download_button("As a text", data=text.encode(), file_name=f"{_file_name(owner)}.txt", mime="text/plain", on_click="ignore", icon=":material/description:", key="letter-text")
        _calendar_button("As a calendar (.ics)", by_owner[owner], f"follow-ups of {owner}", key="calendar-owner")


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
    st.html("<h2 class='section'>By e-mail</h2>")
    try:
        reminders.check(cache.settings().stat.mail)
    except SettingsError as problem:
        st.html(f"<p class='note'>{escape(problem.sentence)} The letters above can be copied into any e-mail.</p>")
        return
    found, without = _letters(kept)
    last = store.last_reminders(cache.engine())
    rows = [(one.owner, one.address, one.subject, _last(last, one.owner)) for one in found] + [(owner, "no address", "gets none", _last(last, owner)) for owner in without]
    if not rows:
        st.html("<p class='note'>What is open here is made up, and reminds nobody.</p>")
        return
    st.html(table(("Owner", "Address", "Letter", "Last reminded"), rows, caption="Who gets what, of the follow-ups that the filters keep"))
    if without:
        st.html("<p class='note'>An address is added in the secrets, under [people], as a line such as \"Anna Lee\" = \"anna.lee@city.gov\".</p>")
    for one in found[:SHOWN]:
        with st.expander(f"The letter to {md_escape(one.owner)}"):
            st.code(one.text, language=None, wrap_lines=True)
    if found and holds(person, Role.EDITOR):
        again = st.session_state.get(SENT, (None, ()))[0] == cache.today()
        sure = st.checkbox("Send them again: letters went out from here today", key="send-again") if again else True
        st.button(f"Send {words.count_of(len(found), 'reminder')}", type="primary" if sure else "secondary", icon=":material/send:", key="send-reminders", disabled=not sure,
                  on_click=_send, args=(tuple(found), again))  # fmt: skip
    elif found:
        st.html(f"<p class='note'>Sending needs the role {Role.EDITOR}.</p>")
    _outcome()


def _last(last: Mapping[str, tuple[str, str]], owner: str) -> str:
    at, who = last.get(owner[: store.MOST_OF_A_SUBJECT], ("", ""))
    return f"{cache.local_time(at)}, by {who}" if at else "never"


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
    sentence = f"{out:,} of {words.count_of(len(results), 'reminder')} went out."
    (st.success if out == len(results) else st.warning)(md_escape(sentence))
    frame.announce(sentence)
    st.html(table(("Owner", "Address", "What became of it"), [(one.owner, one.address, one.problem or "taken by the mail server") for one in results], caption="The last letters"))


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
    about = [f"{city.title}: follow-ups", f"As of {today.isoformat()}: {words.count_of(len(kept), 'follow-up')}.",
             "Rows that say so in the column example are made up."]  # fmt: skip

    def made() -> bytes:
        return sheets.as_workbook(kept, known, today=today, about=about)

    st.html(f"<p class='lead'>The {words.count_of(len(kept), 'follow-up')} that the filters keep, with the City's fields.</p>")
    st.download_button("The tracker as a workbook (XLSX)", data=people.guarded(Role.STAFF, TRACKER, made), file_name="follow-ups.xlsx", mime=downloads.XLSX,
                       on_click="ignore", icon=":material/download:", key="tracker-xlsx")  # fmt: skip
    st.html("<h2 class='section'>Many changes at once</h2><p class='note'>Change the workbook and send it back: a row with an id changes that follow-up, a row without one is new. "
            "You see what would change before anything is written; it is taken whole or not at all.</p>")  # fmt: skip
    if not holds(person, Role.PRESENTER):
        st.html(f"<p class='note'>Sending it back needs the role {Role.PRESENTER}.</p>")
        return
    number = st.session_state.get(f"{READ}-number", 0)
    sent = st.file_uploader("The workbook (.xlsx)", key=f"tracker-upload-{number}", max_upload_size=int(sheets.LIMITS.max_megabytes))
    _refused()
    if sent is None:
        st.session_state.pop(READ, None)
        return
    sheet = _read(sent, known, every)
    if sheet.problems:
        st.error(md_escape(f"Refused: {words.count_of(len(sheet.problems), 'problem')} to mend. Nothing is loaded."))
        rows = [(" ".join(part for part in (one.sheet, one.cell) if part) or "the whole file", one.found, words.capital(one.why), words.capital(one.remedy)) for one in sheet.problems[:SHOWN]]
        more = f"<p class='note'>And {len(sheet.problems) - SHOWN:,} more.</p>" if len(sheet.problems) > SHOWN else ""
        st.html(table(("Cell", "What stands there", "Why it is a problem", "Write instead"), rows, caption="What to mend") + more)
        return
    _preview(sheet, every)


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
    rows = [(entry.place, str(entry.values["action"]), f"new: {entry.values['owner']}, due {words.day(entry.values['due'])}") for entry in new]
    rows += [(entry.place, before[entry.id].action, f"{words.capital(LABELS[field])}: from “{old or 'nothing'}” to “{now or 'nothing'}”")
             for entry, found in changed for field, (old, now) in found.items()]  # fmt: skip
    sentence = f"{len(new):,} new, {len(changed):,} changed, {len(sheet.rows) - len(new) - len(changed):,} as they are."
    if not rows:
        st.info(md_escape(f"{sentence} Nothing is to be written."))
        return
    st.success(md_escape(sentence))
    frame.announce(sentence)
    more = f"<p class='note'>And {len(rows) - SHOWN:,} more.</p>" if len(rows) > SHOWN else ""
    st.html(table(("Row", "Follow-up", "What would be written"), rows[:SHOWN], caption="What the workbook would do") + more)
    st.button("Write all of this", type="primary", key="write-sheet", on_click=_write, args=(sheet,))


def _write(sheet: sheets.Sheet) -> None:
    try:
        done = store.write_sheet(cache.engine(), sheet.rows, person=people.current_person(), agencies=cache.names_of_agencies())
    except OutcomeStatError as problem:
        st.session_state[f"{READ}-refused"] = (problem.sentence, problem.changes if isinstance(problem, ChangedMeanwhile) else ())
        return
    st.session_state[follow_ups.TOLD] = f"Written: {len(done.new):,} new, {len(done.changed):,} changed."
    st.session_state[f"{READ}-number"] = st.session_state.get(f"{READ}-number", 0) + 1


def _refused() -> None:
    sentence, changes = st.session_state.pop(f"{READ}-refused", ("", ()))
    if sentence:
        st.error(md_escape(sentence) + "".join(f"\n- {md_escape(one)}" for one in changes), icon=":material/error:")
