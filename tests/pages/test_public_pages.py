"""The pages for residents: promises, letters and their moderation, the Standard, what changed; and that what is made up or private is on none."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from sqlalchemy import insert

from lib.cycle import Decision, Deliverable
from lib.roles import READER, Person, Role
from lib.settings import ROOT
from lib.store import curve, feedback
from lib.store import follow_ups as store
from lib.store.batches import utc_now
from lib.store.feedback import State
from lib.store.schema import feedback as table
from lib.ui import cache, letters, people
from lib.ui import changes as changes_ui
from tests.cities import FIGURES, with_stats
from tests.pages.conftest import TODAY, open_page, said

DAY = timedelta(days=1)
STAFF, EDITOR = Person("sam@city.gov", frozenset({Role.STAFF})), Person("ed@city.gov", frozenset({Role.EDITOR}))
TEXT = "The alley behind our house is dark at night."


@pytest.fixture
def look(monkeypatch):
    def as_(person: Person) -> None:
        monkeypatch.setattr(people, "current_person", lambda: person)
        monkeypatch.setattr(people, "sign_in", lambda: people.SignIn(person))
        monkeypatch.setattr(people, "_seen", lambda claims, local: people.SignIn(person))

    return as_


@pytest.fixture
def town(city):
    city(with_stats(**{"standard.toml": (ROOT / "data" / "standard.toml").read_text(encoding="utf-8")}))
    return cache.engine()


def promise(engine, action: str = "Count the hydrants", **more) -> None:
    values = (
        dict(
            stat="fire",
            action=action,
            owner="Bea Long",
            due=TODAY + 5 * DAY,
            deliverable=Deliverable.MEMO,
            agency="fire",
            public=True,
        )
        | more
    )
    store.write_down(engine, person=EDITOR, **values)


def letter(
    engine,
    text: str = TEXT,
    *,
    about: str = "indicator",
    subject: str = "fires",
    to: State | None = State.SHOWN,
    answer: str = "",
) -> None:
    key = feedback.send(engine, about=about, subject=subject, text=text, language="en", limits=())
    (one,) = [one for one in feedback.waiting(engine, person=EDITOR, size=100) if one.id == key]
    if to:
        one = feedback.decide(engine, one, to, because="spam" if to is State.SET_ASIDE else "", person=EDITOR)
    if answer:
        feedback.answer(engine, one, text=answer, by="Fire", agencies={"Fire"}, person=STAFF)


# Promises


def test_where_nothing_is_public_the_page_says_so(town):
    promise(town, public=False)
    promise(town, "Send the made-up list", example=True)
    app = open_page("promises")
    text = said(app).replace("\\", "")
    assert (
        "Nothing has been made public yet." in text
        and "hydrants" not in text
        and "made-up" not in text
        and not app.multiselect
    )


def test_promises_lead_with_what_is_kept_and_name_no_person(town):
    promise(
        town,
        "Ask Bea Long for the list",
        due=TODAY - 3 * DAY,
        done_on=TODAY - 3 * DAY,
        evidence="Mail of Bea Long",
        indicator="fires",
    )
    promise(town, "Count the hydrants", due=TODAY - 2 * DAY, area="area-1")
    promise(town, "Buy alarms")
    promise(town, "Send the made-up list", example=True)
    text = said(open_page("promises"))
    assert "<strong>1 of 3 promises is kept</strong>; 1 is late, 1 is not due yet." in text
    assert text.index("Count the hydrants") < text.index("Buy alarms") < text.index("Ask [not shown] for the list"), (
        "what is late stands first"
    )
    assert "Bea Long" not in text and "made-up" not in text and "2 days late" in text
    assert 'href="./indicator?indicator=fires"' in text and 'href="./neighborhood?area=area-1"' in text
    assert "<td>Fire</td>" in text


def test_names_are_shown_where_the_city_says_so(town, monkeypatch):
    promise(town)
    chosen = cache.settings()
    monkeypatch.setattr(
        cache,
        "settings",
        lambda: chosen.model_copy(update={"stat": chosen.stat.model_copy(update={"public_names": True})}),
    )
    assert "Bea Long" in said(open_page("promises"))


def test_promises_can_be_filtered_by_agency_state_indicator_and_neighborhood(town):
    promise(town, "Count the hydrants", indicator="fires", area="area-1", due=TODAY - DAY)
    promise(town, "Buy the alarms", agency="housing")
    app = open_page("promises")
    assert {one.label for one in app.multiselect} >= {
        "What became of it",
        "Agency",
        "Outcome",
        "Indicator",
        "Neighborhood",
    }
    for key, value in (("agencies", "Fire"), ("about", "fires"), ("places", "area-1"), ("kept", "late")):
        app.multiselect(key=key).set_value([value]).run()
        text = said(app)
        assert (
            "Count the hydrants" in text
            and "Buy the alarms" not in text
            and "1 of 2 promises fits the filters." in text.replace("fit the", "fits the")
        ), key
        app.multiselect(key=key).set_value([]).run()
    app.multiselect(key="agencies").set_value(["Housing"]).run()
    app.multiselect(key="kept").set_value(["late"]).run()
    assert "No promise fits these filters" in said(app).replace("\\", "") or "0 of 0" in said(app)


def test_a_hostile_promise_stays_text(town):
    promise(
        town,
        "<script>alert(1)</script> **count** hydrants",
        done_on=TODAY,
        evidence="<img src=x onerror=alert(1)>",
        due=TODAY,
    )
    text = said(open_page("promises"))
    assert "<script>" not in text and "<img" not in text and "&lt;script&gt;" in text and "&lt;img" in text


# Letters, as a resident


def write(app, text: str):
    app.text_area[0].set_value(text)
    app.button(key="letter-send").click().run()
    return app


def test_a_resident_sends_a_letter_that_waits_to_be_read(town):
    app = write(open_page("yourview", subject="indicator:fires"), TEXT)
    assert "Thank you" in str([one.value for one in app.success]) and app.text_area[0].value == ""
    (one,) = feedback.waiting(town, person=EDITOR)
    assert (one.about, one.subject, one.text, one.language) == ("indicator", "fires", TEXT, "en")
    text = said(app)
    assert "1 letter waits to be read now." in text and TEXT not in text, "nothing is shown before it was read"


def test_what_was_typed_stays_until_it_is_sent(town, monkeypatch):
    app = write(open_page("yourview"), TEXT)
    assert "Choose what your letter is about" in said(app).replace("\\", "") and app.text_area[0].value == TEXT
    monkeypatch.setattr(
        feedback.send, "__kwdefaults__", feedback.send.__kwdefaults__ | {"limits": ((timedelta(minutes=1), 0),)}
    )
    app.selectbox(key="letter-about").set_value("area:area-1").run()
    write(app, TEXT)
    assert "Nothing is lost here" in said(app).replace("\\", "") and app.text_area[0].value == TEXT
    monkeypatch.setattr(feedback.send, "__kwdefaults__", feedback.send.__kwdefaults__ | {"limits": ()})
    app.button(key="letter-send").click().run()
    assert feedback.waiting(town, person=EDITOR)[0].subject == "area-1" and app.text_area[0].value == ""


def test_a_telephone_number_is_asked_to_be_taken_out_and_may_stay_where_it_is_an_offices(town):
    app = write(open_page("yourview", subject="indicator:fires"), "The office at 410-555-0123 never answers.")
    assert "phone number" in said(app) and feedback.tally(town).waiting == 0 and "410-555" in app.text_area[0].value
    app.checkbox[0].check()
    app.button(key="letter-send").click().run()
    assert feedback.tally(town).waiting == 1 and not app.error


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> is what I wrote",
        "**bold** [link](javascript:alert(1)) :material/warning: $x$",
        '=HYPERLINK("http://x") all of it',
    ],
)
def test_a_hostile_letter_stays_text_on_every_page(town, look, text):
    letter(town, text, answer=text)
    look(STAFF)
    for app in (open_page("yourview"), open_page("letters", letters="Answered")):
        shown = [
            one
            for one in (getattr(one, "body", "") for one in app.get("html"))
            if "wrote" in one or "bold" in one or "HYPERLINK" in one
        ]
        assert shown and not app.exception
        for body in shown:
            assert "<script" not in body and "<a href='javascript" not in body and 'href="javascript' not in body
        assert not any(text in str(one.value) for kind in ("markdown", "error", "success") for one in app.get(kind)), (
            "never as Markdown"
        )


def test_what_others_wrote_and_the_answers_are_shown_by_subject(town):
    letter(town, "Fires are loud here.", answer="We know it.")
    letter(town, "This place is fine.", about="area", subject="area-1")
    letter(town, "Buy our gold today.", to=State.SET_ASIDE)
    text = said(open_page("yourview"))
    assert "2 letters from residents are shown here; the City answered 1 of them." in text
    assert "Answer of Fire" in text and "We know it." in text and "gold" not in text and "1 was set aside." in text
    one = said(open_page("yourview", subject="area:area-1"))
    assert (
        "Your view: North/South" in one
        and "This place is fine." in one
        and "loud" not in one
        and "none is answered yet" in one
    )
    wrong = open_page("yourview", subject="area:atlantis")
    assert "nothing to write about at this address" in said(wrong) and not wrong.exception


def test_the_pages_of_an_indicator_and_a_neighborhood_count_the_letters_and_lead_there(town):
    letter(town, answer="Soon.")
    text = said(open_page("indicator", indicator="fires"))
    assert (
        "1 resident wrote about this, and the City answered 1." in text
        and 'href="./yourview?subject=indicator%3Afires"' in text
    )
    assert "No resident’s letter about this is shown yet." in said(open_page("neighborhood", area="area-2"))


# Letters, as staff


def pile(engine, number: int) -> None:
    row = dict(
        about="indicator",
        subject="fires",
        language="en",
        because="",
        decided_at="",
        decided_by="",
        answer="",
        answered_at="",
        answered_by="",
        version=1,
        state="waiting",
    )
    with engine.begin() as connection:
        connection.execute(
            insert(table),
            [row | {"id": f"{n:036}", "sent_at": utc_now(), "text": f"Letter number {n}"} for n in range(number)],
        )


def test_staff_see_what_waits_and_only_editors_get_the_buttons(town, look):
    letter(town, to=None)
    look(STAFF)
    app = open_page("letters")
    assert "1 letter waits to be read, the oldest since" in said(app) and TEXT in said(app)
    assert not [one for one in app.button if one.key == "queue-show"]
    look(READER)
    assert TEXT not in said(open_page("letters"))


def test_an_editor_shows_and_sets_aside_several_at_once(town, look):
    for number in range(3):
        letter(town, f"Letter number {number} of three.", to=None)
    look(EDITOR)
    app = open_page("letters")
    app.button(key="queue-show").click().run()
    assert "Choose a letter first." in said(app).replace("\\", "")
    app.checkbox[0].check()
    app.button(key="queue-show").click().run()
    assert feedback.tally(town).shown == 1
    app.button(key="queue-all").click().run()
    app.button(key="queue-aside").click().run()
    assert "with a reason" in said(app) and feedback.tally(town).set_aside == 0, (
        "without a reason nothing is set aside, and the choice stays"
    )
    app.selectbox(key="queue-because").set_value("It is advertising.")
    app.button(key="queue-aside").click().run()
    assert feedback.tally(town).set_aside == 2 and "There is no letter here" in said(app)


def test_staff_answer_in_the_name_of_an_agency(town, look):
    letter(town)
    look(STAFF)
    app = open_page("letters", letters="Shown, no answer")
    app.text_area[0].set_value("The lamp is ordered.")
    [button] = [one for one in app.button if one.label == "Answer publicly"]
    button.click().run()
    assert "Choose the agency" in said(app).replace("\\", "") and app.text_area[0].value == "The lamp is ordered."
    [by] = [one for one in app.selectbox if one.label == "Agency that answers"]
    by.set_value("Fire")
    next(one for one in app.button if one.label == "Answer publicly").click().run()
    assert feedback.shown(town)[0].answered_by == "Fire"


def test_ten_thousand_letters_are_read_a_page_at_a_time(town, look, monkeypatch):
    pile(town, 10_000)
    look(EDITOR)
    read = []
    monkeypatch.setattr(feedback, "_letter", lambda row, made=feedback._letter: read.append(1) or made(row))
    app = open_page("letters", page="500")
    assert (
        "10,000 letters wait to be read" in said(app)
        and "Letter number 9999<" in said(app)
        and len(app.checkbox) == letters.SIZE
    )
    assert len(read) <= 2 * letters.SIZE and not app.exception


def test_a_download_of_what_waits_asks_for_the_role_once_more(town, look):
    letter(town, "=1+1 is how it starts", to=None)
    look(STAFF)
    from lib.errors import NotAllowed
    from lib.ui import letter_queue
    from lib.ui.letter_queue import WAITING, Asked

    content = letter_queue._csv(Asked(WAITING, ""), letters.subjects(), STAFF).decode("utf-8-sig")
    assert "'=1+1 is how it starts" in content
    with pytest.raises(NotAllowed):
        letter_queue._csv(Asked(WAITING, ""), letters.subjects(), READER)


# The Standard


def test_the_standard_claims_what_the_store_shows_and_no_example(town):
    curve.add(
        town,
        Decision,
        indicator="fires",
        person=EDITOR,
        example=True,
        what="Move money",
        kind="money moved",
        amount=1.0,
        on=TODAY,
        by="x",
        meeting="",
        reference="",
    )
    text = said(open_page("standard"))
    assert len(re.findall(r"<td><strong>[^<]*</strong><br>", text)) == 14
    assert "1 decision moved money" not in text and "This would show it: Decisions that moved money" in text
    assert "1 of 1 indicators has a target" in text and "gives no certificate" in text and "could not be read" in text
    curve.add(
        town,
        Decision,
        indicator="fires",
        person=EDITOR,
        what="Move money",
        kind="money moved",
        amount=25_000.0,
        on=TODAY,
        by="x",
        meeting="",
        reference="",
    )
    letter(town, answer="Soon.")
    promise(town)
    text = said(open_page("standard"))
    assert (
        "1 decision moved money" in text
        and "$25,000" in text
        and "1 of 1 letters that are shown has an answer" in text
        and "1 promise is public" in text
    )


# What changed


def test_what_changed_tells_figures_promises_and_answers_since_the_day_in_the_address(city):
    city(
        with_stats(
            **{
                "frameworks/tiny/observations/fires.csv": FIGURES
                + "fires,tinyville,,,2024,8.4,840,100000,,,,false,2026-11-10,,tests\n"
            }
        )
    )
    promise(cache.engine(), "Count the hydrants")
    promise(cache.engine(), "Do a secret thing", public=False)
    letter(cache.engine(), answer="Soon.")
    text = said(open_page("changes", since="2026-11-01"))
    assert (
        "Revised: 8.0 per 1,000 homes before, 8.4 per 1,000 homes now." in text
        and "Fire: Count the hydrants" in text.replace("count the", "Count the")
    )
    assert "Fire answered a letter." in text and "secret" not in text and TEXT not in text and "Bea Long" not in text
    assert (
        "What this site showed on that day is not kept" in text
        and "Whether a definition changed cannot be told" in text
    )
    later = said(open_page("changes", since=TODAY.isoformat()))
    assert "Revised" not in later


def test_a_changed_definition_is_told_once_an_older_release_is_kept(city):
    from datetime import UTC, datetime

    from sqlalchemy import update

    from lib.store.schema import release
    from tests.cities import INDICATOR

    folder = city(with_stats())
    first = cache.release()
    with cache.engine().begin() as connection:
        connection.execute(
            update(release).where(release.c.id == first).values(built_at=datetime(2026, 5, 1, tzinfo=UTC))
        )
    path = folder / "frameworks/tiny/indicators/fires.toml"
    path.write_text(
        INDICATOR.format(id="fires", name="Fires", outcome="safe").replace(
            "Fires in homes per 1,000 homes.", "Fires in all homes, per 1,000."
        ),
        encoding="utf-8",
    )
    cache.build.build(cache.engine(), folder)
    text = said(open_page("changes", since="2026-06-01"))
    assert (
        "Before: Fires in homes per 1,000 homes. Now: Fires in all homes, per 1,000." in text
        and "held against what this site showed" in text
    )


def test_the_feed_of_the_page_is_whole_and_private_things_are_not_in_it(town):
    promise(town)
    letter(town, answer="Soon.")
    _, several = changes_ui.found(TODAY - 30 * DAY, [])
    content = changes_ui.as_feed(several)
    root = ElementTree.fromstring(content)
    assert len(root.findall("{http://www.w3.org/2005/Atom}entry")) == len(several) >= 3
    assert b"Bea Long" not in content and TEXT.encode() not in content


@pytest.mark.parametrize("address", ["promises", "yourview", "changes", "standard", "letters"])
def test_each_page_stands_in_presentation_mode(town, look, address):
    look(EDITOR)
    promise(town)
    letter(town, answer="Soon.")
    app = open_page(address, present="true")
    assert not app.exception and not app.error and not app.text_area
