"""The parts of a topic board's page: the answer, all items at a glance, their pictures, what to know of them, and their figures."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib import words
from lib.assessment import spoken_trend
from lib.boards import Panel, of_indicator, of_measure, of_own
from lib.charts.trend import Trend, draw
from lib.language import _, n_
from lib.model import TopicBoard
from lib.roles import Person, Role, holds
from lib.ui import board, cache, charts, downloads, filters, outcome, people
from lib.ui.charts import CONFIG, line_of
from lib.ui.detail import counts, table
from lib.ui.links import link
from lib.ui.text import escape, sanitised

SUBJECT = "board"  # in the address
SLIDE = "_board_slide"


# Which one


def shown_to(person: Person) -> dict[str, TopicBoard]:
    """The boards that somebody may see, those that run first."""
    return {key: one for key, one in cache.boards().items() if one.readers == "everybody" or holds(person, Role.STAFF)}


def chosen() -> TopicBoard | None:
    """The board that the address asks for, else the first; None where there is none to see. A board for staff asks for the role."""
    asked = cache.boards().get(st.query_params.get(SUBJECT, ""))
    if asked and asked.readers == "staff":
        people.only(Role.STAFF, _("This topic board"))
    open_to = shown_to(people.current_person())
    if not open_to:
        return None
    return open_to[filters.subject(_("Topic board"), {key: title(one) for key, one in open_to.items()}, key=SUBJECT)]


def title(one: TopicBoard) -> str:
    return _("{title} (ended)").format(title=one.title) if one.ended else one.title


def of_stat(stat_id: str) -> str:
    """The boards of a Stat, as links; "" where it has none."""
    own = [one for one in cache.boards().values() if one.stat == stat_id]
    if not own:
        return ""
    listed = ", ".join(link("board", escape(title(one)), id=one.id, key=SUBJECT) for one in own)
    return f"<p class='note'>{escape(n_('Topic board:', 'Topic boards:', len(own)))} {listed}</p>"


# What it shows


def panels_of(one: TopicBoard) -> tuple[Panel, ...]:
    return cache.kept("board", one.id, make=lambda: tuple(_panels(one)))


def _panels(one: TopicBoard) -> list[Panel]:
    places = {key: place.name for key, place in cache.geographies().items()}
    city = cache.current_framework().geography
    by_id = {found.indicator.id: found for found in cache.assessments()}
    every, known, panels = cache.observations(), cache.measures(), []
    for item in one.items:
        if item.indicator:
            panels.append(of_indicator(item, by_id.get(item.indicator), every[every["indicator"] == item.indicator], places=places))
        elif item.measure:
            layers = cache.layers(item.measure) if item.measure in known else ()
            panels.append(of_measure(item, layers, residents=cache.residents(), city=city, places=places))
        else:
            panels.append(of_own(item, one, cache.board_figures(one.id), city=city, places=places))
    return panels


def heading(one: TopicBoard) -> str:
    mark = f"<p class='example'><strong>{escape(_('Example, made up.'))}</strong> {escape(_('It shows how a topic board looks. No figure that stands only here is real.'))}</p>" if one.made_up else ""
    return f"{mark}<h1 class='page'>{escape(one.title)}</h1><p class='lead'>{escape(one.question)}</p>"


def answer(one: TopicBoard, panels: Sequence[Panel]) -> str:
    """The first figure of the board and how its indicators stand; and since when the board runs, or that it ended."""
    first = next((panel for panel in panels if panel.latest), None)
    said = [f"<strong>{escape(_sentence(first))}</strong>"] if first else [escape(_("There is no figure on it yet."))]
    assessed = [panel.assessment for panel in panels if panel.assessment]
    if assessed:
        said.append(escape(_("Its indicators: {counts}.").format(counts=board.counts(assessed))))
    return f"<p class='first'>{' '.join(said)}</p><p class='note'>{escape(runs(one))}{_stat_link(one)}</p>"


def _sentence(panel: Panel) -> str:
    """Vacant buildings, Baltimore City: 12,599 buildings in FY2025, from 15,375 in FY2021."""
    first, last = panel.known[0], panel.known[-1]
    values = {"name": panel.name, "place": panel.place, "last": f"{_figure(panel, last.value)} {words.unit_beside(panel.series.unit)}".strip(), "now": words.period_of(last.period)}
    if first is last:
        return _("{name}, {place}: {last} in {now}.").format(**values)
    return _("{name}, {place}: {last} in {now}, from {first} in {then}.").format(**values, first=_figure(panel, first.value), then=words.period_of(first.period))


def _figure(panel: Panel, value: float, missing: str = "") -> str:
    return words.figure(value, panel.series.decimals, panel.series.unit, missing=missing)


def runs(one: TopicBoard) -> str:
    if one.ended is None:
        return _("It runs since {day}.").format(day=words.day(one.started))
    return _("It ended on {last} and ran since {day}. Its figures are as they are known today.").format(last=words.day(one.ended), day=words.day(one.started))


def _stat_link(one: TopicBoard) -> str:
    about = cache.every_stat().get(one.stat)
    if about is None:
        return ""
    name = escape(about.name)
    return " " + escape(_("It belongs to {stat}.")).format(stat=link("meeting", name) if holds(people.current_person(), Role.STAFF) else name)


def glance(panels: Sequence[Panel]) -> str:
    """Every item in a row: the newest figure, the first, and how it stands."""
    rows = "".join(_row(panel) for panel in panels)
    names = (_("What"), _("Newest"), _("First"), _("How it stands"))
    head = "".join(f"<th scope='col'{' class=n' if place in (1, 2) else ''}>{escape(name)}</th>" for place, name in enumerate(names))
    about = escape(_("All figures of this board at a glance"))
    return (f"<div class='scroll' tabindex='0' role='region' aria-label='{about}'><table class='plain'><caption>{about}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")  # fmt: skip


def _row(panel: Panel) -> str:
    if panel.latest is None:
        return f"<tr><td>{_name(panel)}<br><span class='muted'>{escape(panel.place)}</span></td><td class='n'>{escape(_why_nothing(panel))}</td><td class='n'></td><td></td></tr>"
    first = panel.known[0]
    before = f"{escape(_figure(panel, first.value))}<br><span class='muted'>{escape(words.period_of(first.period))}</span>" if first is not panel.latest else ""
    provisional = _(", provisional") if panel.latest.provisional else ""
    stands = board.chip(board.status_look(panel.assessment), board.status_word(panel.assessment)) if panel.assessment else escape(_("no target here"))
    return (f"<tr><td>{_name(panel)}<br><span class='muted'>{escape(panel.place)}</span></td><td class='n'><strong>{escape(_figure(panel, panel.latest.value))}</strong><br>"
            f"<span class='muted'>{escape(words.period_of(panel.latest.period) + provisional)}</span></td><td class='n'>{before}</td><td>{stands}</td></tr>")  # fmt: skip


def _name(panel: Panel) -> str:
    """The item's name, leading to where the rest about it stands."""
    if panel.series is None:
        return escape(panel.name)
    if panel.item.indicator:
        return link("indicator", escape(panel.name), id=panel.item.indicator, key="indicator")
    return link("map", escape(panel.name), id=panel.item.measure, key="measure") if panel.item.measure else escape(panel.name)


