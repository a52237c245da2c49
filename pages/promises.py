"""Promises. A resident asks: what did the City promise, who answers for it, and was it kept?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.ui import cache, downloads, frame, promises  # noqa: E402

every, named = cache.promises(), promises.names()
if not every:
    promises.nothing_yet()
    st.stop()
kept = promises.chosen(every, named)
st.html(promises.heading(kept, every))
if frame.presenting():
    st.html(promises.slide(kept) or f"<p>{_('Nothing is open.')}</p>")
    st.stop()
if not kept:
    frame.nothing_to_show(_("No promise fits these filters. Remove one of them on the left."))
    st.stop()
st.html(promises.agencies_table(kept) + promises.listed(kept, named))
downloads.both(lambda: promises.tables(kept, named), name="promises", what=_("The promises"))
