"""How figures, units, periods and dates are said, in the reader's language. Missing is a word, never a zero or a dash that could be one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Protocol

from babel.dates import format_date, get_month_names
from babel.lists import format_list
from babel.localedata import locale_identifiers
from babel.numbers import get_decimal_symbol, get_group_symbol

from lib.language import SOURCE, _, current, n_

PERCENT = "percent"
DOLLARS = "dollars"
MINUS = "\N{MINUS SIGN}"
TERRITORY = "US"
LIST_STYLES = {"and": "standard", "or": "or"}


class Dated(Protocol):
    """What has a label and a kind: a period."""

    label: str
    kind: str


def is_percent(unit: str) -> bool:
    """Whether figures of that unit are percentages: "percent", "percent of homes"; not "percentage points"."""
    return unit == PERCENT or unit.startswith(PERCENT + " ")


def is_dollars(unit: str) -> bool:
    return unit == DOLLARS or unit.startswith(DOLLARS + " ")


def figure(value: float | None, decimals: int, unit: str = "", *, missing: str | None = None) -> str:
    """figure(12599, 0) gives 12,599; figure(45.2, 1, "percent of homes") gives 45.2%; figure(950, 0, "dollars") gives $950;
    NaN and None give `missing`, "not reported" where it is not said."""
    if value is None or math.isnan(value):
        return _("not reported") if missing is None else missing
    text = f"{abs(value):,.{decimals}f}"
    sign = MINUS if value < 0 and float(text.replace(",", "")) != 0 else ""
    if (language := current()) != SOURCE:
        text = text.translate(_separators(language))
    return f"{sign}{'$' if is_dollars(unit) else ''}{text}{'%' if is_percent(unit) else ''}"


@lru_cache(maxsize=16)
def _separators(language: str) -> dict[int, str]:
    """From the English separators to those of the language as it is written in this country, where the locale data know them."""
    locale = locale_of(language)
    return {ord(","): get_group_symbol(locale), ord("."): get_decimal_symbol(locale)}


@lru_cache(maxsize=16)
def locale_of(language: str) -> str:
    """The language as it is written in the United States, where that is known: es_US, which has 1,234.5; else the language by itself."""
    wanted = f"{language.replace('-', '_')}_{TERRITORY}"
    return wanted if wanted in locale_identifiers() else language.replace("-", "_")


def language_tag() -> str:
    """The reader's language as documents name it: en-US."""
    return locale_of(current()).replace("_", "-")


def dollars(amount: int) -> str:
    """dollars(1131360) gives $1,131,360."""
    return figure(amount, 0, DOLLARS)


def dollars_in_short(amount: int) -> str:
    """As it is said: $1.16 billion, $4.4 million, $160,349."""
    for size, said, decimals in ((1_000_000_000, _("{amount} billion"), 2), (1_000_000, _("{amount} million"), 1)):
        if round(abs(amount) / size, decimals) >= 1:
            return said.format(amount=figure(amount / size, decimals, DOLLARS))
    return dollars(amount)


def fiscal(label: str) -> str:
    """FY2014 as Fiscal 2014."""
    return _("Fiscal {year}").format(year=label.removeprefix("FY")) if label.startswith("FY") else label


def change(amount: float, decimals: int, unit: str = "") -> str:
    """The size of a change, with one decimal more than the figures have unless it is large: 0.26; 697; 1.6 points."""
    shown = decimals if abs(amount) >= 100 else decimals + 1
    if is_percent(unit):
        return _("{number} points").format(number=figure(abs(amount), shown))
    return figure(abs(amount), shown, unit if is_dollars(unit) else "")


def unit_beside(unit: str) -> str:
    """The unit as it stands beside a figure that `figure` wrote: "percent of homes" gives "of homes"."""
    for named in (PERCENT, DOLLARS, _("percent"), _("dollars")):
        if unit == named or unit.startswith(f"{named} "):
            return unit.removeprefix(named).strip()
    return unit.strip()


def period(label: str, kind: str = "") -> str:
    """A period as it is printed: 2015-16 as a school year with a dash, 2019-Q4 as Q4 2019, 2026-10 as Oct 2026.

    "2010-11" may be a school year or a month. Without a `kind` it is read as the school year, since 11 follows 10.
    """
    year, dash, part = label.partition("-")
    if not (dash and part and year.isdigit()):
        return label
    if part.startswith("Q"):
        return _("Q{quarter} {year}").format(quarter=part.removeprefix("Q"), year=year)
    if kind == "month" or (not kind and _can_only_be_a_month(int(year), part)):
        return f"{month_names()[int(part) - 1]} {year}"
    return label.replace("-", "\N{EN DASH}")


def _can_only_be_a_month(year: int, part: str) -> bool:
    return len(part) == 2 and part.isdigit() and 1 <= int(part) <= 12 and int(part) != (year + 1) % 100


def period_of(one: Dated) -> str:
    """A period, whose kind is known, as it is printed."""
    return period(one.label, one.kind)


def month_names() -> tuple[str, ...]:
    """The twelve months in short: Jan, Feb and so on."""
    return _month_names(current())


@lru_cache(maxsize=16)
def _month_names(language: str) -> tuple[str, ...]:
    return tuple(get_month_names("abbreviated", context="stand-alone", locale=locale_of(language))[number] for number in range(1, 13))


def day(when: date) -> str:
    """24 November 2026 as Nov 24, 2026."""
    return format_date(when, "medium", locale=locale_of(current()))


def weekday(when: date) -> str:
    """Monday, Tuesday and so on."""
    return format_date(when, "EEEE", locale=locale_of(current()))


def count_of(count: int, noun: str, plural: str = "") -> str:
    """1 indicator, 3 indicators. `noun` and `plural` are a message of the catalogue."""
    said = n_(noun, plural or noun + "s", count)
    return f"{figure(count, 0)} {said}"


def listed(parts: Sequence[str], *, last: str = "and") -> str:
    """One; one and two; one, two and three. `last` is "and" or "or"."""
    if len(parts) < 2:
        return "".join(parts)
    if current() != SOURCE and last in LIST_STYLES:
        return format_list(list(parts), style=LIST_STYLES[last], locale=locale_of(current()))
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
