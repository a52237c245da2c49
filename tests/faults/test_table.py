"""The table of the faults cannot lie: it fails where a fault has no test, a test has no place in it, or one did not pass."""

import pytest

from tests.faults.table import Table


def table(*taken: tuple[str, str, str]) -> Table:
    made = Table(faults=("fire", "flood"))
    for nodeid, fault, outcome in taken:
        made.take(nodeid, pytest.mark.fault(fault, says="It burns.").mark)
        if outcome:
            made.note(nodeid, outcome)
    return made


@pytest.mark.parametrize(
    ("taken", "wrong"),
    [
        ([("t.py::a[1]", "fire", "passed"), ("t.py::a[2]", "fire", "passed"), ("t.py::b", "flood", "passed")], []),
        ([("t.py::a", "fire", "passed")], ["no test: flood"]),
        ([("t.py::a", "fire", "passed"), ("t.py::b", "flood", "passed"), ("t.py::c", "frost", "passed")], ["not in tests/faults/listed.py: frost"]),
        ([("t.py::a", "fire", "passed"), ("t.py::b[1]", "flood", "passed"), ("t.py::b[2]", "flood", "failed")], ["not held: flood (t.py::b)"]),
        ([("t.py::a", "fire", "passed"), ("t.py::b", "flood", "skipped")], ["not held: flood (t.py::b)"]),
        ([("t.py::a", "fire", "passed"), ("t.py::b", "flood", "")], ["not held: flood (t.py::b)"]),
    ],
)
def test_what_is_wrong_is_said(taken, wrong):
    assert table(*taken).wrong() == wrong


def test_each_test_is_a_line_with_its_words_and_how_many_cases_held():
    lines = list(table(("tests/t.py::a[1]", "fire", "passed"), ("tests/t.py::a[2]", "fire", "passed"), ("tests/t.py::b", "flood", "failed")).lines())
    assert "“It burns.”" in lines[2] and lines[2].endswith("yes, 2") and lines[3].endswith("NO: 1 failed")
