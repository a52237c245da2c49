"""The parts of the map page: what the map shows, its legend, the table beside it and the words above it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import streamlit as st

from lib import words
from lib.charts import map as drawn
from lib.charts.lines import SmallLine, lines
from lib.charts.theme import BETTER_TO_WORSE, MORE_DARKER, WORSE_DARKER
from lib.model import Area, Direction, Indicator, NeighborhoodMeasure
from lib.neighborhoods import AreaFigure, Layer, change_class, changes, class_of, worst_first
from lib.ui import cache
from lib.ui.links import link
from lib.ui.text import escape

PATTERNS = "app/static/patterns.png"
LINE_CREDIT = "Shapes: generalised Community Statistical Areas of 2010."


def value_text(layer: Layer, value: float, *, missing: str = "not reported") -> str:
    return words.figure(value, layer.series.decimals, layer.series.unit, missing=missing)


def money_unit(layer: Layer) -> str:
    """The unit beside a figure: "of homes", "per 1,000 residents"."""
    return words.unit_beside(layer.series.unit)


def palette(layer: Layer, number: int) -> tuple[str, ...]:
    """From light to dark, the darkest worst; fewer classes take the ends and what lies evenly between."""
    full = MORE_DARKER if layer.measure.improves_when is Direction.NEITHER else WORSE_DARKER
    chosen = tuple(full[round(place * (len(full) - 1) / max(number - 1, 1))] for place in range(number))
    return chosen[::-1] if layer.measure.improves_when is Direction.RISES else chosen


def class_labels(layer: Layer) -> list[str]:
    """What each class holds: "up to 0.7", "over 0.7 to 1.6"."""
    printed = [value_text(layer, one) for one in layer.breaks]
    return [f"up to {printed[0]}"] + [f"over {a} to {b}" for a, b in pairwise(printed)] if printed else []


def level_map(layer: Layer, period: str, areas: Sequence[Area], selected: Sequence[str]) -> drawn.AreaMap:
    figures = layer.figures[period]
    return drawn.AreaMap(
        names=[area.name for area in areas],
        classes=[class_of(one.usable, layer.breaks) for one in figures],
        reasons=[one.reason for one in figures],
        palette=palette(layer, len(layer.breaks)),
        labels=class_labels(layer),
        title=layer.measure.name,
        subtitle=f"{words.capital(layer.series.unit)}, {words.period(period)}. {cache.settings().city.name} by {cache.settings().areas.one}.",
        source=f"{layer.measure.source}. {LINE_CREDIT}",
        values=[one.usable for one in figures],
        selected=_places(areas, selected),
    )


def change_map(layer: Layer, areas: Sequence[Area], selected: Sequence[str]) -> drawn.AreaMap:
    """The change from the first period to the last, around none."""
    first, last = layer.periods[0].label, layer.periods[-1].label
    moved = changes(layer, first, last)
    classes = [change_class(moved.get(area.id, math.nan), layer.change_breaks, layer.measure.improves_when) for area in areas]
    reasons = [a.reason or b.reason for a, b in zip(layer.figures[first], layer.figures[last], strict=True)]
    return drawn.AreaMap(
        names=[area.name for area in areas],
        classes=classes,
        reasons=reasons,
        palette=BETTER_TO_WORSE,
        labels=change_labels(layer),
        title=f"{layer.measure.name}: change",
        subtitle=f"{words.period(first)} to {words.period(last)}. {cache.settings().city.name} by {cache.settings().areas.one}.",
        source=f"{layer.measure.source}. {LINE_CREDIT}",
        values=[abs(moved.get(area.id, math.nan)) for area in areas],
        selected=_places(areas, selected),
    )


def change_labels(layer: Layer) -> list[str]:
    judged = layer.measure.improves_when is not Direction.NEITHER
    good, bad = ("better", "worse") if judged else ("lower", "higher")
    some, much = (words.change(one, layer.series.decimals, layer.series.unit) for one in layer.change_breaks)
    return [f"{good} by more than {much}", f"{good} by {some} to {much}", f"within {some}", f"{bad} by {some} to {much}",
            f"{bad} by more than {much}"]  # fmt: skip


def _places(areas: Sequence[Area], selected: Sequence[str]) -> frozenset[int]:
    return frozenset(place for place, area in enumerate(areas) if area.id in selected)


def explore(shown: drawn.AreaMap, *, key: str, chosen_key: str, heights: bool = False, height: int = 560) -> None:
    """The map to be explored. A click on an area adds it to what is chosen under `chosen_key`, or takes it away."""
    deck = drawn.deck(
        shown,
        shapes=cache.shapes(),
        patterns=PATTERNS,
        view=drawn.view_of(cache.drawing(), height=height),
        style=cache.settings().map.style,
        heights=heights,
    )
    said = f"{shown.title}. {shown.subtitle} " + "; ".join(f"{label}: {count}" for label, count in legend_counts(shown))
    st.pydeck_chart(deck, height=height, key=key, on_select=lambda: _toggle(key, chosen_key), selection_mode="multi-object", alt=said)


def _toggle(key: str, chosen_key: str) -> None:
    """What was clicked on or off since the last click changes what is chosen; the list in the sidebar may have, too."""
    now, before = clicked(st.session_state[key]), st.session_state.get(f"_{key}_clicked", [])
    chosen = list(st.session_state.get(chosen_key, []))
    for area in [*(one for one in now if one not in before), *(one for one in before if one not in now)]:
        chosen = [one for one in chosen if one != area] if area in chosen else [*chosen, area]
    st.session_state[chosen_key], st.session_state[f"_{key}_clicked"] = chosen, now


def clicked(event) -> list[str]:
    """Only the position is read from what the browser sends: the shapes that it sends along are not looked at."""
    places = event["selection"]["indices"].get(drawn.PICK, []) if event else []
    known = cache.areas()
    return [known[place].id for place in places if isinstance(place, int) and 0 <= place < len(known)]


def map_title(shown: drawn.AreaMap) -> str:
    return f"<p class='map-title'><strong>{escape(shown.title)}</strong> <span class='muted'>{escape(shown.subtitle)}</span></p>"


def image(shown: drawn.AreaMap) -> bytes:
    """The map as an SVG file that says what it shows, of when and where, and from which source."""
    return drawn.svg(shown, cache.drawing(), width=720).encode()


def legend_counts(shown: drawn.AreaMap) -> list[tuple[str, int]]:
    counts = [(label, sum(one == number for one in shown.classes)) for number, label in enumerate(shown.labels)]
    return counts + [(reason, shown.reasons.count(reason)) for reason in sorted(set(shown.reasons) - {""})]


def legend(shown: drawn.AreaMap, layer: Layer) -> str:
    """The classes with how many areas are in each; and those without a figure, by pattern and in words."""
    counts = dict(legend_counts(shown))
    rows = [(drawn.swatch(colour), label, counts[label]) for colour, label in zip(shown.palette, shown.labels, strict=True)]
    rows += [(drawn.swatch(pattern=drawn.PATTERNS[reason]), reason, counts[reason]) for reason in sorted(set(shown.reasons) - {""})]
    items = "".join(f'<li><img src="{image}" alt="" width="28" height="18"> {escape(label)} <span class="muted">({count})</span></li>'
                    for image, label, count in rows)  # fmt: skip
    judged = "The darker, the worse." if layer.measure.improves_when is not Direction.NEITHER else "The darker, the more; neither is better."
    fixed = "A colour means the same on the map of every period." if len(layer.periods) > 1 else ""
    return f'<ul class="legend" aria-label="Legend: classes and how many {escape(cache.settings().areas.several)} are in each">{items}</ul><p class="note">{judged} {fixed}</p>'


def heading(measure: NeighborhoodMeasure, indicator: Indicator | None) -> str:
    """The title, what is counted, and how it differs from the indicator that it stands for."""
    name = indicator.name if indicator else measure.name
    about = ""
    if indicator:
        page = link("indicator", escape(indicator.name), id=indicator.id, key="indicator")
        about = f"<p class='note'>Stands for the indicator {page}: {escape(indicator.neighborhood_note)}</p>"
    badges = "".join(f'<span class="grade">{escape(flag)}</span> ' for flag in measure.flags)
    return (f"<h1 class='page'>{escape(name)} by {escape(cache.settings().areas.one)}</h1>"
            f"<p class='note'>{escape(measure.definition)} {badges}</p>{about}")  # fmt: skip


def worst_sentence(layer: Layer, period: str, areas: Sequence[Area]) -> str:
    """Who is worst off, in a sentence with figures: before the city's average."""
    ordered = worst_first(layer, period)
    if not ordered:
        return f"<p class='first'>No figure for {escape(words.period(period))} may be used.</p>"
    names = {area.id: area.name for area in areas}
    judged = layer.measure.improves_when is not Direction.NEITHER
    worst, best = ordered[0], ordered[-1]
    city = layer.city.get(period)
    against = f" The whole city: {escape(value_text(layer, city))}." if city is not None else ""
    lead = "Worst" if judged else "Highest"
    return (
        f"<p class='first'><strong>{lead} in {area_link(names[worst.area], worst.area)}: {escape(value_text(layer, worst.value))}</strong> "
        f"{escape(money_unit(layer))}, {escape(words.period(period))}. {'Best' if judged else 'Lowest'} in "
        f"{area_link(names[best.area], best.area)}: {escape(value_text(layer, best.value))}.{against}</p>"
    )


