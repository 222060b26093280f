"""Households of two who look for places together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.municipalities import distances_km
from features.records import Household
from features.synthetic.draws import at, indices
from features.synthetic.parameters import number
from features.synthetic.people import People
from features.synthetic.places import places, popularity
from features.synthetic.postings import DrawnPostings

__all__ = ["draw_members", "household_records"]

_WISHES = 3


def draw_members(rng: np.random.Generator, people: People) -> NDArray[np.int64]:
    """Pairs of people without applications who live in Japan and share a home, ``(k, 2)`` int64."""
    free = np.flatnonzero(
        ~people.is_active & (people.home >= 0) & np.array([kind is None for kind in people.exception], dtype=np.bool_)
    )
    n = min(round(number("household_share") * len(people) / 2), len(free) // 2)
    return rng.permutation(free)[: 2 * n].reshape(n, 2)


def household_records(
    rng: np.random.Generator, people: People, members: NDArray[np.int64], postings: DrawnPostings
) -> tuple[Household, ...]:
    """Joint lists: three pairs of postings in or near one municipality, then the first member alone.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.
    people : People
        Registered people.
    members : ndarray of int64
        ``(k, 2)`` rows of ``people``.
    postings : DrawnPostings
        協力隊 postings; without any there is no household.
    """
    if not len(postings.place):
        return ()
    return tuple(
        Household(
            household_id=f"h{number_ + 1:03d}",
            members=(f"a{first + 1:05d}", f"a{second + 1:05d}"),
            joint_preferences=_joint_list(rng, people, (first, second), postings),
        )
        for number_, (first, second) in enumerate(members.tolist())
    )


def _joint_list(
    rng: np.random.Generator, people: People, members: tuple[int, int], postings: DrawnPostings
) -> tuple[tuple[str | None, ...], ...]:
    ids = [posting.posting_id for posting in postings.records]
    first, second = (_liking(rng, people.topic[row], postings) for row in members)
    wishes: list[tuple[str | None, str | None]] = []
    for target in indices(np.argsort(-first, kind="stable")[:_WISHES]):
        near = second - _distance_from(target, postings) / 30.0
        if postings.records[target].headcount < 2:
            near[target] = -np.inf
        if np.isfinite(near).any():
            wishes.append((ids[target], ids[int(np.argmax(near))]))
    best = ids[int(np.argmax(first))]
    return tuple(dict.fromkeys((*wishes, (best, None))))


def _liking(rng: np.random.Generator, topic: int, postings: DrawnPostings) -> NDArray[np.float64]:
    base = np.log(popularity()[postings.place]) + np.where(postings.topic == topic, 2.0, 0.0)
    liking: NDArray[np.float64] = base + rng.gumbel(size=len(base))
    return liking


def _distance_from(target: int, postings: DrawnPostings) -> NDArray[np.float64]:
    code = places().code
    spots, spot_of = np.unique(postings.place, return_inverse=True)
    km = distances_km([code[int(postings.place[target])]], at(code, spots))
    distance: NDArray[np.float64] = km[0][spot_of]
    return distance
