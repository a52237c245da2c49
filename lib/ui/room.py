"""A meeting in the room: one question and one picture a screen, keys only, a clock for each part, and promises written down
without leaving the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from lib import words
from lib.charts import map as drawn
from lib.cycle import ChangedMeanwhile, Colour, CycleError, Deliverable, FollowUp, Meeting, StatKind
from lib.errors import OutcomeStatError
from lib.language import _, n_
from lib.neighborhoods import Layer, worst_first
from lib.roles import Person, Role, holds
from lib.stat import deck
from lib.stat.snapshot import Frozen
from lib.store import follow_ups as store
from lib.ui import cache, charts, detail, frame, mapping, people, request_signal, stat
from lib.ui.text import escape, md_escape

SLIDE, BLANK, DRILL, JUMP, WRITE = "_slide", "_blank", "_drill", "_jump", "_write"  # what the room remembers between runs
MOST_WORST = 6  # areas beside the map
CLOCK = st.components.v2.component("outcomestat_clock", html="<div class='clock' role='timer'></div>", js="""
export default function ({ data, parentElement }) {
  const face = parentElement.querySelector('.clock');
  const key = `clock ${data.meeting} ${data.part}`;
  const spent = () => Number(localStorage.getItem(key) || 0);
  let last = Date.now();
  const show = () => {
    const left = Math.round(data.minutes * 60 - spent() / 1000), ahead = Math.abs(left);
    const figure = `${Math.floor(ahead / 60)}:${String(ahead % 60).padStart(2, '0')}`;
    face.textContent = left < 0 ? data.over.replace('{time}', `+${figure}`) : `${data.name} ${figure}`;
    face.classList.toggle('over', left < 0);
  };
  const tick = () => {
    const now = Date.now();
    localStorage.setItem(key, spent() + Math.min(now - last, 5000));
    last = now;
    show();
  };
  face.title = data.title;
  face.onclick = () => { localStorage.setItem(key, 0); show(); };
  show();
  const timer = setInterval(tick, 1000);
  return () => clearInterval(timer);
}
""", css="""
.clock { font-family: var(--st-font); font-size: 28px; font-variant-numeric: tabular-nums; color: var(--st-text-color); cursor: pointer; white-space: nowrap; text-align: right; }
.clock.over { font-weight: 700; text-decoration: underline; text-decoration-thickness: 3px; }
""")  # fmt: skip

FOCUS = st.components.v2.component("outcomestat_focus", js="""
const asked = new WeakSet();
export default function () {
  let tries = 0;
  const timer = setInterval(() => {
    const panel = document.querySelector('[role=dialog]');
    const first = panel && panel.querySelector('[data-testid=stTextInput] input');
    if (first && !asked.has(panel)) {
      asked.add(panel);
      if (!panel.querySelector('[aria-expanded=true]')) first.focus();
    }
    if (first || ++tries > 40) clearInterval(timer);
  }, 50);
  return () => clearInterval(timer);
}
""")  # the first thing typed is what was promised; the drawer itself comes a moment after its content, and who was quicker and opened a list keeps it


def show(one: Meeting, person: Person) -> None:
    """The screen of a meeting. Which slide it is stands in the address, so a lost connection comes back to it."""
    frozen, sha256 = stat.numbers(one)
    before = deck.to_go_through(cache.follow_ups(), one, cache.today())
    slides = deck.slides(frozen, before)
    here = _here(len(slides))
    slide = slides[here]
    if st.session_state.get(BLANK):
        st.html(f"<div class='blank' role='img' aria-label='{escape(_('The screen is blank'))}'></div>")
        st.button(_("Show again"), key="blank", shortcut="B", on_click=_toggle, args=(BLANK,))
        return
    if st.session_state.get(JUMP):
        _overview(slides, here)
        return
    if frozen.stat.example:
        st.html(f"<p class='example-strip'>{_('Example, made up: nobody promised any of this')}</p>")
    _clock(one, frozen, slide)
    _draw(slide, frozen, sha256, one, before)
    _keys(slides, here, frozen, one, person)
    if st.session_state.pop(WRITE, False):
        write_down(one, frozen, slide)


def _here(count: int) -> int:
    """The slide of the address, counted from 1 there; the first where it names none."""
    asked = st.query_params.get("slide", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return min(max(number, 1), count) - 1


def _go(to: int) -> None:
    st.query_params["slide"] = str(to + 1)
    for name in (DRILL, JUMP, BLANK):
        st.session_state.pop(name, None)


def _toggle(name: str) -> None:
    st.session_state[name] = not st.session_state.get(name, False)


def _clock(one: Meeting, frozen: Frozen, slide: deck.Slide) -> None:
    minutes = cache.settings().stat.minutes
    chosen = minutes.place_based if frozen.stat.kind is StatKind.PLACE else minutes.agency
    with st.container(key="clock"):
        name = _(deck.PARTS[slide.part])
        over = _("{name} {time} over").replace("{name}", name)  # the clock itself puts the time in
        CLOCK(key=f"clock-{one.id}-{slide.part}", data={"meeting": one.id, "part": slide.part, "minutes": chosen[slide.part], "name": name, "over": over,
                                                        "title": _("Click to start this part’s clock again")})  # fmt: skip


def _keys(slides: Sequence[deck.Slide], here: int, frozen: Frozen, one: Meeting, person: Person) -> None:
    """The buttons under the screen, each with its key."""
    last = len(slides) - 1
    with st.container(horizontal=True, vertical_alignment="center", key="turn"):
        st.button(_("Previous"), shortcut="Left", key="room-previous", disabled=here == 0, on_click=_go, args=(max(here - 1, 0),))
        st.button(_("Next"), shortcut="Right", key="room-next", disabled=here == last, on_click=_go, args=(min(here + 1, last),))
        if _layer_of(slides[here], frozen):
            st.button(_("Back") if st.session_state.get(DRILL) else _("Map"), shortcut="M", key="room-map", on_click=_toggle, args=(DRILL,))
        if holds(person, Role.PRESENTER):
            st.button(_("Write down"), shortcut="N", key="room-write", icon=":material/edit:", on_click=_toggle, args=(WRITE,))
        st.button(_("Jump"), shortcut="J", key="room-jump", on_click=_toggle, args=(JUMP,))
        st.button(_("Blank"), shortcut="B", key="room-blank", on_click=_toggle, args=(BLANK,))
        place = _("{n} of {total}").format(n=here + 1, total=len(slides))
        st.caption(place)
    frame.announce(f"{place}: {slides[here].name}")


def _overview(slides: Sequence[deck.Slide], here: int) -> None:
    """All slides as buttons; the first nine also by their digit."""
    st.html(f"<h1 class='page'>{_('Where to?')}</h1>")
    with st.container(key="jump-list"):
        for number, slide in enumerate(slides):
            label = f"{number + 1}. {md_escape(slide.name)}"
            st.button(label, key=f"jump-{number}", shortcut=str(number + 1) if number < 9 else None, on_click=_go, args=(number,),
                      type="primary" if number == here else "tertiary")  # fmt: skip
    st.button(_("Back"), key="room-jump", shortcut="J", on_click=_toggle, args=(JUMP,))


# The slides


def _draw(slide: deck.Slide, frozen: Frozen, sha256: str, one: Meeting, before: Sequence[FollowUp]) -> None:
    draw: dict[str, Callable[[], None]] = {
        "purpose": lambda: st.html(_purpose(one, frozen)),
        "since": lambda: st.html(_list(slide.question, frozen.since[:6], more=len(frozen.since) - 6)),
        "follow-ups": lambda: st.html(_follow_ups(slide, before)),
        "indicator": lambda: _indicator(slide.subject, frozen, sha256),
        "signal": lambda: _map(frozen.layer(slide.subject), frozen, slide.question),
        "requests": lambda: st.html(request_signal.slide(slide.question, frozen.requests)),
        "places": lambda: st.html(f"<h1 class='page'>{escape(slide.question)}</h1>" + _place_table(frozen)),
        "topic": lambda: _topic(slide, frozen, sha256),
        "repeat": lambda: st.html(_repeat(slide, one)),
    }
    layer = _layer_of(slide, frozen)
    if st.session_state.get(DRILL) and layer:
        _map(layer, frozen, _("Where is it worst: {measure}?").format(measure=layer.measure.name.lower()))
    else:
        draw[slide.kind]()


def _layer_of(slide: deck.Slide, frozen: Frozen) -> Layer | None:
    """What a slide's subject is by neighborhood, for the way to the map; None where it is nothing, or the map is the slide."""
    subject = slide.subject
    if slide.kind == "topic":
        topic = next((one for one in frozen.topics if str(one.id) == subject), None)
        if topic is None or topic.kind == "other":
            return None
        if topic.kind == "measure":
            return frozen.layer(topic.subject)
        subject = topic.subject
    elif slide.kind != "indicator":
        return None
    found = frozen.assessment(subject)
    return frozen.layer(found.indicator.neighborhood_measure) if found else None


