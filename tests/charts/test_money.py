"""The treemap: boxes within boxes, one family of colours, words that can be read."""

import pytest

from lib.charts import theme
from lib.charts.money import Box, treemap, wrapped
from tests.charts.test_charts import contrast

BOXES = [Box(("Safe",), 70, "$70"), Box(("No outcome",), 30, "$30", nowhere=True), Box(("Safe", "Fire"), 70, "$70"),
         Box(("No outcome", "Works"), 30, "$30", nowhere=True), Box(("Safe", "Fire", "Engines"), 70, "$70"), Box(("No outcome", "Works", "Desk"), 0, "$0", nowhere=True)]  # fmt: skip


def trace(**options):
    return treemap(BOXES, whole="$100, a part", **options).data[0]


def test_each_box_stands_in_the_one_that_holds_it_and_nothing_is_drawn_for_nothing():
    drawn = trace()
    assert list(zip(drawn.ids, drawn.parents, drawn.values, strict=True)) == [
        ("all", "", 100), ("Safe", "all", 70), ("No outcome", "all", 30), ("Safe/Fire", "Safe", 70), ("No outcome/Works", "No outcome", 30),
        ("Safe/Fire/Engines", "Safe/Fire", 70)]  # fmt: skip
    assert drawn.labels[0] == "$100, a part" and drawn.branchvalues == "total"


def test_boxes_of_one_outcome_share_a_shade_and_no_outcome_is_grey():
    drawn = trace()
    assert drawn.marker.colors[1] == drawn.marker.colors[3] == drawn.marker.colors[5] == theme.MONEY_SHADES[0]
    assert drawn.marker.colors[2] == drawn.marker.colors[4] == theme.MONEY_NOWHERE


def test_so_many_levels_are_drawn_at_once():
    assert trace().maxdepth == 3 and trace(levels=1).maxdepth == 2
    assert trace().labels[1] == "Safe" and trace(levels=1).labels[1] == "Safe"


@pytest.mark.parametrize("shade", [*theme.MONEY_SHADES, theme.MONEY_NOWHERE])
def test_words_can_be_read_on_every_shade(shade):
    assert contrast(theme.MONEY_TEXT, shade) >= 5


def test_names_wrap_between_words():
    assert wrapped("Municipal and Zoning Appeals") == "Municipal and<br>Zoning Appeals"
    assert wrapped("Neighborhoods") == "Neighborhoods" and wrapped("") == ""


def test_a_treemap_of_nothing_is_an_empty_one():
    assert treemap([], whole="$0").data[0].values == (0,)
