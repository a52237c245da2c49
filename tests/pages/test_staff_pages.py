"""Pages for staff: listed and open to who holds the role, a sentence to everybody else; and the audit trail."""

from datetime import date

import pytest

from lib.errors import NotAllowed
from lib.roles import READER, Person, Role, holds
from lib.store.batches import AuditEntry
from lib.store.export import as_csv
from lib.ui import audit, cache, people
from lib.ui.claims import SignIn
from lib.ui.nav import PAGES
from tests.cities import tiny
from tests.pages.conftest import open_page, said

STAFF = [entry for entry in PAGES if entry.role]


@pytest.fixture
def looking(monkeypatch):
    """Makes somebody look, signed in unless it is a reader."""

    def look(person: Person, *, refused: str = "", signed_in: bool = True, ways: tuple[str, ...] = ("default",)) -> None:
        monkeypatch.setattr(people, "sign_in", lambda: SignIn(person, refused))
        monkeypatch.setattr(people, "is_signed_in", lambda: signed_in)
        monkeypatch.setattr(people, "_ways_in", lambda: list(ways))

    return look


def labels(app) -> list[str]:
    return [button.label for button in app.button]


@pytest.mark.parametrize("entry", STAFF, ids=lambda entry: entry.address)
@pytest.mark.parametrize("role", [None, *Role])
def test_a_page_is_listed_and_open_to_who_holds_its_role(city, looking, entry, role):
    person = Person("anne@city.gov", frozenset({role} if role else ()))
    looking(person)
    city(tiny())
    app = open_page(entry.address)
    assert not app.exception and not app.error
    assert entry.is_listed_for(person) is holds(person, entry.role)
    refused = f"needs the role {entry.role}" in said(app)
    assert refused is not holds(person, entry.role)
    assert not refused or "You are signed in, and do not have it" in said(app).replace("\\", "")


@pytest.mark.slow
def test_the_sentence_says_how_to_get_in(city, looking):
    city(tiny())
    looking(READER, signed_in=False)
    app = open_page("intake")
    assert "Sign in as somebody who has it." in said(app).replace("\\", "") and labels(app).count("Staff sign in") == 2  # in the sidebar, and here
    looking(READER, signed_in=False, ways=())
    app = open_page("intake")
    assert "Sign-in is not set up on this server." in said(app).replace("\\", "") and "Staff sign in" not in labels(app)
    looking(READER, signed_in=False, ways=("google", "microsoft"))
    assert {"Staff sign in: google", "Staff sign in: microsoft"} <= set(labels(open_page("intake")))
    looking(READER, refused="This one is over. Sign in again.")
    app = open_page("intake")
    assert said(app).replace("\\", "").count("This one is over. Sign in again.") == 2 and {"Sign out", "Staff sign in"} <= set(labels(app))


def test_the_sidebar_says_who_is_looking_and_nothing_where_nobody_can_sign_in(city, looking, monkeypatch):
    city(tiny())
    looking(READER, signed_in=False, ways=())
    app = open_page("scorecard")
    assert labels(app) == ["Present"] and "class='who'" not in said(app)
    looking(READER, signed_in=False)
    assert labels(open_page("scorecard")) == ["Staff sign in", "Present"]
    looking(Person("<b>anne</b>@city.gov", frozenset({Role.STAFF})))
    app = open_page("scorecard")
    assert labels(app) == ["Sign out", "Present"] and "&lt;b&gt;anne&lt;/b&gt;@city.gov" in said(app)
    monkeypatch.setattr(people, "is_local_staff", lambda: True)
    app = open_page("scorecard")
    assert labels(app) == ["Present"] and "Started on this machine for its staff" in said(app)
    assert "Started on this machine" not in said(open_page("scorecard", present="true"))


# The audit trail

ENTRIES = (
    AuditEntry("2026-11-20T03:30:00.000Z", "Bob", "undo", "2222", "3 figures from <img src=x>.csv"),
    AuditEntry("2026-11-19T15:00:00.000Z", "Anne", "load", "2222", "=HYPERLINK(1)", "editor"),
    AuditEntry("2026-11-01T15:00:00.000Z", "Anne", "load", "1111", "visitors.xlsx"),
)


@pytest.fixture
def administrator(looking):
    looking(Person("anne@city.gov", frozenset({Role.ADMINISTRATOR})))


def test_nothing_is_read_without_the_role(city):
    city(tiny())
    with pytest.raises(NotAllowed):
        cache.audit_trail(Person("Ed", frozenset({Role.EDITOR})))


def test_an_empty_trail_says_what_will_stand_in_it(city, administrator):
    city(tiny())
    app = open_page("audit")
    assert "Nobody has written anything yet" in said(app) and not app.error and not app.get("download_button")


def test_what_was_written_is_shown_filtered_and_given_as_a_file(city, administrator, monkeypatch):
    city(tiny())
    monkeypatch.setattr(cache, "audit_trail", lambda person: ENTRIES)
    app = open_page("audit")
    text = said(app)
    assert "3 entries." in text and text.index("Bob") < text.index("visitors.xlsx")
    assert "<td class=n>2026-11-19 22:30:00</td>" in text and "America/New_York" in text  # the city's clock
    assert "<img" not in text
    assert "Role at that time" in text and "<td>Anne<td>editor<td>load" in text.replace("</td>", "") and "<td>Bob<td><td>undo" in text.replace("</td>", "")
    assert app.get("download_button")
    app.multiselect(key="audit-who").set_value(["Anne"]).run()
    assert "2 of 3 entries." in said(app) and "<td>Bob" not in said(app)
    app.date_input(key="audit-since").set_value(date(2026, 11, 19)).run()
    assert "1 of 3 entries." in said(app)
    app.multiselect(key="audit-action").set_value(["undo"]).run()
    assert "No entry fits these filters" in said(app)
    app.multiselect(key="audit-who").set_value([]).run()
    assert "1 of 3 entries." in said(app) and "<td>Bob" in said(app)  # by the city's clock it was the 19th
    written = as_csv(audit.as_table(ENTRIES)).decode("utf-8-sig")
    assert "2026-11-20T03:30:00.000Z,Bob,,undo" in written and ",Anne,editor,load," in written and "'=HYPERLINK" in written


def test_a_long_trail_shows_its_newest_and_says_so(city, administrator, monkeypatch):
    city(tiny())
    monkeypatch.setattr(cache, "audit_trail", lambda person: ENTRIES * 200)
    text = said(open_page("audit"))
    assert "600 entries. The newest 500 are shown; the file below has all." in text and text.count("<tr>") == 501
