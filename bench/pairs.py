"""What is measured: pages and changes of ours, each beside a bare page and with its aim.

To measure another page, write its bare page in `bench/bare/` and add a `ViewPair` to VIEWS or a `ChangePair` to CHANGES.
What "is shown" is a condition in JavaScript, asked again after every change of the document.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from lib.settings import ROOT
from lib.ui.nav import PAGES

APP = ROOT / "app.py"
BARE = ROOT / "bench" / "bare"


@dataclass(frozen=True)
class View:
    """A page of a server: the script that it runs, the address below it, and when it is shown."""

    script: str  # "app", or the name of a file in bench/bare without its ending
    shown: str  # condition in JavaScript
    path: str = "/"


@dataclass(frozen=True)
class Change:
    """A reader's step on a view. `step` counts from 0; what it leads to differs from what was shown before."""

    view: View
    act: Callable[[Page, int], None]  # its last click or key is where the clock starts
    shown: Callable[[int], str]  # condition in JavaScript


@dataclass(frozen=True)
class ViewPair:
    """First and warm view of ours and of the bare page. `aim` is the greatest ratio of the first views."""

    name: str
    ours: View
    bare: View
    aim: float | None = None
    without: str = ""  # what no address of a file on the wire may contain


@dataclass(frozen=True)
class ChangePair:
    """`aim` is the greatest ratio of the times to paint, `aim_kb` the most that is sent to the browser. Steps of several
    `kinds` take turns (a filter set, and taken away); each kind is a figure of its own."""

    name: str
    ours: Change
    bare: Change
    aim: float | None = None
    aim_kb: float | None = None
    kinds: tuple[str, ...] = ("",)


def seen(css: str, text: str = "") -> str:
    """The condition that an element matches `css` and contains `text`."""
    return f"[...document.querySelectorAll({json.dumps(css)})].some(e => e.textContent.includes({json.dumps(text)}))"


def close_lists(page: Page) -> None:
    """A list of several choices stays open after one of them, and the page behind it takes no clicks."""
    page.keyboard.press("Escape")
    page.locator("[role=listbox]").wait_for(state="hidden")


def pick(key: str, option: int) -> Callable[[Page], None]:
    """Opens the list of the select box `key` and clicks the option at that place, counted from 0."""

    def act(page: Page) -> None:
        close_lists(page)
        page.locator(f".st-key-{key} input").click()
        page.locator("[role=option]").nth(option).click()

    return act


OUTCOMES = 7  # the filter's options after "Select all"


