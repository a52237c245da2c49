"""A made-up language in which every word that came through the catalogue stands in brackets, so that those that did not show.

    with pseudo():
        assert unwrapped(spoken_trend(one), data=[one.indicator.name]) == []

`_("{n} of {total} held").format(n=1, total=2)` gives "1⟦ of ⟧2⟦ held⟧": what is put in stands outside, and has to be translated itself.
Only what `make words` would collect is put in brackets, so a constant without `later` and an f-string within `_` show as well.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords

from lib import language
from lib.settings import ROOT

PSEUDO = "ja"  # whose days, months and lists are written without a Latin letter, as no English word could be
OPEN, CLOSE = "⟦", "⟧"
_FIELD_OR_TAG = re.compile(r"(\{[^{}]*\}|</?[a-zA-Z][^<>]*>|&\w+;)")
_SAID = re.compile(r"\b(?:alt|title|aria-label|placeholder|data-label)=(['\"])(.*?)\1")
_LETTER = re.compile(r"[^\W\d_]")
_BRACKETS = re.compile(rf"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
_WORD = re.compile(r"(?<!\w)[A-Za-z][A-Za-z'’]+(?!\w)", re.ASCII)  # not a single letter (p, S), not FY2017


@lru_cache(maxsize=1)
def collected() -> frozenset[str]:
    """Every message that `make words` puts into the catalogue, both forms of a plural among them. Reads the code: a few seconds, once."""
    keywords = parse_keywords(re.findall(r"-k (\S+)", (ROOT / "Makefile").read_text(encoding="utf-8")))
    found: set[str] = set()
    for folder in ("lib", "pages"):
        for _file, _line, message, _comments, _context in extract_from_dir(
            str(ROOT / folder), method_map=[("**.py", "lib.messages:extract")], keywords=keywords
        ):
            found |= {message} if isinstance(message, str) else {one for one in message if one}
    return frozenset(found)


class _Brackets(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return bracketed(message) if message in collected() else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)


class _Always:
    """Stands for the language of the thread: whatever a page chooses, and in every thread."""

    def get(self) -> str:
        return PSEUDO

    def set(self, _chosen: str) -> None:
        return None

    def reset(self, _before: None) -> None:
        return None


def bracketed(message: str) -> str:
    """Its words in brackets; fields and tags as they are, so that it can be formatted and drawn."""
    return "".join(
        piece if _FIELD_OR_TAG.fullmatch(piece) or not _LETTER.search(piece) else f"{OPEN}{piece}{CLOSE}"
        for piece in _FIELD_OR_TAG.split(message)
    )


@contextmanager
def pseudo() -> Iterator[None]:
    """Within it everything is said in the made-up language, in all threads."""
    spoken, catalogue = language._current, language._translations
    language._current, language._translations = _Always(), lambda _language: _Brackets()  # type: ignore[assignment]
    try:
        yield
    finally:
        language._current, language._translations = spoken, catalogue


def unwrapped(text: str, *, data: Iterable[str] = ()) -> list[str]:
    """The words that no catalogue has seen, in their order; [] when all is well. Tags are no words, but what is read out of them is (`alt`,
    `title`, `aria-label`). Nor is what stands in `data`: names of indicators and places, units, what people wrote."""
    text = re.sub(r"<(style|script)\b.*?</\1>", " ", text, flags=re.DOTALL)
    text = re.sub(
        r"</?[a-zA-Z][^<>]*>", lambda tag: f" {' '.join(said for _quote, said in _SAID.findall(tag[0]))} ", text
    )
    text = re.sub(r"&\w+;", " ", text)
    for known in sorted({one for one in data if one}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(known)}(?!\w)", " ", text, flags=re.IGNORECASE | re.ASCII)
    while (rest := _BRACKETS.sub(" ", text)) != text:
        text = rest
    return _WORD.findall(text)


def texts_in(*things: Any) -> list[str]:
    """Every text in plain values, at any depth: what a function was given (`data`), or what it gave. Words of enumerations are left out."""
    found: list[str] = []
    for thing in things:
        if isinstance(thing, Enum):
            continue
        if isinstance(thing, str):
            found.append(thing)
        elif is_dataclass(thing):
            found += texts_in(*(getattr(thing, field.name) for field in fields(thing)))
        elif isinstance(thing, Mapping):
            found += texts_in(*thing.keys(), *thing.values())
        elif isinstance(thing, (list, tuple, set, frozenset)):
            found += texts_in(*thing)
    return found
