"""Your view: writing a letter about an indicator or a neighborhood, what others wrote, and the answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from lib import language, words
from lib.errors import OutcomeStatError
from lib.language import _, n_
from lib.stat.changes.told import day_in
from lib.stat.curve import shortened
from lib.store import feedback as store
from lib.store.feedback import Letter, SeemsPrivate, Tally
from lib.ui import cache, frame
from lib.ui.links import link
from lib.ui.text import escape, md_escape

SUBJECT = "subject"  # in the address: "indicator:violent-crime", "area:canton"
CHOSEN, WRITTEN = "letter-about", "_letter_about"
SENT, PROBLEM, TOLD = "_letters_sent", "_letter_problem", "_letter_told"
PAGE, SIZE = "page", 20
ON_A_SLIDE, LETTERS_ON_A_SLIDE = 4, 160
MOST_TO_TAKE = 20_000  # letters in a download


def subjects() -> dict[str, str]:
    """What a letter may be about, by its key in the address: the indicators, then the neighborhoods."""
    areas = sorted(cache.areas(), key=lambda one: one.name)
    return {f"indicator:{one.id}": one.name for one in cache.current_framework().indicators} | {
        f"area:{one.id}": one.name for one in areas
    }


def split(key: str) -> tuple[str, str]:
    about, _colon, subject = key.partition(":")
    return about, subject


def chosen(names: Mapping[str, str]) -> str:
    """What the page is about; "" for all. The address has its key."""
    asked = st.query_params.get(SUBJECT, "")
    if frame.presenting():
        return asked if asked in names else ""
    if asked and asked not in names:
        st.warning(_("There is nothing to write about at this address. Choose below."))
    elif asked and (asked != st.session_state.get(WRITTEN) or CHOSEN not in st.session_state):
        st.session_state[CHOSEN] = asked
    kinds = {"indicator": _("Indicator: {name}"), "area": _("Neighborhood: {name}")}
    found = st.selectbox(
        _("What is it about?"),
        list(names),
        index=None,
        format_func=lambda key: kinds[split(key)[0]].format(name=names[key]),
        key=CHOSEN,
        placeholder=_("Choose an indicator or a neighborhood"),
        on_change=first_page,
    )
    if found:
        st.query_params[SUBJECT] = found
    else:
        st.query_params.pop(SUBJECT, None)
    st.session_state[WRITTEN] = found or ""
    return found or ""


def first_page() -> None:
    st.query_params.pop(PAGE, None)
    st.session_state.pop(PAGE, None)


def heading(counts: Tally, name: str) -> str:
    """How many letters are shown, and how many were answered."""
    if not counts.shown:
        said = _("No letter is shown here yet. Yours could be the first.")
    else:
        first = n_("{n} letter from residents is shown here", "{n} letters from residents are shown here", counts.shown)
        answered = (
            n_("the City answered {n} of them", "the City answered {n} of them", counts.answered).format(
                n=words.figure(counts.answered, 0)
            )
            if counts.answered
            else _("none is answered yet")
        )
        said = _("{shown}; {answered}.").format(shown=first.format(n=words.figure(counts.shown, 0)), answered=answered)
    title = _("Your view") if not name else _("Your view: {name}").format(name=name)
    return f"<h1 class='page'>{escape(title)}</h1><p class='first'>{escape(said)}</p>"


def tally(key: str = "") -> Tally:
    """How many letters there are about it, or in all."""
    return store.tally(cache.engine(), *split(key))


def how_it_works(counts: Tally) -> str:
    """What becomes of a letter, said before it is written."""
    said = [
        _(
            "Say what you see, or what should change. Staff read each letter before it is shown here, and an agency may answer."
        ),
        _("Nothing is kept of who you are. Please write no names, addresses or numbers of people."),
    ]
    if counts.waiting:
        said.append(
            n_("{n} letter waits to be read now.", "{n} letters wait to be read now.", counts.waiting).format(
                n=words.figure(counts.waiting, 0)
            )
        )
    if counts.set_aside:
        said.append(
            n_("{n} was set aside.", "{n} were set aside.", counts.set_aside).format(
                n=words.figure(counts.set_aside, 0)
            )
        )
    return f"<p class='note'>{escape(' '.join(said))}</p>"


# Writing one


def _key(name: str) -> str:
    """Of a field: another one after a letter was sent, so that the next form is empty."""
    return f"letter-{name}-{st.session_state.get(SENT, 0)}"


def form(about: str) -> None:
    """What is typed stays until it is sent, whatever went wrong. Where nothing would be kept, a sentence in its place."""
    if not cache.takes_writing():
        frame.nothing_to_show(_("No letters can be sent here now, because they would not be kept."))
        return
    problem, private = st.session_state.pop(PROBLEM, ("", False))
    with st.form("letter"):
        st.text_area(_("Your letter"), key=_key("text"), max_chars=store.MOST, height=180)
        if private or st.session_state.get(_key("sure")) is not None:
            st.checkbox(_("It is nobody’s own address or number, such as that of a city office."), key=_key("sure"))
        if problem:
            st.error(md_escape(problem), icon=":material/error:")
        st.form_submit_button(
            _("Send"), icon=":material/send:", type="primary", key="letter-send", on_click=_send, args=(about,)
        )
    if said := st.session_state.pop(TOLD, ""):
        st.success(md_escape(said))
        frame.announce(said)


def _send(key: str) -> None:
    about, subject = split(key)
    try:
        store.send(
            cache.engine(),
            about=about,
            subject=subject,
            text=st.session_state.get(_key("text")) or "",
            language=language.current(),
            is_not_private=bool(st.session_state.get(_key("sure"))),
        )
    except OutcomeStatError as problem:
        st.session_state[PROBLEM] = (problem.sentence, isinstance(problem, SeemsPrivate))
        return
    st.session_state[SENT] = st.session_state.get(SENT, 0) + 1
    st.session_state[TOLD] = _("Thank you. Your letter waits to be read; then it is shown here.")


# What others wrote


def others(key: str, names: Mapping[str, str], counts: Tally) -> None:
    """The letters that are shown, the newest first, a page at a time."""
    if not counts.shown:
        return
    st.html(f"<h2 class='section' style='margin-top: 0'>{escape(_('What residents wrote'))}</h2>")
    about, subject = split(key)
    page = pager(counts.shown)
    several = store.shown(cache.engine(), about, subject, page=page, size=SIZE)
    st.html(
        "".join(article(one, "" if key else names.get(f"{one.about}:{one.subject}", one.subject)) for one in several)
        or "<p></p>"
    )


def slide(key: str, names: Mapping[str, str]) -> str:
    """For the meeting room: the newest letters, large, shortened, and who answered."""
    several = store.shown(cache.engine(), *split(key), size=ON_A_SLIDE)
    rows = "".join(
        f"<tr><th scope='row' dir='auto' style='overflow-wrap: anywhere'>{escape(shortened(one.text, LETTERS_ON_A_SLIDE))}</th>"
        f"<td>{escape(names.get(f'{one.about}:{one.subject}', one.subject))}</td>"
        f"<td>{escape(one.answered_by or _('no answer yet'))}</td></tr>"
        for one in several
    )
    return f"<table class='slide'><tbody>{rows}</tbody></table>" if rows else "<p></p>"


def pager(total: int) -> int:
    """Which page of so many letters; nothing is asked where there is one only."""
    pages = max(math.ceil(total / SIZE), 1)
    if pages == 1:
        return 1
    if int(st.session_state.get(PAGE) or 1) > pages:  # some were decided on meanwhile
        st.session_state[PAGE] = pages
    return st.pagination(pages, key=PAGE, bind="query-params")


def article(one: Letter, about: str, more: str = "") -> str:
    """A letter with its answer, as HTML. What people wrote is text, in whichever direction it is written."""
    day = day_of(one.sent_at)
    on = f"{_about(one, about)}, " if about else ""
    answer = ""
    if one.answer:
        by = _("Answer of {agency}, {day}").format(agency=one.answered_by, day=day_of(one.answered_at))
        answer = (
            "<div style='background: var(--soft); padding: .5rem .8rem; margin: .3rem 0 .6rem; max-width: 62rem'>"
            f"<strong class='small'>{escape(by)}</strong>{_typed(one.answer)}</div>"
        )
    return (
        f"<article class='topic entry'>{_typed(one.text)}<p class='note'>{on}{escape(day)}{more}</p>{answer}</article>"
    )


def day_of(moment: str) -> str:
    return words.day(day_in(moment, cache.settings().city.timezone))


def _typed(text: str) -> str:
    return f"<p class='typed' dir='auto' style='overflow-wrap: anywhere'>{escape(text)}</p>"


def _about(one: Letter, name: str) -> str:
    page, key = ("indicator", "indicator") if one.about == "indicator" else ("neighborhood", "area")
    return link(page, escape(name), id=one.subject, key=key)


def line(about: str, subject: str) -> str:
    """On the page of an indicator or a neighborhood: how many wrote about it, and the way there."""
    found = tally(f"{about}:{subject}")
    if found.shown:
        said = n_("{n} resident wrote about this", "{n} residents wrote about this", found.shown).format(
            n=words.figure(found.shown, 0)
        )
        more = _("{wrote}, and the City answered {n}.").format(wrote=said, n=words.figure(found.answered, 0))
    else:
        more = _("No resident’s letter about this is shown yet.")
    way = link("yourview", escape(_("Say what you think")), id=f"{about}:{subject}", key=SUBJECT)
    return f"<p class='note letters'>{escape(more)} {way}.</p>"


def tables(key: str, names: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """The letters that are shown, with their answers."""
    about, subject = split(key)
    return {"Letters": frame_of(store.shown(cache.engine(), about, subject, size=MOST_TO_TAKE), names)}


def frame_of(several: Sequence[Letter], names: Mapping[str, str]) -> pd.DataFrame:
    rows = [
        (
            one.about,
            names.get(f"{one.about}:{one.subject}", one.subject),
            one.sent_at,
            one.language,
            one.text,
            one.answer,
            one.answered_by,
            one.answered_at,
        )
        for one in several
    ]
    return pd.DataFrame(
        rows, columns=["kind", "about", "sent_at", "language", "text", "answer", "answered_by", "answered_at"]
    )
