import pytest
from sqlalchemy import inspect, text

from lib.settings import FrameworkChoice, read_settings
from lib.store import __main__ as command
from lib.store.database import open_engine
from lib.store.migrations import HEAD
from lib.store.schema import SCHEMA_VERSION
from tests.cities import FIGURES, tiny, write


@pytest.fixture
def city(tmp_path, monkeypatch):
    """Makes the command work on a made-up city, whose settings name the framework given."""

    def show(files: dict[str, str], framework: str = "tiny") -> None:
        write(tmp_path, files)
        chosen = read_settings().model_copy(update={"framework": FrameworkChoice(current=framework)})
        monkeypatch.setenv("OUTCOMESTAT_CITY", str(tmp_path))
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


@pytest.fixture
def store(city, tmp_path):
    """The command's store, empty."""
    city(tiny())
    return open_engine(f"sqlite:///{tmp_path / 'store.db'}")


def tables(engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_migrate_makes_the_tables_and_says_where_the_store_is(store, capsys):
    assert command.main(["migrate"]) == 0
    assert capsys.readouterr().out == f"The store is at step {HEAD} (schema {SCHEMA_VERSION}).\n" and "meeting" in tables(store)
    assert command.main(["migrate"]) == 0
    assert capsys.readouterr().out == f"The store is at step {HEAD} (schema {SCHEMA_VERSION}) already.\n"


def test_migrate_goes_down_only_for_who_is_sure_and_says_what_is_lost(store, capsys):
    assert command.main(["build"]) == 0 and command.main(["migrate", "--to", "0001"]) == 1
    said = capsys.readouterr().err
    assert f"from step {HEAD} to 0001" in said and "Every Stat meeting is lost" in said and "make a backup, then add --yes" in said
    assert "meeting" in tables(store)
    assert command.main(["migrate", "--to", "0001", "--yes"]) == 0
    said = capsys.readouterr()
    assert "Every Stat meeting is lost" in said.err and said.out == "The store is at step 0001 (schema 3).\n"
    assert "meeting" not in tables(store) and "observation" in tables(store)
    assert command.main(["migrate", "--to", "0002"]) == 0 and "meeting" in tables(store)
    assert capsys.readouterr().err == "", "up loses nothing"


def test_migrate_needs_no_data_in_order(city, capsys):
    city(tiny(figures=FIGURES.replace("2025,7.5,", "2025,abc,")), framework="tinny")
    assert command.main(["migrate"]) == 0
    assert capsys.readouterr().err == ""


def test_migrate_refuses_a_store_of_a_later_version(store, capsys):
    assert command.main(["migrate"]) == 0
    with store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    assert command.main(["migrate", "--to", "0001", "--yes"]) == 1
    assert "written by a later version" in capsys.readouterr().err and "meeting" in tables(store)


@pytest.mark.parametrize("arguments", [["migrate", "--to", "0099"], ["check", "--to", "0001"], ["build", "--yes"]])
def test_words_that_are_not_understood_change_nothing(store, capsys, arguments):
    with pytest.raises(SystemExit):
        command.main(arguments)
    assert "usage: python -m lib.store" in capsys.readouterr().err and tables(store) == set()


# Service requests


def test_requests_are_loaded_and_what_is_wrong_is_told_with_its_line(store, capsys, tmp_path):
    file = tmp_path / "requests.csv"
    file.write_text("ServiceRequestNum,SRType,CreatedDate,CloseDate,SRStatus\na,Alley,2026-06-01T12:00:00Z,,New\nb,Alley,2026-06-01T12:00:00Z,2026-05-01T12:00:00Z,Closed\n", encoding="utf-8")
    assert command.main(["requests", "load", str(file), "--author", "Anne"]) == 0
    said = capsys.readouterr().out
    assert "2 lines read: 1 new requests, 0 updated, 0 repeated in the file, 1 set aside." in said
    assert "1 reversed (set aside): it was closed before it came in.\n    line 3: b: 2026-06-01" in said
    assert command.main(["requests", "load", str(file), "--author", "Anne"]) == 0
    assert "this very file. Nothing was changed." in capsys.readouterr().out
    assert command.main(["requests", "load", str(tmp_path / "none.csv"), "--author", "Anne"]) == 1
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["requests"], ["requests", "load"], ["requests", "load", "file.csv"], ["build", "load", "file.csv", "--author", "Anne"]])
def test_requests_need_a_file_and_who_loads_it(store, capsys, arguments):
    with pytest.raises(SystemExit):
        command.main(arguments)
    assert "usage: python -m lib.store" in capsys.readouterr().err and tables(store) == set()


# Performance plans


def test_plans_are_loaded_and_what_is_wrong_is_told_with_its_cell(store, capsys, tmp_path):
    from tests.store.sources.plan_export import PERSON, as_csv, row

    file = tmp_path / "plan.csv"
    file.write_bytes(as_csv(row(FY_25_Actual="4"), row(Measure_ID="2", FY_25_Actual="6500-7000"), row(Fiscal_Year="")))
    assert command.main(["plans", "load", str(file), "--author", "Anne", "--exported", "2026-11-01"]) == 0
    said = capsys.readouterr().out
    assert "3 lines read, 0 repeated word for word, 1 set aside: 2 measures with 2 figures" in said
    assert "1 error: fiscal_year_unreadable" in said and "CSV T3: '6500-7000'" in said and PERSON not in said
    assert command.main(["plans", "load", str(file), "--author", "Anne", "--exported", "2026-11-01"]) == 0
    assert "this very file. Nothing was changed." in capsys.readouterr().out
    assert command.main(["plans", "load", str(tmp_path / "none.csv"), "--author", "Anne"]) == 1
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["plans"], ["plans", "load"], ["plans", "load", "file.csv"], ["plans", "fetch", "--author", "Anne"],
                                       ["plans", "load", "f.csv", "--author", "Anne", "--since", "2026-01-01"]])  # fmt: skip
def test_plans_need_a_file_and_who_loads_it(store, capsys, arguments):
    with pytest.raises(SystemExit):
        command.main(arguments)
    assert "usage: python -m lib.store" in capsys.readouterr().err and tables(store) == set()
