"""Download buttons. The file is made when it is asked for, not at every run."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from lib.language import _
from lib.store.export import as_csv, as_xlsx
from lib.ui import cache
from lib.ui.tables import about_lines

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def both(tables: Callable[[], dict[str, pd.DataFrame]], *, name: str, what: str) -> None:
    """CSV of the first table and XLSX of all. `name` is the file's, without its ending. Nothing is made before it is asked
    for, and then of what the page showed."""
    about = about_lines(
        title=cache.settings().city.title,
        framework=cache.current_framework().name,
        release=cache.release(),
        as_of=cache.today(),
        licence=cache.settings().city.licence,
    )
    with st.container(horizontal=True, key=f"downloads-{name}"):
        st.download_button(_("{what} as CSV").format(what=what), data=lambda: as_csv(next(iter(tables().values()))), file_name=f"{name}.csv", mime="text/csv",
                           on_click="ignore", icon=":material/download:", key=f"csv-{name}")  # fmt: skip
        st.download_button(_("{what} as XLSX").format(what=what), data=lambda: as_xlsx(tables(), about=about), file_name=f"{name}.xlsx",
                           mime=XLSX, on_click="ignore", icon=":material/download:", key=f"xlsx-{name}")  # fmt: skip


def image(content: Callable[[], bytes], *, name: str, what: str) -> None:
    """A picture with its title, period and source, for a paper or a newsletter."""
    st.download_button(_("{what} as a picture (SVG)").format(what=what), data=content, file_name=f"{name}.svg", mime="image/svg+xml",
                       on_click="ignore", icon=":material/image:", key=f"image-{name}")  # fmt: skip
