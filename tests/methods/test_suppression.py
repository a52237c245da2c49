import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import optimize

from lib.methods.suppression import Cell, Place, Reason, Stability, Whole, stability, suppress

YEAR = "2020"


def cell(geography, count, *, group="", vintage="", **more):
    return Cell(YEAR, geography, "race" if group else "", group, vintage, numerator=count, value=count, **more)


def areas(*counts, vintage=""):
    """Areas a0, a1, ... and the city that is their sum."""
    return [cell("city", sum(counts), vintage=vintage), *(cell(f"a{i}", count, vintage=vintage) for i, count in enumerate(counts))]


def city_of(number):
    return [Whole("city", tuple(f"a{i}" for i in range(number)))]


def hidden_areas(cells, **more):
    found = suppress(cells, **more).hidden
    return {place.geography: reason for place, reason in found.items()}


@pytest.mark.parametrize(("count", "is_hidden"), [(0, False), (1, True), (9, True), (10, False)])
def test_one_to_nine_are_hidden_and_zero_and_ten_are_not(count, is_hidden):
    assert bool(suppress([cell("a0", count)]).hidden) is is_hidden


def test_nothing_to_publish_hides_nothing():
    assert suppress([]).hidden == {}
    assert suppress([], wholes=city_of(3)).sentence == "No figure has to be hidden."


def test_without_a_published_total_one_hidden_cell_is_enough():
    assert hidden_areas([cell("a0", 4), cell("a1", 30), cell("a2", 50)], wholes=city_of(3)) == {"a0": Reason.PRIMARY}


def test_with_a_published_total_the_smallest_other_cell_is_hidden_too():
    assert hidden_areas(areas(4, 50, 30), wholes=city_of(3)) == {"a0": Reason.PRIMARY, "a2": Reason.COMPLEMENTARY}


def test_a_zero_never_serves_as_the_other_hidden_cell():
    assert hidden_areas(areas(4, 0, 30), wholes=city_of(3)) == {"a0": Reason.PRIMARY, "a2": Reason.COMPLEMENTARY}


def test_two_small_cells_of_ten_together_protect_each_other_and_of_nine_do_not():
    assert set(hidden_areas(areas(1, 9, 30), wholes=city_of(3))) == {"a0", "a1"}
    assert set(hidden_areas(areas(1, 8, 30), wholes=city_of(3))) == {"a0", "a1", "a2"}


def test_ten_cells_of_one_each_are_ten_together_and_still_give_each_other_away():
    """Whoever knows that a hidden count is not zero knows them all: a sum of ten is not enough for ten cells."""
    found = hidden_areas(areas(*[1] * 10, 40), wholes=city_of(11))
    assert found["a10"] is Reason.COMPLEMENTARY


def test_where_nothing_else_is_left_the_total_is_hidden():
    assert hidden_areas(areas(4, 0, 0), wholes=city_of(3)) == {"a0": Reason.PRIMARY, "city": Reason.PRIMARY}
    assert "city" not in hidden_areas(areas(3, 3, 3, 3), wholes=city_of(4))  # the others at 1, each can still be 9
    assert hidden_areas(areas(3, 3, 3, 2), wholes=city_of(4))["city"] is Reason.COMPLEMENTARY  # at most 8


def test_groups_cannot_be_worked_out_from_the_area_nor_areas_from_the_group():
    """One small cell in a table of three by two takes a rectangle of four hidden cells."""
    table = {("a0", "x"): 4, ("a0", "y"): 20, ("a1", "x"): 30, ("a1", "y"): 40, ("a2", "x"): 300, ("a2", "y"): 400}
    cells = [cell(a, n, group=g) for (a, g), n in table.items()]
    cells += [cell(a, sum(n for (at, _), n in table.items() if at == a)) for a in ("a0", "a1", "a2")]
    cells += [cell("city", sum(n for (_, of), n in table.items() if of == g), group=g) for g in ("x", "y")] + [cell("city", sum(table.values()))]
    found = suppress(cells, wholes=city_of(3), groups={"race": ["x", "y"]})
    assert {(place.geography, place.group) for place in found.hidden} == {("a0", "x"), ("a0", "y"), ("a1", "x"), ("a1", "y")}


def test_a_rate_times_its_denominator_is_a_count():
    rate = Cell(YEAR, "a0", value=2.0, denominator=1500)
    assert hidden_areas([rate], multiplier=1000) == {"a0": Reason.PRIMARY}  # three people
    assert hidden_areas([Cell(YEAR, "a0", value=20.0, denominator=1500)], multiplier=1000) == {}


def test_a_rate_without_any_count_is_hidden_for_it_cannot_be_judged_and_zero_is_shown():
    assert hidden_areas([Cell(YEAR, "a0", value=2.0)]) == {"a0": Reason.UNKNOWN}
    assert hidden_areas([Cell(YEAR, "a0", value=0.0)]) == {}