def _why_nothing(panel: Panel) -> str:
    reasons = list(dict.fromkeys(one.reason for one in panel.figures if one.reason))
    return _("no figure") + (f": {words.listed(reasons)}" if reasons else "")


def pictures(one: TopicBoard, panels: Sequence[Panel]) -> None:
    """Each item with its chart, two beside each other."""
    for start in range(0, len(panels), 2):
        for place, column in enumerate(st.columns(2, gap="large")):
            if start + place < len(panels):
                with column:
                    st.html(_card(panels[start + place]))
                    draw_panel(one, start + place, panels[start + place])


def _card(panel: Panel) -> str:
    notes = [panel.item.note, _("The city's figures are the average of its areas where none was published.") if panel.worked_out else ""]
    note = f"<p class='note'>{escape(' '.join(part for part in notes if part))}</p>" if any(notes) else ""
    if panel.assessment:
        return outcome.card(panel.assessment) + note
    value = escape(_figure(panel, panel.latest.value)) if panel.latest else escape(_why_nothing(panel))
    unit = f"{words.unit_beside(panel.series.unit)}, {words.period_of(panel.latest.period)}" if panel.latest else ""
    return (f"<div class='indicator-card'><h2>{_name(panel)}</h2><p class='line'><span class='value'>{value}</span> <span class='muted'>{escape(unit)}</span></p>"
            f"<p class='why'>{escape(panel.place)}</p></div>{note}")  # fmt: skip


def draw_panel(one: TopicBoard, number: int, panel: Panel, *, large: bool = False) -> None:
    """The item's trend; nothing where there is no value. With its target and limits where it is an indicator in the city."""
    if panel.latest is None:
        return

    def make() -> object:
        if panel.assessment:
            trend = charts.drawing_of(panel.assessment, cache.observations().iloc[:0], {})
        else:
            trend = Trend(unit=panel.series.unit, main=line_of(panel.figures, panel.series, panel.name))
        return draw(trend, height=620 if large else 240, text_size=28 if large else 14)

    figure = cache.kept("board picture", one.id, str(number), large, make=make)
    alt = spoken_trend(panel.assessment) if panel.assessment else _sentence(panel)
    st.plotly_chart(figure, width="stretch", height="content", theme=None, config=CONFIG, alt=alt, key=f"board-{number}")


