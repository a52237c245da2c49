"""The log takes one form for all that is told in the process, and says which where it cannot."""

import io
import json
import logging
import sys

import pytest

from lib import log
from lib.errors import SettingsError
from lib.settings import LOCAL_STAFF


@pytest.fixture
def fresh(monkeypatch):
    """As in a process that has just started; with a logger of a library that has a handler of its own, as Streamlit's have."""
    monkeypatch.setattr(log, "_chosen", None)
    monkeypatch.setattr(log, "_known", 0)
    monkeypatch.delenv(log.FORM, raising=False)
    monkeypatch.delenv(LOCAL_STAFF, raising=False)
    out = io.StringIO()
    before, library = list(logging.root.handlers), logging.getLogger("tests.library")
    logging.root.handlers = [one for one in before if not isinstance(one, log.OnStandardError)]  # of a test that ran a page before
    library.propagate = False
    library.addHandler(logging.StreamHandler(out))
    yield out
    logging.root.handlers = before
    library.handlers.clear()


def tell(out: io.StringIO, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stderr", out)  # not before: pytest puts its own there when a test begins
    for name in ("outcomestat", "tests.library"):
        try:
            raise ValueError("of Jane")
        except ValueError as problem:
            logging.getLogger(name).error("it failed\nbadly", exc_info=problem)


@pytest.mark.parametrize("named", [True, False])
def test_json_is_one_object_a_line_for_our_own_and_for_libraries(fresh, monkeypatch, named):
    if named:
        monkeypatch.setenv(log.FORM, "json")
    log.set_up("text" if named else "json")
    log.set_up("text")  # as each run of a page does
    tell(fresh, monkeypatch)
    lines = fresh.getvalue().splitlines()
    assert len(lines) == 2
    for line in lines:
        found = json.loads(line)
        assert (found["event"], found["level"], found["exception"]) == ("it failed badly", "ERROR", ["ValueError"]) and "Jane" not in line


def test_text_is_one_line_without_the_words_of_the_exception_but_on_ones_own_machine(fresh, monkeypatch):
    log.set_up()
    tell(fresh, monkeypatch)
    assert len(fresh.getvalue().splitlines()) == 2 and "Jane" not in fresh.getvalue()
    monkeypatch.setattr(log, "_chosen", None)
    monkeypatch.setattr(log, "_known", 0)
    monkeypatch.setenv(LOCAL_STAFF, "1")
    log.set_up()
    tell(fresh, monkeypatch)
    assert "ValueError: of Jane" in fresh.getvalue()


def test_another_form_is_refused_by_its_name(fresh, monkeypatch):
    monkeypatch.setenv(log.FORM, "xml")
    with pytest.raises(SettingsError, match="OUTCOMESTAT_LOG is 'xml'; write text or json"):
        log.set_up()
