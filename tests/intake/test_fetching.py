"""A source that is switched on, read from a server on loopback and loaded like a file."""

import pytest

from lib.errors import LoadRefused, NotAllowed, SettingsError
from lib.intake.fetching import load_answer, names_of, read_source, sources_of
from lib.roles import READER
from lib.settings import FrameworkChoice, read_settings
from lib.store import build, queries
from lib.store.batches import batches
from lib.store.database import open_engine
from lib.store.load import undo
from lib.store.sources.errors import SourceError
from tests.cities import AREAS, ten_areas, write
from tests.store.sources.conftest import FAST, server  # noqa: F401  fixture
from tests.store.sources.server import ArcGis
from tests.store.test_load import ANNE

PATH = "/x/ArcGIS/rest/services/Fires/FeatureServer/0"


@pytest.fixture
def city(tmp_path):
    folder = write(tmp_path, ten_areas())
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    build.build(engine, folder)
    yield engine, folder
    engine.dispose()


def settings(server, **changes):  # noqa: F811
    layer = {"id": "fires", "address": server.origin + PATH, "name_field": "CSA", "reference": "A layer", "column": [
        {"field": "rate", "measure": "fires", "series": "one", "year": 2026}]}  # fmt: skip
    tables = {"hosts": [server.origin], "limits": FAST, "layer": [layer]} | changes
    return read_settings().model_copy(update={"sources": tables, "framework": FrameworkChoice(current="tiny")})


def answer_of(engine, chosen):
    release = queries.shown_release(engine)
    city = queries.geographies(engine, release)["tinyville"]
    return read_source("layer.fires", chosen, areas=queries.areas(engine, release), measures=queries.measures(engine, release), city=city)


def rows(count: int = 10) -> list[dict]:
    names = {area: "North/South" if area == "area-1" else area.replace("-", " ").title() for area in AREAS}
    return [{"OBJECTID": number, "CSA": names[area], "rate": float(number)} for number, area in enumerate(AREAS[:count], start=1)]


@pytest.mark.slow
def test_what_a_layer_says_is_loaded_seen_and_taken_back(server, city, tmp_path, monkeypatch):  # noqa: F811
    engine, folder = city
    monkeypatch.setattr("lib.intake.fetching.city_folder", lambda: tmp_path)
    ArcGis(server, PATH, rows())
    chosen = settings(server)
    answer = answer_of(engine, chosen)
    done = load_answer(engine, folder, answer, person=ANNE, settings=chosen)
    table = queries.area_observations(engine, queries.shown_release(engine), "fires")
    assert table[table["period"] == "2026"].set_index("geography")["value"]["area-4"] == 4.0
    assert not load_answer(engine, folder, answer_of(engine, chosen), person=ANNE, settings=chosen).is_new
    undo(engine, folder, done.batch, person=ANNE)
    table = queries.area_observations(engine, queries.shown_release(engine), "fires")
    assert "2026" not in set(table["period"])


def test_too_few_areas_stop_the_load_and_nothing_is_kept(server, city, tmp_path, monkeypatch):  # noqa: F811
    engine, _ = city
    monkeypatch.setattr("lib.intake.fetching.city_folder", lambda: tmp_path)
    ArcGis(server, PATH, rows(8))
    with pytest.raises(SourceError):
        answer_of(engine, settings(server))
    assert batches(engine) == ()


def test_a_reader_loads_nothing_and_an_empty_answer_is_refused(server, city, tmp_path, monkeypatch):  # noqa: F811
    from dataclasses import replace

    engine, folder = city
    monkeypatch.setattr("lib.intake.fetching.city_folder", lambda: tmp_path)
    ArcGis(server, PATH, rows())
    chosen = settings(server)
    answer = answer_of(engine, chosen)
    with pytest.raises(NotAllowed):
        load_answer(engine, folder, answer, person=READER, settings=chosen)
    with pytest.raises(LoadRefused, match="gave no figure"):
        load_answer(engine, folder, replace(answer, figures=()), person=ANNE, settings=chosen)


def test_each_source_is_off_until_config_toml_has_its_table(server):  # noqa: F811
    assert names_of(sources_of(read_settings())) == []
    assert names_of(sources_of(settings(server))) == ["layer.fires"]
    with pytest.raises(SettingsError, match="There is no source 'census'"):
        read_source("census", settings(server), areas=(), measures=(), city=None)
    with pytest.raises(SettingsError, match=r"sources\.hosts"):
        sources_of(settings(server, hosts=5))


def test_figures_that_were_left_out_are_confirmed_before_the_rest_is_loaded(server, city, tmp_path, monkeypatch):  # noqa: F811
    engine, folder = city
    monkeypatch.setattr("lib.intake.fetching.city_folder", lambda: tmp_path)
    ArcGis(server, PATH, [*rows(), {"OBJECTID": 99, "CSA": "Area 11", "rate": 1.0}])
    chosen = settings(server)
    answer = answer_of(engine, chosen)
    assert len(answer.figures) == 10
    with pytest.raises(LoadRefused, match="figures were left out"):
        load_answer(engine, folder, answer, person=ANNE, settings=chosen)
    assert batches(engine) == ()
    assert load_answer(engine, folder, answer, person=ANNE, settings=chosen, confirmed=True).is_new


def test_the_performance_plan_is_reported_without_persons_and_nothing_is_stored(server, tmp_path, monkeypatch, capsys):  # noqa: F811
    from lib.intake import __main__ as command
    from tests.store.sources.plan_export import as_csv, whole_export

    (tmp_path / "plan.csv").write_bytes(as_csv(*whole_export(20)))
    chosen = settings(server, performance_plan={"file": "plan.csv", "geography": "tinyville"})
    monkeypatch.setattr("lib.intake.fetching.city_folder", lambda: tmp_path)
    monkeypatch.setattr(command, "read_settings", lambda: chosen)
    assert command.main(["fetch", "performance_plan", "--author", "Anne"]) == 0
    said = capsys.readouterr().out
    assert "measures with" in said and "Contact" in said and "Nothing is stored." in said and "@" not in said
