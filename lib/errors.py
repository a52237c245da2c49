"""What can go wrong, in two voices: a plain sentence for the reader, and the details for the log."""

from __future__ import annotations

from dataclasses import dataclass


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


class StoreUnavailable(OutcomeStatError):
    """The database does not answer, or not in time."""


class StoreBusy(OutcomeStatError):
    """The database is locked by another program."""


class StoreDamaged(OutcomeStatError):
    """The database answers, but what it holds is not whole."""


class StoreForeign(OutcomeStatError):
    """The file is a database of another program."""


class StoreRefused(OutcomeStatError):
    """The database answers, and a rule that it keeps forbids what was to be written."""


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
            f"The city's data files hold {count} problem{'s' if count != 1 else ''}. Nothing was loaded.",
            detail=listing,
        )

    def __str__(self) -> str:
        return f"{self.sentence}\n{self.detail}"
