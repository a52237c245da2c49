"""The parts of an indicator's page, as HTML: headline, verdicts, arithmetic, definition and figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from lib import words
from lib.assessment import Assessment, Process, figure_for, value_or_range
from lib.language import _, later
from lib.methods.xmr import JUDGED_FROM
from lib.model import Indicator, Step
from lib.ui import board
from lib.ui.links import link
from lib.ui.text import escape, html_of, sanitised, text_of, unit_of

BETTER_WHEN = {"rises": later("rises"), "falls": later("falls"), "within": later("stays within its range")}
IN_TIME, MOVING = later("Will it be at its target in time?"), later("Is it really moving, or is it noise?")
TABS = later("Why this status"), later("Definition"), later("Turn the curve"), later("Figures and references")
FIGURE_COLUMNS = later("Period"), later("Place"), later("Value"), later("Out of"), later("Published"), later("Reference")


def heading(one: Assessment) -> str:
    outcome = link("outcome", html_of(one.outcome, "name"), id=one.outcome.id, key="outcome")
    return (f"<p class='small muted' style='margin: 0'>{board.icon(one.outcome.icon)} {outcome}</p>"
            f"<h1 class='page'>{html_of(one.indicator, 'name')}</h1><p class='lead'>{html_of(one.indicator, 'definition')}</p>")  # fmt: skip


def slide(one: Assessment) -> str:
    """One question and its answer, for the meeting room; the chart follows under it."""
    figure = words.figure(one.latest.value, one.decimals, one.unit) if one.latest else _("No figure")
    about = f"{words.unit_beside(unit_of(one.indicator, one.unit))}, {words.period_of(one.latest.period)}" if one.latest else ""
    aim = _("No target")
    if one.target:
        aim = _("Target {value} by {period}").format(value=board.target_text(one), period=words.period_of(one.target.period))
    return (
        f"<h1 class='page'>{html_of(one.indicator, 'name')}</h1><p class='slide-line'><span class='value'>{escape(figure)}</span> "
        f"<span class='muted'>{escape(about)}</span> <span class='aim'>{escape(aim)}</span></p>"
        f"<p class='slide-line'><span class='muted'>{_('In time?')}</span> {board.chip(board.status_look(one), board.status_word(one))} "
        f"<span class='muted'>{_('Moving?')}</span> {board.movement_chip(one)}</p>"
    )


def headline(one: Assessment) -> str:
    """The latest figure and the target, large."""
    if one.latest is None:
        label = _("Latest")
        latest = f"<span class='value'>{_('No figure')}</span><span class='unit'>{escape(_why_no_figure(one))}</span>"
    else:
        said = _("Latest, {period}, provisional") if one.latest.provisional else _("Latest, {period}")
        label = said.format(period=words.period_of(one.latest.period))
        value = words.figure(one.latest.value, one.decimals, one.unit)
        latest = f"<span class='value'>{escape(value)}</span><span class='unit'>{escape(words.unit_beside(unit_of(one.indicator, one.unit)))}</span>"
    return (
        f"<div class='headline'><div class='block'><span class='label'>{escape(label)}</span>{latest}</div>"
        f"{_target_block(one)}{_baseline_block(one)}</div>"
    )


def _why_no_figure(one: Assessment) -> str:
    if not one.indicator.series:
        return _("Nothing that measures this has been found yet.")
    if one.series is None:
        return _("The figures below are related; none of them measures this indicator itself.")
    if not one.figures:
        return _("No figure has been entered for it yet.")
    reasons = words.listed([_(reason) for reason in dict.fromkeys(figure.reason for figure in one.figures if figure.reason)])
    return _("For no period is there a value: {reasons}.").format(reasons=reasons)


def _target_block(one: Assessment) -> str:
    if one.target is None:
        return (f"<div class='block target'><span class='label'>{_('Target')}</span><span class='value'>{_('None set')}</span>"
                f"<span class='unit'>{_('No target was found for it.')}</span></div>")  # fmt: skip
    label = _("Target, {period}").format(period=words.period_of(one.target.period))
    set_on = _("set {day}").format(day=one.target.set_on)
    return (f"<div class='block target'><span class='label'>{escape(label)}</span>"
            f"<span class='value'>{escape(board.target_text(one))}</span><span class='unit'>{escape(set_on)}</span></div>")  # fmt: skip


def _baseline_block(one: Assessment) -> str:
    if one.baseline is None:
        return ""
    value = words.figure(one.baseline.value, one.decimals, one.unit)
    label = _("Baseline, {period}").format(period=words.period_of(one.baseline.period))
    return f"<div class='block target'><span class='label'>{escape(label)}</span><span class='value'>{escape(value)}</span></div>"


def verdicts(one: Assessment) -> str:
    """The status in two parts, each as icon, word and sentence."""
    return (
        f"<div class='verdicts'><div><span class='q'>{_(IN_TIME)}</span>"
        f"{board.chip(board.status_look(one), board.status_word(one))}<p>{escape(one.status.sentence)}</p></div>"
        f"<div><span class='q'>{_(MOVING)}</span>"
        f"{board.movement_chip(one)}<p>{escape(one.movement.sentence)}</p></div></div>"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str, numbers: Sequence[int] = ()) -> str:
    """A real HTML table of text. `numbers` are the columns set to the right."""

    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(f"<{tag}{' class=n' if column in numbers else ''}{' scope=col' if tag == 'th' else ''}>"
                       f"{escape(cell)}</{tag}>" for column, cell in enumerate(row))  # fmt: skip

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return (f"<div class='scroll' tabindex='0' role='region' aria-label='{escape(caption)}'><table class='plain{' wide' if len(head) > 4 else ''}'>"
            f"<caption>{escape(caption)}</caption><thead><tr>{cells(head, 'th')}</tr></thead><tbody>{body}</tbody></table></div>")  # fmt: skip


def arithmetic(steps: Sequence[Step], *, caption: str) -> str:
    return table((_("Step"), _("Value"), _("How")), [(step.name, step.value, step.how) for step in steps], caption=caption)


def targets(one: Assessment) -> str:
    """Every target that was found: what came of it, when it was set, and how that is known."""
    rows = []
    for target in reversed(one.indicator.targets):
        series = one.indicator.series_by_id(target.series)
        then = figure_for(target, one.figures) if one.series is series else None
        when = words.period_of(target.period)
        rows.append((
            _("{period} (in force)").format(period=when) if target is one.target else when,
            value_or_range(target, series),
            f"{words.figure(then.value, series.decimals, series.unit)} ({words.period_of(then.period)})" if then else _("no figure"),
            target.set_on,
            _("{set_note} Baseline {period}: {note}").format(
                set_note=target.set_note, period=words.period(target.baseline, series.kind), note=target.baseline_note),
            target.reference,
        ))  # fmt: skip
    head = (_("By"), _("Target"), _("Figure then"), _("Set"), _("How we know"), _("Reference"))
    return table(head, rows, caption=_("Targets, newest first"), numbers=(1, 2))


def definition(one: Indicator) -> str:
    """The definition card."""
    published = html_of(one, "frequency")
    if not one.collected:
        published = _("{frequency}; not collected any more. {note}").format(frequency=published, note=html_of(one, "collected_note"))
    confirmed = _("Not yet: the name is a reconstruction until a person confirms it.")
    if one.confirmed:
        confirmed = escape(_("by {name}, {day} ({reference})").format(
            name=one.confirmed.by, day=words.day(one.confirmed.on), reference=one.confirmed.reference))  # fmt: skip
    facts = {
        _("How it is counted"): html_of(one, "formula"),
        _("Unit"): html_of(one, "unit"),
        _("Better when it"): escape(_(BETTER_WHEN[one.improves_when])),
        _("Why it matters"): html_of(one, "why_it_matters"),
        _("Source"): escape(one.source),
        _("Published"): published,
        _("Owner"): escape(one.owner),
        _("Partners"): escape(words.listed(one.partners) or _("none named")),
        _("Beware"): html_of(one, "caveats") or _("nothing noted"),
        _("By neighborhood"): html_of(one, "neighborhood_note"),
        _("Breakdowns to expect"): escape(words.listed(one.expected_disaggregations) or _("none named")),
        _("Evidence grade"): f"{one.evidence}. {html_of(one, 'evidence_note')}",
        _("Confirmed"): confirmed,
        _("Reference"): escape(one.reference),
        _("Next review"): escape(words.day(one.next_review)),
    }
    return "<dl class='card'>" + "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in facts.items()) + "</dl>"


def figures(one: Indicator, observations: pd.DataFrame, places: dict[str, str]) -> str:
    """Every figure with its period, vintage and reference; the series in the file's order, newest first."""
    blocks = []
    for series in one.series:
        own = observations[observations["series"] == series.id]
        if own.empty:
            continue
        rows = [
            (
                _provisional(words.period(row.period, series.kind)) if row.provisional else words.period(row.period, series.kind),
                places.get(row.geography, row.geography) + (f", {row.group}" if row.group else ""),
                words.figure(row.value, series.decimals, series.unit, missing=_(row.missing_reason)),
                counts(row.numerator, row.denominator),
                row.vintage or _("not stated"),
                row.reference + (f" ({row.note})" if row.note else ""),
            )
            for row in own.sort_values("end", ascending=False, kind="stable").itertuples()
        ]
        blocks.append(
            f"<h3 class='section'>{escape(series.name)}</h3><p class='note'>{escape(series.note)}</p>"
            + table([_(column) for column in FIGURE_COLUMNS], rows, caption=f"{series.name}, {series.unit}", numbers=(2, 3))
        )  # fmt: skip
    return "".join(blocks) or f"<p>{_('No figures.')}</p>"


