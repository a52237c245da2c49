"""A process that is killed while it saves follow-ups leaves each whole, with its history and its line in the audit, or not at all."""

import os
import random
import signal
import time
from datetime import date

import pytest

from lib.cycle import Deliverable
from lib.roles import Person, Role
from lib.store import build, follow_ups
from lib.store.batches import audit_trail
from lib.store.database import open_engine
from tests.cities import tiny, write
from tests.store.conftest import engine, postgres_server, postgres_url, sqlite_url, url  # noqa: F401  fixtures

ANNE = Person("Anne", frozenset({Role.PRESENTER}))
TIMES = 50


def save_in_a_child(address: str, number: int, known=None) -> int:
    """Starts a process that writes one follow-up down and changes another, and gives its id."""
    child = os.fork()
    if child:
        return child
    try:
        own = open_engine(address)
        follow_ups.write_down(own, stat="s", action=f"send list {number}", owner="Ann Lee", due=date(2027, 1, 4), deliverable=Deliverable.MEMO, person=ANNE)
        if known:
            follow_ups.change(own, known, person=ANNE, done_on=date(2026, 11, 1), evidence=f"seen {number}", notes="n" * 1000)
    finally:
        os._exit(0)


@pytest.mark.fault("worker killed while it saves a follow-up", shows="the follow-up before or after, with its history and its line in the audit")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")
def test_fifty_saves_killed_at_random_moments_leave_no_half_follow_up(url, tmp_path):  # noqa: F811
    store = open_engine(url)
    build.build(store, write(tmp_path, tiny()))
    started = time.monotonic()
    os.waitpid(save_in_a_child(url, 0), 0)
    whole = time.monotonic() - started
    target = follow_ups.follow_ups(store)[0]
    chance, arrived, kept_out = random.Random(20_260_625), 0, 0
    for number in range(1, TIMES + 1):
        before = follow_ups.follow_ups(store)
        target = next(one for one in before if one.id == target.id)
        child = save_in_a_child(url, number, known=target)
        time.sleep(chance.uniform(0, 1.5 * whole))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        now = follow_ups.follow_ups(store)
        assert len(now) in (len(before), len(before) + 1)
        arrived, kept_out = arrived + (len(now) > len(before)), kept_out + (len(now) == len(before))
        for one in now:
            assert one.done_on is None or one.has_evidence
        changed = next(one for one in now if one.id == target.id)
        kept = follow_ups.history(store, target.id)
        assert changed.version == max(change.version for change in kept), "the follow-up and its history are of one piece"
        assert {change.field for change in kept if change.version == changed.version} in ({"created"}, {"done_on", "evidence", "notes"}, {"evidence"})
        if changed.version > target.version:
            assert changed.evidence == f"seen {number}"
    written = [entry for entry in audit_trail(store) if entry.action == "write a follow-up"]
    assert len(written) == len(follow_ups.follow_ups(store))
    assert arrived and kept_out, "some came in and some did not, else nothing was tried"
