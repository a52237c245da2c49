"""The pieces of a paper as plain values: a Word file, a slide and a printed page are made from the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Cell:
    """Text in a table. `word` stands before it, set off in the colour of `tone` (of the chart theme): the colour never stands alone."""

    text: str = ""
    word: str = ""
    tone: str = "neutral"

    @property
    def plain(self) -> str:
        return f"{self.word}: {self.text}" if self.word and self.text else self.word or self.text


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """A paragraph. `kind` is "" for plain text, "lead" for what must not be overlooked, "note" for what stands small below, "mark" for
    what says that all of it is made up."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Items:
    """A list; each entry a sentence or a line. `numbered` where the order matters."""

    entries: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]  # of the columns, as shares of 1
    numbers: tuple[int, ...] = ()  # the columns set to the right
    wide: bool = False  # needs a page on its side
    titled: bool = False  # the caption is shown above it; else the heading says it, and the caption is for who hears the paper


@dataclass(frozen=True)
class Aim:
    """The straight line to a target, or an end of a target's range: None before the baseline and after the target's period."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Lines:
    """A line over time. A period without a figure is None: the line breaks there."""

    name: str
    periods: tuple[str, ...]
    values: tuple[float | None, ...]
    aims: tuple[Aim, ...]
    decimals: int
    unit: str
    provisional: tuple[int, ...]  # places of figures that may still change
    until: int  # how many periods had their time: those after it are still to come
    alt: str


@dataclass(frozen=True)
class Bars:
    """Areas side by side, the worst first."""

    name: str
    areas: tuple[str, ...]
    values: tuple[float, ...]
    decimals: int
    unit: str
    alt: str


Part = Heading | Text | Items | Table | Lines | Bars


@dataclass(frozen=True)
class Paper:
    """One paper from its head to its foot."""

    kind: str  # as in the file's name: "Pre-Memo"
    title: str
    about: str  # city, Stat and day
    author: str  # the city
    stamp: str  # which numbers these are
    marks: tuple[str, ...]  # what stands on every page: that it is made up, or a draft
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Slide:
    """One slide: its title says the finding; `note` stands below the picture."""

    title: str
    parts: tuple[Part, ...]
    note: str = ""


@dataclass(frozen=True)
class Deck:
    kind: str
    title: str
    about: str
    author: str
    stamp: str
    marks: tuple[str, ...]
    slides: tuple[Slide, ...]


def clean(text: str) -> str:
    """Text without the characters that no XML file can hold."""
    return NOT_IN_XML.sub("", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def one_line(text: str) -> str:
    return " ".join(text.split())


def brief(text: str, most: int) -> str:
    """At most so many letters, cut between words where that leaves half of them."""
    text = one_line(text)
    if len(text) <= most:
        return text
    head = text[: most - 2]
    place = head.rfind(" ")
    return head[: place if place > most // 2 else most - 2].rstrip(" ,;:.") + " …"


def few_words(text: str, most: int = 12, letters: int = 100) -> str:
    """At most so many words and letters: a title of one or two lines."""
    several = text.split()
    if len(several) <= most and len(text) <= letters:
        return " ".join(several)
    return brief(" ".join(several[:most]), letters - 1).removesuffix(" …").rstrip(",;:.") + "…"


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[Cell | str]], widths: Sequence[float], *, numbers: Sequence[int] = (), wide: bool = False,
          titled: bool = False) -> Table:  # fmt: skip
    """A table of cells and plain text. `widths` need not add up to 1."""
    whole = sum(widths)
    cells = tuple(tuple(one if isinstance(one, Cell) else Cell(one) for one in row) for row in rows)
    return Table(caption, tuple(head), cells, tuple(width / whole for width in widths), tuple(numbers), wide, titled)
