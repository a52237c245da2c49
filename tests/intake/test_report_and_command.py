"""The report's counts, revisions and words; the command line; and figures as the store's queries give them."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace

import pandas as pd
import pytest

from lib.intake import __main__ as command
from lib.intake.check import check
from lib.intake.known import Known, known_from
from lib.intake.report import FIGURE_COLUMNS, Outcome, as_table
from lib.model import PeriodKind
from lib.settings import ROOT, read_settings
from lib.store.build import build
from lib.store.catalogue import read_catalogue
from lib.store.database import open_engine
from lib.store.queries import area_observations, areas, frameworks, geographies, measures, observations
from tests import cities
from tests.intake import town
from tests.intake.corpus import book, csv_text, row


def test_counts_say_what_is_new_revised_and_stored_already():
    report = check(book(row("fires", 2025, 7.5), row("fires", 2024, 8.1), row("fires", 2026, "No data")), "f.xlsx", town.known())
    assert [(one.period, one.figures, one.new, one.revised, one.unchanged, one.missing) for one in report.counts] == [
        ("2025", 1, 0, 0, 1, 0), ("2024", 1, 0, 1, 0, 0), ("2026", 1, 1, 0, 0, 1)]  # fmt: skip
    assert [(one.before, one.figure.value, one.figure.period) for one in report.revisions] == [(8.0, 8.1, "2024")]
    assert not report.changes_nothing


def test_a_file_of_stored_figures_changes_nothing_and_says_so():
    report = check(book(row("fires", 2025, 7.5), row("wages", 2015, "33,000")), "f.xlsx", town.known())
    assert report.changes_nothing
    assert report.sentence == "Accepted: 2 figures, all of them stored already. Loading changes nothing."


@pytest.mark.parametrize(("values", "words"), [
    ({"value": 7.6}, "7.5 is stored, 7.6 comes"), ({"value": None, "missing_reason": "not reported"}, "7.5 is stored, not reported comes"),
    ({"value": 7.5, "provisional": "true"}, "stored as final, and comes as provisional"),
    ({"value": 7.5, "numerator": 751, "denominator": 100000}, "its counts differ"),
])  # fmt: skip
def test_a_revision_says_before_and_after(values, words):
    report = check(book(row("fires", 2025, **values)), "f.xlsx", town.known())
    assert report.outcome is Outcome.ACCEPT_WITH_WARNINGS
    assert words in next(one.why for one in report.problems if one.code == "revision")


def test_a_figure_has_all_that_the_store_lays_out():
    _, found = check(book(row(), row("fires", "2026", 8, geography="Area 2", group="race: Black", note="as counted")), "f.xlsx", town.known()).rows
    assert (found.kind_of_subject, found.subject, found.series, found.geography) == ("measure", "fires", "one", "area-2")
    assert (found.dimension, found.group, found.period, found.kind, str(found.start), str(found.end)) == ("race", "Black", "2026", "calendar", "2026-01-01", "2026-12-31")
    assert (found.value, found.numerator, found.missing_reason, found.provisional, found.note, found.cell) == (8.0, None, "", False, "as counted", "E3")


def test_the_figures_as_a_table():
    table = as_table(check(book(row(), row("wages", 2016, "No data")), "f.xlsx", town.known()).rows)
    assert list(table.columns) == list(FIGURE_COLUMNS)
    assert table["value"].isna().tolist() == [False, True]
    assert as_table(()).empty and list(as_table(()).columns) == list(FIGURE_COLUMNS)


def test_a_report_cannot_be_changed():
    report = check(book(row()), "f.xlsx", town.known())
    with pytest.raises(FrozenInstanceError):
        report.outcome = Outcome.REJECT
    assert len(report.sha256) == 64


def test_reading_tells_how_far_it_is():
    seen: list[int] = []
    check(csv_text(*(row("calls", f"2015-{1 + number % 12:02d}", 5, group=f"race: {number}") for number in range(1200))).encode(), "f.csv", town.known(), progress=seen.append)
    assert seen == [500, 1000]


def test_the_newest_series_of_a_measure_is_the_one_with_the_newest_figure():
    known = town.known()
    table = known.area_observations
    other = replace(known.measures[0].series[0], id="older", kind=PeriodKind.CALENDAR)
    measure = replace(known.measures[0], series=(other, *known.measures[0].series))
    changed = Known(known.framework, [measure], known.areas, known.geographies, known.observations, table)
    [found] = check(csv_text(row("fires", 2026, 9, geography="Area 3")).encode(), "f.csv", changed).rows
    assert found.series == "one"


def test_of_several_vintages_the_newest_is_compared_with():
    known = town.known()
    older = known.observations[known.observations["indicator"] == "wages"].assign(value=1.0, vintage="2010")
    changed = Known(known.framework, known.measures, known.areas, known.geographies, pd.concat([known.observations, older]), known.area_observations)
    assert check(csv_text(row("wages", 2015, 33000)).encode(), "f.csv", changed).changes_nothing


@pytest.mark.slow
def test_figures_from_the_store_serve_as_those_from_the_files(tmp_path):
    folder = cities.write(tmp_path, town.files())
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}", connect_seconds=5, query_seconds=5)
    release = build(engine, folder)
    several = measures(engine, release)
    known = Known(
        framework=frameworks(engine, release)["tiny"], measures=several, areas=areas(engine, release),
        geographies=tuple(geographies(engine, release).values()), observations=observations(engine, release, "tiny"),
        area_observations=pd.concat([area_observations(engine, release, one.id) for one in several]),
    )  # fmt: skip
    content = book(row("fires", 2025, 7.6), row("fires", 2025, 10, geography="Area 2"), row("calls", "2016-03", 540))
    ours, theirs = (check(content, "f.xlsx", one) for one in (known, known_from(read_catalogue(folder), framework="tiny", fiscal_year_start_month=7)))
    assert ours.rows == theirs.rows and ours.problems == theirs.problems and ours.counts == theirs.counts
    assert len(ours.rows) == 3


# --- The command line: with the city's own data ----------------------------------------------------------------------------

RIGHT = [("four-year-graduation", "2023-24", "", "", "70%", "", "", "")]
HEADER = ("indicator_id", "period", "geography", "group", "value", "numerator", "denominator", "note")


def run(tmp_path, capsys, content: bytes, *options: str) -> tuple[int, str]:
    path = tmp_path / "figures.csv"
    path.write_bytes(content)
    status = command.main(["check", str(path), *options])
    return status, capsys.readouterr().out


@pytest.mark.slow
def test_an_accepted_file_ends_with_0(tmp_path, capsys):
    status, text = run(tmp_path, capsys, csv_text(*RIGHT, header=HEADER).encode(), "--json")
    content = json.loads(text)
    assert (status, content["rows"]) == (0, 1)
    assert content["outcome"] in ("accept", "accept_with_warnings")


@pytest.mark.slow
def test_a_refused_file_ends_with_1_and_says_where(tmp_path, capsys):
    content = csv_text(("four-year-graduation", "2023", "", "", "70%", "", "", ""), header=HEADER).encode()
    status, text = run(tmp_path, capsys, content)
    assert status == 1
    assert "error: CSV!B2: '2023' is not a school year" in text
    assert json.loads(run(tmp_path, capsys, content, "--json")[1])["outcome"] == "reject"


@pytest.mark.parametrize("arguments", [[], ["check"], ["check", "x.csv", "--no-such"], ["sing", "x.csv"]])
def test_wrong_arguments_end_with_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    assert ended.value.code == 2


def test_a_file_that_is_not_there_ends_with_2(tmp_path, capsys):
    assert command.main(["check", str(tmp_path / "none.xlsx")]) == 2
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.slow
def test_the_template_of_the_city_can_be_made_for_each_agency():
    from lib.intake.template import agencies, template

    known = command.known_from_data(read_settings(ROOT / "config.toml"))
    for agency in agencies(known):
        assert template(known, agency=agency)
