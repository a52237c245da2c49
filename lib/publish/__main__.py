"""`python -m lib.publish OUT`: the static edition of the shown release, as files in the folder OUT."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from lib.errors import OutcomeStatError
from lib.language import languages, use
from lib.opendata.edition import read_edition
from lib.opendata.package import what_is_missing
from lib.publish.site import publish
from lib.settings import database_url, read_settings
from lib.store.published import open_reader


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m lib.publish", description="Writes the site as a folder of plain files. The same release on the same day gives the same bytes.")
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder; an earlier edition in it is replaced when the new one is whole")
    parser.add_argument("--address", default=None, help="where it will stand on the web, such as https://city.gov/outcomes; else [site] address of config.toml")
    parser.add_argument("--as-of", type=date.fromisoformat, default=None, metavar="DAY", help="the day on which statuses are judged, such as 2026-11-25; else today")
    parser.add_argument("--language", default="en", choices=languages(), help="what the pages speak; the data files stay as they are")
    chosen = parser.parse_args(arguments)
    use(chosen.language)
    try:
        settings = read_settings()
        address = (settings.site.address if chosen.address is None else chosen.address).rstrip("/")
        engine = open_reader(database_url(settings), connect_seconds=settings.store.connect_seconds, query_seconds=settings.store.query_seconds)
        edition = read_edition(engine, settings, as_of=chosen.as_of or datetime.now(ZoneInfo(settings.city.timezone)).date())
        publish(edition, chosen.out, address=address)
    except OutcomeStatError as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{chosen.out}: release {edition.release[:12]} as of {edition.as_of.isoformat()}.")
    for said in what_is_missing(edition, address=address) + ([] if address else ["no sitemap.xml: it needs the address, too"]):
        print(f"Not complete: {said}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
