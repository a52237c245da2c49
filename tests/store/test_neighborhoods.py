"""Areas, their shapes and what is published by area: read, checked, protected, stored."""

import csv
import json
import math
from datetime import date

import pytest
from shapely import coverage_is_valid
from shapely.geometry import shape
from sqlalchemy import text

from lib.errors import CatalogueError
from lib.settings import ROOT
from lib.store import build, derived, queries
from lib.store.catalogue import read_catalogue
from lib.store.protect import protect
from tests.cities import (
    AREA_FILE,
    AREA_NAMES,
    BOUNDARIES,
    MEASURE_HEADER,
    area_rows,
    measure,
    ten_areas,
    write,
)


@pytest.fixture(scope="module")
def city():
    return read_catalogue(ROOT / "data")


def problems(tmp_path, **files: str) -> str:
    renamed = {name.replace("__", "/"): content for name, content in files.items()}
    with pytest.raises(CatalogueError) as refused:
        read_catalogue(write(tmp_path, ten_areas(**renamed)))
    return str(refused.value)


# The real city


def test_baltimore_has_55_areas_277_neighborhoods_and_seven_new_names(city):
    assert len(city.areas) == 55
    assert sum(len(area.neighborhoods) for area in city.areas) == 277
    renamed = {area.name: area.other_names for area in city.areas if any(one.kind == "name since 2020" for one in area.names)}
    assert len(renamed) == 7 and "Hampden/Remington" in renamed["Medfield/Hampden/Woodberry/Remington"]
    assert sum(len(area.tracts) for area in city.areas) == 199  # and one tract that is a jail


def test_the_shapes_are_valid_and_share_their_borders_and_the_land_is_never_measured_on_them(city):
    shapes = [shape(feature["geometry"]) for feature in city.boundaries["features"]]
    assert all(one.is_valid for one in shapes) and coverage_is_valid(shapes)
    assert math.isclose(sum(area.land_sq_mi for area in city.areas), 81.19, abs_tol=0.1)  # the shapes include water: 91.9


def test_every_figure_by_area_has_a_value_or_a_reason_and_a_reference(city):
    table = city.area_observations
    by_area = table[table["geography"] != "baltimore-city"]
    assert by_area["value"].notna().sum() == 14_134 and len(city.measures) == 72
    assert ((table["value"].isna()) == (table["missing_reason"] != "")).all()
    assert (table["reference"].str.len() > 10).all()  # short names are written out
    assert (table["caution"] == "wrong resident count").sum() == 48 + 6  # as marked in the source, and violent crime of 2010


def test_no_line_of_a_measure_crosses_the_change_of_denominator(city):
    for one in city.measures:
        if one.counted_per == "residents":
            for series in one.series:
                rows = city.area_observations[(city.area_observations["measure"] == one.id) & (city.area_observations["series"] == series.id)]
                years = {period[:4] >= "2020" for period in rows["period"]}
                assert len(years) == 1, one.id


def test_a_lead_figure_that_the_source_prints_as_zero_is_suppressed_and_not_zero(city):
    lead = city.area_observations[city.area_observations["measure"] == "lead_elevated"]
    assert (lead["missing_reason"] == "suppressed").sum() == 3 * 55 - 27
    assert not (lead["value"] == 0).any()


def test_each_indicator_names_its_equivalent_or_says_that_there_is_none(city):
    known = {one.id for one in city.measures}
    for one in city.frameworks[0].indicators:
        assert one.neighborhood_note
        assert one.neighborhood_measure in known or "ot published by neighborhood" in one.neighborhood_note or "Deaths are not" in one.neighborhood_note, one.id


def test_the_derived_statistics_in_the_repository_are_those_of_the_data(city):
    kept = json.loads((ROOT / "data" / derived.FILE).read_text())
    shapes = derived._hash(city.boundaries)
    maps, classes = derived._needs(protect(city).catalogue, shapes)
    assert kept["shapes"] == shapes and set(kept["maps"]) == set(maps) and set(kept["classes"]) == set(classes), "run: python -m lib.store derive"


# Refusals


def test_a_measure_of_an_unknown_area_is_refused(tmp_path):
    assert "'nowhere' is not in geographies.csv or areas/areas.csv" in problems(
        tmp_path, **{"measures__fires.csv": MEASURE_HEADER + "one,nowhere,,,2020,1,,,,,,false,,,,tests\n"}
    ).replace('"', "'")


