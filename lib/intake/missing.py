"""What people write where there is no value. A word with one meaning is read; a sign with several is refused."""

from __future__ import annotations

import re
from typing import NamedTuple

from lib.intake.findings import Fault
from lib.intake.report import shown
from lib.language import _, later
from lib.model import MissingReason
from lib.words import listed

REASONS = {str(reason): reason for reason in MissingReason}
WORDS = {
    "no data": MissingReason.NOT_REPORTED,
    "nodata": MissingReason.NOT_REPORTED,
    "no value": MissingReason.NOT_REPORTED,
    "missing": MissingReason.NOT_REPORTED,
    "not available": MissingReason.NOT_REPORTED,
    "unavailable": MissingReason.NOT_REPORTED,
    "data not available": MissingReason.NOT_REPORTED,
    "data unavailable": MissingReason.NOT_REPORTED,
    "[x]": MissingReason.NOT_REPORTED,  # the UK's statistical service: not available
    "[c]": MissingReason.SUPPRESSED,  # and: confidential
    "confidential": MissingReason.SUPPRESSED,
    "withheld": MissingReason.SUPPRESSED,
    "discontinued": MissingReason.NOT_COLLECTED,
    "no longer collected": MissingReason.NOT_COLLECTED,
    **REASONS,
}
DOUBTFUL = {  # read as the weaker of what they can mean, and said so
    "n/a": later("it can mean not available or not applicable"),
    "n\\a": later("it can mean not available or not applicable"),
    "na": later("it can mean not available or not applicable"),
    "n.a.": later("it can mean not available or not applicable"),
    "new": later("it can mean that the indicator is new, or the value"),
    "tbd": later("the value is still to come"),
    "pending": later("the value is still to come"),
    "null": later("a program wrote it"),
}
SIGNS = {"none", "nil", "x", "*", "**", "***", "?", ".", "..", "...", "-", "--", "---", "\N{EN DASH}", "\N{EM DASH}", "\N{MINUS SIGN}"}
FEWER_THAN = re.compile(r"(?:<|<=|\N{LESS-THAN OR EQUAL TO}|fewer than |less than )\s*\d{1,3}(?:\.\d+)?\s*%?", re.ASCII | re.IGNORECASE)


class MissingRead(NamedTuple):
    reason: MissingReason
    doubt: str = ""  # why a person should look at it


def missing_in(text: str) -> MissingRead | Fault | None:
    """The reason that a text in place of a value gives; a Fault for a sign that can mean several things; None where the text
    is no such word, so that it has to be a number."""
    plain = " ".join(text.split()).casefold()
    if plain in WORDS:
        return MissingRead(WORDS[plain])
    if plain in DOUBTFUL:
        return MissingRead(MissingReason.NOT_REPORTED, _(DOUBTFUL[plain]))
    if plain in SIGNS:
        return Fault("missing_sign", _("{text!r} can mean zero, not reported or suppressed").format(text=shown(text)),
                     _("write 0 for a zero; else write the missing_reason: {reasons}").format(reasons=all_reasons()))  # fmt: skip
    if FEWER_THAN.fullmatch(plain[:40]):
        return MissingRead(MissingReason.SUPPRESSED)
    return None


def reason_in(text: str) -> MissingReason | Fault:
    """The reason that a cell of the column missing_reason names."""
    plain = " ".join(text.replace("_", " ").split()).casefold()
    if plain in REASONS:
        return REASONS[plain]
    return Fault("reason_unknown", _("{text!r} is not a reason for a missing value").format(text=shown(text)), _("write one of these: {names}").format(names=all_reasons()))


def all_reasons() -> str:
    return listed(list(REASONS), last="or")
