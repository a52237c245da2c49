"""The last good copy of what a source gave, on disk with its date and SHA-256, for the day on which the source fails.

A copy is good when it was read without an error. A source that answers with something unexpected is an error and is not
covered up by an old copy; only a source that fails to answer is.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from lib.store.sources.errors import SourceUnavailable

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Fetched:
    """What a source gave, in the form in which it is kept. `source_sha256` is of what came over the line or from the file."""

    content: bytes
    address: str
    fetched_at: datetime
    source_sha256: str


@dataclass(frozen=True)
class Origin:
    """Where an answer comes from. With `is_kept` it is the last good copy, and `failure` says why."""

    name: str
    address: str
    fetched_at: datetime
    sha256: str
    is_kept: bool = False
    age_days: float = 0.0
    failure: str = ""
    not_kept: str = ""  # why no copy of it could be kept

    @property
    def sentence(self) -> str:
        """For the reader: what stands in for what, and how old it is."""
        day = f"{self.fetched_at:%B} {self.fetched_at.day}, {self.fetched_at.year}"
        if not self.is_kept:
            return f"Read on {day}."
        days = int(self.age_days)
        old = "less than a day" if days < 1 else "1 day" if days == 1 else f"{days:,} days"
        return f"{self.failure} The copy of {day} is used instead; it is {old} old."


class Keeper:
    """A folder of last good copies, one for each name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, fetched: Fetched) -> None:
        """Raises OSError where the disk is full or the folder cannot be written; the older copy is then as it was."""
        self._folder.mkdir(parents=True, exist_ok=True)
        sha256 = hashlib.sha256(fetched.content).hexdigest()
        stem = _stem(name)
        body = self._folder / f"{stem}.{sha256[:16]}.copy"
        _write(body, fetched.content)
        about = {
            "name": name, "body": body.name, "sha256": sha256, "source_sha256": fetched.source_sha256,
            "address": fetched.address, "fetched_at": fetched.fetched_at.astimezone(UTC).isoformat(),
        }  # fmt: skip
        _write(self._folder / f"{stem}.json", json.dumps(about, indent=2).encode())  # from here on the new copy counts
        for older in self._folder.glob(f"{stem}.*.copy"):
            if older != body:
                older.unlink(missing_ok=True)

    def newest(self, name: str) -> Fetched | None:
        """None where there is no copy, or where it is not any more what was kept."""
        try:
            about = json.loads((self._folder / f"{_stem(name)}.json").read_text(encoding="utf-8"))
            body = about["body"]
            if Path(body).name != body:
                return None
            content = (self._folder / body).read_bytes()
            if hashlib.sha256(content).hexdigest() != about["sha256"] or about["name"] != name:
                return None
            fetched_at = datetime.fromisoformat(about["fetched_at"])
            return Fetched(content, about["address"], fetched_at.astimezone(UTC), about["source_sha256"])
        except (OSError, ValueError, KeyError, TypeError):
            return None


def fresh_or_kept(
    name: str, *, keeper: Keeper, now: datetime, fetch: Callable[[], Fetched], read: Callable[[bytes], Answer]
) -> tuple[Answer, Origin]:
    """What the source gives now, else what it gave last. `read` raises SourceError for what is not as expected.

    Raises SourceUnavailable where the source fails and there is no copy.
    """
    try:
        fetched = fetch()
        answer = read(fetched.content)
    except SourceUnavailable as failure:
        kept = keeper.newest(name)
        if kept is None:
            raise SourceUnavailable(f"{failure.sentence} There is no earlier copy that could be used.", detail=failure.detail) from None
        age = max((now - kept.fetched_at).total_seconds() / 86_400, 0.0)
        return read(kept.content), Origin(name, kept.address, kept.fetched_at, kept.source_sha256, True, age, failure.sentence)
    not_kept = ""
    try:
        keeper.keep(name, fetched)
    except OSError as problem:
        not_kept = f"No copy could be kept: {problem.strerror or type(problem).__name__}."
    return answer, Origin(name, fetched.address, fetched.fetched_at, fetched.source_sha256, not_kept=not_kept)


def _stem(name: str) -> str:
    """A file name that no name can lead out of the folder, and that two names never share."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
