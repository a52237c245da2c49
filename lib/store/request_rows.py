"""Reads service requests from a CSV file in the City's layout, a line at a time, and names what is wrong in a line.

Dates are milliseconds since 1970 in UTC, as the City's server gives them, or written out. A line that cannot be counted is set
aside; one of which only a part is wrong is counted without that part. Both are counted by what is wrong.
"""

from __future__ import annotations

import csv
import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import shapely

from lib.errors import LoadRefused
from lib.language import _, later
from lib.methods.requests import is_in_time
from lib.model import Area

CHUNK = 2_000  # lines that are held at once
EXAMPLES = 5  # lines named for each problem
COLUMNS = {  # ours, and the City's own names; capitals, blanks and low lines do not matter. The first five must be there
    "id": ("ServiceRequestNum", "ServiceRequestNumber"),
    "type": ("SRType",),
    "created": ("CreatedDate",),
    "closed": ("CloseDate", "ClosedDate"),
    "status": ("SRStatus",),
    "agency": ("Agency",),
    "method": ("MethodReceived",),
    "due": ("DueDate",),
    "place": ("Neighborhood",),
    "csa": ("Community_Statistical_Areas",),
    "address": ("Address",),
    "y": ("Latitude",),
    "x": ("Longitude",),
}
NEEDED = 5
LONGEST = {"id": 40, "type": 100, "agency": 100, "method": 60, "status": 60, "place": 100}
SET_ASIDE = {  # the whole line is not counted
    later("malformed"): later("the line has no number or no type, other cells than the first line names, or text that is too long"),
    later("date unreadable"): later("the day on which it came in, or was closed, is missing or no date"),
    later("reversed"): later("it was closed before it came in"),
    later("future date"): later("it came in, or was closed, later than it was loaded"),
    later("closed without a date"): later("its status says closed, and no date says when"),
}
LEFT_OUT = {  # the line is counted without it
    later("due date unreadable"): later("the due date is no date; it belongs to no on-time share"),
    later("due before it came in"): later("the due date is earlier than the day on which it came in; it belongs to no on-time share"),
    later("zero coordinates"): later("the point is 0, 0; it has none"),
    later("coordinates unreadable"): later("the point is no two numbers; it has none"),
    later("swapped coordinates"): later("longitude and latitude stood in each other's place; put right"),
    later("outside the city"): later("the point lies outside of the city; it has none"),
    later("unknown area"): later("the neighborhood is not known, so it is on no map"),
}
EARLIEST, LATEST = 631_152_000, 4_102_444_800  # 1990 and 2100: a date beyond them is a slip
AT_ONCE = 60  # seconds
NEAR_EDGE = 0.0025  # degrees, some 250 m: shapes are generalised, so a point just outside belongs to the nearest
OPEN = ("new", "open", "reopen", "in progress", "pending", "assigned")


@dataclass
class Problems:
    """How many lines have each problem, and the first few of them."""

    rows: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, problem: str, line: int, said: str) -> None:
        self.rows[problem] += 1
        if len(known := self.examples.setdefault(problem, [])) < EXAMPLES:
            known.append(f"line {line}: {said[:80]}")


