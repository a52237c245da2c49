"""`python -m lib.store build` makes the store from data/; `check` only reads the files and says what is wrong; `derive`
renews data/derived/, the spatial statistics, so that the next start has nothing to compute."""

from __future__ import annotations

import argparse
import sys

from lib.errors import OutcomeStatError
from lib.settings import ROOT, check_framework, database_url, read_settings
from lib.store.build import build
from lib.store.catalogue import framework_ids, read_catalogue
from lib.store.database import open_engine
from lib.store.derived import derive
from lib.store.protect import protect


def main(arguments: list[str] | None = None) -> int:
    """0 when all is well; 1 with the problems on standard error when not."""
    parser = argparse.ArgumentParser(prog="python -m lib.store", description=__doc__)
    parser.add_argument("command", choices=("build", "check", "derive"))
    chosen = parser.parse_args(arguments)
    try:
        settings = read_settings()
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
        limits = {"connect_seconds": settings.store.connect_seconds, "query_seconds": settings.store.query_seconds}
        release = build(open_engine(database_url(settings), **limits), ROOT / "data", fiscal_year_start_month=month)
        print(f"The store shows release {release[:12]}.")
        return 0
    except OutcomeStatError as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
