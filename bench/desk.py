"""Somebody of the staff who writes one follow-up after the other, in a process of their own that may be killed.

    python -m bench.desk NAME     # DATABASE_URL says where; each line that comes out is a follow-up that was acknowledged as saved

When a save is answered with an error, they do what a person does: look whether it is there, and write it again where it is not.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lib.cycle import Deliverable
from lib.errors import OutcomeStatError
from lib.roles import Person, Role
from lib.settings import ROOT, database_url, read_settings
from lib.store import follow_ups
from lib.store.database import Engine, open_engine

BREATH = 0.05  # seconds between two follow-ups
WAIT = 0.3  # seconds after an error


def write(engine: Engine, name: str) -> None:
    """Goes on until the process ends, from the number after the last that is there."""
    person = Person(name, frozenset({Role.PRESENTER}))
    number = sum(one.action.startswith(f"{name}, ") for one in follow_ups.follow_ups(engine))
    while True:
        number += 1
        save(engine, f"{name}, {number}", person)
        print(f"{name}, {number}", flush=True)
        time.sleep(BREATH)


def save(engine: Engine, action: str, person: Person) -> None:
    """Returns when it is known to be saved."""
    is_first = True
    while True:
        try:
            if is_first or not any(one.action == action for one in follow_ups.follow_ups(engine)):
                is_first = False
                follow_ups.write_down(engine, stat="rehearsal", action=action, owner="Ann Lee", due=date(2027, 1, 4), deliverable=Deliverable.MEMO, person=person)
            return
        except OutcomeStatError as problem:
            print(f"{action}: {problem}", file=sys.stderr, flush=True)
            time.sleep(WAIT)


@dataclass
class Desk:
    """One process that writes, and where its acknowledgements are kept."""

    name: str
    url: str  # of the database
    folder: Path
    process: subprocess.Popen | None = None

    @property
    def acknowledgements(self) -> Path:
        return self.folder / f"{self.name}.saved"

    def sit_down(self) -> None:
        with self.acknowledgements.open("a") as saved, (self.folder / f"{self.name}.errors").open("a") as errors:
            self.process = subprocess.Popen([sys.executable, "-m", "bench.desk", self.name], cwd=ROOT, env=os.environ | {"DATABASE_URL": self.url},
                                            stdout=saved, stderr=errors)  # fmt: skip

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def acknowledged(self) -> list[str]:
        """What the staff were told is saved; a line that was cut off by the kill was not told."""
        said = self.acknowledgements.read_text(encoding="utf-8")
        return [line.rstrip("\n") for line in said.splitlines(keepends=True) if line.endswith("\n")]

    def errors(self) -> list[str]:
        return (self.folder / f"{self.name}.errors").read_text(encoding="utf-8").splitlines()


@dataclass(frozen=True)
class Balance:
    """Follow-ups acknowledged against follow-ups found."""

    acknowledged: int
    found: int
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


def balance(engine: Engine, desks: Iterable[Desk]) -> Balance:
    told = [action for desk in desks for action in desk.acknowledged()]
    there = Counter(one.action for one in follow_ups.follow_ups(engine) if one.stat == "rehearsal")
    return Balance(len(told), sum(there.values()), [one for one in told if one not in there], [one for one, times in there.items() if times > 1])


if __name__ == "__main__":
    write(open_engine(database_url(read_settings())), sys.argv[1])
