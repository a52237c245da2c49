"""What a browser still holds of a page whose session is gone, as after a connection that was cut for longer than Streamlit waits.

The new session knows nothing of the page; the browser sends what stands in its fields with the first press of a button, and that press
reaches nobody. A page that knows can leave the fields as they are, and say so.
"""

from __future__ import annotations

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.common import user_key_from_element_id


def held_by_the_browser() -> frozenset[str]:
    """The keys of the widgets whose values came with this run. Streamlit has no question for that, so this looks where it keeps them."""
    context = get_script_run_ctx(suppress_warning=True)
    came = context.session_state._state._new_widget_state.states if context else {}
    return frozenset(key for one in came if (key := user_key_from_element_id(one)))
