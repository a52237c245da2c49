"""The parts of the budget's page: what is chosen, the sentence that says what it is not, the treemap and its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from lib import words
from lib.budget import (
    AGENCY,
    FUND,
    OUTCOME,
    Book,
    Covered,
    Money,
    base_year,
    books,
    chosen,
    coverage,
    in_constant_dollars,
    leading_book,
    money,
    total,
    totals,
)
from lib.charts.money import Box, treemap
from lib.language import _, later
from lib.model import Budget, Framework
from lib.ui import cache, downloads, filters, frame
from lib.ui.charts import CONFIG
from lib.ui.detail import table
from lib.ui.text import as_written, escape

VIEWS = (later("Money"), later("Line of sight"), later("Try it"))
LINE = "line"  # the query parameter of what the line of sight begins with
SHOWN_BEFORE = "_budget_view"
EVERY_FUND = later("All funds that are here")
AS_PRINTED, NOMINAL = later("As printed for the year"), later("The year's own")
BASES = {
    "actual": later("Actual: what was spent."),
    "budgeted": later("Budgeted: what was adopted."),
    "recommended": later("Recommended: what was proposed before it was adopted."),
}
ALL_HERE = later("All that is here")


@dataclass(frozen=True)
class Choice:
    """What the page shows: one book, its amounts as chosen, and how they are to be read."""

    book: Book
    covered: Covered
    fund: str  # "" = all
    framework: str  # id of the framework whose outcomes are used; "" = as the City printed them for the year
    constant: str  # the year whose dollars these are; "" = the year's own
    money: tuple[Money, ...]

    @property
    def total(self) -> int:
        return total(self.money)


def choose(budget: Budget, framework: Framework) -> Choice:
    """The sidebar: year with its basis, fund, outcomes, dollars. The address keeps all of them."""
    known = {f"{one.fiscal_year}-{one.basis}": one for one in books(budget)}
    first = leading_book(budget)
    ordered = dict(sorted(known.items(), key=lambda item: (item[1] != first, [-ord(letter) for letter in item[0]])))
    book = ordered[filters.subject(_("Year"), {key: year_of(one) for key, one in ordered.items()}, key="year")]
    base = base_year(budget.deflator)
    funds = sorted({one.fund for one in budget.lines if Book(one.fiscal_year, one.basis) == book})
    number = len(framework.outcomes)

    def fund_shown(one: str) -> str:
        return _(one) if one == EVERY_FUND else one

    def way_shown(one: str) -> str:
        return _(AS_PRINTED) if one == AS_PRINTED else _("The {n} of {period}").format(n=number, period=framework.period)

    def kind_shown(one: str) -> str:
        return _("Constant, of {year}").format(year=base.year) if base and one != NOMINAL else _(NOMINAL)

    ways = [AS_PRINTED, f"The {number} of {framework.period}"]
    kinds = [NOMINAL, *([f"Constant, of {base.year}"] if base else [])]
    filters.meant("fund", [EVERY_FUND, *funds], fund_shown)
    filters.meant("outcomes-of", ways, way_shown)
    filters.meant("dollars", kinds, kind_shown)
    with st.sidebar:
        fund = st.selectbox(_("Fund"), [EVERY_FUND, *funds], format_func=fund_shown, key="fund", bind="query-params") if len(funds) > 1 else EVERY_FUND
        way = st.selectbox(_("Outcomes"), ways, format_func=way_shown, key="outcomes-of", bind="query-params",
                           help=_("A service changes its outcome from year to year. Where none was printed for the later outcomes, the place is our proposal."))  # fmt: skip
        kind = st.selectbox(_("Dollars"), kinds, format_func=kind_shown, key="dollars", bind="query-params")
    own = framework.id if way != AS_PRINTED else ""
    several = chosen(money(budget, framework=own), book, fund="" if fund == EVERY_FUND else fund)
    constant = in_constant_dollars(several, budget.deflator, start_month=cache.settings().fiscal_year.start_month) if kind != NOMINAL else None
    covered = next(one for one in coverage(budget) if one.book == book)
    return Choice(book, covered, "" if fund == EVERY_FUND else fund, own, str(base.year) if constant and base else "", constant or several)


def year_of(book: Book) -> str:
    """A fiscal year with its basis: Fiscal 2016, budgeted."""
    return _("{year}, {basis}").format(year=words.fiscal(book.fiscal_year), basis=_(str(book.basis)))


def view() -> str:
    """Which of the three views. A link to an outcome's or a service's line of sight opens that one, from this page too."""
    if LINE in st.query_params and ("view" not in st.session_state or st.session_state.get(SHOWN_BEFORE) != VIEWS[1]):
        st.session_state["view"] = VIEWS[1]
    filters.meant("view", VIEWS, _)
    given = {} if "view" in st.session_state else {"default": VIEWS[0]}
    found = st.segmented_control(_("View"), VIEWS, format_func=_, key="view", required=True, bind="query-params", label_visibility="collapsed", wrap=True, **given)
    if found != VIEWS[1]:
        st.query_params.pop(LINE, None)
    st.session_state[SHOWN_BEFORE] = found
    return found


def heading(choice: Choice) -> str:
    """How much of which year and agencies, and that it is not the whole."""
    covered = choice.covered.said
    said = (_("<strong>{dollars}</strong> {basis} for {year}, of {agencies}, from the fund “{fund}”.") if choice.fund
            else _("<strong>{dollars}</strong> {basis} for {year}, of {agencies}."))  # fmt: skip
    of = words.count_of(len({one.line.agency for one in choice.money}), "agency", "agencies")
    lead = [said.format(dollars=escape(words.dollars(choice.total)), basis=escape(_(str(choice.book.basis))), fund=escape(choice.fund),
                        year=escape(words.fiscal(choice.book.fiscal_year)), agencies=escape(of))]  # fmt: skip
    if choice.constant:
        lead.append(escape(_("In dollars of {year}.").format(year=choice.constant)))
    lead.append(f"<strong>{_('This is not the whole city budget.')}</strong>")
    note = _("Here: {covered}. Not here: {absent}. So no sum on this page is the City’s total.").format(
        covered=as_written(escape(covered.covers)), absent=as_written(escape(covered.absent)))  # fmt: skip
    return f"<h1 class='page'>{_('Budget: a part of it')}</h1><p class='first'>{' '.join(lead)}</p><p class='note'>{note}</p>"


# The treemap and its tables


def boxes(several: Sequence[Money]) -> list[Box]:
    """The boxes of the treemap from the outcomes inward, the largest first."""

    def service(one: Money) -> str:
        return _("{service} (activity {number})").format(service=one.line.name, number=one.line.activity) if one.line.activity else one.line.name

    nowhere = {one.outcome_name for one in several if one.link is None}
    found = []
    for by in ((OUTCOME,), (OUTCOME, AGENCY), (OUTCOME, AGENCY, service)):
        found += [Box(tuple(escape(part) for part in path), dollars, words.dollars_in_short(dollars), path[0] in nowhere)
                  for path, dollars in totals(several, *by).items()]  # fmt: skip
    return found


def picture(choice: Choice) -> None:
    """The treemap: outcomes and agencies; in the meeting room the outcomes only, large, with their table beside it."""
    large = frame.presenting()
    sums = totals(choice.money, OUTCOME)
    said = words.listed([f"{key[0]} {words.dollars_in_short(dollars)}" for key, dollars in sums.items()])
    year = year_of(choice.book)
    whole = escape(_("{dollars}, a part of the budget. {year}").format(dollars=words.dollars_in_short(choice.total), year=year))
    figure = treemap(boxes(choice.money), whole=whole, levels=1, height=720, text_size=24) if large else treemap(boxes(choice.money), whole=whole)
    chart, beside = st.columns([5, 3], gap="large") if large else (st.container(), None)
    with chart:
        st.plotly_chart(figure, width="stretch", theme=None, config=CONFIG, key="treemap",
                        alt=_("Treemap of a part of the budget, {year}: {sums}. The table by outcome has the same sums.").format(year=year, sums=said))  # fmt: skip
    if beside:
        beside.html(slide(choice))
    else:
        st.html(f"<p class='note'>{_('The area of a box is its dollars. A click on a box opens it with its services; the bar on top leads back.')}</p>")


def slide(choice: Choice) -> str:
    """The sums by outcome, to be read across the room."""
    rows = [(key[0], dollars) for key, dollars in totals(choice.money, OUTCOME).items()]
    body = "".join(f"<tr><th scope='row'>{escape(name)}</th><td class='n'>{escape(words.dollars_in_short(dollars))}</td></tr>" for name, dollars in rows)
    foot = _("Here: {covered}.").format(covered=choice.covered.said.covers)
    return f"<div class='slide-columns' style='display: block'><table class='slide'><tbody>{body}</tbody></table></div><p class='slide-foot'>{escape(foot)}</p>"


def outcome_table(choice: Choice) -> str:
    sums, whole = totals(choice.money, OUTCOME), choice.total
    rows = [(key[0], words.dollars(dollars), share(dollars, whole)) for key, dollars in sums.items()]
    rows.append((_(ALL_HERE), words.dollars(whole), share(whole, whole)))
    caption = _("By outcome; shares of what is here. Not the City’s total.")
    return table((_("Outcome"), _("Dollars"), _("Share")), rows, caption=caption, numbers=(1, 2))


def share(part: int, whole: int) -> str:
    return words.figure(100 * part / whole, 1, words.PERCENT) if whole else _("no dollars")


def tables(choice: Choice) -> str:
    """By outcome, agency and fund, side by side; each ends with the same sum."""
    whole = words.dollars(choice.total)
    by_agency = [(key[0], words.dollars(dollars)) for key, dollars in totals(choice.money, AGENCY).items()]
    end = (_(ALL_HERE), whole)
    return (
        "<div class='side-by-side' style='grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr))'><div>"
        + outcome_table(choice)
        + "</div><div>"
        + table((_("Agency"), _("Dollars")), [*by_agency, end], caption=_("By agency. Not the City’s total."), numbers=(1,))
        + "</div><div>"
        + table((_("Fund"), _("Dollars")), [*((key[0], words.dollars(dollars)) for key, dollars in totals(choice.money, FUND).items()), end],
                caption=_("By fund. Not the City’s total."), numbers=(1,))
        + "</div></div>"
    )  # fmt: skip


def by_agency_and_fund(choice: Choice) -> str:
    rows = [(*key, words.dollars(dollars)) for key, dollars in totals(choice.money, AGENCY, FUND).items()]
    rows.append((_(ALL_HERE), "", words.dollars(choice.total)))
    return table((_("Agency"), _("Fund"), _("Dollars")), rows, caption=_("By agency and fund. Not the City’s total."), numbers=(2,))


def amounts(choice: Choice) -> str:
    def number(one: Money) -> str:
        return _("{service}, activity {activity}").format(service=one.line.service, activity=one.line.activity) if one.line.activity else one.line.service

    rows = [
        (one.outcome_name, one.line.agency, number(one), one.line.name, one.line.fund, words.dollars(one.dollars), one.line.reference)
        for one in sorted(choice.money, key=lambda one: (one.outcome_name, one.line.agency, one.line.service, one.line.fund))
    ]  # fmt: skip
    rows.append((_(ALL_HERE), "", "", "", "", words.dollars(choice.total), ""))
    head = (_("Outcome"), _("Agency"), _("Number"), _("Service"), _("Fund"), _("Dollars"), _("Reference"))
    return table(head, rows, caption=_("Every amount, with where it was read"), numbers=(5,))


def notes(budget: Budget, choice: Choice) -> str:
    """How to read the amounts: basis, outcomes, dollars, what has no outcome, and what all books cover."""
    outcomes = (
        _("These are the outcomes that a budget book printed. The amounts of a year stand under those of the book that prints them. It may be a later year’s.")
        if not choice.framework
        else _("Outcomes of the later framework. Where the City printed none for a service, its place is our proposal; the file with the amounts says which.")
    )
    loose = [one for one in choice.money if one.link is None]
    nowhere = _("All of it is under an outcome.")
    if loose:
        without = sorted({f"{one.line.name} ({one.line.agency})" for one in loose})
        nowhere = _("Under no outcome that we know: {dollars}, of {services}.").format(dollars=words.dollars(total(loose)), services=words.listed(without))
    lines = [_(BASES[choice.book.basis]), outcomes, nowhere, dollars_note(budget, choice),
             _("Totals as the City printed them could not be read, so these sums are ours, of the printed amounts.")]  # fmt: skip
    return "".join(f"<p class='note'>{escape(line)}</p>" for line in lines) + what_is_here(budget)


def what_is_here(budget: Budget) -> str:
    """What the amounts of each year and basis are of, and what is absent."""

    def about(one: Covered) -> str:
        return _("{dollars} for {services} of {agencies}. Here: {covered}. Not here: {absent}. ({reference})").format(
            dollars=words.dollars(one.dollars), services=words.count_of(one.services, "service", "services"),
            agencies=words.count_of(len(one.agencies), "agency", "agencies"), covered=one.said.covers, absent=one.said.absent,
            reference=one.said.reference)  # fmt: skip

    rows = "".join(f"<dt>{escape(year_of(one.book))}</dt><dd>{escape(about(one))}</dd>" for one in coverage(budget))
    note = _("They are of different kinds and extents, so they are never added, and a difference between two years is not growth.")
    return f"<h3 class='section'>{_('What the amounts of each year are of')}</h3><p class='note'>{note}</p><dl class='card'>{rows}</dl>"


def dollars_note(budget: Budget, choice: Choice) -> str:
    base = base_year(budget.deflator)
    if base is None:
        return _("In dollars of the year itself; no price index is in the data, so constant dollars are not shown.")
    if not choice.constant:
        return _("In dollars of the year itself.")
    return _("In constant dollars of {year}: each amount × the index of {year} / the index of its own fiscal year. That one is the mean of two calendar "
             "years, by months. Index: {series}. {reference}.").format(year=base.year, series=base.series, reference=base.reference)  # fmt: skip


def amounts_table(choice: Choice) -> pd.DataFrame:
    """What a reader takes along: one row an amount, in the year's dollars and as shown."""
    return pd.DataFrame(
        [
            (one.outcome_name, one.link.basis if one.link else "", one.link.fiscal_year if one.link else "", one.line.agency, one.line.service, one.line.activity,
             one.line.name, one.line.fund, one.line.fiscal_year, str(one.line.basis), one.line.amount, one.dollars, choice.constant or one.line.fiscal_year,
             one.line.reference)
            for one in choice.money
        ],
        columns=["outcome", "outcome_basis", "outcome_of", "agency", "service", "activity", "name", "fund", "fiscal_year", "basis", "dollars", "dollars_shown",
                 "shown_in_dollars_of", "reference"],
    )  # fmt: skip


