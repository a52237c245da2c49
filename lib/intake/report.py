"""What comes of reading a file: what was understood, what was changed, what must be mended."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

import pandas as pd

from lib import words
from lib.language import _, later, n_

RULES = (
    later("Every visible sheet with a header row is read; the header need not be in the first row. A visible sheet without one is "
          "named and passed over."),
    later("What a reader of the sheet cannot see is not loaded: a hidden row, column or sheet that holds figures is refused by name."),
    later("A formula counts as the result that was saved with it; a formula without a saved result is refused."),
    later("The scale of percentages is decided for an indicator over all its rows, never for one cell: by percent signs, by the "
          "counts beside them, and by the figures already known. Where that leaves a doubt, all of them are refused."),
    later("A missing value has a reason. No data, not available, New and N/A are read as not reported; [c] and <10 as suppressed. A "
          "dash, a star and a range are refused unless the column missing_reason says what they mean. Nothing is read as zero that "
          "is not a zero."),
    later("A place is known by its id, its name, its name since 2020 or a listed spelling. A near miss is suggested, never assumed; "
          "a part of an area does not stand for the area."),
    later("A file is taken whole or not at all: one error, and nothing of it is loaded."),
)  # fmt: skip


class Outcome(StrEnum):
    ACCEPT = "accept"
    ACCEPT_WITH_WARNINGS = "accept_with_warnings"
    REJECT = "reject"


class Level(StrEnum):
    ERROR = "error"  # the file is refused
    WARNING = "warning"  # a person confirms it


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend or to confirm. `cell` is "" where it is about a whole sheet, `sheet` where about the whole file."""

    sheet: str
    cell: str
    level: Level
    code: str
    found: str  # what stands there
    why: str
    remedy: str  # what to write instead

    @property
    def message(self) -> str:
        """One text for a person: why, then what to do."""
        return f"{self.why}; {self.remedy}." if self.remedy else f"{self.why}."


@dataclass(frozen=True, slots=True)
class Change:
    """What was read otherwise than it stands. `cell` is the first of them where the same was done `times` times."""

    sheet: str
    cell: str
    before: str
    after: str
    why: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """One row as the store lays out an observation, and where it stood. None is missing."""

    kind_of_subject: str  # "indicator" or "measure"
    subject: str  # its id
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
    sheet: str
    row: int
    cell: str  # of the value

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it the same figure as another."""
        return (self.kind_of_subject, self.subject, self.series, self.geography, self.dimension, self.group, self.period)


@dataclass(frozen=True, slots=True)
class Revision:
    """A figure that differs from the one that is stored."""

    figure: Figure
    before: float | None
    before_reason: str
    before_provisional: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many figures the file holds of one subject and period, and what they do to those that are stored."""

    kind_of_subject: str
    subject: str
    period: str
    figures: int
    new: int
    revised: int
    unchanged: int
    missing: int  # of the figures, those without a value


@dataclass(frozen=True)
class Report:
    """The answer to a file. `rows` are all that could be read, also where the outcome is reject: then none may be loaded."""

    outcome: Outcome
    rows: tuple[Figure, ...]
    problems: tuple[Problem, ...]
    changes: tuple[Change, ...]
    counts: tuple[Count, ...] = ()
    revisions: tuple[Revision, ...] = ()
    file: str = ""  # its name without any path
    sha256: str = ""
    sheets: tuple[str, ...] = ()  # those that were read
    error_count: int = 0  # also those that are not listed one by one
    warning_count: int = 0
    rules: tuple[str, ...] = RULES

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.level is Level.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.level is Level.WARNING)

    @property
    def changes_nothing(self) -> bool:
        """Whether every figure is stored already, as it stands in the file."""
        return bool(self.rows) and all(one.unchanged == one.figures for one in self.counts)

    @property
    def sentence(self) -> str:
        """The outcome in words."""
        if self.outcome is Outcome.REJECT:
            number = self.error_count
            refused = n_("Refused: {n} problem to mend. Nothing is loaded.", "Refused: {n} problems to mend. Nothing is loaded.", number)
            return refused.format(n=words.figure(number, 0))
        figures = words.count_of(len(self.rows), "figure", "figures")
        if self.changes_nothing:
            return _("Accepted: {figures}, all of them stored already. Loading changes nothing.").format(figures=figures)
        if not self.warning_count:
            return _("Accepted: {figures}.").format(figures=figures)
        return _("Accepted: {figures}, {n} to confirm.").format(figures=figures, n=words.figure(self.warning_count, 0))

    def as_json(self) -> str:
        """The report of the command line: outcome, problems, changes and the number of rows."""
        return json.dumps(
            {
                "outcome": str(self.outcome),
                "problems": [
                    {"sheet": one.sheet, "cell": one.cell, "level": str(one.level), "code": one.code, "message": one.message}
                    for one in self.problems
                ],
                "changes": [asdict(one) for one in self.changes],
                "rows": len(self.rows),
            },
            ensure_ascii=False,
            indent=2,
        )


FIGURE_COLUMNS = tuple(one.name for one in fields(Figure))


def as_table(rows: tuple[Figure, ...]) -> pd.DataFrame:
    """The figures as a table, one row each; columns as `Figure`. NaN is missing in value, numerator and denominator."""
    table = pd.DataFrame([tuple(getattr(row, name) for name in FIGURE_COLUMNS) for row in rows], columns=list(FIGURE_COLUMNS))
    return table.astype({"value": float, "numerator": float, "denominator": float, "provisional": bool, "row": int})


def shown(cell: Any) -> str:
    """What stands in a cell, for a message: short, and nothing in it that acts or cannot be seen."""
    text = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in str(cell))
    return text if len(text) <= 80 else f"{text[:77]}..."