def _purpose(one: Meeting, frozen: Frozen) -> str:
    decision = f"<strong>{_('To be decided:')}</strong> {escape(one.decision)}" if one.decision else _("No decision is asked.")
    decision = f"<p class='slide-text'>{decision}</p>"
    topics = "".join(f"<li>{escape(topic.title)}</li>" for topic in frozen.topics if topic.decided == "on the agenda")
    agenda = f"<p class='slide-text'>{_('We will talk about:')}</p><ol class='slide-list'>{topics}</ol>" if topics else ""
    return (f"<h1 class='page'>{escape(frozen.stat.name)}</h1><p class='lead'>{escape(frozen.stat.question)}</p>{decision}{agenda}"
            f"<p class='slide-foot'>{escape(stat.when(one))}. {escape(stat.stamp(one))}</p>")  # fmt: skip


def _list(title: str, sentences: Sequence[str], *, more: int = 0) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences) + (f"<li>{_('And {n} more in the pre-memo.').format(n=more)}</li>" if more > 0 else "")
    return f"<h1 class='page'>{escape(title)}</h1><ul class='slide-list'>{items}</ul>"


def _follow_ups(slide: deck.Slide, before: Sequence[FollowUp]) -> str:
    today = cache.today()
    shown = before[slide.number * deck.PER_SLIDE : (slide.number + 1) * deck.PER_SLIDE]
    late = sum(one.colour(today) is Colour.RED for one in before)
    head = _("Nothing was promised before.")
    if before:
        head = n_("{n} promise overdue of {total}.", "{n} promises overdue of {total}.", late).format(n=words.figure(late, 0), total=len(before))
    return f"<h1 class='page'>{escape(slide.question)}</h1><p class='lead'>{escape(head)}</p>" + (_promises(shown) if shown else "")


