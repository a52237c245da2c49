"""Puts charts on a page: each with its alternative text."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib import words
from lib.assessment import Assessment
from lib.charts.trend import Aim, Line, Trend, draw
from lib.model import Series
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
) -> None:
    """The trend chart of an indicator. `observations` are its figures; `benchmarks` and `others` name places and
    series that are drawn too. Nothing is drawn when there is nothing to draw."""
    if one.series is None and not others:
        return
    drawing = drawing_of(one, observations, places, benchmarks=benchmarks, others=others)
    figure = draw(drawing, height=680 if large else height, text_size=28 if large else 14)
    st.plotly_chart(figure, width="stretch", height="content", theme=None, config=CONFIG, alt=spoken_trend(one),
                    key=f"trend-{one.indicator.id}")  # fmt: skip


def drawing_of(
    one: Assessment,
    observations: pd.DataFrame,
    places: dict[str, str],
    *,
    benchmarks: Sequence[str] = (),
    others: Sequence[str] = (),
) -> Trend:
    """What the chart shows, from the assessment and the indicator's figures."""
    series = one.series or one.indicator.series_by_id(others[0])
    city = observations[(observations["group"] == "") & (observations["geography"] == one.city)]
    return Trend(
        unit=series.unit,
        main=main_line(one, series) if one.series else _line(city, series, series.name),
        earlier=[
            _line(city, other, other.name)
            for other in one.indicator.series
            if other.id in others and other.unit == series.unit and other.id != series.id
        ],
        benchmarks=[
            _line(observations[(observations["geography"] == place) & (observations["group"] == "")], series,
                  places.get(place, place))
            for place in benchmarks
        ],
        aim=aim(one),
        past_aims=[
            (target.period.end, target.value, f"Target for {words.period(target.period.label)}: "
             f"{words.figure(target.value, series.decimals, series.unit)}")
            for target in one.indicator.targets
            if target is not one.target and target.value is not None and target.series == series.id
        ],
        band=tuple(one.projection.band) if one.projection else (),
        limits=(one.process.limits.lower, one.process.limits.mean, one.process.limits.upper) if one.process else None,
    )  # fmt: skip


def main_line(one: Assessment, series: Series) -> Line:
    return Line(
        name=series.name,
        times=[figure.period.end for figure in one.figures],
        labels=[words.period(figure.period.label) for figure in one.figures],
        values=[figure.value for figure in one.figures],
        texts=[words.figure(figure.value, series.decimals, series.unit) for figure in one.figures],
        provisional=[figure.provisional for figure in one.figures],
    )


def _line(rows: pd.DataFrame, series: Series, name: str) -> Line:
    own = rows[rows["series"] == series.id].sort_values("end")
    return Line(
        name=escape(name),
        times=list(own["end"]),
        labels=[words.period(label) for label in own["period"]],
        values=list(own["value"]),
        texts=[words.figure(value, series.decimals, series.unit) for value in own["value"]],
        provisional=list(own["provisional"]),
    )


def aim(one: Assessment) -> Aim | None:
    if one.target is None or one.baseline is None:
        return None
    return Aim(
        start=one.baseline.period.end,
        start_value=one.baseline.value,
        end=one.target.period.end,
        label=words.period(one.target.period.label),
        value=one.target.value,
        low=one.target.low,
        high=one.target.high,
        text=f"Target {target_text(one)} by {words.period(one.target.period.label)}",
    )
