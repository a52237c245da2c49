"""An analyst's way through a real browser: the workbook down, filled, up, the report, mended, up again, published, taken back."""

import openpyxl
import pytest

from tests.browser.conftest import Server


@pytest.fixture
def staff(start_server) -> Server:
    """A server as `make run` starts it: for the staff of this machine."""
    return start_server(OUTCOMESTAT_LOCAL_STAFF="1")


def fill(path, to, *, value) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["Values"]
    header = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for column in range(1, sheet.max_column + 1):
            sheet.cell(row, column).value = None
    for name, entry in (("indicator_id", "visitors"), ("period", "2025"), ("value", value)):
        sheet.cell(2, header[name]).value = entry
    book.save(to)


def test_from_the_template_to_a_published_figure_and_back(visit, staff, tmp_path):
    one = visit(width=1366, height=900, at=staff)
    one.go("/intake")
    with one.page.expect_download() as waiting:
        one.page.get_by_role("button", name="Workbook to fill").click()
    waiting.value.save_as(tmp_path / "template.xlsx")

    fill(tmp_path / "template.xlsx", tmp_path / "wrong.xlsx", value="about 29")
    one.page.locator("input[type=file]").set_input_files(tmp_path / "wrong.xlsx")
    one.page.get_by_text("Refused: 1 problem to mend.").first.wait_for()
    assert "about 29" in one.page.locator("[data-testid=stMain]").inner_text()
    with one.page.expect_download() as waiting:
        one.page.get_by_role("button", name="The same file with these cells marked").click()
    waiting.value.save_as(tmp_path / "marked.xlsx")
    comments = [cell.comment.text for row in openpyxl.load_workbook(tmp_path / "marked.xlsx")["Values"] for cell in row if cell.comment]
    assert any("about 29" in text or "not a number" in text for text in comments)

    fill(tmp_path / "template.xlsx", tmp_path / "right.xlsx", value=29.3)
    one.page.locator("input[type=file]").set_input_files(tmp_path / "right.xlsx")
    one.page.get_by_text("Accepted: 1 figure").first.wait_for()
    one.settled()
    confirm = one.page.get_by_text("I have looked at")
    if confirm.count():
        confirm.click()
    one.page.locator(".st-key-publish button:not([disabled])").click()
    one.page.get_by_text("Published: 1 figure").first.wait_for()

    other = visit(at=staff)
    other.go("/indicator?indicator=visitors")
    assert "29.3" in other.page.locator(".headline").inner_text()

    one.page.get_by_role("button", name="Take back").click()
    one.page.get_by_text("Taken back: right.xlsx").first.wait_for()
    other.go("/indicator?indicator=visitors")
    assert "29.3" not in other.page.locator(".headline").inner_text()
    assert "Traceback" not in staff.log.read_text()


def test_a_public_server_offers_no_upload(visit):
    one = visit()
    one.go("/intake")
    assert one.page.locator("input[type=file]").count() == 0
    assert "Data intake needs the role editor" in one.page.locator("[data-testid=stMain]").inner_text()
