"""Who may do what. The check is made in each function that writes, not on the page that leads to it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum

from lib.errors import NotAllowed

log = logging.getLogger("outcomestat")


class Role(StrEnum):
    EDITOR = "editor"  # loads figures and takes them back


@dataclass(frozen=True)
class Person:
    """Somebody who is known to the site, by name, with the roles that they hold now."""

    name: str
    roles: frozenset[Role] = frozenset()


READER = Person("a reader")


def require(person: Person, role: Role, what: str) -> None:
    """Raises NotAllowed, and says so in the log, unless the person holds the role. `what` completes "… needs the role"."""
    if role not in person.roles:
        log.warning("refused: %s, who is no %s, tried: %s", person.name, role, what)
        raise NotAllowed(f"{what} needs the role {role}. Sign in as somebody who has it, or ask the people who run this site.")
