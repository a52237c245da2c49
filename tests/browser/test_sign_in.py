"""Signing in for real: an OpenID Connect provider on this machine, the app with a file of secrets, and a browser between them."""

import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import oidc_provider_mock
import pytest
from playwright.sync_api import expect
from sqlalchemy import insert
from werkzeug.serving import make_server

from lib.errors import NotAllowed
from lib.roles import Person
from lib.settings import ROOT
from lib.store.batches import audit_trail, batches, utc_now
from lib.store.database import open_engine
from lib.store.load import undo
from lib.store.schema import audit
from tests.browser.conftest import Server, Visit

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the provider's own packages
ANNE, BOB = "anne@city.gov", "bob@else.org"
STYLES = b"https://cdn.jsdelivr.net/npm/@picocss/pico@2/css/pico.min.css"  # which the provider's pages ask for


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider that lets in whoever gives a name, with the claims that a test sets."""
    app = oidc_provider_mock.app()
    app.add_url_rule("/favicon.ico", view_func=lambda: ("", 204))

    @app.after_request
    def asks_nobody_else(response):
        if response.mimetype == "text/html":
            response.set_data(response.get_data().replace(STYLES, b"data:text/css,"))
        return response

    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Site:
    """The app with sign-in, and its file of secrets."""

    server: Server
    secrets: Path
    store: str
    provider: str

    def write(self, roles: str, *, client: str = "outcomestat") -> None:
        self.secrets.write_text(f'''
[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "{"s" * 40}"
client_id = "{client}"
client_secret = "a secret"
server_metadata_url = "{self.provider}/.well-known/openid-configuration"
[roles]
{roles}
''')

    def log(self) -> str:
        return self.server.log.read_text()


@pytest.fixture(scope="module")
def running(start_server, provider, tmp_path_factory) -> Site:
    folder = tmp_path_factory.mktemp("secrets")
    site = Site(None, folder / "secrets.toml", f"sqlite:///{folder / 'store.db'}", provider)
    site.write("")
    site.server = start_server(STREAMLIT_SECRETS_FILES=str(site.secrets), DATABASE_URL=site.store)
    return site


@pytest.fixture
def site(running) -> Site:
    running.write(f'editor = ["{ANNE}"]')
    return running


@pytest.fixture
def arrive(visit, site) -> Callable[..., Visit]:
    """A fresh browser on a page of the site."""

    def open_at(path: str) -> Visit:
        one = visit(at=site.server, beside=(site.provider,))
        one.go(path)
        return one

    return open_at


@pytest.fixture
def signed_in(arrive, site) -> Callable[..., Visit]:
    """Somebody who has signed in as that address, with claims of the test's choice."""

    def sign_in(name: str, /, **claims) -> Visit:
        body = json.dumps({"email": name, "email_verified": True} | claims).encode()
        asked = urllib.request.Request(f"{site.provider}/users/{quote(name)}", body, {"Content-Type": "application/json"}, method="PUT")
        urllib.request.urlopen(asked, timeout=10).close()
        one = arrive("/about")
        one.page.get_by_role("button", name="Staff sign in").click()
        one.page.get_by_placeholder("sub").fill(name)
        one.page.get_by_role("button", name="Authorize").click()
        one.page.wait_for_url(f"{site.server.url}/**")
        one.settled()
        return one

    return sign_in


def main(one: Visit) -> str:
    return one.page.locator("[data-testid=stMain]").inner_text()


def sidebar(one: Visit) -> str:
    return one.page.locator("[data-testid=stSidebar]").inner_text()


def links(one: Visit) -> list[str]:
    return one.listed_pages()


def listed(one: Visit, title: str) -> bool:
    return any(title in text for text in links(one))


def uploads(one: Visit) -> int:
    return one.page.locator("input[type=file]").count()


def test_an_editor_signs_in_sees_intake_and_signs_out(signed_in):
    one = signed_in(ANNE)
    expect(one.page.locator(".who")).to_have_text(ANNE)
    assert listed(one, "Data intake") and not listed(one, "Audit trail")
    one.go("/intake")
    expect(one.page.locator("input[type=file]")).to_have_count(1)
    expect(one.page.get_by_test_id("stMain")).to_contain_text(f"You publish as {ANNE}")
    one.go("/audit")
    assert "The audit trail needs the role administrator." in main(one) and "You are signed in, and do not have it" in main(one)
    one.page.get_by_role("button", name="Sign out").click()
    one.page.get_by_role("button", name="End session").click()
    one.page.wait_for_url(f"{one.server.url}/**")
    one.settled()
    expect(one.page.get_by_role("button", name="Staff sign in")).to_be_visible()
    assert not listed(one, "Data intake")
    one.go("/intake")
    assert uploads(one) == 0


