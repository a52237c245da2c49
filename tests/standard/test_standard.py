"""A standard held against the store: nothing is claimed without evidence, what is made up never counts, and gaps are named."""

from dataclasses import replace
from datetime import date

import pytest

from lib.cycle import Decision, Deliverable, Evaluation, FollowUp, Meeting, State, Strategy
from lib.model import Budget, MeasureTarget
from lib.settings import ROOT
from lib.standard import Shown, in_short, judged
from lib.standard.evidence import FINDERS
from lib.standard.holdings import Holdings
from lib.store.catalogue import read_catalogue
from lib.store.standard import EVIDENCE
from tests.stat.city import indicator

TODAY = date(2026, 11, 25)
DAY = date(2026, 3, 1)
NOTHING = Holdings(today=TODAY)


@pytest.fixture(scope="module")
def document():
    return read_catalogue(ROOT / "data").standard


def follow_up(**more) -> FollowUp:
    empty = {name: "" for name in FollowUp.__dataclass_fields__}
    return FollowUp(**empty | dict(id="1", owner="Bea Long", due=DAY, deliverable=Deliverable.MEMO, begun_on=None, done_on=None, public=True, example=False, version=1,
                                   created_at="2026-02-01T12:00:00.000Z") | more)  # fmt: skip


def meeting(**more) -> Meeting:
    return Meeting(**dict(id="m", stat="s", day=DAY, at="14:00", place="", state=State.HELD, decision="", areas=(), cancelled_because="", example=False, version=1, created_at="",
                          created_by="") | more)  # fmt: skip


def strategy(**more) -> Strategy:
    return Strategy(**dict(id="st", indicator="fires", name="Smoke alarms", kind="program", agency="Fire", partners=(), started=DAY, ended=None, cost="", evidence="randomized trial",
                           about="", reference="") | more)  # fmt: skip


def evaluation(**more) -> Evaluation:
    return Evaluation(
        **dict(
            id="e",
            indicator="fires",
            strategy="st",
            name="A look",
            design="d",
            result="r",
            finding="works",
            on=DAY,
            by="A university",
            reference="",
        )
        | more
    )


def decision(**more) -> Decision:
    return Decision(
        **dict(
            id="d",
            indicator="fires",
            meeting="",
            kind="budget",
            what="Buy alarms",
            amount=None,
            on=DAY,
            by="The council",
            reference="",
        )
        | more
    )


FIRES = indicator({"2024": 8.0, "2025": 7.5}).indicator
FLOODS = replace(FIRES, id="floods", name="Floods", owner="", targets=())
FULL = Holdings(
    today=TODAY, indicators=(FIRES, FLOODS), latest={"fires": "2025"}, by_area=frozenset({"fires"}), figures=12, renewed=DAY,
    budget=Budget(measures=(MeasureTarget("Fires", "1", "Fire", "FY2026", 5.0, "fires", "counts it", "r"),)), meetings=(meeting(), meeting(id="n")), required=4, missed=2,
    frozen=frozenset({"m"}), follow_ups=(follow_up(done_on=DAY, evidence="x"), follow_up(id="2")), strategies=(strategy(), strategy(id="x", name="Sprinklers", evidence="none stated")),
    evaluations=(evaluation(),), decisions=(decision(), decision(id="m", kind="money moved", amount=25_000.0)), letters=5, shown=3, answered=1, last_answer=DAY, ideas=2,
)  # fmt: skip
MADE_UP = replace(
    NOTHING, meetings=(meeting(example=True),), frozen=frozenset({"m"}), follow_ups=(follow_up(example=True, done_on=DAY, evidence="x"),), strategies=(strategy(example=True),),
    evaluations=(evaluation(example=True),), decisions=(decision(example=True), decision(kind="money moved", example=True)),
)  # fmt: skip


def test_there_are_four_parts_and_fourteen_criteria(document):
    parts = judged(document, NOTHING)
    assert [(part.id, len(part.answers)) for part in parts] == [
        ("commit", 4),
        ("measure", 3),
        ("take-stock", 3),
        ("act", 4),
    ]
    assert all(one.asks and one.would_show for part in parts for one in part.answers) and all(
        part.wording and part.reference for part in parts
    )


def test_every_kind_of_evidence_can_be_counted_and_is_asked_for_somewhere(document):
    assert set(FINDERS) == set(EVIDENCE) == {kind for one in document["criterion"] for kind in one["evidence"]}


@pytest.mark.parametrize("held", [NOTHING, MADE_UP], ids=["nothing", "what is made up"])
def test_without_evidence_nothing_is_claimed(document, held):
    for part in judged(document, held):
        for one in part.answers:
            assert one.shown is Shown.NOTHING and one.proofs == ()
    assert (
        in_short(judged(document, held))
        == "This site shows something for 0 of 14 criteria: 0 in full, 0 in part. For 14 nothing here shows it."
    )


