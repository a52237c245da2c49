"""The API is what its description says: schemathesis asks it everything that the description allows, and what it does not."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from lib.api.guard import may_be_framed, policy
from lib.api.openapi import description
from lib.api.resources import BASE, RESOURCES
from lib.api.site import application
from lib.api.source import Source
from tests.opendata.town import TODAY, settings

OPERATIONS = [(method, path) for name, one in RESOURCES.items() for path in ([f"/{name}", f"/{name}/{{id}}"] if one.single else [f"/{name}"]) for method in ("get", "head")]


@pytest.fixture(scope="module")
def described(town_url):
    import schemathesis  # here: it takes seconds, and only this test needs it

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", town_url)
        yield schemathesis.openapi.from_asgi(f"{BASE}/openapi.json", application(Source(settings, lambda _: TODAY)))


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=str)
def test_every_answer_is_as_described(described, method, path, mode):
    from schemathesis import GenerationMode

    operation = described[path][method]
    if mode == "negative" and "{id}" in path:
        return  # every text may be an id

    @hypothesis_settings(max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=GenerationMode(mode)))
    def ask(case):
        case.call_and_validate()

    ask()


@pytest.mark.slow
def test_the_description_names_every_address_and_parameter(town):
    found = description(town)
    assert set(found["paths"]) == {path for name, one in RESOURCES.items() for path in ([f"/{name}", f"/{name}/{{id}}"] if one.single else [f"/{name}"])}
    for name, one in RESOURCES.items():
        assert [parameter["name"] for parameter in found["paths"][f"/{name}"]["get"]["parameters"]] == [parameter.name for parameter in one.every_parameter]
    assert all(set(item) == {"get", "head"} for item in found["paths"].values())


@pytest.mark.parametrize(("path", "query", "may"), [
    ("/indicator", "indicator=fires&embed=true", True), ("/map", "embed=true", True), ("/sub/equity", "embed=true", True), ("/indicator", "", False), ("/indicator", "embed=false", False),
    ("/meeting", "embed=true", False), ("/", "embed=true", False), ("/indicator", "embed=true&embed=false", False),
])  # fmt: skip
def test_only_one_picture_may_stand_in_the_frame_of_another_site(path, query, may):
    assert may_be_framed(path, query) is may


def test_a_base_map_elsewhere_may_be_loaded_and_nothing_else():
    assert "https:" not in policy("") and "https:" not in policy("app/static/style.json")
    assert policy("https://maps.test/style.json?key=1").count("https://maps.test") == 2
