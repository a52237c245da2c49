"""The tracker of follow-ups as a workbook: taken out with the City's fields, and read back, whole or not at all.

The same layout goes both ways. A row with an id changes the follow-up that has it, a row without one is new. A status is never
read: it is worked out from the dates and the evidence.
"""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import pandas as pd

from lib import words
from lib.cycle import MEANING, Agency, Colour, Deliverable, FollowUp, Meeting, Stat, State, faults_of
from lib.intake import cells, workbook
from lib.intake.archive import BROKEN, Archive, damaged
from lib.intake.check import in_order
from lib.intake.findings import At, Findings, Refused
from lib.intake.header import Header, column_name
from lib.intake.limits import Limits
from lib.intake.opening import FileKind, recognise
from lib.intake.periods import day_in, day_of
from lib.intake.report import Problem, shown
from lib.intake.row_cells import RowCells
from lib.intake.workbook import Format
from lib.language import _, later
from lib.store.export import as_xlsx
from lib.store.follow_ups import Entry

LIMITS = Limits(max_megabytes=10, max_unpacked_megabytes=60, max_rows=5_000, max_columns=60, max_cells=200_000, max_text_megabytes=20,
                max_cell_characters=4_000, max_problems=1_000)  # fmt: skip
FOLLOW_UPS = "Follow-ups"  # the sheet
# The columns in their order: the name in the header, and the field of a follow-up that it holds.
COLUMNS = {
    "id": "id", "version": "version", "Stat": "stat", "meeting": "meeting", "agency": "agency", "issue": "issue", "follow-up": "action",
    "owner": "owner", "due date": "due", "deliverable": "deliverable", "status": "status", "days late": "days_late", "begun on": "begun_on",
    "done on": "done_on", "evidence": "evidence", "evidence link": "evidence_link", "evidence file": "evidence_file",
    "notes and blockers": "notes", "escalation path": "escalation", "indicator": "indicator", "neighborhood measure": "measure",
    "neighborhood": "area", "shown to residents": "public", "example": "example",
}  # fmt: skip
BY_KEY = {column_name(name): field for name, field in COLUMNS.items()}
NAMES = {field: name for name, field in COLUMNS.items()}
ENOUGH = 4  # names of columns in one row make it the header
NEEDED = ("stat", "action", "owner", "due")  # columns without which nothing new can be written down
WORKED_OUT = ("status", "days_late")
TEXTS = ("issue", "action", "owner", "evidence", "evidence_link", "notes", "escalation")
DAYS = ("due", "begun_on", "done_on")
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
YES, NO = ("yes", "true", "x", "1"), ("no", "false", "0", "")
EXAMPLE = "Example, made up"
# For a rule that lib.cycle has: why, where its own words do not say it beside a cell, and what to write instead.
FAULTS = {
    "action": (later("it does not say what is to be done"), later("write a verb and a thing, such as “send the list of empty lots”")),
    "owner": ("", later("write the name of one person")),
    "evidence": (later("it is not done without evidence"), later("write what shows it, or give a link; or empty done on")),
    "done_on": (later("it cannot be done before it was begun"), later("mend one of the two dates")),
    "evidence_link": (later("this is no link"), later("write an address that begins with https:// or http://")),
}


@dataclass(frozen=True)
class Known:
    """What a follow-up may name."""

    stats: Sequence[Stat]
    agencies: Sequence[Agency]
    indicators: Mapping[str, str]  # names by id
    measures: Mapping[str, str]
    areas: Mapping[str, str]
    meetings: Sequence[Meeting] = ()
    follow_ups: Mapping[str, FollowUp] | None = None  # those that are there, by id


@dataclass(frozen=True)
class Sheet:
    """What was read. Where there is a problem nothing of it may be loaded, and `rows` is empty."""

    rows: tuple[Entry, ...]
    problems: tuple[Problem, ...]


# Out


def as_workbook(several: Sequence[FollowUp], known: Known, *, today: date, about: Sequence[str]) -> bytes:
    """The follow-ups, the names that may stand in each column, and what this is."""
    return as_xlsx({FOLLOW_UPS: tracker(several, known, today=today), "Names": names(known)}, about=[*about, *(_(rule) for rule in RULES)])


RULES = (
    later("To change many at once, change the cells of the sheet Follow-ups and send the workbook back. A row with an id changes "
          "that follow-up; a row without one is a new follow-up. A row that is taken out changes nothing."),
    later("Leave id and version as they are: they tell whether somebody else changed the follow-up meanwhile."),
    later("Status and days late are worked out and never read: White is not due, Yellow is begun, Green is done with evidence, Red is overdue."),
    later("Nothing is done without evidence: give a day under done on, and what shows it under evidence or evidence link. Files are "
          "added on the page."),
    later("Dates are dates, or 2027-01-31, or 1/31/2027 with the month first."),
    later("The workbook is taken whole or not at all: one problem, and nothing of it is loaded."),
)


