"""The store from the command line: `python -m lib.store --help` lists what it can do, `python -m lib.store COMMAND --help` how."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from lib import log
from lib.errors import LoadRefused, OutcomeStatError
from lib.roles import Person, Role
from lib.settings import Settings, check_framework, city_folder, data_folder, database_url, read_settings
from lib.store import plans
from lib.store.backup import backup, restore
from lib.store.build import build, migrate
from lib.store.catalogue import framework_ids, read_catalogue
from lib.store.database import open_engine, plain_failures
from lib.store.derived import derive
from lib.store.migrations import HEAD, SCHEMA_AFTER, lost, step_of
from lib.store.plan_load import load_plan_file, reading
from lib.store.protect import protect
from lib.store.request_load import load_requests
from lib.store.request_rows import EXAMPLES, LEFT_OUT, SET_ASIDE
from lib.store.requests import problems
from lib.store.sources.context import sources_from
from lib.store.sources.service_requests import fetch_requests, forget


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lib.store", description="Makes, checks, fills and keeps the store.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("build", help="make the store from data/")
    commands.add_parser("check", help="read the files in data/ and say what is wrong; the store is left alone")
    commands.add_parser("derive", help="renew data/derived/, the spatial statistics, so that the next start has nothing to compute")
    step = commands.add_parser("migrate", help="bring the tables to this version's, or to an earlier one's; make a backup first")
    step.add_argument("--to", choices=tuple(SCHEMA_AFTER), default=HEAD, help=f"the step to go to, up or down; {HEAD}, the last one, if not named")
    step.add_argument("--yes", action="store_true", help="go down although something is lost")
    kept = commands.add_parser("backup", help="write the whole store to one file; the site may go on")
    kept.add_argument("file", type=Path, metavar="FILE")
    back = commands.add_parser("restore", help="put a backup in the store's place; stop the site first")
    back.add_argument("file", type=Path, metavar="FILE")
    back.add_argument("--yes", action="store_true", help="replace what the store holds now")
    requests = commands.add_parser("requests", help="service requests").add_subparsers(dest="action", required=True, metavar="load FILE|fetch")
    load = requests.add_parser("load", help="load a CSV file in the City's layout")
    load.add_argument("file", type=Path, metavar="FILE")
    fetch = requests.add_parser("fetch", help="load from the layer that config.toml names under [sources.service_requests]")
    fetch.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="only what changed since that day, such as 2026-11-01")
    plan = commands.add_parser("plans", help="the agencies' performance plans").add_subparsers(dest="action", required=True, metavar="load FILE")
    plan_load = plan.add_parser("load", help="load the City's export, a workbook or a CSV file")
    plan_load.add_argument("file", type=Path, metavar="FILE")
    plan_load.add_argument("--exported", type=date.fromisoformat, metavar="DAY", help="the day that the export shows; today if not named")
    for one in (load, fetch, plan_load):
        one.add_argument("--author", required=True, metavar="NAME", help="who loads them")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """0 when all is well; 1 with the problems on standard error when not; 2 where the command is not understood."""
    chosen = _parser().parse_args(arguments)
    try:
        log.set_up()
        settings = read_settings()
        return _do(chosen, settings)
    except OutcomeStatError as problem:
        print(problem, file=sys.stderr)
        return 1


def _do(chosen: argparse.Namespace, settings: Settings) -> int:
    if chosen.command in ("check", "derive"):
        return _read_files(settings, derive_too=chosen.command == "derive")
    engine = open_engine(database_url(settings), connect_seconds=settings.store.connect_seconds, query_seconds=settings.store.query_seconds)
    match chosen.command, getattr(chosen, "action", ""):
        case "migrate", _:
            return _migrate(engine, chosen.to, sure=chosen.yes)
        case "backup", _:
            print(f"{chosen.file} holds the store, {backup(engine, chosen.file):,} bytes. Keep it on another machine.")
        case "restore", _:
            return _restore(engine, chosen.file, sure=chosen.yes)
        case "requests", "load":
            return _load_requests(engine, settings, chosen.file, chosen.author)
        case "requests", "fetch":
            return _fetch_requests(engine, settings, chosen.author, chosen.since)
        case "plans", _:
            return _load_plan(engine, settings, chosen.file, chosen.author, chosen.exported)
        case _:
            print(f"The store shows release {_build(engine, settings)[:12]}.")
    return 0


def _build(engine: Engine, settings: Settings) -> str:
    check_framework(settings, framework_ids(data_folder()))
    return build(engine, data_folder(), fiscal_year_start_month=settings.fiscal_year.start_month)


def _read_files(settings: Settings, *, derive_too: bool) -> int:
    check_framework(settings, framework_ids(data_folder()))
    catalogue = read_catalogue(data_folder(), fiscal_year_start_month=settings.fiscal_year.start_month)
    indicators = sum(len(framework.indicators) for framework in catalogue.frameworks)
    print(f"{len(catalogue.frameworks)} framework, {indicators} indicators, {len(catalogue.observations)} figures; "
          f"{len(catalogue.areas)} areas, {len(catalogue.measures)} measures, {len(catalogue.area_observations)} "
          "figures by area: all in order.")  # fmt: skip
    if derive_too:
        print(f"{derive(protect(catalogue).catalogue, data_folder())} spatial statistics are up to date.")
    return 0


def _restore(engine: Engine, file: Path, *, sure: bool) -> int:
    if not sure:
        print("What the store holds now, what people wrote too, is replaced by the backup. Nothing was changed. Stop the site, then add --yes.", file=sys.stderr)
        return 1
    aside = restore(engine, file)
    print(f"The store is as it was in {file}.", *([f"What stood there before is {aside}."] if aside else []))
    return 0


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


def _fetch_requests(engine: Engine, settings: Settings, author: str, since: date | None) -> int:
    """Reads the layer onto the disk, loads what came, and removes it from there; a load that the database refused can be tried again."""
    whole = fetch_requests(sources_from(settings.sources), city_folder(), zone=ZoneInfo(settings.city.timezone), since=since, told=lambda said: print(said, file=sys.stderr))
    try:
        _load_requests(engine, settings, whole.path, author, name=whole.name)
    except LoadRefused:
        forget(whole.path)
        raise
    forget(whole.path)
    return 0


def _load_requests(engine: Engine, settings: Settings, file: Path, author: str, *, name: str = "") -> int:
    """Loads the file and says what was counted, and what was wrong in it. Who may write to the database may load."""
    _build(engine, settings)
    found = load_requests(engine, file, person=Person(author, frozenset({Role.EDITOR})), zone=ZoneInfo(settings.city.timezone), name=name)
    if not found.is_new:
        print("The newest load is of this very file. Nothing was changed.")
        return 0
    print(f"{found.rows:,} lines read: {found.new:,} new requests, {found.updated:,} updated, {found.repeated:,} repeated in the file, {found.set_aside:,} set aside.")
    for one in problems(engine, found.load):
        print(f"{one.rows:,} {one.problem}{' (set aside)' if one.set_aside else ''}: {(SET_ASIDE | LEFT_OUT)[one.problem]}.", *one.examples, sep="\n    ")
    return 0


def _load_plan(engine: Engine, settings: Settings, file: Path, author: str, exported: date | None) -> int:
    """Loads the export and names every fault with its cell. Who may write to the database may load."""
    month = settings.fiscal_year.start_month
    _build(engine, settings)
    day = exported or datetime.now(ZoneInfo(settings.city.timezone)).date()
    found = load_plan_file(engine, file, reading(settings.sources, start_month=month), person=Person(author, frozenset({Role.EDITOR})), exported=day)
    if not found.is_new:
        print("The newest load is of this very file. Nothing was changed.")
        return 0
    print(f"{found.rows:,} lines read, {found.repeated:,} repeated word for word, {found.set_aside:,} set aside: {found.measures:,} measures with {found.figures:,} figures; "
          f"of {found.disagreements:,} figures the copies of the list say different things.")  # fmt: skip
    for level, code, times in plans.faults_counted(engine, found.load):
        print(f"{times:,} {level}: {code}")
        for one in plans.faults(engine, found.load, level=level, code=code, most=None if level == "error" else EXAMPLES):
            print(f"    {one.sheet} {one.cell}: {one.found!r}: {one.why}{'; ' + one.remedy if one.remedy else ''}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
