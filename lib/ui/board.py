"""The scorecard as HTML: the strip of outcomes and the table of indicators. One element, however many indicators."""

from __future__ import annotations

from collections.abc import Sequence

from lib import words
from lib.assessment import Assessment, by_worst, spoken_trend, status_word, target_text
from lib.charts.sparkline import sparkline
from lib.charts.theme import MOVEMENT_LOOKS, Look, look_of, outcome_colour
from lib.language import _
from lib.methods.rollup import WORST_FIRST, roll_up
from lib.model import Framework, Movement, Outcome
from lib.ui.links import link
from lib.ui.text import escape, html_of, text_of, unit_of


def icon(name: str) -> str:
    return f'<span class="icon" aria-hidden="true" translate="no">{escape(name)}</span>'


def status_look(assessment: Assessment) -> Look:
    return look_of(assessment.status.status, assessment.status.held)


def chip(look: Look, word: str) -> str:
    return f'<span class="status {look.tone}">{icon(look.icon)}<span>{escape(words.capital(word))}</span></span>'


def strip(framework: Framework, assessments: Sequence[Assessment]) -> str:
    """All outcomes with the counts of their statuses, out of ALL their indicators."""
    items = "".join(_outcome_tile(outcome, _of(outcome, assessments)) for outcome in framework.outcomes)
    return f'<ul class="outcomes" aria-label="{escape(_("Outcomes with the counts of their statuses"))}">{items}</ul>'


def _outcome_tile(outcome: Outcome, own: Sequence[Assessment]) -> str:
    def title(one: Assessment) -> str:
        return escape(f"{text_of(one.indicator, 'name')}: {status_word(one)}")

    bars = "".join(
        f'<i class="{status_look(one).tone}" title="{title(one)}"></i>'
        for one in sorted(own, key=lambda one: list(reversed(WORST_FIRST)).index(one.status.status))
    )
    name = link("outcome", html_of(outcome, "name"), id=outcome.id, key="outcome")
    return (
        f'<li style="--mark: {outcome_colour(outcome.colour)}"><span class="name">{icon(outcome.icon)} {name}</span>'
        f'<span class="bar" aria-hidden="true">{bars}</span>'
        f'<span class="counts">{escape(counts(own))}</span></li>'
    )


def counts(own: Sequence[Assessment]) -> str:
    """ "1 on track, 2 stale; 3 in all": counts, never an average."""
    if not own:
        return _("No indicators yet")
    tally = roll_up([(one.indicator.name, one.status.status) for one in own]).counts
    order = [status for status in reversed(WORST_FIRST) if tally.get(status)]
    parts = ", ".join(_("{count} {status}").format(count=tally[status], status=_(str(status))) for status in order)
    return _("{parts}; {total} in all").format(parts=parts, total=len(own))


def board(framework: Framework, shown: Sequence[Assessment], every: Sequence[Assessment]) -> str:
    """One table an outcome; outcomes of which nothing is shown are left out."""
    parts = []
    for outcome in framework.outcomes:
        own = _of(outcome, shown)
        if own:
            parts.append(group_heading(outcome, _of(outcome, every)))
            parts.append(table(own, caption=text_of(outcome, "name")))
    return "".join(parts)


def worst_first(shown: Sequence[Assessment]) -> str:
    """One table of all, those that get worse and are off target first."""
    return table(by_worst(shown), caption=_("Indicators, worse and off target first"))


def group_heading(outcome: Outcome, every: Sequence[Assessment]) -> str:
    name = link("outcome", html_of(outcome, "name"), id=outcome.id, key="outcome")
    return (f'<div class="group" style="--mark: {outcome_colour(outcome.colour)}">{icon(outcome.icon)}'
            f'<h2>{name}</h2><span class="of">{escape(counts(every))}</span></div>')  # fmt: skip


def slide(own: Sequence[Assessment]) -> str:
    """An outcome for the meeting room: each indicator's name, figure and status, large."""
    rows = "".join(
        f"<tr><th scope='row'>{html_of(one.indicator, 'name')}</th><td class='figure'>{latest(one)}</td>"
        f"<td>{chip(status_look(one), status_word(one))}</td></tr>"
        for one in own
    )
    return f"<table class='slide'><tbody>{rows}</tbody></table>"


