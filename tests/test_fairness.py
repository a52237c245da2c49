"""The gap of one series by one ranking, over its periods. Ten areas: fifths of two."""

from datetime import date

import pytest

from lib.fairness import fairness, gap_status, overlap, ranking_of
from lib.methods.equity import LevelAndGap, Narrowing
from lib.methods.periods import parse_period
from lib.methods.status import Bands
from lib.model import Direction, GapTarget, PeriodKind, Status
from lib.neighborhoods import Residents, layers_of
from lib.store.catalogue import read_catalogue
from tests.cities import area_rows, ten_areas, write

RANKED = dict(disadvantaged="low", name="income", most="with the lowest income", least="with the highest")
PEOPLE = Residents(((date(2020, 12, 31), {f"area-{number}": 10_000.0 for number in range(1, 11)}),))


def judged(tmp_path, **files):
    catalogue = read_catalogue(write(tmp_path, ten_areas(**files)))
    by_measure = {}
    for one in catalogue.measures:
        table = catalogue.area_observations
        own = table[table["measure"] == one.id]
        by_measure[one.id] = layers_of(one, own, catalogue.areas, city="tinyville", residents=PEOPLE, spatial={}, fiscal_year_start_month=7)
    layer = by_measure["fires"][0]
    ranking = ranking_of(by_measure["median_household_income"], near=layer.latest.end, **RANKED)
    return fairness(layer, ranking, PEOPLE)


def test_the_gap_is_that_between_the_poorest_and_the_richest_fifth(tmp_path):
    found = judged(tmp_path)
    first = found.gaps["2020"]
    assert found.worst_fifth == ("area-1", "area-2")
    assert first.disadvantaged.value == pytest.approx(19.0) and first.advantaged.value == pytest.approx(3.0)
    assert first.difference == pytest.approx(16.0) and first.ratio == pytest.approx(19 / 3)
    assert found.latest.difference == pytest.approx(9.5 - 3.0)


def test_it_narrowed_when_the_poorest_halved_their_fires_and_nobody_was_levelled_down(tmp_path):
    found = judged(tmp_path)
    assert found.narrowing.verdict is Narrowing.NARROWED and not found.narrowing.is_levelled_down
    assert found.compared[0].label == "2020" and found.compared[1].label == "2025"
    assert found.state is LevelAndGap.FAIRER_LEVEL_UNCLEAR  # two periods are no trend of the level


def test_without_counts_nothing_is_claimed_of_the_change(tmp_path):
    values = {"2020": [20.0, 18.0, *[5.0] * 8], "2025": [10.0, 9.0, *[5.0] * 8]}
    found = judged(tmp_path, **{"measures/fires.csv": area_rows(values, denominator=None)})
    assert found.narrowing.verdict is Narrowing.CANNOT_TELL and found.state is LevelAndGap.CANNOT_TELL
    assert found.latest.difference == pytest.approx(4.5)


def test_an_area_that_is_missing_at_one_time_is_left_out_at_both(tmp_path):
    values = {"2020": ["suppressed", 18.0, *[5.0] * 8], "2025": [200.0, 18.0, *[5.0] * 8]}
    found = judged(tmp_path, **{"measures/fires.csv": area_rows(values)})
    assert found.narrowing.verdict is Narrowing.NO_DETECTABLE_CHANGE


def test_one_period_can_show_a_gap_but_no_change(tmp_path):
    found = judged(tmp_path, **{"measures/fires.csv": area_rows({"2025": [10.0, 9.0, *[5.0] * 8]})})
    assert found.compared is None and found.narrowing.verdict is Narrowing.CANNOT_TELL
    assert found.latest.difference == pytest.approx(4.5)


def target(value: float, period: str = "2030") -> GapTarget:
    return GapTarget("one", "median_household_income", parse_period(period, PeriodKind.CALENDAR), value, "2020", "Made up.", "tests", "2020")


@pytest.mark.parametrize(
    ("value", "period", "expected"),
    [(6.5, "2030", Status.MET), (2.0, "2030", Status.ON_TRACK), (6.0, "2025", Status.MISSED), (16.0, "2030", Status.MAINTAIN)],
)
def test_a_gap_has_a_status_against_a_target_of_its_own(tmp_path, value, period, expected):
    found = judged(tmp_path)  # 16.0 in 2020, 6.5 in 2025: 9.5 of the 14 to go in half of the time
    answer = gap_status(found, target(value, period), as_of=date(2026, 6, 1), bands=Bands())
    assert answer.status is expected


def test_a_gap_target_whose_time_is_over_is_judged_by_the_gap_of_that_time(tmp_path):
    rows = area_rows({"2020": [20.0, 18.0, *[5.0] * 8], "2022": [9.0, 9.0, *[5.0] * 8], "2025": [20.0, 20.0, *[5.0] * 8]})
    found = judged(tmp_path, **{"measures/fires.csv": rows})
    assert gap_status(found, target(4.0, "2022"), as_of=date(2026, 6, 1), bands=Bands()).status is Status.MET
    assert gap_status(found, target(3.0, "2022"), as_of=date(2026, 6, 1), bands=Bands()).status is Status.MISSED


def test_windows_that_overlap_share_their_years():
    def window(label):
        return parse_period(label, PeriodKind.WINDOW)

    assert overlap(window("2010-2014"), window("2015-2019")) == 0.0
    assert overlap(window("2010-2014"), window("2011-2015")) == pytest.approx(0.8, abs=0.01)


def test_a_ranking_without_figures_is_none():
    assert ranking_of((), near=date(2020, 1, 1), **RANKED) is None


def test_the_sign_says_the_disadvantaged_are_worse_off_in_both_directions(tmp_path):
    from tests.cities import measure

    rising = {"measures/fires.toml": measure("fires", "Fires", improves_when="rises"),
              "measures/fires.csv": area_rows({"2025": [1.0, 1.0, *[5.0] * 6, 9.0, 9.0]})}  # fmt: skip
    found = judged(tmp_path, **rising)
    assert found.latest.difference == pytest.approx(8.0) and found.layer.measure.improves_when is Direction.RISES
