"""What is late, what is incomplete and what is to be done, of a made-up city whose days can be counted on a calendar."""

from dataclasses import replace
from datetime import date

import pytest

from lib.assessment import assess_all
from lib.methods.due import Standing, Unknown
from lib.neighborhoods import Residents, layers_of
from lib.stewardship import (
    OF_A_MEASURE,
    OF_AN_INDICATOR,
    Do,
    Kind,
    by_agency,
    by_source,
    keeper_of,
    of_indicator,
    of_measure,
    to_work_through,
)
from lib.store.catalogue import read_catalogue
from tests.cities import FIGURES, INDICATOR, MEASURE_HEADER, area_rows, measure, ten_areas, tiny, write

ON = date(2028, 3, 1)
FIRES = INDICATOR.format(id="fires", name="Fires", outcome="safe")


@pytest.fixture
def charge(tmp_path):
    """The made-up indicator as its steward sees it on March 1, 2028."""

    def make(indicator: str = FIRES, figures: str = FIGURES, on: date = ON):
        found = read_catalogue(write(tmp_path, tiny(indicator=indicator, figures=figures)))
        bands = {"on_track": 0.95, "far_behind": 0.6, "too_early": 0.2, "significance_z": 1.96, "detectable_share": 0.1, "stale_intervals": 2.0}
        table = found.observations.assign(revisions=0)
        one = assess_all(found.frameworks[0], table, as_of=on, fiscal_year_start_month=7, bands=bands, confidence=0.8)[0]
        return of_indicator(one, as_of=on, stale_intervals=2.0)

    return make


def with_last(line: str) -> str:
    """The figures with the newest, of 2025, written otherwise."""
    return FIGURES.replace("fires,tinyville,,,2025,7.5,750,100000,,,,false,2026,,tests/cities.py\n", line)


def test_an_indicator_is_late_by_the_days_since_its_next_figure_was_due(charge):
    found = charge()  # 2025 is the last; annual; nobody wrote how long it takes: late after 2027 ends
    assert (found.due.standing, found.due.expected.label, found.due.on, found.due.days_late) == (Standing.LATE, "2026", date(2027, 12, 31), 61)  # 31 + 29 + 1
    written = charge(FIRES.replace('frequency = "annual"', 'frequency = "annual"\ndays_to_publish = 31'))
    assert (written.due.on, written.due.days_late) == (date(2027, 1, 31), 395)  # 28 + 306 of 2027, and 61
    assert written.do[0] is Do.LOAD


@pytest.mark.parametrize(
    ("before", "after", "why", "do"),
    [
        ('frequency = "annual"', 'frequency = "when there is money"', Unknown.IRREGULAR, Do.ASK),
        ('headline = "fires"', 'headline = ""', Unknown.NO_SERIES, Do.SERIES),
    ],
)
def test_without_a_rhythm_or_a_series_it_cannot_be_told(charge, before, after, why, do):
    found = charge(FIRES.replace(before, after))
    assert (found.due.standing, found.due.unknown, found.due.days_late, found.do[0]) == (Standing.CANNOT_TELL, why, 0, do)


def test_the_first_figure_is_still_to_come(charge):
    found = charge(FIRES.split("[[target]]")[0], FIGURES.splitlines()[0] + "\n")
    assert (found.last, found.due.unknown, found.do[0]) == (None, Unknown.NO_FIGURE, Do.FIRST)


def test_what_ended_is_not_late_whether_the_definition_says_so_or_the_newest_figure(charge):
    ended = charge(FIRES.replace("collected = true", "collected = false").replace('collected_note = ""', 'collected_note = "The survey stopped."'))
    assert (ended.due.standing, ended.ended_because, ended.is_late) == (Standing.ENDED, "The survey stopped.", False)
    marked = charge(figures=with_last("fires,tinyville,,,2025,,,,,,not collected any more,false,2026,,tests\n"))
    assert marked.due.standing is Standing.ENDED and Do.LOAD not in marked.do


def test_a_figure_that_is_not_reported_is_waited_for_and_a_suppressed_one_is_not(charge):
    assert charge(figures=with_last("fires,tinyville,,,2025,,,,,,not reported,false,2026,,tests\n")).due.expected.label == "2025"
    assert charge(figures=with_last("fires,tinyville,,,2025,,,,,,suppressed,false,2026,,tests\n")).due.expected.label == "2026"


def test_a_provisional_figure_is_there_and_waits_for_the_final_one(charge):
    found = charge(figures=FIGURES.replace("750,100000,,,,false", "750,100000,,,,true"), on=date(2026, 6, 1))
    assert found.provisional and found.due.standing is Standing.IN_TIME and found.do[0] is Do.FINAL


def test_a_definition_lacks_what_its_file_does_not_say(charge):
    found = charge()
    assert set(found.missing) == {"days_to_publish", "steward", "story", "confirmed"} and found.fields == len(OF_AN_INDICATOR) + 1
    assert found.do == (Do.LOAD, Do.STEWARD, Do.COMPLETE) and found.steward == ""
    assert "next_review" in charge(on=date(2030, 2, 1)).missing and "next_review" not in charge(on=date(2030, 1, 31)).missing
    assert "target" in charge(FIRES.split("[[target]]")[0]).missing


