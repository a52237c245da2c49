import streamlit as st

from lib.charts.theme import streamlit_theme
from lib.ui import look


def test_where_streamlits_colours_follow_nothing_is_said_and_else_each_key_with_both(monkeypatch):
    wanted = {f"{table}.{key}": colour for table, keys in streamlit_theme().items() for key, colour in keys.items()}
    monkeypatch.setattr(st, "get_option", wanted.get)
    assert look.out_of_step() == []
    monkeypatch.setattr(
        st, "get_option", lambda key: "#123456" if key == "theme.light.primaryColor" else wanted.get(key)
    )
    assert look.out_of_step() == [
        f"theme.light.primaryColor is #123456 and should be {wanted['theme.light.primaryColor']}"
    ]
