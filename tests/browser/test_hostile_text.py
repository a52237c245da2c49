"""A city in which every name and every note would do harm, in a real browser and without the server's headers: all of it is text, on every page.

Without the headers, so that what keeps it harmless is how the pages write it; what the headers refuse besides is in test_open_data.py.
"""

import json
import os
import re
import subprocess
import sys
from datetime import date, timedelta

import pytest

from lib.cycle import Deliverable
from lib.newcity.__main__ import write_city
from lib.roles import Person, Role
from lib.settings import ROOT
from lib.store import feedback, follow_ups, meetings
from lib.store.database import open_engine
from lib.ui.nav import PAGES
from tests.browser.test_every_page import GO, settled

HOSTILE = '<img src=x onerror="ran=1"><script>ran=1</script> $\\frac{1}{2}$ ![x](https://evil.test/x.png) [y](javascript:ran=1) :red[z]'
CHIEF = Person("anne@city.gov", frozenset({Role.ADMINISTRATOR}))
FOUND = """() => ({
    ran: window.ran,
    formulas: document.querySelectorAll('.katex').length,
    elsewhere: [...document.querySelectorAll('img, iframe, script, image, object, embed')].map(e => e.src || e.getAttribute('href') || '').filter(at => at.includes('evil.test')),
    pictures: document.querySelectorAll('img[src="x"], [onerror]').length,
    links: [...document.querySelectorAll('a')].filter(e => e.protocol === 'javascript:' || e.hostname === 'evil.test').length,
})"""
NOTHING = {"ran": None, "formulas": 0, "elsewhere": [], "pictures": 0, "links": 0}


def named_hostile(folder) -> None:
    """Puts the text into every name, title, question and note of the city's files."""
    for path in (folder / "data").rglob("*.toml"):
        text = re.sub(r'^(name|question|note|description|definition|led_by) = "([^"]*)"$', lambda found: f"{found[1]} = {json.dumps(f'{found[2]} {HOSTILE}')}", path.read_text(encoding="utf-8"), flags=re.M)
        path.write_text(text, encoding="utf-8")
    for path, names in ((folder / "data/areas/areas.csv", ("North Hill", "Mill Pond")), (folder / "data/agencies.csv", (",Housing,Housing",))):
        text = path.read_text(encoding="utf-8")
        for name in names:
            quoted = f"{name.strip(',').split(',')[0]} {HOSTILE}".replace('"', '""')
            text = text.replace(name, f',"{quoted}",Housing' if name.startswith(",") else f'"{quoted}"')
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory, start_server):
    folder = tmp_path_factory.mktemp("hostile") / "city"
    write_city(folder, "Lakeside")
    named_hostile(folder)
    surroundings = {"OUTCOMESTAT_CITY": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'store.db'}"}
    built = subprocess.run([sys.executable, "-m", "lib.store", "build"], cwd=ROOT, env=os.environ | surroundings, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    engine = open_engine(surroundings["DATABASE_URL"])
    day = date.today() + timedelta(days=8 - date.today().isoweekday())  # a Monday to come
    (stat,) = re.findall(r'^id = "(.*)"', (folder / "data/stats.toml").read_text(), re.M)[:1]
    meeting = meetings.plan(engine, stat=stat, day=day, at="14:00", place=HOSTILE, person=CHIEF)
    follow_ups.write_down(engine, stat=stat, agency="Fire", meeting=meeting.id, action=HOSTILE, owner="Ben <img src=x onerror=ran=1> $x$", issue=HOSTILE, notes=HOSTILE, due=day,
                          deliverable=Deliverable.MEMO, public=True, person=CHIEF)  # fmt: skip
    key = feedback.send(engine, about="indicator", subject="house-fires", text=HOSTILE, language="en")
    waiting = next(one for one in feedback.waiting(engine, person=CHIEF) if one.id == key)
    shown = feedback.decide(engine, waiting, feedback.State.SHOWN, person=CHIEF)
    feedback.answer(engine, shown, text=HOSTILE, by="Fire", agencies={"Fire"}, person=CHIEF)
    engine.dispose()
    return start_server(OUTCOMESTAT_LOCAL_STAFF="1", **surroundings)


def test_on_no_page_does_a_text_of_the_data_act(visit, site):
    one = visit(at=site)
    one.go("/scorecard")
    wrong, shown = {}, set()
    for entry in PAGES:
        if entry is not PAGES[0]:
            one.page.evaluate(GO, entry.address)
        settled(one.page, entry.address)
        if (found := one.page.evaluate(FOUND)) != NOTHING:
            wrong[entry.address] = found
        if "<img src=x onerror=" in one.page.get_by_test_id("stMain").inner_text():
            shown.add(entry.address)
    assert wrong == {}
    assert {"scorecard", "outcome", "indicator", "yourview", "promises", "followups", "meeting", "changes"} <= shown, shown  # so it was there to do harm


@pytest.mark.parametrize("address", ["/indicator?indicator={}&tab={}", "/yourview?subject={}", "/map?measure={}&lang={}", "/followups?followup={}", "/budget?line={}", "/no{}"])
def test_no_text_of_an_address_acts(visit, site, address):
    one = visit(at=site)
    one.page.goto(site.url + address.replace("{}", "%3Cimg%20src%3Dx%20onerror%3D%22ran%3D1%22%3E%24%5Cfrac%7B1%7D%7B2%7D%24%20!%5Bx%5D(https%3A%2F%2Fevil.test%2Fx.png)"))
    one.settled()
    assert one.page.evaluate(FOUND) == NOTHING
    if address.startswith("/no"):
        one.complaints.clear()  # a page that is not there is answered by a 404
