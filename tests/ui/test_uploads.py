"""Files are taken from the staff only, whatever page was opened; what counts readers is for nobody."""

import asyncio
import json
import time

import pytest
from streamlit.web.server.server_util import AUTH_COOKIE_NAME
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from lib.settings import LOCAL_STAFF
from lib.ui import ended, people, uploads
from lib.ui.claims import mark_of

SECRET = "a secret of this test"
SITE = "http://site.test"
PATH = "/_stcore/upload_file/session/file"


@pytest.fixture(autouse=True)
def site(monkeypatch):
    monkeypatch.delenv(LOCAL_STAFF, raising=False)
    monkeypatch.setattr(uploads.streamlits, "get_cookie_secret", lambda: SECRET)
    monkeypatch.setattr(ended, "now", lambda mark: False)
    monkeypatch.setattr(people, "current_secrets", lambda: {"roles": {"editor": ["anne@city.test"]}, "auth": AUTH})


AUTH = {"redirect_uri": f"{SITE}/oauth2callback", "cookie_secret": SECRET, "client_id": "us", "server_metadata_url": "https://id.test/.well-known/openid-configuration"}


def asked(cookie: str = "", *, method: str = "PUT", path: str = PATH) -> dict:
    headers = [(b"host", b"site.test"), (b"origin", SITE.encode()), *([(b"cookie", f"{AUTH_COOKIE_NAME}={cookie}".encode())] if cookie else [])]
    return {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"", "scheme": "http", "server": ("site.test", 80), "headers": headers}


def signed(email: str, *, secret: str = SECRET, **more) -> str:
    claims = {"origin": SITE, "is_logged_in": True, "email": email, "email_verified": True, "iss": "https://id.test", "aud": "us", "iat": int(time.time()), "exp": int(time.time()) + 3600} | more
    return create_signed_value(secret, AUTH_COOKIE_NAME, json.dumps(claims)).decode()


def refused(scope: dict) -> tuple[str, int] | None:
    return asyncio.run(uploads.refused(scope))


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_reader_sends_nothing(method):
    assert refused(asked(method=method))[1] == 403


def test_an_editor_does():
    assert refused(asked(signed("anne@city.test"))) is None


@pytest.mark.parametrize("cookie", [signed("bob@city.test"), signed("anne@city.test", secret="another"), signed("anne@city.test")[:-2] + "zz", "anne@city.test",
                                    signed("anne@city.test", email_verified=False), signed("anne@city.test", iat=1_700_000_000), signed("anne@city.test", origin="http://other.test")])  # fmt: skip
def test_nobody_else_does(cookie):
    assert refused(asked(cookie))[1] == 403


@pytest.mark.parametrize("answer", [True, None])
def test_nor_does_who_signed_out_or_of_whom_that_cannot_be_asked(monkeypatch, answer):
    iat = int(time.time())
    hers = mark_of({"iss": "https://id.test", "email": "anne@city.test", "iat": iat})
    monkeypatch.setattr(ended, "now", lambda mark: answer if mark == hers else False)
    assert refused(asked(signed("anne@city.test", iat=iat)))[1] == 403
    assert refused(asked(signed("anne@city.test", iat=iat - 1))) is None  # another sign-in of hers


@pytest.mark.parametrize(("headers", "status"), [([(b"host", b"localhost:8501")], None), ([(b"host", b"127.0.0.1")], None), ([(b"host", b"elsewhere.test")], 403),
                                                 ([(b"host", b"localhost"), (b"x-forwarded-for", b"203.0.113.5")], 403)])  # fmt: skip
def test_a_server_for_its_own_machine_takes_files_from_this_machine_only(monkeypatch, headers, status):
    """Another site's name may lead here, and a proxy may pass on what others ask."""
    monkeypatch.setenv(LOCAL_STAFF, "1")
    monkeypatch.setattr(uploads.st, "get_option", {"server.address": "127.0.0.1"}.get)
    found = refused(asked() | {"headers": headers})
    assert (found and found[1]) == status


def test_a_first_question_without_a_file_is_answered():
    assert refused(asked(method="OPTIONS")) is None


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/indicator/_stcore/metrics"])
def test_nobody_reads_what_counts_readers(path):
    assert refused(asked(signed("anne@city.test"), method="GET", path=path))[1] == 404


@pytest.mark.parametrize("path", ["/", "/map", "/_stcore/health", "/api/v1/indicators"])
def test_all_else_is_answered(path):
    assert refused(asked(method="GET", path=path)) is None
