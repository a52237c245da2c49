"""Whether an indicator's percentages were written as 45 or as 0.45: decided over all its rows, never for one cell.

Each row without a percent sign gives its vote: a number above 1 can only be a percentage; counts beside it give it away; else
the figures that are known, those of its own place first. One row's vote against another's, or no vote at all: all refused.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum

from lib.intake.draft import Draft, by_subject
from lib.intake.findings import Findings
from lib.intake.known import Known
from lib.intake.numbers import times_100
from lib.language import _

NEAR = 3.0  # a figure within a third and three times of those known is taken for one of them; the scales are 100 apart
SAME = 0.05  # relative: a value that its counts give, rounded


class Scale(StrEnum):
    PERCENT = "45"
    SHARE = "0.45"


def decide_scales(drafts: Sequence[Draft], known: Known, findings: Findings) -> list[Draft]:
    """The drafts with percentages as percent; those of an indicator whose scale is in doubt are reported and left out."""
    refused: set[Draft] = set()
    for subject, own in by_subject(drafts).items():
        if subject.is_percent:
            refused.update(_decide(own, known, findings))
    return [one for one in drafts if one not in refused] if refused else list(drafts)


def _decide(drafts: Sequence[Draft], known: Known, findings: Findings) -> Sequence[Draft]:
    """Those refused."""
    bare = [one for one in drafts if one.value and not one.is_marked]  # neither missing nor zero: zero has no scale
    if not bare:
        return ()
    marked = [one.value for one in drafts if one.is_marked and one.value]
    votes = _votes(bare, marked, known)
    given = {vote for vote in votes if vote}
    if given == {Scale.SHARE}:
        for one in bare:
            before, one.value = one.value, times_100(one.value)
            findings.change(one.at("value"), f"{before:.12g}", f"{one.value:.12g}", _("shares of 1 were read as percentages, in all rows of this indicator"))
        return ()
    if given == {Scale.PERCENT}:
        return ()
    for one, vote in zip(bare, votes, strict=True):
        if given:
            why = _("the rows of {subject} do not agree whether 45 or 0.45 is written for 45 %; this one looks like {looks}")
            why = why.format(subject=one.subject.id, looks=vote or _("either"))
        else:
            why = _("it cannot be told whether {value:.12g} means {value:.12g} % or {percent:.12g} %").format(value=one.value, percent=times_100(one.value))
        findings.error(one.at("value"), "scale_mixed" if given else "scale_undecidable", why,
                       _("write a percent sign with all of {subject}, such as 45%").format(subject=one.subject.id), found=f"{one.value:.12g}")  # fmt: skip
    return bare


def _votes(bare: Sequence[Draft], marked: Sequence[float], known: Known) -> list[Scale | None]:
    key = bare[0].subject.key
    lines = {line: [one.value for one in figures.values()] for line, figures in known.lines(key).items()}
    sure = [one.value for one in bare if one.value and abs(one.value) > 1]
    everywhere = _span([*known.values(key), *marked, *sure])
    return [_vote(one, _span(lines.get(one.line, ())) or everywhere) for one in bare]


def _vote(one: Draft, span: tuple[float, float] | None) -> Scale | None:
    value = abs(one.value or 0)
    if value > 1:
        return Scale.PERCENT
    if one.numerator and one.denominator:
        share = one.numerator / one.denominator
        if math.isclose(value, share, rel_tol=SAME):
            return Scale.SHARE
        if math.isclose(value, 100 * share, rel_tol=SAME):
            return Scale.PERCENT
    if span is None:
        return None
    low, high = span[0] / NEAR, span[1] * NEAR
    as_percent, as_share = low <= value <= high, low <= 100 * value <= high
    if as_percent is as_share:
        return None
    return Scale.PERCENT if as_percent else Scale.SHARE


def _span(values: Sequence[float]) -> tuple[float, float] | None:
    """The smallest and the largest that is not zero."""
    sizes = [abs(value) for value in values if value and not math.isnan(value)]
    return (min(sizes), max(sizes)) if sizes else None
