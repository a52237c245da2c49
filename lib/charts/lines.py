"""A few lines over time as a light SVG picture: for pages that need no plotly."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from lib.charts.sparkline import unbroken_runs
from lib.charts.theme import BENCHMARK_LINES, FONT, MID_GRID, MID_LINE, MID_MUTED, MID_TEXT

LONGEST = 28  # letters beside a line's end
LEFT, RIGHT, TOP, BOTTOM = 8, 230, 14, 26


@dataclass(frozen=True)
class SmallLine:
    """`values` over `times`; NaN breaks the line. `quiet` is drawn grey and dashed: what others are held against."""

    name: str
    times: Sequence[float]
    values: Sequence[float]
    last: str  # the newest value, as it is printed
    quiet: bool = False


def lines(several: Sequence[SmallLine], *, ticks: Sequence[tuple[float, str]], width: int = 640, height: int = 200) -> str:
    """The address (data URI) of the picture, from zero up, a name and the newest value at each line's end; "" without values."""
    known = [value for line in several for value in line.values if not math.isnan(value)]
    if not known:
        return ""
    low, high = min([0.0, *known]), max([0.0, *known])
    first, last = min(t for line in several for t in line.times), max(t for line in several for t in line.times)

    def x(time: float) -> float:
        return LEFT + (width - LEFT - RIGHT) * ((time - first) / (last - first) if last > first else 1.0)

    def y(value: float) -> float:
        return height - BOTTOM - (height - TOP - BOTTOM) * ((value - low) / (high - low) if high > low else 0.5)

    shapes = [f'<path d="M{LEFT} {y(0):.1f}H{width - RIGHT}" stroke="{MID_MUTED}" stroke-width="1"/>',
              f'<path d="M{LEFT} {y(high):.1f}H{width - RIGHT}" stroke="{MID_GRID}" stroke-width="1"/>']  # fmt: skip
    shapes += [f'<text x="{x(time):.1f}" y="{height - 8}" font-size="12" text-anchor="{_anchor(time, first, last)}">{escape(label)}</text>'
               for time, label in ticks]  # fmt: skip
    ends = []
    for number, line in enumerate(several):
        colour = MID_MUTED if line.quiet else (MID_LINE, *BENCHMARK_LINES)[number % (1 + len(BENCHMARK_LINES))]
        for run in unbroken_runs(list(zip(line.times, line.values, strict=True))):
            points = " ".join(f"{x(time):.1f},{y(value):.1f}" for time, value in run)
            shapes.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5" stroke-linejoin="round"'
                          f'{" stroke-dasharray=" + chr(34) + "5 4" + chr(34) if line.quiet else ""}/>')  # fmt: skip
            shapes += [f'<circle cx="{x(time):.1f}" cy="{y(value):.1f}" r="2.6" fill="{colour}"/>' for time, value in run]
        newest = [(time, value) for time, value in zip(line.times, line.values, strict=True) if not math.isnan(value)]
        if newest:
            ends.append((y(newest[-1][1]), f"{line.name}: {line.last}", colour))
    shapes += _labels(ends, width, height)
    document = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
                f'font-family="{escape(FONT, quote=True)}" fill="{MID_TEXT}">{"".join(shapes)}</svg>')  # fmt: skip
    return "data:image/svg+xml;base64," + b64encode(document.encode()).decode()


def _anchor(time: float, first: float, last: float) -> str:
    return "start" if time == first else "end" if time == last else "middle"


def _labels(ends: Sequence[tuple[float, str, str]], width: int, height: int) -> list[str]:
    """Names at the ends of the lines, moved apart where they would overlap."""
    placed: list[str] = []
    lowest = TOP - 14.0
    for at, text, colour in sorted(ends):
        lowest = max(at, lowest + 14)
        name, _, value = text.rpartition(": ")
        short = text if len(text) <= LONGEST else f"{name[: LONGEST - len(value) - 3]}\N{HORIZONTAL ELLIPSIS}: {value}"
        placed.append(f'<text x="{width - RIGHT + 8}" y="{min(lowest + 4, height - 2):.1f}" font-size="12" font-weight="600" '
                      f'fill="{colour}">{escape(short)}</text>')  # fmt: skip
    return placed
