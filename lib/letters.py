"""The text of letters that people send: calmed, and searched for e-mail addresses and telephone numbers.

What is found is a guess by form, so that a person can look once more: it neither finds everything nor is everything that it finds private.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from lib.language import _, later

EMAIL = re.compile(
    r"[\w.+%-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\s?(?:\.|\(dot\)|\[dot\])\s?[\w-]{1,63})+", re.I
)
PHONE = re.compile(
    r"(?<![\w$.,/-])(?:\+\d{1,3}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,5}\d{2,4}"  # +49 30 1234567
    r"|(?:1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-]?)\d{3}[ .-]?\d{4}"  # (410) 555-0123, 4105550123
    r"|\d{3}[.-]\d{4})(?![\w-]|[.,]\d)"  # 555-0123
)
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
HIDDEN = later("[not shown]")
MOST_MARKS = 3  # accents on one letter: more would be drawn over the lines above and below


def found_in(text: str) -> tuple[str, ...]:
    """What the text seems to hold: "an e-mail address", "a phone number"; () for neither."""
    plain = _plain(text)
    kinds = ((_("an e-mail address"), EMAIL), (_("a phone number"), PHONE))
    return tuple(said for said, form in kinds if form.search(plain))


def without_private(text: str, names: Iterable[str] = ()) -> str:
    """The text with e-mail addresses, phone numbers and these people's full names replaced by "[not shown]"."""
    shown = PHONE.sub(_(HIDDEN), EMAIL.sub(_(HIDDEN), text))
    for name in sorted({" ".join(one.split()) for one in names}, key=len, reverse=True):
        if name:
            form = r"\s+".join(re.escape(part) for part in name.split())
            shown = re.sub(rf"(?<!\w){form}(?!\w)", _(HIDDEN), shown, flags=re.I)
    return shown


def _plain(text: str) -> str:
    """Wide letters, odd digits, dashes and blanks as the plain ones."""
    return unicodedata.normalize("NFKC", text).translate(DASHES)


def calm(text: str) -> str:
    """Text on plain lines: blanks and line ends of one kind, no signs that turn the direction of writing, no heaps of accents or of empty lines."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]", "\n", text)
    text = "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in text)
    text = _few_marks("".join(letter for letter in text if letter.isprintable() or letter in "\n\t"))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip()


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for letter in unicodedata.normalize("NFC", text):
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= MOST_MARKS:
            kept.append(letter)
    return "".join(kept)
