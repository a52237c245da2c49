"""Letters of residents, on both databases: who may do what, what is refused, floods, and ten thousand that wait."""

import csv
import io
import threading
from datetime import timedelta

import pandas as pd
import pytest
from sqlalchemy import func, insert, select

from lib.cycle import ChangedMeanwhile
from lib.errors import NotAllowed, NotTaken
from lib.roles import READER, Person, Role
from lib.store import build, feedback
from lib.store.batches import audit_trail
from lib.store.export import as_csv
from lib.store.feedback import SeemsPrivate, State, Tally
from lib.store.schema import feedback as table
from tests.cities import tiny, write

SAM, ED = Person("Sam", frozenset({Role.STAFF})), Person("Ed", frozenset({Role.EDITOR}))
TEXT = "The alley is dark at night."
AGENCIES = {"Fire", "Housing"}


@pytest.fixture
def store(engine, tmp_path):
    build.build(engine, write(tmp_path, tiny()))
    return engine


def send(store, text: str = TEXT, *, subject: str = "fires", about: str = "indicator", **more) -> str:
    return feedback.send(store, about=about, subject=subject, text=text, language="en", **more)


def only(store):
    (one,) = feedback.waiting(store, person=ED)
    return one


def how_many(store) -> int:
    with store.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar()


def test_a_letter_waits_is_shown_and_is_answered_and_the_audit_has_each_step(store):
    key = send(store)
    assert feedback.shown(store) == () and feedback.tally(store) == Tally(1, 0, 0, 0, only(store).sent_at)
    letter = feedback.decide(store, only(store), State.SHOWN, person=ED)
    answered = feedback.answer(store, letter, text="The lamp is ordered.", by="Fire", agencies=AGENCIES, person=SAM)
    (seen,) = feedback.shown(store, "indicator", "fires")
    assert (seen.id, seen.text, seen.answer, seen.answered_by, seen.version) == (
        key,
        TEXT,
        "The lamp is ordered.",
        "Fire",
        3,
    )
    assert seen.decided_by == "" and answered.decided_by == "Ed", "readers do not learn which person decided"
    assert feedback.tally(store) == Tally(0, 1, 0, 1, "")
    assert [(one.who, one.action) for one in audit_trail(store)] == [
        ("Sam", "answer feedback"),
        ("Ed", "show feedback"),
        ("a reader", "send feedback"),
    ]
    assert TEXT not in "".join(one.detail for one in audit_trail(store)), (
        "what a resident wrote is not in the part of the store that nobody can change"
    )


def test_nothing_of_who_wrote_is_kept(store):
    send(store)
    with store.connect() as connection:
        (row,) = connection.execute(select(table)).mappings()
    assert {name for name, value in row.items() if value not in ("", 1)} == {
        "id",
        "sent_at",
        "about",
        "subject",
        "language",
        "text",
        "state",
    }


@pytest.mark.parametrize("person", [READER, SAM, Person("Pia", frozenset({Role.PRESENTER}))])
def test_only_editors_decide(store, person):
    send(store)
    with pytest.raises(NotAllowed):
        feedback.decide(store, only(store), State.SHOWN, person=person)
    assert only(store).state is State.WAITING


def test_a_reader_neither_answers_nor_reads_what_waits(store):
    send(store)
    letter = feedback.decide(store, only(store), State.SHOWN, person=ED)
    with pytest.raises(NotAllowed):
        feedback.answer(store, letter, text="Yes.", by="Fire", agencies=AGENCIES, person=READER)
    with pytest.raises(NotAllowed):
        feedback.waiting(store, person=READER)
    with pytest.raises(NotAllowed):
        feedback.queue(store, state=State.SET_ASIDE, person=READER)


def test_set_aside_needs_a_reason_and_takes_a_letter_with_its_answer_from_the_page(store):
    send(store)
    letter = feedback.decide(store, only(store), State.SHOWN, person=ED)
    letter = feedback.answer(store, letter, text="Soon.", by="Fire", agencies=AGENCIES, person=SAM)
    with pytest.raises(NotTaken, match="with a reason"):
        feedback.decide(store, letter, State.SET_ASIDE, because=" \n", person=ED)
    gone = feedback.decide(store, letter, State.SET_ASIDE, because="It names a person.", person=ED)
    assert (gone.because, feedback.shown(store), feedback.tally(store).answered) == ("It names a person.", (), 0)
    back = feedback.decide(store, gone, State.SHOWN, person=ED)
    assert back.because == "" and feedback.shown(store)[0].answer == "Soon."
    with pytest.raises(NotTaken):
        feedback.decide(store, back, State.WAITING, person=ED)


