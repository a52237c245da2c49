"""The record: what was held, what was missed and what is not known; a download of the report; examples count nowhere."""

import io
from datetime import date

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import insert

from lib.cycle import Deliverable
from lib.stat.papers import word
from lib.store.export import as_xlsx
from lib.store.schema import follow_up, meeting, meeting_step
from lib.ui import cache, record
from tests.cities import tiny
from tests.pages.conftest import open_page, said

AGENCIES = "id,name,short,principal,reference\nfire,Fire,BCFD,true,law\nhealth,Health,BCHD,true,law\n"
STATS = "".join(f"""
[[stat]]
id = "{key}"
name = "{name}"
short = "{name} Stat"
kind = "agency"
led_by = "central office"
agencies = ["fire"]
outcome = ""
indicators = []
measures = []
safety = []
cadence = "monthly"
question = "Why?"
example = {example}
runs = "now"
reference = "tests"
""" for key, name, example in (("fire", "Fire", "false"), ("made-up", "Example", "true")))  # fmt: skip
FILES = tiny() | {"agencies.csv": AGENCIES, "stats.toml": STATS}


def add_meeting(key: str, day: str, state: str = "held", *, written: str = "2026-01-01", stat: str = "fire", example: bool = False, steps: dict[str, str] | None = None) -> None:
    with cache.engine().begin() as connection:
        connection.execute(insert(meeting), dict(id=key, stat=stat, day=date.fromisoformat(day), at="14:00", place="", state=state, decision="", areas=[],
                                                 cancelled_because="snow" if state == "cancelled" else "",
                                                 example=example, version=1, created_at=f"{written}T10:00:00.000Z", created_by="Ann"))  # fmt: skip
        for name, at in (steps or {}).items():
            connection.execute(insert(meeting_step), dict(meeting=key, state=name, at=at, who="Ann", note=""))


def add_follow_up(key: str, due: str, **more) -> None:
    values = dict(id=key, stat="fire", meeting="", agency="fire", issue="", action="Count the hydrants", owner="Bea Long", due=date.fromisoformat(due), deliverable=str(Deliverable.MEMO),
                  indicator="", measure="", area="", begun_on=None, done_on=None, evidence="", evidence_link="", evidence_file="", notes="", escalation="", public=False, example=False,
                  version=1, created_at="2026-02-01T10:00:00.000Z", created_by="Ann")  # fmt: skip
    with cache.engine().begin() as connection:
        connection.execute(insert(follow_up), values | more)


def test_before_the_first_meeting_nothing_is_called_missed(city):
    city(FILES)
    app = open_page("record")
    text = said(app)
    assert not app.exception and not app.error
    assert "No meeting is recorded yet, so nothing can be said of what was held." in text
    assert "Meetings that were held before this tool was used are not in it." in text
    assert "issed" not in text.replace("required or missed", "") and "0 held" not in text


def test_a_city_without_stats_is_told_what_to_write(city):
    city(tiny())
    assert "Write data/agencies.csv and data/stats.toml" in said(open_page("record")).replace("\\", "")


def test_a_missed_month_stands_out_by_icon_and_word_and_what_came_before_the_record_is_not_known(city):
    city(FILES)
    add_meeting("a", "2026-09-08", written="2026-08-25")
    add_meeting("b", "2026-10-06", "cancelled", written="2026-09-25")
    text = said(open_page("record"))
    assert "1 held, 2 scheduled, 6 required, counted for each agency; 3 required months without a meeting." in text  # September to November, of two
    assert "The first that is recorded here is from Aug 25, 2026" in text
    months = text.split("by month</h2>")[1].split("</table>")[0]
    fire, health = months.split("<tr>")[2:4]
    assert fire.count("not recorded") == 8 and "<span class='status good'>1</span>" in fire
    assert fire.count("event_busy") == 1 and fire.count("Missed") == 1 and "1 cancelled" in fire
    assert health.count("event_busy") == health.count("Missed") == 2 and "not over" in health


@pytest.mark.slow
def test_the_year_is_chosen_in_the_sidebar_and_stands_in_the_address(city):
    city(FILES)
    add_meeting("a", "2025-03-04", written="2025-01-01")
    app = open_page("record")
    assert app.selectbox(key="year").value == "2026" and app.selectbox(key="year").options == ["2026", "2025", "2024"]
    app.selectbox(key="year").set_value("2025").run()
    assert "The record of 2025" in said(app) and app.query_params["year"] in ("2025", ["2025"])
    assert "The record of 2025" in said(open_page("record", year="2025"))
    wrong = open_page("record", year="1066")
    assert "There is no year at this address" in said(wrong) and not wrong.exception


def test_late_papers_and_follow_ups_are_told(city):
    city(FILES)
    add_meeting("a", "2026-03-10", "held", steps={"released": "2026-03-09T15:00:00.000Z"})
    add_follow_up("1", "2026-03-20")
    add_follow_up("2", "2026-11-20", done_on=cache.today(), evidence="list")
    text = said(open_page("record"))
    assert "0 of 1 pre-memo came in time and 0 of 1 follow-up memo came in time." in text
    assert "Mar 8, 2026, 14:00" in text and "Not come" in text
    assert "2 follow-ups fell due in the year" in text and "More than 90 days late" in text
    assert "Bea Long" not in text, "no owner's name on a public page"


def test_what_is_made_up_counts_nowhere_and_the_page_says_so(city):
    city(FILES)
    add_meeting("a", "2026-03-10", stat="made-up", example=True)
    add_follow_up("1", "2026-03-20", stat="made-up", example=True)
    text = said(open_page("record"))
    assert "No meeting is recorded yet" in text and "The example is loaded. What is made up counts nowhere on this page." in text
    assert "No follow-up is recorded for this year." in text


def test_the_report_and_the_tables_can_be_taken_away(city):
    city(FILES)
    add_meeting("a", "2026-03-10", "held")
    app = open_page("record")
    assert {button.label for button in app.get("download_button")} >= {"Annual report 2026 as Word", "The record as CSV", "The record as XLSX"}
    year = record.year_of(2026)
    text = "\n".join(part.text for part in Document(io.BytesIO(word.annual_report(year))).paragraphs)
    assert "Annual report of the Stat meetings, 2026" in text and "2026 is not over" in text
    book = load_workbook(io.BytesIO(as_xlsx(record.tables(year), about=[])))
    assert book.sheetnames == ["Months", "Papers", "Follow-ups", "Indicators", "About"]
    rows = [row for row in book["Months"].iter_rows(values_only=True) if row[0] == "fire"]
    assert rows[2][3:] == (3, True, 1, 1, 0, False, True) and rows[3][8] is True


def test_hostile_names_are_text(city):
    city(FILES | {"agencies.csv": AGENCIES.replace("fire,Fire,", "fire,<script>x</script>,")})
    add_meeting("a", "2026-03-10")
    text = said(open_page("record"))
    assert "<script>" not in text and "&lt;script&gt;" in text


@pytest.mark.parametrize("query", [{}, {"present": "true"}])
def test_the_real_city_has_its_record(city, query):
    city()
    app = open_page("record", **query)
    assert not app.exception and not app.error and "The record of 2026" in said(app)
    assert ("Indicators that moved" in said(app)) is not bool(query)
