"""The figures of service requests against published and hand-worked examples, and the likely duplicates against a brute force."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lib.methods import duplicates as d
from lib.methods import requests as r


def test_the_backlog_holds_what_came_in_and_was_not_closed_by_the_end_of_the_day():
    assert r.is_open(10, None, 10) and r.is_open(10, 11, 10)
    assert not r.is_open(10, 10, 10) and not r.is_open(11, None, 10)
    assert r.is_overdue(5, None, 10, 10) and not r.is_overdue(5, None, 11, 10)
    assert not r.is_overdue(5, None, None, 10), "without a due date nothing is overdue"
    assert not r.is_overdue(5, 9, 6, 10)


def test_in_time_is_at_the_due_moment_or_before_and_not_known_without_one():
    assert r.is_in_time(100, 100) is True and r.is_in_time(101, 100) is False
    assert r.is_in_time(None, 100) is False, "open past due is late"
    assert r.is_in_time(100, None) is None


def test_opened_less_closed_is_the_backlog_at_any_day_and_the_net_flow_is_its_change():
    opened, closed = {1: 5, 3: 2, 8: 4}, {2: 3, 8: 1, 9: 6}
    assert [r.backlog_at(opened, closed, day) for day in (0, 1, 2, 3, 8, 9)] == [0, 5, 2, 4, 7, 1]
    before, after = r.flows(opened, closed, last=14, count=2)
    assert (before.first, before.last, before.opened, before.closed, before.backlog, before.net) == (1, 7, 7, 3, 4, 4)
    assert (after.opened, after.closed, after.backlog, after.net) == (4, 7, 1, -3)


def test_weeks_from_before_the_first_request_are_not_shown_as_zero():
    assert len(r.flows({10: 1}, {}, last=30, count=52)) == 3
    assert r.flows({}, {}, last=30, count=52) == []


def test_ages_stand_in_their_bands_at_the_edges():
    ages = r.ages_of({0: 1, 7: 1, 8: 1, 30: 1, 31: 1, 90: 1, 91: 1, 400: 1})
    assert ages.bands == (("0 to 7 days", 2), ("8 to 30 days", 2), ("31 to 90 days", 2), ("over 90 days", 2))
    assert (ages.total, ages.median, ages.p90, ages.oldest) == (8, 30, 400, 400)


def test_the_age_of_nothing_is_not_known():
    ages = r.ages_of({})
    assert (ages.total, ages.median, ages.p90, ages.oldest) == (0, None, None, None)


@pytest.mark.parametrize(("share", "value"), [(0.05, 15), (0.3, 20), (0.4, 20), (0.5, 35), (1.0, 50)])
def test_quantiles_by_the_nearest_rank(share, value):
    """15, 20, 35, 40, 50 is the usual example of the nearest-rank method."""
    assert r.quantile({15: 1, 20: 1, 35: 1, 40: 1, 50: 1}, share) == value


def test_the_on_time_share_holds_back_nothing_that_is_late_and_open():
    """Ten fell due; six were closed, four of them in time. Of the closed ones that would be 67 %; the share is 40 %."""
    share = r.on_time([(4, 3), (6, 1)])
    assert (share.due, share.in_time, share.share) == (10, 4, 0.4)
    low, high = r.OnTime(100, 10).limits
    assert round(low, 3) == 0.055 and round(high, 3) == 0.174  # Wilson 1927, as in lib.methods.intervals
    assert math.isnan(r.on_time([]).share) and math.isnan(r.on_time([]).limits[0])


# Freireich et al. 1963, weeks in remission of 21 patients on 6-MP, as printed in textbooks of survival analysis.
REMISSION = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
STILL = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}


def test_the_time_to_close_is_that_of_kaplan_and_meier():
    found = r.time_to_close(REMISSION, STILL)
    assert [(day, round(share, 3)) for day, share in found.curve] == [
        (6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448)]  # fmt: skip
    assert (found.closed, found.still_open, found.median, found.p90) == (9, 12, 23, None)
    assert found.still_open_after(5) == 1.0 and round(found.still_open_after(12), 3) == 0.753
    assert math.isnan(found.still_open_after(36)), "nobody was watched so long"


def test_without_open_requests_it_is_the_plain_share_and_without_closed_ones_it_is_not_reached():
    found = r.time_to_close({1: 5, 2: 4, 9: 1}, {})
    assert (found.median, found.p90) == (1, 2)
    assert r.time_to_close({}, {3: 2}).median is None and r.time_to_close({}, {}).curve == ()


def test_open_requests_make_it_longer_than_the_closed_ones_alone_would():
    assert r.time_to_close({1: 4, 5: 2}, {}).median == 1
    assert r.time_to_close({1: 4, 5: 2}, {10: 6}).median == 5


def test_what_if_each_cluster_were_one():
    found = r.without_duplicates(60, 40, 15)
    assert (found.requests, found.as_one, found.fewer, found.share) == (100, 75, 25, 0.25)
    assert math.isnan(r.without_duplicates(0, 0, 0).share)


def test_every_figure_has_its_formula_in_words():
    assert {"Backlog", "Overdue", "Age", "Net flow", "On time", "Time to close", "Likely duplicates (estimate)"} <= set(r.FORMULAS)
    assert all(text.endswith(".") for text in r.FORMULAS.values())


# Likely duplicates

HOUR = 3_600


def one(id: str, day: float, *, x: float = 0.0, y: float = 0.0, closed: float | None = None, address: str = "") -> d.Place:
    return d.Place(id, int(day * d.DAY), None if closed is None else int(closed * d.DAY), x, y, address)


def clusters(*requests: d.Place) -> dict[str, str]:
    return d.clusters_of(d.in_order(requests))[0]


def test_near_in_place_and_time_while_the_first_is_open():
    assert clusters(one("a", 0), one("b", 7, x=50)) == {"a": "a", "b": "a"}
    assert clusters(one("a", 0), one("b", 7.01, x=50)) == {}, "eight days later it is another"
    assert clusters(one("a", 0), one("b", 1, x=50.1)) == {}
    assert clusters(one("a", 0, closed=1), one("b", 1)) == {}, "the first was closed by then"
    assert clusters(one("a", 0, closed=1.01), one("b", 1)) == {"a": "a", "b": "a"}


def test_the_same_address_is_near_also_without_a_point():
    nowhere = {"x": math.nan, "y": math.nan}
    assert clusters(one("a", 0, address="q", **nowhere), one("b", 1, address="q", **nowhere)) == {"a": "a", "b": "a"}
    assert clusters(one("a", 0, **nowhere), one("b", 1, **nowhere)) == {}, "two without any place are not in one place"


def test_a_chain_does_not_grow_beyond_150_metres_or_30_days():
    row = clusters(*(one(f"{place:02d}", place * 0.1, x=45.0 * place) for place in range(10)))
    assert row["03"] == "00" and row["04"] == "04", "0, 45, 90, 135 are one; 180 begins the next"
    weeks = clusters(*(one(f"{place:02d}", place * 6.0) for place in range(10)))
    assert weeks["05"] == "00" and weeks["06"] == "06"


def test_the_first_leads_and_numbers_break_ties():
    assert clusters(one("b", 0), one("a", 0), one("c", 1)) == {"a": "a", "b": "a", "c": "a"}


def test_wider_rules_find_no_fewer_without_caps_and_each_rule_is_in_the_table():
    requests = d.in_order(one(f"{place:03d}", place % 17, x=(place * 37) % 400, y=(place * 61) % 400) for place in range(120))
    found = d.clusters_of(requests)[1]
    assert [(rule.metres, rule.days) for rule in found] == list(d.SENSITIVITY)
    assert all(rule.likely == rule.in_clusters - rule.clusters >= 0 for rule in found)
    assert found[0].likely <= found[4].likely


def brute_force(requests: list[d.Place], most_metres: float, most_days: int) -> dict[str, str]:
    """Every request against every earlier one, and every cluster's span taken from all its members anew."""
    groups = [{place} for place in range(len(requests))]
    for later in range(len(requests)):
        for earlier in range(later):
            a, b = requests[earlier], requests[later]
            near = math.hypot(a.x - b.x, a.y - b.y) <= most_metres or (a.address != "" and a.address == b.address)
            if not (near and b.created - a.created <= most_days * d.DAY and (a.closed is None or b.created < a.closed)):
                continue
            mine, other = (next(group for group in groups if place in group) for place in (earlier, later))
            if mine is other:
                continue
            both = [requests[place] for place in mine | other]
            points = [one for one in both if not math.isnan(one.x)]
            wide = max((one.x for one in points), default=0) - min((one.x for one in points), default=0)
            tall = max((one.y for one in points), default=0) - min((one.y for one in points), default=0)
            if max(one.created for one in both) - min(one.created for one in both) <= d.SPAN_DAYS * d.DAY and math.hypot(wide, tall) <= d.SPAN_METRES:
                groups.remove(other)
                mine |= other
    return {requests[place].id: requests[min(group)].id for group in groups if len(group) > 1 for place in group}


places = some.builds(
    lambda hours, x, y, open_for, address: (hours, x, y, open_for, address),
    some.integers(0, 24 * 45), some.one_of(some.just(math.nan), some.integers(-200, 200).map(float)), some.integers(-200, 200).map(float),
    some.one_of(some.none(), some.integers(0, 24 * 20)), some.sampled_from(["", "", "p", "q"]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(some.lists(places, max_size=40))
def test_the_grid_finds_what_a_brute_force_finds(drawn):
    requests = d.in_order(
        d.Place(f"{number:03d}", hours * HOUR, None if open_for is None else (hours + open_for) * HOUR, x, math.nan if math.isnan(x) else y, address)
        for number, (hours, x, y, open_for, address) in enumerate(drawn)
    )
    found, table = d.clusters_of(requests)
    assert found == brute_force(requests, d.METRES, d.DAYS)
    for rule in table:
        expected = brute_force(requests, rule.metres, rule.days)
        assert (rule.in_clusters, rule.clusters) == (len(expected), len(set(expected.values()))), rule
