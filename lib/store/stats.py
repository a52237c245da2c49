"""Reads the agencies and the Stats of `data/`: who meets about what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lib.cycle import Agency, Stat
from lib.model import Framework, NeighborhoodMeasure
from lib.store.files import ExampleFile, StatsFile
from lib.store.reader import Reader

AGENCY_COLUMNS = ("id", "name", "short", "principal", "reference")


def read_agencies(reader: Reader) -> tuple[Agency, ...]:
    """The agencies in the file's order. None where the city has no agencies.csv."""
    path = reader.folder / "agencies.csv"
    found: dict[str, Agency] = {}
    for line, row in reader.rows(path, AGENCY_COLUMNS):
        for key in ("id", "name", "short", "reference"):
            if not row[key]:
                reader.report(path, f"line {line}, {key}", "is empty", f"write its {key}")
        if row["principal"] not in ("true", "false"):
            reader.report(path, f"line {line}, principal", f"{row['principal']!r} is neither", "write true where the law asks a meeting a month, else false")
        if row["id"] in found:
            reader.report(path, f"line {line}, id", f"{row['id']!r} stands twice", "remove one of the two")
        found[row["id"]] = Agency(row["id"], row["name"], row["short"], row["principal"] == "true", row["reference"])
    return tuple(found.values())


def read_stats(
    reader: Reader, agencies: Sequence[Agency], frameworks: Sequence[Framework], measures: Mapping[str, NeighborhoodMeasure]
) -> tuple[Stat, ...]:
    """The Stats in the file's order, each held against what it names. None where the city has no stats.toml."""
    path = reader.folder / "stats.toml"
    if not path.exists():
        return ()
    content = reader.toml(path, StatsFile)
    if content is None:
        return ()
    known = {
        "agencies": {one.id for one in agencies},
        "indicators": {one.id for framework in frameworks for one in framework.indicators},
        "measures": set(measures),
    }
    outcomes = {one.id for framework in frameworks for one in framework.outcomes}
    seen: set[str] = set()
    stats = []
    for number, entry in enumerate(content.stat, start=1):
        if entry.id in seen:
            reader.report(path, f"stat {number}, id", f"{entry.id!r} stands twice", "give each Stat its own id")
        seen.add(entry.id)
        for key, ids in known.items():
            for one in getattr(entry, key):
                if one not in ids:
                    where = {"agencies": "agencies.csv", "indicators": "any framework", "measures": "measures/"}[key]
                    reader.report(path, f"stat {number}, {key}", f"{one!r} is not in {where}", "write an id that is, or take it out")
        for one in set(entry.safety) - {*entry.indicators, *entry.measures}:
            reader.report(path, f"stat {number}, safety", f"{one!r} is none of its indicators and measures", "add it there, or take it out here")
        if entry.outcome and entry.outcome not in outcomes:
            reader.report(path, f"stat {number}, outcome", f"there is no outcome {entry.outcome!r}", "write the id of one, or leave it empty")
        plain = entry.model_dump()
        stats.append(Stat(**{key: tuple(value) if isinstance(value, list) else value for key, value in plain.items()}))
    return tuple(stats)


def read_example(reader: Reader, stats: Sequence[Stat]) -> dict[str, Any]:
    """The made-up Stat as the file has it, held against what it names; {} where the city has none."""
    path = reader.folder / "example.toml"
    if not path.exists():
        return {}
    content: ExampleFile | None = reader.toml(path, ExampleFile)
    if content is None:
        return {}
    made_up = {one.id: one for one in stats if one.example}
    for number, one in enumerate(content.meeting, start=1):
        if one.stat not in made_up:
            reader.report(path, f"meeting {number}, stat", f"{one.stat!r} is no Stat with example = true in stats.toml",
                          f"write one of: {', '.join(made_up) or '(there are none)'}")  # fmt: skip
    return content.model_dump(mode="json")
