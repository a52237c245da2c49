"""Takes the figures. Ours and the bare page take turns, so that what else the machine does falls on both."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Page

from bench import browser as chromium
from bench import pairs
from bench.figures import Figure
from bench.server import AFTERMATH, Server, build_store, serve

UNCOUNTED_STEPS = 2  # they load what the browser lacks; a multiple of every number of kinds
RERUNS_A_BATCH = 10  # CPU time comes in ticks of 10 ms: this gives 1 ms a run

Servers = Callable[[str], Server]


def store(folder: Path, times: int) -> Figure:
    """Builds the store `times` times; the last one stays in `folder` for the servers."""
    built = [build_store(folder / name) for name in (*(f"store-{number}.db" for number in range(times - 1)), "store.db")]
    return Figure("Store build, whole process", "s", [one.seconds for one in built])


def cold_start(browser: Browser, pair: pairs.ViewPair, folder: Path, times: int) -> list[Figure]:
    """From the start of the process to the first page on screen, and the memory on the way."""
    seconds: dict[str, list[float]] = {"app": [], pair.bare.script: []}
    before: dict[str, list[float]] = {"app": [], pair.bare.script: []}
    after: dict[str, list[float]] = {"app": [], pair.bare.script: []}
    for _ in range(times):
        for view in (pair.ours, pair.bare):
            with chromium.fresh(browser) as window, serve(view.script, folder) as server:
                before[view.script].append(server.memory())
                page, shown = chromium.visit(window, server, view)
                seconds[view.script].append(page.evaluate("performance.timeOrigin") / 1000 + shown - server.started)
                chromium.settle(page)
                time.sleep(AFTERMATH)
                after[view.script].append(server.memory())
    return [
        Figure(f"{pair.name}, store built", "s", *seconds.values(), pair.aim),
        Figure("Memory, server answers", "MB", *before.values(), pairs.MEMORY_AIM_MB, "value"),
        Figure("Memory, after first page", "MB", *after.values(), pairs.MEMORY_AIM_MB, "value"),
    ]


def views(browser: Browser, pair: pairs.ViewPair, servers: Servers, times: int) -> list[Figure]:
    """First view (nothing in the browser's cache, a server that has shown the page before) and warm view (the second in
    the same window)."""
    first: tuple[list[float], list[float]] = ([], [])
    warm: tuple[list[float], list[float]] = ([], [])
    for number in range(times + 1):
        for side, view in enumerate((pair.ours, pair.bare)):
            with chromium.fresh(browser) as window:
                page, cold = chromium.visit(window, servers(view.script), view)
                chromium.settle(page)
                page.close()
                page, again = chromium.visit(window, servers(view.script), view)
                chromium.settle(page)
            if number:  # the first round only warms the servers
                first[side].append(cold)
                warm[side].append(again)
    return [
        Figure(f"{pair.name}, first view", "s", *first, pair.aim),
        Figure(f"{pair.name}, warm view", "s", *warm),
    ]


def transferred(browser: Browser, pair: pairs.ViewPair, servers: Servers) -> list[Figure]:
    """What the first view brings over the wire: files as sent, messages as unpacked. Listened to in a visit of its own."""
    heard = []
    for view in (pair.ours, pair.bare):
        with chromium.fresh(browser) as window:
            page = window.new_page()
            traffic = chromium.listen(page)
            chromium.load(page, servers(view.script), view)
            chromium.settle(page)
            heard.append(traffic)
    found = [Figure(f"{pair.name}, transferred at first", "KB", *([one.total / 1000] for one in heard)),
             Figure(f"{pair.name}, of it messages", "KB", *([one.messages / 1000] for one in heard)),
             Figure(f"{pair.name}, asked for", "files", *([len(one.addresses)] for one in heard))]  # fmt: skip
    if pair.without:
        unwanted = [address for address in heard[0].addresses if pair.without in address.lower()]
        found.append(Figure(f"{pair.name}, {pair.without} code on the wire", "files", [len(unwanted)], (), 0, "value"))
    return found


def changes(browser: Browser, pair: pairs.ChangePair, servers: Servers, times: int) -> list[Figure]:
    """Time from the click to paint, `times` times each kind of step; then what is sent for a step, the largest of four."""
    kinds = len(pair.kinds)
    seconds: list[tuple[list[float], list[float]]] = [([], []) for _ in pair.kinds]
    both = (pair.ours, pair.bare)
    last = UNCOUNTED_STEPS + times * kinds
    with chromium.fresh(browser) as window:
        pages = [chromium.visit(window, servers(what.view.script), what.view)[0] for what in both]
        for page in pages:
            chromium.settle(page)
        for step in range(last):
            for side, (page, what) in enumerate(zip(pages, both, strict=True)):
                page.bring_to_front()
                taken = chromium.change(page, what, step)
                if step >= UNCOUNTED_STEPS:
                    seconds[step % kinds][side].append(taken)
        sent = [_sent(page, what, last) for page, what in zip(pages, both, strict=True)]
    return [
        *(Figure(f"{pair.name}{kind}, to paint", "s", *samples, pair.aim)
          for kind, samples in zip(pair.kinds, seconds, strict=True)),
        Figure(f"{pair.name}, sent", "KB", [sent[0]], [sent[1]], pair.aim_kb, "value"),
    ]  # fmt: skip


def _sent(page: Page, what: pairs.Change, step: int) -> float:
    """KB over the websocket for one step, the largest of four."""
    page.bring_to_front()
    traffic = chromium.listen(page)
    found = []
    for number in range(step, step + 4):
        before = traffic.messages
        chromium.change(page, what, number)
        found.append((traffic.messages - before) / 1000)
    return max(found)


def cpu(browser: Browser, name: str, view: pairs.View, servers: Servers, batches: int) -> Figure:
    """CPU time of the server for one more run of a page, beside the bare select box and metric."""
    both = (view, pairs.BARE_RERUN)
    found: tuple[list[float], list[float]] = ([], [])
    with chromium.fresh(browser) as window:
        pages = [chromium.visit(window, servers(one.script), one)[0] for one in both]
        for page in pages:
            chromium.settle(page)
            chromium.rerun(page)
        for _ in range(batches):
            for side, (page, one) in enumerate(zip(pages, both, strict=True)):
                page.bring_to_front()
                time.sleep(AFTERMATH)
                start = servers(one.script).cpu()
                for _ in range(RERUNS_A_BATCH):
                    chromium.rerun(page)
                time.sleep(AFTERMATH)
                found[side].append((servers(one.script).cpu() - start) * 1000 / RERUNS_A_BATCH)
    return Figure(f"Server CPU per rerun, {name}", "ms", *found, pairs.CPU_AIM_MS, "value")


def memory(servers: Servers, bare: str) -> Figure:
    return Figure("Memory, after all views", "MB", [servers("app").memory()], [servers(bare).memory()])


def keep_running(stack: ExitStack, folder: Path) -> Servers:
    """Gives the server of a script, started when it is first asked for and stopped with `stack`."""
    running: dict[str, Server] = {}

    def server(script: str) -> Server:
        if script not in running:
            running[script] = stack.enter_context(serve(script, folder))
        return running[script]

    return server
