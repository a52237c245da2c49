"""The list of pages and the way to them.

Each page is `pages/<address>.py`. Streamlit runs a file in `pages/` alone, without app.py, when it is the first that a
fresh server is asked for; so each page begins with `nav.guard()`, which sends such a visit through app.py. (Page files
one folder further down do not need the guard, but then Streamlit greets the first deep link with "Page not found".)
A test holds every page to the guard and to its name.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cache

import streamlit as st

from lib.language import _, later
from lib.roles import READER, Person, Role, holds
from lib.settings import ROOT
from lib.ui import frame, links, people, tongue

ROUTED = "_routed"
BY_AREA = "Neighborhoods"  # the section that is not listed in a city without them
AT_THE_ROOT = "start"  # the name that Streamlit reserves for a default page; nobody is led to it


@dataclass(frozen=True)
class PageEntry:
    """A page: its address (also the file's name), its title (shown translated, and so its section), the query parameter that says what it is about, and the role
    without which it is not listed; the page itself asks for that role (`people.only`)."""

    address: str
    title: str
    icon: str
    section: str
    subject: str = ""
    role: Role | None = None

    def is_listed_for(self, person: Person, *, neighborhoods: bool = True) -> bool:
        return (self.role is None or holds(person, self.role)) and (neighborhoods or self.section != BY_AREA)


PAGES = (
    PageEntry("scorecard", later("Scorecard"), ":material/dashboard:", later("Outcomes")),
    PageEntry("outcome", later("Outcome"), ":material/target:", later("Outcomes"), subject="outcome"),
    PageEntry("indicator", later("Indicator"), ":material/show_chart:", later("Outcomes"), subject="indicator"),
    PageEntry("map", later("Map"), ":material/map:", later("Neighborhoods"), subject="measure"),
    PageEntry("equity", later("Equity"), ":material/balance:", later("Neighborhoods"), subject="measure"),
    PageEntry("neighborhood", later("My neighborhood"), ":material/home_pin:", later("Neighborhoods"), subject="area"),
    PageEntry("compare", later("Compare"), ":material/compare:", later("Neighborhoods"), subject="with"),
    PageEntry("requests", later("Service requests"), ":material/support_agent:", later("Government"), subject="request-area"),
    PageEntry("budget", later("Budget"), ":material/account_balance:", later("Government"), subject="line"),
    PageEntry("agencies", later("Agencies"), ":material/domain:", later("Government"), subject="plan"),
    PageEntry("promises", later("Promises"), ":material/handshake:", later("For residents")),
    PageEntry("yourview", later("Your view"), ":material/forum:", later("For residents"), subject="subject"),
    PageEntry("changes", later("What changed"), ":material/update:", later("For residents")),
    PageEntry("standard", later("What Works Cities"), ":material/checklist:", later("For residents")),
    PageEntry("meeting", later("Stat meetings"), ":material/groups:", later("Stat"), subject="meeting", role=Role.STAFF),
    PageEntry("followups", later("Follow-ups"), ":material/task_alt:", later("Stat"), subject="followup", role=Role.STAFF),
    PageEntry("board", later("Topic boards"), ":material/space_dashboard:", later("Stat"), subject="board"),
    PageEntry("record", later("Record"), ":material/fact_check:", later("Stat"), subject="year"),
    PageEntry("stewardship", later("Stewardship"), ":material/inventory:", later("Staff"), role=Role.STAFF),
    PageEntry("letters", later("Residents’ letters"), ":material/mail:", later("Staff"), role=Role.STAFF),
    PageEntry("intake", later("Data intake"), ":material/upload_file:", later("Staff"), role=Role.EDITOR),
    PageEntry("audit", later("Audit trail"), ":material/history:", later("Staff"), role=Role.ADMINISTRATOR),
    PageEntry("data", later("Data"), ":material/database:", later("About"), subject="table"),
    PageEntry("about", later("How to read this"), ":material/info:", later("About")),
)


def run() -> None:
    """Draws the frame and the page that the address names."""
    frame.configure()
    tongue.speak()
    pages = _pages(people.current_person(), neighborhoods=frame.has_neighborhoods())
    sections: dict[str, list] = {}
    for entry in PAGES:
        sections.setdefault(_(entry.section), []).append(pages[entry.address])
    sections[_(PAGES[0].section)].append(_under_its_own_name())
    current = st.navigation(sections, position=frame.navigation_position())
    address = current.url_path or PAGES[0].address
    subjects = {entry.address: entry.subject for entry in PAGES}
    links.follow(pages, subjects, address, keep=({frame.PRESENT: "true"} if frame.presenting() else {}) | tongue.kept())
    st.session_state[ROUTED] = True
    try:
        frame.around(address, current.run)
    finally:
        st.session_state.pop(ROUTED, None)


def guard() -> None:
    """The first statement of every page file."""
    if not st.session_state.get(ROUTED):
        tongue.speak()  # while the address still says in which language
        frame.configure()  # before the navigation, which else takes the page's icon from a font host as its favicon
        st.navigation([*_pages(READER, neighborhoods=True).values(), _under_its_own_name()], position="hidden")
        st.rerun()


def _pages(person: Person, *, neighborhoods: bool) -> dict[str, st.Page]:
    return {
        entry.address: copy(_page(entry, _(entry.title), at=AT_THE_ROOT if entry is PAGES[0] else entry.address,
                                  listed=entry.is_listed_for(person, neighborhoods=neighborhoods)))
        for entry in PAGES
    }  # fmt: skip


def _under_its_own_name() -> st.Page:
    """The first page once more: Streamlit serves a default page at the root only, and greets who asks for it by name with "Page not found"."""
    return copy(_page(PAGES[0], _(PAGES[0].title), at=PAGES[0].address, listed=False))


@cache
def _page(entry: PageEntry, title: str, *, at: str, listed: bool) -> st.Page:
    """Made once, for making one asks the disk for its file, and copied for each run, in which it can be called once."""
    return st.Page(ROOT / "pages" / f"{entry.address}.py", title=title, icon=entry.icon, url_path=at, default=at == AT_THE_ROOT,
                   visibility="visible" if listed else "hidden")  # fmt: skip
