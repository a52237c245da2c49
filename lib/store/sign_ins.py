"""Sign-ins that were ended before their time. Of each only a hash is kept, and when it ended: nothing that tells whose it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, insert, select

from lib.store.batches import as_text
from lib.store.build import writing
from lib.store.database import main_of, plain_failures
from lib.store.schema import ended_sign_in

LONGEST = timedelta(days=32)  # Streamlit takes no cookie that was signed more than 31 days ago, whatever the secrets say


def end(engine: Engine, mark: str, *, now: datetime | None = None) -> None:
    """Writes down that the sign-in of that mark (64 letters, lib/ui/claims.py) is over; again changes nothing. What is older than any
    sign-in can be is removed.

    Written also where people's words are not kept: it then holds until the next restart. Raises a store error where it cannot be written.
    """
    when = now or datetime.now(UTC)
    with plain_failures(), writing(engine, people=False) as connection:
        connection.execute(delete(ended_sign_in).where(ended_sign_in.c.ended_at < as_text(when - LONGEST)))
        if connection.execute(select(ended_sign_in.c.mark).where(ended_sign_in.c.mark == mark)).first() is None:
            connection.execute(insert(ended_sign_in), {"mark": mark, "ended_at": as_text(when)})


def is_ended(engine: Engine, mark: str) -> bool:
    """Whether it was ended, by whichever process; asked of the main database, which no replica is ahead of. Raises a store error where
    that cannot be asked."""
    with plain_failures(), main_of(engine).connect() as connection:
        return connection.execute(select(ended_sign_in.c.mark).where(ended_sign_in.c.mark == mark)).first() is not None
