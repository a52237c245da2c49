"""How sure a figure is: confidence limits and standard errors of proportions and rates, and of survey estimates."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scipy import special

FEW_EVENTS = 10  # from here on Byar's approximation, below it the exact limits: PHEindicatormethods phe_rate


def z_of(confidence: float) -> float:
    """The two-sided quantile of the normal distribution: 1.96 for 0.95."""
    return float(special.ndtri(0.5 + confidence / 2))


def proportion_limits(events: float, trials: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's limits of a proportion, as shares of 1. Right also for no event, or for all.

    Missing counts give NaN. Raises ValueError when the denominator is zero or below, or smaller than the events.
    Source: Wilson 1927; PHEindicatormethods. Example: 10 of 100 gives 0.055 to 0.174.
    """
    if math.isnan(events) or math.isnan(trials):
        return math.nan, math.nan
    _check(events, trials)
    if events > trials:
        raise ValueError(f"numerators cannot be greater than denominators: {events:g} of {trials:g}")
    z = z_of(confidence)
    middle = 2 * events + z**2
    spread = z * math.sqrt(z**2 + 4 * events * (1 - events / trials))
    return max((middle - spread) / (2 * (trials + z**2)), 0.0), min((middle + spread) / (2 * (trials + z**2)), 1.0)


def rate_limits(events: float, population: float, *, multiplier: float, confidence: float = 0.95) -> tuple[float, float]:
    """Limits of a rate per `multiplier` people, where events are counted as Poisson: exact below 10, Byar's from 10.

    Missing counts give NaN. Raises ValueError when the denominator is zero or below.
    """
    if math.isnan(events) or math.isnan(population):
        return math.nan, math.nan
    _check(events, population)
    low, high = poisson_limits(events, confidence=confidence) if events < FEW_EVENTS else byar_limits(events, confidence=confidence)
    return multiplier * low / population, multiplier * high / population


def poisson_limits(events: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Exact limits of a count (Garwood 1936). No event gives a lower limit of 0."""
    tail = (1 - confidence) / 2
    low = float(special.gammaincinv(events, tail)) if events > 0 else 0.0
    return low, float(special.gammainccinv(events + 1, tail))


def byar_limits(events: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Byar's approximate limits of a count, good from 10 events on (Breslow and Day 1987)."""
    z = z_of(confidence)
    low = events * (1 - 1 / (9 * events) - z / (3 * math.sqrt(events))) ** 3
    more = events + 1
    return low, more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3


def standard_error_of_proportion(events: float, trials: float) -> float:
    """As a share of 1: sqrt(p (1 - p) / n). NaN when a count is missing; ValueError for a denominator of zero or below."""
    if math.isnan(events) or math.isnan(trials):
        return math.nan
    _check(events, trials)
    share = events / trials
    return math.sqrt(max(share * (1 - share), 0.0) / trials)


def standard_error_of_rate(events: float, population: float, *, multiplier: float) -> float:
    """Per `multiplier` people: multiplier x sqrt(events) / population, events being Poisson."""
    if math.isnan(events) or math.isnan(population):
        return math.nan
    _check(events, population)
    return multiplier * math.sqrt(events) / population


def relative_standard_error(events: float) -> float:
    """1 / sqrt(events): 0.25 at 16 events. Infinite when there is none."""
    return math.inf if events == 0 else 1 / math.sqrt(events)


def is_unstable(events: float, *, threshold: int = 20) -> bool:
    """Whether so few events stand behind a rate that it says little. Source: CDC WISQARS, 20 events or fewer."""
    return events <= threshold


def margin_of_sum(margins: Sequence[float], estimates: Sequence[float]) -> float:
    """The margin of error of a sum of survey estimates. Of several estimates of zero only the largest margin counts.

    Source: US Census Bureau, ACS handbook, chapter 8.
    """
    zeros = [margin for margin, estimate in zip(margins, estimates, strict=True) if estimate == 0]
    others = [margin for margin, estimate in zip(margins, estimates, strict=True) if estimate != 0]
    return math.sqrt(sum(margin**2 for margin in [*others, *([max(zeros)] if zeros else [])]))


def margin_of_proportion(numerator: float, denominator: float, *, numerator_margin: float, denominator_margin: float) -> float:
    """The margin of error of a share. Where the usual form has a negative root, the ratio's form is used (ACS handbook)."""
    _check(numerator, denominator)
    share = numerator / denominator
    under = numerator_margin**2 - share**2 * denominator_margin**2
    if under < 0:
        under = numerator_margin**2 + share**2 * denominator_margin**2
    return math.sqrt(under) / denominator


def margin_of_product(one: float, other: float, *, one_margin: float, other_margin: float) -> float:
    """The margin of error of a product of two survey estimates (ACS handbook)."""
    return math.hypot(one * other_margin, other * one_margin)


def standard_error_of_margin(margin: float) -> float:
    """The standard error behind a margin of error at 90 %, as the Census prints it."""
    return margin / 1.645


def _check(events: float, denominator: float) -> None:
    if denominator <= 0:
        raise ValueError(f"denominators must be greater than zero: {denominator:g}")
    if events < 0:
        raise ValueError(f"numerators must not be negative: {events:g}")
