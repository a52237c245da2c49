"""Data. A resident, a reporter or another office asks: can I have the figures, what does each column mean, and how do I cite them?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.ui import frame, open_data  # noqa: E402

table = open_data.chosen()
st.html(open_data.heading())
if frame.presenting():
    st.html(open_data.every_table())
    st.stop()
open_data.take_all()
st.html(open_data.about(table))
open_data.take(table)
st.html(open_data.dictionary(table))
st.html(open_data.every_table())
st.html(open_data.terms())
