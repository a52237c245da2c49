"""A framework that ended stays readable at its address, `?framework=ID`, and is never mixed with the current one."""

from __future__ import annotations

import streamlit as st

from lib import words
from lib.language import _
from lib.model import Framework
from lib.ui import cache
from lib.ui.links import FRAMEWORK, OF_A_FRAMEWORK, archived, link
from lib.ui.text import escape


def begin(address: str) -> str:
    """Settles which framework this run shows, and gives the line, as HTML, that says so; "" where it is the current one."""
    st.session_state.pop(cache.FRAMEWORK, None)
    asked = st.query_params.get(FRAMEWORK) if address in OF_A_FRAMEWORK else None
    if not asked or asked == cache.settings().framework.current:
        return ""
    known = cache.frameworks()
    if asked not in known:
        return f"<p class='example'>{escape(_('There is no framework at this address. This is the current one.'))}</p>"
    st.session_state[cache.FRAMEWORK] = asked
    return _line(known[asked], known)


def _line(shown: Framework, known: dict[str, Framework]) -> str:
    """That it ended, when, and what came after it."""
    current = known[cache.settings().framework.current]
    after = known.get(shown.followed_by, current)
    name = f"<strong>{escape(shown.name)}</strong>"
    follower = link("scorecard", escape(after.name), framework="" if after.id == current.id else after.id)
    if shown.ended:
        said = escape(
            _("{name} ended on {day} and was followed by {follower}. Its statuses are those of its last day.")
        )
        said = said.format(name=name, day=escape(words.day(shown.ended)), follower=follower)
    else:
        said = escape(_("{name} is not the framework in use: that is {follower}.")).format(name=name, follower=follower)
    return f"<p class='example'>{said}</p>"


def earlier() -> str:
    """Where the frameworks that ended can be read; nothing where there is none, or where one of them is shown."""
    ended = (
        []
        if archived()
        else sorted((one for one in cache.frameworks().values() if one.ended), key=lambda one: one.ended, reverse=True)
    )
    links = ", ".join(link("scorecard", escape(one.name), framework=one.id) for one in ended)
    return f"<p class='note'>{escape(_('What came before:'))} {links}.</p>" if links else ""
