"""`python -m lib.intake check FILE` reads a workbook or a CSV file and says, cell by cell, what is to be mended. Nothing is
stored. `load FILE --author NAME` checks it and, where it is accepted, loads it; `undo LOAD --author NAME` takes a load back.
Exit status: 0 accepted, 1 refused, 2 where nothing was checked: wrong arguments, no such file, faulty settings."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from lib.errors import LoadRefused, OutcomeStatError
from lib.intake.check import check
from lib.intake.fetching import load_answer, read_plan, read_source
from lib.intake.known import Known, known_from
from lib.intake.limits import Limits
from lib.intake.loading import known_from_store, limits_of, load_report, utc_text
from lib.intake.report import Outcome, Report
from lib.roles import Person, Role
from lib.settings import Settings, data_folder, database_url, read_settings
from lib.store import queries
from lib.store.build import build
from lib.store.catalogue import read_catalogue
from lib.store.database import open_engine
from lib.store.load import undo
from lib.store.sources.plan import PlanAnswer

ACCEPTED, REFUSED, USAGE = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """The exit status. Wrong arguments end in 2 by argparse itself."""
    chosen = parser().parse_args(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")  # names hold letters that a plain terminal's own encoding may lack
    try:
        return chosen.run(chosen)
    except OutcomeStatError as problem:
        print(problem, file=sys.stderr)  # the city's own settings or data: nothing is said about the file
        return USAGE


def parser() -> argparse.ArgumentParser:
    """A command is a function that takes what was chosen and gives the exit status."""
    found = argparse.ArgumentParser(prog="python -m lib.intake", description=__doc__)
    commands = found.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_command(commands, "check", run_check, "read a file and report; store nothing")
    loading = add_command(commands, "load", run_load, "read a file and, where it is accepted, load it")
    loading.add_argument("--note", default="", help="what the load is about")
    loading.add_argument("--publish-at", type=moment, metavar="TIME", help="when readers see it, such as 2027-01-31T09:00-05:00")
    loading.add_argument("--confirm", action="store_true", help="load it although there are warnings to confirm")
    back = commands.add_parser("undo", help="take a load back", description="Takes a load back; readers see what was shown without it.")
    back.add_argument("load", metavar="LOAD", help="its id, as the load gave it")
    back.set_defaults(run=run_undo)
    fetching = commands.add_parser("fetch", help="read a source that config.toml switches on, and load its figures",
                                   description="Reads a source that config.toml switches on and loads its figures.")  # fmt: skip
    fetching.add_argument("source", metavar="SOURCE", help="vital_signs, vital_signs_workbook, census, layer.ID, or performance_plan (reported only)")
    fetching.add_argument("--confirm", action="store_true", help="load it although some figures were left out")
    fetching.add_argument("--dry-run", action="store_true", help="read and report; load nothing")
    fetching.set_defaults(run=run_fetch)
    for command in (loading, back, fetching):
        command.add_argument("--author", required=True, metavar="NAME", help="who does it; kept with it")
    return found


def moment(text: str) -> str:
    """A time with its zone as UTC, in the store's form. ArgumentTypeError for another text."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time with its zone; write one such as 2027-01-31T09:00-05:00")
    return utc_text(when)


def add_command(
    commands: argparse._SubParsersAction, name: str, run: Callable[[argparse.Namespace], int], about: str
) -> argparse.ArgumentParser:
    """A command about one file, with --json."""
    command = commands.add_parser(name, help=about, description=about)
    command.add_argument("file", metavar="FILE", type=Path, help="an .xlsx workbook or a CSV file")
    command.add_argument("--json", action="store_true", help="the report as JSON on standard output")
    command.set_defaults(run=run)
    return command


def run_check(chosen: argparse.Namespace) -> int:
    settings = read_settings()
    content = read_file(chosen.file, limits_of(settings))
    if content is None:
        return USAGE
    report = check(content, chosen.file.name, known_from_data(settings), limits=limits_of(settings), today=today(settings))
    show(report, as_json=chosen.json)
    return REFUSED if report.outcome is Outcome.REJECT else ACCEPTED


def run_load(chosen: argparse.Namespace) -> int:
    settings = read_settings()
    content = read_file(chosen.file, limits_of(settings))
    if content is None:
        return USAGE
    engine = store(settings)
    report = check(content, chosen.file.name, known_from_store(engine, settings), limits=limits_of(settings), today=today(settings))
    show(report, as_json=chosen.json)
    if report.outcome is Outcome.REJECT:
        return REFUSED
    if report.changes_nothing:
        return ACCEPTED
    if report.warnings and not chosen.confirm:
        print("Not loaded: look at the warnings, then say --confirm.", file=sys.stderr)
        return REFUSED
    person = Person(chosen.author, frozenset({Role.EDITOR}))  # who can run this on the machine can write to the store anyway
    try:
        done = load_report(engine, data_folder(), report, content, person=person, note=chosen.note, publish_at=chosen.publish_at or "",
                           settings=settings)  # fmt: skip
    except LoadRefused as problem:
        print(problem, file=sys.stderr)
        return REFUSED
    said = f"Loaded as {done.batch}." if done.is_new else f"This file is loaded already, as {done.batch}. Nothing was changed."
    print(said, file=sys.stderr if chosen.json else sys.stdout)
    return ACCEPTED


