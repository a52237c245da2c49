"""What changed. Somebody who was here before asks: what is new, what was revised, and what was promised or kept since then?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.ui import cache, changes, downloads, frame  # noqa: E402

if not cache.current_framework().indicators:
    changes.nothing_yet()
    st.stop()
day = changes.since()
data, several = changes.found(day, changes.kinds())
st.html(changes.heading(several, data, day))
if frame.presenting():
    st.html(changes.slide(several))
    st.stop()
st.html(changes.listed(several) or "<p></p>")
changes.take_away(several)
downloads.both(lambda: changes.tables(several), name="changes", what=_("The changes"))