def tracker(several: Sequence[FollowUp], known: Known, *, today: date) -> pd.DataFrame:
    """One row a follow-up, the columns in the City's words. What is not known is an empty cell."""
    stats = {one.id: one.name for one in known.stats}
    agencies = {one.id: one.name for one in known.agencies}
    days = {one.id: one.day.isoformat() for one in known.meetings}
    rows = []
    for one in several:
        colour = one.colour(today)
        row = {field.name: getattr(one, field.name) for field in fields(FollowUp)} | {
            "stat": stats.get(one.stat, one.stat),
            "meeting": days.get(one.meeting, one.meeting),
            "agency": agencies.get(one.agency, one.agency),
            "deliverable": str(one.deliverable),
            "status": f"{colour}: {MEANING[colour]}",
            "days_late": 0 if colour is Colour.GREEN else one.days_late(today),
            "indicator": known.indicators.get(one.indicator, one.indicator),
            "measure": known.measures.get(one.measure, one.measure),
            "area": known.areas.get(one.area, one.area),
            "public": "yes" if one.public else "no",
            "example": EXAMPLE if one.example else "",
        }  # fmt: skip
        rows.append([None if row[field] == "" else row[field] for field in COLUMNS.values()])
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def names(known: Known) -> pd.DataFrame:
    """What may stand in a column that names something."""
    rows = [("Stat", one.id, one.name) for one in known.stats] + [("agency", one.id, one.name) for one in known.agencies]
    rows += [("deliverable", "", str(one)) for one in Deliverable]
    for column, several in (("indicator", known.indicators), ("neighborhood measure", known.measures), ("neighborhood", known.areas)):
        rows += [(column, key, name) for key, name in several.items()]
    return pd.DataFrame(rows, columns=["column", "id", "write"])


# In


def read_follow_ups(content: bytes, known: Known, *, today: date, name: str = "follow-ups.xlsx", limits: Limits = LIMITS) -> Sheet:
    """The rows of a workbook of our own layout, ready for lib.store.follow_ups.write_sheet; or all that is wrong with it."""
    findings = Findings(limits)
    read: list[str] = []
    entries: list[Entry] = []
    try:
        if recognise(content, name, limits) is not FileKind.WORKBOOK:
            raise Refused("wrong_type", _("this is a CSV file, and follow-ups are read from a workbook"), _("open it in Excel and save it as Excel Workbook (.xlsx)"))
        book = workbook.open_workbook(Archive(content, limits))
        tally, lookups = cells.Tally(), _Lookups(known)
        for entry in book.sheets:
            entries += _read_sheet(cells.sheet_of(book, entry, tally), findings, read, lookups, today=today, from_1904=book.from_1904)
        if not read and not findings.has_error:
            findings.error(At(), "no_header", _("no sheet has the columns of follow-ups"), _("begin with the workbook of this page; its columns are {columns}").format(columns=words.listed(list(COLUMNS))))
        elif not entries and not findings.has_error:
            findings.error(At(read[0]), "no_rows", _("no follow-up stands below the columns' names"), _("write one row for each follow-up"))
    except Refused as refused:
        findings.add(refused.problem)
    except BROKEN:  # damage of a kind that nothing above foresees: refused too, and told to the log
        logging.getLogger("outcomestat").exception("a workbook of follow-ups could not be read")
        findings.add(damaged().problem)
    problems = in_order(findings.problems, read)
    return Sheet(() if problems else tuple(entries), problems)


def _read_sheet(sheet: cells.Sheet, findings: Findings, read: list[str], lookups: _Lookups, *, today: date, from_1904: bool) -> list[Entry]:
    header: Header | None = None
    entries: list[Entry] = []
    before = 0
    for row in sheet.rows:
        if header is not None:
            reader = _RowReader(RowCells(row, sheet, header, findings, from_1904=from_1904), lookups, today=today)
            if (entry := reader.entry()) is not None:
                entries.append(entry)
        elif before < findings.limits.header_within_rows:
            before += 1
            faults = findings.totals.total()
            header = _header(row, sheet, findings)
            if header is not None:
                read.append(sheet.name)
                if findings.totals.total() > faults:  # without its columns every row would be at fault
                    return []
    if header is not None:
        _check_layout(sheet, header, findings)
    return entries


