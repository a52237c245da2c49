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
from lib.methods.funnel import Comparison
from lib.model import Area, Direction, Indicator
from lib.neighborhoods import AreaFigure, Layer, Standing
from lib.ui import board, cache
from lib.ui.links import link
from lib.ui.mapping import area_link, line_of, money_unit, value_text
from lib.ui.text import css_escape, escape

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
    renamed = f" Since 2020 it is called {escape(words.listed(other))}." if other else ""
    parts = words.listed(area.neighborhoods) if area.neighborhoods else "no named neighborhood"
    people = ""
    if residents > 0:
        people = f" {residents:,.0f} people live here, {residents / area.land_sq_mi:,.0f} to a square mile of land ({area.land_sq_mi:g} square miles)."
    return (f"<h1 class='page'>{escape(area.name)}</h1><p class='note'>A {escape(cache.settings().areas.kind)} of {escape(cache.settings().city.name)}."
            f"{renamed} It holds {escape(parts)}.{escape(people)}</p>")  # fmt: skip


def names(areas: Sequence[Area]) -> str:
    """Their names in one line, as HTML."""
    return escape(words.listed([area.name for area in areas]))


def print_head(area: str, today: date) -> str:
    """A style that puts on each printed page what it is about, and when it was printed."""
    said = f"{area} · {cache.settings().city.title} · printed {words.day(today)}"
    return f'<style>@page {{ @top-left {{ content: "{css_escape(said)}"; font: 9pt sans-serif; }} }}</style>'


def facts(area: Area, standings: Sequence[Standing]) -> str:
    """Some facts against the city, each a sentence or three: the figure, whether the difference is real, what changed."""
    if not standings:
        return "<p class='first'>No figures are published for it yet.</p>"
    return f"<ul class='facts'>{''.join(f'<li>{_fact(one)}</li>' for one in standings)}</ul>"


def _fact(one: Standing) -> str:
    layer = one.layer
    name = link("map", escape(layer.measure.name), id=layer.measure.id, key="measure")
    unit = money_unit(layer)
    said = (f"<strong>{name}: {escape(value_text(layer, one.figure.value))}</strong> {escape(unit)} ({escape(words.period(one.period.label))}). "
            f"{escape(_beside_city(one))} {escape(one.comparison.sentence if one.comparison.comparison is not Comparison.NOT_JUDGED else _not_judged(one))}")  # fmt: skip
    return said + escape(_changed(one))


def _beside_city(one: Standing) -> str:
    if math.isnan(one.city):
        return ""
    whole = f"On average over all {cache.settings().areas.several}" if one.city_is_pooled else "The whole city"
    return f"{whole}: {value_text(one.layer, one.city)}."


def _not_judged(one: Standing) -> str:
    return "Not known whether the difference is more than chance." if not math.isnan(one.city) else ""


def _changed(one: Standing) -> str:
    if one.earlier is None:
        return ""
    period, before = one.earlier
    moved = one.figure.value - before
    if words.figure(abs(moved), one.layer.series.decimals) == words.figure(0.0, one.layer.series.decimals):
        return f" The same as in {words.period(period.label)}."
    verb = "Up" if moved > 0 else "Down"
    return f" {verb} from {value_text(one.layer, before)} in {words.period(period.label)}."


