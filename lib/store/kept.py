"""Whether what people write outlives a restart. Where it would not, as on a host that loses its disk, it is refused and not lost later."""

from __future__ import annotations

from sqlalchemy import Engine

from lib.errors import NotKept
from lib.language import _

KEEPS = "keeps"  # an option of the engine


def mark(engine: Engine, *, keeps: bool) -> None:
    """Says of a store whether it keeps what people write; one of which nothing was said does."""
    engine.update_execution_options(**{KEEPS: keeps})


def check_that_it_keeps(engine: Engine) -> None:
    """Raises NotKept where what people write would be lost."""
    if not engine.get_execution_options().get(KEEPS, True):
        raise NotKept(
            _(
                "This site does not keep what is written here, so nothing was taken. Please tell the people who run it: it needs a database of its own, or a disk that is kept."
            )
        )
