"""Who may do what. The check is made in each function that writes, not on the page that leads to it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum

from lib.errors import NotAllowed
from lib.language import _, later

log = logging.getLogger("outcomestat")


class Role(StrEnum):
    """From the least to the most: each may also do what those before it may. Readers have none."""

    STAFF = later("staff")  # sees what is prepared and what is not to be seen yet
    PRESENTER = later("presenter")  # runs a meeting and writes what was agreed in it
    EDITOR = later("editor")  # prepares and releases meetings, loads figures and takes them back, writes strategies and decisions
    ADMINISTRATOR = later("administrator")  # removes the example, sees who wrote what


@dataclass(frozen=True)
class Person:
    """Somebody who is known to the site, by name, with the roles that they were given; ask `holds` what follows from them."""

    name: str
    roles: frozenset[Role] = frozenset()


READER = Person(later("a reader"))
_RANK = {role: rank for rank, role in enumerate(Role)}


def holds(person: Person, role: Role) -> bool:
    """Whether the person was given the role, or one that includes it."""
    return any(_RANK[given] >= _RANK[role] for given in person.roles)


def highest(person: Person) -> str:
    """The greatest role that a person was given, for the log, which names nobody, and for the audit; "" of a reader."""
    return max(person.roles, key=_RANK.__getitem__, default="")


def require(person: Person, role: Role, what: str) -> None:
    """Raises NotAllowed, and says so in the log without a name, unless the person holds the role. `what`, in the reader's language,
    completes "… needs the role"."""
    if not holds(person, role):
        log.warning("refused: somebody who does not hold the role %s tried: %s", role, what, extra={"role": highest(person)})
        refusal = _("{what} needs the role {role}. Sign in as somebody who has it, or ask the people who run this site.")
        raise NotAllowed(refusal.format(what=what, role=_(str(role))))
