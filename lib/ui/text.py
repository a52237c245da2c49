"""Text that comes from data is text everywhere: escaped for HTML, and for Markdown."""

from __future__ import annotations

import html
import re

MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")


def escape(text: object) -> str:
    """`text` as HTML that shows exactly it."""
    return html.escape(str(text), quote=True)


def md_escape(text: object) -> str:
    """`text` as Markdown that shows exactly it: no link, no formula, no icon, no HTML, no line break."""
    return MARKDOWN_SIGNS.sub(r"\\\1", " ".join(str(text).split()))
