"""What residents may see of the follow-ups: what was promised, by which agency, and what became of it.

Pure: follow-ups in, promises out. Only what staff marked as public, never what is made up, and no person's name unless the city allows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lib.cycle import Colour, FollowUp
from lib.language import _, n_
from lib.letters import without_private


class Kept(StrEnum):
    """What became of a promise. The value stands in the address; `word` is what the reader sees."""

    LATE = "late"
    NOT_DUE = "not-due"
    KEPT = "kept"

    @property
    def word(self) -> str:
        return {Kept.LATE: _("late"), Kept.NOT_DUE: _("not due yet"), Kept.KEPT: _("kept")}[self]


ORDER = (Kept.LATE, Kept.NOT_DUE, Kept.KEPT)


@dataclass(frozen=True)
class Promise:
    """A follow-up as residents see it. Texts are "" where there is nothing to say."""

    id: str
    action: str
    agency: str
    owner: str  # "" unless the city shows names
    state: Kept
    begun: bool
    made_on: date
    due: date
    done_on: date | None  # only where it is kept
    days_late: int  # until it was done, or until today
    evidence: str
    link: str  # to the evidence, where it lies on a site that is public
    elsewhere: bool  # there is more evidence, which the City keeps
    indicator: str
    measure: str
    area: str
    outcome: str


def promises_of(
    several: Iterable[FollowUp],
    *,
    today: date,
    timezone: str,
    agencies: Mapping[str, str],
    outcome_of: Mapping[str, str],
    names: bool,
    sites: Collection[str] = (),
) -> tuple[Promise, ...]:
    """The public promises: late ones first, the longest late at the top, then by due date, and what is kept last, newest first.

    `agencies` are names by id; `outcome_of` the outcome by indicator or Stat. Without `names` the owners' full names, and any e-mail
    address or phone number, are taken out of the texts, too. `sites` are those on which evidence is public: other links are not shown.
    """
    every, zone = list(several), ZoneInfo(timezone)
    owners = () if names else {one.owner for one in every}

    def shown(text: str) -> str:
        return without_private(text, owners)

    found = [
        Promise(
            id=one.id,
            action=shown(one.action),
            agency=shown(agencies.get(one.agency, one.agency)),
            owner=" ".join(one.owner.split()) if names else "",
            state=_state(one, today),
            begun=one.begun_on is not None,
            made_on=datetime.fromisoformat(one.created_at).astimezone(zone).date(),
            due=one.due,
            done_on=one.done_on if one.colour(today) is Colour.GREEN else None,
            days_late=one.days_late(today),
            evidence=shown(one.evidence) if one.colour(today) is Colour.GREEN else "",
            link=one.evidence_link if _is_public(one.evidence_link, sites) else "",
            elsewhere=bool(one.evidence_file or one.evidence_link) and not _is_public(one.evidence_link, sites),
            indicator=one.indicator,
            measure=one.measure,
            area=one.area,
            outcome=outcome_of.get(one.indicator) or outcome_of.get(one.stat, ""),
        )
        for one in every
        if one.public and not one.example
    ]
    return tuple(sorted(found, key=_order))


def _state(one: FollowUp, today: date) -> Kept:
    return {Colour.GREEN: Kept.KEPT, Colour.RED: Kept.LATE}.get(one.colour(today), Kept.NOT_DUE)


def _order(one: Promise) -> tuple:
    when = -(one.done_on or one.due).toordinal() if one.state is Kept.KEPT else one.due.toordinal()
    return ORDER.index(one.state), when, one.id


def _is_public(link: str, sites: Collection[str]) -> bool:
    """Whether a link leads, encrypted, to one of these sites or a part of one: data.city.gov is of city.gov."""
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    named = parts.username is None and parts.password is None
    return (
        parts.scheme == "https"
        and named
        and any(host == site or host.endswith(f".{site}") for site in map(str.lower, sites))
    )


def counts(several: Iterable[Promise]) -> dict[Kept, int]:
    tally = Counter(one.state for one in several)
    return {state: tally[state] for state in ORDER}


def in_short(several: Sequence[Promise]) -> str:
    """12 of 20 promises are kept; 3 are late and 5 are not due yet. Of those kept, 2 were late."""
    found, total = counts(several), len(several)
    kept = found[Kept.KEPT]
    first = n_("{kept} of {total} promises is kept", "{kept} of {total} promises are kept", kept).format(
        kept=kept, total=total
    )
    late = n_("{n} is late", "{n} are late", found[Kept.LATE]).format(n=found[Kept.LATE])
    to_come = n_("{n} is not due yet", "{n} are not due yet", found[Kept.NOT_DUE]).format(n=found[Kept.NOT_DUE])
    after = sum(one.state is Kept.KEPT and one.days_late > 0 for one in several)
    more = (
        " " + n_("Of those kept, {n} was late.", "Of those kept, {n} were late.", after).format(n=after)
        if after
        else ""
    )
    return _("{kept}; {late}, {to_come}.").format(kept=first, late=late, to_come=to_come) + more


def by_agency(several: Iterable[Promise]) -> list[tuple[str, list[Promise]]]:
    """Each agency with its promises, those with the most late ones first; "" where none is named."""
    found: dict[str, list[Promise]] = {}
    for one in several:
        found.setdefault(one.agency, []).append(one)
    return sorted(found.items(), key=lambda pair: (-counts(pair[1])[Kept.LATE], -len(pair[1]), pair[0].casefold()))
