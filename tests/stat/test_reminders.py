"""What reminds an owner: the calendar as another program reads it, the letter word for word, and real letters to a real server."""

import asyncio
import ipaddress
import socket
import ssl
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from icalendar import Calendar

from lib.cycle import Deliverable, FollowUp, Lead, Meeting, Stat, State, StatKind
from lib.errors import NotAllowed, SettingsError
from lib.roles import READER, Person, Role
from lib.settings import Mail
from lib.stat import reminders
from lib.stat.reminders import Letter, Sent, calendar, digest, letters, message, next_meeting, owners, send

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
EDITOR = Person("Ed", frozenset({Role.EDITOR}))
STATS = {"safety": Stat("safety", "Public safety", "Safety Stat", StatKind.AGENCY, Lead.CENTRE, (), "", (), (), (), "monthly", "?", False, "", "tests")}


def promise(**changes) -> FollowUp:
    plain = FollowUp("f-1", "safety", "", "Police", "", "send the list of lots", "Anna Lee", date(2026, 12, 4), Deliverable.MEMO, "", "", "", None, None,
                     "", "", "", "", "", False, False, 1, "2026-11-01T12:00:00.000Z", "Ed")  # fmt: skip
    return replace(plain, **changes)


def meeting(day: date, state: State = State.FRAMED, stat: str = "safety") -> Meeting:
    return Meeting(f"m-{day}", stat, day, "14:00", "", state, "", (), "", False, 1, "", "")


DONE = promise(id="f-done", done_on=TODAY, evidence="sent")
LATE = promise(id="f-late", due=date(2026, 10, 10), action="count the lamps", begun_on=date(2026, 10, 1))

# The calendar


def events(*several: FollowUp, **named) -> list:
    content = calendar(several, **dict(stats=STATS, name="Baltimore: follow-ups", today=TODAY, now=NOW, timezone="America/New_York") | named)
    assert b"\r\n" in content and b"\n" not in content.replace(b"\r\n", b"") and all(len(line) <= 75 for line in content.split(b"\r\n"))
    return Calendar.from_ical(content).walk("VEVENT")


def test_the_calendar_says_whose_it_is():
    book = Calendar.from_ical(calendar([promise()], stats=STATS, name="Baltimore; follow-ups, all\nof them", today=TODAY, now=NOW, timezone="America/New_York"))
    assert str(book["X-WR-CALNAME"]).replace("\\", "") == str(book["NAME"]).replace("\\", "") == "Baltimore; follow-ups, all of them"  # escaped: the library leaves it so
    assert (book["PRODID"], book["VERSION"], book["METHOD"], book["X-WR-TIMEZONE"]) == ("-//OutcomeStat//Follow-ups//EN", "2.0", "PUBLISH", "America/New_York")


def test_a_follow_up_is_an_event_of_its_whole_due_day_with_an_alarm_on_the_morning_before():
    (event,) = events(promise(version=4))
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2026, 12, 4), date(2026, 12, 5))
    assert event["UID"] == "follow-up-f-1@outcomestat" and event["SEQUENCE"] == 4 and event.decoded("DTSTAMP") == NOW and event["TRANSP"] == "TRANSPARENT"
    assert str(event["SUMMARY"]) == "Send the list of lots (Anna Lee)"
    (alarm,) = event.walk("VALARM")
    assert alarm["ACTION"] == "DISPLAY" and alarm.decoded("TRIGGER") == timedelta(hours=-15)
    assert "Stat: Public safety" in event["DESCRIPTION"] and "Shown by: the memo, as a link or a file" in event["DESCRIPTION"]


def test_only_what_is_open_is_in_it_overdue_first_and_a_change_keeps_the_uid():
    assert [str(one["UID"]) for one in events(DONE, promise(), LATE)] == ["follow-up-f-late@outcomestat", "follow-up-f-1@outcomestat"]
    (before,), (after,) = events(promise()), events(promise(version=2, due=date(2027, 1, 4)))
    assert before["UID"] == after["UID"] and after["SEQUENCE"] > before["SEQUENCE"]
    assert events() == []


