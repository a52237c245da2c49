"""One picture in the frame of another site: `?embed=true` shows the chart or the map alone, with its title, source and the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from lib import words
from lib.assessment import Assessment
from lib.language import _
from lib.neighborhoods import Layer
from lib.ui import cache
from lib.ui.detail import chart_notes
from lib.ui.text import escape

STYLE = Path(__file__).with_name("embed.css")
EMBED = "embed"  # Streamlit's own query parameter, which st.query_params does not have
HEIGHTS = {"indicator": 620, "map": 860, "equity": 560}  # pixels of the frame, for the text to copy


def embedded() -> bool:
    return bool(st.context.is_embedded)


def style() -> None:
    """Hides what stands around the picture. The filters stay where they are, unseen: the address sets them."""
    if embedded():
        st.html(STYLE)


def picture(title: str, draw: Callable[[], None], *, source: str) -> None:
    """The whole of an embedded page. `source` is HTML that was escaped."""
    st.html(f"<h1 class='page'>{escape(title)}</h1>")
    draw()
    st.html(source + back())


def sentence(said: str) -> str:
    """The answer above a picture: without links, which would lead to whole pages inside the frame."""
    return f"<p class='first'>{escape(said)}</p>"


def back() -> str:
    """The way to the whole page, with the same view."""
    city = cache.settings().city
    said = _("See it on {title}, {city}").format(title=city.title, city=city.name)
    return f"<p class='note'><a href='{escape(_address())}' target='_blank'>{escape(said)}</a></p>"


def snippet(page: str) -> None:
    """In the download area: the text that puts this view into another site."""
    source = _address(embed=True)
    title = f"{cache.settings().city.title}, {cache.settings().city.name}"
    with st.popover(_("Embed"), icon=":material/code:", key=f"embed-{page}"):
        st.html(f"<p class='note'>{escape(_('Copy this into the page of another site. It shows this view alone, with its source.'))}</p>")
        st.code(f'<iframe src="{escape(source)}" title="{escape(title)}" width="100%" height="{HEIGHTS[page]}" loading="lazy" style="border: 0"></iframe>', language="html", wrap_lines=True)


def _address(*, embed: bool = False) -> str:
    """The address of this view, as the browser has it."""
    parts = urlsplit(st.context.url or "")
    query = [(key, value) for key in st.query_params for value in st.query_params.get_all(key) if key != "present"]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode([*query, *([(EMBED, "true")] if embed else [])]), ""))


def indicator_source(one: Assessment) -> str:
    """Under an indicator's chart: what it draws, its latest figure's source and when it was published."""
    as_of = _("As of {day}.").format(day=words.day(cache.today()))
    return f"{chart_notes(one)}<p class='note'>{escape(as_of)}</p>"


def layer_source(layer: Layer) -> str:
    """Under a map or a gap: who publishes it, and where the newest figures were read."""
    read = sorted({one.reference for one in layer.figures[layer.latest.label] if one.reference})
    as_of = _("As of {day}.").format(day=words.day(cache.today()))
    return f"<p class='note'>{escape(' '.join([f'{layer.measure.source}.', *(f'{one}.' for one in read), as_of]))}</p>"
