"""A workbook of 100,000 right rows, and how long it takes to check beside what openpyxl takes to read it.

For the benchmark: `measure(rows)`. `python -m tests.intake.large [ROWS]` prints it. No test is timed.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from openpyxl import Workbook, load_workbook

from lib.intake.check import check
from tests.intake import town
from tests.intake.corpus import HEADER

GROUPS = 500


@dataclass(frozen=True)
class Measured:
    rows: int
    megabytes: float
    openpyxl_seconds: float
    check_seconds: float
    openpyxl_peak_megabytes: float
    check_peak_megabytes: float  # of the process, with all that it imports

    @property
    def ratio(self) -> float:
        return self.check_seconds / self.openpyxl_seconds


def large_workbook(rows: int = 100_000) -> bytes:
    """Each row another month or group of the calls, with counts, a note and a word for provisional."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Values")
    sheet.append(list(HEADER))
    for number in range(rows):
        year, month = divmod(number // GROUPS, 12)
        sheet.append(["calls", f"{1990 + year}-{month + 1:02d}", "Tinyville", f"race: group {number % GROUPS}", 500 + number % 50, 500 + number % 50, 10_000,
                      "as reported", None, "false"])  # fmt: skip
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def measure(rows: int = 100_000) -> Measured:
    """Each reading in a process of its own, so that the memory is its own."""
    content = large_workbook(rows)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        Path(file.name).write_bytes(content)
        found = [json.loads(subprocess.run([sys.executable, "-m", "tests.intake.large", "--one", how, file.name], check=True, capture_output=True, text=True,
                                           cwd=Path(__file__).resolve().parents[2]).stdout) for how in ("openpyxl", "check")]  # fmt: skip
    (plain, plain_peak), (ours, our_peak) = found
    return Measured(rows, len(content) / 1e6, plain, ours, plain_peak, our_peak)


def _one(how: str, path: Path) -> tuple[float, float]:
    content = path.read_bytes()
    known = town.known() if how == "check" else None
    start = time.perf_counter()
    if known is None:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()
        read = sum(1 for _ in sheet.iter_rows(values_only=True)) - 1
    else:
        report = check(content, path.name, known)
        read = len(report.rows)
        assert not report.errors, report.errors[:3]
    assert read > 0
    return time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        sys.stdout.write(json.dumps(_one(sys.argv[2], Path(sys.argv[3]))))
    else:
        measured = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
        sys.stdout.write(json.dumps(asdict(measured) | {"ratio": measured.ratio}, indent=2) + "\n")
