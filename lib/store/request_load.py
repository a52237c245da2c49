"""Loads service requests from a file: whole or not at all. A number that is there already is updated: the later row counts."""

from __future__ import annotations

import hashlib
import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select, update

from lib.errors import LoadRefused
from lib.language import _
from lib.methods.duplicates import Place, clusters_of, in_order, metres
from lib.roles import Person, Role, require
from lib.store.batches import utc_now
from lib.store.build import writing
from lib.store.database import plain_failures
from lib.store.load import note, plain_text
from lib.store.queries import areas, documents, shown_release
from lib.store.request_rows import CHUNK, SET_ASIDE, Reader
from lib.store.schema import request_duplicate, request_load, request_problem, service_request

PIECE = 1 << 20


@dataclass(frozen=True)
class RequestsLoaded:
    """rows = new + updated + repeated + set_aside. `problems` counts lines by what is wrong in them."""

    load: str
    rows: int
    new: int
    updated: int
    repeated: int
    set_aside: int
    problems: dict[str, int]
    is_new: bool  # False where the newest load is of the same file: nothing was changed


def load_requests(engine: Engine, path: Path, *, person: Person, zone: ZoneInfo, now: datetime | None = None, name: str = "") -> RequestsLoaded:
    """Reads the file in pieces, in one transaction: memory does not grow with it, and readers see all of it or nothing.

    `name` says where the file comes from, where its own name does not.

    Raises NotAllowed, LoadRefused where the file is none or holds no request, and a store error: nothing is kept then.
    """
    require(person, Role.EDITOR, _("Loading service requests"))
    sha256 = _sha256(path)
    with plain_failures():
        release = shown_release(engine)
        reader = Reader(areas=areas(engine, release), boundaries=documents(engine, release, "boundaries").get("", {}), zone=zone, now=now or datetime.now(UTC))
        with writing(engine) as connection:
            known = connection.execute(select(request_load).order_by(request_load.c.loaded_at.desc()).limit(1)).one_or_none()
            if known is not None and known.sha256 == sha256:
                return RequestsLoaded(known.id, known.rows, known.new, known.updated, known.repeated, known.set_aside, {}, is_new=False)
            return _write(connection, reader, path, person=person, sha256=sha256, name=name or path.name)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as handle:
            start = handle.read(4)
            if start.startswith((b"PK", b"\xff\xfe", b"\xfe\xff")):
                raise LoadRefused(_("The file is no CSV file in UTF-8. Save it as CSV UTF-8. Nothing was changed."))
            digest.update(start)
            while piece := handle.read(PIECE):
                digest.update(piece)
    except OSError as problem:
        raise LoadRefused(_("The file cannot be read: {problem}. Nothing was changed.").format(problem=problem.strerror)) from problem
    return digest.hexdigest()


