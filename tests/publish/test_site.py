"""The static edition: every link leads somewhere, every figure is the store's, the words are the site's, nothing hidden is in it."""

import itertools
import re
from dataclasses import replace
from datetime import date
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest

from lib import words
from lib.assessment import status_word
from lib.charts.theme import PAPER_BRAND, PAPER_GROUND, PAPER_LINE, PAPER_MUTED, PAPER_TARGET, PAPER_TEXT, TONES
from lib.colour import contrast
from lib.errors import PublishRefused
from lib.language import use
from lib.opendata.dictionary import FILES
from lib.publish import site as site_module
from lib.publish.__main__ import main
from lib.publish.first import in_short
from lib.publish.site import publish
from lib.store import queries
from tests.cities import tiny
from tests.opendata.town import SECRET, TODAY, built, edition_of


class Read(HTMLParser):
    """What a page holds: its tags with their attributes, its tables as text, its links, its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.words = ""
        self._caption, self._into = "", ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "caption":
            self._into, self._caption = "caption", ""
        elif tag == "tr":
            self.tables.setdefault(self._caption, []).append([])
        elif tag in ("td", "th"):
            self._into = "cell"
            self.tables[self._caption][-1].append("")
        elif tag == "small":
            self.handle_data(" ")

    def handle_endtag(self, tag):
        if tag in ("caption", "td", "th"):
            self._into = ""

    def handle_data(self, data):
        self.words += data
        if self._into == "caption":
            self._caption += data
        elif self._into == "cell":
            self.tables[self._caption][-1][-1] += data

    def links(self) -> set[str]:
        return {attributes[name] for _, attributes in self.tags for name in ("href", "src") if name in attributes}


@pytest.fixture(scope="session")
def folder(town, tmp_path_factory):
    out = tmp_path_factory.mktemp("static") / "a place" / "site"
    publish(town, out)
    return out


@pytest.fixture(scope="session")
def pages(folder) -> dict[str, Read]:
    return {path.relative_to(folder).as_posix(): Read(path.read_text(encoding="utf-8")) for path in folder.rglob("*.html")}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# As a whole


@pytest.mark.slow
def test_it_has_a_page_for_each_indicator_and_each_neighborhood_and_each_table(town, folder):
    wanted = {"index.html", "404.html", "style.css", "robots.txt", "data.json", "feed.atom", "data/v1/datapackage.json", "data/v1/sources.md"}
    wanted |= {f"indicators/{one.id}.{end}" for one in town.framework.indicators for end in ("html", "csv", "json")}
    wanted |= {f"neighborhoods/{one.id}.{end}" for one in town.areas for end in ("html", "csv", "json")}
    wanted |= {f"data/v1/{table.name}.{form}" for table in FILES.values() for form in table.formats}
    assert set(contents(folder)) == wanted


def test_the_same_release_and_day_give_the_same_bytes(town, folder, tmp_path):
    publish(town, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(folder)


def test_every_link_and_download_works_under_any_path(folder, pages):
    """Served as a part of another site, by Python's own server."""
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(folder.parent.parent)))
    Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/a%20place/site/"
    try:
        seen, waiting = set(), {urljoin(base, name) for name in ("index.html", "404.html")}
        while waiting:
            address = waiting.pop()
            seen.add(address)
            try:
                with urlopen(address, timeout=10) as answer:
                    assert answer.status == 200
                    text = answer.read()
            except HTTPError as problem:
                raise AssertionError(f"{address}: {problem}") from None
            if address.endswith(".html"):
                for link in Read(text.decode()).links():
                    if not link.startswith("data:"):
                        assert not urlsplit(link).scheme and not link.startswith("/"), f"{link} holds at one address only"
                        there, _, place = urljoin(address, link).partition("#")
                        waiting |= {there} - seen
                        if place:
                            assert any(one.get("id") == place for _, one in pages[there.removeprefix(base)].tags), link
    finally:
        server.shutdown()
        server.server_close()
    unlinked = {"robots.txt", "404.html"}
    assert {urlsplit(one).path.removeprefix("/a%20place/site/") for one in seen} | unlinked == set(contents(folder)) | unlinked