@pytest.mark.parametrize("said", ["a, b; c \\ d", "line\nEND:VEVENT\nBEGIN:VEVENT", "séance “x” 李" * 20, "ATTACH:http://x"])
def test_no_text_ends_the_line_that_it_stands_on(said):
    (event,) = events(promise(action=said, owner="Anna\r\nLee", issue=said))
    assert str(event["SUMMARY"]) == f"{' '.join(said.split())} (Anna Lee)".replace("a, b", "A, b").replace("line END", "Line END").replace("séance", "Séance", 1) and str(event["DESCRIPTION"]).endswith(" ".join(said.split()))
    assert "ATTACH" not in event


def test_what_is_made_up_says_so():
    (event,) = events(promise(example=True))
    assert str(event["SUMMARY"]).startswith("Example, made up: ")
    assert "1. Example, made up: Send the list" in digest("Anna Lee", [promise(example=True)], TODAY, stats=STATS)


# The letter


def test_the_letter_says_what_is_overdue_first_what_shows_that_it_is_done_and_when_the_stat_meets():
    text = digest("Anna Lee", [promise(), DONE, LATE], TODAY, stats=STATS, meetings=[meeting(date(2026, 12, 1)), meeting(date(2026, 11, 3), State.HELD)], city="Baltimore",
                  address="https://stat.city.gov/followups")  # fmt: skip
    assert text == """Dear Anna Lee,

2 follow-ups are open in your name, 1 of them overdue.

OVERDUE
1. Count the lamps
   Due Oct 10, 2026, 45 days late. Begun on Oct 1, 2026. Stat: Public safety.
   What shows that it is done: the memo, as a link or a file.
   The Stat meets next on Tuesday, Dec 1, 2026, 14:00.

TO COME
1. Send the list of lots
   Due Dec 4, 2026. Stat: Public safety.
   What shows that it is done: the memo, as a link or a file.
   The Stat meets next on Tuesday, Dec 1, 2026, 14:00.

Done is what has a day and evidence. Send both to whoever leads the Stat, or write them into the tracker: https://stat.city.gov/followups

Baltimore
As of Nov 24, 2026.
"""


def test_the_letter_counts_in_words_that_fit():
    def first(*several):
        return digest("Anna", several, TODAY, stats=STATS).splitlines()[2]

    assert first(promise()) == "1 follow-up is open in your name."
    assert first(LATE) == "1 follow-up is open in your name, and it is overdue."
    assert first(LATE, replace(LATE, id="2")) == "2 follow-ups are open in your name, 2 of them overdue."
    assert first(DONE) == "Nothing is open in your name."
    assert "Due today." in digest("Anna", [promise(due=TODAY)], TODAY, stats=STATS)
    assert "1 day late" in digest("Anna", [promise(due=TODAY - timedelta(days=1))], TODAY, stats=STATS)


@pytest.mark.parametrize("kind", Deliverable)
def test_every_deliverable_has_evidence_that_shows_it(kind):
    assert reminders.SHOWN_BY[kind] in digest("Anna", [promise(deliverable=kind)], TODAY, stats=STATS)


def test_the_next_meeting_is_the_stats_own_first_one_that_is_still_to_be_held():
    several = [meeting(date(2026, 12, 8)), meeting(date(2026, 12, 1), State.CANCELLED), meeting(date(2026, 11, 24)), meeting(date(2026, 11, 23)), meeting(date(2026, 11, 25), stat="other")]
    assert next_meeting("safety", several, TODAY).day == TODAY
    assert next_meeting("nowhere", several, TODAY) is None


