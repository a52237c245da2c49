"""Meetings in both databases: planned, stepped, frozen; roles, locking and the database's own rules."""

import threading
from datetime import date

import pytest
from sqlalchemy import delete, insert, update

from lib.cycle import ChangedMeanwhile, CycleError, Decided, State
from lib.errors import NotAllowed, OutcomeStatError, StoreDamaged
from lib.roles import READER, Person, Role
from lib.store import build, example, meetings
from lib.store.batches import audit_trail
from lib.store.database import plain_failures
from lib.store.schema import follow_up, meeting, meeting_step, snapshot, topic
from tests.cities import tiny, write
from tests.store.conftest import engine, postgres_server, postgres_url, sqlite_url, url  # noqa: F401  fixtures

EDITOR = Person("Ed Itor", frozenset({Role.EDITOR}))
PRESENTER = Person("Pre Senter", frozenset({Role.PRESENTER}))
STAFF = Person("Sta Ff", frozenset({Role.STAFF}))
DAY, TODAY = date(2026, 12, 3), date(2026, 12, 3)
PROPOSAL = {"kind": "indicator", "subject": "fires", "title": "Fires", "reasons": ("It was missed.",), "figures": ("7.5 in 2025",), "question": "Why?"}


@pytest.fixture
def store(engine, tmp_path):  # noqa: F811
    build.build(engine, write(tmp_path, tiny()))
    return engine


def planned(store, **more):
    return meetings.plan(store, **dict(stat="s", day=DAY, at="9:30", place="City Hall", person=EDITOR) | more)


def step(store, one, to, **more):
    return meetings.step(store, one, to, **dict(person=EDITOR, today=TODAY) | more)


def released(store):
    one = planned(store)
    meetings.bring(store, one, title="Fires", question="Why?", person=EDITOR)
    one = step(store, step(store, one, State.DRAFTED), State.CHECKED)
    return step(store, one, State.RELEASED, content=b"{}", release="r")


def test_a_meeting_goes_its_way_and_every_step_is_kept(store):
    one = released(store)
    one = step(store, one, State.HELD, person=PRESENTER)
    one = step(store, one, State.MEMO_SENT, person=PRESENTER)
    assert [step.state for step in meetings.steps(store, one.id)] == [State.FRAMED, State.DRAFTED, State.CHECKED, State.RELEASED, State.HELD, State.MEMO_SENT]
    assert meetings.meetings(store) == (one,) and one.at == "09:30" and one.version == 6
    kept = meetings.snapshot_of(store, one.id)
    assert (kept.content, kept.taken_by, kept.release) == (b"{}", "Ed Itor", "r")
    assert {entry.action for entry in audit_trail(store)} >= {"plan a meeting", "meeting released", "meeting held", "bring a topic"}


