"""Follow-ups. A Stat's director asks: what is overdue, who owns it, and what shows that the rest was kept?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.roles import Role  # noqa: E402
from lib.ui import cache, follow_up, follow_ups, frame, people, reminding, stat  # noqa: E402

person = people.only(Role.STAFF, _(reminding.TRACKER))
if people.is_local_staff():
    stat.with_example(person)
every, today, named = cache.follow_ups(), cache.today(), follow_ups.names()
choice = follow_ups.chosen(every, named)
one = follow_ups.opened(every)
follow_ups.told(stays=one != follow_ups.ALL)
if one == follow_ups.NEW:
    follow_up.write_form(person, named)
    st.stop()
if one != follow_ups.ALL:
    follow_up.show(one, person, named)
    st.stop()

kept = [one for one in every if choice.keeps(one, named, today)]
st.html(follow_ups.example_note(kept) + follow_ups.heading(kept, every, today))
if frame.presenting():
    st.html(follow_ups.slide(kept, named, today) or f"<p>{_('Nothing is open.')}</p>")
    st.stop()
view = follow_ups.view(person)
if view == "By owner":
    st.html(follow_ups.by_owner(kept, today) or f"<p>{_('No follow-up fits these filters.')}</p>")
elif view == "By agency":
    st.html(follow_ups.by_agency(kept, named, today) or f"<p>{_('No follow-up fits these filters.')}</p>")
elif view == "Reminders":
    reminding.show(kept, person)
elif view == "Workbook":
    reminding.workbook(kept, every, person)
else:
    follow_ups.show(every, kept, named, today)
