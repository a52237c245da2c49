"""An outside standard and what this site's own store shows for each of its criteria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from lib import standard, words
from lib.charts.theme import Look
from lib.language import _
from lib.standard import Answer, Part, Shown
from lib.standard.holdings import Holdings, Proof
from lib.stat import record
from lib.stat.changes.told import day_in
from lib.store import changes, feedback, meetings, residents
from lib.ui import board, cache
from lib.ui.links import link
from lib.ui.text import escape

LOOKS: dict[Shown, Look] = {
    Shown.ALL: Look("check_circle", "good"),
    Shown.PART: Look("incomplete_circle", "concern"),
    Shown.NOTHING: Look("radio_button_unchecked", "neutral"),
}


def holdings() -> Holdings:
    """What the store holds today; examples are left out where it is counted."""
    engine, today, timezone = cache.engine(), cache.today(), cache.settings().city.timezone
    number, built = cache.kept("count of figures", make=lambda: changes.count_of_figures(engine, cache.release()))
    tally = feedback.tally(engine)
    last = feedback.answered_since(engine, "", most=1)
    every = cache.meetings_of_all()
    required, missed = _required(every)
    return Holdings(
        today=today,
        timezone=timezone,
        indicators=cache.current_framework().indicators,
        latest={one.indicator.id: words.period_of(one.latest.period) for one in cache.assessments() if one.latest},
        by_area=_with_areas(),
        figures=number,
        renewed=day_in(built, timezone) if built else None,
        budget=cache.budget(),
        meetings=every,
        required=required,
        missed=missed,
        frozen=meetings.with_snapshot(engine),
        follow_ups=cache.follow_ups(),
        strategies=cache.strategies(),
        evaluations=cache.evaluations(),
        decisions=cache.decisions(),
        letters=tally.waiting + tally.shown + tally.set_aside,
        shown=tally.shown,
        answered=tally.answered,
        last_answer=day_in(last[0].answered_at, timezone) if last else None,
        ideas=residents.how_many(engine),
    )


def _with_areas() -> frozenset[str]:
    """The indicators that have figures by neighborhood."""
    known = cache.measures()
    every = [one for one in cache.current_framework().indicators if one.neighborhood_measure in known]
    return frozenset(one.id for one in every if cache.layers(one.neighborhood_measure))


def _required(every: Sequence) -> tuple[int, int]:
    """The months of this year that the law asks a meeting for, that are over and recorded; and how many of them have none."""
    today, law = cache.today(), cache.settings().stat.required_since
    held = record.held_against_required(
        cache.agencies(), tuple(cache.every_stat().values()), every, year=today.year, today=today, required_since=law
    )
    months = [month for one in record.as_recorded(held, record.began(every)) for month in one.months]
    return sum(month.required and month.is_over for month in months), sum(month.is_missed for month in months)


def parts_of(document: Mapping[str, Any]) -> tuple[Part, ...]:
    """The parts of the standard, each criterion with what the store shows for it today."""
    return standard.judged(document, holdings())


def heading(document: Mapping[str, Any], parts: Sequence[Part]) -> str:
    note = _("Counted today, {day}, in what this site holds. What is made up as an example never counts.").format(
        day=words.day(cache.today())
    )
    return (
        f"<h1 class='page'>{escape(document['name'])}</h1><p class='first'>{escape(standard.in_short(parts))}</p>"
        f"<p class='note'>{escape(document['note'])} {escape(note)}</p>"
    )


def strip(parts: Sequence[Part]) -> str:
    """The parts side by side, each with how much is shown of its criteria: the picture."""
    return f"<ul class='outcomes' aria-label='{escape(_('The parts, with how much is shown of each'))}'>{''.join(map(_tile, parts))}</ul>"


def _tile(part: Part) -> str:
    bars = "".join(
        f"<i class='{LOOKS[one.shown].tone}' title='{escape(one.name)}: {escape(_(str(one.shown)))}'></i>"
        for one in part.answers
    )
    tally = {shown: sum(one.shown is shown for one in part.answers) for shown in Shown}
    said = ", ".join(f"{number} {_(str(shown))}" for shown, number in tally.items() if number)
    return (
        f"<li style='--mark: var(--accent)'><span class='name' style='min-height: 0'>{escape(part.name)}</span><span class='bar' aria-hidden='true'>{bars}</span>"
        f"<span class='counts'>{escape(said)}</span></li>"
    )


def listed(parts: Sequence[Part], document: Mapping[str, Any]) -> str:
    """Every criterion: what it asks, what is shown, what is lacking."""
    reference = f"<p class='note'>{escape(_('Reference: {what}').format(what=document['reference']))}</p>"
    return "".join(_part(part) for part in parts) + reference


def _part(part: Part) -> str:
    columns = (_("Criterion"), _("What is shown here"), _("What is lacking"))
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in columns)
    rows = "".join(_row(one) for one in part.answers)
    return (
        f"<h2 class='section'>{escape(part.name)}</h2><p style='margin: 0'>{escape(part.asks)}</p><p class='note'>{escape(part.wording)}</p>"
        f"<table class='plain deeds' aria-label='{escape(part.name)}'>"
        "<colgroup><col style='width: 30%'><col style='width: 37%'><col></colgroup>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _row(one: Answer) -> str:
    shown = "".join(f"<div style='margin: .15rem 0'>{_proof(proof)}</div>" for proof in one.proofs)
    gaps = "".join(f"<div style='margin: .15rem 0'>{escape(proof.gap)}</div>" for proof in one.proofs if proof.gap)
    would = _("This would show it: {what}").format(what=one.would_show)
    wording = f"<br><span class='small muted'>{escape(one.wording)}</span>" if one.wording else ""
    lacking = gaps or escape(would if one.shown is Shown.NOTHING else _("Nothing that was looked for."))
    return (
        f"<tr><td><strong>{escape(one.name)}</strong><br>{escape(one.asks)}{wording}</td>"
        f"<td>{board.chip(LOOKS[one.shown], _(str(one.shown)))}{shown}</td>"
        f"<td data-name='{escape(_('What is lacking'))}'>{lacking}</td></tr>"
    )


def _proof(one: Proof) -> str:
    return f"{escape(one.sentence)} {link(one.page, escape(_('See it')))}"


def tables(parts: Sequence[Part]) -> dict[str, pd.DataFrame]:
    rows = [
        (part.name, one.name, one.asks, str(one.shown), " ".join(proof.sentence for proof in one.proofs),
         " ".join(proof.gap for proof in one.proofs if proof.gap), one.would_show, f"{part.wording} {one.wording}".strip())
        for part in parts for one in part.answers
    ]  # fmt: skip
    columns = ["part", "criterion", "asks", "state", "shown", "lacking", "would_show", "wording"]
    return {"Criteria": pd.DataFrame(rows, columns=columns)}
