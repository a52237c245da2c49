"""New, revised and withdrawn figures."""

from __future__ import annotations

from collections.abc import Sequence

from lib import words
from lib.language import _, n_
from lib.stat.changes.told import Change, Kind, Places, digest, series_of, value_of
from lib.store.changes import AREA, CITY, FigureChange

SEVERAL = 3  # figures by area of one period: more are told as one change


def of_figures(found: Sequence[FigureChange], places: Places, *, built: str) -> list[Change]:
    """New, revised and withdrawn figures. Those by neighborhood are told as one where there are many of one period.

    `built` is the day on which this site showed them, for those of which nobody knows when their source published them.
    """
    told: list[Change] = []
    groups: dict[tuple, list[FigureChange]] = {}
    for one in found:
        if places.subject(one) is None:
            continue
        if one.of == AREA:
            groups.setdefault((one.subject, one.series, one.period, one.was_there, one.is_there), []).append(one)
        else:
            told.append(_figure(one, places, built))
    for several in groups.values():
        told += (
            [_areas(several, places, built)]
            if len(several) > SEVERAL
            else [_figure(one, places, built) for one in several]
        )
    return told


def _figure(one: FigureChange, places: Places, built: str) -> Change:
    subject = places.subject(one)
    series = series_of(subject, one.series)
    place = places.areas.get(one.geography) or places.geographies.get(one.geography, one.geography)
    if one.of == CITY and one.geography == places.framework.geography:
        place = ""
    about = ", ".join(
        part
        for part in (
            words.period(one.period, one.kind),
            place,
            one.group,
            series.name if series and series.name != subject.name else "",
        )
        if part
    )
    if not one.is_there:
        detail = _("Taken back: it was {before}.").format(before=value_of(one.before, one.before_missing, series))
    elif one.was_there:
        detail = _("Revised: {before} before, {after} now.").format(
            before=value_of(one.before, one.before_missing, series),
            after=value_of(one.after, one.after_missing, series),
        )
    else:
        detail = _("New: {after}.").format(after=value_of(one.after, one.after_missing, series))
    page, key = ("map", one.subject) if one.of == AREA else ("indicator", one.subject)
    said = "/".join(
        (one.of, one.subject, one.series, one.geography, one.group, one.period, one.vintage, f"{one.after!r}")
    )
    return Change(f"figure/{said}", Kind.FIGURE, _when(one, built), f"{subject.name}, {about}", detail, page, key)


def _areas(several: Sequence[FigureChange], places: Places, built: str) -> Change:
    one = several[0]
    subject = places.subject(one)
    n = len(several)
    if not one.is_there:
        detail = n_(
            "The figure of {n} neighborhood was taken back.", "The figures of {n} neighborhoods were taken back.", n
        )
    elif one.was_there:
        detail = n_("The figure of {n} neighborhood was revised.", "The figures of {n} neighborhoods were revised.", n)
    else:
        detail = n_("A figure of {n} neighborhood is new.", "The figures of {n} neighborhoods are new.", n)
    newest = max(several, key=lambda found: found.vintage)
    values = digest(sorted((found.geography, found.group, repr(found.after)) for found in several))
    said = "/".join((one.subject, one.series, one.period, newest.vintage, values))
    return Change(
        f"figures/{said}",
        Kind.FIGURE,
        _when(newest, built),
        f"{subject.name}, {words.period(one.period, one.kind)}",
        detail.format(n=n),
        "map",
        one.subject,
    )


def _when(one: FigureChange, built: str) -> str:
    return one.vintage[:10] if one.vintage and one.is_there else built
