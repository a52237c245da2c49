"""An outside standard, held against what the store really holds: evidence in, answers out.

Nothing is claimed that is not counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lib.language import _, later, n_
from lib.standard.evidence import FINDERS, LACKING
from lib.standard.holdings import Holdings, Proof


class Shown(StrEnum):
    """How much of a criterion the store shows. The value is the word that the reader sees."""

    ALL = later("shown")
    PART = later("shown in part")
    NOTHING = later("nothing here shows this")


@dataclass(frozen=True)
class Answer:
    """A criterion with what the store shows for it."""

    id: str
    name: str
    asks: str
    would_show: str
    wording: str
    proofs: tuple[Proof, ...]

    @property
    def shown(self) -> Shown:
        if not self.proofs:
            return Shown.NOTHING
        return Shown.PART if any(one.gap for one in self.proofs) else Shown.ALL


@dataclass(frozen=True)
class Part:
    id: str
    name: str
    asks: str
    wording: str
    reference: str
    answers: tuple[Answer, ...]


def judged(document: Mapping[str, Any], held: Holdings) -> tuple[Part, ...]:
    """The parts of the standard in their order, each criterion with its answer. `document` is data/standard.toml as it was read."""
    return tuple(
        Part(
            part["id"],
            part["name"],
            part["asks"],
            part["wording"],
            part["reference"],
            tuple(_answer(one, held) for one in document["criterion"] if one["part"] == part["id"]),
        )
        for part in document["part"]
    )


def _answer(one: Mapping[str, Any], held: Holdings) -> Answer:
    proofs = [FINDERS[kind](held) for kind in one["evidence"]]
    found = tuple(proof for proof in proofs if proof)
    if found and len(found) < len(proofs):  # a kind of which there is nothing is a gap of the others
        lacking = [
            _(LACKING[kind])
            for kind, proof in zip(one["evidence"], proofs, strict=True)
            if proof is None and kind in LACKING
        ]
        last = found[-1]
        found = (*found[:-1], Proof(last.sentence, " ".join([last.gap, *lacking]).strip(), last.page))
    return Answer(one["id"], one["name"], one["asks"], one["would_show"], one["wording"], found)


def in_short(parts: Sequence[Part]) -> str:
    """This site shows something for 11 of 14 criteria: 3 in full, 8 in part. For 3 nothing here shows it."""
    every = [one.shown for part in parts for one in part.answers]
    whole, some, none = (every.count(shown) for shown in Shown)
    first = _("This site shows something for {n} of {total} criteria: {whole} in full, {some} in part.")
    rest = n_("For {n} nothing here shows it.", "For {n} nothing here shows it.", none).format(n=none) if none else ""
    return f"{first.format(n=whole + some, total=len(every), whole=whole, some=some)} {rest}".strip()