def test_an_answer_is_an_agencys_and_only_of_what_is_shown(store):
    send(store)
    with pytest.raises(NotTaken, match="Show it first"):
        feedback.answer(store, only(store), text="Soon.", by="Fire", agencies=AGENCIES, person=SAM)
    letter = feedback.decide(store, only(store), State.SHOWN, person=ED)
    with pytest.raises(NotTaken, match="Choose the agency"):
        feedback.answer(store, letter, text="Soon.", by="Bea Long", agencies=AGENCIES, person=SAM)
    with pytest.raises(NotTaken, match="Write the answer"):
        feedback.answer(store, letter, text="\u202e ", by="Fire", agencies=AGENCIES, person=SAM)


def test_who_was_second_is_told_and_writes_nothing(store):
    send(store)
    seen = only(store)
    feedback.decide(store, seen, State.SHOWN, person=ED)
    with pytest.raises(ChangedMeanwhile, match="Somebody else"):
        feedback.decide(store, seen, State.SET_ASIDE, because="spam", person=ED)
    assert feedback.tally(store) == Tally(0, 1, 0, 0, "")


def test_several_are_decided_on_together_or_not_at_all(store):
    for number in range(3):
        send(store, f"Letter number {number} of three.")
    several = feedback.waiting(store, person=ED)
    feedback.decide(store, several[1], State.SHOWN, person=ED)
    with pytest.raises(ChangedMeanwhile):
        feedback.decide_all(store, several, State.SET_ASIDE, because="spam", person=ED)
    assert feedback.tally(store).set_aside == 0 and len(audit_trail(store)) == 4
    feedback.decide_all(store, [several[0], several[2]], State.SET_ASIDE, because="spam", person=ED)
    assert feedback.tally(store).set_aside == 2


@pytest.mark.parametrize(("text", "said"), [
    ("", "at least 10"), ("too few", "at least 10"), ("a         b         c", "at least 10"), ("\u200b\u202e" * 20, "at least 10"), ("x" * 2_001, "2,001 letters"), ("x" * 1_000_000, "1,000,000 letters"),
])  # fmt: skip
def test_what_is_too_short_or_too_long_is_refused(store, text, said):
    with pytest.raises(NotTaken, match=said):
        send(store, text)
    assert how_many(store) == 0


def test_just_long_enough_and_just_not_too_long(store):
    send(store, "abcdefghij")
    send(store, "x" * 2_000, limits=())
    assert how_many(store) == 2


@pytest.mark.parametrize(
    ("about", "subject"),
    [
        ("person", "fires"),
        ("indicator", ""),
        ("indicator", "a" * 81),
        ("indicator", "Fires; DROP TABLE"),
        ("area", "../x"),
    ],
)
def test_a_letter_is_about_something_that_may_be_there(store, about, subject):
    with pytest.raises(NotTaken, match="what your letter is about"):
        send(store, about=about, subject=subject)


def test_a_persons_address_or_number_is_to_be_taken_out_unless_it_is_none(store):
    for text in ("Write to ann@example.org today.", "Call me at 410-555-0123 today."):
        with pytest.raises(SeemsPrivate, match="take it out"):
            send(store, text)
    assert how_many(store) == 0
    send(store, "The office at 410-555-0123 does not answer.", is_not_private=True)
    assert how_many(store) == 1


