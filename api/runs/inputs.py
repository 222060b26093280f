"""Everything a round depends on beside the code, fixed when the round is asked for: day, records, weights, rules.

A number stands for the records, because :mod:`api.storage.history` can put any earlier state together again. Weights
and the rule files that were added beside the shipped ones are kept by content: their files may change or go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from api.settings import Settings
from api.storage.stored_records import records_revision
from features.errors import RulesetError, WeightError
from features.rules import Ruleset, rules_directory, stored_rulesets
from features.rules.store import PROGRAMS
from features.terms import ALL_TERMS
from features.weights import Weights, weights_of_file

__all__ = ["KeptWeights", "RunInputs", "inputs_of", "rulesets_of", "weights_of"]

_TABLES: Final = "*.csv"  # the region tables that a rule file may name lie beside it


class KeptWeights(BaseModel):
    """Weights as they were used: scaled, each side's terms in the order in which they are added up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    digest: str
    coordinator: tuple[tuple[str, float], ...]
    applicant: tuple[tuple[str, float], ...]


class RunInputs(BaseModel):
    """What a round depends on.

    Attributes
    ----------
    on : date
        The day the rules are asked about.
    revision : int
        The state of the records.
    weights : KeptWeights
    rules : mapping of path to text
        Rule files that were added, and the tables beside them; ``kyoryokutai/own.toml``.
    municipalities : tuple of str or None
        Whose postings it is over (:mod:`api.runs.scope`); ``None``: all there are.
    by_standing : bool
        Whether who holds a place is left out (:mod:`features.rounds.taking_part`); rounds stored before that was asked
        are computed again as they were.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: date
    revision: int
    weights: KeptWeights
    rules: dict[str, str]
    municipalities: tuple[str, ...] | None = None
    by_standing: bool = False


def inputs_of(
    session: Session, settings: Settings, on: date | None, *, municipalities: tuple[str, ...] | None = None
) -> RunInputs:
    """What a round depends on that is asked for now.

    Raises
    ------
    WeightError, RulesetError
        If the file of weights or an added rule file cannot be read.
    """
    inputs = RunInputs(
        on=on or settings.day(),
        revision=records_revision(session),
        weights=_kept(weights_of_file(settings.weights_file)),
        rules=_texts_in(settings.rules_dir or rules_directory()),
        municipalities=municipalities,
        by_standing=True,
    )
    rulesets_of(inputs)
    return inputs


def weights_of(inputs: RunInputs) -> Weights:
    """The weights as they were; a term that has come since weighs nothing.

    Raises
    ------
    WeightError
        If a term that weighed something is gone.
    """
    kept = inputs.weights
    return Weights(
        coordinator=_side(kept, "coordinator", kept.coordinator),
        applicant=_side(kept, "applicant", kept.applicant),
        name=kept.name,
        digest=kept.digest,
    )


def rulesets_of(inputs: RunInputs) -> Sequence[Ruleset]:
    """The rule files that ship with this version, and those that were added then.

    Raises
    ------
    RulesetError
        If an added file is malformed.
    """
    if not inputs.rules:
        return stored_rulesets(())
    with TemporaryDirectory(prefix="enmusubi-rules-") as folder:
        for name, text in inputs.rules.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        return stored_rulesets([Path(folder)])


def _kept(weights: Weights) -> KeptWeights:
    return KeptWeights(
        name=weights.name,
        digest=weights.digest,
        coordinator=tuple(weights.coordinator.items()),
        applicant=tuple(weights.applicant.items()),
    )


def _side(kept: KeptWeights, side: str, stored: Sequence[tuple[str, float]]) -> dict[str, float]:
    known = [term.name for term in ALL_TERMS if side in term.audiences]
    gone = [name for name, weight in stored if weight > 0 and name not in known]
    if gone:
        raise WeightError(f"{kept.name}: {side} weighs {gone[0]}, a term that this version does not have")
    weights: Mapping[str, float] = dict(stored)
    return {name: weights.get(name, 0.0) for name in known}


def _texts_in(folder: Path) -> dict[str, str]:
    return {
        f"{program}/{path.name}": _text_of(path)
        for program in PROGRAMS
        for pattern in ("*.toml", _TABLES)
        for path in sorted((folder / program).glob(pattern))
    }


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise RulesetError(f"{path.name}: not UTF-8 at byte {error.start}") from None
    except OSError as error:
        raise RulesetError(f"{path.name}: {error.strerror or 'cannot be read'}") from None
