"""What residents ask a Stat's agencies for, and whether it is done in time: counted by the functions of the requests' page, frozen with the rest.

Only numbers are kept; the sentences are made where they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lib import words
from lib.cycle import Stat
from lib.language import _, later, n_
from lib.methods.requests import KeyFigures
from lib.store.requests import RequestLoad

QUESTION = later("What do residents ask for, and is it done in time?")
NOT_LOADED = later("No service requests are loaded, so nothing can be said of what residents ask for.")


@dataclass(frozen=True)
class RequestSignal:
    """The requests of one Stat at the end of the newest day of a load, and which load that was."""

    load: str
    file_name: str
    types: tuple[str, ...]
    agencies: tuple[str, ...]
    figures: KeyFigures


def is_asked_for(stat: Stat) -> bool:
    """Whether `data/` says which requests the Stat is about."""
    return bool(stat.request_types or stat.request_agencies)


def signal(stat: Stat, load: RequestLoad, figures: KeyFigures) -> RequestSignal | None:
    """The figures as a Stat keeps them; None where none of the requests that are loaded is the Stat's."""
    return RequestSignal(load.id, load.file_name, stat.request_types, stat.request_agencies, figures) if figures.first is not None else None


def headline(one: RequestSignal) -> str:
    """The answer in a sentence: how much is open, and how much of that overdue, and whether that is more than a year before."""
    found = one.figures
    said = n_("{open} request is open, {overdue} overdue.", "{open} requests are open, {overdue} of them overdue.", found.backlog).format(open=_number(found.backlog), overdue=_number(found.overdue))
    if found.before is None:
        return said
    return f"{said} " + _("A year before: {open} open, {overdue} overdue.").format(open=_number(found.before[0]), overdue=_number(found.before[1]))


def rows(one: RequestSignal) -> list[tuple[str, str]]:
    """What is counted, and the figure with what it is of, in the order in which they are read."""
    found, took, due = one.figures, one.figures.took, one.figures.on_time
    weeks = len(found.weeks)
    flow = _("{opened} in, {closed} closed in {weeks} weeks").format(opened=_number(found.opened), closed=_number(found.closed), weeks=weeks) if weeks else _("no whole week yet")
    if due.due:
        low, high = due.limits
        in_time = _("{share} of {due} that fell due (give or take chance: {low} to {high})").format(share=_share(due.share), due=_number(due.due), low=_share(low), high=_share(high))
    else:
        in_time = _("none fell due in the year")
    half, nine = _("the median is not reached"), _("nine in ten are not reached")
    if took.median is not None:
        half = n_("half within {days} day", "half within {days} days", took.median).format(days=_number(took.median))
    if took.p90 is not None:
        nine = n_("nine in ten within {days} day", "nine in ten within {days} days", took.p90).format(days=_number(took.p90))
    return [
        (_("Open"), _("{open}, of which {overdue} are overdue").format(open=_number(found.backlog), overdue=_number(found.overdue))),
        (_("Came in against closed"), flow),
        (_("On time"), in_time),
        (_("Time to close"), f"{half}; {nine}"),
    ]


def caveat() -> str:
    return _("Asking is not need: how many requests come in also says how often people ask. Look at how long those who asked had to wait.")


def source(one: RequestSignal) -> str:
    """Up to which day, of which requests, and of which load."""
    what = words.listed([*(f"{kind.removesuffix('*')}…" if kind.endswith("*") else kind for kind in one.types), *one.agencies])
    return _("Requests {what}, up to {day}; the year is the 52 weeks to that day. Source: {file}, load {load}.").format(
        what=what, day=words.day(date.fromordinal(one.figures.day)), file=one.file_name, load=one.load[:8])


def _number(count: int) -> str:
    return words.figure(count, 0)


def _share(value: float) -> str:
    return words.figure(100 * value, 0, words.PERCENT)
