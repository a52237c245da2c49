"""The sidebar's filters. Each gives its value back; the address keeps it (bind), so a view can be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lib import words
from lib.assessment import Assessment
from lib.methods.rollup import WORST_FIRST
from lib.model import Framework, Indicator


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
