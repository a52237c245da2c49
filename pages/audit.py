"""The audit trail. An administrator asks: who wrote what, and when?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.roles import Role  # noqa: E402
from lib.ui import audit, cache, people  # noqa: E402

person = people.only(Role.ADMINISTRATOR, _(audit.TITLE))
st.html(audit.heading())
entries = cache.audit_trail(person)
audit.show(entries, audit.chosen(entries))
audit.download(entries)
