"""Service requests by the million: made up, the same at every run, and never shown to a reader. Loads them, asks what the page asks, and
opens the page in a real browser."""

from __future__ import annotations

import csv
import math
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser
from sqlalchemy import Engine, text

from bench import browser as chromium
from bench.figures import Figure
from bench.pairs import Change, View, pick, seen
from bench.server import serve
from lib.roles import Person, Role
from lib.settings import ROOT
from lib.store import requests as store
from lib.store.build import build
from lib.store.database import open_engine
from lib.store.request_load import load_requests

HEADER = ("ServiceRequestNum", "SRType", "MethodReceived", "CreatedDate", "SRStatus", "DueDate", "CloseDate", "Neighborhood", "Agency", "Address",
          "Latitude", "Longitude")  # fmt: skip
TYPES = tuple((f"{prefix}-Made-up type {number}", agency, 1 / (1 + place), days) for place, (prefix, number, agency, days) in enumerate(
    (prefix, number, agency, days) for number in range(1, 11)
    for prefix, agency, days in (("SW", "Solid Waste", 7), ("HCD", "Housing", 30), ("TRM", "Transportation", 3), ("WW", "Water Wastewater", 14),
                                 ("HLTH", "Health", 21), ("ECC", "ECC", 1))))  # fmt: skip
WEST, EAST, SOUTH, NORTH = -76.69, -76.54, 39.29, 39.36  # lies within the city
END = datetime(2026, 11, 24, 12, tzinfo=UTC)
REPEATED = 0.12  # share that tells of something that was told before
FAULTS = 0.004  # share of lines with something wrong


def generate(path: Path, count: int, *, days: int = 365, end: datetime = END, seed: int = 311) -> Path:
    """Writes a file in the City's layout with `count` requests over `days`; about one in eight repeats one of before."""
    chance = random.Random(seed)
    weights = [weight for *_, weight, _ in TYPES]
    begin = end - timedelta(days=days)
    recent: list[tuple] = []
    with path.open("w", encoding="utf-8", newline="") as handle:
        lines = csv.writer(handle)
        lines.writerow(HEADER)
        for number in range(count):
            created = begin + timedelta(days=days * number / count, seconds=chance.random())
            if recent and chance.random() < REPEATED:
                kind, x, y = recent[chance.randrange(len(recent))]
                x, y = x + chance.gauss(0, 0.0002), y + chance.gauss(0, 0.00015)
            else:
                kind = chance.choices(TYPES, weights)[0]
                x, y = chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)
            if len(recent) < 3_000:
                recent.append((kind, x, y))
            else:
                recent[number % 3_000] = (kind, x, y)
            lines.writerow(_line(chance, number, kind, created, x, y, end))
    return path


def _line(chance: random.Random, number: int, kind: tuple, created: datetime, x: float, y: float, end: datetime) -> list[object]:
    name, agency, _, promised = kind
    due = created + timedelta(days=promised)
    slow = 1.6 if x < (WEST + EAST) / 2 else 1.0  # one side of the made-up city waits longer
    closed = created + timedelta(days=0 if agency == "ECC" else chance.lognormvariate(math.log(promised * 0.6 * slow), 1.0))
    is_closed = closed <= end and chance.random() > 0.02
    status = "New" if not is_closed else "Closed (Duplicate)" if chance.random() < 0.02 else "Closed (Transferred)" if chance.random() < 0.03 else "Closed"
    line: list[object] = [f"26-{number:08d}", name, chance.choice(("Phone", "API", "API", "Mail")), _milliseconds(created), status, _milliseconds(due),
                          _milliseconds(closed) if is_closed else "", "", agency, f"{chance.randrange(1, 4000)} Made-up Street", f"{y:.6f}", f"{x:.6f}"]  # fmt: skip
    if chance.random() < FAULTS:
        fault = chance.randrange(6)
        if fault == 0:
            line[10] = line[11] = "0"
        elif fault == 1:
            line[10], line[11] = line[11], line[10]
        elif fault == 2:
            line[11] = "-75.0"
        elif fault == 3:
            line[6] = _milliseconds(created - timedelta(days=3))
        elif fault == 4:
            line[3] = _milliseconds(end + timedelta(days=400))
        else:
            line[1] = ""
    return line


def _milliseconds(when: datetime) -> int:
    return int(when.timestamp()) * 1000


# What it costs

ROWS = 1_000_000
REPEATS = 3
AIM = 1.3  # times the bare SQL: what the page adds to its questions
ZONE = "America/New_York"
BARE = (  # the same questions as somebody would type them, against the same index
    "SELECT created_day, count(*) FROM service_request GROUP BY created_day",
    "SELECT closed_day, count(*) FROM service_request WHERE closed_day IS NOT NULL GROUP BY closed_day",
    "SELECT sum(CASE WHEN created_day <= :day AND (closed_day IS NULL OR closed_day > :day) THEN 1 ELSE 0 END), "
    "sum(CASE WHEN created_day <= :day AND (closed_day IS NULL OR closed_day > :day) AND due_day <= :day THEN 1 ELSE 0 END) FROM service_request",
    "SELECT created_day, count(*) FROM service_request WHERE created_day <= :day AND (closed_day IS NULL OR closed_day > :day) GROUP BY created_day",
    "SELECT due_day, count(*), sum(in_time) FROM service_request WHERE due_day BETWEEN :since AND :day GROUP BY due_day",
)


