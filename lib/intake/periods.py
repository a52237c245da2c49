"""A period as people write it, read the way its series counts: "FY16" is a fiscal year, "Mar 2016" a month."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from lib.intake.cells import BOOLEAN, DATE, ERROR, NUMBER, Cell
from lib.intake.findings import Fault
from lib.intake.report import shown
from lib.intake.workbook import Format
from lib.language import _, later
from lib.methods.periods import EXAMPLES, parse_period
from lib.model import Period, PeriodKind

SERIALS = range(24_000, 74_000)  # as days these are of 1965 to 2106; a year with a digit too many, such as 20116, is none of them
FULL_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
DASH = "[-\N{EN DASH}\N{EM DASH}]"
MONTH_WORD = r"([a-z]{3,9})\.?"
NAMES = {
    PeriodKind.CALENDAR: later("a calendar year"), PeriodKind.FISCAL: later("a fiscal year"), PeriodKind.SCHOOL: later("a school year"),
    PeriodKind.WINDOW: later("a span of years"), PeriodKind.QUARTER: later("a quarter"), PeriodKind.MONTH: later("a month"),
}  # fmt: skip
Form = tuple[str, Callable[[re.Match[str]], str]]
FORMS: dict[PeriodKind, tuple[Form, ...]] = {
    PeriodKind.CALENDAR: ((r"(?:(?:cy|calendar year) ?)?(\d{4})", lambda it: it[1]),),
    PeriodKind.FISCAL: ((r"(?:fy|fiscal year|fiscal)[ -]?'?(\d{4}|\d{2})", lambda it: f"FY{it[1]}"),),
    PeriodKind.SCHOOL: (
        (rf"(?:(?:sy|school year) ?)?(\d{{4}}) ?(?:{DASH}|/) ?(\d{{2}})", lambda it: f"{it[1]}-{it[2]}"),
        (rf"(?:(?:sy|school year) ?)?(\d{{4}}) ?(?:{DASH}|/) ?(\d{{4}})", lambda it: f"{it[1]}-{it[2][2:]}" if int(it[2]) == int(it[1]) + 1 else ""),
    ),
    PeriodKind.WINDOW: ((rf"(\d{{4}}) ?(?:{DASH}|to) ?(\d{{4}})", lambda it: f"{it[1]}-{it[2]}"),),
    PeriodKind.QUARTER: (
        (rf"(\d{{4}}) ?{DASH}? ?q([1-4])", lambda it: f"{it[1]}-Q{it[2]}"),
        (rf"q([1-4]) ?{DASH}? ?(\d{{4}})", lambda it: f"{it[2]}-Q{it[1]}"),
    ),
    PeriodKind.MONTH: (
        (r"(\d{4})[-/](\d{1,2})", lambda it: f"{it[1]}-{int(it[2]):02d}"),
        (r"(\d{1,2})/(\d{4})", lambda it: f"{it[2]}-{int(it[1]):02d}"),
        (rf"{MONTH_WORD},? ?{DASH}? ?(\d{{4}})", lambda it: _with_month(it[2], it[1])),
        (rf"(\d{{4}}) {MONTH_WORD}", lambda it: _with_month(it[1], it[2])),
    ),
}  # fmt: skip


class PeriodRead(NamedTuple):
    period: Period
    change: str  # why it was read otherwise than it stands; "" where it stands as it is stored


def read_period(cell: Cell, kind: PeriodKind, *, start_month: int, from_1904: bool) -> PeriodRead | Fault:
    """The period that a cell names in a series of that kind, or why it names none."""
    if cell.kind in (BOOLEAN, ERROR):
        return _refusal(content(cell, from_1904=from_1904), kind)
    if cell.kind == DATE or cell.format is Format.DATE:
        day = day_of(cell, from_1904)
        return _of_day(day, kind, start_month) if day else _refusal(cell.text, kind)
    text = " ".join(cell.text.split())
    if cell.kind == NUMBER and re.fullmatch(r"\d+\.0*", text, flags=re.ASCII):
        text = text.partition(".")[0]
    if re.fullmatch(r"\d{5,6}", text, flags=re.ASCII) and int(text) in SERIALS:
        day = serial_day(int(text), from_1904=from_1904)
        return _of_day(day, kind, start_month, how=_("the number is the date {day} as a spreadsheet counts days").format(day=day))
    return _of_text(text, kind, start_month)


def _of_text(text: str, kind: PeriodKind, start_month: int) -> PeriodRead | Fault:
    label = _label(text, kind)
    if label:
        try:
            period = parse_period(label, kind, fiscal_year_start_month=start_month)
        except ValueError as problem:
            return Fault("period_unreadable", _short(problem, text), _write_one(kind))
        return PeriodRead(period, "" if period.label == text else _("the period was read as the series writes it"))
    day = day_in(text)
    if day:
        return _of_day(day, kind, start_month)
    return _refusal(text, kind)


def _label(text: str, kind: PeriodKind) -> str:
    for pattern, label in FORMS[kind]:
        if found := re.fullmatch(pattern, text[:40], flags=re.IGNORECASE | re.ASCII):
            return label(found)
    return ""


def _short(problem: ValueError, text: str) -> str:
    return str(problem).partition("; ")[0] if len(text) <= 40 else _("this is not a period")


def _of_day(day: date, kind: PeriodKind, start_month: int, *, how: str = "") -> PeriodRead | Fault:
    """The month, quarter or calendar year that begins or ends on that day. Any other day is not a period, and no day is a
    fiscal or a school year: Excel makes one of "2010-11"."""
    label = {
        PeriodKind.MONTH: f"{day.year}-{day.month:02d}",
        PeriodKind.QUARTER: f"{day.year}-Q{(day.month + 2) // 3}",
        PeriodKind.CALENDAR: f"{day.year}",
    }.get(kind)
    if label:
        try:
            period = parse_period(label, kind, fiscal_year_start_month=start_month)
        except ValueError as problem:
            return Fault("period_unreadable", str(problem), _write_one(kind))
        if day in (period.start, period.end):
            return PeriodRead(period, how or _("the date {day} begins or ends this period").format(day=day))
        return Fault("period_is_a_date", _("the date {day} is one day, and the series counts by {kind}").format(day=day, kind=_(str(kind))), _("write {period} if that is meant").format(period=label))
    return Fault("period_is_a_date", _("the date {day} stands here, and the series counts by {kind}; a spreadsheet makes dates of what it takes for one").format(
                 day=day, kind=_(str(kind))),
                 _("write it as text, such as {example}").format(example=EXAMPLES[kind]))  # fmt: skip


def _refusal(text: str, kind: PeriodKind) -> Fault:
    """Says what it looks like instead, where it is a period of another kind."""
    quarter = re.fullmatch(r"(fy ?\d{2,4}) ?-? ?q[1-4]|q[1-4] ?-? ?(fy ?\d{2,4})", text[:40], flags=re.IGNORECASE | re.ASCII)
    if quarter:
        looks = _("a quarter of a fiscal year")
    else:
        other = next((one for one in PeriodKind if one is not kind and _label(text, one)), None)
        looks = _(NAMES[other]) if other else ""
    if looks:
        why = _("{text!r} is not {kind}, by which the series counts; it names {looks}")
    else:
        why = _("{text!r} is not {kind}, by which the series counts")
    return Fault("period_unreadable", why.format(text=shown(text[:60]), kind=_(NAMES[kind]), looks=looks), _write_one(kind))


def _write_one(kind: PeriodKind) -> str:
    return _("write one such as {example}").format(example=EXAMPLES[kind])


def day_of(cell: Cell, from_1904: bool) -> date | None:
    """The day in a cell that is formatted as a date; None where there is none."""
    if cell.kind == DATE:
        return day_in(cell.text)
    try:
        return serial_day(int(float(cell.text)), from_1904=from_1904)
    except (ValueError, OverflowError):
        return None


def serial_day(number: int, *, from_1904: bool) -> date:
    """The day that a spreadsheet's number stands for. Raises OverflowError beyond the calendar.

    The first system counts from the end of 1899, with a February 29, 1900 that never was; the second from January 1, 1904.
    """
    if from_1904:
        return date(1904, 1, 1) + timedelta(days=number)
    return date(1899, 12, 30 if number > 60 else 31) + timedelta(days=number)


def day_in(text: str) -> date | None:
    """A date written as 2016-03-01, 3/1/2016 (month first, as in the United States), March 1, 2016 or 1 Mar 2016."""
    for pattern, order in (
        (r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?", "ymd"),
        (r"(\d{1,2})/(\d{1,2})/(\d{4})", "mdy"),
        (rf"{MONTH_WORD} (\d{{1,2}}),? (\d{{4}})", "mdy"),
        (rf"(\d{{1,2}})[ -]{MONTH_WORD}[ -](\d{{4}})", "dmy"),
    ):
        if found := re.fullmatch(pattern, text[:40], flags=re.IGNORECASE | re.ASCII):
            part = dict(zip(order, found.groups(), strict=True))
            month = int(part["m"]) if part["m"].isdigit() else _month(part["m"])
            try:
                return date(int(part["y"]), month, int(part["d"]))
            except ValueError:
                return None
    return None


def _with_month(year: str, word: str) -> str:
    month = _month(word)
    return f"{year}-{month:02d}" if month else ""


def _month(word: str) -> int:
    """1 for "Jan" and "January", 9 also for "Sept"; 0 for another word."""
    word = word.casefold()
    short = [name[:3] for name in FULL_MONTHS]
    if word in short:
        return short.index(word) + 1
    return FULL_MONTHS.index(word) + 1 if word in FULL_MONTHS else 9 if word == "sept" else 0


def content(cell: Cell, *, from_1904: bool) -> str:
    """What stands in a cell, as a person sees it."""
    if cell.kind == BOOLEAN:
        return "TRUE" if cell.text == "1" else "FALSE"
    if cell.kind == NUMBER and cell.format is Format.DATE:
        day = day_of(cell, from_1904)
        return day.isoformat() if day else cell.text
    if cell.kind == NUMBER and cell.format in (Format.PERCENT, Format.PERCENT_SIGN):
        try:
            return f"{float(cell.text) * (100 if cell.format is Format.PERCENT else 1):.12g}%"
        except (ValueError, OverflowError):
            return cell.text
    if cell.kind == NUMBER and re.fullmatch(r"-?\d+\.\d{12,}", cell.text, flags=re.ASCII):
        return repr(float(cell.text))  # 0.28999999999999998 is 0.29
    return cell.text
