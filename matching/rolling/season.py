"""A season of rolling intake: who arrived when, what each place is worth to each, and what became of offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int64s, Reals, first_index, read_only_integers
from matching.errors import MarketError

__all__ = ["Season"]

_OF_PAIRS = ("values", "is_compatible", "declines")
_OF_CASES = ("needs", "arrives", "waits_until", "withdraws_after")
_OF_PLACES = ("capacity", "opens", "closes")
_DTYPES: dict[str, np.dtype[Any]] = {
    "needs": np.dtype(np.int64),
    "capacity": np.dtype(np.int64),
    "is_compatible": np.dtype(np.bool_),
    "declines": np.dtype(np.bool_),
}


@dataclass(frozen=True, eq=False)
class Season:
    """Cases in order of arrival, places with seats, and all that happens between them.

    A case is one person, or a household or couple that takes several seats of one place or none. Times are numbers of
    any one unit, counted from any one day. :meth:`of` fills in what a season does not have.

    Parameters
    ----------
    values : (n, m) float64
        What a case at a place is worth, finite; of a household the value of all its seats together.
    needs : (n,) int64
        Seats of each case, >= 1.
    capacity : (m,) int64
        Seats of each place, >= 0.
    arrives : (n,) float64
        Ascending, finite.
    is_compatible : (n, m) bool
        Which pairs may be formed.
    waits_until : (n,) float64
        How long a case without an offer stays, >= its arrival. Whoever declines an offer is looked at once more
        whatever the time.
    opens, closes : (m,) float64
        A place makes offers from ``opens`` on and before ``closes``. Who sits there stays.
    declines : (n, m) bool
        Offers that would be declined: the seats come back once the answer is in. No policy sees them.
    withdraws_after : (n,) float64
        How long after the offer a case leaves its place, > 0, infinite for never: the seats reopen and the value is
        lost. No policy sees them.
    answers_after : float
        How long an offer holds its seats before the answer is in, >= 0.

    Raises
    ------
    MarketError
        Naming the case or place that is out of range, or the array that does not fit.

    Examples
    --------
    >>> season = Season.of([[0.9, 0.5], [0.8, 0.1]], needs=[1, 1], capacity=[1, 1], arrives=[0.0, 3.0])
    >>> season.n_cases, season.n_places, season.closes
    (2, 2, array([inf, inf]))
    """

    values: Reals
    needs: Int64s
    capacity: Int64s
    arrives: Reals
    is_compatible: Bools
    waits_until: Reals
    opens: Reals
    closes: Reals
    declines: Bools
    withdraws_after: Reals
    answers_after: float

    def __post_init__(self) -> None:
        values = np.array(self.values, np.float64)
        if values.ndim != 2:
            raise MarketError(f"values have shape {values.shape}, expected one row a case and one column a place")
        for name in ("needs", "capacity"):
            object.__setattr__(self, name, read_only_integers(getattr(self, name), np.int64, name))
        shapes: dict[str, tuple[int, ...]] = dict.fromkeys(_OF_PAIRS, values.shape)
        shapes |= dict.fromkeys(_OF_CASES, values.shape[:1]) | dict.fromkeys(_OF_PLACES, values.shape[1:])
        for name, shape in shapes.items():
            dtype = _DTYPES.get(name, np.dtype(np.float64))
            object.__setattr__(self, name, _locked(getattr(self, name), dtype, shape, name))
        self._verify_cases()
        self._verify_places()

    @classmethod
    def of(
        cls,
        values: npt.ArrayLike,
        *,
        needs: npt.ArrayLike,
        capacity: npt.ArrayLike,
        arrives: npt.ArrayLike,
        is_compatible: npt.ArrayLike | None = None,
        waits_until: npt.ArrayLike | None = None,
        opens: npt.ArrayLike | None = None,
        closes: npt.ArrayLike | None = None,
        declines: npt.ArrayLike | None = None,
        withdraws_after: npt.ArrayLike | None = None,
        answers_after: float = 0.0,
    ) -> Season:
        """A season in which what is left out limits nothing.

        All pairs compatible, nobody waits beyond the own arrival, all places always open, no offer declined, nobody
        withdraws.
        """
        table, times = np.array(values, np.float64), np.array(arrives, np.float64)
        m = table.shape[-1] if table.ndim == 2 else 0
        return cls(
            values=table,
            needs=np.asarray(needs),
            capacity=np.asarray(capacity),
            arrives=times,
            is_compatible=np.ones(table.shape, np.bool_)
            if is_compatible is None
            else np.array(is_compatible, np.bool_),
            waits_until=times if waits_until is None else np.array(waits_until, np.float64),
            opens=np.full(m, -np.inf) if opens is None else np.array(opens, np.float64),
            closes=np.full(m, np.inf) if closes is None else np.array(closes, np.float64),
            declines=np.zeros(table.shape, np.bool_) if declines is None else np.array(declines, np.bool_),
            withdraws_after=(
                np.full(times.shape, np.inf) if withdraws_after is None else np.array(withdraws_after, np.float64)
            ),
            answers_after=answers_after,
        )

    @property
    def n_cases(self) -> int:
        """Cases."""
        return self.arrives.size

    @property
    def n_places(self) -> int:
        """Places."""
        return self.capacity.size

    @property
    def stays(self) -> Bools:
        """(n,) who never withdraws."""
        return np.asarray(np.isinf(self.withdraws_after))

    @property
    def could_hold(self) -> Bools:
        """(n, m) pairs that some course of the season could have ended with, known only afterwards.

        Compatible, not declined, of somebody who stays, and with the place open at some time while the case is there.
        """
        is_late = self.declines.any(axis=1)  # a declined offer may keep a case beyond the time it waits
        until = np.where(is_late, np.inf, self.waits_until)
        is_met = (self.closes[None, :] > self.arrives[:, None]) & (self.opens[None, :] <= until[:, None])
        return np.asarray(self.is_compatible & ~self.declines & self.stays[:, None] & is_met)

    def _verify_cases(self) -> None:
        self._verify("case", "needs", self.needs >= 1, ">= 1")
        self._verify("case", "arrives", np.isfinite(self.arrives), "a finite time")
        ascends = np.ones(self.n_cases, np.bool_)
        ascends[1:] = self.arrives[1:] >= self.arrives[:-1]
        self._verify("case", "arrives", ascends, "no earlier than the case before")
        self._verify("case", "waits_until", self.waits_until >= self.arrives, "no earlier than its arrival")
        self._verify("case", "withdraws_after", self.withdraws_after > 0, "more than 0")
        bad = first_index(~np.isfinite(self.values).ravel())
        if bad is not None:
            case, place = divmod(bad, self.n_places)
            raise MarketError(
                f"values[{case}, {place}] is {self.values[case, place]}, expected a finite number; "
                "leave the pair out of is_compatible instead"
            )

    def _verify_places(self) -> None:
        self._verify("place", "capacity", self.capacity >= 0, ">= 0")
        self._verify("place", "opens", ~np.isnan(self.opens), "a time")
        self._verify("place", "closes", self.closes >= self.opens, "no earlier than it opens")
        if not 0 <= self.answers_after < np.inf:
            raise MarketError(f"answers_after is {self.answers_after}, expected a finite time >= 0")

    def _verify(self, side: str, name: str, holds: Bools, expected: str) -> None:
        bad = first_index(~holds)
        if bad is not None:
            raise MarketError(f"{side} {bad} has {name} {getattr(self, name)[bad]}, expected {expected}")


def _locked(values: npt.ArrayLike, dtype: np.dtype[Any], shape: tuple[int, ...], name: str) -> npt.NDArray[Any]:
    array: npt.NDArray[Any] = np.array(values, dtype)
    if array.shape != shape:
        raise MarketError(f"{name} has shape {array.shape}, expected {shape}")
    array.flags.writeable = False
    return array
