"""The parts of the map page: what the map shows, its legend, the table beside it and the words above it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

import streamlit as st

from lib import words
from lib.charts import map as drawn
from lib.charts.lines import SmallLine, lines
from lib.charts.theme import BETTER_TO_WORSE, MORE_DARKER, WORSE_DARKER
from lib.language import _, later
from lib.model import Area, Direction, Indicator, NeighborhoodMeasure
from lib.neighborhoods import AreaFigure, Layer, change_class, changes, class_of, worst_first
from lib.ui import cache, downloads, filters, frame
from lib.ui.links import link
from lib.ui.text import as_written, escape, html_of, htmls_of, text_of, unit_of

PATTERNS = "app/static/patterns.png"
LINE_CREDIT = later("Shapes: generalised Community Statistical Areas of 2010.")
AREA_WORDS = later("neighborhood"), later("neighborhoods"), later("Community Statistical Area")  # as config.toml has them; a city may have others


def area_word() -> str:
    """What the City calls one of the areas in short, in the reader's language where the catalogue has the word."""
    return _(cache.settings().areas.one)


def areas_word() -> str:
    return _(cache.settings().areas.several)


def value_text(layer: Layer, value: float, *, missing: str | None = None) -> str:
    return words.figure(value, layer.series.decimals, layer.series.unit, missing=missing)


def money_unit(layer: Layer) -> str:
    """The unit beside a figure: "of homes", "per 1,000 residents"."""
    return words.unit_beside(unit_of(layer.measure, layer.series.unit))


def palette(layer: Layer, number: int) -> tuple[str, ...]:
    """From light to dark, the darkest worst; fewer classes take the ends and what lies evenly between."""
    full = MORE_DARKER if layer.measure.improves_when is Direction.NEITHER else WORSE_DARKER
    chosen = tuple(full[round(place * (len(full) - 1) / max(number - 1, 1))] for place in range(number))
    return chosen[::-1] if layer.measure.improves_when is Direction.RISES else chosen


def class_labels(layer: Layer) -> list[str]:
    """What each class holds: "up to 0.7", "over 0.7 to 1.6"."""
    printed = [value_text(layer, one) for one in layer.breaks]
    if not printed:
        return []
    return [_("up to {high}").format(high=printed[0]), *(_("over {low} to {high}").format(low=a, high=b) for a, b in pairwise(printed))]


def level_map(layer: Layer, period: str, areas: Sequence[Area], selected: Sequence[str]) -> drawn.AreaMap:
    figures = layer.figures[period]
    return drawn.AreaMap(
        names=[area.name for area in areas],
        classes=[class_of(one.usable, layer.breaks) for one in figures],
        reasons=[one.reason for one in figures],
        palette=palette(layer, len(layer.breaks)),
        labels=class_labels(layer),
        title=text_of(layer.measure, "name"),
        subtitle=_("{unit}, {period}. {city} by {area}.").format(
            unit=words.capital(unit_of(layer.measure, layer.series.unit)), period=words.period(period), city=cache.settings().city.name, area=area_word()),
        source=f"{layer.measure.source}. {_(LINE_CREDIT)}",
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
        title=_("{measure}: change").format(measure=text_of(layer.measure, "name")),
        subtitle=_("{first} to {last}. {city} by {area}.").format(
            first=words.period(first), last=words.period(last), city=cache.settings().city.name, area=area_word()),
        source=f"{layer.measure.source}. {_(LINE_CREDIT)}",
        values=[abs(moved.get(area.id, math.nan)) for area in areas],
        selected=_places(areas, selected),
    )


def change_labels(layer: Layer) -> list[str]:
    some, much = (words.change(one, layer.series.decimals, layer.series.unit) for one in layer.change_breaks)
    if layer.measure.improves_when is not Direction.NEITHER:
        said = [_("better by more than {much}"), _("better by {some} to {much}"), _("within {some}"),
                _("worse by {some} to {much}"), _("worse by more than {much}")]  # fmt: skip
    else:
        said = [_("lower by more than {much}"), _("lower by {some} to {much}"), _("within {some}"),
                _("higher by {some} to {much}"), _("higher by more than {much}")]  # fmt: skip
    return [one.format(some=some, much=much) for one in said]


def _places(areas: Sequence[Area], selected: Sequence[str]) -> frozenset[int]:
    return frozenset(place for place, area in enumerate(areas) if area.id in selected)


def explore(shown: drawn.AreaMap, *, key: str, chosen_key: str, heights: bool = False, height: int = 560) -> None:
    """The map to be explored. A click on an area adds it to what is chosen under `chosen_key`, or takes it away."""
    _explore(shown, key=key, heights=heights, height=height, mode="multi-object", clicked_on=lambda: _toggle(key, chosen_key))


def explore_one(shown: drawn.AreaMap, *, key: str, chosen_key: str, offered: Mapping[str, str], height: int = 560) -> None:
    """The map to be explored. A click on one of the `offered` areas puts what that area is called there under `chosen_key`; a click on that one, None."""
    _explore(shown, key=key, heights=False, height=height, mode="single-object", clicked_on=lambda: _open(key, chosen_key, offered))


