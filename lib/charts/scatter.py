"""Two pictures of many areas or indicators at once, as SVG: a funnel around the city, and level against gap."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from lib.charts.theme import FONT, MID_CONCERN, MID_GOOD, MID_GRID, MID_LINE, MID_MUTED, MID_TEXT
from lib.language import _

LETTER = 7.0  # pixels, about


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    label: str  # "" = not named
    tone: str  # "good", "concern", "neutral"
    filled: bool = True


def funnel(dots: Sequence[Dot], *, city: float, limits: Sequence[tuple[float, float, float]], width: int = 640, height: int = 360) -> str:
    """Areas by how many people stand behind their figure, and the 99.8 % limits (x, lower, upper) around the city's figure.

    The address (data URI) of the picture. Only dots with a label are named: those outside.
    """
    right, left, top, bottom = 190, 44, 14, 40
    xs = [x for x, _, _ in limits] + [dot.x for dot in dots]
    ys = [y for _, low, high in limits for y in (low, high)] + [dot.y for dot in dots]
    far, most = max(xs) or 1.0, max(ys) or 1.0  # all may be zero

    def x(value: float) -> float:
        return left + (width - left - right) * value / far

    def y(value: float) -> float:
        return height - bottom - (height - top - bottom) * value / most

    curves = "".join(
        f'<polyline points="{" ".join(f"{x(one[0]):.1f},{y(one[side]):.1f}" for one in limits)}" fill="none" stroke="{MID_MUTED}" stroke-dasharray="4 3"/>'
        for side in (1, 2)
    )
    middle = f'<path d="M{left} {y(city):.1f}H{width - right}" stroke="{MID_LINE}" stroke-width="1.5"/>'
    axes = (f'<path d="M{left} {top}V{height - bottom}H{width - right}" fill="none" stroke="{MID_MUTED}"/>'
            f'<text x="{left - 6}" y="{y(most) + 4:.1f}" text-anchor="end">{most:,.0f}</text><text x="{left - 6}" y="{y(0):.1f}" text-anchor="end">0</text>'
            f'<text x="{width - right}" y="{height - 22}" text-anchor="end">{far:,.0f}</text>'
            f'<text x="{left}" y="{height - 6}">{escape(_("people behind the figure"))}</text>'
            f'<text x="{width - right + 8}" y="{y(city) + 4:.1f}" font-weight="600" fill="{MID_LINE}">{escape(_("City"))}</text>')  # fmt: skip
    return _address(curves + middle + axes + _dots(dots, [(x(dot.x), y(dot.y)) for dot in dots]), width, height)


def quadrant(dots: Sequence[Dot], *, names: tuple[str, str, str, str], width: int = 860, height: int = 460) -> str:
    """Level (right is better) against gap (up is fairer), each from -1 to 1; `names` of the quarters from the upper right on,
    against the clock. A hollow dot is a change that cannot be told from chance."""
    left, top = 20, 26
    middle_x, middle_y = width / 2, height / 2
    corners = ((width - 8, top, "end"), (8, top, "start"), (8, height - 10, "start"), (width - 8, height - 10, "end"))
    quarters = "".join(f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="14" font-weight="700">{escape(name)}</text>'
                       for (x, y, anchor), name in zip(corners, names, strict=True))  # fmt: skip
    axes = (f'<rect width="{width}" height="{height}" fill="{MID_GRID}" opacity=".35"/>'
            f'<path d="M{middle_x} 0V{height}M0 {middle_y}H{width}" stroke="{MID_MUTED}"/>')  # fmt: skip

    placed = [(middle_x + _spread(dot.x) * (width / 2 - 130 - left), middle_y - _spread(dot.y) * (height / 2 - top - 24)) for dot in dots]
    return _address(axes + quarters + _dots(dots, placed), width, height)


def _spread(share: float) -> float:
    """The square root with its sign, so that many small changes do not lie on one another."""
    bounded = max(-1.0, min(1.0, share))
    return math.copysign(math.sqrt(abs(bounded)), bounded)


def _dots(dots: Sequence[Dot], places: Sequence[tuple[float, float]]) -> str:
    """The dots and their names; a name that would cover another moves down."""
    shapes, taken = [], []
    for dot, (x, y) in sorted(zip(dots, places, strict=True), key=lambda pair: pair[1][1]):
        colour = {"good": MID_GOOD, "concern": MID_CONCERN}.get(dot.tone, MID_MUTED)
        shapes.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour if dot.filled else "none"}" stroke="{colour}" stroke-width="2"/>')
        if dot.label:
            text_y, wide = y + 4, LETTER * len(dot.label)
            while any(abs(text_y - other_y) < 12 and x < other_x + other_wide and other_x < x + wide for other_x, other_y, other_wide in taken):
                text_y += 4
            taken.append((x, text_y, wide))
            shapes.append(f'<text x="{x + 8:.1f}" y="{text_y:.1f}">{escape(dot.label)}</text>')
    return "".join(shapes)


def _address(shapes: str, width: int, height: int) -> str:
    document = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
                f'font-family="{escape(FONT, quote=True)}" font-size="12" fill="{MID_TEXT}">{shapes}</svg>')  # fmt: skip
    return "data:image/svg+xml;base64," + b64encode(document.encode()).decode()
