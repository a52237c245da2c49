"""The parts of the audit trail: which entries are looked at, and how they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from lib import words
from lib.language import _, later
from lib.roles import Role
from lib.store.batches import AuditEntry
from lib.store.export import as_csv
from lib.ui import cache, frame, people
from lib.ui.detail import table
from lib.ui.text import escape

SHOWN = 500  # entries on the page; the file has all
TITLE = later("The audit trail")


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
    lead = _("Who wrote what, and when. Each entry is written together with what it tells of. The database refuses to change or remove one, "
             "except those of the example.")  # fmt: skip
    return f"<h1 class='page'>{_(TITLE)}</h1><p class='lead'>{lead}</p>"


def chosen(entries: Sequence[AuditEntry]) -> Choice:
    """The sidebar's filters. The address does not keep them: it would carry people's names into other logs."""
    with st.sidebar:
        return Choice(
            who=tuple(st.multiselect(_("Who"), sorted({one.who for one in entries}), key="audit-who", placeholder=_("Everybody"))),
            actions=tuple(st.multiselect(_("What"), sorted({one.action for one in entries}), key="audit-action", placeholder=_("Everything"))),
            since=st.date_input(_("From this day on"), None, key="audit-since", format="YYYY-MM-DD"),
        )


def show(entries: Sequence[AuditEntry], choice: Choice) -> None:
    """The entries that the filters keep, as a table; or that there are none."""
    if not entries:
        frame.nothing_to_show(_("Nobody has written anything yet. What people load or take back will stand here, with their name and the time."))
        return
    kept = [one for one in entries if choice.keeps(one)]
    if not kept:
        frame.nothing_to_show(_("No entry fits these filters. Remove one of them on the left."))
        return
    said = _how_many(len(kept), len(entries))
    frame.announce(said)
    zone = cache.settings().city.timezone
    rows = [(f"{local_time(one.at):%Y-%m-%d %H:%M:%S}", one.who, _(one.role), one.action, one.subject, one.detail) for one in kept[:SHOWN]]
    head = (_("When"), _("Who"), _("Role at that time"), _("What"), _("Of what"), _("In detail"))
    caption = _("What people wrote, newest first. Times are those of {zone}.").format(zone=zone)
    st.html(f"<p class='note'>{escape(said)}</p>" + table(head, rows, caption=caption, numbers=(0,)))  # a time stays on its line


def _how_many(kept: int, of: int) -> str:
    every = words.count_of(of, "entry", "entries")
    found = _("{n} of {total}").format(n=words.figure(kept, 0), total=every) if kept < of else every
    return _("{found}. The newest {n} are shown; the file below has all.").format(found=found, n=SHOWN) if kept > SHOWN else f"{found}."


def download(entries: Sequence[AuditEntry]) -> None:
    """All entries, whatever the filters."""
    if entries:
        st.download_button(_("All entries as CSV"), data=people.guarded(Role.ADMINISTRATOR, _(TITLE), lambda: as_csv(as_table(entries))),
                           file_name="audit-trail.csv", mime="text/csv", on_click="ignore", icon=":material/download:", key="audit-csv")  # fmt: skip


def as_table(entries: Sequence[AuditEntry]) -> pd.DataFrame:
    rows = [(one.at, one.who, one.role, one.action, one.subject, one.detail) for one in entries]
    return pd.DataFrame(rows, columns=["time (UTC)", "who", "role at that time", "what", "of what", "in detail"])
