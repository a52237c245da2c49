"""How plans are said: the rules with their published sentences, the reason for each answer with its numbers, figures and their absence."""

from __future__ import annotations

from datetime import date

from lib import words
from lib.language import _, later
from lib.plans.integrity import GRACE_DAYS, QUIET_DAYS, Finding, Rule, Verdict, Why
from lib.plans.reconcile import LAST, MEAN, SUM
from lib.plans.words import Format, Measure, Value

RULES = {
    Rule.ALREADY_MET: later("Already met when it was set"),
    Rule.EASIER: later("Easier than last year’s"),
    Rule.NO_BASELINE: later("No baseline"),
    Rule.SET_LATE: later("Set after the year began"),
    Rule.NO_DIRECTION: later("No direction"),
    Rule.NOT_RECONCILED: later("Quarters and year do not fit"),
    Rule.NO_OWNER: later("No active owner"),
    Rule.NOT_UPDATED: later("Not updated on time"),
}
SENTENCES = {
    Rule.ALREADY_MET: later(
        "The result of the year before was already as good as the target. A target to keep a value is meant to be met, so it is not judged."
    ),
    Rule.EASIER: later("The target asks for less than the target of the year before. The same target is not easier."),
    Rule.NO_BASELINE: later("There is no result of any earlier year, so nobody can see how far the target reaches."),
    Rule.SET_LATE: later(
        "An earlier look at the list, after the year had begun, did not have this target yet. Where the list was not looked at in time, it cannot be told."
    ),
    Rule.NO_DIRECTION: later("The list does not say whether more or less is better, or uses a word that is not known."),
    Rule.NOT_RECONCILED: later(
        "The figure of the year is not what its four quarters give in the way that the list names: the sum or the running total (cumulative), "
        "the mean (period) or the last (snapshot). What was rounded in print is allowed for."
    ),
    Rule.NO_OWNER: later("Nobody is named for the measure, or nobody has changed anything in it for more than {days} days before the list was exported."),
    Rule.NOT_UPDATED: later(
        "The newest figure that was to be there is not. A figure is late {days} days after its quarter or year has ended; "
        "a quarter is asked only of measures that are counted at least every quarter."
    ),
}
VERDICTS = {Verdict.FLAGGED: later("Flagged"), Verdict.CLEAR: later("Not flagged"), Verdict.UNKNOWN: later("Cannot be told")}
WHYS = {
    Why.MET_BEFORE: later("The year before had {before}, which is as good as the target of {target}."),
    Why.NOT_MET_BEFORE: later("The year before had {before}; the target is {target}."),
    Why.EASIER_THAN: later("The target is {target}; the year before it was {before}."),
    Why.HARDER_THAN: later("The target is {target}; the year before it was {before}, which asked for less."),
    Why.AS_BEFORE: later("The target is {target}, as the year before."),
    Why.NO_TARGET: later("There is no target for this year."),
    Why.NO_TARGET_BEFORE: later("There is no target for the year before."),
    Why.NO_ACTUAL_BEFORE: later("There is no result for the year before."),
    Why.DIRECTION_UNKNOWN: later("It is not known whether more or less is better."),
    Why.DIRECTION_NOT_APPLICABLE: later("The list says that no direction applies."),
    Why.DIRECTION_MAINTAIN: later("The value is to be kept as it is."),
    Why.DIRECTION_GIVEN: later("The list says: {direction}."),
    Why.DIRECTION_BLANK: later("The list says no direction, or a word that is not known."),
    Why.NOT_ASKED: later("What could be read does not say this of any measure."),
    Why.BASELINE: later("Fiscal {year} had {value}."),
    Why.WITHOUT_BASELINE: later("There is no result from Fiscal {first} to Fiscal {last}."),
    Why.THERE_BEFORE: later("The target was in the list of {seen}; the year began on {began}."),
    Why.UNTOUCHED_SINCE: later("The measure was last changed on {modified}; the year began on {began}."),
    Why.NOT_THERE_YET: later("The list of {seen} did not have this target; the year began on {began}."),
    Why.DAY_UNKNOWN: later("No list from before {began} is loaded, and the measure was changed since then or nobody knows when."),
    Why.FITS: later("The year has {year}; the quarters give this ({fits}), as the list says ({aggregation})."),
    Why.FITS_OTHERWISE: later("The year has {year}. The list says {aggregation}, but it is the {fits}: sum {sum}, mean {mean}, last {last}."),
    Why.FITS_NOTHING: later("The year has {year}, and no way gives this: sum {sum}, mean {mean}, last {last}. The list says {aggregation}."),
    Why.MAY_BE_WEIGHTED: later("The year has {year}, between the lowest quarter ({low}) and the highest ({high}): it may be a weighted mean."),
    Why.WAY_UNKNOWN: later("The year has {year}, which is the {fits} of the quarters. The list does not say how quarters make a year."),
    Why.NO_YEAR: later("There is no result for the year."),
    Why.NOT_ALL_QUARTERS: later("{quarters} of 4 quarters have a figure."),
    Why.NOBODY: later("Nobody is named for it."),
    Why.QUIET: later("Somebody is named; the measure was last changed on {modified}, {days} days before."),
    Why.ACTIVE: later("Somebody is named; the measure was last changed on {modified}."),
    Why.LAST_CHANGE_UNKNOWN: later("Somebody is named; when the measure was last changed is not known."),
    Why.THERE: later("The figure for {label} is there."),
    Why.LATE: later("{label} ended on {ended}. On {as_of} its figure was not there, {days} days late."),
    Why.NOTHING_DUE: later("Nothing of this year was due on {as_of}."),
    Why.NONE_TO_COME: later("For {label} the list says: {reason}."),
}
WAYS = {SUM: later("sum"), MEAN: later("mean"), LAST: later("last")}


