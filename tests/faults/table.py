"""A plugin for pytest (`-p tests.faults.table`): the table of the faults, from what the run itself found. See the mark `fault` in pyproject.toml."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from tests.faults.listed import FAULTS

WIDTHS = (42, 64, 58)
HEAD = ("fault", "what a reader is told (“…”) or sees", "test", "held")


@dataclass
class Tried:
    """A test of a fault, with what became of each of its cases: "passed", "failed" or "skipped"."""

    fault: str
    words: str
    test: str
    outcomes: list[str] = field(default_factory=list)

    @property
    def is_held(self) -> bool:
        return bool(self.outcomes) and set(self.outcomes) == {"passed"}


class Table:
    def __init__(self, faults: Sequence[str] = FAULTS) -> None:
        self.faults = faults
        self.tried: dict[str, Tried] = {}

    def take(self, nodeid: str, mark: pytest.Mark) -> None:
        """Notes a test that is to be run, by its function: cases of one are one line."""
        (name,), told = mark.args, mark.kwargs.get("says")
        test = nodeid.partition("[")[0]
        self.tried.setdefault(test, Tried(name, f"“{told}”" if told else mark.kwargs["shows"], test))

    def note(self, nodeid: str, outcome: str) -> None:
        if tried := self.tried.get(nodeid.partition("[")[0]):
            tried.outcomes.append(outcome)

    def wrong(self) -> list[str]:
        """What is wrong with the run as a whole, a sentence each."""
        names = [one.fault for one in self.tried.values()]
        return [
            *(f"no test: {fault}" for fault in self.faults if fault not in names),
            *(f"not in tests/faults/listed.py: {name}" for name in dict.fromkeys(names) if name not in self.faults),
            *(f"not held: {one.fault} ({one.test})" for one in self.tried.values() if not one.is_held),
        ]

    def lines(self) -> Iterable[str]:
        yield from _row(HEAD)
        yield "-" * (sum(WIDTHS) + 12)
        for one in sorted(self.tried.values(), key=lambda one: self.faults.index(one.fault) if one.fault in self.faults else len(self.faults)):
            counts: Mapping[str, int] = {outcome: one.outcomes.count(outcome) for outcome in dict.fromkeys(one.outcomes)}
            held = f"yes, {len(one.outcomes)}" if one.is_held else "NO: " + (", ".join(f"{n} {outcome}" for outcome, n in counts.items()) or "not run")
            yield from _row((one.fault, one.words, one.test.removeprefix("tests/").replace("::", " "), held))


def _row(cells: Sequence[str]) -> Iterable[str]:
    """The cells beside each other, each over as many lines as it needs."""
    wrapped = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, (*WIDTHS, 40), strict=True)]
    for number in range(max(map(len, wrapped))):
        parts = [several[number] if number < len(several) else "" for several in wrapped]
        yield "  ".join(part.ljust(width) for part, width in zip(parts, (*WIDTHS, 0), strict=True)).rstrip()


_table = Table()


def pytest_collection_finish(session: pytest.Session) -> None:
    for item in session.items:
        if mark := item.get_closest_marker("fault"):
            _table.take(item.nodeid, mark)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        _table.note(report.nodeid, report.outcome)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _table.wrong() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("faults")
    for line in _table.lines():
        terminalreporter.write_line(line)
    for sentence in _table.wrong():
        terminalreporter.write_line(sentence, red=True)
