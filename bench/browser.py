"""A real Chromium that takes the time itself: from the start of a visit, or from a click, to what was waited for on screen."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.pairs import Change, View
from bench.server import Server

FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
         "--disable-background-networking", "--disable-component-update", "--no-first-run"]  # fmt: skip
SIZE = {"width": 1366, "height": 768}
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"
PATIENCE_MS = 60_000

# Runs in the page before anything else. `watch` asks its condition after each change of the document and answers with the
# time in ms since the visit began. The second animation frame after the change begins when the first one was painted.
# `runs` counts the script runs that came to their end.
CLOCK = """
window.bench = {
  input: 0, runs: 0,
  watch: (shown) => new Promise((found, failed) => {
    const late = setTimeout(() => failed(new Error('not shown in time: ' + shown)), PATIENCE_MS);
    const look = () => {
      if (!shown()) return;
      observer.disconnect();
      clearTimeout(late);
      requestAnimationFrame(() => requestAnimationFrame(() => found(performance.now())));
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    look();
  }),
};
for (const kind of ['pointerup', 'keydown']) addEventListener(kind, (event) => { bench.input = event.timeStamp; }, true);
new MutationObserver((changes) => {
  for (const change of changes)
    if (change.target.getAttribute('data-test-script-state') === 'notRunning' && change.oldValue !== 'notRunning')
      bench.runs += 1;
}).observe(document, { subtree: true, attributeFilter: ['data-test-script-state'], attributeOldValue: true });
""".replace("PATIENCE_MS", str(PATIENCE_MS))


@contextmanager
def launched() -> Iterator[Browser]:
    """The machine's own Chromium, or the one that Playwright downloaded."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def fresh(browser: Browser) -> Iterator[BrowserContext]:
    """A window that has never been anywhere: nothing in its cache."""
    context = browser.new_context(viewport=SIZE)
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def visit(context: BrowserContext, server: Server, view: View) -> tuple[Page, float]:
    """Opens a view in a new tab. The seconds from the start of the visit to what was waited for on screen."""
    page = context.new_page()
    return page, load(page, server, view)


def load(page: Page, server: Server, view: View) -> float:
    page.add_init_script(f"{CLOCK}\nbench.view = bench.watch(() => {view.shown});")
    page.goto(server.url + view.path, wait_until="commit")
    return page.evaluate("bench.view") / 1000


def settle(page: Page) -> None:
    """Waits until no run is under way and no file has been asked for in half a second."""
    page.wait_for_selector(SETTLED, state="attached")
    page.wait_for_load_state("networkidle")


def change(page: Page, what: Change, step: int) -> float:
    """Takes a step. The seconds from its last click or key to what was waited for on screen."""
    page.evaluate(f"void (bench.change = bench.watch(() => {what.shown(step)}))")
    what.act(page, step)
    seconds = page.evaluate("bench.change.then((shown) => shown - bench.input)") / 1000
    page.wait_for_selector(SETTLED, state="attached")
    return seconds


def rerun(page: Page) -> None:
    """Lets the page run again with nothing changed, and waits for the end of the run."""
    before = page.evaluate("bench.runs")
    page.keyboard.press("r")
    page.evaluate(f"bench.watch(() => bench.runs > {before})")


@dataclass
class Traffic:
    """What reached the browser, in bytes, while it was listened to."""

    files: int = 0
    messages: int = 0  # over the websocket, as unpacked
    addresses: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.files + self.messages


def listen(page: Page) -> Traffic:
    heard = Traffic()
    session = page.context.new_cdp_session(page)
    session.on("Network.requestWillBeSent", lambda event: heard.addresses.append(event["request"]["url"]))
    session.on("Network.loadingFinished", lambda event: _add(heard, files=event["encodedDataLength"]))
    session.on("Network.webSocketFrameReceived", lambda event: _add(heard, messages=_length(event["response"])))
    session.send("Network.enable")
    return heard


def _add(heard: Traffic, *, files: float = 0, messages: int = 0) -> None:
    heard.files += int(files)
    heard.messages += messages


def _length(frame: dict) -> int:
    """Binary messages (opcode 2) come as base64."""
    return len(base64.b64decode(frame["payloadData"])) if frame["opcode"] == 2 else len(frame["payloadData"].encode())
