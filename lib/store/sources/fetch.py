"""Asks a server for one reply, within limits of time and size. Nothing of the surroundings counts: no proxy, no cookie, no
password file. Redirects are followed only to hosts that are named."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from urllib.parse import quote_plus, urlencode, urljoin, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from lib.store.sources.addresses import origin_of, origin_of_host, without_query
from lib.store.sources.errors import SourceError, SourceUnavailable
from lib.store.sources.settings import Limits

MEGABYTE = 1_000_000
PIECE = 65_536
REDIRECTS = (301, 302, 303, 307, 308)
MAY_PASS = (408, 429, 500, 502, 503, 504)  # what a server says when asking again may help


@dataclass(frozen=True)
class Kind:
    """What a reply has to be. `shows_its_end`: whether a reader of the content notices when the end is missing."""

    name: str
    types: tuple[str, ...]
    shows_its_end: bool = True


JSON = Kind("JSON", ("application/json", "application/geo+json", "text/json", "text/plain"))  # older ArcGIS servers say text/plain
WORKBOOK = Kind("an .xlsx workbook", ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                                      "application/octet-stream", "binary/octet-stream", "application/zip"))  # fmt: skip
CSV = Kind("a CSV file", ("text/csv", "application/csv", "text/plain", "application/octet-stream", "binary/octet-stream",
                          "application/vnd.ms-excel"), shows_its_end=False)  # fmt: skip


@dataclass(frozen=True)
class Reply:
    content: bytes
    address: str  # where it came from in the end, without what may hold a key
    fetched_at: datetime
    sha256: str


class _MayPass(SourceUnavailable):
    """A failure that may be gone when the server is asked again."""


class Fetcher:
    """Reads one source. Its limits of time and size hold for all replies together, from when it is made."""

    def __init__(self, *, hosts: Sequence[str], limits: Limits, ca_file: str = "", user_agent: str = "OutcomeStat") -> None:
        self.limits = limits
        self._origins = frozenset(origin_of_host(entry) for entry in hosts)
        self._ends = time.monotonic() + limits.source_seconds
        self._left = int(limits.max_source_megabytes * MEGABYTE)
        self._ca_file = ca_file
        self._user_agent = user_agent

    def get(
        self, address: str, parameters: Mapping[str, str] | None = None, *, kind: Kind, secret: Mapping[str, str] | None = None
    ) -> Reply:
        """The reply to a GET. `secret` are parameters that no message may name.

        Raises SourceUnavailable where the server fails, SourceError where the address may not be asked.
        """
        query = urlencode({**(parameters or {}), **(secret or {})})
        url = f"{address}?{query}" if query else address
        self._check(url)
        with _Unspoken(secret or {}), _Watch(min(self._ends, time.monotonic() + self.limits.reply_seconds)) as watch:
            for attempt in range(self.limits.retries + 1):
                try:
                    return self._follow(url, kind, watch)
                except _MayPass:
                    wait = self.limits.retry_wait_seconds * 2**attempt
                    if attempt == self.limits.retries or watch.left <= wait:
                        raise
                    time.sleep(wait)
        raise AssertionError("unreachable")

    def _check(self, url: str) -> str:
        shown = without_query(url)
        try:
            origin = origin_of(url)
        except ValueError as problem:
            raise SourceError(f"An address of a source cannot be used: {problem}.", detail=shown) from None
        if origin not in self._origins:
            raise SourceError(f"{urlsplit(url).hostname} is not one of the hosts that config.toml names under sources.hosts; it was not asked.",
                              detail=shown)  # fmt: skip
        return origin

    def _follow(self, url: str, kind: Kind, watch: _Watch) -> Reply:
        for _ in range(self.limits.max_redirects + 1):
            with self._pool(url, watch) as pool:
                response = self._ask(pool, url, kind, watch)
                try:
                    if response.status in REDIRECTS and response.headers.get("Location"):
                        url = self._led_to(url, response.headers["Location"])
                        continue
                    return self._read(response, url, kind, watch)
                finally:
                    response.close()
        raise SourceUnavailable(f"{_host(url)} leads from one address to the next without end.", detail=without_query(url))

    def _led_to(self, url: str, location: str) -> str:
        """Where a redirect leads. A server that leads elsewhere has failed: the last good copy may stand in for it."""
        try:
            target = urljoin(url, location)
            self._check(target)
        except (SourceError, ValueError) as problem:
            why = problem.sentence if isinstance(problem, SourceError) else "The address cannot be read."
            raise SourceUnavailable(f"{_host(url)} leads to another address. {why}", detail=without_query(url)) from None
        return target

    def _pool(self, url: str, watch: _Watch) -> urllib3.HTTPConnectionPool:
        parts = urlsplit(url)
        common = {
            "port": parts.port,
            "timeout": urllib3.Timeout(connect=min(self.limits.connect_seconds, watch.left_or_least),
                                       read=min(self.limits.read_seconds, watch.left_or_least)),
            "retries": False,
        }  # fmt: skip
        if parts.scheme == "https":
            pool = urllib3.HTTPSConnectionPool(parts.hostname, ssl_context=_trust(self._ca_file), **common)
            pool.ConnectionCls = _watched(HTTPSConnection, watch)
        else:
            pool = urllib3.HTTPConnectionPool(parts.hostname, **common)
            pool.ConnectionCls = _watched(HTTPConnection, watch)
        return pool

    def _ask(self, pool: urllib3.HTTPConnectionPool, url: str, kind: Kind, watch: _Watch) -> urllib3.BaseHTTPResponse:
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"User-Agent": self._user_agent, "Accept": ", ".join(kind.types), "Accept-Encoding": "gzip", "Connection": "close"}
        try:
            response = pool.request("GET", target, headers=headers, redirect=False, preload_content=False, decode_content=False)
            if watch.is_over:  # what was cut off may look like a head that has ended
                response.close()
                raise TimeoutError
            return response
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as problem:
            raise self._failure(url, problem, watch) from None

    def _failure(self, url: str, problem: Exception, watch: _Watch) -> SourceUnavailable:
        detail = f"{without_query(url)}: {type(problem).__name__}"
        if watch.is_over:
            return SourceUnavailable(f"{_host(url)} did not finish its reply in time.", detail=detail)
        if isinstance(problem, urllib3.exceptions.SSLError):
            return SourceUnavailable(f"{_host(url)} cannot prove that it is {_host(url)}.", detail=f"{detail}: {problem}")
        if isinstance(problem, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.NameResolutionError)):
            return _MayPass(f"{_host(url)} cannot be reached.", detail=detail)
        if isinstance(problem, urllib3.exceptions.TimeoutError):
            return _MayPass(f"{_host(url)} does not answer in time.", detail=detail)
        return _MayPass(f"{_host(url)} broke off its reply.", detail=detail)

    def _read(self, response: urllib3.BaseHTTPResponse, url: str, kind: Kind, watch: _Watch) -> Reply:
        shown = without_query(url)
        if response.status != 200:
            failure = _MayPass if response.status in MAY_PASS else SourceUnavailable
            raise failure(f"{_host(url)} answered with the error {response.status}.", detail=shown)
        stated = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if stated not in kind.types:
            raise SourceUnavailable(f"{_host(url)} sent {stated or 'something without a type'} where {kind.name} is expected.", detail=shown)
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip"):
            raise SourceUnavailable(f"{_host(url)} packed its reply in a way that was not asked for.", detail=f"{shown}: {encoding[:40]}")
        has_end = "Content-Length" in response.headers or response.headers.get("Transfer-Encoding", "").lower() == "chunked"
        if not has_end and encoding != "gzip" and not kind.shows_its_end:
            raise SourceUnavailable(f"{_host(url)} does not say where its reply ends, so it cannot be told whether it is whole.", detail=shown)
        content = self._content(response, url, encoding, watch)
        self._left -= len(content)
        return Reply(content, shown, datetime.now(UTC), hashlib.sha256(content).hexdigest())

    def _content(self, response: urllib3.BaseHTTPResponse, url: str, encoding: str, watch: _Watch) -> bytes:
        most = min(int(self.limits.max_megabytes * MEGABYTE), self._left)
        too_large = SourceUnavailable(f"{_host(url)} sends more than the {most / MEGABYTE:,.3g} MB that are taken.", detail=without_query(url))
        if (response.headers.get("Content-Length") or "").isdigit() and int(response.headers["Content-Length"]) > most:
            raise too_large
        unpack = _Gzip() if encoding == "gzip" else _Plain()
        content = bytearray()
        received = 0
        try:
            while piece := response.read1(PIECE, decode_content=False):
                received += len(piece)
                content += unpack.next(piece, most + 1 - len(content))
                if len(content) > most or received > most:
                    raise too_large
            unpack.check_end()
        except (urllib3.exceptions.HTTPError, OSError, zlib.error, EOFError) as problem:
            raise self._failure(url, problem, watch) from None
        if watch.is_over:
            raise self._failure(url, TimeoutError(), watch)
        return bytes(content)


class _Plain:
    def next(self, piece: bytes, most: int) -> bytes:
        return piece[:most]

    def check_end(self) -> None:
        pass


class _Gzip:
    """Unpacks no more than is asked for, so that a small reply cannot fill the memory."""

    def __init__(self) -> None:
        self._unpacking = zlib.decompressobj(wbits=31)

    def next(self, piece: bytes, most: int) -> bytes:
        unpacked = self._unpacking.decompress(piece, max(most, 1))
        if self._unpacking.unused_data:
            raise zlib.error("something follows the end")
        return unpacked

    def check_end(self) -> None:
        if not self._unpacking.eof:
            raise EOFError


class _Watch:
    """Cuts the connections when the time is up. The limit on each read alone would let a server send a byte now and then."""

    def __init__(self, ends: float) -> None:
        self.is_over = False
        self._ends = ends
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(self.left_or_least, self._cut)
        self._timer.daemon = True

    @property
    def left(self) -> float:
        return self._ends - time.monotonic()

    @property
    def left_or_least(self) -> float:
        return max(self.left, 0.001)

    def __enter__(self) -> _Watch:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:
            for one in self._sockets:
                one.close()
            self._sockets.clear()

    def add(self, connection: socket.socket) -> None:
        with self._lock:
            self._sockets.append(socket.socket(fileno=os.dup(connection.fileno())))  # TLS takes the first one over
            is_over = self.is_over
        if is_over:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            self.is_over = True
            for one in self._sockets:
                with contextlib.suppress(OSError):  # it may have ended by itself
                    one.shutdown(socket.SHUT_RDWR)


class _Unspoken(logging.Filter):
    """While a request is made, what urllib3 logs of it is left out where it holds a secret: its lines name the whole address."""

    def __init__(self, secret: Mapping[str, str]) -> None:
        super().__init__()
        self._words = {word for value in secret.values() if value for word in (value, quote_plus(value))}
        self._loggers = [logging.getLogger(name) for name in ("urllib3.connection", "urllib3.connectionpool", "urllib3.util.retry")]

    def filter(self, record: logging.LogRecord) -> bool:
        return not any(word in record.getMessage() for word in self._words)

    def __enter__(self) -> _Unspoken:
        for one in self._loggers:
            one.addFilter(self)
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._loggers:
            one.removeFilter(self)


def _watched(base: type[HTTPConnection], watch: _Watch) -> type[HTTPConnection]:
    class Watched(base):  # type: ignore[misc, valid-type]
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            watch.add(connection)
            return connection

    return Watched


def _trust(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as problem:
        raise SourceError("The file that sources.ca_file names cannot be read.", detail=str(problem)) from None


def _host(url: str) -> str:
    return urlsplit(url).hostname or "The source"
