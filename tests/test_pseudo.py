"""The helper that shows which words were left out of the catalogue, and what residents read first held against it."""

from lib import language, words
from lib.language import _, n_
from tests.pseudo import bracketed, collected, pseudo, unwrapped


def test_words_of_the_catalogue_stand_in_brackets_and_values_outside():
    assert bracketed("{n} of {total} held") == "{n}⟦ of ⟧{total}⟦ held⟧"
    assert bracketed("<strong>{n}</strong> held, see <a href='{link}'>all</a>") == (
        "<strong>{n}</strong>⟦ held, see ⟧<a href='{link}'>⟦all⟧</a>"
    )


def test_within_it_everything_is_said_in_the_made_up_language_and_afterwards_in_english():
    with pseudo():
        language.use("en")
        assert _("not reported") == "⟦not reported⟧"
        assert n_("not reported", "not reported", 2) == "⟦not reported⟧"
        assert unwrapped(words.listed(["1", "2", "3"])) == [] and words.figure(1234.5, 1) == "1,234.5"
    assert language.current() == "en" and _("not reported") == "not reported"


def test_what_is_not_collected_shows():
    assert "not reported" in collected()
    with pseudo():
        assert unwrapped(_("no catalogue has this")) == ["no", "catalogue", "has", "this"]


def test_what_the_data_say_is_no_word_of_the_interface():
    with pseudo():
        text = f"<p class='x'>Homicides: {_('not reported')} FY2017 (p &lt; .05) by <img alt='dots'>then</p>"
    assert unwrapped(text, data=["Homicides"]) == ["by", "dots", "then"]
