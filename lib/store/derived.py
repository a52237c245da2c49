"""Spatial statistics of a catalogue: taken from `data/derived/` where they are there, else computed in a process of its own.

Each answer is kept under the hash of what it was computed from, so a changed figure renews what depends on it and no more.
"""

from __future__ import annotations

import hashlib
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lib.model import NeighborhoodMeasure, Series
from lib.settings import ROOT
from lib.store.catalogue import Catalogue

log = logging.getLogger("outcomestat")
CLASSES, CHANGE_CLASSES = 5, 3
LEAST_SHARE = 0.85  # of the areas, below which no association is computed
SECONDS = 600
FILE = Path("derived") / "spatial.json"


@dataclass(frozen=True)
class Spatial:
    """`neighbors` of each area; the `drawing` of all; and for each measure and series: breaks, change_breaks, and moran, p and clusters by period."""

    neighbors: dict[str, list[str]]
    drawing: dict[str, Any]
    series: dict[str, dict[str, Any]]  # by "measure/series"


def spatial(catalogue: Catalogue, folder: Path) -> Spatial:
    """The statistics of the catalogue. Where PySAL is not there or fails, those that are not kept are absent, with a word
    in the log: a map without them says so."""
    answers = _answers(catalogue, _kept(folder))
    return _by_series(catalogue, answers)


def derive(catalogue: Catalogue, folder: Path) -> int:
    """Writes `derived/spatial.json` anew and gives the number of answers in it. Raises OSError when it cannot be written."""
    answers = _answers(catalogue, _kept(folder))
    path = folder / FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(answers, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    return len(answers["maps"]) + len(answers["classes"])


def _kept(folder: Path) -> dict[str, Any]:
    try:
        return json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _answers(catalogue: Catalogue, kept: dict[str, Any]) -> dict[str, Any]:
    """What the catalogue needs: kept answers where their hash is the same, else new ones."""
    if not catalogue.areas:
        return {"shapes": "", "neighbors": {}, "drawing": {}, "maps": {}, "classes": {}}
    shapes = _hash(catalogue.boundaries)
    same = kept if kept.get("shapes") == shapes else {}
    neighbors, drawing = same.get("neighbors"), same.get("drawing")
    maps, classes = _needs(catalogue, shapes)
    found = {
        "maps": {key: kept["maps"][key] for key in maps if key in kept.get("maps", {})},
        "classes": {key: kept["classes"][key] for key in classes if key in kept.get("classes", {})},
    }
    request = {
        "shapes": catalogue.boundaries,
        "neighbors": neighbors,
        "drawing": drawing,
        "maps": {key: values for key, values in maps.items() if key not in found["maps"]},
        "classes": {key: values for key, values in classes.items() if key not in found["classes"]},
    }
    if neighbors is None or drawing is None or request["maps"] or request["classes"]:
        new = _ask(request)
        neighbors, drawing = new.get("neighbors", {}), new.get("drawing") or _undrawn(catalogue)
        found = {name: found[name] | new.get(name, {}) for name in found}
    return {"shapes": shapes, "neighbors": neighbors, "drawing": drawing, **found}


def _undrawn(catalogue: Catalogue) -> dict[str, Any]:
    """The shapes as they came, for drawing where they could not be simplified."""
    features = [one | {"properties": {"n": number, "name": area.name}}
                for number, (one, area) in enumerate(zip(catalogue.boundaries["features"], catalogue.areas, strict=True))]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "lib.store.spatial"]
    try:
        done = subprocess.run(command, input=json.dumps(request), capture_output=True, text=True, cwd=ROOT,
                              timeout=SECONDS, check=True)  # fmt: skip
        return json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as problem:
        log.error("spatial statistics could not be computed: %s %s", problem, getattr(problem, "stderr", ""))
        return {}


def _needs(catalogue: Catalogue, shapes: str) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, Any]]]:
    maps, classes = {}, {}
    least = LEAST_SHARE * len(catalogue.areas)
    for _, _, table in series_tables(catalogue):
        pooled = {"values": sorted(table["value"].tolist()), "k": CLASSES}
        classes[_hash(pooled)] = pooled
        change = _change(table)
        classes[_hash(change)] = change
        for values in _by_period(table).values():
            if len(values) >= least:
                maps[_hash([shapes, values])] = values
    return maps, classes


def _by_series(catalogue: Catalogue, answers: dict[str, Any]) -> Spatial:
    found = {}
    for measure, series, table in series_tables(catalogue):
        pooled = {"values": sorted(table["value"].tolist()), "k": CLASSES}
        maps = {period: answers["maps"].get(_hash([answers["shapes"], values])) for period, values in _by_period(table).items()}
        found[f"{measure.id}/{series.id}"] = {
            "breaks": answers["classes"].get(_hash(pooled), []),
            "change_breaks": answers["classes"].get(_hash(_change(table)), [])[:-1],
            "periods": {period: one for period, one in maps.items() if one},
        }
    return Spatial(answers["neighbors"], answers["drawing"], found)


def series_tables(catalogue: Catalogue) -> Iterator[tuple[NeighborhoodMeasure, Series, pd.DataFrame]]:
    """Each series of each measure with its usable figures by area: known, without a caution, newest vintage."""
    areas = {area.id for area in catalogue.areas}
    table = catalogue.area_observations
    usable = table[table["value"].notna() & (table["caution"] == "") & (table["group"] == "") & table["geography"].isin(areas)]
    usable = usable.sort_values("vintage", kind="stable").drop_duplicates(["measure", "series", "geography", "period"], keep="last")
    groups = dict(tuple(usable.groupby(["measure", "series"])))
    for measure in catalogue.measures:
        for series in measure.series:
            if (measure.id, series.id) in groups:
                yield measure, series, groups[measure.id, series.id].sort_values("end", kind="stable")


def _by_period(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    return {str(period): dict(zip(rows["geography"], rows["value"].astype(float), strict=True))
            for period, rows in table.groupby("period", sort=False)}  # fmt: skip


def _change(table: pd.DataFrame) -> dict[str, Any]:
    """The sizes of the changes from the first period to the last."""
    periods = list(_by_period(table).values())
    first, last = periods[0], periods[-1]
    sizes = sorted(round(abs(last[area] - first[area]), 6) for area in first if area in last) if len(periods) > 1 else []
    return {"values": sizes, "k": CHANGE_CLASSES}


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:20]
