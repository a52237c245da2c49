import pytest

from lib.settings import FrameworkChoice, read_settings
from lib.store import __main__ as command
from tests.cities import FIGURES, tiny, write


@pytest.fixture
def city(tmp_path, monkeypatch):
    """Makes the command work on a made-up city, whose settings name the framework given."""

    def show(files: dict[str, str], framework: str = "tiny") -> None:
        write(tmp_path, files)
        chosen = read_settings().model_copy(update={"framework": FrameworkChoice(current=framework)})
        monkeypatch.setattr(command, "ROOT", tmp_path)
        monkeypatch.setattr(command, "read_settings", lambda: chosen)
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")

    return show


@pytest.mark.parametrize("what", ["check", "build"])
def test_a_city_in_order_is_told_so(city, capsys, what):
    city(tiny())
    assert command.main([what]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("what", ["check", "build"])
def test_settings_that_name_a_framework_that_is_not_there_are_refused_with_those_that_are(city, capsys, tmp_path, what):
    city(tiny(), framework="tinny")
    assert command.main([what]) == 1
    assert "framework.current: there is no framework 'tinny'; write one of: tiny." in capsys.readouterr().err
    assert not (tmp_path / "store.db").exists()


@pytest.mark.parametrize("what", ["check", "build"])
def test_problems_are_listed(city, capsys, what):
    city(tiny(figures=FIGURES.replace("2025,7.5,", "2025,abc,")))
    assert command.main([what]) == 1
    assert "line 7, value: 'abc' is not a number" in capsys.readouterr().err
