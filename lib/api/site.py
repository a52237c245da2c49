"""What a server of one's own has beside the pages: the read API, the data files, the feed, and whether the site is well.

Starlette, which Streamlit itself stands on. Each answer is made in a thread of the pool, so a slow one holds up nobody.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from lib.api import problems
from lib.api.answers import answer, asked_as, file_answer, is_known, tag_of, unchanged
from lib.api.openapi import description
from lib.api.parameters import read
from lib.api.problems import Problem
from lib.api.resources import BASE, RESOURCES, Page, Resource, page_of, single
from lib.api.source import Source
from lib.errors import OutcomeStatError, TooManyRows
from lib.language import SOURCE, use
from lib.log import told
from lib.opendata import changes
from lib.opendata.dictionary import FILES, VERSION
from lib.opendata.edition import Edition
from lib.opendata.files import MEDIA_TYPES
from lib.opendata.package import SOURCES, catalogue, datapackage
from lib.store.database import SLOW

DATA = f"/data/{VERSION}"
READING = ["GET", "HEAD"]
ROBOTS = "User-agent: *\nAllow: /\nDisallow: /_stcore/\n"
FAILURES = {HTTPException: problems.of_http, Exception: problems.of_anything}
FOR_OTHER_SITES = Middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_methods=["GET"],
    allow_headers=["If-None-Match"],
    expose_headers=["ETag", "Link"],
)

SECONDS_TO_BE_READY = 2.0

log = logging.getLogger("outcomestat")
Answer = Callable[[Request], Response]


def routes(source: Source) -> list[BaseRoute]:
    """All addresses, for Streamlit's server to add to its own."""
    return [
        Mount(BASE, app=_application(_api(source))),
        Mount(DATA, app=_application(_files(source))),
        Route("/data.json", _data_json(source), methods=READING, middleware=[FOR_OTHER_SITES]),
        Route("/healthz", _alive, methods=READING),
        Route("/readyz", Readiness(source).answer, methods=READING),
        Route("/robots.txt", _robots, methods=READING),
        Route(f"/{changes.PATH}", _feed(source), methods=READING, middleware=[FOR_OTHER_SITES]),
    ]


def application(source: Source) -> Starlette:
    """The same without Streamlit."""
    return Starlette(routes=routes(source), exception_handlers=FAILURES)


def _application(several: Sequence[BaseRoute]) -> Starlette:
    """With failures told as problem details, and open to other sites' pages."""
    return Starlette(routes=several, exception_handlers=FAILURES, middleware=[FOR_OTHER_SITES])


def _told(make: Answer) -> Answer:
    """The answer, or in plain words why there is none. Data are the same for every reader: no page's language reaches them."""

    @wraps(make)
    def telling(request: Request) -> Response:
        use(SOURCE)
        try:
            return make(request)
        except Problem as problem:
            return problems.response(problem)
        except OutcomeStatError as problem:
            return problems.of_the_store(request, problem)

    return telling


# The API


def _api(source: Source) -> list[BaseRoute]:
    found: list[BaseRoute] = [Route("/openapi.json", _described(source), methods=READING)]
    for resource in RESOURCES.values():
        found.append(Route(f"/{resource.name}", _collection(source, resource), methods=READING))
        if resource.single:
            found.append(Route(f"/{resource.name}/{{key}}", _one(source, resource), methods=READING))
    return found


def _described(source: Source) -> Answer:
    @_told
    def openapi(request: Request) -> Response:
        read(request.query_params, ())
        edition = source.edition()
        tag = tag_of(edition.key, "openapi")
        return unchanged(tag) if is_known(request, tag) else answer(request, description(edition), tag)

    return openapi


def _collection(source: Source, resource: Resource) -> Answer:
    @_told
    def collection(request: Request) -> Response:
        asked = read(request.query_params, resource.every_parameter)
        edition = source.edition()
        tag = tag_of(edition.key, asked_as(request))
        if is_known(request, tag):
            return unchanged(tag)
        page = page_of(edition, resource, asked)
        following = _next(request, page)
        content = _envelope(edition) | {
            "total": page.total,
            "limit": asked["limit"],
            "next": following,
            "rows": page.rows,
        }
        return answer(request, content, tag, headers={"Link": f'<{following}>; rel="next"'} if following else None)

    return collection


def _next(request: Request, page: Page) -> str | None:
    """The address of the next page on this server: the same question with another cursor."""
    if page.next is None:
        return None
    same = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f"{request.url.path}?{urlencode([*same, ('cursor', str(page.next))])}"


def _one(source: Source, resource: Resource) -> Answer:
    @_told
    def one(request: Request) -> Response:
        read(request.query_params, ())
        edition = source.edition()
        tag = tag_of(edition.key, asked_as(request))
        if is_known(request, tag):
            return unchanged(tag)
        return answer(request, _envelope(edition) | {"row": single(edition, resource, request.path_params["key"])}, tag)

    return one


def _envelope(edition: Edition) -> dict[str, Any]:
    return {
        "release": edition.release,
        "as_of": edition.as_of,
        "licence": edition.settings.city.licence,
        "citation": edition.citation,
    }


