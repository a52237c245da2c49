"""Every file of the corpus gives what is to come of it: the outcome, each problem at its cell, and the figures."""

from __future__ import annotations

import json
from datetime import date

import pytest

from lib.intake.check import check
from lib.intake.report import Outcome, Report
from tests.intake import town
from tests.intake.corpus import CASES, Case

TODAY = date(2030, 1, 1)


def report_on(one: Case) -> Report:
    return check(one.content, one.file, town.known(), today=TODAY)


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_a_file_gives_what_is_to_come_of_it(one, caplog):
    report = report_on(one)
    found = [
        (problem.code + ("?" if problem.level == "warning" and report.outcome is Outcome.REJECT else ""), f"{problem.sheet}!{problem.cell}")
        for problem in report.problems
    ]
    assert report.outcome == one.outcome, [problem.message for problem in report.problems]
    if one.only:
        assert sorted(found) == sorted(one.problems)
    else:
        assert set(one.problems) <= set(found)
    if one.values is not None:
        assert [row.missing_reason or row.value for row in report.rows] == list(one.values)
    if one.changes is not None:
        assert len(report.changes) >= one.changes
    assert caplog.records == [], "a kind of damage that is not foreseen"


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_every_problem_says_why_and_what_to_do(one):
    for problem in report_on(one).problems:
        assert problem.why and problem.remedy and problem.why[-1] not in ".;" and problem.remedy[-1] not in ".;"


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_the_report_as_json_keeps_the_contract(one):
    content = json.loads(report_on(one).as_json())
    assert list(content) == ["outcome", "problems", "changes", "rows"]
    assert content["outcome"] in ("accept", "accept_with_warnings", "reject")
    assert isinstance(content["rows"], int)
    for problem in content["problems"]:
        assert list(problem) == ["sheet", "cell", "level", "code", "message"]
        assert problem["level"] in ("error", "warning")


def test_the_names_of_the_cases_are_their_own():
    assert len({one.name for one in CASES}) == len(CASES)
