"""The picture of a measure: what is missing is not drawn, the scale begins at zero, and names from data stay text."""

import math
import re
from base64 import b64decode

from lib.charts.plan import actual_and_target

NAN = math.nan
NAMES = ("Result", "Target")


def picture(actual: list[float], target: list[float], said: list[str] | None = None) -> str:
    labels = [f"FY{number}" for number in range(len(actual))]
    made = actual_and_target(
        labels, actual, target, names=NAMES, said=said or ["" if math.isnan(one) else f"{one:g}" for one in actual]
    )
    return b64decode(made.partition(",")[2]).decode() if made else ""


def test_nothing_known_is_no_picture():
    assert picture([NAN, NAN], [NAN, NAN]) == "" and picture([], []) == ""


def test_a_missing_year_breaks_the_line_and_has_no_point():
    drawn = picture([1, NAN, 3, 4], [NAN] * 4)
    assert drawn.count("<polyline") == 2 and drawn.count('r="3.5"') == 3 and "Target" not in drawn


def test_targets_alone_are_diamonds_without_a_line():
    drawn = picture([NAN, NAN], [5, 6])
    assert drawn.count('Z"') == 3 and "<polyline" not in drawn and "Result" not in drawn  # two and the key


def test_zero_is_the_foot_and_the_highest_the_top():
    drawn = picture([0, 10], [NAN, 5])
    levels = [float(one) for one in re.findall(r'cy="([\d.]+)" r="3.5"', drawn)]
    assert levels == [230 - 26, 52]
    diamond = float(re.search(r'd="M[\d.]+ ([\d.]+)L', drawn)[1])
    assert diamond == (204 + 52) / 2, "half of the highest is half way"


def test_below_zero_has_its_place():
    drawn = picture([-5, 5], [NAN, NAN])
    assert [float(one) for one in re.findall(r'cy="([\d.]+)" r="3.5"', drawn)] == [204, 52] and "M8 128.0H" in drawn


def test_one_year_alone_and_words_that_stay_words():
    drawn = picture([3], [3], ["<b>3</b>"])
    assert "&lt;b&gt;3" in drawn and "<b>" not in drawn


def test_words_that_would_run_into_each_other_are_left_out():
    few, many = picture([1, 2], [NAN, NAN]), picture([26_700_000.0 + one for one in range(12)], [NAN] * 12)
    assert few.count('font-weight="600" text-anchor') == 2 and many.count('font-weight="600" text-anchor') == 1 and "2.67e+07" in many
    assert 0 < many.count(">FY") < 12 and ">FY11<" in many, "the last time is always named"
