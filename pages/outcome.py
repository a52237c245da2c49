"""Outcome. The mayor asks: how does this outcome stand, and which services work on it?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.ui import board, cache, charts, curve, filters, frame, outcome, present  # noqa: E402
from lib.ui.text import text_of  # noqa: E402

framework = cache.current_framework()
if not framework.outcomes:
    frame.nothing_to_show(_("There are no outcomes yet. Write them in data/, then start again."))
    st.stop()
outcomes = {one.id: one for one in framework.outcomes}
chosen = outcomes[filters.subject(_("Outcome"), {key: text_of(one, "name") for key, one in outcomes.items()}, key="outcome")]
own = [one for one in cache.assessments() if one.outcome.id == chosen.id]

st.html(outcome.heading(chosen, own))
if frame.presenting():
    st.html(board.slide(own))
    present.turn_buttons(framework, "outcome", chosen.id)
    st.stop()

if not own:
    frame.nothing_to_show(_("This outcome has no indicators yet."))
places = {key: place.name for key, place in cache.geographies().items()}
for row in outcome.pairs(own):
    for column, one in zip(st.columns(2, gap="large"), row, strict=False):
        with column:
            st.html(outcome.card(one))
            charts.trend(one, cache.observations_of(one.indicator.id), places, height=240)
dollars = cache.kept("dollars of an outcome", chosen.id, make=lambda: outcome.dollars(cache.budget(), framework, chosen))
st.html(outcome.plan(chosen) + outcome.services(framework, chosen) + dollars + curve.open_follow_ups(own))
