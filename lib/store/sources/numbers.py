"""What number a cell's text says, and what people write where there is none."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import NamedTuple

from lib.model import MissingReason

LONGEST = 40
LARGEST = 1e15  # beyond, a float no longer tells whole numbers apart
PLAIN = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
SCIENTIFIC = re.compile(r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)[eE][-+]?\d{1,4}", re.ASCII)
RANGE = re.compile(r"\$?[\d.,]+\s*%?\s*(?:[-\N{EN DASH}\N{EM DASH}]|to)\s*\$?[\d.,]+\s*%?", re.ASCII)
FEWER_THAN = re.compile(r"(?:<|<=|\N{LESS-THAN OR EQUAL TO}|fewer than |less than )\s*\d{1,3}(?:\.\d+)?\s*%?", re.ASCII | re.IGNORECASE)
NOT_REPORTED, SUPPRESSED = MissingReason.NOT_REPORTED, MissingReason.SUPPRESSED
WORDS = {
    "no data": NOT_REPORTED, "nodata": NOT_REPORTED, "no value": NOT_REPORTED, "missing": NOT_REPORTED,
    "not available": NOT_REPORTED, "data not available": NOT_REPORTED, "unavailable": NOT_REPORTED, "none": NOT_REPORTED,
    "n/a": NOT_REPORTED, "n\\a": NOT_REPORTED, "na": NOT_REPORTED, "n.a.": NOT_REPORTED, "#n/a": NOT_REPORTED,
    "null": NOT_REPORTED, "nan": NOT_REPORTED, "new": NOT_REPORTED, "tbd": NOT_REPORTED, "pending": NOT_REPORTED,
    "-": NOT_REPORTED, "--": NOT_REPORTED, "---": NOT_REPORTED, "\N{EN DASH}": NOT_REPORTED, "\N{EM DASH}": NOT_REPORTED,
    "*": SUPPRESSED, "**": SUPPRESSED, "confidential": SUPPRESSED, "withheld": SUPPRESSED,
    "discontinued": MissingReason.NOT_COLLECTED, "no longer collected": MissingReason.NOT_COLLECTED,
    **{str(reason): reason for reason in MissingReason},
}  # fmt: skip


class NumberRead(NamedTuple):
    """`is_marked`: a percent sign stands with it. `change`: how it was read, "" = as it stands."""

    value: float
    is_marked: bool = False
    change: str = ""


def number_in(text: str, *, allow_dollars: bool = False) -> NumberRead | None:
    """1,234 is 1234, 1.15977e+007 is 11597700, 45% is 45 and marked. None where it is no number without doubt."""
    plain = text.replace("\N{NO-BREAK SPACE}", " ").strip()
    changes = []
    is_marked = plain.endswith("%")
    bare = plain[:-1].rstrip() if is_marked else plain
    if bare.startswith("\N{MINUS SIGN}"):
        bare = "-" + bare[1:]
        changes.append("the minus sign was read")
    if "$" in bare and allow_dollars:
        bare = re.sub(r"^(-?)\$ ?", r"\1", bare)
        changes.append("the dollar sign was left out")
    if GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
        changes.append("the commas set thousands apart")
    elif SCIENTIFIC.fullmatch(bare):
        changes.append("it was written with a power of ten; digits may have been cut when it was")
    elif not PLAIN.fullmatch(bare):
        return None
    if len(bare) > LONGEST:
        return None
    value = float(bare)
    if not math.isfinite(value) or abs(value) > LARGEST or (value == 0 and re.search("[1-9]", re.split("[eE]", bare)[0])):
        return None
    return NumberRead(value, is_marked, "; ".join(changes))


def missing_in(text: str, further: dict[str, MissingReason] | None = None) -> MissingReason | None:
    """The reason that a word in place of a number gives; None where it is no such word."""
    plain = " ".join(text.split()).casefold()
    found = (further or {}).get(plain) or WORDS.get(plain)
    if found is None and FEWER_THAN.fullmatch(plain[:LONGEST]):
        return SUPPRESSED
    return found


def is_range(text: str) -> bool:
    return len(text) <= LONGEST and RANGE.fullmatch(text.strip()) is not None


def times(value: float, factor: float) -> float:
    """A product without the digits that floats add: 0.29 times 100 is 29."""
    return float(Decimal(repr(value)) * Decimal(repr(factor)))