def test_a_complete_definition_in_time_asks_for_nothing(charge, monkeypatch):
    monkeypatch.setattr("lib.stewardship.OF_AN_INDICATOR", {"name": lambda one: bool(one.name)})
    found = charge(on=date(2026, 1, 15))
    assert found.is_complete and found.do == () and found.fields == 2


@pytest.fixture
def of_area(tmp_path):
    """The measure of fires by area, with the rows that are given, on March 1, 2028."""

    def make(rows: str, text: str = measure("fires", "Fires"), agency: str = ""):
        found = read_catalogue(write(tmp_path, ten_areas(**{"measures/fires.toml": text, "measures/fires.csv": rows})))
        about = next(one for one in found.measures if one.id == "fires")
        table = found.area_observations[found.area_observations["measure"] == "fires"].assign(revisions=0)
        layers = layers_of(about, table, found.areas, city="tinyville", residents=Residents(()), spatial={}, fiscal_year_start_month=7)
        return of_measure(about, layers, agency=agency, as_of=ON, stale_intervals=2.0)

    return make


def test_a_measure_shows_its_rhythm_by_neighbouring_years_or_it_cannot_be_told(of_area):
    assert of_area(area_rows({"2020": [1.0], "2021": [2.0]})).due.days_late == 1522  # since Dec 31, 2023: four years with one leap day, 1,461, and 61
    apart = of_area(area_rows({"2020": [1.0], "2025": [2.0]}))
    assert (apart.due.unknown, apart.do[0]) == (Unknown.NO_FREQUENCY, Do.FREQUENCY)
    written = of_area(area_rows({"2020": [1.0], "2025": [2.0]}), measure("fires", "Fires").replace('counted_per = ""', 'counted_per = ""\nfrequency = "every five years"'))
    assert (written.due.standing, written.due.expected.label) == (Standing.IN_TIME, "2030")


def test_a_year_in_which_no_area_reported_is_waited_for(of_area):
    rows = area_rows({"2020": [1.0, 2.0], "2021": [2.0, "suppressed"], "2022": ["not reported", "not reported"]})
    assert of_area(rows).due.expected.label == "2022"
    assert of_area(rows.replace("not reported", "suppressed")).due.expected.label == "2023"


def test_a_measure_that_ended_or_has_no_figure(of_area):
    ended = measure("fires", "Fires").replace('counted_per = ""', 'counted_per = ""\ncollected = false\ncollected_note = "Gone."')
    assert of_area(area_rows({"2020": [1.0], "2021": [2.0]}), ended).due.standing is Standing.ENDED
    nothing = of_area(MEASURE_HEADER)
    assert (nothing.due.unknown, nothing.last) == (Unknown.NO_FIGURE, None)


def test_a_measure_stands_with_its_own_owner_else_with_that_of_its_indicator(of_area):
    rows = area_rows({"2020": [1.0]})
    assert of_area(rows, agency="Fire").agency == "Fire" and of_area(rows).agency == ""
    assert set(of_area(rows, agency="Fire").missing) == {"frequency", "days_to_publish", "owner", "steward"} and of_area(rows).fields == len(OF_A_MEASURE)


def made(charge, name: str, late: int, *, agency: str = "Fire", missing: tuple[str, ...] = (), source: str = "S", standing: Standing | None = None):
    due = replace(charge.due, standing=standing or (Standing.LATE if late else Standing.IN_TIME), days_late=late)
    return replace(charge, name=name, agency=agency, missing=missing, source=source, due=due)


def test_the_list_goes_by_days_late_then_by_what_is_missing_then_by_name(charge):
    one = charge()
    several = [made(one, "b", 0), made(one, "a", 0), made(one, "c", 0, missing=("x", "y")), made(one, "d", 3), made(one, "e", 9), made(one, "f", 3, missing=("x",))]
    assert [found.name for found in to_work_through(several)] == ["e", "f", "d", "c", "a", "b"]
    assert {found.kind for found in several} == {Kind.INDICATOR}


def test_an_agency_has_count_median_and_longest_of_what_is_late_and_the_rest_apart(charge):
    one = charge()
    several = [made(one, "a", 10), made(one, "b", 20), made(one, "c", 90), made(one, "d", 0), made(one, "e", 0, standing=Standing.CANNOT_TELL), made(one, "f", 400, agency="")]
    nobody, fire = by_agency(several)
    assert (fire.name, fire.late, fire.median, fire.longest) == ("Fire", 3, 20, 90)  # the mean would be 40
    assert (fire.count(Standing.IN_TIME), fire.count(Standing.CANNOT_TELL), fire.without_steward) == (1, 1, 5)
    assert (nobody.name, nobody.late, nobody.longest) == ("", 1, 400)  # longest late first
    (idle,) = by_agency([made(one, "a", 0)])
    assert (idle.late, idle.median, idle.longest) == (0, 0, 0) and by_agency([]) == []


def test_a_source_gathers_what_comes_from_it(charge):
    one = charge()
    found = by_source([made(one, "a", 1, source="Census"), made(one, "b", 5, source="Survey"), made(one, "c", 2, source="Census")])
    assert [(tally.name, [each.name for each in tally.charges]) for tally in found] == [("Survey", ["b"]), ("Census", ["c", "a"])]
    assert keeper_of("Census", ()).steward == ""


