"""What changed, in words: before and after, what is private stays out, entries that keep their ids."""

import math
from dataclasses import asdict, replace
from datetime import UTC, date, datetime

import pytest

from lib.cycle import Meeting, State
from lib.feed import atom
from lib.model import Framework
from lib.stat.changes import deeds, figures, files
from lib.stat.changes.told import Change, Kind, Places, day_in, entries, in_short, moment_of, newest_first
from lib.stat.promises import Kept, Promise
from lib.store.batches import Batch
from lib.store.changes import AREA, CITY, FigureChange
from lib.store.feedback import Letter
from lib.store.feedback import State as LetterState
from lib.store.meetings import Step
from tests.stat.city import OUTCOME, indicator, stat

ZONE = "America/New_York"
SINCE, TODAY = date(2026, 11, 1), date(2026, 11, 25)
FIRES = indicator({"2024": 8.0, "2025": 7.5}).indicator
FRAMEWORK = Framework("tiny", "Tiny", "Tinyville", "tinyville", "2020", "", "", "", (OUTCOME,), (FIRES,))
PLACES = Places(FRAMEWORK, {}, {"canton": "Canton"}, {"tinyville": "Tinyville", "the-state": "The State"})


def figure(**more) -> FigureChange:
    return FigureChange(**dict(of=CITY, subject="fires", series="one", geography="tinyville", group="", period="2025", kind="calendar", before=math.nan, before_missing="", after=7.5,
                               after_missing="", vintage="2026-11-03", reference="r", was_there=False, is_there=True) | more)  # fmt: skip


def told(*several: FigureChange):
    return figures.of_figures(several, PLACES, built="2026-11-20")


def test_a_figure_is_new_revised_or_taken_back_with_before_and_after():
    new, revised, gone = told(
        figure(),
        figure(period="2024", before=8.0, was_there=True),
        figure(period="2023", before=9.0, was_there=True, is_there=False, after=math.nan),
    )
    assert (new.title, new.detail, new.on) == ("Fires, 2025", "New: 7.5 fires.", "2026-11-03")
    assert revised.detail == "Revised: 8.0 fires before, 7.5 fires now." and (revised.page, revised.id) == (
        "indicator",
        "fires",
    )
    assert (gone.detail, gone.on) == ("Taken back: it was 9.0 fires.", "2026-11-20"), (
        "the day on which this site took it back"
    )


def test_what_became_missing_is_said_with_its_reason_and_no_zero():
    (one,) = told(figure(before=8.0, was_there=True, after=math.nan, after_missing="suppressed"))
    assert one.detail == "Revised: 8.0 fires before, suppressed now."


def test_another_place_group_and_an_unknown_vintage_are_told():
    (one,) = told(figure(geography="the-state", group="Black", vintage=""))
    assert one.title == "Fires, 2025, The State, Black" and one.on == "2026-11-20"


def test_figures_of_what_is_not_shown_are_not_told():
    assert told(figure(subject="secret")) == []


@pytest.mark.parametrize(("count", "changes"), [(3, 3), (4, 1)])
def test_many_neighborhoods_of_one_period_are_one_change(count, changes):
    from lib.model import Direction, NeighborhoodMeasure

    measure = NeighborhoodMeasure(
        "fires", "Fires by area", "t", 1, "d", "fires", 1, Direction.FALLS, "s", (), (), False, "", "r", FIRES.series
    )
    places = replace(PLACES, measures={"fires": measure})
    several = [figure(of=AREA, geography=f"a{n}", vintage="") for n in range(count)]
    found = figures.of_figures(several, places, built="2026-11-20")
    assert len(found) == changes and len({one.key for one in found}) == changes
    if changes == 1:
        assert found[0].detail == "The figures of 4 neighborhoods are new." and found[0].page == "map"