def test_nothing_hidden_is_in_any_file(folder):
    for name, content in contents(folder).items():
        if not name.endswith(".xlsx"):  # packed: tests/opendata looks into those
            assert not any(secret.encode() in content for secret in SECRET), name
    page = Read((folder / "neighborhoods" / "area-1.html").read_text(encoding="utf-8"))
    (row,) = [row for row in page.tables["Tests"] if row[0].startswith("Deaths")]
    assert row[1] == "20.0 2025"  # what came later is shown, what is hidden is not


@pytest.mark.slow
def test_the_package_in_it_is_sound(folder):
    from frictionless import validate

    assert validate(str(folder / "data" / "v1" / "datapackage.json")).valid


# Figures and words


def test_every_figure_of_an_indicator_is_the_stores(town, pages):
    observations = queries.observations(town.engine, town.release, "tiny")
    for indicator in town.framework.indicators:
        page = pages[f"indicators/{indicator.id}.html"]
        for series in indicator.series:
            own = observations[(observations["indicator"] == indicator.id) & (observations["series"] == series.id)]
            wanted = sorted(
                (words.period(row.period, series.kind) + (" (provisional)" if row.provisional else ""),
                 words.figure(row.value, series.decimals, series.unit, missing=row.missing_reason), row.vintage or "not stated")
                for row in own.itertuples()
            )  # fmt: skip
            assert sorted((row[0], row[2], row[3]) for row in page.tables[f"{series.name}, {series.unit}"][1:]) == wanted


def test_every_figure_of_a_neighborhood_is_the_stores(town, pages):
    for measure in town.measures:
        table = queries.area_observations(town.engine, town.release, measure.id)
        for area in town.areas:
            known = table[(table["geography"] == area.id) & table["value"].notna()].sort_values("end")
            row = next(row for row in pages[f"neighborhoods/{area.id}.html"].tables[measure.topic] if row[0].startswith(measure.name))
            series = measure.series[0]
            shown = f"{words.figure(known.iloc[-1].value, series.decimals, series.unit)} {known.iloc[-1].period}" if len(known) else "suppressed"
            assert row[1].replace(" few events: it says little", "").rstrip() == shown


def test_statuses_stand_in_the_words_of_the_app(town, pages):
    for one in town.assessments:
        page = pages[f"indicators/{one.indicator.id}.html"].words
        assert one.status.sentence in page and one.movement.sentence in page and words.capital(status_word(one)) in page
        (row,) = [row for row in pages["index.html"].tables[one.outcome.name] if row[0] == one.indicator.name]
        assert row[3].endswith(words.capital(status_word(one))) and row[4].endswith(words.capital(str(one.movement.movement)))
    assert in_short(town.assessments) in pages["index.html"].words and "met or on track" in in_short(town.assessments)


def test_each_page_says_its_source_vintage_and_release(town, pages):
    for name, page in pages.items():
        if name != "404.html":
            assert town.release[:12] in page.words and town.citation in page.words and town.settings.city.licence in page.words
    fires = pages["indicators/fires.html"].words
    assert "tests/cities.py" in fires and "published 2026" in fires and "Fire Department" in fires


@pytest.mark.slow
def test_text_from_the_data_is_text(tmp_path):
    files = tiny(indicator=tiny()["frameworks/tiny/indicators/fires.toml"].replace('name = "Fires"', 'name = "<script>alert(1)</script> & more"'))
    publish(edition_of(built(tmp_path, files)), tmp_path / "site")
    every = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.html"))
    assert "<script" not in every and "&lt;script&gt;" in every


# For every reader


