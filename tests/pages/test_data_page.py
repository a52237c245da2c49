"""The page about the data: every table is there, is explained, can be taken and cited; and one picture alone in another site's frame."""

import csv
import io
import json
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from lib.opendata.dictionary import FILES, OBSERVATIONS
from lib.ui import cache, open_data
from tests.cities import empty, tiny, with_stats
from tests.opendata.town import SECRET, files
from tests.pages.conftest import APP, open_page, said


def test_it_lists_every_table_with_its_rows(city):
    city(with_stats())
    text = said(open_page("data"))
    for table in FILES.values():
        assert f"?table={table.name}" in text and table.title in text and table.about.replace("'", "&#x27;") in text
    assert f"<td class=n>{6:,}</td>" in text, "the six figures of the one indicator"
    assert f"{len(FILES)} tables" in text


def test_it_explains_the_columns_of_the_chosen_table(city):
    city(with_stats())
    text = said(open_page("data", table="observations"))
    assert all(f">{column.name}<" in text for column in OBSERVATIONS.columns)
    assert "missing_reason says why" in text and "never empty" in text


def test_it_says_the_licence_how_to_cite_and_what_is_left_out(city):
    city(with_stats())
    text = said(open_page("data"))
    edition = cache.edition()
    assert edition.citation in text and edition.settings.city.licence in text and "small count" in text


def test_it_names_addresses_only_where_they_are(city, monkeypatch):
    city(tiny())
    monkeypatch.delenv(open_data.SERVED, raising=False)
    assert "api/v1" not in said(open_page("data"))
    monkeypatch.setenv(open_data.SERVED, "1")
    assert "api/v1/openapi.json" in said(open_page("data")) and "data/v1/datapackage.json" in said(open_page("data"))


@pytest.mark.parametrize("files", [empty(), tiny()], ids=["empty", "no neighborhoods"])
def test_it_works_where_there_is_little(city, files):
    city(files, framework="empty" if "frameworks/empty/framework.toml" in files else "tiny")
    app = open_page("data", table="neighborhood-observations")
    assert not app.exception and not app.error and "Neighborhood observations" in said(app)


def test_in_a_meeting_room_it_shows_the_tables(city):
    city(tiny())
    app = open_page("data", present="true")
    assert "Every table" in said(app) and not app.get("download_button")


def test_a_button_gives_the_file_that_the_server_gives(city, monkeypatch):
    city(files())
    given = {}
    monkeypatch.setattr(open_data.st, "download_button", lambda label, data, **named: given.update({named["file_name"]: data}))
    open_page("data", table="neighborhood-observations")
    read = list(csv.DictReader(io.StringIO(given["neighborhood-observations.csv"]().decode())))
    assert len(read) == len(json.loads(given["neighborhood-observations.json"]())["rows"]) > 20
    whole = given["tiny.zip"]()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert {"datapackage.json", "outcomes.csv", "neighborhoods.geojson"} <= set(archive.namelist())
        assert not any(secret.encode() in archive.read(name) for name in archive.namelist() for secret in SECRET)
    assert whole == given["tiny.zip"]()


# In the frame of another site


def embedded(page: str, **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.context["is_embedded"] = True
    app.context["url"] = f"https://city.test/{page}"
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    app.switch_page(f"pages/{page}.py")
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


@pytest.mark.parametrize(("page", "query", "kind"), [("indicator", {"indicator": "fires"}, "plotly_chart"), ("map", {"measure": "fires"}, "deck_gl_json_chart"), ("equity", {"measure": "fires"}, None)])
def test_a_picture_stands_alone_with_its_title_source_and_way_back(city, page, query, kind):
    city(with_stats())
    app = embedded(page, **query)
    text = said(app)
    assert not app.exception and text.count("<h1") == 1 and "Fires" in text
    assert "tests" in text and "As of" in text and f'href=\'https://city.test/{page}?' in text
    assert kind is None or len(app.get(kind)) == 1
    assert not app.get("tab") and not app.button and not app.expander, "nothing else is on the page"


@pytest.mark.parametrize(("page", "query"), [("indicator", {"indicator": "fires"}), ("map", {"measure": "fires"}), ("equity", {"measure": "fires"})])
def test_the_text_to_copy_leads_to_the_same_view(city, page, query):
    city(with_stats())
    app = AppTest.from_file(APP, default_timeout=60)
    app.context["url"] = f"https://city.test/{page}"
    app.run()
    app.switch_page(f"pages/{page}.py")
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    ((key, value),) = query.items()
    (code,) = [one.value for one in app.code]
    assert code.startswith(f'<iframe src="https://city.test/{page}?') and f"{key}={value}" in code and "embed=true" in code and "title=" in code
