"""The parts of the stewards' page: how much is late, the list to work through, agencies, sources, and what a complete definition has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from lib import words
from lib.assessment import Assessment
from lib.charts.theme import Look
from lib.language import _, later, n_
from lib.methods.due import FREQUENCIES, Standing, Unknown
from lib.roles import Person, Role, holds
from lib.stewardship import (
    OF_A_MEASURE,
    OF_AN_INDICATOR,
    REVIEWED,
    Charge,
    Do,
    Kind,
    Tally,
    by_agency,
    by_source,
    keeper_of,
    of_indicator,
    to_work_through,
)
from lib.ui import board, cache, downloads, frame, people
from lib.ui.detail import table
from lib.ui.links import link
from lib.ui.text import escape

WHAT = "Stewardship"  # as the page and its role are called
ON_A_SLIDE = 6
LOOKS = {
    Standing.LATE: Look("warning", "serious"),
    Standing.IN_TIME: Look("event_available", "good"),
    Standing.ENDED: Look("block", "neutral"),
    Standing.CANNOT_TELL: Look("question_mark", "neutral"),
}


def standings() -> dict[Standing, str]:
    return {Standing.LATE: _("late"), Standing.IN_TIME: _("not due yet"), Standing.ENDED: _("not collected any more"), Standing.CANNOT_TELL: _("cannot be told")}


def reasons() -> dict[Unknown, str]:
    return {
        Unknown.NO_SERIES: _("no series measures it"),
        Unknown.NO_FIGURE: _("there is no figure yet"),
        Unknown.NO_FREQUENCY: _("how often it is published is not written, and its figures do not show it"),
        Unknown.IRREGULAR: _("it is not published in a rhythm that is known here"),
    }


def kinds() -> dict[Kind, str]:
    return {Kind.INDICATOR: _("indicator"), Kind.MEASURE: _("neighborhood measure")}


def field_names() -> dict[str, str]:
    """What each key of a definition is called."""
    return {
        "name": _("name"), "definition": _("definition"), "formula": _("how it is counted"), "unit": _("unit"), "improves_when": _("when it gets better"),
        "why_it_matters": _("why it matters"), "frequency": _("how often it is published"), "days_to_publish": _("days until it is published"), "source": _("source"),
        "reference": _("reference"), "owner": _("owner agency"), "steward": _("steward"), "headline": _("the series that measures it"),
        "expected_disaggregations": _("breakdowns to expect"), "neighborhood_note": _("what there is by neighborhood"), "story": _("the story behind the line"),
        "confirmed": _("a person's confirmation"), "target": _("target"), REVIEWED: _("a review that is not past"),
    }  # fmt: skip


# Which ones


@dataclass(frozen=True)
class Choice:
    """What the filters ask for; an empty one asks for nothing."""

    agencies: Sequence[str] = ()
    kinds: Sequence[str] = ()
    wanted: Sequence[str] = ()

    def keeps(self, one: Charge) -> bool:
        states = {"late": one.is_late, "unknown": one.due.standing is Standing.CANNOT_TELL, "incomplete": not one.is_complete, "unnamed": not one.steward}
        return (
            (not self.agencies or (one.agency or "none") in self.agencies)
            and (not self.kinds or one.kind in self.kinds)
            and all(states.get(state, True) for state in self.wanted)
        )


def chosen(every: Sequence[Charge]) -> Choice:
    wanted = {"late": _("Late"), "unknown": _("Cannot be told"), "incomplete": _("Definition incomplete"), "unnamed": _("No steward named")}
    agencies = sorted({one.agency or "none" for one in every}, key=lambda name: (name == "none", name))
    with st.sidebar:
        return Choice(
            agencies=st.multiselect(_("Agency"), agencies, format_func=agency_name, key="charge-agency", placeholder=_("All agencies"), bind="query-params"),
            kinds=st.multiselect(_("Kind"), [str(one) for one in Kind], format_func=lambda one: words.capital(kinds()[Kind(one)]), key="charge-kind",
                                 placeholder=_("All"), bind="query-params"),
            wanted=st.multiselect(_("Only what is"), list(wanted), format_func=wanted.get, key="charge-only", placeholder=_("All"), bind="query-params"),
        )  # fmt: skip


def agency_name(agency: str) -> str:
    return _("No agency named") if agency in ("", "none") else agency


LIST, BY_AGENCY, BY_SOURCE, RULES = later("Work list"), later("By agency"), later("By source"), later("What counts as late and complete")


def view() -> str:
    found = st.segmented_control(_("Show"), [LIST, BY_AGENCY, BY_SOURCE, RULES], format_func=_, default=LIST, required=True, key="charge-view", bind="query-params",
                                 label_visibility="collapsed", wrap=True)  # fmt: skip
    return found or LIST


# What is said of them


def heading(kept: Sequence[Charge], every: Sequence[Charge]) -> str:
    """The first that is seen: how much is late, and by how long."""
    late = [one for one in to_work_through(kept) if one.is_late]
    first = n_("{late} of {total} figures is late", "{late} of {total} figures are late", len(late)).format(late=f"{len(late):,}", total=f"{len(kept):,}")
    said = [f"<strong>{escape(first)}</strong>" + (escape(_("; the latest by {days}: {name}.").format(days=days_of(late[0].due.days_late), name=late[0].name)) if late else ".")]
    unknown = sum(one.due.standing is Standing.CANNOT_TELL for one in kept)
    if unknown:
        said.append(escape(n_("Of {n} it cannot be told.", "Of {n} it cannot be told.", unknown).format(n=f"{unknown:,}")))
    unnamed = sum(not one.steward for one in kept)
    if unnamed:
        said.append(escape(_("No steward is named for any of them.") if unnamed == len(kept) else n_("{n} has no steward.", "{n} have no steward.", unnamed).format(n=f"{unnamed:,}")))
    fit = _("{kept} of {total} fit the filters.").format(kept=f"{len(kept):,}", total=f"{len(every):,}") if len(kept) < len(every) else ""
    note = _("Counted are indicators and neighborhood measures. Late means that the next figure should be here by its rhythm and is not; whether its source has it, the steward finds out.")
    promised = "" if frame.presenting() else " promised"
    return (f"<h1 class='page'>{escape(_('Stewardship: what is late, what is incomplete, what comes next'))}</h1>"
            f"<p class='first{promised}{' alarm' if late else ''}'>{' '.join(said)}</p><p class='note'>{escape(' '.join(one for one in (fit, note) if one))}</p>")  # fmt: skip


def days_of(days: int) -> str:
    return n_("{n} day", "{n} days", days).format(n=f"{days:,}")


def due_text(one: Charge) -> str:
    """ "58 days late: FY2026 was due Sep 28, 2026", or why nothing can be said."""
    due = one.due
    if due.standing is Standing.CANNOT_TELL:
        return words.capital(reasons()[due.unknown]) + "."
    if due.standing is Standing.ENDED:
        return " ".join(part for part in (_("Nothing is waited for."), one.ended_because) if part)
    said = {"period": words.period_of(due.expected), "day": words.day(due.on)}
    if due.standing is Standing.LATE:
        return _("{days} late: {period} was due {day}.").format(days=days_of(due.days_late), **said)
    return _("{period} is due {day}.").format(**said)


def complete_text(one: Charge) -> str:
    """14 of 19: lacks steward, target."""
    count = _("{there} of {total}").format(there=one.fields - len(one.missing), total=one.fields)
    return count if one.is_complete else _("{count}; lacks {fields}").format(count=count, fields=words.listed([field_names()[key] for key in one.missing]))


def do_text(one: Charge) -> list[str]:
    """What to do, in order."""
    rest = [key for key in one.missing if key != "steward" and not (key == "frequency" and Do.FREQUENCY in one.do) and not (key == "headline" and Do.SERIES in one.do)]
    said = {
        Do.LOAD: lambda: _("Get the figure of {period} and load it; if it is not collected any more, say so in its file.").format(period=words.period_of(one.due.expected)),
        Do.FIRST: lambda: _("Find its first figure and load it."),
        Do.SERIES: lambda: _("Find figures that measure it, and name their series as headline."),
        Do.FREQUENCY: lambda: _("Find out how often it is published."),
        Do.ASK: lambda: _("Ask its source when the next figure comes."),
        Do.FINAL: lambda: _("Replace the provisional figure of {period} by the final one.").format(period=words.period_of(one.last)),
        Do.STEWARD: lambda: _("Name a steward."),
        Do.COMPLETE: lambda: _("Complete its definition: {fields}.").format(fields=words.listed([field_names()[key] for key in rest])),
    }
    return [said[what]() for what in one.do] or [_("Nothing now.")]


def subject(one: Charge) -> str:
    page, key = ("indicator", "indicator") if one.kind is Kind.INDICATOR else ("map", "measure")
    return link(page, escape(one.name), id=one.id, key=key)


def file_of(one: Charge) -> str:
    """Where its definition stands, as the repository has it."""
    folder = f"frameworks/{cache.current_framework().id}/indicators" if one.kind is Kind.INDICATOR else "measures"
    return f"data/{folder}/{one.id}.toml"


# The views


def work_list(kept: Sequence[Charge]) -> str:
    """Every one, the longest late first, each with what to do."""
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in (_("Standing"), _("What"), _("Do next"), _("Due"), _("Steward")))
    cols = "<colgroup>" + "".join(f"<col class='{name}'>" for name in ("f-status", "c-name", "f-what", "f-owner", "f-owner")) + "</colgroup>"
    rows = "".join(_row(one) for one in to_work_through(kept))
    return (f"<table class='board follow-ups' aria-label='{escape(_('Work list, the longest late first'))}'>{cols}<thead><tr>{head}</tr></thead>"
            f"<tbody>{rows}</tbody></table>")  # fmt: skip


def _row(one: Charge) -> str:
    late = f"<span class='unit late'>{escape(days_of(one.due.days_late))}</span>" if one.is_late else ""
    last = _("Last figure: {period}.").format(period=words.period_of(one.last)) if one.last else _("No figure yet.")
    steps = "".join(f"<li>{escape(step)}</li>" for step in do_text(one))
    there = _("Definition: {there} of {total}.").format(there=one.fields - len(one.missing), total=one.fields)
    return (
        f"<tr><td class='standing'>{board.chip(LOOKS[one.due.standing], standings()[one.due.standing])}{late}</td>"
        f"<th scope='row'>{subject(one)}<span class='unit'>{escape(words.capital(kinds()[one.kind]))}, {escape(one.agency or _('no agency named'))}.<br>{escape(one.source)}</span></th>"
        f"<td class='evidence'><ul class='steps'>{steps}</ul></td><td>{escape(_due_short(one))}<span class='unit'>{escape(last)}</span></td>"
        f"<td>{named(one.steward)}<span class='unit'>{escape(there)}</span></td></tr>"
    )


def _due_short(one: Charge) -> str:
    if one.due.on is None:
        return due_text(one)
    return _("{period}: {day}").format(period=words.period_of(one.due.expected), day=words.day(one.due.on))


def named(steward: str) -> str:
    return escape(steward) if steward else f"<span class='none'>{escape(_('no steward named'))}</span>"


def slide(kept: Sequence[Charge]) -> str:
    """For the meeting room: what is longest late, large."""
    late = [one for one in to_work_through(kept) if one.is_late]
    rows = "".join(f"<tr><th scope='row'>{escape(one.name)}</th><td>{escape(agency_name(one.agency))}</td><td>{escape(_('{days} late').format(days=days_of(one.due.days_late)))}</td></tr>" for one in late[:ON_A_SLIDE])
    return f"<table class='slide promises'><tbody>{rows}</tbody></table>" if rows else f"<p class='lead'>{escape(_('Nothing is late.'))}</p>"


def _tallies(several: Sequence[Tally], what: str, named_as: Callable[[str], str], more: Callable[[Tally], str], more_name: str, caption: str) -> str:
    head = (what, _("Late"), _("Median days late"), _("Longest days late"), _("Not due yet"), _("Cannot be told"), _("Not collected"), _("No steward"), more_name)
    rows = [
        (named_as(one.name), _("{late} of {total}").format(late=one.late, total=len(one.charges)), f"{one.median:,.0f}" if one.late else "", f"{one.longest:,}" if one.late else "",
         f"{one.count(Standing.IN_TIME)}", f"{one.count(Standing.CANNOT_TELL)}", f"{one.count(Standing.ENDED)}", f"{one.without_steward}", more(one))
        for one in several
    ]  # fmt: skip
    return table(head, rows, caption=caption, numbers=range(1, 8))


def agencies(kept: Sequence[Charge]) -> str:
    """Each agency's days late. What cannot be told stands apart and is in no median."""
    caption = _("Days late by agency. Median and longest are of those that are late; what cannot be told is in neither.")
    return _tallies(by_agency(kept), _("Agency"), agency_name, lambda one: one.charges[0].name if one.late else "", _("Longest late"), caption)


