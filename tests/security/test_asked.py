"""What is asked of the read API is a value and never a part of a question: no text finds more than what is equal to it, and nothing is changed."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lib.api.resources import BASE, RESOURCES
from tests.api.conftest import client  # noqa: F401  its fixture

FILTERS = [(name, one.parameter.name, one.column) for name, resource in RESOURCES.items() for one in resource.filters]
PIECES = ("'", '"', "--", ";", "/*", "*/", "\\", "%", "_", ")", "(", " OR ", " UNION SELECT ", "1=1", "1", " ", "DROP TABLE audit", "fires", "x")
injections = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)


def test_the_filters_were_found():
    assert len(FILTERS) > 8


@pytest.mark.parametrize(("name", "parameter", "column"), FILTERS)
def test_no_text_of_a_filter_finds_more_than_its_equal(client, name, parameter, column):  # noqa: F811
    everything = client.get(f"{BASE}/{name}", params={"limit": 1000}).json()["total"]

    @settings(max_examples=3, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(text=injections)
    @example(text="' OR '1'='1")
    @example(text="fires'; DROP TABLE observation; --")
    @example(text="%")
    def ask(text):
        answer = client.get(f"{BASE}/{name}", params={parameter: text, "limit": 1000})
        assert answer.status_code in (200, 400, 404), answer.text
        if answer.status_code == 200:
            assert all(row[column] == text for row in answer.json()["rows"])

    ask()
    assert client.get(f"{BASE}/{name}", params={"limit": 1000}).json()["total"] == everything


@pytest.mark.parametrize("key", ["' OR '1'='1", "fires' --", "%", "fires;", "fires%00"])
def test_no_text_of_an_id_finds_another(client, key):  # noqa: F811
    for name, one in RESOURCES.items():
        if one.single:
            assert client.get(f"{BASE}/{name}/{key}").status_code in (400, 404)
