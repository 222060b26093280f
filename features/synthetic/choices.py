"""Who applies where: distance, wishes, mission and popularity decide, the postings' demand limits."""

from __future__ import annotations

import csv
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from features.municipalities import distances_km
from features.reference import reference_text
from features.synthetic.demand import applications_per_person, applications_per_posting
from features.synthetic.draws import at, indices, top_keys
from features.synthetic.parameters import number
from features.synthetic.people import People
from features.synthetic.places import places, popularity
from features.synthetic.postings import DrawnPostings
from features.synthetic.texts import member_topics

__all__ = ["choose_postings"]

_SAME_TOPIC = 20.0
_SAME_ACTIVITY = 6.0
_RELATED = 2.0
_MISSION_FIRST_POWER = 1.6
_WANTED = 6.0
_KNOWS_NOT_COVERED = 0.08


def choose_postings(
    rng: np.random.Generator, people: People, postings: DrawnPostings
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Applications as pairs, each applicant's in the order of liking.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.
    people : People
        Those with ``is_active`` apply.
    postings : DrawnPostings
        Postings with their demand still to draw.

    Returns
    -------
    applicant, posting : ndarray of int64
        Row of the applicant and of the posting, ``(number of applications,)``, applicants ascending.
    """
    active = np.flatnonzero(people.is_active)
    if not len(active) or not len(postings.place):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    wished = applications_per_person(rng, len(active))
    left = applications_per_posting(rng, places().popular[postings.place], int(wished.sum())).astype(np.float64)
    liking = _liking(people, postings, active)
    # nobody may apply where nobody does; where the demand is used up a few more still may
    spare = np.where(left > 0, 0.02, 0.0)
    chosen: list[NDArray[np.int64]] = [np.empty(0, dtype=np.int64)] * len(active)
    for row in rng.permutation(len(active)).tolist():
        with np.errstate(divide="ignore"):
            keys = np.log(np.maximum(left, spare)) + liking[row]
        found = top_keys(rng, keys, int(wished[row]))
        left[found] -= 1
        chosen[row] = found[np.argsort(-liking[row, found], kind="stable")]
    return np.repeat(active, [len(found) for found in chosen]), np.concatenate(chosen)


def _liking(people: People, postings: DrawnPostings, active: NDArray[np.int64]) -> NDArray[np.float64]:
    """Log weight of every active person for every posting, ``(active, m)``."""
    liking: NDArray[np.float64] = np.log(popularity()[postings.place])[None, :] - _distance(
        people.home[active], postings.place
    )
    mission = np.log(_mission(people.topic[active], postings.topic))
    power = np.where(people.is_place_first[active], 1.0, _MISSION_FIRST_POWER)[:, None]
    prefecture = places().prefecture[postings.place]
    wanted = np.array([np.isin(prefecture, people.wanted[row]) for row in indices(active)])
    liking = liking + power * mission + np.log(_WANTED) * wanted
    known: NDArray[np.float64] = liking + np.log(_coverage(people, active, postings.place))
    return known


def _distance(home: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.float64]:
    """Distance over its scale, 0 for people abroad; ``(len(home), len(place))``."""
    code = places().code
    homes, home_of = np.unique(np.maximum(home, 0), return_inverse=True)
    spots, spot_of = np.unique(place, return_inverse=True)
    km = distances_km(at(code, homes), at(code, spots))
    scaled = km[home_of][:, spot_of] / number("distance_scale_km")
    own = places().prefecture[np.maximum(home, 0)][:, None] == places().prefecture[place][None, :]
    return np.where((home < 0)[:, None], 0.0, scaled - np.log(number("own_region_bonus")) * own)


def _mission(wish: NDArray[np.int64], offer: NDArray[np.int64]) -> NDArray[np.float64]:
    return _topic_weights()[wish][:, offer]


@lru_cache(maxsize=1)
def _topic_weights() -> NDArray[np.float64]:
    topics = member_topics()
    weights = np.ones((len(topics), len(topics)))
    for i, wish in enumerate(topics):
        for j, offer in enumerate(topics):
            if offer.activity == wish.activity:
                weights[i, j] = _SAME_TOPIC if i == j else _SAME_ACTIVITY
            elif offer.activity in wish.also or wish.activity in offer.also:
                weights[i, j] = _RELATED
    return weights


def _coverage(people: People, active: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.float64]:
    """Most people have looked the region rule up: pairs with × are rare among the applications, not absent."""
    free = np.array([people.exception[row] is not None for row in active.tolist()])
    origin = places().category[np.maximum(people.home[active], 0)]
    barred = _barred()[places().category[place][None, :], origin[:, None]]
    return np.where(barred & ~free[:, None], _KNOWS_NOT_COVERED, 1.0)


@lru_cache(maxsize=1)
def _barred() -> NDArray[np.bool_]:
    """Cells × of the region table as ``[to, from]``; row and column 0 are not used."""
    barred = np.zeros((11, 11), dtype=np.bool_)
    for row in csv.DictReader(reference_text("region_matrix.csv").splitlines()):
        for origin in range(1, 11):
            barred[int(row["to_category"]), origin] = row[f"from_{origin}"] == "×"
    return barred