def test_what_is_hidden_in_one_vintage_is_hidden_in_all():
    cells = [cell("a0", 12, vintage="2021-01-01"), cell("a0", 8, vintage="2022-01-01")]
    found = suppress(cells)
    assert all(found.hides(one) for one in cells)
    assert found.sentence == "2 of 2 figures are hidden, to keep counts from 1 to 9 people private."


def test_a_total_revised_alone_does_not_give_a_count_away():
    cells = [*areas(4, 30, 50, vintage="1"), cell("city", 85, vintage="2"), cell("a1", 31, vintage="2")]
    assert set(hidden_areas(cells, wholes=city_of(3))) == {"a0", "a2"}  # a2 costs one published figure, a1 two


def test_all_missing_hides_nothing_and_a_missing_part_protects_nobody():
    assert suppress([cell("a0", math.nan), cell("a1", math.nan)], wholes=city_of(2)).hidden == {}
    cells = [cell("city", 84), cell("a0", 4), cell("a1", 30), cell("a2", math.nan)]
    found = suppress(cells, wholes=city_of(3))
    assert {place.geography for place in found.hidden} == {"a0", "a1"}
    assert found.notes == ("city, 2020: 1 of 3 parts have no count here; others are assumed to know them, so they protect nobody.",)


def test_a_small_count_left_out_of_the_list_is_protected_too():
    """The city less the two areas listed is 5: the third area's, which was not published."""
    cells = [cell("city", 85), cell("a0", 30), cell("a1", 50)]
    assert hidden_areas(cells, wholes=city_of(3)) == {"a0": Reason.COMPLEMENTARY}


def test_the_rest_of_incomplete_groups_counts_as_one_more_group_and_of_complete_ones_does_not():
    cells = [cell("a0", 65), cell("a0", 40, group="x"), cell("a0", 20, group="y")]
    assert len(suppress(cells).hidden) == 1
    assert suppress(cells, groups={"race": ["x", "y"]}).hidden == {}


def test_a_share_cannot_be_larger_than_all_so_less_is_asked_for():
    small = [cell("city", 20, denominator=60), cell("a0", 2, denominator=3), cell("a1", 18, denominator=57)]
    assert set(hidden_areas(small, wholes=city_of(2), value_kind="proportion")) == {"a0", "a1"}


def test_a_cell_twice_or_below_zero_is_refused():
    with pytest.raises(ValueError, match="a0 appears twice"):
        suppress([cell("a0", 4), cell("a0", 5)])
    with pytest.raises(ValueError, match="must not be negative"):
        suppress([cell("a0", -1)])


def test_the_order_of_the_cells_changes_nothing():
    cells = areas(4, 30, 31, 2, 0, 60)
    assert suppress(cells, wholes=city_of(6)) == suppress(cells[::-1], wholes=city_of(6))


# An attacker who knows every published figure, every sum, which counts are zero, and that no hidden one is.


class Attacker:
    def __init__(self, cells, sums, hidden):
        self.unknown = {cell.place: i for i, cell in enumerate(c for c in cells if c.place in hidden)}
        known = {cell.place: cell.numerator for cell in cells}
        rows = [(total, parts) for total, parts in sums if {total, *parts} & set(self.unknown)]
        self.left, self.right = np.zeros((len(rows), len(self.unknown))), np.zeros(len(rows))
        for row, (total, parts) in enumerate(rows):
            for place, sign in ((total, -1), *((part, 1) for part in parts)):
                if place in self.unknown:
                    self.left[row, self.unknown[place]] += sign
                else:
                    self.right[row] -= sign * known[place]

    def range_of(self, place):
        """The least and the largest whole number that the count can be, as far as 60."""
        found = []
        for sign in (1, -1):
            objective = np.zeros(len(self.unknown))
            objective[self.unknown[place]] = sign
            sums = [optimize.LinearConstraint(self.left, self.right, self.right)] if len(self.right) else []
            top = np.full(len(self.unknown), np.inf)
            top[self.unknown[place]] = 60
            answer = optimize.milp(objective, constraints=sums, integrality=np.ones(len(self.unknown)), bounds=optimize.Bounds(1, top))
            assert answer.success
            found.append(round(sign * answer.fun))
        return tuple(found)


