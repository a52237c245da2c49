import pytest

from lib.errors import SettingsError
from lib.settings import (
    ROOT,
    check_framework,
    city_folder,
    data_folder,
    database_url,
    keeps_what_is_written,
    read_settings,
)

REAL = (ROOT / "config.toml").read_text(encoding="utf-8")


def read(tmp_path, content: str):
    path = tmp_path / "config.toml"
    path.write_text(content, encoding="utf-8")
    return read_settings(path)


def test_the_citys_own_settings_are_in_order():
    assert read_settings().city.timezone == "America/New_York"


def test_a_byte_order_mark_does_no_harm(tmp_path):
    assert read(tmp_path, "\ufeff" + REAL) == read_settings()


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [("city.timezone", "America/New_York", "America"), ("city.timezone", "America/New_York", "Mars/Olympus"), ("city.timezone", "America/New_York", ""),
     ("city.timezone", "America/New_York", "../../etc"), ("status.stale_intervals", "stale_intervals = 2.0", "stale_intervals = inf"),
     ("status.stale_intervals", "stale_intervals = 2.0", "stale_intervals = 20.1"), ("status.significance_z", "significance_z = 1.96", "significance_z = nan"),
     ("status.on_track", "on_track = 0.95", 'on_track = "0.95"'), ("status.on_track", "on_track = 0.95", "on_track = true"),
     ("store.connect_seconds", "connect_seconds = 5", "connect_seconds = 5.0"), ("fiscal_year.start_month", "start_month = 7", "start_month = 13")],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named(tmp_path, key, old, new):
    assert old in REAL
    with pytest.raises(SettingsError, match=rf"config\.toml: {key}: "):
        read(tmp_path, REAL.replace(old, new))


def test_a_whole_number_does_for_one_with_decimals(tmp_path):
    assert read(tmp_path, REAL.replace("stale_intervals = 2.0", "stale_intervals = 2")).status.stale_intervals == 2


def test_a_framework_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    settings = read(tmp_path, REAL.replace('current = "outcomestat-2017"', 'current = "outcomestat"'))
    with pytest.raises(SettingsError, match=r"there is no framework 'outcomestat'; write one of: new, outcomestat-2017\."):
        check_framework(settings, ["outcomestat-2017", "new"])
    with pytest.raises(SettingsError, match="there are none yet"):
        check_framework(settings, [])
    check_framework(settings, ["outcomestat"])


@pytest.mark.parametrize(
    ("environment", "kept", "expected"),
    [({}, False, False), ({}, True, True), ({"DATABASE_URL": "postgresql://there"}, False, True), ({"DATABASE_URL": " "}, False, False),
     ({"OUTCOMESTAT_LOCAL_STAFF": "1"}, False, True)],
)  # fmt: skip
def test_people_may_write_where_it_outlives_a_restart(tmp_path, monkeypatch, environment, kept, expected):
    monkeypatch.delenv("OUTCOMESTAT_LOCAL_STAFF", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = read(tmp_path, REAL.replace("kept = false", f"kept = {str(kept).lower()}"))
    assert keeps_what_is_written(settings) is expected


def test_the_citys_folder_is_the_projects_or_the_one_that_the_environment_names(tmp_path, monkeypatch):
    assert city_folder() == ROOT and data_folder() == ROOT / "data"
    monkeypatch.setenv("OUTCOMESTAT_CITY", str(tmp_path))
    assert data_folder() == tmp_path / "data"
    with pytest.raises(SettingsError, match=r"config\.toml cannot be read; put it in the folder that OUTCOMESTAT_CITY names"):
        read_settings()
    (tmp_path / "config.toml").write_text(REAL, encoding="utf-8")
    assert database_url(read_settings()) == f"sqlite:///{tmp_path / '.state' / 'outcomestat.db'}"
