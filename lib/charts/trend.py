"""The trend chart of one indicator: its series over time, the target, and what the methods allow to be drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape

import plotly.graph_objects as go

from lib import words
from lib.charts.sparkline import unbroken_runs
from lib.charts.theme import BENCHMARK_LINES, MID_BAND, MID_LINE, MID_MUTED, MID_TARGET, template
from lib.language import _

ROW = 1.4  # of the text's size: the height of one row of texts
LETTER = 0.6  # of the text's size: what a letter is wide, rather more than less
NARROWEST = 300  # pixels of the plot on a phone: texts that stand apart there do so everywhere
LARGE, PROJECTED = 20, 1500  # from this size of text on the chart is for a meeting room, and its plot at least so wide
ROOM, ROOM_AFTER = 0.06, 0.1  # of the drawn time: left free beside a chart with marks; more after one that is the last, for its day
ROUNDING = 1e-6
APART = 0.13  # of the drawn time: labels of the axis that are nearer touch on a phone
ABOVE, BELOW = 1.15, -1.3  # of the text's size: from a point to the middle of its words, clear of the line


@dataclass(frozen=True)
class Line:
    """A run of points to draw. `values` has NaN where a figure is missing: the line breaks there."""

    name: str
    times: Sequence[date]
    labels: Sequence[str]  # the periods, as they are printed
    values: Sequence[float]
    texts: Sequence[str]  # the values, as they are printed
    provisional: Sequence[bool] = ()


@dataclass(frozen=True)
class Aim:
    """The target: from the baseline's time and value to its own."""

    start: date
    start_value: float
    end: date
    label: str  # the target's period, as it is printed
    value: float | None
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True)
class Trend:
    """All that one chart shows."""

    unit: str
    main: Line
    earlier: Sequence[Line] = ()  # other series of the city: never joined to the main one
    benchmarks: Sequence[Line] = ()
    aim: Aim | None = None
    past_aims: Sequence[tuple[date, float, str]] = ()  # end of period, value, words
    band: Sequence[tuple[date, float, float, float]] = ()  # time, lower, middle, upper of a projection
    limits: tuple[float, float, float] | None = None  # lower, mean, upper of a process
    trial_limits: bool = False  # of too few points to be judged by
    from_zero: bool = True
    marks: Sequence[tuple[date, str]] = field(default=())  # what was done, and when
    before_limits: Sequence[tuple[date, date, float, float]] = ()  # start, end, lower, upper of what was usual before


def draw(trend: Trend, *, height: int = 420, text_size: int = 14) -> go.Figure:
    """A plotly figure with an explicit template. Labels stand on the lines; there is no legend. Plotly reads text as HTML:
    names, labels and texts come escaped. Marks have their words above the plot, each row of which adds to the height, or in large type takes from the plot."""
    figure = go.Figure(layout=dict(template=template(text_size=text_size), height=height))
    if trend.before_limits:
        _before_limits(figure, trend, text_size=text_size)
    if trend.limits:
        _limits(figure, trend.limits, trial=trend.trial_limits)
    for number, line in enumerate(trend.benchmarks):
        _line(figure, line, colour=BENCHMARK_LINES[number % len(BENCHMARK_LINES)], width=1.5, named=True, text_size=text_size)
    for line in trend.earlier:
        _line(figure, line, colour=MID_MUTED, width=1.5, dash="dot", named=True, text_size=text_size)
    if trend.band:
        _band(figure, trend.band)
    if trend.aim:
        _aim(figure, trend.aim, text_size=text_size, side="left" if _share(trend, trend.aim.end) < 0.4 else "right")
    for when, value, said in trend.past_aims:
        figure.add_scatter(x=[when], y=[value], mode="markers", name="Target", hovertext=[said], hoverinfo="text",
                           marker=dict(symbol="line-ew-open", size=14, color=MID_TARGET, line=dict(width=2)))  # fmt: skip
    _line(
        figure,
        trend.main,
        colour=MID_LINE,
        width=max(3.0, text_size / 5),
        named=bool(trend.earlier or trend.benchmarks),
        values=True,
        text_size=text_size,
        box_from=trend.before_limits[-1][2] if trend.before_limits else -math.inf,
    )
    _axes(figure, trend, most_labels=6 if height > 300 else 4)
    if trend.marks:
        _marks(figure, trend, text_size=text_size)
    return figure


