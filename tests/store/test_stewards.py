"""Stewards in the files: an agency or a role and its agency, never a person or an address; every slip named with file, key and remedy."""

import pytest

from lib.errors import CatalogueError
from lib.store import queries
from lib.store.build import build
from lib.store.catalogue import read_catalogue
from lib.store.database import open_engine
from tests.cities import INDICATOR, measure, with_stats, write

FIRES = INDICATOR.format(id="fires", name="Fires", outcome="safe")
SOURCES = "source,steward,obtained,reference\n"
INDICATOR_FILE, MEASURE_FILE = "frameworks/tiny/indicators/fires.toml", "measures/fires.toml"


def with_keys(text: str, *lines: str) -> str:
    return text.replace("\n[[series]]", "\n" + "\n".join(lines) + "\n\n[[series]]", 1)


def problems(tmp_path, **files) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(write(tmp_path, with_stats(**files)))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("steward", ["fire", "Fire", "BCFD", "Data-Driven Officer, Fire", "Analyst, night shift, Housing"])
def test_an_agency_or_a_role_with_its_agency_is_a_steward(tmp_path, steward):
    found = read_catalogue(write(tmp_path, with_stats(**{
        INDICATOR_FILE: with_keys(FIRES, f'steward = "{steward}"', "days_to_publish = 90"),
        MEASURE_FILE: with_keys(measure("fires", "Fires"), f'steward = "{steward}"', 'owner = "Fire"', 'frequency = "annual"', "days_to_publish = 0"),
    })))  # fmt: skip
    one, by_area = found.frameworks[0].indicators[0], next(one for one in found.measures if one.id == "fires")
    assert (one.steward, one.days_to_publish) == (steward, 90)
    assert (by_area.steward, by_area.owner, by_area.frequency, by_area.days_to_publish) == (steward, "Fire", "annual", 0)


def test_without_a_word_nobody_is_named(tmp_path):
    found = read_catalogue(write(tmp_path, with_stats()))
    one, by_area = found.frameworks[0].indicators[0], found.measures[0]
    assert (one.steward, one.days_to_publish, by_area.steward, by_area.owner, by_area.days_to_publish, by_area.collected) == ("", None, "", "", None, True)
    assert found.sources == ()


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (INDICATOR_FILE, with_keys(FIRES, 'steward = "Ann Lee"'), "fires.toml: steward: 'Ann Lee' names no agency of agencies.csv"),
        (INDICATOR_FILE, with_keys(FIRES, 'steward = "ann.lee@city.gov, Fire"'), "fires.toml: steward: 'ann.lee@city.gov, Fire' holds an address"),
        (INDICATOR_FILE, with_keys(FIRES, 'steward = ", Fire"'), "', Fire' names no agency"),
        (INDICATOR_FILE, with_keys(FIRES, 'steward = "Bonfire"'), "'Bonfire' names no agency"),
        (INDICATOR_FILE, with_keys(FIRES, 'stewart = "Fire"'), "did you mean 'steward'?"),
        (INDICATOR_FILE, with_keys(FIRES, "days_to_publish = -1"), "fires.toml: days_to_publish"),
        (INDICATOR_FILE, with_keys(FIRES, "days_to_publish = 1.5"), "fires.toml: days_to_publish"),
        (MEASURE_FILE, with_keys(measure("fires", "Fires"), 'steward = "Ann Lee"'), "measures/fires.toml: steward: 'Ann Lee' names no agency"),
        (MEASURE_FILE, with_keys(measure("fires", "Fires"), 'owner = "Ann Lee"'), "measures/fires.toml: owner: 'Ann Lee' is no agency's name"),
        (MEASURE_FILE, with_keys(measure("fires", "Fires"), "collected = false"), 'write collected_note = "…"'),
        ("sources.csv", SOURCES + "Fire Departement,Fire,,tests\n", "line 2, source: no indicator and no measure has the source 'Fire Departement'; did you mean 'Fire Department'?"),
        ("sources.csv", SOURCES + "Made up,Fire,,tests\nMade up,Fire,,tests\n", "line 3, source: 'Made up' stands twice"),
        ("sources.csv", SOURCES + "Made up,Ann Lee,,tests\n", "line 2, steward: 'Ann Lee' names no agency"),
        ("sources.csv", SOURCES + "Made up,Fire,,\n", "line 2, reference: is empty"),
        ("sources.csv", "source,steward,reference\n", "absent columns: ['obtained']"),
    ],
)
def test_a_slip_is_named_with_its_place_and_remedy(tmp_path, file, text, said):
    found = problems(tmp_path, **{file: text})
    assert any(said in problem for problem in found), found


def test_the_remedy_says_that_no_person_is_named(tmp_path):
    (problem,) = problems(tmp_path, **{INDICATOR_FILE: with_keys(FIRES, 'steward = "Ann Lee"')})
    assert 'or a role and its agency ("Data-Driven Officer, Health"); no person\'s name, for these files are public' in problem


def test_the_release_keeps_them(tmp_path):
    long = "A source whose name is longer than an id may be: " + "x" * 200
    folder = write(tmp_path, with_stats(**{INDICATOR_FILE: with_keys(FIRES.replace('source = "Fire Department"', f'source = "{long}"'), 'steward = "Fire"'),
                                           "sources.csv": SOURCES + f"Made up,Housing,Write to the archive.,tests\n{long},,,tests\n"}))  # fmt: skip
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    release = build(engine, folder)
    assert queries.frameworks(engine, release)["tiny"].indicators[0].steward == "Fire"
    assert [(one.name, one.steward, one.obtained) for one in queries.sources(engine, release)] == [("Made up", "Housing", "Write to the archive."), (long, "", "")]
    engine.dispose()
