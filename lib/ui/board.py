"""The scorecard as HTML: the strip of outcomes and the table of indicators. One element, however many indicators."""

from __future__ import annotations

from collections.abc import Sequence

from lib import words
from lib.assessment import Assessment, by_worst, spoken_trend, status_word, target_text
from lib.charts.sparkline import sparkline
from lib.charts.theme import MOVEMENT_LOOKS, Look, look_of, outcome_colour
from lib.methods.rollup import WORST_FIRST, roll_up
from lib.model import Framework, Movement, Outcome
from lib.ui.links import link
from lib.ui.text import escape


def icon(name: str) -> str:
    return f'<span class="icon" aria-hidden="true" translate="no">{escape(name)}</span>'


def status_look(assessment: Assessment) -> Look:
    return look_of(assessment.status.status, assessment.status.held)


def chip(look: Look, word: str) -> str:
    return f'<span class="status {look.tone}">{icon(look.icon)}<span>{escape(words.capital(word))}</span></span>'


def strip(framework: Framework, assessments: Sequence[Assessment]) -> str:
    """All outcomes with the counts of their statuses, out of ALL their indicators."""
    items = "".join(_outcome_tile(outcome, _of(outcome, assessments)) for outcome in framework.outcomes)
    return f'<ul class="outcomes" aria-label="Outcomes with the counts of their statuses">{items}</ul>'


def _outcome_tile(outcome: Outcome, own: Sequence[Assessment]) -> str:
    bars = "".join(
        f'<i class="{status_look(one).tone}" title="{escape(one.indicator.name)}: {escape(status_word(one))}"></i>'
        for one in sorted(own, key=lambda one: list(reversed(WORST_FIRST)).index(one.status.status))
    )
    name = link("outcome", escape(outcome.name), id=outcome.id, key="outcome")
    return (
        f'<li style="--mark: {outcome_colour(outcome.colour)}"><span class="name">{icon(outcome.icon)} {name}</span>'
        f'<span class="bar" aria-hidden="true">{bars}</span>'
        f'<span class="counts">{escape(counts(own))}</span></li>'
    )


def counts(own: Sequence[Assessment]) -> str:
    """ "1 on track, 2 stale; 3 in all": counts, never an average."""
    if not own:
        return "No indicators yet"
    tally = roll_up([(one.indicator.name, one.status.status) for one in own]).counts
    order = [status for status in reversed(WORST_FIRST) if tally.get(status)]
    return f"{', '.join(f'{tally[status]} {status}' for status in order)}; {len(own)} in all"


def board(framework: Framework, shown: Sequence[Assessment], every: Sequence[Assessment]) -> str:
    """One table an outcome; outcomes of which nothing is shown are left out."""
    parts = []
    for outcome in framework.outcomes:
        own = _of(outcome, shown)
        if own:
            parts.append(group_heading(outcome, _of(outcome, every)))
            parts.append(table(own, caption=outcome.name))
    return "".join(parts)


def worst_first(shown: Sequence[Assessment]) -> str:
    """One table of all, those that get worse and are off target first."""
    return table(by_worst(shown), caption="Indicators, worse and off target first")


def group_heading(outcome: Outcome, every: Sequence[Assessment]) -> str:
    name = link("outcome", escape(outcome.name), id=outcome.id, key="outcome")
    return (f'<div class="group" style="--mark: {outcome_colour(outcome.colour)}">{icon(outcome.icon)}'
            f'<h2>{name}</h2><span class="of">{escape(counts(every))}</span></div>')  # fmt: skip


def slide(own: Sequence[Assessment]) -> str:
    """An outcome for the meeting room: each indicator's name, figure and status, large."""
    rows = "".join(
        f"<tr><th scope='row'>{escape(one.indicator.name)}</th><td class='figure'>{latest(one)}</td>"
        f"<td>{chip(status_look(one), status_word(one))}</td></tr>"
        for one in own
    )
    return f"<table class='slide'><tbody>{rows}</tbody></table>"


def table(shown: Sequence[Assessment], *, caption: str) -> str:
    head = ("<thead><tr><th scope='col'>Indicator</th><th scope='col' class='figure'>Latest</th>"
            "<th scope='col' class='figure'>Target</th><th scope='col'>Status</th><th scope='col'>Trend</th></tr></thead>")  # fmt: skip
    cols = '<colgroup><col class="c-name"><col class="c-latest"><col class="c-target"><col><col class="c-spark"></colgroup>'
    rows = "".join(_row(one) for one in shown)
    return f'<table class="board" aria-label="{escape(caption)}">{cols}{head}<tbody>{rows}</tbody></table>'


def _row(one: Assessment) -> str:
    name = link("indicator", escape(one.indicator.name), id=one.indicator.id, key="indicator")
    return (
        f'<tr><th scope="row">{name}<span class="marks">{marks(one)}</span></th>'
        f'<td class="figure">{latest(one)}</td><td class="figure target">{target(one)}</td>'
        f'<td class="standing">{chip(status_look(one), status_word(one))}<span class="why">{escape(one.status.sentence)}</span>'
        f'{moving(one)}</td><td class="spark">{picture(one)}</td></tr>'
    )


def marks(one: Assessment) -> str:
    """The evidence grade, and whether there are figures by neighborhood."""
    grade = one.indicator.evidence
    confirmed = "confirmed" if one.indicator.confirmed else "not confirmed yet"
    found = [f'<span class="grade" title="{escape(one.indicator.evidence_note)}">Evidence {grade}, {confirmed}</span>']
    if one.has_neighborhoods:
        found.append(f'<span class="grade">{link("map", "By neighborhood", id=one.indicator.neighborhood_measure, key="measure")}</span>')
    return " ".join(found)


def latest(one: Assessment) -> str:
    if one.latest is None:
        return '<span class="none">no figure</span>'
    value = words.figure(one.latest.value, one.decimals, one.unit)
    provisional = ", provisional" if one.latest.provisional else ""
    return (f'<span class="value">{escape(value)}</span><span class="unit">{escape(words.unit_beside(one.unit))}<br>'
            f"{escape(words.period_of(one.latest.period) + provisional)}</span>")  # fmt: skip


def target(one: Assessment) -> str:
    if one.target is None:
        return '<span class="none">none set</span>'
    return (f'<span class="value">{escape(target_text(one))}</span>'
            f'<span class="unit">by {escape(words.period_of(one.target.period))}</span>')  # fmt: skip


def moving(one: Assessment) -> str:
    if one.movement.movement is Movement.CANNOT_TELL and one.latest is None:
        return ""
    span = f", {one.movement.span}" if one.movement.span else ""
    return f'<span class="moving">Over time: {escape(str(one.movement.movement) + span)}</span>'


def movement_chip(one: Assessment) -> str:
    return chip(MOVEMENT_LOOKS[one.movement.movement], str(one.movement.movement))


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
