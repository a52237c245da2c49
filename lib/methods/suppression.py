"""Which small counts of people are hidden, and what else must be, so that nobody can work them out; and which figures are unstable.

Counts from 1 to 9, and rates from them, are not shown; zero may be. Whoever knows the published figures and sums must not
learn more about a hidden count than that: what is shown has to leave every number from 1 to 9 possible. So a hidden count
is moved, on paper, down to 1 and up to 9, and the cheapest set of other figures that makes up for it is hidden too.
Source: Washington State DOH and CDC WONDER for the least count; Kelly, Golden and Assad 1992 for the program.

Reasons are for the log of the build, not for publication: to say which of two hidden counts is the small one gives it away.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import numpy as np

from lib import words
from lib.methods import intervals
from lib.model import Step

LEAST = 10
TOTAL_COST = 10.0  # beside at most 1 for any other cell: a total is hidden only where little else helps
REWARD = 1e5  # for each person that the count is moved: more than any set of cells costs
MOVED = 1e-6
HIDE_DENOMINATOR, FLAG_DENOMINATOR = 30, 50  # NCHS 2017; the second is our choice


class Place(NamedTuple):
    """A cell without its vintage: what is hidden in one vintage is hidden in all."""

    period: str
    geography: str
    dimension: str = ""
    group: str = ""


@dataclass(frozen=True)
class Cell:
    """A figure that is to be published. NaN is not known; an unknown numerator is taken from value and denominator.

    Dimension and group are "" for everybody. A vintage sorts as text (an ISO date); a later one replaces an earlier one.
    """

    period: str
    geography: str
    dimension: str = ""
    group: str = ""
    vintage: str = ""
    numerator: float = math.nan
    denominator: float = math.nan
    value: float = math.nan

    @property
    def place(self) -> Place:
        return Place(self.period, self.geography, self.dimension, self.group)


@dataclass(frozen=True)
class Whole:
    """A geography and all the parts that make it up, also those without a figure."""

    geography: str
    parts: tuple[str, ...]


class Reason(StrEnum):
    """Why a cell is hidden."""

    PRIMARY = "counts too few people"
    COMPLEMENTARY = "would give another one away"
    UNKNOWN = "its count is not known"


@dataclass(frozen=True)
class Suppression:
    """What is to be hidden, in every vintage. `notes` say where not all parts of a sum are known, and what was assumed."""

    hidden: Mapping[Place, Reason]
    sentence: str
    notes: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    def hides(self, cell: Cell) -> bool:
        return cell.place in self.hidden


def suppress(
    cells: Sequence[Cell],
    *,
    wholes: Sequence[Whole] = (),
    groups: Mapping[str, Sequence[str]] | None = None,
    multiplier: float | None = None,
    value_kind: str = "rate",
    least: int = LEAST,
) -> Suppression:
    """The cells of a person-sensitive measure to hide, so that no count from 1 to `least` - 1 is shown or can be worked out.

    `cells` are all that is published, of all vintages, totals too. Sums that others know: areas add up to their `wholes`,
    for everybody and for each group; the groups of a dimension add up to everybody in the same area. `groups` lists a
    dimension's groups where they are complete; else those that occur are taken, and the rest counts as one more group.
    A part that is not known is assumed to be known to others, so it protects nobody; is it small, it is protected itself.
    Raises ValueError when a cell appears twice in a vintage, or counts below zero.
    """
    counts = _counts(cells, multiplier)
    known_value = {(c.place, c.vintage) for c in cells if not math.isnan(c.value) and c.value != 0}
    hidden: dict[Place, Reason] = {}
    for (place, vintage), count in sorted(counts.items()):
        if 0 < count < least:
            hidden[place] = Reason.PRIMARY
        elif math.isnan(count) and (place, vintage) in known_value:
            hidden.setdefault(place, Reason.UNKNOWN)
    caps = {(c.place, c.vintage): c.denominator for c in cells if value_kind == "proportion" and not math.isnan(c.denominator)}
    notes: list[str] = []
    for period in sorted({cell.period for cell in cells}):
        here = {key: count for key, count in counts.items() if key[0].period == period}
        system = _system(here, caps, wholes, groups or {}, notes)
        _protect(system, hidden, least)
    return _answer(cells, hidden, tuple(dict.fromkeys(notes)), least)


def _counts(cells: Sequence[Cell], multiplier: float | None) -> dict[tuple[Place, str], float]:
    counts: dict[tuple[Place, str], float] = {}
    for cell in cells:
        key, count = (cell.place, cell.vintage), cell.numerator
        if math.isnan(count) and multiplier is not None:
            count = cell.value * cell.denominator / multiplier
        if math.isnan(count) and cell.value == 0:
            count = 0.0
        if key in counts:
            raise ValueError(f"{' '.join(filter(None, cell.place))} appears twice in vintage {cell.vintage!r}")
        if count < 0:
            raise ValueError(f"numerators must not be negative: {' '.join(filter(None, cell.place))} {count:g}")
        counts[key] = count
    return counts


@dataclass
class _System:
    """One period's counts as columns, and the sums among them. Columns without a place are never published themselves."""

    counts: list[float] = field(default_factory=list)
    places: list[Place | None] = field(default_factory=list)
    caps: list[float] = field(default_factory=list)  # how far a count could rise
    column: dict[tuple[Place, str], int] = field(default_factory=dict)
    sums: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)  # total, parts
    rests: set[int] = field(default_factory=set)  # columns that others may know: the rest of a sum, a part that is not published

    def add(self, key: tuple[Place, str] | None, count: float, *, place: Place | None = None, cap: float = math.inf) -> int:
        self.counts.append(count)
        self.places.append(place)
        self.caps.append(max(cap - count, 0.0))
        if key is not None:
            self.column[key] = len(self.counts) - 1
        return len(self.counts) - 1


