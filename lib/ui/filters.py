"""The sidebar's filters. Each gives its value back; the address keeps it (bind), so a view can be sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib import words
from lib.assessment import Assessment
from lib.language import _, languages, later, speaking
from lib.methods.rollup import WORST_FIRST
from lib.model import Area, Framework, Indicator, NeighborhoodMeasure
from lib.neighborhoods import Layer, found_by, plain
from lib.settings import Ranking
from lib.ui.text import text_of

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


def _capital(word: str) -> str:
    return words.capital(_(word))


def scorecard(framework: Framework, assessments: Sequence[Assessment]) -> ScorecardChoice:
    names = {outcome.id: text_of(outcome, "name") for outcome in framework.outcomes}
    statuses = [str(status) for status in WORST_FIRST if any(one.status.status is status for one in assessments)]
    agencies = sorted({one.indicator.owner for one in assessments})
    meant("status", statuses, _capital, several=True)
    with st.sidebar:
        return ScorecardChoice(
            outcomes=tuple(st.multiselect(_("Outcome"), list(names), format_func=names.get, key="outcomes",
                                          placeholder=_("All outcomes"), bind="query-params")),
            statuses=tuple(st.multiselect(_("Status"), statuses, format_func=_capital, key="status",
                                          placeholder=_("All statuses"), bind="query-params")),
            agencies=tuple(st.multiselect(_("Owner agency"), agencies, key="agency", placeholder=_("All agencies"),
                                          bind="query-params")),
            only_neighborhoods=any(one.has_neighborhoods for one in assessments)
            and st.toggle(_("Only with neighborhood data"), key="neighborhood", bind="query-params"),
            worst_first=st.toggle(_("Worse and off target first"), key="worst", bind="query-params"),
        )  # fmt: skip


def meant(key: str, options: Sequence[str], shown: Callable[[str], str], *, several: bool = False) -> None:
    """Streamlit's own binding writes the words that are shown into the address. Where the address was written in another language, this
    chooses what it means, before the widget is drawn. `shown` gives an option's word in the language that is spoken."""
    asked = st.query_params.get_all(key)
    if not asked or key in st.session_state or set(asked) <= {shown(one) for one in options}:
        return
    by_word = {}
    for language in languages():
        with speaking(language):
            by_word |= {shown(one): one for one in options}
    found = [by_word[word] for word in asked if word in by_word]
    if found:
        st.session_state[key] = found if several else found[0]


def tabs(key: str, names: Sequence[str]) -> Sequence[DeltaGenerator]:
    """Tabs of which only the open one is drawn; the address says which. `names` are constants marked with `later`."""
    meant(key, names, _)
    if st.session_state.get(key) in names:
        st.session_state[key] = _(st.session_state[key])
    return st.tabs([_(name) for name in names], key=key, on_change="rerun", bind="query-params")


def subject(label: str, names: dict[str, str], *, key: str) -> str:
    """Which one a page is about, e.g. the indicator. The address names it by its id: ?indicator=violent-crime.

    (Streamlit's own binding would put the translated name into the address, and the name may change.) An address that was
    changed since the last run, by a link or the back button, wins over the list. Where it names one that is not there, a
    sentence says so and the first is shown.
    """
    asked, written = st.query_params.get(key), f"_{key}_written"
    if st.session_state.get(key, None) not in names:  # of another framework
        st.session_state.pop(key, None)
    if asked in names and (asked != st.session_state.get(written) or key not in st.session_state):
        st.session_state[key] = asked
    elif asked is None and key not in st.session_state and st.session_state.get(written) in names:
        st.session_state[key] = st.session_state[written]  # the back button brings the address of the page before
    elif asked is not None and asked not in names:
        st.warning(_("There is no {what} at this address. The list on the left has all of them.").format(what=label.lower()))
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
        return st.multiselect(_("Compare with"), list(indicator.benchmarks), format_func=lambda place: places.get(place, place),
                              key="compare", placeholder=_("Nobody"), bind="query-params")  # fmt: skip


def other_series(indicator: Indicator) -> list[str]:
    """Other series of the city to draw in the same chart: those in the same unit as the headline, or, where there is no
    headline, one of them."""
    names = {series.id: series.name for series in indicator.series}
    with st.sidebar:
        if not indicator.headline:
            chosen = st.selectbox(_("Show"), list(names), format_func=names.get, key="show", bind="query-params") if names else None
            return [chosen] if chosen else []
        unit = indicator.series_by_id(indicator.headline).unit
        others = [series.id for series in indicator.series if series.unit == unit and series.id != indicator.headline]
        if not others:
            return []
        return st.multiselect(_("Other counts of it"), others, format_func=names.get, key="others", placeholder=_("None"),
                              bind="query-params", help=_("Counted in another way: drawn apart, never joined."))  # fmt: skip


