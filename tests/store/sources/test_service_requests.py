"""A 311 layer read page by page: whole or not loaded, gone on with after a failure, and the same rows as its file would give."""

from __future__ import annotations

import re
import stat
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from lib.roles import Person, Role
from lib.settings import FrameworkChoice, read_settings
from lib.store import __main__ as command
from lib.store import build
from lib.store import requests as asked
from lib.store.database import open_engine
from lib.store.request_load import load_requests
from lib.store.request_rows import COLUMNS
from lib.store.schema import service_request
from lib.store.sources.errors import SourceError, SourceUnavailable
from lib.store.sources.fetch import Fetcher
from lib.store.sources.service_requests import fetch_requests
from lib.store.sources.settings import Sources
from tests.cities import tiny, write
from tests.store.sources.conftest import FAST
from tests.store.sources.server import ArcGis, Exchange

PATH = "/arcgis/rest/services/311_Customer_Service_Requests_current/FeatureServer/0"
ZONE = ZoneInfo("America/New_York")
# The fields of the City's layer, as recorded in sadacca/balt311-service-equity, data/sample/sample_311_2025.json @2278779.
DATES = ("CreatedDate", "StatusDate", "DueDate", "CloseDate", "LastActivityDate")
TYPES = dict.fromkeys(DATES, "esriFieldTypeDate") | {"RowID": "esriFieldTypeInteger", "ESRI_OID": "esriFieldTypeOID"}
NOON = 1_764_000_000_000  # 24 November 2025, in milliseconds


def row(number: int, **more) -> dict:
    values = {
        "SRRecordID": f"a{number}", "ServiceRequestNum": f"25-{number:08d}", "SRType": "SW-Dirty Alley", "MethodReceived": "API", "SRStatus": "New",
        "CreatedDate": NOON + number * 1000, "StatusDate": NOON, "DueDate": NOON + 864_000_000, "CloseDate": None, "LastActivityDate": NOON, "LastActivity": None,
        "Outcome": None, "Address": "100 N GAY ST, Baltimore City, 21202", "ZipCode": "21202", "Neighborhood": "Downtown", "CouncilDistrict": "11",
        "Community_Statistical_Areas": None, "Latitude": "39.2904", "Longitude": None, "Agency": "Solid Waste    ", "RowID": number, "NeedsSync": None,
        "IsDeleted": None, "ESRI_OID": number,
    }  # fmt: skip
    return values | more


class Requests(ArcGis):
    """The layer, which also understands "… AND ESRI_OID > 7" and "… AND LastActivityDate >= DATE '…'"."""

    def __init__(self, server, rows: list[dict], **more) -> None:
        super().__init__(server, PATH, rows, types=TYPES, names_object_id=False, **more)
        self.about["objectIdField"] = "ESRI_OID"

    def answer(self, exchange: Exchange) -> None:
        where, every = exchange.query["where"], self.rows
        after = re.search(r"ESRI_OID > (-?\d+)", where)
        since = re.search(r"LastActivityDate >= DATE '([\d-]+)'", where)
        if since:
            first = datetime.fromisoformat(since[1]).replace(tzinfo=UTC).timestamp() * 1000
            self.rows = [one for one in self.rows if one["LastActivityDate"] >= first]
        if after:
            self.rows = [one for one in self.rows if one["ESRI_OID"] > int(after[1])]
        try:
            super().answer(exchange)
        finally:
            self.rows = every


def settings(server, limits: dict | None = None, **more) -> Sources:
    return Sources.model_validate({"folder": "copies", "hosts": [server.origin], "limits": {**FAST, **(limits or {})},
                                   "service_requests": {"address": server.origin + PATH, "changed_field": "LastActivityDate", **more}})  # fmt: skip


@pytest.fixture
def read(server, tmp_path):
    def made(limits: dict | None = None, *, since: date | None = None, **more):
        return fetch_requests(settings(server, limits, **more), tmp_path, zone=ZONE, since=since)

    return made


def lines(whole) -> list[str]:
    return whole.path.read_text(encoding="utf-8").splitlines()