def _header(row: cells.Row, sheet: cells.Sheet, findings: Findings) -> Header | None:
    """The columns of a row, where it names enough of them; what is misspelt, twice or absent is reported."""
    texts = {column: cell.text for column, cell in row.cells.items() if cell.kind == cells.TEXT and cell.text.strip()}
    known = {column: BY_KEY[key] for column, text in texts.items() if (key := column_name(text)) in BY_KEY}
    if len(set(known.values())) < ENOUGH:
        return None
    columns: dict[str, int] = {}
    passed_over = set()
    for column, text in sorted(texts.items()):
        at, field = At(sheet.name, cells.address(column, row.number)), known.get(column)
        if field is None:
            passed_over.add(column)
            _unknown_column(at, text, known, findings)
        elif field in columns:
            passed_over.add(column)
            findings.error(at, "column_twice", _("the column {column} stands twice").format(column=NAMES[field]), _("keep one of the two"), found=text)
        else:
            columns[field] = column
    for field in NEEDED:
        if field not in columns:
            findings.error(At(sheet.name, cells.address(1, row.number)), "column_absent", _("the column {column} is absent").format(column=NAMES[field]), _("write {column} in this row, above its cells").format(column=NAMES[field]))
    return Header(row.number, columns, row.length, frozenset(passed_over))


def _unknown_column(at: At, text: str, known: Mapping[int, str], findings: Findings) -> None:
    free = [key for key, field in BY_KEY.items() if field not in known.values()]
    near = difflib.get_close_matches(column_name(text)[:100], free, n=1, cutoff=0.75)
    if near:
        remedy = _("did you mean {names}? Write it so").format(names=NAMES[BY_KEY[near[0]]])
    else:
        remedy = _("take the column out, so that nobody believes that it was read")
    findings.error(at, "column_unknown", _("there is no such column"), remedy, found=text)


def _check_layout(sheet: cells.Sheet, header: Header, findings: Findings) -> None:
    """What a reader of the sheet does not see, or cannot tell apart."""
    if sheet.is_hidden:
        findings.error(At(sheet.name), "hidden_sheet", _("the sheet is hidden and holds follow-ups"), _("show it (right-click a sheet's name, Unhide), or delete it"))
    for field, column in header.columns.items():
        if field not in ("id", "version") and sheet.is_hidden_column(column):
            findings.error(At(sheet.name, cells.address(column, header.row)), "hidden_column", _("the column {column} is hidden").format(column=NAMES[field]),
                           _("show it (Home, Format, Unhide Columns), or delete it"))  # fmt: skip
    for first_row, first_column, last_row, _last_column in sheet.merged:
        if last_row > header.row:
            findings.error(At(sheet.name, cells.address(first_column, first_row)), "merged_cells", _("cells are merged"), _("unmerge them, and fill every cell"))


