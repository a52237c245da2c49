"""The parts of the page of service requests. Each figure comes from lib.methods.requests, from counts that the database made."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from lib import words
from lib.charts import flow as drawn
from lib.charts import map as maps
from lib.charts.theme import WORSE_DARKER
from lib.methods import duplicates as rule
from lib.methods.duplicates import Sensitivity
from lib.methods.requests import FORMULAS, Ages, Flow, OnTime, TimeToClose, flows, on_time
from lib.store import requests as store
from lib.store.request_rows import LEFT_OUT, SET_ASIDE
from lib.store.requests import Apart, Asked, Duplicates, Part, RequestLoad
from lib.ui import cache, downloads, frame, mapping
from lib.ui.text import escape

WARM_UP = 90  # days after the data begin until a backlog may be held against another: before, what is open from earlier is missing; our choice
YEAR = 364  # 52 whole weeks, so that a weekday is held against the same weekday
FEW = 20  # requests that fell due: with fewer an area's share says too little for a map; our choice
CLASSES = ((0.5, "under 50%"), (0.7, "50% to under 70%"), (0.8, "70% to under 80%"), (0.9, "80% to under 90%"), (math.inf, "90% or more"))
ASKING = ("Asking is not need. How many requests come from a neighborhood says how often its people ask: elsewhere, neighborhoods with the same trouble "
          "differed up to threefold in how much of it they reported (Liu, Bhandaram and Garg 2023). Compare how long those who asked had to wait.")  # fmt: skip
HEADING = "<h1 class='page'>Service requests</h1>"
SHORT = 9  # rows of a table before it scrolls by itself
SHOWN_AFTER = (7, 30, 90)  # days


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

    first: int | None  # the day on which the first known request came in
    weeks: list[Flow]
    backlog: tuple[int, int]
    before: tuple[int, int] | None  # a year before; None where the data begin later, or so near to it that what was open from earlier is missing
    ages: Ages
    due: list[tuple[str, OnTime]]  # by month
    took: TimeToClose
    apart: Apart
    duplicates: Duplicates
    sensitivity: list[Sensitivity]
    parts: dict[str, list[Part]]


def newest() -> RequestLoad | None:
    found = store.loads(cache.engine())
    return found[0] if found else None


def nothing_yet() -> None:
    st.html(HEADING)
    frame.nothing_to_show(
        "No service requests are loaded, so there is nothing to count. Write python -m lib.store requests load FILE --author NAME on the machine "
        "of this site; FILE is a CSV file with the columns of the City's 311 layer, such as ServiceRequestNum, SRType, CreatedDate, DueDate, CloseDate and SRStatus."
    )


def chosen(load: RequestLoad) -> View:
    """The sidebar's filters; the address keeps them."""
    known = cache.kept("request choices", load.id, make=lambda: store.choices(cache.engine()))
    names = {area.id: area.name for area in cache.areas()}
    first = cache.kept("request begin", load.id, make=lambda: store.first_day(cache.engine()) or load.last_day)
    with st.sidebar:
        kind = _one("Type of request", known["type"], "request-type", "All types")
        agency = _one("Agency", known["agency"], "request-agency", "All agencies")
        area = _one(words.capital(cache.settings().areas.one), sorted(known["area"], key=lambda key: names.get(key, key)), "request-area", "The whole city", names)
        newest_day = date.fromordinal(load.last_day)
        given = {} if "request-day" in st.session_state else {"value": newest_day}
        day = st.date_input("At the end of", min_value=date.fromordinal(first), max_value=newest_day, key="request-day", bind="query-params", **given)
    return View(load, Asked(kind, agency, area), (day if isinstance(day, date) else newest_day).toordinal())


def _one(label: str, options: Iterable[str], key: str, everything: str, names: dict[str, str] | None = None) -> str:
    there = [one for one in options if one]
    return st.selectbox(label, there, index=None, format_func=lambda one: (names or {}).get(one, one), key=key, placeholder=everything, bind="query-params") or ""


def facts_of(view: View) -> Facts:
    with st.spinner("Counting …"):
        return cache.kept("requests", *view.scalars, make=lambda: _count(view))


