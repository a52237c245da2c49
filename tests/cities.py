"""Small made-up cities, written as data folders. Their figures are small enough to check by eye."""

from __future__ import annotations

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
        "frameworks/empty/framework.toml": FRAMEWORK.split("[[outcome]]")[0].replace('"tiny"', '"empty"'),
        "geographies.csv": GEOGRAPHIES,
        "services.csv": SERVICES.splitlines()[0] + "\n",
    }
