"""About the City's list: what was read, what is wrong in it, where its copies disagree, earlier loads, and the form to load a newer one."""

from __future__ import annotations

import streamlit as st

from lib import words
from lib.errors import OutcomeStatError
from lib.language import _, later, n_
from lib.plans.findings import Judged
from lib.plans.words import Value
from lib.roles import Role, holds
from lib.store import plan_load
from lib.store import plans as store
from lib.store.plans import PlanLoad
from lib.ui import cache, people
from lib.ui import plan_words as said
from lib.ui.acts import doing
from lib.ui.detail import table
from lib.ui.plans import View, tall
from lib.ui.text import escape, md_escape

SHOWN = 200  # faults and disagreements on the page; the command and the download have all
LEVELS = {"error": later("left out"), "warning": later("to be looked at"), "change": later("read otherwise than it stands")}
CODES = {
    "scale_undecided": later("It cannot be told whether percentages are written as 45 or as 0.45, so they were left out"),
    "scale_likely": later("Percentages were taken for shares: 0.45 for 45 %"),
    "percent_sign": later("A percentage stands in a measure that is none"),
    "range": later("A range such as 6500-7000 stands in place of one number"),
    "not_a_number": later("It is no number, and no word that is known for a missing one"),
    "id_twice": later("Rows with the same number differ, so none of them was read"),
    "id_absent": later("The number of the measure is blank; it is known by service and name"),
    "measure_unnamed": later("The row has neither a number nor a name"),
    "fiscal_year_unreadable": later("The row does not say to which copy of the list it belongs"),
    "type_unknown": later("The type is no word that is known"),
    "direction_unknown": later("The direction is no word that is known"),
    "format_unknown": later("The format is no word that is known"),
    "interval_unknown": later("The interval is not understood"),
    "equity_unknown": later("Whether it is a measure of equity is neither yes nor no"),
    "deprecated_unknown": later("Whether it is deprecated is neither yes nor no"),
    "change": later("A spelling, a word for a missing figure, a percent sign or a comma"),
}


def show(view: View) -> None:
    if view.load is None:
        st.html(f"<h2 class='section'>{escape(_('About the list'))}</h2><p>{escape(_('The City’s list of performance measures is not loaded.'))}</p>")
    else:
        st.html(_read(view.load) + _faults(view.load) + _disagreements(view))
        if holds(people.current_person(), Role.STAFF):
            _cells(view.load)
    person = people.current_person()
    if holds(person, Role.STAFF):
        _earlier()
    if holds(person, Role.EDITOR):
        with st.expander(_("Load a newer list"), icon=":material/upload_file:"):
            _form()


def _read(load: PlanLoad) -> str:
    lines = [
        _("{rows} lines were read: {kept} of {measures} measures, {repeated} repeated word for word, {aside} set aside.").format(
            rows=words.figure(load.rows, 0), kept=words.figure(load.rows - load.repeated - load.set_aside, 0), measures=words.figure(load.measures, 0),
            repeated=words.figure(load.repeated, 0), aside=words.figure(load.set_aside, 0)),
        _("The list holds a copy of itself for each fiscal year in which it was kept. The newest copy that has something in a cell is shown; what an older copy says "
          "otherwise stands beside it. The description of a measure is that of its newest copy."),
        _("Columns with names of people are not kept: {columns}. Of the contact only whether there is one is kept. {n} names and addresses were taken out of other cells; "
          "a name that stands only in a note cannot be told from other words.").format(columns=words.listed(list(load.dropped)) or _("none"), n=words.figure(load.removed, 0)),
        _("Columns that nothing reads: {columns}.").format(columns=words.listed(list(load.unread)) or _("none")),
    ]  # fmt: skip
    return f"<h2 class='section'>{escape(_('About the list'))}</h2>" + "".join(f"<p>{escape(line)}</p>" for line in lines)


