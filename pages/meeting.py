"""Meeting. A Stat's director asks: what is to be done next, and is it late? The room asks: what is the question, and who promised what?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.roles import Role  # noqa: E402
from lib.ui import acts, cache, frame, meeting, papers, people, room, stat, topic_board  # noqa: E402

ALL = "all"  # in the address: the calendar
person = people.only(Role.STAFF, _("Preparing a Stat meeting"))
if people.is_local_staff():
    stat.with_example(person)
every = {one.id: one for one in cache.meetings_of_all()}
one = every.get(st.query_params.get("meeting", ""))
about = cache.every_stat().get(one.stat) if one else None

if one and about and frame.presenting():
    room.show(one, person)
    st.stop()
acts.told()
if one is None or about is None:
    if st.query_params.get("meeting", ALL) != ALL:
        st.warning(_("There is no meeting at this address. The list below has all of them."))
    st.html(f"<h1 class='page'>{_('Stat meetings')}</h1>" + meeting.overview(list(every.values())))
    if not every:
        frame.nothing_to_show(_("No meeting is planned yet. Plan the first one here; its dates follow from its day."))
    meeting.plan_form(person)
    stat.remove_example(person)
    st.stop()

if papers.to_be_printed(one):
    st.stop()
st.html(meeting.heading(one, about) + topic_board.of_stat(about.id) + meeting.way(one))
meeting.actions(one, person)
if changed := meeting.since(one):
    st.html(changed)
meeting.place_finder(one, about, person)
meeting.agenda(one, about, person)
st.html(meeting.key_figures(one) + meeting.embargoed(about))
if promised := stat.promised(one):
    st.html(promised)
papers.buttons(one)
