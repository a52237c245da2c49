"""Topic boards as files: one file and, if need be, one small table. Every slip is named with file, key and remedy; nothing is passed over."""

from datetime import date

import pytest

from lib.errors import CatalogueError
from lib.store import queries
from lib.store.build import build
from lib.store.catalogue import read_catalogue
from lib.store.database import open_engine
from tests.cities import BOARD, BOARD_FIGURES, with_stats, write

OWN = BOARD_FIGURES.splitlines()[1]


def problems(tmp_path, **files) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(write(tmp_path, with_stats(**{"boards/masks.toml": BOARD, "boards/masks.csv": BOARD_FIGURES} | files)))
    return [str(problem) for problem in caught.value.problems]


def test_a_board_is_its_file_and_its_figures(tmp_path):
    found = read_catalogue(write(tmp_path, with_stats(**{"boards/masks.toml": BOARD, "boards/masks.csv": BOARD_FIGURES})))
    (one,) = found.boards
    assert (one.id, one.stat, one.made_up, one.started, one.ended) == ("masks", "fire", True, date(2025, 3, 1), None)
    assert [(item.indicator, item.measure, item.series) for item in one.items] == [("", "", "masks"), ("fires", "", ""), ("", "fires", "")]
    own = found.observations[found.observations["indicator"] == "masks"]
    assert list(own["value"].fillna(-1)) == [900.0, 1200.0, -1] and list(own["missing_reason"]) == ["", "", "not reported"]
    assert len(found.observations[found.observations["indicator"] == "fires"]) == 6  # those of the framework are as they were


def test_a_city_without_boards_has_none(tmp_path):
    assert read_catalogue(write(tmp_path, with_stats())).boards == ()


def test_a_board_needs_no_table_of_its_own(tmp_path):
    text = BOARD.split("[[item]]")[0] + '[[item]]\nindicator = "fires"\n'
    assert read_catalogue(write(tmp_path, with_stats(**{"boards/masks.toml": text}))).boards[0].series == ()


