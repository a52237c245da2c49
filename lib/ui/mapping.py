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
from lib.ui import cache, downloads, filters, frame
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
        view=drawn.view_of(cache.drawing(), width=frame.map_width(), height=height),
        style=cache.settings().map.style,
        heights=heights,
    )
    said = f"{shown.title}. {shown.subtitle} " + "; ".join(f"{label}: {count}" for label, count in legend_counts(shown))
    st.pydeck_chart(deck, height=height, key=key, on_select=lambda: _toggle(key, chosen_key), selection_mode="multi-object", alt=said)


@st.fragment
def by_period(layer: Layer, areas: Sequence[Area], chosen: Sequence[str], *, change: bool, heights: bool) -> None:
    """All that follows the period: only this is sent anew when it changes. A click on the map draws the whole page."""
    period = layer.latest.label if change else filters.period_of(layer)
    shown = change_map(layer, areas, chosen) if change else level_map(layer, period, areas, chosen)
    st.html(worst_sentence(layer, period, areas) + chosen_sentence(layer, period, areas, chosen) + map_title(shown))
    explore(shown, key="map", chosen_key=filters.CHOSEN, heights=heights, height=640 if frame.presenting() else 560)
    st.html(legend(shown))
    downloads.image(lambda: image(shown), name=f"{layer.measure.id}-{period}", what="This map")
    if st.session_state.pop(MOVED, False):
        st.rerun()


MOVED = "_chosen_moved"


def _toggle(key: str, chosen_key: str) -> None:
    """What was clicked on or off since the last click changes what is chosen; the list in the sidebar may have, too."""
    now, before = clicked(st.session_state[key]), st.session_state.get(f"_{key}_clicked", [])
    chosen = list(st.session_state.get(chosen_key, []))
    for area in [*(one for one in now if one not in before), *(one for one in before if one not in now)]:
        chosen = [one for one in chosen if one != area] if area in chosen else [*chosen, area]
    st.session_state[chosen_key], st.session_state[f"_{key}_clicked"] = chosen, now
    st.session_state[MOVED] = True  # the list in the sidebar stands outside of what is drawn anew


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


def legend(shown: drawn.AreaMap) -> str:
    """The classes with how many areas are in each; and those without a figure, by pattern and in words."""
    counts = dict(legend_counts(shown))
    rows = [(f"style=background:{colour}", label) for colour, label in zip(shown.palette, shown.labels, strict=True)]
    rows += [(f"class={drawn.PATTERNS[reason]}", reason) for reason in sorted(set(shown.reasons) - {""})]
    return f"<ul class=legend aria-label=Legend>{''.join(f'<li><i {look}></i>{escape(label)} ({counts[label]})' for look, label in rows)}</ul>"


def legend_note(layer: Layer) -> str:
    several = cache.settings().areas.several
    judged = "the darker, the worse" if layer.measure.improves_when is not Direction.NEITHER else "the darker, the more; neither is better"
    fixed = " A colour means the same on the map of every period." if len(layer.periods) > 1 else ""
    return f"<p class='note'>Colours: {judged}. In brackets: how many {escape(several)}.{fixed} Click the map to choose some of them.</p>"


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


SHOWN_WORST = 5


def worst_sentence(layer: Layer, period: str, areas: Sequence[Area]) -> str:
    """Who is worst off, in a sentence with figures: before the city's average."""
    ordered = worst_first(layer, period)
    if not ordered:
        return f"<p class=first>No figure for {escape(words.period(period))} may be used.</p>"
    names = {area.id: area.name for area in areas}
    judged = layer.measure.improves_when is not Direction.NEITHER
    worst = [f"{escape(names[one.area])} {escape(value_text(layer, one.value))}" for one in ordered[:SHOWN_WORST]]
    best, city = ordered[-1], layer.city.get(period)
    whole = f" The whole city: {escape(value_text(layer, city))}." if city is not None else ""
    return (
        f"<p class=first><strong>{'Worst' if judged else 'Highest'} in {worst[0]}</strong> {escape(money_unit(layer))}, "
        f"{escape(words.period(period))}{'; then ' + ', '.join(worst[1:]) if worst[1:] else ''}. "
        f"{'Best' if judged else 'Lowest'}: {escape(names[best.area])} {escape(value_text(layer, best.value))}.{whole}</p>"
    )


def chosen_sentence(layer: Layer, period: str, areas: Sequence[Area], chosen: Sequence[str]) -> str:
    """The figures of the chosen areas in that period; "" where none is chosen."""
    names = {area.id: area.name for area in areas}
    figures = {one.area: one for one in layer.figures[period]}
    said = [f"{escape(names[area])} {_cell(layer, figures[area])}" for area in chosen if area in figures]
    return f"<p class=chosen-areas><strong>Chosen, {escape(words.period(period))}:</strong> {'; '.join(said)}.</p>" if said else ""


def area_link(name: str, area: str) -> str:
    return link("neighborhood", escape(name), id=area, key="area")


def _cell(layer: Layer, one: AreaFigure) -> str:
    """A figure as it stands in a table: with the reason where it is missing or not used, and a word where it is unstable."""
    shown = escape(value_text(layer, one.value, missing=one.reason))
    if one.reason and not math.isnan(one.value):
        shown += f" <span class=muted>({escape(one.reason)})</span>"
    return shown + (" <span class=grade title='20 cases or fewer stand behind it'>unstable</span>" if one.is_unstable else "")


def every_table(layer: Layer, areas: Sequence[Area], selected: Sequence[str]) -> str:
    """Every area and every period, the chosen ones first, then the worst of the latest period: the same as all maps, in
    figures. The change stands at the end where there is one."""
    labels = [period.label for period in reversed(layer.periods)]
    by_area = {label: {one.area: one for one in layer.figures[label]} for label in labels}
    names = {area.id: area.name for area in areas}
    order = list(dict.fromkeys([*selected, *(one.area for one in worst_first(layer, layer.latest.label)), *names]))
    moved = changes(layer, labels[-1], labels[0]) if len(labels) > 1 else {}

    def row(area: str) -> str:
        cells = "".join(f"<td class=n>{_cell(layer, by_area[label][area])}" for label in labels)
        change = f"<td class=n>{escape(_signed(layer, moved.get(area)))}" if moved else ""
        return f"<tr{' class=chosen' if area in selected else ''}><td>{area_link(names[area], area)}{cells}{change}"

    head = "".join(f"<th scope=col class=n>{escape(words.period(label))}" for label in labels) + ("<th scope=col class=n>Change" if moved else "")
    return (
        f"<div class='scroll tall' tabindex='0' role='region' aria-label='All figures by area and period'><table class='plain every'>"
        f"<caption>{escape(words.capital(layer.series.unit))}; worst in {escape(words.period(layer.latest.label))} first</caption><thead><tr>"
        f"<th scope=col>{escape(words.capital(cache.settings().areas.one))}{head}</thead><tbody>{''.join(map(row, order))}</tbody></table></div>"
    )


def _signed(layer: Layer, change: float | None) -> str:
    """A change with its sign, as precise as the figures."""
    if change is None:
        return ""
    sign = "+" if change > 0 else words.MINUS if change < 0 else ""
    return f"{sign}{words.figure(abs(change), layer.series.decimals, layer.series.unit if words.is_dollars(layer.series.unit) else '')}"


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
    return f"<h2 class='section'>First, middle and last period</h2><div class='multiples'>{''.join(parts)}</div>"


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
