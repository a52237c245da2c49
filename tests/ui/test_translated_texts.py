"""Texts of the city in the reader's language: translated where the data have it, else marked as written, and the page says so."""

import dataclasses

import pytest

from lib import language
from lib.model import Outcome
from lib.ui import tongue
from lib.ui.text import html_of, htmls_of, text_of, texts_of
from tests.cities import INDICATOR, tiny
from tests.pages.conftest import city, open_page, real_store, said  # noqa: F401  the fixtures

SAFE = Outcome("safe", "Safe & sound", 1, "People are safe.", "shield", "outcome-1", translations={"es": {"name": "Sanos y <salvos>"}})


@pytest.fixture
def spanish(monkeypatch):
    monkeypatch.setattr(tongue, "_offered", lambda: ("en", "es"))
    language.use("es")
    yield
    language.use("en")


def test_in_the_language_of_the_data_a_text_is_as_it_was_written():
    assert html_of(SAFE, "name") == "Safe &amp; sound" and text_of(SAFE, "name") == "Safe & sound"


def test_a_translated_text_stands_as_it_is_and_another_says_its_language(spanish):
    assert html_of(SAFE, "name") == "Sanos y &lt;salvos&gt;" and text_of(SAFE, "name") == "Sanos y <salvos>"
    assert html_of(SAFE, "statement") == '<span class="as-written" lang="en">People are safe.</span>' and text_of(SAFE, "statement") == "People are safe."


def test_a_city_that_writes_spanish_is_marked_for_english_readers_only(spanish):
    language.texts_are_in("es")
    try:
        assert html_of(SAFE, "statement") == "People are safe."
        language.use("en")
        assert html_of(SAFE, "statement") == '<span class="as-written" lang="es">People are safe.</span>'
    finally:
        language.texts_are_in("en")


def test_an_empty_text_is_not_marked(spanish):
    assert html_of(dataclasses.replace(SAFE, statement=""), "statement") == ""


def test_each_text_of_several_is_marked_by_itself(spanish, tmp_path):
    from lib.store.catalogue import read_catalogue
    from tests.cities import write

    files = tiny(indicator=INDICATOR.format(id="fires", name="Fires", outcome="safe").replace("caveats = []", 'caveats = ["One.", "Two."]'))
    one = read_catalogue(write(tmp_path, files)).frameworks[0].indicators[0]
    assert texts_of(one, "caveats") == ("One.", "Two.")
    assert htmls_of(one, "caveats") == ['<span class="as-written" lang="en">One.</span>', '<span class="as-written" lang="en">Two.</span>']


def test_a_page_shows_the_translated_name_and_tells_of_what_is_not(city, spanish):  # noqa: F811
    city(tiny(indicator=INDICATOR.format(id="fires", name="Fires", outcome="safe") + '\n[translations.es]\nname = "Incendios"\n'))
    text = said(open_page("indicator", lang="es", indicator="fires"))
    assert "<h1 class='page'>Incendios</h1>" in text and 'Fires in homes per 1,000 homes.</span>' in text
    assert 'class="untranslated"' in text
    assert 'class="untranslated"' not in said(open_page("indicator", indicator="fires", lang="en"))