def about(one: TopicBoard) -> None:
    """What to know of the board: its notes, and where its figures were read."""
    st.html(f"<h2 class='section'>{escape(_('What to know'))}</h2>")
    st.markdown(sanitised(one.notes))
    listed = "".join(f"<li>{escape(reference)}</li>" for reference in one.references)
    st.html(f"<p class='note'>{escape(_('References'))}</p><ul class='note'>{listed}</ul>")


def figures(panels: Sequence[Panel]) -> str:
    """Every figure of every item with its reference, to be opened."""
    return f"<h2 class='section'>{escape(_('Figures and references'))}</h2>" + "".join(
        f"<details class='earlier'><summary>{escape(panel.name)}, {escape(panel.place)}</summary>{_figures(panel)}</details>" for panel in panels if panel.series
    )


def _figures(panel: Panel) -> str:
    rows = [
        (words.period_of(one.period) + (_(" (provisional)") if one.provisional else ""), _figure(panel, one.value, one.reason), counts(one.numerator, one.denominator), one.vintage or _("not stated"),
         one.reference + (f" ({one.note})" if one.note else ""))
        for one in reversed(panel.figures) if one.period.label
    ]  # fmt: skip
    return table((_("Period"), _("Value"), _("Out of"), _("Published"), _("Reference")), rows, caption=f"{panel.series.name}, {panel.series.unit}", numbers=(1, 2))


# In the room: the answer with all at a glance, then one item a screen


def present(one: TopicBoard, panels: Sequence[Panel]) -> None:
    last = len(panels)
    here = min(st.session_state.get(SLIDE, {}).get(one.id, 0), last)
    if here == 0:
        st.html(heading(one) + answer(one, panels) + _slide_table(panels))
    else:
        panel = panels[here - 1]
        about = [words.unit_beside(panel.series.unit), panel.place, words.period_of(panel.latest.period)] if panel.latest else [panel.place]
        st.html(f"<h1 class='page'>{escape(panel.name)}</h1><p class='slide-line'><span class='value'>{escape(_figure(panel, panel.latest.value) if panel.latest else _why_nothing(panel))}</span> "
                f"<span class='muted'>{escape(', '.join(part for part in about if part))}</span></p>")  # fmt: skip
        draw_panel(one, here - 1, panel, large=True)
    with st.container(horizontal=True, vertical_alignment="center", key="turn"):
        st.button(_("Previous"), shortcut="Left", key="turn-previous", disabled=here == 0, on_click=_turn, args=(one.id, here - 1))
        st.button(_("Next"), shortcut="Right", key="turn-next", disabled=here == last, on_click=_turn, args=(one.id, here + 1))
        st.caption(_("{n} of {total}").format(n=here + 1, total=last + 1))


def _turn(key: str, to: int) -> None:
    st.session_state[SLIDE] = {key: to}


def _slide_table(panels: Sequence[Panel]) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{escape(panel.name)}<br><span class='unit'>{escape(panel.place)}</span></th>"
        f"<td>{_on_a_slide(panel)}</td>"
        f"<td>{board.chip(board.status_look(panel.assessment), board.status_word(panel.assessment)) if panel.assessment else ''}</td></tr>"
        for panel in panels
    )
    return f"<table class='slide promises'><tbody>{rows}</tbody></table>"


def _on_a_slide(panel: Panel) -> str:
    if panel.latest is None:
        return escape(_why_nothing(panel))
    return f"{escape(_figure(panel, panel.latest.value))} <span class='unit'>{escape(words.period_of(panel.latest.period))}</span>"


# To take away


def download(one: TopicBoard, panels: Sequence[Panel]) -> None:
    def make() -> dict[str, pd.DataFrame]:
        return {"Figures": frame_of(panels)}

    downloads.both(people.guarded(Role.STAFF, _("This topic board"), make) if one.readers == "staff" else make, name=f"board-{one.id}", what=_("All its figures"))


def frame_of(panels: Sequence[Panel]) -> pd.DataFrame:
    """Every figure of the board, item by item; missing is empty, with its reason."""
    rows = [
        (panel.name, panel.place, panel.series.id, panel.series.unit, one.period.label, one.period.start, one.period.end, one.value, one.numerator, one.denominator, one.reason, one.provisional,
         one.vintage, one.note, one.reference)
        for panel in panels if panel.series for one in panel.figures if one.period.label
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["name", "place", "series", "unit", "period", "start", "end", "value", "numerator", "denominator", "missing_reason", "provisional", "vintage", "note", "reference"])