def _system(
    counts: Mapping[tuple[Place, str], float],
    caps: Mapping[tuple[Place, str], float],
    wholes: Sequence[Whole],
    groups: Mapping[str, Sequence[str]],
    notes: list[str],
) -> _System:
    """Every vintage is read as its readers saw it: of each place the newest figure up to then."""
    system = _System()
    for key, count in sorted(counts.items()):
        if not math.isnan(count):
            system.add(key, count, place=key[0], cap=caps.get(key, math.inf))
    sums = list(_sums({place for place, _ in counts}, wholes, groups))
    for vintage in sorted({vintage for _, vintage in counts}):
        newest = {place: (place, when) for place, when in sorted(counts, key=lambda key: key[1]) if when <= vintage}
        seen = {place: system.column[key] for place, key in newest.items() if key in system.column}
        _derive(system, seen, sums, notes)
        for total, parts, complete in sums:
            if total in seen:
                _add_sum(system, seen, total, parts, complete, notes)
    system.sums = list(dict.fromkeys(system.sums))
    return system


def _sums(
    places: set[Place], wholes: Sequence[Whole], groups: Mapping[str, Sequence[str]]
) -> Iterable[tuple[Place, tuple[Place, ...], bool]]:
    """Total, parts, and whether the parts are all there are; only where at least one part has a cell."""
    period = next(iter(places)).period
    for dimension, group in sorted({(place.dimension, place.group) for place in places}):
        for whole in wholes:
            parts = tuple(Place(period, part, dimension, group) for part in whole.parts)
            if places & set(parts):
                yield Place(period, whole.geography, dimension, group), parts, True
    for geography, dimension in sorted({(place.geography, place.dimension) for place in places if place.dimension}):
        names = groups.get(dimension) or sorted({place.group for place in places if place.dimension == dimension})
        yield Place(period, geography), tuple(Place(period, geography, dimension, name) for name in names), dimension in groups


def _derive(system: _System, seen: dict[Place, int], sums: Sequence[tuple[Place, tuple[Place, ...], bool]], notes: list[str]) -> None:
    """Counts that are not published but follow from one sum. A total of hidden parts is hidden like any other; a part that
    follows from a total is one that others may have read elsewhere too. Adds to `seen`."""
    changed = True
    while changed:
        changed = False
        for total, parts, complete in sums:
            unknown = [place for place in (total, *parts) if place not in seen]
            if len(unknown) != 1 or (unknown[0] == total and not complete):
                continue
            known = math.fsum(system.counts[seen[place]] for place in parts if place in seen)
            count = known if unknown[0] == total else system.counts[seen[total]] - known
            if count >= 0:
                seen[unknown[0]] = column = system.add(None, count)
                changed = True
                if unknown[0] != total:
                    system.rests.add(column)
                    notes.append(_note(total, 1, len(parts)))