def test_every_page_can_be_read_by_everybody(pages):
    for name, page in pages.items():
        tags = [tag for tag, _ in page.tags]
        assert dict(page.tags)["html"].get("lang") == "en" and tags.count("h1") == 1 and "main" in tags and tags.count("title") == 1, name
        assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in page.tags
        assert not {"script", "iframe", "form", "font"} & set(tags), name
        levels = [int(tag[1]) for tag in tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1 and all(after - before <= 1 for before, after in itertools.pairwise(levels)), f"{name}: a level of headings is left out"
        assert all(attributes.get("alt") for tag, attributes in page.tags if tag == "img"), name
        assert all(attributes.get("aria-label") for tag, attributes in page.tags if tag == "svg"), name
        assert all(attributes.get("scope") for tag, attributes in page.tags if tag == "th"), name
        assert tags.count("table") == tags.count("caption"), name
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(set(ids)) == len(ids), name


@pytest.mark.parametrize("colour", [PAPER_TEXT, PAPER_MUTED, PAPER_BRAND, PAPER_TARGET, *(light for light, _ in TONES.values())])
def test_words_stand_out_from_the_ground(colour):
    assert contrast(colour, PAPER_GROUND) >= 4.5
    assert contrast("#ffffff", PAPER_BRAND) >= 4.5 and PAPER_LINE != PAPER_GROUND


# With an address


def test_with_an_address_there_is_a_map_of_the_site_and_the_catalogue_says_where(town, tmp_path):
    publish(town, tmp_path / "site", address="https://city.test/outcomes")
    read = {name: content.decode() for name, content in contents(tmp_path / "site").items() if not name.endswith(".xlsx")}
    places = [one.text for one in ElementTree.fromstring(read["sitemap.xml"]).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert {one.removeprefix("https://city.test/outcomes/") for one in places} == {name for name in read if name.endswith(".html") and name != "404.html"}
    assert "Sitemap: https://city.test/outcomes/sitemap.xml" in read["robots.txt"] and "https://city.test/outcomes/data/v1/outcomes.csv" in read["data.json"]
    assert 'href="https://city.test/outcomes/feed.atom"' in read["feed.atom"] and "https://city.test/outcomes/index.html" in read["404.html"]


# Putting it in place


@pytest.mark.slow
def test_an_earlier_edition_is_replaced_as_a_whole(town, tmp_path):
    out = tmp_path / "site"
    publish(town, out)
    (out / "indicators" / "gone.html").write_text("of an earlier time", encoding="utf-8")
    publish(replace(town, as_of=date(2026, 11, 26)), out)
    assert not (out / "indicators" / "gone.html").exists() and "Nov 26, 2026" in (out / "index.html").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.slow
def test_what_fails_leaves_what_stood_there(town, tmp_path, monkeypatch):
    out = tmp_path / "site"
    publish(town, out)
    before = contents(out)
    monkeypatch.setattr(site_module, "catalogue", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish(replace(town, as_of=date(2026, 11, 26)), out)
    assert contents(out) == before and [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.slow
def test_where_the_new_one_cannot_be_put_the_old_one_comes_back(town, tmp_path, monkeypatch):
    out = tmp_path / "site"
    publish(town, out)
    rename = Path.rename

    def fail(self, target):
        if Path(target) == out and self.name != "before":
            raise OSError("no room")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="no room"):
        publish(town, out)
    assert (out / "index.html").exists()


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_is_no_edition_is_not_replaced(town, tmp_path, what):
    out = tmp_path / "precious"
    if what == "file":
        out.write_text("mine", encoding="utf-8")
    else:
        out.mkdir()
        (out / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(PublishRefused):
        publish(town, out)
    assert out.is_file() if what == "file" else (out / "mine.txt").exists()


# The command


@pytest.mark.slow
def test_the_command_says_what_it_did_and_what_is_not_complete(town_url, tmp_path, monkeypatch, capsys):
    from lib.publish import __main__ as command
    from tests.opendata.town import settings

    monkeypatch.setenv("DATABASE_URL", town_url)
    monkeypatch.setattr(command, "read_settings", settings)
    assert main([str(tmp_path / "site"), "--as-of", TODAY.isoformat()]) == 0
    said = capsys.readouterr().out
    assert "as of 2026-11-25" in said and "[site] email" in said and "sitemap.xml" in said
    assert main([str(tmp_path / "site"), "--address", "https://city.test/"]) == 0
    assert "sitemap.xml" not in capsys.readouterr().out and (tmp_path / "site" / "sitemap.xml").exists()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    assert main([str(tmp_path / "other")]) == 1 and not (tmp_path / "other").exists()
    assert "database" in capsys.readouterr().err
    use("en")
