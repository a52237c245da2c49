"""The made-up city behind the API, without Streamlit."""

import warnings

import pytest

from lib.api.site import application
from lib.api.source import Source
from tests.opendata.town import TODAY, settings

with warnings.catch_warnings():  # Starlette would rather have another package, which does the same
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


def client_of(url: str, monkeypatch, **site: str) -> TestClient:
    """A client of the API over the store at that address."""
    monkeypatch.setenv("DATABASE_URL", url)
    return TestClient(application(Source(lambda: settings(**site), lambda _: TODAY)), raise_server_exceptions=False)


@pytest.fixture
def client(town_url, monkeypatch):
    return client_of(town_url, monkeypatch)
