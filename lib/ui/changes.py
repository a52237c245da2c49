"""What changed since a day of the reader's choice, by what it is about, and as a feed to follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import streamlit as st

from lib import feed, language, words
from lib.language import _, n_
from lib.standard.holdings import said
from lib.stat.changes.since import Data, not_known
from lib.stat.changes.told import Change, Kind, entries, in_short, newest_first
from lib.ui import cache, frame
from lib.ui.links import link
from lib.ui.text import escape

DAYS = 90  # that are looked back where the reader chooses none
FIRST = date(2000, 1, 1)
SHOWN = 100  # rows of a kind
ON_A_SLIDE = 4
KEYS = {
    "indicator": "indicator",
    "map": "measure",
    "record": "year",
    "yourview": "subject",
}  # what a page calls its subject
NAME = "changes"  # the feed is known by it, wherever it is read


def since() -> date:
    """The day from which on the reader wants to know."""
    today = cache.today()
    given = {} if "since" in st.session_state else {"value": today - timedelta(days=DAYS)}
    with st.sidebar:
        chosen = st.date_input(_("Since"), min_value=FIRST, max_value=today, key="since", bind="query-params", **given)
    return chosen or today - timedelta(days=DAYS)


def kinds() -> list[Kind]:
    with st.sidebar:
        return st.multiselect(
            _("About"),
            list(Kind),
            format_func=lambda kind: _(str(kind)),
            key="kinds",
            placeholder=_("Everything"),
            bind="query-params",
        )


def found(day: date, wanted: Sequence[Kind]) -> tuple[Data, tuple[Change, ...]]:
    data = cache.changed_data(day, language.current())
    every = newest_first((*data.changes, *cache.changed_deeds(day)))
    return data, tuple(one for one in every if not wanted or one.kind in wanted)


def heading(several: Sequence[Change], data: Data, day: date) -> str:
    return (
        f"<h1 class='page'>{escape(_('What changed'))}</h1><p class='first'>{escape(in_short(several, day))}</p>"
        f"<p class='note'>{escape(not_known(data, day))} {escape(_never_known())}</p>"
    )


def _never_known() -> str:
    return _("What is told of a promise or a meeting is only what is public.")


def listed(several: Sequence[Change]) -> str:
    """The changes by kind, the newest first."""
    return "".join(
        _kind(kind, [one for one in several if one.kind is kind])
        for kind in Kind
        if any(one.kind is kind for one in several)
    )


def _kind(kind: Kind, own: Sequence[Change]) -> str:
    title = escape(_(str(kind)))
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in (_("Day"), _("What"), _("Change")))
    rows = "".join(_row(one) for one in own[:SHOWN])
    rest = len(own) - SHOWN
    more = (
        n_("And {n} more, in the file.", "And {n} more, in the file.", rest).format(n=words.figure(rest, 0))
        if rest > 0
        else ""
    )
    note = f"<p class='note'>{escape(more)}</p>" if more else ""
    return (
        f"<h2 class='section'>{title} ({len(own):,})</h2><table class='plain deeds' aria-label='{title}'>"
        "<colgroup><col style='width: 10rem'><col style='width: 45%'><col></colgroup>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{note}"
    )


def _row(one: Change) -> str:
    title = escape(words.capital(one.title))
    name = link(one.page, title, id=one.id, key=KEYS.get(one.page, "")) if one.page else title
    day = said(one.on) if len(one.on) >= 10 else _("{period}, day not known").format(period=said(one.on))
    return f"<tr><td>{escape(day)}</td><td>{name}</td><td>{escape(one.detail)}</td></tr>"


def slide(several: Sequence[Change]) -> str:
    """For the meeting room: the newest, large; that figures were published again says least, so it stands last."""
    first = [
        *(one for one in several if one.kind is not Kind.PUBLISHED),
        *(one for one in several if one.kind is Kind.PUBLISHED),
    ]
    rows = "".join(
        f"<tr><th scope='row'>{escape(words.capital(one.title))}</th><td>{escape(one.detail)}</td><td>{escape(said(one.on))}</td></tr>"
        for one in first[:ON_A_SLIDE]
    )
    return f"<table class='slide'><tbody>{rows}</tbody></table>" if rows else "<p></p>"


def take_away(several: Sequence[Change]) -> None:
    """The same as a feed, for a reader of feeds."""
    st.download_button(
        _("As a feed (Atom)"),
        data=lambda: as_feed(several),
        file_name="changes.atom",
        mime="application/atom+xml",
        on_click="ignore",
        icon=":material/rss_feed:",
        key="feed",
    )


def as_feed(several: Sequence[Change]) -> bytes:
    chosen = cache.settings()
    address = chosen.site.address
    return feed.atom(
        entries(several, timezone=chosen.city.timezone, address=f"{address}/" if address else ""),
        title=f"{chosen.city.title}: {_('What changed')}",
        name=f"{chosen.city.name} {NAME}",
        self_link=f"{address}/feed.atom" if address else "",
        site_link=f"{address}/changes" if address else "",
        updated=datetime.now(UTC),
        rights=chosen.city.licence,
        language=language.current(),
    )


def tables(several: Sequence[Change]) -> dict[str, pd.DataFrame]:
    rows = [(str(one.kind), one.on, one.title, one.detail) for one in several]
    return {"Changes": pd.DataFrame(rows, columns=["kind", "day", "what", "change"])}


def nothing_yet() -> None:
    st.html(f"<h1 class='page'>{escape(_('What changed'))}</h1>")
    frame.nothing_to_show(
        _(
            "There are no figures yet, so nothing can have changed. Write the first indicator in data/, then start again."
        )
    )
