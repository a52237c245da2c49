"""The map of a city's areas: as a pydeck deck to be explored, and as an SVG picture to be looked at or taken along.

The shapes reach the browser once, as a static file; a deck names, for each area by its position, which class it is in. So
a change of period sends a few kilobytes. Areas without a figure are told apart by pattern, never by shade.
"""

from __future__ import annotations

import hashlib
import json
import math
from base64 import b64encode
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from typing import Any

import pydeck as pdk

from lib.charts.theme import FONT, MAP_BORDER, MAP_EMPTY, MAP_SELECTED, MAP_SELECTED_CASING, MID_TEXT, rgb
from lib.language import _

# How an area without a usable figure is drawn. The keys are the reader's words, in English.
PATTERNS = {
    "suppressed": "lines",
    "not reported": "dots",
    "not applicable": "dashes",
    "not collected any more": "dashes",
    "not used": "cross",
}
_CODES = "0123456789abcdefghijklmnopqrstuvwxyz"
_TILE = 32
# 32 by 32 pixels a pattern, side by side: lines, dots, dashes, cross. Drawn as a mask, so the layer's colour fills it.
_ORDER = ("lines", "dots", "dashes", "cross")


@dataclass(frozen=True)
class AreaMap:
    """What a map shows. Areas stand in the order of the shapes' positions."""

    names: Sequence[str]
    classes: Sequence[int | None]  # None = no usable figure
    reasons: Sequence[str]  # a key of PATTERNS where there is none, else ""
    palette: Sequence[str]  # a colour for each class
    labels: Sequence[str]  # what each class holds, in words
    title: str
    subtitle: str  # period and area
    source: str
    values: Sequence[float] = ()  # for heights; NaN = none
    selected: frozenset[int] = field(default=frozenset())


class CompactDeck(pdk.Deck):
    """A deck whose description has no blanks; pydeck's own is five times as long. Layers are described by us and added as
    they are, since pydeck would take an address for a file, and Streamlit would fade the classes that are not selected."""

    described: Sequence[Mapping[str, Any]] = ()

    def with_layers(self, described: Sequence[Mapping[str, Any]]) -> CompactDeck:
        """A copy that draws these layers."""
        drawn = copy(self)
        drawn.described = described
        return drawn

    def to_json(self) -> str:
        spec = json.loads(super().to_json())
        spec.pop("described", None)
        return json.dumps(spec | {"layers": self.described}, separators=(",", ":"))


PICK = "areas"  # the id of the layer that is clicked


def deck(
    shown: AreaMap, *, shapes: str | Mapping[str, Any], patterns: str, view: Mapping[str, float], style: str = "", heights: bool = False
) -> CompactDeck:
    """The deck to be drawn. `shapes` and `patterns` are addresses of static files (or the shapes
    themselves), `view` longitude, latitude and zoom; `style` is the
    address of a base map's style, "" for none."""
    return _empty_deck(tuple(sorted(view.items())), style, heights).with_layers(_layers(shown, shapes, patterns, heights))


@lru_cache(maxsize=32)
def _empty_deck(view: tuple[tuple[str, float], ...], style: str, heights: bool) -> CompactDeck:
    """All of a deck but its layers. Kept, because pydeck looks for packages on the disk each time it makes one."""
    base = dict(map_provider="maplibre", map_style=style) if style else dict(map_provider=None)
    return CompactDeck(
        layers=[],
        initial_view_state=pdk.ViewState(**dict(view), pitch=45 if heights else 0, bearing=0),
        views=[pdk.View(type="MapView", controller={"scrollZoom": False, "keyboard": True})],
        tooltip={"html": "<b>{name}</b>"},
        **base,
    )


