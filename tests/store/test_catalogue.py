import pytest

from lib.errors import CatalogueError
from lib.settings import ROOT
from lib.store.catalogue import read_catalogue
from tests.cities import FIGURES, FRAMEWORK, GEOGRAPHIES, INDICATOR, empty, tiny, write

ONE = INDICATOR.format(id="fires", name="Fires", outcome="safe")


def problems(tmp_path, files) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(write(tmp_path, files))
    return [str(problem) for problem in caught.value.problems]


def only_problem(tmp_path, **changes: str) -> str:
    found = problems(tmp_path, tiny(**changes))
    assert len(found) == 1, found
    return found[0]


def test_the_real_city_has_seven_outcomes_and_23_indicators_and_no_problem():
    catalogue = read_catalogue(ROOT / "data")
    (framework,) = catalogue.frameworks
    assert [outcome.name for outcome in framework.outcomes] == [
        "Better Schools", "Safer Streets", "Stronger Neighborhoods", "A Growing Economy", "Innovative Government",
        "A Cleaner City", "A Healthier City",
    ]  # fmt: skip
    by_outcome = [sum(one.outcome == outcome.id for one in framework.indicators) for outcome in framework.outcomes]
    assert by_outcome == [3, 3, 4, 3, 3, 3, 4]
    assert (catalogue.observations["reference"] != "").all()


def test_a_tiny_city_is_read_as_it_stands(tmp_path):
    catalogue = read_catalogue(write(tmp_path, tiny()))
    (framework,) = catalogue.frameworks
    (indicator,) = framework.indicators
    assert indicator.name == "Fires" and indicator.targets[0].value == 5.0
    assert list(catalogue.observations["value"]) == [10.0, 9.5, 9.0, 8.5, 8.0, 7.5]
    assert catalogue.observations["end"].iloc[0].isoformat() == "2020-12-31"


def test_an_empty_framework_is_no_problem(tmp_path):
    (framework,) = read_catalogue(write(tmp_path, empty())).frameworks
    assert framework.outcomes == () and framework.indicators == ()


def test_an_absent_key_is_named_with_what_to_write(tmp_path):
    said = only_problem(tmp_path, indicator=ONE.replace('improves_when = "falls"\n', ""))
    assert said.startswith("data/frameworks/tiny/indicators/fires.toml: improves_when: is absent")
    assert '"rises"' in said


def test_an_unknown_key_is_named_with_the_nearest_known_one(tmp_path):
    said = only_problem(tmp_path, indicator=ONE.replace('owner = "Fire"', 'owner = "Fire"\npartnrs = []'))
    assert "fires.toml: partnrs: is not a key that is known here; did you mean 'partners'?" in said


def test_an_unknown_direction_is_refused(tmp_path):
    assert "improves_when" in only_problem(tmp_path, indicator=ONE.replace('"falls"', '"down"'))


def test_an_unknown_outcome_is_refused_with_the_list_of_known_ones(tmp_path):
    said = only_problem(tmp_path, indicator=ONE.replace('outcome = "safe"', 'outcome = "saef"'))
    assert "'saef' is not in framework.toml; write one of clean, safe" in said


def test_a_target_without_a_period_is_refused(tmp_path):
    said = only_problem(tmp_path, indicator=ONE.replace('period = "2030"\n', ""))
    assert "target 1, period: is absent; write period = " in said


def test_a_target_without_the_date_it_was_set_is_refused(tmp_path):
    assert "target 1, set_on: is absent" in only_problem(tmp_path, indicator=ONE.replace('set_on = "2020-06"\n', ""))


def test_a_target_with_neither_value_nor_range_is_refused(tmp_path):
    assert "either a value or a range" in only_problem(tmp_path, indicator=ONE.replace("value = 5.0\n", ""))


def test_a_range_for_an_indicator_that_falls_is_refused(tmp_path):
    said = only_problem(tmp_path, indicator=ONE.replace("value = 5.0", "low = 4.0\nhigh = 6.0"))
    assert "does not fit improves_when = " in said


def test_a_baseline_without_a_figure_is_refused(tmp_path):
    said = only_problem(tmp_path, indicator=ONE.replace('baseline = "2020"', 'baseline = "2019"'))
    assert "fires has no figure for '2019'; write one of 2020, 2021" in said


def test_a_headline_that_is_no_series_is_refused(tmp_path):
    assert "there is no series 'smoke'" in only_problem(tmp_path, indicator=ONE.replace('headline = "fires"', 'headline = "smoke"'))


def test_a_value_without_a_reference_is_refused_with_its_line(tmp_path):
    said = only_problem(tmp_path, figures=FIGURES.replace("2025,7.5,750,100000,,,,false,2026,,tests/cities.py", "2025,7.5,750,100000,,,,false,2026,,"))
    assert "fires.csv: line 7, reference: is empty: no figure without one" in said