def sums_table(choice: Choice) -> pd.DataFrame:
    rows = [(*key, dollars) for key, dollars in totals(choice.money, OUTCOME, AGENCY, FUND).items()]
    return pd.DataFrame([*rows, ("All that is here; not the City's total", "", "", choice.total)], columns=["outcome", "agency", "fund", "dollars_shown"])


def coverage_table(budget: Budget) -> pd.DataFrame:
    return pd.DataFrame(
        [(one.book.fiscal_year, str(one.book.basis), one.dollars, "; ".join(one.agencies), one.services, one.said.covers, one.said.absent, one.said.reference)
         for one in coverage(budget)],
        columns=["fiscal_year", "basis", "dollars", "agencies", "services", "of", "not_here", "reference"],
    )  # fmt: skip


def show_money(budget: Budget, choice: Choice) -> None:
    """The first view."""
    picture(choice)
    if frame.presenting():
        return
    st.html(tables(choice))
    st.html(f"<h2 class='section'>{_('How to read these amounts')}</h2>" + notes(budget, choice))
    with st.expander(_("By agency and fund")):
        st.html(by_agency_and_fund(choice))
    with st.expander(_("Every amount with its reference")):
        st.html(amounts(choice))
    downloads.both(lambda: {"Amounts": amounts_table(choice), "Sums": sums_table(choice), "What is here": coverage_table(budget)},
                   name=f"budget-{choice.book.fiscal_year}-{choice.book.basis}", what=_("These amounts"))  # fmt: skip
