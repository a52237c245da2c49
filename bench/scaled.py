"""A made-up city of a chosen size: 23 indicators a factor, 55 areas a factor (36 factors at most), 15 periods, 4 groups.

`python -m bench.scaled FOLDER FACTOR` writes it as config.toml and data/, the same at every call. Factor 1 is about Baltimore's size.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from lib import newcity
from lib.store.neighborhoods import AREA_COLUMNS, MEASURE_COLUMNS, NAME_COLUMNS, TRACT_COLUMNS
from lib.store.reader import OBSERVATION_COLUMNS, REFERENCE_COLUMNS

INDICATORS, AREAS, MOST_AREAS = 23, 55, 36 * 55
PERIODS = tuple(range(2011, 2026))
GROUPS = ("", "Black", "Hispanic", "White")  # "" is everybody
OUTCOMES = 7
RESIDENTS = 4_000  # of an area
TEMPLATE = Path(newcity.__file__).parent / "template"

OUTCOME = """
[[outcome]]
id = "outcome-{number}"
name = "Made-up outcome {number}"
order = {number}
statement = "Made up, to measure with."
icon = "school"
colour = "outcome-{number}"
"""
INDICATOR = """id = "{id}"
name = "Made-up indicator {number}"
outcome = "outcome-{outcome}"
order = {number}
definition = "Made up, to measure with."
formula = "1,000 × cases / residents"
unit = "per 1,000 residents"
decimals = 1
improves_when = "falls"
frequency = "annual"
source = "Nobody: made up to measure with"
owner = "Nobody"
partners = []
why_it_matters = "It does not: it is made up."
caveats = ["Every figure is made up."]
evidence = "A"
evidence_note = "Made up."
reference = "made up to measure with"
collected = true
collected_note = ""
sensitive = false
next_review = 2027-06-30
expected_disaggregations = ["neighborhood", "race"]
neighborhood_measure = "{measure}"
neighborhood_note = "Made up."
headline = "cases"
benchmarks = []

[[target]]
series = "cases"
period = "2030"
value = 20.0
set_on = "2020-01"
set_note = "Made up."
reference = "made up to measure with"
baseline = "2019"
baseline_note = "Made up."
"""
MEASURE = """id = "{measure}"
name = "Made-up measure {number}"
topic = "Topic {outcome}"
order = {number}
definition = "Made up, to measure with."
unit = "per 1,000 residents"
decimals = 1
improves_when = "falls"
source = "Nobody: made up to measure with"
caveats = ["Every figure is made up."]
flags = ["made up"]
sensitive = false
counted_per = ""
reference = "made up to measure with"
"""
SERIES = """
[[series]]
id = "cases"
name = "Cases"
unit = "per 1,000 residents"
decimals = 1
kind = "calendar"
value_kind = "rate"
multiplier = 1000.0
independent = true
interval_years = 1.0
note = "Made up."
"""


def areas_at(factor: int) -> int:
    return min(AREAS * factor, MOST_AREAS)


def figures_at(factor: int) -> int:
    """How many figures the city has at a factor: for each indicator, group and period the city's and one an area."""
    return INDICATORS * factor * (1 + areas_at(factor)) * len(PERIODS) * len(GROUPS)


def write_city(folder: Path, factor: int) -> None:
    """Writes the city into an empty folder."""
    data, framework = folder / "data", folder / "data" / "frameworks" / "measured"
    for made in (framework / "indicators", framework / "observations", data / "measures", data / "areas"):
        made.mkdir(parents=True)
    (folder / "config.toml").write_text(_config(), encoding="utf-8")
    _table(data / "geographies.csv", ("id", "name", "type", "reference"), [("measured", "Measured", "city", "made up")])
    _table(data / "references.csv", REFERENCE_COLUMNS, [("m", "made up to measure with", "nobody")])
    _table(data / "services.csv", ("service", "name", "agency", "framework", "fiscal_year", "outcome", "basis", "reference"), [])
    _table(data / "agencies.csv", ("id", "name", "short", "principal", "reference"), [])
    (framework / "framework.toml").write_text(_framework(), encoding="utf-8")
    places = [f"area-{number}" for number in range(1, areas_at(factor) + 1)]
    _areas(data / "areas", places)
    for number in range(1, INDICATORS * factor + 1):
        named = {"id": f"indicator-{number}", "measure": f"measure_{number}", "number": number, "outcome": 1 + number % OUTCOMES}
        (framework / "indicators" / f"{named['id']}.toml").write_text(INDICATOR.format(**named) + SERIES, encoding="utf-8")
        (data / "measures" / f"{named['measure']}.toml").write_text(MEASURE.format(**named) + SERIES, encoding="utf-8")
        _table(framework / "observations" / f"{named['id']}.csv", OBSERVATION_COLUMNS, _of_the_city(number, len(places)))
        _table(data / "measures" / f"{named['measure']}.csv", MEASURE_COLUMNS, _of_the_areas(number, places))