def test_a_missing_value_without_a_reason_is_refused(tmp_path):
    said = only_problem(tmp_path, figures=FIGURES.replace("2024,8.0,800,100000,,,,", "2024,,,,,,,"))
    assert "line 6, missing_reason: a missing value has no reason; write one of: not reported" in said


def test_a_missing_value_with_a_reason_is_taken_and_stays_missing(tmp_path):
    folder = write(tmp_path, tiny(figures=FIGURES.replace("2024,8.0,800,100000,,,,", "2024,,,,,,not reported,")))
    assert read_catalogue(folder).observations["value"].isna().tolist() == [False] * 4 + [True, False]


def test_a_reason_beside_a_value_is_refused(tmp_path):
    assert "stands beside a value" in only_problem(tmp_path, figures=FIGURES.replace("100000,,,,false,2025", "100000,,,suppressed,false,2025"))


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "1_000", "٣", "12,5", "N/A", "-"])
def test_what_is_not_a_plain_number_is_refused(tmp_path, text):
    quoted = f'"{text}"'
    assert "line 2, value" in " ".join(problems(tmp_path, tiny(figures=FIGURES.replace("2020,10.0,", f"2020,{quoted},"))))


def test_a_value_that_does_not_follow_from_its_counts_is_refused(tmp_path):
    said = only_problem(tmp_path, figures=FIGURES.replace("2022,9.0,900,", "2022,9.0,1900,"))
    assert "line 4, value: 9 is not 1000 × 1900 / 100000 = 19" in said


def test_a_denominator_of_zero_is_refused(tmp_path):
    assert "denominator: is zero or below" in only_problem(tmp_path, figures=FIGURES.replace("2022,9.0,900,100000", "2022,9.0,900,0"))


def test_the_same_figure_twice_is_refused_but_a_new_vintage_is_not(tmp_path):
    twice = FIGURES + FIGURES.splitlines()[-1] + "\n"
    assert "says again what line 7 says" in only_problem(tmp_path, figures=twice)
    revised = FIGURES + "fires,tinyville,,,2025,7.4,740,100000,,,,false,2027,,tests/cities.py\n"
    assert len(read_catalogue(write(tmp_path, tiny(figures=revised))).observations) == 7


def test_a_period_of_another_kind_is_refused_with_an_example(tmp_path):
    assert "line 7, period" in only_problem(tmp_path, figures=FIGURES.replace(",2025,7.5", ",FY2025,7.5"))


def test_an_unknown_place_or_series_is_refused(tmp_path):
    assert "'tinytown' is not in geographies.csv" in only_problem(tmp_path, figures=FIGURES.replace("tinyville,,,2020", "tinytown,,,2020")).replace('"', "'")
    assert "'smoke' is not in fires.toml" in only_problem(tmp_path, figures=FIGURES.replace("fires,tinyville,,,2021", "smoke,tinyville,,,2021"))


def test_figures_of_an_indicator_that_is_not_there_are_not_passed_over(tmp_path):
    found = problems(tmp_path, tiny() | {"frameworks/tiny/observations/floods.csv": FIGURES})
    assert found == ["data/frameworks/tiny/observations/floods.csv: file name: there is no indicator 'floods'; "
                     "name the file as its indicator's, or remove it"]  # fmt: skip


def test_broken_toml_and_broken_csv_are_named(tmp_path):
    assert "cannot be read as TOML" in only_problem(tmp_path, indicator=ONE.replace('name = "Fires"', 'name = "Fires'))
    assert "header: absent columns: ['group']" in only_problem(tmp_path, figures=FIGURES.replace(",group,", ",grp,", 1))


def test_an_outcome_that_stands_twice_is_refused(tmp_path):
    assert any("'safe' stands twice" in one for one in problems(tmp_path, tiny(framework=FRAMEWORK.replace('id = "clean"', 'id = "safe"'))))


def test_a_service_of_an_unknown_outcome_is_refused(tmp_path):
    services = tiny()["services.csv"].replace(",safe,", ",sfae,")
    assert "'sfae' is no outcome of tiny" in only_problem(tmp_path, services=services)


def test_an_empty_data_folder_is_refused(tmp_path):
    assert "no framework was found" in " ".join(problems(tmp_path, {"geographies.csv": GEOGRAPHIES}))


def test_all_problems_are_told_at_once(tmp_path):
    found = problems(tmp_path, tiny(
        indicator=ONE.replace('owner = "Fire"\n', "").replace('unit = "per 1,000 homes"\ndecimals = 1\nimproves', 'decimals = 1\nimproves'),
        services=tiny()["services.csv"].replace(",safe,", ",sfae,"),
    ))  # fmt: skip
    assert len(found) == 3
