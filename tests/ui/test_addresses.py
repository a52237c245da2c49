"""An address that was written in another language opens the same view."""

import gettext

import pytest

from lib import language
from lib.ui import tongue
from tests.cities import ten_areas, with_money
from tests.pages.conftest import city, open_page, real_store  # noqa: F401  the fixtures


class Reversed(gettext.NullTranslations):
    """A language whose words are English ones from behind."""

    def gettext(self, message: str) -> str:
        return message if "{" in message or "<" in message else message[::-1]


@pytest.fixture
def backward(monkeypatch):
    """Within it "es" is that language."""
    english = gettext.NullTranslations()
    monkeypatch.setattr(language, "languages", lambda: ("en", "es"))
    monkeypatch.setattr("lib.ui.filters.languages", lambda: ("en", "es"))
    monkeypatch.setattr(tongue, "_offered", lambda: ("en", "es"))
    monkeypatch.setattr(language, "_translations", lambda spoken: Reversed() if spoken == "es" else english)
    yield
    language.use("en")


def test_the_status_of_an_english_address_is_kept(city, backward):  # noqa: F811
    city(ten_areas())
    app = open_page("scorecard", lang="es", status="On track")
    assert app.multiselect(key="status").value == ["on track"]
    assert app.multiselect(key="status").options == ["Kcart no"]


def test_an_address_in_the_readers_own_language_is_read_as_before(city, backward):  # noqa: F811
    city(ten_areas())
    assert open_page("scorecard", lang="es", status="Kcart no").multiselect(key="status").value == ["on track"]
    assert open_page("scorecard", status="On track").multiselect(key="status").value == ["on track"]


def test_a_word_of_no_language_chooses_nothing(city, backward):  # noqa: F811
    city(ten_areas())
    assert open_page("scorecard", lang="es", status="Nonsense").multiselect(key="status").value == []


def test_a_tab_of_an_english_address_is_open(city, backward):  # noqa: F811
    city(ten_areas())
    assert open_page("indicator", lang="es", indicator="fires", tab="Definition").session_state["tab"] == "noitinifeD"


def test_a_view_of_an_english_address_is_open(city, backward):  # noqa: F811
    city(with_money())
    app = open_page("budget", lang="es", view="Try it", **{"outcomes-of": "The 2 of 2020"})
    assert app.button_group(key="view").value == "Try it" and app.number_input
    assert app.selectbox(key="outcomes-of").value == "The 2 of 2020"
