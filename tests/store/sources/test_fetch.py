"""One reply: what is taken, what is refused, and that no server can hold the program up."""

from __future__ import annotations

import hashlib
import json
import ssl
import subprocess
import time
import tracemalloc

import pytest

from lib.store.sources.addresses import origin_of, origin_of_host
from lib.store.sources.errors import SourceError, SourceUnavailable
from lib.store.sources.fetch import CSV, JSON, WORKBOOK, Fetcher
from lib.store.sources.settings import Limits
from tests.store.sources.conftest import FAST
from tests.store.sources.server import gzipped

BODY = json.dumps({"count": 3}).encode()


@pytest.fixture
def fetcher(server):
    def made(*hosts: str, **limits) -> Fetcher:
        return Fetcher(hosts=hosts or (server.origin,), limits=Limits(**{**FAST, **limits}))

    return made


def test_a_reply_comes_with_its_date_and_its_sha256(server, fetcher):
    server.routes["/a"] = lambda one: one.send(BODY)
    reply = fetcher().get(f"{server.origin}/a", {"f": "json"}, kind=JSON)
    assert reply.content == BODY
    assert reply.sha256 == hashlib.sha256(BODY).hexdigest()
    assert reply.fetched_at.tzinfo is not None
    assert server.asked[0].query == {"f": "json"}


def test_a_packed_reply_is_unpacked(server, fetcher):
    server.routes["/a"] = lambda one: one.send(gzipped(BODY), headers={"Content-Encoding": "gzip"})
    assert fetcher().get(f"{server.origin}/a", kind=JSON).content == BODY