@pytest.mark.parametrize("person", [READER, STAFF, PRESENTER], ids=["reader", "staff", "presenter"])
def test_who_may_not_prepare_is_refused_and_nothing_is_written(store, person):
    one = planned(store)
    for act in (
        lambda: planned(store, day=date(2026, 12, 4), person=person),
        lambda: meetings.change(store, one, person=person, place="x"),
        lambda: step(store, one, State.DRAFTED, person=person),
        lambda: meetings.propose(store, one, [PROPOSAL], person=person),
        lambda: meetings.bring(store, one, title="x", question="", person=person),
        lambda: meetings.score(store, one, area="a", criterion="readiness", points=3, why="", person=person),
        lambda: example.load(store, {}, day=None, due=None, freeze=None, release="", titles={}, person=person),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert meetings.meetings(store) == (one,) and meetings.topics(store, one.id) == ()


def test_staff_may_not_close_a_meeting_and_an_editor_may_not_remove_the_example(store):
    one = released(store)
    with pytest.raises(NotAllowed):
        step(store, one, State.HELD, person=STAFF)
    with pytest.raises(NotAllowed):
        example.remove(store, person=EDITOR)


def test_the_second_is_told_what_the_first_changed(store):
    one = planned(store)
    meetings.change(store, one, person=EDITOR, place="Library")
    with pytest.raises(ChangedMeanwhile) as told:
        meetings.change(store, one, person=EDITOR, place="Harbor")
    assert "place: now Library." in told.value.changes
    with pytest.raises(ChangedMeanwhile):
        step(store, one, State.DRAFTED)
    assert meetings.meetings(store)[0].place == "Library"


def test_of_two_who_release_at_once_one_wins_and_there_is_one_snapshot(store):
    one = planned(store)
    meetings.bring(store, one, title="Fires", question="Why?", person=EDITOR)
    one = step(store, step(store, one, State.DRAFTED), State.CHECKED)
    ends, ready = [], threading.Barrier(2)

    def release(content):
        ready.wait()
        try:
            step(store, one, State.RELEASED, content=content, release="r")
            ends.append(content)
        except OutcomeStatError as problem:
            ends.append(type(problem))

    several = [threading.Thread(target=release, args=(content,)) for content in (b"1", b"2")]
    for thread in several:
        thread.start()
    for thread in several:
        thread.join()
    assert ChangedMeanwhile in ends and len(ends) == 2
    assert meetings.snapshot_of(store, one.id).content == next(end for end in ends if end is not ChangedMeanwhile)


def test_after_the_release_agenda_day_and_numbers_stand(store):
    one = released(store)
    topic_ = meetings.topics(store, one.id)[0]
    for act in (
        lambda: meetings.change(store, one, person=EDITOR, place="x"),
        lambda: meetings.propose(store, one, [PROPOSAL], person=EDITOR),
        lambda: meetings.bring(store, one, title="x", question="", person=EDITOR),
        lambda: meetings.decide(store, topic_, Decided.SET_ASIDE, because="x", person=EDITOR),
        lambda: meetings.score(store, one, area="a", criterion="readiness", points=3, why="", person=EDITOR),
    ):
        with pytest.raises(CycleError, match="released"):
            act()


def test_a_snapshot_that_was_touched_is_damage(store):
    one = released(store)
    with store.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(update(snapshot).values(content=b"[]"))
    with pytest.raises(StoreDamaged):
        meetings.snapshot_of(store, one.id)


def test_a_failed_release_leaves_no_snapshot(store):
    one = planned(store)
    with pytest.raises(CycleError):
        step(store, one, State.RELEASED, content=b"{}", release="r")
    checked = step(store, step(store, one, State.DRAFTED), State.CHECKED)
    with pytest.raises(CycleError, match="at least one topic"):
        step(store, checked, State.RELEASED, content=b"{}", release="r")
    assert meetings.snapshot_of(store, one.id) is None


def test_topics_keep_what_a_person_decided(store):
    one = planned(store)
    first = meetings.propose(store, one, [PROPOSAL, PROPOSAL | {"subject": "rats", "title": "Rats"}], person=EDITOR)
    assert [topic.decided for topic in first] == [Decided.OPEN, Decided.OPEN]
    with pytest.raises(CycleError, match="with a reason"):
        meetings.decide(store, first[0], Decided.SET_ASIDE, person=EDITOR, because=" ")
    meetings.decide(store, first[0], Decided.SET_ASIDE, person=EDITOR, because="next month")
    with pytest.raises(ChangedMeanwhile):
        meetings.decide(store, first[0], Decided.CHOSEN, person=EDITOR)
    again = meetings.propose(store, one, [PROPOSAL | {"reasons": ("It was missed again.",)}], person=EDITOR)
    assert [(topic.title, topic.decided, topic.because) for topic in again] == [("Fires", Decided.SET_ASIDE, "next month")], "Rats is not proposed any more"
    assert again[0].reasons == ("It was missed again.",)
    meetings.decide(store, again[0], Decided.CHOSEN, person=EDITOR, question="What now?")
    assert [(topic.because, topic.question) for topic in meetings.topics(store, one.id)] == [("", "What now?")]


@pytest.mark.parametrize(
    ("more", "said"),
    [(dict(at="25:00"), "is not a time"), (dict(at="half past"), "is not a time"), (dict(at="9:5"), "is not a time"), (dict(areas=["a", "b", "c"]), "2 places at most")],
)
def test_what_cannot_be_planned_is_refused_with_a_remedy(store, more, said):
    with pytest.raises(CycleError, match=said):
        planned(store, **more)
    assert meetings.meetings(store) == ()


def test_a_stat_meets_once_a_day(store):
    planned(store)
    with pytest.raises(CycleError, match="already"):
        planned(store, at="16:00")
    assert len(meetings.meetings(store)) == 1


def test_scores_are_from_one_to_five_and_the_last_word_counts(store):
    one = planned(store)
    for points in (0, 6):
        with pytest.raises(CycleError):
            meetings.score(store, one, area="a", criterion="readiness", points=points, why="", person=EDITOR)
    for points in (2, 4):
        meetings.score(store, one, area="a", criterion="readiness", points=points, why="w", person=EDITOR)
    assert [(score.score, score.who) for score in meetings.scores(store, one.id)] == [(4, "Ed Itor")]
    with pytest.raises(CycleError):
        meetings.score(store, one, area="a", criterion="beauty", points=3, why="", person=EDITOR)


BAD_ROWS = [
    (meeting, dict(state="cancelled", cancelled_because="")),
    (meeting, dict(state="framed", cancelled_because="snow")),
    (topic, dict(decided="set aside", because="")),
]


@pytest.mark.parametrize(("table", "wrong"), BAD_ROWS)
def test_the_database_itself_refuses_what_breaks_the_rules(store, table, wrong):
    one = planned(store)
    rows = {
        meeting: dict(id="x", stat="s", day=DAY, at="09:00", place="", state="framed", decision="", areas=[], cancelled_because="", example=False, version=1, created_at="",
                      created_by=""),
        topic: dict(meeting=one.id, position=1, kind="other", subject="", title="t", reasons=[], figures=[], question="", decided="not decided", because="", by=""),
    }  # fmt: skip
    with store.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(insert(table), rows[table])
    with pytest.raises(OutcomeStatError, match="breaks a rule"), plain_failures(), store.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(insert(table), rows[table] | dict(id="y" if table is meeting else 99) | wrong)


def test_the_steps_of_a_meeting_only_grow(store):
    one = planned(store)
    for change in (update(meeting_step).values(who="somebody else"), delete(meeting_step).where(meeting_step.c.meeting == one.id)):
        with pytest.raises(OutcomeStatError), plain_failures(), store.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(change)
    assert [step.who for step in meetings.steps(store, one.id)] == ["Ed Itor"]


# The example

CONTENT = {
    "meeting": [{"stat": "made-up", "day": -3, "at": "14:00", "place": "Hall", "state": "released", "decision": "", "topic": [
        {"indicator": "fires", "title": "", "question": "Why?", "set_aside": ""}, {"indicator": "", "title": "Rats", "question": "Why?", "set_aside": "later"}],
        "follow_up": [{"action": "send it", "owner": "Ann Sample", "agency": "Fire", "due": 3, "deliverable": "memo", "indicator": "fires", "measure": "", "begun": None,
                       "done": -1, "evidence": "made up", "notes": "", "escalation": "", "public": True}]}],
    "strategy": [{"indicator": "fires", "name": "n", "kind": "strategy", "agency": "Fire", "partners": [], "started": -3, "cost": "", "evidence": "none stated", "about": ""}],
    "evaluation": [{"indicator": "fires", "name": "n", "design": "d", "result": "r", "finding": "mixed", "on": -3, "by": "b"}],
    "decision": [{"indicator": "fires", "kind": "budget", "what": "w", "on": -3, "by": "b"}],
}  # fmt: skip


def put_in(store) -> bool:
    return example.load(store, CONTENT, day=lambda number: date(2026, 11, 20 + number), due=lambda one: {state: one.day for state in State}, freeze=lambda one: b"{}",
                        release="r", titles={"fires": "Fires"}, person=EDITOR)  # fmt: skip


def test_the_example_is_put_in_once_marked_and_taken_out_whole_for_good(store):
    assert put_in(store) and not put_in(store)
    one = meetings.meetings(store)[0]
    assert one.example and one.created_by == "the example" and meetings.snapshot_of(store, one.id) is not None
    assert [(topic.title, topic.decided) for topic in meetings.topics(store, one.id)] == [("Fires", Decided.CHOSEN), ("Rats", Decided.SET_ASIDE)]
    real = planned(store)
    boss = Person("Boss", frozenset({Role.ADMINISTRATOR}))
    assert example.remove(store, person=boss) == 2
    assert meetings.meetings(store) == (real,)
    with store.connect() as connection:
        assert connection.execute(follow_up.select()).all() == []
    assert not example.is_wanted(store) and not put_in(store), "nobody is shown it again"


def test_the_example_stays_out_where_anything_is_recorded(store):
    planned(store)
    assert not put_in(store) and len(meetings.meetings(store)) == 1