def test_a_name_written_otherwise_is_the_same_owner():
    assert {name: len(own) for name, own in owners([promise(), promise(owner="anna  lee"), promise(owner="Ben Ames")]).items()} == {"Anna Lee": 2, "Ben Ames": 1}


def test_who_gets_a_letter_and_who_has_no_address():
    several = [promise(), LATE, promise(owner="ben ames", id="3"), promise(owner="Cleo Hart", id="4"), promise(owner="Dan Done", id="5", done_on=TODAY, evidence="x"),
               promise(owner="Eve Example", id="6", example=True)]  # fmt: skip
    found, without = letters(several, {"Anna Lee": "anna@city.gov", "Ben  Ames": " ben@city.gov ", "Dan Done": "dan@city.gov", "Eve Example": "eve@city.gov", "Cleo Hart": "", "X": 5}, TODAY,
                             stats=STATS, meetings=[], city="Baltimore")  # fmt: skip
    assert [(one.owner, one.address, one.subject) for one in found] == [
        ("Anna Lee", "anna@city.gov", "Baltimore: 2 follow-ups open, 1 overdue"), ("ben ames", "ben@city.gov", "Baltimore: 1 follow-up open")]  # fmt: skip
    assert without == ["Cleo Hart"]


# The e-mail itself


@pytest.mark.parametrize("address", ["", "anna", "anna@city", "anna@city.gov\nBcc: all@city.gov", "anna@city.gov\r", "a@b.gov, c@d.gov", "Anna <anna@city.gov>", "anna@city.gov\x00", "@city.gov",
                                     "a b@city.gov", "anna@city.gov;x@y.gov", '"a"@city.gov'])  # fmt: skip
def test_only_one_plain_address_is_written_to(address):
    for letter, sender in ((Letter("Anna", address, "s", "t"), "stat@city.gov"), (Letter("Anna", "anna@city.gov", "s", "t"), address)):
        with pytest.raises(ValueError, match="is no e-mail address"):
            message(letter, sender)


