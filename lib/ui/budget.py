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
from lib.model import Budget, Framework
from lib.ui import cache, downloads, filters, frame
from lib.ui.charts import CONFIG
from lib.ui.detail import table
from lib.ui.text import escape

VIEWS = ("Money", "Line of sight", "Try it")
LINE = "line"  # the query parameter of what the line of sight begins with
SHOWN_BEFORE = "_budget_view"
EVERY_FUND = "All funds that are here"
AS_PRINTED, NOMINAL = "As printed for the year", "The year's own"


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
    book = ordered[filters.subject("Year", {key: f"{words.fiscal(one.fiscal_year)}, {one.basis}" for key, one in ordered.items()}, key="year")]
    base = base_year(budget.deflator)
    with st.sidebar:
        funds = sorted({one.fund for one in budget.lines if Book(one.fiscal_year, one.basis) == book})
        fund = st.selectbox("Fund", [EVERY_FUND, *funds], key="fund", bind="query-params") if len(funds) > 1 else EVERY_FUND
        ways = [AS_PRINTED, f"The {len(framework.outcomes)} of {framework.period}"]
        way = st.selectbox("Outcomes", ways, key="outcomes-of", bind="query-params",
                           help="A service changes its outcome from year to year. Where none was printed for the later outcomes, the place is our proposal.")  # fmt: skip
        kinds = [NOMINAL, *([f"Constant, of {base.year}"] if base else [])]
        kind = st.selectbox("Dollars", kinds, key="dollars", bind="query-params")
    own = framework.id if way != AS_PRINTED else ""
    several = chosen(money(budget, framework=own), book, fund="" if fund == EVERY_FUND else fund)
    constant = in_constant_dollars(several, budget.deflator, start_month=cache.settings().fiscal_year.start_month) if kind != NOMINAL else None
    covered = next(one for one in coverage(budget) if one.book == book)
    return Choice(book, covered, "" if fund == EVERY_FUND else fund, own, str(base.year) if constant and base else "", constant or several)


def view() -> str:
    """Which of the three views. A link to an outcome's or a service's line of sight opens that one, from this page too."""
    if LINE in st.query_params and ("view" not in st.session_state or st.session_state.get(SHOWN_BEFORE) != VIEWS[1]):
        st.session_state["view"] = VIEWS[1]
    given = {} if "view" in st.session_state else {"default": VIEWS[0]}
    found = st.segmented_control("View", VIEWS, key="view", required=True, bind="query-params", label_visibility="collapsed", wrap=True, **given)
    if found != VIEWS[1]:
        st.query_params.pop(LINE, None)
    st.session_state[SHOWN_BEFORE] = found
    return found


def heading(choice: Choice) -> str:
    """How much of which year and agencies, and that it is not the whole."""
    covered, year = choice.covered, words.fiscal(choice.book.fiscal_year)
    of = words.count_of(len({one.line.agency for one in choice.money}), "agency", "agencies")
    fund = f", from the fund “{choice.fund}”" if choice.fund else ""
    constant = f" In dollars of {choice.constant}." if choice.constant else ""
    return (
        f"<h1 class='page'>Budget: a part of it</h1><p class='first'><strong>{escape(words.dollars(choice.total))}</strong> "
        f"{escape(choice.book.basis)} for {escape(year)}, of {escape(of)}{escape(fund)}.{escape(constant)} "
        f"<strong>This is not the whole city budget.</strong></p>"
        f"<p class='note'>Here: {escape(covered.said.covers)}. Not here: {escape(covered.said.absent)}. "
        "So no sum on this page is the City’s total.</p>"
    )


# The treemap and its tables


def boxes(several: Sequence[Money]) -> list[Box]:
    """The boxes of the treemap from the outcomes inward, the largest first."""

    def service(one: Money) -> str:
        return one.line.name + (f" (activity {one.line.activity})" if one.line.activity else "")

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
    year = f"{words.fiscal(choice.book.fiscal_year)}, {choice.book.basis}"
    whole = escape(f"{words.dollars_in_short(choice.total)}, a part of the budget. {year}")
    figure = treemap(boxes(choice.money), whole=whole, levels=1, height=720, text_size=24) if large else treemap(boxes(choice.money), whole=whole)
    chart, beside = st.columns([5, 3], gap="large") if large else (st.container(), None)
    with chart:
        st.plotly_chart(figure, width="stretch", theme=None, config=CONFIG, key="treemap",
                        alt=f"Treemap of a part of the budget, {year}: {said}. The table by outcome has the same sums.")  # fmt: skip
    if beside:
        beside.html(slide(choice))
    else:
        st.html("<p class='note'>The area of a box is its dollars. A click on a box opens it with its services; the bar on top leads back.</p>")


def slide(choice: Choice) -> str:
    """The sums by outcome, to be read across the room."""
    rows = [(key[0], dollars) for key, dollars in totals(choice.money, OUTCOME).items()]
    body = "".join(f"<tr><th scope='row'>{escape(name)}</th><td class='n'>{escape(words.dollars_in_short(dollars))}</td></tr>" for name, dollars in rows)
    return f"<div class='slide-columns' style='display: block'><table class='slide'><tbody>{body}</tbody></table></div><p class='slide-foot'>Here: {escape(choice.covered.said.covers)}.</p>"