def _add_sum(system: _System, seen: Mapping[Place, int], total: Place, parts: Sequence[Place], complete: bool, notes: list[str]) -> None:
    known = tuple(seen[part] for part in parts if part in seen)
    rest = system.counts[seen[total]] - math.fsum(system.counts[column] for column in known)
    missing = len(parts) - len(known)
    if missing or not complete:
        if missing:
            notes.append(_note(total, missing, len(parts)))
        if rest > MOVED:
            system.rests.add(extra := system.add(None, rest))
            known = (*known, extra)
    if known:
        system.sums.append((seen[total], known))


def _protect(system: _System, hidden: dict[Place, Reason], least: int) -> None:
    """Hides what is needed, adding to `hidden`. A movement once found stays possible, since hidden cells only become more."""
    targets = [column for column, count in enumerate(system.counts) if 0 < count < least]
    lowest, highest = np.array(system.counts), np.array(system.counts)
    program = _Program(system)
    for target in targets:
        count = system.counts[target]
        for aim, done in ((1.0, lowest[target] <= 1 + MOVED), (min(least - 1.0, count + system.caps[target]), None)):
            reached = done if done is not None else highest[target] >= aim - MOVED
            if reached or not program.touches(target):
                continue
            moves = program.move(target, aim - count, hidden)
            if target not in system.rests:
                lowest, highest = np.minimum(lowest, system.counts + moves), np.maximum(highest, system.counts + moves)
            for column in np.flatnonzero(np.abs(moves) > MOVED):
                if (place := system.places[column]) is not None:
                    hidden.setdefault(place, Reason.COMPLEMENTARY)


class _Program:
    """The linear program: move one count, keep every sum, touch as little as possible of what is still shown."""

    def __init__(self, system: _System) -> None:
        self.system = system
        n = len(system.counts)
        rows = [(number, column, sign) for number, (total, parts) in enumerate(system.sums)
                for column, sign in ((total, -1.0), *((part, 1.0) for part in parts))]  # fmt: skip
        number, column, sign = zip(*rows, strict=True) if rows else ((), (), ())
        from scipy import sparse  # here, since only a build needs it, and a server's memory is dear

        matrix = sparse.csr_array((sign, (number, column)), shape=(len(system.sums), n))
        self.sums = sparse.hstack([matrix, -matrix]).tocsr()  # of all rises, then of all falls
        counts = np.array(system.counts, dtype=float)
        is_total = np.isin(np.arange(n), [total for total, _ in system.sums])
        self.costs = counts / max(counts.max(initial=0.0), 1.0) + TOTAL_COST * is_total + 1e-3
        fixed = ((counts == 0) & ~is_total) | np.isin(np.arange(n), list(system.rests))
        # a hidden count is known not to be zero, since zeros are shown; a total is bounded by its parts
        self.down = np.where(fixed, 0.0, np.where(is_total, np.inf, np.maximum(counts - 1, 0.0)))
        self.up = np.where(fixed, 0.0, np.array(system.caps, dtype=float))

    def touches(self, column: int) -> bool:
        return any(column == total or column in parts for total, parts in self.system.sums)

    def move(self, target: int, by: float, hidden: Mapping[Place, Reason]) -> np.ndarray:
        """The cheapest movement of all counts in which the target moves `by`, or as near to it as is possible at all.

        A total of three counts that are not zero is at least 3, whatever is hidden.
        """
        n = len(self.costs)
        free = np.array([place is None or place in hidden for place in self.system.places])
        costs = np.tile(np.where(free, 0.0, self.costs), 2)
        highs = np.concatenate([self.up, self.down])
        costs[[target, n + target]] = 0.0, 0.0
        highs[[target, n + target]] = max(by, 0.0), max(-by, 0.0)
        costs[target if by > 0 else n + target] = -REWARD
        from scipy import optimize

        found = optimize.linprog(costs, A_eq=self.sums, b_eq=np.zeros(self.sums.shape[0]),
                                 bounds=np.column_stack([np.zeros(2 * n), highs]), method="highs")  # fmt: skip
        return found.x[:n] - found.x[n:]


