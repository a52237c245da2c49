"""What stands around every page: settings, style, sidebar, presentation, and what is shown when something fails."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from lib.errors import CatalogueError, OutcomeStatError, SettingsError
from lib.settings import ROOT
from lib.ui import cache, people
from lib.ui.text import escape, md_escape

log = logging.getLogger("outcomestat")
STYLE = Path(__file__).with_name("style.css")
STYLE_PRESENT = Path(__file__).with_name("present.css")
PRESENT = "present"  # the query parameter of presentation mode


def configure() -> None:
    st.set_page_config(
        page_title=_site_title(),
        page_icon=str(ROOT / "static" / "favicon.png"),
        layout="wide",
        initial_sidebar_state="auto",
        menu_items={"Get help": None, "Report a bug": None, "About": None},
    )
    st.html(STYLE)


def _site_title() -> str:
    """The title in the browser's tab; our own where the city's cannot be read, which the page itself then says."""
    try:
        return cache.settings().city.title
    except SettingsError:
        return "OutcomeStat"


def presenting() -> bool:
    return bool(st.session_state.get(PRESENT) or st.query_params.get(PRESENT) == "true")


PHONE_WIDTH, SCREEN_WIDTH = 358, 640  # pixels that a map has at least


def map_width() -> int:
    """How wide a map is at least: the server knows no screens, but a phone says what it is."""
    return PHONE_WIDTH if "Mobi" in (st.context.headers.get("User-Agent") or "") else SCREEN_WIDTH


def navigation_position() -> str:
    return "hidden" if presenting() else "top"


def around(address: str, run_page: Callable[[], None]) -> None:
    """Runs a page inside the frame. Whatever fails becomes a sentence and a reference; the details go to the log."""
    try:
        cache.begin_run()
        cache.warm()
        title(cache.settings().city.title, cache.settings().city.name)
        if not presenting():
            people.banner()
        present_switch()
        run_page()
    except CatalogueError as problem:
        failed(problem.sentence, problem, address)
        st.html(problem_list(problem))
    except OutcomeStatError as problem:
        failed(problem.sentence, problem, address)
    except Exception as problem:  # noqa: BLE001  the last net: no reader ever sees a stack trace
        failed("Something went wrong on our side. Nothing is lost; please try again.", problem, address)


def title(name: str, city: str) -> None:
    with st.sidebar:
        st.html(f'<p class="city"><strong>{escape(name)}</strong><br>{escape(city)}</p>')


def present_switch() -> None:
    """Presentation mode: larger type, no chrome. F turns it on and Escape off."""
    if presenting():
        st.html(STYLE_PRESENT)
        st.button("Leave presentation", key="leave-presentation", shortcut="Escape", on_click=present, args=(False,))
    else:
        with st.sidebar:
            st.button("Present", key="start-presentation", icon=":material/slideshow:", shortcut="F",
                      on_click=present, args=(True,), width="stretch",
                      help="Large type and no menus, for a meeting room. Arrow keys turn the page, Escape leaves.")  # fmt: skip


def present(on: bool) -> None:
    st.session_state[PRESENT] = on
    if on:
        st.query_params[PRESENT] = "true"
    else:
        st.query_params.pop(PRESENT, None)


def failed(sentence: str, problem: Exception, address: str) -> None:
    """One sentence, what still works, and a reference number that reader and log share."""
    reference = secrets.token_hex(3).upper()
    log.error("reference %s on page %s: %s", reference, address, problem, exc_info=problem)
    st.error(f"{md_escape(sentence)}\n\nReference: {reference}", icon=":material/error:")
    if address != "about" and not isinstance(problem, SettingsError):  # that page, too, reads the settings
        st.html('<p>The page <a href="./about">How to read this</a> still works: '
                "it explains the statuses and where the figures come from.</p>")  # fmt: skip


def problem_list(error: CatalogueError) -> str:
    """What is wrong in the data files, for whoever mends them. The files are public, so this may be."""
    items = "".join(f"<li><code>{escape(one.file)}</code>, {escape(one.key)}: {escape(one.message)}; {escape(one.remedy)}.</li>"
                    for one in error.problems)  # fmt: skip
    return f"<ul>{items}</ul>"


def nothing_to_show(sentence: str) -> None:
    """An empty state, with what to do about it."""
    st.info(md_escape(sentence), icon=":material/search_off:")


def announce(sentence: str) -> None:
    """Says in a live region what a filter changed, for readers who do not see it."""
    st.html(f'<p role="status" aria-live="polite" class="announce">{escape(sentence)}</p>')
