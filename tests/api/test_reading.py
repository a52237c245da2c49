"""The API as who reads it sees it: pages, filters, tags, and what is said when something is asked wrongly."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lib.api.resources import BASE, RESOURCES
from lib.opendata.dictionary import OUTCOMES
from lib.opendata.rows import rows_of
from lib.roles import Person, Role
from lib.store import build
from lib.store.database import open_engine
from tests.api.conftest import client_of
from tests.cities import FIGURES, write
from tests.opendata.town import SECRET, built, edition_of, files

COLLECTIONS = [f"{BASE}/{name}" for name in RESOURCES]
SINGLE = [(name, "safe" if name == "outcomes" else "area-1" if name == "neighborhoods" else "tinyville" if name == "places" else "fires")
          for name, one in RESOURCES.items() if one.single]  # fmt: skip


def plain(value):
    return json.loads(json.dumps(value, default=str))


def every_page(client, address):
    rows = []
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["rows"]) <= page["limit"]
        rows += page["rows"]
        address = page["next"]
        assert answer.headers.get("link") == (f'<{address}>; rel="next"' if address else None)
    assert page["total"] == len(rows)
    return rows


@pytest.mark.parametrize("name", RESOURCES)
@hypothesis_settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limit=st.integers(1, 40))
def test_page_after_page_gives_every_row_once_and_in_order(client, town, name, limit):
    more = "&vintages=all" if any(one.name == "vintages" for one in RESOURCES[name].parameters) else ""
    assert every_page(client, f"{BASE}/{name}?limit={limit}{more}") == plain(list(rows_of(town, RESOURCES[name].table)))


def test_the_newest_vintages_are_given_unless_all_are_asked_for(client):
    values = [row["value"] for row in every_page(client, f"{BASE}/observations?period=2024")]
    assert values == [8.25]
    assert [row["value"] for row in every_page(client, f"{BASE}/observations?period=2024&vintages=all")] == [8.0, 8.25]


@pytest.mark.parametrize(("query", "total"), [
    ("observations?indicator=fires&since=2024-06-01", 2), ("observations?until=2020-06-01", 2), ("observations?geography=area-1", 0), ("observations?group=Black", 0),
    ("neighborhood-observations?measure=fires&geography=area-3", 2), ("neighborhood-observations?measure=deaths&period=2025", 10), ("indicators?outcome=clean", 0),
    ("indicators?outcome=safe&owner=Fire", 1), ("statuses?status=nothing", 0), ("neighborhood-measures?topic=Tests", 4),
])  # fmt: skip
def test_filters_keep_what_they_name(client, query, total):
    rows = every_page(client, f"{BASE}/{query}")
    assert len(rows) == total
    for name, (value,) in parse_qs(urlsplit(query).query).items():
        assert name in ("since", "until") or all(row[name] == value for row in rows)


@pytest.mark.parametrize(("name", "key"), SINGLE)
def test_one_row_comes_with_what_belongs_to_it(client, town, name, key):
    row = client.get(f"{BASE}/{name}/{key}").json()["row"]
    own = next(one for one in plain(list(rows_of(town, RESOURCES[name].table))) if one["id"] == key)
    assert own.items() <= row.items()
    if name == "indicators":
        assert row["standing"]["status"] == str(town.assessments[0].status.status) and [one["of"] for one in row["series"]] == ["indicator"]
        assert [one["value"] for one in row["targets"]] == [5.0]
    if name == "neighborhoods":
        assert row["geometry"]["type"] == "Polygon"


def test_a_missing_value_is_null_with_its_reason(client):
    (row,) = every_page(client, f"{BASE}/observations?period=2019")
    assert row["value"] is None and row["missing_reason"] == "not reported"


@pytest.mark.parametrize("address", [*COLLECTIONS, *(f"{BASE}/{name}/{key}" for name, key in SINGLE), f"{BASE}/openapi.json"])
def test_what_is_hidden_never_comes_out(client, address):
    said = client.get(address, params={"limit": 1000} if address in COLLECTIONS else {}).text
    assert not any(secret in said for secret in SECRET)


# Wrong questions


@pytest.mark.parametrize(("query", "parameter"), [
    ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=ten", "limit"), ("limit=", "limit"), ("limit=٣", "limit"), ("limit=5&limit=6", "limit"), ("cursor=here", "cursor"),
    ("since=2016", "since"), ("until=2016-13-01", "until"), ("since=20160101", "since"), ("vintages=old", "vintages"), ("colour=red", "colour"), ("indicator=", "indicator"),
    ("period=%00", "period"), (f"group={'x' * 201}", "group"), ("dimension=%F0%9F", "dimension"),
])  # fmt: skip
def test_a_parameter_that_cannot_be_read_is_named_with_its_remedy(client, query, parameter):
    answer = client.get(f"{BASE}/observations?{query}")
    if parameter == "dimension":  # bytes that are no text arrive as a sign that says so, and find nothing
        assert answer.status_code == 200 and answer.json()["rows"] == []
        return
    said = answer.json()
    assert (answer.status_code, answer.headers["content-type"], said["status"], said["parameter"]) == (400, "application/problem+json", 400, parameter)
    assert said["remedy"] and answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("address", ["outcomes/none", "indicators/none", "neighborhoods/none", "observations?indicator=none", "observations?geography=none", "none", "observations/0",
                                     "indicators?outcome=none", "neighborhood-observations?measure=none"])  # fmt: skip
def test_what_is_not_there_is_not_found(client, address):
    answer = client.get(f"{BASE}/{address}")
    assert answer.status_code == 404 and answer.json()["remedy"] and answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", [*COLLECTIONS, f"{BASE}/outcomes/safe", f"{BASE}/openapi.json", "/data/v1/outcomes.csv", "/data.json", "/feed.atom", "/healthz", "/readyz", "/robots.txt"])
def test_nothing_can_be_written(client, method, address):
    answer = client.request(method, address, content=b"{}")
    assert answer.status_code == 405 and "GET" in answer.headers["allow"]


# What caches and other sites need


@pytest.mark.parametrize("address", [*COLLECTIONS, f"{BASE}/outcomes/safe", f"{BASE}/openapi.json", "/data/v1/outcomes.csv", "/data/v1/promises.json", "/data/v1/datapackage.json", "/data.json", "/feed.atom"])
def test_what_has_not_changed_is_not_sent_again(client, address):
    first = client.get(address)
    tag = first.headers["etag"]
    assert "max-age" in first.headers["cache-control"]
    again = client.get(address, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    head = client.head(address)
    assert (head.status_code, head.content, head.headers["etag"], head.headers["content-length"]) == (200, b"", tag, str(len(first.content)))


def test_other_questions_have_other_tags(client):
    tags = [client.get(f"{BASE}/{asked}").headers["etag"] for asked in ("observations", "observations?limit=5", "observations?period=2024", "outcomes", "outcomes/safe")]
    assert len(set(tags)) == 5
    assert client.get(f"{BASE}/observations?limit=5&period=2024").headers["etag"] == client.get(f"{BASE}/observations?period=2024&limit=5").headers["etag"]


def test_other_sites_may_read_and_only_read(client):
    assert client.get(f"{BASE}/outcomes", headers={"Origin": "https://elsewhere.test"}).headers["access-control-allow-origin"] == "*"
    asked = {"Origin": "https://elsewhere.test", "Access-Control-Request-Method": "GET"}
    assert client.options(f"{BASE}/outcomes", headers=asked).status_code == 200
    assert client.options(f"{BASE}/outcomes", headers=asked | {"Access-Control-Request-Method": "POST"}).status_code == 400


def test_a_new_release_is_seen_at_once_and_ends_an_old_reading(tmp_path, monkeypatch):
    url = built(tmp_path)
    client = client_of(url, monkeypatch)
    first = client.get(f"{BASE}/observations?limit=2")
    engine = open_engine(url)
    build.build(engine, write(tmp_path, files(**{"frameworks/tiny/observations/fires.csv": FIGURES.replace("9.5,950", "9.6,960")})))
    engine.dispose()
    stopped = client.get(first.json()["next"])
    assert (stopped.status_code, stopped.json()["parameter"]) == (409, "cursor")
    fresh = client.get(f"{BASE}/observations?limit=2", headers={"If-None-Match": first.headers["etag"]})
    assert fresh.status_code == 200 and fresh.json()["release"] == edition_of(url).release != first.json()["release"]


# Whether it is well


def test_it_is_ready_when_figures_can_be_read(client, town):
    assert client.get("/readyz").json() == {"status": "ready", "release": town.release}
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").headers["cache-control"] == "no-store"


def test_without_a_store_it_is_alive_but_not_ready_and_becomes_so(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'store.db'}"
    client = client_of(url, monkeypatch)
    assert client.get("/healthz").status_code == 200
    told = client.get("/readyz")
    assert (told.status_code, told.json()["status"]) == (503, "not ready") and told.headers["retry-after"]
    for address in (f"{BASE}/outcomes", "/data/v1/outcomes.csv", "/data.json", "/feed.atom"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json"), address
    assert list(tmp_path.iterdir()) == []
    built(tmp_path)
    assert client.get("/readyz").status_code == 200 and client.get(f"{BASE}/{OUTCOMES.name}").status_code == 200


def test_a_store_that_is_taken_away_is_told_and_its_return_seen(tmp_path, monkeypatch):
    url = built(tmp_path)
    client = client_of(url, monkeypatch)
    assert client.get("/readyz").status_code == 200
    store = tmp_path / "store.db"
    kept = store.read_bytes()
    for path in tmp_path.glob("store.db*"):
        path.unlink()
    store.write_bytes(b"no database any more" * 40)
    client.get("/readyz")  # an open file outlives its name: the first answer may still be of the old one
    store.write_bytes(kept)
    assert client.get("/readyz").status_code == 200


def test_what_people_wrote_changes_the_tag_of_their_table_only(tmp_path, monkeypatch):
    from datetime import date

    from lib.cycle import Deliverable
    from lib.store import follow_ups

    url = built(tmp_path)
    client = client_of(url, monkeypatch)
    before = {name: client.get(f"/data/v1/{name}.json").headers["etag"] for name in ("promises", "outcomes")}
    engine = open_engine(url)
    follow_ups.write_down(engine, stat="fire", action="send the list", owner="Zoe Quist", due=date(2026, 12, 1), deliverable=Deliverable.MEMO, public=True,
                          person=Person("Anna", frozenset({Role.PRESENTER})))  # fmt: skip
    engine.dispose()
    after = {name: client.get(f"/data/v1/{name}.json") for name in ("promises", "outcomes")}
    assert after["promises"].headers["etag"] != before["promises"] and after["outcomes"].headers["etag"] == before["outcomes"]
    assert [row["action"] for row in after["promises"].json()["rows"]] == ["send the list"] and "Quist" not in after["promises"].text
