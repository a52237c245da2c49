"""The parts of a neighborhood's page: itself in sentences, every indicator beside the city, and who is most like it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from lib import words
from lib.charts import map as drawn
from lib.charts.lines import lines
from lib.charts.sparkline import sparkline
from lib.charts.theme import MAP_EMPTY, Look
from lib.language import _
from lib.methods.funnel import Comparison
from lib.model import Area, Direction, Indicator
from lib.neighborhoods import AreaFigure, Layer, Standing
from lib.ui import board, cache
from lib.ui.links import link
from lib.ui.mapping import area_link, area_word, areas_word, line_of, money_unit, value_text
from lib.ui.text import css_escape, escape, html_of, unit_of

COMPARISON_LOOKS = {
    Comparison.BETTER: Look("thumb_up", "good"),
    Comparison.WORSE: Look("thumb_down", "concern"),
    Comparison.HIGHER: Look("north_east", "neutral"),
    Comparison.LOWER: Look("south_east", "neutral"),
    Comparison.SIMILAR: Look("drag_handle", "neutral"),
    Comparison.NOT_JUDGED: Look("question_mark", "neutral"),
}


def heading(area: Area, residents: float) -> str:
    """The name, its other names, what belongs to it, and how many people live there on how much land."""
    other = [one.name for one in area.names if one.kind == "name since 2020"]
    said = [_("A {kind} of {city}.").format(kind=_(cache.settings().areas.kind), city=cache.settings().city.name)]
    if other:
        said.append(_("Since 2020 it is called {names}.").format(names=words.listed(other)))
    said.append(_("It holds {parts}.").format(parts=words.listed(area.neighborhoods)) if area.neighborhoods else _("It holds no named neighborhood."))
    if residents > 0:
        said.append(_("{people} people live here, {density} to a square mile of land ({miles} square miles).").format(
            people=words.figure(residents, 0), density=words.figure(residents / area.land_sq_mi, 0), miles=f"{area.land_sq_mi:g}"))  # fmt: skip
    return f"<h1 class='page'>{escape(area.name)}</h1><p class='note'>{escape(' '.join(said))}</p>"


def names(areas: Sequence[Area]) -> str:
    """Their names in one line, as HTML."""
    return escape(words.listed([area.name for area in areas]))


def print_head(area: str, today: date) -> str:
    """A style that puts on each printed page what it is about, and when it was printed."""
    said = _("{area} · {title} · printed {day}").format(area=area, title=cache.settings().city.title, day=words.day(today))
    return f'<style>@page {{ @top-left {{ content: "{css_escape(said)}"; font: 9pt sans-serif; }} }}</style>'


def facts(area: Area, standings: Sequence[Standing]) -> str:
    """Some facts against the city, each a sentence or three: the figure, whether the difference is real, what changed."""
    if not standings:
        return f"<p class='first'>{_('No figures are published for it yet.')}</p>"
    return f"<ul class='facts'>{''.join(f'<li>{_fact(one)}</li>' for one in standings)}</ul>"


def _fact(one: Standing) -> str:
    layer = one.layer
    name = link("map", html_of(layer.measure, "name"), id=layer.measure.id, key="measure")
    unit = money_unit(layer)
    said = (f"<strong>{name}: {escape(value_text(layer, one.figure.value))}</strong> {escape(unit)} ({escape(words.period(one.period.label))}). "
            f"{escape(_beside_city(one))} {escape(one.comparison.sentence if one.comparison.comparison is not Comparison.NOT_JUDGED else _not_judged(one))}")  # fmt: skip
    return said + escape(_changed(one))


def _beside_city(one: Standing) -> str:
    if math.isnan(one.city):
        return ""
    said = _("On average over all {areas}: {value}.") if one.city_is_pooled else _("The whole city: {value}.")
    return said.format(areas=areas_word(), value=value_text(one.layer, one.city))


def _not_judged(one: Standing) -> str:
    return _("Not known whether the difference is more than chance.") if not math.isnan(one.city) else ""


def _changed(one: Standing) -> str:
    if one.earlier is None:
        return ""
    period, before = one.earlier
    moved = one.figure.value - before
    if words.figure(abs(moved), one.layer.series.decimals) == words.figure(0.0, one.layer.series.decimals):
        return f" {_('The same as in {period}.').format(period=words.period(period.label))}"
    said = _("Up from {value} in {period}.") if moved > 0 else _("Down from {value} in {period}.")
    return f" {said.format(value=value_text(one.layer, before), period=words.period(period.label))}"


def rug(several: Sequence[tuple[Indicator, Standing | None, str]]) -> str:
    """Every indicator that is published by area: here, the city, the difference in words, the line, who is responsible."""
    rows = "".join(_rug_row(*row) for row in several)
    label = escape(_("Every indicator here and in the city"))
    caption = _("The newest figure of each; by area the figure can differ from the indicator, as its page says")
    head = [f"<th scope='col'>{_('Indicator')}</th>", f"<th scope='col' class='n'>{_('Here')}</th>", f"<th scope='col' class='n'>{_('City')}</th>"]
    head += [f"<th scope='col'>{column}</th>" for column in (_("Beside the city"), _("Over time"), _("Responsible"), _("Next review"))]
    return (
        f"<h2 class='section'>{_('Every indicator')}</h2><div class='scroll' tabindex='0' role='region' aria-label='{label}'>"
        f"<table class='plain wide rug'><caption>{caption}</caption><thead><tr>{''.join(head)}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _rug_row(indicator: Indicator, one: Standing | None, reason: str) -> str:
    name = link("indicator", html_of(indicator, "name"), id=indicator.id, key="indicator")
    owner = f"<td>{escape(indicator.owner)}</td><td>{escape(words.day(indicator.next_review))}</td>"
    if one is None:
        return f"<tr><td>{name}</td><td class='n'>{escape(_(reason))}</td><td></td><td></td><td></td>{owner}</tr>"
    compared = board.chip(COMPARISON_LOOKS[one.comparison.comparison], _(str(one.comparison.comparison)))
    city = "" if math.isnan(one.city) else value_text(one.layer, one.city)
    if city and one.city_is_pooled:
        city = _("{value} (average)").format(value=city)
    unstable = f" <span class='grade'>{_('unstable')}</span>" if one.figure.is_unstable else ""
    return (
        f"<tr><td>{name}<br><span class='muted small'>{html_of(one.layer.measure, 'name')}, {escape(words.period(one.period.label))}</span></td>"
        f"<td class='n'>{escape(value_text(one.layer, one.figure.value))}{unstable}</td><td class='n'>{escape(city)}</td><td>{compared}</td>"
        f"<td>{_sparkline(one)}</td>{owner}</tr>"
    )


def _sparkline(one: Standing) -> str:
    values = [_here(one.layer, period.label, one.figure.area) for period in one.layer.periods]
    picture = sparkline(values, times=[float(period.end.toordinal()) for period in one.layer.periods])
    if not picture or sum(not math.isnan(value) for value in values) < 2:
        return ""
    known = [value for value in values if not math.isnan(value)]
    said = _("From {first} to {last}").format(first=value_text(one.layer, known[0]), last=value_text(one.layer, known[-1]))
    return f"<img src='{picture}' alt='{escape(said)}' width='132' height='36'>"


def _here(layer: Layer, period: str, area: str) -> float:
    return next((one.usable for one in layer.figures[period] if one.area == area), math.nan)


def beside(layer: Layer, areas: Sequence[Area], chosen: Sequence[str]) -> str:
    """The chosen areas and the city over the periods of one series."""
    names = {area.id: area.name for area in areas}
    times = [float(period.end.toordinal()) for period in layer.periods]
    if len(times) < 2:
        return ""
    drawn_lines = [line_of(layer, names[area], [_here(layer, period.label, area) for period in layer.periods]) for area in chosen]
    if layer.city:
        drawn_lines.append(line_of(layer, _("Whole city"), [layer.city.get(period.label, math.nan) for period in layer.periods], quiet=True))
    picture = lines(drawn_lines, ticks=[(times[0], words.period(layer.periods[0].label)), (times[-1], words.period(layer.latest.label))])
    said = "; ".join(f"{line.name}: {line.last}" for line in drawn_lines)
    return (f"<div><h3 class='section'>{html_of(layer.measure, 'name')}</h3><p class='note'>{escape(words.capital(unit_of(layer.measure, layer.series.unit)))}</p>"
            f"<img class='lines' src='{picture}' alt='{escape(said)}'></div>") if picture else ""  # fmt: skip


def pictures(several: Sequence[str]) -> str:
    """Charts side by side where there is room; "" where there is none."""
    if not any(several):
        return ""
    return f"<h2 class='section'>{_('Over time')}</h2><div class='side-by-side'>{''.join(several)}</div>"


def alike(area: Area, similar: Sequence[tuple[str, float]], areas: Sequence[Area], by: Sequence[str]) -> str:
    """The areas most like this one, and by what."""
    if not similar:
        return ""
    names = {one.id: one.name for one in areas}
    distances = {key: _("(distance {number})").format(number=words.figure(distance, 2)) for key, distance in similar}
    listed = ", ".join(f"{area_link(names[key], key)} <span class='muted'>{said}</span>" for key, said in distances.items())
    note = _("By {measures}; the distance is in standard deviations, 0 would be the same.").format(measures=escape(words.listed(by)))
    compare = link("compare", _("Compare them"), id=",".join([area.id, *distances]), key="with")
    return f"<h2 class='section'>{_('Most like it')}</h2><p>{listed}.</p><p class='note'>{note} {compare}.</p>"


def where(area: Area, areas: Sequence[Area], neighbors: Sequence[str]) -> str:
    """A small map with the area marked, and its neighbors."""
    names = {one.id: one.name for one in areas}
    shown = drawn.AreaMap(
        names=[one.name for one in areas],
        classes=[1 if one.id == area.id else 0 for one in areas],
        reasons=[""] * len(areas),
        palette=(MAP_EMPTY, drawn.MAP_SELECTED),
        labels=(),
        title="",
        subtitle="",
        source="",
    )
    beside_it = ", ".join(area_link(names[one], one) for one in neighbors if one in names)
    picture = drawn.picture(shown, cache.drawing(), width=230)
    said = _("{area} on the map of the city").format(area=area.name)
    note = _("Next to it: {areas}.").format(areas=beside_it) if beside_it else _("Next to it: none.")
    return f"<figure class='where'><img src='{picture}' alt='{escape(said)}' width='230'></figure><p class='note'>{note}</p>"


def every_area(areas: Sequence[Area]) -> str:
    """All areas as links, for who would rather choose from a list."""
    items = "".join(f"<li>{area_link(area.name, area.id)}</li>" for area in sorted(areas, key=lambda one: one.name))
    return f"<h2 class='section'>{_('All {areas}').format(areas=escape(areas_word()))}</h2><ul class='columns'>{items}</ul>"


def hits(found: Sequence[tuple[Area, str]], asked: str) -> str:
    """What a name in the address may have meant."""
    if not found:
        said = _("There is no {area} called “{name}”. Type another name above, or choose from the list.")
        return f"<p class='first'>{said.format(area=escape(area_word()), name=escape(asked))}</p>"
    items = "".join(f"<li>{_hit(area, name)}</li>" for area, name in found)
    return f"<p class='first'>{_('“{name}” may be one of these:').format(name=escape(asked))}</p><ul>{items}</ul>"


def _hit(area: Area, name: str) -> str:
    shown = area_link(area.name, area.id)
    return shown if name == area.name else _("{area} (with {name})").format(area=shown, name=escape(name))


def compare_table(rows: Sequence[tuple[Indicator | None, Layer, Sequence[AreaFigure], tuple[float, bool]]], chosen: Sequence[Area]) -> str:
    """Measures down, areas across; the better of those that can be judged is not crowned: chance decides between small areas."""
    head = "".join(f"<th scope='col' class='n'>{area_link(area.name, area.id)}</th>" for area in chosen)
    body = "".join(_compare_row(*row) for row in rows)
    return (
        f"<div class='scroll' tabindex='0' role='region' aria-label='{escape(_('Areas side by side'))}'><table class='plain compare'>"
        f"<caption>{_('The newest figure of each')}</caption><thead><tr><th scope='col'>{_('Indicator')}</th>{head}"
        f"<th scope='col' class='n'>{_('City')}</th></tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _compare_row(indicator: Indicator | None, layer: Layer, figures: Sequence[AreaFigure], city: tuple[float, bool]) -> str:
    name = link("map", html_of(indicator or layer.measure, "name"), id=layer.measure.id, key="measure")
    unstable = f" <span class=grade>{_('unstable')}</span>"
    cells = "".join(f"<td class='n'>{escape(value_text(layer, one.usable, missing=_(one.reason or 'not reported')))}"
                    f"{unstable if one.is_unstable else ''}</td>" for one in figures)  # fmt: skip
    better = {Direction.RISES: _("higher is better"), Direction.FALLS: _("lower is better")}.get(layer.measure.improves_when, "")
    average = f"<br><span class='muted small'>{_('average')}</span>" if city[1] and not math.isnan(city[0]) else ""
    return (f"<tr><td>{name}<br><span class='muted small'>{escape(words.listed([one for one in (unit_of(layer.measure, layer.series.unit), words.period(layer.latest.label), better) if one], last='·')) }</span></td>"
            f"{cells}<td class='n'>{escape(value_text(layer, city[0], missing=''))}{average}</td></tr>")  # fmt: skip
