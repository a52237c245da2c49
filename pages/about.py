"""How to read this. A resident asks: what do these words mean, and can I trust the figures?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.ui import about, cache  # noqa: E402

settings = cache.settings()
st.html(about.heading(settings))
reading, sources, reconstruction, methods, access = st.tabs([_("Reading a status"), _("Sources"), _("What is reconstructed"), _("Methods"), _("Accessibility")])
with reading:
    st.html(about.statuses(settings) + about.movements() + about.grades())
with sources:
    st.markdown(about.sources())
with reconstruction:
    about.reconstruction()
with methods:
    st.html(about.methods())
with access:
    st.html(about.accessibility(settings))
