"""The escalation test: each reason by hand, what is stable is passed over, and the page's limits."""

from datetime import date

import pytest

from lib.cycle import Evaluation
from lib.methods.inequality import Concentration
from lib.stat.agenda import Signals, agenda, judge, missed_in_a_row
from tests.stat.city import indicator, stat

RULE = dict(few=0.2, on_track=0.95)
ON_PATH = {str(2020 + year): 10.0 - 0.5 * year for year in range(7)}  # to 5.0 by 2030
FLAT = {str(2020 + year): value for year, value in enumerate((10.0, 10.1, 9.9, 10.0, 10.1, 9.9, 10.0))}
RISING = {str(2020 + year): 10.0 + year for year in range(7)}


def reasons(one, about=None, signals=None) -> tuple[str, ...]:
    return judge(one, about or stat(), signals or Signals(), **RULE).reasons


def evaluation(finding: str) -> Evaluation:
    return Evaluation("e", "fires", "", "A study", "trial", "r", finding, date(2025, 1, 1), "a university", "tests")


def test_on_the_line_nothing_is_missed():
    assert missed_in_a_row(indicator(ON_PATH), 0.95) == 0


@pytest.mark.parametrize(("last", "expected"), [((9.9, 9.9), 2), ((9.9, 5.0), 0), ((5.0, 9.9), 1)])
def test_only_misses_in_a_row_count(last, expected):
    values = ON_PATH | {"2025": last[0], "2026": last[1]}
    assert missed_in_a_row(indicator(values), 0.95) == expected


def test_a_gap_in_the_figures_is_no_miss_and_no_hit():
    values = ON_PATH | {"2024": 9.9, "2025": float("nan"), "2026": 9.9}
    assert missed_in_a_row(indicator(values), 0.95) == 2


def test_once_its_time_is_over_the_target_itself_counts():
    values = {"2020": 10.0, "2021": 7.4, "2022": 5.4, "2023": 5.3}
    assert missed_in_a_row(indicator(values, by="2022", today=date(2024, 2, 1)), 0.95) == 2


def test_without_a_target_nothing_can_be_missed():
    assert missed_in_a_row(indicator(FLAT, target=None), 0.95) == 0


def test_missed_twice_is_proposed_with_its_figures():
    one = judge(indicator(RISING), stat(), Signals(), **RULE)
    assert "off its path to the target at each of its last 6 figures" in one.reasons[0]
    assert "16.0 in 2026" in one.figures and "target 5.0 by 2030" in one.figures
    assert one.question == "What would bring fires back on track?"


def test_what_is_stable_is_passed_over_with_a_reason():
    found = judge(indicator(FLAT, target=None), stat(), Signals(), **RULE)
    assert found.reasons == () and found.passed_over == "It is stable: no target is set, and no change beyond chance was detected."
    better = judge(indicator(ON_PATH, target=None), stat(), Signals(), **RULE)
    assert better.passed_over == "It is getting better."
    assert judge(indicator({}), stat(), Signals(), **RULE).passed_over == "There is no figure to judge by."


def test_several_agencies_and_a_few_places_add_to_a_reason_and_make_none():
    spread = Signals(concentrations={"by-area": Concentration(50, 55, 5, ("a",), 0.5, 0.1, 25, sentence="5 of 55 hold half.")})
    bad = reasons(indicator(RISING, partners=("Housing",), measure="by-area"), signals=spread)
    assert any("a few places: 5 of 55 hold half." in one for one in bad) and any("more than one agency: Fire and Housing" in one for one in bad)
    assert reasons(indicator(FLAT, target=None, partners=("Housing",), measure="by-area"), signals=spread) == ()
    many = Signals(concentrations={"by-area": Concentration(50, 55, 11, ("a",), 0.5, 0.1, 25, sentence="x")})
    assert not any("places" in one for one in reasons(indicator(RISING, measure="by-area"), signals=many)), "11 of 50 is more than a fifth"


def test_safety_comes_first_and_only_where_it_goes_wrong():
    about = stat(safety=("fires",))
    assert reasons(indicator(RISING), about)[0].startswith("People's safety is at risk")
    assert reasons(indicator(ON_PATH), about) == ()


@pytest.mark.parametrize(("finding", "word"), [("works", "Ready to scale"), ("does not work", "Ready to stop"), ("mixed", ""), ("not known yet", "")])
def test_an_evaluation_brings_even_a_stable_subject(finding, word):
    found = reasons(indicator(FLAT, target=None), signals=Signals(evaluations=[evaluation(finding)]))
    assert (len(found) == 1 and found[0].startswith(word)) if word else found == ()


def test_three_at_most_the_weightiest_first_and_the_rest_say_why():
    several = [indicator(RISING, key=f"i{number}", name=f"I{number}") for number in range(4)] + [indicator(RISING, key="risk", name="Risk")]
    about = stat(indicators=tuple(one.indicator.id for one in several), safety=("risk",))
    chosen, left = agenda(about, several, Signals(), most=3, **RULE)
    assert [one.title for one in chosen] == ["Risk", "I0", "I1"]
    assert [one.title for one in left] == ["I2", "I3"] and all(one.passed_over.startswith("The agenda is full.") for one in left)


def test_what_is_of_another_stat_is_not_looked_at():
    assert agenda(stat(indicators=()), [indicator(RISING)], Signals(), most=3, **RULE) == ([], [])
