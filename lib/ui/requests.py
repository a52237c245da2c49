"""The page of service requests: its first sentence, what it rests on, and its files. Each figure comes from lib.methods.requests, from counts
that the database made."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from lib import words
from lib.language import _, n_
from lib.methods.requests import FORMULAS, YEAR
from lib.store import requests as store
from lib.store.request_rows import LEFT_OUT, SET_ASIDE
from lib.ui import cache, downloads, frame
from lib.ui.request_charts import section, table
from lib.ui.request_view import Facts, View, area_name, day_of
from lib.ui.text import escape


def title() -> str:
    return f"<h1 class='page'>{_('Service requests')}</h1>"


def nothing_yet() -> None:
    st.html(title())
    said = _("No service requests are loaded, so there is nothing to count. Write {command} on the machine of this site; FILE is a CSV file with the "
             "columns of the City's 311 layer, such as {columns}.")  # fmt: skip
    columns = words.listed(["ServiceRequestNum", "SRType", "CreatedDate", "DueDate", "CloseDate", "SRStatus"])
    frame.nothing_to_show(said.format(command="python -m lib.store requests load FILE --author NAME", columns=columns))


def heading(view: View, facts: Facts) -> str:
    """The answer: how much is open, how much of it overdue, and whether that is more than a year ago."""
    about = words.listed([escape(one) for one in (view.asked.type, view.asked.agency, area_name(view.asked.area)) if one])
    count, overdue = facts.key.backlog, facts.key.overdue
    at = _("at the end of {day}, the newest day in the data") if view.day == view.load.last_day else _("at the end of {day}")
    at = at.format(day=day_of(view.day))
    if not count:
        first = _("<strong>No request is open</strong> {when}.").format(when=at)
    else:
        first = _("<strong>{open}</strong> {when}; <strong>{overdue}</strong>.").format(
            open=n_("{n} request is open", "{n} requests are open", count).format(n=words.figure(count, 0)), when=at,
            overdue=n_("{n} of them is overdue", "{n} of them are overdue", overdue).format(n=words.figure(overdue, 0)))  # fmt: skip
    only = f"<p class=lead>{_('Only {what}').format(what=about)}</p>" if about else ""
    return f"{title()}{only}<p class=first>{first} {_than_before(view, facts)}</p><p class=note>{escape(_reach(view, facts))}</p>"


def _than_before(view: View, facts: Facts) -> str:
    if facts.key.before is None:
        if not facts.key.first:
            return _("Nothing is known of such requests.")
        return _("What was open a year before is not known, because the data begin on {day}.").format(day=day_of(facts.key.first))
    was, late = facts.key.before
    more = facts.key.backlog - was
    if not more:
        change = _("as many")
    elif was:
        change = _("{n} more ({percent})") if more > 0 else _("{n} fewer ({percent})")
    else:
        change = _("{n} more")
    change = change.format(n=words.figure(abs(more), 0), percent=words.figure(100 * (abs(more) / was), 0, words.PERCENT) if was else "")
    return _("A year before, on {day}, {was} were open and {late} overdue: now {change}.").format(
        day=day_of(view.day - YEAR), was=words.figure(was, 0), late=words.figure(late, 0), change=change)  # fmt: skip


def _reach(view: View, facts: Facts) -> str:
    said = _("“A year” is the 52 weeks to {last}, from {first} on.").format(last=day_of(view.day), first=day_of(view.since))
    if not facts.key.first:
        return said
    begins = _("The data begin on {day}; what came in earlier and may still be open is not among them.").format(day=day_of(facts.key.first))
    return f"{said} {begins}"


# What it rests on


def about(view: View) -> str:
    """Formulas, what was wrong in the file, and where it comes from."""
    formulas = "".join(f"<dt>{escape(_(name))}</dt><dd>{escape(_(text))}</dd>" for name, text in FORMULAS.items())
    load = view.load
    rows = [(_wrong(one), words.figure(one.rows, 0)) for one in store.problems(cache.engine(), load.id)]
    source = _("Source: Loaded {when} from {file}. {rows} lines were read: {new} were new requests and {updated} updated ones. {repeated} were repeated in "
               "the file, and {aside} were set aside and not counted.").format(
        when=cache.local_time(load.loaded_at), file=load.file_name, rows=words.figure(load.rows, 0), new=words.figure(load.new, 0),
        updated=words.figure(load.updated, 0), repeated=words.figure(load.repeated, 0), aside=words.figure(load.set_aside, 0))  # fmt: skip
    return (f"{section(_('How each figure is counted'))}<dl class=card>{formulas}</dl>{section(_('What was wrong in the file'))}"
            + (table((_("What"), _("Lines")), rows, caption=_("Counted, never dropped without a word")) if rows else f"<p>{_('Nothing.')}</p>")
            + f"<p class=note>{escape(source)}</p>")  # fmt: skip


def _wrong(one: store.RequestProblem) -> str:
    """What was wrong in so many lines, and whether they are counted all the same."""
    said = f"{words.capital(_(one.problem))}: {_((SET_ASIDE | LEFT_OUT).get(one.problem, ''))}"
    return _("{problem} (set aside)").format(problem=said) if one.set_aside else said


# To take away


def take_away(view: View, facts: Facts) -> None:
    downloads.both(lambda: tables(view, facts), name=f"service-requests-{date.fromordinal(view.day).isoformat()}", what=_("These figures"))


def tables(view: View, facts: Facts) -> dict[str, pd.DataFrame]:
    """The same figures as on the page. Missing is empty."""
    apart, found = facts.apart, facts.duplicates
    figures: list[tuple[str, Any, str]] = [
        ("open", facts.key.backlog, "Backlog"), ("overdue", facts.key.overdue, "Overdue"),
        ("open a year before", facts.key.before[0] if facts.key.before else None, "Backlog"), ("overdue a year before", facts.key.before[1] if facts.key.before else None, "Overdue"),
        ("median age in days", facts.ages.median, "Age"), ("P90 age in days", facts.ages.p90, "Age"),
        *((f"open, {name}", count, "Age") for name, count in facts.ages.bands),
        ("median days to close", facts.key.took.median, "Time to close"), ("P90 days to close", facts.key.took.p90, "Time to close"),
        ("came in during the year", apart.opened, "Came in and closed"), ("closed within a minute", apart.at_once, "Counted apart"), ("closed as a duplicate", apart.marked, "Marked as a duplicate"),
        ("closed as passed on", apart.transferred, "Counted apart"), ("opened again", apart.reopened, "Counted apart"),
        ("likely duplicates that came in", found.opened.fewer, "Likely duplicates (estimate)"),
        ("came in, each cluster as one", found.opened.as_one, "If each cluster were one request"), ("open, each cluster as one", found.backlog.as_one, "If each cluster were one request"),
    ]  # fmt: skip
    weeks = pd.DataFrame([(date.fromordinal(one.first), date.fromordinal(one.last), one.opened, one.closed, one.net, one.backlog) for one in facts.key.weeks],
                         columns=["from", "to", "came_in", "closed", "net", "open_at_end"])  # fmt: skip
    due = pd.DataFrame([(month, one.due, one.in_time, one.share, *one.limits) for month, one in facts.key.due], columns=["month", "due", "in_time", "share", "lower", "upper"])
    rules = pd.DataFrame([(one.metres, one.days, one.in_clusters, one.clusters, one.likely) for one in facts.sensitivity], columns=["meters", "days", "in_clusters", "clusters", "likely"])
    parts = {f"By {name}": pd.DataFrame([(one.name, one.opened, one.closed, one.open, one.overdue, one.on_time.due, one.on_time.in_time) for one in several],
                                        columns=[name, "came_in", "closed", "open", "overdue", "due", "in_time"]) for name, several in facts.parts.items()}  # fmt: skip
    asked = [("type", view.asked.type), ("agency", view.asked.agency), ("area", view.asked.area), ("day", date.fromordinal(view.day).isoformat()), ("file", view.load.file_name)]
    return {
        "Figures": pd.DataFrame(figures, columns=["figure", "value", "formula"]).assign(value=lambda frame: frame["value"].astype(float)),
        "Weeks": weeks, "On time by due month": due, "Rules for duplicates": rules, **parts,
        "Formulas": pd.DataFrame(list(FORMULAS.items()), columns=["figure", "formula"]), "Asked for": pd.DataFrame(asked, columns=["what", "value"]),
    }  # fmt: skip
