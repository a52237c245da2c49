"""The sidebar's filters. Each gives its value back; the address keeps it (bind), so a view can be sent."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from lib import words
from lib.assessment import Assessment
from lib.methods.rollup import WORST_FIRST
from lib.model import Area, Framework, Indicator, NeighborhoodMeasure
from lib.neighborhoods import Layer, found_by, plain
from lib.settings import Ranking

SECONDS_A_PERIOD = 1.5


@dataclass(frozen=True)
class ScorecardChoice:
    outcomes: tuple[str, ...]
    statuses: tuple[str, ...]
    agencies: tuple[str, ...]
    only_neighborhoods: bool
    worst_first: bool

    def keeps(self, one: Assessment) -> bool:
        return (
            (not self.outcomes or one.outcome.id in self.outcomes)
            and (not self.statuses or str(one.status.status) in self.statuses)
            and (not self.agencies or one.indicator.owner in self.agencies)
            and (not self.only_neighborhoods or one.has_neighborhoods)
        )


def scorecard(framework: Framework, assessments: Sequence[Assessment]) -> ScorecardChoice:
    names = {outcome.id: outcome.name for outcome in framework.outcomes}
    statuses = [str(status) for status in WORST_FIRST if any(one.status.status is status for one in assessments)]
    agencies = sorted({one.indicator.owner for one in assessments})
    with st.sidebar:
        return ScorecardChoice(
            outcomes=tuple(st.multiselect("Outcome", list(names), format_func=names.get, key="outcomes",
                                          placeholder="All outcomes", bind="query-params")),
            statuses=tuple(st.multiselect("Status", statuses, format_func=words.capital, key="status",
                                          placeholder="All statuses", bind="query-params")),
            agencies=tuple(st.multiselect("Owner agency", agencies, key="agency", placeholder="All agencies",
                                          bind="query-params")),
            only_neighborhoods=st.toggle("Only with neighborhood data", key="neighborhood", bind="query-params"),
            worst_first=st.toggle("Worse and off target first", key="worst", bind="query-params"),
        )  # fmt: skip


def subject(label: str, names: dict[str, str], *, key: str) -> str:
    """Which one a page is about, e.g. the indicator. The address names it by its id: ?indicator=violent-crime.

    (Streamlit's own binding would put the translated name into the address, and the name may change.) An address that was
    changed since the last run, by a link or the back button, wins over the list. Where it names one that is not there, a
    sentence says so and the first is shown.
    """
    asked, written = st.query_params.get(key), f"_{key}_written"
    if asked in names and (asked != st.session_state.get(written) or key not in st.session_state):
        st.session_state[key] = asked
    elif asked is None and key not in st.session_state and st.session_state.get(written) in names:
        st.session_state[key] = st.session_state[written]  # the back button brings the address of the page before
    elif asked is not None and asked not in names:
        st.warning(f"There is no {label.lower()} at this address. The list on the left has all of them.")
    with st.sidebar:
        chosen = st.selectbox(label, list(names), format_func=names.get, key=key)
    if asked in names or asked is None or chosen != next(iter(names)):
        st.query_params[key] = chosen
    st.session_state[written] = st.query_params.get(key)
    return chosen


def benchmarks(indicator: Indicator, places: dict[str, str]) -> list[str]:
    """Places to draw beside the city. Nothing is asked where the indicator has none."""
    if not indicator.benchmarks:
        return []
    with st.sidebar:
        return st.multiselect("Compare with", list(indicator.benchmarks), format_func=lambda place: places.get(place, place),
                              key="compare", placeholder="Nobody", bind="query-params")  # fmt: skip


def other_series(indicator: Indicator) -> list[str]:
    """Other series of the city to draw in the same chart: those in the same unit as the headline, or, where there is no
    headline, one of them."""
    names = {series.id: series.name for series in indicator.series}
    with st.sidebar:
        if not indicator.headline:
            chosen = st.selectbox("Show", list(names), format_func=names.get, key="show", bind="query-params") if names else None
            return [chosen] if chosen else []
        unit = indicator.series_by_id(indicator.headline).unit
        others = [series.id for series in indicator.series if series.unit == unit and series.id != indicator.headline]
        if not others:
            return []
        return st.multiselect("Other counts of it", others, format_func=names.get, key="others", placeholder="None",
                              bind="query-params", help="Counted in another way: drawn apart, never joined.")  # fmt: skip


def neighborhood_measure(framework: Framework, measures: Mapping[str, NeighborhoodMeasure], *, first: Sequence[str]) -> str:
    """What is looked at by neighborhood: the indicators that have an equivalent first, then what supports them, by topic.
    Without a choice it is the first of `first` that is there."""
    stands_for = {one.neighborhood_measure: one.name for one in framework.indicators if one.neighborhood_measure in measures}
    leading = [key for key in first if key in stands_for][:1]
    names = {key: f"{stands_for[key]} (indicator)" for key in [*leading, *(key for key in stands_for if key not in leading)]}
    names |= {key: f"{one.topic}: {one.name}" for key, one in measures.items() if key not in stands_for}
    return subject("Measure", names, key="measure")


def series_of(layers: Sequence[Layer]) -> Layer:
    """One of a measure's series, the newest unless the reader chooses; nothing is asked where there is one only."""
    if len(layers) == 1:
        return layers[0]
    names = {layer.series.id: f"{layer.series.name}, {words.period(layer.periods[0].label)} to {words.period(layer.latest.label)}"
             for layer in layers}  # fmt: skip
    with st.sidebar:
        chosen = st.selectbox("Counted", list(names), format_func=names.get, key="series", bind="query-params",
                              help="Where the way of counting changed, the years before and after are never joined.")  # fmt: skip
    return next(layer for layer in layers if layer.series.id == chosen)


CHOSEN = "areas"  # the query parameter and the state of the areas that a reader chose


def chosen_areas(areas: Sequence[Area], *, label: str, most: int | None = None) -> list[str]:
    """The areas that the reader chose, by name or by a click on the map; the newest choice last."""
    names = {area.id: area.name for area in areas}
    with st.sidebar:
        return st.multiselect(label, list(names), format_func=names.get, key=CHOSEN, placeholder="Type a name",
                              bind="query-params", max_selections=most)  # fmt: skip


def period_of(layer: Layer, *, key: str = "period") -> str:
    """The period that is shown, the newest unless the reader moves the slider or lets it play."""
    labels = [period.label for period in layer.periods]
    if len(labels) == 1:
        st.caption(f"Only {words.period(labels[0])} is known.")
        return labels[0]
    if st.session_state.get(f"{key}-play"):
        _turn(labels, key)
    elif st.session_state.get(key, labels[-1]) not in labels:
        st.session_state[key] = labels[-1]
    given = {} if key in st.session_state else {"value": labels[-1]}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.select_slider("Period", labels, format_func=words.period, key=key, bind="query-params", **given)
        playing = st.toggle("Play", key=f"{key}-play", help="One period after the other; the colours keep their meaning.")
    if playing:
        _play()
    return chosen


def _turn(labels: Sequence[str], key: str) -> None:
    """The next period, and after the last the first; not before this one was there for its time."""
    now, shown = time.monotonic(), st.session_state.get(f"_{key}_since", 0.0)
    if now - shown >= SECONDS_A_PERIOD * 0.8:
        current = st.session_state.get(key, labels[-1])
        st.session_state[key] = labels[(labels.index(current) + 1) % len(labels)] if current in labels else labels[0]
        st.session_state[f"_{key}_since"] = now


@st.fragment(run_every=SECONDS_A_PERIOD)
def _play() -> None:
    """Asks for the next period while it plays; the first run is part of the page's own."""
    if st.session_state.get("_playing"):
        st.session_state["_playing"] = False
        st.rerun(scope="app")
    st.session_state["_playing"] = True


@dataclass(frozen=True)
class MapView:
    change: bool  # the change from the first to the last period instead of a period's level
    heights: bool


def map_view(layer: Layer) -> MapView:
    with st.sidebar:
        change = len(layer.change_breaks) == 2 and st.segmented_control(
            "Show", ["Level", "Change"], default="Level", key="show", bind="query-params") == "Change"  # fmt: skip
        heights = st.toggle("Heights", key="heights", bind="query-params", help="Draws each area as tall as its figure.")
    return MapView(change, heights)


def ranking(choices: Sequence[Ranking], measures: Mapping[str, NeighborhoodMeasure]) -> str:
    """The measure by which the areas are ranked; "" where none of the choices has figures."""
    names = {one.measure: one.name for one in choices if one.measure in measures}
    if not names:
        return ""
    with st.sidebar:
        return st.selectbox("Rank neighborhoods by", list(names), format_func=names.get, key="rank", bind="query-params",
                            help="The most disadvantaged fifth is compared with the least. The ranking is the same for every period.")  # fmt: skip


def _asked_for(key: str) -> str:
    """What the address says of a page's subject; where the back button brought another page's address, what it said last."""
    asked = st.query_params.get(key)
    if asked is None and st.query_params:
        asked = st.session_state.get(f"_{key}_asked")
        if asked:
            st.query_params[key] = asked
    st.session_state[f"_{key}_asked"] = asked
    return asked or ""


def area(areas: Sequence[Area], *, one: str) -> tuple[Area | None, str, list[tuple[Area, str]]]:
    """The area that the page is about: found by its name, by a neighborhood in it, or by a part of either. `one` is what the
    city calls an area in short.

    Gives the area (None when it is not clear), what the address asked for, and what that may have meant. The address has
    the area's id; any name of it, or a part, is understood too.
    """
    names = {(place.id, place.name): place.name for place in areas}
    names |= {(place.id, name): f"{name}, in {place.name}" for place in areas for name in (*place.neighborhoods, *place.other_names)}
    asked = _asked_for("area")
    known = {place.id: place for place in areas}
    hits = [] if asked in known else found_by(areas, asked)
    st.selectbox(f"Find your {one}", list(names), index=None, format_func=names.get, key="find", placeholder="Type its name",
                 on_change=_go_to_found)  # fmt: skip
    if asked in known:
        return known[asked], asked, []
    if len(hits) == 1 or (hits and plain(hits[0][1]) == plain(asked)):
        return hits[0][0], asked, hits
    return None, asked, hits


def _go_to_found() -> None:
    """The chosen name becomes the address; the field is empty again for the next."""
    chosen = st.session_state.get("find")
    if chosen:
        st.query_params["area"] = chosen[0]
        st.session_state["find"] = None


def compared_areas(areas: Sequence[Area]) -> list[str]:
    """Two to four areas. The address has their ids: ?with=canton,midtown."""
    names = {one.id: one.name for one in areas}
    asked = [key for key in dict.fromkeys(_asked_for("with").split(",")) if key in names][:MOST_COMPARED]
    if asked and ("compared" not in st.session_state or st.query_params.get("with") != st.session_state.get("_with_written")):
        st.session_state["compared"] = asked
    with st.sidebar:
        chosen = st.multiselect("Neighborhoods", list(names), format_func=names.get, key="compared", max_selections=MOST_COMPARED,
                                placeholder="Type a name")  # fmt: skip
    if chosen:
        st.query_params["with"] = ",".join(chosen)
    else:
        st.query_params.pop("with", None)
    st.session_state["_with_written"] = st.query_params.get("with")
    return chosen


MOST_COMPARED = 4
