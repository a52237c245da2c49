"""Links inside our own HTML that open a page without loading the whole application again.

A link is a real address, so it can be copied, opened in a new tab and read by a screen reader. A small script hears the
plain click and asks Streamlit to switch pages instead; it also tells the browser which language the page speaks. `data-links` on the
document says that it listens: a click before that loads the application again, with what the link's own address says.
"""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitAPIException

from lib import language
from lib.ui import cache
from lib.ui.text import escape

FRAMEWORK = "framework"  # the query parameter of a framework that is not the current one
OF_A_FRAMEWORK = ("scorecard", "outcome", "indicator")  # the pages that show one

SCRIPT = """
export default function ({ data, setTriggerValue }) {
  document.documentElement.lang = data.language;
  const open = (event) => {
    const other = event.target.closest('a[hreflang]');
    if (other) {
      event.preventDefault();
      const here = new URL(window.location.href);
      here.searchParams.set('lang', other.hreflang);
      window.location.assign(here);
      return;
    }
    const link = event.target.closest('a[href^="./"]');
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const address = new URL(link.href);
    const framework = address.searchParams.get('framework') || '';
    address.searchParams.delete('framework');
    const id = [...address.searchParams.values()][0] || '';
    setTriggerValue('open', { page: address.pathname.split('/').pop(), id, framework });
    window.scrollTo(0, 0);
  };
  document.addEventListener('click', open);
  document.documentElement.dataset.links = 'followed';
  return () => {
    document.removeEventListener('click', open);
    delete document.documentElement.dataset.links;
  };
}
"""
_listen = st.components.v2.component("outcomestat_links", js=SCRIPT)


def link(page: str, label_html: str, *, id: str = "", key: str = "", title: str = "", framework: str | None = None) -> str:
    """HTML of a link to a page of ours. `label_html` is HTML that was escaped already; all else is escaped here.

    `key` is the name of the query parameter that carries `id` ("indicator"). The link stays in the framework that is shown, unless
    `framework` names another; "" is the current one.
    """
    named = {key: id} if id else {}
    if page in OF_A_FRAMEWORK:
        named |= _in_framework(page, archived() if framework is None else framework)
    address = f"./{page}" + (f"?{urlencode(named)}" if named else "")
    about = f' title="{escape(title)}"' if title else ""
    return f'<a href="{escape(address)}"{about}>{label_html}</a>'


def archived() -> str:
    """The id of the framework that this run shows, where it is not the current one; else ""."""
    shown = cache.framework_id()
    return "" if shown == cache.settings().framework.current else shown


def _in_framework(page: str, framework: str) -> dict[str, str]:
    return {FRAMEWORK: framework} if framework and page in OF_A_FRAMEWORK else {}


GOTO = "_goto"


def go(page: str, id: str = "") -> None:
    """For a button's `on_click`: the next run opens that page."""
    st.session_state[GOTO] = {"page": page, "id": id, FRAMEWORK: archived()}


def follow(pages: dict[str, st.Page], keys: dict[str, str], current: str, *, keep: dict[str, str]) -> None:
    """Goes where a link or a button led. `pages` by address; `keys` tells which query parameter a page takes; `keep` is
    carried along."""
    wanted = _listen(key="links", data={"language": language.current()}, on_open_change=lambda: None).open or st.session_state.pop(GOTO, None)
    if not wanted or wanted.get("page") not in pages:
        return
    page, chosen = wanted["page"], str(wanted.get("id", ""))
    key, framework = keys.get(page), _in_framework(page, str(wanted.get(FRAMEWORK, "")))
    if page == current:
        if key and chosen:
            st.session_state[key] = chosen
            with suppress(StreamlitAPIException):  # a list that is bound to the address writes it there itself
                st.query_params[key] = chosen
        st.query_params.pop(FRAMEWORK, None)
        st.query_params.update(framework)
        return
    st.switch_page(pages[page], query_params=keep | ({key: chosen} if key and chosen else {}) | framework)
