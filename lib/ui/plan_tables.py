"""What a reader takes along from the agencies' page: measures with the answer of each rule, every figure, and the rules counted."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lib.language import _
from lib.plans.findings import Judged, tally
from lib.plans.integrity import Rule
from lib.plans.words import ACTUAL, TARGET
from lib.ui import downloads
from lib.ui import plan_words as said
from lib.ui.plans import View, key_of


def take_away(view: View) -> None:
    name = f"plan-{view.measure.measure.key if view.measure else view.agency or 'all-agencies'}-FY{view.year}"
    safe = "".join(letter if letter.isalnum() or letter == "-" else "-" for letter in name)
    """All that the filters leave, or the one measure."""
    downloads.both(lambda: tables(view), name=safe, what=_("These measures"))


def chosen(view: View) -> Sequence[Judged]:
    return [view.measure] if view.measure else view.listed


def tables(view: View) -> dict[str, pd.DataFrame]:
    """Measures with the answer of each rule and its reason, and every figure. Missing is empty, with its reason beside it."""
    rows = [
        (view.agencies.get(key_of(one.measure), ""), one.measure.service, one.measure.service_name, one.measure.id, one.measure.name, str(one.measure.type),
         str(one.measure.desired), str(one.measure.format), one.measure.in_force, view.year, one.measure.value(ACTUAL, view.year - 1),
         one.measure.value(TARGET, view.year - 1), one.measure.value(TARGET, view.year), one.measure.value(ACTUAL, view.year),
         *(text for rule in Rule for text in (str(one.findings[rule].verdict), said.why(one.findings[rule], one.measure))))
        for one in chosen(view)
    ]  # fmt: skip
    head = ["agency", "service", "service_name", "measure_id", "measure", "type", "desired_direction", "format", "in_force", "fiscal_year", "actual_year_before",
            "target_year_before", "target", "actual", *(name for rule in Rule for name in (str(rule), f"{rule}: why"))]  # fmt: skip
    return {"Measures": pd.DataFrame(rows, columns=head), "Figures": figures_frame(chosen(view)), "Rules": rules_frame(view)}


def figures_frame(several: Sequence[Judged]) -> pd.DataFrame:
    rows = [
        (one.measure.id, one.measure.name, value.series, value.fiscal_year, value.quarter or None, value.value, value.missing_reason, value.printed, value.note,
         value.edition, is_shown, value.reference)
        for one in several
        for is_shown, values in ((True, one.measure.values), (False, one.measure.others))
        for value in values
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["measure_id", "measure", "series", "fiscal_year", "quarter", "value", "missing_reason", "printed", "note", "copy_of_the_list",
                                       "shown", "reference"])  # fmt: skip


def rules_frame(view: View) -> pd.DataFrame:
    rows = [(said.rule(rule), said.sentence(rule), one.flagged, one.clear, one.unknown, one.told, one.measures) for rule, one in tally(view.own).items()]
    return pd.DataFrame(rows, columns=["rule", "sentence", "flagged", "not_flagged", "cannot_be_told", "could_be_told", "measures_in_force"])
