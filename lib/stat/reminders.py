"""What reminds an owner of their follow-ups: a calendar file, a letter in plain text, and its way by e-mail."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from icalendar import Alarm, Calendar, Event, vText

from lib import words
from lib.cycle import MEANING, Colour, Deliverable, FollowUp, Meeting, Stat, State, newest_first_overdue
from lib.errors import SettingsError
from lib.language import _, later, n_
from lib.roles import Person, Role, require
from lib.settings import Mail

PRODID = "-//OutcomeStat//Follow-ups//EN"
ALARM = timedelta(hours=-15)  # before the due day begins: nine in the morning of the day before
EXAMPLE = later("Example, made up")
SECONDS = 20  # that a mail server has to answer
# What shows that it was done, by what comes of it.
SHOWN_BY = {
    Deliverable.EMAIL: later("the e-mail, as text or as a file"),
    Deliverable.MEMO: later("the memo, as a link or a file"),
    Deliverable.MEETING: later("when it was, who was there, what was decided"),
    Deliverable.PROJECT: later("the people in it and its first result, or a link to its plan"),
    Deliverable.AGENDA_ITEM: later("the meeting at which it was on the agenda"),
    Deliverable.REPORT_OUT: later("the meeting at which it was reported, and what was said"),
    Deliverable.TO_DO: later("what was done, in a sentence, or a link or file that shows it"),
    Deliverable.WRITTEN_UPDATE: later("the update, as a link or a file"),
}
ADDRESS = re.compile(r"[^@\s<>()\[\]\\,;:\"\x00-\x20]{1,64}@[^@\s<>()\[\]\\,;:\"\x00-\x20]{1,190}\.[^@\s<>()\[\]\\,;:\".\x00-\x20]{2,60}")


def still_open(several: Sequence[FollowUp], today: date) -> list[FollowUp]:
    """What is not done, overdue first."""
    return [one for one in newest_first_overdue(several, today) if one.colour(today) is not Colour.GREEN]


def owners(several: Sequence[FollowUp]) -> dict[str, list[FollowUp]]:
    """The follow-ups by owner, the names in order. A name written with other blanks or in other case is the same person's."""
    found: dict[str, list[FollowUp]] = {}
    shown: dict[str, str] = {}
    for one in several:
        name = " ".join(one.owner.split())
        found.setdefault(shown.setdefault(name.casefold(), name), []).append(one)
    return dict(sorted(found.items(), key=lambda pair: pair[0].casefold()))


# A calendar


def calendar(several: Sequence[FollowUp], *, stats: Mapping[str, Stat], name: str, today: date, now: datetime, timezone: str) -> bytes:
    """What is open as an .ics file: one event a follow-up, on its due day, with an alarm on the morning before. The same follow-up
    keeps its UID, and its version says which is newer, so that a file taken again replaces what is in a calendar."""
    book = Calendar()
    book.add("prodid", PRODID)
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    for key in ("name", "x-wr-calname"):
        book.add(key, vText(_line(name)))
    book.add("x-wr-timezone", vText(timezone))
    for one in still_open(several, today):
        book.add_component(_event(one, stats, today, now))
    return book.to_ical()


def _event(one: FollowUp, stats: Mapping[str, Stat], today: date, now: datetime) -> Event:
    mark = f"{_(EXAMPLE)}: " if one.example else ""
    summary = f"{mark}{words.capital(_line(one.action))} ({_line(one.owner)})"
    event = Event()
    event.add("uid", f"follow-up-{one.id}@outcomestat")
    event.add("dtstamp", now)
    event.add("sequence", one.version)
    event.add("dtstart", one.due)
    event.add("dtend", one.due + timedelta(days=1))
    event.add("summary", vText(summary))
    event.add("description", vText("\n".join(_about(one, stats, today))))
    event.add("categories", [str(one.colour(today))])
    event.add("transp", "TRANSPARENT")  # it fills nobody's day
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", ALARM)
    alarm.add("description", vText(_("Due tomorrow: {summary}").format(summary=summary)))
    event.add_component(alarm)
    return event


def _about(one: FollowUp, stats: Mapping[str, Stat], today: date) -> list[str]:
    stat = stats.get(one.stat)
    colour = one.colour(today)
    lines = [
        _("Owner: {name}").format(name=_line(one.owner)),
        _("Stat: {name}").format(name=_line(stat.name) if stat else one.stat),
        _("Status on {day}: {colour}, {meaning}").format(day=words.day(today), colour=_(str(colour)), meaning=_(MEANING[colour])),
        _("What comes of it: {deliverable}").format(deliverable=_(str(one.deliverable))),
        _("Shown by: {what}").format(what=_(SHOWN_BY[one.deliverable])),
    ]
    return [*lines, _("Issue: {issue}").format(issue=_line(one.issue))] if one.issue else lines


