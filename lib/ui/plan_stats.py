"""Who leads which Stat: the central office, an agency, or an agency for itself."""

from __future__ import annotations

from collections.abc import Sequence

from lib import words
from lib.cycle import Lead, Meeting, Stat, State
from lib.language import _, later, n_
from lib.ui import cache
from lib.ui.sight import rows_table
from lib.ui.text import escape

TITLES = {Lead.CENTRE: later("Led by the central office"), Lead.AGENCY: later("Led by an agency"), Lead.INTERNAL: later("Internal: an agency for itself"),
          Lead.UNKNOWN: later("Who leads it is not known")}  # fmt: skip
NONE_KNOWN = later("None is known. The City says that agencies lead Stats of their own; which ones could not be read. They belong in data/stats.toml.")
WERE_HELD = (State.HELD, State.MEMO_SENT)


def show(agency: str) -> str:
    """The Stats in three tables, those of one agency where one is chosen; examples are left out."""
    several = [one for one in cache.every_stat().values() if not one.example and (not agency or agency in one.agencies)]
    meetings = [one for one in cache.meetings_of_all() if not one.example]
    total = n_("{n} Stat is known", "{n} Stats are known", len(several)).format(n=words.figure(len(several), 0))
    parts = [_("{n} led by the central office").format(n=_of(several, Lead.CENTRE)), _("{n} led by an agency").format(n=_of(several, Lead.AGENCY)),
             _("{n} internal to an agency").format(n=_of(several, Lead.INTERNAL)),
             _("of {n} it is not known who leads them").format(n=_of(several, Lead.UNKNOWN))]  # fmt: skip
    said = f"{total}: {words.listed(parts)}."
    tables = "".join(_part(lead, [one for one in several if one.led_by is lead], meetings) for lead in Lead)
    return f"<h2 class='section'>{escape(_('Stats, by who leads them'))}</h2><p class='lead'>{escape(said)}</p>{tables}"


def _of(several: Sequence[Stat], lead: Lead) -> str:
    return words.figure(sum(one.led_by is lead for one in several), 0)


def _part(lead: Lead, several: Sequence[Stat], meetings: Sequence[Meeting]) -> str:
    title = _(TITLES[lead])
    if not several and lead is Lead.UNKNOWN:
        return ""
    if not several:
        return f"<h3 class='section'>{escape(title)}</h3><p class='note'>{escape(_(NONE_KNOWN) if lead is not Lead.CENTRE else _('None is known.'))}</p>"
    names = {one.id: one.name for one in cache.agencies()}
    rows = []
    for one in several:
        held = [found.day for found in meetings if found.stat == one.id and found.state in WERE_HELD]
        rows.append(tuple(map(escape, (
            one.name, words.listed([names.get(key, key) for key in one.agencies]), _(one.cadence), one.runs,
            _("{n}, last on {day}").format(n=words.figure(len(held), 0), day=words.day(max(held))) if held else _("none recorded"),
            one.led_by_note or _("not noted"), one.reference,
        ))))  # fmt: skip
    head = (_("Stat"), _("Agencies"), _("How often"), _("Runs"), _("Meetings held"), _("How we know who leads it"), _("Reference"))
    return f"<h3 class='section'>{escape(title)}</h3>" + rows_table(head, rows, caption=n_("{n} Stat", "{n} Stats", len(rows)).format(n=words.figure(len(rows), 0)))
