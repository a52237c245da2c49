"""A trend as an inline SVG drawing, for pages that run no script. The page's style sheet gives the colours and the type, by class."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from lib.charts.sparkline import unbroken_runs
from lib.charts.trend import Aim, Line

WIDTH, HEIGHT = 480, 260  # of the drawing's own units: about a phone's width, so that its words can be read there
LEFT, RIGHT, TOP, BOTTOM = 72, 72, 28, 34
LETTER = 9  # units that a letter of the axis takes at most
SMALLEST = 1e-8  # a scale that is shorter could not be written beside its lines
STEPS = (1, 2, 2.5, 5, 10)


def trend_svg(line: Line, aim: Aim | None, *, said: str) -> str:
    """The drawing of one line with its target; "" when there is no value. `said` is what it shows, in words. Names, labels and
    texts come escaped, as for lib.charts.trend. The scale begins at zero, or below where a value does; a missing value breaks the line.
    """
    points = [(float(time.toordinal()), value) for time, value in zip(line.times, line.values, strict=True)]
    known = [value for _, value in points if not math.isnan(value)]
    if not known:
        return ""
    aims = [one for one in (aim.value, aim.low, aim.high) if one is not None] if aim else []
    ticks = scale(min(0.0, *known, *aims), max(*known, *aims, 0.0))
    first = min(points[0][0], float(aim.start.toordinal())) if aim else points[0][0]
    last = max(points[-1][0], float(aim.end.toordinal())) if aim else points[-1][0]

    def x(time: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((time - first) / (last - first) if last > first else 0.5)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - ticks[0]) / (ticks[-1] - ticks[0])

    shapes = [f'<path class="grid" d="M{LEFT} {y(tick):.1f}H{WIDTH - RIGHT}"/><text class="tick" x="{LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{_plain(tick)}</text>'
              for tick in ticks]  # fmt: skip
    if aim:
        shapes += _target(aim, x, y)
    for run in unbroken_runs(points):
        shapes.append(f'<polyline class="line" points="{" ".join(f"{x(time):.1f},{y(value):.1f}" for time, value in run)}"/>')
        shapes += [f'<circle class="dot" cx="{x(time):.1f}" cy="{y(value):.1f}" r="3.5"/>' for time, value in run]
    shapes += _periods(line, points, x)
    time, value, text = next((time, value, text) for (time, value), text in zip(reversed(points), reversed(line.texts), strict=True) if not math.isnan(value))
    shapes.append(f'<text class="latest" x="{x(time) + 8:.1f}" y="{y(value) - 8:.1f}">{text}</text>')
    return (f'<svg class="trend" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(said, quote=True)}" xmlns="http://www.w3.org/2000/svg">'
            f'{"".join(shapes)}</svg>')  # fmt: skip


def _target(aim: Aim, x, y) -> list[str]:
    """The straight line from the baseline to the target, or the range to be in, with its words at its end."""
    end = x(float(aim.end.toordinal()))
    if aim.value is not None:
        start = x(float(aim.start.toordinal()))
        level = y(aim.value)
        return [f'<path class="aim" d="M{start:.1f} {y(aim.start_value):.1f}L{end:.1f} {level:.1f}"/><circle class="goal" cx="{end:.1f}" cy="{level:.1f}" r="5"/>',
                f'<text class="aim-words" x="{end:.1f}" y="{level + 20 if level < HEIGHT - BOTTOM - 24 else level - 12:.1f}" text-anchor="middle">{aim.label}</text>']  # fmt: skip
    low, high = y(aim.low), y(aim.high)
    return [f'<rect class="range" x="{LEFT}" y="{high:.1f}" width="{WIDTH - LEFT - RIGHT}" height="{low - high:.1f}"/>',
            f'<text class="aim-words" x="{end:.1f}" y="{high - 6:.1f}" text-anchor="middle">{aim.label}</text>']  # fmt: skip


def _periods(line: Line, points: Sequence[tuple[float, float]], x) -> list[str]:
    """The periods under the axis: the last, the first, and those between that have room."""
    named = [(x(time), label) for (time, _), label in zip(points, line.labels, strict=True) if label]
    apart = LETTER * (max(len(label) for _, label in named) + 1)
    placed: list[tuple[float, str]] = []
    for at, label in [named[-1], *named[:-1]]:
        if all(abs(at - other) >= apart for other, _ in placed):
            placed.append((at, label))
    return [f'<text class="tick" x="{at:.1f}" y="{HEIGHT - 10}" text-anchor="middle">{label}</text>' for at, label in sorted(placed)]


def scale(low: float, high: float) -> list[float]:
    """Round values from at or below `low` to at or above `high`, about four steps: scale(0, 47) gives 0, 20, 40, 60."""
    if high - low < SMALLEST:
        high = low + 1
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in STEPS if one * power >= rough - 1e-12)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _plain(tick: float) -> str:
    return f"{tick:,.10f}".rstrip("0").rstrip(".").replace("-", "\N{MINUS SIGN}")
