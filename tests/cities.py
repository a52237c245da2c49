"""Small made-up cities, written as data folders. Their figures are small enough to check by eye."""

from __future__ import annotations

import json
from pathlib import Path

FRAMEWORK = """
id = "tiny"
name = "Tiny framework"
city = "Tinyville"
geography = "tinyville"
period = "2020"
statement = "A made-up city for tests."
reconstruction = "These names are made up."
reference = "tests/cities.py"

[[outcome]]
id = "safe"
name = "Safe / sound"
order = 1
statement = "People are safe."
icon = "shield"
colour = "outcome-1"

[[outcome]]
id = "clean"
name = "Clean"
order = 2
statement = "Streets are clean."
icon = "eco"
colour = "outcome-2"
"""

INDICATOR = """
id = "{id}"
name = "{name}"
outcome = "{outcome}"
order = 1
definition = "Fires in homes per 1,000 homes."
formula = "1,000 × fires / homes"
unit = "per 1,000 homes"
decimals = 1
improves_when = "falls"
frequency = "annual"
source = "Fire Department"
owner = "Fire"
partners = ["Housing"]
why_it_matters = "Fires kill."
caveats = []
evidence = "A"
evidence_note = "Made up for tests."
reference = "tests/cities.py"
collected = true
collected_note = ""
sensitive = false
next_review = 2030-01-31
expected_disaggregations = ["neighborhood"]
neighborhood_measure = ""
neighborhood_note = "Not published by neighborhood."
headline = "fires"
benchmarks = ["the-state"]

[[series]]
id = "fires"
name = "Fires in homes"
unit = "per 1,000 homes"
decimals = 1
kind = "calendar"
value_kind = "rate"
multiplier = 1000.0
independent = true
interval_years = 1.0
note = ""

[[target]]
series = "fires"
period = "2030"
value = 5.0
set_on = "2020-06"
set_note = "Made up."
reference = "tests/cities.py"
baseline = "2020"
baseline_note = "Made up."
"""

HEADER = ("series,geography,dimension,group,period,value,numerator,denominator,lower,upper,missing_reason,"
          "provisional,vintage,note,reference\n")  # fmt: skip
FIGURES = HEADER + "".join(
    f"fires,tinyville,,,{year},{value},{value * 100:.0f},100000,,,,false,{year + 1},,tests/cities.py\n"
    for year, value in ((2020, 10.0), (2021, 9.5), (2022, 9.0), (2023, 8.5), (2024, 8.0), (2025, 7.5))
)
GEOGRAPHIES = "id,name,type,reference\ntinyville,Tinyville,city,tests\nthe-state,The State,state,tests\n"
SERVICES = ("service,name,agency,framework,fiscal_year,outcome,basis,reference\n"
            "1,Fire suppression,Fire,tiny,FY2020,safe,printed,tests\n")  # fmt: skip


def write(root: Path, files: dict[str, str]) -> Path:
    """Writes the files below `root`/data and gives that folder."""
    folder = root / "data"
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def tiny(**changes: str) -> dict[str, str]:
    """A city with two outcomes, one of them empty, and one indicator. `changes` replace whole files by their stem."""
    files = {
        "frameworks/tiny/framework.toml": FRAMEWORK,
        "frameworks/tiny/indicators/fires.toml": INDICATOR.format(id="fires", name="Fires", outcome="safe"),
        "frameworks/tiny/observations/fires.csv": FIGURES,
        "geographies.csv": GEOGRAPHIES,
        "services.csv": SERVICES,
    }
    by_stem = {"framework": 0, "indicator": 1, "figures": 2, "geographies": 3, "services": 4}
    names = list(files)
    return files | {names[by_stem[stem]]: content for stem, content in changes.items()}


def empty() -> dict[str, str]:
    """A framework with no outcome and no indicator."""
    return {
        "frameworks/empty/framework.toml": FRAMEWORK.split("[[outcome]]", maxsplit=1)[0].replace('"tiny"', '"empty"'),
        "geographies.csv": GEOGRAPHIES,
        "services.csv": SERVICES.splitlines()[0] + "\n",
    }


