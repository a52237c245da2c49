"""What takes PySAL: neighbors, spatial association and class breaks. A process of its own, so that the server never loads it.

Reads a request as JSON on standard input and writes the answer as JSON on standard output; see `answer`.
"""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any

import esda
import geopandas
import mapclassify
import numpy as np
import shapely
from libpysal.graph import Graph
from scipy import stats
from shapely.geometry import shape

PERMUTATIONS = 9_999
SEED = 20_160_624
DRAWING_BYTES = 38_000
FALSE_DISCOVERY_RATE = 0.10
SIGNIFICANT_P = 0.05


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """`shapes`: a GeoJSON FeatureCollection gives `neighbors`, a list for each area, and `drawing`, the shapes as they are
    sent to a browser. `maps`: {key: {area: value}} gives
    {key: association}. `classes`: {key: {values, k}} gives {key: breaks}. `neighbors` and `drawing` may
    come with the request."""
    neighbors = request.get("neighbors") or neighbors_of(request["shapes"])
    return {
        "neighbors": neighbors,
        "drawing": request.get("drawing") or drawing_of(request["shapes"]),
        "maps": {key: association(neighbors, values) for key, values in request["maps"].items()},
        "classes": {key: breaks(one["values"], k=one["k"]) for key, one in request["classes"].items()},
    }


def neighbors_of(shapes: dict[str, Any]) -> dict[str, list[str]]:
    """Areas that share at least a corner (queen). `strict` finds them also where borders were drawn apart."""
    features = shapes["features"]
    drawn = geopandas.GeoSeries([shape(one["geometry"]) for one in features], index=[one["id"] for one in features])
    graph = Graph.build_contiguity(drawn, rook=False, strict=True)
    isolated = set(graph.isolates)
    return {area: [] if area in isolated else sorted(graph[area].index) for area in drawn.index}


def drawing_of(shapes: dict[str, Any]) -> dict[str, Any]:
    """The shapes, simplified together so that shared borders stay shared, until they are small enough to be sent.

    Each feature carries its position `n` and its name. Only for drawing: nothing is measured on it.
    """
    features = shapes["features"]
    drawn = [shape(one["geometry"]) for one in features]
    for tolerance in (0.0, *(0.00002 * 1.5**step for step in range(18))):
        simpler = shapely.coverage_simplify(drawn, tolerance) if tolerance else drawn
        found = {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"n": number, "name": one["properties"].get("name", one["id"])},
                 "geometry": json.loads(shapely.to_geojson(shapely.set_precision(part, 0.0001)))}
                for number, (one, part) in enumerate(zip(features, simpler, strict=True))
            ],
        }  # fmt: skip
        if len(json.dumps(found, separators=(",", ":"))) <= DRAWING_BYTES:
            break
    return found


def association(neighbors: dict[str, list[str]], values: dict[str, float]) -> dict[str, Any]:
    """Moran's I with its two-sided p (analytic, under randomisation), and the areas in a cluster, where I is significant.

    Local p are two-sided, by permutation; a cluster is named where it stays after Benjamini and Hochberg at 10 %.
    "HH" is a high value among high ones, "LL" low among low, "HL" and "LH" stand out from their surroundings. Areas
    without a value or without a neighbor that has one are left out.
    """
    known = {area for area in values if any(other in values for other in neighbors.get(area, ()))}
    names = sorted(known)
    figures = np.array([values[name] for name in names])
    if len(names) < 5 or np.ptp(figures) == 0:
        return {"n": len(names), "moran": None, "p": None, "clusters": {}}
    weights = Graph.from_dicts({a: {b: 1 for b in neighbors[a] if b in known} for a in names}).transform("r").to_W()
    weights.remap_ids(names) if list(weights.id_order) != names else None
    overall = esda.Moran(figures, weights, permutations=0)
    found = {"n": len(names), "moran": float(overall.I), "p": float(overall.p_rand), "clusters": {}}
    if overall.p_rand < SIGNIFICANT_P:
        found["clusters"] = _clusters(names, figures, weights)
    return found


def _clusters(names: list[str], figures: np.ndarray, weights: Any) -> dict[str, str]:
    local = esda.Moran_Local(figures, weights, permutations=PERMUTATIONS, seed=SEED, n_jobs=1, keep_simulations=True)
    simulated, seen = local.rlisas, local.Is[:, None]
    fewer = np.minimum((simulated >= seen).sum(axis=1), (simulated <= seen).sum(axis=1))
    p = np.minimum(1.0, 2 * (fewer + 1) / (PERMUTATIONS + 1))  # two-sided; esda's own p_sim is one tail
    kept = stats.false_discovery_control(p) <= FALSE_DISCOVERY_RATE
    words = {1: "HH", 2: "LH", 3: "LL", 4: "HL"}
    return {name: words[int(quadrant)] for name, quadrant, keep in zip(names, local.q, kept, strict=True) if keep}


def breaks(values: list[float], *, k: int) -> list[float]:
    """Upper limits of at most `k` classes by quantiles, rounded so that they can be read. Fewer where values tie."""
    figures = np.array(values, dtype=float)
    if figures.size == 0:
        return []
    limits = mapclassify.Quantiles(figures, k=min(k, len(np.unique(figures)))).bins
    for digits in (2, 3, 4, 6):
        rounded = [_rounded(float(limit), digits) for limit in limits[:-1]]
        if len(set(rounded)) == len(set(limits[:-1])):
            break
    top = float(figures.max())
    return [*sorted({one for one in rounded if one < top}), top]


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # what PySAL says of islands stands in the answer
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
