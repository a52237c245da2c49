"""The files of money: read as they stand, kept through the store, every slip named with its line and remedy."""

import csv

import pytest

from lib.errors import CatalogueError
from lib.model import Basis, Budget
from lib.settings import ROOT
from lib.store import build, queries
from lib.store.catalogue import read_catalogue
from lib.store.database import open_engine
from tests.cities import BUDGET, COVERAGE, DEFLATOR, SERVICE_MEASURES, tiny, with_money, write


def problems(tmp_path, **files) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(write(tmp_path, with_money(**files)))
    return [str(problem) for problem in caught.value.problems]


def test_amounts_are_read_in_the_files_order_with_their_basis(tmp_path):
    found = read_catalogue(write(tmp_path, with_money())).budget
    assert [(one.service, one.amount, one.basis) for one in found.lines] == [
        ("1", 60, Basis.ACTUAL), ("1", 10, Basis.ACTUAL), ("2", 20, Basis.ACTUAL), ("3", 10, Basis.ACTUAL), ("1", 66, Basis.BUDGETED)]  # fmt: skip
    assert [(one.service, one.name, one.printed) for one in found.links] == [("1", "Safe / sound", True), ("2", "Clean", False)]
    assert [one.target for one in found.measures] == [5, 4, 7] and [one.index for one in found.deflator] == [90, 110, 200]


def test_a_city_without_money_has_none(tmp_path):
    assert read_catalogue(write(tmp_path, tiny())).budget.lines == ()


def test_the_store_gives_back_what_the_files_say(tmp_path):
    folder = write(tmp_path, with_money())
    opened = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    release = build.build(opened, folder)
    assert queries.budget(opened, release) == read_catalogue(folder).budget
    opened.dispose()


def test_the_store_of_a_city_without_money_gives_an_empty_budget(tmp_path):
    opened = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    found = queries.budget(opened, build.build(opened, write(tmp_path, tiny())))
    assert (found.lines, found.measures, found.deflator, found.coverage) == ((), (), (), ()) and isinstance(found, Budget)
    opened.dispose()


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("budget.csv", "General,FY2021,budgeted", "General,FY2021,adopted", "data/budget.csv: line 6, basis: 'adopted' is no basis; write one of: actual, budgeted, recommended"),
        ("budget.csv", ",66,", ",-66,", "line 6, amount: -66 is below zero"),
        ("budget.csv", ",66,", ",,", "line 6, amount: is empty; write the amount in dollars; where none is printed, remove the line"),
        ("budget.csv", ",66,", ",66.5,", "line 6, amount: '66.5' is not whole dollars"),
        ("budget.csv", ",66,", ",$66,", "line 6, amount: '$66' is not whole dollars"),
        ("budget.csv", ",66,book p.1", ",66,", "line 6, reference: is empty; write where the figure was read"),
        ("budget.csv", "General,FY2021", "General,2021", "line 6, fiscal_year: '2021' is no fiscal year; write it as FY2014"),
        ("budget.csv", "3,,Front desk,Works,General,FY2020", "2,,Front desk,Works,General,FY2020", "line 5: says again what line 4 says"),
        ("budget.csv", "1,,Fire suppression,Fire,General,FY2021", "1,,Fire suppression,Fire,,FY2021", "line 6, fund: is empty"),
        ("budget_coverage.csv", "FY2021,budgeted,one service,every other service,book\n", "", "FY2021, budgeted: budget.csv has amounts of it, and nothing says"),
        ("budget_coverage.csv", "the schools", "", "line 2, absent: is empty"),
        ("budget_coverage.csv", "FY2021,budgeted", "FY2020,actual", "line 3: says again what line 2 says"),
        ("service_measures.csv", "FY2020,5,fires", "FY2020,five,fires", "line 2, target: 'five' is not a number"),
        ("service_measures.csv", "FY2020,5,fires", "FY2020,,fires", "line 2, target: is empty"),
        ("service_measures.csv", "5,fires,counts", "5,fire,counts", "line 2, indicator: 'fire' is not in any framework"),
        ("service_measures.csv", "5,fires,counts it", "5,fires,is it", "line 2, tie: 'is it' is none; write one of: counts it, stands beside it"),
        ("service_measures.csv", "7,,,", "7,,counts it,", "line 4, tie: 'counts it' is none"),
        ("service_measures.csv", "FY2021,4", "FY2020,4", "line 3: says again what line 2 says"),
        ("service_measures.csv", "Dogs,FY2020", "Dogs,2020", "line 4, fiscal_year: '2020' is no fiscal year"),
        ("deflator.csv", "2020,110", "2020,0", "line 3, index: 0 is not above zero"),
        ("deflator.csv", "2020,110", "FY2020,110", "line 3, year: 'FY2020' is no calendar year"),
        ("deflator.csv", "Made-up prices,2020", "Other prices,2020", "line 3, series: is another series"),
        ("deflator.csv", "2021,200", "2020,200", "line 4: says again what line 3 says"),
    ],
)
def test_a_slip_is_named_with_its_place_and_remedy(tmp_path, file, before, after, said):
    content = {"budget.csv": BUDGET, "budget_coverage.csv": COVERAGE, "service_measures.csv": SERVICE_MEASURES, "deflator.csv": DEFLATOR}[file]
    assert before in content
    assert any(said in problem for problem in problems(tmp_path, **{file: content.replace(before, after, 1)}))


def test_another_frameworks_outcome_has_its_own_name(tmp_path):
    links = with_money()["services.csv"] + "3,Front desk,Works,old-outcomes,FY2020,tidy,printed,tests\n"
    names = "framework,outcome,name,reference\nold-outcomes,tidy,A Tidy City,tests\n"
    found = read_catalogue(write(tmp_path, with_money(**{"services.csv": links, "other_outcomes.csv": names}))).budget
    assert [(one.outcome, one.name) for one in found.links if one.service == "3"] == [("tidy", "A Tidy City")]


def test_baltimores_amounts_are_all_there_with_a_reference_each():
    budget = read_catalogue(ROOT / "data").budget
    assert len(budget.lines) == 486 and len(budget.measures) == 159
    office = [(one.activity, one.fiscal_year, one.amount) for one in budget.lines if one.service == "125"]
    assert office == [("20", "FY2021", 1_131_360), ("18", "FY2021", 906_170), ("20", "FY2024", 1_577_582)]
    with (ROOT / "data" / "budget.csv").open(encoding="utf-8", newline="") as handle:
        assert all(row["reference"] for row in csv.DictReader(handle))
