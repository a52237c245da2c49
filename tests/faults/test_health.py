"""/healthz and /readyz tell the truth, also while the database says nothing, and recover by themselves."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import make_url, text

from lib.store import build
from lib.store.database import NOT_BUILT, SLOW, TOO_NEW, UNAVAILABLE, open_engine
from lib.store.schema import SCHEMA_VERSION
from tests.api.conftest import client_of
from tests.faults.wire import Wire
from tests.opendata.town import built as built_town
from tests.store.conftest import postgres_server, postgres_url  # noqa: F401  fixtures


def until_ready(client, *, seconds: float = 30) -> int:
    deadline = time.monotonic() + seconds
    while (status := client.get("/readyz").status_code) != 200 and time.monotonic() < deadline:
        time.sleep(0.05)
    return status


@pytest.fixture
def wired(postgres_url, tmp_path, monkeypatch):  # noqa: F811
    """A client of the API over a PostgreSQL store, and the wire between them."""
    built_town(tmp_path, url=postgres_url)
    at = make_url(postgres_url)
    with Wire(at.port) as wire:
        yield client_of(at.set(port=wire.port).render_as_string(hide_password=False), monkeypatch), wire


@pytest.mark.fault("database silent, for /readyz", says=SLOW)
def test_while_the_database_says_nothing_it_is_alive_and_says_that_it_is_not_ready(wired, told, caplog):
    client, wire = wired
    assert until_ready(client) == 200
    wire.hold()
    for _ in range(2):  # the second while the first question is still open
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["status"]) == (503, "not ready") and answer.headers["retry-after"]
        told(answer.json()["why"])
    assert client.get("/healthz").status_code == 200
    assert [record.getMessage() for record in caplog.records if "not ready" in record.getMessage()] == [f"not ready: {SLOW}"], "once, not at every question"
    wire.let_go()
    assert until_ready(client) == 200


@pytest.mark.fault("database gone, for the API", says=UNAVAILABLE)
def test_while_the_database_is_gone_the_api_says_so_with_the_reference_of_the_log(wired, told, caplog):
    client, wire = wired
    assert client.get("/api/v1/outcomes").status_code == 200
    wire.cut()
    answer = client.get("/api/v1/outcomes?limit=5&token=s3cr3t-in-the-address")
    assert answer.status_code == 400, "what is asked is looked at first"
    answer = client.get("/api/v1/outcomes")
    assert (answer.status_code, client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 503, 200)
    told(answer.json()["detail"])
    assert f"reference {answer.json()['reference']}: /api/v1/outcomes could not be answered" in caplog.text and "s3cr3t" not in caplog.text
    wire.mend()
    assert until_ready(client) == 200 and client.get("/api/v1/outcomes").status_code == 200


@pytest.mark.parametrize(("schema", "why"), [(SCHEMA_VERSION - 1, NOT_BUILT), (SCHEMA_VERSION + 1, TOO_NEW)])
def test_tables_of_another_version_are_not_ready(tmp_path, monkeypatch, schema, why):
    url = built_town(tmp_path)
    client, store = client_of(url, monkeypatch), open_engine(url)
    for version, status in ((schema, 503), (SCHEMA_VERSION, 200)):
        with store.begin() as connection:
            connection.execute(text("UPDATE current_release SET schema_version = :version"), {"version": version})
        answer = client.get("/readyz")
        assert answer.status_code == status and answer.json().get("why", why) == why
    store.dispose()


def test_tables_without_a_release_are_not_ready(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'store.db'}"
    store = open_engine(url)
    client = client_of(url, monkeypatch)
    store.connect().close()  # an empty file, as at the first start
    assert client.get("/readyz").json() == {"status": "not ready", "why": NOT_BUILT}
    build.migrate(store)
    assert client.get("/readyz").json() == {"status": "not ready", "why": NOT_BUILT}
    built_town(tmp_path)
    assert client.get("/readyz").status_code == 200
    store.dispose()
