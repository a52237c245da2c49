"""A measured figure: its samples, the bare page's, the aim, and whether it is kept. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """`ours` and `bare` are samples in `unit`. `aim` is the most that the ratio, or the value, may be."""

    name: str
    unit: str
    ours: Sequence[float]
    bare: Sequence[float] = field(default=())
    aim: float | None = None
    aim_on: Literal["ratio", "value"] = "ratio"

    @property
    def ratios(self) -> list[float]:
        """Each sample of ours over the bare page's sample that was taken next to it, so that a slow minute of the machine
        falls out. Empty without a bare page, or where it measured zero."""
        if not self.bare or 0 in self.bare:
            return []
        return [ours / bare for ours, bare in zip(self.ours, self.bare, strict=True)]

    @property
    def ratio(self) -> float | None:
        """The median of `ratios`; None without any."""
        return median(self.ratios) if self.ratios else None

    @property
    def kept(self) -> bool | None:
        """None where there is no aim, or no bare page to hold it to."""
        value = self.ratio if self.aim_on == "ratio" else median(self.ours)
        return None if self.aim is None or value is None else value <= self.aim


def spread(samples: Sequence[float]) -> tuple[float, float]:
    """The quartiles, between which the middle half of the samples lies; the sample itself, twice, when there is one."""
    if len(samples) < 2:
        return samples[0], samples[0]
    low, _, high = quantiles(samples, n=4, method="inclusive")
    return low, high