def test_all_faults_of_areas_are_reported_at_once(tmp_path):
    said = problems(
        tmp_path,
        **{
            "areas__areas.csv": AREA_FILE.replace("area-2,Area 2,CSA,2.0", "area-2,,CSA,none"),
            "areas__names.csv": AREA_NAMES + "area-99,Nowhere,neighborhood,tests\narea-3,Odd,nickname,tests\n",
        },
    )
    assert "areas.csv: line 3, name: is empty" in said and "land_sq_mi" in said
    assert "'area-99' is not in areas.csv" in said and "'nickname' is not a kind of name" in said


@pytest.mark.parametrize(
    ("boundaries", "said"),
    [
        ("not json", "is not a GeoJSON FeatureCollection"),
        (BOUNDARIES.replace('"area-3"', '"area-33"'), "area-3 has no shape"),
        (BOUNDARIES.replace("Polygon", "LineString", 1), "cannot be read"),
        (BOUNDARIES.replace("-76.7, 39.25", "-760, 39.25"), "outside of the world"),
    ],
)
def test_a_faulty_shape_is_refused_with_its_place(tmp_path, boundaries, said):
    assert said in problems(tmp_path, **{"areas__boundaries.geojson": boundaries})


def test_a_measure_that_is_not_there_and_figures_without_a_measure_are_refused(tmp_path):
    files = ten_areas()
    del files["measures/fires.toml"]
    with pytest.raises(CatalogueError) as refused:
        read_catalogue(write(tmp_path, files))
    said = str(refused.value)
    assert "there is no measures/fires.toml" in said and "there is no fires.toml" in said


def test_an_indicator_cannot_improve_neither_way_but_a_measure_can(tmp_path):
    from tests.cities import INDICATOR

    bad = INDICATOR.format(id="fires", name="Fires", outcome="safe").replace('"falls"', '"neither"')
    assert "improves_when" in problems(tmp_path, **{"frameworks__tiny__indicators__fires.toml": bad})
    read_catalogue(write(tmp_path, ten_areas()))


GAP_TARGET = """
[[gap_target]]
series = "one"
ranked_by = "median_household_income"
period = "2030"
value = 5.0
set_on = "2021"
set_note = "Made up."
reference = "tests"
baseline = "2020"
"""


def test_a_gap_target_is_read_and_one_of_an_unknown_ranking_is_refused(tmp_path):
    files = ten_areas()
    name = "frameworks/tiny/indicators/fires.toml"
    files[name] += GAP_TARGET
    (framework,) = read_catalogue(write(tmp_path, files)).frameworks
    assert framework.indicators[0].gap_targets[0].period.end == date(2030, 12, 31)
    files[name] = files[name].replace('ranked_by = "median_household_income"', 'ranked_by = "happiness"')
    with pytest.raises(CatalogueError, match=r"gap_target 1, ranked_by: there is no measures/happiness\.toml"):
        read_catalogue(write(tmp_path, files))


# The store


def test_areas_measures_and_statistics_come_back_as_they_went_in(engine, tmp_path):
    folder = write(tmp_path, ten_areas())
    release = build.build(engine, folder)
    assert [area.id for area in queries.areas(engine, release)] == [f"area-{number}" for number in range(1, 11)]
    assert queries.areas(engine, release)[0].neighborhoods == ("Remington",)
    assert {one.id for one in queries.measures(engine, release)} == {"fires", "median_household_income", "population"}
    table = queries.area_observations(engine, release, "fires")
    assert len(table) == 20 and table["value"].iloc[0] == 20.0 and table["caution"].eq("").all()
    neighbors = queries.documents(engine, release, "neighbors")[""]
    assert neighbors["area-1"] == ["area-2", "area-6", "area-7"]  # by an edge or by a corner
    assert all(a in neighbors[b] for a, others in neighbors.items() for b in others)
    spatial = queries.documents(engine, release, "spatial")["fires/one"]
    assert spatial["breaks"] == sorted(spatial["breaks"]) and spatial["breaks"][-1] == 20.0
    values = dict(zip(neighbors, [20.0, 18.0, 16.0, 14.0, 12.0, 10.0, 8.0, 6.0, 4.0, 2.0], strict=True))
    assert spatial["periods"]["2020"]["n"] == 10
    assert math.isclose(spatial["periods"]["2020"]["moran"], morans_i(values, neighbors), abs_tol=1e-12)


