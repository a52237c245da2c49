"""Several servers are one site: readers are shared out, one that dies or is replaced costs nobody more than a moment, and nothing that
was acknowledged as saved is lost."""

import asyncio
import re
import time
from pathlib import Path

import pytest

from bench import returning
from bench.desk import Desk, balance
from bench.postgres import free_port
from bench.replicas import HOST, Site, get, proxy, trust_in
from bench.sessions import Address
from tests.replicas.conftest import STANDS_IN

pytestmark = pytest.mark.slow
PAGES = (Address("scorecard"), Address("about"), Address("outcome"))
ONCE = ("content-security-policy", "x-content-type-options", "referrer-policy", "strict-transport-security", "permissions-policy",
        "cross-origin-opener-policy", "cache-control")  # fmt: skip


def cookie(letter: str) -> str:
    return f"{returning.COOKIE}={letter}"


async def reading(site: Site, told: returning.Told, seconds: float, do) -> None:
    """Twelve readers, four at each server, read while `do` is done in a thread; they go on for so many seconds after it is done."""
    until = time.monotonic() + 600
    readers = [returning.Returning(site.url, site.trust, number, told, PAGES, held="abc"[number % 3]) for number in range(12)]
    tasks = [asyncio.create_task(one.read(until=until, thought=0.5)) for one in readers]
    while told.pages < len(readers) or told.away:
        await asyncio.sleep(0.05)
    await asyncio.to_thread(do)
    end = time.monotonic() + seconds
    while time.monotonic() < end or (told.away and time.monotonic() < end + 60):
        await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_first_pages_are_shared_out_and_a_reader_stays_where_they_are(site):
    letters = {returning.letter_of(site.get("/").headers.get_all("Set-Cookie")) for _ in range(40)}
    assert letters == set("abc")
    assert site.get("/", Cookie=cookie("b")).headers.get_all("Set-Cookie") is None
    told = returning.Told()
    asyncio.run(reading(site, told, 0.5, lambda: None))
    assert told.held_by == {number: "abc"[number % 3] for number in range(12)} and not told.broken and not told.failed


def test_a_browser_that_keeps_no_cookie_stays_at_one_server_too(site):
    letters = {returning.letter_of(asyncio.run(_connected(site))) for _ in range(6)}
    assert len(letters) == 1 and letters <= set("abc")


async def _connected(site: Site) -> list[str]:
    async with returning.connect(f"{site.url.replace('http', 'ws')}/_stcore/stream", subprotocols=["streamlit"], ssl=site.trust) as socket:
        return socket.response.headers.get_all("Set-Cookie")


def test_headers_come_once_and_caches_are_told_what_they_may_keep(site):
    page = site.get("/", Accept_Encoding="gzip")
    assert page.headers["Content-Encoding"] == "gzip"
    script = re.search(r'src="\./(static/[^"]+\.js)"', site.get("/").body.decode())[1]
    shapes = next(Path("static").glob("areas-*.geojson")).name
    for path in ("/", "/api/v1/indicators", f"/{script}", f"/app/static/{shapes}", "/readyz"):
        headers = site.get(path).headers
        assert [(path, name) for name in ONCE if len(headers.get_all(name, [])) > 1] == []
        assert headers["Strict-Transport-Security"] and headers["X-Content-Type-Options"] == "nosniff", path
    assert "immutable" in site.get(f"/{script}").headers["Cache-Control"] and "immutable" in site.get(f"/app/static/{shapes}").headers["Cache-Control"]
    tags = {site.get("/api/v1/indicators", Cookie=cookie(letter)).headers["ETag"] for letter in "abc"}
    assert len(tags) == 1, "a cache may ask any server whether what it has still holds"
    assert site.get("/api/v1/indicators", If_None_Match=tags.pop()).status == 304
    assert site.get("/_stcore/metrics").status == 404


def test_a_server_that_is_killed_costs_a_moment_and_no_follow_up(site, store, tmp_path):
    desks = [Desk(f"desk {letter}", site.database.url, tmp_path) for letter in "abc"]
    for desk in desks:
        desk.sit_down()
    told = returning.Told()

    def kill_one() -> None:
        while not all(desk.acknowledged() for desk in desks):
            assert all(desk.process.poll() is None for desk in desks), desks[0].errors()
            time.sleep(0.05)
        desks[1].kill()
        site.replica_of("b").kill()
        desks[1].sit_down()  # the same person, at another machine

    try:
        asyncio.run(reading(site, told, 2, kill_one))
    finally:
        for desk in desks:
            desk.kill()
    assert len(told.broken) == 4 and told.away == set() and told.failed_again == []
    assert told.held_by == {number: STANDS_IN["b"] if number % 3 == 1 else "abc"[number % 3] for number in range(12)}
    found = balance(store, desks)
    assert found.acknowledged > 10 and (found.lost, found.doubled) == ([], [])
    # A reader who was taken over stays there when the server is back: their page and their downloads are in its memory.
    site.replica_of("b").start()
    site.replica_of("b").wait_until_ready()
    told = returning.Told()
    asyncio.run(returning.read(site.url, site.trust, 3, PAGES, told, arrive=0.1, until=time.monotonic() + 1, thought=0.3, letters="c"))
    assert set(told.held_by.values()) == {"c"} and told.away == set()


def test_servers_are_replaced_one_after_the_other_and_no_page_fails(site):
    told = returning.Told()

    def replace_all() -> None:
        for replica in site.replicas:
            replica.restart()

    asyncio.run(reading(site, told, 1, replace_all))
    assert len(told.broken) >= 8, "readers were on servers that were replaced, else nothing was tried"
    assert told.away == set() and told.failed_again == []


def test_where_no_server_answers_a_page_says_so_and_when_to_come_back(tmp_path):
    with proxy(tmp_path, [free_port() for _ in range(3)]) as port:
        answer = get(f"https://{HOST}:{port}/indicator", trust_in(tmp_path))
    assert answer.status == 503 and answer.headers["Retry-After"] == "60" and answer.headers["Cache-Control"] == "no-store"
    text = re.sub(r"<(style|title)>.*?</\1>|<[^>]+>", " ", answer.body.decode())
    assert "Nothing is lost" in text and "No se ha perdido nada" in text