def run_fetch(chosen: argparse.Namespace) -> int:
    settings = read_settings()
    if chosen.source == "performance_plan":
        return show_plan(read_plan(settings))
    engine = store(settings)
    release = queries.shown_release(engine)
    city = queries.geographies(engine, release)[queries.frameworks(engine, release)[settings.framework.current].geography]
    answer = read_source(chosen.source, settings, areas=queries.areas(engine, release), measures=queries.measures(engine, release), city=city)
    for problem in answer.problems:
        print(f"{problem.level}: {problem.sheet} {problem.cell}: {problem.why}; {problem.remedy} [{problem.code}]")
    for change in answer.changes:
        print(f"changed: {change.sheet} {change.cell}: {change.before!r} to {change.after!r}: {change.why}")
    print(f"{len(answer.figures):,} figures of {answer.source}." + (" The last good copy stands in for the source." if answer.is_partly_kept else ""))
    if chosen.dry_run:
        return ACCEPTED
    person = Person(chosen.author, frozenset({Role.EDITOR}))
    try:
        done = load_answer(engine, data_folder(), answer, person=person, settings=settings, confirmed=chosen.confirm)
    except LoadRefused as problem:
        print(problem, file=sys.stderr)
        return REFUSED
    print(f"Loaded as {done.batch}." if done.is_new else f"These figures are loaded already, as {done.batch}. Nothing was changed.")
    return ACCEPTED


def show_plan(answer: PlanAnswer) -> int:
    """What the export holds, and what is to be mended in it. Nothing of it is stored yet."""
    for problem in answer.problems:
        print(f"{problem.level}: {problem.sheet} {problem.cell}: {problem.why}; {problem.remedy} [{problem.code}]")
    print(f"{len(answer.measures):,} measures with {len(answer.figures):,} figures; {len(answer.contradictions):,} contradictions between its two "
          f"copies; {len(answer.changes):,} changes in reading; columns with persons dropped: {', '.join(answer.dropped) or 'none'}. Nothing is stored.")  # fmt: skip
    return ACCEPTED


def run_undo(chosen: argparse.Namespace) -> int:
    settings = read_settings()
    person = Person(chosen.author, frozenset({Role.EDITOR}))
    try:
        undo(store(settings), data_folder(), chosen.load, person=person, fiscal_year_start_month=settings.fiscal_year.start_month)
    except LoadRefused as problem:
        print(problem, file=sys.stderr)
        return REFUSED
    print(f"Taken back: {chosen.load}.")
    return ACCEPTED


def store(settings: Settings) -> Engine:
    """The store, built where it is not there yet."""
    engine = open_engine(database_url(settings), connect_seconds=settings.store.connect_seconds, query_seconds=settings.store.query_seconds)
    build(engine, data_folder(), fiscal_year_start_month=settings.fiscal_year.start_month)
    return engine


def read_file(path: Path, limits: Limits) -> bytes | None:
    """Its bytes, no more than the limit and one; None where it cannot be read, and that is said."""
    try:
        with path.open("rb") as file:
            return file.read(int(limits.max_megabytes * 1_000_000) + 1)
    except OSError as problem:
        print(f"{path} cannot be read: {problem.strerror}.", file=sys.stderr)
        return None


def known_from_data(settings: Settings) -> Known:
    """What `data/` says; no database is needed."""
    month = settings.fiscal_year.start_month
    catalogue = read_catalogue(data_folder(), fiscal_year_start_month=month)
    return known_from(catalogue, framework=settings.framework.current, fiscal_year_start_month=month)


def today(settings: Settings) -> date:
    """The day that it is in the city."""
    return datetime.now(ZoneInfo(settings.city.timezone)).date()


def show(report: Report, *, as_json: bool) -> None:
    if as_json:
        print(report.as_json())
        return
    print(report.sentence)
    for problem in report.problems:
        where = "!".join(part for part in (problem.sheet, problem.cell) if part) or report.file
        print(f"{problem.level}: {where}: {problem.message} [{problem.code}]")
    for change in report.changes:
        where = "!".join(part for part in (change.sheet, change.cell) if part)
        times = f" ({change.times:,} times)" if change.times > 1 else ""
        print(f"changed: {where}: {change.before!r} to {change.after!r}: {change.why}{times}")
    for count in report.counts:
        print(f"{count.subject} {count.period}: {count.figures:,} figures; {count.new:,} new, {count.revised:,} revised, "
              f"{count.unchanged:,} as stored, {count.missing:,} without a value")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
