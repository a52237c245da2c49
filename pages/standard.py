"""What Works Cities. The council asks: what of the Standard can this city show, from what it really does here, and what is lacking?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.ui import cache, downloads, frame, standard  # noqa: E402

document = cache.standard()
if not document:
    st.html(f"<h1 class='page'>{_('What Works Cities')}</h1>")
    frame.nothing_to_show(_("No standard is described yet. Write data/standard.toml, then start again."))
    st.stop()
parts = standard.parts_of(document)
st.html(standard.heading(document, parts) + standard.strip(parts))
if frame.presenting():
    st.stop()
st.html(standard.listed(parts, document))
downloads.both(lambda: standard.tables(parts), name="standard", what=_("The criteria"))
