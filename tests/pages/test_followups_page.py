"""The page of follow-ups: what is overdue first, filters, one follow-up and its form, reminders, the workbook; and who sees what."""

import io
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest

from lib.charts.theme import FOLLOW_UP_LOOKS, FOLLOW_UP_SWATCHES
from lib.cycle import Colour, Deliverable
from lib.roles import READER, Person, Role
from lib.settings import Mail
from lib.stat import reminders, sheets
from lib.store import follow_ups as store
from lib.store import meetings
from lib.store.batches import audit_trail
from lib.ui import cache, follow_ups, people, reminding
from lib.ui.follow_ups import Choice, counted
from tests.cities import ten_areas
from tests.pages.conftest import TODAY, open_page, said

DAY = timedelta(days=1)
STATS = "".join(f"""
[[stat]]
id = "{id}"
name = "{name}"
short = "{name} Stat"
kind = "agency"
led_by = "central office"
agencies = ["fire"]
outcome = "{outcome}"
indicators = []
measures = []
safety = []
cadence = "monthly"
question = "Is it better?"
example = false
runs = "since 2024"
reference = "tests"
""" for id, name, outcome in (("fires", "Fires", "safe"), ("streets", "Clean <streets>", "clean")))  # fmt: skip
AGENCIES = "id,name,short,principal,reference\nfire,Fire,FD,true,tests\nworks,Public Works,DPW,true,tests\n"
STAFF, PRESENTER, EDITOR = (Person(f"{role}@city.gov", frozenset({role})) for role in (Role.STAFF, Role.PRESENTER, Role.EDITOR))


@pytest.fixture
def look(monkeypatch):
    def as_(person: Person) -> None:
        monkeypatch.setattr(people, "current_person", lambda: person)
        monkeypatch.setattr(people, "sign_in", lambda: people.SignIn(person))
        monkeypatch.setattr(people, "_seen", lambda claims, local: people.SignIn(person))

    return as_


@pytest.fixture
def town(city, look):
    """Tinyville with two Stats and a few follow-ups; gives them by name."""
    city(ten_areas(**{"agencies.csv": AGENCIES, "stats.toml": STATS}))
    look(PRESENTER)
    meeting = meetings.plan(cache.engine(), stat="fires", day=TODAY + 7 * DAY, at="14:00", place="", person=EDITOR)

    def write(action: str, owner: str, due: int, **more):
        values = dict(stat="fires", agency="Fire", deliverable=Deliverable.MEMO) | more
        return store.write_down(cache.engine(), action=action, owner=owner, due=TODAY + due * DAY, person=PRESENTER, **values)

    return {
        "meeting": meeting,
        "late": write("send the list", "Anna Lee", -45, meeting=meeting.id, issue="Empty <lots>", indicator="fires"),
        "later": write("count the lamps", "Anna Lee", -3, stat="streets", agency="Public Works", begun_on=TODAY - 9 * DAY),
        "begun": write("meet the landlords", "Ben Ames", 0, begun_on=TODAY, area="area-2"),
        "waits": write("draft the memo", "Cleo Hart", 20),
        "done": write("publish the plan", "Ben Ames", -10, done_on=TODAY - 12 * DAY, evidence="It stands on the site.", evidence_link="https://city.gov/plan", evidence_file="plan.pdf", file=b"%PDF"),
        "made up": write("try the cycle", "Eve Example", 5, example=True),
    }  # fmt: skip


def opened(one=None, **query):
    app = open_page("followups", **({"followup": one if isinstance(one, str) else one.id} if one else {}), **query)
    assert not app.exception and not [error for error in app.error if "Reference" in str(error.value)], said(app)
    return app


def plain(app) -> str:
    return said(app).replace("\\", "")


def now(one):
    return store.follow_up_by_id(cache.engine(), one.id)


# Who sees it


