"""My neighborhood. A resident asks: how is the place where I live doing, against the city, and who is responsible?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.ui import cache, downloads, filters, frame, neighborhood, tables  # noqa: E402

areas = cache.areas()
if not areas:
    frame.nothing_to_show("There are no neighborhoods yet. Write areas/ in data/, then start again.")
    st.stop()
area, asked, hits = filters.area(areas)
if area is None:
    st.html(f"<h1 class='page'>Find your {cache.settings().areas.one}</h1>" + (neighborhood.hits(hits, asked) if asked else ""))
    st.html(neighborhood.every_area(areas))
    st.stop()

standings = cache.standings(area.id)
left, right = st.columns([4, 1], gap="large")
with left:
    st.html(neighborhood.heading(area, cache.residents_of_area(area.id)))
    st.html(neighborhood.facts(area, cache.facts(area.id)))
with right:
    st.html(neighborhood.where(area, areas, cache.neighbors().get(area.id, [])))
st.html(neighborhood.print_head(area.name, cache.today()))
similar, by = cache.similar(area.id)
st.html(neighborhood.rug(standings) + neighborhood.alike(area, similar, areas, by))
st.html(neighborhood.pictures([neighborhood.beside(layer, areas, [area.id, *(key for key, _ in similar)], title=layer.measure.name) for layer in cache.fact_layers()]))
downloads.both(lambda: {"Figures": tables.area_table(area, cache.every_layer(), areas)}, name=area.id, what="All its figures")
