"""Readers that come back: as a browser does, they take a lost connection up again, with their cookies, and ask for the page anew."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from bench.sessions import Address, Reader

COOKIE = "outcomestat_server"
KNOCK_EVERY = 0.5  # seconds between two attempts to connect; a browser begins with about as many


@dataclass
class Told:
    """What all readers of a trial saw. Moments are of time.monotonic."""

    pages: int = 0
    broken: list[tuple[float, float]] = field(default_factory=list)  # when a connection was lost, and when its reader had a page again
    refused: int = 0  # attempts to connect that failed
    failed: list[str] = field(default_factory=list)  # pages that said that something went wrong
    failed_again: list[str] = field(default_factory=list)  # and did when they were asked for once more
    held_by: dict[int, str] = field(default_factory=dict)  # by reader, the letter of the server that holds them
    mended: list[tuple[float, float]] = field(default_factory=list)  # when a page said that something went wrong, and when the reader had one again
    without: set[int] = field(default_factory=set)  # readers whose last page said that something went wrong
    away: set[int] = field(default_factory=set)  # readers who have no page now


class Returning:
    """One reader with a browser's manners: keeps the cookie that names their server, and connects again when the connection is lost."""

    def __init__(self, url: str, trust: ssl.SSLContext, number: int, told: Told, addresses: Sequence[Address], *, held: str = "") -> None:
        self.url, self.trust, self.number, self.told, self.addresses, self.held = url, trust, number, told, addresses, held
        self.chance = random.Random(number)
        self.lost_at = 0.0  # when the connection was lost; 0: there is one, or there never was one
        self.failed_at = 0.0  # when a page said that something went wrong; 0: the last one came

    async def read(self, *, until: float, thought: float) -> None:
        """Page after page, with half to one and a half times `thought` seconds between two, wherever the connection leads."""
        self.told.away.add(self.number)
        while time.monotonic() < until:
            try:
                await self._while_connected(until, thought)
            except (OSError, WebSocketException, EOFError):  # OSError: also what timed out
                self.told.refused += bool(self.lost_at)
                self.lost_at = self.lost_at or time.monotonic()
                self.told.away.add(self.number)
                await asyncio.sleep(KNOCK_EVERY)

    async def _while_connected(self, until: float, thought: float) -> None:
        cookie = {"Cookie": f"{COOKIE}={self.held}"} if self.held else {}
        async with connect(f"{self.url.replace('http', 'ws')}/_stcore/stream", subprotocols=["streamlit"], max_size=None, ping_interval=None,
                           ssl=self.trust, additional_headers=cookie, open_timeout=20) as socket:  # fmt: skip
            self.held = letter_of(socket.response.headers.get_all("Set-Cookie")) or self.held
            self.told.held_by[self.number] = self.held
            session = Reader(socket)
            while True:
                if await self._page(session):
                    self._has_a_page()
                pause = min(self.chance.uniform(0.5, 1.5) * thought, until - time.monotonic())
                if pause <= 0:
                    return
                _, still_thinking = await asyncio.wait([closed := asyncio.ensure_future(socket.wait_closed())], timeout=pause)
                if not still_thinking:
                    raise EOFError("the connection was lost while the reader was thinking")
                closed.cancel()

    async def _page(self, session: Reader) -> bool:
        """A page, and once more where it says that something went wrong: what a reader would do. Whether it came."""
        address = self.chance.choice(self.addresses)
        try:
            await session.run(address)
        except RuntimeError as problem:
            self.told.failed.append(str(problem))
            self.told.without.add(self.number)
            self.failed_at = self.failed_at or time.monotonic()
            await asyncio.sleep(KNOCK_EVERY)
            try:
                await session.run(address)
            except RuntimeError as still:
                self.told.failed_again.append(str(still))
                return False
        self.told.pages += 1
        return True

    def _has_a_page(self) -> None:
        now = time.monotonic()
        self.told.away.discard(self.number)
        self.told.without.discard(self.number)
        if self.lost_at:
            self.told.broken.append((self.lost_at, now))
        if self.failed_at:
            self.told.mended.append((self.failed_at, now))
        self.lost_at = self.failed_at = 0.0


def letter_of(cookies: Sequence[str]) -> str:
    """The server's letter in the cookies that an answer sets; "" where it sets none."""
    found = [SimpleCookie(one)[COOKIE].value for one in cookies if one.startswith(f"{COOKIE}=")]
    return found[-1] if found else ""


async def read(url: str, trust: ssl.SSLContext, readers: int, addresses: Sequence[Address], told: Told, *, arrive: float, until: float, thought: float,
               letters: str = "abc") -> None:  # fmt: skip
    """So many readers arrive one after the other within `arrive` seconds, evenly at the servers of these letters, and stay until `until`."""

    async def one(number: int) -> None:
        await asyncio.sleep(arrive * number / readers)
        await Returning(url, trust, number, told, addresses, held=letters[number % len(letters)]).read(until=until, thought=thought)

    await asyncio.gather(*(one(number) for number in range(readers)))
