"""Follow-ups in the store, on both databases: what the database itself refuses, the history, two writers, roles, sheets."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from lib.cycle import ChangedMeanwhile, Colour, CycleError, Deliverable
from lib.errors import NotAllowed
from lib.roles import READER, Person, Role
from lib.store import build, follow_ups
from lib.store.batches import audit_trail
from lib.store.follow_ups import MOST_BYTES, Entry
from lib.store.schema import follow_up, follow_up_change
from tests.cities import tiny, write
from tests.store.conftest import engine, postgres_server, postgres_url, sqlite_url, url  # noqa: F401  fixtures

TODAY = date(2026, 11, 24)
ANNA, BEN = (Person(name, frozenset({Role.PRESENTER})) for name in ("Anna", "Ben"))
EDITOR = Person("Ed", frozenset({Role.EDITOR}))


@pytest.fixture
def store(engine, tmp_path):  # noqa: F811
    build.build(engine, write(tmp_path, tiny()))
    return engine


def promise(store, person=ANNA, **more):
    plain = dict(stat="safety", action="send the list of lots", owner="Anna Lee", due=date(2026, 12, 4), deliverable=Deliverable.MEMO)
    return follow_ups.write_down(store, **plain | more, person=person, agencies=("Police",))


def row_of(store, **changes) -> dict:
    """A whole row, as somebody would write it past this program."""
    return dict(id=str(uuid.uuid4()), stat="safety", meeting="", agency="", issue="", action="send it", owner="Anna Lee", due=TODAY, deliverable="memo", indicator="", measure="", area="",
                begun_on=None, done_on=None, evidence="", evidence_link="", evidence_file="", evidence_content=None, notes="", escalation="", public=False, example=False, version=1,
                created_at="2026-11-24T12:00:00.000Z", created_by="nobody") | changes  # fmt: skip


# The database itself


@pytest.mark.parametrize("wrong", [
    {"owner": ""}, {"owner": "  "}, {"action": ""}, {"done_on": TODAY}, {"done_on": TODAY, "evidence": "   "},
    {"evidence_file": "list.pdf"}, {"evidence_content": b"x"}, {"owner": None}, {"due": None},
], ids=str)  # fmt: skip
def test_the_database_refuses_what_no_program_may_write(store, wrong):
    with pytest.raises(IntegrityError), store.begin() as connection:
        connection.execute(insert(follow_up), row_of(store, **wrong))
    assert follow_ups.follow_ups(store) == ()


def test_the_database_takes_what_is_right(store):
    with store.begin() as connection:
        connection.execute(insert(follow_up), row_of(store, done_on=TODAY, evidence="sent"))
        connection.execute(insert(follow_up), row_of(store, done_on=TODAY, evidence_file="list.pdf", evidence_content=b"x"))
    assert [one.colour(TODAY) for one in follow_ups.follow_ups(store)] == [Colour.GREEN] * 2


def test_evidence_cannot_be_taken_from_what_is_done(store):
    one = promise(store, done_on=TODAY, evidence="It was sent.")
    with pytest.raises(CycleError, match="not done without evidence"):
        follow_ups.change(store, one, person=ANNA, evidence="")
    with pytest.raises(IntegrityError), store.begin() as connection:
        connection.execute(update(follow_up).where(follow_up.c.id == one.id).values(evidence=""))


# Writing and changing


def test_a_follow_up_is_kept_as_it_was_written(store):
    made = promise(store, agency="police", issue="Empty lots", notes="line one\nline two", public=True, meeting="m1", evidence_link="https://x.org/a")
    assert follow_ups.follow_ups(store) == (made,) and follow_ups.follow_up_by_id(store, made.id) == made
    assert (made.version, made.created_by, made.example, made.notes) == (1, "Anna", False, "line one\nline two")
    (first,) = follow_ups.history(store, made.id)
    assert (str(first), first.version, first.after) == ("Anna wrote it down.", 1, "send the list of lots")
    assert audit_trail(store)[0].action == "write a follow-up" and audit_trail(store)[0].subject == made.id


def test_several_are_written_all_or_none(store):
    good = dict(stat="safety", action="send the list", owner="Anna Lee", due=TODAY, deliverable=Deliverable.MEMO)
    with pytest.raises(CycleError, match="no person"):
        follow_ups.write_down_all(store, [dict(good), dict(good, owner="Police")], person=ANNA, agencies=("Police",))
    assert follow_ups.follow_ups(store) == () and audit_trail(store) == ()
    assert len(follow_ups.write_down_all(store, [dict(good), dict(good)], person=ANNA)) == 2


def test_control_signs_are_left_out_and_hostile_text_is_text(store):
    made = promise(store, action="send \x00the list'); DROP TABLE follow_up; --", notes="<script>\u202e")
    assert follow_ups.follow_up_by_id(store, made.id).action == "send the list'); DROP TABLE follow_up; --"
    assert "\u202e" not in made.notes


def test_every_change_is_remembered_with_who_and_what(store):
    made = promise(store)
    begun = follow_ups.change(store, made, person=BEN, begun_on=TODAY, owner="Ben Ames")
    done = follow_ups.change(store, begun, person=ANNA, done_on=TODAY, evidence="Sent to the mayor.")
    assert (done.version, done.colour(TODAY)) == (3, Colour.GREEN) and follow_ups.follow_up_by_id(store, made.id) == done
    said = [str(one) for one in follow_ups.history(store, made.id)]
    assert said[0] == "Anna wrote it down." and "Ben changed the owner from “Anna Lee” to “Ben Ames”." in said
    assert "Ben changed begun on from “nothing” to “2026-11-24”." in said and "Anna changed the evidence from “nothing” to “Sent to the mayor.”." in said
    assert [one.version for one in follow_ups.history(store, made.id)] == [1, 2, 2, 3, 3]
    assert follow_ups.change(store, done, person=ANNA, owner="Ben Ames") == done  # nothing differs, so nothing is written
    assert len(follow_ups.history(store, made.id)) == 5


def test_what_may_not_be_changed_is_a_slip_of_the_program(store):
    with pytest.raises(TypeError):
        follow_ups.change(store, promise(store), person=ANNA, stat="other")


# A file of evidence


def test_a_file_comes_with_its_name_is_given_back_and_can_be_replaced_and_taken_out(store):
    made = promise(store, evidence_file="list.pdf", file=b"%PDF", done_on=TODAY)
    assert follow_ups.evidence_file(store, made.id) == b"%PDF"
    again = follow_ups.change(store, made, person=ANNA, evidence_file="list.pdf", file=b"%PDF 2")
    assert follow_ups.evidence_file(store, made.id) == b"%PDF 2" and again.version == 2
    with pytest.raises(CycleError, match="not done without evidence"):
        follow_ups.change(store, again, person=ANNA, evidence_file="")
    without = follow_ups.change(store, again, person=ANNA, evidence_file="", evidence="see the minutes")
    assert without.evidence_file == ""
    with pytest.raises(KeyError):
        follow_ups.evidence_file(store, made.id)


@pytest.mark.parametrize(("name", "content"), [("list.pdf", None), ("", b"x"), ("list.pdf", b""), ("list.pdf", b"x" * (MOST_BYTES + 1))], ids=["no content", "no name", "empty", "large"])
def test_a_file_without_name_or_content_or_too_large_is_refused(store, name, content):
    with pytest.raises(CycleError, match="file of evidence"):
        promise(store, evidence_file=name, file=content)
    made = promise(store)
    with pytest.raises(CycleError, match="file of evidence"):
        follow_ups.change(store, made, person=ANNA, evidence_file=name or "x", file=content) if name else follow_ups.change(store, made, person=ANNA, file=content)
    assert follow_ups.follow_up_by_id(store, made.id) == made


# Two writers


def test_the_second_of_two_writers_is_told_what_the_first_changed_and_writes_nothing(store):
    seen = promise(store)
    first = follow_ups.change(store, seen, person=ANNA, due=date(2026, 12, 24), notes="waits for the survey")
    with pytest.raises(ChangedMeanwhile) as caught:
        follow_ups.change(store, seen, person=BEN, owner="Ben Ames")
    assert caught.value.changes == ("Anna changed the due date from “2026-12-04” to “2026-12-24”.", "Anna changed notes and blockers from “nothing” to “waits for the survey”.")
    assert follow_ups.follow_up_by_id(store, seen.id) == first
    second = follow_ups.change(store, first, person=BEN, owner="Ben Ames")  # on top of what the first wrote
    assert (second.owner, second.due, second.version) == ("Ben Ames", date(2026, 12, 24), 3)


def test_what_is_gone_is_said(store):
    gone = replace(promise(store), id="not-there")
    with pytest.raises(CycleError, match="not there any more"):
        follow_ups.change(store, gone, person=ANNA, notes="x")
    with pytest.raises(CycleError, match="not there any more"):
        follow_ups.follow_up_by_id(store, "not-there")


# Who may


@pytest.mark.parametrize("person", [READER, Person("Sue", frozenset({Role.STAFF}))], ids=lambda one: one.name)
def test_who_does_not_run_meetings_writes_nothing(store, person):
    made = promise(store)
    for act in (
        lambda: promise(store, person=person),
        lambda: follow_ups.change(store, made, person=person, notes="x"),
        lambda: follow_ups.write_sheet(store, [Entry("row 2", {"notes": "x"}, made.id, 1)], person=person),
    ):
        with pytest.raises(NotAllowed, match="needs the role presenter"):
            act()
    for one in (person, ANNA):
        with pytest.raises(NotAllowed, match="needs the role editor"):
            follow_ups.note_reminders(store, [("Anna Lee", "sent", True)], person=one)
    assert follow_ups.follow_ups(store) == (made,) and len(audit_trail(store)) == 1


# A sheet: new ones and changes in one transaction

NEW = {"stat": "safety", "action": "count the lamps", "owner": "Ben Ames", "due": date(2027, 1, 15), "deliverable": "to-do"}


def test_new_ones_and_changes_of_a_sheet_are_written_together(store):
    one, other = promise(store), promise(store, owner="Cleo Hart")
    done = follow_ups.write_sheet(store, [Entry("row 2", {"notes": "late"}, one.id, 1), Entry("row 3", {"owner": "Cleo Hart"}, other.id, 1), Entry("row 4", NEW)], person=BEN)
    assert (len(done.new), [changed.id for changed in done.changed], done.unchanged) == (1, [one.id], 1)
    assert follow_ups.follow_up_by_id(store, one.id).notes == "late" and follow_ups.follow_up_by_id(store, other.id) == other
    assert str(follow_ups.history(store, done.new[0].id)[0]) == "Ben wrote it down."


@pytest.mark.parametrize("wrong", [
    Entry("row 9", dict(NEW, owner="Police")), Entry("row 9", dict(NEW, done_on=TODAY)), "a change", "a stale one", "one that is not there",
], ids=str)  # fmt: skip
def test_one_row_that_cannot_be_written_leaves_all_as_it_was(store, wrong):
    one, other = promise(store), promise(store)
    stale = follow_ups.change(store, other, person=ANNA, notes="first")
    before, trail = follow_ups.follow_ups(store), audit_trail(store)
    wrong = {"a change": Entry("row 9", {"action": "x"}, stale.id, 2), "a stale one": Entry("row 9", {"notes": "second"}, stale.id, 1),
             "one that is not there": Entry("row 9", {"notes": "x"}, "nowhere", 1)}.get(wrong, wrong) if isinstance(wrong, str) else wrong  # fmt: skip
    with pytest.raises((CycleError, ChangedMeanwhile)) as caught:
        follow_ups.write_sheet(store, [Entry("row 2", {"notes": "kept?"}, one.id, 1), Entry("row 3", NEW), wrong], person=BEN, agencies=("Police",))
    assert follow_ups.follow_ups(store) == before and audit_trail(store) == trail
    if isinstance(caught.value, ChangedMeanwhile):
        assert caught.value.changes == ("row 9: Anna changed notes and blockers from “nothing” to “first”.",)


def test_every_row_that_was_changed_meanwhile_is_named(store):
    several = [promise(store) for _ in range(3)]
    for one in several[:2]:
        follow_ups.change(store, one, person=ANNA, notes="first")
    with pytest.raises(ChangedMeanwhile) as caught:
        follow_ups.write_sheet(store, [Entry(f"row {number}", {"notes": "mine"}, one.id, 1) for number, one in enumerate(several, start=2)], person=BEN)
    assert [change.partition(":")[0] for change in caught.value.changes] == ["row 2", "row 3"]


# Reminders


def test_what_was_sent_stands_in_the_audit_and_the_last_is_found_by_owner(store):
    follow_ups.note_reminders(store, [("Anna Lee", "anna@city.gov: sent", True), ("Ben Ames", "no address", False), ("x" * 120, "sent", True)], person=EDITOR)
    trail = {one.subject: (one.action, one.who, one.detail) for one in audit_trail(store)}
    assert trail["Anna Lee"] == ("send a reminder", "Ed", "anna@city.gov: sent") and trail["Ben Ames"][0] == "a reminder was not sent"
    last = follow_ups.last_reminders(store)
    assert set(last) == {"Anna Lee", "x" * 80} and last["Anna Lee"][1] == "Ed"


def test_no_column_of_the_table_is_forgotten(store):
    made = promise(store, evidence_file="a.txt", file=b"a")
    with store.connect() as connection:
        row = connection.execute(select(follow_up)).one()
        changes = connection.execute(select(follow_up_change)).all()
        assert connection.execute(text("SELECT count(*) FROM follow_up")).scalar_one() == 1
    assert set(row._mapping) - {"evidence_content"} == set(made.__dataclass_fields__) and bytes(row.evidence_content) == b"a"
    assert len(changes) == 1
