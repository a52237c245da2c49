import math
from dataclasses import replace

import pytest

from lib.methods.rollup import WORST_FIRST
from lib.model import Framework, PeriodKind, Status
from lib.ui import detail, lead
from tests.tables import FALLS, MONTHLY, OUTCOME, assessed, months, target

FRAMEWORK = Framework("tiny", "Tiny", "Tinyville", "city", "2020", "s", "", "r", (OUTCOME,), ())
ONE = assessed(FALLS, {"2018": 10.0, "2025": 8.0})


def standing(status: Status):
    return replace(ONE, status=replace(ONE.status, status=status, held=True if status is Status.MAINTAIN else None))


def test_the_lead_says_of_each_indicator_that_is_neither_good_nor_off_why():
    every = [standing(status) for status in (Status.MET, Status.NO_DETECTABLE_CHANGE, Status.NO_DETECTABLE_CHANGE, Status.TOO_EARLY, Status.STALE)]
    said = lead.scorecard(FRAMEWORK, every)
    assert said.endswith("For 2 no change can be told from chance, for 1 it is too early and for 1 it cannot be told: the last figure is old.</p>")
    untold = lead.scorecard(FRAMEWORK, [standing(Status.NO_TARGET), standing(Status.NOT_ENOUGH_DATA), standing(Status.NOT_COLLECTED)])
    assert "For 3 it cannot be told: there is no target, too few figures or it is not collected any more.</p>" in untold
    assert lead.scorecard(FRAMEWORK, [standing(Status.MET)]).endswith("are off target</strong>.</p>")


@pytest.mark.parametrize("status", WORST_FIRST)
def test_every_status_is_counted_once_in_the_lead(status):
    said = lead.scorecard(FRAMEWORK, [standing(status)])
    sentence = said.split("<p class='lead'>Of 1 indicator, ")[1]
    assert (sentence.count("<strong>1 is"), sentence.count("or 1 ")) in ((1, 0), (0, 1))


def test_only_an_indicator_without_a_headline_has_merely_related_figures():
    unknown = assessed(FALLS, {"2018": math.nan, "2025": math.nan}, missing_reason="suppressed")
    assert "For no period is there a value: suppressed." in detail.headline(unknown)
    related = replace(unknown, series=None, figures=())
    assert "none of them measures this indicator itself" in detail.headline(related)
    assert "none of them measures" not in detail.headline(replace(unknown, figures=()))


def test_limits_of_too_few_points_are_said_to_be_on_trial_and_judge_nothing():
    aim = target("2026-12", PeriodKind.MONTH, 2.0, baseline="2022-01")
    trial = detail.why(assessed(MONTHLY, months(11), aim))
    assert "on trial, taken from 11 figures. With fewer than 12 nothing is judged by them" in trial
    assert "common cause" not in trial and "consistently" not in trial
    judged = detail.why(assessed(MONTHLY, months(12), aim))
    assert "the latest point is common cause; the target: consistently fails." in judged and "trial" not in judged