def test_another_address_signs_in_and_is_told_who_may(signed_in):
    one = signed_in(BOB)
    expect(one.page.locator(".who")).to_have_text(BOB)
    assert not listed(one, "Data intake")
    one.go("/intake")
    assert "Data intake needs the role editor. You are signed in, and do not have it" in main(one) and uploads(one) == 0


def test_a_group_of_the_provider_gives_a_role_and_a_revoked_address_has_none(signed_in, site):
    groups = 'claim = "groups"\nby_claim = { citistat-chiefs = "administrator" }\n'
    site.write(groups)
    one = signed_in(BOB, groups=["citistat-chiefs"])
    one.go("/audit")
    assert listed(one, "Audit trail") and "Who wrote what, and when." in main(one)
    site.write(f'{groups}revoked = ["{BOB}"]')
    one.go("/audit")
    assert not listed(one, "Audit trail") and "The audit trail needs the role administrator." in main(one)


@pytest.mark.parametrize("path", ["/intake", "/audit"])
def test_a_deep_link_to_a_staff_page_tells_a_reader_how_to_get_in(arrive, path):
    one = arrive(path)
    assert "needs the role" in main(one) and "Sign in as somebody who has it." in main(one) and uploads(one) == 0
    assert not listed(one, "Data intake") and not listed(one, "Audit trail") and "Staff" not in one.page.get_by_test_id("stTopNav").inner_text()
    one.page.locator("[data-testid=stMain]").get_by_role("button", name="Staff sign in").click()
    expect(one.page.get_by_role("button", name="Authorize")).to_be_visible()


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"aud": "another-site", "azp": "outcomestat"}, "This sign-in was made for another site. Sign in again."),
        ({"iat": int(time.time()) - 13 * 3600}, "A sign-in counts for 12 hours, and this one is over. Sign in again."),
        ({"email_verified": False}, "The provider has not checked your e-mail address yet."),
        ({"email": ""}, "The provider gave no e-mail address"),
    ],
    ids=["another site's", "too old", "not checked", "no address"],
)
def test_a_sign_in_that_counts_for_nothing_says_why(signed_in, claims, sentence):
    one = signed_in(ANNE, **claims)
    expect(one.page.locator(".who")).to_contain_text(sentence)
    assert not listed(one, "Data intake")
    one.go("/intake")
    assert sentence in main(one) and uploads(one) == 0
    assert one.page.locator("[data-testid=stMain]").get_by_role("button", name="Staff sign in").count() == 1


def test_a_token_for_another_site_makes_no_sign_in_at_all(signed_in):
    one = signed_in(ANNE, aud="another-site")  # and nobody whom it was made for is named
    assert one.page.locator(".who").count() == 0
    expect(one.page.get_by_role("button", name="Staff sign in")).to_be_visible()


def test_another_client_issuer_or_length_in_the_secrets_ends_what_counted_before(signed_in, site):
    one = signed_in(ANNE)
    one.go("/intake")
    expect(one.page.locator("input[type=file]")).to_have_count(1)
    role = f'editor = ["{ANNE}"]\n'
    for changed, sentence in (
        ({"roles": role, "client": "a-new-one"}, "made for another site"),
        ({"roles": role + 'issuer = "https://login.city.gov"'}, "comes from another provider"),
        ({"roles": role + "hours = 0.0001"}, "A sign-in counts for 0.0001 hours, and this one is over."),
    ):
        site.write(**changed)
        one.go("/intake")
        assert uploads(one) == 0 and sentence in main(one)
    site.write(role)
    one.go("/intake")
    expect(one.page.locator("input[type=file]")).to_have_count(1)


def test_a_cookie_that_was_changed_signs_nobody_in(signed_in, arrive):
    one = signed_in(BOB)
    context = one.page.context
    cookie = next(cookie for cookie in context.cookies() if cookie["name"] == "_streamlit_user")
    other = signed_in(ANNE).page.context.cookies()
    hers = next(cookie for cookie in other if cookie["name"] == "_streamlit_user")
    content, _, signature = cookie["value"].rpartition(".")
    for value in (
        f"{hers['value'].rpartition('.')[0]}.{signature}",  # her claims under his signature
        f"{content}.{signature[::-1]}",
        f"{content[:-1]}{'A' if content[-1] != 'A' else 'B'}.{signature}",
    ):
        context.add_cookies([cookie | {"value": value}])
        one.go("/intake")
        assert one.page.locator(".who").count() == 0 and uploads(one) == 0 and "Sign in as somebody who has it." in main(one)