@pytest.mark.parametrize("person", [READER, STAFF, PRESENTER, EDITOR], ids=lambda one: one.name)
def test_readers_get_a_sentence_staff_read_and_who_runs_meetings_writes(town, look, person):
    look(person)
    text = plain(opened())
    if person is READER:
        assert "The tracker of follow-ups needs the role staff" in text and "Anna Lee" not in text
        assert "Anna Lee" not in plain(opened(town["late"])) and "Ben Ames" not in plain(opened(by="Reminders"))
        return
    app = opened(town["late"])
    assert "Anna Lee" in text and bool([one for one in app.get("button") if one.label == "Save"]) is (person is not STAFF)
    assert ("New follow-up" in [one.label for one in opened().button]) is (person is not STAFF)
    assert bool(opened(by="Workbook").get("file_uploader")) is (person is not STAFF)
    assert ("needs the role presenter" in plain(opened("new"))) is (person is STAFF)


# What is seen first


def test_the_first_sentence_counts_and_the_longest_overdue_stands_at_the_top(town):
    text = plain(opened())
    assert "<strong>2 overdue</strong>, 1 in progress, 2 not due, 1 complete with evidence; the longest overdue: 45 days." in text
    order = [text.index(name) for name in ("Send the list", "Count the lamps", "Meet the landlords", "Try the cycle", "Draft the memo", "Publish the plan")]
    assert order == sorted(order) and text.index("2 overdue") < order[0]
    assert "45 days late" in text and "due today" in text and "in 20 days" in text and "done Nov 12, 2026, in time" in text
    assert "Empty &lt;lots&gt;" in text and "Clean &lt;streets&gt;" in text and "<lots>" not in text
    assert f"meeting of {TODAY + 7 * DAY:%b} {(TODAY + 7 * DAY).day}, 2026" in text
    assert "href='https://city.gov/plan' target='_blank' rel='noopener noreferrer'>city.gov</a>" in text and "plan.pdf" in text and "no evidence yet" in text


def test_a_status_is_an_icon_a_word_and_the_citys_colour_and_what_is_made_up_says_so(town):
    text = plain(opened())
    for colour, word in ((Colour.RED, "Overdue"), (Colour.YELLOW, "In progress"), (Colour.WHITE, "Not due yet"), (Colour.GREEN, "Complete, with evidence")):
        assert f"{FOLLOW_UP_LOOKS[colour].icon}</span></span><span>{word} <span class='city-word'>{colour}</span>" in text
    assert text.count("Example, made up") == 1 and "1 of these is an example, made up." in text
    assert "<p class='example'>" in plain(opened(town["made up"])) and "<p class='example'>" not in plain(opened(town["late"]))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return sum(weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4) for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


