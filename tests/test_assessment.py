"""What is said of an indicator, from the rows that the store gives."""

import math
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from lib.assessment import asked_period, figure_for, figures_of, with_gaps
from lib.model import PeriodKind, Status
from tests.tables import FALLS, MONTHLY, assessed, months, rows_of, target


def test_a_target_for_a_past_year_is_judged_by_the_figure_of_that_year():
    aim = target("2022", PeriodKind.CALENDAR, 9.2)
    assert assessed(FALLS, {"2018": 10.0, "2022": 9.0, "2025": 9.8}, aim).status.status is Status.MET
    assert assessed(FALLS, {"2018": 10.0, "2022": 9.8, "2025": 9.0}, aim).status.status is Status.MISSED


def test_a_fiscal_year_target_is_judged_by_the_calendar_year_that_ended_in_it():
    aim = target("FY2023", PeriodKind.FISCAL, 9.2)
    one = assessed(FALLS, {"2018": 10.0, "2021": 9.9, "2022": 9.0, "2023": 9.9}, aim, as_of=date(2024, 6, 1))
    assert one.status.status is Status.MET
    assert one.status.sentence.startswith("The target of 9.2 for FY2023 was met: 9.0 (2022).")
    assert one.asked.label == "2022"
    just_over = assessed(FALLS, {"2018": 10.0, "2022": 9.9}, aim, as_of=date(2023, 3, 1))
    assert just_over.status.status is Status.MISSED


def test_a_target_asks_a_series_that_does_not_count_by_years_about_its_own_period():
    monthly = replace(FALLS, kind=PeriodKind.MONTH)
    aim = target("FY2023", PeriodKind.FISCAL, 9.2)
    assert asked_period(aim, monthly, fiscal_year_start_month=7) == aim.period
    figures = figures_of(rows_of(monthly, {"2023-05": 1.0, "2023-06": 2.0, "2023-07": 3.0}), monthly, "city")
    assert figure_for(aim, figures).value == 2.0


def test_published_limits_are_the_standard_error():
    # limits of 3.92 to either side make a standard error of 2, of the difference 2.83: from 10 to 5 is less than 1.96 of it
    aim = target("2030", PeriodKind.CALENDAR, 0.0)
    wide = assessed(FALLS, {"2018": 10.0, "2025": 5.0}, aim, lower=6.08, upper=13.92)
    assert wide.status.status is Status.NO_DETECTABLE_CHANGE
    narrow = assessed(FALLS, {"2018": 10.0, "2025": 5.0}, aim, lower=9.0, upper=11.0)
    assert narrow.status.status is not Status.NO_DETECTABLE_CHANGE
    assert assessed(FALLS, {"2018": 10.0, "2025": 5.0}, aim).status.status is not Status.NO_DETECTABLE_CHANGE


@pytest.mark.parametrize(("count", "judged"), [(11, False), (12, True)])
def test_below_twelve_points_limits_say_nothing_yet(count, judged):
    one = assessed(MONTHLY, months(count), target("2026-12", PeriodKind.MONTH, 2.0, baseline="2022-01"))
    assert one.process.limits.trial is not judged
    assert (one.process.variation is not None) is judged and (one.process.assurance is not None) is judged


def test_limits_come_from_the_latest_36_months():
    values = dict(zip(months(48), [100.0, 200.0] * 6 + [10.0, 11.0] * 18, strict=True))
    one = assessed(MONTHLY, values)
    assert one.process.limits.mean == pytest.approx(10.5) and one.process.n == 36


def test_figures_and_gaps_stand_in_the_order_of_time():
    figures = with_gaps(figures_of(rows_of(FALLS, {"2020": 1.0, "2018": 3.0}), FALLS, "city"))
    assert [figure.period.label for figure in figures] == ["2018", "", "2020"]
    assert math.isnan(figures[1].value)
    assert figures_of(pd.DataFrame(rows_of(FALLS, {"2020": 1.0})), FALLS, "elsewhere") == ()
