"""How figures, units, periods and dates are said. Missing is a word, never a zero or a dash that could be one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

PERCENT = "percent"
DOLLARS = "dollars"
MINUS = "\N{MINUS SIGN}"


def figure(value: float | None, decimals: int, unit: str = "", *, missing: str = "not reported") -> str:
    """figure(12599, 0) gives 12,599; figure(45.2, 1, "percent of homes") gives 45.2%; figure(950, 0, "dollars") gives $950;
    NaN and None give `missing`."""
    if value is None or math.isnan(value):
        return missing
    text = f"{abs(value):,.{decimals}f}"
    sign = MINUS if value < 0 and float(text.replace(",", "")) != 0 else ""
    return f"{sign}{'$' if unit.startswith(DOLLARS) else ''}{text}{'%' if unit.startswith(PERCENT) else ''}"


def change(amount: float, decimals: int, unit: str = "") -> str:
    """The size of a change, with one decimal more than the figures have unless it is large: 0.26; 697; 1.6 points."""
    shown = decimals if abs(amount) >= 100 else decimals + 1
    if unit.startswith(PERCENT):
        return figure(abs(amount), shown) + " points"
    return figure(abs(amount), shown, unit if unit.startswith(DOLLARS) else "")


def unit_beside(unit: str) -> str:
    """The unit as it stands beside a figure that `figure` wrote: "percent of homes" gives "of homes"."""
    return unit.removeprefix(PERCENT).removeprefix(DOLLARS).strip()


def period(label: str) -> str:
    """A period as it is printed: 2015-16 with a dash between years. "2019-Q4" reads Q4 2019."""
    year, _, part = label.partition("-")
    if part.startswith("Q"):
        return f"{part} {year}"
    return label.replace("-", "\N{EN DASH}") if part and year.isdigit() else label


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
