"""Who is looking: a reader, somebody who signed in, or whoever runs the program on their own machine."""

from __future__ import annotations

import getpass
import os

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from lib.roles import READER, Person, Role

LOCAL_STAFF = "OUTCOMESTAT_LOCAL_STAFF"  # set by `make run`, which listens to its own machine only
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def current_person() -> Person:
    """The person with the roles that they hold now; roles come from the secrets ([roles] editors = ["name@city.gov"])."""
    if is_local_staff():
        return Person(f"{_account()} (this machine)", frozenset({Role.EDITOR}))
    email = str(st.user.get("email") or "") if is_signed_in() else ""
    if not email or st.user.get("email_verified") is False:  # an address that nobody has checked is nobody's
        return READER
    return Person(email, frozenset({Role.EDITOR} if email.casefold() in _editors() else ()))


def is_local_staff() -> bool:
    """Whether the program was started for staff on this machine, and nobody else can reach it."""
    return os.environ.get(LOCAL_STAFF) == "1" and st.get_option("server.address") in LOOPBACK


def is_signed_in() -> bool:
    return bool(st.user.get("is_logged_in"))


def can_sign_in() -> bool:
    return "auth" in _secrets()


def _editors() -> set[str]:
    return {str(email).casefold() for email in _secrets().get("roles", {}).get("editors", [])}


def _secrets() -> dict:
    try:
        return st.secrets.to_dict()
    except StreamlitSecretNotFoundError:
        return {}


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "staff"