def rug(several: Sequence[tuple[Indicator, Standing | None, str]]) -> str:
    """Every indicator that is published by area: here, the city, the difference in words, the line, who is responsible."""
    rows = "".join(_rug_row(*row) for row in several)
    return (
        "<h2 class='section'>Every indicator</h2><div class='scroll' tabindex='0' role='region' aria-label='Every indicator here and in the city'>"
        "<table class='plain wide rug'><caption>The newest figure of each; by area the figure can differ from the indicator, as its page says</caption><thead><tr>"
        "<th scope='col'>Indicator</th><th scope='col' class='n'>Here</th><th scope='col' class='n'>City</th><th scope='col'>Beside the city</th>"
        "<th scope='col'>Over time</th><th scope='col'>Responsible</th><th scope='col'>Next review</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _rug_row(indicator: Indicator, one: Standing | None, reason: str) -> str:
    name = link("indicator", escape(indicator.name), id=indicator.id, key="indicator")
    owner = f"<td>{escape(indicator.owner)}</td><td>{escape(words.day(indicator.next_review))}</td>"
    if one is None:
        return f"<tr><td>{name}</td><td class='n'>{escape(reason)}</td><td></td><td></td><td></td>{owner}</tr>"
    compared = board.chip(COMPARISON_LOOKS[one.comparison.comparison], str(one.comparison.comparison))
    city = "" if math.isnan(one.city) else value_text(one.layer, one.city) + (" (average)" if one.city_is_pooled else "")
    unstable = " <span class='grade'>unstable</span>" if one.figure.is_unstable else ""
    return (
        f"<tr><td>{name}<br><span class='muted small'>{escape(one.layer.measure.name)}, {escape(words.period(one.period.label))}</span></td>"
        f"<td class='n'>{escape(value_text(one.layer, one.figure.value))}{unstable}</td><td class='n'>{escape(city)}</td><td>{compared}</td>"
        f"<td>{_sparkline(one)}</td>{owner}</tr>"
    )


def _sparkline(one: Standing) -> str:
    values = [_here(one.layer, period.label, one.figure.area) for period in one.layer.periods]
    picture = sparkline(values, times=[float(period.end.toordinal()) for period in one.layer.periods])
    if not picture or sum(not math.isnan(value) for value in values) < 2:
        return ""
    known = [value for value in values if not math.isnan(value)]
    said = f"From {value_text(one.layer, known[0])} to {value_text(one.layer, known[-1])}"
    return f"<img src='{picture}' alt='{escape(said)}' width='132' height='36'>"


def _here(layer: Layer, period: str, area: str) -> float:
    return next((one.usable for one in layer.figures[period] if one.area == area), math.nan)


def beside(layer: Layer, areas: Sequence[Area], chosen: Sequence[str], *, title: str) -> str:
    """The chosen areas and the city over the periods of one series."""
    names = {area.id: area.name for area in areas}
    times = [float(period.end.toordinal()) for period in layer.periods]
    if len(times) < 2:
        return ""
    drawn_lines = [line_of(layer, names[area], [_here(layer, period.label, area) for period in layer.periods]) for area in chosen]
    if layer.city:
        drawn_lines.append(line_of(layer, "Whole city", [layer.city.get(period.label, math.nan) for period in layer.periods], quiet=True))
    picture = lines(drawn_lines, ticks=[(times[0], words.period(layer.periods[0].label)), (times[-1], words.period(layer.latest.label))])
    said = "; ".join(f"{line.name}: {line.last}" for line in drawn_lines)
    return (f"<div><h3 class='section'>{escape(title)}</h3><p class='note'>{escape(words.capital(layer.series.unit))}</p>"
            f"<img class='lines' src='{picture}' alt='{escape(said)}'></div>") if picture else ""  # fmt: skip


def pictures(several: Sequence[str]) -> str:
    """Charts side by side where there is room; "" where there is none."""
    if not any(several):
        return ""
    return f"<h2 class='section'>Over time</h2><div class='side-by-side'>{''.join(several)}</div>"


def alike(area: Area, similar: Sequence[tuple[str, float]], areas: Sequence[Area], by: Sequence[str]) -> str:
    """The areas most like this one, and by what."""
    if not similar:
        return ""
    names = {one.id: one.name for one in areas}
    listed = ", ".join(f"{area_link(names[key], key)} <span class='muted'>(distance {distance:.2f})</span>" for key, distance in similar)
    ids = ",".join([area.id, *(key for key, _ in similar)])
    return (f"<h2 class='section'>Most like it</h2><p>{listed}.</p><p class='note'>By {escape(words.listed(by))}; the distance is in standard "
            f"deviations, 0 would be the same. {link('compare', 'Compare them', id=ids, key='with')}.</p>")  # fmt: skip


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
    return (f"<figure class='where'><img src='{picture}' alt='{escape(area.name)} on the map of the city' width='230'></figure>"
            f"<p class='note'>Next to it: {beside_it or 'none'}.</p>")  # fmt: skip


def every_area(areas: Sequence[Area]) -> str:
    """All areas as links, for who would rather choose from a list."""
    items = "".join(f"<li>{area_link(area.name, area.id)}</li>" for area in sorted(areas, key=lambda one: one.name))
    return f"<h2 class='section'>All {escape(cache.settings().areas.several)}</h2><ul class='columns'>{items}</ul>"


def hits(found: Sequence[tuple[Area, str]], asked: str) -> str:
    """What a name in the address may have meant."""
    if not found:
        return f"<p class='first'>There is no {escape(cache.settings().areas.one)} called “{escape(asked)}”. Type another name above, or choose from the list.</p>"
    items = "".join(f"<li>{area_link(area.name, area.id)}{f' (with {escape(name)})' if name != area.name else ''}</li>" for area, name in found)
    return f"<p class='first'>“{escape(asked)}” may be one of these:</p><ul>{items}</ul>"


def compare_table(rows: Sequence[tuple[Indicator | None, Layer, Sequence[AreaFigure], tuple[float, bool]]], chosen: Sequence[Area]) -> str:
    """Measures down, areas across; the better of those that can be judged is not crowned: chance decides between small areas."""
    head = "".join(f"<th scope='col' class='n'>{area_link(area.name, area.id)}</th>" for area in chosen)
    body = "".join(_compare_row(*row) for row in rows)
    return (
        "<div class='scroll' tabindex='0' role='region' aria-label='Areas side by side'><table class='plain compare'>"
        f"<caption>The newest figure of each</caption><thead><tr><th scope='col'>Indicator</th>{head}<th scope='col' class='n'>City</th></tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _compare_row(indicator: Indicator | None, layer: Layer, figures: Sequence[AreaFigure], city: tuple[float, bool]) -> str:
    name = link("map", escape(indicator.name if indicator else layer.measure.name), id=layer.measure.id, key="measure")
    cells = "".join(f"<td class='n'>{escape(value_text(layer, one.usable, missing=one.reason or 'not reported'))}"
                    f"{' <span class=grade>unstable</span>' if one.is_unstable else ''}</td>" for one in figures)  # fmt: skip
    better = {Direction.RISES: "higher is better", Direction.FALLS: "lower is better"}.get(layer.measure.improves_when, "")
    average = "<br><span class='muted small'>average</span>" if city[1] and not math.isnan(city[0]) else ""
    return (f"<tr><td>{name}<br><span class='muted small'>{escape(words.listed([one for one in (layer.series.unit, words.period(layer.latest.label), better) if one], last='·')) }</span></td>"
            f"{cells}<td class='n'>{escape(value_text(layer, city[0], missing=''))}{average}</td></tr>")  # fmt: skip
