"""The list of pages and the way to them.

Each page is `pages/<address>.py`. Streamlit runs a file in `pages/` alone, without app.py, when it is the first that a
fresh server is asked for; so each page begins with `nav.guard()`, which sends such a visit through app.py. (Page files
one folder further down do not need the guard, but then Streamlit greets the first deep link with "Page not found".)
A test holds every page to the guard and to its name.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from lib.roles import READER, Person, Role, holds
from lib.ui import frame, links, people

ROUTED = "_routed"
AT_THE_ROOT = "start"  # the name that Streamlit reserves for a default page; nobody is led to it


@dataclass(frozen=True)
class PageEntry:
    """A page: its address (also the file's name), its title, the query parameter that says what it is about, and the role
    without which it is not listed; the page itself asks for that role (`people.only`)."""

    address: str
    title: str
    icon: str
    section: str
    subject: str = ""
    role: Role | None = None

    def is_listed_for(self, person: Person) -> bool:
        return self.role is None or holds(person, self.role)


PAGES = (
    PageEntry("scorecard", "Scorecard", ":material/dashboard:", "Outcomes"),
    PageEntry("outcome", "Outcome", ":material/target:", "Outcomes", subject="outcome"),
    PageEntry("indicator", "Indicator", ":material/show_chart:", "Outcomes", subject="indicator"),
    PageEntry("map", "Map", ":material/map:", "Neighborhoods", subject="measure"),
    PageEntry("equity", "Equity", ":material/balance:", "Neighborhoods", subject="measure"),
    PageEntry("neighborhood", "My neighborhood", ":material/home_pin:", "Neighborhoods", subject="area"),
    PageEntry("compare", "Compare", ":material/compare:", "Neighborhoods", subject="with"),
    PageEntry("requests", "Service requests", ":material/support_agent:", "Government"),
    PageEntry("budget", "Budget", ":material/account_balance:", "Government", subject="line"),
    PageEntry("meeting", "Stat meetings", ":material/groups:", "Stat", subject="meeting", role=Role.STAFF),
    PageEntry("followups", "Follow-ups", ":material/task_alt:", "Stat", subject="followup", role=Role.STAFF),
    PageEntry("record", "Record", ":material/fact_check:", "Stat", subject="year"),
    PageEntry("intake", "Data intake", ":material/upload_file:", "Staff", role=Role.EDITOR),
    PageEntry("audit", "Audit trail", ":material/history:", "Staff", role=Role.ADMINISTRATOR),
    PageEntry("about", "How to read this", ":material/info:", "About"),
)


def run() -> None:
    """Draws the frame and the page that the address names."""
    frame.configure()
    pages = _pages(people.current_person())
    sections: dict[str, list] = {}
    for entry in PAGES:
        sections.setdefault(entry.section, []).append(pages[entry.address])
    sections[PAGES[0].section].append(_under_its_own_name())
    current = st.navigation(sections, position=frame.navigation_position())
    address = current.url_path or PAGES[0].address
    subjects = {entry.address: entry.subject for entry in PAGES}
    links.follow(pages, subjects, address, keep={frame.PRESENT: "true"} if frame.presenting() else {})
    st.session_state[ROUTED] = True
    try:
        frame.around(address, current.run)
    finally:
        st.session_state.pop(ROUTED, None)


def guard() -> None:
    """The first statement of every page file."""
    if not st.session_state.get(ROUTED):
        frame.configure()  # before the navigation, which else takes the page's icon from a font host as its favicon
        st.navigation([*_pages(READER).values(), _under_its_own_name()], position="hidden")
        st.rerun()


def _pages(person: Person) -> dict[str, st.Page]:
    return {
        entry.address: st.Page(
            f"pages/{entry.address}.py",
            title=entry.title,
            icon=entry.icon,
            url_path=AT_THE_ROOT if entry is PAGES[0] else entry.address,
            default=entry is PAGES[0],
            visibility="visible" if entry.is_listed_for(person) else "hidden",
        )
        for entry in PAGES
    }


def _under_its_own_name() -> st.Page:
    """The first page once more: Streamlit serves a default page at the root only, and greets who asks for it by name with "Page not found"."""
    first = PAGES[0]
    return st.Page(f"pages/{first.address}.py", title=first.title, url_path=first.address, visibility="hidden")
