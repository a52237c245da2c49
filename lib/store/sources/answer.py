"""What a source's reading comes to. Figures, problems and changes have the fields of the intake's report, and more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lib.store.sources.kept import Origin


class Level(StrEnum):
    ERROR = "error"  # the figure is left out
    WARNING = "warning"  # a person looks at it


@dataclass(frozen=True, slots=True)
class SourceFigure:
    """One figure as the store lays out an observation, and where it stood. None is missing."""

    kind_of_subject: str  # "measure"; of the performance plan "performance_measure"
    subject: str
    series: str
    geography: str
    dimension: str
    group: str
    period: str
    kind: str
    start: date
    end: date
    value: float | None
    numerator: float | None
    denominator: float | None
    missing_reason: str
    provisional: bool
    note: str
    sheet: str  # of a workbook; else the layer or the table
    row: int
    cell: str  # its address in a workbook; else the field
    lower: float | None = None  # limits at 95 %, as the store keeps them
    upper: float | None = None
    standard_error: float | None = None  # None = not known
    reference: str = ""
    edition: str = ""  # the copy of the list that says so: "FY2026"
    printed: str = ""  # of the performance plan: what stands in the cell


@dataclass(frozen=True, slots=True)
class Problem:
    sheet: str
    cell: str
    level: Level
    code: str
    found: str
    why: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Change:
    """What was read otherwise than it stands. `cell` is the first of them where the same was done `times` times."""

    sheet: str
    cell: str
    before: str
    after: str
    why: str
    times: int = 1


@dataclass(frozen=True)
class SourceAnswer:
    source: str
    figures: tuple[SourceFigure, ...]
    problems: tuple[Problem, ...]
    changes: tuple[Change, ...]
    origins: tuple[Origin, ...]  # one for each layer, year or file
    unread: tuple[str, ...] = ()  # columns that no setting names

    @property
    def is_partly_kept(self) -> bool:
        """Whether the last good copy stands in for any of it."""
        return any(one.is_kept for one in self.origins)


def shown(text: object) -> str:
    """What stands in a cell, for a message: short, and nothing in it that acts or cannot be seen."""
    plain = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in str(text))
    return plain if len(plain) <= 80 else f"{plain[:77]}..."
