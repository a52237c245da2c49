"""A feature layer, page by page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lib.store.sources.arcgis import fetch_layer, read_layer, time_of
from lib.store.sources.errors import SourceError, SourceUnavailable
from lib.store.sources.fetch import Fetcher
from lib.store.sources.settings import Limits
from tests.store.sources.conftest import FAST
from tests.store.sources.server import ArcGis

PATH = "/arcgis/rest/services/Requests/FeatureServer/0"


@pytest.fixture
def read(server):
    def made(limits: dict | None = None, **more):
        fetcher = Fetcher(hosts=[server.origin], limits=Limits(**{**FAST, **(limits or {})}))
        return read_layer(fetch_layer(fetcher, server.origin + PATH, **more).content)

    return made


def rows(count: int) -> list[dict]:
    return [{"OBJECTID": number, "SRType": "SW-Dirty Alley", "CreatedDate": 1_735_689_600_000} for number in range(1, count + 1)]


def pages_asked(server) -> list[str]:
    return [one.query["resultOffset"] for one in server.asked if "resultOffset" in one.query]


@pytest.mark.parametrize(
    ("count", "offsets"),
    [(0, ["0"]), (1, ["0"]), (3, ["0"]), (4, ["0", "3"]), (7, ["0", "3", "6"])],
)
def test_pages_are_read_until_there_is_no_more(server, read, count, offsets):
    ArcGis(server, PATH, rows(count), cap=3)
    layer = read()
    assert [row["OBJECTID"] for row in layer.rows] == list(range(1, count + 1))
    assert pages_asked(server) == offsets


def test_a_server_that_gives_fewer_rows_than_asked_for_is_followed_by_what_it_gave(server, read):
    layer = ArcGis(server, PATH, rows(5), cap=2)
    layer.about["maxRecordCount"] = 1000
    assert len(read(page_size=1000).rows) == 5
    assert pages_asked(server) == ["0", "2", "4"]


def test_the_query_asks_for_what_is_wanted_in_the_order_of_the_object_ids(server, read):
    ArcGis(server, PATH, rows(2))
    read(where="SRType = 'SW-Dirty Alley'", fields=["SRType"])
    asked = server.asked[-1].query
    assert asked["where"] == "SRType = 'SW-Dirty Alley'"
    assert asked["outFields"] == "SRType,OBJECTID"
    assert asked["orderByFields"] == "OBJECTID"
    assert asked["returnGeometry"] == "false"
    assert asked["f"] == "json"


def test_dates_are_milliseconds_since_1970_in_utc(server, read):
    ArcGis(server, PATH, [{"OBJECTID": 1, "CreatedDate": 1_735_689_600_000}, {"OBJECTID": 2, "CreatedDate": None},
                          {"OBJECTID": 3, "CreatedDate": "soon"}], types={"CreatedDate": "esriFieldTypeDate"})  # fmt: skip
    layer = read()
    assert [row["CreatedDate"] for row in layer.rows] == [datetime(2025, 1, 1, tzinfo=UTC), None, None]
    assert layer.unreadable == ((3, "CreatedDate", "soon"),)


@pytest.mark.parametrize(("milliseconds", "moment"), [(0, (1970, 1, 1)), (-86_400_000, (1969, 12, 31)), (951_782_400_000, (2000, 2, 29))])
def test_a_date_may_lie_before_1970(milliseconds, moment):
    assert time_of(milliseconds) == datetime(*moment, tzinfo=UTC)


@pytest.mark.parametrize("milliseconds", ["0", True, 1e18, float("nan")])
def test_what_is_no_date_is_refused(milliseconds):
    with pytest.raises((ValueError, TypeError, OverflowError)):
        time_of(milliseconds)


def test_an_error_with_status_200_is_an_error(server, read):
    ArcGis(server, PATH, rows(1))
    server.routes[f"{PATH}/query"] = lambda one: one.json({"error": {"code": 400, "message": "Cannot perform query.", "details": []}})
    with pytest.raises(SourceUnavailable, match="the error 400") as caught:
        read()
    assert "Cannot perform query." in caught.value.detail


def test_a_page_that_fails_in_the_middle_loses_the_whole_and_not_a_part(server, read):
    layer = ArcGis(server, PATH, rows(5), cap=2)
    server.routes[f"{PATH}/query"] = lambda one: one.send(b"", status=500) if one.query.get("resultOffset") == "2" else layer.answer(one)
    with pytest.raises(SourceUnavailable, match="500"):
        read()


def test_a_server_that_gives_the_first_page_again_is_noticed(server, read):
    ArcGis(server, PATH, rows(4), cap=2, ignores_offset=True)
    with pytest.raises(SourceUnavailable, match="same rows again"):
        read()


def test_fewer_rows_than_were_counted_are_not_taken(server, read):
    ArcGis(server, PATH, rows(4), cap=2, loses=1)
    with pytest.raises(SourceUnavailable, match="counts 5 rows and gave 4"):
        read()


def test_a_page_without_rows_that_promises_more_ends_the_reading(server, read):
    ArcGis(server, PATH, rows(4))
    server.routes[f"{PATH}/query"] = lambda one: one.json({"count": 4} if "returnCountOnly" in one.query else
                                                          {"fields": [], "features": [], "exceededTransferLimit": True})  # fmt: skip
    with pytest.raises(SourceUnavailable, match="gives nothing"):
        read()


def test_more_rows_than_are_taken_are_refused_before_they_are_read(server, read):
    ArcGis(server, PATH, rows(4))
    with pytest.raises(SourceError, match="has 4 rows, and 3 are taken"):
        read(limits={"max_rows": 3})
    assert pages_asked(server) == []


def test_more_pages_than_are_taken_are_refused(server, read):
    ArcGis(server, PATH, rows(4), cap=1)
    with pytest.raises(SourceUnavailable, match="within 3 pages"):
        read(limits={"max_pages": 3})


def test_a_layer_that_cannot_page_is_read_where_one_page_is_all_of_it(server, read):
    ArcGis(server, PATH, rows(3), cap=3, pages=False)
    assert len(read().rows) == 3
    ArcGis(server, PATH, rows(4), cap=3, pages=False)
    with pytest.raises(SourceError, match="cannot give them in pages"):
        read()


def test_a_layer_without_an_object_id_needs_an_order(server, read):
    layer = ArcGis(server, PATH, rows(2), names_object_id=False)
    for one in layer.fields:
        one["type"] = "esriFieldTypeString"
    with pytest.raises(SourceError, match="set order_by"):
        read()
    assert len(read(order_by="SRType").rows) == 2


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"count": NaN}', b'{"count": 1e999}', b'{"count": -1}', b'{"count": true}', b"[" * 100_000, b"\xff\xfe", b'{"count": "4"}']
)  # fmt: skip
def test_a_count_that_is_none_is_refused(server, read, body):
    ArcGis(server, PATH, rows(2))
    server.routes[f"{PATH}/query"] = lambda one: one.send(body)
    with pytest.raises(SourceUnavailable):
        read()


@pytest.mark.parametrize("page", [{}, {"fields": [], "features": 3}, {"fields": [], "features": [{"attributes": None}]},
                                  {"fields": "x", "features": []}, {"fields": [], "features": [{"attributes": {"a": [1]}}]}])  # fmt: skip
def test_a_page_of_another_layout_is_refused(server, read, page):
    ArcGis(server, PATH, rows(1))
    server.routes[f"{PATH}/query"] = lambda one: one.json({"count": 1} if "returnCountOnly" in one.query else page)
    with pytest.raises(SourceUnavailable):
        read()
