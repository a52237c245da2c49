"""What changed in the last year, as an Atom feed: for the server and for the static edition."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lib import feed
from lib.language import SOURCE
from lib.opendata.edition import Edition, in_source_language
from lib.stat.changes.since import all_since
from lib.stat.changes.told import entries

DAYS = 365
PATH = "feed.atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"


def as_feed(edition: Edition, *, address: str, pages: bool) -> bytes:
    """The feed. `address` is where the site is, "" where that is not known; `pages` whether the pages of the app are there to be linked to."""
    return in_source_language(lambda: _made(edition, address, pages))


def _made(edition: Edition, address: str, pages: bool) -> bytes:
    chosen = edition.settings
    several = all_since(edition.engine, edition.as_of - timedelta(days=DAYS), settings=chosen, today=edition.as_of, release=edition.release)
    return feed.atom(
        entries(several, timezone=chosen.city.timezone, address=f"{address}/" if address and pages else ""),
        title=f"{chosen.city.title}: what changed",
        name=f"{chosen.city.name} changes",
        self_link=f"{address}/{PATH}" if address else "",
        site_link=f"{address}/changes" if address and pages else address,
        updated=datetime.combine(edition.built_on, datetime.min.time(), UTC),
        rights=chosen.city.licence,
        language=SOURCE,
    )
