"""Service requests by the ten million on PostgreSQL: one table beside the same rows in a partition a month, both asked what the page asks.

    python -m bench.scale [ROWS]     # 2,000,000 unless named; needs PostgreSQL's programs, and about 700 bytes of disk a row for each of the two

The rows are made by the database itself, so this measures questions and not the load (bench/requests.py does that, at a million).
docs/scale.md has what was measured.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import Engine, text

from bench.postgres import USER, postgres
from bench.requests import TYPES
from lib.store import requests as store
from lib.store.build import migrate
from lib.store.database import open_engine

LAST = date(2026, 11, 24).toordinal()
YEARS, YEAR = 10, 364
REPEATS = 3
ROWS = 2_000_000
ONE_DAY = 86_400
# The table of docs/scale.md. A key must hold what divides the table, so the database no longer keeps a number from standing twice; the
# loader does, which runs alone and takes the old row of a number away before it writes the new one.
DIVIDED = (
    "CREATE TABLE divided.service_request (LIKE public.service_request INCLUDING DEFAULTS INCLUDING CONSTRAINTS, "
    "PRIMARY KEY (id, created_day)) PARTITION BY RANGE (created_day)"
)
PARTITION = "CREATE TABLE divided.service_request_{name} PARTITION OF divided.service_request FOR VALUES FROM ({first}) TO ({next})"
INDEX = (
    "CREATE INDEX request_asked_for ON {schema}.service_request "
    "(type, agency, area, created_day, closed_day, due_day, in_time, duplicate_marked, transferred, reopened, at_once, cluster)"
)
# A lognormal time to close, one side of the city slower, one in eight a likely duplicate: as bench/requests.py makes them.
ROWS_MADE = """
INSERT INTO public.service_request
SELECT 'R' || lpad(number::text, 9, '0'), kinds.name, kinds.agency, 'API', CASE WHEN closed IS NULL THEN 'New' ELSE 'Closed' END, '', 'area-' || (number % 55),
       created * 86400::bigint, (created + kinds.promised) * 86400::bigint, closed * 86400::bigint, created, created + kinds.promised, closed,
       CASE WHEN closed IS NULL THEN 0 ELSE (closed <= created + kinds.promised)::int END,
       -76.6, 39.3, 'abcdefgh', number % 50 = 0, number % 33 = 0, false, kinds.agency = 'ECC',
       CASE WHEN number % 8 = 0 THEN 'R' || lpad((number / 64 * 64)::text, 9, '0') ELSE '' END, 'made up'
