"""Reads who answers for the sources of `data/`, and holds every steward against the agencies: a role or an agency, never a person."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from lib.cycle import Agency
from lib.model import Framework, NeighborhoodMeasure, Source
from lib.store.reader import Reader

SOURCE_COLUMNS = ("source", "steward", "obtained", "reference")
REMEDY = 'write an agency of agencies.csv ("Health"), or a role and its agency ("Data-Driven Officer, Health"); no person\'s name, for these files are public'


def read_sources(reader: Reader, agencies: Sequence[Agency], frameworks: Sequence[Framework], measures: Sequence[NeighborhoodMeasure]) -> tuple[Source, ...]:
    """Who answers for each source, in the file's order. None where the city has no sources.csv."""
    path = reader.folder / "sources.csv"
    known = {one.source for framework in frameworks for one in framework.indicators} | {one.source for one in measures}
    found: dict[str, Source] = {}
    for line, row in reader.rows(path, SOURCE_COLUMNS):
        if row["source"] not in known:
            near = difflib.get_close_matches(row["source"], known, n=1)
            reader.report(path, f"line {line}, source", f"no indicator and no measure has the source {row['source']!r}",
                          f"did you mean {near[0]!r}?" if near else "write it as their files do, or remove the line")  # fmt: skip
        if row["source"] in found:
            reader.report(path, f"line {line}, source", f"{row['source']!r} stands twice", "remove one of the two")
        if not row["reference"]:
            reader.report(path, f"line {line}, reference", "is empty", "write how it is known who answers for it")
        check_steward(reader, path, f"line {line}, steward", row["steward"], agencies)
        found[row["source"]] = Source(row["source"], row["steward"], row["obtained"], row["reference"])
    return tuple(found.values())


def check_stewards(reader: Reader, agencies: Sequence[Agency], frameworks: Sequence[Framework], measures: Sequence[NeighborhoodMeasure]) -> None:
    """Every steward of an indicator or a measure names an agency, and so does every measure's owner."""
    for framework in frameworks:
        for one in framework.indicators:
            check_steward(reader, reader.folder / "frameworks" / framework.id / "indicators" / f"{one.id}.toml", "steward", one.steward, agencies)
    names = {agency.name for agency in agencies}
    for one in measures:
        file = reader.folder / "measures" / f"{one.id}.toml"
        check_steward(reader, file, "steward", one.steward, agencies)
        if one.owner and one.owner not in names:
            reader.report(file, "owner", f"{one.owner!r} is no agency's name in agencies.csv", "write one that is, or add its agency there")


def check_steward(reader: Reader, file: Path, key: str, steward: str, agencies: Sequence[Agency]) -> None:
    """Reports a steward who is not an agency, alone or after a role. Nothing is asked of an empty one: nobody is named."""
    if not steward:
        return
    names = {name for one in agencies for name in (one.id, one.name, one.short)}
    is_named = steward in names or any(steward.endswith(f", {name}") and steward.removesuffix(f", {name}").strip() for name in names)
    if not is_named or "@" in steward:
        reader.report(file, key, f"{steward!r} {'holds an address' if is_named else 'names no agency of agencies.csv'}", REMEDY)
