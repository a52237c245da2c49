"""`python -m lib.store build` makes the store from data/; `check` only reads the files and says what is wrong; `derive`
renews data/derived/, the spatial statistics, so that the next start has nothing to compute; `migrate` brings the tables of
the store to this version's, or with `--to` to an earlier one's. Make a backup first."""

from __future__ import annotations

import argparse
import sys

from sqlalchemy import Engine

from lib.errors import OutcomeStatError
from lib.settings import ROOT, check_framework, database_url, read_settings
from lib.store.build import build, migrate
from lib.store.catalogue import framework_ids, read_catalogue
from lib.store.database import open_engine, plain_failures
from lib.store.derived import derive
from lib.store.migrations import HEAD, SCHEMA_AFTER, lost, step_of
from lib.store.protect import protect


def main(arguments: list[str] | None = None) -> int:
    """0 when all is well; 1 with the problems on standard error when not."""
    parser = argparse.ArgumentParser(prog="python -m lib.store", description=__doc__)
    parser.add_argument("command", choices=("build", "check", "derive", "migrate"))
    parser.add_argument("--to", choices=tuple(SCHEMA_AFTER), help=f"migrate: the step to go to, up or down; {HEAD}, the last one, if not named")
    parser.add_argument("--yes", action="store_true", help="migrate: go down although something is lost")
    chosen = parser.parse_args(arguments)
    if chosen.command != "migrate" and (chosen.to or chosen.yes):
        parser.error("--to and --yes belong to migrate")
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


if __name__ == "__main__":
    sys.exit(main())
