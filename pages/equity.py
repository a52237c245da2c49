"""Equity. The mayor asks: who is left behind, by how much, and is the gap closing?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.ui import cache, downloads, embed, equity, filters, frame, tables  # noqa: E402

areas, measures, framework = cache.areas(), cache.measures(), cache.current_framework()
if not areas:
    frame.no_neighborhoods()
    st.stop()
if not measures:
    frame.nothing_to_show(_("There are no figures by neighborhood yet. Write measures/ in data/, then start again."))
    st.stop()
measure = measures[filters.neighborhood_measure(framework, measures, first=cache.settings().areas.facts)]
indicator = next((one for one in framework.indicators if one.neighborhood_measure == measure.id), None)
layers = cache.layers(measure.id)
if not layers:
    frame.nothing_to_show(_("No figures of this measure are there yet."))
    st.stop()
layer = filters.series_of(layers)
ranked_by = filters.ranking(cache.settings().equity.ranking, measures)
found = cache.fairness(measure.id, layer.series.id, ranked_by) if ranked_by else None
if not embed.embedded():
    st.html(equity.heading(layer, indicator))
if found is None:
    frame.nothing_to_show(_("There is nothing to rank the neighborhoods by. Name a measure under [[equity.ranking]] in config.toml."))
    st.stop()

key = (measure.id, layer.series.id, ranked_by)
if embed.embedded():
    embed.picture(_("Who is left behind: {name}").format(name=indicator.name if indicator else measure.name),
                  lambda: st.html(embed.sentence(found.latest.sentence) + equity.picture(found)), source=embed.layer_source(layer))  # fmt: skip
    st.stop()
st.html(cache.kept("equity answer", *key, make=lambda: equity.answer(found, areas) + equity.verdicts(found)))
if frame.presenting():
    st.html(equity.picture(found))
    st.stop()
aims = cache.gap_targets(found, indicator, ranked_by)
st.html(cache.kept("equity gap", *key, make=lambda: (
    equity.slope(found) + equity.target(found, aims) + equity.picture(found) + equity.gap_table(found))))  # fmt: skip
left, right = st.columns(2, gap="large")
with left:
    st.html(cache.kept("equity where", *key, make=lambda: (
        equity.concentrated(cache.concentration(found), areas) + equity.groups(indicator, cache.groups(indicator)))))  # fmt: skip
with right:
    st.html(cache.kept("equity apart", *key, make=lambda: equity.outside(cache.funnel(found), areas, layer)))
with st.expander(_("Do alike neighborhoods lie together?")):
    st.html(equity.clusters(layer, areas))
with st.expander(_("For analysts: all measures with their formulas")):
    st.html(cache.kept("equity analyst", *key, make=lambda: equity.analyst(found, cache.analyst(found))))
st.html(cache.kept("level and gap", ranked_by, make=lambda: equity.level_and_gap_table(cache.level_and_gap(ranked_by))))
downloads.both(lambda: {"Gap": tables.gap_table(found), "Figures": tables.layer_table(layer, areas)}, name=f"equity-{measure.id}", what=_("These figures"))
embed.snippet("equity")
