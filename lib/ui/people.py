"""Who is looking: a reader, somebody who signed in, or whoever runs the program on their own machine.

All is read anew at every run, the secrets and the list of ended sign-ins too, so that a role that is taken away is gone at the next click.
"""

from __future__ import annotations

import getpass
import logging
import os
import time
import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from lib.language import _
from lib.roles import Person, Role, holds, require
from lib.settings import LOCAL_STAFF
from lib.ui import ended
from lib.ui.claims import SignIn, faults, judge, mark_of
from lib.ui.text import escape, md_escape

log = logging.getLogger("outcomestat")
Made = TypeVar("Made")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
ONLY_HERE = "_only_here"  # in the session: a sign-out that could not be written down


def current_person() -> Person:
    """The person with the roles that they hold now."""
    return sign_in().person


def sign_in() -> SignIn:
    """Who is looking now, and why a sign-in counts for nothing where it does."""
    return _seen(dict(st.user), local=is_local_staff())


def _seen(claims: Mapping[str, Any], *, local: bool, is_ended: Callable[[str], bool | None] = ended.in_this_run) -> SignIn:
    if local:
        return SignIn(Person(f"{_account()} (this machine)", frozenset({Role.ADMINISTRATOR})))
    return judge(claims, current_secrets(), now=time.time(), is_ended=is_ended)


def is_local_staff() -> bool:
    """Whether the program was started for staff on this machine, and is asked from this machine under its own name."""
    return os.environ.get(LOCAL_STAFF) == "1" and st.get_option("server.address") in LOOPBACK and asked_here(st.context.headers)


def asked_here(headers: Mapping[str, str]) -> bool:
    """Whether the browser's address bar names this machine. Not so where another site's name leads here, or a proxy passes
    on what others ask."""
    host = headers.get("Host", LOOPBACK[0])
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name in LOOPBACK and not any(headers.get(one) for one in ("Forwarded", "X-Forwarded-For"))


def is_signed_in() -> bool:
    return st.user.get("is_logged_in") is True


def can_sign_in() -> bool:
    return bool(_ways_in())


def only(role: Role, what: str) -> Person:
    """The person, where they hold the role. Others are told what is needed and how to sign in, and the page ends there.

    `what` is the page's heading and completes "… needs the role". A page calls this right after its guard.
    """
    person = current_person()
    if holds(person, role):
        return person
    st.html(f"<h1 class='page'>{escape(what)}</h1>")
    said = _("{what} needs the role {role}. {way_in} You can read everything else.").format(what=what, role=_(str(role)), way_in=_how_to_get_it())
    st.info(md_escape(said), icon=":material/lock:")
    if can_sign_in():
        _sign_in_buttons("here")
    st.stop()


def _how_to_get_it() -> str:
    if is_signed_in():
        return sign_in().refused or _("You are signed in, and do not have it: ask the people who run this site, or sign in as somebody else.")
    return _("Sign in as somebody who has it.") if can_sign_in() else _("Sign-in is not set up on this server.")


def guarded(role: Role, what: str, make: Callable[[], Made]) -> Callable[[], Made]:
    """`make` for a download button. It runs when the button is pressed, long after the run that drew it, and outside of any;
    so the role is asked for once more then."""
    look = partial(_seen, dict(st.user), local=is_local_staff(), is_ended=ended.now)

    def checked() -> Made:
        require(look().person, role, what)
        return make()

    return checked


def banner() -> None:
    """In the sidebar: who is looking, and the way in or out. Nothing where there is none."""
    with st.sidebar:
        if is_local_staff():
            st.html(f"<p class='who'>{_('Started on this machine for its staff')}</p>")
        elif is_signed_in():
            one = sign_in()
            st.html(f"<p class='who'>{escape(one.refused or one.person.name)}</p>")
            if one.refused:
                _sign_in_buttons("again")
            _sign_out_button()
        elif can_sign_in():
            _sign_in_buttons("sidebar")


def _sign_out_button() -> None:
    """Ends the sign-in everywhere, then here. Where the first cannot be done, the reader is told, and may sign out here alone."""
    if st.button(_("Sign out"), key="sign-out", type="tertiary", icon=":material/logout:"):
        st.session_state[ONLY_HERE] = not ended.end(mark_of(st.user))
        if not st.session_state[ONLY_HERE]:
            st.logout()
    if st.session_state.get(ONLY_HERE):
        st.warning(_("You are still signed in: signing out could not be written down, so a copy of your sign-in would go on working elsewhere. Please try again in a minute."))
        if st.button(_("Sign out in this browser only"), key="sign-out-here", type="tertiary", icon=":material/logout:"):
            st.logout()


def _sign_in_buttons(place: str) -> None:
    """One button for each provider, named where there are several."""
    ways = _ways_in()
    for name in ways:
        label = _("Staff sign in") if len(ways) == 1 else _("Staff sign in: {provider}").format(provider=name)
        if st.button(label, key=f"sign-in-{place}-{name}", type="tertiary" if place != "here" else "secondary", icon=":material/login:"):
            st.login(None if name == "default" else name)


def _ways_in() -> list[str]:
    """The providers that the secrets name: "default" for [auth] itself, and those with a table of their own."""
    auth = current_secrets().get("auth")
    if not isinstance(auth, Mapping):
        return []
    own = [name for name, table in auth.items() if isinstance(table, Mapping) and "client_id" in table]
    return ["default"] * ("client_id" in auth) + own


def current_secrets() -> Mapping[str, Any]:
    """The secrets as they stand on disk; none where they cannot be read.

    Streamlit keeps its own copy and looks for changes, but misses some: a file put back with an older time, and every change
    after one that could not be read. Who gives or takes a role must not depend on it.
    """
    paths = st.get_option("secrets.files")
    if not all(str(path).endswith(".toml") for path in paths):
        return _streamlits_own()
    found: dict[str, Any] = {}
    for path in paths:
        try:
            part = _parsed(Path(path).read_bytes())
        except FileNotFoundError:
            continue
        except OSError as problem:
            log.error("the secrets cannot be read, so nobody holds a role: %s", problem)
            return {}
        if part is None:
            return {}
        found |= part
    return found


def _streamlits_own() -> Mapping[str, Any]:
    """The secrets as Streamlit reads them: folders of files too, as Kubernetes gives them."""
    try:
        return st.secrets.to_dict()
    except StreamlitSecretNotFoundError:
        return {}


@lru_cache(maxsize=8)
def _parsed(content: bytes) -> Mapping[str, Any] | None:
    """A file of secrets, None where it cannot be read; read, and its faults told to the log, once for each of its states.
    Do not change it."""
    try:
        found = tomllib.loads(content.decode())
    except ValueError as problem:  # of TOML and of decoding; its text may hold a secret
        log.error("a file of secrets cannot be read, so nobody holds a role: %s", type(problem).__name__)
        return None
    for fault in faults(found):
        log.warning("secrets: %s", fault)
    return found


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "staff"
