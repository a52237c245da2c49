"""Service requests. The 311 manager, and the mayor, ask: how much is open, how much of it is overdue, and is that getting better?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.ui import frame, request_areas, request_charts, request_view, requests  # noqa: E402

load = request_view.newest()
if load is None:
    requests.nothing_yet()
    st.stop()
view = request_view.chosen(load)
facts = request_view.facts_of(view)
st.html(requests.heading(view, facts) + request_charts.opened_against_closed(facts))
if frame.presenting():
    st.stop()
st.html(request_charts.age(facts) + request_charts.in_time(facts) + request_charts.closing(facts) + request_charts.duplicates(view, facts))
if parts := request_areas.by_type_and_agency(facts):
    st.html(parts)
request_areas.by_area(view, facts)
st.html(requests.about(view))
requests.take_away(view, facts)
