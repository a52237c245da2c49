"""What the reader of the page of service requests asked for, and all that is counted of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from lib import words
from lib.language import _
from lib.methods.duplicates import Sensitivity
from lib.methods.requests import YEAR, Ages, KeyFigures
from lib.store import requests as store
from lib.store.requests import Apart, Asked, Duplicates, Part, RequestLoad
from lib.ui import cache

AREA = "request-area"  # the query parameter and the state of the area that is open: its name


@dataclass(frozen=True)
class View:
    """What the reader asked for. The year is the 52 weeks that end with the day."""

    load: RequestLoad
    asked: Asked
    day: int

    @property
    def since(self) -> int:
        return self.day - YEAR + 1

    @property
    def scalars(self) -> tuple[str, ...]:
        return (self.load.id, self.asked.type, self.asked.agency, self.asked.area, str(self.day))


@dataclass(frozen=True)
class Facts:
    """All that the page shows of a view, counted once and kept."""

    key: KeyFigures
    ages: Ages
    apart: Apart
    duplicates: Duplicates
    sensitivity: list[Sensitivity]
    parts: dict[str, list[Part]]


def newest() -> RequestLoad | None:
    found = store.loads(cache.engine())
    return found[0] if found else None


def chosen(load: RequestLoad) -> View:
    """The sidebar's filters; the address keeps them."""
    known = cache.kept("request choices", load.id, make=lambda: store.choices(cache.engine()))
    names = {area.id: area.name for area in cache.areas()}
    first = cache.kept("request begin", load.id, make=lambda: store.first_day(cache.engine()) or load.last_day)
    with st.sidebar:
        kind = _one(_("Type of request"), known["type"], "request-type", _("All types"))
        agency = _one(_("Agency"), known["agency"], "request-agency", _("All agencies"))
        by_name = {names.get(key, key): key for key in known["area"] if key}  # the address has the name, so the list has it, too
        area = by_name.get(_one(words.capital(_(cache.settings().areas.one)), sorted(by_name), AREA, _("The whole city")), "")
        newest_day = date.fromordinal(load.last_day)
        given = {} if "request-day" in st.session_state else {"value": newest_day}
        day = st.date_input(_("At the end of"), min_value=date.fromordinal(first), max_value=newest_day, key="request-day", bind="query-params", **given)
    return View(load, Asked(kind, agency, area), (day if isinstance(day, date) else newest_day).toordinal())


def _one(label: str, options: Iterable[str], key: str, everything: str) -> str:
    return st.selectbox(label, [one for one in options if one], index=None, key=key, placeholder=everything, bind="query-params") or ""


def facts_of(view: View) -> Facts:
    with st.spinner(_("Counting …")):
        return cache.kept("requests", *view.scalars, make=lambda: _count(view))


def _count(view: View) -> Facts:
    source, asked, since, day = cache.engine(), view.asked, view.since, view.day
    return Facts(
        key=store.key_figures(source, asked, day),
        ages=store.ages(source, asked, day),
        apart=store.apart(source, asked, since, day),
        duplicates=store.duplicates(source, asked, since, day),
        sensitivity=store.sensitivity(source, asked),
        parts=_parts(view),
    )


def _parts(view: View) -> dict[str, list[Part]]:
    """By type and agency, unless one is chosen; by area within one type, also where one area is chosen, so that the way leads to the others."""
    asked = view.asked
    found = {name: store.by(cache.engine(), asked, name, view.since, view.day) for name in ("type", "agency") if not getattr(asked, name)}
    return found | ({"area": store.by(cache.engine(), replace(asked, area=""), "area", view.since, view.day)} if asked.type else {})


def day_of(day: int) -> str:
    return words.day(date.fromordinal(day))


def area_name(area: str) -> str:
    return next((one.name for one in cache.areas() if one.id == area), area)