def asked_after(server) -> list[str]:
    return [found[1] for one in server.asked if (found := re.search(r"ESRI_OID > (-?\d+)", one.query.get("where", "")))]


@pytest.mark.parametrize(("count", "after"), [(1, ["-1", "1"]), (3, ["-1", "3"]), (4, ["-1", "3", "4"]), (7, ["-1", "3", "6", "7"])])
def test_pages_are_read_by_object_id_until_there_is_no_more(server, read, count, after):
    Requests(server, [row(number) for number in range(1, count + 1)], cap=3)
    whole = read()
    assert whole.rows == count == len(lines(whole)) - 1 and asked_after(server) == after and not whole.gone_on


def test_the_file_is_in_the_citys_layout_missing_is_nothing_and_only_its_owner_may_read_it(server, read):
    Requests(server, [row(1, CreatedDate=float(NOON), Agency='Say "hi", all\nof you')])
    whole = read()
    head, *rest = lines(whole)
    assert head.split(",") == [names[0] for names in COLUMNS.values()]
    assert "\n".join(rest) == (f'25-00000001,SW-Dirty Alley,{NOON},,New,"Say ""hi"", all\nof you",API,{NOON + 864_000_000},Downtown,,'
                               '"100 N GAY ST, Baltimore City, 21202",39.2904,')  # fmt: skip
    assert stat.S_IMODE(whole.path.stat().st_mode) == 0o600


def test_the_name_says_which_layer_of_which_server_and_of_which_day(server, read):
    Requests(server, [row(1)])
    today = datetime.now(ZONE).date()
    assert read().name == f"311_Customer_Service_Requests_current at 127.0.0.1, read {today.isoformat()}"


def test_only_the_needed_fields_are_asked_for(server, read):
    Requests(server, [row(1)])
    read(where="Agency = 'Solid Waste'")
    page = next(one.query for one in server.asked if "outFields" in one.query)
    assert "Outcome" not in page["outFields"] and page["outFields"].endswith(",ESRI_OID") and page["where"] == "(Agency = 'Solid Waste') AND ESRI_OID > -1"
    assert (page["orderByFields"], page["returnGeometry"], page["resultRecordCount"], page["f"]) == ("ESRI_OID", "false", "2000", "json")


def test_a_page_that_was_cut_short_without_a_word_loses_nothing(server, read):
    """A server that gives fewer rows than it was asked for, and does not say that there are more."""
    layer = Requests(server, [row(number) for number in range(1, 6)], cap=2)
    layer.about["maxRecordCount"] = 1000
    whole_page = layer.answer

    def silent(exchange: Exchange) -> None:
        said = exchange.json
        exchange.json = lambda content, **more: said({key: value for key, value in content.items() if key != "exceededTransferLimit"}, **more)
        whole_page(exchange)

    server.routes[f"{PATH}/query"] = silent
    assert read().rows == 5 and asked_after(server) == ["-1", "2", "4", "5"]


def breaks_at(server, layer: Requests, after: int, answer) -> None:
    server.routes[f"{PATH}/query"] = lambda one: answer(one) if f"ESRI_OID > {after}" in one.query.get("where", "") else layer.answer(one)


FAILURES = {
    "status 500": (lambda one: one.send(b"", status=500), "the error 500"),
    "an error with status 200": (lambda one: one.json({"error": {"code": 498, "message": "Invalid token."}}), "the error 498"),
    "a reply cut off": (lambda one: one.send(b'{"fields": [], "features": [', length=400), "127.0.0.1"),
    "half a reply that says that it is whole": (lambda one: one.send(b'{"fields": [], "features": ['), "not whole JSON"),
    "a page of something else": (lambda one: one.send(b"<html>Sign in</html>", kind="text/html"), "text/html"),
    "more that never comes": (lambda one: one.json({"fields": [], "features": [], "exceededTransferLimit": True}), "gives nothing"),
    "other fields": (lambda one: one.json({"fields": [], "features": [{"attributes": {"ESRI_OID": 3, "Number": "x"}}]}), "fields changed"),
    "the first rows again": (lambda one: one.json({"fields": [], "features": [{"attributes": row(1)}]}), "same rows again"),
    "rows out of order": (lambda one: one.json({"fields": [], "features": [{"attributes": row(4)}, {"attributes": row(3)}]}), "not in the order"),
    "ids that are no numbers": (lambda one: one.json({"fields": [], "features": [{"attributes": row(3, ESRI_OID="3")}]}), "not in the order"),
}  # fmt: skip


