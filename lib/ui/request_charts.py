"""Service requests as pictures, each beside the same in figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from lib import words
from lib.charts import flow as drawn
from lib.language import _, n_
from lib.methods import duplicates as rule
from lib.store.requests import Apart
from lib.ui import frame
from lib.ui.request_view import Facts, View, day_of
from lib.ui.text import escape

SHORT = 9  # rows of a table before it scrolls by itself
SHOWN_AFTER = (7, 30, 90)  # days


def width() -> int:
    """Of a picture, in pixels: narrower on a phone, so that its letters stay as large."""
    return 350 if frame.map_width() == frame.PHONE_WIDTH else 520


def section(name: str) -> str:
    return f"<h2 class='section'>{escape(name)}</h2>"


def beside(picture: str, said: str, table: str) -> str:
    """A chart and the same in figures."""
    image = f'<img class="lines" src="{picture}" alt="{escape(said)}">' if picture else f"<p>{_('Nothing to draw.')}</p>"
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


def count(number: int) -> str:
    return words.figure(number, 0)


def opened_against_closed(facts: Facts) -> str:
    weeks = facts.key.weeks
    if not weeks:
        return f"{section(_('Came in against closed'))}<p>{_('There is no whole week yet.')}</p>"
    opened, closed = facts.key.opened, facts.key.closed
    net = opened - closed
    times = [float(one.last) for one in weeks]
    ticks = [(times[place], day_of(weeks[place].last)) for place in sorted({0, len(weeks) - 1})]
    most = float(max(max(one.opened, one.closed) for one in weeks))
    picture = drawn.over_time([drawn.Counts(_("Came in"), [one.opened for one in weeks]), drawn.Counts(_("Closed"), [one.closed for one in weeks])],
                              times=times, ticks=ticks, top=_("{n} a week").format(n=words.figure(most, 0)), highest=most, width=width())  # fmt: skip
    high = float(max(one.backlog for one in weeks))
    standing = drawn.over_time([drawn.Counts(_("Open at the week's end"), [one.backlog for one in weeks])], times=times, ticks=ticks, top=words.figure(high, 0),
                               highest=high, width=width())  # fmt: skip
    said = n_("In {n} week {opened} came in and {closed} were closed", "In {n} weeks {opened} came in and {closed} were closed", len(weeks)).format(
        n=len(weeks), opened=count(opened), closed=count(closed))  # fmt: skip
    grew = _("{counts}, so the backlog stayed the same") if not net else _("{counts}, so the backlog grew by {n}") if net > 0 else _("{counts}, so the backlog fell by {n}")
    lead = grew.format(counts=said, n=count(abs(net)))
    missing = _("{sentence}; in the first months a part of it is missing, since the data begin within this year.")
    lead = missing.format(sentence=lead) if facts.key.before is None else f"{lead}."
    rows = [(day_of(one.last), count(one.opened), count(one.closed), _signed(one.net), count(one.backlog)) for one in reversed(weeks)]
    made = table((_("Week to"), _("Came in"), _("Closed"), _("Net"), _("Open at the end")), rows, caption=_("By week, the newest first"), height="26rem")
    charts = "".join(f'<img class="lines" src="{one}" alt="{escape(alt)}">' for one, alt in (
        (picture, _("{counts} by week").format(counts=said)),
        (standing, _("Open requests at each week's end, now {n}").format(n=count(weeks[-1].backlog)))) if one)  # fmt: skip
    return f"{section(_('Came in against closed'))}<p>{lead}</p>{pair(charts, made)}"


def _signed(number: int) -> str:
    return f"{'+' if number > 0 else words.MINUS if number < 0 else ''}{count(abs(number))}"


def age(facts: Facts) -> str:
    found, head = facts.ages, section(_("How old the open requests are"))
    if found.median is None:
        return f"{head}<p>{_('No request is open.')}</p>"
    said = _("Half of the open requests are at most {half} old, nine in ten at most {nine}; the oldest is {oldest}.").format(
        half=days(found.median), nine=days(found.p90), oldest=days(found.oldest))  # fmt: skip
    picture = drawn.bars([(name, number, f"{count(number)} ({share_of(number / found.total)})") for name, number in found.bands], width=width())
    rows = [(words.capital(name), count(number), share_of(number / found.total)) for name, number in found.bands]
    return f"{head}<p>{said}</p>" + beside(picture, said, table((_("Age"), _("Open"), _("Share")), rows, caption=_("Open requests by age")))


def days(number: int | None) -> str:
    return _("not reached") if number is None else words.count_of(number, "day", "days")


def share_of(value: float) -> str:
    """A share of 1 as percent, in words where it is not known."""
    return _("none due") if math.isnan(value) else percent(value)


def percent(value: float) -> str:
    """A share of 1 as 45.2%."""
    return words.figure(100 * value, 1, words.PERCENT)


def in_time(facts: Facts) -> str:
    head = section(_("On time, by the month in which requests fell due"))
    whole = facts.key.on_time
    if not whole.due:
        return f"{head}<p>{_('No request fell due in the year.')}</p>"
    low, high = whole.limits
    said = _("Of {requests} that fell due in the year, {share} were closed in time (give or take chance: {low} to {high}).").format(
        requests=words.count_of(whole.due, "request", "requests"), share=share_of(whole.share), low=percent(low), high=percent(high))  # fmt: skip
    times = [float(place) for place in range(len(facts.key.due))]
    ticks = [(times[place], words.period(facts.key.due[place][0], "month")) for place in sorted({0, len(times) - 1})]
    picture = drawn.over_time([drawn.Counts(_("Closed in time"), [100 * one.share for _month, one in facts.key.due])], times=times, ticks=ticks, top="100%",
                              highest=100, width=width())  # fmt: skip
    rows = [(words.period(month, "month"), count(one.due), count(one.in_time), share_of(one.share)) for month, one in reversed(facts.key.due)]
    made = table((_("Fell due in"), _("Due"), _("Closed in time"), _("On time")), rows,
                 caption=_("By month, the newest first; the first and last may be parts of months"))  # fmt: skip
    return f"{head}<p>{escape(said)} {_('Past due and still open counts as late.')}</p>" + beside(picture, said, made)


def closing(facts: Facts) -> str:
    found, head = facts.key.took, section(_("How long it takes to close a request"))
    watched = found.closed + found.still_open
    if not watched:
        return f"{head}<p>{_('No request of the year is to be counted here.')}</p>{_apart(facts.apart)}"
    half = _("half were closed within {days}") if found.median is not None else _("less than half can be said to be closed: the median is not reached")
    nine = _("nine in ten within {days}") if found.p90 is not None else _("nine in ten are not reached")
    said = _("Of {requests} that came in during the year, {half}, {nine}. The {n} still open are counted with their age.").format(
        requests=words.count_of(watched, "request", "requests"), half=half.format(days=days(found.median)), nine=nine.format(days=days(found.p90)),
        n=count(found.still_open))  # fmt: skip
    points = [(0, 1.0), *found.curve]
    steps = [pair for place, (day, share) in enumerate(points) for pair in ([(day, points[place - 1][1])] if place else []) + [(day, share)]]
    end = max(points[-1][0], 1)
    picture = drawn.over_time([drawn.Counts(_("Still open"), [100 * share for _day, share in steps])], times=[float(day) for day, _share in steps],
                              ticks=[(0.0, _("came in")), (float(end), _("{days} later").format(days=days(end)))], top="100%", highest=100, width=width())  # fmt: skip
    rows = [(_("Median"), days(found.median)), (_("Nine in ten (P90)"), days(found.p90))]
    rows += [(_("Closed after {n} days").format(n=number), _("not known") if math.isnan(left := found.still_open_after(number)) else share_of(1 - left))
             for number in SHOWN_AFTER]  # fmt: skip
    return f"{head}<p>{escape(said)}</p>" + beside(picture, said, table(("", _("Kaplan–Meier estimate")), rows, caption=_("Time to close")) + _apart(facts.apart))


def _apart(apart: Apart) -> str:
    rows = [(_("Came in"), apart.opened), (_("Closed within a minute"), apart.at_once), (_("Closed as a duplicate by the agency"), apart.marked),
            (_("Closed as passed on"), apart.transferred), (_("Opened again"), apart.reopened)]  # fmt: skip
    caption = _("Counted apart, of those that came in during the year; one may be of several")
    return table(("", _("Requests")), [(name, count(number)) for name, number in rows], caption=caption)


# Duplicates


def duplicates(view: View, facts: Facts) -> str:
    found, head = facts.duplicates, section(_("Likely duplicates (estimate)"))
    came, held = found.opened, found.backlog
    if not came.requests and not held.requests:
        return f"{head}<p>{_('There is no request to look at.')}</p>"
    said = [
        _("Of {requests} that came in during the year, {n} ({share}) are likely duplicates of an earlier one.").format(
            requests=words.count_of(came.requests, "request", "requests"), n=count(came.fewer), share=_percent(came.share)),
        _("The agencies themselves closed {n} as duplicates; {k} of these the rule finds, too.").format(n=count(found.marked), k=count(found.marked_and_likely)),
        _("If each cluster were one request, {open_as_one} would be open instead of {open}: {share} fewer. And {came_as_one} would have come in instead of {came}.").format(
            open_as_one=count(held.as_one), open=count(held.requests), share=_percent(held.share), came_as_one=count(came.as_one), came=count(came.requests)),
    ]  # fmt: skip
    what_if = table(("", _("As counted"), _("Each cluster as one"), _("Fewer")), [
        (_("Open at the end of {day}").format(day=day_of(view.day)), count(held.requests), count(held.as_one), count(held.fewer)),
        (_("Came in during the year"), count(came.requests), count(came.as_one), count(came.fewer)),
    ], caption=_("What closing a cluster as one would do"))  # fmt: skip
    caption = (_("What other rules would find among all requests of this type that are loaded, of every agency, place and day") if view.asked.type
               else _("What other rules would find among all requests that are loaded, of every agency, place and day"))  # fmt: skip
    rules = table((_("Rule"), _("In clusters"), _("Clusters"), _("Likely duplicates")), [
        (_rule_name(one.metres, one.days), count(one.in_clusters), count(one.clusters), count(one.likely)) for one in facts.sensitivity
    ], caption=caption)  # fmt: skip
    nothing = f"<p>{_('No rule finds any.')}</p>"
    return f"{head}<p>{escape(' '.join(said))}</p>{pair(what_if, rules if facts.sensitivity else nothing)}"


def _rule_name(metres: int, days: int) -> str:
    said = _("{metres} meters, {days} days (ours)") if (metres, days) == (rule.METRES, rule.DAYS) else _("{metres} meters, {days} days")
    return said.format(metres=metres, days=days)


def _percent(share: float) -> str:
    return _("no share") if math.isnan(share) else percent(share)
