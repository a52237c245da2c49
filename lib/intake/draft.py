"""A row that was understood, before its value is final: the scale of percentages is decided over all rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from lib.intake.cells import address
from lib.intake.findings import At
from lib.intake.header import Header
from lib.intake.known import LineKey
from lib.intake.report import Figure
from lib.intake.subjects import Subject
from lib.model import Period


@dataclass(slots=True, eq=False)
class Draft:
    sheet: str
    row: int
    header: Header
    subject: Subject
    geography: str
    dimension: str
    group: str
    period: Period
    value: float | None
    is_marked: bool  # a percent sign stands with the value
    numerator: float | None
    denominator: float | None
    missing_reason: str
    provisional: bool
    note: str

    def at(self, name: str) -> At:
        """The cell of a column; of the indicator where the sheet has no such column."""
        columns = self.header.columns
        return At(self.sheet, address(columns.get(name) or columns.get("indicator_id", 1), self.row))

    @property
    def line(self) -> LineKey:
        return (self.geography, self.dimension, self.group)

    @property
    def figure(self) -> Figure:
        return Figure(
            self.subject.kind, self.subject.id, self.subject.series.id, self.geography, self.dimension, self.group,
            self.period.label, str(self.period.kind), self.period.start, self.period.end, self.value, self.numerator,
            self.denominator, self.missing_reason, self.provisional, self.note, self.sheet, self.row, self.at("value").cell,
        )  # fmt: skip


def by_subject(drafts: Iterable[Draft]) -> dict[Subject, list[Draft]]:
    found: dict[Subject, list[Draft]] = defaultdict(list)
    for one in drafts:
        found[one.subject].append(one)
    return found