def sources(kept: Sequence[Charge]) -> str:
    """Each source: who asks there once gets all of it."""
    caption = _("Days late by source. One letter to a source asks for everything that is late there.")
    keepers = cache.sources()

    def steward(one: Tally) -> str:
        keeper = keeper_of(one.name, keepers)
        return ". ".join(part.rstrip(".") for part in (keeper.steward or _("no steward named"), keeper.obtained) if part)

    return _tallies(by_source(kept), _("Source"), str, steward, _("Steward of the source"), caption)


def rules() -> str:
    """What counts as late and as complete, from the code itself."""
    intervals = cache.settings().status.stale_intervals
    said = (
        _("A figure is due so many days after its period as days_to_publish in its file says. Where nobody wrote that, it is late when more than {n} times the usual time between two figures "
          "has passed since the last one: the same rule that makes a status stale.").format(n=f"{intervals:g}"),
        _("The usual time comes from frequency: {words}. A measure without one shows its rhythm by two neighboring figures; else it cannot be told.").format(words=", ".join(FREQUENCIES)),
        _("A figure that is marked as suppressed or not applicable is not waited for; one that is not reported is. What is not collected any more is never late."),
    )  # fmt: skip
    names = field_names()
    rows = [(key, names[key], _("yes"), _("yes") if key in OF_A_MEASURE else "") for key in (*OF_AN_INDICATOR, REVIEWED)]
    return ("".join(f"<p class='lead small'>{escape(one)}</p>" for one in said)
            + table((_("Key in its file"), _("What it says"), _("Indicator"), _("Measure")), rows, caption=_("A definition is complete when all of these say something")))  # fmt: skip


