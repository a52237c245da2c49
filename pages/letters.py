"""Residents’ letters. Staff ask: what did residents write that nobody has read yet, and what has no answer?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.roles import Role  # noqa: E402
from lib.ui import frame, letter_queue, letters, people  # noqa: E402

person = people.only(Role.STAFF, _("The list of residents’ letters"))
st.html(letter_queue.heading(letters.tally()))
if frame.presenting():
    st.stop()
names = letters.subjects()
wanted = letter_queue.asked(names)
letter_queue.told()
letter_queue.show(wanted, names, person)
