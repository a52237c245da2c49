"""The sentences that lead a page: the answer first, the picture under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lib import words
from lib.assessment import Assessment, by_worst, is_good, is_off_target, is_worse
from lib.language import _, later, n_
from lib.model import Framework, Status
from lib.ui.board import chip, status_look, status_word
from lib.ui.links import link
from lib.ui.text import as_written, escape, html_of, text_of

CANNOT_BE_TOLD = {
    Status.NO_TARGET: later("there is no target"),
    Status.NOT_ENOUGH_DATA: later("too few figures"),
    Status.STALE: later("the last figure is old"),
    Status.NOT_COLLECTED: later("it is not collected any more"),
}


def scorecard(framework: Framework, every: Sequence[Assessment]) -> str:
    """The title, and how many indicators stand where, out of all."""
    count, one, several = len(framework.outcomes), text_of(framework, "outcome_word"), text_of(framework, "outcomes_word")  # the city's words, where it has its own
    number = words.count_of(count, "outcome", "outcomes") if one == "outcome" else words.count_of(count, one, several)
    heading = f"<h1 class='page'>{escape(framework.city)}: {escape(number)}</h1>"
    if not every:
        return heading + f"<p class='lead'>{_('No indicators yet.')}</p>"
    good = sum(map(is_good, every))
    off = sum(map(is_off_target, every))
    said = _("Of {indicators}, <strong>{good}</strong> and <strong>{off}</strong>.").format(
        indicators=words.count_of(len(every), "indicator", "indicators"),
        good=n_("{n} is met or on track", "{n} are met or on track", good).format(n=good),
        off=n_("{n} is off target", "{n} are off target", off).format(n=off),
    )
    return f"{heading}<p class='lead'>{said}{_open(every)}</p>"


def _open(every: Sequence[Assessment]) -> str:
    """The rest: those about which it is too soon to speak, and those that cannot be judged at all."""
    tally = Counter(one.status.status for one in every)
    counted = ((tally[Status.NO_DETECTABLE_CHANGE], _("for {n} no change can be told from chance")),
               (tally[Status.TOO_EARLY], _("for {n} it is too early")))  # fmt: skip
    said = [what.format(n=count) for count, what in counted if count]
    untold = sum(tally[status] for status in CANNOT_BE_TOLD)
    if untold:
        why = words.listed([_(reason) for status, reason in CANNOT_BE_TOLD.items() if tally[status]], last="or")
        said.append(_("for {n} it cannot be told: {why}").format(n=untold, why=why))
    return f" {words.capital(words.listed(said))}." if said else ""


def first_to_look_at(every: Sequence[Assessment]) -> str:
    """The one indicator that stands worst, with its sentence; or that there is none to worry about."""
    worrying = [one for one in by_worst(every) if is_off_target(one) or is_worse(one)]
    if not worrying:
        return ""
    one = worrying[0]
    name = link("indicator", html_of(one.indicator, "name"), id=one.indicator.id, key="indicator")
    return (f"<p class='first'><strong>{_('Look at this first: {name}.').format(name=name)}</strong> {chip(status_look(one), status_word(one))} "
            f"{escape(one.status.sentence)}</p>")  # fmt: skip


def reconstruction(framework: Framework) -> str:
    """What is not confirmed by a person yet. "" when all is."""
    open_names = [one for one in framework.indicators if one.confirmed is None]
    if not framework.reconstruction or not open_names:
        return ""
    said = _("{n} of {total} are not confirmed yet; each shows the grade of its evidence.").format(n=len(open_names), total=len(framework.indicators))
    return (f"<p class='note'><strong>{_('About these names.')}</strong> {as_written(escape(framework.reconstruction))} {said} "
            f"{link('about', _('What the grades mean'), title=_('How to read this'))}.</p>")  # fmt: skip
