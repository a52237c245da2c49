"""The agencies' page: which plan and year are looked at, the sentence that answers first, the rules counted, the measures listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from lib import words
from lib.language import _, n_
from lib.plans.findings import Judged, Tally, by_agency, fiscal_year_of, judge_all, tally
from lib.plans.integrity import Rule
from lib.plans.printed import plan_of
from lib.plans.words import ACTUAL, NOWHERE, TARGET, Measure, Plan, agency_key, year_to_begin_with, years_of
from lib.store import plans as store
from lib.store.plans import PlanLoad
from lib.ui import cache, filters, frame
from lib.ui import plan_words as said
from lib.ui.links import link
from lib.ui.sight import rows_table
from lib.ui.text import escape

SUBJECT = "plan"  # the query parameter: ALL, "agency:…" or "measure:…"
ALL = "all"
SHOWN = 100  # measures in a table on the page; the download has all
LED_BY = (Rule.EASIER, Rule.ALREADY_MET, Rule.NOT_RECONCILED, Rule.NO_DIRECTION, Rule.NO_OWNER)  # what the first sentence may name, in this order
NAMED = 2
FEW_RULES = 2  # so many that can be told are no slide of their own
ON_A_SLIDE = 9  # measures
ROWS = 20  # of a table before it scrolls by itself


@dataclass(frozen=True)
class View:
    """What the page shows: the plan (of a load, or as the budget books print it), a year, and an agency or a measure where one is chosen."""

    load: PlanLoad | None
    plan: Plan
    year: int
    judged: tuple[Judged, ...]  # all of the plan
    agencies: dict[str, str]  # names by key, of agencies that have a measure
    agency: str  # key; "" = all
    measure: Judged | None
    rule: Rule | None  # only measures that it flags

    @property
    def own(self) -> list[Judged]:
        """Those of the agency."""
        return [one for one in self.judged if not self.agency or key_of(one.measure) == self.agency]

    @property
    def listed(self) -> list[Judged]:
        """Those that the filters leave: with a target for the year first, then in the plan's order."""
        kept = [one for one in self.own if self.rule is None or (one.is_flagged(self.rule) and one.measure.in_force)]
        return sorted(kept, key=lambda one: (not one.measure.in_force, one.measure.value(TARGET, self.year) is None))

    @property
    def label(self) -> str:
        return words.fiscal(f"FY{self.year}")


def newest() -> PlanLoad | None:
    found = store.loads(cache.engine())
    return found[0] if found else None


def plan(load: PlanLoad | None) -> Plan:
    """Of the load; without one, what the budget books print."""
    if load is None:
        return cache.kept("plan", "printed", make=lambda: plan_of(cache.budget(), cache.current_framework().indicators, as_of=cache.today()))
    return cache.kept("plan", load.id, make=lambda: store.plan(cache.engine(), load, cache.budget()))


def judged(load: PlanLoad | None, year: int) -> tuple[Judged, ...]:
    own = plan(load)
    return cache.kept("plan judged", load.id if load else "printed", str(year),
                      make=lambda: judge_all(own, year, start_month=cache.settings().fiscal_year.start_month))  # fmt: skip


def key_of(measure: Measure) -> str:
    return agency_key(measure, cache.agencies())


def current_year() -> int:
    return fiscal_year_of(cache.today(), start_month=cache.settings().fiscal_year.start_month)


def names_of(several: Sequence[Measure]) -> dict[str, str]:
    """The agencies of the measures by key, in the order of their names; last those whose agency nothing names."""
    known = {one.id: one.name for one in cache.agencies()}
    found = {key_of(one): known.get(key_of(one)) or one.agency or _("Agency not known") for one in several}
    return dict(sorted(found.items(), key=lambda item: (item[0] == NOWHERE, item[1].casefold())))


