"""Links inside our own HTML that open a page without loading the whole application again.

A link is a real address, so it can be copied, opened in a new tab and read by a screen reader. A small script hears the
plain click and asks Streamlit to switch pages instead.
"""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from lib.ui.text import escape

SCRIPT = """
export default function ({ setTriggerValue }) {
  const open = (event) => {
    const link = event.target.closest('a[href^="./"]');
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const address = new URL(link.href);
    const id = [...address.searchParams.values()][0] || '';
    setTriggerValue('open', { page: address.pathname.split('/').pop(), id });
    window.scrollTo(0, 0);
  };
  document.addEventListener('click', open);
  return () => document.removeEventListener('click', open);
}
"""
_listen = st.components.v2.component("outcomestat_links", js=SCRIPT)


def link(page: str, label_html: str, *, id: str = "", key: str = "", title: str = "") -> str:
    """HTML of a link to a page of ours. `label_html` is HTML that was escaped already; all else is escaped here.

    `key` is the name of the query parameter that carries `id` ("indicator").
    """
    address = f"./{page}" + (f"?{urlencode({key: id})}" if id else "")
    about = f' title="{escape(title)}"' if title else ""
    return f'<a href="{escape(address)}"{about}>{label_html}</a>'


GOTO = "_goto"


def go(page: str, id: str = "") -> None:
    """For a button's `on_click`: the next run opens that page."""
    st.session_state[GOTO] = {"page": page, "id": id}


def follow(pages: dict[str, st.Page], keys: dict[str, str], current: str, *, keep: dict[str, str]) -> None:
    """Goes where a link or a button led. `pages` by address; `keys` tells which query parameter a page takes; `keep` is
    carried along."""
    wanted = _listen(key="links", on_open_change=lambda: None).open or st.session_state.pop(GOTO, None)
    if not wanted or wanted.get("page") not in pages:
        return
    page, chosen = wanted["page"], str(wanted.get("id", ""))
    key = keys.get(page)
    if page == current:
        if key and chosen:
            st.session_state[key] = st.query_params[key] = chosen
        return
    st.switch_page(pages[page], query_params=keep | ({key: chosen} if key and chosen else {}))
