"""A connection that is cut while somebody writes: what was typed is there or the reader is told, and what was saved is saved once."""

from __future__ import annotations

import shutil
import sqlite3
import time
from datetime import date

import pytest
from playwright.sync_api import expect

from lib.cycle import Deliverable
from lib.roles import Person, Role
from lib.store import follow_ups
from lib.store.database import open_engine
from tests.faults.wire import Wire

ED = Person("Ed", frozenset({Role.EDITOR}))
RUNNING = "[data-testid=stApp][data-test-script-state=running]"
CONNECTED = "[data-testid=stApp][data-test-connection-state=CONNECTED]"


@pytest.fixture
def wired(start_server, built_store, tmp_path, visit):
    """Opens a new follow-up's page in a browser whose connection can be cut. Gives the window, the wire, the store and the follow-up."""
    wires = []

    def opened(**environment: str):
        path = shutil.copy(built_store, tmp_path / "store.db")
        store = open_engine(f"sqlite:///{path}")
        written = follow_ups.write_down(store, stat="public-safety", action="count the lamps", owner="Anna Lee", due=date(2030, 1, 4),
                                        deliverable=Deliverable.MEMO, person=ED)  # fmt: skip
        server = start_server(OUTCOMESTAT_LOCAL_STAFF="1", DATABASE_URL=f"sqlite:///{path}", **environment)
        wire = Wire(int(server.url.rsplit(":", 1)[1]))
        wires.append(wire)
        through = f"http://127.0.0.1:{wire.port}"
        one = visit(at=server, beside=(through, through.replace("http", "ws")))
        one.page.goto(f"{through}/followups?followup={written.id}")
        one.settled()
        return one, wire, store, written

    yield opened
    for wire in wires:
        wire.__exit__()


def notes(one):
    return one.page.get_by_role("textbox", name="Notes and blockers", exact=True)


def save(one) -> None:
    one.page.get_by_role("button", name="Save", exact=True).click()


def connected_again(one, wire) -> None:
    wire.mend()
    one.page.locator(CONNECTED).wait_for()
    one.complaints.clear()  # the browser says that it asked in vain


@pytest.mark.fault("browser comes back when its session is gone", says="The connection was cut, so this was not saved.")
def test_what_was_typed_before_a_long_cut_stands_in_the_form_and_the_reader_is_told_to_save_it(wired, told):
    one, wire, store, written = wired(STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL="0")  # seconds that it is kept; 120 where nothing is said
    notes(one).fill("typed before the cut")
    wire.cut()
    connected_again(one, wire)
    save(one)
    told(one.page.get_by_text("The connection was cut, so this").inner_text())
    expect(notes(one)).to_have_value("typed before the cut")
    assert follow_ups.follow_up_by_id(store, written.id).version == 1
    save(one)
    one.page.get_by_text("Saved.", exact=True).first.wait_for()
    assert follow_ups.follow_up_by_id(store, written.id).notes == "typed before the cut"


@pytest.mark.fault("connection cut while a follow-up is saved", says="Saved.")
def test_what_is_saved_while_the_connection_is_cut_is_saved_once_and_the_reader_sees_it(wired, told):
    one, wire, store, written = wired()
    notes(one).fill("typed before the cut")
    held = sqlite3.connect(store.url.database, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")  # so that the saving waits
    save(one)
    one.page.locator(RUNNING).wait_for()
    wire.cut()
    held.execute("ROLLBACK")
    held.close()
    deadline = time.monotonic() + 30
    while follow_ups.follow_up_by_id(store, written.id).version == 1 and time.monotonic() < deadline:
        one.page.wait_for_timeout(50)
    connected_again(one, wire)
    told(one.page.get_by_text("Saved.", exact=True).first.inner_text())
    save(one)  # once more, to be sure
    one.page.get_by_text("Nothing was changed.").first.wait_for()
    changes = [change for change in follow_ups.history(store, written.id) if change.field == "notes"]
    assert [change.after for change in changes] == ["typed before the cut"] and follow_ups.follow_up_by_id(store, written.id).version == 2
