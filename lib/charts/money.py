"""Money as a treemap: the area of a box is its dollars, an outcome holds its agencies, an agency its services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from lib.charts.theme import MONEY_NOWHERE, MONEY_SHADES, MONEY_TEXT, template

WIDER_THAN_HIGH = 2.2  # boxes are wide, so that words fit into them
LINE = 16  # letters of a name in a row


@dataclass(frozen=True)
class Box:
    """One box. `path` are the names from the outermost box inward; plotly reads text as HTML, so all of it comes escaped."""

    path: tuple[str, ...]
    dollars: int
    text: str  # the dollars, as they are printed
    nowhere: bool = False  # of what is under no outcome


def treemap(boxes: Sequence[Box], *, whole: str, levels: int = 2, height: int = 520, text_size: int = 14) -> go.Figure:
    """A figure of all boxes, each of which must stand beside the boxes that hold it. `whole` is written over all of them.

    Boxes of one outcome share a shade. So many `levels` are drawn at once, outcomes and agencies or outcomes only; a click on a box opens
    it with what it holds. A box without dollars is not drawn; it stands in the table.
    """
    drawn = [box for box in boxes if box.dollars > 0]
    outcomes = list(dict.fromkeys(box.path[0] for box in drawn))
    shades = {name: MONEY_SHADES[number % len(MONEY_SHADES)] for number, name in enumerate(outcomes)}
    bar = text_size * 1.8  # the way back, over an open box; it needs room above the plot
    figure = go.Figure(
        go.Treemap(
            ids=["all", *("/".join(box.path) for box in drawn)],
            labels=[whole, *(wrapped(box.path[-1]) if len(box.path) >= levels else box.path[-1] for box in drawn)],
            parents=["", *("/".join(box.path[:-1]) or "all" for box in drawn)],
            values=[sum(box.dollars for box in drawn if len(box.path) == 1), *(box.dollars for box in drawn)],
            text=["", *(box.text for box in drawn)],
            branchvalues="total",
            maxdepth=levels + 1,
            texttemplate="<b>%{label}</b><br>%{text}",
            hovertemplate="%{label}<br>%{text}<extra></extra>",
            marker=dict(
                colors=[MONEY_NOWHERE, *(MONEY_NOWHERE if box.nowhere else shades[box.path[0]] for box in drawn)],
                line=dict(color=MONEY_TEXT, width=1.5),
                pad=dict(t=text_size * 1.75, l=3, r=3, b=3),
            ),
            textfont=dict(color=MONEY_TEXT, size=text_size),
            pathbar=dict(thickness=bar, textfont=dict(size=text_size, color=MONEY_TEXT)),
            sort=True,
            tiling=dict(pad=2, packing="squarify", squarifyratio=WIDER_THAN_HIGH),
        )
    )
    figure.update_layout(template=template(text_size=text_size), height=height, margin=dict(l=0, r=0, t=bar + 4, b=0),
                         uniformtext=dict(minsize=max(11, text_size - 4), mode="hide"))  # fmt: skip
    return figure


def wrapped(name: str) -> str:
    """A name in rows that are short enough for a small box; a word is never broken. Plotly does not wrap by itself."""
    rows: list[str] = []
    for word in name.split():
        if rows and len(rows[-1]) + 1 + len(word) <= LINE:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return "<br>".join(rows)
