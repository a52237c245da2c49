"""Data intake. An analyst asks: are my figures right, what would they change, and how do I publish them or take them back?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.intake.report import Outcome  # noqa: E402
from lib.roles import Role  # noqa: E402
from lib.ui import cache, frame, intake, people  # noqa: E402

person = people.current_person()
st.html(intake.heading(person))
if Role.EDITOR not in person.roles:
    frame.nothing_to_show("Only people with the role editor can load figures here. You can read everything else.")
    if people.is_signed_in():
        st.button("Sign out", on_click=st.logout, key="sign-out")
    elif people.can_sign_in():
        st.button("Sign in", on_click=st.login, key="sign-in")
    st.stop()

intake.told()
known = cache.known()
st.html("<h2 class='section'>1. Take the workbook</h2>")
intake.template_buttons(known)
st.html("<h2 class='section'>2. Send it filled</h2>")
found = intake.uploaded(known)
if found:
    content, report = found
    intake.show(report, content)
    if report.outcome is not Outcome.REJECT:
        st.html("<h2 class='section'>3. Look and publish</h2>" + intake.preview(report, cache.observations()))
        intake.publish(report, content, person)
intake.history(cache.loads(), person)