def morans_i(values: dict[str, float], neighbors: dict[str, list[str]]) -> float:
    """By the definition, each row of weights adding up to 1: I = z'Wz / z'z."""
    mean = sum(values.values()) / len(values)
    z = {area: value - mean for area, value in values.items()}
    lagged = {area: sum(z[other] for other in others) / len(others) for area, others in neighbors.items()}
    return sum(z[area] * lagged[area] for area in z) / sum(one**2 for one in z.values())


@pytest.mark.slow
def test_a_store_of_the_schema_before_areas_is_taken_over(engine, tmp_path):
    folder = write(tmp_path, ten_areas())
    release = build.build(engine, folder)
    build.migrate(engine, "0001")
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for statement in ("DROP TABLE alembic_version", "DROP TABLE batch_figure", "DROP TABLE batch", "DROP TABLE audit", "DROP TABLE area_observation",
                          "DROP TABLE document"):  # fmt: skip
            connection.execute(text(statement))
        connection.execute(text("UPDATE current_release SET schema_version = 1, release = :old"), {"old": release})
        connection.execute(text("UPDATE release SET id = 'before' WHERE id = 'nothing'"))
    (folder / "measures" / "fires.csv").write_text(area_rows({"2020": [1.0] * 10}))
    newer = build.build(engine, folder)
    assert newer != release and len(queries.area_observations(engine, newer, "fires")) == 10


def test_a_city_without_areas_has_none(engine, tmp_path):
    from tests.cities import tiny

    release = build.build(engine, write(tmp_path, tiny()))
    assert queries.areas(engine, release) == () and queries.measures(engine, release) == ()


# Small numbers


def sensitive(values: list[float | str]) -> dict[str, str]:
    return {
        "measures/fires.toml": measure("fires", "Fires", sensitive="true"),
        "measures/fires.csv": area_rows({"2020": values}),
    }


@pytest.mark.slow
def test_a_count_below_ten_and_what_would_give_it_away_are_in_no_table_of_the_store(engine, tmp_path):
    counts = [0.4, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 0.0]  # per 1,000 of 10,000: 4, 20, 25, … and none
    total = sum(counts) * 10
    files = ten_areas(**sensitive(counts))
    files["measures/fires.csv"] += f"one,tinyville,,,2020,{total / 100:.2f},{total:.0f},100000,,,,false,,,,tests\n"
    release = build.build(engine, write(tmp_path, files))
    table = queries.area_observations(engine, release, "fires").set_index("geography")
    hidden = table[table["missing_reason"] == "suppressed"]
    assert "area-1" in hidden.index and len(hidden) >= 2, "one hidden figure alone could be subtracted"
    assert hidden[["value", "numerator", "lower", "upper"]].isna().all(axis=None)
    assert table.loc["area-10", "value"] == 0.0, "none is not few"
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT value, numerator FROM area_observation WHERE measure = 'fires'")).all()
    assert not any(numerator is not None and 0 < numerator < 10 for _, numerator in stored)


@pytest.mark.slow
def test_the_same_counts_of_a_measure_that_is_not_sensitive_are_shown(engine, tmp_path):
    files = ten_areas(**{"measures/fires.csv": area_rows({"2020": [0.4, *[2.0] * 9]})})
    release = build.build(engine, write(tmp_path, files))
    assert queries.area_observations(engine, release, "fires")["value"].min() == 0.4


@pytest.mark.slow
def test_hidden_figures_move_no_class_and_no_statistic(tmp_path):
    folder = write(tmp_path, ten_areas(**sensitive([0.4, 0.3, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0])))
    found = derived.spatial(protect(read_catalogue(folder)).catalogue, folder).series["fires/one"]
    assert min(found["breaks"]) >= 2.5


def test_the_data_files_and_the_drawing_hold_no_figure_that_is_said_to_be_suppressed():
    for path in (ROOT / "data" / "measures").glob("*.csv"):
        with path.open() as handle:
            for row in csv.DictReader(handle):
                assert not (row["missing_reason"] and row["value"]), path
    drawing = json.loads((ROOT / "data" / derived.FILE).read_text())["drawing"]
    assert all(set(feature["properties"]) == {"n", "name"} for feature in drawing["features"])


