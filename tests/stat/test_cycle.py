"""The rules of a follow-up: what its status is, who may own it, what stands in its history."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.cycle import (
    LABELS,
    LIMITS,
    Change,
    Colour,
    CycleError,
    Deliverable,
    FollowUp,
    check_follow_up,
    differences,
    faults_of,
    newest_first_overdue,
)

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
AGENCIES = ("Police", "BPD", "Public Works", "DPW", "Mayor's Office")


def promise(**changes) -> FollowUp:
    plain = FollowUp("1", "safety", "", "police", "", "send the list of lots", "Anna Lee", TODAY + 10 * DAY, Deliverable.MEMO, "", "", "", None, None,
                     "", "", "", "", "", False, False, 1, "2026-11-01T12:00:00.000Z", "Ed")  # fmt: skip
    return replace(plain, **changes)


# The status, over every case: due before, on and after today; begun or not; done before, today or not, or on a day to come; with
# and without each kind of evidence.

SHOWN = ({}, {"evidence": "The list was sent."}, {"evidence_link": "https://x.org/list"}, {"evidence_file": "list.pdf"})


@pytest.mark.parametrize("due", [-30, -1, 0, 1, 30])
@pytest.mark.parametrize("begun", [None, -40, 0])
@pytest.mark.parametrize("done", [None, -35, -1, 0, 1])
@pytest.mark.parametrize("shown", SHOWN, ids=lambda one: next(iter(one), "nothing"))
def test_the_status_follows_from_the_dates_and_the_evidence(due, begun, done, shown):
    one = promise(due=TODAY + due * DAY, begun_on=None if begun is None else TODAY + begun * DAY, done_on=None if done is None else TODAY + done * DAY, **shown)
    is_done = done is not None and done <= 0 and bool(shown)
    expected = Colour.GREEN if is_done else Colour.RED if due < 0 else Colour.YELLOW if begun is not None else Colour.WHITE
    assert one.colour(TODAY) is expected


def test_days_late_are_counted_to_today_or_to_the_day_on_which_it_was_done():
    assert promise(due=TODAY).days_late(TODAY) == 0 == promise(due=TODAY + DAY).days_late(TODAY)
    assert promise(due=TODAY - 45 * DAY).days_late(TODAY) == 45
    late = promise(due=TODAY - 45 * DAY, done_on=TODAY - 40 * DAY, evidence="sent")
    assert late.days_late(TODAY) == 5 and not late.kept_in_time
    assert promise(due=TODAY, done_on=TODAY, evidence="sent").kept_in_time
    assert not promise(due=TODAY, done_on=TODAY).kept_in_time


def test_overdue_comes_first_the_longest_at_the_top_and_what_is_done_last_the_newest_first():
    several = [
        promise(id="done early", done_on=TODAY - 9 * DAY, evidence="x"), promise(id="later", due=TODAY + 20 * DAY), promise(id="late", due=TODAY - 3 * DAY),
        promise(id="soon", due=TODAY, begun_on=TODAY), promise(id="latest of all", due=TODAY - 60 * DAY), promise(id="done now", done_on=TODAY, evidence="x"),
    ]  # fmt: skip
    assert [one.id for one in newest_first_overdue(several, TODAY)] == ["latest of all", "late", "soon", "later", "done now", "done early"]


# One owner, a person


@pytest.mark.parametrize("name", ["Mary-Jo O'Neil", "José Ñandú", "Dr. Anna Lee", "Li", "Anne-Marie van der Berg", "Martin Luther King Jr.", "  Anna   Lee ", "Ferdinand Andersen",
                                  "Ordell Withers", "李小龍"])  # fmt: skip
def test_a_persons_name_passes(name):
    check_follow_up(promise(owner=name), agencies=AGENCIES)


@pytest.mark.parametrize("name", ["", "   ", "Police", "police", "DPW", "DPW team", "Anna and Ben", "Anna or Ben", "Anna & Ben", "Anna/Ben", "Lee, Anna; Ben", "Anna with Ben", "Anna - Ben",
                                  "Housing Department", "everyone", "TBD", "The Office", "42", "?", "Anna\nBen"])  # fmt: skip
def test_what_is_no_person_or_more_than_one_does_not(name):
    with pytest.raises(CycleError, match="one owner"):
        check_follow_up(promise(owner=name), agencies=AGENCIES)


PART = st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=12)
NAME = st.lists(PART, min_size=1, max_size=4).flatmap(lambda parts: st.sampled_from([" ", "-", "'", ". "]).map(lambda sign: f"{parts[0]}{sign}".join(["", *parts[1:]]) or parts[0]))
WORDS_OF_GROUPS = {"team", "teams", "department", "departments", "office", "bureau", "division", "agency", "agencies", "staff", "committee", "workgroup", "everyone", "tbd", "tba", "unknown",
                   "and", "or", "with"}  # fmt: skip


@given(NAME)
def test_any_letters_make_a_name_unless_they_say_a_group(name):
    if {part.casefold() for part in name.replace("-", " ").replace("'", " ").replace(".", " ").split()} & WORDS_OF_GROUPS or name.casefold() in {one.casefold() for one in AGENCIES}:
        return
    assert not [sentence for field, sentence in faults_of(promise(owner=name), agencies=AGENCIES) if field == "owner"], name


@given(NAME, st.sampled_from([" and ", " or ", " & ", "/", "; ", ", ", " + ", " WITH ", "\n"]), NAME)
def test_two_names_are_never_one_owner(first, sign, second):
    with pytest.raises(CycleError):
        check_follow_up(promise(owner=f"{first}{sign}{second}"), agencies=())


@given(st.text(st.characters(categories=["Nd", "Po", "Zs", "Sm"]), max_size=20))
def test_signs_and_digits_are_no_person(name):
    with pytest.raises(CycleError):
        check_follow_up(promise(owner=name), agencies=())


# What else is refused


@pytest.mark.parametrize(("field", "changes"), [
    ("action", {"action": "lots"}), ("action", {"action": ""}), ("evidence", {"done_on": TODAY}), ("evidence_link", {"evidence_link": "javascript:alert(1)"}),
    ("evidence_link", {"evidence_link": "list.pdf"}), ("evidence_link", {"evidence_link": "https://x.org a"}),
    ("done_on", {"begun_on": TODAY, "done_on": TODAY - DAY, "evidence": "x"}),
])  # fmt: skip
def test_each_fault_names_its_field(field, changes):
    (found,) = faults_of(promise(**changes))
    assert found[0] == field
    with pytest.raises(CycleError, match=r".+"):
        check_follow_up(promise(**changes))


@pytest.mark.parametrize("field", LIMITS)
def test_a_text_has_a_most(field):
    fitting = {"evidence_link": "https://x.org/", "owner": "A", "action": "send it "}.get(field, "")
    assert faults_of(promise(**{field: fitting.ljust(LIMITS[field], "a")})) == []
    assert [name for name, _ in faults_of(promise(**{field: fitting.ljust(LIMITS[field] + 1, "a")}))] == [field]


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(CycleError) as caught:
        check_follow_up(promise(owner="", action="x", done_on=TODAY))
    assert "one owner" in caught.value.sentence and "verb" in caught.value.sentence and "evidence" in caught.value.sentence


# The history


def test_what_differs_is_told_with_the_words_before_and_after():
    before, after = promise(), promise(due=TODAY, public=True, begun_on=TODAY, version=2, created_by="Someone")
    assert differences(before, after) == {"due": ("2026-12-04", "2026-11-24"), "public": ("no", "yes"), "begun_on": ("", "2026-11-24")}
    assert set(differences(before, promise(id="2", stat="x", meeting="y", example=True))) == set()
    assert set(LABELS) <= {one for one in FollowUp.__dataclass_fields__}


def test_a_change_is_a_sentence():
    assert str(Change("1", 2, "", "Anna", "due", "2026-12-04", "2026-11-24")) == "Anna changed the due date from “2026-12-04” to “2026-11-24”."
    assert "from “nothing” to “nothing”" in str(Change("1", 2, "", "Anna", "notes", "", ""))
    assert str(Change("1", 1, "", "Anna", "created", "", "send it")) == "Anna wrote it down."
