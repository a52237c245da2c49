"""How the papers' files are called, in which order they are printed, and all of them in one ZIP."""

from __future__ import annotations

import io
import re
import zipfile

from lib.cycle import Meeting, Stat
from lib.language import later
from lib.stat.papers.annual import Year
from lib.stat.papers.content import Occasion
from lib.stat.papers.parts import clean, one_line

FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
LETTERS = 80  # of a Stat's name in a file's name
PRE_MEMO, AGENDA, FOLLOW_UP_MEMO, DECK, ANNUAL_REPORT = (
    later("Pre-Memo"),
    later("Agenda"),
    later("Follow-Up Memo"),
    later("Deck"),
    later("Annual Report"),
)
ENDINGS = {DECK: "pptx"}


def name_of(kind: str, stat: Stat, meeting: Meeting) -> str:
    """ "DGS Stat - Pre-Memo - 2025-10-29.docx"; what is made up says so in its name."""
    short = _allowed(stat.short) or _allowed(stat.name) or "Stat"
    if (stat.example or meeting.example) and "example" not in short.casefold():
        short = f"Example {short}"
    return f"{short} - {kind} - {meeting.day.isoformat()}.{ENDINGS.get(kind, 'docx')}"


def name_of_annual_report(year: Year) -> str:
    """ "Baltimore - Annual Report - 2025.docx"."""
    return f"{_allowed(year.city) or 'City'} - {ANNUAL_REPORT} - {year.year}.docx"


def _allowed(name: str) -> str:
    """A name without what a file's name may not hold; a blank stands in its place."""
    return one_line(FORBIDDEN.sub(" ", clean(name)))[:LETTERS].strip(" .")


def in_print_order(occasion: Occasion, before: Occasion | None = None) -> list[tuple[str, bytes]]:
    """Every paper that there is, with its name: follow-up memo of the last meeting, pre-memo, slides; then the agenda, and the
    follow-up memo of this meeting once it was held. `before` is the last meeting."""
    from lib.stat.papers import slides, word  # what they load is for who asks for papers, not for who asks for names

    found = [(FOLLOW_UP_MEMO, before, word.follow_up_memo(before))] if before else []
    found += [
        (PRE_MEMO, occasion, word.pre_memo(occasion)),
        (DECK, occasion, slides.deck(occasion)),
        (AGENDA, occasion, word.agenda(occasion)),
        (FOLLOW_UP_MEMO, occasion, word.follow_up_memo(occasion)),
    ]
    return [(name_of(kind, one.frozen.stat, one.meeting), made) for kind, one, made in found if made is not None]


def bundle(occasion: Occasion, before: Occasion | None = None) -> bytes:
    """All papers in one ZIP, numbered in the order in which they are printed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for number, (name, made) in enumerate(in_print_order(occasion, before), start=1):
            file.writestr(f"{number} {name}", made)
    return buffer.getvalue()


def name_of_bundle(occasion: Occasion) -> str:
    return name_of("Papers", occasion.frozen.stat, occasion.meeting).removesuffix("docx") + "zip"