def choose(load: PlanLoad | None) -> View:
    """The filters; the address keeps them."""
    own = plan(load)
    names = cache.kept("plan agencies", load.id if load else "printed", make=lambda: names_of(own.measures))
    subjects = {ALL: _("All agencies")} | {f"agency:{key}": name for key, name in names.items()}
    asked = st.query_params.get(SUBJECT, "")
    by_key = {f"measure:{one.key}": one for one in own.measures} if asked.startswith("measure:") else {}
    if asked in by_key:
        subjects[asked] = by_key[asked].name
    about, _colon, key = filters.subject(_("Agency or measure"), subjects, key=SUBJECT).partition(":")
    first = year_to_begin_with(own, current_year())
    years = dict.fromkeys([first, *years_of(own), current_year()])
    year = int(filters.subject(_("Fiscal year"), {str(one): words.fiscal(f"FY{one}") for one in years}, key="year"))
    with st.sidebar:
        rules = {str(one): one for one in Rule}
        chosen = st.selectbox(_("Only measures flagged as"), list(rules), index=None, key="flag", bind="query-params", placeholder=_("All measures"),
                              format_func=lambda one: said.rule(rules[one]))  # fmt: skip
    every = judged(load, year)
    measure = next((one for one in every if one.measure.key == key), None) if about == "measure" else None
    agency = key if about == "agency" else key_of(measure.measure) if measure else ""
    return View(load, own, year, every, names, agency, measure, rules[chosen] if chosen else None)


# The answer first


def heading(view: View) -> str:
    name = view.agencies.get(view.agency, "") if view.agency else _("Agencies")
    return (f"<h1 class='page'>{escape(name)}</h1><p class='first'>{in_short(view)}</p>"
            f"<p class='note'>{escape(where_from(view))}</p>")  # fmt: skip


def in_short(view: View) -> str:
    """How many measures have a target, and the two things that stand out among those that can be told; as HTML."""
    own = [one for one in view.own if one.measure.in_force]
    having = sum(one.measure.value(TARGET, view.year) is not None for one in own)
    parts = [n_("{having} of {total} measure has a target for {year}.", "{having} of {total} measures have a target for {year}.", len(own)).format(
        having=f"<strong>{words.figure(having, 0)}", total=f"{words.figure(len(own), 0)}</strong>", year=escape(view.label))]  # fmt: skip
    counted = tally(own)
    shown = [rule for rule in LED_BY if counted[rule].told][:NAMED]
    sentences = {
        Rule.EASIER: _("Of {told} that can be compared, {n} ask for less than the year before."),
        Rule.ALREADY_MET: _("Of {told} that can be held against a result, {n} were met already when they were set."),
        Rule.NOT_RECONCILED: _("For {n} of {told} measures the quarters and the year do not fit."),
        Rule.NO_DIRECTION: _("{n} of {told} measures do not say which way is better."),
        Rule.NO_OWNER: _("{n} of {told} measures have no active owner."),
    }
    parts += [sentences[rule].format(n=words.figure(counted[rule].flagged, 0), told=words.figure(counted[rule].told, 0)) for rule in shown]
    parts += [] if shown else [_("Whether these targets are sound cannot be told from what could be read.")]
    return " ".join(parts)


def where_from(view: View) -> str:
    if view.load is None:
        return _("These are the targets that the City’s budget books print. The agencies’ plans themselves are not loaded here, so results, owners and quarters "
                 "are not published here. That does not mean that there are none.")  # fmt: skip
    load = view.load
    return _("Source: the City’s list of performance measures ({file}) as of {day}, loaded {time}. The newest copy of the list counts; "
             "{n} figures stand otherwise in an older copy.").format(
        file=load.file_name, day=words.day(load.exported), time=cache.local_time(load.loaded_at), n=words.figure(load.disagreements, 0))  # fmt: skip


# The rules, counted


