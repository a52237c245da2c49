"""A bare page: a slider that recolours one pydeck map of 55 areas, whose shapes the browser has from a static file."""

import json
from pathlib import Path

import pydeck as pdk
import streamlit as st

AREAS, CORNERS = 55, 30
STATIC = Path(__file__).parent / "static"
COLOURS = [[255, 255, 212], [254, 217, 142], [254, 153, 41], [217, 95, 14], [127, 47, 4]]


def cell(number: int) -> list[list[float]]:
    """A square of a grid, with as many corners as an area of a city has."""
    x, y, side = -76.7 + 0.02 * (number % 8), 39.2 + 0.02 * (number // 8), 0.02
    corners = CORNERS // 4
    edge = [[round(x + side * step / corners, 4), y] for step in range(corners)]
    edge += [[x + side, round(y + side * step / corners, 4)] for step in range(corners)]
    edge += [[round(x + side - side * step / corners, 4), y + side] for step in range(corners)]
    edge += [[x, round(y + side - side * step / corners, 4)] for step in range(corners)]
    return [*edge, edge[0]]


def shapes() -> str:
    features = [{"type": "Feature", "properties": {"n": number}, "geometry": {"type": "Polygon", "coordinates": [cell(number)]}}
                for number in range(AREAS)]  # fmt: skip
    STATIC.mkdir(exist_ok=True)
    (STATIC / "grid.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return "app/static/grid.geojson"


class CompactDeck(pdk.Deck):
    def to_json(self) -> str:
        return json.dumps(json.loads(super().to_json()), separators=(",", ":"))


period = st.select_slider("Period", list(range(2010, 2021)), value=2020, key="period")
codes = "".join(str((number + period) % 5) for number in range(AREAS))
layer = pdk.Layer("GeoJsonLayer", data=shapes(), id="areas", pickable=True, stroked=True, get_line_color=[90, 85, 96],
                  line_width_min_pixels=1, get_fill_color=f"({json.dumps(COLOURS)})[('{codes}')[properties.n]]")  # fmt: skip
view = pdk.ViewState(latitude=39.28, longitude=-76.62, zoom=10.5)
st.pydeck_chart(CompactDeck(layers=[layer], map_provider=None, initial_view_state=view), height=560, key="map")
st.caption(f"Period {period}")
