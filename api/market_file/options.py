"""Options of ``solve``: each a word of a closed set or a number, refused where the mechanism would ignore it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from api.market_file.catalogue import entry_of
from api.market_file.records import MarketFileError
from matching.mechanisms.stable.deferred_acceptance import Side
from matching.mechanisms.stable.stable_lattice import Criterion
from matching.mechanisms.stable.ties import Lottery
from matching.reserves import Precedence

__all__ = ["Fallback", "Method", "Options"]

Method: TypeAlias = Literal["auto", "exact", "approximation"]
Fallback: TypeAlias = Literal["fewest-blocking", "extra-seats"]

_WORDS: dict[str, tuple[str, ...]] = {
    "proposing": get_args(Side),
    "lottery": get_args(Lottery),
    "method": get_args(Method),
    "precedence": get_args(Precedence),
    "fallback": get_args(Fallback),
    "choose": get_args(Criterion),
}


@dataclass(frozen=True)
class Options:
    """What a caller may decide about a mechanism.

    Attributes
    ----------
    seed : int
        >= 0. Decides the lottery that breaks ties and every order that is drawn; numbers go to sorted ids.
    proposing : {"applicants", "postings"}
        The side for which deferred acceptance is best.
    lottery : {"single", "multiple"}
        One lottery number a person, or a fresh one in every list.
    method : {"auto", "exact", "approximation"}
        Of the largest stable matching; ``auto`` is exact up to 20,000 acceptable pairs.
    precedence : {"reserved-first", "open-first"}
        Which seats of a posting are filled first.
    fallback : {"fewest-blocking", "extra-seats"}
        What couples are given where no stable matching is found.
    choose : str
        Which of all stable matchings.
    guides : int or None
        Ways in which ties are broken towards the welfare optimum; the best result is kept. Without a number 50, or 1
        beyond 200,000 acceptable pairs.
    max_blocking : int or None
        The most blocking pairs that are allowed.
    frontier : int or None
        Points of the table from stable to optimal.
    time_limit : float
        Seconds for an integer program.
    """

    seed: int = 0
    proposing: Side = "applicants"
    lottery: Lottery = "single"
    method: Method = "auto"
    precedence: Precedence = "reserved-first"
    fallback: Fallback = "fewest-blocking"
    choose: Criterion = "egalitarian"
    guides: int | None = None
    max_blocking: int | None = None
    frontier: int | None = None
    time_limit: float = 60.0

    def __post_init__(self) -> None:
        for name, known in _WORDS.items():
            if getattr(self, name) not in known:
                raise MarketFileError(f"{name} is {getattr(self, name)!r}, expected one of {', '.join(known)}")
        for name, lowest in (("seed", 0), ("max_blocking", 0), ("frontier", 2), ("guides", 1)):
            value = getattr(self, name)
            if value is not None and value < lowest:
                raise MarketFileError(f"{name} is {value}, expected >= {lowest}")
        if not (self.time_limit > 0 and math.isfinite(self.time_limit)):
            raise MarketFileError(f"time_limit is {self.time_limit}, expected a number of seconds above 0")

    def verify_taken(self, mechanism: str) -> None:
        """Refuse an option that the mechanism would ignore.

        Raises
        ------
        MarketFileError
            Naming the option and those that the mechanism takes.
        """
        taken = entry_of(mechanism).options
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name not in ("seed", *taken) and value != field.default:
                known = f"it takes {', '.join(taken)}" if taken else "it takes none"
                raise MarketFileError(f"{field.name} is {value!r}, but {mechanism} does not take {field.name}: {known}")

    def told(self, mechanism: str) -> dict[str, Any]:
        """The options that the mechanism takes, for its provenance."""
        taken = entry_of(mechanism).options
        return {name: value for name, value in asdict(self).items() if name in taken}

    def rng(self) -> np.random.Generator:
        """A fresh generator of the seed."""
        return np.random.default_rng(self.seed)
