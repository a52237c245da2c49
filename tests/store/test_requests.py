"""Service requests in the store: what is wrong in a file is counted and named, a load is whole or absent, and both databases answer as a plain count does."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, inspect, select

from bench.requests import generate
from lib.errors import LoadRefused, NotAllowed
from lib.methods import requests as formulas
from lib.roles import READER, Person, Role
from lib.store import build, request_load
from lib.store import requests as store
from lib.store.batches import audit_trail
from lib.store.database import open_engine
from lib.store.request_load import load_requests
from lib.store.request_rows import LEFT_OUT, SET_ASIDE, normalised_address
from lib.store.requests import Asked
from lib.store.schema import REQUEST_TABLES, service_request
from tests.cities import ten_areas, write

ED = Person("Ed", frozenset({Role.EDITOR}))
ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
HEADER = "ServiceRequestNum,SRType,MethodReceived,CreatedDate,SRStatus,DueDate,CloseDate,Neighborhood,Agency,Address,Latitude,Longitude\n"
# Rows 1 to 4 are the City's own, as recorded in sadacca/balt311-service-equity, data/sample/sample_311_2025.json @2278779.
CITY = (
    "ServiceRequestNum,SRType,MethodReceived,CreatedDate,SRStatus,DueDate,CloseDate,Neighborhood,Agency\n"
    "25-01091831,HLTH-EV Noise,API,1767225522000,Closed,1769644722000,1768230000000,Mondawmin,Health\n"
    "25-01091828,BGE-StLight(s) Out,Phone,1767224821000,New,1767570421000,,Downtown West,BGE\n"
    "25-01091830,ECC-Information Request,Phone,1767225388000,Closed,1767207388000,1767225389000,,ECC\n"
    "25-01091815,HLTH-EV Noise,API,1767222796000,Closed (Duplicate),1769641996000,1767702000000,Central Park Heights,Health\n"
)


@pytest.fixture
def city(engine, tmp_path):
    build.build(engine, write(tmp_path, ten_areas()))
    return engine


def line(number: str, *, kind: str = "Alley", created: str = "2026-06-01T12:00:00Z", status: str = "New", due: str = "", closed: str = "", place: str = "",
         agency: str = "DPW", address: str = "", y: object = "", x: object = "") -> str:  # fmt: skip
    return f"{number},{kind},Phone,{created},{status},{due},{closed},{place},{agency},{address},{y},{x}\n"


def load(engine, tmp_path, content: str, *, name: str = "requests.csv", person: Person = ED):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return load_requests(engine, path, person=person, zone=ZONE, now=NOW)


def rows(engine) -> dict[str, object]:
    with engine.connect() as connection:
        return {row.id: row for row in connection.execute(select(service_request))}


def nothing_there(engine) -> bool:
    with engine.connect() as connection:
        return all(connection.execute(select(func.count()).select_from(table)).scalar() == 0 for table in REQUEST_TABLES)


def test_the_citys_own_rows_are_read(city, tmp_path):
    found = load(city, tmp_path, CITY)
    assert (found.rows, found.new, found.set_aside, found.problems) == (4, 4, 0, {"due before it came in": 1, "unknown area": 3})
    there = rows(city)
    noise = there["25-01091831"]
    assert datetime.fromtimestamp(noise.created_at, UTC) == datetime(2025, 12, 31, 23, 58, 42, tzinfo=UTC)
    assert noise.created_day == datetime(2025, 12, 31).toordinal() and (noise.in_time, noise.agency, noise.place) == (1, "Health", "Mondawmin")
    light, call, double = there["25-01091828"], there["25-01091830"], there["25-01091815"]
    assert light.closed_at is None and light.in_time == 0
    assert call.at_once and call.due_at is None and call.in_time is None, "a due date before it came in is none"
    assert double.duplicate_marked and not noise.duplicate_marked


FAULTS = {
    "malformed": [line("", y=1, x=1), line("m2", kind=""), "m3,too,few\n", line("m" * 41)],
    "date unreadable": [line("d1", created="yesterday"), line("d2", created=""), line("d3", status="Closed", closed="soon"), line("d4", created="99")],
    "reversed": [line("r1", status="Closed", closed="2026-05-31T12:00:00Z")],
    "future date": [line("f1", created="2026-08-01T12:00:00Z"), line("f2", status="Closed", closed="2027-01-01T12:00:00Z")],
    "closed without a date": [line("c1", status="Closed")],
    "due date unreadable": [line("u1", due="when possible")],
    "due before it came in": [line("u2", due="2026-05-01T12:00:00Z")],
    "zero coordinates": [line("z1", y=0, x=0), line("z2", y="0.0", x=-76.69)],
    "coordinates unreadable": [line("k1", y="north", x=-76.69), line("k2", y=39.26)],
    "swapped coordinates": [line("s1", y=-76.69, x=39.26)],
    "outside the city": [line("o1", y=39.26, x=-75.0)],
    "unknown area": [line("a1", place="Atlantis")],
}


def test_every_problem_is_tried():
    assert set(FAULTS) == {*SET_ASIDE, *LEFT_OUT}


def test_what_is_wrong_is_counted_and_named_and_nothing_is_dropped_without_a_word(city, tmp_path):
    several = [one for faults in FAULTS.values() for one in faults]
    found = load(city, tmp_path, HEADER + "".join(several) + line("good", y=39.26, x=-76.69))
    assert found.problems == {problem: len(faults) for problem, faults in FAULTS.items()}
    assert found.rows == len(several) + 1 == found.new + found.updated + found.repeated + found.set_aside
    assert found.set_aside == sum(len(FAULTS[problem]) for problem in SET_ASIDE)
    there = rows(city)
    assert len(there) == found.new and not {"r1", "f1", "c1", "d1"} & set(there)
    assert (there["good"].area, there["s1"].area, there["s1"].x, there["s1"].y) == ("area-1", "area-1", -76.69, 39.26)
    assert all(there[one].x is None and there[one].area == "" for one in ("z1", "z2", "k1", "k2", "o1"))
    assert there["u1"].due_at is None and there["u2"].in_time is None and there["a1"].place == "Atlantis" and there["a1"].area == ""
    kept = {one.problem: one for one in store.problems(city, found.load)}
    assert {problem: one.rows for problem, one in kept.items()} == found.problems
    assert kept["reversed"].set_aside and not kept["outside the city"].set_aside
    assert kept["reversed"].examples == [f"line {2 + several.index(FAULTS['reversed'][0])}: r1: 2026-06-01T12:00:00Z, 2026-05-31T12:00:00Z, Closed"]


def test_days_are_the_citys_and_dates_may_be_written_out(city, tmp_path):
    load(city, tmp_path, HEADER + line("late", created="2026-06-02T03:30:00Z") + line("early", created="2026-06-01 23:30:00") + line("slash", created="2026/06/02 03:30:00+00")
         + line("ours", created="6/1/2026 11:30:00 PM") + line("day", created="2026-06-01", due="2026-06-01", status="Closed", closed="2026-06-01T20:00:00Z"))  # fmt: skip
    there = rows(city)
    assert {row.created_day for row in there.values()} == {datetime(2026, 6, 1).toordinal()}
    assert there["late"].created_at == there["early"].created_at == there["slash"].created_at == there["ours"].created_at
    assert there["day"].in_time == 1, "what is due on a day is due at its end"


def test_areas_by_point_first_and_else_by_any_name(city, tmp_path):
    load(city, tmp_path, HEADER + line("point", y=39.28, x=-76.69, place="Remington") + line("edge", y=39.2495, x=-76.69) + line("name", place="remington")
         + line("new", place="New Name") + line("other", place="mt old and new"))  # fmt: skip
    assert {key: row.area for key, row in rows(city).items()} == {"point": "area-6", "edge": "area-1", "name": "area-1", "new": "area-2", "other": "area-2"}


def test_a_number_that_comes_again_is_updated_and_the_later_row_counts(city, tmp_path):
    first = load(city, tmp_path, HEADER + line("a") + line("b", status="Closed", closed="2026-06-02T12:00:00Z") + line("a", kind="Pothole"))
    assert (first.new, first.updated, first.repeated) == (2, 0, 1) and rows(city)["a"].type == "Pothole"
    second = load(city, tmp_path, HEADER + line("a", kind="Pothole", status="Closed", closed="2026-06-05T12:00:00Z") + line("b") + line("c"))
    assert (second.new, second.updated, second.repeated, second.rows) == (1, 2, 0, 3)
    there = rows(city)
    assert there["a"].closed_at is not None and not there["a"].reopened
    assert there["b"].closed_at is None and there["b"].reopened, "it was closed and is open again"
    assert {row.load for row in there.values()} == {second.load}
    load(city, tmp_path, HEADER + line("b", status="Closed", closed="2026-06-09T12:00:00Z"))
    assert rows(city)["b"].reopened, "it stays known"


def test_open_with_a_closing_date_is_opened_again(city, tmp_path):
    load(city, tmp_path, HEADER + line("a", status="Reopened", closed="2026-06-02T12:00:00Z"))
    assert rows(city)["a"].reopened and rows(city)["a"].closed_at is None


def test_the_same_file_again_changes_nothing(city, tmp_path):
    first = load(city, tmp_path, CITY)
    again = load(city, tmp_path, CITY)
    assert again.load == first.load and not again.is_new and len(store.loads(city)) == 1


def test_the_first_load_leaves_the_index_there_also_where_it_fails(city, tmp_path):
    def indexes() -> list[str]:
        return [one["name"] for one in inspect(city).get_indexes("service_request")]

    with pytest.raises(LoadRefused):
        load(city, tmp_path, HEADER)
    assert indexes() == ["request_asked_for"]
    load(city, tmp_path, CITY)
    assert indexes() == ["request_asked_for"]


def test_the_audit_says_who_loaded_what(city, tmp_path):
    found = load(city, tmp_path, CITY)
    (entry,) = [one for one in audit_trail(city) if one.action == "load requests"]
    assert (entry.who, entry.subject) == ("Ed", found.load) and "4 new" in entry.detail and "requests.csv" in entry.detail


@pytest.mark.parametrize(("content", "sentence"), [
    ("", "lacks the columns"),
    ("ServiceRequestNum,SRType\na,b\n", "lacks the columns CreatedDate, CloseDate, SRStatus"),
    (HEADER, "holds no request"),
    (HEADER + line("a", created="never"), "holds no request"),
    (HEADER + line("a") + '"' + "x" * 200_000, "cannot be read"),
    ("PK\x03\x04", "no CSV file"),
])  # fmt: skip
def test_a_file_that_is_none_is_refused_and_nothing_is_kept(city, tmp_path, content, sentence):
    with pytest.raises(LoadRefused, match=sentence) as caught:
        load(city, tmp_path, content)
    assert caught.value.sentence.endswith("Nothing was changed.") and nothing_there(city)


def test_a_load_that_fails_in_its_middle_leaves_nothing(city, tmp_path, monkeypatch):
    def fails(*_):
        raise OSError("disk full")

    monkeypatch.setattr(request_load, "find_duplicates", fails)
    with pytest.raises(OSError, match="disk full"):
        load(city, tmp_path, CITY)
    assert nothing_there(city) and not [one for one in audit_trail(city) if one.action == "load requests"]


def test_a_reader_may_not_load(city, tmp_path):
    with pytest.raises(NotAllowed):
        load(city, tmp_path, CITY, person=READER)
    assert nothing_there(city)


def test_no_address_is_kept_and_one_written_in_two_ways_is_one(city, tmp_path):
    assert normalised_address("100 North Gay Street, Baltimore") == normalised_address("100 N. GAY ST") == "100 n gay st"
    assert normalised_address("Gay Street") == ""
    load(city, tmp_path, HEADER + line("a", address="100 North Gay Street") + line("b", created="2026-06-02T12:00:00Z", address="100 N GAY ST") + line("c", address="Gay Street"))
    there = rows(city)
    assert there["a"].cluster == there["b"].cluster == "a" and there["c"].cluster == there["c"].address == ""
    assert "gay" not in repr(list(there.values())).lower()


def test_duplicates_are_found_anew_when_a_request_is_updated(city, tmp_path):
    spot = {"y": 39.26, "x": -76.69}
    load(city, tmp_path, HEADER + line("a", **spot) + line("b", created="2026-06-03T12:00:00Z", **spot))
    assert {row.cluster for row in rows(city).values()} == {"a"}
    assert [one.likely for one in store.sensitivity(city, Asked())] == [1] * 9
    load(city, tmp_path, HEADER + line("a", status="Closed", closed="2026-06-02T12:00:00Z", **spot))
    assert {row.cluster for row in rows(city).values()} == {""} and store.sensitivity(city, Asked()) == []


# Questions against a plain count of the same requests, which tests that SQLite and PostgreSQL agree


@pytest.fixture
def many(city, tmp_path):
    """300 requests of a seed; and the rows as they are stored."""
    chance = random.Random(311)
    lines = []
    for number in range(300):
        created = datetime(2025, 5, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(24 * 400))
        due = created + timedelta(days=chance.randrange(1, 30)) if chance.random() < 0.9 else None
        closed = created + timedelta(hours=chance.randrange(0, 24 * 60)) if chance.random() < 0.8 else None
        closed = None if closed is None or closed > NOW else closed
        status = "New" if closed is None else chance.choice(["Closed", "Closed", "Closed (Duplicate)", "Closed (Transferred)"])
        lines.append(line(f"n{number:03d}", kind=chance.choice(["Alley", "Pothole"]), created=created.isoformat(), due=due.isoformat() if due else "", status=status,
                          closed=closed.isoformat() if closed else "", agency=chance.choice(["DPW", "DOT", ""]), y=39.26 + chance.randrange(3) / 10_000,
                          x=-76.69 + chance.randrange(2) * 0.02))  # fmt: skip
    load(city, tmp_path, HEADER + "".join(lines))
    return city, list(rows(city).values())


DAY = datetime(2026, 5, 15).toordinal()
SINCE = DAY - 363


@pytest.mark.parametrize("asked", [Asked(), Asked(type="Alley"), Asked(agency="DOT", area="area-1")])
def test_every_question_is_answered_as_a_plain_count_answers_it(many, asked):
    engine, every = many
    own = [one for one in every if all(not wanted or getattr(one, name) == wanted for name, wanted in asked.__dict__.items())]
    is_open = [one for one in own if formulas.is_open(one.created_day, one.closed_day, DAY)]
    overdue = [one for one in own if formulas.is_overdue(one.created_day, one.closed_day, one.due_day, DAY)]
    assert store.backlog(engine, asked, DAY) == (len(is_open), len(overdue)) and is_open and overdue
    opened, closed = store.daily(engine, asked)
    assert formulas.backlog_at(opened, closed, DAY) == len(is_open) and sum(opened.values()) == len(own)
    ages = store.ages(engine, asked, DAY)
    assert ages.total == len(is_open) and ages.oldest == max(DAY - one.created_day for one in is_open)

    fell_due = [one for one in own if one.due_day is not None and SINCE <= one.due_day <= DAY]
    due = store.due_by_day(engine, asked, SINCE, DAY)
    met = [one for one in fell_due if one.closed_at is not None and one.closed_at <= one.due_at]
    assert (sum(one.due for one in due.values()), sum(one.in_time for one in due.values())) == (len(fell_due), len(met))

    came = [one for one in own if SINCE <= one.created_day <= DAY]
    work = [one for one in came if not (one.duplicate_marked or one.transferred or one.at_once)]
    took = store.time_until_closed(engine, asked, SINCE, DAY)
    done = [one for one in work if one.closed_day is not None and one.closed_day <= DAY]
    assert (took.closed, took.still_open) == (len(done), len(work) - len(done))
    apart = store.apart(engine, asked, SINCE, DAY)
    assert (apart.opened, apart.marked, apart.transferred) == (len(came), sum(one.duplicate_marked for one in came), sum(one.transferred for one in came))

    found = store.duplicates(engine, asked, SINCE, DAY)
    for counted, several in ((found.backlog, is_open), (found.opened, came)):
        assert (counted.requests, counted.as_one) == (len(several), len({one.cluster or one.id for one in several}))
    assert found.opened.fewer > 0 or asked.agency

    for dimension in store.DIMENSIONS:
        parts = store.by(engine, asked, dimension, SINCE, DAY)
        assert sum(part.open for part in parts) == len(is_open) and sum(part.opened for part in parts) == len(came)
        assert sum(part.overdue for part in parts) == len(overdue) and sum(part.on_time.in_time for part in parts) == len(met)


def test_the_choices_are_counted(many):
    engine, every = many
    found = store.choices(engine)
    assert store.first_day(engine) == min(one.created_day for one in every)
    assert set(found["type"]) == {"Alley", "Pothole"} and sum(found["agency"].values()) == len(every) and "" in found["agency"]


def test_the_backlog_of_a_past_day_does_not_know_what_was_closed_later(many):
    engine, every = many
    past = DAY - 100
    assert store.backlog(engine, Asked(), past)[0] == sum(one.created_day <= past and (one.closed_day is None or one.closed_day > past) for one in every)


def test_without_any_request_nothing_is_known(city):
    assert store.loads(city) == () and store.first_day(city) is None and store.backlog(city, Asked(), DAY) == (0, 0) and store.daily(city, Asked()) == ({}, {})
    assert store.ages(city, Asked(), DAY).median is None and store.sensitivity(city, Asked()) == []


@pytest.mark.parametrize("asked", [Asked(types=("All*",)), Asked(types=("all*",)), Asked(types=("Pothole",), agencies=("DPW",)), Asked(area="area-1", agencies=("DOT", ""))])
def test_requests_of_several_types_and_agencies_are_those_of_a_plain_count(many, asked):
    engine, every = many

    def is_of(one) -> bool:
        return any(one.type.startswith(kind.removesuffix("*")) if kind.endswith("*") else one.type == kind for kind in asked.types) or one.agency in asked.agencies

    own = [one for one in every if is_of(one) and asked.area in ("", one.area)]
    found = store.key_figures(engine, asked, DAY)
    is_open = [one for one in own if formulas.is_open(one.created_day, one.closed_day, DAY)]
    assert (found.backlog, found.overdue) == (len(is_open), sum(formulas.is_overdue(one.created_day, one.closed_day, one.due_day, DAY) for one in is_open))
    fell_due = [one for one in own if one.due_day is not None and SINCE <= one.due_day <= DAY]
    assert (found.on_time.due, found.on_time.in_time) == (len(fell_due), sum(one.in_time for one in fell_due))
    assert found.weeks == () or sum(one.net for one in found.weeks) == found.opened - found.closed
    assert own or asked.types == ("all*",), "capitals and small letters are told apart on both databases"


def test_a_year_before_is_known_only_where_the_data_reach_far_enough_back(many):
    engine, every = many
    first = min(one.created_day for one in every)
    assert store.key_figures(engine, Asked(), first + formulas.YEAR + formulas.WARM_UP - 1).before is None
    known = store.key_figures(engine, Asked(), first + formulas.YEAR + formulas.WARM_UP)
    assert known.before == store.backlog(engine, Asked(), first + formulas.WARM_UP)


def test_both_databases_give_the_same_answers_from_the_same_file(sqlite_url, postgres_url, tmp_path):
    folder, path = write(tmp_path, ten_areas()), generate(tmp_path / "made-up.csv", 3_000, days=60, end=datetime(2026, 6, 29, 12, tzinfo=UTC))
    answers = []
    for url in (sqlite_url, postgres_url):
        engine = open_engine(url)
        build.build(engine, folder)
        done = load_requests(engine, path, person=ED, zone=ZONE, now=NOW)
        day, kind = store.loads(engine)[0].last_day, Asked(type="SW-Made-up type 1")
        answers.append([
            (done.rows, done.new, done.set_aside, done.problems), store.choices(engine), store.key_figures(engine, Asked(types=("SW-*",)), day), store.ages(engine, kind, day),
            *(question(engine, kind, day - 363, day) for question in (store.apart, store.duplicates)), store.sensitivity(engine, Asked()), store.by(engine, kind, "area", day - 363, day),
        ])  # fmt: skip
        engine.dispose()
    assert answers[0] == answers[1] and answers[0][0][2] > 0 and answers[0][5].opened.fewer > 0
