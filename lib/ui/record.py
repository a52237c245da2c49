"""The parts of the record: what was held against what was scheduled and required, late papers, follow-ups, what moved, and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from lib import words
from lib.charts.theme import FOLLOW_UP_LOOKS, MOVEMENT_LOOKS, Look
from lib.cycle import State
from lib.language import _, later, n_
from lib.stat.papers import annual, names
from lib.stat.papers.annual import MISSED, PAPERS, Year
from lib.stat.papers.parts import Cell, Table
from lib.store import meetings as store
from lib.ui import cache, downloads, filters, frame
from lib.ui.board import chip
from lib.ui.text import escape

ROWS = 15  # of a table before it scrolls by itself
SHORT = 40  # letters that stand beside their word
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ICONS = {MISSED: "event_busy", later("late"): "schedule", later("not come"): "block"} | {
    str(word): look.icon for word, look in [*FOLLOW_UP_LOOKS.items(), *MOVEMENT_LOOKS.items()]}  # fmt: skip


def chosen_year() -> int:
    """Which year the page is about: the current first. From the year in which the law came, or that of an earlier meeting, on."""
    today, law = cache.today().year, cache.settings().stat.required_since.year
    days = [one.day.year for one in cache.meetings_of_all() if not one.example]
    years = range(max([today, *days]), min([today, law, *days]) - 1, -1)
    ordered = sorted(years, key=lambda year: (year > today, -year))  # a year that has only planned meetings stands last
    return int(filters.subject(_("Year"), {str(year): str(year) for year in ordered}, key="year"))


def year_of(number: int) -> Year:
    return annual.year_of(
        number,
        settings=cache.settings(),
        on=cache.today(),
        agencies=cache.agencies(),
        stats=cache.every_stat(),
        meetings=cache.meetings_of_all(),
        steps=store.every_step(cache.engine()),
        follow_ups=cache.follow_ups(),
        assessments=cache.assessments(),
        release=cache.release(),
    )


def heading(year: Year) -> str:
    """The answer first, and how far the record can be relied upon."""
    example = _("The example is loaded. What is made up counts nowhere on this page.")
    example = f"<p class='note'>{example}</p>" if any(one.example for one in cache.meetings_of_all()) else ""
    title = _("The record of {year}: meetings and promises").format(year=year.year)
    return (f"<h1 class='page'>{title}</h1><p class='lead'>{escape(annual.in_short(year))}</p>"
            f"<p class='note'>{escape(annual.about_the_record(year))}</p>{example}")  # fmt: skip


def months(year: Year) -> str:
    """Each agency's months; what was missed by icon and word. Without any recorded meeting there is nothing to show."""
    if year.since is None or not year.held:
        return ""
    return section(_("Held, of those scheduled, by month")) + table_of(replace(annual.months_table(year), titled=False), "every")


def parts(year: Year) -> str:
    """All else that the report says, as sections."""
    late = annual.late_table(year)
    nothing = _("No paper of a recorded meeting came late.") if year.papers else _("No paper of a recorded meeting was due.")
    papers = "".join(map(table_of, late)) if late else f"<p>{nothing}</p>"
    agencies = section(_("Held, scheduled and required, by agency")) + table_of(replace(annual.agencies_table(year), titled=False)) if year.since and year.held else ""
    return agencies + section(_("Papers in time")) + _counted(year) + papers + _follow_ups(year) + _moved(year)


def section(name: str) -> str:
    return f"<h2 class='section'>{escape(name)}</h2>"


def _counted(year: Year) -> str:
    """How many of each paper came in time."""
    said = []
    for state in PAPERS:
        own = year.papers_of(state)
        if own:
            one = (n_("{k} of {n} pre-memo came in time", "{k} of {n} pre-memos came in time", len(own)) if state is State.RELEASED
                   else n_("{k} of {n} follow-up memo came in time", "{k} of {n} follow-up memos came in time", len(own)))  # fmt: skip
            said.append(one.format(k=words.figure(sum(paper.in_time for paper in own), 0), n=words.figure(len(own), 0)))
    return f"<p>{escape(words.capital(words.listed(said)))}.</p>" if said else ""


def _follow_ups(year: Year) -> str:
    head = section(_("Follow-ups"))
    if not year.kept.made:
        return f"{head}<p>{_('No follow-up is recorded for this year.')}</p>"
    status = Table(_("By status"), (_("Status"), _("Follow-ups")), tuple(annual.colour_rows(year.kept)), (0.8, 0.2), (1,), titled=True)
    age = Table(_("Those that are open, by age"), (_("Age"), _("Follow-ups")), tuple(annual.age_rows(year.kept)), (0.8, 0.2), (1,), titled=True)
    return f"{head}<p>{escape(annual.kept_in_short(year.kept))}</p><div class='side-by-side'><div>{table_of(status)}</div><div>{table_of(age)}</div></div>"


