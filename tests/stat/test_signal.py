"""What residents ask a Stat's agencies for: the same figures as the page's, frozen with the rest; an older snapshot opens without them."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lib.language import _ as said_in
from lib.methods.requests import Flow, KeyFigures, OnTime, time_to_close
from lib.roles import Person, Role
from lib.stat import deck, signal
from lib.stat.papers import content
from lib.stat.papers import deck as slides
from lib.stat.papers.parts import Heading, Table, Text
from lib.stat.signal import RequestSignal
from lib.stat.snapshot import as_bytes, from_bytes
from lib.store import build
from lib.store import requests as store
from lib.store.database import open_engine
from lib.store.request_load import load_requests
from lib.store.requests import Asked
from tests.cities import ten_areas, write
from tests.stat.city import stat
from tests.stat.occasions import frozen, occasion
from tests.store.test_requests import HEADER, line

DAY = date(2026, 11, 24).toordinal()
FIGURES = KeyFigures(
    DAY, DAY - 400, (Flow(DAY - 13, DAY - 7, 30, 20, 110), Flow(DAY - 6, DAY, 40, 25, 125)), 1250, 300, (1000, 200),
    (("2026-10", OnTime(60, 45)), ("2026-11", OnTime(40, 35))), time_to_close({1: 50, 5: 30, 9: 15}, {20: 5}),
)  # fmt: skip
SIGNAL = RequestSignal("0123456789abcdef", "made-up.csv", ("SW-*", "Potholes"), ("Solid Waste",), FIGURES)
ABOUT = stat(request_types=("SW-*", "Potholes"), request_agencies=("Solid Waste",))


def test_each_figure_is_said_with_what_it_is_of():
    assert signal.headline(SIGNAL) == "1,250 requests are open, 300 of them overdue. A year before: 1,000 open, 200 overdue."
    assert signal.rows(SIGNAL) == [
        ("Open", "1,250, of which 300 are overdue"),
        ("Came in against closed", "70 in, 45 closed in 2 weeks"),
        ("On time", "80% of 100 that fell due (give or take chance: 71% to 87%)"),  # Wilson's limits of 80 in 100: 0.711 and 0.867
        ("Time to close", "half within 1 day; nine in ten within 9 days"),
    ]
    assert signal.source(SIGNAL) == ("Requests SW-…, Potholes and Solid Waste, up to Nov 24, 2026; the year is the 52 weeks to that day. "
                                     "Source: made-up.csv, load 01234567.")  # fmt: skip


def test_what_is_not_known_is_said_in_words_and_never_as_zero():
    empty = replace(SIGNAL, figures=replace(FIGURES, weeks=(), before=None, due=(), took=time_to_close({}, {3: 4})))
    assert signal.headline(empty) == "1,250 requests are open, 300 of them overdue."
    assert [text for _, text in signal.rows(empty)][1:] == ["no whole week yet", "none fell due in the year", "the median is not reached; nine in ten are not reached"]


def test_what_was_frozen_comes_back_the_same():
    kept = frozen(about=ABOUT, requests=SIGNAL)
    assert from_bytes(as_bytes(kept)).requests == SIGNAL and from_bytes(as_bytes(kept)).stat == ABOUT and as_bytes(from_bytes(as_bytes(kept))) == as_bytes(kept)


def test_a_snapshot_from_before_there_were_requests_opens_as_it_was():
    plain = json.loads(as_bytes(frozen(about=ABOUT, requests=SIGNAL)))
    del plain["requests"], plain["stat"]["request_types"], plain["stat"]["request_agencies"]
    old = from_bytes(json.dumps(plain).encode())
    assert old.requests is None and old.stat.request_types == ()
    assert [slide.kind for slide in deck.slides(old, ())].count("requests") == 0
    assert "Resident and field signal" not in headings(content.pre_memo(occasion(old)))


def headings(paper) -> list[str]:
    return [part.text for part in paper.parts if isinstance(part, Heading)]


def texts(paper) -> str:
    return "\n".join(part.text for part in paper.parts if isinstance(part, Text))


def test_the_pre_memo_and_the_deck_show_them_with_load_day_and_caveat():
    one = occasion(frozen(about=ABOUT, requests=SIGNAL))
    memo = content.pre_memo(one)
    names = headings(memo)
    assert names.index("Key indicators") < names.index("Resident and field signal") < names.index("Topics")
    assert "Asking is not need" in texts(memo) and "load 01234567" in texts(memo) and "Nov 24, 2026" in texts(memo)
    (made,) = [part for part in memo.parts if isinstance(part, Table) and part.caption == "Service requests of this Stat"]
    assert [(row[0].plain, row[1].plain) for row in made.rows] == signal.rows(SIGNAL)
    titles = [slide.title for slide in slides.deck(one).slides]
    assert titles.index("Resident and field signal") + 1 == titles.index(signal.QUESTION)
    (slide,) = [slide for slide in slides.deck(one).slides if slide.title == signal.QUESTION]
    assert slide.note.startswith("Asking is not need") and isinstance(slide.parts[0], Table)


def test_without_loaded_requests_the_memo_says_so_in_a_line_and_the_room_and_the_deck_stay_as_they_are():
    one = occasion(frozen(about=ABOUT))
    assert signal.NOT_LOADED in texts(content.pre_memo(one))
    assert signal.QUESTION not in [slide.title for slide in slides.deck(one).slides]
    assert "requests" not in [slide.kind for slide in deck.slides(one.frozen, ())]
    quiet = occasion(frozen())
    assert "Resident and field signal" not in headings(content.pre_memo(quiet)), "a Stat that is about no requests says nothing of them"


def test_the_room_asks_after_the_maps_and_before_the_topics():
    kinds = [slide.kind for slide in deck.slides(frozen(about=ABOUT, requests=SIGNAL), ())]
    assert kinds.index("indicator") < kinds.index("requests") < kinds.index("topic")
    assert said_in(signal.QUESTION) == signal.QUESTION


# From the store


@pytest.fixture
def loaded(tmp_path):
    """Requests of four types and three agencies over the last weeks."""
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    build.build(engine, write(tmp_path, ten_areas()))
    lines, begin = [], datetime(2026, 9, 1, 12, tzinfo=UTC)
    for number in range(80):
        created = begin + timedelta(days=number)
        kind, agency = (("SW-Alley", "Solid Waste"), ("sw-lower", ""), ("WW-Leak", "Water"), ("Potholes", "DOT"))[number % 4]
        closed = created + timedelta(days=number % 5) if number % 3 else None
        lines.append(line(f"n{number}", kind=kind, agency=agency, created=created.isoformat(), due=(created + timedelta(days=2)).isoformat(),
                          status="Closed" if closed else "New", closed=closed.isoformat() if closed else ""))  # fmt: skip
    path = tmp_path / "requests.csv"
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    load_requests(engine, path, person=Person("Ed", frozenset({Role.EDITOR})), zone=ZoneInfo("America/New_York"), now=datetime(2026, 11, 25, tzinfo=UTC))
    yield engine
    engine.dispose()


@pytest.mark.slow
def test_the_key_figures_are_those_of_the_single_questions(loaded):
    asked = Asked(types=("SW-*",), agencies=("DOT",))
    (load,) = store.loads(loaded)
    found = store.key_figures(loaded, asked, load.last_day)
    assert (found.backlog, found.overdue) == store.backlog(loaded, asked, load.last_day)
    assert found.took == store.time_until_closed(loaded, asked, found.since, load.last_day)
    due = store.due_by_day(loaded, asked, found.since, load.last_day)
    assert (found.on_time.due, found.on_time.in_time) == (sum(one.due for one in due.values()), sum(one.in_time for one in due.values()))
    assert found.opened == sum(count for day, count in store.daily(loaded, asked)[0].items() if day >= found.weeks[0].first)
    kept = signal.signal(ABOUT, load, found)
    assert kept is not None and (kept.load, kept.figures) == (load.id, found)


@pytest.mark.parametrize(("types", "agencies", "count"), [
    ((), (), 80), (("SW-*",), (), 20), (("SW-Alley",), (), 20), (("SW",), (), 0), (("SW-*", "WW-*"), (), 40), (("SW-*",), ("Solid Waste", "DOT"), 40),
    ((), ("Water",), 20), (("*",), (), 80), (("S_-*", "%"), (), 0),
])  # fmt: skip
def test_types_may_begin_so_and_agencies_join_them(loaded, types, agencies, count):
    """Capitals and small letters are told apart, as PostgreSQL does; nothing in a name is a pattern."""
    opened, _ = store.daily(loaded, Asked(types=types, agencies=agencies))
    assert sum(opened.values()) == count


def test_where_no_request_is_the_stats_there_is_nothing_to_freeze(loaded):
    (load,) = store.loads(loaded)
    assert signal.signal(ABOUT, load, store.key_figures(loaded, Asked(types=("ZZ-*",)), load.last_day)) is None
