"""Strategies, evaluations and decisions in the store, on both databases: who may write them, what is refused, what the audit keeps."""

from datetime import date

import pytest

from lib.cycle import CycleError, Decision, Deliverable, Evaluation, Strategy
from lib.errors import NotAllowed
from lib.roles import READER, Person, Role
from lib.store import build, curve, follow_ups
from lib.store.batches import audit_trail
from tests.cities import tiny, write
from tests.store.conftest import engine, postgres_server, postgres_url, sqlite_url, url  # noqa: F401  fixtures

ED = Person("Ed", frozenset({Role.EDITOR}))
DAY = date(2026, 3, 1)
WHOLE = {
    Strategy: dict(name="Smoke alarms", kind="program", agency="Fire", partners=("Housing", "A church"), started=DAY, ended=None, cost="",
                   evidence="none stated", about="", reference=""),
    Evaluation: dict(name="A look", design="Before and after", result="Fewer", finding="mixed", on=DAY, by="A university", strategy="", reference=""),
    Decision: dict(what="Buy alarms", kind="money moved", amount=25_000.0, on=DAY, by="The council", meeting="", reference=""),
}
READ = {Strategy: curve.strategies, Evaluation: curve.evaluations, Decision: curve.decisions}
kinds = pytest.mark.parametrize("kind", WHOLE, ids=lambda kind: kind.__name__)


@pytest.fixture
def store(engine, tmp_path):  # noqa: F811
    build.build(engine, write(tmp_path, tiny()))
    return engine


@kinds
def test_what_is_written_is_read_again_and_removed_and_the_audit_keeps_both(store, kind):
    key = curve.add(store, kind, indicator="fires", person=ED, **WHOLE[kind])
    (one,) = READ[kind](store)
    assert (one.id, one.indicator, one.example) == (key, "fires", False)
    assert {name: getattr(one, name) for name in WHOLE[kind]} == WHOLE[kind]
    curve.remove(store, kind, key, person=ED)
    assert READ[kind](store) == ()
    with pytest.raises(CycleError, match="not there any more"):
        curve.remove(store, kind, key, person=ED)
    removed, written = audit_trail(store)[:2]
    assert (removed.subject, written.subject) == (key, key) and "remove" in removed.action and "write" in written.action
    assert str(next(iter(WHOLE[kind].values()))) in removed.detail


@kinds
@pytest.mark.parametrize("person", [READER, Person("Sam", frozenset({Role.STAFF, Role.PRESENTER}))])
def test_only_editors_write_and_remove(store, kind, person):
    with pytest.raises(NotAllowed):
        curve.add(store, kind, indicator="fires", person=person, **WHOLE[kind])
    key = curve.add(store, kind, indicator="fires", person=ED, **WHOLE[kind])
    with pytest.raises(NotAllowed):
        curve.remove(store, kind, key, person=person)
    assert len(READ[kind](store)) == 1


@pytest.mark.parametrize(("kind", "wrong", "sentence"), [
    (Strategy, {"name": "  "}, "Write the name."), (Strategy, {"kind": "dream"}, "is no kind"), (Strategy, {"evidence": "hearsay"}, "is no kind of evidence"),
    (Strategy, {"ended": date(2020, 1, 1)}, "cannot end before it began"), (Evaluation, {"on": None}, "Write the day."),
    (Evaluation, {"finding": "wonderful"}, "is no finding"),
    (Decision, {"by": ""}, "Write the person or body"), (Decision, {"what": ""}, "Write the decision."),
])  # fmt: skip
def test_what_is_incomplete_or_of_no_known_kind_is_refused(store, kind, wrong, sentence):
    with pytest.raises(CycleError) as caught:
        curve.add(store, kind, indicator="fires", person=ED, **WHOLE[kind] | wrong)
    assert sentence in caught.value.sentence
    assert READ[kind](store) == ()


def test_an_indicator_is_worked_on_once_there_is_a_follow_up_or_a_strategy(store):
    assert not curve.is_worked_on(store, "fires")
    key = curve.add(store, Strategy, indicator="fires", person=ED, **WHOLE[Strategy])
    assert curve.is_worked_on(store, "fires") and not curve.is_worked_on(store, "floods")
    curve.remove(store, Strategy, key, person=ED)
    assert not curve.is_worked_on(store, "fires")
    follow_ups.write_down(store, stat="s", action="send the list", owner="Anna Lee", due=DAY, deliverable=Deliverable.MEMO, indicator="fires", person=ED)
    assert curve.is_worked_on(store, "fires")