def _layers(shown: AreaMap, shapes: str | Mapping[str, Any], patterns: str, heights: bool) -> list[dict[str, Any]]:
    colours = [rgb(colour) for colour in shown.palette] + [rgb(MAP_EMPTY)]
    empty = len(shown.palette)
    fills = _lookup(colours, [empty if one is None else one for one in shown.classes])
    common = {"@@type": "GeoJsonLayer", "data": shapes}
    picking = common | {"id": PICK, "pickable": True, "filled": True, "stroked": False, "getFillColor": [0, 0, 0, 0]}
    fill = common | {"id": "classes", "filled": True, "stroked": False, "_subLayerProps": _override("polygons-fill", getFillColor=fills)}
    if heights:
        fill |= {"extruded": True, "wireframe": True}
        fill["_subLayerProps"] = _override("polygons-fill", getFillColor=fills, getElevation=_lookup(_heights(shown.values), range(len(shown.values))))
        return [picking | {"extruded": True, "_subLayerProps": _override("polygons-fill", getElevation=_lookup(_heights(shown.values), range(len(shown.values))))}, fill]
    layers = [picking, fill]
    layers += [common | _pattern(shown, kind, patterns) for kind in _ORDER if kind in {PATTERNS.get(one) for one in shown.reasons}]
    layers.append(common | _outline("borders", rgb(MAP_BORDER), 1))
    if shown.selected:
        marked = [1 if place in shown.selected else 0 for place in range(len(shown.names))]
        for name, colour, width in (("casing", MAP_SELECTED_CASING, 7), ("selected", MAP_SELECTED, 4)):
            lookup = _lookup([[0, 0, 0, 0], rgb(colour)], marked)
            layers.append(common | _outline(f"{name}-{_digest(lookup)}", f"@@={lookup}", width))
    return layers


def _override(part: str, **accessors: str) -> dict[str, Any]:
    """Accessors of a sub-layer with their triggers: deck.gl asks them anew when the trigger differs. Set here because
    Streamlit fades the fill of whatever is not selected, and a colour must mean one value."""
    triggers = {name: [_digest(text)] for name, text in accessors.items()}
    return {part: {name: f"@@={text}" for name, text in accessors.items()} | {"updateTriggers": triggers}}


def _digest(text: str) -> str:
    return hashlib.blake2s(text.encode(), digest_size=5).hexdigest()


def _lookup(values: Sequence[Any], places: Sequence[int]) -> str:
    """An expression that gives each area its value by position: deck.gl takes an index only after a bracket."""
    table = json.dumps(list(values), separators=(",", ":"))
    if list(places) == list(range(len(values))):
        return f"({table})[properties.n]"
    codes = "".join(_CODES[place] for place in places)
    return f"({table})[('{codes}')[properties.n]]" if len(values) <= 10 else f"({table})[({json.dumps(list(places))})[properties.n]]"


def _pattern(shown: AreaMap, kind: str, patterns: str) -> dict[str, Any]:
    """A pattern over the areas that have it, on the empty ground of the layer below."""
    marked = [1 if PATTERNS.get(reason) == kind else 0 for reason in shown.reasons]
    mapping = {kind: {"x": _TILE * _ORDER.index(kind), "y": 0, "width": _TILE, "height": _TILE, "mask": True}}
    fill = _lookup([[0, 0, 0, 0], [*rgb(MAP_BORDER), 255]], marked)
    return {
        "id": kind, "filled": True, "stroked": False, "fillPatternAtlas": patterns, "fillPatternMapping": mapping,
        "getFillPattern": f"@@='{kind}'", "getFillPatternScale": 32, "getFillPatternOffset": [0, 0],
        "extensions": [{"@@type": "FillStyleExtension", "pattern": True}], "_subLayerProps": _override("polygons-fill", getFillColor=fill),
    }  # fmt: skip


def _outline(name: str, colour: Any, width: int) -> dict[str, Any]:
    """Outlines only. Streamlit drops the triggers of a line's colour, so a layer whose colours change changes its name."""
    return {"id": name, "filled": False, "stroked": True, "lineWidthUnits": "pixels", "getLineColor": colour, "getLineWidth": width}


def _heights(values: Sequence[float]) -> list[float]:
    """Metres: the highest value stands three kilometres tall. No figure lies flat, without a colour."""
    known = [value for value in values if not math.isnan(value)]
    top = max(known, default=1.0) or 1.0
    return [0 if math.isnan(value) else round(3000 * value / top) for value in values]