def test_targets_set_since_then_by_their_files_and_by_what_was_shown():
    later = replace(FIRES.targets[0], set_on="2026-11-10")
    unsure = replace(FIRES.targets[0], set_on="2026")
    framework = replace(FRAMEWORK, indicators=(replace(FIRES, targets=(FIRES.targets[0], later, unsure)),))
    assert [(one.on, one.detail) for one in files.of_targets(framework, SINCE)] == [
        ("2026-11-10", "Set: 5.0 fires by 2030."),
        ("2026", "Set: 5.0 fires by 2030."),
    ]
    easier = replace(FIRES, targets=(replace(FIRES.targets[0], value=6.0),))
    before = {"indicator/fires": asdict(FIRES)}
    (one,) = files.targets_between(before, replace(FRAMEWORK, indicators=(easier,)), built="2026-11-20")
    assert (one.detail, one.on) == ("Changed from 5.0 fires to 6.0 fires, by 2030.", "2026-11-20")
    assert files.targets_between(before, FRAMEWORK, built="2026-11-20") == []


def test_a_definition_that_reads_otherwise_is_told_with_both():
    before, after = (
        {"indicator/fires": asdict(FIRES)},
        {"indicator/fires": asdict(replace(FIRES, definition="Fires in all homes"))},
    )
    (one,) = files.of_files(before, after, built="2026-11-20")
    assert (one.title, one.detail) == (
        "Fires: definition",
        "Before: d. Now: Fires in all homes.",
    ) and one.kind is Kind.DEFINITION
    assert files.of_files(before, before, built="2026-11-20") == []
    (new,), (gone,) = files.of_files({}, before, built="x"), files.of_files(before, {}, built="x")
    assert new.detail == "It is new here." and gone.detail == "It is not shown any more." and gone.page == ""


def meeting(**more) -> Meeting:
    return Meeting(**dict(id="m", stat="s", day=date(2026, 11, 10), at="14:00", place="Room 250", state=State.MEMO_SENT, decision="Close two firehouses", areas=(), cancelled_because="",
                          example=False, version=1, created_at="", created_by="Ann") | more)  # fmt: skip


STEPS = {"m": (Step(State.RELEASED, "2026-11-08T14:00:00.000Z", "Ann Lee", "secret"), Step(State.HELD, "2026-11-10T20:00:00.000Z", "Ann Lee", ""),
               Step(State.MEMO_SENT, "2026-11-12T03:00:00.000Z", "Ann Lee", ""))}  # fmt: skip


def met(**more) -> list[Change]:
    return deeds.of_meetings([meeting(**more)], STEPS, {"s": stat()}, SINCE, TODAY, ZONE)


def test_a_meeting_and_its_papers_are_told_without_what_they_are_about():
    found = met()
    assert [(one.on, one.title, one.detail) for one in found] == [
        ("2026-11-10", "Fire", "The meeting was held."), ("2026-11-08", "Fire", "The papers for the meeting of Nov 10, 2026 are out."),
        ("2026-11-11", "Fire", "The follow-up memo of the meeting of Nov 10, 2026 is out."),
    ]  # fmt: skip
    assert not any(word in str(found) for word in ("firehouses", "Ann Lee", "secret", "250"))


@pytest.mark.parametrize("more", [dict(example=True), dict(state=State.CANCELLED, cancelled_because="snow")])
def test_examples_and_cancelled_meetings_are_not_told(more):
    assert met(**more) == []


def promised(**more) -> Promise:
    return Promise(**dict(id="p", action="count the hydrants", agency="Fire", owner="", state=Kept.NOT_DUE, begun=False, made_on=date(2026, 11, 2), due=date(2026, 12, 1), done_on=None,
                          days_late=0, evidence="", link="", elsewhere=False, indicator="", measure="", area="", outcome="") | more)  # fmt: skip


def test_promises_are_told_when_they_are_made_kept_and_become_late():
    assert [one.detail for one in deeds.of_promises([promised()], SINCE)] == ["Promised, due on Dec 1, 2026."]
    kept = promised(
        made_on=date(2026, 1, 1), state=Kept.KEPT, done_on=date(2026, 11, 20), due=date(2026, 11, 18), days_late=2
    )
    assert [(one.on, one.title, one.detail) for one in deeds.of_promises([kept], SINCE)] == [
        ("2026-11-20", "Fire: count the hydrants", "Kept, 2 days late.")
    ]
    late = promised(made_on=date(2026, 1, 1), state=Kept.LATE, due=date(2026, 11, 18), days_late=7)
    assert [one.detail for one in deeds.of_promises([late], SINCE)] == ["It was due on that day and is late."]
    assert deeds.of_promises([replace(late, due=date(2026, 10, 1))], SINCE) == [], "it was late before"