@pytest.mark.parametrize("colour", Colour)
def test_the_sign_stands_out_on_its_ground(colour):
    light, dark = sorted((luminance(one) for one in FOLLOW_UP_SWATCHES[colour]), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("view", follow_ups.VIEWS)
def test_where_nothing_fits_every_view_says_so(town, view):
    text = plain(opened(colours="White: not due yet", owners="Anna Lee", by=view))
    assert "0 of 6 follow-ups fit the filters." in text and ("No follow-up fits these filters" in text or "Nothing is open" in text or "The 0 follow-ups" in text)


def test_an_empty_tracker(city, look):
    city(ten_areas(**{"agencies.csv": AGENCIES, "stats.toml": STATS}))
    look(PRESENTER)
    text = plain(opened())
    assert "Nothing has been promised yet" in text and "<strong>0 overdue</strong>, 0 in progress" in text and "longest" not in text and "alarm" not in text


def test_the_counts_read_well():
    assert counted([], TODAY) == "0 overdue, 0 in progress, 0 not due, 0 complete with evidence"


def test_in_the_room_what_is_open_is_large_without_buttons(town):
    app = opened(present="true")
    text = plain(app)
    assert "2 overdue" in text and text.index("Send the list") < text.index("Count the lamps") and "Publish the plan" not in text
    assert [one.label for one in app.button] == ["Leave presentation"] and "Example, made up" in text
    assert "Save" not in [one.label for one in opened(town["late"], present="true").button]


# The filters


@pytest.mark.parametrize(("key", "chosen", "kept"), [
    ("stats", ["streets"], {"later"}), ("agencies", ["Public Works"], {"later"}), ("owners", ["Anna Lee"], {"late", "later"}), ("colours", ["Green"], {"done"}),
    ("colours", ["Red", "White"], {"late", "later", "waits", "made up"}), ("late", ["31 to 90 days late"], {"late"}), ("late", ["1 to 30 days late"], {"later"}),
    ("toward", ["clean"], {"later"}), ("toward", ["safe"], {"late", "begun", "waits", "done", "made up"}), ("about", ["fires"], {"late"}), ("places", ["area-2"], {"begun"}),
])  # fmt: skip
def test_each_filter_keeps_what_it_names(town, key, chosen, kept):
    app = opened()
    app.multiselect(key=key).set_value(chosen).run()
    text = plain(app)
    assert {name for name, one in town.items() if name != "meeting" and f"followup={one.id}" in text} == kept
    assert f"{len(kept)} of 6 follow-ups fit the filters." in text


def test_the_example_can_be_left_out(town):
    app = opened()
    app.toggle(key="real").set_value(True).run()
    assert "Try the cycle" not in plain(app) and "5 of 6 follow-ups" in plain(app)


def test_the_address_keeps_the_filters_and_the_view(town):
    app = opened(owners="Ben Ames", by="By owner")
    text = plain(app)
    assert "2 of 6 follow-ups fit the filters." in text and "<td>Ben Ames </td>" in text and "Anna Lee" not in text


def test_touching_a_filter_leads_from_a_follow_up_back_to_the_list(town):
    app = opened(town["late"])
    app.multiselect(key="owners").set_value(["Ben Ames"]).run()
    assert "2 of 6 follow-ups fit the filters." in plain(app) and "Change it" not in plain(app)


def test_all_conditions_hold_together():
    one = replace(PROMISE, indicator="", area="area-1", owner="Anna  Lee")
    named = follow_ups.Names({}, {"fire": "Fire"}, {}, {}, {}, {}, {"fires": "safe"}, {})
    assert Choice(stats=["fires"], agencies=["Fire"], owners=["Anna Lee"], colours=["White"], ages=["not late"], outcomes=["safe"], areas=["area-1"]).keeps(one, named, TODAY)
    assert not Choice(stats=["fires"], areas=["area-2"]).keeps(one, named, TODAY)


PROMISE = store.FollowUp("x", "fires", "", "fire", "", "send the list", "Anna Lee", TODAY + DAY, Deliverable.MEMO, "", "", "", None, None, "", "", "", "", "", False, False, 1, "", "")


# By owner, by agency


def test_by_owner_counts_open_overdue_the_oldest_and_what_was_kept_in_time(town):
    text = plain(opened(by="By owner"))
    rows = [row for row in text.split("<tr>") if "followup=" in row and "<td" in row]
    assert "Anna Lee" in rows[0] and "<td class='n'>2</td>" in rows[0] and "<strong>2</strong>" in rows[0] and "Send the list" in rows[0] and "45 days late" in rows[0]
    ben = next(row for row in rows if "Ben Ames" in row)
    assert "<td class='n'>1</td><td class='n'>0</td>" in ben and "1 of 1" in ben
    assert "Eve Example <span class='made-up'>" in text
    assert "Public Works" in plain(opened(by="By agency"))


# One follow-up


def test_a_follow_up_shows_its_fields_its_history_and_its_file_for_staff_only(town, look):
    changed = store.change(cache.engine(), town["done"], person=EDITOR, notes="line one\nline <two>")
    text = plain(app := opened(changed))
    assert "<h1 class='page'>Publish the plan</h1>" in text and "It stands on the site." in text and "editor@city.gov changed notes and blockers" in text
    assert text.index("changed notes") < text.index("presenter@city.gov wrote it down.") and "line &lt;two&gt;" in text
    (button,) = [one for one in app.get("download_button") if one.label.startswith("Evidence")]
    assert "plan" in button.label
    with pytest.raises(KeyError):
        store.evidence_file(cache.engine(), town["late"].id)


def test_an_address_that_is_none_says_so_and_shows_the_list(town):
    text = plain(opened("no-such-thing"))
    assert "no follow-up at this address" in text and "2 overdue" in text


def save(app, **fields):
    for name, value in fields.items():
        kind = {"due": "date_input", "begun_on": "date_input", "done_on": "date_input", "evidence": "text_area", "notes": "text_area", "public": "checkbox",
                "deliverable": "selectbox", "agency": "selectbox", "stat": "selectbox", "meeting": "selectbox", "indicator": "selectbox", "area": "selectbox"}.get(name, "text_input")  # fmt: skip
        getattr(app, kind)(key=f"promise-{name}").set_value(value)
    app.button(key="promise-save").click()
    app.run()
    assert not app.exception
    return app


def test_it_is_begun_closed_with_evidence_and_never_without(town):
    one = town["late"]
    app = save(opened(one), begun_on=TODAY - DAY, notes="waits for the survey")
    assert "Saved." in plain(app) and now(one).colour(TODAY) is Colour.RED and now(one).notes == "waits for the survey"
    app = save(app, done_on=TODAY, owner="Anna Maria Lee")
    assert "It is not done without evidence" in plain(app) and now(one).done_on is None
    assert app.text_input(key="promise-owner").value == "Anna Maria Lee" and app.date_input(key="promise-done_on").value == TODAY, "nothing typed is lost"
    app = save(app, evidence="The list went out on Monday.")
    assert now(one).colour(TODAY) is Colour.GREEN and now(one).owner == "Anna Maria Lee" and "Complete, with evidence" in plain(app)
    assert now(one).version == 3


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"owner": "FD"}, "is no person"), ({"owner": "Anna and Ben"}, "looks like more than one"), ({"owner": ""}, "has one owner"), ({"evidence_link": "plan.pdf"}, "must begin with https"),
    ({"done_on": TODAY + DAY, "evidence": "soon"}, "is still to come"), ({"begun_on": TODAY + DAY}, "Begun on: Nov 25, 2026 is still to come"), ({"notes": "x" * 4001}, "4,000 are the most"),
    ({"action": "send"}, "a verb and a thing"),
])  # fmt: skip
def test_what_is_wrong_is_said_beside_the_form_and_nothing_is_lost(town, fields, sentence):
    one = town["late"]
    app = save(opened(one), issue="Other issue", **fields)
    assert sentence in plain(app) and now(one) == one
    assert app.text_input(key="promise-issue").value == "Other issue"


