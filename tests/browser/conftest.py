"""A real server and a real Chromium. Nothing outside this machine may be asked for, and the console stays clean."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as NotShown

from lib.settings import ROOT

# Maps are drawn by a graphics card that is made up (SwiftShader); what is around them need not be, which is a third of the work.
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-gpu-compositing",
         "--disable-background-networking", "--disable-component-update", "--no-first-run"]  # fmt: skip
expect.set_options(timeout=90_000)  # a busy machine is no fault of the page's
# Streamlit itself asks below a page's address for its own endpoints first, before it finds them at the root.
PROBES = ("/_stcore/health", "/_stcore/host-config")
AT_REST = "[data-testid=stApp][data-test-script-state=notRunning]"  # no run is under way


def chromium_path() -> str | None:
    """The machine's own browser; None for the one that Playwright downloaded."""
    return next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


@dataclass
class Server:
    url: str
    log: Path
    process: subprocess.Popen


@pytest.fixture(scope="session")
def built_store(tmp_path_factory) -> Path:
    """A store as the first start builds it, to be copied: a server that finds it does not build it again."""
    path = tmp_path_factory.mktemp("store") / "store.db"
    subprocess.run([sys.executable, "-m", "lib.store", "build"], cwd=ROOT, env=os.environ | {"DATABASE_URL": f"sqlite:///{path}"}, check=True,
                   capture_output=True)  # fmt: skip
    return path


@pytest.fixture(scope="session")
def start_server(tmp_path_factory, built_store) -> Iterator[Callable[..., Server]]:
    """Starts a server with a store of its own; all are stopped at the end."""
    started: list[Server] = []

    def start(entry: str = "app.py", **environment: str) -> Server:
        folder = tmp_path_factory.mktemp("server")
        shutil.copy(built_store, folder / "store.db")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        log = folder / "log"
        command = [sys.executable, "-m", "streamlit", "run", entry, "--server.address", "127.0.0.1", "--server.port", str(port),
                   "--server.headless", "true", "--server.fileWatcherType", "none"]  # fmt: skip
        surroundings = os.environ | {"DATABASE_URL": f"sqlite:///{folder / 'store.db'}"} | environment
        process = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=log.open("w"), stderr=subprocess.STDOUT)
        server = Server(f"http://127.0.0.1:{port}", log, process)
        started.append(server)
        _wait_until_it_answers(server)
        return server

    yield start
    for server in started:
        server.process.terminate()
        server.process.wait(timeout=30)


def _wait_until_it_answers(server: Server) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(server.log.read_text())
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(server.log.read_text())


@pytest.fixture(scope="session")
def server(start_server) -> Server:
    return start_server()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield opened
        opened.close()


PHONE = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36"


@dataclass
class Visit:
    """A page with what went wrong in it and what it asked for."""

    page: Page
    server: Server
    beside: tuple[str, ...] = ()  # other servers of the test that may be asked
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.server.url + path)
        self.settled()
        return self.page

    def settled(self) -> None:
        """Waits until the page has its title, its links are followed (before that a click on one loads the whole application again), and
        no run is under way."""
        self.page.wait_for_selector("h1.page, [data-testid=stAlert]", timeout=60_000)
        self.page.wait_for_selector("html[data-links]", state="attached", timeout=60_000)
        self.page.wait_for_selector(AT_REST, timeout=60_000)

    def listed_pages(self) -> list[str]:
        """The names of the pages that the menus at the top lead to."""
        found: list[str] = []
        sections = self.page.get_by_test_id("stTopNavSection")
        sections.first.wait_for()
        for number in range(sections.count()):
            sections.nth(number).click()
            self.page.get_by_test_id("stTopNavDropdownLink").first.wait_for()
            found += self.page.get_by_test_id("stTopNavDropdownLink").all_inner_texts()
            self.page.keyboard.press("Escape")
            self.page.get_by_test_id("stTopNavPopover").wait_for(state="hidden")
        return [text.splitlines()[-1] for text in found]

    def address(self) -> str:
        return self.page.evaluate("location.pathname + location.search")


def press(one: Visit, key: str, shown: Locator, *, hidden: bool = False) -> None:
    """Presses a key until what it shows is there. A key is heard by nobody before the page's buttons listen, which no mark tells; a
    person presses again."""
    for _again in range(3):
        one.page.wait_for_selector(AT_REST)
        one.page.evaluate("new Promise(idle => requestIdleCallback(idle))")
        one.page.keyboard.press(key)
        try:
            return shown.wait_for(state="hidden" if hidden else "visible", timeout=30_000)
        except NotShown:
            pass
    raise AssertionError(f"the key {key} was not heard")


@pytest.fixture
def visit(browser, server) -> Iterator[Callable[..., Visit]]:
    """Opens a fresh browser window; at the end nothing may have gone wrong in any."""
    visits: list[Visit] = []
    contexts = []

    def open_window(*, width: int = 1366, height: int = 768, dark: bool = False, at: Server | None = None,
                    beside: tuple[str, ...] = ()) -> Visit:  # fmt: skip
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light",
                                      is_mobile=width < 500, accept_downloads=True,
                                      user_agent=PHONE if width < 500 else None)  # fmt: skip
        context.set_default_timeout(90_000)
        contexts.append(context)
        one = Visit(context.new_page(), at or server, beside)
        _listen(one)
        visits.append(one)
        return one

    yield open_window
    for context in contexts:
        context.close()
    for one in visits:
        assert one.elsewhere == [], "a request left the machine"
        assert one.complaints == []


def _listen(one: Visit) -> None:
    def console(message) -> None:
        source = message.location.get("url", "")
        if message.type == "error" and not source.endswith(PROBES):
            one.complaints.append(f"{message.text} {source}")

    def request(asked) -> None:
        if not asked.url.startswith((one.server.url, "data:", "blob:", one.server.url.replace("http", "ws"), *one.beside)):
            one.elsewhere.append(asked.url)

    one.page.on("console", console)
    one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
    one.page.on("request", request)