HOSTILE = ["<script>alert(1)</script> <img src=x onerror=alert(1)>", "**bold** [link](javascript:alert(1)) ![x](http://evil/x.png)", "'; DROP TABLE feedback; --",
           "=HYPERLINK(\"http://evil\")", "+1+1 and more of it", "-2+3 and more of it", "@SUM(A1:A9) and more"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_the_text_that_it_is_and_harmless_in_a_file(store, text):
    send(store, text)
    assert only(store).text == text
    content = as_csv(pd.DataFrame([{"text": only(store).text}])).decode("utf-8-sig")
    (cell,) = list(csv.reader(io.StringIO(content)))[1]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_control_characters_and_turned_writing_are_not_kept(store):
    send(store, "\x00safe\u202etxt.exe\u2066 \x1b[31mred\r\nnext line\ud800")
    assert only(store).text == "safetxt.exe [31mred\nnext line"


def test_a_flood_is_held_back_by_the_minute_the_hour_and_the_pile_and_nothing_is_written(store):
    minute, hour = ((timedelta(minutes=1), 2),), ((timedelta(hours=1), 2),)
    for _ in range(2):
        send(store)
    for given, said in (
        ({"limits": minute}, "in a minute"),
        ({"limits": hour}, "in an hour"),
        ({"limits": (), "most_waiting": 2}, "wait to be read"),
    ):
        with pytest.raises(NotTaken, match=said) as refused:
            send(store, **given)
        assert "Nothing is lost" in refused.value.sentence
    assert how_many(store) == 2 and len(audit_trail(store)) == 2
    send(store, limits=((timedelta(minutes=1), 3),), most_waiting=3)


def test_what_was_read_makes_room_for_more(store):
    send(store)
    feedback.decide(store, only(store), State.SET_ASIDE, because="spam", person=ED)
    send(store, most_waiting=1)
    assert feedback.tally(store).waiting == 1


def test_many_at_once_do_not_pass_the_limit_together(store):
    refused = []

    def one() -> None:
        try:
            send(store, limits=((timedelta(minutes=1), 4),))
        except NotTaken:
            refused.append(1)

    several = [threading.Thread(target=one) for _ in range(8)]
    for thread in several:
        thread.start()
    for thread in several:
        thread.join()
    assert (how_many(store), len(refused)) == (4, 4)


def pile(store, number: int) -> None:
    row = dict(
        about="indicator",
        language="en",
        because="",
        decided_at="",
        decided_by="",
        answer="",
        answered_at="",
        answered_by="",
        version=1,
        state="waiting",
    )
    rows = [row | {"id": f"{n:036}", "sent_at": f"2026-01-01T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}.000Z", "subject": "fires" if n % 4 else "floods", "text": f"Letter {n}"}
            for n in range(number)]  # fmt: skip
    with store.begin() as connection:
        connection.execute(insert(table), rows)


def test_ten_thousand_that_wait_are_counted_and_paged_by_the_database(store, monkeypatch):
    pile(store, 10_000)
    asked = []
    monkeypatch.setattr(feedback, "_letter", lambda row, made=feedback._letter: asked.append(1) or made(row))
    assert feedback.tally(store).waiting == 10_000 and feedback.tally(store, "indicator", "floods").waiting == 2_500
    assert [one.text for one in feedback.waiting(store, person=ED, page=1, size=2)] == ["Letter 0", "Letter 1"], (
        "the oldest first"
    )
    last = feedback.waiting(store, person=ED, page=500, size=20)
    assert (len(last), last[-1].text) == (20, "Letter 9999")
    assert feedback.waiting(store, person=ED, page=501) == ()
    assert len(asked) == 22, "no letter is read that is not on the page"
    every = [one.id for page in range(1, 126) for one in feedback.queue(store, person=ED, subject="floods", page=page)]
    assert len(every) == len(set(every)) == 2_500


def test_readers_see_the_newest_first_and_answers_are_found_by_their_own_time(store):
    pile(store, 3)
    several = feedback.decide_all(store, feedback.waiting(store, person=ED), State.SHOWN, person=ED)
    assert [one.text for one in feedback.shown(store)] == ["Letter 2", "Letter 1", "Letter 0"] and len(
        feedback.shown(store, size=2)
    ) == 2
    assert feedback.answered_since(store, "", most=9) == (), "no answer, no time"
    done = feedback.answer(store, several[0], text="Second", by="Fire", agencies=AGENCIES, person=SAM)
    assert [one.id for one in feedback.answered_since(store, done.answered_at, most=9)] == [several[0].id]
    assert feedback.answered_since(store, "2999", most=9) == ()
