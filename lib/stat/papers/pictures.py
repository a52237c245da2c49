"""The pictures of a deck as plain values: a line for an indicator, bars for the areas, and the title that says what is found."""

from __future__ import annotations

import math
from collections import Counter

from lib import words
from lib.assessment import Assessment, Figure, spoken_trend, status_word, target_text
from lib.language import _
from lib.model import Direction, Movement, Period, PeriodKind, Status
from lib.neighborhoods import Layer, worst_first
from lib.stat.papers.parts import Aim, Bars, Lines, few_words
from lib.stat.snapshot import Frozen

MOST_SLOTS = 60
BARS = 10


def finding(one: Assessment) -> str:
    """What is found of an indicator, in at most twelve words: "Vacant buildings: behind, 12,599 in FY2025, target 10,800"."""
    name, said = one.indicator.name, status_word(one)
    if one.status.status is Status.NO_TARGET and one.movement.movement is not Movement.CANNOT_TELL:
        said = _(str(one.movement.movement))
    if one.latest is None:
        return few_words(_("{name}: {status}, no figure").format(name=name, status=said))
    figure = words.figure(one.latest.value, one.decimals, one.unit)
    latest = _("{figure} in {period}").format(figure=figure, period=words.period_of(one.latest.period))
    longest = _("{name}: {status}, {latest}, target {target}").format(name=name, status=said, latest=latest, target=target_text(one))
    candidates = [*([longest] if target_text(one) else []), f"{name}: {said}, {latest}", f"{name}: {said}"]
    return next((text for text in candidates if len(text.split()) <= 12 and len(text) <= 100), few_words(f"{name}: {said}"))


def lines_of(one: Assessment) -> Lines | None:
    """The figures over evenly spaced time, with the straight line to the target. None where there is no figure at all."""
    figures = [figure for figure in one.figures if figure.period.label]
    if one.series is None or all(math.isnan(figure.value) for figure in figures):
        return None
    slots, labels, placed = _timeline(one, figures)
    values = [placed[slot].value if slot in placed and not math.isnan(placed[slot].value) else None for slot in slots]
    return Lines(
        name=one.indicator.name,
        periods=tuple(labels),
        values=tuple(values),
        aims=_aims(one, slots),
        decimals=one.decimals,
        unit=one.unit,
        provisional=tuple(place for place, slot in enumerate(slots) if slot in placed and placed[slot].provisional),
        until=1 + max(place for place, slot in enumerate(slots) if slot in placed),
        alt=spoken_trend(one),
    )


def _month(period: Period) -> int:
    """Months from the year 0 to the period's end."""
    return 12 * period.end.year + period.end.month - 1


def _timeline(one: Assessment, figures: list[Figure]) -> tuple[list[int], list[str], dict[int, Figure]]:
    """The months at which a period of the series ends, with the periods' names and the figures; up to the target's period.

    Where the figures do not come evenly, or very many periods would be empty, only the months that have a figure or the target.
    """
    step = max(round(12 * one.series.interval_years), 1)
    placed = {_month(figure.period): figure for figure in figures}
    first, last = min(placed), max(placed)
    goal = first + step * round((_month(one.asked) - first) / step) if one.asked else last
    slots = list(range(first, max(last, goal) + 1, step))
    if len(placed) < len(figures) or not set(placed) <= set(slots) or len(slots) > MOST_SLOTS:
        slots = sorted({*placed, goal} if goal > last else set(placed))
    like = figures[-1].period
    labels = [words.period_of(placed[slot].period) if slot in placed else words.period(_label(slot, like), like.kind) for slot in slots]
    return slots, labels, placed


def _label(month: int, like: Period) -> str:
    """The name of the period of the same kind and length that ends in that month."""
    year, number = month // 12, month % 12 + 1
    match like.kind:
        case PeriodKind.CALENDAR:
            return f"{year}"
        case PeriodKind.FISCAL:
            return f"FY{int(like.label[-4:]) + year - like.end.year}"
        case PeriodKind.SCHOOL:
            return f"{year - 1}-{year % 100:02d}"
        case PeriodKind.WINDOW:
            return f"{like.start.year + year - like.end.year}-{year}"
        case PeriodKind.QUARTER:
            return f"{year}-Q{(number + 2) // 3}"
        case _:
            return f"{year}-{number:02d}"


