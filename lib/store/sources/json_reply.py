"""JSON as a source sends it: what a figure cannot be (NaN, infinity, a number of a thousand digits) is no JSON here."""

from __future__ import annotations

import json
import math
from typing import Any

from lib.store.sources.errors import SourceUnavailable


def parsed(content: bytes, *, source: str) -> Any:
    """Raises SourceUnavailable for what is no JSON: a reply that was cut off, or a page that says that all is well."""
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as problem:  # UnicodeDecodeError is a ValueError
        raise SourceUnavailable(f"{source} sent something that is not whole JSON.", detail=str(problem)[:200]) from None


def as_bytes(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:40]} is too large")
    return value
