"""A small HTTP server on loopback that answers as public services do: rightly, wrongly, slowly, and not to the end.

Everything in its answers is made up; the shapes are those of recorded replies.
"""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answerer = Callable[["Exchange"], None]


class Exchange:
    """One request, and the ways in which a test may answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self._handler = handler
        parts = urlsplit(handler.path)
        self.path = parts.path
        self.query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self.headers = dict(handler.headers.items())

    def send(self, body: bytes, *, kind: str = "application/json", status: int = 200, headers: dict[str, str] | None = None,
             length: int | None = None) -> None:  # fmt: skip
        """With `length` another length is stated than is sent; -1 states none."""
        handler = self._handler
        handler.send_response(status)
        if kind:
            handler.send_header("Content-Type", kind)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        if length != -1:
            handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    def json(self, content: Any, **more: Any) -> None:
        self.send(json.dumps(content).encode(), **more)

    def redirect(self, address: str, status: int = 302) -> None:
        self.send(b"", kind="", status=status, headers={"Location": address})

    def drip(self, pieces: list[bytes], *, wait: float) -> None:
        """Raw bytes, one piece after the other."""
        for piece in pieces:
            self._handler.wfile.write(piece)
            self._handler.wfile.flush()
            time.sleep(wait)


class Server:
    """`routes` by path; what is not there is answered with 404. `asked` are the requests in their order."""

    def __init__(self) -> None:
        self.routes: dict[str, Answerer] = {}
        self.asked: list[Exchange] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                exchange = Exchange(self)
                outer.asked.append(exchange)
                answer = outer.routes.get(exchange.path, lambda one: one.send(b"no such thing", kind="text/plain", status=404))
                try:
                    answer(exchange)
                except OSError:
                    self.close_connection = True  # the other side has hung up

            def log_message(self, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def wrap(self, context: Any) -> None:
        """Speaks TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class ArcGis:
    """A feature layer as a server gives it: about itself, its count, and its rows in pages."""

    def __init__(self, server: Server, path: str, rows: list[dict[str, Any]], *, cap: int = 2000, types: dict[str, str] | None = None,
                 ignores_offset: bool = False, loses: int = 0, names_object_id: bool = True, pages: bool = True) -> None:  # fmt: skip
        self.rows, self.cap, self.loses, self.ignores_offset = rows, cap, loses, ignores_offset
        names = list(rows[0]) if rows else ["OBJECTID"]
        kinds = {"OBJECTID": "esriFieldTypeOID", **(types or {})}
        self.fields = [{"name": name, "type": kinds.get(name, "esriFieldTypeString" if rows and isinstance(rows[0][name], str)
                                                        else "esriFieldTypeDouble"), "alias": name} for name in names]  # fmt: skip
        self.about = {"currentVersion": 11.2, "id": 0, "name": path.split("/")[-3], "type": "Feature Layer", "maxRecordCount": cap,
                      "fields": self.fields, "advancedQueryCapabilities": {"supportsPagination": pages}}  # fmt: skip
        if names_object_id:
            self.about["objectIdField"] = "OBJECTID"
        server.routes[path] = lambda exchange: exchange.json(self.about)
        server.routes[f"{path}/query"] = self.answer

    def answer(self, exchange: Exchange) -> None:
        if exchange.query.get("returnCountOnly") == "true":
            exchange.json({"count": len(self.rows) + self.loses})
            return
        start = 0 if self.ignores_offset else int(exchange.query.get("resultOffset", 0))
        size = min(self.cap, int(exchange.query.get("resultRecordCount", self.cap)))
        wanted = exchange.query["outFields"]
        names = [one["name"] for one in self.fields] if wanted == "*" else wanted.split(",")
        page = self.rows[start : start + size]
        answer = {"objectIdFieldName": "OBJECTID", "fields": [one for one in self.fields if one["name"] in names],
                  "features": [{"attributes": {name: row[name] for name in names}} for row in page]}  # fmt: skip
        if start + size < len(self.rows):
            answer["exceededTransferLimit"] = True
        exchange.json(answer)


def gzipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)
