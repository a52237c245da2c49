"""How figures, units, periods and dates are said. Missing is a word, never a zero or a dash that could be one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Protocol

PERCENT = "percent"
DOLLARS = "dollars"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUS = "\N{MINUS SIGN}"


class Dated(Protocol):
    """What has a label and a kind: a period."""

    label: str
    kind: str


def is_percent(unit: str) -> bool:
    """Whether figures of that unit are percentages: "percent", "percent of homes"; not "percentage points"."""
    return unit == PERCENT or unit.startswith(PERCENT + " ")


def is_dollars(unit: str) -> bool:
    return unit == DOLLARS or unit.startswith(DOLLARS + " ")


def figure(value: float | None, decimals: int, unit: str = "", *, missing: str = "not reported") -> str:
    """figure(12599, 0) gives 12,599; figure(45.2, 1, "percent of homes") gives 45.2%; figure(950, 0, "dollars") gives $950;
    NaN and None give `missing`."""
    if value is None or math.isnan(value):
        return missing
    text = f"{abs(value):,.{decimals}f}"
    sign = MINUS if value < 0 and float(text.replace(",", "")) != 0 else ""
    return f"{sign}{'$' if is_dollars(unit) else ''}{text}{'%' if is_percent(unit) else ''}"


def dollars(amount: int) -> str:
    """dollars(1131360) gives $1,131,360."""
    return figure(amount, 0, DOLLARS)


def dollars_in_short(amount: int) -> str:
    """As it is said: $1.16 billion, $4.4 million, $160,349."""
    for size, name, decimals in ((1_000_000_000, "billion", 2), (1_000_000, "million", 1)):
        if round(abs(amount) / size, decimals) >= 1:
            return f"{figure(amount / size, decimals, DOLLARS)} {name}"
    return dollars(amount)


def fiscal(label: str) -> str:
    """FY2014 as Fiscal 2014."""
    return label.replace("FY", "Fiscal ")


def change(amount: float, decimals: int, unit: str = "") -> str:
    """The size of a change, with one decimal more than the figures have unless it is large: 0.26; 697; 1.6 points."""
    shown = decimals if abs(amount) >= 100 else decimals + 1
    if is_percent(unit):
        return figure(abs(amount), shown) + " points"
    return figure(abs(amount), shown, unit if is_dollars(unit) else "")


def unit_beside(unit: str) -> str:
    """The unit as it stands beside a figure that `figure` wrote: "percent of homes" gives "of homes"."""
    named = PERCENT if is_percent(unit) else DOLLARS if is_dollars(unit) else ""
    return unit.removeprefix(named).strip()


def period(label: str, kind: str = "") -> str:
    """A period as it is printed: 2015-16 as a school year with a dash, 2019-Q4 as Q4 2019, 2026-10 as Oct 2026.

    "2010-11" may be a school year or a month. Without a `kind` it is read as the school year, since 11 follows 10.
    """
    year, _, part = label.partition("-")
    if not part or not year.isdigit():
        return label
    if part.startswith("Q"):
        return f"{part} {year}"
    if kind == "month" or (not kind and _can_only_be_a_month(int(year), part)):
        return f"{MONTHS[int(part) - 1]} {year}"
    return label.replace("-", "\N{EN DASH}")


def _can_only_be_a_month(year: int, part: str) -> bool:
    return len(part) == 2 and part.isdigit() and 1 <= int(part) <= 12 and int(part) != (year + 1) % 100


def period_of(one: Dated) -> str:
    """A period, whose kind is known, as it is printed."""
    return period(one.label, one.kind)


def day(when: date) -> str:
    """24 November 2026 as Nov 24, 2026."""
    return f"{when:%b} {when.day}, {when.year}"


def count_of(count: int, noun: str, plural: str = "") -> str:
    """1 indicator, 3 indicators."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(parts: Sequence[str], *, last: str = "and") -> str:
    """One; one and two; one, two and three."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
