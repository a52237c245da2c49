"""An indicator on a page of its own: where it stands, its line, what it counts, every figure with its reference."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from lib import words
from lib.assessment import Assessment, Figure, spoken_trend, target_text
from lib.charts.plain import trend_svg
from lib.charts.trend import Aim, Line
from lib.language import _
from lib.model import Indicator, Series
from lib.opendata.edition import Edition
from lib.publish.html import escape, facts, movement, status, table


def body(edition: Edition, one: Assessment, observations: pd.DataFrame) -> str:
    """The page's content. `observations` are the indicator's, as lib.store.queries.observations gives them."""
    indicator = one.indicator
    return (
        f"<p class='crumb'><a href='../index.html#{escape(one.outcome.id)}'>{escape(one.outcome.name)}</a></p>"
        f"<h1>{escape(indicator.name)}</h1><p class='lead'>{escape(indicator.definition)}</p>"
        f"{_headline(one)}{_verdicts(one)}{_trend(one)}{_take(indicator)}"
        f"<h2>{escape(_('Definition'))}</h2>{definition(indicator)}"
        f"<h2>{escape(_('Every figure'))}</h2>{_figures(edition, indicator, observations)}"
    )


def _headline(one: Assessment) -> str:
    latest, target, baseline = one.latest, one.target, one.baseline
    found = [(_("No figure yet"), "") if latest is None else (
        _("Latest, {period}").format(period=words.period_of(latest.period)) + (", " + _("provisional") if latest.provisional else ""), _value(latest, one))]  # fmt: skip
    found.append((_("Target, {period}").format(period=words.period_of(target.period)), target_text(one)) if target else (_("Target"), _("none known")))
    if baseline:
        found.append((_("Baseline, {period}").format(period=words.period_of(baseline.period)), _value(baseline, one)))
    items = "".join(f"<li><span class='label'>{escape(label)}</span><span class='value'>{escape(value)}</span></li>" for label, value in found)
    unit = f"<p class='note'>{escape(words.capital(one.unit))}.</p>" if latest else ""
    return f"<ul class='figures'>{items}</ul>{unit}"


def _value(figure: Figure, one: Assessment) -> str:
    return words.figure(figure.value, one.decimals, one.unit)


def _verdicts(one: Assessment) -> str:
    return (
        f"<div class='verdicts'><div><h2>{escape(_('Will it be at its target in time?'))}</h2>{status(one)}<p>{escape(one.status.sentence)}</p></div>"
        f"<div><h2>{escape(_('Is it really moving, or is it noise?'))}</h2>{movement(one)}<p>{escape(one.movement.sentence)}</p></div></div>"
    )


def _trend(one: Assessment) -> str:
    if one.series is None:
        return f"<p class='note'>{escape(_('No figure measures this indicator itself; those below are related.'))}</p>"
    drawing = trend_svg(line_of(one.figures, one.series), aim_of(one), said=spoken_trend(one))
    return f"<h2>{escape(_('Over time'))}</h2>{drawing}<p class='note'>{escape(_about_the_line(one))}</p>" if drawing else ""


def line_of(figures: Sequence[Figure], series: Series) -> Line:
    return Line(
        name=escape(series.name),
        times=[figure.period.end for figure in figures],
        labels=[escape(words.period_of(figure.period)) for figure in figures],
        values=[figure.value for figure in figures],
        texts=[escape(words.figure(figure.value, series.decimals, series.unit)) for figure in figures],
    )


def aim_of(one: Assessment) -> Aim | None:
    if one.target is None or one.asked is None or one.baseline is None:
        return None
    label = escape(_("Target {value}").format(value=target_text(one)))
    return Aim(one.baseline.period.end, one.baseline.value, one.asked.end, label, one.target.value, one.target.low, one.target.high, label)


def _about_the_line(one: Assessment) -> str:
    said = [f"{one.series.name}, {one.series.unit}."]
    if one.target and one.baseline:
        said.append(_("Dashed: the straight line from the baseline to the target."))
    if any(math.isnan(figure.value) for figure in one.figures):
        said.append(_("Where the line is broken, no figure was found."))
    if one.latest:
        published = _("published {vintage}").format(vintage=one.latest.vintage) if one.latest.vintage else _("its source does not say when it was published")
        said.append(_("Latest figure: {reference}, {published}.").format(reference=one.latest.reference, published=published))
    return " ".join(said)


def _take(indicator: Indicator) -> str:
    links = ", ".join(f"<a href='{escape(indicator.id)}.{form}' download>{form.upper()}</a>" for form in ("csv", "json"))
    return f"<p class='take'>{escape(_('Take all its figures with you, in every vintage:'))} {links}.</p>"


def definition(one: Indicator) -> str:
    beware = " ".join(one.caveats)
    published = one.frequency if one.collected else f"{one.frequency}; {_('not collected any more')}. {one.collected_note}"
    return facts(
        [
            (_("How it is counted"), one.formula),
            (_("Unit"), one.unit),
            (_("Better when it"), {"rises": _("rises"), "falls": _("falls"), "within": _("stays within its range")}[one.improves_when]),
            (_("Why it matters"), one.why_it_matters),
            (_("Source"), one.source),
            (_("Published"), published),
            (_("Owner"), one.owner),
            (_("Beware"), beware or _("nothing noted")),
            (_("By neighborhood"), one.neighborhood_note),
            (_("Evidence grade"), f"{one.evidence}. {one.evidence_note}"),
            (_("Confirmed"), one.confirmed.reference if one.confirmed else _("Not yet: the name is a reconstruction until a person confirms it.")),
            (_("Reference"), one.reference),
        ]
    )


def _figures(edition: Edition, one: Indicator, observations: pd.DataFrame) -> str:
    """The newest vintage of every figure; the series in the file's order, newest first."""
    places = {key: place.name for key, place in edition.places.items()} | {area.id: area.name for area in edition.areas}
    blocks = []
    for series in one.series:
        own = observations[observations["series"] == series.id]
        if own.empty:
            continue
        rows = [
            (
                escape(words.period(row.period, series.kind)) + (f" ({escape(_('provisional'))})" if row.provisional else ""),
                escape(", ".join([places.get(row.geography, row.geography), *([row.group] if row.group else [])])),
                escape(words.figure(row.value, series.decimals, series.unit, missing=_(row.missing_reason))),
                escape(row.vintage or _("not stated")),
                escape(row.reference + (f" ({row.note})" if row.note else "")),
            )
            for row in own.sort_values("end", ascending=False, kind="stable").itertuples()
        ]
        note = f"<p class='note'>{escape(series.note)}</p>" if series.note else ""
        blocks.append(f"<h3>{escape(series.name)}</h3>{note}" + table(
            (_("Period"), _("Place"), _("Value"), _("Published"), _("Reference")), rows, caption=f"{series.name}, {series.unit}", numbers=(2,)))  # fmt: skip
    return "".join(blocks) or f"<p>{escape(_('No figures.'))}</p>"
