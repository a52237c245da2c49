"""The sidebar's filters. Each gives its value back; the address keeps it (bind), so a view can be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from lib import words
from lib.assessment import Assessment
from lib.methods.rollup import WORST_FIRST
from lib.model import Framework


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
    """Which one a page is about, e.g. the indicator. The address names it: ?indicator=violent-crime.

    Where the address names one that is not there, a sentence says so and the first is shown.
    """
    asked = st.query_params.get(key)
    if asked is not None and asked not in names and st.session_state.get(key) not in names:
        st.warning(f"There is no {label.lower()} at this address. The list on the left has all of them.")
    with st.sidebar:
        return st.selectbox(label, list(names), format_func=names.get, key=key, bind="query-params")
