"""A load that is killed at any moment leaves the store as before or as after, on both databases."""

import os
import random
import signal
import time

import pytest

from lib.store import build, queries
from lib.store.batches import batches, published_batches
from lib.store.database import open_engine
from lib.store.load import load
from tests.cities import tiny, write
from tests.store.conftest import engine, postgres_server, postgres_url, sqlite_url, url  # noqa: F401  fixtures
from tests.store.test_load import ANNE, figure, upload

TIMES = 50


def load_in_a_child(address: str, folder, number: int) -> int:
    """Starts a process that loads one file, and gives its id."""
    child = os.fork()
    if child:
        return child
    try:
        own = open_engine(address)
        load(own, folder, upload(figure(str(2030 + number), float(number)), sha256=f"{number:064d}"), person=ANNE)
    finally:
        os._exit(0)


@pytest.mark.fault("worker killed while it loads", shows="the figures before the load or after it, whole")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")
def test_fifty_loads_killed_at_random_moments_leave_no_half_load(url, tmp_path):  # noqa: F811
    folder = write(tmp_path, tiny())
    store = open_engine(url)
    build.build(store, folder)
    started = time.monotonic()
    os.waitpid(load_in_a_child(url, folder, 0), 0)
    whole = time.monotonic() - started
    chance, arrived, kept_out = random.Random(20_160_624), 0, 0
    for number in range(1, TIMES + 1):
        before = len(batches(store))
        child = load_in_a_child(url, folder, number)
        time.sleep(chance.uniform(0, 1.2 * whole))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        now = batches(store)
        assert len(now) in (before, before + 1)
        arrived, kept_out = arrived + (len(now) > before), kept_out + (len(now) == before)
        release = queries.shown_release(store)
        build.check(store, release)
        assert release == build.release_of(folder, published_batches(store), fiscal_year_start_month=7)
        table = queries.observations(store, release, "tiny", indicator="fires")
        loaded = {period for period in table["period"] if int(period) >= 2030}
        assert len(loaded) == len(now), "every load is whole, with its figures, or not there"
    assert arrived and kept_out, "some came in and some did not, else nothing was tried"
