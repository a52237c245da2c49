"""What a reader's own browser does when the server that holds their page dies."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect, sync_playwright

from bench.returning import COOKIE
from tests.browser.conftest import FLAGS, chromium_path
from tests.replicas.conftest import STANDS_IN

pytestmark = pytest.mark.slow
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"


@pytest.fixture
def page():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        context = browser.new_context(ignore_https_errors=True)
        context.set_default_timeout(60_000)
        yield context.new_page()
        browser.close()


def held_by(page) -> str:
    return next(one["value"] for one in page.context.cookies() if one["name"] == COOKIE)


def go(page, which: str) -> None:
    """Opens the first or the last page of the first menu, without loading the site anew."""
    page.get_by_test_id("stTopNavSection").first.click()
    getattr(page.get_by_test_id("stTopNavDropdownLink"), which).click()


def test_the_page_connects_again_by_itself_and_what_it_offers_comes_from_where_it_is_now(site, page):
    page.goto(site.url)
    page.wait_for_selector(SETTLED)
    heading = page.locator("h1.page").first
    name = heading.inner_text()
    page.evaluate("window.seenBefore = true")  # gone where the page is loaded anew
    before = held_by(page)
    with page.expect_websocket():
        site.replica_of(before).kill()
    page.wait_for_selector("[data-test-connection-state=CONNECTED]")
    expect(heading).to_have_text(name)
    go(page, "last")
    expect(heading).not_to_have_text(name)
    assert page.evaluate("window.seenBefore") and held_by(page) == STANDS_IN[before]
    site.replica_of(before).start()  # and is asked again for what is new, but not for this reader's page
    site.replica_of(before).wait_until_ready()
    go(page, "first")
    expect(heading).to_have_text(name)
    page.wait_for_selector(SETTLED)
    for _ in range(3):
        with page.expect_download() as waiting:
            page.get_by_role("button", name="CSV").first.click()
        assert waiting.value.failure() is None
