"""Map. The mayor asks: where is it worst, how do the neighborhoods differ, and what changed?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.ui import cache, downloads, embed, filters, frame, mapping, tables  # noqa: E402

areas, measures, framework = cache.areas(), cache.measures(), cache.current_framework()
if not areas:
    frame.no_neighborhoods()
    st.stop()
if not measures:
    frame.nothing_to_show(_("There are no figures by neighborhood yet. Write measures/ in data/, then start again."))
    st.stop()
measure = measures[filters.neighborhood_measure(framework, measures, first=cache.settings().areas.facts)]
indicator = next((one for one in framework.indicators if one.neighborhood_measure == measure.id), None)
if not embed.embedded():
    st.html(mapping.heading(measure, indicator))
layers = cache.layers(measure.id)
if not layers:
    frame.nothing_to_show(_("No figures of this measure are there yet."))
    st.stop()
layer = filters.series_of(layers)
chosen = filters.chosen_areas(areas, label=_("Neighborhoods, or click the map"))
view = filters.map_view(layer)
if embed.embedded():
    embed.picture(measure.name, lambda: mapping.by_period(layer, areas, chosen, change=view.change, heights=view.heights), source=embed.layer_source(layer))
    st.stop()
if frame.presenting():
    mapping.by_period(layer, areas, chosen, change=view.change, heights=view.heights)
    st.stop()
left, right = st.columns([3, 2], gap="large")
with left:
    mapping.by_period(layer, areas, chosen, change=view.change, heights=view.heights)
    st.html(mapping.legend_note(layer))
key = (measure.id, layer.series.id)
with right:
    st.html(cache.kept("map table", *key, *chosen, make=lambda: mapping.trend(layer, areas, chosen) + mapping.every_table(layer, areas, chosen)))
st.html(cache.kept("map notes", *key, make=lambda: mapping.multiples(layer, areas) + mapping.caveats(layer)))
downloads.both(lambda: {"Figures": tables.layer_table(layer, areas)}, name=measure.id, what=_("These figures"))
embed.snippet("map")