def _config() -> str:
    """The settings of a new city, with what they name in the data."""
    text = (TEMPLATE / "config.toml").read_text(encoding="utf-8")
    for key, value in (("current", '"measured"'), ("facts", '["measure_1", "measure_2"]'), ("similar_by", '["measure_1", "measure_2"]'),
                       ("population", "[]"), ("measure", '"measure_2"')):  # fmt: skip
        text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
    return text


def _framework() -> str:
    head = ('id = "measured"\nname = "Made up to measure with"\ncity = "Measured"\ngeography = "measured"\nperiod = "2011 to 2030"\n'
            'statement = "Made up."\nreconstruction = "Every name, figure and target is made up."\nreference = "made up to measure with"\n')  # fmt: skip
    return head + "".join(OUTCOME.format(number=number) for number in range(1, OUTCOMES + 1))


def _areas(folder: Path, places: Sequence[str]) -> None:
    """Squares side by side."""
    across = math.ceil(math.sqrt(len(places)))
    _table(folder / "areas.csv", AREA_COLUMNS, [(place, place.replace("-", " ").capitalize(), "neighborhood", 1.0, "made up") for place in places])
    _table(folder / "names.csv", NAME_COLUMNS, [])
    _table(folder / "tracts.csv", TRACT_COLUMNS, [])
    features = [{"type": "Feature", "id": place, "properties": {}, "geometry": {"type": "Polygon", "coordinates": [_square(number % across, number // across)]}}
                for number, place in enumerate(places)]  # fmt: skip
    (folder / "boundaries.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def _square(x: int, y: int) -> list[list[float]]:
    west, south, side = -30 + x / 100, 35 + y / 100, 1 / 100
    corners = ((west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south))
    return [[round(east, 4), round(north, 4)] for east, north in corners]


def _of_the_city(number: int, areas: int) -> Iterator[tuple]:
    for group in GROUPS:
        for period in PERIODS:
            yield _row("measured", group, period, _cases(number, 0, group, period) * areas, RESIDENTS * areas, caution=False)


def _of_the_areas(number: int, places: Sequence[str]) -> Iterator[tuple]:
    for place, name in enumerate(places):
        for group in GROUPS:
            for period in PERIODS:
                yield _row(name, group, period, _cases(number, place, group, period), RESIDENTS, caution=True)


def _cases(number: int, place: int, group: str, period: int) -> int:
    """In one area; they fall slowly, and differ by place and group. Every second indicator is alike, so that the statistics of
    neighbors, which are worked out once for each different map, cost the same at every factor but for the areas."""
    return 100 + (37 * (number % 2) + 61 * place + 17 * len(group)) % 120 - 2 * (period - PERIODS[0]) + (place + period) % 5


def _row(place: str, group: str, period: int, cases: int, residents: int, *, caution: bool) -> tuple:
    return ("cases", place, "race" if group else "", group, str(period), round(1000 * cases / residents, 1), cases, residents, "", "", "", "false",
            f"{period + 1}-03-01", "", *([""] if caution else []), "m")  # fmt: skip


def _table(path: Path, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.scaled", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("factor", type=int)
    chosen = parser.parse_args()
    write_city(chosen.folder, chosen.factor)
    print(f"{figures_at(chosen.factor):,} figures in {chosen.folder}")
