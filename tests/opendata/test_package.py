"""The Data Package is sound in the eyes of frictionless, the catalogue in those of DCAT-US 1.1."""

import json

import jsonschema
import pytest

from lib.opendata.dictionary import FILES, TABLES
from lib.opendata.files import dumped, write
from lib.opendata.package import catalogue, datapackage, what_is_missing
from tests.opendata.town import edition_of

ADDRESS = "https://outcomes.test/here"
# Written down from the standard (resources.data.gov, DCAT-US Schema v1.1): what is required, and the form of what is given.
URI = {"type": "string", "format": "uri", "pattern": "^https?://"}
WORDS = {"type": "string", "minLength": 1}
DISTRIBUTION = {
    "type": "object",
    "properties": {"@type": {"const": "dcat:Distribution"}, "downloadURL": URI, "accessURL": URI, "mediaType": {"type": "string", "pattern": r"^[a-z]+/[-+.\w]+$"}, "format": WORDS, "title": WORDS,
                   "description": WORDS, "conformsTo": URI, "describedBy": URI, "describedByType": WORDS},
    "additionalProperties": False,
    "dependentRequired": {"downloadURL": ["mediaType"]},
}  # fmt: skip
DATASET = {
    "type": "object",
    "required": ["title", "description", "keyword", "modified", "publisher", "contactPoint", "identifier", "accessLevel"],
    "properties": {
        "@type": {"const": "dcat:Dataset"}, "title": WORDS, "description": WORDS, "identifier": WORDS, "spatial": WORDS,
        "keyword": {"type": "array", "items": WORDS, "minItems": 1},
        "modified": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "publisher": {"type": "object", "required": ["name"], "properties": {"@type": {"const": "org:Organization"}, "name": WORDS}, "additionalProperties": False},
        "contactPoint": {"type": "object", "required": ["fn", "hasEmail"], "additionalProperties": False,
                         "properties": {"@type": {"const": "vcard:Contact"}, "fn": WORDS, "hasEmail": {"type": "string", "pattern": "^mailto:[^@ ]+@[^@ ]+$"}}},
        "accessLevel": {"enum": ["public", "restricted public", "non-public"]},
        "license": URI, "describedBy": URI, "describedByType": WORDS, "landingPage": URI,
        "distribution": {"type": "array", "items": DISTRIBUTION, "minItems": 1, "uniqueItems": True},
    },
    "additionalProperties": False,
}  # fmt: skip
CATALOGUE = {
    "type": "object",
    "required": ["conformsTo", "dataset"],
    "properties": {
        "@context": URI, "@id": URI, "@type": {"const": "dcat:Catalog"}, "conformsTo": {"const": "https://project-open-data.cio.gov/v1.1/schema"}, "describedBy": URI,
        "dataset": {"type": "array", "items": DATASET, "minItems": 1, "uniqueItems": True},
    },
    "dependentRequired": {"@type": ["@context"]},
    "additionalProperties": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def package(town, tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    for table in FILES.values():
        for form in table.formats:
            write(town, table, form, folder / f"{table.name}.{form}")
    (folder / "sources.md").write_text(town.sources, encoding="utf-8")
    path = folder / "datapackage.json"
    path.write_text(dumped(datapackage(town)), encoding="utf-8")
    return path


@pytest.mark.slow
def test_the_package_and_every_file_in_it_are_sound(package):
    from frictionless import validate

    report = validate(str(package))
    assert report.valid, report.flatten(["name", "type", "note"])


def test_the_package_would_tell_a_faulty_file(package, tmp_path):
    """The test above can fail: a word where a number belongs is found."""
    from frictionless import validate

    for path in package.parent.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "outcomes.csv").write_bytes((tmp_path / "outcomes.csv").read_bytes().replace(b",1,", b",first,"))
    assert not validate(str(tmp_path / "datapackage.json")).valid


def test_the_package_says_what_an_empty_cell_means(package):
    described = json.loads(package.read_text(encoding="utf-8"))
    fields = {(one["name"], field["name"]): field for one in described["resources"] if "schema" in one for field in one["schema"]["fields"]}
    assert set(fields) == {(table.name, column.name) for table in FILES.values() for column in table.columns}
    assert all(("missing" in field) != ("constraints" in field) for field in fields.values())
    assert described["licenses"] and described["citation"] and described["sources"]


def test_the_catalogue_is_as_the_standard_asks(town_url):
    found = json.loads(dumped(catalogue(edition_of(town_url, address=ADDRESS, email="data@city.test"), address=ADDRESS)))
    jsonschema.Draft202012Validator(CATALOGUE, format_checker=jsonschema.FormatChecker()).validate(found)
    assert [one["identifier"] for one in found["dataset"]] == [f"tiny/{name}" for name in TABLES]
    assert {link["downloadURL"] for one in found["dataset"] for link in one["distribution"]} == {
        f"{ADDRESS}/data/v1/{table.name}.{form}" for table in TABLES.values() for form in table.formats}  # fmt: skip


def test_what_is_not_known_is_left_out_and_told(town):
    found = catalogue(town, address="")
    assert not any("distribution" in one or "license" in one or "hasEmail" in one["contactPoint"] for one in found["dataset"])
    assert [one.partition(":")[0] for one in what_is_missing(town, address="")] == ["data.json names nobody to write to", "data.json does not say where the files are"]
    with pytest.raises(jsonschema.ValidationError, match="hasEmail"):
        jsonschema.validate(json.loads(dumped(found)), CATALOGUE)