def test_no_name_and_no_subject_adds_a_line_to_the_head():
    mail = message(Letter("Anna\r\nBcc: all@city.gov", "anna@city.gov", "Open\nBcc: all@city.gov", "Dear\n\nBcc: x@y.zz\n"), "stat@city.gov")
    read = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert set(read.keys()) == {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    assert read["Subject"] == "Open Bcc: all@city.gov" and len(read["To"].addresses) == 1 and read["To"].addresses[0].addr_spec == "anna@city.gov"


def test_a_name_of_any_script_arrives():
    mail = message(Letter("José Ñandú, Jr.", "jose@city.gov", "2 open: “x”", "Dear José, 李\n"), "stat@city.gov")
    read = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert read["To"].addresses[0].display_name == "José Ñandú, Jr." and read["Subject"] == "2 open: “x”" and read.get_content() == "Dear José, 李\n"


# A real server


class Inbox:
    """Takes what comes, but for those whom it refuses; hangs up at some."""

    def __init__(self, *, refuses: tuple[str, ...] = (), hangs_up_at: tuple[str, ...] = (), most: int = 1000) -> None:
        self.refuses, self.hangs_up_at, self.most = refuses, hangs_up_at, most
        self.taken: list[tuple[str, object, bool]] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.hangs_up_at:
            server.transport.close()
            return "250 OK"
        session.count = getattr(session, "count", 0) + 1
        if session.count > self.most:
            server.transport.close()
            return "250 OK"
        if address in self.refuses:
            return "550 5.1.1 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=policy.default), session.ssl is not None))
        return "250 OK"

    @property
    def addresses(self) -> list[str]:
        return [address for address, _, _ in self.taken]


@contextmanager
def listening(inbox: Inbox, kind: type[Controller] = Controller, *more, **named):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = kind(inbox, *more, hostname="127.0.0.1", port=port, **named)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def settings(port: int, **changes) -> Mail:
    return Mail(**dict(server="127.0.0.1", port=port, sender="stat@city.gov", encryption="none", user="") | changes)


def letter_to(name: str) -> Letter:
    return Letter(name.title(), f"{name}@city.gov", "1 follow-up open", f"Dear {name.title()},\n")


ANNA, BEN, CLEO = (letter_to(name) for name in ("anna", "ben", "cleo"))


def test_letters_arrive_as_they_were_written():
    inbox = Inbox()
    with listening(inbox) as port:
        assert send([ANNA, BEN], settings(port), "", person=EDITOR) == [Sent("Anna", "anna@city.gov"), Sent("Ben", "ben@city.gov")]
    _, read, _ = inbox.taken[0]
    assert inbox.addresses == ["anna@city.gov", "ben@city.gov"] and read["From"] == "stat@city.gov" and read.get_content().strip() == "Dear Anna,"


def test_one_refused_and_one_without_a_real_address_stop_no_other():
    inbox = Inbox(refuses=("anna@city.gov",))
    with listening(inbox) as port:
        found = send([ANNA, replace(BEN, address="ben@city.gov\nBcc: all@city.gov"), CLEO], settings(port), "", person=EDITOR)
    assert [one.went_out for one in found] == [False, False, True] and inbox.addresses == ["cleo@city.gov"]
    assert found[0].problem == "the server refused the address: 550 5.1.1 no such person" and "is no e-mail address" in found[1].problem


def test_a_server_that_hangs_up_at_one_takes_the_others_over_a_new_connection():
    inbox = Inbox(hangs_up_at=("ben@city.gov",))
    with listening(inbox) as port:
        found = send([ANNA, BEN, CLEO], settings(port), "", person=EDITOR)
    assert [one.went_out for one in found] == [True, False, True] and found[1].problem == "the server ended the connection" and inbox.addresses == ["anna@city.gov", "cleo@city.gov"]


def test_a_server_that_takes_few_letters_at_once_gets_all_of_them():
    inbox = Inbox(most=2)
    several = [letter_to(name) for name in ("a", "b", "c", "d", "e")]
    with listening(inbox) as port:
        assert all(one.went_out for one in send(several, settings(port), "", person=EDITOR))
    assert inbox.addresses == [one.address for one in several]


def test_a_server_that_is_down_is_said_for_each():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert send([ANNA, BEN], settings(port), "", person=EDITOR) == [Sent(one.owner, one.address, "the server cannot be reached") for one in (ANNA, BEN)]
    found = send([ANNA], settings(port, server="no-such-host.invalid"), "", person=EDITOR)
    assert found[0].problem == "the server cannot be reached"


def test_a_server_that_does_not_answer_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(reminders, "SECONDS", 1)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        (found,) = send([ANNA], settings(deaf.getsockname()[1]), "", person=EDITOR)
    assert found.problem in ("the server did not answer within 1 seconds", "the server ended the connection")


def test_nothing_is_sent_without_a_server_a_sender_or_the_role():
    inbox = Inbox()
    with listening(inbox) as port:
        with pytest.raises(SettingsError, match="No mail server is named"):
            send([ANNA], settings(port, server=""), "", person=EDITOR)
        with pytest.raises(SettingsError, match="sender"):
            send([ANNA], settings(port, sender="stat"), "", person=EDITOR)
        with pytest.raises(SettingsError, match="without encryption"):
            send([ANNA], settings(port, user="stat"), "secret", person=EDITOR)
        for person in (READER, Person("Pat", frozenset({Role.PRESENTER}))):
            with pytest.raises(NotAllowed, match="needs the role editor"):
                send([ANNA], settings(port), "", person=person)
        assert send([], settings(port), "", person=EDITOR) == []
    assert inbox.taken == []


# Encryption, and whose certificate is trusted


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that nobody vouches for, for 127.0.0.1: the path, and the server's own context."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1)).not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return folder / "cert.pem", context


def trusting(path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(path))


class Starttls(Controller):
    def __init__(self, handler, context, **named):
        self._context, self._named = context, {key: named.pop(key) for key in ("authenticator",) if key in named}
        super().__init__(handler, **named)

    def factory(self):
        return Server(self.handler, tls_context=self._context, require_starttls=True, auth_require_tls=True, **self._named)


def starttls_server(inbox: Inbox, context: ssl.SSLContext, **named):
    return listening(inbox, Starttls, context, **named)


@contextmanager
def tls_server(inbox: Inbox, context: ssl.SSLContext):
    """A server that speaks TLS from the first byte, in a loop of its own: the library's own one tries itself without trusting it."""
    loop, opened = asyncio.new_event_loop(), []

    def run() -> None:
        opened.append(loop.run_until_complete(loop.create_server(lambda: Server(inbox), "127.0.0.1", 0, ssl=context)))
        ready.set()
        loop.run_forever()

    ready = threading.Event()
    thread = threading.Thread(target=run, daemon=True)  # all of it: the browser tests leave a loop running in this one
    thread.start()
    assert ready.wait(10)
    (server,) = opened
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)