def show(kept: Sequence[Charge], which: str) -> None:
    if not kept:
        frame.nothing_to_show(_("Nothing fits these filters. Remove one of them on the left."))
        return
    frame.announce(_("{n} shown.").format(n=len(kept)))
    st.html({LIST: work_list, BY_AGENCY: agencies, BY_SOURCE: sources}[which](kept) if which != RULES else rules())


# On an indicator's page


def card(about: Assessment, person: Person) -> str:
    """Who answers for the indicator, when its next figure is due, and what its definition lacks."""
    one = of_indicator(about, as_of=cache.today(), stale_intervals=cache.settings().status.stale_intervals)
    facts = (
        (_("Steward"), named(one.steward)),
        (_("Next figure"), f"{board.chip(LOOKS[one.due.standing], standings()[one.due.standing])} {escape(due_text(one))}"),
        (_("Definition complete"), escape(complete_text(one))),
    )
    more = f"<p class='note'>{link('stewardship', escape(_('What is late, and what to do next')))}</p>" if holds(person, Role.STAFF) else ""
    return (f"<h2 class='section'>{escape(_('Can it be relied upon?'))}</h2><dl class='card'>" + "".join(f"<dt>{escape(name)}</dt><dd>{said}</dd>" for name, said in facts)
            + f"</dl>{more}<h2 class='section'>{escape(_('Definition'))}</h2>")  # fmt: skip