def test_a_save_without_a_change_writes_nothing(town):
    app = save(opened(town["late"]))
    assert "Nothing was changed." in plain(app) and now(town["late"]).version == 1


def test_a_role_that_was_taken_away_meanwhile_writes_nothing(town, look):
    app = opened(town["late"])
    app.text_input(key="promise-owner").set_value("Ben Ames")
    look(STAFF)
    app.button(key="promise-save").click()
    app.run()
    assert now(town["late"]) == town["late"]


def test_the_second_of_two_is_told_what_the_first_changed_keeps_what_was_typed_and_saves_on_top(town):
    one = town["late"]
    app = opened(one)
    store.change(cache.engine(), one, person=EDITOR, due=TODAY + 30 * DAY, notes="theirs", escalation="the deputy mayor")
    app = save(app, owner="Ben Ames", notes="mine")
    text = plain(app)
    assert "Somebody else changed this follow-up just now" in text and "editor@city.gov changed the due date" in text
    assert "You both changed notes and blockers: theirs is “theirs”, yours stands in the form." in text
    assert now(one).owner == "Anna Lee" and now(one).version == 2
    assert app.text_input(key="promise-owner").value == "Ben Ames" and app.text_area(key="promise-notes").value == "mine"
    assert app.date_input(key="promise-due").value == TODAY + 30 * DAY and app.text_input(key="promise-escalation").value == "the deputy mayor"
    save(app)
    saved = now(one)
    assert (saved.owner, saved.notes, saved.due, saved.escalation, saved.version) == ("Ben Ames", "mine", TODAY + 30 * DAY, "the deputy mayor", 3)


def test_a_file_of_evidence_is_kept_and_taken_out_again(town):
    one = town["late"]
    app = opened(one)
    app.file_uploader[0].set_value(("../../list <1>.pdf", b"%PDF list", "application/pdf"))
    app = save(app, done_on=TODAY)
    assert now(one).evidence_file == "list <1>.pdf" and store.evidence_file(cache.engine(), one.id) == b"%PDF list" and "list &lt;1&gt;.pdf" in plain(app)
    app.checkbox(key="promise-no-file").check()
    app = save(app)
    assert "It is not done without evidence" in plain(app) and now(one).evidence_file
    app = save(app, evidence="see the minutes")
    assert now(one).evidence_file == "" and not app.get("download_button")


