"""Follow-ups in a real browser: written, begun, never closed without evidence, changed by two at once, taken along; on three screens."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from lib.cycle import Colour, Deliverable
from lib.roles import Person, Role
from lib.settings import ROOT, read_settings
from lib.store import build, follow_ups
from lib.store.database import open_engine
from tests.browser.conftest import Visit

SETTINGS = read_settings()
TODAY = datetime.now(ZoneInfo(SETTINGS.city.timezone)).date()
ED = Person("Ed", frozenset({Role.EDITOR}))
LONG = "send the list of all empty lots along the York Road corridor, with their owners, to the Department of Housing and Community Development"


@pytest.fixture(scope="module")
def tracker(start_server, tmp_path_factory):
    """A server for the staff of its machine, with a few follow-ups; and its store."""
    address = f"sqlite:///{tmp_path_factory.mktemp('tracker') / 'store.db'}"
    store = open_engine(address)
    build.build(store, ROOT / "data", fiscal_year_start_month=SETTINGS.fiscal_year.start_month)
    for action, owner, days, more in (
        (LONG, "Theodore van der Berg-Castellanos", -45, {"issue": "Vacant lots", "agency": "Housing and Community Development"}),
        ("count the lamps", "Anna Lee", -3, {"begun_on": TODAY - timedelta(days=9)}),
        ("draft the memo", "Anna Lee", 20, {}),
        ("publish the plan", "Ben Ames", -10, {"done_on": TODAY - timedelta(days=12), "evidence": "It stands on the site.", "evidence_file": "plan.pdf", "file": b"%PDF plan"}),
        ("try the cycle", "Eve Example", 5, {"example": True}),
    ):
        follow_ups.write_down(store, stat="public-safety", action=action, owner=owner, due=TODAY + timedelta(days=days), deliverable=Deliverable.MEMO, person=ED, **more)
    return start_server(OUTCOMESTAT_LOCAL_STAFF="1", DATABASE_URL=address), store


def of(store, owner: str, action: str = ""):
    return next(one for one in follow_ups.follow_ups(store) if one.owner == owner and action in one.action)


def typed(one: Visit, label: str, text: str) -> None:
    one.page.get_by_role("textbox", name=label, exact=True).fill(text)


def day(one: Visit, label: str, when) -> None:
    """Types a day into the parts of its field."""
    field = one.page.locator("[data-testid=stDateInput]").filter(has_text=label)
    field.get_by_role("spinbutton").first.click()
    one.page.keyboard.type(f"{when:%m%d%Y}")
    one.page.keyboard.press("Tab")


def main(one: Visit) -> str:
    return one.page.locator("[data-testid=stMain]").inner_text()


def press(one: Visit, name: str) -> None:
    one.page.get_by_role("button", name=name, exact=True).click()


def test_one_is_written_begun_refused_without_evidence_and_green_with_it(visit, tracker):
    server, store = tracker
    one = visit(width=1366, height=900, at=server)
    one.go("/followups")
    one.page.get_by_role("button", name="New follow-up").click()
    one.page.get_by_role("heading", name="New follow-up").wait_for()
    one.page.locator(".st-key-promise-stat").get_by_role("combobox").click()
    one.page.get_by_role("option", name="City cleanliness").click()
    typed(one, "What is to be done", "open a second drop-off center")
    typed(one, "Owner", "DPW")
    press(one, "Write it down")
    one.page.get_by_text("“DPW” is no person.").wait_for()
    assert one.page.get_by_role("textbox", name="What is to be done").input_value() == "open a second drop-off center"
    typed(one, "Owner", "Mary-Jo O'Neil")
    press(one, "Write it down")
    one.page.get_by_role("heading", name="Open a second drop-off center").wait_for()
    one.settled()
    assert of(store, "Mary-Jo O'Neil").stat == "city-cleanliness" and "White" in main(one)

    day(one, "Begun on", TODAY)
    press(one, "Save")
    one.page.get_by_text("In progress").first.wait_for()
    assert of(store, "Mary-Jo O'Neil").colour(TODAY) is Colour.YELLOW

    day(one, "Done on", TODAY)
    typed(one, "Notes and blockers", "went well")
    press(one, "Save")
    one.page.get_by_text("It is not done without evidence").wait_for()
    assert of(store, "Mary-Jo O'Neil").done_on is None and one.page.get_by_role("textbox", name="Notes and blockers").input_value() == "went well"
    one.page.locator("input[type=file]").set_input_files({"name": "photo of the gate.png", "mimeType": "image/png", "buffer": b"\x89PNG gate"})
    one.page.get_by_text("9.0B").wait_for()  # its name is cut short
    press(one, "Save")
    one.page.get_by_text("Complete, with evidence").first.wait_for()
    done = of(store, "Mary-Jo O'Neil")
    assert (done.colour(TODAY), done.notes, follow_ups.evidence_file(store, done.id)) == (Colour.GREEN, "went well", b"\x89PNG gate")
    with one.page.expect_download() as waiting:
        one.page.get_by_role("button", name="photo of the gate.png").click()
    assert waiting.value.suggested_filename == "photo of the gate.png" and waiting.value.path().read_bytes() == b"\x89PNG gate"
    one.page.get_by_role("link", name="All follow-ups").click()
    one.page.get_by_role("heading", name="Overdue (2)").wait_for()
    assert "Traceback" not in server.log.read_text()


def test_of_two_windows_the_second_is_told_what_the_first_changed_and_saves_on_top(visit, tracker):
    server, store = tracker
    about = of(store, "Anna Lee", "draft")
    first, second = visit(width=1366, height=900, at=server), visit(width=1366, height=900, at=server)
    for one in (first, second):
        one.go(f"/followups?followup={about.id}")
    typed(first, "Notes and blockers", "waits for the survey")
    typed(first, "If it is not done: who is told, and when", "the deputy mayor")
    press(first, "Save")
    first.page.get_by_text("Saved.").first.wait_for()
    typed(second, "Notes and blockers", "waits for the budget")
    typed(second, "Owner", "Anna Maria Lee")
    press(second, "Save")
    second.page.get_by_text("Somebody else changed this follow-up just now").wait_for()
    second.settled()
    text = main(second)
    assert "changed notes and blockers from “nothing” to “waits for the survey”" in text and "You both changed notes and blockers" in text
    assert second.page.get_by_role("textbox", name="Notes and blockers").input_value() == "waits for the budget"
    assert second.page.get_by_role("textbox", name="If it is not done: who is told, and when").input_value() == "the deputy mayor"
    assert follow_ups.follow_up_by_id(store, about.id).owner == "Anna Lee"
    press(second, "Save")
    second.page.get_by_text("Saved.").first.wait_for()
    now = follow_ups.follow_up_by_id(store, about.id)
    assert (now.owner, now.notes, now.escalation, now.version) == ("Anna Maria Lee", "waits for the budget", "the deputy mayor", 3)


def test_filters_stand_in_the_address_and_the_back_button_leads_back(visit, tracker):
    server, _ = tracker
    one = visit(width=1366, height=900, at=server)
    one.go("/followups?owners=Ben+Ames")
    assert "1 of " in main(one) and "Publish the plan" in main(one) and "Count the lamps" not in main(one)
    one.page.get_by_role("link", name="Publish the plan").click()
    one.page.get_by_role("heading", name="Publish the plan").wait_for()
    assert "owners=Ben" in one.address() and "followup=" in one.address()
    one.page.go_back()
    one.page.get_by_role("heading", name="Complete, with evidence").wait_for()
    one.settled()
    assert "Count the lamps" not in main(one)


def test_the_calendar_the_letter_and_the_workbook_are_taken_and_the_workbook_comes_back(visit, tracker, tmp_path):
    server, store = tracker
    one = visit(width=1366, height=900, at=server)
    one.go("/followups?by=Reminders")
    with one.page.expect_download() as waiting:
        one.page.get_by_role("button", name="as a calendar (.ics)").first.click()
    events = Calendar.from_ical(waiting.value.path().read_bytes()).walk("VEVENT")
    assert f"follow-up-{of(store, 'Eve Example').id}@outcomestat" in {str(event["UID"]) for event in events} and all(event.walk("VALARM") for event in events)
    expect(one.page.get_by_test_id("stMain")).to_contain_text("Dear ")
    expect(one.page.get_by_test_id("stMain")).to_contain_text("No mail server is named")
    one.page.get_by_text("Workbook", exact=True).click()
    with one.page.expect_download() as waiting:
        one.page.get_by_role("button", name="The tracker as a workbook").click()
    waiting.value.save_as(tmp_path / "tracker.xlsx")
    book = openpyxl.load_workbook(tmp_path / "tracker.xlsx")
    sheet = book["Follow-ups"]
    column = {cell.value: cell.column for cell in sheet[1]}
    row = next(line[0].row for line in sheet if sheet.cell(line[0].row, column["follow-up"]).value == "count the lamps")
    sheet.cell(row, column["owner"]).value = "the lamp team"
    book.save(tmp_path / "wrong.xlsx")
    one.page.locator("input[type=file]").set_input_files(tmp_path / "wrong.xlsx")
    one.page.get_by_text("Refused: 1 problem to mend.").wait_for()
    one.page.get_by_text("“the lamp team” is no person").wait_for()
    sheet.cell(row, column["owner"]).value = "Lars Lamp"
    book.save(tmp_path / "right.xlsx")
    one.page.locator("input[type=file]").set_input_files(tmp_path / "right.xlsx")
    one.page.get_by_text("0 new, 1 changed").first.wait_for()
    press(one, "Write all of this")
    one.page.get_by_text("Written: 0 new, 1 changed.").first.wait_for()
    assert of(store, "Lars Lamp").action == "count the lamps"
    assert "Traceback" not in server.log.read_text()


@pytest.mark.parametrize("width", [390, 1366, 1920])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_view_fits_its_screen(visit, tracker, width, dark):
    server, store = tracker
    one = visit(width=width, height=844 if width == 390 else 900, dark=dark, at=server)
    late = of(store, "Theodore van der Berg-Castellanos")
    for path in ("", "?by=By+owner", "?by=By+agency", "?by=Reminders", "?by=Workbook", f"?followup={late.id}", "?followup=new"):
        one.go("/followups" + path)
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width, path
        wide = one.page.evaluate("""() => [...document.querySelectorAll('[data-testid=stMain] .stHtml *')].filter(e => !e.closest('.scroll') && !e.closest('.announce')
            && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))""")
        assert wide == [], (path, wide)
    one.go("/followups")
    first = one.page.locator("p.first.promised").bounding_box()
    assert first["y"] + first["height"] < 400 and "overdue" in one.page.locator("p.first.promised strong").inner_text(), "what is overdue is the first that is seen"
    top = one.page.locator("table.follow-ups tbody tr").first
    assert "Send the list of all empty lots" in top.inner_text() and top.bounding_box()["y"] < one.page.viewport_size["height"]


def test_a_public_server_tells_nothing(visit):
    one = visit()
    one.go("/followups")
    assert "The tracker of follow-ups needs the role staff" in main(one) and one.page.locator("table").count() == 0
