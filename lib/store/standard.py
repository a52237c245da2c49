"""Reads `data/standard.toml`: the criteria of an outside standard, and what of our own store may show each of them."""

from __future__ import annotations

from typing import Any, Literal

from lib.store.files import Free, Slug, Text, _File
from lib.store.reader import Reader

# The kinds of evidence that lib/standard.py can count.
EVIDENCE = ("targets", "targets_ahead", "owners", "figures", "confirmed", "by_area", "service_measures", "published", "meetings", "frozen", "follow_ups",
            "promises", "feedback", "letters", "ideas", "evaluations", "decisions", "tested_strategies", "money_moved")  # fmt: skip


class PartEntry(_File):
    id: Slug
    name: Text
    asks: Text
    wording: Text
    reference: Text


class CriterionEntry(_File):
    id: Slug
    part: Slug
    name: Text
    asks: Text
    would_show: Text
    evidence: list[Literal[EVIDENCE]]
    wording: Free


class StandardFile(_File):
    name: Text
    note: Free
    reference: Text
    part: list[PartEntry]
    criterion: list[CriterionEntry]


def read_standard(reader: Reader) -> dict[str, Any]:
    """The standard as its file has it, each criterion held against the parts; {} where the city has none."""
    path = reader.folder / "standard.toml"
    if not path.exists():
        return {}
    content: StandardFile | None = reader.toml(path, StandardFile)
    if content is None:
        return {}
    for kind, entries in (("part", content.part), ("criterion", content.criterion)):
        for number, one in enumerate(entries, start=1):
            if one.id in {earlier.id for earlier in entries[: number - 1]}:
                reader.report(path, f"{kind} {number}, id", f"{one.id!r} stands twice", "give each its own id")
    parts = {one.id for one in content.part}
    for number, one in enumerate(content.criterion, start=1):
        if one.part not in parts:
            reader.report(
                path,
                f"criterion {number}, part",
                f"there is no part {one.part!r}",
                f"write one of: {', '.join(sorted(parts))}",
            )
    return content.model_dump(mode="json")
