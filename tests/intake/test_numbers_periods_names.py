"""Whatever a cell holds: it is read as the number, period or place that it says, or not at all."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lib.intake.cells import DATE, NUMBER, TEXT, Cell
from lib.intake.findings import Fault
from lib.intake.geographies import Location, Locations, name_key
from lib.intake.missing import missing_in
from lib.intake.numbers import NumberRead, number_in, read_number, times_100
from lib.intake.periods import PeriodRead, content, read_period, serial_day
from lib.intake.workbook import Format, format_of
from lib.methods.periods import EXAMPLES, parse_period
from lib.model import PeriodKind
from tests.intake import town

NUMBER_LIKE = st.text(alphabet="0123456789.,-+eE%$_ ()\u0661\uff11\u2212*<~xnaif\N{NO-BREAK SPACE}", max_size=12)


def said(text: str) -> Decimal:
    """The number that a text says, worked out in another way: only the digits as written, exactly."""
    plain = text.strip().removesuffix("%").strip().replace("\N{MINUS SIGN}", "-").replace("$", "").replace(" ", "")
    return Decimal(plain.replace(",", ""))


@pytest.mark.slow
@given(st.one_of(NUMBER_LIKE, st.text(max_size=20)))
@example("1e-400")
@example("0.0000001")
@example("1e999")
@example("\uff11\uff12")
@example("1_000")
@example("nan")
@example("$0")
def test_a_text_is_never_read_as_a_number_that_it_does_not_say(text):
    found = number_in(text, allow_dollars=True)
    if isinstance(found, NumberRead):
        assert math.isfinite(found.value)
        assert math.isclose(found.value, said(text), rel_tol=1e-12)
        assert text.strip().replace("\N{MINUS SIGN}", "-").isascii()


@given(st.one_of(NUMBER_LIKE, st.text(max_size=20)))
@example("-")
@example("0e0")
@example("New")
@example("")
def test_a_text_that_does_not_say_zero_is_never_zero(text):
    found = number_in(text, allow_dollars=True)
    if isinstance(found, NumberRead) and found.value == 0:
        assert re.search("0", text) and not re.search("[1-9]", re.split("[eE]", text)[0])


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_a_number_as_a_program_writes_it_is_read_as_itself(value):
    assume(value == 0 or abs(value) > 1e-300)
    for text in (repr(value), f"{value:.6f}"):
        if len(text) <= 40:
            assert number_in(text).value == float(text)
            assert read_number(Cell(NUMBER, text), decimal_comma=False, allow_dollars=False).value == float(text)


@given(st.integers(-10**12, 10**12))
def test_thousands_set_apart_by_commas_are_read_where_the_comma_is_not_a_decimal_sign(value):
    text = f"{value:,}"
    assert number_in(text).value == value
    if "," in text:
        assert isinstance(number_in(text, decimal_comma=True), Fault)


@given(st.integers(0, 10**6))
def test_a_share_becomes_a_percentage_without_the_digits_of_floats(thousandths):
    assert times_100(thousandths / 1000) == thousandths / 10


@pytest.mark.parametrize("text", ["1,23", "12,34,567", "1,2345", ",5", "1.234,5", "1.234.567", "1 234", "0x1f", "5-", "+-5", "1e", "٣", "²", "½", "1'234", "TRUE", "1:30"])
def test_what_a_person_could_read_in_two_ways_or_none_is_refused(text):
    assert isinstance(number_in(text), Fault)


@pytest.mark.parametrize(("text", "value"), [("45", 45), (" 45.20 ", 45.2), ("-5", -5), ("\N{MINUS SIGN}5", -5), ("1,234,567.5", 1234567.5),
                                             ("1.15977e+007", 11597700), (".5", 0.5), ("45 %", 45), ("0", 0), ("0.0", 0), ("\N{NO-BREAK SPACE}7", 7)])  # fmt: skip
def test_what_a_text_says_is_read(text, value):
    assert number_in(text).value == value


@given(st.text(max_size=15))
@example("0")
@example("0%")
@example("none")
def test_a_word_for_missing_holds_no_figure(text):
    """No text is both: a number is not swallowed as missing, and <10 is the only word with digits."""
    found = missing_in(text)
    if found is not None and not isinstance(found, Fault):
        assert isinstance(number_in(text), Fault)
        assert not re.search(r"\d", text) or re.match(r"\s*(<|≤|fewer|less)", text, re.IGNORECASE)


@given(st.sampled_from(list(PeriodKind)), st.text(alphabet="0123456789-/ QqFfYyMmar2016,.\u2013\u0662tocs", max_size=16))
@example(PeriodKind.SCHOOL, "2015-17")
@example(PeriodKind.MONTH, "2010-11")
@example(PeriodKind.SCHOOL, "2010-11")
@example(PeriodKind.FISCAL, "2016")
def test_a_period_is_read_only_as_one_of_its_series_kind_and_of_a_year_that_the_text_names(kind, text):
    found = read_period(Cell(TEXT, text), kind, start_month=7, from_1904=False)
    if isinstance(found, PeriodRead):
        period = found.period
        assert period.kind is kind
        assert parse_period(period.label, kind) == period
        digits = re.findall(r"\d+", text)
        years = {str(period.start.year), str(period.end.year)}
        if not re.fullmatch(r"\s*\d{5}\s*", text):  # a day's number
            assert any(number in years or (len(number) == 2 and number == str(period.end.year)[2:]) for number in digits)
        assert bool(found.change) or period.label == " ".join(text.split())


@given(st.sampled_from(list(PeriodKind)))
def test_what_the_series_writes_is_read_unchanged(kind):
    assert read_period(Cell(TEXT, EXAMPLES[kind]), kind, start_month=7, from_1904=False).change == ""


@given(st.dates(date(1970, 1, 1), date(2100, 12, 31)), st.booleans())
def test_a_day_is_the_same_in_both_ways_of_counting(day, from_1904):
    number = (day - (date(1904, 1, 1) if from_1904 else date(1899, 12, 30))).days
    assert serial_day(number, from_1904=from_1904) == day
    cell = Cell(NUMBER, str(number), Format.DATE)
    assert content(cell, from_1904=from_1904) == day.isoformat()
    found = read_period(cell, PeriodKind.MONTH, start_month=7, from_1904=from_1904)
    is_edge = day.day == 1 or (day + timedelta(days=1)).day == 1
    assert isinstance(found, PeriodRead) is is_edge
    if is_edge:
        assert found.period.label == f"{day:%Y-%m}"
    assert isinstance(read_period(cell, PeriodKind.FISCAL, start_month=7, from_1904=from_1904), Fault)


def test_a_date_in_a_cell_of_its_own_kind_is_read():
    assert read_period(Cell(DATE, "2016-03-01T00:00:00"), PeriodKind.MONTH, start_month=7, from_1904=False).period.label == "2016-03"


@pytest.mark.parametrize(("code", "kind"), [("0%", Format.PERCENT), ("0.00%;[Red]-0.00%", Format.PERCENT), ('0.0"%"', Format.PERCENT_SIGN), (r"0\%", Format.PERCENT_SIGN),
                                            ("yyyy-mm", Format.DATE), ("[$-409]mmm yy;@", Format.DATE), ("General", Format.PLAIN), ("#,##0", Format.PLAIN), ("", Format.PLAIN),
                                            ('"day" 0', Format.PLAIN), ("[h]:mm", Format.DATE)])  # fmt: skip
def test_a_number_format_is_known_by_what_it_shows(code, kind):
    assert format_of(code) is kind


LOCATIONS = Locations(town.known())
RIGHT_NAMES = [area.name for area in town.known().areas] + ["Mt. Old & New", "New Name", "Tinyville", "The State", "area-7"]


@given(st.sampled_from(RIGHT_NAMES), st.randoms(use_true_random=False))
def test_case_and_blanks_make_no_difference_to_a_name(name, chance):
    messy = "".join(chance.choice((letter.lower(), letter.upper())) for letter in name).replace(" ", "  ").replace("/", " / ").replace("&", "and")
    assert LOCATIONS.find(f" {messy} ").id == LOCATIONS.find(name).id


@given(st.text(max_size=20))
@example("Nort/South")
@example("Area 11")
@example("Remington")
def test_no_text_is_taken_for_a_place_by_likeness(text):
    found = LOCATIONS.find(text)
    if isinstance(found, Location):
        assert not text.strip() or name_key(text) in {name_key(name) for name in [*RIGHT_NAMES, *(area.id for area in town.known().areas), "tinyville", "the-state"]}


def test_a_near_miss_is_suggested():
    assert "'North/South'" in LOCATIONS.find("Nort/South").remedy
    assert "North/South" in LOCATIONS.find("remington").why  # a part of it
