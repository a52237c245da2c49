"""A catalogue says all that the code says and nothing else; fields, tags and outer blanks are those of the English."""

import re
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po

from lib.language import SOURCE, catalogue_of, languages
from lib.settings import ROOT

FIELD = re.compile(r"\{[^{}]*\}")
TAG = re.compile(r"</?[a-z][^>]*>")
OTHERS = [language for language in languages() if language != SOURCE]


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> set:
    """What the code says now, as `make words` collects it."""
    pot = tmp_path_factory.mktemp("words") / "messages.pot"
    keywords = [part for word in ("_", "later", "n_:1,2", "p_:1c,2", "count_of:2,3") for part in ("-k", word)]
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "-F", "babel.cfg", *keywords, "-o", str(pot), "."],
                   cwd=ROOT, check=True, env={"PYTHONPATH": str(ROOT), "PATH": ""})  # fmt: skip
    with pot.open("rb") as file:
        return {(message.context, message.id) for message in read_po(file) if message.id}


def messages(language: str) -> list:
    with catalogue_of(language).open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def forms(text: str | tuple) -> tuple:
    return (text,) if isinstance(text, str) else tuple(text)


def test_there_is_spanish():
    assert "es" in OTHERS


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_missing_and_nothing_is_left_over(language, said):
    kept = {(message.context, message.id) for message in messages(language)}
    assert said - kept == set(), "run `make words`, then translate what is new"
    assert kept - said == set(), "run `make words`"
    assert [message.id for message in messages(language) if not all(forms(message.string))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_put_in_stands_in_the_translation_too(language):
    wrong = []
    for message in messages(language):
        original, translated = forms(message.id), forms(message.string)
        for number, text in enumerate(translated):
            model = original[min(number, len(original) - 1)]
            fields, of_model = sorted(FIELD.findall(text)), sorted(FIELD.findall(model))
            if len(original) > 1 and number == 0:  # "one letter" may leave the number out
                same = set(fields) <= set(FIELD.findall(original[-1]))
            else:
                same = fields == of_model
            if not same or sorted(TAG.findall(text)) != sorted(TAG.findall(model)) or (text[:1].isspace(), text[-1:].isspace()) != (model[:1].isspace(), model[-1:].isspace()):
                wrong.append((model, text))
    assert wrong == []