def rules(view: View) -> str:
    """Each rule with its sentence, how many it flags of how many it could be told for, as a bar and in figures."""
    counted = tally(view.own)
    total = counted[Rule.EASIER].measures
    told = {rule: one for rule, one in counted.items() if one.told}
    if not told:
        return _not_told(counted, {})
    rows = "".join(_rule_row(rule, one) for rule, one in told.items())
    key = ", ".join(f"<span class='status {tone}'>{escape(name)}</span>" for tone, name in (
        ("serious", _("flagged")), ("good", _("not flagged")), ("neutral", _("cannot be told"))))  # fmt: skip
    head = "".join(f"<th scope='col'{kind}>{name}</th>" for name, kind in (
        (escape(_("What is looked at")), ""), (key, ""), (escape(_("Flagged")), " class='n'"), (escape(_("Cannot be told")), " class='n'")))  # fmt: skip
    caption = n_("{n} measure in force, for {year}. Each rule stands by itself; they are never added up to a score.",
                 "{n} measures in force, for {year}. Each rule stands by itself; they are never added up to a score.", total).format(n=words.figure(total, 0), year=view.label)  # fmt: skip
    return (f"<div class='scroll' tabindex='0' role='region' aria-label='{escape(_('Rules'))}'><table class='plain rules'><caption>{escape(caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{'' if frame.presenting() else _not_told(counted, told)}")  # fmt: skip


def slide(view: View) -> str:
    """For the meeting room: the rules; where hardly one can be told, the targets themselves."""
    if sum(one.told > 0 for one in tally(view.own).values()) > FEW_RULES:
        return rules(view)
    several = [one for one in view.listed if one.measure.value(TARGET, view.year) is not None][:ON_A_SLIDE]
    if not several:
        return f"<p>{escape(_('No measure has a target for this year.'))}</p>"
    years = (view.year - 1, view.year)
    head = "".join(f"<th scope='col'{kind}>{escape(name)}</th>" for name, kind in (
        (_("Measure"), ""), *((_("Target, {year}").format(year=words.fiscal(f"FY{year}")), " class='n'") for year in years)))  # fmt: skip
    rows = "".join(
        f"<tr><th scope='row'>{escape(one.measure.name)}</th>"
        + "".join(f"<td class='n'>{escape(said.figure(one.measure.said(TARGET, year), one.measure, is_loaded=view.plan.is_loaded))}</td>" for year in years)
        + "</tr>"
        for one in several
    )
    return f"<table class='plain rules'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _not_told(counted: Mapping[Rule, Tally], told: Mapping[Rule, Tally]) -> str:
    """The rules that can be told for no measure, folded away: what they would look at."""
    others = [rule for rule in counted if rule not in told]
    if not others:
        return ""
    title = n_("{n} more rule cannot be told for any measure here", "{n} more rules cannot be told for any measure here", len(others)).format(n=len(others))
    rows = "".join(f"<dt>{escape(said.rule(rule))}</dt><dd>{escape(said.sentence(rule))}</dd>" for rule in others)
    return f"<details class='earlier'><summary>{escape(title)}</summary><dl class='card'>{rows}</dl></details>"


def _rule_row(rule: Rule, one: Tally) -> str:
    parts = (("serious", one.flagged), ("good", one.clear), ("", one.unknown))
    bar = "".join(f"<i class='{tone}' style='flex: {count}'></i>" for tone, count in parts if count)
    text = _("{flagged} flagged, {clear} not flagged, {unknown} cannot be told").format(
        flagged=words.figure(one.flagged, 0), clear=words.figure(one.clear, 0), unknown=words.figure(one.unknown, 0))  # fmt: skip
    return (f"<tr><th scope='row'>{escape(said.rule(rule))}<span class='unit'>{escape(said.sentence(rule))}</span></th>"
            f"<td><span class='bar' role='img' aria-label='{escape(text)}'>{bar}</span></td>"
            f"<td class='n' data-name='{escape(_('Flagged'))}'>{escape(said.tally(one.flagged, one.told))}</td>"
            f"<td class='n' data-name='{escape(_('Cannot be told'))}'>{words.figure(one.unknown, 0)}</td></tr>")  # fmt: skip


