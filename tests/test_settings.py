import pytest

from lib.errors import SettingsError
from lib.settings import ROOT, check_framework, read_settings

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
