"""Both databases: SQLite in a file, and a real PostgreSQL server on loopback that the tests start and stop."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import create_engine, text

from lib.store.database import open_engine
from tests.postgres import server_url


@pytest.fixture(scope="session")
def postgres_server():
    with server_url() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def postgres_url(postgres_server) -> str:
    """An empty database of its own for one test."""
    name = f"test_{uuid.uuid4().hex}"
    server = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))  # a name cannot be a bound parameter
    yield postgres_server.rsplit("/", 1)[0] + f"/{name}"
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request) -> str:
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def engine(url):
    opened = open_engine(url)
    yield opened
    opened.dispose()
