"""My neighborhood. A resident asks: how is the place where I live doing, against the city, and who is responsible?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.ui import cache, downloads, filters, frame, letters, mapping, neighborhood, tables  # noqa: E402
from lib.ui.text import escape  # noqa: E402

areas = cache.areas()
if not areas:
    frame.no_neighborhoods()
    st.stop()
area, asked, hits = filters.area(areas, one=mapping.area_word())
if area is None:
    title = _("Find your {area}").format(area=mapping.area_word())
    st.html(f"<h1 class='page'>{escape(title)}</h1>" + (neighborhood.hits(hits, asked) if asked else ""))
    st.html(neighborhood.every_area(areas))
    st.stop()

similar, by = cache.similar(area.id)
alike = [area.id, *(key for key, _ in similar)]
left, right = st.columns([4, 1], gap="large")
with left:
    st.html(cache.kept("neighborhood facts", area.id, make=lambda: (
        neighborhood.heading(area, cache.residents_of_area(area.id)) + neighborhood.facts(area, cache.facts(area.id)))))  # fmt: skip
with right:
    st.html(cache.kept("neighborhood place", area.id, make=lambda: neighborhood.where(area, areas, cache.neighbors().get(area.id, []))))
st.html(neighborhood.print_head(area.name, cache.today()))
st.html(cache.kept("neighborhood rug", area.id, make=lambda: (
    neighborhood.rug(cache.standings(area.id)) + neighborhood.alike(area, similar, areas, by)
    + neighborhood.pictures([neighborhood.beside(layer, areas, alike) for layer in cache.fact_layers()]))))  # fmt: skip
st.html(letters.line("area", area.id))
downloads.both(lambda: {"Figures": tables.area_table(area, cache.every_layer(), areas)}, name=area.id, what=_("All its figures"))
