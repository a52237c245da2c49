"""What goes wrong is in the log with the reference that the reader sees, and nothing of who reads, writes or asks."""

from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy import insert
from sqlalchemy import text as sql

from lib.errors import NotAllowed, OutcomeStatError, StoreUnavailable
from lib.log import Json, Text, event, told
from lib.roles import Person, Role, require
from lib.store import queries
from lib.store.build import build
from lib.store.database import open_engine, plain_failures
from lib.store.schema import follow_up
from lib.ui import cache
from tests.cities import tiny, write
from tests.pages.conftest import open_page, said
from tests.store.conftest import engine, postgres_server, postgres_url, sqlite_url, url  # noqa: F401  fixtures

PERSONAL = ("Jane Q. Public", "jane.public@example.org", "203.0.113.77", "2001:db8::7", "eyJhbGciOiJIUzI1NiJ9eyJzdWIiOiIxMjM0NTY3ODkwIn0")
CODE = "Something went wrong on our side. Nothing is lost; please try again."


def lines(caplog) -> list[str]:
    """What stands in the log, in both forms."""
    return [form.format(record) for record in caplog.records for form in (Json(), Text())]


@pytest.mark.fault("error in a page's own code", says=CODE)
def test_an_error_of_a_page_has_one_reference_on_the_page_and_in_the_log_and_nothing_of_the_reader(city, monkeypatch, caplog, told):
    city(tiny())

    def fails():
        raise ValueError(f"{PERSONAL} asked ?name=Jane+Public")

    monkeypatch.setattr(cache, "assessments", fails)
    app = open_page("scorecard", indicator="jane.public@example.org")
    text = said(app)
    told(text)
    assert not app.exception and not any(one in text for one in PERSONAL)
    record = next(one for one in caplog.records if getattr(one, "reference", ""))
    found = json.loads(Json().format(record))
    assert f"Reference: {found['reference']}" in text
    assert (found["level"], found["page"], found["exception"]) == ("ERROR", "scorecard", ["ValueError"])
    assert found["release"] == cache.release()[:12] and found["time"].endswith("Z")
    assert any("fails" in place for place in found["at"]) and "role" not in found
    assert not [one for line in lines(caplog) for one in (*PERSONAL, "Jane") if one in line]


def test_what_a_database_repeats_of_a_row_reaches_neither_the_error_nor_the_log(engine, tmp_path, caplog):  # noqa: F811
    build(engine, write(tmp_path, tiny()))
    row = {column.name: None for column in follow_up.c} | {"id": "1", "owner": PERSONAL[0], "notes": PERSONAL[1]}
    for statement, given in ((insert(follow_up), row), (sql("SELECT CAST(:name AS INTEGER) FROM no_such_table"), {"name": PERSONAL[1]})):
        with pytest.raises(OutcomeStatError) as caught, plain_failures(), engine.begin() as connection:
            connection.execute(statement, given)
        logging.getLogger("outcomestat").error("could not be written: %s", told(caught.value), exc_info=caught.value)
        assert not [one for one in PERSONAL if one in str(caught.value)]
    assert len(caplog.records) == 2 and not [one for line in lines(caplog) for one in PERSONAL if one in line]


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("refused: jane.public@example.org", "refused: (e-mail)"),
        ('203.0.113.77:5411 - "WebSocket /_stcore/stream?token=abc" [accepted]', '(address) - "WebSocket /_stcore/stream?…" [accepted]'),
        ("from 2001:db8::7 and ::1", "from (address) and (address)"),
        (f"cookie {PERSONAL[4]}", "cookie (token)"),
        ("GET /indicator?name=Jane+Public&x=1 HTTP", "GET /indicator?… HTTP"),
        ("release 0123456789ab at 12:30:45, lib/ui/frame.py:139", "release 0123456789ab at 12:30:45, lib/ui/frame.py:139"),
    ],
)
def test_what_could_be_of_a_person_is_taken_out_of_any_message(message, left):
    assert event(logging.LogRecord("x", logging.INFO, "", 0, message, (), None))["event"] == left


def test_of_our_own_errors_the_log_has_what_the_program_knows_and_not_the_sentence():
    assert told(StoreUnavailable("“Jane” cannot be reached.", detail="no route")) == "StoreUnavailable: no route"
    assert told(ValueError("Jane")) == "ValueError"


def test_a_refusal_by_role_names_the_role_and_nobody(caplog):
    with pytest.raises(NotAllowed):
        require(Person(PERSONAL[1], frozenset({Role.PRESENTER, Role.STAFF})), Role.EDITOR, "Loading figures")
    found = json.loads(Json().format(caplog.records[-1]))
    assert found["event"] == "refused: somebody who does not hold the role editor tried: Loading figures" and found["role"] == "presenter"


def test_a_store_that_does_not_answer_is_told_with_its_cause(caplog):
    with pytest.raises(StoreUnavailable) as caught:
        queries.shown_release(open_engine("postgresql+psycopg://someone:secret@127.0.0.1:1/none", connect_seconds=1))
    logging.getLogger("outcomestat").error("%s", told(caught.value), exc_info=caught.value)
    line = Json().format(caplog.records[-1])
    assert json.loads(line)["exception"][-1] == "StoreUnavailable" and "secret" not in line and "127.0.0.1" not in line
