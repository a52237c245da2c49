"""Makes an export of performance measures of the City's shape and with its faults. Every measure, figure and person is made up.

`python -m tests.store.sources.plan_export FILE` writes one to look at.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Any

import openpyxl

COLUMNS = (
    "Performance Measure", "Agency", "Service", "Service Description", "Measure ID", "Performance Measure Type", "Desired Outcome",
    "FY 21 Actual", "FY 22 Actual", "FY 23 Actual", "FY 24 Target", "FY 24 Actual", "FY 25 Target", "Notes: FY25 Target Explanation",
    "FY 25 Q1", "FY 25 Q2", "FY 25 Q3", "FY 25 Q4", "FY 25 Quarterly Context", "FY 25 Actual", "FY 25 Actual Explanation",
    "FY 26 Target", "FY 26 Target Explanation", "FY 26 Q1", "FY 26 Q2", "FY 26 Q3", "FY 26 Q3 Context", "FY 27 Target",
    "FY 27 Target Explanation", "FY 24 Actual Explanation", "Interval", "Equity Measure", "Percent or Count", "Deprecated", "Status",
    "Fiscal Year", "Agency ID", "Service ID", "Measure Formula", "Data Source", "Contact", "Metric Additions", "Measure Request",
    "Measure Request Notes", "Modified", "Modified By", "FY 26 Q4", "FY 26 Actual", "FY 26 Q4 Context", "FY 26 Actual Context",
    "Item Type", "Path",
)  # fmt: skip
PERSON, ADDRESS = "Ada Madeup", "ada.madeup@example.gov"
COMMON = {
    "Performance Measure": "Days to repair a street light", "Agency": "AGC7900 Municipal Lights", "Service": "SRV0185 Street Lighting",
    "Service Description": "Keeps the lights on.", "Measure ID": "1851", "Performance Measure Type": "Efficiency", "Desired Outcome": "Decrease",
    "Interval": "Period - Monthly", "Equity Measure": "No", "Percent or Count": "Count", "Deprecated": "No", "Status": "Active", "Fiscal Year": "FY26",
    "Agency ID": "AGC7900", "Service ID": "SRV0185", "Measure Formula": "sum of days / repairs", "Data Source": "Work orders",
    "Contact": PERSON, "Modified": "3/14/2026 9:05", "Modified By": ADDRESS, "Item Type": "Item", "Path": "sites/plan/Lists/Measures",
}  # fmt: skip


def row(**cells: Any) -> dict[str, Any]:
    """A row; columns by name with _ for blanks: row(FY_25_Actual=4)."""
    changed = {name.replace("_", " "): value for name, value in cells.items()}
    unknown = set(changed) - set(COLUMNS)
    assert not unknown, unknown
    return {**COMMON, **changed}


def as_csv(*rows: dict[str, Any], columns: tuple[str, ...] = COLUMNS, encoding: str = "utf-8", above: tuple[list[str], ...] = ()) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerows([*above, columns])
    writer.writerows([[one.get(name, "") for name in columns] for one in rows])
    return out.getvalue().encode(encoding)


def as_xlsx(*rows: dict[str, Any], columns: tuple[str, ...] = COLUMNS, percent: tuple[str, ...] = ()) -> bytes:
    """`percent` are columns whose numbers are formatted as percentages."""
    book = openpyxl.Workbook()
    book.active.title = "query"
    book.active.append(list(columns))
    for one in rows:
        book.active.append([one.get(name) for name in columns])
    for name in percent:
        for (cell,) in book.active.iter_rows(min_row=2, min_col=columns.index(name) + 1, max_col=columns.index(name) + 1):
            cell.number_format = "0.0%"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SPELLINGS = ("Output", "output", "OUTPUT", "Outputs", "Output ", "Ouput", "Efficiency", "efficiency", "Efficency", "Effectiveness", "Effectivness",
             "Outcome", "Outcomes", "Input")  # fmt: skip


def whole_export(measures: int = 60) -> list[dict[str, Any]]:
    """Both copies of the list, with each of the known faults somewhere."""
    words = ("No Data", "N/A", "N\\A", "-", "New", "6500-7000", "1.15977e+007", "")
    rows = []
    for edition in ("FY25", "FY26"):
        for number in range(measures):
            is_percent = number % 3 == 0
            actual = ("0.45", "0.47", "47%")[number % 2] if is_percent else str(100 + number + (5 if edition == "FY26" and number % 5 == 0 else 0))
            rows.append(row(
                Performance_Measure=f"Measure {number}", Measure_ID="" if number == 7 else f"AM{number:02d}" if number % 4 == 0 else str(1000 + number),
                Performance_Measure_Type=SPELLINGS[number % len(SPELLINGS)], Desired_Outcome=("Increase", "Decrease", "Maintain", "", "Not Applicable")[number % 5],
                Interval=("Cumulative", "Snapshot", "Period", "Cumalitve", "Monthly", "Live", "")[number % 7],
                Percent_or_Count="Percent" if is_percent else "Count", Fiscal_Year=edition, FY_23_Actual=words[number % len(words)],
                FY_24_Actual="46%" if is_percent else "99", FY_25_Actual=actual, FY_25_Q1="0.4" if is_percent else "25", FY_26_Target="0.5" if is_percent else "110",
                Data_Source=f"Spreadsheet of {PERSON}, write to {ADDRESS}",
            ))  # fmt: skip
    return rows


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(as_xlsx(*whole_export()))