def _explore(shown: drawn.AreaMap, *, key: str, heights: bool, height: int, mode: Literal["single-object", "multi-object"], clicked_on: Callable[[], None]) -> None:
    deck = drawn.deck(
        shown,
        shapes=cache.shapes(),
        patterns=PATTERNS,
        view=drawn.view_of(cache.drawing(), width=frame.map_width(), height=height),
        style=cache.settings().map.style,
        heights=heights,
    )
    said = f"{shown.title}. {shown.subtitle} " + "; ".join(f"{label}: {count}" for label, count in legend_counts(shown))
    st.pydeck_chart(deck, height=height, key=key, on_select=clicked_on, selection_mode=mode, alt=said)


@st.fragment
def by_period(layer: Layer, areas: Sequence[Area], chosen: Sequence[str], *, change: bool, heights: bool) -> None:
    """All that follows the period: only this is sent anew when it changes. A click on the map draws the whole page."""
    period = layer.latest.label if change else filters.period_of(layer)
    shown = change_map(layer, areas, chosen) if change else level_map(layer, period, areas, chosen)
    st.html(worst_sentence(layer, period, areas) + chosen_sentence(layer, period, areas, chosen) + map_title(shown))
    explore(shown, key="map", chosen_key=filters.CHOSEN, heights=heights, height=640 if frame.presenting() else 560)
    st.html(legend(shown))
    downloads.image(lambda: image(shown), name=f"{layer.measure.id}-{period}", what=_("This map"))
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


def _open(key: str, chosen_key: str, offered: Mapping[str, str]) -> None:
    """The area of the click is open from now on, or closed where it was. What is open may come from the sidebar or the table, too."""
    now, before = clicked(st.session_state[key]), st.session_state.get(f"_{key}_clicked", [])
    st.session_state[f"_{key}_clicked"] = now
    area = next(iter([*now, *before]), "")
    if area in offered:
        st.session_state[chosen_key] = None if st.session_state.get(chosen_key) == offered[area] else offered[area]


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
    return counts + [(_(reason), shown.reasons.count(reason)) for reason in sorted(set(shown.reasons) - {""})]


def legend(shown: drawn.AreaMap) -> str:
    """The classes with how many areas are in each; and those without a figure, by pattern and in words."""
    counts = dict(legend_counts(shown))
    rows = [(f"style=background:{colour}", label) for colour, label in zip(shown.palette, shown.labels, strict=True)]
    rows += [(f"class={drawn.PATTERNS[reason]}", _(reason)) for reason in sorted(set(shown.reasons) - {""})]
    return f"<ul class=legend aria-label='{escape(_('Legend'))}'>{''.join(f'<li><i {look}></i>{escape(label)} ({counts[label]})' for look, label in rows)}</ul>"


def legend_note(layer: Layer) -> str:
    judged = layer.measure.improves_when is not Direction.NEITHER
    said = [
        _("Colours: the darker, the worse.") if judged else _("Colours: the darker, the more; neither is better."),
        _("In brackets: how many {areas}.").format(areas=escape(areas_word())),
        _("A colour means the same on the map of every period.") if len(layer.periods) > 1 else "",
        _("Click the map to choose some of them."),
    ]
    return f"<p class='note'>{' '.join(filter(None, said))}</p>"


def heading(measure: NeighborhoodMeasure, indicator: Indicator | None) -> str:
    """The title, what is counted, and how it differs from the indicator that it stands for."""
    about = ""
    if indicator:
        page = link("indicator", html_of(indicator, "name"), id=indicator.id, key="indicator")
        said = _("Stands for the indicator {indicator}: {note}").format(indicator=page, note=html_of(indicator, "neighborhood_note"))
        about = f"<p class='note'>{said}</p>"
    badges = "".join(f'<span class="grade">{flag}</span> ' for flag in htmls_of(measure, "flags"))
    title = _("{name} by {area}").format(name=html_of(indicator or measure, "name"), area=escape(area_word()))
    return f"<h1 class='page'>{title}</h1><p class='note'>{html_of(measure, 'definition')} {badges}</p>{about}"


SHOWN_WORST = 5


