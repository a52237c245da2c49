"""Data intake. An analyst asks: are my figures right, what would they change, and how do I publish them or take them back?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.intake.report import Outcome  # noqa: E402
from lib.language import _  # noqa: E402
from lib.roles import Role  # noqa: E402
from lib.ui import cache, intake, people  # noqa: E402

person = people.only(Role.EDITOR, _("Data intake"))
st.html(intake.heading(person))
intake.told()
known = cache.known()
st.html(f"<h2 class='section'>{_('1. Take the workbook')}</h2>")
intake.template_buttons(known)
st.html(f"<h2 class='section'>{_('2. Send it filled')}</h2>")
found = intake.uploaded(known)
if found:
    content, report = found
    intake.show(report, content)
    if report.outcome is not Outcome.REJECT:
        st.html(f"<h2 class='section'>{_('3. Look and publish')}</h2>" + intake.preview(report, cache.observations()))
        intake.publish(report, content, person)
intake.history(cache.loads())
