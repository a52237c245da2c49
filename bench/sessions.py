"""Readers without a browser: raw websockets that speak Streamlit's protocol, wait for the end of each run, and think in between."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

Made = TypeVar("Made")
ANSWER_WITHIN = 120  # seconds; later is an error
FAILED = b"\n\nReference: "  # what our own page says where something went wrong


@dataclass(frozen=True)
class Address:
    """A page as it is asked for: "map" with {"measure": "violent_crime"}."""

    page: str
    query: dict[str, str] = field(default_factory=dict)


@dataclass
class Heard:
    """What the readers of one trial saw: seconds to the end of a run, and what went wrong in words."""

    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0  # that the trial took

    @property
    def runs(self) -> int:
        return len(self.first) + len(self.again)


def _finish(work: Coroutine[Any, Any, Made]) -> Made:
    """Runs it to its end in a thread: Playwright has an event loop of its own in the main one."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, work).result()


class Reader:
    """One open page. `run` asks for an address and gives the seconds until the server said that it is done."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.pages: dict[str, str] = {}  # address of a page: the hash by which Streamlit knows it
        self.received = 0  # bytes of messages since the last run began

    async def run(self, address: Address) -> float:
        asked = BackMsg()
        asked.rerun_script.query_string = urlencode(address.query)
        if address.page in self.pages:
            asked.rerun_script.page_script_hash = self.pages[address.page]
        else:
            asked.rerun_script.page_name = address.page
        start, self.received = time.perf_counter(), 0
        await self.socket.send(asked.SerializeToString())
        async with asyncio.timeout(ANSWER_WITHIN):
            while True:
                content = await self.socket.recv()
                self.received += len(content)
                if FAILED in content:
                    raise RuntimeError(f"{address.page}: the page failed")
                said = ForwardMsg()
                said.ParseFromString(content)
                kind = said.WhichOneof("type")
                if kind == "navigation":
                    self.pages |= {one.url_pathname: one.page_script_hash for one in said.navigation.app_pages}
                if kind == "script_finished" and said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    if said.script_finished not in (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY):
                        raise RuntimeError(f"{address.page}: the run ended with {said.script_finished}")
                    return time.perf_counter() - start


async def _read(url: str, heard: Heard, addresses: Sequence[Address], *, starts_at: float, until: float, thought: float, chance: random.Random) -> None:
    await asyncio.sleep(max(0.0, starts_at - time.perf_counter()))
    try:
        begin = time.perf_counter()
        async with connect(f"{url.replace('http', 'ws')}/_stcore/stream", subprotocols=["streamlit"], max_size=None, open_timeout=ANSWER_WITHIN,
                           ping_interval=None) as socket:  # fmt: skip
            reader = Reader(socket)
            await reader.run(chance.choice(addresses))
            heard.first.append(time.perf_counter() - begin)
            while True:
                await asyncio.sleep(chance.uniform(0.5, 1.5) * thought)
                if time.perf_counter() > until:
                    return
                heard.again.append(await reader.run(chance.choice(addresses)))
    except Exception as problem:  # noqa: BLE001  whatever goes wrong is a result
        heard.errors.append(f"{type(problem).__name__}: {problem}")


async def _all_read(url: str, readers: int, addresses: Sequence[Address], *, arrive: float, seconds: float, thought: float, seed: int) -> Heard:
    heard = Heard()
    now = time.perf_counter()
    until = now + arrive + seconds
    await asyncio.gather(*(_read(url, heard, addresses, starts_at=now + arrive * number / readers, until=until, thought=thought,
                                 chance=random.Random(f"{seed}-{number}")) for number in range(readers)))  # fmt: skip
    heard.seconds = time.perf_counter() - now
    return heard


def read(url: str, readers: int, addresses: Sequence[Address], *, arrive: float, seconds: float, thought: float = 3.0, seed: int = 1) -> Heard:
    """So many readers arrive one after the other within `arrive` seconds and go on for `seconds` more, each with `thought` seconds
    (half to one and a half times that) between a page and the next. The order of the pages is the same at every call with the seed."""
    return _finish(_all_read(url, readers, addresses, arrive=arrive, seconds=seconds, thought=thought, seed=seed))


async def _many_runs(url: str, addresses: Sequence[Address], times: int, sessions: int) -> None:
    async def one(number: int) -> None:
        for turn in range(times // sessions // len(addresses) or 1):
            async with connect(f"{url.replace('http', 'ws')}/_stcore/stream", subprotocols=["streamlit"], max_size=None, ping_interval=None,
                               open_timeout=ANSWER_WITHIN) as socket:  # fmt: skip
                reader = Reader(socket)
                for place in range(len(addresses)):
                    await reader.run(addresses[(place + number + turn) % len(addresses)])

    await asyncio.gather(*(one(number) for number in range(sessions)))


def view(url: str, addresses: Sequence[Address], times: int, *, sessions: int = 4) -> None:
    """About `times` views of the addresses in turn, by so many sessions at once, each closed after a round. Raises what goes wrong."""
    _finish(_many_runs(url, addresses, times, sessions))


async def _one_page(url: str, address: Address, times: int) -> int:
    async with connect(f"{url.replace('http', 'ws')}/_stcore/stream", subprotocols=["streamlit"], max_size=None, ping_interval=None,
                       open_timeout=ANSWER_WITHIN) as socket:  # fmt: skip
        reader = Reader(socket)
        for _ in range(times):
            await reader.run(address)
        return reader.received


def again(url: str, address: Address, times: int) -> int:
    """So many runs of one open page; the bytes that the last brought."""
    return _finish(_one_page(url, address, times))


async def _idle(url: str, address: Address, sessions: int, then) -> float:
    async def opened():
        socket = await connect(f"{url.replace('http', 'ws')}/_stcore/stream", subprotocols=["streamlit"], max_size=None, ping_interval=None,
                               open_timeout=ANSWER_WITHIN)  # fmt: skip
        await Reader(socket).run(address)
        return socket

    sockets = [await opened() for _ in range(sessions)]
    try:
        return then()
    finally:
        for socket in sockets:
            await socket.close()


def while_open(url: str, address: Address, sessions: int, then) -> float:
    """What `then()` gives while so many sessions stay open on that page."""
    return _finish(_idle(url, address, sessions, then))