def view_of(drawing: Mapping[str, Any], *, width: int, height: int) -> dict[str, float]:
    """Longitude, latitude and zoom at which all shapes fit into a map of that size in pixels."""
    points = [point for one in drawing["features"] for ring in _rings(one["geometry"]) for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    middle = (south + north) / 2
    tall = (north - south) / math.cos(math.radians(middle))  # as Mercator draws it, in degrees of longitude
    rooms = [size / extent for size, extent in ((height, tall), (width, east - west)) if extent > 0]
    zoom = math.log2(360 / 512 * 0.92 * min(rooms)) if rooms else 10.0
    return {"longitude": (west + east) / 2, "latitude": middle, "zoom": round(zoom, 2)}


# The same map as a picture


def svg(shown: AreaMap, drawing: Mapping[str, Any], *, width: int = 360, with_text: bool = True) -> str:
    """The map as an SVG document. With text it says what it shows, of when and where, and from which source."""
    paths, height = _paths(drawing, width)
    top = 64 if with_text else 0
    legend = _legend(shown, height + top + 12) if with_text else ""
    bottom = (22 * (len(shown.palette) + len(set(shown.reasons) - {""})) + 44) if with_text else 0
    shapes = "".join(
        f'<path d="{path}" fill="{shown.palette[one] if one is not None else MAP_EMPTY}" stroke="{MAP_BORDER}" stroke-width=".6"/>'
        + (f'<path d="{path}" fill="url(#{PATTERNS[reason]})"/>' if reason else "")
        for path, one, reason in zip(paths, shown.classes, shown.reasons, strict=True)
    )
    text = (
        f'<text x="0" y="20" font-size="17" font-weight="700">{escape(shown.title)}</text>'
        f'<text x="0" y="42" font-size="13">{escape(shown.subtitle)}</text>'
        f'<text x="0" y="{height + top + bottom - 6}" font-size="10">{escape(shown.source)}</text>'
        if with_text
        else ""
    )
    ground = f'<rect width="{width}" height="{height + top + bottom}" fill="{MAP_EMPTY}"/>' if with_text else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height + top + bottom}" '
        f'viewBox="0 0 {width} {height + top + bottom}" font-family="{escape(FONT, quote=True)}" fill="{MID_TEXT}">'
        f'{_DEFINITIONS}{ground}<g transform="translate(0 {top})">{shapes}</g>{text}{legend}</svg>'
    )


def picture(shown: AreaMap, drawing: Mapping[str, Any], *, width: int = 300) -> str:
    """The map without text as an address (data URI), for an <img>."""
    return "data:image/svg+xml;base64," + b64encode(svg(shown, drawing, width=width, with_text=False).encode()).decode()


_DEFINITIONS = (
    "<defs>"
    f'<pattern id="lines" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M-1 1l2-2M0 6l6-6M5 7l2-2" stroke="{MAP_BORDER}" stroke-width="1.2"/></pattern>'
    f'<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse"><circle cx="3" cy="3" r="1.1" fill="{MAP_BORDER}"/></pattern>'
    f'<pattern id="dashes" width="8" height="6" patternUnits="userSpaceOnUse"><path d="M0 3h5" stroke="{MAP_BORDER}" stroke-width="1.2"/></pattern>'
    f'<pattern id="cross" width="7" height="7" patternUnits="userSpaceOnUse"><path d="M0 0l7 7M7 0l-7 7" stroke="{MAP_BORDER}" stroke-width="1"/></pattern>'
    "</defs>"
)


def _paths(drawing: Mapping[str, Any], width: int) -> tuple[list[str], int]:
    """Each area's outline in pixels, and the height of the whole. Degrees of longitude are narrowed by the latitude."""
    shapes = [_rings(one["geometry"]) for one in drawing["features"]]
    xs = [x for rings in shapes for ring in rings for x, _ in ring]
    ys = [y for rings in shapes for ring in rings for _, y in ring]
    narrow = math.cos(math.radians((min(ys) + max(ys)) / 2))
    scale = (width - 2) / ((max(xs) - min(xs)) * narrow)

    def point(x: float, y: float) -> str:
        return f"{1 + (x - min_x) * narrow * scale:.1f} {1 + (max_y - y) * scale:.1f}"

    min_x, max_y = min(xs), max(ys)
    paths = ["".join(f"M{'L'.join(point(x, y) for x, y in ring)}Z" for ring in rings) for rings in shapes]
    return paths, round((max(ys) - min(ys)) * scale) + 2


def _rings(geometry: Mapping[str, Any]) -> list[list[list[float]]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def _legend(shown: AreaMap, y: int) -> str:
    rows = [(colour, "", label) for colour, label in zip(shown.palette, shown.labels, strict=True)]
    rows += [(MAP_EMPTY, PATTERNS[reason], _(reason)) for reason in sorted(set(shown.reasons) - {""})]
    return "".join(
        f'<rect x="0" y="{y + 22 * number}" width="26" height="15" fill="{colour}" stroke="{MAP_BORDER}"/>'
        + (f'<rect x="0" y="{y + 22 * number}" width="26" height="15" fill="url(#{pattern})"/>' if pattern else "")
        + f'<text x="34" y="{y + 12 + 22 * number}" font-size="12">{escape(label)}</text>'
        for number, (colour, pattern, label) in enumerate(rows)
    )
