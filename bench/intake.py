"""How long a large workbook takes to be checked, beside what openpyxl takes to read it and no more."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figures import Figure
from tests.intake.large import measure

ROWS = 100_000
AIM = 3.0  # times what openpyxl takes in read-only mode


def intake() -> Iterator[Figure]:
    """Once: the workbook takes longer to make than to check."""
    found = measure(ROWS)
    yield Figure(f"Intake, a workbook of {found.rows:,} rows", "s", [found.check_seconds], [found.openpyxl_seconds], AIM)
    yield Figure("Intake, memory at its peak", "MB", [found.check_peak_megabytes], [found.openpyxl_peak_megabytes])
