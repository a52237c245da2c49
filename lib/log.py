"""What the program tells those who run it: one event a line on standard error, as text or as JSON (`OUTCOMESTAT_LOG=text|json`).

Who read, wrote or asked for something stands in no line. The words of an exception may be what somebody typed, so they are left
out, except where our own errors say what happened; on one's own machine (`make run`) the whole traceback is shown.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lib.errors import CatalogueError, OutcomeStatError, SettingsError
from lib.settings import LOCAL_STAFF

FORM = "OUTCOMESTAT_LOG"
ROOT = Path(__file__).resolve().parents[1]
MORE = ("reference", "page", "release", "role")  # given by `extra`
MOST_PLACES = 12  # of a traceback
PERSONAL = (
    (re.compile(r"\?[^\s\"']+"), "?…"),  # what somebody asked for
    (re.compile(r"[^\s@\"'<>]+@[^\s@\"'<>]+\.[^\s@\"'<>]+"), "(e-mail)"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d+)?|(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}|[0-9a-fA-F:]*::[0-9a-fA-F:]*"), "(address)"),
    (re.compile(r"\b[\w-]{40,}\b"), "(token)"),
)
_chosen: logging.Formatter | None = None
_known = 0  # loggers that were there when they were last looked at


def new_reference() -> str:
    """A short number that the reader sees and the log has too."""
    return secrets.token_hex(3).upper()


def told(problem: BaseException) -> str:
    """What may be told of a failure: its kind, and where it is our own, what the program knows. Never what a sentence repeats of a reader's words."""
    known = str(problem) if isinstance(problem, CatalogueError | SettingsError) else getattr(problem, "detail", "") if isinstance(problem, OutcomeStatError) else ""
    return f"{type(problem).__name__}: {known}" if known else type(problem).__name__


def set_up(default: str = "text") -> None:
    """Gives all loggers one form. Called again, it takes in those that came meanwhile; the first call decides the form.

    Raises SettingsError where the environment names another form.
    """
    global _chosen, _known  # noqa: PLW0603  one standard error for the process
    every = logging.root.manager.loggerDict
    if _chosen is None:
        _chosen = _form(default)
        logging.root.addHandler(OnStandardError())
    if _known == len(every):
        return
    for logger in (logging.root, *(one for one in list(every.values()) if isinstance(one, logging.Logger))):
        for handler in logger.handlers:
            if type(handler) in (logging.StreamHandler, OnStandardError):
                handler.setFormatter(_chosen)
    _known = len(every)


def _form(default: str) -> logging.Formatter:
    asked = os.environ.get(FORM, "").strip().lower() or default
    if asked == "json":
        return Json()
    if asked != "text":
        raise SettingsError(f"{FORM} is {asked!r}; write text or json.")
    return logging.Formatter("%(asctime)s %(levelname)s %(message)s") if os.environ.get(LOCAL_STAFF) == "1" else Text()


class OnStandardError(logging.StreamHandler):
    """Writes to what standard error is at that moment."""

    stream = property(lambda self: sys.stderr, lambda self, given: None)


class Json(logging.Formatter):
    """An event as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(event(record), ensure_ascii=False)


class Text(logging.Formatter):
    """The same for eyes."""

    def format(self, record: logging.LogRecord) -> str:
        found = event(record)
        return f"{found.pop('time')} {found.pop('level')} {found.pop('event')}" + "".join(f" {key}={json.dumps(value, ensure_ascii=False)}" for key, value in found.items())


def event(record: logging.LogRecord) -> dict[str, Any]:
    """What is told of a record: time (UTC), level, event, those of `MORE` that it has, and of an exception its kinds (the cause first) and
    the places where it passed: those in our own code, and where it was raised."""
    when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    found: dict[str, Any] = {"time": when, "level": record.levelname, "event": without_persons(" ".join(record.getMessage().split()))}
    found |= {name: value for name in MORE if (value := str(getattr(record, name, "")))}
    problem = record.exc_info[1] if record.exc_info else None
    kinds: list[str] = []
    places: list[str] = []
    while problem is not None and len(kinds) < MOST_PLACES:
        kinds.insert(0, type(problem).__name__)
        passed = traceback.extract_tb(problem.__traceback__)
        ours = [one for number, one in enumerate(passed, 1) if "site-packages" not in one.filename or number == len(passed)]
        places = [*(f"{_place(one.filename)}:{one.lineno} {one.name}" for one in ours), *places]
        problem = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    return found | ({"exception": kinds, "at": places[-MOST_PLACES:]} if kinds else {})


def _place(file: str) -> str:
    """A file as seen from the project, or from where packages are."""
    return re.sub(r".*site-packages/", "", file).removeprefix(f"{ROOT}/")


def without_persons(said: str) -> str:
    """The text without what could be an e-mail address, an address on the net, a token or a question in an address."""
    for sign, instead in PERSONAL:
        said = sign.sub(instead, said)
    return said
