"""On the trend and Turn the curve, on the page of an indicator: what was done, what the number did since, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import streamlit as st

from lib import words
from lib.assessment import Assessment
from lib.cycle import (
    DECISIONS,
    EVIDENCE_KINDS,
    FINDINGS,
    LINK,
    STRATEGY_KINDS,
    Decision,
    Evaluation,
    FollowUp,
    Strategy,
)
from lib.errors import OutcomeStatError
from lib.language import _, n_
from lib.methods.before_after import BeforeAfter
from lib.roles import Person, Role, holds
from lib.stat import curve as on_trend
from lib.stat.curve import Deed
from lib.store import curve as store
from lib.ui import cache, charts, detail, people, stat
from lib.ui.acts import doing, told
from lib.ui.links import archived, link
from lib.ui.text import escape, md_escape, text_of

ALL, NONE = "all", "none"
ROWS = 6  # of the table under the chart; earlier ones open on demand
NEAR_IN_THE_ROOM = 0.12  # of the drawn time: in large type fewer marks stand apart
WRITTEN = "_curve_written"  # how many entries this session wrote: a form that was written begins anew
TOUCHED = "_curve_touched"  # the kind of entry that was written or removed last: beside those it is told what became of it

def example_mark(is_example: bool) -> str:
    return f" <span class='grade'>{_('Example')}</span>" if is_example else ""


# On the trend


def deeds_of(one: Assessment) -> tuple[Deed, ...]:
    """What was done about the indicator, as far as whoever looks may see it; the latest first."""
    if archived() or not store.is_worked_on(cache.engine(), one.indicator.id):
        return ()
    chosen = cache.settings()
    return on_trend.deeds_of(
        one.indicator.id, cache.follow_ups(), cache.strategies(), today=cache.today(), timezone=chosen.city.timezone,
        staff=_is_staff(people.current_person()), owners=chosen.stat.public_names,
    )  # fmt: skip


def _is_staff(person: Person) -> bool:
    return holds(person, Role.STAFF)


def pick(deeds: Sequence[Deed]) -> Sequence[Deed]:
    """Those that the reader wants to see on the trend; nothing is asked where there are none."""
    if not deeds:
        return ()
    told_apart = {ALL: _("All"), **on_trend.options(deeds), NONE: _("None")}
    if st.session_state.get("mark", ALL) not in told_apart:  # removed meanwhile, or of another indicator
        del st.session_state["mark"]
    with st.sidebar:
        chosen = st.selectbox(_("Mark on the trend"), list(told_apart), format_func=told_apart.get, key="mark", bind="query-params",
                              help=_("A line on the day on which something was done, and what was usual before it."))  # fmt: skip
    return deeds if chosen == ALL else [deed for deed in deeds if deed.id == chosen]


def effect(one: Assessment, on: date) -> BeforeAfter:
    return cache.kept("effect", one.indicator.id, on.isoformat(), make=lambda: on_trend.effect(one, on))


def banded(one: Assessment, shown: Iterable[Deed]) -> Deed | None:
    """The latest deed that there are figures since to hold against what was usual before."""
    return next((deed for deed in shown if effect(one, deed.on).limits), None)


def chart(one: Assessment, observations: object, places: dict[str, str], shown: Sequence[Deed], *, large: bool = False, **beside: Sequence[str]) -> None:
    """The trend chart with the marks of what was done. `beside` are other places and series."""
    drawn = on_trend.drawable(one, shown)
    marks = on_trend.marks(one, drawn, near=NEAR_IN_THE_ROOM if large else on_trend.NEAR) if drawn else ()
    deed = banded(one, drawn)
    usual = on_trend.stretches(one, effect(one, deed.on)) if deed else ()
    charts.trend(one, observations, places, large=large, marks=marks, usual=usual, **beside)


def done(one: Assessment, deeds: Sequence[Deed], shown: Sequence[Deed]) -> str:
    """The table under the chart: what was done, and what the number did since."""
    if not deeds:
        return ""
    head = "".join(f"<th scope='col'>{name}</th>" for name in (_("What"), _("Agency"), _("When"), _("Before and after")))

    def table(several: Sequence[Deed]) -> str:
        rows = "".join(_row(one, deed) for deed in several)
        return f"<table class='plain deeds effects'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    earlier = ""
    if len(deeds) > ROWS:
        more = words.count_of(len(deeds) - ROWS, "earlier one", "earlier ones")
        earlier = f"<details class='earlier'><summary>{more}</summary>{table(deeds[ROWS:])}</details>"
    example = stat.example_note() if any(deed.example for deed in deeds) else ""
    return (f"<h2 class='section'>{_('What was done, and what the number did since')}</h2>{example}<p class='note'>{escape(_how_to_read(one, deeds, shown))}</p>"
            f"{table(deeds[:ROWS])}{earlier}")  # fmt: skip


def _how_to_read(one: Assessment, deeds: Sequence[Deed], shown: Sequence[Deed]) -> str:
    drawn = on_trend.drawable(one, shown)
    said = [_("Upright dotted lines in the chart: the days below.")] if drawn and one.indicator.series else []
    deed = banded(one, drawn)
    if deed:
        said.append(_("Box: the usual variation before {day}, “{deed}”.").format(day=words.day(deed.on), deed=on_trend.label(deed)))
    if without := len(shown) - len(drawn):
        said.append(n_("{n} line would lie too long before the first figure to be drawn.", "{n} lines would lie too long before the first figure to be drawn.", without)
                    .format(n=words.figure(without, 0)))  # fmt: skip
    said.append(_("A change after something was done is no proof that it came of it."))
    if len(deeds) > 1:
        said.append(_("What was done at about the same time shares the same figures: they cannot tell which of it did what."))
    return " ".join(said)


def _row(one: Assessment, deed: Deed) -> str:
    return (f"<tr><td><strong>{escape(deed.name)}</strong>{example_mark(deed.example)}{_under(words.capital(_(deed.kind)))}</td>"
            f"<td data-name='{escape(_('Agency'))}'>{escape(_agency(deed.agency))}{_under(deed.owner)}</td>"
            f"<td data-name='{escape(_('When'))}'>{escape(words.day(deed.on))}{_under(words.capital(_(deed.which)))}</td><td>{since(one, deed.on)}</td></tr>")  # fmt: skip


def _under(said: str) -> str:
    """A second line, smaller; nothing where there is nothing to say."""
    return f"<br><span class='small muted'>{escape(said)}</span>" if said else ""


def since(one: Assessment, on: date) -> str:
    """What the number did since, in words, with its arithmetic."""
    found = effect(one, on)
    verdict = words.capital(_(str(found.verdict)))
    rest = found.sentence.removeprefix(verdict)
    lead = f"<strong>{escape(verdict)}</strong>{escape(rest)}" if rest != found.sentence else escape(found.sentence)  # another language may begin otherwise
    steps = ""
    if found.steps:
        steps = f"<details><summary>{_('How this is judged')}</summary>{detail.arithmetic(found.steps, caption=_('Before and after'))}</details>"
    figures = f"<span class='small muted'>{escape(on_trend.figures_beside(one, on))}</span>" if one.series else ""
    return f"{lead}<br>{figures}{steps}"


def _agency(said: str) -> str:
    """The agency by its name; where only its id was written, what that stands for."""
    return next((agency.name for agency in cache.agencies() if agency.id == said), said) or _("not recorded")


# Turn the curve


def turn(one: Assessment) -> None:
    """The tab: what comes if nothing changes, why it is so, who works on it, what is done, what is known of it, what was decided.

    Of a framework that ended only the story: what people write is about the current one.
    """
    if archived():
        st.markdown(detail.story(one.indicator))
        return
    person = people.current_person()
    st.html(f"{_forecast(one)}<h2 class='section'>{_('Story behind the curve')}</h2>")
    st.markdown(detail.story(one.indicator))
    strategies = _own(cache.strategies(), one, person, lambda found: found.started)
    evaluations = _own(cache.evaluations(), one, person, lambda found: found.on)
    decisions = _own(cache.decisions(), one, person, lambda found: found.on)
    made_up = stat.example_note() if any(found.example for found in (*strategies, *evaluations, *decisions)) else ""
    st.html(_partners(one, strategies) + made_up)
    names = {found.id: found.name for found in strategies}
    _section(Strategy, _("Strategies and projects"), _("No strategy is recorded."), strategies, lambda found: _strategy(one, found), person)
    _form(person, _("Add a strategy or a project"), lambda: strategy_form(one))
    _section(Evaluation, _("Evaluations"), _("No evaluation is recorded."), evaluations, lambda found: _evaluation(found, names), person)
    _form(person, _("Add an evaluation"), lambda: evaluation_form(one, names))
    _section(Decision, _("Decisions that cite this indicator"), _("No decision is recorded."), decisions, _decision, person)
    _form(person, _("Add a decision"), lambda: decision_form(one))


def _own(several: Iterable, one: Assessment, person: Person, when: Callable[..., date | None]) -> list:
    """Those of the indicator that the person may see, the newest first; last those of which nobody knows when."""
    own = [found for found in several if found.indicator == one.indicator.id and (not found.example or _is_staff(person))]
    return sorted(own, key=lambda found: (when(found) or date.min, found.id), reverse=True)


def _forecast(one: Assessment) -> str:
    found = on_trend.forecast(one)
    share = words.figure(100 * cache.settings().projection.confidence, 0, words.PERCENT)
    head = (_("By"), _("Most likely"), _("{percent} of outcomes between").format(percent=share))
    rows = detail.table(head, found.rows, caption=_("If nothing changes"), numbers=(1, 2)) if found.rows else ""
    steps = detail.arithmetic(found.steps, caption=_("For the target")) if found.steps else ""
    return f"<h2 class='section'>{_('Forecast if nothing changes')}</h2><p>{escape(found.sentence)}</p>{rows}{steps}"


def _partners(one: Assessment, strategies: Sequence[Strategy]) -> str:
    named = [one.indicator.owner, *one.indicator.partners]
    more = [name for found in strategies for name in (_agency(found.agency), *found.partners) if name not in named]
    said = _("Owner: {owner}. Partners: {partners}.").format(owner=one.indicator.owner, partners=words.listed(one.indicator.partners) or _("none named"))
    if more:
        said = f"{said} {_('In its strategies also: {names}.').format(names=words.listed(list(dict.fromkeys(more))))}"
    return f"<h2 class='section'>{_('Partners')}</h2><p>{escape(said)}</p>"


def _section(kind: type, heading: str, nothing: str, several: Sequence, entry: Callable[..., str], person: Person) -> None:
    """A heading and its entries: one piece of HTML for readers, and for editors a button under each that a person wrote."""
    may = holds(person, Role.EDITOR)
    title = f"<h2 class='section'>{heading}</h2>" + ("" if several else f"<p>{nothing}</p>")
    if not may:
        st.html(title + "".join(entry(found) for found in several))
        return
    st.html(title)
    if st.session_state.get(TOUCHED) == kind.__name__:
        told()
    for found in several:
        st.html(entry(found))
        if not found.example:  # what is made up goes as a whole
            _remove_button(found)


def _entry(name: str, example: bool, lines: Sequence[str], reference: str, more: str = "") -> str:
    """`lines` are text, `more` is HTML."""
    said = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    return f"<div class='topic entry'><h4>{escape(name)}{example_mark(example)}</h4>{said}{more}{_reference(reference)}</div>"


def _reference(said: str) -> str:
    if not said:
        return ""
    shown = f"<a href='{escape(said)}' rel='noopener noreferrer nofollow'>{escape(said)}</a>" if LINK.fullmatch(said) else escape(said)
    return f"<p class='note'>{_('Reference: {reference}').format(reference=shown)}</p>"


def _strategy(one: Assessment, found: Strategy) -> str:
    who = (_("{kind} of {agency} with {partners}") if found.partners else _("{kind} of {agency}")).format(
        kind=words.capital(_(found.kind)), agency=_agency(found.agency), partners=words.listed(found.partners))  # fmt: skip
    if found.ended:
        when = _("since {start}, until {end}") if found.started else _("since when is not known, until {end}")
    else:
        when = _("since {start}") if found.started else _("since when is not known")
    when = when.format(start=words.day(found.started) if found.started else "", end=words.day(found.ended) if found.ended else "")
    lines = (
        _("{who}, {when}.").format(who=who, when=when),
        found.about,
        _("Cost: {cost}.").format(cost=found.cost) if found.cost else _("Cost not known."),
        _("Kind of evidence: {kind}.").format(kind=_(found.evidence)),
    )
    number = since(one, found.started) if found.started else _("Nothing can be said: nobody wrote down when it began.")
    return _entry(found.name, found.example, lines, found.reference, f"<div class='since'>{_('What the number did since: {number}').format(number=number)}</div>")


def _evaluation(found: Evaluation, names: dict[str, str]) -> str:
    about = _("Of: {name}.").format(name=names[found.strategy]) if found.strategy in names else ""
    lead = _("{finding}. By {who}, {day}.").format(finding=words.capital(_(found.finding)), who=found.by, day=words.day(found.on))
    lines = (lead, about, _("Design: {text}").format(text=found.design), _("Result: {text}").format(text=found.result))
    return _entry(found.name, found.example, lines, found.reference)


def _decision(found: Decision) -> str:
    said = _("{kind}, {day}, by {who}.").format(kind=words.capital(_(found.kind)), day=words.day(found.on), who=found.by)
    if found.amount is not None:
        said = f"{said} {words.figure(found.amount, 0, words.DOLLARS)}."
    return _entry(found.what, found.example, (said,), found.reference)


# What editors write


def _form(person: Person, label: str, make: Callable[[], None]) -> None:
    if holds(person, Role.EDITOR):
        with st.expander(label, icon=":material/add:"):
            make()


def _key(name: str) -> str:
    """Of a field: another one after something was written, so that the next form is empty."""
    return f"curve-{name}-{st.session_state.get(WRITTEN, 0)}"


def _agency_field(label: str, key: str) -> str:
    names = [agency.name for agency in cache.agencies()]
    return st.selectbox(label, names, index=None, key=_key(key), accept_new_options=True, placeholder=_("Choose or type a name")) or ""


def _capital(word: str) -> str:
    """A word of a list as it is shown."""
    return words.capital(_(word))


def strategy_form(one: Assessment) -> None:
    with st.form("add-strategy", border=False):
        name = st.text_input(_("Name"), key=_key("strategy-name"), max_chars=300)
        left, right = st.columns(2)
        with left:
            kind = st.selectbox(_("Kind"), STRATEGY_KINDS, format_func=_capital, key=_key("strategy-kind"))
            agency = _agency_field(_("Agency"), "strategy-agency")
            started = st.date_input(_("Began on"), value=None, key=_key("strategy-started"), min_value=date(1950, 1, 1), help=_("Leave it empty where nobody knows."))
        with right:
            evidence = st.selectbox(_("Kind of evidence behind it"), EVIDENCE_KINDS, format_func=_capital, key=_key("strategy-evidence"))
            partners = st.multiselect(_("Partners"), [found.name for found in cache.agencies()], key=_key("strategy-partners"), accept_new_options=True,
                                      placeholder=_("Choose or type names"))  # fmt: skip
            ended = st.date_input(_("Ended on"), value=None, key=_key("strategy-ended"), min_value=date(1950, 1, 1))
        about = st.text_area(_("What is done"), key=_key("strategy-about"), max_chars=2000)
        cost = st.text_input(_("Cost, as far as it is known"), key=_key("strategy-cost"), max_chars=300, placeholder=_("$1.2 million, FY2026 to FY2028"))
        reference = st.text_input(_("Where this can be read"), key=_key("strategy-reference"), max_chars=1000)
        if st.form_submit_button(_("Write it down"), key="write-strategy"):
            _write(Strategy, one, name=name, kind=kind, agency=agency, partners=tuple(partners), started=started, ended=ended, cost=cost,
                   evidence=evidence, about=about, reference=reference)  # fmt: skip


def evaluation_form(one: Assessment, strategies: dict[str, str]) -> None:
    with st.form("add-evaluation", border=False):
        name = st.text_input(_("Name"), key=_key("evaluation-name"), max_chars=300)
        strategy = st.selectbox(_("Of"), ["", *strategies], format_func=lambda key: strategies.get(key, _("the whole")), key=_key("evaluation-strategy"))
        design = st.text_area(_("Design: what was held against what"), key=_key("evaluation-design"), max_chars=2000)
        result = st.text_area(_("Result"), key=_key("evaluation-result"), max_chars=2000)
        left, middle, right = st.columns(3)
        finding = left.selectbox(_("Finding"), FINDINGS, index=FINDINGS.index("not known yet"), format_func=_capital, key=_key("evaluation-finding"))
        by = middle.text_input(_("By"), key=_key("evaluation-by"), max_chars=300, placeholder=_("A person or a body"))
        on = right.date_input(_("Day"), value=None, key=_key("evaluation-on"), min_value=date(1950, 1, 1))
        reference = st.text_input(_("Where this can be read"), key=_key("evaluation-reference"), max_chars=1000)
        if st.form_submit_button(_("Write it down"), key="write-evaluation"):
            _write(Evaluation, one, name=name, strategy=strategy, design=design, result=result, finding=finding, by=by, on=on, reference=reference)


def decision_form(one: Assessment) -> None:
    with st.form("add-decision", border=False):
        what = st.text_input(_("What was decided"), key=_key("decision-what"), max_chars=300)
        left, middle, right, far = st.columns(4)
        kind = left.selectbox(_("Kind"), DECISIONS, format_func=_capital, key=_key("decision-kind"))
        amount = middle.number_input(_("Dollars, where money moved"), value=None, min_value=0.0, step=1000.0, format="%.0f", key=_key("decision-amount"))
        by = right.text_input(_("By"), key=_key("decision-by"), max_chars=300, placeholder=_("A role or a body"))
        on = far.date_input(_("Day"), value=None, key=_key("decision-on"), min_value=date(1950, 1, 1))
        reference = st.text_input(_("Where this can be read"), key=_key("decision-reference"), max_chars=1000)
        if st.form_submit_button(_("Write it down"), key="write-decision"):
            _write(Decision, one, what=what, kind=kind, amount=amount, by=by, on=on, meeting="", reference=reference)


def _write(kind: type, one: Assessment, /, **values: object) -> None:
    """Keeps what was typed where it cannot be written, with what is wrong beside it."""
    try:
        store.add(cache.engine(), kind, indicator=one.indicator.id, person=people.current_person(), **values)
    except OutcomeStatError as problem:
        st.error(md_escape(problem.sentence))
        return
    st.session_state[TOUCHED] = kind.__name__
    st.session_state[WRITTEN] = st.session_state.get(WRITTEN, 0) + 1
    doing(_("Written down: {name}").format(name=on_trend.shortened(str(values.get("name") or values.get("what")), 80)), lambda: None)
    st.rerun()


def _remove_button(found: Strategy | Evaluation | Decision) -> None:
    name = found.what if isinstance(found, Decision) else found.name
    with st.popover(_("Remove"), type="tertiary", icon=":material/delete:", key=f"remove-{found.id}"):
        sure = _("Yes, remove “{name}”").format(name=md_escape(on_trend.shortened(name, 60)))
        st.button(sure, key=f"yes-remove-{found.id}", on_click=_remove, args=(type(found), found.id, name))


def _remove(kind: type, key: str, name: str) -> None:
    st.session_state[TOUCHED] = kind.__name__
    doing(_("Removed: {name}").format(name=on_trend.shortened(name, 80)), lambda: store.remove(cache.engine(), kind, key, person=people.current_person()))


# On the page of an outcome


def open_follow_ups(own: Sequence[Assessment]) -> str:
    """What is promised for these indicators and not done yet: all of it for staff, for residents what is marked as public. Nothing
    under a framework that ended: promises are about the current one."""
    if archived():
        return ""
    chosen, today, person = cache.settings(), cache.today(), people.current_person()
    staff = _is_staff(person)
    indicators = {one.indicator.id: text_of(one.indicator, "name") for one in own}
    measures = {one.indicator.neighborhood_measure: text_of(one.indicator, "name") for one in own if one.indicator.neighborhood_measure}
    several = on_trend.still_open(cache.follow_ups(), indicators=indicators, measures=measures, today=today, staff=staff)
    heading = f"<h2 class='section'>{_('Open follow-ups')}</h2>"
    if not several:
        nothing = _("No follow-up on these indicators is open.") if staff else _("No follow-up on these indicators is open and shown to residents.")
        return f"{heading}<p>{nothing}</p>"
    owner = staff or chosen.stat.public_names
    names = (_("Agency"), _("What"), *((_("Owner"),) if owner else ()), _("Due"), _("Status"), _("Evidence"))
    head = "".join(f"<th scope='col'>{name}</th>" for name in names)
    about = {found.id: indicators.get(found.indicator) or measures.get(found.measure, "") for found in several}
    rows = "".join(_open_row(found, about[found.id], staff=staff, owner=owner) for found in several)
    example = stat.example_note() if any(found.example for found in several) else ""
    return f"{heading}{example}<table class='plain deeds'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _open_row(found: FollowUp, about: str, *, staff: bool, owner: bool) -> str:
    name = link("followups", escape(found.action), id=found.id, key="followup") if staff else escape(found.action)
    cells = [(_("Agency"), escape(_agency(found.agency))), ("", f"<strong>{name}</strong>{example_mark(found.example)}{_under(about)}")]
    cells += [(_("Owner"), escape(found.owner))] if owner else []
    cells += [(_("Due"), escape(words.day(found.due))), ("", stat.follow_up_chip(found.colour(cache.today()))), (_("Evidence"), _evidence(found, staff))]
    return "<tr>" + "".join(f"<td data-name='{escape(name)}'>{cell}</td>" if name else f"<td>{cell}</td>" for name, cell in cells) + "</tr>"


def _evidence(found: FollowUp, staff: bool) -> str:
    """Its text; where that is a link or a file, residents are told only that there is one: either may be the City's own."""
    elsewhere = (found.evidence_link or found.evidence_file) if staff else _("kept by the City") if found.has_evidence else ""
    return escape(found.evidence or elsewhere) or f"<span class='muted'>{_('none yet')}</span>"
