"""What every answer of the server carries: what a browser may load and who may frame it, and compression of what is large."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.api.source import Source
from lib.errors import SettingsError

Refuses = Callable[[Scope], Awaitable["tuple[str, int] | None"]]  # the sentence and the status of what is not answered
HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d+)?", re.ASCII | re.I)
LIVE = "{live}"  # in the policy, until the request says at which name the site is asked
MAY_BE_EMBEDDED = ("/indicator", "/map", "/equity")  # and only with ?embed=true, where they show one picture


def policy(map_style: str, inline: str = "") -> str:
    """What a browser may load: from this server alone, and from the base map's where the city has one elsewhere.

    `inline`: the scripts inside the first page's HTML that may run, as `inline_scripts` gives them; all others may not. LIVE stands for
    where the page's own connection goes, which not every browser counts as 'self'.
    """
    parts = urlsplit(map_style)
    elsewhere = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return (f"default-src 'self'; script-src 'self' {inline} 'wasm-unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:{elsewhere}; font-src 'self' data:; "
            f"connect-src 'self'{LIVE}{elsewhere}; worker-src 'self' blob:; frame-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'").replace("  ", " ")  # fmt: skip


def inline_scripts(page: Path) -> str:
    """The hashes of the scripts that stand inside a page's HTML, as a policy names them. A script that somebody adds has another."""
    scripts = re.findall(r"<script>(.*?)</script>", page.read_text(encoding="utf-8"), re.S)
    return " ".join(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)


def live(host: str) -> str:
    """The addresses of a page's own connection; "" for a name that is none, so that nothing else can stand in the policy."""
    return f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""


class Guarded:
    """Adds the headers to what is answered over HTTP, and answers itself what is refused; what else passes through here, such as a page's own connection, is left alone."""

    def __init__(self, app: ASGIApp, *, map_style: str = "", inline: str = "", refuses: Refuses) -> None:
        self.app, self.policy, self.refuses = app, policy(map_style, inline), refuses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        frames = "*" if may_be_framed(scope["path"], scope.get("query_string", b"").decode("latin-1")) else "'self'"

        allowed = self.policy.replace(LIVE, live(Headers(scope=scope).get("host", "")))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", f"{allowed}; frame-ancestors {frames}")
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
            await send(message)

        if refused := await self.refuses(scope):
            await PlainTextResponse(*refused)(scope, receive, send_with_headers)
        else:
            await self.app(scope, receive, send_with_headers)


def may_be_framed(path: str, query: str) -> bool:
    """Whether other sites may show this address in a frame of theirs."""
    return path.endswith(MAY_BE_EMBEDDED) and parse_qs(query).get("embed") == ["true"]


def middleware(source: Source, refuses: Refuses, *, page: Path) -> list[Middleware]:
    """For Streamlit's server, around all that it answers. `page` is the HTML that it begins with. Settings that cannot be read are told by the pages, so here they stop nothing."""
    try:
        map_style = source.settings().map.style
    except SettingsError:
        map_style = ""
    return [Middleware(Guarded, map_style=map_style, inline=inline_scripts(page), refuses=refuses), Middleware(GZipMiddleware, minimum_size=1_000)]
