"""Figures that people load on top of data/: whole or not at all, with their author, and to be taken back."""

import threading
from datetime import date

import pytest
from sqlalchemy import select

from lib.errors import LoadRefused, NotAllowed
from lib.roles import READER, Person, Role
from lib.store import build, queries
from lib.store.batches import audit_trail, batches, file_of, next_publication, published_batches
from lib.store.load import Upload, load, undo
from lib.store.schema import batch_figure
from tests.cities import INDICATOR, ten_areas, tiny, write

ANNE = Person("Anne Analyst", frozenset({Role.EDITOR}))


def figure(period: str = "2026", value: float | None = 7.0, **changes) -> dict:
    year = int(period)
    return {
        "framework": "tiny", "subject": "fires", "series": "fires", "geography": "tinyville", "dimension": "", "group": "", "period": period,
        "kind": "calendar", "start": date(year, 1, 1), "end": date(year, 12, 31), "value": value, "numerator": None, "denominator": None,
        "lower": None, "upper": None, "missing_reason": "" if value is not None else "not reported", "provisional": False, "note": "",
    } | changes  # fmt: skip


def upload(*figures: dict, name: str = "fires.xlsx", sha256: str = "a" * 64) -> Upload:
    return Upload(figures or (figure(),), b"the file", name, sha256)


def shown(engine) -> dict[str, float]:
    table = queries.observations(engine, queries.shown_release(engine), "tiny", indicator="fires")
    return dict(zip(table["period"], table["value"], strict=True))


@pytest.fixture
def city(engine, tmp_path):
    folder = write(tmp_path, tiny())
    build.build(engine, folder)
    return folder


def test_a_loaded_figure_is_shown_beside_those_of_the_files(engine, city):
    done = load(engine, city, upload(), person=ANNE, note="Second quarter")
    assert done.is_new and shown(engine)["2026"] == 7.0 and shown(engine)["2020"] == 10.0
    (one,) = batches(engine)
    assert (one.author, one.file_name, one.rows, one.note) == ("Anne Analyst", "fires.xlsx", 1, "Second quarter")
    assert file_of(engine, one.id) == b"the file"
    (entry,) = audit_trail(engine)
    assert entry.action == "load" and entry.who == "Anne Analyst" and one.id == entry.subject


def test_a_restart_and_a_changed_file_keep_what_was_loaded(engine, city):
    load(engine, city, upload(), person=ANNE)
    path = city / "frameworks/tiny/observations/fires.csv"
    path.write_text(path.read_text().replace("2025,7.5,750,", "2025,7.4,740,"))
    build.build(engine, city)
    assert shown(engine)["2026"] == 7.0 and shown(engine)["2025"] == 7.4


def test_a_revision_is_shown_and_the_older_vintage_is_kept(engine, city):
    load(engine, city, upload(figure("2025", 7.9)), person=ANNE)
    assert shown(engine)["2025"] == 7.9
    every = queries.vintages(engine, queries.shown_release(engine), "tiny", indicator="fires")
    assert list(every[every["period"] == "2025"]["value"]) == [7.9, 7.5]


def test_taking_back_restores_exactly_what_was_shown_before(engine, city):
    before = queries.shown_release(engine)
    first = load(engine, city, upload(figure("2025", 7.9)), person=ANNE)
    second = load(engine, city, upload(figure("2025", 8.8), sha256="b" * 64), person=ANNE)
    assert shown(engine)["2025"] == 8.8
    undo(engine, city, second.batch, person=ANNE)
    assert shown(engine)["2025"] == 7.9 and queries.shown_release(engine) == first.release
    undo(engine, city, first.batch, person=ANNE)
    assert queries.shown_release(engine) == before and shown(engine)["2025"] == 7.5
    assert [entry.action for entry in audit_trail(engine)] == ["undo", "undo", "load", "load"]
    assert all(one.is_undone and one.undone_by == "Anne Analyst" for one in batches(engine))


