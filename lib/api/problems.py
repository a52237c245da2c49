"""What is wrong with a request, as problem details (RFC 9457): which part of it, and what to do instead."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from lib.errors import OutcomeStatError
from lib.log import new_reference, told
from lib.opendata.files import dumped

log = logging.getLogger("outcomestat")

MEDIA_TYPE = "application/problem+json"
TITLES: Mapping[int, str] = {400: "A parameter cannot be read", 404: "Not found", 405: "Only reading is possible", 406: "Not in this format",
                             409: "The data have changed", 422: "Too many rows", 500: "Something went wrong on our side", 503: "Not available right now"}  # fmt: skip
SECONDS_TO_WAIT = 30


class Problem(Exception):
    """A request that cannot be answered. `parameter` is the name of the query parameter that is wrong, `reference`
    what the log has too; "" where there is none."""

    def __init__(self, status: int, detail: str, *, remedy: str, parameter: str = "", reference: str = "") -> None:
        super().__init__(detail)
        self.status, self.detail, self.remedy, self.parameter, self.reference = status, detail, remedy, parameter, reference


def response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    said = {"type": "about:blank", "title": TITLES.get(problem.status, "The request cannot be answered"), "status": problem.status, "detail": problem.detail,
            "remedy": problem.remedy}  # fmt: skip
    said |= {name: value for name in ("parameter", "reference") if (value := getattr(problem, name))}
    more = {"Retry-After": str(SECONDS_TO_WAIT)} if problem.status == 503 else {}
    return Response(
        dumped(said),
        problem.status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store"} | more | dict(headers or {}),
    )


def of_the_store(request: Request, problem: OutcomeStatError) -> Response:
    reference = _written_down(request, problem)
    return response(Problem(503, problem.sentence, remedy="Ask again in a minute.", reference=reference))


def of_http(request: Request, problem: HTTPException) -> Response:
    if problem.status_code == 405:
        said = Problem(
            405,
            f"{request.method} is not possible here.",
            remedy="Use GET or HEAD: nothing can be written through this address.",
        )
    else:
        said = Problem(
            problem.status_code,
            f"There is nothing at {request.url.path}.",
            remedy="What there is stands in openapi.json and datapackage.json.",
        )
    return response(said, problem.headers)


def of_anything(request: Request, problem: Exception) -> Response:
    """The details are logged and told to nobody."""
    return response(
        Problem(
            500,
            "The answer could not be made.",
            remedy="Ask again; if it stays so, tell the people who run this site.",
            reference=_written_down(request, problem),
        )
    )


def _written_down(request: Request, problem: Exception) -> str:
    """The reference under which the log has the failure: what was asked is in it without its query."""
    reference = new_reference()
    log.error("reference %s: %s could not be answered: %s", reference, request.url.path, told(problem), exc_info=problem,
              extra={"reference": reference, "page": request.url.path})  # fmt: skip
    return reference
