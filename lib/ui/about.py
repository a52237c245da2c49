"""The parts of "How to read this". What a status means is taken from the methods themselves, so it cannot go stale."""

from __future__ import annotations

import inspect
from types import ModuleType

import streamlit as st

from lib import words
from lib.charts.theme import MOVEMENT_LOOKS, STATUS_LOOKS
from lib.errors import OutcomeStatError
from lib.language import SOURCE, _, current, later
from lib.methods import (
    equity,
    funnel,
    inequality,
    intervals,
    periods,
    projection,
    rollup,
    similar,
    status,
    suppression,
    trend,
    xmr,
)
from lib.model import Grade
from lib.settings import Settings, city_folder
from lib.ui import board, cache
from lib.ui.text import escape, sanitised

GRADES = {
    Grade.A: later("Measured by the City itself, with values or targets in its own papers."),
    Grade.B: later("A public series; that the City used it as its headline is not shown."),
    Grade.C: later("The name is recalled, or the definition was fitted to the figures there are."),
}
MODULES: tuple[ModuleType, ...] = (status, trend, projection, xmr, equity, funnel, inequality, similar, suppression, intervals, rollup, periods)


def heading(settings: Settings) -> str:
    lead = _("Each indicator answers two questions in words: is it really moving, or is it noise? Will it be at its target in time? "
             "Where that cannot be told, it says so.")  # fmt: skip
    contact = _("Questions about {title}: {contact}.").format(title=settings.city.title, contact=settings.city.contact)
    return f"<h1 class='page'>{_('How to read this')}</h1><p class='lead'>{lead}</p><p class='note'>{escape(contact)}</p>"


def statuses(settings: Settings) -> str:
    """Each status with its icon, word and rule; the thresholds are this city's."""
    rules = status.status_rules(status.Bands(**settings.status.model_dump()))
    rows = "".join(
        f"<dt>{board.chip(STATUS_LOOKS[one], _(str(one)))}</dt><dd>{escape(rule)}</dd>" for one, rule in rules.items()
    )
    return f"<h2 class='section'>{_('Will it be at its target in time?')}</h2><dl class='card'>{rows}</dl>"


def movements() -> str:
    rows = "".join(
        f"<dt>{board.chip(MOVEMENT_LOOKS[one], _(str(one)))}</dt><dd>{escape(rule)}</dd>"
        for one, rule in trend.movement_rules().items()
    )
    return f"<h2 class='section'>{_('Is it really moving, or is it noise?')}</h2><dl class='card'>{rows}</dl>"


def grades() -> str:
    said = _("Evidence {grade}")
    rows = "".join(f"<dt><span class='grade'>{said.format(grade=one)}</span></dt><dd>{escape(_(text))}</dd>" for one, text in GRADES.items())
    title = _("How sure is it that this is the City's indicator?")
    return f"<h2 class='section'>{title}</h2><dl class='card'>{rows}</dl>"


def sources() -> str:
    """The city's DATA.md without its first line, a heading; a sentence where it has none."""
    try:
        said = (city_folder() / "DATA.md").read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return _("Each figure names where it was read. A list of the sources is not written yet.")
    return sanitised(said.partition("\n")[2])


def reconstruction() -> None:
    """What is not confirmed. Where the store does not answer, the rest of the page still stands."""
    try:
        framework = cache.current_framework()
    except OutcomeStatError as problem:
        st.info(problem.sentence)
        return
    confirmed = [one for one in framework.indicators if one.confirmed]
    said = _("{indicators} of {total} confirmed. Framework: {name}, {period}. Reference: {reference}.").format(
        indicators=words.count_of(len(confirmed), "indicator", "indicators"), total=len(framework.indicators),
        name=framework.name, period=framework.period, reference=framework.reference)  # fmt: skip
    st.html(f"<p class='lead'>{escape(framework.reconstruction or _('Nothing: all names are confirmed.'))}</p><p>{escape(said)}</p>")


def accessibility(settings: Settings) -> str:
    """What is held and checked, and what is known not to be: the accessibility statement. A test holds what it claims (tests/browser/test_every_page.py)."""
    held = (
        _("Every page is checked by a program (axe-core) against WCAG 2.2, levels A and AA, in light and dark and in each language, before a change goes out."),
        _("Every page fits a phone, and a screen that is enlarged four times, without scrolling sideways; a wide table scrolls by itself."),
        _("A status is an icon and a word, never a color alone. Each chart and map says in words what it shows, and has a table beside it."),
        _("All that can be chosen or written can be reached with keys, and where you are is outlined. Nothing blinks, and nothing moves for those who ask their device for less motion."),
        _("Public texts are held to grade 8 of reading."),
    )
    not_held = (
        _("In a date field the parts for month and day are narrower than 24 pixels. You can type the date instead."),
        _("A map, and the boxes of the budget, open by a click only. The list or the table beside them leads to the same."),
        _("Nobody who uses a screen reader every day has tried this site for us yet. The papers for Word and PowerPoint were not checked."),
        _("Texts that the City wrote may be in English only. Each says so to a screen reader."),
    )
    contact = _("If something keeps you out, tell us: {contact}.").format(contact=settings.city.contact)
    return (f"<h2 class='section'>{_('What we hold to')}</h2><ul>{_items(held)}</ul>"
            f"<h2 class='section'>{_('What is not as it should be')}</h2><ul>{_items(not_held)}</ul><p>{escape(contact)}</p>")  # fmt: skip


def _items(sentences: tuple[str, ...]) -> str:
    return "".join(f"<li>{escape(one)}</li>" for one in sentences)


def methods() -> str:
    """The methods' own descriptions, as they stand in the code: in English, whatever the reader's language."""
    parts = []
    for module in MODULES:
        name = module.__name__.rpartition(".")[2]
        parts.append(f"<h3 class='section'>{escape(name)}</h3><p class='lead small'>{escape(inspect.getdoc(module) or '')}</p>")
        parts += [
            f"<details><summary>{escape(key.replace('_', ' '))}</summary><p style='white-space: pre-line'>"
            f"{escape(inspect.getdoc(one) or '')}</p></details>"
            for key, one in vars(module).items()
            if inspect.isfunction(one) and one.__module__ == module.__name__ and not key.startswith("_")
        ]
    if current() == SOURCE:
        return "".join(parts)
    note = _("The methods are described in English, as they stand in the code.")
    return f"<p class='note'>{note}</p><div lang='{SOURCE}'>{''.join(parts)}</div>"
