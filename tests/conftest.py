"""For all tests: no settings or database of the machine leaks in, and pages run through app.py as in a server.

Streamlit's AppTest believes, because there is a folder `pages/`, that each page file is to be run alone. A real server
believes so only until app.py has run once; here it never does.
"""

from __future__ import annotations

import copy
import json
import logging
from pathlib import Path

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


FAULTS = Path(__file__).parent / "faults"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a PostgreSQL server runs with the slow ones; the fast part asks SQLite the same. The faults run by themselves, once."""
    for item in items:
        if item.path.is_relative_to(FAULTS):
            continue
        chosen = item.callspec.params.values() if hasattr(item, "callspec") else ()
        if "postgresql" in chosen or {"postgres_url", "postgres_server"} & set(item.fixturenames):
            item.add_marker(pytest.mark.slow)


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
def no_database_and_no_city_of_the_machine(monkeypatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("DATABASE_READ_URL", raising=False)
    monkeypatch.delenv("OUTCOMESTAT_CITY", raising=False)


@pytest.fixture
def told(request):
    """Holds what a reader was told against the words of the test's mark `fault`. A test that asks for it and does not use it fails."""
    says = request.node.get_closest_marker("fault").kwargs["says"]
    held = []

    def hold(text: object) -> None:
        assert says in " ".join(str(text).replace("\\", "").split())  # without the marks that keep Markdown from reading it
        held.append(text)

    yield hold
    assert held, "the words of the mark were held against nothing"


@pytest.fixture(scope="session")
def town_url(tmp_path_factory) -> str:
    """A made-up city that is published (tests/opendata/town.py), built once for all tests that only read it."""
    from tests.opendata.town import built

    return built(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def town(town_url):
    from tests.opendata.town import edition_of

    return edition_of(town_url)