@pytest.mark.parametrize("failure", FAILURES)
def test_what_breaks_off_keeps_its_whole_pages_and_goes_on_after_them(server, read, failure):
    layer = Requests(server, [row(number) for number in range(1, 8)], cap=2)
    answer, said = FAILURES[failure]
    breaks_at(server, layer, 2, answer)
    with pytest.raises(SourceUnavailable, match=said) as caught:
        read()
    assert "2 of 7 rows are kept for a day" in caught.value.sentence and "Nothing was loaded." in caught.value.sentence
    server.routes[f"{PATH}/query"] = layer.answer
    before = len(asked_after(server))
    whole = read()
    assert whole.gone_on and asked_after(server)[before:] == ["2", "4", "6", "7"]
    assert [line.split(",")[0] for line in lines(whole)[1:]] == [f"25-{number:08d}" for number in range(1, 8)]


def test_half_a_page_on_the_disk_is_cut_off_before_it_goes_on(server, read, tmp_path):
    layer = Requests(server, [row(number) for number in range(1, 5)], cap=2)
    breaks_at(server, layer, 2, FAILURES["status 500"][0])
    with pytest.raises(SourceUnavailable):
        read()
    (file,) = tmp_path.glob("copies/**/*.csv")
    with file.open("a") as handle:
        handle.write("25-00000003,SW-Dirty")
    server.routes[f"{PATH}/query"] = layer.answer
    assert len(lines(read())) == 5


@pytest.mark.parametrize("change", ["another question", "another file", "a note that is none", "yesterday"])
def test_what_cannot_be_gone_on_with_is_begun_anew(server, read, tmp_path, change):
    layer = Requests(server, [row(number) for number in range(1, 5)], cap=2)
    breaks_at(server, layer, 2, FAILURES["status 500"][0])
    with pytest.raises(SourceUnavailable):
        read()
    server.routes[f"{PATH}/query"] = layer.answer
    (file,), (note,) = tmp_path.glob("copies/**/*.csv"), tmp_path.glob("copies/**/*.json")
    if change == "another file":
        file.write_text("")
    if change == "a note that is none":
        note.write_text("{")
    if change == "yesterday":
        note.write_text(re.sub(r'"begun_at": "20\d\d', '"begun_at": "2019', note.read_text()))
    whole = read(where="1=1 AND 2=2" if change == "another question" else "1=1")
    assert not whole.gone_on and len(lines(whole)) == 5


def test_fewer_rows_than_were_counted_are_never_loaded_and_the_next_try_begins_anew(server, read, tmp_path):
    layer = Requests(server, [row(number) for number in range(1, 4)], loses=1)
    with pytest.raises(SourceError, match="counts 4 rows and gave 3"):
        read()
    assert list(tmp_path.glob("copies/**/*.*")) == []
    layer.loses = 0
    assert not read().gone_on


def test_what_comes_in_meanwhile_is_read_too(server, read):
    layer = Requests(server, [row(number) for number in range(1, 4)], cap=2)
    plain = layer.answer

    def grows(exchange: Exchange) -> None:
        if "ESRI_OID > 2" in exchange.query.get("where", "") and len(layer.rows) == 3:
            layer.rows = [*layer.rows, row(9)]
        plain(exchange)

    server.routes[f"{PATH}/query"] = grows
    assert read().rows == 4


@pytest.mark.parametrize("field", ["ServiceRequestNum", "SRType", "CreatedDate", "CloseDate", "SRStatus"])
def test_a_needed_field_under_another_name_is_told_with_the_remedy(server, read, field):
    Requests(server, [{("New" + name if name == field else name): value for name, value in row(1).items()}])
    ours = next(key for key, names in COLUMNS.items() if field in names)
    with pytest.raises(SourceError, match=f"no field {field}.*names as {ours}") as caught:
        read()
    assert f"New{field}" in caught.value.detail
    assert read(names={ours: f"New{field}"}).rows == 1


