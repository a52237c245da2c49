"""A light SVG picture of a measure of a plan: what came, and what it was to be, year by year or quarter by quarter."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Sequence
from html import escape

from lib.charts.sparkline import unbroken_runs
from lib.charts.theme import FONT, MID_GRID, MID_LINE, MID_MUTED, MID_TARGET, MID_TEXT

TEXT = 14
TOP, BOTTOM, SIDE = 52, 26, 34
LETTER = 0.55  # of the text's size: what a letter is wide
MARK = 6  # half of a target's mark


def actual_and_target(
    labels: Sequence[str],
    actual: Sequence[float],
    target: Sequence[float],
    *,
    names: tuple[str, str],
    said: Sequence[str],
    width: int = 480,
    height: int = 230,
) -> str:
    """The address (data URI) of the picture; "" where nothing is known. NaN is not drawn, and no line crosses it.

    The scale begins at zero. `labels` stand under the times, `said` is each actual in words, at its point; targets are diamonds. `names`: of
    what came, and of the targets. Words that would run into each other are left out: of the labels each so-many-th, of the actuals all but
    the last.
    """
    known = [value for value in (*actual, *target) if not math.isnan(value)]
    if not known:
        return ""
    low, high = min(0.0, *known), max(0.0, *known)
    step = (width - 2 * SIDE) / max(len(labels) - 1, 1)

    def x(place: float) -> float:
        return SIDE + step * place if len(labels) > 1 else width / 2

    def y(value: float) -> float:
        return height - BOTTOM - (height - TOP - BOTTOM) * ((value - low) / (high - low) if high > low else 0)

    shapes = [f'<path d="M8 {y(0):.1f}H{width - 8}" stroke="{MID_MUTED}"/>', f'<text x="8" y="{y(0) - 4:.1f}" font-size="12">0</text>']
    shapes += [f'<path d="M8 {y(high):.1f}H{width - 8}" stroke="{MID_GRID}"/>'] if high > 0 else []
    every = max(math.ceil(_wide(labels) / step), 1)
    shapes += [_text(x(place), height - 6, label) for place, label in enumerate(labels) if (len(labels) - 1 - place) % every == 0]
    last = max((place for place, value in enumerate(actual) if not math.isnan(value)), default=-1)
    worded = range(len(actual)) if _wide(said) <= step else (last,)
    for place, value in enumerate(target):
        if not math.isnan(value):
            at, level = x(place), y(value)
            shapes.append(f'<path d="M{at - MARK:.1f} {level:.1f}L{at:.1f} {level - MARK:.1f}L{at + MARK:.1f} {level:.1f}L{at:.1f} {level + MARK:.1f}Z" fill="{MID_TARGET}"/>')
    for run in unbroken_runs(list(zip(map(float, range(len(actual))), actual, strict=True))):
        points = " ".join(f"{x(place):.1f},{y(value):.1f}" for place, value in run)
        shapes.append(f'<polyline points="{points}" fill="none" stroke="{MID_LINE}" stroke-width="2.5"/>')
        shapes += [f'<circle cx="{x(place):.1f}" cy="{y(value):.1f}" r="3.5" fill="{MID_LINE}"/>' for place, value in run]
        for number, (place, value) in enumerate(run):
            falls_to = number > 0 and run[number - 1][1] > value and (number + 1 == len(run) or run[number + 1][1] >= value)
            below = falls_to and y(value) + 22 < y(0)  # where the line comes down from above, its words stand under it
            if place in worded:
                shapes.append(_text(x(place), y(value) + (19 if below else -9), said[int(place)], weight=600))
    return _address(shapes + _legend(names, has=(_any(actual), _any(target))), width, height)


def _wide(several: Sequence[str]) -> float:
    """Pixels that the longest takes, with a gap."""
    return LETTER * TEXT * max((len(one) for one in several), default=0) + 8


def _any(values: Sequence[float]) -> bool:
    return any(not math.isnan(value) for value in values)


def _text(x: float, y: float, text: str, *, weight: int = 400) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{TEXT}" font-weight="{weight}" text-anchor="middle">{escape(text)}</text>'


def _legend(names: tuple[str, str], *, has: tuple[bool, bool]) -> list[str]:
    shapes, at = [], 8.0
    marks = (f'<circle cx="{{0:.0f}}" cy="12" r="4" fill="{MID_LINE}"/>', f'<path d="M{{1:.0f}} 12l6 -6l6 6l-6 6Z" fill="{MID_TARGET}"/>')
    for name, mark, colour, shown in zip(names, marks, (MID_LINE, MID_TARGET), has, strict=True):
        if shown:
            shapes += [mark.format(at + 6, at), f'<text x="{at + 18:.0f}" y="17" font-size="{TEXT}" font-weight="600" fill="{colour}">{escape(name)}</text>']
            at += 18 + LETTER * TEXT * len(name) + 24
    return shapes


def _address(shapes: Sequence[str], width: int, height: int) -> str:
    document = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
                f'font-family="{escape(FONT, quote=True)}" fill="{MID_TEXT}">{"".join(shapes)}</svg>')  # fmt: skip
    return "data:image/svg+xml;base64," + b64encode(document.encode()).decode()