def table(shown: Sequence[Assessment], *, caption: str) -> str:
    head = (f"<thead><tr><th scope='col'>{_('Indicator')}</th><th scope='col' class='figure'>{_('Latest')}</th>"
            f"<th scope='col' class='figure'>{_('Target')}</th><th scope='col'>{_('Status')}</th><th scope='col'>{_('Trend')}</th></tr></thead>")  # fmt: skip
    cols = '<colgroup><col class="c-name"><col class="c-latest"><col class="c-target"><col><col class="c-spark"></colgroup>'
    rows = "".join(_row(one) for one in shown)
    return f'<table class="board" aria-label="{escape(caption)}">{cols}{head}<tbody>{rows}</tbody></table>'


def _row(one: Assessment) -> str:
    name = link("indicator", html_of(one.indicator, "name"), id=one.indicator.id, key="indicator")
    return (
        f'<tr><th scope="row">{name}<span class="marks">{marks(one)}</span></th>'
        f'<td class="figure">{latest(one)}</td><td class="figure target">{target(one)}</td>'
        f'<td class="standing">{chip(status_look(one), status_word(one))}<span class="why">{escape(one.status.sentence)}</span>'
        f'{moving(one)}</td><td class="spark">{picture(one)}</td></tr>'
    )


def marks(one: Assessment) -> str:
    """The evidence grade, and whether there are figures by neighborhood."""
    grade = one.indicator.evidence
    said = _("Evidence {grade}, confirmed") if one.indicator.confirmed else _("Evidence {grade}, not confirmed yet")
    note = escape(text_of(one.indicator, "evidence_note"))
    found = [f'<span class="grade" title="{note}">{said.format(grade=grade)}</span>']
    if one.has_neighborhoods:
        found.append(f'<span class="grade">{link("map", _("By neighborhood"), id=one.indicator.neighborhood_measure, key="measure")}</span>')
    return " ".join(found)


def latest(one: Assessment) -> str:
    if one.latest is None:
        return f'<span class="none">{_("no figure")}</span>'
    value = words.figure(one.latest.value, one.decimals, one.unit)
    when = words.period_of(one.latest.period)
    said = _("{period}, provisional").format(period=when) if one.latest.provisional else when
    return (f'<span class="value">{escape(value)}</span><span class="unit">{escape(words.unit_beside(unit_of(one.indicator, one.unit)))}<br>'
            f"{escape(said)}</span>")  # fmt: skip


def target(one: Assessment) -> str:
    if one.target is None:
        return f'<span class="none">{_("none set")}</span>'
    when = _("by {period}").format(period=words.period_of(one.target.period))
    return f'<span class="value">{escape(target_text(one))}</span><span class="unit">{escape(when)}</span>'


def moving(one: Assessment) -> str:
    if one.movement.movement is Movement.CANNOT_TELL and one.latest is None:
        return ""
    how = _(str(one.movement.movement))
    said = (_("Over time: {movement}, {span}").format(movement=how, span=one.movement.span) if one.movement.span
            else _("Over time: {movement}").format(movement=how))  # fmt: skip
    return f'<span class="moving">{escape(said)}</span>'


def movement_chip(one: Assessment) -> str:
    return chip(MOVEMENT_LOOKS[one.movement.movement], _(str(one.movement.movement)))


def picture(one: Assessment) -> str:
    aim = one.target.value if one.target else None
    source = sparkline([figure.value for figure in one.figures], times=[_time(figure) for figure in one.figures], target=aim)
    if not source:
        return ""
    return f'<img src="{source}" alt="{escape(spoken_trend(one))}" width="132" height="36">'


def _time(figure) -> float:
    return float(figure.period.end.toordinal())


def _of(outcome: Outcome, assessments: Sequence[Assessment]) -> list[Assessment]:
    return [one for one in assessments if one.outcome.id == outcome.id]