def test_a_new_one_is_written_down_and_opened(town):
    app = opened("new")
    app = save(app, action="open the pools", owner="Dan Cole")
    assert "A follow-up belongs to a Stat" in plain(app) and app.text_input(key="promise-owner").value == "Dan Cole"
    app = save(app, stat="streets", meeting=town["meeting"].id)
    assert "That meeting is of another Stat" in plain(app)
    app = save(app, stat="fires", agency="Fire", due=date(2027, 1, 15), deliverable="meeting", indicator="fires", area="area-3", public=True, issue="Pools")
    made = next(one for one in store.follow_ups(cache.engine()) if one.owner == "Dan Cole")
    assert (made.stat, made.meeting, made.agency, made.due, made.deliverable, made.indicator, made.area, made.public, made.issue) == (
        "fires", town["meeting"].id, "Fire", date(2027, 1, 15), Deliverable.MEETING, "fires", "area-3", True, "Pools")  # fmt: skip
    assert "<h1 class='page'>Open the pools</h1>" in plain(app) and app.query_params["followup"] in (made.id, [made.id])
    app = opened("new")
    assert app.text_input(key="promise-owner").value == "", "the next one begins empty"


def test_another_follow_up_fills_the_form_anew(town):
    app = opened(town["late"])
    app.text_input(key="promise-owner").set_value("Somebody Else")
    app.query_params["followup"] = town["begun"].id
    app.run()
    assert app.text_input(key="promise-owner").value == "Ben Ames"


@pytest.mark.slow
def test_what_is_named_no_longer_may_stay(town):
    one = store.change(cache.engine(), town["waits"], person=EDITOR, indicator="gone", agency="Old Agency", area="nowhere")
    app = opened(one)
    assert app.selectbox(key="promise-indicator").value == "gone" and app.selectbox(key="promise-agency").value == "Old Agency"
    save(app, notes="x")
    assert now(one).indicator == "gone" and now(one).notes == "x"


# Reminders


@pytest.fixture
def server_named(monkeypatch):
    chosen = cache.settings()
    named = chosen.model_copy(update={"stat": chosen.stat.model_copy(update={"mail": Mail(server="mail.city.gov", port=25, sender="stat@city.gov", encryption="starttls", user="")})})
    monkeypatch.setattr(cache, "settings", lambda: named)
    monkeypatch.setattr(reminding, "_secret", {"people": {"anna lee": "anna@city.gov", "Ben Ames": "ben@city.gov"}, "mail_password": "secret"}.get)


@pytest.fixture
def mail(monkeypatch, server_named):
    """What would be sent is kept."""
    went: list = []

    def send(letters, mail, password, *, person):
        went.append((tuple(letters), password, person))
        return [reminders.Sent(one.owner, one.address, "" if one.owner == "Anna Lee" else "the server refused the address: 550") for one in letters]

    monkeypatch.setattr(reminders, "send", send)
    return went


def test_the_letter_of_an_owner_can_be_read_and_taken(town):
    app = opened(by="Reminders")
    text = plain(app)
    assert "5 follow-ups are open" in text and "No mail server is named" in text
    app.selectbox(key="letter-owner").set_value("Anna Lee").run()
    assert "Dear Anna Lee," in app.code[0].value and "45 days late" in app.code[0].value and "The Stat meets next on Tuesday, Dec 1, 2026" in app.code[0].value
    assert len(app.get("download_button")) == 3


