import pytest

from lib.errors import CatalogueError
from lib.settings import ROOT
from lib.store.catalogue import framework_ids, read_catalogue
from tests.cities import (
    FIGURES,
    FRAMEWORK,
    GEOGRAPHIES,
    INDICATOR,
    action_plan,
    area_rows,
    empty,
    measure,
    ten_areas,
    tiny,
    write,
)

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


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "9" * 400, "1_000", "٣", "12,5", "N/A", "-"])
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


# Dates, numbers and words that are none


@pytest.mark.parametrize("vintage", ["June 2026", "2026-02-31", "2026-13", "26", "12/31/2025"])
def test_a_vintage_that_is_no_date_is_refused_with_its_line(tmp_path, vintage):
    said = only_problem(tmp_path, figures=FIGURES.replace("false,2026,,tests", f"false,{vintage},,tests"))
    assert f"fires.csv: line 7, vintage: '{vintage}' is not a date" in said and "or leave it empty" in said


@pytest.mark.parametrize("vintage", ["", "2026", "2026-02", "2026-02-28"])
def test_a_vintage_may_be_as_much_of_a_date_as_is_known(tmp_path, vintage):
    read_catalogue(write(tmp_path, tiny(figures=FIGURES.replace("false,2026,,tests", f"false,{vintage},,tests"))))


@pytest.mark.parametrize("day", ["2020-02-31", "2020-13", "June 2020", ""])
def test_a_target_set_on_no_day_of_the_calendar_is_refused(tmp_path, day):
    said = only_problem(tmp_path, indicator=ONE.replace('set_on = "2020-06"', f'set_on = "{day}"'))
    assert f"fires.toml: target 1, set_on: '{day}' is not a date" in said and 'write set_on = "2016-06-24"' in said


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [("value", "value = 5.0", "value = nan"), ("value", "value = 5.0", "value = inf"), ("value", "value = 5.0", 'value = "5"'),
     ("value", "value = 5.0", "value = true"), ("multiplier", "1000.0", "inf"), ("interval_years", "interval_years = 1.0", "interval_years = 50.1"),
     ("collected", "collected = true", 'collected = "no"'), ("next_review", "next_review = 2030-01-31", "next_review = 0"),
     ("order", "order = 1", "order = true"), ("decimals", 'homes"\ndecimals = 1\nimproves', 'homes"\ndecimals = 1.0\nimproves'),
     ("kind", 'kind = "calendar"', "kind = 1"), ("evidence", 'evidence = "A"', 'evidence = "D"')],
)  # fmt: skip
def test_a_value_of_another_type_is_refused_and_not_converted(tmp_path, key, old, new):
    changed = ONE.replace(old, new, 1)
    assert changed != ONE
    said = only_problem(tmp_path, indicator=changed)
    assert "fires.toml: " in said and f"{key}: " in said


def test_a_whole_number_does_for_one_with_decimals(tmp_path):
    whole = ONE.replace("value = 5.0", "value = 5").replace("multiplier = 1000.0", "multiplier = 1000")
    (framework,) = read_catalogue(write(tmp_path, tiny(indicator=whole))).frameworks
    assert framework.indicators[0].targets[0].value == 5.0


def test_a_numerator_below_zero_is_refused(tmp_path):
    said = only_problem(tmp_path, figures=FIGURES.replace("2022,9.0,900,", "2022,-9.0,-900,"))
    assert "line 4, numerator: is below zero" in said


def test_years_that_no_city_counts_are_refused(tmp_path):
    assert "years go from 1900 to 2200" in only_problem(tmp_path, indicator=ONE.replace('period = "2030"', 'period = "9998"'))
    assert "line 2, period" in " ".join(problems(tmp_path, tiny(figures=FIGURES.replace(",2020,10.0", ",9998,10.0"))))


def test_cells_longer_than_the_store_takes_are_refused(tmp_path):
    long = "x" * 81
    figures = FIGURES + f"fires,tinyville,race,{long},2025,7.5,,,,,,false,2026,,tests\n"
    assert "line 8, group: has 81 letters; 80 are the most" in only_problem(tmp_path, figures=figures)
    assert read_catalogue(write(tmp_path, tiny(figures=figures.replace(long, long[1:]))))
    places = GEOGRAPHIES + f"the-county,The County,{long},tests\n"
    assert "geographies.csv: line 4, type: has 81 letters; 40 are the most" in only_problem(tmp_path, geographies=places)
    assert "id" in " ".join(problems(tmp_path, tiny(indicator=ONE.replace('id = "fires"\nname = "Fires in', f'id = "{long}"\nname = "Fires in'))))


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\x85"])
def test_control_characters_are_refused_wherever_text_stands(tmp_path, sign):
    shown = repr(sign)
    assert f"line 7, note: holds the control character {shown}" in only_problem(tmp_path, figures=FIGURES.replace("2026,,tests", f"2026,a{sign}b,tests"))
    written = f"\\u{ord(sign):04x}"
    assert f"why_it_matters: holds the control character {shown}; remove it" in only_problem(tmp_path, indicator=ONE.replace("Fires kill.", f"Fires {written}"))
    found = problems(tmp_path, tiny() | {"frameworks/tiny/stories/fires.md": f"Once{sign}upon"})
    assert found == [f"data/frameworks/tiny/stories/fires.md: whole file: holds the control character {shown}; remove it"]


