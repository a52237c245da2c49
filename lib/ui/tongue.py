"""Which language the reader is answered in: the one in the address, else the one chosen before, else the browser's."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lib import language
from lib.errors import SettingsError
from lib.language import _
from lib.ui import cache
from lib.ui.text import escape

ADDRESSED = "lang"  # the query parameter
CHOSEN = "_language"


def speak() -> None:
    """Sets the language of this run. It stands in the address where it is not the city's first, so that a link says what its sender saw."""
    offered = _offered()
    asked = st.query_params.get(ADDRESSED)
    chosen = asked if asked in offered else st.session_state.get(CHOSEN) or language.best_of(st.context.locale, offered)
    st.session_state[CHOSEN] = chosen
    if chosen not in (offered[0], asked):
        st.query_params[ADDRESSED] = chosen
    language.use(chosen)
    language.texts_are_in(_written())


def kept() -> dict[str, str]:
    """What a link to another page carries along."""
    return {ADDRESSED: st.query_params[ADDRESSED]} if ADDRESSED in st.query_params else {}


def switch() -> str:
    """Links to this page in each other language, as HTML; "" where only one is offered. Where the page shows a text of the city that
    nobody translated (`as_written`), a line says so: the style sheet hides it elsewhere."""
    others = [one for one in _offered() if one != language.current()]
    # What the page is about, for a click before our script listens (lib/ui/links.py). Words of filters are left to the script: no page
    # repeats what an address says.
    here = {name: said for name in st.query_params if re.fullmatch(r"[\w-]+", name) and re.fullmatch(r"[\w-]+", said := st.query_params[name])}
    links = [f'<a href="?{escape(urlencode(here | {ADDRESSED: one}))}" lang="{escape(one)}" hreflang="{escape(one)}">{escape(language.name_of(one))}</a>' for one in others]
    written = language.written_in()
    said = _("Texts of the city in English") if written == language.SOURCE else _("Texts of the city in this language: {name}").format(name=language.name_of(written))
    untranslated = f'<span class="untranslated">{escape(said)}</span>' if language.current() != written else ""
    return f'<p class="languages">{" ".join([untranslated, *links]).strip()}</p>' if links else ""


def _offered() -> tuple[str, ...]:
    try:
        return tuple(cache.settings().language.offered)
    except SettingsError:  # the page says so itself
        return (language.SOURCE,)


def _written() -> str:
    try:
        return cache.settings().language.texts
    except SettingsError:
        return language.SOURCE


def _of_this_session() -> str:
    if get_script_run_ctx(suppress_warning=True) is None:
        return language.SOURCE
    return st.session_state.get(CHOSEN, language.SOURCE)


language.ask_with(_of_this_session)
