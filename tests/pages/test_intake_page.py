"""The page of data intake: for readers a sentence, for editors the report, the load and its taking back."""

import pytest

from lib.roles import Person, Role
from lib.ui import cache, people
from tests.cities import tiny
from tests.pages.conftest import open_page, said

HEADER = "indicator_id,period,geography,group,value,numerator,denominator,note\n"


@pytest.fixture
def editor(monkeypatch):
    monkeypatch.setattr(people, "current_person", lambda: Person("Anne Analyst", frozenset({Role.EDITOR})))


def send(app, text: str, name: str = "figures.csv"):
    return app.file_uploader(key="upload").set_value((name, text.encode(), "text/csv")).run()


def test_a_reader_is_told_who_may_load_and_sees_no_uploader(city):
    city(tiny())
    app = open_page("intake")
    assert "Data intake needs the role editor" in said(app) and not app.get("file_uploader")


def test_a_file_with_faults_is_refused_cell_by_cell_and_leaves_no_trace(city, editor):
    city(tiny())
    app = send(open_page("intake"), HEADER + "fires,2026,,,about 7,,,\nsmoke,2026,,,1,,,\n")
    text = said(app)
    assert "Refused: 2 problems to mend" in text and "E2" in text and "about 7" in text and "A3" in text
    assert not [button for button in app.button if button.key == "publish"]
    assert cache.loads() == ()


@pytest.mark.slow
def test_a_right_file_is_published_seen_and_taken_back(city, editor):
    city(tiny())
    before = said(open_page("scorecard"))
    app = send(open_page("intake"), HEADER + "fires,2026,,,7.0,700,100000,\n")
    text = said(app)
    assert "Accepted: 1 figure" in text and "What readers would see" in text
    app.checkbox(key="confirmed").check().run()  # the year is not over yet
    app.button(key="publish").click().run()
    assert "Published: 1 figure" in said(app) or any("Published" in str(one.value) for one in app.success)
    (load,) = cache.loads()
    assert load.author == "Anne Analyst"
    assert "7.0" in said(open_page("scorecard")) and "7.0" not in before
    app = open_page("intake")
    app.button(key=f"undo-{load.id}").click().run()
    assert cache.loads()[0].is_undone
    assert "7.0" not in said(open_page("scorecard"))


def test_warnings_are_confirmed_before_anything_is_published(city, editor):
    city(tiny())
    app = send(open_page("intake"), HEADER + "fires,2025,,,7.9,790,100000,\n")
    assert app.button(key="publish").disabled
    app.checkbox(key="confirmed").check().run()
    assert not app.button(key="publish").disabled


def test_hostile_text_in_a_file_stays_text(city, editor):
    city(tiny())
    app = send(open_page("intake"), HEADER + 'fires,2026,<img src=x onerror=alert(1)>,,"=HYPERLINK(""http://x"")",,,\n')
    text = said(app)
    assert "<img" not in text and not app.exception
