from lib.errors import SettingsError
from lib.ui import cache, frame
from tests.pages.conftest import open_page, said


def test_broken_settings_are_said_without_a_promise_that_another_page_works(city, monkeypatch):
    def broken():
        raise SettingsError("config.toml is not valid TOML.")

    city()
    monkeypatch.setattr(cache, "settings", broken)
    app = open_page("scorecard")
    text = said(app)
    assert not app.exception and "config" in text and "is not valid" in text and "Reference:" in text
    assert "still works" not in text


def test_the_browsers_tab_has_the_citys_title_or_ours_where_it_cannot_be_read(city, monkeypatch):
    from lib.settings import read_settings

    chosen = read_settings()
    named = chosen.model_copy(update={"city": chosen.city.model_copy(update={"title": "TinyStat"})})
    titles = []
    monkeypatch.setattr(frame.st, "set_page_config", lambda **given: titles.append(given["page_title"]))
    monkeypatch.setattr(frame.st, "html", lambda *_: None)
    monkeypatch.setattr(cache, "settings", lambda: named)
    frame.configure()

    def broken():
        raise SettingsError("config.toml is not valid TOML.")

    monkeypatch.setattr(cache, "settings", broken)
    frame.configure()
    assert titles == ["TinyStat", "OutcomeStat"]
