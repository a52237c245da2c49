"""Every page runs through app.py, with a city of the test's choice in a store of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib.settings import ROOT, FrameworkChoice, read_settings
from lib.store import build
from lib.store.database import open_engine
from lib.ui import cache
from tests.cities import write

TODAY = date(2026, 11, 24)
APP = str(ROOT / "app.py")


@pytest.fixture(scope="session")
def real_store(tmp_path_factory) -> Path:
    """The real city's store, built once and copied for each test."""
    path = tmp_path_factory.mktemp("real") / "store.db"
    opened = open_engine(f"sqlite:///{path}")
    build.build(opened, ROOT / "data", fiscal_year_start_month=read_settings().fiscal_year.start_month)
    with opened.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.dispose()
    return path


@pytest.fixture
def city(tmp_path, monkeypatch, request) -> Callable[..., None]:
    """Makes the app show a city: the real one without an argument, else the one whose files are given."""

    def show(files: dict[str, str] | None = None, framework: str = "tiny") -> Path:
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
        monkeypatch.setattr(cache, "today", lambda: TODAY)
        st.cache_resource.clear()
        if files is None:
            shutil.copy(request.getfixturevalue("real_store"), tmp_path / "store.db")
            return ROOT / "data"
        folder = write(tmp_path, files)
        monkeypatch.setattr(cache, "DATA", folder)
        chosen = read_settings().model_copy(update={"framework": FrameworkChoice(current=framework)})
        monkeypatch.setattr(cache, "settings", lambda: chosen)
        return folder

    yield show
    st.cache_resource.clear()


def open_page(address: str, **query: str) -> AppTest:
    """The page at that address, as a visitor who follows a link finds it."""
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    if address != "scorecard":
        app.switch_page(f"pages/{address}.py")
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
    return app


def said(app: AppTest) -> str:
    """All text of the page, as one."""
    kinds = ("html", "markdown", "error", "warning", "info", "caption")
    bodies = (getattr(one, "body", None) or str(one.value) for kind in kinds for one in app.get(kind))
    return "\n".join(body for body in bodies if not body.startswith("<style>"))
