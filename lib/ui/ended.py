"""Whether somebody signed out of a sign-in: asked of the store, once a run, so that a copy of its cookie ends with it in every process."""

from __future__ import annotations

import logging
from weakref import WeakKeyDictionary

from streamlit.runtime.scriptrunner import get_script_run_ctx

from lib.errors import OutcomeStatError
from lib.log import told
from lib.store import sign_ins

log = logging.getLogger("outcomestat")
_answers: WeakKeyDictionary[object, dict[str, bool | None]] = WeakKeyDictionary()  # by run


def in_this_run(mark: str) -> bool | None:
    """Whether the sign-in of that mark was ended; None where the store cannot be asked. The same to the end of the run, callbacks and
    fragments included."""
    context = get_script_run_ctx(suppress_warning=True)
    run = context.parallel_coordinator if context else None  # Streamlit makes a new one at the beginning of each run
    if run is None:
        return now(mark)
    answers = _answers.setdefault(run, {})
    if mark not in answers:
        answers[mark] = now(mark)
    return answers[mark]


def now(mark: str) -> bool | None:
    """The same, asked anew."""
    from lib.ui import cache  # which itself asks who is looking

    try:
        return sign_ins.is_ended(cache.main_engine(), mark)
    except Exception as problem:  # noqa: BLE001  whatever it is: the sign-in gives no role, and the page is still shown
        log.error("whether a sign-in was ended cannot be asked, so it gives no role: %s", told(problem))
        return None


def end(mark: str) -> bool:
    """Writes down that the sign-in is over; False, and a line in the log, where that cannot be done."""
    from lib.ui import cache

    try:
        sign_ins.end(cache.main_engine(), mark)
    except OutcomeStatError as problem:
        log.error("a sign-out could not be written down: %s", told(problem))
        return False
    return True
