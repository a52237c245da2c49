"""Collects what is wrong and what was changed while a file is read, so that a person sees all of it at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lib.intake.limits import Limits
from lib.intake.report import Change, Level, Problem, shown
from lib.language import _


@dataclass(frozen=True)
class Fault:
    """Why a text cannot be taken: kept by those who read a cell, reported by those who know where it stands."""

    code: str
    why: str
    remedy: str


@dataclass(frozen=True)
class At:
    """A cell's sheet and address."""

    sheet: str = ""
    cell: str = ""


class Refused(Exception):
    """The file cannot be read at all. Caught where the report is made."""

    def __init__(self, code: str, why: str, remedy: str, *, at: At = At()) -> None:
        super().__init__(why)
        self.problem = Problem(at.sheet, at.cell, Level.ERROR, code, "", why, remedy)


class Findings:
    """Lists up to the limits; beyond, it counts."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.totals: Counter[Level] = Counter()
        self._problems: dict[Level, list[Problem]] = {level: [] for level in Level}
        self._changes: dict[tuple[str, str, str, str, str], list] = {}
        self._further_changes = 0

    def error(self, at: At, code: str, why: str, remedy: str, *, found: object = "") -> None:
        self.add(Problem(at.sheet, at.cell, Level.ERROR, code, shown(found), why, remedy))

    def warn(self, at: At, code: str, why: str, remedy: str, *, found: object = "") -> None:
        self.add(Problem(at.sheet, at.cell, Level.WARNING, code, shown(found), why, remedy))

    def add(self, problem: Problem) -> None:
        self.totals[problem.level] += 1
        if len(self._problems[problem.level]) < self.limits.max_problems:
            self._problems[problem.level].append(problem)

    @property
    def has_error(self) -> bool:
        return self.totals[Level.ERROR] > 0

    def change(self, at: At, before: object, after: object, why: str, *, once: str = "") -> None:
        """`once` names a column: the same change in it is listed with its first cell and how often it was made."""
        key = (at.sheet, once or at.cell, shown(before), shown(after), why)
        if key in self._changes:
            self._changes[key][1] += 1
        elif len(self._changes) < self.limits.max_changes:
            self._changes[key] = [at.cell, 1]
        else:
            self._further_changes += 1

    @property
    def problems(self) -> tuple[Problem, ...]:
        """As they were found, errors first. Where there are more than are listed, one more says how many."""
        found = []
        for level, listed in self._problems.items():
            further = self.totals[level] - len(listed)
            if further:
                found.append(Problem("", "", level, "more_problems", "", (_("there are {n:,} more errors than are listed here") if level is Level.ERROR else _("there are {n:,} more warnings than are listed here")).format(n=further),
                                     _("mend those that are listed and send the file again")))  # fmt: skip
            found += listed
        return tuple(found)

    @property
    def changes(self) -> tuple[Change, ...]:
        listed = [Change(key[0], cell, key[2], key[3], key[4], times) for key, (cell, times) in self._changes.items()]
        if self._further_changes:
            listed.append(Change("", "", "", "", _("further changes of the same kinds, not listed one by one"), self._further_changes))
        return tuple(listed)