def _line(figure: go.Figure, line: Line, *, colour: str, width: float, text_size: int, dash: str = "solid", named: bool = False,
          values: bool = False, box_from: float = -math.inf) -> None:  # fmt: skip
    points = list(zip(range(len(line.values)), line.values, strict=True))
    for run in unbroken_runs(points):
        chosen = [index for index, _ in run]
        hollow = [bool(line.provisional and line.provisional[index]) for index in chosen]
        figure.add_scatter(
            x=[line.times[index] for index in chosen],
            y=[line.values[index] for index in chosen],
            mode="lines+markers",
            line=dict(color=colour, width=width, dash=dash),
            marker=dict(size=width * 2.4, symbol=["circle-open" if one else "circle" for one in hollow]),
            hovertext=[f"{line.name}<br>{line.labels[index]}: {line.texts[index]}" for index in chosen],
            hoverinfo="text",
            name=line.name,
            cliponaxis=False,
        )
    known = [index for index, value in points if not math.isnan(value)]
    if not known:
        return
    for index in {known[0], known[-1]} if values else set():
        shift = BELOW if index == known[-1] and line.values[index] < box_from else ABOVE  # under the box, not on its edge
        figure.add_annotation(x=line.times[index], y=line.values[index], text=f"<b>{line.texts[index]}</b>",
                              showarrow=False, yshift=round(shift * text_size), font=dict(color=colour))  # fmt: skip
    if named:
        last = known[-1]
        figure.add_annotation(x=line.times[last], y=line.values[last], text=line.name, showarrow=False, xanchor="left",
                              xshift=10, font=dict(color=colour, size=12))  # fmt: skip


def _aim(figure: go.Figure, aim: Aim, *, text_size: int, side: str) -> None:
    if aim.value is None:
        figure.add_hrect(y0=aim.low, y1=aim.high, fillcolor=MID_BAND, line_width=0)
        figure.add_annotation(
            x=aim.end, y=aim.high, text=aim.text, showarrow=False, yshift=round(0.75 * text_size), font=dict(color=MID_TARGET)
        )
        return
    figure.add_scatter(x=[aim.start, aim.end], y=[aim.start_value, aim.value], mode="lines", hoverinfo="skip",
                       line=dict(color=MID_TARGET, width=1.5, dash="dash"), name="Straight line to the target")  # fmt: skip
    figure.add_scatter(x=[aim.end], y=[aim.value], mode="markers", hovertext=[aim.text], hoverinfo="text", name="Target",
                       marker=dict(symbol="diamond", size=12, color=MID_TARGET), cliponaxis=False)  # fmt: skip
    figure.add_annotation(x=aim.end, y=aim.value, text=f"<b>{aim.text}</b>", showarrow=False, yshift=round(BELOW * text_size), xanchor=side,
                          font=dict(color=MID_TARGET))  # fmt: skip


def _band(figure: go.Figure, band: Sequence[tuple[date, float, float, float]]) -> None:
    times = [row[0] for row in band]
    figure.add_scatter(x=[*times, *reversed(times)], y=[*(row[3] for row in band), *(row[1] for row in reversed(band))],
                       fill="toself", fillcolor=MID_BAND, line=dict(width=0), hoverinfo="skip", mode="lines",
                       name="Where it may go if nothing changes")  # fmt: skip
    figure.add_scatter(x=times, y=[row[2] for row in band], mode="lines", hoverinfo="skip", name="Projection",
                       line=dict(color=MID_LINE, width=1.5, dash="dot"))  # fmt: skip


def _limits(figure: go.Figure, limits: tuple[float, float, float], *, trial: bool) -> None:
    lower, mean, upper = limits
    if trial:
        low, high = _("Lower limit (on trial)"), _("Upper limit (on trial)")
    else:
        low, high = _("Lower limit"), _("Upper limit")
    for value, name in ((lower, low), (mean, _("Mean")), (upper, high)):
        figure.add_hline(y=value, line=dict(color=MID_MUTED, width=1, dash="dot"), annotation_text=name,
                         annotation_position="top left")  # fmt: skip


