"""Frozen numbers come back as they were, also NaN and dates; what changed since is told, and only that."""

import math
from dataclasses import replace
from datetime import date

import pytest

from lib.cycle import Meeting, State
from lib.errors import StoreDamaged
from lib.stat.snapshot import Frozen, as_bytes, from_bytes, since
from tests.stat.city import indicator, stat

VALUES = {"2020": 10.0, "2021": 9.5, "2023": float("nan"), "2024": 8.0}


def frozen(*assessments, on=date(2026, 11, 20), **more) -> Frozen:
    meeting = Meeting("m", "s", date(2026, 11, 24), "14:00", "", State.CHECKED, "", (), "", False, 1, "", "")
    return Frozen(1, on, "r", stat(), meeting, (), (), tuple(assessments), (), {}, (), (), (), **more)


def test_what_was_frozen_comes_back_the_same_in_the_same_bytes():
    content = as_bytes(frozen(indicator(VALUES)))
    again = from_bytes(content)
    assert as_bytes(again) == content
    one = again.assessment("fires")
    assert next(figure.value for figure in one.figures if figure.period.label in VALUES) == 10.0
    assert any(math.isnan(figure.value) for figure in one.figures)
    assert one.latest.period.end == date(2024, 12, 31) and one.status.status == indicator(VALUES).status.status
    assert one.indicator.improves_when is indicator(VALUES).indicator.improves_when


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[1]"])
def test_what_cannot_be_read_is_damage_and_not_a_crash(content):
    with pytest.raises(StoreDamaged):
        from_bytes(content)


def kinds(then, now, **more) -> list[tuple[str, str]]:
    return [(one.kind, one.sentence) for one in since(frozen(then, **more), [now])]


def test_nothing_changed_is_nothing_told():
    assert kinds(indicator(VALUES), indicator(VALUES)) == []


def test_a_revision_says_both_figures():
    found = kinds(indicator(VALUES), indicator(VALUES | {"2021": 9.7}))
    assert found == [("revised", "Fires: 2021 was 9.5 and is 9.7 now.")]


def test_a_figure_that_fills_a_gap_came_late_and_one_after_the_last_is_new():
    found = kinds(indicator(VALUES), indicator(VALUES | {"2022": 9.0, "2025": 7.5}))
    assert ("came late", "Fires: 2022 came in, 9.0.") in found and ("new", "Fires: 2025 came in, 7.5.") in found


def test_a_figure_that_is_gone_is_told():
    gone = {key: value for key, value in VALUES.items() if key != "2024"}
    assert ("taken back", "Fires: the figure for 2024, 8.0, is not there any more.") in kinds(indicator(VALUES), indicator(gone))


def test_a_change_of_status_is_told_last():
    then, now = indicator(VALUES), indicator(VALUES | {"2025": 15.0, "2026": 16.0})
    found = kinds(then, now)
    assert found[-1][0] == "status" and str(now.status.status) in found[-1][1]


def test_an_indicator_that_is_gone_or_measured_otherwise_is_told_once():
    then = indicator(VALUES)
    assert [one.kind for one in since(frozen(then), [])] == ["taken back"]
    other = replace(then, series=replace(then.series, id="other", name="Another count"))
    assert kinds(then, other) == [("revised", "Fires is measured by another series now: Another count.")]
