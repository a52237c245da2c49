"""The parts of an indicator's page, as HTML: headline, verdicts, arithmetic, definition and figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from lib import words
from lib.assessment import Assessment, Process, figure_for, value_or_range
from lib.methods.xmr import JUDGED_FROM
from lib.model import Indicator, Step
from lib.ui import board
from lib.ui.links import link
from lib.ui.text import escape, sanitised


def heading(one: Assessment) -> str:
    outcome = link("outcome", escape(one.outcome.name), id=one.outcome.id, key="outcome")
    return (f"<p class='small muted' style='margin: 0'>{board.icon(one.outcome.icon)} {outcome}</p>"
            f"<h1 class='page'>{escape(one.indicator.name)}</h1><p class='lead'>{escape(one.indicator.definition)}</p>")  # fmt: skip


def slide(one: Assessment) -> str:
    """One question and its answer, for the meeting room; the chart follows under it."""
    figure = words.figure(one.latest.value, one.decimals, one.unit) if one.latest else "No figure"
    about = f"{words.unit_beside(one.unit)}, {words.period_of(one.latest.period)}" if one.latest else ""
    aim = f"Target {board.target_text(one)} by {words.period_of(one.target.period)}" if one.target else "No target"
    return (
        f"<h1 class='page'>{escape(one.indicator.name)}</h1><p class='slide-line'><span class='value'>{escape(figure)}</span> "
        f"<span class='muted'>{escape(about)}</span> <span class='aim'>{escape(aim)}</span></p>"
        f"<p class='slide-line'><span class='muted'>In time?</span> {board.chip(board.status_look(one), board.status_word(one))} "
        f"<span class='muted'>Moving?</span> {board.movement_chip(one)}</p>"
    )


def headline(one: Assessment) -> str:
    """The latest figure and the target, large."""
    if one.latest is None:
        latest = "<span class='value'>No figure</span>"
        about = _why_no_figure(one)
        latest += f"<span class='unit'>{escape(about)}</span>"
    else:
        value = words.figure(one.latest.value, one.decimals, one.unit)
        latest = f"<span class='value'>{escape(value)}</span><span class='unit'>{escape(words.unit_beside(one.unit))}</span>"
    when = words.period_of(one.latest.period) if one.latest else ""
    provisional = ", provisional" if one.latest and one.latest.provisional else ""
    return (
        f"<div class='headline'><div class='block'><span class='label'>{escape(('Latest, ' + when) if when else 'Latest')}"
        f"{provisional}</span>{latest}</div>{_target_block(one)}{_baseline_block(one)}</div>"
    )


def _why_no_figure(one: Assessment) -> str:
    if not one.indicator.series:
        return "Nothing that measures this has been found yet."
    if one.series is None:
        return "The figures below are related; none of them measures this indicator itself."
    if not one.figures:
        return "No figure has been entered for it yet."
    return f"For no period is there a value: {words.listed(list(dict.fromkeys(figure.reason for figure in one.figures if figure.reason)))}."


def _target_block(one: Assessment) -> str:
    if one.target is None:
        return ("<div class='block target'><span class='label'>Target</span><span class='value'>None set</span>"
                "<span class='unit'>No target was found for it.</span></div>")  # fmt: skip
    return (f"<div class='block target'><span class='label'>Target, {escape(words.period_of(one.target.period))}</span>"
            f"<span class='value'>{escape(board.target_text(one))}</span>"
            f"<span class='unit'>set {escape(one.target.set_on)}</span></div>")  # fmt: skip


def _baseline_block(one: Assessment) -> str:
    if one.baseline is None:
        return ""
    value = words.figure(one.baseline.value, one.decimals, one.unit)
    return (f"<div class='block target'><span class='label'>Baseline, {escape(words.period_of(one.baseline.period))}</span>"
            f"<span class='value'>{escape(value)}</span></div>")  # fmt: skip


def verdicts(one: Assessment) -> str:
    """The status in two parts, each as icon, word and sentence."""
    return (
        "<div class='verdicts'><div><span class='q'>Will it be at its target in time?</span>"
        f"{board.chip(board.status_look(one), board.status_word(one))}<p>{escape(one.status.sentence)}</p></div>"
        "<div><span class='q'>Is it really moving, or is it noise?</span>"
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
    return table(("Step", "Value", "How"), [(step.name, step.value, step.how) for step in steps], caption=caption)


def targets(one: Assessment) -> str:
    """Every target that was found: what came of it, when it was set, and how that is known."""
    rows = []
    for target in reversed(one.indicator.targets):
        series = one.indicator.series_by_id(target.series)
        then = figure_for(target, one.figures) if one.series is series else None
        rows.append((
            words.period_of(target.period) + (" (in force)" if target is one.target else ""),
            value_or_range(target, series),
            f"{words.figure(then.value, series.decimals, series.unit)} ({words.period_of(then.period)})" if then else "no figure",
            target.set_on,
            f"{target.set_note} Baseline {words.period(target.baseline, series.kind)}: {target.baseline_note}",
            target.reference,
        ))  # fmt: skip
    return table(("By", "Target", "Figure then", "Set", "How we know", "Reference"), rows, caption="Targets, newest first",
                 numbers=(1, 2))  # fmt: skip


def definition(one: Indicator) -> str:
    """The definition card."""
    facts = {
        "How it is counted": one.formula,
        "Unit": one.unit,
        "Better when it": {"rises": "rises", "falls": "falls", "within": "stays within its range"}[one.improves_when],
        "Why it matters": one.why_it_matters,
        "Source": one.source,
        "Published": one.frequency if one.collected else f"{one.frequency}; not collected any more. {one.collected_note}",
        "Owner": one.owner,
        "Partners": words.listed(one.partners) or "none named",
        "Beware": " ".join(one.caveats) or "nothing noted",
        "By neighborhood": one.neighborhood_note,
        "Breakdowns to expect": words.listed(one.expected_disaggregations) or "none named",
        "Evidence grade": f"{one.evidence}. {one.evidence_note}",
        "Confirmed": f"by {one.confirmed.by}, {words.day(one.confirmed.on)} ({one.confirmed.reference})" if one.confirmed
        else "Not yet: the name is a reconstruction until a person confirms it.",
        "Reference": one.reference,
        "Next review": words.day(one.next_review),
    }  # fmt: skip
    return "<dl class='card'>" + "".join(f"<dt>{k}</dt><dd>{escape(v)}</dd>" for k, v in facts.items()) + "</dl>"


def figures(one: Indicator, observations: pd.DataFrame, places: dict[str, str]) -> str:
    """Every figure with its period, vintage and reference; the series in the file's order, newest first."""
    blocks = []
    for series in one.series:
        own = observations[observations["series"] == series.id]
        if own.empty:
            continue
        rows = [
            (
                words.period(row.period, series.kind) + (" (provisional)" if row.provisional else ""),
                places.get(row.geography, row.geography) + (f", {row.group}" if row.group else ""),
                words.figure(row.value, series.decimals, series.unit, missing=row.missing_reason),
                counts(row.numerator, row.denominator),
                row.vintage or "not stated",
                row.reference + (f" ({row.note})" if row.note else ""),
            )
            for row in own.sort_values("end", ascending=False, kind="stable").itertuples()
        ]
        blocks.append(
            f"<h3 class='section'>{escape(series.name)}</h3><p class='note'>{escape(series.note)}</p>"
            + table(("Period", "Place", "Value", "Out of", "Published", "Reference"), rows,
                    caption=f"{series.name}, {series.unit}", numbers=(2, 3))
        )  # fmt: skip
    return "".join(blocks) or "<p>No figures.</p>"


