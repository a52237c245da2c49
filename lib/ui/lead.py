"""The sentences that lead a page: the answer first, the picture under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lib import words
from lib.assessment import Assessment, by_worst, is_good, is_off_target, is_worse
from lib.model import Framework, Status
from lib.ui.board import chip, status_look, status_word
from lib.ui.links import link
from lib.ui.text import escape

CANNOT_BE_TOLD = {
    Status.NO_TARGET: "there is no target",
    Status.NOT_ENOUGH_DATA: "too few figures",
    Status.STALE: "the last figure is old",
    Status.NOT_COLLECTED: "it is not collected any more",
}


def scorecard(framework: Framework, every: Sequence[Assessment]) -> str:
    """The title, and how many indicators stand where, out of all."""
    number = words.count_of(len(framework.outcomes), "Priority Outcome")
    heading = f"<h1 class='page'>{escape(framework.city)}: {escape(number)}</h1>"
    if not every:
        return heading + "<p class='lead'>No indicators yet.</p>"
    good = sum(map(is_good, every))
    off = sum(map(is_off_target, every))
    return (
        f"{heading}<p class='lead'>Of {words.count_of(len(every), 'indicator')}, <strong>{good} "
        f"{'is' if good == 1 else 'are'} met or on track</strong> and <strong>{off} "
        f"{'is' if off == 1 else 'are'} off target</strong>.{_open(every)}</p>"
    )


def _open(every: Sequence[Assessment]) -> str:
    """The rest: those about which it is too soon to speak, and those that cannot be judged at all."""
    tally = Counter(one.status.status for one in every)
    counted = ((tally[Status.NO_DETECTABLE_CHANGE], "no change can be told from chance"), (tally[Status.TOO_EARLY], "it is too early"))
    said = [f"for {count} {what}" for count, what in counted if count]
    untold = sum(tally[status] for status in CANNOT_BE_TOLD)
    if untold:
        why = words.listed([reason for status, reason in CANNOT_BE_TOLD.items() if tally[status]], last="or")
        said.append(f"for {untold} it cannot be told: {why}")
    return f" {words.capital(words.listed(said))}." if said else ""


def first_to_look_at(every: Sequence[Assessment]) -> str:
    """The one indicator that stands worst, with its sentence; or that there is none to worry about."""
    worrying = [one for one in by_worst(every) if is_off_target(one) or is_worse(one)]
    if not worrying:
        return ""
    one = worrying[0]
    name = link("indicator", escape(one.indicator.name), id=one.indicator.id, key="indicator")
    return (f"<p class='first'><strong>Look at this first: {name}.</strong> {chip(status_look(one), status_word(one))} "
            f"{escape(one.status.sentence)}</p>")  # fmt: skip


def reconstruction(framework: Framework) -> str:
    """What is not confirmed by a person yet. "" when all is."""
    open_names = [one for one in framework.indicators if one.confirmed is None]
    if not framework.reconstruction or not open_names:
        return ""
    return (f"<p class='note'><strong>About these names.</strong> {escape(framework.reconstruction)} "
            f"{len(open_names)} of {len(framework.indicators)} are not confirmed yet; each shows the grade of its "
            f"evidence. {link('about', 'What the grades mean', title='How to read this')}.</p>")  # fmt: skip
