"""Money: sums, constant dollars, outcomes by year, the line of sight, and the simulation. Expected numbers are worked by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.budget import (
    AGENCY,
    FUND,
    OUTCOME,
    SERVICE,
    Book,
    base_year,
    books,
    chosen,
    coverage,
    in_constant_dollars,
    leading_book,
    median_changes,
    money,
    move,
    orphans,
    price_of,
    printed_link,
    services_in_sight,
    services_of,
    services_under,
    total,
    totals,
    with_one_set,
    without_outcome,
)
from lib.model import Basis, Budget, OutcomeLink, PriceIndex
from lib.settings import ROOT
from lib.store.catalogue import read_catalogue
from tests.cities import tiny, with_money, write

ACTUAL_2020, BUDGETED_2021 = Book("FY2020", Basis.ACTUAL), Book("FY2021", Basis.BUDGETED)


@pytest.fixture
def city(tmp_path):
    return read_catalogue(write(tmp_path, with_money()))


@pytest.fixture(scope="module")
def baltimore():
    return read_catalogue(ROOT / "data")


# Sums


def test_sums_by_outcome_agency_and_fund_are_the_largest_first(city):
    own = chosen(money(city.budget), ACTUAL_2020)
    assert total(own) == 100
    assert totals(own, OUTCOME) == {("Safe / sound",): 70, ("No outcome known",): 30}
    assert list(totals(own, AGENCY).items()) == [(("Fire",), 70), (("Works",), 30)]
    assert totals(own, FUND) == {("General",): 90, ("Federal",): 10}
    assert totals(own, AGENCY, SERVICE) == {("Fire", "1"): 70, ("Works", "2"): 20, ("Works", "3"): 10}


def test_one_fund_is_chosen_by_its_name(city):
    assert total(chosen(money(city.budget), ACTUAL_2020, fund="Federal")) == 10


def test_amounts_of_two_years_or_bases_are_never_added(city):
    with pytest.raises(ValueError, match="FY2020 actual, FY2021 budgeted"):
        total(money(city.budget))


def test_nothing_sums_to_nothing():
    assert total(()) == 0 and totals((), OUTCOME) == {} and books(Budget()) == () and leading_book(Budget()) is None and coverage(Budget()) == ()


def test_a_proposed_outcome_counts_for_the_framework_and_not_as_printed(city):
    printed, proposed = (chosen(several, ACTUAL_2020) for several in (money(city.budget), money(city.budget, framework="tiny")))
    assert [one.line.service for one in without_outcome(printed)] == ["2", "3"]
    assert [one.line.service for one in without_outcome(proposed)] == ["3"]
    assert totals(proposed, OUTCOME) == {("Safe / sound",): 70, ("Clean",): 20, ("No outcome known",): 10}


def test_a_later_books_outcome_holds_for_the_years_that_it_prints_and_an_earlier_one_is_not_carried_on(city):
    links = (OutcomeLink("1", "tiny", "FY2020", "safe", "Safe / sound", "printed", "tests"), OutcomeLink("1", "new", "FY2023", "calm", "Calm", "printed", "tests"))
    budget = replace(city.budget, links=links)
    assert [getattr(printed_link(budget, "1", year), "outcome", None) for year in ("FY2018", "FY2020", "FY2021", "FY2023", "FY2024")] == [
        "safe", "safe", "calm", "calm", None]  # fmt: skip


# What is covered


def test_coverage_says_of_each_book_how_much_of_whom_and_what_is_absent(city):
    first, second = coverage(city.budget)
    assert (first.book, first.dollars, first.agencies, first.services, first.said.absent) == (ACTUAL_2020, 100, ("Fire", "Works"), 3, "the schools")
    assert (second.book, second.dollars, second.agencies, second.services) == (BUDGETED_2021, 66, ("Fire",), 1)


def test_the_first_book_shown_is_the_newest_of_the_widest(city):
    assert leading_book(city.budget) == ACTUAL_2020  # Fiscal 2021 has one agency only


# Constant dollars


def test_a_fiscal_year_has_the_mean_of_its_two_calendar_years(city):
    prices = city.budget.deflator
    assert price_of(prices, "FY2020") == 100  # 6/12 of 90 and 6/12 of 110
    assert price_of(prices, "FY2020", start_month=1) == 110
    assert price_of(prices, "FY2020", start_month=10) == 105  # 3/12 of 90 and 9/12 of 110
    assert price_of(prices, "FY2019") is None  # 2018 is not known
    assert price_of(prices, "FY2019", start_month=1) == 90


def test_constant_dollars_are_those_of_the_newest_year_and_rounded_to_the_dollar(city):
    own = chosen(money(city.budget), ACTUAL_2020)
    constant = in_constant_dollars(own, city.budget.deflator)
    assert base_year(city.budget.deflator).year == 2021
    assert [one.dollars for one in constant] == [120, 20, 40, 20]  # twice: 200 / 100
    assert [one.line.amount for one in constant] == [60, 10, 20, 10]


def test_without_the_prices_of_a_year_there_are_no_constant_dollars(city):
    own = chosen(money(city.budget), ACTUAL_2020)
    assert in_constant_dollars(own, ()) is None
    assert in_constant_dollars(own, (PriceIndex("one", 2021, 100.0, "tests"),)) is None


# The line of sight


def test_a_service_is_seen_with_its_outcomes_dollars_and_measures(city):
    one = services_in_sight(city.budget)["1"]
    assert (one.name, one.agency, one.newest) == ("Fire suppression", "Fire", (BUDGETED_2021, 66))
    assert one.dollars == ((ACTUAL_2020, 70), (BUDGETED_2021, 66))
    assert [(words, [target.target for target in targets]) for words, targets in one.measures] == [("Fires per 1000 homes", [5, 4])]
    assert one.indicators == (("fires", "counts it"),)


def test_the_line_goes_both_ways(city):
    services = services_in_sight(city.budget)
    assert [one.service for one in services_under(services, "tiny", "safe")] == ["1"]
    assert [(one.service, tie) for one, tie in services_of(services, "fires")] == [("1", "counts it")]


def test_what_hangs_loose_is_listed(city):
    found = orphans(city.budget, city.frameworks[0])
    assert [one.service for one in found.money] == ["2", "3"]  # most money first
    assert [(name, one.service) for name, one in found.measures] == [("Dogs walked", "9")]
    assert found.indicators == () and found.only_by_outcome == ()


def test_an_indicator_without_a_measure_is_tied_through_its_outcome_at_most(city):
    framework = city.frameworks[0]
    loose = replace(city.budget, measures=())
    assert [(one.id, number) for one, number in orphans(loose, framework).only_by_outcome] == [("fires", 1)]
    alone = replace(loose, links=())
    assert [one.id for one in orphans(alone, framework).indicators] == ["fires"] and orphans(alone, framework).only_by_outcome == ()


def test_a_city_without_money_has_only_indicators_to_list(tmp_path):
    found = read_catalogue(write(tmp_path, tiny()))
    lists = orphans(found.budget, found.frameworks[0])
    assert lists.money == () and lists.measures == () and [one.id for one, _ in lists.only_by_outcome] == ["fires"]


# Baltimore: the sums of the transcribed amounts, added up apart from this program. The facts hold no total that the City printed.


@pytest.mark.parametrize(
    ("book", "dollars", "agencies", "services"),
    [
        (Book("FY2012", Basis.ACTUAL), 975_391_693, 10, 73),
        (Book("FY2013", Basis.BUDGETED), 1_100_404_421, 10, 73),
        (Book("FY2014", Basis.RECOMMENDED), 1_162_661_406, 10, 73),
        (Book("FY2021", Basis.RECOMMENDED), 2_037_530, 1, 1),
        (Book("FY2024", Basis.RECOMMENDED), 1_577_582, 1, 1),
    ],
)
def test_baltimores_sums_by_year_are_those_of_its_amounts(baltimore, book, dollars, agencies, services):
    found = next(one for one in coverage(baltimore.budget) if one.book == book)
    assert (found.dollars, len(found.agencies), found.services) == (dollars, agencies, services)


def test_baltimores_sums_by_agency_and_outcome_reconcile(baltimore):
    own = chosen(money(baltimore.budget), Book("FY2014", Basis.RECOMMENDED))
    assert totals(own, AGENCY) == {
        ("Public Works",): 460_379_064, ("Police",): 428_737_475, ("Transportation",): 172_887_537, ("Recreation and Parks",): 36_208_265,
        ("State's Attorney",): 35_934_007, ("Sheriff",): 17_620_149, ("Planning",): 8_870_634, ("M-R: Office of Civil Rights",): 1_312_643,
        ("Municipal and Zoning Appeals",): 551_283, ("Social Services",): 160_349}  # fmt: skip
    assert totals(own, OUTCOME) == {
        ("Safer Streets",): 527_691_670, ("A Cleaner and Healthier City",): 446_693_718, ("Stronger Neighborhoods",): 103_230_738,
        ("A Growing Economy",): 58_580_382, ("Innovative Government",): 22_111_366, ("No outcome known",): 4_353_532}  # fmt: skip
    for by in ((OUTCOME,), (AGENCY,), (FUND,), (SERVICE,), (OUTCOME, AGENCY, SERVICE, FUND)):
        assert sum(totals(own, *by).values()) == total(own)


def test_in_baltimore_social_services_and_one_administration_have_no_outcome(baltimore):
    own = chosen(money(baltimore.budget), Book("FY2014", Basis.RECOMMENDED))
    assert {one.line.service for one in without_outcome(own)} == {"365", "644"}
    cleaner = chosen(money(baltimore.budget, framework="outcomestat-2017"), Book("FY2014", Basis.RECOMMENDED))
    assert "A Cleaner and Healthier City" not in {one.outcome_name for one in cleaner} and total(cleaner) == total(own)


def test_baltimores_constant_dollars_of_fiscal_2014(baltimore):
    own = chosen(money(baltimore.budget), Book("FY2014", Basis.RECOMMENDED), fund="Conduit Enterprise")
    constant = in_constant_dollars(own, baltimore.budget.deflator)
    # 313.689 / ((232.957 + 236.736) / 2) = 1.335719
    assert sum(one.dollars for one in constant) == pytest.approx(1.335719 * total(own), rel=1e-5)


# The simulation


def test_money_is_moved_and_the_total_stays():
    assert move({"a": 70, "b": 30}, source="a", target="b", dollars=20) == {"a": 50, "b": 50}
    assert move({"a": 70, "b": 30}, source="a", target="b", dollars=70) == {"a": 0, "b": 100}
    assert move({"a": 70, "b": 30}, source="a", target="a", dollars=20) == {"a": 70, "b": 30}


def test_no_outcome_gives_more_than_it_has():
    with pytest.raises(ValueError, match="a has 70 dollars"):
        move({"a": 70, "b": 30}, source="a", target="b", dollars=71)
    with pytest.raises(ValueError, match="the other way"):
        move({"a": 70, "b": 30}, source="a", target="b", dollars=-1)


def test_the_others_give_in_proportion_to_what_they_have():
    assert with_one_set({"a": 50, "b": 30, "c": 20}, outcome="a", dollars=60) == {"a": 60, "b": 24, "c": 16}
    assert with_one_set({"a": 50, "b": 30, "c": 20}, outcome="a", dollars=0) == {"a": 0, "b": 60, "c": 40}


def test_a_dollar_that_is_left_over_goes_to_the_largest_remainder():
    assert with_one_set({"a": 0, "b": 2, "c": 1}, outcome="a", dollars=1) == {"a": 1, "b": 1, "c": 1}  # 4/3 and 2/3
    assert with_one_set({"a": 0, "b": 1, "c": 1}, outcome="a", dollars=1) == {"a": 1, "b": 1, "c": 0}  # a tie: the first


def test_more_than_all_is_all_and_less_than_nothing_is_nothing():
    assert with_one_set({"a": 50, "b": 50}, outcome="a", dollars=101) == {"a": 100, "b": 0}
    assert with_one_set({"a": 50, "b": 50}, outcome="a", dollars=-1) == {"a": 0, "b": 100}


def test_others_that_have_nothing_share_equally_and_one_alone_keeps_what_it_has():
    assert with_one_set({"a": 10, "b": 0, "c": 0}, outcome="a", dollars=4) == {"a": 4, "b": 3, "c": 3}
    assert with_one_set({"a": 10}, outcome="a", dollars=4) == {"a": 10}


AMOUNTS = some.dictionaries(some.text("abcdefgh", min_size=1, max_size=2), some.integers(0, 10**12), min_size=1, max_size=8)


@given(AMOUNTS, some.lists(some.tuples(some.integers(0, 7), some.integers(-(10**12), 2 * 10**12)), max_size=12))
def test_whatever_is_set_in_whatever_order_the_total_is_kept_to_the_dollar_and_nothing_is_below_zero(before, changes):
    now = before
    for place, dollars in changes:
        outcome = list(before)[place % len(before)]
        now = with_one_set(now, outcome=outcome, dollars=dollars)
        assert sum(now.values()) == sum(before.values()) and min(now.values()) >= 0
        assert list(now) == list(before) and all(type(one) is int for one in now.values())
        assert len(before) == 1 or now[outcome] == min(max(dollars, 0), sum(before.values()))


@given(AMOUNTS, some.data())
def test_whatever_is_moved_the_total_is_kept_and_nothing_is_below_zero(before, data):
    source, target = data.draw(some.sampled_from(list(before))), data.draw(some.sampled_from(list(before)))
    now = move(before, source=source, target=target, dollars=data.draw(some.integers(0, before[source])))
    assert sum(now.values()) == sum(before.values()) and min(now.values()) >= 0


def test_median_changes_are_told_of_ten_ideas_and_not_of_nine():
    before = {"a": 50, "b": 30, "c": 20}
    several = [{"a": 50 - number, "b": 30 + number, "c": 20} for number in range(1, 11)]
    assert median_changes(before, several[:9]) is None and median_changes(before, []) is None
    assert median_changes(before, several) == {"a": -5.5, "b": 5.5, "c": 0}
    assert median_changes(before, [*several, {"a": 0, "b": 30, "c": 70}]) == {"a": -6, "b": 5, "c": 0}, (
        "one wild idea moves the middle little"
    )
