"""Whether Streamlit's own colours follow from the city's, which stand in another file."""

from __future__ import annotations

import streamlit as st

from lib.charts.theme import streamlit_theme


def out_of_step() -> list[str]:
    """The keys of .streamlit/config.toml whose colour is not the one that follows from config.toml, each with both."""
    wanted = {f"{table}.{key}": colour for table, keys in streamlit_theme().items() for key, colour in keys.items()}
    return [
        f"{key} is {there} and should be {colour}"
        for key, colour in wanted.items()
        if (there := st.get_option(key)) != colour
    ]