def filter_by_outcome(page: Page, step: int) -> None:
    """One outcome only at even steps; all again at odd ones."""
    if step % 2 == 0:
        pick("outcomes", 1 + step // 2 % OUTCOMES)(page)
    else:
        close_lists(page)
        page.locator(".st-key-outcomes button[aria-label^=Remove]").click()


def filtered_by_outcome(step: int) -> str:
    tables = "document.querySelectorAll('table.board').length"
    return f"{tables} === 1" if step % 2 == 0 else f"{tables} > 1"


CHART = ".js-plotly-plot .scatterlayer .trace"
INDICATORS = ("vacant-buildings", "violent-crime")  # both have a target and a long series
INDICATOR_NAMES = {"vacant-buildings": "Vacant buildings", "violent-crime": "Violent crime"}

SCORECARD = View("app", seen("table.board tbody tr"), "/scorecard")
INDICATOR = View("app", seen(CHART), f"/indicator?indicator={INDICATORS[1]}")
BARE_TABLE = View("dataframe", seen("[data-testid=stDataFrame] canvas"))
BARE_METRIC = View("metric", seen("[data-testid=stMetricValue]"))
BARE_CHART = View("chart", seen(CHART))
BARE_CHART_SELECT = View("chart_select", seen(CHART))
CANVAS = "document.querySelector('[data-testid=stDeckGlJsonChart] canvas') !== null"
MAP = View("app", f"{CANVAS} && {seen('.map-title')}", "/map?measure=vacant_buildings")
BARE_MAP = View("map", CANVAS)
EQUITY = View("app", seen("img.lines") + " || " + seen("table.plain"), "/equity?measure=vacant_buildings")
NEIGHBORHOOD = View("app", seen("table.rug"), "/neighborhood?area=canton")
COLD = ViewPair("Cold start to first page", SCORECARD, View("imports", BARE_TABLE.shown), aim=1.5)

AIMED = (
    ViewPair("Scorecard", SCORECARD, BARE_TABLE, aim=1.4, without="plotly"),
    ViewPair("Indicator", INDICATOR, BARE_CHART, aim=1.3),
    ViewPair("Map", MAP, BARE_MAP, aim=1.3, without="plotly"),
)
# The other pages that readers see, without an aim, beside the barest page of all.
OTHERS = tuple(
    ViewPair(entry.title, View("app", seen("h1.page"), f"/{entry.address}"), BARE_METRIC)
    for entry in PAGES
    if entry.role is None and entry.address not in ("scorecard", "indicator", "map")
)
VIEWS = (*AIMED, *OTHERS)


def another_indicator(page: Page, step: int) -> None:
    close_lists(page)
    page.locator(".st-key-indicator input").click()
    page.get_by_role("option", name=INDICATOR_NAMES[INDICATORS[step % 2]], exact=True).click()


FIRST_PERIOD, LAST_PERIOD = 2010, 2020  # of the vacant homes by neighborhood


def another(key: str) -> Callable[[Page, int], None]:
    """Picks the fourth and the fifth of the list of a select box in turn; a page that opens begins with none of them."""
    return lambda page, step: pick(key, 3 + step % 2)(page)


def said_anew(css: str) -> Callable[[int], str]:
    """That what `css` says is not what it said when the step began."""
    said = f"document.querySelector({json.dumps(css)})?.textContent ?? ''"
    return lambda step: f"((seen, now) => !({step} in seen) ? ((seen[{step}] = now), false) : now !== '' && now !== seen[{step}])(window.seen ??= {{}}, {said})"


def move_slider(page: Page, step: int) -> None:
    """One period back and forth again."""
    slider = page.locator(".st-key-period input[type=range]")
    slider.focus()
    slider.press("ArrowLeft" if step % 2 == 0 else "ArrowRight")


def moved_to(css: str) -> Callable[[int], str]:
    return lambda step: seen(css, f"{LAST_PERIOD - 1 if step % 2 == 0 else LAST_PERIOD}")


CHANGES = (
    ChangePair(
        "Scorecard, filter",
        Change(SCORECARD, filter_by_outcome, filtered_by_outcome),
        Change(BARE_METRIC, lambda page, step: pick("year", 1 + step % 2)(page),
               lambda step: seen("[data-testid=stMetricValue]", f"Figure {2011 + step % 2}")),
        aim=1.5,
        kinds=(" set", " taken away"),
    ),
    ChangePair(  # without an aim: how much of the distance above is the list's own, which stays open while it is used
        "Scorecard, filter beside a bare list",
        Change(SCORECARD, filter_by_outcome, filtered_by_outcome),
        Change(View("multiselect", seen("[data-testid=stMetricValue]")), filter_by_outcome,
               lambda step: seen("[data-testid=stMetricValue]", f"Figure Outcome {step // 2 % OUTCOMES + 1}" if step % 2 == 0 else "Figure of all")),
        kinds=(" set", " taken away"),
    ),
    ChangePair(
        "Indicator, another one",
        Change(INDICATOR, another_indicator, lambda step: seen(f".st-key-trend-{INDICATORS[step % 2]} {CHART}")),
        Change(BARE_CHART_SELECT, lambda page, step: pick("series", 1 + step % 2)(page),
               lambda step: seen(".js-plotly-plot .gtitle", f"Series {1 + step % 2} of 23")),
    ),
    ChangePair(
        "Map, another period",
        Change(MAP, move_slider, moved_to(".map-title")),
        Change(BARE_MAP, move_slider, moved_to("[data-testid=stCaptionContainer]")),
        aim=1.3,
        aim_kb=5,
    ),
    ChangePair("Map, another measure", Change(MAP, another("measure"), said_anew("h1.page")), Change(BARE_METRIC, another("year"), said_anew("[data-testid=stMetricValue]"))),
    ChangePair("Equity, another measure", Change(EQUITY, another("measure"), said_anew("h1.page")), Change(BARE_METRIC, another("year"), said_anew("[data-testid=stMetricValue]"))),
    ChangePair("Neighborhood, another one", Change(NEIGHBORHOOD, another("find"), said_anew("h1.page")), Change(BARE_METRIC, another("year"), said_anew("[data-testid=stMetricValue]"))),
)  # fmt: skip

# Pages whose runs are counted in CPU time; the last is the bare page for comparison.
RERUNS = {
    "scorecard": SCORECARD,
    "outcome": View("app", seen(CHART), "/outcome?outcome=safer-streets"),
    "indicator": INDICATOR,
    "map": MAP,
    "equity": EQUITY,
    "neighborhood": NEIGHBORHOOD,
    "about": View("app", seen("h1.page"), "/about"),
}
BARE_RERUN = BARE_METRIC
CPU_AIM_MS = 25
MEMORY_AIM_MB = 230