def test_a_cookie_that_was_copied_is_worth_nothing_once_its_owner_signed_out(signed_in, arrive):
    one = signed_in(ANNE)
    copied = [cookie for cookie in one.page.context.cookies() if cookie["name"].startswith("_streamlit_user")]
    thief = arrive("/about")
    thief.page.context.add_cookies(copied)
    thief.go("/intake")
    expect(thief.page.locator("input[type=file]")).to_have_count(1)  # so far nothing tells the copy from the cookie
    one.page.get_by_role("button", name="Sign out").click()
    one.page.get_by_role("button", name="End session").wait_for()  # the provider's page: it was written down before

    thief.page.get_by_role("button", name="Present").click()  # any click on the page that stands open
    thief.page.get_by_text("Data intake needs the role editor.").wait_for()
    later = arrive("/about")
    later.page.context.add_cookies(copied)
    later.go("/intake")
    assert uploads(later) == 0 and "Somebody signed out of this sign-in. Sign in again." in main(later) and not listed(later, "Data intake")
    again = signed_in(ANNE)  # and her next sign-in counts
    again.go("/intake")
    expect(again.page.locator("input[type=file]")).to_have_count(1)


def test_a_role_that_is_taken_away_is_gone_at_the_next_click(signed_in, site, tmp_path, caplog):
    one = signed_in(ANNE)
    one.go("/intake")
    (tmp_path / "visitors.csv").write_text("indicator_id,period,geography,group,value,numerator,denominator,note\nvisitors,2025,,,29.3,,,\n")
    one.page.locator("input[type=file]").set_input_files(tmp_path / "visitors.csv")
    one.page.get_by_text("Accepted: 1 figure").first.wait_for()
    one.settled()
    confirm = one.page.get_by_text("I have looked at")
    if confirm.count():
        confirm.click()
    one.page.locator(".st-key-publish button:not([disabled])").click()
    one.page.get_by_text("Published: 1 figure").first.wait_for()
    one.settled()
    with one.page.expect_download() as waiting:
        one.page.get_by_role("button", name="The file").click()
    assert "29.3" in Path(waiting.value.path()).read_text()

    site.write(f'presenter = ["{ANNE}"]')  # the page stands open as it was
    one.page.get_by_role("button", name="Take back").click()
    one.page.get_by_text("Data intake needs the role editor.").wait_for()
    one.settled()
    assert uploads(one) == 0 and not listed(one, "Data intake")
    assert "refused: somebody who does not hold the role editor tried: Taking figures back" in site.log() and ANNE not in site.log()

    engine = open_engine(site.store)
    (load,) = batches(engine)
    assert not load.is_undone and [entry.action for entry in audit_trail(engine) if entry.who == ANNE] == ["load"]
    with pytest.raises(NotAllowed):
        undo(engine, ROOT / "data", load.id, person=Person(ANNE))
    assert "refused" in caplog.text and not batches(engine)[0].is_undone
    engine.dispose()

    site.write(f'administrator = ["{ANNE}"]')
    one.go("/audit")
    assert ANNE in one.page.locator("table.plain").inner_text() and "visitors.csv" in main(one)
    with one.page.expect_download() as waiting:
        one.page.get_by_role("button", name="All entries as CSV").click()
    assert f",{ANNE},editor,load," in Path(waiting.value.path()).read_text(encoding="utf-8-sig")


def test_a_download_that_was_drawn_before_a_role_was_taken_away_gives_nothing(signed_in, site):
    engine = open_engine(site.store)
    with engine.begin() as connection:
        connection.execute(insert(audit), {"at": utc_now(), "who": BOB, "action": "load", "subject": "1111", "detail": "a test"})
    engine.dispose()
    site.write(f'administrator = ["{ANNE}"]')
    one = signed_in(ANNE)
    one.go("/audit")
    button = one.page.get_by_role("button", name="All entries as CSV")
    button.wait_for()
    site.write("")
    button.click()
    deadline = time.monotonic() + 20
    while "tried: The audit trail" not in site.log() and time.monotonic() < deadline:
        one.page.wait_for_timeout(100)
    assert "refused: somebody who does not hold the role administrator tried: The audit trail" in site.log() and ANNE not in site.log()
    one.complaints.clear()  # the browser says that the file could not be made


def test_a_server_for_its_own_machine_says_so_and_opens_everything(start_server, visit):
    local = start_server(OUTCOMESTAT_LOCAL_STAFF="1")
    one = visit(at=local)
    one.go("/audit")
    expect(one.page.locator(".who")).to_have_text("Started on this machine for its staff")
    assert listed(one, "Data intake") and listed(one, "Audit trail") and "Nobody has written anything yet." in main(one)
    assert one.page.get_by_role("button", name="Staff sign in").count() == 0


def test_where_sign_in_is_not_set_up_nothing_speaks_of_it(visit):
    one = visit()
    one.go("/")
    assert one.page.locator(".who").count() == 0 and one.page.get_by_role("button", name="Staff sign in").count() == 0
    assert not listed(one, "Data intake")
    one.go("/intake")
    assert "Sign-in is not set up on this server." in main(one)
