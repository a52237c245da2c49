"""Your view. A resident asks: where can I say what I think of this, who reads it, and what did others say?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.ui import downloads, frame, letters  # noqa: E402

names = letters.subjects()
if not names:
    st.html(f"<h1 class='page'>{_('Your view')}</h1>")
    frame.nothing_to_show(
        _("There is nothing to write about yet. Write the first indicator in data/, then start again.")
    )
    st.stop()
top = st.container()
left, right = st.columns(2, gap="large") if not frame.presenting() else (st.container(), st.container())
with left:
    key = letters.chosen(names)
tally = letters.tally(key)
top.html(letters.heading(tally, names.get(key, "")))
if frame.presenting():
    st.html(letters.slide(key, names))
    st.stop()
with left:
    st.html(letters.how_it_works(tally))
    letters.form(key)
with right:
    letters.others(key, names, tally)
if tally.shown:
    downloads.both(lambda: letters.tables(key, names), name="letters", what=_("The letters"))