# To take away


def download(kept: Sequence[Charge]) -> None:
    downloads.both(people.guarded(Role.STAFF, _(WHAT), lambda: tables(kept)), name="work-list", what=_("The work list"))


def tables(kept: Sequence[Charge]) -> dict[str, pd.DataFrame]:
    """The list as a workbook to work in: `done_on` and `note` are empty for whoever does it."""
    return {"Work list": list_frame(kept), "By agency": tally_frame(by_agency(kept), "agency"), "By source": source_frame(by_source(kept))}


def list_frame(kept: Sequence[Charge]) -> pd.DataFrame:
    rows = [
        (" ".join(do_text(one)), "", "", one.name, str(one.kind), one.agency, one.steward, str(one.due.standing), one.due.days_late if one.is_late else None,
         one.due.expected.label if one.due.expected else "", one.due.on, str(one.due.unknown or ""), one.last.label if one.last else "", one.provisional,
         one.fields - len(one.missing), one.fields, ", ".join(one.missing), one.source, one.id, file_of(one))
        for one in to_work_through(kept)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[
        "do_next", "done_on", "note", "name", "kind", "agency", "steward", "standing", "days_late", "expected_period", "due_on", "cannot_be_told_because", "last_period",
        "provisional", "fields_written", "fields_asked", "fields_missing", "source", "id", "file"])  # fmt: skip


def tally_frame(several: Sequence[Tally], what: str) -> pd.DataFrame:
    rows = [(one.name, len(one.charges), one.late, one.median if one.late else None, one.longest if one.late else None, one.count(Standing.IN_TIME), one.count(Standing.CANNOT_TELL),
             one.count(Standing.ENDED), one.without_steward) for one in several]  # fmt: skip
    return pd.DataFrame(rows, columns=[what, "in_all", "late", "median_days_late", "longest_days_late", "not_due_yet", "cannot_be_told", "not_collected", "without_steward"])


def source_frame(several: Sequence[Tally]) -> pd.DataFrame:
    keepers = [keeper_of(one.name, cache.sources()) for one in several]
    return tally_frame(several, "source").assign(steward_of_source=[one.steward for one in keepers], obtained=[one.obtained for one in keepers])
