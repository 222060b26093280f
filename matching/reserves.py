"""Types of people, seats reserved for a type, and quotas that cap a type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int64s, read_only_integers
from matching.errors import MarketError, MechanismError
from matching.market import Market

__all__ = ["NO_QUOTA", "Precedence", "Reserves", "verify_precedence"]

NO_QUOTA = -1
"""The quota of a type that is not capped."""

Precedence: TypeAlias = Literal["reserved-first", "open-first"]
"""Which seats a posting fills first; it changes who is placed."""


@dataclass(frozen=True, eq=False)
class Reserves:
    """Who is of which type, and what each posting reserves or caps.

    A *reserve* is priority on that many seats, open to others where nobody of the type wants them; a *quota* is the
    most people of the type a posting may hold, and may waste seats. Somebody of several types fills one reserved seat
    and counts towards every quota.

    Parameters
    ----------
    is_of_type : (n, k) bool
        Whether an applicant is of a type; types may overlap.
    reserved : (m, k) int64
        Seats reserved for each type at each posting, >= 0; they may add up beyond the posting's capacity.
    quota : (m, k) int64
        The most people of each type at each posting, -1 where there is no such limit.

    Raises
    ------
    MarketError
        Naming the posting and the type whose number is out of range, or shapes that do not fit.

    Examples
    --------
    >>> Reserves(np.array([[True], [False]]), np.array([[1]]), np.array([[-1]])).n_types
    1
    """

    is_of_type: Bools
    reserved: Int64s
    quota: Int64s

    def __post_init__(self) -> None:
        of_type = _flags(self.is_of_type)
        of_type.flags.writeable = False
        object.__setattr__(self, "is_of_type", of_type)
        for name, lowest in (("reserved", 0), ("quota", NO_QUOTA)):
            table = _table(getattr(self, name), name)
            object.__setattr__(self, name, table)
            if of_type.ndim != 2 or table.shape[1] != of_type.shape[1]:
                raise MarketError(
                    f"{name} has shape {table.shape}, is_of_type {of_type.shape}, expected the same types"
                )
            if (table < lowest).any():
                posting, of = np.argwhere(table < lowest)[0].tolist()
                value = table[posting, of]
                raise MarketError(f"posting {posting} has {name} {value} for type {of}, expected >= {lowest}")
        if self.reserved.shape != self.quota.shape:
            raise MarketError(f"quota has shape {self.quota.shape}, expected that of reserved, {self.reserved.shape}")

    @property
    def n_types(self) -> int:
        """Types."""
        return int(self.is_of_type.shape[1])

    def verify_fits(self, market: Market) -> None:
        """Raise :class:`MarketError` unless the reserves have the market's applicants and postings."""
        of, expected = (len(self.is_of_type), len(self.reserved)), (market.n_applicants, market.n_postings)
        if of != expected:
            has = f"{of[0]} applicants and {of[1]} postings"
            raise MarketError(f"reserves hold {has}, expected {expected[0]} and {expected[1]}")


def verify_precedence(precedence: Precedence) -> None:
    """Raise :class:`MechanismError` that names the known ones, unless it is one of them."""
    known = get_args(Precedence)
    if precedence not in known:
        raise MechanismError(f"precedence is {precedence!r}, expected one of {', '.join(known)}")


def _flags(values: npt.ArrayLike) -> Bools:
    array = np.asarray(values)
    flags = np.array(array, dtype=np.bool_)
    for entry in np.argwhere(flags != array)[:1]:
        raise MarketError(f"is_of_type{entry.tolist()} is {array[tuple(entry)]}, expected true or false")
    return flags


def _table(values: npt.ArrayLike, name: str) -> Int64s:
    array = np.asarray(values)
    if array.ndim != 2:
        raise MarketError(f"{name} has shape {array.shape}, expected one row a posting and one column a type")
    return read_only_integers(np.ascontiguousarray(array).ravel(), np.int64, name).reshape(array.shape)