def _moved(year: Year) -> str:
    head = section(_("Indicators that moved, either way"))
    if not year.moved:
        return f"{head}<p>{_('No indicator moved beyond chance.')}</p>"
    made = Table(_("Indicators that moved"), (_("Indicator"), _("Latest"), _("Which way")), tuple(annual.moved_rows(year)), (0.25, 0.25, 0.5))
    note = _("By the figures of {day}; each over the periods that its sentence names.").format(day=words.day(year.on))
    return f"{head}<p class='note'>{escape(note)}</p>{table_of(made)}"


def table_of(part: Table, kind: str = "") -> str:
    """A table of a paper on the page: a word with a tone gets its icon beside it."""
    head = "".join(f"<th scope=col{' class=n' if place in part.numbers else ''}>{escape(text)}</th>" for place, text in enumerate(part.head))
    rows = "".join(f"<tr>{''.join(f'<td{_right(place, part)}>{_cell(one, narrow=bool(kind))}</td>' for place, one in enumerate(row))}</tr>" for row in part.rows)
    caption = f"<caption>{escape(part.caption)}</caption>" if part.titled else ""
    tall = " tall" if len(part.rows) > ROWS else ""
    return (f"<div class='scroll{tall}' tabindex='0' role='region' aria-label='{escape(part.caption)}'><table class='plain {kind}'>{caption}"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")  # fmt: skip


def _right(place: int, part: Table) -> str:
    return " class=n" if place in part.numbers else ""


def _cell(one: Cell, *, narrow: bool) -> str:
    text = escape(one.text).replace("\n", "<br>")
    if not one.word:
        return text
    name = next((icon for word, icon in ICONS.items() if one.word.endswith((_(word), words.capital(_(word))))), "")
    word = chip(Look(name, one.tone), one.word) if name else f"<span class='status {escape(one.tone)}'>{escape(one.word)}</span>"
    if not text or one.word.isdigit():
        return f"{word} {text}".strip()
    if narrow or len(one.text) > SHORT:
        return f"{word}<br>{text}"
    return f"<span style='display: inline-flex; flex-wrap: wrap; align-items: center; gap: 0 .5em'>{word}<span>{text}</span></span>"


# To take away


def report(year: Year) -> None:
    """The report about the year as a Word file, made when it is asked for."""

    def make() -> bytes:
        from lib.stat.papers import word  # loaded for who asks for the file

        return word.annual_report(year)

    st.html(f"<p class='note'>{escape(annual.when_due(year))}</p>")
    st.download_button(_("Annual report {year} as Word").format(year=year.year), data=make, file_name=names.name_of_annual_report(year), mime=DOCX, on_click="ignore",
                       icon=":material/description:", key="annual-report")  # fmt: skip


def take_away(year: Year) -> None:
    report(year)
    downloads.both(lambda: tables(year), name=f"record-{year.year}", what=_("The record"))


def tables(year: Year) -> dict[str, pd.DataFrame]:
    """The record as tables. `recorded` is false for a month of which too little is known to call it missed."""
    return {"Months": months_frame(year), "Papers": papers_frame(year), "Follow-ups": follow_ups_frame(year), "Indicators": moved_frame(year)}


def months_frame(year: Year) -> pd.DataFrame:
    rows = [
        (one.agency.id, one.agency.name, month.year, month.month, month.required, month.scheduled, month.held, month.cancelled, month.is_missed, annual.is_recorded(year, month.month))
        for one in year.held
        for month in one.months
    ]
    return _frame(rows, ["agency_id", "agency", "year", "month", "required", "scheduled", "held", "cancelled", "missed", "recorded"])


def papers_frame(year: Year) -> pd.DataFrame:
    rows = [
        (year.stats.get(one.meeting.stat, one.meeting.stat), one.meeting.day, PAPERS[one.state], annual.said_deadline(one), one.came.isoformat() if one.came else "", one.in_time)
        for state in (State.RELEASED, State.MEMO_SENT)
        for one in year.papers_of(state)
    ]
    return _frame(rows, ["stat", "meeting", "paper", "due_by", "came", "in_time"])


def follow_ups_frame(year: Year) -> pd.DataFrame:
    kept = year.kept
    rows = [("status", f"{row[0].word} ({row[0].text})", kept.colours[colour]) for row, colour in zip(annual.colour_rows(kept), annual.COLOURS, strict=True)]
    rows += [("age of those that are open", name, count) for name, count in kept.open_by_age.items()]
    return _frame(rows, ["by", "name", "follow_ups"])


def moved_frame(year: Year) -> pd.DataFrame:
    rows = [
        (one.indicator.id, one.indicator.name, str(one.movement.movement), one.movement.sentence, one.latest.value if one.latest else None, one.unit,
         one.latest.period.label if one.latest else "", one.latest.reference if one.latest else "")
        for one in year.moved
    ]  # fmt: skip
    return _frame(rows, ["indicator_id", "indicator", "movement", "why", "value", "unit", "period", "reference"])


def _frame(rows: Sequence[tuple[Any, ...]], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns)


def nothing_yet() -> None:
    frame.nothing_to_show(_("There are no agencies and no Stats yet. Write data/agencies.csv and data/stats.toml, then start again."))
