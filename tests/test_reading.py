"""What residents read is plain: at most grade 8 by Flesch and Kincaid's formula, in all that a page says and in each long sentence."""

import re
import subprocess
import sys

import pytest
import textstat
from babel.messages.pofile import read_po

from lib.settings import ROOT

GRADE = 8.0
LONG = 20  # words; a grade of fewer says more about one long word, such as "indicators", than about the sentence
FIELD = re.compile(r"\{[^}]*\}")
TAG = re.compile(r"<[^>]+>")
# Where the sentences of the pages for residents are written; those of analysts and staff are not held to this.
PUBLIC = ("lib/ui/lead", "lib/ui/outcome", "lib/ui/detail", "lib/ui/filters", "lib/ui/frame", "lib/ui/mapping", "lib/ui/neighborhood",
          "lib/ui/promises", "lib/ui/letters", "lib/ui/changes", "lib/ui/standard", "lib/ui/ideas", "lib/ui/simulation", "lib/ui/budget",
          "lib/ui/requests", "lib/ui/request_charts", "lib/ui/record", "lib/ui/plans", "lib/ui/open_data", "lib/ui/topic_board", "lib/methods/status",
          "lib/methods/requests", "lib/standard", "lib/stat/promises", "lib/stat/changes", "lib/store/residents", "lib/store/feedback",
          "lib/store/database")  # fmt: skip


@pytest.fixture(scope="module")
def texts(tmp_path_factory) -> dict[str, list[str]]:
    """Every whole sentence of the interface by the file that says it, with "seven" for what is put in."""
    pot = tmp_path_factory.mktemp("words") / "messages.pot"
    keywords = [part for word in ("_", "later", "n_:1,2", "p_:1c,2") for part in ("-k", word)]
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "-F", "babel.cfg", *keywords, "-o", str(pot), "."],
                   cwd=ROOT, check=True, env={"PYTHONPATH": str(ROOT), "PATH": ""})  # fmt: skip
    found: dict[str, list[str]] = {}
    with pot.open("rb") as file:
        for message in read_po(file):
            text = message.id if isinstance(message.id, str) else message.id[1] if message.id else ""
            plain = FIELD.sub("seven", TAG.sub("", text)).strip()
            for place, _ in message.locations:
                if place.startswith(PUBLIC) and len(plain.split()) >= 5 and plain.endswith((".", "?", ":", "”", ")")):
                    found.setdefault(place, []).append(plain)
    return found


def test_the_words_of_the_public_pages_are_found(texts):
    assert {place for place in PUBLIC if not any(one.startswith(place) for one in texts)} == set()


def test_what_a_page_says_is_read_in_grade_eight(texts):
    grades = {place: textstat.flesch_kincaid_grade(" ".join(own)) for place, own in texts.items()}
    assert {place: grade for place, grade in grades.items() if grade > GRADE} == {}


def test_no_long_text_asks_for_more_than_grade_eight(texts):
    hard = {one: textstat.flesch_kincaid_grade(one) for own in texts.values() for one in own if len(one.split()) >= LONG}
    assert {one: grade for one, grade in hard.items() if grade > GRADE} == {}
