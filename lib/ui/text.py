"""Text that comes from data is text everywhere: escaped for HTML, and for Markdown."""

from __future__ import annotations

import html
import re

IMAGE = re.compile(r"!\[")  # an image would be fetched from another machine
LINK = re.compile(r"\]\((?!https://)[^)]*\)")  # a link leads to https or nowhere
MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")


def escape(text: object) -> str:
    """`text` as HTML that shows exactly it."""
    return html.escape(str(text), quote=True)


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
