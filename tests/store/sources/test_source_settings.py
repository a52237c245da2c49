"""The table [sources] of config.toml."""

from __future__ import annotations

import tomllib

import pytest
from pydantic import ValidationError

from lib.store.sources.settings import Sources

EXAMPLE = """
folder = ".state/sources"
hosts = ["services1.arcgis.com", "api.census.gov", "opendata.example.gov"]

[limits]
retries = 1

[vital_signs]
base = "https://services1.arcgis.com/mVFRs7NF4iFitgbY/ArcGIS/rest/services"
[[vital_signs.column]]
layer = "Viol"
code = "viol"
measure = "violent_crime"
series = "residents-2020"
first_year = 2020

[vital_signs_workbook]
file = "incoming/VS.xlsx"
[[vital_signs_workbook.column]]
headers = ["Median Household Income"]
measure = "median_household_income"
series = "published"

[[layer]]
id = "trees"
address = "https://services1.arcgis.com/x/ArcGIS/rest/services/Trees/FeatureServer/0"
name_field = "CSA2010"
reference = "City"
[[layer.column]]
field = "trees"
year = 2017
measure = "trees_planted"
series = "published"

[census]
state = "24"
county = "510"
years = [2019]
tracts_of = 2010
not_in_areas = ["24510100300"]
[[census.figure]]
measure = "owner_occupied"
series = "published"
kind = "share"
numerator = ["B25003_002"]
denominator = ["B25003_001"]

[service_requests]
address = "https://services1.arcgis.com/UWYHeuuJISiGmgXx/ArcGIS/rest/services/311_Customer_Service_Requests_current/FeatureServer/0"
where = "SRType NOT LIKE 'ECC-%'"
changed_field = "LastActivityDate"
names = { created = "CreatedDate" }

[performance_plan]
address = "https://opendata.example.gov/plan.xlsx"
geography = "baltimore-city"
percent_as = { "1851" = "share" }
"""


def test_nothing_is_switched_on_by_itself():
    assert Sources().switched_on == ()


def test_each_table_switches_its_source_on():
    settings = Sources.model_validate(tomllib.loads(EXAMPLE))
    assert settings.switched_on == ("vital_signs", "vital_signs_workbook", "census", "performance_plan", "service_requests", "layer.trees")


@pytest.mark.parametrize(
    ("instead", "by", "message"),
    [
        ('"api.census.gov", ', "", "hosts does not name the host of https://api.census.gov/data"),
        ('"api.census.gov", ', '"http://api.census.gov", ', "not encrypted"),
        ("retries = 1", "retries = 6", "less than or equal to 5"),
        ("retries = 1", 'retries = "1"', "valid integer"),
        ("retries = 1", "retrys = 1", "Extra inputs"),
        ("tracts_of = 2010", "tracts_of = 2000", "2010 or 2020"),
        ('file = "incoming/VS.xlsx"', "", "either address or file"),
        ("year = 2017", "", "needs a year"),
        ('denominator = ["B25003_001"]', "", "a share has a denominator"),
        ('numerator = ["B25003_002"]', 'numerator = ["B25003_002E"]', "pattern"),
        ('id = "trees"', 'id = "Trees"', "pattern"),
        ("plan.xlsx", "plan.xlsx?key=1", "ends before"),
        ("first_year = 2020", "first_year = 2021\nlast_year = 2020", "later than last_year"),
        ('"share" }', '"shares" }', "'percent', 'share' or 'mixed'"),
        ("years = [2019]", "years = [2008]", "no five-year release before"),
    ],
)
def test_a_slip_of_the_pen_is_an_error_that_says_what_is_wrong(instead, by, message):
    assert instead in EXAMPLE
    with pytest.raises(ValidationError) as caught:
        Sources.model_validate(tomllib.loads(EXAMPLE.replace(instead, by)))
    assert message in str(caught.value)


def test_two_layers_of_one_id_are_refused():
    content = tomllib.loads(EXAMPLE)
    content["layer"] *= 2
    with pytest.raises(ValidationError, match="two layers have one id"):
        Sources.model_validate(content)


def test_settings_cannot_be_changed_once_they_are_read():
    with pytest.raises(ValidationError):
        Sources().folder = "elsewhere"
