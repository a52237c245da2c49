"""How to read this. A resident asks: what do these words mean, and can I trust the figures?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.settings import ROOT  # noqa: E402
from lib.ui import about, cache  # noqa: E402

settings = cache.settings()
st.html(about.heading(settings))
reading, sources, reconstruction, methods = st.tabs(["Reading a status", "Sources", "What is reconstructed", "Methods"])
with reading:
    st.html(about.statuses(settings) + about.movements() + about.grades())
with sources:
    st.markdown((ROOT / "DATA.md").read_text(encoding="utf-8").partition("\n")[2])
with reconstruction:
    about.reconstruction()
with methods:
    st.html(about.methods())
