"""Figures by area put in order: which may be used, which class each is in, how an area stands, and what a name finds."""

import math
from datetime import date

import pandas as pd
import pytest

from lib.model import Area, AreaName, Direction
from lib.neighborhoods import (
    Residents,
    change_class,
    changes,
    city_of,
    class_of,
    found_by,
    layers_of,
    residents_of,
    standing,
    worst_first,
)
from lib.store.build import build
from lib.store.catalogue import read_catalogue
from lib.store.database import open_engine
from lib.store.queries import area_observations
from tests.cities import MEASURE_HEADER, area_rows, measure, ten_areas, write


def layers(tmp_path, *, rows: str | None = None, residents: Residents = Residents(()), **settings):
    files = ten_areas()
    if rows is not None:
        files["measures/fires.csv"] = rows
    files["measures/fires.toml"] = measure("fires", "Fires", **settings)
    if "counted_per" in settings:
        raise AssertionError
    catalogue = read_catalogue(write(tmp_path, files))
    table = catalogue.area_observations
    own = table[table["measure"] == "fires"]
    fires = next(one for one in catalogue.measures if one.id == "fires")
    return layers_of(fires, own, catalogue.areas, city="tinyville", residents=residents, spatial={}, fiscal_year_start_month=7)


def test_a_group_of_residents_is_not_taken_for_all_of_them(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    files = ten_areas()
    files["measures/population.csv"] += "one,area-1,race,Black,2020,7,,,,,,false,,,,tests\n"
    release = build(engine, write(tmp_path, files))
    residents = residents_of([area_observations(engine, release, "population", groups=False)])
    assert residents.near(date(2020, 12, 31))["area-1"] != 7
    assert 7 in set(area_observations(engine, release, "population")["value"])


def test_a_missing_figure_keeps_its_reason_and_an_absent_row_is_not_reported(tmp_path):
    (layer,) = layers(tmp_path, rows=area_rows({"2020": [1.0, "suppressed", "not applicable"]}))
    figures = layer.figures["2020"]
    assert [one.reason for one in figures[:4]] == ["", "suppressed", "not applicable", "not reported"]
    assert layer.values("2020") == {"area-1": 1.0}


def test_a_figure_with_a_caution_is_shown_but_takes_part_in_nothing(tmp_path):
    rows = MEASURE_HEADER + "one,area-1,,,2020,9.9,,,,,,false,,the note,wrong count,tests\none,area-2,,,2020,1.0,,,,,,false,,,,tests\n"
    (layer,) = layers(tmp_path, rows=rows)
    one = layer.figures["2020"][0]
    assert one.value == 9.9 and math.isnan(one.usable) and one.reason == "not used" and one.note == "wrong count: the note"
    assert layer.values("2020") == {"area-2": 1.0} and [one.area for one in worst_first(layer, "2020")] == ["area-2"]


def test_few_events_are_unstable_and_unknown_events_are_not_called_so(tmp_path):
    (layer,) = layers(tmp_path, rows=area_rows({"2020": [1.9, 2.0, 2.1]}))  # of 10,000: 19, 20 and 21
    assert [one.is_unstable for one in layer.figures["2020"][:4]] == [True, False, False, False]
    (layer,) = layers(tmp_path / "two", rows=area_rows({"2020": [0.1]}, denominator=None))
    assert not layer.figures["2020"][0].is_unstable


@pytest.mark.parametrize(("value", "expected"), [(0.0, 0), (0.7, 0), (0.71, 1), (1.6, 1), (4.6, 2), (9.9, 2), (math.nan, None)])
def test_a_value_is_in_the_first_class_whose_upper_limit_it_does_not_pass(value, expected):
    assert class_of(value, (0.7, 1.6, 4.6)) == expected


def test_without_breaks_there_is_no_class():
    assert class_of(1.0, ()) is None


@pytest.mark.parametrize(
    ("change", "direction", "expected"),
    [
        (0.0, Direction.FALLS, 2), (0.3, Direction.FALLS, 2), (0.4, Direction.FALLS, 3), (1.3, Direction.FALLS, 3), (1.4, Direction.FALLS, 4),
        (-1.4, Direction.FALLS, 0), (-0.4, Direction.FALLS, 1), (1.4, Direction.RISES, 0), (-1.4, Direction.RISES, 4),
        (1.4, Direction.NEITHER, 4), (-1.4, Direction.NEITHER, 0), (math.nan, Direction.FALLS, None),
    ],
)  # fmt: skip
def test_a_change_is_classed_around_none_from_much_better_to_much_worse(change, direction, expected):
    assert change_class(change, (0.3, 1.3), direction) == expected


def test_the_worst_stand_first_in_both_directions(tmp_path):
    (layer,) = layers(tmp_path, rows=area_rows({"2020": [1.0, 3.0, 2.0]}))
    assert [one.area for one in worst_first(layer, "2020")] == ["area-2", "area-3", "area-1"]
    (layer,) = layers(tmp_path / "two", rows=area_rows({"2020": [1.0, 3.0, 2.0]}), improves_when="rises")
    assert [one.area for one in worst_first(layer, "2020")] == ["area-1", "area-3", "area-2"]


def test_a_change_needs_both_figures(tmp_path):
    (layer,) = layers(tmp_path, rows=area_rows({"2020": [1.0, "suppressed", 2.0], "2021": [1.5, 2.0, "not reported"]}))
    assert changes(layer, "2020", "2021") == {"area-1": 0.5}


def test_an_area_stands_by_its_newest_usable_figure_beside_the_published_city_or_the_average(tmp_path):
    rows = area_rows({"2020": [4.0, 8.0], "2021": ["suppressed", 9.0]}) + "one,tinyville,,,2020,5.0,,,,,,false,,,,tests\n"
    (layer,) = layers(tmp_path, rows=rows)
    one = standing(layer, "area-1", residents=Residents(()))
    assert one.period.label == "2020" and one.city == 5.0 and not one.city_is_pooled and one.earlier is None
    two = standing(layer, "area-2", residents=Residents(()))
    assert two.period.label == "2021" and two.city == 9.0 and two.city_is_pooled and two.earlier[1] == 8.0
    assert standing(layer, "area-3", residents=Residents(())) is None


def test_the_average_over_all_areas_is_weighted_by_the_residents_nearest_in_time(tmp_path):
    (layer,) = layers(tmp_path, rows=area_rows({"2020": [4.0, 8.0]}))
    people = Residents(((date(2010, 1, 1), {"area-1": 1.0, "area-2": 1.0}), (date(2021, 1, 1), {"area-1": 300.0, "area-2": 100.0})))
    assert city_of(layer, layer.latest, residents=people) == (5.0, True)
    assert city_of(layer, layer.latest, residents=Residents(())) == (6.0, True)


def test_residents_leave_out_what_is_missing():
    table = pd.DataFrame({"end": [date(2020, 12, 31)] * 2, "geography": ["a", "b"], "value": [10.0, math.nan], "caution": ["", ""]})
    assert residents_of([table]).near(date(1999, 1, 1)) == {"a": 10.0} and residents_of([]).near(date(1999, 1, 1)) == {}


MEDFIELD = Area("medfield", "Medfield/Hampden/Woodberry/Remington", "CSA", 2.2,
                (AreaName("Remington", "neighborhood"), AreaName("Hampden/Remington", "name since 2020")), ())  # fmt: skip
MOUNT = Area("mount", "Mount Washington/Coldspring", "CSA", 1.0, (AreaName("Mt. Washington/Coldspring", "also written"),), ())
PARK = Area("park", "Patterson Park North & East", "CSA", 1.0, (), ())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("remin", ["medfield"]), ("REMINGTON", ["medfield"]), ("hampden/remington", ["medfield"]), ("mt washington", ["mount"]),
        ("Mount Washington/Coldspring", ["mount"]), ("patterson park north and east", ["park"]), ("  patterson   PARK ", ["park"]),
        ("zzz", []), ("", []), ("   ", []),
    ],
)  # fmt: skip
def test_a_part_of_any_name_finds_the_area(typed, expected):
    assert [area.id for area, _ in found_by([MEDFIELD, MOUNT, PARK], typed)] == expected


def test_the_whole_name_comes_before_its_start_and_that_before_its_middle():
    areas = [Area(str(number), name, "CSA", 1.0, (), ()) for number, name in enumerate(["Old Park", "Parkside", "Park"])]
    assert [area.name for area, _ in found_by(areas, "park")] == ["Park", "Parkside", "Old Park"]
