"""Where an applicant stands among those who apply to a posting, in bands of the posting's own scores.

Bands make the competition at a posting a short table, so that a market of any size is told by ``(m, 64)`` numbers.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.arrays import Int64s, Reals

__all__ = ["N_BANDS", "Bands", "band_of", "chance_of_a_seat", "stronger_applications"]

N_BANDS = 64

Bands = npt.NDArray[np.uint8]


def band_of(priority: Reals) -> Bands:
    """Return the band of every score, 0 to 63; scores are cut to [0, 1].

    Examples
    --------
    >>> band_of(np.array([0.0, 0.5, 1.0]))
    array([ 0, 32, 63], dtype=uint8)
    """
    return np.minimum(np.clip(priority, 0.0, 1.0) * N_BANDS, N_BANDS - 1).astype(np.uint8)


def stronger_applications(applications: Reals) -> Reals:
    """Return (m, 64) how many applications stand before somebody of each band, when half of an equal band does.

    Parameters
    ----------
    applications : (m, 64) float64
        Expected applications to each posting from each band.

    Examples
    --------
    >>> flow = np.zeros((1, 64))
    >>> flow[0, [10, 20]] = 2.0, 1.0
    >>> stronger_applications(flow)[0, [5, 10, 15, 20]]
    array([3. , 2. , 1. , 0.5])
    """
    from_here = np.cumsum(applications[:, ::-1], axis=1)[:, ::-1]
    stronger: Reals = from_here - 0.5 * applications
    return stronger


def chance_of_a_seat(stronger: Reals, capacity: Int64s) -> Reals:
    """Return (m, 64) how likely fewer than ``capacity`` stronger people apply, their number being Poisson.

    Examples
    --------
    >>> chance_of_a_seat(np.array([[0.0, 1.0]]), np.array([1])).round(3)
    array([[1.   , 0.368]])
    """
    from scipy.special import pdtr  # noqa: PLC0415 - a fifth of a second that who only imports this need not wait

    chance: Reals = np.where(capacity[:, None] > 0, pdtr(np.maximum(capacity - 1, 0)[:, None], stronger), 0.0)
    return chance
