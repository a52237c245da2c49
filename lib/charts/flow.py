"""Light SVG pictures for counts over time and counts by kind, wide or narrow: for pages that need no plotly."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from lib.charts.sparkline import unbroken_runs
from lib.charts.theme import BENCHMARK_LINES, FONT, MID_GRID, MID_LINE, MID_MUTED, MID_TEXT

TEXT = 14
TOP, BOTTOM, LEFT, RIGHT = 46, 24, 8, 8
LETTER = 0.55  # of the text's size: what a letter is wide
DASHES = ("", "7 4", "2 4")  # lines are told apart without colour, too


@dataclass(frozen=True)
class Counts:
    """A line: `values` over the times of the picture; NaN breaks it."""

    name: str
    values: Sequence[float]


def over_time(several: Sequence[Counts], *, times: Sequence[float], ticks: Sequence[tuple[float, str]], top: str, highest: float, width: int, height: int = 210) -> str:
    """The address (data URI) of the picture, from zero up to `highest`, which `top` says in words; "" where no value is known."""
    if not times or all(math.isnan(value) for line in several for value in line.values):
        return ""
    first, last = min(times), max(times)

    def x(time: float) -> float:
        return LEFT + (width - LEFT - RIGHT) * ((time - first) / (last - first) if last > first else 0.5)

    def y(value: float) -> float:
        return height - BOTTOM - (height - TOP - BOTTOM) * (value / highest if highest > 0 else 0)

    shapes = [f'<path d="M{LEFT} {y(0):.1f}H{width - RIGHT}" stroke="{MID_MUTED}"/>', f'<path d="M{LEFT} {y(highest):.1f}H{width - RIGHT}" stroke="{MID_GRID}"/>',
              f'<text x="{LEFT}" y="{y(highest) - 5:.1f}" font-size="{TEXT}">{escape(top)}</text>']  # fmt: skip
    shapes += [f'<text x="{x(time):.1f}" y="{height - 6}" font-size="{TEXT}" text-anchor="{_anchor(time, first, last)}">{escape(label)}</text>' for time, label in ticks]
    at = float(LEFT)
    for number, line in enumerate(several):
        colour, dash = (MID_LINE, *BENCHMARK_LINES)[number], f' stroke-dasharray="{DASHES[number]}"' if DASHES[number] else ""
        for run in unbroken_runs(list(zip(times, line.values, strict=True))):
            points = " ".join(f"{x(time):.1f},{y(value):.1f}" for time, value in run)
            shapes.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5" stroke-linejoin="round"{dash}/>')
            shapes += [f'<circle cx="{x(time):.1f}" cy="{y(value):.1f}" r="3" fill="{colour}"/>' for time, value in run if len(run) == 1]
        shapes += [f'<path d="M{at:.0f} 11H{at + 26:.0f}" stroke="{colour}" stroke-width="2.5"{dash}/>',
                   f'<text x="{at + 32:.0f}" y="15" font-size="{TEXT}" font-weight="600" fill="{colour}">{escape(line.name)}</text>']  # fmt: skip
        at += 32 + LETTER * TEXT * len(line.name) + 22
    return _address(shapes, width, height)


def bars(several: Sequence[tuple[str, float, str]], *, width: int) -> str:
    """Lying bars from zero: name, value, and the value in words; "" where there are none. The name stands above its bar."""
    highest = max((value for _, value, _ in several), default=0)
    if highest <= 0:
        return ""
    shapes, step = [], 44
    for number, (name, value, text) in enumerate(several):
        y, wide = number * step, max((width - LEFT - RIGHT) * value / highest, 1 if value else 0)
        shapes += [f'<text x="{LEFT}" y="{y + 15}" font-size="{TEXT}">{escape(name)}: <tspan font-weight="700">{escape(text)}</tspan></text>',
                   f'<rect x="{LEFT}" y="{y + 21}" width="{wide:.1f}" height="14" fill="{MID_LINE}"/>']  # fmt: skip
    return _address(shapes, width, step * len(several))


def _anchor(time: float, first: float, last: float) -> str:
    return "start" if time == first else "end" if time == last else "middle"


def _address(shapes: Sequence[str], width: int, height: int) -> str:
    document = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
                f'font-family="{escape(FONT, quote=True)}" fill="{MID_TEXT}">{"".join(shapes)}</svg>')  # fmt: skip
    return "data:image/svg+xml;base64," + b64encode(document.encode()).decode()
