"""Indicator. The mayor asks: is this number really getting better, and will it be where we promised?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.ui import cache, charts, detail, downloads, filters, frame, present, tables  # noqa: E402

every = {one.indicator.id: one for one in cache.assessments()}
if not every:
    frame.nothing_to_show("There are no indicators yet. Write the first one in data/, then start again.")
    st.stop()
chosen = filters.subject("Indicator", {key: one.indicator.name for key, one in every.items()}, key="indicator")
one = every[chosen]
observations = cache.observations()
observations = observations[observations["indicator"] == chosen]
places = {key: place.name for key, place in cache.geographies().items()}

if frame.presenting():
    st.html(detail.slide(one))
    charts.trend(one, observations, places, large=True)
    present.turn_buttons(cache.current_framework(), "indicator", chosen)
    st.stop()

st.html(detail.heading(one))
with_benchmarks = filters.benchmarks(one.indicator, places)
with_other_series = filters.other_series(one.indicator)
st.html(detail.headline(one) + detail.verdicts(one))
charts.trend(one, observations, places, benchmarks=with_benchmarks, others=with_other_series)
st.html(detail.chart_notes(one) + detail.neighborhoods(one.indicator))

why, card, story, figures = st.tabs(["Why this status", "Definition", "Story behind the curve", "Figures and references"],
                                    key="tab", on_change="rerun")  # fmt: skip
with why:
    st.html(cache.kept("why", chosen, make=lambda: detail.why(one)))
with card:
    st.html(detail.definition(one.indicator))
with story:
    st.markdown(detail.story(one.indicator))
if figures.open:  # the largest part of the page, and the least asked for
    figures.html(cache.kept("figures", chosen, make=lambda: detail.figures(one.indicator, observations, places)))
downloads.both(lambda: tables.indicator_tables(one, observations, places), name=chosen, what="All its figures")
