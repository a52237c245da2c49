"""Answers with what caches and other sites need: a tag that changes with the content, how long it holds, and HEAD without a body."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from lib.opendata.files import dumped

SECONDS_FRESH = 300  # after which a cache asks again; a load is seen that much later at most
CACHED = f"public, max-age={SECONDS_FRESH}"


def tag_of(*said: str) -> str:
    """A weak tag, since a proxy may compress what stands behind it."""
    return f'W/"{hashlib.sha256(chr(0).join(said).encode()).hexdigest()[:32]}"'


def asked_as(request: Request) -> str:
    """The address without the order of its parameters."""
    return (
        request.url.path
        + "?"
        + "&".join(f"{name}={value}" for name, value in sorted(request.query_params.multi_items()))
    )


def is_known(request: Request, tag: str) -> bool:
    """Whether who asks has this content already."""
    given = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    return "*" in given or tag.removeprefix("W/") in [one.removeprefix("W/") for one in given]


def unchanged(tag: str) -> Response:
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": CACHED})


def answer(
    request: Request,
    content: Any,
    tag: str,
    *,
    media_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
) -> Response:
    body = content if isinstance(content, bytes) else (content if isinstance(content, str) else dumped(content)).encode()
    more = {
        "ETag": tag,
        "Cache-Control": CACHED,
        "Content-Length": str(len(body)),
        "X-Content-Type-Options": "nosniff",
    } | dict(headers or {})
    return Response(b"" if request.method == "HEAD" else body, media_type=media_type, headers=more)


def file_answer(path: Path, tag: str, *, media_type: str) -> FileResponse:
    """Sent from the disk, in parts where that is asked for."""
    headers = {"ETag": tag, "Cache-Control": CACHED, "X-Content-Type-Options": "nosniff"}
    return FileResponse(
        path, media_type=media_type, headers=headers, filename=path.name, content_disposition_type="attachment"
    )
