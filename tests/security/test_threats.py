"""docs/security.md is true: each threat of its tables names tests that there are."""

import ast
import re

import pytest

from lib.settings import ROOT
from tests.security.test_writing import ANYBODY, MAY, SIGNING_OUT

TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
TESTS = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)
ROWS = [line for line in TEXT.partition("## Threats")[2].partition("\n## ")[0].splitlines() if line.startswith("| ") and not line.startswith(("| threat", "|---"))]


def is_skipped(node: ast.FunctionDef) -> bool:
    return any("skip" in ast.unparse(one) or "xfail" in ast.unparse(one) for one in node.decorator_list)


@pytest.mark.parametrize(("path", "name"), sorted(set(TESTS)))
def test_a_test_that_the_page_names_is_there_and_runs(path, name):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    assert found and name.startswith("test_") and not is_skipped(found[0]), f"{path} has no test {name} that runs"


def test_every_threat_says_what_stands_against_it_and_names_a_test():
    assert len(ROWS) >= 25
    for row in ROWS:
        threat, against, tests = (cell.strip() for cell in row.strip("|").split(" | "))
        assert threat and len(against) > 10 and re.search(r"`tests/[\w/]+\.py::\w+`", tests), row


def test_the_page_lists_who_may_write_what():
    written = re.findall(r"`(lib\.[\w.]+)`", TEXT.partition("## Who may write")[2].partition("\n## ")[0])
    assert sorted(written) == sorted([*MAY, *ANYBODY, *SIGNING_OUT])


def test_how_to_report_is_at_the_top_and_the_page_leads_there():
    assert "config.toml" in (ROOT / "SECURITY.md").read_text(encoding="utf-8") and "(../SECURITY.md)" in TEXT
