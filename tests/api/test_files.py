"""The data files over HTTP: whole, in parts, made once, and cleared away when they are old."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lib.api import source as source_module
from lib.api.source import KEPT, Source
from lib.opendata.dictionary import FILES, OBSERVATIONS
from lib.opendata.files import MEDIA_TYPES, content
from tests.opendata.town import TODAY, settings

EVERY = [(table, form) for table in FILES.values() for form in table.formats]


@pytest.mark.parametrize(("table", "form"), EVERY, ids=lambda one: getattr(one, "name", one))
def test_every_table_is_there_in_every_format(client, town, table, form, tmp_path):
    answer = client.get(f"/data/v1/{table.name}.{form}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPES[form])
    assert answer.content == content(town, table, form, tmp_path) and f"{table.name}.{form}" in answer.headers["content-disposition"]


@pytest.mark.parametrize("name", ["none.csv", "outcomes.geojson", "outcomes.exe", "outcomes", "../server.csv", "%2e%2e/server.csv", "outcomes.csv.csv", ""])
def test_what_is_no_table_is_not_found(client, name):
    answer = client.get(f"/data/v1/{name}")
    assert answer.status_code == 404


def test_a_part_of_a_file_can_be_asked_for(client):
    whole = client.get("/data/v1/outcomes.csv").content
    part = client.get("/data/v1/outcomes.csv", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (206, whole[:10])


def test_a_file_is_made_once_for_a_release(client, monkeypatch):
    made = []
    original = source_module.write
    monkeypatch.setattr(source_module, "write", lambda *arguments: made.append(arguments[1].name) or original(*arguments))
    for _ in range(3):
        client.get("/data/v1/observations.xlsx")
    assert made == ["observations"]


def test_files_of_editions_that_are_gone_are_cleared_away(town, tmp_path):
    shelf = Source(settings, lambda _: TODAY)
    paths = [shelf.file(replace(town, as_of=date(2026, 11, day)), OBSERVATIONS, "csv") for day in range(1, 6)]
    assert sum(path.exists() for path in paths) == KEPT and paths[-1].exists()


def test_what_fails_leaves_no_half_file(town, monkeypatch):
    shelf = Source(settings, lambda _: TODAY)

    def fail(_edition, _table, _form, path: Path) -> None:
        path.write_text("half", encoding="utf-8")
        raise OSError("no room")

    monkeypatch.setattr(source_module, "write", fail)
    with pytest.raises(OSError, match="no room"):
        shelf.file(town, OBSERVATIONS, "csv")
    monkeypatch.undo()
    assert shelf.file(town, OBSERVATIONS, "csv").read_text(encoding="utf-8").startswith("indicator,")