def rule(one: Rule) -> str:
    return _(RULES[one])


def sentence(one: Rule) -> str:
    """What the rule looks at, as it is published."""
    return _(SENTENCES[one]).format(days=QUIET_DAYS if one is Rule.NO_OWNER else GRACE_DAYS)


def verdict(one: Verdict) -> str:
    return _(VERDICTS[one])


def why(found: Finding, measure: Measure) -> str:
    """The reason with the numbers that it used."""
    is_year = found.why in (Why.BASELINE, Why.WITHOUT_BASELINE)

    def said(name: str, used: object) -> str:
        if isinstance(used, date):
            return words.day(used)
        if isinstance(used, tuple):
            return words.listed([_(WAYS[way]) for way in used])
        if isinstance(used, str):
            return fiscal_label(used) if name == "label" else _(used)
        if name in ("days", "quarters") or (is_year and name != "value"):
            return str(used)
        return number(float(used), measure.format)

    return _(WHYS[found.why]).format(**{name: said(name, used) for name, used in found.used.items()})


def fiscal_label(label: str) -> str:
    """FY2025 Q1 as Fiscal 2025, Q1."""
    year, _blank, quarter = label.partition(" ")
    return words.fiscal(year) + (f", {quarter}" if quarter else "")


def number(value: float, form: Format) -> str:
    """A figure with its unit, with no more decimals than it has and at most two."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    decimals = len(text.partition(".")[2])
    return words.figure(value, decimals, {Format.PERCENT: words.PERCENT, Format.CURRENCY: words.DOLLARS}.get(form, ""))


def figure(said: Value | None, measure: Measure, *, is_loaded: bool) -> str:
    """The figure, or in words why there is none: an empty cell is no zero."""
    if said is None:
        return _("blank") if is_loaded else _("not published here")
    if said.value is None:
        return _(said.missing_reason)
    return number(said.value, measure.format)


def tally(flagged: int, told: int, *, nothing: str = "") -> str:
    """12 of 41; where nothing can be told, `nothing`, or that in words."""
    return _("{flagged} of {told}").format(flagged=words.figure(flagged, 0), told=words.figure(told, 0)) if told else nothing or _("cannot be told")