def load(**more) -> Batch:
    return Batch(**dict(id="b", loaded_at="2026-11-05T12:00:00.000Z", author="Bea Long", file_name="Bea Long.xlsx", sha256="", rows=55, note="from Bea", publish_at="2026-11-05T12:00:00.000Z",
                        undone_at="", undone_by="") | more)  # fmt: skip


def test_loads_are_told_without_a_name_and_only_once_readers_see_them():
    def found(one: Batch) -> list[str]:
        return [
            f"{change.title}: {change.detail}" for change in deeds.of_loads([one], "2026-11-01", "2026-11-25", ZONE)
        ]

    assert found(load()) == ["New figures are published: 55 figures, from a file that staff loaded."]
    assert (
        found(load(publish_at="2026-12-01T12:00:00.000Z")) == []
        and found(load(publish_at="2026-10-01T12:00:00.000Z")) == []
    )
    assert (
        found(load(undone_at="2026-11-06T12:00:00.000Z"))[1]
        == "Figures are taken back: 55 figures, from a file that staff had loaded."
    )
    assert found(load(publish_at="2026-11-20T12:00:00.000Z", undone_at="2026-11-06T12:00:00.000Z")) == [], (
        "nobody ever saw it"
    )
    assert "Bea" not in str(deeds.of_loads([load()], "2026-11-01", "2026-11-25", ZONE))


def test_an_answer_is_told_by_agency_and_subject_and_not_by_what_was_written():
    one = Letter(
        "l",
        "2026-11-01T12:00:00.000Z",
        "indicator",
        "fires",
        "en",
        "My own words",
        LetterState.SHOWN,
        "",
        "",
        "",
        "Soon.",
        "2026-11-03T03:30:00.000Z",
        "Fire",
        3,
    )
    (change,) = deeds.of_answers([one], {("indicator", "fires"): "Fires"}, ZONE)
    assert (change.on, change.title, change.detail, change.id) == (
        "2026-11-02",
        "Fires",
        "Fire answered a letter.",
        "indicator:fires",
    )
    assert "My own words" not in str(change)


def test_days_are_the_citys_on_both_sides_of_the_clock_change():
    assert (
        moment_of(date(2026, 7, 1), ZONE) == "2026-07-01T04:00:00.000Z"
        and moment_of(date(2026, 12, 1), ZONE) == "2026-12-01T05:00:00.000Z"
    )
    assert day_in("2026-07-01T03:59:59.000Z", ZONE) == date(2026, 6, 30)


def test_the_newest_stands_first_and_the_sentence_counts_by_kind():
    several = newest_first(
        [
            Change("a", Kind.FIGURE, "2026", "", ""),
            Change("b", Kind.PROMISE, "2026-11-03", "", ""),
            Change("c", Kind.FIGURE, "2026-11-04", "", ""),
        ]
    )
    assert [one.key for one in several] == ["c", "b", "a"]
    assert in_short(several, SINCE) == "Since Nov 1, 2026: 3 changes. Figures 2, Promises 1."
    assert in_short((), SINCE) == "Nothing that this site keeps a date of has changed since Nov 1, 2026."


def test_a_feed_can_be_made_of_every_kind_of_change_and_its_keys_are_all_different():
    every = [*told(figure(), figure(period="2024")), *met(), *deeds.of_promises([promised()], SINCE), *deeds.of_loads([load()], "2026", "2027", ZONE),
             Change("month", Kind.TARGET, "2026-06", "t", "d"), Change("year", Kind.TARGET, "2026", "t", "d")]  # fmt: skip
    made = atom(
        entries(every, timezone=ZONE, address="https://tiny.gov/"),
        title="t",
        name="n",
        self_link="",
        updated=datetime.now(UTC),
    )
    assert made.count(b"<entry>") == len(every) and b"https://tiny.gov/promises" in made