def test_those_that_run_stand_before_those_that_ended_and_the_newest_first(tmp_path):
    def board(key: str, started: str, ended: str = "") -> dict[str, str]:
        text = BOARD.split("[[item]]")[0].replace('"masks"', f'"{key}"', 1).replace("2025-03-01", started + (f"\nended = {ended}" if ended else ""))
        return {f"boards/{key}.toml": text + '[[item]]\nindicator = "fires"\n'}

    files = board("a", "2020-01-01") | board("b", "2024-01-01") | board("c", "2025-01-01", "2025-06-30")
    assert [one.id for one in read_catalogue(write(tmp_path, with_stats(**files))).boards] == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('id = "masks"', 'id = "mask"', "data/boards/masks.toml: id: 'mask' is not the file's name"),
        ('stat = "fire"', 'stat = "fires"', "stat: there is no Stat 'fires'"),
        ('stat = "fire"', "", "stat: is absent; write stat ="),
        ('question = "Are', 'qestion = "Are', "did you mean 'question'?"),
        ('readers = "everybody"', 'readers = "nobody"', 'readers = "everybody" or "staff"'),
        ("made_up = true", 'made_up = "yes"', "made_up"),
        ("made_up = true", "", "made_up = true where no figure on it is real"),
        ("started = 2025-03-01", "started = 2025-03-01\nended = 2025-02-28", "ended before it started"),
        ('references = ["tests"]', "references = []", "references"),
        ('indicator = "fires"', 'indicator = "fire"', "item 2, indicator: there is no indicator 'fire'"),
        ('indicator = "fires"', 'indicator = "fires"\nmeasure = "fires"', "item 2: names an indicator and a measure"),
        ('indicator = "fires"', 'note = "nothing"', "item 2: says not of what it is"),
        ('indicator = "fires"', 'indicator = "fires"\nseries = "smoke"', "item 2, series: there is no series 'smoke'; write one of fires"),
        ('indicator = "fires"', 'indicator = "fires"\ngeography = "atlantis"', "item 2, geography: 'atlantis' is not in geographies.csv"),
        ('indicator = "fires"', 'indicator = "fires"\ngeography = "the-state"', "item 2, series: observations/fires.csv has no such figure"),
        ('indicator = "fires"', 'indicator = "fires"\ndimension = "race"', "item 2: a dimension and a group go together"),
        ('indicator = "fires"', 'indicator = "fires"\ndimension = "race"\ngroup = "Black"', "item 2, group: observations/fires.csv has no such figure"),
        ('indicator = "fires"', 'indicator = "fires"\nnotee = "x"', "did you mean 'note'?"),
        ('measure = "fires"', 'measure = "smoke"', "item 3, measure: there is no measures/smoke.toml"),
        ('measure = "fires"', 'measure = "fires"\nseries = "two"', "item 3, series: there is no series 'two'; write one of one"),
        ('measure = "fires"', 'measure = "fires"\ngeography = "the-state"', "item 3, series: measures/fires.csv has no such figure"),
        ('measure = "fires"', 'measure = "fires"\ndimension = "race"\ngroup = "Black"', "item 3, group: a neighborhood measure has no groups here"),
        ('measure = "fires"', 'indicator = "fires"', "item 3: says again what item 2 says"),
        ('series = "masks"', 'series = "gloves"', "item 1, series: there is no series 'gloves'; write one of masks"),
        ('kind = "month"', 'kind = "moon"', "series 1, kind"),
    ],
)
def test_a_slip_in_a_board_is_named(tmp_path, before, after, said):
    assert before in BOARD
    found = problems(tmp_path, **{"boards/masks.toml": BOARD.replace(before, after, 1)})
    assert any(said in problem for problem in found), found
    assert all("boards/masks.toml" in problem for problem in found if "csv:" not in problem), found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (OWN.replace("tests/cities.py", ""), "line 2, reference: is empty: no figure without one"),
        (OWN.replace(",900,", ",,"), "line 2, missing_reason: a missing value has no reason"),
        (OWN.replace("2025-03", "March"), "line 2, period"),
        (OWN.replace("masks,", "gloves,"), "line 2, series: 'gloves' is not in masks.toml"),
        (OWN.replace("tinyville", "area-1"), "group: holds figures of a group, or of a part of the city"),
        (OWN.replace("tinyville,,", "tinyville,race,Black"), "group: holds figures of a group, or of a part of the city"),
    ],
)
def test_the_boards_own_figures_obey_the_same_rules_and_are_of_the_whole_city(tmp_path, line, said):
    found = problems(tmp_path, **{"boards/masks.csv": BOARD_FIGURES.replace(OWN, line)})
    assert any(f"boards/masks.csv: {said}" in problem for problem in found), found


def test_a_file_without_its_board_or_of_another_kind_is_not_passed_over(tmp_path):
    assert any("boards/gloves.csv: file name: there is no gloves.toml" in one for one in problems(tmp_path, **{"boards/gloves.csv": BOARD_FIGURES}))
    assert any("boards/notes.md: file name: is read by nothing" in one for one in problems(tmp_path, **{"boards/notes.md": "Text"}))


def test_the_release_keeps_boards_and_figures_and_shows_the_newest_vintage(tmp_path):
    revised = BOARD_FIGURES + OWN.replace(",900,", ",950,").replace(",2025-04,", ",2025-06,") + "\n"
    assert revised != BOARD_FIGURES
    folder = write(tmp_path, with_stats(**{"boards/masks.toml": BOARD, "boards/masks.csv": revised}))
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    release = build(engine, folder)
    (one,) = queries.boards(engine, release)
    assert one == read_catalogue(folder).boards[0]
    table = queries.board_observations(engine, release, "masks")
    assert list(table["value"].fillna(-1)) == [950.0, 1200.0, -1] and list(table["revisions"]) == [1, 0, 0]
    assert set(queries.observations(engine, release, "tiny")["indicator"]) == {"fires"}  # and never among the framework's
    engine.dispose()
