"""The language of the interface: catalogues, numbers, days, and that a catalogue says what the code asks."""

import threading
from datetime import date

import pytest

from lib import language, words


@pytest.fixture
def spanish():
    language.use("es")
    yield
    language.use("en")


def test_english_is_first_and_needs_no_catalogue():
    assert language.languages()[0] == "en"
    assert language._("anything at all") == "anything at all" and language._("") == ""


def test_numbers_and_days_as_they_are_written_in_this_country(spanish):
    assert words.figure(12599.5, 1) == "12,599.5"
    assert words.day(date(2026, 5, 4)) == "4 may 2026"
    assert words.listed(["a", "b", "c"]) == "a, b y c"
    assert words.listed(["a", "b"], last="or") == "a o b"
    assert words.period("2026-01", "month") == "ene 2026"


def test_a_language_without_a_national_form_has_its_own_separators():
    language.use("de")
    try:
        assert words.locale_of("de") == "de" and words.figure(12599.5, 1) == "12.599,5"
    finally:
        language.use("en")


def test_the_language_of_one_thread_is_not_that_of_another(spanish):
    said = []
    thread = threading.Thread(target=lambda: said.append(language.current()))
    thread.start()
    thread.join()
    assert said == ["en"] and language.current() == "es"


def test_a_thread_that_was_told_nothing_asks():
    language.ask_with(lambda: "es")
    said = []
    try:
        thread = threading.Thread(target=lambda: said.append(language.current()))
        thread.start()
        thread.join()
    finally:
        language.ask_with(lambda: "en")
    assert said == ["es"]


@pytest.mark.parametrize(("wanted", "offered", "best"), [
    ("es-MX", ("en", "es"), "es"), ("es", ("en", "es"), "es"), ("fr-CA", ("en", "es"), "en"), (None, ("es", "en"), "es"), ("", ("en",), "en"),
    ("pt_BR", ("en", "pt-BR"), "pt-BR"), ("EN-us", ("es", "en"), "en"),
])  # fmt: skip
def test_the_best_language_for_a_browser(wanted, offered, best):
    assert language.best_of(wanted, offered) == best


def test_a_language_is_called_as_its_speakers_call_it():
    assert [language.name_of(one) for one in ("en", "es", "xx-none")] == ["English", "Español", "xx-none"]