def _write(connection: Connection, reader: Reader, path: Path, *, person: Person, sha256: str, name: str) -> RequestsLoaded:
    one = {"id": str(uuid.uuid4()), "loaded_at": utc_now(), "loaded_by": plain_text(person.name)[:200], "file_name": plain_text(name)[-200:],
           "sha256": sha256, "rows": 0, "new": 0, "updated": 0, "repeated": 0, "set_aside": 0, "last_day": None}  # fmt: skip
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA cache_size = -65536")  # 64 MB for the index, else each row reads and writes the disk
    connection.execute(insert(request_load), one)
    # The first load of a SQLite file makes the index at its end: in one go it is written once, row by row many times over.
    later = [*service_request.indexes] if connection.dialect.name == "sqlite" and connection.execute(select(service_request.c.id).limit(1)).first() is None else []
    for index in later:
        index.drop(connection)
    types: set[str] = set()
    last = 0
    for chunk in reader.chunks(path):
        if not chunk:
            continue
        types |= {row["type"] for row in chunk} | _replace(connection, chunk, one)
        last = max(last, *(max(row["created_day"], row["closed_day"] or 0) for row in chunk))
    set_aside = sum(count for problem, count in reader.problems.rows.items() if problem in SET_ASIDE)
    if not last:
        raise LoadRefused(_("The file holds no request that can be counted; {n:,} lines would be set aside. Nothing was changed.").format(n=set_aside))
    for index in later:
        index.create(connection)
    find_duplicates(connection, sorted(types))
    one |= {"rows": reader.read, "set_aside": set_aside, "last_day": last}
    connection.execute(update(request_load).where(request_load.c.id == one["id"]).values(**{key: one[key] for key in one if key != "id"}))
    problems = dict(reader.problems.rows)
    if problems:
        connection.execute(insert(request_problem), [
            {"load": one["id"], "problem": problem, "rows": count, "set_aside": problem in SET_ASIDE, "examples": reader.problems.examples[problem]}
            for problem, count in problems.items()
        ])  # fmt: skip
    counted = {key: one[key] for key in ("rows", "new", "updated", "repeated", "set_aside")}
    note(connection, person, "load requests", one["id"], ", ".join(f"{value} {key}" for key, value in counted.items()) + f" from {one['file_name']}, sha256 {sha256}")
    return RequestsLoaded(one["id"], **counted, problems=problems, is_new=True)


def _replace(connection: Connection, chunk: Sequence[dict[str, Any]], one: dict[str, Any]) -> set[str]:
    """Writes the rows, those that were there anew; gives the types that they had before. Counts in `one`."""
    rows = {row["id"]: row for row in chunk}  # the later row of a number counts
    one["repeated"] += len(chunk) - len(rows)
    ask = select(service_request.c.id, service_request.c.type, service_request.c.closed_at, service_request.c.reopened, service_request.c.load)
    before = connection.execute(ask.where(service_request.c.id.in_(list(rows)))).all()
    for was in before:
        again = rows[was.id]
        again["reopened"] |= was.reopened or (was.closed_at is not None and again["closed_at"] is None)
    if before:
        connection.execute(delete(service_request).where(service_request.c.id.in_([was.id for was in before])))
    in_this_file = sum(was.load == one["id"] for was in before)
    one["repeated"] += in_this_file
    one["updated"] += len(before) - in_this_file
    one["new"] += len(rows) - len(before)
    connection.execute(insert(service_request), [row | {"load": one["id"]} for row in rows.values()])
    return {was.type for was in before}


def find_duplicates(connection: Connection, types: Sequence[str]) -> None:
    """Finds the likely duplicates anew, a type at a time, and writes which request is in which cluster where that changed."""
    columns = (service_request.c[name] for name in ("id", "created_at", "closed_at", "x", "y", "address", "cluster"))
    ask = select(*columns).where(service_request.c.type == bindparam("kind"))
    move = update(service_request).where(service_request.c.id == bindparam("request")).values(cluster=bindparam("leader"))
    middle = connection.execute(select(func.avg(service_request.c.y))).scalar() or 0.0
    for kind in types:
        before: dict[str, str] = {}
        requests: list[Place] = []
        for row in connection.execute(ask, {"kind": kind}, execution_options={"yield_per": CHUNK}):
            x, y = metres(row.x, row.y, middle=middle) if row.x is not None else (math.nan, math.nan)
            requests.append(Place(row.id, row.created_at, row.closed_at, x, y, row.address))
            if row.cluster:
                before[row.id] = row.cluster
        leaders, found = clusters_of(in_order(requests))
        changed = [{"request": one, "leader": leaders.get(one, "")} for one in {**before, **leaders} if before.get(one, "") != leaders.get(one, "")]
        if changed:
            connection.execute(move, changed)
        connection.execute(delete(request_duplicate).where(request_duplicate.c.type == kind))
        kept = [{"type": kind, "metres": one.metres, "days": one.days, "in_clusters": one.in_clusters, "clusters": one.clusters} for one in found if one.in_clusters]
        if kept:
            connection.execute(insert(request_duplicate), kept)
