"""The parts of an outcome's page, as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lib import words
from lib.assessment import Assessment
from lib.budget import chosen, leading_book, money, total
from lib.language import _, n_
from lib.model import Budget, Framework, Outcome, ServiceLink
from lib.ui import board
from lib.ui.detail import table
from lib.ui.links import link
from lib.ui.text import escape, html_of, unit_of


def heading(outcome: Outcome, own: Sequence[Assessment]) -> str:
    return (
        f"<h1 class='page'><span style='color: {board.outcome_colour(outcome.colour)}'>{board.icon(outcome.icon)}</span> "
        f"{html_of(outcome, 'name')}</h1><p class='lead'>{html_of(outcome, 'statement')}</p>"
        f"<p class='note'>{escape(words.count_of(len(own), 'indicator', 'indicators'))}: {escape(board.counts(own))}.</p>"
    )


def plan(outcome: Outcome) -> str:
    """Who leads it, what is undertaken, and the goals under it, where the catalogue names any."""
    if not (outcome.lead or outcome.initiatives or outcome.goals):
        return ""
    nobody = _("nobody named")
    parts = [f"<h2 class='section'>{escape(_('What is planned'))}</h2>"]
    if outcome.lead:
        parts.append(f"<p>{escape(_('Led by {lead}.').format(lead=outcome.lead))}</p>")
    if outcome.initiatives:
        parts.append("<ul>" + "".join(f"<li>{escape(one)}</li>" for one in outcome.initiatives) + "</ul>")
    if outcome.goals:
        rows = [(goal.name, goal.lead or nobody, "; ".join(goal.initiatives) or _("none named")) for goal in outcome.goals]
        count = n_("{n} goal", "{n} goals", len(rows)).format(n=len(rows))
        parts.append(table((_("Goal"), _("Lead"), _("Initiatives")), rows, caption=count))
    return "".join(parts)


def pairs(own: Sequence[Assessment]) -> Iterator[Sequence[Assessment]]:
    """Two cards a row."""
    for start in range(0, len(own), 2):
        yield own[start : start + 2]


def card(one: Assessment) -> str:
    """An indicator in short: name, figure, status and why."""
    name = link("indicator", html_of(one.indicator, "name"), id=one.indicator.id, key="indicator")
    figure = words.figure(one.latest.value, one.decimals, one.unit) if one.latest else _("No figure")
    about = f"{words.unit_beside(unit_of(one.indicator, one.unit))}, {words.period_of(one.latest.period)}" if one.latest else ""
    return (
        f"<div class='indicator-card'><h2>{name}</h2><p class='line'><span class='value'>{escape(figure)}</span> "
        f"<span class='muted'>{escape(about)}</span></p>{board.chip(board.status_look(one), board.status_word(one))}"
        f"<p class='why'>{escape(one.status.sentence)}</p></div>"
    )


def services(framework: Framework, outcome: Outcome) -> str:
    """The services that a budget put under this outcome, by fiscal year."""
    own = [service for service in framework.services if service.outcome == outcome.id]
    title = f"<h2 class='section'>{_('Services behind it')}</h2>"
    if not own:
        return f"{title}<p>{_('No service is linked to it in the data.')}</p>"
    by_service: dict[str, list[ServiceLink]] = {}
    for service in sorted(own, key=lambda one: (one.agency, one.name, one.fiscal_year)):
        by_service.setdefault(service.service, []).append(service)
    rows = [
        (links[0].service, links[0].name, links[0].agency, "; ".join(f"{one.fiscal_year}: {one.basis}" for one in links))
        for links in by_service.values()
    ]
    return title + table(
        (_("Service"), _("Name"), _("Agency"), _("Under this outcome in")), rows,
        caption=_("{services}. A service can change its outcome from year to year. Agencies that the published pages lack "
                  "are not here.").format(services=words.count_of(len(rows), "service", "services")))  # fmt: skip


def dollars(budget: Budget, framework: Framework, outcome: Outcome) -> str:
    """What the widest of the newest budgets that is known has for the services of this outcome; nothing where it has none."""
    book = leading_book(budget)
    own = [one for one in chosen(money(budget, framework=framework.id), book) if one.outcome == outcome.id] if book else []
    if not own or book is None:
        return ""
    line = link("budget", _("see the line from money to measures"), id=f"outcome:{outcome.id}", key="line")
    said = _("{amount} {basis} in {year} for {services} of it. A part of the budget only: {line}.").format(
        amount=escape(words.dollars(total(own))), basis=escape(_(book.basis)), year=escape(words.fiscal(book.fiscal_year)),
        services=escape(words.count_of(len({one.line.service for one in own}), "service", "services")), line=line)  # fmt: skip
    return f"<p>{said}</p>"