# A city of ten areas, squares of a grid two high and five wide, numbered from the south-west: 1 to 5 below, 6 to 10 above.

AREAS = [f"area-{number}" for number in range(1, 11)]
AREA_FILE = "id,name,type,land_sq_mi,reference\n" + "".join(
    f"{area},{'North/South' if area == 'area-1' else area.replace('-', ' ').title()},CSA,2.0,tests\n" for area in AREAS
)
AREA_NAMES = "area,name,kind,reference\n" "area-1,Remington,neighborhood,tests\narea-2,Mt. Old & New,also written,tests\narea-2,New Name,name since 2020,tests\n"


def square(number: int) -> str:
    """The shape of an area as GeoJSON."""
    x, y = -76.7 + 0.02 * ((number - 1) % 5), 39.25 + 0.02 * ((number - 1) // 5)
    ring = [[x, y], [x + 0.02, y], [x + 0.02, y + 0.02], [x, y + 0.02], [x, y]]
    ring = [[round(a, 4), round(b, 4)] for a, b in ring]
    return json.dumps({"type": "Feature", "id": f"area-{number}", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}})


BOUNDARIES = '{"type": "FeatureCollection", "features": [' + ", ".join(square(number) for number in range(1, 11)) + "]}"
MEASURE = """
id = "{id}"
name = "{name}"
topic = "Tests"
order = 1
definition = "Fires in homes, for every 1,000 residents."
unit = "{unit}"
decimals = 1
improves_when = "{improves_when}"
source = "Made up"
caveats = ["Made up for tests."]
flags = ["made up"]
sensitive = {sensitive}
counted_per = ""
reference = "tests/cities.py"

[[series]]
id = "one"
name = "{name}"
unit = "{unit}"
decimals = 1
kind = "calendar"
value_kind = "{value_kind}"
{multiplier}
independent = true
overdispersed = false
interval_years = 1.0
note = ""
"""
MEASURE_HEADER = HEADER.replace("note,reference", "note,caution,reference")


def measure(id: str, name: str, *, improves_when: str = "falls", sensitive: str = "false", value_kind: str = "rate",
            unit: str = "per 1,000 residents", multiplier: str = "multiplier = 1000.0") -> str:  # fmt: skip
    return MEASURE.format(id=id, name=name, improves_when=improves_when, sensitive=sensitive, value_kind=value_kind, unit=unit,
                          multiplier=multiplier)  # fmt: skip


def area_rows(values: dict[str, list[float | str]], *, denominator: int | None = 10_000) -> str:
    """A measure's figures: for each period the values of area 1, 2, …; a word in place of a number is a missing reason."""
    lines = []
    for period, row in values.items():
        for area, value in zip(AREAS, row, strict=False):
            if isinstance(value, str):
                lines.append(f"one,{area},,,{period},,,,,,{value},false,,,,tests")
            else:
                counts = f"{value * denominator / 1000:.0f},{denominator}" if denominator else ","
                lines.append(f"one,{area},,,{period},{value},{counts},,,,false,,,,tests")
    return MEASURE_HEADER + "".join(line + "\n" for line in lines)


def ten_areas(**files: str) -> dict[str, str]:
    """The tiny city with ten areas: fires (falls, with counts) in 2020 and 2025, income to rank by, and residents. The poorer,
    the more fires: 20 to 2 in 2020; in 2025 half as many in the poorest two."""
    falling = [20.0, 18.0, 16.0, 14.0, 12.0, 10.0, 8.0, 6.0, 4.0, 2.0]
    return tiny(indicator=INDICATOR.format(id="fires", name="Fires", outcome="safe").replace('neighborhood_measure = ""', 'neighborhood_measure = "fires"')) | {
        "areas/areas.csv": AREA_FILE,
        "areas/names.csv": AREA_NAMES,
        "areas/boundaries.geojson": BOUNDARIES,
        "measures/fires.toml": measure("fires", "Fires"),
        "measures/fires.csv": area_rows({"2020": falling, "2025": [10.0, 9.0, *falling[2:]]}),
        "measures/median_household_income.toml": measure("median_household_income", "Income", improves_when="rises", value_kind="mean", unit="dollars", multiplier=""),
        "measures/median_household_income.csv": area_rows({"2020": [10_000.0 * number for number in range(1, 11)]}, denominator=None),
        "measures/population.toml": measure("population", "Residents", improves_when="neither", value_kind="count", unit="residents", multiplier=""),
        "measures/population.csv": area_rows({"2020": [10_000.0] * 10}, denominator=None),
    } | files  # fmt: skip