class _Lookups:
    """Finds what a cell names, by its id or one of its names; a near one is suggested and never taken."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.follow_ups = known.follow_ups or {}
        self.seen: dict[str, str] = {}  # ids of follow-ups that a row had before, with its place
        self.not_people = frozenset(name for one in known.agencies for name in (one.name, one.short))
        self.by_field = {
            "stat": _by_name((one.id, (one.name, one.short)) for one in known.stats),
            "agency": _by_name((one.name, (one.name, one.short, one.id)) for one in known.agencies),  # kept by name, as it is promised in the room
            "deliverable": _by_name((str(one), ()) for one in Deliverable),
            "indicator": _by_name((key, (name,)) for key, name in known.indicators.items()),
            "measure": _by_name((key, (name,)) for key, name in known.measures.items()),
            "area": _by_name((key, (name,)) for key, name in known.areas.items()),
        }

    def near(self, field: str, text: str) -> str:
        """What is written nearly so, as a remedy."""
        names = {key: shown_name for key, (_key, shown_name) in self.by_field[field].items()}
        close = difflib.get_close_matches(_plain(text)[:100], list(names), n=2, cutoff=0.6)
        found = list(dict.fromkeys(names[key] for key in close))
        if found:
            return _("did you mean {names}? Write it so").format(names=words.listed([f"“{one}”" for one in found], last="or"))
        if field == "deliverable":
            return _("write one of the deliverables")
        return _("write a name from the sheet Names, column {column}").format(column=NAMES[field])


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _by_name(pairs: Iterable[tuple[str, Sequence[str]]]) -> dict[str, tuple[str, str]]:
    """By each way of writing it: the id and what is shown. A name that two share stands for neither."""
    found: dict[str, tuple[str, str]] = {}
    twice: set[str] = set()
    for key, several in pairs:
        for said in (key, *several):
            plain = _plain(said)
            if plain in found and found[plain][0] != key:
                twice.add(plain)
            found.setdefault(plain, (key, several[0] if several else key))
    ids = {_plain(key) for key, _ in found.values()}
    return {plain: pair for plain, pair in found.items() if plain not in twice or plain in ids}


class _RowReader:
    """One row: a new follow-up, a change of one that is there, or what is wrong with it."""

    def __init__(self, row: RowCells, lookups: _Lookups, *, today: date) -> None:
        self.row, self.lookups, self.today = row, lookups, today
        self.columns = row.header.columns
        self.before: FollowUp | None = None  # the follow-up that the row changes

    def entry(self) -> Entry | None:
        """None for a row without content, and for one that something is wrong with."""
        row = self.row
        if not len(row):
            return None
        if row.row.is_hidden:
            place = At(row.sheet.name, cells.address(1, row.row.number))
            row.findings.error(place, "hidden_row", _("the row is hidden"), _("show it (clear the filter, or Home, Format, Unhide Rows), or delete it"))
            return None
        row.set_formulas_aside()
        key, version = self._which()
        if row.is_faulty:
            return None
        values = self._values()
        if not row.is_faulty:
            self._check_whole(values)
        if row.is_faulty:
            return None
        if self.before is not None:
            values = {name: value for name, value in values.items() if name not in ("stat", "meeting")}
        return Entry(_("{sheet}, row {row}").format(sheet=row.sheet.name, row=row.row.number), values, key, version)

    def _error(self, field: str, why: str, remedy: str) -> None:
        column = self.columns.get(field, 1)
        self.row.is_faulty = True
        self.row.findings.error(At(self.row.sheet.name, cells.address(column, self.row.row.number)), field, why, remedy, found=self.row.shown(field))

    def _which(self) -> tuple[str, int]:
        """The id and version of the follow-up that the row changes; "" and 0 of a new one."""
        key, stated = self.row.text("id"), self.row.text("version")
        if not key:
            if stated:
                self._error("version", _("a version stands here, but no id"), _("put the id back, or empty the version where the follow-up is new"))
            return "", 0
        known = self.lookups.follow_ups.get(key)
        place = _("row {row} of {sheet}").format(row=self.row.row.number, sheet=self.row.sheet.name)
        if known is None:
            self._error("id", _("there is no follow-up with this id"), _("empty the id and the version to write a new one, or take the workbook anew"))
        elif key in self.lookups.seen:
            self._error("id", _("the same follow-up stands in {place} too").format(place=self.lookups.seen[key]), _("keep one of the two rows"))
        elif self.row.is_faulty:
            pass
        elif not stated.isdecimal() or not stated.isascii():
            self._error("version", _("no version stands here, so it cannot be told whether somebody changed it meanwhile"), _("take the workbook anew, and write your changes there"))
        elif int(stated[:9]) != known.version:
            self._error("version", _("the workbook has version {version} of this follow-up, and it is at version {now} now: "
                                     "somebody changed it meanwhile").format(version=int(stated[:9]), now=known.version),
                        _("look at it, then take the workbook anew; or take this row out"))  # fmt: skip
        self.lookups.seen[key] = place
        self.before = known
        return key, known.version if known else 0

    def _values(self) -> dict[str, Any]:
        """The fields of the columns that there are. What is read with a fault is left out, and reported."""
        readers: dict[str, Callable[[str], Any]] = (
            dict.fromkeys(TEXTS, self.row.text) | dict.fromkeys(DAYS, self._day) | dict.fromkeys(self.lookups.by_field, self._named) | {"public": self._yes_or_no}
        )
        found = {field: read(field) for field, read in readers.items() if field in self.columns}
        if "meeting" in self.columns:
            found["meeting"] = self._meeting(found.get("stat", ""))
        self._check_fixed(found)
        return found

    def _day(self, field: str) -> date | None:
        cell = self.row.get(field)
        if cell is None:
            return None
        if cell.kind == cells.DATE or cell.format is Format.DATE:
            day = day_of(cell, self.row.from_1904)
        else:
            day = day_in(" ".join(cell.text.split())) if cell.kind == cells.TEXT else None
        if day is None:
            why = _("this is a number") if cell.kind == cells.NUMBER else _("this is no day that can be read without doubt")
            self._error(field, why, _("write a date, such as 2027-01-31, or 1/31/2027 with the month first"))
        elif not EARLIEST <= day < LATEST:
            self._error(field, _("{day} is far from today").format(day=day.isoformat()), _("write the year with four digits, between 2000 and 2099"))
        elif field != "due" and day > self.today:
            self._error(field, _("{day} is still to come").format(day=words.day(day)), _("write the day on which it happened, or empty the cell"))
        return day

    def _named(self, field: str) -> str:
        text = self.row.text(field)
        kept = getattr(self.before, field, "") if self.before else ""
        if not text:
            if field == "deliverable" and self.row.get(field) is None:
                self._error(field, _("no deliverable stands here"), _("write one of these: {names}").format(names=", ".join(Deliverable)))
            return ""
        ways = self.lookups.by_field[field]
        found = ways.get(_plain(text))
        if found is not None:
            return str(kept) if kept and ways.get(_plain(str(kept))) == found else found[0]
        if text == str(kept):  # it was there before, and what it names is known no longer
            return text
        self._error(field, _("“{text}” is not known").format(text=shown(text)), self.lookups.near(field, text))
        return ""

    def _yes_or_no(self, field: str) -> bool:
        text = _plain(self.row.text(field))
        if text not in (*YES, *NO):
            self._error(field, _("this is neither yes nor no"), _("write yes where residents may see it, else no"))
        return text in YES

    def _meeting(self, stat: str) -> str:
        """The id of the Stat's meeting on the day that stands there; "" where none does."""
        text = self.row.text("meeting")
        if not text or (self.before and text == self.before.meeting):
            return text
        day = day_in(" ".join(text.split()))
        if day is None:
            self._error("meeting", _("this is no day"), _("write the day of the meeting, such as 2027-01-31, or leave it empty"))
            return ""
        held = sorted((one for one in self.lookups.known.meetings if one.stat == stat and one.day == day), key=lambda one: one.state is State.CANCELLED)
        if self.before and any(one.id == self.before.meeting for one in held):
            return self.before.meeting
        if not held and stat:
            self._error("meeting", _("this Stat has no meeting on {day}").format(day=words.day(day)), _("write the day of one of its meetings, or leave it empty"))
        return held[0].id if held else ""

    def _check_fixed(self, found: Mapping[str, Any]) -> None:
        """What a sheet cannot change: where it was promised, files, and what is made up."""
        for field in ("stat", "meeting"):
            if self.before and field in found and found[field] != getattr(self.before, field) and not self.row.is_faulty:
                self._error(field, _("the {column} of a follow-up cannot be changed").format(column=NAMES[field]), _("put back what stood here, or write a new follow-up in a row without an id"))
        file = self.row.text("evidence_file")
        if file and (self.before is None or file != self.before.evidence_file):
            self._error("evidence_file", _("a file cannot be sent in a sheet"), _("empty the cell, and add the file on the page of the follow-up"))
        example = self.row.text("example")
        if bool(example) != (self.before.example if self.before else False):
            self._error("example", _("what is an example is not told by a sheet"), _("put back “{text}”").format(text=EXAMPLE) if self.before and self.before.example else _("empty the cell"))

    def _check_whole(self, values: Mapping[str, Any]) -> None:
        """What is wrong with the follow-up that would come of the row."""
        if not values.get("due") and ("due" in values or self.before is None):
            self._error("due", _("no due date stands here"), _("write the day by which it is to be done"))
        for field in ("stat",) if self.before is None else ():
            if not values.get(field):
                self._error(field, _("no Stat stands here"), self.lookups.near(field, ""))
        if self.before is None and "deliverable" not in values:
            self._error("deliverable", _("the column deliverable is absent"), _("add it, with one of these: {names}").format(names=", ".join(Deliverable)))
        if self.row.is_faulty:
            return
        wanted = replace(self.before or BLANK, **{name: Deliverable(value) if name == "deliverable" else value for name, value in values.items()})
        for field, sentence in faults_of(wanted, agencies=self.lookups.not_people):
            why, remedy = FAULTS.get(field, ("", later("shorten it")))
            self._error(field, _(why) or re.split(r"[.:;] ", sentence)[0].rstrip("."), _(remedy))
        said = _plain(self.row.text("status"))
        if said.startswith("green") and wanted.colour(self.today) is not Colour.GREEN and not self.row.is_faulty:
            self._error("status", _("a status is worked out and never typed, and nothing shows that this is done"),
                        _("give the day under done on and what shows it under evidence or evidence link; or take the word out"))  # fmt: skip


BLANK = FollowUp("", "", "", "", "", "", "", EARLIEST, Deliverable.TO_DO, "", "", "", None, None, "", "", "", "", "", False, False, 0, "", "")
