"""Text that comes from data is text everywhere: escaped for HTML, and for Markdown; in the reader's language where the data have it."""

from __future__ import annotations

import html
import re

from lib.language import current, written_in
from lib.model import Framework, Indicator, NeighborhoodMeasure, Outcome

IMAGE = re.compile(r"!\[")  # an image would be fetched from another machine
LINK = re.compile(r"\]\((?!https://)[^)]*\)")  # a link leads to https or nowhere
MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")


def escape(text: object) -> str:
    """`text` as HTML that shows exactly it."""
    return html.escape(str(text), quote=True)


Translated = Framework | Indicator | NeighborhoodMeasure | Outcome


def texts_of(subject: Translated, field: str) -> tuple[str, ...]:
    """The texts of a field of the city's data, such as its caveats, in the reader's language where they are translated; else as they were written."""
    found = subject.translations.get(current(), {}).get(field) or getattr(subject, field)
    return (found,) if isinstance(found, str) else tuple(found)


def text_of(subject: Translated, field: str) -> str:
    """The same as one text, for what takes no HTML: a widget, a chart."""
    return " ".join(texts_of(subject, field))


def unit_of(subject: Indicator | NeighborhoodMeasure, unit: str) -> str:
    """The unit of a series of the subject, in the reader's language where it is the subject's own."""
    return text_of(subject, "unit") if unit == subject.unit else unit


def html_of(subject: Translated, field: str) -> str:
    """The same as HTML; what nobody translated says in which language it is, so that it is read out rightly and the page can say so."""
    return " ".join(htmls_of(subject, field))


def htmls_of(subject: Translated, field: str) -> list[str]:
    """The same, each text by itself."""
    shown = [escape(text) for text in texts_of(subject, field)]
    return shown if field in subject.translations.get(current(), {}) else [as_written(text) for text in shown]


def as_written(html_text: str) -> str:
    """HTML of a text that stands in the language of the data, marked so where the reader's is another."""
    return f'<span class="as-written" lang="{written_in()}">{html_text}</span>' if html_text and current() != written_in() else html_text


def md_escape(text: object) -> str:
    """`text` as Markdown that shows exactly it: no link, no formula, no icon, no HTML, no line break."""
    return MARKDOWN_SIGNS.sub(r"\\\1", " ".join(str(text).split()))


def sanitised(markdown: str) -> str:
    """Markdown from a file of the city: paragraphs, emphasis, lists and links to https stay; HTML, images, formulas,
    icons and colours become plain text. A backslash is shown, so that none can undo the escape that follows it."""
    text = html.escape(markdown, quote=False).replace("\\", r"\\")
    text = LINK.sub("]", IMAGE.sub("[", text))
    return text.replace("$", r"\$").replace(":", r"\:").replace(r"https\:", "https:")


def css_escape(text: object) -> str:
    """`text` inside a CSS string: everything but letters, digits and blanks by its number, so that nothing can end the string."""
    return "".join(letter if (letter.isalnum() and letter.isascii()) or letter == " " else f"\\{ord(letter):x} " for letter in str(text))