def test_fields_in_small_letters_are_the_same_fields(server, read):
    """As on the City's older server."""
    layer = Requests(server, [{(name if name == "ESRI_OID" else name.lower()): value for name, value in row(1).items()}])
    assert layer.about["fields"][1]["name"] == "servicerequestnum" and len(lines(read())) == 2


@pytest.mark.parametrize(("names", "said"), [({"opened": "CreatedDate"}, "names opened under"), ({"agency": "Department"}, "no field Department")])
def test_names_that_do_not_fit_are_told(server, read, names, said):
    Requests(server, [row(1)])
    with pytest.raises(SourceError, match=said):
        read(names=names)


def test_more_rows_than_are_taken_are_refused_before_they_are_read(server, read):
    Requests(server, [row(number) for number in range(1, 5)])
    with pytest.raises(SourceError, match="has 4 rows, and 3 are taken"):
        read(max_rows=3)
    assert asked_after(server) == []


@pytest.mark.parametrize("limits", [{"max_pages": 2}, {"max_source_megabytes": 0.005}])
def test_the_limits_of_one_sitting_hold_and_the_next_goes_on(server, read, limits):
    Requests(server, [row(number) for number in range(1, 8)], cap=2)
    for _ in range(6):
        try:
            whole = read(limits)
            break
        except SourceUnavailable as problem:
            assert "the same command goes on" in problem.sentence
    assert whole.rows == 7 and whole.gone_on and len(lines(whole)) == 8


def test_a_layer_without_object_ids_is_read_by_offset_in_a_named_order(server, read):
    layer = Requests(server, [row(number) for number in range(1, 6)], cap=2)
    layer.about["objectIdField"] = ""
    for one in layer.fields:
        one["type"] = "esriFieldTypeString"
    with pytest.raises(SourceError, match="set order_by"):
        read()
    assert read(order_by="RowID").rows == 5
    assert [one.query["resultOffset"] for one in server.asked if "resultOffset" in one.query] == ["0", "2", "4", "5"]
    layer.ignores_offset = True
    with pytest.raises(SourceUnavailable, match="same rows again and again"):
        read(order_by="RowID", where="1=1 AND 1=1")


def test_only_what_changed_since_a_day_is_asked_for(server, read):
    Requests(server, [row(1, LastActivityDate=NOON), row(2, LastActivityDate=NOON + 86_400_000 * 5)])
    whole = read(since=date(2025, 11, 26))
    assert whole.rows == 1 and "25-00000002" in lines(whole)[1] and whole.name.endswith("changed since 2025-11-26")
    with pytest.raises(SourceError, match="no request that changed since 2026-01-01"):
        read(since=date(2026, 1, 1))
    with pytest.raises(SourceError, match="cannot be asked what changed"):
        read(since=date(2026, 1, 1), changed_field="Changed")


def test_a_host_that_is_not_named_is_not_asked(server):
    with pytest.raises(ValidationError, match="hosts does not name"):
        Sources.model_validate({"hosts": [], "service_requests": {"address": server.origin + PATH}})
    with pytest.raises(ValidationError, match="not encrypted"):
        Sources.model_validate({"hosts": ["example.gov"], "service_requests": {"address": "http://example.gov/a/0"}})
    assert server.asked == []


def test_it_is_off_without_its_table(tmp_path):
    with pytest.raises(SourceError, match="switched off"):
        fetch_requests(Sources.model_validate({}), tmp_path, zone=ZONE)


# The whole way, by the command


@pytest.fixture
def site(server, tmp_path, monkeypatch):
    """The command on a made-up city whose config.toml names the layer."""
    write(tmp_path, tiny())
    table = {"hosts": [server.origin], "limits": FAST, "service_requests": {"address": server.origin + PATH, "page_size": 2}}
    chosen = read_settings().model_copy(update={"framework": FrameworkChoice(current="tiny"), "sources": table})
    monkeypatch.setenv("OUTCOMESTAT_CITY", str(tmp_path))
    monkeypatch.setattr(command, "read_settings", lambda: chosen)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    return lambda: open_engine(f"sqlite:///{tmp_path / 'store.db'}")