def outcome_table(choice: Choice) -> str:
    sums, whole = totals(choice.money, OUTCOME), choice.total
    rows = [(key[0], words.dollars(dollars), share(dollars, whole)) for key, dollars in sums.items()]
    rows.append(("All that is here", words.dollars(whole), share(whole, whole)))
    return table(("Outcome", "Dollars", "Share"), rows, caption="By outcome; shares of what is here. Not the City’s total.", numbers=(1, 2))


def share(part: int, whole: int) -> str:
    return words.figure(100 * part / whole, 1, words.PERCENT) if whole else "no dollars"


def tables(choice: Choice) -> str:
    """By outcome, agency and fund, side by side; each ends with the same sum."""
    whole = words.dollars(choice.total)
    by_agency = [(key[0], words.dollars(dollars)) for key, dollars in totals(choice.money, AGENCY).items()]
    end = ("All that is here", whole)
    return (
        "<div class='side-by-side' style='grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr))'><div>"
        + outcome_table(choice)
        + "</div><div>"
        + table(("Agency", "Dollars"), [*by_agency, end], caption="By agency. Not the City’s total.", numbers=(1,))
        + "</div><div>"
        + table(("Fund", "Dollars"), [*((key[0], words.dollars(dollars)) for key, dollars in totals(choice.money, FUND).items()), end],
                caption="By fund. Not the City’s total.", numbers=(1,))
        + "</div></div>"
    )  # fmt: skip


def by_agency_and_fund(choice: Choice) -> str:
    rows = [(*key, words.dollars(dollars)) for key, dollars in totals(choice.money, AGENCY, FUND).items()]
    rows.append(("All that is here", "", words.dollars(choice.total)))
    return table(("Agency", "Fund", "Dollars"), rows, caption="By agency and fund. Not the City’s total.", numbers=(2,))


def amounts(choice: Choice) -> str:
    rows = [
        (one.outcome_name, one.line.agency, f"{one.line.service}{', activity ' + one.line.activity if one.line.activity else ''}", one.line.name,
         one.line.fund, words.dollars(one.dollars), one.line.reference)
        for one in sorted(choice.money, key=lambda one: (one.outcome_name, one.line.agency, one.line.service, one.line.fund))
    ]  # fmt: skip
    rows.append(("All that is here", "", "", "", "", words.dollars(choice.total), ""))
    return table(("Outcome", "Agency", "Number", "Service", "Fund", "Dollars", "Reference"), rows, caption="Every amount, with where it was read", numbers=(5,))


def notes(budget: Budget, choice: Choice) -> str:
    """How to read the amounts: basis, outcomes, dollars, what has no outcome, and what all books cover."""
    said = {
        "actual": "Actual: what was spent.",
        "budgeted": "Budgeted: what was adopted.",
        "recommended": "Recommended: what was proposed before it was adopted.",
    }[choice.book.basis]
    outcomes = (
        "Outcomes as a budget book printed them; a year’s amounts stand under the outcomes of the book that prints them, which may be a later year’s."
        if not choice.framework
        else "Outcomes of the later framework. Where the City printed none for a service, its place is our proposal; the file with the amounts says which."
    )
    loose = [one for one in choice.money if one.link is None]
    without = sorted({f"{one.line.name} ({one.line.agency})" for one in loose})
    nowhere = f"Under no outcome that we know: {words.dollars(total(loose))}, of {words.listed(without)}." if loose else "All of it is under an outcome."
    lines = [said, outcomes, nowhere, dollars_note(budget, choice), "Totals as the City printed them could not be read, so these sums are ours, of the printed amounts."]
    return "".join(f"<p class='note'>{escape(line)}</p>" for line in lines) + what_is_here(budget)


def what_is_here(budget: Budget) -> str:
    """What the amounts of each year and basis are of, and what is absent."""

    def about(one: Covered) -> str:
        size = f"{words.dollars(one.dollars)} for {words.count_of(one.services, 'service')} of {words.count_of(len(one.agencies), 'agency', 'agencies')}"
        return f"{size}. Here: {one.said.covers}. Not here: {one.said.absent}. ({one.said.reference})"

    rows = "".join(f"<dt>{escape(words.fiscal(one.book.fiscal_year))}, {escape(one.book.basis)}</dt><dd>{escape(about(one))}</dd>" for one in coverage(budget))
    return ("<h3 class='section'>What the amounts of each year are of</h3><p class='note'>They are of different kinds and extents, so they are never added, and a "
            f"difference between two years is not growth.</p><dl class='card'>{rows}</dl>")  # fmt: skip


def dollars_note(budget: Budget, choice: Choice) -> str:
    base = base_year(budget.deflator)
    if base is None:
        return "In dollars of the year itself; no price index is in the data, so constant dollars are not shown."
    if not choice.constant:
        return "In dollars of the year itself."
    return (f"In constant dollars of {base.year}: each amount × the index of {base.year} / the index of its fiscal year, which is the mean of its two calendar "
            f"years by months. Index: {base.series}. {base.reference}.")  # fmt: skip


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
    st.html("<h2 class='section'>How to read these amounts</h2>" + notes(budget, choice))
    with st.expander("By agency and fund"):
        st.html(by_agency_and_fund(choice))
    with st.expander("Every amount with its reference"):
        st.html(amounts(choice))
    downloads.both(lambda: {"Amounts": amounts_table(choice), "Sums": sums_table(choice), "What is here": coverage_table(budget)},
                   name=f"budget-{choice.book.fiscal_year}-{choice.book.basis}", what="These amounts")  # fmt: skip
