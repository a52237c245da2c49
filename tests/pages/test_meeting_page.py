"""The page of the Stat meetings, run through app.py: from planning to the memo, in the room, for who may and who may not."""

from datetime import date

import pytest

from lib.cycle import Decided, State
from lib.roles import Person, Role
from lib.stat.snapshot import from_bytes
from lib.store import follow_ups, meetings
from lib.ui import cache, people, stat
from tests.cities import with_stats
from tests.pages.conftest import TODAY, open_page
from tests.pages.conftest import said as written

EDITOR = Person("Ed Itor", frozenset({Role.EDITOR}))
DAY = date(2026, 12, 3)


def said(app) -> str:
    """All text of the page, Markdown's escapes left out."""
    return written(app).replace("\\", "")


@pytest.fixture
def staff(monkeypatch):
    """Makes the visitor somebody with a role."""

    def become(role: Role | None) -> None:
        person = Person("Somebody", frozenset({role} if role else ()))
        monkeypatch.setattr(people, "current_person", lambda: person)

    return become


@pytest.fixture
def planned(city, staff):
    """A meeting of the Fire Stat, framed."""
    city(with_stats())
    staff(Role.EDITOR)
    cache.engine()
    return meetings.plan(cache.engine(), stat="fire", day=DAY, at="14:00", place="City Hall", decision="Which homes get alarms", person=EDITOR)


def now(one):
    return next(found for found in meetings.meetings(cache.engine()) if found.id == one.id)


def press(app, key):
    next(button for button in app.button if button.key == key).click().run()
    assert not app.exception
    return app


def released(one):
    meetings.bring(cache.engine(), one, title="Alarms", question="Who has none?", person=EDITOR)
    for to in (State.DRAFTED, State.CHECKED):
        one = meetings.step(cache.engine(), one, to, person=EDITOR, today=TODAY)
    return one


@pytest.mark.slow
def test_a_reader_gets_a_sentence_and_no_word_of_a_meeting(planned, staff):
    staff(None)
    for query in ({}, {"meeting": planned.id}, {"meeting": planned.id, "present": "true"}, {"meeting": planned.id, "paper": "Pre-Memo"}):
        app = open_page("meeting", **query)
        text = said(app)
        assert "needs the role staff" in text and "City Hall" not in text and "Which homes" not in text
        assert not app.exception and not [button for button in app.button if button.key == "next-step"]


def test_staff_see_a_meeting_and_may_change_nothing(planned, staff):
    staff(Role.STAFF)
    app = open_page("meeting", meeting=planned.id)
    assert "Which homes get alarms" in said(app)
    assert {button.key for button in app.button} & {"next-step", "propose"} == set() and not app.text_input


def test_without_a_meeting_the_page_says_what_to_do(city, staff):
    city(with_stats())
    staff(Role.EDITOR)
    app = open_page("meeting")
    assert "No meeting is planned yet." in said(app) and not app.exception
    assert "Made up" not in said(app), "the example is for those who try it on their own machine"


def test_a_city_without_stats_says_so(city, staff):
    from tests.cities import tiny

    city(tiny())
    staff(Role.EDITOR)
    app = open_page("meeting")
    assert "There are no Stats yet." in said(app) and not app.exception


@pytest.mark.parametrize("asked", ["nothing", "<b>x</b>", "../x"])
def test_an_unknown_meeting_gets_a_sentence(planned, asked):
    app = open_page("meeting", meeting=asked)
    assert "There is no meeting at this address." in said(app) and not app.exception


def test_planning_on_a_holiday_is_refused_by_its_name(planned):
    app = open_page("meeting")
    app.date_input(key="plan-day").set_value(date(2026, 12, 25))
    next(button for button in app.button if button.label == "Plan it").click().run()
    assert "Christmas Day" in said(app) and len(meetings.meetings(cache.engine())) == 1


def test_planning_puts_it_on_the_calendar_and_opens_it(planned):
    app = open_page("meeting")
    app.selectbox(key="plan-stat").set_value("blocks")
    app.date_input(key="plan-day").set_value(date(2026, 12, 9))
    app.text_input(key="plan-place").set_value("Library <i>")
    next(button for button in app.button if button.label == "Plan it").click().run()
    one = meetings.meetings(cache.engine())[1]
    assert (one.stat, one.day, one.place) == ("blocks", date(2026, 12, 9), "Library <i>")
    assert "Library &lt;i&gt;" in said(app) and one.id in app.query_params["meeting"]


def test_what_is_late_stands_first(planned):
    meetings.plan(cache.engine(), stat="blocks", day=date(2026, 11, 24), at="10:00", place="", person=EDITOR)
    text = said(open_page("meeting"))
    assert text.index("1 thing late.") < text.index("Blocks") < text.index("Fire")
    assert "late: draft the pre-memo" in text


