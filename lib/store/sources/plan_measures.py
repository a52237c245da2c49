"""Which row of the performance plan is which measure, and how it describes it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lib.plans.words import Aggregation, Cadence, Change, Desired, Format, MeasureType
from lib.store.sources.answer import shown
from lib.store.sources.findings import Findings
from lib.store.sources.plan_table import PlanRow, year_of
from lib.store.sources.plan_words import (
    change_in,
    code_and_name,
    desired_in,
    format_in,
    interval_in,
    is_yes,
    type_in,
)
from lib.store.sources.workbook import DATE

FISCAL_YEAR = re.compile(r"(?:fy ?)?(\d{4}|\d{2})", re.ASCII)
REPEATED = "the row stands twice"
DAYS = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p", "%m/%d/%Y")


@dataclass(frozen=True)
class PlanMeasure:
    """A performance measure as the newest copy of the list that has it describes it. No person is named."""

    key: str  # the Measure ID; where that is blank, the service's or agency's code and the measure's name
    id: str  # as text: "1851", "AM01"; "" = blank
    name: str
    agency_code: str
    agency: str
    service_code: str
    service: str
    service_description: str
    type: MeasureType
    desired: Desired
    aggregation: Aggregation
    cadence: Cadence
    format: Format
    equity: bool | None
    deprecated: bool | None
    status: str
    formula: str
    data_source: str
    additions: str  # "Metric Additions", as it stands
    request: str  # "Measure Request" and its notes
    modified: date | None
    editions: tuple[str, ...]  # the copies that have it, oldest first: "FY2025", "FY2026"
    owned: bool | None  # whether somebody is named as its contact
    change: Change
    change_said: bool  # the export says so; else its copies were held against each other
    line: int  # of the newest copy


def rows_by_measure(rows: Sequence[PlanRow], findings: Findings) -> dict[str, dict[int, PlanRow]]:
    """The rows by measure, and by the fiscal year of the copy that they stand in.

    A row that stands twice in a copy word for word is read once; rows of one Measure ID that differ are all left out.
    """
    found: dict[tuple[str, int], list[PlanRow]] = defaultdict(list)
    for row in rows:
        year = _fiscal_year(row, findings)
        key = _key(row, findings) if year else ""
        if key:
            found[key, year].append(row)
    by_measure: dict[str, dict[int, PlanRow]] = defaultdict(dict)
    for (key, year), own in found.items():
        if all(_say_the_same(own[0], other) for other in own[1:]):
            by_measure[key][year] = own[0]
            for other in own[1:]:
                findings.change(other.sheet, _at(other, "id"), key, "", f"{REPEATED} in this copy of the list, word for word; it was read once")
        else:
            places = ", ".join(str(one.number) for one in own)
            findings.error(own[0].sheet, _at(own[0], "id"), "id_twice", key,
                           f"the rows {places} of FY{year} have the Measure ID {shown(key)!r} and differ; none of them was read",
                           "give each measure an ID of its own")  # fmt: skip
    return by_measure


def measure_of(key: str, rows: Mapping[int, PlanRow], every_year: Sequence[int], spellings: Mapping[str, str], findings: Findings) -> PlanMeasure:
    """As its newest row says. `rows` by the copy's fiscal year; `every_year`: those of all copies of the list."""
    years = sorted(rows)
    row = rows[years[-1]]
    change, said = _change(rows, every_year)
    agency_code, agency = code_and_name(row.text("agency"))
    service_code, service = code_and_name(row.text("service"))
    aggregation, cadence, left = interval_in(row.text("interval"))
    if left:
        _unknown(row, "interval", findings, "mend the spelling", found=left)
    return PlanMeasure(
        key, id_of(row), row.text("name"), agency_code or row.text("agency_id"), agency, service_code or row.text("service_id"), service,
        row.text("service_description"), _type(row, spellings, findings), _desired(row, findings), aggregation, cadence,
        _format(row, findings), _yes(row, "equity", findings), _yes(row, "deprecated", findings), row.text("status"), row.text("formula"),
        row.text("data_source"), row.text("additions"), "; ".join(filter(None, (row.text("request"), row.text("request_notes")))),
        _modified(row), tuple(f"FY{year}" for year in years), row.owned, change, said, row.number,
    )  # fmt: skip


SAID_OF_CHANGE = ("request", "additions", "status")
HELD_AGAINST = ("name", "type", "direction", "format", "formula", "interval")