def _aims(one: Assessment, slots: list[int]) -> tuple[Aim, ...]:
    if one.target is None or one.asked is None:
        return ()
    end = min(slots, key=lambda slot: abs(slot - _month(one.asked)))
    start = _month(one.baseline.period) if one.baseline else end
    if one.target.value is None:
        within = [start <= slot <= end for slot in slots]
        return tuple(Aim(name, tuple(value if inside else None for inside in within))
                     for name, value in ((_("Target, lowest"), one.target.low), (_("Target, highest"), one.target.high)))  # fmt: skip
    begin = one.baseline.value if one.baseline else one.target.value
    return (Aim(_("Target"), tuple(_between(slot, start, begin, end, one.target.value) for slot in slots)),)


def _between(slot: int, start: int, begin: float, end: int, goal: float) -> float | None:
    """A value on the straight line; both its ends exactly."""
    if not min(start, end) <= slot <= end:
        return None
    return goal if slot == end else begin if slot == start else begin + (goal - begin) * (slot - start) / (end - start)


def bars_of(frozen: Frozen, layer: Layer) -> Bars | None:
    """The ten areas that stand worst in the newest frozen period; None where no area has a figure that may be used."""
    worst = worst_first(layer, layer.latest.label)[:BARS]
    if not worst:
        return None
    names = dict(frozen.areas)
    said = [f"{names.get(one.area, one.area)} {words.figure(one.value, layer.series.decimals, layer.series.unit)}" for one in worst]
    return Bars(
        name=layer.measure.name,
        areas=tuple(names.get(one.area, one.area) for one in worst),
        values=tuple(one.value for one in worst),
        decimals=layer.series.decimals,
        unit=layer.series.unit,
        alt=(_("{name}, {period}, highest first: {figures}.") if _is_unjudged(layer) else _("{name}, {period}, worst first: {figures}.")).format(
            name=layer.measure.name, period=words.period_of(layer.latest), figures="; ".join(said)
        ),
    )


def where(frozen: Frozen, layer: Layer) -> str:
    """Where it stands worst, in at most twelve words."""
    bars = bars_of(frozen, layer)
    if bars is None:
        return few_words(_("{name}: no figure by neighborhood").format(name=layer.measure.name))
    text = _("{name}: highest in {area}") if _is_unjudged(layer) else _("{name}: worst in {area}")
    text = text.format(name=layer.measure.name, area=bars.areas[0])
    longer = f"{text}, {words.figure(bars.values[0], bars.decimals, bars.unit)}"
    return longer if len(longer.split()) <= 12 and len(longer) <= 100 else few_words(text)


def _is_unjudged(layer: Layer) -> bool:
    return layer.measure.improves_when in (Direction.NEITHER, Direction.WITHIN)


def about_areas(layer: Layer) -> str:
    """What stands below the bars: of how many areas, the city's figure, and which are not shown, with the reason."""
    figures = layer.figures[layer.latest.label]
    reasons = Counter(one.reason for one in figures if one.reason)
    known = sum(not math.isnan(one.usable) for one in figures)
    city = layer.city.get(layer.latest.label)
    shown = _("the highest {n} of {total} areas with a figure, {period}") if _is_unjudged(layer) else _("the worst {n} of {total} areas with a figure, {period}")
    said = [shown.format(n=min(known, BARS), total=known, period=words.period_of(layer.latest))]
    if unit := words.unit_beside(layer.series.unit):
        said[0] += f", {unit}"
    if city is not None:
        said.append(_("the city: {figure}").format(figure=words.figure(city, layer.series.decimals, layer.series.unit)))
    if reasons:
        said.append(_("not shown: {reasons}").format(reasons=words.listed([f"{count} {_(reason)}" for reason, count in sorted(reasons.items())])))
    return words.capital("; ".join(said)) + "."
