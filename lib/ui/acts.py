"""What a press of a button did, or why it did nothing: told by the run that follows."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lib.cycle import ChangedMeanwhile
from lib.errors import OutcomeStatError
from lib.ui import frame
from lib.ui.text import md_escape

TOLD = "_told"


def doing(done: str, act: Callable[[], object]) -> None:
    """Does something, and keeps what is to be said of it: `done`, or what stood in the way."""
    try:
        act()
        tell(done)
    except OutcomeStatError as problem:
        st.session_state[TOLD] = ("failed", problem.sentence, problem.changes if isinstance(problem, ChangedMeanwhile) else ())


def tell(done: str) -> None:
    st.session_state[TOLD] = ("done", done, ())


def told() -> None:
    """Says it, once."""
    kind, sentence, more = st.session_state.pop(TOLD, ("", "", ()))
    if sentence:
        (st.success if kind == "done" else st.error)(md_escape(" ".join([sentence, *more])))
        frame.announce(sentence)