# Who meets about what.

AGENCIES = "id,name,short,principal,reference\nfire,Fire,BCFD,true,tests\nhousing,Housing,DHCD,false,tests\n"
STAT = """
[[stat]]
id = "{id}"
name = "{name}"
short = "{name} Stat"
kind = "{kind}"
led_by = "central office"
agencies = ["fire", "housing"]
outcome = "safe"
indicators = ["fires"]
measures = ["fires"]
safety = ["fires"]
cadence = "monthly"
question = "Why do homes burn?"
example = {example}
runs = "made up"
reference = "tests"
"""
STATS = STAT.format(id="fire", name="Fire", kind="agency", example="false") + STAT.format(id="blocks", name="Blocks", kind="place-based", example="false") + STAT.format(
    id="made-up", name="Made up", kind="agency", example="true")  # fmt: skip
EXAMPLE = """
[[meeting]]
stat = "made-up"
day = 2
at = "14:00"
place = "Hall"
state = "released"
decision = "What to do first"

[[meeting.topic]]
indicator = "fires"
question = "Which homes burn?"

[[meeting.follow_up]]
action = "Send the list of alarms"
owner = "Ann Sample"
agency = "Fire"
due = 5
deliverable = "memo"
indicator = "fires"
public = true
"""


def with_stats(**files: str) -> dict[str, str]:
    """The city of ten areas with two Stats, one of each kind, and a made-up one."""
    return ten_areas() | {"agencies.csv": AGENCIES, "stats.toml": STATS, "example.toml": EXAMPLE} | files


# Money: two agencies, two outcomes, one service without an outcome. Ten dollars a block, so that sums can be checked by eye.

BUDGET = """service,activity,name,agency,fund,fiscal_year,basis,amount,reference
1,,Fire suppression,Fire,General,FY2020,actual,60,book p.1
1,,Fire suppression,Fire,Federal,FY2020,actual,10,book p.1
2,,Street cleaning,Works,General,FY2020,actual,20,book p.2
3,,Front desk,Works,General,FY2020,actual,10,book p.3
1,,Fire suppression,Fire,General,FY2021,budgeted,66,book p.1
"""
COVERAGE = """fiscal_year,basis,covers,absent,reference
FY2020,actual,two agencies,the schools,book
FY2021,budgeted,one service,every other service,book
"""
SERVICE_LINKS = SERVICES + "2,Street cleaning,Works,tiny,FY2020,clean,proposed: tests,tests\n"
SERVICE_MEASURES = """measure,service,name,fiscal_year,target,indicator,tie,reference
Fires per 1000 homes,1,Fire suppression,FY2020,5,fires,counts it,book p.1
Fires per 1000 homes,1,Fire suppression,FY2021,4,fires,counts it,book p.1
Dogs walked,9,Dogs,FY2020,7,,,book p.9
"""
DEFLATOR = "series,year,index,reference\nMade-up prices,2019,90,tests\nMade-up prices,2020,110,tests\nMade-up prices,2021,200,tests\n"


def with_money(**files: str) -> dict[str, str]:
    """The city of one indicator, with the money of two agencies."""
    return tiny(services=SERVICE_LINKS) | {
        "budget.csv": BUDGET, "budget_coverage.csv": COVERAGE, "service_measures.csv": SERVICE_MEASURES, "deflator.csv": DEFLATOR,
    } | files  # fmt: skip


