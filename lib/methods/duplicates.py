"""Likely duplicates among service requests of one type: an estimate by a published rule, since no validated standard exists.

Two requests are linked where they are near or at the same address, and the later came in within some days of the earlier
and before that one was closed. What hangs together is a cluster; its span is capped, so that a chain of neighbors does not
become one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

METRES, DAYS = 50, 7  # the default rule; our choice
SENSITIVITY = tuple((metres, days) for metres in (25, 50, 100) for days in (3, 7, 30))
SPAN_METRES, SPAN_DAYS = 150, 30
DAY = 86_400
EARTH = 6_371_000  # metres


@dataclass(frozen=True, slots=True)
class Place:
    """A request: moments in seconds, `closed` None while open; metres east and north, NaN where unknown; `address` "" where unknown."""

    id: str
    created: int
    closed: int | None
    x: float
    y: float
    address: str


@dataclass(frozen=True)
class Pair:
    """Two requests that may be one, by position in time: how far apart (0 at the same address) and how many seconds lie between."""

    earlier: int
    later: int
    metres: float
    seconds: int


def metres(longitude: float, latitude: float, *, middle: float) -> tuple[float, float]:
    """East and north in metres, a degree of longitude narrowed by the latitude `middle`: good enough within a city."""
    return math.radians(longitude) * math.cos(math.radians(middle)) * EARTH, math.radians(latitude) * EARTH


def in_order(requests: Iterable[Place]) -> list[Place]:
    """By time of coming in, then by number, so that the same requests give the same clusters."""
    return sorted(requests, key=lambda one: (one.created, one.id))


def pairs(requests: Sequence[Place], *, most_metres: float, most_days: int) -> Iterator[Pair]:
    """All links among requests in that order, by the later one. A grid as wide as the distance finds who is near.

    Of those that were closed, or lie too far back, nothing is kept, so that a busy place does not grow for ever.
    """
    by_cell: dict[tuple[int, int], list[int]] = {}
    by_address: dict[str, list[int]] = {}
    for later, one in enumerate(requests):
        found: dict[int, float] = {}
        oldest = one.created - most_days * DAY
        if not math.isnan(one.x):
            column, row = math.floor(one.x / most_metres), math.floor(one.y / most_metres)
            for cell in ((column + across, row + up) for across in (-1, 0, 1) for up in (-1, 0, 1)):
                for earlier in _still(by_cell, cell, requests, one.created, oldest):
                    apart = math.hypot(one.x - requests[earlier].x, one.y - requests[earlier].y)
                    if apart <= most_metres:
                        found[earlier] = apart
            by_cell.setdefault((column, row), []).append(later)
        if one.address:
            found |= dict.fromkeys(_still(by_address, one.address, requests, one.created, oldest), 0.0)
            by_address.setdefault(one.address, []).append(later)
        for earlier in sorted(found):
            yield Pair(earlier, later, found[earlier], one.created - requests[earlier].created)


def _still(kept: dict, key: object, requests: Sequence[Place], now: int, oldest: int) -> list[int]:
    """Who of a cell or an address came in recently enough and is not closed yet; the others are forgotten."""
    there = kept.get(key)
    if there is None:
        return []
    live = [place for place in there if requests[place].created >= oldest and (requests[place].closed is None or now < requests[place].closed)]
    if live:
        kept[key] = live
    else:
        del kept[key]
    return live


class Clusters:
    """Joins linked requests, each link in turn, unless what came of it would span too many days or metres.

    The span is that of the smallest upright rectangle around the points, corner to corner: never less than the true one.
    """

    def __init__(self, requests: Sequence[Place]) -> None:
        self.requests = requests
        self.parent: dict[int, int] = {}
        self.box: dict[int, tuple[int, int, float, float, float, float]] = {}

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        if first == second:
            return
        both = _around(self._box(first), self._box(second))
        if both[1] - both[0] <= SPAN_DAYS * DAY and _across(both) <= SPAN_METRES:
            self.parent[second] = self.parent[first] = first  # the earlier one leads
            self.box.pop(second, None)
            self.box[first] = both

    def root(self, one: int) -> int:
        while (above := self.parent.get(one, one)) != one:
            self.parent[one] = self.parent.get(above, above)
            one = above
        return one

    def leaders(self) -> dict[int, int]:
        """For each request of a cluster, the first of the cluster."""
        return {one: self.root(one) for one in self.parent}

    def _box(self, root: int) -> tuple[int, int, float, float, float, float]:
        if root in self.box:
            return self.box[root]
        one = self.requests[root]
        if math.isnan(one.x):
            return one.created, one.created, math.inf, math.inf, -math.inf, -math.inf
        return one.created, one.created, one.x, one.y, one.x, one.y


def _around(one: tuple, other: tuple) -> tuple[int, int, float, float, float, float]:
    return (min(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]), max(one[4], other[4]), max(one[5], other[5]))


def _across(box: tuple[int, int, float, float, float, float]) -> float:
    """From corner to corner; 0 where no point is known."""
    return math.hypot(box[4] - box[2], box[5] - box[3]) if box[4] >= box[2] else 0.0


@dataclass(frozen=True)
class Sensitivity:
    """What a rule would find: requests that are in a cluster, and how many clusters; the rest are likely duplicates."""

    metres: int
    days: int
    in_clusters: int
    clusters: int

    @property
    def likely(self) -> int:
        return self.in_clusters - self.clusters


def clusters_of(requests: Sequence[Place]) -> tuple[dict[str, str], list[Sensitivity]]:
    """By number of a request the number of the first of its cluster, under the default rule; and what each rule would find.

    `requests` are of one type, in order. Whoever is in no cluster is not among the answers.
    """
    rules = {rule: Clusters(requests) for rule in SENSITIVITY}
    for pair in pairs(requests, most_metres=max(metres for metres, _ in SENSITIVITY), most_days=max(days for _, days in SENSITIVITY)):
        for (most_metres, most_days), clusters in rules.items():
            if pair.metres <= most_metres and pair.seconds <= most_days * DAY:
                clusters.join(pair.earlier, pair.later)
    found = []
    for (most_metres, most_days), clusters in rules.items():
        leaders = clusters.leaders()
        found.append(Sensitivity(most_metres, most_days, len(leaders), len(set(leaders.values()))))
    chosen = rules[METRES, DAYS].leaders()
    return {requests[one].id: requests[leader].id for one, leader in chosen.items()}, found
