"""The query parameters: what each may be, how it is read, and what to write where it cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.datastructures import QueryParams

from lib.api.problems import Problem

MOST, USUAL = 1_000, 100  # rows on a page
LONGEST = 200  # letters of a text
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Parameter:
    """A query parameter. `read` gives the value, or raises ValueError where the text is none."""

    name: str
    about: str
    schema: Mapping[str, Any]  # of the value, as JSON Schema
    remedy: str
    read: Callable[[str], Any]
    usual: Any = None


def text(name: str, about: str) -> Parameter:
    def read(said: str) -> str:
        if not 1 <= len(said) <= LONGEST or CONTROL.search(said):
            raise ValueError
        return said

    pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$"
    return Parameter(
        name,
        about,
        {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": pattern},
        f"Write 1 to {LONGEST} letters.",
        read,
    )


def day(name: str, about: str) -> Parameter:
    def read(said: str) -> date:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said):
            raise ValueError
        return date.fromisoformat(said)

    return Parameter(name, about, {"type": "string", "format": "date"}, "Write a day such as 2016-06-30.", read)


def choice(name: str, about: str, options: Sequence[str], usual: str) -> Parameter:
    def read(said: str) -> str:
        if said not in options:
            raise ValueError
        return said

    return Parameter(
        name,
        about,
        {"type": "string", "enum": list(options), "default": usual},
        f"Write one of: {', '.join(options)}.",
        read,
        usual,
    )


def _whole(said: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", said) or not 1 <= int(said) <= MOST:
        raise ValueError
    return int(said)


@dataclass(frozen=True)
class Cursor:
    """Where the last page ended: in which release, after which row."""

    release: str  # its first twelve letters
    after: int

    def __str__(self) -> str:
        return f"{self.release}-{self.after}"


CURSOR = r"^[0-9a-f]{12}-[0-9]{1,15}$"


def _cursor(said: str) -> Cursor:
    if not re.fullmatch(CURSOR, said, re.ASCII):
        raise ValueError
    release, _, after = said.partition("-")
    return Cursor(release, int(after))


LIMIT = Parameter(
    "limit",
    "How many rows at most.",
    {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
    f"Write a whole number from 1 to {MOST}.",
    _whole,
    USUAL,
)
PAGE = Parameter(
    "cursor",
    "Where the page before ended. Take it from the answer's `next`.",
    {"type": "string", "pattern": CURSOR},
    "Follow the `next` of the page before, or leave it out.",
    _cursor,
)


def read(given: QueryParams, known: Sequence[Parameter]) -> dict[str, Any]:
    """The values by name, the usual ones where nothing is given. Raises Problem (400) that names the parameter and what to write."""
    by_name = {one.name: one for one in known}
    for name in given:
        if name not in by_name:
            listed = ", ".join(by_name) or "none"
            raise Problem(
                400,
                f"There is no parameter {name[:LONGEST]!r} here.",
                remedy=f"Leave it out. There are: {listed}.",
                parameter=name[:LONGEST],
            )
        if len(given.getlist(name)) > 1:
            raise Problem(400, f"{name} is given more than once.", remedy="Give it once.", parameter=name)
    return {one.name: _value(one, given[one.name]) if one.name in given else one.usual for one in known}


def _value(one: Parameter, said: str) -> Any:
    try:
        return one.read(said)
    except ValueError:
        raise Problem(400, f"{one.name} cannot be {said[:LONGEST]!r}.", remedy=one.remedy, parameter=one.name) from None