def stored(engine) -> list[tuple]:
    with engine.connect() as connection:
        columns = [column for column in service_request.c if column.name != "load"]
        return sorted(tuple(one) for one in connection.execute(select(*columns)))


def test_the_command_loads_what_the_layer_gives_names_its_source_and_keeps_no_file(server, site, capsys, tmp_path):
    Requests(server, [row(1), row(2, SRStatus="Closed", CloseDate=NOON + 100_000_000), row(3, CreatedDate=None)])
    assert command.main(["requests", "fetch", "--author", "Anne"]) == 0
    out, err = capsys.readouterr()
    assert "3 lines read: 2 new requests" in out and "3 of 3 rows." in err
    engine = site()
    (load,) = asked.loads(engine)
    assert load.file_name.startswith("311_Customer_Service_Requests_current at 127.0.0.1, read 20") and load.loaded_by == "Anne"
    assert [one[0] for one in stored(engine)] == ["25-00000001", "25-00000002"]
    assert list(tmp_path.glob(".state/sources/service-requests/*")) == []


def test_the_layer_and_a_file_of_it_give_the_same_rows(server, site, tmp_path, read):
    rows = [row(number, SRStatus="Closed" if number % 2 else "New", CloseDate=NOON + number * 90_000_000 if number % 2 else None) for number in range(1, 8)]
    Requests(server, rows)
    assert command.main(["requests", "fetch", "--author", "Anne"]) == 0
    other = open_engine(f"sqlite:///{tmp_path / 'other.db'}")
    build.build(other, tmp_path / "data")
    names = [names[0] for names in COLUMNS.values()]
    by_hand = tmp_path / "by-hand.csv"
    by_hand.write_text("\n".join([",".join(names), *(",".join(f'"{one[name]}"' if one[name] is not None else "" for name in names) for one in rows)]), encoding="utf-8")
    load_requests(other, Path(by_hand), person=Person("Ed", frozenset({Role.EDITOR})), zone=ZONE)
    assert stored(site()) == stored(other) and len(stored(other)) == 7


def test_a_fetch_that_fails_loads_nothing_and_says_how_to_go_on(server, site, capsys):
    layer = Requests(server, [row(number) for number in range(1, 6)], cap=2)
    breaks_at(server, layer, 4, FAILURES["an error with status 200"][0])
    assert command.main(["requests", "fetch", "--author", "Anne"]) == 1
    assert "4 of 5 rows are kept for a day: the same command goes on after them. Nothing was loaded." in capsys.readouterr().err
    engine = site()
    server.routes[f"{PATH}/query"] = layer.answer
    assert command.main(["requests", "fetch", "--author", "Anne"]) == 0
    said = capsys.readouterr()
    assert "Going on after 4 of 5 rows." in said.err and "5 lines read: 5 new requests" in said.out and len(stored(engine)) == 5


@pytest.mark.parametrize("arguments", [["fetch"], ["fetch", "file.csv", "--author", "A"], ["load", "file.csv", "--author", "A", "--since", "2026-01-01"]])
def test_a_command_that_is_not_whole_is_told_what_to_write(site, capsys, arguments):
    with pytest.raises(SystemExit):
        command.main(["requests", *arguments])
    assert "usage: python -m lib.store" in capsys.readouterr().err


def test_one_page_is_held_at_a_time(server, tmp_path, monkeypatch):
    """The fetcher is asked for the next page only when the page before it is on the disk."""
    Requests(server, [row(number) for number in range(1, 8)], cap=2)
    sizes = []
    get = Fetcher.get

    def noted(self, address, parameters=None, **more):
        if "outFields" in (parameters or {}):
            sizes.append(sum(one.stat().st_size for one in tmp_path.glob("copies/**/*.csv")))
        return get(self, address, parameters, **more)

    monkeypatch.setattr(Fetcher, "get", noted)
    fetch_requests(settings(server), tmp_path, zone=ZONE)
    assert len(sizes) == 5 and sizes == sorted(set(sizes))