@pytest.mark.slow
def test_the_way_from_the_rule_to_the_release(planned):
    app = press(open_page("meeting", meeting=planned.id), "propose")
    assert "0 topics proposed" in said(app) or meetings.topics(cache.engine(), planned.id)
    meetings.bring(cache.engine(), now(planned), title="Alarms", question="Who has none?", person=EDITOR)
    for state in (State.DRAFTED, State.CHECKED, State.RELEASED):
        app = press(open_page("meeting", meeting=planned.id), "next-step")
        assert now(planned).state is state, said(app)
    frozen = from_bytes(meetings.snapshot_of(cache.engine(), planned.id).content)
    assert [topic.title for topic in frozen.topics if topic.decided is Decided.CHOSEN] == ["Alarms"]
    assert frozen.assessment("fires").latest.value == 7.5 and frozen.layer("fires") and frozen.release == cache.release()
    assert "Figures frozen" in said(open_page("meeting", meeting=planned.id))


def test_without_a_topic_nothing_is_released_and_the_page_says_why(planned):
    for to in (State.DRAFTED, State.CHECKED):
        meetings.step(cache.engine(), now(planned), to, person=EDITOR, today=TODAY)
    app = press(open_page("meeting", meeting=planned.id), "next-step")
    assert "Choose at least one topic" in said(app) and now(planned).state is State.CHECKED


def test_a_topic_is_set_aside_only_with_a_reason_which_is_shown(planned):
    meetings.propose(cache.engine(), planned, [dict(kind="indicator", subject="fires", title="Fires", reasons=("It was missed.",), figures=("7.5 in 2025",), question="Why?")],
                     person=EDITOR)  # fmt: skip
    app = open_page("meeting", meeting=planned.id)
    assert "It was missed." in said(app) and "7.5 in 2025" in said(app)
    press_form(app, "Set aside")
    assert "A topic is set aside with a reason." in said(app)
    next(one for one in app.text_input if one.key.startswith("because-")).set_value("Next <month>")
    press_form(app, "Set aside")
    topic = meetings.topics(cache.engine(), planned.id)[0]
    assert (topic.decided, topic.because) == (Decided.SET_ASIDE, "Next <month>") and "Next &lt;month&gt;" in said(app)


def press_form(app, label):
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def test_a_role_that_was_taken_away_stops_the_next_press(planned, staff):
    app = open_page("meeting", meeting=planned.id)
    staff(Role.STAFF)
    press(app, "next-step")
    assert now(planned).state is State.FRAMED
    assert "needs the role editor" in said(app)


def test_what_is_loaded_after_the_release_does_not_reach_the_meeting(planned, monkeypatch):
    one = released(planned)
    press(open_page("meeting", meeting=one.id), "next-step")
    from lib.store.load import load
    from tests.store.test_load import figure, upload

    load(cache.engine(), cache.DATA, upload(figure("2026", 99.0), sha256="1" * 64), person=EDITOR)
    assert cache.assessments()[0].latest.value == 99.0
    for query in ({}, {"present": "true", "slide": "3"}):
        text = said(open_page("meeting", meeting=one.id, **query))
        assert "99.0" not in text and "7.5" in text
    later = meetings.plan(cache.engine(), stat="fire", day=date(2027, 1, 7), at="14:00", place="", person=EDITOR)
    assert "2026 came in, 99.0" in said(open_page("meeting", meeting=later.id))


def test_figures_under_embargo_are_seen_by_staff_and_not_among_the_meetings(planned, staff):
    from lib.store.load import load
    from tests.store.test_load import figure, upload

    load(cache.engine(), cache.DATA, upload(figure("2026", 88.375), sha256="2" * 64), person=EDITOR, publish_at="2099-01-01T00:00:00Z")
    staff(Role.STAFF)
    text = said(open_page("meeting", meeting=planned.id))
    assert "Under embargo" in text and "88.375" in text
    assert stat.freeze(now(planned)).assessment("fires").latest.value == 7.5
    staff(None)
    for address, query in (("meeting", {"meeting": planned.id}), ("indicator", {"indicator": "fires"}), ("scorecard", {})):
        text = said(open_page(address, **query))
        assert "88.375" not in text and "88.4" not in text  # with a point: the address of a meeting is full of digits


# The papers


@pytest.mark.parametrize("paper", ["Pre-Memo", "Agenda", "Deck"])
def test_a_paper_is_shown_alone_to_be_printed_and_marked_as_a_draft(planned, paper):
    meetings.bring(cache.engine(), planned, title="Alarms & <b>smoke</b>", question="Who has none?", person=EDITOR)
    app = open_page("meeting", meeting=planned.id, paper=paper)
    text = said(app)
    assert "DRAFT: not released" in text and "<b>smoke" not in text and not app.exception
    assert "next-step" not in {button.key for button in app.button}
    assert "next-step" in {button.key for button in press(app, "print-back").button}


def test_before_it_was_held_a_meeting_has_no_follow_up_memo(planned):
    assert "There is no follow-up memo before the meeting was held." in said(open_page("meeting", meeting=planned.id, paper="Follow-Up Memo"))
    assert "paper-Follow-Up Memo" not in {button.key for button in open_page("meeting", meeting=planned.id).get("download_button")}