def _line(text: str) -> str:
    return " ".join(text.split())


# A letter


def digest(owner: str, several: Sequence[FollowUp], today: date, *, stats: Mapping[str, Stat], meetings: Sequence[Meeting] = (), city: str = "", address: str = "") -> str:
    """The letter to one owner about what is open: overdue first, with the days, what shows that it is done, and when the Stat meets
    next. `several` are the owner's; `address` is where the tracker stands."""
    own = still_open(several, today)
    late = [one for one in own if one.colour(today) is Colour.RED]
    if not own:
        opening = _("Nothing is open in your name.")
    elif not late:
        opening = n_("{n} follow-up is open in your name.", "{n} follow-ups are open in your name.", len(own))
    elif len(own) == 1:
        opening = _("{n} follow-up is open in your name, and it is overdue.")
    else:
        opening = _("{n} follow-ups are open in your name, {late} of them overdue.")
    opening = opening.format(n=words.figure(len(own), 0), late=words.figure(len(late), 0))
    lines = [_("Dear {name},").format(name=_line(owner)), "", opening]
    for title, part in ((_("Overdue"), late), (_("To come"), [one for one in own if one not in late])):
        if part:
            lines += ["", title.upper()]
        for number, one in enumerate(part, start=1):
            lines += _item(number, one, today, stats, meetings)
    if own:
        if address:
            done = _("Done is what has a day and evidence. Send both to whoever leads the Stat, or write them into the tracker: {address}")
        else:
            done = _("Done is what has a day and evidence. Send both to whoever leads the Stat, or write them into the tracker.")
        lines += ["", done.format(address=address)]
    return "\n".join([*lines, "", *([city] if city else []), _("As of {day}.").format(day=words.day(today))]) + "\n"


def _item(number: int, one: FollowUp, today: date, stats: Mapping[str, Stat], meetings: Sequence[Meeting]) -> list[str]:
    late = one.days_late(today)
    if late:
        when = _("Due {day}, {days} late.").format(day=words.day(one.due), days=words.count_of(late, "day", "days"))
    else:
        when = _("Due today.") if one.due == today else _("Due {day}.").format(day=words.day(one.due))
    stat = stats.get(one.stat)
    begun = [_("Begun on {day}.").format(day=words.day(one.begun_on))] if one.begun_on else []
    about = _("Stat: {name}.").format(name=_line(stat.name) if stat else one.stat)
    lines = [
        f"{number}. {f'{_(EXAMPLE)}: ' if one.example else ''}{words.capital(_line(one.action))}",
        f"   {' '.join([when, *begun, about])}",
        f"   {_('What shows that it is done: {what}.').format(what=_(SHOWN_BY[one.deliverable]))}",
    ]
    if after := next_meeting(one.stat, meetings, today):
        coming = _("The Stat meets next on {weekday}, {day}, {time}.")
        lines.append(f"   {coming.format(weekday=words.weekday(after.day), day=words.day(after.day), time=after.at)}")
    return lines


def next_meeting(stat: str, meetings: Sequence[Meeting], today: date) -> Meeting | None:
    coming = [one for one in meetings if one.stat == stat and one.day >= today and one.state not in (State.CANCELLED, State.HELD, State.MEMO_SENT)]
    return min(coming, key=lambda one: (one.day, one.at), default=None)


# Its way by e-mail


@dataclass(frozen=True)
class Letter:
    owner: str
    address: str
    subject: str
    text: str


@dataclass(frozen=True)
class Sent:
    """What became of a letter. `problem` is "" where the server took it."""

    owner: str
    address: str
    problem: str = ""

    @property
    def went_out(self) -> bool:
        return not self.problem


def letters(several: Sequence[FollowUp], addresses: Mapping[str, str], today: date, *, stats: Mapping[str, Stat], meetings: Sequence[Meeting], city: str, address: str = "",
            ) -> tuple[list[Letter], list[str]]:  # fmt: skip
    """A letter to each owner of something open, and the owners without an address. What is made up reminds nobody. `addresses` are by
    name; blanks and case make no difference."""
    known = {_line(name).casefold(): mail.strip() for name, mail in addresses.items() if isinstance(mail, str) and mail.strip()}
    found, without = [], []
    for owner, own in owners([one for one in still_open(several, today) if not one.example]).items():
        mail = known.get(owner.casefold(), "")
        if not mail:
            without.append(owner)
            continue
        late = sum(one.colour(today) is Colour.RED for one in own)
        subject = _("{follow_ups} open, {late} overdue") if late else _("{follow_ups} open")
        subject = subject.format(follow_ups=words.count_of(len(own), "follow-up", "follow-ups"), late=words.figure(late, 0))
        found.append(Letter(owner, mail, f"{city}: {subject}" if city else subject, digest(owner, own, today, stats=stats, meetings=meetings, city=city, address=address)))
    return found, without