def test_who_gets_what_is_shown_before_it_is_sent_and_what_became_of_it_after(town, look, mail):
    look(EDITOR)
    app = opened(by="Reminders")
    text = plain(app)
    assert "anna@city.gov" in text and "Tinyville" not in text and "no address" in text and "Cleo Hart" in text and "never" in text
    assert not mail and any("Dear Ben Ames" in one.value for one in app.code) and "Eve Example" not in "".join(one.value for one in app.code[1:])
    app.button(key="send-reminders").click().run()
    ((letters, password, person),) = mail
    assert [one.owner for one in letters] == ["Anna Lee", "Ben Ames"] and password == "secret" and person == EDITOR
    text = plain(app)
    assert "1 of 2 reminders went out." in text and "taken by the mail server" in text and "550" in text
    trail = {one.subject: one for one in audit_trail(cache.engine())}
    assert trail["Anna Lee"].action == "send a reminder" and "anna@city.gov" in trail["Anna Lee"].detail and trail["Ben Ames"].action == "a reminder was not sent"
    assert "by editor@city.gov" in text
    assert app.button(key="send-reminders").disabled, "not twice a day without a further word"
    app.checkbox(key="send-again").check().run()
    app.button(key="send-reminders").click().run()
    assert len(mail) == 2


def test_only_editors_send(town, look, mail):
    look(PRESENTER)
    app = opened(by="Reminders")
    assert "Sending needs the role editor." in plain(app) and not [one for one in app.button if one.key == "send-reminders"]


def test_the_filters_choose_who_is_reminded(town, look, mail):
    look(EDITOR)
    app = opened(by="Reminders", owners="Ben Ames")
    app.button(key="send-reminders").click().run()
    assert [one.owner for one in mail[0][0]] == ["Ben Ames"]


def test_a_role_that_was_taken_away_meanwhile_sends_nothing(town, look, server_named):
    look(EDITOR)
    app = opened(by="Reminders")
    before = audit_trail(cache.engine())
    look(PRESENTER)
    app.button(key="send-reminders").click().run()
    assert "Sending needs the role editor." in plain(app) and "needs the role editor" in plain(app).replace("Sending needs", "") and audit_trail(cache.engine()) == before


# The workbook


def workbook(*several) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(sheets.as_workbook(several, reminding._known(cache.follow_ups()), today=TODAY, about=[])))


def send(app, book: openpyxl.Workbook):
    buffer = io.BytesIO()
    book.save(buffer)
    app.file_uploader[0].set_value(("follow-ups.xlsx", buffer.getvalue(), "application/x"))
    return app.run()


def put(book, row: int, **cells) -> openpyxl.Workbook:
    for name, value in cells.items():
        book["Follow-ups"].cell(row, list(sheets.COLUMNS).index(name.replace("_", " ") if name != "stat" else "Stat") + 1).value = value
    return book


def test_many_changes_are_seen_before_they_are_written_and_then_written_together(town):
    app = opened(by="Workbook")
    book = put(workbook(town["late"], town["waits"]), 2, notes_and_blockers="late because of the survey")
    put(book, 4, stat="Fires", owner="Dan Cole", due_date="1/15/2027", deliverable="to-do", **{"follow-up": "open the pools"})
    send(app, book)
    text = plain(app)
    assert "1 new, 1 changed, 1 as they are." in text and "late because of the survey" in text and "new: Dan Cole, due Jan 15, 2027" in text
    assert len(cache.follow_ups()) == 6
    app.button(key="write-sheet").click().run()
    assert "Written: 1 new, 1 changed." in plain(app) and now(town["late"]).notes == "late because of the survey" and len(cache.follow_ups()) == 7


def test_problems_are_listed_by_their_cell_and_nothing_can_be_written(town):
    app = opened(by="Workbook")
    send(app, put(workbook(town["late"]), 2, owner="FD", due_date="soon"))
    text = plain(app)
    assert "Refused: 1 problem to mend" in text or "Refused: 2 problems to mend" in text
    assert "Follow-ups I2" in text and "soon" in text and not [one for one in app.button if one.key == "write-sheet"]


def test_a_workbook_that_is_older_than_a_follow_up_names_the_row(town):
    app = opened(by="Workbook")
    send(app, put(workbook(town["late"], town["waits"]), 2, notes_and_blockers="mine"))
    store.change(cache.engine(), town["late"], person=EDITOR, notes="theirs")
    app.button(key="write-sheet").click().run()
    assert now(town["late"]).notes == "theirs"
    text = plain(app)
    assert "Somebody changed what stands in this workbook" in text and "Follow-ups, row 2: editor@city.gov changed notes and blockers from “nothing” to “theirs”." in text
    assert "somebody changed it meanwhile" in text, "and the workbook is read anew"
