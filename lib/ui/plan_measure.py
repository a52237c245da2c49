"""The card of a measure: what it is, its figures by year and quarter as picture and table, what is flagged and why, and its copies."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lib import words
from lib.budget import services_in_sight
from lib.charts.plan import actual_and_target
from lib.charts.theme import Look
from lib.language import _, later
from lib.plans.findings import QUARTERS, Judged
from lib.plans.integrity import Verdict
from lib.plans.words import ACTUAL, TARGET, YEAR, Measure, MeasureType, Value
from lib.ui import cache
from lib.ui import plan_words as said
from lib.ui.board import chip
from lib.ui.detail import table
from lib.ui.links import link
from lib.ui.plans import SUBJECT, View, key_of
from lib.ui.text import escape

LOOKS = {Verdict.FLAGGED: ("flag", "serious"), Verdict.CLEAR: ("check_circle", "good"), Verdict.UNKNOWN: ("question_mark", "neutral")}
DIRECTIONS = {"increase": later("more is better"), "decrease": later("less is better"), "maintain": later("to be kept as it is"),
              "not applicable": later("no direction applies"), "unknown": later("not known")}  # fmt: skip


def card(view: View, one: Judged) -> str:
    """All of it, as HTML."""
    measure = one.measure
    agency = link("agencies", escape(view.agencies.get(key_of(measure), _("Agency not known"))), id=f"agency:{key_of(measure)}", key=SUBJECT)
    gone = "" if measure.in_force else f"<p class='note'>{escape(_('This measure is not in force any more.'))}</p>"
    return (f"<p class='small muted' style='margin: 0'>{agency}</p><h1 class='page'>{escape(measure.name)}</h1><p class='first'>{escape(in_short(view, one))}</p>{gone}"
            + pictures(view, measure) + figures(view, measure) + flags(view, one) + contradictions(measure) + about(view, measure))  # fmt: skip


def slide(view: View, one: Judged) -> str:
    """For the meeting room: the name, the answer, one picture."""
    return f"<h1 class='page'>{escape(one.measure.name)}</h1><p class='first'>{escape(in_short(view, one))}</p>{_by_year(one.measure)}"


def in_short(view: View, one: Judged) -> str:
    """The target of the year, the newest result, and how many rules flag something."""
    measure = one.measure
    target = measure.value(TARGET, view.year)
    parts = [_("Target for {year}: {target}.").format(year=view.label, target=said.number(target, measure.format)) if target is not None
             else _("There is no target for {year}.").format(year=view.label)]  # fmt: skip
    actuals = [value for value in measure.values if value.series == ACTUAL and value.quarter == YEAR and value.value is not None]
    if actuals:
        newest = max(actuals, key=lambda value: value.fiscal_year)
        parts.append(_("Newest result: {value}, {year}.").format(value=said.number(newest.value or 0.0, measure.format), year=words.fiscal(f"FY{newest.fiscal_year}")))
    else:
        parts.append(_("No result of a year is in the list.") if view.plan.is_loaded else _("Its results are not published here."))
    if one.flags:
        parts.append(_("Flagged: {rules}.").format(rules="; ".join(said.rule(found.rule).lower() for found in one.flags)))
    return " ".join(parts)


# Picture and table


def years(measure: Measure) -> list[int]:
    return sorted({value.fiscal_year for value in (*measure.values, *measure.others)})


def pictures(view: View, measure: Measure) -> str:
    """Two small pictures: the years, and the quarters where there are at least two."""
    if not years(measure):
        return ""
    shown = [_by_year(measure)]
    several = [(value.fiscal_year, value.quarter) for value in measure.values if value.series == ACTUAL and value.quarter and value.value is not None]
    if len(several) > 1:
        first, last = min(several), max(several)
        times = [(year, quarter) for year in range(first[0], last[0] + 1) for quarter in QUARTERS if first <= (year, quarter) <= last]
        shown.append(_drawn(measure, times, [f"Q{quarter} {year % 100:02d}" for year, quarter in times], _("By quarter of the fiscal year")))
    return f"<div class='side-by-side' style='grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr))'>{''.join(shown)}</div>"


def _by_year(measure: Measure) -> str:
    own = years(measure)
    every = range(own[0], own[-1] + 1) if own else range(0)
    return _drawn(measure, [(year, YEAR) for year in every], [f"FY{year % 100:02d}" for year in every], _("By fiscal year"))


def _drawn(measure: Measure, times: Sequence[tuple[int, int]], labels: Sequence[str], title: str) -> str:
    def values(series: str) -> list[float]:
        return [math.nan if (found := measure.value(series, *time)) is None else found for time in times]

    actual, target = values(ACTUAL), values(TARGET)
    told = [said.number(value, measure.format) if not math.isnan(value) else "" for value in actual]
    picture = actual_and_target(labels, actual, target, names=(_("Result"), _("Target")), said=told)
    if not picture:
        return ""
    spoken = "; ".join(
        _("{time}: result {actual}, target {target}").format(
            time=label,
            actual=text or _("none"),
            target=said.number(aim, measure.format) if not math.isnan(aim) else _("none"),
        )
        for label, text, aim in zip(labels, told, target, strict=True)
    )
    return f"<div><h2 class='section'>{escape(title)}</h2><img class='lines' src='{picture}' alt='{escape(f'{measure.name}. {spoken}')}'></div>"


def figures(view: View, measure: Measure) -> str:
    """A row a year. An empty cell says that it is empty, or that the figure is not published here."""
    own = years(measure)
    loaded = view.plan.is_loaded

    def cell(series: str, year: int, quarter: int) -> str:
        found = measure.said(series, year, quarter)
        if found is None and loaded and (series, year, quarter) not in view.plan.asks:
            return _("not in the list")
        text = said.figure(found, measure, is_loaded=loaded)
        return f"{text} ({_('printed: {text}').format(text=found.printed)})" if found and _is_otherwise(found) else text

    rows = [(words.fiscal(f"FY{year}"), cell(TARGET, year, YEAR), cell(ACTUAL, year, YEAR), *(cell(ACTUAL, year, quarter) for quarter in QUARTERS)) for year in reversed(own)]
    head = (_("Year"), _("Target"), _("Result"), "Q1", "Q2", "Q3", "Q4")
    shown = head if loaded else head[:3]
    notes = [f"{words.fiscal(f'FY{value.fiscal_year}')}{f', Q{value.quarter}' if value.quarter else ''}, {_(value.series)}: {value.note}" for value in measure.values if value.note]
    listed = "".join(f"<li>{escape(note)}</li>" for note in dict.fromkeys(notes))
    references = dict.fromkeys(value.reference for value in measure.values)
    where = "" if loaded else f"<p class='note'>{escape(_('Read in: {places}.').format(places='; '.join(references)))}</p>"
    return (table(shown, [row[: len(shown)] for row in rows], caption=_("Targets and results"), numbers=range(1, len(shown)))
            + (f"<h3 class='section'>{escape(_('Notes in the list'))}</h3><ul>{listed}</ul>" if listed else "") + where)  # fmt: skip


def _is_otherwise(found: Value) -> bool:
    """Whether it stands in the list in another way than as the plain number."""
    if found.value is None:
        return found.printed.strip().casefold() not in ("", found.missing_reason)
    plain = found.printed.replace(",", "").replace("$", "").removesuffix("%").strip()
    try:
        return not math.isclose(float(plain), found.value, rel_tol=1e-9) or "e" in plain.lower()
    except ValueError:
        return True


# Flags, copies, what it is


def flags(view: View, one: Judged) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{escape(said.rule(found.rule))}</th><td>{_chip(found.verdict)}</td><td>{escape(said.why(found, one.measure))}</td></tr>"
        for found in one.findings.values()
    )
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in (_("What is looked at"), _("Answer"), _("Why")))
    title = _("What is flagged for {year}, and why").format(year=view.label)
    return (f"<h2 class='section'>{escape(title)}</h2><div class='scroll' tabindex='0' role='region' aria-label='{escape(title)}'><table class='plain findings'>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>")  # fmt: skip


def _chip(verdict: Verdict) -> str:
    icon, tone = LOOKS[verdict]
    return chip(Look(icon, tone), said.verdict(verdict))


def contradictions(measure: Measure) -> str:
    """What older copies of the list say otherwise."""
    if not measure.others:
        return ""
    rows = []
    for other in measure.others:
        shown = measure.said(other.series, other.fiscal_year, other.quarter)
        when = words.fiscal(f"FY{other.fiscal_year}") + (f", Q{other.quarter}" if other.quarter else "")
        rows.append((f"{when}, {_(other.series)}", *(said.figure(value, measure, is_loaded=True) for value in (shown, other)), shown.edition if shown else "", other.edition))
    head = (_("Figure"), _("Shown"), _("Older copy"), _("Copy that is shown"), _("Older copy of"))
    return f"<h2 class='section'>{escape(_('Where copies of the list disagree'))}</h2>" + table(
        head, rows, caption=_("The newest copy that has something in the cell is shown"), numbers=(1, 2)
    )


def about(view: View, measure: Measure) -> str:
    """The definition card, with the ways to money and indicator where they are known."""
    services = services_in_sight(cache.budget())
    indicators = {found.id: found.name for found in cache.current_framework().indicators}
    service = f"{measure.service} {measure.service_name}".strip()
    facts: dict[str, str] = {
        _("Service"): link("budget", escape(service), id=f"service:{measure.service}", key="line") if measure.service in services else escape(service or _("not known")),
        _("Indicator"): link("indicator", escape(indicators[measure.indicator]), id=measure.indicator, key="indicator") if measure.indicator in indicators
        else _indicators_of(measure, services, indicators),
        _("Better direction"): escape(_(DIRECTIONS[str(measure.desired)]) + (_(", as of the indicator that it counts") if measure.desired_from else "")),
    }  # fmt: skip
    if view.plan.is_loaded:
        unknown = _("not known")
        facts |= {
            _("Number in the list"): escape(measure.id or _("blank")),
            _("Type"): escape(_(str(measure.type)) if measure.type is not MeasureType.UNKNOWN else unknown),
            _("Format"): escape(_(str(measure.format))),
            _("Formula"): escape(measure.formula or unknown),
            _("Data source"): escape(measure.data_source or unknown),
            _("How often"): escape(_(str(measure.cadence))),
            _("How quarters make a year"): escape(_(str(measure.aggregation))),
            _("Measure of equity"): _yes(measure.equity),
            _("Since the plan before"): escape(_(str(measure.change)) + ("" if measure.change_said else _(", seen by comparing the copies of the list"))),
            _("Somebody is named for it"): _yes(measure.owned),
            _("Last changed"): escape(words.day(measure.modified) if measure.modified else unknown),
            _("Line in the list"): str(measure.line),
        }
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{text}</dd>" for name, text in facts.items())
    return f"<h2 class='section'>{escape(_('What it is'))}</h2><dl class='card'>{rows}</dl>"


def _indicators_of(measure: Measure, services: dict, indicators: dict[str, str]) -> str:
    """The indicators that the service stands behind by another of its measures."""
    found = [link("indicator", escape(indicators[key]), id=key, key="indicator") for key, _tie in services[measure.service].indicators if key in indicators] if measure.service in services else []
    if not found:
        return escape(_("no tie is known"))
    return escape(_("not by this measure; its service stands behind: ")) + ", ".join(dict.fromkeys(found))


def _yes(said_so: bool | None) -> str:
    return escape({True: _("yes"), False: _("no")}.get(said_so, _("not known")))  # type: ignore[arg-type]
