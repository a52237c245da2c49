"""Whatever stands in a file of service requests: each line is counted, set aside by a named fault, or the file is refused."""

import csv
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from lib.methods.requests import is_in_time
from lib.store.request_rows import COLUMNS, LEFT_OUT, SET_ASIDE, Reader

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
HEADER = [names[0] for names in COLUMNS.values()]
DATES = ["", "0", "1767225522000", "-5", "2026-06-01", "2026/06/01 10:00:00+00", "6/1/2026 11:30:00 PM", "2027-01-01", "soon", "99999999999999999999", "2026-02-30", "NaN", "1e9"]
cells = some.one_of(
    some.sampled_from([*DATES, "Closed", "New", "Closed (Duplicate)", "Reopened", "39.29", "-76.61", "inf", "nan", "1e400", "100 N GAY ST"]),
    some.text(some.characters(exclude_categories=("Cs",)), max_size=12),
)
whole = some.tuples(
    some.sampled_from(["a", "b", ""]), some.sampled_from(["Alley", "Pothole"]), some.sampled_from(DATES), some.sampled_from(["", "", *DATES]),
    some.sampled_from(["New", "Closed", "Reopened", "Closed (Transferred)"]), some.just("DPW"), some.just("Phone"), some.sampled_from(DATES), some.just("Remington"), some.just(""),
    some.sampled_from(["", "100 N GAY ST"]), some.sampled_from(["", "0", "39.29", "-76.61", "x"]), some.sampled_from(["", "0", "39.29", "-76.61", "inf"]),
).map(list)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(lines=some.lists(some.one_of(whole, some.lists(cells, min_size=1, max_size=len(HEADER) + 1)), max_size=12))
def test_no_line_is_lost_whatever_it_holds(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("rows") / "requests.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([HEADER, *lines])
    reader = Reader(areas=(), boundaries={}, zone=ZoneInfo("America/New_York"), now=NOW)
    rows = [row for chunk in reader.chunks(path) for row in chunk]
    aside = sum(count for problem, count in reader.problems.rows.items() if problem in SET_ASIDE)
    assert len(rows) + aside == reader.read == len(lines)
    assert set(reader.problems.rows) <= {*SET_ASIDE, *LEFT_OUT}
    for row in rows:
        assert row["id"] and row["type"] and row["created_at"] <= NOW.timestamp() + 86_400
        assert row["closed_at"] is None or row["closed_at"] >= row["created_at"]
        assert row["in_time"] == (None if row["due_at"] is None else int(is_in_time(row["closed_at"], row["due_at"])))