def _note(total: Place, missing: int, parts: int) -> str:
    name = ", ".join(filter(None, (total.geography, total.group, total.period)))
    return f"{name}: {missing} of {parts} parts have no count here; others are assumed to know them, so they protect nobody."


def _answer(cells: Sequence[Cell], hidden: Mapping[Place, Reason], notes: tuple[str, ...], least: int) -> Suppression:
    number: dict[Reason, int] = defaultdict(int)
    for cell in cells:
        if cell.place in hidden and not (math.isnan(cell.value) and math.isnan(cell.numerator)):
            number[hidden[cell.place]] += 1
    total = sum(number.values())
    sentence = "No figure has to be hidden." if not total else (
        f"{total} of {words.count_of(len(cells), 'figure')} {'is' if total == 1 else 'are'} hidden, to keep counts from 1 to {least - 1} people private.")  # fmt: skip
    steps = (
        Step("Counts too few people", str(number[Reason.PRIMARY]), f"from 1 to {least - 1}, in any vintage; zero may be shown"),
        Step("Count not known", str(number[Reason.UNKNOWN]), "a rate without a count cannot be judged, so it is hidden"),
        Step("Would give another one away", str(number[Reason.COMPLEMENTARY]), f"hidden so that each number from 1 to {least - 1} stays possible"),
    )
    return Suppression(dict(sorted(hidden.items())), sentence, notes, steps)


class Stability(StrEnum):
    """Whether a figure may be shown, and how."""

    SHOWN = "shown"
    UNSTABLE = "unstable"
    HIDDEN = "hidden"
    NOT_JUDGED = "not judged"


@dataclass(frozen=True)
class StabilityAnswer:
    stability: Stability
    sentence: str
    steps: tuple[Step, ...] = ()


def stability(events: float, *, value_kind: str, denominator: float = math.nan, sensitive: bool = False, least: int = LEAST) -> StabilityAnswer:
    """Whether enough stands behind a figure. Rules in order; an unknown count leaves its rule out.

    Hidden: 1 to 9 events of a person-sensitive measure; a proportion of fewer than 30. Unstable: 20 events or fewer in a rate
    or proportion (CDC WISQARS, as `intervals.is_unstable`); a proportion of fewer than 50.
    """
    proportion = value_kind == "proportion"
    steps = (
        Step("Events", words.figure(events, 0, missing="not known"), f"hidden from 1 to {least - 1}" if sensitive else "unstable at 20 or fewer"),
        Step("Denominator", words.figure(denominator, 0, missing="not known"),
             f"hidden below {HIDE_DENOMINATOR}, unstable below {FLAG_DENOMINATOR}" if proportion else "not asked about"),
    )  # fmt: skip
    if sensitive and 0 < events < least:
        return StabilityAnswer(Stability.HIDDEN, f"Hidden: it counts fewer than {least} people.", steps)
    if proportion and denominator < HIDE_DENOMINATOR:
        return StabilityAnswer(Stability.HIDDEN, f"Hidden: a share of fewer than {HIDE_DENOMINATOR} says too little.", steps)
    if proportion and denominator < FLAG_DENOMINATOR:
        return StabilityAnswer(Stability.UNSTABLE, f"Unstable: a share of fewer than {FLAG_DENOMINATOR}.", steps)
    if value_kind in ("rate", "proportion") and intervals.is_unstable(events):
        return StabilityAnswer(Stability.UNSTABLE, "Unstable: 20 events or fewer stand behind it.", steps)
    if math.isnan(events) and math.isnan(denominator):
        return StabilityAnswer(Stability.NOT_JUDGED, "How much stands behind it is not known.", steps)
    return StabilityAnswer(Stability.SHOWN, "Enough stands behind it to be shown.", steps)