FROM (
    SELECT number, created, kind, CASE WHEN created + took <= :last AND number % 50 <> 1 THEN created + took END AS closed FROM (
        SELECT number, :last - :days + (number::bigint * :days / :rows)::int AS created, (power(random(), 2.5) * :kinds)::int % :kinds AS kind,
               (exp((random() + random() + random() - 1.5) * 2) * 6 * (1 + (number % 2) * 0.6))::int AS took
        FROM generate_series(1, :rows) AS number
    ) AS made
) AS told JOIN kinds ON kinds.kind = told.kind
"""
Questions = dict[str, Callable[[Engine], Any]]


def questions(day: int) -> Questions:
    """What the page asks when nobody has asked since the load, by name."""
    everything, since = store.Asked(), day - YEAR + 1
    of_one = store.Asked(type=TYPES[0][0])
    return {
        "by day": lambda engine: store.daily(engine, everything),
        "backlog": lambda engine: store.backlog(engine, everything, day),
        "ages of the backlog": lambda engine: store.ages(engine, everything, day),
        "due, a year": lambda engine: store.due_by_day(engine, everything, since, day),
        "time to close, a year": lambda engine: store.time_until_closed(engine, everything, since, day),
        "set apart, a year": lambda engine: store.apart(engine, everything, since, day),
        "duplicates": lambda engine: store.duplicates(engine, everything, since, day),
        "by agency": lambda engine: store.by(engine, everything, "agency", since, day),
        "one type, by day": lambda engine: store.daily(engine, of_one),
        "one type, time to close": lambda engine: store.time_until_closed(engine, of_one, since, day),
    }


def make(engine: Engine, rows: int) -> None:
    """The same rows in public.service_request and, a month a partition, in divided.service_request."""
    days = YEARS * 365
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kinds (kind int PRIMARY KEY, name text, agency text, promised int)"))
        connection.execute(text("INSERT INTO kinds VALUES (:kind, :name, :agency, :promised)"),
                           [{"kind": place, "name": name, "agency": agency, "promised": promised} for place, (name, agency, _, promised) in enumerate(TYPES)])  # fmt: skip
        connection.execute(text("INSERT INTO request_load VALUES ('made up', '', '', '', '', 0, 0, 0, 0, 0, :last)"), {"last": LAST})
        connection.execute(text("DROP INDEX request_asked_for"))
        connection.execute(text("SELECT setseed(0.311)"))
        connection.execute(text(ROWS_MADE), {"last": LAST, "days": days, "rows": rows, "kinds": len(TYPES)})
        connection.execute(text(INDEX.format(schema="public")))
        connection.execute(text("CREATE SCHEMA divided"))
        for statement in (DIVIDED, *months(LAST - days, LAST)):
            connection.execute(text(statement))
        connection.execute(text("INSERT INTO divided.service_request SELECT * FROM public.service_request"))
        connection.execute(text(INDEX.format(schema="divided")))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def months(first: int, last: int) -> Iterator[str]:
    """A partition for each calendar month from the first day to the last; days as date.toordinal."""
    begin = date.fromordinal(first).replace(day=1)
    while begin.toordinal() <= last:
        following = date(begin.year + begin.month // 12, begin.month % 12 + 1, 1)
        yield PARTITION.format(name=f"{begin:%Y_%m}", first=begin.toordinal(), next=following.toordinal())
        begin = following


def compare(one_table: Engine, divided: Engine) -> Iterator[tuple[str, float, float]]:
    """For each question its name and the middle time in seconds of either, asked in turn. Raises where the answers differ."""
    for name, ask in questions(LAST).items():
        if (alone := ask(one_table)) != (parted := ask(divided)):
            raise AssertionError(f"{name}: {alone} from one table, {parted} from partitions")
        taken = [(timed(ask, one_table), timed(ask, divided)) for _ in range(REPEATS)]
        yield name, median(one for one, _ in taken), median(two for _, two in taken)


def timed(ask: Callable[[Engine], Any], engine: Engine) -> float:
    started = time.perf_counter()
    ask(engine)
    return time.perf_counter() - started


def main(rows: int) -> None:
    with postgres("-c fsync=off -c max_wal_size=4GB -c maintenance_work_mem=512MB -c shared_buffers=512MB -c work_mem=32MB -c enable_partitionwise_aggregate=on -c statement_timeout=0") as server:
        url = server.url
        engine = open_engine(url, query_seconds=3600)
        migrate(engine)
        started = time.perf_counter()
        make(engine, rows)
        print(f"{rows:,} rows made twice in {time.perf_counter() - started:.0f} s")
        with engine.begin() as connection:
            for schema in ("public", "divided"):
                size = connection.execute(text("SELECT sum(pg_table_size(c.oid))::float, sum(pg_indexes_size(c.oid))::float FROM pg_class c WHERE relkind = 'r' "
                                               "AND relname LIKE 'service_request%' AND relnamespace = to_regnamespace(:schema)"), {"schema": schema}).one()  # fmt: skip
                print(f"{schema}: {size[0] / 1e9:.2f} GB of rows, {size[1] / 1e9:.2f} GB of indexes")
            connection.execute(text("CREATE ROLE divided SUPERUSER LOGIN"))  # its own name is the first place where it looks for a table
        parted = open_engine(url.replace(f"{USER}@", "divided@"), query_seconds=3600)
        print(f"{'question':28}{'one table, s':>14}{'partitions, s':>15}{'ratio':>8}")
        for name, alone, apart in compare(engine, parted):
            print(f"{name:28}{alone:14.3f}{apart:15.3f}{apart / alone:8.2f}")
        engine.dispose()
        parted.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1].replace(",", "").replace("_", "")) if len(sys.argv) > 1 else ROWS)
