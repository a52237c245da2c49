"""Every cache of the application. Keys are the release's id and scalars, so a new release needs no clearing."""

from __future__ import annotations

import gc
import logging
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st
from sqlalchemy import Engine

from lib.assessment import Assessment, assess_all
from lib.model import Framework, Geography
from lib.settings import ROOT, Settings, database_url, read_settings
from lib.store import build, queries
from lib.store.database import open_engine

log = logging.getLogger("outcomestat")
DATA = ROOT / "data"


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    return read_settings()


@st.cache_resource(show_spinner=False)
def engine() -> Engine:
    """The store, built when it is not there yet. What raises is not cached, so the next visit tries again."""
    opened = open_engine(
        database_url(settings()),
        connect_seconds=settings().store.connect_seconds,
        query_seconds=settings().store.query_seconds,
    )
    try:
        build.build(opened, DATA, fiscal_year_start_month=settings().fiscal_year.start_month)
    except Exception:
        opened.dispose()
        raise
    return opened


@st.cache_resource(show_spinner=False)
def warm() -> None:
    """Once a process: load what the first reader would wait for, then keep the garbage collector away from it.

    Streamlit collects all garbage after every run; with these libraries loaded that is most of a run's cost.
    """
    import lib.charts.trend  # noqa: F401  plotly, loaded here and not by the first reader of a chart

    gc.collect()
    gc.freeze()


def release() -> str:
    """The release that is shown now: one small question to the store at each run."""
    return queries.shown_release(engine())


def today() -> date:
    """The day in the city."""
    return datetime.now(ZoneInfo(settings().city.timezone)).date()


def current_framework() -> Framework:
    found = _frameworks(release())
    return found[settings().framework.current]


@st.cache_resource(show_spinner=False, max_entries=4)
def _frameworks(release: str) -> dict[str, Framework]:
    return queries.frameworks(engine(), release)


@st.cache_resource(show_spinner=False, max_entries=4)
def _geographies(release: str) -> dict[str, Geography]:
    return queries.geographies(engine(), release)


def geographies() -> dict[str, Geography]:
    return _geographies(release())


def observations() -> pd.DataFrame:
    """All figures of the current framework. Shared by all readers: do not change it."""
    return _observations(release(), settings().framework.current)


@st.cache_resource(show_spinner=False, max_entries=4)
def _observations(release: str, framework_id: str) -> pd.DataFrame:
    return queries.observations(engine(), release, framework_id)


def assessments() -> tuple[Assessment, ...]:
    """What can be said today of every indicator, in the framework's order."""
    return _assessments(release(), settings().framework.current, today().isoformat())


@st.cache_resource(show_spinner=False, max_entries=4)
def _assessments(release: str, framework_id: str, as_of: str) -> tuple[Assessment, ...]:
    chosen = settings()
    return assess_all(
        _frameworks(release)[framework_id],
        _observations(release, framework_id),
        as_of=date.fromisoformat(as_of),
        fiscal_year_start_month=chosen.fiscal_year.start_month,
        bands=chosen.status.model_dump(),
        confidence=chosen.projection.confidence,
    )