def agencies(view: View) -> str:
    """Every agency with its counts: flagged of those that could be told."""
    found = by_agency(view.judged, key_of)
    shown = [rule for rule, one in tally(view.judged).items() if one.told]
    rows = []
    for key, name in view.agencies.items():
        own = [one for one in found.get(key, []) if one.measure.in_force]
        counted = tally(own)
        having = sum(one.measure.value(TARGET, view.year) is not None for one in own)
        rows.append((link("agencies", escape(name), id=f"agency:{key}", key=SUBJECT), words.figure(len(own), 0), words.figure(having, 0),
                     *(escape(said.tally(counted[rule].flagged, counted[rule].told, nothing="\N{EN DASH}")) for rule in shown)))  # fmt: skip
    head = (_("Agency"), _("Measures"), _("With a target"), *(said.rule(rule) for rule in shown))
    caption = _("For {year}: flagged of those that can be told; a dash where none can").format(year=view.label)
    made = tall(rows_table(head, rows, caption=caption, numbers=range(1, len(head))), len(rows))
    wide = made.replace("class='plain wide'", "class='plain every'")  # the agency stays in sight when the table is moved
    return f"<h2 class='section'>{escape(_('By agency'))}</h2>{wide}"


# The measures


def measures(view: View) -> str:
    """The measures with target, the two figures that it is held against, and what is flagged."""
    several = view.listed
    title = said.rule(view.rule) if view.rule else _("Measures")
    if not several:
        return f"<h2 class='section'>{escape(title)}</h2><p>{escape(_('No measure fits these filters.'))}</p>"
    before = words.fiscal(f"FY{view.year - 1}")
    head = [_("Measure"), *([_("Agency")] if not view.agency else []), _("Result, {year}").format(year=before), _("Target, {year}").format(year=before),
            _("Target, {year}").format(year=view.label), _("Flagged")]  # fmt: skip
    rows = [_measure_row(one, view) for one in several[:SHOWN]]
    count = n_("{n} measure", "{n} measures", len(several)).format(n=words.figure(len(several), 0))
    more = _("The first {shown} of {n}. Choose an agency, or take all of them as a file.").format(shown=SHOWN, n=words.figure(len(several), 0))
    first = 1 if view.agency else 2
    return (f"<h2 class='section'>{escape(title)}</h2>" + (f"<p class='note'>{escape(more)}</p>" if len(several) > SHOWN else "")
            + tall(rows_table(head, rows, caption=count, numbers=range(first, first + 3)), len(rows)))  # fmt: skip


def tall(made: str, rows: int) -> str:
    """A long table scrolls by itself, with its head standing still."""
    return made.replace("class='scroll'", "class='scroll tall'", 1) if rows > ROWS else made


def _measure_row(one: Judged, view: View) -> list[str]:
    measure = one.measure
    name = link("agencies", escape(measure.name), id=f"measure:{measure.key}", key=SUBJECT)
    gone = "" if measure.in_force else f" <span class='grade'>{escape(_('not in force'))}</span>"
    agency = [escape(view.agencies.get(key_of(measure), ""))] if not view.agency else []
    loaded = view.plan.is_loaded
    figures = [(ACTUAL, view.year - 1), (TARGET, view.year - 1), (TARGET, view.year)]
    flags = "; ".join(said.rule(found.rule) for found in one.flags)
    return [name + gone, *agency, *(escape(said.figure(measure.said(series, year), measure, is_loaded=loaded)) for series, year in figures), escape(flags) or "–"]


def part(names: dict[str, str]) -> str:
    """Which part of the page: the key of the one that is chosen; the address keeps it."""
    return st.segmented_control(_("View"), list(names), format_func=names.get, key="view", default=next(iter(names)), required=True, bind="query-params",
                                label_visibility="collapsed", wrap=True)  # fmt: skip


def show(view: View) -> None:
    """The first part: the rules counted, by agency, and the measures."""
    st.html(rules(view))
    if not view.agency and len(view.agencies) > 1:
        st.html(agencies(view))
    st.html(measures(view))


def nothing_yet() -> None:
    st.html(f"<h1 class='page'>{escape(_('Agencies'))}</h1>")
    frame.nothing_to_show(_("There are no measures, no agencies and no Stats yet. Write data/service_measures.csv, data/agencies.csv and data/stats.toml, or load the "
                            "City’s list: python -m lib.store plans load FILE --author NAME."))  # fmt: skip
