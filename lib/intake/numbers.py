"""What number a text says. Only what a person reads without doubt: float() alone would also take nan, inf, 1_000, 1e999
and the digits of other scripts."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import NamedTuple

from lib.intake.cells import BOOLEAN, DATE, ERROR, NUMBER, Cell
from lib.intake.findings import Fault
from lib.intake.report import shown
from lib.intake.workbook import Format
from lib.language import _, later

LONGEST = 40  # letters; a figure of a city is shorter
LARGEST = 1e15  # beyond, a float no longer tells whole numbers apart
PLAIN = re.compile(r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)", re.ASCII)
GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
SCIENTIFIC = re.compile(r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)[eE][-+]?\d{1,4}", re.ASCII)
RANGE = re.compile(r"[\d.,]+\s*%?\s*(?:[-\N{EN DASH}\N{EM DASH}]|to)\s*[\d.,]+\s*%?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[-+]?\d{1,3}(?:[. ]\d{3})*,\d+|[-+]?\d+,\d+", re.ASCII)
DIGITS_ONLY = later("write digits with a point, such as 1234.5")


class NumberRead(NamedTuple):
    """`is_marked`: a percent sign stands with it, and `value` is in percent. `change`: how it was read, "" = as it stands."""

    value: float
    is_marked: bool = False
    change: str = ""


def read_number(cell: Cell, *, decimal_comma: bool, allow_dollars: bool) -> NumberRead | Fault:
    """The number in a cell that holds something, or why it is none. Never NaN, never infinite.

    `decimal_comma`: the file sets its cells apart by semicolons, so that a comma may be a decimal sign and is refused.
    """
    if cell.kind == BOOLEAN:
        return Fault("not_a_number", _("{text} is not a number").format(text="TRUE" if cell.text == "1" else "FALSE"), _(DIGITS_ONLY))
    if cell.kind == ERROR:
        return Fault("error_value", _("{text} is what a formula gives that failed").format(text=shown(cell.text)), _("mend the formula, or write the number"))
    if cell.kind == DATE or cell.format is Format.DATE:
        return Fault("date_as_number", _("a date stands where a number is expected"), _("write the number, and format the cell as a number"))
    if cell.kind == NUMBER:
        return _of_number(cell)
    return number_in(cell.text, decimal_comma=decimal_comma, allow_dollars=allow_dollars)


def _of_number(cell: Cell) -> NumberRead | Fault:
    text = cell.text.strip()
    value = _exact(text) if PLAIN.fullmatch(text) or SCIENTIFIC.fullmatch(text) else None
    if value is None:
        return _refusal(text)
    if cell.format is Format.PERCENT:
        return NumberRead(times_100(value), True, _("the cell is formatted as a percentage"))
    return NumberRead(value, cell.format is Format.PERCENT_SIGN)


def number_in(text: str, *, decimal_comma: bool = False, allow_dollars: bool = False) -> NumberRead | Fault:
    """The number that a text says: 1,234 is 1234, 1.2E+07 is 12000000, 45% is marked as a percentage."""
    plain = text.strip()
    is_marked = plain.endswith("%")
    bare = plain[:-1].rstrip() if is_marked else plain
    changes = [_("the percent sign was read")] if is_marked else []
    if bare.startswith("\N{MINUS SIGN}"):
        bare = "-" + bare[1:]
        changes.append(_("the minus sign was read"))
    if "$" in bare and allow_dollars:
        bare = re.sub(r"^(-?)\$ ?", r"\1", bare, flags=re.ASCII)
        changes.append(_("the dollar sign was left out"))
    if GROUPED.fullmatch(bare) and not decimal_comma:
        bare = bare.replace(",", "")
        changes.append(_("the commas set thousands apart"))
    elif SCIENTIFIC.fullmatch(bare):
        changes.append(_("the number was written with a power of ten; digits may have been cut when it was"))
    elif not PLAIN.fullmatch(bare):
        return _refusal(plain)
    value = _exact(bare)
    if value is None:
        return _refusal(plain)
    if text != plain and not changes:
        changes.append(_("blanks around it were left out"))
    return NumberRead(value, is_marked, "; ".join(changes))


def _exact(text: str) -> float | None:
    """None where a float does not hold the number that the digits say: too large, or so small that it would become zero."""
    if len(text) > LONGEST:
        return None
    value = float(text)
    if not math.isfinite(value) or abs(value) > LARGEST or (0 < abs(value) < 1e-300):
        return None
    is_zero = not re.search(r"[1-9]", re.split("[eE]", text)[0], flags=re.ASCII)
    return value if (value == 0) is is_zero else None


def times_100(value: float) -> float:
    """A share as a percentage, without the digits that floats add: 0.29 gives 29."""
    return float(Decimal(repr(value)) * 100)


def _refusal(text: str) -> Fault:
    said = shown(text)
    if RANGE.fullmatch(text[:LONGEST]):
        why = _("{text!r} is not a number, it is a range").format(text=said)
        return Fault("range", why, _("write one number, or leave the value empty and give its missing_reason"))
    if DECIMAL_COMMA.fullmatch(text[:LONGEST]):
        why = _("{text!r} is not a number without doubt: the comma may set decimals or thousands apart").format(text=said)
        return Fault("not_a_number", why, _(DIGITS_ONLY))
    if re.fullmatch(r"\(.*\)", text[:LONGEST]):
        why = _("{text!r} is not a number: parentheses").format(text=said)
        return Fault("not_a_number", why, _("write a number below zero with a minus, such as -5"))
    if "$" in text:
        return Fault("not_a_number", _("{text!r} is not a number; the series is not in dollars").format(text=said), _(DIGITS_ONLY))
    return Fault("not_a_number", _("{text!r} is not a number").format(text=said), _(DIGITS_ONLY))
