"""Pages of plain HTML: what all of them have around their content. No script, one style sheet, links that hold under any address."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from lib import words
from lib.assessment import Assessment, status_word
from lib.charts import theme
from lib.language import _, current
from lib.opendata.changes import PATH
from lib.opendata.edition import Edition

SIGNS = {"good": "\N{BLACK CIRCLE}", "concern": "\N{BLACK UP-POINTING TRIANGLE}", "serious": "\N{BLACK SQUARE}", "neutral": "\N{WHITE CIRCLE}"}


def escape(text: object) -> str:
    return html.escape(str(text), quote=True)


def page(edition: Edition, *, title: str, body: str, root: str = "") -> str:
    """A whole page. `title` is text, `body` HTML; `root` leads from the page's folder to the first page's: "" or "../"."""
    city = edition.settings.city
    subscribe = f'<link rel="alternate" type="application/atom+xml" href="{root}{PATH}" title="{escape(city.title)}">\n'
    menu = f'<nav aria-label="{escape(_("Pages"))}"><a href="{root}index.html">{escape(city.title)}, {escape(city.name)}</a> ' + " ".join(
        f'<a href="{root}index.html#{place}">{escape(name)}</a>' for place, name in (("outcomes", _("Outcomes")), ("places", words.capital(edition.settings.areas.several)), ("data", _("Data")))
    )  # fmt: skip
    return (
        f'<!doctype html>\n<html lang="{escape(current())}">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n"
        f'<link rel="stylesheet" href="{root}style.css">\n{subscribe}</head>\n<body>\n<a class="skip" href="#main">{escape(_("Skip to the content"))}</a>\n'
        f'<header>{menu}</nav></header>\n<main id="main">\n{body}\n</main>\n{footer(edition, root)}\n</body>\n</html>\n'
    )


def footer(edition: Edition, root: str) -> str:
    city = edition.settings.city
    said = _("As of {day}, release {release}. Licence: {licence}.").format(day=words.day(edition.as_of), release=edition.release[:12], licence=city.licence)
    sources = f' <a href="{root}data/v1/sources.md">{escape(_("Sources and credits"))}</a>.' if edition.sources else ""
    return (f"<footer><p>{escape(said)}{sources} {escape(_('Questions: {contact}.').format(contact=city.contact))}</p>"
            f"<p>{escape(_('Cite as: {citation}').format(citation=edition.citation))}</p></footer>")  # fmt: skip


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str, numbers: Sequence[int] = (), kind: str = "") -> str:
    """A table of HTML cells with a text caption; the first cell names its row, and `numbers` are the columns set to the right. A `kind`
    of table has its widths in the style sheet, and a heading above it that says the caption already."""

    def side(column: int) -> str:
        return ' class="n"' if column in numbers else ""

    shown, known = (f' class="{kind}"', ' class="known"') if kind else ("", "")
    top = "".join(f'<th scope="col"{side(column)}>{escape(cell)}</th>' for column, cell in enumerate(head))
    body = "".join(
        "<tr>" + "".join(f'<th scope="row">{cell}</th>' if column == 0 else f"<td{side(column)}>{cell}</td>" for column, cell in enumerate(row)) + "</tr>\n"
        for row in rows
    )  # fmt: skip
    return (f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}"><table{shown}><caption{known}>{escape(caption)}</caption><thead><tr>{top}</tr></thead>\n'
            f"<tbody>\n{body}</tbody></table></div>")  # fmt: skip


def chip(look: theme.Look, word: str) -> str:
    """A status as sign and word; its colour says nothing that the word does not."""
    return f'<span class="status {look.tone}"><span aria-hidden="true">{SIGNS[look.tone]}</span> {escape(words.capital(word))}</span>'


def status(one: Assessment) -> str:
    return chip(theme.look_of(one.status.status, one.status.held), status_word(one))


def movement(one: Assessment) -> str:
    return chip(theme.MOVEMENT_LOOKS[one.movement.movement], str(one.movement.movement))


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """A list of terms, each with its text."""
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in pairs) + "</dl>"


def style() -> str:
    """The colours of the city for the style sheet; all else of it is site.css."""
    tones = "".join(f" --{name}: {on_light};" for name, (on_light, _dark) in theme.TONES.items())
    return (f":root {{ --ground: {theme.PAPER_GROUND}; --soft: {theme.PAPER_SOFT}; --text: {theme.PAPER_TEXT}; --muted: {theme.PAPER_MUTED}; "
            f"--brand: {theme.PAPER_BRAND}; --border: {theme.PAPER_LINE}; --mark: {theme.PAPER_MARK}; --aim: {theme.PAPER_TARGET};{tones} }}\n")  # fmt: skip