def _count(view: View) -> Facts:
    source, asked, since, day = cache.engine(), view.asked, view.since, view.day
    opened, closed = store.daily(source, asked)
    first = min(opened, default=None)
    due = store.due_by_day(source, asked, since, day)
    return Facts(
        first=first,
        weeks=flows(opened, closed, last=day, count=YEAR // 7),
        backlog=store.backlog(source, asked, day),
        before=store.backlog(source, asked, day - YEAR) if first is not None and first <= day - YEAR - WARM_UP else None,
        ages=store.ages(source, asked, day),
        due=_by_month(due),
        took=store.time_until_closed(source, asked, since, day),
        apart=store.apart(source, asked, since, day),
        duplicates=store.duplicates(source, asked, since, day),
        sensitivity=store.sensitivity(source, asked),
        parts={name: store.by(source, asked, name, since, day) for name in store.DIMENSIONS if not getattr(asked, name) and (name != "area" or asked.type)},
    )


def _by_month(due: dict[int, OnTime]) -> list[tuple[str, OnTime]]:
    months: dict[str, list[OnTime]] = {}
    for day in sorted(due):
        months.setdefault(f"{date.fromordinal(day):%Y-%m}", []).append(due[day])
    return [(month, on_time((one.due, one.in_time) for one in several)) for month, several in months.items()]


# The first sentence


def heading(view: View, facts: Facts) -> str:
    """The answer: how much is open, how much of it overdue, and whether that is more than a year ago."""
    about = words.listed([escape(one) for one in (view.asked.type, view.asked.agency, _area_name(view.asked.area)) if one])
    count, overdue = facts.backlog
    at = f"at the end of {_day(view.day)}{', the newest day in the data' if view.day == view.load.last_day else ''}"
    if not count:
        first = f"<strong>No request is open</strong> {at}."
    else:
        first = f"<strong>{words.count_of(count, 'request')} {'is' if count == 1 else 'are'} open</strong> {at}; <strong>{overdue:,} of them {'is' if overdue == 1 else 'are'} overdue</strong>."
    return (f"{HEADING}{f'<p class=lead>Only {about}</p>' if about else ''}<p class=first>{first} {_than_before(view, facts)}</p>"
            f"<p class=note>{escape(_reach(view, facts))}</p>")  # fmt: skip


def _than_before(view: View, facts: Facts) -> str:
    if facts.before is None:
        return f"What was open a year before is not known, because the data begin on {_day(facts.first)}." if facts.first else "Nothing is known of such requests."
    was, late = facts.before
    more = facts.backlog[0] - was
    change = "as many" if not more else f"{abs(more):,} {'more' if more > 0 else 'fewer'}" + (f" ({abs(more) / was:.0%})" if was else "")
    return f"A year before, on {_day(view.day - YEAR)}, {was:,} were open and {late:,} overdue: now {change}."


def _reach(view: View, facts: Facts) -> str:
    begins = f" The data begin on {_day(facts.first)}; what came in earlier and may still be open is not among them." if facts.first else ""
    return f"“A year” is the 52 weeks to {_day(view.day)}, from {_day(view.since)} on.{begins}"


def _day(day: int) -> str:
    return words.day(date.fromordinal(day))


def _area_name(area: str) -> str:
    return next((one.name for one in cache.areas() if one.id == area), area)


# Charts, each with its table


def width() -> int:
    """Of a picture, in pixels: narrower on a phone, so that its letters stay as large."""
    return 350 if frame.map_width() == frame.PHONE_WIDTH else 520


def section(name: str) -> str:
    return f"<h2 class='section'>{escape(name)}</h2>"


def beside(picture: str, said: str, table: str) -> str:
    """A chart and the same in figures."""
    image = f'<img class="lines" src="{picture}" alt="{escape(said)}">' if picture else "<p>Nothing to draw.</p>"
    return pair(image, table)


def pair(left: str, right: str) -> str:
    """Beside each other, on a phone one under the other."""
    return f"<div class='side-by-side' style='grid-template-columns:repeat(auto-fit,minmax(min(24rem,100%),1fr))'><div>{left}</div><div>{right}</div></div>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str, height: str = "17rem") -> str:
    """Cells as text; all but the first column are numbers."""
    kept = [list(row) for row in rows]
    top = "".join(f"<th scope=col{' class=n' if place else ''}>{escape(one)}" for place, one in enumerate(head))
    lines = "".join("<tr>" + "".join(f"<td{' class=n' if place else ''}>{escape(cell)}" for place, cell in enumerate(row)) for row in kept)
    tall = f"scroll tall' style='max-height:{height}" if len(kept) > SHORT else "scroll"
    return (f"<div class='{tall}' tabindex=0 role=region aria-label='{escape(caption)}'>"
            f"<table class=plain><caption>{escape(caption)}</caption><thead><tr>{top}</thead><tbody>{lines}</tbody></table></div>")  # fmt: skip


def opened_against_closed(facts: Facts) -> str:
    weeks = facts.weeks
    if not weeks:
        return section("Came in against closed") + "<p>There is no whole week yet.</p>"
    opened, closed = sum(one.opened for one in weeks), sum(one.closed for one in weeks)
    net = opened - closed
    times = [float(one.last) for one in weeks]
    ticks = [(times[place], _day(weeks[place].last)) for place in sorted({0, len(weeks) - 1})]
    most = float(max(max(one.opened, one.closed) for one in weeks))
    picture = drawn.over_time([drawn.Counts("Came in", [one.opened for one in weeks]), drawn.Counts("Closed", [one.closed for one in weeks])],
                              times=times, ticks=ticks, top=f"{most:,.0f} a week", highest=most, width=width())  # fmt: skip
    high = float(max(one.backlog for one in weeks))
    standing = drawn.over_time([drawn.Counts("Open at the week's end", [one.backlog for one in weeks])], times=times, ticks=ticks, top=f"{high:,.0f}", highest=high, width=width())
    said = f"In {words.count_of(len(weeks), 'week')} {opened:,} came in and {closed:,} were closed"
    grew = "so the backlog stayed the same" if not net else f"so the backlog {'grew' if net > 0 else 'fell'} by {abs(net):,}"
    if facts.before is None:
        grew += "; in the first months a part of it is missing, since the data begin within this year"
    rows = [(_day(one.last), f"{one.opened:,}", f"{one.closed:,}", _signed(one.net), f"{one.backlog:,}") for one in reversed(weeks)]
    made = table(("Week to", "Came in", "Closed", "Net", "Open at the end"), rows, caption="By week, the newest first", height="26rem")
    charts = "".join(f'<img class="lines" src="{one}" alt="{escape(alt)}">' for one, alt in (
        (picture, f"{said} by week"), (standing, f"Open requests at each week's end, now {weeks[-1].backlog:,}")) if one)  # fmt: skip
    return f"{section('Came in against closed')}<p>{said}, {grew}.</p>{pair(charts, made)}"


def _signed(number: int) -> str:
    return f"{'+' if number > 0 else words.MINUS if number < 0 else ''}{abs(number):,}"


def age(facts: Facts) -> str:
    found = facts.ages
    if found.median is None:
        return section("How old the open requests are") + "<p>No request is open.</p>"
    said = f"Half of the open requests are at most {_days(found.median)} old, nine in ten at most {_days(found.p90)}; the oldest is {_days(found.oldest)}."
    picture = drawn.bars([(name, count, f"{count:,} ({_share(count / found.total)})") for name, count in found.bands], width=width())
    rows = [(words.capital(name), f"{count:,}", _share(count / found.total)) for name, count in found.bands]
    return section("How old the open requests are") + f"<p>{said}</p>" + beside(picture, said, table(("Age", "Open", "Share"), rows, caption="Open requests by age"))


def _days(number: int | None) -> str:
    return "not reached" if number is None else words.count_of(number, "day")


def _share(value: float) -> str:
    """A share of 1 as percent, in words where it is not known."""
    return "none due" if math.isnan(value) else f"{value:.1%}"


def in_time(facts: Facts) -> str:
    head = section("On time, by the month in which requests fell due")
    whole = on_time((one.due, one.in_time) for _, one in facts.due)
    if not whole.due:
        return head + "<p>No request fell due in the year.</p>"
    low, high = whole.limits
    said = f"Of {words.count_of(whole.due, 'request')} that fell due in the year, {_share(whole.share)} were closed in time (give or take chance: {low:.1%} to {high:.1%})."
    times = [float(place) for place in range(len(facts.due))]
    ticks = [(times[place], words.period(facts.due[place][0], "month")) for place in sorted({0, len(times) - 1})]
    picture = drawn.over_time([drawn.Counts("Closed in time", [100 * one.share for _, one in facts.due])], times=times, ticks=ticks, top="100%", highest=100, width=width())
    rows = [(words.period(month, "month"), f"{one.due:,}", f"{one.in_time:,}", _share(one.share)) for month, one in reversed(facts.due)]
    made = table(("Fell due in", "Due", "Closed in time", "On time"), rows, caption="By month, the newest first; the first and last may be parts of months")
    return f"{head}<p>{escape(said)} Past due and still open counts as late.</p>" + beside(picture, said, made)


def closing(facts: Facts) -> str:
    found, head = facts.took, section("How long it takes to close a request")
    watched = found.closed + found.still_open
    if not watched:
        return head + "<p>No request of the year is to be counted here.</p>" + _apart(facts.apart)
    half = f"half were closed within {_days(found.median)}" if found.median is not None else "less than half can be said to be closed: the median is not reached"
    nine = f"nine in ten within {_days(found.p90)}" if found.p90 is not None else "nine in ten are not reached"
    said = f"Of {words.count_of(watched, 'request')} that came in during the year, {half}, {nine}. The {found.still_open:,} still open are counted with their age."
    points = [(0, 1.0), *found.curve]
    steps = [pair for place, (day, share) in enumerate(points) for pair in ([(day, points[place - 1][1])] if place else []) + [(day, share)]]
    end = max(points[-1][0], 1)
    picture = drawn.over_time([drawn.Counts("Still open", [100 * share for _, share in steps])], times=[float(day) for day, _ in steps],
                              ticks=[(0.0, "came in"), (float(end), f"{_days(end)} later")], top="100%", highest=100, width=width())  # fmt: skip
    rows = [("Median", _days(found.median)), ("Nine in ten (P90)", _days(found.p90))]
    rows += [(f"Closed after {days} days", "not known" if math.isnan(left := found.still_open_after(days)) else _share(1 - left)) for days in SHOWN_AFTER]
    return f"{head}<p>{escape(said)}</p>" + beside(picture, said, table(("", "Kaplan–Meier estimate"), rows, caption="Time to close") + _apart(facts.apart))


def _apart(apart: Apart) -> str:
    rows = [("Came in", apart.opened), ("Closed within a minute", apart.at_once), ("Closed as a duplicate by the agency", apart.marked), ("Closed as passed on", apart.transferred),
            ("Opened again", apart.reopened)]  # fmt: skip
    return table(("", "Requests"), [(name, f"{count:,}") for name, count in rows], caption="Counted apart, of those that came in during the year; one may be of several")


# Duplicates


def duplicates(view: View, facts: Facts) -> str:
    found, head = facts.duplicates, section("Likely duplicates (estimate)")
    came, held = found.opened, found.backlog
    if not came.requests and not held.requests:
        return head + "<p>There is no request to look at.</p>"
    said = [f"Of {words.count_of(came.requests, 'request')} that came in during the year, {came.fewer:,} ({_percent(came.share)}) are likely duplicates of an earlier one.",
            f"The agencies themselves closed {found.marked:,} as duplicates; {found.marked_and_likely:,} of these the rule finds, too.",
            f"Were each cluster one request, {held.as_one:,} would be open instead of {held.requests:,} ({_percent(held.share)} fewer), and {came.as_one:,} would have come in instead of {came.requests:,}."]  # fmt: skip
    what_if = table(("", "As counted", "Each cluster as one", "Fewer"), [
        (f"Open at the end of {_day(view.day)}", f"{held.requests:,}", f"{held.as_one:,}", f"{held.fewer:,}"),
        ("Came in during the year", f"{came.requests:,}", f"{came.as_one:,}", f"{came.fewer:,}"),
    ], caption="What closing a cluster as one would do")  # fmt: skip
    rules = table(("Rule", "In clusters", "Clusters", "Likely duplicates"), [
        (f"{one.metres} meters, {one.days} days{' (ours)' if (one.metres, one.days) == (rule.METRES, rule.DAYS) else ''}", f"{one.in_clusters:,}", f"{one.clusters:,}", f"{one.likely:,}")
        for one in facts.sensitivity
    ], caption=f"What other rules would find among all requests{' of this type' if view.asked.type else ''} that are loaded, of every agency, place and day")  # fmt: skip
    return f"{head}<p>{escape(' '.join(said))}</p>{pair(what_if, rules if facts.sensitivity else '<p>No rule finds any.</p>')}"


def _percent(share: float) -> str:
    return "no share" if math.isnan(share) else f"{share:.1%}"


# By type, agency and neighborhood

PART_HEAD = ("Came in", "Closed", "Open", "Overdue", "Fell due", "On time")


def part_rows(parts: Sequence[Part], names: dict[str, str], unnamed: str) -> list[tuple[str, ...]]:
    return [(names.get(one.name, one.name) or unnamed, f"{one.opened:,}", f"{one.closed:,}", f"{one.open:,}", f"{one.overdue:,}", f"{one.on_time.due:,}", _share(one.on_time.share))
            for one in parts]  # fmt: skip


def by_type_and_agency(facts: Facts) -> str:
    made = []
    for name in ("type", "agency"):
        if name in facts.parts:
            rows = part_rows(facts.parts[name], {}, "not named")
            made.append(section(f"By {name}") + table((words.capital(name), *PART_HEAD), rows, caption="Came in, closed and fell due in the year; open and overdue at its end; the largest backlog first", height="30rem"))
    return "".join(made)


def by_area(view: View, facts: Facts) -> str:
    """Only within one type: neighborhoods ask for different things."""
    one = cache.settings().areas.one
    if view.asked.area or not cache.areas():
        return ""
    head = section(f"By {one}")
    if "area" not in facts.parts:
        return f"{head}<p>Choose a type of request on the left to see each {escape(one)}. They ask for different things, so only requests of one type can be compared.</p>"
    parts, names = facts.parts["area"], {area.id: area.name for area in cache.areas()}
    worst = sorted((part for part in parts if part.name and part.on_time.due >= FEW), key=lambda part: (part.on_time.share, part.name))
    said = ""
    if worst:
        low, high = worst[0], worst[-1]
        said = f"Least on time in {names.get(low.name, low.name)}: {_limits(low)}. Most in {names.get(high.name, high.name)}: {_limits(high)}."
    shown = area_map(view, parts)
    picture = maps.picture(shown, cache.drawing(), width=460)
    image = f"<figure style='margin:0'><img src='{picture}' alt='{escape(said or shown.title)}' style='max-width:100%;height:auto'></figure>"
    rows = part_rows(parts, names, "no known place")
    made = table((words.capital(one), *PART_HEAD), rows, caption="Came in, closed and fell due in the year; open and overdue at its end; the largest backlog first", height="34rem")
    return (f"{head}<p>{escape(said)}</p><div class='side-by-side'><div>{mapping.map_title(shown)}{image}{mapping.legend(shown)}"
            f"<p class=note>The darker, the later. Not used: fewer than {FEW} requests fell due. {mapping.LINE_CREDIT}</p></div><div><p class=note><strong>{escape(ASKING)}</strong></p>{made}</div></div>")  # fmt: skip


def _limits(part: Part) -> str:
    low, high = part.on_time.limits
    return f"{part.on_time.share:.0%} of {words.count_of(part.on_time.due, 'request')} (give or take chance: {low:.0%} to {high:.0%})"


def area_map(view: View, parts: Sequence[Part]) -> maps.AreaMap:
    by_name = {part.name: part.on_time for part in parts}
    found = [by_name.get(area.id, OnTime(0, 0)) for area in cache.areas()]
    return maps.AreaMap(
        names=[area.name for area in cache.areas()],
        classes=[next(place for place, (below, _) in enumerate(CLASSES) if one.share < below) if one.due >= FEW else None for one in found],
        reasons=["" if one.due >= FEW else "not used" if one.due else "not applicable" for one in found],
        palette=WORSE_DARKER[::-1],
        labels=[label for _, label in CLASSES],
        title=f"On time: {view.asked.type}",
        subtitle=f"Share of requests that fell due in the 52 weeks to {_day(view.day)}",
        source="",
    )


# What it rests on


def about(view: View) -> str:
    """Formulas, what was wrong in the file, and where it comes from."""
    formulas = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in FORMULAS.items())
    load = view.load
    wrong = store.problems(cache.engine(), load.id)
    rows = [(f"{words.capital(one.problem)}: {(SET_ASIDE | LEFT_OUT).get(one.problem, '')}{' (set aside)' if one.set_aside else ''}", f"{one.rows:,}") for one in wrong]
    lines = (f"Loaded {cache.local_time(load.loaded_at)} from {load.file_name}: {load.rows:,} lines read, of which {load.new:,} were new requests, {load.updated:,} updated ones, "
             f"{load.repeated:,} repeated in the file, and {load.set_aside:,} set aside and not counted.")  # fmt: skip
    return (f"{section('How each figure is counted')}<dl class=card>{formulas}</dl>{section('What was wrong in the file')}"
            + (table(("What", "Lines"), rows, caption="Counted, never dropped without a word") if rows else "<p>Nothing.</p>")
            + f"<p class=note>Source: {escape(lines)}</p>")  # fmt: skip