@pytest.mark.parametrize("kind", EVIDENCE)
def test_each_kind_is_nothing_without_its_evidence(kind):
    assert FINDERS[kind](NOTHING) is None and FINDERS[kind](MADE_UP) is None


@pytest.mark.parametrize(("kind", "sentence", "gap"), [
    ("targets", "1 of 2 indicators has a target that is stated here, the first set 2020 and the latest 2020.", "No target: Floods."),
    ("targets_ahead", "1 has a target whose time is still to come.", ""),
    ("owners", "1 of 2 indicators names an agency.", "No agency: Floods."),
    ("figures", "1 of 2 indicators has figures.", "No figure: Floods."),
    ("by_area", "1 of 2 indicators is published by neighborhood.", "For the whole city only: Floods."),
    ("service_measures", "1 measure of a service is tied to an indicator.", "No measure of a service is tied to: Floods."),
    ("published", "12 figures can be read and taken away by everybody; renewed last on Mar 1, 2026.", ""),
    ("meetings", "2 meetings are recorded as held, from Mar 1, 2026 to Mar 1, 2026.", "This year 2 months that the law asks a meeting for have none."),
    ("frozen", "Of 1 the numbers that the room saw are kept as they were.", "Not kept for 1."),
    ("follow_ups", "1 of 2 follow-ups that were due is done and has evidence.", "1 is overdue."),
    ("promises", "2 promises are public, the first made on Feb 1, 2026; 1 is kept.", "1 is late."),
    ("feedback", "1 of 3 letters that are shown has an answer; the last answer is of Mar 1, 2026.", "2 have no answer yet."),
    ("letters", "Residents sent 5 letters about the figures.", ""),
    ("ideas", "Residents sent 2 ideas for the budget.", ""),
    ("evaluations", "1 study is tied to an indicator, of Mar 1, 2026.", "No study of: Sprinklers."),
    ("decisions", "1 decision on budget or policy names an indicator, of Mar 1, 2026.", "No decision names: Floods."),
    ("tested_strategies", "1 of 2 strategies rests on a test.", "Not so: Sprinklers."),
    ("money_moved", "1 decision moved money, on Mar 1, 2026; $25,000 in all, as far as the amount is written down.", ""),
])  # fmt: skip
def test_each_kind_says_what_there_is_with_its_day_and_what_is_lacking(kind, sentence, gap):
    found = FINDERS[kind](FULL)
    assert (found.sentence, found.gap) == (sentence, gap)


def test_money_of_which_the_amount_is_not_known_is_a_gap_and_no_zero():
    found = FINDERS["money_moved"](replace(FULL, decisions=(decision(kind="money moved"),)))
    assert "$" not in found.sentence and found.gap == "The amount of 1 is not written down."


def test_a_promise_that_only_staff_see_is_none():
    assert FINDERS["promises"](replace(FULL, follow_ups=(follow_up(public=False),))) is None


def test_the_day_of_a_promise_is_the_citys():
    evening = replace(FULL, timezone="America/New_York", follow_ups=(follow_up(created_at="2026-02-01T03:00:00.000Z"),))
    assert "made on Jan 31, 2026" in FINDERS["promises"](evening).sentence


def test_letters_without_an_answer_do_not_show_that_residents_are_heard():
    assert FINDERS["feedback"](replace(FULL, answered=0)) is None


@pytest.mark.slow
def test_with_a_gap_it_is_shown_in_part_and_a_kind_that_is_absent_is_a_gap(document):
    answers = {one.id: one for part in judged(document, FULL) for one in part.answers}
    assert answers["commit-1"].shown is Shown.PART and answers["act-4"].shown is Shown.ALL
    without = {one.id: one for part in judged(document, replace(FULL, ideas=0)) for one in part.answers}["act-2"]
    assert without.shown is Shown.PART and without.proofs[-1].gap == "No idea for the budget was sent."
    assert answers["act-2"].shown is Shown.ALL


def test_many_names_are_counted():
    several = [replace(FLOODS, id=f"i{n}", name=f"Indicator {n}") for n in range(9)]
    gap = FINDERS["targets"](replace(FULL, indicators=(FIRES, *several))).gap
    assert gap == "No target: Indicator 0, Indicator 1, Indicator 2, Indicator 3, Indicator 4 and 4 more."


def test_a_faulty_file_is_refused_with_what_to_write(tmp_path):
    from lib.errors import CatalogueError
    from tests.cities import tiny, write

    text = (ROOT / "data" / "standard.toml").read_text()
    for wrong, said in ((text.replace('part = "act"', 'part = "dream"', 1), "there is no part 'dream'"), (text.replace('id = "act-2"', 'id = "act-1"'), "stands twice"),
                        (text.replace('["money_moved"]', '["hearsay"]'), "hearsay")):  # fmt: skip
        with pytest.raises(CatalogueError) as refused:
            read_catalogue(write(tmp_path, tiny() | {"standard.toml": wrong}))
        assert said in str([(one.message, one.remedy) for one in refused.value.problems]) or said in str(refused.value)