@some.composite
def tables(draw):
    """Counts of areas by groups, with all their sums, and the sums as (total, parts)."""
    rows, columns = draw(some.integers(1, 4)), draw(some.integers(1, 3))
    counts = draw(some.lists(some.sampled_from([0, 0, 1, 1, 2, 3, 5, 8, 9, 10, 11, 14, 25, 40]), min_size=rows * columns, max_size=rows * columns))
    a, g = [f"a{i}" for i in range(rows)], [f"g{i}" for i in range(columns)]
    body = {(x, y): counts[i * columns + j] for i, x in enumerate(a) for j, y in enumerate(g)}
    cells = [cell(x, n, group=y) for (x, y), n in body.items()] + [cell(x, sum(body[x, y] for y in g)) for x in a]
    cells += [cell("city", sum(body[x, y] for x in a), group=y) for y in g] + [cell("city", sum(counts))]
    place = {(one.geography, one.group): one.place for one in cells}
    sums = [(place["city", y], tuple(place[x, y] for x in a)) for y in (*g, "")]
    sums += [(place[x, ""], tuple(place[x, y] for y in g)) for x in (*a, "city")]
    return cells, sums, [Whole("city", tuple(a))], {"race": g}


@settings(max_examples=40, deadline=None)
@given(tables())
def test_an_attacker_learns_no_more_of_a_hidden_count_than_that_it_is_1_to_9(table):
    cells, sums, wholes, groups = table
    found = suppress(cells, wholes=wholes, groups=groups)
    attacker = Attacker(cells, sums, found.hidden)
    who_sees_zeros_only = Attacker(cells, sums, {one.place for one in cells if one.numerator > 0})
    for one in cells:
        if 0 < one.numerator < 10:
            low, high = attacker.range_of(one.place)
            assert low <= who_sees_zeros_only.range_of(one.place)[0] and high >= 9


@settings(max_examples=40, deadline=None)
@given(tables())
def test_zeros_and_what_is_not_needed_stay_visible(table):
    cells, _, wholes, groups = table
    hidden = suppress(cells, wholes=wholes, groups=groups).hidden
    assert not any(one.place in hidden for one in cells if one.numerator == 0)
    if not any(0 < one.numerator < 10 for one in cells):
        assert hidden == {}


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(tables(), some.data())
def test_an_attacker_with_two_vintages_learns_no_more(table, data):
    """Some figures of the body are revised, and with them the sums; of the rest the first vintage stays the newest."""
    cells, sums, wholes, groups = table
    body = [one for one in cells if one.group and one.geography != "city"]
    revised = {one.place: data.draw(some.sampled_from([0, 3, 12, one.numerator])) for one in data.draw(some.lists(some.sampled_from(body), unique=True))}
    newest = {one.place: revised.get(one.place, one.numerator) for one in body}
    for total, parts in sorted(sums, key=lambda pair: (pair[0].geography == "city", pair[0].group == "")):
        newest[total] = sum(newest[part] for part in parts)
    changed = [one for one in cells if newest[one.place] != one.numerator]
    second = [cell(one.geography, newest[one.place], group=one.group, vintage="2") for one in changed]
    hidden = suppress([*cells, *second], wholes=wholes, groups=groups).hidden
    both = {place: Place(f"{place.period} again", *place[1:]) for place in {one.place for one in changed}}
    # one system for both vintages: an unrevised count is the same unknown in both
    merged = [*cells, *(Cell(*both[one.place], numerator=one.numerator) for one in second)]
    all_sums = list(dict.fromkeys([*sums, *((both.get(t, t), tuple(both.get(p, p) for p in parts)) for t, parts in sums)]))
    unknown = {one.place for one in cells if one.place in hidden and one.numerator > 0}
    unknown |= {both[one.place] for one in second if one.place in hidden and one.numerator > 0}
    attacker = Attacker(merged, all_sums, unknown)
    zeros_only = Attacker(merged, all_sums, {one.place for one in merged if one.numerator > 0})
    for one in merged:
        if 0 < one.numerator < 10:
            low, high = attacker.range_of(one.place)
            assert low <= zeros_only.range_of(one.place)[0] and high >= min(9, zeros_only.range_of(one.place)[1])


@pytest.mark.parametrize(("events", "sensitive", "expected"), [
    (9, True, Stability.HIDDEN), (10, True, Stability.UNSTABLE), (9, False, Stability.UNSTABLE), (0, True, Stability.UNSTABLE),
    (20, False, Stability.UNSTABLE), (21, False, Stability.SHOWN), (math.nan, True, Stability.NOT_JUDGED),
])  # fmt: skip
def test_few_events_are_unstable_and_of_people_hidden(events, sensitive, expected):
    assert stability(events, value_kind="rate", sensitive=sensitive).stability is expected


@pytest.mark.parametrize(("denominator", "expected"), [
    (29, Stability.HIDDEN), (30, Stability.UNSTABLE), (49, Stability.UNSTABLE), (50, Stability.SHOWN), (math.nan, Stability.SHOWN),
])  # fmt: skip
def test_a_share_of_few_is_hidden_below_30_and_unstable_below_50(denominator, expected):
    assert stability(25, value_kind="proportion", denominator=denominator).stability is expected
    assert stability(25, value_kind="rate", denominator=denominator).stability is Stability.SHOWN
