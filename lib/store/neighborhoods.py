"""Reads the areas that the city is divided into, their names and shapes, and what is published by area."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pandas as pd

from lib.model import Area, AreaName, NeighborhoodMeasure, Series, Translations
from lib.store.files import MeasureFile
from lib.store.reader import OBSERVATION_COLUMNS, Reader, joined

AREA_COLUMNS = ("id", "name", "type", "land_sq_mi", "reference")
NAME_COLUMNS = ("area", "name", "kind", "reference")
TRACT_COLUMNS = ("tract", "area", "reference")
MEASURE_COLUMNS = (*OBSERVATION_COLUMNS[:-1], "caution", "reference")  # a caution keeps a figure out of maps, gaps and trends
NAME_KINDS = ("neighborhood", "name since 2020", "also written")


def read_areas(reader: Reader) -> tuple[Area, ...]:
    """The areas in the file's order. None where the city has no `areas/` folder."""
    folder = reader.folder / "areas"
    rows: dict[str, dict[str, str]] = {}
    for line, row in reader.rows(folder / "areas.csv", AREA_COLUMNS):
        for key in ("id", "name", "type", "reference"):
            if not row[key]:
                reader.report(folder / "areas.csv", f"line {line}, {key}", "is empty", f"write its {key}")
        land = reader.number(folder / "areas.csv", line, "land_sq_mi", row["land_sq_mi"])
        if not land > 0:
            reader.report(folder / "areas.csv", f"line {line}, land_sq_mi", f"{row['land_sq_mi']!r} is not an area of land",
                          "write square miles, such as 1.72")  # fmt: skip
        if row["id"] in rows:
            reader.report(folder / "areas.csv", f"line {line}, id", f"{row['id']!r} stands twice", "remove one of the two")
        rows[row["id"]] = row
    names = _names(reader, folder / "names.csv", set(rows))
    tracts = _tracts(reader, folder / "tracts.csv", set(rows))
    return tuple(
        Area(key, row["name"], row["type"], float(row["land_sq_mi"] or "nan"), tuple(names.get(key, ())), tuple(tracts.get(key, ())))
        for key, row in rows.items()
        if _is_number(row["land_sq_mi"])
    )


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _names(reader: Reader, path: Path, areas: set[str]) -> dict[str, list[AreaName]]:
    found: dict[str, list[AreaName]] = {}
    for line, row in reader.rows(path, NAME_COLUMNS):
        _check_area(reader, path, line, row["area"], areas)
        if row["kind"] not in NAME_KINDS:
            reader.report(path, f"line {line}, kind", f"{row['kind']!r} is not a kind of name", f"write one of: {', '.join(NAME_KINDS)}")
        if not row["name"]:
            reader.report(path, f"line {line}, name", "is empty", "write the name, or remove the line")
        found.setdefault(row["area"], []).append(AreaName(row["name"], row["kind"]))
    return found


