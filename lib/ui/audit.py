"""The parts of the audit trail: which entries are looked at, and how they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from lib import words
from lib.roles import Role
from lib.store.batches import AuditEntry
from lib.store.export import as_csv
from lib.ui import cache, frame, people
from lib.ui.detail import table
from lib.ui.text import escape

SHOWN = 500  # entries on the page; the file has all
TITLE = "The audit trail"


@dataclass(frozen=True)
class Choice:
    who: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    since: date | None = None

    def keeps(self, one: AuditEntry) -> bool:
        return (
            (not self.who or one.who in self.who)
            and (not self.actions or one.action in self.actions)
            and (self.since is None or local_time(one.at).date() >= self.since)
        )


def local_time(at: str) -> datetime:
    """A time of the store by the city's clock."""
    return datetime.fromisoformat(at).astimezone(ZoneInfo(cache.settings().city.timezone))


def heading() -> str:
    return (f"<h1 class='page'>{TITLE}</h1><p class='lead'>Who wrote what, and when. Each entry is written together with what it tells of. "
            "The database refuses to change or remove one, except those of the example.</p>")  # fmt: skip


def chosen(entries: Sequence[AuditEntry]) -> Choice:
    """The sidebar's filters. The address does not keep them: it would carry people's names into other logs."""
    with st.sidebar:
        return Choice(
            who=tuple(st.multiselect("Who", sorted({one.who for one in entries}), key="audit-who", placeholder="Everybody")),
            actions=tuple(st.multiselect("What", sorted({one.action for one in entries}), key="audit-action", placeholder="Everything")),
            since=st.date_input("From this day on", None, key="audit-since", format="YYYY-MM-DD"),
        )


def show(entries: Sequence[AuditEntry], choice: Choice) -> None:
    """The entries that the filters keep, as a table; or that there are none."""
    if not entries:
        frame.nothing_to_show("Nobody has written anything yet. What people load or take back will stand here, with their name and the time.")
        return
    kept = [one for one in entries if choice.keeps(one)]
    if not kept:
        frame.nothing_to_show("No entry fits these filters. Remove one of them on the left.")
        return
    said = _how_many(len(kept), len(entries))
    frame.announce(said)
    zone = cache.settings().city.timezone
    rows = [(f"{local_time(one.at):%Y-%m-%d %H:%M:%S}", one.who, one.action, one.subject, one.detail) for one in kept[:SHOWN]]
    st.html(f"<p class='note'>{escape(said)}</p>" + table(("When", "Who", "What", "Of what", "In detail"), rows,
            caption=f"What people wrote, newest first. Times are those of {zone}.", numbers=(0,)))  # fmt: skip  # a time stays on its line


def _how_many(kept: int, of: int) -> str:
    every = words.count_of(of, "entry", "entries")
    found = f"{kept:,} of {every}" if kept < of else every
    return f"{found}. The newest {SHOWN} are shown; the file below has all." if kept > SHOWN else f"{found}."


def download(entries: Sequence[AuditEntry]) -> None:
    """All entries, whatever the filters."""
    if entries:
        st.download_button("All entries as CSV", data=people.guarded(Role.ADMINISTRATOR, TITLE, lambda: as_csv(as_table(entries))),
                           file_name="audit-trail.csv", mime="text/csv", on_click="ignore", icon=":material/download:", key="audit-csv")  # fmt: skip


def as_table(entries: Sequence[AuditEntry]) -> pd.DataFrame:
    rows = [(one.at, one.who, one.action, one.subject, one.detail) for one in entries]
    return pd.DataFrame(rows, columns=["time (UTC)", "who", "what", "of what", "in detail"])
