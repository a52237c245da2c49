"""The server with the open data in a real browser: its headers let the pages work, one picture may be framed and nothing else, and files come as they are."""

import json
import re
import threading
from contextlib import suppress
from functools import partial
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

import pytest

from lib.api.resources import RESOURCES
from lib.opendata.dictionary import FILES


@pytest.fixture(scope="module")
def served(start_server):
    return start_server("server.py")


@pytest.fixture
def elsewhere(tmp_path):
    """Another site, on an address of its own, that frames what it is told to."""
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    other = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(tmp_path)))
    threading.Thread(target=other.serve_forever, daemon=True).start()

    def frame(address: str) -> str:
        (tmp_path / "page.html").write_text(f"<!doctype html><title>Elsewhere</title><link rel=icon href='data:,'><iframe src='{address}' width=1000 height=800></iframe>", encoding="utf-8")
        return f"http://127.0.0.1:{other.server_port}/page.html"

    yield frame
    other.shutdown()
    other.server_close()


@pytest.fixture
def listening():
    """Another site, and what it was asked."""
    asked: list[str] = []
    noting = type("Noting", (SimpleHTTPRequestHandler,), {"log_message": lambda self, *_: asked.append(self.path)})
    other = ThreadingHTTPServer(("127.0.0.1", 0), noting)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{other.server_port}", asked
    other.shutdown()
    other.server_close()


def test_the_pages_work_under_the_servers_headers(served, visit):
    """A link of ours, a chart, a map: each needs something else of the browser, and any that is refused is a complaint."""
    one = visit(at=served)
    page = one.go("/")
    page.get_by_role("link", name="Vacant buildings").last.click()
    page.wait_for_url("**/indicator?indicator=vacant-buildings")
    page.locator("[data-testid=stPlotlyChart]").first.wait_for()
    one.go("/map").locator("[data-testid=stDeckGlJsonChart] canvas").first.wait_for()


def test_a_file_is_taken_in_under_the_servers_headers(start_server, visit, tmp_path):
    one = visit(at=start_server("server.py", OUTCOMESTAT_LOCAL_STAFF="1"))
    page = one.go("/intake")
    (tmp_path / "figures.csv").write_text("indicator_id,period,geography,group,value,numerator,denominator,note\nvisitors,2025,,,about 29,,,\n")
    page.locator("input[type=file]").set_input_files(tmp_path / "figures.csv")
    page.get_by_text("Refused: 1 problem to mend.").first.wait_for()


INJECTED = r"""async (other) => {
    const refused = [];
    document.addEventListener('securitypolicyviolation', event => refused.push(event.effectiveDirective + ' ' + event.blockedURI));
    window.ran = [];
    const put = (name, more) => document.body.appendChild(Object.assign(document.createElement(name), more));
    put('script', {src: other + '/page.js'});
    put('script', {textContent: "window.ran.push('inline')"});
    put('img', {src: other + '/seen.png'});
    put('iframe', {src: other + '/page.html'});
    put('iframe', {srcdoc: "<script>parent.ran.push('srcdoc')</script>"});
    put('div', {innerHTML: "<img src=x: onerror=\"window.ran.push('handler')\"><a id=lure href=\"javascript:window.ran.push('link')\">x</a>"});
    document.getElementById('lure').click();
    await fetch(other + '/told?secret').catch(() => {});
    try { new WebSocket(other.replace('http', 'ws') + '/told') } catch { }
    setTimeout("window.ran.push('text')", 0);
    const form = put('form', {action: other + '/told', method: 'post', target: '_self'});
    form.submit();
    const expected = ['script-src-elem', 'img-src', 'frame-src', 'connect-src', 'script-src-attr', 'script-src eval', 'form-action'];
    for (let turn = 0; turn < 100 && !expected.every(one => refused.some(said => said.startsWith(one))); turn++) await new Promise(done => setTimeout(done, 50));
    return {ran: window.ran, refused};
}"""


