"""The budget simulation: money is moved between outcomes, the total stays. Nothing of it is stored, unless the reader sends it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lib import words
from lib.budget import OUTCOME, Money, services_in_sight, totals, with_one_set
from lib.language import _, n_
from lib.model import Budget, Framework
from lib.store.export import as_csv
from lib.ui import ideas
from lib.ui.budget import Choice
from lib.ui.detail import table
from lib.ui.sight import indicator_link, service_link
from lib.ui.text import escape

STATE = "_simulation"
STEP = 1_000_000
MOST_SERVICES = 8  # of an outcome that are named; the rest are counted


def show(budget: Budget, framework: Framework, choice: Choice) -> None:
    """The third view: an input an outcome, what stands behind each, reset and download."""
    before = {key[0]: dollars for key, dollars in totals([one for one in choice.money if one.link], OUTCOME).items()}
    if len(before) < 2:
        st.info(_("Fewer than two outcomes have money here, so nothing can be moved. Choose another year on the left."), icon=":material/search_off:")
        return
    now = amounts(before, about=(choice.book.fiscal_year, choice.book.basis, choice.fund, choice.framework, choice.constant))
    loose = choice.total - sum(before.values())
    lead = _("The sum stays {dollars}. Set one outcome, and the others give or take in proportion to what they have.")
    note = [_("A thought, not a proposal, and with a part of the budget only."),
            _("{dollars} under no outcome stay where they are.").format(dollars=words.dollars(loose)) if loose else "",
            _("What you try is not stored, unless you send it below.")]  # fmt: skip
    st.html(f"<h2 class='section'>{_('If it were yours to share out')}</h2>"
            f"<p class='lead'>{escape(lead.format(dollars=words.dollars(sum(before.values()))))}</p>"
            f"<p class='note'>{escape(' '.join(filter(None, note)))}</p>")  # fmt: skip
    for place, (name, dollars) in enumerate(now.items()):
        key = f"simulation-{place}"
        st.session_state[key] = dollars
        put, behind = st.columns([1, 2], gap="large")
        with put:
            st.number_input(_("{outcome}, dollars").format(outcome=name), min_value=0, max_value=sum(before.values()), step=STEP, key=key, on_change=_set, args=(name, key))
            st.html(f"<p class='small'>{escape(difference(before[name], dollars))}</p>")
        with behind, st.expander(_("What stands behind {outcome}").format(outcome=name)):
            st.html(what_stands_behind(budget, framework, [one for one in choice.money if one.outcome_name == name]))
    st.html(result(before, now))
    with st.container(horizontal=True, key="simulation-buttons"):
        st.button(_("Reset"), icon=":material/restart_alt:", on_click=lambda: st.session_state.pop(STATE, None), key="simulation-reset")
        st.download_button(_("Download the result as CSV"), data=lambda: as_csv(result_table(before, now, choice)), file_name="budget-simulation.csv", mime="text/csv",
                           on_click="ignore", icon=":material/download:", key="simulation-csv")  # fmt: skip
    ideas.show(before, now, choice)


def amounts(before: dict[str, int], *, about: tuple[str, ...]) -> dict[str, int]:
    """What the reader has shared out so far; begun anew where the page shows other money."""
    kept = st.session_state.get(STATE)
    if kept is None or kept[0] != (about, tuple(before.items())):
        st.session_state[STATE] = ((about, tuple(before.items())), dict(before))
    return st.session_state[STATE][1]


def _set(name: str, key: str) -> None:
    about, now = st.session_state[STATE]
    st.session_state[STATE] = (about, with_one_set(now, outcome=name, dollars=st.session_state[key]))


def difference(before: int, now: int) -> str:
    if before == now:
        return _("{dollars}, as it was").format(dollars=words.dollars(now))
    if before:
        said = (_("{dollars}: {change} more than {before}, {percent} more") if now > before
                else _("{dollars}: {change} less than {before}, {percent} less"))  # fmt: skip
    else:
        said = _("{dollars}: {change} more than {before}") if now > before else _("{dollars}: {change} less than {before}")
    percent = words.figure(100 * abs(now - before) / before, 1, words.PERCENT) if before else ""
    return said.format(dollars=words.dollars(now), change=words.dollars(abs(now - before)), before=words.dollars(before), percent=percent)


def what_stands_behind(budget: Budget, framework: Framework, own: list[Money]) -> str:
    """The services that this money is for, and the indicators of the outcome where it is one of the framework's."""
    every = services_in_sight(budget)
    sums = totals(own, lambda one: one.line.service)
    named = [f"<li>{service_link(every[key[0]])}, {escape(words.dollars_in_short(dollars))}</li>" for key, dollars in list(sums.items())[:MOST_SERVICES]]
    rest = len(sums) - len(named)
    more = f"<li>{escape(n_('and {n} more service', 'and {n} more services', rest).format(n=words.figure(rest, 0)))}</li>" if rest else ""
    link = own[0].link
    held = [one for one in framework.indicators if link and (link.framework, link.outcome) == (framework.id, one.outcome)]
    indicators = "".join(f"<li>{indicator_link(one)}</li>" for one in held)
    if not indicators:
        indicators = f"<li>{_('none: the indicators belong to later outcomes. Choose those on the left.')}</li>"
    count = escape(words.count_of(len(sums), "service", "services"))
    return f"<p><strong>{count}</strong></p><ul>{''.join(named)}{more}</ul><p><strong>{_('Indicators')}</strong></p><ul>{indicators}</ul>"


def result(before: dict[str, int], now: dict[str, int]) -> str:
    rows = [(name, words.dollars(before[name]), words.dollars(now[name]), signed(now[name] - before[name])) for name in before]
    rows.append((_("All that is shared out; not the City’s total"), words.dollars(sum(before.values())), words.dollars(sum(now.values())), signed(sum(now.values()) - sum(before.values()))))
    return table((_("Outcome"), _("Before"), _("Yours"), _("Difference")), rows, caption=_("Your result"), numbers=(1, 2, 3))


def signed(amount: int) -> str:
    return f"+{words.dollars(amount)}" if amount > 0 else words.dollars(amount)


def result_table(before: dict[str, int], now: dict[str, int], choice: Choice) -> pd.DataFrame:
    said = choice.covered.said
    return pd.DataFrame(
        [(name, choice.book.fiscal_year, str(choice.book.basis), before[name], now[name], now[name] - before[name], said.covers, said.absent) for name in before],
        columns=["outcome", "fiscal_year", "basis", "before", "yours", "difference", "of", "not_here"],
    )
