"""Every page in a made-up language: no word of the interface goes past the catalogue, in any of its states, by whoever looks."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from google.protobuf.descriptor import FieldDescriptor

from lib import words
from lib.cycle import Deliverable, State, Strategy
from lib.roles import READER, Person, Role
from lib.store import curve, follow_ups, meetings
from lib.store.catalogue import read_catalogue
from lib.store.request_load import load_requests
from lib.ui import about, cache, people, stat
from lib.ui.nav import PAGES
from tests.cities import BUDGET, COVERAGE, DEFLATOR, SERVICE_LINKS, SERVICE_MEASURES, empty, with_stats
from tests.pages.conftest import TODAY, open_page
from tests.pages.test_intake_page import HEADER as FIGURES
from tests.pages.test_requests_page import NOW, OLD, YEAR_AGO
from tests.pseudo import pseudo, texts_in, unwrapped
from tests.store.test_requests import HEADER

pytestmark = pytest.mark.slow

ED = Person("Ann Writer", frozenset({Role.EDITOR}))
MEETING = date(2026, 12, 3)
READ = {"label", "help", "placeholder", "body", "options", "alt", "title", "caption", "text", "content", "message"}

# What may stand on a page in the language of its writer, and why.
TYPED = ["Ann Writer", "Ann Owner", "Who has none?", "Alarms", "City Hall", "Which homes get alarms", "Send the list", "Knock on doors", "requests.csv",
         "Needs a list", "About $5", "Remington", "Pot <hole>", "Pot", "hole", "DPW", "DOT", "Alley", "nowhere"]  # fmt: skip  # by people, or in the files that they loaded
CODE = ["python -m lib.store requests load FILE --author NAME", "ServiceRequestNum", "SRType", "CreatedDate", "DueDate", "CloseDate", "SRStatus", "CSV", "SVG", "XLSX", "JSON", "https://",
        "DATA.md", "Markdown", "config.toml"]  # fmt: skip  # to be written exactly so
NAMES = ["English", "Español", "OutcomeStat", "Baltimore City"]  # languages are called as their speakers call them; the city is not the test's
ICON = re.compile(r'<span class="icon"[^>]*>.*?</span>')  # the name of a picture, which nobody reads
IN_ENGLISH = re.compile(r"<div lang='en'>.*</div>", re.DOTALL)  # the methods' descriptions, as the code has them; the page says so
AS_KEPT = {
    "audit": re.compile(r"<tbody>.*</tbody>|^(?:write|plan|bring|load|step|release) .*$", re.DOTALL | re.MULTILINE),  # each entry stays in the words in which it was written
    "data": re.compile(r"<table.*?</table>|<pre>.*?</pre>|<dd>[^<]*, release .*?</dd>", re.DOTALL),  # columns, their descriptions and how to cite: one contract for all
}


def shown(app) -> str:
    """All that can be read on the page: what stands there, labels, help, options, what is read out in place of a picture."""
    found: list[str] = []

    def of(message) -> None:
        for field, value in message.ListFields():
            several = value if field.is_repeated else [value]
            if field.type == FieldDescriptor.TYPE_MESSAGE and not field.message_type.GetOptions().map_entry:
                for one in several:
                    of(one)
            elif field.type == FieldDescriptor.TYPE_STRING and field.name in READ:
                found.extend(several)

    def walk(node) -> None:
        if getattr(node, "proto", None) is not None:
            of(node.proto)
        for child in getattr(node, "children", {}).values():
            walk(child)

    walk(app._tree)
    return "\n".join(IN_ENGLISH.sub(" ", ICON.sub(" ", one)) for one in found).replace("\\", "")


def left(app, data: list[str], address: str = "") -> list[str]:
    assert not app.exception
    known = [*data, *TYPED, *CODE, *NAMES]
    return unwrapped(AS_KEPT[address].sub(" ", shown(app)) if address in AS_KEPT else shown(app), data=[*known, *map(html.escape, known)])


def configured() -> list[str]:
    """The city's own texts in its settings: its names, whom to ask, how areas are ranked. What it calls an area is said by the catalogue."""
    chosen = cache.settings()
    ranked = [text for one in chosen.equity.ranking for text in texts_in(*one.model_dump().values())]
    return [*texts_in(*chosen.city.model_dump().values()), *ranked, *(one.removeprefix("with ") for one in ranked)]


@pytest.fixture
def looking(monkeypatch):
    def look(person: Person) -> None:
        monkeypatch.setattr(people, "current_person", lambda: person)

    return look


@pytest.fixture(autouse=True)
def without_sources(monkeypatch, tmp_path):
    """DATA.md is the city's own text, in its language."""
    monkeypatch.setattr(about, "city_folder", lambda: tmp_path)