def neighborhood_measure(framework: Framework, measures: Mapping[str, NeighborhoodMeasure], *, first: Sequence[str]) -> str:
    """What is looked at by neighborhood: the indicators that have an equivalent first, then what supports them, by topic.
    Without a choice it is the first of `first` that is there."""
    stands_for = {one.neighborhood_measure: text_of(one, "name") for one in framework.indicators if one.neighborhood_measure in measures}
    leading = [key for key in first if key in stands_for][:1]
    names = {key: _("{name} (indicator)").format(name=stands_for[key]) for key in [*leading, *(key for key in stands_for if key not in leading)]}
    names |= {key: f"{text_of(one, 'topic')}: {text_of(one, 'name')}" for key, one in measures.items() if key not in stands_for}
    return subject(_("Measure"), names, key="measure")


def series_of(layers: Sequence[Layer]) -> Layer:
    """One of a measure's series, the newest unless the reader chooses; nothing is asked where there is one only."""
    if len(layers) == 1:
        return layers[0]
    names = {layer.series.id: _("{series}, {first} to {last}").format(
                 series=layer.series.name, first=words.period(layer.periods[0].label), last=words.period(layer.latest.label))
             for layer in layers}  # fmt: skip
    with st.sidebar:
        chosen = st.selectbox(_("Counted"), list(names), format_func=names.get, key="series", bind="query-params",
                              help=_("Where the way of counting changed, the years before and after are never joined."))  # fmt: skip
    return next(layer for layer in layers if layer.series.id == chosen)


CHOSEN = "areas"  # the query parameter and the state of the areas that a reader chose


def chosen_areas(areas: Sequence[Area], *, label: str, most: int | None = None) -> list[str]:
    """The areas that the reader chose, by name or by a click on the map; the newest choice last."""
    names = {area.id: area.name for area in areas}
    with st.sidebar:
        return st.multiselect(label, list(names), format_func=names.get, key=CHOSEN, placeholder=_("Type a name"),
                              bind="query-params", max_selections=most)  # fmt: skip


def period_of(layer: Layer, *, key: str = "period") -> str:
    """The period that is shown, the newest unless the reader moves the slider or lets it play."""
    labels = [period.label for period in layer.periods]
    if len(labels) == 1:
        st.caption(_("Only {period} is known.").format(period=words.period(labels[0])))
        return labels[0]
    meant(key, labels, words.period)
    if st.session_state.get(f"{key}-play"):
        _turn(labels, key)
    elif st.session_state.get(key, labels[-1]) not in labels:
        st.session_state[key] = labels[-1]
    given = {} if key in st.session_state else {"value": labels[-1]}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.select_slider(_("Period"), labels, format_func=words.period, key=key, bind="query-params", **given)
        playing = st.toggle(_("Play"), key=f"{key}-play", help=_("One period after the other; the colours keep their meaning."))
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


LEVEL, CHANGE = later("Level"), later("Change")


@dataclass(frozen=True)
class MapView:
    change: bool  # the change from the first to the last period instead of a period's level
    heights: bool


def map_view(layer: Layer) -> MapView:
    meant("show", [LEVEL, CHANGE], _)
    given = {} if "show" in st.session_state else {"default": LEVEL}
    with st.sidebar:
        change = len(layer.change_breaks) == 2 and st.segmented_control(
            _("Show"), [LEVEL, CHANGE], format_func=_, key="show", bind="query-params", **given) == CHANGE  # fmt: skip
        heights = st.toggle(_("Heights"), key="heights", bind="query-params", help=_("Draws each area as tall as its figure."))
    return MapView(change, heights)


def ranking(choices: Sequence[Ranking], measures: Mapping[str, NeighborhoodMeasure]) -> str:
    """The measure by which the areas are ranked; "" where none of the choices has figures."""
    names = {one.measure: one.name for one in choices if one.measure in measures}
    if not names:
        return ""
    with st.sidebar:
        return st.selectbox(_("Rank neighborhoods by"), list(names), format_func=names.get, key="rank", bind="query-params",
                            help=_("The most disadvantaged fifth is compared with the least. The ranking is the same for every period."))  # fmt: skip


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
    names |= {(place.id, name): _("{name}, in {area}").format(name=name, area=place.name) for place in areas for name in (*place.neighborhoods, *place.other_names)}
    asked = _asked_for("area")
    known = {place.id: place for place in areas}
    hits = [] if asked in known else found_by(areas, asked)
    st.selectbox(_("Find your {area}").format(area=one), list(names), index=None, format_func=names.get, key="find", placeholder=_("Type its name"),
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
        chosen = st.multiselect(_("Neighborhoods"), list(names), format_func=names.get, key="compared", max_selections=MOST_COMPARED,
                                placeholder=_("Type a name"))  # fmt: skip
    if chosen:
        st.query_params["with"] = ",".join(chosen)
    else:
        st.query_params.pop("with", None)
    st.session_state["_with_written"] = st.query_params.get("with")
    return chosen


MOST_COMPARED = 4