def _promises(several: Sequence[FollowUp]) -> str:
    today = cache.today()

    def row(one: FollowUp) -> str:
        colour = one.colour(today)
        due = words.day(one.due)
        if colour is Colour.RED:
            days = one.days_late(today)
            due = n_("{day}, {n} day late", "{day}, {n} days late", days).format(day=due, n=words.figure(days, 0))
        return (f"<tr><th scope='row'>{escape(one.action)}</th><td>{escape(one.owner)}</td><td class='due'>{escape(due)}</td>"
                f"<td>{stat.follow_up_chip(colour)}</td></tr>")  # fmt: skip

    return f"<table class='slide promises'><tbody>{''.join(map(row, several))}</tbody></table>"


def _indicator(subject: str, frozen: Frozen, sha256: str) -> None:
    found = frozen.assessment(subject)
    if found is None:
        st.html(f"<p class='slide-text'>{_('This indicator is not among the frozen numbers.')}</p>")
        return
    st.html(detail.slide(found))
    charts.frozen_trend(found, sha256 or f"{cache.release()} {cache.today()}", height=620)


def _topic(slide: deck.Slide, frozen: Frozen, sha256: str) -> None:
    topic = next(one for one in frozen.topics if str(one.id) == slide.subject)
    reasons = f"<p class='lead'>{escape(topic.reasons[0])}</p>" if topic.reasons else ""
    alone = topic.kind == "other" and not topic.figures
    st.html(f"<h1 class='page{' alone' if alone else ''}'>{escape(slide.question)}</h1>{reasons}")
    found = frozen.assessment(topic.subject) if topic.kind == "indicator" else None
    if found:
        charts.frozen_trend(found, sha256 or f"{cache.release()} {cache.today()}", height=620)
    elif topic.kind == "measure" and (layer := frozen.layer(topic.subject)):
        _map(layer, frozen, "")
    elif topic.figures:
        st.html(f"<p class='slide-text'>{escape('; '.join(topic.figures))}</p>")


