"""For all tests: no settings or database of the machine leaks in, and pages run through app.py as in a server.

Streamlit's AppTest believes, because there is a folder `pages/`, that each page file is to be run alone. A real server
believes so only until app.py has run once; here it never does.
"""

from __future__ import annotations

import copy
import json
import logging

import pytest
from streamlit.runtime import pages_manager

import lib  # noqa: F401  before a test imports openpyxl
from lib.store import derived

logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)  # no server here
_original = pages_manager.PagesManager.__init__


def _as_after_the_first_run(self, *arguments, **named) -> None:
    pages_manager.PagesManager.uses_pages_directory = False
    _original(self, *arguments, **named)


pages_manager.PagesManager.__init__ = _as_after_the_first_run


@pytest.fixture(autouse=True, scope="session")
def the_same_question_to_pysal_once():
    """Its process takes seconds to start, and the same made-up city asks it the same again and again."""
    asked, answers = derived._ask, {}

    def ask(request):
        key = json.dumps(request, sort_keys=True)
        if key not in answers:
            answers[key] = asked(request)
        return copy.deepcopy(answers[key])

    derived._ask = ask
    yield
    derived._ask = asked


@pytest.fixture(autouse=True)
def no_database_of_the_machine(monkeypatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