@pytest.fixture
def full(city, looking, tmp_path) -> list[str]:
    """A city with something on every page. Gives the texts of its data: they are in its own language."""
    looking(Person(ED.name, frozenset({Role.ADMINISTRATOR})))
    folder = city(with_stats(**{
        "services.csv": SERVICE_LINKS, "budget.csv": BUDGET, "budget_coverage.csv": COVERAGE, "service_measures.csv": SERVICE_MEASURES, "deflator.csv": DEFLATOR,
    }))  # fmt: skip
    path = tmp_path / "requests.csv"
    path.write_text(HEADER + OLD + YEAR_AGO + NOW, encoding="utf-8")
    source = cache.engine()
    load_requests(source, path, person=ED, zone=ZoneInfo("America/New_York"), now=datetime(2026, 6, 30, tzinfo=UTC))
    framed = meetings.plan(source, stat="fire", day=MEETING, at="14:00", place="City Hall", decision="Which homes get alarms", person=ED)
    blocks = meetings.plan(source, stat="blocks", day=MEETING, at="10:00", place="City Hall", decision="", person=ED)
    for one in (framed, blocks):
        meetings.bring(source, one, title="Alarms", question="Who has none?", person=ED)
    for days, done in ((-30, None), (5, None), (90, None), (-3, TODAY)):
        follow_ups.write_down(source, stat="fire", meeting=framed.id, person=ED, action="Send the list", owner="Ann Owner", agency="Fire", due=TODAY + timedelta(days=days),
                              deliverable=Deliverable.TO_DO, indicator="fires", public=True, done_on=done, evidence="Needs a list" if done else "")  # fmt: skip
    curve.add(source, Strategy, indicator="fires", person=ED, name="Knock on doors", kind="strategy", agency="Fire", partners=(), started=date(2024, 1, 1), ended=None,
              cost="About $5", evidence="none stated", about="Alarms", reference="")  # fmt: skip
    catalogue = read_catalogue(folder)
    found = texts_in(catalogue.frameworks, catalogue.areas, catalogue.measures, catalogue.stats, catalogue.agencies, catalogue.budget, catalogue.geographies,
                     configured())  # fmt: skip
    found += sorted({one for column in catalogue.observations.columns for one in catalogue.observations[column].astype(str)} & {"tests/cities.py"})
    return found + [words.unit_beside(one) for one in found if words.is_percent(one) or words.is_dollars(one)]


STATES = [
    *((entry.address, {}) for entry in PAGES),
    *(("indicator", {"indicator": "fires", "tab": tab}) for tab in ("Definition", "Turn the curve", "Figures and references")),
    *(("budget", {"view": view}) for view in ("Line of sight", "Try it")),
    ("budget", {"view": "Line of sight", "line": "service:9"}),
    ("map", {"measure": "median_household_income"}), ("map", {"measure": "fires", "show": "Change"}), ("map", {"measure": "population"}),
    ("neighborhood", {"area": "area-2"}), ("neighborhood", {"area": "new"}), ("neighborhood", {"area": "nowhere"}),
    ("compare", {"with": "area-1,area-2"}), ("requests", {"request-type": "Pot <hole>"}),
    ("followups", {"followup": "new"}), *(("followups", {"by": view}) for view in ("By owner", "By agency", "Reminders", "Workbook")),
    ("indicator", {"indicator": "nothing"}), ("meeting", {"meeting": "nothing"}), ("followups", {"followup": "nothing"}),
    *((entry.address, {"present": "true"}) for entry in PAGES),
]  # fmt: skip


def test_no_word_goes_past_the_catalogue(full):
    """All states in one city, so that it is made once."""
    found = {}
    for address, query in STATES:
        with pseudo():
            if rest := left(open_page(address, **query), full, address):
                found[" ".join([address, *query.values()])] = rest
    assert not found, "\n".join(f"{page}: {' '.join(rest)}" for page, rest in found.items())


def test_nor_on_the_page_and_in_the_room_of_a_meeting(full):
    source = cache.engine()
    for one in meetings.meetings(source):
        with pseudo():
            assert " ".join(left(open_page("meeting", meeting=one.id), full)) == ""
        for to in (State.DRAFTED, State.CHECKED, State.RELEASED):
            with pseudo():  # what is frozen stays in the language in which it was frozen
                content, release = (stat.as_released(one), cache.release()) if to is State.RELEASED else (None, "")
            one = meetings.step(source, one, to, person=ED, today=TODAY, content=content, release=release)  # noqa: PLW2901
        with pseudo():
            assert " ".join(left(open_page("meeting", meeting=one.id), full)) == ""
            first = open_page("meeting", meeting=one.id, present="true", slide="1")
            number = int(re.search(r"/|\d+\D+(\d+)", next(caption.value for caption in first.caption))[1])
            for slide in range(1, number + 1):
                assert " ".join(left(open_page("meeting", meeting=one.id, present="true", slide=str(slide)), full)) == "", slide


def test_nor_on_the_page_of_a_follow_up(full):
    for one in follow_ups.follow_ups(cache.engine()):
        with pseudo():
            assert left(open_page("followups", followup=one.id), full) == []


def test_nor_in_what_is_said_of_a_file_and_of_its_load(full):
    sent = [*full, "figures.csv", "about 7", "smoke"]
    with pseudo():
        for rows in ("fires,2026,,,about 7,,,\nsmoke,2026,,,1,,,\n", "fires,2025,,,7.9,790,100000,\nfires,2026,,,7.0,700,100000,\n"):
            app = open_page("intake")
            app.file_uploader(key="upload").set_value(("figures.csv", (FIGURES + rows).encode(), "text/csv")).run()
            assert " ".join(left(app, sent)) == ""
        app.checkbox(key="confirmed").check().run()
        app.button(key="publish").click().run()
        assert " ".join(left(app, sent)) == ""
        app.button(key=f"undo-{cache.loads()[0].id}").click().run()
        assert " ".join(left(app, sent)) == ""
    assert cache.loads()[0].is_undone


@pytest.mark.parametrize("address", [entry.address for entry in PAGES])
def test_nor_where_there_is_nothing_or_nobody_may_look(city, looking, address):
    looking(READER)
    city(empty(), "empty")
    data = texts_in(cache.current_framework(), configured())
    with pseudo():
        assert left(open_page(address), data, address) == []
