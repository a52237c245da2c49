"""Targets that were set or changed, and definitions that read otherwise than before."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from lib import words
from lib.language import _, later
from lib.model import Framework, Indicator, Target
from lib.stat.changes.told import Change, Kind, digest, series_of, value_of
from lib.store.changes import CITY

DEFINES = (
    "name",
    "definition",
    "formula",
    "unit",
    "improves_when",
    "source",
    "owner",
    "headline",
    "collected",
)  # fields of a definition
SAID_OF = {
    "name": later("name"), "definition": later("definition"), "formula": later("way of counting"), "unit": later("unit"), "improves_when": later("which way is better"),
    "source": later("source"), "owner": later("agency"), "headline": later("series that counts"), "collected": later("whether it is still collected"),
}  # fmt: skip


def of_targets(framework: Framework, since: date) -> list[Change]:
    """Targets that were set on that day or later, by what their files say. Where only the year is known, the year counts."""
    said = since.isoformat()
    return [
        _target(one, target, _("Set: {aim} by {period}."))
        for one in framework.indicators
        for target in one.targets
        if target.set_on and target.set_on >= said[: len(target.set_on)]
    ]


def of_files(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]], *, built: str
) -> list[Change]:
    """What an indicator's or a measure's file says otherwise than on that day: definitions, new and removed ones, targets."""
    told: list[Change] = []
    for key in sorted(before.keys() | after.keys()):
        of, _slash, subject = key.partition("/")
        page = "indicator" if of == CITY else "map"
        earlier, now = before.get(key), after.get(key)
        if now is None or earlier is None:
            name = (now or earlier)["name"]
            detail = _("It is new here.") if earlier is None else _("It is not shown any more.")
            told.append(
                Change(
                    f"file/{key}/{'new' if earlier is None else 'gone'}",
                    Kind.DEFINITION,
                    built,
                    name,
                    detail,
                    page if now else "",
                    subject if now else "",
                )
            )
            continue
        told += [
            Change(f"definition/{key}/{field}/{digest(now.get(field))}", Kind.DEFINITION, built, f"{now['name']}: {_(SAID_OF[field])}",
                   _("Before: {before} Now: {after}").format(before=_sentence(earlier.get(field)), after=_sentence(now.get(field))), page, subject)
            for field in DEFINES if field in now and earlier.get(field) != now.get(field)
        ]  # fmt: skip
        told += _series_changes(earlier, now, of, subject, built, page)
    return told


def _series_changes(
    earlier: Mapping[str, Any], now: Mapping[str, Any], of: str, subject: str, built: str, page: str
) -> list[Change]:
    known = {one["id"] for one in earlier.get("series", ())}
    return [
        Change(f"series/{of}/{subject}/{one['id']}", Kind.DEFINITION, built, f"{now['name']}: {one['name']}", _("A new way of counting it stands beside the others."), page, subject)
        for one in now.get("series", ()) if one["id"] not in known
    ]  # fmt: skip


def targets_between(before: Mapping[str, Mapping[str, Any]], framework: Framework, *, built: str) -> list[Change]:
    """Targets that are new or other than on that day: held against the files of then."""
    told = []
    for one in framework.indicators:
        earlier = before.get(f"{CITY}/{one.id}")
        if earlier is None:
            continue
        known = {(target["series"], target["period"]["label"]): target for target in earlier.get("targets", ())}
        for target in one.targets:
            then = known.get((target.series, target.period.label))
            if then is None:
                told.append(_target(one, target, _("Set: {aim} by {period}."), on="" if target.set_on else built))
            elif any(then[name] != getattr(target, name) for name in ("value", "low", "high")):
                was = Target(
                    **{field.name: then.get(field.name) for field in fields(Target)} | {"period": target.period}
                )
                told.append(
                    _target(
                        one, target, _("Changed from {before} to {aim}, by {period}."), before=_aim(one, was), on=built
                    )
                )
    return told


def _target(one: Indicator, target: Target, said: str, *, before: str = "", on: str = "") -> Change:
    detail = said.format(before=before, aim=_aim(one, target), period=words.period_of(target.period))
    series = series_of(one, target.series)
    title = f"{one.name}, {series.name}" if series and target.series != one.headline else one.name
    key = f"target/{one.id}/{target.series}/{target.period.label}/{target.value!r}/{target.low!r}/{target.high!r}"
    return Change(key, Kind.TARGET, on or target.set_on, title, detail, "indicator", one.id)


def _aim(one: Indicator, target: Target) -> str:
    series = series_of(one, target.series)
    if target.value is not None:
        return value_of(target.value, "", series)
    return _("{low} to {high}").format(
        low=value_of(target.low if target.low is not None else math.nan, "", series),
        high=value_of(target.high if target.high is not None else math.nan, "", series),
    )


def _sentence(said: Any) -> str:
    text = _("yes") if said is True else _("no") if said is False else str(said or _("nothing"))
    return text if text.endswith((".", "?")) else f"{text}."
