"""A small line as an SVG picture: many of them stand in one table at the price of one."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Sequence

from lib.charts.theme import MID_LINE, MID_TARGET

WIDTH, HEIGHT, MARGIN = 132, 36, 4


def sparkline(values: Sequence[float], *, times: Sequence[float], target: float | None = None) -> str:
    """The address (data URI) of a picture of `values` over `times`, with the target as a dashed line.

    A missing value (NaN) breaks the line. The scale holds all values and the target; it does not start at zero, which
    is why a sparkline has no axis and stands beside the figure. "" when there is no value at all.
    """
    points = [(time, value) for time, value in zip(times, values, strict=True)]
    present = [value for _, value in points if not math.isnan(value)]
    if not present:
        return ""
    levels = present + ([target] if target is not None else [])
    low, high = min(levels), max(levels)
    first, last = points[0][0], points[-1][0]

    def x(time: float) -> float:
        return MARGIN + (WIDTH - 2 * MARGIN) * ((time - first) / (last - first) if last > first else 1.0)

    def y(value: float) -> float:
        return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * ((value - low) / (high - low) if high > low else 0.5)

    shapes = [
        f'<polyline points="{" ".join(f"{x(t):.1f},{y(v):.1f}" for t, v in run)}" fill="none" stroke="{MID_LINE}" '
        'stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>'
        for run in unbroken_runs(points)
        if len(run) > 1
    ]
    shapes += [
        f'<circle cx="{x(run[0][0]):.1f}" cy="{y(run[0][1]):.1f}" r="1.5" fill="{MID_LINE}"/>'
        for run in unbroken_runs(points)
        if len(run) == 1
    ]
    if target is not None:
        shapes.insert(0, f'<path d="M{MARGIN} {y(target):.1f}H{WIDTH - MARGIN}" stroke="{MID_TARGET}" '
                         'stroke-width="1.5" stroke-dasharray="4 3"/>')  # fmt: skip
    latest = next((time, value) for time, value in reversed(points) if not math.isnan(value))
    shapes.append(f'<circle cx="{x(latest[0]):.1f}" cy="{y(latest[1]):.1f}" r="3" fill="{MID_LINE}"/>')
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{''.join(shapes)}</svg>"
    )
    return "data:image/svg+xml;base64," + b64encode(picture.encode()).decode()


def unbroken_runs(points: Sequence[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """The points in runs without a missing value: no line crosses a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for time, value in points:
        if math.isnan(value):
            runs.append([])
        else:
            runs[-1].append((time, value))
    return [run for run in runs if run]
