"""The parts of the page of data intake: what a file's report says, what it would change, and what was loaded before."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib import words
from lib.charts.lines import SmallLine, lines
from lib.errors import OutcomeStatError
from lib.intake.check import check
from lib.intake.known import Known
from lib.intake.loading import limits_of, load_report
from lib.intake.marking import marked
from lib.intake.report import Outcome, Report
from lib.intake.template import agencies, template
from lib.methods.periods import parse_period
from lib.roles import Person, Role
from lib.store.batches import Batch, utc_now
from lib.ui import cache, downloads, frame, people
from lib.ui.detail import table
from lib.ui.text import escape, md_escape

REPORT = "_report"  # of the file that is looked at: its bytes, their report
SHOWN = 200  # problems and changes on the page; the marked workbook has all


def heading(person: Person) -> str:
    return ("<h1 class='page'>Data intake</h1><p class='lead'>Send figures as a workbook or a CSV file. You see within seconds what was understood and "
            "what must be mended. Nothing is stored before you publish, and a load can be taken back.</p>"
            f"<p class='note'>You publish as {escape(person.name)}.</p>")  # fmt: skip


def template_buttons(known: Known) -> None:
    """The workbook to fill, with the indicators of one agency or of all."""
    every = "All agencies"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        agency = st.selectbox("Agency", [every, *agencies(known)], key="template-agency")
        chosen = None if agency == every else agency
        st.download_button("Workbook to fill", data=lambda: template(known, agency=chosen), file_name="figures.xlsx", mime=downloads.XLSX,
                           on_click="ignore", icon=":material/download:", key="template")  # fmt: skip


def uploaded(known: Known) -> tuple[bytes, Report] | None:
    """The file that was sent, with its report; read once, however often the page is drawn."""
    sent = st.file_uploader("A workbook (.xlsx) or a CSV file", key="upload", max_upload_size=int(cache.settings().intake.max_megabytes))
    if sent is None:
        st.session_state.pop(REPORT, None)
        return None
    content = sent.getvalue()
    kept = st.session_state.get(REPORT)
    if kept and kept[0] == (sent.file_id, cache.release()):
        return content, kept[1]
    told = st.progress(0.0, "Reading the file …")
    most = cache.settings().intake.max_rows
    report = check(content, sent.name, known, limits=limits_of(cache.settings()), today=cache.today(),
                   progress=lambda rows: told.progress(min(rows / most, 1.0), f"{rows:,} rows read …"))  # fmt: skip
    told.empty()
    st.session_state[REPORT] = ((sent.file_id, cache.release()), report)
    return content, report


def show(report: Report, content: bytes) -> None:
    """The report: the outcome first, then what to mend, what was changed in reading, and what it does to stored figures."""
    tone = {Outcome.REJECT: st.error, Outcome.ACCEPT_WITH_WARNINGS: st.warning, Outcome.ACCEPT: st.success}[report.outcome]
    tone(md_escape(report.sentence))
    frame.announce(report.sentence)
    if report.problems:
        st.html(_problems(report))
        st.download_button("The same file with these cells marked", data=lambda: marked(content, report, limits=limits_of(cache.settings())),
                           file_name=f"marked-{report.sha256[:8]}.xlsx", mime=downloads.XLSX, on_click="ignore", icon=":material/download:",
                           key="marked")  # fmt: skip
    parts = [_counts(report), _revisions(report), _changes(report)]
    if any(parts):
        st.html("".join(parts))


def _place(sheet: str, cell: str) -> str:
    return " ".join(part for part in (sheet, cell) if part) or "the whole file"


def _problems(report: Report) -> str:
    rows = [("mend" if one.level == "error" else "confirm", _place(one.sheet, one.cell), one.found, words.capital(one.why), words.capital(one.remedy))
            for one in report.problems[:SHOWN]]  # fmt: skip
    more = len(report.problems) - len(rows)
    note = f"<p class='note'>And {more:,} more: the marked workbook has them all.</p>" if more > 0 else ""
    return table(("", "Cell", "What stands there", "Why it is a problem", "Write instead"), rows, caption=words.count_of(len(report.problems), "problem")) + note


def _counts(report: Report) -> str:
    rows = [(subject_name(one.subject), words.period(one.period), f"{one.figures:,}", f"{one.new:,}", f"{one.revised:,}", f"{one.unchanged:,}", f"{one.missing:,}")
            for one in report.counts[:SHOWN]]  # fmt: skip
    head = ("Indicator", "Period", "Figures", "New", "Revised", "As stored", "Without a value")
    return table(head, rows, caption="What the file holds", numbers=(2, 3, 4, 5, 6)) if rows else ""


def _revisions(report: Report) -> str:
    rows = [
        (subject_name(one.figure.subject), place_name(one.figure.geography), words.period(one.figure.period), one.before_reason or f"{one.before:,g}",
         one.figure.missing_reason or f"{one.figure.value:,g}")
        for one in report.revisions[:SHOWN]
    ]  # fmt: skip
    return table(("Indicator", "Place", "Period", "Before", "After"), rows, caption="Figures that revise stored ones; the older are kept",
                 numbers=(3, 4)) if rows else ""  # fmt: skip


def subject_name(subject: str) -> str:
    """The name of an indicator or a neighborhood measure."""
    named = {one.id: one.name for one in cache.measures().values()} | {one.id: one.name for one in cache.current_framework().indicators}
    return named.get(subject, subject)


def place_name(geography: str) -> str:
    found = cache.geographies().get(geography)
    return found.name if found else geography


def _changes(report: Report) -> str:
    rows = [(_place(one.sheet, one.cell) + (f" and {one.times - 1:,} more" if one.times > 1 else ""), one.before, one.after, one.why) for one in report.changes[:SHOWN]]
    return table(("Cell", "Stands there", "Read as", "Why"), rows, caption="What was changed in reading") if rows else ""


def preview(report: Report, observations: pd.DataFrame) -> str:
    """The lines of the city as they are and as they would be, for the indicators that the file changes."""
    parts = []
    framework = cache.current_framework()
    for one in framework.indicators:
        new = {row.period: row.value for row in report.rows if (row.kind_of_subject, row.subject) == ("indicator", one.id)
               and row.geography == framework.geography and not row.group}  # fmt: skip
        if not new or not one.headline:
            continue
        series = one.series_by_id(one.headline)
        own = observations[(observations["indicator"] == one.id) & (observations["series"] == series.id) & (observations["group"] == "")
                           & (observations["geography"] == framework.geography)]  # fmt: skip
        before = dict(zip(own["period"], own["value"], strict=True))
        month = cache.settings().fiscal_year.start_month
        periods = sorted({parse_period(label, series.kind, fiscal_year_start_month=month) for label in {*before, *new}})
        times = [float(period.end.toordinal()) for period in periods]
        after = [new.get(period.label, before.get(period.label, math.nan)) for period in periods]
        after = [math.nan if value is None else value for value in after]
        now = [before.get(period.label, math.nan) for period in periods]
        known, stored = ([value for value in several if not math.isnan(value)] for several in (after, now))
        drawn = [SmallLine("After", times, after, words.figure(known[-1], series.decimals, series.unit) if known else "no figure"),
                 SmallLine("Now", times, now, words.figure(stored[-1], series.decimals, series.unit) if stored else "no figure", quiet=True)]  # fmt: skip
        picture = lines(drawn, ticks=[(times[0], words.period(periods[0].label)), (times[-1], words.period(periods[-1].label))])
        if picture:
            parts.append(f"<div><h3 class='section'>{escape(one.name)}</h3><img class='lines' src='{picture}' alt='{escape(one.name)}: now and after the load'></div>")
    return f"<h2 class='section'>What readers would see</h2><div class='side-by-side'>{''.join(parts)}</div>" if parts else ""


def publish(report: Report, content: bytes, person: Person) -> None:
    """What a person says to it, and the button. Nothing is written before."""
    confirmed = True
    if report.warnings:
        confirmed = st.checkbox(f"I have looked at {words.count_of(len(report.warnings), 'warning')}: the figures are right as they stand.", key="confirmed")
    note = st.text_input("A note to the load (optional)", key="note", max_chars=500)
    later = st.toggle("Readers see it later", key="later", help="Until then only the people who load figures know of it.")
    when = st.datetime_input("From when on", key="publish-at") if later else None
    if st.button("Publish", type="primary", disabled=not confirmed or report.changes_nothing, key="publish"):
        try:
            done = load_report(cache.engine(), cache.DATA, report, content, person=person, settings=cache.settings(), note=note,
                               publish_at=cache.city_time(when) if when else "")  # fmt: skip
        except OutcomeStatError as problem:
            st.error(md_escape(problem.sentence))
            return
        said = f"Published: {words.count_of(len(report.rows), 'figure')}, load {done.batch[:8]}." if done.is_new else "This file is loaded already. Nothing was changed."
        st.session_state["_told"] = said if not when else f"Loaded: readers see it from {when:%b} {when.day}, {when.year}, {when:%H:%M} on."
        st.session_state.pop(REPORT, None)
        st.rerun()


def told() -> None:
    """What the last press of a button did."""
    said = st.session_state.pop("_told", "")
    if said:
        st.success(md_escape(said))
        frame.announce(said)


def history(several: Sequence[Batch]) -> None:
    """What was loaded, newest first; each can be taken back."""
    st.html("<h2 class='section'>What was loaded</h2>" + ("" if several else "<p>Nothing yet.</p>"))
    for one in reversed(several[-50:]):
        state = one.state(utc_now())
        with st.container(horizontal=True, vertical_alignment="center", key=f"batch-{one.id}"):
            until = f", from {one.publish_at[:16].replace('T', ' ')} UTC" if state == "waiting" else ""
            st.markdown(f"**{md_escape(one.file_name)}**, {words.count_of(one.rows, 'figure')}, {md_escape(one.loaded_at[:16].replace('T', ' '))} UTC by "
                        f"{md_escape(one.author)}: {state}{until}{f' by {md_escape(one.undone_by)}' if one.is_undone else ''}. {md_escape(one.note)}")  # fmt: skip
            ending = one.file_name[-5:] if "." in one.file_name[-5:] else ""
            st.download_button("The file", data=people.guarded(Role.EDITOR, "Reading a loaded file", lambda key=one.id: cache.batch_file(key)),
                               file_name=f"load-{one.id[:8]}{ending}", on_click="ignore", key=f"file-{one.id}")  # fmt: skip
            if not one.is_undone:
                st.button("Take back", key=f"undo-{one.id}", on_click=_undo, args=(one,))


def _undo(one: Batch) -> None:
    """By whoever presses the button, with the roles that they hold then: the page may have been open for hours."""
    try:
        cache.undo(one.id, people.current_person())
        st.session_state["_told"] = f"Taken back: {one.file_name}. Readers see what was shown without it."
    except OutcomeStatError as problem:
        st.session_state["_told"] = problem.sentence