def test_every_paper_can_be_taken_along(planned):
    from lib.stat.papers import names
    from lib.ui import papers

    meetings.bring(cache.engine(), planned, title="Alarms", question="Who has none?", person=EDITOR)
    made = names.in_print_order(papers.occasion(planned))
    assert [name for name, _ in made] == [f"Fire Stat - {kind} - 2026-12-03.{end}" for kind, end in (("Pre-Memo", "docx"), ("Deck", "pptx"), ("Agenda", "docx"))]
    assert all(content[:2] == b"PK" and len(content) > 10_000 for _, content in made)


# A place-based Stat


def test_the_place_finder_shows_six_criteria_with_ranks_as_ranges(planned):
    one = meetings.plan(cache.engine(), stat="blocks", day=DAY, at="10:00", place="", person=EDITOR)
    meetings.score(cache.engine(), one, area="area-2", criterion="readiness", points=5, why="crews are there", person=EDITOR)
    text = said(open_page("meeting", meeting=one.id))
    for word in ("Severity", "Concentration", "Ability to act", "Value of coordination", "Equity and resident impact", "Readiness", " of 10"):
        assert word in text
    places = {place.area: place for place in stat.place_table(cache.every_stat()["blocks"], one, "fires")}
    assert places["area-2"].points["readiness"] == 5 and "readiness" not in places["area-1"].points
    assert places["area-10"].points["severity"] == 1 and places["area-1"].points["equity and resident impact"] == 5


# In the room


def in_the_room(one, slide=1):
    app = open_page("meeting", meeting=one.id, present="true", slide=str(slide))
    assert not app.exception
    return app


def test_the_room_shows_one_question_after_the_other(planned):
    one = released(planned)
    one = meetings.step(cache.engine(), one, State.RELEASED, person=EDITOR, today=TODAY, content=stat_bytes(one), release=cache.release())
    app = in_the_room(one)
    seen = [said(app)]
    while not next(button for button in app.button if button.key == "room-next").disabled:
        seen.append(said(press(app, "room-next")))
    assert "Which homes get alarms" in seen[0] and "Figures frozen" in seen[0]
    assert "Was what we promised done?" in seen[1]
    assert any("Who has none?" in text for text in seen) and "Who does what by when?" in seen[-1]
    assert all(text.count("<h1") == 1 for text in seen), "one question a screen"


def stat_bytes(one):
    from lib.stat.snapshot import as_bytes

    return as_bytes(stat.freeze(one))


@pytest.mark.parametrize("slide", ["0", "999", "x", "-1", "1e3", "٣", ""])
def test_any_number_in_the_address_leads_to_a_slide(planned, slide):
    assert "<h1" in said(in_the_room(planned, slide))


def test_before_the_release_the_room_says_that_nothing_is_frozen(planned):
    assert "not frozen yet" in said(in_the_room(planned))


def test_what_was_promised_is_gone_through_overdue_first(planned):
    for number, due in enumerate((date(2026, 11, 30), date(2026, 11, 1), date(2026, 11, 10))):
        follow_ups.write_down(cache.engine(), stat="fire", action=f"send list {number}", owner="Ann Lee", due=due, deliverable="memo", person=EDITOR, agency="Fire")
    text = said(in_the_room(planned, 2))
    assert "2 promises overdue of 3." in text
    assert text.index("send list 1") < text.index("send list 2") < text.index("send list 0") and "Overdue <span class='city-word'>Red</span>" in text


def test_the_screen_goes_blank_and_comes_back(planned):
    app = press(in_the_room(planned), "room-blank")
    assert "class='blank'" in said(app) and "<h1" not in said(app)
    assert "<h1" in said(press(app, "blank"))


def test_jump_lists_every_slide_and_leads_there(planned):
    app = press(in_the_room(planned), "room-jump")
    assert "Where to?" in said(app)
    assert "Was what we promised done?" in said(press(app, "jump-1"))


def test_a_reader_of_the_room_cannot_write(planned, staff):
    staff(Role.STAFF)
    assert "room-write" not in {button.key for button in in_the_room(planned).button}
    staff(Role.PRESENTER)
    assert "room-write" in {button.key for button in in_the_room(planned).button}


# The example


def test_the_example_is_there_for_who_starts_it_on_their_own_machine_and_goes_with_one_button(city, monkeypatch):
    city(with_stats())
    boss = Person("Boss", frozenset({Role.ADMINISTRATOR}))
    monkeypatch.setattr(people, "current_person", lambda: boss)
    monkeypatch.setattr(people, "is_local_staff", lambda: True)
    app = open_page("meeting")
    assert "Example, made up." in said(app) and "Made up" in said(app)
    one = meetings.meetings(cache.engine())[0]
    for query in ({}, {"present": "true"}):
        assert "Example, made up" in said(open_page("meeting", meeting=one.id, **query))
    press(open_page("meeting"), "remove-example")
    app = open_page("meeting")
    assert "Made up" not in said(app) and meetings.meetings(cache.engine()) == ()