# The files


def _files(source: Source) -> list[BaseRoute]:
    return [
        Route("/datapackage.json", _described_package(source), methods=READING),
        Route(f"/{SOURCES}", _sources(source), methods=READING),
        Route("/{table}.{form}", _table(source), methods=READING),
    ]


def _described_package(source: Source) -> Answer:
    @_told
    def package(request: Request) -> Response:
        edition = source.edition()
        tag = tag_of(edition.key, "datapackage")
        return unchanged(tag) if is_known(request, tag) else answer(request, datapackage(edition), tag)

    return package


def _sources(source: Source) -> Answer:
    @_told
    def sources(request: Request) -> Response:
        edition = source.edition()
        if not edition.sources:
            raise Problem(
                404,
                "The city wrote nothing about its sources.",
                remedy="Each row of the tables names where it was read.",
            )
        tag = tag_of(edition.key, edition.sources)
        return (
            unchanged(tag)
            if is_known(request, tag)
            else answer(request, edition.sources, tag, media_type="text/markdown; charset=utf-8")
        )

    return sources


def _table(source: Source) -> Answer:
    @_told
    def table(request: Request) -> Response:
        name, form = request.path_params["table"], request.path_params["form"]
        asked = FILES.get(name)
        if asked is None or form not in asked.formats:
            raise Problem(
                404,
                f"There is no table {name!r} as {form!r}.",
                remedy=f"All tables and formats stand in {DATA}/datapackage.json.",
            )
        edition = source.edition()
        tag = tag_of(source.version(edition, asked), name, form)
        if is_known(request, tag):
            return unchanged(tag)
        try:
            return file_answer(source.file(edition, asked, form), tag, media_type=MEDIA_TYPES[form])
        except TooManyRows as problem:
            raise Problem(422, problem.sentence, remedy=f"Take {DATA}/{name}.csv.") from None

    return table


def _data_json(source: Source) -> Answer:
    @_told
    def data_json(request: Request) -> Response:
        edition = source.edition()
        address = _address(edition, request)
        tag = tag_of(edition.key, "data.json", address)
        return unchanged(tag) if is_known(request, tag) else answer(request, catalogue(edition, address=address), tag)

    return data_json


# Whether it is well


async def _alive(_: Request) -> Response:
    """The process answers; nothing more is said."""
    return JSONResponse({"status": "alive"}, headers={"Cache-Control": "no-store"})


class Readiness:
    """Whether readers would see figures: the database answers in time, has the tables of this version, and shows a release that can be read.

    One look at a time, in a thread of its own: while the database hangs, who asks is answered all the same, and no thread of the pages waits.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._looking = ThreadPoolExecutor(1, "readyz")
        self._look: Future[dict[str, str]] | None = None
        self._why = ""  # it was not ready when it was last asked

    async def answer(self, _: Request) -> Response:
        if self._look is None or self._look.done():
            self._look = self._looking.submit(self._found)
        look = asyncio.wrap_future(self._look)
        done, _waiting = await asyncio.wait([look], timeout=SECONDS_TO_BE_READY)
        found = dict(look.result()) if done else {"status": "not ready", "why": SLOW}
        look.cancel()  # of who waited; the look itself goes on, and who asks next waits for it
        self._tell(found)
        if found["status"] == "ready":
            return JSONResponse(found, headers={"Cache-Control": "no-store"})
        return JSONResponse(found, 503, headers={"Cache-Control": "no-store", "Retry-After": str(problems.SECONDS_TO_WAIT)})

    def _found(self) -> dict[str, str]:
        use(SOURCE)
        try:
            return {"status": "ready", "release": self._source.ready()}
        except OutcomeStatError as problem:
            return {"status": "not ready", "why": problem.sentence, "kind": told(problem)}

    def _tell(self, found: dict[str, str]) -> None:
        """The log has the change and not every answer."""
        kind = found.pop("kind", "")
        why = found.get("why", "")
        if why and why != self._why:
            log.error("not ready: %s", kind or why)
        elif self._why and not why:
            log.warning("ready again", extra={"release": found["release"][:12]})
        self._why = why


async def _robots(_: Request) -> Response:
    return PlainTextResponse(ROBOTS, headers={"Cache-Control": f"public, max-age={86_400}"})


def _feed(source: Source) -> Answer:
    """What changed. People write a part of it at any moment, so it is made anew and told by its own content."""

    @_told
    def changed(request: Request) -> Response:
        edition = source.edition()
        content = changes.as_feed(edition, address=_address(edition, request), pages=True)
        tag = tag_of(hashlib.sha256(content).hexdigest())
        return unchanged(tag) if is_known(request, tag) else answer(request, content, tag, media_type=changes.MEDIA_TYPE)

    return changed


def _address(edition: Edition, request: Request) -> str:
    """Where the site is: as its settings say, else as who asks found it."""
    return edition.settings.site.address or f"{request.url.scheme}://{request.url.netloc}"
