"""The stewards' page: the answer first, a list to work through, filters, a workbook; closed to readers; and the card on an indicator's page."""

import io

import pytest
from openpyxl import load_workbook

from lib.errors import NotAllowed
from lib.roles import READER, Person, Role
from lib.store.export import as_csv, as_xlsx
from lib.ui import cache, people, stewardship
from tests.cities import INDICATOR, area_rows, with_stats
from tests.pages.conftest import open_page, said

STAFF = Person("Ann", frozenset({Role.STAFF}))
FIRES = INDICATOR.format(id="fires", name="Fires", outcome="safe").replace('neighborhood_measure = ""', 'neighborhood_measure = "fires"')
# On November 24, 2026: the indicator's figure of 2025 is the last; the next is not due. Fires by area ended in 2021, twelve months apart:
# due by the end of 2023, so 1,059 days late (366 + 365 + 328). Income and residents have one year only.
FILES = with_stats(**{"frameworks/tiny/indicators/fires.toml": FIRES, "measures/fires.csv": area_rows({"2020": [1.0], "2021": [2.0]})})


@pytest.fixture
def as_staff(monkeypatch):
    monkeypatch.setattr(people, "current_person", lambda: STAFF)


def test_readers_are_told_which_role_it_needs(city):
    city(FILES)
    text = said(open_page("stewardship"))
    assert "needs the role staff" in text and "late" not in text


def test_the_first_sentence_says_how_much_is_late_and_by_how_long(city, as_staff):
    city(FILES)
    app = open_page("stewardship")
    text = said(app)
    assert not app.exception
    assert "<strong>1 of 4 figures is late</strong>; the latest by 1,059 days: Fires. Of 2 it cannot be told. No steward is named for any of them." in text


def test_each_row_says_what_to_do(city, as_staff):
    city(FILES)
    table = said(open_page("stewardship")).split("<tbody>")[1]
    first, *rest = table.split("<tr>")[1:]
    assert "1,059 days" in first and "<li>Get the figure of 2022 and load it; if it is not collected any more, say so in its file.</li><li>Name a steward.</li>" in first
    assert "./map?measure=fires" in first and "Neighborhood measure, Fire." in first  # by the owner of the indicator that it stands for
    assert any("./indicator?indicator=fires" in row and "2026: Dec 31, 2027" in row and "Not due yet" in row for row in rest)
    assert any("Income" in row and "how often it is published is not written" in row.lower() and "Find out how often it is published." in row for row in rest)


def test_filters_choose_by_agency_kind_and_what_is_wrong(city, as_staff):
    city(FILES)
    app = open_page("stewardship")
    app.multiselect(key="charge-kind").set_value(["indicator"]).run()
    assert "0 of 1 figures are late" in said(app) and "1 of 4 fit the filters." in said(app)
    app.multiselect(key="charge-kind").set_value([]).run()
    app.multiselect(key="charge-only").set_value(["unknown", "unnamed"]).run()
    assert "2 of 4 fit the filters." in said(app)
    app.multiselect(key="charge-only").set_value(["late"])
    app.multiselect(key="charge-agency").set_value(["none"]).run()
    assert not app.exception and "Nothing fits these filters" in said(app)


def test_agencies_sources_and_rules_stand_as_tables(city, as_staff):
    city(FILES)
    app = open_page("stewardship")
    app.segmented_control(key="charge-view").set_value(stewardship.BY_AGENCY).run()
    row = said(app).split("<tbody>")[1].split("</tr>")[0]
    assert row.startswith("<tr><td>Fire</td><td class=n>1 of 2</td><td class=n>1,059</td><td class=n>1,059</td><td class=n>1</td><td class=n>0</td>")
    app.segmented_control(key="charge-view").set_value(stewardship.BY_SOURCE).run()
    assert "<td>Made up</td><td class=n>1 of 3</td>" in said(app) and "no steward named" in said(app)
    app.segmented_control(key="charge-view").set_value(stewardship.RULES).run()
    text = said(app)
    assert "more than 2 times the usual time" in text and "<td>days_to_publish</td>" in text and "<td>next_review</td>" in text


def test_a_steward_in_the_files_stands_on_the_page(city, as_staff):
    files = FILES | {"frameworks/tiny/indicators/fires.toml": FIRES.replace("\n[[series]]", '\nsteward = "Data-Driven Officer, Fire"\n\n[[series]]', 1),
                     "sources.csv": "source,steward,obtained,reference\nMade up,Housing,Write to the archive.,tests\n"}  # fmt: skip
    city(files)
    app = open_page("stewardship")
    assert "Data-Driven Officer, Fire" in said(app) and "3 have no steward." in said(app)
    app.segmented_control(key="charge-view").set_value(stewardship.BY_SOURCE).run()
    assert "Housing. Write to the archive" in said(app)


def test_the_file_opens_as_a_list_to_work_through(city, as_staff):
    city(FILES)
    open_page("stewardship")
    book = load_workbook(io.BytesIO(as_xlsx(stewardship.tables(cache.charges()), about=["a"])))
    assert book.sheetnames == ["Work list", "By agency", "By source", "About"]
    head, first, *rest = book["Work list"].iter_rows(values_only=True)
    row = dict(zip(head, first, strict=True))
    assert head[:3] == ("do_next", "done_on", "note") and (row["done_on"], row["note"]) == (None, None)
    assert (row["name"], row["days_late"], row["expected_period"], row["file"]) == ("Fires", 1059, "2022", "data/measures/fires.toml")
    assert all(dict(zip(head, one, strict=True))["days_late"] is None for one in rest)  # not late is no number of days
    assert as_csv(stewardship.list_frame([])).decode("utf-8-sig").startswith("do_next,")


def test_the_download_asks_for_the_role_when_it_is_pressed(city, monkeypatch):
    city(FILES)
    kept: list = []
    monkeypatch.setattr(people, "_seen", lambda claims, local, **_: type("S", (), {"person": READER})())
    monkeypatch.setattr(stewardship.downloads, "both", lambda tables, **more: kept.append(tables))
    stewardship.download(())
    with pytest.raises(NotAllowed):
        kept[0]()


def test_the_room_sees_what_is_longest_late(city, as_staff):
    city(FILES)
    app = open_page("stewardship", present="true")
    assert "<th scope='row'>Fires</th><td>Fire</td><td>1,059 days late</td>" in said(app) and not app.exception


def test_an_indicators_page_says_whether_it_can_be_relied_upon(city):
    city(FILES)
    text = said(open_page("indicator", indicator="fires"))
    card = text.split("Can it be relied upon?")[1]
    assert "no steward named" in card and "2026 is due Dec 31, 2027." in card and "15 of 19; lacks" in card
    assert "./stewardship" not in text  # for readers there is nothing behind it


def test_staff_are_led_from_there_to_the_list(city, as_staff):
    city(FILES)
    assert "./stewardship" in said(open_page("indicator", indicator="fires"))


def test_nothing_that_the_files_say_can_run(city, as_staff):
    city(with_stats(**{"frameworks/tiny/indicators/fires.toml": FIRES.replace('source = "Fire Department"', 'source = "<img src=x onerror=alert(1)>"')}))
    app = open_page("stewardship")
    app.segmented_control(key="charge-view").set_value(stewardship.BY_SOURCE).run()
    assert "<img" not in said(app) and not app.exception
