"""LibreOffice opens every paper as it is: page by page as it was made, nothing lost and nothing beyond the paper's edge."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lib.cycle import State
from lib.stat.papers import deck, slides, word
from lib.stat.papers.content import EXAMPLE
from tests.stat.occasions import example, follow_up, frozen, meeting, occasion
from tests.stat.test_annual import year

CANNOT = not shutil.which("soffice") and not (shutil.which("apt-get") and os.geteuid() == 0)
pytestmark = pytest.mark.skipif(CANNOT, reason="LibreOffice is not here and cannot be installed without apt and root (tests/papers/libreoffice.sh)")


@pytest.fixture(scope="module")
def papers(tmp_path_factory) -> dict[str, list[str]]:
    """The text of each page of each paper, as LibreOffice prints it."""
    folder = tmp_path_factory.mktemp("papers")
    sixty = tuple(follow_up(number, meeting="m2") for number in range(1, 61))
    long = occasion(frozen(), follow_ups=(follow_up(1, action="w" * 300, owner="o" * 120),))
    made = {
        "pre-memo.docx": word.pre_memo(example()),
        "agenda.docx": word.agenda(example()),
        "memo.docx": word.follow_up_memo(occasion(follow_ups=sixty, meeting=meeting(state=State.HELD))),
        "report.docx": word.annual_report(year()),
        "long-memo.docx": word.pre_memo(long),
        "deck.pptx": slides.deck(example()),
        "long-deck.pptx": slides.deck(long),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir", str(folder), *(str(folder / name) for name in made)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return {name: pages(folder / f"{Path(name).stem}.pdf") for name in made}


def pages(path: Path) -> list[str]:
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return text.split("\f")[:-1]


def test_the_example_says_on_every_page_that_it_is_made_up(papers):
    for name in ("pre-memo.docx", "agenda.docx", "deck.pptx"):
        assert papers[name] and all(EXAMPLE in page for page in papers[name]), name
    assert not any(EXAMPLE in page for page in papers["memo.docx"])


def test_every_page_has_its_number_and_what_was_frozen(papers):
    several = papers["memo.docx"]
    assert len(several) > 2
    for number, page in enumerate(several, start=1):
        assert f"Page {number} of {len(several)}" in page and "Figures frozen Nov 27, 2026, release 01234567" in page


def test_a_table_of_sixty_runs_over_pages_with_its_head_on_each(papers):
    whole = "\n".join(papers["memo.docx"])
    assert all(f"{number:08x}" in whole for number in range(1, 61)) and whole.count("Bea Long") == 60
    with_rows = [page for page in papers["memo.docx"] if re.search(r"0000[0-9a-f]{4}", page)]
    assert len(with_rows) > 1 and all("Deliverable" in page and "Owner" in page for page in with_rows)


def test_every_slide_is_there_and_says_its_finding(papers):
    expected = deck.deck(example()).slides
    assert len(papers["deck.pptx"]) == len(expected)
    for slide, page in zip(expected, papers["deck.pptx"], strict=True):
        assert slide.title.split()[0] in page


def test_a_chart_shows_its_first_and_last_figure_and_the_target(papers):
    page = next(page for page in papers["deck.pptx"] if "target 5.0" in page)
    assert "10.0" in page and "9.9" in page and "Target 5.0" in " ".join(page.split())


def test_the_year_by_month_stands_on_a_page_on_its_side(papers):
    page = next(page for page in papers["report.docx"] if "by month" in page)
    assert all(month in page for month in ("Jan", "Jun", "Dec")) and "missed" in page


def test_an_endless_word_is_broken_and_not_cut(papers):
    assert "".join(papers["long-memo.docx"]).count("w") >= 300 and "o" * 8 in "".join(papers["long-deck.pptx"])
