"""What can go wrong, in two voices: a plain sentence for the reader, and the details for the log."""

from __future__ import annotations

from dataclasses import dataclass

from lib.language import n_


class OutcomeStatError(Exception):
    """Something that the reader is told in a sentence. `detail` goes to the log and never to the screen."""

    def __init__(self, sentence: str, *, detail: str = "") -> None:
        super().__init__(sentence if not detail else f"{sentence} [{detail}]")
        self.sentence = sentence
        self.detail = detail


class SettingsError(OutcomeStatError):
    """config.toml cannot be used."""


class NotAllowed(OutcomeStatError):
    """Somebody tried what their role does not allow."""


class LoadRefused(OutcomeStatError):
    """Figures cannot be loaded, or a load cannot be taken back."""


class NotTaken(OutcomeStatError):
    """What a resident sends is not kept; the sentence says why and what to do."""


class NotKept(OutcomeStatError):
    """What people write would be lost here, so it is not taken."""


class StoreUnavailable(OutcomeStatError):
    """The database does not answer, or not in time."""


class StoreSlow(StoreUnavailable):
    """The database answers, but a question took longer than it may."""


class StoreNotBuilt(StoreUnavailable):
    """The database answers and shows no release yet, or has the tables of an earlier version: it is being made."""


class ReleaseGone(StoreUnavailable):
    """The release that was being read was replaced by another."""


class StoreBusy(OutcomeStatError):
    """The database is locked by another program."""


class StoreFull(OutcomeStatError):
    """There is no room left on the database's disk."""


class StoreReadOnly(OutcomeStatError):
    """The database can be read and not written."""


class StoreDamaged(OutcomeStatError):
    """The database answers, but what it holds is not whole."""


class StoreForeign(OutcomeStatError):
    """The file is a database of another program."""


class StoreRefused(OutcomeStatError):
    """The database answers, and a rule that it keeps forbids what was to be written."""


class PublishRefused(OutcomeStatError):
    """The static edition cannot be put where it was to go."""


class TooManyRows(OutcomeStatError):
    """A table is longer than the kind of file can hold."""


class StoreTooNew(OutcomeStatError):
    """The database was written by a later version of this program."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a data file: where, what, and what to do about it."""

    file: str
    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.message}; {self.remedy}"


class CatalogueError(OutcomeStatError):
    """The data files hold problems. All of them are listed, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        count = len(self.problems)
        listing = "\n".join(f"- {problem}" for problem in self.problems)
        super().__init__(
            n_(
                "The city's data files hold {n} problem. Nothing was loaded.",
                "The city's data files hold {n} problems. Nothing was loaded.",
                count,
            ).format(n=count),
            detail=listing,
        )

    def __str__(self) -> str:
        return f"{self.sentence}\n{self.detail}"