# To take away


def take_away(view: View, facts: Facts) -> None:
    downloads.both(lambda: tables(view, facts), name=f"service-requests-{date.fromordinal(view.day).isoformat()}", what="These figures")


def tables(view: View, facts: Facts) -> dict[str, pd.DataFrame]:
    """The same figures as on the page. Missing is empty."""
    apart, found = facts.apart, facts.duplicates
    figures: list[tuple[str, Any, str]] = [
        ("open", facts.backlog[0], "Backlog"), ("overdue", facts.backlog[1], "Overdue"),
        ("open a year before", facts.before[0] if facts.before else None, "Backlog"), ("overdue a year before", facts.before[1] if facts.before else None, "Overdue"),
        ("median age in days", facts.ages.median, "Age"), ("P90 age in days", facts.ages.p90, "Age"),
        *((f"open, {name}", count, "Age") for name, count in facts.ages.bands),
        ("median days to close", facts.took.median, "Time to close"), ("P90 days to close", facts.took.p90, "Time to close"),
        ("came in during the year", apart.opened, ""), ("closed within a minute", apart.at_once, "Time to close"), ("closed as a duplicate", apart.marked, "Marked as a duplicate"),
        ("closed as passed on", apart.transferred, "Time to close"), ("opened again", apart.reopened, "Backlog"),
        ("likely duplicates that came in", found.opened.fewer, "Likely duplicates (estimate)"),
        ("came in, each cluster as one", found.opened.as_one, "If each cluster were one request"), ("open, each cluster as one", found.backlog.as_one, "If each cluster were one request"),
    ]  # fmt: skip
    weeks = pd.DataFrame([(date.fromordinal(one.first), date.fromordinal(one.last), one.opened, one.closed, one.net, one.backlog) for one in facts.weeks],
                         columns=["from", "to", "came_in", "closed", "net", "open_at_end"])  # fmt: skip
    due = pd.DataFrame([(month, one.due, one.in_time, one.share, *one.limits) for month, one in facts.due], columns=["month", "due", "in_time", "share", "lower", "upper"])
    rules = pd.DataFrame([(one.metres, one.days, one.in_clusters, one.clusters, one.likely) for one in facts.sensitivity], columns=["meters", "days", "in_clusters", "clusters", "likely"])
    parts = {f"By {name}": pd.DataFrame([(one.name, one.opened, one.closed, one.open, one.overdue, one.on_time.due, one.on_time.in_time) for one in several],
                                        columns=[name, "came_in", "closed", "open", "overdue", "due", "in_time"]) for name, several in facts.parts.items()}  # fmt: skip
    asked = [("type", view.asked.type), ("agency", view.asked.agency), ("area", view.asked.area), ("day", date.fromordinal(view.day).isoformat()), ("file", view.load.file_name)]
    return {
        "Figures": pd.DataFrame(figures, columns=["figure", "value", "formula"]).assign(value=lambda frame: frame["value"].astype(float)),
        "Weeks": weeks, "On time by due month": due, "Rules for duplicates": rules, **parts,
        "Formulas": pd.DataFrame(list(FORMULAS.items()), columns=["figure", "formula"]), "Asked for": pd.DataFrame(asked, columns=["what", "value"]),
    }  # fmt: skip
