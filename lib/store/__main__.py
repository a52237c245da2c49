"""`python -m lib.store build` makes the store from data/; `check` only reads the files and says what is wrong; `derive`
renews data/derived/, the spatial statistics, so that the next start has nothing to compute; `migrate` brings the tables of
the store to this version's, or with `--to` to an earlier one's. Make a backup first. `requests load FILE --author NAME`
loads service requests from a CSV file in the City's layout."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from lib.errors import OutcomeStatError
from lib.roles import Person, Role
from lib.settings import ROOT, Settings, check_framework, database_url, read_settings
from lib.store.build import build, migrate
from lib.store.catalogue import framework_ids, read_catalogue
from lib.store.database import open_engine, plain_failures
from lib.store.derived import derive
from lib.store.migrations import HEAD, SCHEMA_AFTER, lost, step_of
from lib.store.protect import protect
from lib.store.request_load import load_requests
from lib.store.request_rows import LEFT_OUT, SET_ASIDE
from lib.store.requests import problems


def main(arguments: list[str] | None = None) -> int:
    """0 when all is well; 1 with the problems on standard error when not."""
    parser = argparse.ArgumentParser(prog="python -m lib.store", description=__doc__)
    parser.add_argument("command", choices=("build", "check", "derive", "migrate", "requests"))
    parser.add_argument("action", nargs="?", choices=("load",), help="requests: what to do")
    parser.add_argument("file", nargs="?", type=Path, help="requests load: the CSV file")
    parser.add_argument("--author", default="", help="requests load: who loads it")
    parser.add_argument("--to", choices=tuple(SCHEMA_AFTER), help=f"migrate: the step to go to, up or down; {HEAD}, the last one, if not named")
    parser.add_argument("--yes", action="store_true", help="migrate: go down although something is lost")
    chosen = parser.parse_args(arguments)
    if chosen.command != "migrate" and (chosen.to or chosen.yes):
        parser.error("--to and --yes belong to migrate")
    whole, any_of_it = (chosen.action and chosen.file and chosen.author), (chosen.action or chosen.file or chosen.author)
    if not whole if chosen.command == "requests" else any_of_it:
        parser.error("write: requests load FILE --author NAME")
    try:
        settings = read_settings()
        limits = {"connect_seconds": settings.store.connect_seconds, "query_seconds": settings.store.query_seconds}
        if chosen.command == "migrate":
            return _migrate(open_engine(database_url(settings), **limits), chosen.to or HEAD, sure=chosen.yes)
        month = settings.fiscal_year.start_month
        check_framework(settings, framework_ids(ROOT / "data"))
        if chosen.command in ("check", "derive"):
            catalogue = read_catalogue(ROOT / "data", fiscal_year_start_month=month)
            indicators = sum(len(framework.indicators) for framework in catalogue.frameworks)
            print(f"{len(catalogue.frameworks)} framework, {indicators} indicators, {len(catalogue.observations)} figures; "
                  f"{len(catalogue.areas)} areas, {len(catalogue.measures)} measures, {len(catalogue.area_observations)} "
                  "figures by area: all in order.")  # fmt: skip
            if chosen.command == "derive":
                print(f"{derive(protect(catalogue).catalogue, ROOT / 'data')} spatial statistics are up to date.")
            return 0
        if chosen.command == "requests":
            return _load_requests(open_engine(database_url(settings), **limits), settings, chosen.file, chosen.author)
        release = build(open_engine(database_url(settings), **limits), ROOT / "data", fiscal_year_start_month=month)
        print(f"The store shows release {release[:12]}.")
        return 0
    except OutcomeStatError as problem:
        print(problem, file=sys.stderr)
        return 1


def _migrate(engine: Engine, to: str, *, sure: bool) -> int:
    """Up at once; down only for who is sure, after the words on what is lost."""
    with plain_failures(), engine.connect() as connection:
        now = step_of(connection)
    if now == to:
        print(f"The store is at step {to} (schema {SCHEMA_AFTER[to]}) already.")
        return 0
    if now > to:
        print(f"Going down from step {now} to {to}.", *lost(now, to), file=sys.stderr)
        if not sure:
            print("Nothing was changed. Stop the site, make a backup, then add --yes.", file=sys.stderr)
            return 1
    migrate(engine, to)
    print(f"The store is at step {to} (schema {SCHEMA_AFTER[to]}).")
    return 0


def _load_requests(engine: Engine, settings: Settings, file: Path, author: str) -> int:
    """Loads the file and says what was counted, and what was wrong in it. Who may write to the database may load."""
    build(engine, ROOT / "data", fiscal_year_start_month=settings.fiscal_year.start_month)
    found = load_requests(engine, file, person=Person(author, frozenset({Role.EDITOR})), zone=ZoneInfo(settings.city.timezone))
    if not found.is_new:
        print("The newest load is of this very file. Nothing was changed.")
        return 0
    print(f"{found.rows:,} lines read: {found.new:,} new requests, {found.updated:,} updated, {found.repeated:,} repeated in the file, {found.set_aside:,} set aside.")
    for one in problems(engine, found.load):
        print(f"{one.rows:,} {one.problem}{' (set aside)' if one.set_aside else ''}: {(SET_ASIDE | LEFT_OUT)[one.problem]}.", *one.examples, sep="\n    ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
