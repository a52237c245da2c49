"""Service requests by type, agency and neighborhood; the neighborhoods on a map and in a table, each of which opens one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

import streamlit as st

from lib import words
from lib.charts import map as maps
from lib.charts.theme import WORSE_DARKER
from lib.language import _, later
from lib.methods.requests import ASKING, OnTime
from lib.store.requests import Part
from lib.ui import cache, mapping
from lib.ui.request_charts import count, section, share_of, table
from lib.ui.request_view import AREA, Facts, View, day_of
from lib.ui.text import escape

FEW = 20  # requests that fell due: with fewer an area's share says too little for a map; our choice
CLASSES = ((0.5, later("under 50%")), (0.7, later("50% to under 70%")), (0.8, later("70% to under 80%")), (0.9, later("80% to under 90%")), (math.inf, later("90% or more")))

MAP_HEIGHT = 480
PART_CAPTION = later("Came in, closed and fell due in the year; open and overdue at its end; the largest backlog first")
PART_HEAD = (later("Open"), later("Overdue"), later("On time"), later("Fell due"), later("Came in"), later("Closed"))


def part_rows(parts: Sequence[Part], names: dict[str, str], unnamed: str) -> list[tuple[str, ...]]:
    return [(names.get(one.name, one.name) or unnamed, count(one.open), count(one.overdue), share_of(one.on_time.share), count(one.on_time.due),
             count(one.opened), count(one.closed)) for one in parts]  # fmt: skip


def by_type_and_agency(facts: Facts) -> str:
    made = []
    for name, title, column in (("type", _("By type"), _("Type")), ("agency", _("By agency"), _("Agency"))):
        if name in facts.parts:
            rows = part_rows(facts.parts[name], {}, _("not named"))
            made.append(section(title) + table((column, *map(_, PART_HEAD)), rows, caption=_(PART_CAPTION), height="30rem"))
    return "".join(made)


def by_area(view: View, facts: Facts) -> None:
    """Only within one type: neighborhoods ask for different things. A click on the map, or a link in the table, opens one of them."""
    areas, one = cache.areas(), mapping.area_word()
    if not areas:
        return
    head = section(_("By {area}").format(area=one))
    if "area" not in facts.parts:
        said = _("Choose a type of request on the left to see each {area}. They ask for different things, so only requests of one type can be compared.")
        st.html(f"{head}<p>{said.format(area=escape(one))}</p>")
        return
    parts, names = facts.parts["area"], {area.id: area.name for area in areas}
    st.html(f"{head}<p>{escape(_ends(parts, names))}</p>")
    left, right = st.columns([2, 3], gap="large")
    with left:
        shown = area_map(view, parts)
        st.html(mapping.map_title(shown))
        mapping.explore_one(shown, key="request-map", chosen_key=AREA, offered={part.name: names.get(part.name, part.name) for part in parts if part.name}, height=MAP_HEIGHT)
        about = _("The darker, the later. Not used: fewer than {few} requests fell due. Click the map, or a name in the table, to open one; click it again to go back.").format(few=FEW)
        st.html(f"{mapping.legend(shown)}<p class=note>{escape(about)} {escape(_(mapping.LINE_CREDIT))}</p>")
        if view.asked.area:
            st.button(_("Back to the whole city"), key="request-back", icon=":material/arrow_back:", on_click=lambda: st.session_state.update({AREA: None}))
    with right:
        st.html(f"<p class=note><strong>{escape(_(ASKING))}</strong></p>{_linked(view, parts, names)}")


def _ends(parts: Sequence[Part], names: dict[str, str]) -> str:
    """Where the share in time is lowest and where it is highest, of those with enough requests; "" of none."""
    ordered = sorted((part for part in parts if part.name and part.on_time.due >= FEW), key=lambda part: (part.on_time.share, part.name))
    if not ordered:
        return ""
    low, high = ordered[0], ordered[-1]
    return _("Least on time in {low}: {low_share}. Most in {high}: {high_share}.").format(
        low=names.get(low.name, low.name), low_share=_limits(low), high=names.get(high.name, high.name), high_share=_limits(high))  # fmt: skip


def _linked(view: View, parts: Sequence[Part], names: dict[str, str]) -> str:
    """The same in figures; each name leads to the page of that area, with the other filters kept in its address."""
    kept = {"request-type": view.asked.type} | ({"request-agency": view.asked.agency} if view.asked.agency else {}) | (
        {"request-day": date.fromordinal(view.day).isoformat()} if view.day != view.load.last_day else {})  # fmt: skip

    def name_of(part: Part) -> str:
        said = escape(names.get(part.name, part.name) or _("no known place"))
        return f'<a href="{escape("./requests?" + urlencode({AREA: names.get(part.name, part.name)} | kept))}">{said}</a>' if part.name else said

    head = "".join(f"<th scope=col{' class=n' if place else ''}>{escape(one)}" for place, one in enumerate((words.capital(mapping.area_word()), *map(_, PART_HEAD))))
    rows = "".join(
        f"<tr{' class=chosen' if part.name and part.name == view.asked.area else ''}><td>{name_of(part)}" + "".join(f"<td class=n>{escape(cell)}" for cell in row[1:]) for part, row in zip(parts, part_rows(parts, names, ""), strict=True)
    )
    return (f"<div class='scroll tall' style='max-height:34rem' tabindex=0 role=region aria-label='{escape(_(PART_CAPTION))}'><table class='plain every'>"
            f"<caption>{escape(_(PART_CAPTION))}</caption><thead><tr>{head}</thead><tbody>{rows}</tbody></table></div>")  # fmt: skip


def _limits(part: Part) -> str:
    low, high = part.on_time.limits
    share, low, high = (words.figure(100 * one, 0, words.PERCENT) for one in (part.on_time.share, low, high))
    return _("{share} of {requests} (give or take chance: {low} to {high})").format(
        share=share, requests=words.count_of(part.on_time.due, "request", "requests"), low=low, high=high)  # fmt: skip


def area_map(view: View, parts: Sequence[Part]) -> maps.AreaMap:
    by_name = {part.name: part.on_time for part in parts}
    found = [by_name.get(area.id, OnTime(0, 0)) for area in cache.areas()]
    return maps.AreaMap(
        names=[area.name for area in cache.areas()],
        classes=[next(place for place, (below, _label) in enumerate(CLASSES) if one.share < below) if one.due >= FEW else None for one in found],
        reasons=["" if one.due >= FEW else "not used" if one.due else "not applicable" for one in found],
        palette=WORSE_DARKER[::-1],
        labels=[_(label) for _below, label in CLASSES],
        title=_("On time: {type}").format(type=view.asked.type),
        subtitle=_("Share of requests that fell due in the 52 weeks to {day}").format(day=day_of(view.day)),
        source="",
        selected=frozenset(place for place, area in enumerate(cache.areas()) if area.id == view.asked.area),
    )
