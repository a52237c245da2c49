"""The City's performance-plan export: persons dropped, words normalised, percents in one scale, two copies told apart."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest

from lib.intake.report import FIGURE_COLUMNS, Figure
from lib.store.sources.answer import Level
from lib.store.sources.errors import SourceError
from lib.store.sources.plan import read_performance_plan
from lib.store.sources.plan_scale import Scale, decided
from lib.store.sources.plan_words import Aggregation, Cadence, Desired, MeasureType, code_and_name, interval_in, type_in
from tests.store.sources.conftest import NOW
from tests.store.sources.plan_export import ADDRESS, COLUMNS, PERSON, SPELLINGS, as_csv, as_xlsx, row, whole_export


@pytest.fixture
def plan(server, context):
    def made(*rows: dict, content: bytes = b"", now: datetime = NOW, start_month: int = 7, **more):
        body = content or as_csv(*rows)
        server.routes["/plan.csv"] = lambda one: one.send(body, kind="text/csv")
        made = context(now=now, performance_plan={"address": f"{server.origin}/plan.csv", "geography": "baltimore-city", **more})
        return read_performance_plan(type(made)(made.settings, made.root, made.places, made.areas, made.measures, start_month, made.now))

    return made


def values(answer, series: str = "actual") -> dict[str, float | None]:
    return {one.period: one.value for one in answer.figures if one.series == series}


def codes(answer) -> list[str]:
    return [one.code for one in answer.problems]


def test_the_made_up_export_has_the_52_columns():
    assert len(COLUMNS) == len(set(COLUMNS)) == 52


# Persons


def everything_kept(folder) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_no_person_is_returned_logged_or_kept(plan, tmp_path, caplog, make):
    caplog.set_level(0)
    answer = plan(content=make(row(FY_25_Actual="4", Data_Source=f"Ask {ADDRESS} for it", Measure_Formula="as ADA  madeup counts", FY_25_Actual_Explanation=f"<mailto:{ADDRESS}>, done")))
    for text in (repr(answer), caplog.text, everything_kept(tmp_path).decode(errors="replace")):
        assert PERSON not in text
        assert "Ada" not in text
        assert ADDRESS not in text
        assert "ada.madeup" not in text
    assert answer.dropped == ("Contact", "Modified By")
    assert answer.measures[0].data_source == "Ask [address removed] for it"
    assert answer.measures[0].formula == "as [name removed] counts"
    assert answer.removed == 3


def test_a_team_that_is_a_contact_keeps_its_service_its_name(plan):
    answer = plan(row(Contact="Street Lighting", FY_25_Actual="4"))
    assert answer.measures[0].service == "Street Lighting"


def test_a_column_that_is_not_known_is_not_read_since_it_may_name_persons(plan, tmp_path):
    answer = plan(content=as_csv({**row(FY_25_Actual="4"), "Point of Contact": PERSON}, columns=(*COLUMNS, "Point of Contact")))
    assert answer.unread == ("Item Type", "Path", "Point of Contact")
    assert PERSON not in repr(answer)
    assert PERSON.encode() not in everything_kept(tmp_path)


def test_no_message_about_a_refused_export_names_a_person(plan, caplog):
    caplog.set_level(0)
    with pytest.raises(SourceError) as caught:
        plan(content=as_csv(row(), columns=tuple(name for name in COLUMNS if name != "Measure ID")))
    assert "'Measure Id'" in caught.value.sentence
    assert PERSON not in str(caught.value) + caplog.text


# Measures


def test_a_row_describes_its_measure(plan):
    measure = plan(row(FY_25_Actual="4")).measures[0]
    assert (measure.key, measure.id, measure.name) == ("1851", "1851", "Days to repair a street light")
    assert (measure.agency_code, measure.agency) == ("AGC7900", "Municipal Lights")
    assert (measure.service_code, measure.service) == ("SRV0185", "Street Lighting")
    assert (measure.type, measure.desired) == (MeasureType.EFFICIENCY, Desired.DECREASE)
    assert (measure.aggregation, measure.cadence) == (Aggregation.PERIOD, Cadence.MONTHLY)
    assert (measure.equity, measure.deprecated, measure.status) == (False, False, "Active")
    assert measure.modified == date(2026, 3, 14)
    assert measure.editions == ("FY2026",)


@pytest.mark.parametrize(
    ("cell", "text"), [("1851", "1851"), (1851, "1851"), (1851.0, "1851"), ("1851.0", "1851"), ("AM01", "AM01"), ("0185", "0185"), ("1e5", "1e5")]
)
def test_a_measure_id_is_text(plan, cell, text):
    assert plan(content=as_xlsx(row(Measure_ID=cell, FY_25_Actual=4))).measures[0].id == text


def test_a_blank_measure_id_is_said_and_the_measure_known_by_service_and_name(plan):
    answer = plan(row(Measure_ID="", FY_25_Actual="4"), row(Measure_ID=" ", Fiscal_Year="FY25", FY_25_Actual="4"))
    assert [(one.key, one.id, one.editions) for one in answer.measures] == [("SRV0185: Days to repair a street light", "", ("FY2025", "FY2026"))]
    assert codes(answer) == ["id_absent", "id_absent"]


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [("SRV0185 Zoning Administration", "SRV0185", "Zoning Administration"), ("AGC7900 - Municipal", "AGC7900", "Municipal"),
     ("SRV0185: Zoning", "SRV0185", "Zoning"), ("  SRV0185   Zoning ", "SRV0185", "Zoning"), ("SRV0185", "SRV0185", ""), ("Zoning", "", "Zoning"),
     ("311 Services", "", "311 Services"), ("", "", "")],
)  # fmt: skip
def test_a_code_and_a_name_are_told_apart(text, code, name):
    assert code_and_name(text) == (code, name)


@pytest.mark.parametrize(
    ("spelling", "kind"),
    list(zip(SPELLINGS, ["output"] * 6 + ["efficiency"] * 3 + ["effectiveness"] * 2 + ["outcome"] * 2 + ["input"], strict=True)),
)
def test_the_14_spellings_of_the_type_are_five_types(spelling, kind):
    assert type_in(spelling) == kind


def test_an_unknown_type_is_said_and_never_guessed_and_a_person_may_add_it(plan):
    answer = plan(row(Performance_Measure_Type="Outputt", FY_25_Actual="4"))
    assert answer.measures[0].type is MeasureType.UNKNOWN
    assert codes(answer) == ["type_unknown"]
    answer = plan(row(Performance_Measure_Type="Outputt", FY_25_Actual="4"), type_spellings={"OUTPUTT": "output"})
    assert answer.measures[0].type is MeasureType.OUTPUT
    assert answer.changes[0].after == "Output"


@pytest.mark.parametrize(
    ("text", "aggregation", "cadence", "left"),
    [("Cumulative", "cumulative", "unknown", ""), ("Cumalitve", "cumulative", "unknown", ""), ("Snapshot", "snapshot", "unknown", ""),
     ("Monthly", "unknown", "monthly", ""), ("Live", "unknown", "live", ""), ("Cumulative - Monthly", "cumulative", "monthly", ""),
     ("Quarterly, Snapshot", "snapshot", "quarterly", ""), ("Cumulative Monthly", "cumulative", "monthly", ""), ("", "unknown", "unknown", ""),
     ("Semi-Annual", "unknown", "twice a year", ""), ("Cumulative/Snapshot", "cumulative", "unknown", "snapshot"), ("Whenever", "unknown", "unknown", "whenever")],
)  # fmt: skip
def test_an_interval_says_how_quarters_add_up_and_how_often_it_is_counted(text, aggregation, cadence, left):
    assert interval_in(text) == (aggregation, cadence, left)


def test_a_blank_direction_stays_unknown_and_is_no_problem(plan):
    answer = plan(row(Desired_Outcome="", FY_25_Actual="4"))
    assert answer.measures[0].desired is Desired.UNKNOWN
    assert answer.problems == ()
    assert codes(plan(row(Desired_Outcome="sideways", FY_25_Actual="4"))) == ["direction_unknown"]


# Figures


def test_years_and_quarters_become_rows_with_their_notes(plan):
    answer = plan(row(FY_21_Actual="1", FY_24_Target="3", FY_25_Q1="5", FY_25_Q4="8", FY_25_Quarterly_Context="Storms.", FY_25_Actual="26",
                      FY_25_Actual_Explanation="All in.", FY_26_Q3="7", FY_26_Q3_Context="Snow."))  # fmt: skip
    assert values(answer) == {"FY2021": 1.0, "2024-Q3": 5.0, "2025-Q2": 8.0, "FY2025": 26.0, "2026-Q1": 7.0}
    assert values(answer, "target") == {"FY2024": 3.0}
    notes = {one.period: one.note for one in answer.figures}
    assert (notes["2024-Q3"], notes["FY2025"], notes["2026-Q1"], notes["FY2021"]) == ("Storms.", "All in.", "Snow.", "")
    quarter = next(one for one in answer.figures if one.period == "2024-Q3")
    assert (quarter.start, quarter.end, quarter.geography, quarter.cell) == (date(2024, 7, 1), date(2024, 9, 30), "baltimore-city", "O2")


def test_where_the_fiscal_year_is_the_calendars_so_are_its_quarters(plan):
    assert values(plan(row(FY_25_Q1="5"), start_month=1)) == {"2025-Q1": 5.0}
    with pytest.raises(SourceError, match="does not start with a quarter"):
        plan(row(FY_25_Q1="5"), start_month=2)


@pytest.mark.parametrize(
    ("cell", "value"), [("4", 4.0), ("0", 0.0), ("1,234", 1234.0), ("1.15977e+007", 11_597_700.0), ("-3", -3.0), (" 12 ", 12.0), (".5", 0.5)]
)
def test_a_number_is_read_however_it_is_written(plan, cell, value):
    assert values(plan(row(FY_25_Actual=cell))) == {"FY2025": value}


def test_a_number_that_was_written_with_a_power_of_ten_is_said(plan):
    change = plan(row(FY_25_Actual="1.15977e+007")).changes[0]
    assert (change.cell, change.before, change.after) == ("T2", "1.15977e+007", "11597700")
    assert "digits may have been cut" in change.why


@pytest.mark.parametrize("word", ["No Data", "no data ", "N/A", "N\\A", "-", "New", "TBD"])
def test_a_word_in_place_of_a_number_is_missing_and_never_zero(plan, word):
    answer = plan(row(FY_25_Actual=word))
    assert [(one.value, one.missing_reason) for one in answer.figures] == [(None, "not reported")]
    assert [one.after for one in answer.changes] == ["missing: not reported"]
    assert answer.problems == ()


@pytest.mark.parametrize(("cell", "code"), [("6500-7000", "range"), ("about 50", "not_a_number"), ("1.2.3", "not_a_number"), ("inf", "not_a_number"),
                                            ("1_000", "not_a_number"), ("٣", "not_a_number"), ("1e999", "not_a_number"), ("$5", "not_a_number")])  # fmt: skip
def test_what_is_not_one_number_is_missing_and_listed_with_what_stands_there(plan, cell, code):
    answer = plan(row(FY_25_Actual=cell))
    assert [(one.value, one.missing_reason, one.note) for one in answer.figures] == [(None, "not reported", f"{cell!r} stands in place of a number.")]
    assert [(one.code, one.level, one.found) for one in answer.problems] == [(code, Level.WARNING, cell)]


def test_a_person_may_add_a_word_for_missing(plan):
    answer = plan(row(FY_25_Actual="See below"), words_for_missing={"see below": "not applicable"})
    assert [(one.value, one.missing_reason) for one in answer.figures] == [(None, "not applicable")]


def test_fewer_than_ten_is_suppressed_and_dollars_are_read_in_a_currency(plan):
    assert [one.missing_reason for one in plan(row(FY_25_Actual="<10")).figures] == ["suppressed"]
    assert values(plan(row(FY_25_Actual="$1,250.50", Percent_or_Count="Currency"))) == {"FY2025": 1250.5}


def test_a_blank_cell_makes_no_figure(plan):
    assert plan(row(), row(Measure_ID="2", FY_25_Actual="1")).figures[0].subject == "2"
    assert len(plan(row(), row(Measure_ID="2", FY_25_Actual="1")).figures) == 1


# Percentages


def percent(**cells) -> dict:
    return row(Percent_or_Count="Percent", **cells)


def test_a_measure_of_shares_beside_one_with_a_percent_sign_is_read_as_percentages(plan):
    answer = plan(percent(FY_23_Actual="0.29", FY_24_Actual="0.5", FY_25_Actual="45%"))
    assert values(answer) == {"FY2023": 29.0, "FY2024": 50.0, "FY2025": 45.0}
    assert [(one.before, one.after) for one in answer.changes] == [("0.29", "29"), ("0.5", "50")]
    assert answer.problems == ()


def test_a_measure_of_percentages_stays_as_it_is_also_where_one_is_small(plan):
    answer = plan(percent(FY_23_Actual="45", FY_24_Actual="3", FY_25_Actual="0"))
    assert values(answer) == {"FY2023": 45.0, "FY2024": 3.0, "FY2025": 0.0}
    assert answer.changes == ()


def test_shares_without_any_other_sign_are_taken_for_shares_and_a_person_is_asked(plan):
    answer = plan(percent(FY_23_Actual="0.45", FY_24_Actual="1"))
    assert values(answer) == {"FY2023": 45.0, "FY2024": 100.0}
    assert codes(answer) == ["scale_likely"]
    assert len(answer.changes) == 2


def test_a_measure_that_mixes_scales_is_left_out_until_a_person_decides(plan):
    mixed = percent(FY_23_Actual="0.45", FY_24_Actual="46", FY_25_Actual="47%")
    answer = plan(mixed)
    assert values(answer) == {"FY2025": 47.0}
    assert [(one.code, one.level, one.cell, one.found) for one in answer.problems] == [("scale_undecided", Level.ERROR, "J2", "0.45; 46")]
    assert values(plan(mixed, percent_as={"1851": "mixed"})) == {"FY2023": 45.0, "FY2024": 46.0, "FY2025": 47.0}
    assert values(plan(mixed, percent_as={"1851": "percent"})) == {"FY2023": 0.45, "FY2024": 46.0, "FY2025": 47.0}


def test_the_scale_is_decided_for_each_measure_by_itself(plan):
    answer = plan(percent(FY_24_Actual="0.45", FY_25_Actual="45%"), percent(Measure_ID="2", FY_24_Actual="0.4", FY_25_Actual="0.5%"))
    assert [(one.subject, one.value) for one in answer.figures] == [("1851", 45.0), ("1851", 45.0), ("2", 0.4), ("2", 0.5)]


def test_one_copy_in_shares_and_the_other_in_percent_agree(plan):
    answer = plan(percent(Fiscal_Year="FY25", FY_24_Actual="45", FY_23_Actual="44"), percent(FY_24_Actual="0.45", FY_23_Actual="0.44"))
    assert values(answer) == {"FY2023": 44.0, "FY2024": 45.0}
    assert answer.contradictions == ()


def test_a_cell_that_is_formatted_as_a_percentage_is_one(plan):
    answer = plan(content=as_xlsx(percent(FY_25_Actual=0.45, FY_24_Actual=0.44), percent=("FY 25 Actual",)))
    assert values(answer) == {"FY2024": 44.0, "FY2025": 45.0}


def test_a_percent_sign_in_a_count_is_left_out_and_said(plan):
    answer = plan(row(FY_24_Actual="12", FY_25_Actual="45%"))
    assert values(answer) == {"FY2024": 12.0}
    assert codes(answer) == ["percent_sign"]


@pytest.mark.parametrize(
    ("bare", "sure", "scale", "is_likely"),
    [
        ([], [], Scale.PERCENT, False),
        ([0.0], [], Scale.PERCENT, False),
        ([45, 50], [], Scale.PERCENT, False),
        ([4.5, 5.1], [], Scale.PERCENT, False),
        ([0.45, 0.5], [], Scale.SHARE, True),
        ([0.45, 1.0], [], Scale.SHARE, True),
        ([1.0], [], Scale.UNDECIDED, False),  # 1 % or all of them
        ([0.02, 0.03], [], Scale.UNDECIDED, False),  # 2 % or 0.02 %
        ([0.98, 1.05], [], Scale.UNDECIDED, False),
        ([0.45], [45], Scale.SHARE, False),
        ([0.45], [0.5], Scale.PERCENT, False),
        ([0.45], [4.5], Scale.UNDECIDED, False),  # ten times away from either
        ([0.15], [45], Scale.SHARE, False),  # a third of 45
        ([0.149], [45], Scale.UNDECIDED, False),
        ([45, 0.45], [], Scale.UNDECIDED, False),
        ([45, 3], [], Scale.PERCENT, False),
    ],
)
def test_a_scale_is_decided_where_nothing_speaks_against_it(bare, sure, scale, is_likely):
    assert decided(bare, sure) == (scale, is_likely)


# Two copies


def test_where_the_copies_contradict_the_newest_is_shown_and_both_are_listed(plan):
    answer = plan(row(FY_24_Actual="10", FY_25_Actual="30"), row(Fiscal_Year="FY25", FY_24_Actual="10", FY_25_Actual="26"))
    assert values(answer) == {"FY2024": 10.0, "FY2025": 30.0}
    assert [(one.period, one.value, one.edition) for one in answer.superseded] == [("FY2025", 26.0, "FY2025")]
    (contradiction,) = answer.contradictions
    assert (contradiction.shown.value, contradiction.shown.edition, contradiction.shown.row) == (30.0, "FY2026", 2)
    assert [(one.value, one.edition, one.row) for one in contradiction.others] == [(26.0, "FY2025", 3)]


def test_a_word_against_a_number_is_a_contradiction_and_a_blank_is_none(plan):
    answer = plan(row(Fiscal_Year="FY25", FY_24_Actual="10", FY_25_Actual="26"), row(FY_24_Actual="", FY_25_Actual="No Data"))
    assert values(answer) == {"FY2024": 10.0, "FY2025": None}
    assert [one.shown.period for one in answer.contradictions] == ["FY2025"]
    assert next(one.edition for one in answer.figures if one.period == "FY2024") == "FY2025"


def test_the_newest_copy_describes_the_measure(plan):
    answer = plan(row(Fiscal_Year="FY 2026", Performance_Measure="New name"), row(Fiscal_Year="2025", Performance_Measure="Old name", FY_25_Actual="1"))
    assert [(one.name, one.editions) for one in answer.measures] == [("New name", ("FY2025", "FY2026"))]


@pytest.mark.parametrize("text", ["", "FY", "soon", "FY1825"])
def test_a_row_that_does_not_say_its_copy_is_left_out(plan, text):
    answer = plan(row(FY_25_Actual="4"), row(Measure_ID="2", Fiscal_Year=text, FY_25_Actual="4"))
    assert [one.key for one in answer.measures] == ["1851"]
    assert codes(answer) == ["fiscal_year_unreadable"]


def test_a_row_that_stands_twice_is_read_once_and_two_of_one_id_that_differ_not_at_all(plan):
    answer = plan(row(FY_25_Actual="4"), row(FY_25_Actual="4", Modified="1/1/2026 8:00"))
    assert len(answer.figures) == 1
    assert [one.code for one in answer.problems] == []
    assert "word for word" in answer.changes[0].why
    answer = plan(row(FY_25_Actual="4"), row(FY_25_Actual="5"), row(Measure_ID="2", FY_25_Actual="6"))
    assert [one.value for one in answer.figures] == [6.0]
    assert codes(answer) == ["id_twice"]
    assert "rows 2, 3" in answer.problems[0].why


# The file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_file_is_read_in_each_encoding(plan, encoding):
    assert plan(content=as_csv(row(Status="Café", FY_25_Actual="4"), encoding=encoding)).measures[0].status == "Café"


def test_the_header_may_stand_lower_and_again_in_the_middle_with_other_case_and_order(plan):
    columns = tuple(f" {name.upper()} " for name in reversed(COLUMNS))
    rows = [{f" {name.upper()} ": value for name, value in one.items()} for one in
            (row(FY_25_Actual="4"), dict(zip(COLUMNS, COLUMNS, strict=True)), row(Measure_ID="2", FY_25_Actual="5"))]  # fmt: skip
    answer = plan(content=as_csv(*rows, columns=columns, above=(["ListSchema={}"], [])))
    assert [one.value for one in answer.figures] == [4.0, 5.0]
    assert answer.problems == ()


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (COLUMNS[:7], "no row that names its columns"),
        (tuple(name for name in COLUMNS if not name.startswith(("FY", "Notes"))), "no column of figures"),
        ((*COLUMNS, "measure id"), "'measure id' twice"),
    ],
)
def test_an_export_of_another_layout_is_refused(plan, columns, sentence):
    with pytest.raises(SourceError, match=sentence):
        plan(content=as_csv(row(FY_25_Actual="4"), columns=columns))


def test_an_export_without_rows_is_refused(plan):
    with pytest.raises(SourceError, match="holds no measure"):
        plan(content=as_csv())


def test_a_file_of_this_machine_is_read_as_well(plan, context, tmp_path):
    (tmp_path / "plan.xlsx").write_bytes(as_xlsx(row(FY_25_Actual=4)))
    settings = {"file": "plan.xlsx", "geography": "baltimore-city"}
    assert values(read_performance_plan(context(performance_plan=settings))) == {"FY2025": 4.0}
    (tmp_path / "plan.xlsx").unlink()
    later = read_performance_plan(context(performance_plan=settings, now=NOW + timedelta(days=2)))
    assert later.origin.is_kept
    assert "plan.xlsx cannot be read. The copy of March 1, 2026 is used instead; it is 2 days old." in later.origin.sentence


def test_the_kept_copy_gives_the_same_answer(plan, server, context):
    rows = whole_export()
    fresh = plan(content=as_csv(*rows))
    server.routes["/plan.csv"] = lambda one: one.send(b"<html></html>", kind="text/html")
    later = read_performance_plan(context(performance_plan={"address": f"{server.origin}/plan.csv", "geography": "baltimore-city"}))
    assert (later.figures, later.measures, later.problems, later.changes) == (fresh.figures, fresh.measures, fresh.problems, fresh.changes)
    assert later.origin.is_kept


def test_the_whole_made_up_export_is_read_with_each_fault_found(plan, tmp_path):
    answer = plan(content=as_xlsx(*whole_export()))
    assert len(answer.measures) == 60
    assert {one.type for one in answer.measures} == set(MeasureType) - {MeasureType.UNKNOWN}
    assert len(answer.contradictions) == 8  # the counts among 0, 5, ..., 55, those divisible by 3 being percentages
    assert {one.shown.value - one.others[0].value for one in answer.contradictions} == {5.0}
    shares = [one for one in answer.figures if one.subject == "AM00" and one.series == "actual" and one.value is not None]
    assert {one.period: one.value for one in shares} == {"FY2024": 46.0, "FY2025": 45.0, "2024-Q3": 40.0}
    assert codes(answer).count("id_absent") == 2
    assert answer.removed == 240
    assert ADDRESS.encode() not in everything_kept(tmp_path)
    assert PERSON.encode() not in everything_kept(tmp_path)


def test_a_figure_has_the_fields_of_the_intakes_report(plan):
    figure = plan(row(FY_25_Actual="4")).figures[0]
    figure = Figure(**{name: getattr(figure, name) for name in FIGURE_COLUMNS})
    assert figure.key == ("performance_measure", "1851", "actual", "baltimore-city", "", "", "FY2025")


def test_what_is_kept_is_json_that_can_be_read_by_others(plan, tmp_path):
    plan(row(FY_25_Actual="4"))
    kept = json.loads(next((tmp_path / "copies").glob("*.copy")).read_text(encoding="utf-8"))
    assert kept["dropped"] == ["Contact", "Modified By"]