def _faults(load: PlanLoad) -> str:
    rows = [(_(CODES[code]) if code in CODES else code, _(LEVELS[level]), words.figure(times, 0)) for level, code, times in store.faults_counted(cache.engine(), load.id)]
    title = _("What was wrong in the list")
    if not rows:
        return f"<h2 class='section'>{escape(title)}</h2><p>{escape(_('Nothing.'))}</p>"
    return f"<h2 class='section'>{escape(title)}</h2>" + table((_("What"), _("What was done"), _("Times")), rows, caption=_("Counted, never dropped without a word"), numbers=(2,))


def _disagreements(view: View) -> str:
    found = [(one, other) for one in view.own for other in one.measure.others]
    title = f"<h2 class='section'>{escape(_('Where copies of the list disagree'))}</h2>"
    if not found:
        return f"{title}<p>{escape(_('Nowhere.'))}</p>"
    rows = [_disagreement(one, *rest) for one, *rest in found[:SHOWN]]
    head = (_("Measure"), _("Figure"), _("Shown"), _("From the copy of"), _("Older copy"), _("Older copy of"))
    count = n_("{n} figure", "{n} figures", len(found)).format(n=words.figure(len(found), 0))
    more = _(", the first {n} of them here").format(n=SHOWN) if len(found) > SHOWN else ""
    return title + tall(table(head, rows, caption=count + more, numbers=(2, 4)), len(rows))


def _disagreement(one: Judged, other: Value) -> tuple[str, ...]:
    measure = one.measure
    shown = measure.said(other.series, other.fiscal_year, other.quarter)
    when = words.fiscal(f"FY{other.fiscal_year}") + (f", Q{other.quarter}" if other.quarter else "")
    return (measure.name, f"{when}, {_(other.series)}", said.figure(shown, measure, is_loaded=True), shown.edition if shown else "",
            said.figure(other, measure, is_loaded=True), other.edition)  # fmt: skip


def _cells(load: PlanLoad) -> None:
    """For staff, who can mend them: cell by cell."""
    with st.expander(_("Cell by cell")):
        several = [one for level in ("error", "warning") for one in store.faults(cache.engine(), load.id, level=level, most=SHOWN)]
        rows = [(_(LEVELS[one.level]), f"{one.sheet} {one.cell}".strip(), one.found, words.capital(one.why), words.capital(one.remedy)) for one in several]
        head = (_("What was done"), _("Cell"), _("What stands there"), _("Why it is a problem"), _("Write instead"))
        st.html(tall(table(head, rows, caption=n_("{n} cell", "{n} cells", len(rows)).format(n=words.figure(len(rows), 0))), len(rows)))


def _earlier() -> None:
    several = store.loads(cache.engine())
    if several:
        rows = [(cache.local_time(one.loaded_at), words.day(one.exported), one.loaded_by, one.file_name, one.sha256[:12], words.figure(one.measures, 0),
                 words.figure(one.figures, 0)) for one in several]  # fmt: skip
        head = (_("Loaded"), _("As of"), _("By"), _("File"), _("SHA-256 begins with"), _("Measures"), _("Figures"))
        st.html(f"<h2 class='section'>{escape(_('Loads, the newest first; it is shown'))}</h2>" + table(head, rows, caption=_("Earlier loads are kept"), numbers=(5, 6)))


def _form() -> None:
    with st.form("load-plan", border=False, clear_on_submit=True):
        how = plan_load.reading(cache.settings().sources, start_month=cache.settings().fiscal_year.start_month)
        sent = st.file_uploader(_("The City’s list, as a workbook (.xlsx) or a CSV file"), key="plan-file", max_upload_size=int(cache.settings().intake.max_megabytes))
        day = st.date_input(_("Day on which it was exported"), value=cache.today(), max_value=cache.today(), key="plan-day")
        if st.form_submit_button(_("Load it"), key="load-plan-now") and sent is not None:
            try:
                found = plan_load.load_plan(cache.engine(), sent.getvalue(), sent.name, how, person=people.current_person(), exported=day)
            except OutcomeStatError as problem:
                st.error(md_escape(problem.sentence))
                return
            done = _("Loaded: {measures} measures, {figures} figures.") if found.is_new else _("The newest load is of this very file. Nothing was changed.")
            doing(done.format(measures=words.figure(found.measures, 0), figures=words.figure(found.figures, 0)), lambda: None)
            st.rerun()
