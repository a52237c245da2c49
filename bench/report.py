"""Writes the figures as a plain table, and as JSON for another program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from bench.figures import Figure, spread

HEADINGS = ("", "ours", "middle half", "bare", "middle half", "ratio", "middle half", "aim", "kept")
DECIMALS = {"s": 2, "ms": 1, "MB": 1, "KB": 1, "files": 0, "": 2}


def table(figures: Sequence[Figure]) -> str:
    """One line a figure, columns in line. Medians; "middle half" is from the lower to the upper quartile. The ratio is the
    median of the ratios of neighbouring samples, so it need not be the quotient of the two medians."""
    rows = [HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))])
             for row in rows]  # fmt: skip
    lines.insert(1, "-" * len(lines[0]))
    return "\n".join(lines)


def write_json(path: Path, figures: Sequence[Figure], about: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = about | {"figures": [asdict(figure) | {"ratio": figure.ratio, "kept": figure.kept} for figure in figures]}
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def _cells(figure: Figure) -> tuple[str, ...]:
    kept = {None: "", True: "yes", False: "NO"}[figure.kept]
    samples = (figure.ours, figure.unit), (figure.bare, figure.unit), (figure.ratios, "")
    return (figure.name, *(cell for one in samples for cell in _samples(*one)), _aim(figure), kept)


def _samples(samples: Sequence[float], unit: str) -> tuple[str, str]:
    """The median, and the quartiles where there are several samples."""
    if not samples:
        return "", ""
    digits = DECIMALS[unit]
    low, high = spread(samples)
    between = "" if len(samples) == 1 else f"{low:.{digits}f}\N{EN DASH}{high:.{digits}f}"
    return f"{median(samples):.{digits}f} {unit}".strip(), between


def _aim(figure: Figure) -> str:
    if figure.aim is None:
        return ""
    unit = "\N{MULTIPLICATION SIGN}" if figure.aim_on == "ratio" else figure.unit
    return f"\N{LESS-THAN OR EQUAL TO} {figure.aim:.3g} {unit}"