def _tracts(reader: Reader, path: Path, areas: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line, row in reader.rows(path, TRACT_COLUMNS):
        if row["area"]:  # a tract may belong to none, such as a jail
            _check_area(reader, path, line, row["area"], areas)
            found.setdefault(row["area"], []).append(row["tract"])
    return found


def _check_area(reader: Reader, path: Path, line: int, area: str, areas: set[str]) -> None:
    if area not in areas:
        reader.report(path, f"line {line}, area", f"{area!r} is not in areas.csv", "write an id that is, or add it there")


def read_boundaries(reader: Reader, areas: tuple[Area, ...]) -> dict[str, Any]:
    """The shapes as one GeoJSON FeatureCollection, a feature an area, in the order of the areas."""
    path = reader.folder / "areas" / "boundaries.geojson"
    by_id: dict[str, dict[str, Any]] = {}
    reader.taken.add(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig")) if path.exists() or areas else {"features": []}
        features = content["features"]
        if not isinstance(features, list):
            raise TypeError("its features are no list")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as problem:
        reader.report(path, "whole file", f"is not a GeoJSON FeatureCollection ({problem})", "save the shapes as GeoJSON, one feature an area")
        return {"type": "FeatureCollection", "features": []}
    known = {area.id for area in areas}
    for number, feature in enumerate(features, start=1):
        area, fault = (feature.get("id", ""), _fault(feature)) if isinstance(feature, dict) else ("", "is no feature")
        if not isinstance(area, str) or area not in known:
            reader.report(path, f"feature {number}, id", f"{area!r} is not in areas.csv", "write an id that is, or add it there")
        elif fault:
            reader.report(path, f"feature {number}, geometry", fault, "write a Polygon or MultiPolygon with closed rings of longitude and latitude")
        else:
            by_id[area] = feature
    for area in sorted(known - set(by_id)):
        reader.report(path, "features", f"{area} has no shape", "add a feature with its id")
    return {"type": "FeatureCollection", "features": [by_id[area.id] for area in areas if area.id in by_id]}


def _fault(feature: dict[str, Any]) -> str:
    """What is wrong with a shape; "" when nothing is."""
    geometry = feature.get("geometry") or {}
    try:
        rings = [ring for polygon in polygons(geometry) for ring in polygon]
        if not rings or any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings):
            return "has a ring that is not closed"
        points = [(float(x), float(y)) for ring in rings for x, y in ring]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as problem:
        return f"cannot be read ({problem})"
    return "" if all(abs(x) <= 180 and abs(y) <= 90 for x, y in points) else "has points outside of the world"


def polygons(geometry: dict[str, Any]) -> list[list[list[list[float]]]]:
    """The polygons of a Polygon or a MultiPolygon, each a list of rings. Raises ValueError for another type."""
    if geometry.get("type") == "Polygon":
        return [geometry["coordinates"]]
    if geometry.get("type") == "MultiPolygon":
        return geometry["coordinates"]
    raise ValueError(f"type {geometry.get('type')!r}")


def read_measures(reader: Reader, places: set[str]) -> tuple[tuple[NeighborhoodMeasure, ...], pd.DataFrame]:
    """What is published by area, `measures/<id>.toml` each with its `<id>.csv`, in their order; and all its figures."""
    folder = reader.folder / "measures"
    measures, tables = [], [_no_figures()]
    for file in reader.files(folder, "*.toml"):
        reader.taken.add(file.with_suffix(".csv"))
        content = reader.toml_content(file)
        subject = reader.subject(file, content) if content is not None else None
        if content is None or subject is None:
            if content is not None:
                reader.laid_out(file, content, MeasureFile)
            continue
        entry: MeasureFile | None = reader.laid_out(file, content, MeasureFile)
        table = reader.observations(file.with_suffix(".csv"), subject, places, MEASURE_COLUMNS)
        if entry is None:
            continue
        if entry.id != file.stem:
            reader.report(file, "id", f"{entry.id!r} is not the file's name", f'write id = "{file.stem}"')
        measure = _measure(entry, reader.translations(file, "", entry))
        measures.append(measure)
        tables.append(table.assign(measure=measure.id))
    for file in reader.files(folder, "*.csv"):
        reader.taken.add(file)
        if not file.with_suffix(".toml").exists():
            reader.report(file, "file name", f"there is no {file.stem}.toml", "write it, or remove the file")
    return tuple(sorted(measures, key=lambda one: (one.order, one.id))), joined(tables)


def _measure(entry: MeasureFile, translations: Translations) -> NeighborhoodMeasure:
    plain = entry.model_dump(exclude={"series", "caveats", "flags", "translations"})
    return NeighborhoodMeasure(
        **plain,
        caveats=tuple(entry.caveats),
        flags=tuple(entry.flags),
        series=tuple(Series(**one.model_dump()) for one in entry.series),
        translations=translations,
    )


def _no_figures() -> pd.DataFrame:
    return pd.DataFrame(columns=[*MEASURE_COLUMNS, "kind", "start", "end", "measure"])
