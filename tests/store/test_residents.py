"""What residents send: kept with consent only, without a trace of who wrote, with sound amounts, and never as a flood."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import func, insert, select

from lib.errors import NotAllowed, NotTaken
from lib.roles import READER, Person, Role
from lib.store import build, residents
from lib.store.batches import audit_trail
from lib.store.schema import budget_idea
from tests.cities import tiny, write

STAFF = Person("Ann", frozenset({Role.STAFF}))
BEFORE = {"Safer": 70, "Cleaner": 20, "Schools": 10}
AFTER = {"Safer": 60, "Cleaner": 30, "Schools": 10}


@pytest.fixture
def store(engine, tmp_path):
    build.build(engine, write(tmp_path, tiny()))
    return engine


def send(engine, **more) -> None:
    values = dict(fiscal_year="FY2020", basis="actual", fund="", before=BEFORE, after=AFTER, reason="", consent=True)
    residents.send_idea(engine, **values | more)


def kept(engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(budget_idea)).scalar_one()


def put(engine, count: int, *, ago: timedelta) -> None:
    """As if so many had been sent that long ago."""
    at = (datetime.now(UTC) - ago).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    with engine.begin() as connection:
        connection.execute(insert(budget_idea), [
            {"id": f"{ago.total_seconds()}-{number}", "sent_at": at, "fiscal_year": "FY2020", "basis": "actual", "fund": "", "amounts": {}, "reason": ""} for number in range(count)
        ])  # fmt: skip


def test_an_idea_comes_back_as_it_was_sent(store):
    send(store, reason="  More trees,\nplease <b>\x00  ", fund="General")
    (one,) = residents.ideas(store, person=STAFF)
    assert (one.fiscal_year, one.basis, one.fund, dict(one.before), dict(one.after)) == (
        "FY2020",
        "actual",
        "General",
        BEFORE,
        AFTER,
    )
    assert one.reason == "More trees,\nplease <b>" and one.sent_at.endswith("Z")


def test_no_column_could_hold_who_sent_it_and_the_audit_has_no_line(store):
    send(store)
    assert {column.name for column in budget_idea.c} == {
        "id",
        "sent_at",
        "fiscal_year",
        "basis",
        "fund",
        "amounts",
        "reason",
    }
    assert not [entry for entry in audit_trail(store) if "idea" in entry.action]


@pytest.mark.parametrize("consent", [False, None, 1, "yes"])
def test_without_consent_nothing_is_kept(store, consent):
    with pytest.raises(NotTaken, match="Tick"):
        send(store, consent=consent)
    assert kept(store) == 0


@pytest.mark.parametrize(("before", "after", "said"), [
    (BEFORE, {"Safer": 60, "Cleaner": 40}, "not those of this page"),
    (BEFORE, AFTER | {"Parks": 0}, "not those of this page"),
    ({"Safer": 70}, {"Safer": 70}, "not those of this page"),
    (BEFORE, AFTER | {"Schools": 11}, "sum has to stay"),
    (BEFORE, AFTER | {"Safer": 110, "Cleaner": -20}, "none is below zero"),
    (BEFORE, AFTER | {"Safer": 60.0}, "whole number"),
    (BEFORE, AFTER | {"Safer": True, "Cleaner": 89}, "whole number"),
    ({"a": 0, "b": 10**14}, {"a": 10**14, "b": 0}, "whole number"),
    (BEFORE, BEFORE, "Nothing was moved"),
])  # fmt: skip
def test_amounts_that_do_not_hold_together_are_refused(store, before, after, said):
    with pytest.raises(NotTaken, match=said):
        send(store, before=before, after=after)
    assert kept(store) == 0


@settings(max_examples=40, deadline=None)
@given(some.lists(some.integers(0, 10**9), min_size=2, max_size=6), some.integers(1, 10**9), some.data())
def test_every_move_of_money_between_two_outcomes_is_kept_and_one_dollar_more_is_not(amounts, moved, data):
    before = {f"Outcome {number}": dollars + moved for number, dollars in enumerate(amounts)}
    giver, taker = data.draw(some.permutations(sorted(before)))[:2]
    after = before | {giver: before[giver] - moved, taker: before[taker] + moved}
    residents._check_amounts(before, after)
    with pytest.raises(NotTaken):
        residents._check_amounts(before, after | {taker: after[taker] + 1})


@pytest.mark.parametrize(
    "reason",
    [
        "Write me: ann.lee@example.org",
        "Call 410-555-0123",
        "call (410) 555 0123 please",
        "+1 410.555.0123",
        "4105550123",
    ],
)
def test_a_reason_that_says_how_to_reach_somebody_is_not_kept(store, reason):
    with pytest.raises(NotTaken, match="e-mail address or a telephone number"):
        send(store, reason=reason)
    assert kept(store) == 0


@pytest.mark.parametrize(
    "reason",
    ["Give $1,000,000 to 21 schools", "FY2020 had $123,456,789", "Zip 21201 and 21218", "at 9 am, 100 North Street"],
)
def test_amounts_and_years_are_no_telephone_number(store, reason):
    send(store, reason=reason)
    assert residents.ideas(store, person=STAFF)[0].reason == reason


def test_a_long_reason_is_refused_with_its_length_and_one_at_the_limit_is_kept(store):
    send(store, reason="x" * residents.MOST_LETTERS)
    with pytest.raises(NotTaken, match=f"{residents.MOST_LETTERS + 1} letters"):
        send(store, reason="x" * (residents.MOST_LETTERS + 1))


def test_a_flood_is_turned_away_with_a_sentence_and_ends_with_the_minute(store):
    (_, most), _ = residents.LIMITS
    put(store, most - 1, ago=timedelta(seconds=30))
    send(store)
    with pytest.raises(NotTaken, match="again in a minute"):
        send(store)
    assert kept(store) == most


def test_what_was_sent_a_while_ago_does_not_hold_anybody_back(store):
    (_, most), _ = residents.LIMITS
    put(store, most, ago=timedelta(seconds=61))
    send(store)
    assert kept(store) == most + 1


def test_a_slow_flood_is_turned_away_too(store):
    _, (_, most) = residents.LIMITS
    put(store, most, ago=timedelta(hours=5))
    with pytest.raises(NotTaken, match="again tomorrow"):
        send(store)


def test_reasons_are_for_staff_and_amounts_for_everybody(store):
    send(store, reason="a reason")
    send(store, before={"Safer": 1, "Cleaner": 1}, after={"Safer": 2, "Cleaner": 0})
    send(store, basis="budgeted")
    with pytest.raises(NotAllowed):
        residents.ideas(store, person=READER)
    assert residents.shared_out(store, fiscal_year="FY2020", basis="actual", fund="", before=BEFORE) == (AFTER,), "only ideas that began with the same amounts"
    assert residents.shared_out(store, fiscal_year="FY2021", basis="actual", fund="", before=BEFORE) == ()
    assert len(residents.ideas(store, person=STAFF)) == 3