def _map(layer: Layer | None, frozen: Frozen, question: str) -> None:
    """The map as frozen, with the worst places beside it."""
    if layer is None:
        st.html(f"<p class='slide-text'>{_('Nothing is published by neighborhood.')}</p>")
        return
    areas, period = cache.areas(), layer.latest.label
    if [area.id for area in areas] != [key for key, _name in frozen.areas]:  # the shapes of today are not those that were frozen
        areas = ()
    names = dict(frozen.areas)
    head = f"<h1 class='page'>{escape(question)}</h1>" if question else ""
    rows = "".join(f"<tr><th scope='row'>{escape(names[one.area])}</th><td class='figure'>{escape(mapping.value_text(layer, one.value))}</td></tr>"
                   for one in worst_first(layer, period)[:MOST_WORST])  # fmt: skip
    spread = frozen.concentrations.get(layer.measure.id)
    said = f"<p class='lead'>{escape(spread.sentence)}</p>" if spread and spread.sentence else ""
    about = f"<p class='slide-foot'>{escape(words.capital(layer.series.unit))}, {escape(words.period_of(layer.latest))}. {escape(layer.measure.source)}</p>"
    picture = ""
    if areas:
        shown = mapping.level_map(layer, period, areas, frozen.meeting.areas)
        source = drawn.picture(shown, cache.drawing(), width=620)
        worst = words.listed([names[one.area] for one in worst_first(layer, period)[:3]])
        alt = _("Map of {measure}: worst in {areas}").format(measure=layer.measure.name, areas=worst)
        picture = f"<div class='slide-picture'><img class='slide-map' src='{source}' alt='{escape(alt)}'>{mapping.legend(shown)}</div>"
    st.html(f"{head}{said}<div class='slide-columns'>{picture}<div><table class='slide'><tbody>{rows}</tbody></table></div></div>{about}")


def _place_table(frozen: Frozen) -> str:
    if not frozen.places:
        return f"<p class='slide-text'>{_('No place was chosen.')}</p>"
    head, *rows = frozen.places
    # read from six metres: a criterion a line, a place a column
    body = "".join(f"<tr><th scope='row'>{escape(name)}</th>{''.join(f'<td>{escape(row[column])}</td>' for row in rows)}</tr>" for column, name in enumerate(head) if column)
    top = "".join(f"<th scope='col'>{escape(row[0])}</th>" for row in rows)
    return f"<table class='slide places'><thead><tr><td></td>{top}</tr></thead><tbody>{body}</tbody></table>"


def _repeat(slide: deck.Slide, one: Meeting) -> str:
    own = [found for found in cache.follow_ups() if found.meeting == one.id]
    if not own:
        return f"<h1 class='page'>{escape(slide.question)}</h1><p class='slide-text'>{_('Nothing was written down yet. N writes something down.')}</p>"
    rows = "".join(
        f"<tr><td class='number'>{number}</td><th scope='row'>{escape(found.action)}</th><td>{escape(found.owner)}</td><td class='due'>{escape(words.day(found.due))}</td></tr>"
        for number, found in enumerate(own, start=1)
    )
    return f"<h1 class='page'>{escape(slide.question)}</h1><table class='slide promises'><tbody>{rows}</tbody></table>"


# Writing down


def write_down(one: Meeting, frozen: Frozen, slide: deck.Slide) -> None:
    """A follow-up in a drawer beside the screen: what, who, until when. Enter saves it; the screen stays where it is."""
    st.dialog(_("Write down"), position="right", width="medium")(_drawer)(one, frozen, slide)


