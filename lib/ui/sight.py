"""The line of sight on the budget's page: outcome, indicators, services, dollars and measures, both ways, and where it is broken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from lib import words
from lib.budget import Book, ServiceInSight, orphans, services_in_sight, services_of, services_under
from lib.language import _, later
from lib.model import Budget, Framework, Indicator, MeasureTarget
from lib.ui import filters
from lib.ui.links import link
from lib.ui.text import escape, html_of, text_of

BY_OUTCOME, NO_TIE = later("only through the outcome"), later("no tie is known")
TIE_WORDS = {"counts it": later("its measure counts it"), "stands beside it": later("its measure stands beside it")}


def show(budget: Budget, framework: Framework) -> None:
    """The second view: an outcome or a service, the line along it, and the three lists of what hangs loose."""
    services = services_in_sight(budget)
    names = {f"outcome:{one.id}": _("Outcome: {name}").format(name=text_of(one, "name")) for one in framework.outcomes}
    names |= {f"service:{one.service}": service_title(one) for one in services.values()}
    about, _colon, key = filters.subject(_("Begin with"), names, key="line").partition(":")
    st.html(outcome_line(framework, services, key) if about == "outcome" else service_line(framework, services[key]))
    broken(budget, framework)


def service_title(one: ServiceInSight) -> str:
    return _("Service {number}: {name}").format(number=one.service, name=one.name or _("name not printed"))


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
    name = next(html_of(one, "name") for one in framework.outcomes if one.id == outcome)
    return link("budget", name, id=f"outcome:{outcome}", key="line")


def indicator_link(one: Indicator) -> str:
    return link("indicator", html_of(one, "name"), id=one.id, key="indicator")


def money_of(book: Book, dollars: int) -> str:
    return _("{dollars} ({year}, {basis})").format(dollars=words.dollars(dollars), year=words.fiscal(book.fiscal_year), basis=_(str(book.basis)))


def newest_money(one: ServiceInSight) -> str:
    return money_of(*one.newest) if one.newest else _("no amount was read")


def target_words(targets: Sequence[MeasureTarget]) -> str:
    newest = targets[-1]
    return _("{measure}: target {target} for {year}").format(
        measure=newest.measure, target=f"{newest.target:,.10g}", year=words.fiscal(newest.fiscal_year))  # fmt: skip


def measures_of(one: ServiceInSight) -> str:
    return "<br>".join(escape(target_words(targets)) for _measure, targets in one.measures) or _("no measure was read")


def outcome_line(framework: Framework, services: Mapping[str, ServiceInSight], outcome: str) -> str:
    """From the outcome down: its indicators with the services that are tied to them, and its services with dollars and measures."""
    own = [one for one in framework.indicators if one.outcome == outcome]
    under = services_under(services, framework.id, outcome)
    title = _("{outcome}: from the outcome to its measures").format(outcome=next(html_of(one, "name") for one in framework.outcomes if one.id == outcome))
    head = f"<h2 class='section'>{title}</h2>"
    indicators = rows_table((_("Indicator"), _("Service"), _("Tie")), [row for one in own for row in indicator_rows(one, services, len(under))],
                            caption=_("Indicators of this outcome, and the services whose own measure names them"))  # fmt: skip
    rows = [(service_link(one), escape(one.agency or _("not known")), escape(newest_money(one)), measures_of(one), escape(links_of(one, framework.id))) for one in under]
    if not rows:
        return f"{head}{indicators}<p>{_('No service is put under this outcome in what could be read.')}</p>"
    columns = (_("Service"), _("Agency"), _("Newest dollars"), _("Measures with the newest target"), _("Under this outcome in"))
    caption = _("{services} under this outcome").format(services=words.count_of(len(rows), "service", "services"))
    return head + indicators + rows_table(columns, rows, caption=caption)


def indicator_rows(one: Indicator, services: Mapping[str, ServiceInSight], under: int) -> list[tuple[str, str, str]]:
    tied = services_of(services, one.id)
    if tied:
        return [(indicator_link(one), service_link(service), escape(_(TIE_WORDS[tie]))) for service, tie in tied]
    if not under:
        return [(indicator_link(one), _("none"), _(NO_TIE))]
    below = _("{services} below").format(services=words.count_of(under, "service", "services"))
    return [(indicator_link(one), escape(below), _(BY_OUTCOME))]


def links_of(one: ServiceInSight, framework: str) -> str:
    return "; ".join(f"{words.fiscal(found.fiscal_year)}, {found.basis}" for found in one.links if found.framework == framework)


def service_line(framework: Framework, one: ServiceInSight) -> str:
    """From the service both ways: up to outcome and indicators, down to dollars and measures."""
    names = {indicator.id: indicator for indicator in framework.indicators}
    up = [(escape(words.fiscal(found.fiscal_year)), outcome_link(framework, found.outcome) if found.framework == framework.id else escape(found.name),
           escape(found.basis), escape(found.reference)) for found in one.links]  # fmt: skip
    indicators = [(indicator_link(names[key]), escape(_(TIE_WORDS[tie]))) for key, tie in one.indicators if key in names]
    through = {found.outcome for found in one.links if found.framework == framework.id}
    if not indicators:
        indicators = [(indicator_link(found), _(BY_OUTCOME)) for found in framework.indicators if found.outcome in through]
    targets = [(escape(target.measure), escape(words.fiscal(target.fiscal_year)), f"{target.target:,.10g}", escape(target.reference))
               for _measure, several in one.measures for target in several]  # fmt: skip
    money = [(escape(words.fiscal(book.fiscal_year)), escape(_(str(book.basis))), escape(words.dollars(dollars))) for book, dollars in one.dollars]
    return (
        f"<h2 class='section'>{escape(service_title(one))}</h2>"
        f"<p class='note'>{escape(one.agency or _('Its agency is not in what could be read.'))}</p><div class='side-by-side'><div>"
        + part(_("Up: outcomes by year"), (_("Year"), _("Outcome"), _("How known"), _("Reference")), up,
               _("No budget that could be read puts it under an outcome."))
        + part(_("Up: indicators"), (_("Indicator"), _("Tie")), indicators, _("No indicator is tied to it."))
        + "</div><div>"
        + part(_("Down: dollars"), (_("Year"), _("Basis"), _("Dollars")), money, _("No amount of it was read; that does not mean that it has none."),
               numbers=(2,))
        + part(_("Down: measures"), (_("Measure"), _("Year"), _("Target"), _("Reference")), targets, _("No measure of it was read."), numbers=(2,))
        + "</div></div>"
    )  # fmt: skip


def part(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], nothing: str, *, numbers: Sequence[int] = ()) -> str:
    return rows_table(head, rows, caption=title, numbers=numbers) if rows else f"<p class='note'>{escape(title)}. {escape(nothing)}</p>"


def broken(budget: Budget, framework: Framework) -> None:
    """The three lists. What they lack was not found in what could be read; it may exist."""
    found = orphans(budget, framework)
    money = [(service_link(one), escape(one.agency), escape(newest_money(one))) for one in found.money]
    measures = [(escape(name), service_link(one), escape(one.agency or _("not known"))) for name, one in found.measures]
    weakly = _("only through the outcome, to {services}")
    lacking = [(indicator_link(one), outcome_link(framework, one.outcome), _(NO_TIE)) for one in found.indicators]
    lacking += [(indicator_link(one), outcome_link(framework, one.outcome), escape(weakly.format(services=words.count_of(number, "service", "services"))))
                for one, number in found.only_by_outcome]  # fmt: skip
    without = (_("Indicators without a service: {n}, and {weak} more tied to services only through their outcome") if found.only_by_outcome
               else _("Indicators without a service: {n}"))  # fmt: skip
    note = _("What is lacking here was not found in the pages that could be read; the City may have it.")
    st.html(f"<h2 class='section'>{_('Where the line is broken')}</h2><p class='note'>{note}</p>")
    for title, head, rows in (
        (_("Money without a measure: {services}").format(services=words.count_of(len(money), "service", "services")),
         (_("Service"), _("Agency"), _("Newest dollars")), money),
        (_("Measures without an indicator: {n}").format(n=len(measures)), (_("Measure"), _("Service"), _("Agency")), measures),
        (without.format(n=len(found.indicators), weak=len(found.only_by_outcome)), (_("Indicator"), _("Outcome"), _("Tie")), lacking),
    ):  # fmt: skip
        with st.expander(title):
            st.html(part(title, head, rows, _("None.")))
