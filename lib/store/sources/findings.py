"""Collects what is wrong and what was read otherwise than it stands, while a source is read."""

from __future__ import annotations

from lib.store.sources.answer import Change, Level, Problem, shown


class Findings:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.changes: list[Change] = []

    def error(self, sheet: str, cell: str, code: str, found: object, why: str, remedy: str) -> None:
        """What it is about was left out."""
        self.problems.append(Problem(sheet, cell, Level.ERROR, code, shown(found), why, remedy))

    def warn(self, sheet: str, cell: str, code: str, found: object, why: str, remedy: str) -> None:
        """It was read, and a person should look at it."""
        self.problems.append(Problem(sheet, cell, Level.WARNING, code, shown(found), why, remedy))

    def change(self, sheet: str, cell: str, before: object, after: object, why: str) -> None:
        self.changes.append(Change(sheet, cell, shown(before), shown(after), why))
