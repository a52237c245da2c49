"""The small city that the intake's tests send files to: Tinyville, with ten areas, some percentages and some history."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from lib.intake.known import Known, known_from
from lib.store.catalogue import read_catalogue
from tests import cities

INDICATOR_OF = {
    # id: (unit, decimals, kind, value_kind, multiplier, improves_when)
    "graduation": ("percent of cohort", 1, "school", "proportion", "multiplier = 100.0", "rises"),
    "defects": ("percent of lamps", 1, "calendar", "proportion", "multiplier = 100.0", "falls"),
    "on-time": ("percent of invoices", 1, "fiscal", "proportion", "multiplier = 100.0", "rises"),
    "wages": ("dollars", 0, "calendar", "mean", "", "rises"),
    "jobs": ("jobs", 0, "quarter", "count", "", "rises"),
    "calls": ("calls", 0, "month", "count", "", "falls"),
    "commute": ("percent of workers", 1, "window", "proportion", "multiplier = 100.0", "rises"),
    "new-idea": ("percent of ideas", 1, "calendar", "proportion", "multiplier = 100.0", "rises"),
}
FIGURES_OF = {
    "graduation": {"2011-12": 60.0, "2012-13": 62.0, "2013-14": 65.0, "2014-15": 66.0},
    "defects": {"2013": 0.7, "2014": 0.9, "2015": 0.8},
    "on-time": {"FY2013": 80.0, "FY2014": 82.0, "FY2015": 81.0},
    "wages": {"2013": 30000.0, "2014": 31000.0, "2015": 33000.0},
    "jobs": {"2015-Q3": 1000.0, "2015-Q4": 1010.0, "2016-Q1": 1005.0},
    "calls": {"2015-12": 500.0, "2016-01": 550.0, "2016-02": 520.0},
    "commute": {"2009-2013": 20.0, "2010-2014": 21.0},
    "new-idea": {},
}


def _indicator(id: str, unit: str, decimals: int, kind: str, value_kind: str, multiplier: str, improves_when: str) -> str:
    text = cities.INDICATOR.format(id=id, name=id.replace("-", " ").capitalize(), outcome="safe").split("[[target]]", maxsplit=1)[0]
    head, _ = text.split("[[series]]")
    head = head.replace('headline = "fires"', 'headline = "one"').replace('"per 1,000 homes"', f'"{unit}"').replace("decimals = 1", f"decimals = {decimals}")
    head = head.replace('improves_when = "falls"', f'improves_when = "{improves_when}"').replace('["neighborhood"]', '["race", "sex"]')
    return head + f"""
[[series]]
id = "one"
name = "{id}"
unit = "{unit}"
decimals = {decimals}
kind = "{kind}"
value_kind = "{value_kind}"
{multiplier}
independent = true
interval_years = 1.0
note = ""
"""


def _figures(values: dict[str, float]) -> str:
    return cities.HEADER + "".join(f"one,tinyville,,,{period},{value},,,,,,false,2016-06-01,,tests\n" for period, value in values.items())


def files() -> dict[str, str]:
    city = cities.ten_areas()
    for id, definition in INDICATOR_OF.items():
        city[f"frameworks/tiny/indicators/{id}.toml"] = _indicator(id, *definition)
        city[f"frameworks/tiny/observations/{id}.csv"] = _figures(FIGURES_OF[id])
    city["frameworks/tiny/indicators/unmeasured.toml"] = (
        _indicator("unmeasured", "percent", 1, "calendar", "proportion", "multiplier = 100.0", "rises").split("[[series]]", maxsplit=1)[0]
        .replace('headline = "one"', 'headline = ""')
    )  # fmt: skip
    city["measures/jobs.toml"] = cities.measure("jobs", "Jobs", improves_when="rises", value_kind="count", unit="jobs", multiplier="")
    city["measures/jobs.csv"] = cities.area_rows({"2014": [100.0] * 10}, denominator=None)
    return city


@cache
def known() -> Known:
    with tempfile.TemporaryDirectory() as folder:
        catalogue = read_catalogue(cities.write(Path(folder), files()))
    return known_from(catalogue, framework="tiny", fiscal_year_start_month=7)