# Two further frameworks: a plan of six pillars and 23 goals, as Baltimore's of 2026 is shaped, with placeholder names; and one that ended.


def action_plan() -> dict[str, str]:
    """A city whose framework has 6 pillars with 23 goals, a lead and initiatives each but for the last pillar's, and 2 indicators; no areas."""
    outcomes = []
    goal = 0
    for number, goals in enumerate((4, 4, 4, 4, 4, 3), start=1):
        named = number < 6
        lines = [f'\n[[outcome]]\nid = "pillar-{number}"\nname = "Placeholder pillar {number}"\norder = {number}\nstatement = "Made up."',
                 f'icon = "flag"\ncolour = "outcome-{number}"' + (f'\nlead = "Placeholder lead of pillar {number}"' if named else "")]  # fmt: skip
        for _ in range(goals):
            goal += 1
            lines.append(f'[[outcome.goal]]\nid = "goal-{goal}"\nname = "Placeholder goal {goal}"')
            lines.append(f'lead = "Placeholder lead of goal {goal}"\ninitiatives = ["Placeholder initiative {goal}a", "Placeholder initiative {goal}b"]' if named else "")
        outcomes += lines
    framework = FRAMEWORK.split("[[outcome]]", maxsplit=1)[0].replace('"tiny"', '"action-plan"') + 'outcome_word = "pillar"\noutcomes_word = "pillars"\n'
    folder = "frameworks/action-plan"
    indicators = {key: INDICATOR.format(id=key, name=name, outcome=outcome) for key, name, outcome in
                  (("fires", "Fires", "pillar-1"), ("alarms", "Alarms", "pillar-2"))}  # fmt: skip
    return {
        f"{folder}/framework.toml": framework + "\n".join(outcomes),
        **{f"{folder}/indicators/{key}.toml": text for key, text in indicators.items()},
        **{f"{folder}/observations/{key}.csv": FIGURES for key in indicators},
        "geographies.csv": GEOGRAPHIES,
        "services.csv": SERVICES.splitlines()[0] + "\n",
    }


def two_frameworks() -> dict[str, str]:
    """The tiny city, and what it had before: a framework that ended with 2023, whose figures go to 2022."""
    framework = (FRAMEWORK.replace('id = "tiny"', 'id = "before"', 1).replace('name = "Tiny', 'name = "Before', 1)
                 .replace("[[outcome]]", 'ended = 2023-12-31\nfollowed_by = "tiny"\noutcome_word = "wish"\noutcomes_word = "wishes"\n\n[[outcome]]', 1))  # fmt: skip
    return tiny() | {
        "frameworks/before/framework.toml": framework,
        "frameworks/before/indicators/fires.toml": INDICATOR.format(id="fires", name="Fires of before", outcome="safe"),
        "frameworks/before/observations/fires.csv": "".join(FIGURES.splitlines(keepends=True)[:4]),
    }


# A topic board, made up: masks in stock, beside an indicator and a neighborhood measure.

BOARD = """
id = "masks"
title = "Masks"
question = "Are there masks enough?"
stat = "fire"
readers = "everybody"
made_up = true
started = 2025-03-01
notes = "Made up. **Nobody** counted these."
references = ["tests"]

[[item]]
series = "masks"
note = "In all stores."

[[item]]
indicator = "fires"

[[item]]
measure = "fires"

[[series]]
id = "masks"
name = "Masks in stock"
unit = "masks"
decimals = 0
kind = "month"
value_kind = "count"
independent = true
interval_years = 0.0833
note = ""
"""
BOARD_FIGURES = HEADER + (
    "masks,tinyville,,,2025-03,900,,,,,,false,2025-04,,tests/cities.py\n"
    "masks,tinyville,,,2025-04,1200,,,,,,true,2025-05,,tests/cities.py\n"
    "masks,tinyville,,,2025-05,,,,,,not reported,false,,,tests/cities.py\n"
)
