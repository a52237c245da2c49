"""The words of the performance plan in one spelling each. What is not listed is unknown and reported; nothing is guessed."""

from __future__ import annotations

import re

from lib.plans.words import Aggregation, Cadence, Change, Desired, Format, MeasureType

TYPES = {
    "input": MeasureType.INPUT, "inputs": MeasureType.INPUT,
    "output": MeasureType.OUTPUT, "outputs": MeasureType.OUTPUT, "ouput": MeasureType.OUTPUT, "ouptut": MeasureType.OUTPUT,
    "efficiency": MeasureType.EFFICIENCY, "efficiencies": MeasureType.EFFICIENCY, "efficency": MeasureType.EFFICIENCY,
    "effiency": MeasureType.EFFICIENCY, "efficient": MeasureType.EFFICIENCY,
    "effectiveness": MeasureType.EFFECTIVENESS, "effectivness": MeasureType.EFFECTIVENESS, "effectiveess": MeasureType.EFFECTIVENESS,
    "effective": MeasureType.EFFECTIVENESS, "effectivenss": MeasureType.EFFECTIVENESS,
    "outcome": MeasureType.OUTCOME, "outcomes": MeasureType.OUTCOME, "outome": MeasureType.OUTCOME,
}  # fmt: skip
DESIRED = {
    "increase": Desired.INCREASE, "increasing": Desired.INCREASE, "up": Desired.INCREASE, "higher": Desired.INCREASE,
    "decrease": Desired.DECREASE, "decreasing": Desired.DECREASE, "down": Desired.DECREASE, "lower": Desired.DECREASE,
    "maintain": Desired.MAINTAIN, "maintaining": Desired.MAINTAIN, "stable": Desired.MAINTAIN, "steady": Desired.MAINTAIN,
    "not applicable": Desired.NOT_APPLICABLE, "n/a": Desired.NOT_APPLICABLE, "n\\a": Desired.NOT_APPLICABLE, "na": Desired.NOT_APPLICABLE,
}  # fmt: skip
AGGREGATIONS = {
    "cumulative": Aggregation.CUMULATIVE, "cumalitve": Aggregation.CUMULATIVE, "cumalative": Aggregation.CUMULATIVE,
    "cummulative": Aggregation.CUMULATIVE, "cumulitive": Aggregation.CUMULATIVE,
    "snapshot": Aggregation.SNAPSHOT, "snap shot": Aggregation.SNAPSHOT,
    "period": Aggregation.PERIOD, "periodic": Aggregation.PERIOD,
}  # fmt: skip
CADENCES = {
    "live": Cadence.LIVE, "real time": Cadence.LIVE, "daily": Cadence.DAILY, "weekly": Cadence.WEEKLY,
    "monthly": Cadence.MONTHLY, "quarterly": Cadence.QUARTERLY,
    "biannual": Cadence.TWICE_A_YEAR, "biannually": Cadence.TWICE_A_YEAR, "semi annual": Cadence.TWICE_A_YEAR, "semiannual": Cadence.TWICE_A_YEAR,
    "annual": Cadence.YEARLY, "annually": Cadence.YEARLY, "yearly": Cadence.YEARLY,
}  # fmt: skip
FORMATS = {
    "percent": Format.PERCENT, "percentage": Format.PERCENT, "%": Format.PERCENT, "count": Format.COUNT, "number": Format.COUNT, "#": Format.COUNT,
    "currency": Format.CURRENCY, "dollars": Format.CURRENCY, "dollar": Format.CURRENCY, "$": Format.CURRENCY, "rate": Format.RATE,
    "ratio": Format.RATE, "decimal": Format.DECIMAL, "days": Format.DAYS, "day": Format.DAYS, "score": Format.SCORE,
}  # fmt: skip
CHANGES = {
    "new": Change.NEW, "new measure": Change.NEW, "add": Change.NEW, "added": Change.NEW, "addition": Change.NEW, "add measure": Change.NEW,
    "unchanged": Change.UNCHANGED, "no change": Change.UNCHANGED, "no changes": Change.UNCHANGED, "same": Change.UNCHANGED, "keep": Change.UNCHANGED,
    "modified": Change.MODIFIED, "modify": Change.MODIFIED, "modification": Change.MODIFIED, "changed": Change.MODIFIED, "revised": Change.MODIFIED,
    "replaced": Change.REPLACED, "replace": Change.REPLACED, "replacement": Change.REPLACED,
    "removed": Change.REMOVED, "remove": Change.REMOVED, "deleted": Change.REMOVED, "delete": Change.REMOVED, "retired": Change.REMOVED,
}  # fmt: skip
CODE_AND_NAME = re.compile(r"([A-Z]{2,4}\d{3,5})\b[\s:\N{EN DASH}-]*(.*)", re.ASCII | re.DOTALL)
TRUE, FALSE = ("yes", "y", "true", "1", "x"), ("no", "n", "false", "0", "")


def type_in(text: str, further: dict[str, str] | None = None) -> MeasureType:
    """"Outputs ", "OUTPUT" and "Output Measure" are output. `further` are spellings that a person added."""
    plain = _plain(text).removesuffix(" measure").removesuffix(" measures")
    added = {_plain(word): MeasureType(kind) for word, kind in (further or {}).items()}
    return added.get(_plain(text)) or TYPES.get(plain, MeasureType.UNKNOWN)


def desired_in(text: str) -> Desired:
    return DESIRED.get(" ".join(text.casefold().split()), Desired.UNKNOWN)


def change_in(text: str) -> Change:
    return CHANGES.get(_plain(text), Change.UNKNOWN)


def format_in(text: str) -> Format:
    return FORMATS.get(" ".join(text.casefold().split()), Format.UNKNOWN)


def interval_in(text: str) -> tuple[Aggregation, Cadence, str]:
    """"Cumulative - Monthly" says both; "Live" one of them. Third: what is left over and not understood."""
    aggregation, cadence = Aggregation.UNKNOWN, Cadence.UNKNOWN
    unknown = []
    for piece in re.split(r"\s*[,;/|()&]\s*|\s+-\s+|\s+and\s+|\s*\N{EN DASH}\s*", text):
        word = _plain(piece)
        for one in [word] if word in AGGREGATIONS or word in CADENCES else word.split():
            if one in AGGREGATIONS and aggregation in (Aggregation.UNKNOWN, AGGREGATIONS[one]):
                aggregation = AGGREGATIONS[one]
            elif one in CADENCES and cadence in (Cadence.UNKNOWN, CADENCES[one]):
                cadence = CADENCES[one]
            else:
                unknown.append(one)
    return aggregation, cadence, " ".join(unknown)


def code_and_name(text: str) -> tuple[str, str]:
    """"SRV0185 Zoning" is SRV0185 and Zoning; a text without a code is a name."""
    plain = " ".join(text.split())
    match = CODE_AND_NAME.fullmatch(plain)
    return (match[1], match[2].strip()) if match else ("", plain)


def is_yes(text: str) -> bool | None:
    """None where it says neither."""
    plain = text.strip().casefold()
    return True if plain in TRUE else False if plain in FALSE else None


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.casefold()).split())
