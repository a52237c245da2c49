"""The deck of presentation mode: scorecard, then each outcome and its indicators. Arrow keys turn the page."""

from __future__ import annotations

import streamlit as st

from lib.language import _, later
from lib.model import Framework
from lib.ui import links

Slide = tuple[str, str]  # page's address, id of what it is about


def deck(framework: Framework) -> list[Slide]:
    slides: list[Slide] = [("scorecard", "")]
    for outcome in framework.outcomes:
        slides.append(("outcome", outcome.id))
        slides += [("indicator", one.id) for one in framework.indicators if one.outcome == outcome.id]
    return slides


def turn_buttons(framework: Framework, address: str, subject: str = "") -> None:
    """Previous and next, also by the arrow keys."""
    slides = deck(framework)
    here = slides.index((address, subject)) if (address, subject) in slides else 0
    with st.container(horizontal=True, vertical_alignment="center", key="turn"):
        for label, shortcut, there in ((later("Previous"), "Left", here - 1), (later("Next"), "Right", here + 1)):
            exists = 0 <= there < len(slides)
            st.button(_(label), shortcut=shortcut, key=f"turn-{label.lower()}", disabled=not exists,
                      on_click=links.go, args=slides[there] if exists else slides[here])  # fmt: skip
        st.caption(_("{n} of {total}").format(n=here + 1, total=len(slides)))
