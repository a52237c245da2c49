"""Scorecard. The mayor asks: which outcomes need me now, and how sure is that?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib import words  # noqa: E402
from lib.language import _  # noqa: E402
from lib.ui import archive, board, cache, downloads, filters, frame, lead, present, tables  # noqa: E402

framework, every = cache.current_framework(), cache.assessments()

strip = cache.kept("strip", make=lambda: board.strip(framework, every))
st.html(lead.scorecard(framework, every))
if frame.presenting():
    st.html(strip)
    present.turn_buttons(framework, "scorecard")
    st.stop()

choice = filters.scorecard(framework, every)
shown = [one for one in every if choice.keeps(one)]
st.html(strip + lead.first_to_look_at(every))
frame.announce(_("{indicators} of {total} shown.").format(indicators=words.count_of(len(shown), "indicator", "indicators"), total=len(every)))

if not shown:
    frame.nothing_to_show(_("No indicator fits these filters. Take one away in the sidebar.") if every else
                          _("There are no indicators yet. Write the first one in data/, then start again."))  # fmt: skip
    st.stop()


def drawn() -> str:
    return board.worst_first(shown) if choice.worst_first else board.board(framework, shown, every)


whole = len(shown) == len(every)  # what nearly everybody sees is drawn once
body = cache.kept("board", choice.worst_first, make=drawn) if whole else drawn()
st.html(body + lead.reconstruction(framework) + archive.earlier())
downloads.both(lambda: {"Scorecard": tables.scorecard_table(shown)}, name="scorecard", what=_("These indicators"))
