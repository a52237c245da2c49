"""The American Community Survey: codes, margins, areas from tracts. Expected numbers are worked out on paper."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lib.model import MissingReason
from lib.store.sources.census import cell_of, read_census
from lib.store.sources.errors import SourceError, SourceUnavailable
from tests.store.sources.conftest import AREAS

TRACTS = [tract for area in AREAS for tract in area.tracts]
OWNERS, ALL = "B25003_002", "B25003_001"
SHARE = {"measure": "owners", "series": "survey", "kind": "share", "numerator": [OWNERS], "denominator": [ALL]}
COUNT = {"measure": "residents", "series": "survey", "kind": "count", "numerator": ["B01003_001"]}
INCOME = {"measure": "income", "series": "published", "kind": "published", "numerator": ["B19013_001"]}


class Survey:
    """Answers as api.census.gov does: an array of arrays, all of them texts. `cells` by tract (or "510") and name."""

    def __init__(self, server, year: int = 2019) -> None:
        self.cells: dict[tuple[str, str], str | None] = {}
        self.tracts = list(TRACTS)
        server.routes[f"/data/{year}/acs/acs5"] = self.answer

    def answer(self, exchange) -> None:
        names = exchange.query["get"].split(",")
        if exchange.query["for"] == "tract:*":
            places = [(tract, [tract[:2], tract[2:5], tract[5:]]) for tract in self.tracts]
            header = [*names, "state", "county", "tract"]
        else:
            places, header = [("510", ["24", "510"])], [*names, "state", "county"]
        exchange.json([header, *([self.cells.get((place, name), "30" if name.endswith("M") else "100") for name in names] + parts for place, parts in places)])


@pytest.fixture
def census(server, context):
    def made(*figures: dict, now=None, **more):
        table = {"base": f"{server.origin}/data", "state": "24", "county": "510", "years": [2019], "tracts_of": 2010, "figure": list(figures), **more}
        return read_census(context(census=table, **({"now": now} if now else {})))

    return made


@pytest.fixture
def survey(server) -> Survey:
    return Survey(server)


def put(survey: Survey, place: str, **variables: tuple) -> None:
    for name, (estimate, margin) in variables.items():
        survey.cells[place, f"{name}E"], survey.cells[place, f"{name}M"] = estimate, margin


def of(answer, area: str):
    return next(one for one in answer.figures if one.geography == area)


def test_a_share_of_an_area_is_the_sum_over_its_tracts_with_its_margin(survey, census):
    first, second = AREAS[0].tracts
    put(survey, first, B25003_002=("300", "30"), B25003_001=("600", "60"))
    put(survey, second, B25003_002=("100", "40"), B25003_001=("200", "80"))
    figure = of(census(SHARE), "area-01")
    # 400 of 800; margins sqrt(30²+40²) = 50 and sqrt(60²+80²) = 100; of the share sqrt(50² - 0.5²·100²)/800 = 0
    assert (figure.value, figure.numerator, figure.denominator) == (50.0, 400.0, 800.0)
    assert figure.standard_error == 0.0
    assert figure.period == "2015-2019"
    assert figure.missing_reason == ""


def test_the_limits_are_at_95_percent_and_the_standard_error_can_be_worked_out_from_them(survey, census):
    for tract in AREAS[0].tracts:
        put(survey, tract, B25003_002=("20", "30"), B25003_001=("100", "30"))
    figure = of(census(SHARE), "area-01")
    # margins sqrt(2)·30 = 42.43 of 40 and of 200; sqrt(1800 - 0.04·1800)/200 = 0.20785 -> 20.785 points at 90 %
    assert figure.value == 20.0
    assert figure.standard_error == pytest.approx(20.785 / 1.645, abs=0.001)
    assert (figure.upper - figure.lower) / 3.92 == pytest.approx(figure.standard_error, rel=1e-4)
    assert figure.lower < 0  # not cut off: what reads the store measures the distance


def test_where_the_root_would_be_negative_the_ratios_form_is_used(survey, census):
    for tract in AREAS[0].tracts:
        put(survey, tract, B25003_002=("90", "3"), B25003_001=("100", "4"))
    # per tract 3² and 4² twice: 18 and 32; 18 - 0.81·32 < 0, so sqrt(18 + 0.81·32)/200 = 0.033136
    assert of(census(SHARE), "area-01").standard_error == pytest.approx(100 * 0.033136 / 1.645, abs=0.001)


def test_of_tracts_without_any_only_the_largest_margin_counts(survey, census):
    first, second = AREAS[0].tracts
    put(survey, first, B01003_001=("0", "12"))
    put(survey, second, B01003_001=("0", "9"))
    figure = of(census(COUNT), "area-01")
    assert figure.value == 0.0
    assert figure.standard_error == pytest.approx(12 / 1.645)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("-666666666", MissingReason.NOT_REPORTED), ("-666666666.0", MissingReason.NOT_REPORTED), (-666666666, MissingReason.NOT_REPORTED),
     ("-999999999", MissingReason.SUPPRESSED), ("-888888888", MissingReason.NOT_APPLICABLE), ("-555555555", MissingReason.NOT_APPLICABLE),
     ("-333333333", MissingReason.NOT_REPORTED), ("-222222222", MissingReason.NOT_REPORTED), (None, MissingReason.NOT_REPORTED),
     ("", MissingReason.NOT_REPORTED), ("-1", MissingReason.NOT_REPORTED), ("250,000+", MissingReason.NOT_REPORTED), ("nan", MissingReason.NOT_REPORTED),
     ("1e999", MissingReason.NOT_REPORTED), ("1_000", MissingReason.NOT_REPORTED), (True, MissingReason.NOT_REPORTED), ([], MissingReason.NOT_REPORTED)],
)  # fmt: skip
def test_a_code_is_a_reason_and_never_a_number(text, reason):
    cell = cell_of(text, text)
    assert (cell.estimate, cell.margin, cell.reason) == (None, None, reason)
    assert cell.why
    assert cell.why_no_margin


def test_zero_is_a_number():
    cell = cell_of("0", "0")
    assert (cell.estimate, cell.margin, cell.reason) == (0.0, 0.0, None)


def test_one_missing_tract_makes_the_area_missing_and_says_why(survey, census):
    put(survey, AREAS[0].tracts[1], B25003_002=("-666666666", "-222222222"))
    answer = census(SHARE)
    figure = of(answer, "area-01")
    assert (figure.value, figure.missing_reason, figure.lower, figure.standard_error) == (None, "not reported", None, None)
    assert AREAS[0].tracts[1] in figure.note
    assert "too few sample observations" in figure.note
    assert of(answer, "area-02").value == 100.0


def test_a_controlled_estimate_is_a_number_without_a_known_margin(survey, census):
    put(survey, AREAS[0].tracts[0], B01003_001=("4000", "-555555555"))
    figure = of(census(COUNT), "area-01")
    assert (figure.value, figure.standard_error, figure.lower, figure.upper) == (4100.0, None, None, None)
    assert "controlled" in figure.note


def test_no_households_at_all_is_not_applicable_and_not_zero(survey, census):
    for tract in AREAS[0].tracts:
        put(survey, tract, B25003_002=("0", "10"), B25003_001=("0", "10"))
    figure = of(census(SHARE), "area-01")
    assert (figure.value, figure.missing_reason) == (None, "not applicable")


def test_variables_of_one_figure_are_added_before_they_are_divided(survey, census):
    for tract in AREAS[0].tracts:
        put(survey, tract, B25003_002=("10", "3"), B25003_003=("20", "4"), B25003_001=("60", "6"))
    assert of(census({**SHARE, "numerator": [OWNERS, "B25003_003"]}), "area-01").value == 50.0  # (10+20)·2 of 120


def test_the_city_has_the_countys_own_figure_and_a_median_is_given_for_it_only(survey, census):
    put(survey, "510", B25003_002=("470", "20"), B25003_001=("1000", "40"), B19013_001=("52164", "1234"))
    answer = census(SHARE, INCOME, city="baltimore-city")
    assert of(answer, "baltimore-city").value == 47.0
    income = [one for one in answer.figures if one.subject == "income"]
    assert [(one.geography, one.value) for one in income] == [("baltimore-city", 52164.0)]
    assert income[0].standard_error == pytest.approx(1234 / 1.645)


def test_a_tract_that_is_not_in_the_reply_leaves_its_area_without_a_figure(survey, census):
    survey.tracts.remove(AREAS[0].tracts[0])
    figure = of(census(SHARE), "area-01")
    assert (figure.value, figure.missing_reason) == (None, "not reported")
    assert AREAS[0].tracts[0] in figure.note


@pytest.mark.parametrize(("broken", "stops"), [(5, False), (6, True)])
def test_fewer_than_50_of_55_areas_with_all_tracts_stop_the_load(survey, census, broken, stops):
    for area in AREAS[:broken]:
        survey.tracts.remove(area.tracts[0])
    if stops:
        with pytest.raises(SourceError, match=r"all tracts of only 49 of 55 areas.*Oldtown/Middle East"):
            census(SHARE)
    else:
        assert len([one for one in census(SHARE).figures if one.value is not None]) == 50


def test_a_tract_that_no_area_has_is_said_unless_it_is_listed(survey, census):
    survey.tracts.append("24510100300")
    assert [(one.code, one.found) for one in census(SHARE).problems] == [("tract_unknown", "24510100300")]
    assert census(SHARE, not_in_areas=["24510100300"]).problems == ()


@pytest.mark.parametrize(("year", "tracts_of"), [(2020, 2010), (2019, 2020)])
def test_a_survey_by_other_tracts_than_are_known_is_refused(survey, census, year, tracts_of):
    with pytest.raises(SourceError, match=f"The surveys to {year} are by other census tracts"):
        census(SHARE, years=[year], tracts_of=tracts_of)


def test_several_years_are_windows_of_their_own(server, survey, census):
    Survey(server, 2018)
    assert {one.period for one in census(SHARE, years=[2019, 2018]).figures} == {"2014-2018", "2015-2019"}


def test_more_variables_than_one_request_takes_are_asked_for_in_several(server, survey, census):
    many = [f"B19001_{number:03d}" for number in range(2, 42)]
    census({**COUNT, "numerator": many})
    asked = [len(one.query["get"].split(",")) for one in server.asked]
    assert asked == [48, 32]


def test_a_series_that_does_not_count_by_windows_is_refused(survey, census):
    with pytest.raises(SourceError, match="five years read as one"):
        census({**SHARE, "measure": "vacancy", "series": "published"})


def test_the_key_comes_from_the_environment_and_is_in_no_copy(server, survey, census, monkeypatch, tmp_path):
    monkeypatch.setenv("CENSUS_KEY", "s3cr3t")
    answer = census(SHARE, key_variable="CENSUS_KEY")
    assert server.asked[0].query["key"] == "s3cr3t"
    kept = b"".join(path.read_bytes() for path in (tmp_path / "copies").iterdir())
    assert b"s3cr3t" not in kept
    assert "s3cr3t" not in repr(answer)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("<html>Invalid key</html>", "not whole JSON"),
        ('{"error": "unknown variable"}', "no table"),
        ("[]", "no table"),
        ('[["a"], ["b", "c"]]', "no table"),
    ],
)
def test_a_reply_that_is_no_table_is_as_no_reply(server, census, body, sentence):
    server.routes["/data/2019/acs/acs5"] = lambda one: one.send(body.encode())
    with pytest.raises(SourceUnavailable, match=sentence):
        census(SHARE)


def test_a_reply_without_a_variable_stops_the_load(server, census):
    server.routes["/data/2019/acs/acs5"] = lambda one: one.json([["B25003_002E", "state", "county", "tract"], ["1", "24", "510", "010100"]])
    with pytest.raises(SourceError, match="has no column B25003_002M, B25003_001E, B25003_001M"):
        census(SHARE)


def test_the_last_good_copy_stands_in(server, survey, census):
    fresh = census(SHARE)
    server.routes["/data/2019/acs/acs5"] = lambda one: one.send(b"", status=503)
    later = census(SHARE, now=fresh.origins[0].fetched_at + timedelta(days=40))
    assert later.figures == fresh.figures
    assert later.is_partly_kept
    assert "40 days old" in later.origins[0].sentence
