"""A neighborhood on a page of its own: each measure's newest figure there, beside the city's, with what changed and where it was read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from lib import words
from lib.charts.sparkline import sparkline
from lib.language import _
from lib.model import Area
from lib.neighborhoods import Layer, Residents, Standing, standing, why_missing
from lib.opendata.edition import Edition
from lib.publish.html import escape, table


def body(edition: Edition, area: Area, layers: Sequence[Layer], residents: Residents) -> str:
    """The page's content. `layers` are the newest series of each measure, in their order."""
    return (
        f"<p class='crumb'><a href='../index.html#places'>{escape(words.capital(edition.settings.areas.several))}</a></p>"
        f"<h1>{escape(area.name)}</h1><p class='lead'>{escape(_about(edition, area))}</p>{_facts(edition, area, layers, residents)}{_take(area)}"
        f"<h2>{escape(_('Every measure'))}</h2><p class='note'>{escape(_('The newest figure of each. A missing figure is never zero.'))}</p>"
        + "".join(_topic(topic, list(own), area, residents) for topic, own in groupby(sorted(layers, key=lambda one: one.measure.topic), key=lambda one: one.measure.topic))
    )  # fmt: skip


def _about(edition: Edition, area: Area) -> str:
    said = [_("A {kind} of {city}.").format(kind=edition.settings.areas.kind, city=edition.settings.city.name)]
    renamed = [one.name for one in area.names if one.kind == "name since 2020"]
    if renamed:
        said.append(_("Since 2020 it is called {names}.").format(names=words.listed(renamed)))
    if area.neighborhoods:
        said.append(_("It holds {names}.").format(names=words.listed(area.neighborhoods)))
    return " ".join(said)


def _facts(edition: Edition, area: Area, layers: Sequence[Layer], residents: Residents) -> str:
    """What the city leads with, each in sentences."""
    by_measure = {layer.measure.id: layer for layer in layers}
    found = [standing(by_measure[key], area.id, residents=residents) for key in edition.settings.areas.facts if key in by_measure]
    return "<ul>" + "".join(f"<li>{_fact(one)}</li>" for one in found if one) + "</ul>" if any(found) else ""


def _fact(one: Standing) -> str:
    unit = words.unit_beside(one.layer.series.unit)
    parts = [
        f"<strong>{escape(one.layer.measure.name)}: {escape(_value(one.layer, one.figure.value))}</strong> {escape(unit)} ({escape(words.period(one.period.label))}).",
        escape(_beside(one)),
        escape(one.comparison.sentence),
    ]
    return " ".join(part for part in parts if part)


def _beside(one: Standing) -> str:
    if math.isnan(one.city):
        return ""
    whole = _("On average over all: {value}.") if one.city_is_pooled else _("The whole city: {value}.")
    return whole.format(value=_value(one.layer, one.city))


def _value(layer: Layer, value: float) -> str:
    return words.figure(value, layer.series.decimals, layer.series.unit)


def _take(area: Area) -> str:
    links = ", ".join(f"<a href='{escape(area.id)}.{form}' download>{form.upper()}</a>" for form in ("csv", "json"))
    return f"<p class='take'>{escape(_('Take all its figures with you, in every vintage:'))} {links}.</p>"


def _topic(topic: str, layers: Sequence[Layer], area: Area, residents: Residents) -> str:
    rows = [_row(layer, area, residents) for layer in layers]
    head = (_("Measure"), _("Here"), _("City"), _("Beside the city"), _("Over time"), _("Where it was read"))
    return f"<h3>{escape(topic)}</h3>" + table(head, rows, caption=topic, numbers=(1, 2), kind="measures")


def _row(layer: Layer, area: Area, residents: Residents) -> tuple[str, ...]:
    name = f"{escape(layer.measure.name)}<small>{escape(layer.series.unit)}</small>"
    one = standing(layer, area.id, residents=residents)
    if one is None:
        return name, escape(_(why_missing(layer, area.id) or "not reported")), "", "", "", escape(layer.measure.source)
    unstable = f" <small>{escape(_('few events: it says little'))}</small>" if one.figure.is_unstable else ""
    city = "" if math.isnan(one.city) else escape(_value(layer, one.city)) + (f"<small>{escape(_('average'))}</small>" if one.city_is_pooled else "")
    published = f" ({escape(_('published {vintage}').format(vintage=one.figure.vintage))})" if one.figure.vintage else ""
    return (
        name,
        f"{escape(_value(layer, one.figure.value))}<small>{escape(words.period(one.period.label))}</small>{unstable}",
        city,
        escape(words.capital(str(one.comparison.comparison))),
        _line(layer, area),
        f"<small>{escape(one.figure.reference)}{published}</small>",
    )


def _line(layer: Layer, area: Area) -> str:
    values = [next((one.usable for one in layer.figures[period.label] if one.area == area.id), math.nan) for period in layer.periods]
    known = [value for value in values if not math.isnan(value)]
    picture = sparkline(values, times=[float(period.end.toordinal()) for period in layer.periods])
    if not picture or len(known) < 2:
        return ""
    said = _("From {first} to {last}").format(first=_value(layer, known[0]), last=_value(layer, known[-1]))
    return f"<img src='{picture}' alt='{escape(said)}' width='132' height='36'>"
