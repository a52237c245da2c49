"""Budget. The budget director asks: what money stands behind an outcome, and what is it to buy? A resident asks: what if?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.ui import budget, cache, frame, sight, simulation  # noqa: E402

held, framework = cache.budget(), cache.current_framework()
if not held.lines:
    st.html(f"<h1 class='page'>{_('Budget')}</h1>")
    frame.nothing_to_show(_("No money is in the data yet. Write data/budget.csv and data/budget_coverage.csv, then start again."))
    st.stop()

choice = budget.choose(held, framework)
st.html(budget.heading(choice))
if frame.presenting():
    budget.picture(choice)
    st.stop()

match budget.view():
    case "Money":
        budget.show_money(held, choice)
    case "Line of sight":
        sight.show(held, framework)
    case _:
        simulation.show(held, framework, choice)
