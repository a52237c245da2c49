"""What residents ask a Stat's agencies for: on the screen of the room, and on the meeting's page."""

from __future__ import annotations

from datetime import date

from lib import words
from lib.charts import flow as drawn
from lib.language import _
from lib.stat import signal
from lib.stat.snapshot import Frozen
from lib.ui.detail import table
from lib.ui.text import escape


def slide(question: str, found: signal.RequestSignal | None) -> str:
    """The open requests over the year beside the figures, to be read from six metres."""
    if found is None:
        return f"<h1 class='page'>{escape(_(question))}</h1><p class='slide-text'>{escape(_(signal.NOT_LOADED))}</p>"
    rows = "".join(f"<tr><th scope='row'>{escape(name)}</th><td>{escape(said)}</td></tr>" for name, said in signal.rows(found)[1:])  # what is open stands above
    return (f"<h1 class='page'>{escape(_(question))}</h1><p class='lead'>{escape(signal.headline(found))}</p>{_picture(found)}"
            f"<table class='slide requests'><tbody>{rows}</tbody></table><p class='slide-foot'><strong>{escape(signal.caveat())}</strong> {escape(signal.source(found))}</p>")  # fmt: skip


def _picture(found: signal.RequestSignal) -> str:
    """How many were open at the end of each week; "" without a whole week."""
    weeks = found.figures.weeks
    if not weeks:
        return ""
    high = float(max(one.backlog for one in weeks))
    times = [float(one.last) for one in weeks]
    ticks = [(times[place], words.day(date.fromordinal(weeks[place].last))) for place in sorted({0, len(weeks) - 1})]
    name = _("Open at the week's end")
    picture = drawn.over_time([drawn.Counts(name, [one.backlog for one in weeks])], times=times, ticks=ticks, top=words.figure(high, 0), highest=high, width=880, height=165)
    alt = _("Open requests at each week's end, from {first} to {last}").format(first=words.figure(weeks[0].backlog, 0), last=words.figure(weeks[-1].backlog, 0))
    return f'<img class="lines signal" src="{picture}" alt="{escape(alt)}">'


def part(frozen: Frozen) -> str:
    """For the meeting's page; "" where the Stat is about no requests, one line where none are loaded."""
    if not signal.is_asked_for(frozen.stat):
        return ""
    head = _("Resident and field signal")
    if frozen.requests is None:
        return f"<h2 class='section'>{escape(head)}</h2><p class='note'>{escape(_(signal.NOT_LOADED))}</p>"
    made = table((_("What"), _("Figure")), signal.rows(frozen.requests), caption=_("Service requests of this Stat"))
    return (f"<h2 class='section'>{escape(head)}</h2><p>{escape(signal.headline(frozen.requests))}</p>{made}"
            f"<p class='note'><strong>{escape(signal.caveat())}</strong> {escape(signal.source(frozen.requests))}</p>")  # fmt: skip