def test_an_earlier_load_can_be_taken_back_under_a_later_one(engine, city):
    first = load(engine, city, upload(figure("2026", 7.0)), person=ANNE)
    load(engine, city, upload(figure("2027", 6.0), sha256="b" * 64), person=ANNE)
    undo(engine, city, first.batch, person=ANNE)
    assert "2026" not in shown(engine) and shown(engine)["2027"] == 6.0


def test_the_same_file_twice_changes_nothing_and_says_so(engine, city):
    first = load(engine, city, upload(), person=ANNE)
    again = load(engine, city, upload(), person=ANNE)
    assert not again.is_new and again.batch == first.batch and again.release == first.release and len(batches(engine)) == 1
    undo(engine, city, first.batch, person=ANNE)
    assert load(engine, city, upload(), person=ANNE).is_new, "after it was taken back it may come again"


def test_who_is_no_editor_loads_and_takes_back_nothing(engine, city):
    done = load(engine, city, upload(), person=ANNE)
    for tried in (lambda: load(engine, city, upload(sha256="c" * 64), person=READER), lambda: undo(engine, city, done.batch, person=READER)):
        with pytest.raises(NotAllowed, match="needs the role editor"):
            tried()
    assert len(batches(engine)) == 1 and not batches(engine)[0].is_undone


def test_nothing_to_load_an_unknown_load_and_one_taken_back_before_are_refused(engine, city):
    with pytest.raises(LoadRefused, match="holds no figure"):
        load(engine, city, Upload((), b"", "x.csv", "d" * 64), person=ANNE)
    with pytest.raises(LoadRefused, match="There is no load"):
        undo(engine, city, "nothing", person=ANNE)
    done = load(engine, city, upload(), person=ANNE)
    undo(engine, city, done.batch, person=ANNE)
    with pytest.raises(LoadRefused, match="taken back before, by Anne Analyst"):
        undo(engine, city, done.batch, person=ANNE)


def test_figures_under_embargo_are_seen_from_their_time_on(engine, city, monkeypatch):
    from lib.store import batches as module

    done = load(engine, city, upload(), person=ANNE, publish_at="2099-01-01T09:00:00.000Z")
    assert "2026" not in shown(engine) and published_batches(engine) == () and next_publication(engine) == "2099-01-01T09:00:00.000Z"
    monkeypatch.setattr(module, "utc_now", lambda: "2099-01-01T09:00:00.001Z")
    build.build(engine, city)
    assert shown(engine)["2026"] == 7.0 and published_batches(engine) == (done.batch,)


def test_a_figure_whose_subject_went_away_waits_for_it(engine, city):
    load(engine, city, upload(), person=ANNE)
    indicator = city / "frameworks/tiny/indicators/fires.toml"
    text = indicator.read_text()
    indicator.write_text(text.replace('"fires"', '"blazes"').replace('id = "blazes"\nname = "Fires"\noutcome', 'id = "fires"\nname = "Fires"\noutcome'))
    observed = city / "frameworks/tiny/observations/fires.csv"
    observed.write_text(observed.read_text().replace("\nfires,", "\nblazes,"))
    build.build(engine, city)
    assert "2026" not in shown(engine)
    indicator.write_text(text)
    observed.write_text(observed.read_text().replace("\nblazes,", "\nfires,"))
    build.build(engine, city)
    assert shown(engine)["2026"] == 7.0


@pytest.mark.slow
def test_figures_by_area_are_loaded_too(engine, tmp_path):
    folder = write(tmp_path, ten_areas())
    build.build(engine, folder)
    load(engine, folder, upload(figure("2026", 3.3, framework="", series="one", geography="area-4")), person=ANNE)
    table = queries.area_observations(engine, queries.shown_release(engine), "fires")
    assert table[(table["geography"] == "area-4") & (table["period"] == "2026")]["value"].tolist() == [3.3]