# Files: how they are written and where they lie


def test_a_story_in_another_encoding_is_a_problem_with_a_remedy(tmp_path):
    folder = write(tmp_path, tiny())
    story = folder / "frameworks/tiny/stories/fires.md"
    story.parent.mkdir()
    story.write_bytes("Äpfel".encode("latin-1"))
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(folder)
    (problem,) = caught.value.problems
    assert problem.file == "data/frameworks/tiny/stories/fires.md" and problem.remedy == "save it as text in UTF-8"


def test_a_byte_order_mark_does_no_harm(tmp_path):
    marked = {name: "\ufeff" + content for name, content in tiny().items()} | {"frameworks/tiny/stories/fires.md": "\ufeffOnce"}
    (framework,) = read_catalogue(write(tmp_path, marked)).frameworks
    assert framework.indicators[0].story == "Once"


def test_a_header_with_blanks_after_its_commas_is_the_same_header(tmp_path):
    header, _, rows = FIGURES.partition("\n")
    catalogue = read_catalogue(write(tmp_path, tiny(figures=header.replace(",", ", ") + "\n" + rows)))
    assert list(catalogue.observations["value"]) == [10.0, 9.5, 9.0, 8.5, 8.0, 7.5]


def test_a_framework_has_the_id_of_its_folder_so_that_no_two_have_the_same(tmp_path):
    found = problems(tmp_path, tiny() | {"frameworks/other/framework.toml": FRAMEWORK})
    assert found == ["data/frameworks/other/framework.toml: id: 'tiny' is not the folder's name; write id = \"other\", or rename the folder"]
    assert framework_ids(tmp_path / "data") == ("other", "tiny")


@pytest.mark.parametrize(
    "name",
    ["indicators/fires.toml", "frameworks/tiny/indicators/sub/fires.toml", "frameworks/tiny/indicators/floods.TOML",
     "frameworks/tiny/fires.csv", "frameworks/tiny/stories/sub/fires.md", "notes.md", "measures/sub/fires.csv", "boundaries.geojson",
     "areas/old.csv", "frameworks/framework.toml"],
)  # fmt: skip
def test_a_file_that_nothing_reads_is_named(tmp_path, name):
    found = problems(tmp_path, tiny() | {name: "anything"})
    assert len(found) == 1 and found[0].startswith(f"data/{name}: file name: is read by nothing")


def test_explanations_hidden_files_and_what_is_derived_may_lie_anywhere(tmp_path):
    extra = ("README.md", "frameworks/tiny/README.md", "derived/spatial.json", "derived/x.csv", ".cache/x.csv", "measures/.x.csv", "notes.txt", "references.csv")
    files = dict.fromkeys(extra, "anything") | {"references.csv": "id,reference,origin\n"}
    assert read_catalogue(write(tmp_path, tiny() | files))


def test_a_framework_without_its_first_file_is_one_problem(tmp_path):
    lost = {name.replace("/tiny/", "/lost/"): content for name, content in tiny().items() if not name.endswith("framework.toml")}
    found = problems(tmp_path, tiny() | lost)
    assert found == ["data/frameworks/lost: framework.toml: is absent, so nothing in this folder is read; write it, or remove the folder"]


# One problem hides no other


def test_a_problem_in_an_indicators_file_hides_no_other_of_it_or_of_its_figures(tmp_path):
    wrong = ONE.replace('owner = "Fire"\n', "").replace('outcome = "safe"', 'outcome = "saef"').replace('headline = "fires"', 'headline = "smoke"')
    wrong = wrong.replace('benchmarks = ["the-state"]', 'benchmarks = ["the-moon"]').replace('period = "2030"', 'period = "FY2030"')
    figures = FIGURES.replace("2025,7.5,750,", "2025,about 7,750,").replace("tinyville,,,2020", "tinytown,,,2020")
    found = " ".join(problems(tmp_path, tiny(indicator=wrong, figures=figures)))
    for said in ("owner: is absent", "outcome: 'saef'", "headline: there is no series 'smoke'", "benchmarks: 'the-moon'", "target 1, period: 'FY2030'",
                 "line 7, value: 'about 7'", "line 2, geography: 'tinytown'"):  # fmt: skip
        assert said in found
    assert len(problems(tmp_path, tiny(indicator=wrong, figures=figures))) == 7


def test_a_problem_in_a_series_is_not_told_again_for_each_of_its_rows_and_hides_none_of_the_others(tmp_path):
    wrong = ONE.replace('value_kind = "rate"', 'value_kind = "share"')
    found = problems(tmp_path, tiny(indicator=wrong, figures=FIGURES + "smoke,tinyville,,,2025,7.5,,,,,,false,2026,,tests\n"))
    assert len(found) == 2 and "value_kind" in " ".join(found) and "line 8, series: 'smoke'" in " ".join(found)


