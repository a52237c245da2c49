"""Who may send files. Streamlit's own endpoint takes them from anybody who has opened a page, whether that page asks for one or not."""

from __future__ import annotations

import os
import time
from typing import Any

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from streamlit.web.server.server_util import AUTH_COOKIE_NAME
from streamlit.web.server.starlette import starlette_websocket as streamlits

from lib.roles import Role, holds
from lib.settings import LOCAL_STAFF
from lib.ui import ended, people
from lib.ui.claims import judge

UPLOADS = "/_stcore/upload_file/"
METRICS = "/_stcore/metrics"  # how many readers, and what is kept in memory: for those who run the server, not for everybody


async def refused(scope: dict[str, Any]) -> tuple[str, int] | None:
    """The sentence and the status where a request to Streamlit's own endpoints is not answered; None where it is."""
    if scope["path"].endswith(METRICS):
        return "There is nothing here.", 404
    if is_upload(scope) and not await run_in_threadpool(may_upload, scope):  # which may ask the store
        return "Sending a file needs a sign-in with a role of the staff.", 403
    return None


def is_upload(scope: dict[str, Any]) -> bool:
    """Whether a request brings a file; its first questions, which bring none, are let through."""
    return UPLOADS in scope["path"] and scope["method"] in ("PUT", "POST", "DELETE")


def may_upload(scope: dict[str, Any]) -> bool:
    """Whether the request comes from somebody who is signed in with a role of the staff, or the program was started for staff on this machine.

    What reads the cookie is Streamlit's own, as it reads it for a page; a test signs one and tampers with it.
    """
    request = Request(scope)
    if os.environ.get(LOCAL_STAFF) == "1" and st.get_option("server.address") in people.LOOPBACK and people.asked_here(request.headers):
        return True
    claims: dict[str, Any] = dict(streamlits.gather_user_info(request.headers))
    cookie = streamlits._get_signed_cookie_with_chunks(request.cookies, AUTH_COOKIE_NAME)
    if cookie:
        origin = request.headers.get("Origin") or f"{request.url.scheme}://{request.url.netloc}"
        claims = streamlits._parse_decoded_user_cookie(cookie, origin) | claims
    return holds(judge(claims, people.current_secrets(), now=time.time(), is_ended=ended.now).person, Role.STAFF)