def test_nothing_that_baltimore_publishes_is_hidden_by_us(city):
    """No count from 1 to 9 of people stands in the files; rates without counts are left as their source prints them."""
    kept = protect(city).catalogue
    assert not protect(city).hides
    assert kept.observations["value"].notna().sum() == city.observations["value"].notna().sum()
    assert kept.area_observations["value"].notna().sum() == city.area_observations["value"].notna().sum()


def hidden_in(engine, release, measure: str = "fires") -> set[tuple[str, str]]:
    table = queries.area_observations(engine, release, measure)
    return set(zip(table[table["missing_reason"] == "suppressed"]["geography"], table[table["missing_reason"] == "suppressed"]["period"], strict=True))


@pytest.mark.slow
def test_a_later_vintage_without_counts_shows_nothing_that_an_earlier_one_hides(engine, tmp_path):
    files = ten_areas(**sensitive([0.5, *[2.0] * 9]))
    files["measures/fires.csv"] += "one,area-1,,,2020,0.5,,,,,,false,2026,,,tests\n"
    release = build.build(engine, write(tmp_path, files))
    assert ("area-1", "2020") in hidden_in(engine, release)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM area_observation WHERE geography = 'area-1' AND value = 0.5 AND measure = 'fires'")).scalar() == 0


@pytest.mark.slow
def test_a_count_has_itself_for_its_number(engine, tmp_path):
    files = ten_areas(**{
        "measures/fires.toml": measure("fires", "Fires", sensitive="true", value_kind="count", unit="fires", multiplier=""),
        "measures/fires.csv": area_rows({"2020": [3.0, *[20.0] * 9]}, denominator=None),
    })  # fmt: skip
    assert hidden_in(engine, build.build(engine, write(tmp_path, files))) >= {("area-1", "2020")}


def test_a_rate_of_residents_has_their_published_number_for_a_denominator(engine, tmp_path):
    files = ten_areas(**{
        "measures/fires.toml": measure("fires", "Fires", sensitive="true").replace('counted_per = ""', 'counted_per = "residents"'),
        "measures/fires.csv": area_rows({"2020": [0.5, *[2.0] * 9]}, denominator=None),
    })  # fmt: skip
    assert hidden_in(engine, build.build(engine, write(tmp_path, files))) >= {("area-1", "2020")}  # 5 of 10,000 residents


def test_what_one_series_hides_no_other_shows(engine, tmp_path):
    files = ten_areas(**sensitive([0.5, *[2.0] * 9]))
    definition = files["measures/fires.toml"]
    files["measures/fires.toml"] = definition + "\n" + definition[definition.index("[[series]]"):].replace('id = "one"', 'id = "two"')
    own = files["measures/fires.csv"]
    total = "two,tinyville,,,2020,1.85,185,100000,,,,false,,,,tests\n"
    files["measures/fires.csv"] = own + own.split("\n", 1)[1].replace("one,", "two,") + total
    release = build.build(engine, write(tmp_path, files))
    table = queries.area_observations(engine, release, "fires")
    by_series = {name: set(rows[rows["missing_reason"] == "suppressed"]["geography"]) - {"tinyville"} for name, rows in table.groupby("series")}
    assert by_series["one"] == by_series["two"] and len(by_series["one"]) >= 2


def test_no_older_release_in_the_file_shows_what_a_newer_one_hides(engine, tmp_path):
    files = ten_areas(**sensitive([0.5, *[2.0] * 9]))
    folder = write(tmp_path, files)
    first = build.build(engine, folder)
    path = folder / "measures/fires.csv"
    path.write_text(path.read_text() + "one,tinyville,,,2020,1.85,185,100000,,,,false,,,,tests\n")
    second = build.build(engine, folder)
    assert second != first
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM area_observation WHERE release = :old"), {"old": first}).scalar() == 0
    path.write_text(path.read_text().rsplit("\n", 2)[0] + "\n")
    assert build.build(engine, folder) == first, "and it can be built again"


def test_no_count_stands_beside_a_missing_value_of_a_sensitive_measure(engine, tmp_path):
    files = ten_areas(**sensitive([2.0] * 10))
    files["measures/fires.csv"] = files["measures/fires.csv"].replace("one,area-1,,,2020,2.0,20,10000,,,,", "one,area-1,,,2020,,7,10000,,,not reported,")
    release = build.build(engine, write(tmp_path, files))
    table = queries.area_observations(engine, release, "fires").set_index("geography")
    assert math.isnan(table.loc["area-1", "numerator"])