def _before_limits(figure: go.Figure, trend: Trend, *, text_size: int) -> None:
    """One box for each stretch of time, and what it is in words at the first."""
    times: list[date | None] = []
    levels: list[float | None] = []
    for start, end, lower, upper in trend.before_limits:
        times += [start, end, end, start, start, None]
        levels += [lower, lower, upper, upper, lower, None]
    figure.add_scatter(x=times[:-1], y=levels[:-1], fill="toself", fillcolor=MID_BAND, mode="lines", hoverinfo="skip",
                       line=dict(color=MID_MUTED, width=1, dash="dot"), name="Usual variation before")  # fmt: skip
    start, _end, _lower, upper = trend.before_limits[0]
    place, side = (start, "left") if _share(trend, start) <= 0.5 else (trend.before_limits[-1][1], "right")
    highest = max(row[3] for row in trend.before_limits) if side == "right" else upper
    figure.add_annotation(x=place, y=highest, text=_("Usual variation before"),showarrow=False, xanchor=side, yanchor="bottom",
                          font=dict(size=max(12, round(0.85 * text_size))))  # fmt: skip


def _marks(figure: go.Figure, trend: Trend, *, text_size: int) -> None:
    """A line for each mark, and its words above the plot: in rows, so that no two stand in one place."""
    rows = _rows(trend, text_size)
    row_height = round(ROW * text_size)
    lowest = row_height if trend.before_limits and text_size >= LARGE else 0  # the box has its words above it, too
    for (when, said), (row, side) in zip(trend.marks, rows, strict=True):
        line, height = dict(color=MID_MUTED, width=max(1, text_size // 14), dash="dot"), lowest + row * row_height
        figure.add_vline(x=when.isoformat(), line=line)
        if height:  # from the plot up to the words
            figure.add_shape(type="line", x0=when, x1=when, yref="paper", ysizemode="pixel", yanchor=1, y0=0, y1=height, line=line)
        figure.add_annotation(x=when, y=1, yref="paper", text=said, showarrow=False, xanchor=side, yanchor="bottom",
                              xshift=3 if side == "left" else -3, yshift=height)  # fmt: skip
    above = lowest + max(row for row, _ in rows) * row_height
    taller = above if text_size < LARGE else 0  # a slide has no room to grow
    figure.update_layout(height=figure.layout.height + taller, margin=dict(t=max(28, 8 + row_height) + above))


def _rows(trend: Trend, text_size: int) -> list[tuple[int, str]]:
    """Of each mark the row of its words, counted from the plot, and the side of the line that they begin at.

    Words begin at their line in the first half of the time and end at it in the second, or the other way round where that
    fits and keeps them lower, or clear of other lines. Those nearest to the middle come first; each takes the lowest row
    where nothing stands in its place and no line upwards, its own or another's, crosses words; where there is none, a row
    of its own on top.
    """
    placed: dict[int, tuple[int, float, float]] = {}  # mark: row, where its words begin and end
    sides: dict[int, str] = {}
    shares = [_share(trend, when) for when, _ in trend.marks]
    for mark in sorted(range(len(shares)), key=lambda one: abs(shares[one] - 0.5)):
        width = (LETTER * text_size * len(unescape(trend.marks[mark][1])) + 6) / (NARROWEST if text_size < LARGE else PROJECTED)
        usual, other = ("left", "right") if shares[mark] <= 0.5 else ("right", "left")
        begins = {"left": shares[mark], "right": shares[mark] - width}
        fitting = [usual, *([other] if begins[other] >= 0 and begins[other] + width <= 1 else [])]
        through = {side: sum(begins[side] + ROUNDING < at < begins[side] + width - ROUNDING for at in shares) for side in fitting}
        fitting.sort(key=through.__getitem__)  # first the side that fewer lines cross
        top = 1 + max((row for row, _, _ in placed.values()), default=-1)
        free = ((row, side) for row in range(top) for side in fitting if _is_free(placed, shares, row, shares[mark], begins[side], begins[side] + width))
        row, sides[mark] = next(free, (top, fitting[0]))
        placed[mark] = (row, begins[sides[mark]], begins[sides[mark]] + width)
    return [(placed[mark][0], sides[mark]) for mark in range(len(shares))]


def _is_free(placed: Mapping[int, tuple[int, float, float]], shares: Sequence[float], row: int, at: float, begin: float, end: float) -> bool:
    """Whether words from `begin` to `end` may stand in this row: on no others, and no line upwards through any."""
    return not any(
        (other_row == row and begin < other_end and end > other_begin)
        or (other_row < row and other_begin < at < other_end)
        or (other_row > row and begin < shares[other] < end)
        for other, (other_row, other_begin, other_end) in placed.items()
    )


def _share(trend: Trend, when: date) -> float:
    """How far along the drawn time a day lies: 0 at its beginning, 1 at its end."""
    times = _times(trend)
    first, last = min(times), max(times)
    return (when - first).days / (last - first).days if last > first else 0.5


def _times(trend: Trend) -> list[date]:
    """Every day at which something is drawn."""
    times = [time for line in (trend.main, *trend.earlier, *trend.benchmarks) for time in line.times]
    times += [day for day, _ in trend.marks] + [day for row in trend.before_limits for day in row[:2]]
    return times + [row[0] for row in trend.band] + ([trend.aim.start, trend.aim.end] if trend.aim else [])


def _axes(figure: go.Figure, trend: Trend, *, most_labels: int) -> None:
    times, labels = _ticks(trend, most_labels)
    figure.update_xaxes(tickvals=times, ticktext=labels, type="date", tickangle=0)
    if trend.marks:  # else plotly makes room within the axis for the words of all marks, and squeezes the line on a phone
        drawn = _times(trend)
        first, last = min(drawn), max(drawn)
        reach = max(last - first, timedelta(days=20))
        after = ROOM_AFTER if any(day == last for day, _ in trend.marks) else ROOM
        figure.update_xaxes(range=[(first - reach * ROOM).isoformat(), (last + reach * after).isoformat()])
    named = [line.name for line in (*trend.benchmarks, *trend.earlier)]
    if named:
        room = 7 * max(len(name) for name in [trend.main.name, *named])
        figure.update_layout(margin=dict(r=min(room, 220)))
    figure.update_layout(margin=dict(t=28, b=28))
    figure.update_yaxes(rangemode="tozero" if trend.from_zero else "normal", nticks=6)


def _ticks(trend: Trend, most: int) -> tuple[list[date], list[str]]:
    """At most so many labels, each a period that has a figure; the latest always."""
    places: dict[date, str] = {}
    for line in (trend.main, *trend.earlier, *trend.benchmarks):
        places |= {time: label for time, label in zip(line.times, line.labels, strict=True) if label}  # a gap has none
    ordered = sorted(places)
    step = max(1, -(-len(ordered) // most))
    kept = ordered[::-1][::step][::-1]
    if trend.aim and ordered and trend.aim.end > ordered[-1]:
        places[trend.aim.end] = trend.aim.label
        kept.append(trend.aim.end)
    if trend.marks:
        latest = max(day for day, _ in trend.marks)
        if not kept or latest > max(kept):  # else nothing tells when it was
            places.setdefault(latest, words.period(f"{latest:%Y-%m}", "month"))
            kept.append(latest)
        kept = _apart(trend, kept)
    return kept, [places[time] for time in kept]


def _apart(trend: Trend, times: Sequence[date]) -> list[date]:
    """Those labels of the axis that do not touch: the latest figure's first, so that it stays."""
    figures = [time for line in (trend.main, *trend.earlier, *trend.benchmarks) for time in line.times]
    kept: list[date] = []
    for time in sorted(times, key=lambda one: (one not in figures, -one.toordinal())):
        if all(abs(_share(trend, time) - _share(trend, other)) >= APART for other in kept):
            kept.append(time)
    return sorted(kept)
