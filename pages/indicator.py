"""Indicator. The mayor asks: is this number really getting better, and will it be where we promised?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.ui import cache, curve, detail, downloads, filters, frame, letters, links, people, present, stewardship, tables  # noqa: E402
from lib.ui.embed import embedded, indicator_source, picture, snippet  # noqa: E402
from lib.ui.text import text_of  # noqa: E402

every = {one.indicator.id: one for one in cache.assessments()}
if not every:
    frame.nothing_to_show(_("There are no indicators yet. Write the first one in data/, then start again."))
    st.stop()
chosen = filters.subject(_("Indicator"), {key: text_of(one.indicator, "name") for key, one in every.items()}, key="indicator")
one = every[chosen]
observations = cache.observations_of(chosen)
places = {key: place.name for key, place in cache.geographies().items()}
deeds = curve.deeds_of(one)

if frame.presenting():
    st.html(detail.slide(one))
    curve.chart(one, observations, places, deeds, large=True)
    present.turn_buttons(cache.current_framework(), "indicator", chosen)
    st.stop()

if not embedded():
    st.html(detail.heading(one))
with_benchmarks = filters.benchmarks(one.indicator, places)
with_other_series = filters.other_series(one.indicator)
marked = curve.pick(deeds)
if embedded():
    picture(one.indicator.name, lambda: curve.chart(one, observations, places, marked, benchmarks=with_benchmarks, others=with_other_series),
            source=indicator_source(one))  # fmt: skip
    st.stop()
st.html(detail.headline(one) + detail.verdicts(one))
curve.chart(one, observations, places, marked, benchmarks=with_benchmarks, others=with_other_series)
st.html(detail.chart_notes(one) + detail.neighborhoods(one.indicator) + curve.done(one, deeds, marked) + ("" if links.archived() else letters.line("indicator", chosen)))

why, card, turn, figures = filters.tabs("tab", detail.TABS)
with why:
    st.html(cache.kept("why", chosen, make=lambda: detail.why(one)))
with card:
    st.html(stewardship.card(one, people.current_person()) + detail.definition(one.indicator))
if turn.open:
    with turn:
        curve.turn(one)
if figures.open:  # the largest part of the page, and the least asked for
    figures.html(cache.kept("figures", chosen, make=lambda: detail.figures(one.indicator, observations, places)))
downloads.both(lambda: tables.indicator_tables(one, observations, places), name=chosen, what=_("All its figures"))
snippet("indicator")
