"""What is found in a letter, and how its text is calmed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.letters import calm, found_in, without_private


@pytest.mark.parametrize("text", [
    "write to ann.lee@city.gov please", "ANN@EXAMPLE.ORG", "ann (at) example (dot) org", "ann＠example．org",
])  # fmt: skip
def test_an_e_mail_address_is_found(text):
    assert found_in(text) == ("an e-mail address",)


@pytest.mark.parametrize("text", [
    "call 410-555-0123", "(410) 555-0123", "410.555.0123", "4105550123", "+1 410 555 0123", "ring 555-0123 now", "+49 30 1234567", "４１０-５５５-０１２３", "410–555–0123.",
])  # fmt: skip
def test_a_phone_number_is_found(text):
    assert found_in(text) == ("a phone number",)


@pytest.mark.parametrize("text", [
    "In 2016-2020 it fell from 12,599 to 9,316.", "request 25-01091831", "zip code 21201-1234", "$1,234,567 for 12 homes", "call 311", "1,000,000 people @ home", "FY2014-FY2020",
    "from 1.234.567 to 2.345.678", "3 to 5 days, 24/7", "it costs $4105550123",
])  # fmt: skip
def test_figures_years_and_request_numbers_are_no_phone_numbers(text):
    assert found_in(text) == ()


def test_names_and_addresses_are_taken_out_whatever_their_case_and_spacing():
    text = "Mail by BEA  LONG (bea.long@city.gov, 410-555-0123); Beatrice Longley too"
    assert (
        without_private(text, ["Bea Long", ""])
        == "Mail by [not shown] ([not shown], [not shown]); Beatrice Longley too"
    )
    assert without_private("nothing here", ["Bea Long"]) == "nothing here"


def test_a_longer_name_goes_before_the_shorter_one_in_it():
    assert without_private("Bea Long Smith", ["Bea Long", "Bea Long Smith"]) == "[not shown]"


def test_signs_that_turn_the_writing_and_control_characters_go_and_words_stay_apart():
    assert (
        calm("safe\u202etxt.exe\u202c\x00\x1b[31m \u200bred\u00a0house\r\nnext\u2028line\x0b.")
        == "safetxt.exe[31m red house\nnext\nline\n."
    )


def test_heaps_of_accents_and_of_empty_lines_shrink():
    assert calm("Z" + "\u0335" * 50 + "!") == "Z" + "\u0335" * 3 + "!"
    assert calm("a\n\n\n\n\nb  \n c\n") == "a\n\nb\n c"


def test_letters_of_other_languages_stay():
    for text in ("Los niños juegan aquí; ¿cuándo arreglan la luz?", "路灯坏了", "الشارع مظلم", "नमस्ते", "Việt ngữ"):
        assert calm(text) == text


@given(st.text())
def test_calming_twice_is_calming_once(text):
    once = calm(text)
    assert calm(once) == once and all(letter.isprintable() or letter in "\n\t" for letter in once)