def test_a_reply_in_chunks_is_put_together(server, fetcher):
    server.routes["/a"] = lambda one: one.drip(
        [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", b"7\r\n{\"count\r\n", b"5\r\n\": 3}\r\n0\r\n\r\n"],
        wait=0.01)  # fmt: skip
    assert fetcher().get(f"{server.origin}/a", kind=JSON).content == b'{"count": 3}'


@pytest.mark.parametrize(
    ("hosts", "refused"),
    [
        (("api.census.gov",), True),
        (("127.0.0.1",), True),  # https, another port
    ],
)
def test_a_host_that_is_not_named_is_not_asked(server, fetcher, hosts, refused):
    with pytest.raises(SourceError, match=r"127\.0\.0\.1 is not one of the hosts") as caught:
        fetcher(*hosts).get(f"{server.origin}/a", kind=JSON)
    assert not isinstance(caught.value, SourceUnavailable)  # set up wrongly: an old copy would cover it up
    assert server.asked == []


def test_a_redirect_to_the_same_host_is_followed(server, fetcher):
    server.routes["/a"] = lambda one: one.redirect("/b")
    server.routes["/b"] = lambda one: one.send(BODY)
    assert fetcher().get(f"{server.origin}/a", kind=JSON).content == BODY


def test_a_redirect_to_another_host_is_refused_and_the_other_host_not_asked(server, other_server, fetcher):
    other_server.routes["/b"] = lambda one: one.send(BODY)
    server.routes["/a"] = lambda one: one.redirect(f"{other_server.origin}/b")
    with pytest.raises(SourceUnavailable, match="leads to another address"):
        fetcher().get(f"{server.origin}/a", kind=JSON)
    assert other_server.asked == []


@pytest.mark.parametrize("target", ["http://api.census.gov/a", "file:///etc/passwd", "//evil.example/a", "http://user@127.0.0.1/a", "http://[::1"])
def test_a_redirect_to_what_is_no_named_https_address_is_refused(server, fetcher, target):
    server.routes["/a"] = lambda one: one.redirect(target)
    with pytest.raises(SourceUnavailable, match="leads to another address"):
        fetcher().get(f"{server.origin}/a", kind=JSON)


def test_redirects_in_a_circle_end(server, fetcher):
    server.routes["/a"] = lambda one: one.redirect("/a")
    with pytest.raises(SourceUnavailable, match="without end"):
        fetcher(max_redirects=3).get(f"{server.origin}/a", kind=JSON)
    assert len(server.asked) == 4


@pytest.mark.parametrize(("retries", "asked"), [(0, 1), (2, 3)])
def test_an_error_500_is_asked_again_as_often_as_is_set(server, fetcher, retries, asked):
    server.routes["/a"] = lambda one: one.send(b"", status=500)
    with pytest.raises(SourceUnavailable, match="the error 500"):
        fetcher(retries=retries).get(f"{server.origin}/a", kind=JSON)
    assert len(server.asked) == asked


def test_an_error_that_passes_is_forgotten(server, fetcher):
    server.routes["/a"] = lambda one: one.send(b"", status=503) if len(server.asked) == 1 else one.send(BODY)
    assert fetcher(retries=1).get(f"{server.origin}/a", kind=JSON).content == BODY


def test_an_error_404_is_not_asked_again(server, fetcher):
    with pytest.raises(SourceUnavailable, match="the error 404"):
        fetcher(retries=2).get(f"{server.origin}/a", kind=JSON)
    assert len(server.asked) == 1


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", ""])
def test_a_web_page_in_place_of_data_is_refused(server, fetcher, kind):
    server.routes["/a"] = lambda one: one.send(b"<html>down for maintenance</html>", kind=kind)
    with pytest.raises(SourceUnavailable, match="where JSON is expected"):
        fetcher().get(f"{server.origin}/a", kind=JSON)


def test_a_reply_of_just_the_limit_is_taken_and_one_byte_more_is_not(server, fetcher):
    server.routes["/a"] = lambda one: one.send(b" " * 1_000, kind="application/json")
    assert len(fetcher(max_megabytes=0.001).get(f"{server.origin}/a", kind=JSON).content) == 1_000
    server.routes["/a"] = lambda one: one.send(b" " * 1_001, kind="application/json")
    with pytest.raises(SourceUnavailable, match="more than"):
        fetcher(max_megabytes=0.001).get(f"{server.origin}/a", kind=JSON)


def test_an_endless_reply_that_states_no_length_is_cut_at_the_limit(server, fetcher):
    server.routes["/a"] = lambda one: one.send(b" " * 5_000_000, length=-1)
    with pytest.raises(SourceUnavailable, match=r"more than the 0\.1 MB"):
        fetcher(max_megabytes=0.1).get(f"{server.origin}/a", kind=JSON)


@pytest.mark.slow
def test_a_gzip_bomb_is_stopped_before_it_unpacks(server, fetcher):
    bomb = gzipped(b"\0" * 200_000_000)
    server.routes["/a"] = lambda one: one.send(bomb, headers={"Content-Encoding": "gzip"})
    tracemalloc.start()
    with pytest.raises(SourceUnavailable, match="more than the 1 MB"):
        fetcher(max_megabytes=1).get(f"{server.origin}/a", kind=JSON)
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


def test_all_replies_of_a_source_together_have_a_limit(server, fetcher):
    server.routes["/a"] = lambda one: one.send(b" " * 600)
    source = fetcher(max_source_megabytes=0.001)
    source.get(f"{server.origin}/a", kind=JSON)
    with pytest.raises(SourceUnavailable, match="more than"):
        source.get(f"{server.origin}/a", kind=JSON)


def test_a_reply_that_is_cut_off_is_not_taken(server, fetcher):
    server.routes["/a"] = lambda one: one.send(BODY, length=len(BODY) + 10)
    with pytest.raises(SourceUnavailable, match="broke off"):
        fetcher().get(f"{server.origin}/a", kind=JSON)


def test_a_packed_reply_that_is_cut_off_is_not_taken(server, fetcher):
    server.routes["/a"] = lambda one: one.send(gzipped(BODY)[:-4], headers={"Content-Encoding": "gzip"}, length=-1)
    with pytest.raises(SourceUnavailable, match="broke off"):
        fetcher().get(f"{server.origin}/a", kind=JSON)


def test_a_reply_in_chunks_that_is_cut_off_is_not_taken(server, fetcher):
    server.routes["/a"] = lambda one: one.drip(
        [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", b"9\r\n{\"count"], wait=0.01)  # fmt: skip
    with pytest.raises(SourceUnavailable, match="broke off"):
        fetcher().get(f"{server.origin}/a", kind=JSON)


def test_a_csv_file_whose_end_cannot_be_told_is_not_taken(server, fetcher):
    server.routes["/a"] = lambda one: one.send(b"a,b\n1,2\n", kind="text/csv", length=-1)
    with pytest.raises(SourceUnavailable, match="where its reply ends"):
        fetcher().get(f"{server.origin}/a", kind=CSV)
    server.routes["/a"] = lambda one: one.send(b"a,b\n1,2\n", kind="text/csv")
    assert fetcher().get(f"{server.origin}/a", kind=CSV).content == b"a,b\n1,2\n"


def test_a_packing_that_was_not_asked_for_is_refused(server, fetcher):
    server.routes["/a"] = lambda one: one.send(BODY, headers={"Content-Encoding": "br"})
    with pytest.raises(SourceUnavailable, match="not asked for"):
        fetcher().get(f"{server.origin}/a", kind=JSON)


def test_a_server_that_says_nothing_is_given_up_after_the_read_limit(server, fetcher):
    server.routes["/a"] = lambda one: one.drip([b""], wait=3)
    started = time.monotonic()
    with pytest.raises(SourceUnavailable, match="does not answer in time"):
        fetcher(read_seconds=0.3).get(f"{server.origin}/a", kind=JSON)
    assert time.monotonic() - started < 2


SLOW_BODY = [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n", *[b" "] * 60]
SLOW_HEADER = [b"HTTP/1.1 200 OK\r\n", *[b"X"] * 60]


@pytest.mark.parametrize("pieces", [SLOW_BODY, SLOW_HEADER], ids=["body", "header"])
def test_a_server_that_sends_a_byte_now_and_then_is_cut_off_at_the_limit_for_the_reply(server, fetcher, pieces):
    server.routes["/a"] = lambda one: one.drip(pieces, wait=0.1)
    started = time.monotonic()
    with pytest.raises(SourceUnavailable, match="did not finish its reply in time"):
        fetcher(read_seconds=2, reply_seconds=0.5, retries=3).get(f"{server.origin}/a", kind=JSON)
    assert time.monotonic() - started < 2


def test_retries_do_not_pass_the_limit_for_the_reply(server, fetcher):
    server.routes["/a"] = lambda one: one.send(b"", status=503)
    started = time.monotonic()
    with pytest.raises(SourceUnavailable, match="503"):
        fetcher(retries=5, retry_wait_seconds=0.2, reply_seconds=0.5).get(f"{server.origin}/a", kind=JSON)
    assert time.monotonic() - started < 1


def test_a_port_where_nobody_listens_is_said_in_a_sentence(server, fetcher):
    origin = server.origin
    server.close()
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        fetcher().get(f"{origin}/a", kind=JSON)
    server.close = lambda: None


def test_proxies_of_the_surroundings_are_not_used(server, other_server, fetcher, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, other_server.origin)
    server.routes["/a"] = lambda one: one.send(BODY)
    assert fetcher().get(f"{server.origin}/a", kind=JSON).content == BODY
    assert other_server.asked == []


def test_a_key_is_sent_and_named_in_no_message_and_no_log(server, fetcher, caplog):
    caplog.set_level(0)
    server.routes["/a"] = lambda one: one.send(b"", status=500)
    with pytest.raises(SourceUnavailable) as caught:
        fetcher().get(f"{server.origin}/a", {"get": "NAME"}, kind=JSON, secret={"key": "s3cr3t"})
    assert server.asked[0].query == {"get": "NAME", "key": "s3cr3t"}
    assert "s3cr3t" not in str(caught.value) + caught.value.detail + repr(caught.value.__context__) + caplog.text
    server.routes["/b"] = lambda one: one.send(BODY)
    fetcher().get(f"{server.origin}/b", kind=JSON)
    assert "/b" in caplog.text  # without a secret the library speaks as before


def test_a_workbook_may_come_as_a_stream_of_bytes(server, fetcher):
    server.routes["/a"] = lambda one: one.send(b"PK", kind="application/octet-stream")
    assert fetcher().get(f"{server.origin}/a", kind=WORKBOOK).content == b"PK"


def certificate(folder, name: str) -> ssl.SSLContext:
    key, paper = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", paper, "-days", "2",
                    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paper, key)
    return context


def test_a_certificate_is_checked(server, tmp_path):
    server.wrap(certificate(tmp_path, "own"))
    server.routes["/a"] = lambda one: one.send(BODY)
    origin = server.origin.replace("http:", "https:")
    certificate(tmp_path, "foreign")
    trusting = Fetcher(hosts=[origin], limits=Limits(**FAST), ca_file=str(tmp_path / "own.pem"))
    assert trusting.get(f"{origin}/a", kind=JSON).content == BODY
    for ca_file in ("", str(tmp_path / "foreign.pem")):
        with pytest.raises(SourceUnavailable, match="cannot prove"):
            Fetcher(hosts=[origin], limits=Limits(**FAST), ca_file=ca_file).get(f"{origin}/a", kind=JSON)


def test_a_slow_encrypted_reply_is_cut_off_too(server, tmp_path):
    server.wrap(certificate(tmp_path, "own"))
    server.routes["/a"] = lambda one: one.drip(SLOW_BODY, wait=0.1)
    origin = server.origin.replace("http:", "https:")
    started = time.monotonic()
    with pytest.raises(SourceUnavailable, match="in time"):
        Fetcher(hosts=[origin], limits=Limits(**{**FAST, "reply_seconds": 0.5}), ca_file=str(tmp_path / "own.pem")).get(f"{origin}/a", kind=JSON)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://api.census.gov/data?x=1", "https://api.census.gov:443"),
        ("https://API.census.gov.:443/", "https://api.census.gov:443"),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/a", "http://[::1]:8000"),
    ],
)
def test_an_address_leads_to_one_origin_however_it_is_spelt(address, origin):
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    "address",
    ["http://api.census.gov/", "ftp://api.census.gov/", "https://", "https://a@b.gov/", "https://a.gov\\@b.gov/", "https://a b.gov/",
     "https://a.gov:99999/", "https://ä.gov/", "https://a.gov/\r\nX: y", "data:text/plain,x"],
)  # fmt: skip
def test_an_address_that_could_be_read_in_two_ways_is_refused(address):
    with pytest.raises(ValueError):
        origin_of(address)


def test_a_host_is_written_without_a_path():
    assert origin_of_host("api.census.gov") == "https://api.census.gov:443"
    with pytest.raises(ValueError, match="the host only"):
        origin_of_host("https://api.census.gov/data")
