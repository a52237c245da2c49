"""The same papers as a page to be printed: one piece of HTML in the classes of the style sheet, every text escaped."""

from __future__ import annotations

from html import escape

from lib import words
from lib.language import _
from lib.stat.papers.parts import Bars, Cell, Deck, Heading, Items, Lines, Paper, Part, Table, Text


def page(*papers: Paper | Deck) -> str:
    """The papers one after the other, each on a new sheet when it is printed."""
    return "".join(_paper(one, first=number == 0) for number, one in enumerate(papers))


def _paper(one: Paper | Deck, *, first: bool) -> str:
    marks = "".join(f"<p class='example'><strong>{_said(mark)}</strong></p>" for mark in one.marks)
    body = "".join(map(_part, one.parts)) if isinstance(one, Paper) else "".join(
        f"<section style='break-inside: avoid'><h2 class='section'>{_said(slide.title)}</h2>{''.join(map(_part, slide.parts))}{_note(slide.note)}</section>"
        for slide in one.slides)  # fmt: skip
    apart = "" if first else " style='break-before: page'"
    return f"<article{apart}><p class='note'>{_said(one.about)}</p>{marks}<h1 class='page'>{_said(one.title)}</h1>{body}{_note(one.stamp)}</article>"


def _said(text: str) -> str:
    """Text as HTML; a new line stays one."""
    return "<br>".join(escape(line, quote=True) for line in text.splitlines())


def _note(text: str) -> str:
    return f"<p class='note'>{_said(text)}</p>" if text else ""


def _part(part: Part) -> str:
    match part:
        case Heading(text, level):
            return f"<h{level + 1} class='section'>{_said(text)}</h{level + 1}>"
        case Text(text, kind):
            return _note(text) if kind == "note" else f"<p><strong>{_said(text)}</strong></p>" if kind else f"<p>{_said(text)}</p>"
        case Items(entries, numbered):
            tag = "ol" if numbered else "ul"
            return f"<{tag}>{''.join(f'<li>{_said(one)}</li>' for one in entries)}</{tag}>"
        case Table():
            return _table(part)
        case Lines():
            return _figure(part)
        case Bars():
            rows = [(Cell(area), Cell(words.figure(value, part.decimals, part.unit))) for area, value in zip(part.areas, part.values, strict=True)]
            return _table(Table(part.name, (_("Place"), _("Figure")), tuple(rows), (0.7, 0.3), (1,), titled=True))


def _figure(part: Lines) -> str:
    """The numbers of a line chart: a period without a figure says so, one that is still to come is empty."""
    head = (_("Period"), part.name, *(aim.name for aim in part.aims))
    rows = []
    for place, period in enumerate(part.periods):
        aims = (Cell("" if aim.values[place] is None else words.figure(aim.values[place], part.decimals, part.unit)) for aim in part.aims)
        value = words.figure(part.values[place], part.decimals, part.unit) if place < part.until else ""
        rows.append((Cell(period), Cell(value), *aims))
    return _table(Table(part.alt, head, tuple(rows), (1 / len(head),) * len(head), tuple(range(1, len(head))), titled=True))


def _table(part: Table) -> str:
    def cell(one: Cell, place: int) -> str:
        word = f"<span class='status {escape(one.tone)}' style='white-space: normal'>{_said(one.word)}</span>" if one.word else ""
        text = f"{'<br>' if word and one.text else ''}{_said(one.text)}"
        return f"<td{' class=n' if place in part.numbers else ''}>{word}{text}</td>"

    columns = "".join(f"<col style='width: {share:.0%}'>" for share in part.widths)
    head = "".join(f"<th scope='col'{' class=n' if place in part.numbers else ''}>{_said(text)}</th>" for place, text in enumerate(part.head))
    rows = "".join(f"<tr style='break-inside: avoid'>{''.join(cell(one, place) for place, one in enumerate(row))}</tr>" for row in part.rows)
    return (f"<div class='scroll' tabindex='0' role='region' aria-label='{escape(part.caption)}'><table class='plain'>{f'<caption>{_said(part.caption)}</caption>' if part.titled else ''}"
            f"<colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")  # fmt: skip