def _provisional(period: str) -> str:
    return _("{period} (provisional)").format(period=period)


def counts(numerator: float, denominator: float) -> str:
    """The counts behind a value: 9,316 of 620,915."""
    if math.isnan(numerator) or math.isnan(denominator):
        return ""
    return _("{n} of {total}").format(n=words.figure(numerator, 0), total=words.figure(denominator, 0))


def why(one: Assessment) -> str:
    """The arithmetic of both answers, of the projection and of the limits; and every target."""
    parts = [f"<h2 class='section'>{_(IN_TIME)}</h2><p>{escape(one.status.sentence)}</p>"]
    if one.status.steps:
        parts.append(arithmetic(one.status.steps, caption=_("From baseline to target")))
    if one.projection and one.projection.steps:
        parts.append(f"<p>{escape(one.projection.sentence)}</p>")
        parts.append(arithmetic(one.projection.steps, caption=_("If nothing changes")))
    parts.append(f"<h2 class='section'>{_(MOVING)}</h2><p>{escape(one.movement.sentence)}</p>")
    if one.movement.steps:
        parts.append(arithmetic(one.movement.steps, caption=_("The test")))
    if one.process:
        parts.append(f"<p>{escape(usual_variation(one.process))}</p>")
    if one.indicator.targets:
        parts.append(targets(one))
    return "".join(parts)


