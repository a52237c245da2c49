"""Record. A resident, or the council, asks: were the meetings held that the law asks for, did the papers come in time, were the promises kept?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.ui import cache, frame, record  # noqa: E402

if not cache.agencies() and not cache.every_stat():
    st.html(f"<h1 class='page'>{_('The record of the Stat meetings')}</h1>")
    record.nothing_yet()
    st.stop()
year = record.year_of(record.chosen_year())
st.html(record.heading(year))
st.html(record.months(year) or "<p></p>")
if frame.presenting():
    st.stop()
st.html(record.parts(year))
record.take_away(year)
