"""Files that were damaged on purpose: whatever arrives is read or refused in a sentence that names a place, in bounded memory and time.

The fast tests try a few of each kind, always the same. `make fuzz` tries as many as OUTCOMESTAT_FUZZ says, others each time.
"""

from __future__ import annotations

import os
import signal
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lib.errors import OutcomeStatError
from lib.intake.check import check
from lib.intake.findings import Problem
from lib.intake.report import Outcome
from lib.stat.sheets import as_workbook, read_follow_ups
from lib.store.catalogue import read_catalogue
from lib.store.plan_load import reading
from lib.store.sources.errors import SourceError
from lib.store.sources.plan import plan_in
from tests.cities import BOUNDARIES, ten_areas, write
from tests.intake import town
from tests.intake.corpus import RIGHT, csv_text
from tests.intake.corpus import row as intake_row
from tests.stat.test_sheets import known
from tests.store.sources import plan_export

MANY = int(os.environ.get("OUTCOMESTAT_FUZZ", "0"))
TODAY = date(2026, 11, 24)
SECONDS = 60  # of a processor, for one file: far more than any takes, so that one that would never end ends
MOST_MEMORY = 200_000_000  # bytes; the files below take a few million
HARMFUL = (b"\x00", b"\xff\xfe", b"<", b"&", b'"', b"\n", b",", b"]", b"}", b"-", b"9" * 400, b"1e999", b"NaN", b"null", b"=1+1", b"\xed\xa0\x80", b"[" * 2_000, b"{}", b"", b"\r", b"<!DOCTYPE x>")


def damaged(content: bytes) -> st.SearchStrategy[bytes]:
    """The content with up to five pieces of it replaced, taken out or doubled; and now and then cut off."""
    piece = st.tuples(st.integers(0, len(content)), st.integers(0, 40), st.one_of(st.sampled_from(HARMFUL), st.binary(max_size=20)))

    def change(how: tuple[list[tuple[int, int, bytes]], int | None]) -> bytes:
        pieces, end = how
        changed = bytearray(content)
        for place, length, put in pieces:
            changed[place : place + length] = put
        return bytes(changed[:end])

    return st.tuples(st.lists(piece, min_size=1, max_size=5), st.one_of(st.none(), st.none(), st.integers(0, len(content)))).map(change)


@contextmanager
def bounded() -> Iterator[None]:
    def end(*_: object) -> None:
        raise TimeoutError(f"one file took {SECONDS} seconds of a processor")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def says_where(problems: tuple[Problem, ...]) -> None:
    assert problems and all(one.why and one.remedy for one in problems)


def intake(name: str) -> Callable[[bytes], None]:
    def read(content: bytes) -> None:
        report = check(content, name, town.known())
        if report.outcome is not Outcome.ACCEPT:
            says_where(report.problems)

    return read


def follow_ups(content: bytes) -> None:
    sheet = read_follow_ups(content, known(), today=TODAY)
    if sheet.problems:
        says_where(sheet.problems)
        assert not sheet.rows


def plans(name: str) -> Callable[[bytes], None]:
    how = reading({}, start_month=7)

    def read(content: bytes) -> None:
        try:
            plan_in(content, how.source, how.limits, name=name, start_month=7)
        except SourceError as problem:
            assert problem.sentence

    return read


def boundaries(place: Path) -> Callable[[bytes], None]:
    folder = write(place, ten_areas())

    def read(content: bytes) -> None:
        (folder / "areas" / "boundaries.geojson").write_bytes(content)
        try:
            read_catalogue(folder)
        except OutcomeStatError as problem:
            assert "boundaries.geojson" in str(problem)

    return read


PLAN_ROWS = (plan_export.row(FY_25_Actual=4), plan_export.row(FY_25_Actual="45%", Measure_ID="1852"))
KINDS = {
    "a workbook of figures": (RIGHT, lambda _: intake("figures.xlsx")),
    "a CSV file of figures": (csv_text(intake_row(), intake_row(period="2025")).encode(), lambda _: intake("figures.csv")),
    "a workbook of follow-ups": (as_workbook((), known(), today=TODAY, about=()), lambda _: follow_ups),
    "a workbook of plans": (plan_export.as_xlsx(*PLAN_ROWS), lambda _: plans("plan.xlsx")),
    "a CSV file of plans": (plan_export.as_csv(*PLAN_ROWS), lambda _: plans("plan.csv")),
    "shapes of areas": (BOUNDARIES.encode(), boundaries),
}
EACH = max(4, MANY // len(KINDS))


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_is_read_or_refused_in_a_sentence(kind, tmp_path):
    content, make = KINDS[kind]
    read = make(tmp_path)
    with bounded():
        read(content)  # as it was

    @settings(max_examples=EACH, deadline=None, derandomize=not MANY, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(changed=damaged(content))
    def ask(changed):
        with bounded():
            read(changed)

    ask()


@pytest.mark.parametrize("content", [
    "[]", "null", '{"features": 3}', '{"features": [3]}', '{"features": [{"id": []}]}', '{"features": [{"id": "area-1", "geometry": []}]}', "[" * 100_000,
    '{"features": [{"id": "area-1", "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1' + "0" * 400 + ', 1], [0, 0]]]}}]}',
    '{"features": [{"id": "area-1", "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [0, NaN], [1, 1], [0, 0]]]}}]}',
    '{"features": [{"id": "area-1", "geometry": {"type": "Polygon", "coordinates": 3}}]}', "\ufeff", "\x00",
], ids=range(12))  # fmt: skip
def test_shapes_that_are_none_are_refused_with_their_file(content, tmp_path):
    folder = write(tmp_path, ten_areas())
    (folder / "areas" / "boundaries.geojson").write_text(content)
    with pytest.raises(OutcomeStatError, match=r"boundaries\.geojson"):
        read_catalogue(folder)
