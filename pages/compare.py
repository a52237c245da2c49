"""Compare. A resident, or who prepares a meeting, asks: how do these neighborhoods differ?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib import words  # noqa: E402
from lib.language import _  # noqa: E402
from lib.ui import cache, downloads, filters, frame, neighborhood, tables  # noqa: E402

areas = cache.areas()
if not areas:
    frame.no_neighborhoods()
    st.stop()
ids = filters.compared_areas(areas)
chosen = [area for key in ids for area in areas if area.id == key]
st.html(f"<h1 class='page'>{neighborhood.names(chosen) or _('Compare neighborhoods')}</h1>")
if len(chosen) < 2:
    frame.nothing_to_show(_("Choose two to four neighborhoods on the left."))
    st.stop()
st.html(neighborhood.print_head(words.listed([area.name for area in chosen]), cache.today()))
st.html(neighborhood.compare_table(cache.compared(ids), chosen) + neighborhood.pictures([neighborhood.beside(layer, areas, ids) for layer in cache.fact_layers()]))
downloads.both(lambda: {"Figures": tables.areas_table(chosen, cache.every_layer(), areas)}, name="compare", what=_("All their figures"))