def _change(rows: Mapping[int, PlanRow], every_year: Sequence[int]) -> tuple[Change, bool]:
    """What the newest row says became of the measure; where it says nothing, what the last two copies show when held against each other."""
    newest = rows[max(rows)]
    for field in SAID_OF_CHANGE:
        found = change_in(newest.text(field))
        if found is not Change.UNKNOWN:
            return found, True
    if len(every_year) < 2:
        return Change.UNKNOWN, False
    before, last = sorted(every_year)[-2:]
    if last not in rows or before not in rows:
        return Change.NEW if last in rows else Change.REMOVED, False
    same = all(rows[before].text(field) == rows[last].text(field) for field in HELD_AGAINST)
    return Change.UNCHANGED if same else Change.MODIFIED, False


def id_of(row: PlanRow) -> str:
    """The Measure ID as text; a program that took it for a number wrote 1851.0."""
    text = row.text("id")
    return text.partition(".")[0] if re.fullmatch(r"\d+\.0+", text, flags=re.ASCII) else text


def _key(row: PlanRow, findings: Findings) -> str:
    """"" for a row that cannot be known again."""
    text = id_of(row)
    if text:
        if row.text("id") != text:
            findings.change(row.sheet, _at(row, "id"), row.text("id"), text, "the Measure ID is text")
        return text
    name = row.text("name")
    if not name:
        findings.error(row.sheet, _at(row, "name"), "measure_unnamed", "", "the row has neither a Measure ID nor a name; it was left out", "write both")
        return ""
    owner = code_and_name(row.text("service"))[0] or row.text("service_id") or code_and_name(row.text("agency"))[0] or row.text("agency")
    key = f"{owner}: {name}" if owner else name
    findings.warn(row.sheet, _at(row, "id"), "id_absent", "", f"the Measure ID is blank; the measure is known as {shown(key)!r}", "give it an ID")
    return key


def _fiscal_year(row: PlanRow, findings: Findings) -> int:
    """Of the copy of the list that the row stands in; 0 where it does not say."""
    text = row.text("fiscal_year").casefold().removesuffix(".0")
    match = FISCAL_YEAR.fullmatch(text)
    if match and 2000 <= year_of(match[1]) <= 2100:
        return year_of(match[1])
    findings.error(row.sheet, _at(row, "fiscal_year"), "fiscal_year_unreadable", text,
                   "the row does not say which fiscal year's copy of the list it belongs to; it was left out", "write it such as FY26")  # fmt: skip
    return 0


def _say_the_same(one: PlanRow, other: PlanRow) -> bool:
    """Whenever they were modified."""
    texts = [{field: row.text(field) for field in row.texts if field != "modified"} for row in (one, other)]
    return texts[0] == texts[1] and one.figures == other.figures and one.notes == other.notes


def _type(row: PlanRow, spellings: Mapping[str, str], findings: Findings) -> MeasureType:
    text = row.text("type")
    found = type_in(text, spellings)
    if found is MeasureType.UNKNOWN:
        _unknown(row, "type", findings, "mend it, or add it to type_spellings in config.toml")
    elif row.texts["type"].text != found.capitalize():
        findings.change(row.sheet, _at(row, "type"), row.texts["type"].text, found.capitalize(), "another spelling of the type")
    return found


def _desired(row: PlanRow, findings: Findings) -> Desired:
    found = desired_in(row.text("direction"))
    if found is Desired.UNKNOWN:
        _unknown(row, "direction", findings, "write Increase, Decrease, Maintain or Not applicable")
    return found


def _format(row: PlanRow, findings: Findings) -> Format:
    found = format_in(row.text("format"))
    if found is Format.UNKNOWN:
        _unknown(row, "format", findings, "write Percent, Count, Currency, Rate, Decimal, Days or Score")
    return found


def _yes(row: PlanRow, field: str, findings: Findings) -> bool | None:
    found = is_yes(row.text(field)) if row.text(field) else None
    if found is None:
        _unknown(row, field, findings, "write Yes or No")
    return found


def _unknown(row: PlanRow, field: str, findings: Findings, remedy: str, *, found: str = "") -> None:
    """A word that is not known is reported; a blank cell is not, and stays unknown."""
    text = found or row.text(field)
    if text:
        findings.warn(row.sheet, _at(row, field), f"{field}_unknown", text, f"{shown(text)!r} is not understood", remedy)


def _modified(row: PlanRow) -> date | None:
    """The day on which the row was last modified, where that can be told."""
    cell = row.texts.get("modified")
    if cell is None:
        return None
    for layout in DAYS:
        try:
            return datetime.strptime(cell.text.strip(), layout).date()
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(cell.text.strip()).date() if cell.kind == DATE or "-" in cell.text else None
    except ValueError:
        return None


def _at(row: PlanRow, field: str) -> str:
    return row.at.get(field, f"A{row.number}")
