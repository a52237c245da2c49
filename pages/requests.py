"""Service requests. The 311 manager, and the mayor, ask: how much is open, how much of it is overdue, and is that getting better?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.ui import frame, requests  # noqa: E402

load = requests.newest()
if load is None:
    requests.nothing_yet()
    st.stop()
view = requests.chosen(load)
facts = requests.facts_of(view)
st.html(requests.heading(view, facts))
st.html(requests.opened_against_closed(facts))
if frame.presenting():
    st.stop()
st.html(requests.age(facts) + requests.in_time(facts) + requests.closing(facts))
st.html(requests.duplicates(view, facts))
st.html((requests.by_type_and_agency(facts) + requests.by_area(view, facts)) or "<p></p>")
st.html(requests.about(view))
requests.take_away(view, facts)
