"""An ArcGIS feature layer, page by page, until the server says that there is no more and all rows are there.

Never called live while this was written: the shapes are those of recorded replies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lib.store.sources import json_reply
from lib.store.sources.errors import SourceError, SourceUnavailable
from lib.store.sources.fetch import JSON, Fetcher
from lib.store.sources.kept import Fetched

DATE, OBJECT_ID = "esriFieldTypeDate", "esriFieldTypeOID"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SCALARS = (str, int, float, bool, type(None))
SERVER_CAP = 2_000  # rows on a page where the layer does not say


@dataclass(frozen=True)
class LayerRows:
    """Dates are in UTC. `unreadable` are cells that hold no date where the layer says that they do: row, field, what stands there."""

    name: str
    fields: Mapping[str, str]  # ArcGIS types, by field
    rows: tuple[Mapping[str, Any], ...]
    unreadable: tuple[tuple[int, str, str], ...] = ()


def fetch_layer(
    fetcher: Fetcher, address: str, *, where: str = "1=1", fields: Sequence[str] = (), order_by: str = "", page_size: int = SERVER_CAP
) -> Fetched:
    """All rows of a layer, as one JSON document.

    Raises SourceUnavailable where the server fails, gives pages that do not go forward, or other than the rows it counted.
    """
    about = ask(fetcher, address, {}, "the layer")
    object_id = object_id_of(about, address)
    order = order_by or object_id
    if not order:
        raise SourceError("The layer names no object id, so its pages have no order; set order_by for it.", detail=address)
    paging = about.get("advancedQueryCapabilities")
    may_page = not (isinstance(paging, dict) and paging.get("supportsPagination") is False)
    size = size_of_page(about, page_size)
    expected = count_rows(fetcher, address, where)
    if expected > fetcher.limits.max_rows:
        raise SourceError(f"The layer has {expected:,} rows, and {fetcher.limits.max_rows:,} are taken; narrow its where.", detail=address)
    wanted = ",".join(dict.fromkeys([*fields, *([object_id] if object_id else [])])) if fields else "*"
    query = {"where": where, "outFields": wanted, "returnGeometry": "false", "orderByFields": order}
    columns, rows = _pages(fetcher, address, query, size=size, expected=expected, may_page=may_page, object_id=object_id)
    if len(rows) != expected:
        raise SourceUnavailable(f"The layer counts {expected:,} rows and gave {len(rows):,}.", detail=address)
    document = {"name": str(about.get("name", "")), "fields": columns, "rows": rows}
    content = json_reply.as_bytes(document)
    return Fetched(content, address, datetime.now(UTC), hashlib.sha256(content).hexdigest())


def object_id_of(about: Mapping[str, Any], address: str) -> str:
    """The field that numbers the layer's rows; "" where it has none."""
    return str(about.get("objectIdField") or next((one["name"] for one in fields_of(about, address) if one["type"] == OBJECT_ID), ""))


def size_of_page(about: Mapping[str, Any], wanted: int) -> int:
    """So many rows as the layer gives at once, no more than wanted."""
    cap = about.get("maxRecordCount")
    return min(wanted, cap if isinstance(cap, int) and cap > 0 else SERVER_CAP)


def _pages(
    fetcher: Fetcher, address: str, query: Mapping[str, str], *, size: int, expected: int, may_page: bool, object_id: str
) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    columns: list[dict[str, str]] = []
    rows: list[dict[str, Any]] = []
    seen: set[Any] = set()
    for _ in range(fetcher.limits.max_pages):
        paging = {"resultOffset": str(len(rows)), "resultRecordCount": str(size)} if may_page else {}
        page = ask(fetcher, f"{address}/query", {**query, **paging}, "the layer's rows")
        own = attributes_of(page, address)
        columns = columns or fields_of(page, address)
        ids = [one[object_id] for one in own if object_id in one]
        if len(set(ids)) < len(ids) or seen.intersection(ids):
            raise SourceUnavailable("The layer gives the same rows again instead of the next ones.", detail=address)
        seen.update(ids)
        rows += own
        if not page.get("exceededTransferLimit") or len(rows) > expected:
            return columns, rows
        if not own:
            raise SourceUnavailable("The layer says that there is more, and gives nothing.", detail=address)
        if not may_page:
            raise SourceError("The layer has more rows than it gives at once, and cannot give them in pages; narrow its where.", detail=address)
    raise SourceUnavailable(f"The layer did not end within {fetcher.limits.max_pages:,} pages.", detail=address)