def _drawer(one: Meeting, frozen: Frozen, slide: deck.Slide) -> None:
    own = [found for found in cache.follow_ups() if found.meeting == one.id]
    corrected = None
    if own:
        names = {"": _("A new follow-up")} | {found.id: _("Correct: {action}").format(action=found.action) for found in own}
        corrected = st.selectbox(_("Which"), list(names), format_func=names.get, key="room-which")
    known = next((found for found in own if found.id == corrected), None)
    _form(one, frozen, slide, known)


def _form(one: Meeting, frozen: Frozen, slide: deck.Slide, known: FollowUp | None) -> None:
    about = _subjects(frozen)
    agencies = stat.agency_names(frozen.stat)
    key = known.id if known else "new"
    seen = st.session_state.setdefault(f"_room_seen_{key}", known)  # as the person saw it when the drawer opened
    with st.form(f"room-{key}", border=False):
        action = st.text_input(_("What: a verb and a thing"), value=known.action if known else "", key=f"room-action-{key}", max_chars=300)
        owner = st.text_input(_("Who: one person"), value=known.owner if known else "", key=f"room-owner-{key}", max_chars=120)
        due = st.date_input(_("By when"), value=known.due if known else stat.due_by_default(one), key=f"room-due-{key}")
        kinds = list(Deliverable)
        kind = st.selectbox(_("What comes of it"), kinds, index=kinds.index(known.deliverable) if known else kinds.index(Deliverable.TO_DO), format_func=lambda kind: _(str(kind)), key=f"room-kind-{key}")
        first = _key_of(known.indicator, known.measure) if known else _subject_of(slide, frozen)
        subject = st.selectbox(_("About"), list(about), index=list(about).index(first) if first in about else 0, format_func=about.get, key=f"room-about-{key}")
        agency = st.selectbox(_("Agency"), agencies, index=agencies.index(known.agency) if known and known.agency in agencies else 0, key=f"room-agency-{key}")
        saved = st.form_submit_button(_("Write it down") if known is None else _("Save"), type="primary", width="stretch")
    FOCUS(key=f"focus-{key}")
    if not saved:
        return
    person = people.current_person()  # the drawer runs alone, with what it was opened with
    kind_of, _colon, subject_id = subject.partition(":")
    values = {"action": action, "owner": owner, "due": due, "deliverable": kind, "agency": agency, "indicator": subject_id if kind_of == "indicator" else "",
              "measure": subject_id if kind_of == "measure" else ""}  # fmt: skip
    try:
        if due is None:
            raise CycleError(_("A follow-up has a due date. Choose one."))
        if seen:
            store.change(cache.engine(), seen, person=person, agencies=cache.names_of_agencies(), **values)
        else:
            store.write_down(cache.engine(), stat=one.stat, meeting=one.id, person=person, agencies=cache.names_of_agencies(), example=one.example,
                             issue=slide.question, **values)  # fmt: skip
    except ChangedMeanwhile as problem:
        st.error(md_escape(" ".join([problem.sentence, *problem.changes])))
        st.session_state[f"_room_seen_{key}"] = store.follow_up_by_id(cache.engine(), key)  # a second save goes on top of theirs
        return
    except OutcomeStatError as problem:
        st.error(md_escape(problem.sentence))
        return
    for name in [name for name in st.session_state if str(name).startswith(("room-", "_room_seen_"))]:
        del st.session_state[name]
    st.rerun()


def _subjects(frozen: Frozen) -> dict[str, str]:
    found = {"": _("Nothing of these")}
    found |= {f"indicator:{one.indicator.id}": one.indicator.name for one in frozen.assessments}
    return found | {f"measure:{layer.measure.id}": _("{measure}, by neighborhood").format(measure=layer.measure.name) for layer in frozen.layers}


def _key_of(indicator: str, measure: str) -> str:
    return f"indicator:{indicator}" if indicator else f"measure:{measure}" if measure else ""


def _subject_of(slide: deck.Slide, frozen: Frozen) -> str:
    if slide.kind == "indicator":
        return f"indicator:{slide.subject}"
    if slide.kind == "signal":
        return f"measure:{slide.subject}"
    topic = next((one for one in frozen.topics if slide.kind == "topic" and str(one.id) == slide.subject), None)
    return f"{topic.kind}:{topic.subject}" if topic and topic.subject else ""
