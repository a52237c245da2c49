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
from lib.intake.report import Change, Outcome, Report
from lib.intake.template import agencies, template
from lib.language import _, later, n_
from lib.methods.periods import parse_period
from lib.roles import Person, Role
from lib.store.batches import Batch, utc_now
from lib.ui import cache, downloads, frame, people
from lib.ui.detail import table
from lib.ui.text import escape, md_escape

REPORT = "_report"  # of the file that is looked at: its bytes, their report
SHOWN = 200  # problems and changes on the page; the marked workbook has all
EVERY_AGENCY = later("All agencies")
PUBLISHED, WAITING, TAKEN_BACK = later("published"), later("waiting"), later("taken back")  # of a load, as Batch.state says it


def heading(person: Person) -> str:
    lead = _("Send figures as a workbook or a CSV file. You see within seconds what was understood and what must be mended. Nothing is stored "
             "before you publish, and a load can be taken back.")  # fmt: skip
    note = _("You publish as {name}.").format(name=escape(person.name))
    return f"<h1 class='page'>{_('Data intake')}</h1><p class='lead'>{lead}</p><p class='note'>{note}</p>"


def template_buttons(known: Known) -> None:
    """The workbook to fill, with the indicators of one agency or of all."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        agency = st.selectbox(_("Agency"), [EVERY_AGENCY, *agencies(known)], format_func=lambda one: _(one) if one == EVERY_AGENCY else one, key="template-agency")
        chosen = None if agency == EVERY_AGENCY else agency
        st.download_button(_("Workbook to fill"), data=lambda: template(known, agency=chosen), file_name="figures.xlsx", mime=downloads.XLSX,
                           on_click="ignore", icon=":material/download:", key="template")  # fmt: skip


def uploaded(known: Known) -> tuple[bytes, Report] | None:
    """The file that was sent, with its report; read once, however often the page is drawn."""
    sent = st.file_uploader(_("A workbook (.xlsx) or a CSV file"), key="upload", max_upload_size=int(cache.settings().intake.max_megabytes))
    if sent is None:
        st.session_state.pop(REPORT, None)
        return None
    content = sent.getvalue()
    kept = st.session_state.get(REPORT)
    if kept and kept[0] == (sent.file_id, cache.release()):
        return content, kept[1]
    told = st.progress(0.0, _("Reading the file …"))
    read = _("{n} rows read …")
    most = cache.settings().intake.max_rows
    report = check(content, sent.name, known, limits=limits_of(cache.settings()), today=cache.today(),
                   progress=lambda rows: told.progress(min(rows / most, 1.0), read.format(n=words.figure(rows, 0))))  # fmt: skip
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
        st.download_button(_("The same file with these cells marked"), data=lambda: marked(content, report, limits=limits_of(cache.settings())),
                           file_name=f"marked-{report.sha256[:8]}.xlsx", mime=downloads.XLSX, on_click="ignore", icon=":material/download:",
                           key="marked")  # fmt: skip
    parts = [_counts(report), _revisions(report), _changes(report)]
    if any(parts):
        st.html("".join(parts))


def _place(sheet: str, cell: str) -> str:
    return " ".join(part for part in (sheet, cell) if part) or _("the whole file")


def _problems(report: Report) -> str:
    rows = [(_("mend") if one.level == "error" else _("confirm"), _place(one.sheet, one.cell), one.found, words.capital(one.why), words.capital(one.remedy))
            for one in report.problems[:SHOWN]]  # fmt: skip
    more = len(report.problems) - len(rows)
    note = f"<p class='note'>{_('And {n} more: the marked workbook has them all.').format(n=words.figure(more, 0))}</p>" if more > 0 else ""
    head = ("", _("Cell"), _("What stands there"), _("Why it is a problem"), _("Write instead"))
    return table(head, rows, caption=words.count_of(len(report.problems), "problem", "problems")) + note


def _counts(report: Report) -> str:
    rows = [(subject_name(one.subject), words.period(one.period), *(words.figure(n, 0) for n in (one.figures, one.new, one.revised, one.unchanged, one.missing)))
            for one in report.counts[:SHOWN]]  # fmt: skip
    head = (_("Indicator"), _("Period"), _("Figures"), _("New"), _("Revised"), _("As stored"), _("Without a value"))
    return table(head, rows, caption=_("What the file holds"), numbers=(2, 3, 4, 5, 6)) if rows else ""


def _revisions(report: Report) -> str:
    rows = [
        (subject_name(one.figure.subject), place_name(one.figure.geography), words.period(one.figure.period), _(one.before_reason) or f"{one.before:,g}",
         _(one.figure.missing_reason) or f"{one.figure.value:,g}")
        for one in report.revisions[:SHOWN]
    ]  # fmt: skip
    head = (_("Indicator"), _("Place"), _("Period"), _("Before"), _("After"))
    return table(head, rows, caption=_("Figures that revise stored ones; the older are kept"),
                 numbers=(3, 4)) if rows else ""  # fmt: skip


def subject_name(subject: str) -> str:
    """The name of an indicator or a neighborhood measure."""
    named = {one.id: one.name for one in cache.measures().values()} | {one.id: one.name for one in cache.current_framework().indicators}
    return named.get(subject, subject)


def place_name(geography: str) -> str:
    found = cache.geographies().get(geography)
    return found.name if found else geography


def _changes(report: Report) -> str:
    def where(one: Change) -> str:
        place = _place(one.sheet, one.cell)
        return _("{place} and {n} more").format(place=place, n=words.figure(one.times - 1, 0)) if one.times > 1 else place

    rows = [(where(one), one.before, one.after, one.why) for one in report.changes[:SHOWN]]
    return table((_("Cell"), _("Stands there"), _("Read as"), _("Why")), rows, caption=_("What was changed in reading")) if rows else ""


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
        drawn = [SmallLine(_("After"), times, after, words.figure(known[-1], series.decimals, series.unit) if known else _("no figure")),
                 SmallLine(_("Now"), times, now, words.figure(stored[-1], series.decimals, series.unit) if stored else _("no figure"), quiet=True)]  # fmt: skip
        picture = lines(drawn, ticks=[(times[0], words.period(periods[0].label)), (times[-1], words.period(periods[-1].label))])
        if picture:
            alt = _("{indicator}: now and after the load").format(indicator=one.name)
            parts.append(f"<div><h3 class='section'>{escape(one.name)}</h3><img class='lines' src='{picture}' alt='{escape(alt)}'></div>")
    return f"<h2 class='section'>{_('What readers would see')}</h2><div class='side-by-side'>{''.join(parts)}</div>" if parts else ""


def publish(report: Report, content: bytes, person: Person) -> None:
    """What a person says to it, and the button. Nothing is written before."""
    confirmed = True
    if report.warnings:
        said = n_("I have looked at {n} warning: the figures are right as they stand.", "I have looked at {n} warnings: the figures are right as they stand.",
                  len(report.warnings))  # fmt: skip
        confirmed = st.checkbox(said.format(n=words.figure(len(report.warnings), 0)), key="confirmed")
    note = st.text_input(_("A note to the load (optional)"), key="note", max_chars=500)
    waits = st.toggle(_("Readers see it later"), key="later", help=_("Until then only the people who load figures know of it."))
    when = st.datetime_input(_("From when on"), key="publish-at") if waits else None
    if st.button(_("Publish"), type="primary", disabled=not confirmed or report.changes_nothing, key="publish"):
        try:
            done = load_report(cache.engine(), cache.DATA, report, content, person=person, settings=cache.settings(), note=note,
                               publish_at=cache.city_time(when) if when else "")  # fmt: skip
        except OutcomeStatError as problem:
            st.error(md_escape(problem.sentence))
            return
        if when:
            said = _("Loaded: readers see it from {when} on.").format(when=f"{words.day(when)}, {when:%H:%M}")
        elif done.is_new:
            said = _("Published: {figures}, load {load}.").format(figures=words.count_of(len(report.rows), "figure", "figures"), load=done.batch[:8])
        else:
            said = _("This file is loaded already. Nothing was changed.")
        st.session_state["_told"] = said
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
    st.html(f"<h2 class='section'>{_('What was loaded')}</h2>" + ("" if several else f"<p>{_('Nothing yet.')}</p>"))
    for one in reversed(several[-50:]):
        state = one.state(utc_now())
        with st.container(horizontal=True, vertical_alignment="center", key=f"batch-{one.id}"):
            st.markdown(f"{_loaded(one, state)} {md_escape(one.note)}")
            ending = one.file_name[-5:] if "." in one.file_name[-5:] else ""
            st.download_button(_("The file"), data=people.guarded(Role.EDITOR, _("Reading a loaded file"), lambda key=one.id: cache.batch_file(key)),
                               file_name=f"load-{one.id[:8]}{ending}", on_click="ignore", key=f"file-{one.id}")  # fmt: skip
            if not one.is_undone:
                st.button(_("Take back"), key=f"undo-{one.id}", on_click=_undo, args=(one,))


def _loaded(one: Batch, state: str) -> str:
    """A load in a sentence, as Markdown: its file, how much, when, by whom, and how it stands."""
    if one.is_undone:
        stands = _("{state} by {who}").format(state=_(state), who=md_escape(one.undone_by))
    elif state == WAITING:
        stands = _("{state}, from {when} UTC").format(state=_(state), when=one.publish_at[:16].replace("T", " "))
    else:
        stands = _(state)
    return _("**{file}**, {figures}, {when} UTC by {who}: {stands}.").format(
        file=md_escape(one.file_name), figures=words.count_of(one.rows, "figure", "figures"), when=md_escape(one.loaded_at[:16].replace("T", " ")),
        who=md_escape(one.author), stands=stands)  # fmt: skip


def _undo(one: Batch) -> None:
    """By whoever presses the button, with the roles that they hold then: the page may have been open for hours."""
    try:
        cache.undo(one.id, people.current_person())
        st.session_state["_told"] = _("Taken back: {file}. Readers see what was shown without it.").format(file=one.file_name)
    except OutcomeStatError as problem:
        st.session_state["_told"] = problem.sentence
