"""Agencies. The mayor, and a resident, ask: what has each agency promised to reach, are these targets sound, and is the plan talked through twice a year?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.ui import acts, cache, frame, plan_discussions, plan_list, plan_measure, plan_stats, plan_tables, plans  # noqa: E402

load = plans.newest()
if not plans.plan(load).measures and not cache.agencies() and not cache.every_stat():
    plans.nothing_yet()
    st.stop()
view = plans.choose(load)
if view.measure:
    st.html(plan_measure.slide(view, view.measure) if frame.presenting() else plan_measure.card(view, view.measure))
    if not frame.presenting():
        plan_tables.take_away(view)
    st.stop()
st.html(plans.heading(view))
if frame.presenting():
    st.html(plans.slide(view))
    st.stop()
acts.told()
names = {"targets": _("Targets"), "stats": _("Stats"), "discussions": _("Discussions"), "list": _("The list")}
match plans.part(names):
    case "stats":
        st.html(plan_stats.show(view.agency))
    case "discussions":
        plan_discussions.show(view)
    case "list":
        plan_list.show(view)
    case _:
        plans.show(view)
        plan_tables.take_away(view)
