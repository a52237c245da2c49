"""What changed in the figures since a day, on both databases: two releases held against each other, or the vintages of one."""

import math
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from lib.errors import ReleaseGone
from lib.store import build, changes
from lib.store.changes import AREA, CITY
from lib.store.schema import release
from tests.cities import AREAS, FIGURES, GEOGRAPHIES, INDICATOR, area_rows, ten_areas, tiny, write

SINCE = date(2026, 6, 1)
MEASURES = {name: content for name, content in ten_areas().items() if name.startswith("measures/")}
# The ten areas as places only, without shapes: nothing is to be computed of them.
CITY_FILES = (
    tiny(
        indicator=ten_areas()["frameworks/tiny/indicators/fires.toml"],
        geographies=GEOGRAPHIES + "".join(f"{one},{one},CSA,tests\n" for one in AREAS),
    )
    | MEASURES
)


def built_on(store, key: str, day: str) -> None:
    with store.begin() as connection:
        connection.execute(
            update(release).where(release.c.id == key).values(built_at=datetime.fromisoformat(day).replace(tzinfo=UTC))
        )


def figures(*more: str, without: str = "") -> str:
    kept = "".join(line + "\n" for line in FIGURES.splitlines() if not (without and line.startswith(without)))
    return kept + "".join(f"{line}\n" for line in more)


def row(period: str, value: float, vintage: str) -> str:
    return f"fires,tinyville,,,{period},{value},{value * 100:.0f},100000,,,,false,{vintage},,tests"


def build_with(store, tmp_path, **files) -> str:
    return build.build(store, write(tmp_path, CITY_FILES | files))


def in_short(found):
    return [
        (one.of, one.period, one.before if one.was_there else None, one.after if one.is_there else None)
        for one in found
    ]


# One release


@pytest.mark.parametrize(
    ("vintage", "counts"),
    [
        ("2026-06-01", True),
        ("2026-05-31", False),
        ("2026-12", True),
        ("2026-05", False),
        ("2026-06", True),
        ("2026", True),
        ("2025", False),
        ("", False),
    ],
)
def test_a_figure_counts_from_the_day_its_source_published_it_or_the_month_or_year_that_reaches_it(
    engine, tmp_path, vintage, counts
):
    name = "frameworks/tiny/observations/fires.csv"
    shown = build_with(engine, tmp_path, **{name: figures(row("2019", 11.0, vintage))})
    found = changes.figures_published_since(engine, shown, SINCE, "tiny")
    news = [one for one in found if one.period == "2019"]
    assert bool(news) == counts
    if counts:
        assert (
            in_short(news) == [(CITY, "2019", None, 11.0)] and news[0].vintage == vintage and news[0].subject == "fires"
        )


def test_a_revision_has_its_value_before_the_day_and_its_newest_after_it(engine, tmp_path):
    name = "frameworks/tiny/observations/fires.csv"
    lines = [row("2024", 8.4, "2026-06-10"), row("2024", 8.6, "2026-07-10")]  # published before as 8.0, in 2025
    shown = build_with(engine, tmp_path, **{name: figures(*lines)})
    (one,) = [
        found for found in changes.figures_published_since(engine, shown, SINCE, "tiny") if found.period == "2024"
    ]
    assert (one.before, one.after, one.vintage, one.was_there) == (8.0, 8.6, "2026-07-10", True)
    later = changes.figures_published_since(engine, shown, date(2026, 7, 1), "tiny")
    assert [(found.before, found.after) for found in later if found.period == "2024"] == [(8.4, 8.6)]


def test_the_same_value_published_again_is_no_change(engine, tmp_path):
    shown = build_with(
        engine, tmp_path, **{"frameworks/tiny/observations/fires.csv": figures(row("2024", 8.0, "2026-06-10"))}
    )
    assert [one for one in changes.figures_published_since(engine, shown, SINCE, "tiny") if one.period == "2024"] == []


def test_another_frameworks_figures_are_not_told(engine, tmp_path):
    shown = build_with(engine, tmp_path)
    assert changes.figures_published_since(engine, shown, date(2000, 1, 1), "other") == ()


# Two releases


def test_new_revised_and_withdrawn_figures_between_two_releases_whatever_their_vintage(engine, tmp_path):
    name = "frameworks/tiny/observations/fires.csv"
    before = build_with(engine, tmp_path)
    after = build_with(engine, tmp_path, **{name: figures(row("2019", 11.0, ""), row("2024", 8.4, "2025-06-10"), without="fires,tinyville,,,2021"),
                                            "measures/fires.csv": area_rows({"2020": [20.0, 18.0], "2025": [10.0, "not reported"]})})  # fmt: skip
    found = changes.figures_between(engine, before, after, "tiny")
    city = {one.period: one for one in found if one.of == CITY}
    assert set(city) == {"2019", "2021", "2024"}
    assert not city["2019"].was_there and city["2019"].after == 11.0
    assert not city["2021"].is_there and city["2021"].before == 9.5 and math.isnan(city["2021"].after)
    assert (city["2024"].before, city["2024"].after) == (8.0, 8.4)
    areas = {(one.geography, one.period): one for one in found if one.of == AREA}
    assert (
        areas["area-2", "2025"].after_missing == "not reported"
        and math.isnan(areas["area-2", "2025"].after)
        and areas["area-2", "2025"].before == 9.0
    )
    assert not areas["area-3", "2020"].is_there and ("area-1", "2020") not in areas and len(areas) == 1 + 8 + 8


def test_a_release_against_itself_has_no_change(engine, tmp_path):
    shown = build_with(engine, tmp_path)
    assert changes.figures_between(engine, shown, shown, "tiny") == ()


def test_the_release_of_a_day_is_the_last_that_was_built_before_it(engine, tmp_path):
    first = build_with(engine, tmp_path)
    second = build_with(
        engine, tmp_path, **{"measures/population.csv": area_rows({"2020": [9_000.0] * 10}, denominator=None)}
    )
    built_on(engine, first, "2026-01-10T12:00:00")
    built_on(engine, second, "2026-06-10T12:00:00")
    assert changes.release_before(engine, "2026-01-10T11:59:59.000Z") is None
    assert changes.release_before(engine, "2026-06-10T12:00:00.000Z") == (first, "2026-01-10T12:00:00.000Z")
    assert changes.release_before(engine, "2026-06-11")[0] == second
    assert [key for key, _ in changes.releases_since(engine, "2026-06-01")] == [second] and len(
        changes.releases_since(engine, "2025")
    ) == 2


def test_what_files_say_is_read_from_either_release(engine, tmp_path):
    first = build_with(engine, tmp_path)
    indicator = INDICATOR.format(id="fires", name="Fires at home", outcome="safe").replace(
        'neighborhood_measure = ""', 'neighborhood_measure = "fires"'
    )
    second = build_with(engine, tmp_path, **{"frameworks/tiny/indicators/fires.toml": indicator})
    assert changes.files_of(engine, first, "tiny")["indicator/fires"]["name"] == "Fires"
    now = changes.files_of(engine, second, "tiny")
    assert now["indicator/fires"]["name"] == "Fires at home" and "area/population" in now
    with pytest.raises(ReleaseGone):
        changes.files_of(engine, "gone", "tiny")


def test_missing_figures_are_not_counted_as_figures(engine, tmp_path):
    shown = build_with(engine, tmp_path, **{"measures/fires.csv": area_rows({"2020": [20.0, "suppressed"]})})
    number, built = changes.count_of_figures(engine, shown)
    assert number == 6 + 1 + 10 + 10 and built.startswith("20")
    assert changes.count_of_figures(engine, "gone") == (0, "")
