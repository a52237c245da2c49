"""Residents' ideas for the budget: sending one's own, what several would change, and all of them for staff."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from lib import words
from lib.budget import FEWEST_IDEAS, median_changes
from lib.errors import OutcomeStatError
from lib.language import _, n_
from lib.roles import Role, holds
from lib.store import residents as store
from lib.store.export import as_csv
from lib.ui import cache, frame, people
from lib.ui.budget import Choice
from lib.ui.detail import table
from lib.ui.text import escape, md_escape

REASON, CONSENT, TOLD, SENT = "idea-reason", "idea-consent", "_idea_told", "_idea_sent"


def show(before: Mapping[str, int], now: Mapping[str, int], choice: Choice) -> None:
    """Under the trial: the form, what became of it, and what others would change."""
    head = _("Send your idea")
    about = _("Kept are the year, the amounts, what you write and the time. Not kept: your name, your address, or anything else that says who you are. "
              "The City’s staff can read it. An idea is a thought for those who make the budget, not a vote.")  # fmt: skip
    st.html(f"<h2 class='section'>{escape(head)}</h2><p class='note'>{escape(about)}</p>")
    if not cache.takes_writing():
        st.html(f"<p>{escape(_('No ideas can be sent here now, because they would not be kept.'))}</p>")
    elif choice.constant:
        later = _("Choose the year’s own dollars on the left to send an idea.")
        st.html(f"<p>{escape(later)}</p>")
    else:
        _form(before, now, choice)
    st.html(_summary(before, choice))
    _for_staff()


def _form(before: Mapping[str, int], now: Mapping[str, int], choice: Choice) -> None:
    with st.form("idea", border=False):
        st.text_area(_("Why? You need not say. Please do not write names or addresses."), key=REASON, max_chars=store.MOST_LETTERS, height=90)
        st.checkbox(_("My idea may be kept and read by the City, as said above."), key=CONSENT)
        st.form_submit_button(_("Send my idea"), icon=":material/send:", key="idea-send", on_click=_send, args=(dict(before), dict(now), choice))
    kind, sentence = st.session_state.pop(TOLD, ("", ""))
    if sentence:
        (st.success if kind == "sent" else st.error)(md_escape(sentence))
        frame.announce(sentence)


def _send(before: dict[str, int], now: dict[str, int], choice: Choice) -> None:
    """A press of the button. The same amounts are taken once from a visit, so that a second press by mistake counts for nothing."""
    about = (choice.book.fiscal_year, str(choice.book.basis), choice.fund, tuple(now.items()))
    if st.session_state.get(SENT) == about:
        st.session_state[TOLD] = ("failed", _("This idea was sent already. Change an amount to send another one."))
        return
    try:
        store.send_idea(cache.engine(), fiscal_year=about[0], basis=about[1], fund=about[2], before=before, after=now,
                        reason=st.session_state.get(REASON, ""), consent=bool(st.session_state.get(CONSENT)))  # fmt: skip
    except OutcomeStatError as problem:
        st.session_state[TOLD] = ("failed", problem.sentence)
        return
    st.session_state[SENT], st.session_state[TOLD] = about, ("sent", _("Thank you. Your idea was kept, without anything that says who you are."))
    st.session_state[REASON], st.session_state[CONSENT] = "", False


def _summary(before: Mapping[str, int], choice: Choice) -> str:
    """How many sent an idea for these amounts, and the median change by outcome; of too few only from how many on."""
    several = store.shared_out(cache.engine(), fiscal_year=choice.book.fiscal_year, basis=str(choice.book.basis), fund=choice.fund, before=before)
    changes = median_changes(before, several)
    if changes is None:
        later = _("What others would change is shown once {number} ideas came in for these amounts.").format(number=FEWEST_IDEAS)
        return f"<p class='note'>{escape(later)}</p>"
    number, year = len(several), words.fiscal(choice.book.fiscal_year)
    said = n_("{number} resident sent an idea for {year}.", "{number} residents sent an idea for {year}.", number).format(number=f"{number:,}", year=year)
    rows = [(outcome, words.dollars(before[outcome]), _moved(round(change))) for outcome, change in sorted(changes.items(), key=lambda pair: -pair[1])]
    head = _("What residents would change")
    made = table((_("Outcome"), _("Before"), _("Median change")), rows, caption=head, numbers=(1, 2))
    about = _("Half of the ideas give an outcome at least so much more, half at most. The medians need not add up to zero. Who sends an idea chose to: "
              "they are not all residents, and one person may send several.")  # fmt: skip
    return f"<h2 class='section'>{escape(head)}</h2><p>{escape(said)}</p>{made}<p class='note'>{escape(about)}</p>"


def _moved(amount: int) -> str:
    return f"+{words.dollars(amount)}" if amount > 0 else words.dollars(amount)


def _for_staff() -> None:
    """All ideas as a file; who presses the button is asked anew then."""
    person = people.current_person()
    if holds(person, Role.STAFF):
        make = people.guarded(Role.STAFF, _("Reading residents’ ideas"), lambda: as_csv(every_idea(store.ideas(cache.engine(), person=person))))
        st.download_button(_("All ideas as CSV, for staff"), data=make, file_name="budget-ideas.csv", mime="text/csv", on_click="ignore", icon=":material/download:", key="ideas-csv")


def every_idea(several: tuple[store.Idea, ...]) -> pd.DataFrame:
    """A line an idea and outcome. Columns: idea (a number within the file), sent_at, fiscal_year, basis, fund, outcome, before, after, difference, reason."""
    return pd.DataFrame(
        [(number, one.sent_at, one.fiscal_year, one.basis, one.fund, outcome, dollars, one.after[outcome], one.after[outcome] - dollars, one.reason)
         for number, one in enumerate(several, start=1) for outcome, dollars in one.before.items()],
        columns=["idea", "sent_at", "fiscal_year", "basis", "fund", "outcome", "before", "after", "difference", "reason"],
    )  # fmt: skip
