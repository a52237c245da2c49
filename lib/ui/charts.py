"""Puts charts on a page: each with its alternative text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd
import streamlit as st

from lib import words
from lib.assessment import Assessment, Figure, figure_for, figures_of, with_gaps
from lib.charts.trend import Aim, Line, Trend, draw
from lib.language import _
from lib.model import Series, Target
from lib.stat.curve import Mark, Stretch
from lib.ui import cache
from lib.ui.board import spoken_trend, target_text
from lib.ui.text import escape

CONFIG = {"displayModeBar": False, "scrollZoom": False}


def trend(
    one: Assessment,
    observations: pd.DataFrame,
    places: dict[str, str],
    *,
    benchmarks: Sequence[str] = (),
    others: Sequence[str] = (),
    large: bool = False,
    height: int = 420,
    marks: Sequence[Mark] = (),
    usual: Sequence[Stretch] = (),
) -> None:
    """The trend chart of an indicator. `observations` are its figures; `benchmarks` and `others` name places and
    series that are drawn too. `marks` are what was done, `usual` what was usual before. Nothing is drawn when there is
    nothing to draw."""
    if one.series is None and not others:
        return

    def make() -> object:
        drawing = drawing_of(one, observations, places, benchmarks=benchmarks, others=others, marks=marks, usual=usual)
        return draw(drawing, height=680 if large else height, text_size=28 if large else 14)

    scalars = (one.indicator.id, f"{height} {large}", "beside", *benchmarks, "others", *others)
    if marks:  # people write them at any moment, so a chart is kept under the very words, days and limits that it draws
        scalars += ("marks", *(f"{mark.on} {mark.words}" for mark in marks), "usual", *(str(part) for part in usual))
    figure = cache.kept("trend", *scalars, make=make)  # plotly checks each property anew; that is most of a run
    _put(figure, one, marks)


def frozen_trend(one: Assessment, sha256: str, *, height: int) -> None:
    """The trend chart as a meeting's snapshot has it, large: nothing of it comes from the store of today."""
    if one.series is None:
        return
    nothing = pd.DataFrame({"series": [], "geography": [], "group": []})
    figure = cache.kept("frozen", sha256, one.indicator.id, str(height), make=lambda: draw(drawing_of(one, nothing, {}), height=height, text_size=28))
    _put(figure, one)


def _put(figure: object, one: Assessment, marks: Sequence[Mark] = ()) -> None:
    marked = words.listed([f"{mark.words} ({words.day(mark.on)})" for mark in marks])
    alt = f"{spoken_trend(one)} {_('Marked: {marks}.').format(marks=marked)}" if marked else spoken_trend(one)
    st.plotly_chart(figure, width="stretch", height="content", theme=None, config=CONFIG, alt=alt, key=f"trend-{one.indicator.id}")


def drawing_of(
    one: Assessment,
    observations: pd.DataFrame,
    places: dict[str, str],
    *,
    benchmarks: Sequence[str] = (),
    others: Sequence[str] = (),
    marks: Sequence[Mark] = (),
    usual: Sequence[Stretch] = (),
) -> Trend:
    """What the chart shows, from the assessment and the indicator's figures."""
    series = one.series or one.indicator.series_by_id(others[0])

    def line(other: Series, place: str, name: str) -> Line:
        return line_of(with_gaps(figures_of(observations, other, place)), other, name)

    return Trend(
        unit=series.unit,
        main=line_of(one.figures, series, series.name) if one.series else line(series, one.city, series.name),
        earlier=[
            line(other, one.city, other.name)
            for other in one.indicator.series
            if other.id in others and other.unit == series.unit and other.id != series.id
        ],
        benchmarks=[line(series, place, places.get(place, place)) for place in benchmarks],
        aim=aim(one),
        past_aims=[
            (_time_of(target, one.figures), target.value, escape(_("Target for {period}: {value}").format(
                period=words.period_of(target.period), value=words.figure(target.value, series.decimals, series.unit))))
            for target in one.indicator.targets
            if target is not one.target and target.value is not None and target.series == series.id
        ],
        band=tuple(one.projection.band) if one.projection else (),
        limits=(one.process.limits.lower, one.process.limits.mean, one.process.limits.upper) if one.process else None,
        trial_limits=one.process is not None and one.process.limits.trial,
        marks=[(mark.on, escape(mark.words)) for mark in marks],
        before_limits=usual,
    )  # fmt: skip


def line_of(figures: Sequence[Figure], series: Series, name: str) -> Line:
    """A line of figures. Plotly takes text for HTML, so all of it is escaped."""
    return Line(
        name=escape(name),
        times=[figure.period.end for figure in figures],
        labels=[escape(words.period_of(figure.period)) for figure in figures],
        values=[figure.value for figure in figures],
        texts=[escape(words.figure(figure.value, series.decimals, series.unit)) for figure in figures],
        provisional=[figure.provisional for figure in figures],
    )


def _time_of(target: Target, figures: Sequence[Figure]) -> date:
    """Where a past target stands: at the figure that it is held against."""
    then = figure_for(target, figures)
    return then.period.end if then else target.period.end


def aim(one: Assessment) -> Aim | None:
    if one.target is None or one.asked is None or one.baseline is None:
        return None
    return Aim(
        start=one.baseline.period.end,
        start_value=one.baseline.value,
        end=one.asked.end,
        label=escape(words.period_of(one.target.period)),
        value=one.target.value,
        low=one.target.low,
        high=one.target.high,
        text=escape(_("Target {value} by {period}").format(value=target_text(one), period=words.period_of(one.target.period))),
    )