def test_what_somebody_injects_is_not_run_and_asks_nobody_else(served, visit, listening):
    """As if a text had got into the page as HTML after all: the browser itself refuses what it would do."""
    other, asked = listening
    one = visit(at=served)
    found = one.go("/about").evaluate(INJECTED, other)
    said = found["refused"]
    assert found["ran"] == []
    for what in (f"script-src-elem {other}/page.js", "script-src-elem inline", f"img-src {other}/seen.png", f"frame-src {other}", f"connect-src {other}/told", f"connect-src ws{other[4:]}",
                 "script-src-attr inline", "script-src eval", "form-action"):  # fmt: skip
        assert any(line.startswith(what) for line in said), (what, said)
    assert sum(line == "script-src-elem inline" for line in said) >= 2  # beside the page's own, of a frame without an address and of a link
    assert asked == []
    one.complaints.clear()  # the browser writes refusals to its console, and these were asked for
    one.elsewhere.clear()  # what it refused to ask for; nothing arrived


def test_a_file_is_taken_from_the_page_and_from_its_address(served, visit):
    one = visit(at=served)
    page = one.go("/data?table=outcomes")
    with page.expect_download() as taken:
        page.get_by_role("button", name="CSV", exact=True).click()
    with urlopen(f"{served.url}/data/v1/outcomes.csv", timeout=30) as answer:
        assert taken.value.path().read_bytes() == answer.read()
    assert page.get_by_role("link", name="/api/v1/openapi.json").is_visible()


def test_the_api_answers_beside_the_pages(served):
    with urlopen(f"{served.url}/readyz", timeout=30) as answer:
        assert json.load(answer)["status"] == "ready"
    asked = Request(f"{served.url}/api/v1/indicators?limit=2", headers={"Accept-Encoding": "gzip"})
    with urlopen(asked, timeout=30) as answer:
        assert answer.headers["content-encoding"] == "gzip" and answer.headers["x-content-type-options"] == "nosniff"


def test_one_picture_stands_in_another_sites_frame(served, visit, elsewhere):
    one = visit(at=served, beside=("http://127.0.0.1:",))
    one.page.goto(elsewhere(f"{served.url}/indicator?indicator=vacant-buildings&embed=true"))
    frame = one.page.frame_locator("iframe")
    frame.locator("[data-testid=stPlotlyChart] .main-svg").first.wait_for()
    assert frame.locator("h1").inner_text() == "Vacant buildings" and frame.get_by_text("See it on OutcomeStat").is_visible()
    assert not frame.locator("[data-testid=stSidebar]").is_visible() and frame.locator("[role=tab]").count() == 0


@pytest.mark.parametrize("path", ["/meeting?embed=true", "/indicator?indicator=vacant-buildings", "/?embed=true"])
def test_no_other_page_may_be_framed(served, visit, elsewhere, path):
    one = visit(at=served, beside=("http://127.0.0.1:", "chrome-error:"))
    with one.page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        one.page.goto(elsewhere(served.url + path))
    assert one.complaints and all("frame-ancestors" in complaint or "chrome-error" in complaint for complaint in one.complaints)
    one.complaints.clear()


def test_a_reader_cannot_send_a_file_and_sees_no_counts_of_readers(served, visit):
    one = visit(at=served)
    page = one.go("/")
    said = page.evaluate("""async () => {
        const cookie = document.cookie.match(/_streamlit_xsrf=([^;]+)/);
        const form = new FormData(); form.append('file', new Blob(['a'.repeat(1000)]), 'a.csv');
        const sent = await fetch('/_stcore/upload_file/someone/1', {method: 'PUT', body: form, headers: {'X-Xsrftoken': cookie ? cookie[1] : ''}});
        return [sent.status, (await fetch('/_stcore/metrics')).status];
    }""")
    one.complaints.clear()  # the browser writes refusals to its console, and these were asked for
    assert said == [403, 404]