def test_a_small_count_in_a_loaded_file_is_hidden_as_one_in_data_is(engine, tmp_path):
    sensitive = INDICATOR.format(id="fires", name="Fires", outcome="safe").replace("sensitive = false", "sensitive = true")
    folder = write(tmp_path, tiny(indicator=sensitive))
    build.build(engine, folder)
    load(engine, folder, upload(figure("2026", 0.04, numerator=4.0, denominator=100_000.0)), person=ANNE)
    table = queries.observations(engine, queries.shown_release(engine), "tiny", indicator="fires")
    assert table[table["period"] == "2026"]["missing_reason"].tolist() == ["suppressed"]


def test_four_people_who_load_at_once_all_get_their_figures_in(engine, city):
    failures = []

    def one(number: int) -> None:
        try:
            load(engine, city, upload(figure(str(2030 + number), float(number)), sha256=f"{number}" * 64), person=Person(f"P{number}", ANNE.roles))
        except Exception as problem:  # noqa: BLE001  whatever it is, the test names it
            failures.append(problem)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {str(2030 + number): float(number) for number in range(4)}.items() <= shown(engine).items()


def test_a_load_that_fails_leaves_no_trace(engine, city, monkeypatch):
    from lib.store import build as module

    before = queries.shown_release(engine)
    monkeypatch.setattr(module, "_point_to", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        load(engine, city, upload(), person=ANNE)
    assert queries.shown_release(engine) == before and batches(engine) == () and audit_trail(engine) == ()
    with engine.connect() as connection:
        assert connection.execute(select(batch_figure)).all() == []


def test_a_load_that_waits_is_tried_at_once(engine, city):
    with pytest.raises(LoadRefused, match="says twice"):
        load(engine, city, upload(figure("2026", 7.0), figure("2026", 8.0)), person=ANNE, publish_at="2099-01-01T09:00:00Z")
    assert batches(engine) == ()


def test_a_load_that_cannot_be_built_leaves_readers_with_what_they_saw(engine, city):
    load(engine, city, upload(), person=ANNE)
    before = queries.shown_release(engine)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(batch_figure.update().values(numerator=-1.0, denominator=10.0, value=None, missing_reason="suppressed", kind="calendar"))
        connection.execute(batch_figure.insert().from_select(
            [column.name for column in batch_figure.c],
            select(*[(batch_figure.c.row + 1).label("row") if column.name == "row" else column for column in batch_figure.c])))  # fmt: skip
    path = city / "frameworks/tiny/observations/fires.csv"
    path.write_text(path.read_text().replace("2025,7.5,750,", "2025,7.4,740,"))
    assert build.build(engine, city) == before and shown(engine)["2026"] == 7.0


def test_loads_of_one_moment_have_vintages_of_their_own(engine, city, monkeypatch):
    from lib.store import load as module

    monkeypatch.setattr(module, "utc_now", lambda: "2026-11-25T12:00:00.000Z")
    load(engine, city, upload(figure("2025", 7.9)), person=ANNE)
    load(engine, city, upload(figure("2025", 8.8), sha256="b" * 64), person=ANNE)
    first, second = batches(engine)
    assert first.loaded_at < second.loaded_at and shown(engine)["2025"] == 8.8


@pytest.mark.parametrize("when", ["tomorrow", "2026-13-01T00:00:00Z"])
def test_a_time_that_is_none_is_refused(engine, city, when):
    with pytest.raises(LoadRefused, match="is not a time"):
        load(engine, city, upload(), person=ANNE, publish_at=when)


def test_texts_are_kept_short_and_plain_and_too_long_ones_are_refused(engine, city):
    done = load(engine, city, upload(name="../../" + "x" * 300 + ".xlsx"), person=ANNE, note="a\x00b" + "n" * 5000)
    (one,) = batches(engine)
    assert one.id == done.batch and len(one.note) == 2000 and "\x00" not in one.note and "/" not in one.file_name and len(one.file_name) <= 200
    with pytest.raises(LoadRefused, match="longer than 80"):
        load(engine, city, upload(figure(dimension="race", group="g" * 81), sha256="e" * 64), person=ANNE)
