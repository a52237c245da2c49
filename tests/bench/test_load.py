"""The readers of the benchmark speak Streamlit's protocol: they wait for the end of a run and notice when a page fails."""

import pytest

from bench.load import slowest_twentieth
from bench.server import serve
from bench.sessions import Address, read, view


@pytest.mark.parametrize(("samples", "slowest"), [([5.0], 5.0), (list(range(1, 21)), 19), (list(range(1, 101)), 95), ([3.0, 1.0], 3.0)])
def test_the_slowest_twentieth(samples, slowest):
    assert slowest_twentieth(samples) == slowest


@pytest.mark.slow
def test_readers_read_and_say_what_failed(tmp_path):
    with serve("metric", tmp_path) as server:
        view(server.url, [Address("")], 4, sessions=2)
        heard = read(server.url, 3, [Address("")], arrive=0.1, seconds=0.5, thought=0.1)
    assert heard.errors == [] and len(heard.first) == 3 and len(heard.again) >= 3
    gone = read(server.url, 2, [Address("")], arrive=0.1, seconds=0.1)
    assert gone.runs == 0 and len(gone.errors) == 2