def counts(numerator: float, denominator: float) -> str:
    """The counts behind a value: 9,316 of 620,915."""
    if math.isnan(numerator) or math.isnan(denominator):
        return ""
    return f"{numerator:,.0f} of {denominator:,.0f}"


def why(one: Assessment) -> str:
    """The arithmetic of both answers, of the projection and of the limits; and every target."""
    parts = [f"<h2 class='section'>Will it be at its target in time?</h2><p>{escape(one.status.sentence)}</p>"]
    if one.status.steps:
        parts.append(arithmetic(one.status.steps, caption="From baseline to target"))
    if one.projection and one.projection.steps:
        parts.append(f"<p>{escape(one.projection.sentence)}</p>")
        parts.append(arithmetic(one.projection.steps, caption="If nothing changes"))
    parts.append(f"<h2 class='section'>Is it really moving, or is it noise?</h2><p>{escape(one.movement.sentence)}</p>")
    if one.movement.steps:
        parts.append(arithmetic(one.movement.steps, caption="The test"))
    if one.process:
        parts.append(f"<p>{escape(usual_variation(one.process))}</p>")
    if one.indicator.targets:
        parts.append(targets(one))
    return "".join(parts)


def usual_variation(process: Process) -> str:
    """What the limits say of the latest point and of the target; of trial limits, only that they are on trial."""
    if process.variation is None:
        return (f"Usual variation: the limits are on trial, taken from {words.count_of(process.n, 'figure')}. With fewer than {JUDGED_FROM} "
                "nothing is judged by them, neither the latest figure nor the target.")  # fmt: skip
    said = f"; the target: {process.assurance}" if process.assurance else ""
    return f"Usual variation: the latest point is {process.variation}{said}."


def chart_notes(one: Assessment) -> str:
    """What the chart draws and what it leaves out, under the plot."""
    if one.series is None:
        return "<p class='note'>No figure measures this indicator itself; a chart here shows something related.</p>"
    notes = [f"{one.series.name}, {one.series.unit}."]
    if one.target and one.baseline:
        notes.append("Dashed gold: the straight line from the baseline to the target.")
    if one.projection and one.projection.band:
        notes.append("Shaded: where it may go if nothing changes (80% of outcomes).")
    if any(figure.value != figure.value for figure in one.figures):
        notes.append("Where the line is broken, no figure was found.")
    if one.latest:
        notes.append(f"Latest figure: {one.latest.reference}" + (f", published {one.latest.vintage}." if one.latest.vintage else "."))
    return f"<p class='note'>{escape(' '.join(notes))}</p>"


def neighborhoods(one: Indicator) -> str:
    """What is published by neighborhood in its place, and where it is shown; or that nothing is."""
    if not one.neighborhood_measure:
        return f"<p class='note'>{escape(one.neighborhood_note)}</p>"
    on_map = link("map", "See it on the map", id=one.neighborhood_measure, key="measure")
    gap = link("equity", "who is left behind", id=one.neighborhood_measure, key="measure")
    return f"<p class='note'>By neighborhood: {escape(one.neighborhood_note)} {on_map}, or {gap}.</p>"


def story(one: Indicator) -> str:
    """The story behind the curve as Markdown; nothing in it can load or run anything."""
    return sanitised(one.story) if one.story else "*Not written yet.*"