def message(letter: Letter, sender: str) -> EmailMessage:
    """The e-mail. Raises ValueError where an address is none: nothing but one address, and no line break, may stand in it."""
    for one in (letter.address, sender):
        if not ADDRESS.fullmatch(one):
            raise ValueError(_("“{text}” is no e-mail address").format(text=_line(one)[:80]))
    mail = EmailMessage()
    mail["From"] = Address(addr_spec=sender)
    mail["To"] = Address(display_name=_line(letter.owner), addr_spec=letter.address)
    mail["Subject"] = _line(letter.subject)
    mail["Date"] = format_datetime(datetime.now().astimezone())
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"  # so that nobody's absence note answers
    mail.set_content(letter.text)
    return mail


def send(several: Sequence[Letter], mail: Mail, password: str, *, person: Person, context: ssl.SSLContext | None = None) -> list[Sent]:
    """Sends each letter, and gives what became of each: one that fails stops no other.

    Raises SettingsError where no server is named. `context` says which certificates are trusted, by default those that the machine
    trusts, for the name of the server only.
    """
    require(person, Role.EDITOR, _("Sending reminders"))
    check(mail)
    found: list[Sent] = []
    waiting = list(several)
    while waiting:  # more than once only where the server hangs up in between
        try:
            with _connected(mail, password, context or ssl.create_default_context()) as server:
                found += _sent_until_it_hangs_up(server, waiting, mail.sender)
        except (OSError, smtplib.SMTPException, ValueError) as problem:  # OSError: also a certificate that is not trusted
            found += [Sent(one.owner, one.address, why(problem)) for one in waiting]
            break
    return found


def _sent_until_it_hangs_up(server: smtplib.SMTP, waiting: list[Letter], sender: str) -> list[Sent]:
    """What became of the letters that were sent over this connection; they are taken from `waiting`. A letter at which the server
    hangs up is tried again over the next connection, unless it was the first over this one."""
    found: list[Sent] = []
    while waiting and server.sock is not None:
        one = _sent(server, waiting[0], sender)
        if server.sock is None and one.problem and found:
            break
        found.append(one)
        waiting.pop(0)
    return found


def check(mail: Mail) -> None:
    """Raises SettingsError unless the settings say how to send."""
    if not mail.server.strip():
        raise SettingsError(_("No mail server is named, so nothing is sent from here. Name one under [stat.mail] in config.toml."))
    if not ADDRESS.fullmatch(mail.sender):
        raise SettingsError(_("The sender under [stat.mail] in config.toml is no e-mail address, so nothing was sent."))
    if mail.user and mail.encryption == "none":
        raise SettingsError(_("A password is not sent without encryption. Write starttls or tls as the encryption under [stat.mail] in config.toml."))


@contextmanager
def _connected(mail: Mail, password: str, context: ssl.SSLContext) -> Iterator[smtplib.SMTP]:
    if mail.encryption == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(mail.server, mail.port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(mail.server, mail.port, timeout=SECONDS)
    try:
        if mail.encryption == "starttls":
            server.starttls(context=context)
        if mail.user:
            server.login(mail.user, password)
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def _sent(server: smtplib.SMTP, letter: Letter, sender: str) -> Sent:
    try:
        server.send_message(message(letter, sender))
    except (smtplib.SMTPException, OSError, ValueError) as problem:
        return Sent(letter.owner, letter.address, why(problem))
    return Sent(letter.owner, letter.address)


def why(problem: Exception) -> str:
    """Why a letter was not sent, in words. A password is in none of them."""
    match problem:
        case smtplib.SMTPRecipientsRefused():
            return _("the server refused the address: {answer}").format(answer=_said(next(iter(problem.recipients.values()), (0, b""))))
        case smtplib.SMTPAuthenticationError():
            return _("the server refused the user or the password")
        case smtplib.SMTPNotSupportedError():
            return _("the server does not offer what the settings ask of it, or does not take this address")
        case smtplib.SMTPServerDisconnected():
            return _("the server ended the connection")
        case smtplib.SMTPResponseException():
            return _("the server refused it: {answer}").format(answer=_said((problem.smtp_code, problem.smtp_error)))
        case ssl.SSLCertVerificationError():
            return _("the server's certificate is not trusted: {message}").format(message=problem.verify_message)
        case ssl.SSLError():
            return _("no safe connection to the server came about; is the encryption under [stat.mail] the server's own?")
        case TimeoutError():
            return _("the server did not answer within {seconds} seconds").format(seconds=SECONDS)
        case OSError():
            return _("the server cannot be reached")
        case ValueError():
            return str(problem)
        case _:
            return _("the server does not speak as a mail server does")


def _said(answer: tuple[int, bytes | str]) -> str:
    code, text = answer
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return _line(f"{code} {plain}")[:200]
