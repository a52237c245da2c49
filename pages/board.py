"""Topic board. The mayor, or a resident, asks: how does this one topic stand, for as long as it keeps us busy?"""

from lib.ui import nav

nav.guard()

import streamlit as st  # noqa: E402

from lib.language import _  # noqa: E402
from lib.ui import frame, topic_board  # noqa: E402

one = topic_board.chosen()
if one is None:
    st.html(f"<h1 class='page'>{_('Topic boards')}</h1>")
    frame.nothing_to_show(_("There is no topic board yet. Write one in data/boards/, then start again."))
    st.stop()
panels = topic_board.panels_of(one)
if frame.presenting():
    topic_board.present(one, panels)
    st.stop()
st.html(topic_board.heading(one) + topic_board.answer(one, panels) + topic_board.glance(panels))
topic_board.pictures(one, panels)
topic_board.about(one)
st.html(topic_board.figures(panels) or "<p></p>")
topic_board.download(one, panels)
