"""The papers of a meeting on its page: to be taken along, and to be printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from lib import language
from lib.cycle import Meeting, State
from lib.language import _
from lib.roles import Role
from lib.stat.papers import content, names, printed, slides, word
from lib.stat.papers.deck import deck
from lib.ui import cache, frame, neighborhood, people, stat

Made = TypeVar("Made")
PAPER = "paper"  # in the address: which one is shown to be printed
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
BEFORE_HELD = (State.FRAMED, State.DRAFTED, State.CHECKED, State.RELEASED)


def occasion(one: Meeting) -> content.Occasion:
    """All that the papers of a meeting are made from: its frozen numbers, or those of now before its release."""
    frozen, sha256 = stat.numbers(one)
    kept = cache.frozen(one.id) if sha256 else None
    return content.Occasion(
        settings=cache.settings(), frozen=frozen, meeting=one, follow_ups=tuple(found for found in cache.follow_ups() if found.stat == one.stat),
        on=cache.today(), agencies=cache.agencies(), stamp=kept[1] if kept else None, previous=stat.previous(one), following=stat.following(one),
    )  # fmt: skip


def buttons(one: Meeting) -> None:
    """A button for each paper that there is. A file is made when it is asked for, and only for staff."""
    draft = "" if stat.numbers(one)[1] else f"<p class='note'>{_('Drafts: nothing is frozen yet, and each page says so.')}</p>"
    st.html(f"<h2 class='section'>{_('Papers')}</h2>{draft}")
    made: list[tuple[str, str, Callable[[content.Occasion], bytes | None]]] = [(names.PRE_MEMO, DOCX, word.pre_memo), (names.DECK, PPTX, slides.deck), (names.AGENDA, DOCX, word.agenda)]
    if one.state not in BEFORE_HELD:
        made.append((names.FOLLOW_UP_MEMO, DOCX, word.follow_up_memo))
    about = cache.every_stat()[one.stat]
    with st.container(horizontal=True, key="papers"):
        for kind, mime, make in made:
            st.download_button(_(kind), data=people.guarded(Role.STAFF, _("A paper of a meeting"), lambda make=make: _written(one, make) or b""),
                               file_name=names.name_of(kind, about, one), mime=mime, on_click="ignore", icon=":material/description:", key=f"paper-{kind}")  # fmt: skip
        st.download_button(_("All, in print order"), data=people.guarded(Role.STAFF, _("The papers of a meeting"), lambda: _written(one, lambda found: names.bundle(found, _before(one)))),
                           file_name=f"{names.name_of('Papers', about, one).rsplit('.', 1)[0]}.zip", mime="application/zip", on_click="ignore",
                           icon=":material/folder_zip:", key="paper-all")  # fmt: skip
        with st.popover(_("To be printed")):
            for kind, _mime, _make in made:
                st.button(_(kind), key=f"print-{kind}", on_click=_show, args=(kind,), width="stretch")


def _written(one: Meeting, make: Callable[[content.Occasion], Made]) -> Made:
    """A paper in the city's first language, as the numbers that were frozen for it."""
    with language.speaking(cache.first_language()):
        return make(occasion(one))


def _before(one: Meeting) -> content.Occasion | None:
    earlier = stat.previous(one)
    return occasion(earlier) if earlier else None


def _show(kind: str | None) -> None:
    if kind:
        st.query_params[PAPER] = kind
    else:
        st.query_params.pop(PAPER, None)


PRINTED: dict[str, Callable[[content.Occasion], object]] = {
    names.PRE_MEMO: content.pre_memo, names.AGENDA: content.agenda, names.FOLLOW_UP_MEMO: content.follow_up_memo, names.DECK: deck,
}  # fmt: skip


def to_be_printed(one: Meeting) -> bool:
    """Shows the paper that the address names, alone, and gives whether it did."""
    asked = st.query_params.get(PAPER, "")
    if asked not in PRINTED:
        return False
    st.button(_("Back to the meeting"), key="print-back", on_click=_show, args=(None,), icon=":material/arrow_back:")
    page = _written(one, lambda found: (paper := PRINTED[asked](found)) and printed.page(paper))
    if page is None:
        frame.nothing_to_show(_("There is no follow-up memo before the meeting was held."))
        return True
    st.html(neighborhood.print_head(names.name_of(asked, cache.every_stat()[one.stat], one).rsplit(".", 1)[0], cache.today()))
    st.html(page)
    return True
