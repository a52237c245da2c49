"""Service requests of an ArcGIS layer: page by page into a CSV file in the City's layout, which the loader of such files then reads.

Memory holds one page. What was broken off goes on after the last whole page; a file that is not whole is never loaded. It holds addresses,
so nobody else on the machine may read it, and it is removed once it was loaded. Never called live while this was written: the shapes
are those of recorded replies.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

from lib.store.request_rows import COLUMNS, NEEDED, bare
from lib.store.sources import arcgis
from lib.store.sources.context import fetcher_for, switched_off
from lib.store.sources.errors import SourceError, SourceUnavailable
from lib.store.sources.fetch import Fetcher
from lib.store.sources.settings import ServiceRequests, Sources

GOES_ON = timedelta(hours=24)  # what was broken off longer ago is begun anew: its first pages are old by now
WHAT = "the service requests"


@dataclass(frozen=True)
class Whole:
    """All rows of the layer as a file. `name` says where they come from, and of which day; `gone_on` whether an earlier try was."""

    path: Path
    name: str
    rows: int
    gone_on: bool


@dataclass
class _Way:
    """How far the reading has come, as it is noted beside the file after each page."""

    key: str  # of what was asked; another question begins anew
    begun_at: str
    expected: int  # rows that the layer counted at the beginning
    rows: int = 0
    size: int = 0  # bytes of the file up to the end of the last whole page
    last: int = -1  # the last object id

    @property
    def is_fresh(self) -> bool:
        return datetime.now(UTC) - datetime.fromisoformat(self.begun_at) < GOES_ON


@dataclass(frozen=True)
class _Layer:
    """What is asked of the layer, and by which of its fields."""

    fetcher: Fetcher
    source: ServiceRequests
    name: str
    where: str
    fields: Mapping[str, str]  # the layer's name of each of our columns that it has
    object_id: str  # "" = pages go by offset, in the order of source.order_by
    size: int

    @property
    def key(self) -> str:
        asked = [self.source.address, self.where, self.object_id, self.source.order_by, sorted(self.fields.items())]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def fetch_requests(settings: Sources, root: Path, *, zone: tzinfo, since: date | None = None, told: Callable[[str], None] = lambda said: None) -> Whole:
    """Reads all requests of the layer, or those that changed since a day, onto the disk. `told` hears how far it is; `zone` is the city's.

    Raises SourceError where the layer is not set up or lacks a column, and SourceUnavailable where the server fails, or the limits of one
    sitting are reached: asked again within a day, it goes on where it stopped.
    """
    source = settings.service_requests
    if source is None:
        raise switched_off("service_requests")
    folder = root / settings.folder / "service-requests"
    path = folder / "requests.csv"
    layer = _layer(fetcher_for(settings, root), source, since)
    expected = arcgis.count_rows(layer.fetcher, source.address, layer.where)
    if expected > source.max_rows:
        raise SourceError(f"The layer has {expected:,} rows, and {source.max_rows:,} are taken; narrow its where, or name a day with --since.", detail=source.address)
    if not expected:
        raise SourceError("The layer has no such request." if since is None else f"The layer has no request that changed since {since.isoformat()}.", detail=source.address)
    before = _noted(path)
    goes_on = before is not None and before.key == layer.key and before.is_fresh and path.exists() and path.stat().st_size >= before.size
    way = before if goes_on and before else _Way(layer.key, datetime.now(UTC).isoformat(), expected)
    if goes_on:
        told(f"Going on after {way.rows:,} of {way.expected:,} rows.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _read(layer, way, path, told)
    except OSError as problem:
        raise SourceError(f"What is read cannot be written to {folder}: {problem.strerror}. Nothing was loaded.") from problem
    except SourceUnavailable as problem:
        raise SourceUnavailable(f"{problem.sentence} {way.rows:,} of {way.expected:,} rows are kept for a day: the same command goes on after them. Nothing was loaded.",
                                detail=problem.detail) from None  # fmt: skip
    day = datetime.fromisoformat(way.begun_at).astimezone(zone).date()
    changed = f", changed since {since.isoformat()}" if since else ""
    return Whole(path, f"{layer.name} at {urlsplit(source.address).hostname}, read {day.isoformat()}{changed}", way.rows, goes_on)


def forget(path: Path) -> None:
    """Removes the file and the note of how far it came."""
    for one in (_note_of(path), path):
        one.unlink(missing_ok=True)


def _layer(fetcher: Fetcher, source: ServiceRequests, since: date | None) -> _Layer:
    about = arcgis.ask(fetcher, source.address, {}, WHAT)
    there = [one["name"] for one in arcgis.fields_of(about, source.address)]
    object_id = arcgis.object_id_of(about, source.address)
    if not object_id and not source.order_by:
        raise SourceError("The layer names no object id, so its pages have no order; set order_by for it.", detail=source.address)
    where = source.where
    if since is not None:
        if source.changed_field not in there:
            raise SourceError(f"The layer has no field {source.changed_field or 'named as changed_field in config.toml'}, so it cannot be asked what changed since a day.", detail=source.address)
        where = f"({where}) AND {source.changed_field} >= DATE '{since.isoformat()}'"
    name = str(about.get("name", ""))[:100] or "A layer"
    return _Layer(fetcher, source, name, where, _fields(there, source), object_id, arcgis.size_of_page(about, source.page_size))


def _fields(there: Sequence[str], source: ServiceRequests) -> dict[str, str]:
    """The layer's name of each of our columns: as config.toml says, else by the City's names. Raises SourceError where one is lacking."""
    if unknown := set(source.names) - set(COLUMNS):
        raise SourceError(f"config.toml names {', '.join(sorted(unknown))} under sources.service_requests.names; there are {', '.join(COLUMNS)}.")
    by_bare = {bare(name): name for name in there}
    found = {}
    for ours, names in COLUMNS.items():
        wanted = (source.names[ours],) if ours in source.names else names
        known = [by_bare[bare(name)] for name in wanted if bare(name) in by_bare]
        if known:
            found[ours] = known[0]
        elif ours in source.names or ours in list(COLUMNS)[:NEEDED]:
            raise SourceError(f"The layer has no field {wanted[0]}. If it has another name now, write it under sources.service_requests.names as {ours}.",
                              detail=", ".join(there)[:500])  # fmt: skip
    return found


def _read(layer: _Layer, way: _Way, path: Path, told: Callable[[str], None]) -> None:
    """Adds page after page to the file until the layer gives no more, and holds what came against what it counts."""
    with _opened(path, way, layer) as handle:
        lines = csv.writer(handle)
        for _ in range(layer.fetcher.limits.max_pages):
            rows = _page(layer, way)
            if not rows:
                break
            lines.writerows([_cell(row[name]) for name in layer.fields.values()] for row in rows)
            handle.flush()
            way.rows += len(rows)
            way.size, way.last = path.stat().st_size, rows[-1][layer.object_id] if layer.object_id else -1
            _note(path, way)
            told(f"{way.rows:,} of {way.expected:,} rows.")
            if way.rows > layer.source.max_rows:
                raise SourceError(f"The layer gives more than the {layer.source.max_rows:,} rows that are taken.", detail=layer.source.address)
        else:
            raise SourceUnavailable(f"The layer did not end within the {layer.fetcher.limits.max_pages:,} pages of one sitting.", detail=layer.source.address)
    now = arcgis.count_rows(layer.fetcher, layer.source.address, layer.where)
    if way.rows < min(way.expected, now):  # what came in meanwhile makes more, never fewer
        forget(path)
        raise SourceError(f"The layer counts {now:,} rows and gave {way.rows:,}, so it is not whole. Nothing was loaded; the next try begins anew.", detail=layer.source.address)
    if path.stat().st_size != way.size:
        forget(path)
        raise SourceError("Somebody else wrote to the same file, so it is not whole. Nothing was loaded; the next try begins anew.", detail=str(path))


def _page(layer: _Layer, way: _Way) -> list[dict[str, Any]]:
    """The rows after those that are there; none at the end. By object id a row that comes in or goes meanwhile moves no other."""
    address, by_id = layer.source.address, layer.object_id
    query = {"outFields": ",".join(dict.fromkeys([*layer.fields.values(), *([by_id] if by_id else [])])), "returnGeometry": "false",
             "resultRecordCount": str(layer.size), "orderByFields": by_id or layer.source.order_by}  # fmt: skip
    if by_id:
        query["where"] = f"({layer.where}) AND {by_id} > {way.last}"
    else:
        query |= {"where": layer.where, "resultOffset": str(way.rows)}
    page = arcgis.ask(layer.fetcher, f"{address}/query", query, WHAT)
    rows = arcgis.attributes_of(page, address)
    if not rows and page.get("exceededTransferLimit"):
        raise SourceUnavailable("The layer says that there is more, and gives nothing.", detail=address)
    if any(name not in row for row in rows for name in layer.fields.values()):
        raise SourceUnavailable("The layer's fields changed while it was read.", detail=address)
    if by_id:
        ids = [row.get(by_id) for row in rows]
        if any(type(one) is not int for one in ids) or any(one <= before for before, one in zip([way.last, *ids], ids, strict=False)):
            raise SourceUnavailable("The layer gives the same rows again, or not in the order of their ids.", detail=address)
    elif way.rows + len(rows) > way.expected + layer.size:
        raise SourceUnavailable("The layer gives the same rows again and again.", detail=address)
    return rows


def _opened(path: Path, way: _Way, layer: _Layer) -> TextIO:
    """The file at the end of its last whole page; a new one with the City's names in its first line."""
    handle = open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8", newline="")  # noqa: SIM115  the caller closes it
    handle.truncate(way.size)
    handle.seek(0, os.SEEK_END)
    if not way.size:
        csv.writer(handle).writerow([COLUMNS[ours][0] for ours in layer.fields])
    return handle


def _cell(value: object) -> str:
    """A value as the City's CSV has it: a whole number without a point, missing as nothing."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _note_of(path: Path) -> Path:
    return path.with_suffix(".json")


def _note(path: Path, way: _Way) -> None:
    """Whole or not at all."""
    writing = path.with_suffix(".writing")
    writing.write_text(json.dumps(asdict(way)), encoding="utf-8")
    os.replace(writing, _note_of(path))


def _noted(path: Path) -> _Way | None:
    """How far an earlier try came; None where that is not known."""
    try:
        return _Way(**json.loads(_note_of(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
