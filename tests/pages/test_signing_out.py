"""A sign-in that was ended: asked of the store once a run, gone at the next, and what is said where it cannot be asked or written."""

import time

import pytest

from lib.errors import StoreBusy, StoreUnavailable
from lib.store import sign_ins
from lib.store.database import open_engine
from lib.ui import cache, ended, people
from lib.ui.claims import mark_of
from tests.cities import tiny
from tests.pages.conftest import open_page, said

CLAIMS = {"is_logged_in": True, "provider": "default", "iss": "https://id.test", "aud": "us", "sub": "1", "iat": int(time.time()) - 60, "email": "anne@city.test"}
SECRETS = {"roles": {"administrator": ["anne@city.test"]}, "auth": {"client_id": "us", "server_metadata_url": "https://id.test/.well-known/openid-configuration"}}


@pytest.fixture
def questions(city, monkeypatch) -> list[str]:
    """Anne is signed in as an administrator; gives the marks that the store was asked about."""
    city(tiny())
    monkeypatch.delenv(people.LOCAL_STAFF, raising=False)
    monkeypatch.setattr(people.st, "user", CLAIMS)
    monkeypatch.setattr(people, "current_secrets", lambda: SECRETS)
    asked, real = [], sign_ins.is_ended
    monkeypatch.setattr(sign_ins, "is_ended", lambda engine, mark: asked.append(mark) or real(engine, mark))
    return asked


def test_one_question_a_run_and_the_next_run_knows_that_another_process_ended_it(questions):
    app = open_page("audit")
    assert "Nobody has written anything yet" in said(app)
    questions.clear()
    app.run()
    assert questions == [mark_of(CLAIMS)]
    elsewhere = open_engine(str(cache.main_engine().url))
    sign_ins.end(elsewhere, mark_of(CLAIMS))
    elsewhere.dispose()
    app.run()
    assert "Nobody has written anything yet" not in said(app) and len(questions) == 2
    assert "Somebody signed out of this sign-in. Sign in again." in said(app) and "needs the role administrator" in app.info[0].value


def test_a_reader_who_is_not_signed_in_is_not_asked_about(questions, monkeypatch):
    monkeypatch.setattr(people.st, "user", {})
    open_page("scorecard")
    assert questions == []


def test_where_the_store_cannot_be_asked_there_is_no_role_and_reading_goes_on(questions, monkeypatch, caplog):
    def silent(engine, mark):
        raise StoreUnavailable("a sentence", detail="no answer")

    monkeypatch.setattr(sign_ins, "is_ended", silent)
    app = open_page("scorecard")
    assert not app.error and "Tinyville: 2 outcomes" in said(app) and "cannot be asked right now, so it gives no role" in said(app)
    assert caplog.text.count("whether a sign-in was ended cannot be asked, so it gives no role: StoreUnavailable: no answer") == 1  # asked once
    assert "needs the role administrator" in open_page("audit").info[0].value


def test_a_sign_out_that_cannot_be_written_down_is_told_and_does_not_look_done(questions, monkeypatch):
    left, real = [], sign_ins.end

    def busy(engine, mark):
        raise StoreBusy("a sentence", detail="locked")

    monkeypatch.setattr(people.st, "logout", lambda: left.append("here"))
    monkeypatch.setattr(sign_ins, "end", busy)
    app = open_page("scorecard")
    app.button(key="sign-out").click().run()
    assert left == [] and "You are still signed in" in app.sidebar.warning[0].value and "anne@city.test" in said(app)
    app.button(key="sign-out-here").click().run()
    assert left == ["here"] and ended.now(mark_of(CLAIMS)) is False
    monkeypatch.setattr(sign_ins, "end", real)
    app.button(key="sign-out").click().run()
    assert left == ["here", "here"] and ended.now(mark_of(CLAIMS)) is True and not app.sidebar.warning
