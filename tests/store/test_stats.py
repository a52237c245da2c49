"""Agencies, Stats and the example as files: read as they stand, every slip named with its place and remedy."""

import pytest

from lib.cycle import Lead, StatKind
from lib.errors import CatalogueError
from lib.store.catalogue import read_catalogue
from tests.cities import AGENCIES, EXAMPLE, STATS, tiny, with_stats, write


def problems(tmp_path, **files) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(write(tmp_path, with_stats(**files)))
    return [str(problem) for problem in caught.value.problems]


def test_stats_and_agencies_are_read_in_the_files_order(tmp_path):
    found = read_catalogue(write(tmp_path, with_stats()))
    assert [one.id for one in found.agencies] == ["fire", "housing"] and found.agencies[0].principal and not found.agencies[1].principal
    assert [(one.id, one.kind, one.example) for one in found.stats] == [
        ("fire", StatKind.AGENCY, False), ("blocks", StatKind.PLACE, False), ("made-up", StatKind.AGENCY, True)]  # fmt: skip
    assert found.stats[0].led_by is Lead.CENTRE and found.example["meeting"][0]["day"] == 2


def test_a_city_without_stats_has_none(tmp_path):
    found = read_catalogue(write(tmp_path, tiny()))
    assert found.stats == () and found.agencies == () and found.example == {}


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("stats.toml", 'agencies = ["fire", "housing"]', 'agencies = ["fires"]', "stat 1, agencies: 'fires' is not in agencies.csv"),
        ("stats.toml", 'agencies = ["fire", "housing"]', "agencies = []", "stat 1, agencies"),
        ("stats.toml", 'indicators = ["fires"]', 'indicators = ["fire"]', "stat 1, indicators: 'fire' is not in any framework"),
        ("stats.toml", 'measures = ["fires"]', 'measures = ["nothing"]', "stat 1, measures: 'nothing' is not in measures/"),
        ("stats.toml", 'safety = ["fires"]', 'safety = ["smoke"]', "stat 1, safety: 'smoke' is none of its indicators and measures"),
        ("stats.toml", 'outcome = "safe"', 'outcome = "save"', "stat 1, outcome: there is no outcome 'save'"),
        ("stats.toml", 'kind = "agency"', 'kind = "agencies"', "stat 1, kind"),
        ("stats.toml", 'cadence = "monthly"', 'cadense = "monthly"', "did you mean 'cadence'?"),
        ("stats.toml", 'id = "blocks"', 'id = "fire"', "stat 2, id: 'fire' stands twice"),
        ("agencies.csv", "fire,Fire,BCFD,true,tests", "fire,Fire,BCFD,yes,tests", "line 2, principal: 'yes' is neither"),
        ("agencies.csv", "fire,Fire,BCFD,true,tests", "fire,,BCFD,true,tests", "line 2, name: is empty"),
        ("agencies.csv", "housing,Housing,DHCD", "fire,Housing,DHCD", "line 3, id: 'fire' stands twice"),
        ("example.toml", 'stat = "made-up"', 'stat = "fire"', "meeting 1, stat: 'fire' is no Stat with example = true"),
        ("example.toml", 'at = "14:00"', 'at = "2 pm"', "meeting 1, at"),
        ("example.toml", "day = 2", "day = 2.5", "meeting 1, day"),
        ("example.toml", 'deliverable = "memo"', 'deliverable = "note"', "follow_up 1, deliverable"),
    ],
)
def test_a_slip_is_named_with_its_place(tmp_path, file, before, after, said):
    content = {"stats.toml": STATS, "agencies.csv": AGENCIES, "example.toml": EXAMPLE}[file]
    assert before in content
    assert any(said in problem for problem in problems(tmp_path, **{file: content.replace(before, after, 1)}))


def test_without_agencies_the_stats_say_what_they_lack(tmp_path):
    assert any("'fire' is not in agencies.csv" in problem for problem in problems(tmp_path, **{"agencies.csv": AGENCIES.splitlines()[0] + "\n"}))
