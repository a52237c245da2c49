"""The parts of "How to read this". What a status means is taken from the methods themselves, so it cannot go stale."""

from __future__ import annotations

import inspect
from types import ModuleType

import streamlit as st

from lib import words
from lib.charts.theme import MOVEMENT_LOOKS, STATUS_LOOKS
from lib.errors import OutcomeStatError
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
from lib.settings import Settings
from lib.ui import board, cache
from lib.ui.text import escape

GRADES = {
    Grade.A: "Measured by the City itself, with values or targets in its own papers.",
    Grade.B: "A public series; that the City used it as its headline is not shown.",
    Grade.C: "The name is recalled, or the definition was fitted to the figures there are.",
}
MODULES: tuple[ModuleType, ...] = (status, trend, projection, xmr, equity, funnel, inequality, similar, suppression, intervals, rollup, periods)


def heading(settings: Settings) -> str:
    return (
        "<h1 class='page'>How to read this</h1><p class='lead'>Each indicator answers two questions in words: is it really "
        "moving, or is it noise? Will it be at its target in time? Where that cannot be told, it says so.</p>"
        f"<p class='note'>Questions about {escape(settings.city.title)}: {escape(settings.city.contact)}.</p>"
    )


def statuses(settings: Settings) -> str:
    """Each status with its icon, word and rule; the thresholds are this city's."""
    rules = status.status_rules(status.Bands(**settings.status.model_dump()))
    rows = "".join(
        f"<dt>{board.chip(STATUS_LOOKS[one], str(one))}</dt><dd>{escape(rule)}</dd>" for one, rule in rules.items()
    )
    return f"<h2 class='section'>Will it be at its target in time?</h2><dl class='card'>{rows}</dl>"


def movements() -> str:
    rows = "".join(
        f"<dt>{board.chip(MOVEMENT_LOOKS[one], str(one))}</dt><dd>{escape(rule)}</dd>"
        for one, rule in trend.movement_rules().items()
    )
    return f"<h2 class='section'>Is it really moving, or is it noise?</h2><dl class='card'>{rows}</dl>"


def grades() -> str:
    rows = "".join(f"<dt><span class='grade'>Evidence {one}</span></dt><dd>{escape(text)}</dd>" for one, text in GRADES.items())
    return ("<h2 class='section'>How sure is it that this is the City's indicator?</h2>"
            f"<dl class='card'>{rows}</dl>")  # fmt: skip


def reconstruction() -> None:
    """What is not confirmed. Where the store does not answer, the rest of the page still stands."""
    try:
        framework = cache.current_framework()
    except OutcomeStatError as problem:
        st.info(problem.sentence)
        return
    confirmed = [one for one in framework.indicators if one.confirmed]
    st.html(
        f"<p class='lead'>{escape(framework.reconstruction or 'Nothing: all names are confirmed.')}</p>"
        f"<p>{words.count_of(len(confirmed), 'indicator')} of {len(framework.indicators)} confirmed. "
        f"Framework: {escape(framework.name)}, {escape(framework.period)}. Reference: {escape(framework.reference)}.</p>"
    )


def methods() -> str:
    """The methods' own descriptions, as they stand in the code."""
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
    return "".join(parts)