def area_link(name: str, area: str) -> str:
    return link("neighborhood", escape(name), id=area, key="area")


def table(layer: Layer, period: str, areas: Sequence[Area], selected: Sequence[str], *, moved: bool = False) -> str:
    """Every area with its figure: the chosen ones first, then the worst first; those without a figure last, with the reason."""
    names = {area.id: area.name for area in areas}
    figures = {one.area: one for one in layer.figures[period]}
    order = [one.area for one in worst_first(layer, period)]
    order += [area.id for area in areas if area.id not in order]
    order = [area for area in order if area in selected] + [area for area in order if area not in selected]
    change = changes(layer, layer.periods[0].label, layer.periods[-1].label) if moved else {}
    rows = "".join(_row(layer, names[area], figures[area], area in selected, change.get(area) if moved else None, moved) for area in order)
    last = "<th scope='col' class='n'>Change</th>" if moved else ""
    return (
        f"<div class='scroll tall' tabindex='0' role='region' aria-label='Figures by area'><table class='plain'>"
        f"<caption>{escape(words.capital(layer.series.unit))}, {escape(words.period(period))}</caption><thead><tr>"
        f"<th scope='col'>{escape(words.capital(cache.settings().areas.one))}</th><th scope='col' class='n'>Figure</th>{last}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(layer: Layer, name: str, one: AreaFigure, chosen: bool, change: float | None, moved: bool) -> str:
    shown = escape(value_text(layer, one.value, missing=one.reason))
    if one.reason and not math.isnan(one.value):
        shown += f" <span class='muted'>({escape(one.reason)})</span>"
    unstable = " <span class='grade' title='Fewer than 20 cases stand behind it'>unstable</span>" if one.is_unstable else ""
    extra = ""
    if moved:
        sign = "" if change is None else "+" if change > 0 else words.MINUS if change < 0 else ""
        said = "" if change is None else f"{sign}{words.change(change, layer.series.decimals, layer.series.unit)}"
        extra = f"<td class='n'>{escape(said)}</td>"
    return f"<tr{' class=chosen' if chosen else ''}><td>{area_link(name, one.area)}</td><td class='n'>{shown}{unstable}</td>{extra}</tr>"


def multiples(layer: Layer, areas: Sequence[Area]) -> str:
    """The first, the middle and the last period as small maps with the same classes."""
    if len(layer.periods) < 2:
        return ""
    chosen = sorted({0, (len(layer.periods) - 1) // 2, len(layer.periods) - 1})
    parts = []
    for place in chosen:
        period = layer.periods[place].label
        picture = drawn.picture(level_map(layer, period, areas, ()), cache.drawing(), width=260)
        said = f"Map of {layer.measure.name}, {words.period(period)}"
        parts.append(f'<figure><img src="{picture}" alt="{escape(said)}"><figcaption>{escape(words.period(period))}</figcaption></figure>')
    return f"<h2 class='section'>Over time</h2><div class='multiples'>{''.join(parts)}</div>"


def trend(layer: Layer, areas: Sequence[Area], selected: Sequence[str]) -> str:
    """The chosen areas and the city over the periods, and the same in a sentence."""
    names = {area.id: area.name for area in areas}
    chosen = list(selected) or [one.area for one in worst_first(layer, layer.latest.label)[:1]]
    times = [float(period.end.toordinal()) for period in layer.periods]
    drawn_lines = [line_of(layer, names[area], [_of(layer, period.label, area) for period in layer.periods]) for area in chosen]
    if layer.city:
        drawn_lines.append(line_of(layer, "Whole city", [layer.city.get(period.label, math.nan) for period in layer.periods], quiet=True))
    ticks = [(times[place], words.period(layer.periods[place].label)) for place in sorted({0, len(times) - 1})]
    picture = lines(drawn_lines, ticks=ticks)
    if not picture or len(times) < 2:
        return ""
    said = "; ".join(f"{line.name}: {line.last}" for line in drawn_lines)
    return f'<img class="lines" src="{picture}" alt="{escape(said)}">'


def _of(layer: Layer, period: str, area: str) -> float:
    return next((one.usable for one in layer.figures[period] if one.area == area), math.nan)


def line_of(layer: Layer, name: str, values: Sequence[float], *, quiet: bool = False) -> SmallLine:
    """A line over the layer's periods, with its newest value, and of when that is where it is not the latest period."""
    known = [(period, value) for period, value in zip(layer.periods, values, strict=True) if not math.isnan(value)]
    last = "no figure"
    if known:
        period, value = known[-1]
        last = value_text(layer, value) + ("" if period == layer.latest else f" ({words.period(period.label)})")
    return SmallLine(name, [float(period.end.toordinal()) for period in layer.periods], values, last, quiet)


def caveats(layer: Layer) -> str:
    """What to beware of, and where the figures were read."""
    noted = [*layer.measure.caveats, layer.series.note]
    references = sorted({one.reference for period in layer.periods for one in layer.figures[period.label] if one.reference})
    items = "".join(f"<li>{escape(one)}</li>" for one in noted if one)
    read = "".join(f"<li>{escape(one)}</li>" for one in references)
    return (f"<h2 class='section'>Beware</h2><ul>{items or '<li>Nothing noted.</li>'}</ul>"
            f"<h2 class='section'>Where the figures were read</h2><p class='note'>{escape(layer.measure.source)}</p><ul class='small'>{read}</ul>")  # fmt: skip