def worst_sentence(layer: Layer, period: str, areas: Sequence[Area]) -> str:
    """Who is worst off, in a sentence with figures: before the city's average."""
    ordered = worst_first(layer, period)
    if not ordered:
        return f"<p class=first>{_('No figure for {period} may be used.').format(period=escape(words.period(period)))}</p>"
    names = {area.id: area.name for area in areas}
    judged = layer.measure.improves_when is not Direction.NEITHER
    worst = [f"{escape(names[one.area])} {escape(value_text(layer, one.value))}" for one in ordered[:SHOWN_WORST]]
    best, city = ordered[-1], layer.city.get(period)
    if worst[1:]:
        first = (_("<strong>Worst in {area}</strong> {unit}, {period}; then {others}.") if judged
                 else _("<strong>Highest in {area}</strong> {unit}, {period}; then {others}."))  # fmt: skip
    else:
        first = _("<strong>Worst in {area}</strong> {unit}, {period}.") if judged else _("<strong>Highest in {area}</strong> {unit}, {period}.")
    said = [
        first.format(area=worst[0], unit=escape(money_unit(layer)), period=escape(words.period(period)), others=", ".join(worst[1:])),
        (_("Best: {area}.") if judged else _("Lowest: {area}.")).format(area=f"{escape(names[best.area])} {escape(value_text(layer, best.value))}"),
        _("The whole city: {value}.").format(value=escape(value_text(layer, city))) if city is not None else "",
    ]
    return f"<p class=first>{' '.join(filter(None, said))}</p>"


def chosen_sentence(layer: Layer, period: str, areas: Sequence[Area], chosen: Sequence[str]) -> str:
    """The figures of the chosen areas in that period; "" where none is chosen."""
    names = {area.id: area.name for area in areas}
    figures = {one.area: one for one in layer.figures[period]}
    said = [f"{escape(names[area])} {_cell(layer, figures[area])}" for area in chosen if area in figures]
    lead = _("Chosen, {period}:").format(period=escape(words.period(period)))
    return f"<p class=chosen-areas><strong>{lead}</strong> {'; '.join(said)}.</p>" if said else ""


def area_link(name: str, area: str) -> str:
    return link("neighborhood", escape(name), id=area, key="area")


def _cell(layer: Layer, one: AreaFigure) -> str:
    """A figure as it stands in a table: with the reason where it is missing or not used, and a word where it is unstable."""
    shown = escape(value_text(layer, one.value, missing=_(one.reason)))
    if one.reason and not math.isnan(one.value):
        shown += f" <span class=muted>({escape(_(one.reason))})</span>"
    why = escape(_("20 cases or fewer stand behind it"))
    return shown + (f" <span class=grade title='{why}'>{_('unstable')}</span>" if one.is_unstable else "")


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

    head = "".join(f"<th scope=col class=n>{escape(words.period(label))}" for label in labels) + (f"<th scope=col class=n>{_('Change')}" if moved else "")
    caption = _("{unit}; worst in {period} first").format(unit=words.capital(unit_of(layer.measure, layer.series.unit)), period=words.period(layer.latest.label))
    return (
        f"<div class='scroll tall' tabindex='0' role='region' aria-label='{escape(_('All figures by area and period'))}'><table class='plain every'>"
        f"<caption>{escape(caption)}</caption><thead><tr>"
        f"<th scope=col>{escape(words.capital(area_word()))}{head}</thead><tbody>{''.join(map(row, order))}</tbody></table></div>"
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
        said = _("Map of {measure}, {period}").format(measure=text_of(layer.measure, "name"), period=words.period(period))
        parts.append(f'<figure><img src="{picture}" alt="{escape(said)}"><figcaption>{escape(words.period(period))}</figcaption></figure>')
    return f"<h2 class='section'>{_('First, middle and last period')}</h2><div class='multiples'>{''.join(parts)}</div>"


def trend(layer: Layer, areas: Sequence[Area], selected: Sequence[str]) -> str:
    """The chosen areas and the city over the periods, and the same in a sentence."""
    names = {area.id: area.name for area in areas}
    chosen = list(selected) or [one.area for one in worst_first(layer, layer.latest.label)[:1]]
    times = [float(period.end.toordinal()) for period in layer.periods]
    drawn_lines = [line_of(layer, names[area], [_of(layer, period.label, area) for period in layer.periods]) for area in chosen]
    if layer.city:
        drawn_lines.append(line_of(layer, _("Whole city"), [layer.city.get(period.label, math.nan) for period in layer.periods], quiet=True))
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
    last = _("no figure")
    if known:
        period, value = known[-1]
        last = value_text(layer, value) + ("" if period == layer.latest else f" ({words.period(period.label)})")
    return SmallLine(name, [float(period.end.toordinal()) for period in layer.periods], values, last, quiet)


def caveats(layer: Layer) -> str:
    """What to beware of, and where the figures were read."""
    noted = [*htmls_of(layer.measure, "caveats"), as_written(escape(layer.series.note))]
    references = sorted({one.reference for period in layer.periods for one in layer.figures[period.label] if one.reference})
    items = "".join(f"<li>{one}</li>" for one in noted if one)
    read = "".join(f"<li>{escape(one)}</li>" for one in references)
    nothing = f"<li>{_('Nothing noted.')}</li>"
    return (f"<h2 class='section'>{_('Beware')}</h2><ul>{items or nothing}</ul>"
            f"<h2 class='section'>{_('Where the figures were read')}</h2><p class='note'>{escape(layer.measure.source)}</p><ul class='small'>{read}</ul>")  # fmt: skip