def test_starttls_encrypts_and_a_certificate_that_is_trusted_is_taken(certificate):
    path, context = certificate
    inbox = Inbox()
    with starttls_server(inbox, context) as port:
        (found,) = send([ANNA], settings(port, encryption="starttls"), "", person=EDITOR, context=trusting(path))
    assert found.went_out and inbox.taken[0][2], "the letter came over an encrypted connection"


def test_a_certificate_that_nobody_vouches_for_is_refused_and_nothing_is_sent(certificate):
    _, context = certificate
    for opened, encryption in ((starttls_server, "starttls"), (tls_server, "tls")):
        inbox = Inbox()
        with opened(inbox, context) as port:
            found = send([ANNA, BEN], settings(port, encryption=encryption), "", person=EDITOR)
        assert [one.problem.partition(":")[0] for one in found] == ["the server's certificate is not trusted"] * 2 and inbox.taken == [], encryption


def test_a_certificate_of_another_name_is_refused(certificate):
    path, context = certificate
    inbox = Inbox()
    with starttls_server(inbox, context) as port:
        (found,) = send([ANNA], settings(port, server="localhost", encryption="starttls"), "", person=EDITOR, context=trusting(path))
    assert "certificate is not trusted" in found.problem and inbox.taken == []


def test_tls_from_the_first_byte(certificate):
    path, context = certificate
    inbox = Inbox()
    with tls_server(inbox, context) as port:
        (found,) = send([ANNA], settings(port, encryption="tls"), "", person=EDITOR, context=trusting(path))
    assert found.went_out and inbox.addresses == ["anna@city.gov"]


def test_a_server_without_starttls_gets_nothing():
    inbox = Inbox()
    with listening(inbox) as port:
        (found,) = send([ANNA], settings(port, encryption="starttls"), "", person=EDITOR)
        (other,) = send([ANNA], settings(port, encryption="tls"), "", person=EDITOR)
    assert "does not offer" in found.problem and "no safe connection" in other.problem and inbox.taken == []


def test_the_password_opens_the_server_and_stands_in_no_answer(certificate):
    path, context = certificate

    def authenticator(server, session, envelope, mechanism, data):
        return AuthResult(success=data.login == b"stat" and data.password == b"correct horse", handled=False)

    inbox = Inbox()
    with starttls_server(inbox, context, authenticator=authenticator) as port:
        chosen = settings(port, encryption="starttls", user="stat")
        assert send([ANNA], chosen, "correct horse", person=EDITOR, context=trusting(path)) == [Sent("Anna", "anna@city.gov")]
        (found,) = send([BEN], chosen, "wrong battery", person=EDITOR, context=trusting(path))
    assert found.problem == "the server refused the user or the password" and inbox.addresses == ["anna@city.gov"]
