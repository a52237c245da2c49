"""The line of sight on the budget's page: outcome, indicators, services, dollars and measures, both ways, and where it is broken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from lib import words
from lib.budget import Book, ServiceInSight, orphans, services_in_sight, services_of, services_under
from lib.model import Budget, Framework, Indicator, MeasureTarget
from lib.ui import filters
from lib.ui.links import link
from lib.ui.text import escape

BY_OUTCOME = "only through the outcome"
TIE_WORDS = {"counts it": "its measure counts it", "stands beside it": "its measure stands beside it"}


def show(budget: Budget, framework: Framework) -> None:
    """The second view: an outcome or a service, the line along it, and the three lists of what hangs loose."""
    services = services_in_sight(budget)
    names = {f"outcome:{one.id}": f"Outcome: {one.name}" for one in framework.outcomes}
    names |= {f"service:{one.service}": f"Service {one.service}: {one.name or 'name not printed'}" for one in services.values()}
    about, _, key = filters.subject("Begin with", names, key="line").partition(":")
    st.html(outcome_line(framework, services, key) if about == "outcome" else service_line(framework, services[key]))
    broken(budget, framework)


def rows_table(head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str, numbers: Sequence[int] = ()) -> str:
    """A table whose cells are HTML that was escaped already."""

    def line(row: Sequence[str]) -> str:
        return "<tr>" + "".join(f"<td{' class=n' if column in numbers else ''}>{cell}</td>" for column, cell in enumerate(row)) + "</tr>"

    heads = "".join(f"<th scope=col{' class=n' if column in numbers else ''}>{escape(cell)}</th>" for column, cell in enumerate(head))
    return (f"<div class='scroll' tabindex='0' role='region' aria-label='{escape(caption)}'><table class='plain{' wide' if len(head) > 4 else ''}'>"
            f"<caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{''.join(line(row) for row in rows)}</tbody></table></div>")  # fmt: skip


def service_link(one: ServiceInSight) -> str:
    return link("budget", escape(f"{one.service} {one.name}".strip()), id=f"service:{one.service}", key="line")


def outcome_link(framework: Framework, outcome: str) -> str:
    name = next(one.name for one in framework.outcomes if one.id == outcome)
    return link("budget", escape(name), id=f"outcome:{outcome}", key="line")


def indicator_link(one: Indicator) -> str:
    return link("indicator", escape(one.name), id=one.id, key="indicator")


def money_of(book: Book, dollars: int) -> str:
    return f"{words.dollars(dollars)} ({words.fiscal(book.fiscal_year)}, {book.basis})"


def newest_money(one: ServiceInSight) -> str:
    return money_of(*one.newest) if one.newest else "no amount was read"


def target_words(targets: Sequence[MeasureTarget]) -> str:
    newest = targets[-1]
    return f"{newest.measure}: target {newest.target:,.10g} for {words.fiscal(newest.fiscal_year)}"


def measures_of(one: ServiceInSight) -> str:
    return "<br>".join(escape(target_words(targets)) for _, targets in one.measures) or "no measure was read"


def outcome_line(framework: Framework, services: Mapping[str, ServiceInSight], outcome: str) -> str:
    """From the outcome down: its indicators with the services that are tied to them, and its services with dollars and measures."""
    own = [one for one in framework.indicators if one.outcome == outcome]
    under = services_under(services, framework.id, outcome)
    head = f"<h2 class='section'>{escape(next(one.name for one in framework.outcomes if one.id == outcome))}: from the outcome to its measures</h2>"
    indicators = rows_table(("Indicator", "Service", "Tie"), [row for one in own for row in indicator_rows(one, services, len(under))],
                            caption="Indicators of this outcome, and the services whose own measure names them")  # fmt: skip
    rows = [(service_link(one), escape(one.agency or "not known"), escape(newest_money(one)), measures_of(one), escape(links_of(one, framework.id))) for one in under]
    if not rows:
        return head + indicators + "<p>No service is put under this outcome in what could be read.</p>"
    return head + indicators + rows_table(("Service", "Agency", "Newest dollars", "Measures with the newest target", "Under this outcome in"), rows,
                                          caption=f"{words.count_of(len(rows), 'service')} under this outcome")  # fmt: skip


def indicator_rows(one: Indicator, services: Mapping[str, ServiceInSight], under: int) -> list[tuple[str, str, str]]:
    tied = services_of(services, one.id)
    if tied:
        return [(indicator_link(one), service_link(service), escape(TIE_WORDS[tie])) for service, tie in tied]
    return [(indicator_link(one), escape(words.count_of(under, "service") + " below") if under else "none", BY_OUTCOME if under else "no tie is known")]


def links_of(one: ServiceInSight, framework: str) -> str:
    return "; ".join(f"{words.fiscal(found.fiscal_year)}, {found.basis}" for found in one.links if found.framework == framework)


def service_line(framework: Framework, one: ServiceInSight) -> str:
    """From the service both ways: up to outcome and indicators, down to dollars and measures."""
    names = {indicator.id: indicator for indicator in framework.indicators}
    up = [(escape(words.fiscal(found.fiscal_year)), outcome_link(framework, found.outcome) if found.framework == framework.id else escape(found.name),
           escape(found.basis), escape(found.reference)) for found in one.links]  # fmt: skip
    indicators = [(indicator_link(names[key]), escape(TIE_WORDS[tie])) for key, tie in one.indicators if key in names]
    through = {found.outcome for found in one.links if found.framework == framework.id}
    if not indicators:
        indicators = [(indicator_link(found), BY_OUTCOME) for found in framework.indicators if found.outcome in through]
    targets = [(escape(target.measure), escape(words.fiscal(target.fiscal_year)), f"{target.target:,.10g}", escape(target.reference))
               for _, several in one.measures for target in several]  # fmt: skip
    money = [(escape(words.fiscal(book.fiscal_year)), escape(book.basis), escape(words.dollars(dollars))) for book, dollars in one.dollars]
    return (
        f"<h2 class='section'>Service {escape(one.service)}: {escape(one.name or 'name not printed')}</h2>"
        f"<p class='note'>{escape(one.agency or 'Its agency is not in what could be read.')}</p><div class='side-by-side'><div>"
        + part("Up: outcomes by year", ("Year", "Outcome", "How known", "Reference"), up, "No budget that could be read puts it under an outcome.")
        + part("Up: indicators", ("Indicator", "Tie"), indicators, "No indicator is tied to it.")
        + "</div><div>"
        + part("Down: dollars", ("Year", "Basis", "Dollars"), money, "No amount of it was read; that does not mean that it has none.", numbers=(2,))
        + part("Down: measures", ("Measure", "Year", "Target", "Reference"), targets, "No measure of it was read.", numbers=(2,))
        + "</div></div>"
    )


def part(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], nothing: str, *, numbers: Sequence[int] = ()) -> str:
    return rows_table(head, rows, caption=title, numbers=numbers) if rows else f"<p class='note'>{escape(title)}. {escape(nothing)}</p>"


def broken(budget: Budget, framework: Framework) -> None:
    """The three lists. What they lack was not found in what could be read; it may exist."""
    found = orphans(budget, framework)
    money = [(service_link(one), escape(one.agency), escape(newest_money(one))) for one in found.money]
    measures = [(escape(name), service_link(one), escape(one.agency or "not known")) for name, one in found.measures]
    lacking = [(indicator_link(one), outcome_link(framework, one.outcome), "no tie is known") for one in found.indicators]
    lacking += [(indicator_link(one), outcome_link(framework, one.outcome), escape(f"{BY_OUTCOME}, to {words.count_of(number, 'service')}"))
                for one, number in found.only_by_outcome]  # fmt: skip
    weak = f", and {len(found.only_by_outcome)} more tied to services only through their outcome" if found.only_by_outcome else ""
    st.html("<h2 class='section'>Where the line is broken</h2>"
            "<p class='note'>What is lacking here was not found in the pages that could be read; the City may have it.</p>")  # fmt: skip
    for title, head, rows in (
        (f"Money without a measure: {words.count_of(len(money), 'service')}", ("Service", "Agency", "Newest dollars"), money),
        (f"Measures without an indicator: {len(measures)}", ("Measure", "Service", "Agency"), measures),
        (f"Indicators without a service: {len(found.indicators)}{weak}", ("Indicator", "Outcome", "Tie"), lacking),
    ):
        with st.expander(title):
            st.html(part(title, head, rows, "None."))
