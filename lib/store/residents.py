"""What residents send: kept without a name, an address or another trace of who wrote, and no faster than a store can bear.

No role is needed to send. What else residents may send goes the same way: `plain_words` for a text, `hold_back` before it is written.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, Table, func, insert, select

from lib.errors import NotTaken
from lib.language import _
from lib.letters import found_in
from lib.roles import Person, Role, require
from lib.store.batches import utc_now
from lib.store.build import writing
from lib.store.database import plain_failures, sound_documents
from lib.store.load import plain_text
from lib.store.schema import budget_idea

MOST_LETTERS = 600  # of a reason
MOST_OUTCOMES = 60
MOST_DOLLARS = 10**13  # more than any city has; each database counts so far
LIMITS = (
    (timedelta(minutes=1), 20),
    (timedelta(days=1), 1_000),
)  # most that are taken from all residents together; our choice


@dataclass(frozen=True)
class Idea:
    """How somebody would share out a year's amounts. `before` and `after` are whole dollars by outcome, with the same sum."""

    sent_at: str
    fiscal_year: str
    basis: str
    fund: str  # "" = every fund
    before: Mapping[str, int]
    after: Mapping[str, int]
    reason: str


def send_idea(
    engine: Engine,
    *,
    fiscal_year: str,
    basis: str,
    fund: str,
    before: Mapping[str, int],
    after: Mapping[str, int],
    reason: str,
    consent: bool,
) -> None:
    """Keeps an idea for the budget. `before` is what the page showed, `after` what the sender made of it.

    Raises NotTaken, with a sentence for the sender, where it is not to be kept, and a store error: nothing is kept then.
    """
    if consent is not True:
        raise NotTaken(_("Nothing was sent. Tick that the idea may be kept, then send it."))
    _check_amounts(before, after)
    row = {"fiscal_year": fiscal_year, "basis": basis, "fund": fund, "amounts": {outcome: [before[outcome], after[outcome]] for outcome in before},
           "reason": plain_words(reason, most=MOST_LETTERS)}  # fmt: skip
    with plain_failures(), writing(engine) as connection:
        hold_back(connection, budget_idea)
        connection.execute(insert(budget_idea), row | {"id": str(uuid.uuid4()), "sent_at": utc_now()})


def ideas(engine: Engine, *, person: Person) -> tuple[Idea, ...]:
    """Every idea with its reason, the newest first. For staff: a reason may say more than its writer meant to."""
    require(person, Role.STAFF, _("Reading residents’ ideas"))
    query = select(budget_idea).order_by(budget_idea.c.sent_at.desc(), budget_idea.c.id)
    with sound_documents(), engine.connect() as connection:
        return tuple(
            Idea(row.sent_at, row.fiscal_year, row.basis, row.fund, {key: pair[0] for key, pair in row.amounts.items()},
                 {key: pair[1] for key, pair in row.amounts.items()}, row.reason)
            for row in connection.execute(query)
        )  # fmt: skip


def how_many(engine: Engine) -> int:
    """How many ideas were sent. For everybody."""
    with plain_failures(), engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(budget_idea)).scalar_one()


def shared_out(engine: Engine, *, fiscal_year: str, basis: str, fund: str, before: Mapping[str, int]) -> tuple[Mapping[str, int], ...]:
    """The amounts, without reasons and times, of the ideas that began with these amounts of that year, basis and fund. For everybody."""
    query = select(budget_idea.c.amounts).where(budget_idea.c.fiscal_year == fiscal_year, budget_idea.c.basis == basis, budget_idea.c.fund == fund)
    with sound_documents(), engine.connect() as connection:
        rows = connection.execute(query).scalars().all()
        return tuple({key: pair[1] for key, pair in row.items()} for row in rows if {key: pair[0] for key, pair in row.items()} == dict(before))


def hold_back(connection: Connection, table: Table, *, limits: Sequence[tuple[timedelta, int]] = LIMITS) -> None:
    """Raises NotTaken where so many came in of late that one more is not taken: a flood is turned away and cannot fill the store.

    `table` has `sent_at`. Within the transaction that writes, so that two at once cannot both be the last one.
    """
    now = utc_now()
    for span, most in limits:
        since = (datetime.now(UTC) - span).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        of_late = table.c.sent_at.between(since, now)  # where the clock was set back, what is still to come holds nobody up
        if connection.execute(select(func.count()).select_from(table).where(of_late)).scalar_one() >= most:
            raise NotTaken(_too_many(span))


def _too_many(span: timedelta) -> str:
    if span <= timedelta(minutes=1):
        return _("Too many people are sending at once, so yours was not taken. Nothing is lost here: please send it again in a minute.")
    if span <= timedelta(hours=1):
        return _("Too many people are sending at once, so yours was not taken. Nothing is lost here: please send it again in an hour.")
    return _("Too many people are sending at once, so yours was not taken. Nothing is lost here: please send it again tomorrow.")


def plain_words(text: str, *, most: int) -> str:
    """A text as it may be kept: what can be read, at most so many letters. Raises NotTaken where it is longer, or says how to reach somebody."""
    said = plain_text(text).strip()
    if len(said) > most:
        raise NotTaken(_("Your text has {letters:,} letters, and {most:,} are taken. Please shorten it.").format(letters=len(said), most=most))
    if found_in(said):
        raise NotTaken(_("Your text seems to hold an e-mail address or a telephone number. Please take it out: nothing is kept that "
                         "says who somebody is."))
    return said


def _check_amounts(before: Mapping[str, int], after: Mapping[str, int]) -> None:
    if set(before) != set(after) or not 2 <= len(before) <= MOST_OUTCOMES:
        raise NotTaken(_("The amounts are not those of this page. Please reset them, then try again."))
    if any(type(dollars) is not int or not 0 <= dollars <= MOST_DOLLARS for dollars in (*before.values(), *after.values())):
        raise NotTaken(_("Each amount is a whole number of dollars, and none is below zero."))
    if sum(before.values()) != sum(after.values()):
        raise NotTaken(_("The sum has to stay as it is. Please reset the amounts, then try again."))
    if dict(before) == dict(after):
        raise NotTaken(_("Nothing was moved yet, so there is nothing to send. Change an amount first."))
