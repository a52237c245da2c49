"""What stands around every page: settings, style, sidebar, presentation, and what is shown when something fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from lib.charts.theme import style_variables
from lib.errors import CatalogueError, OutcomeStatError, SettingsError
from lib.language import _
from lib.log import new_reference, told
from lib.roles import highest
from lib.settings import ROOT, city_folder
from lib.ui import archive, cache, embed, look, people, tongue
from lib.ui.text import escape, md_escape

log = logging.getLogger("outcomestat")
STYLE = Path(__file__).with_name("style.css")
STYLE_PRESENT = Path(__file__).with_name("present.css")
PRESENT = "present"  # the query parameter of presentation mode


def configure() -> None:
    st.set_page_config(
        page_title=_site_title(),
        page_icon=str(_favicon()),
        layout="wide",
        initial_sidebar_state="auto",
        menu_items={"Get help": None, "Report a bug": None, "About": None},
    )
    st.html(STYLE)
    st.html(f"<style>.stApp {{ {style_variables()}}}</style>")


def _site_title() -> str:
    """The title in the browser's tab; our own where the city's cannot be read, which the page itself then says."""
    try:
        return cache.settings().city.title
    except SettingsError:
        return "OutcomeStat"


def _favicon() -> Path:
    """The picture in the browser's tab: the city's, or ours where it names none or its settings cannot be read."""
    ours = ROOT / "static" / "favicon.png"
    try:
        named = cache.settings().look.favicon
    except SettingsError:
        return ours
    return city_folder() / named if named else ours


def presenting() -> bool:
    return bool(st.session_state.get(PRESENT) or st.query_params.get(PRESENT) == "true")


PHONE_WIDTH, SCREEN_WIDTH = 358, 640  # pixels that a map has at least


def map_width() -> int:
    """How wide a map is at least: the server knows no screens, but a phone says what it is."""
    return PHONE_WIDTH if "Mobi" in (st.context.headers.get("User-Agent") or "") else SCREEN_WIDTH


def navigation_position() -> str:
    return "hidden" if presenting() or embed.embedded() else "top"


def around(address: str, run_page: Callable[[], None]) -> None:
    """Runs a page inside the frame. Whatever fails becomes a sentence and a reference; the details go to the log."""
    try:
        cache.begin_run()
        cache.warm(look.out_of_step)
        notice = archive.begin(address)
        embed.style()
        title(cache.settings().city.title, cache.settings().city.name)
        if not presenting() and not embed.embedded():
            if others := tongue.switch():
                st.html(others)
            people.banner()
            not_kept()
        if not embed.embedded():
            present_switch()
        if notice:
            st.html(notice)
        run_page()
    except CatalogueError as problem:
        failed(problem.sentence, problem, address)
        st.html(problem_list(problem))
    except OutcomeStatError as problem:
        failed(problem.sentence, problem, address)
    except Exception as problem:  # noqa: BLE001  the last net: no reader ever sees a stack trace
        failed(_("Something went wrong on our side. Nothing is lost; please try again."), problem, address)


LOGO_WIDTH = 120  # pixels


def title(name: str, city: str) -> None:
    logo = cache.settings().look.logo
    with st.sidebar:
        if logo:
            st.image(city_folder() / logo, width=LOGO_WIDTH)
        st.html(f'<p class="city"><strong>{escape(name)}</strong><br>{escape(city)}</p>')


def not_kept() -> None:
    """In the sidebar, for who may write elsewhere: that nothing can be written here."""
    if not cache.takes_writing() and people.current_person().roles:
        with st.sidebar:
            st.html(f"<p class='who'>{escape(_('Read only: nothing that is written here would be kept.'))}</p>")


def present_switch() -> None:
    """Presentation mode: larger type, no chrome. F turns it on and Escape off."""
    if presenting():
        st.html(STYLE_PRESENT)
        st.button(_("Leave presentation"), key="leave-presentation", shortcut="Escape", on_click=present, args=(False,))
    else:
        with st.sidebar:
            st.button(_("Present"), key="start-presentation", icon=":material/slideshow:", shortcut="F",
                      on_click=present, args=(True,), width="stretch",
                      help=_("Large type and no menus, for a meeting room. Arrow keys turn the page, Escape leaves."))  # fmt: skip


def present(on: bool) -> None:
    st.session_state[PRESENT] = on
    if on:
        st.query_params[PRESENT] = "true"
    else:
        st.query_params.pop(PRESENT, None)


def failed(sentence: str, problem: Exception, address: str) -> None:
    """One sentence, what still works, and a reference number that reader and log share."""
    reference = new_reference()
    seen = {"reference": reference, "page": address, "release": cache.release_of_this_run()[:12], "role": highest(people.current_person())}
    log.error("reference %s: page %s could not be shown: %s", reference, address, told(problem), exc_info=problem, extra=seen)
    st.error(f"{md_escape(sentence)}\n\n{_('Reference: {reference}').format(reference=reference)}", icon=":material/error:")
    if address != "about" and not isinstance(problem, SettingsError):  # that page, too, reads the settings
        page = f'<a href="./about">{_("How to read this")}</a>'
        st.html(f"<p>{_('The page {page} still works: it explains the statuses and where the figures come from.').format(page=page)}</p>")


def problem_list(error: CatalogueError) -> str:
    """What is wrong in the data files, for whoever mends them. The files are public, so this may be."""
    items = "".join(f"<li><code>{escape(one.file)}</code>, {escape(one.key)}: {escape(one.message)}; {escape(one.remedy)}.</li>"
                    for one in error.problems)  # fmt: skip
    return f"<ul>{items}</ul>"


def nothing_to_show(sentence: str) -> None:
    """An empty state, with what to do about it."""
    st.info(md_escape(sentence), icon=":material/search_off:")


def has_neighborhoods() -> bool:
    """Whether the city is divided into areas. True where that cannot be told now: the page itself says what is wrong."""
    try:
        return bool(cache.areas())
    except Exception:  # noqa: BLE001  the menu must not stand in the way of the page that tells it in a sentence
        return True


def no_neighborhoods() -> None:
    """What a page by neighborhood says in a city without them."""
    one = cache.settings()
    st.html(f"<h1 class='page'>{escape(_('No neighborhoods'))}</h1>")
    nothing_to_show(_("{city} has no {neighborhoods} here: all its figures are of the whole city. Write areas/ and measures/ in data/ to add some.").format(city=one.city.name, neighborhoods=_(one.areas.several)))


def announce(sentence: str) -> None:
    """Says in a live region what a filter changed, for readers who do not see it."""
    st.html(f'<p role="status" aria-live="polite" class="announce">{escape(sentence)}</p>')
