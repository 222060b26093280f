"""Short lists that spread interest: own fit, less what a place is already looked at, more where there is a chance.

Each applicant's list is ordered by ``own · chance^(s² ρ) · (looks / share)^(-s² κ)``: s is the spread asked for,
``looks`` how much a posting is looked at when everybody's list is made the same way, and ``share`` what it would be
looked at if interest were even. The fixed point is found by averaging rounds with falling steps: the Frank-Wolfe method
of ``nash_welfare`` with a price a posting in place of a weight a pair, one pass over the pairs a round, and a price
that says why a place stands lower. With s = 0 the order is that of the own fit.

Sources: G. Bied et al. (2021), Congestion-avoiding job recommendation with optimal transport (the idea of a price on
crowded places); Y. Su, M. Bayoumi and T. Joachims (2022), WWW, doi:10.1145/3485447.3511961 (what others apply to enters
one's own list). The form of the price is this project's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Int32s, Int64s, Reals, first_index
from matching.errors import MarketError, MechanismError
from matching.ranking.best_listed import best_listed
from matching.ranking.examination import examination
from matching.ranking.orders import NOT_LISTED
from matching.ranking.strength_bands import N_BANDS, Bands, chance_of_a_seat, stronger_applications

__all__ = ["Interest", "SpreadOptions", "spread_interest"]

LEAST_SHARE = 0.02
"""Of an even share: what a posting nobody looks at counts as being looked at, so that its price stays finite."""

SETTLED = 0.02
"""Rounds end when the looks that the lists give differ from the looks they are priced by in this share of all."""


@dataclass(frozen=True)
class SpreadOptions:
    """Figures of the spread; the defaults are assumptions that were set on the sample market.

    Attributes
    ----------
    length : int
        Entries of a list.
    evenness : float
        κ: how strongly a full spread draws looks to where they are missing.
    chance_weight : float
        ρ: how strongly a full spread draws people to where they have a chance.
    least_chance : float
        Chances below count as this one.
    application_rate : float
        Applications that follow from a look at the first entry of a list.
    n_rounds : int
        Rounds that are averaged at most.
    """

    length: int = 10
    evenness: float = 0.4
    chance_weight: float = 0.02
    least_chance: float = 0.02
    application_rate: float = 0.35
    n_rounds: int = 200

    def __post_init__(self) -> None:
        if self.length < 1 or self.n_rounds < 1:
            raise MechanismError(f"length is {self.length} and n_rounds {self.n_rounds}, expected both >= 1")
        for name in ("evenness", "chance_weight", "application_rate"):
            if not 0 <= getattr(self, name) < np.inf:
                raise MechanismError(f"{name} is {getattr(self, name)}, expected >= 0")
        if not 0 < self.least_chance <= 1:
            raise MechanismError(f"least_chance is {self.least_chance}, expected above 0 and at most 1")


@dataclass(frozen=True, eq=False)
class Interest:
    """What a spread found about every posting: enough to order anybody's list, and to say why.

    Attributes
    ----------
    spread : float
    looks : (m,) float64
        Expected looks at each posting, the first entry of a list counting 1.
    even_looks : (m,) float64
        What it would be looked at if interest were even: in proportion to the root of its seats.
    stronger : (m, 64) float64
        Applications that are expected to stand before somebody of each band of the posting's own score
        (:func:`~matching.ranking.strength_bands.band_of`).
    chance : (m, 64) float64
        How likely a seat is, by band.
    factor : (m, 64) float64
        What an own fit is multiplied by.
    """

    spread: float
    looks: Reals
    even_looks: Reals
    stronger: Reals
    chance: Reals
    factor: Reals


def spread_interest(
    own: Reals | Int32s,
    bands: Bands,
    capacity: Int64s,
    *,
    acceptable: Bools,
    spread: float,
    applications: Reals | None = None,
    own_lists: Int32s | None = None,
    options: SpreadOptions | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Interest:
    """Find looks, prices and chances of every posting when all lists are spread alike.

    Parameters
    ----------
    own : (n, m) float64 or int32
        Applicants' own scores, at least 0, on any scale: only their ratios count.
    bands : (n, m) uint8
        Bands of the postings' scores of the applicants.
    capacity : (m,) int64
        Seats that are open.
    acceptable : (n, m) bool
        Pairs that may be listed.
    spread : float
        s, 0 (own fit alone) to 1.
    applications : (m, 64) float64, optional
        Applications that are already there, by band; each counts whole.
    own_lists : (n, length) int32, optional
        The lists by own scores alone (:func:`~matching.ranking.best_listed.best_listed` with a factor of 1), where they
        are known: at spread 0 they are what everybody reads.
    options : SpreadOptions, optional
    progress : callable, optional
        Called with the rounds done and the rounds to do at most.

    Returns
    -------
    Interest
        The same whatever the order of the applicants. Equal weights in a list: the lower index first.

    Raises
    ------
    MarketError
        When shapes differ, an own score of an acceptable pair is below 0 or no number, or a band is not below 64.
    MechanismError
        When ``spread`` is not between 0 and 1.

    Notes
    -----
    O(rounds · n m); besides the input a list an applicant.

    Examples
    --------
    >>> from matching.ranking.strength_bands import band_of
    >>> own = np.array([[0.90, 0.80], [0.90, 0.85], [0.90, 0.89]])
    >>> here = np.ones((3, 2), dtype=bool)
    >>> options = SpreadOptions(length=1)
    >>> for s in (0.0, 1.0):
    ...     found = spread_interest(own, band_of(own), np.array([1, 1]), acceptable=here, spread=s, options=options)
    ...     print(best_listed(own, band_of(own), here, found.factor, 1).ravel())
    [0 0 0]
    [0 1 1]
    """
    options = options or SpreadOptions()
    if not 0 <= spread <= 1:
        raise MechanismError(f"spread is {spread}, expected 0 to 1")
    _verify_market(own, bands, capacity, acceptable)
    known = np.zeros((capacity.size, N_BANDS)) if applications is None else applications
    even_looks = _even_looks(capacity, acceptable, options)
    looks = np.broadcast_to(even_looks[:, None] / N_BANDS, (capacity.size, N_BANDS)).copy()
    exam = examination("log2", options.length)
    n_rounds = options.n_rounds if spread > 0 else 1
    for done in range(n_rounds):
        found = _priced(spread, looks, even_looks, known, capacity, options)
        lists = own_lists if spread == 0 else None
        if lists is None:
            lists = best_listed(own, bands, acceptable, found.factor, exam.size)
        missing = _looks_of_lists(lists, bands, exam) - looks
        looks = np.maximum(looks + 2 / (done + 2) * missing, 0.0)  # the first step is whole
        if progress is not None:
            progress(done + 1, n_rounds)
        if np.abs(missing.sum(axis=1)).sum() <= SETTLED * looks.sum():
            break
    return _priced(spread, looks, even_looks, known, capacity, options)


def _priced(  # noqa: PLR0917
    spread: float, looks: Reals, even_looks: Reals, known: Reals, capacity: Int64s, options: SpreadOptions
) -> Interest:
    seen = looks.sum(axis=1)
    stronger = stronger_applications(known + options.application_rate * looks)
    chance = chance_of_a_seat(stronger, capacity)
    crowding = (seen + LEAST_SHARE * even_looks) / np.where(even_looks > 0, even_looks * (1 + LEAST_SHARE), 1.0)
    price = np.where(even_looks > 0, crowding, 1.0) ** (-(spread**2) * options.evenness)
    promise = np.maximum(chance, options.least_chance) ** (spread**2 * options.chance_weight)
    return Interest(spread, seen, even_looks, stronger, chance, price[:, None] * promise)


def _looks_of_lists(lists: Int32s, bands: Bands, exam: Reals) -> Reals:
    """(m, 64) looks by band when every applicant reads one of the lists."""
    m = bands.shape[1]
    counts = np.stack([_counts(lists[:, k], bands, m) for k in range(exam.size)])
    looks: Reals = (exam @ counts).reshape(m, N_BANDS)  # whole numbers first: the order of the applicants is nothing
    return looks


def _counts(postings: Int32s, bands: Bands, m: int) -> Int64s:
    at = np.flatnonzero(postings != NOT_LISTED)
    cells = postings[at].astype(np.int64) * N_BANDS + bands[at, postings[at]]
    counts: Int64s = np.bincount(cells, minlength=m * N_BANDS)
    return counts


def _even_looks(capacity: Int64s, acceptable: Bools, options: SpreadOptions) -> Reals:
    """All looks, shared in proportion to the root of the seats: a second seat needs less than twice the readers."""
    exam = np.concatenate([np.zeros(1), np.cumsum(examination("log2", options.length))])
    n_listed = np.minimum(np.count_nonzero(acceptable, axis=1), options.length)
    shares = np.where(acceptable.any(axis=0), np.sqrt(np.maximum(capacity, 0)), 0.0)
    total = float(np.bincount(n_listed, minlength=exam.size) @ exam)
    even: Reals = shares * (total / shares.sum()) if shares.sum() > 0 else shares
    return even


def _verify_market(own: Reals | Int32s, bands: Bands, capacity: Int64s, acceptable: Bools) -> None:
    n, m = acceptable.shape
    for name, table in (("own", own), ("bands", bands)):
        if table.shape != (n, m):
            raise MarketError(f"{name} has shape {table.shape}, expected {(n, m)}")
    if capacity.shape != (m,):
        raise MarketError(f"capacity has shape {capacity.shape}, expected {(m,)}")
    # one look at the least and the most: who is wrong, and whether it counts, is looked for only where somebody may be
    if not (own.min(initial=0) >= 0 and own.max(initial=0) < np.inf):
        below = first_index((acceptable & ~((own >= 0) & (own < np.inf))).ravel())
        if below is not None:
            raise MarketError(f"own[{below // m}, {below % m}] is {own.ravel()[below]}, expected a number >= 0")
    high = first_index((bands >= N_BANDS).ravel()) if bands.max(initial=0) >= N_BANDS else None
    if high is not None:
        raise MarketError(f"bands[{high // m}, {high % m}] is {bands.ravel()[high]}, expected below {N_BANDS}")
