"""Service requests by the million: made up, the same at every run, and never shown to a reader. Loads them and asks what the page asks."""

from __future__ import annotations

import csv
import math
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

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
