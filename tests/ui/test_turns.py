"""Readers take turns: so many at once, nobody waits for ever, and whatever ends a run frees its turn."""

import threading
import tomllib

import pytest

from lib.settings import ROOT
from lib.ui import turns


@pytest.fixture(autouse=True)
def own_turns(monkeypatch):
    monkeypatch.setattr(turns, "_turns", threading.BoundedSemaphore(turns.AT_ONCE))


def held(count: int):
    """Threads that hold a turn each until the event is set."""
    go, holding = threading.Event(), threading.Semaphore(0)

    def hold():
        with turns.turn():
            holding.release()
            go.wait(30)

    threads = [threading.Thread(target=hold) for _ in range(count)]
    for thread in threads:
        thread.start()
    return go, holding, threads


def test_so_many_at_once_and_the_next_when_one_is_done(monkeypatch):
    monkeypatch.setattr(turns, "WAIT", 30)
    go, holding, threads = held(turns.AT_ONCE + 3)
    for _ in range(turns.AT_ONCE):
        assert holding.acquire(timeout=30)
    assert not holding.acquire(blocking=False)
    go.set()
    for _ in range(3):
        assert holding.acquire(timeout=30)
    for thread in threads:
        thread.join(30)
    assert turns._turns._value == turns.AT_ONCE


def test_who_has_waited_long_enough_goes_ahead_and_gives_back_nothing(monkeypatch):
    monkeypatch.setattr(turns, "WAIT", 0.01)
    go, holding, threads = held(turns.AT_ONCE + 2)
    for _ in threads:
        assert holding.acquire(timeout=30)
    go.set()
    for thread in threads:
        thread.join(30)
    assert turns._turns._value == turns.AT_ONCE


class Rerun(BaseException):
    """As Streamlit ends a run."""


@pytest.mark.parametrize("how", [Rerun, ValueError, SystemExit])
def test_a_run_that_ends_early_frees_its_turn(how):
    for _ in range(turns.AT_ONCE + 1):
        with pytest.raises(how), turns.turn():
            raise how
    assert turns._turns._value == turns.AT_ONCE


def test_the_garbage_of_all_sessions_is_not_collected_after_each_run():
    assert tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["runner"]["postScriptGC"] is False