def usual_variation(process: Process) -> str:
    """What the limits say of the latest point and of the target; of trial limits, only that they are on trial."""
    if process.variation is None:
        return _("Usual variation: the limits are on trial, taken from {figures}. With fewer than {least} nothing is judged by them, "
                 "neither the latest figure nor the target.").format(figures=words.count_of(process.n, "figure", "figures"), least=JUDGED_FROM)  # fmt: skip
    if process.assurance:
        return _("Usual variation: the latest point is {variation}; the target: {assurance}.").format(
            variation=_(process.variation), assurance=_(process.assurance))  # fmt: skip
    return _("Usual variation: the latest point is {variation}.").format(variation=_(process.variation))


def chart_notes(one: Assessment) -> str:
    """What the chart draws and what it leaves out, under the plot."""
    if one.series is None:
        return f"<p class='note'>{_('No figure measures this indicator itself; a chart here shows something related.')}</p>"
    notes = [f"{one.series.name}, {one.series.unit}."]
    if one.target and one.baseline:
        notes.append(_("Dashed gold: the straight line from the baseline to the target."))
    if one.projection and one.projection.band:
        notes.append(_("Shaded: where it may go if nothing changes (80% of outcomes)."))
    if any(figure.value != figure.value for figure in one.figures):
        notes.append(_("Where the line is broken, no figure was found."))
    if one.latest and one.latest.vintage:
        notes.append(_("Latest figure: {reference}, published {day}.").format(reference=one.latest.reference, day=one.latest.vintage))
    elif one.latest:
        notes.append(_("Latest figure: {reference}.").format(reference=one.latest.reference))
    return f"<p class='note'>{escape(' '.join(notes))}</p>"


def neighborhoods(one: Indicator) -> str:
    """What is published by neighborhood in its place, and where it is shown; or that nothing is."""
    if not one.neighborhood_measure:
        return f"<p class='note'>{html_of(one, 'neighborhood_note')}</p>"
    on_map = link("map", _("See it on the map"), id=one.neighborhood_measure, key="measure")
    gap = link("equity", _("who is left behind"), id=one.neighborhood_measure, key="measure")
    said = _("By neighborhood: {note} {on_map}, or {gap}.").format(note=html_of(one, "neighborhood_note"), on_map=on_map, gap=gap)
    return f"<p class='note'>{said}</p>"


def story(one: Indicator) -> str:
    """The story behind the curve as Markdown; nothing in it can load or run anything."""
    return sanitised(text_of(one, "story")) if one.story else f"*{_('Not written yet.')}*"