def figures(folder: Path, *, url: str = "", rows: int = ROWS) -> Iterator[Figure]:
    """Loads the made-up requests and asks the page's questions, each beside the bare SQL. SQLite, unless `url` names another database."""
    address = url or f"sqlite:///{folder / 'store.db'}"
    name = "PostgreSQL" if address.startswith("postgres") else "SQLite"
    engine = open_engine(address, query_seconds=300)
    build(engine, ROOT / "data")
    file = generate(folder / "requests.csv", rows)
    started, used = time.perf_counter(), time.process_time()
    load_requests(engine, file, person=Person("bench", frozenset({Role.EDITOR})), zone=ZoneInfo(ZONE), now=END)
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    yield Figure(f"Requests, {name}: load of {rows:,}", "s", [seconds])
    yield Figure(f"Requests, {name}: load, a thousand rows", "ms", [seconds * 1e6 / rows])
    yield Figure(f"Requests, {name}: load, of it our own CPU, a thousand rows", "ms", [cpu * 1e6 / rows])
    day = store.loads(engine)[0].last_day
    for what, asked in (("of the whole city", store.Asked()), ("of one type", store.Asked(type=TYPES[0][0]))):
        ours, bare = zip(*[(_ours(engine, asked, day), _bare(engine, asked, day)) for _ in range(REPEATS + 1)][1:], strict=True)
        yield Figure(f"Requests, {name}: five questions {what}", "ms", ours, bare, AIM)
    yield Figure(f"Requests, {name}: all questions of a first view", "s", [_page(engine, day) for _ in range(REPEATS)])
    engine.dispose()


def _ours(engine: Engine, asked: store.Asked, day: int) -> float:
    started = time.perf_counter()
    store.daily(engine, asked)
    store.backlog(engine, asked, day)
    store.ages(engine, asked, day)
    store.due_by_day(engine, asked, day - 363, day)
    return (time.perf_counter() - started) * 1000


def _bare(engine: Engine, asked: store.Asked, day: int) -> float:
    started = time.perf_counter()
    for question in BARE:
        said = f" {'AND' if ' WHERE ' in question else 'WHERE'} type = :type"
        head, group, tail = question.partition(" GROUP BY ")
        given = {key: value for key, value in (("day", day), ("since", day - 363), ("type", asked.type)) if f":{key}" in question + said * bool(asked.type)}
        with engine.connect() as connection:
            connection.execute(text(head + said * bool(asked.type) + group + tail), given).all()
    return (time.perf_counter() - started) * 1000


def _page(engine: Engine, day: int) -> float:
    """Every question that the page asks when nobody has asked it since the load."""
    asked, since, started = store.Asked(), day - 363, time.perf_counter()
    store.choices(engine)
    store.daily(engine, asked)
    for past in (day, day - 364):
        store.backlog(engine, asked, past)
    store.ages(engine, asked, day)
    for question in (store.due_by_day, store.time_until_closed, store.apart, store.duplicates):
        question(engine, asked, since, day)
    for dimension in ("type", "agency"):
        store.by(engine, asked, dimension, since, day)
    store.sensitivity(engine, asked)
    return time.perf_counter() - started


# What the reader waits for

VIEW = View("app", seen("dl.card dt", "Backlog"), "/requests")  # the last part of the page
STARTS, WARM, TYPES_CHOSEN = 2, 5, 5


def in_a_browser(browser: Browser, folder: Path) -> Iterator[Figure]:
    """The page with the requests that `figures` loaded into `folder`, in a real Chromium, up to its last part."""
    first, warm, chosen, memory = [], [], [], []
    for number in range(STARTS):
        with serve("app", folder) as server:
            with chromium.fresh(browser) as window:
                page, seconds = chromium.visit(window, server, VIEW)  # nobody has asked since the start: everything is counted
                first.append(seconds)
                chromium.settle(page)
            with chromium.fresh(browser) as window:
                page, _ = chromium.visit(window, server, VIEW)
                chromium.settle(page)
                if number == 0:
                    chosen += [chromium.change(page, CHOOSE, step) for step in range(TYPES_CHOSEN)]
                    memory.append(server.memory())
                    continue
            for _ in range(WARM):
                with chromium.fresh(browser) as window:
                    page, seconds = chromium.visit(window, server, VIEW)
                    warm.append(seconds)
                    chromium.settle(page)
    yield Figure("Requests, in Chromium: first view of all after a start, counted anew", "s", first)
    yield Figure("Requests, in Chromium: view of all, counted before", "s", warm)
    yield Figure("Requests, in Chromium: a type chosen that nobody has asked for", "s", chosen)
    yield Figure("Requests, in Chromium: memory of the server after that", "MB", memory)


def _choose(page, step: int) -> None:
    pick("request-type", step)(page)


CHOOSE = Change(VIEW, _choose, lambda step: seen("p.lead", TYPES[step][0]))
