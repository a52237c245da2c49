"""Collects the words of the interface from the code, for `make words`.

Babel's own reader of Python looks into f-strings only where Python itself is 3.12 or newer, and is silent about what it passes over.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

Found = tuple[int, str, str | tuple[str | None, ...], list[str]]  # line, function, texts, comments: as Babel takes them


def extract(
    file: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Every call of a function in `keywords` with the texts that it is given, None for what is no text; in the order of the lines."""
    calls = [
        node
        for node in ast.walk(ast.parse(file.read()))
        if isinstance(node, ast.Call) and _name(node) in keywords and node.args
    ]
    for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
        texts = tuple(
            one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else None for one in call.args
        )
        yield call.lineno, _name(call), texts if len(texts) > 1 else texts[0] or (None,), []


def _name(call: ast.Call) -> str:
    """`_` of `_("…")` and of `language._("…")`."""
    return (
        call.func.id
        if isinstance(call.func, ast.Name)
        else call.func.attr
        if isinstance(call.func, ast.Attribute)
        else ""
    )