class Reader:
    """Lines of a file as rows of `service_request`, without load and cluster. Memory does not grow with the file."""

    def __init__(self, *, areas: Sequence[Area], boundaries: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> None:
        self.problems = Problems()
        self.read = 0
        self.zone = zone
        self.latest = int(now.timestamp()) + 86_400  # clocks differ
        self.names = _names(areas)
        features = boundaries.get("features", [])
        self.ids = [one["id"] for one in features]
        self.tree = shapely.STRtree([shapely.geometry.shape(one["geometry"]) for one in features]) if features else None
        self.bounds = shapely.total_bounds(self.tree.geometries) if self.tree is not None else None
        self._day = lru_cache(maxsize=100_000)(self._day_of_quarter)

    def chunks(self, path: Path) -> Iterator[list[dict[str, Any]]]:
        """Some lines at a time. Raises LoadRefused where the file cannot be told apart into lines, or lacks a column."""
        try:
            with path.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
                lines = csv.reader(handle)
                header = next(lines, [])
                where = _columns(header)
                chunk: list[dict[str, Any]] = []
                for cells in lines:
                    if not cells:
                        continue
                    self.read += 1
                    row = self._row(cells, where, len(header), lines.line_num)
                    if row is not None:
                        chunk.append(row)
                    if len(chunk) >= CHUNK:
                        yield self._placed(chunk)
                        chunk = []
                yield self._placed(chunk)
        except (OSError, csv.Error) as problem:
            raise LoadRefused(_("The file cannot be read: {problem}. Nothing was changed.").format(problem=problem)) from problem

    def _row(self, cells: Sequence[str], where: Mapping[str, int], width: int, line: int) -> dict[str, Any] | None:
        """One line without its area; None where it is set aside."""
        given = {name: _plain(cells[place]) if place < len(cells) else "" for name, place in where.items()}
        if len(cells) != width or not given["id"] or not given["type"] or "\ufffd" in given["id"] or any(
            len(given.get(name, "")) > most for name, most in LONGEST.items()
        ):
            self.problems.add("malformed", line, ",".join(cells))
            return None
        created, closed, due = (self._moment(given.get(name, ""), ends=name == "due") for name in ("created", "closed", "due"))
        said_closed = given["closed"]
        reopened = given["status"].lower().startswith(OPEN) and bool(said_closed)
        fault = _fault(created, None if reopened else closed, said_closed if not reopened else "", given["status"], self.latest)
        if fault:
            self.problems.add(fault, line, f"{given['id']}: {given['created']}, {said_closed}, {given['status']}")
            return None
        assert created is not None
        closed = None if reopened else closed
        if given.get("due") and (due is None or due < created):
            self.problems.add("due date unreadable" if due is None else "due before it came in", line, f"{given['id']}: {given['due']}")
            due = None
        x, y = self._point(given, line)
        met, status = is_in_time(closed, due), given["status"].lower()
        return {
            "id": given["id"], "type": given["type"], "agency": given.get("agency", ""), "method": given.get("method", ""),
            "status": given["status"], "place": given.get("place", ""), "area": "", "created_at": created, "due_at": due,
            "closed_at": closed, "created_day": self._day(created // 900), "due_day": None if due is None else self._day(due // 900),
            "closed_day": None if closed is None else self._day(closed // 900), "in_time": None if met is None else int(met), "x": x, "y": y,
            "address": _digest(given.get("address", "")), "duplicate_marked": "duplicate" in status, "transferred": "transfer" in status,
            "reopened": reopened or "reopen" in status, "at_once": closed is not None and closed - created < AT_ONCE, "cluster": "",
            "csa": given.get("csa", ""), "line": line,
        }  # fmt: skip

    def _moment(self, text: str, *, ends: bool) -> int | None:
        """Seconds since 1970 in UTC; None for what is no date. A day without an hour begins at midnight, and is over at its end where something is due."""
        try:
            if text.lstrip("-").isdigit() and len(text) > 8:
                seconds = int(text) // 1000
            else:
                said = datetime.fromisoformat(text.replace("/", "-")) if text[:4].isdigit() else datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p")
                seconds = int((said if said.tzinfo else said.replace(tzinfo=self.zone)).timestamp())
                seconds += 86_399 if ends and len(text) <= 10 else 0
        except (ValueError, OverflowError):
            return None
        return seconds if EARLIEST <= seconds <= LATEST else None

    def _day_of_quarter(self, quarter: int) -> int:
        """The city's day of a quarter of an hour; no clock is set forward by less."""
        return datetime.fromtimestamp(quarter * 900, UTC).astimezone(self.zone).toordinal()

    def _point(self, given: Mapping[str, str], line: int) -> tuple[float | None, float | None]:
        if not given.get("x") and not given.get("y"):
            return None, None
        said = f"{given['id']}: {given.get('x')}, {given.get('y')}"
        try:
            x, y = float(given["x"]), float(given["y"])
        except (KeyError, ValueError):
            x = y = math.nan
        if not (math.isfinite(x) and math.isfinite(y)):
            self.problems.add("coordinates unreadable", line, said)
            return None, None
        if x == 0 or y == 0:
            self.problems.add("zero coordinates", line, said)
            return None, None
        if self.bounds is not None and not self._near(x, y) and self._near(y, x):
            self.problems.add("swapped coordinates", line, said)
            return y, x
        return x, y

    def _near(self, x: float, y: float) -> bool:
        west, south, east, north = self.bounds
        return west - NEAR_EDGE <= x <= east + NEAR_EDGE and south - NEAR_EDGE <= y <= north + NEAR_EDGE

    def _placed(self, chunk: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """With the area of each: by its point, else by the name of its area or neighborhood."""
        pointed = [row for row in chunk if row["x"] is not None]
        if self.tree is not None and pointed:
            points = shapely.points([row["x"] for row in pointed], [row["y"] for row in pointed])
            inside, shapes = self.tree.query_nearest(points, max_distance=NEAR_EDGE, all_matches=False)
            for place, shape in zip(inside.tolist(), shapes.tolist(), strict=True):
                pointed[place]["area"] = self.ids[shape]
            for row in pointed:
                if not row["area"]:
                    self.problems.add("outside the city", row["line"], f"{row['id']}: {row['x']}, {row['y']}")
                    row["x"] = row["y"] = None
        for row in chunk:
            if not row["area"] and (row["csa"] or row["place"]):
                row["area"] = self.names.get(plain_name(row["csa"])) or self.names.get(plain_name(row["place"])) or ""
                if not row["area"]:
                    self.problems.add("unknown area", row["line"], f"{row['id']}: {row['csa'] or row['place']}")
            del row["csa"], row["line"]
        return chunk


def _columns(header: Sequence[str]) -> dict[str, int]:
    """Where each column stands. Raises LoadRefused where one that is needed does not."""
    there = {bare(name): place for place, name in reversed(list(enumerate(header)))}
    found = {ours: there[bare(name)] for ours, names in COLUMNS.items() for name in reversed(names) if bare(name) in there}
    lacking = [COLUMNS[name][0] for name in list(COLUMNS)[:NEEDED] if name not in found]
    if lacking:
        raise LoadRefused(_("The file lacks the columns {columns}; its first line must name them as the City does. Nothing was changed.").format(columns=", ".join(lacking)))
    return found


def bare(name: str) -> str:
    """A column's name as it is compared: without blanks, low lines and capitals."""
    return re.sub(r"[\s_]+", "", name).lower()


def _fault(created: int | None, closed: int | None, said_closed: str, status: str, latest: int) -> str:
    """Why a line cannot be counted; "" where it can."""
    if created is None or (said_closed and closed is None):
        return "date unreadable"
    if created > latest or (closed is not None and closed > latest):
        return "future date"
    if closed is not None and closed < created:
        return "reversed"
    return "closed without a date" if closed is None and status.lower().startswith("closed") else ""


def _plain(text: str) -> str:
    """A cell without blanks at its ends and without what a database may not take."""
    text = text.strip()
    return text if text.isprintable() else "".join(letter for letter in text if letter.isprintable())


def plain_name(text: str) -> str:
    """A name as it is compared: small letters, single blanks, "&" as "and", without dots and apostrophes."""
    text = text.casefold().replace("&", " and ").replace(".", "").replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    return " ".join(text.split())


def _names(areas: Sequence[Area]) -> dict[str, str]:
    """Area by any of its names, or by a neighborhood that lies in one area only."""
    found: dict[str, set[str]] = {}
    for area in areas:
        for name in (area.name, area.id, *(one.name for one in area.names)):
            found.setdefault(plain_name(name), set()).add(area.id)
    own = {plain_name(area.name): area.id for area in areas}
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1} | own


STREETS = {"street": "st", "avenue": "ave", "road": "rd", "drive": "dr", "lane": "ln", "court": "ct", "place": "pl", "boulevard": "blvd",
           "north": "n", "south": "s", "east": "e", "west": "w"}  # fmt: skip


def normalised_address(text: str) -> str:
    """An address as it is compared: "100 North Gay Street, Baltimore" and "100 N GAY ST" are one. "" without a number."""
    words = re.sub(r"[^a-z0-9 ]", " ", text.split(",", maxsplit=1)[0].lower()).split()
    return " ".join(STREETS.get(word, word) for word in words) if words and words[0].isdigit() else ""


def _digest(address: str) -> str:
    text = normalised_address(address)
    return hashlib.blake2s(text.encode(), digest_size=8).hexdigest() if text else ""
