"""The example that a new city begins with is whole, its own, and never written over anything."""

import tomllib
from pathlib import Path

import pytest

from lib.charts.theme import streamlit_theme
from lib.newcity import __main__ as command
from lib.settings import ROOT, read_settings
from lib.store.catalogue import read_catalogue
from lib.store.derived import FILE


@pytest.fixture
def there(tmp_path) -> Path:
    assert command.main([str(tmp_path / "there"), "--name", "St. Mary's"]) == 0
    return tmp_path / "there"


def test_it_passes_every_check_and_has_a_bit_of_everything(there):
    settings = read_settings(there / "config.toml")
    found = read_catalogue(there / "data", fiscal_year_start_month=settings.fiscal_year.start_month)
    (framework,) = found.frameworks
    assert framework.id == settings.framework.current and framework.city == settings.city.name == "St. Mary's"
    assert (len(framework.outcomes), len(framework.indicators), len(found.areas), len(found.stats)) == (2, 3, 6, 1)
    assert (
        found.boundaries["features"]
        and found.agencies
        and framework.indicators[0].targets
        and framework.outcomes[0].goals == ()
    )


def test_each_figure_is_marked_as_made_up(there):
    found = read_catalogue(there / "data")
    for table in (found.observations, found.area_observations):
        assert len(table) and table["reference"].str.contains("made up").all()
    assert (
        "made up" in found.frameworks[0].reconstruction and "made-up" in read_settings(there / "config.toml").city.title
    )


def test_no_file_of_it_knows_another_city(there):
    for path in there.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not any(word in text for word in ("Baltimore", "CSA", "Vital Signs", "Exampleville")), path
    assert not (there / "data" / FILE).exists(), "statistics of another name's files"


def test_what_is_there_is_never_written_over(there, capsys):
    before = {path: path.read_bytes() for path in there.rglob("*") if path.is_file()}
    assert command.main([str(there)]) == 1
    assert "is not empty, and nothing is overwritten" in capsys.readouterr().err
    file = there / "config.toml"
    assert command.main([str(file)]) == 1
    assert {path: path.read_bytes() for path in there.rglob("*") if path.is_file()} == before


def test_an_empty_folder_will_do(tmp_path):
    assert command.main([str(tmp_path)]) == 0 and (tmp_path / "config.toml").exists()


@pytest.mark.parametrize("name", ['a"b', "a\nb", "", " ", "a,b", "../x", "a\\b", "<b>", "-"])
def test_a_name_that_would_break_a_file_is_refused(tmp_path, name, capsys):
    assert command.main([str(tmp_path / "there"), "--name", name]) == 1
    assert "cannot be a name here" in capsys.readouterr().err and not (tmp_path / "there").exists()


@pytest.mark.parametrize(
    ("name", "id"),
    [("Winston-Salem", "winston-salem"), ("Saint Paul", "saint-paul"), ("臺北", "city"), ("29 Palms", "29-palms")],
)
def test_a_name_becomes_an_id_that_the_files_take(tmp_path, name, id):
    assert command.main([str(tmp_path / "there"), "--name", name]) == 0
    assert read_catalogue(tmp_path / "there" / "data").frameworks[0].geography == id


def test_its_settings_are_those_of_the_repository_key_by_key(there):
    """A new setting stands in both, else a new city would begin with an error."""

    def keys(table: dict, of: str = "") -> set[str]:
        found = {f"{of}{key}" for key in table}
        return (
            found.union(*(keys(value, f"{of}{key}.") for key, value in table.items() if isinstance(value, dict)))
            if table
            else found
        )

    ours, theirs = (
        tomllib.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "config.toml", there / "config.toml")
    )
    ours.pop("sources", None)
    assert keys(ours) == keys(theirs)


@pytest.mark.parametrize("folder", [ROOT, command.TEMPLATE], ids=["this city", "the example"])
def test_streamlits_own_colours_follow_from_the_citys(folder):
    look = read_settings(folder / "config.toml").look
    written = tomllib.loads((folder / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    for table, colours in streamlit_theme(look).items():
        part = written
        for name in table.split("."):
            part = part[name]
        assert {key: part[key] for key in colours} == colours, table


def test_how_streamlit_runs_is_the_same_for_both():
    ours, theirs = (
        tomllib.loads((folder / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
        for folder in (ROOT, command.TEMPLATE)
    )
    assert {key: value for key, value in ours.items() if key != "theme"} == {
        key: value for key, value in theirs.items() if key != "theme"
    }


def test_the_theme_is_said_as_it_is_to_be_written(there, capsys):
    assert command.main([str(there), "--theme"]) == 0
    said = tomllib.loads(capsys.readouterr().out)
    assert said["theme"]["light"]["sidebar"]["backgroundColor"] == read_settings(there / "config.toml").look.frame
    (there / "config.toml").unlink()
    assert command.main([str(there), "--theme"]) == 1


def test_make_run_gives_streamlit_the_same_colours_as_flags(there, capsys):
    assert command.main([str(there), "--theme", "flags"]) == 0
    look = read_settings(there / "config.toml").look
    assert f"--theme.light.sidebar.backgroundColor={look.frame}" in capsys.readouterr().out.split()