def test_a_series_without_a_name_is_told(tmp_path):
    assert "series 1, id: is absent" in only_problem(tmp_path, indicator=ONE.replace('[[series]]\nid = "fires"\n', "[[series]]\n"))


def test_a_problem_in_a_measures_file_hides_none_of_its_figures(tmp_path):
    broken = measure("fires", "Fires").replace('topic = "Tests"\n', "")
    found = problems(tmp_path, ten_areas(**{"measures/fires.toml": broken, "measures/fires.csv": area_rows({"2020": [1.0]}).replace(",1.0,", ",one,")}))
    assert {one.split(": ", maxsplit=1)[0] for one in found} >= {"data/measures/fires.toml", "data/measures/fires.csv"}


# What says the same twice, or what cannot be


def test_the_same_target_twice_is_refused_and_a_later_decision_is_not(tmp_path):
    again = ONE[ONE.index("[[target]]") :]
    assert "target 2: says again what target 1 says" in only_problem(tmp_path, indicator=ONE + again)
    later = again.replace("value = 5.0", "value = 4.0").replace("2020-06", "2024-06")
    assert read_catalogue(write(tmp_path, tiny(indicator=ONE + later)))


def test_a_target_before_its_baseline_is_refused(tmp_path):
    before = ONE.replace('period = "2030"', 'period = "2022"').replace('baseline = "2020"', 'baseline = "2024"')
    assert "target 1, baseline: 2024 is not before the target's period, 2022" in only_problem(tmp_path, indicator=before)
    same = ONE.replace('period = "2030"', 'period = "2022"').replace('baseline = "2020"', 'baseline = "2022"')
    assert "target 1, baseline: 2022 is not before" in only_problem(tmp_path, indicator=same)


def test_a_target_older_than_every_figure_stands_as_history(tmp_path):
    assert read_catalogue(write(tmp_path, tiny(indicator=ONE.replace('period = "2030"', 'period = "2018"'))))


def test_a_service_that_stands_twice_is_refused(tmp_path):
    services = tiny()["services.csv"]
    assert "services.csv: line 3: says again what line 2 says" in only_problem(tmp_path, services=services + services.splitlines()[1] + "\n")
    assert read_catalogue(write(tmp_path, tiny(services=services + services.splitlines()[1].replace("FY2020", "FY2021") + "\n")))


def test_a_service_of_a_framework_that_is_misspelled_is_refused_and_of_another_one_is_not(tmp_path):
    services = tiny()["services.csv"]
    assert "there is no framework 'tinny'; did you mean 'tiny'?" in only_problem(tmp_path, services=services.replace(",tiny,", ",tinny,"))
    assert read_catalogue(write(tmp_path, tiny(services=services.replace(",tiny,", ",fy2014-outcomes,"))))


def test_a_colour_that_the_theme_does_not_know_is_refused(tmp_path):
    said = only_problem(tmp_path, framework=FRAMEWORK.replace("outcome-2", "pink"))
    assert "framework.toml: outcome 2, colour: " in said and "outcome-7" in said


def test_true_and_false_may_be_written_large_as_spreadsheets_do(tmp_path):
    folder = write(tmp_path, tiny(figures=FIGURES.replace(",false,2021,", ",TRUE,2021,").replace(",false,2022,", ",FALSE,2022,")))
    table = read_catalogue(folder).observations
    assert table["provisional"].tolist() == [True] + [False] * 5


def test_a_framework_says_when_it_ended_and_names_one_that_is_there(tmp_path):
    ended = FRAMEWORK.replace("[[outcome]]", 'ended = 2030-06-30\nfollowed_by = "next"\n\n[[outcome]]', 1)
    with pytest.raises(CatalogueError, match="followed_by: there is no framework 'next'"):
        read_catalogue(write(tmp_path, tiny(framework=ended)))
    with pytest.raises(CatalogueError, match="does not say when it ended; write ended = 2027-06-30"):
        read_catalogue(write(tmp_path, tiny(framework=ended.replace("ended = 2030-06-30\n", ""))))
    with pytest.raises(CatalogueError, match="followed by itself"):
        read_catalogue(write(tmp_path, tiny(framework=ended.replace('"next"', '"tiny"'))))


def test_goals_of_an_outcome_are_read_and_none_stands_twice(tmp_path):
    framework = next(one for one in read_catalogue(write(tmp_path / "plan", action_plan())).frameworks)
    assert sum(len(outcome.goals) for outcome in framework.outcomes) == 23 and framework.outcomes[5].goals[0].lead == ""
    assert framework.outcomes[0].goals[0].initiatives == ("Placeholder initiative 1a", "Placeholder initiative 1b")
    twice = action_plan()
    twice["frameworks/action-plan/framework.toml"] = twice["frameworks/action-plan/framework.toml"].replace('"goal-2"', '"goal-1"')
    with pytest.raises(CatalogueError, match="outcome 1, goal: 'goal-1' stands twice"):
        read_catalogue(write(tmp_path / "twice", twice))
