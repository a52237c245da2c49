"""Stewardship. A data steward asks: what is late, what is incomplete, what do I do next?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.roles import Role  # noqa: E402
from lib.ui import cache, frame, people, stewardship  # noqa: E402

people.only(Role.STAFF, _(stewardship.WHAT))
every = cache.charges()
if not every:
    frame.nothing_to_show(_("There are no indicators and no measures yet. Write the first one in data/, then start again."))
    st.stop()
choice = stewardship.chosen(every)
kept = [one for one in every if choice.keeps(one)]
st.html(stewardship.heading(kept, every))
if frame.presenting():
    st.html(stewardship.slide(kept))
    st.stop()
stewardship.show(kept, stewardship.view())
stewardship.download(kept)
