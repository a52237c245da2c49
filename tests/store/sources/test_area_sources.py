"""Vital Signs layers, its workbook, and other layers by area."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import timedelta

import openpyxl
import pytest

from lib.intake.report import FIGURE_COLUMNS, Figure
from lib.neighborhoods import plain
from lib.store.sources.answer import Level
from lib.store.sources.errors import SourceError, SourceUnavailable
from lib.store.sources.layers import read_area_layer
from lib.store.sources.places import check_matched, places_of
from lib.store.sources.vital_signs import code_and_year, read_vital_signs
from lib.store.sources.vital_signs_workbook import read_vital_signs_workbook
from tests.store.sources.conftest import AREAS, NOW, vital_rows
from tests.store.sources.server import ArcGis

BASE = "/x/ArcGIS/rest/services"
VIOL = f"{BASE}/Viol/FeatureServer/0"


def column(layer: str, code: str, measure: str, series: str = "published", **more) -> dict:
    return {"layer": layer, "code": code, "measure": measure, "series": series, **more}


@pytest.fixture
def vital_signs(server, context):
    def made(*columns: dict, now=NOW, **more):
        return read_vital_signs(context(now=now, vital_signs={"base": server.origin + BASE, "column": list(columns), **more}))

    return made


def value(answer, area: str, period: str, measure: str = "") -> float | None:
    return next(one.value for one in answer.figures if one.geography == area and one.period == period and measure in one.subject)


def test_a_column_of_each_year_becomes_a_figure_of_each_area(server, vital_signs):
    ArcGis(server, VIOL, vital_rows({"viol19": lambda number: number + 0.5, "viol20": float}))
    answer = vital_signs(column("Viol", "viol", "violent_crime", "residents-2010", last_year=2019),
                         column("Viol", "viol", "violent_crime", "residents-2020", first_year=2020))  # fmt: skip
    assert len(answer.figures) == 110
    assert value(answer, "area-01", "2019") == 1.5
    assert value(answer, "area-55", "2020") == 55.0
    assert {(one.series, one.period) for one in answer.figures} == {("residents-2010", "2019"), ("residents-2020", "2020")}
    assert answer.problems == ()
    assert not answer.is_partly_kept


@pytest.mark.parametrize(
    ("field", "code", "year"),
    [("viol17", "viol", 2017), ("mort1_17", "mort1", 2017), ("mort14_17", "mort14", 2017), ("hh25inc17", "hh25inc", 2017), ("age5_10", "age5", 2010),
     ("MHHI20", "mhhi", 2020), ("abse99", "abse", 1999), ("CSA2010", "csa20", 2010), ("OBJECTID", "objectid", None)],
)  # fmt: skip
def test_a_field_is_a_code_and_two_digits_of_the_year(field, code, year):
    assert code_and_year(field) == (code, year)


@pytest.mark.parametrize(
    ("code", "measure", "label"), [("viol", "violent_crime", "2017"), ("mhhi", "income", "2013-2017"), ("compl", "completion", "2016-17")]
)
def test_17_is_the_period_that_the_series_counts_by(server, vital_signs, code, measure, label):
    ArcGis(server, VIOL, vital_rows({f"{code}17": lambda number: 50.0}))
    series = "residents-2020" if measure == "violent_crime" else "published"
    assert {one.period for one in vital_signs(column("Viol", code, measure, series)).figures} == {label}


def test_names_are_found_by_all_their_spellings_and_the_order_of_rows_does_not_matter(server, vital_signs):
    rows = vital_rows({"vacant20": float})
    rows[1]["CSA2010"] = "  MT WASHINGTON/coldspring "
    ArcGis(server, f"{BASE}/Vacant/FeatureServer/0", rows[::-1])
    answer = vital_signs(column("Vacant", "vacant", "vacancy"))
    assert value(answer, "area-02", "2020") == 2.0
    assert len(answer.figures) == 55


def test_a_slip_in_the_code_is_read_where_the_settings_list_it(server, vital_signs):
    ArcGis(server, f"{BASE}/Hisp/FeatureServer/0", vital_rows({"phisp16": lambda number: 5.0, "phsip17": lambda number: 6.0}))
    answer = vital_signs(column("Hisp", "phisp", "vacancy", also=["phsip"]))
    assert {one.period for one in answer.figures} == {"2016", "2017"}
    assert [one for one in vital_signs(column("Hisp", "phisp", "vacancy")).unread] == ["Hisp: phsip17"]


def test_a_blank_cell_is_missing_with_a_reason_and_zero_is_zero(server, vital_signs):
    ArcGis(server, VIOL, vital_rows({"vacant22": lambda number: {1: None, 2: 0.0, 3: " "}.get(number, 9.0)}))
    answer = vital_signs(column("Viol", "vacant", "vacancy"))
    assert [(one.value, one.missing_reason) for one in answer.figures[:3]] == [(None, "not reported"), (0.0, ""), (None, "not reported")]


def test_numbers_as_text_are_read_and_each_change_said(server, vital_signs):
    texts = {1: "2,502", 2: "$33,504 ", 3: "N/A"}
    ArcGis(server, VIOL, vital_rows({"mhhi17": lambda number: texts.get(number, "40000")}))
    answer = vital_signs(column("Viol", "mhhi", "income"))
    assert [one.value for one in answer.figures[:4]] == [2502.0, 33504.0, None, 40000.0]
    assert [(one.before, one.after) for one in answer.changes] == [("2,502", "2502"), ("$33,504 ", "33504"), ("N/A", "missing: not reported")]


@pytest.mark.parametrize(("content", "code"), [("12-14", "not_a_number"), (101.0, "impossible"), (-1.0, "impossible"), ("nan1", "not_a_number"), (True, "not_a_number")])
def test_what_cannot_be_a_share_is_left_out_and_said(server, vital_signs, content, code):
    ArcGis(server, VIOL, vital_rows({"vacant20": lambda number: content if number == 7 else 100.0}))
    answer = vital_signs(column("Viol", "vacant", "vacancy"))
    assert len(answer.figures) == 54
    assert [(one.code, one.level) for one in answer.problems] == [(code, Level.ERROR), ("area_absent", Level.WARNING)]


def test_a_factor_brings_a_source_to_the_unit_of_the_series(server, vital_signs):
    ArcGis(server, VIOL, vital_rows({"vacant20": lambda number: 0.29}))
    answer = vital_signs(column("Viol", "vacant", "vacancy", factor=100.0))
    assert answer.figures[0].value == 29.0  # not 28.999999999999996
    assert answer.changes[0].why == "multiplied by 100, as config.toml says"


@pytest.mark.parametrize(("unknown", "stops"), [(5, False), (6, True)])
def test_fewer_than_50_of_55_areas_stop_the_load(server, vital_signs, unknown, stops):
    rows = vital_rows({"vacant20": lambda number: 1.0})
    for number in range(10, 10 + unknown):
        rows[number]["CSA2010"] = f"Elsewhere {number}"
    ArcGis(server, VIOL, rows)
    if stops:
        with pytest.raises(SourceError, match=r"names only 49 of 55 areas; 90% are needed.*'Elsewhere 10'") as caught:
            vital_signs(column("Viol", "vacant", "vacancy"))
        assert not isinstance(caught.value, SourceUnavailable)
    else:
        answer = vital_signs(column("Viol", "vacant", "vacancy"))
        assert len(answer.figures) == 50
        assert [one.code for one in answer.problems] == ["area_unknown"] * 5 + ["area_absent"]


def test_a_near_miss_is_suggested_and_never_taken(server, vital_signs):
    rows = vital_rows({"vacant20": lambda number: 1.0})
    rows[0]["CSA2010"] = "Oldtown/Midle East"
    rows[2]["CSA2010"] = "Jonestown"
    ArcGis(server, VIOL, rows)
    answer = vital_signs(column("Viol", "vacant", "vacancy"))
    assert {one.geography for one in answer.figures} == {one.id for one in AREAS} - {"area-01", "area-03"}
    assert "did you mean 'Oldtown/Middle East'?" in answer.problems[0].why
    assert "a part of Oldtown/Middle East" in answer.problems[1].why


def test_two_values_for_one_area_are_both_left_out(server, vital_signs):
    rows = vital_rows({"vacant20": float})
    rows.append({**rows[0], "OBJECTID": 57, "vacant20": 3.0})
    rows.append({**rows[4], "OBJECTID": 58})
    ArcGis(server, VIOL, rows)
    answer = vital_signs(column("Viol", "vacant", "vacancy"))
    assert len(answer.figures) == 54
    assert answer.problems[0].code == "area_twice"
    assert "rows 1 and 57" in answer.problems[0].why


def test_a_row_of_the_whole_city_is_the_city(server, vital_signs):
    rows = vital_rows({"vacant20": float})
    rows.append({**rows[0], "OBJECTID": 57, "CSA2010": "Baltimore City", "vacant20": 7.7})
    ArcGis(server, VIOL, rows)
    assert value(vital_signs(column("Viol", "vacant", "vacancy")), "baltimore-city", "2020") == 7.7


def test_a_column_or_a_name_field_that_is_gone_stops_the_load(server, vital_signs):
    ArcGis(server, VIOL, vital_rows({"vacant20": lambda number: 1.0}))
    with pytest.raises(SourceError, match="no columns viol<year>"):
        vital_signs(column("Viol", "viol", "vacancy"))
    with pytest.raises(SourceError, match="none of the fields NAME that name its areas"):
        vital_signs(column("Viol", "vacant", "vacancy"), name_fields=["NAME"])


def test_two_columns_of_one_figure_stop_the_load(server, vital_signs):
    ArcGis(server, VIOL, vital_rows({"vacant20": lambda number: 1.0, "vacant_20": lambda number: 2.0}))
    with pytest.raises(SourceError, match="vacant20 and vacant_20"):
        vital_signs(column("Viol", "vacant", "vacancy"))


def test_a_measure_that_is_not_there_is_said_with_the_nearest(server, vital_signs):
    ArcGis(server, VIOL, vital_rows({"vacant20": lambda number: 1.0}))
    with pytest.raises(SourceError, match="did you mean 'vacancy'"):
        vital_signs(column("Viol", "vacant", "vacancies"))
    with pytest.raises(SourceError, match="the series 'publishd' of vacancy"):
        vital_signs(column("Viol", "vacant", "vacancy", "publishd"))


def test_when_one_layer_fails_its_last_good_copy_stands_in_and_the_answer_says_so(server, vital_signs):
    ArcGis(server, VIOL, vital_rows({"vacant20": float}))
    ArcGis(server, f"{BASE}/Prop/FeatureServer/0", vital_rows({"prop20": lambda number: 1.0}))
    both = (column("Viol", "vacant", "vacancy"), column("Prop", "prop", "violent_crime", "residents-2020"))
    fresh = vital_signs(*both)
    server.routes[f"{VIOL}/query"] = lambda one: one.send(b"", status=500)
    later = vital_signs(*both, now=fresh.origins[0].fetched_at + timedelta(days=3))
    assert later.figures == fresh.figures
    assert [one.is_kept for one in later.origins] == [True, False]
    assert later.is_partly_kept
    assert "the error 500" in later.origins[0].sentence
    assert later.origins[0].sentence.endswith("it is 3 days old.")
    assert later.origins[0].sha256 == fresh.origins[0].sha256


def test_a_layer_that_names_other_areas_is_not_covered_up_by_its_copy(server, vital_signs):
    layer = ArcGis(server, VIOL, vital_rows({"vacant20": lambda number: 1.0}))
    vital_signs(column("Viol", "vacant", "vacancy"))
    layer.rows = [{**row, "CSA2010": f"NSA {number}"} for number, row in enumerate(layer.rows)]
    with pytest.raises(SourceError, match="names only 0 of 55"):
        vital_signs(column("Viol", "vacant", "vacancy"))


def test_a_source_without_its_table_is_off(context):
    with pytest.raises(SourceError, match="switched off"):
        read_vital_signs(context())
    with pytest.raises(SourceError, match="switched off"):
        read_vital_signs_workbook(context())
    with pytest.raises(SourceError, match="switched off"):
        read_area_layer(context(), "x")


def test_a_figure_has_the_fields_of_the_intakes_report(server, vital_signs):
    ArcGis(server, VIOL, vital_rows({"vacant20": lambda number: 4.5}))
    figure = vital_signs(column("Viol", "vacant", "vacancy")).figures[0]
    row = Figure(**{name: getattr(figure, name) for name in FIGURE_COLUMNS})
    assert (row.kind_of_subject, row.subject, row.series, row.geography, row.period, row.value, row.cell) == (
        "measure", "vacancy", "published", "area-01", "2020", 4.5, "vacant20")  # fmt: skip


# Places


def test_one_name_of_two_areas_is_refused():
    with pytest.raises(SourceError, match="a name of two areas"):
        places_of(AREAS, plain=plain, others={"WARD 07": "elsewhere"})


def test_the_share_of_areas_is_met_at_50_of_55_and_not_at_49():
    places = places_of(AREAS, plain=plain)
    check_matched([one.id for one in AREAS[:50]], [], places, share=0.9, source="x")
    with pytest.raises(SourceError, match=r"names only 49 of 55 areas.*Absent: Ward 50"):
        check_matched([one.id for one in AREAS[:49]], [], places, share=0.9, source="x")


# The workbook


def workbook(sheets: dict[str, list[list]], *, percent: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
        if percent:
            for row in sheet.iter_rows(min_row=2):
                for cell in row:
                    cell.number_format = percent if isinstance(cell.value, float) else cell.number_format
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEADER = ["ID", "CSA2010", "Violent Crime Rate\nper 1,000 Residents", "Median Household Income"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def year_sheet(*, header: list = HEADER, first: list = (9.5, "$33,504 ")) -> list[list]:
    others = [[number, one.name, float(number), 40000] for number, one in enumerate(AREAS[1:], start=2)]
    return [header, [1, AREAS[0].name, *first], *others, [56, "Baltimore City", 14.2, 41819]]


@pytest.fixture
def vital_workbook(server, context):
    def made(content: bytes, *, kind: str = XLSX, limits: dict | None = None, **more):
        server.routes["/VS.xlsx"] = lambda one: one.send(content, kind=kind)
        columns = more.pop("column", [
            {"headers": ["violent crime rate per 1,000 residents"], "measure": "violent_crime", "series": "residents-2010"},
            {"headers": ["Median Household Income"], "measure": "income", "series": "published"}])  # fmt: skip
        return read_vital_signs_workbook(context(limits=limits, vital_signs_workbook={"address": f"{server.origin}/VS.xlsx", "column": columns, **more}))

    return made


def test_each_sheet_of_the_workbook_is_a_year_and_the_last_row_the_city(vital_workbook):
    answer = vital_workbook(workbook({"Vital Signs Indicators": [["Indicator", "Section"]], "2016": year_sheet(), "2017": [["a title"], [], *year_sheet()]}))
    assert len(answer.figures) == 2 * 2 * 56
    assert value(answer, "area-01", "2016", "violent_crime") == 9.5
    assert value(answer, "baltimore-city", "2017", "violent_crime") == 14.2
    assert value(answer, "area-01", "2013-2017", "income") == 33504.0
    assert next(one.cell for one in answer.figures if one.sheet == "2017" and one.geography == "area-01") == "C4"
    assert {(one.sheet, one.cell, one.before) for one in answer.changes} == {("2016", "D2", "$33,504 "), ("2017", "D4", "$33,504 ")}


def test_a_formula_without_a_saved_result_is_left_out_and_said(vital_workbook):
    answer = vital_workbook(workbook({"2016": year_sheet(first=["=1+1", 33504])}))
    assert [(one.cell, one.code, one.found) for one in answer.problems[:1]] == [("C2", "not_a_number", "a formula whose result was not saved")]
    assert not [one for one in answer.figures if one.geography == "area-01" and one.subject == "violent_crime"]


def test_cells_that_are_formatted_as_percentages_are_read_as_they_are_shown(vital_workbook):
    lines = [["CSA2020", "Vacant"], *[[one.name, 0.045] for one in AREAS]]
    answer = vital_workbook(workbook({"2016": lines}, percent="0.0%"), column=[{"headers": ["Vacant"], "measure": "vacancy", "series": "published"}])
    assert {one.value for one in answer.figures} == {4.5}


def test_a_header_that_is_gone_is_named_and_one_that_is_not_mapped_is_listed(vital_workbook):
    with pytest.raises(SourceError, match=r"No sheet .* has the column 'Median Household Income'"):
        vital_workbook(workbook({"2016": year_sheet(header=["ID", "CSA2010", HEADER[2], "Median Income"])}))
    answer = vital_workbook(workbook({"2016": year_sheet()}), column=[{"headers": ["Median Household Income"], "measure": "income", "series": "published"}])
    assert answer.unread == ("2016: Violent Crime Rate\nper 1,000 Residents",)


def test_two_columns_under_the_headers_of_one_measure_are_both_left_out(vital_workbook):
    lines = [["CSA2010", "Vacant", "Vacant"], *[[one.name, 1, 2] for one in AREAS]]
    answer = vital_workbook(workbook({"2016": lines}), column=[{"headers": ["Vacant"], "measure": "vacancy", "series": "published"}])
    assert answer.figures == ()
    assert [(one.code, one.cell) for one in answer.problems] == [("column_twice", "C1")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 cut off", "not a whole workbook"),
        (workbook({"2016": year_sheet()})[:-200], "not a whole workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old .xls workbook"),
        (b"<html>not here any more</html>", "is a web page"),
        (b"\x00\x01\x02\x03", "neither an .xlsx workbook nor a text file"),
        (workbook({"Notes": [["a"]]}), "no sheet that is named for a year"),
        (workbook({"2016": year_sheet(), "VS 2016": year_sheet()}), "two sheets of one year"),
        (workbook({"2016": [["Name", "x"]]}), "none of the headers"),
        (workbook({"2016": [["CSA2010", HEADER[2], HEADER[3]], ["Ward 03", 1, 2]]}), "names only 1 of 55 areas"),
    ],
)  # fmt: skip
def test_a_workbook_that_is_not_what_is_expected_is_refused_in_a_sentence(vital_workbook, content, sentence):
    with pytest.raises(SourceError, match=sentence):
        vital_workbook(content)


def test_a_workbook_that_unpacks_itself_is_refused(vital_workbook):


    source = zipfile.ZipFile(io.BytesIO(workbook({"2016": year_sheet()})))
    for change, sentence in (("entity", "unpack themselves"), ("DTD", "unpack themselves"), ("twice", "two parts of one name"), ("large", "far more")):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for entry in source.infolist():
                body = source.read(entry)
                if change == "DTD" and "sheet1" in entry.filename:
                    body = b"<!DOCTYPE worksheet>" + body.partition(b"?>")[2]
                if change == "entity" and "sheet1" in entry.filename:
                    body = b'<!DOCTYPE x [<!ENTITY a "b">]>' + body.partition(b"?>")[2]
                target.writestr(entry.filename, body)
            if change == "twice":
                with pytest.warns(UserWarning, match="Duplicate"):
                    target.writestr("xl/workbook.xml", b"<x/>")
            if change == "large":
                target.writestr("xl/media/a.bin", b"\0" * 3_000_000)
        with pytest.raises(SourceError, match=sentence):
            vital_workbook(out.getvalue(), limits={"max_unpacked_megabytes": 2.0})


def test_more_rows_or_columns_than_are_taken_are_refused(vital_workbook):
    with pytest.raises(SourceError, match="more than the 50 rows"):
        vital_workbook(workbook({"2016": year_sheet()}), limits={"max_rows": 50})
    with pytest.raises(SourceError, match="more than 3 columns"):
        vital_workbook(workbook({"2016": year_sheet()}), limits={"max_columns": 3})


def changed(content: bytes, part: str, change) -> bytes:
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            body = source.read(entry)
            target.writestr(entry.filename, change(body) if entry.filename.endswith(part) else body)
    return out.getvalue()


def test_a_false_size_of_a_sheet_loses_no_row(vital_workbook):
    content = changed(workbook({"2016": year_sheet()}), "sheet1.xml", lambda body: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"', body))
    assert len(vital_workbook(content).figures) == 2 * 56


def test_a_cell_in_the_last_corner_of_a_sheet_does_not_hold_the_program_up(vital_workbook):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    content = changed(workbook({"2016": year_sheet()}), "sheet1.xml", lambda body: body.replace(b"</sheetData>", far))
    started = time.monotonic()
    with pytest.raises(SourceError, match="more than 400 columns"):
        vital_workbook(content)
    assert time.monotonic() - started < 10


# Any layer


def layer_settings(server, **more) -> dict:
    return {"id": "owners", "address": f"{server.origin}{VIOL}", "name_field": "CSA", "reference": "made up",
            "column": [{"field": "rate", "measure": "vacancy", "series": "published"}], **more}  # fmt: skip


def test_a_layer_with_a_row_for_each_area_and_year_becomes_figures_of_each_year(server, context):
    rows = [{"OBJECTID": 100 * year + number, "CSA": one.name, "yr": 2000 + year, "rate": float(year)}
            for year in (19, 20) for number, one in enumerate(AREAS)]  # fmt: skip
    rows[0]["yr"] = None
    ArcGis(server, VIOL, rows, cap=50)
    answer = read_area_layer(context(layer=[layer_settings(server, year_field="yr", fields=["CSA", "yr", "rate"])]), "owners")
    assert len(answer.figures) == 109
    assert value(answer, "area-02", "2019") == 19.0
    assert [one.code for one in answer.problems] == ["year_unreadable", "area_absent"]


def test_a_layer_of_one_year_takes_the_year_of_the_settings(server, context):
    ArcGis(server, VIOL, vital_rows({"rate": float}, name_field="CSA"))
    columns = [{"field": "rate", "measure": "vacancy", "series": "published", "year": 2021}]
    answer = read_area_layer(context(layer=[layer_settings(server, column=columns, not_areas=["Unassigned -- Jail"])]), "owners")
    assert {one.period for one in answer.figures} == {"2021"}
    assert len(answer.figures) == 55


def test_a_field_that_is_gone_stops_the_load(server, context):
    ArcGis(server, VIOL, vital_rows({"share": lambda number: 1.0}, name_field="CSA"))
    columns = [{"field": "rate", "measure": "vacancy", "series": "published", "year": 2021}]
    with pytest.raises(SourceError, match="has no field rate"):
        read_area_layer(context(layer=[layer_settings(server, column=columns)]), "owners")
