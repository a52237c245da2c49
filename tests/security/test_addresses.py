"""Made-up addresses of every page: whatever an address says, there is a page or a sentence, and never a traceback.

The fast tests try a few, always the same. `make fuzz` tries as many as OUTCOMESTAT_FUZZ says, others each time.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from lib.roles import READER, Person, Role
from lib.settings import ROOT
from lib.ui import people
from lib.ui.claims import SignIn
from lib.ui.nav import PAGES
from tests.cities import BOARD, BOARD_FIGURES, BUDGET, COVERAGE, SERVICE_LINKS, SERVICE_MEASURES, with_stats
from tests.pages.conftest import APP, city, real_store  # noqa: F401  their fixtures

MANY = int(os.environ.get("OUTCOMESTAT_FUZZ", "0"))
A_PAGE = max(1, MANY // len(PAGES))  # addresses of each page
CHIEF = Person("anne@city.test", frozenset({Role.ADMINISTRATOR}))
WORDS = ("fires", "area-1", "safe", "tiny", "tinyville", "fire", "blocks", "indicator:fires", "area:area-1", "population", "2025", "FY2020", "true", "all", "es", "en", "masks")
HOSTILE = (
    "", " ", "0", "-1", "1e999", "nan", "99999999999999999999", "2026-02-30", "9999-12-31", "0001-01-01", "null", "None", "../../etc/passwd", "%2e%2e%2f", "%00", "\x00", "\u202etxt",
    "' OR 1=1 --", '"; DROP TABLE audit; --', "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "//evil.test", "https://evil.test/", "$\\frac{1}{0}$", "![x](https://evil.test/x.png)",
    ":material/lock:", "=HYPERLINK(1)", "{0.__class__}", "%s%n", "A" * 5_000, "é" * 600, "١٢٣", "Infinity", "[]", "{}", "a,b,,c", ":", "indicator:", "area:", ",", "indicator:fires:area-1",
)  # fmt: skip


def parameters() -> list[str]:
    """The names of all query parameters that some page reads: those that are bound to a widget, and those that are asked for by name."""
    found = {entry.subject for entry in PAGES if entry.subject} | {"lang", "embed", "present", "framework", "slide", "paper", "page"}
    for path in [*(ROOT / "lib" / "ui").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and any(one.arg == "bind" for one in node.keywords):
                found |= {one.value.value for one in node.keywords if one.arg == "key" and isinstance(one.value, ast.Constant)}
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("filters.tabs", "filters.meant", "filters.subject", "tabs", "meant", "subject"):
                found |= {one.value for one in [*node.args, *(each.value for each in node.keywords)] if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return sorted(name for name in found if name and " " not in name)


NAMES = parameters()
values = st.one_of(st.sampled_from(WORDS), st.sampled_from(HOSTILE), st.text(max_size=40))
addresses = st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(min_size=1, max_size=12)), st.lists(values, min_size=1, max_size=3), min_size=1, max_size=6)


@pytest.fixture
def town(city):  # noqa: F811
    city(with_stats(**{
        "services.csv": SERVICE_LINKS, "budget.csv": BUDGET, "budget_coverage.csv": COVERAGE, "service_measures.csv": SERVICE_MEASURES,
        "boards/masks.toml": BOARD, "boards/masks.csv": BOARD_FIGURES, "standard.toml": (ROOT / "data" / "standard.toml").read_text(encoding="utf-8"),
    }))  # fmt: skip


def test_the_parameters_were_found():
    assert {"indicator", "measure", "area", "subject", "lang", "view", "since"} <= set(NAMES) and len(NAMES) > 30


def opened(address: str, query: dict[str, list[str]]) -> AppTest:
    """The page as who follows a link to it finds it."""
    app = AppTest.from_file(APP, default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    if address != PAGES[0].address:
        app.switch_page(f"pages/{address}.py")
    return app.run()


def faults_of(app: AppTest) -> list[str]:
    """What a reader may never see: a traceback, an error with a number in the log, the address's own words as HTML."""
    texts = [one.body for one in app.get("html")]
    found = [one.message for one in app.exception] + [one.value for one in app.error if re.search("Reference: [0-9A-F]{6}", one.value)]
    found += [text for text in texts if "Traceback" in text or "<script>alert" in text or "<img src=x" in text]
    return found or ([] if any("class='page'" in text for text in texts) or app.error or app.warning or app.info else ["an empty page"])


@pytest.mark.parametrize("several", [[entry] for entry in PAGES] if MANY else [PAGES], ids=lambda several: several[0].address if MANY else "every page")
def test_whatever_an_address_says_there_is_a_page_or_a_sentence(town, monkeypatch, several):
    for number, entry in enumerate(several):
        ask = asking(entry.address, monkeypatch)
        (ask if MANY else seed(number)(ask))()


def asking(address: str, monkeypatch) -> Callable[[], None]:
    @settings(max_examples=A_PAGE, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(query=addresses, person=st.sampled_from((CHIEF, READER)))
    def ask(query, person):
        monkeypatch.setattr(people, "sign_in", lambda: SignIn(person))
        assert faults_of(opened(address, query)) == []

    return ask