def count_rows(fetcher: Fetcher, address: str, where: str) -> int:
    """How many rows the layer has. Raises SourceUnavailable where it does not say."""
    count = ask(fetcher, f"{address}/query", {"where": where, "returnCountOnly": "true"}, "the layer's count").get("count")
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise SourceUnavailable("The layer does not say how many rows it has.", detail=address)
    return count


def ask(fetcher: Fetcher, address: str, query: Mapping[str, str], what: str) -> dict[str, Any]:
    """An answer of the server. Raises SourceUnavailable for an error, also one that comes with status 200, and for what is no JSON."""
    reply = fetcher.get(address, {**query, "f": "json"}, kind=JSON)
    content = json_reply.parsed(reply.content, source=f"The server of {what}")
    if not isinstance(content, dict):
        raise SourceUnavailable(f"The server of {what} sent something that is no answer.", detail=address)
    if "error" in content:  # with status 200
        error = content["error"] if isinstance(content["error"], dict) else {}
        raise SourceUnavailable(f"The server of {what} answered with the error {str(error.get('code', 'without a number'))[:40]}.",
                                detail=f"{address}: {str(error.get('message', ''))[:200]}")  # fmt: skip
    return content


def fields_of(page: Mapping[str, Any], address: str) -> list[dict[str, str]]:
    """Names and ArcGIS types of the fields."""
    found = page.get("fields")
    if not isinstance(found, list) or not all(isinstance(one, dict) and isinstance(one.get("name"), str) for one in found):
        raise SourceUnavailable("The layer does not say which fields it has.", detail=address)
    return [{"name": one["name"], "type": str(one.get("type", ""))} for one in found]


def attributes_of(page: Mapping[str, Any], address: str) -> list[dict[str, Any]]:
    """The rows of a page, each a plain value by field."""
    features = page.get("features")
    if not isinstance(features, list):
        raise SourceUnavailable("The layer's answer holds no rows.", detail=address)
    rows = [one.get("attributes") if isinstance(one, dict) else None for one in features]
    if not all(isinstance(one, dict) and all(isinstance(value, SCALARS) for value in one.values()) for one in rows):
        raise SourceUnavailable("A row of the layer cannot be read.", detail=address)
    return rows  # type: ignore[return-value]


def read_layer(content: bytes) -> LayerRows:
    """What `fetch_layer` gave, with dates for epoch milliseconds."""
    document = json_reply.parsed(content, source="The kept copy of the layer")
    fields = {one["name"]: one["type"] for one in document["fields"]}
    dates = [name for name, kind in fields.items() if kind == DATE]
    rows, unreadable = [], []
    for number, row in enumerate(document["rows"], start=1):
        read = dict(row)
        for name in dates:
            if read.get(name) is None:
                continue
            try:
                read[name] = time_of(read[name])
            except (ValueError, TypeError, OverflowError):
                unreadable.append((number, name, str(read[name])))
                read[name] = None
        rows.append(read)
    return LayerRows(document["name"], fields, tuple(rows), tuple(unreadable))


def time_of(milliseconds: float) -> datetime:
    """A moment from milliseconds since the start of 1970 in UTC; also before. Raises ValueError, TypeError or OverflowError."""
    if isinstance(milliseconds, (bool, str)):
        raise TypeError("a date is a number of milliseconds")
    return EPOCH + timedelta(milliseconds=milliseconds)
