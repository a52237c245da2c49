"""What was promised to residents: which promises are looked at, the sentence that counts them, by agency, and the list with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import pandas as pd
import streamlit as st

from lib import words
from lib.charts.theme import FOLLOW_UP_LOOKS, Look
from lib.cycle import Colour
from lib.language import _, n_
from lib.stat.promises import ORDER, Kept, Promise, by_agency, counts, in_short
from lib.ui import board, cache, frame
from lib.ui.links import link
from lib.ui.text import escape

LOOKS: dict[Kept, Look] = {
    Kept.LATE: FOLLOW_UP_LOOKS[Colour.RED],
    Kept.NOT_DUE: FOLLOW_UP_LOOKS[Colour.WHITE],
    Kept.KEPT: FOLLOW_UP_LOOKS[Colour.GREEN],
}
SHOWN = 200  # rows of a group
ON_A_SLIDE = 6


@dataclass(frozen=True)
class Names:
    """What the ids of a promise are called."""

    indicators: Mapping[str, str]
    measures: Mapping[str, str]
    areas: Mapping[str, str]
    outcomes: Mapping[str, str]


def names() -> Names:
    framework = cache.current_framework()
    return Names(
        indicators={one.id: one.name for one in framework.indicators},
        measures={key: one.name for key, one in cache.measures().items()},
        areas={one.id: one.name for one in cache.areas()},
        outcomes={one.id: one.name for one in framework.outcomes},
    )


def chosen(every: Sequence[Promise], named: Names) -> list[Promise]:
    """The promises that the filters ask for."""
    about = dict(named.indicators) | dict(named.measures)

    def ask(label: str, found: set[str], called: Mapping[str, str], key: str, every_one: str) -> list[str]:
        options = sorted(found - {""}, key=lambda one: called.get(one, one).casefold())
        return st.multiselect(
            label,
            options,
            format_func=lambda one: called.get(one, one),
            key=key,
            placeholder=every_one,
            bind="query-params",
        )

    with st.sidebar:
        states = st.multiselect(
            _("What became of it"),
            [str(one) for one in ORDER],
            format_func=lambda one: words.capital(Kept(one).word),
            key="kept",
            placeholder=_("All"),
            bind="query-params",
        )
        agencies = ask(_("Agency"), {one.agency for one in every}, {}, "agencies", _("All agencies"))
        outcomes = ask(_("Outcome"), {one.outcome for one in every}, named.outcomes, "toward", _("All outcomes"))
        subjects = ask(_("Indicator"), {one.indicator or one.measure for one in every}, about, "about", _("All"))
        areas = ask(_("Neighborhood"), {one.area for one in every}, named.areas, "places", _("The whole city"))
    wanted: list[tuple[list, Callable[[Promise], object]]] = [
        (states, lambda one: one.state),
        (agencies, lambda one: one.agency),
        (outcomes, lambda one: one.outcome),
        (subjects, lambda one: one.indicator or one.measure),
        (areas, lambda one: one.area),
    ]
    return [one for one in every if all(not asked or of(one) in asked for asked, of in wanted)]


# What is said


def heading(kept: Sequence[Promise], every: Sequence[Promise]) -> str:
    """The first that is seen: how many promises are kept."""
    found = n_(
        "{n} of {total} promise fits the filters.", "{n} of {total} promises fit the filters.", len(every)
    ).format(n=len(kept), total=len(every))
    note = f"<p class='note'>{escape(found)}</p>" if len(kept) < len(every) else ""
    first, rest = in_short(kept).split(";", 1)
    return (
        f"<h1 class='page'>{escape(_('Promises'))}</h1><p class='first{'' if frame.presenting() else ' promised'}'><strong>{escape(first)}</strong>;{escape(rest)}</p>"
        f"{note}<p class='note'>{escape(about())}</p>"
    )


def about() -> str:
    names_too = (
        _("The person who answers for a promise is named with it.")
        if cache.settings().stat.public_names
        else _("An agency stands for each promise; the names of people are not shown.")
    )
    return (
        _(
            "These are promises that city agencies made in Stat meetings and that staff marked as public. "
            "A promise is kept when it is done and something shows it."
        )
        + " "
        + names_too
    )


def nothing_yet() -> None:
    """Nothing is public: said as it is, and what would change it."""
    st.html(f"<h1 class='page'>{escape(_('Promises'))}</h1>")
    if not cache.agencies() and not cache.every_stat():
        frame.nothing_to_show(
            _(
                "There are no Stats yet, so nothing is promised. Write data/agencies.csv and data/stats.toml, then start again."
            )
        )
        return
    frame.nothing_to_show(
        _(
            "Nothing has been made public yet. Agencies make promises in Stat meetings. "
            "Each is shown here, with what became of it, once staff mark it for residents."
        )
    )


def chip(one: Promise) -> str:
    return board.chip(LOOKS[one.state], one.state.word)


def when(one: Promise) -> str:
    """ "3 days late", "due in 5 days", "done Nov 3, 2026, in time"."""
    if one.state is Kept.KEPT and one.done_on:
        late = n_("{n} day late", "{n} days late", one.days_late).format(n=one.days_late)
        return _("done {day}, {how}").format(day=words.day(one.done_on), how=late if one.days_late else _("in time"))
    if one.state is Kept.LATE:
        return n_("{n} day late", "{n} days late", one.days_late).format(n=one.days_late)
    return _("in progress") if one.begun else _("not begun")


# By agency


def agencies_table(several: Sequence[Promise]) -> str:
    """One row an agency, with a bar of its promises: the picture, and the table beside it."""
    head = "".join(
        f"<th scope='col'{' class=n' if number > 1 else ''}>{escape(name)}</th>"
        for number, name in enumerate((_("Agency"), "", _("Late"), _("To come"), _("Kept"), _("All")))
    )
    rows = "".join(_agency_row(agency, own) for agency, own in by_agency(several))
    label = escape(_("Promises by agency"))
    return (
        f"<h2 class='section'>{label}</h2><div class='scroll' tabindex='0' role='region' aria-label='{label}'>"
        f"<table class='plain'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _agency_row(agency: str, own: Sequence[Promise]) -> str:
    found = counts(own)
    parts = "".join(
        f"<i class='{LOOKS[state].tone}' style='flex: {found[state]}'></i>" for state in ORDER if found[state]
    )
    bar = f"<span class='bar' aria-hidden='true' style='display: flex; gap: 2px; height: .7rem; min-width: 3rem'>{parts}</span>"
    cells = "".join(f"<td class='n'>{found[state]:,}</td>" for state in ORDER)
    name = escape(agency or _("no agency named"))
    return f"<tr><td>{name}</td><td style='width: 30%; vertical-align: middle'>{bar}</td>{cells}<td class='n'>{len(own):,}</td></tr>"


# The list


def listed(several: Sequence[Promise], named: Names) -> str:
    """The promises in three parts: late, to come, kept."""
    titles = {Kept.LATE: _("Late"), Kept.NOT_DUE: _("To come"), Kept.KEPT: _("Kept")}
    groups = ((titles[state], [one for one in several if one.state is state]) for state in ORDER)
    return "".join(_group(title, own, named) for title, own in groups if own)


def _group(title: str, several: Sequence[Promise], named: Names) -> str:
    owner = cache.settings().stat.public_names
    columns = (_("State"), _("Promise"), _("Owner") if owner else _("Agency"), _("Due"), _("What shows it"))
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in columns)
    cols = "<colgroup>" + "".join(f"<col class='f-{name}'>" for name in ("status", "what", "owner", "due", "evidence"))
    rows = "".join(_row(one, named) for one in several[:SHOWN])
    rest = len(several) - SHOWN
    more = n_(
        "And {n} more. The filters, or the file, show it.", "And {n} more. The filters, or the file, show them.", rest
    )
    note = f"<p class='note'>{escape(more.format(n=rest))}</p>" if rest > 0 else ""
    return (
        f"<h2 class='section'>{escape(title)} ({len(several):,})</h2>"
        f"<table class='board follow-ups' aria-label='{escape(title)}'>{cols}</colgroup><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{note}"
    )


def _row(one: Promise, named: Names) -> str:
    late = " late" if one.state is Kept.LATE else ""
    owner = f"{escape(one.owner)}<span class='unit'>{escape(one.agency)}</span>" if one.owner else escape(one.agency)
    return (
        f"<tr><td class='standing'>{chip(one)}</td>"
        f"<th scope='row'>{escape(words.capital(one.action))}<span class='unit'>{_about(one, named)}</span></th>"
        f"<td>{owner or escape(_('no agency named'))}</td>"
        f"<td><span class='day'>{escape(words.day(one.due))}</span><span class='unit{late}'>{escape(when(one))}</span></td>"
        f"<td class='evidence'>{evidence(one)}</td></tr>"
    )


def _about(one: Promise, named: Names) -> str:
    """Links to what the promise is to move, and where."""
    found = []
    if one.indicator in named.indicators:
        found.append(link("indicator", escape(named.indicators[one.indicator]), id=one.indicator, key="indicator"))
    elif one.measure in named.measures:
        found.append(link("map", escape(named.measures[one.measure]), id=one.measure, key="measure"))
    if one.area in named.areas:
        found.append(link("neighborhood", escape(named.areas[one.area]), id=one.area, key="area"))
    return ", ".join(found)


def evidence(one: Promise) -> str:
    """What shows that it was kept, as HTML."""
    parts = [f"<span class='typed'>{escape(one.evidence)}</span>"] if one.evidence else []
    if one.state is Kept.KEPT and one.link:
        host = escape(urlsplit(one.link).hostname or one.link)
        parts.append(f"<a href='{escape(one.link)}' target='_blank' rel='noopener noreferrer nofollow'>{host}</a>")
    if one.state is Kept.KEPT and one.elsewhere:
        parts.append(
            f"<span class='unit'>{escape(_('More is kept by the City.') if parts else _('Kept by the City.'))}</span>"
        )
    return "<br>".join(parts) or f"<span class='none'>{escape(_('nothing shows it yet'))}</span>"


def slide(several: Sequence[Promise]) -> str:
    """For the meeting room: what is late or to come, large, as many as can be read."""
    still = [one for one in several if one.state is not Kept.KEPT]
    rows = "".join(
        f"<tr><th scope='row'>{escape(words.capital(one.action))}</th><td>{escape(one.agency)}</td><td>{chip(one)}</td><td>{escape(when(one))}</td></tr>"
        for one in still[:ON_A_SLIDE]
    )
    rest = len(still) - ON_A_SLIDE
    more = n_("And {n} more.", "And {n} more.", rest).format(n=rest) if rest > 0 else ""
    foot = f"<p class='slide-foot'>{escape(more)}</p>" if more else ""
    return f"<table class='slide promises'><tbody>{rows}</tbody></table>{foot}" if rows else ""


def tables(several: Sequence[Promise], named: Names) -> dict[str, pd.DataFrame]:
    """The promises as a table: what is on the page and no more."""
    owner = cache.settings().stat.public_names
    rows = [
        {
            "promise": one.action,
            "agency": one.agency,
            **({"owner": one.owner} if owner else {}),
            "state": str(one.state),
            "made_on": one.made_on,
            "due": one.due,
            "done_on": one.done_on,
            "days_late": one.days_late,
            "evidence": one.evidence,
            "evidence_link": one.link,
            "indicator": named.indicators.get(one.indicator, ""),
            "measure": named.measures.get(one.measure, ""),
            "neighborhood": named.areas.get(one.area, ""),
            "outcome": named.outcomes.get(one.outcome, ""),
        }
        for one in several
    ]
    return {"Promises": pd.DataFrame(rows)}