def said_by(server, path: str, *, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b""):
    """The answer to a path that goes over the wire exactly as it is written."""
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    try:
        connection.putrequest(method, path, skip_host=False)
        for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            connection.putheader(name, value)
        connection.endheaders()
        with suppress(BrokenPipeError, ConnectionResetError):  # it need not read what it refuses
            connection.send(body)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


ROUTES = ["/", "/indicator", "/no-such-page", "/favicon.png", "/app/static/favicon.png", "/app/static/none.png", "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/media/none.csv",
          "/component/none/index.html", "/oauth2callback", "/auth/login", "/auth/logout", "/healthz", "/readyz", "/robots.txt", "/data.json", "/feed.atom", "/api/v1/openapi.json", "/api/v1/none",
          "/data/v1/none.csv", "/data/v1/datapackage.json", *(f"/api/v1/{name}" for name in RESOURCES), *(f"/data/v1/{table.name}.csv" for table in FILES.values())]  # fmt: skip


def test_every_route_of_the_server_carries_the_headers(served):
    for path in ROUTES:
        answer, _ = said_by(served, path)
        found = {name: answer.headers.get_all(name) for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy")}
        assert all(value and len(value) == 1 for value in found.values()), (path, answer.status, found)
        (policy,) = found["Content-Security-Policy"]
        assert "'unsafe-eval'" not in policy and "script-src 'self' 'sha256-" in policy and "frame-ancestors 'self'" in policy and answer.status < 500, (path, answer.status)


@pytest.mark.parametrize("path", ["//evil.test/", "//evil.test/map/", "/\\evil.test/", "/%5cevil.test/", "/%2f%2fevil.test/", "///evil.test//", "/map/?next=//evil.test", "/auth/login?next=https://evil.test",
                                  "/oauth2callback?state=//evil.test&code=1", "/auth/logout?next=//evil.test", "/api/v1//evil.test/", "/data/v1//evil.test/", "/app/static//evil.test/", "/@evil.test/"])  # fmt: skip
def test_no_address_leads_to_another_site(served, path):
    answer, _ = said_by(served, path, headers={"X-Forwarded-Host": "evil.test"})
    target = urljoin(served.url, answer.headers.get("Location", "/").replace("\\", "/"))
    assert urlsplit(target).hostname in ("127.0.0.1", "localhost"), (answer.status, answer.headers["Location"])


@pytest.mark.parametrize("up", ["../", "%2e%2e/", "..%2f", "%2e%2e%2f", "..\\", "..%5c", "%252e%252e%252f", "....//", "/"])
@pytest.mark.parametrize("base", ["/app/static/", "/static/", "/media/", "/data/v1/", "/api/v1/outcomes/", "/component/links/", "/"])
def test_no_path_leads_out_of_its_folder(served, base, up):
    for depth in (1, 3, 8):
        for target in ("config.toml", ".streamlit/config.toml", "server.py", "etc/passwd"):
            answer, body = said_by(served, f"{base}{up * depth}{target}")
            assert not any(sign in body for sign in (b"start_month", b"enableStaticServing", b"st.App(", b"root:x:")), (base, up, target, answer.status)


def test_files_that_nobody_asked_for_are_refused_and_take_no_memory(served):
    """A hundred megabytes from somebody who did not sign in, with the site's own token against forged requests, as a script would send it."""
    def memory() -> int:
        return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{served.process.pid}/status").read_text())[1]) // 1_000

    same = "2|00000000|" + "0" * 32 + "|1700000000"
    body = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n" + b"a" * 10_000_000 + b"\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": f"_streamlit_xsrf={same}", "X-Xsrftoken": same}
    before = memory()
    for number in range(10):
        answer, said = said_by(served, f"/_stcore/upload_file/someone/{number}", method="PUT", headers=headers, body=body)
        assert answer.status == 403 and b"needs a sign-in" in said
    assert memory() - before < 20  # megabytes, of a hundred that were sent
