"""The reader's language: what the interface says, and how it writes numbers and days.

English is the language of the code. Another one is a catalogue, `locale/<language>/LC_MESSAGES/messages.po`, and no code: what it leaves
untranslated is said in English. The language belongs to the run of a page, which has a thread of its own, so it is kept by thread.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent / "locale"
DOMAIN = "messages"
SOURCE = "en"  # what the code is written in
CODE = re.compile(r"[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?")

_current: ContextVar[str | None] = ContextVar("language", default=None)
def _says_nothing() -> str:
    return SOURCE


_ask: Callable[[], str] = _says_nothing


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Every language that there is a catalogue for, English first."""
    return SOURCE, *sorted(path.parent.parent.name for path in ROOT.glob(f"*/LC_MESSAGES/{DOMAIN}.po") if path.parent.parent.name != SOURCE)


def catalogue_of(language: str) -> Path:
    return ROOT / language / "LC_MESSAGES" / f"{DOMAIN}.po"


@lru_cache(maxsize=16)
def _translations(language: str) -> gettext.NullTranslations:
    """Compiled in memory, so that there is no second file that could differ from the one that people edit."""
    path = catalogue_of(language)
    if language == SOURCE or not path.exists():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def use(language: str) -> None:
    """From now on this thread speaks that language."""
    _current.set(language)


def ask_with(ask: Callable[[], str]) -> None:
    """How a thread that was told no language finds it out: a click is answered before its page has run."""
    global _ask  # noqa: PLW0603  one for the process
    _ask = ask


_written: str = SOURCE


def texts_are_in(language: str) -> None:
    """What the city's own texts, such as the names of its indicators, are written in: one for the process."""
    global _written  # noqa: PLW0603
    _written = language


def written_in() -> str:
    return _written


def current() -> str:
    language = _current.get()
    if language is None:
        language = _ask()
        _current.set(language)
    return language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it this thread speaks that language: for what is written for others than the reader, such as papers that are frozen."""
    before = _current.set(language)
    try:
        yield
    finally:
        _current.reset(before)


def _(message: str) -> str:
    """The message in the reader's language; as it is where the catalogue has none. Values are put in afterwards, with `format`."""
    return _translations(current()).gettext(message) if message else ""


def n_(one: str, many: str, count: float) -> str:
    """The form of the message that the language uses for so many."""
    return _translations(current()).ngettext(one, many, count)


def p_(context: str, message: str) -> str:
    """A word that means several things, told apart by `context`: "May" the month, "may" the verb."""
    return _translations(current()).pgettext(context, message)


def later(message: str) -> str:
    """Marks a constant for the catalogue; it is translated where it is shown, by `_`."""
    return message


def is_language(code: str) -> bool:
    """Whether that is a language's code, as catalogues and data name it: "es", "pt-BR"; not "spanish", "xx"."""
    return bool(CODE.fullmatch(code)) and code.replace("-", "_") in locale_identifiers()


def name_of(language: str) -> str:
    """A language as its speakers call it: Español."""
    try:
        said = Locale.parse(language, sep="-" if "-" in language else "_").get_language_name() or language
    except (UnknownLocaleError, ValueError):
        return language
    return said[:1].upper() + said[1:]


def best_of(wanted: str | None, offered: tuple[str, ...]) -> str:
    """The offered language for a reader whose browser says `wanted` ("es-MX"); the first offered one where none fits."""
    asked = (wanted or "").replace("_", "-").lower()
    for one in offered:
        if asked == one.lower() or asked.split("-")[0] == one.lower().split("-")[0]:
            return one
    return offered[0]
